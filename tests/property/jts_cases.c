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
#include "locate/locate.h"
#include "property/geos_land.h"
#include <dirent.h>

#define JTS "../shared/data/tests-jts/testxml"
#define SPAN 200000000.0 /* a case is scaled to this many units: 20 degrees */

static int n_cases, n_areas, n_overlaps, n_points, n_invalid;

/* ---- reading ---- */

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
    GEOSGeometry *g = geos_read(text);
    free(text);
    return g;
}

/* ---- comparing ---- */

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
        char who[1300];
        snprintf(who, sizeof who, "%s, %c", where, "ab"[i]);
        n_invalid += !compare_land(net, zone_of[i], flaws[i], g[i], valid[i], slack, who);
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
    struct drawn d;
    if (land[0] || land[1]) {
        GEOSGeometry *ordered[2] = {land[0] ? land[0] : land[1], land[0] ? land[1] : NULL};
        draw(&d, ordered, 2);
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
        drawn_free(&d);
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

int main(void)
{
    geos_start();
    RUN(general_polygons_have_the_areas_that_geos_finds);
    RUN(validity_cases_have_flaws_only_where_geos_says_invalid);
    RUN(robustness_cases_that_broke_other_engines_have_the_areas_that_geos_finds);
    printf(
        "%d cases, %d areas (%d of polygons that GEOS calls invalid), %d common areas, %d points\n",
        n_cases, n_areas, n_invalid, n_overlaps, n_points);
    GEOS_finish_r(geos);
    return done();
}
