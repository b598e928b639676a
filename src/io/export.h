/* export.h - a scheme of the store as a file: GeoJSON, GeoPackage, shapefile, FlatGeobuf, CSV with
 * WKT, by the extension of its name. Written as the store holds it, in degrees with 7 decimals,
 * unless a CRS or datum is asked for. A file that is there is whole: it is written beside its place
 * and renamed. */
#ifndef MERE_IO_EXPORT_H
#define MERE_IO_EXPORT_H
#include "base/text.h"
#include "store/store.h"

struct mere_export_options {
    const char *scheme;
    const char *crs;   /* NULL: as the store holds it */
    const char *datum; /* NULL or "wgs84", "gcj02", "bd09"; the latter two are labelled in the file
                          by a column `datum` */
    bool force;        /* an existing file may be replaced */
    const char *when;  /* ISO 8601, written where a format wants a time; NULL = its own clock */
};

/* Export to `path`. `ret_said` gets the line that tells what was written, `ret_lost` the lines that
 * tell what the format could not hold: of which field, how often, first in which zone. Both are in
 * the language of the store. Fails with MERE_E_INPUT when the file exists and not `force`, the
 * extension is not known, the scheme isn't there, or the CRS can't be used; MERE_E_IO when writing
 * fails; nothing is then left behind. */
MERE_MUST_USE enum mere_status mere_export(struct mere_ctx *ctx, struct mere_db *db,
                                           const char *path,
                                           const struct mere_export_options *options,
                                           struct mere_text *ret_said, struct mere_text *ret_lost);
#endif
