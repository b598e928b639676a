/* compare.c - which findings of a later check are no news.
 *
 * The same id is the same finding, unless its land or count grew: an id stands for a size within a
 * factor of four. What is left is compared by zones (somebody began to mend it, and its id changed
 * with its size), then by place (its zones have other codes). Each finding of before stands for one
 * of after, so a second defect of the same zones is news. */
#include "check/check.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Crossing borders of other schemes change an area by their rounding. */
#define AS_LARGE 1.01

struct entry {
    const struct mere_report *report;
    const struct mere_finding *f;
    bool taken;
};

static int by_id(const void *va, const void *vb)
{
    const struct entry *a = va, *b = vb;
    return strcmp(a->f->id, b->f->id);
}

static int by_rule(const struct entry *a, const struct entry *b)
{
    if (a->f->rule != b->f->rule)
        return a->f->rule < b->f->rule ? -1 : 1;
    return strcmp(a->f->scheme, b->f->scheme);
}

static const char *code_of(const struct entry *a, size_t i)
{
    return a->report->net->schemes[a->f->scheme_index].zones[a->f->zones[i]].code;
}

static int by_zones(const void *va, const void *vb)
{
    const struct entry *a = va, *b = vb;
    int c = by_rule(a, b);
    if (c == 0)
        c = (a->f->n_zones > b->f->n_zones) - (a->f->n_zones < b->f->n_zones);
    for (size_t i = 0; c == 0 && i < a->f->n_zones; i++)
        c = strcmp(code_of(a, i), code_of(b, i));
    return c;
}

static int by_place(const void *va, const void *vb)
{
    const struct entry *a = va, *b = vb;
    int c = by_rule(a, b);
    if (c == 0)
        c = (a->f->has_place > b->f->has_place) - (a->f->has_place < b->f->has_place);
    return c || !a->f->has_place ? c : mere_point_cmp(a->f->at, b->f->at);
}

/* Rules without land that count what is wrong, in `value`. Figures such as households go up and
 * down by themselves. */
static bool counts_wrong(enum mere_rule rule)
{
    return rule == MERE_RULE_CODE_DUPLICATE || rule == MERE_RULE_PARTS || rule == MERE_RULE_CUTS;
}
static bool has_not_grown(const struct mere_finding *f, const struct mere_finding *g)
{
    if (counts_wrong(f->rule))
        return f->value <= AS_LARGE * g->value;
    return isnan(f->area_m2) || f->area_m2 <= AS_LARGE * g->area_m2;
}
static bool is_less(const struct mere_finding *f, const struct mere_finding *g)
{
    return isnan(f->area_m2) ? counts_wrong(f->rule) && f->value <= g->value
                             : f->area_m2 <= g->area_m2 && f->parts <= g->parts;
}
static bool is_as_much(const struct mere_finding *f, const struct mere_finding *g)
{
    return f->has_place && f->n_zones == g->n_zones &&
           (isnan(f->area_m2) && isnan(g->area_m2) ? has_not_grown(f, g)
                                                   : f->area_m2 == g->area_m2);
}

/* The same, the larger first: so that of two that both shrank each finds its own. */
static int by_zones_and_size(const void *va, const void *vb)
{
    const struct entry *a = va, *b = vb;
    int c = by_zones(a, b);
    if (c == 0)
        c = (a->f->area_m2 < b->f->area_m2) - (a->f->area_m2 > b->f->area_m2);
    return c ? c : strcmp(a->f->id, b->f->id);
}

typedef int compare(const void *a, const void *b);
typedef bool accept(const struct mere_finding *f, const struct mere_finding *g);

/* Take for `f` the first of those that are equal to it by `cmp`. */
static bool take(struct entry *old, size_t n, const struct entry *f, compare *cmp, accept *is_same)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (cmp(&old[mid], f) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < n && cmp(&old[low], f) == 0; low++)
        if (!old[low].taken && is_same(f->f, old[low].f)) {
            old[low].taken = true;
            return true;
        }
    return false;
}

/* The findings of a report that count; NULL when memory is out. */
static struct entry *list(struct mere_arena *arena, const struct mere_report *report,
                          enum mere_severity least, size_t *ret_n)
{
    size_t n = report ? report->n_findings : 0;
    struct entry *v = MERE_NEW(arena, struct entry, n);
    *ret_n = 0;
    for (size_t i = 0; v && i < n; i++)
        if (!report->findings[i].waived && report->findings[i].severity <= least)
            v[(*ret_n)++] = (struct entry){report, &report->findings[i], false};
    return v;
}

enum mere_status mere_report_known(struct mere_ctx *ctx, struct mere_arena *arena,
                                   const struct mere_report *before,
                                   const struct mere_report *after, enum mere_severity least,
                                   bool **ret)
{
    static const struct {
        compare *order, *cmp;
        accept *is_same;
    } PASSES[] = {{by_id, by_id, has_not_grown},
                  {by_zones_and_size, by_zones, is_less},
                  {by_place, by_place, is_as_much}};
    size_t n_old, n_new;
    struct entry *old = list(arena, before, least, &n_old);
    struct entry *new = list(arena, after, least, &n_new);
    bool *known = MERE_NEW(arena, bool, after->n_findings);
    if (!old || !new || !known)
        return mere_fail_nomem(ctx, "comparing findings");
    for (size_t pass = 0; pass < MERE_LEN(PASSES) && n_old > 0 && n_new > 0; pass++) {
        qsort(old, n_old, sizeof *old, PASSES[pass].order);
        qsort(new, n_new, sizeof *new, PASSES[pass].order);
        for (size_t i = 0; i < n_new; i++)
            if (!new[i].taken)
                new[i].taken = take(old, n_old, &new[i], PASSES[pass].cmp, PASSES[pass].is_same);
    }
    for (size_t i = 0; i < n_new; i++)
        known[new[i].f - after->findings] = new[i].taken;
    *ret = known;
    return MERE_OK;
}
