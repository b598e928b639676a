/* cmd_waive.c - accept a finding for a reason. */
#include "base/text.h"
#include "check/check.h"
#include "cli/commands.h"
#include "cli/outside.h"
#include <string.h>

struct waive_values {
    const char *reason, *until;
};
static const struct mere_option OPTIONS[] = {
    {.name = "reason",
     .arg = "TEXT",
     .kind = MERE_OPT_TEXT,
     .required = true,
     .at = offsetof(struct waive_values, reason),
     .help = "why the finding is accepted; it stands in every report"},
    {.name = "until",
     .arg = "DATE",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct waive_values, until),
     .help = "the last day on which the waiver holds, as 2027-12-31, not past; default no end"},
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* "2027-12-31", a day that there is. */
static bool is_date(const char *s)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(s) != 10)
        return false;
    for (size_t i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? s[i] != '-' : s[i] < '0' || s[i] > '9')
            return false;
    int year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0');
    int month = (s[5] - '0') * 10 + (s[6] - '0'), day = (s[8] - '0') * 10 + (s[9] - '0');
    if (month < 1 || month > 12)
        return false;
    return day >= 1 && day <= DAYS[month - 1] + (month == 2 && is_leap(year));
}

static bool is_id(const char *s)
{
    return strlen(s) == 16 && strspn(s, "0123456789abcdef") == 16;
}

/* The zone must be there: a waiver with a mistyped code would never hold and nobody would know. */
static enum mere_status zone_exists(struct mere_cli *cli, struct mere_db *db,
                                    const struct mere_waiver *waiver)
{
    struct mere_layer layer;
    MERE_TRY(mere_db_read_layer(cli->ctx, db, waiver->scheme, &cli->arena, &layer));
    for (size_t i = 0; i < layer.n_zones; i++)
        if (strcmp(layer.zones[i].code, waiver->zone) == 0)
            return MERE_OK;
    return mere_fail(
        cli->ctx, MERE_E_NOT_FOUND,
        "there is no zone with the code \"%s\" in the scheme %s; merestone list shows them",
        waiver->zone, waiver->scheme);
}

static bool speaks_of(const struct mere_report *report, const struct mere_finding *f,
                      const struct mere_waiver *waiver)
{
    if (waiver->id)
        return strcmp(f->id, waiver->id) == 0;
    if (strcmp(mere_rule_text(f->rule)->id, waiver->rule) != 0 ||
        strcmp(f->scheme, waiver->scheme) != 0)
        return false;
    const struct mere_zone *zones = report->net->schemes[f->scheme_index].zones;
    for (size_t i = 0; i < f->n_zones; i++)
        if (strcmp(zones[f->zones[i]].code, waiver->zone) == 0)
            return true;
    return false;
}

/* The first finding that the waiver speaks of; NULL when there is none. With an id, of any rule. */
static const struct mere_finding *find(const struct mere_report *report,
                                       const struct mere_waiver *waiver)
{
    for (size_t i = 0; i < report->n_findings; i++)
        if (speaks_of(report, &report->findings[i], waiver))
            return &report->findings[i];
    return NULL;
}

static enum mere_status judge(struct mere_cli *cli, const struct mere_waiver *waiver,
                              const struct mere_report *report)
{
    const struct mere_finding *found = find(report, waiver);
    mere_cli_bar_clear(cli);
    if (!found)
        mere_cli_note(cli, "merestone check %s finds no %s %s at present", cli->args[0],
                      waiver->rule, waiver->id ? "with this id" : "about this zone");
    else if (strcmp(mere_rule_text(found->rule)->id, waiver->rule) != 0)
        return mere_fail(cli->ctx, MERE_E_INPUT, "the finding %s is of the rule %s, not %s",
                         waiver->id, mere_rule_text(found->rule)->id, waiver->rule);
    return MERE_OK;
}

/* By a check under the store's own profile: an id of another rule is refused; where no finding
 * matches, that is noted only, for it may come from a check by another profile or against another
 * scheme. */
static enum mere_status finding_exists(struct mere_cli *cli, struct mere_db *db,
                                       const struct mere_waiver *waiver)
{
    const struct mere_snap_parts parts = {.references = true};
    struct mere_snapshot *snap = NULL;
    struct mere_profile *profile = NULL;
    struct mere_report *report = NULL;
    MERE_TRY(mere_snap_load(cli->ctx, db, &parts, &snap));
    const struct mere_district *district = mere_snap_district(snap);
    struct mere_check_input in = {
        .net = mere_snap_net(snap), .district_code = district->code, .main_scheme = district->main};
    in.references = mere_snap_references(snap, &in.n_references);
    enum mere_status status = mere_cli_pick_profile(cli, NULL, district, &profile);
    in.profile = profile;
    if (status == MERE_OK)
        status = mere_check_run(cli->ctx, &in, &report);
    if (status == MERE_OK)
        status = judge(cli, waiver, report);
    mere_report_free(report);
    mere_profile_free(profile);
    mere_snap_free(snap);
    return status;
}

