/* source_values.c - the values of a feature's fields as texts: numbers as exact decimals, truths as
 * "true" and "false", lists as JSON. */
#include "base/text.h"
#include "io/dbf.h"
#include "io/source_priv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- lists --------------------------------------------------------------------------------------
 */

static void add_item(struct mere_text *text, int i, const char *item)
{
    mere_text_addf(text, "%s%s", i ? "," : "[", item);
}

static void add_texts(struct mere_text *text, char **list)
{
    for (int i = 0; list && list[i]; i++) {
        mere_text_add(text, i ? "," : "[");
        mere_json_string(text, list[i]);
    }
}

/* Numbers, or truths: as decimals, `true` and `false`, `null` for what is no number. */
static void add_numbers(struct mere_text *text, OGRFeatureH feature, int at)
{
    OGRFieldDefnH field = OGR_F_GetFieldDefnRef(feature, at);
    bool truths = OGR_Fld_GetSubType(field) == OFSTBoolean;
    char buf[32];
    int n = 0;
    if (OGR_Fld_GetType(field) == OFTIntegerList) {
        const int *v = OGR_F_GetFieldAsIntegerList(feature, at, &n);
        for (int i = 0; i < n; i++) {
            snprintf(buf, sizeof buf, "%d", v[i]);
            add_item(text, i, !truths ? buf : v[i] ? "true" : "false");
        }
    } else if (OGR_Fld_GetType(field) == OFTInteger64List) {
        const GIntBig *v = OGR_F_GetFieldAsInteger64List(feature, at, &n);
        for (int i = 0; i < n; i++) {
            snprintf(buf, sizeof buf, "%lld", (long long)v[i]);
            add_item(text, i, buf);
        }
    } else {
        const double *v = OGR_F_GetFieldAsDoubleList(feature, at, &n);
        for (int i = 0; i < n; i++)
            add_item(text, i, isfinite(v[i]) ? mere_double_text(v[i], buf) : "null");
    }
}

static const char *list_text(struct mere_source *source, OGRFeatureH feature, int at)
{
    struct mere_text *text = &source->scratch;
    text->len = 0;
    if (OGR_Fld_GetType(OGR_F_GetFieldDefnRef(feature, at)) == OFTStringList)
        add_texts(text, OGR_F_GetFieldAsStringList(feature, at));
    else
        add_numbers(text, feature, at);
    mere_text_add(text, text->len ? "]" : "[]");
    return text->failed ? NULL : text->s;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static const char *text_value(struct mere_source *source, OGRFeatureH feature, int at)
{
    switch (OGR_Fld_GetType(OGR_F_GetFieldDefnRef(feature, at))) {
    case OFTInteger:
        return OGR_F_GetFieldAsInteger(feature, at) ? "true" : "false";
    case OFTIntegerList:
    case OFTInteger64List:
    case OFTRealList:
    case OFTStringList:
        return list_text(source, feature, at);
    default:
        return OGR_F_GetFieldAsString(feature, at);
    }
}

/* A wide number is handed over as it stands in the .dbf; `settle_wide` decides, when all is read.
 */
static const char *value_text(struct mere_source *source, OGRFeatureH feature, size_t i,
                              char buf[32])
{
    struct mere_source_field *field = &source->fields[i];
    if (i < source->n_keys) {
        snprintf(buf, 32, "%lld", (long long)OGR_F_GetFID(feature));
        return buf;
    }
    int at = (int)(i - source->n_keys);
    GIntBig record = field->wide ? OGR_F_GetFID(feature) : -1;
    const char *whole = record >= 0 ? mere_dbf_number(source->dbf, (uint64_t)record, i) : NULL;
    if (whole) {
        field->rounds = field->rounds || mere_dbf_rounds(whole);
        return whole;
    }
    if (field->type == MERE_ATTR_TEXT)
        return text_value(source, feature, at);
    if (field->type != MERE_ATTR_REAL)
        return OGR_F_GetFieldAsString(feature, at);
    double v = OGR_F_GetFieldAsDouble(feature, at);
    return isfinite(v) ? mere_double_text(v, buf) : NULL;
}

/* When all is read: a field with a whole number that a double doesn't keep becomes one of texts,
 * without decimals of zeros; any other one of doubles, as of every format. */
static enum mere_status settle_wide(struct mere_ctx *ctx, struct mere_source *source, size_t i)
{
    struct mere_source_field *field = &source->fields[i];
    if (field->rounds)
        field->type = MERE_ATTR_TEXT;
    for (size_t k = 0; k < source->features.n; k++) {
        struct mere_raw_text *value = &source->features.v[k].values[i];
        char buf[32];
        if (!value->s)
            continue;
        size_t whole = strcspn(value->s, ".");
        if (!field->rounds) {
            const char *s = mere_double_text(strtod(value->s, NULL), buf);
            value->len = strlen(s);
            value->s = mere_arena_text(&source->rows, s, value->len);
        } else if (value->s[whole] && !value->s[whole + 1 + strspn(value->s + whole + 1, "0")]) {
            value->len = whole;
            value->s = mere_arena_text(&source->rows, value->s, whole);
        }
        if (!value->s)
            return mere_fail_nomem(ctx, "reading values");
    }
    return MERE_OK;
}

enum mere_status mere_source_values(struct mere_ctx *ctx, OGRFeatureH h, struct mere_source *source,
                                    struct mere_source_feature *feature)
{
    feature->values = MERE_NEW(&source->rows, struct mere_raw_text, source->n_fields);
    if (!feature->values)
        return mere_fail_nomem(ctx, "reading values");
    for (size_t i = 0; i < source->n_fields; i++) {
        char buf[32];
        if ((int)i == source->wkt_field && !source->wkt_to_do)
            continue;
        if (i >= source->n_keys && !OGR_F_IsFieldSetAndNotNull(h, (int)(i - source->n_keys)))
            continue;
        const char *s = value_text(source, h, i, buf);
        if (!s)
            continue;
        size_t len = strlen(s);
        struct mere_raw_text *value = &feature->values[i];
        value->s = mere_arena_text(&source->rows, s, len);
        value->len = len;
        value->cut = source->fields[i].width > 0 && len >= (size_t)source->fields[i].width;
        if (!value->s)
            return mere_fail_nomem(ctx, "reading values");
    }
    return MERE_OK;
}

enum mere_status mere_source_settle(struct mere_ctx *ctx, struct mere_source *source)
{
    for (size_t i = 0; i < source->n_fields; i++)
        if (source->fields[i].wide)
            MERE_TRY(settle_wide(ctx, source, i));
    return MERE_OK;
}
