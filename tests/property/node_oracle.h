/* node_oracle.h - what noding promises, checked by brute force: for tests and the fuzzer. */
#ifndef MERE_TESTS_NODE_ORACLE_H
#define MERE_TESTS_NODE_ORACLE_H
#include "geo/exact.h"
#include "net/node.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct oracle_seg {
    uint32_t a, b;
};

static inline int oracle_compare(const void *l, const void *r)
{
    return memcmp(l, r, sizeof(struct oracle_seg));
}

/* The distinct segments of the result; gives (free). */
static inline struct oracle_seg *oracle_segs(const struct mere_noded *noded, size_t *ret_n)
{
    uint64_t n_walk = noded->ring_first[noded->n_rings];
    struct oracle_seg *segs = calloc((size_t)n_walk + 1, sizeof *segs);
    size_t n = 0, m = 0;
    if (!segs)
        abort();
    for (size_t r = 0; r < noded->n_rings; r++) {
        uint64_t first = noded->ring_first[r], end = noded->ring_first[r + 1];
        for (uint64_t i = first; i < end; i++) {
            uint32_t p = noded->walk[i], q = noded->walk[i + 1 < end ? i + 1 : first];
            segs[n++] = p < q ? (struct oracle_seg){p, q} : (struct oracle_seg){q, p};
        }
    }
    qsort(segs, n, sizeof *segs, oracle_compare);
    for (size_t i = 0; i < n; i++)
        if (m == 0 || oracle_compare(&segs[m - 1], &segs[i]) != 0)
            segs[m++] = segs[i];
    *ret_n = m;
    return segs;
}

/* Twice the signed area of a ring of the result. */
static inline int64_t oracle_area2(const struct mere_noded *noded, size_t ring)
{
    int64_t sum = 0;
    uint64_t first = noded->ring_first[ring], end = noded->ring_first[ring + 1];
    for (uint64_t i = first; i < end; i++) {
        struct mere_lattice_point p = noded->pts[noded->walk[i]];
        struct mere_lattice_point q = noded->pts[noded->walk[i + 1 < end ? i + 1 : first]];
        sum += p.x * q.y - q.x * p.y;
    }
    return sum;
}

/* Whether the result is well formed and planar; prints what is wrong. */
static inline bool oracle_planar(const struct mere_noded *noded)
{
    const struct mere_lattice_point *p = noded->pts;
    bool ok = true;
    for (size_t i = 1; i < noded->n_pts; i++)
        ok = ok && mere_lattice_cmp(p[i - 1], p[i]) < 0;
    for (size_t r = 0; r < noded->n_rings; r++) {
        uint64_t n = noded->ring_first[r + 1] - noded->ring_first[r];
        ok = ok && (n == 0 || n >= 3);
    }
    if (!ok)
        printf("  points are not sorted, or a ring has 1 or 2 points\n");
    size_t n;
    struct oracle_seg *segs = oracle_segs(noded, &n);
    for (size_t i = 0; ok && i < n; i++) {
        struct oracle_seg s = segs[i];
        ok = s.a != s.b;
        for (size_t k = i + 1; ok && k < n; k++) {
            struct oracle_seg t = segs[k];
            bool share = s.a == t.a || s.a == t.b || s.b == t.a || s.b == t.b;
            enum mere_meet meet = mere_segments_meet(p[s.a], p[s.b], p[t.a], p[t.b]);
            ok = share ? meet == MERE_MEET_TOUCH : meet == MERE_MEET_NONE;
            if (!ok)
                printf("  (%lld %lld)-(%lld %lld) meets (%lld %lld)-(%lld %lld)\n",
                       (long long)p[s.a].x, (long long)p[s.a].y, (long long)p[s.b].x,
                       (long long)p[s.b].y, (long long)p[t.a].x, (long long)p[t.a].y,
                       (long long)p[t.b].x, (long long)p[t.b].y);
        }
    }
    free(segs);
    return ok;
}

/* Whether two results have the same points and segments, the second one moved by (dx, dy). */
static inline bool oracle_same(const struct mere_noded *l, const struct mere_noded *r, int64_t dx,
                               int64_t dy)
{
    bool same = l->n_pts == r->n_pts;
    for (size_t i = 0; same && i < l->n_pts; i++)
        same = l->pts[i].x + dx == r->pts[i].x && l->pts[i].y + dy == r->pts[i].y;
    size_t n_l, n_r;
    struct oracle_seg *segs_l = oracle_segs(l, &n_l), *segs_r = oracle_segs(r, &n_r);
    same = same && n_l == n_r && memcmp(segs_l, segs_r, n_l * sizeof *segs_l) == 0;
    free(segs_l);
    free(segs_r);
    return same;
}

/* Whether the ring lies in the other one, or on it, whichever way they run. */
static inline bool oracle_lies_in(const struct mere_noded *noded, size_t ring, size_t other)
{
    for (uint64_t i = noded->ring_first[ring]; i < noded->ring_first[ring + 1]; i++) {
        struct mere_lattice_point p = noded->pts[noded->walk[i]];
        bool in = false, on = false;
        uint64_t first = noded->ring_first[other], end = noded->ring_first[other + 1];
        for (uint64_t k = first; k < end; k++) {
            struct mere_lattice_point a = noded->pts[noded->walk[k]];
            struct mere_lattice_point b = noded->pts[noded->walk[k + 1 < end ? k + 1 : first]];
            on = on || mere_lattice_cmp(a, p) == 0;
            if ((a.y > p.y) != (b.y > p.y))
                in ^= (mere_orient(a, b, p) > 0) == (b.y > a.y);
        }
        if (!in && !on)
            return false;
    }
    return true;
}

/* The result as an input again: `ret_pts` and the walk's firsts; gives the points (free). */
static inline struct mere_lattice_point *oracle_again(const struct mere_noded *noded)
{
    uint64_t n = noded->ring_first[noded->n_rings];
    struct mere_lattice_point *pts = calloc((size_t)n + 1, sizeof *pts);
    if (!pts)
        abort();
    for (uint64_t i = 0; i < n; i++)
        pts[i] = noded->pts[noded->walk[i]];
    return pts;
}
#endif
