#include "io/export_priv.h"
#include "io/fileset.h"
#include "io/place.h"
#include "io/source_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *extension;
    const char *driver; /* of OGR; NULL where we write ourselves */
    enum mere_status (*write)(struct mere_export_work *w);
} FORMATS[] = {
    {".geojson", NULL, mere_export_geojson}, {".json", NULL, mere_export_geojson},
    {".csv", NULL, mere_export_csv},         {".gpkg", "GPKG", NULL},
    {".shp", "ESRI Shapefile", NULL},        {".fgb", "FlatGeobuf", NULL},
};

/* ---- columns and values ---------------------------------------------------------------------- */

static bool labelled(const struct mere_export_work *w)
{
    return w->datum > MERE_DATUM_WGS84;
}

size_t mere_export_n_columns(const struct mere_export_work *w)
{
    return MERE_EXPORT_OWN + w->layer.n_columns + labelled(w);
}

struct mere_column mere_export_column(const struct mere_export_work *w, size_t c)
{
    static const struct mere_column OWN[MERE_EXPORT_OWN] = {
        {"code", MERE_ATTR_TEXT}, {"name", MERE_ATTR_TEXT},      {"parent", MERE_ATTR_TEXT},
        {"kind", MERE_ATTR_TEXT}, {"households", MERE_ATTR_INT}, {"persons", MERE_ATTR_INT}};
    if (c < MERE_EXPORT_OWN)
        return OWN[c];
    if (c < MERE_EXPORT_OWN + w->layer.n_columns)
        return w->layer.columns[c - MERE_EXPORT_OWN];
    return (struct mere_column){MERE_DATUM_LABEL, MERE_ATTR_TEXT};
}

static const char *count_text(int64_t v, char buf[32])
{
    if (v == MERE_UNKNOWN)
        return NULL;
    snprintf(buf, 32, "%lld", (long long)v);
    return buf;
}

const char *mere_export_value(const struct mere_export_work *w, size_t zone, size_t c, char buf[32])
{
    const struct mere_zone *z = &w->layer.zones[zone];
    switch (c) {
    case 0:
        return z->code;
    case 1:
        return z->name;
    case 2:
        return z->parent;
    case 3:
        return z->kind;
    case 4:
        return count_text(z->households, buf);
    case 5:
        return count_text(z->persons, buf);
    default:
        c -= MERE_EXPORT_OWN;
        return c < w->layer.n_columns ? z->attrs[c] : mere_datum_word(w->datum);
    }
}

static void add_e7(struct mere_text *text, int32_t v)
{
    int64_t u = v < 0 ? -(int64_t)v : v;
    char buf[32];
    int n = snprintf(buf, sizeof buf, "%s%lld.%07lld", v < 0 ? "-" : "", (long long)(u / 10000000),
                     (long long)(u % 10000000));
    while (n > 0 && buf[n - 1] == '0')
        n--;
    if (n > 0 && buf[n - 1] == '.')
        n--;
    mere_text_add_n(text, buf, (size_t)n);
}

void mere_export_point(const struct mere_export_work *w, size_t point, const char *between,
                       struct mere_text *text)
{
    if (w->exact) {
        add_e7(text, w->layer.pts[point].x);
        mere_text_add(text, between);
        add_e7(text, w->layer.pts[point].y);
        return;
    }
    mere_text_addf(text, "%.*f%s%.*f", w->decimals, w->x[point], between, w->decimals, w->y[point]);
}

enum mere_status mere_export_parts(struct mere_export_work *w, uint32_t **ret_first,
                                   uint32_t **ret_order)
{
    const struct mere_layer *layer = &w->layer;
    uint32_t *first = MERE_NEW(&w->arena, uint32_t, layer->n_zones + 2);
    uint32_t *order = MERE_NEW(&w->arena, uint32_t, layer->n_parts);
    if (!first || !order)
        return mere_fail_nomem(w->ctx, "sorting parts");
    for (size_t p = 0; p < layer->n_parts; p++)
        first[layer->part_zone[p] + 2]++;
    for (size_t z = 2; z < layer->n_zones + 2; z++)
        first[z] += first[z - 1];
    for (size_t p = 0; p < layer->n_parts; p++)
        order[first[layer->part_zone[p] + 1]++] = (uint32_t)p;
    *ret_first = first;
    *ret_order = order;
    return MERE_OK;
}

