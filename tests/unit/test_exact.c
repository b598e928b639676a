#include "base/hash.h"
#include "check.h"
#include "geo/exact.h"

typedef struct mere_lattice_point P;

static uint64_t seed = 20261101;
static long n_rounds = 20000;

static int64_t random_in(int64_t reach)
{
    return (int64_t)(mere_random(&seed) % (uint64_t)(2 * reach + 1)) - reach;
}
static P random_point(int64_t reach)
{
    P p = {random_in(reach), random_in(reach)};
    return p;
}

TEST(orientation_is_exact_at_the_largest_coordinates)
{
    int64_t m = MERE_LATTICE_MAX;
    P a = {-m, -m}, b = {m, m - 1};
    CHECK_INT(1, mere_orient(a, b, (P){m, m}));
    CHECK_INT(-1, mere_orient(a, b, (P){m, m - 2}));
    CHECK_INT(0, mere_orient(a, b, b));
    CHECK_INT(1, mere_orient(a, b, (P){0, 0}));
    CHECK_INT(-1, mere_orient(b, a, (P){0, 0}));
}

TEST(the_short_and_the_long_way_of_orientation_agree)
{
    for (long i = 0; i < n_rounds; i++) {
        int64_t reach = (int64_t)1 << (1 + i % 40);
        P a = random_point(reach), b = random_point(reach), c = random_point(reach);
        mere_i128 d = (mere_i128)(b.x - a.x) * (c.y - a.y) - (mere_i128)(b.y - a.y) * (c.x - a.x);
        CHECK_INT((d > 0) - (d < 0), mere_orient(a, b, c));
    }
}

TEST(segments_meet_in_the_way_that_is_named)
{
    static const struct {
        const char *where;
        P a, b, c, d;
        enum mere_meet meet;
    } rows[] = {
        {"apart", {0, 0}, {4, 0}, {0, 1}, {4, 1}, MERE_MEET_NONE},
        {"apart on one line", {0, 0}, {4, 0}, {5, 0}, {6, 0}, MERE_MEET_NONE},
        {"cross", {0, 0}, {4, 4}, {0, 4}, {4, 0}, MERE_MEET_CROSS},
        {"end in inside", {0, 0}, {4, 0}, {2, 0}, {2, 5}, MERE_MEET_TOUCH},
        {"end on end", {0, 0}, {4, 0}, {4, 0}, {7, 5}, MERE_MEET_TOUCH},
        {"ends on one line", {0, 0}, {4, 0}, {4, 0}, {7, 0}, MERE_MEET_TOUCH},
        {"overlap", {0, 0}, {4, 0}, {3, 0}, {7, 0}, MERE_MEET_OVERLAP},
        {"overlap upright", {0, 0}, {0, 4}, {0, 7}, {0, 3}, MERE_MEET_OVERLAP},
        {"one in the other", {0, 0}, {8, 8}, {2, 2}, {4, 4}, MERE_MEET_OVERLAP},
        {"the same", {0, 0}, {8, 3}, {8, 3}, {0, 0}, MERE_MEET_OVERLAP},
        {"near an end, beyond", {0, 0}, {4, 0}, {5, -1}, {5, 1}, MERE_MEET_NONE},
        {"point on segment", {0, 0}, {4, 0}, {2, 0}, {2, 0}, MERE_MEET_TOUCH},
        {"point off segment", {0, 0}, {4, 2}, {2, 0}, {2, 0}, MERE_MEET_NONE},
        {"point on point", {1, 1}, {1, 1}, {1, 1}, {1, 1}, MERE_MEET_TOUCH},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        P a = rows[i].a, b = rows[i].b, c = rows[i].c, d = rows[i].d;
        bool good = CHECK_INT(rows[i].meet, mere_segments_meet(a, b, c, d));
        good = CHECK_INT(rows[i].meet, mere_segments_meet(d, c, a, b)) && good;
        good = CHECK_INT(rows[i].meet, mere_segments_meet(b, a, c, d)) && good;
        if (!good)
            printf("    %s\n", rows[i].where);
    }
}

