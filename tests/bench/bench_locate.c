/* bench_locate.c - point -> owner: ours, a bare table read of the same size, and GEOS (prepared
 * polygons in an STR tree). Checks that the answers agree.
 *
 *     bench_locate NAME FILE [OWNERS]
 *
 * Ours answers for three schemes at once; GEOS for one. Points are unsorted and uniform over the
 * box, seed 42. OWNERS is written for the other peers: the first points with their owners
 * (peer.hpp).
 */
#include "base/hash.h"
#include "bench/bench.h"
#include "locate/locate.h"
#include <stdio.h>
#include <stdlib.h>

static const struct bench_unit MILLION_A_SECOND = {true, 1e-6, "M points/s"};
#define N_POINTS 4000000
#define N_PEER 300000 /* of them, for the peers */

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
    struct bench_times many = {0}, one = {0}, size = {0};
    for (int run = 0; run < 25; run++) {
        double start = bench_clock();
        mere_locate_degrees(loc, p->lon, p->lat, p->n, p->face);
        bench_time(&many, bench_clock() - start);
    }
    bench_row("locate", d->name, "merestone", &many, per_points(MILLION_A_SECOND, p->n),
              "all schemes in one read");
    bench_time(&size, (double)mere_locator_bytes(loc) / 1048576);
    bench_row("locate: index size", d->name, "merestone", &size,
              (struct bench_unit){false, 1, "MiB"}, "");
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

/* Our owner of a face as a zone of the layer, -1 none; of several the peer's, when it is one. */
static int32_t owner_of(const struct mere_scheme *grid, int32_t face, uint32_t theirs)
{
    size_t n = 0;
    const int32_t *claims = face < 0 ? NULL : mere_face_claims(grid, face, &n);
    for (size_t k = 0; k < n && theirs != UINT32_MAX; k++)
        if (grid->zone_of_layer[theirs] == claims[k])
            return (int32_t)theirs;
    for (int32_t z = 0; n > 0 && z < grid->n_zones; z++)
        if (grid->zone_of_layer[z] == claims[0])
            return z;
    return -1;
}

/* What the peers in C++ are judged by; see peer.hpp. */
static void write_owners(const char *path, const struct points *p, const int32_t *owner, size_t n)
{
    FILE *f = fopen(path, "wb");
    bench_need(f != NULL, path);
    for (size_t i = 0; i < n; i++) {
        const double at[2] = {p->lon[i], p->lat[i]};
        const int32_t of[2] = {owner[i], 0};
        fwrite(at, sizeof at, 1, f);
        fwrite(of, sizeof of, 1, f);
    }
    bench_need(fclose(f) == 0, path);
}

static void bench_peer(const struct bench_data *d, const struct mere_net *net,
                       const struct points *p, const char *owners)
{
    struct peer peer = make_peer(d);
    const struct mere_scheme *grid = &net->schemes[mere_net_scheme(net, "grid")];
    size_t n = p->n < N_PEER ? p->n : N_PEER, in_band = 0, wrong = 0;
    uint32_t *zone = bench_alloc(n, sizeof *zone);
    int32_t *ours = bench_alloc(n, sizeof *ours);
    struct bench_times t = {0};
    for (int run = 0; run < 4; run++) {
        double start = bench_clock();
        for (size_t i = 0; i < n; i++)
            zone[i] = ask_geos(&peer, p->lon[i], p->lat[i]);
        if (run > 0) /* the first fills the caches of the prepared polygons */
            bench_time(&t, bench_clock() - start);
    }
    for (size_t i = 0; i < n; i++) {
        ours[i] = owner_of(grid, p->face[i], zone[i]);
        if (ours[i] == (int32_t)zone[i])
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
    if (owners)
        write_owners(owners, p, ours, n);
}

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_locate NAME FILE [OWNERS]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    struct points p = {.n = N_POINTS};
    p.lon = bench_alloc(p.n, sizeof *p.lon);
    p.lat = bench_alloc(p.n, sizeof *p.lat);
    p.face = bench_alloc(p.n, sizeof *p.face);
    bench_points(&d, 42, p.n, p.lon, p.lat);
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
    bench_peer(&d, net, &p, argc > 3 ? argv[3] : NULL);
    bench_table(&d, mere_locator_bytes(loc), &p);
    mere_locator_free(loc);
    mere_net_free(net);
    mere_ctx_free(ctx);
    return 0;
}
