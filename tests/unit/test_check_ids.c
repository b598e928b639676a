/* test_check_ids.c - the ids of findings, and the waivers that hold by them: an id stays while its
 * defect does, and no other defect ever gets it. */
#include "check.h"
#include "unit/check_district.h"

TEST(an_id_stays_while_the_defect_does_and_a_waiver_holds_until_its_day)
{
    struct district d = {0};
    char id[17] = "";
    d.layers[d.n_layers++] = two_grids(&d.arena, 4);
    if (CHECK(district_check(&d, COVERAGE)))
        memcpy(id, d.report->findings[0].id, sizeof id);
    district_clear(&d);
    /* Another scheme is loaded, and another defect appears: the first keeps its id. */
    struct maker m;
    d.layers[d.n_layers++] = two_grids(&d.arena, 4);
    maker_begin(&m, &d.arena, "block", MERE_ROLE_BLOCK);
    maker_box(&m, "a", 400, 50, 700, 200);
    maker_box(&m, "b", 650, 50, 900, 200);
    d.layers[d.n_layers++] = maker_end(&m);
    struct mere_waiver waiver = {
        .rule = "gap", .id = id, .reason = "the wall", .until = "2026-11-23"};
    d.in.waivers = &waiver;
    d.in.n_waivers = 1;
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(2, d.report->n_findings);
        CHECK_STR(id, first_of(d.report, MERE_RULE_GAP)->id);
        CHECK(first_of(d.report, MERE_RULE_GAP)->waived);
        CHECK_STR("the wall", first_of(d.report, MERE_RULE_GAP)->waiver);
        CHECK_INT(1, d.report->n_errors);
    }
    d.in.today = "2026-11-24";
    if (CHECK(district_check(&d, COVERAGE)))
        CHECK_INT(2, d.report->n_errors);
    waiver = (struct mere_waiver){.rule = "gap", .scheme = "grid", .zone = "2", .reason = "r"};
    if (CHECK(district_check(&d, COVERAGE)))
        CHECK_INT(1, d.report->n_errors);
    waiver.rule = "overlap";
    if (CHECK(district_check(&d, COVERAGE)))
        CHECK_INT(2, d.report->n_errors);
    district_clear(&d);
}

/* A gap that runs aslant between two grids, `wide` metres; beats cross it where `beats` is told. */
static void check_slanted(struct district *d, double wide, bool beats)
{
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, (double[]){0, 0, 1000, 0, 1000, 333, 0, 101}, 4, false);
    maker_zone(&m, "2");
    maker_ring(&m, (double[]){0, 101 + wide, 1000, 333 + wide, 1000, 800, 0, 800}, 4, false);
    maker_box(&m, "3", -100, 0, 0, 800);
    maker_box(&m, "4", 1000, 0, 1100, 800);
    d->layers[d->n_layers++] = maker_end(&m);
    maker_begin(&m, &d->arena, "beat", MERE_ROLE_BEAT);
    maker_zone(&m, "b1");
    maker_ring(&m, (double[]){-50, 50, 413.37, 50, 507.9, 700, -50, 700}, 4, false);
    maker_zone(&m, "b2");
    maker_ring(&m, (double[]){413.37, 50, 1050, 50, 1050, 700, 507.9, 700}, 4, false);
    struct mere_layer *other = maker_end(&m);
    if (beats)
        d->layers[d->n_layers++] = other;
    CHECK(district_check(d, COVERAGE));
}

TEST(an_id_stays_when_another_scheme_crosses_and_goes_when_the_land_is_four_times_as_large)
{
    struct district alone = {0}, crossed = {0}, wider = {0}, little = {0};
    check_slanted(&alone, 4, false);
    check_slanted(&crossed, 4, true);
    check_slanted(&little, 2.4, false);
    check_slanted(&wider, 9.7, false);
    const struct mere_finding *gap = first_of(alone.report, MERE_RULE_GAP);
    const struct mere_finding *same = first_of(crossed.report, MERE_RULE_GAP);
    if (CHECK(gap && same)) {
        CHECK(gap->area_m2 != same->area_m2); /* rounding at the crossings */
        CHECK_STR(gap->id, same->id);
    }
    CHECK(strcmp(first_of(wider.report, MERE_RULE_GAP)->id,
                 first_of(little.report, MERE_RULE_GAP)->id) != 0);
    district_clear(&alone);
    district_clear(&crossed);
    district_clear(&wider);
    district_clear(&little);
}

