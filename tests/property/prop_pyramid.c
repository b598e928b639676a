/* prop_pyramid.c - what must hold of the borders of every zoom (ENGINE C, B4).
 *
 *     prop_pyramid [SEED] [--long]
 *
 * Two kinds of borders: *soups* of wild rings that cross themselves and each other, with faces of
 * every shape; and *coasts*, a mesh whose sides are fractal lines, so that zoom after zoom has
 * something to leave out. The validator proves every zoom planar and its faces whole, with a sweep
 * that shares nothing with the making. */
#include "base/hash.h"
#include "check.h"
#include "property/coasts.h"
#include "property/zoom_net.h"
#include <math.h>

static struct mere_ctx *ctx;
static uint64_t seed = 1, state;
static int rounds = 1;

static struct mere_pyramid *pyramid_of(const struct mere_net *net)
{
    struct mere_pyramid *p = NULL;
    if (!CHECK(mere_pyramid_build(ctx, net, &p) == MERE_OK))
        printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
    return p;
}

/* ---- what must hold ---- */

/* Every zoom is a valid network with the same faces and arcs. Returns how many vertices go. */
static size_t check_zooms(const struct mere_net *net, const struct mere_pyramid *p)
{
    size_t gone = 0;
    for (size_t i = 0; i < net->n_pts; i++)
        gone += p->zoom[i] > 0;
    for (int z = MERE_ZOOM_MAX; z >= 0; z--) {
        struct mere_net cut;
        bool ok = zoom_net(ctx, net, p, z, &cut) == MERE_OK;
        ok = ok && cut.n_faces == net->n_faces && cut.n_arcs == net->n_arcs &&
             cut.n_nodes == net->n_nodes && cut.n_rings == net->n_rings;
        if (!CHECK(ok && mere_net_validate(ctx, &cut) == MERE_OK))
            printf("  seed %" PRIu64 ", zoom %d: %s\n", seed, z, mere_ctx_error(ctx));
        mere_arena_clear(&cut.arena);
    }
    return gone;
}

/* Mercator pixels of a zoom, by the formula of the sphere (Snyder 1987, 7-1 and 7-2). */
static void pixel_of(struct mere_point p, int zoom, double *x, double *y)
{
    const double pi = acos(-1), world = 256.0 * (double)(1 << zoom);
    *x = (double)p.x / 3.6e9 * world;
    *y = log(tan(pi / 4 + (double)p.y * 1e-7 * pi / 360)) / (2 * pi) * world;
}

/* How far `p` is from the segment a-b, in pixels. */
static double pixels_off(struct mere_point p, struct mere_point a, struct mere_point b, int zoom)
{
    double px, py, ax, ay, bx, by;
    pixel_of(p, zoom, &px, &py);
    pixel_of(a, zoom, &ax, &ay);
    pixel_of(b, zoom, &bx, &by);
    double dx = bx - ax, dy = by - ay, len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? ((px - ax) * dx + (py - ay) * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - ax - t * dx, py - ay - t * dy);
}

/* No vertex that a zoom leaves out lies farther from its line than 0.75 pixel. */
static void check_distances(const struct mere_net *net, const struct mere_pyramid *p)
{
    double worst = 0;
    for (int z = 0; z <= MERE_ZOOM_MAX; z++)
        for (int32_t a = 0; a < net->n_arcs; a++) {
            uint32_t first = net->arcs[a].first, end = first + net->arcs[a].n;
            for (uint32_t from = first, to; from + 1 < end; from = to) {
                to = from + 1;
                while (p->zoom[to] > z)
                    to++;
                for (uint32_t i = from + 1; i < to; i++)
                    worst = fmax(worst, pixels_off(net->pts[i], net->pts[from], net->pts[to], z));
            }
        }
    if (!CHECK(worst < 0.751))
        printf("  seed %" PRIu64 ": %g pixels off\n", seed, worst);
}

