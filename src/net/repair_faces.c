/* repair_faces.c - the pieces into which cuts part a piece of land.
 *
 * The boundary's segments have the land at their left hand, a cut has it on both sides. A walk that
 * comes to a vertex where cuts end goes on with the first way clockwise from where it came, so it
 * goes around one piece. Walks that run counter-clockwise are shells, the others holes, which lie
 * in the smallest shell around them. */
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/repair_cut.h"
#include <stdlib.h>

/* One side of a cut: cut k is sides 2k, from its begin, and 2k + 1, from its end. */
struct side {
    uint32_t from, to; /* vertices */
    uint32_t more;     /* the next side that leaves the same vertex, + 1 */
};

struct walking {
    struct mere_ctx *ctx;
    struct cut_land *land;
    struct side *sides;
    size_t n_sides;
    uint32_t *leaves;                     /* by vertex: the first side that leaves it, + 1 */
    uint8_t *walked;                      /* by way: vertices' segments, then sides */
    MERE_VEC(struct repair_split) splits; /* in order */
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(uint32_t) ring_end;
};

static enum mere_status nomem(const struct walking *w)
{
    return mere_fail_nomem(w->ctx, "cutting a gap");
}

/* ---- new vertices ---- */

struct foot {
    uint32_t segment, cut;
    double along;
};

static int foot_cmp(const void *va, const void *vb)
{
    const struct foot *a = va, *b = vb;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return (a->along > b->along) - (a->along < b->along);
}

/* Put the feet into the boundary, in order along each segment; `ends` (by cut) gets their vertices.
 */
static enum mere_status add_feet(struct walking *w, const struct cut *cuts, size_t n,
                                 uint32_t *ends)
{
    MERE_VEC(struct foot) feet = {0};
    struct cut_land *land = w->land;
    enum mere_status status = MERE_OK;
    for (uint32_t i = 0; i < n && status == MERE_OK; i++) {
        struct mere_point a = land->v[cuts[i].to].p, x = cuts[i].to_point;
        double dx = (double)x.x - a.x, dy = (double)x.y - a.y;
        ends[i] = cuts[i].to;
        if (cuts[i].has_foot && !MERE_PUSH(&feet, (struct foot){cuts[i].to, i, dx * dx + dy * dy}))
            status = nomem(w);
    }
    if (feet.n > 1)
        qsort(feet.v, feet.n, sizeof *feet.v, foot_cmp);
    uint32_t last = 0;
    for (size_t i = 0; i < feet.n && status == MERE_OK; i++) {
        bool first = i == 0 || feet.v[i - 1].segment != feet.v[i].segment;
        last = first ? feet.v[i].segment : last;
        struct mere_point x = cuts[feet.v[i].cut].to_point;
        uint32_t next = land->v[last].next, here = (uint32_t)land->n;
        struct cut_vertex v = {x, last, next, land->v[last].bank, 0};
        const struct repair_split split = {land->v[last].p, land->v[next].p, x};
        if (!MERE_PUSH(&w->splits, split) || !MERE_PUSH(land, v))
            status = nomem(w);
        if (status == MERE_OK) {
            land->v[last].next = land->v[next].prev = here;
            ends[feet.v[i].cut] = last = here;
        }
    }
    MERE_VEC_FREE(&feet);
    return status;
}

static enum mere_status add_sides(struct walking *w, const struct cut *cuts, size_t n,
                                  const uint32_t *ends)
{
    w->n_sides = 2 * n;
    w->sides = mere_calloc(w->n_sides + 1, sizeof *w->sides);
    w->leaves = mere_calloc(w->land->n + 1, sizeof *w->leaves);
    w->walked = mere_calloc(w->land->n + w->n_sides + 1, 1);
    if (!w->sides || !w->leaves || !w->walked)
        return nomem(w);
    for (uint32_t i = 0; i < w->n_sides; i++) {
        uint32_t from = cuts[i / 2].from, to = ends[i / 2];
        w->sides[i] = (struct side){i & 1 ? to : from, i & 1 ? from : to, 0};
        w->sides[i].more = w->leaves[w->sides[i].from];
        w->leaves[w->sides[i].from] = i + 1;
    }
    return MERE_OK;
}

/* ---- walking ---- */

/* Ways: v < land->n is the segment that leaves vertex v; land->n + s is side s. */
static uint32_t begin_of(const struct walking *w, uint32_t way)
{
    return way < w->land->n ? way : w->sides[way - w->land->n].from;
}
static uint32_t end_of(const struct walking *w, uint32_t way)
{
    return way < w->land->n ? w->land->v[way].next : w->sides[way - w->land->n].to;
}

/* Whether the way to `a` comes before that to `b`, turning clockwise at `hub` from `back`. */
static bool is_sooner(struct mere_point hub, struct mere_point back, struct mere_point a,
                      struct mere_point b)
{
    struct mere_lattice_point h = mere_lattice(hub), t = mere_lattice(back);
    bool x = mere_angle_cmp(h, mere_lattice(a), t) < 0,
         y = mere_angle_cmp(h, mere_lattice(b), t) < 0;
    if (x != y)
        return x;
    return mere_angle_cmp(h, mere_lattice(a), mere_lattice(b)) > 0;
}

static uint32_t way_after(const struct walking *w, uint32_t way)
{
    const struct cut_vertex *v = w->land->v;
    uint32_t hub = end_of(w, way), best = hub;
    struct mere_point back = v[begin_of(w, way)].p;
    for (uint32_t s = w->leaves[hub]; s; s = w->sides[s - 1].more) {
        uint32_t other = (uint32_t)w->land->n + s - 1;
        if (way >= w->land->n && (way - (uint32_t)w->land->n) / 2 == (s - 1) / 2)
            continue; /* the way back along the same cut */
        if (is_sooner(v[hub].p, back, v[end_of(w, other)].p, v[end_of(w, best)].p))
            best = other;
    }
    return best;
}

