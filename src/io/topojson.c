/* topojson.c - the geometries of a TopoJSON file that GDAL leaves out in silence: those without a
 * type ("type":null is how topojson-server writes a feature without geometry), and those without
 * the arcs or coordinates of their type. They come as features without geometry, where they stand
 * among the others, so that what a file holds is used or rejected under its number, never lost.
 *
 * GDAL takes texts as the bytes that they are, in UTF-8 or not; jansson takes UTF-8 only. So a file
 * that isn't UTF-8 is parsed with each byte as the character of its number (widened, as from
 * Latin-1), and texts are narrowed to their bytes again when they are handed over. */
#include "base/text.h"
#include "io/source_priv.h"
#include <cpl_vsi.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES ((size_t)1 << 30)
#define MAIN_LAYER "TopoJSON" /* GDAL's, of the objects that are no collections */

struct item {
    const json_t *geometry;
    uint64_t number; /* from 0, among all objects of the layer */
};
struct mere_left_out {
    json_t *root;
    bool widened;
    const char **keys; /* of the source's fields, as `root` has them */
    MERE_VEC(struct item) items;
    uint64_t n_objects;
    size_t at;        /* the next to be read */
    uint64_t n_given; /* of the layer's features: GDAL's and ours */
};

/* ---- the file -----------------------------------------------------------------------------------
 */

/* `opened`: GDAL's name of the file, which may be packed. */
static enum mere_status read_bytes(struct mere_ctx *ctx, const char *path, const char *opened,
                                   struct mere_text *ret)
{
    VSILFILE *f = VSIFOpenL(opened, "rb");
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

/* Each byte as the character of its number, in UTF-8. */
static void widen(const char *s, size_t n, struct mere_text *ret)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        char two[2] = {(char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F))};
        mere_text_add_n(ret, c < 0x80 ? s + i : two, c < 0x80 ? 1 : 2);
    }
}

/* The bytes again, in place. What was escaped and has no byte stays UTF-8, as GDAL gives it. */
static size_t narrow(char *s, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c == 0xC2 || c == 0xC3) && i + 1 < n)
            s[to++] = (char)(c << 6 | ((unsigned char)s[++i] & 0x3F));
        else
            s[to++] = s[i];
    }
    return to;
}

static json_t *load(const char *s, size_t n, json_error_t *error)
{
    json_t *root = json_loadb(s, n, JSON_ALLOW_NUL, error);
    /* Whole numbers of over 64 bits: as doubles, which GDAL makes of them too. */
    if (!root && json_error_code(error) == json_error_numeric_overflow)
        root = json_loadb(s, n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, error);
    return root;
}

static enum mere_status parse(struct mere_ctx *ctx, const char *path, struct mere_text *bytes,
                              struct mere_left_out *left)
{
    const char *s = mere_text_str(bytes);
    size_t n = bytes->len;
    struct mere_text wide = {0};
    json_error_t error;
    left->widened = !mere_utf8_valid(s, n);
    if (left->widened) {
        widen(s, n, &wide);
        s = mere_text_str(&wide);
        n = wide.len;
    }
    enum mere_status status = wide.failed ? mere_fail_nomem(ctx, "reading a TopoJSON") : MERE_OK;
    if (status == MERE_OK) {
        left->root = load(s, n, &error);
        if (!left->root)
            status = mere_fail(ctx, MERE_E_INPUT,
                               "%s, line %d: %s; this can't be read: correct it there, or write "
                               "it again with the program that made it",
                               path, error.line, error.text);
    }
    mere_text_clear(&wide);
    return status;
}

/* A name that GDAL gave, as `root` has it; NULL when memory is out. */
static const char *key_of(const struct mere_left_out *left, struct mere_source *source,
                          const char *name)
{
    struct mere_text wide = {0};
    if (!left->widened)
        return mere_arena_text(&source->arena, name, strlen(name));
    widen(name, strlen(name), &wide);
    const char *key =
        wide.failed ? NULL : mere_arena_text(&source->arena, mere_text_str(&wide), wide.len);
    mere_text_clear(&wide);
    return key;
}

/* Before the names are decoded. */
static bool keep_keys(struct mere_left_out *left, struct mere_source *source)
{
    left->keys = MERE_NEW(&source->arena, const char *, source->n_fields);
    for (size_t f = 0; left->keys && f < source->n_fields; f++) {
        left->keys[f] = key_of(left, source, source->fields[f].name);
        if (!left->keys[f])
            return false;
    }
    return left->keys != NULL;
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
    uint64_t number = left->n_objects++;
    return !is_left_out(geometry) || MERE_PUSH(&left->items, ((struct item){geometry, number}));
}

