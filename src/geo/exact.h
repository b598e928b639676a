/* exact.h - the exact predicates. No epsilon: every topological decision of merestone comes from
 * here.
 *
 * Orientation of lattice points: differences fit 41 bits, products 82, their difference 83. The
 * usual district needs 64 bits only; that path is taken when all differences fit 31 bits. */
#ifndef MERE_GEO_EXACT_H
#define MERE_GEO_EXACT_H
#include "geo/point.h"

/* +1 when c lies left of a -> b, -1 right, 0 on the line. */
static inline int mere_orient(struct mere_lattice_point a, struct mere_lattice_point b,
                              struct mere_lattice_point c)
{
    int64_t bx = b.x - a.x, by = b.y - a.y, cx = c.x - a.x, cy = c.y - a.y;
    if (bx == (int32_t)bx && by == (int32_t)by && cx == (int32_t)cx && cy == (int32_t)cy) {
        /* Each product is below 2^62 in size, so their difference fits 63 bits. */
        int64_t d = bx * cy - by * cx;
        return (d > 0) - (d < 0);
    }
    mere_i128 d = (mere_i128)bx * cy - (mere_i128)by * cx;
    return (d > 0) - (d < 0);
}
static inline struct mere_lattice_point mere_lattice(struct mere_point p)
{
    return (struct mere_lattice_point){p.x, p.y};
}
static inline int mere_orient_points(struct mere_point a, struct mere_point b, struct mere_point c)
{
    return mere_orient(mere_lattice(a), mere_lattice(b), mere_lattice(c));
}
/* Order by x, then y: -1, 0, +1. */
static inline int mere_lattice_cmp(struct mere_lattice_point a, struct mere_lattice_point b)
{
    if (a.x != b.x)
        return a.x < b.x ? -1 : 1;
    return (a.y > b.y) - (a.y < b.y);
}
/* Whether p lies on the closed segment a-b. */
bool mere_on_segment(struct mere_lattice_point a, struct mere_lattice_point b,
                     struct mere_lattice_point p);
/* How two closed segments meet. */
enum mere_meet {
    MERE_MEET_NONE,
    MERE_MEET_TOUCH,  /* in one point that is an end of at least one */
    MERE_MEET_CROSS,  /* in one point inside both */
    MERE_MEET_OVERLAP /* along a stretch */
};
enum mere_meet mere_segments_meet(struct mere_lattice_point a, struct mere_lattice_point b,
                                  struct mere_lattice_point c, struct mere_lattice_point d);
/* The lattice point nearest to the crossing of two segments that MERE_MEET_CROSS, each coordinate
 * rounded half up (to floor(v + 1/2)), exactly. */
struct mere_lattice_point mere_crossing(struct mere_lattice_point a, struct mere_lattice_point b,
                                        struct mere_lattice_point c, struct mere_lattice_point d);
/* The square (i, j) that holds the crossing of two segments that MERE_MEET_CROSS, of the half-open
 * squares [2 half i - half, 2 half i + half) x [2 half j - half, 2 half j + half), exactly.
 * Coordinates below 2^36 in size. */
struct mere_lattice_point mere_crossing_square(struct mere_lattice_point a,
                                               struct mere_lattice_point b,
                                               struct mere_lattice_point c,
                                               struct mere_lattice_point d, int64_t half);
/* Whether segment a-b passes through the half-open square [p.x - half, p.x + half) x
 * [p.y - half, p.y + half). Exact; differences of coordinates below 2^40 in size. */
bool mere_in_square(struct mere_lattice_point a, struct mere_lattice_point b,
                    struct mere_lattice_point p, int64_t half);
/* Whether segment a-b passes through the hot pixel of p: the half-open unit square
 * [p.x - 1/2, p.x + 1/2) x [p.y - 1/2, p.y + 1/2). Exact. */
bool mere_in_hot_pixel(struct mere_lattice_point a, struct mere_lattice_point b,
                       struct mere_lattice_point p);
/* Compare the directions a->b and a->c by angle counter-clockwise from east, [0, 360): -1, 0, +1.
 */
int mere_angle_cmp(struct mere_lattice_point a, struct mere_lattice_point b,
                   struct mere_lattice_point c);
#endif
