/* edit_faces.c - operations that change what faces there are, and whose: transfer, split, merge. */
#include "net/edit_priv.h"
#include <stdlib.h>

static bool is_face(const struct mere_edit *e, int32_t face)
{
    return face >= 0 && (size_t)face + 1 < e->t[MERE_T_FACE].n &&
           mere_int_at(e, MERE_T_FACE, face + 1) >= 0;
}
static enum mere_status no_face(struct mere_ctx *ctx, int32_t face)
{
    return mere_fail(ctx, MERE_E_NOT_FOUND, "there is no face %d: ask for the one at a place",
                     face);
}

/* ---- transfer ---- */

enum mere_status mere_edit_transfer(struct mere_ctx *ctx, struct mere_edit *edit, int32_t face,
                                    int32_t scheme, int32_t zone)
{
    if (!is_face(edit, face))
        return no_face(ctx, face);
    if (scheme < 0 || scheme >= edit->n_schemes)
        return mere_fail(ctx, MERE_E_NOT_FOUND, "there is no scheme %d: there are %d", scheme,
                         edit->n_schemes);
    if (zone < MERE_LABEL_NONE || zone >= edit->net->schemes[scheme].n_zones)
        return mere_fail(ctx, MERE_E_NOT_FOUND, "scheme %s has no zone %d: it has %d",
                         edit->net->schemes[scheme].name, zone, edit->net->schemes[scheme].n_zones);
    MERE_TRY(mere_op_begin(ctx, edit));
    mere_put_int(edit, MERE_T_LABEL, face * edit->n_schemes + scheme, zone);
    return mere_op_end(ctx, edit, MERE_OK);
}

/* ---- split ---- */

struct path {
    int32_t face;
    const struct mere_point *pts;
    uint32_t n;
    int32_t arc;      /* the new one */
    bool island;      /* closed, and free of the border */
    int32_t from, to; /* nodes */
};

static bool is_closed(const struct path *path)
{
    return mere_point_same(path->pts[0], path->pts[path->n - 1]);
}

/* Lay the path out segment by segment; each must be clear of all that is there. */
static enum mere_status lay_path(struct mere_ctx *ctx, struct mere_edit *e, const struct path *path)
{
    for (uint32_t i = 1; i < path->n && !e->failed; i++) {
        struct mere_point a = path->pts[i - 1], b = path->pts[i];
        struct mere_edit_seg with;
        if (!mere_point_on_earth(b))
            return mere_fail(ctx, MERE_E_RANGE, "(%d, %d) is not on the Earth: give 1e-7 degrees",
                             b.x, b.y);
        if (i + 1 < path->n && mere_find_vertex(e, b, NULL) >= 0)
            return mere_fail(ctx, MERE_E_INPUT,
                             "the path passes through the vertex at " MERE_DEG
                             ": end it there, or go around",
                             MERE_AT(b));
        if (mere_point_same(a, b) || mere_seg_meets(e, a, b, NULL, NULL, &with)) {
            with = mere_point_same(a, b) ? (struct mere_edit_seg){a, b, 0} : with;
            return mere_fail(ctx, MERE_E_INPUT,
                             "the path from " MERE_DEG " to " MERE_DEG
                             " would meet the border from " MERE_DEG " to " MERE_DEG
                             ": keep clear of it",
                             MERE_AT(a), MERE_AT(b), MERE_AT(with.a), MERE_AT(with.b));
        }
        mere_seg_add(e, a, b, path->arc);
    }
    return MERE_OK;
}

static void link_spoke(struct mere_edit *e, int32_t edge, int32_t cw)
{
    int32_t before = mere_prev_of(e, cw);
    mere_put_int(e, MERE_T_NEXT, before, edge);
    mere_put_int(e, MERE_T_NEXT, edge ^ 1, cw);
}

/* Where the path ends at its border: a node, and the half-edge clockwise of it. */
static enum mere_status find_corner(struct mere_ctx *ctx, struct mere_edit *e, int32_t node,
                                    struct mere_point to, int32_t face, int32_t *ret_edge)
{
    int32_t edge = mere_sector_of(e, node, to);
    if (mere_face_of(e, edge) != face)
        return mere_fail(ctx, MERE_E_INPUT,
                         "the path does not run inside the face at " MERE_DEG
                         ": begin and end it at the border of that face",
                         MERE_AT(mere_node_at(e, node)));
    *ret_edge = edge;
    return MERE_OK;
}

