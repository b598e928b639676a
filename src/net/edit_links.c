/* edit_links.c - how the half-edges of an edit hang together: nodes, rings, faces. */
#include "net/edit_priv.h"
#include <stdlib.h>
#include <string.h>

/* ---- around a node ---- */

int32_t mere_prev_of(const struct mere_edit *e, int32_t edge)
{
    int32_t on = edge;
    while (mere_next_of(e, on ^ 1) != edge)
        on = mere_next_of(e, on ^ 1);
    return on ^ 1;
}

bool mere_node_in_order(const struct mere_edit *e, int32_t node)
{
    struct mere_lattice_point hub = mere_lattice(mere_node_at(e, node));
    int32_t first = mere_int_at(e, MERE_T_SPOKE, node), on = first;
    int turns = 0;
    do { /* clockwise: the direction passes east once */
        int32_t after = mere_next_of(e, on ^ 1);
        turns += mere_angle_cmp(hub, mere_lattice(mere_step_of(e, on, 1)),
                                mere_lattice(mere_step_of(e, after, 1))) <= 0;
        on = after;
    } while (on != first);
    return turns == 1;
}

int32_t mere_sector_of(const struct mere_edit *e, int32_t node, struct mere_point to)
{
    struct mere_lattice_point hub = mere_lattice(mere_node_at(e, node)), d = mere_lattice(to);
    int32_t first = mere_int_at(e, MERE_T_SPOKE, node), before = first;
    do {
        int32_t after = mere_next_of(e, before ^ 1); /* the next one clockwise */
        struct mere_lattice_point a = mere_lattice(mere_step_of(e, after, 1));
        struct mere_lattice_point b = mere_lattice(mere_step_of(e, before, 1));
        bool past_a = mere_angle_cmp(hub, a, d) < 0, before_b = mere_angle_cmp(hub, d, b) < 0;
        bool inside = mere_angle_cmp(hub, a, b) < 0 ? past_a && before_b : past_a || before_b;
        if (after == before || inside)
            return after;
        before = after;
    } while (before != first);
    return first;
}

static int32_t degree_of(const struct mere_edit *e, int32_t node)
{
    int32_t first = mere_int_at(e, MERE_T_SPOKE, node), on = first, n = 0;
    do {
        n++;
        on = mere_next_of(e, on ^ 1);
    } while (on != first);
    return n;
}

/* ---- nodes come and go ---- */

static void put_end(struct mere_edit *e, int32_t edge, int32_t node)
{
    struct mere_arc arc = *mere_arc_at(e, edge >> 1);
    *(edge & 1 ? &arc.to : &arc.from) = node;
    mere_put(e, MERE_T_ARC, edge >> 1, &arc);
}

bool mere_is_free_loop(const struct mere_edit *e, int32_t arc)
{
    return mere_next_of(e, 2 * arc) == 2 * arc && mere_next_of(e, 2 * arc + 1) == 2 * arc + 1;
}

