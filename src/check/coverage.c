/* coverage.c - full coverage 全面覆盖: gap, bay, unclaimed, hole, overlap, sliver.
 *
 * Every region of land that is not owned is exactly one of these (ENGINE B1, "Gap, hole or
 * outside?"):
 *
 *     disputed                                    -> overlap, however thin
 *     unclaimed, not wider than the limit, closed -> gap     (zones, declared holes all around)
 *     unclaimed, not wider than the limit, open   -> bay     (it meets land outside)
 *     unclaimed, wider than the limit             -> unclaimed
 *     outside, in a zone of role hole             -> hole    (declared)
 *     outside, nothing bounds the scheme, all
 *       around it one zone                        -> hole    (an inner ring: declared)
 * As a region is classed by its own width only, a larger limit can't hide a gap. */
#include "check/check_priv.h"

struct coverage {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_regions *regions;
    MERE_VEC(struct mere_piece) gaps;
    MERE_VEC(struct mere_piece) bays;
    MERE_VEC(struct mere_piece) overlaps;
};

/* The limit of a width; rules without one find nothing narrow. */
static double width_limit(const struct mere_checker *ck, enum mere_rule rule, int32_t s)
{
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, rule, mere_ck_scheme(ck, s), NULL);
    return limit && limit->max >= 0 ? limit->max : 0;
}

static enum mere_status add_single(struct coverage *c, enum mere_rule rule,
                                   const struct mere_piece *piece, double value, double bound)
{
    const struct mere_limit *limit =
        mere_profile_limit(c->ck->profile, rule, mere_ck_scheme(c->ck, c->s), NULL);
    if (!limit)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(rule, limit, c->s);
    draft.zones = piece->zones;
    draft.n_zones = piece->n_zones;
    draft.pieces = piece;
    draft.n_pieces = 1;
    draft.value = value;
    draft.limit = bound;
    draft.unit = "m";
    return mere_check_add(c->ck, &draft);
}

static enum mere_status class_unclaimed(struct coverage *c, int32_t region)
{
    struct mere_piece piece;
    bool open = false;
    MERE_TRY(mere_check_piece(c->ck, c->regions, region, &piece));
    MERE_TRY(mere_check_around(c->ck, c->s, c->regions, region, &piece, &open));
    double bound = width_limit(c->ck, open ? MERE_RULE_BAY : MERE_RULE_GAP, c->s);
    if (piece.width_m > bound)
        return add_single(c, MERE_RULE_UNCLAIMED, &piece, piece.width_m, bound);
    bool ok = open ? MERE_PUSH(&c->bays, piece) : MERE_PUSH(&c->gaps, piece);
    return ok ? MERE_OK : mere_fail_nomem(c->ck->ctx, "listing gaps");
}

static enum mere_status class_outside(struct coverage *c, int32_t region)
{
    const struct mere_region *r = &c->regions->region[region];
    bool declared = r->land == MERE_LAND_HOLE;
    bool bounded = mere_check_bound(c->ck, c->s) != MERE_UNKNOWN;
    if (r->unbounded || (!declared && bounded))
        return MERE_OK;
    if (!mere_profile_limit(c->ck->profile, MERE_RULE_HOLE, mere_ck_scheme(c->ck, c->s), NULL))
        return MERE_OK;
    struct mere_piece piece = {0};
    bool open = false;
    MERE_TRY(mere_check_around(c->ck, c->s, c->regions, region, &piece, &open));
    /* Water beside the district is no hole in it; a declared hole inside the bounds is, at their
     * rim too. */
    if ((open && !bounded) || piece.n_zones == 0)
        return MERE_OK;
    struct mere_piece whole;
    MERE_TRY(mere_check_piece(c->ck, c->regions, region, &whole));
    whole.zones = piece.zones;
    whole.n_zones = piece.n_zones;
    return add_single(c, MERE_RULE_HOLE, &whole, whole.width_m, NAN);
}

static enum mere_status class_disputed(struct coverage *c, int32_t region)
{
    const struct mere_scheme *scheme = mere_ck_scheme(c->ck, c->s);
    const struct mere_region *r = &c->regions->region[region];
    struct mere_piece piece;
    MERE_TRY(mere_check_piece(c->ck, c->regions, region, &piece));
    size_t n = 0;
    piece.zones = mere_face_claims(scheme, c->regions->face[r->first], &n);
    piece.n_zones = n;
    return MERE_PUSH(&c->overlaps, piece) ? MERE_OK
                                          : mere_fail_nomem(c->ck->ctx, "listing overlaps");
}

