/* node_narrow.c - zones narrower than the tolerance are left where they are.
 *
 *      A |   | B     The borders of A and B are within the tolerance of each other, and the small
 *        | N |       zone N is between them. Were A matched with B, or N with both, one of them
 *        |   |       would be laid over N, and nothing of N would be its own any more.
 *
 * A ring is narrow when twice its area by its perimeter isn't more than the tolerance: for a strip
 * that is its width, and no convex ring that can be passed over by a way of one tolerance has more.
 * Such a ring isn't matched, nor are the segments moved that come near it: all else stays farther
 * than the tolerance from it, so nothing is laid over it in a round. What is asked is a matter of
 * the state alone, so that a noded set stays as it is. */
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

/* Lengths are added as whole numbers, so that a ring's start and direction don't matter. */
#define PARTS_OF_LENGTH 1024

void mere_node_still_clear(struct node_still *still)
{
    free(still->point);
    free(still->seg);
    *still = (struct node_still){0};
}

static bool is_narrow(const struct noder *w, size_t ring)
{
    const struct mere_lattice_point *pts = w->state.pts;
    uint64_t first = w->state.first[ring], end = w->state.first[ring + 1];
    mere_i128 area2 = 0, length = 0;
    if (first == end)
        return false;
    struct mere_lattice_point o = pts[w->state.walk[first]], p = pts[w->state.walk[end - 1]];
    for (uint64_t i = first; i < end; i++) {
        struct mere_lattice_point q = pts[w->state.walk[i]];
        area2 += (mere_i128)(p.x - o.x) * (q.y - o.y) - (mere_i128)(q.x - o.x) * (p.y - o.y);
        double dx = (double)(q.x - p.x) * (1 / w->in->tol_x);
        double dy = (double)(q.y - p.y) * (1 / w->in->tol_y);
        length += llround(sqrt(dx * dx + dy * dy) * PARTS_OF_LENGTH);
        p = q;
    }
    double in_tolerances = fabs((double)area2) / w->in->tol_x / w->in->tol_y;
    return in_tolerances * PARTS_OF_LENGTH <= (double)length;
}

struct narrow {
    struct noder *w;
    uint8_t *ring; /* 1 = narrow */
    struct node_party party;
    node_walk points; /* of the pairs with a narrow one */
    /* By point and segment: what of the narrow ones something could be matched with. */
    uint8_t *met_point, *met_seg;
};

/* A ring that crosses itself or visits a point twice may be of any width; `seen` is all 0. */
static bool is_simple(const struct noder *w, size_t ring, uint8_t *seen)
{
    uint64_t first = w->state.first[ring], i = first;
    while (i < w->state.first[ring + 1] && !seen[w->state.walk[i]])
        seen[w->state.walk[i++]] = 1;
    bool simple = i == w->state.first[ring + 1];
    while (i-- > first)
        seen[w->state.walk[i]] = 0;
    return simple;
}

static void drop_crossed(struct narrow *n)
{
    const struct node_segs *segs = &n->w->segs;
    for (size_t i = 0; i < n->w->hits.crossings.n; i++) {
        struct node_pair pair = n->w->hits.crossings.v[i];
        for (uint32_t u = segs->use_first[pair.a]; u < segs->use_first[pair.a + 1]; u++)
            for (uint32_t v = segs->use_first[pair.b]; v < segs->use_first[pair.b + 1]; v++)
                if (segs->use[u] == segs->use[v])
                    n->ring[segs->use[u]] = 0;
    }
}

/* Find the narrow rings, and mark their points and segments. Gives how many. */
static size_t mark_narrow(struct narrow *n)
{
    struct noder *w = n->w;
    const struct node_state *s = &w->state;
    size_t n_narrow = 0;
    for (size_t r = 0; r < s->n_rings; r++)
        n->ring[r] = is_narrow(w, r) && is_simple(w, r, w->still.point);
    drop_crossed(n);
    for (size_t r = 0; r < s->n_rings; r++) {
        n_narrow += n->ring[r];
        for (uint64_t i = s->first[r]; n->ring[r] && i < s->first[r + 1]; i++)
            w->still.point[s->walk[i]] = NODE_NARROW | NODE_STAYS;
    }
    for (size_t i = 0; n_narrow > 0 && i < w->segs.n; i++)
        for (uint32_t u = w->segs.use_first[i]; u < w->segs.use_first[i + 1]; u++)
            if (n->ring[w->segs.use[u]])
                w->still.seg[i] = NODE_NARROW | NODE_STAYS;
    return n_narrow;
}

static bool narrow_point(const struct noder *w, uint32_t point)
{
    return w->still.point[point] & NODE_NARROW;
}

/* The points of the near pairs that have a narrow one. */
static enum mere_status find_party(struct narrow *n)
{
    const struct noder *w = n->w;
    bool ok = true;
    for (size_t i = 0; i < w->hits.near_points.n; i++) {
        struct node_pair pair = w->hits.near_points.v[i];
        if (narrow_point(w, pair.a) || narrow_point(w, pair.b))
            ok = ok && MERE_PUSH(&n->points, pair.a) && MERE_PUSH(&n->points, pair.b);
    }
    for (size_t i = 0; i < w->hits.near_segs.n; i++) {
        struct node_pair pair = w->hits.near_segs.v[i];
        if (narrow_point(w, pair.a) || w->still.seg[pair.b] & NODE_NARROW)
            ok = ok && MERE_PUSH(&n->points, pair.a);
    }
    return ok ? mere_node_party(w, &n->points, &n->party) : mere_fail_nomem(w->ctx, "noding");
}

