/* prop_locate_geos.c - who owns a point, against GEOS's prepared polygons: random divisions, and
 * real ones read with OGR. Equal for every point farther than 2 cm from a border; within that band
 * GEOS knows no rule, and ours gives one face: that of the slow oracle of locate_oracle.h.
 *
 *     prop_locate_geos [seed] [--long]      200,000 points in all, 10 million each with --long */
#include "property/geos_land.h"
#include "property/locate_oracle.h"
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#define BAND_DEG 1.8e-7 /* 2 cm of a meridian */

static uint64_t seed = 20261123;
static bool long_run;

/* ---- the oracle -------------------------------------------------------------------------------
 */

struct oracle {
    const struct mere_layer *layer;
    GEOSGeometry **polygon; /* by part */
    const GEOSPreparedGeometry **prepared;
    GEOSSTRtree *tree;
    uint32_t *number;
};

static GEOSGeometry *ring_geometry(const struct mere_layer *l, uint32_t ring)
{
    uint32_t first = l->ring_first[ring], n = l->ring_first[ring + 1] - first;
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n + 1, 2);
    for (uint32_t i = 0; i <= n; i++) {
        struct mere_point p = l->pts[first + i % n];
        GEOSCoordSeq_setXY_r(geos, seq, i, mere_e7_to_degrees(p.x), mere_e7_to_degrees(p.y));
    }
    return GEOSGeom_createLinearRing_r(geos, seq);
}

static struct oracle make_oracle(const struct mere_layer *l)
{
    struct oracle o = {.layer = l};
    o.polygon = calloc(l->n_parts + 1, sizeof(void *));
    o.prepared = calloc(l->n_parts + 1, sizeof(void *));
    o.number = calloc(l->n_parts + 1, sizeof *o.number);
    o.tree = GEOSSTRtree_create_r(geos, 10);
    for (uint32_t p = 0; p < l->n_parts; p++) {
        uint32_t first = l->part_ring[p], n = l->part_ring[p + 1] - first;
        GEOSGeometry *shell = ring_geometry(l, first);
        GEOSGeometry **holes = calloc(n, sizeof(void *));
        for (uint32_t r = 1; r < n; r++)
            holes[r - 1] = ring_geometry(l, first + r);
        o.polygon[p] = GEOSGeom_createPolygon_r(geos, shell, holes, n - 1);
        free(holes);
        o.prepared[p] = GEOSPrepare_r(geos, o.polygon[p]);
        o.number[p] = p;
        GEOSSTRtree_insert_r(geos, o.tree, o.polygon[p], &o.number[p]);
    }
    return o;
}

static void free_oracle(struct oracle *o)
{
    for (uint32_t p = 0; p < o->layer->n_parts; p++) {
        GEOSPreparedGeom_destroy_r(geos, o->prepared[p]);
        GEOSGeom_destroy_r(geos, o->polygon[p]);
    }
    GEOSSTRtree_destroy_r(geos, o->tree);
    free(o->polygon);
    free((void *)(uintptr_t)o->prepared);
    free(o->number);
}

struct query {
    const struct oracle *o;
    const GEOSGeometry *point;
    uint32_t zones[64];
    size_t n;
    bool near; /* within the band of some border */
};

static void add_part(void *item, void *user)
{
    struct query *q = user;
    uint32_t part = *(uint32_t *)item, zone = q->o->layer->part_zone[part];
    if (GEOSPreparedContains_r(geos, q->o->prepared[part], q->point) != 1)
        return;
    for (size_t i = 0; i < q->n; i++)
        if (q->zones[i] == zone)
            return;
    if (q->n < MERE_LEN(q->zones))
        q->zones[q->n++] = zone;
}

static void ask_band(void *item, void *user)
{
    struct query *q = user;
    GEOSGeometry *border = GEOSBoundary_r(geos, q->o->polygon[*(uint32_t *)item]);
    double d = 1;
    if (GEOSDistance_r(geos, border, q->point, &d) == 1 && d <= BAND_DEG)
        q->near = true;
    GEOSGeom_destroy_r(geos, border);
}

