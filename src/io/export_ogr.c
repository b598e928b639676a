/* export_ogr.c - GeoPackage, shapefile and FlatGeobuf through OGR. Coordinates are doubles in each.
 */
#include "io/export_priv.h"
#include "io/gdal_errors.h"
#include "io/gdal_files.h"
#include <cpl_string.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ogr_work {
    struct mere_export_work *w;
    bool shape;
    GDALDatasetH h;
    OGRLayerH layer;
};

static int text_width(const struct ogr_work *o, size_t c)
{
    size_t width = 1;
    char buf[32];
    for (size_t z = 0; z < o->w->layer.n_zones; z++) {
        const char *value = mere_export_value(o->w, z, c, buf);
        size_t len = value ? strlen(value) : 0;
        width = len > width ? len : width;
    }
    return width < MERE_DBF_TEXT ? (int)width : MERE_DBF_TEXT;
}

/* ---- layer and fields --------------------------------------------------------------------------
 */

static OGRSpatialReferenceH make_srs(const struct mere_export_work *w)
{
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    const char *text = w->options->crs ? w->options->crs : w->cgcs2000 ? "EPSG:4490" : "EPSG:4326";
    OSRSetFromUserInput(srs, text);
    OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    return srs;
}

static bool make_field(struct ogr_work *o, size_t c)
{
    struct mere_column column = mere_export_column(o->w, c);
    OGRFieldType type = column.type == MERE_ATTR_INT    ? OFTInteger64
                        : column.type == MERE_ATTR_REAL ? OFTReal
                                                        : OFTString;
    OGRFieldDefnH field = OGR_Fld_Create(o->w->columns.v[c].out, type);
    if (o->shape && type == OFTString)
        OGR_Fld_SetWidth(field, text_width(o, c));
    bool ok = OGR_L_CreateField(o->layer, field, FALSE) == OGRERR_NONE;
    OGR_Fld_Destroy(field);
    return ok;
}

static bool make_layer(struct ogr_work *o, const char *driver)
{
    struct mere_export_work *w = o->w;
    char **options = NULL;
    if (o->shape)
        options = CSLSetNameValue(options, "ENCODING", "UTF-8");
    char day[] = "1970-01-01";
    if (w->options->when)
        snprintf(day, sizeof day, "%s", w->options->when);
    if (o->shape && w->options->when)
        options = CSLSetNameValue(options, "DBF_DATE_LAST_UPDATE", day);
    mere_gdal_clock(w->options->when);
    o->h = mere_gdal_create(driver, w->tmp);
    /* A datum that no CRS can name is written without one, so that nobody takes it for WGS 84. */
    OGRSpatialReferenceH srs = w->datum > MERE_DATUM_WGS84 ? NULL : make_srs(w);
    if (o->h)
        o->layer = GDALDatasetCreateLayer(o->h, w->layer.name, srs,
                                          o->shape ? wkbPolygon : wkbMultiPolygon, options);
    if (srs)
        OSRRelease(srs);
    CSLDestroy(options);
    size_t n = mere_export_n_columns(w);
    bool ok = o->layer != NULL;
    for (size_t c = 0; c < n && ok; c++)
        ok = make_field(o, c);
    return ok;
}

/* ---- features ----------------------------------------------------------------------------------
 */

static OGRGeometryH make_ring(const struct mere_export_work *w, size_t r)
{
    uint32_t first = w->layer.ring_first[r];
    uint32_t n = w->layer.ring_first[r + 1] - first;
    OGRGeometryH ring = OGR_G_CreateGeometry(wkbLinearRing);
    OGR_G_SetPointCount(ring, (int)n + 1);
    for (uint32_t k = 0; k <= n; k++)
        OGR_G_SetPoint_2D(ring, (int)k, w->x[first + (k < n ? k : 0)],
                          w->y[first + (k < n ? k : 0)]);
    return ring;
}

static OGRGeometryH make_geometry(const struct mere_export_work *w, const uint32_t *parts, size_t n)
{
    OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (size_t p = 0; p < n; p++) {
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        for (uint32_t r = w->layer.part_ring[parts[p]]; r < w->layer.part_ring[parts[p] + 1]; r++)
            OGR_G_AddGeometryDirectly(polygon, make_ring(w, r));
        OGR_G_AddGeometryDirectly(multi, polygon);
    }
    return multi;
}

static void set_fields(struct ogr_work *o, OGRFeatureH feature, size_t zone)
{
    char buf[32], cut[MERE_DBF_TEXT + 1];
    struct mere_out_columns *columns = &o->w->columns;
    double real;
    for (size_t c = 0; c < columns->n; c++) {
        const char *value = mere_export_value(o->w, zone, c, buf);
        if (!value) {
            OGR_F_SetFieldNull(feature, (int)c);
            continue;
        }
        switch (mere_export_column(o->w, c).type) {
        case MERE_ATTR_INT:
            OGR_F_SetFieldInteger64(feature, (int)c, strtoll(value, NULL, 10));
            break;
        case MERE_ATTR_REAL:
            real = strtod(value, NULL);
            mere_out_columns_real(columns, c, real, zone);
            OGR_F_SetFieldDouble(feature, (int)c, real);
            break;
        case MERE_ATTR_TEXT:
            OGR_F_SetFieldString(feature, (int)c,
                                 mere_out_columns_text(columns, c, value, zone, cut));
            break;
        }
    }
}

static enum mere_status write_zones(struct ogr_work *o, const struct mere_gdal_errors *errors)
{
    struct mere_export_work *w = o->w;
    uint32_t *first, *order;
    MERE_TRY(mere_export_parts(w, &first, &order));
    bool ok = OGR_L_StartTransaction(o->layer) == OGRERR_NONE;
    for (size_t z = 0; z < w->layer.n_zones && ok; z++) {
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(o->layer));
        set_fields(o, feature, z);
        OGR_F_SetGeometryDirectly(feature,
                                  make_geometry(w, order + first[z], first[z + 1] - first[z]));
        ok = OGR_L_CreateFeature(o->layer, feature) == OGRERR_NONE;
        OGR_F_Destroy(feature);
        if (ok && z % 4096 == 0)
            MERE_TRY(mere_tick(w->ctx, "writing", z, w->layer.n_zones));
    }
    ok = ok && OGR_L_CommitTransaction(o->layer) == OGRERR_NONE;
    return ok ? MERE_OK
              : mere_fail(w->ctx, MERE_E_IO, "%s can't be written: %s", w->path,
                          errors->n_failures ? errors->failure : "the driver failed");
}

enum mere_status mere_export_ogr(struct mere_export_work *w, const char *driver)
{
    struct ogr_work o = {.w = w, .shape = strcmp(driver, "ESRI Shapefile") == 0};
    struct mere_gdal_errors errors;
    mere_gdal_catch(&errors);
    enum mere_status status =
        make_layer(&o, driver)
            ? write_zones(&o, &errors)
            : mere_fail(w->ctx, MERE_E_IO, "%s can't be written: %s", w->path,
                        errors.n_failures ? errors.failure : "the driver failed");
    if (o.h)
        GDALClose(o.h);
    mere_gdal_clock(NULL);
    mere_gdal_release();
    if (status == MERE_OK && errors.n_failures)
        status = mere_fail(w->ctx, MERE_E_IO, "%s can't be written: %s", w->path, errors.failure);
    return status;
}
