/* test_mending.c - what is mended, whose it becomes, and what is left to a person. */
#include "check/mended.h"
#include "unit/mending.h"

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

/* P is 200 too short for the street, B and C go on to the street's border, and B 100 beyond. */
TEST(land_that_the_parent_scheme_lacks_is_not_taken_from_its_zone)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 9000, 0 9000");
    add("B", "P", "9000 0, 18100 0, 18100 4500, 9000 4500");
    add("C", "P", "9000 4500, 18000 4500, 18000 9000, 9000 9000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", "S", "0 0, 17800 0, 17800 9000, 0 9000");
    begin("street", MERE_ROLE_STREET);
    add("S", NULL, "0 0, 18000 0, 18000 9000, 0 9000");
    CHECK(mend());
    CHECK_STR("beside B>- applied; beside B>- parent-short; beside C>- parent-short", told());
    end();
}
/* A river through the street is no community's, and declared; B reaches 100 into it. */
TEST(land_in_a_declared_hole_is_taken_from_its_zone)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", "P", "0 0, 9000 0, 9000 9000, 0 9000");
    add("B", "P", "9000 0, 18100 0, 18100 9000, 9000 9000");
    begin("community", MERE_ROLE_COMMUNITY);
    add("P", "S", "0 0, 18000 0, 18000 9000, 0 9000");
    begin("street", MERE_ROLE_STREET);
    add("S", NULL, "0 0, 20000 0, 20000 9000, 0 9000");
    begin("river", MERE_ROLE_HOLE);
    add("R", NULL, "18000 0, 20000 0, 20000 9000, 18000 9000");
    CHECK(mend());
    CHECK_STR("beside B>- applied", told());
    end();
}

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
/* A wedge 1 to 20 m wide: its narrow end is within the limit, and is not bitten off. */
TEST(wide_land_is_not_nibbled_at)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 10000 0, 10000 18000, 0 18000");
    add("B", NULL, "10104 0, 30000 0, 30000 18000, 12077 18000");
    add("N", NULL, "0 18000, 30000 18000, 30000 22500, 0 22500");
    add("S", NULL, "0 -4500, 30000 -4500, 30000 0, 0 0");
    CHECK(mend());
    CHECK_STR("gap >B wide", told());
    end();
}
/* A street of 6 m whose land is more than may be moved: no slice is taken from its end, else each
 * made the corner of the next, four centimetres long, 674 of them. */
TEST(land_that_is_too_large_is_not_nibbled_at)
{
    begin("grid", MERE_ROLE_GRID);
    add("U0", NULL,
        "415825 1082751, 419445 1081895, 419801 1081813, 419873 1081795, 421001 1081529, 430858 "
        "1112599, 425686 1113835");
    add("U1", NULL,
        "421001 1081529, 434183 1078280, 440390 1076897, 442177 1076470, 443079 1076255, 452936 "
        "1107322, 430858 1112599");
    add("U2", NULL, "443515 1076150, 475936 1068339, 485811 1099465, 453372 1107218");
    add("D0", NULL, "405819 1051214, 412979 1049503, 422891 1080744, 415690 1082327");
    add("D1", NULL,
        "412979 1049503, 418638 1048150, 428540 1079363, 428411 1079502, 422891 1080744");
    add("D2", NULL,
        "418638 1048150, 421818 1047390, 431671 1078447, 430062 1078918, 428540 1079363");
    add("D3", NULL, "421818 1047390, 452846 1039975, 462708 1071059, 431671 1078447");
    begin("outline", MERE_ROLE_OUTLINE);
    add("O1", NULL, "405819 1051214, 446420 1041511, 466288 1104131, 425686 1113835");
    add("O2", NULL, "446420 1041511, 465944 1036844, 485811 1099465, 466288 1104131");
    CHECK(mend());
    if (mended)
        CHECK(mended->n_rounds < 6);
    CHECK_STR("gap >D0 applied; gap >D0 applied; gap >D1 applied; beside D3>- wide; beside U2>- "
              "wide; gap >D2 large; gap >U1 large; gap >U2 wide",
              told());
    end();
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
/* What a zone takes over is told where it is. */
TEST(a_junction_has_the_place_of_its_vertex)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, "0 0, 9000 0, 9000 4500, 0 4500");
    add("B", NULL, "0 4500, 4000 4500, 4000 9000, 0 9000");
    add("C", NULL, "4000 4500, 9000 4500, 9000 9000, 4000 9000");
    CHECK(mend());
    CHECK_STR("", told());
    if (CHECK_INT(1, mended->n_applied)) {
        CHECK_INT(MERE_REPAIR_JUNCTION, mended->proposals[0].kind);
        CHECK_STR("A", code_of(mended->proposals[0].after));
        CHECK_INT(1202004000, mended->proposals[0].at.x);
        CHECK_INT(302004500, mended->proposals[0].at.y);
    }
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
    drawn_free(&accepted);
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
    const struct mere_layer scheme = {.name = "grid"};
    struct mere_finding finding = {.rule = MERE_RULE_OVERLAP,
                                   .scheme = "grid",
                                   .severity = MERE_SEVERITY_ERROR,
                                   .shape = MERE_FINDING_LAND,
                                   .polygon = *land,
                                   .at = at};
    struct mere_proposal proposals[] = {
        {.kind = MERE_REPAIR_OVERLAP, .why = MERE_WHY_HOLE, .polygon = *other},
        {.kind = MERE_REPAIR_OVERLAP, .why = MERE_WHY_PART, .polygon = *land, .at = at}};
    struct mere_report report = {.n_findings = 1, .findings = &finding};
    struct mere_repair repair = {.n_proposals = 2, .proposals = proposals};
    struct mere_mended told_of = {.scheme = &scheme, .repair = &repair, .after = &report};
    struct mere_arena arena = {0};
    CHECK(mere_mended_left(&ctx, &arena, &told_of) == MERE_OK);
    CHECK_INT(1, told_of.n_left);
    CHECK_INT(1, told_of.left[0].n_why);
    CHECK_INT(MERE_WHY_PART, told_of.left[0].why[0]);
    mere_arena_clear(&arena);
    drawn_free(&hair);
    drawn_free(&beside);
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

int main(void)
{
    RUN(a_gap_goes_to_the_longest_border);
    RUN(of_equal_borders_the_lower_code_gets_it);
    RUN(an_overlap_goes_to_one_of_its_claimants);
    RUN(the_parent_zone_decides_before_the_border);
    RUN(land_that_the_parent_scheme_lacks_is_not_taken_from_its_zone);
    RUN(land_in_a_declared_hole_is_taken_from_its_zone);
    RUN(land_beyond_the_limits_is_left);
    RUN(wide_land_is_not_nibbled_at);
    RUN(land_that_is_too_large_is_not_nibbled_at);
    RUN(a_place_keeps_its_owner);
    RUN(no_zone_gains_or_loses_a_part_or_a_hole);
    RUN(a_disputed_splinter_is_mended_though_a_zone_loses_it);
    RUN(a_piece_that_hangs_on_a_short_border_is_left);
    RUN(a_junction_has_the_place_of_its_vertex);
    RUN(land_that_is_waived_stays);
    RUN(a_hair_of_waived_land_stays);
    RUN(a_hair_of_land_is_left_with_its_reason);
    RUN(a_scheme_that_is_not_there_is_told);
    return done();
}
