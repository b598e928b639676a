/* arcs.c - walks over numbered points become nodes and arcs.
 *
 * A point whose neighbours over all walks are two is a vertex; any other is a node. A walk is cut
 * at its nodes into chains. A chain runs through vertices only, so its first step tells all of it:
 * two chains with the same first node and second point are the same arc, and nothing has to be
 * compared segment by segment. Point numbers rise by (x, y), so sorting the chains by (first,
 * second) is the canonical order of arcs already. A walk without a node gets its lowest point as
 * one, the anchor. */
#include "base/hash.h"
#include "net/net_priv.h"
#include <string.h>

#define AHEAD                                                                                      \
    16 /* points that are fetched before they are needed: their order in memory is random */

/* What is known of a point: two neighbours, as number + 1 and 0 for none yet; or that it is a node.
 */
struct vicinity {
    uint32_t a, b;
};
#define A_NODE UINT32_MAX /* in `a`; then `b` is the number of the node */

struct chain {
    uint64_t start; /* index in the walk where it begins */
    uint32_t ring;
    uint32_t n;   /* points, both ends included */
    uint64_t key; /* first node's point, second point */
    bool back;    /* the walk runs against the arc */
};

struct cutting {
    const struct mere_walks *walks;
    struct mere_arena *scratch;
    struct vicinity *near; /* by point */
    bool spikes;
    MERE_VEC(struct chain) chains;
    struct mere_key *order; /* chains by key */
};

/* Point `p` stands between two others in some walk. */
static inline void meet(struct vicinity *near, uint32_t other)
{
    if (near->a == other || near->b == other || near->a == A_NODE)
        return;
    if (near->a == 0)
        near->a = other;
    else if (near->b == 0)
        near->b = other;
    else
        near->a = A_NODE;
}

static void find_nodes(struct cutting *cut)
{
    const struct mere_walks *w = cut->walks;
    uint64_t all = w->n_rings ? w->first[w->n_rings] : 0;
    for (size_t r = 0; r < w->n_rings; r++) {
        uint64_t first = w->first[r], end = w->first[r + 1];
        if (end - first < 3)
            continue;
        uint32_t before = w->walk[end - 1], here = w->walk[first];
        for (uint64_t i = first; i < end; i++) {
            if (i + AHEAD < all)
                __builtin_prefetch(&cut->near[w->walk[i + AHEAD]], 1);
            uint32_t after = w->walk[i + 1 < end ? i + 1 : first];
            meet(&cut->near[here], before + 1);
            meet(&cut->near[here], after + 1);
            if (before == after) {
                cut->near[here].a = A_NODE;
                cut->spikes = true;
            }
            before = here;
            here = after;
        }
    }
}

static inline bool is_node(const struct cutting *cut, uint32_t point)
{
    return cut->near[point].a == A_NODE;
}

/* The chain of `ring` from place `from` to place `to`, which may lie one turn of the ring on. */
static bool add_chain(struct cutting *cut, uint32_t ring, uint64_t from, uint64_t to)
{
    const struct mere_walks *w = cut->walks;
    uint64_t first = w->first[ring], end = w->first[ring + 1];
    uint64_t last = to >= end ? to - (end - first) : to;
    uint64_t before = last > first ? last - 1 : end - 1;
    uint64_t second = from + 1 < end ? from + 1 : first;
    uint32_t a = w->walk[from], b = w->walk[last];
    uint32_t a2 = w->walk[second], b2 = w->walk[before];
    bool back = a != b ? b < a : b2 < a2;
    uint64_t key = back ? (uint64_t)b << 32 | b2 : (uint64_t)a << 32 | a2;
    return MERE_PUSH(&cut->chains,
                     (struct chain){from, ring, (uint32_t)(to - from + 1), key, back});
}

/* Cut one walk. One without a node gets its lowest point as its anchor; all walks around the same
 * loop choose the same point, so the later ones find it there. */
