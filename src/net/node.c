/* node.c - noding, round by round; see node.h for what, node_priv.h for the parts. */
#include "net/node_priv.h"
#include <stdlib.h>
#include <string.h>

/* Then a match is given up as tangled. Real files need 2 to 4 rounds, and hardly grow. */
#define MATCH_ROUNDS 32
#define MATCH_GROWTH 4

static void noder_clear(struct noder *w)
{
    mere_node_segs_clear(&w->segs);
    mere_node_hits_clear(&w->hits);
    mere_node_state_clear(&w->state);
    MERE_VEC_FREE(&w->refusals);
    mere_node_still_clear(&w->still);
    free(w->keys.v);
    free(w->home);
    free(w->now);
    free(w->drift);
}

static bool may_match(struct noder *w)
{
    uint64_t n_walk = w->state.first[w->state.n_rings];
    if (w->n_rounds > MATCH_ROUNDS || n_walk / MATCH_GROWTH > w->n_walk + 100)
        w->tangled = w->tangled || w->hits.near_points.n > 0 || w->hits.near_segs.n > 0;
    return !w->tangled;
}

/* One round; `*ret_changed` is false when there was nothing left to do. */
static enum mere_status run_round(struct noder *w, bool *ret_changed)
{
    *ret_changed = false;
    bool match = may_match(w);
    if (match)
        MERE_TRY(mere_node_still(w));
    if (match && w->hits.near_points.n > 0)
        MERE_TRY(mere_node_match_points(w, ret_changed));
    if (match && !*ret_changed && w->hits.near_segs.n > 0)
        MERE_TRY(mere_node_match_segs(w, ret_changed));
    if (*ret_changed || (w->hits.crossings.n == 0 && w->hits.touches.n == 0))
        return MERE_OK;
    *ret_changed = true;
    MERE_TRY(mere_node_snap(w));
    if (w->n_snaps++ == 0)
        w->n_walk = w->state.first[w->state.n_rings];
    return MERE_OK;
}

static int compare_refusals(const void *l, const void *r)
{
    const struct mere_refusal *p = l, *q = r;
    if (p->ring != q->ring)
        return p->ring < q->ring ? -1 : 1;
    if (p->at.x != q->at.x)
        return p->at.x < q->at.x ? -1 : 1;
    if (p->at.y != q->at.y)
        return p->at.y < q->at.y ? -1 : 1;
    return (p->why > q->why) - (p->why < q->why);
}

/* A refused snap is met again in each round: keep it once. */
static void sort_refusals(struct noder *w)
{
    size_t m = 0;
    if (w->refusals.n > 0)
        qsort(w->refusals.v, w->refusals.n, sizeof *w->refusals.v, compare_refusals);
    for (size_t i = 0; i < w->refusals.n; i++)
        if (m == 0 || compare_refusals(&w->refusals.v[m - 1], &w->refusals.v[i]) != 0)
            w->refusals.v[m++] = w->refusals.v[i];
    w->refusals.n = m;
}

/* The result and the state that its arrays are. */
struct noded_state {
    struct mere_noded noded;
    struct node_state state;
};

static struct mere_noded *give_result(struct noder *w)
{
    struct noded_state *result = mere_calloc(1, sizeof *result);
    if (!result)
        return NULL;
    struct mere_noded *to = &result->noded;
    to->refusals = MERE_NEW(&to->arena, struct mere_refusal, w->refusals.n);
    if (!to->refusals) {
        free(result);
        return NULL;
    }
    if (mere_node_ways(w, to) != MERE_OK) {
        mere_arena_clear(&to->arena);
        free(result);
        return NULL;
    }
    to->n_refusals = w->refusals.n;
    if (to->n_refusals > 0)
        memcpy(to->refusals, w->refusals.v, to->n_refusals * sizeof *to->refusals);
    result->state = w->state;
    w->state = (struct node_state){0};
    to->n_pts = result->state.n_pts;
    to->pts = result->state.pts;
    to->n_rings = result->state.n_rings;
    to->ring_first = result->state.first;
    to->walk = result->state.walk;
    to->n_merged = w->n_merged;
    to->n_inserted = w->n_inserted;
    to->n_crossings = w->n_crossings;
    to->n_rounds = w->n_rounds;
    to->tangled = w->tangled;
    return to;
}

static enum mere_status node_all(struct noder *w, struct mere_noded **ret)
{
    MERE_TRY(mere_node_start(w->ctx, w->in, &w->keys, &w->state));
    w->n_walk = w->state.first[w->state.n_rings];
    MERE_TRY(mere_node_segs(w->ctx, w->in, &w->state, &w->keys, &w->segs));
    MERE_TRY(mere_node_sweep(w->ctx, w->in, &w->state, &w->segs, &w->hits));
    bool changed = true;
    while (changed) {
        w->n_rounds++;
        MERE_TRY(run_round(w, &changed));
    }
    sort_refusals(w);
    struct mere_noded *noded = give_result(w);
    if (!noded)
        return mere_fail_nomem(w->ctx, "noding");
    *ret = noded;
    return MERE_OK;
}

enum mere_status mere_node_rings(struct mere_ctx *ctx, const struct mere_noding *in,
                                 struct mere_noded **ret)
{
    struct noder w = {.ctx = ctx, .in = in};
    enum mere_status status = node_all(&w, ret);
    noder_clear(&w);
    return status;
}

void mere_noded_free(struct mere_noded *noded)
{
    if (!noded)
        return;
    mere_arena_clear(&noded->arena);
    struct noded_state *result = (struct noded_state *)noded; /* its first member */
    mere_node_state_clear(&result->state);
    free(result);
}
