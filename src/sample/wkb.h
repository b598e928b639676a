/* wkb.h - the sample's shapes as well-known binary (OGC 06-103r4), little-endian, in an arena. */
#ifndef MERE_SAMPLE_WKB_H
#define MERE_SAMPLE_WKB_H
#include "sample/plane.h"

struct mere_wkb {
    const uint8_t *bytes; /* NULL when memory is out */
    size_t len;
};
struct mere_wkb mere_sample_wkb_point(struct mere_arena *arena, struct mere_point p);
/* A polygon of one ring of `n` points, not closed. */
struct mere_wkb mere_sample_wkb_ring(struct mere_arena *arena, const struct mere_xy *ring,
                                     size_t n);
/* Lines: line i is pts[first[i] .. first[i + 1]). */
struct mere_wkb mere_sample_wkb_lines(struct mere_arena *arena, const struct mere_point *pts,
                                      const uint32_t *first, size_t n);
#endif
