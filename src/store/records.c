/* records.c - what is kept beside the layers: imports, operations and waivers. */
#include "base/vec.h"
#include "store/store_priv.h"
#include <string.h>

/* Bind `n` texts to the parameters from `at` on. */
static enum mere_status bind_texts(struct mere_ctx *ctx, sqlite3_stmt *stmt, int at,
                                   const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (texts[i] && !mere_utf8_valid(texts[i], strlen(texts[i])))
            return mere_fail(ctx, MERE_E_INPUT, "a text that is to be kept is not UTF-8: '%.40s'",
                             texts[i]);
        if (sqlite3_bind_text(stmt, at + (int)i, texts[i], -1, SQLITE_STATIC) != SQLITE_OK)
            return mere_fail_nomem(ctx, "writing the store");
    }
    return MERE_OK;
}

static enum mere_status read_texts(struct mere_ctx *ctx, struct mere_arena *arena,
                                   sqlite3_stmt *stmt, const char **const *ret, size_t n)
{
    for (size_t i = 0; i < n; i++)
        MERE_TRY(mere_sql_text(ctx, arena, stmt, (int)i, ret[i]));
    return MERE_OK;
}

/* ---- imports ------------------------------------------------------------------------------------
 */

#define IMPORT_TEXTS 11
#define IMPORT_COUNTS 6

enum mere_status mere_db_log_import(struct mere_ctx *ctx, struct mere_db *db,
                                    const struct mere_import_record *r)
{
    const char *texts[IMPORT_TEXTS] = {r->scheme, r->file, r->sha256,    r->layer,
                                       r->datum,  r->crs,  r->operation, r->encoding,
                                       r->who,    r->when, r->findings};
    const int64_t counts[IMPORT_COUNTS] = {r->n_features, r->n_used,     r->n_rejected,
                                           r->n_merged,   r->n_inserted, r->n_densified};
    sqlite3_stmt *stmt = NULL;
    bool row;
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(
        mere_sql_prepare(ctx, db,
                         "INSERT INTO mere_import (scheme, file, sha256, layer, datum, crs,"
                         " operation, encoding, who, at, findings, n_features, n_used, n_rejected,"
                         " n_merged, n_inserted, n_densified, tolerance_m, max_shift_m)"
                         " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                         &stmt));
    enum mere_status status = bind_texts(ctx, stmt, 1, texts, IMPORT_TEXTS);
    for (int i = 0; i < IMPORT_COUNTS; i++)
        (void)sqlite3_bind_int64(stmt, 1 + IMPORT_TEXTS + i, counts[i]);
    (void)sqlite3_bind_double(stmt, 1 + IMPORT_TEXTS + IMPORT_COUNTS, r->tolerance_m);
    (void)sqlite3_bind_double(stmt, 2 + IMPORT_TEXTS + IMPORT_COUNTS, r->max_shift_m);
    if (status == MERE_OK)
        status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

static enum mere_status read_import(struct mere_ctx *ctx, struct mere_arena *arena,
                                    sqlite3_stmt *stmt, struct mere_import_record *r)
{
    const char **const texts[IMPORT_TEXTS] = {&r->scheme, &r->file, &r->sha256,    &r->layer,
                                              &r->datum,  &r->crs,  &r->operation, &r->encoding,
                                              &r->who,    &r->when, &r->findings};
    int64_t *const counts[IMPORT_COUNTS] = {&r->n_features, &r->n_used,     &r->n_rejected,
                                            &r->n_merged,   &r->n_inserted, &r->n_densified};
    MERE_TRY(read_texts(ctx, arena, stmt, texts, IMPORT_TEXTS));
    for (int i = 0; i < IMPORT_COUNTS; i++)
        *counts[i] = sqlite3_column_int64(stmt, IMPORT_TEXTS + i);
    r->tolerance_m = sqlite3_column_double(stmt, IMPORT_TEXTS + IMPORT_COUNTS);
    r->max_shift_m = sqlite3_column_double(stmt, 1 + IMPORT_TEXTS + IMPORT_COUNTS);
    return MERE_OK;
}

enum mere_status mere_db_imports(struct mere_ctx *ctx, struct mere_db *db, struct mere_arena *arena,
                                 struct mere_import_record **ret, size_t *ret_n)
{
    MERE_VEC(struct mere_import_record) found = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT scheme, file, sha256, layer, datum, crs, operation, encoding,"
                              " who, at, findings, n_features, n_used, n_rejected, n_merged,"
                              " n_inserted, n_densified, tolerance_m, max_shift_m"
                              " FROM mere_import ORDER BY id",
                              &stmt));
    enum mere_status status = MERE_OK;
    while (status == MERE_OK) {
        struct mere_import_record record = {0};
        status = mere_sql_step(ctx, db, stmt, &row);
        if (status != MERE_OK || !row)
            break;
        status = read_import(ctx, arena, stmt, &record);
        if (status == MERE_OK && !MERE_PUSH(&found, record))
            status = mere_fail_nomem(ctx, "reading the imports");
    }
    sqlite3_finalize(stmt);
    struct mere_import_record *kept = MERE_NEW(arena, struct mere_import_record, found.n);
    if (status == MERE_OK && !kept)
        status = mere_fail_nomem(ctx, "reading the imports");
    if (status == MERE_OK) {
        for (size_t i = 0; i < found.n; i++)
            kept[i] = found.v[i];
        *ret = kept;
        *ret_n = found.n;
    }
    MERE_VEC_FREE(&found);
    return status;
}

/* ---- operations ---------------------------------------------------------------------------------
 */

#define OPERATION_TEXTS 5

enum mere_status mere_db_log_operation(struct mere_ctx *ctx, struct mere_db *db,
                                       const struct mere_operation_record *r)
{
    const char *texts[OPERATION_TEXTS] = {r->kind, r->scheme, r->who, r->when, r->changes};
    sqlite3_stmt *stmt = NULL;
    bool row;
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "INSERT INTO mere_operations (kind, scheme, who, at, changes,"
                              " generation, n_features) VALUES (?,?,?,?,?,?,?)",
                              &stmt));
    enum mere_status status = bind_texts(ctx, stmt, 1, texts, OPERATION_TEXTS);
    (void)sqlite3_bind_int64(stmt, 1 + OPERATION_TEXTS, r->generation);
    (void)sqlite3_bind_int64(stmt, 2 + OPERATION_TEXTS, r->n_features);
    if (status == MERE_OK)
        status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