/* `*ret_closed`: all walks came back to where they began. Rounding may bend the boundary over a
 * cut: what was found then is none. */
static enum mere_status walk_all(struct walking *w, bool *ret_closed)
{
    uint32_t n = (uint32_t)(w->land->n + w->n_sides);
    for (uint32_t start = 0; start < n; start++) {
        if (w->walked[start])
            continue;
        uint32_t way = start;
        do {
            w->walked[way] = 1;
            if (!MERE_PUSH(&w->pts, w->land->v[begin_of(w, way)].p))
                return nomem(w);
            way = way_after(w, way);
        } while (!w->walked[way]);
#ifdef MERE_VALIDATE
        if (way != start)
            return mere_fail(w->ctx, MERE_E_INTERNAL, "a walk around cut land does not close");
#endif
        *ret_closed = way == start;
        if (!*ret_closed)
            return MERE_OK;
        if (!MERE_PUSH(&w->ring_end, (uint32_t)w->pts.n))
            return nomem(w);
    }
    return MERE_OK;
}

/* ---- pieces ---- */

struct walk {
    uint32_t first, end;
    mere_i128 area2;
    uint32_t piece;
};

static bool holds(const struct walking *w, const struct walk *shell, struct mere_point p)
{
    uint32_t rings[] = {0, shell->end - shell->first};
    uint32_t part_ring[] = {0, 1};
    const struct mere_layer polygon = {.n_parts = 1,
                                       .part_ring = part_ring,
                                       .n_rings = 1,
                                       .ring_first = rings,
                                       .pts = w->pts.v + shell->first};
    return mere_polygon_holds(&polygon, p);
}

/* The smallest shell around a hole: the one that holds most of its vertices, for some may lie on
 * it. */
static uint32_t shell_of(const struct walking *w, const struct walk *walks, size_t n,
                         const struct walk *hole)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        if (walks[i].area2 <= 0 || (best != UINT32_MAX && walks[best].area2 < walks[i].area2))
            continue;
        uint32_t in = 0;
        for (uint32_t k = hole->first; k < hole->end; k++)
            in += holds(w, &walks[i], w->pts.v[k]);
        if (2 * in > hole->end - hole->first)
            best = i;
    }
    return best;
}

static enum mere_status add_ring(struct walking *w, const struct walk *walk, uint32_t piece,
                                 struct repair_cuts *ret)
{
    for (uint32_t k = walk->first; k < walk->end; k++)
        if (!MERE_PUSH(&ret->pts, w->pts.v[k]))
            return nomem(w);
    return MERE_PUSH(&ret->ring_end, (uint32_t)ret->pts.n) && MERE_PUSH(&ret->ring_piece, piece)
               ? MERE_OK
               : nomem(w);
}

static enum mere_status add_pieces(struct walking *w, struct walk *walks, size_t n,
                                   struct repair_cuts *ret)
{
    uint32_t first = 0;
    for (size_t i = 0; i < n; i++) {
        walks[i] = (struct walk){first, w->ring_end.v[i], 0, UINT32_MAX};
        first = w->ring_end.v[i];
        walks[i].area2 = mere_ring_area2(w->pts.v + walks[i].first, walks[i].end - walks[i].first);
    }
    for (size_t i = 0; i < n; i++)
        if (walks[i].area2 <= 0)
            walks[i].piece = shell_of(w, walks, n, &walks[i]);
    for (uint32_t i = 0; i < n; i++) {
        if (walks[i].area2 <= 0)
            continue;
        uint32_t piece = ret->n_pieces++;
        MERE_TRY(add_ring(w, &walks[i], piece, ret));
        for (size_t k = 0; k < n; k++)
            if (walks[k].area2 <= 0 && walks[k].piece == i)
                MERE_TRY(add_ring(w, &walks[k], piece, ret));
    }
    return MERE_OK;
}

/* What the feet put into borders. */
static enum mere_status record_splits(const struct walking *w, struct repair_cuts *ret)
{
    for (size_t i = 0; i < w->splits.n; i++)
        MERE_TRY(
            mere_repair_split(w->ctx, ret, w->splits.v[i].a, w->splits.v[i].b, w->splits.v[i].x));
    return MERE_OK;
}

enum mere_status mere_repair_faces(struct mere_ctx *ctx, struct cut_land *land,
                                   const struct cut *cuts, size_t n, struct repair_cuts *ret)
{
    struct walking w = {.ctx = ctx, .land = land};
    uint32_t *ends = mere_calloc(n + 1, sizeof *ends);
    bool closed = true;
    struct walk *walks = NULL;
    if (!ends)
        return nomem(&w);
    enum mere_status status = add_feet(&w, cuts, n, ends);
    if (status == MERE_OK)
        status = add_sides(&w, cuts, n, ends);
    if (status == MERE_OK)
        status = walk_all(&w, &closed);
    if (status == MERE_OK && closed)
        status = record_splits(&w, ret);
    if (status == MERE_OK && closed && !(walks = mere_calloc(w.ring_end.n + 1, sizeof *walks)))
        status = nomem(&w);
    if (status == MERE_OK && closed)
        status = add_pieces(&w, walks, w.ring_end.n, ret);
    free(ends);
    free(walks);
    free(w.sides);
    free(w.leaves);
    free(w.walked);
    MERE_VEC_FREE(&w.splits);
    MERE_VEC_FREE(&w.pts);
    MERE_VEC_FREE(&w.ring_end);
    return status;
}
