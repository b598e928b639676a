/* test_store_outside.c - edits by other programs are noticed, and merestone's own are not. */
#include "store_fixture.h"

/* The changes as "scheme:fid" or "scheme:whole", joined by spaces. */
static const char *changes(struct fixture *f)
{
    static char text[512];
    struct mere_outside_change *list = NULL;
    size_t n = 0, at = 0;
    text[0] = '\0';
    CHECK_OK(f, mere_db_outside_changes(f->ctx, f->db, &f->arena, &list, &n));
    for (size_t i = 0; i < n && at < 400; i++) {
        int wrote = list[i].whole
                        ? snprintf(text + at, sizeof text - at, "%s:whole ", list[i].scheme)
                        : snprintf(text + at, sizeof text - at, "%s:%" PRId64 " ", list[i].scheme,
                                   list[i].fid);
        at += wrote > 0 ? (size_t)wrote : 0;
        CHECK(list[i].whole == (list[i].fid == -1));
    }
    return text;
}

static void take(struct fixture *f)
{
    CHECK_OK(f, mere_db_begin(f->ctx, f->db));
    CHECK_OK(f, mere_db_take_outside(f->ctx, f->db));
    CHECK_OK(f, mere_db_commit(f->ctx, f->db, true));
    CHECK_STR("", changes(f));
}

static struct fixture with_layer(const char *name)
{
    struct fixture f = fixture_new(name);
    struct mere_layer layer = fixture_layer();
    fixture_write(&f, &layer, false);
    return f;
}

static void edit(const struct fixture *f, const char *text)
{
    sqlite3 *sql = fixture_outside(f);
    outside_exec(sql, text);
    sqlite3_close(sql);
}

