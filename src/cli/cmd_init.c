#include "base/text.h"
#include "cli/commands.h"
#include "geo/crs.h"
#include "store/store.h"
#include <string.h>

struct init_values {
    const char *code, *name, *crs, *main, *profile, *lang;
};

static const struct mere_option OPTIONS[] = {
    {.name = "code",
     .arg = "CODE",
     .kind = MERE_OPT_TEXT,
     .required = true,
     .at = offsetof(struct init_values, code),
     .help = "the district's code, such as 330108"},
    {.name = "name",
     .arg = "NAME",
     .kind = MERE_OPT_TEXT,
     .required = true,
     .at = offsetof(struct init_values, name),
     .help = "the district's name, such as 滨江区"},
    {.name = "crs",
     .arg = "CRS",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct init_values, crs),
     .help = "the plane CRS for scales and prints, such as EPSG:4549; with one of "
             "CGCS2000 the layers are EPSG:4490, else EPSG:4326"},
    {.name = "main",
     .arg = "SCHEME",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct init_values, main),
     .help = "the scheme that answers speak of first; default grid"},
    {.name = "profile",
     .arg = "PROFILE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct init_values, profile),
     .help = "the limits that check uses: hangzhou, plain, us, or the path of a file, which the "
             "store then holds; default plain"},
    {.name = "lang",
     .arg = "zh|en",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct init_values, lang),
     .help = "the language of reports; default zh for codes of six digits, else en"},
};

/* A text that names something: not empty, at most 200 bytes, valid UTF-8, no control characters. */
static enum mere_status check_text(struct mere_cli *cli, const char *what, const char *s)
{
    size_t len = strlen(s);
    if (len == 0 || len > 200)
        return mere_fail(cli->ctx, MERE_E_USAGE, "--%s must have 1 to 200 bytes, it has %zu", what,
                         len);
    if (!mere_utf8_valid(s, len))
        return mere_fail(cli->ctx, MERE_E_USAGE, "--%s is not valid UTF-8", what);
    for (const char *at = s; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 127)
            return mere_fail(cli->ctx, MERE_E_USAGE, "--%s holds a control character", what);
    return MERE_OK;
}

static bool is_scheme_name(const char *s)
{
    size_t len = strlen(s);
    return len >= 1 && len <= 31 && *s >= 'a' && *s <= 'z' &&
           strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == len;
}

/* Division codes of China have six digits or more (GB/T 2260); their offices read Chinese. */
static const char *default_lang(const char *code)
{
    return strlen(code) >= 6 && strspn(code, "0123456789") == strlen(code) ? "zh" : "en";
}

static enum mere_status init(struct mere_cli *cli, const struct init_values *v)
{
    MERE_TRY(check_text(cli, "code", v->code));
    MERE_TRY(check_text(cli, "name", v->name));
    struct mere_district district = {
        .code = v->code,
        .name = v->name,
        .crs = v->crs,
        .main = v->main ? v->main : "grid",
        .profile = v->profile ? v->profile : "plain",
        .lang = v->lang ? v->lang : default_lang(v->code),
        .match_units = 3,
    };
    if (!is_scheme_name(district.main))
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "--main is \"%s\"; a scheme's name has small letters, digits and _, "
                         "begins with a letter and has at most 31 characters",
                         district.main);
    if (v->crs) {
        struct mere_crs *crs;
        MERE_TRY(mere_crs_open(cli->ctx, v->crs, &crs));
        district.cgcs2000 = mere_crs_info(crs)->cgcs2000;
        mere_crs_free(crs);
    }
    MERE_TRY(mere_cli_keep_profile(cli, &district));
    return mere_db_create(cli->ctx, cli->args[0], &district);
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct init_values *v = values;
    enum mere_status status = init(cli, v);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fprintf(cli->out, "%s: new store for %s %s\n", cli->args[0], v->code, v->name);
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_init = {
    .name = "init",
    .synopsis = "STORE --code CODE --name NAME [option ...]",
    .summary = "make a new, empty store for one district",
    .details = "STORE is a GeoPackage file that must not exist yet. QGIS opens and edits it.",
    .example = "  merestone init binjiang.gpkg --code 330108 --name 滨江区 --crs EPSG:4549 \\\n"
               "      --profile hangzhou",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct init_values),
    .run = run,
};
