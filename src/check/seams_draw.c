/* seams_draw.c - runs of strips as polygons, laid together to bays.
 *
 * A run is drawn as a ring: along one bank, and back along the other. Where the circle's touch
 * jumps from one far bank to another, the strip's side goes across by the circle's centre, for all
 * of a circle is outside. So no strip crosses a border, but for the rounding of its corners.
 *
 * Strips from one bank lie over those from the other. A network of all the rings lays them
 * together: its regions, by the zones on their banks, are the bays. */
#include "check/seams_priv.h"
#include "geo/exact.h"
#include <string.h>

#define WALK_M 1.0 /* a far bank is followed if it is no longer than twice the way, and this */
#define CODE 12
#define CRUMB_M2 0.1

struct zone_set { /* of a group */
    uint32_t group;
    size_t n;
    int32_t *zones;
};
struct drawing {
    struct seams *m;
    const struct seam_run *runs;
    size_t n_runs;
    struct seam_pieces *pieces;
    MERE_VEC(struct mere_point) ring;
    MERE_VEC(struct mere_zone) groups; /* runs of one key */
    MERE_VEC(uint32_t) group_run;      /* of each group its first run; its end is the next one's */
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
    struct zone_set *sets; /* sorted */
    int32_t *set_of;       /* by group, the first of its equals */
};

/* ---- places ---- */

/* The point of the lattice nearest to the place on the side, and not at its right hand. */
static struct mere_point place_of(const struct seams *m, uint32_t segment, double t)
{
    const struct seam_segment *seg = &m->segments.v[segment];
    if (!(t > 0))
        return seg->a;
    if (!(t < 1))
        return seg->b;
    double x = seg->a.x + t * ((double)seg->b.x - seg->a.x);
    double y = seg->a.y + t * ((double)seg->b.y - seg->a.y);
    struct mere_point best = {(int32_t)lround(x), (int32_t)lround(y)};
    if (mere_orient_points(seg->a, seg->b, best) >= 0)
        return best;
    double least = INFINITY;
    for (int i = 0; i < 4; i++) {
        struct mere_point p = {(int32_t)floor(x) + (i & 1), (int32_t)floor(y) + (i >> 1)};
        double d = hypot(p.x - x, p.y - y);
        if (d < least && mere_orient_points(seg->a, seg->b, p) >= 0) {
            least = d;
            best = p;
        }
    }
    return best;
}

/* How long the border is from one place to another that lies further on; INFINITY when longer than
 * `most`. */
static double border_length(const struct seams *m, uint32_t segment, double from, uint32_t end,
                            double to, double most)
{
    double sum = 0;
    uint32_t at = segment;
    while (sum <= most) {
        double len = m->segments.v[at].len;
        if (at == end && to >= from)
            return sum + (to - from) * len;
        sum += (1 - from) * len;
        from = 0;
        at = seam_next_segment(m, at);
        if (at == segment)
            break;
    }
    return INFINITY;
}

enum way { ALONG, BACK, ACROSS };

/* How the far side of a strip goes from the touch of `k` to that of `i`, its neighbour before:
 * along the border, on or back, where that makes no detour; else across. */
static enum way far_way(const struct seams *m, const struct seam_sample *i,
                        const struct seam_sample *k)
{
    struct seam_vec d =
        seam_local(&m->segments.v[k->far_segment], place_of(m, k->far_segment, k->far_t),
                   place_of(m, i->far_segment, i->far_t));
    double most = 2 * hypot(d.x, d.y) + WALK_M;
    double on = border_length(m, k->far_segment, k->far_t, i->far_segment, i->far_t, most);
    double back = border_length(m, i->far_segment, i->far_t, k->far_segment, k->far_t, most);
    return fmin(on, back) > most ? ACROSS : on <= back ? ALONG : BACK;
}

bool seam_is_across(const struct seams *m, const struct seam_sample *i, const struct seam_sample *k)
{
    return far_way(m, i, k) == ACROSS;
}

/* ---- a run as a ring ---- */

static bool add_point(struct drawing *d, struct mere_point p)
{
    return (d->ring.n > 0 && mere_point_same(d->ring.v[d->ring.n - 1], p)) ||
           MERE_PUSH(&d->ring, p);
}

static struct mere_point centre_of(const struct seams *m, const struct seam_sample *sample)
{
    const struct seam_segment *seg = &m->segments.v[sample->segment];
    struct seam_vec c = seam_centre_from(m, sample, seg->a);
    return (struct mere_point){seg->a.x + (int32_t)lround(c.x / seg->sx),
                               seg->a.y + (int32_t)lround(c.y / seg->sy)};
}

