/* box.h - upright boxes of integer points.
 * A box keeps its west and south sides and gives its east and north sides away. In a mesh of
 * boxes every point then has one owner, also on a line or a corner: the rule of DESIGN.md. */
#ifndef MERE_GEO_BOX_H
#define MERE_GEO_BOX_H
#include "geo/point.h"

/* The points with min.x <= x < max.x and min.y <= y < max.y, in 1e-7 degree.
 * Empty when a max is not above its min, so a zeroed box is an empty box. */
struct mere_box {
    struct mere_point min; /* west, south: held */
    struct mere_point max; /* east, north: not held */
};
bool mere_box_holds(struct mere_box box, struct mere_point p);
bool mere_box_empty(struct mere_box box);
/* Grow `box` so that it holds `p`. */
void mere_box_add(struct mere_box *box, struct mere_point p);
/* The box that holds the `n` points; empty when there are none. */
struct mere_box mere_box_of(const struct mere_point *pts, size_t n);
/* Grow `box` so that it holds all of `other`. */
void mere_box_join(struct mere_box *box, struct mere_box other);
/* The area of `box` on the WGS 84 ellipsoid, in square metres; 0 when empty. Exact but for
 * rounding. Snyder, USGS Professional Paper 1395 (1987), equation 3-12. */
double mere_box_area_m2(struct mere_box box);
#endif
