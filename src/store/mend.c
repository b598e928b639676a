/* mend.c - changes that can be taken back: what `repair` writes, and `undo`.
 *
 *   mere_operations ──id── mere_before  (operation, scheme, fid, geom, after)
 *                     └─── mere_gone_<scheme>: whole rows of features that were removed
 *
 * `geom` is the blob as it was, `after` the SHA-256 of the one that took its place (null: the
 * feature was removed). An operation that has rows in `mere_before` can be undone, the last one
 * first, as long as each feature still is what the operation made of it. Undoing deletes the rows,
 * and so does importing the scheme again. */
#include "base/hash.h"
#include "store/store_priv.h"
#include <string.h>

static const char make_table[] =
    "CREATE TABLE IF NOT EXISTS mere_before (id INTEGER PRIMARY KEY NOT NULL,"
    " operation INTEGER NOT NULL, scheme TEXT NOT NULL, fid INTEGER NOT NULL, geom BLOB,"
    " after TEXT, UNIQUE (operation, scheme, fid))";

/* What is done to one scheme. */
struct mending {
    struct mere_ctx *ctx;
    struct mere_db *db;
    const char *scheme;
    struct mere_table_shape shape;
    bool rtree; /* the index is there */
    int64_t operation;
};

static enum mere_status find_shape(struct mending *m)
{
    struct mere_text index = {0};
    int64_t there = 0;
    MERE_TRY(mere_table_shape(m->ctx, m->db, m->scheme, &m->ctx->arena, &m->shape));
    if (!m->shape.geometry || !m->shape.key)
        return mere_fail(m->ctx, MERE_E_INPUT,
                         "the layer '%s' was removed or lost its geometry: import it again",
                         m->scheme);
    mere_text_addf(&index, "rtree_%s_%s", m->scheme, m->shape.geometry);
    enum mere_status status = index.failed
                                  ? mere_fail_nomem(m->ctx, "writing a layer")
                                  : mere_sql_int(m->ctx, m->db,
                                                 "SELECT count(*) FROM sqlite_master WHERE name ="
                                                 " ?1",
                                                 mere_text_str(&index), 0, &there);
    mere_text_clear(&index);
    m->rtree = there > 0;
    return status;
}

/* Prepare `sql` with $T the scheme, $K its key, $G its geometry column. */
static enum mere_status prepare(struct mending *m, const char *sql, sqlite3_stmt **ret)
{
    struct mere_text t = {0};
    for (const char *s = sql; *s; s++) {
        if (*s == '$' && s[1] == 'T')
            mere_text_add(&t, m->scheme); /* a checked name */
        else if (*s == '$' && s[1] == 'K')
            mere_sql_ident(&t, m->shape.key);
        else if (*s == '$' && s[1] == 'G')
            mere_sql_ident(&t, m->shape.geometry);
        else {
            mere_text_add_n(&t, s, 1);
            continue;
        }
        s++;
    }
    enum mere_status status = mere_sql_prepare_text(m->ctx, m->db, &t, ret);
    mere_text_clear(&t);
    return status;
}

