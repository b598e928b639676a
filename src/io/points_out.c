#include "io/points_out.h"
#include "io/fileset.h"
#include "io/gdal_errors.h"
#include "io/gdal_files.h"
#include "io/out_columns.h"
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROWS_A_TRANSACTION 100000

struct mere_points_out {
    struct mere_arena arena;
    struct mere_gdal_errors errors;
    const char *path;
    struct mere_fileset *set;
    GDALDatasetH dataset;
    OGRLayerH layer;
    bool transactions;
    bool needs_place; /* the format leaves out features without a geometry (FlatGeobuf) */
    struct mere_out_columns columns;
    enum mere_attr_type *types; /* of the columns */
    size_t n_rows;
    struct mere_loss no_shape; /* geometries that a shapefile of points can't hold */
    const char *when;          /* what the file is to tell as its time */
    const char *warning;       /* the first that GDAL gave */
};

static const struct {
    const char *end, *driver;
} formats[] = {
    {".gpkg", "GPKG"},      {".geojson", "GeoJSON"},
    {".json", "GeoJSON"},   {".shp", "ESRI Shapefile"},
    {".fgb", "FlatGeobuf"}, {".csv", NULL},
    {".tsv", NULL},         {".txt", NULL},
};

enum mere_status mere_points_out_format(struct mere_ctx *ctx, const char *path,
                                        const char **ret_driver)
{
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < MERE_LEN(formats); i++)
        if (strcasecmp(dot, formats[i].end) == 0) {
            *ret_driver = formats[i].driver;
            return MERE_OK;
        }
    return mere_fail(
        ctx, MERE_E_INPUT,
        "%s: its ending tells no format; use .csv, .tsv, .txt, .gpkg, .geojson, .json, "
        ".shp or .fgb",
        path);
}

static void enter(struct mere_points_out *out)
{
    mere_gdal_catch(&out->errors);
    mere_gdal_clock(out->when);
}

/* After calls of GDAL: let go, and keep its first warning. */
static void release(struct mere_points_out *out)
{
    mere_gdal_clock(NULL);
    mere_gdal_release();
    if (out->errors.n_warnings && !out->warning)
        out->warning =
            mere_arena_text(&out->arena, out->errors.warning, strlen(out->errors.warning));
}

static enum mere_status fail_gdal(struct mere_ctx *ctx, const struct mere_points_out *out,
                                  const char *what)
{
    return mere_fail(ctx, MERE_E_IO, "%s can't be %s%s%s", out->path, what,
                     out->errors.n_failures ? ": " : "",
                     out->errors.n_failures ? out->errors.failure : "");
}

/* ---- opening ------------------------------------------------------------------------------------
 */

static bool has_name(const struct mere_out_columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->n; i++)
        if (strcasecmp(columns->v[i].out, name) == 0)
            return true;
    return false;
}

static enum mere_status name_columns(struct mere_ctx *ctx, struct mere_points_out *out,
                                     const struct mere_points_spec *spec)
{
    struct mere_out_columns *columns = &out->columns;
    columns->n = spec->n_columns;
    columns->label = SIZE_MAX;
    columns->shape = strcmp(spec->driver, "ESRI Shapefile") == 0;
    columns->v = MERE_NEW(&out->arena, struct mere_out_column, columns->n);
    out->types = MERE_NEW(&out->arena, enum mere_attr_type, columns->n);
    if (!columns->v || !out->types)
        return mere_fail_nomem(ctx, "opening the output");
    for (size_t i = 0; i < columns->n; i++) {
        const char *name = spec->columns[i].name;
        columns->v[i].name = mere_arena_text(&out->arena, name, strlen(name));
        columns->v[i].keeps_empty = i < spec->n_keep_empty;
        out->types[i] = spec->columns[i].type;
        if (!columns->v[i].name)
            return mere_fail_nomem(ctx, "opening the output");
    }
    return mere_out_columns_name(ctx, columns, &out->arena);
}

/* The layer's own columns must not have the name of one of ours. */
static char **layer_options(const struct mere_points_spec *spec,
                            const struct mere_out_columns *columns)
{
    const char *driver = spec->driver;
    char day[] = "1970-01-01";
    char **options = NULL;
    if (strcmp(driver, "GPKG") == 0) {
        const char *fid = "fid", *geom = "geom";
        options = CSLSetNameValue(options, "FID", has_name(columns, fid) ? "mere_fid" : fid);
        options =
            CSLSetNameValue(options, "GEOMETRY_NAME", has_name(columns, geom) ? "mere_geom" : geom);
    } else if (strcmp(driver, "GeoJSON") == 0) {
        options = CSLSetNameValue(options, "COORDINATE_PRECISION", "15");
    } else if (strcmp(driver, "ESRI Shapefile") == 0) {
        options = CSLSetNameValue(options, "ENCODING", "UTF-8");
        if (spec->when)
            snprintf(day, sizeof day, "%s", spec->when);
        if (spec->when)
            options = CSLSetNameValue(options, "DBF_DATE_LAST_UPDATE", day);
    } else if (strcmp(driver, "FlatGeobuf") == 0) {
        /* With an index it sorts the features. */
        options = CSLSetNameValue(options, "SPATIAL_INDEX", "NO");
    }
    return options;
}

