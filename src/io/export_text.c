/* export_text.c - GeoJSON (RFC 7946) and CSV with WKT, written by ourselves: the store's integers
 * come out as decimals to the last digit, codes stay texts, and nothing is held but one zone. */
#include "io/export_priv.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FLUSH_AT ((size_t)1 << 20)

struct sink {
    FILE *f;
    struct mere_text text;
};

static bool flush(struct sink *sink, size_t at)
{
    if (sink->text.failed)
        return false;
    if (sink->text.len < at)
        return true;
    bool ok = fwrite(mere_text_str(&sink->text), 1, sink->text.len, sink->f) == sink->text.len;
    sink->text.len = 0;
    return ok;
}

struct shape_words { /* how a format writes the points of a ring */
    const char *open, *close, *comma, *between;
};

static void add_ring(const struct mere_export_work *w, size_t ring, struct shape_words words,
                     struct mere_text *text)
{
    uint32_t first = w->layer.ring_first[ring];
    uint32_t end = w->layer.ring_first[ring + 1];
    mere_text_add(text, words.open);
    for (uint32_t k = first; k <= end && first < end; k++) {
        mere_text_add(text, k > first ? words.comma : "");
        mere_export_point(w, k < end ? k : first, words.between, text);
    }
    mere_text_add(text, words.close);
}

static void add_part(const struct mere_export_work *w, size_t part, struct shape_words words,
                     struct mere_text *text)
{
    bool json = words.open[0] == '[';
    mere_text_add(text, json ? "[" : "(");
    for (uint32_t r = w->layer.part_ring[part]; r < w->layer.part_ring[part + 1]; r++) {
        mere_text_add(text, r > w->layer.part_ring[part] ? "," : "");
        add_ring(w, r, words, text);
    }
    mere_text_add(text, json ? "]" : ")");
}

/* ---- GeoJSON -----------------------------------------------------------------------------------
 */

static void add_number(const char *value, enum mere_attr_type type, struct mere_text *text)
{
    mere_text_add(text, value);
    /* 12.0 stays a real when it is read again. */
    if (type == MERE_ATTR_REAL && !strpbrk(value, ".eEn"))
        mere_text_add(text, ".0");
}

static void add_properties(const struct mere_export_work *w, size_t zone, struct mere_text *text)
{
    char buf[32];
    size_t n = mere_export_n_columns(w);
    for (size_t c = 0; c < n; c++) {
        struct mere_column column = mere_export_column(w, c);
        const char *value = mere_export_value(w, zone, c, buf);
        mere_text_add(text, c ? "," : "");
        mere_json_string(text, w->columns.v[c].out);
        mere_text_add(text, ":");
        if (value && column.type != MERE_ATTR_TEXT && *value)
            add_number(value, column.type, text);
        else
            mere_json_string(text, value);
    }
}

static void add_feature(const struct mere_export_work *w, size_t zone, const uint32_t *parts,
                        size_t n, struct mere_text *text)
{
    static const struct shape_words WORDS = {"[[", "]]", "],[", ","};
    mere_text_add(text, "{\"type\":\"Feature\",\"properties\":{");
    add_properties(w, zone, text);
    mere_text_add(text, "},\"geometry\":");
    if (n == 0)
        mere_text_add(text, "null");
    else
        mere_text_addf(text, "{\"type\":\"%s\",\"coordinates\":%s",
                       n > 1 ? "MultiPolygon" : "Polygon", n > 1 ? "[" : "");
    for (size_t p = 0; p < n; p++) {
        mere_text_add(text, p ? "," : "");
        add_part(w, parts[p], WORDS, text);
    }
    if (n > 0)
        mere_text_add(text, n > 1 ? "]}" : "}");
    mere_text_add(text, "}");
}

static void add_geojson_head(const struct mere_export_work *w, struct mere_text *text)
{
    mere_text_add(text, "{\"type\":\"FeatureCollection\",\"name\":");
    mere_json_string(text, w->layer.name);
    if (w->datum > MERE_DATUM_WGS84)
        mere_text_addf(text, ",\"mere_datum\":\"%s\"", mere_datum_word(w->datum));
    mere_text_add(text, ",\"features\":[\n");
}

/* ---- CSV ---------------------------------------------------------------------------------------
 */

