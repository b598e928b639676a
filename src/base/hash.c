#include "base/hash.h"
#include <string.h>

/* SHA-256: FIPS 180-4, sections 4.1.2, 4.2.2, 5.3.3 and 6.2. */

static const uint32_t sha_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void sha_block(uint32_t state[8], const uint8_t *p)
{
    uint32_t w[64];
    for (size_t i = 0; i < 16; i++)
        w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
               (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
        uint32_t t1 =
            h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + sha_k[i] + w[i];
        uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void mere_sha256_init(struct mere_sha256 *h)
{
    *h = (struct mere_sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                        0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void mere_sha256_add(struct mere_sha256 *h, const void *data, size_t n)
{
    const uint8_t *p = data;
    size_t held = h->n_bytes % 64;
    h->n_bytes += n;
    if (held > 0) {
        size_t take = n < 64 - held ? n : 64 - held;
        memcpy(h->block + held, p, take);
        if (held + take < 64)
            return;
        sha_block(h->state, h->block);
        p += take;
        n -= take;
    }
    for (; n >= 64; p += 64, n -= 64)
        sha_block(h->state, p);
    if (n > 0)
        memcpy(h->block, p, n);
}

void mere_sha256_hex(struct mere_sha256 *h, char ret_hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint64_t n_bits = h->n_bytes * 8;
    uint8_t tail[72] = {0x80};
    size_t held = h->n_bytes % 64;
    size_t n_pad = (held < 56 ? 56 : 120) - held;
    for (size_t i = 0; i < 8; i++)
        tail[n_pad + i] = (uint8_t)(n_bits >> (56 - 8 * i));
    mere_sha256_add(h, tail, n_pad + 8);
    for (int i = 0; i < 64; i++)
        ret_hex[i] = digits[h->state[i / 8] >> (28 - i % 8 * 4) & 15];
    ret_hex[64] = 0;
}

/* ---- radix sort ---------------------------------------------------------------------------------
 */

/* Insertion sort: quicker than counting below this many keys. */
#define SORT_FEW 24         /* sorted by insertion */
#define SORT_MANY (1 << 14) /* spread by 11 bits, else 6 */

static void sort_few(struct mere_key *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct mere_key key = keys[i];
        size_t j = i;
        for (; j > 0 && keys[j - 1].key > key.key; j--)
            keys[j] = keys[j - 1];
        keys[j] = key;
    }
}

/* Spread the keys over the buckets of `digit_bits` bits from `low` on, into `to`; `first[d]`
 * becomes where bucket d ends. */
static void spread_keys(const struct mere_key *from, size_t n, struct mere_key *to, size_t *first,
                        int low, int digit_bits)
{
    size_t mask = ((size_t)1 << digit_bits) - 1, sum = 0;
    for (size_t i = 0; i < n; i++)
        first[from[i].key >> low & mask]++;
    for (size_t d = 0; d <= mask; d++) {
        size_t here = first[d];
        first[d] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++)
        to[first[from[i].key >> low & mask]++] = from[i];
}

/* How keys are spread: over 2^bits buckets by the bits below `high`; `end` holds 2^bits zeros. */
struct spread {
    int high, bits;
    size_t *end;
};

/* NOLINTBEGIN(misc-no-recursion): each step uses up six bits of 64, so it is at most eleven deep */
static void sort_range(struct mere_key *keys, size_t n, struct mere_key *other, bool into_other);

/* Spread, and sort each bucket. */
static void sort_spread(struct mere_key *keys, size_t n, struct mere_key *other, bool into_other,
                        struct spread how)
{
    int low = how.high > how.bits ? how.high - how.bits : 0;
    size_t n_buckets = (size_t)1 << (how.high - low), first = 0;
    spread_keys(keys, n, other, how.end, low, how.high - low);
    for (size_t d = 0; d < n_buckets; first = how.end[d++])
        sort_range(other + first, how.end[d] - first, keys + first, !into_other);
}

/* Two functions, so that the small one doesn't clear the large one's counters. */
static void sort_wide(struct mere_key *keys, size_t n, struct mere_key *other, bool into_other,
                      int high)
{
    size_t end[1 << 11] = {0};
    sort_spread(keys, n, other, into_other, (struct spread){high, 11, end});
}
static void sort_narrow(struct mere_key *keys, size_t n, struct mere_key *other, bool into_other,
                        int high)
{
    size_t end[1 << 6] = {0};
    sort_spread(keys, n, other, into_other, (struct spread){high, 6, end});
}

/* Sort `keys`; the result goes to `other` or stays. */
static void sort_range(struct mere_key *keys, size_t n, struct mere_key *other, bool into_other)
{
    if (n < SORT_FEW) {
        sort_few(keys, n);
    } else {
        uint64_t differ = 0;
        for (size_t i = 1; i < n; i++)
            differ |= keys[i].key ^ keys[0].key;
        int high = differ == 0 ? 0 : 64 - __builtin_clzll(differ);
        if (high > 0 && n > SORT_MANY) {
            sort_wide(keys, n, other, into_other, high);
            return;
        }
        if (high > 0) {
            sort_narrow(keys, n, other, into_other, high);
            return;
        }
    }
    if (into_other)
        memcpy(other, keys, n * sizeof *keys);
}
/* NOLINTEND(misc-no-recursion) */

/* From the highest bits that differ down: after two spreads the buckets of millions of keys fit the
 * cache, which passes from the lowest byte up never do (measured: a third of their time). */
void mere_sort_keys(struct mere_key *keys, size_t n, struct mere_key *scratch)
{
    sort_range(keys, n, scratch, false);
}
