/* locate.h - point -> face, by one read of a cell table (ENGINE B6).
 *
 * The answer is exact: a point on a line or node belongs to the face reached by an infinitesimal
 * step east and then an infinitely smaller step north (DESIGN section 1), decided on integers. */
#ifndef MERE_LOCATE_LOCATE_H
#define MERE_LOCATE_LOCATE_H
#include "net/net.h"

struct mere_locator;

/* Build the table for `net`, which must outlive it. Gives `*ret`; free with `mere_locator_free`. */
MERE_MUST_USE enum mere_status mere_locator_build(struct mere_ctx *ctx, const struct mere_net *net,
                                                  struct mere_locator **ret);
void mere_locator_free(struct mere_locator *loc);
size_t mere_locator_bytes(const struct mere_locator *loc);

int32_t mere_locate_point(const struct mere_locator *loc, struct mere_point p);
/* Arrays of degrees; points off the Earth or not numbers give -1. */
void mere_locate_degrees(const struct mere_locator *loc, const double *lon, const double *lat,
                         size_t n, int32_t *face);

/* The nearest border of `scheme`: an arc whose two sides have different labels there. */
struct mere_nearest_border {
    double distance_m; /* negative when the scheme has no border at all */
    int32_t arc;
    int32_t other_face; /* the face on the far side of the arc from `p`: MERE_FACE_OUTER possible */
};
struct mere_nearest_border mere_locate_border(const struct mere_locator *loc, int32_t scheme,
                                              struct mere_point p);
#endif
