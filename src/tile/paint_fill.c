/* paint_fill.c - an arc's sides as cells: exact areas without a clipped point.
 *
 * A segment is cut at row lines, each piece at column lines. Within one pixel, a piece that falls
 * by `height` between x0 and x1 has the trapezoid height * (512 - x0 - x1) / 2 to its east inside
 * the pixel, and all pixels farther east get the whole height. So one number goes to the pixel and
 * the rest to the next, and a running sum from west to east gives every pixel's cover (as in
 * LibArt's and FreeType's smooth rasters, but with colours instead of a winding number).
 *
 * Every crossing is floor(exact quotient) from the segment's own upper end, or the piece's own
 * western end, and is computed once. A window never decides where a crossing is: cutting a segment
 * at the window first and dividing then gave neighbours that did not fit.
 *
 * x >= 0 is inside. What goes on west of it matters only where an arc crosses x = 0: below the
 * crossing the left edge has the other colour. `start` holds these changes, summed down the rows as
 * cells are along a row. */
#include "tile/paint_priv.h"

/* Cells that one segment may add: a picture's rows and columns, and one at each end. */
static size_t cells_of_segment(const struct mere_painter *p)
{
    return 2 * (size_t)p->size + 2;
}

struct pen {
    struct mere_painter *p;
    uint64_t step;    /* where it stands in a cell */
    mere_lanes delta; /* colour on the left less colour on the right */
    int32_t down;     /* 1 when the arc walks down this segment, -1 when up */
};

static inline void put_cell(struct pen *pen, int32_t row, int32_t column, int32_t height,
                            int32_t sum)
{
    if (height == 0)
        return;
    struct mere_painter *p = pen->p;
    uint32_t signed_height = (uint32_t)(pen->down * height + MERE_FINE);
    uint32_t low =
        (uint32_t)column | (uint32_t)sum << MERE_CELL_SUM | signed_height << MERE_CELL_HEIGHT;
    p->cells.v[p->cells.n++] = pen->step | (uint64_t)(uint32_t)row << MERE_CELL_ROW | low;
    p->row_cells[row]++;
}

/* From y on down, in units of the picture, the left edge gains `times` the step. */
static void change_edge(struct pen *pen, int32_t y, int32_t times)
{
    uint32_t part = (uint32_t)y % MERE_FINE, unit = (uint32_t)times * 2 * MERE_FINE;
    mere_lanes *start = &pen->p->start[y / MERE_FINE];
    start[0] += pen->delta * ((MERE_FINE - part) * unit);
    start[1] += pen->delta * (part * unit);
}

/* floor(a / b), b > 0, with the rest that is left. */
static inline int64_t floor_div(int64_t a, int64_t b, int64_t *rest)
{
    int64_t q = a / b, r = a % b;
    *rest = r < 0 ? r + b : r;
    return r < 0 ? q - 1 : q;
}

/* The crossings of a line with equally distant lines: floor of a sum that grows by a fraction. */
struct crossings {
    int64_t at, rest, step, step_rest, per;
};
static inline struct crossings crossings_from(int64_t first, int64_t slope, int64_t per)
{
    struct crossings c = {.per = per};
    c.at = floor_div(first * slope, per, &c.rest);
    c.step = floor_div(MERE_FINE * slope, per, &c.step_rest);
    return c;
}
static inline void cross_next(struct crossings *c)
{
    c->at += c->step;
    c->rest += c->step_rest;
    if (c->rest >= c->per) {
        c->rest -= c->per;
        c->at++;
    }
}

/* A piece inside one row that passes several columns, from its western end; ys count from the row's
 * top. `east`: it falls from west to east. */
