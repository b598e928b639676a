/* bench.h - what the bench programs share: data, clock, rows.
 *
 * The clock is CPU time of the process, so that other jobs of a shared machine cost no time slices;
 * BENCH_WALL=1 takes the wall clock. A result is a line on stdout, fields separated by tabs:
 *     work  data  who  median  min  max  unit  note
 * tests/bench/report.py makes tables and ratios of them. */
#ifndef MERE_BENCH_H
#define MERE_BENCH_H
#include "net/net.h"
#include <geos_c.h>

/* Polygons in degrees: a zone is one or more parts. */
struct bench_data {
    const char *name; /* "S" */
    size_t n_zones, n_parts, n_rings, n_vertices;
    uint32_t *part_zone, *part_community, *part_street;
    uint32_t *part_ring;  /* n_parts + 1 */
    uint32_t *ring_first; /* n_rings + 1; rings are not closed in the array */
    double *xy;           /* 2 * n_vertices */
    double box[4];        /* west, south, east, north */
};
/* Read a coverage file of ../shared/bench/gen.c (*.mcov) or the first layer of what OGR can open,
 * brought to WGS 84. Ends the program when it can't. */
struct bench_data bench_load(const char *name, const char *path);

/* A scheme of these polygons: each zone by itself, or joined. In `arena`. */
enum bench_key { BENCH_GRID, BENCH_COMMUNITY, BENCH_STREET };
struct mere_layer bench_layer(const struct bench_data *d, enum bench_key key,
                              struct mere_arena *arena);
GEOSGeometry **bench_geos(GEOSContextHandle_t geos, const struct bench_data *d);
/* `n` points, uniform over the box, unsorted. */
void bench_points(const struct bench_data *d, uint64_t seed, size_t n, double *lon, double *lat);

double bench_clock(void);
/* End the program with `what` unless `ok`; the same for a status; calloc or end. */
void bench_need(bool ok, const char *what);
void bench_ok(struct mere_ctx *ctx, enum mere_status status);
void *bench_alloc(size_t n, size_t size);

#define BENCH_RUNS_MAX 101
struct bench_times {
    int n;
    double v[BENCH_RUNS_MAX]; /* seconds */
};
void bench_time(struct bench_times *t, double seconds);
/* Print a row: `scale` / seconds when `rate`, else seconds * `scale`. Sorts `t`. */
struct bench_unit {
    bool rate;
    double scale;
    const char *unit;
};
void bench_row(const char *work, const char *data, const char *who, struct bench_times *t,
               struct bench_unit unit, const char *note);
#endif
