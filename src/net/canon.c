/* canon.c - a network of any numbering becomes canonical, and the arcs that are marked leave it.
 *
 * A build comes here when some arcs separate nothing, each edit whenever it is frozen. Arcs that
 * separate nothing come from polygons that touch themselves along a line: the bridge of a keyhole,
 * two parts of one zone side by side, a piece of a ring drawn twice; and from operations. The
 * division they draw is the same without them, and must be the same network. Where only two arcs
 * are left at a node, these become one. What was known of arcs and faces is carried over. */
#include "base/hash.h"
#include "net/net_priv.h"
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
    int32_t end;   /* the one it ends with */
    uint32_t skip; /* points of that half-edge before the first: not 0 only for loops with an anchor
                      inside an arc */
    uint32_t n_pts;
    bool loop;      /* no node stays on it */
    int32_t anchor; /* of a loop: the new node at which it begins and ends */
};

struct canon {
    const struct mere_net *from;
    const uint8_t *drop;
    struct mere_measures *measures; /* or NULL */
    struct mere_net *to;
    struct mere_arena *scratch;
    uint32_t *degree; /* by old node: kept half-edges that leave it */
    int32_t *onward; /* by old half-edge: the kept one that follows where it ends in a passing node,
                        or -1 where it ends in one that stays */
    uint8_t *used;   /* by old arc */
    int32_t *node;   /* by old node: the new one, where it stays */
    int32_t *up;     /* by old face + 1: union-find of what falls together */
    MERE_VEC(struct run) runs;
    size_t n_loops;
};

/* Two kept arcs meet at a node that passes: each leads into the other. */
static void link_passing(struct canon *d, int32_t *leaves)
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

static uint32_t edge_len(const struct canon *d, int32_t edge)
{
    return d->from->arcs[edge >> 1].n;
}

/* Follow the chain that begins with `edge` at a node that stays; keep it if this is its direction.
 */
static bool add_open(struct canon *d, int32_t edge)
{
    struct run run = {.edge = edge, .n_pts = 1};
    int32_t last = edge;
    for (int32_t e = edge; e >= 0; e = d->onward[e]) {
        run.n_pts += edge_len(d, e) - 1;
        d->used[e >> 1] = 1;
        last = e;
    }
    run.end = last;
    run.first = mere_edge_point(d->from, edge, 0);
    run.second = mere_edge_second(d->from, edge);
    run.last = mere_edge_point(d->from, last ^ 1, 0);
    int way = mere_point_cmp(run.first, run.last);
    if (way == 0)
        way = mere_point_cmp(run.second, mere_edge_second(d->from, last ^ 1));
    return way > 0 || MERE_PUSH(&d->runs, run);
}

/* A loop in which no node stays, through `edge`: it begins at its lowest point. */
static bool add_loop(struct canon *d, int32_t edge)
{
    struct run run = {
        .first = mere_edge_point(d->from, edge, 0), .edge = edge, .n_pts = 1, .loop = true};
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
    run.end = run.edge;
    d->n_loops++;
    return MERE_PUSH(&d->runs, run);
}

/* Whether the run is one whole arc of the old network. */
static bool is_whole(const struct canon *d, const struct run *run)
{
    return run->skip == 0 && run->n_pts == edge_len(d, run->edge);
}

static void copy_run(const struct canon *d, const struct run *run, struct mere_point *to)
{
    int32_t e = run->edge;
    uint32_t skip = run->skip;
    if (is_whole(d, run) && !(e & 1)) {
        memcpy(to, d->from->pts + d->from->arcs[e >> 1].first, run->n_pts * sizeof *to);
        return;
    }
    for (uint32_t k = 0; k < run->n_pts;) {
        for (uint32_t i = skip; i < edge_len(d, e) && k < run->n_pts; i++)
            to[k++] = mere_edge_point(d->from, e, i);
        if (k == run->n_pts)
            break;
        e = d->onward[e];
        skip = 1; /* the first point of the next half-edge is there already */
    }
}

