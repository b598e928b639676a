/* repair_cut.c - where a gap, or a strip beside the parent's border, is cut into pieces.
 *
 *      A1      |      A2            The zones that border it change where A1 meets A2 (o), and an
 *   ───────────o────────┐           arm begins where a corner faces two other zones (*): from there
 *      gap     :        : A3        the shortest cuts go across to the other banks. None is longer
 *   ───────────┴────────*··┐        than 2.5 times the mean width: else the land stays whole.
 *           B           │  │        A cut ends at a vertex of the other bank; if none is about as
 *                       │  │        near as the foot, at a new one, which goes into that border.
 *
 * The shorter cuts are made first, those that would cross them are not. The faces between cuts and
 * banks are the pieces (repair_faces.c). Whatever is near is found by a grid of cells, so the cost
 * grows with the border, also when it is that of all the streets of a town. */
#include "net/repair_cut.h"
#include "base/hash.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

#define NOBODYS (-1)     /* the bank of a zone that can't get the land */
#define LONGEST 2.5      /* a cut, in mean widths of the land */
#define CELL 1.5         /* a cell, in lengths of the longest cut */
#define VERTEX_FIRST 1.5 /* a vertex is taken when it is not so much farther than the foot */
#define SHARP_COS 0.5    /* a corner juts out when it turns by more than 60 degrees */
#define APART 4          /* units between a foot and the ends of its segment, or another foot */
#define TARGETS 6        /* other banks that are looked at from one vertex */

struct cutting {
    struct repair_round *r;
    struct repair_cuts *ret;
    int32_t parent; /* of the land */
    struct cut_land land;
    double sx, sy, longest, cell;
    struct mere_point corner; /* of the cells */
    uint64_t n_cols;
    MERE_VEC(struct mere_key) cells; /* cell -> vertex where a segment begins; sorted */
    MERE_VEC(uint32_t) near;         /* of one vertex */
    MERE_VEC(struct cut) cuts;
};

static enum mere_status nomem(const struct cutting *c)
{
    return mere_fail_nomem(c->r->ctx, "cutting a gap");
}

static double distance(const struct cutting *c, struct mere_point a, struct mere_point b)
{
    double dx = ((double)b.x - a.x) * c->sx, dy = ((double)b.y - a.y) * c->sy;
    return sqrt(dx * dx + dy * dy);
}
static struct mere_point at(const struct cutting *c, uint32_t i)
{
    return c->land.v[i].p;
}
static struct mere_point after(const struct cutting *c, uint32_t i)
{
    return c->land.v[c->land.v[i].next].p;
}

/* ---- the land and its banks ---- */

struct bank {
    struct mere_point from, to;
    int32_t zone;
};

static int bank_cmp(const void *va, const void *vb)
{
    const struct bank *a = va, *b = vb;
    int c = mere_point_cmp(a->from, b->from);
    return c ? c : mere_point_cmp(a->to, b->to);
}

/* The zone beyond half-edge `edge` that can get the land, or NOBODYS. */
static int32_t beyond(const struct cutting *c, int32_t edge)
{
    int32_t face = mere_edge_face(c->r->net, edge ^ 1);
    int32_t label = face < 0 ? MERE_LABEL_NONE : c->r->scheme->label[face];
    bool decides = c->r->scheme->parent >= 0 && c->parent != PARENT_DISPUTED;
    if (label < 0 || (decides && c->r->own[label] != c->parent))
        return NOBODYS;
    return label;
}

/* The segments of the region's boundary, and who lies beyond. */
static enum mere_status list_banks(struct cutting *c, const struct repair_regions *regions,
                                   int32_t region, struct bank **ret, size_t *ret_n)
{
    const struct mere_net *net = c->r->net;
    MERE_VEC(struct bank) banks = {0};
    bool ok = true;
    for (uint32_t i = regions->first[region]; i < regions->first[region + 1]; i++) {
        int32_t f = regions->faces[i];
        for (uint32_t k = net->face_ring_first[f + 1]; k < net->face_ring_first[f + 2]; k++) {
            int32_t start = net->ring_edge[net->face_rings[k]], e = start;
            do {
                int32_t far = mere_edge_face(net, e ^ 1);
                bool border = regions->of_face[far < 0 ? net->n_faces : far] != region;
                for (uint32_t p = 0; border && ok && p + 1 < net->arcs[e >> 1].n; p++)
                    ok = MERE_PUSH(&banks,
                                   (struct bank){mere_edge_point(net, e, p),
                                                 mere_edge_point(net, e, p + 1), beyond(c, e)});
                e = net->next[e];
            } while (e != start);
        }
    }
    if (banks.n > 1)
        qsort(banks.v, banks.n, sizeof *banks.v, bank_cmp);
    *ret = banks.v;
    *ret_n = banks.n;
    return ok ? MERE_OK : nomem(c);
}

