/* reference.c - layers that are no scheme: points, lines or polygons kept as they came. */
#include "base/vec.h"
#include "store/store_priv.h"
#include <string.h>
#include <strings.h>

#define TICK 4096

static const char *const reserved[] = {"fid", "geom", NULL};

struct writing {
    struct mere_db *db;
    const struct mere_ref_layer *layer;
    struct mere_table table;
    sqlite3_stmt *row;
    struct mere_gpkg_blob blob;
    struct mere_table_entries entries; /* of the R-tree */
};

static enum mere_status write_geometry(struct mere_ctx *ctx, struct writing *w,
                                       const struct mere_ref_feature *f)
{
    if (!mere_gpkg_write_wkb(&w->blob, f->wkb, f->wkb_len, w->table.srs_id))
        return mere_fail(ctx, MERE_E_INPUT,
                         "its geometry is not made of points, straight lines and polygons");
    if (sqlite3_bind_blob64(w->row, 2, w->blob.bytes.v, w->blob.bytes.n, SQLITE_STATIC) !=
        SQLITE_OK)
        return mere_sql_fail(ctx, w->db, "writing a feature's geometry");
    return MERE_OK;
}

static enum mere_status write_feature(struct mere_ctx *ctx, struct writing *w, size_t i)
{
    const struct mere_ref_feature *f = &w->layer->features[i];
    bool row, has = f->wkb && f->wkb_len > 0;
    (void)sqlite3_clear_bindings(w->row);
    enum mere_status status = has ? write_geometry(ctx, w, f) : MERE_OK;
    for (size_t c = 0; c < w->layer->n_columns && status == MERE_OK; c++)
        status = mere_table_bind(ctx, w->row, 3 + (int)c, &w->layer->columns[c],
                                 f->attrs ? f->attrs[c] : NULL);
    if (status != MERE_OK)
        return mere_fail_at(ctx, "reference '%s', feature %zu", w->layer->name, i + 1);
    MERE_TRY(mere_sql_step(ctx, w->db, w->row, &row));
    (void)sqlite3_reset(w->row);
    return has ? mere_table_enter(ctx, w->db, &w->blob.envelope, &w->entries) : MERE_OK;
}

static enum mere_status write_features(struct mere_ctx *ctx, struct writing *w)
{
    MERE_TRY(mere_table_insert(ctx, w->db, &w->table, 0, &w->row));
    for (size_t i = 0; i < w->layer->n_features; i++) {
        if (i % TICK == 0)
            MERE_TRY(mere_tick(ctx, "writing", i, w->layer->n_features));
        MERE_TRY(write_feature(ctx, w, i));
    }
    return mere_table_index_all(ctx, w->db, w->layer->name, &w->entries);
}

