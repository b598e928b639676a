/* test_check_coverage.c - the rules of coverage and of levels: each defect is found once where it
 * is, and not on the clean version. */
#include "check.h"
#include "unit/check_district.h"

TEST(a_clean_pair_of_grids_has_no_finding)
{
    struct district d = {0};
    d.layers[d.n_layers++] = two_grids(&d.arena, 0);
    if (CHECK(district_check(&d, COVERAGE)))
        CHECK_INT(0, d.report->n_findings);
    district_clear(&d);
}

TEST(a_narrow_enclosed_strip_is_a_gap_with_its_width)
{
    struct district d = {0};
    d.layers[d.n_layers++] = two_grids(&d.arena, 4.3);
    if (CHECK(district_check(&d, COVERAGE))) {
        const struct mere_finding *f = first_of(d.report, MERE_RULE_GAP);
        CHECK_INT(1, d.report->n_findings);
        CHECK_STR("1 2", codes_of(d.report, f));
        CHECK_NEAR(4.3, f->width_m, 0.02);
        CHECK_NEAR(860, f->area_m2, 3);
        CHECK_INT(1, f->parts);
        CHECK_INT(MERE_SEVERITY_ERROR, f->severity);
        CHECK(strstr(f->en, "Gap between 1 (1) and 2 (2): 1 piece, ") != NULL);
        CHECK(strstr(f->zh, "缝隙") != NULL);
        CHECK_INT(MERE_CHECKED_FINDINGS, d.report->principles[MERE_PRINCIPLE_COVERAGE].state);
    }
    district_clear(&d);
}

TEST(wider_land_is_unclaimed_and_no_gap)
{
    struct district d = {0};
    d.layers[d.n_layers++] = two_grids(&d.arena, 12);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, d.report->n_findings);
        CHECK_INT(1, n_of(d.report, MERE_RULE_UNCLAIMED));
        CHECK_NEAR(12, first_of(d.report, MERE_RULE_UNCLAIMED)->width_m, 0.02);
    }
    district_clear(&d);
}

TEST(an_overlap_is_found_however_thin)
{
    struct district d = {0};
    d.layers[d.n_layers++] = two_grids(&d.arena, -0.05);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_OVERLAP);
    CHECK_STR("1 2", codes_of(d.report, f));
    CHECK_NEAR(0.05, f->width_m, 0.02);
    district_clear(&d);
}

/* Grids left and right with an open slit between them: `depth` of the 400 m are open at the top. */
static struct mere_layer *slit(struct mere_arena *arena, double width, double depth)
{
    struct maker m;
    maker_begin(&m, arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, (double[]){0, 0, 500, 0, 500, 400 - depth, 500, 400, 0, 400}, 5, false);
    maker_zone(&m, "2");
    maker_ring(&m,
               (double[]){500, 0, 1000, 0, 1000, 400, 500 + width, 400, 500 + width, 400 - depth,
                          500, 400 - depth},
               6, false);
    return maker_end(&m);
}

TEST(an_open_slit_is_a_bay_without_a_parent)
{
    struct district d = {0};
    d.layers[d.n_layers++] = slit(&d.arena, 3, 150);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_BAY);
    CHECK_STR("1 2", codes_of(d.report, f));
    CHECK_NEAR(3, f->width_m, 0.02);
    CHECK_NEAR(450, f->area_m2, 3);
    district_clear(&d);
}

TEST(a_slit_through_the_whole_coverage_is_one_bay)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_box(&m, "2", 502, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, d.report->n_findings);
        CHECK_INT(1, n_of(d.report, MERE_RULE_BAY));
        CHECK_NEAR(800, first_of(d.report, MERE_RULE_BAY)->area_m2, 5);
        CHECK_NEAR(2, first_of(d.report, MERE_RULE_BAY)->width_m, 0.02);
    }
    district_clear(&d);
}

/* Zone 1 is cut in two by its own creek of 3 m, which ends in a street of 3 m between 1 and 2, to
 * which as much of it goes as the street is wide; 3 lies at its other end. Alone it is 1's own
 * shape; else it is told, but as land of nobody else, and what lies between two zones is the same
 * whatever lies at the other end or crosses the creek.
 */