static bool cut_walk(struct cutting *cut, uint32_t ring)
{
    const struct mere_walks *w = cut->walks;
    uint64_t first = w->first[ring], end = w->first[ring + 1], start = first, all;
    uint32_t lowest = w->walk[first];
    all = w->first[w->n_rings];
    for (; start < end && !is_node(cut, w->walk[start]); start++) {
        if (start + AHEAD < all)
            __builtin_prefetch(&cut->near[w->walk[start + AHEAD]]);
        lowest = w->walk[start] < lowest ? w->walk[start] : lowest;
    }
    if (start == end) {
        cut->near[lowest].a = A_NODE;
        for (start = first; w->walk[start] != lowest;)
            start++;
    }
    uint64_t from = start;
    for (uint64_t i = start + 1; i < end; i++) {
        if (i + AHEAD < all)
            __builtin_prefetch(&cut->near[w->walk[i + AHEAD]]);
        if (is_node(cut, w->walk[i])) {
            if (!add_chain(cut, ring, from, i))
                return false;
            from = i;
        }
    }
    /* The last one runs over the end of the array to the first node. */
    return add_chain(cut, ring, from, start + (end - first));
}

static enum mere_status cut_walks(struct mere_ctx *ctx, struct cutting *cut)
{
    const struct mere_walks *w = cut->walks;
    for (size_t r = 0; r < w->n_rings; r++)
        if (w->first[r + 1] - w->first[r] >= 3 && !cut_walk(cut, (uint32_t)r))
            return mere_fail_nomem(ctx, "making arcs");
    size_t n = cut->chains.n;
    if (n > UINT32_MAX)
        return mere_fail(ctx, MERE_E_LIMIT, "%zu pieces of border are more than a network holds",
                         n);
    cut->order = MERE_NEW(cut->scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(cut->scratch, struct mere_key, n);
    if (!cut->order || !spare)
        return mere_fail_nomem(ctx, "making arcs");
    for (size_t c = 0; c < n; c++)
        cut->order[c] = (struct mere_key){cut->chains.v[c].key, (uint32_t)c};
    mere_sort_keys(cut->order, n, spare);
    return MERE_OK;
}

/* Number the nodes by point. */
static enum mere_status number_nodes(struct mere_ctx *ctx, struct cutting *cut,
                                     struct mere_net *net)
{
    const struct mere_walks *w = cut->walks;
    size_t n = 0;
    for (size_t p = 0; p < w->n_pts; p++)
        n += is_node(cut, (uint32_t)p);
    struct mere_point *nodes = MERE_NEW(&net->arena, struct mere_point, n);
    if (!nodes)
        return mere_fail_nomem(ctx, "numbering nodes");
    n = 0;
    for (size_t p = 0; p < w->n_pts; p++)
        if (is_node(cut, (uint32_t)p)) {
            nodes[n] = (struct mere_point){(int32_t)w->pts[p].x, (int32_t)w->pts[p].y};
            cut->near[p].b = (uint32_t)n++;
        }
    net->nodes = nodes;
    net->n_nodes = (int32_t)n;
    return MERE_OK;
}

/* Copy the chain's points in the arc's direction. */
static void copy_points(const struct cutting *cut, const struct chain *chain, struct mere_point *to)
{
    const struct mere_walks *w = cut->walks;
    uint64_t first = w->first[chain->ring], end = w->first[chain->ring + 1], i = chain->start;
    for (uint32_t k = 0; k < chain->n; k++) {
        const struct mere_lattice_point *p = &w->pts[w->walk[i]];
        if (i + AHEAD < end)
            __builtin_prefetch(&w->pts[w->walk[i + AHEAD]]);
        to[chain->back ? chain->n - 1 - k : k] = (struct mere_point){(int32_t)p->x, (int32_t)p->y};
        i = i + 1 < end ? i + 1 : first;
    }
}

static enum mere_status make_arcs(struct mere_ctx *ctx, struct cutting *cut, struct mere_net *net)
{
    size_t n_arcs = 0, n_pts = 0;
    for (size_t k = 0; k < cut->chains.n; k++)
        if (k == 0 || cut->order[k].key != cut->order[k - 1].key) {
            n_arcs++;
            n_pts += cut->chains.v[cut->order[k].value].n;
        }
    if (n_arcs > MERE_ARCS_MAX || n_pts > UINT32_MAX)
        return mere_fail(ctx, MERE_E_LIMIT,
                         "%zu borders with %zu points are more than a network holds", n_arcs,
                         n_pts);
    struct mere_arc *arcs = MERE_NEW(&net->arena, struct mere_arc, n_arcs);
    struct mere_point *pts = MERE_NEW(&net->arena, struct mere_point, n_pts);
    if (!arcs || !pts)
        return mere_fail_nomem(ctx, "making arcs");
    net->arcs = arcs;
    net->pts = pts;
    net->n_arcs = (int32_t)n_arcs;
    net->n_pts = n_pts;
    n_arcs = n_pts = 0;
    for (size_t k = 0; k < cut->chains.n; k++) {
        if (k > 0 && cut->order[k].key == cut->order[k - 1].key)
            continue;
        const struct chain *chain = &cut->chains.v[cut->order[k].value];
        const struct mere_walks *w = cut->walks;
        uint64_t first = w->first[chain->ring], end = w->first[chain->ring + 1];
        uint64_t last = chain->start + chain->n - 1;
        uint32_t a = w->walk[chain->start], b = w->walk[last >= end ? last - (end - first) : last];
        struct mere_arc *arc = &arcs[n_arcs++];
        arc->first = (uint32_t)n_pts;
        arc->n = chain->n;
        arc->from = (int32_t)cut->near[chain->back ? b : a].b;
        arc->to = (int32_t)cut->near[chain->back ? a : b].b;
        copy_points(cut, chain, pts + n_pts);
        n_pts += chain->n;
    }
    return MERE_OK;
}

static enum mere_status make_deltas(struct mere_ctx *ctx, struct cutting *cut, size_t n_arcs,
                                    struct mere_deltas *ret)
{
    uint32_t *first = MERE_NEW(cut->scratch, uint32_t, n_arcs + 1);
    struct mere_delta *v = MERE_NEW(cut->scratch, struct mere_delta, cut->chains.n);
    if (!first || !v)
        return mere_fail_nomem(ctx, "making arcs");
    size_t a = 0;
    for (size_t k = 0; k < cut->chains.n; k++) {
        const struct chain *chain = &cut->chains.v[cut->order[k].value];
        if (k > 0 && cut->order[k].key != cut->order[k - 1].key)
            first[++a] = (uint32_t)k;
        v[k] = (struct mere_delta){chain->ring, chain->back ? -1 : 1};
    }
    if (n_arcs > 0)
        first[n_arcs] = (uint32_t)cut->chains.n;
    *ret = (struct mere_deltas){first, v, cut->spikes};
    return MERE_OK;
}

static enum mere_status build(struct mere_ctx *ctx, struct cutting *cut, struct mere_net *net,
                              struct mere_deltas *ret)
{
    cut->near = MERE_NEW(cut->scratch, struct vicinity, cut->walks->n_pts);
    if (!cut->near)
        return mere_fail_nomem(ctx, "finding nodes");
    find_nodes(cut);
    MERE_TRY(cut_walks(ctx, cut));
    MERE_TRY(number_nodes(ctx, cut, net));
    MERE_TRY(make_arcs(ctx, cut, net));
    return make_deltas(ctx, cut, (size_t)net->n_arcs, ret);
}

enum mere_status mere_arcs_build(struct mere_ctx *ctx, const struct mere_walks *walks,
                                 struct mere_net *net, struct mere_arena *scratch,
                                 struct mere_deltas *ret)
{
    struct cutting cut = {.walks = walks, .scratch = scratch};
    enum mere_status status = build(ctx, &cut, net, ret);
    MERE_VEC_FREE(&cut.chains);
    return status;
}
