/* roads.h - the sample's ways: arterials, canals, an expressway, streets, lanes; and so its blocks.
 */
#ifndef MERE_SAMPLE_ROADS_H
#define MERE_SAMPLE_ROADS_H
#include "sample/shape.h"

/* Cut the plane into city blocks. */
MERE_MUST_USE bool mere_roads_draw(struct mere_plane *plane, struct mere_shape *shape,
                                   uint64_t seed);
#endif