/* Append one ring, with what cuts of other land put into its borders. */
static bool add_ring(struct cutting *c, const struct mere_point *pts, uint32_t n,
                     const struct bank *banks, size_t n_banks)
{
    MERE_VEC(struct mere_point) more = {0};
    uint32_t begin = (uint32_t)c->land.n;
    bool ok = true;
    for (uint32_t i = 0; ok && i < n; i++) {
        const struct bank key = {pts[i], pts[(i + 1) % n], 0};
        const struct bank *found = bsearch(&key, banks, n_banks, sizeof key, bank_cmp);
        more.n = 0;
        ok = mere_repair_add_segment(c->ret, key.from, key.to, &more.v, &more.n, &more.cap);
        for (size_t k = 0; ok && k < more.n; k++) {
            uint32_t here = (uint32_t)c->land.n;
            struct cut_vertex v = {more.v[k], here - 1, here + 1, found ? found->zone : NOBODYS, 0};
            ok = MERE_PUSH(&c->land, v);
        }
    }
    MERE_VEC_FREE(&more);
    if (ok && c->land.n > begin) {
        c->land.v[begin].prev = (uint32_t)c->land.n - 1;
        c->land.v[c->land.n - 1].next = begin;
    }
    return ok;
}

static enum mere_status load_land(struct cutting *c, const struct repair_regions *regions,
                                  int32_t region, const struct mere_layer *polygon)
{
    struct bank *banks = NULL;
    size_t n_banks = 0;
    enum mere_status status = list_banks(c, regions, region, &banks, &n_banks);
    c->land.n = 0;
    for (size_t ring = 0; ring < polygon->n_rings && status == MERE_OK && n_banks > 0; ring++)
        if (!add_ring(c, polygon->pts + polygon->ring_first[ring],
                      polygon->ring_first[ring + 1] - polygon->ring_first[ring], banks, n_banks))
            status = nomem(c);
    free(banks);
    return status;
}

/* ---- cells ---- */

static uint64_t cell_of(const struct cutting *c, double x, double y)
{
    /* One row and column are free around all. */
    uint64_t col = (uint64_t)(x / c->cell) + 1, row = (uint64_t)(y / c->cell) + 1;
    return row * c->n_cols + col;
}
static double metres_x(const struct cutting *c, struct mere_point p)
{
    return ((double)p.x - c->corner.x) * c->sx;
}
static double metres_y(const struct cutting *c, struct mere_point p)
{
    return ((double)p.y - c->corner.y) * c->sy;
}

/* Each segment stands in the cells of points along it, half a cell apart at most: so one within the
 * longest cut of a vertex stands in one of the nine cells around it. */
static enum mere_status fill_cells(struct cutting *c, double perimeter)
{
    struct mere_box box = {0};
    c->cells.n = 0;
    for (size_t i = 0; i < c->land.n; i++)
        mere_box_add(&box, c->land.v[i].p);
    c->corner = box.min;
    /* Not so small that a long thin gap fills more cells than it has vertices, by an order. */
    c->cell = fmax(CELL * c->longest, perimeter / (4 * (double)c->land.n));
    c->n_cols = (uint64_t)(((double)box.max.x - box.min.x) * c->sx / c->cell) + 4;
    for (uint32_t i = 0; i < c->land.n; i++) {
        struct mere_point a = at(c, i), b = after(c, i);
        uint64_t n = (uint64_t)(2 * distance(c, a, b) / c->cell) + 1, last = UINT64_MAX;
        for (uint64_t k = 0; k <= n; k++) {
            double part = (double)k / (double)n;
            double x = metres_x(c, a) + (metres_x(c, b) - metres_x(c, a)) * part;
            double y = metres_y(c, a) + (metres_y(c, b) - metres_y(c, a)) * part;
            uint64_t cell = cell_of(c, x, y);
            if (cell != last && !MERE_PUSH(&c->cells, (struct mere_key){cell, i}))
                return nomem(c);
            last = cell;
        }
    }
    struct mere_key *spare = mere_malloc((c->cells.n + 1) * sizeof *spare);
    if (!spare)
        return nomem(c);
    mere_sort_keys(c->cells.v, c->cells.n, spare);
    free(spare);
    return MERE_OK;
}

