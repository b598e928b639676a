/* test_store.c - the store as a file that others open, edit, break and hold. */
#include "store_fixture.h"

TEST(a_new_store_says_whose_it_is)
{
    struct fixture f = fixture_new("new");
    CHECK_STR("330108", mere_db_district(f.db)->code);
    CHECK_STR("滨江区", mere_db_district(f.db)->name);
    CHECK_STR("EPSG:4549", mere_db_district(f.db)->crs);
    CHECK_STR("grid", mere_db_district(f.db)->main);
    CHECK(mere_db_district(f.db)->cgcs2000);
    CHECK_NEAR(3, mere_db_district(f.db)->match_units, 0);
    int64_t generation = -1;
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(0, generation);
    CHECK_INT(MERE_E_INPUT, mere_db_create(f.ctx, f.path, &fixture_district));
    fixture_free(&f);
}

TEST(a_layer_comes_back_as_it_was_written)
{
    struct fixture f = fixture_new("roundtrip");
    struct mere_layer want = fixture_layer(), got = {0};
    fixture_write(&f, &want, false);
    fixture_reopen(&f, MERE_DB_READ);
    struct mere_layer *schemes = NULL;
    size_t n = 0;
    CHECK_OK(&f, mere_db_schemes(f.ctx, f.db, &f.arena, &schemes, &n));
    CHECK_INT(1, n);
    CHECK_STR("grid", schemes[0].name);
    CHECK_STR("community", schemes[0].parent_scheme);
    CHECK_INT(3, schemes[0].n_columns);
    CHECK_INT(MERE_ATTR_REAL, schemes[0].columns[2].type);
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&want, &got);
    CHECK_INT(MERE_E_NOT_FOUND, mere_db_read_layer(f.ctx, f.db, "street", &f.arena, &got));
    int64_t generation = 0;
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(1, generation);
    fixture_free(&f);
}

/* Write in a transaction that is rolled back: the status of the writing. */
static enum mere_status try_write(struct fixture *f, const struct mere_layer *layer, bool replace)
{
    CHECK_OK(f, mere_db_begin(f->ctx, f->db));
    enum mere_status status = mere_db_write_layer(f->ctx, f->db, layer, replace);
    mere_db_rollback(f->db);
    return status;
}

TEST(a_layer_is_replaced_only_when_told_to)
{
    struct fixture f = fixture_new("replace");
    struct mere_layer layer = fixture_layer(), got = {0};
    fixture_write(&f, &layer, false);
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    CHECK(strstr(mere_ctx_error(f.ctx), "--replace") != NULL);
    layer.n_zones = 1;
    layer.n_parts = layer.n_rings = 2;
    layer.role = MERE_ROLE_BEAT;
    fixture_write(&f, &layer, true);
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&layer, &got);
    fixture_free(&f);
}

TEST(a_rolled_back_write_leaves_nothing)
{
    struct fixture f = fixture_new("rollback");
    struct mere_layer layer = fixture_layer(), *schemes = NULL;
    size_t n = 1;
    CHECK_INT(MERE_OK, try_write(&f, &layer, false));
    CHECK_OK(&f, mere_db_schemes(f.ctx, f.db, &f.arena, &schemes, &n));
    CHECK_INT(0, n);
    int64_t generation = -1;
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(0, generation);
    mere_db_rollback(f.db); /* harmless */
    CHECK_INT(MERE_E_INTERNAL, mere_db_write_layer(f.ctx, f.db, &layer, false));
    fixture_free(&f);
}

