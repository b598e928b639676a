/* validate.c - a network proves itself (ENGINE C11).
 *
 * Every class of PostGIS's ValidateTopology in our terms, Euler's formula, and crossings, found by
 * a grid of cells that shares no code with noding: every segment is put into the cells that its box
 * touches and tested against the others there. Slow on purpose where slow is plain. */
#include "base/hash.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/net_priv.h"
#include <stdlib.h>
#include <string.h>

#define BAD(...) mere_fail(ctx, MERE_E_INTERNAL, "the network is not valid: " __VA_ARGS__)

struct checker {
    const struct mere_net *net;
    struct mere_arena scratch;
    int32_t *ring_of; /* by half-edge */
};

/* ---- nodes and arcs ---- */

static enum mere_status check_nodes(struct mere_ctx *ctx, const struct mere_net *net)
{
    for (int32_t i = 1; i < net->n_nodes; i++)
        if (mere_point_cmp(net->nodes[i - 1], net->nodes[i]) >= 0)
            return BAD("nodes %d and %d coincide or are out of order", i - 1, i);
    return MERE_OK;
}

static enum mere_status check_arc(struct mere_ctx *ctx, const struct mere_net *net, int32_t a)
{
    const struct mere_arc *arc = &net->arcs[a];
    if (arc->n < 2 || arc->first > net->n_pts || arc->n > net->n_pts - arc->first)
        return BAD("arc %d has %u points", a, arc->n);
    if (arc->from < 0 || arc->from >= net->n_nodes || arc->to < 0 || arc->to >= net->n_nodes)
        return BAD("arc %d runs from node %d to %d", a, arc->from, arc->to);
    const struct mere_point *p = net->pts + arc->first;
    if (!mere_point_same(p[0], net->nodes[arc->from]) ||
        !mere_point_same(p[arc->n - 1], net->nodes[arc->to]))
        return BAD("arc %d does not begin and end at its nodes", a);
    for (uint32_t i = 1; i < arc->n; i++)
        if (mere_point_same(p[i - 1], p[i]))
            return BAD("arc %d repeats its point %u", a, i);
    if (arc->from > arc->to || (arc->from == arc->to && mere_point_cmp(p[1], p[arc->n - 2]) > 0))
        return BAD("arc %d runs the wrong way", a);
    if (arc->left < MERE_FACE_OUTER || arc->left >= net->n_faces || arc->right < MERE_FACE_OUTER ||
        arc->right >= net->n_faces)
        return BAD("arc %d lies between faces %d and %d", a, arc->left, arc->right);
    if (a > 0) {
        const struct mere_point *before = net->pts + net->arcs[a - 1].first;
        int c = mere_point_cmp(before[0], p[0]);
        if (c > 0 || (c == 0 && mere_point_cmp(before[1], p[1]) >= 0))
            return BAD("arcs %d and %d are out of order", a - 1, a);
    }
    return MERE_OK;
}

/* Every node has arcs: two or more ends, two of one arc only for an anchor at a loop's lowest
 * point. */
static enum mere_status check_degrees(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    uint32_t *degree = MERE_NEW(&c->scratch, uint32_t, (size_t)net->n_nodes);
    if (!degree)
        return mere_fail_nomem(ctx, "validating");
    for (int32_t a = 0; a < net->n_arcs; a++) {
        degree[net->arcs[a].from]++;
        degree[net->arcs[a].to]++;
    }
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        if (arc->from == arc->to && degree[arc->from] == 2) {
            degree[arc->from] = 3; /* an anchor: as good as a node */
            for (uint32_t i = 1; i + 1 < arc->n; i++)
                if (mere_point_cmp(net->pts[arc->first + i], net->nodes[arc->from]) <= 0)
                    return BAD("the loop of arc %d is not anchored at its lowest point", a);
        }
    }
    for (int32_t i = 0; i < net->n_nodes; i++)
        if (degree[i] < 3)
            return BAD("%u arcs meet at node %d", degree[i], i);
    return MERE_OK;
}

/* ---- rings and faces ---- */

/* `next` follows the face at the left hand: it begins where the edge ends, on the same face, and no
 * other half-edge leaves inside the angle between them. The angle is checked around each node. */
