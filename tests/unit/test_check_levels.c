/* test_check_levels.c - one level in another, limits by kind, codes, and borders through buildings:
 * the hard cases of each. */
#include "check.h"
#include "unit/check_district.h"

static const struct mere_finding *about(const struct mere_report *report, enum mere_rule rule,
                                        const char *code)
{
    for (size_t i = 0; report && i < report->n_findings; i++)
        if (report->findings[i].rule == rule &&
            strcmp(codes_of(report, &report->findings[i]), code) == 0)
            return &report->findings[i];
    static const struct mere_finding none = {.zh = "", .en = "", .value = NAN, .area_m2 = NAN};
    return &none;
}

/* ---- one level in another ---- */

static const char LEVELS[] = PROFILE(LIMIT("outside-parent", "") "," LIMIT(
    "parent-uncovered", "") "," LIMIT("nesting", "\"max\":1,\"unit\":\"m2\","));

/* A scheme of two boxes 500 m high that may overlap or leave land between them. */
static void add_pair(struct district *d, enum mere_role role, const char *codes[2],
                     const double edges[4])
{
    struct maker m;
    maker_begin(&m, &d->arena, mere_role_word(role), role);
    m.drawn.layer.parent_scheme = role == MERE_ROLE_GRID ? "community" : NULL;
    for (int i = 0; i < 2; i++) {
        struct mere_zone *zone = maker_box(&m, codes[i], edges[2 * i], 0, edges[2 * i + 1], 500);
        zone->parent = role == MERE_ROLE_GRID ? (i == 0 ? "P" : "Q") : NULL;
    }
    d->layers[d->n_layers++] = maker_end(&m);
}
#define PAIR(d, role, a, b, ...)                                                                   \
    add_pair(d, role, (const char *[2]){a, b}, (const double[4]){__VA_ARGS__})

TEST(land_that_overlapping_parents_leave_bare_counts_for_each)
{
    struct district d = {0};
    PAIR(&d, MERE_ROLE_COMMUNITY, "P", "Q", 0, 510, 490, 1000);
    PAIR(&d, MERE_ROLE_GRID, "P1", "P2", 0, 450, 550, 1000);
    if (CHECK(district_check(&d, LEVELS))) {
        const struct mere_finding *p = about(d.report, MERE_RULE_PARENT_UNCOVERED, "P");
        const struct mere_finding *q = about(d.report, MERE_RULE_PARENT_UNCOVERED, "Q");
        CHECK_INT(2, d.report->n_findings);
        CHECK_NEAR(30000, p->area_m2, 50);
        CHECK_NEAR(30000, q->area_m2, 50);
        /* P's is one piece, 60 m wide, and so is Q's. */
        CHECK_INT(1, p->parts);
        CHECK_NEAR(60, p->width_m, 0.05);
        CHECK_NEAR(60, q->width_m, 0.05);
    }
    district_clear(&d);
}

TEST(land_of_overlapping_zones_outside_the_parent_counts_for_each)
{
    struct district d = {0};
    PAIR(&d, MERE_ROLE_COMMUNITY, "P", "Q", 0, 500, 500, 800);
    PAIR(&d, MERE_ROLE_GRID, "P1", "Q1", 0, 500, 500, 830);
    struct maker m;
    maker_begin(&m, &d.arena, "beat", MERE_ROLE_BEAT);
    m.drawn.layer.parent_scheme = "community";
    maker_box(&m, "b1", 0, 0, 820, 500);
    maker_box(&m, "b2", 700, 0, 840, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, PROFILE(LIMIT("outside-parent", ""))))) {
        CHECK_INT(3, d.report->n_findings);
        CHECK_NEAR(15000, about(d.report, MERE_RULE_OUTSIDE_PARENT, "Q1")->area_m2, 30);
        CHECK_NEAR(10000, about(d.report, MERE_RULE_OUTSIDE_PARENT, "b1")->area_m2, 30);
        CHECK_NEAR(20000, about(d.report, MERE_RULE_OUTSIDE_PARENT, "b2")->area_m2, 30);
        CHECK_NEAR(40, about(d.report, MERE_RULE_OUTSIDE_PARENT, "b2")->width_m, 0.05);
    }
    district_clear(&d);
}

