/* sql.c - statements of sqlite3, with its errors said in merestone's words.
 * Values are bound, never printed into SQL. Identifiers can't be bound: they are quoted here. */
#include "store/store_priv.h"
#include <string.h>

enum mere_status mere_sql_fail(struct mere_ctx *ctx, struct mere_db *db, const char *doing)
{
    const char *why = db->sql ? sqlite3_errmsg(db->sql) : "out of memory";
    int code = db->sql ? sqlite3_errcode(db->sql) : SQLITE_NOMEM;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return mere_fail(
            ctx, MERE_E_BUSY,
            "%s: another program holds '%s' (QGIS while it saves or with an open edit, "
            "or another merestone): let it finish or close it, then try again",
            doing, db->path);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return mere_fail(
            ctx, MERE_E_INPUT,
            "%s: '%s' is damaged (%s): put back a copy of it, or save what can be read "
            "with sqlite3's .recover",
            doing, db->path, why);
    case SQLITE_FULL:
        return mere_fail(ctx, MERE_E_IO,
                         "%s: the disk that holds '%s' is full: free some space and try again; the "
                         "store is as it was",
                         doing, db->path);
    case SQLITE_IOERR:
        return mere_fail(
            ctx, MERE_E_IO,
            "%s: the system failed to read or write '%s' (%s; the disk may be full, a "
            "quota or size limit reached, or the drive failing): the store is as it was",
            doing, db->path, why);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
        return mere_fail(ctx, MERE_E_IO,
                         "%s: '%s' or its folder can't be opened or written (%s): give the user of "
                         "this program the right to both",
                         doing, db->path, why);
    case SQLITE_NOMEM:
        return mere_fail_nomem(ctx, doing);
    case SQLITE_TOOBIG:
        return mere_fail(ctx, MERE_E_LIMIT, "%s: a value is larger than 1,000,000,000 bytes",
                         doing);
    case SQLITE_ERROR:
        if (strncmp(why, "no such table", 13) == 0 || strncmp(why, "no such column", 14) == 0)
            return mere_fail(
                ctx, MERE_E_INPUT,
                "%s: '%s' lacks a part (%s): another program removed it; put back a copy", doing,
                db->path, why);
        break;
    default:
        break;
    }
    return mere_fail(ctx, MERE_E_INTERNAL, "%s: '%s': %s (sqlite3 %d)", doing, db->path, why, code);
}

enum mere_status mere_sql_exec(struct mere_ctx *ctx, struct mere_db *db, const char *sql)
{
    if (sqlite3_exec(db->sql, sql, NULL, NULL, NULL) != SQLITE_OK)
        return mere_sql_fail(ctx, db, "writing the store");
    return MERE_OK;
}

enum mere_status mere_sql_prepare(struct mere_ctx *ctx, struct mere_db *db, const char *sql,
                                  sqlite3_stmt **ret)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db->sql, sql, -1, &stmt, NULL) != SQLITE_OK)
        return mere_sql_fail(ctx, db, "reading the store");
    *ret = stmt;
    return MERE_OK;
}

enum mere_status mere_sql_step(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                               bool *ret_row)
{
    int code = sqlite3_step(stmt);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return mere_sql_fail(
            ctx, db, sqlite3_stmt_readonly(stmt) ? "reading the store" : "writing the store");
    *ret_row = code == SQLITE_ROW;
    return MERE_OK;
}

enum mere_status mere_sql_run(struct mere_ctx *ctx, struct mere_db *db, const char *sql,
                              const char *const *texts, size_t n)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    MERE_TRY(mere_sql_prepare(ctx, db, sql, &stmt));
    enum mere_status status = MERE_OK;
    for (size_t i = 0; i < n && status == MERE_OK; i++) {
        if (sqlite3_bind_text(stmt, (int)i + 1, texts[i], -1, SQLITE_STATIC) != SQLITE_OK)
            status = mere_sql_fail(ctx, db, "writing the store");
    }
    while (status == MERE_OK && row)
        status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

