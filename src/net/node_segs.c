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

/* One key (a, b) a use; its value is what `use` keeps. */
static void collect_uses(const struct node_state *state, struct mere_key *keys)
{
    for (size_t r = 0; r < state->n_rings; r++) {
        uint64_t first = state->first[r], end = state->first[r + 1];
        for (uint64_t i = first; i < end; i++) {
            uint64_t p = state->walk[i], q = state->walk[i + 1 < end ? i + 1 : first];
            keys[i].key = p > q ? q << 32 | p : p << 32 | q;
            keys[i].value = (uint32_t)r;
        }
    }
}

static size_t number_segs(const struct mere_key *keys, size_t n, struct node_segs *s)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || keys[i].key != keys[i - 1].key) {
            s->seg[m] = (struct node_seg){(uint32_t)(keys[i].key >> 32), (uint32_t)keys[i].key};
            s->use_first[m++] = (uint32_t)i;
        }
        s->use[i] = keys[i].value;
    }
    s->use_first[m] = (uint32_t)n;
    return m;
}

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
}

enum mere_status mere_node_segs(struct mere_ctx *ctx, const struct mere_noding *in,
                                const struct node_state *state, struct node_keys *keys,
                                struct node_segs *ret)
{
    size_t n = (size_t)state->first[state->n_rings];
    struct node_segs s = {0};
    if (!mere_node_keys_reserve(keys, 2 * n + 2))
        return mere_fail_nomem(ctx, "noding");
    collect_uses(state, keys->v);
    mere_sort_keys(keys->v, n, keys->v + n + 1);
    s.seg = malloc((n + 1) * sizeof *s.seg);
    s.use_first = malloc((n + 1) * sizeof *s.use_first);
    s.use = malloc((n + 1) * sizeof *s.use);
    bool ok = s.seg && s.use_first && s.use;
    if (ok)
        s.n = number_segs(keys->v, n, &s);
    if (ok && in->tol_x > 0 && in->tol_y > 0) {
        s.owner = malloc((s.n + 1) * sizeof *s.owner);
        s.pt_owner = malloc((state->n_pts + 1) * sizeof *s.pt_owner);
        s.open = malloc(s.n + 1);
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
