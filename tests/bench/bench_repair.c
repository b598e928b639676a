/* bench_repair.c - polygons in memory with planted gaps and overlaps -> mended polygons.
 *
 * In every thirtieth zone four vertices that follow each other are moved by 60 units (0.7 m) each
 * way, in that zone alone, to the south-west and to the north-east in turn. The answer is checked:
 * what is mended and what is left is told, and a second repair of the result must have nothing to
 * do.
 *
 *     bench_repair NAME FILE [runs [OUT.mcov]]      OUT: the slipped polygons, for the peers */
#include "bench/bench.h"
#include "net/repair.h"
#include <stdio.h>
#include <stdlib.h>

#define EVERY 30
#define VERTICES 4
#define BY 60

static const struct bench_unit MS = {false, 1e3, "ms"};

static size_t plant(struct mere_layer *grid)
{
    size_t planted = 0;
    for (size_t p = 0; p < grid->n_parts; p += EVERY) {
        uint32_t first = grid->ring_first[grid->part_ring[p]];
        uint32_t n = grid->ring_first[grid->part_ring[p] + 1] - first;
        for (uint32_t k = n / 3; n > 2 * VERTICES && k < n / 3 + VERTICES; k++) {
            grid->pts[first + k].x += planted % 2 ? BY : -BY;
            grid->pts[first + k].y += planted % 2 ? BY : -BY;
        }
        planted += n > 2 * VERTICES;
    }
    return planted;
}

/* The layout of bench.c; of polygons with one ring alone. */
static void write_slipped(const char *path, const struct bench_data *d,
                          const struct mere_layer *grid)
{
    FILE *f = fopen(path, "wb");
    bench_need(f != NULL && d->n_rings == d->n_parts, path);
    const uint32_t head[2] = {(uint32_t)d->n_parts, 0};
    const uint64_t n_vertices = d->n_vertices + d->n_parts; /* rings are closed in the file */
    fwrite("MCOV0001", 8, 1, f);
    fwrite(head, sizeof head, 1, f);
    fwrite(&n_vertices, sizeof n_vertices, 1, f);
    for (size_t p = 0; p < d->n_parts; p++) {
        const uint64_t first = d->ring_first[p] + p;
        const uint32_t rest[6] = {d->ring_first[p + 1] - d->ring_first[p] + 1, d->part_community[p],
                                  d->part_street[p]};
        fwrite(&first, sizeof first, 1, f);
        fwrite(rest, sizeof rest, 1, f);
    }
    for (size_t p = 0; p < d->n_parts; p++) {
        const uint32_t first = d->ring_first[p], n = d->ring_first[p + 1] - first;
        for (uint32_t i = 0; i <= n; i++) {
            const struct mere_point q = grid->pts[first + i % n];
            const double degrees[2] = {q.x / 1e7, q.y / 1e7};
            fwrite(degrees, sizeof degrees, 1, f);
        }
    }
    bench_need(fclose(f) == 0, path);
}

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_repair NAME FILE [runs [OUT.mcov]]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5;
    bench_need(runs > 0 && runs < BENCH_RUNS_MAX, "runs go from 1 to 100");
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_arena arena = {0};
    struct mere_layer grid = bench_layer(&d, BENCH_GRID, &arena);
    size_t planted = plant(&grid), n_applied = 0, n_left = 0;
    if (argc > 4)
        write_slipped(argv[4], &d, &grid);
    const struct mere_layer *layers = &grid;
    struct mere_repair_input in = {.layers = &layers,
                                   .n_layers = 1,
                                   .scheme = grid.name,
                                   .match_units = 3,
                                   .max_width_m = 10,
                                   .max_area_m2 = 2000,
                                   .max_fragment_m = 0.5};
    struct bench_times times = {0};
    for (int run = 0; run < runs; run++) {
        struct mere_repair *repair = NULL, *again = NULL;
        double start = bench_clock();
        bench_ok(ctx, mere_repair_run(ctx, &in, &repair));
        bench_time(&times, bench_clock() - start);
        n_applied = repair->n_applied;
        n_left = repair->n_proposals - n_applied;
        if (run == 0) {
            layers = &repair->layer;
            bench_ok(ctx, mere_repair_run(ctx, &in, &again));
            bench_need(again->n_applied == 0 && again->n_changed == 0, "a second repair has work");
            mere_repair_free(again);
            layers = &grid;
        }
        mere_repair_free(repair);
    }
    char text[160];
    snprintf(text, sizeof text, "%zu zones slipped by 0.7 m: %zu pieces mended, %zu left", planted,
             n_applied, n_left);
    bench_row("build + repair", d.name, "merestone", &times, MS, text);
    mere_arena_clear(&arena);
    mere_ctx_free(ctx);
    return 0;
}