static double place_along(const struct seam_segment *seg, struct mere_point p)
{
    double bx = (double)seg->b.x - seg->a.x, by = (double)seg->b.y - seg->a.y;
    return (((double)p.x - seg->a.x) * bx + ((double)p.y - seg->a.y) * by) / (bx * bx + by * by);
}

/* What rounding put between two places of one side. */
static bool add_vertices(struct drawing *d, uint32_t segment, double from, double to)
{
    const struct seam_segment *seg = &d->m->segments.v[segment];
    for (uint32_t i = 0; i < seg->n_vertices; i++) {
        struct mere_point p = d->m->vertices.v[seg->vertex + i];
        double t = place_along(seg, p);
        if (t > from && t < to && !add_point(d, p))
            return false;
    }
    return true;
}

/* The border between two places, which may be on different sides; the second lies further on. */
static bool add_border(struct drawing *d, uint32_t segment, double from, uint32_t end, double to)
{
    while (segment != end) {
        if (!add_vertices(d, segment, from, 1) || !add_point(d, d->m->segments.v[segment].b))
            return false;
        segment = seam_next_segment(d->m, segment);
        from = 0;
    }
    return add_vertices(d, segment, from, to);
}

/* The border from the touch of `k` back to that of `i`. */
static bool add_border_back(struct drawing *d, const struct seam_sample *k,
                            const struct seam_sample *i)
{
    size_t n = d->ring.n;
    if (!add_border(d, i->far_segment, i->far_t, k->far_segment, k->far_t))
        return false;
    for (size_t a = n, b = d->ring.n; a + 1 < b; a++) {
        struct mere_point t = d->ring.v[a];
        d->ring.v[a] = d->ring.v[--b];
        d->ring.v[b] = t;
    }
    return true;
}

/* The far side of the strip from the touch of `k` to that of `i`, its neighbour before. */
static bool add_far(struct drawing *d, const struct seam_sample *i, const struct seam_sample *k)
{
    const struct seams *m = d->m;
    switch (far_way(m, i, k)) {
    case ALONG:
        return add_border(d, k->far_segment, k->far_t, i->far_segment, i->far_t);
    case BACK:
        return add_border_back(d, k, i);
    case ACROSS:
        break;
    }
    if (!add_point(d, place_of(m, k->far_segment, k->far_t)) ||
        !add_point(d, i->turns ? i->turn : centre_of(m, k)) ||
        !add_point(d, i->turns ? i->turn : centre_of(m, i)))
        return false;
    return add_point(d, place_of(m, i->far_segment, i->far_t));
}

static bool draw_run(struct drawing *d, const struct seam_run *run)
{
    const struct seams *m = d->m;
    const struct seam_sample *v = m->samples.v;
    uint32_t end = v[run->last].after;
    d->ring.n = 0;
    bool ok = add_point(d, place_of(m, v[run->first].segment, v[run->first].t));
    for (uint32_t i = run->first; ok; i = v[i].after) {
        const struct seam_sample *k = &v[v[i].after];
        ok = add_border(d, v[i].segment, v[i].t, k->segment, k->t);
        if (i == run->last)
            break;
    }
    ok = ok && add_point(d, place_of(m, v[end].segment, v[end].t)) &&
         add_point(d, place_of(m, v[end].far_segment, v[end].far_t));
    uint32_t at = end; /* a run may go all around a ring */
    do {
        ok = ok && add_far(d, &v[v[at].before], &v[at]);
        at = v[at].before;
    } while (ok && at != run->first);
    return ok && add_point(d, place_of(m, v[run->first].far_segment, v[run->first].far_t));
}

/* ---- the runs laid together ---- */

static bool add_group(struct drawing *d, uint32_t run)
{
    char code[CODE];
    int n = snprintf(code, sizeof code, "%010zu", d->groups.n);
    struct mere_zone zone = {.code = mere_arena_text(&d->m->ck->scratch, code, (size_t)n),
                             .name = "",
                             .households = MERE_UNKNOWN,
                             .persons = MERE_UNKNOWN};
    return zone.code && MERE_PUSH(&d->groups, zone) && MERE_PUSH(&d->group_run, run);
}

