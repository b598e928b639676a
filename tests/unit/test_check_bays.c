/* test_check_bays.c - open gaps where nothing bounds the scheme: what is a bank, whose the land at
 * a crossing is, and how banks with teeth are measured. */
#include "check.h"
#include "unit/check_district.h"

/* A street of 3 m between 1 and 2 goes on between two declared holes, halves of a river. */
TEST(land_between_two_declared_holes_is_nobodys_gap)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 100, 200);
    maker_box(&m, "2", 103, 0, 200, 200);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "water", MERE_ROLE_HOLE);
    maker_box(&m, "h1", 0, 200, 100, 400);
    maker_box(&m, "h2", 103, 200, 200, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, COVERAGE, MERE_RULE_BAY);
    CHECK_STR("1 2", codes_of(d.report, f));
    CHECK_NEAR(600, f->area_m2, 12);
    district_clear(&d);
}

/* A strip of 3 m between the zone and the river that is declared: somebody may live there. */
TEST(land_between_a_zone_and_a_declared_hole_is_an_open_gap)
{
    for (int parts = 1; parts <= 2; parts++) {
        struct district d = {0};
        struct maker m;
        double sum = 0;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_box(&m, "1", 0, 0, 400.0 / parts, 100);
        if (parts == 2)
            maker_box(&m, "2", 200, 0, 400, 100);
        d.layers[d.n_layers++] = maker_end(&m);
        maker_begin(&m, &d.arena, "water", MERE_ROLE_HOLE);
        maker_box(&m, "river", 0, -100, 400, -3);
        d.layers[d.n_layers++] = maker_end(&m);
        if (CHECK(district_check(&d, COVERAGE))) {
            CHECK_INT(parts, n_of(d.report, MERE_RULE_BAY));
            for (size_t i = 0; i < d.report->n_findings; i++) {
                CHECK_INT(1, d.report->findings[i].n_zones);
                sum += d.report->findings[i].area_m2;
            }
            CHECK_NEAR(1200, sum, 5);
        }
        district_clear(&d);
    }
}

/* Four blocks, streets of 4 m and 7 m. Which of them has the crossing doesn't depend on codes. */
TEST(a_code_elsewhere_at_a_crossing_changes_no_finding)
{
    static const char *const CODES[] = {"9", "0", "55"};
    double area[2] = {0};
    char id[2][17] = {{0}};
    for (int trial = 0; trial < 3; trial++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_box(&m, "5", 0, 0, 60, 60);
        maker_box(&m, CODES[trial], 67, 0, 127, 60);
        maker_box(&m, "6", 0, 64, 60, 124);
        maker_box(&m, "7", 67, 64, 127, 124);
        d.layers[d.n_layers++] = maker_end(&m);
        int seen = 0;
        bool ok = CHECK(district_check(&d, COVERAGE));
        for (size_t i = 0; ok && i < d.report->n_findings; i++) {
            const struct mere_finding *f = &d.report->findings[i];
            const char *codes = codes_of(d.report, f);
            int k = strcmp(codes, "5 6") == 0 ? 0 : strcmp(codes, "6 7") == 0 ? 1 : -1;
            if (k < 0)
                continue;
            seen++;
            if (trial > 0) {
                CHECK_NEAR(area[k], f->area_m2, 1e-6);
                CHECK_STR(id[k], f->id);
            }
            area[k] = f->area_m2;
            memcpy(id[k], f->id, sizeof id[k]);
        }
        CHECK_INT(2, seen);
        district_clear(&d);
    }
}

/* The finding of these zones, apart from its district. */
struct told {
    double area;
    char id[17];
};
static bool told_of(struct district *d, const char *codes, struct told *ret)
{
    bool found = false;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < d->report->n_findings && !found; i++) {
        const struct mere_finding *f = &d->report->findings[i];
        if (f->rule != MERE_RULE_BAY || strcmp(codes_of(d->report, f), codes) != 0)
            continue;
        found = true;
        ret->area = f->area_m2;
        memcpy(ret->id, f->id, sizeof ret->id);
    }
    return found;
}

/* A street crosses a river, declared in two halves: both halves are one bank, so the land beside
 * the two zones ends at the same corners. Which of them has the crossing doesn't depend on codes.
 */
