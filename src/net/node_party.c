/* node_party.c - the points that take part in a match, and who owns them. Most points take part in
 * none, so owners are looked up for these only. */
#include "net/node_priv.h"
#include <stdlib.h>

int32_t mere_node_rank(const struct noder *w, uint32_t owner)
{
    return w->in->owner_rank ? w->in->owner_rank[owner] : 0;
}

void mere_node_party_clear(struct node_party *p)
{
    free(p->point);
    free(p->owner_first);
    free(p->owner);
    free(p->rank);
}

uint32_t mere_node_party_find(const struct node_party *p, uint32_t point)
{
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->point[mid] < point)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

/* (party member, owner), once each. */
static enum mere_status collect_owners(const struct noder *w, const struct node_party *p,
                                       node_pairs *ret)
{
    uint8_t *takes_part = mere_calloc(w->state.n_pts + 1, 1);
    bool ok = takes_part != NULL;
    for (size_t i = 0; ok && i < p->n; i++)
        takes_part[p->point[i]] = 1;
    for (size_t s = 0; ok && s < w->segs.n; s++) {
        uint32_t ends[2] = {w->segs.seg[s].a, w->segs.seg[s].b};
        for (int e = 0; e < 2; e++) {
            if (!takes_part[ends[e]])
                continue;
            uint32_t member = mere_node_party_find(p, ends[e]);
            for (uint32_t u = w->segs.use_first[s]; u < w->segs.use_first[s + 1]; u++) {
                uint32_t owner = w->in->ring_owner[w->segs.use[u]];
                ok = ok && MERE_PUSH(ret, (struct node_pair){member, owner});
            }
        }
    }
    free(takes_part);
    return ok ? mere_node_pairs_sort(w->ctx, ret) : mere_fail_nomem(w->ctx, "noding");
}

/* The owners of each member, and its rank, from the sorted (member, owner). */
static enum mere_status fill_owners(const struct noder *w, const node_pairs *pairs,
                                    struct node_party *p)
{
    p->owner_first = mere_malloc((p->n + 1) * sizeof *p->owner_first);
    p->owner = mere_malloc((pairs->n + 1) * sizeof *p->owner);
    p->rank = mere_malloc((p->n + 1) * sizeof *p->rank);
    if (!p->owner_first || !p->owner || !p->rank)
        return mere_fail_nomem(w->ctx, "noding");
    size_t k = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->owner_first[i] = (uint32_t)k;
        p->rank[i] = INT32_MAX;
        for (; k < pairs->n && pairs->v[k].a == i; k++) {
            int32_t rank = mere_node_rank(w, pairs->v[k].b);
            p->owner[k] = pairs->v[k].b;
            p->rank[i] = rank < p->rank[i] ? rank : p->rank[i];
        }
    }
    p->owner_first[p->n] = (uint32_t)k;
    return MERE_OK;
}

/* The distinct ones of `points`, in order. */
static bool list_members(const struct noder *w, const node_walk *points, struct node_party *p)
{
    uint8_t *seen = mere_calloc(w->state.n_pts + 1, 1);
    p->point = mere_malloc((points->n + 1) * sizeof *p->point);
    bool ok = seen && p->point;
    for (size_t i = 0; ok && i < points->n; i++)
        seen[points->v[i]] = 1;
    for (size_t i = 0; ok && i < w->state.n_pts; i++)
        if (seen[i])
            p->point[p->n++] = (uint32_t)i;
    free(seen);
    return ok;
}

enum mere_status mere_node_party(const struct noder *w, const node_walk *points,
                                 struct node_party *ret)
{
    node_pairs pairs = {0};
    struct node_party p = {0};
    enum mere_status status = MERE_E_NOMEM;
    if (list_members(w, points, &p))
        status = collect_owners(w, &p, &pairs);
    else
        mere_fail_nomem(w->ctx, "noding");
    if (status == MERE_OK)
        status = fill_owners(w, &pairs, &p);
    MERE_VEC_FREE(&pairs);
    if (status == MERE_OK)
        *ret = p;
    else
        mere_node_party_clear(&p);
    return status;
}

bool mere_node_party_owns(const struct node_party *p, uint32_t member, uint32_t owner)
{
    size_t lo = p->owner_first[member], hi = p->owner_first[member + 1];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->owner[mid] == owner)
            return true;
        if (p->owner[mid] < owner)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

double mere_node_near_by(const struct noder *w, uint32_t p, uint32_t q)
{
    struct mere_lattice_point a = w->state.pts[p], b = w->state.pts[q];
    double dx = (double)(a.x - b.x) * (1 / w->in->tol_x);
    double dy = (double)(a.y - b.y) * (1 / w->in->tol_y);
    return dx * dx + dy * dy;
}

bool mere_node_party_share(const struct node_party *p, uint32_t m, uint32_t k)
{
    uint32_t n_m = p->owner_first[m + 1] - p->owner_first[m];
    uint32_t n_k = p->owner_first[k + 1] - p->owner_first[k];
    uint32_t few = n_m < n_k ? m : k, many = n_m < n_k ? k : m;
    for (uint32_t i = p->owner_first[few]; i < p->owner_first[few + 1]; i++)
        if (mere_node_party_owns(p, many, p->owner[i]))
            return true;
    return false;
}