/* Tie the arc to the border of the face; `*ret_ring` is the ring that it divides. */
static enum mere_status tie_path(struct mere_ctx *ctx, struct mere_edit *e, struct path *path,
                                 int32_t *ret_ring)
{
    int32_t start = -1, end = -1, h = 2 * path->arc;
    struct mere_point second = path->pts[1], last = path->pts[path->n - 2];
    MERE_TRY(find_corner(ctx, e, path->from, second, path->face, &start));
    *ret_ring = mere_ring_of(e, start);
    if (path->from != path->to) {
        MERE_TRY(find_corner(ctx, e, path->to, last, path->face, &end));
        if (mere_ring_of(e, end) != *ret_ring)
            return mere_fail(ctx, MERE_E_INPUT,
                             "a path from " MERE_DEG " to " MERE_DEG
                             " joins two separate borders and divides nothing: end it on the "
                             "border that it begins at",
                             MERE_AT(path->pts[0]), MERE_AT(path->pts[path->n - 1]));
        link_spoke(e, h, start);
        link_spoke(e, h ^ 1, end);
        return MERE_OK;
    }
    link_spoke(e, h, start);
    if (!e->failed)
        link_spoke(e, h ^ 1, mere_sector_of(e, path->from, last));
    return MERE_OK;
}

/* Holes of the old face that lie inside the new one go over. */
static void hand_over_holes(struct mere_edit *e, int32_t from, int32_t to, int32_t shell)
{
    int32_t r = mere_int_at(e, MERE_T_FACE, from + 1), next;
    for (; r >= 0 && !e->failed; r = next) {
        const struct mere_edit_ring *ring = mere_ring_at(e, r);
        int32_t edge = ring->edge;
        next = ring->next;
        if (ring->area2 > 0 ||
            mere_ring_winds(e, shell, mere_node_at(e, mere_origin_of(e, edge))) == 0)
            continue;
        mere_ring_unlink(e, r);
        mere_ring_link(e, r, to);
        mere_ring_trace(e, r, edge, to);
    }
}

static int32_t new_face(struct mere_edit *e, int32_t like)
{
    int32_t face = mere_grow(e, MERE_T_FACE, 1) - 1;
    mere_grow(e, MERE_T_LABEL, (size_t)e->n_schemes);
    for (int32_t s = 0; s < e->n_schemes && !e->failed; s++)
        mere_put_int(e, MERE_T_LABEL, face * e->n_schemes + s,
                     like < 0 ? MERE_LABEL_NONE
                              : mere_int_at(e, MERE_T_LABEL, like * e->n_schemes + s));
    if (!e->failed)
        mere_put_int(e, MERE_T_FACE, face + 1, -1);
    return face;
}

/* The ring `old` (-1: none, for an island) is two now, on both sides of the path. */
static int32_t divide(struct mere_edit *e, const struct path *path, int32_t old)
{
    int32_t left = 2 * path->arc, right = left + 1;
    int32_t shell = mere_ring_size(e, left) > 0 ? left : right, rest = shell ^ 1;
    int32_t face = new_face(e, path->face), ring = mere_grow(e, MERE_T_RING, 1);
    if (old < 0)
        old = mere_grow(e, MERE_T_RING, 1);
    else if (!e->failed)
        mere_ring_unlink(e, old);
    if (e->failed)
        return face;
    mere_ring_trace(e, ring, shell, face);
    mere_ring_trace(e, old, rest, path->face);
    hand_over_holes(e, path->face, face, shell);
    mere_ring_link(e, ring, face);
    mere_ring_link(e, old, path->face);
    return face;
}

