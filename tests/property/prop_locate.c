/* prop_locate.c - point -> face against a slow exact oracle, where it is hardest: on vertices, on
 * edges, one unit beside them, on the corners of cells; in divisions of all sizes. (tzf-rs#207:
 * there, points on common borders have no owner.)
 *
 *     prop_locate [seed] [--long]      MERE_LONG=1 is as --long */
#include "base/hash.h"
#include "check.h"
#include "draw.h"
#include "geo/exact.h"
#include "locate/locate_priv.h"
#include "property/locate_oracle.h"

static uint64_t seed = 20261102;
static bool long_run;

/* ---- a division by hand: a jittered lattice of quadrilaterals, some of them one face ---- */

struct lattice {
    int64_t step; /* units between lattice lines */
    int64_t jitter;
    struct mere_point centre;
    int n;     /* quadrilaterals along each side */
    int bends; /* vertices between the nodes of an arc */
};

static struct mere_point lattice_node(const struct lattice *l, uint64_t mix, int i, int j)
{
    uint64_t h = mere_mix64(mix + (uint64_t)(i * 4099 + j));
    int64_t span = 2 * l->jitter + 1;
    int64_t x = l->centre.x + (i - l->n / 2) * l->step + (int64_t)(h % (uint64_t)span) - l->jitter;
    int64_t y =
        l->centre.y + (j - l->n / 2) * l->step + (int64_t)((h >> 32) % (uint64_t)span) - l->jitter;
    return (struct mere_point){(int32_t)x, (int32_t)y};
}

static int32_t lattice_face(const struct lattice *l, uint64_t mix, int i, int j)
{
    if (i < 0 || j < 0 || i >= l->n || j >= l->n)
        return MERE_FACE_OUTER;
    /* One in eight is open to the outside or joined with others: the table needs nothing of faces.
     */
    uint64_t h = mere_mix64(mix ^ (uint64_t)(i * 8209 + j + 77));
    return h % 8 == 0 ? MERE_FACE_OUTER : h % 8 == 1 ? 0 : 1 + i * l->n + j;
}

static void lattice_arc(struct mere_net *net, const struct lattice *l, struct mere_point a,
                        struct mere_point b, int32_t left, int32_t right)
{
    struct mere_arc *arc = &((struct mere_arc *)(uintptr_t)net->arcs)[net->n_arcs++];
    struct mere_point *pts = (struct mere_point *)(uintptr_t)net->pts;
    *arc = (struct mere_arc){.first = (uint32_t)net->n_pts, .left = left, .right = right};
    pts[net->n_pts++] = a;
    for (int k = 1; k <= l->bends; k++) {
        /* Rounded points of the straight line: nearly collinear, and far within the jitter's slack.
         */
        int64_t x = a.x + ((int64_t)b.x - a.x) * k / (l->bends + 1);
        int64_t y = a.y + ((int64_t)b.y - a.y) * k / (l->bends + 1);
        pts[net->n_pts++] = (struct mere_point){(int32_t)x, (int32_t)y};
    }
    pts[net->n_pts++] = b;
    arc->n = (uint32_t)net->n_pts - arc->first;
    for (uint32_t i = arc->first; i < net->n_pts; i++)
        mere_box_add(&net->box, pts[i]);
}

static struct mere_net *lattice_net(const struct lattice *l, uint64_t mix)
{
    struct mere_net *net = calloc(1, sizeof *net);
    size_t n_arcs = 2 * (size_t)(l->n + 1) * (size_t)(l->n + 1);
    net->arcs = calloc(n_arcs, sizeof *net->arcs);
    net->pts = calloc(n_arcs * (size_t)(l->bends + 2), sizeof *net->pts);
    for (int i = 0; i <= l->n; i++)
        for (int j = 0; j <= l->n; j++) {
            struct mere_point a = lattice_node(l, mix, i, j);
            /* East of a: the face above is at the left. */
            if (i < l->n)
                lattice_arc(net, l, a, lattice_node(l, mix, i + 1, j), lattice_face(l, mix, i, j),
                            lattice_face(l, mix, i, j - 1));
            if (j < l->n)
                lattice_arc(net, l, a, lattice_node(l, mix, i, j + 1),
                            lattice_face(l, mix, i - 1, j), lattice_face(l, mix, i, j));
        }
    return net;
}

static void free_net(struct mere_net *net)
{
    free((void *)(uintptr_t)net->arcs);
    free((void *)(uintptr_t)net->pts);
    free(net);
}

/* ---- comparing ----------------------------------------------------------------------------------
 */

