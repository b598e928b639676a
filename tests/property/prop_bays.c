/* prop_bays.c - open gaps on random coasts and in crooked channels, against GEOS: each is valid
 * land of no zone, not wider than the limit; a zone far away changes nothing, nor do the borders of
 * another scheme; a larger limit loses no land; and what GEOS calls narrow, the land that a circle
 * cannot reach, is found.
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

/* Where the channel's own metres lie: turned, then moved. */
struct frame {
    double angle;
};
static void turn(const struct frame *f, double *xy, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double x = xy[2 * i], y = xy[2 * i + 1];
        xy[2 * i] = 700 + x * cos(f->angle) - y * sin(f->angle);
        xy[2 * i + 1] = 100 + x * sin(f->angle) + y * cos(f->angle);
    }
}

/* The middle and the width of a channel, step by step. */
static size_t draw_channel(uint64_t *state, double *y, double *middle, double *width)
{
    static const double BASES[] = {0.3, 1, 2, 4, 8, 15}, BENDS[] = {0, 1, 5, 20};
    size_t n = 3 + mere_random(state) % 12, kind = mere_random(state) % 4;
    double length = between(state, 20, 250), base = BASES[mere_random(state) % MERE_LEN(BASES)];
    for (size_t k = 0; k <= n; k++) {
        y[k] = length * (double)k / (double)n;
        middle[k] = between(state, -1, 1) * BENDS[mere_random(state) % MERE_LEN(BENDS)];
        width[k] = kind == 0   ? base * between(state, 0.8, 1.2)
                   : kind == 1 ? base * between(state, 0.2, 2)
                   : kind == 2 ? base * ((double)k + 0.05) / (double)n * 3
                               : base * (k % 2 ? 1 : 2.5);
    }
    return n + 1;
}

/* Two zones with a crooked channel between them, blind or open; in some an island. */
static void build_channel(struct district *d, uint64_t state, bool far)
{
    enum { MOST = 16 };
    double y[MOST], middle[MOST], width[MOST], low[2 * MOST + 10], high[2 * MOST + 10];
    size_t n = draw_channel(&state, y, middle, width), a = 0, b = 0;
    struct frame frame = {between(&state, 0, 6.28)};
    bool blind = mere_random(&state) % 2;
    struct maker m;
    low[a++] = -60;
    low[a++] = blind ? -40 : 0;
    if (blind) {
        double tip[] = {middle[0], -40, middle[0], -0.7 * width[0] - 0.2};
        memcpy(low + a, tip, sizeof tip);
        a += 4;
    }
    high[b++] = 60;
    high[b++] = y[n - 1];
    for (size_t k = 0; k < n; k++) {
        size_t back = n - 1 - k;
        low[a++] = middle[k] - width[k] / 2 * between(&state, 0.8, 1);
        low[a++] = y[k];
        high[b++] = middle[back] + width[back] / 2 * between(&state, 0.8, 1);
        high[b++] = y[back];
    }
    low[a++] = -60;
    low[a++] = y[n - 1];
    if (blind) {
        double tip[] = {middle[0], -0.7 * width[0] - 0.2, middle[0], -40};
        memcpy(high + b, tip, sizeof tip);
        b += 4;
    }
    high[b++] = 60;
    high[b++] = blind ? -40 : 0;
    turn(&frame, low, a / 2);
    turn(&frame, high, b / 2);
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m, low, a / 2, false);
    maker_zone(&m, "2");
    maker_ring(&m, high, b / 2, false);
    size_t k = 1 + mere_random(&state) % (n - 2);
    if (mere_random(&state) % 3 == 0 && width[k] > 1.5) {
        double w = width[k] * between(&state, 0.1, 0.3), h = between(&state, 0.3, 6);
        double island[] = {middle[k] - w, y[k] - h, middle[k] + w, y[k] - h,
                           middle[k] + w, y[k] + h, middle[k] - w, y[k] + h};
        turn(&frame, island, 4);
        maker_zone(&m, "i");
        maker_ring(&m, island, 4, false);
    }
    if (far)
        maker_box(&m, "3", 0, 5000, 1000, 9000);
    d->layers[d->n_layers++] = maker_end(&m);
}

/* Every other district is a channel. */
static void build(struct district *d, uint64_t state, bool far)
{
    if (state % 2)
        build_channel(d, state, far);
    else
        build_coast(d, state, far);
}

