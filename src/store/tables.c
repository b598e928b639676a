/* tables.c - tables of features: made, dropped, registered with GeoPackage, indexed.
 * Rows and R-tree entries go in first, triggers after them: the triggers would compute each
 * envelope anew from the geometry. */
#include "store/store_priv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COLUMNS_MAX 1900 /* SQLite's own limit is 2000 columns a table */

/* GeoPackage 1.3, F.3 "RTree Spatial Indexes", with its names. */
static const char rtree_triggers[] =
    "CREATE TRIGGER \"rtree_$T_geom_insert\" AFTER INSERT ON \"$T\""
    " WHEN (new.\"geom\" NOT NULL AND NOT ST_IsEmpty(NEW.\"geom\"))"
    " BEGIN INSERT OR REPLACE INTO \"rtree_$T_geom\" VALUES (NEW.\"fid\","
    " ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"), ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); "
    "END;"
    "CREATE TRIGGER \"rtree_$T_geom_update1\" AFTER UPDATE OF \"geom\" ON \"$T\""
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"geom\" NOTNULL AND NOT ST_IsEmpty(NEW.\"geom\"))"
    " BEGIN INSERT OR REPLACE INTO \"rtree_$T_geom\" VALUES (NEW.\"fid\","
    " ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"), ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); "
    "END;"
    "CREATE TRIGGER \"rtree_$T_geom_update2\" AFTER UPDATE OF \"geom\" ON \"$T\""
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"geom\" ISNULL OR ST_IsEmpty(NEW.\"geom\"))"
    " BEGIN DELETE FROM \"rtree_$T_geom\" WHERE id = OLD.\"fid\"; END;"
    "CREATE TRIGGER \"rtree_$T_geom_update3\" AFTER UPDATE ON \"$T\""
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"geom\" NOTNULL AND NOT ST_IsEmpty(NEW.\"geom\"))"
    " BEGIN DELETE FROM \"rtree_$T_geom\" WHERE id = OLD.\"fid\";"
    " INSERT OR REPLACE INTO \"rtree_$T_geom\" VALUES (NEW.\"fid\","
    " ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"), ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); "
    "END;"
    "CREATE TRIGGER \"rtree_$T_geom_update4\" AFTER UPDATE ON \"$T\""
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"geom\" ISNULL OR ST_IsEmpty(NEW.\"geom\"))"
    " BEGIN DELETE FROM \"rtree_$T_geom\" WHERE id IN (OLD.\"fid\", NEW.\"fid\"); END;"
    "CREATE TRIGGER \"rtree_$T_geom_delete\" AFTER DELETE ON \"$T\" WHEN old.\"geom\" NOT NULL"
    " BEGIN DELETE FROM \"rtree_$T_geom\" WHERE id = OLD.\"fid\"; END;";

enum mere_status mere_db_check_name(struct mere_ctx *ctx, const char *name)
{
    static const char *const kept[] = {"gpkg_", "rtree_", "sqlite_", "mere_"};
    size_t n = strlen(name);
    bool good = n >= 1 && n <= 31 && name[0] >= 'a' && name[0] <= 'z' &&
                strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
    if (!good)
        return mere_fail(
            ctx, MERE_E_USAGE,
            "'%s' can't name a layer: a name begins with a small letter a-z and has at "
            "most 31 small letters, digits and underscores",
            name);
    for (size_t i = 0; i < MERE_LEN(kept); i++) {
        if (strncmp(name, kept[i], strlen(kept[i])) == 0)
            return mere_fail(ctx, MERE_E_USAGE,
                             "'%s' can't name a layer: names that begin with '%s' are kept for the "
                             "store's own tables",
                             name, kept[i]);
    }
    return MERE_OK;
}

enum mere_status mere_table_find(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                 enum mere_table_is *ret)
{
    int64_t scheme = 0, reference = 0, table = 0;
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM mere_scheme WHERE name = ?1", name, 0,
                          &scheme));
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM mere_reference WHERE name = ?1", name, 0,
                          &reference));
    MERE_TRY(mere_sql_int(ctx, db,
                          "SELECT count(*) FROM sqlite_master WHERE name = ?1 COLLATE NOCASE", name,
                          0, &table));
    *ret = scheme      ? MERE_TABLE_SCHEME
           : reference ? MERE_TABLE_REFERENCE
           : table     ? MERE_TABLE_FOREIGN
                       : MERE_TABLE_NONE;
    return MERE_OK;
}

