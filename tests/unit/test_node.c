/* test_node.c - noding: single cases, among them the open defects of the peers (ENGINE A). */
#include "check.h"
#include "property/node_oracle.h"

static struct mere_ctx *ctx;

/* Rings from a text: points "x y", rings apart by ";", one owner a ring unless `owner` tells. */
struct input {
    struct mere_noding in;
    uint64_t first[64];
    struct mere_lattice_point pts[256];
    uint32_t owner[64];
};

static void read_rings(struct input *r, const char *text)
{
    *r = (struct input){0};
    uint64_t n = 0;
    const char *s = text;
    while (*s) {
        char *end;
        if (*s == ';' || *s == ' ' || *s == ',') {
            if (*s == ';')
                r->first[++r->in.n_rings] = n;
            s++;
            continue;
        }
        r->pts[n].x = strtoll(s, &end, 10);
        r->pts[n++].y = strtoll(end, &end, 10);
        s = end;
    }
    r->first[++r->in.n_rings] = n;
    for (uint32_t k = 0; k < r->in.n_rings; k++)
        r->owner[k] = k;
    r->in.n_owners = (uint32_t)r->in.n_rings;
    r->in.ring_first = r->first;
    r->in.pts = r->pts;
    r->in.ring_owner = r->owner;
}

static struct mere_noded *node(struct input *r, double tol)
{
    struct mere_noded *noded = NULL;
    r->in.tol_x = r->in.tol_y = tol;
    enum mere_status status = mere_node_rings(ctx, &r->in, &noded);
    if (!CHECK(status == MERE_OK)) {
        printf("  %s\n", mere_ctx_error(ctx));
        exit(1);
    }
    CHECK(oracle_planar(noded));
    return noded;
}

static uint64_t ring_length(const struct mere_noded *noded, size_t ring)
{
    return noded->ring_first[ring + 1] - noded->ring_first[ring];
}

static bool has_point(const struct mere_noded *noded, int64_t x, int64_t y)
{
    for (size_t i = 0; i < noded->n_pts; i++)
        if (noded->pts[i].x == x && noded->pts[i].y == y)
            return true;
    return false;
}

TEST(nothing_in_is_nothing_out)
{
    static const uint64_t first[1] = {0};
    struct mere_noding in = {.ring_first = first};
    struct mere_noded *noded = NULL;
    CHECK(mere_node_rings(ctx, &in, &noded) == MERE_OK);
    CHECK_INT(0, noded->n_pts);
    CHECK_INT(0, noded->n_rings);
    mere_noded_free(noded);
    mere_noded_free(NULL);
}

TEST(a_clean_division_stays_as_it_is_and_shares_its_points)
{
    struct input r;
    read_rings(&r, "0 0, 10 0, 10 10, 0 10; 10 0, 20 0, 20 10, 10 10");
    struct mere_noded *noded = node(&r, 3);
    CHECK_INT(6, noded->n_pts);
    CHECK_INT(1, noded->n_rounds);
    CHECK_INT(0, noded->n_merged + noded->n_inserted + noded->n_crossings);
    CHECK(noded->walk[1] == noded->walk[4] && noded->walk[2] == noded->walk[7]);
    for (size_t i = 0; i < 8; i++)
        CHECK(noded->pts[noded->walk[i]].x == r.pts[i].x &&
              noded->pts[noded->walk[i]].y == r.pts[i].y);
    mere_noded_free(noded);
}

TEST(repeats_and_spikes_are_dropped_also_across_the_start)
{
    struct input r;
    read_rings(&r, "0 0, 5 5, 0 0, 10 0, 10 0, 10 10, 10 20, 10 10, 0 10, 0 0; 3 3, 4 4, 5 5, 4 4; "
                   "50 50, 60 60");
    struct mere_noded *noded = node(&r, 0);
    CHECK_INT(4, ring_length(noded, 0));
    CHECK_INT(200, oracle_area2(noded, 0));
    CHECK_INT(0, ring_length(noded, 1));
    CHECK_INT(0, ring_length(noded, 2));
    CHECK_INT(4, noded->n_pts);
    mere_noded_free(noded);
}

/* geos#1525: the cleaner loses a polygon here at tolerance 0. */
TEST(a_vertex_on_the_neighbours_side_is_inserted_at_tolerance_0_and_costs_no_area)
{
    struct input r;
    read_rings(&r, "0 0, 10 0, 10 10, 0 10; 10 0, 20 0, 20 10, 10 10, 10 4");
    struct mere_noded *noded = node(&r, 0);
    CHECK_INT(1, noded->n_inserted);
    CHECK_INT(5, ring_length(noded, 0));
    CHECK_INT(200, oracle_area2(noded, 0));
    CHECK_INT(200, oracle_area2(noded, 1));
    CHECK(noded->max_shift == 0);
    mere_noded_free(noded);
}