TEST(names_that_can_not_be_kept_are_refused)
{
    static const struct {
        const char *name;
        bool good;
    } rows[] = {
        {"grid", true},        {"g", true},        {"a23456789012345678901234567890x", true},
        {"", false},           {"Grid", false},    {"1grid", false},
        {"gr id", false},      {"网格", false},    {"a23456789012345678901234567890xy", false},
        {"mere_meta", false},  {"gpkg_x", false},  {"sqlite_x", false},
        {"rtree_grid", false}, {"grid\"--", false}};
    struct fixture f = fixture_new("names");
    struct mere_layer layer = fixture_layer();
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        layer.name = rows[i].name;
        CHECK_INT(rows[i].good ? MERE_OK : MERE_E_USAGE, try_write(&f, &layer, false));
    }
    struct mere_column columns[3] = {
        {"a", MERE_ATTR_TEXT}, {"b", MERE_ATTR_INT}, {"c", MERE_ATTR_REAL}};
    static const char *const bad[] = {"CODE", "fid", "Geom", "A", "", "\xff"};
    layer = fixture_layer();
    layer.columns = columns;
    for (size_t i = 0; i < MERE_LEN(bad); i++) {
        columns[2].name = bad[i];
        CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    }
    CHECK(mere_db_column_reserved("Households"));
    CHECK(!mere_db_column_reserved("src_fid"));
    fixture_free(&f);
}

TEST(values_that_can_not_be_kept_are_refused_and_say_where)
{
    struct fixture f = fixture_new("values");
    struct mere_layer layer = fixture_layer();
    const char *attrs[3] = {"x", "12x", "1"};
    const char **kept = layer.zones[1].attrs;
    layer.zones[1].attrs = attrs;
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    CHECK(strstr(mere_ctx_error(f.ctx), "zone 2") != NULL);
    attrs[1] = "9223372036854775808"; /* one too many for 64 bits */
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    attrs[1] = "1";
    attrs[2] = "nan";
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    attrs[2] = "1";
    attrs[0] = "\xc3(";
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    layer.zones[1].attrs = kept;
    const char *name = layer.zones[0].name;
    layer.zones[0].name = "\xb1\xf5\xbd\xad"; /* 滨江 in GBK */
    CHECK_INT(MERE_E_INPUT, try_write(&f, &layer, false));
    layer.zones[0].name = name;
    fixture_free(&f);
}

TEST(a_reference_comes_back_byte_for_byte)
{
    /* A point with Z, a line, nothing. ISO WKB, little-endian and big-endian. */
    static const uint8_t point[] = {1, 0xe9, 3, 0, 0,    0,    0, 0, 0, 0, 0, 0x5e, 0x40, 0,   0,
                                    0, 0,    0, 0, 0x3e, 0x40, 0, 0, 0, 0, 0, 0,    0x59, 0x40};
    static const uint8_t line[] = {0, 0, 0,    0,    2,    0, 0, 0, 2, 0x40, 0x5e, 0,    0,    0, 0,
                                   0, 0, 0x40, 0x3e, 0,    0, 0, 0, 0, 0,    0x40, 0x5e, 0x40, 0, 0,
                                   0, 0, 0,    0x40, 0x3f, 0, 0, 0, 0, 0,    0};
    static const struct mere_column columns[] = {{"名称", MERE_ATTR_TEXT},
                                                 {"lanes", MERE_ATTR_INT}};
    const char *a0[] = {"江南大道", "6"}, *a1[] = {NULL, NULL};
    struct mere_ref_feature features[] = {
        {point, sizeof point, a0}, {line, sizeof line, a1}, {NULL, 0, a0}};
    struct mere_ref_layer layer = {"roads", 2, columns, 3, features}, got = {0}, *list = NULL;
    struct fixture f = fixture_new("reference");
    size_t n = 0;
    CHECK_OK(&f, mere_db_begin(f.ctx, f.db));
    CHECK_OK(&f, mere_db_write_reference(f.ctx, f.db, &layer, false));
    CHECK_INT(MERE_E_INPUT, mere_db_write_reference(f.ctx, f.db, &layer, false));
    CHECK_OK(&f, mere_db_commit(f.ctx, f.db, true));
    CHECK_OK(&f, mere_db_references(f.ctx, f.db, &f.arena, &list, &n));
    CHECK_INT(1, n);
    CHECK_INT(2, list[0].n_columns);
    CHECK_OK(&f, mere_db_read_reference(f.ctx, f.db, "roads", &f.arena, &got));
    if (CHECK_INT(3, got.n_features)) {
        CHECK(got.features[0].wkb_len == sizeof point &&
              !memcmp(got.features[0].wkb, point, sizeof point));
        CHECK(got.features[1].wkb_len == sizeof line &&
              !memcmp(got.features[1].wkb, line, sizeof line));
        CHECK(got.features[2].wkb == NULL);
        CHECK_STR("江南大道", got.features[0].attrs[0]);
        CHECK_STR("6", got.features[0].attrs[1]);
        CHECK_STR(NULL, got.features[1].attrs[1]);
    }
    struct mere_layer scheme = fixture_layer();
    scheme.name = "roads"; /* taken */
    CHECK_INT(MERE_E_INPUT, try_write(&f, &scheme, true));
    CHECK_INT(MERE_E_NOT_FOUND, mere_db_read_reference(f.ctx, f.db, "grid", &f.arena, &got));
    fixture_free(&f);
}