/* The same building, wherever it stands in its layer. */
TEST(an_id_of_a_cut_building_stays_when_another_is_added_before_it)
{
    static const char CUTS[] = PROFILE(LIMIT("cuts", MAX_M("0.5")));
    struct district d = {0};
    char id[17] = "";
    d.layers[d.n_layers++] = two_grids(&d.arena, 0);
    struct mere_ref_feature buildings[] = {
        {.wkb = wkb_box(&d.arena, 100, 150, 120, 190), .wkb_len = 93},
        {.wkb = wkb_box(&d.arena, 490, 20, 510, 60), .wkb_len = 93}};
    struct mere_ref_layer layer = {.name = "buildings", .n_features = 1, .features = buildings + 1};
    d.in.references = &layer;
    d.in.n_references = 1;
    if (CHECK(district_check(&d, CUTS)))
        memcpy(id, first_of(d.report, MERE_RULE_CUTS)->id, sizeof id);
    layer.features = buildings;
    layer.n_features = 2;
    if (CHECK(district_check(&d, CUTS)))
        CHECK_STR(id, first_of(d.report, MERE_RULE_CUTS)->id);
    district_clear(&d);
}

struct notch {
    double y, deep, tall;
};

/* Zones 1 and 2 side by side, with gaps between them in land of 1. */
static void put_notches(struct district *d, const struct notch *notches, size_t n)
{
    double west[2 * (4 + 4 * 15)] = {0, 0, 100, 0}, east[] = {100, 0, 200, 0, 200, 400, 100, 400};
    size_t w = 4;
    for (size_t i = 0; i < n && i < 15; i++) {
        double y = notches[i].y, x = 100 - notches[i].deep, top = y + notches[i].tall;
        const double notch[] = {100, y, x, y, x, top, 100, top};
        for (size_t k = 0; k < 8; k++)
            west[w++] = notch[k];
    }
    west[w] = 100;
    west[w + 1] = west[w + 3] = 400;
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, west, w / 2 + 2, false);
    maker_zone(&m, "2");
    maker_ring(&m, east, 4, false);
    d->layers[d->n_layers++] = maker_end(&m);
}

/* A gap of 2 x 4 m, and `n` of 0.095 x 0.95 m. */
static void check_little(struct district *d, size_t n)
{
    struct notch notches[15] = {{20, 2, 4}};
    for (size_t i = 1; i < MERE_LEN(notches); i++)
        notches[i] = (struct notch){40 + 10 * (double)i, 0.095, 0.95};
    put_notches(d, notches, n + 1);
    CHECK(district_check(d, COVERAGE));
}

TEST(a_waiver_does_not_take_in_many_little_pieces)
{
    struct district one = {0}, two = {0}, many = {0};
    check_little(&one, 0);
    check_little(&two, 1);
    check_little(&many, 14);
    const struct mere_finding *gap = first_of(one.report, MERE_RULE_GAP);
    const struct mere_finding *crumb = first_of(two.report, MERE_RULE_GAP);
    const struct mere_finding *more = first_of(many.report, MERE_RULE_GAP);
    if (CHECK(gap && crumb && more)) {
        CHECK_INT(2, crumb->parts);
        CHECK_INT(15, more->parts);
        CHECK_STR(gap->id, crumb->id);
        CHECK(strcmp(gap->id, more->id) != 0);
    }
    district_clear(&one);
    district_clear(&two);
    district_clear(&many);
}

/* The second piece goes over 0.1 m2, with the third and alone, two centimetres at a time. */
TEST(a_waiver_holds_when_a_little_piece_comes_to_count)
{
    char id[17] = "";
    for (int step = 0; step < 30; step++) {
        struct district d = {0};
        struct mere_waiver waiver = {.rule = "gap", .id = id, .reason = "the wall"};
        const struct notch notches[] = {
            {50, 2, 6}, {100, 0.095, 0.7 + 0.02 * step}, {150, 0.02, 0.25}};
        put_notches(&d, notches, 3);
        d.in.waivers = &waiver;
        d.in.n_waivers = step > 0;
        if (CHECK(district_check(&d, COVERAGE)) && step > 0)
            CHECK(first_of(d.report, MERE_RULE_GAP)->waived);
        district_clear(&d);
        put_notches(&d, notches, 3);
        d.in.n_waivers = 0;
        if (CHECK(district_check(&d, COVERAGE))) {
            CHECK_INT(3, first_of(d.report, MERE_RULE_GAP)->parts);
            memcpy(id, first_of(d.report, MERE_RULE_GAP)->id, sizeof id);
        }
        district_clear(&d);
    }
}