static bool same_owners(const struct mere_net *net, int32_t face, const struct query *q)
{
    const struct mere_scheme *s = &net->schemes[0];
    size_t n = 0;
    const int32_t *claims = face < 0 ? NULL : mere_face_claims(s, face, &n);
    if (n != q->n)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool found = false;
        for (size_t k = 0; k < n; k++)
            found |= s->zone_of_layer[q->zones[k]] == claims[i];
        if (!found)
            return false;
    }
    return true;
}

/* False when GEOS and we differ on a point that is clear of all borders. */
static bool agree(const struct mere_net *net, const struct oracle *o, double lon, double lat,
                  int32_t face)
{
    GEOSGeometry *point = GEOSGeom_createPointFromXY_r(geos, lon, lat);
    struct query q = {.o = o, .point = point};
    GEOSSTRtree_query_r(geos, o->tree, point, add_part, &q);
    bool good = same_owners(net, face, &q);
    if (!good) {
        GEOSGeometry *around = GEOSEnvelope_r(geos, point), *wide = NULL;
        wide = GEOSBuffer_r(geos, around, 2 * BAND_DEG, 2);
        GEOSSTRtree_query_r(geos, o->tree, wide, ask_band, &q);
        GEOSGeom_destroy_r(geos, wide);
        GEOSGeom_destroy_r(geos, around);
        good = q.near;
    }
    GEOSGeom_destroy_r(geos, point);
    return good;
}

/* ---- points -----------------------------------------------------------------------------------
 */

/* Half of them anywhere in the box, half within a few metres of a vertex. */
static void draw_point(const struct mere_net *net, uint64_t *rng, double *lon, double *lat)
{
    double u = (double)(mere_random(rng) >> 11) * 0x1p-53,
           v = (double)(mere_random(rng) >> 11) * 0x1p-53;
    if (mere_random(rng) % 2) {
        struct mere_point p = net->pts[mere_random(rng) % net->n_pts];
        *lon = mere_e7_to_degrees(p.x) + (u - 0.5) * 1e-4;
        *lat = mere_e7_to_degrees(p.y) + (v - 0.5) * 1e-4;
    } else {
        *lon = (net->box.min.x + u * ((double)net->box.max.x - net->box.min.x)) / MERE_E7;
        *lat = (net->box.min.y + v * ((double)net->box.max.y - net->box.min.y)) / MERE_E7;
    }
}

/* On vertices, edges and corners of cells GEOS knows no rule: there the slow oracle is asked. */
static void check_hard_points(const struct mere_locator *loc, uint64_t *rng)
{
    size_t n = (long_run ? 1000000000 : 20000000) / (loc->net->n_pts + 1);
    n = n > 1000000 ? 1000000 : n;
    for (size_t i = 0; i < n; i++) {
        struct mere_point p = oracle_hard_point(loc, rng);
        if (!CHECK_INT(oracle_locate(loc->net, p), mere_locate_point(loc, p))) {
            printf("  point (%d, %d)\n", p.x, p.y);
            break;
        }
    }
}

