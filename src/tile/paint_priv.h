/* paint_priv.h - what the parts of the painter share.
 *
 *   arcs -> paint_fill.c -> cells, one for each pixel that a segment passes, and changes of the
 *                           left edge
 *        -> paint_line.c -> a byte plane a rank: how much of each pixel a line covers
 *   then -> paint_sweep.c, row by row: cells summed from west to east, lines blended over, bytes */
#ifndef MERE_TILE_PAINT_PRIV_H
#define MERE_TILE_PAINT_PRIV_H
#include "base/vec.h"
#include "tile/paint.h"

#define MERE_FINE 256 /* units a pixel */

/* Red, green, blue, alpha in linear light with alpha multiplied in, 15 bits. Times a cover of 2^17
 * for the whole pixel it fits 32 bits unsigned, and sums of such are exact modulo 2^32, whatever
 * the order and however far they wander in between. */
typedef uint32_t mere_lanes __attribute__((vector_size(16)));
#define MERE_LANE_ONE 32767
#define MERE_COVER_BITS 17 /* 256 parts of a row, 512 = twice 256 columns: a trapezoid's area */

/* One lane after the other as two words, to compare. */
struct mere_lane_words {
    uint64_t lo, hi;
};
static inline struct mere_lane_words mere_lane_words(mere_lanes v)
{
    struct mere_lane_words w;
    __builtin_memcpy(&w, &v, sizeof w);
    return w;
}

/* ---- style (paint_style.c) ----
 */

struct mere_line_style {
    float half_px; /* half the width */
    struct mere_rgba colour;
    mere_lanes lanes;     /* its colour, alpha not multiplied in but in `weight` */
    uint16_t weight[256]; /* cover 0..255 -> share of this line, 32768 = all */
};
#define MERE_WEIGHT_BITS 15

struct mere_paint_style {
    struct mere_arena arena;
    size_t n_fills, n_lines;
    struct mere_rgba *fills;
    mere_lanes *lanes; /* of a fill */
    uint32_t *find;    /* open hash table of fills by lanes: fill + 1, or 0 */
    int find_bits;
    struct mere_line_style lines[MERE_RANKS_MAX];
    uint8_t srgb[4096]; /* linear, upper 12 of 15 bits -> sRGB */
};

/* Where the search for a fill begins. */
static inline uint32_t mere_fill_hash(const struct mere_paint_style *style,
                                      struct mere_lane_words w)
{
    uint64_t h = w.lo * 0x9e3779b97f4a7c15u ^ w.hi * 0xc2b2ae3d27d4eb4fu;
    return (uint32_t)((h ^ h >> 29) * 0x9e3779b97f4a7c15u >> (64 - style->find_bits));
}
/* The first fill whose colour, 15 bits each, is that of `v`, full cover; -1 if there is none. */
static inline int32_t mere_fill_of(const struct mere_paint_style *style, mere_lanes v)
{
    const uint64_t parts = 0x0001ffff0001ffffu; /* a cover that is no whole colour shows here */
    struct mere_lane_words w = mere_lane_words(v);
    if ((w.lo | w.hi) & parts)
        return -1;
    uint32_t mask = ((uint32_t)1 << style->find_bits) - 1;
    for (uint32_t at = mere_fill_hash(style, w);; at = (at + 1) & mask) {
        uint32_t fill = style->find[at];
        if (fill == 0)
            return -1;
        struct mere_lane_words whole = mere_lane_words(style->lanes[fill - 1] << MERE_COVER_BITS);
        if (whole.lo == w.lo && whole.hi == w.hi)
            return (int32_t)fill - 1;
    }
}

/* ---- painter ----
 */

/* A cell: where one segment passes one pixel. Packed: column 10 bits, sum of the two x in the pixel
 * (0..512) 10, height with sign + 256 10, row 9, number of the arc's step 25. */
#define MERE_CELL_SUM 10
#define MERE_CELL_HEIGHT 20
#define MERE_CELL_ROW 30
#define MERE_CELL_STEP 39
#define MERE_CELL_FIELD 1023
#define MERE_STEPS_MAX ((size_t)1 << 25)

static inline int32_t mere_cell_column(uint64_t cell)
{
    return (int32_t)(cell & MERE_CELL_FIELD);
}
static inline uint32_t mere_cell_sum(uint64_t cell)
{
    return (uint32_t)(cell >> MERE_CELL_SUM) & MERE_CELL_FIELD;
}
/* Add a cell to its row, which has room for size + 1 columns. */
static inline void mere_cell_add(mere_lanes *row, uint64_t cell, const mere_lanes *steps)
{
    uint32_t sum = mere_cell_sum(cell);
    uint32_t height = ((uint32_t)(cell >> MERE_CELL_HEIGHT) & MERE_CELL_FIELD) - MERE_FINE;
    mere_lanes step = steps[cell >> MERE_CELL_STEP], *at = row + mere_cell_column(cell);
    at[0] += step * (height * (2 * MERE_FINE - sum));
    at[1] += step * (height * sum);
}

/* Entries of a palette are found by slots: the cells of colour space, then fills, then lines. */
#define MERE_COLOUR_CELLS 65536

struct mere_painter {
    uint32_t size;
    const struct mere_paint_style *style; /* NULL: none begun */
    uint32_t seed;
    MERE_VEC(mere_lanes) steps; /* an arc's colour on its left less that on its right */
    MERE_VEC(uint64_t) cells;
    uint32_t *row_cells; /* how many of `cells` a row has */
    mere_lanes *start;   /* size + 2: what each row's left edge changes by from the row above */
    uint64_t *sorted;    /* cells by row */
    size_t sorted_cap;
    mere_lanes *row; /* size + 2: one row of summed cells */
    uint8_t *plane[MERE_RANKS_MAX];
    uint64_t *line_bits; /* pixels that a line covers: words_a_row a row */
    uint8_t *row_ranks;  /* which ranks a row has, a bit each */
    uint16_t *slots;     /* MERE_COLOUR_CELLS + fills + ranks: entry + 1, or 0 */
    size_t slots_cap;
    uint32_t slot_of[256]; /* of each entry */
    uint8_t *rows;         /* the picture */
    size_t rows_cap;
    struct mere_image image;
};
/* 64 pixels a word, and one that is never read, so that 8 pixels may be written as two parts. */
static inline size_t mere_line_words(const struct mere_painter *p)
{
    return p->size / 64 + 1;
}

/* Make all planes zero. */
void mere_painter_clear(struct mere_painter *p);
/* Add the sides of an arc whose colours differ by `p->steps.v[step]`. False: no memory. */
bool mere_paint_fill(struct mere_painter *p, const struct mere_tile_point *pts, size_t n,
                     size_t step);
/* Draw the line of `rank` along an arc. */
void mere_paint_line(struct mere_painter *p, const struct mere_tile_point *pts, size_t n, int rank);

#endif
