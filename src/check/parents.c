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

/* A zone of the parent scheme as its children name it: the first with its code. One without a code
 * stands for itself. */
static int32_t as_parent(const struct mere_scheme *parent, int32_t zone)
{
    const char *code = parent->zones[zone].code;
    return *code ? mere_zone_by_code(parent, code) : zone;
}

/* The parent that holds most of each zone's land; several zones of one code count as one. */
static void most_land(const struct mere_scheme *parent, const struct mere_shares *shares,
                      int32_t *ret)
{
    double best = 0, sum = 0;
    for (size_t i = 0; i < shares->n; i++) {
        const struct mere_share *share = &shares->v[i];
        if (share->other == MERE_UNKNOWN)
            continue;
        int32_t at = as_parent(parent, share->other);
        /* Shares are sorted by zone, then other, and zones by code. */
        bool same = i > 0 && share[-1].zone == share->zone && share[-1].other != MERE_UNKNOWN &&
                    as_parent(parent, share[-1].other) == at;
        sum = same ? sum + share->area_m2 : share->area_m2;
        if (ret[share->zone] == MERE_UNKNOWN || sum > best) {
            ret[share->zone] = at;
            best = sum;
        }
    }
}

enum mere_status mere_check_parents(struct mere_checker *ck, int32_t s, const int32_t **ret)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (!ck->parents[s]) {
        const struct mere_scheme *above = mere_ck_scheme(ck, scheme->parent);
        int32_t *parent = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_zones);
        struct mere_shares shares = {0};
        if (!parent)
            return mere_fail_nomem(ck->ctx, "finding parents");
        enum mere_status status = mere_check_shares(ck, s, scheme->parent, &shares);
        for (int32_t z = 0; z < scheme->n_zones; z++)
            parent[z] = MERE_UNKNOWN;
        most_land(above, &shares, parent);
        for (int32_t z = 0; z < scheme->n_zones; z++) {
            const char *code = scheme->zones[z].parent;
            int32_t stated = code ? mere_zone_by_code(above, code) : MERE_UNKNOWN;
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

/* One finding for each zone of the draft's scheme that the stretches speak of. */
static enum mere_status add_land(struct mere_checker *ck, struct mere_stretches *stretches,
                                 const struct mere_draft *draft)
{
    struct mere_stretch_pieces found = {0};
    enum mere_status status = mere_check_stretches(ck, stretches, &found);
    struct mere_piece *pieces = MERE_NEW(&ck->scratch, struct mere_piece, found.n);
    if (status == MERE_OK && !pieces)
        status = mere_fail_nomem(ck->ctx, "listing land");
    for (size_t i = 0; status == MERE_OK && i < found.n; i++)
        pieces[i] = found.v[i].piece;
    if (status == MERE_OK && found.n > 0)
        status = mere_check_add_grouped(ck, draft, pieces, found.n);
    MERE_VEC_FREE(&found);
    return status;
}

/* Count the face for every zone of `scheme` that claims it. */
static enum mere_status add_claimants(struct mere_checker *ck, const struct mere_scheme *scheme,
                                      int32_t face, struct mere_stretches *ret)
{
    size_t n;
    const int32_t *claim = mere_face_claims(scheme, face, &n);
    for (size_t i = 0; i < n; i++)
        if (!MERE_PUSH(ret, (struct mere_stretch){claim[i], 0, face}))
            return mere_fail_nomem(ck->ctx, "comparing levels");
    return MERE_OK;
}

static enum mere_status outside_parent(struct mere_checker *ck, int32_t s, int32_t bound)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s), *parent = mere_ck_scheme(ck, bound);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_OUTSIDE_PARENT, child, NULL);
    struct mere_stretches out = {0};
    enum mere_status status = MERE_OK;
    if (!limit)
        return MERE_OK;
    ck->ran[MERE_RULE_OUTSIDE_PARENT] = true;
    for (int32_t f = 0; status == MERE_OK && f < ck->net->n_faces; f++)
        if (parent->label[f] == MERE_LABEL_NONE)
            status = add_claimants(ck, child, f, &out);
    struct mere_draft draft = mere_draft_init(MERE_RULE_OUTSIDE_PARENT, limit, s);
    draft.zh_detail =
        mere_check_textf(ck, "%s方案", mere_profile_term(ck->profile, parent->name, MERE_LANG_ZH));
    draft.en_detail = mere_check_textf(ck, "the scheme %s", parent->name);
    draft.unit = "m";
    draft.limit = 0;
    if (status == MERE_OK)
        status = add_land(ck, &out, &draft);
    MERE_VEC_FREE(&out);
    return status;
}

