/* stretches.c - land that counts for several zones at once, as pieces of each.
 *
 * Faces are joined by one key each. Where a face counts for several zones these are joined in
 * turns: a turn takes every zone, in order, whose faces none of the turn has yet. Without disputed
 * land there is one turn, and never more than one beyond the most zones that any one meets. */
#include "check/check_priv.h"

static int stretch_cmp(const void *va, const void *vb)
{
    const struct mere_stretch *a = va, *b = vb;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    return (a->face > b->face) - (a->face < b->face);
}

static int piece_cmp(const void *va, const void *vb)
{
    const struct mere_stretch_piece *a = va, *b = vb;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    return mere_check_piece_cmp(&a->piece, &b->piece);
}

struct stretch_group { /* of one zone and other: stretches first .. end */
    size_t first, end;
    bool done;
};

struct turns {
    struct mere_checker *ck;
    const struct mere_stretches *stretches;
    struct stretch_group *group;
    int32_t n_groups;
    int32_t *key; /* by face: group */
};

static bool group_begins(const struct mere_stretches *s, size_t i)
{
    return i == 0 || s->v[i].zone != s->v[i - 1].zone || s->v[i].other != s->v[i - 1].other;
}

static enum mere_status make_groups(struct turns *t)
{
    const struct mere_stretches *s = t->stretches;
    struct mere_arena *scratch = &t->ck->scratch;
    for (size_t i = 0; i < s->n; i++)
        t->n_groups += group_begins(s, i);
    t->group = MERE_NEW(scratch, struct stretch_group, (size_t)t->n_groups);
    t->key = MERE_NEW(scratch, int32_t, (size_t)t->ck->net->n_faces + 1);
    if (!t->group || !t->key)
        return mere_fail_nomem(t->ck->ctx, "grouping land by zones");
    struct stretch_group *last = t->group;
    for (size_t i = 0; i < s->n; i++) {
        if (i > 0 && group_begins(s, i))
            (++last)->first = i;
        last->end = i + 1;
    }
    return MERE_OK;
}

/* Key the faces of the groups that this turn takes; false when none was left. */
static bool take_turn(struct turns *t)
{
    bool any = false;
    for (int32_t f = 0; f <= t->ck->net->n_faces; f++)
        t->key[f] = MERE_UNKNOWN;
    for (int32_t g = 0; g < t->n_groups; g++) {
        struct stretch_group *group = &t->group[g];
        size_t i = group->first;
        while (!group->done && i < group->end && t->key[t->stretches->v[i].face] < 0)
            i++;
        if (group->done || i < group->end)
            continue;
        for (i = group->first; i < group->end; i++)
            t->key[t->stretches->v[i].face] = g;
        any = group->done = true;
    }
    return any;
}

static enum mere_status add_pieces(struct turns *t, struct mere_stretch_pieces *ret)
{
    struct mere_regions regions = {0};
    MERE_TRY(mere_check_join(t->ck, t->key, &regions));
    for (int32_t i = 0; i < regions.n; i++) {
        struct mere_stretch *s = &t->stretches->v[t->group[regions.region[i].label].first];
        struct mere_stretch_piece piece = {.zone = s->zone, .other = s->other};
        MERE_TRY(mere_check_piece(t->ck, &regions, i, &piece.piece));
        int32_t *zone = MERE_NEW(&t->ck->scratch, int32_t, 1);
        if (!zone || !MERE_PUSH(ret, piece))
            return mere_fail_nomem(t->ck->ctx, "listing land");
        *zone = s->zone;
        ret->v[ret->n - 1].piece.zones = zone;
        ret->v[ret->n - 1].piece.n_zones = 1;
    }
    return MERE_OK;
}

enum mere_status mere_check_stretches(struct mere_checker *ck, struct mere_stretches *stretches,
                                      struct mere_stretch_pieces *ret)
{
    struct turns t = {.ck = ck, .stretches = stretches};
    if (stretches->n == 0)
        return MERE_OK;
    qsort(stretches->v, stretches->n, sizeof *stretches->v, stretch_cmp);
    MERE_TRY(make_groups(&t));
    while (take_turn(&t))
        MERE_TRY(add_pieces(&t, ret));
    qsort(ret->v, ret->n, sizeof *ret->v, piece_cmp);
    return MERE_OK;
}