static void add_quoted(struct mere_text *text, const char *s)
{
    mere_text_add(text, "\"");
    for (; *s; s++)
        mere_text_add_n(text, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    mere_text_add(text, "\"");
}

static void add_csv_head(const struct mere_export_work *w, struct mere_text *text)
{
    mere_text_add(text, "WKT");
    for (size_t c = 0; c < mere_export_n_columns(w); c++) {
        mere_text_add(text, ",");
        add_quoted(text, w->columns.v[c].out);
    }
    mere_text_add(text, "\n");
}

static void add_row(const struct mere_export_work *w, size_t zone, const uint32_t *parts, size_t n,
                    struct mere_text *text)
{
    static const struct shape_words WORDS = {"(", ")", ",", " "};
    char buf[32];
    mere_text_add(text, n ? "\"MULTIPOLYGON(" : "");
    for (size_t p = 0; p < n; p++) {
        mere_text_add(text, p ? "," : "");
        add_part(w, parts[p], WORDS, text);
    }
    mere_text_add(text, n ? ")\"" : "");
    for (size_t c = 0; c < mere_export_n_columns(w); c++) {
        const char *value = mere_export_value(w, zone, c, buf);
        mere_text_add(text, ",");
        if (value && mere_export_column(w, c).type == MERE_ATTR_TEXT)
            add_quoted(text, value);
        else if (value)
            mere_text_add(text, value);
    }
    mere_text_add(text, "\n");
}

/* ---- both --------------------------------------------------------------------------------------
 */

static bool write_zones(const struct mere_export_work *w, bool json, const uint32_t *first,
                        const uint32_t *order, struct sink *sink)
{
    for (size_t z = 0; z < w->layer.n_zones; z++) {
        size_t n = first[z + 1] - first[z];
        if (json && z > 0)
            mere_text_add(&sink->text, ",\n");
        if (json)
            add_feature(w, z, order + first[z], n, &sink->text);
        else
            add_row(w, z, order + first[z], n, &sink->text);
        if (!flush(sink, FLUSH_AT))
            return false;
    }
    return true;
}

static enum mere_status write_text(struct mere_export_work *w, bool json)
{
    uint32_t *first, *order;
    MERE_TRY(mere_export_parts(w, &first, &order));
    struct sink sink = {.f = fopen(w->tmp, "wb")};
    if (!sink.f)
        return mere_fail(w->ctx, MERE_E_IO, "%s can't be written: %s", w->path, strerror(errno));
    if (json)
        add_geojson_head(w, &sink.text);
    else
        add_csv_head(w, &sink.text);
    bool ok = write_zones(w, json, first, order, &sink);
    if (json)
        mere_text_add(&sink.text, "\n]}\n");
    ok = ok && flush(&sink, 0);
    int error = errno;
    mere_text_clear(&sink.text);
    ok = fclose(sink.f) == 0 && ok;
    return ok ? MERE_OK
              : mere_fail(w->ctx, MERE_E_IO, "%s can't be written: %s", w->path, strerror(error));
}

enum mere_status mere_export_geojson(struct mere_export_work *w)
{
    return write_text(w, true);
}

/* The types of the columns go beside the CSV, in OGR's own way: whoever reads it with OGR gets
 * numbers as numbers and codes as texts. */
static enum mere_status write_csvt(struct mere_export_work *w)
{
    struct mere_text path = {0};
    mere_text_addf(&path, "%st", w->tmp);
    FILE *f = path.failed ? NULL : fopen(mere_text_str(&path), "wb");
    mere_text_clear(&path);
    bool ok = f && fputs("WKT", f) >= 0;
    for (size_t c = 0; c < mere_export_n_columns(w) && ok; c++) {
        enum mere_attr_type type = mere_export_column(w, c).type;
        ok = fprintf(f, ",%s",
                     type == MERE_ATTR_INT    ? "Integer64"
                     : type == MERE_ATTR_REAL ? "Real"
                                              : "String") > 0;
    }
    ok = ok && fputs("\n", f) >= 0;
    int error = errno;
    if (f)
        ok = fclose(f) == 0 && ok;
    return ok ? MERE_OK
              : mere_fail(w->ctx, MERE_E_IO, "%st can't be written: %s", w->path, strerror(error));
}

enum mere_status mere_export_csv(struct mere_export_work *w)
{
    MERE_TRY(write_text(w, false));
    return write_csvt(w);
}
