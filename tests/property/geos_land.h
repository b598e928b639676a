/* geos_land.h - geometries of GEOS as layers of ours, and their land measured by both.
 * Shared by the tests that hold the network against the polygons of JTS and TG. */
#ifndef MERE_TESTS_GEOS_LAND_H
#define MERE_TESTS_GEOS_LAND_H
#include "check.h"
#include "draw.h"
#include <geos_c.h>

static GEOSContextHandle_t geos;

static inline void quiet(const char *message, void *user)
{
    (void)message;
    (void)user;
}

static inline void geos_start(void)
{
    geos = GEOS_init_r();
    GEOSContext_setNoticeMessageHandler_r(geos, quiet, NULL);
    GEOSContext_setErrorMessageHandler_r(geos, quiet, NULL);
}

/* ---- reading ---- */

/* The text of a file, to be freed; NULL when it is not there. */
static inline char *read_whole(const char *path)
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

/* A geometry in WKT or in hex WKB; NULL when GEOS can't read it. */
static inline GEOSGeometry *geos_read(const char *text)
{
    if (*text == '0') {
        size_t hex = strspn(text, "0123456789ABCDEFabcdef");
        GEOSWKBReader *r = GEOSWKBReader_create_r(geos);
        GEOSGeometry *g = GEOSWKBReader_readHEX_r(geos, r, (const unsigned char *)text, hex);
        GEOSWKBReader_destroy_r(geos, r);
        return g;
    }
    GEOSWKTReader *r = GEOSWKTReader_create_r(geos);
    GEOSGeometry *g = GEOSWKTReader_read_r(geos, r, text);
    GEOSWKTReader_destroy_r(geos, r);
    return g;
}

struct scale {
    double x0, y0, f;
};

/* ---- GEOS geometry on integers ---- */

static inline int to_integers(double *x, double *y, void *user)
{
    const struct scale *s = user;
    *x = round((*x - s->x0) * s->f);
    *y = round((*y - s->y0) * s->f);
    return 1;
}

/* A copy of `g` with every coordinate scaled and rounded. */
static inline GEOSGeometry *rounded(const GEOSGeometry *g, struct scale s)
{
    return GEOSGeom_transformXY_r(geos, g, to_integers, &s);
}

static inline bool widen(const GEOSGeometry *g, double box[4])
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

/* ---- GEOS polygons to a layer ---- */

static inline void add_ring(struct drawn *d, const GEOSGeometry *ring)
{
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos, ring);
    unsigned n = 0;
    GEOSCoordSeq_getSize_r(geos, seq, &n);
    for (unsigned i = 0; i + 1 < n; i++) {
        double x = 0, y = 0;
        GEOSCoordSeq_getXY_r(geos, seq, i, &x, &y);
        drawn_point(d, (int32_t)x, (int32_t)y);
    }
    drawn_ring_end(d);
}

/* The polygons of `g`, on integers, as parts of `zone`. */
static inline void add_polygons(struct drawn *d, const GEOSGeometry *g, uint32_t zone)
{
    int type = GEOSGeomTypeId_r(geos, g);
    if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        for (int i = 0; i < GEOSGetNumGeometries_r(geos, g); i++)
            add_polygons(d, GEOSGetGeometryN_r(geos, g, i), zone);
        return;
    }
    if (type != GEOS_POLYGON || GEOSisEmpty_r(geos, g))
        return;
    add_ring(d, GEOSGetExteriorRing_r(geos, g));
    for (int i = 0; i < GEOSGetNumInteriorRings_r(geos, g); i++)
        add_ring(d, GEOSGetInteriorRingN_r(geos, g, i));
    drawn_part_end(d, zone);
}

/* A scheme of `n` zones, numbered in this order; NULL draws an empty zone. */
static inline void draw(struct drawn *d, GEOSGeometry *const *g, size_t n)
{
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (size_t i = 0; i < n; i++) {
        uint32_t zone = drawn_zone_numbered(d);
        if (g[i])
            add_polygons(d, g[i], zone);
    }
    drawn_layer(d);
}

static inline int see_number(double *x, double *y, void *user)
{
    bool *finite = user;
    *finite = *finite && isfinite(*x) && isfinite(*y);
    return 1;
}
static inline bool is_finite(const GEOSGeometry *g)
{
    bool finite = true;
    GEOSGeom_destroy_r(geos, GEOSGeom_transformXY_r(geos, g, see_number, &finite));
    return finite;
}

