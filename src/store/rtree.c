/* rtree.c - a whole R-tree at once.
 *
 * SQLite fills an R-tree entry by entry, with three writes each: 622,563 points take 6 seconds, and
 * 200,000 zones a fifth of their import.
 * Here the entries are put in order along Morton's curve (1966), cut into full leaves, and the
 * leaves into nodes, up to the root (packed as by Roussopoulos and Leifker 1985), and written into
 * the tables that SQLite keeps for it ("The SQLite R*Tree Module", 4: shadow tables):
 *
 *     <tree>_node (nodeno, data)     data: depth (2 bytes, in the root), cells (2), then per cell
 *     <tree>_parent (nodeno, parent)       rowid or node (8), min x, max x, min y, max y (4 each)
 *     <tree>_rowid (rowid, nodeno)   big-endian; node 1 is the root, made with the table
 *
 * rtreecheck() of SQLite holds the result against its own rules, in tests/unit/test_store.c. */
#include "base/hash.h"
#include "store/store_priv.h"
#include <string.h>

#define CELL_LEN 24
#define CELLS_MAX 51 /* RTREE_MAXCELLS */
#define NODE_LEN (4 + CELL_LEN * CELLS_MAX)
#define TICK 4096

struct cell {
    int64_t id;    /* rowid, or node */
    float side[4]; /* min x, max x, min y, max y */
};
struct packing {
    struct mere_db *db;
    sqlite3_stmt *node, *parent, *rowid;
    struct cell *cells; /* of the level being packed */
    int64_t n, next;    /* cells; the next free node */
    int64_t *leaf_of;   /* by entry */
};

/* ---- numbers as SQLite rounds them: outwards ---- */

#define AWAY (1.0 + 1.0 / 8388608.0)
#define TOWARDS (1.0 - 1.0 / 8388608.0)

static float round_down(double v)
{
    float f = (float)v;
    return (double)f > v ? (float)(v * (v < 0 ? AWAY : TOWARDS)) : f;
}

static float round_up(double v)
{
    float f = (float)v;
    return (double)f < v ? (float)(v * (v < 0 ? TOWARDS : AWAY)) : f;
}

/* ---- order ---- */

static uint64_t spread_bits(double at, double low, double high)
{
    double share = high > low ? (at - low) / (high - low) : 0;
    uint64_t v = share > 0 ? (uint64_t)(share * 65535) : 0, bits = 0;
    for (int i = 0; i < 16; i++)
        bits |= (v >> i & 1) << (2 * i);
    return bits;
}

/* The entries' numbers along the curve, in `arena`; NULL when memory is out. */
static struct mere_key *along_curve(struct mere_arena *arena, const struct mere_table_entry *v,
                                    size_t n, const struct mere_gpkg_envelope *all)
{
    struct mere_key *keys = MERE_NEW(arena, struct mere_key, n);
    struct mere_key *scratch = MERE_NEW(arena, struct mere_key, n);
    if (!keys || !scratch || n > UINT32_MAX)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        double x = (v[i].box.min_x + v[i].box.max_x) / 2;
        double y = (v[i].box.min_y + v[i].box.max_y) / 2;
        keys[i].key =
            spread_bits(x, all->min_x, all->max_x) | spread_bits(y, all->min_y, all->max_y) << 1;
        keys[i].value = (uint32_t)i;
    }
    mere_sort_keys(keys, n, scratch);
    return keys;
}

/* ---- nodes ---- */

static uint8_t *put(uint8_t *at, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        *at++ = (uint8_t)(v >> (8 * i));
    return at;
}

static enum mere_status write_node(struct mere_ctx *ctx, struct packing *p, int64_t node,
                                   uint16_t depth, const struct cell *cells, int64_t n)
{
    uint8_t data[NODE_LEN] = {0};
    uint8_t *at = put(put(data, depth, 2), (uint64_t)n, 2);
    for (int64_t i = 0; i < n; i++) {
        at = put(at, (uint64_t)cells[i].id, 8);
        for (int k = 0; k < 4; k++) {
            uint32_t bits;
            memcpy(&bits, &cells[i].side[k], sizeof bits);
            at = put(at, bits, 4);
        }
    }
    bool row;
    (void)sqlite3_bind_int64(p->node, 1, node);
    if (sqlite3_bind_blob(p->node, 2, data, NODE_LEN, SQLITE_TRANSIENT) != SQLITE_OK)
        return mere_fail_nomem(ctx, "indexing a layer");
    MERE_TRY(mere_sql_step(ctx, p->db, p->node, &row));
    (void)sqlite3_reset(p->node);
    return MERE_OK;
}

static enum mere_status write_pair(struct mere_ctx *ctx, struct packing *p, sqlite3_stmt *stmt,
                                   int64_t a, int64_t b)
{
    bool row;
    (void)sqlite3_bind_int64(stmt, 1, a);
    (void)sqlite3_bind_int64(stmt, 2, b);
    MERE_TRY(mere_sql_step(ctx, p->db, stmt, &row));
    (void)sqlite3_reset(stmt);
    return MERE_OK;
}

static struct cell around(const struct cell *cells, int64_t n, int64_t node)
{
    struct cell all = cells[0];
    all.id = node;
    for (int64_t i = 1; i < n; i++)
        for (int k = 0; k < 4; k++) {
            bool further = k & 1 ? cells[i].side[k] > all.side[k] : cells[i].side[k] < all.side[k];
            all.side[k] = further ? cells[i].side[k] : all.side[k];
        }
    return all;
}

