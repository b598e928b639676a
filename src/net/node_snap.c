/* node_snap.c - snap rounding (Hobby 1999; Guibas and Marimont 1998), kept local.
 *
 * The hot pixels are the half-open unit squares around all points of the state and all rounded
 * crossings. In the textbook every segment bends to the centre of every hot pixel that it passes;
 * then segments meet at common ends only. But that bends segments, too, that merely come near a
 * point, so that the result, noded again, would change again. Here bending spreads only from where
 * something is to be done:
 *
 *   a pixel is active when it is a rounded crossing, or a point that lies on a segment,
 *   a segment is dirty when it crosses another or passes an active pixel,
 *   every pixel that a dirty segment passes is active.
 *
 * Dirty segments bend at all pixels they pass, as in the textbook, so among themselves they are
 * noded. A clean segment t stays straight, and no bent piece e can cross it: e runs from centre to
 * centre of two pixels, beside the part s of its segment. What lies between e and s lies in the two
 * pixels or in the quadrilateral of e and s; t does not pass the pixels (they are active, unless
 * e's segment ends there, where the quadrilateral is closed), does not cross s (both would be
 * dirty), and crosses the straight e once at most, so t would end in the quadrilateral: but then s
 * passes the hot pixel of that end, and e would have been bent there. So one pass leaves the set
 * noded, moves nothing farther than sqrt(1/2), and a noded set stays as it is. */
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

struct snap {
    struct noder *w;
    struct node_edit edit;
    struct node_next next;
    node_pairs by_pixel;      /* (pixel, segment) */
    node_pairs by_seg;        /* (segment, pixel) */
    uint8_t *active;          /* by pixel */
    uint8_t *dirty;           /* by segment */
    MERE_VEC(uint32_t) queue; /* of dirty segments */
};

static int compare_points(const void *l, const void *r)
{
    const struct mere_lattice_point *p = l, *q = r;
    return mere_lattice_cmp(*p, *q);
}

static struct mere_lattice_point crossing_of(const struct noder *w, struct node_pair pair)
{
    struct node_seg s = w->segs.seg[pair.a], t = w->segs.seg[pair.b];
    const struct mere_lattice_point *pts = w->state.pts;
    return mere_crossing(pts[s.a], pts[s.b], pts[t.a], pts[t.b]);
}

/* Make the rounded crossings pixels: points of the state become active, others new points. */
static enum mere_status add_pixels(struct snap *s)
{
    struct noder *w = s->w;
    for (size_t i = 0; i < w->hits.crossings.n; i++) {
        struct mere_lattice_point p = crossing_of(w, w->hits.crossings.v[i]);
        uint32_t number = mere_node_find_point(&w->state, p);
        if (number != NODE_NONE)
            s->active[number] = 1;
        else if (!MERE_PUSH(&s->edit.more, p))
            return mere_fail_nomem(w->ctx, "noding");
    }
    size_t n = s->edit.more.n, m = 0;
    if (n > 0)
        qsort(s->edit.more.v, n, sizeof *s->edit.more.v, compare_points);
    for (size_t i = 0; i < n; i++)
        if (m == 0 || mere_lattice_cmp(s->edit.more.v[m - 1], s->edit.more.v[i]) != 0)
            s->edit.more.v[m++] = s->edit.more.v[i];
    s->edit.more.n = m;
    return MERE_OK;
}

/* All passes of pixels, in both orders. */
static enum mere_status list_passes(struct snap *s)
{
    struct noder *w = s->w;
    const node_pairs *old = &w->hits.passes;
    if (!MERE_RESERVE(&s->by_pixel, old->n))
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < old->n; i++)
        s->by_pixel.v[s->by_pixel.n++] = old->v[i];
    MERE_TRY(mere_node_sweep_pixels(w->ctx, &w->state, &w->segs, s->edit.more.v, s->edit.more.n,
                                    &s->by_pixel));
    MERE_TRY(mere_node_pairs_sort(w->ctx, &s->by_pixel));
    if (!MERE_RESERVE(&s->by_seg, s->by_pixel.n))
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < s->by_pixel.n; i++)
        s->by_seg.v[s->by_seg.n++] = (struct node_pair){s->by_pixel.v[i].b, s->by_pixel.v[i].a};
    return mere_node_pairs_sort(w->ctx, &s->by_seg);
}

