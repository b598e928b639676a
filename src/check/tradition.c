/* tradition.c - respect for tradition 尊重传统: how much of the former division keeps its owner.
 *
 * Zones are matched one to one: first by code, then, among those left, by largest overlap (greedy,
 * larger first, then by zone numbers, so that the order of files changes nothing). */
#include "check/check_priv.h"
#include "net/zones.h"
#include <string.h>

struct tradition {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_scheme *now, *former;
    int32_t *match; /* by zone of now: former zone or MERE_UNKNOWN */
    struct mere_shares shares;
    int32_t *key; /* by face: number of its changed pair in `shares`, or MERE_UNKNOWN */
};

static int larger_first(const void *va, const void *vb)
{
    const struct mere_share *a = va, *b = vb;
    if (a->area_m2 != b->area_m2)
        return a->area_m2 > b->area_m2 ? -1 : 1;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

static enum mere_status match_zones(struct tradition *t)
{
    struct mere_arena *scratch = &t->ck->scratch;
    bool *taken = MERE_NEW(scratch, bool, (size_t)t->former->n_zones);
    struct mere_share *order = MERE_NEW(scratch, struct mere_share, t->shares.n);
    t->match = MERE_NEW(scratch, int32_t, (size_t)t->now->n_zones);
    if (!taken || !order || !t->match)
        return mere_fail_nomem(t->ck->ctx, "matching zones");
    for (int32_t z = 0; z < t->now->n_zones; z++) {
        int32_t o = mere_zone_by_code(t->former, t->now->zones[z].code);
        t->match[z] = o != MERE_UNKNOWN && !taken[o] ? o : MERE_UNKNOWN;
        if (t->match[z] != MERE_UNKNOWN)
            taken[o] = true;
    }
    if (t->shares.n == 0)
        return MERE_OK;
    memcpy(order, t->shares.v, t->shares.n * sizeof *order);
    qsort(order, t->shares.n, sizeof *order, larger_first);
    for (size_t i = 0; i < t->shares.n; i++)
        if (order[i].other != MERE_UNKNOWN && t->match[order[i].zone] == MERE_UNKNOWN &&
            !taken[order[i].other]) {
            t->match[order[i].zone] = order[i].other;
            taken[order[i].other] = true;
        }
    return MERE_OK;
}

/* The place of (zone, other) in the sorted shares. */
static int32_t pair_index(const struct tradition *t, int32_t zone, int32_t other)
{
    size_t low = 0, high = t->shares.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct mere_share *share = &t->shares.v[mid];
        if (share->zone < zone || (share->zone == zone && share->other < other))
            low = mid + 1;
        else
            high = mid;
    }
    return (int32_t)low;
}

/* Sum up what is kept, and key the faces whose owner changed. The whole is the land that one zone
 * owned; what now nobody owns, or several claim, is lost to its owner (the coverage rules tell
 * where). Land that nobody or several owned before has no owner to keep. */
static enum mere_status compare_faces(struct tradition *t, struct mere_kept *kept)
{
    const struct mere_net *net = t->ck->net;
    size_t n = (size_t)net->n_faces + 1;
    t->key = MERE_NEW(&t->ck->scratch, int32_t, n);
    if (!t->key)
        return mere_fail_nomem(t->ck->ctx, "comparing divisions");
    kept->places = kept->places_kept = t->ck->face_places ? 0 : MERE_UNKNOWN;
    t->key[net->n_faces] = MERE_UNKNOWN;
    for (int32_t f = 0; f < net->n_faces; f++) {
        int32_t z = t->now->label[f], o = t->former->label[f];
        t->key[f] = MERE_UNKNOWN;
        if (o < 0)
            continue;
        bool same = z >= 0 && t->match[z] == o;
        kept->area_m2 += net->face_area_m2[f];
        kept->area_kept_m2 += same ? net->face_area_m2[f] : 0;
        if (t->ck->face_places) {
            kept->places += t->ck->face_places[f];
            kept->places_kept += same ? t->ck->face_places[f] : 0;
        }
        if (!same && z >= 0)
            t->key[f] = pair_index(t, z, o);
    }
    return MERE_OK;
}

static const struct mere_limit *limit_in(const struct tradition *t, const char *unit)
{
    const struct mere_profile *profile = t->ck->profile;
    for (size_t i = 0; i < profile->n_limits; i++)
        if (profile->limits[i].rule == MERE_RULE_TRADITION &&
            strcmp(profile->limits[i].unit, unit) == 0)
            return &profile->limits[i];
    return NULL;
}

/* ---- findings ---- */