/* Run `sql` with up to two integers bound. */
static enum mere_status run(struct mending *m, const char *sql, int64_t one, int64_t two)
{
    sqlite3_stmt *stmt = NULL;
    bool row;
    MERE_TRY(prepare(m, sql, &stmt));
    (void)sqlite3_bind_int64(stmt, 1, one);
    (void)sqlite3_bind_int64(stmt, 2, two);
    enum mere_status status = mere_sql_step(m->ctx, m->db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

static void hash_column(sqlite3_stmt *stmt, int i, char ret_hex[65])
{
    struct mere_sha256 h;
    const void *bytes = sqlite3_column_blob(stmt, i);
    int n = sqlite3_column_bytes(stmt, i);
    mere_sha256_init(&h);
    if (bytes && n > 0)
        mere_sha256_add(&h, bytes, (size_t)n);
    mere_sha256_hex(&h, ret_hex);
}

/* The hash of the geometry that feature `fid` has now; `*ret_there` = there is such a feature. */
static enum mere_status hash_now(struct mending *m, int64_t fid, char ret_hex[65], bool *ret_there)
{
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(prepare(m, "SELECT $G FROM \"$T\" WHERE $K = ?1", &stmt));
    (void)sqlite3_bind_int64(stmt, 1, fid);
    enum mere_status status = mere_sql_step(m->ctx, m->db, stmt, ret_there);
    if (status == MERE_OK && *ret_there)
        hash_column(stmt, 0, ret_hex);
    sqlite3_finalize(stmt);
    return status;
}

/* ---- writing ---- */

/* Note how a feature is, before it is changed. */
static enum mere_status keep_before(struct mending *m, int64_t fid)
{
    return run(m,
               "INSERT INTO mere_before (operation, scheme, fid, geom)"
               " SELECT ?1, '$T', $K, $G FROM \"$T\" WHERE $K = ?2",
               m->operation, fid);
}

/* Note what became of it. */
static enum mere_status keep_after(struct mending *m, int64_t fid)
{
    sqlite3_stmt *stmt = NULL;
    char hex[65];
    bool there = false;
    MERE_TRY(hash_now(m, fid, hex, &there));
    if (!there)
        return mere_fail(m->ctx, MERE_E_INTERNAL, "scheme '%s' has no feature %lld", m->scheme,
                         (long long)fid);
    MERE_TRY(
        prepare(m, "UPDATE mere_before SET after = ?3 WHERE operation = ?1 AND fid = ?2", &stmt));
    (void)sqlite3_bind_int64(stmt, 1, m->operation);
    (void)sqlite3_bind_int64(stmt, 2, fid);
    (void)sqlite3_bind_text(stmt, 3, hex, -1, SQLITE_STATIC);
    bool row;
    enum mere_status status = mere_sql_step(m->ctx, m->db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

static enum mere_status remove_index(struct mending *m, int64_t fid)
{
    struct mere_text t = {0};
    sqlite3_stmt *stmt = NULL;
    bool row;
    if (!m->rtree)
        return MERE_OK;
    mere_text_addf(&t, "DELETE FROM \"rtree_%s_%s\" WHERE id = ?1", m->scheme, m->shape.geometry);
    enum mere_status status = mere_sql_prepare_text(m->ctx, m->db, &t, &stmt);
    mere_text_clear(&t);
    MERE_TRY(status);
    (void)sqlite3_bind_int64(stmt, 1, fid);
    status = mere_sql_step(m->ctx, m->db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

static enum mere_status remove_features(struct mending *m, const int64_t *fids, size_t n)
{
    if (n == 0)
        return MERE_OK;
    MERE_TRY(run(m,
                 "CREATE TABLE IF NOT EXISTS \"mere_gone_$T\" AS SELECT 0 AS mere_operation, *"
                 " FROM \"$T\" WHERE 0",
                 0, 0));
    for (size_t i = 0; i < n; i++) {
        MERE_TRY(keep_before(m, fids[i]));
        MERE_TRY(run(m, "INSERT INTO \"mere_gone_$T\" SELECT ?1, * FROM \"$T\" WHERE $K = ?2",
                     m->operation, fids[i]));
        MERE_TRY(run(m, "DELETE FROM \"$T\" WHERE $K = ?1", fids[i], 0));
        MERE_TRY(remove_index(m, fids[i]));
    }
    return MERE_OK;
}

static enum mere_status mend(struct mending *m, const struct mere_mending *what)
{
    const struct mere_layer *layer = what->layer;
    MERE_TRY(find_shape(m));
    MERE_TRY(remove_features(m, what->removed, what->n_removed));
    for (size_t i = 0; i < what->n; i++)
        MERE_TRY(keep_before(m, layer->zones[what->zones[i]].fid));
    MERE_TRY(mere_db_write_geometry(m->ctx, m->db, layer, what->zones, what->n));
    for (size_t i = 0; i < what->n; i++)
        MERE_TRY(keep_after(m, layer->zones[what->zones[i]].fid));
    return MERE_OK;
}

/* No trigger runs meanwhile, as in mere_db_write_geometry, which lets them run again at its end. */
static enum mere_status set_triggers(struct mending *m, int on)
{
    return sqlite3_db_config(m->db->sql, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, NULL) == SQLITE_OK
               ? MERE_OK
               : mere_sql_fail(m->ctx, m->db, "writing a layer");
}

enum mere_status mere_db_mend(struct mere_ctx *ctx, struct mere_db *db,
                              const struct mere_operation_record *record,
                              const struct mere_mending *what)
{
    struct mending m = {.ctx = ctx, .db = db, .scheme = record->scheme};
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(mere_sql_exec(ctx, db, make_table));
    MERE_TRY(mere_db_log_operation(ctx, db, record));
    m.operation = sqlite3_last_insert_rowid(db->sql);
    MERE_TRY(set_triggers(&m, 0));
    enum mere_status status = mend(&m, what);
    (void)set_triggers(&m, 1);
    return status;
}

enum mere_status mere_mend_forget(struct mere_ctx *ctx, struct mere_db *db, const char *scheme)
{
    int64_t there = 0;
    struct mere_text t = {0};
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM sqlite_master WHERE name = 'mere_before'",
                          NULL, 0, &there));
    if (!there)
        return MERE_OK;
    MERE_TRY(mere_sql_run(ctx, db, "DELETE FROM mere_before WHERE scheme = ?1", &scheme, 1));
    mere_sql_expand(&t, "DROP TABLE IF EXISTS \"mere_gone_$T\"", scheme);
    enum mere_status status = mere_sql_exec_text(ctx, db, &t);
    mere_text_clear(&t);
    return status;
}

/* ---- undoing ---- */

struct undo_row {
    int64_t fid;
    const char *after; /* NULL: it was removed */
};
struct undoing {
    struct mending m;
    struct mere_operation_record *last; /* the operation that is undone */
    size_t n;
    struct undo_row *rows;
};

/* The operation that can be undone, and its features. */
static enum mere_status find_last(struct undoing *u, struct mere_arena *arena)
{
    struct mere_ctx *ctx = u->m.ctx;
    int64_t there = 0, n = 0;
    MERE_TRY(mere_sql_int(ctx, u->m.db,
                          "SELECT count(*) FROM sqlite_master WHERE name = 'mere_before'", NULL, 0,
                          &there));
    if (there)
        MERE_TRY(mere_sql_int(ctx, u->m.db, "SELECT max(operation) FROM mere_before", NULL, 0,
                              &u->m.operation));
    if (u->m.operation <= 0)
        return mere_fail(
            ctx, MERE_E_NOT_FOUND,
            "'%s' has no operation that can be undone: nothing was repaired, or it was "
            "undone already, or its scheme was imported again",
            u->m.db->path);
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    u->last = MERE_NEW(arena, struct mere_operation_record, 1);
    if (!u->last)
        return mere_fail_nomem(ctx, "undoing");
    MERE_TRY(mere_sql_prepare(ctx, u->m.db,
                              "SELECT kind, scheme, who, at, generation, n_features,"
                              " (SELECT count(*) FROM mere_before WHERE operation = ?1)"
                              " FROM mere_operations WHERE id = ?1",
                              &stmt));
    (void)sqlite3_bind_int64(stmt, 1, u->m.operation);
    enum mere_status status = mere_sql_step(ctx, u->m.db, stmt, &row);
    const char **const texts[] = {&u->last->kind, &u->last->scheme, &u->last->who, &u->last->when};
    for (int i = 0; status == MERE_OK && row && i < (int)MERE_LEN(texts); i++)
        status = mere_sql_text(ctx, arena, stmt, i, texts[i]);
    u->last->generation = sqlite3_column_int64(stmt, 4);
    u->last->n_features = sqlite3_column_int64(stmt, 5);
    n = sqlite3_column_int64(stmt, 6);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    if (!row || !u->last->scheme || mere_db_check_name(ctx, u->last->scheme) != MERE_OK)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s': the log of operations is damaged; put back a copy", u->m.db->path);
    u->m.scheme = u->last->scheme;
    u->rows = MERE_NEW(arena, struct undo_row, (size_t)n);
    u->n = (size_t)n;
    return u->rows ? MERE_OK : mere_fail_nomem(ctx, "undoing");
}

static enum mere_status read_rows(struct undoing *u, struct mere_arena *arena)
{
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    size_t n = 0;
    MERE_TRY(mere_sql_prepare(u->m.ctx, u->m.db,
                              "SELECT fid, after FROM mere_before WHERE operation = ?1 AND scheme ="
                              " ?2 ORDER BY fid",
                              &stmt));
    (void)sqlite3_bind_int64(stmt, 1, u->m.operation);
    (void)sqlite3_bind_text(stmt, 2, u->m.scheme, -1, SQLITE_STATIC);
    enum mere_status status = MERE_OK;
    while (status == MERE_OK && n < u->n) {
        status = mere_sql_step(u->m.ctx, u->m.db, stmt, &row);
        if (status != MERE_OK || !row)
            break;
        u->rows[n].fid = sqlite3_column_int64(stmt, 0);
        status = mere_sql_text(u->m.ctx, arena, stmt, 1, &u->rows[n++].after);
    }
    sqlite3_finalize(stmt);
    u->n = n;
    return status;
}

/* Every feature must be what the operation made of it. */
static enum mere_status check_rows(struct undoing *u)
{
    for (size_t i = 0; i < u->n; i++) {
        const struct undo_row *row = &u->rows[i];
        char hex[65] = "";
        bool there = false;
        MERE_TRY(hash_now(&u->m, row->fid, hex, &there));
        if (row->after ? there && strcmp(hex, row->after) == 0 : !there)
            continue;
        return mere_fail(
            u->m.ctx, MERE_E_INPUT,
            "the %s of scheme '%s' (generation %lld) can't be undone: its feature %lld was %s "
            "since; nothing is changed. Put that back first, or import the scheme again",
            u->last->kind, u->m.scheme, (long long)u->last->generation, (long long)row->fid,
            !row->after ? "added again"
            : there     ? "changed"
                        : "removed");
    }
    return MERE_OK;
}

/* The columns as a list: `of` with each name after it. */
static void list_columns(const struct mending *m, struct mere_text *t)
{
    for (size_t c = 0; c < m->shape.n_columns; c++) {
        mere_text_add(t, c ? ", " : "");
        mere_sql_ident(t, m->shape.columns[c].name);
    }
}

static enum mere_status restore_removed(struct undoing *u, int64_t fid)
{
    struct mere_text t = {0};
    sqlite3_stmt *stmt = NULL;
    bool row;
    mere_sql_expand(&t, "INSERT INTO \"$T\" (", u->m.scheme);
    list_columns(&u->m, &t);
    mere_text_add(&t, ") SELECT ");
    list_columns(&u->m, &t);
    mere_sql_expand(&t, " FROM \"mere_gone_$T\" WHERE mere_operation = ?1 AND ", u->m.scheme);
    mere_sql_ident(&t, u->m.shape.key);
    mere_text_add(&t, " = ?2");
    enum mere_status status = mere_sql_prepare_text(u->m.ctx, u->m.db, &t, &stmt);
    mere_text_clear(&t);
    MERE_TRY(status);
    (void)sqlite3_bind_int64(stmt, 1, u->m.operation);
    (void)sqlite3_bind_int64(stmt, 2, fid);
    status = mere_sql_step(u->m.ctx, u->m.db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

/* Enter the envelope of the geometry that feature `fid` has now. */
static enum mere_status restore_index(struct undoing *u, int64_t fid)
{
    struct mere_gpkg_envelope envelope = {.empty = true};
    sqlite3_stmt *stmt = NULL, *rtree = NULL;
    struct mere_text t = {0};
    bool row = false;
    if (!u->m.rtree)
        return MERE_OK;
    MERE_TRY(prepare(&u->m, "SELECT $G FROM \"$T\" WHERE $K = ?1", &stmt));
    (void)sqlite3_bind_int64(stmt, 1, fid);
    enum mere_status status = mere_sql_step(u->m.ctx, u->m.db, stmt, &row);
    const uint8_t *bytes = row ? sqlite3_column_blob(stmt, 0) : NULL;
    if (!bytes || !mere_gpkg_envelope_of(bytes, (size_t)sqlite3_column_bytes(stmt, 0), &envelope))
        envelope.empty = true;
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    if (envelope.empty)
        return remove_index(&u->m, fid);
    mere_text_addf(&t, "INSERT OR REPLACE INTO \"rtree_%s_%s\" VALUES (?,?,?,?,?)", u->m.scheme,
                   u->m.shape.geometry);
    status = mere_sql_prepare_text(u->m.ctx, u->m.db, &t, &rtree);
    mere_text_clear(&t);
    if (status == MERE_OK)
        status = mere_table_index(u->m.ctx, u->m.db, rtree, fid, &envelope);
    sqlite3_finalize(rtree);
    return status;
}

static enum mere_status restore(struct undoing *u)
{
    for (size_t i = 0; i < u->n; i++) {
        if (u->rows[i].after)
            MERE_TRY(run(&u->m,
                         "UPDATE \"$T\" SET $G = (SELECT geom FROM mere_before WHERE operation = ?1"
                         " AND fid = ?2) WHERE $K = ?2",
                         u->m.operation, u->rows[i].fid));
        else
            MERE_TRY(restore_removed(u, u->rows[i].fid));
        MERE_TRY(restore_index(u, u->rows[i].fid));
    }
    return run(&u->m, "DELETE FROM mere_before WHERE operation = ?1", u->m.operation, 0);
}

static enum mere_status forget_gone(struct undoing *u)
{
    bool any = false;
    for (size_t i = 0; i < u->n; i++)
        any = any || !u->rows[i].after;
    if (!any)
        return MERE_OK;
    return run(&u->m, "DELETE FROM \"mere_gone_$T\" WHERE mere_operation = ?1", u->m.operation, 0);
}

enum mere_status mere_db_undo(struct mere_ctx *ctx, struct mere_db *db, struct mere_arena *arena,
                              struct mere_operation_record *ret)
{
    struct undoing u = {.m = {.ctx = ctx, .db = db}};
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(find_last(&u, arena));
    MERE_TRY(read_rows(&u, arena));
    MERE_TRY(find_shape(&u.m));
    MERE_TRY(check_rows(&u));
    MERE_TRY(set_triggers(&u.m, 0));
    enum mere_status status = restore(&u);
    (void)set_triggers(&u.m, 1);
    if (status == MERE_OK)
        status = forget_gone(&u);
    MERE_TRY(status);
    *ret = *u.last;
    return MERE_OK;
}
