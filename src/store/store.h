/* store.h - keeping a district: one GeoPackage file (OGC 12-128r15 on SQLite, WAL).
 *
 * A scheme is a layer (MULTIPOLYGON) named after it; tables `mere_*` hold what is merestone's own.
 * Every change is one transaction. Triggers in plain SQL record what other programs change. See
 * docs/STORE.md for the schema. sqlite3 is touched in this folder only. */
#ifndef MERE_STORE_STORE_H
#define MERE_STORE_STORE_H
#include "net/layer.h"

#define MERE_SCHEMA_VERSION 1

struct mere_db;

struct mere_district {
    const char *code;    /* "330108" */
    const char *name;    /* "滨江区" */
    const char *crs;     /* plane CRS for scales and prints, as given: "EPSG:4549"; NULL none */
    bool cgcs2000;       /* layers are EPSG:4490 instead of 4326 */
    const char *main;    /* main scheme, "grid" */
    const char *profile; /* "plain", "hangzhou", or the name of the file it was read from */
    const char *profile_json; /* that file, word for word; NULL for a shipped one */
    const char *lang;         /* "zh" or "en" */
    double match_units;       /* between schemes, 1e-7 degree; 3 */
};

/* The time now as "2026-11-23T20:19:39.000Z", or that of SOURCE_DATE_EPOCH where it is set (DESIGN
 * section 5): for every `when`. Fails with MERE_E_USAGE when SOURCE_DATE_EPOCH is no count of
 * seconds. */
#define MERE_TIME_LEN 32
MERE_MUST_USE enum mere_status mere_db_now(struct mere_ctx *ctx, char ret_time[MERE_TIME_LEN]);
/* Whether `name` may name a scheme or a reference: [a-z][a-z0-9_]{0,30}, and not one that
 * GeoPackage, SQLite or merestone keep for themselves (gpkg_, rtree_, sqlite_, mere_). Else
 * MERE_E_USAGE. */
MERE_MUST_USE enum mere_status mere_db_check_name(struct mere_ctx *ctx, const char *name);
/* Whether a free column may not have this name, because a scheme's layer has a column so called.
 * Column names in SQLite do not tell ASCII capitals from small letters: neither does this, and two
 * free columns of a layer must differ in more than that. */
bool mere_db_column_reserved(const char *name);

/* Make a new store at `path`, which must not exist. It appears whole or not at all. */
MERE_MUST_USE enum mere_status mere_db_create(struct mere_ctx *ctx, const char *path,
                                              const struct mere_district *district);
/* The same, with every time in it that of `when` instead of the clock's. */
MERE_MUST_USE enum mere_status mere_db_create_at(struct mere_ctx *ctx, const char *path,
                                                 const struct mere_district *district,
                                                 const char *when);
enum mere_db_mode { MERE_DB_READ, MERE_DB_WRITE };
/* Open. Fails with MERE_E_INPUT when it is no file, no SQLite, no GeoPackage, not ours, or of a
 * newer schema; MERE_E_BUSY when another program holds it. Opening for writing restores missing
 * triggers. */
MERE_MUST_USE enum mere_status mere_db_open(struct mere_ctx *ctx, const char *path,
                                            enum mere_db_mode mode, struct mere_db **ret_db);
void mere_db_close(struct mere_db *db);
/* From now on layers are written as of `when` (borrowed) instead of the clock's time. */
void mere_db_set_time(struct mere_db *db, const char *when);
/* The district; texts live as long as `db`. */
const struct mere_district *mere_db_district(const struct mere_db *db);
/* The generation last committed. */
MERE_MUST_USE enum mere_status mere_db_generation(struct mere_ctx *ctx, struct mere_db *db,
                                                  int64_t *ret);

/* Every `write`, `log`, `add` and `take` below belongs in a transaction. In one that only reads,
 * all reads see the same generation. One transaction: everything between begin and commit happens
 * or nothing. `mere_db_commit` raises the generation by one when `changed`. `mere_db_rollback` is
 * harmless outside a transaction. */
MERE_MUST_USE enum mere_status mere_db_begin(struct mere_ctx *ctx, struct mere_db *db);
MERE_MUST_USE enum mere_status mere_db_commit(struct mere_ctx *ctx, struct mere_db *db,
                                              bool changed);
