/* profile.c - profiles: limits as data. Untrusted input: jansson with duplicate keys rejected,
 * sizes bounded, every key known, every text copied and checked. */
#include "base/vec.h"
#include "check/check.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE_BYTES_MAX ((size_t)1 << 20)
#define PROFILE_LIMITS_MAX 1000

struct reader {
    struct mere_ctx *ctx;
    const char *where;
    struct mere_profile *profile;
    MERE_VEC(struct mere_limit) limits;
};

static enum mere_status bad(struct reader *r, const char *key, const char *want)
{
    return mere_fail(r->ctx, MERE_E_INPUT, "profile %s: \"%s\" %s", r->where, key, want);
}

/* Every key of `object` must be among `known`. */
static enum mere_status known_keys(struct reader *r, json_t *object, const char *at,
                                   const char *const *known)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        const char *const *k = known;
        while (*k && strcmp(*k, key) != 0)
            k++;
        if (*k)
            continue;
        struct mere_text t = {0};
        for (k = known; *k; k++)
            mere_text_addf(&t, "%s%s", k == known ? "" : ", ", *k);
        enum mere_status status = mere_fail(
            r->ctx, MERE_E_INPUT, "profile %s: unknown key \"%.100s\" in %s; known are: %s",
            r->where, key, at, mere_text_str(&t));
        mere_text_clear(&t);
        return status;
    }
    return MERE_OK;
}

/* The text `key` of `object`; NULL when absent. */
static enum mere_status get_text(struct reader *r, json_t *object, const char *key,
                                 const char **ret)
{
    json_t *v = json_object_get(object, key);
    if (!v)
        return MERE_OK;
    if (!json_is_string(v) || json_string_length(v) == 0 || json_string_length(v) > 1000)
        return bad(r, key, "must be a text of 1 to 1000 bytes");
    if (strlen(json_string_value(v)) != json_string_length(v))
        return bad(r, key, "must not hold a NUL character");
    *ret = mere_arena_text(&r->profile->arena, json_string_value(v), json_string_length(v));
    return *ret ? MERE_OK : mere_fail_nomem(r->ctx, "reading a profile");
}

static enum mere_status get_number(struct reader *r, json_t *object, const char *key, double *ret)
{
    json_t *v = json_object_get(object, key);
    if (!v)
        return MERE_OK;
    if (!json_is_number(v) || !(json_number_value(v) >= 0 && json_number_value(v) <= 1e12))
        return bad(r, key, "must be a number from 0 to 1e12");
    *ret = json_number_value(v);
    return MERE_OK;
}

static enum mere_status get_texts(struct reader *r, json_t *object, const char *key,
                                  const char *const **ret, size_t *ret_n)
{
    json_t *v = json_object_get(object, key), *item;
    size_t i;
    if (!v)
        return MERE_OK;
    if (!json_is_array(v) || json_array_size(v) > 100)
        return bad(r, key, "must be a list of at most 100 texts");
    const char **list = MERE_NEW(&r->profile->arena, const char *, json_array_size(v));
    if (!list)
        return mere_fail_nomem(r->ctx, "reading a profile");
    json_array_foreach(v, i, item)
    {
        if (!json_is_string(item))
            return bad(r, key, "must be a list of texts");
        list[i] = mere_arena_text(&r->profile->arena, json_string_value(item),
                                  strlen(json_string_value(item)));
        if (!list[i])
            return mere_fail_nomem(r->ctx, "reading a profile");
    }
    *ret = list;
    *ret_n = json_array_size(v);
    return MERE_OK;
}

static enum mere_status read_terms(struct reader *r, json_t *terms)
{
    static const char *const KEYS[] = {"zh", "en", NULL};
    const char *scheme;
    json_t *value;
    if (!terms)
        return MERE_OK;
    if (!json_is_object(terms) || json_object_size(terms) > 100)
        return bad(r, "terms", "must be an object of at most 100 schemes");
    struct mere_term *list =
        MERE_NEW(&r->profile->arena, struct mere_term, json_object_size(terms));
    size_t n = 0;
    if (!list)
        return mere_fail_nomem(r->ctx, "reading a profile");
    json_object_foreach(terms, scheme, value)
    {
        if (!json_is_object(value))
            return bad(r, scheme, "in \"terms\" must be {\"zh\": ..., \"en\": ...}");
        MERE_TRY(known_keys(r, value, "a term", KEYS));
        struct mere_term *term = &list[n++];
        term->scheme = mere_arena_text(&r->profile->arena, scheme, strlen(scheme));
        if (!term->scheme)
            return mere_fail_nomem(r->ctx, "reading a profile");
        MERE_TRY(get_text(r, value, "zh", &term->zh));
        MERE_TRY(get_text(r, value, "en", &term->en));
        if (!term->zh || !term->en)
            return bad(r, scheme, "in \"terms\" needs both \"zh\" and \"en\"");
    }
    r->profile->terms = list;
    r->profile->n_terms = n;
    return MERE_OK;
}

