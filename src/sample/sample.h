/* sample.h - an example district that nobody lives in: a town made from a number.
 *
 * It has the shape and the published figures of the reference district (DOMAIN section 1) and
 * nothing else of it: streets, blocks, houses, people, addresses and incidents are made up, and the
 * store says so. The same seed gives the same store, byte for byte. */
#ifndef MERE_SAMPLE_SAMPLE_H
#define MERE_SAMPLE_SAMPLE_H
#include "base/text.h"

struct mere_sample_how {
    uint64_t seed; /* below 2^58 */
    bool defects;  /* plant the known defects (flaws.h) */
};
/* Make the sample as the new store `path`. With defects, write to `ret_csv` (empty before) one row
 * for each finding of severity error or warning that they lead to under the profile hangzhou:
 * rule,scheme,zones,lon,lat,area_m2,width_m. Fails with MERE_E_INPUT when `path` exists; at a later
 * failure a part of the store is there. */
MERE_MUST_USE enum mere_status mere_sample_make(struct mere_ctx *ctx, const char *path,
                                                const struct mere_sample_how *how,
                                                struct mere_text *ret_csv);
#endif
