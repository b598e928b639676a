/* prop_bays.c - open gaps on random coasts against GEOS: each is valid land of no zone, not wider
 * than the limit, and a zone far away changes nothing.
 *
 *     prop_bays [SEED] [--long] */
#include "property/geos_land.h"
#include "unit/check_district.h"

static uint64_t seed = 20261128;
static int n_coasts = 20;

static double between(uint64_t *state, double low, double high)
{
    return low + (high - low) * (double)(mere_random(state) % 10000) / 10000;
}

/* Two zones with water of any width between them; `far`: a third one 5 km away. */
static void build_coast(struct district *d, uint64_t state, bool far)
{
    static const double WIDTHS[] = {1, 3, 6, 9, 20, 60, 100};
    enum { N = 12 };
    double low[2 * N + 4], high[2 * N + 4];
    struct maker m;
    for (size_t i = 0; i < N; i++) {
        double x = 1500.0 * (double)i / (N - 1), y = between(&state, -60, 60);
        double w = WIDTHS[mere_random(&state) % MERE_LEN(WIDTHS)] * between(&state, 0.5, 1.5);
        low[2 * (N - 1 - i)] = high[2 * i] = x;
        low[2 * (N - 1 - i) + 1] = y;
        high[2 * i + 1] = y + w;
    }
    memcpy(low + 2 * N, (double[]){0, -300, 1500, -300}, 4 * sizeof *low);
    memcpy(high + 2 * N, (double[]){1500, 500, 0, 500}, 4 * sizeof *high);
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, low, N + 2, false);
    maker_zone(&m, "2");
    maker_ring(&m, high, N + 2, false);
    if (far)
        maker_box(&m, "3", 0, 5000, 1000, 9000);
    d->layers[d->n_layers++] = maker_end(&m);
}

static bool check_at(struct district *d, double w)
{
    char json[300];
    snprintf(json, sizeof json,
             "{\"name\":\"t\",\"rules\":{"
             "\"bay\":[{\"max\":%.17g,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}]}}",
             w);
    return district_check(d, json);
}

TEST(bays_are_valid_land_of_no_zone_and_within_the_limit)
{
    static const double LIMITS[] = {2, 10, 32};
    size_t n_found = 0;
    for (int k = 0; k < n_coasts; k++)
        for (size_t i = 0; i < MERE_LEN(LIMITS); i++) {
            struct district d = {0}, e = {0};
            build_coast(&d, seed + (uint64_t)k, false);
            build_coast(&e, seed + (uint64_t)k, true);
            if (!CHECK(check_at(&d, LIMITS[i]) && check_at(&e, LIMITS[i])))
                return;
            GEOSGeometry *zones = polygon_of(d.layers[0], 0, d.layers[0]->n_parts);
            CHECK_INT(d.report->n_findings, e.report->n_findings);
            for (size_t f = 0; f < d.report->n_findings; f++) {
                const struct mere_finding *found = &d.report->findings[f];
                GEOSGeometry *g = polygon_of(&found->polygon, 0, found->polygon.n_parts);
                GEOSGeometry *both = GEOSIntersection_r(geos, g, zones);
                bool ok = CHECK(GEOSisValid_r(geos, g) == 1);
                /* Exact but for the straight lines that GEOS rounds: a few units of a side. */
                ok = CHECK(both && area_of(both) <= length_of(g)) && ok;
                ok = CHECK(found->width_m <= LIMITS[i]) && ok;
                ok = CHECK(f < e.report->n_findings) &&
                     CHECK_STR(found->id, e.report->findings[f].id) && ok;
                if (!ok)
                    printf("  seed %" PRIu64 ", limit %g\n", seed + (uint64_t)k, LIMITS[i]);
                GEOSGeom_destroy_r(geos, g);
                GEOSGeom_destroy_r(geos, both);
                n_found++;
            }
            GEOSGeom_destroy_r(geos, zones);
            district_clear(&d);
            district_clear(&e);
        }
    CHECK(n_found > (size_t)n_coasts);
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        n_coasts = 400;
    geos_start();
    RUN(bays_are_valid_land_of_no_zone_and_within_the_limit);
    GEOS_finish_r(geos);
    return done();
}
