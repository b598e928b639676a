/* points_layer.c - places from a layer that OGR reads. Its geometry is the place; a layer without
 * any (a sheet of a workbook) is read like CSV, by two columns. */
#include "geo/wkb.h"
#include "io/points_priv.h"
#include <math.h>
#include <string.h>

/* ---- points out of WKB --------------------------------------------------------------------------
 */

/* One point, also as the only member of a multipoint (ISO 13249-3: type modulo 1000). */
static enum mere_bad wkb_point(const uint8_t *wkb, size_t len, double *ret_x, double *ret_y)
{
    if (!wkb || len < 5)
        return MERE_BAD_NO_GEOMETRY;
    bool little = wkb[0] == 1;
    uint32_t type = mere_wkb_u32(wkb + 1, little) % 1000;
    if (type == 4 && len >= 9) {
        uint32_t n = mere_wkb_u32(wkb + 5, little);
        if (n == 0)
            return MERE_BAD_NO_GEOMETRY;
        if (n > 1 || len < 14)
            return MERE_BAD_NO_POINT;
        wkb += 9;
        len -= 9;
        little = wkb[0] == 1;
        type = mere_wkb_u32(wkb + 1, little) % 1000;
    }
    if (type != 1 || len < 21)
        return MERE_BAD_NO_POINT;
    *ret_x = mere_wkb_double(wkb + 5, little);
    *ret_y = mere_wkb_double(wkb + 13, little);
    return isfinite(*ret_x) && isfinite(*ret_y) ? MERE_BAD_NOT : MERE_BAD_NO_GEOMETRY;
}

/* ---- opening ------------------------------------------------------------------------------------
 */

static enum mere_status survey(struct mere_ctx *ctx, const char *path,
                               const struct mere_points_options *options,
                               struct mere_points *points)
{
    size_t layer;
    points->encoding = MERE_NEW(&points->arena, struct mere_encoding, 1);
    points->x = MERE_NEW(&points->arena, double, MERE_POINTS_BATCH);
    points->y = MERE_NEW(&points->arena, double, MERE_POINTS_BATCH);
    if (!points->encoding || !points->x || !points->y)
        return mere_fail_nomem(ctx, "reading a layer of points");
    MERE_TRY(mere_dataset_open(ctx, path, &points->dataset));
    MERE_TRY(mere_dataset_pick(ctx, points->dataset, options->layer, &layer));
    MERE_TRY(mere_source_open(ctx, points->dataset, layer, &points->source));
    enum mere_status status =
        mere_source_survey(ctx, points->source, options->encoding, points->encoding);
    if (status != MERE_OK && !points->encoding->decided && points->encoding->n_candidates)
        return mere_fail_at(ctx, "%s", path);
    MERE_TRY(status);
    points->info.encoding = points->encoding->name;
    points->info.encoding_why = points->encoding->why;
    return MERE_OK;
}

static bool in_degrees(const struct mere_source *source)
{
    return source->min_x >= -180 && source->max_x <= 180 && source->min_y >= -90 &&
           source->max_y <= 90;
}

/* Decide how the geometry becomes a place. */
static enum mere_status decide_place(struct mere_ctx *ctx, const char *path,
                                     const struct mere_points_options *options,
                                     struct mere_points *points)
{
    const struct mere_source *source = points->source;
    if (source->n_shape[MERE_SOURCE_POINTS] == 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s: the layer %s holds no points", path,
                         source->layer);
    /* A datum of each row is told by a column: then the place needs none. */
    struct mere_place_options place = {.datum = options->datum_column ? "wgs84" : options->datum,
                                       .crs = options->crs};
    /* Who tells the datum of numbers that can be degrees tells that they are degrees. */
    if (!place.crs && !source->crs_text && place.datum && in_degrees(source))
        place.crs = "EPSG:4326";
    static const struct mere_known nothing = {0};
    MERE_TRY(mere_place_decide(ctx, source, &place, options->known ? options->known : &nothing,
                               &points->place));
    points->by_geometry = true;
    points->info.only_points = points_only(source);
    points->info.place = points->place.info->name;
    return MERE_OK;
}