static enum mere_status find_ends(struct mere_ctx *ctx, struct mere_edit *e, struct path *path)
{
    uint32_t at;
    for (int k = 0; k < 2; k++) {
        struct mere_point p = path->pts[k == 0 ? 0 : path->n - 1];
        int32_t arc = mere_find_vertex(e, p, &at);
        if (arc < 0)
            return mere_fail(ctx, MERE_E_NOT_FOUND,
                             "the path ends at " MERE_DEG
                             ", where no vertex is: insert one there first",
                             MERE_AT(p));
        int32_t node = mere_make_node(e, arc, at, k == 0 ? -1 : path->from);
        *(k == 0 ? &path->from : &path->to) = node;
        if (e->failed)
            return MERE_OK;
    }
    return MERE_OK;
}

static enum mere_status split(struct mere_ctx *ctx, struct mere_edit *e, struct path *path,
                              int32_t *ret_face)
{
    int32_t old = -1;
    path->island = is_closed(path) && mere_find_vertex(e, path->pts[0], NULL) < 0;
    if (path->island && mere_edit_face_at(e, path->pts[0]) != path->face)
        return mere_fail(ctx, MERE_E_INPUT,
                         "the path begins at " MERE_DEG
                         ", which does not lie in that face: draw it inside",
                         MERE_AT(path->pts[0]));
    if (path->island) {
        path->from = path->to = mere_grow(e, MERE_T_NODE, 1);
        mere_grow(e, MERE_T_SPOKE, 1);
        if (!e->failed)
            mere_put(e, MERE_T_NODE, path->from, &path->pts[0]);
    } else {
        MERE_TRY(find_ends(ctx, e, path));
    }
    path->arc = mere_new_arc(e);
    if (e->failed)
        return MERE_OK;
    struct mere_arc arc = {
        .from = path->from, .to = path->to, .left = path->face, .right = path->face};
    mere_put(e, MERE_T_ARC, path->arc, &arc);
    mere_put_points(e, path->arc, path->pts, path->n);
    if (e->failed)
        return MERE_OK;
    MERE_TRY(lay_path(ctx, e, path));
    if (path->island) {
        mere_put_int(e, MERE_T_NEXT, 2 * path->arc, 2 * path->arc);
        mere_put_int(e, MERE_T_NEXT, 2 * path->arc + 1, 2 * path->arc + 1);
        mere_put_int(e, MERE_T_SPOKE, path->from, 2 * path->arc);
    } else {
        MERE_TRY(tie_path(ctx, e, path, &old));
    }
    if (e->failed)
        return MERE_OK;
    *ret_face = divide(e, path, old);
    mere_settle_node(e, path->from);
    return MERE_OK;
}

enum mere_status mere_edit_split(struct mere_ctx *ctx, struct mere_edit *edit, int32_t face,
                                 const struct mere_point *pts, size_t n, int32_t *ret_face)
{
    int32_t made = MERE_FACE_OUTER;
    if (face != MERE_FACE_OUTER && !is_face(edit, face))
        return no_face(ctx, face);
    if (n > UINT32_MAX / 2)
        return mere_fail(ctx, MERE_E_LIMIT, "a path of %zu points is too long", n);
    struct path path = {.face = face, .pts = pts, .n = (uint32_t)n};
    if (n < 2 || (is_closed(&path) && n < 4))
        return mere_fail(ctx, MERE_E_INPUT,
                         "a path needs two points, a closed one three different ones; this has "
                         "%zu: draw more",
                         n);
    MERE_TRY(mere_op_begin(ctx, edit));
    MERE_TRY(mere_op_end(ctx, edit, split(ctx, edit, &path, &made)));
    *ret_face = made;
    return MERE_OK;
}

/* ---- merge ---- */

struct merging {
    struct mere_edit *e;
    int32_t keep, gone;
    MERE_VEC(int32_t) arcs;  /* between the two */
    MERE_VEC(int32_t) rings; /* those that lose some of their half-edges */
    MERE_VEC(int32_t) edges; /* of these rings: what stays */
    MERE_VEC(int32_t) nodes; /* at the ends of the arcs */
};

