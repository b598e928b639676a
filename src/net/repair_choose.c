/* repair_choose.c - whose a piece shall be, and whether that may be done without a person (ENGINE
 * B3).
 *
 * The new owner is of the parent zone in which the piece lies (the source of the highest rank),
 * then the one with the longest border with the piece, then the one of the lower code. When this
 * one is refused no other is tried: the second choice is told, and a person chooses. */
#include "net/repair_priv.h"
#include <stdlib.h>
#include <string.h>

/* The better candidate first. Zones stand by code, so the lower zone has the lower code. */
static int compare(const void *va, const void *vb)
{
    const struct repair_candidate *a = va, *b = vb;
    if (a->of_parent != b->of_parent)
        return a->of_parent ? -1 : 1;
    if (a->border_cm != b->border_cm)
        return a->border_cm > b->border_cm ? -1 : 1;
    return (a->zone > b->zone) - (a->zone < b->zone);
}

/* Whether the parent decides: the piece lies in one of its zones, and whoever gets it must be of
 * that one. */
static bool parent_decides(const struct repair_round *r, const struct repair_piece *piece)
{
    return r->bound >= 0 && piece->parent != PARENT_DISPUTED && r->scheme->parent >= 0;
}

static void choose(struct repair_round *r, struct repair_piece *piece)
{
    struct mere_proposal *p = &piece->proposal;
    repair_candidates *c = &piece->candidates;
    p->after = p->alternative = MERE_LABEL_NONE;
    p->rule = MERE_CHOSEN_NONE;
    if (piece->kind == MERE_REPAIR_BESIDE && piece->parent == PARENT_NONE) {
        bool lacks = mere_repair_parent_lacks(r, piece->faces[0]);
        p->rule = lacks ? MERE_CHOSEN_NONE : MERE_CHOSEN_PARENT; /* outside all: nobody's */
        p->why = lacks ? MERE_WHY_ABOVE : MERE_REPAIR_APPLIED;
        return;
    }
    if (c->n == 0) {
        p->why = parent_decides(r, piece) ? MERE_WHY_PARENT : MERE_WHY_NOBODY;
        return;
    }
    qsort(c->v, c->n, sizeof *c->v, compare);
    p->after = c->v[0].zone;
    /* Where the parent decides, who is not of it is no choice. */
    bool other = c->n > 1 && (c->v[1].of_parent || !parent_decides(r, piece));
    p->alternative = other ? c->v[1].zone : MERE_LABEL_NONE;
    p->border_m = c->v[0].border_m;
    p->rule = c->n == 1                                 ? MERE_CHOSEN_ONLY
              : c->v[0].of_parent && !c->v[1].of_parent ? MERE_CHOSEN_PARENT
              : c->v[0].border_cm > c->v[1].border_cm   ? MERE_CHOSEN_BORDER
                                                        : MERE_CHOSEN_CODE;
    if (parent_decides(r, piece) && !c->v[0].of_parent && piece->kind != MERE_REPAIR_OVERLAP)
        p->why = MERE_WHY_PARENT;
    else if (c->v[0].border_m < p->width_m)
        p->why = MERE_WHY_CONTACT;
}

/* ---- limits and places ---- */

static bool is_spared(const struct repair_round *r, const struct mere_proposal *p)
{
    for (size_t i = 0; i < r->in->n_spared; i++)
        if (mere_polygons_share(&p->polygon, p->at, &r->in->spared[i].land, r->in->spared[i].at))
            return true;
    return false;
}

static enum mere_repair_why limits(const struct repair_round *r, const struct repair_piece *piece)
{
    const struct mere_proposal *p = &piece->proposal;
    double width = p->kind == MERE_REPAIR_FRAGMENT ? r->in->max_fragment_m : r->in->max_width_m;
    if (is_spared(r, p))
        return MERE_WHY_WAIVED;
    if (p->width_m > width)
        return MERE_WHY_WIDE;
    if (p->area_m2 > r->in->max_area_m2 || piece->beside_large)
        return MERE_WHY_LARGE;
    if (p->places > 0 && p->n_before > 1)
        return MERE_WHY_DISPUTED;
    if (p->places > 0 && p->n_before == 1)
        return MERE_WHY_PLACES;
    return MERE_REPAIR_APPLIED;
}

