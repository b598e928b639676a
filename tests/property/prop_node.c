/* prop_node.c - noding of random rings against brute force.
 * usage: prop_node [--long] [SEED] */
#include "base/hash.h"
#include "check.h"
#include "net/node_priv.h"
#include "property/node_oracle.h"
#include <inttypes.h>

static uint64_t seed = 20240517;
static int amount = 1;
static struct mere_ctx *ctx;

#define MAX_RINGS 24
#define MAX_PTS 400

/* Rings to node, with room to permute them. */
struct rings {
    struct mere_noding in;
    uint64_t first[MAX_RINGS + 1];
    struct mere_lattice_point pts[MAX_PTS];
    uint32_t owner[MAX_RINGS];
    int32_t rank[MAX_RINGS];
};

static int64_t below(uint64_t *state, int64_t n)
{
    return (int64_t)(mere_random(state) % (uint64_t)n);
}

static void point_to_own(struct rings *r)
{
    r->in.ring_first = r->first;
    r->in.pts = r->pts;
    r->in.ring_owner = r->owner;
    r->in.owner_rank = r->rank;
}

static void soup(struct rings *r, uint64_t *state, int64_t box)
{
    *r = (struct rings){0};
    r->in.n_rings = 1 + (size_t)below(state, 8);
    r->in.n_owners = 1 + (uint32_t)below(state, 4);
    for (size_t k = 0; k < r->in.n_rings; k++) {
        uint64_t n = 3 + (uint64_t)below(state, 12);
        r->first[k + 1] = r->first[k] + n;
        r->owner[k] = (uint32_t)below(state, r->in.n_owners);
        for (uint64_t i = r->first[k]; i < r->first[k + 1]; i++)
            r->pts[i] = (struct mere_lattice_point){below(state, box), below(state, box)};
    }
    for (uint32_t k = 0; k < r->in.n_owners; k++)
        r->rank[k] = (int32_t)below(state, 2);
    r->in.keep_narrow = below(state, 2);
    point_to_own(r);
}

/* Rings along wavy lines, hardly apart: what the tolerance is for. */
static void neighbours(struct rings *r, uint64_t *state, int64_t noise)
{
    *r = (struct rings){0};
    r->in.n_rings = 4;
    r->in.n_owners = 4;
    uint64_t n = 0;
    for (size_t k = 0; k < 4; k++) {
        int64_t x0 = (int64_t)(k % 2) * 1000, y0 = (int64_t)(k / 2) * 1000;
        static const int64_t side[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
        r->first[k] = n;
        r->owner[k] = (uint32_t)k;
        r->rank[k] = (int32_t)below(state, 2);
        for (int s = 0; s < 4; s++) {
            int64_t cuts = 1 + below(state, 5);
            for (int64_t c = 0; c < cuts; c++) {
                r->pts[n++] = (struct mere_lattice_point){
                    x0 + side[s][0] * 1000 * c / cuts + below(state, noise) - noise / 2,
                    y0 + side[s][1] * 1000 * c / cuts + below(state, noise) - noise / 2};
            }
            x0 += side[s][0] * 1000;
            y0 += side[s][1] * 1000;
        }
    }
    r->first[4] = n;
    point_to_own(r);
}

static struct mere_noded *node(const struct mere_noding *in)
{
    struct mere_noded *noded = NULL;
    enum mere_status status = mere_node_rings(ctx, in, &noded);
    if (!CHECK(status == MERE_OK))
        printf("  %s\n", mere_ctx_error(ctx));
    mere_ctx_clear(ctx);
    return noded;
}

static void check_again(const struct rings *r, const struct mere_noded *noded)
{
    struct mere_noding in = r->in;
    struct mere_lattice_point *pts = oracle_again(noded);
    in.ring_first = noded->ring_first;
    in.pts = pts;
    struct mere_noded *again = node(&in);
    if (again)
        CHECK(oracle_same(noded, again, 0, 0));
    mere_noded_free(again);
    free(pts);
}

/* The same rings in another order, started elsewhere, run backwards, and moved. */
static void check_order(const struct rings *r, const struct mere_noded *noded, uint64_t *state)
{
    struct rings *q = malloc(sizeof *q);
    if (!q)
        abort();
    *q = *r;
    point_to_own(q);
    int64_t dx = below(state, 2000001) - 1000000, dy = below(state, 2000001) - 1000000;
    size_t n = r->in.n_rings, turn = (size_t)below(state, (int64_t)n);
    uint64_t to = 0;
    for (size_t k = 0; k < n; k++) {
        size_t from = (k + turn) % n;
        uint64_t len = r->first[from + 1] - r->first[from], start = mere_random(state) % len;
        bool back = below(state, 2);
        q->owner[k] = r->owner[from];
        q->first[k] = to;
        for (uint64_t i = 0; i < len; i++) {
            uint64_t at = r->first[from] + (start + (back ? len - i : i)) % len;
            q->pts[to++] = (struct mere_lattice_point){r->pts[at].x + dx, r->pts[at].y + dy};
        }
    }
    q->first[n] = to;
    struct mere_noded *other = node(&q->in);
    if (other) {
        CHECK(oracle_same(noded, other, dx, dy));
        CHECK_INT(noded->n_merged, other->n_merged);
        CHECK_INT(noded->n_crossings, other->n_crossings);
        CHECK_INT(noded->n_refusals, other->n_refusals);
    }
    mere_noded_free(other);
    free(q);
}

static double to_segment(struct mere_lattice_point p, struct mere_lattice_point a,
                         struct mere_lattice_point b)
{
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y);
    double px = (double)(p.x - a.x), py = (double)(p.y - a.y);
    double len2 = dx * dx + dy * dy, t = len2 > 0 ? (dx * px + dy * py) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - t * dx, py - t * dy);
}

