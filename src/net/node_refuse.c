/* node_refuse.c - what a snap must not do: make a ring vanish, turn over, or pinch.
 *
 * The snaps of a ring that would vanish or turn over are all taken back: such a ring is hardly
 * wider than the tolerance. Of a pinch only those are that bring its two places together. Each time
 * something new stays where it is, so the repetition ends. */
#include "net/node_priv.h"
#include <stdlib.h>

/* Twice the signed area of a walk in extended numbers. Relative to its first point: differences fit
 * 41 bits, products 82, so 2^44 points would be needed to overflow. */
static mere_i128 area2(const struct noder *w, const struct node_edit *edit, const uint32_t *walk,
                       size_t n)
{
    mere_i128 sum = 0;
    if (n < 3)
        return 0;
    struct mere_lattice_point o = mere_node_edit_point(w, edit, walk[0]);
    struct mere_lattice_point p = mere_node_edit_point(w, edit, walk[1]);
    for (size_t i = 2; i < n; i++) {
        struct mere_lattice_point q = mere_node_edit_point(w, edit, walk[i]);
        sum += (mere_i128)(p.x - o.x) * (q.y - o.y) - (mere_i128)(q.x - o.x) * (p.y - o.y);
        p = q;
    }
    return sum;
}

/* One ring before and after the edit. */
struct trial {
    struct noder *w;
    const struct node_edit *edit;
    struct node_bans *bans;
    uint32_t ring;
    const uint32_t *old;
    size_t n_old;
    node_walk now;    /* the ring after the edit */
    node_walk sorted; /* `now`, sorted */
    size_t n_taken;   /* snaps taken back, by this ring or an earlier one */
    bool refused;
};

static enum mere_status refuse(struct trial *t, uint32_t at, enum mere_refused why)
{
    struct mere_refusal refusal = {t->ring, mere_node_edit_point(t->w, t->edit, at), why};
    t->refused = true;
    return MERE_PUSH(&t->w->refusals, refusal) ? MERE_OK : mere_fail_nomem(t->w->ctx, "noding");
}

/* Let the points of the ring that went to `place` stay (NODE_NONE: all), and ban the inserts there.
 */
static enum mere_status take_back(struct trial *t, uint32_t place)
{
    const struct node_edit *edit = t->edit;
    for (size_t i = 0; i < t->n_old; i++) {
        uint32_t p = t->old[i], q = t->old[i + 1 < t->n_old ? i + 1 : 0];
        bool moved = edit->map && edit->map[p] != p;
        bool here = place == NODE_NONE || (moved && edit->map[p] == place);
        t->n_taken += here && moved;
        t->bans->frozen[p] |= here;
        if (!edit->has_insert[p < q ? p : q])
            continue;
        uint32_t seg = mere_node_find_seg(&t->w->segs, p, q);
        size_t n;
        const struct node_insert *in = mere_node_edit_inserts(edit, seg, &n);
        for (size_t k = 0; k < n; k++) {
            uint32_t to = edit->map ? edit->map[in[k].point] : in[k].point;
            if (place != NODE_NONE && to != place)
                continue;
            t->n_taken++;
            if (!MERE_PUSH(&t->bans->banned, (struct node_pair){in[k].point, seg}))
                return mere_fail_nomem(t->w->ctx, "noding");
        }
    }
    return MERE_OK;
}

/* What of a ring is taken back for a fault at `place`: after some tries, all. */
#define LOCAL_TRIES 8
static uint32_t extent(const struct trial *t, uint32_t place)
{
    return t->bans->n_tries > LOCAL_TRIES ? NODE_NONE : place;
}

static int compare_u32(const void *l, const void *r)
{
    uint32_t p = *(const uint32_t *)l, q = *(const uint32_t *)r;
    return (p > q) - (p < q);
}

/* How often the old ring visited one point that went to `place`, at most. `old` is sorted. */
static size_t old_visits(const struct trial *t, const uint32_t *old, uint32_t place)
{
    size_t most = 0;
    for (size_t i = 0; i < t->n_old;) {
        size_t n = 1;
        while (i + n < t->n_old && old[i + n] == old[i])
            n++;
        if ((t->edit->map ? t->edit->map[old[i]] : old[i]) == place && n > most)
            most = n;
        i += n;
    }
    return most;
}