/* ---- coordinates -------------------------------------------------------------------------------
 */

static enum mere_status choose_crs(struct mere_export_work *w, bool geojson)
{
    const struct mere_export_options *options = w->options;
    w->datum = MERE_DATUM_WGS84;
    if (options->datum && !mere_datum_parse(options->datum, &w->datum))
        return mere_fail(w->ctx, MERE_E_USAGE, "--datum %s: it is wgs84, gcj02 or bd09",
                         options->datum);
    if (options->crs)
        MERE_TRY(mere_crs_open(w->ctx, options->crs, &w->crs));
    const struct mere_crs_info *info = w->crs ? mere_crs_info(w->crs) : NULL;
    bool degrees =
        !info || (info->geographic && info->epsg &&
                  (strcmp(info->epsg, "EPSG:4326") == 0 || strcmp(info->epsg, "EPSG:4490") == 0));
    if (geojson && !degrees)
        return mere_fail(
            w->ctx, MERE_E_INPUT,
            "GeoJSON holds WGS 84 longitude and latitude only (RFC 7946); write a .gpkg "
            "or .shp for %s",
            options->crs);
    if (info && info->cgcs2000 && labelled(w))
        return mere_fail(w->ctx, MERE_E_INPUT,
                         "%s is CGCS2000: coordinates in it can't be %s at once", options->crs,
                         options->datum);
    w->exact = degrees && !labelled(w);
    w->decimals = !info || info->geographic ? 7 : 4;
    return MERE_OK;
}

static enum mere_status transform(struct mere_export_work *w)
{
    const struct mere_layer *layer = &w->layer;
    size_t n = layer->n_rings ? layer->ring_first[layer->n_rings] : 0;
    w->x = MERE_NEW(&w->arena, double, n);
    w->y = MERE_NEW(&w->arena, double, n);
    if (!w->x || !w->y)
        return mere_fail_nomem(w->ctx, "transforming points");
    for (size_t i = 0; i < n; i++) {
        struct mere_degrees p = {mere_e7_to_degrees(layer->pts[i].x),
                                 mere_e7_to_degrees(layer->pts[i].y)};
        p = mere_datum_from_wgs84(p, w->datum);
        w->x[i] = p.lon;
        w->y[i] = p.lat;
    }
    if (w->crs && !w->exact && mere_crs_from_degrees(w->crs, w->x, w->y, n) > 0)
        return mere_fail(w->ctx, MERE_E_INPUT, "%s can't hold all points of %s", w->options->crs,
                         layer->name);
    return MERE_OK;
}

/* ---- files -------------------------------------------------------------------------------------
 */

/* A .prj beside a CSV is its CRS for GDAL and QGIS. One that stands there belongs to something
 * else, so it is not removed. */
static enum mere_status check_prj(const struct mere_export_work *w)
{
    char prj[4096];
    mere_beside(w->path, "prj", prj, sizeof prj);
    if (!mere_ends_with(w->path, ".csv") || !prj[0] || (!labelled(w) && !w->crs))
        return MERE_OK;
    return mere_fail(w->ctx, MERE_E_INPUT,
                     "%s stands beside %s and would be taken for its CRS; name another file", prj,
                     w->path);
}

/* A column of the user's called as ours is gets another name, labelled or not: the next import
 * would take it for the label. */
static enum mere_status name_columns(struct mere_export_work *w, size_t format)
{
    const char *driver = FORMATS[format].driver;
    struct mere_out_columns columns = {.n = mere_export_n_columns(w), .label = SIZE_MAX};
    columns.v = MERE_NEW(&w->arena, struct mere_out_column, columns.n);
    if (!columns.v)
        return mere_fail_nomem(w->ctx, "naming the columns");
    for (size_t c = 0; c < columns.n; c++)
        columns.v[c] = (struct mere_out_column){.name = mere_export_column(w, c).name,
                                                .keeps_empty = c >= MERE_EXPORT_OWN};
    if (labelled(w))
        columns.label = columns.n - 1;
    columns.shape = driver && strcmp(driver, "ESRI Shapefile") == 0;
    if (driver && strcmp(driver, "GPKG") == 0) {
        columns.taken[0] = "fid";
        columns.taken[1] = "geom";
    }
    columns.one_line = FORMATS[format].write == mere_export_csv;
    if (columns.one_line) /* the geometry's column */
        columns.taken[0] = "WKT";
    w->columns = columns;
    return mere_out_columns_name(w->ctx, &w->columns, &w->arena);
}