/* The land of all zones, which may overlap. */
static GEOSGeometry *zones_of(const struct district *d)
{
    GEOSGeometry *all = GEOSGeom_createEmptyPolygon_r(geos);
    for (size_t p = 0; p < d->layers[0]->n_parts; p++)
        fold(&all, polygon_of(d->layers[0], p, p + 1), false);
    return all;
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
            build(&d, seed + (uint64_t)k, false);
            build(&e, seed + (uint64_t)k, true);
            if (!CHECK(check_at(&d, LIMITS[i]) && check_at(&e, LIMITS[i])))
                return;
            GEOSGeometry *zones = zones_of(&d);
            CHECK_INT(d.report->n_findings, e.report->n_findings);
            for (size_t f = 0; f < d.report->n_findings; f++) {
                const struct mere_finding *found = &d.report->findings[f];
                GEOSGeometry *g = polygon_of(&found->polygon, 0, found->polygon.n_parts);
                GEOSGeometry *both = GEOSIntersection_r(geos, g, zones);
                bool ok = CHECK(GEOSisValid_r(geos, g) == 1);
                /* Exact but for the straight lines that GEOS rounds: a few units of a side. */
                ok = CHECK(both && area_of(both) <= length_of(g)) && ok;
                ok = CHECK(found->width_m <= LIMITS[i] + 0.01) && ok;
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
    build(&d, state, false);
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
    static const double LIMITS[] = {0.9, 1.5, 3, 3.3, 5.5, 9, 10, 11, 20, 32};
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

/* Slanting stripes of another scheme, over all of it. */
static void add_stripes(struct district *d)
{
    struct maker m;
    maker_begin(&m, &d->arena, "beat", MERE_ROLE_BEAT);
    for (int i = 0; i < 40; i++) {
        char code[16];
        double x = i * 70 - 900;
        snprintf(code, sizeof code, "%d", 100 + i);
        maker_zone(&m, mere_arena_text(&d->arena, code, 3));
        maker_ring(&m, (double[]){x, -700, x + 70, -700, x + 970, 900, x + 900, 900}, 4, false);
    }
    d->layers[d->n_layers++] = maker_end(&m);
}

TEST(borders_of_another_scheme_change_no_bay)
{
    for (int k = 0; k < n_coasts; k++) {
        struct district alone = {0}, crossed = {0};
        build(&alone, seed + (uint64_t)k, false);
        build(&crossed, seed + (uint64_t)k, false);
        add_stripes(&crossed);
        if (!CHECK(check_at(&alone, 10) && check_at(&crossed, 10)))
            return;
        bool ok = CHECK_INT(alone.report->n_findings, crossed.report->n_findings);
        for (size_t f = 0; ok && f < alone.report->n_findings; f++) {
            const struct mere_finding *a = &alone.report->findings[f];
            const struct mere_finding *b = &crossed.report->findings[f];
            /* A strip whose width is the limit may come or go. */
            ok = CHECK_NEAR(a->area_m2, b->area_m2, 0.01 * a->area_m2 + 0.5) &&
                 CHECK_NEAR(a->width_m, b->width_m, 0.3);
        }
        if (!ok)
            printf("  seed %" PRIu64 "\n", seed + (uint64_t)k);
        district_clear(&alone);
        district_clear(&crossed);
    }
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

/* The zones with all land that they enclose: what is not open to the outside is no bay. */
static GEOSGeometry *without_holes(const GEOSGeometry *zones)
{
    GEOSGeometry *all = GEOSGeom_createEmptyPolygon_r(geos);
    for (int p = 0; p < GEOSGetNumGeometries_r(geos, zones); p++) {
        const GEOSGeometry *shell = GEOSGetExteriorRing_r(geos, GEOSGetGeometryN_r(geos, zones, p));
        fold(&all, GEOSGeom_createPolygon_r(geos, GEOSGeom_clone_r(geos, shell), NULL, 0), false);
    }
    return all;
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
            build(&d, seed + (uint64_t)k, false);
            struct plane plane = plane_of(d.layers[0]);
            GEOSGeometry *given = in_metres(zones_of(&d), plane), *zones = without_holes(given);
            GEOSGeometry *narrow = narrow_land(zones, 0.99 * w / 2);
            GEOSGeometry *found = bays_within(seed + (uint64_t)k, w);
            GEOSGeometry *missed = GEOSDifference_r(geos, narrow, found);
            CHECK(missed != NULL);
            n_long += surely_long(narrow, w);
            if (!CHECK_INT(surely_long(missed, w), 0))
                printf("  seed %" PRIu64 ", limit %g\n", seed + (uint64_t)k, w);
            GEOSGeom_destroy_r(geos, missed);
            GEOSGeom_destroy_r(geos, given);
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
    RUN(borders_of_another_scheme_change_no_bay);
    RUN(no_narrow_land_is_missed);
    GEOS_finish_r(geos);
    return done();
}
