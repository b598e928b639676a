/* paint.c - a painter's memory, and taking in arcs. */
#include "tile/paint_priv.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool allocate(struct mere_painter *p)
{
    size_t size = p->size;
    p->row_cells = calloc(size, sizeof *p->row_cells);
    p->start = calloc(size + 2, sizeof *p->start);
    p->row = calloc(size + 2, sizeof *p->row);
    p->line_bits = calloc(size * mere_line_words(p), sizeof *p->line_bits);
    p->row_ranks = calloc(size, sizeof *p->row_ranks);
    return p->row_cells && p->start && p->row && p->line_bits && p->row_ranks;
}

enum mere_status mere_painter_new(struct mere_ctx *ctx, uint32_t size, struct mere_painter **ret)
{
    assert(size == 256 || size == 512);
    struct mere_painter *p = calloc(1, sizeof *p);
    if (!p)
        return mere_fail_nomem(ctx, "preparing a painter");
    p->size = size;
    if (!allocate(p)) {
        mere_painter_free(p);
        return mere_fail_nomem(ctx, "preparing a painter");
    }
    *ret = p;
    return MERE_OK;
}

void mere_painter_free(struct mere_painter *p)
{
    if (!p)
        return;
    MERE_VEC_FREE(&p->steps);
    MERE_VEC_FREE(&p->cells);
    free(p->row_cells);
    free(p->start);
    free(p->sorted);
    free(p->row);
    for (int rank = 0; rank < MERE_RANKS_MAX; rank++)
        free(p->plane[rank]);
    free(p->line_bits);
    free(p->row_ranks);
    free(p->slots);
    free(p->rows);
    free(p);
}

/* Clear the groups of 8 pixels of one row in which a line was drawn. */
static void clear_lines(struct mere_painter *p, uint32_t row)
{
    size_t words = mere_line_words(p);
    uint64_t *bits = p->line_bits + row * words;
    for (size_t k = 0; k < p->size / 8; k++) {
        if (bits[k / 8] == 0) {
            k |= 7; /* none in this word */
            continue;
        }
        if ((bits[k / 8] >> k % 8 * 8 & 255) == 0)
            continue;
        for (uint32_t ranks = p->row_ranks[row]; ranks; ranks &= ranks - 1)
            memset(p->plane[__builtin_ctz(ranks)] + (size_t)row * p->size + k * 8, 0, 8);
    }
    memset(bits, 0, words * sizeof *bits);
    p->row_ranks[row] = 0;
}

void mere_painter_clear(struct mere_painter *p)
{
    p->cells.n = 0;
    p->steps.n = 0;
    p->style = NULL;
    memset(p->row_cells, 0, p->size * sizeof *p->row_cells);
    memset(p->start, 0, (p->size + 2) * sizeof *p->start);
    for (uint32_t row = 0; row < p->size; row++)
        if (p->row_ranks[row])
            clear_lines(p, row);
}

static bool all_zero(const void *memory, size_t bytes)
{
    const uint8_t *b = memory;
    return bytes == 0 || (b[0] == 0 && memcmp(b, b + 1, bytes - 1) == 0);
}

bool mere_painter_is_clean(const struct mere_painter *p)
{
    size_t size = p->size;
    bool clean = p->cells.n == 0 && p->steps.n == 0;
    clean = clean && all_zero(p->row_cells, size * sizeof *p->row_cells);
    clean = clean && all_zero(p->start, (size + 2) * sizeof *p->start);
    clean = clean && all_zero(p->row, (size + 2) * sizeof *p->row);
    clean = clean && all_zero(p->line_bits, size * mere_line_words(p) * sizeof *p->line_bits);
    clean = clean && all_zero(p->row_ranks, size);
    clean = clean && all_zero(p->slots, p->slots_cap * sizeof *p->slots);
    for (int rank = 0; rank < MERE_RANKS_MAX; rank++)
        clean = clean && (!p->plane[rank] || all_zero(p->plane[rank], size * size));
    return clean;
}

/* Room for what depends on the style: planes and slots. */
static bool make_room(struct mere_painter *p, const struct mere_paint_style *style)
{
    for (size_t rank = 0; rank < style->n_lines; rank++) {
        if (!p->plane[rank])
            p->plane[rank] = calloc((size_t)p->size * p->size, 1);
        if (!p->plane[rank])
            return false;
    }
    size_t slots = MERE_COLOUR_CELLS + style->n_fills + style->n_lines;
    if (slots > p->slots_cap) {
        free(p->slots); /* all zero between pictures */
        p->slots = calloc(slots, sizeof *p->slots);
        p->slots_cap = p->slots ? slots : 0;
    }
    return p->slots != NULL;
}

enum mere_status mere_paint_begin(struct mere_ctx *ctx, struct mere_painter *p,
                                  const struct mere_paint_style *style, uint32_t seed)
{
    assert(seed < style->n_fills);
    if (p->style)
        mere_painter_clear(p);
    assert(mere_painter_is_clean(p));
    if (!make_room(p, style))
        return mere_fail_nomem(ctx, "painting a tile");
    p->style = style;
    p->seed = seed;
    return MERE_OK;
}

enum mere_status mere_paint_arc(struct mere_ctx *ctx, struct mere_painter *p,
                                struct mere_tile_arc arc)
{
    const struct mere_paint_style *style = p->style;
    assert(arc.left < style->n_fills && arc.right < style->n_fills);
    assert(arc.rank < (int)style->n_lines);
    mere_lanes step = style->lanes[arc.left] - style->lanes[arc.right];
    struct mere_lane_words same = mere_lane_words(step);
    if (same.lo | same.hi) {
        if (p->steps.n == MERE_STEPS_MAX)
            return mere_fail(ctx, MERE_E_LIMIT, "a tile has more than %zu arcs", MERE_STEPS_MAX);
        if (!MERE_PUSH(&p->steps, step) || !mere_paint_fill(p, arc.pts, arc.n, p->steps.n - 1))
            return mere_fail_nomem(ctx, "painting a tile");
    }
    if (arc.rank >= 0)
        mere_paint_line(p, arc.pts, arc.n, arc.rank);
    return MERE_OK;
}

void mere_paint_lanes(const struct mere_painter *p, uint32_t *lanes)
{
    mere_lanes left = p->style->lanes[p->seed] << MERE_COVER_BITS;
    for (uint32_t y = 0; y < p->size; y++) {
        left += p->start[y];
        mere_lanes row[512 + 2] = {{0}}, sum = left;
        for (size_t i = 0; i < p->cells.n; i++)
            if ((p->cells.v[i] >> MERE_CELL_ROW & 511) == y)
                mere_cell_add(row, p->cells.v[i], p->steps.v);
        for (uint32_t x = 0; x < p->size; x++) {
            sum += row[x];
            memcpy(lanes + ((size_t)y * p->size + x) * 4, &sum, sizeof sum);
        }
    }
}
