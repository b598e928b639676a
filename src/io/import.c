#include "io/import.h"
#include "io/import_priv.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mere_import_report_clear(struct mere_import_report *report)
{
    mere_text_clear(&report->said);
    mere_arena_clear(&report->arena);
    *report = (struct mere_import_report){0};
}

static const char *keep(struct mere_import_work *w, const char *s)
{
    return s ? mere_arena_text(&w->report->arena, s, strlen(s)) : NULL;
}

static const char *filled(struct mere_arena *arena, bool zh, const char *en,
                          const char *const *args)
{
    struct mere_text text = {0};
    mere_words_add(&text, zh, en, args);
    const char *s = text.failed ? NULL : mere_arena_text(arena, mere_text_str(&text), text.len);
    mere_text_clear(&text);
    return s;
}

const char *mere_import_number(struct mere_import_work *w, uint64_t v)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v);
    return mere_arena_text(&w->arena, digits, (size_t)n);
}

/* A reason that the table doesn't know comes from GDAL, in English. */
const char *mere_import_reason(struct mere_import_work *w, size_t i, bool zh)
{
    const char *reason = w->reject[i];
    if (!zh || mere_words_zh(reason))
        return mere_words(zh, reason);
    return filled(&w->arena, zh, "the reading says: {0}", (const char *const[]){reason, NULL});
}

enum mere_status mere_import_find(struct mere_import_work *w, struct mere_import_finding finding,
                                  size_t feature, const char *const *args)
{
    const char *en = finding.text;
    finding.feature = feature == SIZE_MAX ? 0 : feature + 1;
    finding.zone = keep(w, finding.zone);
    finding.text = filled(&w->report->arena, false, en, args);
    finding.zh = filled(&w->report->arena, true, en, args);
    if (!finding.text || !finding.zh || !MERE_PUSH(&w->findings, finding))
        return mere_fail_nomem(w->ctx, "noting findings");
    w->report->n_person += finding.person;
    return MERE_OK;
}

