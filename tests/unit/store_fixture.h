/* store_fixture.h - a store in a folder of its own, and a layer that has all that is hard to keep.
 */
#ifndef MERE_TESTS_STORE_FIXTURE_H
#define MERE_TESTS_STORE_FIXTURE_H
#include "check.h"
#include "store/store.h"
#include "store/store_priv.h" /* the SQL functions, for a second connection */
#include <unistd.h>

struct fixture {
    struct mere_ctx *ctx;
    struct mere_db *db;
    struct mere_arena arena;
    char dir[64], path[96];
};

static const struct mere_district fixture_district = {
    .code = "330108",
    .name = "滨江区",
    .crs = "EPSG:4549",
    .cgcs2000 = true,
    .main = "grid",
    .profile = "plain",
    .lang = "zh",
    .match_units = 3,
};

/* A step that must succeed; its sentence is printed when it does not. */
#define CHECK_OK(f, call)                                                                          \
    do {                                                                                           \
        if (!CHECK_INT(MERE_OK, (call)))                                                           \
            printf("    %s\n", mere_ctx_error((f)->ctx));                                          \
    } while (0)

static inline void fixture_reopen(struct fixture *f, enum mere_db_mode mode)
{
    mere_db_close(f->db);
    f->db = NULL;
    CHECK_OK(f, mere_db_open(f->ctx, f->path, mode, &f->db));
}

static inline struct fixture fixture_new(const char *name)
{
    struct fixture f = {.ctx = mere_ctx_new()};
    snprintf(f.dir, sizeof f.dir, "/tmp/mere-store-XXXXXX");
    CHECK(mkdtemp(f.dir) != NULL);
    snprintf(f.path, sizeof f.path, "%s/%.20s.gpkg", f.dir, name);
    CHECK_OK(&f, mere_db_create(f.ctx, f.path, &fixture_district));
    fixture_reopen(&f, MERE_DB_WRITE);
    return f;
}

static inline void fixture_free(struct fixture *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char path[128];
    mere_db_close(f->db);
    for (size_t i = 0; i < MERE_LEN(suffixes); i++) {
        snprintf(path, sizeof path, "%s%s", f->path, suffixes[i]);
        (void)unlink(path);
    }
    CHECK_INT(0, rmdir(f->dir)); /* nothing else may be left there */
    mere_arena_clear(&f->arena);
    mere_ctx_free(f->ctx);
}

/* Three zones: one of two parts, one with a hole; names with quotes and line breaks, a code of 300
 * characters, 18 digits as text, nulls, and the largest integer. */
static inline struct mere_layer fixture_layer(void)
{
    static const struct mere_column columns[] = {
        {"电话 \"总机\"", MERE_ATTR_TEXT}, {"count", MERE_ATTR_INT}, {"面积", MERE_ATTR_REAL}};
    static char long_code[301];
    static const char *a0[] = {"0571-87654321", "9223372036854775807", "0.1"};
    static const char *a1[] = {NULL, NULL, NULL};
    static const char *a2[] = {"", "-1", "1e+300"};
    static struct mere_zone zones[3];
    static uint32_t part_zone[] = {0, 0, 1, 2}, part_ring[] = {0, 1, 2, 4, 5};
    static uint32_t ring_first[] = {0, 4, 8, 12, 16, 19};
    static struct mere_point pts[] = {
        {1202000000, 301000000},  {1202000100, 301000000},   {1202000100, 301000100},
        {1202000000, 301000100},  {1202000200, 301000000},   {1202000300, 301000000},
        {1202000300, 301000100},  {1202000200, 301000100},   {1202000000, 301000200},
        {1202000999, 301000200},  {1202000999, 301000999},   {1202000000, 301000999},
        {1202000300, 301000300},  {1202000300, 301000500},   {1202000500, 301000500},
        {1202000500, 301000300},  {-1800000000, -900000000}, {1800000000, -899999999},
        {-1799999999, 900000000},
    };
    memset(long_code, '7', 300);
    zones[0] = (struct mere_zone){
        "330108001001000001", "江南大道'一'\n网格", "330108001001", "basic", 812, 2040, 0, a0};
    zones[1] = (struct mere_zone){long_code, "", NULL, NULL, MERE_UNKNOWN, MERE_UNKNOWN, 0, a1};
    zones[2] =
        (struct mere_zone){"'); DROP TABLE mere_meta; --", "x\"y", "", "专属网格", 0, 0, 0, a2};
    return (struct mere_layer){
        "grid", MERE_ROLE_GRID, true,      "community", 3,          columns, 3, zones,
        4,      part_zone,      part_ring, 5,           ring_first, pts};
}

