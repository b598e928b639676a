/* check.c - the check itself: prepare, run the rules, weigh the waivers, sum up the principles. */
#include "check/check_priv.h"
#include "geo/measure.h"
#include <stdlib.h>
#include <string.h>

/* ---- preparing ---- */

static int32_t scheme_by_role(const struct mere_net *net, enum mere_role role)
{
    for (int32_t s = 0; s < net->n_schemes; s++)
        if (net->schemes[s].role == role)
            return s;
    return MERE_UNKNOWN;
}

/* Lengths of all arcs in the local plane, where the network does not know them. They decide nothing
 * but which regions are looked at closely, and compactness. */
static enum mere_status measure_arcs(struct mere_checker *ck)
{
    const struct mere_net *net = ck->net;
    struct mere_band_scale plane = {0};
    ck->arc_m = net->arc_m;
    if (ck->arc_m)
        return MERE_OK;
    double *m = MERE_NEW(&ck->scratch, double, (size_t)net->n_arcs);
    if (!m)
        return mere_fail_nomem(ck->ctx, "checking");
    for (int32_t a = 0; a < net->n_arcs; a++)
        m[a] = mere_chain_plane_m(&plane, net->pts + net->arcs[a].first, net->arcs[a].n);
    ck->arc_m = m;
    return MERE_OK;
}

enum mere_status mere_check_begin(struct mere_checker *ck)
{
    const struct mere_net *net = ck->net;
    ck->node_mark = MERE_NEW(&ck->scratch, uint32_t, (size_t)net->n_nodes);
    ck->node_at = MERE_NEW(&ck->scratch, uint32_t, (size_t)net->n_nodes);
    ck->regions = MERE_NEW(&ck->scratch, struct mere_regions, (size_t)net->n_schemes);
    if (!ck->node_mark || !ck->node_at || !ck->regions)
        return mere_fail_nomem(ck->ctx, "checking");
    return measure_arcs(ck);
}

static enum mere_status prepare(struct mere_checker *ck)
{
    const struct mere_net *net = ck->net;
    const char *former = ck->in->against ? ck->in->against : ck->profile->former;
    ck->main = mere_net_main_scheme(net, ck->in->main_scheme);
    ck->former = former ? mere_net_scheme(net, former) : MERE_UNKNOWN;
    ck->outline = scheme_by_role(net, MERE_ROLE_OUTLINE);
    ck->parents = MERE_NEW(&ck->scratch, const int32_t *, (size_t)net->n_schemes);
    if (!ck->parents)
        return mere_fail_nomem(ck->ctx, "checking");
    MERE_TRY(mere_check_begin(ck));
    return mere_check_places(ck);
}

static enum mere_status no_scheme(struct mere_checker *ck, const char *name)
{
    struct mere_text t = {0};
    for (int32_t s = 0; s < ck->net->n_schemes; s++)
        mere_text_addf(&t, "%s%s", s ? ", " : "", ck->net->schemes[s].name);
    enum mere_status status =
        mere_fail(ck->ctx, MERE_E_NOT_FOUND, "there is no scheme \"%s\" in the store; it holds: %s",
                  name, t.len ? mere_text_str(&t) : "none yet (import one first)");
    mere_text_clear(&t);
    return status;
}

/* Whether scheme `s` is to be checked: as asked, else all but the former division. */
static bool asked_for(const struct mere_checker *ck, int32_t s)
{
    if (ck->in->n_schemes == 0)
        return s != ck->former;
    for (size_t i = 0; i < ck->in->n_schemes; i++)
        if (strcmp(ck->in->schemes[i], mere_ck_scheme(ck, s)->name) == 0)
            return true;
    return false;
}

/* ---- running ---- */

/* Rules about the territory of zones that people are responsible for: levels and covering schemes;
 * key areas, holes and blocks are not such zones. */
static bool governs(const struct mere_scheme *scheme)
{
    return scheme->role != MERE_ROLE_KEY && scheme->role != MERE_ROLE_HOLE &&
           scheme->role != MERE_ROLE_BLOCK && scheme->role != MERE_ROLE_OUTLINE;
}

