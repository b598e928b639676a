/* write_layer.c - schemes written: whole, or the geometry of some zones alone. */
#include "store/store_priv.h"
#include <string.h>
#include <strings.h>

#define TICK 4096 /* zones between two reports of progress */

const char *const mere_scheme_columns[] = {"code",    "name", "parent", "kind", "households",
                                           "persons", "fid",  "geom",   NULL};
static const char FIXED[] =
    ", \"code\" TEXT NOT NULL, \"name\" TEXT, \"parent\" TEXT, \"kind\" TEXT,"
    " \"households\" INTEGER, \"persons\" INTEGER";

bool mere_db_column_reserved(const char *name)
{
    for (size_t i = 0; mere_scheme_columns[i]; i++) {
        if (strcasecmp(name, mere_scheme_columns[i]) == 0)
            return true;
    }
    return false;
}

/* ---- whole ------------------------------------------------------------------------------------
 */

static enum mere_status bind_text(struct mere_ctx *ctx, sqlite3_stmt *stmt, int i,
                                  const char *column, const char *text)
{
    if (!text)
        return MERE_OK;
    if (!mere_utf8_valid(text, strlen(text)))
        return mere_fail(ctx, MERE_E_INPUT, "its %s is not UTF-8", column);
    if (sqlite3_bind_text(stmt, i, text, -1, SQLITE_STATIC) != SQLITE_OK)
        return mere_fail_nomem(ctx, "writing a layer");
    return MERE_OK;
}

static enum mere_status bind_zone(struct mere_ctx *ctx, sqlite3_stmt *stmt,
                                  const struct mere_layer *layer, const struct mere_zone *zone)
{
    const int at = 3; /* after fid and geom */
    if (!zone->code)
        return mere_fail(ctx, MERE_E_INTERNAL, "it has no code");
    if (zone->fid > 0)
        (void)sqlite3_bind_int64(stmt, 1, zone->fid);
    MERE_TRY(bind_text(ctx, stmt, at + MERE_COLUMN_CODE, "code", zone->code));
    MERE_TRY(bind_text(ctx, stmt, at + MERE_COLUMN_NAME, "name",
                       zone->name && *zone->name ? zone->name : NULL));
    MERE_TRY(bind_text(ctx, stmt, at + MERE_COLUMN_PARENT, "parent", zone->parent));
    MERE_TRY(bind_text(ctx, stmt, at + MERE_COLUMN_KIND, "kind", zone->kind));
    if (zone->households >= 0)
        (void)sqlite3_bind_int64(stmt, at + MERE_COLUMN_HOUSEHOLDS, zone->households);
    if (zone->persons >= 0)
        (void)sqlite3_bind_int64(stmt, at + MERE_COLUMN_PERSONS, zone->persons);
    for (size_t c = 0; c < layer->n_columns; c++)
        MERE_TRY(mere_table_bind(ctx, stmt, at + MERE_N_FIXED + (int)c, &layer->columns[c],
                                 zone->attrs ? zone->attrs[c] : NULL));
    return MERE_OK;
}

struct writing {
    struct mere_db *db;
    const struct mere_layer *layer;
    struct mere_table table;
    struct mere_parts_by_zone by_zone;
    sqlite3_stmt *row;
    struct mere_gpkg_blob blob;
    struct mere_table_entries entries; /* of the R-tree */
};

