/* sizes.c - moderate size 大小适度: households, persons, area, points within the limits of their
 * kind, and how they are spread over each parent (quartiles, median, Gini coefficient). */
#include "check/check_priv.h"
#include <string.h>

struct sizes {
    struct mere_checker *ck;
    int32_t s;
    enum mere_rule rule;
    const struct mere_scheme *scheme;
    double *value;      /* by zone; NaN = unknown */
    const int32_t *own; /* parents, or NULL */
};

static enum mere_status take_values(struct sizes *z)
{
    const struct mere_net *net = z->ck->net;
    size_t n = (size_t)z->scheme->n_zones;
    z->value = MERE_NEW(&z->ck->scratch, double, n);
    if (!z->value)
        return mere_fail_nomem(z->ck->ctx, "measuring zones");
    for (size_t i = 0; i < n; i++) {
        const struct mere_zone *zone = &z->scheme->zones[i];
        int64_t count = z->rule == MERE_RULE_HOUSEHOLDS ? zone->households : zone->persons;
        bool counted = z->rule == MERE_RULE_HOUSEHOLDS || z->rule == MERE_RULE_PERSONS;
        z->value[i] = !counted ? 0 : count == MERE_UNKNOWN ? NAN : (double)count;
    }
    if (z->rule == MERE_RULE_HOUSEHOLDS || z->rule == MERE_RULE_PERSONS)
        return MERE_OK;
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n_claims;
        const int32_t *claim = mere_face_claims(z->scheme, f, &n_claims);
        double v = z->rule == MERE_RULE_AREA ? net->face_area_m2[f] : (double)z->ck->face_places[f];
        for (size_t k = 0; k < n_claims; k++)
            z->value[claim[k]] += v;
    }
    return MERE_OK;
}

static enum mere_status out_of_limits(struct sizes *z, int32_t zone, const struct mere_limit *limit)
{
    double v = z->value[zone];
    bool low = v<limit->min, high = v> limit->max; /* false where the limit is NaN */
    if (!low && !high)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(z->rule, limit, z->s);
    struct mere_text zh = {0}, en = {0};
    draft.limit = low ? limit->min : limit->max;
    mere_text_add(&zh, low ? "少于下限" : "多于上限");
    mere_text_add(&en, low ? "below the limit of " : "above the limit of ");
    mere_add_measure(&zh, draft.limit, limit->unit, MERE_LANG_ZH);
    mere_add_measure(&en, draft.limit, limit->unit, MERE_LANG_EN);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.place_zone = zone;
    draft.value = v;
    draft.zh_detail = mere_text_str(&zh);
    draft.en_detail = mere_text_str(&en);
    draft.salt = low ? "low" : "high";
    enum mere_status status = zh.failed || en.failed
                                  ? mere_fail_nomem(z->ck->ctx, "telling a finding")
                                  : mere_check_add(z->ck, &draft);
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return status;
}

/* ---- distributions ----------------------------------------------------------------------------
 */

static int double_cmp(const void *va, const void *vb)
{
    double a = *(const double *)va, b = *(const double *)vb;
    return (a > b) - (a < b);
}

/* Quantile of sorted values by linear interpolation (Hyndman and Fan 1996, type 7). */
static double quantile(const double *v, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t low = (size_t)at;
    double next = low + 1 < n ? v[low + 1] : v[low];
    return v[low] + (at - (double)low) * (next - v[low]);
}

static enum mere_status add_distribution(struct sizes *z, double *v, size_t n, size_t n_unknown,
                                         const char *parent)
{
    struct mere_distribution d = {.rule = z->rule, .scheme = z->scheme->name, .parent = parent};
    d.n = n;
    d.n_unknown = n_unknown;
    if (n == 0)
        return MERE_OK;
    qsort(v, n, sizeof *v, double_cmp);
    double ranked = 0;
    for (size_t i = 0; i < n; i++) {
        d.sum += v[i];
        ranked += (double)(i + 1) * v[i];
    }
    d.min = v[0];
    d.q1 = quantile(v, n, 0.25);
    d.median = quantile(v, n, 0.5);
    d.q3 = quantile(v, n, 0.75);
    d.max = v[n - 1];
    /* Gini from ranks: 2 sum(i x_i) / (n sum x) - (n + 1) / n; 0 when all are 0. */
    double size = (double)n;
    d.gini = d.sum > 0 ? 2 * ranked / (size * d.sum) - (size + 1) / size : 0;
    d.gini = d.gini < 0 ? 0 : d.gini;
    return MERE_PUSH(&z->ck->distributions, d) ? MERE_OK
                                               : mere_fail_nomem(z->ck->ctx, "summing up zones");
}

