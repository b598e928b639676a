/* dbf.h - the numbers of a .dbf as they stand there.
 *
 * GDAL hands a number of more than 18 places over as a double, which keeps 15 to 17 digits: a code
 * of 19 digits, or one of 18 in a field with decimals, would come back changed. The bytes of the
 * record tell. Layout: dBASE III, as in Esri's shapefile description (1998). */
#ifndef MERE_IO_DBF_H
#define MERE_IO_DBF_H
#include "base/base.h"

struct mere_dbf;
/* Open by GDAL's name of it. NULL when it is no .dbf, or memory is out: then GDAL's numbers have to
 * do. */
struct mere_dbf *mere_dbf_open(const char *path, size_t n_fields);
void mere_dbf_close(struct mere_dbf *dbf); /* accepts NULL */
/* Whether field `i` holds numbers with more places than a double keeps. */
bool mere_dbf_wide(const struct mere_dbf *dbf, size_t i);
/* The number in field `i` of a record, without blanks; NULL when there is none or it holds anything
 * but a decimal number. Lives until the next call. */
const char *mere_dbf_number(struct mere_dbf *dbf, uint64_t record, size_t i);

/* Whether `number` is a whole number that its double doesn't equal. */
bool mere_dbf_rounds(const char *number);
#endif