static enum mere_status read_target(struct mere_cli *cli, struct mere_waiver *waiver)
{
    const char *target = cli->args[2], *slash = strchr(target, '/');
    if (slash && slash > target && slash[1]) {
        waiver->scheme = mere_arena_text(&cli->arena, target, (size_t)(slash - target));
        waiver->zone = slash + 1;
        return waiver->scheme ? MERE_OK : mere_fail_nomem(cli->ctx, "reading a waiver");
    }
    if (!is_id(target))
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "\"%s\" is neither SCHEME/CODE nor the id of a finding (16 hex digits, as "
                         "merestone check shows)",
                         target);
    waiver->id = target;
    return MERE_OK;
}

static enum mere_status check_words(struct mere_cli *cli, const struct waive_values *v)
{
    enum mere_rule rule;
    size_t len = strlen(v->reason);
    if (!mere_rule_parse(cli->args[1], &rule))
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "there is no rule \"%s\"; merestone check --explain all lists them",
                         cli->args[1]);
    if (len == 0 || len > 1000 || !mere_utf8_valid(v->reason, len))
        return mere_fail(cli->ctx, MERE_E_USAGE, "--reason must have 1 to 1000 bytes of UTF-8");
    if (v->until && !is_date(v->until))
        return mere_fail(cli->ctx, MERE_E_USAGE, "--until is \"%s\"; write a day as 2027-12-31",
                         v->until);
    return MERE_OK;
}

/* A waiver that is past when it is given waives nothing. */
static enum mere_status check_until(struct mere_cli *cli, const struct mere_waiver *waiver)
{
    if (!waiver->until || strncmp(waiver->until, waiver->when, 10) >= 0)
        return MERE_OK;
    return mere_fail(cli->ctx, MERE_E_USAGE,
                     "--until %s is past, so nothing would be waived; today is %.10s (UTC): give "
                     "that day or a later one, or leave --until out",
                     waiver->until, waiver->when);
}

static enum mere_status waive(struct mere_cli *cli, const struct waive_values *v)
{
    struct mere_waiver waiver = {.rule = cli->args[1], .reason = v->reason, .until = v->until};
    struct mere_db *db = NULL;
    MERE_TRY(check_words(cli, v));
    MERE_TRY(read_target(cli, &waiver));
    waiver.who = mere_cli_who(cli);
    MERE_TRY(mere_cli_now(cli, &waiver.when));
    MERE_TRY(check_until(cli, &waiver));
    MERE_TRY(mere_cli_open(cli, cli->args[0], MERE_DB_WRITE, &db));
    enum mere_status status = waiver.zone ? zone_exists(cli, db, &waiver) : MERE_OK;
    if (status == MERE_OK)
        status = finding_exists(cli, db, &waiver);
    if (status == MERE_OK)
        status = mere_db_begin(cli->ctx, db);
    if (status == MERE_OK)
        status = mere_db_add_waiver(cli->ctx, db, &waiver);
    if (status == MERE_OK)
        status = mere_db_commit(cli->ctx, db, false);
    if (status != MERE_OK)
        mere_db_rollback(db);
    mere_db_close(db);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct waive_values *v = values;
    enum mere_status status = waive(cli, v);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fprintf(cli->out, "%s: waived %s %s%s%s\n", cli->args[0], cli->args[1], cli->args[2],
            v->until ? " until " : "", v->until ? v->until : "");
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_waive = {
    .name = "waive",
    .synopsis = "STORE RULE SCHEME/CODE|ID --reason TEXT [--until DATE]",
    .summary = "accept a finding for a reason: it stays, marked, and doesn't count",
    .details =
        "With SCHEME/CODE, all findings of RULE about that zone are waived, later ones too.\n"
        "With ID, that one only, and only while it is the same: its zones, the number and the\n"
        "places (to 10 m) of its pieces, and the power of four of square metres that its area\n"
        "reaches; a second gap on the border of a waived one is told again. What was said before\n"
        "of the same target holds no more.",
    .example =
        "  merestone waive binjiang.gpkg parts grid/330108001001002 --reason \"飞地，市政府批准\"\n"
        "  merestone waive binjiang.gpkg gap 0f3a5c7d9e1b2468 --reason \"river bank\" \\\n"
        "      --until 2027-12-31",
    .min_args = 3,
    .max_args = 3,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct waive_values),
    .run = run,
};
