/* store.c - making, opening and closing a store, and its transactions.
 *
 * Triggers note what other programs change (outside.c). So that they do not note merestone's own
 * writes, a transaction sets mere_session.busy first and clears it last. Readers never see it set:
 * it is cleared in the same transaction, and a kill rolls both back. */
#include "store/store_priv.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum mere_status mere_db_now(struct mere_ctx *ctx, char ret_time[MERE_TIME_LEN])
{
    const char *fixed = getenv("SOURCE_DATE_EPOCH"); /* reproducible-builds.org/specs */
    time_t now = time(NULL);
    struct tm tm;
    if (fixed && *fixed) {
        char *end;
        errno = 0;
        long long seconds = strtoll(fixed, &end, 10);
        if (errno || *end || seconds < 0 || seconds > 253402300799)
            return mere_fail(ctx, MERE_E_USAGE,
                             "SOURCE_DATE_EPOCH is '%s': set it to seconds since 1970, or unset it",
                             fixed);
        now = (time_t)seconds;
    }
    if (!gmtime_r(&now, &tm) || !strftime(ret_time, MERE_TIME_LEN, "%Y-%m-%dT%H:%M:%S.000Z", &tm))
        return mere_fail(ctx, MERE_E_IO, "the clock of this machine can't be read");
    return MERE_OK;
}

enum mere_status mere_db_time(struct mere_ctx *ctx, const struct mere_db *db,
                              char ret_time[MERE_TIME_LEN])
{
    if (!db->when)
        return mere_db_now(ctx, ret_time);
    snprintf(ret_time, MERE_TIME_LEN, "%s", db->when);
    return MERE_OK;
}

void mere_db_set_time(struct mere_db *db, const char *when)
{
    db->when = when;
}

/* ---- creating ----------------------------------------------------------------------------------
 */

static enum mere_status publish(struct mere_ctx *ctx, struct mere_db *db)
{
    sqlite3_int64 n = 0;
    unsigned char *bytes = sqlite3_serialize(db->sql, "main", &n, 0);
    if (!bytes)
        return mere_fail_nomem(ctx, "making the store");
    enum mere_status status = mere_file_publish(ctx, db->path, bytes, (size_t)n);
    sqlite3_free(bytes);
    return status;
}

/* The name, made such that SQLite can't take it for something else (":memory:", "file:..."). */
static char *plain_path(const char *path)
{
    size_t n = strlen(path) + 3;
    char *plain = malloc(n);
    if (plain)
        snprintf(plain, n, "%s%s", path[0] == ':' || strncmp(path, "file:", 5) == 0 ? "./" : "",
                 path);
    return plain;
}

enum mere_status mere_db_create(struct mere_ctx *ctx, const char *path,
                                const struct mere_district *district)
{
    return mere_db_create_at(ctx, path, district, NULL);
}