/* Every point of an output ring lies within `reach` of its input ring. */
static void check_drift(const struct rings *r, const struct mere_noded *noded, double reach)
{
    for (size_t k = 0; k < r->in.n_rings; k++) {
        for (uint64_t i = noded->ring_first[k]; i < noded->ring_first[k + 1]; i++) {
            struct mere_lattice_point p = noded->pts[noded->walk[i]];
            double best = HUGE_VAL;
            for (uint64_t j = r->first[k]; j < r->first[k + 1]; j++) {
                uint64_t next = j + 1 < r->first[k + 1] ? j + 1 : r->first[k];
                best = fmin(best, to_segment(p, r->pts[j], r->pts[next]));
            }
            if (!CHECK(best <= reach))
                printf("  %g > %g\n", best, reach);
        }
    }
}

/* The squares of `neighbours` are still there and run as they did. */
static void check_sides(const struct mere_noded *noded)
{
    for (size_t k = 0; k < noded->n_rings; k++) {
        int64_t area2 = oracle_area2(noded, k);
        CHECK(area2 > 1900000 && area2 < 2100000);
    }
}

static bool is_among(const struct mere_lattice_point *pts, size_t n, double x, double y)
{
    for (size_t i = 0; i < n; i++)
        if ((double)pts[i].x == x && (double)pts[i].y == y)
            return true;
    return false;
}

/* The ways go from points of the input to points of the result, and none farther than the tolerance
 * and the rounding. */
static void check_way(const struct rings *r, const struct mere_noded *noded)
{
    CHECK(noded->max_shift <= r->in.tol_x + 1.5);
    for (size_t i = 0; i < noded->n_ways; i++) {
        const struct mere_way *way = &noded->ways[i];
        double length = hypot((double)way->to.x - way->from_x, (double)way->to.y - way->from_y);
        CHECK(length > 0 && length <= noded->max_shift + 1e-9);
        CHECK(is_among(r->pts, r->first[r->in.n_rings], way->from_x, way->from_y));
        CHECK(is_among(noded->pts, noded->n_pts, (double)way->to.x, (double)way->to.y));
    }
}

/* Whether noding the result again may go on: a match was given up, or refused for the way gone. */
static bool may_change(const struct mere_noded *noded)
{
    bool may = noded->tangled;
    for (size_t k = 0; k < noded->n_refusals; k++)
        may = may || noded->refusals[k].why == MERE_REFUSED_FAR;
    return may;
}

