/* test_store_faults.c - files that are no store, files that are held, kills, full disks, no memory.
 */
#define _DEFAULT_SOURCE 1 /* mount */
#include "base/hash.h"
#include "store_fixture.h"
#include <sys/stat.h>

static void put_file(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

/* Opening `f->path` fails with MERE_E_INPUT and a sentence that has `say`. */
static void check_refused(struct fixture *f, enum mere_db_mode mode, const char *say)
{
    struct mere_db *db = NULL;
    CHECK_INT(MERE_E_INPUT, mere_db_open(f->ctx, f->path, mode, &db));
    if (!CHECK(strstr(mere_ctx_error(f->ctx), say) != NULL))
        printf("    want '%s' in: %s\n", say, mere_ctx_error(f->ctx));
    CHECK(db == NULL);
}

static struct fixture without_store(const char *name)
{
    struct fixture f = fixture_new(name);
    mere_db_close(f.db);
    f.db = NULL;
    CHECK_INT(0, unlink(f.path));
    return f;
}

TEST(a_file_that_is_no_store_is_refused_with_its_own_sentence)
{
    struct fixture f = without_store("none");
    char junk[4096];
    memset(junk, 'x', sizeof junk);
    check_refused(&f, MERE_DB_READ, "does not exist");
    put_file(f.path, junk, 0);
    check_refused(&f, MERE_DB_READ, "is empty");
    put_file(f.path, junk, 50);
    check_refused(&f, MERE_DB_READ, "not a GeoPackage (no SQLite file)");
    put_file(f.path, junk, sizeof junk);
    check_refused(&f, MERE_DB_WRITE, "not a GeoPackage (no SQLite file)");
    CHECK_INT(0, unlink(f.path));
    CHECK_INT(0, mkdir(f.path, 0755));
    check_refused(&f, MERE_DB_READ, "is a folder");
    CHECK_INT(0, rmdir(f.path));
    fixture_free(&f);
}

TEST(another_sqlite_file_is_refused_and_left_alone)
{
    struct fixture f = without_store("foreign");
    sqlite3 *sql = NULL;
    CHECK_INT(SQLITE_OK, sqlite3_open(f.path, &sql));
    outside_exec(sql, "CREATE TABLE t (x)");
    sqlite3_close(sql);
    check_refused(&f, MERE_DB_WRITE, "not a GeoPackage");
    CHECK_INT(SQLITE_OK, sqlite3_open(f.path, &sql));
    outside_exec(sql, "PRAGMA application_id = 1196444487; CREATE TABLE gpkg_contents (x);"
                      "CREATE TABLE gpkg_spatial_ref_sys (x)");
    sqlite3_close(sql);
    check_refused(&f, MERE_DB_WRITE, "merestone import");
    CHECK_INT(SQLITE_OK, sqlite3_open(f.path, &sql));
    sqlite3_stmt *stmt = NULL;
    CHECK_INT(SQLITE_OK, sqlite3_prepare_v2(sql, "PRAGMA journal_mode", -1, &stmt, NULL));
    CHECK_INT(SQLITE_ROW, sqlite3_step(stmt));
    CHECK_STR("delete", (const char *)sqlite3_column_text(stmt, 0));
    sqlite3_finalize(stmt);
    sqlite3_close(sql);
    fixture_free(&f);
}

TEST(a_newer_schema_is_refused)
{
    struct fixture f = fixture_new("newer");
    sqlite3 *sql = fixture_outside(&f);
    outside_exec(sql, "UPDATE mere_meta SET value = '2' WHERE key = 'schema_version'");
    check_refused(&f, MERE_DB_READ, "newer merestone (schema 2");
    outside_exec(sql, "UPDATE mere_meta SET value = 'x' WHERE key = 'schema_version'");
    check_refused(&f, MERE_DB_READ, "which schema");
    outside_exec(sql, "DROP TABLE mere_outside");
    check_refused(&f, MERE_DB_READ, "lacks tables");
    sqlite3_close(sql);
    fixture_free(&f);
}

TEST(a_truncated_or_corrupt_file_is_refused)
{
    struct fixture f = fixture_new("cut");
    struct mere_layer layer = fixture_layer(), got;
    struct stat st;
    fixture_write(&f, &layer, false);
    mere_db_close(f.db);
    f.db = NULL;
    CHECK_INT(0, stat(f.path, &st));
    CHECK_INT(0, truncate(f.path, st.st_size - 4096));
    check_refused(&f, MERE_DB_READ, "is truncated");
    CHECK_INT(0, truncate(f.path, st.st_size / 2));
    check_refused(&f, MERE_DB_WRITE, "is truncated");
    /* The length is right again, the contents are not. */
    CHECK_INT(0, truncate(f.path, st.st_size));
    struct mere_db *db = NULL;
    enum mere_status status = mere_db_open(f.ctx, f.path, MERE_DB_READ, &db);
    if (status == MERE_OK)
        status = mere_db_read_layer(f.ctx, db, "grid", &f.arena, &got);
    CHECK_INT(MERE_E_INPUT, status);
    CHECK(strstr(mere_ctx_error(f.ctx), "damaged") != NULL);
    mere_db_close(db);
    fixture_free(&f);
}

TEST(a_store_with_any_page_overwritten_never_crashes)
{
    struct fixture f = fixture_new("noise");
    struct mere_layer layer = fixture_layer(), got;
    uint64_t seed = 20261123;
    static uint8_t whole[1 << 18], broken[1 << 18];
    fixture_write(&f, &layer, false);
    mere_db_close(f.db);
    f.db = NULL;
    FILE *file = fopen(f.path, "rb");
    size_t n = file ? fread(whole, 1, sizeof whole, file) : 0;
    CHECK(n > 4096 && n < sizeof whole && fclose(file) == 0);
    for (int round = 0; round < 60; round++) {
        struct mere_db *db = NULL;
        memcpy(broken, whole, n);
        size_t at = (size_t)(mere_random(&seed) % n);
        for (size_t i = at; i < n && i < at + 64; i++)
            broken[i] = (uint8_t)mere_random(&seed);
        put_file(f.path, broken, n);
        if (mere_db_open(f.ctx, f.path, MERE_DB_WRITE, &db) == MERE_OK &&
            mere_db_read_layer(f.ctx, db, "grid", &f.arena, &got) == MERE_OK)
            CHECK(got.n_zones <= 1000);
        mere_db_close(db);
    }
    fixture_free(&f);
}

TEST(a_held_file_is_busy_and_the_sentence_says_what_to_do)
{
    struct fixture f = fixture_new("held");
    sqlite3 *sql = fixture_outside(&f);
    outside_exec(sql, "BEGIN IMMEDIATE");
    CHECK_INT(MERE_E_BUSY, mere_db_begin(f.ctx, f.db));
    CHECK(strstr(mere_ctx_error(f.ctx), "QGIS") != NULL);
    fixture_reopen(&f, MERE_DB_READ); /* a reader isn't in anybody's way */
    outside_exec(sql, "ROLLBACK");
    mere_db_close(f.db);
    f.db = NULL;
    outside_exec(sql, "PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    CHECK_INT(MERE_E_BUSY, mere_db_open(f.ctx, f.path, MERE_DB_READ, &f.db));
    CHECK_INT(MERE_E_BUSY, mere_db_open(f.ctx, f.path, MERE_DB_WRITE, &f.db));
    outside_exec(sql, "ROLLBACK");
    sqlite3_close(sql);
    fixture_reopen(&f, MERE_DB_WRITE);
    fixture_free(&f);
}

TEST(a_network_drive_is_known_by_its_file_system)
{
    CHECK(mere_file_is_network(0x6969, NULL));
    CHECK(mere_file_is_network(0xff534d42, NULL));
    CHECK(mere_file_is_network(0xfe534d42, "cifs"));
    CHECK(mere_file_is_network(0x65735546, "fuse.sshfs"));
    CHECK(!mere_file_is_network(0x65735546, "fuseblk"));
    CHECK(!mere_file_is_network(0x65735546, NULL));
    CHECK(!mere_file_is_network(0xef53, "ext4"));
    CHECK(!mere_file_is_network(0x01021994, "tmpfs"));
}

TEST(init_into_a_place_that_is_not_there_leaves_nothing)
{
    struct fixture f = fixture_new("nowhere");
    CHECK_INT(MERE_E_INPUT,
              mere_db_create(f.ctx, "/tmp/mere-no-such-folder/x.gpkg", &fixture_district));
    CHECK(strstr(mere_ctx_error(f.ctx), "folder") != NULL);
    fixture_free(&f); /* and its folder must be empty */
}

int main(void)
{
    RUN(a_file_that_is_no_store_is_refused_with_its_own_sentence);
    RUN(another_sqlite_file_is_refused_and_left_alone);
    RUN(a_newer_schema_is_refused);
    RUN(a_truncated_or_corrupt_file_is_refused);
    RUN(a_store_with_any_page_overwritten_never_crashes);
    RUN(a_held_file_is_busy_and_the_sentence_says_what_to_do);
    RUN(a_network_drive_is_known_by_its_file_system);
    RUN(init_into_a_place_that_is_not_there_leaves_nothing);
    return done();
}