void mere_db_rollback(struct mere_db *db);
/* To judge before writing: begin a transaction that reads, in whatever mode, and later go on to
 * write in it. `mere_db_go_on_writing` fails with MERE_E_BUSY when another program wrote since the
 * beginning, so what was read is old, or is writing now; then roll back. */
MERE_MUST_USE enum mere_status mere_db_begin_reading(struct mere_ctx *ctx, struct mere_db *db);
MERE_MUST_USE enum mere_status mere_db_go_on_writing(struct mere_ctx *ctx, struct mere_db *db);

/* The schemes in the store, by rank then name: header fields of the layers only (no zones). In
 * arena. */
MERE_MUST_USE enum mere_status mere_db_schemes(struct mere_ctx *ctx, struct mere_db *db,
                                               struct mere_arena *arena, struct mere_layer **ret,
                                               size_t *ret_n);
/* Read one scheme whole: as the file has it now; or, where a row that another program wrote can't
 * be used, as `mere_db_read_accepted`, so that one bad cell doesn't stop a district. Fails with
 * MERE_E_INPUT when that isn't known either; the text tells of the row. */
MERE_MUST_USE enum mere_status mere_db_read_layer(struct mere_ctx *ctx, struct mere_db *db,
                                                  const char *name, struct mere_arena *arena,
                                                  struct mere_layer *ret_layer);
/* The same as the file has it now, or MERE_E_INPUT: for judging edits, and for changing rows. */
MERE_MUST_USE enum mere_status mere_db_read_present(struct mere_ctx *ctx, struct mere_db *db,
                                                    const char *name, struct mere_arena *arena,
                                                    struct mere_layer *ret_layer);
/* Write one scheme whole; in a transaction. Fails with MERE_E_INPUT when it exists and not
 * `replace`. */
MERE_MUST_USE enum mere_status mere_db_write_layer(struct mere_ctx *ctx, struct mere_db *db,
                                                   const struct mere_layer *layer, bool replace);

/* A reference layer: points, lines or polygons kept as they are, in WGS 84 lon/lat. Geometry as ISO
 * WKB. */
struct mere_ref_feature {
    const uint8_t *wkb;
    size_t wkb_len;
    const char **attrs; /* one per column */
};
struct mere_ref_layer {
    const char *name;
    size_t n_columns;
    const struct mere_column *columns;
    size_t n_features;
    struct mere_ref_feature *features;
};
MERE_MUST_USE enum mere_status mere_db_write_reference(struct mere_ctx *ctx, struct mere_db *db,
                                                       const struct mere_ref_layer *layer,
                                                       bool replace);
MERE_MUST_USE enum mere_status mere_db_references(struct mere_ctx *ctx, struct mere_db *db,
                                                  struct mere_arena *arena,
                                                  struct mere_ref_layer **ret, size_t *ret_n);
MERE_MUST_USE enum mere_status mere_db_read_reference(struct mere_ctx *ctx, struct mere_db *db,
                                                      const char *name, struct mere_arena *arena,
                                                      struct mere_ref_layer *ret_layer);

/* Say what a layer (or "mere_meta": the store) is, in GeoPackage's list of contents; in a
 * transaction. */
MERE_MUST_USE enum mere_status mere_db_describe(struct mere_ctx *ctx, struct mere_db *db,
                                                const char *name, const char *description);

/* What is kept of every import: a dispute can be answered years later. Texts borrowed. */
struct mere_import_record {
    const char *scheme;
    const char *file; /* name without folders */
    const char *sha256;
    const char *layer;
    const char *datum, *crs, *operation, *encoding;
    double tolerance_m;
    int64_t n_features, n_used, n_rejected, n_merged, n_inserted, n_densified;
    double max_shift_m;
    const char *who;
    const char *when;     /* ISO 8601 UTC */
    const char *findings; /* JSON array: flaws and refusals, by zone */
};
MERE_MUST_USE enum mere_status mere_db_log_import(struct mere_ctx *ctx, struct mere_db *db,
                                                  const struct mere_import_record *record);
MERE_MUST_USE enum mere_status mere_db_imports(struct mere_ctx *ctx, struct mere_db *db,
                                               struct mere_arena *arena,
                                               struct mere_import_record **ret, size_t *ret_n);

