/* codes.c - territoriality 属地性 in codes and names: code-prefix, code-duplicate, code-template,
 * name. */
#include "base/hash.h"
#include "check/check_priv.h"
#include <string.h>

static enum mere_status add_zone(struct mere_checker *ck, enum mere_rule rule,
                                 const struct mere_limit *limit, int32_t s, int32_t zone,
                                 const char *details[2])
{
    struct mere_draft draft = mere_draft_init(rule, limit, s);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.place_zone = zone;
    draft.zh_detail = details[0];
    draft.en_detail = details[1];
    return mere_check_add(ck, &draft);
}

static enum mere_status code_prefix(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    const int32_t *own;
    if (!mere_profile_has(ck->profile, MERE_RULE_CODE_PREFIX, scheme) || scheme->parent < 0)
        return MERE_OK;
    const struct mere_scheme *parent = mere_ck_scheme(ck, scheme->parent);
    MERE_TRY(mere_check_parents(ck, s, &own));
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_limit *limit = mere_zone_limit(ck, MERE_RULE_CODE_PREFIX, s, z);
        if (!limit || own[z] == MERE_UNKNOWN)
            continue;
        const char *prefix = parent->zones[own[z]].code;
        if (strncmp(scheme->zones[z].code, prefix, strlen(prefix)) == 0)
            continue;
        prefix = mere_name_shown(ck, prefix);
        MERE_TRY(
            add_zone(ck, MERE_RULE_CODE_PREFIX, limit, s, z, (const char *[2]){prefix, prefix}));
    }
    return MERE_OK;
}

static enum mere_status code_duplicate(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    /* Zones are sorted by code. */
    for (int32_t z = 0, end; z < scheme->n_zones; z = end) {
        const struct mere_limit *limit = mere_zone_limit(ck, MERE_RULE_CODE_DUPLICATE, s, z);
        for (end = z + 1;
             end < scheme->n_zones && strcmp(scheme->zones[z].code, scheme->zones[end].code) == 0;
             end++)
            limit = limit ? limit : mere_zone_limit(ck, MERE_RULE_CODE_DUPLICATE, s, end);
        if (!limit || end - z < 2)
            continue;
        struct mere_draft draft = mere_draft_init(MERE_RULE_CODE_DUPLICATE, limit, s);
        draft.zones = &z;
        draft.n_zones = 1;
        draft.place_zone = z;
        draft.value = end - z;
        draft.limit = 1;
        MERE_TRY(mere_check_add(ck, &draft));
    }
    return MERE_OK;
}

/* ---- characters of UTF-8 ---- */

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The bytes of the first `most` characters of `s`, or of all it has. */
static size_t bytes_of(const char *s, size_t most)
{
    size_t n = 0;
    for (size_t seen = 0; s[n]; n++) {
        seen += !continues(s[n]);
        if (seen > most)
            break;
    }
    return n;
}

static size_t characters_in(const char *s, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += !continues(s[i]);
    return n;
}
static size_t characters(const char *s)
{
    return characters_in(s, strlen(s));
}

/* ---- templates ---- */

struct code_field {
    const char *name;
    size_t name_len, digits;
};

/* Compare one field at `code`; false with the reason told. */
static bool field_fits(struct mere_checker *ck, const struct code_field *field, const char *code,
                       bool first, const char *details[2])
{
    size_t digits = strspn(code, "0123456789");
    int len = (int)field->name_len;
    if (digits < field->digits) {
        details[0] = mere_check_textf(ck, "%.*s段应为%zu位数字", len, field->name, field->digits);
        details[1] = mere_check_textf(ck, "the field %.*s needs %zu digits", len, field->name,
                                      field->digits);
        return false;
    }
    const char *district = ck->in->district_code ? ck->in->district_code : "";
    bool county = field->name_len == 6 && memcmp(field->name, "county", 6) == 0;
    if (first && county && strspn(district, "0123456789") >= field->digits &&
        strncmp(code, district, field->digits) != 0) {
        details[0] = mere_check_textf(ck, "不以辖区代码%s开头", district);
        details[1] =
            mere_check_textf(ck, "it does not begin with the district's code %s", district);
        return false;
    }
    return true;
}

/* Compare one plain character of the template, of `len` bytes, at `at` in `code`. */
static bool character_fits(struct mere_checker *ck, const char *want, size_t len, const char *code,
                           size_t at, const char *details[2])
{
    if (strncmp(code + at, want, len) == 0)
        return true;
    size_t place = characters_in(code, at) + 1;
    details[0] = mere_check_textf(ck, "第%zu个字符应为“%.*s”", place, (int)len, want);
    details[1] = mere_check_textf(ck, "character %zu should be \"%.*s\"", place, (int)len, want);
    return false;
}

static bool template_fits(struct mere_checker *ck, const char *template, const char *code,
                          const char *details[2])
{
    bool first = true;
    size_t at = 0;
    for (const char *t = template; *t;) {
        if (*t != '{') {
            size_t len = bytes_of(t, 1);
            if (!character_fits(ck, t, len, code, at, details))
                return false;
            t += len;
            at += len;
            continue;
        }
        const char *colon = strchr(t, ':'), *close = strchr(t, '}');
        struct code_field field = {t + 1, (size_t)(colon - t - 1),
                                   (size_t)strtol(colon + 1, NULL, 10)};
        if (!field_fits(ck, &field, code + at, first, details))
            return false;
        first = false;
        at += field.digits;
        t = close + 1;
    }
    const char *rest = code + at;
    if (!*rest)
        return true;
    rest = mere_name_shown(ck, mere_check_textf(ck, "%.*s", (int)bytes_of(rest, 40), rest));
    details[0] = mere_check_textf(ck, "多出“%s”，格式为%s", rest, template);
    details[1] = mere_check_textf(ck, "\"%s\" is too much for %s", rest, template);
    return false;
}

