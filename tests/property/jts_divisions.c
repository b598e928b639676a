/* jts_divisions.c - the larger maps of the JTS test suite as divisions, GEOS as the oracle.
 *
 * Every file of ../shared/data/tests-jts/testdata is one scheme, a zone a geometry: countries of
 * Africa and Europe, states of the USA, the islands of Papua and the UK, map sheets of British
 * Columbia, outlines of a plane and of arrows. Maps that are not in degrees are scaled to 20
 * degrees. On the same integers:
 *   - the area of each zone, and of all the land together, is that of GEOS,
 *   - a zone that GEOS calls valid has no flaw, and what the network traces is valid in GEOS,
 *   - for random points, half of them near vertices, the zones that claim the face are those that
 *     hold the point in GEOS, when it is farther than 2 cm from all borders.
 *
 *     jts_divisions [seed] [--long]     2,000 points a map, 200,000 with --long */
#include "locate/locate.h"
#include "property/geos_land.h"

#define MAPS "../shared/data/tests-jts/testdata/"
#define SPAN 200000000.0
#define BAND 1.8 /* units: 2 cm of a meridian */
#define NEAR 100 /* units: how near to a vertex the near points are */

static uint64_t seed = 20261123;
static size_t n_points = 2000;

struct map {
    const char *file;
    size_t n; /* geometries in it */
    bool degrees;
    size_t n_invalid; /* on the integers, as GEOS says */
};
static const struct map maps[] = {
    {"africa.wkt", 49, true, 0},   {"europe.wkt", 252, true, 0}, {"usa-lower48.wkt", 49, true, 0},
    {"papua.wkt", 1, true, 0},     {"uk.wkt", 1, false, 0},      {"uk-arrows.wkt", 1, false, 0},
    {"bc-250k.wkt", 89, false, 0}, {"plane.wkt", 1, false, 0},   {"polygon.wkb", 1, false, 0},
};

/* What stands in a file, on integers, and GEOS's side of it. */
struct division {
    size_t n;
    GEOSGeometry *zone[256], *land[256], *borders;
    const GEOSPreparedGeometry *ready[256], *ready_borders;
    double box[256][4];
};

/* ---- reading ---- */

/* The length of the geometry at `text`: to the bracket that closes its first one. */
static size_t one_geometry(const char *text)
{
    int depth = 0;
    for (size_t i = 0; text[i]; i++) {
        depth += (text[i] == '(') - (text[i] == ')');
        if (text[i] == ')' && depth == 0)
            return i + 1;
    }
    return strlen(text);
}

/* A line is the outline of a polygon, closed where it is open. Takes `g`. */
static GEOSGeometry *as_polygon(GEOSGeometry *g)
{
    if (!g || GEOSGeomTypeId_r(geos, g) != GEOS_LINESTRING)
        return g;
    const GEOSCoordSequence *line = GEOSGeom_getCoordSeq_r(geos, g);
    unsigned n = 0;
    GEOSCoordSeq_getSize_r(geos, line, &n);
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n + 1, 2);
    for (unsigned i = 0; i <= n; i++) {
        double x = 0, y = 0;
        GEOSCoordSeq_getXY_r(geos, line, i % n, &x, &y);
        GEOSCoordSeq_setXY_r(geos, seq, i, x, y);
    }
    GEOSGeom_destroy_r(geos, g);
    return GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, seq), NULL, 0);
}

/* Read the map as it stands; false when the file is not there. */
static bool read_map(const char *file, struct division *d)
{
    char path[256];
    snprintf(path, sizeof path, MAPS "%s", file);
    char *text = read_whole(path);
    if (!text)
        return false;
    for (char *at = text + strspn(text, " \r\n"); *at; at += strspn(at, " \r\n")) {
        size_t n = one_geometry(at);
        char *one = calloc(n + 1, 1);
        memcpy(one, at, n);
        GEOSGeometry *g = as_polygon(geos_read(one));
        free(one);
        at += n;
        if (!CHECK(g != NULL && d->n < MERE_LEN(d->zone)))
            break;
        d->zone[d->n++] = g;
    }
    free(text);
    return true;
}