struct child {
    int32_t parent;
    double value;
};

static int child_cmp(const void *va, const void *vb)
{
    const struct child *a = va, *b = vb;
    return (a->parent > b->parent) - (a->parent < b->parent);
}

static enum mere_status distributions(struct sizes *z)
{
    size_t n = (size_t)z->scheme->n_zones;
    double *v = MERE_NEW(&z->ck->scratch, double, n);
    struct child *child = MERE_NEW(&z->ck->scratch, struct child, n);
    if (!v || !child)
        return mere_fail_nomem(z->ck->ctx, "summing up zones");
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isnan(z->value[i]))
            v[known++] = z->value[i];
        child[i] = (struct child){z->own ? z->own[i] : MERE_UNKNOWN, z->value[i]};
    }
    MERE_TRY(add_distribution(z, v, known, n - known, NULL));
    if (!z->own)
        return MERE_OK;
    const struct mere_scheme *parent = mere_ck_scheme(z->ck, z->scheme->parent);
    qsort(child, n, sizeof *child, child_cmp);
    for (size_t i = 0, end; i < n; i = end) {
        known = 0;
        for (end = i; end < n && child[end].parent == child[i].parent; end++)
            if (!isnan(child[end].value))
                v[known++] = child[end].value;
        if (child[i].parent >= 0)
            MERE_TRY(add_distribution(z, v, known, end - i - known,
                                      parent->zones[child[i].parent].code));
    }
    return MERE_OK;
}

/* ---- one measure ---- */

/* "households of 3 zones of grid (330...001, ...) are unknown" */
static enum mere_status tell_unknown(struct sizes *z, size_t n_unknown, int32_t first)
{
    const struct mere_rule_text *rule = mere_rule_text(z->rule);
    const struct mere_scheme *scheme = z->scheme;
    char *zh =
        mere_check_textf(z->ck, "%s方案有%zu个区域没有%s（如%s）：%s",
                         mere_profile_term(z->ck->profile, scheme->name, MERE_LANG_ZH), n_unknown,
                         rule->zh_title, scheme->zones[first].code, rule->zh_needs);
    bool one = n_unknown == 1;
    char *en = mere_check_textf(z->ck, "%zu %s of the scheme %s (%s%s) %s no figure: %s", n_unknown,
                                one ? "zone" : "zones", scheme->name, one ? "" : "such as ",
                                scheme->zones[first].code, one ? "has" : "have", rule->en_needs);
    if (!zh || !en)
        return mere_fail_nomem(z->ck->ctx, "listing what was not checked");
    return mere_check_lacks(z->ck, z->rule, scheme->name, zh, en);
}

static enum mere_status one_measure(struct mere_checker *ck, int32_t s, enum mere_rule rule)
{
    struct sizes z = {.ck = ck, .s = s, .rule = rule, .scheme = mere_ck_scheme(ck, s)};
    if (!mere_profile_has(ck->profile, rule, z.scheme))
        return MERE_OK;
    if (rule == MERE_RULE_POINTS && !ck->face_places)
        return mere_check_lacks(ck, rule, z.scheme->name, NULL, NULL);
    MERE_TRY(take_values(&z));
    if (z.scheme->parent >= 0)
        MERE_TRY(mere_check_parents(ck, s, &z.own));
    size_t n_unknown = 0;
    int32_t first = 0;
    for (int32_t i = 0; i < z.scheme->n_zones; i++) {
        const struct mere_limit *limit =
            mere_profile_limit(ck->profile, rule, z.scheme, z.scheme->zones[i].kind);
        /* "At least 0" frees a kind from the limits that follow. */
        if (!limit || (isnan(limit->max) && !(limit->min > 0)))
            continue;
        ck->ran[rule] = true;
        if (isnan(z.value[i]))
            first = n_unknown++ == 0 ? i : first;
        else
            MERE_TRY(out_of_limits(&z, i, limit));
    }
    if (n_unknown > 0)
        MERE_TRY(tell_unknown(&z, n_unknown, first));
    return distributions(&z);
}

enum mere_status mere_rules_size(struct mere_checker *ck, int32_t s)
{
    MERE_TRY(one_measure(ck, s, MERE_RULE_HOUSEHOLDS));
    MERE_TRY(one_measure(ck, s, MERE_RULE_PERSONS));
    MERE_TRY(one_measure(ck, s, MERE_RULE_AREA));
    return one_measure(ck, s, MERE_RULE_POINTS);
}
