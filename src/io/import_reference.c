/* import_reference.c - a reference layer: roads, buildings, addresses, key points as they are,
 * brought to WGS 84 vertex by vertex, nothing noded, all fields kept. */
#include "io/gdal_errors.h"
#include "io/import_priv.h"
#include "io/points_priv.h"
#include "io/source_priv.h"
#include <math.h>
#include <string.h>
#include <strings.h>

#define MAX_DEPTH 32

/* ---- a table of places ---------------------------------------------------------------------- */

bool mere_import_is_table(const struct mere_source *source)
{
    bool format = strcmp(source->driver, "CSV") == 0 || strcmp(source->driver, "XLSX") == 0 ||
                  strcmp(source->driver, "ODS") == 0;
    return format && source->features.n > 0 && source->wkt_field == MERE_UNKNOWN &&
           source->n_shape[MERE_SOURCE_NULL] == source->features.n;
}

static struct mere_csv_field value_of(const struct mere_source_feature *feature, int column)
{
    return (struct mere_csv_field){feature->values[column].s, feature->values[column].len};
}

static enum mere_status take_place(struct mere_import_work *w, struct mere_source_feature *feature,
                                   struct mere_text *scratch)
{
    enum { SIZE = 21 }; /* of a point as WKB */
    struct mere_source *source = w->source;
    struct mere_points_row row = {.x = NAN, .y = NAN};
    points_parse(value_of(feature, w->x), value_of(feature, w->y), scratch, &row);
    if (row.bad != MERE_BAD_NOT || !isfinite(row.x) || !isfinite(row.y)) {
        feature->error = "its longitude or latitude can't be read";
        return MERE_OK;
    }
    OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
    OGR_G_SetPoint_2D(point, 0, row.x, row.y);
    feature->wkb = mere_arena_alloc(&source->rows, SIZE, 1);
    if (feature->wkb && OGR_G_ExportToIsoWkb(point, wkbNDR, feature->wkb) == OGRERR_NONE)
        feature->wkb_len = SIZE;
    OGR_G_DestroyGeometry(point);
    feature->shape = MERE_SOURCE_POINTS;
    source->n_shape[MERE_SOURCE_NULL]--;
    source->n_shape[MERE_SOURCE_POINTS]++;
    source->in_gcj_area =
        source->in_gcj_area || mere_in_gcj_area((struct mere_degrees){row.x, row.y});
    mere_source_note(source, row.x, row.y);
    return feature->wkb_len ? MERE_OK : mere_fail_nomem(w->ctx, "taking places");
}

enum mere_status mere_import_places(struct mere_import_work *w)
{
    struct mere_source *source = w->source;
    if (!mere_import_is_table(source))
        return MERE_OK;
    const char **names = MERE_NEW(&w->arena, const char *, source->n_fields);
    if (!names)
        return mere_fail_nomem(w->ctx, "taking places");
    for (size_t i = 0; i < source->n_fields; i++)
        names[i] = source->fields[i].name;
    enum mere_status status =
        mere_points_pair(w->ctx, source->path, names, source->n_fields, &w->x, &w->y);
    if (status == MERE_E_INPUT)
        return mere_fail(
            w->ctx, MERE_E_INPUT,
            "%s is a table without geometries, and not exactly one pair of its columns "
            "is named like longitude and latitude; call the two that hold the places "
            "lon and lat (and no others so), or put WKT into a column WKT",
            source->path);
    struct mere_text scratch = {0};
    for (size_t i = 0; i < source->features.n && status == MERE_OK; i++)
        status = take_place(w, &source->features.v[i], &scratch);
    mere_text_clear(&scratch);
    if (!source->crs_text) {
        source->crs_text = "EPSG:4326";
        source->crs_from = "its columns of longitude and latitude";
    }
    return status;
}

/* ---- features -------------------------------------------------------------------------------- */