/* Blocks of odd sizes, so that every way through the many-point function is taken. */
#define MANY 1103
static void compare(const struct mere_locator *loc, uint64_t *rng, int n, const char *what)
{
    static struct mere_point p[MANY];
    static double lon[MANY], lat[MANY];
    static int32_t many[MANY];
    int bad = 0;
    for (int done = 0; done < n && bad < 3; done += MANY) {
        int block = n - done < MANY ? n - done : MANY;
        for (int k = 0; k < block; k++) {
            p[k] = oracle_hard_point(loc, rng);
            lon[k] = mere_e7_to_degrees(p[k].x);
            lat[k] = mere_e7_to_degrees(p[k].y);
        }
        mere_locate_degrees(loc, lon, lat, (size_t)block, many);
        for (int k = 0; k < block && bad < 3; k++) {
            int32_t want = oracle_locate(loc->net, p[k]), got = mere_locate_point(loc, p[k]);
            if (want == got && want == many[k])
                continue;
            bad++;
            printf("  %s, shift %d: point (%d, %d): want %d, one %d, many %d\n", what, loc->shift,
                   p[k].x, p[k].y, want, got, many[k]);
        }
    }
    CHECK_INT(0, bad);
}

/* The Earth in one face: what is beyond +-180, +-90 by the least is off it. */
TEST(the_edge_of_the_earth_is_held_and_what_lies_beyond_is_not)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_net *net = calloc(1, sizeof *net);
    struct lattice l = {1, 0, {0, 0}, 1, 0};
    const struct mere_point c[] = {{-MERE_LON_MAX, -MERE_LAT_MAX},
                                   {MERE_LON_MAX, -MERE_LAT_MAX},
                                   {MERE_LON_MAX, MERE_LAT_MAX},
                                   {-MERE_LON_MAX, MERE_LAT_MAX}};
    net->arcs = calloc(4, sizeof *net->arcs);
    net->pts = calloc(8, sizeof *net->pts);
    for (int i = 0; i < 4; i++)
        lattice_arc(net, &l, c[i], c[(i + 1) % 4], 5, MERE_FACE_OUTER);
    struct mere_locator *loc = NULL;
    CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
    const double lon[] = {-180, nextafter(-180, -181), 179.9999999, 180, nextafter(180, 181), 0, 0,
                          0};
    const double lat[] = {-90, 0, 89.9999999, 0, 0, nextafter(-90, -91), 90, nextafter(90, 91)};
    const int32_t want[] = {5, -1, 5, -1, -1, -1, -1, -1};
    int32_t face[8];
    if (loc)
        mere_locate_degrees(loc, lon, lat, 8, face);
    for (int i = 0; loc && i < 8; i++)
        CHECK_INT(want[i], face[i]);
    mere_locator_free(loc);
    free_net(net);
    mere_ctx_free(ctx);
}

static const struct lattice LATTICES[] = {
    {12, 5, {0, 0}, 4, 0},                               /* every point is beside an edge */
    {40, 19, {1202000000, 301800000}, 12, 0},            /* */
    {3000, 1400, {1202000000, 301800000}, 20, 3},        /* a district */
    {100000, 49000, {-770000000, 389000000}, 16, 9},     /* a county */
    {20000000, 9900000, {1040000000, 340000000}, 10, 4}, /* a country */
    {200000000, 90000000, {0, 0}, 8, 2},                 /* the whole Earth */
    {8, 0, {500, 500}, 30, 0},                           /* right angles and diagonals of walls */
    {64, 32, {-3, 7}, 14, 1},
};

TEST(every_point_has_the_face_of_the_slow_oracle_in_divisions_of_all_sizes)
{
    uint64_t rng = seed;
    struct mere_ctx *ctx = mere_ctx_new();
    for (int round = 0; round < (long_run ? 100 : 2); round++)
        for (size_t k = 0; k < MERE_LEN(LATTICES); k++) {
            struct mere_net *net = lattice_net(&LATTICES[k], mere_random(&rng));
            struct mere_locator *loc = NULL;
            CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
            if (loc)
                compare(loc, &rng, long_run ? 1500 : 300, "chosen cells");
            mere_locator_free(loc);
            free_net(net);
        }
    mere_ctx_free(ctx);
}

