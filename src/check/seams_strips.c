/* seams_strips.c - from samples to bays: strips of land between neighbouring samples, laid
 * together.
 *
 *     bank   s0 ──── s1 ──── s2        two strips: s0 s1 q1 q0 and s1 s2 q2 q1
 *             │       │       │
 *     far    q0 ──── q1 ──── q2        q: where the circle touches the other bank
 *
 * Samples that are neighbours on the border, or stand opposite each other, hang together: so many
 * are one seam, which is long enough or not. The strips of a seam between the same two zones are
 * drawn as polygons, in runs; a network of those polygons lays them together, for strips from one
 * bank lie over those from the other, and its regions are the bays.
 *
 * A strip follows the border on both banks; where the circle's touch jumps from one far bank to
 * another, its side goes by the circles' centres, for all of a circle is outside. So no strip
 * crosses a border, but for the rounding of its corners. */
#include "check/seams_priv.h"
#include "geo/exact.h"
#include "net/zones.h"
#include <string.h>

#define LONG_ENOUGH 4      /* ENGINE B1: length >= 4 w */
#define OPPOSITE_M 0.75    /* from a touch to the sample that stands there */
#define OPPOSITE_DOT 0.985 /* the same around a corner: about 10 degrees */
#define WALK_M 1.0 /* a far bank is followed if it is no longer than twice the way, and this */
#define CODE 12

struct key {
    uint32_t seam;
    int32_t low, high; /* zones; MERE_UNKNOWN not known yet */
};
struct run { /* of strips that follow each other: from sample `first` to the one after `last` */
    struct key key;
    uint32_t first, last;
    bool across; /* one strip whose side goes across: it may fold over the one beside it */
};
struct zone_set { /* of a group */
    uint32_t group;
    size_t n;
    int32_t *zones;
};
struct strips {
    struct seams *m;
    uint32_t *seam;    /* by sample: its seam's lowest sample */
    struct key *pair;  /* by sample: of the strip that begins there */
    struct key *zones; /* by seam: its least and greatest zone */
    bool *taken;       /* by seam */
    MERE_VEC(struct run) runs;
    MERE_VEC(struct mere_point) ring;
    MERE_VEC(struct mere_zone) groups; /* runs of one key */
    MERE_VEC(uint32_t) group_run;      /* of each group its first run; its end is the next one's */
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(struct mere_piece) pieces;
};

/* ---- seams: samples that hang together ---- */

static uint32_t find(struct strips *s, uint32_t i)
{
    while (s->seam[i] != i) {
        s->seam[i] = s->seam[s->seam[i]];
        i = s->seam[i];
    }
    return i;
}

static void join(struct strips *s, uint32_t i, uint32_t k)
{
    uint32_t a = find(s, i), b = find(s, k);
    s->seam[a > b ? a : b] = a > b ? b : a;
}

/* From `o` to the centre of the circle, in metres of the sample's side. */
static struct seam_vec centre_from(const struct seams *m, const struct seam_sample *sample,
                                   struct mere_point o)
{
    const struct seam_segment *seg = &m->segments.v[sample->segment];
    struct seam_vec a = seam_local(seg, o, seg->a), b = seam_local(seg, o, seg->b);
    double t = sample->t, r = sample->width_m / 2;
    return (struct seam_vec){a.x + t * (b.x - a.x) + r * sample->normal.x,
                             a.y + t * (b.y - a.y) + r * sample->normal.y};
}

static uint32_t segment_before(const struct seams *m, uint32_t seg)
{
    uint32_t ring = m->segments.v[seg].ring;
    uint32_t end = ring + 1 < m->ring_first.n ? m->ring_first.v[ring + 1] : (uint32_t)m->segments.n;
    return seg > m->ring_first.v[ring] ? seg - 1 : end - 1;
}

