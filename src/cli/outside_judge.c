/* outside_judge.c - whether edits from outside add an error: a check of the district with them
 * against one of the district as it was accepted. */
#include "check/check.h"
#include "cli/commands.h"
#include "cli/outside_priv.h"
#include <string.h>

#define SHOWN 10 /* errors told; `merestone check` tells all */

/* One side of the comparison. */
struct side {
    struct mere_net *net;
    struct mere_report *report;
};

static void clear_side(struct side *side)
{
    mere_report_free(side->report);
    mere_net_free(side->net);
}

/* The network as a snapshot has it (snap/load.c), of the edited schemes as they would be stored or
 * as they were. */
static enum mere_status build(struct mere_settling *s, bool after, struct mere_net **ret)
{
    double units = mere_db_district(s->db)->match_units;
    const struct mere_build how = {.match_zones = false, .tol_x = units, .tol_y = units};
    const struct mere_layer **list = MERE_NEW(&s->arena, const struct mere_layer *, s->n_schemes);
    if (!list)
        return mere_fail_nomem(s->cli->ctx, "checking edits from outside");
    for (size_t i = 0; i < s->n_schemes; i++)
        list[i] = &s->now[i];
    for (size_t i = 0; i < s->n_edited; i++) {
        const struct mere_edited *e = &s->edited[i];
        if (!e->gone)
            list[e->at] = after ? &e->after : &e->before;
    }
    return mere_net_build(s->cli->ctx, list, s->n_schemes, &how, ret);
}

static enum mere_status check_side(struct mere_settling *s, struct mere_check_input in, bool after,
                                   struct side *ret)
{
    MERE_TRY(build(s, after, &ret->net));
    in.net = ret->net;
    return mere_check_run(s->cli->ctx, &in, &ret->report);
}

static bool is_error(const struct mere_finding *f)
{
    return f->severity == MERE_SEVERITY_ERROR && !f->waived;
}

static enum mere_status object_to_findings(struct mere_settling *s, const struct side *after,
                                           const struct side *before)
{
    bool *known = NULL;
    size_t n = 0;
    MERE_TRY(mere_report_known(s->cli->ctx, &s->arena, before->report, after->report,
                               MERE_SEVERITY_ERROR, &known));
    for (size_t i = 0; i < after->report->n_findings; i++) {
        const struct mere_finding *f = &after->report->findings[i];
        if (!is_error(f) || known[i])
            continue;
        if (n++ < SHOWN)
            MERE_TRY(mere_settling_object(s, "error %s %s: %s", mere_rule_text(f->rule)->id, f->id,
                                          f->en));
        else
            s->n_objections++;
    }
    if (n > SHOWN)
        mere_text_addf(&s->objections, "and %zu more errors: see merestone check\n", n - SHOWN);
    return MERE_OK;
}

/* ---- the judgement ------------------------------------------------------------------------------
 */

static enum mere_status load_references(struct mere_settling *s, struct mere_check_input *in)
{
    struct mere_ctx *ctx = s->cli->ctx;
    struct mere_ref_layer *refs = NULL;
    MERE_TRY(mere_db_references(ctx, s->db, &s->arena, &refs, &in->n_references));
    for (size_t i = 0; i < in->n_references; i++)
        MERE_TRY(mere_db_read_reference(ctx, s->db, refs[i].name, &s->arena, &refs[i]));
    in->references = refs;
    return MERE_OK;
}

static enum mere_status fill_input(struct mere_settling *s, struct mere_check_input *in)
{
    const struct mere_district *district = mere_db_district(s->db);
    struct mere_waiver *waivers = NULL;
    const char *now = NULL;
    in->district_code = district->code;
    in->district_name = district->name;
    in->main_scheme = district->main;
    MERE_TRY(mere_db_generation(s->cli->ctx, s->db, &in->generation));
    MERE_TRY(mere_db_waivers(s->cli->ctx, s->db, &s->arena, &waivers, &in->n_waivers));
    in->waivers = waivers;
    MERE_TRY(mere_cli_now(s->cli, &now));
    in->today = mere_arena_text(&s->arena, now, 10);
    if (!in->today)
        return mere_fail_nomem(s->cli->ctx, "checking edits from outside");
    return load_references(s, in);
}

enum mere_status mere_settling_judge(struct mere_settling *s)
{
    struct mere_check_input in = {0};
    struct mere_profile *profile = NULL;
    struct side after = {0}, before = {0};
    bool unseen = false;
    MERE_TRY(fill_input(s, &in));
    MERE_TRY(mere_cli_pick_profile(s->cli, NULL, mere_db_district(s->db), &profile));
    in.profile = profile;
    for (size_t i = 0; i < s->n_edited; i++)
        unseen = unseen || s->edited[i].unseen;
    enum mere_status status = check_side(s, in, true, &after);
    if (status == MERE_OK && after.report->n_errors > 0 && !unseen)
        status = check_side(s, in, false, &before);
    if (status == MERE_OK)
        status = object_to_findings(s, &after, &before);
    clear_side(&after);
    clear_side(&before);
    mere_profile_free(profile);
    return status;
}
