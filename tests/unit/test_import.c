/* test_import.c - divisions from files: what is taken, by which rule, and what is refused or
 * rejected. */
#include "geo/measure.h"
#include "io/words.h"
#include "io_fixture.h"
#include "net/net.h"

#define SQUARE_A "[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]"
#define SQUARE_B "[[[10.01,50],[10.02,50],[10.02,50.01],[10.01,50.01],[10.01,50]]]"
#define NUMBERED ((struct mere_import_options){.fields = {"@n"}, .tolerance_m = 0.01})

static struct mere_import_options by_code(const char *field)
{
    return (struct mere_import_options){.fields = {field}, .tolerance_m = 0.01};
}

static const struct mere_zone *zone_of(const struct mere_layer *layer, const char *code)
{
    for (size_t z = 0; z < layer->n_zones; z++)
        if (strcmp(layer->zones[z].code, code) == 0)
            return &layer->zones[z];
    return NULL;
}

static const char *attr_of(const struct mere_layer *layer, const char *code, const char *column)
{
    const struct mere_zone *zone = zone_of(layer, code);
    for (size_t c = 0; zone && c < layer->n_columns; c++)
        if (strcmp(layer->columns[c].name, column) == 0)
            return zone->attrs[c];
    return "no such column";
}

static bool has_column(const struct mere_layer *layer, const char *column)
{
    for (size_t c = 0; c < layer->n_columns; c++)
        if (strcmp(layer->columns[c].name, column) == 0)
            return true;
    return false;
}

TEST(every_sentence_stands_once_in_the_table_and_has_its_places_in_both_languages)
{
    const char *en, *zh;
    for (size_t i = 0; mere_words_row(i, &en, &zh); i++) {
        if (!CHECK(mere_words_zh(en) == zh))
            printf("    twice: %s\n", en);
        for (char place[] = "{0}"; place[1] <= '9'; place[1]++)
            if (!CHECK(!strstr(en, place) == !strstr(zh, place)))
                printf("    %s: %s / %s\n", place, en, zh);
        for (const char *c = en; *c; c++)
            CHECK((unsigned char)*c < 0x80);
    }
}

TEST(codes_of_18_digits_stay_as_they_are)
{
    struct bench b = bench_new();
    const char *features[] = {"\"code\":330108001001234567|" SQUARE_A,
                              "\"code\":330108001001234568|" SQUARE_B};
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 2), by_code(NULL))) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK(zone_of(&layer, "330108001001234567") && zone_of(&layer, "330108001001234568"));
    }
    bench_free(&b);
}

TEST(codes_beyond_what_a_double_keeps_are_refused)
{
    struct bench b = bench_new();
    const char *features[] = {"\"code\":33010800100123456789|" SQUARE_A};
    CHECK_INT(MERE_E_INPUT,
              bench_import(&b, bench_json(&b, "a.geojson", features, 1), by_code(NULL)));
    CHECK(strstr(mere_ctx_error(b.ctx), "as text") != NULL);
    bench_free(&b);
}

TEST(every_other_field_is_kept_under_its_own_name)
{
    struct bench b = bench_new();
    const char *features[] = {
        "\"WGBM\":\"7\",\"code\":\"old\",\"name\":\"n\",\"fid\":9,\"geom\":\"g\",\"网格员\":\"王\","
        "\"parent\":\"P\",\"kind\":\"basic\",\"households\":400,\"persons\":"
        "\"１０００\"|" SQUARE_A};
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 1), by_code("WGBM"))) {
        struct mere_layer layer = bench_read(&b, "grid");
        const struct mere_zone *zone = zone_of(&layer, "7");
        if (CHECK(zone != NULL)) {
            CHECK_STR("n", zone->name);
            CHECK_STR("P", zone->parent);
            CHECK_STR("basic", zone->kind);
            CHECK_INT(400, zone->households);
            CHECK_INT(1000, zone->persons);
            CHECK_STR("old", attr_of(&layer, "7", "src_code"));
            CHECK_STR("9", attr_of(&layer, "7", "src_fid"));
            CHECK_STR("g", attr_of(&layer, "7", "src_geom"));
            CHECK_STR("王", attr_of(&layer, "7", "网格员"));
            CHECK(!has_column(&layer, "WGBM"));
        }
    }
    bench_free(&b);
}

