/* keys.c - key areas apart 重点区域单独建格: key-split, key-shared, key-without.
 *
 * Key areas are the zones of schemes of role key, or the points of the reference layer that the
 * profile names. The *holder* of a key area is the zone of the main scheme with most of its land,
 * or with its point. */
#include "check/check_priv.h"
#include <string.h>

struct keys {
    struct mere_checker *ck;
    const struct mere_scheme *main;
    bool kinds;        /* some zone of the main scheme tells its kind */
    double *zone_m2;   /* by main zone */
    int32_t *n_points; /* by main zone: key points inside */
    size_t n_keys;
};

static bool is_dedicated(const struct keys *k, int32_t zone)
{
    const char *kind = k->main->zones[zone].kind;
    for (size_t i = 0; kind && i < k->ck->profile->n_dedicated; i++)
        if (strcmp(kind, k->ck->profile->dedicated[i]) == 0)
            return true;
    return false;
}

static const struct mere_limit *limit_of(const struct keys *k, enum mere_rule rule)
{
    return mere_profile_limit(k->ck->profile, rule, k->main, NULL);
}

/* ---- polygons ---- */

/* "A has 12,000 m2, B has 40 m2, 3 m2 lies in no grid" */
static void tell_shares(struct keys *k, const struct mere_share *share, size_t n,
                        enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    double nowhere = 0;
    for (size_t i = 0, told = 0; i < n; i++) {
        if (share[i].other == MERE_UNKNOWN) {
            nowhere = share[i].area_m2;
            continue;
        }
        if (told++ >= 4)
            continue;
        mere_text_add(t, t->len == 0 ? "" : zh ? "，" : ", ");
        mere_text_addf(t, zh ? "%s占" : "%s has ",
                       mere_zone_shown(k->ck, &k->main->zones[share[i].other], lang));
        mere_add_area(t, share[i].area_m2, lang);
    }
    if (!(nowhere > 0))
        return;
    const char *grid = mere_profile_term(k->ck->profile, k->main->name, lang);
    mere_text_add(t, zh ? "，" : ", ");
    mere_add_area(t, nowhere, lang);
    mere_text_addf(t, zh ? "不属于任何%s" : " lies in no %s", grid);
}

static enum mere_status split(struct keys *k, int32_t s, const struct mere_share *share, size_t n,
                              const struct mere_share *holder)
{
    const struct mere_limit *limit = limit_of(k, MERE_RULE_KEY_SPLIT);
    struct mere_text zh = {0}, en = {0};
    double elsewhere = 0;
    for (size_t i = 0; i < n; i++)
        if (share[i].other != holder->other)
            elsewhere += share[i].area_m2;
    if (!limit || elsewhere <= (isnan(limit->max) ? 0 : limit->max))
        return MERE_OK;
    tell_shares(k, share, n, MERE_LANG_ZH, &zh);
    tell_shares(k, share, n, MERE_LANG_EN, &en);
    struct mere_draft draft = mere_draft_init(MERE_RULE_KEY_SPLIT, limit, s);
    draft.zones = &share->zone;
    draft.n_zones = 1;
    draft.place_zone = share->zone;
    draft.value = elsewhere;
    draft.limit = isnan(limit->max) ? 0 : limit->max;
    draft.zh_detail = mere_text_str(&zh);
    draft.en_detail = mere_text_str(&en);
    enum mere_status status = zh.failed || en.failed
                                  ? mere_fail_nomem(k->ck->ctx, "telling how a key area is split")
                                  : mere_check_add(k->ck, &draft);
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return status;
}

static enum mere_status without(struct keys *k, int32_t s, int32_t key, int32_t holder)
{
    const struct mere_limit *limit = limit_of(k, MERE_RULE_KEY_WITHOUT);
    const struct mere_zone *zone = &mere_ck_scheme(k->ck, s)->zones[key];
    if (!limit)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_KEY_WITHOUT, limit, s);
    const char *zh = mere_zone_shown(k->ck, zone, MERE_LANG_ZH);
    const char *en = mere_zone_shown(k->ck, zone, MERE_LANG_EN);
    draft.zones = &key;
    draft.n_zones = 1;
    draft.place_zone = key;
    if (holder == MERE_UNKNOWN) {
        draft.zh_detail = mere_check_textf(k->ck, "%s不在任何区域内", zh);
        draft.en_detail = mere_check_textf(k->ck, "%s lies in no zone of %s", en, k->main->name);
    } else {
        const struct mere_zone *in = &k->main->zones[holder];
        draft.zh_detail = mere_check_textf(k->ck, "%s位于%s，它不是专属网格", zh,
                                           mere_zone_shown(k->ck, in, MERE_LANG_ZH));
        draft.en_detail = mere_check_textf(k->ck, "%s lies in %s, which is not a dedicated grid",
                                           en, mere_zone_shown(k->ck, in, MERE_LANG_EN));
    }
    return mere_check_add(k->ck, &draft);
}

