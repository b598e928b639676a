#include "io/points.h"
#include "io/degrees.h"
#include "io/points_priv.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- a row's place ------------------------------------------------------------------------------
 */

void points_parse(struct mere_csv_field x, struct mere_csv_field y, struct mere_text *scratch,
                  struct mere_points_row *row)
{
    size_t len;
    const char *s = mere_csv_text(x, scratch, &len);
    enum mere_degrees_read how_x = mere_degrees_read(s, len, MERE_AXIS_LON, &row->x);
    s = mere_csv_text(y, scratch, &len);
    enum mere_degrees_read how_y = mere_degrees_read(s, len, MERE_AXIS_LAT, &row->y);
    if (how_x == MERE_DEGREES_OK && how_y == MERE_DEGREES_OK)
        row->bad = MERE_BAD_NOT;
    else if (how_x == MERE_DEGREES_EMPTY)
        row->bad = MERE_BAD_X_EMPTY;
    else if (how_y == MERE_DEGREES_EMPTY)
        row->bad = MERE_BAD_Y_EMPTY;
    else if (how_x == MERE_DEGREES_NOT_NUMBER)
        row->bad = MERE_BAD_X_NUMBER;
    else
        row->bad = how_y == MERE_DEGREES_NOT_NUMBER ? MERE_BAD_Y_NUMBER : MERE_BAD_AXES;
}

void points_parse_datum(struct mere_csv_field datum, struct mere_text *scratch,
                        struct mere_points_row *row)
{
    size_t len;
    const char *s = mere_csv_text(datum, scratch, &len);
    row->datum = mere_points_datum(s, len);
    if (row->datum != MERE_DATUM_NONE || row->bad != MERE_BAD_NOT)
        return;
    bool blank = true;
    for (size_t i = 0; i < len; i++)
        blank = blank && (s[i] == ' ' || s[i] == '\t');
    row->bad = blank ? MERE_BAD_DATUM_EMPTY : MERE_BAD_DATUM;
}

/* ---- CSV ----------------------------------------------------------------------------------------
 */

static enum mere_status open_csv(struct mere_ctx *ctx, const char *path,
                                 const struct mere_points_options *options,
                                 struct mere_points *points)
{
    const struct mere_csv_options how = {.encoding = options->encoding};
    struct mere_points_info *info = &points->info;
    MERE_TRY(mere_csv_open(ctx, path, &how, &points->csv));
    size_t n = mere_csv_n_columns(points->csv);
    struct mere_points_column *columns = MERE_NEW(&points->arena, struct mere_points_column, n);
    points->records = MERE_NEW(&points->arena, struct mere_csv_record, MERE_POINTS_BATCH);
    if (!columns || !points->records)
        return mere_fail_nomem(ctx, "reading a CSV file");
    for (size_t i = 0; i < n; i++)
        columns[i] = (struct mere_points_column){mere_csv_column(points->csv, i), MERE_ATTR_TEXT};
    const struct mere_encoding *encoding = mere_csv_encoding(points->csv);
    *info = (struct mere_points_info){
        .csv = true,
        .delimiter = mere_csv_delimiter(points->csv),
        .eol = mere_csv_eol(points->csv),
        .bom = mere_csv_bom(points->csv) || strcmp(encoding->name, "UTF-8") != 0,
        .encoding = encoding->name,
        .encoding_why = encoding->why,
        .n_columns = n,
        .columns = columns,
        .degrees_open = !options->datum && !options->datum_column,
    };
    MERE_TRY(points_pick(ctx, path, options, info));
    int want[3] = {info->x, info->y, info->datum_column};
    return mere_csv_want(ctx, points->csv, want, 3);
}

static enum mere_status read_csv(struct mere_ctx *ctx, struct mere_points *points,
                                 struct mere_points_row *rows, size_t *ret_n)
{
    size_t n;
    MERE_TRY(mere_csv_read(ctx, points->csv, points->records, MERE_POINTS_BATCH, &n));
    for (size_t i = 0; i < n; i++) {
        const struct mere_csv_record *r = &points->records[i];
        rows[i] = (struct mere_points_row){.x = NAN, .y = NAN, .blank = r->n_fields == 0};
        if (r->n_fields > points->info.n_columns) {
            rows[i].bad = MERE_BAD_FIELDS;
            continue;
        }
        points_parse(r->wanted[0], r->wanted[1], &points->scratch, &rows[i]);
        if (points->info.datum_column >= 0)
            points_parse_datum(r->wanted[2], &points->scratch, &rows[i]);
    }
    *ret_n = n;
    return points->scratch.failed ? mere_fail_nomem(ctx, "reading a CSV file") : MERE_OK;
}

/* ---- both ---------------------------------------------------------------------------------------
 */

static bool is_csv(const char *path)
{
    static const char *const ends[] = {".csv", ".tsv", ".txt"};
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < MERE_LEN(ends); i++)
        if (strcasecmp(dot, ends[i]) == 0)
            return true;
    return false;
}

enum mere_status mere_points_open(struct mere_ctx *ctx, const char *path,
                                  const struct mere_points_options *options,
                                  struct mere_points **ret)
{
    if (!options->x != !options->y)
        return mere_fail(ctx, MERE_E_USAGE, "--x and --y belong together");
    if (options->datum && options->datum_column)
        return mere_fail(ctx, MERE_E_USAGE, "--datum and --datum-column exclude each other");
    if (options->crs && is_csv(path))
        return mere_fail(ctx, MERE_E_USAGE,
                         "--crs is for layers with geometries: the columns of %s are read as "
                         "degrees; --datum tells against what they are measured",
                         path);
    struct mere_points *points = calloc(1, sizeof *points);
    if (!points)
        return mere_fail_nomem(ctx, "opening a file of places");
    enum mere_status status = is_csv(path) ? open_csv(ctx, path, options, points)
                                           : points_open_layer(ctx, path, options, points);
    if (status == MERE_OK)
        *ret = points;
    else
        mere_points_close(points);
    return status;
}

