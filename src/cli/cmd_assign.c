#include "base/text.h"
#include "cli/assign.h"
#include "cli/commands.h"
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

struct assign_values {
    const char *x, *y, *crs, *datum, *datum_column, *encoding, *layer;
    bool force;
};

#define AT(field) offsetof(struct assign_values, field)
static const struct mere_option OPTIONS[] = {
    {.name = "x",
     .kind = MERE_OPT_TEXT,
     .arg = "COL",
     .at = AT(x),
     .help = "the column of the longitude; may be left out when one pair of columns is named so"},
    {.name = "y", .kind = MERE_OPT_TEXT, .arg = "COL", .at = AT(y), .help = "that of the latitude"},
    {.name = "crs",
     .kind = MERE_OPT_TEXT,
     .arg = "C",
     .at = AT(crs),
     .help = "the CRS of a layer's geometries, whatever it says: EPSG:4549, WKT or PROJ"},
    {.name = "datum",
     .kind = MERE_OPT_CHOICE,
     .arg = "wgs84|gcj02|bd09",
     .at = AT(datum),
     .help = "what the coordinates are measured against; must be said in and around China"},
    {.name = "datum-column",
     .kind = MERE_OPT_TEXT,
     .arg = "COL",
     .at = AT(datum_column),
     .help = "the column that says it for each row"},
    {.name = "encoding",
     .kind = MERE_OPT_TEXT,
     .arg = "E",
     .at = AT(encoding),
     .help = "of the texts in IN: GBK, UTF-8, Big5, ...; by default told from the bytes"},
    {.name = "layer",
     .kind = MERE_OPT_TEXT,
     .arg = "L",
     .at = AT(layer),
     .help = "the layer of IN, when it has several"},
    {.name = "force",
     .kind = MERE_OPT_FLAG,
     .at = AT(force),
     .help = "replace OUT, and all files that belong to it, if they exist"},
};
#undef AT

/* What a run opens, so that all of it is closed in one place. */
struct assign_files {
    bool force; /* what stands in the place of the output may be replaced */
    struct mere_snapshot *snap;
    struct mere_points *points;
    struct mere_out csv;
    struct mere_points_out *layer;
};

/* ---- what is told -------------------------------------------------------------------------------
 */

/* `layer` is the driver that writes a layer, in `crs`; NULL for CSV. */
static void tell_input(struct mere_cli *cli, const struct mere_points_info *info,
                       const struct assign_values *v, const char *layer, const char *crs)
{
    if (info->x >= 0)
        mere_cli_note(cli, "place in the columns %s (longitude) and %s (latitude)%s",
                      info->columns[info->x].name, info->columns[info->y].name,
                      info->recognised ? ", recognised by their names" : "");
    else
        mere_cli_note(cli, "place from the geometry; CRS %s", info->place);
    if (strcmp(info->encoding, "UTF-8") != 0)
        mere_cli_note(cli, "encoding %s: %s", info->encoding, info->encoding_why);
    if (v->datum)
        mere_cli_note(cli, "datum %s, by --datum", v->datum);
    if (v->datum_column)
        mere_cli_note(cli, "datum of each row from the column %s", v->datum_column);
    if (layer && (info->x < 0 || v->datum || v->datum_column))
        mere_cli_note(cli,
                      "geometries of the output: longitude and latitude, %s; the columns stay "
                      "as they are",
                      strcmp(layer, "GeoJSON") == 0 ? "WGS 84 (EPSG:4326)" : crs);
}

static void tell_counts(FILE *out, const struct mere_assign_counts *counts)
{
    static const enum mere_state order[] = {MERE_STATE_OWNED, MERE_STATE_DISPUTED,
                                            MERE_STATE_UNCLAIMED, MERE_STATE_OUTSIDE};
    fprintf(out, "%-10s %" PRIu64 "\n", "rows", counts->rows);
    for (size_t i = 0; i < MERE_LEN(order); i++)
        fprintf(out, "%-10s %" PRIu64 "\n", mere_state_word(order[i]), counts->state[order[i]]);
    fprintf(out, "%-10s %" PRIu64 "\n", "bad", counts->bad);
}

/* ---- the output ---------------------------------------------------------------------------------
 */

