/* jts_cases.c - the polygons of the JTS test suite through the network, GEOS as the oracle.
 *
 * Every case of ../shared/data/tests-jts/testxml holds geometries A and B (WKT or hex WKB). Their
 * polygons become two zones of a scheme. Then, on the same integers:
 *   - the area of each zone is that of GEOSMakeValid with the `structure` method (shells less
 * holes),
 *   - the land that both claim has the area of GEOS's intersection,
 *   - a polygon that GEOS calls valid has no flaw, and what the network traces is valid in GEOS,
 *   - points of the case that GEOS puts in the interior are owned, those outside are not.
 * Rounding to integers moves a border by at most one unit, so areas may differ by its length. */
#include "check.h"
#include "locate/locate.h"
#include "net/net.h"
#include <dirent.h>
#include <geos_c.h>

#define JTS "../shared/data/tests-jts/testxml"
#define SPAN 200000000.0 /* a case is scaled to this many units: 20 degrees */

static GEOSContextHandle_t geos;
static int n_cases, n_areas, n_overlaps, n_points, n_invalid;

struct scale {
    double x0, y0, f;
};

/* ---- reading ----------------------------------------------------------------------------------
 */

static char *read_whole(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *s = malloc((size_t)n + 1);
    size_t got = s ? fread(s, 1, (size_t)n, f) : 0;
    fclose(f);
    if (s)
        s[got] = '\0';
    return s;
}

/* The geometry between <tag> and </tag> after `*at`, before `end`; NULL when there is none or GEOS
 * can't read it. */
static GEOSGeometry *read_geometry(const char *at, const char *end, const char *tag)
{
    char open[16], close[16];
    snprintf(open, sizeof open, "<%s>", tag);
    snprintf(close, sizeof close, "</%s>", tag);
    const char *a = strstr(at, open);
    if (!a || a >= end)
        return NULL;
    a += strlen(open);
    const char *b = strstr(a, close);
    if (!b)
        return NULL;
    while (a < b && strchr(" \t\r\n", *a))
        a++;
    size_t n = (size_t)(b - a);
    char *text = calloc(n + 1, 1);
    memcpy(text, a, n);
    GEOSGeometry *g = NULL;
    if (*text == '0') {
        size_t hex = strspn(text, "0123456789ABCDEFabcdef");
        GEOSWKBReader *r = GEOSWKBReader_create_r(geos);
        g = GEOSWKBReader_readHEX_r(geos, r, (const unsigned char *)text, hex);
        GEOSWKBReader_destroy_r(geos, r);
    } else {
        GEOSWKTReader *r = GEOSWKTReader_create_r(geos);
        g = GEOSWKTReader_read_r(geos, r, text);
        GEOSWKTReader_destroy_r(geos, r);
    }
    free(text);
    return g;
}

/* ---- GEOS geometry on integers ------------------------------------------------------------------
 */

static int to_integers(double *x, double *y, void *user)
{
    const struct scale *s = user;
    *x = round((*x - s->x0) * s->f);
    *y = round((*y - s->y0) * s->f);
    return 1;
}

/* A copy of `g` with every coordinate scaled and rounded. */
static GEOSGeometry *rounded(const GEOSGeometry *g, struct scale s)
{
    return GEOSGeom_transformXY_r(geos, g, to_integers, &s);
}

static bool widen(const GEOSGeometry *g, double box[4])
{
    double b[4];
    if (!g || GEOSisEmpty_r(geos, g) || !GEOSGeom_getXMin_r(geos, g, &b[0]) ||
        !GEOSGeom_getYMin_r(geos, g, &b[1]) || !GEOSGeom_getXMax_r(geos, g, &b[2]) ||
        !GEOSGeom_getYMax_r(geos, g, &b[3]))
        return false;
    box[0] = fmin(box[0], b[0]);
    box[1] = fmin(box[1], b[1]);
    box[2] = fmax(box[2], b[2]);
    box[3] = fmax(box[3], b[3]);
    return isfinite(box[0]) && isfinite(box[1]) && isfinite(box[2]) && isfinite(box[3]);
}

/* ---- GEOS polygons to a layer -------------------------------------------------------------------
 */

struct drawing {
    struct mere_arena arena;
    struct mere_layer layer;
    struct mere_zone zones[2];
    size_t pts, pts_cap;
};

