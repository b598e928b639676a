/* node_edit.c - make a change of the state: points that went elsewhere, new points, points inserted
 * in segments. Numbers stay in the order of places, by merging two sorted lists. */
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void mere_node_edit_clear(struct node_edit *edit)
{
    MERE_VEC_FREE(&edit->more);
    MERE_VEC_FREE(&edit->inserts);
    free(edit->map);
    free(edit->drift);
    free(edit->has_insert);
    edit->map = NULL;
    edit->drift = NULL;
    edit->has_insert = NULL;
}

struct mere_lattice_point mere_node_edit_point(const struct noder *w, const struct node_edit *edit,
                                               uint32_t number)
{
    return number < w->state.n_pts ? w->state.pts[number] : edit->more.v[number - w->state.n_pts];
}

/* An insert with what it is sorted by. */
struct place {
    mere_i128 along;
    struct node_insert what;
};

static int compare_places(const void *l, const void *r)
{
    const struct place *p = l, *q = r;
    if (p->what.seg != q->what.seg)
        return p->what.seg < q->what.seg ? -1 : 1;
    if (p->along != q->along)
        return p->along < q->along ? -1 : 1;
    return (p->what.point > q->what.point) - (p->what.point < q->what.point);
}

enum mere_status mere_node_edit_ready(struct noder *w, struct node_edit *edit)
{
    size_t n = edit->inserts.n;
    edit->has_insert = mere_calloc(w->state.n_pts + 1, 1);
    struct place *places = mere_malloc((n + 1) * sizeof *places);
    if (!edit->has_insert || !places) {
        free(places);
        return mere_fail_nomem(w->ctx, "noding");
    }
    for (size_t i = 0; i < n; i++) {
        struct node_insert what = edit->inserts.v[i];
        struct node_seg s = w->segs.seg[what.seg];
        struct mere_lattice_point a = w->state.pts[s.a], b = w->state.pts[s.b];
        struct mere_lattice_point p = mere_node_edit_point(w, edit, what.point);
        places[i].along =
            (mere_i128)(b.x - a.x) * (p.x - a.x) + (mere_i128)(b.y - a.y) * (p.y - a.y);
        places[i].what = what;
        edit->has_insert[s.a] = 1;
    }
    if (n > 0)
        qsort(places, n, sizeof *places, compare_places);
    for (size_t i = 0; i < n; i++)
        edit->inserts.v[i] = places[i].what;
    free(places);
    return MERE_OK;
}

const struct node_insert *mere_node_edit_inserts(const struct node_edit *edit, uint32_t seg,
                                                 size_t *ret_n)
{
    size_t lo = 0, hi = edit->inserts.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (edit->inserts.v[mid].seg < seg)
            lo = mid + 1;
        else
            hi = mid;
    }
    size_t end = lo;
    while (end < edit->inserts.n && edit->inserts.v[end].seg == seg)
        end++;
    *ret_n = end - lo;
    return edit->inserts.v + lo;
}