TEST(imports_and_waivers_are_kept)
{
    struct fixture f = fixture_new("records");
    struct mere_import_record record = {.scheme = "grid",
                                        .file = "网格.shp",
                                        .sha256 = "ab",
                                        .datum = "gcj02",
                                        .tolerance_m = 0.01,
                                        .n_features = 362,
                                        .n_used = 360,
                                        .n_rejected = 2,
                                        .n_merged = 7,
                                        .n_inserted = 8,
                                        .n_densified = 9,
                                        .max_shift_m = 0.004,
                                        .who = "王",
                                        .when = "2026-11-23T00:00:00Z",
                                        .findings = "[]"};
    struct mere_waiver by_zone = {
        .rule = "parts", .scheme = "grid", .zone = "330", .reason = "飞地"};
    struct mere_waiver by_id = {
        .rule = "gap", .id = "abc", .reason = "river", .until = "2027-01-01"};
    struct mere_waiver both = {
        .rule = "gap", .id = "abc", .scheme = "g", .zone = "1", .reason = "x"};
    struct mere_import_record *imports = NULL;
    struct mere_waiver *waivers = NULL;
    size_t n = 0;
    CHECK_OK(&f, mere_db_begin(f.ctx, f.db));
    CHECK_OK(&f, mere_db_log_import(f.ctx, f.db, &record));
    CHECK_OK(&f, mere_db_add_waiver(f.ctx, f.db, &by_zone));
    CHECK_OK(&f, mere_db_add_waiver(f.ctx, f.db, &by_id));
    CHECK_INT(MERE_E_INTERNAL, mere_db_add_waiver(f.ctx, f.db, &both));
    CHECK_OK(&f, mere_db_commit(f.ctx, f.db, false));
    fixture_reopen(&f, MERE_DB_READ);
    CHECK_OK(&f, mere_db_imports(f.ctx, f.db, &f.arena, &imports, &n));
    CHECK_INT(1, n);
    CHECK_STR("网格.shp", imports[0].file);
    CHECK_STR(NULL, imports[0].layer);
    CHECK_STR("王", imports[0].who);
    CHECK_STR("[]", imports[0].findings);
    CHECK_INT(362, imports[0].n_features);
    CHECK_INT(9, imports[0].n_densified);
    CHECK_NEAR(0.01, imports[0].tolerance_m, 0);
    CHECK_NEAR(0.004, imports[0].max_shift_m, 0);
    CHECK_OK(&f, mere_db_waivers(f.ctx, f.db, &f.arena, &waivers, &n));
    CHECK_INT(2, n);
    CHECK_STR("飞地", waivers[0].reason);
    CHECK_STR("330", waivers[0].zone);
    CHECK_STR(NULL, waivers[0].id);
    CHECK_STR("abc", waivers[1].id);
    CHECK_STR("2027-01-01", waivers[1].until);
    fixture_free(&f);
}

/* What a command prints holds `want`; false as well when the command can't be run. */
static bool prints(const char *command, const char *want)
{
    char text[16384];
    FILE *pipe = popen(command, "r");
    size_t n = pipe ? fread(text, 1, sizeof text - 1, pipe) : 0;
    text[n] = '\0';
    bool ok = pipe && pclose(pipe) == 0 && strstr(text, want);
    if (!ok)
        printf("  '%s' printed: %s\n", command, text);
    return ok;
}

