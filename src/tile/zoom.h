/* zoom.h - the borders of one zoom on the grid of its tiles.
 *
 *   network ──pyramid──▶ the vertices that the zoom keeps ──project──▶ ──snap──▶ chains
 *
 * A chain is an arc of the network on the zoom's global grid of integers: sixteen *units* to a
 * pixel of a tile of 256, 4096 to a tile, x to the east and y to the south. Painter and vector
 * tiles share the chains, so what meets in the one meets in the other.
 *
 * The vertices are projected sixteen times as fine, then snap-rounded (Hobby 1999): each segment
 * goes through the centre of every unit square around a vertex that it passes. So chains meet in
 * common vertices or run together, they never cross; no border moves by more than a unit's diagonal
 * (a tenth of a pixel); and a chain hangs on what lies around it alone, so after an edit only the
 * chains near it are made again. A face between chains that run together everywhere has no area any
 * more: it is *collapsed*. */
#ifndef MERE_TILE_ZOOM_H
#define MERE_TILE_ZOOM_H
#include "net/pyramid.h"

#define MERE_UNITS_A_PIXEL 16
#define MERE_UNITS_A_TILE 4096

struct mere_unit_point {
    int32_t x, y; /* units from the origin of the zoom */
};

struct mere_zoom {
    int zoom;
    uint32_t tile_x, tile_y; /* the tile whose north-west corner is the origin */
    int32_t n_arcs;          /* those of the network, in its order */
    const uint32_t *first;   /* n_arcs + 1: chain a is pts[first[a] .. first[a + 1]); one point: all
                                of the arc lies in one unit */
    const struct mere_unit_point *pts;
    uint32_t n_pts;
    int32_t n_faces;
    const int64_t *face_area2; /* by face, twice its area in square units; 0 or less: collapsed */
    struct mere_arena arena;
};

/* The chains of `net` at `zoom` (0 to MERE_ZOOM_MAX) in Web Mercator (EPSG:3857, OGC
 * WebMercatorQuad). Vertices beyond its 85.0511 degrees of latitude are put there. `pyramid` is
 * that of `net`; neither is needed afterwards. Gives `*ret_zoom`; free it with `mere_zoom_free`
 * (accepts NULL). Fails with MERE_E_LIMIT where the network is wider than 2^31 units, MERE_E_NOMEM.
 */
MERE_MUST_USE enum mere_status mere_zoom_build(struct mere_ctx *ctx, const struct mere_net *net,
                                               const struct mere_pyramid *pyramid, int zoom,
                                               struct mere_zoom **ret_zoom);
void mere_zoom_free(struct mere_zoom *zoom);
#endif