static enum mere_status begin_csv(struct mere_cli *cli, const struct mere_points_info *info,
                                  struct mere_points *points, const char *const *names, size_t n,
                                  FILE *f)
{
    struct mere_text text = {0};
    if (info->bom)
        mere_text_add(&text, "\xEF\xBB\xBF");
    mere_points_csv_header(points, &text);
    if (!info->csv && info->x < 0) {
        mere_text_addf(&text, "%smere_lon%cmere_lat", info->n_columns ? "," : "", info->delimiter);
    }
    for (size_t i = 0; i < n; i++) {
        mere_text_add_n(&text, &info->delimiter, 1);
        mere_csv_quote(&text, names[i], strlen(names[i]), info->delimiter);
    }
    mere_text_add(&text, info->eol);
    bool good = !text.failed && fwrite(mere_text_str(&text), 1, text.len, f) == text.len;
    mere_text_clear(&text);
    return good ? MERE_OK : mere_fail(cli->ctx, MERE_E_IO, "the output can't be written");
}

static enum mere_status begin_layer(struct mere_cli *cli, const char *path, const char *driver,
                                    const char *const *names, size_t n, struct assign_files *files)
{
    const struct mere_points_info *info = mere_points_info(files->points);
    struct mere_points_column *columns =
        MERE_NEW(&cli->arena, struct mere_points_column, info->n_columns + n);
    if (!columns)
        return mere_fail_nomem(cli->ctx, "opening the output");
    memcpy(columns, info->columns, info->n_columns * sizeof *columns);
    for (size_t i = 0; i < n; i++)
        columns[info->n_columns + i] = (struct mere_points_column){names[i], MERE_ATTR_TEXT};
    const char *now;
    MERE_TRY(mere_cli_now(cli, &now));
    const struct mere_points_spec spec = {.driver = driver,
                                          .force = files->force,
                                          .when = now,
                                          .cgcs2000 = mere_snap_district(files->snap)->cgcs2000,
                                          .columns = columns,
                                          .n_columns = info->n_columns + n,
                                          .any_shape = info->x < 0 && !info->only_points,
                                          .n_keep_empty = info->csv ? 0 : info->n_columns};
    return mere_points_out_open(cli->ctx, path, &spec, &files->layer);
}

static enum mere_status begin_output(struct mere_cli *cli, const char *path, const char *driver,
                                     struct assign_files *files)
{
    const struct mere_points_info *info = mere_points_info(files->points);
    const char **names;
    size_t n;
    MERE_TRY(mere_assign_columns(cli, files->snap, info, &names, &n));
    if (driver)
        return begin_layer(cli, path, driver, names, n, files);
    MERE_TRY(mere_out_open(cli, path, files->force, &files->csv));
    return begin_csv(cli, info, files->points, names, n, files->csv.f);
}

static enum mere_status end_output(struct mere_cli *cli, struct assign_files *files)
{
    if (!files->layer)
        return mere_out_commit(cli, &files->csv);
    struct mere_points_out *layer = files->layer;
    const char *warning = mere_points_out_warning(layer);
    struct mere_text lost = {0};
    if (warning)
        mere_cli_note(cli, "the format of the output changed something: %s", warning);
    mere_points_out_lost(layer, &lost);
    mere_cli_bar_clear(cli);
    fputs(mere_text_str(&lost), cli->err);
    bool told = !lost.failed;
    mere_text_clear(&lost);
    files->layer = NULL;
    if (told)
        return mere_points_out_commit(cli->ctx, layer);
    mere_points_out_abort(layer);
    return mere_fail_nomem(cli->ctx, "telling what the output loses");
}

/* ---- the command --------------------------------------------------------------------------------
 */

/* The zones of the main scheme, to weigh datums against. */
static enum mere_status open_known(struct mere_cli *cli, const struct mere_snapshot *snap,
                                   struct mere_known *ret)
{
    int32_t scheme = mere_snap_main_scheme(snap);
    struct mere_layer *layer = MERE_NEW(&cli->arena, struct mere_layer, 1);
    if (!layer)
        return mere_fail_nomem(cli->ctx, "reading the zones");
    *ret = (struct mere_known){0};
    if (scheme < 0)
        return MERE_OK;
    MERE_TRY(mere_net_layer(cli->ctx, mere_snap_net(snap), scheme, &cli->arena, layer));
    *ret = (struct mere_known){layer, 1};
    return MERE_OK;
}