static inline void fixture_write(struct fixture *f, const struct mere_layer *layer, bool replace)
{
    CHECK_OK(f, mere_db_begin(f->ctx, f->db));
    CHECK_OK(f, mere_db_write_layer(f->ctx, f->db, layer, replace));
    CHECK_OK(f, mere_db_commit(f->ctx, f->db, true));
}

/* A connection as another program has it: plain sqlite3, with the functions that GeoPackage asks
 * for. */
static inline sqlite3 *fixture_outside(const struct fixture *f)
{
    sqlite3 *sql = NULL;
    CHECK_INT(SQLITE_OK, sqlite3_open_v2(f->path, &sql, SQLITE_OPEN_READWRITE, NULL));
    CHECK_INT(SQLITE_OK, mere_sql_functions(sql));
    return sql;
}
static inline void outside_exec(sqlite3 *sql, const char *text)
{
    if (!CHECK_INT(SQLITE_OK, sqlite3_exec(sql, text, NULL, NULL, NULL)))
        printf("    %s: %s\n", text, sqlite3_errmsg(sql));
}
static inline int64_t outside_int(sqlite3 *sql, const char *text)
{
    sqlite3_stmt *stmt = NULL;
    CHECK_INT(SQLITE_OK, sqlite3_prepare_v2(sql, text, -1, &stmt, NULL));
    int64_t v = stmt && sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
    sqlite3_finalize(stmt);
    return v;
}

static inline void check_zones_same(const struct mere_layer *want, const struct mere_layer *got,
                                    size_t z)
{
    const struct mere_zone *w = &want->zones[z], *g = &got->zones[z];
    CHECK_STR(w->code, g->code);
    CHECK_STR(w->name, g->name);
    CHECK_STR(w->parent, g->parent);
    CHECK_STR(w->kind, g->kind);
    CHECK_INT(w->households, g->households);
    CHECK_INT(w->persons, g->persons);
    CHECK_INT(z + 1, g->fid);
    for (size_t c = 0; c < want->n_columns; c++)
        CHECK_STR(w->attrs[c], g->attrs[c]);
}

static inline void check_layers_same(const struct mere_layer *want, const struct mere_layer *got)
{
    CHECK_STR(want->name, got->name);
    CHECK_INT(want->role, got->role);
    CHECK_INT(want->covering, got->covering);
    CHECK_STR(want->parent_scheme, got->parent_scheme);
    CHECK_INT(want->n_parts, got->n_parts);
    CHECK_INT(want->n_rings, got->n_rings);
    if (!CHECK_INT(want->n_columns, got->n_columns) || !CHECK_INT(want->n_zones, got->n_zones) ||
        want->n_parts != got->n_parts || want->n_rings != got->n_rings)
        return;
    for (size_t c = 0; c < want->n_columns; c++)
        CHECK_STR(want->columns[c].name, got->columns[c].name);
    for (size_t z = 0; z < want->n_zones; z++)
        check_zones_same(want, got, z);
    CHECK(memcmp(want->part_zone, got->part_zone, want->n_parts * sizeof *want->part_zone) == 0);
    CHECK(memcmp(want->part_ring, got->part_ring, (want->n_parts + 1) * sizeof *want->part_ring) ==
          0);
    CHECK(memcmp(want->ring_first, got->ring_first,
                 (want->n_rings + 1) * sizeof *want->ring_first) == 0);
    if (want->ring_first[want->n_rings] == got->ring_first[got->n_rings])
        CHECK(memcmp(want->pts, got->pts, want->ring_first[want->n_rings] * sizeof *want->pts) ==
              0);
}
#endif
