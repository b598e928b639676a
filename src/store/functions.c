/* functions.c - the SQL functions that the R-tree triggers of GeoPackage call (OGC 12-128r17, F.3).
 * Every connection that writes features needs them; SpatiaLite and GDAL bring their own. */
#include "store/geometry.h"
#include "store/store_priv.h"

enum which { IS_EMPTY, MIN_X, MAX_X, MIN_Y, MAX_Y };
static const enum which all[] = {IS_EMPTY, MIN_X, MAX_X, MIN_Y, MAX_Y};

static void st_function(sqlite3_context *call, int n, sqlite3_value **values)
{
    enum which which = *(const enum which *)sqlite3_user_data(call);
    struct mere_gpkg_envelope e;
    (void)n; /* always one: sqlite3 checks it */
    if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
        sqlite3_result_null(call);
        return;
    }
    const uint8_t *bytes = sqlite3_value_blob(values[0]);
    int len = sqlite3_value_bytes(values[0]);
    if (!bytes || len <= 0 || !mere_gpkg_envelope_of(bytes, (size_t)len, &e)) {
        sqlite3_result_error(call, "a geometry is not a GeoPackage geometry without curves", -1);
        return;
    }
    if (which == IS_EMPTY)
        sqlite3_result_int(call, e.empty);
    else if (e.empty)
        sqlite3_result_null(call);
    else
        sqlite3_result_double(call, which == MIN_X   ? e.min_x
                                    : which == MAX_X ? e.max_x
                                    : which == MIN_Y ? e.min_y
                                                     : e.max_y);
}

int mere_sql_functions(sqlite3 *sql)
{
    static const char *const names[] = {"ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"};
    int code = SQLITE_OK;
    for (size_t i = 0; i < MERE_LEN(names) && code == SQLITE_OK; i++) {
        /* sqlite3 takes a plain pointer; the function only reads through it. */
        union {
            const enum which *from;
            void *to;
        } user = {.from = &all[i]};
        code = sqlite3_create_function(sql, names[i], 1,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                       user.to, st_function, NULL, NULL);
    }
    return code;
}