/* Grid 1 with strips of its own to the east, 0.2 m wide, at the wanted places. */
static void check_strips(struct district *d, const double *x, size_t n)
{
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    for (size_t i = 0; i < n; i++)
        maker_ring(&m, (double[]){x[i], 0, x[i] + 0.2, 0, x[i] + 0.2, 300, x[i], 300}, 4, false);
    d->layers[d->n_layers++] = maker_end(&m);
    CHECK(district_check(d, COVERAGE));
}

static bool holds_id(const struct mere_report *report, const char *id)
{
    for (size_t i = 0; report && i < report->n_findings; i++)
        if (strcmp(report->findings[i].id, id) == 0)
            return true;
    return false;
}

TEST(the_ids_of_a_zones_slivers_stay_when_another_is_mended)
{
    struct district three = {0};
    static const double ALL[] = {600, 700, 800}, FIRST[] = {600, 700}, LAST[] = {700, 800};
    check_strips(&three, ALL, 3);
    const double *rest[] = {FIRST, LAST};
    for (int k = 0; k < 2; k++) {
        struct district two = {0};
        check_strips(&two, rest[k], 2);
        if (CHECK(three.report && two.report) && CHECK_INT(3, three.report->n_findings) &&
            CHECK_INT(2, two.report->n_findings)) {
            CHECK(strcmp(two.report->findings[0].id, two.report->findings[1].id) != 0);
            size_t kept = 0;
            for (size_t i = 0; i < 3; i++) {
                const struct mere_finding *f = &three.report->findings[i];
                bool mended = f->at.x > at_m(k == 0 ? 750 : 0, 0).x &&
                              f->at.x < at_m(k == 0 ? 900 : 650, 0).x;
                CHECK_INT(!mended, holds_id(two.report, f->id));
                kept += !mended;
            }
            CHECK_INT(2, kept);
        }
        district_clear(&two);
    }
    district_clear(&three);
}

/* Two gaps on one border are one finding: with a second one, it is not the one that was waived. */
TEST(a_waived_gap_does_not_hide_a_new_one_on_the_same_border)
{
    char id[17] = "";
    for (int n = 1; n <= 2; n++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_box(&m, "1", 0, 0, 500, 400);
        maker_zone(&m, "2");
        maker_ring(&m,
                   (double[]){500, 0,   900, 0,   900, 400, 500, 400, 500, 300, n == 2 ? 501 : 500,
                              290, 500, 280, 500, 130, 504, 115, 500, 100},
                   10, false);
        d.layers[d.n_layers++] = maker_end(&m);
        struct mere_waiver waiver = {.rule = "gap", .id = id, .reason = "the wall"};
        d.in.waivers = &waiver;
        d.in.n_waivers = n == 2;
        if (CHECK(district_check(&d, COVERAGE)) && CHECK_INT(1, d.report->n_findings)) {
            CHECK_INT(n, d.report->findings[0].parts);
            CHECK(!d.report->findings[0].waived);
            memcpy(id, d.report->findings[0].id, sizeof id);
        }
        district_clear(&d);
    }
}

/* Grid 2 leaves land beside grid 1: `n` spaces of 4 m over `tall` metres from the heights `y` on.
 */
static bool check_spaces(struct district *d, const double *y, size_t n, double tall)
{
    struct maker m;
    double ring[40] = {500, 0, 900, 0, 900, 1000, 500, 1000};
    size_t at = 8;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 1000);
    for (size_t i = n; i-- > 0;) {
        double space[] = {500, y[i] + tall, 504, y[i] + tall - 1, 504, y[i] + 1, 500, y[i]};
        memcpy(ring + at, space, sizeof space);
        at += 8;
    }
    maker_zone(&m, "2");
    maker_ring(&m, ring, at / 2, false);
    d->layers[d->n_layers++] = maker_end(&m);
    return CHECK(district_check(d, COVERAGE)) && CHECK_INT(1, d->report->n_findings);
}

/* What is waived at one place says nothing of another one, on the same border and of the same size.
 */
