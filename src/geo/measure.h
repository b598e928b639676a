/* measure.h - areas and lengths on the WGS 84 ellipsoid (CGCS2000 differs by 1e-11 in shape).
 *
 * Area is the ellipsoidal area under edges that are straight in lon/lat, so areas of neighbours add
 * up and a collinear vertex changes nothing. It is a sum over segments: an arc's area is measured
 * once and serves the faces on both sides, with opposite sign. */
#ifndef MERE_GEO_MEASURE_H
#define MERE_GEO_MEASURE_H
#include "geo/point.h"

/* The signed area in m2 between the chain pts[0..n) and the parallel of `lat0`: the sum over closed
 * counter-clockwise rings is the ring's area, whatever `lat0`; choose it near the chain, so that no
 * digits are lost. Positive where the chain runs west above lat0. Good to 1e-12 relative for a
 * ring. */
double mere_chain_area_m2(const struct mere_point *pts, size_t n, int32_t lat0);
/* The same for many chains against one parallel: prepare the parallel once. */
#define MERE_PARALLEL_TERMS 11
struct mere_parallel {
    int32_t lat;
    double q; /* Snyder's q there */
    double
        c[MERE_PARALLEL_TERMS]; /* q(lat + u) - q(lat) = u (c[0] + u (c[1] + ...)), u in radians */
};
void mere_parallel_init(struct mere_parallel *par, int32_t lat);
double mere_chain_area_from(const struct mere_parallel *par, const struct mere_point *pts,
                            size_t n);
/* The area of a ring that is not closed in the array; positive when counter-clockwise. */
double mere_ring_area_m2(const struct mere_point *pts, size_t n);
/* Twice the signed area of the ring, in square units of 1e-7 degree: exact. */
mere_i128 mere_ring_area2(const struct mere_point *pts, size_t n);
/* Twice the area under the chain against the origin (0,0): sum of x_i * y_(i+1) - x_(i+1) * y_i. */
mere_i128 mere_chain_area2(const struct mere_point *pts, size_t n);
/* The sum of geodesics along the chain, metres; good to 1e-9 relative. */
double mere_chain_length_m(const struct mere_point *pts, size_t n);
/* The geodesic distance of two points, metres. */
double mere_distance_m(struct mere_point a, struct mere_point b);
/* Metres per 1e-7 degree of longitude and latitude at latitude `lat_e7` (the ellipsoid's radii of
 * curvature). */
void mere_scale_at(int32_t lat_e7, double *ret_x_m, double *ret_y_m);
/* The scale at the middle of the thousandth of a degree of latitude that holds `lat_e7`: whatever
 * else is measured, it is the same. `scale` (zeroed at first) keeps the last one, so that what lies
 * near doesn't ask again. */
struct mere_band_scale {
    bool known;
    int32_t band; /* of latitude */
    double x_m, y_m;
};
void mere_band_scale_at(struct mere_band_scale *scale, int32_t lat_e7);
/* The length of the chain in the local plane, metres: good to 2e-5, a hundred times faster than
 * geodesics. The result depends on the chain alone. */
double mere_chain_plane_m(struct mere_band_scale *plane, const struct mere_point *pts, size_t n);
/* The distance in metres from p to the segment a-b, in the local plane of `mere_scale_at(p.y)`. For
 * distances under a few kilometres. */
double mere_point_segment_m(struct mere_point p, struct mere_point a, struct mere_point b);
#endif
