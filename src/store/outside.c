/* outside.c - edits by other programs (QGIS on the same file), noticed and listed.
 *
 * Each scheme has four triggers in plain SQL, so that they fire in any program:
 *
 *     edit ──▶ mere_outside_<scheme>_insert|replace|update|delete ──▶ mere_outside
 *                 unless mere_session.busy = 1: merestone's own writing, see store.c
 *
 * At the first change of a feature the row as it was goes into mere_outside (`was` = 1), or that
 * there was none (`was` = 0): so the division as it was last accepted can be put together again.
 * All but one run BEFORE the change, for an INSERT OR REPLACE tells nobody what it replaces; the
 * fid of a new feature is known only AFTER.
 *
 * mere_scheme.table_sql is the table's CREATE statement as merestone last saw it. Where the
 * statement differs (a column added, renamed, retyped), the layer is reported whole. Where the
 * triggers are gone (the layer overwritten; an own column renamed, which rewrites them), rows may
 * have changed unseen as well. sqlite_master is read at every open; that is one small query and
 * tells more than PRAGMA schema_version, which also counts harmless changes. */
#include "store/store_priv.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OTHERS(event) event " ON \"$T\" WHEN (SELECT max(busy) FROM mere_session) IS NOT 1 BEGIN "
#define UNLESS_NOTED(fid)                                                                          \
    "NOT EXISTS (SELECT 1 FROM mere_outside WHERE scheme = '$T' AND fid = " fid ")"
#define NOTE_ROW                                                                                   \
    "INSERT INTO mere_outside (scheme, fid, was, geom, code, name, parent, kind, households,"      \
    " persons) SELECT '$T', "
#define NOTE_NONE "INSERT INTO mere_outside (scheme, fid, was) SELECT '$T', NEW.$K, 0 WHERE "

/* `$K` is the table's integer key, quoted: "fid", unless another program made the table anew; `$O`
 * are geometry and own columns of the old row, `$C` those of the table; NULL for one that is gone.
 */
static const struct {
    const char *name, *sql;
} triggers[] = {
    {"mere_outside_$T_insert", "CREATE TRIGGER \"mere_outside_$T_insert\" " //
     OTHERS("AFTER INSERT") NOTE_NONE UNLESS_NOTED("NEW.$K") "; END"},
    {"mere_outside_$T_replace", "CREATE TRIGGER \"mere_outside_$T_replace\" " //
     OTHERS("BEFORE INSERT") NOTE_ROW
     "$K, 1, $C FROM \"$T\" WHERE $K = NEW.$K AND " UNLESS_NOTED("NEW.$K") "; END"},
    {"mere_outside_$T_update", "CREATE TRIGGER \"mere_outside_$T_update\" " //
     OTHERS("BEFORE UPDATE") NOTE_ROW "OLD.$K, 1, $O WHERE " UNLESS_NOTED(
         "OLD.$K") "; " NOTE_ROW
                   "$K, 1, $C FROM \"$T\" WHERE $K = NEW.$K AND " UNLESS_NOTED("NEW.$K") "; " //
     NOTE_NONE UNLESS_NOTED("NEW.$K") "; END"},
    {"mere_outside_$T_delete", "CREATE TRIGGER \"mere_outside_$T_delete\" " //
     OTHERS("BEFORE DELETE") NOTE_ROW "OLD.$K, 1, $O WHERE " UNLESS_NOTED("OLD.$K") "; END"},
};

/* Geometry and own columns as the triggers keep them, after `prefix`. */
static void add_row(struct mere_text *t, const struct mere_table_shape *shape, const char *prefix)
{
    static const char *const own[] = {"code", "name", "parent", "kind", "households", "persons"};
    if (shape->geometry)
        mere_text_add(t, prefix), mere_sql_ident(t, shape->geometry);
    else
        mere_text_add(t, "NULL");
    for (size_t i = 0; i < MERE_LEN(own); i++) {
        bool there = false;
        for (size_t c = 0; c < shape->n_columns && !there; c++)
            there = strcasecmp(shape->columns[c].name, own[i]) == 0;
        mere_text_addf(t, there ? ", %s\"%s\"" : ", NULL", prefix, own[i]);
    }
}