/* Drop a layer of ours in whatever state another program left it: its geometry column may be
 * renamed, its index or the table itself gone. */
enum mere_status mere_table_drop(struct mere_ctx *ctx, struct mere_db *db, const char *name)
{
    static const char *const rows[] = {
        "DELETE FROM gpkg_extensions WHERE table_name = ?1",
        "DELETE FROM gpkg_geometry_columns WHERE table_name = ?1",
        "DELETE FROM gpkg_contents WHERE table_name = ?1",
        "DELETE FROM mere_scheme WHERE name = ?1",
        "DELETE FROM mere_reference WHERE name = ?1",
    };
    struct mere_text sql = {0};
    struct mere_table_shape shape;
    int64_t ogr = 0;
    MERE_TRY(mere_table_shape(ctx, db, name, &ctx->arena, &shape));
    char *rtree = sqlite3_mprintf("rtree_%s_%s", name, shape.geometry ? shape.geometry : "geom");
    if (!rtree)
        return mere_fail_nomem(ctx, "replacing a layer");
    mere_text_add(&sql, "DROP TABLE IF EXISTS ");
    mere_sql_ident(&sql, rtree);
    mere_text_add(&sql, "; DROP TABLE IF EXISTS ");
    mere_sql_ident(&sql, name);
    sqlite3_free(rtree);
    enum mere_status status = mere_sql_exec_text(ctx, db, &sql);
    mere_text_clear(&sql);
    MERE_TRY(status);
    for (size_t i = 0; i < MERE_LEN(rows); i++)
        MERE_TRY(mere_sql_run(ctx, db, rows[i], &name, 1));
    MERE_TRY(mere_mend_forget(ctx, db, name));
    /* GDAL's own count of features, where GDAL made the table. */
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*) FROM sqlite_master WHERE name = ?1",
                          "gpkg_ogr_contents", 0, &ogr));
    if (ogr)
        MERE_TRY(
            mere_sql_run(ctx, db, "DELETE FROM gpkg_ogr_contents WHERE table_name = ?1", &name, 1));
    return MERE_OK;
}

static enum mere_status check_columns(struct mere_ctx *ctx, const struct mere_table *table)
{
    if (table->n_columns > COLUMNS_MAX)
        return mere_fail(ctx, MERE_E_LIMIT, "layer '%s' has %zu columns; a store keeps at most %d",
                         table->name, table->n_columns, COLUMNS_MAX);
    for (size_t i = 0; i < table->n_columns; i++) {
        const char *name = table->columns[i].name;
        if (!*name || !mere_utf8_valid(name, strlen(name)))
            return mere_fail(ctx, MERE_E_INPUT,
                             "layer '%s': column %zu has a name that is empty or not UTF-8",
                             table->name, i + 1);
        for (size_t j = 0; table->reserved[j]; j++) {
            if (strcasecmp(name, table->reserved[j]) == 0)
                return mere_fail(ctx, MERE_E_INPUT,
                                 "layer '%s': a column can't be called '%s', for the store has its "
                                 "own '%s': rename it",
                                 table->name, name, table->reserved[j]);
        }
        for (size_t j = 0; j < i; j++) {
            if (strcasecmp(name, table->columns[j].name) == 0)
                return mere_fail(
                    ctx, MERE_E_INPUT,
                    "layer '%s' has two columns '%s' and '%s', which a store can't tell "
                    "apart: rename one",
                    table->name, table->columns[j].name, name);
        }
    }
    return MERE_OK;
}

enum mere_status mere_table_make_room(struct mere_ctx *ctx, struct mere_db *db,
                                      const struct mere_table *table, enum mere_table_is kind,
                                      bool replace)
{
    enum mere_table_is found;
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(mere_db_check_name(ctx, table->name));
    MERE_TRY(check_columns(ctx, table));
    MERE_TRY(mere_table_find(ctx, db, table->name, &found));
    if (found == MERE_TABLE_NONE)
        return MERE_OK;
    if (found != kind)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' is already the name of %s in this store: choose another",
                         table->name,
                         found == MERE_TABLE_SCHEME      ? "a scheme"
                         : found == MERE_TABLE_REFERENCE ? "a reference layer"
                                                         : "another program's table");
    if (!replace)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s' is in the store already: add --replace to put the new one in its place",
            table->name);
    return mere_table_drop(ctx, db, table->name);
}

