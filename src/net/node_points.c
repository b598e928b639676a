/* node_points.c - the first state: distinct points by radix sort, rings as walks over their
 * numbers.
 *
 * Sorting beats hashing here: the result must be sorted by (x, y) anyway, and numbers in the order
 * of places make all later steps independent of the order of the input. */
#include "base/hash.h"
#include "net/node_priv.h"
#include <stdlib.h>
#include <string.h>

bool mere_node_keys_reserve(struct node_keys *keys, size_t n)
{
    if (n <= keys->n)
        return true;
    free(keys->v);
    keys->v = malloc(n * sizeof *keys->v);
    keys->n = keys->v ? n : 0;
    return keys->v != NULL;
}

void mere_node_state_clear(struct node_state *state)
{
    free(state->pts);
    free(state->first);
    free(state->walk);
    *state = (struct node_state){0};
}

/* Reduce the open sequence, as a stack: a repeat is not pushed, a spike pops. */
static size_t reduce_sequence(uint32_t *walk, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t p = walk[i];
        if (m >= 1 && walk[m - 1] == p)
            continue;
        if (m >= 2 && walk[m - 2] == p)
            m--;
        else
            walk[m++] = p;
    }
    return m;
}

size_t mere_node_reduce(uint32_t *walk, size_t n)
{
    size_t lo = 0, hi = reduce_sequence(walk, n);
    while (hi - lo >= 2) {
        if (walk[hi - 1] == walk[lo])
            hi--;
        else if (walk[hi - 2] == walk[lo])
            hi -= 2; /* the spike at hi - 1 and the repeat of lo */
        else if (walk[hi - 1] == walk[lo + 1])
            lo++; /* the spike at lo; the repeat goes next */
        else
            break;
    }
    if (hi - lo < 3)
        return 0;
    if (lo > 0)
        memmove(walk, walk + lo, (hi - lo) * sizeof *walk);
    return hi - lo;
}

uint32_t mere_node_find_point(const struct node_state *state, struct mere_lattice_point p)
{
    size_t lo = 0, hi = state->n_pts;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        struct mere_lattice_point q = state->pts[mid];
        if (q.x < p.x || (q.x == p.x && q.y < p.y))
            lo = mid + 1;
        else
            hi = mid;
    }
    bool found = lo < state->n_pts && state->pts[lo].x == p.x && state->pts[lo].y == p.y;
    return found ? (uint32_t)lo : NODE_NONE;
}

struct bounds {
    int64_t x0, y0, x1, y1;
};

static enum mere_status find_bounds(struct mere_ctx *ctx, const struct mere_noding *in,
                                    struct bounds *ret)
{
    struct bounds b = {INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};
    for (uint64_t i = in->ring_first[0]; i < in->ring_first[in->n_rings]; i++) {
        struct mere_lattice_point p = in->pts[i];
        b.x0 = p.x < b.x0 ? p.x : b.x0;
        b.x1 = p.x > b.x1 ? p.x : b.x1;
        b.y0 = p.y < b.y0 ? p.y : b.y0;
        b.y1 = p.y > b.y1 ? p.y : b.y1;
    }
    const int64_t max = MERE_LATTICE_MAX;
    if (b.x0 < -max || b.y0 < -max || b.x1 > max || b.y1 > max)
        return mere_fail(ctx, MERE_E_RANGE,
                         "noding: a coordinate between (%lld, %lld) and (%lld, %lld) is beyond the "
                         "lattice of 2^40 units",
                         (long long)b.x0, (long long)b.y0, (long long)b.x1, (long long)b.y1);
    *ret = b;
    return MERE_OK;
}

static int bits_of(uint64_t v)
{
    return v == 0 ? 0 : 64 - __builtin_clzll(v);
}

