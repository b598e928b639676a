/* layers.c - schemes: written whole, read whole. */
#include "store/store_priv.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TICK 4096 /* zones between two reports of progress */

/* The columns of a scheme after fid and geom, in the order in which a row binds them. */
enum { CODE, NAME, PARENT, KIND, HOUSEHOLDS, PERSONS, N_FIXED };
static const char *const reserved[] = {"code",    "name", "parent", "kind", "households",
                                       "persons", "fid",  "geom",   NULL};
static const char fixed[] =
    ", \"code\" TEXT NOT NULL, \"name\" TEXT, \"parent\" TEXT, \"kind\" TEXT,"
    " \"households\" INTEGER, \"persons\" INTEGER";

bool mere_db_column_reserved(const char *name)
{
    for (size_t i = 0; reserved[i]; i++) {
        if (strcasecmp(name, reserved[i]) == 0)
            return true;
    }
    return false;
}

/* ---- writing ------------------------------------------------------------------------------------
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
    MERE_TRY(bind_text(ctx, stmt, at + CODE, "code", zone->code));
    MERE_TRY(
        bind_text(ctx, stmt, at + NAME, "name", zone->name && *zone->name ? zone->name : NULL));
    MERE_TRY(bind_text(ctx, stmt, at + PARENT, "parent", zone->parent));
    MERE_TRY(bind_text(ctx, stmt, at + KIND, "kind", zone->kind));
    if (zone->households >= 0)
        (void)sqlite3_bind_int64(stmt, at + HOUSEHOLDS, zone->households);
    if (zone->persons >= 0)
        (void)sqlite3_bind_int64(stmt, at + PERSONS, zone->persons);
    for (size_t c = 0; c < layer->n_columns; c++)
        MERE_TRY(mere_table_bind(ctx, stmt, at + N_FIXED + (int)c, &layer->columns[c],
                                 zone->attrs ? zone->attrs[c] : NULL));
    return MERE_OK;
}

struct writing {
    struct mere_db *db;
    const struct mere_layer *layer;
    struct mere_table table;
    struct mere_parts_by_zone by_zone;
    sqlite3_stmt *row, *rtree;
    struct mere_gpkg_blob blob;
    struct mere_gpkg_envelope all;
};

static void join(struct mere_gpkg_envelope *all, const struct mere_gpkg_envelope *e)
{
    if (e->empty)
        return;
    if (all->empty)
        *all = *e;
    all->min_x = e->min_x < all->min_x ? e->min_x : all->min_x;
    all->max_x = e->max_x > all->max_x ? e->max_x : all->max_x;
    all->min_y = e->min_y < all->min_y ? e->min_y : all->min_y;
    all->max_y = e->max_y > all->max_y ? e->max_y : all->max_y;
}

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
    if (n == 0 || w->blob.envelope.empty)
        return MERE_OK;
    join(&w->all, &w->blob.envelope);
    return mere_table_index(ctx, w->db, w->rtree, sqlite3_last_insert_rowid(w->db->sql),
                            &w->blob.envelope);
}

static enum mere_status write_zones(struct mere_ctx *ctx, struct writing *w,
                                    struct mere_arena *arena)
{
    if (!mere_layer_group_parts(arena, w->layer, &w->by_zone))
        return mere_fail_nomem(ctx, "writing a layer");
    MERE_TRY(mere_table_insert(ctx, w->db, &w->table, N_FIXED, &w->row, &w->rtree));
    for (size_t z = 0; z < w->layer->n_zones; z++) {
        if (z % TICK == 0)
            MERE_TRY(mere_tick(ctx, "writing", z, w->layer->n_zones));
        MERE_TRY(write_zone(ctx, w, z));
    }
    return MERE_OK;
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
    struct writing w = {.db = db, .layer = layer, .all.empty = true};
    w.table = (struct mere_table){layer->name,     "MULTIPOLYGON",   fixed,         reserved,
                                  mere_db_srs(db), layer->n_columns, layer->columns};
    MERE_TRY(mere_table_make_room(ctx, db, &w.table, MERE_TABLE_SCHEME, replace));
    MERE_TRY(mere_table_create(ctx, db, &w.table));
    enum mere_status status = write_zones(ctx, &w, &arena);
    sqlite3_finalize(w.row);
    sqlite3_finalize(w.rtree);
    MERE_VEC_FREE(&w.blob.bytes);
    mere_arena_clear(&arena);
    MERE_TRY(status);
    MERE_TRY(mere_table_finish(ctx, db, &w.table, &w.all));
    return register_scheme(ctx, db, layer);
}

/* ---- reading: headers ---- */