enum mere_status mere_table_create(struct mere_ctx *ctx, struct mere_db *db,
                                   const struct mere_table *table)
{
    static const char *const types[] = {" TEXT", " INTEGER", " REAL"};
    struct mere_text sql = {0};
    mere_sql_expand(&sql,
                    "CREATE TABLE \"$T\" (\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
                    " \"geom\" ",
                    table->name);
    mere_text_add(&sql, table->geometry);
    mere_text_add(&sql, table->fixed);
    for (size_t i = 0; i < table->n_columns; i++) {
        mere_text_add(&sql, ", ");
        mere_sql_ident(&sql, table->columns[i].name);
        mere_text_add(&sql, types[table->columns[i].type]);
    }
    mere_sql_expand(&sql,
                    "); CREATE VIRTUAL TABLE \"rtree_$T_geom\""
                    " USING rtree(id, minx, maxx, miny, maxy)",
                    table->name);
    enum mere_status status = mere_sql_exec_text(ctx, db, &sql);
    mere_text_clear(&sql);
    return status;
}

enum mere_status mere_table_insert(struct mere_ctx *ctx, struct mere_db *db,
                                   const struct mere_table *table, size_t n_fixed,
                                   sqlite3_stmt **ret_row)
{
    struct mere_text sql = {0};
    mere_sql_expand(&sql, "INSERT INTO \"$T\" VALUES (?", table->name);
    for (size_t i = 0; i < 1 + n_fixed + table->n_columns; i++)
        mere_text_add(&sql, ",?");
    mere_text_add(&sql, ")");
    enum mere_status status = mere_sql_prepare_text(ctx, db, &sql, ret_row);
    mere_text_clear(&sql);
    return status;
}

enum mere_status mere_table_index(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *rtree,
                                  int64_t fid, const struct mere_gpkg_envelope *e)
{
    bool row;
    (void)sqlite3_bind_int64(rtree, 1, fid);
    (void)sqlite3_bind_double(rtree, 2, e->min_x);
    (void)sqlite3_bind_double(rtree, 3, e->max_x);
    (void)sqlite3_bind_double(rtree, 4, e->min_y);
    (void)sqlite3_bind_double(rtree, 5, e->max_y);
    MERE_TRY(mere_sql_step(ctx, db, rtree, &row));
    (void)sqlite3_reset(rtree);
    return MERE_OK;
}

