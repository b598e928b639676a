/* repair_cut.c - where a gap, or a strip beside the parent's border, is cut into pieces.
 *
 *      A1      |      A2            The zones that border it change where A1 meets A2 (o), and
 * where ───────────o──────────┐         an arm begins (a corner that juts into the land): from
 * there gap     :          │  A3     the shortest cut goes across to the other bank. It is worth
 *   ───────────┴──────o · ┤         while when the zones that border the two halves differ; it is
 *           B         │   │         not longer than twice the gap is wide, else the land stays
 *                     │gap│         whole. It ends at a vertex of the other bank; where none is
 *                                   near, at a new one, which goes into that border.
 *
 * Land with a hole is not cut. Cuts are made one by one, the shortest first; each half goes on. */
#include "net/repair_cut.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

#define NOBODYS (-1)     /* the bank of a zone that can't get the land */
#define A_CUT (-2)       /* another piece lies beyond */
#define LONGEST 2.0      /* a cut, in widths of the land */
#define VERTEX_FIRST 1.5 /* a vertex is taken when it is not so much farther than the foot */
#define SHARP_COS (-0.5) /* a corner juts out when it turns by more than 60 degrees */
#define WIDTH_PRECISION 0.05
#define RINGS_MAX 100000

/* A ring with the land at its left hand; segment i runs from pts[i] to the next. */
struct cut_ring {
    uint32_t n;
    struct mere_point *pts;
    int32_t *bank; /* who lies beyond segment i */
};

struct cutting {
    struct repair_round *r;
    struct mere_arena *arena;
    struct repair_cuts *ret;
    int32_t parent; /* of the land */
    enum mere_repair_kind kind;
    double sx, sy, longest;
    MERE_VEC(struct cut_ring) todo;
    MERE_VEC(struct cut_ring) done;
};

