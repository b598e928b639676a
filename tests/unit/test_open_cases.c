/* test_open_cases.c - what other programs do wrong when they mend a division: their open defects
 * (ENGINE A), drawn anew. Those of editing are in test_edit.c, of points without an owner
 * (tzf-rs#207) in prop_locate.c. */
#include "geo/measure.h"
#include "unit/mending.h"
#include <time.h>

/* No ring comes twice to one place, and the zones make a whole network. */
static void check_rings(const struct mere_layer *layer)
{
    struct mere_net *net = NULL;
    for (size_t r = 0; r < layer->n_rings; r++)
        for (uint32_t i = layer->ring_first[r]; i < layer->ring_first[r + 1]; i++)
            for (uint32_t k = i + 1; k < layer->ring_first[r + 1]; k++)
                if (!CHECK(!mere_point_same(layer->pts[i], layer->pts[k])))
                    return;
    if (CHECK_INT(MERE_OK, mere_net_build(&ctx, &layer, 1, &(struct mere_build){0}, &net)))
        CHECK_INT(MERE_OK, mere_net_validate(&ctx, net));
    mere_net_free(net);
}

/* Twice the area of a zone, in square units; its parts and rings. */
static int64_t size_of(const struct mere_layer *layer, const char *code, size_t *ret_parts,
                       size_t *ret_rings)
{
    int64_t area2 = 0;
    *ret_parts = *ret_rings = 0;
    for (size_t part = 0; part < layer->n_parts; part++) {
        if (strcmp(layer->zones[layer->part_zone[part]].code, code) != 0)
            continue;
        ++*ret_parts;
        for (uint32_t r = layer->part_ring[part]; r < layer->part_ring[part + 1]; r++) {
            uint32_t first = layer->ring_first[r];
            int64_t one =
                (int64_t)mere_ring_area2(layer->pts + first, layer->ring_first[r + 1] - first);
            one = one < 0 ? -one : one;
            area2 += r == layer->part_ring[part] ? one : -one;
            ++*ret_rings;
        }
    }
    return area2;
}

/* A side of `n` steps, each vertex a little off the line, to and fro. */
static size_t add_side(char *text, size_t len, int x, int y, int dx, int dy, int n, unsigned *seed)
{
    for (int i = 0; i < n; i++) {
        *seed = *seed * 1103515245u + 12345u;
        int off = i == 0 ? 0 : (int)(*seed >> 16) % 41 - 20;
        len += (size_t)sprintf(text + len, "%s%d %d", len > 0 && text[len - 1] != '|' ? ", " : "",
                               x + dx * i + (dx ? 0 : off), y + dy * i + (dy ? 0 : off));
    }
    return len;
}
static size_t add_square(char *text, size_t len, int side, int n, unsigned seed)
{
    int step = side / n;
    len = add_side(text, len, 0, 0, step, 0, n, &seed);
    len = add_side(text, len, side, 0, 0, step, n, &seed);
    len = add_side(text, len, side, side, -step, 0, n, &seed);
    return add_side(text, len, 0, side, 0, -step, n, &seed);
}

/* mapshaper#663: a polygon with holes, its outline drawn twice, becomes a multipolygon of slivers
 * of its outline. */