/* A finding that the office accepts for a reason. Exactly one of `id` and `zone` is set. */
struct mere_waiver {
    const char *rule;
    const char *id;     /* a finding's id, or NULL */
    const char *scheme; /* with `zone`: all findings of `rule` about this zone */
    const char *zone;
    const char *reason;
    const char *until; /* ISO date, NULL = no end */
    const char *who, *when;
};
/* Keep a waiver, in the place of what was said before of the same target. */
MERE_MUST_USE enum mere_status mere_db_add_waiver(struct mere_ctx *ctx, struct mere_db *db,
                                                  const struct mere_waiver *waiver);
MERE_MUST_USE enum mere_status mere_db_waivers(struct mere_ctx *ctx, struct mere_db *db,
                                               struct mere_arena *arena, struct mere_waiver **ret,
                                               size_t *ret_n);

/* Features that another program changed since merestone last wrote or took changes: by scheme and
 * fid. `whole` when the whole layer must be compared, because another program dropped the triggers,
 * changed the layer's columns, or removed the layer (then `mere_db_schemes` no longer has it).
 * `unseen` when the triggers did not stand all the time, so that how the layer was before is not
 * known. */
struct mere_outside_change {
    const char *scheme;
    int64_t fid; /* -1 with `whole` */
    bool whole;
    bool unseen; /* only with `whole` */
};
MERE_MUST_USE enum mere_status mere_db_outside_changes(struct mere_ctx *ctx, struct mere_db *db,
                                                       struct mere_arena *arena,
                                                       struct mere_outside_change **ret,
                                                       size_t *ret_n);
/* Read one scheme as merestone last wrote or took it: the triggers kept the row of each changed
 * feature as it was before its first change. Of those rows the free columns are as they are now
 * (null when the feature is gone), for they were not kept. Worth nothing for a scheme that is
 * `unseen`. */
MERE_MUST_USE enum mere_status mere_db_read_accepted(struct mere_ctx *ctx, struct mere_db *db,
                                                     const char *name, struct mere_arena *arena,
                                                     struct mere_layer *ret_layer);
/* Put the geometry of the zones `zones[0 .. n)` of `layer` into the features that have their fids;
 * nothing else of these features changes. In a transaction. */
MERE_MUST_USE enum mere_status mere_db_write_geometry(struct mere_ctx *ctx, struct mere_db *db,
                                                      const struct mere_layer *layer,
                                                      const uint32_t *zones, size_t n);
/* Mark them as taken, in a transaction. */
MERE_MUST_USE enum mere_status mere_db_take_outside(struct mere_ctx *ctx, struct mere_db *db);

/* What is kept of every operation on a scheme. Texts borrowed. */
struct mere_operation_record {
    const char *kind; /* "external": another program's edits, taken; "repair"; "undo" */
    const char *scheme;
    const char *who;
    const char *when;    /* ISO 8601 UTC */
    int64_t generation;  /* the one that it made */
    int64_t n_features;  /* how many were edited */
    const char *changes; /* JSON array: fid, code and what changed, by feature */
};
MERE_MUST_USE enum mere_status mere_db_log_operation(struct mere_ctx *ctx, struct mere_db *db,
                                                     const struct mere_operation_record *record);
MERE_MUST_USE enum mere_status mere_db_operations(struct mere_ctx *ctx, struct mere_db *db,
                                                  struct mere_arena *arena,
                                                  struct mere_operation_record **ret,
                                                  size_t *ret_n);

/* A change of a scheme that can be undone. */
struct mere_mending {
    const struct mere_layer *layer; /* of the scheme; its zones have their fids */
    const uint32_t *zones;          /* zones of `layer` whose geometry is to be put in */
    size_t n;
    const int64_t *removed; /* fids of features that go */
    size_t n_removed;
};
/* Log `record` and make the change, with what undoing needs. In a transaction. */
MERE_MUST_USE enum mere_status mere_db_mend(struct mere_ctx *ctx, struct mere_db *db,
                                            const struct mere_operation_record *record,
                                            const struct mere_mending *what);
/* Take the last change back that can be: every feature gets the bytes that it had. `*ret` tells
 * which one it was (its texts in `arena`; no `changes`). In a transaction. Fails with
 * MERE_E_NOT_FOUND when there is none, MERE_E_INPUT when one of its features was changed since. */
MERE_MUST_USE enum mere_status mere_db_undo(struct mere_ctx *ctx, struct mere_db *db,
                                            struct mere_arena *arena,
                                            struct mere_operation_record *ret);
#endif
