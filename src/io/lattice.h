/* lattice.h - from polygons in a file's own coordinates to points of 1e-7 degree, without opening a
 * gap.
 *
 *   doubles ─▶ source lattice ─▶ noded there ─▶ each distinct point     ─▶ edges that would  ─▶
 * 1e-7 0.1 mm, 1e-9°     with the        transformed once           leave the straight   degree
 *                                tolerance                                  line get points
 *
 * Noding comes before transforming: a vertex on a neighbour's straight edge leaves it by
 * centimetres when both are transformed (DOMAIN section 4). Every distinct point is transformed
 * once and every distinct edge densified once, so what two zones share stays shared. */
#ifndef MERE_IO_LATTICE_H
#define MERE_IO_LATTICE_H
#include "io/place.h"
#include "net/node.h"

struct mere_lattice_task {
    const struct mere_source *source;
    const struct mere_place *place;
    const int32_t *zone_of; /* by feature; MERE_UNKNOWN: not used */
    uint32_t n_zones;
    double tolerance_m;
};

struct mere_lattice_refusal { /* a snap that was not made */
    uint32_t zone;
    struct mere_degrees at; /* WGS 84 */
    enum mere_refused why;
};

struct mere_lattice_result {
    struct mere_layer shape; /* parts, rings and points only; in the arena given */
    uint64_t n_merged, n_inserted, n_crossings, n_densified;
    double max_shift_m;
    size_t n_ways; /* of points that matching moved, in units of 1e-7 degree */
    struct mere_way *ways;
    size_t n_refusals;
    struct mere_lattice_refusal *refusals;
    size_t
        n_bad; /* features with a vertex that can't be transformed; then nothing else is filled */
    uint32_t *bad;
};

/* Whether every coordinate of feature `i` can stand on the source lattice: on the Earth for
 * degrees, within 2^40 x 0.1 mm else. NULL when it can, else why not. */
const char *mere_lattice_unfit(const struct mere_source *source, const struct mere_place *place,
                               size_t i);
/* Do it. When `ret->n_bad` is not 0, drop these features and call again. */
MERE_MUST_USE enum mere_status mere_lattice_place(struct mere_ctx *ctx,
                                                  const struct mere_lattice_task *task,
                                                  struct mere_arena *arena,
                                                  struct mere_lattice_result *ret);

/* The tolerance in units of `per_degree` to a degree around latitude `lat`: along y, and along x
 * where degrees are narrower. The latitude is taken as a whole number of degrees, so that the
 * answer is the same on every machine and for a file and its own export. */
void mere_tolerance_units(double tolerance_m, double lat, double per_degree, double *ret_x,
                          double *ret_y);
#endif
