/* cmd_check.c - check a district against the principles and tell what is wrong. */
#include "check/check.h"
#include "cli/commands.h"
#include "io/features.h"
#include <errno.h>
#include <string.h>

struct check_values {
    struct mere_words schemes;
    const char *profile, *against, *format, *out, *lang, *explain;
    bool force;
};
static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .arg = "NAME",
     .kind = MERE_OPT_LIST,
     .at = offsetof(struct check_values, schemes),
     .help = "check this scheme; default all but the former one"},
    {.name = "profile",
     .arg = "PROFILE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct check_values, profile),
     .help = "hangzhou, plain, us, or the path of a profile; default the store's own"},
    {.name = "against",
     .arg = "SCHEME",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct check_values, against),
     .help = "the former division that the main scheme is compared with"},
    {.name = "format",
     .arg = "text|json|html|gpkg",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct check_values, format),
     .help = "html is one page with a map; gpkg is for QGIS; default by the ending of\n"
             "OUT, else text"},
    {.name = "out",
     .letter = 'o',
     .arg = "OUT",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct check_values, out),
     .help = "write to this file instead of standard output"},
    {.name = "force",
     .kind = MERE_OPT_FLAG,
     .at = offsetof(struct check_values, force),
     .help = "replace OUT when it is there"},
    {.name = "lang",
     .arg = "zh|en",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct check_values, lang),
     .help = "the language of text, html and gpkg (json has both); default the store's"},
    {.name = "explain",
     .arg = "RULE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct check_values, explain),
     .help = "tell what a rule means and how it is measured, and its limits in the\n"
             "profile; \"all\" tells every rule"},
};

/* ---- explain ---- */

static int explain(struct mere_cli *cli, const struct check_values *v,
                   const struct mere_district *district, enum mere_lang lang)
{
    struct mere_profile *profile = NULL;
    struct mere_text t = {0};
    enum mere_rule rule = MERE_N_RULES;
    bool all = strcmp(v->explain, "all") == 0;
    if (!all && !mere_rule_parse(v->explain, &rule)) {
        const char *names[MERE_N_RULES];
        for (int i = 0; i < MERE_N_RULES; i++) {
            names[i] = mere_rule_text((enum mere_rule)i)->id;
            mere_text_addf(&t, "%s%s", i ? ", " : "", names[i]);
        }
        int exit = mere_cli_usage(cli, "there is no rule \"%s\"; the rules are: %s", v->explain,
                                  mere_text_str(&t));
        mere_text_clear(&t);
        return exit;
    }
    enum mere_status status = mere_cli_pick_profile(cli, v->profile, district, &profile);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    for (int i = 0; i < MERE_N_RULES; i++)
        if (all || i == (int)rule) {
            if (t.len > 0)
                mere_text_add(&t, "\n\n");
            mere_rule_explain((enum mere_rule)i, profile, lang, &t);
        }
    if (t.failed)
        status = mere_fail_nomem(cli->ctx, "explaining a rule");
    else
        fputs(mere_text_str(&t), cli->out);
    mere_text_clear(&t);
    mere_profile_free(profile);
    return mere_cli_fail(cli, status);
}

/* ---- writing ---- */

static const char *format_of(const struct check_values *v)
{
    static const char *const ENDINGS[][2] = {
        {".json", "json"}, {".html", "html"}, {".htm", "html"}, {".gpkg", "gpkg"}};
    size_t len = v->out ? strlen(v->out) : 0;
    if (v->format)
        return v->format;
    for (size_t i = 0; i < MERE_LEN(ENDINGS); i++) {
        size_t n = strlen(ENDINGS[i][0]);
        if (len > n && strcmp(v->out + len - n, ENDINGS[i][0]) == 0)
            return ENDINGS[i][1];
    }
    return "text";
}

static enum mere_status write_report(struct mere_cli *cli, const struct check_values *v,
                                     const struct mere_report *report, enum mere_lang lang,
                                     bool cgcs2000)
{
    const char *format = format_of(v);
    struct mere_text t = {0};
    struct mere_out out = {0};
    if (strcmp(format, "gpkg") == 0) {
        struct mere_features_to to = {.path = v->out, .force = v->force, .cgcs2000 = cgcs2000};
        MERE_TRY(mere_cli_now(cli, &to.when));
        return mere_report_gpkg(cli->ctx, report, lang, &to);
    }
    if (strcmp(format, "json") == 0)
        mere_report_json(report, &t);
    else if (strcmp(format, "html") == 0)
        mere_report_html(report, lang, &t);
    else
        mere_report_text(report, lang, &t);
    enum mere_status status = t.failed ? mere_fail_nomem(cli->ctx, "writing the report") : MERE_OK;
    if (status == MERE_OK)
        status = mere_out_open(cli, v->out, v->force, &out);
    if (status == MERE_OK && fwrite(mere_text_str(&t), 1, t.len, out.f) != t.len)
        status = mere_fail(cli->ctx, MERE_E_IO, "%s: %s", v->out ? v->out : "standard output",
                           strerror(errno));
    if (status == MERE_OK)
        status = mere_out_commit(cli, &out);
    else
        mere_out_abort(&out);
    mere_text_clear(&t);
    return status;
}