TEST(a_code_at_a_crossing_of_declared_holes_changes_no_finding)
{
    struct told told[2];
    for (int trial = 0; trial < 2; trial++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_zone(&m, trial ? "9" : "1");
        maker_ring(&m, (double[]){60.5, 0, 119.6, 0, 119.6, 56.5, 60.5, 57.3}, 4, false);
        maker_zone(&m, "5");
        maker_ring(&m, (double[]){62, 62.1, 116.3, 64, 116.3, 116, 60.7, 114.4}, 4, false);
        d.layers[d.n_layers++] = maker_end(&m);
        maker_begin(&m, &d.arena, "hole", MERE_ROLE_HOLE);
        maker_zone(&m, "w");
        maker_ring(&m, (double[]){2.7, 63.3, 55.5, 64.4, 57.9, 112.3, 3.7, 112.9}, 4, false);
        maker_zone(&m, "e");
        maker_ring(&m, (double[]){124.4, 64.4, 174.9, 64.4, 173.1, 117.9, 122.7, 115.6}, 4, false);
        d.layers[d.n_layers++] = maker_end(&m);
        CHECK(district_check(&d, COVERAGE) && told_of(&d, "5", &told[trial]));
        district_clear(&d);
    }
    CHECK_NEAR(told[0].area, told[1].area, 1e-6);
    CHECK_STR(told[0].id, told[1].id);
}

/* Zone 4 joins the streets west of the crossing to one; it comes no nearer to it than 40 m. */
TEST(streets_that_are_joined_elsewhere_leave_a_crossing_alone)
{
    struct told told[2];
    for (int trial = 0; trial < 2; trial++) {
        struct district d = {0};
        struct maker m;
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_zone(&m, "1");
        maker_ring(&m, (double[]){-300, -150, 100, -150, 100,  -2.5, 0,    -2.5, 0,    -25,
                                  -30,  -25,  -30, -60,  -200, -60,  -200, -2.5, -300, -2.5},
                   10, false);
        maker_zone(&m, "2");
        maker_ring(&m, (double[]){100, 150, -300, 150, -300, 2.5, -200, 2.5, -200, 60,
                                  -30, 60,  -30,  25,  0,    25,  0,    2.5, 100,  2.5},
                   10, false);
        maker_box(&m, "3", -60, -20, -5, 20);
        if (trial == 1) {
            maker_zone(&m, "4");
            maker_ring(&m, (double[]){-197, -57, -33, -57, -33, -23, -63, -23, -63, 0, -197, 0}, 6,
                       false);
        }
        d.layers[d.n_layers++] = maker_end(&m);
        CHECK(district_check(&d, COVERAGE) && told_of(&d, "2 3", &told[trial]));
        district_clear(&d);
    }
    CHECK_NEAR(told[0].area, told[1].area, 1e-6);
    CHECK_STR(told[0].id, told[1].id);
}

/* Two zones on either side of a street `length` m long and `width` m wide between the tips of their
 * teeth, which are half a metre wide and `deep`; where told, a third half a kilometre off, of whose
 * diagonal side the box lies over the street. */
static const struct mere_finding *toothed(struct district *d, double length, double width,
                                          double deep, double room, bool third)
{
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    double *xy = MERE_NEW(&d->arena, double, 2 * (4 * (size_t)length + 4));
    for (int zone = 0; zone < 2; zone++) {
        size_t n = 0;
        for (int i = 0; i < 2 * (int)length; i++)
            for (int end = 0; end < 2; end++) {
                double off = i % 2 ? deep : 0;
                xy[2 * n] = zone == 0 ? -off : width + off;
                xy[2 * n++ + 1] = (i + end) * 0.5;
            }
        const double back[4] = {zone == 0 ? -room : width + room, length,
                                zone == 0 ? -room : width + room, 0};
        memcpy(xy + 2 * n, back, sizeof back);
        n += 2;
        maker_zone(&m, zone == 0 ? "1" : "2");
        for (size_t i = 0; zone == 0 && i < n / 2; i++) /* the other way round */
            for (int k = 0; k < 2; k++) {
                double t = xy[2 * i + (size_t)k];
                xy[2 * i + (size_t)k] = xy[2 * (n - 1 - i) + (size_t)k];
                xy[2 * (n - 1 - i) + (size_t)k] = t;
            }
        maker_ring(&m, xy, n, false);
    }
    if (third) {
        maker_zone(&m, "3");
        maker_ring(&m, (double[]){-700, -100, 400, 1000, -700, 1000}, 3, false);
    }
    d->layers[d->n_layers++] = maker_end(&m);
    return district_check(d, COVERAGE) ? first_of(d->report, MERE_RULE_BAY) : NULL;
}