static enum mere_status check_next(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    int32_t n_edges = 2 * net->n_arcs;
    uint8_t *hit = MERE_NEW(&c->scratch, uint8_t, (size_t)n_edges);
    int32_t *turns = MERE_NEW(&c->scratch, int32_t, (size_t)net->n_nodes);
    uint32_t *degree = MERE_NEW(&c->scratch, uint32_t, (size_t)net->n_nodes);
    int32_t *start = MERE_NEW(&c->scratch, int32_t, (size_t)net->n_nodes);
    if (!hit || !turns || !degree || !start)
        return mere_fail_nomem(ctx, "validating");
    for (int32_t e = 0; e < n_edges; e++) {
        int32_t on = net->next[e], node = mere_edge_origin(net, e ^ 1);
        if (on < 0 || on >= n_edges || hit[on]++)
            return BAD("the half-edge after %d is %d, or that follows two", e, on);
        if (mere_edge_origin(net, on) != node || mere_edge_face(net, on) != mere_edge_face(net, e))
            return BAD("half-edge %d does not go on from %d around one face", on, e);
        /* Going round a node clockwise by next, the direction passes east exactly once. */
        struct mere_lattice_point hub = mere_lattice(net->nodes[node]);
        struct mere_lattice_point came = mere_lattice(mere_edge_second(net, e ^ 1));
        struct mere_lattice_point goes = mere_lattice(mere_edge_second(net, on));
        turns[node] += mere_angle_cmp(hub, came, goes) <= 0;
        degree[node]++;
        start[node] = e ^ 1;
    }
    for (int32_t i = 0; i < net->n_nodes; i++) {
        uint32_t n = 0;
        int32_t e = start[i];
        do {
            e = net->next[e ^ 1];
            n++;
        } while (e != start[i] && n <= degree[i]);
        if (n != degree[i] || turns[i] != 1)
            return BAD("the half-edges at node %d are not in order", i);
    }
    return MERE_OK;
}

static enum mere_status check_rings(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    int32_t n_edges = 2 * net->n_arcs;
    c->ring_of = MERE_NEW(&c->scratch, int32_t, (size_t)n_edges);
    if (!c->ring_of)
        return mere_fail_nomem(ctx, "validating");
    memset(c->ring_of, 0xff, (size_t)n_edges * sizeof *c->ring_of);
    for (int32_t r = 0; r < net->n_rings; r++) {
        int32_t first = net->ring_edge[r], e = first;
        if (first < 0 || first >= n_edges || (r > 0 && net->ring_edge[r - 1] >= first))
            return BAD("ring %d begins with half-edge %d", r, first);
        do {
            if (c->ring_of[e] >= 0 || e < first)
                return BAD("half-edge %d lies on two rings, or is lower than its ring", e);
            if (mere_edge_face(net, e) != net->ring_face[r])
                return BAD("ring %d has mixed faces", r);
            c->ring_of[e] = r;
            e = net->next[e];
        } while (e != first);
    }
    for (int32_t e = 0; e < n_edges; e++)
        if (c->ring_of[e] < 0)
            return BAD("half-edge %d lies on no ring", e);
    return MERE_OK;
}

static mere_i128 ring_area2(const struct mere_net *net, int32_t r)
{
    mere_i128 sum = 0;
    int32_t e = net->ring_edge[r];
    do {
        const struct mere_arc *arc = &net->arcs[e >> 1];
        mere_i128 area2 = mere_chain_area2(net->pts + arc->first, arc->n);
        sum += e & 1 ? -area2 : area2;
        e = net->next[e];
    } while (e != net->ring_edge[r]);
    return sum;
}

static enum mere_status check_faces(struct mere_ctx *ctx, const struct mere_net *net)
{
    int32_t before = -1;
    uint32_t listed = 0;
    for (int32_t f = -1; f < net->n_faces; f++) {
        uint32_t from = net->face_ring_first[f + 1], to = net->face_ring_first[f + 2];
        if (from != listed || to < from || to > (uint32_t)net->n_rings || (f >= 0 && to == from))
            return BAD("face %d has no ring", f);
        listed = to;
        mere_i128 area2 = 0;
        for (uint32_t i = from; i < to; i++) {
            int32_t r = net->face_rings[i];
            if (r < 0 || r >= net->n_rings || net->ring_face[r] != f)
                return BAD("ring %d is listed with face %d", r, f);
            bool is_first = i == from || (f >= 0 && i == from + 1);
            if (!is_first && r <= net->face_rings[i - 1])
                return BAD("ring %d is listed twice with face %d, or out of order", r, f);
            mere_i128 ring = ring_area2(net, r);
            if ((ring > 0) != (f >= 0 && i == from))
                return BAD("face %d has no shell, several, or not first", f);
            area2 += ring;
        }
        if (f < 0)
            continue;
        if (area2 != net->face_area2[f] || area2 <= 0)
            return BAD("face %d has a wrong area", f);
        if (net->ring_edge[net->face_rings[from]] <= before)
            return BAD("face %d is out of order", f);
        before = net->ring_edge[net->face_rings[from]];
    }
    return listed == (uint32_t)net->n_rings ? MERE_OK : BAD("a ring has no face");
}

