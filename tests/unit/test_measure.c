#include "base/hash.h"
#include "check.h"
#include "geo/box.h"
#include "geo/measure.h"
#include <geodesic.h>

typedef struct mere_point P;
static uint64_t seed = 20261102;

static int32_t random_in(int32_t lo, int32_t hi)
{
    return (int32_t)(lo + (int64_t)(mere_random(&seed) % (uint64_t)((int64_t)hi - lo + 1)));
}

TEST(the_whole_earth_has_its_known_area)
{
    P ring[4] = {{-MERE_LON_MAX, -MERE_LAT_MAX},
                 {MERE_LON_MAX, -MERE_LAT_MAX},
                 {MERE_LON_MAX, MERE_LAT_MAX},
                 {-MERE_LON_MAX, MERE_LAT_MAX}};
    CHECK_NEAR(510065621.724e6, mere_ring_area_m2(ring, 4), 1e3);
    struct mere_box box = {ring[0], ring[2]};
    CHECK_NEAR(510065621.724e6, mere_box_area_m2(box), 1e3);
    CHECK_NEAR(0, mere_box_area_m2((struct mere_box){0}), 0);
}

/* The area between the equator and a latitude by Snyder's q in long double, over a width of
 * longitude. */
static long double zone_area(long double lat_deg, long double width_deg)
{
    long double rad = 3.14159265358979323846264338327950288L / 180;
    long double f = 1 / 298.257223563L, e2 = f * (2 - f), e = sqrtl(e2), s = sinl(lat_deg * rad);
    long double q = (1 - e2) * (s / (1 - e2 * s * s) + atanhl(e * s) / e);
    return 6378137.0L * 6378137.0L / 2 * q * width_deg * rad;
}

TEST(a_box_has_the_area_of_snyders_formula_in_higher_precision)
{
    for (int i = 0; i < 300; i++) {
        int32_t size = 1 + (int32_t)(mere_random(&seed) % (1u << (4 + i % 25)));
        P a = {random_in(-1700000000, 1200000000), random_in(-890000000, 350000000)};
        P b = {a.x + size, a.y + size};
        P ring[4] = {a, {b.x, a.y}, b, {a.x, b.y}};
        long double width = (long double)size / 1e7L;
        double want = (double)(zone_area((long double)b.y / 1e7L, width) -
                               zone_area((long double)a.y / 1e7L, width));
        /* The oracle itself loses digits in small boxes. */
        double eps = 1e-12 + 1e-18 * 1e9 / size * 100;
        CHECK_NEAR(1, mere_ring_area_m2(ring, 4) / want, eps);
    }
}

TEST(a_triangle_has_the_area_of_integrating_its_straight_sides)
{
    /* Under a side from (0, 0) to (L, L) degrees: the integral of q, by Simpson in long double. */
    for (int degrees = 1; degrees <= 64; degrees *= 4) {
        P ring[3] = {{0, 0}, {degrees * 10000000, 0}, {degrees * 10000000, degrees * 10000000}};
        int n = 2000;
        long double sum = 0, h = (long double)degrees / n;
        for (int i = 0; i <= n; i++)
            sum += zone_area(h * i, 1) * (i == 0 || i == n ? 1 : i % 2 ? 4 : 2);
        CHECK_NEAR(1, mere_ring_area_m2(ring, 3) / (double)(sum * h / 3), 1e-13);
    }
}

TEST(a_collinear_vertex_changes_no_area)
{
    P whole[3] = {{1202000000, 302000000}, {1202900000, 302000000}, {1202900000, 302600000}};
    P more[4] = {whole[0], whole[1], whole[2], {1202300000, 302200000}};
    double a = mere_ring_area_m2(whole, 3), b = mere_ring_area_m2(more, 4);
    CHECK_NEAR(1, a / b, 1e-13);
    CHECK(mere_ring_area2(whole, 3) == mere_ring_area2(more, 4));
    CHECK(mere_ring_area2(whole, 3) == (mere_i128)900000 * 600000);
}

TEST(areas_of_neighbours_add_up_whatever_the_parallel)
{
    enum { N = 400 };
    P left[N], right[N];
    for (int i = 0; i < N; i++) { /* a rough line between two halves, from south to north */
        left[i] = (P){1202000000 + random_in(-3000, 3000), 302000000 + i * 1000};
        right[N - 1 - i] = left[i];
    }
    double line = mere_chain_area_m2(left, N, 302100000);
    CHECK_NEAR(-line, mere_chain_area_m2(right, N, 302100000), fabs(line) * 1e-13);
    P west[2] = {{1201900000, 302399000}, {1201900000, 302000000}};
    P east[2] = {{1202100000, 302000000}, {1202100000, 302399000}};
    P a[N + 2], b[N + 2], c[4] = {west[0], west[1], east[0], east[1]};
    memcpy(a, left, sizeof left);
    memcpy(a + N, west, sizeof west);
    memcpy(b, right, sizeof right);
    memcpy(b + N, east, sizeof east);
    double areas[3] = {mere_ring_area_m2(a, N + 2), mere_ring_area_m2(b, N + 2),
                       mere_ring_area_m2(c, 4)};
    CHECK(areas[0] > 0 && areas[1] > 0);
    CHECK_NEAR(1, (areas[0] + areas[1]) / areas[2], 1e-12);
    P closed[N + 3];
    memcpy(closed, a, sizeof a);
    closed[N + 2] = a[0];
    for (int32_t lat = 295000000; lat <= 310000000; lat += 5000000)
        CHECK_NEAR(1, mere_chain_area_m2(closed, N + 3, lat) / areas[0], 1e-11);
}