static enum mere_status register_contents(struct mere_ctx *ctx, struct mere_db *db,
                                          const struct mere_table *table,
                                          const struct mere_gpkg_envelope *all)
{
    sqlite3_stmt *stmt = NULL;
    char now[MERE_TIME_LEN];
    bool row;
    MERE_TRY(mere_db_time(ctx, db, now));
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "INSERT INTO gpkg_contents (table_name, data_type, identifier,"
                              " last_change, min_x, min_y, max_x, max_y, srs_id)"
                              " VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                              &stmt));
    const double box[] = {all->min_x, all->min_y, all->max_x, all->max_y};
    (void)sqlite3_bind_text(stmt, 1, table->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(stmt, 2, now, -1, SQLITE_STATIC);
    for (int i = 0; i < 4 && !all->empty; i++)
        (void)sqlite3_bind_double(stmt, 3 + i, box[i]);
    (void)sqlite3_bind_int(stmt, 7, table->srs_id);
    enum mere_status status = mere_sql_step(ctx, db, stmt, &row);
    sqlite3_finalize(stmt);
    return status;
}

enum mere_status mere_table_finish(struct mere_ctx *ctx, struct mere_db *db,
                                   const struct mere_table *table,
                                   const struct mere_gpkg_envelope *all)
{
    struct mere_text sql = {0};
    mere_sql_expand(&sql, rtree_triggers, table->name);
    enum mere_status status = mere_sql_exec_text(ctx, db, &sql);
    mere_text_clear(&sql);
    MERE_TRY(status);
    MERE_TRY(register_contents(ctx, db, table, all));
    const char *texts[] = {table->name, table->geometry, table->srs_id == 4490 ? "4490" : "4326",
                           strcmp(table->geometry, "GEOMETRY") == 0 ? "2" : "0"}; /* Z, M: may be */
    MERE_TRY(mere_sql_run(ctx, db,
                          "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2,"
                          " CAST(?3 AS INTEGER), CAST(?4 AS INTEGER), CAST(?4 AS INTEGER))",
                          texts, 4));
    return mere_sql_run(ctx, db,
                        "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index',"
                        " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
                        texts, 1);
}

enum mere_status mere_db_describe(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                  const char *description)
{
    const char *texts[] = {name, description};
    MERE_TRY(mere_db_writing(ctx, db));
    return mere_sql_run(ctx, db, "UPDATE gpkg_contents SET description = ?2 WHERE table_name = ?1",
                        texts, 2);
}

enum mere_status mere_table_bind(struct mere_ctx *ctx, sqlite3_stmt *stmt, int i,
                                 const struct mere_column *column, const char *value)
{
    char *end = NULL;
    int code = SQLITE_OK;
    if (!value)
        return MERE_OK; /* bindings were cleared: null */
    errno = 0;
    if (column->type == MERE_ATTR_INT) {
        long long v = strtoll(value, &end, 10);
        if (!*value || *end || errno)
            return mere_fail(ctx, MERE_E_INPUT,
                             "column '%s' holds '%s', which is no integer of 64 bits", column->name,
                             value);
        code = sqlite3_bind_int64(stmt, i, v);
    } else if (column->type == MERE_ATTR_REAL) {
        double v = strtod(value, &end);
        if (!*value || *end || isnan(v))
            return mere_fail(ctx, MERE_E_INPUT, "column '%s' holds '%s', which is no number",
                             column->name, value);
        code = sqlite3_bind_double(stmt, i, v);
    } else {
        if (!mere_utf8_valid(value, strlen(value)))
            return mere_fail(ctx, MERE_E_INPUT, "column '%s' holds a text that is not UTF-8",
                             column->name);
        code = sqlite3_bind_text(stmt, i, value, -1, SQLITE_STATIC);
    }
    if (code != SQLITE_OK)
        return mere_fail_nomem(ctx, "writing a layer");
    return MERE_OK;
}

/* ---- what a table looks like now ---- */

/* SQLite's affinity of a declared type (datatype3, 3.1); GeoPackage's BOOLEAN counts as a number.
 */
static enum mere_attr_type type_of(const char *declared)
{
    char upper[32] = {0};
    size_t n = strlen(declared);
    n = n < sizeof upper ? n : sizeof upper - 1;
    for (size_t i = 0; i < n; i++)
        upper[i] =
            (char)(declared[i] >= 'a' && declared[i] <= 'z' ? declared[i] - 32 : declared[i]);
    if (strstr(upper, "INT") || strstr(upper, "BOOL"))
        return MERE_ATTR_INT;
    if (strstr(upper, "REAL") || strstr(upper, "FLOA") || strstr(upper, "DOUB"))
        return MERE_ATTR_REAL;
    return MERE_ATTR_TEXT;
}

static enum mere_status read_columns(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                                     struct mere_arena *arena, struct mere_table_shape *shape)
{
    bool row = true;
    size_t cap = 0;
    for (;;) {
        MERE_TRY(mere_sql_step(ctx, db, stmt, &row));
        if (!row)
            return MERE_OK;
        if (shape->n_columns == cap) {
            size_t more = cap ? 2 * cap : 16;
            struct mere_table_column *grown = MERE_NEW(arena, struct mere_table_column, more);
            if (!grown)
                return mere_fail_nomem(ctx, "reading a layer");
            for (size_t i = 0; i < shape->n_columns; i++)
                grown[i] = shape->columns[i];
            shape->columns = grown;
            cap = more;
        }
        const char *type = "";
        struct mere_table_column *c = &shape->columns[shape->n_columns++];
        MERE_TRY(mere_sql_text(ctx, arena, stmt, 0, &c->name));
        MERE_TRY(mere_sql_text(ctx, arena, stmt, 1, &type));
        c->key = sqlite3_column_int(stmt, 2) > 0;
        c->type = type_of(type ? type : "");
        if (c->key)
            shape->key = c->name;
    }
}

enum mere_status mere_table_shape(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                  struct mere_arena *arena, struct mere_table_shape *ret)
{
    struct mere_table_shape shape = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    MERE_TRY(mere_sql_prepare(ctx, db, "SELECT name, type, pk FROM pragma_table_info(?1)", &stmt));
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    enum mere_status status = read_columns(ctx, db, stmt, arena, &shape);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT column_name, srs_id FROM gpkg_geometry_columns"
                              " WHERE table_name = ?1",
                              &stmt));
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    status = mere_sql_step(ctx, db, stmt, &row);
    if (status == MERE_OK && row) {
        shape.srs_id = sqlite3_column_int64(stmt, 1);
        status = mere_sql_text(ctx, arena, stmt, 0, &shape.geometry);
    }
    sqlite3_finalize(stmt);
    if (status == MERE_OK)
        *ret = shape;
    return status;
}