/* The unit in which each rule is measured. */
static const char *rule_unit(enum mere_rule rule)
{
    switch (rule) {
    case MERE_RULE_GAP:
    case MERE_RULE_BAY:
    case MERE_RULE_SLIVER:
    case MERE_RULE_EXTENT:
    case MERE_RULE_CUTS:
        return "m";
    case MERE_RULE_AREA:
    case MERE_RULE_KEY_SPLIT:
    case MERE_RULE_NESTING:
        return "m2";
    case MERE_RULE_KEY_SHARED:
    case MERE_RULE_TRADITION:
        return "share";
    case MERE_RULE_HOUSEHOLDS:
        return "household";
    case MERE_RULE_PERSONS:
        return "person";
    case MERE_RULE_POINTS:
        return "point";
    case MERE_RULE_NAME:
        return "character";
    case MERE_RULE_COMPACTNESS:
        return "polsby-popper";
    default:
        return "";
    }
}

/* What a limit of a rule must give. */
enum needs { NEEDS_NOTHING, NEEDS_MAX, NEEDS_MIN, NEEDS_RANGE, NEEDS_TEMPLATE, MAY_MAX };
static enum needs rule_needs(enum mere_rule rule)
{
    switch (rule) {
    case MERE_RULE_GAP:
    case MERE_RULE_BAY:
    case MERE_RULE_SLIVER:
    case MERE_RULE_EXTENT:
    case MERE_RULE_CUTS:
    case MERE_RULE_KEY_SHARED:
        return NEEDS_MAX;
    case MERE_RULE_COMPACTNESS:
    case MERE_RULE_TRADITION:
        return NEEDS_MIN;
    case MERE_RULE_HOUSEHOLDS:
    case MERE_RULE_PERSONS:
    case MERE_RULE_AREA:
    case MERE_RULE_POINTS:
        return NEEDS_RANGE;
    case MERE_RULE_CODE_TEMPLATE:
        return NEEDS_TEMPLATE;
    case MERE_RULE_KEY_SPLIT:
    case MERE_RULE_NESTING:
    case MERE_RULE_NAME:
        return MAY_MAX;
    default:
        return NEEDS_NOTHING;
    }
}

/* "{county:6}{seq:3}", with plain characters between: every field has 1 to 30 digits. */
static bool template_valid(const char *s)
{
    size_t fields = 0;
    for (; *s; s++) {
        if (*s == '}')
            return false;
        if (*s != '{')
            continue;
        size_t name = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz_");
        const char *digits = s + 1 + name;
        char *end = NULL;
        if (name == 0 || *digits != ':' || digits[1] < '0' || digits[1] > '9')
            return false;
        long n = strtol(digits + 1, &end, 10);
        if (*end != '}' || n < 1 || n > 30 || ++fields > 20)
            return false;
        s = end;
    }
    return fields > 0;
}

