/* schema.c - the tables of a new store, and reading back who it belongs to. docs/STORE.md has the
 * schema in full. The gpkg_* tables are those of OGC 12-128r17 (GeoPackage 1.3), annex C. */
#include "store/store_priv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char gpkg_tables[] =
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY NOT "
    "NULL,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT "
    "NULL,"
    " description TEXT);"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT "
    "NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,"
    " definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined',"
    "  'undefined Cartesian coordinate reference system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined',"
    "  'undefined geographic coordinate reference system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\","
    "SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],"
    "AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],"
    "AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]',"
    "  'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid'),"
    " ('China Geodetic Coordinate System 2000', 4490, 'EPSG', 4490,"
    "  'GEOGCS[\"China Geodetic Coordinate System 2000\",DATUM[\"China_2000\","
    "SPHEROID[\"CGCS2000\",6378137,298.257222101,AUTHORITY[\"EPSG\",\"1024\"]],"
    "AUTHORITY[\"EPSG\",\"1043\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],"
    "AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4490\"]]',"
    "  'longitude/latitude coordinates in decimal degrees on the CGCS2000 spheroid');";

/* One row of type attributes in gpkg_contents (that of mere_meta) makes GDAL, and so QGIS, list
 * registered tables only: the other mere_* tables stay out of the way. */
static const char mere_tables[] =
    "CREATE TABLE mere_meta (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL "
    "UNIQUE,"
    " value TEXT);"
    "CREATE TABLE mere_session (busy INTEGER NOT NULL);"
    "INSERT INTO mere_session VALUES (0);"
    "CREATE TABLE mere_scheme (name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL,"
    " covering INTEGER NOT NULL, parent_scheme TEXT, table_sql TEXT NOT NULL,"
    " whole INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE mere_reference (name TEXT PRIMARY KEY NOT NULL);"
    "CREATE TABLE mere_outside (id INTEGER PRIMARY KEY NOT NULL, scheme TEXT NOT NULL,"
    " fid INTEGER NOT NULL, was INTEGER NOT NULL, geom BLOB, code TEXT, name TEXT, parent TEXT,"
    " kind TEXT, households INTEGER, persons INTEGER, UNIQUE (scheme, fid));"
    "CREATE TABLE mere_operations (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
    " generation INTEGER NOT NULL, kind TEXT NOT NULL, scheme TEXT NOT NULL, who TEXT, at TEXT,"
    " n_features INTEGER, changes TEXT);"
    "CREATE TABLE mere_import (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, scheme TEXT NOT NULL,"
    " file TEXT, sha256 TEXT, layer TEXT, datum TEXT, crs TEXT, operation TEXT, encoding TEXT,"
    " tolerance_m REAL, n_features INTEGER, n_used INTEGER, n_rejected INTEGER, n_merged INTEGER,"
    " n_inserted INTEGER, n_densified INTEGER, max_shift_m REAL, who TEXT, at TEXT, findings TEXT);"
    "CREATE TABLE mere_waiver (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, rule TEXT NOT NULL,"
    " finding TEXT, scheme TEXT, zone TEXT, reason TEXT NOT NULL, until TEXT, who TEXT, at TEXT);";

static enum mere_status put_meta(struct mere_ctx *ctx, struct mere_db *db, const char *key,
                                 const char *value)
{
    const char *texts[] = {key, value};
    return mere_sql_run(ctx, db, "INSERT INTO mere_meta (key, value) VALUES (?1, ?2)", texts, 2);
}

enum mere_status mere_schema_create(struct mere_ctx *ctx, struct mere_db *db,
                                    const struct mere_district *d)
{
    char now[MERE_TIME_LEN], number[32];
    MERE_TRY(mere_db_time(ctx, db, now));
    MERE_TRY(mere_sql_exec(ctx, db, "PRAGMA page_size = 4096"));
    MERE_TRY(mere_sql_exec(ctx, db, "PRAGMA application_id = 1196444487")); /* 'GPKG' */
    MERE_TRY(mere_sql_exec(ctx, db, "PRAGMA user_version = 10300"));        /* GeoPackage 1.3 */
    MERE_TRY(mere_sql_exec(ctx, db, gpkg_tables));
    MERE_TRY(mere_sql_exec(ctx, db, mere_tables));
    snprintf(number, sizeof number, "%d", MERE_SCHEMA_VERSION);
    MERE_TRY(put_meta(ctx, db, "schema_version", number));
    MERE_TRY(put_meta(ctx, db, "generation", "0"));
    MERE_TRY(put_meta(ctx, db, "code", d->code));
    MERE_TRY(put_meta(ctx, db, "name", d->name));
    MERE_TRY(put_meta(ctx, db, "crs", d->crs));
    MERE_TRY(put_meta(ctx, db, "cgcs2000", d->cgcs2000 ? "1" : "0"));
    MERE_TRY(put_meta(ctx, db, "main", d->main));
    MERE_TRY(put_meta(ctx, db, "profile", d->profile));
    MERE_TRY(put_meta(ctx, db, "profile_json", d->profile_json));
    MERE_TRY(put_meta(ctx, db, "lang", d->lang));
    MERE_TRY(put_meta(ctx, db, "match_units", mere_double_text(d->match_units, number)));
    const char *texts[] = {now};
    return mere_sql_run(ctx, db,
                        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description,"
                        " last_change, srs_id) VALUES ('mere_meta', 'attributes', 'mere_meta',"
                        " 'merestone: the district and the generation', ?1, 0)",
                        texts, 1);
}

