/* trace.c - sets of faces become valid polygons (OGC 06-103r4, 6.1.11).
 *
 * The border of a set is made of the half-edges with a member at their left hand and none at their
 * right. Where one ends at a node, the border goes on with the half-edge that closes the same
 * sector of the set's inside: turning clockwise from the way we came, the first one with no member
 * beyond. So pieces that touch in a point are walked apart, and one walk goes around one side of
 * what hangs together inside. A walk that comes back to a node is cut there into simple rings:
 * those that run counter-clockwise are shells, the others holes.
 *
 * Which holes belong to which shell is told by the faces: those that hang together across arcs
 * inside the set form one piece, with one shell. No point is ever tested against a polygon. */
#include "geo/measure.h"
#include "net/net_priv.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define OUTSIDE (-1)

struct outline_ring {
    size_t first, n; /* half-edges, in tracer.edges */
    int32_t piece;   /* root face of the piece it bounds */
    bool shell;
    struct mere_point low;
    uint32_t low_edge,
        low_at; /* where the lowest point stands: half-edge of the ring, point of it */
    size_t n_pts;
};

struct mere_tracer {
    const struct mere_net *net;
    struct mere_arena scratch;
    int32_t *stamp;   /* by face: the round in which it was a member */
    int32_t *up;      /* by face: union-find among the members */
    int32_t *walked;  /* by half-edge: the round in which it was walked */
    int32_t *at_node; /* by node: where it stands on the path, or OUTSIDE */
    int32_t round;
    uint32_t *zone_first; /* n_zones + 2, into zone_faces */
    int32_t *zone_faces;
    MERE_VEC(int32_t) path;
    MERE_VEC(int32_t) edges; /* of the rings */
    MERE_VEC(struct outline_ring) rings;
};

/* What grows: a layer without its zones. */
struct drawing {
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
};

static bool is_member(const struct mere_tracer *t, int32_t face)
{
    return face >= 0 && t->stamp[face] == t->round;
}

static int32_t root_of(struct mere_tracer *t, int32_t f)
{
    while (t->up[f] != f) {
        t->up[f] = t->up[t->up[f]];
        f = t->up[f];
    }
    return f;
}

/* Call `each` for the half-edges around `face`. */
#define FOR_EDGES(net, face, edge)                                                                 \
    for (uint32_t ring_ = (net)->face_ring_first[(face) + 1];                                      \
         ring_ < (net)->face_ring_first[(face) + 2]; ring_++)                                      \
        for (int32_t start_ = (net)->ring_edge[(net)->face_rings[ring_]], (edge) = start_,         \
                     more_ = 1;                                                                    \
             more_; (edge) = (net)->next[edge], more_ = (edge) != start_)

/* Join the members that hang together. */
static void join_members(struct mere_tracer *t, const int32_t *faces, size_t n)
{
    for (size_t i = 0; i < n; i++)
        t->up[faces[i]] = faces[i];
    for (size_t i = 0; i < n; i++) {
        FOR_EDGES(t->net, faces[i], edge)
        {
            int32_t beyond = mere_edge_face(t->net, edge ^ 1);
            if (!is_member(t, beyond))
                continue;
            int32_t a = root_of(t, faces[i]), b = root_of(t, beyond);
            t->up[a > b ? a : b] = a > b ? b : a;
        }
    }
}

/* The half-edge that goes on with the border after `edge`. */
static int32_t border_after(const struct mere_tracer *t, int32_t edge)
{
    int32_t on = t->net->next[edge];
    while (is_member(t, mere_edge_face(t->net, on ^ 1)))
        on = t->net->next[on ^ 1];
    return on;
}

static int32_t edge_end(const struct mere_net *net, int32_t edge)
{
    return mere_edge_origin(net, edge ^ 1);
}

/* Twice the area of the ring, and its lowest point. */
static void measure_ring(const struct mere_tracer *t, struct outline_ring *ring)
{
    const struct mere_net *net = t->net;
    mere_i128 area2 = 0;
    struct mere_point o = mere_edge_point(net, t->edges.v[ring->first], 0), a = o;
    ring->low = o;
    ring->low_edge = ring->low_at = 0;
    for (size_t k = 0; k < ring->n; k++) {
        int32_t edge = t->edges.v[ring->first + k];
        uint32_t n = net->arcs[edge >> 1].n;
        ring->n_pts += n - 1;
        for (uint32_t i = 0; i + 1 < n; i++) {
            struct mere_point p = mere_edge_point(net, edge, i);
            area2 += (mere_i128)((int64_t)a.x - o.x) * ((int64_t)p.y - o.y) -
                     (mere_i128)((int64_t)p.x - o.x) * ((int64_t)a.y - o.y);
            a = p;
            if (mere_point_cmp(p, ring->low) < 0) {
                ring->low = p;
                ring->low_edge = (uint32_t)k;
                ring->low_at = i;
            }
        }
    }
    ring->shell = area2 > 0;
}