/* Move the zones to integers, and make GEOS ready to answer about them. */
static void prepare(struct division *d, bool degrees)
{
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < d->n; i++)
        widen(d->zone[i], box);
    struct scale s = {0, 0, MERE_E7};
    if (!degrees)
        s = (struct scale){box[0], box[1], SPAN / fmax(box[2] - box[0], box[3] - box[1])};
    GEOSGeometry *border[MERE_LEN(d->zone)];
    for (size_t i = 0; i < d->n; i++) {
        GEOSGeometry *raw = d->zone[i];
        d->zone[i] = rounded(raw, s);
        GEOSGeom_destroy_r(geos, raw);
        d->land[i] = land_of(d->zone[i]);
        d->ready[i] = GEOSPrepare_r(geos, d->land[i]);
        memcpy(d->box[i], (double[4]){INFINITY, INFINITY, -INFINITY, -INFINITY}, sizeof d->box[i]);
        widen(d->land[i], d->box[i]);
        border[i] = GEOSBoundary_r(geos, d->land[i]);
    }
    d->borders = GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, border, (unsigned)d->n);
    d->ready_borders = GEOSPrepare_r(geos, d->borders);
}

static void division_clear(struct division *d)
{
    for (size_t i = 0; i < d->n; i++) {
        GEOSPreparedGeom_destroy_r(geos, d->ready[i]);
        GEOSGeom_destroy_r(geos, d->land[i]);
        GEOSGeom_destroy_r(geos, d->zone[i]);
    }
    GEOSPreparedGeom_destroy_r(geos, d->ready_borders);
    GEOSGeom_destroy_r(geos, d->borders);
}

/* ---- comparing ---- */

static size_t compare_areas(const struct mere_net *net, const uint8_t *flaws,
                            const struct division *d, const char *file)
{
    const struct mere_scheme *s = &net->schemes[0];
    size_t n_invalid = 0;
    double slack = 4, all = 0;
    GEOSGeometry *parts[MERE_LEN(d->land)];
    for (size_t i = 0; i < d->n; i++) {
        char who[64];
        snprintf(who, sizeof who, "%s, geometry %zu", file, i + 1);
        double own = 4 + length_of(d->land[i]);
        n_invalid +=
            !compare_land(net, s->zone_of_layer[i], flaws[i], d->zone[i], d->land[i], own, who);
        slack += own;
        parts[i] = GEOSGeom_clone_r(geos, d->land[i]);
    }
    for (int32_t f = 0; f < net->n_faces; f++)
        all += s->label[f] != MERE_LABEL_NONE ? (double)net->face_area2[f] / 2 : 0;
    GEOSGeometry *both =
        GEOSGeom_createCollection_r(geos, GEOS_GEOMETRYCOLLECTION, parts, (unsigned)d->n);
    GEOSGeometry *united = GEOSUnaryUnion_r(geos, both);
    if (!CHECK(united && fabs(area_of(united) - all) <= slack))
        printf("  in %s: all land is %.17g, GEOS says %.17g\n", file, all, area_of(united));
    GEOSGeom_destroy_r(geos, united);
    GEOSGeom_destroy_r(geos, both);
    return n_invalid;
}

/* A place in the box of the map, or near one of its vertices. */
static struct mere_point random_place(const struct mere_net *net, uint64_t *rng)
{
    int64_t x, y;
    if (mere_random(rng) % 2) {
        struct mere_point p = net->pts[mere_random(rng) % net->n_pts];
        x = p.x + (int64_t)(mere_random(rng) % (2 * NEAR + 1)) - NEAR;
        y = p.y + (int64_t)(mere_random(rng) % (2 * NEAR + 1)) - NEAR;
    } else {
        uint64_t width = (uint64_t)((int64_t)net->box.max.x - net->box.min.x);
        uint64_t height = (uint64_t)((int64_t)net->box.max.y - net->box.min.y);
        x = net->box.min.x + (int64_t)(mere_random(rng) % width);
        y = net->box.min.y + (int64_t)(mere_random(rng) % height);
    }
    return (struct mere_point){(int32_t)x, (int32_t)y};
}