enum mere_status mere_db_write_reference(struct mere_ctx *ctx, struct mere_db *db,
                                         const struct mere_ref_layer *layer, bool replace)
{
    struct writing w = {.db = db, .layer = layer, .entries.all.empty = true};
    w.table = (struct mere_table){layer->name,      "GEOMETRY",    "", reserved, mere_db_srs(db),
                                  layer->n_columns, layer->columns};
    MERE_TRY(mere_table_make_room(ctx, db, &w.table, MERE_TABLE_REFERENCE, replace));
    MERE_TRY(mere_table_create(ctx, db, &w.table));
    enum mere_status status = write_features(ctx, &w);
    sqlite3_finalize(w.row);
    MERE_VEC_FREE(&w.blob.bytes);
    MERE_VEC_FREE(&w.entries);
    MERE_TRY(status);
    MERE_TRY(mere_table_finish(ctx, db, &w.table, &w.entries.all));
    return mere_sql_run(ctx, db, "INSERT INTO mere_reference (name) VALUES (?1)", &layer->name, 1);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static enum mere_status header(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                               struct mere_arena *arena, struct mere_table_shape *ret_shape,
                               struct mere_ref_layer *ret)
{
    struct mere_ref_layer layer = {.name = name};
    MERE_TRY(mere_table_shape(ctx, db, name, arena, ret_shape));
    struct mere_column *columns = MERE_NEW(arena, struct mere_column, ret_shape->n_columns);
    if (!columns)
        return mere_fail_nomem(ctx, "reading a reference");
    for (size_t i = 0; i < ret_shape->n_columns; i++) {
        const struct mere_table_column *c = &ret_shape->columns[i];
        if (!c->key && !(ret_shape->geometry && strcasecmp(c->name, ret_shape->geometry) == 0))
            columns[layer.n_columns++] = (struct mere_column){c->name, c->type};
    }
    layer.columns = columns;
    *ret = layer;
    return MERE_OK;
}

enum mere_status mere_db_references(struct mere_ctx *ctx, struct mere_db *db,
                                    struct mere_arena *arena, struct mere_ref_layer **ret,
                                    size_t *ret_n)
{
    MERE_VEC(struct mere_ref_layer) found = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = true;
    MERE_TRY(mere_sql_prepare(ctx, db,
                              "SELECT name FROM mere_reference WHERE name IN (SELECT name FROM"
                              " sqlite_master WHERE type = 'table') ORDER BY name",
                              &stmt));
    enum mere_status status = MERE_OK;
    while (status == MERE_OK) {
        struct mere_ref_layer layer;
        struct mere_table_shape shape;
        const char *name = NULL;
        status = mere_sql_step(ctx, db, stmt, &row);
        if (status != MERE_OK || !row)
            break;
        status = mere_sql_text(ctx, arena, stmt, 0, &name);
        if (status == MERE_OK)
            status = header(ctx, db, name, arena, &shape, &layer);
        if (status == MERE_OK && !MERE_PUSH(&found, layer))
            status = mere_fail_nomem(ctx, "reading the references");
    }
    sqlite3_finalize(stmt);
    struct mere_ref_layer *kept = MERE_NEW(arena, struct mere_ref_layer, found.n);
    if (status == MERE_OK && !kept)
        status = mere_fail_nomem(ctx, "reading the references");
    if (status == MERE_OK) {
        for (size_t i = 0; i < found.n; i++)
            kept[i] = found.v[i];
        *ret = kept;
        *ret_n = found.n;
    }
    MERE_VEC_FREE(&found);
    return status;
}

static enum mere_status read_feature(struct mere_ctx *ctx, struct mere_arena *arena,
                                     sqlite3_stmt *stmt, size_t n_columns,
                                     struct mere_ref_feature *ret)
{
    struct mere_ref_feature f = {.attrs = MERE_NEW(arena, const char *, n_columns)};
    if (!f.attrs)
        return mere_fail_nomem(ctx, "reading a reference");
    if (sqlite3_column_type(stmt, 1) != SQLITE_NULL) {
        const uint8_t *bytes = sqlite3_column_blob(stmt, 1);
        size_t len = (size_t)sqlite3_column_bytes(stmt, 1);
        size_t skip = bytes ? mere_gpkg_header_len(bytes, len) : 0;
        if (skip == 0)
            return mere_fail(ctx, MERE_E_INPUT, "its geometry has no GeoPackage header");
        uint8_t *wkb = MERE_NEW(arena, uint8_t, len - skip);
        if (!wkb)
            return mere_fail_nomem(ctx, "reading a reference");
        memcpy(wkb, bytes + skip, len - skip);
        f.wkb = wkb;
        f.wkb_len = len - skip;
    }
    for (size_t c = 0; c < n_columns; c++)
        MERE_TRY(mere_sql_text(ctx, arena, stmt, 2 + (int)c, &f.attrs[c]));
    *ret = f;
    return MERE_OK;
}

static enum mere_status select_features(struct mere_ctx *ctx, struct mere_db *db,
                                        const struct mere_ref_layer *layer,
                                        const struct mere_table_shape *shape, sqlite3_stmt **ret)
{
    struct mere_text sql = {0};
    mere_text_add(&sql, "SELECT ");
    mere_sql_ident(&sql, shape->key);
    mere_text_add(&sql, ", ");
    mere_sql_ident(&sql, shape->geometry);
    for (size_t c = 0; c < layer->n_columns; c++) {
        mere_text_add(&sql, ", ");
        mere_sql_ident(&sql, layer->columns[c].name);
    }
    mere_text_add(&sql, " FROM ");
    mere_sql_ident(&sql, layer->name);
    mere_text_add(&sql, " ORDER BY ");
    mere_sql_ident(&sql, shape->key);
    enum mere_status status = mere_sql_prepare_text(ctx, db, &sql, ret);
    mere_text_clear(&sql);
    return status;
}

static enum mere_status read_features(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                                      struct mere_arena *arena, struct mere_ref_layer *layer)
{
    MERE_VEC(struct mere_ref_feature) found = {0};
    bool row = true;
    enum mere_status status = MERE_OK;
    while (status == MERE_OK) {
        struct mere_ref_feature f;
        status = mere_sql_step(ctx, db, stmt, &row);
        if (status != MERE_OK || !row)
            break;
        if (found.n % TICK == 0)
            status = mere_tick(ctx, "reading", found.n, 0);
        if (status == MERE_OK && read_feature(ctx, arena, stmt, layer->n_columns, &f) != MERE_OK)
            status = mere_fail_at(ctx, "reference '%s', the feature with fid %lld", layer->name,
                                  (long long)sqlite3_column_int64(stmt, 0));
        if (status == MERE_OK && !MERE_PUSH(&found, f))
            status = mere_fail_nomem(ctx, "reading a reference");
    }
    layer->n_features = found.n;
    layer->features = MERE_NEW(arena, struct mere_ref_feature, found.n);
    if (status == MERE_OK && !layer->features)
        status = mere_fail_nomem(ctx, "reading a reference");
    for (size_t i = 0; status == MERE_OK && i < found.n; i++)
        layer->features[i] = found.v[i];
    MERE_VEC_FREE(&found);
    return status;
}

enum mere_status mere_db_read_reference(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                        struct mere_arena *arena, struct mere_ref_layer *ret_layer)
{
    enum mere_table_is found;
    struct mere_table_shape shape;
    struct mere_ref_layer layer = {0};
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(mere_table_find(ctx, db, name, &found));
    if (found != MERE_TABLE_REFERENCE)
        return mere_fail(ctx, MERE_E_NOT_FOUND,
                         "'%s' has no reference layer '%s': `merestone info` lists those it has",
                         db->path, name);
    const char *kept = mere_arena_text(arena, name, strlen(name));
    if (!kept)
        return mere_fail_nomem(ctx, "reading a reference");
    MERE_TRY(header(ctx, db, kept, arena, &shape, &layer));
    if (!shape.geometry || !shape.key)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s': the reference layer '%s' was removed by another program, or lost its "
            "geometry or fid: import it again with --replace",
            db->path, name);
    MERE_TRY(select_features(ctx, db, &layer, &shape, &stmt));
    enum mere_status status = read_features(ctx, db, stmt, arena, &layer);
    sqlite3_finalize(stmt);
    if (status == MERE_OK)
        *ret_layer = layer;
    return status;
}