/* From a row (name, role, covering, parent_scheme) of mere_scheme. */
static enum mere_status read_scheme(struct mere_ctx *ctx, struct mere_arena *arena,
                                    sqlite3_stmt *stmt, struct mere_layer *ret)
{
    struct mere_layer layer = {0};
    const char *role = NULL;
    MERE_TRY(mere_sql_text(ctx, arena, stmt, 0, &layer.name));
    MERE_TRY(mere_sql_text(ctx, arena, stmt, 1, &role));
    MERE_TRY(mere_sql_text(ctx, arena, stmt, 3, &layer.parent_scheme));
    layer.covering = sqlite3_column_int(stmt, 2) != 0;
    if (!layer.name || !role || !mere_role_parse(role, &layer.role))
        return mere_fail(ctx, MERE_E_INPUT,
                         "table mere_scheme is damaged: a scheme has no name or the role '%s'; put "
                         "back a copy of the store",
                         role ? role : "");
    *ret = layer;
    return MERE_OK;
}

static int by_rank(const void *a, const void *b)
{
    const struct mere_layer *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Fill in the free columns of a layer from the table as it stands. */
static enum mere_status free_columns(struct mere_ctx *ctx, struct mere_arena *arena,
                                     const struct mere_table_shape *shape, struct mere_layer *layer)
{
    struct mere_column *columns = MERE_NEW(arena, struct mere_column, shape->n_columns);
    size_t n = 0;
    if (!columns)
        return mere_fail_nomem(ctx, "reading a layer");
    for (size_t i = 0; i < shape->n_columns; i++) {
        const struct mere_table_column *c = &shape->columns[i];
        bool ours = c->key || mere_db_column_reserved(c->name) ||
                    (shape->geometry && strcasecmp(c->name, shape->geometry) == 0);
        if (!ours)
            columns[n++] = (struct mere_column){c->name, c->type};
    }
    layer->columns = columns;
    layer->n_columns = n;
    return MERE_OK;
}

static enum mere_status read_headers(struct mere_ctx *ctx, struct mere_db *db, sqlite3_stmt *stmt,
                                     struct mere_arena *arena, struct mere_layer *layers)
{
    bool row = false;
    for (size_t n = 0;; n++) {
        struct mere_table_shape shape;
        MERE_TRY(mere_sql_step(ctx, db, stmt, &row));
        if (!row)
            return MERE_OK;
        MERE_TRY(read_scheme(ctx, arena, stmt, &layers[n]));
        MERE_TRY(mere_table_shape(ctx, db, layers[n].name, arena, &shape));
        MERE_TRY(free_columns(ctx, arena, &shape, &layers[n]));
    }
}

/* The schemes whose tables exist; one that another program removed is reported by outside.c. */
#define SCHEMES_WITH_TABLES                                                                        \
    " FROM mere_scheme WHERE name IN (SELECT name FROM sqlite_master WHERE type = 'table')"

enum mere_status mere_db_schemes(struct mere_ctx *ctx, struct mere_db *db, struct mere_arena *arena,
                                 struct mere_layer **ret, size_t *ret_n)
{
    sqlite3_stmt *stmt = NULL;
    int64_t n = 0;
    MERE_TRY(mere_sql_int(ctx, db, "SELECT count(*)" SCHEMES_WITH_TABLES, NULL, 0, &n));
    struct mere_layer *layers = MERE_NEW(arena, struct mere_layer, (size_t)n);
    if (!layers)
        return mere_fail_nomem(ctx, "reading the schemes");
    MERE_TRY(mere_sql_prepare(
        ctx, db, "SELECT name, role, covering, parent_scheme" SCHEMES_WITH_TABLES " LIMIT ?1",
        &stmt));
    (void)sqlite3_bind_int64(stmt, 1, n); /* another process may add one in between */
    enum mere_status status = read_headers(ctx, db, stmt, arena, layers);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    size_t found = 0;
    while (found < (size_t)n && layers[found].name)
        found++;
    if (found > 0)
        qsort(layers, found, sizeof *layers, by_rank);
    *ret = layers;
    *ret_n = found;
    return MERE_OK;
}

/* ---- reading: zones ---- */

struct reading {
    struct mere_db *db;
    struct mere_arena *arena;
    bool accepted; /* as merestone last wrote or took it, not as it is now */
    struct mere_layer layer;
    struct mere_gpkg_polygons polygons;
    MERE_VEC(struct mere_zone) zones;
    MERE_VEC(uint32_t) part_zone;
};

/* In place of what another program changed, what it found: with the free columns as they are now,
 * for the triggers don't keep them. */
static void select_accepted(struct mere_text *sql, const struct reading *r,
                            const struct mere_table_shape *shape)
{
    mere_sql_expand(sql, " FROM \"$T\" WHERE ", r->layer.name);
    mere_sql_ident(sql, shape->key);
    mere_sql_expand(sql,
                    " NOT IN (SELECT fid FROM mere_outside WHERE scheme = '$T') UNION ALL"
                    " SELECT o.fid, o.geom, o.code, o.name, o.parent, o.kind, o.households,"
                    " o.persons",
                    r->layer.name);
    for (size_t c = 0; c < r->layer.n_columns; c++) {
        mere_text_add(sql, ", t.");
        mere_sql_ident(sql, r->layer.columns[c].name);
    }
    mere_sql_expand(sql, " FROM mere_outside AS o LEFT JOIN \"$T\" AS t ON t.", r->layer.name);
    mere_sql_ident(sql, shape->key);
    mere_sql_expand(sql, " = o.fid WHERE o.scheme = '$T' AND o.was ORDER BY 1", r->layer.name);
}

/* "fid", "geom", the fixed columns (NULL for one that another program dropped), the free ones. */
static enum mere_status select_zones(struct mere_ctx *ctx, struct reading *r,
                                     const struct mere_table_shape *shape, sqlite3_stmt **ret)
{
    struct mere_text sql = {0};
    mere_text_add(&sql, "SELECT ");
    mere_sql_ident(&sql, shape->key);
    mere_text_add(&sql, ", ");
    mere_sql_ident(&sql, shape->geometry);
    for (size_t i = 0; i < N_FIXED; i++) {
        bool there = false;
        for (size_t c = 0; c < shape->n_columns && !there; c++)
            there = strcasecmp(shape->columns[c].name, reserved[i]) == 0;
        mere_text_addf(&sql, there ? ", \"%s\"" : ", NULL AS \"%s\"", reserved[i]);
    }
    for (size_t c = 0; c < r->layer.n_columns; c++) {
        mere_text_add(&sql, ", ");
        mere_sql_ident(&sql, r->layer.columns[c].name);
    }
    if (r->accepted) {
        select_accepted(&sql, r, shape);
    } else {
        mere_sql_expand(&sql, " FROM \"$T\" ORDER BY ", r->layer.name);
        mere_sql_ident(&sql, shape->key);
    }
    enum mere_status status = mere_sql_prepare_text(ctx, r->db, &sql, ret);
    mere_text_clear(&sql);
    return status;
}

static enum mere_status read_count(struct mere_ctx *ctx, sqlite3_stmt *stmt, int i, int64_t *ret)
{
    int type = sqlite3_column_type(stmt, i);
    int64_t v = sqlite3_column_int64(stmt, i);
    if (type == SQLITE_NULL)
        v = MERE_UNKNOWN;
    else if ((type != SQLITE_INTEGER && type != SQLITE_FLOAT) || v < 0 ||
             (double)v != sqlite3_column_double(stmt, i))
        return mere_fail(ctx, MERE_E_INPUT,
                         "its %s is '%s': set it to a whole number, 0 or more, or null",
                         sqlite3_column_name(stmt, i), (const char *)sqlite3_column_text(stmt, i));
    *ret = v;
    return MERE_OK;
}

static enum mere_status read_attributes(struct mere_ctx *ctx, struct reading *r, sqlite3_stmt *stmt,
                                        struct mere_zone *zone)
{
    const int at = 2;
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + CODE, &zone->code));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + NAME, &zone->name));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + PARENT, &zone->parent));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + KIND, &zone->kind));
    MERE_TRY(read_count(ctx, stmt, at + HOUSEHOLDS, &zone->households));
    MERE_TRY(read_count(ctx, stmt, at + PERSONS, &zone->persons));
    if (!zone->code)
        return mere_fail(ctx, MERE_E_INPUT, "it has no code: give it one");
    if (!zone->name)
        zone->name = "";
    zone->attrs = MERE_NEW(r->arena, const char *, r->layer.n_columns);
    if (!zone->attrs)
        return mere_fail_nomem(ctx, "reading a layer");
    for (size_t c = 0; c < r->layer.n_columns; c++)
        MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + N_FIXED + (int)c, &zone->attrs[c]));
    return MERE_OK;
}

