/* drop.c - arcs that separate nothing leave the network.
 *
 * Such arcs come from polygons that touch themselves along a line: the bridge of a keyhole, two
 * parts of one zone side by side, a piece of a ring drawn twice. The division they draw is the same
 * without them, and must be the same network. Arcs that go leave nodes where only two arcs meet;
 * these two become one. */
#include "net/net_priv.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int cmp_int(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Whether two faces have the same claimants. The lists of a face are in no order yet: sets compare
 * by sorted copies, in `spare`. */
static bool same_claims(const struct mere_claims *claims, int32_t a, int32_t b, int32_t *spare)
{
    size_t n, m;
    const int32_t *x = mere_claims_of(claims, a, &n), *y = mere_claims_of(claims, b, &m);
    if (n != m)
        return false;
    if (n <= 1)
        return n == 0 || *x == *y;
    memcpy(spare, x, n * sizeof *x);
    memcpy(spare + n, y, n * sizeof *y);
    qsort(spare, n, sizeof *spare, cmp_int);
    qsort(spare + n, n, sizeof *spare, cmp_int);
    return memcmp(spare, spare + n, n * sizeof *spare) == 0;
}

size_t mere_arcs_idle(const struct mere_net *net, const struct mere_claims *claims,
                      size_t n_schemes, int32_t *spare, uint8_t *drop)
{
    size_t n_idle = 0;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        bool same = true;
        for (size_t s = 0; s < n_schemes && same; s++)
            same = same_claims(&claims[s], net->arcs[a].left, net->arcs[a].right, spare);
        drop[a] = same;
        n_idle += same;
    }
    return n_idle;
}

/* A chain of kept half-edges of the old network: an arc of the new one. */
struct run {
    struct mere_point first, second, last;
    int32_t edge;  /* the old half-edge it begins with */
    uint32_t skip; /* points of that half-edge before the first: not 0 only for loops with an anchor
                      inside an arc */
    uint32_t n_pts;
};

struct dropping {
    const struct mere_net *from;
    const uint8_t *drop;
    struct mere_net *to;
    struct mere_arena *scratch;
    uint32_t *degree; /* by old node: kept half-edges that leave it */
    int32_t *onward; /* by old half-edge: the kept one that follows where it ends in a passing node,
                        or -1 where it ends in one that stays */
    uint8_t *used;   /* by old arc */
    MERE_VEC(struct run) runs;
};

/* Two kept arcs meet at a node that passes: each leads into the other. */
static void link_passing(struct dropping *d, int32_t *leaves)
{
    const struct mere_net *from = d->from;
    for (int32_t e = 0; e < 2 * from->n_arcs; e++) {
        int32_t node = mere_edge_origin(from, e);
        if (d->drop[e >> 1] || d->degree[node] != 2)
            continue;
        if (leaves[node] < 0) {
            leaves[node] = e;
        } else {
            d->onward[e ^ 1] = leaves[node];
            d->onward[leaves[node] ^ 1] = e;
        }
    }
}

static uint32_t edge_len(const struct dropping *d, int32_t edge)
{
    return d->from->arcs[edge >> 1].n;
}

/* Follow the chain that begins with `edge` at a node that stays; keep it if this is its direction.
 */
static bool add_open(struct dropping *d, int32_t edge)
{
    struct run run = {.edge = edge, .n_pts = 1};
    int32_t last = edge;
    for (int32_t e = edge; e >= 0; e = d->onward[e]) {
        run.n_pts += edge_len(d, e) - 1;
        d->used[e >> 1] = 1;
        last = e;
    }
    run.first = mere_edge_point(d->from, edge, 0);
    run.second = mere_edge_second(d->from, edge);
    run.last = mere_edge_point(d->from, last ^ 1, 0);
    int way = mere_point_cmp(run.first, run.last);
    if (way == 0)
        way = mere_point_cmp(run.second, mere_edge_second(d->from, last ^ 1));
    return way > 0 || MERE_PUSH(&d->runs, run);
}

/* A loop in which no node stays, through `edge`: it begins at its lowest point. */
static bool add_loop(struct dropping *d, int32_t edge)
{
    struct run run = {.first = mere_edge_point(d->from, edge, 0), .edge = edge, .n_pts = 1};
    int32_t e = edge;
    do {
        for (uint32_t i = 0; i + 1 < edge_len(d, e); i++) {
            struct mere_point p = mere_edge_point(d->from, e, i);
            if (mere_point_cmp(p, run.first) <= 0) {
                run.first = p;
                run.edge = e;
                run.skip = i;
            }
        }
        run.n_pts += edge_len(d, e) - 1;
        d->used[e >> 1] = 1;
        e = d->onward[e];
    } while (e != edge);
    /* The same loop the other way: from the same point, one before. */
    int32_t back = run.edge ^ 1;
    uint32_t skip = edge_len(d, run.edge) - 1 - run.skip;
    if (run.skip == 0) {
        back = d->onward[run.edge ^ 1];
        skip = 0;
    }
    struct mere_point ahead = mere_edge_point(d->from, run.edge, run.skip + 1);
    struct mere_point behind = mere_edge_point(d->from, back, skip + 1);
    if (mere_point_cmp(behind, ahead) < 0) {
        run.edge = back;
        run.skip = skip;
        ahead = behind;
    }
    run.second = ahead;
    run.last = run.first;
    return MERE_PUSH(&d->runs, run);
}

static int cmp_run(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    int c = mere_point_cmp(x->first, y->first);
    return c ? c : mere_point_cmp(x->second, y->second);
}
static int cmp_point(const void *a, const void *b)
{
    return mere_point_cmp(*(const struct mere_point *)a, *(const struct mere_point *)b);
}