/* The sample around the corner at the end of segment `at` that looks to the circle's centre. */
static uint32_t opposite_corner(const struct seams *m, const struct seam_sample *sample,
                                uint32_t at)
{
    const struct seam_segment *corner = &m->segments.v[at];
    struct seam_vec c = centre_from(m, sample, corner->b);
    double best = OPPOSITE_DOT * sample->width_m / 2;
    uint32_t found = SEAM_NONE;
    for (uint32_t k = corner->fan; k < corner->fan + corner->n_fan; k++) {
        double dot = seam_dot(m->samples.v[k].normal, c);
        if (dot > best) {
            best = dot;
            found = k;
        }
    }
    return found;
}

/* The sample that stands where the circle of `sample` touches the other bank. */
static uint32_t opposite(const struct seams *m, const struct seam_sample *sample)
{
    const struct seam_segment *far = &m->segments.v[sample->far_segment];
    uint32_t from = far->sample, end = from + far->n_samples, found = SEAM_NONE;
    if (!(sample->far_t > 0 && sample->far_t < 1)) {
        found = opposite_corner(m, sample,
                                sample->far_t > 0 ? sample->far_segment
                                                  : segment_before(m, sample->far_segment));
        if (found != SEAM_NONE)
            return found;
    }
    while (from < end) {
        uint32_t mid = from + (end - from) / 2;
        if (m->samples.v[mid].t < sample->far_t)
            from = mid + 1;
        else
            end = mid;
    }
    double nearest = OPPOSITE_M;
    for (uint32_t k = from > far->sample ? from - 1 : from;
         k <= from && k < far->sample + far->n_samples; k++) {
        double d = fabs(m->samples.v[k].t - sample->far_t) * far->len;
        if (d < nearest) {
            nearest = d;
            found = k;
        }
    }
    return found;
}

static void add_zones(struct key *zones, const struct seam_segment *seg)
{
    for (size_t i = 0; i < seg->n_claims; i++) {
        if (zones->low == MERE_UNKNOWN || seg->claim[i] < zones->low)
            zones->low = seg->claim[i];
        if (seg->claim[i] > zones->high)
            zones->high = seg->claim[i];
    }
}

static enum mere_status join_samples(struct strips *s)
{
    const struct seams *m = s->m;
    size_t n = m->samples.n;
    struct mere_arena *scratch = &m->ck->scratch;
    s->seam = MERE_NEW(scratch, uint32_t, n);
    s->pair = MERE_NEW(scratch, struct key, n);
    s->zones = MERE_NEW(scratch, struct key, n);
    s->taken = MERE_NEW(scratch, bool, n);
    if (!s->seam || !s->pair || !s->zones || !s->taken)
        return seam_nomem(s->m);
    for (uint32_t i = 0; i < n; i++) {
        s->seam[i] = i;
        s->zones[i] = (struct key){i, MERE_UNKNOWN, MERE_UNKNOWN};
    }
    for (uint32_t i = 0; i < n; i++) {
        const struct seam_sample *sample = &m->samples.v[i];
        uint32_t k = opposite(m, sample);
        if (sample->strip_m <= m->w)
            join(s, i, sample->after);
        if (k != SEAM_NONE)
            join(s, i, k);
    }
    for (uint32_t i = 0; i < n; i++) {
        s->seam[i] = find(s, i);
        add_zones(&s->zones[s->seam[i]], &m->segments.v[m->samples.v[i].segment]);
        add_zones(&s->zones[s->seam[i]], &m->segments.v[m->samples.v[i].far_segment]);
    }
    return MERE_OK;
}

/* ---- which seams are bays ---- */

struct bank {
    uint32_t seam;
    double width, length;
};

static int bank_cmp(const void *va, const void *vb)
{
    const struct bank *a = va, *b = vb;
    if (a->seam != b->seam)
        return a->seam < b->seam ? -1 : 1;
    return (a->width > b->width) - (a->width < b->width);
}

