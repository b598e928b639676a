/* random.h - numbers that look random and are the same everywhere.
 *
 * xoshiro256** 1.0 (Blackman and Vigna 2018, prng.di.unimi.it), filled by splitmix64 as its authors
 * advise. Each part of the sample has a stream of its own, named by a word, so that a change in one
 * part leaves the others as they were. */
#ifndef MERE_SAMPLE_RANDOM_H
#define MERE_SAMPLE_RANDOM_H
#include "base/base.h"

struct mere_random {
    uint64_t s[4];
};
struct mere_random mere_random_stream(uint64_t seed, const char *word);
uint64_t mere_random_next(struct mere_random *r);
/* A whole number in [0, n); n > 0. */
uint32_t mere_random_below(struct mere_random *r, uint32_t n);
/* A real number in [low, high). */
double mere_random_between(struct mere_random *r, double low, double high);
/* True once in a while: with probability `share`. */
bool mere_random_chance(struct mere_random *r, double share);
/* An index of `weights[0 .. n)`, each with the probability of its share; n > 0, the sum > 0. */
uint32_t mere_random_pick(struct mere_random *r, const uint16_t *weights, uint32_t n);

/* Split `total` into `n` whole shares as the `weight`s ask, none above its `cap` (NULL: no caps),
 * by largest remainders; ties go to the first. The shares sum up to `total` exactly. False when the
 * caps of those with a weight hold less than `total`, or memory is out. */
MERE_MUST_USE bool mere_apportion(int64_t total, const double *weight, const int64_t *cap, size_t n,
                                  int64_t *ret_share);
#endif
