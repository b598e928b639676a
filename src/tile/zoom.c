/* zoom.c - the vertices that a zoom keeps, on the grid of its tiles. */
#include "tile/zoom.h"
#include "tile/zoom_priv.h"
#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define LAT_MOST 85.051128779806592 /* where Web Mercator is as high as wide */
#define BEND_MOST (ZOOM_FINE / 4.0) /* of an edge's course beside the straight line */
#define PIECES_MOST 65536           /* of one edge */

/* ---- Web Mercator: x by longitude, y by latitude (EPSG guidance note 7-2, method 1024) ---- */

struct plane {
    double around;  /* the fine units around the Earth */
    int64_t x0, y0; /* the origin, fine units */
};

static double rad(double lat_e7)
{
    double most = LAT_MOST * 1e7;
    return (lat_e7 > most ? most : lat_e7 < -most ? -most : lat_e7) * 1e-7 * PI / 180;
}

static struct mere_lattice_point project(const struct plane *plane, double lon_e7, double lat_e7)
{
    double x = lon_e7 / 3.6e9 + 0.5, y = 0.5 - atanh(sin(rad(lat_e7))) / (2 * PI);
    return (struct mere_lattice_point){llround(x * plane->around) - plane->x0,
                                       llround(y * plane->around) - plane->y0};
}

/* Into how many pieces the edge a-b is to be divided, so that each runs straight. Its course is
 * straight in longitude and latitude; how far it leaves the chord is an eighth of the second
 * derivative of y by latitude times the square of the difference. */
static uint32_t pieces(const struct plane *plane, struct mere_point a, struct mere_point b)
{
    double p = rad(a.y), q = rad(b.y), far = fmax(fabs(p), fabs(q));
    double dx = ((double)b.x - a.x) / 3.6e9, dy = (q - p) / (2 * PI * cos(far));
    double bend = plane->around / (2 * PI) * tan(far) / cos(far) * (q - p) * (q - p) / 8;
    double beside = bend > 0 ? bend * fabs(dx) / hypot(dx, dy) : 0;
    return beside > BEND_MOST ? (uint32_t)fmin(ceil(sqrt(beside / BEND_MOST)), PIECES_MOST) : 1;
}

/* ---- the chains before they are snapped ---- */

static bool add_edge(struct zoom_lines *lines, const struct plane *plane, struct mere_point a,
                     struct mere_point b)
{
    uint32_t n = pieces(plane, a, b);
    for (uint32_t i = 1; i <= n; i++) {
        double t = (double)i / n, x = (double)b.x - a.x, y = (double)b.y - a.y;
        if (!MERE_PUSH(&lines->pts, project(plane, a.x + t * x, a.y + t * y)))
            return false;
    }
    return true;
}

static bool add_arc(struct zoom_lines *lines, const struct plane *plane, const struct mere_net *net,
                    const struct mere_arc *arc, const uint8_t *keep_zoom, int zoom)
{
    struct mere_point last = net->pts[arc->first];
    if (!MERE_PUSH(&lines->first, (uint32_t)lines->pts.n) ||
        !MERE_PUSH(&lines->pts, project(plane, last.x, last.y)))
        return false;
    for (uint32_t i = arc->first + 1; i < arc->first + arc->n; i++) {
        if (keep_zoom[i] > zoom)
            continue;
        if (!add_edge(lines, plane, last, net->pts[i]))
            return false;
        last = net->pts[i];
    }
    return lines->pts.n < UINT32_MAX / 2;
}

static bool draw(struct zoom_lines *lines, const struct plane *plane, const struct mere_net *net,
                 const struct mere_pyramid *pyramid, int zoom)
{
    for (int32_t a = 0; a < net->n_arcs; a++)
        if (!add_arc(lines, plane, net, &net->arcs[a], pyramid->zoom, zoom))
            return false;
    return MERE_PUSH(&lines->first, (uint32_t)lines->pts.n);
}

/* The plane whose origin is the corner of the tile at the north-west of the box. */
static enum mere_status lay_plane(struct mere_ctx *ctx, struct mere_box box, int zoom,
                                  struct plane *ret, struct mere_zoom *z)
{
    const int64_t tile = (int64_t)MERE_UNITS_A_TILE * ZOOM_FINE;
    *ret = (struct plane){.around = (double)((int64_t)1 << zoom) * (double)tile};
    struct mere_lattice_point north_west = project(ret, box.min.x, box.max.y);
    struct mere_lattice_point south_east = project(ret, box.max.x, box.min.y);
    if (south_east.x - north_west.x > ZOOM_WIDEST || south_east.y - north_west.y > ZOOM_WIDEST)
        return mere_fail(ctx, MERE_E_LIMIT,
                         "the borders are too wide for tiles of zoom %d: take a coarser zoom",
                         zoom);
    int64_t last = ((int64_t)1 << zoom) - 1, x = north_west.x / tile, y = north_west.y / tile;
    z->tile_x = (uint32_t)(x > last ? last : x);
    z->tile_y = (uint32_t)(y > last ? last : y);
    ret->x0 = z->tile_x * tile;
    ret->y0 = z->tile_y * tile;
    return MERE_OK;
}

/* ---- areas ---- */

static bool sum_areas(struct mere_zoom *z, const struct mere_net *net)
{
    int64_t *area2 = MERE_NEW(&z->arena, int64_t, (size_t)net->n_faces);
    if (!area2 && net->n_faces > 0)
        return false;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int64_t sum = 0;
        for (uint32_t i = z->first[a]; i + 1 < z->first[a + 1]; i++) {
            struct mere_unit_point p = z->pts[i], q = z->pts[i + 1];
            sum += (int64_t)q.x * p.y - (int64_t)p.x * q.y; /* y runs south */
        }
        if (net->arcs[a].left >= 0)
            area2[net->arcs[a].left] += sum;
        if (net->arcs[a].right >= 0)
            area2[net->arcs[a].right] -= sum;
    }
    z->face_area2 = area2;
    return true;
}

enum mere_status mere_zoom_build(struct mere_ctx *ctx, const struct mere_net *net,
                                 const struct mere_pyramid *pyramid, int zoom,
                                 struct mere_zoom **ret_zoom)
{
    struct mere_zoom *z = calloc(1, sizeof *z);
    struct zoom_lines lines = {0};
    struct plane plane;
    if (!z)
        return mere_fail_nomem(ctx, "laying out a zoom");
    *z = (struct mere_zoom){.zoom = zoom, .n_arcs = net->n_arcs, .n_faces = net->n_faces};
    enum mere_status status = lay_plane(ctx, net->box, zoom, &plane, z);
    if (status == MERE_OK && (!draw(&lines, &plane, net, pyramid, zoom) ||
                              !mere_zoom_snap(&lines, z) || !sum_areas(z, net)))
        status = mere_fail_nomem(ctx, "laying out a zoom");
    MERE_VEC_FREE(&lines.first);
    MERE_VEC_FREE(&lines.pts);
    if (status != MERE_OK) {
        mere_zoom_free(z);
        return status;
    }
    *ret_zoom = z;
    return MERE_OK;
}

void mere_zoom_free(struct mere_zoom *zoom)
{
    if (!zoom)
        return;
    mere_arena_clear(&zoom->arena);
    free(zoom);
}