static enum mere_status parent_uncovered(struct mere_checker *ck, int32_t s, int32_t bound)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s), *parent = mere_ck_scheme(ck, bound);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_PARENT_UNCOVERED, child, NULL);
    struct mere_stretches bare = {0};
    enum mere_status status = MERE_OK;
    if (!limit || !child->covering)
        return MERE_OK;
    ck->ran[MERE_RULE_PARENT_UNCOVERED] = true;
    for (int32_t f = 0; status == MERE_OK && f < ck->net->n_faces; f++)
        if (child->state[f] == MERE_STATE_UNCLAIMED)
            status = add_claimants(ck, parent, f, &bare);
    struct mere_draft draft = mere_draft_init(MERE_RULE_PARENT_UNCOVERED, limit, bound);
    draft.zh_detail =
        mere_check_textf(ck, "%s方案", mere_profile_term(ck->profile, child->name, MERE_LANG_ZH));
    draft.en_detail = mere_check_textf(ck, "the scheme %s", child->name);
    draft.salt = child->name;
    draft.unit = "m";
    draft.limit = 0;
    if (status == MERE_OK)
        status = add_land(ck, &bare, &draft);
    MERE_VEC_FREE(&bare);
    return status;
}

/* ---- nesting ---- */

struct nesting {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_scheme *child, *parent;
    const int32_t *own;       /* by zone */
    const int32_t *as_parent; /* by zone of the parent scheme */
    const int32_t *same;      /* by claim list of the parent: the first with the same zones */
    struct mere_stretches foreign;
    struct mere_stretch_pieces found;
};

/* The claimants of the parent scheme as one number: zones, then lists of claimants. */
static int32_t claimants_key(const struct nesting *n, int32_t label)
{
    return label >= 0 ? label : n->parent->n_zones + n->same[-2 - label];
}
static const int32_t *claimants_of(const struct nesting *n, const int32_t *key, size_t *ret_n)
{
    *ret_n = 1;
    if (*key < n->parent->n_zones)
        return key;
    const uint32_t *first = n->parent->claim_first + (*key - n->parent->n_zones);
    *ret_n = first[1] - first[0];
    return n->parent->claim + first[0];
}

static bool is_foreign(const struct nesting *n, int32_t zone, int32_t face)
{
    size_t n_claims;
    const int32_t *claim = mere_face_claims(n->parent, face, &n_claims);
    for (size_t i = 0; i < n_claims; i++)
        if (n->as_parent[claim[i]] == n->own[zone])
            return false;
    return n_claims > 0;
}

/* "长河 (330108002)"; where parents overlap "长河 (330108002) and 浦沿 (330108003)". */
static void tell_claimants(struct nesting *n, const int32_t *key, enum mere_lang lang,
                           struct mere_text *t)
{
    size_t n_claims;
    const int32_t *claim = claimants_of(n, key, &n_claims);
    for (size_t i = 0; i < n_claims && i < 3; i++) {
        const char *shown = mere_zone_shown(n->ck, &n->parent->zones[claim[i]], lang);
        mere_text_add(t, i == 0 ? "" : lang == MERE_LANG_ZH ? "、" : " and ");
        mere_text_add(t, shown ? shown : "?");
    }
}