static enum mere_status shared(struct keys *k, int32_t s, const struct mere_share *holder)
{
    const struct mere_limit *limit = limit_of(k, MERE_RULE_KEY_SHARED);
    const struct mere_zone *key = &mere_ck_scheme(k->ck, s)->zones[holder->zone];
    double other = 1 - holder->area_m2 / k->zone_m2[holder->other];
    if (!limit || other <= limit->max)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_KEY_SHARED, limit, k->ck->main);
    draft.zones = &holder->other;
    draft.n_zones = 1;
    draft.place_zone = holder->other;
    draft.value = other;
    draft.limit = limit->max;
    draft.salt = key->code;
    if (mere_has_twin(mere_ck_scheme(k->ck, s), holder->zone)) { /* another key area is called so */
        struct mere_point at = {0, 0};
        bool has = false;
        MERE_TRY(mere_check_zone_place(k->ck, s, holder->zone, &has, &at));
        draft.salt = mere_check_textf(k->ck, "%s %d %d", key->code, at.x, at.y);
        if (!draft.salt)
            return mere_fail_nomem(k->ck->ctx, "listing key areas");
    }
    draft.zh_detail = mere_check_textf(k->ck, "其中%.1f%%的土地不属于%s（限值%.0f%%）", 100 * other,
                                       mere_zone_shown(k->ck, key, MERE_LANG_ZH), 100 * limit->max);
    draft.en_detail =
        mere_check_textf(k->ck, "%.1f%% of its land is not of the key area %s (limit %.0f%%)",
                         100 * other, mere_zone_shown(k->ck, key, MERE_LANG_EN), 100 * limit->max);
    return mere_check_add(k->ck, &draft);
}

/* One key area: its shares in the zones of the main scheme. */
static enum mere_status key_area(struct keys *k, int32_t s, const struct mere_share *share,
                                 size_t n)
{
    const struct mere_share *holder = NULL;
    for (size_t i = 0; i < n; i++)
        if (share[i].other != MERE_UNKNOWN && (!holder || share[i].area_m2 > holder->area_m2))
            holder = &share[i];
    k->n_keys++;
    if (!holder)
        return without(k, s, share->zone, MERE_UNKNOWN);
    MERE_TRY(split(k, s, share, n, holder));
    if (k->kinds && !is_dedicated(k, holder->other))
        return without(k, s, share->zone, holder->other);
    return shared(k, s, holder);
}

static enum mere_status key_scheme(struct keys *k, int32_t s)
{
    struct mere_shares shares = {0};
    enum mere_status status = mere_check_shares(k->ck, s, k->ck->main, &shares);
    for (size_t i = 0, end; i < shares.n && status == MERE_OK; i = end) {
        for (end = i; end < shares.n && shares.v[end].zone == shares.v[i].zone;)
            end++;
        status = key_area(k, s, shares.v + i, end - i);
    }
    MERE_VEC_FREE(&shares);
    return status;
}

/* ---- points ---- */

/* What a key point is called: its column "name", else "code", else its number. */
static const char *point_name(struct keys *k, const struct mere_ref_layer *layer, size_t i)
{
    static const char *const COLUMNS[] = {"name", "code"};
    for (size_t c = 0; c < MERE_LEN(COLUMNS); c++)
        for (size_t j = 0; j < layer->n_columns; j++)
            if (strcmp(layer->columns[j].name, COLUMNS[c]) == 0 && layer->features[i].attrs[j])
                return layer->features[i].attrs[j];
    return mere_check_textf(k->ck, "%zu", i + 1);
}

static enum mere_status point_without(struct keys *k, const char *name, struct mere_point at,
                                      int32_t holder)
{
    const struct mere_limit *limit = limit_of(k, MERE_RULE_KEY_WITHOUT);
    if (!limit)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_KEY_WITHOUT, limit, k->ck->main);
    draft.has_at = true;
    draft.at = at;
    draft.salt = mere_check_textf(k->ck, "%d %d", at.x, at.y);
    name = mere_name_shown(k->ck, name);
    if (holder == MERE_UNKNOWN) {
        draft.zh_detail = mere_check_textf(k->ck, "%s不在任何区域内", name);
        draft.en_detail = mere_check_textf(k->ck, "%s lies in no zone of %s", name, k->main->name);
    } else {
        const struct mere_zone *in = &k->main->zones[holder];
        draft.zones = &holder;
        draft.n_zones = 1;
        draft.zh_detail = mere_check_textf(k->ck, "%s位于%s，它不是专属网格", name,
                                           mere_zone_shown(k->ck, in, MERE_LANG_ZH));
        draft.en_detail = mere_check_textf(k->ck, "%s lies in %s, which is not a dedicated grid",
                                           name, mere_zone_shown(k->ck, in, MERE_LANG_EN));
    }
    return mere_check_add(k->ck, &draft);
}