/* A number that rises with the point: by x, then y. */
static uint64_t key_of(struct mere_point p)
{
    return (uint64_t)((int64_t)p.x - INT32_MIN) << 32 | (uint64_t)((int64_t)p.y - INT32_MIN);
}

/* Put the runs in the order of arcs: by the first point, then the second. */
static enum mere_status order_runs(struct mere_ctx *ctx, struct canon *d)
{
    size_t n = d->runs.n;
    struct mere_key *keys = MERE_NEW(d->scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(d->scratch, struct mere_key, n);
    struct run *sorted = MERE_NEW(d->scratch, struct run, n);
    if (!keys || !spare || !sorted)
        return mere_fail_nomem(ctx, "numbering the network");
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct mere_key){key_of(d->runs.v[i].second), (uint32_t)i};
    mere_sort_keys(keys, n, spare);
    for (size_t i = 0; i < n; i++)
        keys[i].key = key_of(d->runs.v[keys[i].value].first);
    mere_sort_keys(keys, n, spare); /* which is stable */
    for (size_t i = 0; i < n; i++)
        sorted[i] = d->runs.v[keys[i].value];
    if (n > 0)
        memcpy(d->runs.v, sorted, n * sizeof *sorted);
    return MERE_OK;
}

static bool stays(const struct canon *d, int32_t node)
{
    return d->degree[node] != 0 && d->degree[node] != 2;
}