/* Ask in what noding, matching and tracing make: slivers, holes, islands, many arcs at a node. */
static void ask_in_wild_rings(uint64_t rng, int n_rounds,
                              void (*ask)(const struct mere_locator *loc, uint64_t *rng))
{
    static const struct {
        struct mere_point corner;
        int32_t size;
    } ROWS[] = {{{0, 0}, 9},
                {{-7, 1202}, 60},
                {{1202000000, 301800000}, 2000},
                {{-770000000, -389000000}, 300000},
                {{-300000000, -100000000}, 500000000}};
    struct mere_ctx *ctx = mere_ctx_new();
    int n_built = 0;
    for (int round = 0; round < n_rounds; round++) {
        size_t k = (size_t)round % MERE_LEN(ROWS);
        struct drawn a, b;
        const struct mere_layer *layers[] = {
            drawn_soup(&a, "grid", MERE_ROLE_GRID, ROWS[k].corner, ROWS[k].size, &rng),
            drawn_soup(&b, "beat", MERE_ROLE_BEAT, ROWS[k].corner, ROWS[k].size, &rng)};
        struct mere_net *net = NULL;
        struct mere_locator *loc = NULL;
        enum mere_status status =
            mere_net_build(ctx, layers, 2, &(struct mere_build){.match_zones = false}, &net);
        if (status == MERE_OK && net->n_pts > 0) {
            n_built++;
            CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
            if (loc)
                ask(loc, &rng);
        } else if (status != MERE_E_LIMIT) /* points of a tiny box may drift too far */
            CHECK_INT(MERE_OK, status);
        mere_locator_free(loc);
        mere_net_free(net);
        drawn_free(&a);
        drawn_free(&b);
    }
    CHECK(n_built > n_rounds / 2);
    mere_ctx_free(ctx);
}

static void compare_wild(const struct mere_locator *loc, uint64_t *rng)
{
    compare(loc, rng, 300, "wild rings");
}
TEST(every_point_has_the_face_of_the_slow_oracle_in_networks_of_wild_rings)
{
    ask_in_wild_rings(seed + 4, long_run ? 1500 : 15, compare_wild);
}

/* Each face by itself: its rings cross the row of the point west of it an odd number of times. The
 * outer face has what no bounded one has. `odd` has a place for each face, the outer one first. */
static void count_crossings(const struct mere_net *net, struct mere_point p, bool *odd)
{
    memset(odd, 0, ((size_t)net->n_faces + 1) * sizeof *odd);
    odd[0] = true;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
            bool up = net->pts[i].y <= net->pts[i + 1].y;
            struct mere_point lo = net->pts[up ? i : i + 1], hi = net->pts[up ? i + 1 : i];
            if (lo.y <= p.y && p.y < hi.y && mere_orient_points(lo, hi, p) <= 0) {
                odd[arc->left + 1] = !odd[arc->left + 1];
                odd[arc->right + 1] = !odd[arc->right + 1];
            }
        }
    }
}
static void sum_over_faces(const struct mere_locator *loc, uint64_t *rng)
{
    bool *odd = calloc((size_t)loc->net->n_faces + 1, sizeof *odd);
    for (int k = 0; k < 100; k++) {
        struct mere_point p = oracle_hard_point(loc, rng);
        int32_t sum = 0, face = mere_locate_point(loc, p);
        count_crossings(loc->net, p, odd);
        for (int32_t f = -1; f < loc->net->n_faces; f++)
            sum += odd[f + 1];
        if (!CHECK_INT(1, sum) || !CHECK(odd[face + 1]))
            printf("  point (%d, %d), face %d\n", p.x, p.y, face);
    }
    free(odd);
}
TEST(every_point_lies_in_one_face_and_that_is_the_one_told)
{
    ask_in_wild_rings(seed + 5, long_run ? 1500 : 15, sum_over_faces);
}

TEST(the_size_of_the_cells_changes_no_answer)
{
    uint64_t rng = seed + 1;
    struct mere_ctx *ctx = mere_ctx_new();
    for (size_t k = 0; k < MERE_LEN(LATTICES); k++)
        for (int shift = 1 + (int)k % 3; shift <= MERE_SHIFT_MAX; shift += long_run ? 1 : 3) {
            struct mere_net *net = lattice_net(&LATTICES[k], mere_random(&rng));
            uint64_t w = (uint64_t)((int64_t)net->box.max.x - net->box.min.x) >> shift;
            struct mere_locator *loc = NULL;
            if (w < 2000) {
                CHECK_INT(MERE_OK, mere_locator_try(ctx, net, shift, SIZE_MAX, &loc));
                if (loc)
                    compare(loc, &rng, long_run ? 2000 : 10, "given cells");
            }
            mere_locator_free(loc);
            free_net(net);
        }
    mere_ctx_free(ctx);
}