TEST(an_option_takes_a_field_before_its_name_does)
{
    struct bench b = bench_new();
    const char *features[] = {
        "\"code\":\"1\",\"name\":\"n\",\"title\":\"t\",\"hs\":5,\"households\":\"x\""
        "|" SQUARE_A};
    struct mere_import_options options = by_code("code");
    options.fields[MERE_FIELD_NAME] = "title";
    options.fields[MERE_FIELD_HOUSEHOLDS] = "hs";
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 1), options)) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK_STR("t", layer.zones[0].name);
        CHECK_INT(5, layer.zones[0].households);
        CHECK_STR("n", attr_of(&layer, "1", "src_name"));
        CHECK_STR("x", attr_of(&layer, "1", "src_households"));
    }
    bench_free(&b);
}

TEST(a_count_that_is_no_number_is_a_finding_and_its_text_is_kept)
{
    struct bench b = bench_new();
    const char *features[] = {"\"code\":\"1\",\"households\":\"约五百\"|" SQUARE_A,
                              "\"code\":\"2\",\"households\":\" 300 \"|" SQUARE_B};
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 2), by_code(NULL))) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK_INT(1, bench_found(&b, "not-a-number"));
        CHECK_INT(MERE_UNKNOWN, zone_of(&layer, "1")->households);
        CHECK_INT(300, zone_of(&layer, "2")->households);
        CHECK_STR("约五百", attr_of(&layer, "1", "src_households"));
        CHECK(b.report.n_person > 0);
    }
    bench_free(&b);
}

TEST(without_code_exactly_one_recognised_field_is_taken)
{
    struct bench b = bench_new();
    const char *none[] = {"\"id\":\"1\"|" SQUARE_A};
    const char *two[] = {"\"wgbm\":\"1\",\"grid_code\":\"2\"|" SQUARE_A};
    const char *one[] = {"\"Wgbm\":\"1\",\"id\":\"2\"|" SQUARE_A};
    CHECK_INT(MERE_E_INPUT, bench_import(&b, bench_json(&b, "a.geojson", none, 1), by_code(NULL)));
    CHECK(strstr(mere_ctx_error(b.ctx), "the fields are: id") != NULL);
    CHECK_INT(MERE_E_INPUT, bench_import(&b, bench_json(&b, "a.geojson", two, 1), by_code(NULL)));
    bench_take(&b, bench_json(&b, "a.geojson", one, 1), by_code(NULL));
    bench_free(&b);
}

TEST(bad_features_are_rejected_each_with_its_reason)
{
    struct bench b = bench_new();
    const char *features[] = {
        "\"code\":\"1\"|" SQUARE_A,
        "\"code\":\"2\"|null",
        "\"code\":\"3\"|{\"type\":\"Polygon\",\"coordinates\":[]}",
        "\"code\":\"4\"|{\"type\":\"Point\",\"coordinates\":[10,50]}",
        "\"code\":\"5\"|{\"type\":\"LineString\",\"coordinates\":[[10,50],[11,50]]}",
        "\"code\":\"6\"|[[[10,95],[11,95],[11,96],[10,95]]]",
        "\"code\":\"7\"|[[[10,50],[10.1,50],[10.2,50],[10,50]]]",
        "\"code\":null|" SQUARE_B,
        "\"code\":\"9\\n\"|" SQUARE_B,
        "\"code\":\"10\",\"name\":\"a\\nb\"|" SQUARE_B,
        "\"code\":\"11\"|[[[10.5,50],[10.50000001,50],[10.50000001,50.00000001],[10.5,50]]]",
    };
    char reject[128];
    snprintf(reject, sizeof reject, "%s/reject.csv", b.dir);
    struct mere_import_options options = by_code("code");
    options.fields[MERE_FIELD_NAME] = NULL;
    options.reject_path = reject;
    size_t n = sizeof features / sizeof *features;
    if (bench_take(&b, bench_json(&b, "a.geojson", features, n), options)) {
        CHECK_INT(n, b.report.n_features);
        CHECK_INT(1, b.report.n_used);
        FILE *f = fopen(reject, "rb");
        size_t lines = 0;
        for (int c; f && (c = fgetc(f)) != EOF;)
            lines += c == '\n';
        if (CHECK(f != NULL))
            fclose(f);
        CHECK(lines >= n); /* the head, and a row each; some hold line breaks */
    }
    bench_free(&b);
}