void mere_rotate_loop(struct mere_edit *e, int32_t arc, uint32_t at)
{
    uint32_t n = mere_arc_at(e, arc)->n;
    if (at == 0 || at == n - 1)
        return;
    struct mere_point *pts = mere_malloc(n * sizeof *pts);
    if (!pts) {
        e->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        pts[i] = mere_pts_of(e, arc)[(at + i) % (n - 1)];
    mere_put(e, MERE_T_NODE, mere_arc_at(e, arc)->from, &pts[0]);
    mere_put_points(e, arc, pts, n);
    free(pts);
}

int32_t mere_make_node(struct mere_edit *e, int32_t arc, uint32_t at, int32_t but)
{
    struct mere_arc a = *mere_arc_at(e, arc);
    if (at == 0 || at == a.n - 1)
        return at == 0 ? a.from : a.to;
    if (mere_is_free_loop(e, arc) && a.from != but) {
        mere_rotate_loop(e, arc, at);
        return a.from;
    }
    struct mere_point p = mere_pts_of(e, arc)[at];
    int32_t forth = 2 * arc, back = 2 * arc + 1;
    int32_t after = mere_next_of(e, forth), before = mere_prev_of(e, back);
    int32_t node = mere_grow(e, MERE_T_NODE, 1), other = mere_new_arc(e);
    mere_grow(e, MERE_T_SPOKE, 1);
    if (e->failed)
        return 0;
    mere_put(e, MERE_T_NODE, node, &p);
    struct mere_arc b = a;
    b.from = node;
    mere_put(e, MERE_T_ARC, other, &b);
    mere_put_points(e, other, mere_pts_of(e, arc) + at, a.n - at);
    a.to = node;
    a.n = at + 1;
    mere_put(e, MERE_T_ARC, arc, &a);
    if (e->failed)
        return 0;
    const struct mere_point *pts = mere_pts_of(e, other);
    for (uint32_t i = 1; i < mere_arc_at(e, other)->n && !e->failed; i++) {
        mere_seg_take(e, pts[i - 1], pts[i], arc);
        mere_seg_add(e, pts[i - 1], pts[i], other);
    }
    mere_put_int(e, MERE_T_RINGOF, 2 * other, mere_ring_of(e, forth));
    mere_put_int(e, MERE_T_RINGOF, 2 * other + 1, mere_ring_of(e, back));
    mere_put_int(e, MERE_T_NEXT, forth, 2 * other);
    mere_put_int(e, MERE_T_NEXT, 2 * other, after);
    mere_put_int(e, MERE_T_NEXT, before, 2 * other + 1);
    mere_put_int(e, MERE_T_NEXT, 2 * other + 1, back);
    mere_put_int(e, MERE_T_SPOKE, node, 2 * other);
    mere_put_int(e, MERE_T_SPOKE, b.to, 2 * other + 1);
    return node;
}

static void kill_arc(struct mere_edit *e, int32_t arc)
{
    struct mere_arc none = {.left = MERE_FACE_OUTER, .right = MERE_FACE_OUTER};
    mere_put(e, MERE_T_ARC, arc, &none);
    mere_put_int(e, MERE_T_RINGOF, 2 * arc, -1);
    mere_put_int(e, MERE_T_RINGOF, 2 * arc + 1, -1);
}

/* Two arcs meet at `node`, no others: `out` goes on after `in`, and becomes part of it. */
static void join_arcs(struct mere_edit *e, int32_t node, int32_t in, int32_t out)
{
    uint32_t n = mere_arc_at(e, in >> 1)->n, m = mere_arc_at(e, out >> 1)->n, all = n + m - 1;
    int32_t after = mere_next_of(e, out), before = mere_prev_of(e, out ^ 1);
    int32_t end = mere_origin_of(e, out ^ 1);
    struct mere_point *pts = mere_malloc(all * sizeof *pts);
    if (!pts) {
        e->failed = true;
        return;
    }
    for (uint32_t i = 0; i < all; i++) {
        struct mere_point p = i < n ? mere_step_of(e, in, i) : mere_step_of(e, out, i - n + 1);
        pts[in & 1 ? all - 1 - i : i] = p;
    }
    mere_segs_rename(e, out >> 1, in >> 1);
    mere_put_points(e, in >> 1, pts, all);
    free(pts);
    put_end(e, in ^ 1, end);
    mere_put_int(e, MERE_T_NEXT, in, after);
    mere_put_int(e, MERE_T_NEXT, before, in ^ 1);
    for (int side = 0; side < 2 && !e->failed; side++) {
        int32_t edge = in ^ side, r = mere_ring_of(e, edge);
        struct mere_edit_ring ring = *mere_ring_at(e, r);
        ring.edge = edge;
        mere_put(e, MERE_T_RING, r, &ring);
    }
    mere_put_int(e, MERE_T_SPOKE, end, in ^ 1);
    mere_put_int(e, MERE_T_SPOKE, node, -1);
    kill_arc(e, out >> 1);
}

static void settle_anchor(struct mere_edit *e, int32_t arc)
{
    const struct mere_point *p = mere_pts_of(e, arc);
    uint32_t lowest = 0;
    for (uint32_t i = 1; i < mere_arc_at(e, arc)->n; i++)
        if (mere_point_cmp(p[i], p[lowest]) < 0)
            lowest = i;
    mere_rotate_loop(e, arc, lowest);
}

void mere_settle_node(struct mere_edit *e, int32_t node)
{
    int32_t spoke = mere_int_at(e, MERE_T_SPOKE, node);
    if (e->failed || spoke < 0 || degree_of(e, node) != 2)
        return;
    int32_t out = mere_next_of(e, spoke ^ 1);
    if (out >> 1 == spoke >> 1) {
        settle_anchor(e, out >> 1);
        return;
    }
    join_arcs(e, node, spoke ^ 1, out);
    if (!e->failed && mere_is_free_loop(e, spoke >> 1))
        settle_anchor(e, spoke >> 1);
}

static void unlink_spoke(struct mere_edit *e, int32_t edge)
{
    int32_t node = mere_origin_of(e, edge), after = mere_next_of(e, edge ^ 1);
    if (after == edge) {
        mere_put_int(e, MERE_T_SPOKE, node, -1);
        return;
    }
    int32_t before = mere_prev_of(e, edge);
    mere_put_int(e, MERE_T_NEXT, before, after);
    mere_put_int(e, MERE_T_SPOKE, node, after);
}

void mere_unlink_arc(struct mere_edit *e, int32_t arc)
{
    const struct mere_point *p = mere_pts_of(e, arc);
    for (uint32_t i = 1; i < mere_arc_at(e, arc)->n; i++)
        mere_seg_take(e, p[i - 1], p[i], arc);
    if (!e->failed)
        unlink_spoke(e, 2 * arc);
    if (!e->failed)
        unlink_spoke(e, 2 * arc + 1);
    kill_arc(e, arc);
}

/* ---- rings ---- */

void mere_ring_link(struct mere_edit *e, int32_t ring, int32_t face)
{
    struct mere_edit_ring r = *mere_ring_at(e, ring);
    r.face = face;
    r.next = mere_int_at(e, MERE_T_FACE, face + 1);
    mere_put(e, MERE_T_RING, ring, &r);
    mere_put_int(e, MERE_T_FACE, face + 1, ring);
}

void mere_ring_unlink(struct mere_edit *e, int32_t ring)
{
    int32_t next = mere_ring_at(e, ring)->next, face = mere_ring_at(e, ring)->face;
    int32_t on = mere_int_at(e, MERE_T_FACE, face + 1);
    if (on == ring) {
        mere_put_int(e, MERE_T_FACE, face + 1, next);
        return;
    }
    while (mere_ring_at(e, on)->next != ring)
        on = mere_ring_at(e, on)->next;
    struct mere_edit_ring r = *mere_ring_at(e, on);
    r.next = next;
    mere_put(e, MERE_T_RING, on, &r);
}

mere_i128 mere_ring_size(const struct mere_edit *e, int32_t edge)
{
    mere_i128 sum = 0;
    int32_t on = edge;
    do {
        mere_i128 area2 = mere_chain_area2(mere_pts_of(e, on >> 1), mere_arc_at(e, on >> 1)->n);
        sum += on & 1 ? -area2 : area2;
        on = mere_next_of(e, on);
    } while (on != edge);
    return sum;
}

void mere_ring_trace(struct mere_edit *e, int32_t ring, int32_t edge, int32_t face)
{
    if (e->failed)
        return;
    struct mere_edit_ring r = *mere_ring_at(e, ring);
    r.edge = edge;
    r.face = face;
    r.area2 = mere_ring_size(e, edge);
    mere_put(e, MERE_T_RING, ring, &r);
    int32_t on = edge;
    do {
        if (mere_ring_of(e, on) != ring)
            mere_put_int(e, MERE_T_RINGOF, on, ring);
        mere_put_face(e, on, face);
        on = mere_next_of(e, on);
    } while (on != edge);
}

int mere_winding_by(struct mere_point s, struct mere_point t, struct mere_point p)
{
    if (s.y <= p.y && p.y < t.y)
        return mere_orient_points(s, t, p) > 0;
    if (t.y <= p.y && p.y < s.y)
        return -(mere_orient_points(s, t, p) < 0);
    return 0;
}

int mere_ring_winds(const struct mere_edit *e, int32_t edge, struct mere_point p)
{
    int sum = 0;
    int32_t on = edge;
    do {
        const struct mere_point *q = mere_pts_of(e, on >> 1);
        int way = on & 1 ? -1 : 1;
        for (uint32_t i = 1; i < mere_arc_at(e, on >> 1)->n; i++)
            sum += way * mere_winding_by(q[i - 1], q[i], p);
        on = mere_next_of(e, on);
    } while (on != edge);
    return sum;
}