/* The first area that the sentence of a nesting finding tells: "border: 1,500 m2". */
static double told_m2(const char *en)
{
    double v = 0;
    const char *s = strstr(en, "border: ");
    for (s = s ? s + 8 : ""; (*s >= '0' && *s <= '9') || *s == ','; s++)
        v = *s == ',' ? v : 10 * v + (*s - '0');
    return v;
}

TEST(land_in_each_foreign_parent_is_a_piece_of_its_own)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "community", MERE_ROLE_COMMUNITY);
    maker_box(&m, "P", 0, 0, 500, 500);
    maker_box(&m, "Q", 500, 0, 1000, 260); /* Q and R overlap between 240 and 260 */
    maker_box(&m, "R", 500, 240, 1000, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    m.drawn.layer.parent_scheme = "community";
    maker_box(&m, "P1", 0, 0, 510, 500)->parent = "P";
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, PROFILE(LIMIT("nesting", "\"max\":1,\"unit\":\"m2\",") "," LIMIT(
                                     "overlap", ""))))) {
        const struct mere_finding *f = about(d.report, MERE_RULE_NESTING, "P1");
        CHECK_NEAR(5000, f->value, 10);
        CHECK_NEAR(f->value, f->area_m2, 1e-6);
        CHECK_INT(3, f->parts);
        CHECK(strstr(f->en, " m² in Q (Q), ") && strstr(f->en, " m² in R (R), ") &&
              strstr(f->en, " m² in Q (Q) and R (R), while its parent is P (P)"));
    }
    district_clear(&d);
}

TEST(each_of_two_overlapping_zones_has_its_own_land_in_the_others_parent)
{
    struct district d = {0};
    PAIR(&d, MERE_ROLE_COMMUNITY, "P", "Q", 0, 500, 500, 1000);
    PAIR(&d, MERE_ROLE_GRID, "P1", "Q1", 0, 503, 498, 1000);
    if (CHECK(district_check(&d, LEVELS))) {
        const struct mere_finding *p = about(d.report, MERE_RULE_NESTING, "P1");
        const struct mere_finding *q = about(d.report, MERE_RULE_NESTING, "Q1");
        CHECK_INT(2, d.report->n_findings);
        CHECK_NEAR(1500, p->value, 5);
        CHECK_NEAR(1000, q->value, 5);
        CHECK_NEAR(p->value, p->area_m2, 1e-6);
        CHECK(strstr(p->en, " m² in Q (Q), while its parent is P (P)") != NULL);
        CHECK(strstr(q->en, " m² in P (P), while its parent is Q (Q)") != NULL);
        CHECK_NEAR(q->value, told_m2(q->en), 1);
        CHECK_NEAR(p->value, told_m2(p->en), 1);
    }
    district_clear(&d);
}

TEST(a_zone_may_lie_in_any_parent_of_the_code_that_it_states)
{
    struct district d = {0};
    struct maker m;
    PAIR(&d, MERE_ROLE_COMMUNITY, "P", "P", 0, 500, 500, 1000);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    m.drawn.layer.parent_scheme = "community";
    maker_box(&m, "1", 0, 0, 400, 500)->parent = "P";
    maker_box(&m, "2", 400, 0, 700, 500)->parent = "P"; /* in both */
    maker_box(&m, "3", 700, 0, 900, 500)->parent = "P"; /* in the second */
    maker_box(&m, "4", 900, 0, 1000, 500);              /* states none */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, LEVELS)))
        CHECK_INT(0, d.report->n_findings);
    district_clear(&d);
}

/* The schemes that lack what the rule needs, joined by spaces; "-" where none is named. */
static const char *lacking(const struct mere_report *r, enum mere_rule rule)
{
    static char buf[200];
    const struct mere_principle_result *p = &r->principles[mere_rule_text(rule)->principle];
    buf[0] = 0;
    for (size_t i = 0; i < p->n_missing; i++)
        if (p->missing[i].rule == rule)
            snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s%s", *buf ? " " : "",
                     p->missing[i].scheme ? p->missing[i].scheme : "-");
    return buf;
}

