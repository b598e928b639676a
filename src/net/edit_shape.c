/* edit_shape.c - operations that change where a border runs: move, insert, remove a vertex.
 *
 * Each is a list of segments that leave and that join. First the new ones are tested against all
 * that is near; then the change is made, and what can't be seen from segments alone is looked at:
 * the order around nodes, the turn of each ring, and on which side other components lie. If
 * something is wrong the journal takes it back. At last nodes that are none any more are joined. */
#include "net/edit_priv.h"
#include <stdlib.h>

struct shape {
    struct mere_edit *e;
    MERE_VEC(struct mere_seg_change) changes;
    const struct mere_point *but; /* segments with an end here leave */
    const struct mere_point *cut; /* the one between these two leaves */
    int32_t hub;                  /* the node that moves; -1 none */
};

static enum mere_status not_there(struct mere_ctx *ctx, struct mere_point p)
{
    return mere_fail(ctx, MERE_E_NOT_FOUND,
                     "there is no vertex at " MERE_DEG ": name one by its exact coordinates",
                     MERE_AT(p));
}

/* Whether a vertex may come to `p`. */
static enum mere_status check_place(struct mere_ctx *ctx, const struct mere_edit *e,
                                    struct mere_point p)
{
    if (!mere_point_on_earth(p))
        return mere_fail(ctx, MERE_E_RANGE, "(%d, %d) is not on the Earth: give 1e-7 degrees", p.x,
                         p.y);
    if (mere_find_vertex(e, p, NULL) >= 0)
        return mere_fail(ctx, MERE_E_INPUT,
                         "there is a vertex at " MERE_DEG " already: choose another place",
                         MERE_AT(p));
    return MERE_OK;
}

static enum mere_status check_segments(struct mere_ctx *ctx, const struct shape *sh)
{
    for (size_t i = 0; i < sh->changes.n; i++) {
        const struct mere_seg_change *c = &sh->changes.v[i];
        struct mere_edit_seg with;
        if (c->sign > 0 && mere_seg_meets(sh->e, c->s, c->t, sh->but, sh->cut, &with))
            return mere_fail(ctx, MERE_E_INPUT,
                             "the border from " MERE_DEG " to " MERE_DEG
                             " would meet the one from " MERE_DEG " to " MERE_DEG
                             ": keep clear of it, or move that first",
                             MERE_AT(c->s), MERE_AT(c->t), MERE_AT(with.a), MERE_AT(with.b));
    }
    return MERE_OK;
}

static void add_to_ring(struct mere_edit *e, int32_t r, mere_i128 area2)
{
    struct mere_edit_ring ring = *mere_ring_at(e, r);
    ring.area2 += area2;
    mere_put(e, MERE_T_RING, r, &ring);
}

static void apply(const struct shape *sh)
{
    struct mere_edit *e = sh->e;
    for (size_t i = 0; i < sh->changes.n; i++) {
        const struct mere_seg_change *c = &sh->changes.v[i];
        mere_i128 area2 = mere_chain_area2((struct mere_point[]){c->s, c->t}, 2) * c->sign;
        add_to_ring(e, mere_ring_of(e, c->edge), area2);
        add_to_ring(e, mere_ring_of(e, c->edge ^ 1), -area2);
        if (c->sign > 0)
            mere_seg_add(e, c->s, c->t, c->edge >> 1);
        else
            mere_seg_take(e, c->s, c->t, c->edge >> 1);
    }
}

/* ---- after the change ---- */

static enum mere_status check_node(struct mere_ctx *ctx, const struct mere_edit *e, int32_t node)
{
    if (mere_node_in_order(e, node))
        return MERE_OK;
    return mere_fail(ctx, MERE_E_INPUT,
                     "at " MERE_DEG " a border would pass over another that ends there: keep their "
                     "order around that node",
                     MERE_AT(mere_node_at(e, node)));
}

static enum mere_status check_ring(struct mere_ctx *ctx, const struct mere_edit *e, int32_t edge,
                                   bool was_shell)
{
    mere_i128 area2 = mere_ring_at(e, mere_ring_of(e, edge))->area2;
    if (was_shell ? area2 > 0 : area2 < 0)
        return MERE_OK;
    return mere_fail(ctx, MERE_E_INPUT,
                     "the land along the border at " MERE_DEG
                     " would vanish or turn over: leave it some area, or merge it away",
                     MERE_AT(mere_node_at(e, mere_origin_of(e, edge))));
}

