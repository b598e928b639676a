/* seams.c - bays where nothing bounds the scheme: seams in the outer border (ENGINE B1).
 *
 *        outside (one unbounded face)
 *      ─────────┐ m ┌──────────
 *          A    │ . │     B
 *               └───┘
 *
 * The border is cut into pieces of half a metre. The width at a piece is that of the largest circle
 * of the outside that touches the border in the piece's middle. Where it is within the limit the
 * piece is narrow; the circle touches the other bank too, and its chord lies in the outside: a
 * straight cut (m). Banks and cuts close to polygons (seams_bays.c), which are looked at as land
 * (seams_land.c).
 *
 * Pieces and their widths don't depend on the limit, nor on what lies elsewhere: a larger limit has
 * more narrow pieces, and none less. A seam between parts of one zone only is that zone's own
 * shape, as a hole with one neighbour is.
 *
 * Whether a seam is long enough is asked of every width u up to the limit: the banks where it is
 * no wider than u must be at least 4 u long. Asking it of the limit alone would not be monotone: a
 * larger limit would hide short, thin seams. */
#include "base/hash.h"
#include "check/seams_priv.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <string.h>

#define PIECES_MAX (1 << 22) /* of one segment: 2,000 km */

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

static bool add_border(struct seams *m, int32_t edge, uint32_t ring, struct mere_band_scale *scale)
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
        seg.am = seam_metres(m, seg.a);
        seg.bm = seam_metres(m, seg.b);
        mere_band_scale_at(scale, (int32_t)(((int64_t)seg.a.y + seg.b.y) / 2));
        seg.sx = scale->x_m;
        seg.sy = scale->y_m;
        struct seam_vec d = seam_local(&seg, seg.a, seg.b);
        seg.len = sqrt(d.x * d.x + d.y * d.y);
        seg.sector = sector_of(d.x, d.y);
        if (!MERE_PUSH(&m->segments, seg))
            return false;
    }
    return true;
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
        if (!MERE_PUSH(&m->ring_first, (uint32_t)m->segments.n))
            return seam_nomem(m);
        do {
            done[e] = 1;
            if (!add_border(m, e, ring, &scale))
                return seam_nomem(m);
            e = net->next[e];
            while (outside(m, e ^ 1))
                e = net->next[e ^ 1];
        } while (e != start);
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