/* Look around one ring of either face. */
static bool list_ring(struct merging *m, int32_t r)
{
    const struct mere_edit *e = m->e;
    int32_t other = mere_ring_at(e, r)->face == m->keep ? m->gone : m->keep;
    int32_t first = mere_ring_at(e, r)->edge, on = first;
    size_t before = m->edges.n;
    bool loses = false, ok = true;
    do {
        bool goes = mere_face_of(e, on ^ 1) == other;
        loses = loses || goes;
        if (!goes)
            ok = ok && MERE_PUSH(&m->edges, on);
        else if (other == m->gone)
            ok = ok && MERE_PUSH(&m->arcs, on >> 1) &&
                 MERE_PUSH(&m->nodes, mere_origin_of(e, on)) &&
                 MERE_PUSH(&m->nodes, mere_origin_of(e, on ^ 1));
        on = mere_next_of(e, on);
    } while (on != first);
    if (!loses)
        m->edges.n = before;
    else
        ok = ok && MERE_PUSH(&m->rings, r);
    return ok;
}

static bool list_merge(struct merging *m)
{
    bool ok = true;
    for (int k = 0; k < 2; k++) {
        int32_t r = mere_int_at(m->e, MERE_T_FACE, (k ? m->gone : m->keep) + 1);
        for (; r >= 0; r = mere_ring_at(m->e, r)->next)
            ok = ok && list_ring(m, r);
    }
    return ok;
}

/* Rings of `gone` that are whole go to `keep`. */
static void take_rings(struct merging *m)
{
    struct mere_edit *e = m->e;
    for (size_t i = 0; i < m->rings.n && !e->failed; i++) {
        struct mere_edit_ring none = {.edge = -1, .face = MERE_FACE_OUTER, .next = -1};
        mere_ring_unlink(e, m->rings.v[i]);
        mere_put(e, MERE_T_RING, m->rings.v[i], &none);
    }
    int32_t r;
    while (!e->failed && (r = mere_int_at(e, MERE_T_FACE, m->gone + 1)) >= 0) {
        int32_t edge = mere_ring_at(e, r)->edge;
        mere_ring_unlink(e, r);
        mere_ring_link(e, r, m->keep);
        mere_ring_trace(e, r, edge, m->keep);
    }
}

static void merge(struct merging *m)
{
    struct mere_edit *e = m->e;
    take_rings(m);
    for (size_t i = 0; i < m->arcs.n && !e->failed; i++)
        mere_unlink_arc(e, m->arcs.v[i]);
    for (size_t i = 0; i < m->edges.n && !e->failed; i++)
        mere_put_int(e, MERE_T_RINGOF, m->edges.v[i], -1);
    for (size_t i = 0; i < m->edges.n && !e->failed; i++) {
        if (mere_ring_of(e, m->edges.v[i]) >= 0)
            continue;
        int32_t ring = mere_grow(e, MERE_T_RING, 1);
        mere_ring_trace(e, ring, m->edges.v[i], m->keep);
        if (!e->failed)
            mere_ring_link(e, ring, m->keep);
    }
    for (size_t i = 0; i < m->nodes.n && !e->failed; i++)
        mere_settle_node(e, m->nodes.v[i]);
}

static enum mere_status merge_faces(struct mere_ctx *ctx, struct merging *m)
{
    if (!list_merge(m))
        return mere_fail_nomem(ctx, "merging faces");
    if (m->arcs.n == 0)
        return mere_fail(ctx, MERE_E_INPUT,
                         "the faces %d and %d have no border in common: merge neighbours", m->keep,
                         m->gone);
    merge(m);
    return MERE_OK;
}

enum mere_status mere_edit_merge(struct mere_ctx *ctx, struct mere_edit *edit, int32_t keep,
                                 int32_t gone)
{
    struct merging m = {.e = edit, .keep = keep, .gone = gone};
    if (!is_face(edit, keep) || !is_face(edit, gone))
        return no_face(ctx, is_face(edit, keep) ? gone : keep);
    if (keep == gone)
        return mere_fail(ctx, MERE_E_INPUT, "face %d can't be merged with itself: name two faces",
                         keep);
    MERE_TRY(mere_op_begin(ctx, edit));
    enum mere_status status = mere_op_end(ctx, edit, merge_faces(ctx, &m));
    MERE_VEC_FREE(&m.arcs);
    MERE_VEC_FREE(&m.rings);
    MERE_VEC_FREE(&m.edges);
    MERE_VEC_FREE(&m.nodes);
    return status;
}