static enum mere_status check_boxes(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    struct mere_box *box = MERE_NEW(&c->scratch, struct mere_box, (size_t)net->n_faces);
    struct mere_box all = {0};
    if (!box)
        return mere_fail_nomem(ctx, "validating");
    for (int32_t e = 0; e < 2 * net->n_arcs; e++) {
        int32_t f = mere_edge_face(net, e);
        const struct mere_arc *arc = &net->arcs[e >> 1];
        for (uint32_t i = 0; i < arc->n; i++) {
            mere_box_add(&all, net->pts[arc->first + i]);
            if (f >= 0)
                mere_box_add(&box[f], net->pts[arc->first + i]);
        }
    }
    for (int32_t f = 0; f < net->n_faces; f++)
        if (memcmp(&box[f], &net->face_box[f], sizeof *box) != 0)
            return BAD("face %d has a wrong box", f);
    return memcmp(&all, &net->box, sizeof all) == 0 ? MERE_OK : BAD("the box is wrong");
}

/* ---- holes lie in their faces ---- */

struct crossed { /* a segment west of a point, upwards */
    struct mere_point lo, hi;
    int32_t face; /* on its east side */
};

/* Whether `b` runs east of `a`, compared at a height where both are. */
static bool is_east_of(const struct crossed *b, const struct crossed *a)
{
    int o;
    if (a->lo.y <= b->lo.y) {
        o = mere_orient_points(a->lo, a->hi, b->lo);
        return (o ? o : mere_orient_points(a->lo, a->hi, b->hi)) < 0;
    }
    o = mere_orient_points(b->lo, b->hi, a->lo);
    return (o ? o : mere_orient_points(b->lo, b->hi, a->hi)) > 0;
}

/* The lowest point of a component, and the segment just west of it and above by less than any
 * step, as far as it is known. */
struct hole {
    struct mere_point low;
    int32_t ring;
    bool any;
    struct crossed west;
};

static int by_height(const void *a, const void *b)
{
    const struct hole *s = a, *t = b;
    if (s->low.y != t->low.y)
        return s->low.y < t->low.y ? -1 : 1;
    return (s->ring > t->ring) - (s->ring < t->ring);
}

/* Show a segment to the holes that begin at its height: of `n`, from the lowest up. */
static void show_segment(const struct crossed *s, struct hole *holes, size_t n)
{
    size_t from = 0, to = n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (holes[middle].low.y < s->lo.y)
            from = middle + 1;
        else
            to = middle;
    }
    for (struct hole *h = holes + from; h < holes + n && h->low.y < s->hi.y; h++)
        if (mere_orient_points(s->lo, s->hi, h->low) < 0 && (!h->any || is_east_of(s, &h->west))) {
            h->west = *s;
            h->any = true;
        }
}

static enum mere_status check_holes(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    struct hole *holes = MERE_NEW(&c->scratch, struct hole, (size_t)net->n_rings);
    size_t n = 0;
    if (!holes)
        return mere_fail_nomem(ctx, "validating");
    for (int32_t r = 0; r < net->n_rings; r++)
        if (ring_area2(net, r) <= 0)
            holes[n++] = (struct hole){.low = mere_ring_lowest(net, net->ring_edge[r]), .ring = r};
    if (n > 0)
        qsort(holes, n, sizeof *holes, by_height);
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_point *q = net->pts + net->arcs[a].first;
        for (uint32_t i = 0; i + 1 < net->arcs[a].n; i++) {
            bool up = q[i].y < q[i + 1].y;
            struct crossed s = {up ? q[i] : q[i + 1], up ? q[i + 1] : q[i],
                                up ? net->arcs[a].right : net->arcs[a].left};
            show_segment(&s, holes, n);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct hole *h = &holes[i];
        if ((h->any ? h->west.face : MERE_FACE_OUTER) != net->ring_face[h->ring])
            return BAD("the component at (%d, %d) hangs in face %d", h->low.x, h->low.y,
                       net->ring_face[h->ring]);
    }
    return MERE_OK;
}