enum mere_status mere_db_create_at(struct mere_ctx *ctx, const char *path,
                                   const struct mere_district *district, const char *when)
{
    struct mere_db db = {.mode = MERE_DB_WRITE, .when = when};
    struct stat st;
    if (lstat(path, &st) == 0)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' exists already: choose another name, or remove it first", path);
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? sqlite3_mprintf("%.*s", (int)(slash - path + 1), path) : sqlite3_mprintf(".");
    if (!folder)
        return mere_fail_nomem(ctx, "making the store");
    enum mere_status status = MERE_OK;
    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
        status =
            mere_fail(ctx, MERE_E_INPUT, "the folder of '%s' does not exist: make it first", path);
    else
        status = mere_file_check_drive(ctx, folder);
    sqlite3_free(folder);
    MERE_TRY(status);
    /* Made in memory and published in one piece: a killed `init` leaves no half of a store. */
    db.path = plain_path(path);
    if (!db.path)
        return mere_fail_nomem(ctx, "making the store");
    if (sqlite3_open_v2(":memory:", &db.sql, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        status = mere_sql_fail(ctx, &db, "making the store");
    if (status == MERE_OK)
        status = mere_schema_create(ctx, &db, district);
    if (status == MERE_OK)
        status = publish(ctx, &db);
    sqlite3_close(db.sql);
    free(db.path);
    return status;
}

/* ---- opening -----------------------------------------------------------------------------------
 */

/* A store in WAL mode on a read-only drive can't have its two side files: then, if nothing waits in
 * a log, it is read as a file that nobody changes. */
static enum mere_status open_immutable(struct mere_ctx *ctx, struct mere_db *db)
{
    struct mere_text uri = {0};
    mere_text_add(&uri, "file:");
    for (const char *s = db->path; *s; s++) {
        if (strchr("?#%", *s))
            mere_text_addf(&uri, "%%%02X", (unsigned char)*s);
        else
            mere_text_add_n(&uri, s, 1);
    }
    mere_text_add(&uri, "?immutable=1");
    enum mere_status status = MERE_OK;
    if (uri.failed)
        status = mere_fail_nomem(ctx, "opening the store");
    else if (sqlite3_open_v2(uri.s, &db->sql, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) !=
             SQLITE_OK)
        status = mere_sql_fail(ctx, db, "opening the store");
    mere_text_clear(&uri);
    return status;
}

static enum mere_status open_handle(struct mere_ctx *ctx, struct mere_db *db)
{
    bool writable = access(db->path, W_OK) == 0;
    char *wal = sqlite3_mprintf("%s-wal", db->path);
    struct stat st;
    bool waiting = !wal || (stat(wal, &st) == 0 && st.st_size > 0);
    sqlite3_free(wal);
    if (db->mode == MERE_DB_WRITE && !writable)
        return mere_fail(ctx, MERE_E_IO,
                         "'%s' may not be written: give the user of this program the right to it",
                         db->path);
    if (!writable && !waiting)
        return open_immutable(ctx, db);
    int flags = writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(db->path, &db->sql, flags, NULL) != SQLITE_OK)
        return mere_sql_fail(ctx, db, "opening the store");
    return MERE_OK;
}

/* What each connection sets for itself, before anything is read of what could be a stranger's file.
 */
static enum mere_status prepare_connection(struct mere_ctx *ctx, struct mere_db *db)
{
    sqlite3_extended_result_codes(db->sql, 1);
    if (sqlite3_busy_timeout(db->sql, MERE_BUSY_MS) != SQLITE_OK ||
        sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK ||
        sqlite3_db_config(db->sql, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK ||
        mere_sql_functions(db->sql) != SQLITE_OK)
        return mere_sql_fail(ctx, db, "opening the store");
    return MERE_OK;
}

/* QGIS leaves the journal in mode DELETE. A reader that can't change it now reads all the same. */
static enum mere_status set_wal(struct mere_ctx *ctx, struct mere_db *db)
{
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(mere_sql_prepare(ctx, db, "PRAGMA journal_mode = WAL", &stmt));
    bool row = false, wal = false;
    enum mere_status status = MERE_OK;
    if (db->mode == MERE_DB_WRITE) {
        status = mere_sql_step(ctx, db, stmt, &row);
        wal = status == MERE_OK && row &&
              strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
        if (status == MERE_OK && !wal)
            status =
                mere_fail(ctx, MERE_E_IO,
                          "the drive of '%s' can't hold a write-ahead log: copy the store to a "
                          "local disk and work there",
                          db->path);
    } else {
        (void)sqlite3_step(stmt);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum mere_status set_pragmas(struct mere_ctx *ctx, struct mere_db *db)
{
    /* 64 MiB of cache keep the R-tree in memory while a large layer is written. */
    return mere_sql_exec(ctx, db,
                         "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
                         " PRAGMA cache_size = -65536");
}

static enum mere_status open_checked(struct mere_ctx *ctx, struct mere_db *db)
{
    if (db->mode == MERE_DB_WRITE)
        MERE_TRY(mere_file_check_drive(ctx, db->path));
    MERE_TRY(open_handle(ctx, db));
    MERE_TRY(prepare_connection(ctx, db));
    MERE_TRY(mere_file_check_header(ctx, db));
    MERE_TRY(mere_schema_load(ctx, db));
    MERE_TRY(set_wal(ctx, db));
    MERE_TRY(set_pragmas(ctx, db));
    if (db->mode == MERE_DB_WRITE)
        MERE_TRY(mere_outside_restore(ctx, db));
    return MERE_OK;
}

enum mere_status mere_db_open(struct mere_ctx *ctx, const char *path, enum mere_db_mode mode,
                              struct mere_db **ret_db)
{
    MERE_TRY(mere_file_check(ctx, path));
    struct mere_db *db = calloc(1, sizeof *db);
    if (!db)
        return mere_fail_nomem(ctx, "opening the store");
    db->mode = mode;
    db->path = plain_path(path);
    enum mere_status status =
        db->path ? open_checked(ctx, db) : mere_fail_nomem(ctx, "opening the store");
    if (status == MERE_OK)
        *ret_db = db;
    else
        mere_db_close(db);
    return status;
}

void mere_db_close(struct mere_db *db)
{
    if (!db)
        return;
    mere_db_rollback(db);
    (void)sqlite3_close(db->sql);
    mere_arena_clear(&db->arena);
    free(db->path);
    free(db);
}

const struct mere_district *mere_db_district(const struct mere_db *db)
{
    return &db->district;
}

enum mere_status mere_db_generation(struct mere_ctx *ctx, struct mere_db *db, int64_t *ret)
{
    return mere_sql_int(ctx, db, "SELECT value FROM mere_meta WHERE key = 'generation'", NULL, 0,
                        ret);
}

/* ---- transactions ---- */

static const char be_busy[] = "DELETE FROM mere_session; INSERT INTO mere_session VALUES (1)";

enum mere_status mere_db_begin(struct mere_ctx *ctx, struct mere_db *db)
{
    if (db->in_transaction)
        return mere_fail(ctx, MERE_E_INTERNAL, "a transaction on '%s' is open already", db->path);
    bool writes = db->mode == MERE_DB_WRITE;
    MERE_TRY(mere_sql_exec(ctx, db, writes ? "BEGIN IMMEDIATE" : "BEGIN"));
    db->in_transaction = true;
    db->writing = writes;
    enum mere_status status = MERE_OK;
    if (writes)
        status = mere_sql_exec(ctx, db, be_busy);
    if (status != MERE_OK)
        mere_db_rollback(db);
    return status;
}

enum mere_status mere_db_begin_reading(struct mere_ctx *ctx, struct mere_db *db)
{
    if (db->in_transaction)
        return mere_fail(ctx, MERE_E_INTERNAL, "a transaction on '%s' is open already", db->path);
    MERE_TRY(mere_sql_exec(ctx, db, "BEGIN"));
    db->in_transaction = true;
    db->writing = false;
    return MERE_OK;
}

/* The first write of a transaction that has read: in WAL mode SQLite refuses it (SQLITE_BUSY, or
 * SQLITE_BUSY_SNAPSHOT) unless what was read is still the newest. */
enum mere_status mere_db_go_on_writing(struct mere_ctx *ctx, struct mere_db *db)
{
    if (db->mode != MERE_DB_WRITE || !db->in_transaction)
        return mere_fail(ctx, MERE_E_INTERNAL, "writing '%s' outside a transaction", db->path);
    if (!db->writing)
        MERE_TRY(mere_sql_exec(ctx, db, be_busy));
    db->writing = true;
    return MERE_OK;
}

/* When the sync fails, all of the change is in the log already, its end too. SQLite forgets it, and
 * the close clears the log; but where a failing drive can't do even that, the next opening finds
 * the whole change and takes it. */
static enum mere_status fail_commit(struct mere_ctx *ctx, struct mere_db *db)
{
    if (!db->writing || sqlite3_extended_errcode(db->sql) != SQLITE_IOERR_FSYNC)
        return mere_sql_fail(ctx, db, "writing the store");
    return mere_fail(ctx, MERE_E_IO,
                     "writing the store: the system failed to bring '%s' safely to the disk (the "
                     "drive may be failing): whether it is as it was or changed shows when it is "
                     "opened next; see merestone info",
                     db->path);
}

enum mere_status mere_db_commit(struct mere_ctx *ctx, struct mere_db *db, bool changed)
{
    if (!db->in_transaction)
        return mere_fail(ctx, MERE_E_INTERNAL, "no transaction on '%s' is open", db->path);
    enum mere_status status = MERE_OK;
    if (changed && db->writing)
        status =
            mere_sql_exec(ctx, db,
                          "UPDATE mere_meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
                          " WHERE key = 'generation'");
    if (status == MERE_OK && db->writing)
        status = mere_sql_exec(ctx, db, "UPDATE mere_session SET busy = 0");
    if (status == MERE_OK && sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        status = fail_commit(ctx, db);
    if (status == MERE_OK)
        db->in_transaction = db->writing = false;
    else
        mere_db_rollback(db);
    return status;
}

void mere_db_rollback(struct mere_db *db)
{
    if (!db || !db->in_transaction)
        return;
    /* SQLite may have rolled back by itself (a full disk): then this fails, and that is right. */
    if (!sqlite3_get_autocommit(db->sql))
        (void)sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
    db->in_transaction = db->writing = false;
}

enum mere_status mere_db_writing(struct mere_ctx *ctx, const struct mere_db *db)
{
    if (!db->writing)
        return mere_fail(ctx, MERE_E_INTERNAL, "writing '%s' outside a transaction", db->path);
    return MERE_OK;
}