#define BLOCK 4099
static void compare(struct drawn *d, size_t n_points, uint64_t *rng)
{
    static double lon[BLOCK], lat[BLOCK];
    static int32_t face[BLOCK];
    struct mere_ctx *ctx = mere_ctx_new();
    const struct mere_layer *layer = drawn_layer(d);
    const struct mere_build how = {.match_zones = false};
    struct mere_net *net = NULL;
    struct mere_locator *loc = NULL;
    int bad = 0;
    enum mere_status status = mere_net_build(ctx, &layer, 1, &how, &net);
    if (status == MERE_OK)
        status = mere_locator_build(ctx, net, &loc);
    if (!CHECK_INT(MERE_OK, status)) {
        printf("  %s\n", mere_ctx_error(ctx));
        return;
    }
    check_hard_points(loc, rng);
    struct oracle o = make_oracle(layer);
    for (size_t done = 0; done < n_points && bad < 3; done += BLOCK) {
        size_t n = n_points - done < BLOCK ? n_points - done : BLOCK;
        for (size_t i = 0; i < n; i++)
            draw_point(net, rng, &lon[i], &lat[i]);
        mere_locate_degrees(loc, lon, lat, n, face);
        for (size_t i = 0; i < n && bad < 3; i++) {
            CHECK(face[i] >= MERE_FACE_OUTER && face[i] < net->n_faces);
            if (agree(net, &o, lon[i], lat[i], face[i]))
                continue;
            bad++;
            printf("  %.9f %.9f: GEOS differs from face %d\n", lon[i], lat[i], face[i]);
        }
    }
    CHECK_INT(0, bad);
    free_oracle(&o);
    mere_locator_free(loc);
    mere_net_free(net);
    mere_ctx_free(ctx);
}

static size_t amount(size_t share)
{
    return long_run ? 10000000 : 200000 / 100 * share;
}

/* ---- random divisions -------------------------------------------------------------------------
 */

static void add_degrees(struct drawn *d, const GEOSGeometry *g, uint32_t zone)
{
    GEOSGeometry *on_integers = rounded(g, (struct scale){0, 0, MERE_E7});
    add_polygons(d, on_integers, zone);
    GEOSGeom_destroy_r(geos, on_integers);
}

/* Voronoi cells of random places; some zones are two cells, some cells are left out (gaps), and
 * some discs lie over them all (overlaps, with the centre cut out). */
static void draw_division(struct drawn *d, uint64_t *rng, int n, double width)
{
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, (unsigned)n, 2);
    for (unsigned i = 0; i < (unsigned)n; i++)
        GEOSCoordSeq_setXY_r(geos, seq, i, 120 + width * (double)(mere_random(rng) >> 11) * 0x1p-53,
                             30 + width * (double)(mere_random(rng) >> 11) * 0x1p-53);
    GEOSGeometry *places = GEOSGeom_createLineString_r(geos, seq);
    GEOSGeometry *cells = GEOSVoronoiDiagram_r(geos, places, NULL, 0, 0);
    uint32_t zone = drawn_zone_numbered(d);
    for (int i = 0; cells && i < GEOSGetNumGeometries_r(geos, cells); i++) {
        uint64_t r = mere_random(rng) % 8;
        if (r == 0)
            continue;
        zone = r == 1 ? zone : drawn_zone_numbered(d);
        add_degrees(d, GEOSGetGeometryN_r(geos, cells, i), zone);
    }
    for (int k = 0; k < n / 20; k++) {
        double x = 120 + width * (double)(mere_random(rng) >> 11) * 0x1p-53;
        double y = 30 + width * (double)(mere_random(rng) >> 11) * 0x1p-53;
        GEOSGeometry *p = GEOSGeom_createPointFromXY_r(geos, x, y);
        GEOSGeometry *big = GEOSBuffer_r(geos, p, width / 15, 8);
        GEOSGeometry *small = GEOSBuffer_r(geos, p, width / 40, 5);
        GEOSGeometry *disc = GEOSDifference_r(geos, big, small);
        add_degrees(d, disc, drawn_zone_numbered(d));
        GEOSGeom_destroy_r(geos, disc);
        GEOSGeom_destroy_r(geos, small);
        GEOSGeom_destroy_r(geos, big);
        GEOSGeom_destroy_r(geos, p);
    }
    GEOSGeom_destroy_r(geos, cells);
    GEOSGeom_destroy_r(geos, places);
}