/* V - E + F = 1 + C, the outer face counted. */
static enum mere_status check_euler(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    int32_t *up = MERE_NEW(&c->scratch, int32_t, (size_t)net->n_nodes);
    if (!up)
        return mere_fail_nomem(ctx, "validating");
    int64_t components = net->n_nodes;
    for (int32_t i = 0; i < net->n_nodes; i++)
        up[i] = i;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t x = net->arcs[a].from, y = net->arcs[a].to;
        while (up[x] != x)
            x = up[x] = up[up[x]];
        while (up[y] != y)
            y = up[y] = up[up[y]];
        components -= x != y;
        up[x] = y;
    }
    int64_t euler = (int64_t)net->n_nodes - net->n_arcs + net->n_faces + 1;
    if (euler != 1 + components)
        return BAD("V - E + F is %lld with %lld components", (long long)euler,
                   (long long)components);
    return MERE_OK;
}

/* ---- crossings ---- */

struct piece {
    struct mere_point a, b;
};
struct cells {
    int64_t size;
    int64_t columns, rows;
    struct mere_point origin;
};

/* Call for each cell that the box of the segment touches: count, or list. */
static void put_piece(const struct cells *g, const struct piece *s, uint32_t number,
                      uint32_t *first, uint32_t *list)
{
    int64_t x0 = (int64_t)(s->a.x < s->b.x ? s->a.x : s->b.x) - g->origin.x;
    int64_t x1 = (int64_t)(s->a.x < s->b.x ? s->b.x : s->a.x) - g->origin.x;
    int64_t y0 = (int64_t)(s->a.y < s->b.y ? s->a.y : s->b.y) - g->origin.y;
    int64_t y1 = (int64_t)(s->a.y < s->b.y ? s->b.y : s->a.y) - g->origin.y;
    for (int64_t y = y0 / g->size; y <= y1 / g->size; y++)
        for (int64_t x = x0 / g->size; x <= x1 / g->size; x++) {
            uint32_t *at = &first[y * g->columns + x + 1];
            if (list)
                list[*at] = number;
            ++*at;
        }
}

/* Two pieces may only share an end. */
static bool pieces_meet_badly(const struct piece *s, const struct piece *t)
{
    enum mere_meet meet = mere_segments_meet(mere_lattice(s->a), mere_lattice(s->b),
                                             mere_lattice(t->a), mere_lattice(t->b));
    if (meet != MERE_MEET_TOUCH)
        return meet != MERE_MEET_NONE;
    return !mere_point_same(s->a, t->a) && !mere_point_same(s->a, t->b) &&
           !mere_point_same(s->b, t->a) && !mere_point_same(s->b, t->b);
}

static enum mere_status check_cells(struct mere_ctx *ctx, struct checker *c, const struct cells *g,
                                    const struct piece *pieces, uint32_t n)
{
    size_t n_cells = (size_t)(g->columns * g->rows);
    uint32_t *first = MERE_NEW(&c->scratch, uint32_t, n_cells + 2);
    if (!first)
        return mere_fail_nomem(ctx, "validating");
    for (uint32_t i = 0; i < n; i++)
        put_piece(g, &pieces[i], i, first + 1, NULL);
    for (size_t i = 1; i < n_cells + 2; i++)
        first[i] += first[i - 1];
    uint32_t *list = MERE_NEW(&c->scratch, uint32_t, first[n_cells + 1]);
    if (!list)
        return mere_fail_nomem(ctx, "validating");
    for (uint32_t i = 0; i < n; i++)
        put_piece(g, &pieces[i], i, first, list);
    for (size_t cell = 0; cell < n_cells; cell++)
        for (uint32_t i = first[cell]; i < first[cell + 1]; i++)
            for (uint32_t j = first[cell]; j < i; j++)
                if (pieces_meet_badly(&pieces[list[i]], &pieces[list[j]]))
                    return BAD("borders cross near (%d, %d)", pieces[list[i]].a.x,
                               pieces[list[i]].a.y);
    return MERE_OK;
}

