#include "cli/commands.h"
#include "cli/outside.h"
#include "io/export.h"
#include <stddef.h>

struct export_values {
    const char *scheme, *crs, *datum;
    bool force;
};

static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .kind = MERE_OPT_TEXT,
     .required = true,
     .arg = "NAME",
     .at = offsetof(struct export_values, scheme),
     .help = "the scheme to write"},
    {.name = "crs",
     .kind = MERE_OPT_TEXT,
     .arg = "C",
     .at = offsetof(struct export_values, crs),
     .help = "in this CRS instead of longitude and latitude"},
    {.name = "datum",
     .kind = MERE_OPT_CHOICE,
     .arg = "wgs84|gcj02|bd09",
     .at = offsetof(struct export_values, datum),
     .help = "shifted as map platforms do; labelled in the column mere_datum, which an import\n"
             "takes for the datum"},
    {.name = "force",
     .kind = MERE_OPT_FLAG,
     .at = offsetof(struct export_values, force),
     .help = "replace OUT, and all files that belong to it, when they exist"},
};

static int run(struct mere_cli *cli, const void *given)
{
    const struct export_values *v = given;
    struct mere_export_options options = {
        .scheme = v->scheme, .crs = v->crs, .datum = v->datum, .force = v->force};
    struct mere_text said = {0}, lost = {0};
    struct mere_db *db = NULL;
    enum mere_status status = mere_cli_now(cli, &options.when);
    if (status == MERE_OK)
        status = mere_out_apart(cli, cli->args[1], cli->args[0]);
    if (status == MERE_OK)
        status = mere_cli_open(cli, cli->args[0], MERE_DB_READ, &db);
    if (status == MERE_OK)
        status = mere_export(cli->ctx, db, cli->args[1], &options, &said, &lost);
    mere_db_close(db);
    mere_cli_bar_clear(cli);
    if (status == MERE_OK && (said.failed || lost.failed))
        status = mere_fail_nomem(cli->ctx, "telling what was written; the output is whole");
    if (status == MERE_OK) {
        fputs(mere_text_str(&said), cli->out);
        fputs(mere_text_str(&lost), cli->err);
    }
    mere_text_clear(&said);
    mere_text_clear(&lost);
    return mere_cli_fail(cli, status);
}

const struct mere_command mere_cmd_export = {
    .name = "export",
    .synopsis = "STORE OUT --scheme NAME [option ...]",
    .summary = "write a scheme as GeoJSON, GeoPackage, shapefile, FlatGeobuf or CSV",
    .details =
        "The extension of OUT chooses the format: .geojson, .gpkg, .shp, .fgb, .csv (with WKT).\n"
        "Without --crs and --datum the file holds what the store holds, in degrees. What a\n"
        "format can't hold is told on standard error; of a shapefile: names of fields of more "
        "than\n"
        "10 bytes, texts of more than 254, numbers of more than 24 places, empty texts.",
    .example = "merestone export binjiang.gpkg grids.shp --scheme grid --crs EPSG:4549",
    .min_args = 2,
    .max_args = 2,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct export_values),
    .run = run,
};