/* ---- loading ---- */

/* The value of `key` in the store's arena; NULL when null or absent. */
static enum mere_status get_meta(struct mere_ctx *ctx, struct mere_db *db, const char *key,
                                 const char **ret)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    const char *value = NULL;
    MERE_TRY(mere_sql_prepare(ctx, db, "SELECT value FROM mere_meta WHERE key = ?1", &stmt));
    (void)sqlite3_bind_text(stmt, 1, key, -1, SQLITE_STATIC);
    enum mere_status status = mere_sql_step(ctx, db, stmt, &row);
    if (status == MERE_OK && row)
        status = mere_sql_text(ctx, &db->arena, stmt, 0, &value);
    sqlite3_finalize(stmt);
    if (status == MERE_OK)
        *ret = value;
    return status;
}

static enum mere_status check_version(struct mere_ctx *ctx, struct mere_db *db)
{
    const char *text = NULL;
    MERE_TRY(get_meta(ctx, db, "schema_version", &text));
    char *end = NULL;
    long version = text ? strtol(text, &end, 10) : 0;
    if (!text || *end || version < 1)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' does not say which schema it has: it is damaged; put back a copy",
                         db->path);
    if (version > MERE_SCHEMA_VERSION)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' was made by a newer merestone (schema %ld; this program, version " //
                         MERE_VERSION ", knows up to %d): install the newer one",
                         db->path, version, MERE_SCHEMA_VERSION);
    return MERE_OK;
}

enum mere_status mere_schema_load(struct mere_ctx *ctx, struct mere_db *db)
{
    int64_t id = 0, found = 0;
    MERE_TRY(mere_sql_int(ctx, db, "PRAGMA application_id", NULL, 0, &id));
    MERE_TRY(mere_sql_int(ctx, db,
                          "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN"
                          " ('gpkg_contents', 'gpkg_spatial_ref_sys')",
                          NULL, 0, &found));
    /* 'GP10' and 'GP11' are the ids of GeoPackage 1.0 and 1.1. */
    if ((id != MERE_GPKG_APPLICATION_ID && id != 0x47503130 && id != 0x47503131) || found < 2)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' is an SQLite file but not a GeoPackage: make a store with "
                         "`merestone init`",
                         db->path);
    MERE_TRY(mere_sql_int(ctx, db,
                          "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN"
                          " ('mere_meta', 'mere_scheme', 'mere_session', 'mere_outside')",
                          NULL, 0, &found));
    if (found == 0)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' is a GeoPackage but not a merestone store: make a store with "
                         "`merestone init` and bring this file in with `merestone import`",
                         db->path);
    if (found < 4)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s' lacks tables of merestone that another program removed: put back a copy",
            db->path);
    MERE_TRY(check_version(ctx, db));
    const char *cgcs = NULL, *units = NULL;
    struct mere_district *d = &db->district;
    MERE_TRY(get_meta(ctx, db, "code", &d->code));
    MERE_TRY(get_meta(ctx, db, "name", &d->name));
    MERE_TRY(get_meta(ctx, db, "crs", &d->crs));
    MERE_TRY(get_meta(ctx, db, "cgcs2000", &cgcs));
    MERE_TRY(get_meta(ctx, db, "main", &d->main));
    MERE_TRY(get_meta(ctx, db, "profile", &d->profile));
    MERE_TRY(get_meta(ctx, db, "profile_json", &d->profile_json));
    MERE_TRY(get_meta(ctx, db, "lang", &d->lang));
    MERE_TRY(get_meta(ctx, db, "match_units", &units));
    d->cgcs2000 = cgcs && strcmp(cgcs, "1") == 0;
    d->match_units = units ? strtod(units, NULL) : 0;
    return MERE_OK;
}