static enum mere_status write_zone(struct mere_ctx *ctx, struct writing *w, size_t z)
{
    const struct mere_zone *zone = &w->layer->zones[z];
    uint32_t first = w->by_zone.first[z], n = w->by_zone.first[z + 1] - first;
    bool row;
    (void)sqlite3_clear_bindings(w->row);
    if (bind_zone(ctx, w->row, w->layer, zone) != MERE_OK)
        return mere_fail_at(ctx, "scheme '%s', zone %zu ('%s')", w->layer->name, z + 1,
                            zone->code ? zone->code : "");
    if (n > 0) {
        if (!mere_gpkg_write_polygons(&w->blob, w->layer, w->by_zone.parts + first, n,
                                      w->table.srs_id))
            return mere_fail_nomem(ctx, "writing a layer");
        if (sqlite3_bind_blob64(w->row, 2, w->blob.bytes.v, w->blob.bytes.n, SQLITE_STATIC) !=
            SQLITE_OK)
            return mere_sql_fail(ctx, w->db, "writing a zone's geometry");
    }
    MERE_TRY(mere_sql_step(ctx, w->db, w->row, &row));
    (void)sqlite3_reset(w->row);
    return n > 0 ? mere_table_enter(ctx, w->db, &w->blob.envelope, &w->entries) : MERE_OK;
}

static enum mere_status write_zones(struct mere_ctx *ctx, struct writing *w,
                                    struct mere_arena *arena)
{
    if (!mere_layer_group_parts(arena, w->layer, &w->by_zone))
        return mere_fail_nomem(ctx, "writing a layer");
    MERE_TRY(mere_table_insert(ctx, w->db, &w->table, MERE_N_FIXED, &w->row));
    for (size_t z = 0; z < w->layer->n_zones; z++) {
        if (z % TICK == 0)
            MERE_TRY(mere_tick(ctx, "writing", z, w->layer->n_zones));
        MERE_TRY(write_zone(ctx, w, z));
    }
    return mere_table_index_all(ctx, w->db, w->layer->name, &w->entries);
}

static enum mere_status register_scheme(struct mere_ctx *ctx, struct mere_db *db,
                                        const struct mere_layer *layer)
{
    const char *texts[] = {layer->name, mere_role_word(layer->role), layer->covering ? "1" : "0",
                           layer->parent_scheme};
    MERE_TRY(mere_sql_run(ctx, db,
                          "INSERT INTO mere_scheme (name, role, covering, parent_scheme, table_sql)"
                          " VALUES (?1, ?2, CAST(?3 AS INTEGER), ?4, '')",
                          texts, 4));
    MERE_TRY(mere_outside_forget(ctx, db, layer->name));
    return mere_outside_watch(ctx, db, layer->name);
}

enum mere_status mere_db_write_layer(struct mere_ctx *ctx, struct mere_db *db,
                                     const struct mere_layer *layer, bool replace)
{
    struct mere_arena arena = {0};
    struct writing w = {.db = db, .layer = layer, .entries.all.empty = true};
    w.table =
        (struct mere_table){layer->name,     "MULTIPOLYGON",   FIXED,         mere_scheme_columns,
                            mere_db_srs(db), layer->n_columns, layer->columns};
    MERE_TRY(mere_table_make_room(ctx, db, &w.table, MERE_TABLE_SCHEME, replace));
    MERE_TRY(mere_table_create(ctx, db, &w.table));
    enum mere_status status = write_zones(ctx, &w, &arena);
    sqlite3_finalize(w.row);
    MERE_VEC_FREE(&w.blob.bytes);
    MERE_VEC_FREE(&w.entries);
    mere_arena_clear(&arena);
    MERE_TRY(status);
    MERE_TRY(mere_table_finish(ctx, db, &w.table, &w.entries.all));
    return register_scheme(ctx, db, layer);
}

/* ---- geometry alone -----------------------------------------------------------------------------
 */

struct updating {
    struct mere_db *db;
    const struct mere_layer *layer;
    struct mere_table_shape shape;
    struct mere_parts_by_zone by_zone;
    sqlite3_stmt *row, *rtree; /* rtree NULL: another program removed the index */
    struct mere_gpkg_blob blob;
};

