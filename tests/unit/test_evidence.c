/* test_evidence.c - the datum: asked for where it must be, and what speaks for each candidate. */
#include "geo/measure.h"
#include "io/place.h"
#include "io_fixture.h"

#define HANGZHOU "[[[120.20,30.20],[120.21,30.20],[120.21,30.21],[120.20,30.21],[120.20,30.20]]]"
#define YUHANG DATA "cn-yuhang-streets/yuhang_streets.geojson"
#define FENCE DATA "cn-yuhang-streets/fence-330110-gcj02.json"

static struct mere_import_options numbered(const char *datum)
{
    return (struct mere_import_options){.fields = {"@n"}, .tolerance_m = 0.01, .datum = datum};
}

TEST(degrees_in_the_shifted_area_need_a_datum)
{
    struct bench b = bench_new();
    const char *features[] = {"\"a\":1|" HANGZHOU};
    const char *path = bench_json(&b, "a.geojson", features, 1);
    CHECK_INT(MERE_E_INPUT, bench_import(&b, path, numbered(NULL)));
    CHECK(strstr(mere_ctx_error(b.ctx), "--datum wgs84") != NULL);
    CHECK(strstr(mere_ctx_error(b.ctx), "--datum gcj02") != NULL);
    CHECK(strstr(mere_ctx_error(b.ctx), "--datum bd09") != NULL);
    bench_take(&b, path, numbered("wgs84"));
    bench_free(&b);
}

TEST(one_vertex_in_the_area_is_enough)
{
    struct bench b = bench_new();
    const char *features[] = {"\"a\":1|[[[71,40],[72.1,40],[71,40.1],[71,40]]]"};
    CHECK_INT(MERE_E_INPUT,
              bench_import(&b, bench_json(&b, "a.geojson", features, 1), numbered(NULL)));
    const char *outside[] = {"\"a\":1|[[[71,40],[72.003,40],[71,40.1],[71,40]]]"};
    bench_take(&b, bench_json(&b, "b.geojson", outside, 1), numbered(NULL));
    bench_free(&b);
}

TEST(a_file_that_names_cgcs2000_needs_none)
{
    struct bench b = bench_new();
    const char *path = bench_write(
        &b, "a.geojson",
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
        "\"urn:ogc:def:crs:EPSG::4490\"}},\"features\":[{\"type\":\"Feature\",\"properties\":{},"
        "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" HANGZHOU "}}]}");
    bench_take(&b, path, numbered(NULL));
    struct mere_layer layer = bench_read(&b, "grid");
    CHECK_INT(1202000000, layer.pts[0].x);
    struct mere_import_options options = numbered("gcj02");
    options.replace = true;
    CHECK_INT(MERE_E_INPUT, bench_import(&b, path, options)); /* it can't be both */
    bench_free(&b);
}

TEST(gcj02_is_brought_back_by_the_inverse)
{
    struct bench b = bench_new();
    /* WGS 84 (120.21, 30.21) is this in GCJ-02 (DOMAIN section 4). */
    const char *features[] = {"\"a\":1|[[[120.21453383946505,30.207570446544214],[120.23,30.21],"
                              "[120.23,30.22],[120.21453383946505,30.207570446544214]]]"};
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 1), numbered("gcj02"))) {
        struct mere_layer layer = bench_read(&b, "grid");
        bool there = false;
        for (size_t i = 0; i < layer.ring_first[layer.n_rings]; i++)
            there = there || (layer.pts[i].x == 1202100000 && layer.pts[i].y == 302100000);
        CHECK(there);
        CHECK(b.report.n_densified > 0); /* 1.5 km edges bend */
    }
    bench_free(&b);
}

static void weigh(struct bench *b, const char *path, const struct mere_known *known,
                  struct mere_evidence ret[MERE_EVIDENCE_N])
{
    struct mere_dataset *dataset = NULL;
    struct mere_source *source = NULL;
    struct mere_place place = {0};
    struct mere_read how = {0};
    struct mere_place_options options = {.datum = "wgs84"};
    CHECK_INT(MERE_OK, mere_dataset_open(b->ctx, path, &dataset));
    CHECK_INT(MERE_OK, mere_source_read(b->ctx, dataset, 0, &how, &source));
    CHECK_INT(MERE_OK, mere_place_decide(b->ctx, source, &options, known, &place));
    CHECK_INT(MERE_OK, mere_evidence_weigh(b->ctx, source, &place, known, ret));
    mere_place_clear(&place);
    mere_source_free(source);
    mere_dataset_close(dataset);
}

/* Take the streets of Yuhang into the store. False, and the test is skipped, where the data is
 * absent. */
static bool take_streets(struct bench *b, struct mere_layer *ret)
{
    struct mere_import_options options = numbered("wgs84");
    options.scheme = "street";
    if (!file_is_there(FENCE) || !file_is_there(YUHANG)) {
        check_skip = "../shared/data is not here";
        return false;
    }
    if (!bench_take(b, YUHANG, options))
        return false;
    *ret = bench_read(b, "street");
    return true;
}

