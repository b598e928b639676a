/* cmd_repair.c - mend a scheme: what can be mended without a person is, the rest is listed. */
#include "check/mended.h"
#include "cli/commands.h"
#include "cli/outside.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct repair_values {
    const char *scheme, *report, *profile, *lang;
    struct mere_number max_width, max_area;
    bool dry_run, force;
};
static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .arg = "NAME",
     .required = true,
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct repair_values, scheme),
     .help = "the scheme to mend; the schemes above it stay as they are"},
    {.name = "max-width",
     .arg = "M",
     .kind = MERE_OPT_NUMBER,
     .at = offsetof(struct repair_values, max_width),
     .help = "mend nothing wider than this, in metres; default the profile's"},
    {.name = "max-area",
     .arg = "M2",
     .kind = MERE_OPT_NUMBER,
     .at = offsetof(struct repair_values, max_area),
     .help = "move no piece larger than this, in square metres; default the profile's"},
    {.name = "dry-run",
     .kind = MERE_OPT_FLAG,
     .at = offsetof(struct repair_values, dry_run),
     .help = "tell what would be done and write nothing to the store"},
    {.name = "report",
     .arg = "FILE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct repair_values, report),
     .help = "write every proposal and what is left to this file: .csv, .json or .html"},
    {.name = "force",
     .kind = MERE_OPT_FLAG,
     .at = offsetof(struct repair_values, force),
     .help = "replace FILE when it is there"},
    {.name = "profile",
     .arg = "PROFILE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct repair_values, profile),
     .help = "hangzhou, plain, us, or the path of a profile; default the store's own"},
    {.name = "lang",
     .arg = "zh|en",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct repair_values, lang),
     .help = "the language of what is told; default the store's"},
};

/* The work of one run. */
struct mending {
    struct mere_cli *cli;
    const struct repair_values *values;
    struct mere_db *db;
    const struct mere_district *district;
    struct mere_profile *profile;
    size_t n_layers;
    struct mere_layer *layers;
    const struct mere_layer **list;
    size_t at; /* the scheme among the layers */
    struct mere_check_input check;
    struct mere_repair_input in;
    struct mere_repair *repair;
    size_t n_checked;
    const char **checked;              /* it, and those that are judged by it */
    struct mere_net *net_before, *net; /* as it was, where that is asked; and mended */
    struct mere_report *before, *after;
    struct mere_mended mended;
};

/* ---- reading ---- */

static enum mere_status read_layers(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    MERE_TRY(mere_db_schemes(cli->ctx, m->db, &cli->arena, &m->layers, &m->n_layers));
    m->list = MERE_NEW(&cli->arena, const struct mere_layer *, m->n_layers);
    if (!m->list)
        return mere_fail_nomem(cli->ctx, "reading the schemes");
    m->at = m->n_layers;
    for (size_t i = 0; i < m->n_layers; i++) {
        if (strcmp(m->layers[i].name, m->values->scheme) == 0)
            m->at = i;
        MERE_TRY(
            mere_db_read_present(cli->ctx, m->db, m->layers[i].name, &cli->arena, &m->layers[i]));
        m->list[i] = &m->layers[i];
    }
    if (m->at == m->n_layers)
        return mere_fail(cli->ctx, MERE_E_NOT_FOUND,
                         "'%s' has no scheme '%s': `merestone info` lists those it has",
                         cli->args[0], m->values->scheme);
    return MERE_OK;
}

/* Whether the scheme is judged by the borders of the one to be mended: it lies below, or one of the
 * two is of key areas; and an outline or declared hole bounds all. */
static bool is_judged_by(const struct mending *m, const struct mere_layer *scheme)
{
    enum mere_role role = m->layers[m->at].role;
    const char *parent = mere_parent_scheme(m->layers, m->n_layers, scheme);
    return scheme->role == MERE_ROLE_KEY || role == MERE_ROLE_KEY || role == MERE_ROLE_OUTLINE ||
           role == MERE_ROLE_HOLE || (parent && strcmp(parent, m->values->scheme) == 0);
}