/* ---- measuring ---- */

/* The land within one ring, whatever its direction and crossings. */
static inline GEOSGeometry *ring_land(const GEOSGeometry *ring)
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
static inline void fold(GEOSGeometry **into, GEOSGeometry *other, bool take_away)
{
    GEOSGeometry *r = !*into || !other ? NULL
                      : take_away      ? GEOSDifference_r(geos, *into, other)
                                       : GEOSUnion_r(geos, *into, other);
    GEOSGeom_destroy_r(geos, *into);
    GEOSGeom_destroy_r(geos, other);
    *into = r;
}

static inline bool is_larger_around(const GEOSGeometry *a, const GEOSGeometry *b)
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
static inline GEOSGeometry *land_of(const GEOSGeometry *g)
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

static inline double area_of(const GEOSGeometry *g)
{
    double a = 0;
    return g && GEOSArea_r(geos, g, &a) ? a : 0;
}

static inline double length_of(const GEOSGeometry *g)
{
    double a = 0;
    return g && GEOSLength_r(geos, g, &a) ? a : 0;
}

/* The area, in square units, of the faces that all of the `n` zones claim. */
static inline double claimed(const struct mere_net *net, const int32_t *zones, int n)
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

/* Check the area of a zone, drawn as `g`, against `land`, and that it has no flaw when GEOS calls
 * `g` valid; whether it does. */
static inline bool compare_land(const struct mere_net *net, int32_t zone, uint8_t flaws,
                                const GEOSGeometry *g, const GEOSGeometry *land, double slack,
                                const char *who)
{
    double want = area_of(land), got = claimed(net, &zone, 1);
    if (!CHECK(fabs(want - got) <= slack))
        printf("  in %s: area is %.17g, GEOS says %.17g\n", who, got, want);
    /* A collection of valid polygons may overlap; a valid multipolygon does not. */
    bool is_valid =
        GEOSisValid_r(geos, g) == 1 && GEOSGeomTypeId_r(geos, g) != GEOS_GEOMETRYCOLLECTION;
    if (is_valid && !CHECK((flaws & ~MERE_FLAW_VANISHED) == 0))
        printf("  in %s: valid, but flaws are %d\n", who, flaws);
    return is_valid;
}

/* Ring `ring` of a layer, on integers. */
static inline GEOSGeometry *ring_of(const struct mere_layer *l, uint32_t ring)
{
    uint32_t first = l->ring_first[ring], n = l->ring_first[ring + 1] - first;
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, n + 1, 2);
    for (uint32_t i = 0; i <= n; i++)
        GEOSCoordSeq_setXY_r(geos, seq, i, l->pts[first + i % n].x, l->pts[first + i % n].y);
    return GEOSGeom_createLinearRing_r(geos, seq);
}
/* Parts [from, to) of a layer as one multipolygon. */
static inline GEOSGeometry *polygon_of(const struct mere_layer *l, size_t from, size_t to)
{
    GEOSGeometry **parts = calloc(to - from + 1, sizeof(GEOSGeometry *));
    for (size_t p = from; p < to; p++) {
        uint32_t r0 = l->part_ring[p], n = l->part_ring[p + 1] - r0 - 1;
        GEOSGeometry **holes = calloc(n + 1, sizeof(GEOSGeometry *));
        for (uint32_t h = 0; h < n; h++)
            holes[h] = ring_of(l, r0 + 1 + h);
        parts[p - from] = GEOSGeom_createPolygon_r(geos, ring_of(l, r0), holes, n);
        free(holes);
    }
    GEOSGeometry *g =
        GEOSGeom_createCollection_r(geos, GEOS_MULTIPOLYGON, parts, (unsigned)(to - from));
    free(parts);
    return g;
}

/* Whether every part that the network traces is a polygon that GEOS calls valid. */
static inline bool traced_is_valid(struct mere_ctx *ctx, const struct mere_net *net)
{
    struct mere_arena arena = {0};
    struct mere_layer out;
    bool ok = mere_net_layer(ctx, net, 0, &arena, &out) == MERE_OK;
    for (size_t p = 0; ok && p < out.n_parts; p++) {
        GEOSGeometry *poly = polygon_of(&out, p, p + 1);
        ok = poly && GEOSisValid_r(geos, poly) == 1;
        GEOSGeom_destroy_r(geos, poly);
    }
    mere_arena_clear(&arena);
    return ok;
}
#endif