static enum mere_status point_shared(struct keys *k, int32_t zone)
{
    const struct mere_limit *limit = limit_of(k, MERE_RULE_KEY_SHARED);
    if (!limit)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_KEY_SHARED, limit, k->ck->main);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.place_zone = zone;
    draft.value = k->n_points[zone];
    draft.limit = 1;
    draft.unit = "";
    draft.salt = "points";
    draft.zh_detail = mere_check_textf(k->ck, "其中有%d个重点区域", k->n_points[zone]);
    draft.en_detail = mere_check_textf(k->ck, "it holds %d key areas", k->n_points[zone]);
    return mere_check_add(k->ck, &draft);
}

static enum mere_status key_point(struct keys *k, const struct mere_ref_layer *layer, size_t i,
                                  struct mere_point at)
{
    const struct mere_locator *locator;
    MERE_TRY(mere_check_locator(k->ck, &locator));
    int32_t face = mere_locate_point(locator, at);
    size_t n = 0;
    const int32_t *claim = face < 0 ? NULL : mere_face_claims(k->main, face, &n);
    k->n_keys++;
    if (n == 0)
        return point_without(k, point_name(k, layer, i), at, MERE_UNKNOWN);
    k->n_points[claim[0]]++;
    if (k->kinds && !is_dedicated(k, claim[0]))
        return point_without(k, point_name(k, layer, i), at, claim[0]);
    return MERE_OK;
}

static enum mere_status key_points(struct keys *k, const struct mere_ref_layer *layer)
{
    struct mere_wkb_rings at = {0};
    enum mere_status status = MERE_OK;
    size_t n_other = 0;
    for (size_t i = 0; i < layer->n_features && status == MERE_OK; i++) {
        const struct mere_ref_feature *feature = &layer->features[i];
        if (!mere_wkb_points(feature->wkb, feature->wkb_len, &at)) {
            n_other++;
            continue;
        }
        for (size_t j = 0; j < at.pts.n && status == MERE_OK; j++)
            status = key_point(k, layer, i, at.pts.v[j]);
    }
    mere_wkb_clear(&at);
    MERE_TRY(status);
    for (int32_t z = 0; z < k->main->n_zones; z++)
        if (k->n_points[z] > 1 && (!k->kinds || is_dedicated(k, z)))
            MERE_TRY(point_shared(k, z));
    if (n_other == 0)
        return MERE_OK;
    return mere_check_lacks(
        k->ck, MERE_RULE_KEY_WITHOUT, NULL,
        mere_check_textf(k->ck, "参考图层%s有%zu个要素不是点：请用--scheme key导入重点区域面",
                         layer->name, n_other),
        mere_check_textf(
            k->ck,
            "%zu features of the reference layer %s are no points: import key areas that "
            "are polygons with --scheme key",
            n_other, layer->name));
}

/* ---- both ---- */

static enum mere_status prepare(struct keys *k)
{
    size_t n = (size_t)k->main->n_zones;
    k->zone_m2 = MERE_NEW(&k->ck->scratch, double, n);
    k->n_points = MERE_NEW(&k->ck->scratch, int32_t, n);
    if (!k->zone_m2 || !k->n_points)
        return mere_fail_nomem(k->ck->ctx, "measuring key areas");
    for (size_t i = 0; i < n; i++)
        k->kinds = k->kinds || k->main->zones[i].kind != NULL;
    for (int32_t f = 0; f < k->ck->net->n_faces; f++) {
        size_t n_claims;
        const int32_t *claim = mere_face_claims(k->main, f, &n_claims);
        for (size_t i = 0; i < n_claims; i++)
            k->zone_m2[claim[i]] += k->ck->net->face_area_m2[f];
    }
    return MERE_OK;
}

enum mere_status mere_rules_key(struct mere_checker *ck)
{
    static const enum mere_rule RULES[] = {MERE_RULE_KEY_SPLIT, MERE_RULE_KEY_SHARED,
                                           MERE_RULE_KEY_WITHOUT};
    bool on = false;
    for (size_t i = 0; i < MERE_LEN(RULES); i++)
        on = on || mere_profile_has(ck->profile, RULES[i], NULL);
    if (!on)
        return MERE_OK;
    struct keys k = {.ck = ck};
    const struct mere_ref_layer *points = mere_check_reference(ck, ck->profile->key);
    if (ck->main != MERE_UNKNOWN && mere_ck_scheme(ck, ck->main)->role != MERE_ROLE_KEY) {
        k.main = mere_ck_scheme(ck, ck->main);
        MERE_TRY(prepare(&k));
        for (int32_t s = 0; s < ck->net->n_schemes; s++)
            if (mere_ck_scheme(ck, s)->role == MERE_ROLE_KEY)
                MERE_TRY(key_scheme(&k, s));
        if (points)
            MERE_TRY(key_points(&k, points));
    }
    for (size_t i = 0; i < MERE_LEN(RULES); i++) {
        ck->ran[RULES[i]] = k.n_keys > 0;
        if (k.n_keys == 0 && mere_profile_has(ck->profile, RULES[i], NULL))
            MERE_TRY(mere_check_lacks(ck, RULES[i], NULL, NULL, NULL));
    }
    return MERE_OK;
}
