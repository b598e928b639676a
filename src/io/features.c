#include "io/features.h"
#include "io/fileset.h"
#include "io/gdal_errors.h"
#include "io/gdal_files.h"
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdlib.h>

struct writer {
    struct mere_ctx *ctx;
    const char *path; /* where it goes */
    struct mere_gdal_errors errors;
};

static enum mere_status failed(struct writer *w, const char *what)
{
    return mere_fail(w->ctx, MERE_E_IO, "%s: %s failed: %s", w->path, what,
                     w->errors.n_failures ? w->errors.failure : "GDAL gives no reason");
}

static OGRGeometryH ring_of(const struct mere_layer *layer, uint32_t ring)
{
    OGRGeometryH ret = OGR_G_CreateGeometry(wkbLinearRing);
    for (uint32_t i = layer->ring_first[ring]; i < layer->ring_first[ring + 1]; i++)
        OGR_G_AddPoint_2D(ret, mere_e7_to_degrees(layer->pts[i].x),
                          mere_e7_to_degrees(layer->pts[i].y));
    OGR_G_CloseRings(ret);
    return ret;
}

static OGRGeometryH geometry_of(const struct mere_out_feature *feature, bool polygons)
{
    const struct mere_layer *layer = feature->polygon;
    if (!polygons) {
        OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(point, 0, mere_e7_to_degrees(feature->at.x),
                          mere_e7_to_degrees(feature->at.y));
        return point;
    }
    OGRGeometryH multi = OGR_G_CreateGeometry(wkbMultiPolygon);
    for (size_t p = 0; p < layer->n_parts; p++) {
        OGRGeometryH polygon = OGR_G_CreateGeometry(wkbPolygon);
        for (uint32_t r = layer->part_ring[p]; r < layer->part_ring[p + 1]; r++)
            OGR_G_AddGeometryDirectly(polygon, ring_of(layer, r));
        OGR_G_AddGeometryDirectly(multi, polygon);
    }
    return multi;
}

static void set_field(OGRFeatureH feature, int field, enum mere_attr_type type, const char *value)
{
    if (!value)
        OGR_F_SetFieldNull(feature, field);
    else if (type == MERE_ATTR_REAL)
        OGR_F_SetFieldDouble(feature, field, strtod(value, NULL));
    else if (type == MERE_ATTR_INT)
        OGR_F_SetFieldInteger64(feature, field, strtoll(value, NULL, 10));
    else
        OGR_F_SetFieldString(feature, field, value);
}

static enum mere_status write_features(struct writer *w, OGRLayerH to,
                                       const struct mere_out_layer *layer)
{
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct mere_out_feature *in = &layer->features[i];
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(to));
        if (layer->polygons ? in->polygon != NULL : in->has_point)
            OGR_F_SetGeometryDirectly(feature, geometry_of(in, layer->polygons));
        for (size_t c = 0; c < layer->n_columns; c++)
            set_field(feature, (int)c, layer->columns[c].type, in->attrs[c]);
        OGRErr err = OGR_L_CreateFeature(to, feature);
        OGR_F_Destroy(feature);
        if (err != OGRERR_NONE)
            return failed(w, "writing a feature");
    }
    return MERE_OK;
}

static enum mere_status write_layer(struct writer *w, GDALDatasetH dataset,
                                    OGRSpatialReferenceH crs, const struct mere_out_layer *layer)
{
    OGRLayerH to = GDALDatasetCreateLayer(dataset, layer->name, crs,
                                          layer->polygons ? wkbMultiPolygon : wkbPoint, NULL);
    if (!to)
        return failed(w, "making the layer");
    for (size_t c = 0; c < layer->n_columns; c++) {
        enum mere_attr_type type = layer->columns[c].type;
        OGRFieldDefnH field =
            OGR_Fld_Create(layer->columns[c].name, type == MERE_ATTR_REAL  ? OFTReal
                                                   : type == MERE_ATTR_INT ? OFTInteger64
                                                                           : OFTString);
        OGRErr err = OGR_L_CreateField(to, field, TRUE);
        OGR_Fld_Destroy(field);
        if (err != OGRERR_NONE)
            return failed(w, "making a field");
    }
    if (GDALDatasetStartTransaction(dataset, FALSE) != OGRERR_NONE)
        return failed(w, "starting to write");
    MERE_TRY(write_features(w, to, layer));
    return GDALDatasetCommitTransaction(dataset) == OGRERR_NONE ? MERE_OK : failed(w, "writing");
}

static enum mere_status write_layers(struct writer *w, const char *inside, int epsg,
                                     const struct mere_out_layer *layers, size_t n)
{
    enum mere_status status = MERE_OK;
    GDALDatasetH dataset = mere_gdal_create("GPKG", inside);
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    if (!dataset || OSRImportFromEPSG(crs, epsg) != OGRERR_NONE)
        status = failed(w, "making the file");
    OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER);
    for (size_t i = 0; i < n && status == MERE_OK; i++)
        status = write_layer(w, dataset, crs, &layers[i]);
    OSRRelease(crs);
    if (dataset) {
        size_t before = w->errors.n_failures;
        GDALClose(dataset);
        if (status == MERE_OK && w->errors.n_failures > before)
            status = failed(w, "closing the file");
    }
    return status;
}

enum mere_status mere_features_write(struct mere_ctx *ctx, const struct mere_features_to *to,
                                     const struct mere_out_layer *layers, size_t n)
{
    struct writer w = {.ctx = ctx, .path = to->path};
    struct mere_fileset *set;
    MERE_TRY(mere_fileset_open(ctx, to->path, to->force, &set));
    mere_gdal_catch(&w.errors);
    mere_gdal_clock(to->when);
    enum mere_status status =
        write_layers(&w, mere_fileset_inside(set), to->cgcs2000 ? 4490 : 4326, layers, n);
    mere_gdal_clock(NULL);
    mere_gdal_release();
    if (status == MERE_OK)
        status = mere_fileset_commit(ctx, set);
    mere_fileset_free(set);
    return status;
}