static int wind_of(const struct shape *sh, int32_t face, struct mere_point p)
{
    int sum = 0;
    for (size_t i = 0; i < sh->changes.n; i++) {
        const struct mere_seg_change *c = &sh->changes.v[i];
        int by = c->sign * mere_winding_by(c->s, c->t, p);
        sum += mere_face_of(sh->e, c->edge) == face ? by : 0;
        sum -= mere_face_of(sh->e, c->edge ^ 1) == face ? by : 0;
    }
    return sum;
}

static bool is_changed(const struct shape *sh, int32_t ring)
{
    for (size_t i = 0; i < sh->changes.n; i++)
        if (mere_ring_of(sh->e, sh->changes.v[i].edge) == ring ||
            mere_ring_of(sh->e, sh->changes.v[i].edge ^ 1) == ring)
            return true;
    return false;
}

/* Other components that lie in `face` must stay in it. */
static enum mere_status check_islands(struct mere_ctx *ctx, const struct shape *sh, int32_t face)
{
    const struct mere_edit *e = sh->e;
    for (int32_t r = mere_int_at(e, MERE_T_FACE, face + 1); r >= 0; r = mere_ring_at(e, r)->next) {
        int32_t edge = mere_ring_at(e, r)->edge;
        struct mere_point p = mere_node_at(e, mere_origin_of(e, edge));
        if (wind_of(sh, face, p) != 0 && !is_changed(sh, r))
            return mere_fail(ctx, MERE_E_INPUT,
                             "the land at " MERE_DEG
                             " would come to lie on the other side of the border: go around it, "
                             "or move it first",
                             MERE_AT(p));
    }
    return MERE_OK;
}

/* `shell[i]`: of change i, whether its ring (1) and the twin's (2) are shells. */
static enum mere_status check_after(struct mere_ctx *ctx, const struct shape *sh,
                                    const uint8_t *shell)
{
    struct mere_edit *e = sh->e;
    if (sh->hub >= 0)
        MERE_TRY(check_node(ctx, e, sh->hub));
    for (size_t i = 0; i < sh->changes.n; i++) {
        const struct mere_seg_change *c = &sh->changes.v[i];
        MERE_TRY(check_ring(ctx, e, c->edge, shell[i] & 1));
        MERE_TRY(check_ring(ctx, e, c->edge ^ 1, shell[i] & 2));
        const struct mere_arc *arc = mere_arc_at(e, c->edge >> 1);
        if (arc->from != sh->hub)
            MERE_TRY(check_node(ctx, e, arc->from));
        if (arc->to != sh->hub && arc->to != arc->from)
            MERE_TRY(check_node(ctx, e, arc->to));
        if (c->sign < 0)
            continue;
        MERE_TRY(check_islands(ctx, sh, arc->left));
        MERE_TRY(check_islands(ctx, sh, arc->right));
    }
    return MERE_OK;
}

/* Test what `write` will have written, write it, test again. */
static enum mere_status change(struct mere_ctx *ctx, struct shape *sh, uint8_t **shell,
                               void (*write)(struct mere_edit *, void *), void *what)
{
    struct mere_edit *e = sh->e;
    MERE_TRY(check_segments(ctx, sh));
    *shell = mere_malloc(sh->changes.n + 1);
    if (!*shell)
        return mere_fail_nomem(ctx, "changing the network");
    for (size_t i = 0; i < sh->changes.n; i++) {
        int32_t edge = sh->changes.v[i].edge;
        bool left = mere_ring_at(e, mere_ring_of(e, edge))->area2 > 0;
        bool right = mere_ring_at(e, mere_ring_of(e, edge ^ 1))->area2 > 0;
        (*shell)[i] = (uint8_t)(left | right << 1);
    }
    write(e, what);
    apply(sh);
    return e->failed ? MERE_OK : check_after(ctx, sh, *shell);
}