TEST(a_waived_gap_that_is_mended_hides_no_gap_elsewhere)
{
    static const double FIRST[] = {100}, MOVED[] = {700}, BOTH[] = {100, 400}, REST[] = {100, 700};
    const double *const pairs[2][2] = {{FIRST, MOVED}, {BOTH, REST}};
    for (size_t k = 0; k < 2; k++) {
        struct district d = {0}, e = {0};
        if (check_spaces(&d, pairs[k][0], k + 1, 40)) {
            struct mere_waiver waiver = {
                .rule = "gap", .id = d.report->findings[0].id, .reason = "the wall"};
            e.in.waivers = &waiver;
            e.in.n_waivers = 1;
            if (check_spaces(&e, pairs[k][1], k + 1, 40))
                CHECK(!e.report->findings[0].waived);
        }
        district_clear(&d);
        district_clear(&e);
    }
}

/* Slivers within 10 m of each other, as large as each other. */
TEST(slivers_side_by_side_never_take_each_others_waiver)
{
    static const double TWO[] = {600, 601}, REST[] = {601};
    struct district two = {0}, rest = {0};
    check_strips(&two, TWO, 2);
    struct mere_waiver waiver = {.rule = "sliver", .reason = "r"};
    for (size_t i = 0; two.report && i < two.report->n_findings; i++)
        if (two.report->findings[i].at.x < at_m(600.5, 0).x)
            waiver.id = two.report->findings[i].id;
    rest.in.waivers = &waiver;
    rest.in.n_waivers = 1;
    if (CHECK(waiver.id != NULL)) {
        check_strips(&rest, REST, 1);
        if (CHECK(rest.report != NULL) && CHECK_INT(1, rest.report->n_findings))
            CHECK(!rest.report->findings[0].waived);
    }
    district_clear(&two);
    district_clear(&rest);
}

/* A sliver whose corner lies on the edge of a square; then as matching with another scheme leaves
 * it, two units (2 cm) off: the corner is in the next square, and the waiver holds. */
TEST(a_waiver_holds_when_a_corner_moves_by_centimetres)
{
    struct district alone = {0}, beside = {0};
    struct mere_waiver waiver = {.rule = "sliver", .reason = "r"};
    for (int k = 0; k < 2; k++) {
        struct district *d = k ? &beside : &alone;
        struct maker m;
        const int32_t x = 1201000000 - 381, y = 301000000 - 381, by = 2 * k; /* ids.c: OFFSET */
        const struct mere_point strip[] = {
            {x - by, y - by}, {x + 20, y}, {x + 20, y + 9000}, {x, y + 9000}};
        const struct mere_point body[] = {
            {x + 900, y}, {x + 9000, y}, {x + 9000, y + 9000}, {x + 900, y + 9000}};
        maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
        maker_zone(&m, "1");
        maker_points(&m, body, 4, 0, false);
        maker_points(&m, strip, 4, 0, false);
        d->layers[d->n_layers++] = maker_end(&m);
        d->in.waivers = &waiver;
        d->in.n_waivers = (size_t)k;
        if (CHECK(district_check(d, PROFILE(LIMIT("sliver", MAX_M("2"))))) &&
            CHECK_INT(1, d->report->n_findings)) {
            CHECK_INT(k, d->report->findings[0].waived);
            waiver.id = d->report->findings[0].id;
        }
    }
    district_clear(&alone);
    district_clear(&beside);
}

/* Two zones of one code, each with two parts: what is waived of one is not waived of the other. */
TEST(zones_of_one_code_keep_their_ids_when_the_other_is_mended)
{
    static const char PARTS[] = PROFILE(LIMIT("parts", ""));
    struct district both = {0};
    const char *ids[2] = {"", ""};
    for (int mended = -1; mended < 2; mended++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        for (int z = 0; z < 2; z++) {
            maker_box(&m, "1", 1000 * z, 0, 1000 * z + 400, 400);
            if (z != mended)
                maker_ring(&m,
                           (double[]){1000 * z + 500, 0, 1000 * z + 800, 0, 1000 * z + 500, 400}, 3,
                           false);
        }
        d.layers[d.n_layers++] = maker_end(&m);
        if (!CHECK(district_check(&d, PARTS)) ||
            !CHECK_INT(mended < 0 ? 2 : 1, d.report->n_findings))
            break;
        if (mended < 0) {
            both = d;
            for (int k = 0; k < 2; k++) {
                const struct mere_finding *f = &d.report->findings[k];
                ids[f->at.x > at_m(900, 0).x] = f->id;
            }
            CHECK(strcmp(ids[0], ids[1]) != 0);
            continue;
        }
        CHECK_STR(ids[!mended], d.report->findings[0].id);
        district_clear(&d);
    }
    district_clear(&both);
}