/* A fraction of small numbers, d > 0. */
struct ratio {
    int64_t n, d;
};
static int ratio_cmp(struct ratio a, struct ratio b)
{
    mere_i128 l = (mere_i128)a.n * b.d, r = (mere_i128)b.n * a.d;
    return (l > r) - (l < r);
}
static struct ratio ratio_of(int64_t n, int64_t d)
{
    return d < 0 ? (struct ratio){-n, -d} : (struct ratio){n, d};
}

/* The slow way: whether the segments have a point in common, by Cramer's rule in fractions. */
static bool meet_slowly(P a, P b, P c, P d)
{
    int64_t ux = b.x - a.x, uy = b.y - a.y, vx = d.x - c.x, vy = d.y - c.y;
    int64_t den = ux * vy - uy * vx, wx = c.x - a.x, wy = c.y - a.y;
    if (den != 0) {
        struct ratio t = ratio_of(wx * vy - wy * vx, den), u = ratio_of(wx * uy - wy * ux, den);
        return t.n >= 0 && t.n <= t.d && u.n >= 0 && u.n <= u.d;
    }
    return mere_on_segment(a, b, c) || mere_on_segment(a, b, d) || mere_on_segment(c, d, a) ||
           mere_on_segment(c, d, b);
}

TEST(meeting_agrees_with_cramers_rule_on_small_numbers)
{
    for (long i = 0; i < n_rounds; i++) {
        int64_t reach = 2 + i % 9;
        P a = random_point(reach), b = random_point(reach);
        P c = random_point(reach), d = random_point(reach);
        CHECK_INT(meet_slowly(a, b, c, d), mere_segments_meet(a, b, c, d) != MERE_MEET_NONE);
    }
}

TEST(a_point_is_on_a_segment_when_the_way_through_it_is_straight)
{
    for (long i = 0; i < n_rounds / 40; i++) {
        P a = random_point(6), b = random_point(6), p = random_point(6);
        /* Oracle: p = a + (b - a) k / 27720 for some k; 27720 is divisible by all of 1 to 12. */
        bool on = false;
        for (int64_t k = 0; k <= 27720 && !on; k++)
            on = (p.x - a.x) * 27720 == (b.x - a.x) * k && (p.y - a.y) * 27720 == (b.y - a.y) * k;
        CHECK_INT(on, mere_on_segment(a, b, p));
    }
}

static void check_crossing(P a, P b, P c, P d)
{
    P x = mere_crossing(a, b, c, d);
    P same[4] = {mere_crossing(c, d, a, b), mere_crossing(b, a, c, d), mere_crossing(a, b, d, c),
                 mere_crossing(d, c, b, a)};
    for (size_t i = 0; i < MERE_LEN(same); i++)
        CHECK(same[i].x == x.x && same[i].y == x.y);
    /* The point is the middle of the one pixel that both segments pass through where they cross. */
    CHECK(mere_in_hot_pixel(a, b, x) && mere_in_hot_pixel(c, d, x));
}

static P times(P p, int64_t k)
{
    return (P){k * p.x, k * p.y};
}

TEST(the_square_of_a_crossing_is_passed_by_both_segments)
{
    long n_crossed = 0;
    for (long i = 0; i < n_rounds; i++) {
        int64_t reach = (int64_t)1 << (1 + i % 34), half = 1 + i % 9;
        P a = random_point(reach), b = random_point(reach);
        P c = random_point(reach), d = random_point(reach);
        if (mere_segments_meet(a, b, c, d) != MERE_MEET_CROSS)
            continue;
        n_crossed++;
        P x = times(mere_crossing_square(a, b, c, d, half), 2 * half);
        CHECK(mere_in_square(a, b, x, half) && mere_in_square(c, d, x, half));
        P round = mere_crossing(a, b, c, d);
        P same = mere_crossing_square(times(a, 2), times(b, 2), times(c, 2), times(d, 2), 1);
        CHECK(same.x == round.x && same.y == round.y);
        CHECK_INT(mere_in_hot_pixel(a, b, c),
                  mere_in_square(times(a, 2 * half), times(b, 2 * half), times(c, 2 * half), half));
    }
    CHECK(n_crossed > n_rounds / 20);
}

