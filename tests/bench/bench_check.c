/* bench_check.c - polygons in memory -> what is wrong with them: ours (network, geometry rules,
 * owners, widths), and GEOS 3.11 (interiors that meet, pair by pair; the union and its holes),
 * which gives neither owners nor widths. As a bound, what it costs only to find the edges that two
 * polygons have in common.
 *
 *     bench_check NAME FILE [runs [ours | schemes | memory]]
 *
 * ours: GEOS is left out; the polygons must be without flaws. schemes: three schemes at once, ours
 * alone. memory: one run, and the most memory that this process ever had. */
#include "base/hash.h"
#include "bench/bench.h"
#include "check/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const struct bench_unit MS = {false, 1e3, "ms"};

struct found {
    size_t gaps, overlaps;
};

/* ---- ours -------------------------------------------------------------------------------------
 */

struct subject {
    struct mere_ctx *ctx;
    struct mere_profile *profile;
    const struct mere_layer *layers[3];
    size_t n_layers;
};

static struct found run_ours(const struct subject *s, double *net_s, double *check_s)
{
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    struct mere_report *report = NULL;
    struct found found = {0, 0};
    double start = bench_clock();
    bench_ok(s->ctx, mere_net_build(s->ctx, s->layers, s->n_layers, &how, &net));
    *net_s = bench_clock() - start;
    const struct mere_check_input in = {.net = net,
                                        .profile = s->profile,
                                        .district_code = "",
                                        .district_name = "",
                                        .today = "2026-01-01"};
    bench_ok(s->ctx, mere_check_run(s->ctx, &in, &report));
    *check_s = bench_clock() - start;
    for (size_t i = 0; i < report->n_findings; i++) {
        enum mere_rule rule = report->findings[i].rule;
        found.overlaps += rule == MERE_RULE_OVERLAP;
        found.gaps +=
            rule == MERE_RULE_GAP || rule == MERE_RULE_HOLE || rule == MERE_RULE_UNCLAIMED;
    }
    mere_report_free(report);
    mere_net_free(net);
    return found;
}

/* ---- GEOS -------------------------------------------------------------------------------------
 */

struct peer {
    GEOSContextHandle_t geos;
    GEOSGeometry **polygons;
    const uint32_t *part_zone;
    uint32_t self;
    size_t overlaps;
};

static void pair(void *item, void *user)
{
    struct peer *peer = user;
    uint32_t other = *(uint32_t *)item;
    if (other <= peer->self)
        return;
    if (GEOSRelatePattern_r(peer->geos, peer->polygons[peer->self], peer->polygons[other],
                            "T********") == 1)
        peer->overlaps++;
}

static struct found run_geos(struct peer *peer, size_t n)
{
    GEOSSTRtree *tree = GEOSSTRtree_create_r(peer->geos, 10);
    uint32_t *number = bench_alloc(n, sizeof *number);
    struct found found = {0, 0};
    peer->overlaps = 0;
    for (uint32_t i = 0; i < n; i++) {
        number[i] = i;
        GEOSSTRtree_insert_r(peer->geos, tree, peer->polygons[i], &number[i]);
    }
    for (peer->self = 0; peer->self < n; peer->self++)
        GEOSSTRtree_query_r(peer->geos, tree, peer->polygons[peer->self], pair, peer);
    /* A collection takes its members: lend it clones. */
    GEOSGeometry **clones = bench_alloc(n, sizeof(void *));
    for (size_t i = 0; i < n; i++)
        clones[i] = GEOSGeom_clone_r(peer->geos, peer->polygons[i]);
    GEOSGeometry *all =
        GEOSGeom_createCollection_r(peer->geos, GEOS_MULTIPOLYGON, clones, (unsigned)n);
    GEOSGeometry *joined = GEOSUnaryUnion_r(peer->geos, all);
    for (int i = 0; joined && i < GEOSGetNumGeometries_r(peer->geos, joined); i++)
        found.gaps += (size_t)GEOSGetNumInteriorRings_r(peer->geos,
                                                        GEOSGetGeometryN_r(peer->geos, joined, i));
    found.overlaps = peer->overlaps;
    GEOSGeom_destroy_r(peer->geos, joined);
    GEOSGeom_destroy_r(peer->geos, all);
    GEOSSTRtree_destroy_r(peer->geos, tree);
    free(clones);
    free(number);
    return found;
}