static enum mere_status choose_seams(struct strips *s)
{
    const struct seams *m = s->m;
    size_t n = m->samples.n;
    struct bank *banks = MERE_NEW(&m->ck->scratch, struct bank, n);
    if (!banks)
        return seam_nomem(s->m);
    for (uint32_t i = 0; i < n; i++)
        banks[i] = (struct bank){s->seam[i], m->samples.v[i].width_m, m->samples.v[i].length_m};
    qsort(banks, n, sizeof *banks, bank_cmp);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t seam = banks[i].seam;
        sum = i > 0 && banks[i - 1].seam == seam ? sum + banks[i].length : banks[i].length;
        /* Both banks are in the sum. */
        s->taken[seam] = s->taken[seam] || (sum / 2 >= LONG_ENOUGH * banks[i].width &&
                                            s->zones[seam].low != s->zones[seam].high);
    }
    return MERE_OK;
}

/* ---- whose strips they are ---- */

/* The zones on both sides of the strip; those of one zone's own shape go with the strips beside
 * them. */
static void pair_zones(struct strips *s)
{
    const struct seams *m = s->m;
    const struct seam_sample *v = m->samples.v;
    uint32_t n = (uint32_t)m->samples.n;
    for (uint32_t i = 0; i < n; i++) {
        const struct seam_segment *near = &m->segments.v[v[i].segment];
        const struct seam_segment *far = &m->segments.v[v[i].far_segment];
        struct key key = {s->seam[i], MERE_UNKNOWN, MERE_UNKNOWN};
        add_zones(&key, near);
        add_zones(&key, far);
        if (key.low == key.high)
            key = i > 0 && v[i].before == i - 1 ? s->pair[i - 1] : key;
        s->pair[i] = key;
    }
    for (uint32_t i = n; i-- > 0;) {
        struct key *key = &s->pair[i];
        if (key->low == key->high && v[i].after == i + 1)
            *key = s->pair[i + 1];
        if (key->low == key->high)
            *key = s->zones[s->seam[i]];
    }
}

/* ---- runs ---- */

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

static int key_cmp(const struct key *a, const struct key *b)
{
    if (a->seam != b->seam)
        return a->seam < b->seam ? -1 : 1;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return (a->high > b->high) - (a->high < b->high);
}

static int run_cmp(const void *va, const void *vb)
{
    const struct run *a = va, *b = vb;
    int c = key_cmp(&a->key, &b->key);
    return c ? c : (a->first > b->first) - (a->first < b->first);
}

static enum mere_status make_runs(struct strips *s)
{
    const struct seam_sample *v = s->m->samples.v;
    for (uint32_t i = 0; i < s->m->samples.n; i++) {
        if (!(v[i].strip_m <= s->m->w) || !s->taken[s->seam[i]])
            continue;
        struct run *last = s->runs.n > 0 ? &s->runs.v[s->runs.n - 1] : NULL;
        bool across = far_way(s->m, &v[i], &v[v[i].after]) == ACROSS;
        if (last && !across && !last->across && last->last + 1 == i && v[i].before == i - 1 &&
            key_cmp(&last->key, &s->pair[i]) == 0)
            last->last = i;
        else if (!MERE_PUSH(&s->runs, (struct run){s->pair[i], i, i, across}))
            return seam_nomem(s->m);
    }
    if (s->runs.n > 0)
        qsort(s->runs.v, s->runs.n, sizeof *s->runs.v, run_cmp);
    return MERE_OK;
}

/* ---- a run as a ring ---- */

static bool add_point(struct strips *s, struct mere_point p)
{
    return (s->ring.n > 0 && mere_point_same(s->ring.v[s->ring.n - 1], p)) ||
           MERE_PUSH(&s->ring, p);
}

static struct mere_point centre_of(const struct seams *m, const struct seam_sample *sample)
{
    const struct seam_segment *seg = &m->segments.v[sample->segment];
    struct seam_vec c = centre_from(m, sample, seg->a);
    return (struct mere_point){seg->a.x + (int32_t)lround(c.x / seg->sx),
                               seg->a.y + (int32_t)lround(c.y / seg->sy)};
}

