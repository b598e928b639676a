#include "sample/random.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

struct mere_random mere_random_stream(uint64_t seed, const char *word)
{
    struct mere_random r;
    uint64_t state = seed;
    for (; *word; word++)
        state = splitmix(&state) ^ (uint64_t)(unsigned char)*word;
    for (int i = 0; i < 4; i++)
        r.s[i] = splitmix(&state);
    return r;
}

static uint64_t rotl(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t mere_random_next(struct mere_random *r)
{
    uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return result;
}

uint32_t mere_random_below(struct mere_random *r, uint32_t n)
{
    /* Lemire's product without his rejection: off by less than n / 2^32, and the same everywhere.
     */
    return (uint32_t)(((mere_random_next(r) >> 32) * n) >> 32);
}

double mere_random_between(struct mere_random *r, double low, double high)
{
    return low + (high - low) * ((double)(mere_random_next(r) >> 11) * 0x1p-53);
}

bool mere_random_chance(struct mere_random *r, double share)
{
    return mere_random_between(r, 0, 1) < share;
}

uint32_t mere_random_pick(struct mere_random *r, const uint16_t *weights, uint32_t n)
{
    uint32_t sum = 0, i = 0;
    for (i = 0; i < n; i++)
        sum += weights[i];
    uint32_t at = mere_random_below(r, sum);
    for (i = 0; i + 1 < n && at >= weights[i]; i++)
        at -= weights[i];
    return i;
}

/* ---- exact shares ---- */

struct remainder {
    double part;
    size_t i;
};

static int larger_part(const void *va, const void *vb)
{
    const struct remainder *a = va, *b = vb;
    if (a->part != b->part)
        return a->part > b->part ? -1 : 1;
    return (a->i > b->i) - (a->i < b->i);
}

static int64_t room(const int64_t *cap, const int64_t *share, size_t i, int64_t left)
{
    return cap ? cap[i] - share[i] : left;
}

/* One round: give out `left` by weight to those with room. What does not fit is left. */
static int64_t give(int64_t left, const double *weight, const int64_t *cap, size_t n,
                    struct remainder *rest, int64_t *share)
{
    double sum = 0;
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        sum += weight[i] > 0 && room(cap, share, i, left) > 0 ? weight[i] : 0;
    if (!(sum > 0))
        return left;
    int64_t total = left;
    bool full = false; /* somebody's cap was met: what he leaves is shared anew */
    for (size_t i = 0; i < n; i++) {
        int64_t most = room(cap, share, i, left);
        if (!(weight[i] > 0) || most <= 0)
            continue;
        double exact = (double)total * (weight[i] / sum);
        int64_t whole = (int64_t)exact;
        full = full || whole > most;
        whole = whole > most ? most : whole;
        whole = whole > left ? left : whole;
        rest[m++] = (struct remainder){exact - (double)whole, i};
        share[i] += whole;
        left -= whole;
    }
    if (full && left < total)
        return left;
    qsort(rest, m, sizeof *rest, larger_part);
    for (size_t k = 0; k < m && left > 0; k++)
        if (room(cap, share, rest[k].i, 1) > 0) {
            share[rest[k].i]++;
            left--;
        }
    return left;
}

bool mere_apportion(int64_t total, const double *weight, const int64_t *cap, size_t n,
                    int64_t *ret_share)
{
    struct remainder *rest = malloc((n + 1) * sizeof *rest);
    if (!rest)
        return false;
    memset(ret_share, 0, n * sizeof *ret_share);
    for (int64_t left = total, before = total + 1; left > 0 && left < before;) {
        before = left;
        left = give(left, weight, cap, n, rest, ret_share);
        total = left;
    }
    free(rest);
    return total == 0;
}