static void quiet(const char *fmt, ...)
{
    (void)fmt;
}

/* ---- the edges alone --------------------------------------------------------------------------
 */

#define BLOCK 64 /* edges whose slots are fetched before the first is looked at */

struct edges {
    uint64_t *slot; /* 0 free */
    size_t mask, n_open;
    uint64_t block[BLOCK];
    size_t n_block;
};

static void flush(struct edges *e)
{
    for (size_t i = 0; i < e->n_block; i++) {
        size_t at = e->block[i] & e->mask;
        while (e->slot[at] && e->slot[at] != e->block[i])
            at = (at + 1) & e->mask;
        e->n_open += e->slot[at] ? (size_t)-1 : 1;
        e->slot[at] = e->block[i];
    }
    e->n_block = 0;
}

static void add_edge(struct edges *e, struct mere_point p, struct mere_point q)
{
    uint64_t a = (uint64_t)(uint32_t)p.x << 32 | (uint32_t)p.y;
    uint64_t b = (uint64_t)(uint32_t)q.x << 32 | (uint32_t)q.y;
    uint64_t key = mere_mix64((a < b ? a : b) * 0x9e3779b97f4a7c15u + (a < b ? b : a));
    __builtin_prefetch(&e->slot[key & e->mask], 1);
    e->block[e->n_block++] = key;
    if (e->n_block == BLOCK)
        flush(e);
}

static size_t hash_edges(struct edges *e, const struct mere_layer *l)
{
    memset(e->slot, 0, (e->mask + 1) * sizeof *e->slot);
    e->n_open = 0;
    for (size_t r = 0; r < l->n_rings; r++) {
        uint32_t last = l->ring_first[r + 1] - 1;
        for (uint32_t i = l->ring_first[r]; i <= last; i++)
            add_edge(e, l->pts[i], l->pts[i < last ? i + 1 : l->ring_first[r]]);
    }
    flush(e);
    return e->n_open;
}

static void bench_edges(const struct bench_data *d, const struct mere_layer *grid, int runs)
{
    struct edges e = {.mask = 1};
    struct bench_times t = {0};
    while (e.mask < d->n_vertices)
        e.mask = 2 * e.mask + 1;
    e.slot = bench_alloc(e.mask, sizeof *e.slot);
    for (int run = 0; run < runs; run++) {
        double start = bench_clock();
        hash_edges(&e, grid);
        bench_time(&t, bench_clock() - start);
    }
    char text[128];
    snprintf(text, sizeof text, "a bound, not a peer: common edges by a table; %zu have one owner",
             e.n_open);
    bench_row("build + check", d->name, "hashing every edge", &t, MS, text);
    free(e.slot);
}

/* ---- what is asked for ------------------------------------------------------------------------
 */

static struct found bench_ours(const struct bench_data *d, const struct subject *s, int runs)
{
    struct bench_times build = {0}, both = {0};
    struct found found = {0, 0};
    size_t n = 0;
    for (int run = 0; run < runs; run++) {
        double net_s, check_s;
        found = run_ours(s, &net_s, &check_s);
        bench_time(&build, net_s);
        bench_time(&both, check_s);
    }
    for (size_t l = 0; l < s->n_layers; l++)
        n += s->layers[l]->ring_first[s->layers[l]->n_rings];
    char text[128];
    snprintf(text, sizeof text, "%zu zones, %zu vertices%s", d->n_zones, n,
             s->n_layers > 1 ? " in the polygons of three schemes" : "");
    bench_row(s->n_layers > 1 ? "build, three schemes" : "build", d->name, "merestone", &build, MS,
              text);
    snprintf(text, sizeof text, "with owners and widths; %zu enclosed pieces, %zu overlaps",
             found.gaps, found.overlaps);
    bench_row(s->n_layers > 1 ? "build + check, three schemes" : "build + check", d->name,
              "merestone", &both, MS, text);
    return found;
}