static void add_ring(struct drawing *d, const GEOSGeometry *ring)
{
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos, ring);
    unsigned n = 0;
    GEOSCoordSeq_getSize_r(geos, seq, &n);
    for (unsigned i = 0; i + 1 < n && d->pts < d->pts_cap; i++) {
        double x, y;
        GEOSCoordSeq_getXY_r(geos, seq, i, &x, &y);
        d->layer.pts[d->pts++] = (struct mere_point){(int32_t)x, (int32_t)y};
    }
    d->layer.ring_first[++d->layer.n_rings] = (uint32_t)d->pts;
}

static void add_polygons(struct drawing *d, const GEOSGeometry *g, uint32_t zone)
{
    int type = GEOSGeomTypeId_r(geos, g);
    if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        for (int i = 0; i < GEOSGetNumGeometries_r(geos, g); i++)
            add_polygons(d, GEOSGetGeometryN_r(geos, g, i), zone);
        return;
    }
    if (type != GEOS_POLYGON || GEOSisEmpty_r(geos, g))
        return;
    d->layer.part_zone[d->layer.n_parts] = zone;
    add_ring(d, GEOSGetExteriorRing_r(geos, g));
    for (int i = 0; i < GEOSGetNumInteriorRings_r(geos, g); i++)
        add_ring(d, GEOSGetInteriorRingN_r(geos, g, i));
    d->layer.part_ring[++d->layer.n_parts] = (uint32_t)d->layer.n_rings;
}

static void draw(struct drawing *d, const GEOSGeometry *a, const GEOSGeometry *b)
{
    *d = (struct drawing){0};
    size_t n = 16 + (size_t)GEOSGetNumCoordinates_r(geos, a) +
               (b ? (size_t)GEOSGetNumCoordinates_r(geos, b) : 0);
    d->pts_cap = n;
    d->layer = (struct mere_layer){.name = "grid", .role = MERE_ROLE_GRID, .covering = true};
    d->layer.part_zone = MERE_NEW(&d->arena, uint32_t, n);
    d->layer.part_ring = MERE_NEW(&d->arena, uint32_t, n + 1);
    d->layer.ring_first = MERE_NEW(&d->arena, uint32_t, n + 1);
    d->layer.pts = MERE_NEW(&d->arena, struct mere_point, n);
    d->zones[0] = (struct mere_zone){.code = "a", .name = ""};
    d->zones[1] = (struct mere_zone){.code = "b", .name = ""};
    d->layer.zones = d->zones;
    d->layer.n_zones = 2;
    add_polygons(d, a, 0);
    if (b)
        add_polygons(d, b, 1);
}

/* ---- comparing ----------------------------------------------------------------------------------
 */

