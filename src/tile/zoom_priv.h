/* zoom_priv.h - between projecting and snapping a zoom's lines. */
#ifndef MERE_TILE_ZOOM_PRIV_H
#define MERE_TILE_ZOOM_PRIV_H
#include "base/vec.h"
#include "geo/point.h"
#include "tile/zoom.h"

#define ZOOM_FINE 16                                 /* fine units a unit */
#define ZOOM_WIDEST (((int64_t)1 << 30) * ZOOM_FINE) /* fine units; areas stay below 2^63 */

/* Lines in fine units from the origin of the zoom: line a is pts[first[a] .. first[a + 1]). */
struct zoom_lines {
    MERE_VEC(uint32_t) first;
    MERE_VEC(struct mere_lattice_point) pts;
};

/* Snap-round `lines` to the chains of `z`. False: no memory. */
bool mere_zoom_snap(const struct zoom_lines *lines, struct mere_zoom *z);
#endif
