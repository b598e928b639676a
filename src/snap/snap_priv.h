/* snap_priv.h - what a snapshot is made of. */
#ifndef MERE_SNAP_PRIV_H
#define MERE_SNAP_PRIV_H
#include "snap/snap.h"

/* Const once made. */
struct mere_snapshot {
    struct mere_arena arena; /* texts and references */
    struct mere_net *net;
    struct mere_locator *locator; /* NULL: not asked */
    struct mere_district district;
    int64_t generation;
    int32_t main_scheme;
    const struct mere_ref_layer *references;
    size_t n_references;
    const struct mere_outside_change *outside;
    size_t n_outside;
};
#endif