static void trigger_sql(struct mere_text *t, const char *sql, const char *table,
                        const struct mere_table_shape *shape)
{
    for (const char *at; (at = strchr(sql, '$')) != NULL; sql = at + 2) {
        mere_text_add_n(t, sql, (size_t)(at - sql));
        if (at[1] == 'T')
            mere_text_add(t, table);
        else if (at[1] == 'K')
            mere_sql_ident(t, shape->key);
        else
            add_row(t, shape, at[1] == 'O' ? "OLD." : "");
    }
    mere_text_add(t, sql);
}

/* Whether trigger `i` stands on `table` as it should. */
static enum mere_status trigger_stands(struct mere_ctx *ctx, struct mere_db *db, size_t i,
                                       const char *table, const struct mere_table_shape *shape,
                                       bool *ret)
{
    struct mere_text name = {0}, sql = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    mere_sql_expand(&name, triggers[i].name, table);
    trigger_sql(&sql, triggers[i].sql, table, shape);
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
    struct mere_table_shape shape; /* key NULL: the table is gone or has no integer key */
    bool gone;                     /* no such table */
    bool triggers;                 /* all stand */
    bool marked;                   /* reported whole until taken */
    bool same;                     /* the table's statement is the one noted */
};

static enum mere_status look_at(struct mere_ctx *ctx, struct mere_db *db, struct watched *w)
{
    w->triggers = true;
    MERE_TRY(mere_table_shape(ctx, db, w->name, &ctx->arena, &w->shape));
    w->gone = w->shape.n_columns == 0;
    for (size_t i = 0; w->shape.key && i < MERE_LEN(triggers) && w->triggers; i++)
        MERE_TRY(trigger_stands(ctx, db, i, w->name, &w->shape, &w->triggers));
    w->triggers = w->triggers && w->shape.key;
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

/* ---- making and restoring ---- */

static enum mere_status make_triggers(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                      const struct mere_table_shape *shape)
{
    struct mere_text sql = {0};
    for (size_t i = 0; i < MERE_LEN(triggers); i++) {
        mere_text_add(&sql, "DROP TRIGGER IF EXISTS \"");
        mere_sql_expand(&sql, triggers[i].name, name);
        mere_text_add(&sql, "\"; ");
        trigger_sql(&sql, triggers[i].sql, name, shape);
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
    struct mere_table_shape shape;
    MERE_TRY(mere_table_shape(ctx, db, name, &ctx->arena, &shape));
    MERE_TRY(make_triggers(ctx, db, name, &shape));
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
        missing += !list[i].triggers && list[i].shape.key;
    if (missing == 0)
        return MERE_OK;
    MERE_TRY(mere_db_begin(ctx, db));
    enum mere_status status =
        watch_list(ctx, db, &list, &n); /* as it is now that nobody else writes */
    for (size_t i = 0; i < n && status == MERE_OK; i++) {
        if (list[i].triggers || !list[i].shape.key)
            continue;
        status = make_triggers(ctx, db, list[i].name, &list[i].shape);
        if (status == MERE_OK)
            status = mere_sql_run(ctx, db, "UPDATE mere_scheme SET whole = 1 WHERE name = ?1",
                                  &list[i].name, 1);
    }
    if (status == MERE_OK)
        return mere_db_commit(ctx, db, false);
    mere_db_rollback(db);
    return status;
}

/* ---- listing and taking ---- */

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
        struct mere_outside_change change = {scheme, sqlite3_column_int64(stmt, 1), false, false};
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
        struct mere_outside_change change = {name, -1, true, list[i].marked || !list[i].triggers};
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
