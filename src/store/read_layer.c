/* read_layer.c - schemes read: their headers, and one of them whole, as it is now or as it was
 * accepted before another program changed it. */
#include "store/store_priv.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TICK 4096 /* zones between two reports of progress */

/* ---- headers ---- */

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

/* ---- zones ---- */

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
    for (size_t i = 0; i < MERE_N_FIXED; i++) {
        bool there = false;
        for (size_t c = 0; c < shape->n_columns && !there; c++)
            there = strcasecmp(shape->columns[c].name, mere_scheme_columns[i]) == 0;
        mere_text_addf(&sql, there ? ", \"%s\"" : ", NULL AS \"%s\"", mere_scheme_columns[i]);
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
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + MERE_COLUMN_CODE, &zone->code));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + MERE_COLUMN_NAME, &zone->name));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + MERE_COLUMN_PARENT, &zone->parent));
    MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + MERE_COLUMN_KIND, &zone->kind));
    MERE_TRY(read_count(ctx, stmt, at + MERE_COLUMN_HOUSEHOLDS, &zone->households));
    MERE_TRY(read_count(ctx, stmt, at + MERE_COLUMN_PERSONS, &zone->persons));
    if (!zone->code)
        return mere_fail(ctx, MERE_E_INPUT, "it has no code: give it one");
    if (!zone->name)
        zone->name = "";
    zone->attrs = MERE_NEW(r->arena, const char *, r->layer.n_columns);
    if (!zone->attrs)
        return mere_fail_nomem(ctx, "reading a layer");
    for (size_t c = 0; c < r->layer.n_columns; c++)
        MERE_TRY(mere_sql_text(ctx, r->arena, stmt, at + MERE_N_FIXED + (int)c, &zone->attrs[c]));
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

/* Whether the log of the triggers tells how the scheme was. */
static enum mere_status is_logged(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                  bool *ret)
{
    struct mere_arena arena = {0};
    struct mere_outside_change *changes = NULL;
    size_t n = 0;
    bool noted = false, unseen = false;
    enum mere_status status = mere_db_outside_changes(ctx, db, &arena, &changes, &n);
    for (size_t i = 0; status == MERE_OK && i < n; i++) {
        bool here = strcmp(changes[i].scheme, name) == 0;
        noted = noted || (here && !changes[i].whole);
        unseen = unseen || (here && changes[i].unseen);
    }
    mere_arena_clear(&arena);
    *ret = noted && !unseen;
    return status;
}

enum mere_status mere_db_read_layer(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                    struct mere_arena *arena, struct mere_layer *ret_layer)
{
    bool logged = false;
    enum mere_status status = mere_db_read_present(ctx, db, name, arena, ret_layer);
    if (status != MERE_E_INPUT)
        return status;
    MERE_TRY(is_logged(ctx, db, name, &logged));
    if (logged)
        status = mere_db_read_accepted(ctx, db, name, arena, ret_layer);
    /* What is wrong now is what a person can mend: read again for its text. */
    return status == MERE_E_INPUT ? mere_db_read_present(ctx, db, name, arena, ret_layer) : status;
}
