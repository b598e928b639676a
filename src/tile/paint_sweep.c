/* paint_sweep.c - the sums become pixels, row by row.
 *
 * Only pixels where a cell lies or a line covers are looked at one by one; what is between them has
 * one sum and is one run. A run is not always one zone: a level border makes no cells, so a run can
 * be half one zone and half another. So each sum is looked up among the fills, by all its lanes.
 *
 * An index picture's entries are made as colours are met: fills and lines as they are, mixtures by
 * cells of 16 x 16 x 16 in sRGB, each as its centre. When they do not fit 256 entries, cells of 32
 * take their place, also in what is painted already; when those do not fit, the sweep begins again
 * as RGB. So the planes are cleared after the last sweep, and not on the way.
 * Entries of ready-made ramps between pairs of fills were left: borders over borders make triples.
 */
#include "tile/paint_priv.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum kind { CELLS_16 = 4, CELLS_32 = 5, EXACT = 0 }; /* a cell's bits, or no cells */

struct sweep {
    struct mere_painter *p;
    const struct mere_paint_style *style;
    enum kind kind;
    bool overflow;
    /* The last sum that was looked up, and what it gave. */
    mere_lanes last;
    uint32_t last_pixel;
    uint8_t *out; /* the row's first pixel */
};

/* ---- colours -> bytes of the picture ---- */

static uint32_t pack_rgba(struct mere_rgba c)
{
    return (uint32_t)c.r | (uint32_t)c.g << 8 | (uint32_t)c.b << 16 | (uint32_t)c.a << 24;
}

static struct mere_rgba srgb_of(const struct mere_paint_style *style, mere_lanes v)
{
    uint32_t a = v[3];
    if (a != MERE_LANE_ONE) {
        for (int i = 0; i < 3; i++) {
            uint32_t straight = a ? (v[i] * MERE_LANE_ONE + a / 2) / a : 0;
            v[i] = straight < MERE_LANE_ONE ? straight : MERE_LANE_ONE;
        }
    }
    return (struct mere_rgba){style->srgb[v[0] >> 3 & 4095], style->srgb[v[1] >> 3 & 4095],
                              style->srgb[v[2] >> 3 & 4095],
                              (uint8_t)((a * 255 + MERE_LANE_ONE / 2) / MERE_LANE_ONE)};
}

/* A cell's slot: alpha, red, green, blue, 4 bits each. Alpha is in cells of 16 always, and what is
 * nearly opaque is opaque. */
static inline uint32_t cell_slot(struct mere_rgba c, enum kind kind)
{
    uint32_t r = c.r, g = c.g, b = c.b, a = c.a;
    return a >> 4 << 12 | r >> kind << 8 | g >> kind << 4 | b >> kind;
}
static struct mere_rgba cell_centre(uint32_t slot, enum kind kind)
{
    uint32_t r = slot >> 8 & 15, g = slot >> 4 & 15, b = slot & 15, a = slot >> 12;
    uint32_t half = 1u << (kind - 1);
    return (struct mere_rgba){(uint8_t)(r << kind | half), (uint8_t)(g << kind | half),
                              (uint8_t)(b << kind | half), a == 15 ? 255 : (uint8_t)(a << 4 | 8)};
}
/* The cell of 32 that holds a cell of 16. */
static uint32_t wider_slot(uint32_t slot)
{
    return (slot & 0xf000) | (slot & 0x0eee) >> 1;
}

static uint32_t add_entry(struct mere_painter *p, uint32_t slot, struct mere_rgba colour)
{
    uint32_t entry = (uint32_t)p->image.n_colours++;
    p->image.colours[entry] = colour;
    p->slot_of[entry] = slot;
    p->slots[slot] = (uint16_t)(entry + 1);
    return entry;
}

/* Go on with cells of 32: what was painted so far becomes what they would have given. */
static void widen(struct sweep *s)
{
    struct mere_painter *p = s->p;
    uint8_t now[256] = {0};
    uint32_t slot_of[256], n = (uint32_t)p->image.n_colours;
    struct mere_rgba colours[256];
    memcpy(slot_of, p->slot_of, sizeof slot_of);
    memcpy(colours, p->image.colours, sizeof colours);
    for (uint32_t i = 0; i < n; i++)
        p->slots[slot_of[i]] = 0;
    s->kind = CELLS_32;
    p->image.n_colours = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool cell = slot_of[i] < MERE_COLOUR_CELLS;
        uint32_t slot = cell ? wider_slot(slot_of[i]) : slot_of[i];
        if (!p->slots[slot])
            add_entry(p, slot, cell ? cell_centre(slot, CELLS_32) : colours[i]);
        now[i] = (uint8_t)(p->slots[slot] - 1);
    }
    for (uint8_t *row = p->rows + 1; row <= s->out; row += p->image.stride)
        for (uint32_t x = 0; x < p->size; x++)
            row[x] = now[row[x]];
    s->last_pixel = now[s->last_pixel];
}

