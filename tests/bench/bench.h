/* bench.h - what the bench programs share: data, clock, statistics.
 *
 * Data is a coverage file (.mcov): "MCOV0001", u32 n_faces, u32 0, u64 n_vertices, then for each face u64
 * first, u32 n, u32 community, u32 street, u32 class, u32 persons, u32 0, then n_vertices x (double lon,
 * double lat); one closed ring a face, little-endian, as ../shared/bench/gen.c writes it.
 *
 * The clock is CPU time of the process, so that other jobs of a shared machine cost no time slices;
 * BENCH_WALL=1 takes the wall clock. Every row is a line
 *     work | data | who | median | min | max | unit | note
 * separated by tabs; tools/bench makes tables and ratios of them. */
#ifndef MERE_BENCH_H
#define MERE_BENCH_H
#include "base/base.h"
#include "base/hash.h"
#include "net/net.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench_face {
    uint64_t first;
    uint32_t n, community, street, class, persons, unused;
};
struct bench_data {
    uint32_t n_faces;
    uint64_t n_vertices;
    struct bench_face *faces;
    double *xy;
    double box[4]; /* west, south, east, north */
};

static inline double bench_clock(void)
{
    struct timespec t;
    clock_gettime(getenv("BENCH_WALL") ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void bench_need(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}
static inline void bench_ok(struct mere_ctx *ctx, enum mere_status status)
{
    bench_need(status == MERE_OK, mere_ctx_error(ctx));
}
static inline void *bench_alloc(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    bench_need(p != NULL, "memory is out");
    return p;
}

static inline struct bench_data bench_load(const char *path)
{
    struct bench_data d = {.box = {1e300, 1e300, -1e300, -1e300}};
    char magic[8];
    uint32_t zero;
    FILE *f = fopen(path, "rb");
    bench_need(f != NULL, path);
    bool ok = fread(magic, 8, 1, f) == 1 && memcmp(magic, "MCOV0001", 8) == 0 &&
              fread(&d.n_faces, 4, 1, f) == 1 && fread(&zero, 4, 1, f) == 1 &&
              fread(&d.n_vertices, 8, 1, f) == 1;
    bench_need(ok && d.n_faces < 1u << 26 && d.n_vertices < 1u << 30, "not a coverage file");
    d.faces = bench_alloc(d.n_faces, sizeof *d.faces);
    d.xy = bench_alloc(d.n_vertices, 2 * sizeof *d.xy);
    ok = fread(d.faces, sizeof *d.faces, d.n_faces, f) == d.n_faces &&
         fread(d.xy, 2 * sizeof *d.xy, d.n_vertices, f) == d.n_vertices;
    fclose(f);
    bench_need(ok, "the coverage file is cut short");
    for (uint64_t i = 0; i < d.n_vertices; i++) {
        double x = d.xy[2 * i], y = d.xy[2 * i + 1];
        d.box[0] = x < d.box[0] ? x : d.box[0];
        d.box[1] = y < d.box[1] ? y : d.box[1];
        d.box[2] = x > d.box[2] ? x : d.box[2];
        d.box[3] = y > d.box[3] ? y : d.box[3];
    }
    return d;
}

/* The faces as one layer, each the part of the zone that `key` gives: faces, communities or streets. */
enum bench_key { BENCH_GRID, BENCH_COMMUNITY, BENCH_STREET };
static inline struct mere_layer bench_layer(const struct bench_data *d, enum bench_key key,
                                            struct mere_arena *arena)
{
    static const char *const NAMES[] = {"grid", "community", "street"};
    static const enum mere_role ROLES[] = {MERE_ROLE_GRID, MERE_ROLE_COMMUNITY, MERE_ROLE_STREET};
    uint32_t most = 0;
    for (uint32_t f = 0; f < d->n_faces; f++) {
        const struct bench_face *b = &d->faces[f];
        uint32_t z = key == BENCH_GRID ? f : key == BENCH_COMMUNITY ? b->community : b->street;
        most = z > most ? z : most;
    }
    struct mere_layer l = {.name = NAMES[key], .role = ROLES[key], .covering = true};
    l.n_zones = (size_t)most + 1;
    l.n_parts = l.n_rings = d->n_faces;
    l.zones = MERE_NEW(arena, struct mere_zone, l.n_zones);
    l.part_zone = MERE_NEW(arena, uint32_t, l.n_parts);
    l.part_ring = MERE_NEW(arena, uint32_t, l.n_parts + 1);
    l.ring_first = MERE_NEW(arena, uint32_t, l.n_rings + 1);
    l.pts = MERE_NEW(arena, struct mere_point, d->n_vertices);
    bench_need(l.zones && l.part_zone && l.part_ring && l.ring_first && l.pts, "memory is out");
    for (size_t z = 0; z < l.n_zones; z++) {
        char code[32];
        int n = snprintf(code, sizeof code, "%06zu", z + 1);
        l.zones[z] = (struct mere_zone){.code = mere_arena_text(arena, code, (size_t)n),
                                        .name = "",
                                        .households = MERE_UNKNOWN,
                                        .persons = MERE_UNKNOWN};
    }
    uint32_t at = 0;
    for (uint32_t f = 0; f < d->n_faces; f++) {
        const struct bench_face *b = &d->faces[f];
        l.part_zone[f] = key == BENCH_GRID ? f : key == BENCH_COMMUNITY ? b->community : b->street;
        l.part_ring[f] = f;
        l.ring_first[f] = at;
        for (uint32_t i = 0; i + 1 < b->n; i++)
            bench_need(mere_point_from_degrees(d->xy[2 * (b->first + i)],
                                               d->xy[2 * (b->first + i) + 1], &l.pts[at++]),
                       "a vertex is off the Earth");
    }
    l.part_ring[d->n_faces] = d->n_faces;
    l.ring_first[d->n_faces] = at;
    return l;
}

/* `n` points, uniform over the box, unsorted. */
static inline void bench_points(const struct bench_data *d, uint64_t seed, size_t n, double *lon,
                                double *lat)
{
    for (size_t i = 0; i < n; i++) {
        lon[i] = d->box[0] + (d->box[2] - d->box[0]) * (double)(mere_random(&seed) >> 11) * 0x1p-53;
        lat[i] = d->box[1] + (d->box[3] - d->box[1]) * (double)(mere_random(&seed) >> 11) * 0x1p-53;
    }
}

#define BENCH_RUNS_MAX 101
struct bench_times {
    int n;
    double v[BENCH_RUNS_MAX];
};
static inline int bench_cmp(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
/* Print a row: `scale` / seconds if `rate`, else seconds * `scale`. */
static inline void bench_row(const char *work, const char *data, const char *who,
                             struct bench_times *t, bool rate, double scale, const char *unit,
                             const char *note)
{
    for (int i = 0; i < t->n; i++)
        t->v[i] = rate ? scale / t->v[i] : scale * t->v[i];
    qsort(t->v, (size_t)t->n, sizeof *t->v, bench_cmp);
    printf("%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%s\t%s\n", work, data, who, t->v[t->n / 2], t->v[0],
           t->v[t->n - 1], unit, note);
    fflush(stdout);
}
#endif