TEST(ogrinfo_shows_the_layer_its_crs_and_chinese_names)
{
    if (system("ogrinfo --version >/dev/null 2>&1") != 0)
        SKIP("ogrinfo is not installed (package gdal-bin)");
    struct fixture f = fixture_new("ogrinfo");
    struct mere_layer layer = fixture_layer();
    char command[256];
    fixture_write(&f, &layer, false);
    snprintf(command, sizeof command, "ogrinfo -ro -q -al %s grid 2>&1", f.path);
    CHECK(prints(command, "江南大道'一'"));
    CHECK(prints(command, "MULTIPOLYGON (((120.2 30.1,120.20001 30.1,"));
    CHECK(prints(command, "count (Integer64) = 9223372036854775807"));
    snprintf(command, sizeof command, "ogrinfo -ro -so -al %s grid 2>&1", f.path);
    CHECK(prints(command, "ID[\"EPSG\",4490]"));
    CHECK(prints(command, "Geometry: Multi Polygon\nFeature Count: 3"));
    snprintf(command, sizeof command, "ogrinfo -ro -q %s 2>&1", f.path);
    CHECK(prints(command, "1: grid (Multi Polygon)\n2: mere_meta (None)\n"));
    fixture_free(&f);
}

TEST(source_date_epoch_fixes_all_times)
{
    struct mere_ctx *ctx = mere_ctx_new();
    char now[MERE_TIME_LEN];
    CHECK_INT(0, setenv("SOURCE_DATE_EPOCH", "1700000000", 1));
    CHECK_INT(MERE_OK, mere_db_now(ctx, now));
    CHECK_STR("2023-11-14T22:13:20.000Z", now);
    struct fixture f = fixture_new("epoch");
    struct mere_layer layer = fixture_layer();
    fixture_write(&f, &layer, false);
    sqlite3 *sql = fixture_outside(&f);
    CHECK_INT(0, outside_int(sql, "SELECT count(*) FROM gpkg_contents WHERE last_change <>"
                                  " '2023-11-14T22:13:20.000Z'"));
    CHECK_INT(0, outside_int(sql, "SELECT count(*) FROM pragma_foreign_key_check"));
    sqlite3_close(sql);
    CHECK_INT(0, setenv("SOURCE_DATE_EPOCH", "yesterday", 1));
    CHECK_INT(MERE_E_USAGE, mere_db_now(ctx, now));
    CHECK_INT(0, unsetenv("SOURCE_DATE_EPOCH"));
    CHECK_INT(MERE_OK, mere_db_now(ctx, now));
    CHECK(strcmp(now, "2026") > 0);
    fixture_free(&f);
    mere_ctx_free(ctx);
}

TEST(the_r_tree_holds_every_zone_and_follows_edits)
{
    struct fixture f = fixture_new("rtree");
    struct mere_layer layer = fixture_layer();
    fixture_write(&f, &layer, false);
    sqlite3 *sql = fixture_outside(&f);
    CHECK_INT(3, outside_int(sql, "SELECT count(*) FROM rtree_grid_geom"));
    CHECK_INT(0, outside_int(sql, "SELECT count(*) FROM grid JOIN rtree_grid_geom ON id = fid WHERE"
                                  " minx > ST_MinX(geom) OR maxx < ST_MaxX(geom) OR"
                                  " miny > ST_MinY(geom) OR maxy < ST_MaxY(geom)"));
    outside_exec(sql, "UPDATE grid SET geom = NULL WHERE fid = 1; DELETE FROM grid WHERE fid = 2;"
                      "UPDATE grid SET fid = 9 WHERE fid = 3");
    CHECK_INT(1, outside_int(sql, "SELECT count(*) FROM rtree_grid_geom"));
    CHECK_INT(9, outside_int(sql, "SELECT id FROM rtree_grid_geom"));
    CHECK_INT(SQLITE_ERROR, sqlite3_exec(sql, "UPDATE grid SET geom = x'4750'", NULL, NULL, NULL));
    sqlite3_close(sql);
    fixture_free(&f);
}

