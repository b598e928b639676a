/* points_shape.c - the geometry of a row that has no usable place: it is passed on, for nothing of
 * the input may be lost. */
#include "io/points_priv.h"
#include "io/source_priv.h"
#include <math.h>

/* Bring every vertex to WGS 84; false when one can't be. Parts in parts, as deep as GDAL reads
 * (32).
 */
/* NOLINTNEXTLINE(misc-no-recursion): the depth is limited */
static bool move(const struct mere_place *place, OGRGeometryH geometry)
{
    for (int i = 0; i < OGR_G_GetGeometryCount(geometry); i++)
        if (!move(place, OGR_G_GetGeometryRef(geometry, i)))
            return false;
    int n = OGR_G_GetPointCount(geometry);
    for (int i = 0; i < n; i++) {
        double x = OGR_G_GetX(geometry, i), y = OGR_G_GetY(geometry, i);
        if (mere_place_to_wgs84(place, &x, &y, 1) > 0 || !isfinite(x) || !isfinite(y))
            return false;
        OGR_G_SetPoint_2D(geometry, i, x, y);
    }
    return true;
}

enum mere_status mere_points_shape(struct mere_ctx *ctx, const struct mere_points *points, size_t i,
                                   struct mere_arena *arena, struct mere_points_shape *ret)
{
    struct mere_points_shape shape = {0};
    struct mere_gdal_errors errors;
    OGRGeometryH geometry = NULL;
    const struct mere_source_feature *f =
        points->by_geometry ? &points->source->features.v[i] : NULL;
    enum mere_status status = MERE_OK;
    *ret = shape;
    if (!f || !f->wkb_len || f->wkb_len > INT32_MAX)
        return MERE_OK;
    mere_gdal_catch(&errors);
    if (OGR_G_CreateFromWkb(f->wkb, NULL, &geometry, (int)f->wkb_len) == OGRERR_NONE && geometry) {
        OGR_G_FlattenTo2D(geometry);
        geometry = OGR_G_ForceTo(geometry, OGR_GT_GetLinear(OGR_G_GetGeometryType(geometry)), NULL);
        size_t len = move(&points->place, geometry) ? OGR_G_WkbSizeEx(geometry) : 0;
        uint8_t *wkb = mere_arena_alloc(arena, len + 1, 1);
        if (!wkb)
            status = mere_fail_nomem(ctx, "passing a geometry on");
        else if (len > 0 && OGR_G_ExportToIsoWkb(geometry, wkbNDR, wkb) == OGRERR_NONE)
            shape = (struct mere_points_shape){wkb, len};
    }
    OGR_G_DestroyGeometry(geometry);
    mere_gdal_release();
    *ret = shape;
    return status;
}

bool points_only(const struct mere_source *source)
{
    return wkbFlatten(OGR_L_GetGeomType(source->handle)) == wkbPoint;
}
