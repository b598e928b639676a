/* prop_zoom.c - what must hold of the chains of every zoom (ENGINE B4).
 *
 *     prop_zoom [SEED] [--long]
 *
 * Soups and coasts, as in prop_pyramid.c. A sweep that shares nothing with the making proves that
 * chains meet in common points only. */
#include "base/hash.h"
#include "check.h"
#include "geo/exact.h"
#include "property/coasts.h"
#include "tile/zoom.h"
#include <math.h>

static struct mere_ctx *ctx;
static uint64_t seed = 1, state;
static int rounds = 1;

static const struct mere_point HERE = {1201000000, 301500000};

/* ---- no two chains cross ---- */

struct seg {
    struct mere_lattice_point a, b;
};

static int64_t low(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static int64_t high(int64_t a, int64_t b)
{
    return a < b ? b : a;
}

static int seg_cmp(const void *va, const void *vb)
{
    const struct seg *p = va, *q = vb;
    int64_t a = low(p->a.x, p->b.x), b = low(q->a.x, q->b.x);
    return (a > b) - (a < b);
}

static bool same(struct mere_lattice_point a, struct mere_lattice_point b)
{
    return a.x == b.x && a.y == b.y;
}

/* Whether two segments have nothing, one common end, or everything in common. */
static bool is_noded(const struct seg *p, const struct seg *q)
{
    switch (mere_segments_meet(p->a, p->b, q->a, q->b)) {
    case MERE_MEET_NONE:
        return true;
    case MERE_MEET_TOUCH:
        return same(p->a, q->a) || same(p->a, q->b) || same(p->b, q->a) || same(p->b, q->b);
    case MERE_MEET_OVERLAP:
        return (same(p->a, q->a) && same(p->b, q->b)) || (same(p->a, q->b) && same(p->b, q->a));
    default:
        return false;
    }
}

static size_t count_crossings(const struct mere_zoom *z)
{
    MERE_VEC(struct seg) segs = {0};
    for (int32_t a = 0; a < z->n_arcs; a++)
        for (uint32_t i = z->first[a]; i + 1 < z->first[a + 1]; i++)
            drawn_ok(MERE_PUSH(&segs, (struct seg){{z->pts[i].x, z->pts[i].y},
                                                   {z->pts[i + 1].x, z->pts[i + 1].y}}));
    if (segs.n > 0)
        qsort(segs.v, segs.n, sizeof *segs.v, seg_cmp);
    size_t bad = 0;
    for (size_t i = 0; i < segs.n; i++) {
        const struct seg *p = &segs.v[i];
        for (size_t k = i + 1; k < segs.n; k++) {
            const struct seg *q = &segs.v[k];
            if (low(q->a.x, q->b.x) > high(p->a.x, p->b.x))
                break;
            if (low(q->a.y, q->b.y) <= high(p->a.y, p->b.y) &&
                low(p->a.y, p->b.y) <= high(q->a.y, q->b.y))
                bad += !is_noded(p, q);
        }
    }
    MERE_VEC_FREE(&segs);
    return bad;
}

/* ---- where the chains are ---- */

/* Web Mercator by the Gudermannian, in units. */
static void unit_of(const struct mere_zoom *z, struct mere_point p, double *x, double *y)
{
    const double pi = acos(-1), around = 4096.0 * (double)(1 << z->zoom);
    *x = ((double)p.x / 3.6e9 + 0.5) * around - 4096.0 * z->tile_x;
    *y = (0.5 - log(tan(pi / 4 + (double)p.y * 1e-7 * pi / 360)) / (2 * pi)) * around -
         4096.0 * z->tile_y;
}

/* The ends of every chain are the units of the nodes, and no vertex that the zoom keeps lies
 * farther than a unit's diagonal from its chain. */
static void check_places(const struct mere_net *net, const struct mere_pyramid *p,
                         const struct mere_zoom *z)
{
    double worst = 0;
    for (int32_t a = 0; a < net->n_arcs; a++)
        for (uint32_t i = net->arcs[a].first; i < net->arcs[a].first + net->arcs[a].n; i++) {
            if (p->zoom[i] > z->zoom)
                continue;
            double x, y, nearest = INFINITY;
            unit_of(z, net->pts[i], &x, &y);
            for (uint32_t k = z->first[a]; k < z->first[a + 1]; k++)
                nearest = fmin(nearest, fmax(fabs(z->pts[k].x - x), fabs(z->pts[k].y - y)));
            worst = fmax(worst, nearest);
        }
    if (!CHECK(worst < 0.5 + 0.1))
        printf("  seed %" PRIu64 ", zoom %d: %g units off\n", seed, z->zoom, worst);
}

/* Twice the area of what is half a unit wide along half of the border of a face. */
static int64_t thin_area2(const struct mere_net *net, const struct mere_zoom *z, int32_t face)
{
    double around = 0;
    for (int32_t a = 0; a < net->n_arcs; a++)
        if (net->arcs[a].left == face || net->arcs[a].right == face)
            for (uint32_t i = z->first[a]; i + 1 < z->first[a + 1]; i++)
                around += hypot(z->pts[i + 1].x - z->pts[i].x, z->pts[i + 1].y - z->pts[i].y);
    return (int64_t)(around / 2);
}

static void check_zooms(const struct mere_net *net, bool places)
{
    struct mere_pyramid *p = NULL;
    CHECK(mere_pyramid_build(ctx, net, &p) == MERE_OK);
    for (int zoom = 0; p && zoom <= MERE_ZOOM_MAX; zoom++) {
        struct mere_zoom *z = NULL;
        if (!CHECK(mere_zoom_build(ctx, net, p, zoom, &z) == MERE_OK)) {
            printf("  seed %" PRIu64 ", zoom %d: %s\n", seed, zoom, mere_ctx_error(ctx));
            continue;
        }
        size_t bad = count_crossings(z), turned = 0;
        for (int32_t f = 0; f < z->n_faces; f++)
            turned += z->face_area2[f] < 0 && z->face_area2[f] < -thin_area2(net, z, f);
        if (!CHECK(bad == 0 && turned == 0))
            printf("  seed %" PRIu64 ", zoom %d: %zu crossings, %zu faces turned over\n", seed,
                   zoom, bad, turned);
        if (places)
            check_places(net, p, z);
        mere_zoom_free(z);
    }
    mere_pyramid_free(p);
}

static void chains_of_a_soup_meet_in_common_points_only(void)
{
    static const int32_t size[] = {20, 300, 5000, 200000, 50000000};
    for (int round = 0; round < 20 * rounds; round++) {
        struct drawn d;
        struct mere_net *net = drawn_net(
            ctx, drawn_soup(&d, "grid", MERE_ROLE_GRID, HERE, size[round % 5], &state), seed);
        if (net)
            check_zooms(net, true);
        mere_net_free(net);
        drawn_free(&d);
    }
}

static void chains_of_coasts_meet_in_common_points_only(void)
{
    static const int32_t step[] = {1000, 20000, 400000};
    static struct mesh m;
    for (int round = 0; round < 3 * rounds; round++) {
        struct drawn d;
        make_mesh(&m, HERE, step[round % 3], &state);
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        draw_mesh(&d, &m);
        struct mere_net *net = drawn_net(ctx, drawn_layer(&d), seed);
        if (net)
            check_zooms(net, false);
        mere_net_free(net);
        drawn_free(&d);
    }
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 30 : 1;
    state = seed;
    ctx = mere_ctx_new();
    RUN(chains_of_a_soup_meet_in_common_points_only);
    RUN(chains_of_coasts_meet_in_common_points_only);
    mere_ctx_free(ctx);
    return done();
}
