/* test_topojson.c - TopoJSON files: what GDAL's reader passes over is told, texts are decoded as
 * those of other formats, and every layer can be chosen. */
#include "unit/io_fixture.h"

#define ARCS                                                                                       \
    "\"arcs\":[[[10,50],[10.1,50],[10.1,50.1],[10,50.1],[10,50]],"                                 \
    "[[10.1,50],[10.2,50],[10.2,50.1],[10.1,50.1],[10.1,50]]]"
#define POLYGON(arc, properties)                                                                   \
    "{\"type\":\"Polygon\",\"properties\":{" properties "},\"arcs\":[[" arc "]]}"
#define NOTHING(properties) "{\"type\":null,\"properties\":{" properties "}}"
#define COLLECTION(name, geometries)                                                               \
    "\"" name "\":{\"type\":\"GeometryCollection\",\"geometries\":[" geometries "]}"
#define TOPOLOGY(objects) "{\"type\":\"Topology\"," ARCS ",\"objects\":{" objects "}}"

static struct mere_import_options by_code(const char *field)
{
    return (struct mere_import_options){.fields = {field}, .tolerance_m = 0.01};
}

static bool says(const struct bench *b, const char *words)
{
    return CHECK(strstr(mere_text_str(&b->report.said), words) != NULL);
}

static void refused(struct bench *b, const char *path, struct mere_import_options options,
                    const char *words)
{
    CHECK_INT(MERE_E_INPUT, bench_import(b, path, options));
    if (!CHECK(strstr(mere_ctx_error(b->ctx), words) != NULL))
        printf("    %s\n", mere_ctx_error(b->ctx));
}

/* GDAL's reader passes over all of these but the first. */
TEST(geometries_of_a_topojson_without_a_type_are_rejected_not_lost)
{
    static const char TEXT[] =
        "{\"type\":\"Topology\",\"arcs\":[[[10,50],[10.1,50],[10.1,50.1],[10,50.1],[10,50]]],"
        "\"objects\":{\"a\":{\"type\":\"GeometryCollection\",\"geometries\":["
        "{\"type\":\"Polygon\",\"id\":7,\"properties\":{\"code\":\"A\"},\"arcs\":[[0]]},"
        "{\"type\":null,\"properties\":{\"code\":\"N\"}},{\"properties\":{\"code\":\"无\"}},"
        "{\"type\":\"Polygon\",\"properties\":{\"code\":\"E\"}},null]},"
        "\"b\":{\"type\":null}}}";
    struct bench b = bench_new();
    if (bench_take(&b, bench_write(&b, "a.topojson", TEXT), by_code("code"))) {
        CHECK_INT(5, b.report.n_features);
        CHECK_INT(1, b.report.n_used);
        CHECK_INT(4, b.report.n_rejected);
        CHECK(strstr(mere_text_str(&b.report.said), "feature 5") != NULL);
    }
    bench_free(&b);
}

/* GDAL reads one level of collections. */
TEST(a_collection_inside_a_collection_is_rejected_by_name)
{
    static const char TEXT[] = TOPOLOGY(COLLECTION(
        "a",
        POLYGON("0", "\"code\":\"A\"") ","
                                       "{\"type\":\"GeometryCollection\",\"geometries\":[" POLYGON(
                                           "1", "\"code\":\"B\"") "]}"));
    struct bench b = bench_new();
    if (bench_take(&b, bench_write(&b, "a.topojson", TEXT), by_code("code"))) {
        CHECK_INT(2, b.report.n_features);
        CHECK_INT(1, b.report.n_rejected);
        says(&b, "it is a collection inside a collection");
    }
    bench_free(&b);
}

/* Numbers count all features in the order of the file. */
TEST(a_topojson_keeps_the_order_of_its_file)
{
    static const char TEXT[] = TOPOLOGY(COLLECTION(
        "a",
        NOTHING("\"code\":\"1\"") "," POLYGON("0", "\"code\":\"2\"") "," NOTHING(
            "\"code\":\"3\"") "," POLYGON("1", "\"code\":\"4\"") "," NOTHING("\"code\":\"5\"")));
    struct bench b = bench_new();
    struct mere_import_options options = by_code("@n");
    if (bench_take(&b, bench_write(&b, "a.topojson", TEXT), options)) {
        struct mere_layer layer = bench_read(&b, "grid");
        if (CHECK_INT(2, layer.n_zones)) {
            CHECK_STR("2", layer.zones[0].code);
            CHECK_STR("4", layer.zones[1].code);
        }
        says(&b, "feature 1");
        says(&b, "feature 3");
        says(&b, "feature 5");
    }
    bench_free(&b);
}

