/* keep.h - the town as the layers of a store. */
#ifndef MERE_SAMPLE_KEEP_H
#define MERE_SAMPLE_KEEP_H
#include "net/net.h"
#include "sample/town.h"
#include "store/store.h"

/* All that is given to the store; everything in `arena`. */
#define MERE_SAMPLE_SCHEMES 9
#define MERE_SAMPLE_REFERENCES 7 /* the first five are drawn */
struct mere_sample_layers {
    struct mere_arena arena;
    struct mere_layer scheme[MERE_SAMPLE_SCHEMES];
    struct mere_ref_layer reference[MERE_SAMPLE_REFERENCES];
    const char *description[MERE_SAMPLE_SCHEMES + MERE_SAMPLE_REFERENCES];
};
enum mere_sample_scheme {
    MERE_SAMPLE_OUTLINE,
    MERE_SAMPLE_STREET,
    MERE_SAMPLE_COMMUNITY,
    MERE_SAMPLE_GRID,
    MERE_SAMPLE_KEY,
    MERE_SAMPLE_BLOCK,
    MERE_SAMPLE_BEAT,
    MERE_SAMPLE_SCHOOL,
    MERE_SAMPLE_FORMER
};
/* The schemes, every one drawn from the same blocks. */
MERE_MUST_USE enum mere_status mere_sample_schemes(struct mere_ctx *ctx,
                                                   const struct mere_town *town,
                                                   struct mere_sample_layers *layers);
/* The reference layers: what is drawn (roads, water, compounds, buildings, key points), and the two
 * lists. */
MERE_MUST_USE enum mere_status mere_sample_drawn(struct mere_ctx *ctx, struct mere_town *town,
                                                 struct mere_sample_layers *layers);
MERE_MUST_USE enum mere_status mere_sample_addresses(struct mere_ctx *ctx, struct mere_town *town,
                                                     struct mere_arena *arena,
                                                     struct mere_ref_layer *ret);
MERE_MUST_USE enum mere_status mere_sample_incidents(struct mere_ctx *ctx, struct mere_town *town,
                                                     struct mere_arena *arena,
                                                     struct mere_ref_layer *ret);
#endif