static size_t first_in(const struct cutting *c, uint64_t cell)
{
    size_t low = 0, high = c->cells.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->cells.v[mid].key < cell)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The segments near vertex i, each once, into c->near. */
static bool find_near(struct cutting *c, uint32_t i)
{
    uint64_t here = cell_of(c, metres_x(c, at(c, i)), metres_y(c, at(c, i)));
    c->near.n = 0;
    for (uint64_t row = 0; row < 3; row++) {
        uint64_t from = here + (row - 1) * c->n_cols - 1;
        for (size_t k = first_in(c, from); k < c->cells.n && c->cells.v[k].key <= from + 2; k++) {
            struct cut_vertex *v = &c->land.v[c->cells.v[k].value];
            if (v->seen == i + 1)
                continue;
            v->seen = i + 1;
            if (!MERE_PUSH(&c->near, c->cells.v[k].value))
                return false;
        }
    }
    return true;
}

/* ---- whether a cut may be ---- */

/* Whether the direction from `v` to `p` goes into the land, whose boundary runs from `last` over v
 * to `next`. */
static bool goes_between(struct mere_point last, struct mere_point v, struct mere_point next,
                         struct mere_point p)
{
    bool left_of_last = mere_orient_points(last, v, p) > 0;
    bool left_of_next = mere_orient_points(v, next, p) > 0;
    return mere_orient_points(last, v, next) > 0 ? left_of_last && left_of_next
                                                 : left_of_last || left_of_next;
}
static bool goes_in(const struct cutting *c, uint32_t i, struct mere_point p)
{
    return goes_between(at(c, c->land.v[i].prev), at(c, i), after(c, i), p);
}

static bool meet(struct mere_point a, struct mere_point b, struct mere_point p, struct mere_point q)
{
    return mere_segments_meet(mere_lattice(a), mere_lattice(b), mere_lattice(p), mere_lattice(q)) !=
           MERE_MEET_NONE;
}

/* Whether the cut meets no segment near its begin but those that end where it ends. */
static bool is_free(const struct cutting *c, const struct cut *cut)
{
    for (size_t k = 0; k < c->near.n; k++) {
        uint32_t i = c->near.v[k], next = c->land.v[i].next;
        bool ends = i == cut->from || next == cut->from || i == cut->to ||
                    (!cut->has_foot && next == cut->to);
        if (!ends && meet(at(c, cut->from), cut->to_point, at(c, i), at(c, next)))
            return false;
    }
    return true;
}

/* Whether the two ends of the cut lie on one bank, or on none that matters. */
static bool same_bank(const struct cutting *c, const struct cut *cut)
{
    const struct cut_vertex *f = &c->land.v[cut->from], *t = &c->land.v[cut->to];
    const int32_t from[] = {c->land.v[f->prev].bank, f->bank};
    const int32_t to[] = {cut->has_foot ? t->bank : c->land.v[t->prev].bank, t->bank};
    for (size_t i = 0; i < 4; i++)
        if (from[i / 2] == to[i % 2] && from[i / 2] >= 0)
            return true;
    return false;
}

/* The foot of the perpendicular on segment j, rounded; false when it is near an end. */
static bool foot_of(const struct cutting *c, uint32_t from, uint32_t j, struct mere_point *ret)
{
    struct mere_point v = at(c, from), a = at(c, j), b = after(c, j);
    double dx = ((double)b.x - a.x) * c->sx, dy = ((double)b.y - a.y) * c->sy;
    double px = ((double)v.x - a.x) * c->sx, py = ((double)v.y - a.y) * c->sy;
    double t = (px * dx + py * dy) / (dx * dx + dy * dy);
    if (!(t > 0 && t < 1))
        return false;
    *ret = (struct mere_point){(int32_t)lround(a.x + t * ((double)b.x - a.x)),
                               (int32_t)lround(a.y + t * ((double)b.y - a.y))};
    return labs((long)ret->x - a.x) + labs((long)ret->y - a.y) > APART &&
           labs((long)ret->x - b.x) + labs((long)ret->y - b.y) > APART;
}

