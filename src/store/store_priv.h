/* store_priv.h - what the files of this folder share: the open store and the way to sqlite3. */
#ifndef MERE_STORE_STORE_PRIV_H
#define MERE_STORE_STORE_PRIV_H
#include "base/text.h"
#include "store/geometry.h"
#include "store/store.h"
#include <sqlite3.h>

#define MERE_GPKG_APPLICATION_ID 0x47504B47 /* 'GPKG' */
#define MERE_GPKG_VERSION 10300             /* 1.3 */
#define MERE_BUSY_MS 1000                   /* how long to wait for another program */

struct mere_db {
    sqlite3 *sql;
    char *path; /* as given, for messages */
    enum mere_db_mode mode;
    bool in_transaction;
    bool writing;     /* it writes: mere_session.busy is set */
    const char *when; /* the time for all that is written; NULL: the clock's */
    struct mere_district district;
    struct mere_arena arena; /* the district's texts */
};

/* What the layers of this store are labelled, schemes and references alike (EPSG). */
static inline int32_t mere_db_srs(const struct mere_db *db)
{
    return db->district.cgcs2000 ? 4490 : 4326;
}

/* The time to write: db->when, else the clock's. */
MERE_MUST_USE enum mere_status mere_db_time(struct mere_ctx *ctx, const struct mere_db *db,
                                            char ret_time[MERE_TIME_LEN]);

/* ---- sql.c: statements ------------------------------------------------------------------------
 */

/* Turn the last error of `db` into a sentence that begins with what was being done. */
enum mere_status mere_sql_fail(struct mere_ctx *ctx, struct mere_db *db, const char *doing);
MERE_MUST_USE enum mere_status mere_sql_exec(struct mere_ctx *ctx, struct mere_db *db,
                                             const char *sql);
/* Prepare one statement; finalize it with sqlite3_finalize. */
MERE_MUST_USE enum mere_status mere_sql_prepare(struct mere_ctx *ctx, struct mere_db *db,
                                                const char *sql, sqlite3_stmt **ret);
/* Step once; `*ret_row` says whether there is a row. */
MERE_MUST_USE enum mere_status mere_sql_step(struct mere_ctx *ctx, struct mere_db *db,
                                             sqlite3_stmt *stmt, bool *ret_row);
/* Run a statement that gives no rows, with `n` texts bound (NULL for null). */
MERE_MUST_USE enum mere_status mere_sql_run(struct mere_ctx *ctx, struct mere_db *db,
                                            const char *sql, const char *const *texts, size_t n);
/* The first column of the first row as an integer, with at most one text bound; `none` without row.
 */
MERE_MUST_USE enum mere_status mere_sql_int(struct mere_ctx *ctx, struct mere_db *db,
                                            const char *sql, const char *text, int64_t none,
                                            int64_t *ret);
/* Append `name` as a quoted identifier. */
void mere_sql_ident(struct mere_text *t, const char *name);
/* Append `sql` with each `$T` replaced by `table`, a checked name. */
void mere_sql_expand(struct mere_text *t, const char *sql, const char *table);
/* Prepare or run the text built in `t`. */
MERE_MUST_USE enum mere_status mere_sql_exec_text(struct mere_ctx *ctx, struct mere_db *db,
                                                  const struct mere_text *t);
MERE_MUST_USE enum mere_status mere_sql_prepare_text(struct mere_ctx *ctx, struct mere_db *db,
                                                     const struct mere_text *t, sqlite3_stmt **ret);
/* Column `i` of the row copied into the arena; NULL when null. Integers and doubles in their
 * canonical text, blobs in hex. Fails with MERE_E_INPUT when a text is not UTF-8 or holds a NUL
 * byte. */
MERE_MUST_USE enum mere_status mere_sql_text(struct mere_ctx *ctx, struct mere_arena *arena,
                                             sqlite3_stmt *stmt, int i, const char **ret);

/* ---- functions.c ------------------------------------------------------------------------------
 */

/* Register ST_IsEmpty, ST_MinX, ST_MaxX, ST_MinY, ST_MaxY: the triggers of the R-tree call them. */
int mere_sql_functions(sqlite3 *sql);

/* ---- file.c -----------------------------------------------------------------------------------
 */

/* Refuse what is no file of ours before SQLite is asked. */
MERE_MUST_USE enum mere_status mere_file_check(struct mere_ctx *ctx, const char *path);
/* Refuse to write on a network drive: SQLite's locks do not hold there. */
MERE_MUST_USE enum mere_status mere_file_check_drive(struct mere_ctx *ctx, const char *path);
/* Whether a file system of this statfs magic, mounted with this type name, is on the network. */
bool mere_file_is_network(uint32_t magic, const char *type);
/* Look at the open file's header: magic, whole pages. */
MERE_MUST_USE enum mere_status mere_file_check_header(struct mere_ctx *ctx, struct mere_db *db);
/* Publish `n` bytes as the new file `path`: whole or not at all, never over another file. */
MERE_MUST_USE enum mere_status mere_file_publish(struct mere_ctx *ctx, const char *path,
                                                 const void *bytes, size_t n);

/* ---- read_layer.c, write_layer.c ----------------------------------------------------------------
 */

/* The columns of a scheme beside fid and geom, in the order in which a row has them; their names,
 * and after them those that a free column may not have, up to NULL. */
enum {
    MERE_COLUMN_CODE,
    MERE_COLUMN_NAME,
    MERE_COLUMN_PARENT,
    MERE_COLUMN_KIND,
    MERE_COLUMN_HOUSEHOLDS,
    MERE_COLUMN_PERSONS,
    MERE_N_FIXED
};
extern const char *const mere_scheme_columns[];