void mere_points_close(struct mere_points *points)
{
    if (!points)
        return;
    mere_csv_close(points->csv);
    mere_place_clear(&points->place);
    mere_source_free(points->source);
    mere_dataset_close(points->dataset);
    mere_text_clear(&points->scratch);
    mere_arena_clear(&points->arena);
    free(points);
}

const struct mere_points_info *mere_points_info(const struct mere_points *points)
{
    return &points->info;
}

void mere_points_progress(const struct mere_points *points, uint64_t *ret_done, uint64_t *ret_total)
{
    if (points->csv) {
        mere_csv_progress(points->csv, ret_done, ret_total);
        return;
    }
    *ret_done = points->next;
    *ret_total = points->info.n_rows;
}

enum mere_status mere_points_read(struct mere_ctx *ctx, struct mere_points *points,
                                  struct mere_points_row *rows, size_t *ret_n)
{
    if (points->csv)
        return read_csv(ctx, points, rows, ret_n);
    MERE_TRY(points_read_layer(ctx, points, rows, ret_n));
    return points->scratch.failed ? mere_fail_nomem(ctx, "reading a layer of points") : MERE_OK;
}

void mere_points_csv_header(const struct mere_points *points, struct mere_text *text)
{
    const struct mere_points_info *info = &points->info;
    if (points->csv) {
        size_t len;
        const char *header = mere_csv_header(points->csv, &len);
        while (len > 0 && (header[len - 1] == '\n' || header[len - 1] == '\r'))
            len--;
        mere_text_add_n(text, header, len);
        return;
    }
    for (size_t k = 0; k < info->n_columns; k++) {
        if (k > 0)
            mere_text_add_n(text, &info->delimiter, 1);
        mere_csv_quote(text, info->columns[k].name, strlen(info->columns[k].name), info->delimiter);
    }
}

/* A row with more fields than the header: all that is too much stays in its last field. */
static void long_row(const struct mere_points *points, const struct mere_csv_record *r,
                     struct mere_text *text)
{
    size_t n = points->info.n_columns;
    struct mere_csv_field *fields = calloc(n, sizeof *fields);
    if (!fields) {
        text->failed = true;
        return;
    }
    mere_csv_split(points->csv, r, fields, n);
    size_t before = (size_t)(fields[n - 1].s - r->s);
    mere_text_add_n(text, r->s, before);
    mere_csv_quote(text, fields[n - 1].s, r->len - before, points->info.delimiter);
    free(fields);
}

void mere_points_csv_row(const struct mere_points *points, size_t i, struct mere_text *text)
{
    const struct mere_points_info *info = &points->info;
    if (points->csv) {
        const struct mere_csv_record *r = &points->records[i];
        if (r->n_fields > info->n_columns) {
            long_row(points, r, text);
            return;
        }
        mere_text_add_n(text, r->s, r->len);
        for (size_t k = r->n_fields; k < info->n_columns && r->n_fields > 0; k++)
            mere_text_add_n(text, &info->delimiter, 1);
        return;
    }
    const struct mere_source_feature *f = &points->source->features.v[i];
    for (size_t k = 0; k < info->n_columns; k++) {
        if (k > 0)
            mere_text_add_n(text, &info->delimiter, 1);
        if (f->values[k].s)
            mere_csv_quote(text, f->values[k].s, f->values[k].len, info->delimiter);
    }
}

const char *mere_points_csv_eol(const struct mere_points *points, size_t i, size_t *ret_len)
{
    if (points->csv && points->records[i].eol_len > 0) {
        *ret_len = points->records[i].eol_len;
        return points->records[i].s + points->records[i].len;
    }
    *ret_len = strlen(points->info.eol);
    return points->info.eol;
}

static enum mere_status csv_values(struct mere_ctx *ctx, const struct mere_points *points, size_t i,
                                   struct mere_arena *arena, const char **values)
{
    size_t n = points->info.n_columns;
    const struct mere_csv_record *r = &points->records[i];
    struct mere_csv_field *fields = MERE_NEW(arena, struct mere_csv_field, n);
    struct mere_text scratch = {0};
    if (!fields)
        return mere_fail_nomem(ctx, "passing a row on");
    size_t n_fields = mere_csv_split(points->csv, r, fields, n);
    if (n_fields > n)
        fields[n - 1].len = r->len - (size_t)(fields[n - 1].s - r->s);
    bool good = true;
    for (size_t k = 0; k < n && good; k++) {
        size_t len;
        const char *s = mere_csv_text(fields[k], &scratch, &len);
        values[k] = fields[k].s ? mere_arena_text(arena, s, len) : NULL;
        good = (values[k] || !fields[k].s) && !scratch.failed;
    }
    mere_text_clear(&scratch);
    return good ? MERE_OK : mere_fail_nomem(ctx, "passing a row on");
}

enum mere_status mere_points_values(struct mere_ctx *ctx, const struct mere_points *points,
                                    size_t i, struct mere_arena *arena, const char **values)
{
    if (points->csv)
        return csv_values(ctx, points, i, arena, values);
    const struct mere_source_feature *f = &points->source->features.v[i];
    for (size_t k = 0; k < points->info.n_columns; k++) {
        values[k] =
            f->values[k].s ? mere_arena_text(arena, f->values[k].s, f->values[k].len) : NULL;
        if (f->values[k].s && !values[k])
            return mere_fail_nomem(ctx, "passing a row on");
    }
    return MERE_OK;
}
