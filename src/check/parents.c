/* parents.c - levels: outside-parent and parent-uncovered (full coverage), nesting and no-parent
 * (territoriality). All are read off the labels of the same faces in two schemes. */
#include "check/check_priv.h"
#include "net/zones.h"
#include <string.h>

int32_t mere_check_bound(const struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (scheme->parent >= 0)
        return scheme->parent;
    if (scheme->covering && scheme->role != MERE_ROLE_OUTLINE)
        return ck->outline;
    return MERE_UNKNOWN;
}

/* ---- whose child is it ---- */

static int share_cmp(const void *va, const void *vb)
{
    const struct mere_share *a = va, *b = vb;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    return (a->other > b->other) - (a->other < b->other);
}

enum mere_status mere_check_shares(struct mere_checker *ck, int32_t s, int32_t t,
                                   struct mere_shares *ret)
{
    const struct mere_scheme *a = mere_ck_scheme(ck, s), *b = mere_ck_scheme(ck, t);
    for (int32_t f = 0; f < ck->net->n_faces; f++) {
        size_t n, m;
        const int32_t *za = mere_face_claims(a, f, &n), *zb = mere_face_claims(b, f, &m);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < (m > 0 ? m : 1); k++) {
                struct mere_share share = {za[i], m > 0 ? zb[k] : MERE_UNKNOWN,
                                           ck->net->face_area_m2[f]};
                if (!MERE_PUSH(ret, share))
                    return mere_fail_nomem(ck->ctx, "comparing two schemes");
            }
    }
    if (ret->n == 0)
        return MERE_OK;
    qsort(ret->v, ret->n, sizeof *ret->v, share_cmp);
    size_t n = 0;
    for (size_t i = 1; i < ret->n; i++)
        if (ret->v[n].zone == ret->v[i].zone && ret->v[n].other == ret->v[i].other)
            ret->v[n].area_m2 += ret->v[i].area_m2;
        else
            ret->v[++n] = ret->v[i];
    ret->n = n + 1;
    return MERE_OK;
}

enum mere_status mere_check_parents(struct mere_checker *ck, int32_t s, const int32_t **ret)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (!ck->parents[s]) {
        int32_t *parent = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_zones);
        struct mere_shares shares = {0};
        if (!parent)
            return mere_fail_nomem(ck->ctx, "finding parents");
        enum mere_status status = mere_check_shares(ck, s, scheme->parent, &shares);
        for (int32_t z = 0; z < scheme->n_zones; z++)
            parent[z] = MERE_UNKNOWN;
        double best = 0;
        for (size_t i = 0; i < shares.n; i++) {
            struct mere_share *share = &shares.v[i];
            if (share->other == MERE_UNKNOWN)
                continue;
            if (parent[share->zone] == MERE_UNKNOWN || share->area_m2 > best) {
                parent[share->zone] = share->other;
                best = share->area_m2;
            }
        }
        for (int32_t z = 0; z < scheme->n_zones; z++) {
            const char *code = scheme->zones[z].parent;
            int32_t stated =
                code ? mere_zone_by_code(mere_ck_scheme(ck, scheme->parent), code) : MERE_UNKNOWN;
            if (stated != MERE_UNKNOWN)
                parent[z] = stated;
        }
        MERE_VEC_FREE(&shares);
        MERE_TRY(status);
        ck->parents[s] = parent;
    }
    *ret = ck->parents[s];
    return MERE_OK;
}

/* ---- land where it should not be ---- */

/* The label of a face as a key: equal for equal claimants. Lists that hold the same zones may have
 * different numbers; their pieces are joined later, by zones. */
static int32_t label_key(const struct mere_scheme *scheme, int32_t label)
{
    return label >= 0 ? label : scheme->n_zones + (-2 - label);
}

/* One finding for each set of zones of `s` that claim the faces whose key is not negative. */
static enum mere_status add_land(struct mere_checker *ck, const int32_t *key,
                                 const struct mere_draft *draft)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, draft->scheme);
    struct mere_regions regions = {0};
    MERE_TRY(mere_check_join(ck, key, &regions));
    MERE_VEC(struct mere_piece) pieces = {0};
    enum mere_status status = MERE_OK;
    for (int32_t i = 0; i < regions.n && status == MERE_OK; i++) {
        struct mere_piece piece;
        status = mere_check_piece(ck, &regions, i, &piece);
        if (status != MERE_OK)
            break;
        piece.zones =
            mere_face_claims(scheme, regions.face[regions.region[i].first], &piece.n_zones);
        if (!MERE_PUSH(&pieces, piece))
            status = mere_fail_nomem(ck->ctx, "listing land");
    }
    if (status == MERE_OK)
        status = mere_check_add_grouped(ck, draft, pieces.v, pieces.n);
    MERE_VEC_FREE(&pieces);
    return status;
}

