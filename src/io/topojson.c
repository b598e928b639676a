/* topojson.c - the geometries of a TopoJSON file that GDAL leaves out in silence: those without a
 * type ("type":null is how topojson-server writes a feature without geometry), and those without
 * the arcs or coordinates of their type. They come as features without geometry, after the others,
 * so that what a file holds is used or rejected, never lost. */
#include "base/text.h"
#include "io/source_priv.h"
#include <cpl_vsi.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES ((size_t)1 << 30)

struct item {
    const json_t *geometry;
};
struct mere_left_out {
    json_t *root;
    MERE_VEC(struct item) items;
    size_t at; /* the next to be read */
};

/* ---- the file -----------------------------------------------------------------------------------
 */

static enum mere_status read_bytes(struct mere_ctx *ctx, const char *path, struct mere_text *ret)
{
    VSILFILE *f = VSIFOpenL(path, "rb");
    if (!f)
        return mere_fail(ctx, MERE_E_IO, "%s can't be read", path);
    enum mere_status status = MERE_OK;
    char buf[1 << 16];
    size_t n;
    ret->limit = MAX_BYTES;
    while ((n = VSIFReadL(buf, 1, sizeof buf, f)) > 0)
        mere_text_add_n(ret, buf, n);
    if (ret->failed)
        status = mere_fail(ctx, MERE_E_LIMIT,
                           "%s is too large for a TopoJSON (1 GiB at most): convert it to a "
                           "GeoPackage",
                           path);
    VSIFCloseL(f);
    return status;
}

/* ---- what is left out ---------------------------------------------------------------------------
 */

/* As GDAL's reader decides (ogrtopojsonreader.cpp, ParseObject). */
static bool is_left_out(const json_t *geometry)
{
    const char *type = json_string_value(json_object_get(geometry, "type"));
    if (!type)
        return true;
    bool points = strcmp(type, "Point") == 0 || strcmp(type, "MultiPoint") == 0;
    return !json_is_array(json_object_get(geometry, points ? "coordinates" : "arcs"));
}

static bool is_collection(const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    return type && strcmp(type, "GeometryCollection") == 0;
}

static bool take(struct mere_left_out *left, const json_t *geometry)
{
    return !is_left_out(geometry) || MERE_PUSH(&left->items, ((struct item){geometry}));
}

/* A collection is a layer of its own name; all other objects are in the layer "TopoJSON". */
static bool gather(struct mere_left_out *left, const char *layer)
{
    json_t *objects = json_object_get(left->root, "objects");
    const json_t *named = json_object_get(objects, layer), *geometries, *item;
    const char *key;
    size_t i;
    bool ok = true;
    if (is_collection(named)) {
        geometries = json_object_get(named, "geometries");
        json_array_foreach(geometries, i, item) ok = ok && take(left, item);
        return ok;
    }
    json_t *value;
    json_object_foreach(objects, key, value) ok = ok && (is_collection(value) || take(left, value));
    return ok;
}

enum mere_status mere_left_out_open(struct mere_ctx *ctx, struct mere_source *source)
{
    const char *path = source->inner ? source->inner : source->path;
    struct mere_text bytes = {0};
    json_error_t error;
    if (strcmp(source->driver, "TopoJSON") != 0)
        return MERE_OK;
    struct mere_left_out *left = source->left_out = calloc(1, sizeof *left);
    if (!left)
        return mere_fail_nomem(ctx, "reading a TopoJSON");
    enum mere_status status = read_bytes(ctx, path, &bytes);
    if (status == MERE_OK) {
        left->root = json_loadb(mere_text_str(&bytes), bytes.len, JSON_ALLOW_NUL, &error);
        if (!left->root)
            status = mere_fail(ctx, MERE_E_INPUT, "%s, line %d: %s", path, error.line, error.text);
        else if (!gather(left, source->layer))
            status = mere_fail_nomem(ctx, "reading a TopoJSON");
    }
    mere_text_clear(&bytes);
    return status;
}

void mere_left_out_rewind(struct mere_left_out *left)
{
    if (left)
        left->at = 0;
}

void mere_left_out_close(struct mere_left_out *left)
{
    if (!left)
        return;
    json_decref(left->root);
    MERE_VEC_FREE(&left->items);
    free(left);
}

/* ---- as features --------------------------------------------------------------------------------
 */

/* The value as the other features' are: a text, a number's digits, JSON for the rest. */
static bool set_value(struct mere_source *source, const json_t *value, struct mere_raw_text *ret)
{
    *ret = (struct mere_raw_text){0};
    if (!value || json_is_null(value))
        return true;
    char *dumped = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *s = json_is_string(value) ? json_string_value(value) : dumped;
    ret->len = s ? strlen(s) : 0;
    ret->s = s ? mere_arena_text(&source->rows, s, ret->len) : NULL;
    free(dumped);
    return ret->s != NULL;
}

enum mere_status mere_left_out_next(struct mere_ctx *ctx, struct mere_source *source, bool *ret)
{
    struct mere_left_out *left = source->left_out;
    *ret = left && left->at < left->items.n;
    if (!*ret)
        return MERE_OK;
    const json_t *item = left->items.v[left->at++].geometry;
    const json_t *properties = json_object_get(item, "properties");
    struct mere_source_feature feature = {.part_first = (uint32_t)source->n_parts};
    feature.values = MERE_NEW(&source->rows, struct mere_raw_text, source->n_fields);
    bool ok = feature.values != NULL;
    for (size_t f = 0; ok && f < source->n_fields; f++) {
        const char *name = source->fields[f].name;
        const json_t *value = json_object_get(properties, name);
        if (!value && strcmp(name, "id") == 0) /* beside the properties, not among them */
            value = json_object_get(item, "id");
        ok = set_value(source, value, &feature.values[f]);
    }
    if (!ok || !MERE_PUSH(&source->features, feature))
        return mere_fail_nomem(ctx, "reading features");
    source->n_shape[MERE_SOURCE_NULL]++;
    return MERE_OK;
}