TEST(a_covering_scheme_without_a_parent_is_not_checked_though_others_have_one)
{
    struct district d = {0};
    struct maker m;
    PAIR(&d, MERE_ROLE_COMMUNITY, "P", "Q", 0, 500, 500, 1000);
    PAIR(&d, MERE_ROLE_GRID, "P1", "Q1", 0, 500, 500, 1000);
    maker_begin(&m, &d.arena, "beat", MERE_ROLE_BEAT);
    m.drawn.layer.covering = true;
    maker_box(&m, "b1", 0, 0, 300, 500);
    maker_box(&m, "b2", 300, 0, 700, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_principle_result *land = NULL;
    const char *beat = "beat";
    d.in.schemes = &beat;
    for (d.in.n_schemes = 0; d.in.n_schemes < 2 && CHECK(district_check(&d, LEVELS));
         d.in.n_schemes++) {
        land = &d.report->principles[MERE_PRINCIPLE_COVERAGE];
        CHECK_INT(0, d.report->n_findings);
        CHECK_INT(MERE_CHECKED_NOT, land->state);
        CHECK_STR("beat", lacking(d.report, MERE_RULE_OUTSIDE_PARENT));
        CHECK_STR("beat", lacking(d.report, MERE_RULE_PARENT_UNCOVERED));
        /* Beats lie across the levels; alone, nothing is there to nest in. */
        CHECK_STR(d.in.n_schemes ? "-" : "", lacking(d.report, MERE_RULE_NESTING));
    }
    district_clear(&d);
}

/* ---- codes ---- */

/* Two dedicated grids, of which one states a parent that does not exist, and has a code apart from
 * that of the community in which it lies; a profile whose limits speak of one kind. */
static size_t count_by_kind(const char *kind, enum mere_checked *ret_state)
{
    struct district d = {0};
    struct maker m;
    char profile[2048], limit[200];
    size_t n = 0;
    snprintf(limit, sizeof limit, "[{\"kind\":\"%s\",\"severity\":\"error\",\"source\":\"test\"}]",
             kind);
    snprintf(profile, sizeof profile,
             "{\"name\":\"test\",\"rules\":{\"no-parent\":%s,\"code-prefix\":%s}}", limit, limit);
    maker_begin(&m, &d.arena, "community", MERE_ROLE_COMMUNITY);
    maker_box(&m, "1", 0, 0, 1000, 400)->name = "one";
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    const char *const CODES[] = {"11", "2"}, *const PARENTS[] = {"1", "ZZ"},
                      *const NAMES[] = {"a", "b"};
    for (int i = 0; i < 2; i++) {
        struct mere_zone *zone = maker_box(&m, CODES[i], 500 * i, 0, 500 * i + 500, 400);
        zone->kind = "dedicated";
        zone->parent = PARENTS[i];
        zone->name = NAMES[i];
    }
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, profile))) {
        n = d.report->n_findings;
        *ret_state = d.report->principles[MERE_PRINCIPLE_TERRITORY].state;
    }
    district_clear(&d);
    return n;
}

TEST(a_limit_of_a_kind_holds_for_zones_of_that_kind_and_without_any_nothing_is_passed)
{
    enum mere_checked state = MERE_CHECKED_PASSED;
    CHECK_INT(2, count_by_kind("dedicated", &state)); /* no-parent and code-prefix of the second */
    CHECK_INT(MERE_CHECKED_FINDINGS, state);
    CHECK_INT(0, count_by_kind("basic", &state));
    CHECK_INT(MERE_CHECKED_NOT, state);
}