/* Append the points inserted between p and q, in the direction of the walk. */
static bool append_inserts(const struct noder *w, const struct node_edit *edit, uint32_t p,
                           uint32_t q, node_walk *buf)
{
    size_t n;
    const struct node_insert *in =
        mere_node_edit_inserts(edit, mere_node_find_seg(&w->segs, p, q), &n);
    if (!MERE_RESERVE(buf, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t point = in[p < q ? i : n - 1 - i].point;
        buf->v[buf->n++] = edit->map && point < w->state.n_pts ? edit->map[point] : point;
    }
    return true;
}

enum mere_status mere_node_edit_ring(const struct noder *w, const struct node_edit *edit,
                                     size_t ring, node_walk *buf, bool *ret_changed)
{
    const struct node_state *s = &w->state;
    uint64_t first = s->first[ring], end = s->first[ring + 1];
    size_t start = buf->n;
    bool changed = false;
    if (!MERE_RESERVE(buf, end - first))
        return mere_fail_nomem(w->ctx, "noding");
    for (uint64_t i = first; i < end; i++) {
        uint32_t p = s->walk[i], q = s->walk[i + 1 < end ? i + 1 : first];
        uint32_t to = edit->map ? edit->map[p] : p;
        changed = changed || to != p;
        if (!MERE_PUSH(buf, to))
            return mere_fail_nomem(w->ctx, "noding");
        if (!edit->has_insert[p < q ? p : q])
            continue;
        size_t before = buf->n;
        if (!append_inserts(w, edit, p, q, buf))
            return mere_fail_nomem(w->ctx, "noding");
        changed = changed || buf->n != before;
    }
    if (changed)
        buf->n = start + mere_node_reduce(buf->v + start, buf->n - start);
    *ret_changed = changed;
    return MERE_OK;
}

/* New numbers for the points on the new walks, by merging the two sorted lists; fills `next->pts`.
 */
static void number_anew(const struct noder *w, const struct node_edit *edit, uint32_t *number,
                        struct node_state *next)
{
    size_t n = w->state.n_pts, i = 0, k = 0;
    while (i < n || k < edit->more.n) {
        bool old =
            k == edit->more.n || (i < n && mere_lattice_cmp(w->state.pts[i], edit->more.v[k]) < 0);
        size_t at = old ? i++ : n + k++;
        if (number[at] == NODE_NONE)
            continue;
        number[at] = (uint32_t)next->n_pts;
        next->pts[next->n_pts++] = mere_node_edit_point(w, edit, (uint32_t)at);
    }
}

static enum mere_status apply(struct noder *w, const struct node_edit *edit, uint32_t *number,
                              struct node_state *next)
{
    node_walk walk = {0};
    if (!MERE_RESERVE(&walk, w->state.first[w->state.n_rings] + edit->inserts.n + 1))
        return mere_fail_nomem(w->ctx, "noding");
    enum mere_status status = MERE_OK;
    for (size_t r = 0; r < next->n_rings && status == MERE_OK; r++) {
        bool changed;
        next->first[r] = walk.n;
        status = mere_node_edit_ring(w, edit, r, &walk, &changed);
    }
    next->first[next->n_rings] = walk.n;
    next->walk = walk.v;
    MERE_TRY(status);
    for (size_t i = 0; i < walk.n; i++)
        number[walk.v[i]] = 0;
    number_anew(w, edit, number, next);
    for (size_t i = 0; i < walk.n; i++)
        walk.v[i] = number[walk.v[i]];
    return MERE_OK;
}

void mere_node_next_clear(struct node_next *next)
{
    mere_node_state_clear(&next->state);
    mere_node_segs_clear(&next->segs);
    mere_node_hits_clear(&next->hits);
    free(next->number);
    next->number = NULL;
}

enum mere_status mere_node_next(struct noder *w, const struct node_edit *edit,
                                struct node_next *next)
{
    size_t n = w->state.n_pts + edit->more.n;
    if (n >= UINT32_MAX / 2)
        return mere_fail(w->ctx, MERE_E_LIMIT, "noding: %zu points are too many at once", n);
    struct node_state *state = &next->state;
    state->n_rings = w->state.n_rings;
    next->number = mere_malloc((n + 1) * sizeof *next->number);
    state->pts = mere_malloc((n + 1) * sizeof *state->pts);
    state->first = mere_malloc((state->n_rings + 1) * sizeof *state->first);
    if (!next->number || !state->pts || !state->first)
        return mere_fail_nomem(w->ctx, "noding");
    memset(next->number, 0xff, (n + 1) * sizeof *next->number); /* NODE_NONE */
    MERE_TRY(apply(w, edit, next->number, state));
    MERE_TRY(mere_node_segs(w->ctx, w->in, state, &w->keys, &next->segs));
    return mere_node_sweep(w->ctx, w->in, state, &next->segs, &next->hits);
}

/* A point that others went to has the most of theirs. */
static enum mere_status follow_drift(struct noder *w, const struct node_edit *edit,
                                     const struct node_next *next)
{
    const double *from = edit->drift ? edit->drift : w->drift;
    if (!from)
        return MERE_OK;
    double *to = mere_calloc(next->state.n_pts + 1, sizeof *to);
    if (!to)
        return mere_fail_nomem(w->ctx, "noding");
    size_t n = w->state.n_pts + (edit->drift ? edit->more.n : 0);
    for (size_t i = 0; i < n; i++) {
        size_t went = edit->map && i < w->state.n_pts ? edit->map[i] : i;
        uint32_t number = next->number[went];
        if (number != NODE_NONE)
            to[number] = fmax(to[number], from[i]);
    }
    free(w->drift);
    w->drift = to;
    return MERE_OK;
}

enum mere_status mere_node_accept(struct noder *w, const struct node_edit *edit,
                                  struct node_next *next)
{
    if (edit->map && !w->now)
        MERE_TRY(mere_node_ways_start(w));
    if (w->now)
        mere_node_ways_follow(w, edit, next->number);
    MERE_TRY(follow_drift(w, edit, next));
    mere_node_state_clear(&w->state);
    mere_node_segs_clear(&w->segs);
    mere_node_hits_clear(&w->hits);
    w->state = next->state;
    w->segs = next->segs;
    w->hits = next->hits;
    free(next->number);
    *next = (struct node_next){0};
    return MERE_OK;
}