static enum mere_status check_scheme(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    MERE_TRY(mere_rules_coverage(ck, s));
    MERE_TRY(mere_rules_codes(ck, s));
    if (scheme->covering || scheme->parent >= 0)
        MERE_TRY(mere_rules_parents(ck, s));
    if (!governs(scheme))
        return MERE_OK;
    MERE_TRY(mere_rules_size(ck, s));
    MERE_TRY(mere_rules_shape(ck, s));
    MERE_TRY(mere_rule_cuts(ck, s));
    return mere_rule_names(ck, s);
}

/* Key areas and tradition are asked of the main scheme: not when only others are to be checked. */
static enum mere_status check_main(struct mere_checker *ck)
{
    static const enum mere_rule RULES[] = {MERE_RULE_KEY_SPLIT, MERE_RULE_KEY_SHARED,
                                           MERE_RULE_KEY_WITHOUT, MERE_RULE_TRADITION};
    if (ck->net->n_schemes == 0)
        return MERE_OK; /* tell_unchecked says of each principle what to load */
    if (ck->main == MERE_UNKNOWN || asked_for(ck, ck->main)) {
        MERE_TRY(mere_rules_key(ck));
        return mere_rule_tradition(ck);
    }
    const char *name = mere_ck_scheme(ck, ck->main)->name;
    for (size_t i = 0; i < MERE_LEN(RULES); i++)
        if (mere_profile_has(ck->profile, RULES[i], NULL))
            MERE_TRY(mere_check_lacks(
                ck, RULES[i], NULL, mere_check_textf(ck, "针对主方案：请加上 --scheme %s", name),
                mere_check_textf(ck, "it is about the main scheme: add --scheme %s", name)));
    return MERE_OK;
}

static enum mere_status run_rules(struct mere_checker *ck)
{
    const struct mere_net *net = ck->net;
    uint64_t done = 0;
    for (size_t i = 0; i < ck->in->n_schemes; i++)
        if (mere_net_scheme(net, ck->in->schemes[i]) == MERE_UNKNOWN)
            return no_scheme(ck, ck->in->schemes[i]);
    if (ck->in->against && ck->former == MERE_UNKNOWN)
        return no_scheme(ck, ck->in->against);
    if (ck->in->against && ck->former == ck->main)
        return mere_fail(ck->ctx, MERE_E_INPUT,
                         "--against %s is the main scheme itself: name the former division",
                         ck->in->against);
    for (int32_t s = 0; s < net->n_schemes; s++) {
        MERE_TRY(mere_tick(ck->ctx, "checking", done++, (uint64_t)net->n_schemes));
        if (asked_for(ck, s))
            MERE_TRY(check_scheme(ck, s));
    }
    return check_main(ck);
}

/* ---- order and ids ---- */

static int finding_cmp(const void *va, const void *vb)
{
    const struct mere_finding *a = va, *b = vb;
    if (a->severity != b->severity)
        return a->severity < b->severity ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    if (a->scheme_index != b->scheme_index)
        return a->scheme_index < b->scheme_index ? -1 : 1;
    for (size_t i = 0; i < a->n_zones && i < b->n_zones; i++)
        if (a->zones[i] != b->zones[i])
            return a->zones[i] < b->zones[i] ? -1 : 1;
    if (a->n_zones != b->n_zones)
        return a->n_zones < b->n_zones ? -1 : 1;
    int by_id = strcmp(a->id, b->id);
    if (by_id)
        return by_id;
    if (a->at.x != b->at.x)
        return a->at.x < b->at.x ? -1 : 1;
    return (a->at.y > b->at.y) - (a->at.y < b->at.y);
}

struct by_id {
    struct mere_finding *finding;
};

static int by_id_cmp(const void *va, const void *vb)
{
    const struct by_id *a = va, *b = vb;
    int by_id = strcmp(a->finding->id, b->finding->id);
    return by_id ? by_id : finding_cmp(a->finding, b->finding);
}