/* A cut from vertex `from` to vertex `to`, or to `foot` on segment `to`. */
struct cut {
    uint32_t from, to;
    bool has_foot;
    struct mere_point foot;
    double length;
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

/* ---- banks ---- */

struct bank {
    struct mere_point from;
    int32_t zone;
};

static int bank_cmp(const void *va, const void *vb)
{
    const struct bank *a = va, *b = vb;
    return mere_point_cmp(a->from, b->from);
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

/* Where each segment of the region's boundary begins, and who lies beyond. */
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
                    ok = MERE_PUSH(&banks, (struct bank){mere_edge_point(net, e, p), beyond(c, e)});
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

/* The region as a ring with its banks; `*ret_runs` = how often the bank changes around it. */
static enum mere_status make_ring(struct cutting *c, const struct repair_regions *regions,
                                  int32_t region, const struct mere_layer *polygon,
                                  struct cut_ring *ret, size_t *ret_runs)
{
    struct bank *banks = NULL;
    size_t n_banks = 0;
    uint32_t n = polygon->ring_first[1];
    struct cut_ring ring = {n, polygon->pts, MERE_NEW(&c->r->scratch, int32_t, n)};
    enum mere_status status =
        ring.bank ? list_banks(c, regions, region, &banks, &n_banks) : nomem(c);
    for (uint32_t i = 0; i < n && status == MERE_OK; i++) {
        const struct bank key = {.from = ring.pts[i]};
        const struct bank *found =
            n_banks > 0 ? bsearch(&key, banks, n_banks, sizeof key, bank_cmp) : NULL;
        ring.bank[i] = found ? found->zone : NOBODYS;
    }
    free(banks);
    MERE_TRY(status);
    size_t runs = 0;
    for (uint32_t i = 0; i < n; i++)
        runs += ring.bank[i] != ring.bank[i > 0 ? i - 1 : n - 1];
    *ret = ring;
    *ret_runs = runs;
    return MERE_OK;
}

static struct mere_point at(const struct cut_ring *ring, uint32_t i)
{
    return ring->pts[i % ring->n];
}

/* Put the vertices in that cuts of other land brought into its borders. */
static enum mere_status add_splits(struct cutting *c, struct cut_ring *ring)
{
    MERE_VEC(struct mere_point) pts = {0};
    MERE_VEC(int32_t) bank = {0};
    bool ok = true;
    for (uint32_t i = 0; ok && i < ring->n; i++) {
        ok = mere_repair_add_segment(c->ret, ring->pts[i], at(ring, i + 1), &pts.v, &pts.n,
                                     &pts.cap);
        while (ok && bank.n < pts.n)
            ok = MERE_PUSH(&bank, ring->bank[i]);
    }
    struct cut_ring grown = {(uint32_t)pts.n, MERE_NEW(&c->r->scratch, struct mere_point, pts.n),
                             MERE_NEW(&c->r->scratch, int32_t, pts.n)};
    ok = ok && grown.pts && grown.bank;
    if (ok) {
        memcpy(grown.pts, pts.v, pts.n * sizeof *pts.v);
        memcpy(grown.bank, bank.v, bank.n * sizeof *bank.v);
        *ring = grown;
    }
    MERE_VEC_FREE(&pts);
    MERE_VEC_FREE(&bank);
    return ok ? MERE_OK : nomem(c);
}

/* ---- whether a cut may be ---- */

static uint32_t before(const struct cut_ring *ring, uint32_t i)
{
    return i > 0 ? i - 1 : ring->n - 1;
}

/* Whether the direction from vertex i to `p` goes into the land. */
static bool goes_in(const struct cut_ring *ring, uint32_t i, struct mere_point p)
{
    struct mere_point v = ring->pts[i], last = ring->pts[before(ring, i)], next = at(ring, i + 1);
    int turn = mere_orient_points(last, v, next);
    bool left_of_last = mere_orient_points(last, v, p) > 0;
    bool left_of_next = mere_orient_points(v, next, p) > 0;
    return turn > 0 ? left_of_last && left_of_next : left_of_last || left_of_next;
}

/* Whether the segment from vertex `from` to `p` meets no segment but those that end there. */
static bool is_free(const struct cut_ring *ring, const struct cut *cut, struct mere_point p)
{
    struct mere_lattice_point a = mere_lattice(ring->pts[cut->from]), b = mere_lattice(p);
    for (uint32_t i = 0; i < ring->n; i++) {
        uint32_t next = (i + 1) % ring->n;
        if (i == cut->from || next == cut->from)
            continue;
        bool at_end = cut->has_foot ? i == cut->to : i == cut->to || next == cut->to;
        if (!at_end && mere_segments_meet(a, b, mere_lattice(ring->pts[i]),
                                          mere_lattice(ring->pts[next])) != MERE_MEET_NONE)
            return false;
    }
    return true;
}

/* Whether the two ends of the cut lie on one bank. */
static bool same_bank(const struct cut_ring *ring, const struct cut *cut)
{
    const int32_t from[] = {ring->bank[before(ring, cut->from)], ring->bank[cut->from]};
    const int32_t to[] = {cut->has_foot ? ring->bank[cut->to] : ring->bank[before(ring, cut->to)],
                          ring->bank[cut->to]};
    for (size_t i = 0; i < 4; i++)
        if (from[i / 2] == to[i % 2] && from[i / 2] >= 0)
            return true;
    return from[0] < 0 && from[1] < 0 && to[0] < 0 && to[1] < 0;
}

struct share { /* border of a zone with one half */
    int32_t zone;
    double m;
};
typedef MERE_VEC(struct share) shares;

static bool add_share(shares *list, int32_t zone, double m)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].zone == zone) {
            list->v[i].m += m;
            return true;
        }
    return MERE_PUSH(list, (struct share){zone, m});
}

/* The borders along the ring from vertex `from` to vertex `to`. */
static bool shares_of(const struct cutting *c, const struct cut_ring *ring, uint32_t from,
                      uint32_t to, shares *ret)
{
    ret->n = 0;
    for (uint32_t i = from; i != to; i = (i + 1) % ring->n)
        if (ring->bank[i] >= 0 &&
            !add_share(ret, ring->bank[i], distance(c, ring->pts[i], at(ring, i + 1))))
            return false;
    return true;
}

static size_t n_neighbours(const shares *list, double m)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++)
        n += list->v[i].m >= m;
    return n;
}
static bool is_neighbour(const shares *list, int32_t zone, double m)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].zone == zone)
            return list->v[i].m >= m;
    return false;
}

/* Whether the halves have different neighbours, not counting those that touch it along less than
 * the cut. */
static bool is_worth(const struct cutting *c, const struct cut_ring *ring, const struct cut *cut)
{
    shares a = {0}, b = {0};
    bool worth = false;
    uint32_t to = cut->has_foot ? (cut->to + 1) % ring->n : cut->to;
    if (shares_of(c, ring, cut->from, cut->to, &a) && shares_of(c, ring, to, cut->from, &b)) {
        size_t n = n_neighbours(&a, cut->length), m = n_neighbours(&b, cut->length);
        worth = n != m;
        for (size_t i = 0; i < a.n; i++)
            worth =
                worth || (a.v[i].m >= cut->length && !is_neighbour(&b, a.v[i].zone, cut->length));
        worth = worth && n > 0 && m > 0;
    }
    MERE_VEC_FREE(&a);
    MERE_VEC_FREE(&b);
    return worth;
}

