/* repair_tell.c - what came of the rounds: which zones changed and by what, and all proposals in
 * order. */
#include "geo/measure.h"
#include "net/repair_priv.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

const char *mere_repair_kind_word(enum mere_repair_kind kind)
{
    static const char *const WORDS[] = {"duplicate", "junction", "beside",
                                        "overlap",   "gap",      "fragment"};
    return WORDS[kind];
}
const char *mere_repair_rule_word(enum mere_repair_rule rule)
{
    static const char *const WORDS[] = {"only",       "parent", "longest-border",
                                        "lower-code", "same",   "none"};
    return WORDS[rule];
}
const char *mere_repair_why_word(enum mere_repair_why why)
{
    static const char *const WORDS[] = {
        "applied", "wide",         "large",   "places", "disputed-places", "part",       "hole",
        "parent",  "parent-short", "contact", "nobody", "waived",          "whole-zone", "codes"};
    return WORDS[why];
}

/* ---- changes ---- */

/* What the zones of the input gained and lost by the pieces applied. */
struct change {
    int64_t area2;
    bool any;
};
static struct change *changes_of(const struct repair_telling *w)
{
    struct change *changes = MERE_NEW(w->scratch, struct change, w->input->n_zones);
    for (size_t i = 0; changes && i < w->applied->n; i++) {
        const struct mere_proposal *p = &w->applied->v[i];
        if (p->kind == MERE_REPAIR_DUPLICATE)
            continue;
        for (size_t k = 0; k < p->n_before; k++) {
            changes[p->before[k]].area2 -= p->area2;
            changes[p->before[k]].any = true;
        }
        if (p->after >= 0) {
            changes[p->after].area2 += p->area2;
            changes[p->after].any = true;
        }
    }
    return changes;
}

/* What is left of the change of a zone came by vertices alone. */
static enum mere_status add_junction(const struct repair_telling *w, int32_t zone,
                                     struct mere_point at, int64_t area2)
{
    double sx, sy;
    int32_t *before = MERE_NEW(&w->ret->arena, int32_t, 1);
    if (!before)
        return mere_fail_nomem(w->ctx, "listing proposals");
    *before = zone;
    struct mere_proposal p = {.kind = MERE_REPAIR_JUNCTION, .rule = MERE_CHOSEN_SAME};
    p.before = before;
    p.n_before = 1;
    p.after = zone;
    p.alternative = MERE_LABEL_NONE;
    p.area2 = area2;
    p.at = at;
    mere_scale_at(at.y, &sx, &sy);
    p.area_m2 = (double)area2 / 2 * sx * sy;
    return MERE_PUSH(w->applied, p) ? MERE_OK : mere_fail_nomem(w->ctx, "listing proposals");
}

/* Which zones changed, and by what. */
static enum mere_status tell_changes(const struct repair_telling *w)
{
    struct mere_repair *ret = w->ret;
    struct mere_parts_by_zone a, b;
    const struct change *changes = changes_of(w);
    ret->layer = *w->now;
    ret->layer.zones = MERE_NEW(&ret->arena, struct mere_zone, w->now->n_zones);
    ret->changed = MERE_NEW(&ret->arena, uint32_t, w->now->n_zones);
    if (!changes || !ret->layer.zones || !ret->changed ||
        !mere_layer_group_parts(w->scratch, w->input, &a) ||
        !mere_layer_group_parts(w->scratch, w->now, &b))
        return mere_fail_nomem(w->ctx, "listing changes");
    for (size_t z = 0; z < w->now->n_zones; z++) {
        size_t input = (size_t)w->now->zones[z].fid - 1;
        bool same = true;
        ret->layer.zones[z] = w->input->zones[input];
        MERE_TRY(mere_repair_same(w->ctx, &a, input, &b, z, &same));
        if (!same)
            ret->changed[ret->n_changed++] = (uint32_t)z;
        int64_t rest = mere_repair_area2(&b, z) - mere_repair_area2(&a, input);
        rest -= changes[input].area2;
        /* Also where rounding took back what a tiny piece had brought, and nothing changed. */
        if (rest == 0 && (same || changes[input].any))
            continue;
        struct mere_point at;
        MERE_TRY(mere_repair_changed_at(w->ctx, &a, input, &b, z, &at));
        MERE_TRY(add_junction(w, (int32_t)input, at, rest));
    }
    return MERE_OK;
}

/* ---- order ---- */

static int proposal_cmp(const void *va, const void *vb)
{
    const struct mere_proposal *a = va, *b = vb;
    bool x = a->why != MERE_REPAIR_APPLIED, y = b->why != MERE_REPAIR_APPLIED;
    if (x != y)
        return x ? 1 : -1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int c = mere_point_cmp(a->at, b->at);
    if (c)
        return c;
    if (a->n_before != b->n_before)
        return a->n_before < b->n_before ? -1 : 1;
    for (size_t i = 0; i < a->n_before; i++)
        if (a->before[i] != b->before[i])
            return a->before[i] < b->before[i] ? -1 : 1;
    return (a->after > b->after) - (a->after < b->after);
}

static enum mere_status keep_proposals(const struct repair_telling *w)
{
    struct mere_repair *ret = w->ret;
    ret->n_applied = w->applied->n;
    ret->n_proposals = w->applied->n + w->refused->n;
    ret->proposals = MERE_NEW(&ret->arena, struct mere_proposal, ret->n_proposals);
    if (!ret->proposals)
        return mere_fail_nomem(w->ctx, "listing proposals");
    if (w->applied->n > 0)
        memcpy(ret->proposals, w->applied->v, w->applied->n * sizeof *w->applied->v);
    if (w->refused->n > 0)
        memcpy(ret->proposals + w->applied->n, w->refused->v,
               w->refused->n * sizeof *w->refused->v);
    if (ret->n_proposals > 0)
        qsort(ret->proposals, ret->n_proposals, sizeof *ret->proposals, proposal_cmp);
    return MERE_OK;
}

enum mere_status mere_repair_tell(const struct repair_telling *w)
{
    MERE_TRY(tell_changes(w));
    return keep_proposals(w);
}