/* ---- schema.c, tables.c, outside.c ------------------------------------------------------------
 */

/* Make all tables in the empty database of `db`. */
MERE_MUST_USE enum mere_status mere_schema_create(struct mere_ctx *ctx, struct mere_db *db,
                                                  const struct mere_district *district);
/* Read the schema version and the district; refuse what is not ours. */
MERE_MUST_USE enum mere_status mere_schema_load(struct mere_ctx *ctx, struct mere_db *db);

/* A table of features to be. */
struct mere_table {
    const char *name;            /* checked */
    const char *geometry;        /* "MULTIPOLYGON", "GEOMETRY" */
    const char *fixed;           /* SQL of the columns between geom and the free ones, or "" */
    const char *const *reserved; /* names that a free column must not have, NULL at the end */
    int32_t srs_id;
    size_t n_columns;
    const struct mere_column *columns;
};
/* What is in the store under `name`. */
enum mere_table_is { MERE_TABLE_NONE, MERE_TABLE_SCHEME, MERE_TABLE_REFERENCE, MERE_TABLE_FOREIGN };
MERE_MUST_USE enum mere_status mere_table_find(struct mere_ctx *ctx, struct mere_db *db,
                                               const char *name, enum mere_table_is *ret);
/* Make room for `table`: refuse a name that is taken, drop the former one when `replace`. */
MERE_MUST_USE enum mere_status mere_table_make_room(struct mere_ctx *ctx, struct mere_db *db,
                                                    const struct mere_table *table,
                                                    enum mere_table_is kind, bool replace);
/* Drop a layer of ours in whatever state another program left it: its geometry column may be
 * renamed, its index or the table itself gone. */
MERE_MUST_USE enum mere_status mere_table_drop(struct mere_ctx *ctx, struct mere_db *db,
                                               const char *name);
MERE_MUST_USE enum mere_status mere_table_create(struct mere_ctx *ctx, struct mere_db *db,
                                                 const struct mere_table *table);
/* Prepare the insertion of whole rows (fid, geom, fixed columns, free columns). */
MERE_MUST_USE enum mere_status mere_table_insert(struct mere_ctx *ctx, struct mere_db *db,
                                                 const struct mere_table *table, size_t n_fixed,
                                                 sqlite3_stmt **ret_row);
/* Enter one envelope. */
MERE_MUST_USE enum mere_status mere_table_index(struct mere_ctx *ctx, struct mere_db *db,
                                                sqlite3_stmt *rtree, int64_t fid,
                                                const struct mere_gpkg_envelope *envelope);
struct mere_table_entry {
    int64_t fid;
    struct mere_gpkg_envelope box;
};
/* The envelopes of a layer, as its rows are written. Begin with `.all.empty = true`; free with
 * MERE_VEC_FREE. */
struct mere_table_entries {
    struct mere_table_entry *v;
    size_t n, cap;
    struct mere_gpkg_envelope all; /* around them */
};
/* Enter the envelope of the row written last, unless it is empty. */
MERE_MUST_USE enum mere_status mere_table_enter(struct mere_ctx *ctx, struct mere_db *db,
                                                const struct mere_gpkg_envelope *envelope,
                                                struct mere_table_entries *ret);
/* Fill the empty R-tree of the layer `name` with all entries: many times as fast as one by one. */
MERE_MUST_USE enum mere_status mere_table_index_all(struct mere_ctx *ctx, struct mere_db *db,
                                                    const char *name,
                                                    const struct mere_table_entries *entries);
/* After the rows: R-tree triggers and the rows of the gpkg tables. `all` is the layer's envelope.
 */
MERE_MUST_USE enum mere_status mere_table_finish(struct mere_ctx *ctx, struct mere_db *db,
                                                 const struct mere_table *table,
                                                 const struct mere_gpkg_envelope *all);
/* Bind the canonical text of a free column's value in its type. */
MERE_MUST_USE enum mere_status mere_table_bind(struct mere_ctx *ctx, sqlite3_stmt *stmt, int i,
                                               const struct mere_column *column, const char *value);
/* A column as it stands in the file now. */
struct mere_table_column {
    const char *name;
    enum mere_attr_type type;
    bool key; /* the integer primary key */
};
/* The columns of a table, in order, and its geometry column and SRS (NULL and 0 when not
 * registered). */
struct mere_table_shape {
    struct mere_table_column *columns;
    size_t n_columns;
    const char *key;
    const char *geometry;
    int64_t srs_id;
};
MERE_MUST_USE enum mere_status mere_table_shape(struct mere_ctx *ctx, struct mere_db *db,
                                                const char *name, struct mere_arena *arena,
                                                struct mere_table_shape *ret);

/* Fails with MERE_E_INTERNAL unless a writing transaction is open. */
MERE_MUST_USE enum mere_status mere_db_writing(struct mere_ctx *ctx, const struct mere_db *db);
/* Make the triggers of scheme `name` that record edits from outside, and note the table's shape. */
MERE_MUST_USE enum mere_status mere_outside_watch(struct mere_ctx *ctx, struct mere_db *db,
                                                  const char *name);
/* At opening for writing: restore triggers that another program dropped, and mark their layers. */
MERE_MUST_USE enum mere_status mere_outside_restore(struct mere_ctx *ctx, struct mere_db *db);
/* Forget what was recorded about scheme `name`. */
MERE_MUST_USE enum mere_status mere_outside_forget(struct mere_ctx *ctx, struct mere_db *db,
                                                   const char *name);
/* Forget how to undo what was done to scheme `name`: it is replaced. */
MERE_MUST_USE enum mere_status mere_mend_forget(struct mere_ctx *ctx, struct mere_db *db,
                                                const char *name);
#endif