static enum mere_status choose_checked(struct mending *m)
{
    m->checked = MERE_NEW(&m->cli->arena, const char *, m->n_layers);
    if (!m->checked)
        return mere_fail_nomem(m->cli->ctx, "reading the schemes");
    m->checked[m->n_checked++] = m->values->scheme;
    for (size_t i = 0; i < m->n_layers; i++)
        if (i != m->at && is_judged_by(m, &m->layers[i]))
            m->checked[m->n_checked++] = m->layers[i].name;
    return MERE_OK;
}

static enum mere_status read_check_input(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    struct mere_waiver *waivers = NULL;
    struct mere_ref_layer *references = NULL;
    const char *now;
    MERE_TRY(mere_db_waivers(cli->ctx, m->db, &cli->arena, &waivers, &m->check.n_waivers));
    MERE_TRY(mere_db_references(cli->ctx, m->db, &cli->arena, &references, &m->check.n_references));
    for (size_t i = 0; i < m->check.n_references; i++)
        MERE_TRY(mere_db_read_reference(cli->ctx, m->db, references[i].name, &cli->arena,
                                        &references[i]));
    MERE_TRY(mere_db_generation(cli->ctx, m->db, &m->check.generation));
    MERE_TRY(mere_cli_now(cli, &now));
    m->check.today = mere_arena_text(&cli->arena, now, 10);
    m->check.waivers = waivers;
    m->check.references = references;
    m->check.district_code = m->district->code;
    m->check.district_name = m->district->name;
    m->check.main_scheme = m->district->main;
    m->check.profile = m->profile;
    m->check.schemes = m->checked;
    m->check.n_schemes = m->n_checked;
    return m->check.today ? MERE_OK : mere_fail_nomem(cli->ctx, "mending");
}

/* Check the district with `layer` in the scheme's place. */
static enum mere_status check_with(struct mending *m, const struct mere_layer *layer,
                                   struct mere_net **ret_net, struct mere_report **ret_report)
{
    const struct mere_build how = {.tol_x = m->district->match_units,
                                   .tol_y = m->district->match_units};
    m->list[m->at] = layer;
    enum mere_status status = mere_net_build(m->cli->ctx, m->list, m->n_layers, &how, ret_net);
    m->list[m->at] = &m->layers[m->at];
    MERE_TRY(status);
    m->check.net = *ret_net;
    return mere_check_run(m->cli->ctx, &m->check, ret_report);
}

static enum mere_status check_before(struct mending *m)
{
    return m->before ? MERE_OK : check_with(m, &m->layers[m->at], &m->net_before, &m->before);
}

/* What the office accepts as it is, is not mended. */
static enum mere_status read_spared(struct mending *m)
{
    if (m->check.n_waivers == 0)
        return MERE_OK;
    MERE_TRY(check_before(m));
    return mere_mended_spared(m->cli->ctx, &m->cli->arena, m->before, m->values->scheme, &m->in);
}

static enum mere_status find_limits(struct mending *m)
{
    const struct mere_scheme scheme = {.name = m->layers[m->at].name,
                                       .role = m->layers[m->at].role};
    struct mere_repair_limits limits = mere_profile_repair(m->profile, &scheme);
    const struct mere_number width = m->values->max_width, area = m->values->max_area;
    m->in.max_width_m = width.given ? width.v : limits.max_width_m;
    m->in.max_area_m2 = area.given ? area.v : limits.max_area_m2;
    m->in.max_fragment_m = fmin(m->in.max_width_m, limits.max_fragment_m);
    if (m->in.max_width_m < 0 || m->in.max_area_m2 < 0)
        return mere_fail(m->cli->ctx, MERE_E_USAGE, "a limit is 0 or more");
    return MERE_OK;
}

static enum mere_status read_all(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    struct mere_point *places = NULL;
    m->district = mere_db_district(m->db);
    MERE_TRY(mere_cli_pick_profile(cli, m->values->profile, m->district, &m->profile));
    MERE_TRY(read_layers(m));
    MERE_TRY(choose_checked(m));
    MERE_TRY(read_check_input(m));
    MERE_TRY(find_limits(m));
    MERE_TRY(read_spared(m));
    MERE_TRY(mere_mended_places(cli->ctx, &cli->arena, &m->check, &places, &m->in.n_places));
    m->in.places = places;
    m->in.layers = m->list;
    m->in.n_layers = m->n_layers;
    m->in.scheme = m->values->scheme;
    m->in.match_units = m->district->match_units;
    return MERE_OK;
}

