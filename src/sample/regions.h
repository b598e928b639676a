/* regions.h - blocks joined into regions that hang together, are balanced, and have short borders.
 *
 * Seeds far apart, grown in turns (the region that lags behind its target takes the nearest block
 * beside it), moved to their middles and grown again (Lloyd 1982), then blocks handed over one at a
 * time while that makes the whole better. The best of several trials stays. Or a division that is
 * given is made whole and better. */
#ifndef MERE_SAMPLE_REGIONS_H
#define MERE_SAMPLE_REGIONS_H
#include "sample/plane.h"
#include "sample/random.h"

struct mere_graph {
    int32_t n;
    int32_t *first; /* n + 1: the neighbours of i are to[first[i] .. first[i + 1]) */
    int32_t *to;
    double *border; /* metres of common border, times what it costs to be a border of regions */
    struct mere_xy *at;
    double *weight;
};
#define MERE_REGIONS_MAX 64
struct mere_regions_wish {
    const int32_t *unit; /* what is to be divided: nodes of the graph, hanging together */
    size_t n_units;
    int32_t n;            /* regions, at most MERE_REGIONS_MAX */
    const double *target; /* n: shares of the weight, in any unit */
    const int32_t *start; /* by unit: a first division to make better, or NULL */
    double balance;       /* how much a wrong weight counts against metres of border */
    int trials;
};
/* Write each unit's region into `region` (by node; others are left alone). `*ret_ok` is false when
 * the units don't hang together or are fewer than the regions. */
MERE_MUST_USE enum mere_status mere_regions_make(struct mere_ctx *ctx,
                                                 const struct mere_graph *graph,
                                                 const struct mere_regions_wish *wish,
                                                 struct mere_random *r, int32_t *region,
                                                 bool *ret_ok);
/* Whether the nodes with region[i] == `which`, without node `but`, hang together. */
bool mere_region_whole(const struct mere_graph *graph, const int32_t *region, int32_t which,
                       int32_t but, int32_t *scratch);
#endif