static enum mere_status tell_whole(struct tradition *t, const struct mere_kept *kept)
{
    const struct mere_limit *limit = limit_in(t, "share");
    if (!limit || !(kept->area_m2 > 0))
        return MERE_OK;
    double share = kept->area_kept_m2 / kept->area_m2;
    double places = kept->places > 0 ? (double)kept->places_kept / (double)kept->places : 1;
    struct mere_draft draft = mere_draft_init(MERE_RULE_TRADITION, limit, t->s);
    draft.value = places < share ? places : share;
    draft.limit = limit->min;
    draft.as_info = draft.value >= limit->min;
    draft.salt = t->former->name;
    struct mere_text zh = {0}, en = {0};
    mere_text_addf(&zh, "与%s方案相比，%.2f%%的土地保持原归属",
                   mere_profile_term(t->ck->profile, t->former->name, MERE_LANG_ZH), 100 * share);
    mere_text_addf(&en, "%.2f%% of the land keeps the owner it has in the scheme %s", 100 * share,
                   t->former->name);
    if (kept->places > 0) {
        mere_text_addf(&zh, "，%lld个地点中有%lld个（%.2f%%）", (long long)kept->places,
                       (long long)kept->places_kept, 100 * places);
        mere_text_addf(&en, ", and %lld of %lld places (%.2f%%)", (long long)kept->places_kept,
                       (long long)kept->places, 100 * places);
    }
    draft.zh_detail = mere_text_str(&zh);
    draft.en_detail = mere_text_str(&en);
    enum mere_status status = zh.failed || en.failed
                                  ? mere_fail_nomem(t->ck->ctx, "telling a finding")
                                  : mere_check_add(t->ck, &draft);
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return status;
}

static enum mere_status tell_pair(struct tradition *t, int32_t pair,
                                  const struct mere_piece *pieces, size_t n)
{
    const struct mere_limit *limit = limit_in(t, "m2");
    const struct mere_share *share = &t->shares.v[pair];
    const struct mere_zone *from = &t->former->zones[share->other];
    double area = 0;
    for (size_t i = 0; i < n; i++)
        area += pieces[i].area_m2;
    if (!limit || area <= limit->max)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_TRADITION, limit, t->s);
    draft.zones = &share->zone;
    draft.n_zones = 1;
    draft.pieces = pieces;
    draft.n_pieces = n;
    draft.value = area;
    draft.limit = limit->max;
    draft.salt = from->code;
    struct mere_text zh = {0}, en = {0};
    mere_add_area(&zh, area, MERE_LANG_ZH);
    mere_add_area(&en, area, MERE_LANG_EN);
    draft.zh_detail = mere_check_textf(t->ck, "有%s原属%s", mere_text_str(&zh),
                                       mere_zone_shown(t->ck, from, MERE_LANG_ZH));
    draft.en_detail = mere_check_textf(t->ck, " has %s that belonged to %s", mere_text_str(&en),
                                       mere_zone_shown(t->ck, from, MERE_LANG_EN));
    bool whole = !zh.failed && !en.failed && draft.zh_detail && draft.en_detail;
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return whole ? mere_check_add(t->ck, &draft) : mere_fail_nomem(t->ck->ctx, "telling a finding");
}

struct changed {
    int32_t pair;
    struct mere_piece piece;
};

static int changed_cmp(const void *va, const void *vb)
{
    const struct changed *a = va, *b = vb;
    if (a->pair != b->pair)
        return a->pair < b->pair ? -1 : 1;
    struct mere_point p = a->piece.polygon.pts[0], q = b->piece.polygon.pts[0];
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    return (p.y > q.y) - (p.y < q.y);
}

static enum mere_status tell_pairs(struct tradition *t)
{
    struct mere_regions regions = {0};
    MERE_TRY(mere_check_join(t->ck, t->key, &regions));
    struct changed *changed = MERE_NEW(&t->ck->scratch, struct changed, (size_t)regions.n);
    struct mere_piece *pieces = MERE_NEW(&t->ck->scratch, struct mere_piece, (size_t)regions.n);
    if (!changed || !pieces)
        return mere_fail_nomem(t->ck->ctx, "listing changed land");
    for (int32_t i = 0; i < regions.n; i++) {
        changed[i].pair = regions.region[i].label;
        MERE_TRY(mere_check_piece(t->ck, &regions, i, &changed[i].piece));
    }
    qsort(changed, (size_t)regions.n, sizeof *changed, changed_cmp);
    for (int32_t i = 0, end; i < regions.n; i = end) {
        for (end = i; end < regions.n && changed[end].pair == changed[i].pair; end++)
            pieces[end - i] = changed[end].piece;
        MERE_TRY(tell_pair(t, changed[i].pair, pieces, (size_t)(end - i)));
    }
    return MERE_OK;
}

enum mere_status mere_rule_tradition(struct mere_checker *ck)
{
    if (!mere_profile_has(ck->profile, MERE_RULE_TRADITION, NULL))
        return MERE_OK;
    if (ck->former == MERE_UNKNOWN || ck->main == MERE_UNKNOWN || ck->former == ck->main)
        return mere_check_lacks(ck, MERE_RULE_TRADITION, NULL, NULL, NULL);
    struct tradition t = {.ck = ck, .s = ck->main};
    t.now = mere_ck_scheme(ck, ck->main);
    t.former = mere_ck_scheme(ck, ck->former);
    struct mere_kept kept = {.checked = true, .scheme = t.now->name, .former = t.former->name};
    ck->ran[MERE_RULE_TRADITION] = true;
    enum mere_status status = mere_check_shares(ck, t.s, ck->former, &t.shares);
    if (status == MERE_OK)
        status = match_zones(&t);
    if (status == MERE_OK)
        status = compare_faces(&t, &kept);
    if (status == MERE_OK)
        status = tell_whole(&t, &kept);
    if (status == MERE_OK && limit_in(&t, "m2"))
        status = tell_pairs(&t);
    MERE_VEC_FREE(&t.shares);
    ck->report->kept = kept;
    return status;
}