/* Take the path from place `from` on as a ring. */
static bool cut_ring(struct mere_tracer *t, size_t from)
{
    struct outline_ring ring = {.first = t->edges.n, .n = t->path.n - from};
    if (!MERE_RESERVE(&t->edges, ring.n))
        return false;
    for (size_t i = from; i < t->path.n; i++) {
        t->at_node[mere_edge_origin(t->net, t->path.v[i])] = OUTSIDE;
        t->edges.v[t->edges.n++] = t->path.v[i];
    }
    ring.piece = root_of(t, mere_edge_face(t->net, t->path.v[from]));
    t->path.n = from;
    measure_ring(t, &ring);
    return MERE_PUSH(&t->rings, ring);
}

/* Walk along the border from `edge` until it closes, cutting off a ring whenever it meets itself.
 */
static bool walk_border(struct mere_tracer *t, int32_t edge)
{
    t->path.n = 0;
    while (t->walked[edge] != t->round) {
        t->walked[edge] = t->round;
        t->at_node[mere_edge_origin(t->net, edge)] = (int32_t)t->path.n;
        if (!MERE_PUSH(&t->path, edge))
            return false;
        int32_t met = t->at_node[edge_end(t->net, edge)];
        int32_t on = border_after(t, edge);
        if (met != OUTSIDE && !cut_ring(t, (size_t)met))
            return false;
        edge = on;
    }
    return true;
}

/* ---- rings into parts ---- */

struct ring_order { /* a ring as qsort sees it */
    const struct mere_tracer *t;
    const struct outline_ring *ring;
};

/* The i-th point of the ring, counted from its lowest. */
struct cursor {
    const struct mere_tracer *t;
    const struct outline_ring *ring;
    size_t k;
    uint32_t i;
};
static struct mere_point step(struct cursor *c)
{
    int32_t edge = c->t->edges.v[c->ring->first + c->k];
    struct mere_point p = mere_edge_point(c->t->net, edge, c->i++);
    if (c->i + 1 >= c->t->net->arcs[edge >> 1].n) {
        c->i = 0;
        c->k = c->k + 1 < c->ring->n ? c->k + 1 : 0;
    }
    return p;
}
static struct cursor at_lowest(const struct mere_tracer *t, const struct outline_ring *ring)
{
    return (struct cursor){t, ring, ring->low_edge, ring->low_at};
}

static int cmp_rings(const void *va, const void *vb)
{
    const struct ring_order *a = va, *b = vb;
    int c = mere_point_cmp(a->ring->low, b->ring->low);
    struct cursor x = at_lowest(a->t, a->ring), y = at_lowest(b->t, b->ring);
    for (size_t i = 0; c == 0 && a->ring != b->ring && i < a->ring->n_pts && i < b->ring->n_pts;
         i++)
        c = mere_point_cmp(step(&x), step(&y));
    return c;
}

static bool draw_ring(const struct mere_tracer *t, const struct outline_ring *ring,
                      struct drawing *d)
{
    assert(ring);
    struct cursor c = at_lowest(t, ring);
    if (!MERE_RESERVE(&d->pts, ring->n_pts))
        return false;
    for (size_t i = 0; i < ring->n_pts; i++)
        d->pts.v[d->pts.n++] = step(&c);
    return MERE_PUSH(&d->ring_first, (uint32_t)d->pts.n);
}

