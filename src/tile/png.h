/* png.h - pictures as PNG (ISO/IEC 15948).
 *
 * A palette picture is packed by a packer of our own, made for tiles: they are runs and repeats of
 * the row above. RGB and RGBA pictures are deflated by libdeflate. Same picture, same bytes; for
 * RGB only with the same libdeflate. */
#ifndef MERE_TILE_PNG_H
#define MERE_TILE_PNG_H
#include "tile/paint.h"

/* Scratch memory and the last file's bytes. For one thread at a time. */
struct mere_png;
struct mere_bytes {
    const uint8_t *v;
    size_t n;
};

/* Gives the writer, to be freed with mere_png_free. */
MERE_MUST_USE enum mere_status mere_png_new(struct mere_ctx *ctx, struct mere_png **ret);
void mere_png_free(struct mere_png *png);

/* Write `image` as a file. Borrows it. `*ret` stays in `png`, valid until the next write or free.
 * Fails with MERE_E_NOMEM only. */
MERE_MUST_USE enum mere_status mere_png_write(struct mere_ctx *ctx, struct mere_png *png,
                                              const struct mere_image *image,
                                              struct mere_bytes *ret);
#endif
