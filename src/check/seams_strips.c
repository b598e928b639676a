/* seams_strips.c - from samples to bays: which strips of land there are, and between whom.
 *
 *     bank   s0 ──── s1 ──── s2        two strips: s0 s1 q1 q0 and s1 s2 q2 q1
 *             │       │       │
 *     far    q0 ──── q1 ──── q2        q: where the circle touches the other bank
 *
 * Samples that are neighbours on the border, or stand opposite each other, hang together: so many
 * are one seam. A seam along one zone only is that zone's own shape, as a hole with one neighbour
 * is; else it is long enough or not.
 *
 * A strip belongs to the zones on its banks, whatever lies elsewhere. Where these are one, a zone's
 * own creek or yard in a longer seam, it is that zone's alone; but as far from a strip of two zones
 * as it is wide itself, it is the rim of that, and so is a corner or a dent, which is short. The
 * strips of a seam of the same zones that follow each other are a run, and are drawn together
 * (seams_draw.c, seams_lay.c). */
#include "check/seams_priv.h"
#include <string.h>

#define LONG_ENOUGH 4      /* ENGINE B1: length >= 4 w */
#define OPPOSITE_M 0.75    /* from a touch to the sample that stands there */
#define OPPOSITE_DOT 0.985 /* the same around a corner: about 10 degrees */

struct rim { /* the nearest strip of two zones on one side */
    double far_m;
    struct seam_key key;
};
struct strips {
    struct seams *m;
    uint32_t *seam;             /* by sample: its seam's lowest sample */
    struct seam_key *pair;      /* by sample: of the strip that begins there */
    bool *alone;                /* by sample: one zone is on both its banks */
    struct seam_key *zones;     /* by seam: its least and greatest zone */
    bool *taken;                /* by seam */
    struct rim *before, *after; /* by sample: the nearest strips of two zones on each side */
    MERE_VEC(struct seam_run) runs;
};

/* ---- whose strips they are ---- */

static bool is_of_two(const struct seam_key *key)
{
    return key->low != key->high;
}

static void add_zones(struct seam_key *zones, const struct seam_segment *seg)
{
    for (size_t i = 0; i < seg->n_claims; i++) {
        if (zones->low == MERE_UNKNOWN || seg->claim[i] < zones->low)
            zones->low = seg->claim[i];
        if (seg->claim[i] > zones->high)
            zones->high = seg->claim[i];
    }
}

/* What `i` is told by its neighbour on one side, along the border. */
static struct rim rim_from(const struct strips *s, const struct rim *rims, uint32_t i,
                           uint32_t next)
{
    const struct seam_sample *v = s->m->samples.v;
    struct rim rim = {INFINITY, {0, MERE_UNKNOWN, MERE_UNKNOWN}};
    if (next != SEAM_NONE) {
        rim = is_of_two(&s->pair[next]) ? (struct rim){0, s->pair[next]} : rims[next];
        rim.far_m += (v[i].length_m + v[next].length_m) / 2;
    }
    return rim;
}

/* For each sample the nearest strip of two zones before it, or after it. Twice, for a ring may
 * begin anywhere. */
static void find_rims(const struct strips *s, bool before, struct rim *rims)
{
    const struct seam_sample *v = s->m->samples.v;
    uint32_t n = (uint32_t)s->m->samples.n;
    for (uint32_t i = 0; i < n; i++)
        rims[i] = (struct rim){INFINITY, {0, MERE_UNKNOWN, MERE_UNKNOWN}};
    for (uint32_t k = 0; k < 2 * n; k++) {
        uint32_t i = before ? k % n : n - 1 - k % n;
        rims[i] = rim_from(s, rims, i, before ? v[i].before : v[i].after);
    }
}

/* Give strip `i`, of one zone, to the nearest strip of that zone and another which is no farther
 * than `most`; of two as near to the one before. */
static void give_to_nearest(struct strips *s, uint32_t i, double most)
{
    const struct rim rims[2] = {s->before[i], s->after[i]};
    struct rim best = {INFINITY, {0, MERE_UNKNOWN, MERE_UNKNOWN}};
    int32_t own = s->pair[i].low;
    for (int k = 0; k < 2; k++) {
        const struct seam_key *key = &rims[k].key;
        if (!is_of_two(key) || !(rims[k].far_m <= most) || (key->low != own && key->high != own))
            continue;
        if (rims[k].far_m < best.far_m)
            best = rims[k];
    }
    if (is_of_two(&best.key)) {
        s->pair[i].low = best.key.low;
        s->pair[i].high = best.key.high;
    }
}

