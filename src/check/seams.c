/* seams.c - bays where nothing bounds the scheme: seams in the outer border (ENGINE B1).
 *
 *        outside (one unbounded face)
 *      ─────────┐   ┌──────────
 *          A    │───│     B
 *               │───│
 *               └───┘
 *
 * At places half a metre apart along the border, and in steps of a few degrees around its corners,
 * the width is that of the largest circle of the outside that touches the border there. It touches
 * another bank too, and its chord lies in the outside. Between the chords of two neighbouring
 * places lies a strip of land, as wide as the wider of the two (seams_samples.c). The bays are the
 * strips that are not wider than the limit, laid together (seams_strips.c).
 *
 * Places, widths and strips don't depend on the limit, nor on what lies elsewhere, nor on where
 * other schemes' borders end at this one: a larger limit has more strips, and none less. A seam
 * between parts of one zone only is that zone's own shape, as a hole with one neighbour is.
 *
 * Whether a seam is long enough is asked of every width u up to the limit: the banks where it is
 * no wider than u must be at least 4 u long. Asking it of the limit alone would not be monotone: a
 * larger limit would hide short, thin seams. */
#include "base/hash.h"
#include "check/seams_priv.h"
#include "geo/measure.h"
#include <string.h>

#define STRAIGHT_UNITS 1 /* a vertex no farther from its neighbours' line is no corner */
#define STRAIGHT_MOST 64 /* such vertices in a row */

/* ---- the outer border, with the outside at the left hand ---- */

/* Eighths are numbered counter-clockwise from east. */
static uint8_t sector_of(double dx, double dy)
{
    bool steep = fabs(dy) > fabs(dx);
    if (dy >= 0)
        return dx >= 0 ? (steep ? 1 : 0) : (steep ? 2 : 3);
    return dx < 0 ? (steep ? 5 : 4) : (steep ? 6 : 7);
}

static bool outside(const struct seams *m, int32_t edge)
{
    const struct mere_net *net = m->ck->net;
    int32_t f = mere_edge_face(net, edge);
    int32_t r = m->regions->of_face[f < 0 ? net->n_faces : f];
    return m->regions->region[r].unbounded;
}

static bool add_border(struct seams *m, int32_t edge, uint32_t ring)
{
    const struct mere_net *net = m->ck->net;
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    int32_t far = mere_edge_face(net, edge ^ 1);
    struct seam_segment seg = {.ring = ring};
    if (far >= 0)
        seg.claim = mere_face_claims(mere_ck_scheme(m->ck, m->s), far, &seg.n_claims);
    for (uint32_t i = 0; i + 1 < arc->n; i++) {
        seg.a = net->pts[arc->first + (edge & 1 ? arc->n - 1 - i : i)];
        seg.b = net->pts[arc->first + (edge & 1 ? arc->n - 2 - i : i + 1)];
        if (!MERE_PUSH(&m->segments, seg))
            return false;
    }
    return true;
}

/* Whether v lies between a and b, beside their line by no more than rounding. */
static bool is_straight(struct mere_point a, struct mere_point v, struct mere_point b)
{
    double bx = (double)b.x - a.x, by = (double)b.y - a.y;
    double vx = (double)v.x - a.x, vy = (double)v.y - a.y;
    double along = vx * bx + vy * by, beside = vx * by - vy * bx, len2 = bx * bx + by * by;
    return along > 0 && along < len2 && beside * beside <= STRAIGHT_UNITS * STRAIGHT_UNITS * len2;
}

/* Whether p and its follower q are one straight side: another scheme's border may end between. */
static bool is_one_side(const struct seams *m, const struct seam_segment *p,
                        const struct seam_segment *q)
{
    if (p->n_claims != q->n_claims || p->n_vertices + q->n_vertices >= STRAIGHT_MOST ||
        (p->n_claims > 0 && memcmp(p->claim, q->claim, p->n_claims * sizeof *p->claim) != 0))
        return false;
    for (uint32_t i = 0; i < p->n_vertices; i++)
        if (!is_straight(p->a, m->vertices.v[p->vertex + i], q->b))
            return false;
    for (uint32_t i = 0; i < q->n_vertices; i++)
        if (!is_straight(p->a, m->vertices.v[q->vertex + i], q->b))
            return false;
    return is_straight(p->a, p->b, q->b);
}

