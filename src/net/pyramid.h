/* pyramid.h - which vertices of the network each zoom of a map keeps (ENGINE B4).
 *
 *   zoom 20  ●──●─●──●───●─●──●    every zoom keeps a part of the vertices of the one below it:
 *   zoom 14  ●────●──────●────●    so a border is one line for both neighbours at every zoom, and
 *   zoom 10  ●───────────●────●    what a coarse map shows a fine one shows too
 *
 * Zooms are those of Web Mercator with 256 pixels a tile; a pixel is as long on the ground as it is
 * at the place. From one zoom to the next coarser an arc loses corners, the smallest first, while
 * a corner's triangle is smaller than a quarter of a square pixel, no vertex that goes lies more
 * than 0.75 pixel from the line that stays, and no other vertex lies in or on the triangle: of the
 * arc itself none that is still there, of the others none that the zoom below had.
 *
 * Then no zoom has borders that cross or touch where they didn't. The land between an arc as it was
 * and as it becomes is a set of pockets, each between one new segment and a piece of the old chain.
 * Of another arc there is no old vertex in a pocket; nor does an old segment of it pass through,
 * for it can't cross the old chain, and to enter and leave by one straight segment it would need a
 * vertex inside. If new segments of two arcs crossed, either would enter a pocket of the other, and
 * have to leave it through the old chain of that one, which therefore would enter the first one's
 * pocket: but that was just excluded. So arcs may be taken in any order, or again one by one after
 * an edit, and what a zoom keeps depends on the borders alone (docs/decisions.md). */
#ifndef MERE_NET_PYRAMID_H
#define MERE_NET_PYRAMID_H
#include "net/net.h"

#define MERE_ZOOM_MAX 20

struct mere_pyramid {
    size_t n_pts;
    uint8_t *zoom; /* by point of the network: the coarsest zoom that keeps it. Nodes: 0 */
};

/* The pyramid of `net`. A ring without a node keeps three points, and of several arcs between the
 * same two nodes all but one keep a vertex between them. Gives `*ret_pyramid`; free it with
 * `mere_pyramid_free` (accepts NULL). Fails with MERE_E_NOMEM. */
MERE_MUST_USE enum mere_status mere_pyramid_build(struct mere_ctx *ctx, const struct mere_net *net,
                                                  struct mere_pyramid **ret_pyramid);
void mere_pyramid_free(struct mere_pyramid *pyramid);
#endif