static bool in_zone(const struct division *d, size_t zone, struct mere_point p,
                    const GEOSGeometry *point)
{
    const double *box = d->box[zone];
    return p.x >= box[0] && p.y >= box[1] && p.x <= box[2] && p.y <= box[3] &&
           GEOSPreparedContains_r(geos, d->ready[zone], point) == 1;
}

/* How many of the random points were far enough from the borders to be compared. */
static size_t compare_points(const struct mere_net *net, const struct mere_locator *loc,
                             const struct division *d, const char *file)
{
    const struct mere_scheme *s = &net->schemes[0];
    size_t n_compared = 0;
    for (size_t k = 0; k < n_points; k++) {
        struct mere_point p = random_place(net, &seed);
        GEOSGeometry *point = GEOSGeom_createPointFromXY_r(geos, p.x, p.y);
        if (GEOSPreparedDistanceWithin_r(geos, d->ready_borders, point, BAND) == 0) {
            int32_t face = mere_locate_point(loc, p);
            for (size_t i = 0; i < d->n; i++) {
                bool ours = face >= 0 && mere_face_claimed_by(s, face, s->zone_of_layer[i]);
                if (!CHECK(in_zone(d, i, p, point) == ours))
                    printf("  in %s: point %d %d, geometry %zu\n", file, p.x, p.y, i + 1);
            }
            n_compared++;
        }
        GEOSGeom_destroy_r(geos, point);
    }
    return n_compared;
}

/* False when the map is not there. */
static bool run_map(const struct map *map)
{
    static struct division d;
    d = (struct division){0};
    if (!read_map(map->file, &d))
        return false;
    CHECK_INT(map->n, d.n);
    prepare(&d, map->degrees);
    struct mere_ctx *ctx = mere_ctx_new();
    struct drawn drawing;
    draw(&drawing, d.zone, d.n);
    uint8_t flaws[MERE_LEN(d.zone)] = {0}, *flaw_list[1] = {flaws};
    const struct mere_layer *layers[1] = {&drawing.layer};
    struct mere_build how = {.match_zones = true, .ret_flaws = flaw_list};
    struct mere_net *net = NULL;
    struct mere_locator *loc = NULL;
    if (CHECK(mere_net_build(ctx, layers, 1, &how, &net) == MERE_OK) &&
        CHECK(mere_locator_build(ctx, net, &loc) == MERE_OK) && CHECK(net->n_faces > 0)) {
        size_t n_invalid = compare_areas(net, flaws, &d, map->file);
        CHECK_INT(map->n_invalid, n_invalid);
        if (!CHECK(traced_is_valid(ctx, net)))
            printf("  in %s: a traced polygon is not valid\n", map->file);
        size_t n_compared = compare_points(net, loc, &d, map->file);
        CHECK(n_compared > n_points / 2);
        printf("  %-16s %3zu geometries, %zu invalid; %6" PRId32 " faces; %zu points\n", map->file,
               d.n, n_invalid, net->n_faces, n_compared);
    } else
        printf("  in %s: %s\n", map->file, mere_ctx_error(ctx));
    mere_locator_free(loc);
    mere_net_free(net);
    drawn_free(&drawing);
    mere_ctx_free(ctx);
    division_clear(&d);
    return true;
}

TEST(maps_of_jts_have_the_areas_and_owners_that_geos_finds)
{
    for (size_t i = 0; i < MERE_LEN(maps); i++)
        if (!run_map(&maps[i]))
            SKIP("../shared/data/tests-jts is not here");
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        n_points = 200000;
    geos_start();
    RUN(maps_of_jts_have_the_areas_and_owners_that_geos_finds);
    GEOS_finish_r(geos);
    return done();
}