/* Points all over the land, the i-th always the same. */
static void put_point(uint8_t wkb[21], uint32_t i)
{
    const double at[] = {120 + (i * 7919u % 10007u) * 1e-5, 30 - (i * 104729u % 99991u) * 1e-5};
    wkb[0] = 1;
    wkb[1] = 1;
    memset(wkb + 2, 0, 3);
    memcpy(wkb + 5, at, sizeof at); /* tests run on little-endian machines */
}

TEST(an_r_tree_packed_at_once_is_one_that_sqlite_could_have_made)
{
    static uint8_t wkb[3000][21];
    static struct mere_ref_feature features[3000];
    /* One leaf, a full one, two, two levels. */
    static const size_t counts[] = {0, 1, 51, 52, 2601, 3000};
    for (uint32_t i = 0; i < MERE_LEN(features); i++) {
        put_point(wkb[i], i);
        features[i] = (struct mere_ref_feature){wkb[i], sizeof wkb[i], NULL};
    }
    for (size_t k = 0; k < MERE_LEN(counts); k++) {
        struct fixture f = fixture_new("packed");
        struct mere_ref_layer layer = {"places", 0, NULL, counts[k], features};
        CHECK_OK(&f, mere_db_begin(f.ctx, f.db));
        CHECK_OK(&f, mere_db_write_reference(f.ctx, f.db, &layer, false));
        CHECK_OK(&f, mere_db_commit(f.ctx, f.db, true));
        sqlite3 *sql = fixture_outside(&f);
        CHECK_INT(1, outside_int(sql, "SELECT rtreecheck('rtree_places_geom') = 'ok'"));
        CHECK_INT(counts[k], outside_int(sql, "SELECT count(*) FROM rtree_places_geom"));
        /* A search finds what a look at every point finds. */
        CHECK_INT(outside_int(sql, "SELECT count(*) FROM places WHERE ST_MinX(geom) > 120.031 AND"
                                   " ST_MinX(geom) < 120.062 AND ST_MinY(geom) > 29.4"),
                  outside_int(sql, "SELECT count(*) FROM places JOIN (SELECT id FROM"
                                   " rtree_places_geom WHERE maxx >= 120.031 AND minx <= 120.062"
                                   " AND maxy >= 29.4) ON id = fid WHERE ST_MinX(geom) > 120.031"
                                   " AND ST_MinX(geom) < 120.062 AND ST_MinY(geom) > 29.4"));
        /* And SQLite goes on with it. */
        outside_exec(sql, "DELETE FROM places WHERE fid % 3 = 0; UPDATE places SET geom = NULL"
                          " WHERE fid % 5 = 1; UPDATE places SET fid = fid + 10000");
        CHECK_INT(1, outside_int(sql, "SELECT rtreecheck('rtree_places_geom') = 'ok'"));
        CHECK_INT(outside_int(sql, "SELECT count(geom) FROM places"),
                  outside_int(sql, "SELECT count(*) FROM rtree_places_geom"));
        sqlite3_close(sql);
        fixture_free(&f);
    }
}

int main(void)
{
    RUN(a_new_store_says_whose_it_is);
    RUN(a_layer_comes_back_as_it_was_written);
    RUN(a_layer_is_replaced_only_when_told_to);
    RUN(a_rolled_back_write_leaves_nothing);
    RUN(names_that_can_not_be_kept_are_refused);
    RUN(values_that_can_not_be_kept_are_refused_and_say_where);
    RUN(a_reference_comes_back_byte_for_byte);
    RUN(imports_and_waivers_are_kept);
    RUN(ogrinfo_shows_the_layer_its_crs_and_chinese_names);
    RUN(source_date_epoch_fixes_all_times);
    RUN(the_r_tree_holds_every_zone_and_follows_edits);
    RUN(an_r_tree_packed_at_once_is_one_that_sqlite_could_have_made);
    return done();
}