static void every_zoom_of_a_soup_is_a_valid_network(void)
{
    static const int32_t size[] = {20, 300, 5000, 200000};
    size_t gone = 0;
    for (int round = 0; round < 20 * rounds; round++) {
        struct drawn d;
        struct mere_point at = {0, 300000000};
        struct mere_net *net = drawn_net(
            ctx, drawn_soup(&d, "grid", MERE_ROLE_GRID, at, size[round % 4], &state), seed);
        struct mere_pyramid *p = net ? pyramid_of(net) : NULL;
        if (p)
            gone += check_zooms(net, p);
        mere_pyramid_free(p);
        mere_net_free(net);
        drawn_free(&d);
    }
    CHECK(gone > 0);
}

static const struct mere_point HERE = {1201000000, 301500000};

static void every_zoom_of_coasts_is_valid_and_near_them(void)
{
    static struct mesh m;
    for (int round = 0; round < 2 * rounds; round++) {
        struct drawn d;
        make_mesh(&m, HERE, round % 2 ? 3000 : 400000, &state);
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        draw_mesh(&d, &m);
        struct mere_net *net = drawn_net(ctx, drawn_layer(&d), seed);
        struct mere_pyramid *p = net ? pyramid_of(net) : NULL;
        if (p) {
            CHECK(check_zooms(net, p) > net->n_pts / 2);
            check_distances(net, p);
        }
        mere_pyramid_free(p);
        mere_net_free(net);
        drawn_free(&d);
    }
}

/* The arc of `net` that begins like `arc` of `other`; NULL: none does. */
static const struct mere_arc *same_arc(const struct mere_net *net, const struct mere_net *other,
                                       const struct mere_arc *arc)
{
    for (int32_t a = 0; a < net->n_arcs; a++)
        if (net->arcs[a].n == arc->n &&
            memcmp(&net->pts[net->arcs[a].first], &other->pts[arc->first],
                   arc->n * sizeof *net->pts) == 0)
            return &net->arcs[a];
    return NULL;
}

/* A border's zooms hang on what is around it alone: so arcs may be done again one by one. */
static void what_lies_elsewhere_changes_no_border(void)
{
    static struct mesh here, there;
    for (int round = 0; round < rounds; round++) {
        struct drawn one, both;
        make_mesh(&here, HERE, 20000, &state);
        make_mesh(&there, (struct mere_point){HERE.x - 40000000, HERE.y - 10000000}, 30000, &state);
        drawn_start(&one, "grid", MERE_ROLE_GRID);
        draw_mesh(&one, &here);
        drawn_start(&both, "grid", MERE_ROLE_GRID);
        draw_mesh(&both, &there);
        draw_mesh(&both, &here);
        struct mere_net *alone = drawn_net(ctx, drawn_layer(&one), seed),
                        *net = drawn_net(ctx, drawn_layer(&both), seed);
        struct mere_pyramid *p = alone ? pyramid_of(alone) : NULL,
                            *q = net ? pyramid_of(net) : NULL;
        for (int32_t a = 0; p && q && a < alone->n_arcs; a++) {
            const struct mere_arc *arc = &alone->arcs[a], *same = same_arc(net, alone, arc);
            if (CHECK(same != NULL))
                CHECK(memcmp(p->zoom + arc->first, q->zoom + same->first, arc->n) == 0);
        }
        mere_pyramid_free(p);
        mere_pyramid_free(q);
        mere_net_free(alone);
        mere_net_free(net);
        drawn_free(&one);
        drawn_free(&both);
    }
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 50 : 2;
    state = seed;
    ctx = mere_ctx_new();
    RUN(every_zoom_of_a_soup_is_a_valid_network);
    RUN(every_zoom_of_coasts_is_valid_and_near_them);
    RUN(what_lies_elsewhere_changes_no_border);
    mere_ctx_free(ctx);
    return done();
}