static enum mere_status order_by_id(struct mere_checker *ck, struct by_id **ret)
{
    size_t n = ck->findings.n;
    struct by_id *order = MERE_NEW(&ck->scratch, struct by_id, n);
    if (!order)
        return mere_fail_nomem(ck->ctx, "naming findings");
    for (size_t i = 0; i < n; i++)
        order[i].finding = &ck->findings.v[i];
    qsort(order, n, sizeof *order, by_id_cmp);
    *ret = order;
    return MERE_OK;
}

/* Findings of equal ids are named by all their points; what has none, of zones with one code, gets
 * a number in the last four digits, in the order of zones. */
static enum mere_status part_equal_ids(struct mere_checker *ck)
{
    size_t n = ck->findings.n;
    struct by_id *order;
    MERE_TRY(order_by_id(ck, &order));
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(order[end].finding->id, order[i].finding->id) == 0;
             end++)
            ;
        for (size_t k = i; k < end && end - i > 1; k++)
            MERE_TRY(mere_finding_name(ck, order[k].finding, true));
    }
    MERE_TRY(order_by_id(ck, &order));
    char same[17] = "";
    unsigned count = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(order[i].finding->id, same) != 0) {
            memcpy(same, order[i].finding->id, sizeof same);
            count = 0;
            continue;
        }
        unsigned low = (unsigned)strtoul(same + 12, NULL, 16) + ++count;
        snprintf(order[i].finding->id + 12, 5, "%04x", low & 0xFFFFu);
    }
    return MERE_OK;
}

/* ---- summing up ---- */

/* A principle of which the profile checks nothing, or for which there is nothing to check. */
static enum mere_status tell_unchecked(struct mere_checker *ck, enum mere_principle principle)
{
    bool any = false;
    enum mere_rule first = MERE_N_RULES;
    for (int r = MERE_N_RULES - 1; r >= 0; r--)
        if (mere_rule_text((enum mere_rule)r)->principle == principle) {
            first = (enum mere_rule)r;
            any = any || mere_profile_has(ck->profile, first, NULL);
        }
    if (ck->net->n_schemes == 0)
        return mere_check_lacks(ck, first, NULL, NULL, NULL);
    if (any)
        return MERE_OK;
    return mere_check_lacks(
        ck, first, NULL,
        mere_check_textf(ck, "配置%s没有这一原则的规则：换用有的配置（--profile hangzhou）",
                         ck->profile->name),
        mere_check_textf(
            ck,
            "the profile %s has no rule of this principle: use one that has (--profile "
            "hangzhou)",
            ck->profile->name));
}

static enum mere_status sum_principle(struct mere_checker *ck, enum mere_principle principle)
{
    struct mere_principle_result *result = &ck->report->principles[principle];
    MERE_TRY(tell_unchecked(ck, principle));
    struct mere_missing *list = MERE_NEW(&ck->report->arena, struct mere_missing, ck->missing.n);
    if (!list)
        return mere_fail_nomem(ck->ctx, "summing up");
    for (size_t i = 0; i < ck->missing.n; i++)
        if (mere_rule_text(ck->missing.v[i].rule)->principle == principle)
            list[result->n_missing++] = ck->missing.v[i];
    result->missing = list;
    for (size_t i = 0; i < ck->findings.n; i++) {
        const struct mere_finding *f = &ck->findings.v[i];
        result->n += mere_rule_text(f->rule)->principle == principle && !f->waived &&
                     f->severity != MERE_SEVERITY_INFO;
    }
    result->state = result->n > 0           ? MERE_CHECKED_FINDINGS
                    : result->n_missing > 0 ? MERE_CHECKED_NOT
                                            : MERE_CHECKED_PASSED;
    return MERE_OK;
}

static bool was_told(const struct mere_checker *ck, enum mere_rule rule)
{
    for (size_t i = 0; i < ck->missing.n; i++)
        if (ck->missing.v[i].rule == rule)
            return true;
    return false;
}

