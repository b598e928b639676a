/* degrees.h - a longitude or latitude as people write it.
 *
 *   120.2134  -77.03  +1.5e1     decimal, read exactly as strtod would
 *   120°12'36.5"E  N30°12′  120度12分36秒  120 12 36.5  120:12:36.5  东经120°12'   degrees,
 * minutes, seconds １２０．２１                   full-width digits and signs */
#ifndef MERE_IO_DEGREES_H
#define MERE_IO_DEGREES_H
#include "base/base.h"

enum mere_axis { MERE_AXIS_LON, MERE_AXIS_LAT };
enum mere_degrees_read {
    MERE_DEGREES_OK,
    MERE_DEGREES_EMPTY,      /* nothing but spaces */
    MERE_DEGREES_NOT_NUMBER, /* also NaN, Inf, minutes of 60 and more */
    MERE_DEGREES_OTHER_AXIS  /* E or W on a latitude, N or S on a longitude; the value is written */
};
/* Read `len` bytes of UTF-8. `*ret` is written with OK and OTHER_AXIS only. Any size of number is
 * read: whether it is on the Earth is not asked here. */
enum mere_degrees_read mere_degrees_read(const char *s, size_t len, enum mere_axis axis,
                                         double *ret);
#endif