TEST(a_file_of_which_nothing_can_be_used_is_refused)
{
    struct bench b = bench_new();
    const char *features[] = {"\"code\":\"1\"|null"};
    CHECK_INT(MERE_E_INPUT, bench_import(&b, bench_json(&b, "a.geojson", features, 1), NUMBERED));
    CHECK(strstr(mere_ctx_error(b.ctx), "without polygons") != NULL);
    bench_free(&b);
}

TEST(odd_rings_are_taken_by_rule_with_a_finding)
{
    static const struct {
        const char *shape, *rule;
    } ROWS[] = {
        {"[[[10,50],[10.01,50],[10.01,50.01],[10,50.01]]]", "unclosed"},
        {"[[[10,50],[10,50],[10.01,50],[10.01,50.01],[10,50]]]", "repeated-vertex"},
        {"[[[10,50],[10.01,50.01],[10.01,50],[10,50.01],[10,50]]]", "self-crossing"},
        {"[[[10,50],[10.01,50],[10.01,50.01],[10.03,50.01],[10.01,50.01],[10,50.01],[10,50]]]",
         "spike"},
        {"[[[10,50],[10.01,50],[10.01,50.01],[10,50]],[[10.1,50],[10.11,50],[10.11,50.01],[10.1,50]"
         "]]",
         "hole-outside"},
        {"[[[10.002,50.002],[10.004,50.002],[10.004,50.004],[10.002,50.002]],[[10,50],[10.01,50],"
         "[10.01,50.01],[10,50.01],[10,50]]]",
         "ring-order"},
        {"{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[10,"
         "50]},"
         "{\"type\":\"Polygon\",\"coordinates\":" SQUARE_A "}]}",
         "collection"},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[" SQUARE_A "," SQUARE_A "]}",
         "parts-overlap"},
        /* a figure of eight that touches itself at a vertex, a hole along the shell, two parts side
         * by side */
        {"[[[10.02,50],[10.03,50],[10.03,50.01],[10.04,50.01],[10.04,50.02],[10.03,50.02],[10.03,"
         "50.01],[10.02,50.01],[10.02,50]]]",
         "redrawn"},
        {"[[[10,50],[10.1,50],[10.1,50.1],[10,50.1],[10,50]],[[10,50.02],[10,50.04],[10.02,50.04],"
         "[10.02,50.02],[10,50.02]]]",
         "redrawn"},
        {"{\"type\":\"MultiPolygon\",\"coordinates\":[" SQUARE_A "," SQUARE_B "]}", "redrawn"},
    };
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct bench b = bench_new();
        char feature[1000];
        snprintf(feature, sizeof feature, "\"a\":1|%s", ROWS[i].shape);
        const char *features[] = {feature};
        if (bench_take(&b, bench_json(&b, "a.geojson", features, 1), NUMBERED)) {
            if (!CHECK(bench_found(&b, ROWS[i].rule) > 0))
                printf("    no finding %s\n%s", ROWS[i].rule, mere_text_str(&b.report.said));
            CHECK_INT(1, b.report.n_used);
        }
        bench_free(&b);
    }
}