/* The land within one ring, whatever its direction and crossings. */
static GEOSGeometry *ring_land(const GEOSGeometry *ring)
{
    GEOSGeometry *poly = GEOSGeom_createPolygon_r(geos, GEOSGeom_clone_r(geos, ring), NULL, 0);
    GEOSMakeValidParams *p = GEOSMakeValidParams_create_r(geos);
    GEOSMakeValidParams_setMethod_r(geos, p, GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(geos, p, 0);
    GEOSGeometry *v = poly ? GEOSMakeValidWithParams_r(geos, poly, p) : NULL;
    GEOSMakeValidParams_destroy_r(geos, p);
    GEOSGeom_destroy_r(geos, poly);
    return v;
}

/* `*into` becomes the union or difference of itself and `other`, which is used up. */
static void fold(GEOSGeometry **into, GEOSGeometry *other, bool take_away)
{
    GEOSGeometry *r = !*into || !other ? NULL
                      : take_away      ? GEOSDifference_r(geos, *into, other)
                                       : GEOSUnion_r(geos, *into, other);
    GEOSGeom_destroy_r(geos, *into);
    GEOSGeom_destroy_r(geos, other);
    *into = r;
}

static bool is_larger_around(const GEOSGeometry *a, const GEOSGeometry *b)
{
    double box_a[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, area_a = 0, area_b = 0;
    widen(a, box_a);
    double both[4];
    memcpy(both, box_a, sizeof both);
    widen(b, both);
    GEOSArea_r(geos, a, &area_a);
    GEOSArea_r(geos, b, &area_b);
    return area_b > 0 && memcmp(both, box_a, sizeof both) == 0 && area_a > area_b;
}

/* The land of `g` by the stated rule. */
static GEOSGeometry *land_of(const GEOSGeometry *g)
{
    GEOSGeometry *land = GEOSGeom_createEmptyPolygon_r(geos);
    int type = GEOSGeomTypeId_r(geos, g);
    if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        for (int i = 0; i < GEOSGetNumGeometries_r(geos, g); i++)
            fold(&land, land_of(GEOSGetGeometryN_r(geos, g, i)), false);
        return land;
    }
    if (type != GEOS_POLYGON || GEOSisEmpty_r(geos, g))
        return land;
    int n = 1 + GEOSGetNumInteriorRings_r(geos, g), shell = 0;
    GEOSGeometry **rings = calloc((size_t)n, sizeof(GEOSGeometry *));
    for (int i = 0; i < n; i++) {
        rings[i] = ring_land(i == 0 ? GEOSGetExteriorRing_r(geos, g)
                                    : GEOSGetInteriorRingN_r(geos, g, i - 1));
        if (i > 0 && rings[i] && rings[shell] && is_larger_around(rings[i], rings[shell]))
            shell = i;
    }
    fold(&land, rings[shell], false);
    for (int i = 0; i < n; i++)
        if (i != shell)
            fold(&land, rings[i], true);
    free(rings);
    return land;
}

static double area_of(const GEOSGeometry *g)
{
    double a = 0;
    return g && GEOSArea_r(geos, g, &a) ? a : 0;
}

static double length_of(const GEOSGeometry *g)
{
    double a = 0;
    return g && GEOSLength_r(geos, g, &a) ? a : 0;
}

/* The area, in square units, of the faces that all of the `n` zones claim. */
static double claimed(const struct mere_net *net, const int32_t *zones, int n)
{
    const struct mere_scheme *s = &net->schemes[0];
    double area = 0;
    for (int32_t f = 0; f < net->n_faces; f++) {
        bool all = true;
        for (int i = 0; i < n; i++)
            all = all && mere_face_claimed_by(s, f, zones[i]);
        area += all ? (double)net->face_area2[f] / 2 : 0;
    }
    return area;
}

static bool traced_is_valid(struct mere_ctx *ctx, const struct mere_net *net)
{
    struct mere_arena arena = {0};
    struct mere_layer out;
    bool ok = mere_net_layer(ctx, net, 0, &arena, &out) == MERE_OK;
    for (size_t p = 0; ok && p < out.n_parts; p++) {
        uint32_t n_rings = out.part_ring[p + 1] - out.part_ring[p];
        GEOSGeometry **rings = calloc(n_rings, sizeof(GEOSGeometry *));
        for (uint32_t r = 0; r < n_rings; r++) {
            uint32_t first = out.ring_first[out.part_ring[p] + r];
            uint32_t n = out.ring_first[out.part_ring[p] + r + 1] - first;
            GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n + 1, 2);
            for (uint32_t i = 0; i <= n; i++)
                GEOSCoordSeq_setXY_r(geos, seq, i, out.pts[first + i % n].x,
                                     out.pts[first + i % n].y);
            rings[r] = GEOSGeom_createLinearRing_r(geos, seq);
        }
        GEOSGeometry *poly = GEOSGeom_createPolygon_r(geos, rings[0], rings + 1, n_rings - 1);
        ok = poly && GEOSisValid_r(geos, poly) == 1;
        GEOSGeom_destroy_r(geos, poly);
        free(rings);
    }
    mere_arena_clear(&arena);
    return ok;
}

/* Points among the vertices of `g` (of any type): GEOS's answer against the locator's. */
static void compare_points(const struct mere_net *net, const struct mere_locator *loc,
                           const GEOSGeometry *points, const GEOSGeometry *land, const char *where)
{
    const struct mere_scheme *s = &net->schemes[0];
    for (int i = 0; i < GEOSGetNumGeometries_r(geos, points); i++) {
        const GEOSGeometry *p = GEOSGetGeometryN_r(geos, points, i);
        double x, y, far = 0;
        if (GEOSGeomTypeId_r(geos, p) != GEOS_POINT || GEOSisEmpty_r(geos, p) ||
            !GEOSGeomGetX_r(geos, p, &x) || !GEOSGeomGetY_r(geos, p, &y))
            continue;
        GEOSGeometry *border = GEOSBoundary_r(geos, land);
        bool known = border && GEOSDistance_r(geos, border, p, &far) && far > 2;
        GEOSGeom_destroy_r(geos, border);
        if (!known)
            continue;
        int32_t face = mere_locate_point(loc, (struct mere_point){(int32_t)x, (int32_t)y});
        bool inside = GEOSIntersects_r(geos, land, p) == 1;
        bool owned = face >= 0 && s->label[face] != MERE_LABEL_NONE;
        if (!CHECK(inside == owned))
            printf("  in %s: point %.0f %.0f\n", where, x, y);
        n_points++;
    }
}