/* Sort the points' indices by (x, y). At most 41 bits an axis; together often below 64. */
static void sort_points(const struct mere_lattice_point *pts, size_t n, struct bounds b,
                        struct mere_key *keys, struct mere_key *scratch)
{
    int y_bits = bits_of((uint64_t)(b.y1 - b.y0));
    if (y_bits + bits_of((uint64_t)(b.x1 - b.x0)) <= 64) {
        for (size_t i = 0; i < n; i++) {
            /* x_bits == 0 lets y_bits be up to 42, so the shift stays below 64. */
            keys[i].key = (uint64_t)(pts[i].x - b.x0) << y_bits | (uint64_t)(pts[i].y - b.y0);
            keys[i].value = (uint32_t)i;
        }
        mere_sort_keys(keys, n, scratch);
        return;
    }
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct mere_key){(uint64_t)(pts[i].y - b.y0), (uint32_t)i};
    mere_sort_keys(keys, n, scratch);
    for (size_t i = 0; i < n; i++)
        keys[i].key = (uint64_t)(pts[keys[i].value].x - b.x0);
    mere_sort_keys(keys, n, scratch);
}

/* Number the distinct points in the order of `keys`: into ids by index, and the table. */
static size_t number_points(const struct mere_lattice_point *pts, size_t n,
                            const struct mere_key *keys, uint32_t *ids,
                            struct mere_lattice_point *table)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        struct mere_lattice_point p = pts[keys[i].value];
        if (m == 0 || table[m - 1].x != p.x || table[m - 1].y != p.y)
            table[m++] = p;
        ids[keys[i].value] = (uint32_t)(m - 1);
    }
    return m;
}

/* Drop the points that no walk has, and renumber. */
static bool drop_unused(struct node_state *s)
{
    uint32_t *number = calloc(s->n_pts + 1, sizeof *number);
    if (!number)
        return false;
    uint64_t n_walk = s->first[s->n_rings];
    for (uint64_t i = 0; i < n_walk; i++)
        number[s->walk[i]] = 1;
    uint32_t m = 0;
    for (size_t p = 0; p < s->n_pts; p++) {
        if (number[p] == 0)
            continue;
        s->pts[m] = s->pts[p];
        number[p] = m++;
    }
    for (uint64_t i = 0; i < n_walk; i++)
        s->walk[i] = number[s->walk[i]];
    s->n_pts = m;
    free(number);
    return true;
}

static bool reduce_rings(const struct mere_noding *in, struct node_state *s)
{
    uint64_t base = in->ring_first[0], to = 0;
    uint64_t n = in->ring_first[in->n_rings] - base;
    for (size_t r = 0; r < in->n_rings; r++) {
        uint64_t from = in->ring_first[r] - base;
        size_t len = (size_t)(in->ring_first[r + 1] - in->ring_first[r]);
        size_t left = mere_node_reduce(s->walk + from, len);
        if (from != to)
            memmove(s->walk + to, s->walk + from, left * sizeof *s->walk);
        s->first[r] = to;
        to += left;
    }
    s->first[in->n_rings] = to;
    return to == n || drop_unused(s);
}

enum mere_status mere_node_start(struct mere_ctx *ctx, const struct mere_noding *in,
                                 struct node_keys *keys, struct node_state *ret)
{
    size_t n = (size_t)(in->ring_first[in->n_rings] - in->ring_first[0]);
    if (n >= UINT32_MAX / 2 || in->n_rings >= UINT32_MAX / 2)
        return mere_fail(ctx, MERE_E_LIMIT, "noding: %zu points in %zu rings are too many at once",
                         n, in->n_rings);
    struct bounds b = {0, 0, 0, 0};
    if (n > 0)
        MERE_TRY(find_bounds(ctx, in, &b));
    struct node_state s = {.n_rings = in->n_rings};
    s.walk = calloc(n + 1, sizeof *s.walk);
    s.first = malloc((in->n_rings + 1) * sizeof *s.first);
    s.pts = malloc((n + 1) * sizeof *s.pts);
    bool ok = mere_node_keys_reserve(keys, 2 * n + 2) && s.walk && s.first && s.pts;
    if (ok) {
        const struct mere_lattice_point *pts = in->pts + in->ring_first[0];
        sort_points(pts, n, b, keys->v, keys->v + n + 1);
        s.n_pts = number_points(pts, n, keys->v, s.walk, s.pts);
    }
    if (!ok || !reduce_rings(in, &s)) {
        mere_node_state_clear(&s);
        return mere_fail_nomem(ctx, "noding");
    }
    struct mere_lattice_point *less = realloc(s.pts, (s.n_pts + 1) * sizeof *s.pts);
    s.pts = less ? less : s.pts;
    *ret = s;
    /* cppcheck-suppress memleak ; `less` is now s.pts */
    return MERE_OK;
}