/* Make one segment of each straight side, from segment `first` on, all of one ring. */
static bool join_sides(struct seams *m, size_t first)
{
    size_t n = first;
    for (size_t i = first; i < m->segments.n; i++) {
        struct seam_segment seg = m->segments.v[i],
                            *last = n > first ? &m->segments.v[n - 1] : NULL;
        if (last && is_one_side(m, last, &seg)) {
            if (!MERE_PUSH(&m->vertices, last->b))
                return false;
            last->n_vertices++;
            last->b = seg.b;
            continue;
        }
        seg.vertex = (uint32_t)m->vertices.n;
        m->segments.v[n++] = seg;
    }
    m->segments.n = n;
    /* The ring may begin in the middle of a side. */
    struct seam_segment *begin = &m->segments.v[first], *end = &m->segments.v[n - 1];
    if (n < first + 4 || !is_one_side(m, end, begin))
        return true;
    if (!MERE_RESERVE(&m->vertices, end->n_vertices + 1 + begin->n_vertices))
        return false;
    uint32_t at = (uint32_t)m->vertices.n;
    for (uint32_t i = 0; i < end->n_vertices; i++)
        m->vertices.v[m->vertices.n++] = m->vertices.v[end->vertex + i];
    m->vertices.v[m->vertices.n++] = end->b;
    for (uint32_t i = 0; i < begin->n_vertices; i++)
        m->vertices.v[m->vertices.n++] = m->vertices.v[begin->vertex + i];
    begin->a = end->a;
    begin->vertex = at;
    begin->n_vertices = (uint32_t)m->vertices.n - at;
    m->segments.n--;
    return true;
}

static void measure_segments(struct seams *m, size_t first, struct mere_band_scale *scale)
{
    for (size_t i = first; i < m->segments.n; i++) {
        struct seam_segment *seg = &m->segments.v[i];
        seg->am = seam_metres(m, seg->a);
        seg->bm = seam_metres(m, seg->b);
        mere_band_scale_at(scale, (int32_t)(((int64_t)seg->a.y + seg->b.y) / 2));
        seg->sx = scale->x_m;
        seg->sy = scale->y_m;
        struct seam_vec d = seam_local(seg, seg->a, seg->b);
        seg->len = sqrt(d.x * d.x + d.y * d.y);
        seg->sector = sector_of(d.x, d.y);
    }
}

static enum mere_status walk_border(struct seams *m)
{
    const struct mere_net *net = m->ck->net;
    uint8_t *done = MERE_NEW(&m->ck->scratch, uint8_t, 2 * (size_t)net->n_arcs);
    uint32_t ring = 0;
    struct mere_band_scale scale = {0};
    size_t n_segments = 0;
    for (int32_t e = 0; e < 2 * net->n_arcs; e++)
        if (outside(m, e) && !outside(m, e ^ 1))
            n_segments += net->arcs[e >> 1].n - 1;
    if (!done || !MERE_RESERVE(&m->segments, n_segments) ||
        !MERE_RESERVE(&m->cells, 4 * n_segments))
        return seam_nomem(m);
    for (int32_t start = 0; start < 2 * net->n_arcs; start++) {
        if (done[start] || !outside(m, start) || outside(m, start ^ 1))
            continue;
        int32_t e = start;
        size_t first = m->segments.n;
        if (!MERE_PUSH(&m->ring_first, (uint32_t)first))
            return seam_nomem(m);
        do {
            done[e] = 1;
            if (!add_border(m, e, ring))
                return seam_nomem(m);
            e = net->next[e];
            while (outside(m, e ^ 1))
                e = net->next[e ^ 1];
        } while (e != start);
        if (!join_sides(m, first))
            return seam_nomem(m);
        measure_segments(m, first, &scale);
        ring++;
    }
    return MERE_OK;
}

/* ---- which segments are near each other ---- */

/* Put the segment into every cell that is within w of it: in each row of cells it takes the columns
 * between its ends in that row. */