/* Draw the rings of one zone: shells by their points, each followed by its holes, likewise. */
static enum mere_status draw_parts(struct mere_ctx *ctx, struct mere_tracer *t, uint32_t zone,
                                   struct drawing *d, struct ring_order *order)
{
    size_t n = t->rings.n;
    for (size_t i = 0; i < n; i++)
        order[i] = (struct ring_order){t, &t->rings.v[i]};
    if (n > 1)
        qsort(order, n, sizeof *order, cmp_rings);
    /* Chain the holes of a piece, in order, behind its root face: first[root] and then next[ring].
     */
    int32_t *next = mere_calloc(n + 1, sizeof *next);
    if (!next)
        return mere_fail_nomem(ctx, "drawing zones");
    for (size_t i = 0; i < n; i++)
        t->up[order[i].ring->piece] = OUTSIDE;
    for (size_t i = n; i-- > 0;) {
        if (order[i].ring->shell)
            continue;
        next[i] = t->up[order[i].ring->piece];
        t->up[order[i].ring->piece] = (int32_t)i;
    }
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if (!order[i].ring->shell)
            continue;
        ok = MERE_PUSH(&d->part_zone, zone) && draw_ring(t, order[i].ring, d);
        for (int32_t h = t->up[order[i].ring->piece]; ok && h != OUTSIDE; h = next[h])
            ok = draw_ring(t, order[h].ring, d);
        ok = ok && MERE_PUSH(&d->part_ring, (uint32_t)d->ring_first.n - 1);
    }
    free(next);
    if (d->pts.n > UINT32_MAX || d->ring_first.n > UINT32_MAX)
        return mere_fail(ctx, MERE_E_LIMIT, "%zu points are more than a layer holds", d->pts.n);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "drawing zones");
}

/* The rings around a set of faces, in no order. */
static enum mere_status trace_rings(struct mere_ctx *ctx, struct mere_tracer *t,
                                    const int32_t *faces, size_t n)
{
    t->round++;
    t->rings.n = t->edges.n = 0;
    for (size_t i = 0; i < n; i++)
        t->stamp[faces[i]] = t->round;
    join_members(t, faces, n);
    for (size_t i = 0; i < n; i++) {
        FOR_EDGES(t->net, faces[i], edge)
        {
            if (is_member(t, mere_edge_face(t->net, edge ^ 1)) || t->walked[edge] == t->round)
                continue;
            if (!walk_border(t, edge))
                return mere_fail_nomem(ctx, "tracing zones");
        }
    }
    return MERE_OK;
}

/* Trace one set of faces as the parts of `zone`. */
static enum mere_status trace_faces(struct mere_ctx *ctx, struct mere_tracer *t,
                                    const int32_t *faces, size_t n, uint32_t zone,
                                    struct drawing *d)
{
    MERE_TRY(trace_rings(ctx, t, faces, n));
    struct ring_order *order = mere_calloc(t->rings.n + 1, sizeof *order);
    if (!order)
        return mere_fail_nomem(ctx, "tracing zones");
    enum mere_status status = draw_parts(ctx, t, zone, d, order);
    free(order);
    return status;
}

/* ---- layers ---- */

static enum mere_status start(struct mere_ctx *ctx, struct mere_tracer *t, struct drawing *d)
{
    size_t n_faces = (size_t)t->net->n_faces, n_edges = 2 * (size_t)t->net->n_arcs;
    t->stamp = MERE_NEW(&t->scratch, int32_t, n_faces);
    t->up = MERE_NEW(&t->scratch, int32_t, n_faces);
    t->walked = MERE_NEW(&t->scratch, int32_t, n_edges);
    t->at_node = MERE_NEW(&t->scratch, int32_t, (size_t)t->net->n_nodes);
    if (!t->stamp || !t->up || !t->walked || !t->at_node)
        return mere_fail_nomem(ctx, "tracing zones");
    memset(t->at_node, 0xff, (size_t)t->net->n_nodes * sizeof *t->at_node);
    if (!MERE_PUSH(&d->part_ring, 0) || !MERE_PUSH(&d->ring_first, 0))
        return mere_fail_nomem(ctx, "tracing zones");
    return MERE_OK;
}

static void finish(struct mere_tracer *t, struct drawing *d)
{
    MERE_VEC_FREE(&t->path);
    MERE_VEC_FREE(&t->edges);
    MERE_VEC_FREE(&t->rings);
    mere_arena_clear(&t->scratch);
    MERE_VEC_FREE(&d->part_zone);
    MERE_VEC_FREE(&d->part_ring);
    MERE_VEC_FREE(&d->ring_first);
    MERE_VEC_FREE(&d->pts);
}

/* A copy in the arena; NULL when memory is out. */
static void *keep(struct mere_arena *arena, const void *v, size_t n, size_t size)
{
    void *copy = mere_arena_alloc(arena, n, size);
    if (copy && n > 0)
        memcpy(copy, v, n * size);
    return copy;
}