static enum mere_status draw_runs(struct drawing *d)
{
    bool ok = MERE_PUSH(&d->part_ring, 0u) && MERE_PUSH(&d->ring_first, 0u);
    for (uint32_t r = 0; ok && r < d->n_runs; r++) {
        if (r == 0 || seam_key_cmp(&d->runs[r - 1].key, &d->runs[r].key) != 0)
            ok = add_group(d, r);
        ok = ok && draw_run(d, &d->runs[r]);
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

/* All zones along the group's strips. */
static enum mere_status gather_zones(struct drawing *d, uint32_t group, struct zone_set *ret)
{
    const struct seams *m = d->m;
    uint32_t end = group + 1 < d->groups.n ? d->group_run.v[group + 1] : (uint32_t)d->n_runs;
    MERE_VEC(int32_t) zones = {0};
    bool ok = true;
    for (uint32_t r = d->group_run.v[group]; r < end; r++)
        for (uint32_t i = d->runs[r].first; ok && i <= d->runs[r].last; i++) {
            const struct seam_segment *sides[2] = {&m->segments.v[m->samples.v[i].segment],
                                                   &m->segments.v[m->samples.v[i].far_segment]};
            for (int k = 0; k < 2 && !is_own(sides[0], sides[1]); k++)
                for (size_t c = 0; ok && c < sides[k]->n_claims; c++)
                    ok = MERE_PUSH(&zones, sides[k]->claim[c]);
        }
    ok = ok && MERE_PUSH(&zones, d->runs[d->group_run.v[group]].key.low) &&
         MERE_PUSH(&zones, d->runs[d->group_run.v[group]].key.high);
    int32_t *kept = ok ? MERE_NEW(&m->ck->report->arena, int32_t, zones.n) : NULL;
    *ret = (struct zone_set){group, 0, kept};
    if (kept)
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
static enum mere_status sort_sets(struct drawing *d)
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

/* Drop what is smaller than CRUMB_M2 in a seam that has more: crumbs at crossings and in
 * corners, which rounding makes or takes away. The pieces are the regions. */
static enum mere_status drop_crumbs(struct drawing *d, const struct mere_net *net,
                                    const struct mere_regions *regions)
{
    const struct seams *m = d->m;
    uint32_t *seam = MERE_NEW(&m->ck->scratch, uint32_t, (size_t)regions->n);
    double *largest = MERE_NEW(&m->ck->scratch, double, m->samples.n); /* by seam */
    struct mere_piece *v = d->pieces->v;
    if (!seam || !largest)
        return seam_nomem(d->m);
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = mere_face_claims(&net->schemes[0], f, &n);
        if (n > 0)
            seam[regions->of_face[f]] = d->runs[d->group_run.v[claim[0]]].key.seam;
    }
    for (size_t i = 0; i < d->pieces->n; i++)
        largest[seam[i]] = fmax(largest[seam[i]], v[i].area_m2);
    size_t n = 0;
    for (size_t i = 0; i < d->pieces->n; i++)
        if (v[i].area_m2 >= CRUMB_M2 || largest[seam[i]] < CRUMB_M2)
            v[n++] = v[i];
    d->pieces->n = n;
    return MERE_OK;
}

/* The regions of one set of zones in the network of strips are the bays. */
static enum mere_status take_regions(struct drawing *d, const struct mere_net *net)
{
    struct mere_checker *ck = d->m->ck;
    struct mere_checker land = {.ctx = ck->ctx, .in = ck->in, .net = net, .report = ck->report};
    struct mere_regions regions = {0};
    int32_t *key = MERE_NEW(&ck->scratch, int32_t, (size_t)net->n_faces + 1);
    if (!key)
        return seam_nomem(d->m);
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = mere_face_claims(&net->schemes[0], f, &n);
        key[f] = n > 0 ? d->set_of[claim[0]] : MERE_UNKNOWN;
    }
    key[net->n_faces] = MERE_UNKNOWN;
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

static enum mere_status lay_together(struct drawing *d)
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
    enum mere_status status = take_regions(d, net);
    mere_net_free(net);
    return status;
}

static void clear(struct drawing *d)
{
    MERE_VEC_FREE(&d->ring);
    MERE_VEC_FREE(&d->groups);
    MERE_VEC_FREE(&d->group_run);
    MERE_VEC_FREE(&d->part_zone);
    MERE_VEC_FREE(&d->part_ring);
    MERE_VEC_FREE(&d->ring_first);
    MERE_VEC_FREE(&d->pts);
}

enum mere_status seam_draw_runs(struct seams *m, const struct seam_run *runs, size_t n,
                                struct seam_pieces *ret)
{
    struct drawing d = {.m = m, .runs = runs, .n_runs = n, .pieces = ret};
    enum mere_status status = draw_runs(&d);
    if (status == MERE_OK)
        status = sort_sets(&d);
    if (status == MERE_OK)
        status = lay_together(&d);
    clear(&d);
    return status;
}