static bool add_cells(struct seams *m, uint32_t index, double cell)
{
    struct seam_vec a = m->segments.v[index].am, b = m->segments.v[index].bm;
    uint32_t value = (uint32_t)m->segments.v[index].sector << SEAM_SECTOR_SHIFT | index;
    if (a.y > b.y) {
        struct seam_vec t = a;
        a = b;
        b = t;
    }
    int64_t row0 = (int64_t)((a.y - m->w) / cell), row1 = (int64_t)((b.y + m->w) / cell);
    for (int64_t row = row0; row <= row1; row++) {
        double low = (double)row * cell - m->w, high = (double)(row + 1) * cell + m->w;
        double t0 = b.y > a.y ? fmin(fmax((low - a.y) / (b.y - a.y), 0), 1) : 0;
        double t1 = b.y > a.y ? fmin(fmax((high - a.y) / (b.y - a.y), 0), 1) : 1;
        double x0 = a.x + t0 * (b.x - a.x), x1 = a.x + t1 * (b.x - a.x);
        int64_t col0 = (int64_t)(((x0 < x1 ? x0 : x1) - m->w) / cell);
        int64_t col1 = (int64_t)(((x0 < x1 ? x1 : x0) + m->w) / cell);
        for (int64_t col = col0; col <= col1; col++) {
            /* Few bits, so that sorting has little to do. */
            uint64_t key = (uint64_t)row * m->n_cols + (uint64_t)col;
            if (!MERE_PUSH(&m->cells, (struct mere_key){key, value}))
                return false;
        }
    }
    return true;
}

/* The distance of p from segment a-b. */
static double distance(struct seam_vec p, struct seam_vec a, struct seam_vec b)
{
    double dx = b.x - a.x, dy = b.y - a.y, len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double x = p.x - a.x - t * dx, y = p.y - a.y - t * dy;
    return sqrt(x * x + y * y); /* metres of one district: nothing overflows */
}

/* Whether the stretches a..b and c..d of one axis are more than w apart. */
static bool apart(double a, double b, double c, double d, double w)
{
    double ab_low = a < b ? a : b, ab_high = a < b ? b : a;
    double cd_low = c < d ? c : d, cd_high = c < d ? d : c;
    return ab_low > cd_high + w || cd_low > ab_high + w;
}

/* Whether two segments are within w of each other. */
static bool is_near(const struct seams *m, const struct seam_segment *p,
                    const struct seam_segment *q)
{
    if (apart(p->am.x, p->bm.x, q->am.x, q->bm.x, m->w) ||
        apart(p->am.y, p->bm.y, q->am.y, q->bm.y, m->w))
        return false;
    struct seam_vec a = {0, 0}, b = seam_local(p, p->a, p->b);
    struct seam_vec c = seam_local(p, p->a, q->a), d = seam_local(p, p->a, q->b);
    return distance(a, c, d) <= m->w || distance(b, c, d) <= m->w || distance(c, a, b) <= m->w ||
           distance(d, a, b) <= m->w;
}

/* Whether they run against each other. */
static bool is_against(const struct seam_segment *p, const struct seam_segment *q)
{
    return seam_dot(seam_local(p, p->a, p->b), seam_local(p, q->a, q->b)) < 0;
}

static int u64_cmp(const void *va, const void *vb)
{
    uint64_t a = *(const uint64_t *)va, b = *(const uint64_t *)vb;
    return (a > b) - (a < b);
}

/* Whether some two segments of a cell may point against each other: then they are more than 90
 * degrees apart, so not in the same or neighbouring eighths. Most cells hold a stretch of border
 * that turns less, and go by this alone. */
static bool has_opposites(const struct seams *m, size_t from, size_t end)
{
    unsigned seen = 0;
    for (size_t i = from; i < end; i++)
        seen |= 0x101u << (m->cells.v[i].value >> SEAM_SECTOR_SHIFT); /* twice, to turn around */
    for (unsigned turn = 0; turn < 8; turn++)
        if ((seen >> turn & 0xFCu) == 0)
            return false;
    return true;
}

static inline uint32_t segment_in(const struct seams *m, size_t cell)
{
    return m->cells.v[cell].value & (uint32_t)(SEAM_SEGMENTS_MAX - 1);
}

/* Mark the segments of one cell that have another one opposite. */
static void mark_cell(struct seams *m, size_t from, size_t end)
{
    const struct mere_key *cell = m->cells.v;
    for (size_t a = from; a < end; a++)
        for (size_t b = a + 1; b < end; b++) {
            unsigned turn =
                (cell[a].value >> SEAM_SECTOR_SHIFT) - (cell[b].value >> SEAM_SECTOR_SHIFT);
            if (((turn + 1) & 7) <= 2)
                continue; /* the same or neighbouring eighths */
            struct seam_segment *p = &m->segments.v[segment_in(m, a)];
            struct seam_segment *q = &m->segments.v[segment_in(m, b)];
            if ((!p->faces || !q->faces) && is_against(p, q) && is_near(m, p, q))
                p->faces = q->faces = true;
        }
}

/* The marked segments of one cell, each with all that is near it: whatever it is, no circle may
 * reach over it. */
