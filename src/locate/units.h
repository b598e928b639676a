/* units.h - many degrees to cell units at once. Inside src/locate. */
#ifndef MERE_LOCATE_UNITS_H
#define MERE_LOCATE_UNITS_H
#include "geo/point.h"

/* One axis of a cell table. */
struct mere_axis {
    double limit;        /* degrees: 180 or 90 */
    double below, above; /* units (1e-7 degree) of the frame on either side of the cells */
    uint32_t base;       /* the unit at the frame's corner, modulo 2^32 */
};

/* llround(deg * 1e7) - base for each of `n`; what is off the Earth or no number goes to the frame
 * below, what is beside the cells to the frame on its side. The same rounding as
 * `mere_point_from_degrees`, half away from zero: v - trunc(v) is exact, so comparing it with a
 * half is. */
void mere_units_from_degrees(const struct mere_axis *axis, const double *deg, size_t n,
                             uint32_t *units);
#endif
