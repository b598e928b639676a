/* node_way.c - how far the points of the input go, in all rounds together.
 *
 * In the first round nothing goes farther than the tolerance. In a later one a point may be taken
 * along by another that it went to, where many owners meet, or where it went to a border of a
 * better rank; that is refused when it would be farther than the tolerance from where it was at
 * first. */
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

enum mere_status mere_node_ways_start(struct noder *w)
{
    size_t n = w->state.n_pts;
    w->now = mere_calloc(n + w->in->n_ways + 1, sizeof *w->now);
    w->home = mere_malloc((n + w->in->n_ways + 1) * sizeof *w->home);
    if (!w->now || !w->home)
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < n; i++) {
        struct mere_lattice_point p = w->state.pts[i];
        w->now[i] = (uint32_t)i;
        w->home[i] = (struct mere_way){(double)p.x, (double)p.y, p};
    }
    w->n_home = n;
    for (size_t i = 0; i < w->in->n_ways; i++) {
        uint32_t at = mere_node_find_point(&w->state, w->in->ways[i].to);
        if (at == NODE_NONE)
            continue;
        w->now[w->n_home] = at;
        w->home[w->n_home++] = w->in->ways[i];
    }
    return MERE_OK;
}

void mere_node_ways_follow(struct noder *w, const struct node_edit *edit, const uint32_t *number)
{
    for (size_t i = 0; i < w->n_home; i++) {
        uint32_t at = w->now[i];
        if (at != NODE_NONE) /* a spike took others */
            w->now[i] = number[edit->map ? edit->map[at] : at];
    }
}

/* From the beginning of the way to `p`, in units along y. */
static double length_to(const struct noder *w, const struct mere_way *way,
                        struct mere_lattice_point p)
{
    double dx = ((double)p.x - way->from_x) * (w->in->tol_y / w->in->tol_x);
    return hypot(dx, (double)p.y - way->from_y);
}

static bool is_far(const struct noder *w, const struct mere_way *way, struct mere_lattice_point p)
{
    double dx = fmax(fabs((double)p.x - way->from_x) - 1, 0) / w->in->tol_x;
    double dy = fmax(fabs((double)p.y - way->from_y) - 1, 0) / w->in->tol_y;
    return dx * dx + dy * dy > 1;
}

/* Tell of the rings through the points marked. */
static enum mere_status note_far(struct noder *w, const uint8_t *far)
{
    const struct node_state *s = &w->state;
    for (size_t r = 0; r < s->n_rings; r++)
        for (uint64_t i = s->first[r]; i < s->first[r + 1]; i++)
            if (far[s->walk[i]] &&
                !MERE_PUSH(&w->refusals, (struct mere_refusal){(uint32_t)r, s->pts[s->walk[i]],
                                                               MERE_REFUSED_FAR}))
                return mere_fail_nomem(w->ctx, "noding");
    return MERE_OK;
}

enum mere_status mere_node_refuse_far(struct noder *w, const struct node_edit *edit,
                                      struct node_bans *bans, bool *ret_ok)
{
    *ret_ok = true;
    if (!edit->map)
        return MERE_OK;
    if (!w->now && w->in->n_ways > 0)
        MERE_TRY(mere_node_ways_start(w));
    uint8_t *far = NULL;
    for (size_t i = 0; w->now && i < w->n_home; i++) {
        uint32_t at = w->now[i];
        if (at == NODE_NONE || edit->map[at] == at ||
            !is_far(w, &w->home[i], mere_node_edit_point(w, edit, edit->map[at])))
            continue;
        far = far ? far : mere_calloc(w->state.n_pts + 1, 1);
        if (!far)
            return mere_fail_nomem(w->ctx, "noding");
        far[at] = bans->frozen[at] = 1;
        *ret_ok = false;
    }
    enum mere_status status = far ? note_far(w, far) : MERE_OK;
    free(far);
    return status;
}

enum mere_status mere_node_ways(struct noder *w, struct mere_noded *to)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_home; i++)
        n +=
            w->now[i] != NODE_NONE && mere_lattice_cmp(w->home[i].to, w->state.pts[w->now[i]]) != 0;
    to->ways = MERE_NEW(&to->arena, struct mere_way, n);
    if (!to->ways)
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < w->n_home; i++) {
        if (w->now[i] == NODE_NONE)
            continue;
        struct mere_lattice_point p = w->state.pts[w->now[i]];
        if (mere_lattice_cmp(w->home[i].to, p) == 0)
            continue;
        to->ways[to->n_ways++] = (struct mere_way){w->home[i].from_x, w->home[i].from_y, p};
        to->max_shift = fmax(to->max_shift, length_to(w, &w->home[i], p));
    }
    return MERE_OK;
}
