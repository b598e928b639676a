/* test_mending.c - what is mended, whose it becomes, and what is left to a person; among them the
 * open defects of other programs (ENGINE A), drawn anew. */
#include "check.h"
#include "check/mended.h"
#include "draw.h"
#include "net/repair.h"
#include <time.h>

/* Drawings are in units of 1e-7 degree from (1202000000, 302000000): about a centimetre. */
static struct drawn schemes[4];
static size_t n_schemes;
static struct mere_ctx ctx;
static struct mere_repair *mended;
static struct mere_repair_input in;
static const struct mere_layer *layers[4];

static void begin(const char *name, enum mere_role role)
{
    drawn_start(&schemes[n_schemes++], name, role);
}
static void add(const char *code, const char *parent, const char *text)
{
    struct drawn *d = &schemes[n_schemes - 1];
    size_t from = d->pts.n;
    drawn_zone(d, code, text);
    d->zones.v[d->zones.n - 1].parent = parent;
    d->zones.v[d->zones.n - 1].fid = (int64_t)d->zones.n;
    for (size_t i = from; i < d->pts.n; i++) {
        d->pts.v[i].x += 1202000000;
        d->pts.v[i].y += 302000000;
    }
}
/* Mend the scheme "grid" by usual limits. */
static bool mend(void)
{
    for (size_t i = 0; i < n_schemes; i++)
        layers[i] = drawn_layer(&schemes[i]);
    in.layers = layers;
    in.n_layers = n_schemes;
    in.scheme = "grid";
    in.match_units = 3;
    in.max_width_m = in.max_width_m > 0 ? in.max_width_m : 10;
    in.max_area_m2 = in.max_area_m2 > 0 ? in.max_area_m2 : 2000;
    in.max_fragment_m = 2;
    bool ok = mere_repair_run(&ctx, &in, &mended) == MERE_OK;
    if (!ok)
        printf("  %s\n", ctx.error ? ctx.error : "failed");
    return ok;
}
static void free_drawn(struct drawn *d)
{
    MERE_VEC_FREE(&d->zones);
    MERE_VEC_FREE(&d->part_zone);
    MERE_VEC_FREE(&d->part_ring);
    MERE_VEC_FREE(&d->ring_first);
    MERE_VEC_FREE(&d->pts);
    mere_arena_clear(&d->arena);
}
static void end(void)
{
    mere_repair_free(mended);
    mended = NULL;
    for (size_t i = 0; i < n_schemes; i++)
        free_drawn(&schemes[i]);
    n_schemes = 0;
    in = (struct mere_repair_input){0};
    mere_ctx_clear(&ctx);
}
static const char *code_of(int32_t zone)
{
    return zone >= 0 ? layers[0]->zones[zone].code : "-";
}
/* The proposals as "kind before>after why; ...", without junctions. */
static const char *told(void)
{
    static char buf[1000];
    buf[0] = 0;
    for (size_t i = 0; mended && i < mended->n_proposals; i++) {
        const struct mere_proposal *p = &mended->proposals[i];
        if (p->kind == MERE_REPAIR_JUNCTION)
            continue;
        size_t n = strlen(buf);
        snprintf(buf + n, sizeof buf - n, "%s%s ", n ? "; " : "", mere_repair_kind_word(p->kind));
        for (size_t k = 0; k < p->n_before; k++)
            snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s%s", k ? "+" : "",
                     code_of(p->before[k]));
        snprintf(buf + strlen(buf), sizeof buf - strlen(buf), ">%s %s", code_of(p->after),
                 mere_repair_why_word(p->why));
    }
    return buf;
}

/* ---- whose a piece becomes ---- */

TEST(a_gap_goes_to_the_longest_border)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 4000 4600, 0 4500");
    add("B", NULL, "0 4500, 4000 4700, 9000 4500, 9000 9000, 0 9000");
    CHECK(mend());
    CHECK_STR("gap >B applied", told());
    CHECK_INT(1, mended->n_changed);
    end();
}
TEST(of_equal_borders_the_lower_code_gets_it)
{
    begin("grid", MERE_ROLE_GRID);
    add("B", NULL, "0 0, 9000 0, 9000 4500, 4500 4400, 0 4500");
    add("A", NULL, "0 4500, 4500 4600, 9000 4500, 9000 9000, 0 9000");
    CHECK(mend());
    CHECK_STR("gap >A applied", told());
    end();
}
TEST(an_overlap_goes_to_one_of_its_claimants)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 4500 4600, 0 4500");
    add("B", NULL, "0 4500, 4500 4400, 9000 4500, 9000 9000, 0 9000");
    add("C", NULL, "9000 0, 18000 0, 18000 9000, 9000 9000, 9000 4500");
    CHECK(mend());
    CHECK_STR("overlap A+B>A applied", told());
    end();
}
TEST(the_parent_zone_decides_before_the_border)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 4500, 0 4500");
    add("B", "Q", "0 4700, 3000 4600, 9000 4700, 9000 9000, 0 9000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", NULL, "0 0, 9000 0, 9000 4500, 0 4500");
    add("Q", NULL, "0 4500, 9000 4500, 9000 9000, 0 9000");
    CHECK(mend());
    CHECK_STR("gap >B applied", told());
    const struct mere_proposal *p = &mended->proposals[mended->n_applied - 1];
    CHECK_INT(MERE_CHOSEN_PARENT, p->rule);
    CHECK_STR("Q", p->parent);
    CHECK_INT(MERE_LABEL_NONE, p->alternative);
    end();
}