/* Of the pieces `from` to `end`, which are one zone's: "12.4 m2 in 长河 (330108002), ..." */
static void tell_foreign(struct nesting *n, size_t from, size_t end, enum mere_lang lang,
                         struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    const struct mere_stretch_piece *v = n->found.v;
    int32_t own = n->own[v[from].zone];
    for (size_t i = from, next, told = 0; i < end; i = next) {
        double area_m2 = 0;
        for (next = i; next < end && v[next].other == v[i].other; next++)
            area_m2 += v[next].piece.area_m2;
        if (told++ == 3) {
            mere_text_add(t, zh ? "，等" : ", and more");
            break;
        }
        mere_text_add(t, told == 1 ? "" : zh ? "，" : ", ");
        mere_text_add(t, zh ? "有" : "");
        mere_add_area(t, area_m2, lang);
        mere_text_add(t, zh ? "在" : " in ");
        tell_claimants(n, &v[i].other, lang, t);
    }
    if (own < 0)
        return;
    mere_text_add(t, zh ? "，而它的上级是" : ", while its parent is ");
    tell_claimants(n, &own, lang, t);
}

/* The finding of the zone whose pieces are `from` to `end`. */
static enum mere_status add_nesting(struct nesting *n, size_t from, size_t end)
{
    int32_t zone = n->found.v[from].zone;
    const struct mere_limit *limit = mere_zone_limit(n->ck, MERE_RULE_NESTING, n->s, zone);
    struct mere_piece *pieces = MERE_NEW(&n->ck->scratch, struct mere_piece, end - from);
    double most = limit && !isnan(limit->max) ? limit->max : 0, foreign_m2 = 0;
    if (!limit)
        return MERE_OK;
    if (!pieces)
        return mere_fail_nomem(n->ck->ctx, "listing land in other parents");
    for (size_t i = from; i < end; i++) {
        pieces[i - from] = n->found.v[i].piece;
        foreign_m2 += n->found.v[i].piece.area_m2;
    }
    if (!limit || foreign_m2 <= most)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_NESTING, limit, n->s);
    struct mere_text zh = {0}, en = {0};
    tell_foreign(n, from, end, MERE_LANG_ZH, &zh);
    tell_foreign(n, from, end, MERE_LANG_EN, &en);
    draft.zh_detail = mere_text_str(&zh);
    draft.en_detail = mere_text_str(&en);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.pieces = pieces;
    draft.n_pieces = end - from;
    draft.value = foreign_m2;
    draft.limit = most;
    enum mere_status status = zh.failed || en.failed
                                  ? mere_fail_nomem(n->ck->ctx, "telling nesting")
                                  : mere_check_add(n->ck, &draft);
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return status;
}

/* Each zone's land in each foreign parent: what two zones claim counts for either whose parent is
 * another. */
static enum mere_status find_foreign(struct nesting *n)
{
    struct mere_checker *ck = n->ck;
    for (int32_t f = 0; f < ck->net->n_faces; f++) {
        size_t n_claims;
        const int32_t *claim = mere_face_claims(n->child, f, &n_claims);
        for (size_t k = 0; k < n_claims; k++) {
            if (!is_foreign(n, claim[k], f))
                continue;
            struct mere_stretch s = {claim[k], claimants_key(n, n->parent->label[f]), f};
            if (!MERE_PUSH(&n->foreign, s))
                return mere_fail_nomem(ck->ctx, "comparing levels");
        }
    }
    return mere_check_stretches(ck, &n->foreign, &n->found);
}

static enum mere_status name_parents(struct nesting *n)
{
    struct mere_arena *scratch = &n->ck->scratch;
    int32_t *same = MERE_NEW(scratch, int32_t, (size_t)n->parent->n_claims);
    int32_t *as = MERE_NEW(scratch, int32_t, (size_t)n->parent->n_zones);
    if (!same || !as)
        return mere_fail_nomem(n->ck->ctx, "comparing levels");
    for (int32_t z = 0; z < n->parent->n_zones; z++)
        as[z] = as_parent(n->parent, z);
    n->same = same;
    n->as_parent = as;
    return n->parent->n_claims > 0 ? mere_check_same_claims(n->ck, n->parent, same) : MERE_OK;
}