TEST(the_borders_in_the_store_tell_the_datum)
{
    struct bench b = bench_new();
    struct mere_evidence e[MERE_EVIDENCE_N] = {0};
    struct mere_layer layer;
    if (take_streets(&b, &layer)) {
        struct mere_known known = {&layer, 1};
        weigh(&b, YUHANG, &known, e);
        CHECK(e[0].compared && e[0].border_m < 0.01); /* laid against itself */
        CHECK(e[1].border_m > 50 && e[2].border_m > 50);
        CHECK_NEAR(526, e[1].shift_m, 5);
        CHECK_NEAR(1128, e[2].shift_m, 10);
        CHECK_INT(MERE_E_INPUT, bench_import(&b, YUHANG, numbered(NULL)));
        CHECK(strstr(mere_ctx_error(b.ctx), "inside zones of the store") != NULL);
    }
    bench_free(&b);
}

TEST(a_county_fence_of_a_map_platform_fits_its_streets_as_gcj02)
{
    struct bench b = bench_new();
    struct mere_evidence e[MERE_EVIDENCE_N] = {0};
    struct mere_layer layer;
    if (take_streets(&b, &layer)) {
        struct mere_known known = {&layer, 1};
        weigh(&b, FENCE, &known, e);
        CHECK(e[1].border_m < e[0].border_m && e[1].border_m < e[2].border_m);
    }
    bench_free(&b);
}

/* 1,000 points go along a line from a zone into the open: 400 lie inside. The corners of their box
 * would say "half", the first few hundred "all". */
TEST(points_are_weighed_by_places_spread_over_all_of_the_layer)
{
    enum { N = 1000 };
    struct bench b = bench_new();
    struct mere_evidence e[MERE_EVIDENCE_N] = {0};
    const char *zone[] = {"\"a\":1|[[[120,30],[120.4,30],[120.4,31],[120,31],[120,30]]]"};
    struct mere_import_report report = {0};
    struct mere_text t = {0};
    mere_text_add(&t, "WKT,a\n");
    for (int i = 0; i < N; i++)
        mere_text_addf(&t, "POINT (%.4f 30.5),%d\n", 120.0005 + i / 1000.0, i);
    if (bench_take(&b, bench_json(&b, "a.geojson", zone, 1), numbered("wgs84"))) {
        struct mere_layer layer = bench_read(&b, "grid");
        struct mere_known known = {&layer, 1};
        struct mere_source source = {.min_x = 120, .max_x = 121, .min_y = 30.5, .max_y = 30.5};
        const struct mere_place degrees = {.identity = true};
        for (int i = 0; i < N; i++)
            mere_source_note(&source, 120.0005 + i / 1000.0, 30.5);
        CHECK_INT(MERE_OK, mere_evidence_weigh(b.ctx, &source, &degrees, &known, e));
        CHECK(e[0].compared && e[0].n_compared >= MERE_SAMPLE_MAX / 2);
        CHECK_NEAR(0.4, e[0].inside, 0.005);
        const char *points = bench_write(&b, "points.csv", mere_text_str(&t));
        struct mere_import_options reference = {.scheme = "points", .crs = "EPSG:4326"};
        CHECK_INT(MERE_E_INPUT, mere_import_reference(b.ctx, b.db, points, &reference, &report));
        CHECK(strstr(mere_ctx_error(b.ctx), "--datum wgs84") != NULL);
        CHECK(strstr(mere_ctx_error(b.ctx), "40.0 % of 250 places") != NULL);
    }
    mere_text_clear(&t);
    bench_free(&b);
}

TEST(a_file_without_a_crs_is_refused)
{
    struct bench b = bench_new();
    const char *path =
        bench_write(&b, "a.csv", "WKT,code\n\"POLYGON((0 0,100 0,100 100,0 0))\",1\n");
    CHECK_INT(MERE_E_INPUT, bench_import(&b, path, numbered(NULL)));
    CHECK(strstr(mere_ctx_error(b.ctx), "--crs") != NULL);
    struct mere_import_options options = numbered(NULL);
    options.crs = "EPSG:32632";
    bench_take(&b, path, options);
    bench_free(&b);
}

TEST(all_refusals_come_at_once)
{
    struct bench b = bench_new();
    const char *path = DATA "seoul-dong-kostat2013/seoul_submunicipalities.shp";
    if (!file_is_there(path)) {
        bench_free(&b);
        SKIP("../shared/data is not here");
    }
    struct mere_import_options options = {.fields = {"code"}, .tolerance_m = 0.01};
    CHECK_INT(MERE_E_INPUT, bench_import(&b, path, options));
    CHECK(strstr(mere_ctx_error(b.ctx), "CP949") != NULL);
    CHECK(strstr(mere_ctx_error(b.ctx), "ballpark") != NULL);
    options.encoding = "CP949";
    options.crs = "EPSG:5174";
    if (bench_take(&b, path, options)) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK_INT(423, layer.n_zones);
        CHECK_STR("1101053", layer.zones[0].code);
        CHECK_STR("사직동", layer.zones[0].name);
    }
    bench_free(&b);
}

int main(void)
{
    RUN(degrees_in_the_shifted_area_need_a_datum);
    RUN(one_vertex_in_the_area_is_enough);
    RUN(a_file_that_names_cgcs2000_needs_none);
    RUN(gcj02_is_brought_back_by_the_inverse);
    RUN(the_borders_in_the_store_tell_the_datum);
    RUN(a_county_fence_of_a_map_platform_fits_its_streets_as_gcj02);
    RUN(points_are_weighed_by_places_spread_over_all_of_the_layer);
    RUN(a_file_without_a_crs_is_refused);
    RUN(all_refusals_come_at_once);
    return done();
}
