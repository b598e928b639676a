/* faces.c - arcs become rings and faces.
 *
 * At each node the half-edges that leave it are sorted by exact angle. The half-edge that follows h
 * on the ring of the face at h's left hand is the next one clockwise from h's twin at the node
 * where h ends. Following `next` gives the rings; those that run counter-clockwise are shells, one
 * for each bounded face. The others go around a component of the network from outside, and hang in
 * the face that holds the component: see hang.c.
 *
 * Faces are numbered by the lowest half-edge of their shell. */
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/net_priv.h"
#include <stdlib.h>
#include <string.h>

struct tracing {
    struct mere_net *net;
    const struct mere_faces_known *known; /* or NULL */
    struct mere_arena scratch;
    int32_t *next;
    int32_t *ring_of;                 /* by half-edge */
    struct mere_arc_measure *measure; /* by arc */
    size_t n_rings;
    int32_t *ring_edge;
    mere_i128 *ring_area2;
    double *ring_area_m2;
    bool *is_shell;
    int32_t *ring_face;
};

/* ---- half-edges around nodes ----------------------------------------------------------------- */

struct spoke {
    struct mere_lattice_point to;
    int32_t edge;
};

#define RUN 8

static void sort_run(struct mere_lattice_point hub, struct spoke *s, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct spoke moved = s[i];
        size_t j = i;
        for (; j > 0 && mere_angle_cmp(hub, s[j - 1].to, moved.to) > 0; j--)
            s[j] = s[j - 1];
        s[j] = moved;
    }
}

/* Short runs by insertion, which is all that the usual node needs; then merging, so that a node
 * where very many arcs meet takes n log n. */
static void sort_spokes(struct mere_lattice_point hub, struct spoke *s, struct spoke *spare,
                        size_t n)
{
    for (size_t i = 0; i < n; i += RUN)
        sort_run(hub, s + i, n - i < RUN ? n - i : RUN);
    for (size_t width = RUN; width < n; width *= 2) {
        for (size_t k = 0; k < n;) {
            size_t i = k, mid = n - k < width ? n : k + width, j = mid;
            size_t end = n - mid < width ? n : mid + width;
            while (k < end) {
                bool left = j == end || (i < mid && mere_angle_cmp(hub, s[i].to, s[j].to) <= 0);
                spare[k++] = left ? s[i++] : s[j++];
            }
        }
        memcpy(s, spare, n * sizeof *s);
    }
}

/* Write `next` by sorting what leaves each node. */
static enum mere_status link_edges(struct mere_ctx *ctx, struct tracing *t)
{
    const struct mere_net *net = t->net;
    size_t n_edges = 2 * (size_t)net->n_arcs, n_nodes = (size_t)net->n_nodes;
    uint32_t *first = MERE_NEW(&t->scratch, uint32_t, n_nodes + 2);
    struct spoke *spokes = MERE_NEW(&t->scratch, struct spoke, n_edges);
    struct spoke *spare = MERE_NEW(&t->scratch, struct spoke, n_edges);
    t->next = MERE_NEW(&t->net->arena, int32_t, n_edges);
    if (!first || !spokes || !spare || !t->next)
        return mere_fail_nomem(ctx, "sorting half-edges");
    for (size_t e = 0; e < n_edges; e++)
        first[mere_edge_origin(net, (int32_t)e) + 2]++;
    for (size_t i = 2; i < n_nodes + 2; i++)
        first[i] += first[i - 1];
    for (size_t e = 0; e < n_edges; e++) {
        uint32_t at = first[mere_edge_origin(net, (int32_t)e) + 1]++;
        spokes[at] = (struct spoke){mere_lattice(mere_edge_second(net, (int32_t)e)), (int32_t)e};
    }
    for (size_t i = 0; i < n_nodes; i++) {
        struct spoke *s = spokes + first[i];
        size_t n = first[i + 1] - first[i];
        sort_spokes(mere_lattice(net->nodes[i]), s, spare, n);
        for (size_t k = 0; k < n; k++)
            t->next[s[k].edge ^ 1] = s[k > 0 ? k - 1 : n - 1].edge;
    }
    t->net->next = t->next;
    return MERE_OK;
}

/* ---- rings ----------------------------------------------------------------------------------- */

/* The box of one or more points, on the Earth: one past the last fits. */
static struct mere_box box_of(const struct mere_point *p, size_t n)
{
    struct mere_box box = {p[0], p[0]};
    for (size_t i = 1; i < n; i++) {
        box.min.x = p[i].x < box.min.x ? p[i].x : box.min.x;
        box.min.y = p[i].y < box.min.y ? p[i].y : box.min.y;
        box.max.x = p[i].x > box.max.x ? p[i].x : box.max.x;
        box.max.y = p[i].y > box.max.y ? p[i].y : box.max.y;
    }
    box.max.x++;
    box.max.y++;
    return box;
}