/* Transform every vertex in place; false when one goes off the Earth. */
/* NOLINTNEXTLINE(misc-no-recursion): collections in collections; MAX_DEPTH bounds it */
static bool to_wgs84(const struct mere_place *place, OGRGeometryH geometry, int depth)
{
    int n_children = OGR_G_GetGeometryCount(geometry);
    if (depth > MAX_DEPTH)
        return false;
    for (int i = 0; i < n_children; i++)
        if (!to_wgs84(place, OGR_G_GetGeometryRef(geometry, i), depth + 1))
            return false;
    int n = n_children ? 0 : OGR_G_GetPointCount(geometry);
    for (int i = 0; i < n; i++) {
        double x = OGR_G_GetX(geometry, i);
        double y = OGR_G_GetY(geometry, i);
        mere_place_to_wgs84(place, &x, &y, 1);
        if (!(x >= -180 && x <= 180 && y >= -90 && y <= 90))
            return false;
        if (OGR_G_Is3D(geometry))
            OGR_G_SetPoint(geometry, i, x, y, OGR_G_GetZ(geometry, i));
        else
            OGR_G_SetPoint_2D(geometry, i, x, y);
    }
    return true;
}

static enum mere_status take_feature(struct mere_import_work *w, size_t i,
                                     struct mere_ref_feature *ret)
{
    struct mere_source_feature *feature = &w->source->features.v[i];
    OGRGeometryH geometry = NULL;
    if (feature->wkb_len == 0 ||
        OGR_G_CreateFromWkb(feature->wkb, NULL, &geometry, (int)feature->wkb_len) != OGRERR_NONE) {
        w->reject[i] = feature->error ? feature->error : "it has no geometry that can be read";
        return MERE_OK;
    }
    if (OGR_G_HasCurveGeometry(geometry, TRUE)) {
        OGRGeometryH straight = OGR_G_GetLinearGeometry(geometry, 0, NULL);
        OGR_G_DestroyGeometry(geometry);
        geometry = straight;
    }
    size_t size = geometry ? OGR_G_WkbSizeEx(geometry) : 0;
    uint8_t *wkb = mere_arena_alloc(&w->arena, size, 1);
    if (geometry && !to_wgs84(&w->place, geometry, 0))
        w->reject[i] = "a vertex is off the Earth";
    else if (!geometry || !wkb || OGR_G_ExportToIsoWkb(geometry, wkbNDR, wkb) != OGRERR_NONE)
        w->reject[i] = "its geometry can't be kept";
    OGR_G_DestroyGeometry(geometry);
    ret->wkb = wkb;
    ret->wkb_len = size;
    ret->attrs = MERE_NEW(&w->arena, const char *, w->n_free);
    if (!wkb || !ret->attrs)
        return mere_fail_nomem(w->ctx, "keeping geometries");
    for (size_t c = 0; c < w->n_free; c++)
        ret->attrs[c] = feature->values[w->free[c].field].s;
    return MERE_OK;
}

enum mere_status mere_import_make_reference(struct mere_import_work *w, struct mere_ref_layer *ret)
{
    size_t n = w->source->features.n;
    struct mere_column *columns = MERE_NEW(&w->arena, struct mere_column, w->n_free);
    struct mere_ref_feature *features = MERE_NEW(&w->arena, struct mere_ref_feature, n);
    w->reject = MERE_NEW(&w->arena, const char *, n);
    if (!columns || !features || !w->reject)
        return mere_fail_nomem(w->ctx, "keeping geometries");
    for (size_t c = 0; c < w->n_free; c++) {
        const char *name = w->source->fields[w->free[c].field].name;
        /* code, name, parent ... are no columns of ours here: only the two that every layer has. */
        bool own =
            strcmp(w->free[c].name, "src_fid") == 0 || strcmp(w->free[c].name, "src_geom") == 0;
        for (size_t k = 0; k < c; k++)
            own = own || strcasecmp(columns[k].name, name) == 0;
        columns[c].name = own || !*name ? w->free[c].name : name;
        w->free[c].name = columns[c].name; /* what is told */
        columns[c].type = w->source->fields[w->free[c].field].type;
    }
    struct mere_gdal_errors errors;
    enum mere_status status = MERE_OK;
    size_t k = 0;
    mere_gdal_catch(&errors);
    for (size_t i = 0; i < n && status == MERE_OK; i++) {
        status = take_feature(w, i, &features[k]);
        k += w->reject[i] == NULL;
    }
    mere_gdal_release();
    *ret = (struct mere_ref_layer){w->options->scheme, w->n_free, columns, k, features};
    return status;
}