static enum mere_status read_polygons(struct mere_ctx *ctx, struct reading *r, sqlite3_stmt *stmt)
{
    const char *why = NULL;
    size_t before = r->polygons.part_ring.n;
    if (sqlite3_column_type(stmt, 1) == SQLITE_NULL)
        return MERE_OK;
    if (sqlite3_column_type(stmt, 1) != SQLITE_BLOB)
        return mere_fail(ctx, MERE_E_INPUT, "its geometry is a text or number: draw it anew");
    const uint8_t *bytes = sqlite3_column_blob(stmt, 1);
    size_t len = (size_t)sqlite3_column_bytes(stmt, 1);
    if (!bytes && len > 0)
        return mere_fail_nomem(ctx, "reading a layer");
    enum mere_status status =
        mere_gpkg_geometry_parse(bytes ? bytes : (const uint8_t *)"", len, &r->polygons, &why);
    if (status == MERE_E_NOMEM)
        return mere_fail_nomem(ctx, "reading a layer");
    if (status != MERE_OK)
        return mere_fail(ctx, status, "its geometry can't be used: %s; draw it anew", why);
    for (size_t p = before; p < r->polygons.part_ring.n; p++) {
        if (!MERE_PUSH(&r->part_zone, (uint32_t)r->zones.n))
            return mere_fail_nomem(ctx, "reading a layer");
    }
    return MERE_OK;
}