/* Sixteen squares whose sides hardly miss each other: three and four owners meet everywhere. */
static void cells(struct rings *r, uint64_t *state)
{
    static const int64_t side[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    static const int64_t noises[] = {8, 16, 24};
    *r = (struct rings){0};
    r->in.n_rings = r->in.n_owners = 16;
    int64_t noise = noises[below(state, MERE_LEN(noises))];
    uint64_t n = 0;
    for (uint32_t k = 0; k < 16; k++) {
        int64_t x0 = k % 4 * 100, y0 = k / 4 * 100 + k % 2 * below(state, 60);
        r->owner[k] = k;
        for (int s = 0; s < 4; s++) {
            int64_t cuts = 1 + below(state, 4);
            for (int64_t c = 0; c < cuts; c++)
                r->pts[n++] = (struct mere_lattice_point){
                    x0 + side[s][0] * 100 * c / cuts + below(state, noise) - noise / 2,
                    y0 + side[s][1] * 100 * c / cuts + below(state, noise) - noise / 2};
            x0 += side[s][0] * 100;
            y0 += side[s][1] * 100;
        }
        r->first[k + 1] = n;
    }
    r->in.tol_x = r->in.tol_y = 12;
    r->in.max_drift = 1000;
    r->in.keep_narrow = below(state, 2);
    point_to_own(r);
    int64_t n_ranks = 1 + below(state, 3);
    for (uint32_t k = 0; k < 16; k++)
        r->rank[k] = (int32_t)below(state, n_ranks);
}

static void check_all(struct rings *r, uint64_t *state, double reach)
{
    struct mere_noded *noded = node(&r->in);
    if (!noded)
        return;
    CHECK(oracle_planar(noded));
    if (!may_change(noded))
        check_again(r, noded);
    check_order(r, noded, state);
    check_drift(r, noded, reach);
    mere_noded_free(noded);
}

static void run_soups(int64_t box, double tol, int n)
{
    struct rings *r = malloc(sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < n * amount && !check_bad; i++) {
        uint64_t one = seed + (uint64_t)i, state = one;
        soup(r, &state, box);
        r->in.tol_x = r->in.tol_y = tol;
        r->in.max_drift = tol > 0 ? 20 : 0.7072;
        check_all(r, &state, tol > 0 ? 1e9 : 0.7072);
        if (check_bad)
            printf("  box %" PRId64 ", tolerance %g: seed %" PRIu64 "\n", box, tol, one);
    }
    free(r);
}

TEST(a_soup_of_segments_becomes_planar_moves_little_and_stays)
{
    run_soups(6, 0, 300);
    run_soups(30, 0, 300);
    run_soups(1000, 0, 100);
    run_soups((int64_t)1 << 33, 0, 30);
}

TEST(a_soup_with_a_tolerance_becomes_planar_and_stays)
{
    run_soups(1000, 3, 60);
    run_soups(1000, 20, 15);
    run_soups(30, 1.5, 60);
}

TEST(neighbours_that_hardly_miss_each_other_are_joined)
{
    struct rings *r = malloc(sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < 200 * amount && !check_bad; i++) {
        uint64_t one = seed + (uint64_t)i, state = one;
        neighbours(r, &state, 8);
        r->in.tol_x = r->in.tol_y = 12;
        check_all(r, &state, 30);
        struct mere_noded *noded = node(&r->in);
        check_sides(noded);
        mere_noded_free(noded);
        if (check_bad)
            printf("  seed %" PRIu64 "\n", one);
    }
    free(r);
}

/* Append a border from y0 to y1 at about `x`, in steps. */
static void append_border(struct rings *r, uint64_t *n, uint64_t *state, int64_t x, int64_t up)
{
    int64_t cuts = 1 + below(state, 6);
    for (int64_t c = 0; c <= cuts; c++)
        r->pts[(*n)++] =
            (struct mere_lattice_point){x + below(state, 9) - 4, up * (1000 * c / cuts - 500)};
}

/* A small ring in the gap of two large ones: the gap is hardly wider. */
static void gap(struct rings *r, uint64_t *state)
{
    *r = (struct rings){0};
    r->in.n_rings = r->in.n_owners = 3;
    r->in.keep_narrow = true;
    r->in.tol_x = r->in.tol_y = 50;
    uint64_t n = 0;
    int64_t wide = 5 + below(state, 40), tall = 5 + below(state, 200), y = below(state, 800) - 400;
    r->pts[n++] = (struct mere_lattice_point){1000 + below(state, wide), y};
    r->pts[n++] = (struct mere_lattice_point){1000 + wide, y + below(state, tall)};
    r->pts[n++] = (struct mere_lattice_point){1000, y + tall};
    r->first[1] = n;
    append_border(r, &n, state, 1000 - 5 - below(state, 30), 1);
    r->pts[n++] = (struct mere_lattice_point){0, 500};
    r->pts[n++] = (struct mere_lattice_point){0, -500};
    r->first[2] = n;
    append_border(r, &n, state, 1000 + wide + 5 + below(state, 30), -1);
    r->pts[n++] = (struct mere_lattice_point){2000, -500};
    r->pts[n++] = (struct mere_lattice_point){2000, 500};
    r->first[3] = n;
    for (uint32_t k = 0; k < 3; k++) {
        r->owner[k] = k;
        r->rank[k] = (int32_t)below(state, 2);
    }
    point_to_own(r);
}

TEST(a_narrow_ring_is_never_under_its_neighbours)
{
    struct rings *r = malloc(sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < 200 * amount && !check_bad; i++) {
        uint64_t one = seed + (uint64_t)i, state = one;
        gap(r, &state);
        check_all(r, &state, 1e9);
        struct mere_noded *noded = node(&r->in);
        CHECK(noded && !oracle_lies_in(noded, 0, 1) && !oracle_lies_in(noded, 0, 2));
        bool told = false;
        for (size_t k = 0; k < noded->n_refusals; k++)
            told = told || noded->refusals[k].ring == 0;
        CHECK(told);
        mere_noded_free(noded);
        if (check_bad)
            printf("  seed %" PRIu64 "\n", one);
    }
    free(r);
}

TEST(no_point_goes_farther_than_the_tolerance_where_many_owners_meet)
{
    struct rings *r = malloc(sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < 300 * amount && !check_bad; i++) {
        uint64_t one = seed + (uint64_t)i, state = one;
        cells(r, &state);
        struct mere_noded *noded = node(&r->in);
        CHECK(noded && oracle_planar(noded));
        check_way(r, noded);
        if (!may_change(noded))
            check_again(r, noded);
        check_order(r, noded, &state);
        mere_noded_free(noded);
        if (check_bad)
            printf("  seed %" PRIu64 "\n", one);
    }
    free(r);
}

/* Whether the two ways to see that nothing is to be done agree. */
static bool clean_both_ways(const struct mere_noding *in)
{
    struct node_state state = {0};
    struct node_segs segs = {0};
    struct node_hits hits = {0};
    struct node_keys keys = {0};
    bool clean = false;
    CHECK(mere_node_start(ctx, in, &keys, &state) == MERE_OK);
    CHECK(mere_node_segs(ctx, in, &state, &keys, &segs) == MERE_OK);
    CHECK(mere_node_sweep(ctx, in, &state, &segs, &hits) == MERE_OK);
    CHECK(mere_node_clean(ctx, &state, &segs, &clean) == MERE_OK);
    CHECK(clean == (hits.crossings.n == 0 && hits.touches.n == 0));
    mere_node_state_clear(&state);
    mere_node_segs_clear(&segs);
    mere_node_hits_clear(&hits);
    free(keys.v);
    return clean;
}

TEST(the_ordered_sweep_finds_a_set_clean_when_no_pair_meets)
{
    struct rings *r = malloc(sizeof *r);
    if (!r)
        abort();
    for (int i = 0; i < 400 * amount && !check_bad; i++) {
        uint64_t state = seed + (uint64_t)i;
        soup(r, &state, 4 + below(&state, 60));
        if (i % 2)
            r->in.n_rings = 1; /* is clean now and then */
        clean_both_ways(&r->in);
        struct mere_noded *noded = node(&r->in);
        struct mere_noding again = r->in;
        struct mere_lattice_point *pts = oracle_again(noded);
        again.ring_first = noded->ring_first;
        again.pts = pts;
        CHECK(clean_both_ways(&again));
        free(pts);
        mere_noded_free(noded);
        if (check_bad)
            printf("  seed %" PRIu64 "\n", seed + (uint64_t)i);
    }
    free(r);
}

int main(int argc, char **argv)
{
    amount = check_amount(argc, argv, &seed) ? 50 : 1;
    ctx = mere_ctx_new();
    RUN(a_soup_of_segments_becomes_planar_moves_little_and_stays);
    RUN(a_soup_with_a_tolerance_becomes_planar_and_stays);
    RUN(neighbours_that_hardly_miss_each_other_are_joined);
    RUN(a_narrow_ring_is_never_under_its_neighbours);
    RUN(no_point_goes_farther_than_the_tolerance_where_many_owners_meet);
    RUN(the_ordered_sweep_finds_a_set_clean_when_no_pair_meets);
    mere_ctx_free(ctx);
    return done();
}