/* ---- what is left to a person ---- */

TEST(land_beyond_the_limits_is_left)
{
    static const struct {
        const char *where;
        double width, area;
        const char *want;
    } rows[] = {
        {"within both", 2, 1000, "gap >A applied"},
        {"too wide", 0.9, 1000, "gap >A wide"},
        {"too large", 2, 10, "gap >A large"},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        begin("grid", MERE_ROLE_GRID);
        add("A", NULL, "0 0, 9000 0, 9000 4500, 4500 4450, 0 4500");
        add("B", NULL, "0 4500, 4500 4550, 9000 4500, 9000 9000, 0 9000");
        in.max_width_m = rows[i].width;
        in.max_area_m2 = rows[i].area;
        CHECK(mend());
        if (!CHECK_STR(rows[i].want, told()))
            printf("  %s\n", rows[i].where);
        end();
    }
}
TEST(a_place_keeps_its_owner)
{
    const struct mere_point in_gap = {1202004500, 302004500};
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 4500 4450, 0 4500");
    add("B", NULL, "0 4500, 4500 4550, 9000 4500, 9000 9000, 0 9000");
    in.places = &in_gap;
    in.n_places = 1;
    CHECK(mend());
    CHECK_STR("gap >A applied", told());
    CHECK_INT(1, mended->proposals[0].places);
    end();
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 4500 4550, 0 4500");
    add("B", NULL, "0 4500, 4500 4450, 9000 4500, 9000 9000, 0 9000");
    in.places = &in_gap;
    in.n_places = 1;
    CHECK(mend());
    CHECK_STR("overlap A+B>A disputed-places", told());
    end();
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 4600, 0 4600");
    add("B", "Q", "0 4600, 9000 4600, 9000 9000, 0 9000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", NULL, "0 0, 9000 0, 9000 4450, 0 4450");
    add("Q", NULL, "0 4450, 9000 4450, 9000 9000, 0 9000");
    in.places = &in_gap;
    in.n_places = 1;
    CHECK(mend());
    CHECK_STR("beside A>B places", told());
    end();
}
TEST(no_zone_gains_or_loses_a_part_or_a_hole)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 0 4500 ; 0 4600, 9000 4600, 9000 9000, 0 9000");
    add("B", NULL, "9000 0, 18000 0, 18000 9000, 9000 9000, 9000 4600, 9000 4500");
    add("C", NULL, "-9000 0, 0 0, 0 4500, 0 4600, 0 9000, -9000 9000");
    CHECK(mend());
    CHECK_STR("gap >A part", told());
    end();
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 9000, 0 9000 | 4000 4000, 4000 4090, 4090 4090, 4090 4000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", NULL, "0 0, 9000 0, 9000 9000, 0 9000");
    CHECK(mend());
    CHECK_STR("gap >A hole", told());
    end();
}
/* B's corner cuts off a wedge of C, which goes to B; its tip, a centimetre from the parents'
 * border, is matched with that in the next round, and a hair of B is a part of its own, disputed by
 * A, B and C. */