TEST(equal_codes_stay_separate_zones_unless_dissolved)
{
    struct bench b = bench_new();
    const char *features[] = {"\"code\":\"1\"|" SQUARE_A, "\"code\":\"1\"|" SQUARE_B};
    const char *path = bench_json(&b, "a.geojson", features, 2);
    struct mere_import_options options = by_code(NULL);
    if (bench_take(&b, path, options)) {
        CHECK_INT(2, bench_read(&b, "grid").n_zones);
        CHECK_INT(1, bench_found(&b, "code-duplicate"));
    }
    options.dissolve = true;
    options.replace = true;
    if (bench_take(&b, path, options)) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK_INT(1, layer.n_zones);
        CHECK_INT(1, layer.n_parts); /* the border between them is gone */
        CHECK_INT(2, b.report.n_used);
    }
    bench_free(&b);
}

TEST(borders_drawn_twice_become_one_and_t_junctions_too)
{
    struct bench b = bench_new();
    /* B's border lies 5 mm east of A's, and has a vertex in the middle that A lacks. */
    const char *features[] = {"\"c\":1|[[[10,50],[10.01,50],[10.01,50.01],[10,50.01],[10,50]]]",
                              "\"c\":2|[[[10.01000004,50],[10.02,50],[10.02,50.01],[10.01000004,50."
                              "01],[10.01000004,50.005],"
                              "[10.01000004,50]]]"};
    if (bench_take(&b, bench_json(&b, "a.geojson", features, 2), NUMBERED)) {
        struct mere_layer layer = bench_read(&b, "grid");
        CHECK(b.report.n_merged >= 2);
        CHECK(b.report.n_inserted >= 1);
        CHECK(b.report.max_shift_m > 0 && b.report.max_shift_m <= 0.02);
        CHECK_INT(10, layer.ring_first[layer.n_rings]); /* five each: both have the T */
    }
    bench_free(&b);
}

TEST(the_parent_is_the_nearest_loaded_scheme_above)
{
    struct bench b = bench_new();
    const char *features[] = {"\"a\":1|" SQUARE_A};
    const char *path = bench_json(&b, "a.geojson", features, 1);
    static const struct {
        const char *scheme, *role, *want;
    } ROWS[] = {{"outline", NULL, NULL},           {"street", NULL, "outline"},
                {"grid", NULL, "street"},          {"community", NULL, "street"},
                {"microgrid", NULL, "grid"},       {"key", NULL, NULL},
                {"old_grid", "grid", "community"}, {"other_thing", NULL, NULL}};
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct mere_import_options options = NUMBERED;
        options.scheme = ROWS[i].scheme;
        options.role = ROWS[i].role;
        char want[100];
        snprintf(want, sizeof want, "parent scheme %s\n", ROWS[i].want ? ROWS[i].want : "none");
        if (bench_take(&b, path, options)) {
            CHECK(strstr(mere_text_str(&b.report.said), want) != NULL);
            /* Nothing is written down: the next import may be nearer. */
            CHECK_STR(NULL, bench_read(&b, ROWS[i].scheme).parent_scheme);
        }
    }
    CHECK(bench_read(&b, "grid").covering);
    CHECK(!bench_read(&b, "key").covering);
    bench_free(&b);
}

TEST(a_scheme_is_replaced_only_when_told)
{
    struct bench b = bench_new();
    const char *features[] = {"\"a\":1|" SQUARE_A};
    const char *path = bench_json(&b, "a.geojson", features, 1);
    struct mere_import_options options = NUMBERED;
    bench_take(&b, path, options);
    CHECK_INT(MERE_E_INPUT, bench_import(&b, path, options));
    options.replace = true;
    bench_take(&b, path, options);
    bench_free(&b);
}

TEST(names_of_schemes_are_checked)
{
    static const char *const BAD[] = {"",
                                      "Grid",
                                      "1a",
                                      "a-b",
                                      "mere_x",
                                      "gpkg_x",
                                      "rtree_grid_geom",
                                      "a123456789012345678901234567890x",
                                      "格"};
    CHECK(mere_scheme_name_ok("a"));
    CHECK(mere_scheme_name_ok("a12345678901234567890123456789_"));
    for (size_t i = 0; i < MERE_LEN(BAD); i++)
        CHECK(!mere_scheme_name_ok(BAD[i]));
}

