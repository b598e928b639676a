/* node_pinch.c - tell of the matches that were left out because a ring would be pinched.
 *
 *      A |      | A       The neck of A is not wider than the tolerance, and a foreign point P is
 * near u  P   v         both of its sides. P and u match; P and v don't, or A would be pinched. A |
 * | A
 *
 * Where a border is drawn with steps shorter than the tolerance, several of its points in a row are
 * near P. That is no neck: the ring goes from one to the other without leaving the tolerance of P.
 */
#include "net/node_priv.h"
#include <stdlib.h>

static size_t first_pair(const node_pairs *pairs, uint32_t a, uint32_t b)
{
    size_t lo = 0, hi = pairs->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        struct node_pair p = pairs->v[mid];
        if (p.a < a || (p.a == a && p.b < b))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static enum mere_status note(struct noder *w, size_t ring, uint32_t at)
{
    struct mere_refusal refusal = {(uint32_t)ring, w->state.pts[at], MERE_REFUSED_PINCH};
    return MERE_PUSH(&w->refusals, refusal) ? MERE_OK : mere_fail_nomem(w->ctx, "noding");
}

/* The point `step` places on from position `i` of a ring. */
static uint32_t ring_point(const struct noder *w, size_t ring, uint64_t i, uint64_t step)
{
    uint64_t first = w->state.first[ring], n = w->state.first[ring + 1] - first;
    return w->state.walk[first + (i - first + step) % n];
}

/* Whether the ring goes from position `i` to a point that went to `leader` without leaving its
 * tolerance. */
static bool goes_there(const struct noder *w, const uint32_t *map, size_t ring, uint64_t i,
                       uint32_t leader)
{
    uint64_t n = w->state.first[ring + 1] - w->state.first[ring];
    for (int back = 0; back < 2; back++) {
        for (uint64_t k = 1; k < n; k++) {
            uint32_t q = ring_point(w, ring, i, back ? n - k : k);
            if (map[q] == leader)
                return true;
            if (mere_node_near_by(w, q, leader) > 1)
                break;
        }
    }
    return false;
}

enum { STAYED = 1, LEADS = 2 };

/* (ring, leader) where the ring has a point that went to one of the leaders. */
static enum mere_status list_visits(const struct noder *w, const uint32_t *map, const uint8_t *mark,
                                    node_pairs *visits)
{
    for (size_t r = 0; r < w->state.n_rings; r++)
        for (uint64_t i = w->state.first[r]; i < w->state.first[r + 1]; i++) {
            uint32_t to = map[w->state.walk[i]];
            if (mark[to] & LEADS && !MERE_PUSH(visits, (struct node_pair){(uint32_t)r, to}))
                return mere_fail_nomem(w->ctx, "noding");
        }
    return mere_node_pairs_sort(w->ctx, visits);
}

static enum mere_status note_position(struct noder *w, const uint32_t *map, const node_pairs *left,
                                      const node_pairs *visits, size_t ring, uint64_t i)
{
    uint32_t m = w->state.walk[i];
    for (size_t k = first_pair(left, m, 0); k < left->n && left->v[k].a == m; k++) {
        uint32_t leader = left->v[k].b;
        size_t v = first_pair(visits, (uint32_t)ring, leader);
        bool visited = v < visits->n && visits->v[v].a == ring && visits->v[v].b == leader;
        if (visited && !goes_there(w, map, ring, i, leader))
            MERE_TRY(note(w, ring, m));
    }
    return MERE_OK;
}

static enum mere_status note_all(struct noder *w, const uint32_t *map, const node_pairs *left,
                                 const uint8_t *mark, const node_pairs *visits)
{
    for (size_t r = 0; r < w->state.n_rings; r++)
        for (uint64_t i = w->state.first[r]; i < w->state.first[r + 1]; i++)
            if (mark[w->state.walk[i]] & STAYED)
                MERE_TRY(note_position(w, map, left, visits, r, i));
    return MERE_OK;
}

enum mere_status mere_node_note_points(struct noder *w, const uint32_t *map, const node_pairs *left)
{
    if (left->n == 0)
        return MERE_OK;
    node_pairs visits = {0};
    uint8_t *mark = mere_calloc(w->state.n_pts + 1, 1);
    if (!mark)
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < left->n; i++) {
        mark[left->v[i].a] |= STAYED;
        mark[left->v[i].b] |= LEADS;
    }
    enum mere_status status = list_visits(w, map, mark, &visits);
    if (status == MERE_OK)
        status = note_all(w, map, left, mark, &visits);
    MERE_VEC_FREE(&visits);
    free(mark);
    return status;
}

/* ---- segments -------------------------------------------------------------------------------- */

static bool ring_uses(const struct noder *w, size_t ring, uint32_t seg)
{
    for (uint32_t u = w->segs.use_first[seg]; u < w->segs.use_first[seg + 1]; u++)
        if (w->segs.use[u] == ring)
            return true;
    return false;
}

/* The same from the segment at position `i` to the other one that took the point. */
static bool goes_to_seg(const struct noder *w, size_t ring, uint64_t i,
                        const struct node_neck *neck)
{
    uint64_t n = w->state.first[ring + 1] - w->state.first[ring];
    struct node_seg s = w->segs.seg[neck->taken];
    for (int back = 0; back < 2; back++) {
        for (uint64_t k = 0; k < n; k++) {
            uint32_t q = ring_point(w, ring, i, back ? n - k : k + 1);
            if (q == s.a || q == s.b)
                return true;
            if (mere_node_near_by(w, q, neck->point) > 1)
                break;
        }
    }
    return false;
}

static int compare_necks(const void *l, const void *r)
{
    const struct node_neck *p = l, *q = r;
    return (p->left > q->left) - (p->left < q->left);
}

static enum mere_status note_neck(struct noder *w, const node_necks *necks, size_t ring, uint64_t i)
{
    uint32_t seg =
        mere_node_find_seg(&w->segs, ring_point(w, ring, i, 0), ring_point(w, ring, i, 1));
    size_t lo = 0, hi = necks->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (necks->v[mid].left < seg)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < necks->n && necks->v[lo].left == seg; lo++)
        if (ring_uses(w, ring, necks->v[lo].taken) && !goes_to_seg(w, ring, i, &necks->v[lo]))
            MERE_TRY(note(w, ring, necks->v[lo].point));
    return MERE_OK;
}

enum mere_status mere_node_note_necks(struct noder *w, node_necks *necks)
{
    if (necks->n == 0)
        return MERE_OK;
    uint8_t *mark = mere_calloc(w->state.n_pts + 1, 1);
    if (!mark)
        return mere_fail_nomem(w->ctx, "noding");
    qsort(necks->v, necks->n, sizeof *necks->v, compare_necks);
    for (size_t i = 0; i < necks->n; i++)
        mark[w->segs.seg[necks->v[i].left].a] = mark[w->segs.seg[necks->v[i].left].b] = 1;
    enum mere_status status = MERE_OK;
    for (size_t r = 0; r < w->state.n_rings; r++)
        for (uint64_t i = w->state.first[r]; i < w->state.first[r + 1] && status == MERE_OK; i++)
            if (mark[w->state.walk[i]])
                status = note_neck(w, necks, r, i);
    free(mark);
    return status;
}
