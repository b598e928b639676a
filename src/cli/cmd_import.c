#include "cli/commands.h"
#include "cli/outside.h"
#include "io/import.h"
#include <stddef.h>
#include <string.h>

struct import_values {
    const char *scheme, *reference, *layer, *role, *covering, *parent_scheme;
    const char *code, *name, *parent;
    struct mere_words attr;
    const char *crs, *datum, *encoding;
    struct mere_number tolerance;
    bool dissolve, replace;
    const char *reject;
};

#define AT(field) offsetof(struct import_values, field)
static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .kind = MERE_OPT_TEXT,
     .arg = "NAME",
     .at = AT(scheme),
     .help = "the scheme that the file becomes; its name is its role where it is one of these"},
    {.name = "reference",
     .kind = MERE_OPT_TEXT,
     .arg = "NAME",
     .at = AT(reference),
     .help = "keep the file as a reference layer instead: points, lines or polygons as they are"},
    {.name = "layer",
     .kind = MERE_OPT_TEXT,
     .arg = "L",
     .at = AT(layer),
     .help = "the layer of the file, when it has several"},
    {.name = "role",
     .kind = MERE_OPT_CHOICE,
     .arg = "outline|street|community|grid|microgrid|beat|school|key|hole|block|other",
     .at = AT(role),
     .help = "what the scheme is for"},
    {.name = "covering",
     .kind = MERE_OPT_CHOICE,
     .arg = "yes|no",
     .at = AT(covering),
     .help = "whether it must cover the district; outline to microgrid do by default"},
    {.name = "parent-scheme",
     .kind = MERE_OPT_TEXT,
     .arg = "S",
     .at = AT(parent_scheme),
     .help = "the scheme above; by default the nearest loaded of outline to grid"},
    {.name = "code",
     .kind = MERE_OPT_TEXT,
     .arg = "F",
     .at = AT(code),
     .help = "the field of the code; @n numbers the features in file order"},
    {.name = "name", .kind = MERE_OPT_TEXT, .arg = "F", .at = AT(name), .help = "of the name"},
    {.name = "parent",
     .kind = MERE_OPT_TEXT,
     .arg = "F",
     .at = AT(parent),
     .help = "of the code of the zone above"},
    {.name = "attr",
     .kind = MERE_OPT_LIST,
     .arg = "A=F",
     .at = AT(attr),
     .help = "households=F, persons=F or kind=F: the field that fills it"},
    {.name = "crs",
     .kind = MERE_OPT_TEXT,
     .arg = "C",
     .at = AT(crs),
     .help = "the CRS of the file, whatever it says: EPSG:4549, WKT or PROJ"},
    {.name = "datum",
     .kind = MERE_OPT_CHOICE,
     .arg = "wgs84|gcj02|bd09",
     .at = AT(datum),
     .help = "what degrees are measured against; must be said in and around China, unless\n"
             "a column mere_datum of an export of ours says it"},
    {.name = "encoding",
     .kind = MERE_OPT_TEXT,
     .arg = "E",
     .at = AT(encoding),
     .help = "of the texts: GBK, GB18030, UTF-8, Big5, CP949, Shift-JIS, ..."},
    {.name = "tolerance",
     .kind = MERE_OPT_NUMBER,
     .arg = "M",
     .at = AT(tolerance),
     .help = "metres within which neighbours' borders are one; 0.01 when not given"},
    {.name = "dissolve",
     .kind = MERE_OPT_FLAG,
     .at = AT(dissolve),
     .help = "features of one code become parts of one zone"},
    {.name = "replace",
     .kind = MERE_OPT_FLAG,
     .at = AT(replace),
     .help = "put the file in the place of what the store holds under this name; role, covering "
             "and parent scheme stay unless stated"},
    {.name = "reject",
     .kind = MERE_OPT_TEXT,
     .arg = "FILE",
     .at = AT(reject),
     .help = "write the features that can't be used, with the reason, to this CSV"},
};

/* "households=hs" to its place, which must be free. */
static bool take_attr(const char *word, struct mere_import_options *options, bool *ret_twice)
{
    static const enum mere_field_role ROLES[] = {MERE_FIELD_HOUSEHOLDS, MERE_FIELD_PERSONS,
                                                 MERE_FIELD_KIND};
    const char *equals = strchr(word, '=');
    for (size_t i = 0; equals && i < MERE_LEN(ROLES); i++) {
        const char *role = mere_field_role_word(ROLES[i]);
        if (strlen(role) == (size_t)(equals - word) && strncmp(role, word, strlen(role)) == 0 &&
            equals[1]) {
            *ret_twice = options->fields[ROLES[i]] != NULL;
            options->fields[ROLES[i]] = equals + 1;
            return true;
        }
    }
    return false;
}