TEST(a_creek_of_one_zone_is_told_apart_from_the_streets_at_its_ends)
{
    for (int trial = 0; trial < 4; trial++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_box(&m, "1", 0, 0, 198.5, 600);
        maker_ring(&m, (double[]){201.5, 0, 400, 0, 400, 600, 201.5, 600}, 4, false);
        if (trial > 0)
            maker_box(&m, "2", 100, -103, 300, -3);
        if (trial > 1)
            maker_box(&m, "3", 100, 603, 300, 703);
        d.layers[d.n_layers++] = maker_end(&m);
        maker_begin(&m, &d.arena, "beat", MERE_ROLE_BEAT);
        maker_box(&m, "b", 150, 300, 250, 320);
        struct mere_layer *beat = maker_end(&m);
        if (trial > 2)
            d.layers[d.n_layers++] = beat;
        if (CHECK(district_check(&d, COVERAGE))) {
            CHECK_INT(trial == 0 ? 0 : trial == 1 ? 2 : 3, n_of(d.report, MERE_RULE_BAY));
            for (size_t i = 0; i < d.report->n_findings; i++) {
                const struct mere_finding *f = &d.report->findings[i];
                if (f->rule == MERE_RULE_BAY)
                    CHECK_NEAR(f->n_zones == 1 ? 1800 - 9 * (trial < 2 ? 1 : 2) : 630, f->area_m2,
                               5);
            }
        }
        district_clear(&d);
    }
}

/* Into the corners of a channel that bends, and of a recess in its bank, no circle of both banks
 * reaches. They are land of the channel, not of one zone. */
TEST(corners_of_an_open_gap_are_its_own)
{
    static const double WEST[2][16] = {
        {-100, 0, 0, 0, 0, 100, 60, 100, 60, -60, -100, -60},
        {-100, 0, -60, 0, -60, -0.8, -54, -0.8, -54, 0, 60, 0, 60, -60, -100, -60}};
    static const double EAST[2][10] = {{-100, 6, -6, 6, -6, 100, -36, 100, -100, 60},
                                       {-100, 6, 60, 6, 60, 60, -100, 60}};
    for (int trial = 0; trial < 2; trial++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_zone(&m, "1");
        maker_ring(&m, WEST[trial], trial ? 8 : 6, false);
        maker_zone(&m, "2");
        maker_ring(&m, EAST[trial], trial ? 4 : 5, false);
        d.layers[d.n_layers++] = maker_end(&m);
        const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_BAY);
        CHECK_STR("1 2", codes_of(d.report, f));
        CHECK_NEAR(trial ? 6 * 160 + 0.8 * 6 : 6 * 200 - 36, f->area_m2, 5);
        district_clear(&d);
    }
}

TEST(a_slit_with_an_outline_around_is_a_bay_that_meets_the_outside)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "outline", MERE_ROLE_OUTLINE);
    maker_box(&m, "d", 0, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    d.layers[d.n_layers++] = slit(&d.arena, 3, 150);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, n_of(d.report, MERE_RULE_BAY));
        CHECK_INT(1, n_of(d.report, MERE_RULE_PARENT_UNCOVERED));
        CHECK_INT(2, d.report->n_findings);
        CHECK_STR("outline", first_of(d.report, MERE_RULE_PARENT_UNCOVERED)->scheme);
        CHECK_NEAR(3, first_of(d.report, MERE_RULE_BAY)->width_m, 0.02);
    }
    district_clear(&d);
}

TEST(an_inner_ring_of_one_zone_is_a_declared_hole)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_hole(&m, 100, 100, 103, 200);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, d.report->n_findings);
        CHECK_INT(1, n_of(d.report, MERE_RULE_HOLE));
    }
    district_clear(&d);
    /* With an outline over it the same ring is land that nobody has: a gap. */
    maker_begin(&m, &d.arena, "outline", MERE_ROLE_OUTLINE);
    maker_box(&m, "d", 0, 0, 500, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_hole(&m, 100, 100, 103, 200);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, n_of(d.report, MERE_RULE_GAP));
        CHECK_INT(0, n_of(d.report, MERE_RULE_HOLE));
    }
    district_clear(&d);
}

TEST(land_in_a_scheme_of_holes_is_a_hole_and_no_gap)
{
    struct district d = {0};
    struct maker m;
    d.layers[d.n_layers++] = two_grids(&d.arena, 4);
    maker_begin(&m, &d.arena, "water", MERE_ROLE_HOLE);
    maker_box(&m, "w", 496, 100, 500, 300);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, COVERAGE))) {
        CHECK_INT(1, d.report->n_findings);
        CHECK_INT(1, n_of(d.report, MERE_RULE_HOLE));
    }
    district_clear(&d);
}