static enum mere_status make_fields(struct mere_ctx *ctx, struct mere_points_out *out)
{
    for (size_t i = 0; i < out->columns.n; i++) {
        OGRFieldType type = out->types[i] == MERE_ATTR_INT    ? OFTInteger64
                            : out->types[i] == MERE_ATTR_REAL ? OFTReal
                                                              : OFTString;
        OGRFieldDefnH field = OGR_Fld_Create(out->columns.v[i].out, type);
        OGRErr err = OGR_L_CreateField(out->layer, field, TRUE);
        OGR_Fld_Destroy(field);
        if (err != OGRERR_NONE)
            return fail_gdal(ctx, out, "given its columns");
    }
    return MERE_OK;
}

static enum mere_status make_layer(struct mere_ctx *ctx, struct mere_points_out *out,
                                   const struct mere_points_spec *spec, int epsg)
{
    const char *driver = spec->driver;
    MERE_TRY(name_columns(ctx, out, spec));
    out->needs_place = strcmp(driver, "FlatGeobuf") == 0;
    OGRwkbGeometryType type = spec->any_shape && !out->columns.shape ? wkbUnknown : wkbPoint;
    out->dataset = mere_gdal_create(driver, mere_fileset_inside(out->set));
    if (!out->dataset)
        return fail_gdal(ctx, out, "made");
    OGRSpatialReferenceH srs = OSRNewSpatialReference(NULL);
    bool known = srs && OSRImportFromEPSG(srs, epsg) == OGRERR_NONE;
    if (srs)
        OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    char **options = layer_options(spec, &out->columns);
    const char *slash = strrchr(out->path, '/');
    const char *stem = slash ? slash + 1 : out->path;
    struct mere_text layer = {0};
    const char *dot = strrchr(stem, '.');
    /* Names that begin with gpkg are a GeoPackage's own in GDAL's reading. */
    bool taken = strcmp(driver, "GPKG") == 0 && strncasecmp(stem, "gpkg", 4) == 0;
    mere_text_addf(&layer, "%s%.*s", taken ? "layer_" : "",
                   dot ? (int)(dot - stem) : (int)strlen(stem), stem);
    if (known && !layer.failed)
        out->layer =
            GDALDatasetCreateLayer(out->dataset, mere_text_str(&layer), srs, type, options);
    mere_text_clear(&layer);
    CSLDestroy(options);
    if (srs)
        OSRRelease(srs);
    if (!out->layer)
        return fail_gdal(ctx, out, "given a layer");
    MERE_TRY(make_fields(ctx, out));
    out->transactions = GDALDatasetTestCapability(out->dataset, ODsCTransactions) != 0;
    if (out->transactions && GDALDatasetStartTransaction(out->dataset, FALSE) != OGRERR_NONE)
        return fail_gdal(ctx, out, "written");
    return MERE_OK;
}

