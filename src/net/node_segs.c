/* node_segs.c - match first, geometry later (ENGINE B1.2): the distinct segments and who uses them.
 */
#include "base/hash.h"
#include "net/node_priv.h"
#include <stdlib.h>

void mere_node_segs_clear(struct node_segs *segs)
{
    free(segs->seg);
    free(segs->use_first);
    free(segs->use);
    free(segs->owner);
    free(segs->pt_owner);
    free(segs->open);
    *segs = (struct node_segs){0};
}

uint32_t mere_node_find_seg(const struct node_segs *segs, uint32_t p, uint32_t q)
{
    uint32_t a = p < q ? p : q, b = p < q ? q : p;
    size_t lo = 0, hi = segs->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        struct node_seg s = segs->seg[mid];
        if (s.a < a || (s.a == a && s.b < b))
            lo = mid + 1;
        else
            hi = mid;
    }
    bool found = lo < segs->n && segs->seg[lo].a == a && segs->seg[lo].b == b;
    return found ? (uint32_t)lo : NODE_NONE;
}

/* ---- uses in order ----
 *
 * A use belongs to the lesser of its two points: counting puts it there. The uses of a point are
 * few and are put in order by insertion, or by radix sort where they are many: a point may be the
 * hub of a whole fan. That takes half the time and a quarter of the memory of sorting all uses by
 * both points. */

/* Counters, and then places, are fetched ahead: their order in memory is random. */
#define AHEAD 16
#define FAR_AHEAD 32
#define FEW 24 /* in order by insertion */

struct use {
    uint32_t b, ring;
};

/* What is needed to put them in order. */
struct uses {
    uint32_t *end; /* by point: where its uses end */
    struct use *v;
    struct node_keys *keys;
};

/* Each walk with its last point before its first. */
static void count_uses(const struct node_state *state, uint32_t *count)
{
    uint64_t all = state->first[state->n_rings];
    for (size_t r = 0; r < state->n_rings; r++) {
        uint64_t first = state->first[r], end = state->first[r + 1];
        for (uint64_t i = first; i < end; i++) {
            if (i + AHEAD < all)
                __builtin_prefetch(&count[state->walk[i + AHEAD]], 1);
            uint32_t p = state->walk[i > first ? i - 1 : end - 1], q = state->walk[i];
            count[p < q ? p : q]++;
        }
    }
}

/* `at`: where the next use of each point goes. */
static void place_uses(const struct node_state *state, uint32_t *at, struct use *v)
{
    uint64_t all = state->first[state->n_rings];
    for (size_t r = 0; r < state->n_rings; r++) {
        uint64_t first = state->first[r], end = state->first[r + 1];
        for (uint64_t i = first; i < end; i++) {
            if (i + FAR_AHEAD < all)
                __builtin_prefetch(&at[state->walk[i + FAR_AHEAD]], 1);
            if (i + AHEAD < all)
                __builtin_prefetch(&v[at[state->walk[i + AHEAD]]], 1);
            uint32_t p = state->walk[i > first ? i - 1 : end - 1], q = state->walk[i];
            v[at[p < q ? p : q]++] = (struct use){p < q ? q : p, (uint32_t)r};
        }
    }
}

static bool sort_many(struct use *v, size_t n, struct node_keys *keys)
{
    if (!mere_node_keys_reserve(keys, 2 * n))
        return false;
    for (size_t i = 0; i < n; i++)
        keys->v[i] = (struct mere_key){v[i].b, v[i].ring};
    mere_sort_keys(keys->v, n, keys->v + n);
    for (size_t i = 0; i < n; i++)
        v[i] = (struct use){(uint32_t)keys->v[i].key, keys->v[i].value};
    return true;
}

/* Stable: the uses of one segment stay in the order of rings. */
static bool sort_uses(struct use *v, size_t n, struct node_keys *keys)
{
    if (n > FEW)
        return sort_many(v, n, keys);
    for (size_t i = 1; i < n; i++) {
        struct use moved = v[i];
        size_t j = i;
        for (; j > 0 && v[j - 1].b > moved.b; j--)
            v[j] = v[j - 1];
        v[j] = moved;
    }
    return true;
}

