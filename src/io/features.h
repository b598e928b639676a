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
struct mere_features_to {
    const char *path;
    bool force;       /* what stands there may be replaced */
    bool cgcs2000;    /* labelled EPSG:4490 instead of 4326, as the store */
    const char *when; /* ISO 8601, the time that the file tells; NULL = the clock's */
};
/* Write `n` layers into a new GeoPackage. Fails as mere_fileset_open and _commit do, and
 * with MERE_E_IO and GDAL's words; what stood there is there then. */
MERE_MUST_USE enum mere_status mere_features_write(struct mere_ctx *ctx,
                                                   const struct mere_features_to *to,
                                                   const struct mere_out_layer *layers, size_t n);
#endif
