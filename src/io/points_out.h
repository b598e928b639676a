/* points_out.h - writing places as a layer of points, in any format that the name's ending tells.
 * (CSV needs none of this: see src/cli/assign.c.) */
#ifndef MERE_IO_POINTS_OUT_H
#define MERE_IO_POINTS_OUT_H
#include "io/points.h"

/* The format for a file name; NULL for CSV (.csv .tsv .txt). Fails with MERE_E_INPUT and lists the
 * endings that are known. */
MERE_MUST_USE enum mere_status mere_points_out_format(struct mere_ctx *ctx, const char *path,
                                                      const char **ret_driver);

struct mere_points_out;
struct mere_points_spec {
    const char *driver; /* of mere_points_out_format */
    bool cgcs2000;      /* labelled EPSG:4490 instead of 4326, where the format can */
    const char *when;   /* ISO 8601, the time that the file tells; NULL = the clock's */
    bool force;         /* what stands there may be replaced, with all that belongs to it */
    const struct mere_points_column *columns; /* their names are made unique */
    size_t n_columns;
    bool any_shape;      /* features need not be single points */
    size_t n_keep_empty; /* in so many of the first, an empty text means something else than none */
};
/* Begin a file that is written beside `path` and put in its place by `mere_points_out_commit`.
 * Gives
 * `*ret`. */
MERE_MUST_USE enum mere_status mere_points_out_open(struct mere_ctx *ctx, const char *path,
                                                    const struct mere_points_spec *spec,
                                                    struct mere_points_out **ret);
/* Add one feature: a text per column (NULL = null), its place in degrees, NaN for none; then
 * `shape` is its geometry, if the format holds such (a shapefile holds points: mere_points_out_lost
 * tells).
 */
MERE_MUST_USE enum mere_status
mere_points_out_add(struct mere_ctx *ctx, struct mere_points_out *out, const char *const *values,
                    struct mere_degrees at, const struct mere_points_shape *shape);
/* Put the file in its place; on failure nothing is there. Frees `out` in any case. */
MERE_MUST_USE enum mere_status mere_points_out_commit(struct mere_ctx *ctx,
                                                      struct mere_points_out *out);
void mere_points_out_abort(struct mere_points_out *out); /* accepts NULL */
/* Append what the format could not hold, a line each: names of columns, long texts. */
void mere_points_out_lost(const struct mere_points_out *out, struct mere_text *text);
/* What the format changed: a name cut short, a text cut; NULL when nothing. Lives as long as `out`.
 */
const char *mere_points_out_warning(const struct mere_points_out *out);
#endif