/* The first option given that means something for a scheme only; NULL when there is none. */
static const char *scheme_option(const struct import_values *v)
{
    const struct {
        const char *name;
        bool given;
    } rows[] = {
        {"role", v->role != NULL},
        {"covering", v->covering != NULL},
        {"parent-scheme", v->parent_scheme != NULL},
        {"code", v->code != NULL},
        {"name", v->name != NULL},
        {"parent", v->parent != NULL},
        {"attr", v->attr.n > 0},
        {"tolerance", v->tolerance.given},
        {"dissolve", v->dissolve},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++)
        if (rows[i].given)
            return rows[i].name;
    return NULL;
}

static int import_file(struct mere_cli *cli, bool reference,
                       const struct mere_import_options *options)
{
    struct mere_db *db = NULL;
    struct mere_import_report report = {0};
    enum mere_status status = mere_out_apart(cli, options->reject_path, cli->args[0]);
    if (status == MERE_OK)
        status = mere_out_apart(cli, options->reject_path, cli->args[1]);
    if (status == MERE_OK)
        status = mere_cli_open(cli, cli->args[0], MERE_DB_WRITE, &db);
    if (status == MERE_OK)
        status = reference ? mere_import_reference(cli->ctx, db, cli->args[1], options, &report)
                           : mere_import(cli->ctx, db, cli->args[1], options, &report);
    mere_db_close(db);
    mere_cli_bar_clear(cli);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fputs(mere_text_str(&report.said), cli->out);
    int code = report.n_person > 0 ? MERE_EXIT_PERSON : MERE_EXIT_DONE;
    mere_import_report_clear(&report);
    return code;
}

static int run(struct mere_cli *cli, const void *given)
{
    const struct import_values *v = given;
    struct mere_import_options options = {
        .scheme = v->reference ? v->reference : v->scheme,
        .role = v->role,
        .covering = v->covering,
        .parent_scheme = v->parent_scheme,
        .layer = v->layer,
        .crs = v->crs,
        .datum = v->datum,
        .encoding = v->encoding,
        .tolerance_m = v->tolerance.given ? v->tolerance.v : MERE_TOLERANCE_M,
        .dissolve = v->dissolve,
        .replace = v->replace,
        .reject_path = v->reject,
        .who = mere_cli_who(cli),
    };
    if (!v->scheme == !v->reference)
        return mere_cli_usage(cli, "give either --scheme NAME or --reference NAME");
    options.fields[MERE_FIELD_CODE] = v->code;
    options.fields[MERE_FIELD_NAME] = v->name;
    options.fields[MERE_FIELD_PARENT] = v->parent;
    const char *unfit = v->reference ? scheme_option(v) : NULL;
    if (unfit)
        return mere_cli_usage(cli,
                              "--%s is for schemes: a reference layer keeps all fields and shapes "
                              "as they are",
                              unfit);
    for (size_t i = 0; i < v->attr.n; i++) {
        bool twice = false;
        if (!take_attr(v->attr.v[i], &options, &twice))
            return mere_cli_usage(cli, "--attr %s: it is households=F, persons=F or kind=F",
                                  v->attr.v[i]);
        if (twice)
            return mere_cli_usage(cli, "--attr %.*s stands twice", (int)strcspn(v->attr.v[i], "="),
                                  v->attr.v[i]);
    }
    enum mere_status status = mere_cli_now(cli, &options.when);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    return import_file(cli, v->reference != NULL, &options);
}

const struct mere_command mere_cmd_import = {
    .name = "import",
    .synopsis = "STORE FILE (--scheme NAME | --reference NAME) [option ...]",
    .summary = "take a division or a reference layer from any vector file",
    .details =
        "Polygons become the zones of a scheme: borders drawn twice are matched within the\n"
        "tolerance, coordinates are brought to longitude and latitude, and what can't be used is\n"
        "told with its reason. CRS, datum, encoding and the field of the code are never guessed:\n"
        "what the file doesn't settle is refused, with the evidence, until an option says it.\n"
        "A .zip is read as it is, also where its one map lies in a folder. The report is in the\n"
        "language of the store.",
    .example = "merestone import binjiang.gpkg grids.shp --scheme grid --code WGBM --name WGMC",
    .exits = "features were rejected, or a finding needs a person",
    .min_args = 2,
    .max_args = 2,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct import_values),
    .run = run,
};