/* The entry of a slot, made if it is new. */
static uint32_t new_entry(struct sweep *s, uint32_t slot, struct mere_rgba colour)
{
    struct mere_painter *p = s->p;
    if (p->image.n_colours == MERE_LEN(p->image.colours) && s->kind == CELLS_16) {
        widen(s);
        if (slot < MERE_COLOUR_CELLS) {
            slot = wider_slot(slot);
            colour = cell_centre(slot, CELLS_32);
        }
        if (p->slots[slot])
            return p->slots[slot] - 1u;
    }
    if (p->image.n_colours < MERE_LEN(p->image.colours))
        return add_entry(p, slot, colour);
    s->overflow = true;
    return 0;
}
static inline uint32_t entry_of(struct sweep *s, uint32_t slot, struct mere_rgba colour)
{
    uint16_t known = s->p->slots[slot];
    return known ? known - 1u : new_entry(s, slot, colour);
}

/* An exact colour that has a slot of its own. */
static inline uint32_t pixel_of(struct sweep *s, uint32_t slot, struct mere_rgba colour)
{
    return s->kind == EXACT ? pack_rgba(colour) : entry_of(s, slot, colour);
}

/* A mixture, by its cell. */
static inline uint32_t pixel_mixed(struct sweep *s, mere_lanes v)
{
    struct mere_rgba c = srgb_of(s->style, v);
    if (s->kind == EXACT)
        return pack_rgba(c);
    uint32_t slot = cell_slot(c, s->kind);
    uint16_t known = s->p->slots[slot];
    return known ? known - 1u : new_entry(s, slot, cell_centre(slot, s->kind));
}

static inline uint32_t pixel_of_fill(struct sweep *s, uint32_t fill)
{
    return pixel_of(s, MERE_COLOUR_CELLS + fill, s->style->fills[fill]);
}

/* The pixel of a sum with no line over it. */
static inline uint32_t pixel_of_sum(struct sweep *s, mere_lanes sum)
{
    struct mere_lane_words last = mere_lane_words(s->last), now = mere_lane_words(sum);
    if (last.lo == now.lo && last.hi == now.hi)
        return s->last_pixel;
    int32_t fill = mere_fill_of(s->style, sum);
    uint32_t pixel =
        fill >= 0 ? pixel_of_fill(s, (uint32_t)fill) : pixel_mixed(s, sum >> MERE_COVER_BITS);
    if (fill >= 0) {
        s->last = sum;
        s->last_pixel = pixel;
    }
    return pixel;
}

/* The pixel at `at` of the planes, with the lines of `ranks` over its sum. */
static inline uint32_t pixel_of_lines(struct sweep *s, mere_lanes sum, size_t at, uint32_t ranks)
{
    const uint32_t all = 1u << MERE_WEIGHT_BITS;
    mere_lanes v = sum >> MERE_COVER_BITS;
    int top = -1; /* the rank whose colour it is as a whole */
    for (; ranks; ranks &= ranks - 1) {
        int rank = __builtin_ctz(ranks);
        const struct mere_line_style *line = &s->style->lines[rank];
        uint32_t weight = line->weight[s->p->plane[rank][at]];
        if (weight == 0)
            continue;
        v = (v * (all - weight) + line->lanes * weight + all / 2) >> MERE_WEIGHT_BITS;
        top = weight == all ? rank : -1;
    }
    if (top < 0)
        return pixel_mixed(s, v);
    uint32_t slot = MERE_COLOUR_CELLS + (uint32_t)s->style->n_fills + (uint32_t)top;
    return pixel_of(s, slot, s->style->lines[top].colour);
}

static inline void put_pixel(struct sweep *s, uint32_t x, uint32_t pixel)
{
    if (s->kind == EXACT)
        memcpy(s->out + (size_t)x * 4, &pixel, 4);
    else
        s->out[x] = (uint8_t)pixel;
}

/* May write up to 31 bytes past the run: they are painted later, or padding. */
static inline void put_run(struct sweep *s, uint32_t from, uint32_t to, uint32_t pixel)
{
    if (s->kind == EXACT) {
        for (uint32_t x = from; x < to; x++)
            put_pixel(s, x, pixel);
    } else if (to - from > 64)
        memset(s->out + from, (int)pixel, to - from);
    else
        for (uint32_t x = from; x < to; x += 32)
            memset(s->out + x, (int)pixel, 32);
}

/* ---- rows ---- */

#define ROW_WORDS (512 / 64 + 1)
static inline void set_bit(uint64_t *bits, uint32_t x)
{
    bits[x / 64] |= (uint64_t)1 << x % 64;
}

/* Sum the row's cells; a bit where the sum changes, and where a pixel is a mixture. */
static void sum_cells(struct mere_painter *p, const uint64_t *cells, size_t n, uint64_t *changed,
                      uint64_t *mixed)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t x = (uint32_t)mere_cell_column(cells[i]);
        mere_cell_add(p->row, cells[i], p->steps.v);
        set_bit(changed, x);
        if (mere_cell_sum(cells[i])) {
            set_bit(changed, x + 1);
            set_bit(mixed, x);
        }
    }
}