static enum mere_status new_keys(struct mere_checker *ck, int32_t **ret)
{
    size_t n = (size_t)ck->net->n_faces + 1;
    *ret = MERE_NEW(&ck->scratch, int32_t, n);
    if (!*ret)
        return mere_fail_nomem(ck->ctx, "comparing levels");
    for (size_t f = 0; f < n; f++)
        (*ret)[f] = MERE_UNKNOWN;
    return MERE_OK;
}

static enum mere_status outside_parent(struct mere_checker *ck, int32_t s, int32_t bound)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s), *parent = mere_ck_scheme(ck, bound);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_OUTSIDE_PARENT, child, NULL);
    int32_t *key;
    bool any = false;
    if (!limit)
        return MERE_OK;
    ck->ran[MERE_RULE_OUTSIDE_PARENT] = true;
    MERE_TRY(new_keys(ck, &key));
    for (int32_t f = 0; f < ck->net->n_faces; f++)
        if (child->label[f] != MERE_LABEL_NONE && parent->label[f] == MERE_LABEL_NONE) {
            key[f] = label_key(child, child->label[f]);
            any = true;
        }
    if (!any)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_OUTSIDE_PARENT, limit, s);
    draft.zh_detail =
        mere_check_textf(ck, "%s方案", mere_profile_term(ck->profile, parent->name, MERE_LANG_ZH));
    draft.en_detail = mere_check_textf(ck, "the scheme %s", parent->name);
    draft.unit = "m";
    draft.limit = 0;
    return add_land(ck, key, &draft);
}

static enum mere_status parent_uncovered(struct mere_checker *ck, int32_t s, int32_t bound)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s), *parent = mere_ck_scheme(ck, bound);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_PARENT_UNCOVERED, child, NULL);
    int32_t *key;
    bool any = false;
    if (!limit || !child->covering)
        return MERE_OK;
    ck->ran[MERE_RULE_PARENT_UNCOVERED] = true;
    MERE_TRY(new_keys(ck, &key));
    for (int32_t f = 0; f < ck->net->n_faces; f++)
        if (child->state[f] == MERE_STATE_UNCLAIMED && parent->label[f] != MERE_LABEL_NONE) {
            key[f] = label_key(parent, parent->label[f]);
            any = true;
        }
    if (!any)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_PARENT_UNCOVERED, limit, bound);
    draft.zh_detail =
        mere_check_textf(ck, "%s方案", mere_profile_term(ck->profile, child->name, MERE_LANG_ZH));
    draft.en_detail = mere_check_textf(ck, "the scheme %s", child->name);
    draft.salt = child->name;
    draft.unit = "m";
    draft.limit = 0;
    return add_land(ck, key, &draft);
}

/* ---- nesting ---- */

struct nesting {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_scheme *child, *parent;
    const int32_t *own; /* by zone */
    struct mere_shares shares;
    double *foreign_m2; /* by zone: land in other parents */
    MERE_VEC(struct mere_piece) pieces;
};

static bool is_foreign(const struct nesting *n, int32_t zone, int32_t face)
{
    size_t n_claims;
    const int32_t *claim = mere_face_claims(n->parent, face, &n_claims);
    for (size_t i = 0; i < n_claims; i++)
        if (claim[i] == n->own[zone])
            return false;
    return n_claims > 0;
}

