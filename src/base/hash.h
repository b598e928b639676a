/* hash.h - SHA-256 (FIPS 180-4) for what is promised outside, a 64-bit mixer for tables inside, and
 * radix sorting. */
#ifndef MERE_BASE_HASH_H
#define MERE_BASE_HASH_H
#include "base/base.h"

struct mere_sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    uint8_t block[64];
};
void mere_sha256_init(struct mere_sha256 *h);
void mere_sha256_add(struct mere_sha256 *h, const void *data, size_t n);
/* 64 lower-case hex digits and a NUL. */
void mere_sha256_hex(struct mere_sha256 *h, char ret_hex[65]);

/* Mix all bits of `z`: the finaliser of splitmix64 (Steele, Lea and Flood 2014). */
static inline uint64_t mere_mix64(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Pseudo-random numbers from a seed, the same on every machine (splitmix64). */
static inline uint64_t mere_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u;
    return mere_mix64(*state);
}

struct mere_key { /* a sort key with what it stands for */
    uint64_t key;
    uint32_t value;
};
/* Sort by key, stable. `scratch` holds n keys too. Radix, linear in n; skips constant bytes. */
void mere_sort_keys(struct mere_key *keys, size_t n, struct mere_key *scratch);

#endif
