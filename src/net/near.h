/* near.h - points by place: a grid with about two of them in a cell. */
#ifndef MERE_NET_NEAR_H
#define MERE_NET_NEAR_H
#include "base/vec.h"
#include "geo/box.h"

struct mere_near_point {
    struct mere_point p;
    uint32_t at; /* the caller's number of it */
};
/* Cells over the box of the points, row by row; in each its points. Zeroed: empty. */
struct mere_near {
    struct mere_box box;
    double per_x, per_y; /* cells a unit */
    int32_t columns, rows;
    MERE_VEC(uint32_t) first; /* columns * rows + 2: where each begins; the last is spare */
    MERE_VEC(struct mere_near_point) points;
};
struct mere_near_search {
    struct mere_box box;
    int32_t c0, c1, r, r1; /* columns, the row now, the last row */
    uint32_t i, end;
};

/* Put `n` points, fewer than 2^32, into `near`, in place of what it held. False: no memory. */
bool mere_near_make(struct mere_near *near, const struct mere_near_point *points, size_t n);
void mere_near_free(struct mere_near *near);
/* Look for the points in `box`, which holds its south and west sides only (geo/box.h). */
void mere_near_begin(const struct mere_near *near, struct mere_box box,
                     struct mere_near_search *ret);
/* The next of them; NULL: no more. */
const struct mere_near_point *mere_near_next(const struct mere_near *near,
                                             struct mere_near_search *search);
#endif