TEST(a_collinear_vertex_changes_no_answer)
{
    uint64_t rng = seed + 2;
    struct mere_ctx *ctx = mere_ctx_new();
    struct lattice l = {3000, 1400, {1202000000, 301800000}, 12, 0};
    /* All nodes at multiples of 2, so that midpoints are whole. */
    struct mere_net *net = lattice_net(&l, seed), *more = NULL;
    for (size_t i = 0; i < net->n_pts; i++) {
        struct mere_point *p = &((struct mere_point *)(uintptr_t)net->pts)[i];
        *p = (struct mere_point){p->x & ~1, p->y & ~1};
    }
    l.bends = 1;
    more = lattice_net(&l, seed);
    for (int32_t a = 0; a < net->n_arcs; a++) {
        struct mere_point *p = &((struct mere_point *)(uintptr_t)more->pts)[more->arcs[a].first];
        const struct mere_point *q = &net->pts[net->arcs[a].first];
        p[0] = q[0];
        p[1] = (struct mere_point){q[0].x + (q[1].x - q[0].x) / 2, q[0].y + (q[1].y - q[0].y) / 2};
        p[2] = q[1];
    }
    net->box.min.x--, net->box.min.y--, more->box = net->box;
    struct mere_locator *one = NULL, *two = NULL;
    CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &one));
    CHECK_INT(MERE_OK, mere_locator_build(ctx, more, &two));
    for (int k = 0; one && two && k < (long_run ? 1000000 : 10000); k++) {
        struct mere_point p = oracle_hard_point(two, &rng);
        if (!CHECK_INT(mere_locate_point(one, p), mere_locate_point(two, p)))
            break;
    }
    mere_locator_free(one);
    mere_locator_free(two);
    free_net(net);
    free_net(more);
    mere_ctx_free(ctx);
}

/* Halves of units around zero, and the doubles beside them. */
static double near_half(uint64_t *rng)
{
    double v = ((double)(int64_t)(mere_random(rng) % 161) / 2 - 40) / MERE_E7;
    for (uint64_t step = mere_random(rng) % 3; step > 0; step--)
        v = nextafter(v, mere_random(rng) % 2 ? 1 : -1);
    if (mere_random(rng) % 16 == 0)
        v = (mere_random(rng) % 2 ? 1 : -1) * 0.49999999999999994 / MERE_E7;
    return v;
}

TEST(degrees_are_rounded_half_away_from_zero_as_one_point_is)
{
    uint64_t rng = seed + 3;
    struct mere_ctx *ctx = mere_ctx_new();
    /* Units around zero, each with a face of its own to the north-east, so any rounding shows. */
    struct lattice l = {1, 0, {0, 0}, 64, 0};
    struct mere_net *net = lattice_net(&l, seed);
    struct mere_locator *loc = NULL;
    CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
    int n = long_run ? 20000000 : 30000, bad = 0;
    static double lon[MANY], lat[MANY];
    static int32_t many[MANY];
    for (int done = 0; loc && done < n && bad < 3; done += MANY) {
        for (int k = 0; k < MANY; k++) {
            lon[k] = near_half(&rng);
            lat[k] = near_half(&rng);
        }
        mere_locate_degrees(loc, lon, lat, MANY, many);
        for (int k = 0; k < MANY && bad < 3; k++) {
            struct mere_point p = {0, 0};
            CHECK(mere_point_from_degrees(lon[k], lat[k], &p));
            bad += !CHECK_INT(mere_locate_point(loc, p), many[k]);
        }
    }
    const double odd[] = {NAN, INFINITY, -INFINITY, 181, -180.0000001, 1e300, 90.0000001, -91};
    double good[5] = {1e-7, 1e-7, 1e-7, 1e-7, 1e-7}, wrong[5];
    for (size_t i = 0; loc && i < MERE_LEN(odd); i++) {
        for (int k = 0; k < 5; k++) {
            wrong[k] = odd[i];
            many[k] = 7;
        }
        mere_locate_degrees(loc, good, wrong, 5, many);
        for (int k = 0; k < 5; k++)
            CHECK_INT(MERE_FACE_OUTER, many[k]);
        mere_locate_degrees(loc, wrong, good, 5, many);
        for (int k = 0; k < 5; k++)
            CHECK_INT(MERE_FACE_OUTER, many[k]);
    }
    mere_locator_free(loc);
    free_net(net);
    mere_ctx_free(ctx);
}

int main(int argc, char **argv)
{
    long_run = check_amount(argc, argv, &seed);
    RUN(every_point_has_the_face_of_the_slow_oracle_in_divisions_of_all_sizes);
    RUN(every_point_has_the_face_of_the_slow_oracle_in_networks_of_wild_rings);
    RUN(every_point_lies_in_one_face_and_that_is_the_one_told);
    RUN(the_size_of_the_cells_changes_no_answer);
    RUN(the_edge_of_the_earth_is_held_and_what_lies_beyond_is_not);
    RUN(a_collinear_vertex_changes_no_answer);
    RUN(degrees_are_rounded_half_away_from_zero_as_one_point_is);
    return done();
}