TEST(a_template_is_compared_by_characters)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "001", 0, 0, 100, 400);
    maker_box(&m, "网001", 100, 0, 200, 400);
    maker_box(&m, "网组001", 200, 0, 300, 400);
    maker_box(&m, "罔格001", 300, 0, 400, 400); /* 罔 begins with the same byte as 网 */
    /* Of what is too much, 40 bytes end within a character. */
    maker_box(&m, "网格001123456789012345678901234567890123456789组组", 400, 0, 500, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    static const char TEMPLATE[] = PROFILE(LIMIT("code-template", "\"template\":\"网格{seq:3}\","));
    if (CHECK(district_check(&d, TEMPLATE))) {
        CHECK_INT(5, d.report->n_findings);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "001")->en,
                     "character 1 should be \"网\"") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "网组001")->en,
                     "character 2 should be \"格\"") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "网组001")->zh,
                     "第2个字符应为“格”") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "罔格001")->en,
                     "character 1 should be \"网\"") != NULL);
        for (size_t i = 0; i < d.report->n_findings; i++) {
            const struct mere_finding *f = &d.report->findings[i];
            CHECK(mere_utf8_valid(f->en, strlen(f->en)) && mere_utf8_valid(f->zh, strlen(f->zh)));
        }
    }
    district_clear(&d);
}

/* ---- cuts ---- */

TEST(a_border_just_past_the_tip_of_a_notch_cuts_the_building_over_its_whole_length)
{
    struct district d = {0};
    struct maker m;
    struct mere_ref_feature feature = {0};
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "A", -500, -500, 600, 20);
    maker_box(&m, "B", -500, 20, 600, 600);
    d.layers[d.n_layers++] = maker_end(&m);
    struct mere_ref_layer layer = {.name = "buildings", .n_features = 1, .features = &feature};
    d.in.references = &layer;
    d.in.n_references = 1;
    for (int cm = 3; cm <= 11; cm += 4) {
        double tip = 20 + 0.01 * cm;
        feature.wkb =
            wkb_ring(&d.arena, (double[]){0, 0, 100, 0, 100, 40, 51, 40, 50, tip, 49, 40, 0, 40}, 7,
                     &feature.wkb_len);
        const struct mere_finding *f =
            only_finding(&d, PROFILE(LIMIT("cuts", MAX_M("0.5"))), MERE_RULE_CUTS);
        CHECK_NEAR(100, f->value, 0.05);
        CHECK_STR("A B", codes_of(d.report, f));
    }
    /* A border within 5 cm of a wall all along lies on it. */
    feature.wkb = wkb_box(&d.arena, 0, 19.97, 100, 60);
    feature.wkb_len = 93;
    if (CHECK(district_check(&d, PROFILE(LIMIT("cuts", MAX_M("0.5"))))))
        CHECK_INT(0, d.report->n_findings);
    district_clear(&d);
}

/* ---- key areas ---- */

TEST(a_key_area_that_lies_mostly_in_no_grid_is_split)
{
    static const char SPLIT[] = PROFILE(LIMIT("key-split", "\"max\":1,\"unit\":\"m2\","));
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "A", 300, 0, 500, 500)->kind = "dedicated";
    maker_box(&m, "B", 0, 0, 300, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "key", MERE_ROLE_KEY);
    maker_box(&m, "K", 300, 0, 900, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, SPLIT, MERE_RULE_KEY_SPLIT);
    CHECK_STR("K", codes_of(d.report, f));
    CHECK_NEAR(200000, f->value, 300);
    CHECK(strstr(f->en, "A (A) has ") != NULL && strstr(f->en, "m² lies in no grid") != NULL);
    district_clear(&d);
}

int main(void)
{
    RUN(a_border_just_past_the_tip_of_a_notch_cuts_the_building_over_its_whole_length);
    RUN(a_covering_scheme_without_a_parent_is_not_checked_though_others_have_one);
    RUN(a_zone_may_lie_in_any_parent_of_the_code_that_it_states);
    RUN(each_of_two_overlapping_zones_has_its_own_land_in_the_others_parent);
    RUN(land_in_each_foreign_parent_is_a_piece_of_its_own);
    RUN(land_that_overlapping_parents_leave_bare_counts_for_each);
    RUN(land_of_overlapping_zones_outside_the_parent_counts_for_each);
    RUN(a_key_area_that_lies_mostly_in_no_grid_is_split);
    RUN(a_limit_of_a_kind_holds_for_zones_of_that_kind_and_without_any_nothing_is_passed);
    RUN(a_template_is_compared_by_characters);
    return done();
}