TEST(a_crs_stated_in_full_is_used_and_its_operation_told)
{
    struct bench b = bench_new();
    const char *path = DATA "denver-precincts-maup/bad_gap_region/bad_gap_region.shp";
    if (!file_is_there(path)) {
        bench_free(&b);
        SKIP("../shared/data is not here");
    }
    if (bench_take(&b, path, by_code("PRECID"))) {
        CHECK(strstr(mere_text_str(&b.report.said), "EPSG:2232") != NULL);
        CHECK(strstr(mere_text_str(&b.report.said), "accuracy 4 m") != NULL);
        CHECK_INT(15, b.report.n_zones);
        CHECK(b.report.n_densified > 0);
    }
    bench_free(&b);
}

static void export_and_compare(struct bench *b, const char *extension)
{
    char out[128], first[65], second[65];
    snprintf(out, sizeof out, "%s/out.%s", b->dir, extension);
    struct mere_text said = {0}, lost = {0};
    struct mere_export_options to = {.scheme = "grid", .when = "2026-11-02T08:00:00Z"};
    if (!CHECK_INT(MERE_OK, mere_export(b->ctx, b->db, out, &to, &said, &lost)))
        printf("    %s\n", mere_ctx_error(b->ctx));
    mere_text_clear(&said);
    mere_text_clear(&lost);
    struct mere_import_options options = by_code("code");
    options.scheme = "again";
    options.role = "grid";
    options.datum = "wgs84";
    options.crs = strcmp(extension, "csv") == 0 ? "EPSG:4326" : NULL;
    options.replace = true;
    if (!bench_take(b, out, options))
        return;
    struct mere_layer layers[2] = {bench_read(b, "grid"), bench_read(b, "again")};
    layers[1].name = "grid";
    layers[1].parent_scheme = NULL;
    char *hashes[2] = {first, second};
    for (size_t i = 0; i < 2; i++) {
        const struct mere_layer *list[1] = {&layers[i]};
        struct mere_build how = {0};
        struct mere_net *net = NULL;
        CHECK_INT(MERE_OK, mere_net_build(b->ctx, list, 1, &how, &net));
        CHECK_INT(MERE_OK, mere_net_hash(b->ctx, net, hashes[i]));
        mere_net_free(net);
    }
    if (!CHECK_STR(first, second))
        printf("    as %s\n", extension);
}

TEST(an_export_imported_again_is_the_same)
{
    static const char *const EXTENSIONS[] = {"geojson", "gpkg", "shp", "fgb", "csv"};
    struct bench b = bench_new();
    const char *path = DATA "dc-2013/single-member-district-2013.geojson";
    if (!file_is_there(path)) {
        bench_free(&b);
        SKIP("../shared/data is not here");
    }
    if (bench_take(&b, path, by_code("SMD_ID")))
        for (size_t i = 0; i < MERE_LEN(EXTENSIONS); i++)
            export_and_compare(&b, EXTENSIONS[i]);
    bench_free(&b);
}

TEST(an_export_does_not_replace_a_file_unasked)
{
    struct bench b = bench_new();
    const char *features[] = {"\"a\":1|" SQUARE_A};
    char out[128];
    snprintf(out, sizeof out, "%s/out.geojson", b.dir);
    struct mere_text said = {0}, lost = {0};
    struct mere_export_options to = {.scheme = "grid"};
    bench_take(&b, bench_json(&b, "a.geojson", features, 1), NUMBERED);
    CHECK_INT(MERE_OK, mere_export(b.ctx, b.db, out, &to, &said, &lost));
    CHECK_INT(MERE_E_INPUT, mere_export(b.ctx, b.db, out, &to, &said, &lost));
    to.force = true;
    CHECK_INT(MERE_OK, mere_export(b.ctx, b.db, out, &to, &said, &lost));
    to.scheme = "nothing";
    CHECK_INT(MERE_E_NOT_FOUND, mere_export(b.ctx, b.db, out, &to, &said, &lost));
    mere_text_clear(&said);
    mere_text_clear(&lost);
    bench_free(&b);
}