/* ---- mending ---- */

static enum mere_status mend(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    MERE_TRY(mere_repair_run(cli->ctx, &m->in, &m->repair));
    MERE_TRY(check_with(m, &m->repair->layer, &m->net, &m->after));
    if (m->repair->n_changed + m->repair->n_removed > 0)
        MERE_TRY(check_before(m));
    m->mended = (struct mere_mended){.scheme = &m->layers[m->at],
                                     .repair = m->repair,
                                     .after = m->after,
                                     .before = m->before,
                                     .district_code = m->district->code,
                                     .district_name = m->district->name,
                                     .generation = m->check.generation,
                                     .dry_run = m->values->dry_run,
                                     .max_width_m = m->in.max_width_m,
                                     .max_area_m2 = m->in.max_area_m2};
    return mere_mended_left(cli->ctx, &cli->arena, &m->mended);
}

static enum mere_status write_store(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    const struct mere_repair *r = m->repair;
    struct mere_text log = {0};
    char when[MERE_TIME_LEN];
    int64_t *removed = MERE_NEW(&cli->arena, int64_t, r->n_removed);
    if (!removed)
        return mere_fail_nomem(cli->ctx, "writing the mended scheme");
    for (size_t i = 0; i < r->n_removed; i++)
        removed[i] = m->layers[m->at].zones[r->removed[i]].fid;
    MERE_TRY(mere_db_now(cli->ctx, when));
    MERE_TRY(mere_db_go_on_writing(cli->ctx, m->db));
    mere_mended_log(&m->mended, &log);
    struct mere_operation_record record = {.kind = "repair",
                                           .scheme = m->values->scheme,
                                           .who = mere_cli_who(cli),
                                           .when = when,
                                           .generation = m->check.generation + 1,
                                           .n_features = (int64_t)(r->n_changed + r->n_removed),
                                           .changes = mere_text_str(&log)};
    struct mere_mending what = {.layer = &r->layer,
                                .zones = r->changed,
                                .n = r->n_changed,
                                .removed = removed,
                                .n_removed = r->n_removed};
    enum mere_status status = log.failed ? mere_fail_nomem(cli->ctx, "writing the mended scheme")
                                         : mere_db_mend(cli->ctx, m->db, &record, &what);
    mere_text_clear(&log);
    MERE_TRY(status);
    MERE_TRY(mere_db_commit(cli->ctx, m->db, true));
    m->mended.generation = record.generation;
    return MERE_OK;
}

/* ---- telling ---- */

/* "csv", "json" or "html" by the ending of the report's name; NULL for another. */
static const char *format_of(const char *path)
{
    static const char *const ENDINGS[][2] = {
        {".csv", "csv"}, {".json", "json"}, {".html", "html"}, {".htm", "html"}};
    size_t len = strlen(path);
    for (size_t i = 0; i < MERE_LEN(ENDINGS); i++) {
        size_t n = strlen(ENDINGS[i][0]);
        if (len > n && strcmp(path + len - n, ENDINGS[i][0]) == 0)
            return ENDINGS[i][1];
    }
    return NULL;
}

static enum mere_status fill_report(const struct mending *m, enum mere_lang lang,
                                    struct mere_out *out)
{
    struct mere_text t = {0};
    const char *format = format_of(m->values->report);
    if (strcmp(format, "csv") == 0)
        mere_mended_csv(&m->mended, lang, &t);
    else if (strcmp(format, "json") == 0)
        mere_mended_json(&m->mended, &t);
    else
        mere_mended_html(&m->mended, lang, &t);
    enum mere_status status = MERE_OK;
    if (t.failed)
        status = mere_fail_nomem(m->cli->ctx, "writing the report");
    else if (fwrite(mere_text_str(&t), 1, t.len, out->f) != t.len)
        status = mere_fail(m->cli->ctx, MERE_E_IO, "%s: %s", m->values->report, strerror(errno));
    mere_text_clear(&t);
    return status;
}

/* The store is mended, and the report can't be put in its place. */
static enum mere_status fail_report(struct mending *m)
{
    char *why = strdup(mere_ctx_error(m->cli->ctx));
    enum mere_status status =
        mere_fail(m->cli->ctx, MERE_E_IO,
                  "the store is changed: it is mended, but without its report (%s); merestone undo "
                  "takes it back",
                  why ? why : m->values->report);
    free(why);
    return status;
}