/* A collection is a layer of its own name; all other objects are in the last one. */
static bool gather(struct mere_left_out *left, const char *collection)
{
    json_t *objects = json_object_get(left->root, "objects");
    const json_t *named = json_object_get(objects, collection), *geometries, *item;
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

/* The name in the file; "" for GDAL's own layer, also where a collection before it is called so.
 * NULL when memory is out. */
static const char *collection_of(const struct mere_left_out *left,
                                 const struct mere_dataset *dataset, size_t layer,
                                 struct mere_source *source)
{
    const char *name = OGR_L_GetName(source->handle);
    for (size_t i = 0; i < layer && strcmp(name, MAIN_LAYER) == 0; i++)
        if (strcmp(mere_dataset_layer_name(dataset, i), MAIN_LAYER) == 0)
            return "";
    return key_of(left, source, name);
}

enum mere_status mere_left_out_open(struct mere_ctx *ctx, const struct mere_dataset *dataset,
                                    size_t layer, struct mere_source *source)
{
    struct mere_text bytes = {0};
    if (strcmp(source->driver, "TopoJSON") != 0)
        return MERE_OK;
    struct mere_left_out *left = source->left_out = calloc(1, sizeof *left);
    if (!left)
        return mere_fail_nomem(ctx, "reading a TopoJSON");
    enum mere_status status = read_bytes(ctx, source->path, GDALGetDescription(dataset->h), &bytes);
    if (status == MERE_OK)
        status = parse(ctx, source->path, &bytes, left);
    mere_text_clear(&bytes);
    MERE_TRY(status);
    if (!json_is_object(json_object_get(left->root, "objects")))
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s: \"objects\" is no object with a name for each geometry (TopoJSON "
                         "2.1): write it again with the program that made it",
                         source->path);
    const char *collection = collection_of(left, dataset, layer, source);
    return collection && keep_keys(left, source) && gather(left, collection)
               ? MERE_OK
               : mere_fail_nomem(ctx, "reading a TopoJSON");
}

void mere_left_out_rewind(struct mere_left_out *left)
{
    if (left)
        left->at = left->n_given = 0;
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

static const char *value_text(const json_t *value, char buf[32], char **ret_dumped)
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_real(value))
        return mere_double_text(json_real_value(value), buf);
    return *ret_dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
}

/* The value as the other features' are: a text, a number's digits, JSON for the rest. */
static bool set_value(struct mere_source *source, const json_t *value, struct mere_raw_text *ret)
{
    char buf[32], *dumped = NULL;
    *ret = (struct mere_raw_text){0};
    if (!value || json_is_null(value))
        return true;
    const char *s = value_text(value, buf, &dumped);
    char *kept = s ? mere_arena_text(&source->rows, s, strlen(s)) : NULL;
    free(dumped);
    if (!kept)
        return false;
    ret->s = kept;
    ret->len = source->left_out->widened ? narrow(kept, strlen(kept)) : strlen(kept);
    kept[ret->len] = 0;
    return true;
}

static enum mere_status add_feature(struct mere_ctx *ctx, struct mere_source *source,
                                    const json_t *item)
{
    const json_t *properties = json_object_get(item, "properties");
    struct mere_source_feature feature = {.part_first = (uint32_t)source->n_parts};
    feature.values = MERE_NEW(&source->rows, struct mere_raw_text, source->n_fields);
    if (is_collection(item))
        feature.error = "it is a collection inside a collection: give its geometries one by one";
    bool ok = feature.values != NULL;
    for (size_t f = 0; ok && f < source->n_fields; f++) {
        const char *key = source->left_out->keys[f];
        const json_t *value = json_object_get(properties, key);
        if (!value && strcmp(key, "id") == 0) /* beside the properties, not among them */
            value = json_object_get(item, "id");
        ok = set_value(source, value, &feature.values[f]);
    }
    if (!ok || !MERE_PUSH(&source->features, feature))
        return mere_fail_nomem(ctx, "reading features");
    source->n_shape[MERE_SOURCE_NULL]++;
    return MERE_OK;
}

enum mere_status mere_left_out_next(struct mere_ctx *ctx, struct mere_source *source, bool at_end,
                                    bool *ret)
{
    struct mere_left_out *left = source->left_out;
    *ret = left && left->at < left->items.n &&
           (at_end || left->items.v[left->at].number <= left->n_given);
    if (left && !at_end)
        left->n_given++; /* ours, or else GDAL's */
    return *ret ? add_feature(ctx, source, left->items.v[left->at++].geometry) : MERE_OK;
}