static bool pair_cell(struct seams *m, size_t from, size_t end)
{
    for (size_t a = from; a < end; a++) {
        uint32_t p = segment_in(m, a);
        if (!m->segments.v[p].faces)
            continue;
        for (size_t b = from; b < end; b++) {
            uint32_t q = segment_in(m, b);
            if (p != q && is_near(m, &m->segments.v[p], &m->segments.v[q]) &&
                !MERE_PUSH(&m->pairs, (uint64_t)p << 32 | q))
                return false;
        }
    }
    return true;
}

static enum mere_status sort_cells(struct seams *m)
{
    double total = 0;
    for (size_t i = 0; i < m->segments.n; i++)
        total += m->segments.v[i].len;
    if (m->segments.n >= SEAM_SEGMENTS_MAX)
        return mere_fail(m->ck->ctx, MERE_E_LIMIT,
                         "the outer border has %zu segments, more than %zu", m->segments.n,
                         SEAM_SEGMENTS_MAX);
    double cell = fmax(4 * m->w, 2 * total / (double)m->segments.n);
    struct seam_vec far = seam_metres(m, m->ck->net->box.max);
    m->n_cols = (uint64_t)((far.x + 2 * m->w) / cell) + 1;
    for (size_t i = 0; i < m->segments.n; i++)
        if (!add_cells(m, (uint32_t)i, cell))
            return seam_nomem(m);
    struct mere_key *scratch = MERE_NEW(&m->ck->scratch, struct mere_key, m->cells.n);
    if (!scratch)
        return seam_nomem(m);
    mere_sort_keys(m->cells.v, m->cells.n, scratch);
    return MERE_OK;
}

static size_t cell_end(const struct seams *m, size_t i)
{
    size_t end = i + 1;
    while (end < m->cells.n && m->cells.v[end].key == m->cells.v[i].key)
        end++;
    return end;
}

static enum mere_status find_pairs(struct seams *m)
{
    MERE_TRY(sort_cells(m));
    for (size_t i = 0, end; i < m->cells.n; i = end) {
        end = cell_end(m, i);
        if (has_opposites(m, i, end))
            mark_cell(m, i, end);
    }
    for (size_t i = 0, end; i < m->cells.n; i = end) {
        end = cell_end(m, i);
        if (!pair_cell(m, i, end))
            return seam_nomem(m);
    }
    if (m->pairs.n > 0)
        qsort(m->pairs.v, m->pairs.n, sizeof *m->pairs.v, u64_cmp);
    size_t n = 0;
    for (size_t i = 0; i < m->pairs.n; i++)
        if (n == 0 || m->pairs.v[n - 1] != m->pairs.v[i])
            m->pairs.v[n++] = m->pairs.v[i];
    m->pairs.n = n;
    return MERE_OK;
}

static enum mere_status find_seams(struct seams *m, const struct mere_limit *limit)
{
    MERE_TRY(walk_border(m));
    if (m->segments.n == 0)
        return MERE_OK;
    MERE_TRY(find_pairs(m));
    MERE_TRY(seam_take_samples(m));
    return m->samples.n > 0 ? seam_lay_strips(m, limit) : MERE_OK;
}

enum mere_status seam_nomem(struct seams *m)
{
    return mere_fail_nomem(m->ck->ctx, "looking for open gaps");
}

enum mere_status mere_rule_seams(struct mere_checker *ck, int32_t s)
{
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_BAY, mere_ck_scheme(ck, s), NULL);
    struct seams m = {.ck = ck, .s = s};
    if (!limit || !(limit->max > 0) || ck->net->n_arcs == 0)
        return MERE_OK;
    MERE_TRY(mere_check_regions(ck, s, &m.regions));
    m.w = limit->max;
    /* A degree of longitude is shortest far from the equator, one of latitude near it. */
    int32_t low = ck->net->box.min.y, high = ck->net->box.max.y;
    int32_t far = -low > high ? low : high, near = low > 0 ? low : high < 0 ? high : 0;
    double other;
    mere_scale_at(far, &m.sx, &other);
    mere_scale_at(near, &other, &m.sy);
    enum mere_status status = find_seams(&m, limit);
    MERE_VEC_FREE(&m.segments);
    MERE_VEC_FREE(&m.vertices);
    MERE_VEC_FREE(&m.ring_first);
    MERE_VEC_FREE(&m.cells);
    MERE_VEC_FREE(&m.pairs);
    MERE_VEC_FREE(&m.samples);
    return status;
}
