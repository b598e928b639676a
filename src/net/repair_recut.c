/* repair_recut.c - a network with cuts in it.
 *
 * The schemes are traced from the round's network, the vertices that cuts put into borders are put
 * into every ring that has the segment, and the pieces are one scheme more. All meet in vertices
 * alone then, so building it anew moves nothing. */
#include "base/hash.h"
#include "net/repair_cut.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mere_repair_cuts_clear(struct repair_cuts *cuts)
{
    MERE_VEC_FREE(&cuts->pts);
    MERE_VEC_FREE(&cuts->ring_end);
    MERE_VEC_FREE(&cuts->ring_piece);
    MERE_VEC_FREE(&cuts->splits);
    free(cuts->table);
    cuts->table = NULL;
    cuts->cap = 0;
}

/* ---- splits by segment ---- */

static uint64_t point_bits(struct mere_point p)
{
    return (uint64_t)(uint32_t)p.x << 32 | (uint32_t)p.y;
}

/* Where the split of segment a-b (a before b) stands in the table, or would stand. */
static size_t slot_of(const struct repair_cuts *cuts, struct mere_point a, struct mere_point b)
{
    size_t at = mere_mix64(point_bits(a) ^ mere_mix64(point_bits(b))) & (cuts->cap - 1);
    for (; cuts->table[at]; at = (at + 1) & (cuts->cap - 1)) {
        const struct repair_split *s = &cuts->splits.v[cuts->table[at] - 1];
        if (mere_point_same(s->a, a) && mere_point_same(s->b, b))
            break;
    }
    return at;
}

static const struct repair_split *find_split(const struct repair_cuts *cuts, struct mere_point p,
                                             struct mere_point q)
{
    bool swap = mere_point_cmp(p, q) > 0;
    uint32_t i = cuts->cap ? cuts->table[slot_of(cuts, swap ? q : p, swap ? p : q)] : 0;
    return i ? &cuts->splits.v[i - 1] : NULL;
}

static bool grow_table(struct repair_cuts *cuts)
{
    if (cuts->cap > 2 * (cuts->splits.n + 1))
        return true;
    size_t cap = cuts->cap ? 2 * cuts->cap : 64;
    uint32_t *table = mere_calloc(cap, sizeof *table);
    if (!table)
        return false;
    free(cuts->table);
    cuts->table = table;
    cuts->cap = cap;
    for (size_t i = 0; i < cuts->splits.n; i++)
        table[slot_of(cuts, cuts->splits.v[i].a, cuts->splits.v[i].b)] = (uint32_t)i + 1;
    return true;
}

enum mere_status mere_repair_split(struct mere_ctx *ctx, struct repair_cuts *cuts,
                                   struct mere_point a, struct mere_point b, struct mere_point x)
{
    bool swap = mere_point_cmp(a, b) > 0;
    struct repair_split split = {swap ? b : a, swap ? a : b, x};
    if (!grow_table(cuts) || !MERE_PUSH(&cuts->splits, split))
        return mere_fail_nomem(ctx, "cutting a gap");
    cuts->table[slot_of(cuts, split.a, split.b)] = (uint32_t)cuts->splits.n;
    return MERE_OK;
}

/* ---- rings with the new vertices ---- */

typedef MERE_VEC(struct mere_point) point_vec;

static bool add_point(struct mere_point p, struct mere_point **v, size_t *n, size_t *cap)
{
    if (*n == *cap && !mere_vec_grow((void **)v, cap, *n, 1, sizeof **v))
        return false;
    (*v)[(*n)++] = p;
    return true;
}

bool mere_repair_add_segment(const struct repair_cuts *cuts, struct mere_point p,
                             struct mere_point q, struct mere_point **v, size_t *n, size_t *cap)
{
    const struct repair_split *split = find_split(cuts, p, q);
    if (!split) /* as almost all */
        return add_point(p, v, n, cap);
    point_vec ends = {0}; /* what is still to be reached, the next one last */
    bool ok = MERE_PUSH(&ends, q) && MERE_PUSH(&ends, split->x);
    while (ok && ends.n > 0) {
        split = find_split(cuts, p, ends.v[ends.n - 1]);
        if (split) {
            ok = MERE_PUSH(&ends, split->x);
            continue;
        }
        ok = add_point(p, v, n, cap);
        p = ends.v[--ends.n];
    }
    MERE_VEC_FREE(&ends);
    return ok;
}