static enum mere_status pair_zones(struct strips *s)
{
    const struct seams *m = s->m;
    const struct seam_sample *v = m->samples.v;
    uint32_t n = (uint32_t)m->samples.n;
    struct mere_arena *scratch = &m->ck->scratch;
    s->before = MERE_NEW(scratch, struct rim, n);
    s->after = MERE_NEW(scratch, struct rim, n);
    s->pair = MERE_NEW(scratch, struct seam_key, n);
    s->alone = MERE_NEW(scratch, bool, n);
    if (!s->pair || !s->alone || !s->before || !s->after)
        return seam_nomem(s->m);
    for (uint32_t i = 0; i < n; i++) {
        s->pair[i] = (struct seam_key){0, MERE_UNKNOWN, MERE_UNKNOWN};
        add_zones(&s->pair[i], &m->segments.v[v[i].segment]);
        add_zones(&s->pair[i], &m->segments.v[v[i].far_segment]);
        s->alone[i] = !is_of_two(&s->pair[i]);
    }
    find_rims(s, true, s->before);
    find_rims(s, false, s->after);
    for (uint32_t i = 0; i < n; i++)
        if (s->alone[i])
            give_to_nearest(s, i, v[i].width_m);
    return MERE_OK;
}

/* ---- seams: samples that hang together ---- */

static uint32_t find(uint32_t *root, uint32_t i)
{
    while (root[i] != i) {
        root[i] = root[root[i]];
        i = root[i];
    }
    return i;
}