static const char *code_of(const void *arg, uint64_t zone)
{
    const struct mere_export_work *w = arg;
    return w->layer.zones[zone].code;
}

static enum mere_status write_file(struct mere_export_work *w, size_t format)
{
    struct mere_fileset *set;
    MERE_TRY(check_prj(w));
    MERE_TRY(mere_fileset_open(w->ctx, w->path, w->options->force, &set));
    w->tmp = mere_fileset_inside(set);
    enum mere_status status = FORMATS[format].write ? FORMATS[format].write(w)
                                                    : mere_export_ogr(w, FORMATS[format].driver);
    if (status == MERE_OK)
        status = mere_fileset_commit(w->ctx, set);
    mere_fileset_free(set);
    w->tmp = NULL;
    return status;
}

static enum mere_status find_format(struct mere_ctx *ctx, const char *path, size_t *ret)
{
    for (size_t i = 0; i < MERE_LEN(FORMATS); i++) {
        if (mere_ends_with(path, FORMATS[i].extension)) {
            *ret = i;
            return MERE_OK;
        }
    }
    return mere_fail(ctx, MERE_E_INPUT,
                     "%s: the format goes by the extension, .geojson, .gpkg, .shp, .fgb or .csv",
                     path);
}

static void tell(struct mere_export_work *w)
{
    const struct mere_crs_info *info = w->crs ? mere_crs_info(w->crs) : NULL;
    const char *crs = info          ? info->name
                      : w->cgcs2000 ? "CGCS2000 (EPSG:4490)"
                                    : "WGS 84 (EPSG:4326)";
    char n[32];
    snprintf(n, sizeof n,
             w->zh                   ? "%zu"
             : w->layer.n_zones == 1 ? "%zu zone"
                                     : "%zu zones",
             w->layer.n_zones);
    MERE_WORDS(w->said, w->zh, "exported scheme {0}, {1}, to {2}: {3}", w->layer.name, n, w->path,
               crs ? crs : mere_words(w->zh, "unnamed"));
    if (labelled(w))
        MERE_WORDS(w->said, w->zh,
                   ", shifted to {0}: formula-accurate only, labelled in the column mere_datum",
                   mere_datum_word(w->datum));
    else if (info && !w->exact)
        MERE_WORDS(w->said, w->zh, "; backwards by operation {0}",
                   info->operation ? info->operation : mere_words(w->zh, "unnamed"));
    mere_text_add(w->said, "\n");
}

static enum mere_status run(struct mere_export_work *w, struct mere_db *db)
{
    size_t format = 0;
    MERE_TRY(find_format(w->ctx, w->path, &format));
    MERE_TRY(mere_fileset_check(w->ctx, w->path, w->options->force));
    MERE_TRY(choose_crs(w, FORMATS[format].write == mere_export_geojson));
    MERE_TRY(mere_db_read_layer(w->ctx, db, w->options->scheme, &w->arena, &w->layer));
    w->cgcs2000 = mere_db_district(db)->cgcs2000;
    w->zh = strcmp(mere_db_district(db)->lang, "zh") == 0;
    if (!w->exact || FORMATS[format].driver)
        MERE_TRY(transform(w));
    MERE_TRY(name_columns(w, format));
    MERE_TRY(write_file(w, format));
    const struct mere_out_told told = {w->zh, code_of, w};
    mere_out_columns_tell(&w->columns, &told, w->lost);
    tell(w);
    return MERE_OK;
}

enum mere_status mere_export(struct mere_ctx *ctx, struct mere_db *db, const char *path,
                             const struct mere_export_options *options, struct mere_text *ret_said,
                             struct mere_text *ret_lost)
{
    struct mere_export_work w = {
        .ctx = ctx, .path = path, .options = options, .said = ret_said, .lost = ret_lost};
    enum mere_status status = run(&w, db);
    mere_crs_free(w.crs);
    mere_arena_clear(&w.arena);
    return status;
}