/* Cut one level into nodes, nearly even ones, so that none is too empty for SQLite; their cells are
 * the next level. `order` is of the leaves' cells, NULL above. */
static enum mere_status pack_level(struct mere_ctx *ctx, struct packing *p, uint16_t depth,
                                   const struct mere_key *order)
{
    int64_t n = p->n, n_nodes = (n + CELLS_MAX - 1) / CELLS_MAX;
    for (int64_t k = 0; k < n_nodes; k++) {
        int64_t from = n * k / n_nodes, end = n * (k + 1) / n_nodes;
        int64_t node = n_nodes == 1 ? 1 : p->next++;
        if (k % TICK == 0)
            MERE_TRY(mere_tick(ctx, "indexing", (uint64_t)from, (uint64_t)n));
        MERE_TRY(write_node(ctx, p, node, n_nodes == 1 ? depth : 0, p->cells + from, end - from));
        for (int64_t i = from; i < end; i++) {
            if (order)
                p->leaf_of[order[i].value] = node;
            else
                MERE_TRY(write_pair(ctx, p, p->parent, p->cells[i].id, node));
        }
        p->cells[k] = around(p->cells + from, end - from, node); /* k <= from */
    }
    p->n = n_nodes;
    return MERE_OK;
}

static enum mere_status pack(struct mere_ctx *ctx, struct packing *p,
                             const struct mere_table_entry *v, size_t n,
                             const struct mere_key *order)
{
    for (size_t i = 0; i < n; i++) {
        const struct mere_table_entry *e = &v[order[i].value];
        p->cells[i] = (struct cell){e->fid,
                                    {round_down(e->box.min_x), round_up(e->box.max_x),
                                     round_down(e->box.min_y), round_up(e->box.max_y)}};
    }
    p->n = (int64_t)n;
    p->next = 2;
    uint16_t depth = 0;
    MERE_TRY(pack_level(ctx, p, depth, order));
    while (p->n > 1)
        MERE_TRY(pack_level(ctx, p, ++depth, NULL));
    for (size_t i = 0; i < n; i++)
        MERE_TRY(write_pair(ctx, p, p->rowid, v[i].fid, p->leaf_of[i]));
    return MERE_OK;
}

static enum mere_status prepare(struct mere_ctx *ctx, struct mere_db *db, const char *sql,
                                const char *name, sqlite3_stmt **ret)
{
    struct mere_text text = {0};
    mere_sql_expand(&text, sql, name);
    enum mere_status status = mere_sql_prepare_text(ctx, db, &text, ret);
    mere_text_clear(&text);
    return status;
}

static enum mere_status prepare_all(struct mere_ctx *ctx, struct packing *p, const char *name)
{
    MERE_TRY(
        prepare(ctx, p->db, "REPLACE INTO \"rtree_$T_geom_node\" VALUES (?1, ?2)", name, &p->node));
    MERE_TRY(prepare(ctx, p->db, "INSERT INTO \"rtree_$T_geom_parent\" VALUES (?1, ?2)", name,
                     &p->parent));
    return prepare(ctx, p->db, "INSERT INTO \"rtree_$T_geom_rowid\" VALUES (?1, ?2)", name,
                   &p->rowid);
}

/* SQLite lets nobody write these tables on a defensive connection. They are those that this very
 * transaction made: nothing of a stranger's hangs on them. */
static enum mere_status set_defensive(struct mere_ctx *ctx, struct mere_db *db, int on)
{
    return sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, on, NULL) == SQLITE_OK
               ? MERE_OK
               : mere_sql_fail(ctx, db, "indexing a layer");
}

enum mere_status mere_table_enter(struct mere_ctx *ctx, struct mere_db *db,
                                  const struct mere_gpkg_envelope *e,
                                  struct mere_table_entries *ret)
{
    struct mere_gpkg_envelope *all = &ret->all;
    if (e->empty)
        return MERE_OK;
    if (all->empty)
        *all = *e;
    all->min_x = e->min_x < all->min_x ? e->min_x : all->min_x;
    all->max_x = e->max_x > all->max_x ? e->max_x : all->max_x;
    all->min_y = e->min_y < all->min_y ? e->min_y : all->min_y;
    all->max_y = e->max_y > all->max_y ? e->max_y : all->max_y;
    struct mere_table_entry entry = {sqlite3_last_insert_rowid(db->sql), *e};
    return MERE_PUSH(ret, entry) ? MERE_OK : mere_fail_nomem(ctx, "indexing a layer");
}

enum mere_status mere_table_index_all(struct mere_ctx *ctx, struct mere_db *db, const char *name,
                                      const struct mere_table_entries *entries)
{
    size_t n = entries->n;
    struct mere_arena arena = {0};
    struct packing p = {.db = db};
    if (n == 0)
        return MERE_OK;
    MERE_TRY(set_defensive(ctx, db, 0));
    const struct mere_key *order = along_curve(&arena, entries->v, n, &entries->all);
    p.cells = MERE_NEW(&arena, struct cell, n);
    p.leaf_of = MERE_NEW(&arena, int64_t, n);
    enum mere_status status;
    if (!order || !p.cells || !p.leaf_of)
        status = mere_fail_nomem(ctx, "indexing a layer");
    else if ((status = prepare_all(ctx, &p, name)) == MERE_OK)
        status = pack(ctx, &p, entries->v, n, order);
    sqlite3_finalize(p.node);
    sqlite3_finalize(p.parent);
    sqlite3_finalize(p.rowid);
    mere_arena_clear(&arena);
    enum mere_status again = set_defensive(ctx, db, 1);
    return status != MERE_OK ? status : again;
}