static void join(uint32_t *root, uint32_t i, uint32_t k)
{
    uint32_t a = find(root, i), b = find(root, k);
    root[a > b ? a : b] = a > b ? b : a;
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
    struct seam_vec c = seam_centre_from(m, sample, corner->b);
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

/* Group the samples that are neighbours, or stand opposite each other: of each the lowest of its
 * group, in `root`. `own`: only those that are of one zone, the others stay alone. */
static void group(const struct strips *s, bool own, uint32_t *root)
{
    const struct seams *m = s->m;
    uint32_t n = (uint32_t)m->samples.n;
    for (uint32_t i = 0; i < n; i++)
        root[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        const struct seam_sample *sample = &m->samples.v[i];
        if (own && is_of_two(&s->pair[i]))
            continue;
        uint32_t k = opposite(m, sample);
        if (sample->strip_m <= m->w && !(own && is_of_two(&s->pair[sample->after])))
            join(root, i, sample->after);
        if (k != SEAM_NONE && !(own && is_of_two(&s->pair[k])))
            join(root, i, k);
    }
    for (uint32_t i = 0; i < n; i++)
        root[i] = find(root, i);
}

static enum mere_status join_samples(struct strips *s)
{
    const struct seams *m = s->m;
    size_t n = m->samples.n;
    s->seam = MERE_NEW(&m->ck->scratch, uint32_t, n);
    s->zones = MERE_NEW(&m->ck->scratch, struct seam_key, n);
    s->taken = MERE_NEW(&m->ck->scratch, bool, n);
    if (!s->seam || !s->zones || !s->taken)
        return seam_nomem(s->m);
    for (uint32_t i = 0; i < n; i++)
        s->zones[i] = (struct seam_key){i, MERE_UNKNOWN, MERE_UNKNOWN};
    group(s, false, s->seam);
    for (uint32_t i = 0; i < n; i++) {
        s->pair[i].seam = s->seam[i];
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

/* Which of the groups of samples, told by their roots, are long enough for some width. `lengths`:
 * by sample, or NULL for those of the border. */
static enum mere_status measure(struct seams *m, const uint32_t *root, const double *lengths,
                                bool *ret)
{
    size_t n = m->samples.n;
    struct bank *banks = MERE_NEW(&m->ck->scratch, struct bank, n);
    if (!banks)
        return seam_nomem(m);
    for (uint32_t i = 0; i < n; i++)
        banks[i] = (struct bank){root[i], m->samples.v[i].width_m,
                                 lengths ? lengths[i] : m->samples.v[i].length_m};
    qsort(banks, n, sizeof *banks, bank_cmp);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t seam = banks[i].seam;
        sum = i > 0 && banks[i - 1].seam == seam ? sum + banks[i].length : banks[i].length;
        /* Both banks are in the sum. */
        ret[seam] = ret[seam] || (sum > 0 && sum / 2 >= LONG_ENOUGH * banks[i].width);
    }
    return MERE_OK;
}

/* Over a stretch along one zone, a dent or a creek, the banks are as long as its mouth is wide.
 * What follows sample `i` is such a stretch: add that to the wider of the samples at its ends. */
static void span(const struct strips *s, uint32_t i, double *lengths)
{
    const struct seams *m = s->m;
    const struct seam_sample *v = m->samples.v;
    double sum = 0;
    uint32_t k = v[i].after;
    for (; k != SEAM_NONE && s->alone[k]; k = v[k].after)
        sum += v[k].length_m;
    if (k == SEAM_NONE)
        return;
    struct seam_vec d =
        seam_local(&m->segments.v[v[i].segment], seam_place(m, v[i].segment, v[i].t),
                   seam_place(m, v[k].segment, v[k].t));
    double mouth = hypot(d.x, d.y) - (v[i].length_m + v[k].length_m) / 2;
    lengths[v[i].width_m > v[k].width_m ? i : k] += fmax(0, fmin(mouth, sum));
}

static enum mere_status choose_seams(struct strips *s)
{
    const struct seam_sample *v = s->m->samples.v;
    uint32_t n = (uint32_t)s->m->samples.n;
    double *lengths = MERE_NEW(&s->m->ck->scratch, double, n);
    if (!lengths)
        return seam_nomem(s->m);
    for (uint32_t i = 0; i < n; i++)
        lengths[i] = s->alone[i] ? 0 : v[i].length_m;
    for (uint32_t i = 0; i < n; i++)
        if (!s->alone[i] && v[i].after != SEAM_NONE && s->alone[v[i].after])
            span(s, i, lengths);
    MERE_TRY(measure(s->m, s->seam, lengths, s->taken));
    for (size_t i = 0; i < s->m->samples.n; i++)
        s->taken[i] = s->taken[i] && is_of_two(&s->zones[i]);
    return MERE_OK;
}

/* A stretch along one zone that is not long enough by itself, a corner or a dent, goes with the
 * strips of two zones that are nearest along the border. */
static enum mere_status give_corners(struct strips *s)
{
    uint32_t n = (uint32_t)s->m->samples.n;
    struct mere_arena *scratch = &s->m->ck->scratch;
    uint32_t *root = MERE_NEW(scratch, uint32_t, n);
    bool *is_long = MERE_NEW(scratch, bool, n);
    if (!root || !is_long)
        return seam_nomem(s->m);
    group(s, true, root);
    MERE_TRY(measure(s->m, root, NULL, is_long));
    for (uint32_t i = 0; i < n; i++)
        if (!is_of_two(&s->pair[i]) && !is_long[root[i]])
            give_to_nearest(s, i, INFINITY);
    return MERE_OK;
}

/* ---- runs ---- */

static int run_cmp(const void *va, const void *vb)
{
    const struct seam_run *a = va, *b = vb;
    int c = seam_key_cmp(&a->key, &b->key);
    return c ? c : (a->first > b->first) - (a->first < b->first);
}

static enum mere_status make_runs(struct strips *s)
{
    const struct seam_sample *v = s->m->samples.v;
    struct seam_run *last = NULL;
    for (uint32_t i = 0; i < s->m->samples.n; i++) {
        bool of_holes = s->pair[i].low == SEAM_HOLE; /* and so is its other bank */
        if (!(v[i].strip_m <= s->m->w) || !s->taken[s->seam[i]] || of_holes)
            continue;
        bool across = seam_is_across(s->m, &v[i], &v[v[i].after]);
        if (last && !across && !last->across && last->last + 1 == i && v[i].before == i - 1 &&
            seam_key_cmp(&last->key, &s->pair[i]) == 0)
            last->last = i;
        else if (MERE_PUSH(&s->runs, (struct seam_run){s->pair[i], i, i, across}))
            last = &s->runs.v[s->runs.n - 1];
        else
            return seam_nomem(s->m);
    }
    if (s->runs.n > 0)
        qsort(s->runs.v, s->runs.n, sizeof *s->runs.v, run_cmp);
    return MERE_OK;
}

enum mere_status seam_lay_strips(struct seams *m, const struct mere_limit *limit)
{
    struct strips s = {.m = m};
    struct seam_pieces pieces = {0};
    enum mere_status status = pair_zones(&s);
    if (status == MERE_OK)
        status = give_corners(&s);
    if (status == MERE_OK)
        status = join_samples(&s);
    if (status == MERE_OK)
        status = choose_seams(&s);
    if (status == MERE_OK)
        status = make_runs(&s);
    if (status == MERE_OK)
        status = seam_lay_runs(m, s.runs.v, s.runs.n, &pieces);
    if (status == MERE_OK && pieces.n > 0) {
        struct mere_draft draft = mere_draft_init(MERE_RULE_BAY, limit, m->s);
        draft.limit = limit->max;
        status = mere_check_add_grouped(m->ck, &draft, pieces.v, pieces.n);
    }
    MERE_VEC_FREE(&s.runs);
    MERE_VEC_FREE(&pieces);
    return status;
}
