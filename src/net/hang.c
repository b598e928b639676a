/* hang.c - in which face does a component of the network lie?
 *
 * A component's outer ring runs clockwise. From its lowest point (x, then y) a ray goes west,
 * lifted by less than any lattice step, so it meets a segment exactly when y0 <= y < y1. The first
 * segment met tells the face: the one on its east side. If that is another component's outer ring,
 * both hang in the same face; that component begins further west, so going by lowest points it is
 * settled before.
 *
 * One sweep upwards over the segments answers all rays: the segments that cross the sweep line
 * stand in a treap ordered by x, exactly (orientation of lattice points), in O(n log n) whatever
 * the shapes. Only segments that cross the height of some ray are taken at all. */
#include "base/hash.h"
#include "geo/exact.h"
#include "net/net_priv.h"
#include <stdlib.h>

#define NIL (-1)

struct seg { /* one that is not level, upwards */
    struct mere_point lo, hi;
    int32_t east; /* the half-edge that has its east side at its left hand */
    int32_t child[2];
};
struct ray {
    struct mere_point from;
    int32_t ring;
    int32_t hit; /* half-edge, or NIL */
};
struct hanging {
    const struct mere_net *net;
    struct mere_arena scratch;
    size_t n_rays;
    struct ray *rays;      /* by point */
    struct mere_key *by_y; /* rays by y */
    size_t n_segs;
    struct seg *segs;
    int32_t root;
};

/* Keys for sorting signed numbers. */
static uint64_t key_of(int32_t v)
{
    return (uint64_t)((int64_t)v - INT32_MIN);
}

/* Whether b stands east of a, both on the sweep line at once: +1, or west of it: -1. */
static int side(const struct seg *a, const struct seg *b)
{
    if (a->lo.y <= b->lo.y) {
        int o = mere_orient_points(a->lo, a->hi, b->lo);
        return -(o ? o : mere_orient_points(a->lo, a->hi, b->hi));
    }
    int o = mere_orient_points(b->lo, b->hi, a->lo);
    return o ? o : mere_orient_points(b->lo, b->hi, a->hi);
}

/* ---- the treap: nodes are segments, priorities are their mixed numbers ---- */

static uint64_t priority(int32_t s)
{
    return mere_mix64((uint64_t)s + 1);
}
/* Split `tree` by `at`: what is west of it, and what is east. */
static void split(struct hanging *h, int32_t tree, const struct seg *at, int32_t *west,
                  int32_t *east)
{
    while (tree != NIL) {
        struct seg *s = &h->segs[tree];
        if (side(s, at) > 0) {
            *west = tree;
            west = &s->child[1];
            tree = s->child[1];
        } else {
            *east = tree;
            east = &s->child[0];
            tree = s->child[0];
        }
    }
    *west = *east = NIL;
}
static int32_t merge(struct hanging *h, int32_t west, int32_t east)
{
    int32_t root = NIL, *to = &root;
    while (west != NIL && east != NIL) {
        if (priority(west) > priority(east)) {
            *to = west;
            to = &h->segs[west].child[1];
            west = *to;
        } else {
            *to = east;
            to = &h->segs[east].child[0];
            east = *to;
        }
    }
    *to = west != NIL ? west : east;
    return root;
}
static void insert(struct hanging *h, int32_t s)
{
    int32_t *at = &h->root;
    while (*at != NIL && priority(*at) > priority(s))
        at = &h->segs[*at].child[side(&h->segs[*at], &h->segs[s]) > 0];
    int32_t below = *at;
    *at = s;
    split(h, below, &h->segs[s], &h->segs[s].child[0], &h->segs[s].child[1]);
}
static void take_out(struct hanging *h, int32_t s)
{
    int32_t *at = &h->root;
    while (*at != s)
        at = &h->segs[*at].child[side(&h->segs[*at], &h->segs[s]) > 0];
    *at = merge(h, h->segs[s].child[0], h->segs[s].child[1]);
}
/* The nearest segment strictly west of `p`. */
static int32_t west_of(const struct hanging *h, struct mere_point p)
{
    int32_t best = NIL;
    for (int32_t s = h->root; s != NIL;) {
        bool east = mere_orient_points(h->segs[s].lo, h->segs[s].hi, p) < 0;
        best = east ? s : best;
        s = h->segs[s].child[east];
    }
    return best;
}

/* ---- rays and segments -------------------------------------------------------------------------
 */

static int cmp_ray(const void *a, const void *b)
{
    const struct ray *ra = a, *rb = b;
    return mere_point_cmp(ra->from, rb->from);
}