static enum mere_status read_zones(struct mere_ctx *ctx, struct reading *r, sqlite3_stmt *stmt)
{
    bool row = false;
    for (;;) {
        struct mere_zone zone = {0};
        if (r->zones.n % TICK == 0)
            MERE_TRY(mere_tick(ctx, "reading", r->zones.n, 0));
        MERE_TRY(mere_sql_step(ctx, r->db, stmt, &row));
        if (!row)
            return MERE_OK;
        zone.fid = sqlite3_column_int64(stmt, 0);
        enum mere_status status = read_attributes(ctx, r, stmt, &zone);
        if (status == MERE_OK)
            status = read_polygons(ctx, r, stmt);
        if (status != MERE_OK)
            return mere_fail_at(ctx, "'%s', scheme '%s', the feature with fid %lld", r->db->path,
                                r->layer.name, (long long)zone.fid);
        if (!MERE_PUSH(&r->zones, zone))
            return mere_fail_nomem(ctx, "reading a layer");
    }
}

static void *keep(struct mere_arena *arena, const void *from, size_t n, size_t extra, size_t size)
{
    char *to = mere_arena_alloc(arena, n + extra, size);
    if (to && n > 0)
        memcpy(to, from, n * size); /* fits: `from` is an array of n */
    return to;
}

