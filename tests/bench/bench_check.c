/* bench_check.c - polygons in memory -> what is wrong with them: ours (network, geometry rules,
 * owners, widths), and GEOS 3.11 (interiors that meet, pair by pair; the union and its holes),
 * which gives neither owners nor widths.
 *
 *     bench_check NAME FILE [runs] */
#include "bench/bench.h"
#include "check/check.h"
#include <stdio.h>
#include <stdlib.h>

static const struct bench_unit MS = {false, 1e3, "ms"};

struct found {
    size_t gaps, overlaps;
};

/* ---- ours -------------------------------------------------------------------------------------
 */

static struct found run_ours(struct mere_ctx *ctx, const struct mere_layer *grid,
                             struct mere_profile *profile, double *net_s, double *check_s)
{
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    struct mere_report *report = NULL;
    struct found found = {0, 0};
    double start = bench_clock();
    bench_ok(ctx, mere_net_build(ctx, &grid, 1, &how, &net));
    *net_s = bench_clock() - start;
    const struct mere_check_input in = {.net = net,
                                        .profile = profile,
                                        .district_code = "",
                                        .district_name = "",
                                        .today = "2026-01-01"};
    bench_ok(ctx, mere_check_run(ctx, &in, &report));
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

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_check NAME FILE [runs]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5;
    bench_need(runs > 0 && runs < BENCH_RUNS_MAX, "runs go from 1 to 100");
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_arena arena = {0};
    struct mere_profile *profile = NULL;
    const struct mere_layer grid = bench_layer(&d, BENCH_GRID, &arena);
    bench_ok(ctx, mere_profile_shipped(ctx, "plain", &profile));
    struct bench_times build = {0}, both = {0}, theirs = {0};
    struct found ours = {0, 0}, geos = {0, 0};
    for (int run = 0; run < runs; run++) {
        double net_s, check_s;
        ours = run_ours(ctx, &grid, profile, &net_s, &check_s);
        bench_time(&build, net_s);
        bench_time(&both, check_s);
    }
    struct peer peer = {.geos = initGEOS_r(quiet, quiet), .part_zone = d.part_zone};
    peer.polygons = bench_geos(peer.geos, &d);
    for (int run = 0; run < (d.n_vertices > 1000000 ? 1 : runs); run++) {
        double start = bench_clock();
        geos = run_geos(&peer, d.n_parts);
        bench_time(&theirs, bench_clock() - start);
    }
    char text[128];
    snprintf(text, sizeof text, "%zu parts, %zu vertices", d.n_parts, d.n_vertices);
    bench_row("build", d.name, "merestone", &build, MS, text);
    snprintf(text, sizeof text, "with owners and widths; %zu enclosed pieces, %zu overlaps",
             ours.gaps, ours.overlaps);
    bench_row("build + check", d.name, "merestone", &both, MS, text);
    snprintf(text, sizeof text, "relate by pairs, then union; %zu holes of the union, %zu overlaps",
             geos.gaps, geos.overlaps);
    bench_row("build + check", d.name, "GEOS 3.11 relate + union", &theirs, MS, text);
    /* Findings and rings are counted differently where pieces touch; whether there are any is the
     * same. */
    bench_need((ours.gaps == 0) == (geos.gaps == 0) && (ours.overlaps == 0) == (geos.overlaps == 0),
               "the answers do not agree");
    mere_profile_free(profile);
    mere_arena_clear(&arena);
    mere_ctx_free(ctx);
    return 0;
}
