/* zones.h - measures of the zones of a scheme, as arrays over zones, and who borders whom. */
#ifndef MERE_NET_ZONES_H
#define MERE_NET_ZONES_H
#include "net/net.h"

struct mere_zone_measures { /* all arrays have n_zones; in the arena given */
    int32_t n_zones;
    double *area_m2;
    int64_t *area2;      /* twice the area, square 1e-7 degree: exact */
    double *perimeter_m; /* all rings, geodesics */
    struct mere_box *box;
    struct mere_point *label_point; /* pole of inaccessibility of the largest part (Mapbox
                                       polylabel's idea; Garcia-Castellanos and Lombardo 2007),
                                       within 1 % of the best distance */
    double *label_radius_m;
    double *polsby_popper;     /* 4 pi A / P^2; (0, 1] */
    double *convex_hull_ratio; /* A / area of the convex hull; (0, 1] */
    int32_t *n_parts;
    int32_t *n_holes;
};
MERE_MUST_USE enum mere_status mere_zones_measure(struct mere_ctx *ctx, const struct mere_net *net,
                                                  int32_t scheme, struct mere_arena *arena,
                                                  struct mere_zone_measures *ret);

/* One pair of neighbours: zones a < b share `length_m` of border; b = MERE_LABEL_NONE never occurs.
 */
struct mere_neighbours {
    int32_t a, b;
    double length_m;
};
/* All pairs with a common border of more than points, sorted by (a, b). Gives an array in `arena`.
 */
MERE_MUST_USE enum mere_status mere_zones_adjacency(struct mere_ctx *ctx,
                                                    const struct mere_net *net, int32_t scheme,
                                                    struct mere_arena *arena,
                                                    struct mere_neighbours **ret, size_t *ret_n);

/* The first zone with this code; MERE_UNKNOWN: there is none. */
int32_t mere_zone_by_code(const struct mere_scheme *scheme, const char *code);
/* Where the face stands in arrays by face that have the outer one last. */
static inline size_t mere_face_slot(const struct mere_net *net, int32_t face)
{
    return face < 0 ? (size_t)net->n_faces : (size_t)face;
}
/* Join faces that hang together across arcs and have the same key. `key` and `ret_root` are by
 * face, the last of n_faces + 1 is the outer one. A face's root is the lowest of those it is joined
 * with, so regions come in the order of their lowest faces; MERE_UNKNOWN where the key is negative.
 */
void mere_faces_join(const struct mere_net *net, const int64_t *key, int32_t *ret_root);

/* The largest inscribed circle of a set of parts of one polygon layer part (shell and holes):
 * centre and diameter in metres, exact to `precision_m`. Branch and bound over squares; scale x by
 * cos of the part's own latitude. */
MERE_MUST_USE enum mere_status
mere_inscribed_circle(struct mere_ctx *ctx, const struct mere_layer *layer, size_t part,
                      double precision_m, struct mere_point *ret_centre, double *ret_diameter_m);
#endif