static void put_slanted(struct pen *pen, int32_t row, struct mere_tile_point w,
                        struct mere_tile_point e, bool east)
{
    int32_t size = (int32_t)pen->p->size, x = w.x, y = w.y;
    if (e.x < 0 || w.x >= size * MERE_FINE)
        return;
    int64_t width = (int64_t)e.x - w.x, rise = e.y - w.y, rest;
    if (x < 0) {
        y = w.y + (int32_t)floor_div(-(int64_t)w.x * rise, width, &rest);
        change_edge(pen, row * MERE_FINE + y, east ? -pen->down : pen->down);
        x = 0;
    }
    int32_t column = x >> 8, last = e.x >> 8, end = last < size ? last : size;
    if (column < end) {
        struct crossings c = crossings_from((int64_t)(column + 1) * MERE_FINE - w.x, rise, width);
        for (; column < end; column++) {
            int32_t next = w.y + (int32_t)c.at, from = x - column * MERE_FINE;
            put_cell(pen, row, column, east ? next - y : y - next, from + MERE_FINE);
            x = (column + 1) * MERE_FINE;
            y = next;
            cross_next(&c);
        }
    }
    if (last < size)
        put_cell(pen, row, last, east ? e.y - y : y - e.y, x + e.x - 2 * last * MERE_FINE);
}

/* A piece that falls from a to b inside one row; ys count from the row's top. */
static inline void put_piece(struct pen *pen, int32_t row, struct mere_tile_point a,
                             struct mere_tile_point b)
{
    int32_t column = a.x >> 8;
    if (column != b.x >> 8) {
        bool east = a.x < b.x;
        put_slanted(pen, row, east ? a : b, east ? b : a, east);
    } else if (column >= 0 && column < (int32_t)pen->p->size)
        put_cell(pen, row, column, b.y - a.y, (a.x & 255) + (b.x & 255));
}

/* A segment that falls from a to b. */
static void put_falling(struct pen *pen, struct mere_tile_point a, struct mere_tile_point b)
{
    int32_t size = (int32_t)pen->p->size, all = size * MERE_FINE;
    if (b.y <= 0 || a.y >= all || (a.x < 0 && b.x < 0) || (a.x >= all && b.x >= all))
        return;
    int32_t row = a.y >> 8, last = (b.y - 1) >> 8;
    struct mere_tile_point from = {a.x, a.y & 255};
    if (row != last) {
        int32_t line = row < 0 ? 0 : row + 1;
        struct crossings c =
            crossings_from((int64_t)line * MERE_FINE - a.y, (int64_t)b.x - a.x, (int64_t)b.y - a.y);
        if (row < 0) {
            from = (struct mere_tile_point){a.x + (int32_t)c.at, 0};
            row = 0;
            cross_next(&c);
        }
        for (; row < last && row < size; row++) {
            struct mere_tile_point to = {(int32_t)(a.x + c.at), MERE_FINE};
            put_piece(pen, row, from, to);
            from = (struct mere_tile_point){to.x, 0};
            cross_next(&c);
        }
    }
    if (row < size)
        put_piece(pen, row, from, (struct mere_tile_point){b.x, b.y - row * MERE_FINE});
}

/* A level segment has no height; it may only cross the left edge. */
static void put_level(struct pen *pen, struct mere_tile_point a, struct mere_tile_point b)
{
    if (a.y < 0 || a.y >= (int32_t)pen->p->size * MERE_FINE || (a.x < 0) == (b.x < 0))
        return;
    change_edge(pen, a.y, a.x < 0 ? -1 : 1);
}

bool mere_paint_fill(struct mere_painter *p, const struct mere_tile_point *pts, size_t n,
                     size_t step)
{
    struct pen pen = {p, (uint64_t)step << MERE_CELL_STEP, p->steps.v[step], 1};
    for (size_t i = 1; i < n; i++) {
        if (!MERE_RESERVE(&p->cells, cells_of_segment(p)))
            return false;
        struct mere_tile_point a = pts[i - 1], b = pts[i];
        pen.down = a.y < b.y ? 1 : -1;
        if (a.y == b.y)
            put_level(&pen, a, b);
        else if (a.y < b.y)
            put_falling(&pen, a, b);
        else
            put_falling(&pen, b, a);
    }
    return true;
}