static bool is_good(const struct cutting *c, const struct cut_ring *ring, const struct cut *cut)
{
    struct mere_point p = cut->has_foot ? cut->foot : ring->pts[cut->to];
    return !same_bank(ring, cut) && goes_in(ring, cut->from, p) &&
           (cut->has_foot || goes_in(ring, cut->to, ring->pts[cut->from])) &&
           is_free(ring, cut, p) && is_worth(c, ring, cut);
}

/* ---- the shortest cut ---- */

/* Whether a cut may begin at vertex i: the bank changes there, or a corner juts into the land. */
static bool may_begin(const struct cutting *c, const struct cut_ring *ring, uint32_t i)
{
    int32_t last = ring->bank[before(ring, i)], next = ring->bank[i];
    if (last != next) /* a corner stays one when a cut ends there */
        return last != NOBODYS && next != NOBODYS;
    struct mere_point v = ring->pts[i], p = ring->pts[before(ring, i)], q = at(ring, i + 1);
    if (last < 0 || mere_orient_points(p, v, q) >= 0)
        return false;
    double ax = ((double)v.x - p.x) * c->sx, ay = ((double)v.y - p.y) * c->sy;
    double bx = ((double)q.x - v.x) * c->sx, by = ((double)q.y - v.y) * c->sy;
    return ax * bx + ay * by < -SHARP_COS * sqrt((ax * ax + ay * ay) * (bx * bx + by * by));
}

static void look_at_vertices(const struct cutting *c, const struct cut_ring *ring, uint32_t from,
                             struct cut *best)
{
    for (uint32_t j = 0; j < ring->n; j++) {
        struct cut cut = {.from = from, .to = j};
        if (j == from || j == before(ring, from) || j == (from + 1) % ring->n)
            continue;
        cut.length = distance(c, ring->pts[from], ring->pts[j]);
        if (cut.length < best->length && is_good(c, ring, &cut))
            *best = cut;
    }
}

/* The foot of the perpendicular on segment j, rounded; false when it is near an end. */
static bool foot_of(const struct cutting *c, const struct cut_ring *ring, uint32_t from, uint32_t j,
                    struct mere_point *ret)
{
    struct mere_point v = ring->pts[from], a = ring->pts[j], b = at(ring, j + 1);
    double dx = ((double)b.x - a.x) * c->sx, dy = ((double)b.y - a.y) * c->sy;
    double px = ((double)v.x - a.x) * c->sx, py = ((double)v.y - a.y) * c->sy;
    double t = (px * dx + py * dy) / (dx * dx + dy * dy);
    if (!(t > 0 && t < 1))
        return false;
    *ret = (struct mere_point){(int32_t)lround(a.x + t * ((double)b.x - a.x)),
                               (int32_t)lround(a.y + t * ((double)b.y - a.y))};
    return labs((long)ret->x - a.x) + labs((long)ret->y - a.y) > 4 &&
           labs((long)ret->x - b.x) + labs((long)ret->y - b.y) > 4;
}

static void look_at_feet(const struct cutting *c, const struct cut_ring *ring, uint32_t from,
                         struct cut *best)
{
    for (uint32_t j = 0; j < ring->n; j++) {
        struct cut cut = {.from = from, .to = j, .has_foot = true};
        if (j == from || j == before(ring, from) || !foot_of(c, ring, from, j, &cut.foot))
            continue;
        cut.length = distance(c, ring->pts[from], cut.foot);
        if (cut.length < best->length && is_good(c, ring, &cut))
            *best = cut;
    }
}

static bool shortest(const struct cutting *c, const struct cut_ring *ring, struct cut *ret)
{
    struct cut best = {.length = c->longest};
    for (uint32_t i = 0; i < ring->n; i++) {
        if (!may_begin(c, ring, i))
            continue;
        struct cut vertex = {.length = c->longest}, foot = {.length = c->longest};
        look_at_vertices(c, ring, i, &vertex);
        foot.length = vertex.length / VERTEX_FIRST;
        look_at_feet(c, ring, i, &foot);
        struct cut here = foot.has_foot ? foot : vertex;
        if (here.length < best.length)
            best = here;
    }
    *ret = best;
    return best.length < c->longest;
}

/* ---- cutting ---- */