TEST(a_declared_hole_that_meets_the_outline_is_told_as_far_as_it_lies_inside)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 490, 400);
    maker_box(&m, "2", 500, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "outline", MERE_ROLE_OUTLINE);
    maker_box(&m, "o", 0, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "water", MERE_ROLE_HOLE);
    maker_box(&m, "river", 490, -300, 500, 700);
    maker_box(&m, "sea", 1000, -300, 2000, 700);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_HOLE);
    CHECK_STR("1 2", codes_of(d.report, f));
    CHECK_NEAR(4000, f->area_m2, 10);
    CHECK_NEAR(10, f->width_m, 0.02);
    district_clear(&d);
}

TEST(pieces_between_the_same_zones_are_one_finding)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, (double[]){0,   0,   500, 0,   500, 100, 497, 100, 497, 150, 500, 150,
                              500, 250, 495, 250, 495, 300, 500, 300, 500, 400, 0,   400},
               12, false);
    maker_box(&m, "2", 500, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_GAP);
    CHECK_INT(2, f->parts);
    CHECK_NEAR(5, f->width_m, 0.02);
    CHECK_NEAR(400, f->area_m2, 3);
    CHECK_INT(2, f->polygon.n_parts);
    /* The place is in the widest piece. */
    CHECK(f->at.y > at_m(0, 250).y && f->at.y < at_m(0, 300).y);
    district_clear(&d);
}

TEST(a_thin_part_of_a_zone_is_a_sliver)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_ring(&m, (double[]){600, 0, 601.5, 0, 601.5, 300, 600, 300}, 4, false);
    maker_box(&m, "2", 500, 0, 600, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_SLIVER);
    CHECK_STR("1", codes_of(d.report, f));
    CHECK_NEAR(1.5, f->width_m, 0.02);
    CHECK_NEAR(2, f->limit, 0);
    district_clear(&d);
}

/* ---- levels ---- */

static const char LEVELS[] = PROFILE(LIMIT("outside-parent", "") "," LIMIT("parent-uncovered", "") "," LIMIT(
    "nesting",
    "\"max\""
    ":1,"
    "\"unit"
    "\":"
    "\"m2\""
    ",") "," LIMIT("no-parent",
                   "") "," LIMIT("code-prefix",
                                 "") "," LIMIT("code-duplicate",
                                               "") "," LIMIT("code-template",
                                                             "\"template\":\"{county:1}{seq:2}\","
                                                             "\"scheme\":\"grid\",") "," LIMIT("nam"
                                                                                               "e",
                                                                                               "\"m"
                                                                                               "ax"
                                                                                               "\":"
                                                                                               "5,"
                                                                                               "\"u"
                                                                                               "nit"
                                                                                               "\":"
                                                                                               "\"c"
                                                                                               "har"
                                                                                               "act"
                                                                                               "e"
                                                                                               "r\""
                                                                                               ","));

/* Two communities and three grids; the middle border of the grids is `x`, the right edge `right`.
 */
static void add_levels(struct district *d, double x, double right)
{
    static const char *const CODES[] = {"101", "102", "203"};
    struct maker m;
    maker_begin(&m, &d->arena, "community", MERE_ROLE_COMMUNITY);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_box(&m, "2", 500, 0, 1000, 400);
    d->layers[d->n_layers++] = maker_end(&m);
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    m.drawn.layer.parent_scheme = "community";
    double edge[] = {0, 200, x, right};
    for (int i = 0; i < 3; i++)
        maker_box(&m, CODES[i], edge[i], 0, edge[i + 1], 400)->parent = i < 2 ? "1" : "2";
    d->layers[d->n_layers++] = maker_end(&m);
}

TEST(clean_levels_have_no_finding)
{
    struct district d = {0};
    add_levels(&d, 500, 1000);
    if (CHECK(district_check(&d, LEVELS))) {
        CHECK_INT(0, d.report->n_findings);
        CHECK_INT(MERE_CHECKED_PASSED, d.report->principles[MERE_PRINCIPLE_TERRITORY].state);
        CHECK_INT(0, d.report->principles[MERE_PRINCIPLE_TERRITORY].n_missing);
        CHECK_INT(MERE_CHECKED_NOT, d.report->principles[MERE_PRINCIPLE_SIZE].state);
    }
    district_clear(&d);
}

TEST(a_grid_across_a_community_border_is_a_nesting_finding)
{
    struct district d = {0};
    add_levels(&d, 520, 1000);
    const struct mere_finding *f = only_finding(&d, LEVELS, MERE_RULE_NESTING);
    CHECK_STR("102", codes_of(d.report, f));
    CHECK_NEAR(8000, f->value, 10);
    CHECK_NEAR(20, f->width_m, 0.03);
    CHECK(strstr(f->en, "in 2 (2), while its parent is 1 (1)") != NULL);
    district_clear(&d);
}