static enum mere_status limit_fits(struct reader *r, const char *rule,
                                   const struct mere_limit *limit)
{
    bool has_min = !isnan(limit->min), has_max = !isnan(limit->max);
    const char *unit = rule_unit(limit->rule);
    enum needs needs = rule_needs(limit->rule);
    /* Two figures of tradition: the share that is kept (min), and how small a piece is not told
     * (max). */
    if (limit->rule == MERE_RULE_TRADITION && strcmp(limit->unit, "m2") == 0) {
        unit = "m2";
        needs = NEEDS_MAX;
    }
    if (strcmp(limit->unit, unit) != 0)
        return mere_fail(r->ctx, MERE_E_INPUT,
                         "profile %s: rule \"%s\" is measured in \"%s\"; its \"unit\" says \"%s\"",
                         r->where, rule, unit, limit->unit);
    if ((needs == NEEDS_MAX && (!has_max || has_min)) || (needs == MAY_MAX && has_min))
        return bad(r, rule, "is limited by \"max\" only");
    if (needs == NEEDS_MIN && (!has_min || has_max))
        return bad(r, rule, "is limited by \"min\" only");
    if (needs == NEEDS_RANGE && !has_min && !has_max)
        return bad(r, rule, "needs \"min\", \"max\" or both");
    if (has_min && has_max && limit->min > limit->max)
        return bad(r, rule, "has a \"min\" above its \"max\"");
    if ((needs == NEEDS_NOTHING || needs == NEEDS_TEMPLATE) && (has_min || has_max))
        return bad(r, rule, "has no \"min\" and no \"max\"");
    if ((needs == NEEDS_TEMPLATE) != (limit->template_text != NULL))
        return bad(r, rule, limit->template_text ? "has no \"template\"" : "needs a \"template\"");
    if (limit->template_text && !template_valid(limit->template_text))
        return bad(r, limit->template_text,
                   "is no code template; write fields such as {county:6}{street:3}{seq:3}");
    return MERE_OK;
}

/* Rules that are asked zone by zone. The others speak of land between zones or of all of a scheme:
 * a kind would say nothing there. */
static bool speaks_of_zones(enum mere_rule rule)
{
    static const enum mere_rule RULES[] = {
        MERE_RULE_SLIVER,        MERE_RULE_HOUSEHOLDS,  MERE_RULE_PERSONS,
        MERE_RULE_AREA,          MERE_RULE_POINTS,      MERE_RULE_PARTS,
        MERE_RULE_COMPACTNESS,   MERE_RULE_EXTENT,      MERE_RULE_NESTING,
        MERE_RULE_NO_PARENT,     MERE_RULE_CODE_PREFIX, MERE_RULE_CODE_DUPLICATE,
        MERE_RULE_CODE_TEMPLATE, MERE_RULE_NAME};
    for (size_t i = 0; i < MERE_LEN(RULES); i++)
        if (RULES[i] == rule)
            return true;
    return false;
}

static enum mere_status read_limit(struct reader *r, enum mere_rule rule, json_t *item)
{
    static const char *const KEYS[] = {"scheme", "kind",     "min",    "max", "template",
                                       "unit",   "severity", "source", NULL};
    const char *name = mere_rule_text(rule)->id, *severity = NULL;
    struct mere_limit limit = {.rule = rule, .min = NAN, .max = NAN};
    if (!json_is_object(item))
        return bad(r, name, "must be a list of objects, one for each limit");
    MERE_TRY(known_keys(r, item, name, KEYS));
    MERE_TRY(get_text(r, item, "scheme", &limit.scheme));
    MERE_TRY(get_text(r, item, "kind", &limit.kind));
    if (limit.kind && !speaks_of_zones(rule))
        return bad(r, name, "is not asked zone by zone: it has no \"kind\"");
    MERE_TRY(get_number(r, item, "min", &limit.min));
    MERE_TRY(get_number(r, item, "max", &limit.max));
    MERE_TRY(get_text(r, item, "template", &limit.template_text));
    MERE_TRY(get_text(r, item, "unit", &limit.unit));
    MERE_TRY(get_text(r, item, "severity", &severity));
    MERE_TRY(get_text(r, item, "source", &limit.source));
    if (!severity || !limit.source)
        return bad(r, name, "needs \"severity\" and \"source\" in each limit");
    if (strcmp(severity, "error") == 0)
        limit.severity = MERE_SEVERITY_ERROR;
    else if (strcmp(severity, "warning") == 0)
        limit.severity = MERE_SEVERITY_WARNING;
    else if (strcmp(severity, "info") == 0)
        limit.severity = MERE_SEVERITY_INFO;
    else
        return bad(r, "severity", "must be error, warning or info");
    limit.unit = limit.unit ? limit.unit : "";
    MERE_TRY(limit_fits(r, name, &limit));
    if (r->limits.n >= PROFILE_LIMITS_MAX)
        return mere_fail(r->ctx, MERE_E_LIMIT, "profile %s: more than %d limits", r->where,
                         PROFILE_LIMITS_MAX);
    return MERE_PUSH(&r->limits, limit) ? MERE_OK : mere_fail_nomem(r->ctx, "reading a profile");
}