/* 无锡 in GBK, in names, values and the name of the layer. */
TEST(a_topojson_that_is_not_utf8_is_decoded)
{
    static const char TEXT[] =
        TOPOLOGY(COLLECTION("\xCE\xDE", NOTHING("\"\xCE\xDE\":\"\xCE\xDE\xCE\xFD\"") "," POLYGON(
                                            "0", "\"\xCE\xDE\":\"\xCE\xFD\xCE\xDE\"")));
    struct bench b = bench_new();
    struct mere_import_options options = by_code("无");
    const char *path = bench_write(&b, "a.topojson", TEXT);
    refused(&b, path, options, "--encoding");
    options.encoding = "GBK";
    char rejects[96];
    snprintf(rejects, sizeof rejects, "%s/rejects.csv", b.dir);
    options.reject_path = rejects;
    if (bench_take(&b, path, options)) {
        struct mere_layer layer = bench_read(&b, "grid");
        if (CHECK_INT(1, layer.n_zones))
            CHECK_STR("锡无", layer.zones[0].code);
        CHECK_INT(1, b.report.n_rejected);
        char line[200] = "";
        FILE *f = fopen(rejects, "rb");
        for (int i = 0; i < 2 && CHECK(f != NULL); i++)
            CHECK(fgets(line, sizeof line, f) != NULL);
        CHECK(strncmp(line, "1,\"无锡\",", 11) == 0);
        if (f)
            fclose(f);
    }
    bench_free(&b);
}

TEST(a_whole_number_of_over_64_bits_refuses_no_topojson)
{
    static const char TEXT[] = TOPOLOGY(COLLECTION(
        "a", NOTHING("\"code\":\"1\",\"n\":123456789012345678901234567890,\"m\":7") "," POLYGON(
                 "0", "\"code\":\"2\",\"n\":5,\"m\":8")));
    struct bench b = bench_new();
    if (bench_take(&b, bench_write(&b, "a.topojson", TEXT), by_code("code")))
        CHECK_INT(1, bench_read(&b, "grid").n_zones);
    bench_free(&b);
}

/* GDAL puts what is no collection in a layer "TopoJSON". */
TEST(layers_of_one_name_can_be_chosen_by_their_number)
{
    static const char TEXT[] = TOPOLOGY(COLLECTION(
        "TopoJSON",
        POLYGON("0", "\"code\":\"1\"") "," POLYGON(
            "1",
            "\"code\":\"2\"")) ",\"b\":" POLYGON("1",
                                                 "\"code\":\"3\"") ",\"c\":" NOTHING("\"code\":"
                                                                                     "\"4\""));
    struct bench b = bench_new();
    struct mere_import_options options = by_code("code");
    const char *path = bench_write(&b, "a.topojson", TEXT);
    refused(&b, path, options, "TopoJSON, TopoJSON#2");
    options.layer = "TopoJSON";
    if (bench_take(&b, path, options)) {
        CHECK_INT(2, b.report.n_features);
        CHECK_INT(2, b.report.n_used);
    }
    options.layer = "TopoJSON#2";
    options.replace = true;
    if (bench_take(&b, path, options)) {
        CHECK_INT(2, b.report.n_features);
        CHECK_INT(1, b.report.n_rejected);
        CHECK_STR("3", bench_read(&b, "grid").zones[0].code);
    }
    bench_free(&b);
}

TEST(a_topojson_that_is_no_json_is_refused_with_its_line_and_what_to_do)
{
    struct bench b = bench_new();
    const char *path = bench_write(
        &b, "a.topojson", TOPOLOGY(COLLECTION("a", POLYGON("0", "\"code\":\"1\",\n\"n\":NaN"))));
    refused(&b, path, by_code("code"), "line 2");
    refused(&b, path, by_code("code"), "correct it there");
    path = bench_write(&b, "b.topojson",
                       "{\"type\":\"Topology\"," ARCS
                       ",\"objects\":[" POLYGON("0", "\"code\":\"1\"") "]}");
    refused(&b, path, by_code("code"), "\"objects\" is no object");
    bench_free(&b);
}

int main(void)
{
    RUN(geometries_of_a_topojson_without_a_type_are_rejected_not_lost);
    RUN(a_collection_inside_a_collection_is_rejected_by_name);
    RUN(a_topojson_keeps_the_order_of_its_file);
    RUN(a_topojson_that_is_not_utf8_is_decoded);
    RUN(a_whole_number_of_over_64_bits_refuses_no_topojson);
    RUN(layers_of_one_name_can_be_chosen_by_their_number);
    RUN(a_topojson_that_is_no_json_is_refused_with_its_line_and_what_to_do);
    return done();
}
