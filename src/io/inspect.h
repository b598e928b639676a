/* inspect.h - what a file holds, told before anything is taken: layers, counts, CRS and how sure,
 * encodings with samples in each candidate, evidence for each datum, fields with their probable
 * roles. */
#ifndef MERE_IO_INSPECT_H
#define MERE_IO_INSPECT_H
#include "base/text.h"

struct mere_inspect_options {
    const char *layer; /* NULL: all layers */
    const char *crs, *datum,
        *encoding; /* tried as `import` would take them; NULL where not given */
};
/* Append a report about `path` to `ret_text`. `*ret_open` counts the questions that an import would
 * have to be told (no CRS, unknown encoding, datum, code field); these are no failure here. */
MERE_MUST_USE enum mere_status mere_inspect(struct mere_ctx *ctx, const char *path,
                                            const struct mere_inspect_options *options,
                                            struct mere_text *ret_text, size_t *ret_open);
#endif