TEST(a_disputed_splinter_is_mended_though_a_zone_loses_it)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", "P",
        "11305 -1423, 14600 -1119, 17895 -805, 21190 -641, 24485 -761, 24617 2065, 24655 4911, "
        "24274 7737, 23831 10566, 20584 11447, 17339 11264, 14094 12141, 10902 13160, "
        "11357 9512, 10768 5867, 10805 2222");
    add("B", "P",
        "10902 13160, 14147 12121, 17392 11244, 20637 11427, 23884 10546, 23867 13925, "
        "24204 17304, 23787 20683, 24242 24064, 21224 24087, 18209 23804, 15194 23427, "
        "12179 22981, 11813 20525, 11084 18070, 11637 15615");
    add("C", "Q",
        "24485 -761, 27428 -450, 30371 -396, 33314 621, 36260 689, 35955 3488, 35936 6287, "
        "36225 9086, 35709 11885, 32752 10923, 29796 10818, 26840 10718, 23880 10554, "
        "24323 7725, 24704 4899, 24613 2073");
    add("D", "Q",
        "23884 10546, 26840 10718, 29796 10818, 32752 10923, 35709 11885, 35841 15237, "
        "36824 18589, 36395 21941, 37493 25293, 34178 24425, 30866 24685, 27554 24938, "
        "24242 24064, 23787 20683, 24204 17304, 23867 13925");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", NULL,
        "-255 1026, 2635 98, 5525 -144, 8415 -150, 11305 -1423, 14600 -1119, 17895 -805, "
        "21190 -641, 24485 -761, 24617 2065, 24708 4891, 24327 7717, 23884 10546, 23867 13925, "
        "24204 17304, 23787 20683, 24242 24064, 21224 24087, 18209 23804, 15194 23427, "
        "12179 22981, 9086 22905, 5995 23717, 2904 24713, -187 24447, 316 21655, 274 18863, "
        "103 16071, 517 13279, 355 10215, -432 7152, -500 4089");
    add("Q", NULL,
        "24485 -761, 27428 -450, 30371 -396, 33314 621, 36260 689, 39442 748, 42624 289, "
        "45806 -752, 48988 -313, 47855 2629, 47466 5571, 47753 8513, 47150 11455, 46925 14578, "
        "46714 17701, 46792 20824, 47403 23947, 44924 23873, 42447 24525, 39970 24418, "
        "37493 25293, 34178 24425, 30866 24685, 27554 24938, 24242 24064, 23787 20683, "
        "24204 17304, 23867 13925, 23884 10546, 24327 7717, 24708 4891, 24617 2065");
    CHECK(mend());
    CHECK_INT(0, strstr(told(), "overlap") && strstr(told(), "part"));
    CHECK_INT(4, mended->layer.n_parts);
    end();
}
TEST(a_piece_that_hangs_on_a_short_border_is_left)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 4500, 0 4500");
    add("B", "Q", "0 5000, 4000 5000, 4000 4500, 4010 4500, 9000 4500, 9000 9000, 0 9000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", NULL, "0 0, 9000 0, 9000 4500, 4010 4500, 4010 4900, 3600 4900, 3600 4500, 0 4500");
    add("Q", NULL,
        "0 4500, 3600 4500, 3600 4900, 4010 4900, 4010 4500, 9000 4500, 9000 9000, 0 9000");
    in.max_area_m2 = 100000;
    CHECK(mend());
    for (size_t i = 0; i < mended->n_applied; i++)
        CHECK(mended->proposals[i].kind == MERE_REPAIR_JUNCTION ||
              mended->proposals[i].rule == MERE_CHOSEN_NONE ||
              mended->proposals[i].border_m >= mended->proposals[i].width_m ||
              mended->proposals[i].after < 0);
    end();
}
/* Mend A and B, whose land `text` (a gap or an overlap) is waived, with a place in it. */
static void mend_spared(const char *text, struct mere_point at)
{
    struct drawn accepted;
    drawn_start(&accepted, "w", MERE_ROLE_OTHER);
    const struct mere_spared spared = {*drawn_zone(&accepted, "w", text), at};
    in.spared = &spared;
    in.n_spared = 1;
    CHECK(mend());
    CHECK_INT(0, mended->n_changed);
    free_drawn(&accepted);
}
TEST(land_that_is_waived_stays)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 4500 4450, 0 4500");
    add("B", NULL, "0 4500, 4500 4550, 9000 4500, 9000 9000, 0 9000");
    mend_spared(
        "1202000000 302004400, 1202009000 302004400, 1202009000 302004600, 1202000000 302004600",
        (struct mere_point){1202004500, 302004500});
    CHECK_STR("gap >A waived", told());
    end();
}
/* The triangle is a millimetre wide: the middle of its circle, rounded, lies beside it. */
#define HAIR "1202000000 302002821, 1202000442 302000000, 1202000000 302002822"
TEST(a_hair_of_waived_land_stays)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "-5000 0, 442 0, 0 2822, -5000 2822");
    add("B", NULL, "442 0, 5000 0, 5000 2822, 0 2822, 0 2821");
    mend_spared(HAIR, (struct mere_point){1202000011, 302002753});
    CHECK_STR("overlap A+B>A waived", told());
    CHECK(!mere_polygon_holds(&mended->proposals[0].polygon, mended->proposals[0].at));
    end();
}
TEST(a_hair_of_land_is_left_with_its_reason)
{
    struct drawn hair, beside;
    const struct mere_point at = {1202000011, 302002753};
    drawn_start(&hair, "h", MERE_ROLE_OTHER);
    drawn_start(&beside, "b", MERE_ROLE_OTHER);
    struct mere_layer *land = drawn_zone(&hair, "h", HAIR);
    struct mere_layer *other = drawn_zone(
        &beside, "b", "1202000000 302002822, 1202000442 302000000, 1202005000 302002822");
    CHECK(!mere_polygon_holds(land, at));
    struct mere_finding finding = {.rule = MERE_RULE_OVERLAP,
                                   .severity = MERE_SEVERITY_ERROR,
                                   .shape = MERE_FINDING_LAND,
                                   .polygon = *land,
                                   .at = at};
    struct mere_proposal proposals[] = {
        {.kind = MERE_REPAIR_OVERLAP, .why = MERE_WHY_HOLE, .polygon = *other},
        {.kind = MERE_REPAIR_OVERLAP, .why = MERE_WHY_PART, .polygon = *land, .at = at}};
    struct mere_report report = {.n_findings = 1, .findings = &finding};
    struct mere_repair repair = {.n_proposals = 2, .proposals = proposals};
    struct mere_mended told_of = {.repair = &repair, .after = &report};
    struct mere_arena arena = {0};
    CHECK(mere_mended_left(&ctx, &arena, &told_of) == MERE_OK);
    CHECK_INT(1, told_of.n_left);
    CHECK_INT(1, told_of.left[0].n_why);
    CHECK_INT(MERE_WHY_PART, told_of.left[0].why[0]);
    mere_arena_clear(&arena);
    free_drawn(&hair);
    free_drawn(&beside);
}
TEST(a_scheme_that_is_not_there_is_told)
{
    begin("street", MERE_ROLE_STREET);
    add("A", NULL, "0 0, 9000 0, 9000 4500");
    layers[0] = drawn_layer(&schemes[0]);
    in = (struct mere_repair_input){.layers = layers, .n_layers = 1, .scheme = "grid"};
    CHECK_INT(MERE_E_NOT_FOUND, mere_repair_run(&ctx, &in, &mended));
    end();
}

