/* bench_pyramid.c - the borders of all zooms in one pass, and how many vertices each keeps; every
 * zoom is validated outside the clock.
 *
 *     bench_pyramid NAME FILE [runs] */
#include "bench/bench.h"
#include "net/pyramid.h"
#include "property/zoom_net.h"
#include <stdio.h>
#include <stdlib.h>

static const struct bench_unit MS = {false, 1e3, "ms"};

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_pyramid NAME FILE [runs]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    int runs = argc > 3 ? atoi(argv[3]) : 5;
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_arena arena = {0};
    struct mere_layer layer = bench_layer(&d, BENCH_GRID, &arena);
    const struct mere_layer *layers[] = {&layer};
    struct mere_net *net = NULL;
    bench_ok(ctx, mere_net_build(ctx, layers, 1, &(struct mere_build){0}, &net));
    struct bench_times t = {0};
    struct mere_pyramid *p = NULL;
    for (int i = 0; i < runs; i++) {
        mere_pyramid_free(p);
        double start = bench_clock();
        bench_ok(ctx, mere_pyramid_build(ctx, net, &p));
        bench_time(&t, bench_clock() - start);
    }
    bench_row("simplify, all zooms", d.name, "merestone", &t, MS, "");
    for (int z = MERE_ZOOM_MAX; z >= 0; z--) {
        struct mere_net cut;
        bench_ok(ctx, zoom_net(ctx, net, p, z, &cut));
        printf("# zoom %d: %zu of %zu, faces %d of %d; %s\n", z, cut.n_pts, net->n_pts, cut.n_faces,
               net->n_faces,
               mere_net_validate(ctx, &cut) == MERE_OK ? "valid" : mere_ctx_error(ctx));
        mere_arena_clear(&cut.arena);
    }
    mere_pyramid_free(p);
    mere_net_free(net);
    return 0;
}
