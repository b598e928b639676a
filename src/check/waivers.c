/* waivers.c - which findings are waived.
 *
 * A waiver speaks of a zone, or of a finding by its id. The finding that has the id is meant; where
 * none has it, the only one that answers to it (ids.c) and that no other waiver bears the id of: a
 * centimetre has moved. What all findings
 * answer to is listed once, for there may be as many lapsed waivers as findings. */
#include "check/check_priv.h"
#include <string.h>

struct waiving {
    struct mere_checker *ck;
    struct mere_finding **meant; /* by waiver */
    bool *taken;                 /* by finding: a waiver bears its very id */
    struct mere_answers ids;     /* sorted */
};

static bool holds(const struct mere_checker *ck, const struct mere_waiver *waiver,
                  const struct mere_finding *f)
{
    return !(waiver->until && ck->in->today && strcmp(waiver->until, ck->in->today) < 0) &&
           !(waiver->rule && strcmp(waiver->rule, mere_rule_text(f->rule)->id) != 0);
}

static bool is_about(const struct mere_checker *ck, const struct mere_waiver *waiver,
                     const struct mere_finding *f)
{
    if (!waiver->scheme || !waiver->zone || strcmp(waiver->scheme, f->scheme) != 0)
        return false;
    for (size_t i = 0; i < f->n_zones; i++)
        if (strcmp(waiver->zone, mere_ck_scheme(ck, f->scheme_index)->zones[f->zones[i]].code) == 0)
            return true;
    return false;
}

/* ---- by id ---- */

static int answer_cmp(const void *va, const void *vb)
{
    const struct mere_answer *a = va, *b = vb;
    int by_id = strcmp(a->id, b->id);
    return by_id ? by_id : (a->finding > b->finding) - (a->finding < b->finding);
}

static void sort_ids(struct waiving *w)
{
    if (w->ids.n > 0)
        qsort(w->ids.v, w->ids.n, sizeof *w->ids.v, answer_cmp);
}

static size_t first_of(const struct waiving *w, const char *id)
{
    size_t low = 0, high = w->ids.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(w->ids.v[mid].id, id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The finding of that id which the waiver holds for; NULL: none, or with `only` several of those
 * that no waiver bears the id of. */
static struct mere_finding *find(const struct waiving *w, const struct mere_waiver *waiver,
                                 bool only)
{
    struct mere_finding *found = NULL;
    for (size_t i = first_of(w, waiver->id);
         i < w->ids.n && strcmp(w->ids.v[i].id, waiver->id) == 0; i++) {
        struct mere_finding *f = &w->ck->findings.v[w->ids.v[i].finding];
        if (f == found || !holds(w->ck, waiver, f) || (only && w->taken[w->ids.v[i].finding]))
            continue;
        if (found)
            return only ? NULL : found;
        found = f;
    }
    return found;
}

static enum mere_status nomem(struct waiving *w)
{
    return mere_fail_nomem(w->ck->ctx, "looking for waived findings");
}

static enum mere_status find_by_id(struct waiving *w)
{
    for (size_t i = 0; i < w->ck->findings.n; i++) {
        struct mere_answer own = {.finding = (uint32_t)i};
        memcpy(own.id, w->ck->findings.v[i].id, sizeof own.id);
        if (!MERE_PUSH(&w->ids, own))
            return nomem(w);
    }
    sort_ids(w);
    for (size_t k = 0; k < w->ck->in->n_waivers; k++) {
        if (w->ck->in->waivers[k].id)
            w->meant[k] = find(w, &w->ck->in->waivers[k], false);
        if (w->meant[k])
            w->taken[w->meant[k] - w->ck->findings.v] = true;
    }
    return MERE_OK;
}

/* Whether a waiver that has not found its finding may mean this one. */
static bool is_sought(const struct waiving *w, const struct mere_finding *f)
{
    for (size_t k = 0; k < w->ck->in->n_waivers; k++)
        if (w->ck->in->waivers[k].id && !w->meant[k] && holds(w->ck, &w->ck->in->waivers[k], f))
            return true;
    return false;
}

static enum mere_status find_by_answers(struct waiving *w)
{
    int sought[MERE_N_RULES] = {0}; /* 1: yes, -1: no */
    w->ids.n = 0;
    for (size_t i = 0; i < w->ck->findings.n; i++) {
        const struct mere_finding *f = &w->ck->findings.v[i];
        if (sought[f->rule] == 0)
            sought[f->rule] = is_sought(w, f) ? 1 : -1;
        if (sought[f->rule] > 0)
            MERE_TRY(mere_finding_answers(w->ck, i, &w->ids));
    }
    sort_ids(w);
    for (size_t k = 0; k < w->ck->in->n_waivers; k++)
        if (w->ck->in->waivers[k].id && !w->meant[k])
            w->meant[k] = find(w, &w->ck->in->waivers[k], true);
    return MERE_OK;
}

/* ---- all of them ---- */

static enum mere_status waive(struct mere_checker *ck, struct mere_finding *f,
                              const struct mere_waiver *waiver)
{
    if (f->waived)
        return MERE_OK;
    f->waived = true;
    f->waiver = mere_check_textf(ck, "%s", waiver->reason ? waiver->reason : "");
    if (!f->waiver)
        return mere_fail_nomem(ck->ctx, "waiving findings");
    if (waiver->id && strlen(waiver->id) < sizeof f->id)
        memcpy(f->id, waiver->id, strlen(waiver->id) + 1);
    return MERE_OK;
}

static enum mere_status apply(struct waiving *w)
{
    struct mere_checker *ck = w->ck;
    for (size_t k = 0; k < ck->in->n_waivers; k++) {
        const struct mere_waiver *waiver = &ck->in->waivers[k];
        if (w->meant[k])
            MERE_TRY(waive(ck, w->meant[k], waiver));
        for (size_t i = 0; i < ck->findings.n && !waiver->id; i++)
            if (holds(ck, waiver, &ck->findings.v[i]) && is_about(ck, waiver, &ck->findings.v[i]))
                MERE_TRY(waive(ck, &ck->findings.v[i], waiver));
    }
    return MERE_OK;
}

enum mere_status mere_check_waive(struct mere_checker *ck)
{
    struct waiving w = {.ck = ck};
    if (ck->in->n_waivers == 0)
        return MERE_OK;
    w.meant = MERE_NEW(&ck->scratch, struct mere_finding *, ck->in->n_waivers);
    w.taken = MERE_NEW(&ck->scratch, bool, ck->findings.n);
    enum mere_status status = w.meant && w.taken ? find_by_id(&w) : nomem(&w);
    if (status == MERE_OK)
        status = find_by_answers(&w);
    if (status == MERE_OK)
        status = apply(&w);
    MERE_VEC_FREE(&w.ids);
    return status;
}