TEST(a_shapefile_with_chinese_names_comes_back_whole)
{
    struct bench b = bench_new();
    const char *features[] = {
        "\"网格编码\":\"1\",\"网格名称\":\"西兴\",\"所属街道办事处\":\"街\"|" SQUARE_A};
    char out[128];
    snprintf(out, sizeof out, "%s/out.shp", b.dir);
    struct mere_text said = {0}, lost = {0};
    struct mere_export_options to = {.scheme = "grid"};
    struct mere_import_options again = by_code(NULL);
    bench_take(&b, bench_json(&b, "a.geojson", features, 1), by_code(NULL));
    CHECK_INT(MERE_OK, mere_export(b.ctx, b.db, out, &to, &said, &lost));
    CHECK(strstr(mere_text_str(&lost), "所属街 in the shapefile") != NULL);
    again.scheme = "again";
    if (bench_take(&b, out, again)) {
        struct mere_layer layer = bench_read(&b, "again");
        CHECK_STR("西兴", layer.zones[0].name);
        CHECK_STR("街", attr_of(&layer, "1", "所属街"));
    }
    mere_text_clear(&said);
    mere_text_clear(&lost);
    bench_free(&b);
}

TEST(a_reference_keeps_points_and_lines_and_all_fields)
{
    struct bench b = bench_new();
    const char *features[] = {
        "\"name\":\"路\",\"fid\":7|{\"type\":\"LineString\",\"coordinates\":[[10,50],[11,50.5]]}",
        "\"name\":\"点\",\"fid\":8|{\"type\":\"Point\",\"coordinates\":[10.5,50.5,3]}",
        "\"name\":\"无\",\"fid\":9|null"};
    struct mere_import_options options = {.scheme = "roads"};
    enum mere_status status = mere_import_reference(
        b.ctx, b.db, bench_json(&b, "a.geojson", features, 3), &options, &b.report);
    if (!CHECK_INT(MERE_OK, status))
        printf("    %s\n", mere_ctx_error(b.ctx));
    CHECK_INT(2, b.report.n_used);
    CHECK_INT(1, b.report.n_rejected);
    struct mere_ref_layer layer = {0};
    if (CHECK_INT(MERE_OK, mere_db_read_reference(b.ctx, b.db, "roads", &b.arena, &layer))) {
        CHECK_INT(2, layer.n_features);
        CHECK_INT(2, layer.n_columns);
        CHECK_STR("name", layer.columns[0].name);
        CHECK_STR("src_fid", layer.columns[1].name);
    }
    bench_free(&b);
}

int main(void)
{
    RUN(every_sentence_stands_once_in_the_table_and_has_its_places_in_both_languages);
    RUN(codes_of_18_digits_stay_as_they_are);
    RUN(codes_beyond_what_a_double_keeps_are_refused);
    RUN(every_other_field_is_kept_under_its_own_name);
    RUN(an_option_takes_a_field_before_its_name_does);
    RUN(a_count_that_is_no_number_is_a_finding_and_its_text_is_kept);
    RUN(without_code_exactly_one_recognised_field_is_taken);
    RUN(bad_features_are_rejected_each_with_its_reason);
    RUN(a_file_of_which_nothing_can_be_used_is_refused);
    RUN(odd_rings_are_taken_by_rule_with_a_finding);
    RUN(equal_codes_stay_separate_zones_unless_dissolved);
    RUN(borders_drawn_twice_become_one_and_t_junctions_too);
    RUN(the_parent_is_the_nearest_loaded_scheme_above);
    RUN(a_scheme_is_replaced_only_when_told);
    RUN(names_of_schemes_are_checked);
    RUN(a_crs_stated_in_full_is_used_and_its_operation_told);
    RUN(an_export_imported_again_is_the_same);
    RUN(an_export_does_not_replace_a_file_unasked);
    RUN(a_shapefile_with_chinese_names_comes_back_whole);
    RUN(a_reference_keeps_points_and_lines_and_all_fields);
    return done();
}