/* Two zones of one code, side by side above zone 1, each with a gap of 1.5 by 1 m to it, both in
 * one square: `n` of these gaps. */
static bool check_twins(struct district *d, int n)
{
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    if (n == 1)
        maker_ring(&m, (double[]){-50, -50, 50, -50, 50, 3, 2, 3, 2, 2, 0.5, 2, 0.5, 3, -50, 3}, 8,
                   false);
    else
        maker_ring(&m, (double[]){-50, -50, 50, -50, 50, 3, 4.5, 3, 4.5, 2, 3,   2,
                                  3,   3,   2,  3,   2,  2, 0.5, 2, 0.5, 3, -50, 3},
                   12, false);
    maker_box(&m, "2", -50, 3, 2.5, 50);
    maker_box(&m, "2", 2.5, 3, 50, 50);
    d->layers[d->n_layers++] = maker_end(&m);
    return district_check(d, COVERAGE);
}

/* Which of the two it spoke of can't be told: it holds for neither. */
TEST(a_waiver_that_two_findings_answer_to_holds_for_none)
{
    struct district one = {0}, both = {0};
    if (CHECK(check_twins(&one, 1)) && CHECK_INT(1, n_of(one.report, MERE_RULE_GAP))) {
        const struct mere_waiver waiver = {
            .rule = "gap", .id = first_of(one.report, MERE_RULE_GAP)->id, .reason = "r"};
        both.in.waivers = &waiver;
        both.in.n_waivers = 1;
        if (CHECK(check_twins(&both, 2)) && CHECK_INT(2, n_of(both.report, MERE_RULE_GAP)))
            CHECK_INT(2, both.report->n_errors);
    }
    district_clear(&one);
    district_clear(&both);
}

/* But where one of them has a waiver of its very own, the other is meant. */
TEST(a_finding_with_a_waiver_of_its_own_takes_no_other)
{
    struct district one = {0}, both = {0};
    char ids[2][17] = {{0}};
    if (CHECK(check_twins(&one, 1)) && CHECK(check_twins(&both, 2)) &&
        CHECK_INT(2, n_of(both.report, MERE_RULE_GAP))) {
        memcpy(ids[0], first_of(one.report, MERE_RULE_GAP)->id, sizeof ids[0]);
        memcpy(ids[1], first_of(both.report, MERE_RULE_GAP)->id, sizeof ids[1]);
    }
    district_clear(&one);
    district_clear(&both);
    const struct mere_waiver waivers[] = {{.rule = "gap", .id = ids[0], .reason = "r"},
                                          {.rule = "gap", .id = ids[1], .reason = "s"}};
    both.in.waivers = waivers;
    both.in.n_waivers = 2;
    if (CHECK(check_twins(&both, 2)))
        CHECK_INT(0, both.report->n_errors);
    district_clear(&both);
}

int main(void)
{
    RUN(an_id_stays_while_the_defect_does_and_a_waiver_holds_until_its_day);
    RUN(an_id_stays_when_another_scheme_crosses_and_goes_when_the_land_is_four_times_as_large);
    RUN(an_id_of_a_cut_building_stays_when_another_is_added_before_it);
    RUN(the_ids_of_a_zones_slivers_stay_when_another_is_mended);
    RUN(a_waived_gap_does_not_hide_a_new_one_on_the_same_border);
    RUN(a_waived_gap_that_is_mended_hides_no_gap_elsewhere);
    RUN(slivers_side_by_side_never_take_each_others_waiver);
    RUN(a_waiver_holds_when_a_corner_moves_by_centimetres);
    RUN(a_waiver_holds_when_a_little_piece_comes_to_count);
    RUN(a_waiver_does_not_take_in_many_little_pieces);
    RUN(a_waiver_that_two_findings_answer_to_holds_for_none);
    RUN(a_finding_with_a_waiver_of_its_own_takes_no_other);
    RUN(zones_of_one_code_keep_their_ids_when_the_other_is_mended);
    return done();
}
