/* gdal_files.h - GDAL writes files through us, so that no failure of the disk goes unsaid. Inside
 * src/io only.
 *
 * GDAL 3.6 does not look at what many of its own writes and openings answer: a shapefile whose last
 * write met a full disk is closed without a word, and one whose .cpg can't be opened ends the
 * process. Here every file opens, every write is taken, and the first failure of each is a
 * CE_Failure, which mere_gdal_catch counts; the caller looks at that once, after GDALClose. */
#ifndef MERE_IO_GDAL_FILES_H
#define MERE_IO_GDAL_FILES_H
#include <gdal.h>

/* A new dataset at `path`; NULL when the driver fails. Call after mere_gdal_catch. A GeoPackage is
 * written by SQLite, which looks itself. */
GDALDatasetH mere_gdal_create(const char *driver, const char *path);
#endif