static enum mere_status read_rules(struct reader *r, json_t *rules)
{
    const char *key;
    json_t *value, *item;
    size_t i;
    if (!json_is_object(rules))
        return bad(r, "rules", "must be an object with a list of limits for each rule");
    json_object_foreach(rules, key, value)
    {
        enum mere_rule rule;
        if (!mere_rule_parse(key, &rule))
            return mere_fail(r->ctx, MERE_E_INPUT,
                             "profile %s: unknown rule \"%.100s\" in \"rules\"; merestone check "
                             "--explain all lists the rules",
                             r->where, key);
        if (!json_is_array(value) || json_array_size(value) == 0)
            return bad(r, key, "must be a list of limits; leave the rule out to switch it off");
        json_array_foreach(value, i, item) MERE_TRY(read_limit(r, rule, item));
    }
    struct mere_limit *limits = MERE_NEW(&r->profile->arena, struct mere_limit, r->limits.n);
    if (!limits)
        return mere_fail_nomem(r->ctx, "reading a profile");
    if (r->limits.n > 0)
        memcpy(limits, r->limits.v, r->limits.n * sizeof *limits);
    r->profile->limits = limits;
    r->profile->n_limits = r->limits.n;
    return MERE_OK;
}

/* ---- how far repair may go ---- */

static enum mere_status read_repair(struct reader *r, json_t *item, struct mere_repair_limits *ret)
{
    static const char *const KEYS[] = {"scheme",         "max_width_m", "max_area_m2",
                                       "max_fragment_m", "source",      NULL};
    const struct {
        const char *key;
        double *to;
    } NUMBERS[] = {{KEYS[1], &ret->max_width_m},
                   {KEYS[2], &ret->max_area_m2},
                   {KEYS[3], &ret->max_fragment_m}};
    if (!json_is_object(item))
        return bad(r, "repair", "must be a list of objects");
    MERE_TRY(known_keys(r, item, "\"repair\"", KEYS));
    MERE_TRY(get_text(r, item, "scheme", &ret->scheme));
    MERE_TRY(get_text(r, item, "source", &ret->source));
    for (size_t i = 0; i < MERE_LEN(NUMBERS); i++) {
        *NUMBERS[i].to = NAN;
        MERE_TRY(get_number(r, item, NUMBERS[i].key, NUMBERS[i].to));
        if (!(*NUMBERS[i].to >= 0))
            return bad(r, NUMBERS[i].key, "must be given in each object of \"repair\", 0 or more");
    }
    return ret->source ? MERE_OK : bad(r, "repair", "needs a \"source\" in each object");
}

static enum mere_status read_repairs(struct reader *r, json_t *list)
{
    json_t *item;
    size_t i, n = json_array_size(list);
    if (!list)
        return MERE_OK;
    if (!json_is_array(list) || n == 0 || n > PROFILE_LIMITS_MAX)
        return bad(r, "repair", "must be a list of objects");
    struct mere_repair_limits *repairs = MERE_NEW(&r->profile->arena, struct mere_repair_limits, n);
    if (!repairs)
        return mere_fail_nomem(r->ctx, "reading a profile");
    json_array_foreach(list, i, item) MERE_TRY(read_repair(r, item, &repairs[i]));
    r->profile->repairs = repairs;
    r->profile->n_repairs = n;
    return MERE_OK;
}

static enum mere_status read_profile(struct reader *r, json_t *root)
{
    static const char *const KEYS[] = {"name", "title", "source", "terms", "dedicated", "points",
                                       "key",  "cuts",  "former", "rules", "repair",    NULL};
    static const char *const TITLE_KEYS[] = {"zh", "en", NULL};
    struct mere_profile *p = r->profile;
    if (!json_is_object(root))
        return mere_fail(r->ctx, MERE_E_INPUT, "profile %s: must be a JSON object", r->where);
    MERE_TRY(known_keys(r, root, "the profile", KEYS));
    MERE_TRY(get_text(r, root, "name", &p->name));
    MERE_TRY(get_text(r, root, "source", &p->source));
    MERE_TRY(get_text(r, root, "points", &p->points));
    MERE_TRY(get_text(r, root, "key", &p->key));
    MERE_TRY(get_text(r, root, "former", &p->former));
    MERE_TRY(get_texts(r, root, "dedicated", &p->dedicated, &p->n_dedicated));
    MERE_TRY(get_texts(r, root, "cuts", &p->cuts, &p->n_cuts));
    json_t *title = json_object_get(root, "title");
    if (title) {
        if (!json_is_object(title))
            return bad(r, "title", "must be {\"zh\": ..., \"en\": ...}");
        MERE_TRY(known_keys(r, title, "\"title\"", TITLE_KEYS));
        MERE_TRY(get_text(r, title, "zh", &p->zh));
        MERE_TRY(get_text(r, title, "en", &p->en));
    }
    if (!p->name)
        return mere_fail(r->ctx, MERE_E_INPUT, "profile %s: needs a \"name\"", r->where);
    if (!json_object_get(root, "rules"))
        return mere_fail(r->ctx, MERE_E_INPUT, "profile %s: needs \"rules\"", r->where);
    MERE_TRY(read_terms(r, json_object_get(root, "terms")));
    MERE_TRY(read_repairs(r, json_object_get(root, "repair")));
    return read_rules(r, json_object_get(root, "rules"));
}