TEST(a_crossing_is_rounded_half_up_and_does_not_depend_on_the_order)
{
    P p = mere_crossing((P){0, 0}, (P){1, 1}, (P){0, 1}, (P){1, 0});
    CHECK(p.x == 1 && p.y == 1);
    p = mere_crossing((P){0, 0}, (P){-1, -1}, (P){0, -1}, (P){-1, 0});
    CHECK(p.x == 0 && p.y == 0);
    p = mere_crossing((P){0, 0}, (P){10, 0}, (P){3, -7}, (P){4, 5});
    CHECK(p.x == 4 && p.y == 0); /* 3 + 7/12 */
    long n_crossed = 0;
    for (long i = 0; i < n_rounds; i++) {
        int64_t reach = (int64_t)1 << (1 + i % 40);
        P a = random_point(reach), b = random_point(reach);
        P c = random_point(reach), d = random_point(reach);
        if (mere_segments_meet(a, b, c, d) != MERE_MEET_CROSS)
            continue;
        n_crossed++;
        check_crossing(a, b, c, d);
    }
    CHECK(n_crossed > n_rounds / 20);
}

TEST(nearly_parallel_segments_of_the_largest_size_cross_exactly)
{
    int64_t m = MERE_LATTICE_MAX;
    P a = {-m, -m}, b = {m, m - 1}, c = {-m, -m + 1}, d = {m, m - 2};
    CHECK_INT(MERE_MEET_CROSS, mere_segments_meet(a, b, c, d));
    check_crossing(a, b, c, d);
}

/* ---- hot pixels ---- */

/* Sign of v + t dv - bound. */
static int side(int64_t v, int64_t dv, struct ratio t, int64_t bound)
{
    mere_i128 s = (mere_i128)(v - bound) * t.d + (mere_i128)dv * t.n;
    return (s > 0) - (s < 0);
}
static bool in_pixel_at(P a, P b, struct ratio t) /* in half units from the pixel's middle */
{
    return side(a.x, b.x - a.x, t, -1) >= 0 && side(a.x, b.x - a.x, t, 1) < 0 &&
           side(a.y, b.y - a.y, t, -1) >= 0 && side(a.y, b.y - a.y, t, 1) < 0;
}
/* The slow way: try both ends, every place where a line of the square is met, and all middles of
 * two. */
static bool in_pixel_slowly(P a, P b, P p)
{
    a = (P){2 * (a.x - p.x), 2 * (a.y - p.y)};
    b = (P){2 * (b.x - p.x), 2 * (b.y - p.y)};
    struct ratio t[6] = {{0, 1}, {1, 1}};
    size_t n = 2;
    for (int64_t bound = -1; bound <= 1; bound += 2) {
        if (a.x != b.x)
            t[n++] = ratio_of(bound - a.x, b.x - a.x);
        if (a.y != b.y)
            t[n++] = ratio_of(bound - a.y, b.y - a.y);
    }
    struct ratio zero = {0, 1}, one = {1, 1};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            struct ratio mid = {t[i].n * t[k].d + t[k].n * t[i].d, 2 * t[i].d * t[k].d};
            if (ratio_cmp(mid, zero) >= 0 && ratio_cmp(mid, one) <= 0 && in_pixel_at(a, b, mid))
                return true;
        }
    return false;
}

