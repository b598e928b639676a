/* source_priv.h - inside src/io: the open dataset, and small helpers of reading. */
#ifndef MERE_IO_SOURCE_PRIV_H
#define MERE_IO_SOURCE_PRIV_H
#include "io/source.h"
#include <gdal.h>
#include <ogr_api.h>

struct mere_dataset {
    struct mere_arena arena;
    GDALDatasetH h;
    const char *path;
    char driver[32];
};

bool mere_ends_with(const char *s, const char *end);
/* `path` with the extension `ext` in lower or upper case, whichever exists; "" when none does. */
void mere_beside(const char *path, const char *ext, char *ret, size_t size);
int mere_text_cmp(const void *a, const void *b);

/* Append the polygons of `geometry` to `source` as parts of `feature`. */
enum mere_status mere_source_take(struct mere_ctx *ctx, struct mere_source *source,
                                  OGRGeometryH geometry, struct mere_source_feature *feature);
#endif
