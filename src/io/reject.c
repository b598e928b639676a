/* reject.c - the features that could not be used, as a list that a person can work through. */
#include "io/import_priv.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WKT_VERTICES 20 /* of a rejected polygon are shown: enough to find it */

static void add_quoted(struct mere_text *text, const char *s)
{
    mere_text_add(text, "\"");
    for (; s && *s; s++)
        mere_text_add_n(text, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    mere_text_add(text, "\"");
}

static void add_wkt(const struct mere_import_work *w, size_t i, struct mere_text *text)
{
    const struct mere_source *source = w->source;
    const struct mere_source_feature *feature = &source->features.v[i];
    if (feature->wkt)
        mere_text_add(text, feature->wkt);
    if (feature->wkt || feature->n_parts == 0)
        return;
    size_t ring = source->part_ring.v[feature->part_first];
    size_t first = source->ring_first.v[ring];
    size_t end = source->ring_first.v[ring + 1];
    mere_text_add(text, "POLYGON((");
    for (size_t k = first; k < end && k < first + WKT_VERTICES; k++)
        mere_text_addf(text, "%s%.10g %.10g", k > first ? "," : "", source->x.v[k], source->y.v[k]);
    if (end - first > WKT_VERTICES)
        mere_text_addf(text, ", ... %zu vertices", end - first);
    else
        mere_text_addf(text, ",%.10g %.10g", source->x.v[first], source->y.v[first]);
    mere_text_add(text, "))");
}

static void add_field(const struct mere_import_work *w, size_t i, enum mere_field_role role,
                      struct mere_text *text)
{
    int field = w->roles.field[role];
    if (field >= 0)
        add_quoted(text, w->source->features.v[i].values[field].s);
}

#define HEADER "feature,code,name,reason,wkt\n"

/* A list of an earlier import may be replaced, and nothing else that happens to have this name. */
static enum mere_status refuse_foreign(struct mere_ctx *ctx, const char *path)
{
    char head[sizeof HEADER] = "";
    FILE *f = fopen(path, "rb");
    if (!f)
        return MERE_OK; /* not there, or the writing tells why not */
    size_t n = fread(head, 1, sizeof head - 1, f);
    fclose(f);
    if (n == 0 || strcmp(head, HEADER) == 0)
        return MERE_OK;
    return mere_fail(ctx, MERE_E_INPUT,
                     "--reject %s exists and is no list of rejects: name another file", path);
}

static void add_rows(struct mere_import_work *w, struct mere_text *text)
{
    mere_text_add(text, HEADER);
    for (size_t i = 0; i < w->source->features.n; i++) {
        if (!w->reject[i])
            continue;
        struct mere_text wkt = {0};
        mere_text_addf(text, "%zu,", i + 1);
        add_field(w, i, MERE_FIELD_CODE, text);
        mere_text_add(text, ",");
        add_field(w, i, MERE_FIELD_NAME, text);
        mere_text_add(text, ",");
        add_quoted(text, mere_import_reason(w, i, w->zh));
        mere_text_add(text, ",");
        add_wkt(w, i, &wkt);
        add_quoted(text, mere_text_str(&wkt));
        mere_text_add(text, "\n");
        text->failed = text->failed || wkt.failed;
        mere_text_clear(&wkt);
    }
}

static enum mere_status write_file(struct mere_ctx *ctx, const char *path, const char *tmp,
                                   const struct mere_text *text)
{
    FILE *f = fopen(tmp, "wb");
    if (!f)
        return mere_fail(ctx, errno == ENOENT || errno == ENOTDIR ? MERE_E_INPUT : MERE_E_IO,
                         "--reject %s can't be written: %s", path, strerror(errno));
    bool ok = fwrite(mere_text_str(text), 1, text->len, f) == text->len;
    ok = fclose(f) == 0 && ok;
    if (ok && rename(tmp, path) == 0)
        return MERE_OK;
    enum mere_status status =
        mere_fail(ctx, MERE_E_IO, "--reject %s can't be written: %s", path, strerror(errno));
    remove(tmp);
    return status;
}

enum mere_status mere_import_write_rejects(struct mere_import_work *w, const char *path)
{
    struct mere_text text = {0};
    struct mere_text tmp = {0};
    MERE_TRY(refuse_foreign(w->ctx, path));
    add_rows(w, &text);
    mere_text_addf(&tmp, "%s.tmp", path);
    enum mere_status status = text.failed || tmp.failed
                                  ? mere_fail_nomem(w->ctx, "listing rejects")
                                  : write_file(w->ctx, path, mere_text_str(&tmp), &text);
    mere_text_clear(&text);
    mere_text_clear(&tmp);
    return status;
}
