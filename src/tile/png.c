/* png.c - the chunks of a PNG file, and which packer makes its stream. */
#include "tile/png.h"
#include "tile/pack.h"
#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#define LEVEL 6        /* of libdeflate, for RGB: no tile should need it, so size before time */
#define CHUNK_FRAME 12 /* a chunk's length, name and check sum */
/* Signature, IHDR, PLTE, tRNS, IEND and the frame of IDAT. */
#define HEAD_MAX                                                                                   \
    (8 + (CHUNK_FRAME + 13) + (CHUNK_FRAME + 768) + (CHUNK_FRAME + 256) + 2 * CHUNK_FRAME)

struct mere_png {
    uint16_t *tokens;
    uint8_t *file;
    size_t tokens_cap, file_cap;
    struct libdeflate_compressor *deflate; /* made when first needed */
};

enum mere_status mere_png_new(struct mere_ctx *ctx, struct mere_png **ret)
{
    struct mere_png *png = calloc(1, sizeof *png);
    if (!png)
        return mere_fail_nomem(ctx, "preparing a PNG writer");
    *ret = png;
    return MERE_OK;
}

void mere_png_free(struct mere_png *png)
{
    if (!png)
        return;
    free(png->tokens);
    free(png->file);
    libdeflate_free_compressor(png->deflate);
    free(png);
}

static uint8_t *put_32(uint8_t *at, uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *at++ = (uint8_t)(v >> shift);
    return at;
}

/* Where a chunk's data goes, after its length and name. */
static uint8_t *chunk_data(uint8_t *chunk)
{
    return chunk + 8;
}
/* Close a chunk whose `n` bytes of data are in place; gives where the next begins. */
static uint8_t *close_chunk(uint8_t *chunk, const char *name, size_t n)
{
    put_32(chunk, (uint32_t)n);
    memcpy(chunk + 4, name, 4);
    return put_32(chunk + 8 + n, libdeflate_crc32(0, chunk + 4, n + 4));
}

static uint8_t *put_header(uint8_t *at, const struct mere_image *image)
{
    static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    memcpy(at, signature, sizeof signature);
    at += sizeof signature;
    uint8_t *data = put_32(put_32(chunk_data(at), image->size), image->size);
    *data++ = 8; /* bits */
    *data++ = image->channels == 1 ? 3 : image->channels == 3 ? 2 : 6;
    memset(data, 0, 3); /* deflate, the usual filters, rows in order */
    return close_chunk(at, "IHDR", 13);
}

static uint8_t *put_palette(uint8_t *at, const struct mere_image *image)
{
    uint8_t *data = chunk_data(at);
    size_t n_alpha = 0; /* entries up to the last that is not opaque */
    for (size_t i = 0; i < image->n_colours; i++) {
        struct mere_rgba c = image->colours[i];
        *data++ = c.r;
        *data++ = c.g;
        *data++ = c.b;
        n_alpha = c.a < 255 ? i + 1 : n_alpha;
    }
    at = close_chunk(at, "PLTE", image->n_colours * 3);
    if (n_alpha == 0)
        return at;
    for (size_t i = 0; i < n_alpha; i++)
        chunk_data(at)[i] = image->colours[i].a;
    return close_chunk(at, "tRNS", n_alpha);
}

static bool make_room(struct mere_png *png, const struct mere_image *image, size_t bytes)
{
    size_t bound = HEAD_MAX + mere_pack_bound(bytes);
    if (bound > png->file_cap) {
        free(png->file);
        png->file = malloc(bound);
        png->file_cap = png->file ? bound : 0;
    }
    if (image->channels != 1) {
        if (!png->deflate)
            png->deflate = libdeflate_alloc_compressor(LEVEL);
        return png->file && png->deflate;
    }
    if (bytes > png->tokens_cap) {
        free(png->tokens);
        png->tokens = malloc(bytes * sizeof *png->tokens);
        png->tokens_cap = png->tokens ? bytes : 0;
    }
    return png->file && png->tokens;
}

enum mere_status mere_png_write(struct mere_ctx *ctx, struct mere_png *png,
                                const struct mere_image *image, struct mere_bytes *ret)
{
    size_t bytes = image->size * image->stride, n;
    if (!make_room(png, image, bytes))
        return mere_fail_nomem(ctx, "writing a PNG");
    uint8_t *at = put_header(png->file, image);
    if (image->channels == 1) {
        at = put_palette(at, image);
        n = mere_pack(image->rows, bytes, image->stride, png->tokens, chunk_data(at));
    } else
        n = libdeflate_zlib_compress(png->deflate, image->rows, bytes, chunk_data(at),
                                     mere_pack_bound(bytes));
    assert(n > 0); /* the bound suffices */
    at = close_chunk(at, "IDAT", n);
    at = close_chunk(at, "IEND", 0);
    *ret = (struct mere_bytes){png->file, (size_t)(at - png->file)};
    return MERE_OK;
}
