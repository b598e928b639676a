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

#define NOBODY UINT32_MAX

struct chain {
    uint64_t start; /* index in the walk where it begins */
    uint32_t ring;
    uint32_t n; /* points, both ends included */
};

struct cutting {
    const struct mere_walks *walks;
    struct mere_arena *scratch;
    uint32_t (*near)[2]; /* by point: two neighbours; later its node number */
    uint8_t *node;       /* by point: whether it is a node */
    bool spikes;
    size_t n_chains;
    struct chain *chains;
    struct mere_key *order; /* chains by (first node's point, second point) */
    bool *back;             /* by chain: the walk runs against the arc */
};

/* Point a is next to point b in some walk. */
static inline void meet(struct cutting *cut, uint32_t a, uint32_t b)
{
    uint32_t *near = cut->near[a];
    if (near[0] == b || near[1] == b)
        return;
    if (near[0] == NOBODY)
        near[0] = b;
    else if (near[1] == NOBODY)
        near[1] = b;
    else
        cut->node[a] = 1;
}

/* Mark the nodes; returns how many chains the walks fall into at least. */
static void find_nodes(struct cutting *cut)
{
    const struct mere_walks *w = cut->walks;
    memset(cut->near, 0xff, w->n_pts * sizeof *cut->near);
    for (size_t r = 0; r < w->n_rings; r++) {
        uint64_t first = w->first[r], end = w->first[r + 1];
        if (end - first < 3)
            continue;
        uint32_t before = w->walk[end - 1], here = w->walk[first];
        for (uint64_t i = first; i < end; i++) {
            uint32_t after = w->walk[i + 1 < end ? i + 1 : first];
            meet(cut, here, before);
            meet(cut, here, after);
            if (before == after) {
                cut->node[here] = 1;
                cut->spikes = true;
            }
            before = here;
            here = after;
        }
    }
}

/* Give walks without a node their anchor, and count the chains. All walks around the same loop
 * choose the same point. */
static void set_anchors(struct cutting *cut)
{
    const struct mere_walks *w = cut->walks;
    for (size_t r = 0; r < w->n_rings; r++) {
        uint64_t first = w->first[r], end = w->first[r + 1];
        uint32_t lowest = NOBODY;
        size_t n = 0, n_lowest = 0;
        if (end - first < 3)
            continue;
        for (uint64_t i = first; i < end; i++) {
            uint32_t p = w->walk[i];
            n += cut->node[p];
            n_lowest = p < lowest ? 1 : n_lowest + (p == lowest);
            lowest = p < lowest ? p : lowest;
        }
        if (n == 0) {
            cut->node[lowest] = 1;
            n = n_lowest;
        }
        cut->n_chains += n;
    }
}

static void add_chain(struct cutting *cut, uint32_t ring, uint64_t from, uint64_t to)
{
    const struct mere_walks *w = cut->walks;
    uint64_t first = w->first[ring], end = w->first[ring + 1];
    uint64_t last = to >= end ? to - (end - first) : to;
    uint64_t before = last > first ? last - 1 : end - 1;
    uint64_t second = from + 1 < end ? from + 1 : first;
    uint32_t a = w->walk[from], b = w->walk[last];
    uint32_t a2 = w->walk[second], b2 = w->walk[before];
    bool back = a != b ? b < a : b2 < a2;
    size_t c = cut->n_chains++;
    cut->chains[c] = (struct chain){from, ring, (uint32_t)(to - from + 1)};
    cut->back[c] = back;
    cut->order[c].key = back ? (uint64_t)b << 32 | b2 : (uint64_t)a << 32 | a2;
    cut->order[c].value = (uint32_t)c;
}

static void cut_walks(struct cutting *cut)
{
    const struct mere_walks *w = cut->walks;
    cut->n_chains = 0;
    for (size_t r = 0; r < w->n_rings; r++) {
        uint64_t first = w->first[r], end = w->first[r + 1], start = first;
        if (end - first < 3)
            continue;
        while (!cut->node[w->walk[start]])
            start++;
        uint64_t from = start;
        for (uint64_t i = start + 1; i < end; i++)
            if (cut->node[w->walk[i]]) {
                add_chain(cut, (uint32_t)r, from, i);
                from = i;
            }
        /* The last one runs over the end of the array to the first node. */
        add_chain(cut, (uint32_t)r, from, start + (end - first));
    }
}

/* Number the nodes by point; `near[p][0]` becomes the number. */
static enum mere_status number_nodes(struct mere_ctx *ctx, struct cutting *cut,
                                     struct mere_net *net)
{
    const struct mere_walks *w = cut->walks;
    size_t n = 0;
    for (size_t p = 0; p < w->n_pts; p++)
        n += cut->node[p];
    struct mere_point *nodes = MERE_NEW(&net->arena, struct mere_point, n);
    if (!nodes)
        return mere_fail_nomem(ctx, "numbering nodes");
    n = 0;
    for (size_t p = 0; p < w->n_pts; p++)
        if (cut->node[p]) {
            nodes[n] = (struct mere_point){(int32_t)w->pts[p].x, (int32_t)w->pts[p].y};
            cut->near[p][0] = (uint32_t)n++;
        }
    net->nodes = nodes;
    net->n_nodes = (int32_t)n;
    return MERE_OK;
}