/* Where p is nearest to segment a-b: the distance; `*ret_t` along it. */
double seam_distance(struct seam_vec p, struct seam_vec a, struct seam_vec b, double *ret_t)
{
    double dx = b.x - a.x, dy = b.y - a.y, len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    *ret_t = t;
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

/* Whether segment i may have k opposite: near, and running against it. */
static bool may_face(const struct seams *m, uint32_t i, uint32_t k)
{
    const struct seam_segment *p = &m->segments.v[i], *q = &m->segments.v[k];
    if (apart(p->am.x, p->bm.x, q->am.x, q->bm.x, m->w) ||
        apart(p->am.y, p->bm.y, q->am.y, q->bm.y, m->w))
        return false;
    struct seam_vec a = {0, 0}, b = seam_local(p, p->a, p->b);
    struct seam_vec c = seam_local(p, p->a, q->a), d = seam_local(p, p->a, q->b);
    if (b.x * (d.x - c.x) + b.y * (d.y - c.y) >= 0)
        return false;
    double t;
    return seam_distance(a, c, d, &t) <= m->w || seam_distance(b, c, d, &t) <= m->w ||
           seam_distance(c, a, b, &t) <= m->w || seam_distance(d, a, b, &t) <= m->w;
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

/* The pairs of one cell. */
static bool pair_cell(struct seams *m, size_t from, size_t end)
{
    const struct mere_key *cell = m->cells.v;
    for (size_t a = from; a < end; a++)
        for (size_t b = a + 1; b < end; b++) {
            unsigned apart =
                (cell[a].value >> SEAM_SECTOR_SHIFT) - (cell[b].value >> SEAM_SECTOR_SHIFT);
            if (((apart + 1) & 7) <= 2)
                continue; /* the same or neighbouring eighths */
            uint32_t p = cell[a].value & (SEAM_SEGMENTS_MAX - 1),
                     q = cell[b].value & (SEAM_SEGMENTS_MAX - 1);
            if ((may_face(m, p, q) && !MERE_PUSH(&m->pairs, (uint64_t)p << 32 | q)) ||
                (may_face(m, q, p) && !MERE_PUSH(&m->pairs, (uint64_t)q << 32 | p)))
                return false;
        }
    return true;
}

static enum mere_status find_pairs(struct seams *m)
{
    double total = 0;
    for (size_t i = 0; i < m->segments.n; i++)
        total += m->segments.v[i].len;
    if (m->segments.n >= SEAM_SEGMENTS_MAX)
        return mere_fail(m->ck->ctx, MERE_E_LIMIT,
                         "the outer border has %zu segments, more than %zu", m->segments.n,
                         SEAM_SEGMENTS_MAX);
    double cell = fmax(4 * m->w, 2 * total / (double)m->segments.n);
    m->cell = cell;
    struct seam_vec far = seam_metres(m, m->ck->net->box.max);
    m->n_cols = (uint64_t)((far.x + 2 * m->w) / cell) + 1;
    for (size_t i = 0; i < m->segments.n; i++)
        if (!add_cells(m, (uint32_t)i, cell))
            return seam_nomem(m);
    struct mere_key *scratch = MERE_NEW(&m->ck->scratch, struct mere_key, m->cells.n);
    if (!scratch)
        return seam_nomem(m);
    mere_sort_keys(m->cells.v, m->cells.n, scratch);
    for (size_t i = 0, end; i < m->cells.n; i = end) {
        for (end = i + 1; end < m->cells.n && m->cells.v[end].key == m->cells.v[i].key;)
            end++;
        if (!has_opposites(m, i, end))
            continue;
        if (!pair_cell(m, i, end))
            return seam_nomem(m);
    }
    if (m->pairs.n > 0)
        qsort(m->pairs.v, m->pairs.n, sizeof *m->pairs.v, u64_cmp);
    return MERE_OK;
}

/* ---- pieces of bank ---- */

static double dot(struct seam_vec a, struct seam_vec b)
{
    return a.x * b.x + a.y * b.y;
}

/* The circle that touches the border in the origin and passes through q. */
static void meet_point(struct seam_touch *touch, struct seam_vec q, uint32_t segment, double t)
{
    double ahead = dot(touch->normal, q);
    if (!(ahead > 0) || !(dot(q, q) < 2 * ahead * touch->radius))
        return;
    touch->radius = dot(q, q) / (2 * ahead);
    touch->segment = segment;
    touch->t = t;
}

/* Make the circle so small that it doesn't reach over segment c-d, seen from its left hand. */
static void meet_segment(struct seam_touch *touch, struct seam_vec c, struct seam_vec d,
                         uint32_t segment)
{
    struct seam_vec along = {d.x - c.x, d.y - c.y};
    double len = sqrt(dot(along, along));
    if (!(len > 0))
        return;
    along.x /= len;
    along.y /= len;
    struct seam_vec left = {-along.y, along.x}, n = touch->normal;
    double beside = -dot(left, c);
    if (!(beside > 0))
        return;
    meet_point(touch, c, segment, 0);
    meet_point(touch, d, segment, 1);
    double radius = beside / (1 - dot(left, n));
    struct seam_vec at = {radius * (n.x - left.x) - c.x, radius * (n.y - left.y) - c.y};
    double t = dot(at, along) / len;
    if (t > 0 && t < 1 && radius < touch->radius) {
        touch->radius = radius;
        touch->segment = segment;
        touch->t = t;
    }
}

/* The pieces of a segment `seg` that a circle as wide as the limit may touch which reaches `far`.
 */
static void reach_of(const struct seams *m, const struct seam_segment *seg,
                     const struct seam_segment *far, uint32_t n_pieces, uint32_t *ret_from,
                     uint32_t *ret_end)
{
    struct seam_vec d = seam_local(seg, seg->a, seg->b);
    double a = dot(seam_local(seg, seg->a, far->a), d), b = dot(seam_local(seg, seg->a, far->b), d);
    double low = fmin(a, b) / seg->len - m->w, high = fmax(a, b) / seg->len + m->w;
    *ret_from = (uint32_t)fmin(fmax(low / seg->len, 0) * n_pieces, n_pieces);
    *ret_end = (uint32_t)fmin(ceil(fmin(fmax(high / seg->len, 0), 1) * n_pieces), n_pieces);
}

/* Meet all pieces of `seg` that `far` is near to, in `touch`. */
static void meet_far(const struct seams *m, const struct seam_segment *seg, uint32_t far_index,
                     struct seam_touch *touch, uint32_t n_pieces)
{
    const struct seam_segment *far = &m->segments.v[far_index];
    struct seam_vec d = seam_local(seg, seg->a, seg->b);
    struct seam_vec a = seam_local(seg, seg->a, far->a), b = seam_local(seg, seg->a, far->b);
    uint32_t from, end;
    reach_of(m, seg, far, n_pieces, &from, &end);
    for (uint32_t i = from; i < end; i++) {
        double t = (i + 0.5) / n_pieces;
        meet_segment(&touch[i], (struct seam_vec){a.x - t * d.x, a.y - t * d.y},
                     (struct seam_vec){b.x - t * d.x, b.y - t * d.y}, far_index);
    }
}

static enum mere_status cut_segment(struct seams *m, uint32_t index, const uint64_t *pair, size_t n)
{
    struct seam_segment *seg = &m->segments.v[index];
    uint32_t n_pieces = (uint32_t)fmin(ceil(seg->len / SEAM_PIECE_M), PIECES_MAX);
    struct seam_vec d = seam_local(seg, seg->a, seg->b);
    struct seam_touch free = {{-d.y / seg->len, d.x / seg->len}, INFINITY, SEAM_NONE, 0};
    m->touch.n = 0;
    if (!MERE_RESERVE(&m->touch, n_pieces))
        return seam_nomem(m);
    for (uint32_t i = 0; i < n_pieces; i++)
        m->touch.v[i] = free;
    for (size_t k = 0; k < n; k++)
        meet_far(m, seg, (uint32_t)pair[k], m->touch.v, n_pieces);
    seg->first_piece = (uint32_t)m->pieces.n;
    for (uint32_t i = 0; i < n_pieces; i++) {
        const struct seam_touch *touch = &m->touch.v[i];
        struct seam_piece piece = {.segment = index, .width_m = 2 * touch->radius};
        piece.from = (double)i / n_pieces;
        piece.to = (double)(i + 1) / n_pieces;
        piece.length_m = seg->len / n_pieces;
        piece.far_segment = touch->segment;
        piece.far_t = touch->t;
        if (piece.width_m <= m->w && !MERE_PUSH(&m->pieces, piece))
            return seam_nomem(m);
    }
    seg->n_pieces = (uint32_t)m->pieces.n - seg->first_piece;
    return MERE_OK;
}

static enum mere_status cut_banks(struct seams *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->pairs.n; i++)
        if (n == 0 || m->pairs.v[n - 1] != m->pairs.v[i])
            m->pairs.v[n++] = m->pairs.v[i];
    for (size_t i = 0, end; i < n; i = end) {
        uint32_t segment = (uint32_t)(m->pairs.v[i] >> 32);
        for (end = i; end < n && (uint32_t)(m->pairs.v[end] >> 32) == segment;)
            end++;
        MERE_TRY(cut_segment(m, segment, m->pairs.v + i, end - i));
    }
    return MERE_OK;
}

static enum mere_status find_seams(struct seams *m)
{
    MERE_TRY(walk_border(m));
    if (m->segments.n == 0)
        return MERE_OK;
    MERE_TRY(find_pairs(m));
    MERE_TRY(cut_banks(m));
    return m->pieces.n > 0 ? seam_nest_bays(m) : MERE_OK;
}

static enum mere_status report_bays(struct seams *m, const struct mere_limit *limit)
{
    struct mere_checker *ck = m->ck;
    struct mere_draft draft = mere_draft_init(MERE_RULE_BAY, limit, m->s);
    struct mere_piece *pieces = MERE_NEW(&ck->scratch, struct mere_piece, m->bays.n + 1);
    size_t n = 0;
    if (!pieces)
        return seam_nomem(m);
    for (size_t i = 0; i < m->bays.n; i++) {
        const struct seam_bay *bay = &m->bays.v[i];
        if (!bay->pts)
            continue;
        struct mere_piece *piece = &pieces[n++];
        int32_t *zones = MERE_NEW(&ck->report->arena, int32_t, bay->n_zones);
        if (!zones)
            return seam_nomem(m);
        memcpy(zones, bay->zones, bay->n_zones * sizeof *zones);
        *piece = (struct mere_piece){.zones = zones, .n_zones = bay->n_zones};
        piece->places = ck->face_places ? 0 : MERE_UNKNOWN;
        piece->centre = bay->centre;
        piece->width_m = bay->width_m;
        piece->area_m2 = mere_ring_area_m2(bay->pts, bay->n_pts);
        MERE_TRY(mere_check_polygon(ck, bay->pts, bay->n_pts, &ck->report->arena, &piece->polygon));
    }
    draft.limit = limit->max;
    return n > 0 ? mere_check_add_grouped(ck, &draft, pieces, n) : MERE_OK;
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
    enum mere_status status = find_seams(&m);
    if (status == MERE_OK)
        status = report_bays(&m, limit);
    MERE_VEC_FREE(&m.segments);
    MERE_VEC_FREE(&m.ring_first);
    MERE_VEC_FREE(&m.touch);
    MERE_VEC_FREE(&m.pieces);
    MERE_VEC_FREE(&m.cells);
    MERE_VEC_FREE(&m.pairs);
    MERE_VEC_FREE(&m.ends);
    MERE_VEC_FREE(&m.results);
    MERE_VEC_FREE(&m.found);
    MERE_VEC_FREE(&m.bays);
    return status;
}
