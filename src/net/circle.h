/* circle.h - the largest circle in a polygon: the pole of inaccessibility and the width of slivers.
 */
#ifndef MERE_NET_CIRCLE_H
#define MERE_NET_CIRCLE_H
#include "base/vec.h"
#include "net/zones.h"

/* How near to the best radius is near enough: the larger of both counts. */
struct mere_precision {
    double metres; /* not below 1e-4 */
    double share;  /* of the radius */
};

/* The centre and radius of the largest circle in part `part` of `layer`, its shell without its
 * holes. */
MERE_MUST_USE enum mere_status mere_pole(struct mere_ctx *ctx, const struct mere_layer *layer,
                                         size_t part, struct mere_precision precision,
                                         struct mere_point *ret_centre, double *ret_radius_m);
#endif