/* The nodes that stay, and the anchors of loops, by point. */
static enum mere_status write_nodes(struct mere_ctx *ctx, struct canon *d)
{
    struct mere_net *to = d->to;
    size_t n = d->n_loops;
    for (int32_t i = 0; i < d->from->n_nodes; i++)
        n += stays(d, i);
    struct mere_key *keys = MERE_NEW(d->scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(d->scratch, struct mere_key, n);
    struct mere_point *nodes = MERE_NEW(&to->arena, struct mere_point, n);
    d->node = MERE_NEW(d->scratch, int32_t, (size_t)d->from->n_nodes);
    if (!keys || !spare || !nodes || !d->node)
        return mere_fail_nomem(ctx, "numbering the network");
    size_t k = 0;
    for (int32_t i = 0; i < d->from->n_nodes; i++)
        if (stays(d, i))
            keys[k++] = (struct mere_key){key_of(d->from->nodes[i]), (uint32_t)i};
    for (size_t i = 0; i < d->runs.n; i++)
        if (d->runs.v[i].loop) /* its own number stands after those of the nodes */
            keys[k++] = (struct mere_key){key_of(d->runs.v[i].first),
                                          (uint32_t)((size_t)d->from->n_nodes + i)};
    mere_sort_keys(keys, n, spare);
    for (size_t i = 0; i < n; i++) {
        size_t who = keys[i].value, first_loop = (size_t)d->from->n_nodes;
        if (who < first_loop) {
            d->node[who] = (int32_t)i;
            nodes[i] = d->from->nodes[who];
        } else {
            nodes[i] = d->runs.v[who - first_loop].first;
            d->runs.v[who - first_loop].anchor = (int32_t)i;
        }
    }
    to->nodes = nodes;
    to->n_nodes = (int32_t)n;
    return MERE_OK;
}

static enum mere_status write_arcs(struct mere_ctx *ctx, struct canon *d)
{
    struct mere_net *to = d->to;
    size_t n = d->runs.n, n_pts = 0;
    for (size_t i = 0; i < n; i++)
        n_pts += d->runs.v[i].n_pts;
    struct mere_point *pts = MERE_NEW(&to->arena, struct mere_point, n_pts);
    struct mere_arc *arcs = MERE_NEW(&to->arena, struct mere_arc, n);
    if (!pts || !arcs)
        return mere_fail_nomem(ctx, "numbering the network");
    n_pts = 0;
    for (size_t i = 0; i < n; i++) {
        const struct run *run = &d->runs.v[i];
        arcs[i] = (struct mere_arc){.first = (uint32_t)n_pts, .n = run->n_pts};
        arcs[i].from = run->loop ? run->anchor : d->node[mere_edge_origin(d->from, run->edge)];
        arcs[i].to = run->loop ? run->anchor : d->node[mere_edge_origin(d->from, run->end ^ 1)];
        copy_run(d, run, pts + n_pts);
        n_pts += run->n_pts;
    }
    to->arcs = arcs;
    to->n_arcs = (int32_t)n;
    to->pts = pts;
    to->n_pts = n_pts;
    return MERE_OK;
}

static enum mere_status find_runs(struct mere_ctx *ctx, struct canon *d)
{
    const struct mere_net *from = d->from;
    size_t n_edges = 2 * (size_t)from->n_arcs;
    d->degree = MERE_NEW(d->scratch, uint32_t, (size_t)from->n_nodes);
    d->onward = MERE_NEW(d->scratch, int32_t, n_edges);
    d->used = MERE_NEW(d->scratch, uint8_t, (size_t)from->n_arcs);
    int32_t *leaves = MERE_NEW(d->scratch, int32_t, (size_t)from->n_nodes);
    if (!d->degree || !d->onward || !d->used || !leaves)
        return mere_fail_nomem(ctx, "numbering the network");
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
    return ok ? MERE_OK : mere_fail_nomem(ctx, "numbering the network");
}

/* ---- what is known of the new rings and faces ---- */

static int32_t root_of(struct canon *d, int32_t i)
{
    while (d->up[i] != i) {
        d->up[i] = d->up[d->up[i]];
        i = d->up[i];
    }
    return i;
}

/* Faces on both sides of an arc that goes are one; the lowest number stays, so 0 is the outer face.
 */
static enum mere_status join_faces(struct mere_ctx *ctx, struct canon *d)
{
    const struct mere_net *from = d->from;
    d->up = MERE_NEW(d->scratch, int32_t, (size_t)from->n_faces + 1);
    if (!d->up)
        return mere_fail_nomem(ctx, "numbering the network");
    for (int32_t f = 0; f <= from->n_faces; f++)
        d->up[f] = f;
    for (int32_t a = 0; a < from->n_arcs; a++) {
        if (!d->drop[a])
            continue;
        int32_t x = root_of(d, from->arcs[a].left + 1), y = root_of(d, from->arcs[a].right + 1);
        d->up[x > y ? x : y] = x > y ? y : x;
    }
    return MERE_OK;
}

/* The kept half-edge that goes on around the face after old half-edge `edge`. */
static int32_t kept_after(const struct canon *d, int32_t edge)
{
    int32_t on = d->from->next[edge];
    while (d->drop[on >> 1])
        on = d->from->next[on ^ 1];
    return on;
}

static enum mere_status link_runs(struct mere_ctx *ctx, struct canon *d,
                                  struct mere_faces_known *known)
{
    const struct mere_net *from = d->from;
    int32_t *next = MERE_NEW(&d->to->arena, int32_t, 2 * d->runs.n);
    int32_t *land = MERE_NEW(d->scratch, int32_t, 2 * d->runs.n);
    int32_t *begins = MERE_NEW(d->scratch, int32_t, 2 * (size_t)from->n_arcs);
    if (!next || !land || !begins)
        return mere_fail_nomem(ctx, "numbering the network");
    for (size_t i = 0; i < d->runs.n; i++) {
        const struct run *run = &d->runs.v[i];
        land[2 * i] = root_of(d, mere_edge_face(from, run->edge) + 1);
        land[2 * i + 1] = root_of(d, mere_edge_face(from, run->edge ^ 1) + 1);
        if (run->loop) {
            next[2 * i] = (int32_t)(2 * i);
            next[2 * i + 1] = (int32_t)(2 * i + 1);
            continue;
        }
        begins[run->edge] = (int32_t)(2 * i);
        begins[run->end ^ 1] = (int32_t)(2 * i + 1);
    }
    for (size_t i = 0; i < d->runs.n; i++) {
        const struct run *run = &d->runs.v[i];
        if (run->loop)
            continue;
        next[2 * i] = begins[kept_after(d, run->end)];
        next[2 * i + 1] = begins[kept_after(d, run->edge ^ 1)];
    }
    *known =
        (struct mere_faces_known){.next = next, .land = land, .n_lands = (size_t)from->n_faces + 1};
    return MERE_OK;
}

/* Build rings and faces; measures of whole arcs go in and come back. */
static enum mere_status build_faces(struct mere_ctx *ctx, struct canon *d,
                                    struct mere_faces_known known)
{
    struct mere_measures *old = d->measures;
    size_t n = d->runs.n;
    if (!old)
        return mere_faces_build(ctx, d->to, &known);
    struct mere_measures m = {.lat = old->lat,
                              .v = MERE_NEW(d->scratch, struct mere_arc_measure, n),
                              .known = MERE_NEW(d->scratch, uint8_t, n)};
    if (!m.v || !m.known)
        return mere_fail_nomem(ctx, "numbering the network");
    for (size_t i = 0; i < n; i++) {
        int32_t a = d->runs.v[i].edge >> 1;
        if (!is_whole(d, &d->runs.v[i]) || !old->known[a])
            continue;
        m.v[i] = old->v[a];
        m.known[i] = 1;
    }
    known.measures = &m;
    MERE_TRY(mere_faces_build(ctx, d->to, &known));
    if (m.lat != old->lat) /* what was measured against another parallel is of no use */
        memset(old->known, 0, (size_t)d->from->n_arcs);
    old->lat = m.lat;
    for (size_t i = 0; i < n; i++) {
        int32_t a = d->runs.v[i].edge >> 1;
        if (!is_whole(d, &d->runs.v[i]))
            continue;
        old->v[a] = m.v[i];
        old->known[a] = 1;
    }
    return MERE_OK;
}

static enum mere_status build(struct mere_ctx *ctx, struct canon *d, const int32_t **ret_face)
{
    struct mere_net *to = d->to;
    struct mere_faces_known known;
    MERE_TRY(find_runs(ctx, d));
    MERE_TRY(order_runs(ctx, d));
    MERE_TRY(write_nodes(ctx, d));
    MERE_TRY(write_arcs(ctx, d));
    MERE_TRY(join_faces(ctx, d));
    MERE_TRY(link_runs(ctx, d, &known));
    MERE_TRY(build_faces(ctx, d, known));
    int32_t *face = MERE_NEW(d->scratch, int32_t, (size_t)to->n_faces);
    if (!face)
        return mere_fail_nomem(ctx, "numbering the network");
    for (size_t a = 0; a < d->runs.n; a++) {
        int32_t edge = d->runs.v[a].edge;
        if (to->arcs[a].left >= 0)
            face[to->arcs[a].left] = mere_edge_face(d->from, edge);
        if (to->arcs[a].right >= 0)
            face[to->arcs[a].right] = mere_edge_face(d->from, edge ^ 1);
    }
    *ret_face = face;
    return MERE_OK;
}

enum mere_status mere_net_canon(struct mere_ctx *ctx, const struct mere_net *from,
                                const struct mere_canon *drop, struct mere_net *to,
                                struct mere_arena *scratch, const int32_t **ret_face)
{
    struct canon d = {
        .from = from, .drop = drop->arcs, .measures = drop->measures, .to = to, .scratch = scratch};
    enum mere_status status = build(ctx, &d, ret_face);
    MERE_VEC_FREE(&d.runs);
    return status;
}