static enum mere_status split_layer(struct repair_round *r, const struct repair_cuts *cuts,
                                    struct mere_layer *layer)
{
    point_vec pts = {0};
    uint32_t *first = MERE_NEW(&r->scratch, uint32_t, layer->n_rings + 1);
    bool ok = first != NULL;
    for (size_t ring = 0; ok && ring < layer->n_rings; ring++) {
        uint32_t from = layer->ring_first[ring], end = layer->ring_first[ring + 1];
        for (uint32_t i = from; ok && i < end; i++)
            ok =
                mere_repair_add_segment(cuts, layer->pts[i], layer->pts[i + 1 < end ? i + 1 : from],
                                        &pts.v, &pts.n, &pts.cap);
        first[ring + 1] = (uint32_t)pts.n;
    }
    struct mere_point *kept = ok ? MERE_NEW(&r->scratch, struct mere_point, pts.n) : NULL;
    if (kept && pts.n > 0)
        memcpy(kept, pts.v, pts.n * sizeof *kept);
    MERE_VEC_FREE(&pts);
    if (!kept)
        return mere_fail_nomem(r->ctx, "cutting a gap");
    layer->ring_first = first;
    layer->pts = kept;
    return MERE_OK;
}

/* The pieces as a scheme: a zone each, by number. */
static enum mere_status piece_layer(struct repair_round *r, const struct repair_cuts *cuts,
                                    struct mere_layer *ret)
{
    size_t n = cuts->n_pieces, n_rings = cuts->ring_end.n;
    struct mere_layer layer = {.name = "cut pieces", .role = MERE_ROLE_OTHER};
    layer.n_zones = layer.n_parts = n;
    layer.n_rings = n_rings;
    layer.zones = MERE_NEW(&r->scratch, struct mere_zone, n);
    layer.part_zone = MERE_NEW(&r->scratch, uint32_t, n);
    layer.part_ring = MERE_NEW(&r->scratch, uint32_t, n + 1);
    layer.ring_first = MERE_NEW(&r->scratch, uint32_t, n_rings + 1);
    layer.pts = cuts->pts.v;
    if (!layer.zones || !layer.part_zone || !layer.part_ring || !layer.ring_first)
        return mere_fail_nomem(r->ctx, "cutting a gap");
    for (size_t i = 0; i < n; i++) {
        char code[24];
        int len = snprintf(code, sizeof code, "%08zu", i);
        layer.zones[i] = (struct mere_zone){.code = mere_arena_text(&r->scratch, code, (size_t)len),
                                            .name = "",
                                            .households = MERE_UNKNOWN,
                                            .persons = MERE_UNKNOWN};
        if (!layer.zones[i].code)
            return mere_fail_nomem(r->ctx, "cutting a gap");
        layer.part_zone[i] = (uint32_t)i;
    }
    for (size_t i = 0; i < n_rings; i++) {
        layer.part_ring[cuts->ring_piece.v[i] + 1] = (uint32_t)i + 1;
        layer.ring_first[i + 1] = cuts->ring_end.v[i];
    }
    *ret = layer;
    return cuts->splits.n > 0 ? split_layer(r, cuts, ret) : MERE_OK;
}

enum mere_status mere_repair_recut(struct repair_round *r, const struct repair_cuts *cuts,
                                   struct mere_layer *before, struct mere_net **ret_net)
{
    size_t n = (size_t)r->net->n_schemes + 1;
    struct mere_layer *layers = MERE_NEW(&r->scratch, struct mere_layer, n);
    const struct mere_layer **list = MERE_NEW(&r->scratch, const struct mere_layer *, n);
    const struct mere_build how = {0};
    if (!layers || !list)
        return mere_fail_nomem(r->ctx, "cutting a gap");
    for (size_t s = 0; s + 1 < n; s++) {
        MERE_TRY(mere_net_layer(r->ctx, r->net, (int32_t)s,
                                (int32_t)s == r->s ? r->arena : &r->scratch, &layers[s]));
        if ((int32_t)s == r->s && !r->moved)
            MERE_TRY(mere_repair_narrow(r, &layers[s], before));
        if (cuts->splits.n > 0)
            MERE_TRY(split_layer(r, cuts, &layers[s]));
    }
    MERE_TRY(piece_layer(r, cuts, &layers[n - 1]));
    for (size_t s = 0; s < n; s++)
        list[s] = &layers[s];
    return mere_net_build(r->ctx, list, n, &how, ret_net);
}