/* The half of the ring from vertex `from` to the cut's other end, or from there back. */
static bool half(struct cutting *c, const struct cut_ring *ring, const struct cut *cut, bool first,
                 struct cut_ring *ret)
{
    uint32_t n = ring->n + 2, begin = first ? cut->from : cut->to,
             end = first ? cut->to : cut->from;
    struct cut_ring half = {0, MERE_NEW(&c->r->scratch, struct mere_point, n),
                            MERE_NEW(&c->r->scratch, int32_t, n)};
    if (!half.pts || !half.bank)
        return false;
    if (!first && cut->has_foot) {
        half.pts[half.n] = cut->foot;
        half.bank[half.n++] = ring->bank[cut->to];
        begin = (cut->to + 1) % ring->n;
    }
    for (uint32_t i = begin; i != end; i = (i + 1) % ring->n) {
        half.pts[half.n] = ring->pts[i];
        half.bank[half.n++] = ring->bank[i];
    }
    half.pts[half.n] = ring->pts[end];
    half.bank[half.n++] = A_CUT;
    if (first && cut->has_foot) {
        half.bank[half.n - 1] = ring->bank[cut->to];
        half.pts[half.n] = cut->foot;
        half.bank[half.n++] = A_CUT;
    }
    *ret = half;
    return true;
}

static enum mere_status cut_ring(struct cutting *c)
{
    while (c->todo.n > 0) {
        struct cut_ring ring = c->todo.v[--c->todo.n], a, b;
        struct cut cut;
        if (c->done.n >= RINGS_MAX || !shortest(c, &ring, &cut)) {
            if (!MERE_PUSH(&c->done, ring))
                return nomem(c);
            continue;
        }
        if (!half(c, &ring, &cut, true, &a) || !half(c, &ring, &cut, false, &b) ||
            !MERE_PUSH(&c->todo, a) || !MERE_PUSH(&c->todo, b))
            return nomem(c);
        if (cut.has_foot)
            MERE_TRY(mere_repair_split(c->r->ctx, c->ret, ring.pts[cut.to], at(&ring, cut.to + 1),
                                       cut.foot));
    }
    return MERE_OK;
}

static enum mere_status cut_region(struct cutting *c, const struct repair_regions *regions,
                                   int32_t region)
{
    struct mere_layer polygon;
    struct cut_ring ring;
    struct mere_point centre;
    size_t runs;
    double width;
    MERE_TRY(mere_tracer_layer(c->r->ctx, c->r->tracer, regions->faces + regions->first[region],
                               regions->first[region + 1] - regions->first[region], &c->r->scratch,
                               &polygon));
    if (polygon.n_rings != 1)
        return MERE_OK;
    c->parent = mere_repair_parent_of(c->r, regions->faces[regions->first[region]]);
    MERE_TRY(make_ring(c, regions, region, &polygon, &ring, &runs));
    if (runs < 3)
        return MERE_OK;
    if (c->ret->splits.n > 0)
        MERE_TRY(add_splits(c, &ring));
    MERE_TRY(mere_inscribed_circle(c->r->ctx, &polygon, 0, WIDTH_PRECISION, &centre, &width));
    if (width > c->r->in->max_width_m)
        return MERE_OK; /* nothing is done to it */
    mere_scale_at(centre.y, &c->sx, &c->sy);
    c->longest = LONGEST * width;
    c->todo.n = c->done.n = 0;
    if (!MERE_PUSH(&c->todo, ring))
        return nomem(c);
    MERE_TRY(cut_ring(c));
    for (size_t i = 0; c->done.n > 1 && i < c->done.n; i++)
        MERE_TRY(mere_repair_add_piece(c->r->ctx, c->ret, c->done.v[i].pts, c->done.v[i].n));
    return MERE_OK;
}

enum mere_status mere_repair_cut(struct repair_round *r, struct repair_cuts *ret)
{
    static const enum mere_repair_kind KINDS[] = {MERE_REPAIR_BESIDE, MERE_REPAIR_GAP};
    struct cutting c = {.r = r, .ret = ret};
    enum mere_status status = MERE_OK;
    for (size_t k = r->bound >= 0 ? 0 : 1; k < MERE_LEN(KINDS) && status == MERE_OK; k++) {
        struct repair_regions regions = {0};
        c.kind = KINDS[k];
        status = mere_repair_find(r, c.kind, &regions);
        for (int32_t i = 0; i < regions.n && status == MERE_OK; i++)
            status = cut_region(&c, &regions, i);
    }
    MERE_VEC_FREE(&c.todo);
    MERE_VEC_FREE(&c.done);
    return status;
}