static enum mere_status read_operations(struct mere_ctx *ctx, struct mere_db *db,
                                        sqlite3_stmt *stmt, struct mere_arena *arena,
                                        struct mere_operation_record *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct mere_operation_record *r = &list[i];
        const char **const texts[OPERATION_TEXTS] = {&r->kind, &r->scheme, &r->who, &r->when,
                                                     &r->changes};
        bool row = false;
        MERE_TRY(mere_sql_step(ctx, db, stmt, &row));
        if (!row)
            return mere_fail(ctx, MERE_E_INTERNAL, "an operation went while it was read");
        MERE_TRY(read_texts(ctx, arena, stmt, texts, OPERATION_TEXTS));
        r->generation = sqlite3_column_int64(stmt, OPERATION_TEXTS);
        r->n_features = sqlite3_column_int64(stmt, OPERATION_TEXTS + 1);
    }
    return MERE_OK;
}

enum mere_status mere_db_operations(struct mere_ctx *ctx, struct mere_db *db,
                                    struct mere_arena *arena, struct mere_operation_record **ret,
                                    size_t *ret_n)
{
    sqlite3_stmt *stmt = NULL;
    int64_t n = 0;
    /* Rows are only ever added, so the first n of them stay. */
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM mere_operations", NULL, 0, &n));
    struct mere_operation_record *list = MERE_NEW(arena, struct mere_operation_record, (size_t)n);
    if (!list)
        return mere_fail_nomem(ctx, "reading the operations");
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT kind, scheme, who, at, changes, generation, n_features"
                              " FROM mere_operations ORDER BY id",
                              &stmt));
    enum mere_status status = read_operations(ctx, db, stmt, arena, list, (size_t)n);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    *ret = list;
    *ret_n = (size_t)n;
    return MERE_OK;
}

/* ---- waivers ------------------------------------------------------------------------------------
 */

#define WAIVER_TEXTS 8

enum mere_status mere_db_add_waiver(struct mere_ctx *ctx, struct mere_db *db,
                                    const struct mere_waiver *w)
{
    const char *texts[WAIVER_TEXTS] = {w->rule,   w->id,    w->scheme, w->zone,
                                       w->reason, w->until, w->who,    w->when};
    sqlite3_stmt *stmt = NULL;
    bool row;
    MERE_TRY(mere_db_writing(ctx, db));
    if (!w->rule || !w->reason || !w->id == !w->zone || (w->zone && !w->scheme))
        return mere_fail(ctx, MERE_E_INTERNAL,
                         "a waiver needs a rule, a reason, and an id or a zone");
    /* The last word about a target holds: else a waiver could never be given an end. */
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "DELETE FROM mere_waiver WHERE rule IS ?1 AND finding IS ?2 AND"
                              " scheme IS ?3 AND zone IS ?4",
                              &stmt));
    enum mere_status status = bind_texts(ctx, stmt, 1, texts, 4);
    if (status == MERE_OK)
        status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "INSERT INTO mere_waiver (rule, finding, scheme, zone, reason, until,"
                              " who, at) VALUES (?,?,?,?,?,?,?,?)",
                              &stmt));
    status = bind_texts(ctx, stmt, 1, texts, WAIVER_TEXTS);
    if (status == MERE_OK)
        status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

enum mere_status mere_db_waivers(struct mere_ctx *ctx, struct mere_db *db, struct mere_arena *arena,
                                 struct mere_waiver **ret, size_t *ret_n)
{
    MERE_VEC(struct mere_waiver) found = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT rule, finding, scheme, zone, reason, until, who, at"
                              " FROM mere_waiver ORDER BY id",
                              &stmt));
    enum mere_status status = MERE_OK;
    while (status == MERE_OK) {
        struct mere_waiver w = {0};
        const char **const texts[WAIVER_TEXTS] = {&w.rule,   &w.id,    &w.scheme, &w.zone,
                                                  &w.reason, &w.until, &w.who,    &w.when};
        status = mere_sql_step(ctx, db, stmt, &row);
        if (status != MERE_OK || !row)
            break;
        status = read_texts(ctx, arena, stmt, texts, WAIVER_TEXTS);
        if (status == MERE_OK && !MERE_PUSH(&found, w))
            status = mere_fail_nomem(ctx, "reading the waivers");
    }
    sqlite3_finalize(stmt);
    struct mere_waiver *kept = MERE_NEW(arena, struct mere_waiver, found.n);
    if (status == MERE_OK && !kept)
        status = mere_fail_nomem(ctx, "reading the waivers");
    if (status == MERE_OK) {
        for (size_t i = 0; i < found.n; i++)
            kept[i] = found.v[i];
        *ret = kept;
        *ret_n = found.n;
    }
    MERE_VEC_FREE(&found);
    return status;
}
