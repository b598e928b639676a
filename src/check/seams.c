/* seams.c - bays where nothing bounds the scheme: seams in the outer border (ENGINE B1).
 *
 *        outside (one unbounded face)
 *      ─────────┐ m ┌──────────         Banks that face each other within the limit w are runs of
 * small A     │ . │     B             pieces of the border. Runs that face each other are one seam;
 * its │ . │                   mouths (m) are cut straight. A seam between parts of one zone only
 *               └───┘                   is that zone's own shape, as a hole with one neighbour is.
 *
 * Whether a seam is long enough is asked of every width u up to w: the banks within u of each other
 * must be at least 4 u long. Asking it of w alone would not be monotone: a larger limit would hide
 * short, thin seams. Pieces don't depend on w. */
#include "base/hash.h"
#include "check/check_priv.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <string.h>

#define PIECE_M 0.5     /* length of a piece of bank */
#define PIECES_MAX 4096 /* of one segment */
#define LONG_ENOUGH 4   /* ENGINE B1: length >= 4 w */
#define SECTOR_SHIFT 29 /* a cell's value: the segment's eighth, then its number */
#define SEGMENTS_MAX ((size_t)1 << SECTOR_SHIFT)
#define WIDTH_PRECISION_M 0.005

struct vec2 {
    double x, y;
};
struct bank_segment {
    struct mere_point a, b; /* the outside lies at the left hand of a -> b */
    struct vec2 am, bm;     /* the same in metres from the network's corner, at least 2 w */
    double len;             /* metres */
    uint8_t sector;         /* the eighth of the compass in which a -> b points */
    uint32_t ring;
    uint32_t first_piece, n_pieces; /* 0 pieces: it faces nothing */
    size_t n_claims;
    const int32_t *claim; /* the zones at its right hand */
};
struct bank_piece {
    uint32_t segment, opposite; /* opposite: the segment it faces */
    double from, to;            /* along the segment, 0 .. 1 */
    double distance_m, length_m;
    int32_t run;
};
struct run { /* pieces first .. last of one ring, in walking order, maybe through the ring's start
              */
    uint32_t first, last;
    int32_t up; /* union-find */
};
struct seams {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_regions *regions;
    double w, sx, sy; /* metres per unit in the middle of the network */
    uint64_t n_cols;  /* of cells */
    MERE_VEC(struct bank_segment) segments;
    MERE_VEC(struct bank_piece) pieces;
    MERE_VEC(struct mere_key) cells; /* cell -> segment */
    MERE_VEC(uint64_t) pairs;        /* segments that face each other */
    MERE_VEC(struct run) runs;
    MERE_VEC(struct mere_piece) found;
};

static enum mere_status nomem(struct seams *m)
{
    return mere_fail_nomem(m->ck->ctx, "looking for open gaps");
}

/* ---- the outer border, with the outside at the left hand ---- */