enum mere_status points_open_layer(struct mere_ctx *ctx, const char *path,
                                   const struct mere_points_options *options,
                                   struct mere_points *points)
{
    struct mere_points_info *info = &points->info;
    MERE_TRY(survey(ctx, path, options, points));
    const struct mere_source *source = points->source;
    struct mere_points_column *columns =
        MERE_NEW(&points->arena, struct mere_points_column, source->n_fields);
    if (!columns)
        return mere_fail_nomem(ctx, "reading a layer of points");
    for (size_t i = 0; i < source->n_fields; i++)
        columns[i] = (struct mere_points_column){source->fields[i].name, source->fields[i].type};
    info->delimiter = ',';
    info->eol = "\n";
    info->bom = strcmp(info->encoding, "UTF-8") != 0;
    info->n_columns = source->n_fields;
    info->columns = columns;
    info->n_rows = source->n_read;
    info->x = info->y = info->datum_column = -1;
    bool no_geometry = source->n_shape[MERE_SOURCE_NULL] == source->n_read;
    if ((no_geometry || options->x) && options->crs)
        return mere_fail(ctx, MERE_E_USAGE,
                         "--crs is for geometries: the columns of %s are read as degrees", path);
    if (no_geometry || options->x) {
        info->degrees_open = !options->datum && !options->datum_column;
        return points_pick(ctx, path, options, info);
    }
    MERE_TRY(decide_place(ctx, path, options, points));
    if (!options->datum_column)
        return MERE_OK;
    info->datum_column = mere_source_field(source, options->datum_column);
    return info->datum_column >= 0 ? MERE_OK
                                   : mere_fail(ctx, MERE_E_INPUT, "%s has no column \"%s\"", path,
                                               options->datum_column);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static struct mere_csv_field value_of(const struct mere_source_feature *f, int column)
{
    if (column < 0)
        return (struct mere_csv_field){NULL, 0};
    return (struct mere_csv_field){f->values[column].s, f->values[column].len};
}

/* Take the points of the batch, and bring them to degrees. */
static void take_geometry(struct mere_points *points, struct mere_points_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct mere_source_feature *f = &points->source->features.v[i];
        points->x[i] = points->y[i] = NAN;
        rows[i].bad = wkb_point(f->wkb, f->wkb_len, &points->x[i], &points->y[i]);
        rows[i].datum = points->info.datum_column >= 0 ? MERE_DATUM_NONE : points->place.datum;
    }
    if (!points->place.identity)
        mere_crs_to_degrees(points->place.crs, points->x, points->y, n);
    for (size_t i = 0; i < n; i++) {
        rows[i].x = points->x[i];
        rows[i].y = points->y[i];
        if (rows[i].bad == MERE_BAD_NOT && !isfinite(points->x[i]))
            rows[i].bad = MERE_BAD_CRS;
    }
}

enum mere_status points_read_layer(struct mere_ctx *ctx, struct mere_points *points,
                                   struct mere_points_row *rows, size_t *ret_n)
{
    const struct mere_read how = {.keep_wkb = points->by_geometry};
    MERE_TRY(mere_source_more(ctx, points->source, &how, points->encoding, MERE_POINTS_BATCH));
    size_t n = points->source->features.n;
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct mere_points_row){.x = NAN, .y = NAN};
    if (points->by_geometry)
        take_geometry(points, rows, n);
    for (size_t i = 0; i < n; i++) {
        const struct mere_source_feature *f = &points->source->features.v[i];
        struct mere_points_row *row = &rows[i];
        if (!points->by_geometry)
            points_parse(value_of(f, points->info.x), value_of(f, points->info.y), &points->scratch,
                         row);
        if (points->info.datum_column >= 0)
            points_parse_datum(value_of(f, points->info.datum_column), &points->scratch, row);
    }
    points->next += n;
    *ret_n = n;
    return MERE_OK;
}
