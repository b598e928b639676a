/* paint_style.c - a style made ready: colours in linear light, tables between it and sRGB.
 *
 * Mixing is right only in light: half black and half white is sRGB 188, not 128. 15 bits keep all
 * 256 steps of sRGB apart (the darkest are 10 apart), so a fill goes there and back unharmed. The
 * tables are made with pow(), whose last bits differ between machines; the test prop_paint shows
 * that no entry lies so near a half that this could matter. */
#include "tile/paint_priv.h"
#include <math.h>
#include <stdlib.h>

/* IEC 61966-2-1, 0..1. */
static double to_linear(double s)
{
    return s <= 0.04045 ? s / 12.92 : pow((s + 0.055) / 1.055, 2.4);
}
static double to_srgb(double l)
{
    return l <= 0.0031308 ? l * 12.92 : 1.055 * pow(l, 1 / 2.4) - 0.055;
}

static mere_lanes linear(struct mere_rgba c)
{
    uint32_t v[3] = {c.r, c.g, c.b};
    for (int i = 0; i < 3; i++)
        v[i] = (uint32_t)(to_linear(v[i] / 255.0) * MERE_LANE_ONE + 0.5);
    return (mere_lanes){v[0], v[1], v[2], MERE_LANE_ONE};
}

static mere_lanes multiplied(struct mere_rgba c)
{
    mere_lanes v = linear(c);
    for (int i = 0; i < 4; i++)
        v[i] = (v[i] * c.a + 127) / 255;
    return v;
}

static enum mere_status check_spec(struct mere_ctx *ctx, const struct mere_paint_spec *spec)
{
    if (spec->n_fills < 1 || spec->n_fills > (size_t)1 << 20)
        return mere_fail(ctx, MERE_E_RANGE, "a style has 1 to 1048576 fills, this one %zu",
                         spec->n_fills);
    if (spec->n_lines > MERE_RANKS_MAX)
        return mere_fail(ctx, MERE_E_RANGE, "a style has at most %d lines, this one %zu",
                         MERE_RANKS_MAX, spec->n_lines);
    for (size_t i = 0; i < spec->n_lines; i++) {
        float w = spec->lines[i].width_px;
        if (!(w > 0 && w <= MERE_LINE_WIDTH_MAX))
            return mere_fail(ctx, MERE_E_RANGE, "line %zu is %g px wide; above 0 to %d is drawn", i,
                             (double)w, MERE_LINE_WIDTH_MAX);
    }
    return MERE_OK;
}

static void find_put(struct mere_paint_style *style, uint32_t fill)
{
    mere_lanes whole = style->lanes[fill] << MERE_COVER_BITS;
    if (mere_fill_of(style, whole) >= 0)
        return; /* of two fills alike the first stands for both */
    uint32_t at = mere_fill_hash(style, mere_lane_words(whole));
    while (style->find[at])
        at = (at + 1) & (((uint32_t)1 << style->find_bits) - 1);
    style->find[at] = fill + 1;
}

static void ready_line(struct mere_line_style *line, const struct mere_paint_line *from)
{
    line->half_px = from->width_px / 2;
    line->colour = from->colour;
    line->lanes = linear(from->colour);
    for (uint32_t cover = 0; cover < 256; cover++)
        line->weight[cover] =
            (uint16_t)((cover * from->colour.a * (1u << MERE_WEIGHT_BITS) + 32512) / 65025);
}

static enum mere_status ready_fills(struct mere_ctx *ctx, struct mere_paint_style *style,
                                    const struct mere_paint_spec *spec)
{
    style->find_bits = 4;
    while ((size_t)1 << style->find_bits < 2 * spec->n_fills)
        style->find_bits++;
    style->fills = MERE_NEW(&style->arena, struct mere_rgba, spec->n_fills);
    style->lanes = MERE_NEW(&style->arena, mere_lanes, spec->n_fills);
    style->find = MERE_NEW(&style->arena, uint32_t, (size_t)1 << style->find_bits);
    if (!style->fills || !style->lanes || !style->find)
        return mere_fail_nomem(ctx, "preparing a style");
    for (uint32_t i = 0; i < spec->n_fills; i++) {
        const struct mere_rgba nothing = {0, 0, 0, 0};
        style->fills[i] = spec->fills[i].a ? spec->fills[i] : nothing;
        style->lanes[i] = multiplied(spec->fills[i]);
        find_put(style, i);
    }
    return MERE_OK;
}

enum mere_status mere_paint_style_new(struct mere_ctx *ctx, const struct mere_paint_spec *spec,
                                      struct mere_paint_style **ret)
{
    MERE_TRY(check_spec(ctx, spec));
    struct mere_paint_style *style = calloc(1, sizeof *style);
    if (!style)
        return mere_fail_nomem(ctx, "preparing a style");
    style->n_fills = spec->n_fills;
    style->n_lines = spec->n_lines;
    enum mere_status status = ready_fills(ctx, style, spec);
    if (status != MERE_OK) {
        mere_paint_style_free(style);
        return status;
    }
    for (size_t i = 0; i < spec->n_lines; i++)
        ready_line(&style->lines[i], &spec->lines[i]);
    for (int i = 0; i < 4096; i++)
        style->srgb[i] = (uint8_t)(to_srgb((i + 0.5) / 4096) * 255 + 0.5);
    *ret = style;
    return MERE_OK;
}

void mere_paint_style_free(struct mere_paint_style *style)
{
    if (!style)
        return;
    mere_arena_clear(&style->arena);
    free(style);
}
