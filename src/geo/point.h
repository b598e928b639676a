/* point.h - points of integers.
 * Inside merestone a coordinate is an integer, so equality is ==, and orientation is exact. */
#ifndef MERE_GEO_POINT_H
#define MERE_GEO_POINT_H
#include "base/base.h"
#include <math.h>

/* Longitude and latitude in 1e-7 degree (about 1.1 cm). */
struct mere_point {
    int32_t x, y;
};

/* A point of any lattice: the source lattice of an import (0.1 mm, or 1e-9 degree) or 1e-7 degree.
 * Below 2^40 in either axis, so that a difference fits 41 bits and an orientation product 83. */
struct mere_lattice_point {
    int64_t x, y;
};
#define MERE_LATTICE_MAX ((int64_t)1 << 40)

#define MERE_E7 1e7
#define MERE_LON_MAX 1800000000
#define MERE_LAT_MAX 900000000

/* By x, then by y. */
static inline int mere_point_cmp(struct mere_point a, struct mere_point b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    return (a.y > b.y) - (a.y < b.y);
}
/* The same for qsort. */
static inline int mere_point_order(const void *a, const void *b)
{
    return mere_point_cmp(*(const struct mere_point *)a, *(const struct mere_point *)b);
}
static inline bool mere_point_same(struct mere_point a, struct mere_point b)
{
    return a.x == b.x && a.y == b.y;
}
static inline bool mere_point_on_earth(struct mere_point p)
{
    return p.x >= -MERE_LON_MAX && p.x <= MERE_LON_MAX && p.y >= -MERE_LAT_MAX &&
           p.y <= MERE_LAT_MAX;
}
/* Degrees to 1e-7 degree, half away from zero: the one rule, in every language (DESIGN section 1).
 * False (and nothing written) when not a number or off the Earth. */
static inline bool mere_point_from_degrees(double lon, double lat, struct mere_point *ret)
{
    if (!(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90))
        return false;
    ret->x = (int32_t)llround(lon * MERE_E7);
    ret->y = (int32_t)llround(lat * MERE_E7);
    return true;
}
static inline double mere_e7_to_degrees(int64_t v)
{
    return (double)v / MERE_E7;
}
static inline double mere_e7_to_rad(int64_t v)
{
    return (double)v * (3.14159265358979323846 / 180.0 / MERE_E7);
}
#endif
