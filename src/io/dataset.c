/* dataset.c - opening a file through OGR, and refusing what can't be opened with a clear sentence.
 */
#include "base/hash.h"
#include "base/text.h"
#include "io/gdal_errors.h"
#include "io/source_priv.h"
#include <cpl_conv.h>
#include <cpl_string.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Formats that are one file (or a set of files of one name) with features in it. Left out on
 * purpose: those that point to other files or to the network (VRT, WFS, OAPIF, databases) and DWG
 * ("CAD"). */
static const char *const DRIVERS[] = {"GPKG",
                                      "ESRI Shapefile",
                                      "FlatGeobuf",
                                      "GeoJSON",
                                      "GeoJSONSeq",
                                      "TopoJSON",
                                      "ESRIJSON",
                                      "LIBKML",
                                      "KML",
                                      "GML",
                                      "GPX",
                                      "CSV",
                                      "XLSX",
                                      "ODS",
                                      "MapInfo File",
                                      "OpenFileGDB",
                                      "DXF",
                                      "DGN",
                                      "SQLite",
                                      "OSM",
                                      NULL};

bool mere_ends_with(const char *s, const char *end)
{
    size_t n = strlen(s);
    size_t k = strlen(end);
    return n >= k && strcasecmp(s + n - k, end) == 0;
}

/* `path` with its extension replaced by `ext` in lower or upper case, whichever exists; "" when
 * none. */
void mere_beside(const char *path, const char *ext, char *ret, size_t size)
{
    const char *dot = strrchr(path, '.');
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    struct stat st;
    for (int upper = 0; upper < 2; upper++) {
        int n = snprintf(ret, size, "%.*s.%s", (int)stem, path, ext);
        if (n < 0 || (size_t)n >= size)
            break;
        for (size_t i = stem + 1; upper && ret[i]; i++)
            if (ret[i] >= 'a' && ret[i] <= 'z')
                ret[i] = (char)(ret[i] - 'a' + 'A');
        if (stat(ret, &st) == 0)
            return;
    }
    ret[0] = 0;
}

static enum mere_status refuse_unreadable(struct mere_ctx *ctx, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s: %s", path,
                         errno == ENOENT ? "no such file" : strerror(errno));
    if (S_ISDIR(st.st_mode))
        return mere_ends_with(path, ".gdb")
                   ? MERE_OK
                   : mere_fail(ctx, MERE_E_INPUT, "%s is a folder; name a file in it", path);
    if (!S_ISREG(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "%s is no ordinary file", path);
    if (st.st_size == 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s is empty", path);
    FILE *f = fopen(path, "rb");
    if (!f)
        return mere_fail(ctx, MERE_E_INPUT, "%s can't be read: %s", path, strerror(errno));
    char head[6] = {0};
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    if (mere_ends_with(path, ".dwg") || (n == sizeof head && memcmp(head, "AC10", 4) == 0))
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s is a DWG drawing, which can't be read reliably; save it as DXF", path);
    return MERE_OK;
}

static enum mere_status refuse_half_shapefile(struct mere_ctx *ctx, const char *path)
{
    char beside[4096];
    if (!mere_ends_with(path, ".shp"))
        return MERE_OK;
    mere_beside(path, "shx", beside, sizeof beside);
    if (!beside[0])
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s lies here without its .shx file; copy all files of the shapefile "
                         "(.shp, .shx, .dbf, .prj, .cpg)",
                         path);
    return MERE_OK;
}

/* The open options of a driver: bytes as they are, texts as texts. */
static char **open_options(const char *driver)
{
    char **options = NULL;
    if (strcmp(driver, "ESRI Shapefile") == 0)
        options = CSLSetNameValue(options, "ENCODING", "");
    if (strcmp(driver, "GeoJSON") == 0 || strcmp(driver, "GeoJSONSeq") == 0)
        options = CSLSetNameValue(options, "DATE_AS_STRING", "YES");
    if (strcmp(driver, "CSV") == 0) {
        options = CSLSetNameValue(options, "AUTODETECT_TYPE", "NO");
        options = CSLSetNameValue(options, "EMPTY_STRING_AS_NULL", "YES");
        options = CSLSetNameValue(options, "GEOM_POSSIBLE_NAMES", "WKT,wkt,geometry,geom");
        options = CSLSetNameValue(options, "KEEP_GEOM_COLUMNS", "YES");
    }
    return options;
}