/* All places are positive then, so that casts cut them to cells. */
static struct vec2 metres(const struct seams *m, struct mere_point p)
{
    struct mere_point corner = m->ck->net->box.min;
    return (struct vec2){((double)p.x - corner.x) * m->sx + 2 * m->w,
                         ((double)p.y - corner.y) * m->sy + 2 * m->w};
}

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
    struct bank_segment seg = {.ring = ring};
    if (far >= 0)
        seg.claim = mere_face_claims(mere_ck_scheme(m->ck, m->s), far, &seg.n_claims);
    for (uint32_t i = 0; i + 1 < arc->n; i++) {
        seg.a = net->pts[arc->first + (edge & 1 ? arc->n - 1 - i : i)];
        seg.b = net->pts[arc->first + (edge & 1 ? arc->n - 2 - i : i + 1)];
        seg.am = metres(m, seg.a);
        seg.bm = metres(m, seg.b);
        double dx = seg.bm.x - seg.am.x, dy = seg.bm.y - seg.am.y;
        seg.len = sqrt(dx * dx + dy * dy);
        seg.sector = sector_of(dx, dy);
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
    size_t n_segments = 0;
    for (int32_t e = 0; e < 2 * net->n_arcs; e++)
        if (outside(m, e) && !outside(m, e ^ 1))
            n_segments += net->arcs[e >> 1].n - 1;
    if (!done || !MERE_RESERVE(&m->segments, n_segments) ||
        !MERE_RESERVE(&m->cells, 4 * n_segments))
        return nomem(m);
    for (int32_t start = 0; start < 2 * net->n_arcs; start++) {
        if (done[start] || !outside(m, start) || outside(m, start ^ 1))
            continue;
        int32_t e = start;
        do {
            done[e] = 1;
            if (!add_border(m, e, ring))
                return nomem(m);
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
    struct vec2 a = m->segments.v[index].am, b = m->segments.v[index].bm;
    uint32_t value = (uint32_t)m->segments.v[index].sector << SECTOR_SHIFT | index;
    if (a.y > b.y) {
        struct vec2 t = a;
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
static double distance_to(struct vec2 p, struct vec2 a, struct vec2 b, double *ret_t)
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

static bool may_face(const struct seams *m, uint32_t i, uint32_t k)
{
    const struct bank_segment *p = &m->segments.v[i], *q = &m->segments.v[k];
    struct vec2 a = p->am, b = p->bm, c = q->am, d = q->bm;
    if (apart(a.x, b.x, c.x, d.x, m->w) || apart(a.y, b.y, c.y, d.y, m->w))
        return false;
    if ((b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y) >= 0)
        return false;
    double t;
    return distance_to(a, c, d, &t) <= m->w || distance_to(b, c, d, &t) <= m->w ||
           distance_to(c, a, b, &t) <= m->w || distance_to(d, a, b, &t) <= m->w;
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
        seen |= 0x101u << (m->cells.v[i].value >> SECTOR_SHIFT); /* twice, to turn around */
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
            unsigned apart = (cell[a].value >> SECTOR_SHIFT) - (cell[b].value >> SECTOR_SHIFT);
            if (((apart + 1) & 7) <= 2)
                continue; /* the same or neighbouring eighths */
            uint32_t p = cell[a].value & (SEGMENTS_MAX - 1), q = cell[b].value & (SEGMENTS_MAX - 1);
            if (may_face(m, p, q) && (!MERE_PUSH(&m->pairs, (uint64_t)p << 32 | q) ||
                                      !MERE_PUSH(&m->pairs, (uint64_t)q << 32 | p)))
                return false;
        }
    return true;
}

static enum mere_status find_pairs(struct seams *m)
{
    double total = 0;
    for (size_t i = 0; i < m->segments.n; i++)
        total += m->segments.v[i].len;
    if (m->segments.n >= SEGMENTS_MAX)
        return mere_fail(m->ck->ctx, MERE_E_LIMIT,
                         "the outer border has %zu segments, more than %zu", m->segments.n,
                         SEGMENTS_MAX);
    double cell = fmax(4 * m->w, 2 * total / (double)m->segments.n);
    struct vec2 far = metres(m, m->ck->net->box.max);
    m->n_cols = (uint64_t)((far.x + 2 * m->w) / cell) + 1;
    for (size_t i = 0; i < m->segments.n; i++)
        if (!add_cells(m, (uint32_t)i, cell))
            return nomem(m);
    struct mere_key *scratch = MERE_NEW(&m->ck->scratch, struct mere_key, m->cells.n);
    if (!scratch)
        return nomem(m);
    mere_sort_keys(m->cells.v, m->cells.n, scratch);
    for (size_t i = 0, end; i < m->cells.n; i = end) {
        for (end = i + 1; end < m->cells.n && m->cells.v[end].key == m->cells.v[i].key;)
            end++;
        if (!has_opposites(m, i, end))
            continue;
        if (!pair_cell(m, i, end))
            return nomem(m);
    }
    if (m->pairs.n > 0)
        qsort(m->pairs.v, m->pairs.n, sizeof *m->pairs.v, u64_cmp);
    return MERE_OK;
}

/* ---- pieces of bank ---- */

/* The distance of the middle of a piece from segment `q`, when q lies at its left hand and sees it.
 */
static bool faces(const struct seams *m, const struct bank_segment *p, double t, uint32_t q,
                  double *ret_distance)
{
    const struct bank_segment *other = &m->segments.v[q];
    struct vec2 a = p->am, b = p->bm, c = other->am, d = other->bm;
    struct vec2 at = {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    double u;
    *ret_distance = distance_to(at, c, d, &u);
    struct vec2 there = {c.x + u * (d.x - c.x), c.y + u * (d.y - c.y)};
    double left = (b.x - a.x) * (there.y - at.y) - (b.y - a.y) * (there.x - at.x);
    double seen = (d.x - c.x) * (at.y - there.y) - (d.y - c.y) * (at.x - there.x);
    return *ret_distance <= m->w && left > 0 && seen > 0;
}

static enum mere_status cut_segment(struct seams *m, uint32_t index, const uint64_t *pair, size_t n)
{
    struct bank_segment *seg = &m->segments.v[index];
    double len = seg->len;
    uint32_t n_pieces = (uint32_t)fmin(ceil(len / PIECE_M), PIECES_MAX);
    seg->first_piece = (uint32_t)m->pieces.n;
    for (uint32_t i = 0; i < n_pieces; i++) {
        struct bank_piece piece = {.segment = index, .distance_m = INFINITY, .run = MERE_UNKNOWN};
        piece.from = (double)i / n_pieces;
        piece.to = (double)(i + 1) / n_pieces;
        piece.length_m = len / n_pieces;
        for (size_t k = 0; k < n; k++) {
            double d;
            if (faces(m, seg, (piece.from + piece.to) / 2, (uint32_t)pair[k], &d) &&
                d < piece.distance_m) {
                piece.distance_m = d;
                piece.opposite = (uint32_t)pair[k];
            }
        }
        if (piece.distance_m < INFINITY && !MERE_PUSH(&m->pieces, piece))
            return nomem(m);
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

/* ---- runs and seams ---- */

/* Metres of border between the end of piece i and the start of piece k, which comes later on the
 * ring. */
static double border_between(const struct seams *m, const struct bank_piece *i,
                             const struct bank_piece *k)
{
    double sum = 0;
    uint32_t at = i->segment;
    double from = i->to;
    while (at != k->segment) {
        sum += (1 - from) * m->segments.v[at].len;
        from = 0;
        at++;
        if (sum > m->w)
            return sum;
    }
    return sum + (k->from - from) * m->segments.v[at].len;
}

/* Consecutive pieces of one ring are one run; also across a stretch up to w, such as the end of a
 * blind seam. Runs through the ring's first segment are two runs; they are joined as one seam
 * later, by what they face. */
static enum mere_status make_runs(struct seams *m)
{
    for (uint32_t i = 0; m->pieces.v && i < m->pieces.n; i++) {
        struct bank_piece *piece = &m->pieces.v[i];
        const struct bank_piece *last = i > 0 ? piece - 1 : NULL;
        bool joined = last &&
                      m->segments.v[last->segment].ring == m->segments.v[piece->segment].ring &&
                      border_between(m, last, piece) <= m->w;
        struct run run = {i, i, (int32_t)m->runs.n};
        if (!joined && !MERE_PUSH(&m->runs, run))
            return nomem(m);
        piece->run = (int32_t)m->runs.n - 1;
        m->runs.v[m->runs.n - 1].last = i;
    }
    return MERE_OK;
}

static int32_t find(struct seams *m, int32_t i)
{
    while (m->runs.v[i].up != i)
        i = m->runs.v[i].up = m->runs.v[m->runs.v[i].up].up;
    return i;
}

static double middle_of(const struct seams *m, uint32_t piece)
{
    return (m->pieces.v[piece].from + m->pieces.v[piece].to) / 2;
}

/* The segment's piece whose middle is nearest to `t`: the first of two as near. */
static uint32_t nearest_piece(const struct seams *m, const struct bank_segment *seg, double t)
{
    uint32_t from = seg->first_piece, to = seg->first_piece + seg->n_pieces - 1;
    while (from < to) { /* to the first piece that is not before t */
        uint32_t mid = from + (to - from) / 2;
        if (middle_of(m, mid) < t)
            from = mid + 1;
        else
            to = mid;
    }
    bool before =
        from > seg->first_piece && fabs(middle_of(m, from - 1) - t) <= fabs(middle_of(m, from) - t);
    return before ? from - 1 : from;
}

static void join_runs(struct seams *m)
{
    for (size_t i = 0; i < m->pieces.n; i++) {
        const struct bank_segment *far = &m->segments.v[m->pieces.v[i].opposite];
        if (far->n_pieces == 0)
            continue;
        /* Which of the far segment's pieces is opposite: the one nearest to this piece's middle. */
        const struct bank_segment *seg = &m->segments.v[m->pieces.v[i].segment];
        double t = (m->pieces.v[i].from + m->pieces.v[i].to) / 2, u;
        struct vec2 a = seg->am, b = seg->bm;
        struct vec2 at = {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
        distance_to(at, far->am, far->bm, &u);
        uint32_t best = nearest_piece(m, far, u);
        int32_t x = find(m, m->pieces.v[i].run), y = find(m, m->pieces.v[best].run);
        m->runs.v[x < y ? y : x].up = x < y ? x : y;
    }
}

static struct mere_point end_point(const struct seams *m, const struct bank_piece *piece, bool end)
{
    const struct bank_segment *seg = &m->segments.v[piece->segment];
    double t = end ? piece->to : piece->from;
    return (struct mere_point){
        (int32_t)lround(seg->a.x + t * ((double)seg->b.x - seg->a.x)),
        (int32_t)lround(seg->a.y + t * ((double)seg->b.y - seg->a.y)),
    };
}

struct shore { /* a seam in the making */
    MERE_VEC(int32_t) runs;
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(int32_t) zones;
    MERE_VEC(double) lengths; /* pairs of distance, length */
};

static void clear_shore(struct shore *shore)
{
    MERE_VEC_FREE(&shore->runs);
    MERE_VEC_FREE(&shore->pts);
    MERE_VEC_FREE(&shore->zones);
    MERE_VEC_FREE(&shore->lengths);
}

static bool add_point(struct shore *shore, struct mere_point p)
{
    if (shore->pts.n > 0 && mere_point_same(shore->pts.v[shore->pts.n - 1], p))
        return true;
    return MERE_PUSH(&shore->pts, p);
}

/* The run's points and zones. */
static bool add_run(const struct seams *m, struct shore *shore, const struct run *run)
{
    const struct bank_piece *first = &m->pieces.v[run->first], *last = &m->pieces.v[run->last];
    if (!add_point(shore, end_point(m, first, false)))
        return false;
    for (uint32_t s = first->segment; s <= last->segment; s++) {
        const struct bank_segment *seg = &m->segments.v[s];
        if (s < last->segment && !add_point(shore, seg->b))
            return false;
        for (size_t i = 0; i < seg->n_claims; i++)
            if (!MERE_PUSH(&shore->zones, seg->claim[i]))
                return false;
    }
    for (uint32_t i = run->first; i <= run->last; i++)
        if (!MERE_PUSH(&shore->lengths, m->pieces.v[i].distance_m) ||
            !MERE_PUSH(&shore->lengths, m->pieces.v[i].length_m))
            return false;
    return add_point(shore, end_point(m, last, true));
}

/* Runs in the order in which their ends meet the nearest next start. */
static void order_runs(const struct seams *m, struct shore *shore)
{
    for (size_t i = 0; i + 1 < shore->runs.n; i++) {
        const struct run *run = &m->runs.v[shore->runs.v[i]];
        struct vec2 end = metres(m, end_point(m, &m->pieces.v[run->last], true));
        size_t best = i + 1;
        double nearest = INFINITY;
        for (size_t k = i + 1; k < shore->runs.n; k++) {
            const struct run *next = &m->runs.v[shore->runs.v[k]];
            struct vec2 p = metres(m, end_point(m, &m->pieces.v[next->first], false));
            double d = hypot(p.x - end.x, p.y - end.y);
            if (d < nearest) {
                nearest = d;
                best = k;
            }
        }
        int32_t t = shore->runs.v[i + 1];
        shore->runs.v[i + 1] = shore->runs.v[best];
        shore->runs.v[best] = t;
    }
}

static int double_pair_cmp(const void *va, const void *vb)
{
    const double *a = va, *b = vb;
    return (a[0] > b[0]) - (a[0] < b[0]);
}

static bool long_enough(struct shore *shore)
{
    double sum = 0;
    qsort(shore->lengths.v, shore->lengths.n / 2, 2 * sizeof(double), double_pair_cmp);
    for (size_t i = 0; i < shore->lengths.n; i += 2) {
        sum += shore->lengths.v[i + 1];
        /* Both banks are in the sum. */
        if (sum / 2 >= LONG_ENOUGH * shore->lengths.v[i])
            return true;
    }
    return false;
}

static int int_cmp(const void *va, const void *vb)
{
    int32_t a = *(const int32_t *)va, b = *(const int32_t *)vb;
    return (a > b) - (a < b);
}

static enum mere_status add_seam(struct seams *m, struct shore *shore)
{
    struct mere_checker *ck = m->ck;
    order_runs(m, shore);
    for (size_t i = 0; i < shore->runs.n; i++)
        if (!add_run(m, shore, &m->runs.v[shore->runs.v[i]]))
            return nomem(m);
    if (shore->pts.n > 0 && mere_point_same(shore->pts.v[0], shore->pts.v[shore->pts.n - 1]))
        shore->pts.n--;
    size_t n = 0;
    if (shore->zones.n > 0)
        qsort(shore->zones.v, shore->zones.n, sizeof *shore->zones.v, int_cmp);
    for (size_t i = 0; i < shore->zones.n; i++)
        if (n == 0 || shore->zones.v[n - 1] != shore->zones.v[i])
            shore->zones.v[n++] = shore->zones.v[i];
    if (n < 2 || shore->pts.n < 3 || !long_enough(shore) ||
        mere_ring_area2(shore->pts.v, shore->pts.n) <= 0)
        return MERE_OK;
    struct mere_piece piece = {.n_zones = n, .places = ck->face_places ? 0 : MERE_UNKNOWN};
    int32_t *zones = MERE_NEW(&ck->report->arena, int32_t, n);
    if (!zones)
        return nomem(m);
    memcpy(zones, shore->zones.v, n * sizeof *zones);
    piece.zones = zones;
    piece.area_m2 = mere_ring_area_m2(shore->pts.v, shore->pts.n);
    MERE_TRY(
        mere_check_polygon(ck, shore->pts.v, shore->pts.n, &ck->report->arena, &piece.polygon));
    MERE_TRY(mere_inscribed_circle(ck->ctx, &piece.polygon, 0, WIDTH_PRECISION_M, &piece.centre,
                                   &piece.width_m));
    return MERE_PUSH(&m->found, piece) ? MERE_OK : nomem(m);
}

static int key_cmp(const void *va, const void *vb)
{
    const struct mere_key *a = va, *b = vb;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->value > b->value) - (a->value < b->value);
}

static enum mere_status collect(struct seams *m)
{
    size_t n = m->runs.n;
    struct mere_key *order = MERE_NEW(&m->ck->scratch, struct mere_key, n);
    if (!order)
        return nomem(m);
    for (size_t i = 0; i < n; i++)
        order[i] = (struct mere_key){(uint64_t)find(m, (int32_t)i), (uint32_t)i};
    qsort(order, n, sizeof *order, key_cmp);
    for (size_t i = 0, end; i < n; i = end) {
        struct shore shore = {0};
        enum mere_status status = MERE_OK;
        for (end = i; end < n && order[end].key == order[i].key; end++)
            if (!MERE_PUSH(&shore.runs, (int32_t)order[end].value))
                status = nomem(m);
        if (status == MERE_OK)
            status = add_seam(m, &shore);
        clear_shore(&shore);
        MERE_TRY(status);
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
    MERE_TRY(make_runs(m));
    join_runs(m);
    return collect(m);
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
    mere_scale_at((int32_t)(((int64_t)ck->net->box.min.y + ck->net->box.max.y) / 2), &m.sx, &m.sy);
    enum mere_status status = find_seams(&m);
    if (status == MERE_OK && m.found.n > 0) {
        struct mere_draft draft = mere_draft_init(MERE_RULE_BAY, limit, s);
        draft.limit = limit->max;
        status = mere_check_add_grouped(ck, &draft, m.found.v, m.found.n);
    }
    MERE_VEC_FREE(&m.segments);
    MERE_VEC_FREE(&m.pieces);
    MERE_VEC_FREE(&m.cells);
    MERE_VEC_FREE(&m.pairs);
    MERE_VEC_FREE(&m.runs);
    MERE_VEC_FREE(&m.found);
    return status;
}