/* Move what was read into the arena, with the closing entries of the offset arrays. */
static enum mere_status settle(struct mere_ctx *ctx, struct reading *r, struct mere_layer *ret)
{
    struct mere_layer l = r->layer;
    struct mere_gpkg_polygons *g = &r->polygons;
    l.n_zones = r->zones.n;
    l.n_parts = g->part_ring.n;
    l.n_rings = g->ring_first.n;
    l.zones = keep(r->arena, r->zones.v, l.n_zones, 0, sizeof *l.zones);
    l.part_zone = keep(r->arena, r->part_zone.v, l.n_parts, 0, sizeof *l.part_zone);
    l.part_ring = keep(r->arena, g->part_ring.v, l.n_parts, 1, sizeof *l.part_ring);
    l.ring_first = keep(r->arena, g->ring_first.v, l.n_rings, 1, sizeof *l.ring_first);
    l.pts = keep(r->arena, g->pts.v, g->pts.n, 0, sizeof *l.pts);
    if (!l.zones || !l.part_zone || !l.part_ring || !l.ring_first || !l.pts)
        return mere_fail_nomem(ctx, "reading a layer");
    l.part_ring[l.n_parts] = (uint32_t)l.n_rings;
    l.ring_first[l.n_rings] = (uint32_t)g->pts.n;
    *ret = l;
    return MERE_OK;
}

/* The layer's header, and a table that can be read as a scheme. */
static enum mere_status find_scheme(struct mere_ctx *ctx, struct reading *r, const char *name,
                                    struct mere_table_shape *ret_shape)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    MERE_TRY(mere_sql_prepare(ctx, r->db,
                              "SELECT name, role, covering, parent_scheme FROM mere_scheme"
                              " WHERE name = ?1",
                              &stmt));
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    enum mere_status status = mere_sql_step(ctx, r->db, stmt, &row);
    if (status == MERE_OK && !row)
        status = mere_fail(ctx, MERE_E_NOT_FOUND,
                           "'%s' has no scheme '%s': `merestone info` lists those it has",
                           r->db->path, name);
    if (status == MERE_OK)
        status = read_scheme(ctx, r->arena, stmt, &r->layer);
    sqlite3_finalize(stmt);
    MERE_TRY(status);
    MERE_TRY(mere_table_shape(ctx, r->db, name, r->arena, ret_shape));
    if (ret_shape->n_columns == 0 || !ret_shape->geometry || !ret_shape->key)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s': the layer '%s' %s: import it again with --replace", r->db->path,
                         name,
                         ret_shape->n_columns == 0 ? "was removed by another program"
                                                   : "lost its geometry or its fid");
    if (ret_shape->srs_id != 4326 && ret_shape->srs_id != 4490)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s': another program put the layer '%s' into a CRS (srs_id %lld) that is "
            "not longitude and latitude: import it again with --replace",
            r->db->path, name, (long long)ret_shape->srs_id);
    return free_columns(ctx, r->arena, ret_shape, &r->layer);
}

static enum mere_status read_layer(struct mere_ctx *ctx, struct reading r, const char *name,
                                   struct mere_layer *ret_layer)
{
    struct mere_table_shape shape;
    sqlite3_stmt *stmt = NULL;
    MERE_TRY(find_scheme(ctx, &r, name, &shape));
    MERE_TRY(select_zones(ctx, &r, &shape, &stmt));
    enum mere_status status = read_zones(ctx, &r, stmt);
    sqlite3_finalize(stmt);
    if (status == MERE_OK)
        status = settle(ctx, &r, ret_layer);
    mere_gpkg_polygons_clear(&r.polygons);
    MERE_VEC_FREE(&r.zones);
    MERE_VEC_FREE(&r.part_zone);
    return status;
}

enum mere_status mere_db_read_present(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                      struct mere_arena *arena, struct mere_layer *ret_layer)
{
    return read_layer(ctx, (struct reading){.db = db, .arena = arena}, name, ret_layer);
}

enum mere_status mere_db_read_accepted(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                       struct mere_arena *arena, struct mere_layer *ret_layer)
{
    const struct reading r = {.db = db, .arena = arena, .accepted = true};
    return read_layer(ctx, r, name, ret_layer);
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