static enum mere_status run(struct mere_ctx *ctx, struct shape *sh,
                            void (*write)(struct mere_edit *, void *), void *what)
{
    uint8_t *shell = NULL;
    enum mere_status status = change(ctx, sh, &shell, write, what);
    free(shell);
    MERE_VEC_FREE(&sh->changes);
    return status;
}

static bool add_change(struct shape *sh, int32_t edge, struct mere_point s, struct mere_point t,
                       int sign)
{
    return MERE_PUSH(&sh->changes, (struct mere_seg_change){edge, s, t, sign});
}

/* ---- move ---- */

struct moved {
    int32_t arc, node; /* node: -1 for a vertex inside the arc */
    uint32_t at;
    struct mere_point to;
};

static void put_point(struct mere_edit *e, int32_t arc, uint32_t at, struct mere_point p)
{
    mere_put(e, MERE_T_PT, (int32_t)(mere_arc_at(e, arc)->first + at), &p);
}

static void write_move(struct mere_edit *e, void *what)
{
    const struct moved *m = what;
    if (m->node < 0) {
        put_point(e, m->arc, m->at, m->to);
        return;
    }
    int32_t first = mere_int_at(e, MERE_T_SPOKE, m->node), on = first;
    mere_put(e, MERE_T_NODE, m->node, &m->to);
    do {
        put_point(e, on >> 1, on & 1 ? mere_arc_at(e, on >> 1)->n - 1 : 0, m->to);
        on = mere_next_of(e, on ^ 1);
    } while (on != first);
}

static bool move_spoke(struct shape *sh, int32_t edge, struct mere_point from,
                       struct mere_point next, struct mere_point to)
{
    return add_change(sh, edge, from, next, -1) && add_change(sh, edge, to, next, 1);
}

static bool list_move(struct shape *sh, const struct moved *m, struct mere_point from)
{
    struct mere_edit *e = sh->e;
    if (m->node < 0) {
        const struct mere_point *p = mere_pts_of(e, m->arc) + m->at;
        return move_spoke(sh, 2 * m->arc, from, p[1], m->to) &&
               move_spoke(sh, 2 * m->arc + 1, from, p[-1], m->to);
    }
    int32_t first = mere_int_at(e, MERE_T_SPOKE, m->node), on = first;
    do {
        if (!move_spoke(sh, on, from, mere_step_of(e, on, 1), m->to))
            return false;
        on = mere_next_of(e, on ^ 1);
    } while (on != first);
    return true;
}

static enum mere_status move(struct mere_ctx *ctx, struct mere_edit *e, struct mere_point from,
                             struct mere_point to)
{
    struct moved m = {.node = -1, .to = to};
    struct shape sh = {.e = e, .but = &from, .hub = -1};
    m.arc = mere_find_vertex(e, from, &m.at);
    if (m.arc < 0)
        return not_there(ctx, from);
    MERE_TRY(check_place(ctx, e, to));
    const struct mere_arc *arc = mere_arc_at(e, m.arc);
    if (m.at == 0 || m.at == arc->n - 1)
        sh.hub = m.node = m.at == 0 ? arc->from : arc->to;
    int32_t anchor = arc->from;
    if (!list_move(&sh, &m, from)) {
        MERE_VEC_FREE(&sh.changes);
        return mere_fail_nomem(ctx, "moving a vertex");
    }
    MERE_TRY(run(ctx, &sh, write_move, &m));
    mere_settle_node(e, anchor); /* a loop by itself begins at its lowest point again */
    return MERE_OK;
}

enum mere_status mere_edit_move(struct mere_ctx *ctx, struct mere_edit *edit,
                                struct mere_point from, struct mere_point to)
{
    MERE_TRY(mere_op_begin(ctx, edit));
    return mere_op_end(ctx, edit, move(ctx, edit, from, to));
}

/* ---- insert and remove ---- */

struct respelled { /* an arc's points written anew: one more, or one less */
    int32_t arc;
    uint32_t at;
    const struct mere_point *insert; /* before `at`; NULL: the one at `at` goes */
};