TEST(our_own_writes_are_not_outside_changes)
{
    struct fixture f = with_layer("own");
    struct mere_layer layer = fixture_layer();
    CHECK_STR("", changes(&f));
    fixture_write(&f, &layer, true);
    CHECK_STR("", changes(&f));
    fixture_reopen(&f, MERE_DB_READ);
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(an_insert_update_or_delete_from_outside_is_listed_by_fid)
{
    struct fixture f = with_layer("edit");
    edit(&f, "UPDATE grid SET name = 'x' WHERE fid = 2");
    CHECK_STR("grid:2 ", changes(&f));
    edit(&f, "UPDATE grid SET geom = geom, code = 'y' WHERE fid = 2"); /* once is enough */
    CHECK_STR("grid:2 ", changes(&f));
    edit(&f, "INSERT INTO grid (code) VALUES ('new'); DELETE FROM grid WHERE fid = 1");
    CHECK_STR("grid:1 grid:2 grid:4 ", changes(&f));
    take(&f);
    edit(&f, "UPDATE grid SET fid = 77 WHERE fid = 3"); /* both the old and the new */
    CHECK_STR("grid:3 grid:77 ", changes(&f));
    take(&f);
    edit(&f, "INSERT OR REPLACE INTO grid (fid, code) VALUES (77, 'again')");
    CHECK_STR("grid:77 ", changes(&f));
    fixture_reopen(&f, MERE_DB_READ);
    CHECK_STR("grid:77 ", changes(&f));
    fixture_free(&f);
}

TEST(an_edit_that_is_rolled_back_is_none)
{
    struct fixture f = with_layer("rolled");
    edit(&f, "BEGIN; UPDATE grid SET name = 'x'; ROLLBACK");
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(writing_a_layer_forgets_what_was_noted_about_it)
{
    struct fixture f = with_layer("forget");
    struct mere_layer layer = fixture_layer();
    edit(&f, "UPDATE grid SET name = 'x'");
    fixture_write(&f, &layer, true);
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(a_changed_column_reports_the_layer_whole)
{
    struct fixture f = with_layer("column");
    struct mere_layer got = {0};
    edit(&f, "ALTER TABLE grid ADD COLUMN \"备注\" TEXT");
    CHECK_STR("grid:whole ", changes(&f));
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    CHECK_INT(4, got.n_columns);
    CHECK_STR("备注", got.columns[3].name);
    take(&f);
    edit(&f, "ALTER TABLE grid RENAME COLUMN count TO \"数\"");
    CHECK_STR("grid:whole ", changes(&f));
    take(&f);
    edit(&f, "UPDATE grid SET \"备注\" = 'x' WHERE fid = 1"); /* the triggers still stand */
    CHECK_STR("grid:1 ", changes(&f));
    fixture_free(&f);
}

TEST(dropped_triggers_are_restored_and_the_layer_reported_whole)
{
    struct fixture f = with_layer("dropped");
    edit(&f, "DROP TRIGGER mere_outside_grid_update; UPDATE grid SET name = 'unseen'");
    CHECK_STR("grid:whole ", changes(&f));
    fixture_reopen(&f, MERE_DB_READ); /* reading restores nothing */
    CHECK_STR("grid:whole ", changes(&f));
    fixture_reopen(&f, MERE_DB_WRITE);
    CHECK_STR("grid:whole ", changes(&f));
    edit(&f, "UPDATE grid SET name = 'seen' WHERE fid = 3");
    CHECK_STR("grid:whole grid:3 ", changes(&f));
    take(&f);
    fixture_reopen(&f, MERE_DB_WRITE);
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(an_overwritten_layer_is_watched_again)
{
    if (system("ogr2ogr --version >/dev/null 2>&1") != 0)
        SKIP("ogr2ogr is not installed (package gdal-bin)");
    struct fixture f = with_layer("over");
    struct mere_layer want = fixture_layer(), got = {0};
    char command[512];
    mere_db_close(f.db);
    f.db = NULL;
    snprintf(
        command, sizeof command,
        "ogr2ogr -f GPKG %s/copy.gpkg %s grid && ogr2ogr -update -overwrite %s %s/copy.gpkg grid",
        f.dir, f.path, f.path, f.dir);
    CHECK_INT(0, system(command));
    fixture_reopen(&f, MERE_DB_WRITE);
    CHECK_STR("grid:whole ", changes(&f));
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&want, &got);
    edit(&f, "UPDATE grid SET name = 'seen' WHERE fid = 3");
    CHECK_STR("grid:whole grid:3 ", changes(&f));
    take(&f);
    fixture_write(&f, &want, true); /* and can be replaced */
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&want, &got);
    snprintf(command, sizeof command, "%s/copy.gpkg", f.dir);
    (void)unlink(command);
    fixture_free(&f);
}

TEST(a_removed_layer_is_reported_and_can_be_taken)
{
    struct fixture f = with_layer("removed");
    struct mere_layer *schemes = NULL, layer = fixture_layer(), got;
    size_t n = 1;
    edit(&f, "DROP TABLE grid");
    CHECK_STR("grid:whole ", changes(&f));
    CHECK_OK(&f, mere_db_schemes(f.ctx, f.db, &f.arena, &schemes, &n));
    CHECK_INT(0, n);
    CHECK_INT(MERE_E_INPUT, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    fixture_reopen(&f, MERE_DB_WRITE);
    take(&f);
    CHECK_INT(MERE_E_NOT_FOUND, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    fixture_write(&f, &layer, true); /* the remains of its R-tree are in nobody's way */
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(what_another_program_wrote_wrongly_is_named)
{
    static const struct {
        const char *sql, *say;
    } rows[] = {
        {"UPDATE grid SET households = 'many' WHERE fid = 2", "households is 'many'"},
        {"UPDATE grid SET persons = -3 WHERE fid = 2", "persons is '-3'"},
        {"UPDATE grid SET persons = 2.5 WHERE fid = 2", "persons is '2.5'"},
        {"UPDATE grid SET name = CAST(x'b1f5' AS TEXT) WHERE fid = 2", "not UTF-8"},
        {"UPDATE grid SET code = 'a' || char(0) || 'b' WHERE fid = 2", "not UTF-8"},
        {"DROP TRIGGER rtree_grid_geom_update1; DROP TRIGGER rtree_grid_geom_update2;"
         "UPDATE grid SET geom = 'POLYGON' WHERE fid = 2",
         "text or number"},
        {"DROP TRIGGER rtree_grid_geom_update1; DROP TRIGGER rtree_grid_geom_update2;"
         "UPDATE grid SET geom = x'' WHERE fid = 2",
         "no GeoPackage header"},
        {"UPDATE gpkg_geometry_columns SET srs_id = 0", "srs_id 0"},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct fixture f = with_layer("wrong");
        struct mere_layer got;
        edit(&f, rows[i].sql);
        CHECK_INT(MERE_E_INPUT, mere_db_read_present(f.ctx, f.db, "grid", &f.arena, &got));
        if (!CHECK(strstr(mere_ctx_error(f.ctx), rows[i].say) != NULL))
            printf("    %s: %s\n", rows[i].sql, mere_ctx_error(f.ctx));
        CHECK(i == 7 || strstr(mere_ctx_error(f.ctx), "fid 2") != NULL);
        if (i < 7) { /* the row as it was taken stands in its place */
            struct mere_layer want = fixture_layer();
            CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
            check_layers_same(&want, &got);
        }
        fixture_free(&f);
    }
}

/* The scheme as it was accepted, as "fid=name" by fid. */
static const char *accepted(struct fixture *f)
{
    static char text[512];
    struct mere_layer layer = {0};
    size_t at = 0;
    text[0] = '\0';
    CHECK_OK(f, mere_db_read_accepted(f->ctx, f->db, "grid", &f->arena, &layer));
    for (size_t z = 0; z < layer.n_zones && at < 400; z++) {
        int wrote = snprintf(text + at, sizeof text - at, "%" PRId64 "=%.9s ", layer.zones[z].fid,
                             layer.zones[z].name);
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    return text;
}

TEST(the_rows_before_the_first_change_are_kept)
{
    static const char *const rows[] = {
        "UPDATE grid SET name = 'x', geom = NULL, code = 'c' WHERE fid = 1",
        "UPDATE grid SET name = 'y' WHERE fid = 1; UPDATE grid SET name = 'z' WHERE fid = 1",
        "DELETE FROM grid WHERE fid = 1",
        "INSERT INTO grid (code) VALUES ('new'); DELETE FROM grid WHERE fid > 3",
        "INSERT INTO grid (code) VALUES ('new'); UPDATE grid SET name = 'n' WHERE fid > 3",
        "INSERT OR REPLACE INTO grid (fid, code) VALUES (1, 'new')",
        "REPLACE INTO grid (fid, code) VALUES (1, 'a'); REPLACE INTO grid (fid, code) VALUES (1, "
        "'b')",
        "UPDATE grid SET fid = 9 WHERE fid = 1",
        "UPDATE OR REPLACE grid SET fid = 1 WHERE fid = 2",
        "DELETE FROM grid WHERE fid = 1; INSERT INTO grid (fid, code) VALUES (1, 'again')",
        "INSERT INTO grid (fid, code) VALUES (1, 'u') ON CONFLICT (fid) DO UPDATE SET name = 'u'",
        "ALTER TABLE grid ADD COLUMN more TEXT; UPDATE grid SET more = 'm', name = 'm'",
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct fixture f = with_layer("rows");
        struct mere_layer want = fixture_layer(), got = {0};
        edit(&f, rows[i]);
        if (!CHECK_STR("1=\u6c5f\u5357\u5927 2= 3=x\"y ", accepted(&f)))
            printf("    %s\n", rows[i]);
        CHECK_OK(&f, mere_db_read_accepted(f.ctx, f.db, "grid", &f.arena, &got));
        CHECK_STR(want.zones[0].code, got.zones[0].code);
        CHECK_INT(want.zones[0].persons, got.zones[0].persons);
        CHECK_INT(want.n_parts, got.n_parts);
        CHECK_INT(want.ring_first[want.n_rings], got.ring_first[got.n_rings]);
        fixture_free(&f);
    }
}

TEST(a_renamed_own_column_is_unseen)
{
    struct fixture f = with_layer("renamed");
    struct mere_outside_change *list = NULL;
    size_t n = 0;
    edit(&f, "ALTER TABLE grid RENAME COLUMN name TO title");
    CHECK_OK(&f, mere_db_outside_changes(f.ctx, f.db, &f.arena, &list, &n));
    CHECK(n == 1 && list[0].whole && list[0].unseen);
    fixture_reopen(&f, MERE_DB_WRITE); /* the triggers are made for the table as it is */
    take(&f);
    edit(&f, "UPDATE grid SET title = 'x' WHERE fid = 1");
    CHECK_STR("grid:1 ", changes(&f));
    edit(&f, "ALTER TABLE grid ADD COLUMN more TEXT");
    CHECK_OK(&f, mere_db_outside_changes(f.ctx, f.db, &f.arena, &list, &n));
    CHECK(n == 2 && list[0].whole && !list[0].unseen);
    fixture_free(&f);
}

TEST(what_was_read_is_written_to_only_if_nobody_wrote_meanwhile)
{
    struct fixture f = with_layer("upgrade");
    struct mere_operation_record record = {.kind = "external",
                                           .scheme = "grid",
                                           .who = "unknown program",
                                           .when = "2026-11-23T20:19:39.000Z",
                                           .generation = 2,
                                           .n_features = 1,
                                           .changes = "[]"};
    struct mere_operation_record *got = NULL;
    int64_t generation = 0;
    size_t n = 0;
    CHECK_OK(&f, mere_db_begin_reading(f.ctx, f.db));
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(MERE_E_INTERNAL, mere_db_log_operation(f.ctx, f.db, &record)); /* not yet writing */
    edit(&f, "UPDATE grid SET name = 'x' WHERE fid = 2");
    CHECK_INT(MERE_E_BUSY, mere_db_go_on_writing(f.ctx, f.db));
    mere_db_rollback(f.db);
    CHECK_OK(&f, mere_db_begin_reading(f.ctx, f.db));
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_OK(&f, mere_db_go_on_writing(f.ctx, f.db));
    CHECK_OK(&f, mere_db_log_operation(f.ctx, f.db, &record));
    CHECK_OK(&f, mere_db_take_outside(f.ctx, f.db));
    CHECK_OK(&f, mere_db_commit(f.ctx, f.db, true));
    CHECK_OK(&f, mere_db_operations(f.ctx, f.db, &f.arena, &got, &n));
    CHECK_INT(1, n);
    CHECK_STR("external", got[0].kind);
    CHECK_INT(2, got[0].generation);
    CHECK_STR("", changes(&f));
    fixture_free(&f);
}

TEST(a_geometry_is_written_alone_and_indexed)
{
    struct fixture f = with_layer("geometry");
    struct mere_layer layer = {0}, got = {0};
    const uint32_t zones[] = {1};
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &layer));
    struct mere_point *p = &layer.pts[layer.ring_first[layer.part_ring[2]]];
    p->x -= 77;
    CHECK_OK(&f, mere_db_begin(f.ctx, f.db));
    CHECK_OK(&f, mere_db_write_geometry(f.ctx, f.db, &layer, zones, 1));
    CHECK_OK(&f, mere_db_commit(f.ctx, f.db, true));
    CHECK_STR("", changes(&f));
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&layer, &got);
    sqlite3 *sql = fixture_outside(&f);
    CHECK_INT(1, outside_int(sql, "SELECT minx < 120.1999960 FROM rtree_grid_geom WHERE id = 2"));
    sqlite3_close(sql);
    fixture_free(&f);
}

int main(void)
{
    RUN(our_own_writes_are_not_outside_changes);
    RUN(an_insert_update_or_delete_from_outside_is_listed_by_fid);
    RUN(an_edit_that_is_rolled_back_is_none);
    RUN(writing_a_layer_forgets_what_was_noted_about_it);
    RUN(a_changed_column_reports_the_layer_whole);
    RUN(dropped_triggers_are_restored_and_the_layer_reported_whole);
    RUN(an_overwritten_layer_is_watched_again);
    RUN(a_removed_layer_is_reported_and_can_be_taken);
    RUN(what_another_program_wrote_wrongly_is_named);
    RUN(the_rows_before_the_first_change_are_kept);
    RUN(a_renamed_own_column_is_unseen);
    RUN(what_was_read_is_written_to_only_if_nobody_wrote_meanwhile);
    RUN(a_geometry_is_written_alone_and_indexed);
    return done();
}