static enum mere_status keep_drawing(struct mere_ctx *ctx, const struct drawing *d,
                                     struct mere_arena *arena, struct mere_layer *layer)
{
    layer->n_parts = d->part_zone.n;
    layer->n_rings = d->ring_first.n - 1;
    layer->part_zone = keep(arena, d->part_zone.v, d->part_zone.n, sizeof *d->part_zone.v);
    layer->part_ring = keep(arena, d->part_ring.v, d->part_ring.n, sizeof *d->part_ring.v);
    layer->ring_first = keep(arena, d->ring_first.v, d->ring_first.n, sizeof *d->ring_first.v);
    layer->pts = keep(arena, d->pts.v, d->pts.n, sizeof *d->pts.v);
    if (!layer->part_zone || !layer->part_ring || !layer->ring_first || !layer->pts)
        return mere_fail_nomem(ctx, "keeping zones");
    return MERE_OK;
}

/* List the faces of every zone. */
static enum mere_status list_faces(struct mere_ctx *ctx, struct mere_tracer *t,
                                   const struct mere_scheme *scheme)
{
    size_t n_zones = (size_t)scheme->n_zones, n;
    t->zone_first = MERE_NEW(&t->scratch, uint32_t, n_zones + 2);
    if (!t->zone_first)
        return mere_fail_nomem(ctx, "tracing zones");
    for (int32_t f = 0; f < t->net->n_faces; f++) {
        const int32_t *zone = mere_face_claims(scheme, f, &n);
        for (size_t i = 0; i < n; i++)
            t->zone_first[zone[i] + 2]++;
    }
    for (size_t z = 2; z < n_zones + 2; z++)
        t->zone_first[z] += t->zone_first[z - 1];
    t->zone_faces = MERE_NEW(&t->scratch, int32_t, t->zone_first[n_zones + 1]);
    if (!t->zone_faces)
        return mere_fail_nomem(ctx, "tracing zones");
    for (int32_t f = 0; f < t->net->n_faces; f++) {
        const int32_t *zone = mere_face_claims(scheme, f, &n);
        for (size_t i = 0; i < n; i++)
            t->zone_faces[t->zone_first[zone[i] + 1]++] = f;
    }
    return MERE_OK;
}

static enum mere_status trace_scheme(struct mere_ctx *ctx, struct mere_tracer *t,
                                     const struct mere_scheme *scheme, struct drawing *d)
{
    MERE_TRY(start(ctx, t, d));
    MERE_TRY(list_faces(ctx, t, scheme));
    for (int32_t z = 0; z < scheme->n_zones; z++)
        MERE_TRY(trace_faces(ctx, t, t->zone_faces + t->zone_first[z],
                             t->zone_first[z + 1] - t->zone_first[z], (uint32_t)z, d));
    return MERE_OK;
}

enum mere_status mere_net_layer(struct mere_ctx *ctx, const struct mere_net *net, int32_t scheme,
                                struct mere_arena *arena, struct mere_layer *ret_layer)
{
    const struct mere_scheme *from = &net->schemes[scheme];
    struct mere_tracer t = {.net = net};
    struct drawing d = {0};
    struct mere_layer layer = {.role = from->role,
                               .covering = from->covering,
                               .n_columns = from->n_columns,
                               .n_zones = (size_t)from->n_zones};
    enum mere_status status = trace_scheme(ctx, &t, from, &d);
    if (status == MERE_OK)
        status = keep_drawing(ctx, &d, arena, &layer);
    finish(&t, &d);
    MERE_TRY(status);
    const char *parent = from->parent_scheme;
    layer.name = mere_arena_text(arena, from->name, strlen(from->name));
    layer.parent_scheme = parent ? mere_arena_text(arena, parent, strlen(parent)) : NULL;
    layer.columns = mere_columns_copy(arena, from->columns, from->n_columns);
    layer.zones = MERE_NEW(arena, struct mere_zone, layer.n_zones);
    if (!layer.name || (parent && !layer.parent_scheme) || !layer.columns || !layer.zones)
        return mere_fail_nomem(ctx, "keeping zones");
    for (size_t z = 0; z < layer.n_zones; z++)
        if (!mere_zone_copy(arena, &from->zones[z], from->n_columns, &layer.zones[z]))
            return mere_fail_nomem(ctx, "keeping zones");
    *ret_layer = layer;
    return MERE_OK;
}