/* ---- what other programs do wrong ---- */

/* geos#1251, jts#1122: a larger tolerance hides narrow gaps. */
TEST(a_larger_limit_mends_all_that_a_smaller_one_does)
{
    size_t last = 0;
    for (double width = 0.1; width < 60; width *= 1.7) {
        begin("grid", MERE_ROLE_GRID);
        add("A", NULL, "0 0, 9000 0, 9000 1000, 0 1000");
        add("B", NULL, "0 1000, 4500 1020, 9000 1000, 9000 2000, 0 2000");
        add("C", NULL, "0 2000, 4500 2100, 9000 2000, 9000 3000, 0 3000");
        add("D", NULL, "0 3000, 4500 3400, 9000 3000, 9000 4000, 0 4000");
        add("E", NULL, "0 4000, 4500 4900, 9000 4000, 9000 9000, 0 9000");
        in.max_width_m = width;
        in.max_area_m2 = 1e6;
        CHECK(mend());
        CHECK(mended->n_applied >= last);
        last = mended->n_applied;
        end();
    }
    CHECK_INT(4, last);
}
/* geos#1476: snaps inside one polygon. */
TEST(a_neck_narrower_than_every_limit_stays)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL,
        "0 0, 4000 0, 4000 4499, 5000 4499, 5000 0, 9000 0, 9000 9000, 5000 9000, 5000 4500, 4000 "
        "4500, 4000 9000, 0 9000");
    add("B", NULL, "4000 0, 5000 0, 5000 4499, 4000 4499");
    add("C", NULL, "4000 4500, 5000 4500, 5000 9000, 4000 9000");
    CHECK(mend());
    CHECK_STR("", told());
    CHECK_INT(0, mended->n_changed);
    end();
}
/* geos#1525: loses a polygon at an unmatched vertex at tolerance 0. */
TEST(an_unmatched_vertex_costs_no_land)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 0 4500");
    add("B", NULL, "0 4500, 3000 4500, 4500 4500, 9000 4500, 9000 9000, 0 9000");
    add("C", NULL, "9000 0, 18000 0, 18000 9000, 9000 9000");
    CHECK(mend());
    CHECK_STR("", told());
    CHECK_INT(3, mended->layer.n_parts);
    CHECK_INT(2, mended->n_changed); /* A and C get B's vertices */
    for (size_t i = 0; i < mended->n_applied; i++)
        CHECK_INT(0, mended->proposals[i].area2);
    end();
}
/* QGIS#55219: counts holes as gaps. */
TEST(a_hole_with_one_neighbour_is_no_gap)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 9000, 0 9000 | 4000 4000, 4000 4050, 4050 4050, 4050 4000");
    add("B", NULL, "9000 0, 18000 0, 18000 9000, 9000 9000");
    CHECK(mend());
    CHECK_INT(0, mended->n_proposals);
    end();
}
/* duckdb-spatial#825: a large difference for a handful of slivers. */
TEST(one_sliver_changes_one_feature_of_four_hundred)
{
    char code[16], text[200];
    begin("grid", MERE_ROLE_GRID);
    for (int i = 0; i < 20; i++)
        for (int j = 0; j < 20; j++) {
            int x = i * 9000, y = j * 9000, slip = i == 7 && j == 7 ? 40 : 0;
            snprintf(code, sizeof code, "Z%02d%02d", i, j);
            snprintf(text, sizeof text, "%d %d, %d %d, %d %d, %d %d, %d %d, %d %d", x, y, x + 9000,
                     y, x + 9000 - slip, y + 4500, x + 9000, y + 9000, x, y + 9000, x, y + 4500);
            struct drawn *d = &schemes[0];
            add(mere_arena_text(&d->arena, code, strlen(code)), NULL, text);
        }
    CHECK(mend());
    CHECK_STR("gap >Z0707 applied", told());
    CHECK_INT(1, mended->n_changed);
    end();
}
/* GEOS#1503: quadratic when one polygon touches very many. */
static double time_fringe(int n)
{
    char code[16], text[200];
    begin("grid", MERE_ROLE_GRID);
    struct drawn *d = &schemes[0];
    uint32_t big = drawn_zone_named(d, "A");
    drawn_point(d, 1202000000, 302000000);
    for (int i = 0; i <= n; i++)
        drawn_point(d, 1202000000 + i * 400, 302000000 + 4000 + (i % 2) * 30);
    drawn_point(d, 1202000000 + n * 400, 302000000);
    drawn_ring_end(d);
    drawn_part_end(d, big);
    d->zones.v[0].fid = 1;
    for (int i = 0; i < n; i++) {
        snprintf(code, sizeof code, "B%06d", i);
        snprintf(text, sizeof text, "%d 4030, %d 4030, %d 5000, %d 5000", i * 400, i * 400 + 400,
                 i * 400 + 400, i * 400);
        add(mere_arena_text(&d->arena, code, strlen(code)), NULL, text);
    }
    clock_t start = clock();
    CHECK(mend());
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    CHECK(mended && mended->n_applied + 10 > (size_t)n / 2);
    end();
    return seconds;
}
TEST(a_zone_that_touches_very_many_is_mended_in_linear_time)
{
#ifdef MERE_VALIDATE
    SKIP("this build counts all parts and holes again after each change");
#endif
    int n = check_long() ? 20000 : 1000;
    double once = time_fringe(n), four = time_fringe(4 * n);
    printf("  %d neighbours %.3f s, %d %.3f s\n", n, once, 4 * n, four);
    CHECK(four < 10 * once + 0.05);
}

int main(void)
{
    RUN(a_gap_goes_to_the_longest_border);
    RUN(of_equal_borders_the_lower_code_gets_it);
    RUN(an_overlap_goes_to_one_of_its_claimants);
    RUN(the_parent_zone_decides_before_the_border);
    RUN(land_beyond_the_limits_is_left);
    RUN(a_place_keeps_its_owner);
    RUN(no_zone_gains_or_loses_a_part_or_a_hole);
    RUN(a_disputed_splinter_is_mended_though_a_zone_loses_it);
    RUN(a_piece_that_hangs_on_a_short_border_is_left);
    RUN(land_that_is_waived_stays);
    RUN(a_hair_of_waived_land_stays);
    RUN(a_hair_of_land_is_left_with_its_reason);
    RUN(a_scheme_that_is_not_there_is_told);
    RUN(a_larger_limit_mends_all_that_a_smaller_one_does);
    RUN(a_neck_narrower_than_every_limit_stays);
    RUN(an_unmatched_vertex_costs_no_land);
    RUN(a_hole_with_one_neighbour_is_no_gap);
    RUN(one_sliver_changes_one_feature_of_four_hundred);
    RUN(a_zone_that_touches_very_many_is_mended_in_linear_time);
    return done();
}