static enum mere_status nesting(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s);
    struct nesting n = {.ck = ck, .s = s, .child = child};
    if (!mere_profile_has(ck->profile, MERE_RULE_NESTING, child))
        return MERE_OK;
    for (int32_t z = 0; z < child->n_zones; z++)
        (void)mere_zone_limit(ck, MERE_RULE_NESTING, s, z);
    n.parent = mere_ck_scheme(ck, child->parent);
    MERE_TRY(mere_check_parents(ck, s, &n.own));
    MERE_TRY(name_parents(&n));
    enum mere_status status = find_foreign(&n);
    for (size_t i = 0, end; status == MERE_OK && i < n.found.n; i = end) {
        for (end = i; end < n.found.n && n.found.v[end].zone == n.found.v[i].zone;)
            end++;
        status = add_nesting(&n, i, end);
    }
    MERE_VEC_FREE(&n.foreign);
    MERE_VEC_FREE(&n.found);
    return status;
}

/* ---- stated parents ---- */

static enum mere_status no_parent(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *child = mere_ck_scheme(ck, s);
    const struct mere_scheme *parent = mere_ck_scheme(ck, child->parent);
    int32_t stated = 0;
    if (!mere_profile_has(ck->profile, MERE_RULE_NO_PARENT, child))
        return MERE_OK;
    for (int32_t z = 0; z < child->n_zones; z++)
        stated += child->zones[z].parent != NULL;
    if (stated == 0)
        return mere_check_lacks(ck, MERE_RULE_NO_PARENT, child->name, NULL, NULL);
    for (int32_t z = 0; z < child->n_zones; z++) {
        const struct mere_limit *limit = mere_zone_limit(ck, MERE_RULE_NO_PARENT, s, z);
        const char *code = child->zones[z].parent;
        if (!limit)
            continue;
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

static bool has_child(const struct mere_checker *ck, int32_t s)
{
    for (int32_t i = 0; i < ck->net->n_schemes; i++)
        if (mere_ck_scheme(ck, i)->parent == s)
            return true;
    return false;
}

/* Whether any scheme has a parent. */
static bool has_levels(const struct mere_checker *ck)
{
    for (int32_t s = 0; s < ck->net->n_schemes; s++)
        if (mere_ck_scheme(ck, s)->parent >= 0)
            return true;
    return false;
}

bool mere_check_needs_bound(const struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    return scheme->covering && scheme->role != MERE_ROLE_OUTLINE && !has_child(ck, s);
}

bool mere_check_needs_parent(const struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (scheme->parent >= 0)
        return true;
    bool level = scheme->role == MERE_ROLE_STREET || scheme->role == MERE_ROLE_COMMUNITY ||
                 scheme->role == MERE_ROLE_GRID || scheme->role == MERE_ROLE_MICROGRID ||
                 scheme->parent_scheme;
    return mere_check_needs_bound(ck, s) && (level || !has_levels(ck));
}

enum mere_status mere_rules_parents(struct mere_checker *ck, int32_t s)
{
    static const enum mere_rule LEVELS[] = {MERE_RULE_NESTING, MERE_RULE_NO_PARENT,
                                            MERE_RULE_CODE_PREFIX};
    static const enum mere_rule BOUNDS[] = {MERE_RULE_OUTSIDE_PARENT, MERE_RULE_PARENT_UNCOVERED};
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    bool bare = mere_check_needs_bound(ck, s), lacks = mere_check_needs_parent(ck, s);
    int32_t bound = mere_check_bound(ck, s);
    if (bound != MERE_UNKNOWN) {
        MERE_TRY(outside_parent(ck, s, bound));
        MERE_TRY(parent_uncovered(ck, s, bound));
    }
    for (size_t i = 0; bound == MERE_UNKNOWN && bare && i < MERE_LEN(BOUNDS); i++)
        MERE_TRY(lacks_if_on(ck, BOUNDS[i], s));
    if (scheme->parent >= 0) {
        MERE_TRY(nesting(ck, s));
        return no_parent(ck, s);
    }
    for (size_t i = 0; lacks && i < MERE_LEN(LEVELS); i++)
        MERE_TRY(lacks_if_on(ck, LEVELS[i], s));
    return MERE_OK;
}