static void write_points(struct mere_edit *e, void *what)
{
    const struct respelled *w = what;
    uint32_t n = mere_arc_at(e, w->arc)->n, k = 0;
    struct mere_point *pts = mere_malloc((n + 1) * sizeof *pts);
    if (!pts) {
        e->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i == w->at && w->insert)
            pts[k++] = *w->insert;
        if (i != w->at || w->insert)
            pts[k++] = mere_pts_of(e, w->arc)[i];
    }
    mere_put_points(e, w->arc, pts, k);
    free(pts);
}

static enum mere_status insert(struct mere_ctx *ctx, struct mere_edit *e,
                               const struct mere_point *ends, struct mere_point at)
{
    uint32_t i;
    struct shape sh = {.e = e, .cut = ends, .hub = -1};
    int32_t arc = mere_find_seg(e, ends[0], ends[1], &i);
    if (arc < 0)
        return mere_fail(ctx, MERE_E_NOT_FOUND,
                         "no border runs straight from " MERE_DEG " to " MERE_DEG
                         ": name two neighbouring vertices",
                         MERE_AT(ends[0]), MERE_AT(ends[1]));
    MERE_TRY(check_place(ctx, e, at));
    struct mere_point a = mere_pts_of(e, arc)[i], b = mere_pts_of(e, arc)[i + 1];
    struct respelled w = {arc, i + 1, &at};
    int32_t anchor = mere_arc_at(e, arc)->from;
    if (!add_change(&sh, 2 * arc, a, b, -1) || !add_change(&sh, 2 * arc, a, at, 1) ||
        !add_change(&sh, 2 * arc, at, b, 1)) {
        MERE_VEC_FREE(&sh.changes);
        return mere_fail_nomem(ctx, "inserting a vertex");
    }
    MERE_TRY(run(ctx, &sh, write_points, &w));
    mere_settle_node(e, anchor);
    return MERE_OK;
}

enum mere_status mere_edit_insert(struct mere_ctx *ctx, struct mere_edit *edit, struct mere_point a,
                                  struct mere_point b, struct mere_point at)
{
    const struct mere_point ends[2] = {a, b};
    MERE_TRY(mere_op_begin(ctx, edit));
    return mere_op_end(ctx, edit, insert(ctx, edit, ends, at));
}

static enum mere_status remove_vertex(struct mere_ctx *ctx, struct mere_edit *e,
                                      struct mere_point at)
{
    uint32_t i;
    struct shape sh = {.e = e, .but = &at, .hub = -1};
    int32_t arc = mere_find_vertex(e, at, &i);
    if (arc < 0)
        return not_there(ctx, at);
    int32_t anchor = mere_arc_at(e, arc)->from;
    bool loop = mere_is_free_loop(e, arc);
    if (loop && mere_arc_at(e, arc)->n <= 4)
        return mere_fail(ctx, MERE_E_INPUT,
                         "without the vertex at " MERE_DEG
                         " nothing would be left of the ring: merge its land away",
                         MERE_AT(at));
    if (loop && (i == 0 || i == mere_arc_at(e, arc)->n - 1)) {
        mere_rotate_loop(e, arc, 1);
        i = mere_arc_at(e, arc)->n - 2;
    }
    if (e->failed)
        return MERE_OK;
    if (i == 0 || i == mere_arc_at(e, arc)->n - 1)
        return mere_fail(ctx, MERE_E_INPUT,
                         "borders meet at " MERE_DEG ": move that vertex, or merge faces there",
                         MERE_AT(at));
    struct mere_point a = mere_pts_of(e, arc)[i - 1], b = mere_pts_of(e, arc)[i + 1];
    struct respelled w = {arc, i, NULL};
    if (!add_change(&sh, 2 * arc, a, at, -1) || !add_change(&sh, 2 * arc, at, b, -1) ||
        !add_change(&sh, 2 * arc, a, b, 1)) {
        MERE_VEC_FREE(&sh.changes);
        return mere_fail_nomem(ctx, "removing a vertex");
    }
    MERE_TRY(run(ctx, &sh, write_points, &w));
    mere_settle_node(e, anchor);
    return MERE_OK;
}

enum mere_status mere_edit_remove(struct mere_ctx *ctx, struct mere_edit *edit,
                                  struct mere_point at)
{
    MERE_TRY(mere_op_begin(ctx, edit));
    return mere_op_end(ctx, edit, remove_vertex(ctx, edit, at));
}