static bool seg_shares_owner(const struct narrow *n, uint32_t member, uint32_t seg)
{
    const struct node_segs *segs = &n->w->segs;
    for (uint32_t u = segs->use_first[seg]; u < segs->use_first[seg + 1]; u++)
        if (mere_node_party_owns(&n->party, member, n->w->in->ring_owner[segs->use[u]]))
            return true;
    return false;
}

/* Mark what could be matched with a narrow one: both stay. */
static void mark_met(struct narrow *n)
{
    const struct noder *w = n->w;
    for (size_t i = 0; i < w->hits.near_points.n; i++) {
        struct node_pair pair = w->hits.near_points.v[i];
        if (!narrow_point(w, pair.a) && !narrow_point(w, pair.b))
            continue;
        if (!mere_node_party_share(&n->party, mere_node_party_find(&n->party, pair.a),
                                   mere_node_party_find(&n->party, pair.b)))
            n->met_point[pair.a] = n->met_point[pair.b] = 1;
    }
    for (size_t i = 0; i < w->hits.near_segs.n; i++) {
        struct node_pair pair = w->hits.near_segs.v[i];
        if (!narrow_point(w, pair.a) && !(w->still.seg[pair.b] & NODE_NARROW))
            continue;
        if (!seg_shares_owner(n, mere_node_party_find(&n->party, pair.a), pair.b))
            n->met_point[pair.a] = n->met_seg[pair.b] = 1;
    }
}

/* The segments of the points met, and the points of the segments met. */
static void mark_still(struct narrow *n)
{
    struct noder *w = n->w;
    for (size_t i = 0; i < w->segs.n; i++) {
        struct node_seg s = w->segs.seg[i];
        if (!n->met_seg[i] && !n->met_point[s.a] && !n->met_point[s.b])
            continue;
        w->still.seg[i] |= NODE_STAYS;
        w->still.point[s.a] |= NODE_STAYS;
        w->still.point[s.b] |= NODE_STAYS;
    }
}

/* Tell of each narrow ring that something could have been matched with, by its lowest point. */
static enum mere_status note_met(struct narrow *n)
{
    struct noder *w = n->w;
    const struct node_state *s = &w->state;
    for (size_t i = 0; i < w->segs.n; i++)
        if (n->met_seg[i])
            n->met_point[w->segs.seg[i].a] |= 2;
    for (size_t r = 0; r < s->n_rings; r++) {
        bool met = false;
        uint32_t lowest = NODE_NONE;
        for (uint64_t i = s->first[r]; n->ring[r] && i < s->first[r + 1]; i++) {
            uint32_t p = s->walk[i], q = s->walk[i + 1 < s->first[r + 1] ? i + 1 : s->first[r]];
            met = met || n->met_point[p] & 1 ||
                  (n->met_point[p < q ? p : q] && n->met_seg[mere_node_find_seg(&w->segs, p, q)]);
            lowest = p < lowest ? p : lowest;
        }
        if (met && !MERE_PUSH(&w->refusals, (struct mere_refusal){(uint32_t)r, s->pts[lowest],
                                                                  MERE_REFUSED_VANISH}))
            return mere_fail_nomem(w->ctx, "noding");
    }
    return MERE_OK;
}

static enum mere_status find_still(struct narrow *n)
{
    struct noder *w = n->w;
    n->ring = mere_calloc(w->state.n_rings + 1, 1);
    w->still.point = mere_calloc(w->state.n_pts + 1, 1);
    w->still.seg = mere_calloc(w->segs.n + 1, 1);
    if (!n->ring || !w->still.point || !w->still.seg)
        return mere_fail_nomem(w->ctx, "noding");
    if (mark_narrow(n) == 0) {
        mere_node_still_clear(&w->still);
        return MERE_OK;
    }
    n->met_point = mere_calloc(w->state.n_pts + 1, 1);
    n->met_seg = mere_calloc(w->segs.n + 1, 1);
    if (!n->met_point || !n->met_seg)
        return mere_fail_nomem(w->ctx, "noding");
    MERE_TRY(find_party(n));
    mark_met(n);
    mark_still(n);
    return note_met(n);
}

enum mere_status mere_node_still(struct noder *w)
{
    mere_node_still_clear(&w->still);
    if (!w->in->keep_narrow || w->in->tol_x < 1 || w->in->tol_y < 1 ||
        (w->hits.near_points.n == 0 && w->hits.near_segs.n == 0))
        return MERE_OK;
    struct narrow n = {.w = w};
    enum mere_status status = find_still(&n);
    mere_node_party_clear(&n.party);
    MERE_VEC_FREE(&n.points);
    free(n.ring);
    free(n.met_point);
    free(n.met_seg);
    return status;
}
