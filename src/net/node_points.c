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
    keys->v = mere_malloc(n * sizeof *keys->v);
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

/* ---- points in order ----
 *
 * A key is a point's x, then its y. The highest bits of it choose one of about as many buckets as
 * there are points; below them, what is left of the key and the point's index share a number of 64
 * bits. So one pass of counting leaves small buckets of small items, and their order makes the
 * table of points without looking at the input again. */

#define BUCKET_POINTS 4 /* points in a bucket, about */
#define FEW 24          /* in order by insertion */

struct packing {
    struct bounds b;
    int y_bits, low_bits, index_bits; /* of the key: y; what is below the bucket; of an item */
    uint32_t *end;                    /* by bucket */
    uint64_t *item;                   /* low bits of the key, index */
};

static inline uint64_t key_of(const struct packing *k, struct mere_lattice_point p)
{
    return (uint64_t)(p.x - k->b.x0) << k->y_bits | (uint64_t)(p.y - k->b.y0);
}

/* Whether the points can be packed, and how; into how many buckets. */
static bool choose_packing(struct packing *k, size_t n, size_t *ret_n_buckets)
{
    int x_bits = bits_of((uint64_t)(k->b.x1 - k->b.x0));
    k->y_bits = bits_of((uint64_t)(k->b.y1 - k->b.y0));
    k->index_bits = bits_of(n);
    int key_bits = x_bits + k->y_bits, bucket_bits = bits_of(n / BUCKET_POINTS);
    bucket_bits = bucket_bits < key_bits ? bucket_bits : key_bits;
    k->low_bits = key_bits - bucket_bits;
    *ret_n_buckets = (size_t)1 << bucket_bits;
    return key_bits < 64 && k->low_bits + k->index_bits <= 64;
}

static bool sort_many(uint64_t *item, size_t n, struct node_keys *keys)
{
    if (!mere_node_keys_reserve(keys, 2 * n))
        return false;
    for (size_t i = 0; i < n; i++)
        keys->v[i] = (struct mere_key){item[i], 0};
    mere_sort_keys(keys->v, n, keys->v + n);
    for (size_t i = 0; i < n; i++)
        item[i] = keys->v[i].key;
    return true;
}

static bool sort_items(uint64_t *item, size_t n, struct node_keys *keys)
{
    if (n > FEW)
        return sort_many(item, n, keys);
    for (size_t i = 1; i < n; i++) {
        uint64_t moved = item[i];
        size_t j = i;
        for (; j > 0 && item[j - 1] > moved; j--)
            item[j] = item[j - 1];
        item[j] = moved;
    }
    return true;
}

/* Put the items of the points in order. `*ret_n` tells how many distinct points they are of. */
static bool pack_points(const struct mere_lattice_point *pts, size_t n, struct packing *k,
                        size_t n_buckets, struct node_keys *keys, size_t *ret_n)
{
    uint32_t sum = 0;
    size_t distinct = 0;
    k->end = mere_calloc(n_buckets, sizeof *k->end);
    k->item = mere_calloc(n + 1, sizeof *k->item);
    if (!k->end || !k->item)
        return false;
    for (size_t i = 0; i < n; i++)
        k->end[key_of(k, pts[i]) >> k->low_bits]++;
    for (size_t d = 0; d < n_buckets; d++) {
        uint32_t here = k->end[d];
        k->end[d] = sum;
        sum += here;
    }
    uint64_t low = ((uint64_t)1 << k->low_bits) - 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t key = key_of(k, pts[i]);
        k->item[k->end[key >> k->low_bits]++] = (key & low) << k->index_bits | i;
    }
    uint32_t first = 0;
    for (size_t d = 0; d < n_buckets; first = k->end[d++]) {
        if (!sort_items(k->item + first, k->end[d] - first, keys))
            return false;
        for (uint32_t i = first; i < k->end[d]; i++)
            distinct += i == first || (k->item[i] ^ k->item[i - 1]) >> k->index_bits != 0;
    }
    *ret_n = distinct;
    return true;
}

/* Number the distinct points: into ids by index, and the table. */
static void number_packed(const struct packing *k, size_t n_buckets, uint32_t *ids,
                          struct mere_lattice_point *table)
{
    uint64_t y_mask = ((uint64_t)1 << k->y_bits) - 1, index = ((uint64_t)1 << k->index_bits) - 1;
    uint32_t m = 0, i = 0;
    for (size_t d = 0; d < n_buckets; d++) {
        uint64_t before = 0;
        for (bool first = true; i < k->end[d]; i++, first = false) {
            uint64_t low = k->item[i] >> k->index_bits;
            if (first || low != before) {
                uint64_t key = (uint64_t)d << k->low_bits | low;
                table[m++] = (struct mere_lattice_point){k->b.x0 + (int64_t)(key >> k->y_bits),
                                                         k->b.y0 + (int64_t)(key & y_mask)};
            }
            before = low;
            ids[k->item[i] & index] = m - 1;
        }
    }
}

/* Points too far apart, or too many, to be packed: by y, then by x. */
static bool number_wide(const struct mere_lattice_point *pts, size_t n, struct bounds b,
                        struct node_keys *keys, struct node_state *s)
{
    size_t m = 0;
    s->pts = mere_malloc((n + 1) * sizeof *s->pts);
    if (!s->pts || !mere_node_keys_reserve(keys, 2 * n))
        return false;
    struct mere_key *v = keys->v;
    for (size_t i = 0; i < n; i++)
        v[i] = (struct mere_key){(uint64_t)(pts[i].y - b.y0), (uint32_t)i};
    mere_sort_keys(v, n, v + n);
    for (size_t i = 0; i < n; i++)
        v[i].key = (uint64_t)(pts[v[i].value].x - b.x0);
    mere_sort_keys(v, n, v + n);
    for (size_t i = 0; i < n; i++) {
        struct mere_lattice_point p = pts[v[i].value];
        if (m == 0 || s->pts[m - 1].x != p.x || s->pts[m - 1].y != p.y)
            s->pts[m++] = p;
        s->walk[v[i].value] = (uint32_t)(m - 1);
    }
    s->n_pts = m;
    return true;
}

static bool number_points(const struct mere_lattice_point *pts, size_t n, struct bounds b,
                          struct node_keys *keys, struct node_state *s)
{
    struct packing k = {.b = b};
    size_t n_buckets;
    if (!choose_packing(&k, n, &n_buckets))
        return number_wide(pts, n, b, keys, s);
    bool ok = pack_points(pts, n, &k, n_buckets, keys, &s->n_pts);
    s->pts = ok ? mere_malloc((s->n_pts + 1) * sizeof *s->pts) : NULL;
    ok = s->pts != NULL;
    if (ok)
        number_packed(&k, n_buckets, s->walk, s->pts);
    free(k.end);
    free(k.item);
    return ok;
}

/* ---- rings ---- */

/* Drop the points that no walk has, and renumber. */
static bool drop_unused(struct node_state *s)
{
    uint32_t *number = mere_calloc(s->n_pts + 1, sizeof *number);
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
    s.walk = mere_calloc(n + 1, sizeof *s.walk);
    s.first = mere_malloc((in->n_rings + 1) * sizeof *s.first);
    if (!s.walk || !s.first || !number_points(in->pts + in->ring_first[0], n, b, keys, &s) ||
        !reduce_rings(in, &s)) {
        mere_node_state_clear(&s);
        return mere_fail_nomem(ctx, "noding");
    }
    *ret = s;
    return MERE_OK;
}
