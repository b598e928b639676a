/* node_match.c - points within the tolerance (ENGINE B1.4).
 *
 * Only points without a common owner match (geos#1476 shows what happens otherwise). Some points
 * lead and stay; the others follow one that they are near, and never a follower: so there are no
 * chains, and nothing moves farther than the tolerance in a round. */
#include "base/hash.h"
#include "net/node_priv.h"
#include <stdlib.h>

/* That `member` follows `leader`. */
struct offer {
    double by; /* square of the distance, in tolerances */
    int32_t rank;
    uint32_t leader, member;
};

/* A cluster is the list of its members, from its leader on. */
struct clusters {
    struct node_party party;
    uint32_t *leader; /* by member; NODE_NONE = not decided yet */
    uint32_t *next;   /* by member: the next one of the cluster */
    uint32_t *near_first;
    uint32_t *near;         /* members within the tolerance of each */
    struct mere_key *order; /* of members: standing, then place */
    struct offer *offer;    /* room for one a near pair */
};

static void clusters_clear(struct clusters *c)
{
    mere_node_party_clear(&c->party);
    free(c->leader);
    free(c->next);
    free(c->near_first);
    free(c->near);
    free(c->order);
    free(c->offer);
}

static bool has_narrow(const struct noder *w, struct node_pair pair)
{
    return w->still.point && (w->still.point[pair.a] | w->still.point[pair.b]) & NODE_NARROW;
}

static void list_near(const struct noder *w, struct clusters *c)
{
    const node_pairs *pairs = &w->hits.near_points;
    for (size_t i = 0; i < pairs->n; i++) {
        if (has_narrow(w, pairs->v[i]))
            continue;
        c->near_first[mere_node_party_find(&c->party, pairs->v[i].a) + 2]++;
        c->near_first[mere_node_party_find(&c->party, pairs->v[i].b) + 2]++;
    }
    for (size_t i = 2; i < c->party.n + 2; i++)
        c->near_first[i] += c->near_first[i - 1];
    for (size_t i = 0; i < pairs->n; i++) {
        if (has_narrow(w, pairs->v[i]))
            continue;
        uint32_t a = mere_node_party_find(&c->party, pairs->v[i].a),
                 b = mere_node_party_find(&c->party, pairs->v[i].b);
        c->near[c->near_first[a + 1]++] = b;
        c->near[c->near_first[b + 1]++] = a;
    }
}

/* What goes first has the lower one: the better rank, then more owners. */
static uint64_t standing(const struct node_party *party, uint32_t m)
{
    uint32_t n_owners = party->owner_first[m + 1] - party->owner_first[m];
    return (uint64_t)((int64_t)party->rank[m] - INT32_MIN) << 32 | (UINT32_MAX - n_owners);
}

static enum mere_status clusters_init(const struct noder *w, struct clusters *c)
{
    const node_pairs *pairs = &w->hits.near_points;
    node_walk points = {0};
    bool ok = MERE_RESERVE(&points, 2 * pairs->n) && points.v;
    for (size_t i = 0; ok && i < pairs->n; i++) {
        points.v[points.n++] = pairs->v[i].a;
        points.v[points.n++] = pairs->v[i].b;
    }
    enum mere_status status = ok ? mere_node_party(w, &points, &c->party) : MERE_E_NOMEM;
    MERE_VEC_FREE(&points);
    if (status != MERE_OK)
        return ok ? status : mere_fail_nomem(w->ctx, "noding");
    size_t n = c->party.n;
    c->leader = mere_malloc((n + 1) * sizeof *c->leader);
    c->next = mere_malloc((n + 1) * sizeof *c->next);
    c->near_first = mere_calloc(n + 2, sizeof *c->near_first);
    c->near = mere_malloc((2 * pairs->n + 1) * sizeof *c->near);
    c->order = mere_malloc((2 * n + 1) * sizeof *c->order);
    c->offer = mere_malloc((2 * pairs->n + 1) * sizeof *c->offer);
    if (!c->offer || !c->leader || !c->next || !c->near_first || !c->near || !c->order)
        return mere_fail_nomem(w->ctx, "noding");
    list_near(w, c);
    for (size_t i = 0; i < n; i++)
        c->order[i] = (struct mere_key){standing(&c->party, (uint32_t)i), (uint32_t)i};
    mere_sort_keys(c->order, n, c->order + n);
    return MERE_OK;
}

static bool may_follow(const struct clusters *c, uint32_t m, uint32_t leader)
{
    for (uint32_t k = leader; k != NODE_NONE; k = c->next[k])
        if (mere_node_party_share(&c->party, m, k))
            return false;
    return true;
}

/* Whether some leader so far takes member `m` in. */
static uint32_t find_leader(const struct clusters *c, uint32_t m)
{
    for (uint32_t i = c->near_first[m]; i < c->near_first[m + 1]; i++) {
        uint32_t k = c->near[i];
        if (c->leader[k] == k && may_follow(c, m, k))
            return k;
    }
    return m;
}

static void follow(struct clusters *c, uint32_t m, uint32_t leader)
{
    c->leader[m] = leader;
    if (leader == m)
        return;
    c->next[m] = c->next[leader];
    c->next[leader] = m;
}