/* geos#1476: snaps inside one polygon. */
TEST(points_of_one_owner_are_never_matched_with_each_other)
{
    struct input r;
    read_rings(&r, "0 0, 40 0, 40 40, 22 40, 20 10, 18 40, 0 40; 100 0, 110 0, 110 10");
    struct mere_noded *noded = node(&r, 8);
    CHECK_INT(7, ring_length(noded, 0));
    CHECK_INT(0, noded->n_merged + noded->n_inserted);
    mere_noded_free(noded);
}

/* geos#1251, jts#1122: there a larger tolerance hides what a smaller one found. */
TEST(a_gap_is_closed_by_every_tolerance_from_its_width_on_and_by_none_below)
{
    for (int tol = 1; tol <= 40; tol++) {
        struct input r;
        read_rings(&r, "0 0, 100 0, 100 100, 0 100; 110 0, 200 0, 200 100, 110 100, 110 50");
        struct mere_noded *noded = node(&r, tol);
        CHECK_INT(tol < 10 ? 9 : 7, noded->n_pts);
        CHECK(noded->max_shift <= tol);
        mere_noded_free(noded);
    }
}

TEST(matching_makes_no_chains)
{
    struct input r;
    read_rings(&r, "0 0, 0 50, -50 0; 8 0, 60 -30, 60 -10; 16 0, 70 10, 70 40");
    struct mere_noded *noded = node(&r, 10);
    CHECK(has_point(noded, 0, 0) && has_point(noded, 16, 0) && !has_point(noded, 8, 0));
    CHECK_INT(1, noded->n_merged);
    CHECK(noded->max_shift == 8);
    mere_noded_free(noded);
}

TEST(the_point_of_the_better_rank_stays)
{
    struct input r;
    static const int32_t rank[] = {2, 1};
    read_rings(&r, "0 0, 100 0, 100 100, 0 100; 103 0, 200 0, 200 100, 104 101");
    r.in.owner_rank = rank;
    struct mere_noded *noded = node(&r, 5);
    CHECK(has_point(noded, 103, 0) && has_point(noded, 104, 101));
    CHECK(!has_point(noded, 100, 0) && !has_point(noded, 100, 100));
    CHECK_INT(2, noded->n_merged);
    mere_noded_free(noded);
}

TEST(a_border_bends_to_a_point_of_equal_rank_and_stays_for_one_of_a_lower)
{
    struct input r;
    int32_t rank[] = {1, 1};
    read_rings(&r, "0 0, 100 0, 100 100, 0 100; 200 0, 200 100, 103 50");
    r.in.owner_rank = rank;
    struct mere_noded *noded = node(&r, 5);
    CHECK(has_point(noded, 103, 50));
    CHECK_INT(5, ring_length(noded, 0));
    mere_noded_free(noded);
    rank[1] = 2;
    noded = node(&r, 5);
    CHECK(has_point(noded, 100, 50) && !has_point(noded, 103, 50));
    CHECK_INT(20000, oracle_area2(noded, 0));
    CHECK(noded->max_shift == 3);
    mere_noded_free(noded);
    rank[1] = 0;
    noded = node(&r, 5);
    CHECK(has_point(noded, 103, 50));
    mere_noded_free(noded);
}

TEST(a_snap_that_would_turn_a_ring_over_is_refused)
{
    struct input r;
    static const int32_t rank[] = {1, 0};
    read_rings(&r, "0 0, 3 0, 0 3; 6 6, 100 60, 60 100");
    r.in.owner_rank = rank;
    struct mere_noded *noded = node(&r, 10);
    CHECK(oracle_area2(noded, 0) > 0);
    CHECK(has_point(noded, 0, 0) && has_point(noded, 3, 0) && has_point(noded, 0, 3));
    CHECK(noded->n_refusals == 1 && noded->refusals[0].ring == 0 &&
          noded->refusals[0].why == MERE_REFUSED_FLIP);
    mere_noded_free(noded);
}

TEST(a_snap_that_would_flatten_a_ring_is_refused)
{
    struct input r;
    static const int32_t rank[] = {1, 0};
    read_rings(&r, "0 0, 100 0, 50 3; -10 1, 110 1, 50 200");
    r.in.owner_rank = rank;
    struct mere_noded *noded = node(&r, 5);
    CHECK(ring_length(noded, 0) >= 3);
    CHECK(oracle_area2(noded, 0) > 0);
    CHECK(noded->n_refusals == 1 && noded->refusals[0].ring == 0 &&
          noded->refusals[0].why == MERE_REFUSED_VANISH);
    mere_noded_free(noded);
}