static double place_along(const struct seam_segment *seg, struct mere_point p)
{
    double bx = (double)seg->b.x - seg->a.x, by = (double)seg->b.y - seg->a.y;
    return (((double)p.x - seg->a.x) * bx + ((double)p.y - seg->a.y) * by) / (bx * bx + by * by);
}

/* What rounding put between two places of one side. */
static bool add_vertices(struct strips *s, uint32_t segment, double from, double to)
{
    const struct seam_segment *seg = &s->m->segments.v[segment];
    for (uint32_t i = 0; i < seg->n_vertices; i++) {
        struct mere_point p = s->m->vertices.v[seg->vertex + i];
        double t = place_along(seg, p);
        if (t > from && t < to && !add_point(s, p))
            return false;
    }
    return true;
}

/* The border between two places, which may be on different sides; the second lies further on. */
static bool add_border(struct strips *s, uint32_t segment, double from, uint32_t end, double to)
{
    for (; segment != end; from = 0) {
        if (!add_vertices(s, segment, from, 1) || !add_point(s, s->m->segments.v[segment].b))
            return false;
        segment = seam_next_segment(s->m, segment);
    }
    return add_vertices(s, segment, from, to);
}

/* The border from the touch of `k` back to that of `i`. */
static bool add_border_back(struct strips *s, const struct seam_sample *k,
                            const struct seam_sample *i)
{
    size_t n = s->ring.n;
    if (!add_border(s, i->far_segment, i->far_t, k->far_segment, k->far_t))
        return false;
    for (size_t a = n, b = s->ring.n; a + 1 < b; a++) {
        struct mere_point t = s->ring.v[a];
        s->ring.v[a] = s->ring.v[--b];
        s->ring.v[b] = t;
    }
    return true;
}

/* The far side of the strip from the touch of `k` to that of `i`, its neighbour before. */
static bool add_far(struct strips *s, const struct seam_sample *i, const struct seam_sample *k)
{
    const struct seams *m = s->m;
    switch (far_way(m, i, k)) {
    case ALONG:
        return add_border(s, k->far_segment, k->far_t, i->far_segment, i->far_t);
    case BACK:
        return add_border_back(s, k, i);
    case ACROSS:
        break;
    }
    if (!add_point(s, place_of(m, k->far_segment, k->far_t)) ||
        !add_point(s, i->turns ? i->turn : centre_of(m, k)) ||
        !add_point(s, i->turns ? i->turn : centre_of(m, i)))
        return false;
    return add_point(s, place_of(m, i->far_segment, i->far_t));
}

static bool draw_run(struct strips *s, const struct run *run)
{
    const struct seams *m = s->m;
    const struct seam_sample *v = m->samples.v;
    uint32_t end = v[run->last].after;
    s->ring.n = 0;
    bool ok = add_point(s, place_of(m, v[run->first].segment, v[run->first].t));
    for (uint32_t i = run->first; ok; i = v[i].after) {
        const struct seam_sample *k = &v[v[i].after];
        ok = add_border(s, v[i].segment, v[i].t, k->segment, k->t);
        if (i == run->last)
            break;
    }
    ok = ok && add_point(s, place_of(m, v[end].segment, v[end].t)) &&
         add_point(s, place_of(m, v[end].far_segment, v[end].far_t));
    uint32_t at = end; /* a run may go all around a ring */
    do {
        ok = ok && add_far(s, &v[v[at].before], &v[at]);
        at = v[at].before;
    } while (ok && at != run->first);
    return ok && add_point(s, place_of(m, v[run->first].far_segment, v[run->first].far_t));
}

/* ---- the runs laid together ---- */