/* ---- cuts from one vertex ---- */

/* Where a cut may begin. */
enum begin { NOWHERE, AT_NODE, AT_CORNER };
static enum begin may_begin(const struct cutting *c, uint32_t i)
{
    const struct cut_vertex *v = &c->land.v[i];
    int32_t last = c->land.v[v->prev].bank, next = v->bank;
    if (last != next)
        return last >= 0 && next >= 0 ? AT_NODE : NOWHERE;
    struct mere_point p = at(c, v->prev), q = after(c, i);
    if (last < 0 || mere_orient_points(p, v->p, q) >= 0)
        return NOWHERE;
    double ax = ((double)v->p.x - p.x) * c->sx, ay = ((double)v->p.y - p.y) * c->sy;
    double bx = ((double)q.x - v->p.x) * c->sx, by = ((double)q.y - v->p.y) * c->sy;
    return ax * bx + ay * by < SHARP_COS * sqrt((ax * ax + ay * ay) * (bx * bx + by * by))
               ? AT_CORNER
               : NOWHERE;
}

/* The best cut to each other bank so far. */
struct targets {
    size_t n;
    int32_t bank[TARGETS];
    double score[TARGETS];
    struct cut cut[TARGETS];
};

static void offer(const struct cutting *c, const struct cut *cut, int32_t bank, double score,
                  struct targets *t)
{
    size_t i = 0;
    while (i < t->n && t->bank[i] != bank)
        i++;
    if (i == TARGETS || (i < t->n && !(score < t->score[i])))
        return;
    if (!is_free(c, cut))
        return;
    t->n += i == t->n;
    t->bank[i] = bank;
    t->score[i] = score;
    t->cut[i] = *cut;
}

static void look_across(const struct cutting *c, uint32_t from, struct targets *t)
{
    for (size_t k = 0; k < c->near.n; k++) {
        uint32_t j = c->near.v[k];
        struct cut vertex = {.from = from, .to = j, .to_point = at(c, j)}, foot = vertex;
        if (j == from)
            continue;
        vertex.length = distance(c, at(c, from), vertex.to_point);
        if (j != c->land.v[from].prev && j != c->land.v[from].next && vertex.length < c->longest &&
            !same_bank(c, &vertex) && goes_in(c, from, vertex.to_point) &&
            goes_in(c, j, at(c, from)))
            offer(c, &vertex, c->land.v[j].bank, vertex.length, t);
        foot.has_foot = true;
        if (j == c->land.v[from].prev || !foot_of(c, from, j, &foot.to_point))
            continue;
        foot.length = distance(c, at(c, from), foot.to_point);
        if (foot.length < c->longest && !same_bank(c, &foot) && goes_in(c, from, foot.to_point))
            offer(c, &foot, c->land.v[j].bank, VERTEX_FIRST * foot.length, t);
    }
}

static enum mere_status cuts_from(struct cutting *c, uint32_t i)
{
    enum begin begin = may_begin(c, i);
    struct targets t = {0};
    if (begin == NOWHERE)
        return MERE_OK;
    if (!find_near(c, i))
        return nomem(c);
    look_across(c, i, &t);
    /* From where the bank changes one cut goes to the nearest bank; from a corner two go to the
     * nearest zones, if it faces two: else it is but a bend between two zones. */
    size_t best = 0, zones[2] = {TARGETS, TARGETS};
    for (size_t k = 0; k < t.n; k++) {
        best = t.score[k] < t.score[best] ? k : best;
        if (t.bank[k] < 0)
            continue;
        if (zones[0] == TARGETS || t.score[k] < t.score[zones[0]]) {
            zones[1] = zones[0];
            zones[0] = k;
        } else if (zones[1] == TARGETS || t.score[k] < t.score[zones[1]]) {
            zones[1] = k;
        }
    }
    for (size_t k = 0; k < t.n; k++) {
        bool corner = zones[1] < TARGETS && (k == zones[0] || k == zones[1]);
        if ((begin == AT_NODE ? k == best : corner) && !MERE_PUSH(&c->cuts, t.cut[k]))
            return nomem(c);
    }
    return MERE_OK;
}

/* ---- which are made ---- */

