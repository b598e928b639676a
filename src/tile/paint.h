/* paint.h - a square picture painted from arcs: zones filled, borders drawn.
 *
 * A painter is given the arcs of a planar division, each with the fill on either side of it, and
 * the fill at the picture's north-west corner. That says everything about the fills, so no ring is
 * ever closed and nothing beyond the picture is looked at. Each pixel's colour is the mean, in
 * linear light, of the colours in it by their exact areas; borders are drawn over that.
 *
 * Coordinates are 1/256 pixel, x to the east and y to the south, from the picture's north-west
 * corner; pixel (i, j) is 256 i <= x < 256 (i + 1), 256 j <= y < 256 (j + 1).
 *
 * A pixel depends on the points and not on the window: pictures of neighbouring windows fit bit for
 * bit, in any order and direction of the arcs. Same bytes on every machine: the fills are integers,
 * the lines use + - * sqrt in IEEE floats only.
 *
 *     MERE_TRY(mere_paint_begin(ctx, p, style, seed));
 *     for (each arc near the picture) MERE_TRY(mere_paint_arc(ctx, p, arc));
 *     MERE_TRY(mere_paint_end(ctx, p, false, &image)); */
#ifndef MERE_TILE_PAINT_H
#define MERE_TILE_PAINT_H
#include "base/base.h"

/* ---- style ------------------------------------------------------------------------------------
 */

/* A colour as in PNG: sRGB, 8 bits a channel, alpha not multiplied in. */
struct mere_rgba {
    uint8_t r, g, b, a;
};
/* How the borders of one rank are drawn. */
struct mere_paint_line {
    float width_px; /* above 0, at most MERE_LINE_WIDTH_MAX; below 1 it is drawn paler */
    struct mere_rgba colour;
};
#define MERE_LINE_WIDTH_MAX 64
#define MERE_RANKS_MAX 8

struct mere_paint_spec {
    const struct mere_rgba *fills;       /* fill 0 is the background */
    size_t n_fills;                      /* 1 to 2^20 */
    const struct mere_paint_line *lines; /* by rank: a higher one is drawn over a lower */
    size_t n_lines;                      /* 0 to MERE_RANKS_MAX */
};
/* A spec made ready. Constant, so threads may share it. */
struct mere_paint_style;

/* Borrows `spec` for the call; gives the style, to be freed with mere_paint_style_free. Fails with
 * MERE_E_RANGE when a number is out of the bounds above. */
MERE_MUST_USE enum mere_status mere_paint_style_new(struct mere_ctx *ctx,
                                                    const struct mere_paint_spec *spec,
                                                    struct mere_paint_style **ret);
void mere_paint_style_free(struct mere_paint_style *style);

/* ---- picture ----------------------------------------------------------------------------------
 */

struct mere_tile_point {
    int32_t x, y; /* 1/256 pixel, east and south; -MERE_TILE_FAR to MERE_TILE_FAR */
};
#define MERE_TILE_FAR ((int32_t)1 << 30)

/* A finished picture, as PNG keeps it: each row is a byte 0 (the filter "none") and then `size`
 * pixels of `channels` bytes: 1 is an index into `colours`, 3 is red, green, blue, 4 has alpha. At
 * least MERE_IMAGE_PAD bytes may be read after the last row. */
struct mere_image {
    uint32_t size;
    uint32_t channels;
    size_t stride;       /* 1 + size * channels */
    const uint8_t *rows; /* size * stride bytes */
    size_t n_colours;    /* channels = 1 only */
    struct mere_rgba colours[256];
};
#define MERE_IMAGE_PAD 64

/* All planes of a picture, kept from one to the next. For one thread at a time. */
struct mere_painter;

/* `size` is 256 or 512 pixels. Gives the painter, to be freed with mere_painter_free. */
MERE_MUST_USE enum mere_status mere_painter_new(struct mere_ctx *ctx, uint32_t size,
                                                struct mere_painter **ret);
void mere_painter_free(struct mere_painter *p);

/* Begin a picture; one that was not ended is dropped. `seed` is the fill at the north-west corner,
 * by the same rule that the painter has: an arc's segment with ends y0 < y1 lies west of the corner
 * (0, 0) when y0 < 0 <= y1 and floor(x at y = 0) < 0. Borrows `style` until the picture is ended.
 */
MERE_MUST_USE enum mere_status mere_paint_begin(struct mere_ctx *ctx, struct mere_painter *p,
                                                const struct mere_paint_style *style,
                                                uint32_t seed);

/* An arc, and what is on its two sides. `left` and `right` are the fills to the left and right hand
 * of one who walks along the points on the map, with north up: who walks east has `left` in the
 * north. `rank` is the line to draw along it, or -1. */
struct mere_tile_arc {
    const struct mere_tile_point *pts; /* borrowed */
    size_t n;
    uint32_t left, right;
    int rank;
};

/* Add an arc. Arcs must not cross each other: where they do, colours are undefined, nothing else.
 * Arcs that come nowhere near the picture may be left out. Borrows the points for the call. Fails
 * with MERE_E_NOMEM, or MERE_E_LIMIT after 2^25 arcs; the picture is then to be begun anew. */
MERE_MUST_USE enum mere_status mere_paint_arc(struct mere_ctx *ctx, struct mere_painter *p,
                                              struct mere_tile_arc arc);

/* End the picture. A palette picture has the pixels that lie in one zone, or are covered by one
 * line, in exactly that colour, and others off by at most 8/255 a channel, or 16/255 when there
 * would be too many colours. When 256 entries do not suffice even so, or if `exact`, it is RGB, or
 * RGBA if a pixel is transparent, off by rounding only. `*ret` stays in the painter, valid until
 * the next begin or free. */
MERE_MUST_USE enum mere_status mere_paint_end(struct mere_ctx *ctx, struct mere_painter *p,
                                              bool exact, const struct mere_image **ret);

/* ---- for tests --------------------------------------------------------------------------------
 */

/* The fills of the picture begun, without lines, before it is ended: red, green, blue, alpha of
 * each pixel, linear and with alpha multiplied in, full = MERE_PAINT_FULL. Summed over every pixel
 * in turn, with none of the shortcuts of mere_paint_end. `lanes` has room for size * size * 4. */
void mere_paint_lanes(const struct mere_painter *p, uint32_t *lanes);
#define MERE_PAINT_FULL ((uint32_t)32767 << 17)
/* Whether nothing of an earlier picture is left in any plane. */
bool mere_painter_is_clean(const struct mere_painter *p);

#endif