void mere_import_reject(struct mere_import_work *w, size_t feature, const char *reason)
{
    w->reject[feature] = reason;
    w->zone_of[feature] = MERE_UNKNOWN;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum mere_status count_features(struct mere_import_work *w)
{
    struct mere_import_report *report = w->report;
    report->n_features = w->source->features.n;
    for (size_t i = 0; i < report->n_features; i++)
        report->n_rejected += w->reject[i] != NULL;
    report->n_used = report->n_features - report->n_rejected;
    report->n_person += report->n_rejected;
    struct mere_import_finding *findings =
        MERE_NEW(&report->arena, struct mere_import_finding, w->findings.n);
    if (!findings)
        return mere_fail_nomem(w->ctx, "noting findings");
    if (w->findings.n)
        memcpy(findings, w->findings.v, w->findings.n * sizeof *findings);
    report->findings = findings;
    report->n_findings = w->findings.n;
    return MERE_OK;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static enum mere_status log_import(struct mere_import_work *w)
{
    const struct mere_import_report *report = w->report;
    const struct mere_crs_info *info = w->place.info;
    struct mere_text json = {0};
    mere_import_findings_json(w, &json);
    struct mere_import_record record = {
        .scheme = w->options->scheme,
        .file = file_name(w->source->path),
        .sha256 = w->sha256,
        .layer = w->source->layer,
        .datum = mere_datum_word(w->place.datum),
        .crs = info->epsg ? info->epsg : info->name,
        .operation = w->place.identity ? "none" : info->operation,
        .encoding = w->encoding.name,
        .tolerance_m = w->options->tolerance_m,
        .n_features = (int64_t)report->n_features,
        .n_used = (int64_t)report->n_used,
        .n_rejected = (int64_t)report->n_rejected,
        .n_merged = (int64_t)report->n_merged,
        .n_inserted = (int64_t)report->n_inserted,
        .n_densified = (int64_t)report->n_densified,
        .max_shift_m = report->max_shift_m,
        .who = w->options->who ? w->options->who : "",
        .when = w->options->when ? w->options->when : "",
        .findings = mere_text_str(&json),
    };
    enum mere_status status = json.failed ? mere_fail_nomem(w->ctx, "noting findings")
                                          : mere_db_log_import(w->ctx, w->db, &record);
    mere_text_clear(&json);
    return status;
}

/* The report is made and the reject file is written before the commit: when they can't be, the
 * store stays as it was. */
static enum mere_status finish(struct mere_import_work *w, bool reference)
{
    MERE_TRY(log_import(w));
    mere_import_tell(w, reference);
    if (w->report->said.failed)
        return mere_fail_nomem(w->ctx, "writing the report");
    if (w->options->reject_path)
        MERE_TRY(mere_import_write_rejects(w, w->options->reject_path));
    return mere_db_commit(w->ctx, w->db, true);
}

static enum mere_status write_scheme(struct mere_import_work *w)
{
    MERE_TRY(mere_db_begin(w->ctx, w->db));
    enum mere_status status = mere_db_write_layer(w->ctx, w->db, &w->layer, w->options->replace);
    if (status == MERE_OK)
        status = finish(w, false);
    if (status != MERE_OK)
        mere_db_rollback(w->db);
    return status;
}

/* ---- the two kinds of import --------------------------------------------------------------------
 */

static void clear_work(struct mere_import_work *w)
{
    mere_place_clear(&w->place);
    mere_source_free(w->source);
    MERE_VEC_FREE(&w->findings);
    mere_arena_clear(&w->arena);
}

static enum mere_status import_scheme(struct mere_import_work *w, const char *path)
{
    MERE_TRY(mere_import_start(w, path, false));
    MERE_TRY(mere_import_zones(w));
    if (w->n_zones > 0)
        MERE_TRY(mere_import_net(w));
    MERE_TRY(count_features(w));
    if (w->n_zones == 0 || w->layer.n_zones == 0)
        return mere_fail(w->ctx, MERE_E_INPUT,
                         "%s: none of its %zu features can be used; the first: %s", w->source->path,
                         w->report->n_features,
                         w->report->n_features ? w->reject[0] : "there is none");
    w->report->n_zones = w->layer.n_zones;
    return write_scheme(w);
}

static enum mere_status run(struct mere_ctx *ctx, struct mere_db *db, const char *path,
                            const struct mere_import_options *options,
                            enum mere_status (*import)(struct mere_import_work *, const char *),
                            struct mere_import_report *ret)
{
    struct mere_import_report report = {0};
    struct mere_import_work w = {.ctx = ctx, .db = db, .options = options, .report = &report};
    w.zh = strcmp(mere_db_district(db)->lang, "zh") == 0;
    enum mere_status status = import(&w, path);
    clear_work(&w);
    if (status != MERE_OK) {
        mere_import_report_clear(&report);
        return status;
    }
    *ret = report;
    return MERE_OK;
}

enum mere_status mere_import(struct mere_ctx *ctx, struct mere_db *db, const char *path,
                             const struct mere_import_options *options,
                             struct mere_import_report *ret)
{
    return run(ctx, db, path, options, import_scheme, ret);
}

static enum mere_status write_reference(struct mere_import_work *w,
                                        const struct mere_ref_layer *layer)
{
    MERE_TRY(mere_db_begin(w->ctx, w->db));
    enum mere_status status = mere_db_write_reference(w->ctx, w->db, layer, w->options->replace);
    if (status == MERE_OK)
        status = finish(w, true);
    if (status != MERE_OK)
        mere_db_rollback(w->db);
    return status;
}

static enum mere_status import_as_reference(struct mere_import_work *w, const char *path)
{
    struct mere_ref_layer layer;
    MERE_TRY(mere_import_start(w, path, true));
    MERE_TRY(mere_import_make_reference(w, &layer));
    MERE_TRY(count_features(w));
    if (layer.n_features == 0)
        return mere_fail(w->ctx, MERE_E_INPUT,
                         "%s: none of its %zu features can be used; the first: %s", w->source->path,
                         w->report->n_features,
                         w->report->n_features ? w->reject[0] : "there is none");
    return write_reference(w, &layer);
}

enum mere_status mere_import_reference(struct mere_ctx *ctx, struct mere_db *db, const char *path,
                                       const struct mere_import_options *options,
                                       struct mere_import_report *ret)
{
    return run(ctx, db, path, options, import_as_reference, ret);
}