/* "12.4 m2 in 长河 (330108002), ..." */
static void tell_foreign(struct nesting *n, int32_t zone, enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    size_t told = 0, first = 0, high = n->shares.n;
    while (first < high) { /* shares are sorted by zone */
        size_t mid = first + (high - first) / 2;
        if (n->shares.v[mid].zone < zone)
            first = mid + 1;
        else
            high = mid;
    }
    for (size_t i = first; i < n->shares.n && n->shares.v[i].zone == zone; i++) {
        const struct mere_share *share = &n->shares.v[i];
        if (share->other < 0 || share->other == n->own[zone])
            continue;
        const char *shown = mere_zone_shown(n->ck, &n->parent->zones[share->other], lang);
        if (told++ == 3) {
            mere_text_add(t, zh ? "，等" : ", and more");
            break;
        }
        mere_text_add(t, told == 1 ? "" : zh ? "，" : ", ");
        if (zh)
            mere_text_add(t, "有");
        mere_add_area(t, share->area_m2, lang);
        mere_text_addf(t, zh ? "在%s" : " in %s", shown ? shown : "?");
    }
    if (n->own[zone] >= 0) {
        const char *shown = mere_zone_shown(n->ck, &n->parent->zones[n->own[zone]], lang);
        mere_text_addf(t, zh ? "，而它的上级是%s" : ", while its parent is %s",
                       shown ? shown : "?");
    }
}

static enum mere_status add_nesting(struct nesting *n, int32_t zone, size_t from, size_t end)
{
    const struct mere_limit *limit =
        mere_profile_limit(n->ck->profile, MERE_RULE_NESTING, n->child, n->child->zones[zone].kind);
    double most = limit && !isnan(limit->max) ? limit->max : 0;
    if (!limit || n->foreign_m2[zone] <= most)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_NESTING, limit, n->s);
    struct mere_text zh = {0}, en = {0};
    tell_foreign(n, zone, MERE_LANG_ZH, &zh);
    tell_foreign(n, zone, MERE_LANG_EN, &en);
    draft.zh_detail = mere_text_str(&zh);
    draft.en_detail = mere_text_str(&en);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.pieces = n->pieces.v + from;
    draft.n_pieces = end - from;
    draft.value = n->foreign_m2[zone];
    draft.limit = most;
    enum mere_status status = zh.failed || en.failed
                                  ? mere_fail_nomem(n->ck->ctx, "telling nesting")
                                  : mere_check_add(n->ck, &draft);
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return status;
}

static int by_first_zone(const void *va, const void *vb)
{
    const struct mere_piece *a = va, *b = vb;
    if (a->zones[0] != b->zones[0])
        return a->zones[0] < b->zones[0] ? -1 : 1;
    struct mere_point p = a->polygon.pts[0], q = b->polygon.pts[0];
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    return (p.y > q.y) - (p.y < q.y);
}

/* Pieces of foreign land: regions of faces with the same child label, told to each claimant. */
static enum mere_status foreign_pieces(struct nesting *n, const int32_t *key)
{
    struct mere_checker *ck = n->ck;
    struct mere_regions regions = {0};
    MERE_TRY(mere_check_join(ck, key, &regions));
    for (int32_t i = 0; i < regions.n; i++) {
        struct mere_piece piece;
        MERE_TRY(mere_check_piece(ck, &regions, i, &piece));
        int32_t face = regions.face[regions.region[i].first];
        size_t n_claims;
        const int32_t *claim = mere_face_claims(n->child, face, &n_claims);
        piece.n_zones = 1;
        for (size_t k = 0; k < n_claims; k++) {
            piece.zones = &claim[k];
            if (!is_foreign(n, claim[k], face))
                continue;
            n->foreign_m2[claim[k]] += piece.area_m2;
            if (!MERE_PUSH(&n->pieces, piece))
                return mere_fail_nomem(ck->ctx, "listing land in other parents");
        }
    }
    return MERE_OK;
}

static enum mere_status find_nesting(struct nesting *n)
{
    struct mere_checker *ck = n->ck;
    int32_t *key;
    bool any = false;
    MERE_TRY(new_keys(ck, &key));
    for (int32_t f = 0; f < ck->net->n_faces; f++) {
        size_t n_claims;
        const int32_t *claim = mere_face_claims(n->child, f, &n_claims);
        for (size_t k = 0; k < n_claims; k++)
            if (is_foreign(n, claim[k], f)) {
                /* Faces of several foreign parents stay apart: a piece is in one. */
                key[f] = label_key(n->child, n->child->label[f]);
                any = true;
            }
    }
    if (!any)
        return MERE_OK;
    n->foreign_m2 = MERE_NEW(&ck->scratch, double, (size_t)n->child->n_zones);
    if (!n->foreign_m2)
        return mere_fail_nomem(ck->ctx, "comparing levels");
    MERE_TRY(mere_check_shares(ck, n->s, n->child->parent, &n->shares));
    MERE_TRY(foreign_pieces(n, key));
    if (n->pieces.n > 0)
        qsort(n->pieces.v, n->pieces.n, sizeof *n->pieces.v, by_first_zone);
    for (size_t i = 0, end; i < n->pieces.n; i = end) {
        int32_t zone = n->pieces.v[i].zones[0];
        for (end = i; end < n->pieces.n && n->pieces.v[end].zones[0] == zone;)
            end++;
        MERE_TRY(add_nesting(n, zone, i, end));
    }
    return MERE_OK;
}

