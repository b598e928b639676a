#include "io/source.h"
#include "base/text.h"
#include "io/dbf.h"
#include "io/gdal_errors.h"
#include "io/source_priv.h"
#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <inttypes.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_SIDE_FILE 65536 /* bytes of a .prj or .cpg that are read */

/* ---- what stands beside a shapefile --------------------------------------------------------- */

/* Beside a file that lies deeper in a .zip. */
static void find_packed_side(const char *inner, const char *ext, char *ret, size_t size)
{
    size_t stem = strlen(inner) - strlen(CPLGetExtension(inner));
    for (int upper = 0; upper < 2; upper++) {
        int n = snprintf(ret, size, "%.*s%s", (int)stem, inner, ext);
        if (n < 0 || (size_t)n >= size)
            break;
        for (char *c = ret + stem; upper && *c; c++)
            if (*c >= 'a' && *c <= 'z')
                *c = (char)(*c - 'a' + 'A');
        VSILFILE *f = VSIFOpenL(ret, "rb");
        if (f) {
            VSIFCloseL(f);
            return;
        }
    }
    ret[0] = 0;
}

/* The file of the shapefile with the ending `ext`, which may lie in a .zip beside others: only the
 * one that has the layer's name is its own. "" when there is none, or several. */
static void find_side(const struct mere_source *source, const char *ext, char *ret, size_t size)
{
    if (!mere_ends_with(source->path, ".zip")) {
        mere_beside(source->path, ext, ret, size);
        return;
    }
    if (source->inner) {
        find_packed_side(source->inner, ext, ret, size);
        return;
    }
    size_t n_found = 0, n = strlen(source->layer);
    snprintf(ret, size, "/vsizip/%s", source->path);
    char **names = VSIReadDirRecursive(ret);
    ret[0] = 0;
    for (int i = 0; names && names[i]; i++) {
        const char *base = CPLGetFilename(names[i]);
        if (strncmp(base, source->layer, n) != 0 || base[n] != '.' ||
            strcasecmp(base + n + 1, ext) != 0)
            continue;
        snprintf(ret, size, "/vsizip/%s/%s", source->path, names[i]);
        n_found++;
    }
    CSLDestroy(names);
    if (n_found != 1)
        ret[0] = 0;
}

/* Up to `max` bytes from the beginning of that file. */
static size_t read_head(const struct mere_source *source, const char *ext, void *ret, size_t max)
{
    char path[4096];
    find_side(source, ext, path, sizeof path);
    VSILFILE *f = path[0] ? VSIFOpenL(path, "rb") : NULL;
    if (!f)
        return 0;
    size_t n = VSIFReadL(ret, 1, max, f);
    VSIFCloseL(f);
    return n;
}

static char *read_side(struct mere_source *source, const char *ext)
{
    char *text = mere_arena_alloc(&source->arena, MAX_SIDE_FILE + 1, 1);
    return text && read_head(source, ext, text, MAX_SIDE_FILE) > 0 ? text : NULL;
}

static int read_ldid(const struct mere_source *source)
{
    unsigned char head[32];
    return read_head(source, "dbf", head, sizeof head) == sizeof head ? head[29] : -1;
}

/* ---- the CRS as the file tells it ------------------------------------------------------------ */

static bool wgs84_by_standard(const char *driver)
{
    static const char *const STANDARD[] = {"GeoJSON", "GeoJSONSeq", "TopoJSON",
                                           "LIBKML",  "KML",        "GPX"};
    for (size_t i = 0; i < MERE_LEN(STANDARD); i++)
        if (strcmp(STANDARD[i], driver) == 0)
            return true;
    return false;
}

static bool is_epsg_4326(OGRSpatialReferenceH srs)
{
    const char *authority = OSRGetAuthorityName(srs, NULL);
    const char *code = OSRGetAuthorityCode(srs, NULL);
    return authority && code && strcmp(authority, "EPSG") == 0 && strcmp(code, "4326") == 0;
}