/* Grid, community and street, each as polygons of its own: the borders inside are dissolved. */
static void bench_schemes(const struct bench_data *d, const struct subject *one,
                          struct mere_arena *arena, int runs)
{
    struct mere_layer parts[3], whole[3];
    struct subject s = *one;
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    for (enum bench_key key = BENCH_GRID; key <= BENCH_STREET; key++) {
        parts[key] = bench_layer(d, key, arena);
        s.layers[key] = &parts[key];
    }
    s.n_layers = 3;
    bench_ok(s.ctx, mere_net_build(s.ctx, s.layers, 3, &how, &net));
    for (int32_t l = 0; l < net->n_schemes; l++) {
        bench_ok(s.ctx, mere_net_layer(s.ctx, net, l, arena, &whole[l]));
        s.layers[l] = &whole[l];
    }
    mere_net_free(net);
    bench_ours(d, &s, runs);
}

static void bench_memory(const struct bench_data *d, const struct subject *s)
{
    struct rusage used;
    double net_s, check_s;
    run_ours(s, &net_s, &check_s);
    getrusage(RUSAGE_SELF, &used);
    struct bench_times t = {0};
    bench_time(&t, (double)used.ru_maxrss / 1024);
    bench_row("build + check: memory", d->name, "merestone", &t,
              (struct bench_unit){false, 1, "MiB"},
              "the most that a process of its own had, reading the polygons included");
}

static void bench_peer(const struct bench_data *d, struct found ours, int runs)
{
    struct peer peer = {.geos = initGEOS_r(quiet, quiet), .part_zone = d->part_zone};
    struct bench_times times = {0};
    struct found geos = {0, 0};
    peer.polygons = bench_geos(peer.geos, d);
    for (int run = 0; run < (d->n_vertices > 1000000 ? 1 : runs); run++) {
        double start = bench_clock();
        geos = run_geos(&peer, d->n_parts);
        bench_time(&times, bench_clock() - start);
    }
    char text[128];
    snprintf(text, sizeof text, "relate by pairs, then union; %zu holes of the union, %zu overlaps",
             geos.gaps, geos.overlaps);
    bench_row("build + check", d->name, "GEOS 3.11 relate + union", &times, MS, text);
    /* Findings and rings are counted differently where pieces touch; whether there are any is the
     * same. */
    bench_need((ours.gaps == 0) == (geos.gaps == 0) && (ours.overlaps == 0) == (geos.overlaps == 0),
               "the answers do not agree");
}

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_check NAME FILE [runs [ours | schemes | memory]]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5;
    const char *what = argc > 4 ? argv[4] : "";
    bench_need(runs > 0 && runs < BENCH_RUNS_MAX, "runs go from 1 to 100");
    struct mere_arena arena = {0};
    struct subject s = {.ctx = mere_ctx_new()};
    bench_ok(s.ctx, mere_profile_shipped(s.ctx, "plain", &s.profile));
    const struct mere_layer grid = bench_layer(&d, BENCH_GRID, &arena);
    s.layers[s.n_layers++] = &grid;
    if (strcmp(what, "schemes") == 0) {
        bench_schemes(&d, &s, &arena, runs);
    } else if (strcmp(what, "memory") == 0) {
        bench_memory(&d, &s);
    } else {
        struct found found = bench_ours(&d, &s, runs);
        bench_edges(&d, &grid, runs);
        if (strcmp(what, "ours") != 0)
            bench_peer(&d, found, runs);
        else
            bench_need(found.gaps + found.overlaps == 0, "flaws are found where there are none");
    }
    mere_profile_free(s.profile);
    mere_arena_clear(&arena);
    mere_ctx_free(s.ctx);
    return 0;
}