static GDALDatasetH open_gdal(const char *path, char *driver, size_t size)
{
    GDALDriverH d = GDALIdentifyDriverEx(path, GDAL_OF_VECTOR, DRIVERS, NULL);
    snprintf(driver, size, "%s", d ? GDALGetDriverShortName(d) : "");
    char **options = open_options(driver);
    /* A table of texts alone has a header too: without it no column has a name. */
    CPLSetThreadLocalConfigOption("OGR_XLSX_HEADERS", "FORCE");
    CPLSetThreadLocalConfigOption("OGR_ODS_HEADERS", "FORCE");
    GDALDatasetH h = GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, DRIVERS,
                                (const char *const *)options, NULL);
    CSLDestroy(options);
    if (h)
        snprintf(driver, size, "%s", GDALGetDriverShortName(GDALGetDatasetDriver(h)));
    return h;
}

/* Open `name`, and tell what GDAL says when it can't be. */
static bool try_open(struct mere_dataset *dataset, const char *name,
                     struct mere_gdal_errors *errors)
{
    mere_gdal_catch(errors);
    dataset->h = open_gdal(name, dataset->driver, sizeof dataset->driver);
    mere_gdal_release();
    return dataset->h != NULL;
}

/* Open a .zip: as a whole where its top holds something, else the only file deeper in it. */
static enum mere_status open_zip(struct mere_ctx *ctx, struct mere_dataset *dataset,
                                 const char *name, struct mere_gdal_errors *errors)
{
    struct mere_packed packed;
    MERE_TRY(mere_packed_check(ctx, dataset->path));
    if (try_open(dataset, name, errors))
        return MERE_OK;
    MERE_TRY(mere_packed_look(ctx, dataset->path, &dataset->arena, &packed));
    if (packed.n > 1)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s holds %zu files that could be meant; unpack it and name one:%s",
                         dataset->path, packed.n, packed.names);
    if (packed.n == 1 && try_open(dataset, packed.inner, errors))
        dataset->inner = packed.inner;
    return MERE_OK;
}

static enum mere_status open_any(struct mere_ctx *ctx, struct mere_dataset *dataset,
                                 struct mere_gdal_errors *errors)
{
    struct mere_text name = {0};
    bool zip = mere_ends_with(dataset->path, ".zip");
    /* GDAL reads packed files where it is told so. */
    mere_text_addf(&name, "%s%s",
                   mere_ends_with(dataset->path, ".gz") ? "/vsigzip/"
                   : zip                                ? "/vsizip/"
                                                        : "",
                   dataset->path);
    enum mere_status status = MERE_OK;
    if (name.failed)
        status = mere_fail_nomem(ctx, "opening a file");
    else if (zip)
        status = open_zip(ctx, dataset, mere_text_str(&name), errors);
    else
        try_open(dataset, mere_text_str(&name), errors);
    mere_text_clear(&name);
    return status;
}

static bool is_named(const struct mere_dataset *dataset, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(dataset->names[i], name) == 0)
            return true;
    return false;
}

static enum mere_status name_layers(struct mere_ctx *ctx, struct mere_dataset *dataset)
{
    size_t n = mere_dataset_n_layers(dataset);
    struct mere_text name = {0};
    bool ok = true;
    dataset->names = MERE_NEW(&dataset->arena, const char *, n);
    for (size_t i = 0; ok && dataset->names && i < n; i++) {
        OGRLayerH layer = GDALDatasetGetLayer(dataset->h, (int)i);
        const char *given = layer ? OGR_L_GetName(layer) : "";
        mere_text_clear(&name);
        mere_text_add(&name, mere_utf8_valid(given, strlen(given)) ? given : "");
        if (name.len < strlen(given) || is_named(dataset, i, mere_text_str(&name)))
            mere_text_addf(&name, "#%zu", i + 1);
        dataset->names[i] = mere_arena_text(&dataset->arena, mere_text_str(&name), name.len);
        ok = !name.failed && dataset->names[i];
    }
    mere_text_clear(&name);
    return ok && dataset->names ? MERE_OK : mere_fail_nomem(ctx, "listing layers");
}

enum mere_status mere_dataset_open(struct mere_ctx *ctx, const char *path,
                                   struct mere_dataset **ret)
{
    MERE_TRY(refuse_unreadable(ctx, path));
    MERE_TRY(refuse_half_shapefile(ctx, path));
    struct mere_dataset *dataset = calloc(1, sizeof *dataset);
    if (!dataset)
        return mere_fail_nomem(ctx, "opening a file");
    struct mere_gdal_errors errors = {0};
    dataset->path = mere_arena_text(&dataset->arena, path, strlen(path));
    enum mere_status status =
        dataset->path ? open_any(ctx, dataset, &errors) : mere_fail_nomem(ctx, "opening a file");
    if (status == MERE_OK && !dataset->h)
        status =
            mere_fail(ctx, MERE_E_INPUT, "%s can't be read as any known vector format%s%s", path,
                      errors.n_failures ? ": " : "", errors.n_failures ? errors.failure : "");
    if (status == MERE_OK)
        status = name_layers(ctx, dataset);
    if (status != MERE_OK) {
        mere_dataset_close(dataset);
        return status;
    }
    *ret = dataset;
    return MERE_OK;
}