/* The report is written beside its place before the store is, and put in its place after. When
 * only that last step fails, the store stays mended, and the failure says so. */
static enum mere_status carry_out(struct mending *m, bool writes, enum mere_lang lang)
{
    struct mere_out out = {0};
    bool report = m->values->report != NULL;
    enum mere_status status = MERE_OK;
    if (report)
        status = mere_out_open(m->cli, m->values->report, m->values->force, &out);
    if (status == MERE_OK && report)
        status = fill_report(m, lang, &out);
    if (status == MERE_OK && writes)
        status = write_store(m);
    if (status != MERE_OK || !report) {
        mere_out_abort(&out);
        return status;
    }
    status = mere_out_commit(m->cli, &out);
    return status != MERE_OK && writes ? fail_report(m) : status;
}

static enum mere_status repair(struct mending *m)
{
    struct mere_cli *cli = m->cli;
    struct mere_text t = {0};
    MERE_TRY(mere_cli_open(cli, cli->args[0], m->values->dry_run ? MERE_DB_READ : MERE_DB_WRITE,
                           &m->db));
    MERE_TRY(mere_db_begin_reading(cli->ctx, m->db));
    MERE_TRY(read_all(m));
    MERE_TRY(mend(m));
    enum mere_lang lang = mere_lang_pick(m->values->lang, m->district->lang);
    bool writes = m->repair->n_changed + m->repair->n_removed > 0 && !m->values->dry_run;
    if (writes)
        m->mended.generation = m->check.generation + 1;
    /* Told while nothing is written yet: after it memory may run out no more. */
    mere_mended_text(&m->mended, lang, &t);
    enum mere_status status =
        t.failed ? mere_fail_nomem(cli->ctx, "telling what was mended") : MERE_OK;
    if (status == MERE_OK)
        status = carry_out(m, writes, lang);
    if (status == MERE_OK)
        fputs(mere_text_str(&t), cli->out);
    mere_text_clear(&t);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    struct mending m = {.cli = cli, .values = values};
    if (m.values->report && !format_of(m.values->report))
        return mere_cli_usage(cli, "--report %s: its name ends in .csv, .json or .html",
                              m.values->report);
    enum mere_status status = MERE_OK;
    if (m.values->report)
        status = mere_out_apart(cli, m.values->report, cli->args[0]);
    if (status == MERE_OK && m.values->report)
        status = mere_out_check(cli, m.values->report, m.values->force);
    if (status == MERE_OK)
        status = repair(&m);
    size_t n_left = m.mended.n_left;
    mere_report_free(m.before);
    mere_report_free(m.after);
    mere_net_free(m.net_before);
    mere_net_free(m.net);
    mere_repair_free(m.repair);
    mere_profile_free(m.profile);
    mere_db_close(m.db);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    return n_left > 0 ? MERE_EXIT_PERSON : MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_repair = {
    .name = "repair",
    .synopsis = "STORE --scheme NAME [option ...]",
    .summary = "mend gaps, overlaps and stray borders of a scheme; list what needs a person",
    .details =
        "Mended are, in this order: duplicates, borders that run beside the parent's, overlaps,\n"
        "gaps, splinters. Each piece goes whole to one zone: of the parent zone in which it lies,\n"
        "then with the longest border, then of the lower code. Where a neighbour has a vertex on\n"
        "a border, or the parent's border runs within 3 cm, the zone takes its vertices\n"
        "(junction). Nothing is done beyond the limits, where a place would change its owner or\n"
        "lies in disputed land, where a zone would gain or lose a part or hole, or where the\n"
        "parent's border would have to move: that is listed with its reason, as merestone check\n"
        "finds it. Features without a defect keep their bytes; waived findings are left alone.\n"
        "Findings that the mending brings to the scheme below or to key areas are listed too, so\n"
        "mend from the top down. merestone undo takes it back.",
    .example = "  merestone repair binjiang.gpkg --scheme grid --dry-run\n"
               "  merestone repair binjiang.gpkg --scheme grid --max-width 5 --report mended.html\n"
               "  merestone undo binjiang.gpkg",
    .exits = "a defect is left that needs a person",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct repair_values),
    .run = run,
};