static enum mere_status make_rays(struct mere_ctx *ctx, struct hanging *h, const bool *is_shell)
{
    const struct mere_net *net = h->net;
    for (int32_t r = 0; r < net->n_rings; r++)
        h->n_rays += !is_shell[r];
    h->rays = MERE_NEW(&h->scratch, struct ray, h->n_rays);
    h->by_y = MERE_NEW(&h->scratch, struct mere_key, h->n_rays);
    struct mere_key *spare = MERE_NEW(&h->scratch, struct mere_key, h->n_rays);
    if (!h->rays || !h->by_y || !spare)
        return mere_fail_nomem(ctx, "hanging components");
    size_t n = 0;
    for (int32_t r = 0; r < net->n_rings; r++) {
        if (!is_shell[r])
            h->rays[n++] = (struct ray){mere_ring_lowest(net, net->ring_edge[r]), r, NIL};
    }
    qsort(h->rays, n, sizeof *h->rays, cmp_ray);
    for (size_t i = 0; i < n; i++)
        h->by_y[i] = (struct mere_key){key_of(h->rays[i].from.y), (uint32_t)i};
    mere_sort_keys(h->by_y, n, spare);
    return MERE_OK;
}

/* Whether some ray has a height in [lo, hi). */
static bool any_ray(const struct hanging *h, int32_t lo, int32_t hi)
{
    size_t from = 0, to = h->n_rays;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (h->by_y[mid].key < key_of(lo))
            from = mid + 1;
        else
            to = mid;
    }
    return from < h->n_rays && h->by_y[from].key < key_of(hi);
}

static enum mere_status take_segs(struct mere_ctx *ctx, struct hanging *h)
{
    const struct mere_net *net = h->net;
    for (int pass = 0; pass < 2; pass++) {
        size_t n = 0;
        for (int32_t a = 0; a < net->n_arcs; a++) {
            const struct mere_point *p = net->pts + net->arcs[a].first;
            for (uint32_t i = 0; i + 1 < net->arcs[a].n; i++) {
                bool up = p[i].y < p[i + 1].y;
                struct mere_point lo = up ? p[i] : p[i + 1], hi = up ? p[i + 1] : p[i];
                if (lo.y == hi.y || !any_ray(h, lo.y, hi.y))
                    continue;
                if (pass == 1)
                    h->segs[n] = (struct seg){lo, hi, 2 * a + up, {NIL, NIL}};
                n++;
            }
        }
        if (n > INT32_MAX)
            return mere_fail(ctx, MERE_E_LIMIT, "%zu segments are too many", n);
        if (pass == 0 && !(h->segs = MERE_NEW(&h->scratch, struct seg, n)))
            return mere_fail_nomem(ctx, "hanging components");
        h->n_segs = n;
    }
    return MERE_OK;
}

/* Go up: at each height first what ends there leaves, then what begins there enters, then the rays
 * look. */
static enum mere_status sweep(struct mere_ctx *ctx, struct hanging *h)
{
    size_t n = h->n_segs, i_lo = 0, i_hi = 0;
    struct mere_key *lo = MERE_NEW(&h->scratch, struct mere_key, n);
    struct mere_key *hi = MERE_NEW(&h->scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(&h->scratch, struct mere_key, n);
    if (!lo || !hi || !spare)
        return mere_fail_nomem(ctx, "hanging components");
    for (size_t i = 0; i < n; i++) {
        lo[i] = (struct mere_key){key_of(h->segs[i].lo.y), (uint32_t)i};
        hi[i] = (struct mere_key){key_of(h->segs[i].hi.y), (uint32_t)i};
    }
    mere_sort_keys(lo, n, spare);
    mere_sort_keys(hi, n, spare);
    h->root = NIL;
    for (size_t q = 0; q < h->n_rays; q++) {
        struct ray *ray = &h->rays[h->by_y[q].value];
        uint64_t y = h->by_y[q].key;
        while (i_lo < n && lo[i_lo].key <= y) {
            while (hi[i_hi].key <= lo[i_lo].key)
                take_out(h, (int32_t)hi[i_hi++].value);
            insert(h, (int32_t)lo[i_lo++].value);
        }
        while (i_hi < n && hi[i_hi].key <= y)
            take_out(h, (int32_t)hi[i_hi++].value);
        int32_t s = west_of(h, ray->from);
        ray->hit = s == NIL ? NIL : h->segs[s].east;
    }
    return MERE_OK;
}

static enum mere_status hang(struct mere_ctx *ctx, struct hanging *h, const int32_t *ring_of,
                             const bool *is_shell, int32_t *ring_face)
{
    MERE_TRY(make_rays(ctx, h, is_shell));
    if (h->n_rays > 1) {
        MERE_TRY(take_segs(ctx, h));
        MERE_TRY(sweep(ctx, h));
    }
    for (size_t i = 0; i < h->n_rays; i++) {
        const struct ray *ray = &h->rays[i];
        ring_face[ray->ring] = ray->hit == NIL ? MERE_FACE_OUTER : ring_face[ring_of[ray->hit]];
    }
    return MERE_OK;
}

enum mere_status mere_faces_hang(struct mere_ctx *ctx, const struct mere_net *net,
                                 const int32_t *ring_of, const bool *is_shell, int32_t *ring_face)
{
    struct hanging h = {.net = net};
    enum mere_status status = hang(ctx, &h, ring_of, is_shell, ring_face);
    mere_arena_clear(&h.scratch);
    return status;
}