static enum mere_status check_crossings(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    struct piece *pieces = MERE_NEW(&c->scratch, struct piece, net->n_pts);
    if (!pieces)
        return mere_fail_nomem(ctx, "validating");
    uint32_t n = 0;
    int64_t total = 0;
    for (int32_t a = 0; a < net->n_arcs; a++)
        for (uint32_t i = 0; i + 1 < net->arcs[a].n; i++) {
            struct mere_point p = net->pts[net->arcs[a].first + i];
            struct mere_point q = net->pts[net->arcs[a].first + i + 1];
            pieces[n++] = (struct piece){p, q};
            total += llabs((int64_t)p.x - q.x) + llabs((int64_t)p.y - q.y);
        }
    if (n == 0)
        return MERE_OK;
    int64_t width = (int64_t)net->box.max.x - net->box.min.x;
    int64_t height = (int64_t)net->box.max.y - net->box.min.y;
    /* Cells of about the mean segment, but no more than four a segment. */
    struct cells g = {.size = total / n + 1, .origin = net->box.min};
    while ((width / g.size + 1) * (height / g.size + 1) > 4 * (int64_t)n + 16)
        g.size *= 2;
    g.columns = width / g.size + 1;
    g.rows = height / g.size + 1;
    return check_cells(ctx, c, &g, pieces, n);
}

/* ---- labels ---- */

static enum mere_status check_labels(struct mere_ctx *ctx, const struct mere_net *net,
                                     const struct mere_scheme *s)
{
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claims = mere_face_claims(s, f, &n);
        for (size_t i = 0; i < n; i++)
            if (claims[i] < 0 || claims[i] >= s->n_zones || (i > 0 && claims[i - 1] >= claims[i]))
                return BAD("face %d of scheme %s is claimed by zone %d", f, s->name, claims[i]);
        enum mere_state state = (enum mere_state)s->state[f];
        bool fits =
            n == 0   ? state == MERE_STATE_OUTSIDE || (s->covering && state == MERE_STATE_UNCLAIMED)
            : n == 1 ? state == MERE_STATE_OWNED
                     : state == MERE_STATE_DISPUTED;
        if (!fits)
            return BAD("face %d of scheme %s has %zu zones and state %s", f, s->name, n,
                       mere_state_word(state));
    }
    return MERE_OK;
}

/* Every arc separates something. */
static enum mere_status check_separates(struct mere_ctx *ctx, const struct mere_net *net)
{
    for (int32_t a = 0; a < net->n_arcs; a++) {
        bool same = true;
        for (int32_t s = 0; s < net->n_schemes && same; s++) {
            size_t n, m;
            const int32_t *x = mere_face_claims(&net->schemes[s], net->arcs[a].left, &n);
            const int32_t *y = mere_face_claims(&net->schemes[s], net->arcs[a].right, &m);
            same = n == m && (n == 0 || memcmp(x, y, n * sizeof *x) == 0);
        }
        if (same)
            return BAD("arc %d separates nothing", a);
    }
    return MERE_OK;
}

static enum mere_status check_all(struct mere_ctx *ctx, struct checker *c)
{
    const struct mere_net *net = c->net;
    MERE_TRY(check_nodes(ctx, net));
    for (int32_t a = 0; a < net->n_arcs; a++)
        MERE_TRY(check_arc(ctx, net, a));
    MERE_TRY(check_degrees(ctx, c));
    MERE_TRY(check_next(ctx, c));
    MERE_TRY(check_rings(ctx, c));
    MERE_TRY(check_faces(ctx, net));
    MERE_TRY(check_boxes(ctx, c));
    MERE_TRY(check_holes(ctx, c));
    MERE_TRY(check_euler(ctx, c));
    MERE_TRY(check_crossings(ctx, c));
    for (int32_t s = 0; s < net->n_schemes; s++)
        MERE_TRY(check_labels(ctx, net, &net->schemes[s]));
    return check_separates(ctx, net);
}

enum mere_status mere_net_validate(struct mere_ctx *ctx, const struct mere_net *net)
{
    struct checker c = {.net = net};
    enum mere_status status = check_all(ctx, &c);
    mere_arena_clear(&c.scratch);
    return status;
}