TEST(a_zone_whose_outline_was_drawn_twice_keeps_its_land_and_its_holes)
{
    static char inner[20000], outer[20000];
    size_t parts, rings, n;
    n = add_square(inner, 0, 90000, 36, 1);
    sprintf(inner + n, "| 20000 20000, 30000 20000, 30000 30000, 20000 30000"
                       "| 50000 50000, 60000 50000, 60000 60000, 50000 60000");
    n = (size_t)sprintf(outer, "-20000 -20000, 110000 -20000, 110000 110000, -20000 110000|");
    n = add_square(outer, n, 90000, 30, 7);
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL, inner);
    add("B", NULL, outer);
    add("C", NULL, "20000 20000, 30000 20000, 30000 30000, 20000 30000");
    add("D", NULL, "50000 50000, 60000 50000, 60000 60000, 50000 60000");
    int64_t before = size_of(drawn_layer(&schemes[0]), "A", &parts, &rings), moved = 0;
    if (CHECK(mend())) {
        CHECK(mended->n_applied > 48);
        for (size_t i = 0; i < mended->n_proposals; i++) {
            CHECK_INT(MERE_REPAIR_APPLIED, mended->proposals[i].why);
            moved += llabs(mended->proposals[i].area2);
        }
        int64_t after = size_of(&mended->layer, "A", &parts, &rings);
        CHECK_INT(1, parts);
        CHECK_INT(3, rings);
        CHECK(llabs(after - before) <= moved);
        CHECK(moved < before / 100);
        check_rings(&mended->layer);
    }
    end();
}

/* grass#2432: small areas among themselves, and a border that leads nowhere, end in "corrupt
 * topology". Here three grids overlap and leave gaps between the overlaps, and one has a spike. */
TEST(small_areas_that_only_have_each_other_for_neighbours_are_mended)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL,
        "0 0, 9000 0, 9000 4500, 8000 4560, 7000 4440, 6000 4560, 5000 4440, 4000 4560, 0 4500");
    add("B", NULL,
        "0 4500, 4000 4440, 5000 4560, 6000 4440, 7000 4560, 8000 4440, 9000 4500, 9000 9000, "
        "4000 9000, 4000 6000, 4000 9000, 0 9000");
    add("C", NULL, "9000 0, 18000 0, 18000 9000, 9040 9000, 8960 4600, 9040 4500, 8960 4400");
    if (CHECK(mend())) {
        CHECK(mended->n_applied >= 6);
        for (size_t i = 0; i < mended->n_proposals; i++)
            CHECK_INT(MERE_REPAIR_APPLIED, mended->proposals[i].why);
        CHECK_INT(3, mended->layer.n_parts);
        check_rings(&mended->layer);
    }
    end();
}

/* grass#2627: a valid topology of polygons that are not: rings that touch themselves. A gap between
 * the arms of A, closed, would give it a hole: it is left to a person. */
TEST(mended_rings_never_touch_themselves)
{
    begin("grid", MERE_ROLE_GRID);
    add("A", NULL,
        "0 0, 9000 0, 9000 4480, 5000 4480, 5000 3000, 3000 3000, 3000 6000, 5000 6000, 5000 4500, "
        "9000 4500, 9000 9000, 0 9000");
    add("B", NULL, "3000 3000, 5000 3000, 5000 4480, 5000 4500, 5000 6000, 3000 6000");
    add("C", NULL, "9000 0, 18000 0, 18000 9000, 9000 9000, 9000 4500, 9000 4480");
    if (CHECK(mend())) {
        CHECK_STR("gap >A hole", told());
        check_rings(&mended->layer);
        for (size_t z = 0; z < mended->layer.n_zones; z++) {
            size_t parts, rings;
            size_of(&mended->layer, mended->layer.zones[z].code, &parts, &rings);
            CHECK_INT(1, parts);
            CHECK_INT(1, rings);
        }
    }
    end();
}

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
    RUN(a_zone_whose_outline_was_drawn_twice_keeps_its_land_and_its_holes);
    RUN(small_areas_that_only_have_each_other_for_neighbours_are_mended);
    RUN(mended_rings_never_touch_themselves);
    RUN(a_larger_limit_mends_all_that_a_smaller_one_does);
    RUN(a_neck_narrower_than_every_limit_stays);
    RUN(an_unmatched_vertex_costs_no_land);
    RUN(a_hole_with_one_neighbour_is_no_gap);
    RUN(one_sliver_changes_one_feature_of_four_hundred);
    RUN(a_zone_that_touches_very_many_is_mended_in_linear_time);
    return done();
}
