/* report_gpkg.c - the findings as layers for QGIS: `findings`, one point each, and `findings_land`,
 * the land of those that speak of land. Both have the same columns. */
#include "check/check.h"
#include "io/features.h"
#include <string.h>

static const struct mere_column COLUMNS[] = {
    {"id", MERE_ATTR_TEXT},       {"rule", MERE_ATTR_TEXT},    {"principle", MERE_ATTR_TEXT},
    {"severity", MERE_ATTR_TEXT}, {"waived", MERE_ATTR_INT},   {"scheme", MERE_ATTR_TEXT},
    {"zones", MERE_ATTR_TEXT},    {"value", MERE_ATTR_REAL},   {"limit", MERE_ATTR_REAL},
    {"unit", MERE_ATTR_TEXT},     {"area_m2", MERE_ATTR_REAL}, {"width_m", MERE_ATTR_REAL},
    {"places", MERE_ATTR_INT},    {"parts", MERE_ATTR_INT},    {"what", MERE_ATTR_TEXT},
};

static const char *keep(struct mere_arena *arena, const char *s)
{
    return mere_arena_text(arena, s, strlen(s));
}

static const char *real(struct mere_arena *arena, double v)
{
    char buf[32];
    return isnan(v) ? NULL : keep(arena, mere_double_text(v, buf));
}

static const char *count(struct mere_arena *arena, int64_t n)
{
    char buf[32];
    return n == MERE_UNKNOWN ? NULL : keep(arena, mere_double_text((double)n, buf));
}

static const char *zones(struct mere_arena *arena, const struct mere_report *report,
                         const struct mere_finding *f)
{
    struct mere_text t = {0};
    for (size_t i = 0; i < f->n_zones; i++)
        mere_text_addf(&t, "%s%s", i ? ";" : "",
                       report->net->schemes[f->scheme_index].zones[f->zones[i]].code);
    const char *ret = t.failed ? NULL : mere_arena_text(arena, mere_text_str(&t), t.len);
    mere_text_clear(&t);
    return ret;
}

/* One row; false when memory is out. */
static bool make_row(struct mere_arena *arena, const struct mere_report *report,
                     enum mere_lang lang, const struct mere_finding *f,
                     struct mere_out_feature *ret)
{
    const struct mere_rule_text *rule = mere_rule_text(f->rule);
    const char **attrs = MERE_NEW(arena, const char *, MERE_LEN(COLUMNS));
    if (!attrs)
        return false;
    const char *row[MERE_LEN(COLUMNS)] = {
        f->id,
        rule->id,
        mere_principle_text(rule->principle)->id,
        mere_severity_word(f->severity),
        f->waived ? "1" : "0",
        f->scheme,
        zones(arena, report, f),
        real(arena, f->value),
        real(arena, f->limit),
        f->unit,
        real(arena, f->area_m2),
        real(arena, f->width_m),
        count(arena, f->places),
        count(arena, f->parts),
        lang == MERE_LANG_ZH ? f->zh : f->en,
    };
    memcpy(attrs, row, sizeof row);
    *ret = (struct mere_out_feature){.has_point = f->has_place, .at = f->at, .attrs = attrs};
    ret->polygon = f->shape == MERE_FINDING_LAND ? &f->polygon : NULL;
    return row[6] != NULL;
}

enum mere_status mere_report_gpkg(struct mere_ctx *ctx, const struct mere_report *report,
                                  enum mere_lang lang, const struct mere_features_to *to)
{
    struct mere_arena arena = {0};
    size_t n = report->n_findings, n_land = 0;
    struct mere_out_feature *all = MERE_NEW(&arena, struct mere_out_feature, n);
    struct mere_out_feature *land = MERE_NEW(&arena, struct mere_out_feature, n);
    bool ok = all && land;
    for (size_t i = 0; i < n && ok; i++) {
        ok = make_row(&arena, report, lang, &report->findings[i], &all[i]);
        if (ok && all[i].polygon)
            land[n_land++] = all[i];
    }
    const struct mere_out_layer layers[] = {
        {"findings", false, MERE_LEN(COLUMNS), COLUMNS, n, all},
        {"findings_land", true, MERE_LEN(COLUMNS), COLUMNS, n_land, land},
    };
    enum mere_status status = ok ? mere_features_write(ctx, to, layers, MERE_LEN(layers))
                                 : mere_fail_nomem(ctx, "writing findings");
    mere_arena_clear(&arena);
    return status;
}