/* Boxes of all arcs, and of the network. */
static void find_boxes(struct tracing *t, const struct mere_measures *kept)
{
    struct mere_net *net = t->net;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        if (!kept || !kept->known[a])
            t->measure[a].box = box_of(net->pts + net->arcs[a].first, net->arcs[a].n);
        mere_box_join(&net->box, t->measure[a].box);
    }
}

/* Measure every arc once: those only that are not known. */
static enum mere_status measure_arcs(struct mere_ctx *ctx, struct tracing *t)
{
    struct mere_net *net = t->net;
    struct mere_measures *kept = t->known ? t->known->measures : NULL;
    t->measure =
        kept ? kept->v : MERE_NEW(&t->scratch, struct mere_arc_measure, (size_t)net->n_arcs);
    double *arc_m = kept ? MERE_NEW(&net->arena, double, (size_t)net->n_arcs) : NULL;
    if (!t->measure || (kept && !arc_m))
        return mere_fail_nomem(ctx, "measuring arcs");
    find_boxes(t, kept);
    struct mere_parallel middle;
    struct mere_band_scale plane = {0};
    mere_parallel_init(&middle, (int32_t)(((int64_t)net->box.min.y + net->box.max.y) / 2));
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_point *p = net->pts + net->arcs[a].first;
        struct mere_arc_measure *m = &t->measure[a];
        bool known = kept && kept->known[a];
        if (!known)
            m->area2 = mere_chain_area2(p, net->arcs[a].n);
        if (!known || kept->lat != middle.lat)
            m->m2 = mere_chain_area_from(&middle, p, net->arcs[a].n);
        if (kept && !known)
            m->plane_m = mere_chain_plane_m(&plane, p, net->arcs[a].n);
        if (kept) {
            kept->known[a] = 1;
            arc_m[a] = m->plane_m;
        }
    }
    if (kept)
        kept->lat = middle.lat;
    net->arc_m = arc_m;
    return MERE_OK;
}

static enum mere_status trace_rings(struct mere_ctx *ctx, struct tracing *t)
{
    struct mere_net *net = t->net;
    int32_t n_edges = 2 * net->n_arcs;
    t->ring_of = MERE_NEW(&t->scratch, int32_t, (size_t)n_edges);
    if (!t->ring_of)
        return mere_fail_nomem(ctx, "tracing rings");
    MERE_TRY(measure_arcs(ctx, t));
    memset(t->ring_of, 0xff, (size_t)n_edges * sizeof *t->ring_of);
    for (int32_t e = 0; e < n_edges; e++) {
        if (t->ring_of[e] >= 0)
            continue;
        for (int32_t h = e; t->ring_of[h] < 0; h = t->next[h])
            t->ring_of[h] = (int32_t)t->n_rings;
        t->n_rings++;
    }
    t->ring_edge = MERE_NEW(&net->arena, int32_t, t->n_rings);
    t->ring_face = MERE_NEW(&net->arena, int32_t, t->n_rings);
    t->ring_area2 = MERE_NEW(&t->scratch, mere_i128, t->n_rings);
    t->ring_area_m2 = MERE_NEW(&t->scratch, double, t->n_rings);
    t->is_shell = MERE_NEW(&t->scratch, bool, t->n_rings);
    if (!t->ring_edge || !t->ring_face || !t->ring_area2 || !t->ring_area_m2 || !t->is_shell)
        return mere_fail_nomem(ctx, "tracing rings");
    for (int32_t e = n_edges - 1; e >= 0; e--) {
        int32_t r = t->ring_of[e];
        t->ring_edge[r] = e;
        const struct mere_arc_measure *m = &t->measure[e >> 1];
        t->ring_area2[r] += e & 1 ? -m->area2 : m->area2;
        t->ring_area_m2[r] += e & 1 ? -m->m2 : m->m2;
    }
    net->n_rings = (int32_t)t->n_rings;
    net->ring_edge = t->ring_edge;
    net->ring_face = t->ring_face;
    return MERE_OK;
}

/* ---- faces ----------------------------------------------------------------------------------- */

static void number_faces(struct tracing *t)
{
    int32_t n = 0;
    for (size_t r = 0; r < t->n_rings; r++) {
        t->is_shell[r] = t->ring_area2[r] > 0;
        t->ring_face[r] = t->is_shell[r] ? n++ : MERE_FACE_OUTER;
    }
    t->net->n_faces = n;
}