TEST(a_pixel_holds_its_west_and_south_sides_and_gives_east_and_north_away)
{
    P o = {0, 0};
    CHECK(mere_in_hot_pixel((P){0, 0}, (P){5, 5}, o));
    CHECK(!mere_in_hot_pixel((P){0, 1}, (P){1, 0}, o));  /* through the corner (1/2, 1/2) */
    CHECK(mere_in_hot_pixel((P){0, -1}, (P){-1, 0}, o)); /* through the corner (-1/2, -1/2) */
    CHECK(!mere_in_hot_pixel((P){0, -1}, (P){1, 0}, o)); /* (1/2, -1/2): not held */
    CHECK(!mere_in_hot_pixel((P){-1, 0}, (P){0, 1}, o)); /* (-1/2, 1/2): not held */
    CHECK(mere_in_hot_pixel((P){-1, -3}, (P){0, 1}, o));
    CHECK(!mere_in_hot_pixel((P){1, -3}, (P){1, 3}, o));
}

TEST(hot_pixels_agree_with_trying_every_place)
{
    for (long i = 0; i < n_rounds; i++) {
        int64_t reach = i % 3 == 0 ? 3 : i % 3 == 1 ? 12 : 20000;
        P a = random_point(reach), b = random_point(reach);
        P p = random_point(reach < 12 ? reach : 12);
        if (i % 3 == 2) /* a pixel near the middle of a long segment */
            p = (P){(a.x + b.x) / 2 + random_in(1), (a.y + b.y) / 2 + random_in(1)};
        bool slow = in_pixel_slowly(a, b, p);
        CHECK_INT(slow, mere_in_hot_pixel(a, b, p));
        CHECK_INT(slow, mere_in_hot_pixel(b, a, p));
    }
}

TEST(every_lattice_segment_passes_each_column_through_one_pixel_at_least)
{
    for (long i = 0; i < n_rounds / 20; i++) {
        P a = {0, 0}, b = {random_in(40), random_in(40)};
        for (int64_t x = b.x < 0 ? b.x : 0; x <= (b.x > 0 ? b.x : 0); x++) {
            bool any = false;
            for (int64_t y = -42; y <= 42; y++)
                any = any || mere_in_hot_pixel(a, b, (P){x, y});
            CHECK(any);
        }
    }
}

TEST(directions_are_ordered_counter_clockwise_from_east)
{
    static const P ring[] = {{9, 0},  {9, 1},   {5, 5},  {0, 3}, {-1, 9},
                             {-4, 0}, {-4, -1}, {0, -7}, {8, -1}};
    P o = {3, -2};
    for (size_t i = 0; i < MERE_LEN(ring); i++)
        for (size_t k = 0; k < MERE_LEN(ring); k++) {
            P b = {o.x + ring[i].x, o.y + ring[i].y},
              c = {o.x + 3 * ring[k].x, o.y + 3 * ring[k].y};
            CHECK_INT((i > k) - (i < k), mere_angle_cmp(o, b, c));
        }
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        n_rounds = 2000000;
    RUN(orientation_is_exact_at_the_largest_coordinates);
    RUN(the_short_and_the_long_way_of_orientation_agree);
    RUN(segments_meet_in_the_way_that_is_named);
    RUN(meeting_agrees_with_cramers_rule_on_small_numbers);
    RUN(a_point_is_on_a_segment_when_the_way_through_it_is_straight);
    RUN(a_crossing_is_rounded_half_up_and_does_not_depend_on_the_order);
    RUN(the_square_of_a_crossing_is_passed_by_both_segments);
    RUN(nearly_parallel_segments_of_the_largest_size_cross_exactly);
    RUN(a_pixel_holds_its_west_and_south_sides_and_gives_east_and_north_away);
    RUN(hot_pixels_agree_with_trying_every_place);
    RUN(every_lattice_segment_passes_each_column_through_one_pixel_at_least);
    RUN(directions_are_ordered_counter_clockwise_from_east);
    return done();
}