static enum mere_status assign(struct mere_cli *cli, const struct assign_values *v,
                               struct assign_files *files, struct mere_assign_counts *ret)
{
    const char *in = cli->args[1], *out = cli->args[2], *driver = NULL;
    struct mere_assign job = {.cli = cli, .path = in};
    bool to_stdout = strcmp(out, "-") == 0;
    if (v->datum && !mere_datum_parse(v->datum, &job.datum))
        return mere_fail(cli->ctx, MERE_E_USAGE, "unknown datum \"%s\"", v->datum);
    if (!to_stdout) {
        MERE_TRY(mere_points_out_format(cli->ctx, out, &driver));
        MERE_TRY(mere_out_apart(cli, out, cli->args[0]));
        MERE_TRY(mere_out_apart(cli, out, in));
        MERE_TRY(mere_out_check(cli, out, v->force));
    }
    MERE_TRY(mere_cli_load_owners(cli, cli->args[0], &files->snap));
    MERE_TRY(open_known(cli, files->snap, &job.known));
    const struct mere_points_options options = {.x = v->x,
                                                .y = v->y,
                                                .datum = v->datum,
                                                .datum_column = v->datum_column,
                                                .encoding = v->encoding,
                                                .crs = v->crs,
                                                .layer = v->layer,
                                                .known = &job.known};
    MERE_TRY(mere_points_open(cli->ctx, in, &options, &files->points));
    tell_input(cli, mere_points_info(files->points), v, driver,
               mere_snap_district(files->snap)->cgcs2000 ? "CGCS2000 (EPSG:4490)"
                                                         : "WGS 84 (EPSG:4326)");
    MERE_TRY(begin_output(cli, out, driver, files));
    job.snap = files->snap;
    job.points = files->points;
    job.csv = driver ? NULL : &files->csv;
    job.layer = files->layer;
    MERE_TRY(mere_assign_run(&job, ret));
    return end_output(cli, files);
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct assign_values *v = values;
    struct assign_files files = {.force = v->force};
    struct mere_assign_counts counts = {0};
    bool to_stdout = strcmp(cli->args[2], "-") == 0;
    enum mere_status status = assign(cli, v, &files, &counts);
    mere_points_out_abort(files.layer);
    mere_out_abort(&files.csv);
    mere_points_close(files.points);
    mere_snap_free(files.snap);
    mere_cli_bar_clear(cli);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    tell_counts(to_stdout ? cli->err : cli->out, &counts);
    return counts.bad > 0 ? MERE_EXIT_PERSON : MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_assign = {
    .name = "assign",
    .synopsis = "STORE IN OUT [--x COL --y COL] [--datum D | --datum-column COL] [option ...]",
    .summary = "write the owner of every place of a file beside it, in every scheme",
    .details =
        "IN is CSV (.csv .tsv .txt; comma, semicolon, tab or bar) or any layer of points. OUT is "
        "of\n"
        "the format that its ending tells (.csv .tsv .txt .gpkg .geojson .shp .fgb); - is CSV on\n"
        "standard output. OUT holds all rows and columns of IN in their order, and for each "
        "scheme\n"
        "<scheme>_code, <scheme>_name, <scheme>_state; then mere_state, the state in the main "
        "scheme\n"
        "or bad, and mere_reason: why a row is bad, or who disputes its place. A disputed place "
        "has\n"
        "no code. Rows without a usable place are kept, as bad, with their geometry. From a layer\n"
        "to CSV the place is written too, as mere_lon and mere_lat (WGS 84). A column that IN has\n"
        "already gets a number. What a shapefile can't hold is told on standard error.\n"
        "The last lines count the rows by state.",
    .example = "  merestone assign binjiang.gpkg incidents.csv assigned.csv --datum gcj02\n"
               "  merestone assign dc.gpkg crimes.geojson crimes.gpkg\n"
               "  merestone assign dc.gpkg calls.csv out.csv --x lon --y lat --force",
    .exits = "some rows are bad",
    .min_args = 3,
    .max_args = 3,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct assign_values),
    .run = run,
};