/* Put all uses in order; `*ret_n` tells how many segments they are of. */
static bool order_uses(const struct node_state *state, struct uses *u, size_t *ret_n)
{
    uint32_t sum = 0, first = 0;
    size_t n = 0;
    count_uses(state, u->end);
    for (size_t p = 0; p < state->n_pts; p++) {
        uint32_t here = u->end[p];
        u->end[p] = sum;
        sum += here;
    }
    place_uses(state, u->end, u->v);
    for (size_t p = 0; p < state->n_pts; first = u->end[p++]) {
        if (!sort_uses(u->v + first, u->end[p] - first, u->keys))
            return false;
        for (uint32_t i = first; i < u->end[p]; i++)
            n += i == first || u->v[i].b != u->v[i - 1].b;
    }
    *ret_n = n;
    return true;
}

static void number_segs(const struct node_state *state, const struct uses *u, struct node_segs *s)
{
    size_t m = 0;
    uint32_t i = 0;
    for (size_t p = 0; p < state->n_pts; p++) {
        uint32_t before = NODE_NONE;
        for (; i < u->end[p]; i++) {
            if (u->v[i].b != before) {
                before = u->v[i].b;
                s->seg[m] = (struct node_seg){(uint32_t)p, before};
                s->use_first[m++] = i;
            }
            s->use[i] = u->v[i].ring;
        }
    }
    s->use_first[m] = i;
}

static bool list_segs(const struct node_state *state, struct uses *u, struct node_segs *s)
{
    size_t n = (size_t)state->first[state->n_rings];
    u->end = mere_calloc(state->n_pts + 1, sizeof *u->end);
    u->v = mere_calloc(n + 1, sizeof *u->v);
    if (!u->end || !u->v || !order_uses(state, u, &s->n))
        return false;
    s->seg = mere_malloc((s->n + 1) * sizeof *s->seg);
    s->use_first = mere_malloc((s->n + 1) * sizeof *s->use_first);
    s->use = mere_malloc((n + 1) * sizeof *s->use);
    if (!s->seg || !s->use_first || !s->use)
        return false;
    number_segs(state, u, s);
    return true;
}

/* ---- owners ---- */

static uint32_t join_owner(uint32_t a, uint32_t b)
{
    return a == b ? a : NODE_MANY;
}

/* Whose the segments and points are. The marker for a point not met yet is n_owners. */
static void find_owners(const struct mere_noding *in, const struct node_state *state,
                        struct node_segs *s)
{
    for (size_t p = 0; p < state->n_pts; p++)
        s->pt_owner[p] = in->n_owners;
    /* NOLINTBEGIN(clang-analyzer-core.*): the analyser can't see that number_segs writes them all
     */
    for (size_t i = 0; i < s->n; i++) {
        const uint32_t *use = s->use + s->use_first[i];
        uint32_t n = s->use_first[i + 1] - s->use_first[i];
        uint32_t owner = in->ring_owner[use[0]];
        for (uint32_t k = 1; k < n; k++)
            owner = join_owner(owner, in->ring_owner[use[k]]);
        s->owner[i] = owner;
        s->open[i] = !(n == 2 && owner == NODE_MANY);
        uint32_t *a = &s->pt_owner[s->seg[i].a], *b = &s->pt_owner[s->seg[i].b];
        *a = *a == in->n_owners ? owner : join_owner(*a, owner);
        *b = *b == in->n_owners ? owner : join_owner(*b, owner);
    }
    /* NOLINTEND(clang-analyzer-core.*) */
}

enum mere_status mere_node_segs(struct mere_ctx *ctx, const struct mere_noding *in,
                                const struct node_state *state, struct node_keys *keys,
                                struct node_segs *ret)
{
    struct node_segs s = {0};
    struct uses u = {.keys = keys};
    bool ok = list_segs(state, &u, &s);
    free(u.end);
    free(u.v);
    if (ok && in->tol_x > 0 && in->tol_y > 0) {
        s.owner = mere_malloc((s.n + 1) * sizeof *s.owner);
        s.pt_owner = mere_malloc((state->n_pts + 1) * sizeof *s.pt_owner);
        s.open = mere_malloc(s.n + 1);
        ok = s.owner && s.pt_owner && s.open;
        if (ok)
            find_owners(in, state, &s);
    }
    if (!ok) {
        mere_node_segs_clear(&s);
        return mere_fail_nomem(ctx, "noding");
    }
    *ret = s;
    return MERE_OK;
}