static bool add_group(struct strips *s, uint32_t run)
{
    char code[CODE];
    int n = snprintf(code, sizeof code, "%010zu", s->groups.n);
    struct mere_zone zone = {.code = mere_arena_text(&s->m->ck->scratch, code, (size_t)n),
                             .name = "",
                             .households = MERE_UNKNOWN,
                             .persons = MERE_UNKNOWN};
    return zone.code && MERE_PUSH(&s->groups, zone) && MERE_PUSH(&s->group_run, run);
}

static enum mere_status draw_runs(struct strips *s)
{
    bool ok = MERE_PUSH(&s->part_ring, 0u) && MERE_PUSH(&s->ring_first, 0u);
    for (uint32_t r = 0; ok && r < s->runs.n; r++) {
        if (r == 0 || key_cmp(&s->runs.v[r - 1].key, &s->runs.v[r].key) != 0)
            ok = add_group(s, r);
        ok = ok && draw_run(s, &s->runs.v[r]);
        if (!ok || s->ring.n < 3)
            continue;
        for (size_t i = 0; ok && i < s->ring.n; i++)
            ok = MERE_PUSH(&s->pts, s->ring.v[i]);
        ok = ok && MERE_PUSH(&s->ring_first, (uint32_t)s->pts.n) &&
             MERE_PUSH(&s->part_zone, (uint32_t)s->groups.n - 1) &&
             MERE_PUSH(&s->part_ring, (uint32_t)s->part_zone.n);
    }
    return ok ? MERE_OK : seam_nomem(s->m);
}

static int int_cmp(const void *va, const void *vb)
{
    int32_t a = *(const int32_t *)va, b = *(const int32_t *)vb;
    return (a > b) - (a < b);
}

/* All zones along the group's strips. */
static enum mere_status gather_zones(struct strips *s, uint32_t group, struct zone_set *ret)
{
    const struct seams *m = s->m;
    uint32_t end = group + 1 < s->groups.n ? s->group_run.v[group + 1] : (uint32_t)s->runs.n;
    MERE_VEC(int32_t) zones = {0};
    bool ok = true;
    for (uint32_t r = s->group_run.v[group]; r < end; r++)
        for (uint32_t i = s->runs.v[r].first; ok && i <= s->runs.v[r].last; i++) {
            const uint32_t sides[2] = {m->samples.v[i].segment, m->samples.v[i].far_segment};
            for (int k = 0; k < 2; k++)
                for (size_t c = 0; ok && c < m->segments.v[sides[k]].n_claims; c++)
                    ok = MERE_PUSH(&zones, m->segments.v[sides[k]].claim[c]);
        }
    ok = ok && MERE_PUSH(&zones, s->runs.v[s->group_run.v[group]].key.low) &&
         MERE_PUSH(&zones, s->runs.v[s->group_run.v[group]].key.high);
    int32_t *kept = ok ? MERE_NEW(&m->ck->report->arena, int32_t, zones.n) : NULL;
    *ret = (struct zone_set){group, 0, kept};
    if (kept)
        qsort(zones.v, zones.n, sizeof *zones.v, int_cmp);
    for (size_t i = 0; kept && i < zones.n; i++)
        if (ret->n == 0 || kept[ret->n - 1] != zones.v[i])
            kept[ret->n++] = zones.v[i];
    MERE_VEC_FREE(&zones);
    return kept ? MERE_OK : seam_nomem(s->m);
}

static int set_cmp(const void *va, const void *vb)
{
    const struct zone_set *a = va, *b = vb;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->zones[i] != b->zones[i])
            return a->zones[i] < b->zones[i] ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

/* The sets of zones, sorted, and by group the first of its equals: what has the same zones on its
 * banks is one land. */