TEST(no_neighbour_is_laid_over_a_ring_narrower_than_the_tolerance)
{
    static const char *const where[] = {
        "1000 10, 1020 0, 1020 20; 0 -500, 995 -500, 995 500, 0 500; 1025 -500, 2000 -500, 2000 "
        "500, 1025 500",
        "1000 0, 1030 0, 1030 900, 1000 900; 0 -500, 998 -500, 998 500, 0 500; 1032 -500, 2000 "
        "-500, 2000 500, 1032 500, 1032 100",
        "1000 10, 1020 0, 1020 20; 0 -500, 998 -500, 1000 10, 998 500, 0 500; 1021 -500, 2000 "
        "-500, 2000 500, 1021 500",
    };
    for (size_t i = 0; i < MERE_LEN(where); i++) {
        for (int turned = 0; turned < 2; turned++) {
            struct input r;
            read_rings(&r, where[i]);
            for (size_t k = 0; turned && k < r.first[3]; k++)
                r.pts[k] = (struct mere_lattice_point){r.pts[k].y, -r.pts[k].x};
            struct mere_noded *noded = node(&r, 50);
            mere_noded_free(noded);
            r.in.keep_narrow = true;
            noded = node(&r, 50);
            CHECK(!oracle_lies_in(noded, 0, 1) && !oracle_lies_in(noded, 0, 2));
            CHECK(noded->n_refusals == 1 && noded->refusals[0].ring == 0 &&
                  noded->refusals[0].why == MERE_REFUSED_VANISH);
            mere_noded_free(noded);
        }
    }
}

TEST(a_ring_wider_than_the_tolerance_and_what_is_far_from_a_narrow_one_is_matched)
{
    struct input r;
    read_rings(&r, "1000 0, 1060 0, 1060 900, 1000 900; 0 0, 970 0, 970 900, 0 900; 1090 0, 2000 "
                   "0, 2000 900, 1090 900; 5000 0, 5001 0, 5001 1; 4000 0, 4900 0, 4900 900");
    r.in.keep_narrow = true;
    struct mere_noded *noded = node(&r, 50);
    CHECK_INT(0, noded->n_refusals);
    CHECK_INT(4, noded->n_merged);
    mere_noded_free(noded);
}

TEST(a_snap_that_would_pinch_a_neck_is_refused)
{
    static const char *const where[] = {
        "0 0, 50 48, 100 0, 100 100, 50 52, 0 100; 0 -100, 100 -100, 50 46", /* points */
        "0 0, 100 0, 100 100, 52 100, 52 10, 48 10, 48 100, 0 100; 30 400, 50 50, 70 400", /* sides
                                                                                            */
    };
    for (size_t i = 0; i < MERE_LEN(where); i++) {
        struct input r;
        read_rings(&r, where[i]);
        struct mere_noded *noded = node(&r, i == 0 ? 10 : 3);
        CHECK(noded->n_refusals == 1 && noded->refusals[0].ring == 0 &&
              noded->refusals[0].why == MERE_REFUSED_PINCH);
        uint64_t end = noded->ring_first[1];
        for (uint64_t k = 0; k < end; k++)
            for (uint64_t j = k + 1; j < end; j++)
                CHECK(noded->walk[k] != noded->walk[j]);
        mere_noded_free(noded);
    }
}

TEST(borders_drawn_in_steps_shorter_than_the_tolerance_are_no_necks)
{
    struct input r;
    read_rings(&r,
               "0 0, 50 0, 50 2, 50 4, 50 6, 50 8, 50 10, 0 10; 51 0, 99 0, 99 10, 51 10, 51 5");
    struct mere_noded *noded = node(&r, 5);
    CHECK_INT(0, noded->n_refusals);
    CHECK(oracle_area2(noded, 0) > 0 && oracle_area2(noded, 1) > 0);
    mere_noded_free(noded);
}

TEST(crossings_are_rounded_and_common_to_both)
{
    struct input r;
    read_rings(&r, "0 0, 10 3, 0 10; 6 -5, 7 20, 20 20");
    struct mere_noded *noded = node(&r, 0);
    CHECK(noded->n_crossings >= 2);
    CHECK(has_point(noded, 6, 2)); /* x = 6.27, y = 1.88 */
    mere_noded_free(noded);
}

TEST(borders_that_overlap_on_a_line_become_equal)
{
    struct input r;
    read_rings(&r, "0 0, 90 0, 0 -50; 30 0, 120 0, 60 70");
    struct mere_noded *noded = node(&r, 0);
    CHECK_INT(6, noded->n_pts);
    CHECK_INT(4, ring_length(noded, 0));
    CHECK_INT(4, ring_length(noded, 1));
    mere_noded_free(noded);
}