static enum mere_status trace_members(struct mere_ctx *ctx, struct mere_tracer *t,
                                      const uint8_t *member, struct drawing *d)
{
    size_t n = 0;
    int32_t *faces = MERE_NEW(&t->scratch, int32_t, (size_t)t->net->n_faces);
    if (!faces)
        return mere_fail_nomem(ctx, "tracing faces");
    for (int32_t f = 0; f < t->net->n_faces; f++)
        if (member[f])
            faces[n++] = f;
    MERE_TRY(start(ctx, t, d));
    return trace_faces(ctx, t, faces, n, 0, d);
}

/* Give the one zone of `layer` its empty texts. */
static enum mere_status name_outline(struct mere_ctx *ctx, struct mere_arena *arena,
                                     struct mere_layer layer, struct mere_layer *ret_layer)
{
    layer.columns = MERE_NEW(arena, struct mere_column, 0);
    layer.zones = MERE_NEW(arena, struct mere_zone, 1);
    if (!layer.zones || !layer.columns)
        return mere_fail_nomem(ctx, "keeping faces");
    layer.zones[0] = (struct mere_zone){
        .code = "", .name = "", .households = MERE_UNKNOWN, .persons = MERE_UNKNOWN};
    *ret_layer = layer;
    return MERE_OK;
}

enum mere_status mere_net_outline(struct mere_ctx *ctx, const struct mere_net *net,
                                  const uint8_t *member, struct mere_arena *arena,
                                  struct mere_layer *ret_layer)
{
    struct mere_tracer t = {.net = net};
    struct drawing d = {0};
    struct mere_layer layer = {.name = "", .role = MERE_ROLE_OTHER, .n_zones = 1};
    enum mere_status status = trace_members(ctx, &t, member, &d);
    if (status == MERE_OK)
        status = keep_drawing(ctx, &d, arena, &layer);
    finish(&t, &d);
    return status == MERE_OK ? name_outline(ctx, arena, layer, ret_layer) : status;
}

/* ---- many sets of faces, one after the other --------------------------------------------------
 */

enum mere_status mere_tracer_new(struct mere_ctx *ctx, const struct mere_net *net,
                                 struct mere_tracer **ret_tracer)
{
    struct drawing unused = {0};
    struct mere_tracer *t = mere_calloc(1, sizeof *t);
    if (!t)
        return mere_fail_nomem(ctx, "tracing faces");
    t->net = net;
    enum mere_status status = start(ctx, t, &unused);
    MERE_VEC_FREE(&unused.part_ring);
    MERE_VEC_FREE(&unused.ring_first);
    if (status != MERE_OK)
        mere_tracer_free(t);
    else
        *ret_tracer = t;
    return status;
}

void mere_tracer_free(struct mere_tracer *tracer)
{
    struct drawing unused = {0};
    if (!tracer)
        return;
    finish(tracer, &unused);
    free(tracer);
}

enum mere_status mere_tracer_count(struct mere_ctx *ctx, struct mere_tracer *tracer,
                                   const int32_t *faces, size_t n, struct mere_ring_count *ret)
{
    struct mere_ring_count count = {0};
    MERE_TRY(trace_rings(ctx, tracer, faces, n));
    for (size_t i = 0; i < tracer->rings.n; i++) {
        count.parts += tracer->rings.v[i].shell;
        count.holes += !tracer->rings.v[i].shell;
    }
    *ret = count;
    return MERE_OK;
}

enum mere_status mere_tracer_layer(struct mere_ctx *ctx, struct mere_tracer *tracer,
                                   const int32_t *faces, size_t n, struct mere_arena *arena,
                                   struct mere_layer *ret_layer)
{
    struct drawing d = {0};
    struct mere_layer layer = {.name = "", .role = MERE_ROLE_OTHER, .n_zones = 1};
    enum mere_status status = MERE_PUSH(&d.part_ring, 0) && MERE_PUSH(&d.ring_first, 0)
                                  ? trace_faces(ctx, tracer, faces, n, 0, &d)
                                  : mere_fail_nomem(ctx, "tracing faces");
    if (status == MERE_OK)
        status = keep_drawing(ctx, &d, arena, &layer);
    MERE_VEC_FREE(&d.part_zone);
    MERE_VEC_FREE(&d.part_ring);
    MERE_VEC_FREE(&d.ring_first);
    MERE_VEC_FREE(&d.pts);
    return status == MERE_OK ? name_outline(ctx, arena, layer, ret_layer) : status;
}