static void compare(struct mere_ctx *ctx, const struct mere_net *net, const uint8_t *flaws,
                    GEOSGeometry *const g[2], const char *where)
{
    GEOSGeometry *valid[2] = {NULL, NULL};
    const int32_t *zone_of = net->schemes[0].zone_of_layer;
    double slack = 4;
    for (int i = 0; i < 2; i++)
        slack += g[i] ? length_of(g[i]) : 0;
    for (int i = 0; i < 2; i++) {
        valid[i] = g[i] ? land_of(g[i]) : NULL;
        if (!valid[i])
            continue;
        double want = area_of(valid[i]), got = claimed(net, &zone_of[i], 1);
        if (!CHECK(fabs(want - got) <= slack))
            printf("  in %s: area of %c is %.17g, GEOS says %.17g\n", where, "ab"[i], got, want);
        /* A collection of valid polygons may overlap; a valid multipolygon does not. */
        bool geos_valid = GEOSisValid_r(geos, g[i]) == 1 &&
                          GEOSGeomTypeId_r(geos, g[i]) != GEOS_GEOMETRYCOLLECTION;
        if (geos_valid && !CHECK((flaws[i] & ~MERE_FLAW_VANISHED) == 0))
            printf("  in %s: %c is valid, but flaws are %d\n", where, "ab"[i], flaws[i]);
        n_invalid += !geos_valid;
        n_areas++;
    }
    GEOSGeometry *both = valid[0] && valid[1] ? GEOSIntersection_r(geos, valid[0], valid[1]) : NULL;
    if (both) {
        double want = area_of(both), got = claimed(net, zone_of, 2);
        if (!CHECK(fabs(want - got) <= slack))
            printf("  in %s: common area is %.17g, GEOS says %.17g\n", where, got, want);
        n_overlaps++;
    }
    if (!CHECK(traced_is_valid(ctx, net)))
        printf("  in %s: a traced polygon is not valid\n", where);
    GEOSGeom_destroy_r(geos, both);
    for (int i = 0; i < 2; i++)
        GEOSGeom_destroy_r(geos, valid[i]);
}

static int see_number(double *x, double *y, void *user)
{
    bool *finite = user;
    *finite = *finite && isfinite(*x) && isfinite(*y);
    return 1;
}
static bool is_finite(const GEOSGeometry *g)
{
    bool finite = true;
    GEOSGeom_destroy_r(geos, GEOSGeom_transformXY_r(geos, g, see_number, &finite));
    return finite;
}

static bool has_polygons(const GEOSGeometry *g)
{
    return g && !GEOSisEmpty_r(geos, g) && GEOSGeom_getDimensions_r(geos, g) == 2;
}

