/* bench_locate.c - point -> owner: ours, a bare table read of the same size, and GEOS (prepared
 * polygons in an STR tree). Checks that the answers agree.
 *
 *     bench_locate NAME FILE [points] [seed]
 *
 * Ours answers for three schemes at once; GEOS for one. Points are unsorted and uniform over the
 * box. */
#include "base/hash.h"
#include "bench/bench.h"
#include "locate/locate.h"
#include <stdio.h>
#include <stdlib.h>

static const struct bench_unit MILLION_A_SECOND = {true, 1e-6, "M points/s"};
static const struct bench_unit MS = {false, 1e3, "ms"};

struct points {
    size_t n;
    double *lon, *lat;
    int32_t *face;
};

static const char *note(const char *fmt, ...) MERE_PRINTF(1, 2);
static const char *note(const char *fmt, ...)
{
    static char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return text;
}

static struct bench_unit per_points(struct bench_unit unit, size_t n)
{
    unit.scale *= (double)n;
    return unit;
}

/* ---- ours -------------------------------------------------------------------------------------
 */

static void bench_ours(const struct bench_data *d, const struct mere_locator *loc,
                       const struct points *p)
{
    struct bench_times many = {0}, one = {0};
    for (int run = 0; run < 25; run++) {
        double start = bench_clock();
        mere_locate_degrees(loc, p->lon, p->lat, p->n, p->face);
        bench_time(&many, bench_clock() - start);
    }
    bench_row(
        "locate", d->name, "merestone", &many, per_points(MILLION_A_SECOND, p->n),
        note("all schemes in one read; index %.2f MiB", (double)mere_locator_bytes(loc) / 1048576));
    size_t n = p->n < 1000000 ? p->n : 1000000;
    int32_t sum = 0;
    for (int run = 0; run < 15; run++) {
        double start = bench_clock();
        for (size_t i = 0; i < n; i++) {
            struct mere_point q = {0, 0};
            /* The answer goes into the next question, so calls can't overlap. */
            (void)mere_point_from_degrees(p->lon[i] + (double)(sum & 1) * 1e-12, p->lat[i], &q);
            sum ^= mere_locate_point(loc, q);
        }
        bench_time(&one, bench_clock() - start);
    }
    bench_row("locate one", d->name, "merestone", &one,
              (struct bench_unit){false, 1e9 / (double)n, "ns a call"},
              note("random, each call waits for the one before; checksum %d", sum));
}

/* The least that any table of this size could cost: one dependent-free random read a point. */
static void bench_table(const struct bench_data *d, size_t bytes, const struct points *p)
{
    size_t n = bytes / 4 + 1;
    uint64_t rng = 5, sum = 0;
    struct bench_times t = {0};
    uint32_t *table = bench_alloc(n, sizeof *table), *index = bench_alloc(p->n, sizeof *index);
    for (size_t i = 0; i < p->n; i++)
        index[i] = (uint32_t)(mere_random(&rng) % n);
    for (int run = 0; run < 15; run++) {
        double start = bench_clock();
        for (size_t i = 0; i < p->n; i++)
            p->face[i] = (int32_t)table[index[i]];
        bench_time(&t, bench_clock() - start);
        sum += (uint64_t)p->face[p->n / 2];
    }
    bench_row(
        "locate", d->name, "bare table read", &t, per_points(MILLION_A_SECOND, p->n),
        note("a bound, not a peer: one random read of a table as big as the index (%d)", (int)sum));
    free(table);
    free(index);
}

/* ---- GEOS -------------------------------------------------------------------------------------
 */

struct peer {
    GEOSContextHandle_t geos;
    GEOSGeometry **polygons;
    const GEOSPreparedGeometry **prepared;
    GEOSSTRtree *tree;
    uint32_t *number;
    const GEOSGeometry *point;
    uint32_t zone; /* of the last hit */
    const struct bench_data *d;
    bool near;
};

static void hit(void *item, void *user)
{
    struct peer *peer = user;
    uint32_t part = *(uint32_t *)item;
    if (GEOSPreparedContains_r(peer->geos, peer->prepared[part], peer->point) == 1)
        peer->zone = peer->d->part_zone[part];
}

static void near_border(void *item, void *user)
{
    struct peer *peer = user;
    double d = 1;
    GEOSGeometry *border = GEOSBoundary_r(peer->geos, peer->polygons[*(uint32_t *)item]);
    peer->near |= GEOSDistance_r(peer->geos, border, peer->point, &d) == 1 && d < 1.8e-7;
    GEOSGeom_destroy_r(peer->geos, border);
}

static void quiet(const char *fmt, ...)
{
    (void)fmt;
}