TEST(random_divisions_have_the_owners_that_geos_finds)
{
    static const struct {
        int n;
        double width; /* degrees */
    } ROWS[] = {{20, 0.001}, {300, 0.2}, {2000, 5}, {60, 30}};
    uint64_t rng = seed;
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct drawn d;
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        draw_division(&d, &rng, ROWS[i].n, ROWS[i].width);
        compare(&d, amount(10), &rng);
        drawn_free(&d);
    }
}

/* ---- real divisions ---------------------------------------------------------------------------
 */

/* NOLINTNEXTLINE(misc-no-recursion): collections hold collections */
static void add_ogr(struct drawn *d, OGRGeometryH g, uint32_t zone)
{
    if (wkbFlatten(OGR_G_GetGeometryType(g)) == wkbMultiPolygon) {
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++)
            add_ogr(d, OGR_G_GetGeometryRef(g, i), zone);
        return;
    }
    for (int i = 0; i < OGR_G_GetGeometryCount(g); i++) {
        OGRGeometryH ring = OGR_G_GetGeometryRef(g, i);
        /* Rings come closed and are kept open. */
        for (int k = 0; k + 1 < OGR_G_GetPointCount(ring); k++) {
            struct mere_point p = {0, 0};
            CHECK(mere_point_from_degrees(OGR_G_GetX(ring, k), OGR_G_GetY(ring, k), &p));
            drawn_point(d, p.x, p.y);
        }
        drawn_ring_end(d);
    }
    drawn_part_end(d, zone);
}

static bool read_division(struct drawn *d, const char *path)
{
    GDALDatasetH ds = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, NULL, NULL);
    if (!ds)
        return false;
    OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
    OGRSpatialReferenceH wgs84 = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(wgs84, 4326);
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH way =
        OCTNewCoordinateTransformation(OGR_L_GetSpatialRef(layer), wgs84);
    for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)) != NULL; OGR_F_Destroy(f)) {
        OGRGeometryH g = OGR_F_GetGeometryRef(f);
        if (g && OGR_G_Transform(g, way) == OGRERR_NONE)
            add_ogr(d, g, drawn_zone_numbered(d));
    }
    OCTDestroyCoordinateTransformation(way);
    OSRDestroySpatialReference(wgs84);
    GDALClose(ds);
    return true;
}

static void real_division(const char *path, size_t share)
{
    struct drawn d;
    uint64_t rng = seed + 9;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    if (!read_division(&d, path)) {
        check_skip = path;
        return;
    }
    compare(&d, amount(share), &rng);
    drawn_free(&d);
}

TEST(the_wards_of_washington_have_the_owners_that_geos_finds)
{
    real_division("../shared/data/dc-2013/ward-2012.geojson", 10);
}
TEST(the_single_member_districts_of_washington_have_the_owners_that_geos_finds)
{
    real_division("../shared/data/dc-2013/single-member-district-2013.geojson", 15);
}
TEST(the_output_areas_of_hartlepool_have_the_owners_that_geos_finds)
{
    real_division("../shared/data/uk-hartlepool/oa_E06000001.json", 10);
}
TEST(the_villages_of_taipei_have_the_owners_that_geos_finds)
{
    real_division("../shared/data/tw-villages-taipei/villages.geojson", 10);
}
TEST(the_blocks_of_denver_have_the_owners_that_geos_finds)
{
    real_division("../shared/data/denver-blocks/blocks.shp", 15);
}

int main(int argc, char **argv)
{
    long_run = check_amount(argc, argv, &seed);
    GDALAllRegister();
    geos_start();
    RUN(random_divisions_have_the_owners_that_geos_finds);
    RUN(the_wards_of_washington_have_the_owners_that_geos_finds);
    RUN(the_single_member_districts_of_washington_have_the_owners_that_geos_finds);
    RUN(the_output_areas_of_hartlepool_have_the_owners_that_geos_finds);
    RUN(the_villages_of_taipei_have_the_owners_that_geos_finds);
    RUN(the_blocks_of_denver_have_the_owners_that_geos_finds);
    GEOS_finish_r(geos);
    return done();
}
