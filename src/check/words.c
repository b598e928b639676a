/* words.c - the sentence of a finding: the rule's template with its figures filled in. */
#include "check/check_priv.h"
#include <string.h>

#define ZONES_SHOWN 4

/* "name (code)"; the code alone without a name. */
static void add_zone(struct mere_text *t, const struct mere_zone *zone, enum mere_lang lang)
{
    if (zone->name && *zone->name)
        mere_text_addf(t, lang == MERE_LANG_ZH ? "%s（%s）" : "%s (%s)", zone->name, zone->code);
    else
        mere_text_add(t, *zone->code            ? zone->code
                         : lang == MERE_LANG_ZH ? "（无代码）"
                                                : "(no code)");
}

const char *mere_zone_shown(struct mere_checker *ck, const struct mere_zone *zone,
                            enum mere_lang lang)
{
    struct mere_text t = {0};
    add_zone(&t, zone, lang);
    const char *s = t.failed ? NULL : mere_arena_text(&ck->report->arena, mere_text_str(&t), t.len);
    mere_text_clear(&t);
    return s;
}

static void add_zones(struct mere_checker *ck, struct mere_text *t, const struct mere_finding *f,
                      enum mere_lang lang)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, f->scheme_index);
    bool zh = lang == MERE_LANG_ZH;
    size_t shown = f->n_zones > ZONES_SHOWN ? ZONES_SHOWN - 1 : f->n_zones;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            mere_text_add(t, zh ? "、" : i + 1 == f->n_zones ? " and " : ", ");
        add_zone(t, &scheme->zones[f->zones[i]], lang);
    }
    if (shown < f->n_zones)
        mere_text_addf(t, zh ? "等%zu个区域" : " and %zu more",
                       zh ? f->n_zones : f->n_zones - shown);
    if (f->n_zones == 0 && f->rule != MERE_RULE_TRADITION)
        mere_text_add(t, zh ? "辖区边界" : "the district's edge");
}

/* A whole number with a comma between thousands. */
static void add_thousands(struct mere_text *t, double v)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%.0f", fabs(v));
    mere_text_add(t, v < 0 ? "-" : "");
    for (int i = 0; i < n; i++) {
        mere_text_add(t, i > 0 && (n - i) % 3 == 0 ? "," : "");
        mere_text_add_n(t, &digits[i], 1);
    }
}

/* As many figures as people want to read: 12,480, 125, 12.4, 1.25, 0.06, 0.004. */
static void add_number(struct mere_text *t, double v)
{
    double size = fabs(v);
    if ((v == floor(v) || size >= 100) && size < 1e15)
        add_thousands(t, v);
    else if (size >= 10)
        mere_text_addf(t, "%.1f", v);
    else if (size >= 0.01)
        mere_text_addf(t, "%.2f", v);
    else
        mere_text_addf(t, "%.1g", v);
}

void mere_add_area(struct mere_text *t, double area_m2, enum mere_lang lang)
{
    bool km2 = area_m2 >= 1e6, zh = lang == MERE_LANG_ZH;
    add_number(t, km2 ? area_m2 / 1e6 : area_m2);
    mere_text_add(t, km2 ? (zh ? "平方公里" : " km²") : zh ? "平方米" : " m²");
}

void mere_add_measure(struct mere_text *t, double v, const char *unit, enum mere_lang lang)
{
    bool zh = lang == MERE_LANG_ZH;
    if (strcmp(unit, "m2") == 0) {
        mere_add_area(t, v, lang);
    } else if (strcmp(unit, "m") == 0 && v >= 1000) {
        add_number(t, v / 1000);
        mere_text_add(t, zh ? "公里" : " km");
    } else if (strcmp(unit, "m") == 0) {
        add_number(t, v);
        mere_text_add(t, zh ? "米" : " m");
    } else if (strcmp(unit, "share") == 0) {
        mere_text_addf(t, "%.2f%%", 100 * v);
    } else {
        add_number(t, v);
    }
}

static void add_field(struct mere_checker *ck, struct mere_text *t, const char *name, size_t len,
                      const struct mere_finding *f, const char *detail, enum mere_lang lang)
{
    bool zh = lang == MERE_LANG_ZH;
#define IS(word) (len == sizeof(word) - 1 && memcmp(name, word, len) == 0)
    if (IS("zones"))
        add_zones(ck, t, f, lang);
    else if (IS("scheme"))
        mere_text_add(t, mere_profile_term(ck->profile, f->scheme, lang));
    else if (IS("area"))
        mere_add_area(t, f->area_m2, lang);
    else if (IS("width"))
        mere_add_measure(t, f->width_m, "m", lang);
    else if (IS("value"))
        mere_add_measure(t, f->value, f->unit, lang);
    else if (IS("limit"))
        mere_add_measure(t, f->limit, f->unit, lang);
    else if (IS("parts"))
        mere_text_addf(t,
                       zh              ? "%lld"
                       : f->parts == 1 ? "%lld piece"
                                       : "%lld pieces",
                       (long long)f->parts);
    else if (IS("places"))
        mere_text_addf(t, "%lld", (long long)f->places);
    else if (IS("detail"))
        mere_text_add(t, detail ? detail : "");
#undef IS
}

static const char *fill(struct mere_checker *ck, const struct mere_finding *f, const char *template,
                        const char *detail, enum mere_lang lang)
{
    const struct mere_rule_text *rule = mere_rule_text(f->rule);
    struct mere_text t = {0};
    const char *tails[2] = {template, lang == MERE_LANG_ZH ? rule->zh_do : rule->en_do};
    for (int i = 0; i < 2; i++) {
        const char *s = tails[i];
        if (i == 1 && lang == MERE_LANG_EN)
            mere_text_add(&t, " ");
        for (const char *open; (open = strchr(s, '{')) != NULL;) {
            const char *close = strchr(open, '}');
            mere_text_add_n(&t, s, (size_t)(open - s));
            add_field(ck, &t, open + 1, (size_t)(close - open - 1), f, detail, lang);
            s = close + 1;
        }
        mere_text_add(&t, s);
    }
    const char *ret =
        t.failed ? NULL : mere_arena_text(&ck->report->arena, mere_text_str(&t), t.len);
    mere_text_clear(&t);
    return ret;
}

enum mere_status mere_finding_words(struct mere_checker *ck, const struct mere_draft *draft,
                                    struct mere_finding *finding)
{
    const struct mere_rule_text *rule = mere_rule_text(finding->rule);
    finding->zh = fill(ck, finding, rule->zh, draft->zh_detail, MERE_LANG_ZH);
    finding->en = fill(ck, finding, rule->en, draft->en_detail, MERE_LANG_EN);
    return finding->zh && finding->en ? MERE_OK : mere_fail_nomem(ck->ctx, "writing a finding");
}