static struct peer make_peer(const struct bench_data *d)
{
    struct peer peer = {.geos = initGEOS_r(quiet, quiet), .d = d};
    peer.polygons = bench_geos(peer.geos, d);
    peer.prepared = bench_alloc(d->n_parts, sizeof(void *));
    peer.number = bench_alloc(d->n_parts, sizeof *peer.number);
    double start = bench_clock();
    peer.tree = GEOSSTRtree_create_r(peer.geos, 10);
    for (uint32_t p = 0; p < d->n_parts; p++) {
        peer.prepared[p] = GEOSPrepare_r(peer.geos, peer.polygons[p]);
        peer.number[p] = p;
        GEOSSTRtree_insert_r(peer.geos, peer.tree, peer.polygons[p], &peer.number[p]);
    }
    struct bench_times t = {0};
    bench_time(&t, bench_clock() - start);
    bench_row("locate: index", d->name, "GEOS prepared + STRtree", &t, MS,
              "polygons in memory -> tree; prepared polygons build their own index at first use");
    return peer;
}

static uint32_t ask_geos(struct peer *peer, double lon, double lat)
{
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(peer->geos, lon, lat);
    peer->point = point;
    peer->zone = UINT32_MAX;
    GEOSSTRtree_query_r(peer->geos, peer->tree, point, hit, peer);
    GEOSGeom_destroy_r(peer->geos, point);
    return peer->zone;
}

static bool is_near(struct peer *peer, double lon, double lat)
{
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(peer->geos, lon, lat);
    GEOSGeometry *wide = GEOSBuffer_r(peer->geos, point, 4e-7, 2);
    peer->point = point;
    peer->near = false;
    GEOSSTRtree_query_r(peer->geos, peer->tree, wide, near_border, peer);
    GEOSGeom_destroy_r(peer->geos, wide);
    GEOSGeom_destroy_r(peer->geos, point);
    return peer->near;
}

static void bench_peer(const struct bench_data *d, const struct mere_net *net,
                       const struct points *p)
{
    struct peer peer = make_peer(d);
    const struct mere_scheme *grid = &net->schemes[mere_net_scheme(net, "grid")];
    size_t n = p->n < 300000 ? p->n : 300000, in_band = 0, wrong = 0;
    uint32_t *zone = bench_alloc(n, sizeof *zone);
    struct bench_times t = {0};
    for (int run = 0; run < 4; run++) {
        double start = bench_clock();
        for (size_t i = 0; i < n; i++)
            zone[i] = ask_geos(&peer, p->lon[i], p->lat[i]);
        if (run > 0) /* the first fills the caches of the prepared polygons */
            bench_time(&t, bench_clock() - start);
    }
    for (size_t i = 0; i < n; i++) {
        size_t n_claims = 0;
        const int32_t *claims =
            p->face[i] < 0 ? NULL : mere_face_claims(grid, p->face[i], &n_claims);
        bool same = n_claims == 0 ? zone[i] == UINT32_MAX : false;
        for (size_t k = 0; k < n_claims && zone[i] != UINT32_MAX; k++)
            same |= grid->zone_of_layer[zone[i]] == claims[k];
        if (same)
            continue;
        if (is_near(&peer, p->lon[i], p->lat[i]))
            in_band++;
        else
            wrong++;
    }
    bench_row(
        "locate", d->name, "GEOS prepared + STRtree", &t, per_points(MILLION_A_SECOND, n),
        note(
            "C API %s, one scheme; of %zu points %zu differ within 2 cm of a border, %zu elsewhere",
            GEOSversion(), n, in_band, wrong));
    bench_need(wrong == 0, "the answers do not agree");
}

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_locate NAME FILE [points] [seed]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    struct points p = {.n = argc > 3 ? strtoull(argv[3], NULL, 10) : 4000000};
    p.lon = bench_alloc(p.n, sizeof *p.lon);
    p.lat = bench_alloc(p.n, sizeof *p.lat);
    p.face = bench_alloc(p.n, sizeof *p.face);
    bench_points(&d, argc > 4 ? strtoull(argv[4], NULL, 10) : 42, p.n, p.lon, p.lat);
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_arena arena = {0};
    const struct mere_layer street = bench_layer(&d, BENCH_STREET, &arena);
    const struct mere_layer community = bench_layer(&d, BENCH_COMMUNITY, &arena);
    const struct mere_layer grid = bench_layer(&d, BENCH_GRID, &arena);
    const struct mere_layer *layers[] = {&street, &community, &grid};
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    struct mere_locator *loc = NULL;
    bench_ok(ctx, mere_net_build(ctx, layers, 3, &how, &net));
    struct bench_times t = {0};
    for (int run = 0; run < 5; run++) {
        mere_locator_free(loc);
        double start = bench_clock();
        bench_ok(ctx, mere_locator_build(ctx, net, &loc));
        bench_time(&t, bench_clock() - start);
    }
    bench_row("locate: index", d.name, "merestone", &t, MS, "network -> cell table");
    bench_ours(&d, loc, &p);
    bench_peer(&d, net, &p);
    bench_table(&d, mere_locator_bytes(loc), &p);
    mere_locator_free(loc);
    mere_net_free(net);
    mere_ctx_free(ctx);
    return 0;
}