TEST(teeth_of_the_banks_take_nothing_from_the_width)
{
    static const double WIDTHS[] = {9, 7, 5, 3};
    for (size_t i = 0; i < MERE_LEN(WIDTHS); i++)
        for (int deep = 1; deep <= 5; deep += 2) {
            struct district d = {0};
            const struct mere_finding *f = toothed(&d, 60, WIDTHS[i], deep / 10.0, 60, deep == 3);
            if (CHECK(f && f->n_zones == 2)) {
                CHECK(f->width_m > WIDTHS[i] - 0.02 && f->width_m < WIDTHS[i] + 0.2);
                CHECK_NEAR(60 * (WIDTHS[i] + deep / 10.0), f->area_m2, 0.03 * f->area_m2);
            }
            district_clear(&d);
        }
}

/* At least four times as long as wide; the depth of the teeth is no length of the street. */
TEST(teeth_of_the_banks_add_nothing_to_the_length)
{
    for (int deep = 0; deep <= 3; deep++) {
        struct district d = {0};
        CHECK(toothed(&d, 30, 9, deep / 10.0, 40, false));
        CHECK_INT(0, n_of(d.report, MERE_RULE_BAY));
        district_clear(&d);
        CHECK(toothed(&d, 40, 9, deep / 10.0, 40, false));
        CHECK_INT(1, n_of(d.report, MERE_RULE_BAY));
        district_clear(&d);
    }
}

/* Whether the polygon covers the point, which is at the height of no vertex. */
static bool covers(const struct mere_layer *polygon, struct mere_point p)
{
    bool in = false;
    for (size_t r = 0; r < polygon->n_rings; r++) {
        uint32_t first = polygon->ring_first[r], end = polygon->ring_first[r + 1];
        for (uint32_t i = first, k = end - 1; i < end; k = i++) {
            struct mere_point a = polygon->pts[k], b = polygon->pts[i];
            double x = a.x + ((double)p.y - a.y) / ((double)b.y - a.y) * ((double)b.x - a.x);
            in ^= (a.y < p.y) != (b.y < p.y) && x > p.x;
        }
    }
    return in;
}

/* A zone as small as a bollard is no hole that rounding made. */
TEST(a_tiny_zone_in_a_street_is_not_filled)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 100, 200);
    maker_box(&m, "2", 103, 0, 200, 200);
    maker_box(&m, "3", 101.4, 100, 101.6, 100.2);
    d.layers[d.n_layers++] = maker_end(&m);
    struct mere_point middle = at_m(101.5, 100.1), beside = at_m(100.5, 50.1);
    bool is_told = false;
    if (CHECK(district_check(&d, COVERAGE)))
        for (size_t i = 0; i < d.report->n_findings; i++)
            if (d.report->findings[i].rule == MERE_RULE_BAY) {
                CHECK(!covers(&d.report->findings[i].polygon, middle));
                is_told = is_told || covers(&d.report->findings[i].polygon, beside);
            }
    CHECK(is_told);
    district_clear(&d);
}

int main(void)
{
    RUN(land_between_two_declared_holes_is_nobodys_gap);
    RUN(land_between_a_zone_and_a_declared_hole_is_an_open_gap);
    RUN(a_code_elsewhere_at_a_crossing_changes_no_finding);
    RUN(a_code_at_a_crossing_of_declared_holes_changes_no_finding);
    RUN(streets_that_are_joined_elsewhere_leave_a_crossing_alone);
    RUN(a_tiny_zone_in_a_street_is_not_filled);
    RUN(teeth_of_the_banks_take_nothing_from_the_width);
    RUN(teeth_of_the_banks_add_nothing_to_the_length);
    return done();
}