/* The schemes that the limits of a rule speak of: "grid, community"; nothing when of any. */
static void limited_to(const struct mere_checker *ck, enum mere_rule rule, struct mere_text *t)
{
    const struct mere_limit *limits = ck->profile->limits;
    for (size_t i = 0; i < ck->profile->n_limits; i++) {
        bool listed = false;
        for (size_t k = 0; k < i && !listed; k++)
            listed = limits[k].rule == rule && limits[k].scheme && limits[i].scheme &&
                     strcmp(limits[k].scheme, limits[i].scheme) == 0;
        if (limits[i].rule == rule && limits[i].scheme && !listed)
            mere_text_addf(t, "%s%s", t->len ? ", " : "", limits[i].scheme);
    }
}

static bool has_kinds(const struct mere_checker *ck, enum mere_rule rule)
{
    for (size_t i = 0; i < ck->profile->n_limits; i++)
        if (ck->profile->limits[i].rule == rule && ck->profile->limits[i].kind)
            return true;
    return false;
}

/* A rule of the profile that nothing was measured for, with what it waits for. */
static enum mere_status tell_idle(struct mere_checker *ck, enum mere_rule rule, const char *there,
                                  bool asked)
{
    struct mere_text t = {0};
    const char *zh = NULL, *en = NULL;
    limited_to(ck, rule, &t);
    if (asked && has_kinds(ck, rule)) {
        zh = "配置的限值所说的那类区域一个也没有：请导入它";
        en = "no zone of a kind that the profile's limits speak of is loaded: import it";
    } else if (!asked && there) {
        zh = mere_check_textf(ck, "配置的限值针对方案%s：请加上 --scheme %s", there, there);
        en = mere_check_textf(ck, "the profile's limits speak of the scheme %s: add --scheme %s",
                              there, there);
    } else if (!asked) {
        zh = mere_check_textf(ck, "配置的限值所说的方案未载入：请导入%s", mere_text_str(&t));
        en = mere_check_textf(ck,
                              "no scheme that the profile's limits speak of is loaded: import %s",
                              mere_text_str(&t));
    }
    enum mere_status status = t.failed ? mere_fail_nomem(ck->ctx, "listing what was not checked")
                                       : mere_check_lacks(ck, rule, NULL, zh, en);
    mere_text_clear(&t);
    return status;
}

static bool any_ran(const struct mere_checker *ck, enum mere_principle principle)
{
    for (int r = 0; r < MERE_N_RULES; r++)
        if (ck->ran[r] && mere_rule_text((enum mere_rule)r)->principle == principle)
            return true;
    return false;
}

/* Whether the rule compares with the level above. */
static bool is_of_levels(enum mere_rule rule)
{
    return rule == MERE_RULE_NESTING || rule == MERE_RULE_NO_PARENT ||
           rule == MERE_RULE_CODE_PREFIX || rule == MERE_RULE_OUTSIDE_PARENT ||
           rule == MERE_RULE_PARENT_UNCOVERED;
}

/* Rules that are on, but that nothing in the store had anything to do with: their limits speak of
 * schemes or kinds that aren't there. */
static enum mere_status tell_idle_rules(struct mere_checker *ck)
{
    for (int r = 0; r < MERE_N_RULES && ck->net->n_schemes > 0; r++) {
        enum mere_rule rule = (enum mere_rule)r;
        const char *there = NULL;
        bool asked = false, waits = !is_of_levels(rule);
        if (ck->ran[rule] || was_told(ck, rule) || !mere_profile_has(ck->profile, rule, NULL))
            continue;
        for (int32_t s = 0; s < ck->net->n_schemes; s++) {
            if (!mere_profile_has(ck->profile, rule, mere_ck_scheme(ck, s)))
                continue;
            there = mere_ck_scheme(ck, s)->name;
            asked = asked || asked_for(ck, s);
            waits = waits || (asked_for(ck, s) && mere_check_needs_parent(ck, s));
        }
        /* Of topmost schemes alone there is nothing to ask. */
        if (asked && !waits && any_ran(ck, mere_rule_text(rule)->principle))
            continue;
        MERE_TRY(tell_idle(ck, rule, there, asked));
    }
    return MERE_OK;
}

