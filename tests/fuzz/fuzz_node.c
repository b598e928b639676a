/* fuzz_node.c - any bytes as a few small rings and a tolerance: the noding succeeds and is planar,
 * by brute force, and nothing went farther than it may. Small, so that many are tried.
 *
 *     byte 0      tolerance in halves, 0 .. 15;  bit 4: coordinates are spread out;  bit 5: ranks;
 *                 bit 6: narrow rings are kept
 *     then        a ring: byte owner | (n - 1) << 3, then n pairs of bytes x, y */
#include "property/node_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_RINGS 8
#define MAX_PTS 28

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mere_lattice_point pts[MAX_PTS];
    uint64_t first[MAX_RINGS + 1] = {0};
    uint32_t owner[MAX_RINGS];
    static const int32_t rank[8] = {0, 1, 2, 3, 0, 1, 2, 3};
    size_t n_rings = 0, n = 0, at = 1;
    if (size < 1)
        return 0;
    int64_t spread = data[0] & 16 ? ((int64_t)1 << 31) - 1 : 1;
    while (at < size && n_rings < MAX_RINGS) {
        uint8_t head = data[at++];
        owner[n_rings] = head & 7;
        for (int k = head >> 3; k >= 0 && at + 1 < size && n < MAX_PTS; k--, at += 2)
            pts[n++] = (struct mere_lattice_point){data[at] * spread, data[at + 1] * spread};
        first[++n_rings] = n;
    }
    struct mere_noding in = {.n_rings = n_rings,
                             .ring_first = first,
                             .pts = pts,
                             .ring_owner = owner,
                             .n_owners = 8,
                             .owner_rank = data[0] & 32 ? rank : NULL,
                             .keep_narrow = data[0] & 64,
                             .tol_x = (data[0] & 15) / 2.0,
                             .tol_y = (data[0] & 15) / 2.0,
                             .max_drift = 1000};
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_noded *noded = NULL;
    must(mere_node_rings(ctx, &in, &noded) == MERE_OK);
    must(oracle_planar(noded));
    must(noded->max_shift <= in.tol_x + 1.5);
    mere_noded_free(noded);
    mere_ctx_free(ctx);
    return 0;
}