enum mere_status mere_sql_int(struct mere_ctx *ctx, struct mere_db *db, const char *sql,
                              const char *text, int64_t none, int64_t *ret)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    MERE_TRY(mere_sql_prepare(ctx, db, sql, &stmt));
    enum mere_status status = MERE_OK;
    if (text && sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC) != SQLITE_OK)
        status = mere_sql_fail(ctx, db, "reading the store");
    if (status == MERE_OK)
        status = mere_sql_step(ctx, db, stmt, &row);
    if (status == MERE_OK)
        *ret = row ? sqlite3_column_int64(stmt, 0) : none;
    sqlite3_finalize(stmt);
    return status;
}

void mere_sql_ident(struct mere_text *t, const char *name)
{
    mere_text_add_n(t, "\"", 1);
    for (const char *s = name; *s; s++)
        mere_text_add_n(t, "\"\"", *s == '"' ? 2 : 0), mere_text_add_n(t, s, *s == '"' ? 0 : 1);
    mere_text_add_n(t, "\"", 1);
}

void mere_sql_expand(struct mere_text *t, const char *sql, const char *table)
{
    const char *at;
    while ((at = strstr(sql, "$T")) != NULL) {
        mere_text_add_n(t, sql, (size_t)(at - sql));
        mere_text_add(t, table);
        sql = at + 2;
    }
    mere_text_add(t, sql);
}

enum mere_status mere_sql_exec_text(struct mere_ctx *ctx, struct mere_db *db,
                                    const struct mere_text *t)
{
    if (t->failed)
        return mere_fail_nomem(ctx, "writing the store");
    return mere_sql_exec(ctx, db, mere_text_str(t));
}

enum mere_status mere_sql_prepare_text(struct mere_ctx *ctx, struct mere_db *db,
                                       const struct mere_text *t, sqlite3_stmt **ret)
{
    if (t->failed)
        return mere_fail_nomem(ctx, "reading the store");
    return mere_sql_prepare(ctx, db, mere_text_str(t), ret);
}

/* A blob in a column of text or numbers: only another program puts it there. Shown, not dropped. */
static const char *blob_hex(struct mere_arena *arena, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    size_t len;
    char *hex = mere_mul_size(n, 2, &len) ? MERE_NEW(arena, char, len + 1) : NULL;
    for (size_t i = 0; hex && i < n; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    return hex;
}

enum mere_status mere_sql_text(struct mere_ctx *ctx, struct mere_arena *arena, sqlite3_stmt *stmt,
                               int i, const char **ret)
{
    char number[32];
    const char *text = NULL;
    size_t n = 0;
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_NULL:
        *ret = NULL;
        return MERE_OK;
    case SQLITE_FLOAT:
        text = mere_double_text(sqlite3_column_double(stmt, i), number);
        n = strlen(text);
        break;
    case SQLITE_BLOB:
        text = sqlite3_column_blob(stmt, i);
        n = (size_t)sqlite3_column_bytes(stmt, i);
        text = blob_hex(arena, (const uint8_t *)text, n);
        if (!text)
            return mere_fail_nomem(ctx, "reading the store");
        *ret = text;
        return MERE_OK;
    default: /* integers come as decimal text */
        text = (const char *)sqlite3_column_text(stmt, i);
        n = (size_t)sqlite3_column_bytes(stmt, i);
        if (text && (!mere_utf8_valid(text, n) || memchr(text, 0, n)))
            return mere_fail(
                ctx, MERE_E_INPUT,
                "column '%s' holds a text that is not UTF-8: mend it in the program that "
                "wrote it",
                sqlite3_column_name(stmt, i));
    }
    char *copy = text ? mere_arena_text(arena, text, n) : NULL;
    if (!copy)
        return mere_fail_nomem(ctx, "reading the store");
    *ret = copy;
    return MERE_OK;
}
