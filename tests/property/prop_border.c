/* prop_border.c - the distance to the nearest border, against geodesics to every segment.
 *
 *     prop_border [seed] [--long] */
#include "base/hash.h"
#include "check.h"
#include "geo/measure.h"
#include "locate/locate.h"
#include <geodesic.h>

static uint64_t seed = 20261123;
static bool long_run;

/* ---- a division of N x N warped cells; `community` joins them in blocks of 4 x 4 ---- */

enum { N = 24, CELLS = N * N };
struct mesh {
    struct mere_point corner[N + 1][N + 1];
    struct mere_zone zones[CELLS];
    char codes[CELLS][12];
    uint32_t part_zone[CELLS], part_ring[CELLS + 1], ring_first[CELLS + 1];
    struct mere_point pts[4 * CELLS];
};

static void draw_mesh(struct mesh *m, struct mere_point origin, int32_t step, uint64_t *rng)
{
    for (int i = 0; i <= N; i++)
        for (int j = 0; j <= N; j++) {
            int32_t dx = (int32_t)(mere_random(rng) % (uint64_t)(step / 2)) - step / 4;
            int32_t dy = (int32_t)(mere_random(rng) % (uint64_t)(step / 2)) - step / 4;
            m->corner[i][j] =
                (struct mere_point){origin.x + i * step + dx, origin.y + j * step + dy};
        }
}

static struct mere_layer mesh_layer(struct mesh *m, int block, const char *name,
                                    enum mere_role role)
{
    for (int k = 0; k < CELLS; k++) {
        int i = k % N, j = k / N;
        const struct mere_point ring[] = {m->corner[i][j], m->corner[i + 1][j],
                                          m->corner[i + 1][j + 1], m->corner[i][j + 1]};
        memcpy(m->pts + (size_t)4 * (size_t)k, ring, sizeof ring);
        snprintf(m->codes[k], sizeof m->codes[k], "%05d", k);
        m->zones[k] =
            (struct mere_zone){.code = m->codes[k], .name = "", .households = -1, .persons = -1};
        m->part_zone[k] = (uint32_t)(i / block + N * (j / block));
        m->part_ring[k] = (uint32_t)k;
        m->ring_first[k] = (uint32_t)(4 * k);
    }
    m->part_ring[CELLS] = CELLS;
    m->ring_first[CELLS] = 4 * CELLS;
    return (struct mere_layer){.name = name,
                               .role = role,
                               .covering = true,
                               .n_zones = CELLS,
                               .zones = m->zones,
                               .n_parts = CELLS,
                               .part_zone = m->part_zone,
                               .part_ring = m->part_ring,
                               .n_rings = CELLS,
                               .ring_first = m->ring_first,
                               .pts = m->pts};
}

/* ---- the oracle -------------------------------------------------------------------------------
 */

static double geodesic_m(const struct geod_geodesic *g, struct mere_point p, double x, double y)
{
    double s, azi1, azi2;
    geod_inverse(g, p.y / 1e7, p.x / 1e7, y / 1e7, x / 1e7, &s, &azi1, &azi2);
    return s;
}

/* Golden sections along the segment: the distance has one minimum there. */
static double segment_geodesic_m(const struct geod_geodesic *g, struct mere_point p,
                                 struct mere_point a, struct mere_point b)
{
    double lo = 0, hi = 1, dx = (double)b.x - a.x, dy = (double)b.y - a.y;
    for (int i = 0; i < 60; i++) {
        double t1 = hi - 0.618033988749895 * (hi - lo), t2 = lo + 0.618033988749895 * (hi - lo);
        if (geodesic_m(g, p, a.x + t1 * dx, a.y + t1 * dy) <
            geodesic_m(g, p, a.x + t2 * dx, a.y + t2 * dy))
            hi = t2;
        else
            lo = t1;
    }
    return geodesic_m(g, p, a.x + lo * dx, a.y + lo * dy);
}

static int32_t label_of(const struct mere_scheme *s, int32_t face)
{
    return face < 0 ? MERE_LABEL_NONE : s->label[face];
}

static double slow_border_m(const struct mere_net *net, const struct mere_scheme *s,
                            struct mere_point p)
{
    struct geod_geodesic g;
    double best = -1;
    geod_init(&g, 6378137.0, 1 / 298.257223563);
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        if (label_of(s, arc->left) == label_of(s, arc->right))
            continue;
        for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
            /* Only what the plane says could be nearest is measured exactly. */
            double rough = mere_point_segment_m(p, net->pts[i], net->pts[i + 1]);
            if (best >= 0 && rough > best * 1.2 + 1)
                continue;
            double d = segment_geodesic_m(&g, p, net->pts[i], net->pts[i + 1]);
            best = best < 0 || d < best ? d : best;
        }
    }
    return best;
}