enum mere_status mere_profile_parse(struct mere_ctx *ctx, const char *bytes, size_t n,
                                    const char *where, struct mere_profile **ret_profile)
{
    struct reader r = {.ctx = ctx, .where = where};
    json_error_t error;
    if (n > PROFILE_BYTES_MAX)
        return mere_fail(ctx, MERE_E_LIMIT, "profile %s: larger than 1 MiB", where);
    /* jansson bounds the nesting (2048) by itself. */
    json_t *root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return mere_fail(ctx, MERE_E_INPUT, "profile %s: line %d, column %d: %s", where, error.line,
                         error.column, error.text);
    r.profile = calloc(1, sizeof *r.profile);
    enum mere_status status =
        r.profile ? read_profile(&r, root) : mere_fail_nomem(ctx, "reading a profile");
    json_decref(root);
    MERE_VEC_FREE(&r.limits);
    if (status != MERE_OK)
        mere_profile_free(r.profile);
    else
        *ret_profile = r.profile;
    return status;
}

void mere_profile_free(struct mere_profile *profile)
{
    if (!profile)
        return;
    mere_arena_clear(&profile->arena);
    free(profile);
}

/* ---- asking ------------------------------------------------------------------------------------
 */

static bool fits_scheme(const struct mere_limit *limit, const struct mere_scheme *scheme)
{
    return !limit->scheme || !scheme || strcmp(limit->scheme, scheme->name) == 0 ||
           strcmp(limit->scheme, mere_role_word(scheme->role)) == 0;
}

const struct mere_limit *mere_profile_limit(const struct mere_profile *profile, enum mere_rule rule,
                                            const struct mere_scheme *scheme, const char *kind)
{
    for (size_t i = 0; i < profile->n_limits; i++) {
        const struct mere_limit *limit = &profile->limits[i];
        if (limit->rule == rule && fits_scheme(limit, scheme) &&
            (!limit->kind || (kind && strcmp(limit->kind, kind) == 0)))
            return limit;
    }
    return NULL;
}

struct mere_repair_limits mere_profile_repair(const struct mere_profile *profile,
                                              const struct mere_scheme *scheme)
{
    for (size_t i = 0; i < profile->n_repairs; i++) {
        const struct mere_repair_limits *limits = &profile->repairs[i];
        if (!limits->scheme || strcmp(limits->scheme, scheme->name) == 0 ||
            strcmp(limits->scheme, mere_role_word(scheme->role)) == 0)
            return *limits;
    }
    const struct mere_limit *gap = mere_profile_limit(profile, MERE_RULE_GAP, scheme, NULL);
    const struct mere_limit *sliver = mere_profile_limit(profile, MERE_RULE_SLIVER, scheme, NULL);
    return (struct mere_repair_limits){.max_width_m = gap && gap->max > 0 ? gap->max : 0,
                                       .max_area_m2 = 2000,
                                       .max_fragment_m =
                                           sliver && sliver->max > 0 ? sliver->max : 0};
}

bool mere_profile_has(const struct mere_profile *profile, enum mere_rule rule,
                      const struct mere_scheme *scheme)
{
    for (size_t i = 0; i < profile->n_limits; i++)
        if (profile->limits[i].rule == rule && fits_scheme(&profile->limits[i], scheme))
            return true;
    return false;
}

const char *mere_profile_term(const struct mere_profile *profile, const char *scheme,
                              enum mere_lang lang)
{
    for (size_t i = 0; i < profile->n_terms; i++)
        if (strcmp(profile->terms[i].scheme, scheme) == 0)
            return lang == MERE_LANG_ZH ? profile->terms[i].zh : profile->terms[i].en;
    return scheme;
}