/* ---- the check ---- */

static enum mere_status load_waivers(struct mere_cli *cli, const char *path,
                                     struct mere_check_input *in)
{
    struct mere_db *db = NULL;
    struct mere_waiver *waivers = NULL;
    MERE_TRY(mere_db_open(cli->ctx, path, MERE_DB_READ, &db));
    enum mere_status status = mere_db_waivers(cli->ctx, db, &cli->arena, &waivers, &in->n_waivers);
    in->waivers = waivers;
    if (status == MERE_OK)
        status = mere_db_generation(cli->ctx, db, &in->generation);
    mere_db_close(db);
    return status;
}

static enum mere_status check(struct mere_cli *cli, const struct check_values *v,
                              struct mere_snapshot *snap, struct mere_report **ret_report)
{
    const struct mere_district *district = mere_snap_district(snap);
    struct mere_check_input in = {.net = mere_snap_net(snap),
                                  .district_code = district->code,
                                  .district_name = district->name,
                                  .main_scheme = district->main,
                                  .against = v->against,
                                  .schemes = v->schemes.v,
                                  .n_schemes = v->schemes.n};
    struct mere_profile *profile = NULL;
    in.references = mere_snap_references(snap, &in.n_references);
    MERE_TRY(load_waivers(cli, cli->args[0], &in));
    const char *now;
    MERE_TRY(mere_cli_now(cli, &now));
    char *today = mere_arena_text(&cli->arena, now, 10);
    if (!today)
        return mere_fail_nomem(cli->ctx, "checking");
    in.today = today;
    MERE_TRY(mere_cli_pick_profile(cli, v->profile, district, &profile));
    in.profile = profile;
    struct mere_report *report = NULL;
    enum mere_status status = mere_check_run(cli->ctx, &in, &report);
    if (status == MERE_OK)
        status = write_report(cli, v, report, mere_lang_pick(v->lang, district->lang),
                              district->cgcs2000);
    if (status == MERE_OK)
        *ret_report = report;
    else
        mere_report_free(report);
    if (report && status == MERE_OK)
        report->profile = NULL;
    mere_profile_free(profile);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct check_values *v = values;
    const struct mere_snap_parts parts = {.references = true};
    struct mere_snapshot *snap = NULL;
    struct mere_report *report = NULL;
    if (v->explain && cli->n_args == 0)
        return explain(cli, v, NULL, mere_lang_pick(v->lang, NULL));
    if (cli->n_args == 0)
        return mere_cli_usage(cli, "which store is to be checked?");
    if (strcmp(format_of(v), "gpkg") == 0 && (!v->out || strcmp(v->out, "-") == 0))
        return mere_cli_usage(cli, "a GeoPackage can't go to standard output; give -o OUT.gpkg");
    enum mere_status status = mere_out_apart(cli, v->out, cli->args[0]);
    if (status == MERE_OK && v->out && strcmp(v->out, "-") != 0)
        status = mere_out_check(cli, v->out, v->force);
    if (status == MERE_OK)
        status = mere_cli_load_snapshot(cli, cli->args[0], &parts, &snap);
    if (status == MERE_OK && v->explain) {
        const struct mere_district *district = mere_snap_district(snap);
        int exit = explain(cli, v, district, mere_lang_pick(v->lang, district->lang));
        mere_snap_free(snap);
        return exit;
    }
    if (status == MERE_OK)
        status = check(cli, v, snap, &report);
    size_t n_errors = report ? report->n_errors : 0;
    mere_report_free(report);
    mere_snap_free(snap);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    return n_errors > 0 ? MERE_EXIT_PERSON : MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_check = {
    .name = "check",
    .synopsis = "STORE [option ...]",
    .summary = "check a district against the principles; tell what is wrong, and where",
    .details =
        "The principles: full coverage, moderate size, key areas apart, tradition, easy\n"
        "management, territoriality. Each is passed, has findings, or is not checked because\n"
        "data lack; then the report says what to load. Every finding says what, where and what\n"
        "to do; merestone waive marks one that is meant, so that it doesn't count.\n"
        "merestone check --explain RULE needs no store.",
    .example = "  merestone check binjiang.gpkg\n"
               "  merestone check binjiang.gpkg --profile hangzhou -o report.html\n"
               "  merestone check binjiang.gpkg --format json --against former -o report.json\n"
               "  merestone check --explain gap",
    .exits = "a finding of severity error is not waived (warnings and infos give 0)",
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct check_values),
    .run = run,
};