/* The rings of each face, its shell first; the others by number. */
static enum mere_status list_rings(struct mere_ctx *ctx, struct tracing *t)
{
    struct mere_net *net = t->net;
    size_t n_faces = (size_t)net->n_faces;
    uint32_t *first = MERE_NEW(&net->arena, uint32_t, n_faces + 2);
    uint32_t *end = MERE_NEW(&t->scratch, uint32_t, n_faces + 2);
    int32_t *rings = MERE_NEW(&net->arena, int32_t, t->n_rings);
    if (!first || !end || !rings)
        return mere_fail_nomem(ctx, "listing rings");
    for (size_t r = 0; r < t->n_rings; r++)
        first[t->ring_face[r] + 2]++;
    for (size_t f = 1; f < n_faces + 2; f++)
        first[f] += first[f - 1];
    memcpy(end, first, (n_faces + 2) * sizeof *first);
    for (int shells = 1; shells >= 0; shells--)
        for (size_t r = 0; r < t->n_rings; r++)
            if (t->is_shell[r] == (shells == 1))
                rings[end[t->ring_face[r] + 1]++] = (int32_t)r;
    net->face_ring_first = first;
    net->face_rings = rings;
    return MERE_OK;
}

static enum mere_status measure_faces(struct mere_ctx *ctx, struct tracing *t)
{
    struct mere_net *net = t->net;
    struct mere_box *box = MERE_NEW(&net->arena, struct mere_box, (size_t)net->n_faces);
    double *m2 = MERE_NEW(&net->arena, double, (size_t)net->n_faces);
    int64_t *area2 = MERE_NEW(&net->arena, int64_t, (size_t)net->n_faces);
    mere_i128 *sum = MERE_NEW(&t->scratch, mere_i128, (size_t)net->n_faces);
    if (!box || !m2 || !area2 || !sum)
        return mere_fail_nomem(ctx, "measuring faces");
    for (size_t r = 0; r < t->n_rings; r++) {
        int32_t f = t->ring_face[r];
        if (f < 0)
            continue;
        sum[f] += t->ring_area2[r];
        m2[f] += t->ring_area_m2[r];
    }
    for (int32_t f = 0; f < net->n_faces; f++) {
        if (sum[f] > INT64_MAX)
            return mere_fail(ctx, MERE_E_RANGE, "a face is larger than half the Earth");
        area2[f] = (int64_t)sum[f];
    }
    for (int32_t e = 0; e < 2 * net->n_arcs; e++) {
        int32_t r = t->ring_of[e];
        if (t->is_shell[r])
            mere_box_join(&box[t->ring_face[r]], t->measure[e >> 1].box);
    }
    net->face_box = box;
    net->face_area_m2 = m2;
    net->face_area2 = area2;
    return MERE_OK;
}

/* The rings that are no shells lie in the faces that the half-edges tell. */
static enum mere_status hang_known(struct mere_ctx *ctx, struct tracing *t)
{
    const struct mere_faces_known *known = t->known;
    int32_t *face = MERE_NEW(&t->scratch, int32_t, known->n_lands);
    if (!face)
        return mere_fail_nomem(ctx, "hanging components");
    for (size_t i = 0; i < known->n_lands; i++)
        face[i] = MERE_FACE_OUTER;
    for (size_t r = 0; r < t->n_rings; r++)
        if (t->is_shell[r])
            face[known->land[t->ring_edge[r]]] = t->ring_face[r];
    for (size_t r = 0; r < t->n_rings; r++)
        if (!t->is_shell[r])
            t->ring_face[r] = face[known->land[t->ring_edge[r]]];
    return MERE_OK;
}

static enum mere_status build(struct mere_ctx *ctx, struct tracing *t)
{
    struct mere_net *net = t->net;
    if (t->known)
        net->next = t->next = t->known->next;
    else
        MERE_TRY(link_edges(ctx, t));
    MERE_TRY(trace_rings(ctx, t));
    number_faces(t);
    MERE_TRY(t->known ? hang_known(ctx, t)
                      : mere_faces_hang(ctx, net, t->ring_of, t->is_shell, t->ring_face));
    struct mere_arc *arcs = MERE_NEW(&net->arena, struct mere_arc, (size_t)net->n_arcs);
    if (!arcs)
        return mere_fail_nomem(ctx, "numbering faces");
    for (int32_t a = 0; a < net->n_arcs; a++) {
        arcs[a] = net->arcs[a];
        arcs[a].left = t->ring_face[t->ring_of[2 * (size_t)a]];
        arcs[a].right = t->ring_face[t->ring_of[2 * (size_t)a + 1]];
    }
    net->arcs = arcs;
    MERE_TRY(list_rings(ctx, t));
    return measure_faces(ctx, t);
}

enum mere_status mere_faces_build(struct mere_ctx *ctx, struct mere_net *net,
                                  const struct mere_faces_known *known)
{
    struct tracing t = {.net = net, .known = known};
    enum mere_status status = build(ctx, &t);
    mere_arena_clear(&t.scratch);
    return status;
}