static void copy_run(const struct dropping *d, const struct run *run, struct mere_point *to)
{
    int32_t e = run->edge;
    uint32_t skip = run->skip;
    for (uint32_t k = 0; k < run->n_pts;) {
        for (uint32_t i = skip; i < edge_len(d, e) && k < run->n_pts; i++)
            to[k++] = mere_edge_point(d->from, e, i);
        if (k == run->n_pts)
            break;
        e = d->onward[e];
        skip = 1; /* the first point of the next half-edge is there already */
    }
}

static int32_t find_node(const struct mere_net *net, struct mere_point p)
{
    int32_t from = 0, to = net->n_nodes;
    while (from < to) {
        int32_t mid = from + (to - from) / 2;
        if (mere_point_cmp(net->nodes[mid], p) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return from;
}

static enum mere_status write_arcs(struct mere_ctx *ctx, struct dropping *d)
{
    struct mere_net *to = d->to;
    size_t n = d->runs.n, n_pts = 0, n_nodes = 0;
    if (n > 0)
        qsort(d->runs.v, n, sizeof *d->runs.v, cmp_run);
    for (size_t i = 0; i < n; i++)
        n_pts += d->runs.v[i].n_pts;
    struct mere_point *nodes = MERE_NEW(&to->arena, struct mere_point, 2 * n);
    struct mere_point *pts = MERE_NEW(&to->arena, struct mere_point, n_pts);
    struct mere_arc *arcs = MERE_NEW(&to->arena, struct mere_arc, n);
    if (!nodes || !pts || !arcs)
        return mere_fail_nomem(ctx, "dropping arcs");
    for (size_t i = 0; i < n; i++) {
        nodes[2 * i] = d->runs.v[i].first;
        nodes[2 * i + 1] = d->runs.v[i].last;
    }
    qsort(nodes, 2 * n, sizeof *nodes, cmp_point);
    for (size_t i = 0; i < 2 * n; i++)
        if (i == 0 || mere_point_cmp(nodes[i], nodes[n_nodes - 1]) != 0)
            nodes[n_nodes++] = nodes[i];
    to->nodes = nodes;
    to->n_nodes = (int32_t)n_nodes;
    n_pts = 0;
    for (size_t i = 0; i < n; i++) {
        const struct run *run = &d->runs.v[i];
        arcs[i] = (struct mere_arc){(uint32_t)n_pts,          run->n_pts, find_node(to, run->first),
                                    find_node(to, run->last), 0,          0};
        copy_run(d, run, pts + n_pts);
        n_pts += run->n_pts;
    }
    to->arcs = arcs;
    to->n_arcs = (int32_t)n;
    to->pts = pts;
    to->n_pts = n_pts;
    return MERE_OK;
}

static enum mere_status find_runs(struct mere_ctx *ctx, struct dropping *d)
{
    const struct mere_net *from = d->from;
    size_t n_edges = 2 * (size_t)from->n_arcs;
    d->degree = MERE_NEW(d->scratch, uint32_t, (size_t)from->n_nodes);
    d->onward = MERE_NEW(d->scratch, int32_t, n_edges);
    d->used = MERE_NEW(d->scratch, uint8_t, (size_t)from->n_arcs);
    int32_t *leaves = MERE_NEW(d->scratch, int32_t, (size_t)from->n_nodes);
    if (!d->degree || !d->onward || !d->used || !leaves)
        return mere_fail_nomem(ctx, "dropping arcs");
    memset(d->onward, 0xff, n_edges * sizeof *d->onward);
    memset(leaves, 0xff, (size_t)from->n_nodes * sizeof *leaves);
    for (int32_t e = 0; e < (int32_t)n_edges; e++)
        d->degree[mere_edge_origin(from, e)] += !d->drop[e >> 1];
    link_passing(d, leaves);
    bool ok = true;
    for (int32_t e = 0; ok && e < (int32_t)n_edges; e++)
        if (!d->drop[e >> 1] && d->degree[mere_edge_origin(from, e)] != 2)
            ok = add_open(d, e);
    for (int32_t e = 0; ok && e < (int32_t)n_edges; e += 2)
        if (!d->drop[e >> 1] && !d->used[e >> 1])
            ok = add_loop(d, e);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "dropping arcs");
}

static enum mere_status build(struct mere_ctx *ctx, struct dropping *d, const int32_t **ret_face)
{
    struct mere_net *to = d->to;
    MERE_TRY(find_runs(ctx, d));
    MERE_TRY(write_arcs(ctx, d));
    MERE_TRY(mere_faces_build(ctx, to));
    int32_t *face = MERE_NEW(d->scratch, int32_t, (size_t)to->n_faces);
    if (!face)
        return mere_fail_nomem(ctx, "dropping arcs");
    assert(d->runs.v || to->n_arcs == 0);
    for (int32_t a = 0; a < to->n_arcs; a++) {
        int32_t edge = d->runs.v[a].edge;
        if (to->arcs[a].left >= 0)
            face[to->arcs[a].left] = mere_edge_face(d->from, edge);
        if (to->arcs[a].right >= 0)
            face[to->arcs[a].right] = mere_edge_face(d->from, edge ^ 1);
    }
    *ret_face = face;
    return MERE_OK;
}

enum mere_status mere_arcs_drop(struct mere_ctx *ctx, const struct mere_net *from,
                                const uint8_t *drop, struct mere_net *to,
                                struct mere_arena *scratch, const int32_t **ret_face)
{
    struct dropping d = {.from = from, .drop = drop, .to = to, .scratch = scratch};
    enum mere_status status = build(ctx, &d, ret_face);
    MERE_VEC_FREE(&d.runs);
    return status;
}