TEST(a_reversed_ring_has_the_opposite_area)
{
    P ring[3] = {{0, 0}, {1000, 0}, {0, 1000}}, back[3] = {{0, 0}, {0, 1000}, {1000, 0}};
    CHECK(mere_ring_area_m2(ring, 3) > 0);
    CHECK_NEAR(0, mere_ring_area_m2(ring, 3) + mere_ring_area_m2(back, 3), 1e-18);
    CHECK(mere_ring_area2(ring, 3) == 1000000 && mere_ring_area2(back, 3) == -1000000);
}

static double geodesic(P a, P b)
{
    struct geod_geodesic g;
    double s = 0;
    geod_init(&g, 6378137, 1 / 298.257223563);
    geod_inverse(&g, a.y / 1e7, a.x / 1e7, b.y / 1e7, b.x / 1e7, &s, NULL, NULL);
    return s;
}

TEST(distances_are_geodesics)
{
    /* geod_inverse itself is good to some 15 nanometres. */
    for (int i = 0; i < 20000; i++) {
        int32_t reach = 1 << (3 + i % 17);
        P a = {random_in(-1700000000, 1700000000), random_in(-850000000, 850000000)};
        P b = {a.x + random_in(-reach, reach), a.y + random_in(-reach, reach)};
        double want = geodesic(a, b);
        CHECK_NEAR(want, mere_distance_m(a, b), want * 1e-9 + 3e-8);
        P chain[2] = {a, b};
        CHECK_NEAR(want, mere_chain_length_m(chain, 2), want * 1e-9 + 3e-8);
    }
}

TEST(long_and_polar_distances_are_geodesics_too)
{
    /* Karney's GeodTest-like cases: a quarter meridian is 10001965.729 m, the equator's degree
     * 111319.491 m. */
    CHECK_NEAR(10001965.729, mere_distance_m((P){0, 0}, (P){0, MERE_LAT_MAX}), 1e-3);
    CHECK_NEAR(111319.4908, mere_distance_m((P){0, 0}, (P){10000000, 0}), 1e-3);
    P a = {0, 899000000}, b = {1800000000, 899000000};
    CHECK_NEAR(geodesic(a, b), mere_distance_m(a, b), 1e-6);
    CHECK_NEAR(0, mere_distance_m(a, a), 0);
}

TEST(a_chain_is_as_long_as_its_segments)
{
    enum { N = 2000 };
    P pts[N] = {{1202000000, 302000000}};
    double sum = 0;
    for (int i = 1; i < N; i++) {
        pts[i] =
            (P){pts[i - 1].x + random_in(-90000, 90000), pts[i - 1].y + random_in(-50000, 90000)};
        sum += geodesic(pts[i - 1], pts[i]);
    }
    CHECK_NEAR(1, mere_chain_length_m(pts, N) / sum, 1e-10);
}

TEST(distance_to_a_segment_agrees_with_the_geodesic)
{
    P a = {1202000000, 302000000}, b = {1202010000, 302000000};
    P p = {1202005000, 302000500};
    CHECK_NEAR(geodesic(p, (P){1202005000, 302000000}), mere_point_segment_m(p, a, b), 1e-4);
    CHECK_NEAR(geodesic(p, a), mere_point_segment_m(p, a, a), 1e-4);
    CHECK_NEAR(geodesic((P){1201999000, 302000000}, a),
               mere_point_segment_m((P){1201999000, 302000000}, a, b), 1e-4);
    CHECK_NEAR(0, mere_point_segment_m(a, a, b), 0);
}

TEST(a_box_keeps_its_west_and_south_sides)
{
    struct mere_box box = {0};
    CHECK(mere_box_empty(box));
    mere_box_add(&box, (P){10, 20});
    mere_box_add(&box, (P){-5, 30});
    CHECK(mere_box_holds(box, (P){-5, 20}) && mere_box_holds(box, (P){10, 30}));
    CHECK(!mere_box_holds(box, (P){11, 30}) && !mere_box_holds(box, (P){10, 31}));
    struct mere_box empty = {0};
    mere_box_join(&box, empty);
    CHECK_INT(-5, box.min.x);
    mere_box_join(&empty, box);
    CHECK_INT(31, empty.max.y);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %" PRIu64 "\n", seed);
    RUN(the_whole_earth_has_its_known_area);
    RUN(a_box_has_the_area_of_snyders_formula_in_higher_precision);
    RUN(a_triangle_has_the_area_of_integrating_its_straight_sides);
    RUN(a_collinear_vertex_changes_no_area);
    RUN(areas_of_neighbours_add_up_whatever_the_parallel);
    RUN(a_reversed_ring_has_the_opposite_area);
    RUN(distances_are_geodesics);
    RUN(long_and_polar_distances_are_geodesics_too);
    RUN(a_chain_is_as_long_as_its_segments);
    RUN(distance_to_a_segment_agrees_with_the_geodesic);
    RUN(a_box_keeps_its_west_and_south_sides);
    return done();
}