/* First: who leads. In the order of rank and place a point leads unless an earlier leader near it
 * can take it in. So two leaders near each other have an owner in common. */
static void choose_leaders(struct clusters *c, const uint8_t *frozen)
{
    for (size_t i = 0; i < c->party.n; i++)
        c->leader[i] = c->next[i] = NODE_NONE;
    for (size_t i = 0; i < c->party.n; i++) {
        uint32_t m = c->order[i].value;
        follow(c, m, frozen[c->party.point[m]] ? m : find_leader(c, m));
    }
}

static int compare_offers(const void *l, const void *r)
{
    const struct offer *p = l, *q = r;
    if (p->by < q->by || p->by > q->by)
        return p->by < q->by ? -1 : 1;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    if (p->leader != q->leader)
        return p->leader < q->leader ? -1 : 1;
    return (p->member > q->member) - (p->member < q->member);
}

/* Then: whom the others follow. The nearest pairs are joined first, else a point could take the
 * place of a nearer one of the same owner. */
static void choose_followers(const struct noder *w, struct clusters *c)
{
    size_t n = 0;
    for (uint32_t m = 0; m < c->party.n; m++) {
        c->next[m] = NODE_NONE;
        if (c->leader[m] == m)
            continue;
        c->leader[m] = NODE_NONE;
        for (uint32_t i = c->near_first[m]; i < c->near_first[m + 1]; i++) {
            uint32_t k = c->near[i];
            if (c->leader[k] == k && standing(&c->party, k) <= standing(&c->party, m))
                c->offer[n++] =
                    (struct offer){mere_node_near_by(w, c->party.point[m], c->party.point[k]),
                                   c->party.rank[k], k, m};
        }
    }
    if (n > 0)
        qsort(c->offer, n, sizeof *c->offer, compare_offers);
    for (size_t i = 0; i < n; i++) {
        uint32_t m = c->offer[i].member;
        if (c->leader[m] == NODE_NONE && may_follow(c, m, c->offer[i].leader))
            follow(c, m, c->offer[i].leader);
    }
    for (uint32_t m = 0; m < c->party.n; m++)
        if (c->leader[m] == NODE_NONE)
            follow(c, m, m);
}

/* Decide for all; fills the map of the edit. Returns how many move. */
static size_t decide(const struct noder *w, struct clusters *c, const uint8_t *frozen,
                     uint32_t *map)
{
    size_t n_moved = 0;
    choose_leaders(c, frozen);
    choose_followers(w, c);
    for (size_t i = 0; i < w->state.n_pts; i++)
        map[i] = (uint32_t)i;
    for (size_t m = 0; m < c->party.n; m++) {
        map[c->party.point[m]] = c->party.point[c->leader[m]];
        n_moved += c->leader[m] != m;
    }
    return n_moved;
}

/* Points that stay although a leader is near whose own owners they don't share: another point of
 * their ring went there. */
static enum mere_status note_left_out(struct noder *w, const struct clusters *c,
                                      const uint32_t *map)
{
    node_pairs left = {0};
    bool ok = true;
    for (uint32_t m = 0; m < c->party.n; m++) {
        for (uint32_t i = c->near_first[m]; c->leader[m] == m && i < c->near_first[m + 1]; i++) {
            uint32_t k = c->near[i];
            bool could = c->leader[k] == k && standing(&c->party, k) <= standing(&c->party, m) &&
                         !mere_node_party_share(&c->party, m, k) && !may_follow(c, m, k);
            if (could)
                ok = ok &&
                     MERE_PUSH(&left, (struct node_pair){c->party.point[m], c->party.point[k]});
        }
    }
    enum mere_status status = ok ? MERE_OK : mere_fail_nomem(w->ctx, "noding");
    if (status == MERE_OK)
        status = mere_node_pairs_sort(w->ctx, &left);
    if (status == MERE_OK)
        status = mere_node_note_points(w, map, &left);
    MERE_VEC_FREE(&left);
    return status;
}

static enum mere_status choose(struct noder *w, void *user, const struct node_bans *bans,
                               struct node_edit *edit, size_t *ret_n)
{
    *ret_n = decide(w, user, bans->frozen, edit->map);
    return MERE_OK;
}

enum mere_status mere_node_match_points(struct noder *w, bool *ret_changed)
{
    struct clusters c = {0};
    struct node_edit edit = {0};
    struct node_next next = {0};
    size_t n_moved = 0;
    edit.map = mere_malloc((w->state.n_pts + 1) * sizeof *edit.map);
    enum mere_status status = edit.map ? clusters_init(w, &c) : mere_fail_nomem(w->ctx, "noding");
    if (status == MERE_OK)
        status = mere_node_edit_ready(w, &edit);
    if (status == MERE_OK)
        status = mere_node_match(w, &(struct node_choice){choose, &c}, &edit, &next, &n_moved);
    if (status == MERE_OK)
        status = note_left_out(w, &c, edit.map);
    if (status == MERE_OK && n_moved > 0) {
        w->n_merged += n_moved;
        *ret_changed = true;
        status = mere_node_accept(w, &edit, &next);
    }
    mere_node_next_clear(&next);
    mere_node_edit_clear(&edit);
    clusters_clear(&c);
    return status;
}
