/* node.h - noding: rings drawn by many hands become one planar set of segments on a lattice.
 *
 * Input: closed rings of lattice points, each with an owner. Output: the same rings as walks over
 * one table of distinct points, such that any two segments of any rings are equal, apart, or share
 * an end. Two rings that follow a common border walk over the same point numbers.
 *
 * Steps (ENGINE B1): equal points become one number; points of different owners within the
 * tolerance become one point (the one of the highest rank, then most owners, then lowest x, y; no
 * chains); a point within the tolerance of a foreign segment is
 * inserted in it (T-junction); crossings are snap-rounded (hot pixels, Hobby 1999); repeated until
 * nothing changes. So noding a noded set changes nothing. No point goes farther in all rounds than
 * the tolerance and the rounding of a unit along each axis: a match for which one would is refused
 * (which noding the result again doesn't know of: where it was refused, it may be made then). The
 * order of rings, their start and direction change nothing but the order of the result's rings. */
#ifndef MERE_NET_NODE_H
#define MERE_NET_NODE_H
#include "geo/point.h"

/* The way of a point of the input: from where it was at first, to where it is. */
struct mere_way {
    double from_x, from_y; /* lattice units */
    struct mere_lattice_point to;
};

struct mere_noding {
    size_t n_rings;
    const uint64_t *ring_first;           /* n_rings + 1, into pts */
    const struct mere_lattice_point *pts; /* rings are not closed in the array */
    const uint32_t
        *ring_owner; /* n_rings: points and segments of one owner are never matched with each
                        other. On import an owner is a zone; in the network a scheme. */
    uint32_t n_owners;
    const int32_t *owner_rank; /* n_owners: the lower number stays; NULL = all equal */
    double tol_x, tol_y; /* tolerance in lattice units along x and y (an ellipse); 0, 0 = exact */
    bool keep_narrow; /* rings narrower than the tolerance, and what is near, aren't matched, or a
                         neighbour could be laid over them; a refusal tells where one would be */
    size_t n_ways;
    const struct mere_way *ways; /* that points of the input have gone already: bounded together
                                    with what they go now; NULL with `n_ways` 0 */
    double max_drift; /* a snap-rounded point may end this many units from where it was; 0 = 3 */
};

/* A snap that was not made: it would have made this ring vanish (or vanish under a neighbour, see
 * `keep_narrow`), turn over, or pinch, or a point of it go too far. */
struct mere_refusal {
    uint32_t ring;
    struct mere_lattice_point at;
    enum mere_refused {
        MERE_REFUSED_VANISH,
        MERE_REFUSED_FLIP,
        MERE_REFUSED_PINCH,
        MERE_REFUSED_FAR
    } why;
};

struct mere_noded {
    struct mere_arena arena; /* owns the refusals; `mere_noded_free` frees all */
    size_t n_pts;
    struct mere_lattice_point *pts; /* distinct, sorted by x then y */
    size_t n_rings;                 /* as in the input, in its order */
    uint64_t *ring_first;           /* n_rings + 1, into walk; an empty ring collapsed to nothing */
    uint32_t *walk;                 /* numbers of points */
    /* What was done. */
    uint64_t n_merged;    /* points merged into another within the tolerance */
    uint64_t n_inserted;  /* points inserted in a foreign segment (T-junctions) */
    uint64_t n_crossings; /* crossings found */
    /* The longest way of a point that was moved here, from where it was at first (see `ways`) to
     * where it is. In lattice units along y: those along x are taken by the tolerance's ratio. */
    double max_shift;
    size_t n_ways; /* of the points that were moved here */
    struct mere_way *ways;
    int n_rounds;
    bool tangled; /* matching was given up: borders are so entangled within the tolerance that each
                     match makes new ones. The result is planar all the same, but may change when
                     noded again */
    size_t n_refusals;
    struct mere_refusal *refusals;
};

/* Node `in`. Gives `*ret` (heap; free with `mere_noded_free`, accepts NULL). Repeated points and
 * a-b-a spikes are dropped. Fails with MERE_E_RANGE when a coordinate is beyond MERE_LATTICE_MAX,
 * MERE_E_LIMIT when the drift is beyond `max_drift` (the text says where). O(n log n) for borders
 * whose segments are of similar length. Calls `mere_tick`. */
MERE_MUST_USE enum mere_status mere_node_rings(struct mere_ctx *ctx, const struct mere_noding *in,
                                               struct mere_noded **ret);
void mere_noded_free(struct mere_noded *noded);
#endif
