/* prop_bays.c - open gaps on random coasts against GEOS: each is valid land of no zone, not wider
 * than the limit; a zone far away changes nothing; a larger limit loses no land that
 * was found at a step; and what GEOS
 * calls narrow, the land that a circle cannot reach, is found.
 *
 *     prop_bays [SEED] [--long] */
#include "geo/measure.h"
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

/* ---- a larger limit loses nothing, and nothing is missed ---- */

struct plane {
    double sx, sy;
};

static int to_metres(double *x, double *y, void *user)
{
    const struct plane *plane = user;
    *x *= plane->sx;
    *y *= plane->sy;
    return 1;
}

/* `g` in metres of one plane; `g` is used up. */
static GEOSGeometry *in_metres(GEOSGeometry *g, struct plane plane)
{
    GEOSGeometry *m = GEOSGeom_transformXY_r(geos, g, to_metres, &plane);
    GEOSGeom_destroy_r(geos, g);
    return m;
}

static struct plane plane_of(const struct mere_layer *layer)
{
    struct plane plane;
    mere_scale_at(layer->pts[0].y, &plane.sx, &plane.sy);
    return plane;
}

/* All open gaps within the limit, in metres; NULL: the check failed. */
static GEOSGeometry *bays_within(uint64_t state, double w)
{
    struct district d = {0};
    build_coast(&d, state, false);
    struct plane plane = plane_of(d.layers[0]);
    GEOSGeometry *all = GEOSGeom_createEmptyPolygon_r(geos);
    if (!CHECK(check_at(&d, w)))
        return NULL;
    for (size_t f = 0; f < d.report->n_findings; f++) {
        const struct mere_layer *land = &d.report->findings[f].polygon;
        fold(&all, polygon_of(land, 0, land->n_parts), false);
    }
    district_clear(&d);
    return in_metres(all, plane);
}

/* The area of a without b, square metres. */
static double lost_m2(const GEOSGeometry *a, const GEOSGeometry *b)
{
    GEOSGeometry *rest = GEOSDifference_r(geos, a, b);
    double area = rest ? area_of(rest) : INFINITY;
    GEOSGeom_destroy_r(geos, rest);
    return area;
}

TEST(a_larger_limit_loses_no_land)
{
    static const double LIMITS[] = {1, 2, 4, 8, 16, 32}; /* steps of seams_nest.c */
    enum { N = MERE_LEN(LIMITS) };
    size_t n_found = 0;
    for (int k = 0; k < n_coasts; k++) {
        GEOSGeometry *land[N];
        for (size_t i = 0; i < N; i++)
            if (!(land[i] = bays_within(seed + (uint64_t)k, LIMITS[i])))
                return;
        for (size_t i = 0; i < N; i++)
            for (size_t j = i + 1; j < N; j++) {
                /* Straight ends are rounded by GEOS: a unit along the sides. */
                double lost = lost_m2(land[i], land[j]), most = 0.02 * length_of(land[i]);
                n_found += area_of(land[i]) > 0;
                if (!CHECK(lost <= most))
                    printf("  seed %" PRIu64 ": %g -> %g m loses %g m2\n", seed + (uint64_t)k,
                           LIMITS[i], LIMITS[j], lost);
            }
        for (size_t i = 0; i < N; i++)
            GEOSGeom_destroy_r(geos, land[i]);
    }
    CHECK(n_found > (size_t)n_coasts);
}

/* The land that no circle of radius r reaches which stays outside the zones. */
static GEOSGeometry *narrow_land(const GEOSGeometry *zones, double r)
{
    GEOSGeometry *wide = GEOSBuffer_r(geos, zones, r, 64);
    GEOSGeometry *closed = GEOSBuffer_r(geos, wide, -r, 64);
    GEOSGeometry *rest = GEOSDifference_r(geos, closed, zones);
    GEOSGeom_destroy_r(geos, wide);
    GEOSGeom_destroy_r(geos, closed);
    return rest;
}

/* How many pieces of the land, which is nowhere wider than w, are too large to be shorter than the
 * rule asks: at a width of u <= w they are longer than 5 u. */
static size_t surely_long(const GEOSGeometry *land, double w)
{
    size_t n = 0;
    for (int p = 0; land && p < GEOSGetNumGeometries_r(geos, land); p++)
        n += area_of(GEOSGetGeometryN_r(geos, land, p)) > 5 * w * w;
    return n;
}

TEST(no_narrow_land_is_missed)
{
    static const double LIMITS[] = {2, 10, 32};
    size_t n_long = 0;
    for (int k = 0; k < n_coasts; k++)
        for (size_t i = 0; i < MERE_LEN(LIMITS); i++) {
            double w = LIMITS[i];
            struct district d = {0};
            build_coast(&d, seed + (uint64_t)k, false);
            struct plane plane = plane_of(d.layers[0]);
            GEOSGeometry *zones =
                in_metres(polygon_of(d.layers[0], 0, d.layers[0]->n_parts), plane);
            GEOSGeometry *narrow = narrow_land(zones, 0.99 * w / 2);
            GEOSGeometry *found = bays_within(seed + (uint64_t)k, w);
            GEOSGeometry *missed = GEOSDifference_r(geos, narrow, found);
            CHECK(missed != NULL);
            n_long += surely_long(narrow, w);
            if (!CHECK_INT(surely_long(missed, w), 0))
                printf("  seed %" PRIu64 ", limit %g\n", seed + (uint64_t)k, w);
            GEOSGeom_destroy_r(geos, missed);
            GEOSGeom_destroy_r(geos, zones);
            GEOSGeom_destroy_r(geos, narrow);
            GEOSGeom_destroy_r(geos, found);
            district_clear(&d);
        }
    CHECK(n_long > (size_t)n_coasts / 2);
    printf("  %zu long pieces\n", n_long);
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        n_coasts = 400;
    geos_start();
    RUN(bays_are_valid_land_of_no_zone_and_within_the_limit);
    RUN(a_larger_limit_loses_no_land);
    RUN(no_narrow_land_is_missed);
    GEOS_finish_r(geos);
    return done();
}
