/* words.c - the sentence of a finding: the rule's template with its figures filled in. */
#include "check/check_priv.h"
#include <string.h>

#define ZONES_SHOWN 4

/* First strong isolate and its end: around each name of a sentence in the making. */
static const char NAME_BEGIN[3] = {(char)0xE2, (char)0x81, (char)0xA8};
static const char NAME_END[3] = {(char)0xE2, (char)0x81, (char)0xA9};

size_t mere_bidi_control(const char *s, unsigned *ret_code)
{
    const unsigned char *p = (const unsigned char *)s;
    if (p[0] == 0xD8 && p[1] == 0x9C) {
        *ret_code = 0x061C;
        return 2;
    }
    if (p[0] != 0xE2 || (p[1] != 0x80 && p[1] != 0x81))
        return 0;
    unsigned code = 0x2000u + (p[1] - 0x80u) * 0x40u + (p[2] - 0x80u);
    *ret_code = code;
    return code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
                   (code >= 0x2066 && code <= 0x2069)
               ? 3
               : 0;
}

void mere_add_shown(struct mere_text *t, const char *s)
{
    unsigned code;
    for (size_t n; *s; s += n) {
        n = mere_bidi_control(s, &code);
        if (n > 0)
            mere_text_addf(t, "<U+%04X>", code);
        else
            mere_text_add_n(t, s, n = 1);
    }
}

static void add_name(struct mere_text *t, const char *name)
{
    mere_text_add_n(t, NAME_BEGIN, sizeof NAME_BEGIN);
    mere_add_shown(t, name);
    mere_text_add_n(t, NAME_END, sizeof NAME_END);
}

const char *mere_name_shown(struct mere_checker *ck, const char *name)
{
    struct mere_text t = {0};
    add_name(&t, name ? name : "");
    const char *s = t.failed ? NULL : mere_arena_text(&ck->report->arena, mere_text_str(&t), t.len);
    mere_text_clear(&t);
    return s;
}

/* "name (code)"; the code alone without a name. */
static void add_zone(struct mere_text *t, const struct mere_zone *zone, enum mere_lang lang)
{
    bool zh = lang == MERE_LANG_ZH, named = zone->name && *zone->name;
    if (named) {
        add_name(t, zone->name);
        mere_text_add(t, zh ? "（" : " (");
    }
    if (named || *zone->code)
        add_name(t, zone->code);
    else
        mere_text_add(t, zh ? "（无代码）" : "(no code)");
    if (named)
        mere_text_add(t, zh ? "）" : ")");
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

void mere_add_limits(struct mere_text *t, double width_m, double area_m2, enum mere_lang lang)
{
    mere_text_add(t, lang == MERE_LANG_ZH ? "限值：宽" : "limits ");
    mere_add_measure(t, width_m, "m", lang);
    mere_text_add(t, lang == MERE_LANG_ZH ? "、面积" : " wide, ");
    mere_add_area(t, area_m2, lang);
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

struct sentence {
    struct mere_checker *ck;
    const struct mere_finding *f;
    const char *detail;
    enum mere_lang lang;
    struct mere_text t;
};

static void add_pieces(struct sentence *s)
{
    long long n = (long long)s->f->parts;
    if (s->lang == MERE_LANG_ZH)
        mere_text_addf(&s->t, "%lld", n);
    else
        mere_text_addf(&s->t, n == 1 ? "%lld piece" : "%lld pieces", n);
}

/* The field that `name` begins with, up to its "}". */
static void add_field(struct sentence *s, const char *name)
{
    static const char *const NAMES[] = {"zones}", "scheme}", "area}",  "width}",
                                        "value}", "limit}",  "parts}", "detail}"};
    const struct mere_finding *f = s->f;
    size_t i = 0;
    while (i < MERE_LEN(NAMES) && strncmp(name, NAMES[i], strlen(NAMES[i])) != 0)
        i++;
    if (i == 0)
        add_zones(s->ck, &s->t, f, s->lang);
    else if (i == 1)
        mere_text_add(&s->t, mere_profile_term(s->ck->profile, f->scheme, s->lang));
    else if (i == 2)
        mere_add_area(&s->t, f->area_m2, s->lang);
    else if (i == 3)
        mere_add_measure(&s->t, f->width_m, "m", s->lang);
    else if (i == 4 || i == 5)
        mere_add_measure(&s->t, i == 4 ? f->value : f->limit, f->unit, s->lang);
    else if (i == 6)
        add_pieces(s);
    else if (s->detail)
        mere_text_add(&s->t, s->detail);
}

static void add_template(struct sentence *s, const char *template)
{
    for (const char *open; (open = strchr(template, '{')) != NULL;) {
        mere_text_add_n(&s->t, template, (size_t)(open - template));
        add_field(s, open + 1);
        template = strchr(open, '}') + 1;
    }
    mere_text_add(&s->t, template);
}

/* The sentence without the marks of names. */
static const char *plain(struct mere_checker *ck, const struct mere_text *marked)
{
    size_t n = 0;
    char *ret = mere_arena_alloc(&ck->report->arena, marked->len + 1, 1);
    for (const char *s = mere_text_str(marked); ret && *s;)
        if (strncmp(s, NAME_BEGIN, 3) == 0 || strncmp(s, NAME_END, 3) == 0)
            s += 3;
        else
            ret[n++] = *s++;
    if (ret)
        ret[n] = '\0';
    return ret;
}

/* What and where, then what to do. */
static enum mere_status fill(struct mere_checker *ck, const struct mere_finding *f,
                             const char *detail, enum mere_lang lang, const char *ret[2])
{
    const struct mere_rule_text *rule = mere_rule_text(f->rule);
    struct sentence s = {.ck = ck, .f = f, .detail = detail, .lang = lang};
    bool zh = lang == MERE_LANG_ZH;
    add_template(&s, zh ? rule->zh : rule->en);
    mere_text_add(&s.t, zh ? "" : " ");
    add_template(&s, zh ? rule->zh_do : rule->en_do);
    ret[0] = s.t.failed ? NULL : plain(ck, &s.t);
    ret[1] = s.t.failed ? NULL : mere_arena_text(&ck->report->arena, mere_text_str(&s.t), s.t.len);
    mere_text_clear(&s.t);
    return ret[0] && ret[1] ? MERE_OK : mere_fail_nomem(ck->ctx, "writing a finding");
}

enum mere_status mere_finding_words(struct mere_checker *ck, const struct mere_draft *draft,
                                    struct mere_finding *finding)
{
    const char *zh[2], *en[2];
    MERE_TRY(fill(ck, finding, draft->zh_detail, MERE_LANG_ZH, zh));
    MERE_TRY(fill(ck, finding, draft->en_detail, MERE_LANG_EN, en));
    finding->zh = zh[0];
    finding->en = en[0];
    finding->zh_marked = zh[1];
    finding->en_marked = en[1];
    return MERE_OK;
}