static enum mere_status class_owned(struct coverage *c, int32_t region)
{
    const struct mere_region *r = &c->regions->region[region];
    const struct mere_scheme *scheme = mere_ck_scheme(c->ck, c->s);
    const struct mere_limit *limit =
        mere_profile_limit(c->ck->profile, MERE_RULE_SLIVER, scheme, scheme->zones[r->label].kind);
    c->ck->ran[MERE_RULE_SLIVER] = c->ck->ran[MERE_RULE_SLIVER] || limit;
    if (!limit || !(limit->max > 0) || mere_region_surely_wider(r, limit->max))
        return MERE_OK;
    struct mere_piece piece;
    MERE_TRY(mere_check_piece(c->ck, c->regions, region, &piece));
    if (!(piece.width_m < limit->max))
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(MERE_RULE_SLIVER, limit, c->s);
    draft.zones = &r->label;
    draft.n_zones = 1;
    draft.pieces = &piece;
    draft.n_pieces = 1;
    draft.value = piece.width_m;
    draft.limit = limit->max;
    return mere_check_add(c->ck, &draft);
}

static enum mere_status class_region(struct coverage *c, int32_t region)
{
    const struct mere_scheme *scheme = mere_ck_scheme(c->ck, c->s);
    bool slivers = scheme->role != MERE_ROLE_HOLE && scheme->role != MERE_ROLE_KEY;
    switch (c->regions->region[region].land) {
    case MERE_LAND_OWNED:
        return slivers ? class_owned(c, region) : MERE_OK;
    case MERE_LAND_DISPUTED:
        return class_disputed(c, region);
    case MERE_LAND_UNCLAIMED:
        return class_unclaimed(c, region);
    case MERE_LAND_HOLE:
    case MERE_LAND_OUTSIDE:
        return scheme->covering ? class_outside(c, region) : MERE_OK;
    }
    return MERE_OK;
}

static enum mere_status add_group(struct coverage *c, enum mere_rule rule,
                                  struct mere_piece *pieces, size_t n)
{
    const struct mere_limit *limit =
        mere_profile_limit(c->ck->profile, rule, mere_ck_scheme(c->ck, c->s), NULL);
    if (!limit || n == 0)
        return MERE_OK;
    struct mere_draft draft = mere_draft_init(rule, limit, c->s);
    draft.limit = rule == MERE_RULE_OVERLAP ? 0 : limit->max;
    draft.unit = "m";
    return mere_check_add_grouped(c->ck, &draft, pieces, n);
}

/* What is looked for in the scheme, found or not. */
static void note_measured(struct mere_checker *ck, int32_t s)
{
    static const enum mere_rule OF_COVERING[] = {MERE_RULE_GAP, MERE_RULE_BAY, MERE_RULE_UNCLAIMED,
                                                 MERE_RULE_HOLE};
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (scheme->n_zones == 0)
        return;
    for (size_t i = 0; scheme->covering && i < MERE_LEN(OF_COVERING); i++)
        if (mere_profile_has(ck->profile, OF_COVERING[i], scheme))
            ck->ran[OF_COVERING[i]] = true;
    if (mere_profile_has(ck->profile, MERE_RULE_OVERLAP, scheme))
        ck->ran[MERE_RULE_OVERLAP] = true;
}

enum mere_status mere_rules_coverage(struct mere_checker *ck, int32_t s)
{
    struct coverage c = {.ck = ck, .s = s};
    MERE_TRY(mere_check_regions(ck, s, &c.regions));
    note_measured(ck, s);
    enum mere_status status = MERE_OK;
    for (int32_t i = 0; i < c.regions->n && status == MERE_OK; i++)
        status = class_region(&c, i);
    if (status == MERE_OK)
        status = add_group(&c, MERE_RULE_GAP, c.gaps.v, c.gaps.n);
    if (status == MERE_OK)
        status = add_group(&c, MERE_RULE_BAY, c.bays.v, c.bays.n);
    if (status == MERE_OK)
        status = add_group(&c, MERE_RULE_OVERLAP, c.overlaps.v, c.overlaps.n);
    MERE_VEC_FREE(&c.gaps);
    MERE_VEC_FREE(&c.bays);
    MERE_VEC_FREE(&c.overlaps);
    if (status == MERE_OK && mere_ck_scheme(ck, s)->covering &&
        mere_check_bound(ck, s) == MERE_UNKNOWN)
        status = mere_rule_seams(ck, s);
    return status;
}