/* A place that is visited more often than any point before. */
static enum mere_status look_for_pinch(struct trial *t)
{
    size_t n = t->now.n;
    t->sorted.n = 0;
    if (!MERE_RESERVE(&t->sorted, n + t->n_old))
        return mere_fail_nomem(t->w->ctx, "noding");
    for (size_t i = 0; i < n; i++)
        t->sorted.v[i] = t->now.v[i];
    qsort(t->sorted.v, n, sizeof *t->sorted.v, compare_u32);
    uint32_t *old = t->sorted.v + n;
    for (size_t i = 0; i < t->n_old; i++)
        old[i] = t->old[i];
    qsort(old, t->n_old, sizeof *old, compare_u32);
    for (size_t i = 0; i < n;) {
        uint32_t place = t->sorted.v[i];
        size_t k = 1;
        while (i + k < n && t->sorted.v[i + k] == place)
            k++;
        if (k > 1 && k > old_visits(t, old, place)) {
            MERE_TRY(take_back(t, extent(t, place)));
            MERE_TRY(refuse(t, place, MERE_REFUSED_PINCH));
        }
        i += k;
    }
    return MERE_OK;
}

static enum mere_status try_ring(struct trial *t)
{
    bool changed;
    t->now.n = 0;
    MERE_TRY(mere_node_edit_ring(t->w, t->edit, t->ring, &t->now, &changed));
    if (!changed || t->n_old == 0)
        return MERE_OK;
    mere_i128 before = area2(t->w, t->edit, t->old, t->n_old);
    mere_i128 after = area2(t->w, t->edit, t->now.v, t->now.n);
    if (before != 0 && (after == 0 || (after > 0) != (before > 0))) {
        MERE_TRY(take_back(t, NODE_NONE));
        uint32_t at = t->old[0]; /* the lowest, wherever the ring starts */
        for (size_t i = 1; i < t->n_old; i++)
            at = t->old[i] < at ? t->old[i] : at;
        return refuse(t, at, after == 0 ? MERE_REFUSED_VANISH : MERE_REFUSED_FLIP);
    }
    return t->now.n > 0 ? look_for_pinch(t) : MERE_OK;
}

/* Take back what would make a ring vanish, turn over, or visit a place twice. `*ret_ok` when
 * nothing had to be. */
static enum mere_status refuse_rings(struct noder *w, const struct node_edit *edit,
                                     struct node_bans *bans, bool *ret_ok)
{
    struct trial t = {.w = w, .edit = edit, .bans = bans};
    enum mere_status status = MERE_OK;
    for (size_t r = 0; r < w->state.n_rings && status == MERE_OK; r++) {
        t.ring = (uint32_t)r;
        t.old = w->state.walk + w->state.first[r];
        t.n_old = (size_t)(w->state.first[r + 1] - w->state.first[r]);
        status = try_ring(&t);
    }
    MERE_VEC_FREE(&t.now);
    MERE_VEC_FREE(&t.sorted);
    if (status == MERE_OK)
        status = mere_node_pairs_sort(w->ctx, &bans->banned);
    *ret_ok = !t.refused;
    return status;
}

/* ---- rings that cross themselves ------------------------------------------------------------- */

/* Call `found` for each ring that has both segments of the pair. */
static enum mere_status
each_common_ring(const struct node_segs *segs, struct node_pair pair, void *user,
                 enum mere_status (*found)(void *user, uint32_t ring, struct node_pair pair))
{
    for (uint32_t u = segs->use_first[pair.a]; u < segs->use_first[pair.a + 1]; u++)
        for (uint32_t v = segs->use_first[pair.b]; v < segs->use_first[pair.b + 1]; v++)
            if (segs->use[u] == segs->use[v])
                MERE_TRY(found(user, segs->use[u], pair));
    return MERE_OK;
}

struct crossed {
    struct trial trial;
    const struct node_next *next;
    uint8_t *before;  /* by ring: crosses itself already */
    uint32_t *number; /* of points of `next`: the extended number */
};

