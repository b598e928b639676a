/* seams_lay.c - the runs laid together to bays.
 *
 * Strips from one bank lie over those from the other, and at a crossing those of several streets
 * over each other. A network of all the rings lays them together: its regions, by the zones on
 * their banks, are the bays (seams_takers.c tells whose land is what several groups of runs lie
 * over). */
#include "check/seams_priv.h"
#include <string.h>

#define CODE 12

struct zone_set { /* of a group */
    uint32_t group;
    size_t n;
    int32_t *zones;
};
struct seam_zones {
    int32_t *v;
    size_t n, cap;
};
struct laying {
    struct seams *m;
    const struct seam_run *runs;
    size_t n_runs;
    struct seam_pieces *pieces;
    struct seam_ring ring;
    MERE_VEC(struct mere_zone) groups; /* runs of one key */
    MERE_VEC(uint32_t) group_run;      /* of each group its first run; its end is the next one's */
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
    struct zone_set *sets; /* sorted */
    int32_t *set_of;       /* by group, the first of its equals */
    int32_t *taker;        /* by face of the network of strips: the group whose land it is */
};

/* ---- groups of runs ---- */

static bool add_group(struct laying *d, uint32_t run)
{
    char code[CODE];
    int n = snprintf(code, sizeof code, "%010zu", d->groups.n);
    struct mere_zone zone = {.code = mere_arena_text(&d->m->ck->scratch, code, (size_t)n),
                             .name = "",
                             .households = MERE_UNKNOWN,
                             .persons = MERE_UNKNOWN};
    return zone.code && MERE_PUSH(&d->groups, zone) && MERE_PUSH(&d->group_run, run);
}

static enum mere_status draw_runs(struct laying *d)
{
    bool ok = MERE_PUSH(&d->part_ring, 0u) && MERE_PUSH(&d->ring_first, 0u);
    for (uint32_t r = 0; ok && r < d->n_runs; r++) {
        if (r == 0 || seam_key_cmp(&d->runs[r - 1].key, &d->runs[r].key) != 0)
            ok = add_group(d, r);
        ok = ok && seam_draw_run(d->m, &d->runs[r], &d->ring);
        if (!ok || d->ring.n < 3)
            continue;
        for (size_t i = 0; ok && i < d->ring.n; i++)
            ok = MERE_PUSH(&d->pts, d->ring.v[i]);
        ok = ok && MERE_PUSH(&d->ring_first, (uint32_t)d->pts.n) &&
             MERE_PUSH(&d->part_zone, (uint32_t)d->groups.n - 1) &&
             MERE_PUSH(&d->part_ring, (uint32_t)d->part_zone.n);
    }
    return ok ? MERE_OK : seam_nomem(d->m);
}

static int int_cmp(const void *va, const void *vb)
{
    int32_t a = *(const int32_t *)va, b = *(const int32_t *)vb;
    return (a > b) - (a < b);
}

/* Whether both its banks are of one zone: it is the rim of what two zones bound. */
static bool is_own(const struct seam_segment *near, const struct seam_segment *far)
{
    return near->n_claims == 1 && far->n_claims == 1 && near->claim[0] == far->claim[0];
}

static bool add_zone(struct seam_zones *zones, int32_t zone)
{
    return zone == SEAM_HOLE || MERE_PUSH(zones, zone);
}

/* All zones along the group's strips. */
static enum mere_status gather_zones(struct laying *d, uint32_t group, struct zone_set *ret)
{
    const struct seams *m = d->m;
    uint32_t end = group + 1 < d->groups.n ? d->group_run.v[group + 1] : (uint32_t)d->n_runs;
    struct seam_zones zones = {0};
    bool ok = true;
    for (uint32_t r = d->group_run.v[group]; r < end; r++)
        for (uint32_t i = d->runs[r].first; ok && i <= d->runs[r].last; i++) {
            const struct seam_segment *sides[2] = {&m->segments.v[m->samples.v[i].segment],
                                                   &m->segments.v[m->samples.v[i].far_segment]};
            for (int k = 0; k < 2 && !is_own(sides[0], sides[1]); k++)
                for (size_t c = 0; ok && c < sides[k]->n_claims; c++)
                    ok = add_zone(&zones, sides[k]->claim[c]);
        }
    ok = ok && add_zone(&zones, d->runs[d->group_run.v[group]].key.low) &&
         add_zone(&zones, d->runs[d->group_run.v[group]].key.high);
    int32_t *kept = ok ? MERE_NEW(&m->ck->report->arena, int32_t, zones.n) : NULL;
    *ret = (struct zone_set){group, 0, kept};
    if (kept && zones.n > 0)
        qsort(zones.v, zones.n, sizeof *zones.v, int_cmp);
    for (size_t i = 0; kept && i < zones.n; i++)
        if (ret->n == 0 || kept[ret->n - 1] != zones.v[i])
            kept[ret->n++] = zones.v[i];
    MERE_VEC_FREE(&zones);
    return kept ? MERE_OK : seam_nomem(d->m);
}

static int set_cmp(const void *va, const void *vb)
{
    const struct zone_set *a = va, *b = vb;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->zones[i] != b->zones[i])
            return a->zones[i] < b->zones[i] ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