enum mere_status mere_points_out_open(struct mere_ctx *ctx, const char *path,
                                      const struct mere_points_spec *spec,
                                      struct mere_points_out **ret)
{
    struct mere_points_out *out = calloc(1, sizeof *out);
    if (!out)
        return mere_fail_nomem(ctx, "opening the output");
    out->path = mere_arena_text(&out->arena, path, strlen(path));
    out->when = spec->when ? mere_arena_text(&out->arena, spec->when, strlen(spec->when)) : NULL;
    enter(out);
    enum mere_status status = out->path && (out->when || !spec->when)
                                  ? mere_fileset_open(ctx, path, spec->force, &out->set)
                                  : mere_fail_nomem(ctx, "opening the output");
    /* GeoJSON is WGS 84 by its standard. */
    bool plain = !spec->cgcs2000 || strcmp(spec->driver, "GeoJSON") == 0;
    if (status == MERE_OK)
        status = make_layer(ctx, out, spec, plain ? 4326 : 4490);
    release(out);
    if (status == MERE_OK)
        *ret = out;
    else
        mere_points_out_abort(out);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static void set_value(struct mere_points_out *out, OGRFeatureH feature, size_t i, const char *value)
{
    char cut[MERE_DBF_TEXT + 1];
    if (!value) {
        OGR_F_SetFieldNull(feature, (int)i);
        return;
    }
    if (out->types[i] == MERE_ATTR_TEXT)
        value = mere_out_columns_text(&out->columns, i, value, out->n_rows, cut);
    else if (out->types[i] == MERE_ATTR_REAL)
        mere_out_columns_real(&out->columns, i, strtod(value, NULL), out->n_rows);
    OGR_F_SetFieldString(feature, (int)i, value);
}

/* NULL when there is none, or none that the format holds. */
static OGRGeometryH make_geometry(struct mere_points_out *out, struct mere_degrees at,
                                  const struct mere_points_shape *shape)
{
    OGRGeometryH geometry = NULL;
    if (isfinite(at.lon) && isfinite(at.lat)) {
        geometry = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(geometry, 0, at.lon, at.lat);
    } else if (shape && shape->len > 0 &&
               OGR_G_CreateFromWkb(shape->wkb, NULL, &geometry, (int)shape->len) == OGRERR_NONE &&
               out->columns.shape && OGR_G_GetGeometryType(geometry) != wkbPoint) {
        OGR_G_DestroyGeometry(geometry);
        geometry = NULL;
        if (out->no_shape.n++ == 0)
            out->no_shape.first = out->n_rows;
    }
    return geometry;
}

static enum mere_status add(struct mere_ctx *ctx, struct mere_points_out *out,
                            const char *const *values, struct mere_degrees at,
                            const struct mere_points_shape *shape)
{
    OGRGeometryH geometry = make_geometry(out, at, shape);
    if (!geometry && out->needs_place)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "%s: row %zu has no place, and FlatGeobuf would leave it out; name an output "
            "of another format, such as .gpkg or .csv",
            out->path, out->n_rows + 1);
    OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(out->layer));
    if (!feature) {
        OGR_G_DestroyGeometry(geometry);
        return mere_fail_nomem(ctx, "writing the output");
    }
    for (size_t i = 0; i < out->columns.n; i++)
        set_value(out, feature, i, values[i]);
    if (geometry)
        OGR_F_SetGeometryDirectly(feature, geometry);
    OGRErr err = OGR_L_CreateFeature(out->layer, feature);
    OGR_F_Destroy(feature);
    if (err != OGRERR_NONE)
        return fail_gdal(ctx, out, "written");
    if (++out->n_rows % ROWS_A_TRANSACTION || !out->transactions)
        return MERE_OK;
    if (GDALDatasetCommitTransaction(out->dataset) != OGRERR_NONE ||
        GDALDatasetStartTransaction(out->dataset, FALSE) != OGRERR_NONE)
        return fail_gdal(ctx, out, "written");
    return MERE_OK;
}

enum mere_status mere_points_out_add(struct mere_ctx *ctx, struct mere_points_out *out,
                                     const char *const *values, struct mere_degrees at,
                                     const struct mere_points_shape *shape)
{
    enter(out);
    enum mere_status status = add(ctx, out, values, at, shape);
    release(out);
    return status;
}

void mere_points_out_lost(const struct mere_points_out *out, struct mere_text *text)
{
    const struct mere_out_told told = {0};
    mere_out_columns_tell(&out->columns, &told, text);
    if (out->no_shape.n)
        mere_text_addf(text,
                       "%llu geometries are left out, the first in row %llu: a shapefile of points "
                       "holds no other\n",
                       (unsigned long long)out->no_shape.n,
                       (unsigned long long)out->no_shape.first + 1);
}

const char *mere_points_out_warning(const struct mere_points_out *out)
{
    return out->warning;
}

/* ---- ending -------------------------------------------------------------------------------------
 */

void mere_points_out_abort(struct mere_points_out *out)
{
    if (!out)
        return;
    enter(out);
    if (out->dataset)
        GDALClose(out->dataset);
    release(out);
    mere_fileset_free(out->set);
    mere_arena_clear(&out->arena);
    free(out);
}

enum mere_status mere_points_out_commit(struct mere_ctx *ctx, struct mere_points_out *out)
{
    enter(out);
    enum mere_status status = MERE_OK;
    if (out->transactions && GDALDatasetCommitTransaction(out->dataset) != OGRERR_NONE)
        status = fail_gdal(ctx, out, "written");
    GDALClose(out->dataset);
    out->dataset = NULL;
    if (status == MERE_OK && out->errors.n_failures > 0)
        status = fail_gdal(ctx, out, "written");
    release(out);
    if (status == MERE_OK)
        status = mere_fileset_commit(ctx, out->set);
    mere_points_out_abort(out);
    return status;
}