static enum mere_status prepare_update(struct mere_ctx *ctx, struct updating *u)
{
    const char *name = u->layer->name;
    struct mere_text sql = {0}, index = {0};
    int64_t there = 0;
    mere_text_addf(&index, "rtree_%s_%s", name, u->shape.geometry);
    mere_sql_expand(&sql, "UPDATE \"$T\" SET ", name);
    mere_sql_ident(&sql, u->shape.geometry);
    mere_text_add(&sql, " = ?1 WHERE ");
    mere_sql_ident(&sql, u->shape.key);
    mere_text_add(&sql, " = ?2");
    enum mere_status status = mere_sql_prepare_text(ctx, u->db, &sql, &u->row);
    mere_text_clear(&sql);
    if (status == MERE_OK && index.failed)
        status = mere_fail_nomem(ctx, "writing a layer");
    if (status == MERE_OK)
        status = mere_sql_int(ctx, u->db, "SELECT count(*) FROM sqlite_master WHERE name = ?1",
                              mere_text_str(&index), 0, &there);
    if (status == MERE_OK && there) {
        mere_text_add(&sql, "INSERT OR REPLACE INTO ");
        mere_sql_ident(&sql, mere_text_str(&index));
        mere_text_add(&sql, " VALUES (?,?,?,?,?)");
        status = mere_sql_prepare_text(ctx, u->db, &sql, &u->rtree);
    }
    mere_text_clear(&sql);
    mere_text_clear(&index);
    return status;
}

static enum mere_status update_zone(struct mere_ctx *ctx, struct updating *u, uint32_t z)
{
    uint32_t first = u->by_zone.first[z], n = u->by_zone.first[z + 1] - first;
    int64_t fid = u->layer->zones[z].fid;
    bool row;
    if (!mere_gpkg_write_polygons(&u->blob, u->layer, u->by_zone.parts + first, n,
                                  (int32_t)u->shape.srs_id))
        return mere_fail_nomem(ctx, "writing a layer");
    (void)sqlite3_bind_int64(u->row, 2, fid);
    if (sqlite3_bind_blob64(u->row, 1, u->blob.bytes.v, u->blob.bytes.n, SQLITE_STATIC) !=
        SQLITE_OK)
        return mere_sql_fail(ctx, u->db, "writing a zone's geometry");
    MERE_TRY(mere_sql_step(ctx, u->db, u->row, &row));
    (void)sqlite3_reset(u->row);
    if (!u->rtree || u->blob.envelope.empty)
        return MERE_OK;
    return mere_table_index(ctx, u->db, u->rtree, fid, &u->blob.envelope);
}

static enum mere_status update_zones(struct mere_ctx *ctx, struct updating *u,
                                     const uint32_t *zones, size_t n)
{
    MERE_TRY(prepare_update(ctx, u));
    for (size_t i = 0; i < n; i++)
        MERE_TRY(update_zone(ctx, u, zones[i]));
    return MERE_OK;
}

/* No trigger runs meanwhile: ours would note the change, those of the R-tree may not write to it
 * from a file that is not trusted, and a stranger's have no business here. The R-tree is kept by
 * hand, as when a layer is written whole. */
enum mere_status mere_db_write_geometry(struct mere_ctx *ctx, struct mere_db *db,
                                        const struct mere_layer *layer, const uint32_t *zones,
                                        size_t n)
{
    struct mere_arena arena = {0};
    struct updating u = {.db = db, .layer = layer};
    MERE_TRY(mere_db_writing(ctx, db));
    MERE_TRY(mere_table_shape(ctx, db, layer->name, &ctx->arena, &u.shape));
    if (!u.shape.geometry || !u.shape.key)
        return mere_fail(ctx, MERE_E_INTERNAL, "scheme '%s' has no geometry to write", layer->name);
    enum mere_status status = MERE_OK;
    if (sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) != SQLITE_OK)
        status = mere_sql_fail(ctx, db, "writing a layer");
    if (status == MERE_OK && !mere_layer_group_parts(&arena, layer, &u.by_zone))
        status = mere_fail_nomem(ctx, "writing a layer");
    if (status == MERE_OK)
        status = update_zones(ctx, &u, zones, n);
    sqlite3_finalize(u.row);
    sqlite3_finalize(u.rtree);
    (void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    MERE_VEC_FREE(&u.blob.bytes);
    mere_arena_clear(&arena);
    return status;
}
