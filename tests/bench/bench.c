#include "bench/bench.h"
#include "base/hash.h"
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_clock(void)
{
    struct timespec t;
    clock_gettime(getenv("BENCH_WALL") ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bench_need(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

void bench_ok(struct mere_ctx *ctx, enum mere_status status)
{
    bench_need(status == MERE_OK, mere_ctx_error(ctx));
}

void *bench_alloc(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    bench_need(p != NULL, "memory is out");
    return p;
}

/* ---- coverage files ---------------------------------------------------------------------------
 * "MCOV0001", u32 n_faces, u32 0, u64 n_vertices, n_faces x struct face, n_vertices x (lon, lat) as
 * doubles; one closed ring a face; little-endian. */

struct face {
    uint64_t first;
    uint32_t n, community, street, class, persons, unused;
};

static void take_faces(struct bench_data *d, const struct face *faces, const double *xy)
{
    for (size_t f = 0; f < d->n_parts; f++) {
        d->part_zone[f] = (uint32_t)f;
        d->part_community[f] = faces[f].community;
        d->part_street[f] = faces[f].street;
        d->part_ring[f] = (uint32_t)f;
        d->ring_first[f] = (uint32_t)d->n_vertices;
        size_t n = faces[f].n - 1;
        memcpy(d->xy + 2 * d->n_vertices, xy + 2 * faces[f].first, 2 * n * sizeof *xy);
        d->n_vertices += n;
    }
    d->part_ring[d->n_parts] = (uint32_t)d->n_parts;
    d->ring_first[d->n_parts] = (uint32_t)d->n_vertices;
}

static struct bench_data make_room(const char *name, size_t n_parts, size_t n_rings,
                                   size_t n_vertices)
{
    struct bench_data d = {
        .name = name, .n_zones = n_parts, .n_parts = n_parts, .n_rings = n_rings};
    d.part_zone = bench_alloc(n_parts, sizeof *d.part_zone);
    d.part_community = bench_alloc(n_parts, sizeof *d.part_community);
    d.part_street = bench_alloc(n_parts, sizeof *d.part_street);
    d.part_ring = bench_alloc(n_parts, sizeof *d.part_ring);
    d.ring_first = bench_alloc(n_rings, sizeof *d.ring_first);
    d.xy = bench_alloc(n_vertices, 2 * sizeof *d.xy);
    return d;
}

static struct bench_data load_mcov(const char *name, const char *path)
{
    char magic[8];
    uint32_t head[2];
    uint64_t n;
    FILE *f = fopen(path, "rb");
    bench_need(f != NULL, path);
    bool ok = fread(magic, 8, 1, f) == 1 && memcmp(magic, "MCOV0001", 8) == 0 &&
              fread(head, sizeof head, 1, f) == 1 && fread(&n, sizeof n, 1, f) == 1;
    bench_need(ok && head[0] < 1u << 26 && n < 1u << 30, "not a coverage file");
    struct face *faces = bench_alloc(head[0], sizeof *faces);
    double *xy = bench_alloc(n, 2 * sizeof *xy);
    ok = fread(faces, sizeof *faces, head[0], f) == head[0] && fread(xy, 2 * sizeof *xy, n, f) == n;
    bench_need(ok, "the coverage file is cut short");
    fclose(f);
    struct bench_data d = make_room(name, head[0], head[0], n);
    take_faces(&d, faces, xy);
    free(faces);
    free(xy);
    return d;
}

/* ---- what OGR can open ------------------------------------------------------------------------
 */

/* NOLINTNEXTLINE(misc-no-recursion): collections hold collections */
static void count(OGRGeometryH g, size_t *parts, size_t *rings, size_t *vertices)
{
    if (wkbFlatten(OGR_G_GetGeometryType(g)) != wkbPolygon) {
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
            count(OGR_G_GetGeometryRef(g, i), parts, rings, vertices);
        return;
    }
    ++*parts;
    for (int i = 0; i < OGR_G_GetGeometryCount(g); i++) {
        ++*rings;
        *vertices += (size_t)OGR_G_GetPointCount(OGR_G_GetGeometryRef(g, i));
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): collections hold collections */
static void take_polygons(struct bench_data *d, OGRGeometryH g, size_t zone, size_t *part,
                          size_t *ring)
{
    if (wkbFlatten(OGR_G_GetGeometryType(g)) != wkbPolygon) {
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
            take_polygons(d, OGR_G_GetGeometryRef(g, i), zone, part, ring);
        return;
    }
    d->part_zone[*part] = (uint32_t)zone;
    d->part_community[*part] = (uint32_t)zone / 6;
    d->part_street[*part] = (uint32_t)zone / 120;
    d->part_ring[(*part)++] = (uint32_t)*ring;
    for (int i = 0; i < OGR_G_GetGeometryCount(g); i++) {
        OGRGeometryH r = OGR_G_GetGeometryRef(g, i);
        d->ring_first[(*ring)++] = (uint32_t)d->n_vertices;
        for (int k = 0; k + 1 < OGR_G_GetPointCount(r); k++) {
            d->xy[2 * d->n_vertices] = OGR_G_GetX(r, k);
            d->xy[2 * d->n_vertices++ + 1] = OGR_G_GetY(r, k);
        }
    }
}

static struct bench_data load_ogr(const char *name, const char *path)
{
    GDALAllRegister();
    GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    bench_need(ds != NULL, path);
    OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
    size_t n = (size_t)OGR_L_GetFeatureCount(layer, 1), parts = 0, rings = 0, vertices = 0,
           zone = 0;
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(wgs84, 4326);
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH way =
        OCTNewCoordinateTransformation(OGR_L_GetSpatialRef(layer), wgs84);
    OGRFeatureH *features = bench_alloc(n, sizeof(OGRFeatureH));
    for (size_t i = 0; i < n && (features[i] = OGR_L_GetNextFeature(layer)) != NULL; i++) {
        OGRGeometryH g = OGR_F_GetGeometryRef(features[i]);
        bench_need(!g || OGR_G_Transform(g, way) == OGRERR_NONE, "a transformation failed");
        if (g)
            count(g, &parts, &rings, &vertices);
    }
    struct bench_data d = make_room(name, parts, rings, vertices);
    parts = rings = 0;
    for (size_t i = 0; i < n; i++) {
        if (features[i] && OGR_F_GetGeometryRef(features[i]))
            take_polygons(&d, OGR_F_GetGeometryRef(features[i]), zone++, &parts, &rings);
        if (features[i])
            OGR_F_Destroy(features[i]);
    }
    d.n_zones = zone;
    d.part_ring[parts] = (uint32_t)rings;
    d.ring_first[rings] = (uint32_t)d.n_vertices;
    free(features);
    OCTDestroyCoordinateTransformation(way);
    OSRDestroySpatialReference(wgs84);
    GDALClose(ds);
    return d;
}

struct bench_data bench_load(const char *name, const char *path)
{
    mere_keep_memory(); /* as the program does; for the peers too, which share the process */
    const char *dot = strrchr(path, '.');
    struct bench_data d =
        dot && strcmp(dot, ".mcov") == 0 ? load_mcov(name, path) : load_ogr(name, path);
    const double none[] = {1e300, 1e300, -1e300, -1e300};
    memcpy(d.box, none, sizeof none);
    for (size_t i = 0; i < d.n_vertices; i++) {
        double x = d.xy[2 * i], y = d.xy[2 * i + 1];
        d.box[0] = x < d.box[0] ? x : d.box[0];
        d.box[1] = y < d.box[1] ? y : d.box[1];
        d.box[2] = x > d.box[2] ? x : d.box[2];
        d.box[3] = y > d.box[3] ? y : d.box[3];
    }
    return d;
}

/* ---- in the forms that the programs need ------------------------------------------------------
 */

struct mere_layer bench_layer(const struct bench_data *d, enum bench_key key,
                              struct mere_arena *arena)
{
    static const char *const NAMES[] = {"grid", "community", "street"};
    static const enum mere_role ROLES[] = {MERE_ROLE_GRID, MERE_ROLE_COMMUNITY, MERE_ROLE_STREET};
    const uint32_t *of_part = key == BENCH_GRID        ? d->part_zone
                              : key == BENCH_COMMUNITY ? d->part_community
                                                       : d->part_street;
    struct mere_layer l = {.name = NAMES[key],
                           .role = ROLES[key],
                           .covering = true,
                           .n_parts = d->n_parts,
                           .n_rings = d->n_rings,
                           .part_ring = d->part_ring,
                           .ring_first = d->ring_first};
    for (size_t p = 0; p < d->n_parts; p++)
        l.n_zones = of_part[p] >= l.n_zones ? of_part[p] + (size_t)1 : l.n_zones;
    l.zones = MERE_NEW(arena, struct mere_zone, l.n_zones);
    l.part_zone = MERE_NEW(arena, uint32_t, l.n_parts);
    l.pts = MERE_NEW(arena, struct mere_point, d->n_vertices);
    bench_need(l.zones && l.part_zone && l.pts, "memory is out");
    memcpy(l.part_zone, of_part, l.n_parts * sizeof *of_part);
    for (size_t z = 0; z < l.n_zones; z++) {
        char code[32];
        int n = snprintf(code, sizeof code, "%06zu", z + 1);
        const char *text = mere_arena_text(arena, code, (size_t)n);
        bench_need(text != NULL, "memory is out");
        l.zones[z] = (struct mere_zone){
            .code = text, .name = "", .households = MERE_UNKNOWN, .persons = MERE_UNKNOWN};
    }
    for (size_t i = 0; i < d->n_vertices; i++)
        bench_need(mere_point_from_degrees(d->xy[2 * i], d->xy[2 * i + 1], &l.pts[i]),
                   "a vertex is off the Earth");
    return l;
}

static GEOSGeometry *ring_geos(GEOSContextHandle_t geos, const struct bench_data *d, uint32_t ring)
{
    uint32_t first = d->ring_first[ring], n = d->ring_first[ring + 1] - first;
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n + 1, 2);
    for (uint32_t i = 0; i <= n; i++) {
        const double *p = d->xy + 2 * (size_t)(first + i % n);
        GEOSCoordSeq_setXY_r(geos, seq, i, p[0], p[1]);
    }
    return GEOSGeom_createLinearRing_r(geos, seq);
}

GEOSGeometry **bench_geos(GEOSContextHandle_t geos, const struct bench_data *d)
{
    GEOSGeometry **polygons = bench_alloc(d->n_parts, sizeof(void *));
    for (size_t p = 0; p < d->n_parts; p++) {
        uint32_t first = d->part_ring[p], n = d->part_ring[p + 1] - first;
        GEOSGeometry *shell = ring_geos(geos, d, first);
        GEOSGeometry **holes = bench_alloc(n, sizeof(void *));
        for (uint32_t r = 1; r < n; r++)
            holes[r - 1] = ring_geos(geos, d, first + r);
        polygons[p] = GEOSGeom_createPolygon_r(geos, shell, holes, n - 1);
        bench_need(polygons[p] != NULL, "GEOS refuses a polygon");
        free(holes);
    }
    return polygons;
}

void bench_points(const struct bench_data *d, uint64_t seed, size_t n, double *lon, double *lat)
{
    for (size_t i = 0; i < n; i++) {
        lon[i] = d->box[0] + (d->box[2] - d->box[0]) * (double)(mere_random(&seed) >> 11) * 0x1p-53;
        lat[i] = d->box[1] + (d->box[3] - d->box[1]) * (double)(mere_random(&seed) >> 11) * 0x1p-53;
    }
}

void bench_time(struct bench_times *t, double seconds)
{
    bench_need(t->n < BENCH_RUNS_MAX, "too many runs");
    t->v[t->n++] = seconds;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_row(const char *work, const char *data, const char *who, struct bench_times *t,
               struct bench_unit unit, const char *note)
{
    bench_need(t->n > 0, "no run was timed");
    for (int i = 0; i < t->n; i++)
        t->v[i] = unit.rate ? unit.scale / t->v[i] : unit.scale * t->v[i];
    qsort(t->v, (size_t)t->n, sizeof *t->v, by_value);
    printf("%s\t%s\t%s\t%.6g\t%.6g\t%.6g\t%s\t%s\n", work, data, who, t->v[t->n / 2], t->v[0],
           t->v[t->n - 1], unit.unit, note);
    fflush(stdout);
}