static enum mere_status sort_sets(struct strips *s, struct zone_set **ret, int32_t **ret_set)
{
    size_t n = s->groups.n;
    struct zone_set *sets = MERE_NEW(&s->m->ck->scratch, struct zone_set, n);
    int32_t *set_of = MERE_NEW(&s->m->ck->scratch, int32_t, n);
    if (!sets || !set_of)
        return seam_nomem(s->m);
    for (size_t g = 0; g < n; g++)
        MERE_TRY(gather_zones(s, (uint32_t)g, &sets[g]));
    qsort(sets, n, sizeof *sets, set_cmp);
    for (size_t i = 0; i < n; i++)
        set_of[sets[i].group] =
            i > 0 && set_cmp(&sets[i - 1], &sets[i]) == 0 ? set_of[sets[i - 1].group] : (int32_t)i;
    *ret = sets;
    *ret_set = set_of;
    return MERE_OK;
}

/* The regions of one set of zones in the network of strips are the bays. */
static enum mere_status take_regions(struct strips *s, const struct mere_net *net)
{
    struct mere_checker *ck = s->m->ck;
    struct mere_checker land = {.ctx = ck->ctx, .in = ck->in, .net = net, .report = ck->report};
    struct mere_regions regions = {0};
    struct zone_set *sets = NULL;
    int32_t *set_of = NULL, *key = MERE_NEW(&ck->scratch, int32_t, (size_t)net->n_faces + 1);
    if (!key)
        return seam_nomem(s->m);
    MERE_TRY(sort_sets(s, &sets, &set_of));
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = mere_face_claims(&net->schemes[0], f, &n);
        key[f] = n > 0 ? set_of[claim[0]] : MERE_UNKNOWN;
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
        const struct zone_set *set = &sets[regions.region[i].label];
        piece.zones = set->zones;
        piece.n_zones = set->n;
        piece.places = ck->face_places ? 0 : MERE_UNKNOWN;
        if (!MERE_PUSH(&s->pieces, piece))
            status = seam_nomem(s->m);
    }
    mere_arena_clear(&land.scratch);
    return status;
}

static enum mere_status lay_together(struct strips *s)
{
    struct mere_layer layer = {.name = "bay",
                               .role = MERE_ROLE_OTHER,
                               .n_zones = s->groups.n,
                               .zones = s->groups.v,
                               .n_parts = s->part_zone.n,
                               .part_zone = s->part_zone.v,
                               .part_ring = s->part_ring.v,
                               .n_rings = s->part_zone.n,
                               .ring_first = s->ring_first.v,
                               .pts = s->pts.v};
    const struct mere_layer *layers[] = {&layer};
    struct mere_net *net = NULL;
    if (layer.n_parts == 0)
        return MERE_OK;
    MERE_TRY(mere_net_build(s->m->ck->ctx, layers, 1, &(struct mere_build){0}, &net));
    enum mere_status status = take_regions(s, net);
    mere_net_free(net);
    return status;
}

static void clear(struct strips *s)
{
    MERE_VEC_FREE(&s->runs);
    MERE_VEC_FREE(&s->ring);
    MERE_VEC_FREE(&s->groups);
    MERE_VEC_FREE(&s->group_run);
    MERE_VEC_FREE(&s->part_zone);
    MERE_VEC_FREE(&s->part_ring);
    MERE_VEC_FREE(&s->ring_first);
    MERE_VEC_FREE(&s->pts);
    MERE_VEC_FREE(&s->pieces);
}

enum mere_status seam_lay_strips(struct seams *m, const struct mere_limit *limit)
{
    struct strips s = {.m = m};
    enum mere_status status = join_samples(&s);
    if (status == MERE_OK)
        status = choose_seams(&s);
    if (status == MERE_OK) {
        pair_zones(&s);
        status = make_runs(&s);
    }
    if (status == MERE_OK)
        status = draw_runs(&s);
    if (status == MERE_OK)
        status = lay_together(&s);
    if (status == MERE_OK && s.pieces.n > 0) {
        struct mere_draft draft = mere_draft_init(MERE_RULE_BAY, limit, m->s);
        draft.limit = limit->max;
        status = mere_check_add_grouped(m->ck, &draft, s.pieces.v, s.pieces.n);
    }
    clear(&s);
    return status;
}