TEST(coordinates_reach_to_2_to_the_40_and_no_farther)
{
    struct input r;
    const int64_t max = MERE_LATTICE_MAX;
    read_rings(&r, "0 0, 1 0, 1 1; 0 0, 1 0, 1 1");
    r.pts[0] = (struct mere_lattice_point){-max, -max};
    r.pts[1] = (struct mere_lattice_point){max, max - 1};
    r.pts[2] = (struct mere_lattice_point){-max, max};
    r.pts[3] = (struct mere_lattice_point){max, -max};
    r.pts[4] = (struct mere_lattice_point){max, max};
    r.pts[5] = (struct mere_lattice_point){-max + 1, max};
    struct mere_noded *noded = node(&r, 0);
    CHECK(noded->n_crossings > 0);
    mere_noded_free(noded);
    r.pts[5].x = max + 1;
    struct mere_noded *none = NULL;
    CHECK(mere_node_rings(ctx, &r.in, &none) == MERE_E_RANGE);
    CHECK(none == NULL && strstr(mere_ctx_error(ctx), "2^40") != NULL);
}

/* geos#1503: quadratic when one polygon touches very many. Here it is one segment that touches
 * them. */
TEST(one_side_may_touch_eighty_thousand_neighbours)
{
    const uint32_t n = 80000;
    struct mere_lattice_point *pts = calloc(4 * (n + 1), sizeof *pts);
    uint64_t *first = calloc(n + 2, sizeof *first);
    uint32_t *owner = calloc(n + 1, sizeof *owner);
    for (uint32_t k = 0; k < n; k++) {
        int64_t x = 10 * (int64_t)k;
        const struct mere_lattice_point square[4] = {{x, 0}, {x + 10, 0}, {x + 10, 10}, {x, 10}};
        memcpy(pts + 4 * k, square, sizeof square);
        first[k] = 4 * k;
        owner[k] = k;
    }
    const struct mere_lattice_point big[4] = {
        {0, 0}, {0, -100}, {10 * (int64_t)n, -100}, {10 * (int64_t)n, 0}};
    memcpy(pts + 4 * n, big, sizeof big);
    first[n] = 4 * n;
    first[n + 1] = 4 * (n + 1);
    owner[n] = n;
    struct mere_noding in = {
        .n_rings = n + 1, .ring_first = first, .pts = pts, .ring_owner = owner, .n_owners = n + 1};
    for (int tol = 0; tol <= 3; tol += 3) {
        in.tol_x = in.tol_y = tol;
        struct mere_noded *noded = NULL;
        if (!CHECK(mere_node_rings(ctx, &in, &noded) == MERE_OK))
            break;
        CHECK_INT(n - 1, noded->n_inserted);
        CHECK_INT(n + 3, ring_length(noded, n));
        mere_noded_free(noded);
    }
    free(pts);
    free(first);
    free(owner);
}

int main(void)
{
    ctx = mere_ctx_new();
    RUN(nothing_in_is_nothing_out);
    RUN(a_clean_division_stays_as_it_is_and_shares_its_points);
    RUN(repeats_and_spikes_are_dropped_also_across_the_start);
    RUN(a_vertex_on_the_neighbours_side_is_inserted_at_tolerance_0_and_costs_no_area);
    RUN(points_of_one_owner_are_never_matched_with_each_other);
    RUN(a_gap_is_closed_by_every_tolerance_from_its_width_on_and_by_none_below);
    RUN(matching_makes_no_chains);
    RUN(the_point_of_the_better_rank_stays);
    RUN(a_border_bends_to_a_point_of_equal_rank_and_stays_for_one_of_a_lower);
    RUN(a_snap_that_would_turn_a_ring_over_is_refused);
    RUN(a_snap_that_would_flatten_a_ring_is_refused);
    RUN(no_neighbour_is_laid_over_a_ring_narrower_than_the_tolerance);
    RUN(a_ring_wider_than_the_tolerance_and_what_is_far_from_a_narrow_one_is_matched);
    RUN(a_snap_that_would_pinch_a_neck_is_refused);
    RUN(borders_drawn_in_steps_shorter_than_the_tolerance_are_no_necks);
    RUN(crossings_are_rounded_and_common_to_both);
    RUN(borders_that_overlap_on_a_line_become_equal);
    RUN(coordinates_reach_to_2_to_the_40_and_no_farther);
    RUN(one_side_may_touch_eighty_thousand_neighbours);
    mere_ctx_free(ctx);
    return done();
}