struct cut_order { /* as qsort sees a cut */
    double length;
    struct mere_point from, to;
    uint32_t number;
};

static int order_cmp(const void *va, const void *vb)
{
    const struct cut_order *a = va, *b = vb;
    if (a->length < b->length || a->length > b->length)
        return a->length < b->length ? -1 : 1;
    int c = mere_point_cmp(a->from, b->from);
    return c ? c : mere_point_cmp(a->to, b->to);
}

/* Whether the foot of `a` bends its segment, by its rounding, onto `b`. */
static bool bends_onto(const struct cutting *c, const struct cut *a, const struct cut *b)
{
    uint32_t i = a->to, next = c->land.v[i].next;
    struct mere_point p = at(c, b->from), q = b->to_point, x = a->to_point;
    if (!a->has_foot || (b->has_foot && b->to == i))
        return false;
    bool to_vertex = !b->has_foot;
    if (b->from == i || (to_vertex && b->to == i))
        return !goes_between(at(c, c->land.v[i].prev), at(c, i), x, b->from == i ? q : p) ||
               meet(p, q, x, at(c, next));
    if (b->from == next || (to_vertex && b->to == next))
        return !goes_between(x, at(c, next), after(c, next), b->from == next ? q : p) ||
               meet(p, q, at(c, i), x);
    return meet(p, q, at(c, i), x) || meet(p, q, x, at(c, next));
}

/* Whether two cuts can't both be made: they cross, or put vertices too near each other, or one
 * bends the boundary onto the other. */
static bool collide(const struct cutting *c, const struct cut *a, const struct cut *b)
{
    struct mere_point p = at(c, a->from), q = a->to_point, r = at(c, b->from), s = b->to_point;
    if (a->has_foot && b->has_foot && a->to == b->to &&
        labs((long)q.x - s.x) + labs((long)q.y - s.y) <= APART)
        return true;
    enum mere_meet how =
        mere_segments_meet(mere_lattice(p), mere_lattice(q), mere_lattice(r), mere_lattice(s));
    bool joined = mere_point_same(p, r) || mere_point_same(p, s) || mere_point_same(q, r) ||
                  mere_point_same(q, s);
    return (joined ? how == MERE_MEET_OVERLAP : how != MERE_MEET_NONE) || bends_onto(c, a, b) ||
           bends_onto(c, b, a);
}

/* Whether cut `number` collides with one that is made. Two that meet begin less than two longest
 * cuts from each other, so not more than two cells. `keys` are sorted. */
static bool is_hindered(const struct cutting *c, const struct mere_key *keys, size_t n,
                        const uint8_t *made, uint32_t number)
{
    struct mere_point p = at(c, c->cuts.v[number].from);
    uint64_t here = cell_of(c, metres_x(c, p), metres_y(c, p));
    for (uint64_t row = 0; row < 5; row++) {
        uint64_t from = here + row * c->n_cols;
        from = from >= 2 * c->n_cols + 2 ? from - 2 * c->n_cols - 2 : 0;
        size_t low = 0, high = n;
        while (low < high) {
            size_t mid = low + (high - low) / 2;
            if (keys[mid].key < from)
                low = mid + 1;
            else
                high = mid;
        }
        for (; low < n && keys[low].key <= from + 4; low++)
            if (made[keys[low].value] &&
                collide(c, &c->cuts.v[number], &c->cuts.v[keys[low].value]))
                return true;
    }
    return false;
}

/* Choose among c->cuts, the shorter first, and keep those that are made. */
static enum mere_status choose_cuts(struct cutting *c)
{
    size_t n = c->cuts.n, m = 0;
    struct cut_order *order = mere_malloc((n + 1) * sizeof *order);
    struct mere_key *keys = mere_malloc(2 * (n + 1) * sizeof *keys);
    uint8_t *made = mere_calloc(n + 1, 1);
    bool ok = order && keys && made;
    for (size_t i = 0; ok && i < n; i++) {
        struct mere_point p = at(c, c->cuts.v[i].from);
        order[i] = (struct cut_order){c->cuts.v[i].length, p, c->cuts.v[i].to_point, (uint32_t)i};
        keys[i] = (struct mere_key){cell_of(c, metres_x(c, p), metres_y(c, p)), (uint32_t)i};
    }
    if (ok && n > 0) {
        qsort(order, n, sizeof *order, order_cmp);
        mere_sort_keys(keys, n, keys + n + 1);
    }
    for (size_t i = 0; ok && i < n; i++)
        made[order[i].number] = !is_hindered(c, keys, n, made, order[i].number);
    for (size_t i = 0; ok && i < n; i++)
        if (made[i])
            c->cuts.v[m++] = c->cuts.v[i];
    c->cuts.n = ok ? m : n;
    free(order);
    free(keys);
    free(made);
    return ok ? MERE_OK : nomem(c);
}