static enum mere_status code_template(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_limit *limit =
            mere_profile_limit(ck->profile, MERE_RULE_CODE_TEMPLATE, scheme, scheme->zones[z].kind);
        const char *details[2] = {"", ""};
        if (!limit)
            continue;
        ck->ran[MERE_RULE_CODE_TEMPLATE] = true;
        if (!template_fits(ck, limit->template_text, scheme->zones[z].code, details))
            MERE_TRY(add_zone(ck, MERE_RULE_CODE_TEMPLATE, limit, s, z, details));
    }
    return MERE_OK;
}

enum mere_status mere_rules_codes(struct mere_checker *ck, int32_t s)
{
    MERE_TRY(code_prefix(ck, s));
    MERE_TRY(code_duplicate(ck, s));
    return code_template(ck, s);
}

/* ---- names ---- */

/* C0 and C1 controls, DEL, controls that turn the direction of text, and U+FFFD, the mark of a
 * broken text. */
static const char *bad_text(const char *s, const char **ret_zh)
{
    if (!mere_utf8_valid(s, strlen(s)) || strstr(s, "\xEF\xBF\xBD")) {
        *ret_zh = "名称含无法识别的字符";
        return "the name holds invalid characters";
    }
    unsigned code;
    for (const char *p = s; *p; p++)
        if (mere_bidi_control(p, &code)) {
            *ret_zh = "名称含改变文字方向的控制字符";
            return "the name holds a control character that turns the direction of text";
        }
    for (const unsigned char *p = (const unsigned char *)s; *p; p++)
        if (*p < 0x20 || *p == 0x7F || (*p == 0xC2 && p[1] < 0xA0)) {
            *ret_zh = "名称含控制字符（如换行）";
            return "the name holds a control character (such as a line break)";
        }
    return NULL;
}

static enum mere_status check_name(struct mere_checker *ck, int32_t s, int32_t z,
                                   const struct mere_limit *limit)
{
    const char *name = mere_ck_scheme(ck, s)->zones[z].name, *details[2] = {NULL, NULL};
    if (!name || !name[strspn(name, " \t\r\n")]) {
        details[0] = "没有名称";
        details[1] = "it has no name";
    } else {
        details[1] = bad_text(name, &details[0]);
        if (!details[1] && !isnan(limit->max) && (double)characters(name) > limit->max) {
            details[0] =
                mere_check_textf(ck, "名称有%zu个字，多于%.0f个", characters(name), limit->max);
            details[1] = mere_check_textf(ck, "the name has %zu characters, more than %.0f",
                                          characters(name), limit->max);
        }
    }
    return details[1] ? add_zone(ck, MERE_RULE_NAME, limit, s, z, details) : MERE_OK;
}

struct named {
    const char *name;
    int32_t parent, zone;
};

static int named_cmp(const void *va, const void *vb)
{
    const struct named *a = va, *b = vb;
    int by_name =
        a->parent != b->parent ? (a->parent < b->parent ? -1 : 1) : strcmp(a->name, b->name);
    return by_name ? by_name : (a->zone > b->zone) - (a->zone < b->zone);
}

static enum mere_status duplicate_names(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    struct named *named = MERE_NEW(&ck->scratch, struct named, (size_t)scheme->n_zones);
    int32_t *zones = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_zones);
    const int32_t *own = NULL;
    size_t n = 0;
    if (!named || !zones)
        return mere_fail_nomem(ck->ctx, "comparing names");
    if (scheme->parent >= 0)
        MERE_TRY(mere_check_parents(ck, s, &own));
    for (int32_t z = 0; z < scheme->n_zones; z++)
        if (scheme->zones[z].name && *scheme->zones[z].name)
            named[n++] = (struct named){scheme->zones[z].name, own ? own[z] : 0, z};
    qsort(named, n, sizeof *named, named_cmp);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && named[end].parent == named[i].parent &&
                      strcmp(named[end].name, named[i].name) == 0;
             end++)
            zones[end - i] = named[end].zone;
        /* Parts of one zone that came with one code are told by code-duplicate. */
        bool same_code = true;
        const struct mere_limit *limit = NULL;
        for (size_t k = i; k < end; k++) {
            same_code = same_code && strcmp(scheme->zones[named[k].zone].code,
                                            scheme->zones[named[i].zone].code) == 0;
            limit = limit ? limit : mere_zone_limit(ck, MERE_RULE_NAME, s, named[k].zone);
        }
        if (same_code || !limit)
            continue;
        struct mere_draft draft = mere_draft_init(MERE_RULE_NAME, limit, s);
        draft.zones = zones;
        draft.n_zones = end - i;
        draft.place_zone = zones[0];
        draft.value = (double)(end - i);
        draft.limit = 1;
        draft.unit = "";
        draft.zh_detail = own ? "在同一上级内重名" : "重名";
        draft.en_detail =
            own ? "they have the same name within one parent" : "they have the same name";
        draft.salt = "duplicate";
        MERE_TRY(mere_check_add(ck, &draft));
    }
    return MERE_OK;
}

enum mere_status mere_rule_names(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    bool any = false;
    if (!mere_profile_has(ck->profile, MERE_RULE_NAME, scheme))
        return MERE_OK;
    for (int32_t z = 0; z < scheme->n_zones; z++)
        any = any || (scheme->zones[z].name && *scheme->zones[z].name);
    if (!any)
        return mere_check_lacks(ck, MERE_RULE_NAME, scheme->name, NULL, NULL);
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_limit *limit = mere_zone_limit(ck, MERE_RULE_NAME, s, z);
        if (limit)
            MERE_TRY(check_name(ck, s, z, limit));
    }
    return duplicate_names(ck, s);
}