/* Copy the chain's points in the arc's direction. */
static void copy_points(const struct cutting *cut, uint32_t c, struct mere_point *to)
{
    const struct mere_walks *w = cut->walks;
    const struct chain *chain = &cut->chains[c];
    uint64_t first = w->first[chain->ring], end = w->first[chain->ring + 1], i = chain->start;
    for (uint32_t k = 0; k < chain->n; k++) {
        const struct mere_lattice_point *p = &w->pts[w->walk[i]];
        to[cut->back[c] ? chain->n - 1 - k : k] = (struct mere_point){(int32_t)p->x, (int32_t)p->y};
        i = i + 1 < end ? i + 1 : first;
    }
}

static enum mere_status make_arcs(struct mere_ctx *ctx, struct cutting *cut, struct mere_net *net)
{
    size_t n_arcs = 0, n_pts = 0;
    for (size_t k = 0; k < cut->n_chains; k++)
        if (k == 0 || cut->order[k].key != cut->order[k - 1].key) {
            n_arcs++;
            n_pts += cut->chains[cut->order[k].value].n;
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
    for (size_t k = 0; k < cut->n_chains; k++) {
        if (k > 0 && cut->order[k].key == cut->order[k - 1].key)
            continue;
        uint32_t c = cut->order[k].value, n = cut->chains[c].n;
        const struct chain *chain = &cut->chains[c];
        const struct mere_walks *w = cut->walks;
        uint64_t first = w->first[chain->ring], end = w->first[chain->ring + 1];
        uint64_t last = chain->start + n - 1;
        uint32_t a = w->walk[chain->start], b = w->walk[last >= end ? last - (end - first) : last];
        struct mere_arc *arc = &arcs[n_arcs++];
        arc->first = (uint32_t)n_pts;
        arc->n = n;
        arc->from = (int32_t)cut->near[cut->back[c] ? b : a][0];
        arc->to = (int32_t)cut->near[cut->back[c] ? a : b][0];
        copy_points(cut, c, pts + n_pts);
        n_pts += n;
    }
    return MERE_OK;
}

/* +1 when the walk of `ring` runs counter-clockwise, -1 when clockwise, so that a ring's inside
 * counts once whatever way it was drawn. A ring of no area, such as a symmetric 8, counts as it was
 * drawn. */
static int32_t turn_of(const struct mere_walks *w, uint32_t ring)
{
    uint64_t first = w->first[ring], end = w->first[ring + 1];
    struct mere_lattice_point o = w->pts[w->walk[first]], a = o;
    mere_i128 area2 = 0;
    for (uint64_t i = first + 1; i < end; i++) {
        struct mere_lattice_point b = w->pts[w->walk[i]];
        /* Differences fit 33 bits: a product fits 66, hence the wide one. */
        area2 += (mere_i128)(a.x - o.x) * (b.y - o.y) - (mere_i128)(b.x - o.x) * (a.y - o.y);
        a = b;
    }
    return area2 < 0 ? -1 : 1;
}

static enum mere_status make_deltas(struct mere_ctx *ctx, struct cutting *cut, size_t n_arcs,
                                    struct mere_deltas *ret)
{
    uint32_t *first = MERE_NEW(cut->scratch, uint32_t, n_arcs + 1);
    struct mere_delta *v = MERE_NEW(cut->scratch, struct mere_delta, cut->n_chains);
    int8_t *turn = MERE_NEW(cut->scratch, int8_t, cut->walks->n_rings);
    if (!first || !v || !turn)
        return mere_fail_nomem(ctx, "making arcs");
    for (size_t r = 0; r < cut->walks->n_rings; r++)
        if (cut->walks->first[r + 1] > cut->walks->first[r])
            turn[r] = (int8_t)turn_of(cut->walks, (uint32_t)r);
    size_t a = 0;
    for (size_t k = 0; k < cut->n_chains; k++) {
        uint32_t c = cut->order[k].value, ring = cut->chains[c].ring;
        if (k > 0 && cut->order[k].key != cut->order[k - 1].key)
            first[++a] = (uint32_t)k;
        v[k] = (struct mere_delta){ring, cut->back[c] ? -turn[ring] : turn[ring]};
    }
    if (n_arcs > 0)
        first[n_arcs] = (uint32_t)cut->n_chains;
    *ret = (struct mere_deltas){first, v, cut->spikes};
    return MERE_OK;
}

enum mere_status mere_arcs_build(struct mere_ctx *ctx, const struct mere_walks *walks,
                                 struct mere_net *net, struct mere_arena *scratch,
                                 struct mere_deltas *ret)
{
    struct cutting cut = {.walks = walks, .scratch = scratch};
    cut.near = mere_arena_alloc(scratch, walks->n_pts, sizeof *cut.near);
    cut.node = MERE_NEW(scratch, uint8_t, walks->n_pts);
    if (!cut.near || !cut.node)
        return mere_fail_nomem(ctx, "finding nodes");
    find_nodes(&cut);
    set_anchors(&cut);
    if (cut.n_chains > UINT32_MAX)
        return mere_fail(ctx, MERE_E_LIMIT, "%zu pieces of border are more than a network holds",
                         cut.n_chains);
    cut.chains = MERE_NEW(scratch, struct chain, cut.n_chains);
    cut.order = MERE_NEW(scratch, struct mere_key, cut.n_chains);
    cut.back = MERE_NEW(scratch, bool, cut.n_chains);
    struct mere_key *spare = MERE_NEW(scratch, struct mere_key, cut.n_chains);
    if (!cut.chains || !cut.order || !cut.back || !spare)
        return mere_fail_nomem(ctx, "making arcs");
    cut_walks(&cut);
    mere_sort_keys(cut.order, cut.n_chains, spare);
    MERE_TRY(number_nodes(ctx, &cut, net));
    MERE_TRY(make_arcs(ctx, &cut, net));
    return make_deltas(ctx, &cut, (size_t)net->n_arcs, ret);
}