void mere_dataset_close(struct mere_dataset *dataset)
{
    if (!dataset)
        return;
    struct mere_gdal_errors errors;
    mere_gdal_catch(&errors);
    if (dataset->h)
        GDALClose(dataset->h);
    mere_gdal_release();
    mere_arena_clear(&dataset->arena);
    free(dataset);
}

size_t mere_dataset_n_layers(const struct mere_dataset *dataset)
{
    int n = GDALDatasetGetLayerCount(dataset->h);
    return n > 0 ? (size_t)n : 0;
}

const char *mere_dataset_layer_name(const struct mere_dataset *dataset, size_t i)
{
    return dataset->names[i];
}

const char *mere_dataset_driver(const struct mere_dataset *dataset)
{
    return dataset->driver;
}

enum mere_status mere_dataset_pick(struct mere_ctx *ctx, const struct mere_dataset *dataset,
                                   const char *name, size_t *ret_i)
{
    size_t n = mere_dataset_n_layers(dataset);
    for (size_t i = 0; name && i < n; i++) {
        if (strcmp(mere_dataset_layer_name(dataset, i), name) == 0) {
            *ret_i = i;
            return MERE_OK;
        }
    }
    if (n == 1 && !name) {
        *ret_i = 0;
        return MERE_OK;
    }
    if (n == 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s has no layer", dataset->path);
    struct mere_text list = {0};
    for (size_t i = 0; i < n; i++)
        mere_text_addf(&list, "%s%s", i ? ", " : "", mere_dataset_layer_name(dataset, i));
    if (name)
        mere_fail(ctx, MERE_E_INPUT, "%s has no layer \"%s\"; it has: %s", dataset->path, name,
                  mere_text_str(&list));
    else
        mere_fail(ctx, MERE_E_INPUT, "%s has %zu layers; choose with --layer: %s", dataset->path, n,
                  mere_text_str(&list));
    mere_text_clear(&list);
    return MERE_E_INPUT;
}

static enum mere_status hash_file(struct mere_ctx *ctx, const char *path, struct mere_sha256 *h)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return mere_fail(ctx, MERE_E_IO, "%s can't be read: %s", path, strerror(errno));
    size_t n;
    char buf[16384];
    while ((n = fread(buf, 1, sizeof buf, f)) > 0)
        mere_sha256_add(h, buf, n);
    bool bad = ferror(f);
    fclose(f);
    return bad ? mere_fail(ctx, MERE_E_IO, "%s can't be read to its end", path) : MERE_OK;
}

enum mere_status mere_dataset_hash(struct mere_ctx *ctx, const struct mere_dataset *dataset,
                                   char ret_hex[65])
{
    static const char *const PARTS[] = {"cpg", "dbf", "prj", "shp", "shx"};
    struct mere_sha256 h;
    char beside[4096];
    struct stat st;
    mere_sha256_init(&h);
    if (mere_ends_with(dataset->path, ".shp")) {
        for (size_t i = 0; i < MERE_LEN(PARTS); i++) {
            mere_beside(dataset->path, PARTS[i], beside, sizeof beside);
            if (beside[0])
                MERE_TRY(hash_file(ctx, beside, &h));
        }
    } else if (stat(dataset->path, &st) == 0 && S_ISREG(st.st_mode)) {
        MERE_TRY(hash_file(ctx, dataset->path, &h));
    } else { /* a folder (.gdb): its files, by name */
        char **names = VSIReadDir(dataset->path);
        int n = CSLCount((CSLConstList)names);
        qsort(names, (size_t)n, sizeof *names, mere_text_cmp);
        enum mere_status status = MERE_OK;
        for (int i = 0; i < n && status == MERE_OK; i++) {
            snprintf(beside, sizeof beside, "%s/%s", dataset->path, names[i]);
            if (stat(beside, &st) == 0 && S_ISREG(st.st_mode))
                status = hash_file(ctx, beside, &h);
        }
        CSLDestroy(names);
        MERE_TRY(status);
    }
    mere_sha256_hex(&h, ret_hex);
    return MERE_OK;
}

int mere_text_cmp(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