static enum mere_status read_crs(struct mere_ctx *ctx, OGRLayerH layer, struct mere_source *source)
{
    if (strcmp(source->driver, "ESRI Shapefile") == 0) {
        /* The .prj itself: OGR would put the EPSG code that it thinks is meant in its place. */
        source->crs_text = read_side(source, "prj");
        source->crs_from = "the .prj file";
        return MERE_OK;
    }
    OGRSpatialReferenceH srs = OGR_L_GetSpatialRef(layer);
    bool standard = wgs84_by_standard(source->driver);
    if (standard && (!srs || is_epsg_4326(srs))) {
        /* A GeoJSON of 2008 that says "crs": null comes without one too: RFC 7946 knows no such. */
        source->crs_text = "EPSG:4326";
        source->crs_from = "the standard of its format";
        source->standard_wgs84 = true;
        return MERE_OK;
    }
    if (!srs)
        return MERE_OK;
    const char *authority = OSRGetAuthorityName(srs, NULL);
    const char *code = OSRGetAuthorityCode(srs, NULL);
    char *wkt = NULL;
    const char *const options[] = {"FORMAT=WKT2_2019", NULL};
    struct mere_text text = {0};
    if (authority && code)
        mere_text_addf(&text, "%s:%s", authority, code);
    else if (OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt)
        mere_text_add(&text, wkt);
    CPLFree(wkt);
    /* A GeoPackage's "undefined" CRS is written as an engineering or an unknown geographic one. */
    if (text.len > 0 && !strstr(mere_text_str(&text), "Undefined "))
        source->crs_text = mere_arena_text(&source->arena, text.s, text.len);
    source->crs_from = "the file";
    bool failed = text.failed;
    mere_text_clear(&text);
    return failed ? mere_fail_nomem(ctx, "reading the CRS") : MERE_OK;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Truths are texts: "true" and "false". */
static enum mere_attr_type type_of(OGRFieldDefnH field)
{
    switch (OGR_Fld_GetType(field)) {
    case OFTInteger:
        return OGR_Fld_GetSubType(field) == OFSTBoolean ? MERE_ATTR_TEXT : MERE_ATTR_INT;
    case OFTInteger64:
        return MERE_ATTR_INT;
    case OFTReal:
        return MERE_ATTR_REAL;
    default:
        return MERE_ATTR_TEXT;
    }
}

/* The table's key where a person named it ("id"): a column like the others. "fid" and "ogc_fid" are
 * the names that programs give. NULL when there is none. */
static const char *named_key(OGRLayerH layer, const struct mere_source *source)
{
    const char *name = OGR_L_GetFIDColumn(layer);
    bool table = strcmp(source->driver, "GPKG") == 0 || strcmp(source->driver, "SQLite") == 0;
    return table && *name && strcasecmp(name, "fid") != 0 && strcasecmp(name, "ogc_fid") != 0
               ? name
               : NULL;
}

static enum mere_status read_fields(struct mere_ctx *ctx, OGRLayerH layer,
                                    struct mere_source *source)
{
    OGRFeatureDefnH defn = OGR_L_GetLayerDefn(layer);
    const char *key = named_key(layer, source);
    int n = OGR_FD_GetFieldCount(defn);
    if (n > MERE_SOURCE_MAX_FIELDS)
        return mere_fail(ctx, MERE_E_LIMIT, "%d fields; at most %d are read", n,
                         MERE_SOURCE_MAX_FIELDS);
    bool shape = strcmp(source->driver, "ESRI Shapefile") == 0;
    source->n_keys = key ? 1 : 0;
    source->n_fields = source->n_keys + (n > 0 ? (size_t)n : 0);
    source->fields = MERE_NEW(&source->arena, struct mere_source_field, source->n_fields);
    if (!source->fields)
        return mere_fail_nomem(ctx, "reading fields");
    if (key) {
        source->fields[0] = (struct mere_source_field){
            .name = mere_arena_text(&source->arena, key, strlen(key)), .type = MERE_ATTR_INT};
        if (!source->fields[0].name)
            return mere_fail_nomem(ctx, "reading fields");
    }
    for (int i = 0; i < n; i++) {
        struct mere_source_field *to = &source->fields[source->n_keys + (size_t)i];
        OGRFieldDefnH field = OGR_FD_GetFieldDefn(defn, i);
        const char *name = OGR_Fld_GetNameRef(field);
        size_t len = strlen(name);
        *to = (struct mere_source_field){
            .name = mere_arena_text(&source->arena, name, len),
            .type = type_of(field),
            .width = shape ? OGR_Fld_GetWidth(field) : 0,
            .name_cut = shape && len >= 9, /* 10 bytes, less what GDAL trims */
        };
        if (!to->name)
            return mere_fail_nomem(ctx, "reading fields");
    }
    return MERE_OK;
}

/* ---- features -------------------------------------------------------------------------------- */

static enum mere_status keep_wkb(struct mere_ctx *ctx, struct mere_source *source,
                                 OGRGeometryH geometry, struct mere_source_feature *feature)
{
    size_t size = OGR_G_WkbSizeEx(geometry);
    feature->wkb = mere_arena_alloc(&source->rows, size, 1);
    if (!feature->wkb)
        return mere_fail_nomem(ctx, "keeping geometries");
    if (OGR_G_ExportToIsoWkb(geometry, wkbNDR, feature->wkb) == OGRERR_NONE)
        feature->wkb_len = size;
    return MERE_OK;
}

static bool is_wkt_name(const char *name)
{
    return strcasecmp(name, "WKT") == 0 || strcasecmp(name, "geometry") == 0 ||
           strcasecmp(name, "geom") == 0;
}

/* A table has no geometries, but a column of WKT may stand for them. OGR reads that of a CSV: a
 * .csvt names it, else the first with one of the names is it. */
static void find_wkt(OGRLayerH layer, struct mere_source *source)
{
    bool csv = strcmp(source->driver, "CSV") == 0;
    const char *column = csv ? OGR_L_GetGeometryColumn(layer) : "";
    const char *named = strncmp(column, "geom_", 5) == 0 ? column + 5 : NULL;
    source->wkt_field = MERE_UNKNOWN;
    if ((OGR_L_GetGeomType(layer) == wkbNone) == csv)
        return;
    source->wkt_to_do = !csv;
    for (size_t i = source->n_keys; i < source->n_fields; i++) {
        const struct mere_source_field *field = &source->fields[i];
        if (field->type == MERE_ATTR_TEXT && source->wkt_field == MERE_UNKNOWN &&
            (named ? strcmp(field->name, named) == 0 : is_wkt_name(field->name)))
            source->wkt_field = (int)i;
    }
}

/* The geometry of a feature; `*ret_own` when the caller must destroy it. */
static OGRGeometryH geometry_of(OGRFeatureH h, const struct mere_source *source, bool *ret_own)
{
    *ret_own = source->wkt_to_do && source->wkt_field != MERE_UNKNOWN;
    if (!*ret_own)
        return OGR_F_GetGeometryRef(h);
    OGRGeometryH geometry = NULL;
    char *wkt = CPLStrdup(OGR_F_GetFieldAsString(h, source->wkt_field - (int)source->n_keys));
    char *rest = wkt;
    if (OGR_G_CreateFromWkt(&rest, NULL, &geometry) != OGRERR_NONE)
        geometry = NULL;
    CPLFree(wkt);
    return geometry;
}

#define WKT_MAX 1000 /* bytes of a rejected geometry that are kept */

static enum mere_status cut_wkt(struct mere_ctx *ctx, struct mere_source *source, const char *wkt,
                                struct mere_source_feature *feature)
{
    size_t len = strlen(wkt);
    struct mere_text text = {0};
    mere_text_add_n(&text, wkt, mere_utf8_cut(wkt, len, WKT_MAX));
    if (len > WKT_MAX)
        mere_text_addf(&text, " ... %zu bytes", len);
    feature->wkt =
        text.failed ? NULL : mere_arena_text(&source->rows, mere_text_str(&text), text.len);
    mere_text_clear(&text);
    return feature->wkt ? MERE_OK : mere_fail_nomem(ctx, "keeping what is rejected");
}

/* What can't become a zone, as text for the list of rejects; and a text that is no geometry. */
static enum mere_status keep_wkt(struct mere_ctx *ctx, OGRFeatureH h, struct mere_source *source,
                                 OGRGeometryH geometry, struct mere_source_feature *feature)
{
    enum mere_status status = MERE_OK;
    char *wkt = NULL;
    if (geometry && (feature->n_parts == 0 || feature->error) &&
        OGR_G_ExportToIsoWkt(geometry, &wkt) == OGRERR_NONE && wkt)
        status = cut_wkt(ctx, source, wkt, feature);
    CPLFree(wkt);
    if (!geometry && source->wkt_field >= 0)
        status =
            cut_wkt(ctx, source, OGR_F_GetFieldAsString(h, source->wkt_field - (int)source->n_keys),
                    feature);
    return status;
}

/* A text stands where WKT should, but none came of it. */
static bool is_bad_wkt(OGRFeatureH h, const struct mere_source *source)
{
    if (source->wkt_field == MERE_UNKNOWN)
        return false;
    const char *text = OGR_F_GetFieldAsString(h, source->wkt_field - (int)source->n_keys);
    return text[strspn(text, " \t\r\n")] != 0;
}

static enum mere_status take_geometry(struct mere_ctx *ctx, OGRFeatureH h,
                                      struct mere_source *source, const struct mere_read *how,
                                      struct mere_source_feature *feature)
{
    bool own;
    OGRGeometryH geometry = geometry_of(h, source, &own);
    enum mere_status status = MERE_OK;
    if (geometry) {
        status = mere_source_take(ctx, source, geometry, feature);
        if (status == MERE_OK && how->keep_wkb && !OGR_G_IsEmpty(geometry))
            status = keep_wkb(ctx, source, geometry, feature);
    } else if (is_bad_wkt(h, source)) {
        feature->shape = MERE_SOURCE_BAD;
        feature->error = "its WKT can't be read";
    }
    if (status == MERE_OK && how->keep_wkt)
        status = keep_wkt(ctx, h, source, geometry, feature);
    if (own)
        OGR_G_DestroyGeometry(geometry);
    return status;
}

static enum mere_status read_feature(struct mere_ctx *ctx, OGRFeatureH h,
                                     struct mere_source *source, const struct mere_read *how)
{
    struct mere_source_feature feature = {.part_first = (uint32_t)source->n_parts};
    MERE_TRY(mere_source_values(ctx, h, source, &feature));
    MERE_TRY(take_geometry(ctx, h, source, how, &feature));
    if (!MERE_PUSH(&source->features, feature))
        return mere_fail_nomem(ctx, "reading features");
    source->n_shape[feature.shape]++;
    return MERE_OK;
}

/* Told by GDAL while the feature was read: it comes without the geometry, so the reason goes along.
 */
static void blame(struct mere_source *source, struct mere_gdal_errors *errors)
{
    struct mere_source_feature *last = &source->features.v[source->features.n - 1];
    if (errors->n_failures == 0)
        return;
    const char *text = mere_arena_text(&source->rows, errors->failure, strlen(errors->failure));
    if (last->shape == MERE_SOURCE_NULL || last->shape == MERE_SOURCE_EMPTY) {
        source->n_shape[last->shape]--;
        last->shape = MERE_SOURCE_BAD;
        source->n_shape[last->shape]++;
        last->error = text ? text : "it can't be read";
    }
    errors->n_failures = 0;
}

void mere_source_rewind(struct mere_source *source)
{
    OGR_L_ResetReading(source->handle);
    mere_left_out_rewind(source->left_out);
    source->at_end = false;
    source->n_read = 0;
}

static enum mere_status read_next(struct mere_ctx *ctx, struct mere_source *source,
                                  const struct mere_read *how, struct mere_gdal_errors *errors,
                                  bool *ret_more)
{
    MERE_TRY(mere_left_out_next(ctx, source, false, ret_more));
    if (*ret_more)
        return MERE_OK;
    OGRFeatureH h = OGR_L_GetNextFeature(source->handle);
    if (!h)
        return mere_left_out_next(ctx, source, true, ret_more);
    enum mere_status status = read_feature(ctx, h, source, how);
    OGR_F_Destroy(h);
    MERE_TRY(status);
    blame(source, errors);
    *ret_more = true;
    return MERE_OK;
}

enum mere_status mere_source_read_on(struct mere_ctx *ctx, struct mere_source *source,
                                     const struct mere_read *how, size_t max,
                                     struct mere_gdal_errors *errors)
{
    GIntBig total = source->surveyed ? 0 : OGR_L_GetFeatureCount(source->handle, FALSE);
    errors->n_failures = 0;
    while (source->features.n < max) {
        bool more;
        MERE_TRY(read_next(ctx, source, how, errors, &more));
        source->at_end = !more;
        if (!more)
            break;
        if (++source->n_read > MERE_SOURCE_MAX_FEATURES)
            return mere_fail(ctx, MERE_E_LIMIT, "more than %zu features", MERE_SOURCE_MAX_FEATURES);
        if (source->n_read % 4096 == 0 && !source->surveyed)
            MERE_TRY(mere_tick(ctx, "reading", source->n_read, total > 0 ? (uint64_t)total : 0));
    }
    if (errors->n_failures > 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s is damaged after feature %" PRIu64 ": %s",
                         source->path, source->n_read, errors->failure);
    return MERE_OK;
}

static void open_wide(struct mere_source *source)
{
    char path[4096];
    if (strcmp(source->driver, "ESRI Shapefile") != 0)
        return;
    find_side(source, "dbf", path, sizeof path);
    source->no_dbf = !path[0];
    source->dbf = path[0] ? mere_dbf_open(path, source->n_fields) : NULL;
    for (size_t i = 0; i < source->n_fields; i++)
        source->fields[i].wide =
            source->fields[i].type == MERE_ATTR_REAL && mere_dbf_wide(source->dbf, i);
}

void mere_source_warned(struct mere_source *source, const struct mere_gdal_errors *errors)
{
    source->n_warnings += errors->n_warnings;
    if (errors->n_warnings && !source->warning)
        source->warning = mere_arena_text(&source->arena, errors->warning, strlen(errors->warning));
}

/* Formats whose texts GDAL hands over as the bytes in the file. */
static bool raw_driver(const char *driver)
{
    return strcmp(driver, "ESRI Shapefile") == 0 || strcmp(driver, "CSV") == 0;
}

static enum mere_status open_layer(struct mere_ctx *ctx, struct mere_dataset *dataset, size_t i,
                                   struct mere_source *source)
{
    OGRLayerH layer = GDALDatasetGetLayer(dataset->h, (int)i);
    const char *name = mere_dataset_layer_name(dataset, i);
    source->path = mere_arena_text(&source->arena, dataset->path, strlen(dataset->path));
    source->driver = mere_arena_text(&source->arena, dataset->driver, strlen(dataset->driver));
    source->layer = mere_arena_text(&source->arena, name, strlen(name));
    if (dataset->inner)
        source->inner = mere_arena_text(&source->arena, dataset->inner, strlen(dataset->inner));
    if (!source->path || !source->driver || !source->layer || (dataset->inner && !source->inner) ||
        !MERE_PUSH(&source->part_ring, 0) || !MERE_PUSH(&source->ring_first, 0))
        return mere_fail_nomem(ctx, "reading a layer");
    if (!layer)
        return mere_fail(ctx, MERE_E_INPUT, "%s: layer %zu can't be read", dataset->path, i);
    source->min_x = source->min_y = HUGE_VAL;
    source->max_x = source->max_y = -HUGE_VAL;
    source->hints.ldid = -1;
    source->raw = raw_driver(source->driver);
    if (strcmp(source->driver, "ESRI Shapefile") == 0) {
        source->hints.cpg = read_side(source, "cpg");
        source->hints.ldid = read_ldid(source);
    }
    source->handle = layer;
    struct mere_gdal_errors errors;
    mere_gdal_catch(&errors);
    enum mere_status status = read_crs(ctx, layer, source);
    if (status == MERE_OK)
        status = read_fields(ctx, layer, source);
    find_wkt(layer, source);
    open_wide(source);
    if (status == MERE_OK)
        status = mere_left_out_open(ctx, dataset, i, source);
    mere_gdal_release();
    mere_source_warned(source, &errors);
    return status;
}

enum mere_status mere_source_open(struct mere_ctx *ctx, struct mere_dataset *dataset, size_t i,
                                  struct mere_source **ret)
{
    struct mere_source *source = calloc(1, sizeof *source);
    if (!source)
        return mere_fail_nomem(ctx, "reading a layer");
    enum mere_status status = open_layer(ctx, dataset, i, source);
    if (status != MERE_OK) {
        mere_source_free(source);
        return status;
    }
    *ret = source;
    return MERE_OK;
}

static enum mere_status read_whole(struct mere_ctx *ctx, struct mere_source *source,
                                   const struct mere_read *how)
{
    struct mere_gdal_errors errors;
    size_t max = how->max_features ? how->max_features : SIZE_MAX;
    mere_gdal_catch(&errors);
    mere_source_rewind(source);
    enum mere_status status = mere_source_read_on(ctx, source, how, max, &errors);
    if (status == MERE_OK)
        status = mere_source_settle(ctx, source);
    mere_dbf_close(source->dbf);
    source->dbf = NULL;
    source->handle = NULL;
    mere_gdal_release();
    mere_source_warned(source, &errors);
    return status;
}

enum mere_status mere_source_read(struct mere_ctx *ctx, struct mere_dataset *dataset, size_t i,
                                  const struct mere_read *how, struct mere_source **ret)
{
    struct mere_source *source = calloc(1, sizeof *source);
    if (!source)
        return mere_fail_nomem(ctx, "reading a layer");
    enum mere_status status = open_layer(ctx, dataset, i, source);
    if (status == MERE_OK)
        status = read_whole(ctx, source, how);
    if (status != MERE_OK) {
        mere_source_free(source);
        return status;
    }
    *ret = source;
    return MERE_OK;
}

void mere_source_free(struct mere_source *source)
{
    if (!source)
        return;
    MERE_VEC_FREE(&source->features);
    MERE_VEC_FREE(&source->part_ring);
    MERE_VEC_FREE(&source->ring_first);
    MERE_VEC_FREE(&source->x);
    MERE_VEC_FREE(&source->y);
    mere_dbf_close(source->dbf);
    mere_left_out_close(source->left_out);
    mere_text_clear(&source->scratch);
    mere_arena_clear(&source->rows);
    mere_arena_clear(&source->arena);
    free(source);
}

int mere_source_field(const struct mere_source *source, const char *name)
{
    int found = MERE_UNKNOWN;
    size_t n_found = 0;
    for (size_t i = 0; i < source->n_fields; i++) {
        if (strcmp(source->fields[i].name, name) == 0)
            return (int)i;
        if (strcasecmp(source->fields[i].name, name) == 0) {
            found = (int)i;
            n_found++;
        }
    }
    return n_found == 1 ? found : MERE_UNKNOWN;
}