static enum mere_status nesting(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s);
    struct nesting n = {.ck = ck, .s = s, .child = child};
    if (!mere_profile_has(ck->profile, MERE_RULE_NESTING, child))
        return MERE_OK;
    ck->ran[MERE_RULE_NESTING] = true;
    n.parent = mere_ck_scheme(ck, child->parent);
    MERE_TRY(mere_check_parents(ck, s, &n.own));
    enum mere_status status = find_nesting(&n);
    MERE_VEC_FREE(&n.shares);
    MERE_VEC_FREE(&n.pieces);
    return status;
}

/* ---- stated parents ---- */

static enum mere_status no_parent(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s);
    const struct mere_scheme *parent = mere_ck_scheme(ck, child->parent);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_NO_PARENT, child, NULL);
    int32_t stated = 0;
    if (!limit)
        return MERE_OK;
    for (int32_t z = 0; z < child->n_zones; z++)
        stated += child->zones[z].parent != NULL;
    if (stated == 0)
        return mere_check_lacks(ck, MERE_RULE_NO_PARENT, child->name, NULL, NULL);
    ck->ran[MERE_RULE_NO_PARENT] = true;
    for (int32_t z = 0; z < child->n_zones; z++) {
        const char *code = child->zones[z].parent;
        if (code && mere_zone_by_code(parent, code) != MERE_UNKNOWN)
            continue;
        struct mere_draft draft = mere_draft_init(MERE_RULE_NO_PARENT, limit, s);
        draft.zones = &z;
        draft.n_zones = 1;
        draft.place_zone = z;
        draft.salt = code;
        code = code ? mere_name_shown(ck, code) : NULL;
        draft.zh_detail =
            code ? mere_check_textf(ck, "声明的上级%s不在%s方案中", code,
                                    mere_profile_term(ck->profile, parent->name, MERE_LANG_ZH))
                 : "没有声明上级";
        draft.en_detail =
            code ? mere_check_textf(ck, "states the parent %s, which is not in the scheme %s", code,
                                    parent->name)
                 : "states no parent";
        MERE_TRY(mere_check_add(ck, &draft));
    }
    return MERE_OK;
}

static enum mere_status lacks_if_on(struct mere_checker *ck, enum mere_rule rule, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    return mere_profile_has(ck->profile, rule, scheme)
               ? mere_check_lacks(ck, rule, scheme->name, NULL, NULL)
               : MERE_OK;
}

/* Whether any scheme has a parent: then the topmost one has none because it is the topmost. */
static bool has_levels(const struct mere_checker *ck)
{
    for (int32_t s = 0; s < ck->net->n_schemes; s++)
        if (mere_ck_scheme(ck, s)->parent >= 0)
            return true;
    return false;
}

enum mere_status mere_rules_parents(struct mere_checker *ck, int32_t s)
{
    static const enum mere_rule LEVELS[] = {MERE_RULE_NESTING, MERE_RULE_NO_PARENT,
                                            MERE_RULE_CODE_PREFIX};
    static const enum mere_rule BOUNDS[] = {MERE_RULE_OUTSIDE_PARENT, MERE_RULE_PARENT_UNCOVERED};
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    bool lacks = scheme->covering && scheme->role != MERE_ROLE_OUTLINE && !has_levels(ck);
    int32_t bound = mere_check_bound(ck, s);
    if (bound != MERE_UNKNOWN) {
        MERE_TRY(outside_parent(ck, s, bound));
        MERE_TRY(parent_uncovered(ck, s, bound));
    }
    for (size_t i = 0; bound == MERE_UNKNOWN && lacks && i < MERE_LEN(BOUNDS); i++)
        MERE_TRY(lacks_if_on(ck, BOUNDS[i], s));
    if (scheme->parent >= 0) {
        MERE_TRY(nesting(ck, s));
        return no_parent(ck, s);
    }
    for (size_t i = 0; lacks && i < MERE_LEN(LEVELS); i++)
        MERE_TRY(lacks_if_on(ck, LEVELS[i], s));
    return MERE_OK;
}