/* Where the pairs with `a` begin. */
static size_t first_pair(const node_pairs *pairs, uint32_t a)
{
    size_t lo = 0, hi = pairs->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (pairs->v[mid].a < a)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool make_dirty(struct snap *s, uint32_t seg)
{
    if (s->dirty[seg])
        return true;
    s->dirty[seg] = 1;
    return MERE_PUSH(&s->queue, seg);
}

static bool make_active(struct snap *s, uint32_t pixel)
{
    s->active[pixel] = 1;
    for (size_t i = first_pair(&s->by_pixel, pixel);
         i < s->by_pixel.n && s->by_pixel.v[i].a == pixel; i++)
        if (!make_dirty(s, s->by_pixel.v[i].b))
            return false;
    return true;
}

/* What is active or dirty at the outset. */
static bool begin(struct snap *s)
{
    const struct node_hits *hits = &s->w->hits;
    size_t n_pixels = s->w->state.n_pts + s->edit.more.n;
    for (size_t i = 0; i < hits->touches.n; i++)
        s->active[hits->touches.v[i].a] = 1;
    for (size_t p = s->w->state.n_pts; p < n_pixels; p++)
        s->active[p] = 1;
    for (size_t i = 0; i < hits->crossings.n; i++)
        if (!make_dirty(s, hits->crossings.v[i].a) || !make_dirty(s, hits->crossings.v[i].b))
            return false;
    for (size_t i = 0; i < s->by_pixel.n; i++)
        if (s->active[s->by_pixel.v[i].a] && !make_dirty(s, s->by_pixel.v[i].b))
            return false;
    return true;
}

static bool spread(struct snap *s)
{
    if (!begin(s))
        return false;
    for (size_t k = 0; k < s->queue.n; k++) {
        uint32_t seg = s->queue.v[k];
        for (size_t i = first_pair(&s->by_seg, seg); i < s->by_seg.n && s->by_seg.v[i].a == seg;
             i++) {
            uint32_t pixel = s->by_seg.v[i].b;
            if (!s->active[pixel] && !make_active(s, pixel))
                return false;
            if (!MERE_PUSH(&s->edit.inserts, (struct node_insert){seg, pixel}))
                return false;
            if (pixel < s->w->state.n_pts)
                s->w->n_inserted++;
        }
    }
    return true;
}

static double distance_to_seg(const struct noder *w, struct mere_lattice_point p, struct node_seg s)
{
    struct mere_lattice_point a = w->state.pts[s.a], b = w->state.pts[s.b];
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y);
    double px = (double)(p.x - a.x), py = (double)(p.y - a.y);
    double t = (dx * px + dy * py) / (dx * dx + dy * dy);
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - t * dx, py - t * dy);
}

/* A bent segment is as far off at the bend as it was, and by the bend. */
static enum mere_status add_drift(struct snap *s)
{
    struct noder *w = s->w;
    size_t n = w->state.n_pts + s->edit.more.n;
    double max_drift = w->in->max_drift > 0 ? w->in->max_drift : 3;
    s->edit.drift = mere_calloc(n + 1, sizeof *s->edit.drift);
    if (!s->edit.drift)
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; w->drift && i < w->state.n_pts; i++)
        s->edit.drift[i] = w->drift[i];
    for (size_t i = 0; i < s->edit.inserts.n; i++) {
        struct node_insert in = s->edit.inserts.v[i];
        struct node_seg seg = w->segs.seg[in.seg];
        struct mere_lattice_point p = mere_node_edit_point(w, &s->edit, in.point);
        double drift = distance_to_seg(w, p, seg);
        drift += w->drift ? fmax(w->drift[seg.a], w->drift[seg.b]) : 0;
        s->edit.drift[in.point] = fmax(s->edit.drift[in.point], drift);
        if (drift > max_drift)
            return mere_fail(
                w->ctx, MERE_E_LIMIT,
                "noding: a border through (%lld, %lld) was rounded again and again, and "
                "may be %.2f units from where it was (at most %g are allowed); take out "
                "the tangle of borders there, or lower the tolerance",
                (long long)p.x, (long long)p.y, drift, max_drift);
    }
    return MERE_OK;
}

static enum mere_status snap_run(struct snap *s)
{
    struct noder *w = s->w;
    /* There are no more new pixels than crossings. */
    s->active = mere_calloc(w->state.n_pts + w->hits.crossings.n + 1, 1);
    s->dirty = mere_calloc(w->segs.n + 1, 1);
    if (!s->active || !s->dirty)
        return mere_fail_nomem(w->ctx, "noding");
    MERE_TRY(add_pixels(s));
    MERE_TRY(list_passes(s));
    if (!spread(s))
        return mere_fail_nomem(w->ctx, "noding");
    MERE_TRY(add_drift(s));
    w->n_crossings += w->hits.crossings.n;
    MERE_TRY(mere_node_edit_ready(w, &s->edit));
    MERE_TRY(mere_node_next(w, &s->edit, &s->next));
    return mere_node_accept(w, &s->edit, &s->next);
}

enum mere_status mere_node_snap(struct noder *w)
{
    struct snap s = {.w = w};
    enum mere_status status = snap_run(&s);
    MERE_VEC_FREE(&s.by_pixel);
    MERE_VEC_FREE(&s.by_seg);
    MERE_VEC_FREE(&s.queue);
    free(s.active);
    free(s.dirty);
    mere_node_edit_clear(&s.edit);
    mere_node_next_clear(&s.next);
    return status;
}