/* Whether the piece is all the land of each claimant: two zones drawn over each other. */
static bool is_whole(const struct repair_round *r, const struct repair_piece *piece)
{
    for (size_t i = 0; i < piece->proposal.n_before; i++)
        if ((size_t)r->n_land[piece->proposal.before[i]] != piece->n)
            return false;
    return piece->kind == MERE_REPAIR_OVERLAP;
}

/* ---- parts and holes ---- */

static int face_cmp(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static bool in_piece(const struct repair_piece *piece, int32_t face)
{
    return piece->regions->of_face[face] == piece->region;
}

bool mere_repair_land(const struct repair_round *r, int32_t zone, repair_faces *ret)
{
    const repair_faces *land = &r->land[zone];
    ret->n = 0;
    for (size_t i = 0; i < land->n; i++)
        if (mere_face_claimed_by(r->scheme, land->v[i], zone) && !MERE_PUSH(ret, land->v[i]))
            return false;
    return true;
}

/* Make the land of a zone what it would be with (`gains`) or without the piece. */
static bool change_land(const struct repair_piece *piece, bool gains, repair_faces *land)
{
    size_t n = 0;
    for (size_t i = 0; i < land->n; i++)
        if (!in_piece(piece, land->v[i]))
            land->v[n++] = land->v[i];
    land->n = n;
    for (size_t i = 0; gains && i < piece->n; i++)
        if (!MERE_PUSH(land, piece->faces[i]))
            return false;
    return true;
}

bool mere_repair_has_enclaves(const struct repair_round *r, int32_t zone)
{
    for (size_t i = 0; i < r->in->n_enclaves; i++)
        if (strcmp(r->in->enclaves[i], r->scheme->zones[zone].code) == 0)
            return true;
    return false;
}

/* Whether disputed land that is a part of the zone is one that it may lose: as its own splinters,
 * of which the last stage would take it. */
static bool is_splinter(const struct repair_round *r, const struct repair_piece *piece,
                        int32_t zone)
{
    return piece->kind == MERE_REPAIR_OVERLAP && piece->proposal.width_m <= r->in->max_fragment_m &&
           !mere_repair_has_enclaves(r, zone);
}

/* What the change does to the parts and holes of one zone. */
static enum mere_status look_at_zone(struct repair_round *r, const struct repair_piece *piece,
                                     int32_t zone, bool gains, enum mere_repair_why *ret)
{
    repair_faces land = {0};
    struct mere_ring_count was = {0}, is = {0};
    bool keeps =
        piece->kind != MERE_REPAIR_FRAGMENT && mere_repair_keeps_shape(r, piece, zone, gains);
#ifndef MERE_VALIDATE
    if (keeps)
        return MERE_OK;
#endif
    enum mere_status status = mere_repair_land(r, zone, &land)
                                  ? mere_tracer_count(r->ctx, r->tracer, land.v, land.n, &was)
                                  : mere_fail_nomem(r->ctx, "weighing a proposal");
    if (status == MERE_OK)
        status = change_land(piece, gains, &land)
                     ? mere_tracer_count(r->ctx, r->tracer, land.v, land.n, &is)
                     : mere_fail_nomem(r->ctx, "weighing a proposal");
    MERE_VEC_FREE(&land);
    MERE_TRY(status);
#ifdef MERE_VALIDATE
    if (keeps && (is.parts != was.parts || is.holes != was.holes))
        return mere_fail(r->ctx, MERE_E_INTERNAL,
                         "a change of zone '%s' that seemed to keep its parts and holes does not",
                         r->scheme->zones[zone].code);
#endif
    /* That a zone loses its splinter, and another the hole that held it, is what is wanted. */
    bool fragment = piece->kind == MERE_REPAIR_FRAGMENT;
    size_t parts = was.parts - (fragment && !gains);
    bool lost = !gains && is.parts > 0 && is.parts + 1 == was.parts;
    if (is.parts != parts && !(lost && is_splinter(r, piece, zone)))
        *ret = MERE_WHY_PART;
    else if (is.holes != was.holes && !(fragment && is.holes < was.holes))
        *ret = MERE_WHY_HOLE;
    return MERE_OK;
}

static enum mere_status look_at_zones(struct repair_round *r, struct repair_piece *piece)
{
    struct mere_proposal *p = &piece->proposal;
    for (size_t i = 0; i < p->n_before && p->why == MERE_REPAIR_APPLIED; i++)
        if (p->before[i] != p->after)
            MERE_TRY(look_at_zone(r, piece, p->before[i], false, &p->why));
    if (p->after >= 0 && p->n_before < 2 && p->why == MERE_REPAIR_APPLIED)
        MERE_TRY(look_at_zone(r, piece, p->after, true, &p->why));
    return MERE_OK;
}

/* ---- applying ---- */

static enum mere_status apply(struct repair_round *r, const struct repair_piece *piece)
{
    const struct mere_proposal *p = &piece->proposal;
    bool has = false;
    /* What a zone lost stays in its list: the label tells. */
    for (size_t i = 0; i < p->n_before; i++) {
        has = has || p->before[i] == p->after;
        r->n_land[p->before[i]] -= p->before[i] == p->after ? 0 : (int32_t)piece->n;
    }
    for (size_t i = 0; i < piece->n; i++) {
        r->scheme->label[piece->faces[i]] = p->after;
        r->scheme->state[piece->faces[i]] = p->after >= 0 ? MERE_STATE_OWNED : MERE_STATE_OUTSIDE;
        if (p->after >= 0 && !has && !MERE_PUSH(&r->land[p->after], piece->faces[i]))
            return mere_fail_nomem(r->ctx, "applying a proposal");
    }
    if (p->after >= 0 && !has)
        r->n_land[p->after] += (int32_t)piece->n;
    return MERE_OK;
}

/* List the proposal: its zones by their place in the input. */
static enum mere_status list(struct repair_round *r, const struct repair_piece *piece)
{
    struct mere_proposal p = piece->proposal;
    int32_t *before = MERE_NEW(r->arena, int32_t, p.n_before);
    if (!before)
        return mere_fail_nomem(r->ctx, "listing a proposal");
    for (size_t i = 0; i < p.n_before; i++)
        before[i] = r->input_zone[p.before[i]];
    if (p.n_before > 1)
        qsort(before, p.n_before, sizeof *before, face_cmp);
    p.before = before;
    p.after = p.after >= 0 ? r->input_zone[p.after] : MERE_LABEL_NONE;
    p.alternative = p.alternative >= 0 ? r->input_zone[p.alternative] : MERE_LABEL_NONE;
    if (piece->parent >= 0) {
        const char *code = r->net->schemes[r->bound].zones[piece->parent].code;
        p.parent = mere_arena_text(r->arena, code, strlen(code));
    }
    bool ok =
        (piece->parent < 0 || p.parent) &&
        (p.why == MERE_REPAIR_APPLIED
             ? MERE_PUSH(&r->applied, p)
             : MERE_PUSH(&r->refused, p) &&
                   MERE_PUSH(&r->left,
                             ((struct repair_left){piece->kind, piece->faces[0], {0, NULL}})));
    return ok ? MERE_OK : mere_fail_nomem(r->ctx, "listing a proposal");
}

enum mere_status mere_repair_decide(struct repair_round *r, struct repair_piece *piece)
{
    struct mere_proposal *p = &piece->proposal;
    p->kind = piece->kind;
    p->why = MERE_REPAIR_APPLIED;
    choose(r, piece);
    /* The limits are told before what else speaks against it: they come first for a person too. */
    enum mere_repair_why why = limits(r, piece);
    p->why = why != MERE_REPAIR_APPLIED ? why : p->why;
    if (why != MERE_WHY_WAIVED && is_whole(r, piece)) {
        p->kind = MERE_REPAIR_DUPLICATE;
        p->why = MERE_WHY_CODES;
    }
    if (why != MERE_WHY_WAIVED && p->kind == MERE_REPAIR_BESIDE &&
        (size_t)r->n_land[p->before[0]] == piece->n)
        p->why = MERE_WHY_ZONE;
    if (p->why == MERE_REPAIR_APPLIED)
        MERE_TRY(look_at_zones(r, piece));
    if (p->why == MERE_REPAIR_APPLIED)
        MERE_TRY(apply(r, piece));
    return list(r, piece);
}