static enum mere_status mark_before(void *user, uint32_t ring, struct node_pair pair)
{
    struct crossed *c = user;
    (void)pair;
    c->before[ring] = 1;
    return MERE_OK;
}

static enum mere_status take_back_crossing(void *user, uint32_t ring, struct node_pair pair)
{
    struct crossed *c = user;
    struct trial *t = &c->trial;
    if (c->before[ring])
        return MERE_OK;
    struct node_seg s = c->next->segs.seg[pair.a], q = c->next->segs.seg[pair.b];
    const uint32_t ends[4] = {s.a, s.b, q.a, q.b};
    t->ring = ring;
    t->old = t->w->state.walk + t->w->state.first[ring];
    t->n_old = (size_t)(t->w->state.first[ring + 1] - t->w->state.first[ring]);
    t->n_taken = 0;
    for (int e = 0; e < 4; e++)
        MERE_TRY(take_back(t, extent(t, c->number[ends[e]])));
    if (t->n_taken == 0)
        return MERE_OK;
    return refuse(t, c->number[ends[0]], MERE_REFUSED_PINCH);
}

static enum mere_status look_for_crossed(struct crossed *c)
{
    const struct noder *w = c->trial.w;
    const struct node_next *next = c->next;
    size_t n = w->state.n_pts + c->trial.edit->more.n;
    for (size_t i = 0; i < n; i++)
        if (next->number[i] != NODE_NONE)
            c->number[next->number[i]] = (uint32_t)i;
    for (size_t i = 0; i < w->hits.crossings.n; i++)
        MERE_TRY(each_common_ring(&w->segs, w->hits.crossings.v[i], c, mark_before));
    for (size_t i = 0; i < next->hits.crossings.n; i++)
        MERE_TRY(each_common_ring(&next->segs, next->hits.crossings.v[i], c, take_back_crossing));
    return mere_node_pairs_sort(w->ctx, &c->trial.bans->banned);
}

/* The same for rings that would cross themselves in `next` and don't now. */
static enum mere_status refuse_crossed(struct noder *w, const struct node_edit *edit,
                                       const struct node_next *next, struct node_bans *bans,
                                       bool *ret_ok)
{
    *ret_ok = true;
    if (next->hits.crossings.n == 0)
        return MERE_OK;
    struct crossed c = {.trial = {.w = w, .edit = edit, .bans = bans}, .next = next};
    c.before = mere_calloc(w->state.n_rings + 1, 1);
    c.number = mere_malloc((next->state.n_pts + 1) * sizeof *c.number);
    enum mere_status status = MERE_E_NOMEM;
    if (c.before && c.number)
        status = look_for_crossed(&c);
    else
        mere_fail_nomem(w->ctx, "noding");
    *ret_ok = !c.trial.refused;
    free(c.before);
    free(c.number);
    return status;
}

/* ---- choosing again -------------------------------------------------------------------------- */

enum mere_status mere_node_match(struct noder *w, const struct node_choice *choice,
                                 struct node_edit *edit, struct node_next *next, size_t *ret_n)
{
    struct node_bans bans = {.frozen = mere_calloc(w->state.n_pts + 1, 1)};
    enum mere_status status = bans.frozen ? MERE_OK : mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; bans.frozen && w->still.point && i < w->state.n_pts; i++)
        bans.frozen[i] = w->still.point[i] != 0;
    for (bool ok = false; !ok && status == MERE_OK; bans.n_tries++) {
        status = choice->choose(w, choice->user, &bans, edit, ret_n);
        if (status == MERE_OK)
            status = mere_node_refuse_far(w, edit, &bans, &ok);
        if (status == MERE_OK && ok)
            status = refuse_rings(w, edit, &bans, &ok);
        if (status != MERE_OK || !ok || *ret_n == 0)
            continue;
        mere_node_next_clear(next);
        *next = (struct node_next){0};
        status = mere_node_next(w, edit, next);
        if (status == MERE_OK)
            status = refuse_crossed(w, edit, next, &bans, &ok);
    }
    free(bans.frozen);
    MERE_VEC_FREE(&bans.banned);
    return status;
}