static void run_pair(GEOSGeometry *const raw[2], const char *where)
{
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    bool any = false;
    for (int i = 0; i < 2; i++) {
        if (raw[i] && !is_finite(raw[i]))
            return; /* refused at the door: tests of import */
        any = widen(raw[i], box) || any;
    }
    double span = fmax(box[2] - box[0], box[3] - box[1]);
    if (!any || !(span > 0) || !(has_polygons(raw[0]) || has_polygons(raw[1])))
        return;
    struct scale s = {box[0], box[1], SPAN / span};
    GEOSGeometry *g[2] = {NULL, NULL}, *land[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        g[i] = raw[i] ? rounded(raw[i], s) : NULL;
        land[i] = has_polygons(g[i]) ? g[i] : NULL;
    }
    struct mere_ctx *ctx = mere_ctx_new();
    struct drawing d;
    if (land[0] || land[1]) {
        draw(&d, land[0] ? land[0] : land[1], land[0] ? land[1] : NULL);
        GEOSGeometry *ordered[2] = {land[0] ? land[0] : land[1], land[0] ? land[1] : NULL};
        uint8_t flaws[2] = {0}, *flaw_list[1] = {flaws};
        struct mere_build how = {.match_zones = true, .ret_flaws = flaw_list};
        const struct mere_layer *layers[1] = {&d.layer};
        struct mere_net *net = NULL;
        if (CHECK(mere_net_build(ctx, layers, 1, &how, &net) == MERE_OK)) {
            compare(ctx, net, flaws, ordered, where);
            struct mere_locator *loc = NULL;
            CHECK(mere_locator_build(ctx, net, &loc) == MERE_OK);
            GEOSGeometry *valid = land_of(ordered[0]);
            if (loc && valid && g[0] && g[1] && land[0] != land[1] && !(land[0] && land[1]))
                compare_points(net, loc, land[0] ? g[1] : g[0], valid, where);
            GEOSGeom_destroy_r(geos, valid);
            mere_locator_free(loc);
        } else
            printf("  in %s: %s\n", where, mere_ctx_error(ctx));
        mere_net_free(net);
        mere_arena_clear(&d.arena);
        n_cases++;
    }
    for (int i = 0; i < 2; i++)
        GEOSGeom_destroy_r(geos, g[i]);
    mere_ctx_free(ctx);
}

static void run_file(const char *path)
{
    char *text = read_whole(path);
    if (!CHECK(text != NULL))
        return;
    int number = 0;
    for (const char *at = strstr(text, "<case>"); at; at = strstr(at + 1, "<case>")) {
        const char *end = strstr(at, "</case>");
        char where[1200];
        snprintf(where, sizeof where, "%s case %d", path + sizeof JTS, ++number);
        GEOSGeometry *raw[2] = {read_geometry(at, end ? end : at + strlen(at), "a"),
                                read_geometry(at, end ? end : at + strlen(at), "b")};
        run_pair(raw, where);
        GEOSGeom_destroy_r(geos, raw[0]);
        GEOSGeom_destroy_r(geos, raw[1]);
    }
    free(text);
}

static void run_folder(const char *folder)
{
    struct dirent **list = NULL;
    int n = scandir(folder, &list, NULL, alphasort);
    if (!CHECK(n > 0))
        return;
    for (int i = 0; i < n; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, list[i]->d_name);
        size_t len = strlen(list[i]->d_name);
        if (len > 4 && strcmp(list[i]->d_name + len - 4, ".xml") == 0)
            run_file(path);
        free(list[i]);
    }
    free(list);
}

static bool absent(void)
{
    DIR *d = opendir(JTS);
    if (d)
        closedir(d);
    return d == NULL;
}

TEST(general_polygons_have_the_areas_that_geos_finds)
{
    if (absent())
        SKIP("../shared/data/tests-jts is not here");
    run_folder(JTS "/general");
    run_folder(JTS "/misc");
}
TEST(validity_cases_have_flaws_only_where_geos_says_invalid)
{
    if (absent())
        SKIP("../shared/data/tests-jts is not here");
    run_folder(JTS "/validate");
    CHECK(n_invalid > 20);
}
TEST(robustness_cases_that_broke_other_engines_have_the_areas_that_geos_finds)
{
    if (absent())
        SKIP("../shared/data/tests-jts is not here");
    run_folder(JTS "/robust");
    run_folder(JTS "/robust/overlay");
    run_folder(JTS "/failure");
    CHECK(n_cases > 400 && n_areas > 400 && n_overlaps > 100 && n_points > 50);
}

static void quiet(const char *message, void *user)
{
    (void)message;
    (void)user;
}

int main(void)
{
    geos = GEOS_init_r();
    GEOSContext_setNoticeMessageHandler_r(geos, quiet, NULL);
    GEOSContext_setErrorMessageHandler_r(geos, quiet, NULL);
    RUN(general_polygons_have_the_areas_that_geos_finds);
    RUN(validity_cases_have_flaws_only_where_geos_says_invalid);
    RUN(robustness_cases_that_broke_other_engines_have_the_areas_that_geos_finds);
    printf(
        "%d cases, %d areas (%d of polygons that GEOS calls invalid), %d common areas, %d points\n",
        n_cases, n_areas, n_invalid, n_overlaps, n_points);
    GEOS_finish_r(geos);
    return done();
}