static void sweep_row(struct sweep *s, uint32_t row, mere_lanes sum, const uint64_t *cells,
                      size_t n)
{
    struct mere_painter *p = s->p;
    uint64_t changed[ROW_WORDS] = {0}, mixed[ROW_WORDS] = {0};
    sum_cells(p, cells, n, changed, mixed);
    const uint64_t *lined = p->line_bits + row * mere_line_words(p);
    uint32_t begun = 0, ranks = p->row_ranks[row];
    for (uint32_t word = 0; word < p->size / 64; word++) {
        uint64_t single = mixed[word] | lined[word];
        for (uint64_t left = changed[word] | single; left; left &= left - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(left), x = word * 64 + bit;
            if (begun < x)
                put_run(s, begun, x, pixel_of_sum(s, sum));
            sum += p->row[x];
            p->row[x] = (mere_lanes){0};
            begun = x;
            if (single >> bit & 1) {
                put_pixel(s, x,
                          lined[word] >> bit & 1
                              ? pixel_of_lines(s, sum, (size_t)row * p->size + x, ranks)
                              : pixel_of_sum(s, sum));
                begun = x + 1;
            }
        }
    }
    if (begun < p->size)
        put_run(s, begun, p->size, pixel_of_sum(s, sum));
    p->row[p->size] = (mere_lanes){0};
}

/* All rows into the picture; false when its colours do not fit. */
static bool sweep_rows(struct sweep *s)
{
    struct mere_painter *p = s->p;
    uint32_t channels = s->kind == EXACT ? 4 : 1;
    p->image.size = p->size;
    p->image.channels = channels;
    p->image.stride = 1 + (size_t)p->size * channels;
    p->image.rows = p->rows;
    p->image.n_colours = 0;
    mere_lanes left = s->style->lanes[p->seed] << MERE_COVER_BITS;
    s->last = left;
    s->last_pixel = pixel_of_fill(s, p->seed);
    const uint64_t *cells = p->sorted;
    for (uint32_t row = 0; row < p->size && !s->overflow; row++) {
        uint8_t *out = p->rows + row * p->image.stride;
        out[0] = 0; /* the filter "none" */
        s->out = out + 1;
        left += p->start[row];
        sweep_row(s, row, left, cells, p->row_cells[row]);
        cells += p->row_cells[row];
    }
    for (size_t i = 0; i < p->image.n_colours; i++)
        p->slots[p->slot_of[i]] = 0;
    return !s->overflow;
}

/* ---- the whole picture ---- */

/* Sort the cells by row, by counting. */
static bool sort_cells(struct mere_painter *p)
{
    if (p->cells.n > p->sorted_cap) {
        uint64_t *more = realloc(p->sorted, p->cells.cap * sizeof *more);
        if (!more)
            return false;
        p->sorted = more;
        p->sorted_cap = p->cells.cap;
    }
    uint64_t *next[512], *at = p->sorted;
    for (uint32_t row = 0; row < p->size; row++) {
        next[row] = at;
        at += p->row_cells[row];
    }
    for (size_t i = 0; i < p->cells.n; i++)
        *next[p->cells.v[i] >> MERE_CELL_ROW & 511]++ = p->cells.v[i];
    return true;
}

static bool room_for_rows(struct mere_painter *p, size_t channels)
{
    size_t need = p->size * (1 + p->size * channels) + MERE_IMAGE_PAD;
    if (need <= p->rows_cap)
        return true;
    free(p->rows);
    p->rows = calloc(need, 1);
    p->rows_cap = p->rows ? need : 0;
    return p->rows != NULL;
}

/* RGBA -> RGB where nothing is transparent. */
static void drop_alpha(struct mere_painter *p)
{
    size_t size = p->size, from = p->image.stride, to = 1 + size * 3;
    for (size_t y = 0; y < size; y++)
        for (size_t x = 0; x < size; x++)
            if (p->rows[y * from + 1 + x * 4 + 3] != 255)
                return;
    for (size_t y = 0; y < size; y++) {
        p->rows[y * to] = 0;
        for (size_t x = 0; x < size; x++)
            memmove(p->rows + y * to + 1 + x * 3, p->rows + y * from + 1 + x * 4, 3);
    }
    p->image.channels = 3;
    p->image.stride = to;
}

enum mere_status mere_paint_end(struct mere_ctx *ctx, struct mere_painter *p, bool exact,
                                const struct mere_image **ret)
{
    if (!sort_cells(p))
        return mere_fail_nomem(ctx, "painting a tile");
    bool fits = false;
    for (enum kind kind = exact ? EXACT : CELLS_16; !fits; kind = EXACT) {
        struct sweep s = {.p = p, .style = p->style, .kind = kind};
        if (!room_for_rows(p, kind == EXACT ? 4 : 1))
            return mere_fail_nomem(ctx, "painting a tile");
        fits = sweep_rows(&s);
    }
    if (p->image.channels == 4)
        drop_alpha(p);
    mere_painter_clear(p);
    assert(mere_painter_is_clean(p));
    *ret = &p->image;
    return MERE_OK;
}
