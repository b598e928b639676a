/* gdal_errors.h - what GDAL says is caught, not printed. Inside src/io only.
 *
 *     struct mere_gdal_errors errors;
 *     mere_gdal_catch(&errors);
 *     ... calls of GDAL ...
 *     mere_gdal_release();
 *     if (errors.n_failures) ... errors.failure ... */
#ifndef MERE_IO_GDAL_ERRORS_H
#define MERE_IO_GDAL_ERRORS_H
#include "base/base.h"

struct mere_gdal_errors {
    size_t n_failures, n_warnings;
    char failure[512]; /* the first since the last reset, cut to what is readable */
    char warning[512];
};
/* Register the drivers (once in the process) and catch errors of this thread until released. */
void mere_gdal_catch(struct mere_gdal_errors *errors);
void mere_gdal_release(void);
/* What GDAL takes for the time now in this thread, ISO 8601; NULL gives it the clock back. */
void mere_gdal_clock(const char *when);
#endif