static enum mere_status finish(struct mere_checker *ck)
{
    struct mere_report *report = ck->report;
    MERE_TRY(part_equal_ids(ck));
    MERE_TRY(mere_check_waive(ck));
    if (ck->findings.n > 0)
        qsort(ck->findings.v, ck->findings.n, sizeof *ck->findings.v, finding_cmp);
    report->n_findings = ck->findings.n;
    report->findings = MERE_NEW(&report->arena, struct mere_finding, ck->findings.n);
    report->n_distributions = ck->distributions.n;
    report->distributions = MERE_NEW(&report->arena, struct mere_distribution, ck->distributions.n);
    if (!report->findings || !report->distributions)
        return mere_fail_nomem(ck->ctx, "summing up");
    if (ck->findings.n > 0)
        memcpy(report->findings, ck->findings.v, ck->findings.n * sizeof *report->findings);
    if (ck->distributions.n > 0)
        memcpy(report->distributions, ck->distributions.v,
               ck->distributions.n * sizeof *report->distributions);
    for (size_t i = 0; i < ck->findings.n; i++) {
        const struct mere_finding *f = &ck->findings.v[i];
        report->n_waived += f->waived;
        report->n_errors += !f->waived && f->severity == MERE_SEVERITY_ERROR;
        report->n_warnings += !f->waived && f->severity == MERE_SEVERITY_WARNING;
        report->n_infos += !f->waived && f->severity == MERE_SEVERITY_INFO;
    }
    MERE_TRY(tell_idle_rules(ck));
    for (int p = 0; p < MERE_N_PRINCIPLES; p++)
        MERE_TRY(sum_principle(ck, (enum mere_principle)p));
    return MERE_OK;
}

static enum mere_status describe(struct mere_checker *ck)
{
    struct mere_report *report = ck->report;
    const struct mere_check_input *in = ck->in;
    report->net = in->net;
    report->profile = in->profile;
    report->generation = in->generation;
    report->district_code = mere_check_textf(ck, "%s", in->district_code ? in->district_code : "");
    report->district_name = mere_check_textf(ck, "%s", in->district_name ? in->district_name : "");
    report->today = mere_check_textf(ck, "%s", in->today ? in->today : "");
    report->main_scheme = ck->main >= 0 ? mere_ck_scheme(ck, ck->main)->name : NULL;
    if (!report->district_code || !report->district_name || !report->today)
        return mere_fail_nomem(ck->ctx, "summing up");
    return MERE_OK;
}

enum mere_status mere_check_run(struct mere_ctx *ctx, const struct mere_check_input *in,
                                struct mere_report **ret_report)
{
    struct mere_checker ck = {.ctx = ctx, .in = in, .net = in->net, .profile = in->profile};
    ck.locator = in->locator;
    ck.report = calloc(1, sizeof *ck.report);
    if (!ck.report)
        return mere_fail_nomem(ctx, "checking");
    enum mere_status status = prepare(&ck);
    if (status == MERE_OK)
        status = run_rules(&ck);
    if (status == MERE_OK)
        status = finish(&ck);
    if (status == MERE_OK)
        status = describe(&ck);
    mere_arena_clear(&ck.scratch);
    mere_locator_free(ck.own_locator);
    MERE_VEC_FREE(&ck.findings);
    MERE_VEC_FREE(&ck.missing);
    MERE_VEC_FREE(&ck.distributions);
    if (status != MERE_OK)
        mere_report_free(ck.report);
    else
        *ret_report = ck.report;
    return status;
}

void mere_report_free(struct mere_report *report)
{
    if (!report)
        return;
    mere_arena_clear(&report->arena);
    free(report);
}
