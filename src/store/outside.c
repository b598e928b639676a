/* outside.c - edits by other programs (QGIS on the same file), noticed and listed.
 *
 * Each scheme has three triggers in plain SQL, so that they fire in any program:
 *
 *     edit ──▶ mere_outside_<scheme>_insert|update|delete ──▶ mere_outside (scheme, fid)
 *                 unless mere_session.busy = 1: merestone's own writing, see store.c
 *
 * mere_scheme.table_sql is the table's CREATE statement as merestone last saw it. Where the
 * triggers are gone or the statement differs (a column added, renamed, retyped; the layer
 * overwritten), rows may have changed unseen: the layer is reported whole. sqlite_master is read at
 * every open; that is one small query and tells more than PRAGMA schema_version, which also counts
 * harmless changes. */
#include "store/store_priv.h"
#include <stdlib.h>
#include <string.h>

#define LOG(fids)                                                                                  \
    " BEGIN INSERT INTO mere_outside (scheme, fid) SELECT '$T', f FROM (" fids                     \
    ") WHERE NOT EXISTS (SELECT 1 FROM mere_outside WHERE scheme = '$T' AND fid = f); END"
#define WHEN_OTHERS " WHEN (SELECT max(busy) FROM mere_session) IS NOT 1"

/* `$K` is the table's integer key, quoted: "fid", unless another program made the table anew. */
static const struct {
    const char *name, *sql;
} triggers[] = {
    {"mere_outside_$T_insert", "CREATE TRIGGER \"mere_outside_$T_insert\" AFTER INSERT ON \"$T\"" //
     WHEN_OTHERS LOG("SELECT NEW.$K AS f")},
    {"mere_outside_$T_update", "CREATE TRIGGER \"mere_outside_$T_update\" AFTER UPDATE ON \"$T\"" //
     WHEN_OTHERS LOG("SELECT OLD.$K AS f UNION SELECT NEW.$K")},
    {"mere_outside_$T_delete", "CREATE TRIGGER \"mere_outside_$T_delete\" AFTER DELETE ON \"$T\"" //
     WHEN_OTHERS LOG("SELECT OLD.$K AS f")},
};

static void trigger_sql(struct mere_text *t, const char *sql, const char *table, const char *key)
{
    const char *at;
    while ((at = strstr(sql, "$K")) != NULL) {
        struct mere_text piece = {0};
        mere_text_add_n(&piece, sql, (size_t)(at - sql));
        mere_sql_expand(t, mere_text_str(&piece), table);
        t->failed = t->failed || piece.failed;
        mere_text_clear(&piece);
        mere_sql_ident(t, key);
        sql = at + 2;
    }
    mere_sql_expand(t, sql, table);
}

