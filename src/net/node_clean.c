/* node_clean.c - whether any two segments meet other than at common ends, in O(n log n) whatever
 * their lengths (Shamos and Hoey 1976).
 *
 * The sweep of node_sweep.c compares boxes, which is quick for borders as they are drawn but
 * quadratic for long slanting segments side by side: a ring of a million thin spikes, a fan of
 * rays. Those go here. The segments that the line crosses are kept in their order from south to
 * north, in a treap (Seidel and Aragon 1996) with a list through it; whoever become neighbours are
 * looked at. As long as nothing meets, the order of two segments never changes, so it can be told
 * from their ends alone, exactly. */
#include "base/hash.h"
#include "geo/exact.h"
#include "net/node_priv.h"
#include <stdlib.h>

#define NIL NODE_NONE

/* By segment. */
struct knot {
    uint32_t left, right, up; /* of the treap */
    uint32_t south, north;    /* of the list */
};

struct line {
    const struct mere_lattice_point *pts;
    const struct node_seg *seg;
    struct knot *knot;
    uint32_t root;
    bool met;
};

/* +1 when t is north of s, -1 south, 0 when they meet. Both cross the line. */
static int side_of(const struct line *l, uint32_t s, uint32_t t)
{
    struct node_seg p = l->seg[s], q = l->seg[t];
    if (p.a == q.a)
        return mere_orient(l->pts[p.a], l->pts[p.b], l->pts[q.b]);
    if (p.a < q.a)
        return mere_orient(l->pts[p.a], l->pts[p.b], l->pts[q.a]);
    return -mere_orient(l->pts[q.a], l->pts[q.b], l->pts[p.a]);
}

/* Look at two segments that became neighbours. */
static void look(struct line *l, uint32_t s, uint32_t t)
{
    if (s == NIL || t == NIL)
        return;
    struct node_seg p = l->seg[s], q = l->seg[t];
    const struct mere_lattice_point *v = l->pts;
    if (p.a == q.a || p.b == q.b)
        l->met = l->met || mere_orient(v[p.a], v[p.b], p.a == q.a ? v[q.b] : v[q.a]) == 0;
    else if (p.a != q.b && p.b != q.a)
        l->met = l->met || mere_segments_meet(v[p.a], v[p.b], v[q.a], v[q.b]) != MERE_MEET_NONE;
}

static void replace_child(struct line *l, uint32_t up, uint32_t old, uint32_t now)
{
    if (up == NIL)
        l->root = now;
    else if (l->knot[up].left == old)
        l->knot[up].left = now;
    else
        l->knot[up].right = now;
    if (now != NIL)
        l->knot[now].up = up;
}

/* Turn `s` and its upper knot about. */
static void rotate_up(struct line *l, uint32_t s)
{
    struct knot *k = l->knot;
    uint32_t up = k[s].up, top = k[up].up;
    if (k[up].left == s) {
        k[up].left = k[s].right;
        if (k[s].right != NIL)
            k[k[s].right].up = up;
        k[s].right = up;
    } else {
        k[up].right = k[s].left;
        if (k[s].left != NIL)
            k[k[s].left].up = up;
        k[s].left = up;
    }
    replace_child(l, top, up, s);
    k[up].up = s;
}

static bool above(uint32_t s, uint32_t t)
{
    return mere_mix64(s) > mere_mix64(t);
}

static void enter(struct line *l, uint32_t s)
{
    struct knot *k = l->knot;
    uint32_t at = l->root, up = NIL, south = NIL, north = NIL;
    int side = 0;
    while (at != NIL) {
        side = side_of(l, at, s);
        if (side == 0) {
            l->met = true;
            return;
        }
        up = at;
        if (side > 0)
            south = at;
        else
            north = at;
        at = side > 0 ? k[at].right : k[at].left;
    }
    k[s] = (struct knot){NIL, NIL, up, south, north};
    if (up == NIL)
        l->root = s;
    else if (side > 0)
        k[up].right = s;
    else
        k[up].left = s;
    if (south != NIL)
        k[south].north = s;
    if (north != NIL)
        k[north].south = s;
    while (k[s].up != NIL && above(s, k[s].up))
        rotate_up(l, s);
    look(l, south, s);
    look(l, s, north);
}

static void leave(struct line *l, uint32_t s)
{
    struct knot *k = l->knot;
    while (k[s].left != NIL || k[s].right != NIL) {
        uint32_t left = k[s].left, right = k[s].right;
        rotate_up(l, right == NIL || (left != NIL && above(left, right)) ? left : right);
    }
    replace_child(l, k[s].up, s, NIL);
    if (k[s].south != NIL)
        k[k[s].south].north = k[s].north;
    if (k[s].north != NIL)
        k[k[s].north].south = k[s].south;
    look(l, k[s].south, k[s].north);
}

/* The segments by their east ends: those of point p are list[first[p]] .. list[first[p + 1] - 1].
 */
static void list_east_ends(const struct node_state *state, const struct node_segs *segs,
                           uint32_t *first, uint32_t *list)
{
    for (size_t i = 0; i < segs->n; i++)
        first[segs->seg[i].b + 2]++;
    for (size_t p = 2; p < state->n_pts + 2; p++)
        first[p] += first[p - 1];
    for (size_t i = 0; i < segs->n; i++)
        list[first[segs->seg[i].b + 1]++] = (uint32_t)i;
}

enum mere_status mere_node_clean(struct mere_ctx *ctx, const struct node_state *state,
                                 const struct node_segs *segs, bool *ret_clean)
{
    struct line l = {.pts = state->pts, .seg = segs->seg, .root = NIL};
    l.knot = mere_calloc(segs->n + 1, sizeof *l.knot);
    uint32_t *first = mere_calloc(state->n_pts + 2, sizeof *first);
    uint32_t *list = mere_malloc((segs->n + 1) * sizeof *list);
    enum mere_status status = MERE_OK;
    if (l.knot && first && list) {
        size_t next = 0;
        list_east_ends(state, segs, first, list);
        for (size_t p = 0; p < state->n_pts && !l.met && status == MERE_OK; p++) {
            for (uint32_t i = first[p]; i < first[p + 1] && !l.met; i++)
                leave(&l, list[i]);
            for (; next < segs->n && segs->seg[next].a == p && !l.met; next++)
                enter(&l, (uint32_t)next);
            if (p % 65536 == 0)
                status = mere_tick(ctx, "noding", p, state->n_pts);
        }
        *ret_clean = !l.met;
    } else {
        status = mere_fail_nomem(ctx, "noding");
    }
    free(l.knot);
    free(first);
    free(list);
    return status;
}