/* Whether a gap, within one parent zone, is somewhere wider than the limit. Such land is never
 * filled, nor nibbled at from its narrow end: each bite would make the corners at which the next
 * one begins. */
static enum mere_status is_too_wide(struct cutting *c, const struct mere_layer *polygon, bool *ret)
{
    struct mere_point at;
    double width = 0;
    MERE_TRY(mere_inscribed_circle(c->r->ctx, polygon, 0, WIDTH_PRECISION_M, &at, &width));
    *ret = width > c->r->in->max_width_m;
    return MERE_OK;
}

static enum mere_status cut_region(struct cutting *c, const struct repair_regions *regions,
                                   enum mere_repair_kind kind, int32_t region)
{
    struct mere_layer polygon;
    bool too_wide = false;
    MERE_TRY(mere_tracer_layer(c->r->ctx, c->r->tracer, regions->faces + regions->first[region],
                               regions->first[region + 1] - regions->first[region], &c->r->scratch,
                               &polygon));
    c->parent = mere_repair_parent_of(c->r, regions->faces[regions->first[region]]);
    MERE_TRY(load_land(c, regions, region, &polygon));
    size_t runs = 0, n_begins = 0;
    double perimeter = 0, area = 0;
    mere_scale_at(polygon.pts[0].y, &c->sx, &c->sy);
    for (uint32_t i = 0; i < c->land.n; i++) {
        runs += c->land.v[i].bank != c->land.v[c->land.v[i].prev].bank;
        n_begins += may_begin(c, i) != NOWHERE;
        perimeter += distance(c, at(c, i), after(c, i));
    }
    if (n_begins == 0 || (polygon.n_rings == 1 && runs < 3))
        return MERE_OK;
    for (uint32_t i = regions->first[region]; i < regions->first[region + 1]; i++)
        area += c->r->net->face_area_m2[regions->faces[i]];
    /* The mean width is never above that of the largest circle (ENGINE B2). */
    double width = 2 * area / perimeter;
    if (width > c->r->in->max_width_m || !(width > 0))
        return MERE_OK; /* nothing is done to it */
    c->longest = LONGEST * width;
    c->cuts.n = 0;
    MERE_TRY(fill_cells(c, perimeter));
    for (uint32_t i = 0; i < c->land.n; i++)
        MERE_TRY(cuts_from(c, i));
    MERE_TRY(choose_cuts(c));
    if (c->cuts.n > 0 && kind == MERE_REPAIR_GAP)
        MERE_TRY(is_too_wide(c, &polygon, &too_wide));
    return c->cuts.n > 0 && !too_wide
               ? mere_repair_faces(c->r->ctx, &c->land, c->cuts.v, c->cuts.n, c->ret)
               : MERE_OK;
}

enum mere_status mere_repair_cut(struct repair_round *r, struct repair_cuts *ret)
{
    static const enum mere_repair_kind KINDS[] = {MERE_REPAIR_BESIDE, MERE_REPAIR_GAP};
    struct cutting c = {.r = r, .ret = ret};
    enum mere_status status = MERE_OK;
    for (size_t k = r->bound >= 0 ? 0 : 1; k < MERE_LEN(KINDS) && status == MERE_OK; k++) {
        struct repair_regions regions = {0};
        bool *judged = NULL;
        status = mere_repair_find(r, KINDS[k], false, &regions);
        if (status == MERE_OK)
            status = mere_repair_judged(r, &regions, &judged);
        for (int32_t i = 0; i < regions.n && status == MERE_OK; i++)
            if (judged[i])
                status = cut_region(&c, &regions, KINDS[k], i);
    }
    MERE_VEC_FREE(&c.land);
    MERE_VEC_FREE(&c.cells);
    MERE_VEC_FREE(&c.near);
    MERE_VEC_FREE(&c.cuts);
    return status;
}
