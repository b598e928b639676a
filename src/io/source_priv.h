/* source_priv.h - inside src/io: the open dataset, and small helpers of reading. */
#ifndef MERE_IO_SOURCE_PRIV_H
#define MERE_IO_SOURCE_PRIV_H
#include "io/gdal_errors.h"
#include "io/source.h"
#include <gdal.h>
#include <ogr_api.h>

/* What a .zip holds of files that we read. */
struct mere_packed {
    size_t n;
    const char *inner; /* GDAL's name of the only one */
    const char *names; /* of several, a line each */
};
/* Fails with MERE_E_INPUT when a .zip holds too many files, or would unpack to far too much. To be
 * asked before anything else reads it. */
enum mere_status mere_packed_check(struct mere_ctx *ctx, const char *path);
enum mere_status mere_packed_look(struct mere_ctx *ctx, const char *path, struct mere_arena *arena,
                                  struct mere_packed *ret);

struct mere_dataset {
    struct mere_arena arena;
    GDALDatasetH h;
    const char *path;
    const char
        *inner; /* of a .zip: GDAL's name of the file in it, NULL when it is the whole .zip */
    char driver[32];
    const char **names; /* of the layers, each its own (mere_dataset_layer_name) */
};

bool mere_ends_with(const char *s, const char *end);
/* `path` with the extension `ext` in lower or upper case, whichever exists; "" when none does. */
void mere_beside(const char *path, const char *ext, char *ret, size_t size);
int mere_text_cmp(const void *a, const void *b);

/* source.c: begin again at the first feature; read on until `max` are held; bring numbers that were
 * read as they stand into their last form. To be called between mere_gdal_catch and _release. */
void mere_source_rewind(struct mere_source *source);
enum mere_status mere_source_read_on(struct mere_ctx *ctx, struct mere_source *source,
                                     const struct mere_read *how, size_t max,
                                     struct mere_gdal_errors *errors);
enum mere_status mere_source_settle(struct mere_ctx *ctx, struct mere_source *source);
void mere_source_warned(struct mere_source *source, const struct mere_gdal_errors *errors);
/* topojson.c: find what GDAL leaves out of a layer of a TopoJSON file (of other formats nothing),
 * and append it as features without geometry, one at a time: to be asked before each of GDAL's
 * features, and when GDAL has no more (`at_end`); `*ret` tells whether there was one. */
enum mere_status mere_left_out_open(struct mere_ctx *ctx, const struct mere_dataset *dataset,
                                    size_t layer, struct mere_source *source);
enum mere_status mere_left_out_next(struct mere_ctx *ctx, struct mere_source *source, bool at_end,
                                    bool *ret);
void mere_left_out_rewind(struct mere_left_out *left);
void mere_left_out_close(struct mere_left_out *left);
/* source_values.c */
enum mere_status mere_source_values(struct mere_ctx *ctx, OGRFeatureH h, struct mere_source *source,
                                    struct mere_source_feature *feature);
/* source_text.c */
enum mere_status mere_source_decode_names(struct mere_ctx *ctx, struct mere_source *source,
                                          const struct mere_encoding *encoding);
enum mere_status mere_source_decode_rows(struct mere_ctx *ctx, struct mere_source *source,
                                         const struct mere_encoding *encoding);

/* Append the polygons of `geometry` to `source` as parts of `feature`. */
enum mere_status mere_source_take(struct mere_ctx *ctx, struct mere_source *source,
                                  OGRGeometryH geometry, struct mere_source_feature *feature);
#endif
