/* features.h - write features of any geometry into a layer of a new GeoPackage: the findings of a
 * check, for QGIS. */
#ifndef MERE_IO_FEATURES_H
#define MERE_IO_FEATURES_H
#include "net/layer.h"

/* One feature: a point or a multipolygon, and one text per column (numbers as decimals; NULL =
 * null). */
struct mere_out_feature {
    const struct mere_layer *polygon; /* parts of one zone; NULL: `at` is the geometry */
    bool has_point;                   /* neither: no geometry */
    struct mere_point at;
    const char *const *attrs;
};
struct mere_out_layer {
    const char *name;
    bool polygons; /* the layer holds multipolygons, else points */
    size_t n_columns;
    const struct mere_column *columns;
    size_t n_features;
    const struct mere_out_feature *features;
};
/* Write `n` layers into a new GeoPackage at `path`, EPSG:4326; a file that is there is replaced.
 * Fails with MERE_E_IO and GDAL's words; then nothing is there. */
MERE_MUST_USE enum mere_status mere_features_write(struct mere_ctx *ctx, const char *path,
                                                   const struct mere_out_layer *layers, size_t n);
#endif