/* Whether trigger `i` stands on `table` as it should. */
static enum mere_status trigger_stands(struct mere_ctx *ctx, struct mere_db *db, size_t i,
                                       const char *table, const char *key, bool *ret)
{
    struct mere_text name = {0}, sql = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    mere_sql_expand(&name, triggers[i].name, table);
    trigger_sql(&sql, triggers[i].sql, table, key);
    enum mere_status status = MERE_OK;
    if (name.failed || sql.failed)
        status = mere_fail_nomem(ctx, "looking for edits from outside");
    if (status == MERE_OK)
        status = mere_sql_prepare(ctx, db,
                                  "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?1"
                                  " AND tbl_name = ?2 AND sql = ?3",
                                  &stmt);
    if (status == MERE_OK) {
        (void)sqlite3_bind_text(stmt, 1, mere_text_str(&name), -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(stmt, 2, table, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(stmt, 3, mere_text_str(&sql), -1, SQLITE_STATIC);
        status = mere_sql_step(ctx, db, stmt, &row);
    }
    sqlite3_finalize(stmt);
    mere_text_clear(&name);
    mere_text_clear(&sql);
    if (status == MERE_OK)
        *ret = row;
    return status;
}

struct watched {
    const char *name;
    const char *key; /* NULL when the table is gone or has no integer key */
    bool gone;       /* no such table */
    bool triggers;   /* all stand */
    bool marked;     /* reported whole until taken */
    bool same;       /* the table's statement is the one noted */
};

static enum mere_status look_at(struct mere_ctx *ctx, struct mere_db *db, struct watched *w)
{
    struct mere_table_shape shape;
    w->triggers = true;
    MERE_TRY(mere_table_shape(ctx, db, w->name, &ctx->arena, &shape));
    w->key = shape.key;
    w->gone = shape.n_columns == 0;
    for (size_t i = 0; w->key && i < MERE_LEN(triggers) && w->triggers; i++)
        MERE_TRY(trigger_stands(ctx, db, i, w->name, w->key, &w->triggers));
    w->triggers = w->triggers && w->key;
    return MERE_OK;
}

static enum mere_status collect(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                                struct watched *list, size_t n)
{
    bool row = false;
    for (size_t i = 0; i < n; i++) {
        MERE_TRY(mere_sql_step(ctx, db, stmt, &row));
        if (!row)
            return MERE_OK;
        MERE_TRY(mere_sql_text(ctx, &ctx->arena, stmt, 0, &list[i].name));
        list[i].marked = sqlite3_column_int(stmt, 1) != 0;
        list[i].same = sqlite3_column_int(stmt, 2) != 0;
        MERE_TRY(look_at(ctx, db, &list[i]));
    }
    return MERE_OK;
}

/* Every scheme with the state of its watch, by name. In the context's arena. */
static enum mere_status watch_list(struct mere_ctx *ctx, struct mere_db *db, struct watched **ret,
                                   size_t *ret_n)
{
    int64_t n = 0;
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM mere_scheme", NULL, 0, &n));
    struct watched *list = MERE_NEW(&ctx->arena, struct watched, (size_t)n);
    if (!list)
        return mere_fail_nomem(ctx, "looking for edits from outside");
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT name, whole, table_sql IS (SELECT sql FROM sqlite_master AS m"
                              " WHERE m.type = 'table' AND m.name = mere_scheme.name)"
                              " FROM mere_scheme ORDER BY name",
                              &stmt));
    enum mere_status status = collect(ctx, db, stmt, list, (size_t)n);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    size_t found = 0;
    while (found < (size_t)n && list[found].name)
        found++;
    *ret = list;
    *ret_n = found;
    return MERE_OK;
}

/* ---- making and restoring
 * ------------------------------------------------------------------------- */

static enum mere_status make_triggers(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                      const char *key)
{
    struct mere_text sql = {0};
    for (size_t i = 0; i < MERE_LEN(triggers); i++) {
        mere_text_add(&sql, "DROP TRIGGER IF EXISTS \"");
        mere_sql_expand(&sql, triggers[i].name, name);
        mere_text_add(&sql, "\"; ");
        trigger_sql(&sql, triggers[i].sql, name, key);
        mere_text_add(&sql, "; ");
    }
    enum mere_status status = mere_sql_exec_text(ctx, db, &sql);
    mere_text_clear(&sql);
    return status;
}

static enum mere_status note_shape(struct mere_ctx *ctx, struct mere_db *db, const char *name)
{
    return mere_sql_run(ctx, db,
                        "UPDATE mere_scheme SET whole = 0, table_sql = coalesce((SELECT sql FROM"
                        " sqlite_master WHERE type = 'table' AND name = ?1), '') WHERE name = ?1",
                        &name, 1);
}

enum mere_status mere_outside_watch(struct mere_ctx *ctx, struct mere_db *db, const char *name)
{
    MERE_TRY(make_triggers(ctx, db, name, "fid"));
    return note_shape(ctx, db, name);
}

enum mere_status mere_outside_forget(struct mere_ctx *ctx, struct mere_db *db, const char *name)
{
    return mere_sql_run(ctx, db, "DELETE FROM mere_outside WHERE scheme = ?1", &name, 1);
}

enum mere_status mere_outside_restore(struct mere_ctx *ctx, struct mere_db *db)
{
    struct watched *list = NULL;
    size_t n = 0, missing = 0;
    MERE_TRY(watch_list(ctx, db, &list, &n));
    for (size_t i = 0; i < n; i++)
        missing += !list[i].triggers && list[i].key;
    if (missing == 0)
        return MERE_OK;
    MERE_TRY(mere_db_begin(ctx, db));
    enum mere_status status =
        watch_list(ctx, db, &list, &n); /* as it is now that nobody else writes */
    for (size_t i = 0; i < n && status == MERE_OK; i++) {
        if (list[i].triggers || !list[i].key)
            continue;
        status = make_triggers(ctx, db, list[i].name, list[i].key);
        if (status == MERE_OK)
            status = mere_sql_run(ctx, db, "UPDATE mere_scheme SET whole = 1 WHERE name = ?1",
                                  &list[i].name, 1);
    }
    if (status == MERE_OK)
        return mere_db_commit(ctx, db, false);
    mere_db_rollback(db);
    return status;
}

/* ---- listing and taking
 * ---------------------------------------------------------------------------- */

struct changes {
    struct mere_outside_change *v;
    size_t n, cap;
};

static bool is_whole(const struct watched *w)
{
    return w->marked || !w->same || !w->triggers;
}

/* Append the features that the triggers noted, by scheme and fid. */
static enum mere_status add_features(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                                     struct mere_arena *arena, struct changes *changes)
{
    bool row = false;
    const char *scheme = NULL;
    for (;;) {
        MERE_TRY(mere_sql_step(ctx, db, stmt, &row));
        if (!row)
            return MERE_OK;
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (!name)
            return mere_fail_nomem(ctx, "looking for edits from outside");
        if (!scheme || strcmp(scheme, name) != 0)
            MERE_TRY(mere_sql_text(ctx, arena, stmt, 0, &scheme));
        struct mere_outside_change change = {scheme, sqlite3_column_int64(stmt, 1), false};
        if (!MERE_PUSH(changes, change))
            return mere_fail_nomem(ctx, "looking for edits from outside");
    }
}

static enum mere_status add_whole(struct mere_ctx *ctx, struct mere_db *db,
                                  struct mere_arena *arena, struct changes *changes)
{
    struct watched *list = NULL;
    size_t n = 0;
    MERE_TRY(watch_list(ctx, db, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (!is_whole(&list[i]))
            continue;
        const char *name = mere_arena_text(arena, list[i].name, strlen(list[i].name));
        struct mere_outside_change change = {name, -1, true};
        if (!name || !MERE_PUSH(changes, change))
            return mere_fail_nomem(ctx, "looking for edits from outside");
    }
    return MERE_OK;
}

enum mere_status mere_db_outside_changes(struct mere_ctx *ctx, struct mere_db *db,
                                         struct mere_arena *arena, struct mere_outside_change **ret,
                                         size_t *ret_n)
{
    struct changes changes = {0};
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(
        mere_sql_prepare(ctx, db,
                         "SELECT scheme, fid FROM mere_outside WHERE scheme IN (SELECT name FROM"
                         " mere_scheme) ORDER BY scheme, fid",
                         &stmt));
    enum mere_status status = add_whole(ctx, db, arena, &changes);
    if (status == MERE_OK)
        status = add_features(ctx, db, stmt, arena, &changes);
    sqlite3_finalize(stmt);
    struct mere_outside_change *kept = NULL;
    if (status == MERE_OK) {
        kept = MERE_NEW(arena, struct mere_outside_change, changes.n);
        if (!kept)
            status = mere_fail_nomem(ctx, "looking for edits from outside");
    }
    if (status == MERE_OK) {
        for (size_t i = 0; i < changes.n; i++)
            kept[i] = changes.v[i];
        *ret = kept;
        *ret_n = changes.n;
    }
    MERE_VEC_FREE(&changes);
    return status;
}

enum mere_status mere_db_take_outside(struct mere_ctx *ctx, struct mere_db *db)
{
    struct watched *list = NULL;
    size_t n = 0;
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(watch_list(ctx, db, &list, &n));
    MERE_TRY(mere_sql_exec(ctx, db, "DELETE FROM mere_outside"));
    for (size_t i = 0; i < n; i++) {
        if (list[i].gone) /* taken: the scheme is no more, nor is what is left of it */
            MERE_TRY(mere_table_drop(ctx, db, list[i].name));
        else if (is_whole(&list[i]))
            MERE_TRY(note_shape(ctx, db, list[i].name));
    }
    return MERE_OK;
}