/* What has the same zones on its banks is one land. */
static enum mere_status sort_sets(struct laying *d)
{
    size_t n = d->groups.n;
    d->sets = MERE_NEW(&d->m->ck->scratch, struct zone_set, n);
    d->set_of = MERE_NEW(&d->m->ck->scratch, int32_t, n);
    if (!d->sets || !d->set_of)
        return seam_nomem(d->m);
    for (size_t g = 0; g < n; g++)
        MERE_TRY(gather_zones(d, (uint32_t)g, &d->sets[g]));
    qsort(d->sets, n, sizeof *d->sets, set_cmp);
    for (size_t i = 0; i < n; i++)
        d->set_of[d->sets[i].group] = i > 0 && set_cmp(&d->sets[i - 1], &d->sets[i]) == 0
                                          ? d->set_of[d->sets[i - 1].group]
                                          : (int32_t)i;
    return MERE_OK;
}

/* ---- the bays ---- */

/* Drop what is smaller than SEAM_CRUMB_M2 in a seam that has more: crumbs at crossings and in
 * corners, which rounding makes or takes away. The pieces are the regions. */
static enum mere_status drop_crumbs(struct laying *d, const struct mere_net *net,
                                    const struct mere_regions *regions)
{
    const struct seams *m = d->m;
    double *largest = MERE_NEW(&m->ck->scratch, double, m->samples.n); /* by seam */
    bool *has_more = MERE_NEW(&m->ck->scratch, bool, (size_t)regions->n);
    struct mere_piece *v = d->pieces->v;
    if (!largest || !has_more)
        return seam_nomem(d->m);
    for (int pass = 0; pass < 2; pass++)
        for (int32_t f = 0; f < net->n_faces; f++) {
            if (d->taker[f] == MERE_UNKNOWN)
                continue;
            double *seam = &largest[d->runs[d->group_run.v[d->taker[f]]].key.seam];
            int32_t region = regions->of_face[f];
            if (pass == 0)
                *seam = fmax(*seam, v[region].area_m2);
            else
                has_more[region] = has_more[region] || *seam >= SEAM_CRUMB_M2;
        }
    size_t n = 0;
    for (size_t i = 0; i < d->pieces->n; i++)
        if (v[i].area_m2 >= SEAM_CRUMB_M2 || !has_more[i])
            v[n++] = v[i];
    d->pieces->n = n;
    return MERE_OK;
}

/* The regions of one set of zones in the network of strips are the bays. */
static enum mere_status take_regions(struct laying *d, const struct mere_net *net)
{
    struct mere_checker *ck = d->m->ck;
    struct mere_checker land = {.ctx = ck->ctx, .in = ck->in, .net = net, .report = ck->report};
    struct mere_regions regions = {0};
    int32_t *key = MERE_NEW(&ck->scratch, int32_t, (size_t)net->n_faces + 1);
    if (!key)
        return seam_nomem(d->m);
    for (int32_t f = 0; f <= net->n_faces; f++)
        key[f] = d->taker[f] != MERE_UNKNOWN ? d->set_of[d->taker[f]] : MERE_UNKNOWN;
    enum mere_status status = mere_check_begin(&land);
    if (status == MERE_OK)
        status = mere_check_join(&land, key, &regions);
    for (int32_t i = 0; status == MERE_OK && i < regions.n; i++) {
        struct mere_piece piece;
        status = mere_check_piece(&land, &regions, i, &piece);
        if (status != MERE_OK)
            break;
        const struct zone_set *set = &d->sets[regions.region[i].label];
        piece.zones = set->zones;
        piece.n_zones = set->n;
        piece.places = ck->face_places ? 0 : MERE_UNKNOWN;
        if (!MERE_PUSH(d->pieces, piece))
            status = seam_nomem(d->m);
    }
    if (status == MERE_OK)
        status = drop_crumbs(d, net, &regions);
    mere_arena_clear(&land.scratch);
    return status;
}

static enum mere_status lay_together(struct laying *d)
{
    struct mere_layer layer = {.name = "bay",
                               .role = MERE_ROLE_OTHER,
                               .n_zones = d->groups.n,
                               .zones = d->groups.v,
                               .n_parts = d->part_zone.n,
                               .part_zone = d->part_zone.v,
                               .part_ring = d->part_ring.v,
                               .n_rings = d->part_zone.n,
                               .ring_first = d->ring_first.v,
                               .pts = d->pts.v};
    const struct mere_layer *layers[] = {&layer};
    struct mere_net *net = NULL;
    if (layer.n_parts == 0)
        return MERE_OK;
    MERE_TRY(mere_net_build(d->m->ck->ctx, layers, 1, &(struct mere_build){0}, &net));
    enum mere_status status = seam_choose_takers(d->m, net, &d->taker);
    if (status == MERE_OK)
        status = take_regions(d, net);
    mere_net_free(net);
    return status;
}

static void clear(struct laying *d)
{
    MERE_VEC_FREE(&d->ring);
    MERE_VEC_FREE(&d->groups);
    MERE_VEC_FREE(&d->group_run);
    MERE_VEC_FREE(&d->part_zone);
    MERE_VEC_FREE(&d->part_ring);
    MERE_VEC_FREE(&d->ring_first);
    MERE_VEC_FREE(&d->pts);
}

enum mere_status seam_lay_runs(struct seams *m, const struct seam_run *runs, size_t n,
                               struct seam_pieces *ret)
{
    struct laying d = {.m = m, .runs = runs, .n_runs = n, .pieces = ret};
    enum mere_status status = draw_runs(&d);
    if (status == MERE_OK)
        status = sort_sets(&d);
    if (status == MERE_OK)
        status = lay_together(&d);
    clear(&d);
    return status;
}