static void compare(const struct mere_net *net, int n, uint64_t *rng, double tolerance_m)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_locator *loc = NULL;
    CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
    int64_t w = (int64_t)net->box.max.x - net->box.min.x,
            h = (int64_t)net->box.max.y - net->box.min.y;
    for (int k = 0; loc && k < n && !check_bad; k++) {
        /* A quarter of them outside, some on vertices. */
        struct mere_point p = {
            (int32_t)(net->box.min.x - w / 8 + (int64_t)(mere_random(rng) % (uint64_t)(w + w / 4))),
            (int32_t)(net->box.min.y - h / 8 +
                      (int64_t)(mere_random(rng) % (uint64_t)(h + h / 4)))};
        if (mere_random(rng) % 8 == 0)
            p = net->pts[mere_random(rng) % net->n_pts];
        for (int32_t s = 0; s < net->n_schemes; s++) {
            const struct mere_scheme *scheme = &net->schemes[s];
            struct mere_nearest_border b = mere_locate_border(loc, s, p);
            double want = slow_border_m(net, scheme, p);
            CHECK_NEAR(want, b.distance_m, tolerance_m + want * 1e-6);
            int32_t mine = label_of(scheme, mere_locate_point(loc, p));
            if (!CHECK(b.arc >= 0))
                continue;
            const struct mere_arc *arc = &net->arcs[b.arc];
            CHECK(b.other_face == arc->left || b.other_face == arc->right);
            CHECK(label_of(scheme, b.other_face) != mine);
            CHECK(label_of(scheme, arc->left) == mine || label_of(scheme, arc->right) == mine);
        }
    }
    mere_locator_free(loc);
    mere_ctx_free(ctx);
}

static void mesh_case(struct mere_point origin, int32_t step, double tolerance_m)
{
    static struct mesh grid, community;
    uint64_t rng = seed;
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_net *net = NULL;
    draw_mesh(&grid, origin, step, &rng);
    memcpy(community.corner, grid.corner, sizeof grid.corner);
    const struct mere_layer g = mesh_layer(&grid, 1, "grid", MERE_ROLE_GRID);
    const struct mere_layer c = mesh_layer(&community, 6, "community", MERE_ROLE_COMMUNITY);
    const struct mere_layer *layers[] = {&c, &g};
    const struct mere_build how = {.match_zones = false};
    if (CHECK_INT(MERE_OK, mere_net_build(ctx, layers, 2, &how, &net)))
        compare(net, long_run ? 3000 : 25, &rng, tolerance_m);
    else
        printf("  %s\n", mere_ctx_error(ctx));
    mere_net_free(net);
    mere_ctx_free(ctx);
}

TEST(in_a_district_the_distance_to_the_border_is_right_to_a_millimetre)
{
    mesh_case((struct mere_point){1202000000, 301500000}, 30000, 1e-3);
}
TEST(in_a_county_of_the_north_it_is_right_to_a_millimetre)
{
    mesh_case((struct mere_point){-1500000000, 640000000}, 200000, 1e-3);
}
TEST(among_houses_it_is_right_to_a_millimetre)
{
    mesh_case((struct mere_point){-770000000, -389000000}, 600, 1e-3);
}

static void say_none(struct mere_ctx *ctx, const struct mere_net *net)
{
    struct mere_locator *loc = NULL;
    CHECK_INT(MERE_OK, mere_locator_build(ctx, net, &loc));
    CHECK_INT(MERE_FACE_OUTER, mere_locate_point(loc, (struct mere_point){3, 4}));
    CHECK(mere_locate_border(loc, 0, (struct mere_point){3, 4}).distance_m < 0);
    mere_locator_free(loc);
}

TEST(a_scheme_without_zones_has_no_border)
{
    struct mere_ctx *ctx = mere_ctx_new();
    uint32_t none[] = {0};
    const struct mere_layer empty = {.name = "grid",
                                     .role = MERE_ROLE_GRID,
                                     .covering = true,
                                     .part_zone = none,
                                     .part_ring = none,
                                     .ring_first = none};
    const struct mere_layer *layers[] = {&empty};
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    if (CHECK_INT(MERE_OK, mere_net_build(ctx, layers, 1, &how, &net)))
        say_none(ctx, net);
    mere_net_free(net);
    mere_ctx_free(ctx);
}

int main(int argc, char **argv)
{
    long_run = check_amount(argc, argv, &seed);
    RUN(in_a_district_the_distance_to_the_border_is_right_to_a_millimetre);
    RUN(in_a_county_of_the_north_it_is_right_to_a_millimetre);
    RUN(among_houses_it_is_right_to_a_millimetre);
    RUN(a_scheme_without_zones_has_no_border);
    return done();
}