TEST(land_beyond_the_parents_is_outside_parent_and_land_short_of_them_uncovered)
{
    struct district d = {0};
    add_levels(&d, 500, 1030);
    if (CHECK(district_check(&d, LEVELS))) {
        CHECK_INT(1, d.report->n_findings);
        CHECK_STR("203", codes_of(d.report, first_of(d.report, MERE_RULE_OUTSIDE_PARENT)));
        CHECK_NEAR(12000, first_of(d.report, MERE_RULE_OUTSIDE_PARENT)->area_m2, 20);
    }
    district_clear(&d);
    add_levels(&d, 500, 960);
    if (CHECK(district_check(&d, LEVELS))) {
        const struct mere_finding *f = first_of(d.report, MERE_RULE_PARENT_UNCOVERED);
        CHECK_INT(1, d.report->n_findings);
        CHECK_STR("2", codes_of(d.report, f));
        CHECK_STR("community", f->scheme);
        CHECK_NEAR(40, f->width_m, 0.03);
    }
    district_clear(&d);
}

TEST(codes_and_names_are_checked)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "community", MERE_ROLE_COMMUNITY);
    maker_box(&m, "1", 0, 0, 500, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    m.drawn.layer.parent_scheme = "community";
    maker_box(&m, "101", 0, 0, 100, 400)->parent = "9"; /* no such parent */
    maker_box(&m, "102", 100, 0, 200, 400)->name = "";  /* no name */
    maker_box(&m, "102", 200, 0, 250, 400);             /* code twice */
    maker_box(&m, "203", 250, 0, 300, 400)->name = "a"; /* wrong prefix; name twice */
    maker_box(&m, "104", 300, 0, 350, 400)->name = "a";
    maker_box(&m, "10x", 350, 0, 400, 400)->name = "b\nc";          /* template; line break */
    maker_box(&m, "1056", 400, 0, 450, 400)->name = "网格名称太长"; /* template; six characters */
    maker_box(&m, "107", 450, 0, 500, 400);
    for (size_t i = 1; i < m.drawn.zones.n; i++)
        m.drawn.zones.v[i].parent = i == 7 ? NULL : "1"; /* the last states none */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, LEVELS))) {
        CHECK_INT(2, n_of(d.report, MERE_RULE_NO_PARENT));
        CHECK_INT(1, n_of(d.report, MERE_RULE_CODE_PREFIX));
        CHECK_INT(1, n_of(d.report, MERE_RULE_CODE_DUPLICATE));
        CHECK_NEAR(2, first_of(d.report, MERE_RULE_CODE_DUPLICATE)->value, 0);
        CHECK_INT(2, n_of(d.report, MERE_RULE_CODE_TEMPLATE));
        CHECK_INT(4, n_of(d.report, MERE_RULE_NAME));
        CHECK_INT(10, d.report->n_findings);
    }
    district_clear(&d);
}

int main(void)
{
    RUN(a_clean_pair_of_grids_has_no_finding);
    RUN(a_narrow_enclosed_strip_is_a_gap_with_its_width);
    RUN(wider_land_is_unclaimed_and_no_gap);
    RUN(an_overlap_is_found_however_thin);
    RUN(an_open_slit_is_a_bay_without_a_parent);
    RUN(a_slit_through_the_whole_coverage_is_one_bay);
    RUN(corners_of_an_open_gap_are_its_own);
    RUN(a_creek_of_one_zone_is_told_apart_from_the_streets_at_its_ends);
    RUN(a_slit_with_an_outline_around_is_a_bay_that_meets_the_outside);
    RUN(an_inner_ring_of_one_zone_is_a_declared_hole);
    RUN(land_in_a_scheme_of_holes_is_a_hole_and_no_gap);
    RUN(a_declared_hole_that_meets_the_outline_is_told_as_far_as_it_lies_inside);
    RUN(pieces_between_the_same_zones_are_one_finding);
    RUN(a_thin_part_of_a_zone_is_a_sliver);
    RUN(clean_levels_have_no_finding);
    RUN(a_grid_across_a_community_border_is_a_nesting_finding);
    RUN(land_beyond_the_parents_is_outside_parent_and_land_short_of_them_uncovered);
    RUN(codes_and_names_are_checked);
    return done();
}
