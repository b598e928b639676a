/* locate_priv.h - the cell table, inside.
 *
 * The box of the network is cut in square cells of 2^shift units. Walls stand at half units, so
 * that no vertex is ever on one. A cell is one word of `cell`:
 *
 *     >= -1        no border passes: the face (MERE_FACE_OUTER = -1)
 *     <  -1        word & MERE_RECORD_MASK is the place of its record in `rec`
 *
 * A frame of -1 stands around the cells for whatever lies outside the box. A record is
 *
 *     ref | delta first head point point ... | delta first head point ... |
 *           `------- chain ----------------'   `- chain, last: bit 31 -'
 *
 * `ref` is the face at the cell's south-west corner. A chain is the way of one arc through the
 * cell: `delta` = right face - left face, `first` = its first vertex in net->pts, `head` = number
 * of segments
 * << 15 | number of points, a `point` = two int16 relative to the corner, in 2^fine units. Points
 * where the arc crosses a wall are rounded, so the copy decides only what is clear of its edges; a
 * point nearer than `slack` is decided on the arc itself.
 *
 * The face of a point = ref + what is crossed on the way north along the west wall and then east to
 * the point. Each crossing adds (face behind - face before), so the order of crossings is of no
 * matter. A chain that ends at the west wall is led on along the wall to the cell's top: then the
 * way along the row alone meets everything. */
#ifndef MERE_LOCATE_PRIV_H
#define MERE_LOCATE_PRIV_H
#include "locate/locate.h"

#define MERE_RECORD_MASK 0x7fffffffu
#define MERE_CHAIN_LAST 0x80000000u
#define MERE_CHAIN_BITS 15
#define MERE_CHAIN_MAX 0x7fffu /* of points and of segments in one chain */
#define MERE_CHAIN_HEAD 3      /* words before the points */
#define MERE_RECORD_ROOM 8     /* words after the last record that may be read */
#define MERE_FINE_BITS 14      /* a cell is at most 2^14 fine units wide, so that they fit int16 */
#define MERE_SHIFT_MAX 26 /* 54 cells and a frame around the Earth, 3.76e9 units, fit 32 bits */

struct mere_locator {
    const struct mere_net *net;
    struct mere_point origin; /* the lowest point of the first cell (not of the frame) */
    int shift;                /* a cell is 2^shift units wide */
    int fine;                 /* records count in 2^fine units; 0 up to shift 14 */
    int32_t slack;            /* nearer than this to an edge of a record: ask the arc */
    uint32_t n_cols, n_rows;  /* without the frame */
    uint32_t stride;          /* n_cols + 2 */
    int32_t *cell;            /* stride * (n_rows + 2) */
    uint32_t *rec;
    size_t n_rec; /* words */
};

/* The number of cells, and the place of one, with the frame. */
static inline size_t mere_cells(const struct mere_locator *loc)
{
    return (size_t)loc->stride * ((size_t)loc->n_rows + 2);
}
static inline size_t mere_cell_at(const struct mere_locator *loc, int64_t col, int64_t row)
{
    return (size_t)(row + 1) * loc->stride + (size_t)(col + 1);
}

struct mere_chain {
    uint32_t delta;
    uint32_t first;
    uint32_t n_segs, n_points;
    const uint32_t *points;
    bool last;
};
static inline struct mere_chain mere_chain_read(const uint32_t *word)
{
    struct mere_chain c = {.delta = word[0],
                           .first = word[1],
                           .n_segs = word[2] >> MERE_CHAIN_BITS & MERE_CHAIN_MAX,
                           .n_points = word[2] & MERE_CHAIN_MAX,
                           .points = word + MERE_CHAIN_HEAD,
                           .last = (word[2] & MERE_CHAIN_LAST) != 0};
    return c;
}
static inline uint32_t mere_pair_pack(int32_t x, int32_t y)
{
    return (uint32_t)(uint16_t)(int16_t)x | (uint32_t)(uint16_t)(int16_t)y << 16;
}
static inline int32_t mere_pair_x(uint32_t pair)
{
    return (int16_t)(pair & 0xffff);
}
static inline int32_t mere_pair_y(uint32_t pair)
{
    return (int16_t)(pair >> 16);
}

/* Build a table of the given cell size; gives `*ret` with `*ret_bytes` at most `limit` bytes, or
 * NULL when it would be larger (then nothing was filled). */
MERE_MUST_USE enum mere_status mere_locator_try(struct mere_ctx *ctx, const struct mere_net *net,
                                                int shift, size_t limit, struct mere_locator **ret);
#endif
