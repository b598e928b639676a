/* seams_bays.c - narrow pieces of bank to bays, at one level of width.
 *
 * Pieces that follow each other on the border are a run. From the end of a run a straight cut leads
 * to the bank opposite, where another run starts (or the same one), and so on until the loop is
 * closed. A loop that is no simple ring around unclaimed land, or wider than the level in some
 * place, gives up the pieces there and is closed anew, shorter or in parts. What belongs to a bay
 * of a lower level is given up last (seams_nest.c). */
#include "base/hash.h"
#include "check/seams_priv.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <string.h>

#define LONG_ENOUGH 4 /* ENGINE B1: length >= 4 w */
#define BEND 4        /* pieces: how far a run may start from where it should */
#define WIDTH_PRECISION_M 0.005
#define TOUCH_M 0.03 /* what rounding a circle's centre and a width costs */

enum mere_status seam_nomem(struct seams *m)
{
    return mere_fail_nomem(m->ck->ctx, "looking for open gaps");
}

/* ---- runs ---- */

/* Whether no more than the level of border is between the end of piece i and the start of piece k
 * on the same ring, further on. */
static bool follows(const struct seams *m, const struct seam_piece *i, const struct seam_piece *k)
{
    uint32_t at = i->segment, start = at;
    double from = i->to, sum = 0;
    while (at != k->segment || from > k->from) {
        sum += (1 - from) * m->segments.v[at].len;
        from = 0;
        at = seam_next_segment(m, at);
        if (sum > m->level || at == start)
            return false;
    }
    return sum + (k->from - from) * m->segments.v[at].len <= m->level;
}

static void connect(struct seams *m, uint32_t i, uint32_t k)
{
    struct seam_piece *v = m->pieces.v;
    if (i == SEAM_NONE || i == k || !follows(m, &v[i], &v[k]))
        return;
    v[i].after = k;
    v[k].before = i;
}

/* Consecutive narrow pieces of one ring are one run; also across a stretch up to the level, such
 * as the end of a blind seam. */
static void make_runs(struct seams *m)
{
    struct seam_piece *v = m->pieces.v;
    uint32_t first = SEAM_NONE, last = SEAM_NONE;
    for (uint32_t i = 0; i < m->pieces.n; i++) {
        v[i].before = v[i].after = v[i].result = SEAM_NONE;
        v[i].alive = v[i].width_m <= m->level;
    }
    for (uint32_t i = 0; i < m->pieces.n; i++) {
        if (!v[i].alive)
            continue;
        if (last != SEAM_NONE &&
            m->segments.v[v[last].segment].ring != m->segments.v[v[i].segment].ring) {
            connect(m, last, first);
            first = last = SEAM_NONE;
        }
        connect(m, last, i);
        first = first == SEAM_NONE ? i : first;
        last = i;
    }
    connect(m, last, first);
}

static bool part(struct seams *m, uint32_t i)
{
    uint32_t k = m->pieces.v[i].after;
    m->pieces.v[i].after = SEAM_NONE;
    if (k != SEAM_NONE)
        m->pieces.v[k].before = SEAM_NONE;
    return MERE_PUSH(&m->ends, i);
}

static bool give_up(struct seams *m, uint32_t i)
{
    if (i == SEAM_NONE || !m->pieces.v[i].alive)
        return true;
    uint32_t before = m->pieces.v[i].before;
    m->pieces.v[i].alive = false;
    return part(m, i) && (before == SEAM_NONE || part(m, before));
}

/* The first piece of a segment whose middle is not before t. */
static uint32_t piece_at(const struct seams *m, const struct seam_segment *seg, double t)
{
    uint32_t from = seg->first_piece, end = from + seg->n_pieces;
    while (from < end) {
        uint32_t mid = from + (end - from) / 2;
        if ((m->pieces.v[mid].from + m->pieces.v[mid].to) / 2 < t)
            from = mid + 1;
        else
            end = mid;
    }
    return from;
}

/* The living piece opposite piece i; SEAM_NONE when the far bank isn't narrow there. */
static uint32_t opposite(const struct seams *m, uint32_t i)
{
    const struct seam_piece *v = m->pieces.v;
    const struct seam_segment *far = &m->segments.v[v[i].far_segment];
    uint32_t first = far->first_piece, end = first + far->n_pieces, best = SEAM_NONE;
    double t = v[i].far_t, nearest = fmax(m->level / 2, 2 * SEAM_PIECE_M);
    uint32_t at = piece_at(m, far, t);
    for (uint32_t k = at; k < end; k++) {
        double d = ((v[k].from + v[k].to) / 2 - t) * far->len;
        if (d >= nearest)
            break;
        if (v[k].alive) {
            nearest = d;
            best = k;
        }
    }
    for (uint32_t k = at; k-- > first;) {
        double d = (t - (v[k].from + v[k].to) / 2) * far->len;
        if (d >= nearest)
            break;
        if (v[k].alive) {
            nearest = d;
            best = k;
        }
    }
    return best;
}

static struct mere_point end_point(const struct seams *m, uint32_t piece, bool end)
{
    const struct seam_segment *seg = &m->segments.v[m->pieces.v[piece].segment];
    double t = end ? m->pieces.v[piece].to : m->pieces.v[piece].from;
    double x = seg->a.x + t * ((double)seg->b.x - seg->a.x);
    double y = seg->a.y + t * ((double)seg->b.y - seg->a.y);
    struct mere_point best = {(int32_t)lround(x), (int32_t)lround(y)};
    if (!(t > 0 && t < 1) || mere_orient_points(seg->a, seg->b, best) >= 0)
        return best;
    /* The nearest one on the outside's hand. */
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

/* Whether a cut from the end of piece i to the start of piece k is short: the level, aslant by a
 * piece. */
static bool is_short(const struct seams *m, uint32_t i, uint32_t k)
{
    struct seam_vec d = seam_local(&m->segments.v[m->pieces.v[i].segment], end_point(m, i, true),
                                   end_point(m, k, false));
    return hypot(d.x, d.y) <= hypot(m->level, 2 * SEAM_PIECE_M);
}

static bool is_free_start(const struct seams *m, uint32_t i, uint32_t k)
{
    const struct seam_piece *p = &m->pieces.v[k];
    return p->alive && p->before == SEAM_NONE && p->entered == SEAM_NONE && is_short(m, i, k);
}

/* The piece after i on its segment or the next ones that is narrow at this level. */
static uint32_t next_narrow(const struct seams *m, uint32_t i)
{
    uint32_t ring = m->segments.v[m->pieces.v[i].segment].ring;
    for (i++; i < m->pieces.n; i++) {
        if (m->segments.v[m->pieces.v[i].segment].ring != ring)
            return SEAM_NONE;
        if (m->pieces.v[i].width_m <= m->level)
            return i;
    }
    return SEAM_NONE;
}

/* Whether a lower level has found both in one bay. */
static bool same_bay(const struct seams *m, uint32_t i, uint32_t k)
{
    return m->pieces.v[i].bay != SEAM_NONE && m->pieces.v[i].bay == m->pieces.v[k].bay;
}

/* Where the cut from the end of piece i arrives: at a start of a run near by, else anywhere. */
static uint32_t arrival(const struct seams *m, uint32_t i)
{
    uint32_t k = opposite(m, i), back = k, on = k;
    if (k == SEAM_NONE)
        return SEAM_NONE;
    for (int step = 0; step <= BEND; step++) {
        if (back != SEAM_NONE && is_free_start(m, i, back))
            return back;
        if (on != SEAM_NONE && is_free_start(m, i, on))
            return on;
        back = back == SEAM_NONE ? SEAM_NONE : m->pieces.v[back].before;
        on = on == SEAM_NONE ? SEAM_NONE : next_narrow(m, on);
    }
    uint32_t before = m->pieces.v[k].before;
    if (before != SEAM_NONE && k != i && is_short(m, i, k) && !same_bay(m, before, k))
        return k;
    return SEAM_NONE;
}

/* Where the cut from the end of piece i led in the bay that a lower level found; it takes the
 * place of any other cut that has come there. */
static bool known_arrival(struct seams *m, uint32_t i, uint32_t *ret)
{
    uint32_t k = m->pieces.v[i].cut_to;
    *ret = SEAM_NONE;
    if (k == SEAM_NONE || !m->pieces.v[k].alive)
        return true;
    uint32_t from = m->pieces.v[k].entered;
    *ret = k;
    if (from == SEAM_NONE)
        return true;
    m->pieces.v[from].jump = m->pieces.v[k].entered = SEAM_NONE;
    return MERE_PUSH(&m->ends, from);
}

/* Join every end of a run to a start. What has no bank opposite is given up. */
static bool join_runs(struct seams *m)
{
    m->ends.n = 0;
    for (uint32_t i = 0; i < m->pieces.n; i++) {
        struct seam_piece *p = &m->pieces.v[i];
        p->jump = p->entered = SEAM_NONE;
        p->done = false;
        if (p->alive && p->after == SEAM_NONE && !MERE_PUSH(&m->ends, i))
            return false;
    }
    while (m->ends.n > 0) {
        uint32_t i = m->ends.v[--m->ends.n];
        struct seam_piece *p = &m->pieces.v[i];
        if (!p->alive || p->after != SEAM_NONE || p->jump != SEAM_NONE)
            continue;
        uint32_t k = arrival(m, i);
        if (k == SEAM_NONE && !known_arrival(m, i, &k))
            return false;
        if (k == SEAM_NONE) {
            uint32_t from = p->entered;
            if (!give_up(m, i))
                return false;
            if (from != SEAM_NONE) {
                m->pieces.v[from].jump = SEAM_NONE;
                if (!MERE_PUSH(&m->ends, from))
                    return false;
            }
            continue;
        }
        if (m->pieces.v[k].before != SEAM_NONE && !part(m, m->pieces.v[k].before))
            return false;
        p->jump = k;
        m->pieces.v[k].entered = i;
    }
    return true;
}

/* ---- a loop as land ---- */

struct loop {
    struct seam_shore shore;
    MERE_VEC(uint32_t) pieces;
    MERE_VEC(int32_t) zones;
    MERE_VEC(double) lengths; /* pairs of width, length */
    bool open;                /* pieces of it were given up meanwhile */
};

static void clear_loop(struct loop *loop)
{
    MERE_VEC_FREE(&loop->shore.pts);
    MERE_VEC_FREE(&loop->shore.edges);
    MERE_VEC_FREE(&loop->shore.rings);
    MERE_VEC_FREE(&loop->pieces);
    MERE_VEC_FREE(&loop->zones);
    MERE_VEC_FREE(&loop->lengths);
}

static bool add_point(struct loop *loop, struct mere_point p, uint32_t piece, bool is_cut)
{
    struct seam_shore *shore = &loop->shore;
    if (shore->pts.n > 0 && mere_point_same(shore->pts.v[shore->pts.n - 1], p)) {
        shore->edges.v[shore->edges.n - 1] = (struct seam_edge){piece, is_cut};
        return true;
    }
    return MERE_PUSH(&shore->pts, p) && MERE_PUSH(&shore->edges, (struct seam_edge){piece, is_cut});
}

static bool add_zones(struct loop *loop, const struct seam_segment *seg)
{
    for (size_t i = 0; i < seg->n_claims; i++)
        if (!MERE_PUSH(&loop->zones, seg->claim[i]))
            return false;
    return true;
}

/* The border from the end of piece i to the start of piece k, its follower. */
static bool add_border(const struct seams *m, struct loop *loop, uint32_t i, uint32_t k)
{
    const struct seam_piece *p = &m->pieces.v[i], *q = &m->pieces.v[k];
    double from = p->to;
    for (uint32_t at = p->segment; at != q->segment || from > q->from;) {
        if (!add_point(loop, m->segments.v[at].b, i, false))
            return false;
        at = seam_next_segment(m, at);
        from = 0;
        if (!add_zones(loop, &m->segments.v[at]))
            return false;
    }
    return true;
}

static bool add_piece(const struct seams *m, struct loop *loop, uint32_t i)
{
    const struct seam_piece *p = &m->pieces.v[i];
    const struct seam_segment *seg = &m->segments.v[p->segment];
    if (!MERE_PUSH(&loop->pieces, i) || !MERE_PUSH(&loop->lengths, p->width_m) ||
        !MERE_PUSH(&loop->lengths, p->length_m))
        return false;
    if (p->before == SEAM_NONE &&
        (!add_point(loop, end_point(m, i, false), i, false) || !add_zones(loop, seg) ||
         !MERE_PUSH(&loop->shore.rings, seg->ring)))
        return false;
    if (p->after != SEAM_NONE)
        return add_border(m, loop, i, p->after);
    return add_point(loop, end_point(m, i, true), i, true);
}

static bool trace(struct seams *m, struct loop *loop, uint32_t start)
{
    uint32_t i = start;
    do {
        struct seam_piece *p = &m->pieces.v[i];
        p->done = true;
        if (!add_piece(m, loop, i))
            return false;
        i = p->after != SEAM_NONE ? p->after : p->jump;
        loop->open = i == SEAM_NONE || !m->pieces.v[i].alive;
    } while (i != start && !loop->open);
    struct seam_shore *s = &loop->shore;
    while (s->pts.n > 1 && mere_point_same(s->pts.v[0], s->pts.v[s->pts.n - 1])) {
        s->pts.n--;
        s->edges.n--;
    }
    return true;
}

static int double_pair_cmp(const void *va, const void *vb)
{
    const double *a = va, *b = vb;
    return (a[0] > b[0]) - (a[0] < b[0]);
}

static bool long_enough(struct loop *loop)
{
    double sum = 0;
    qsort(loop->lengths.v, loop->lengths.n / 2, 2 * sizeof(double), double_pair_cmp);
    for (size_t i = 0; i < loop->lengths.n; i += 2) {
        sum += loop->lengths.v[i + 1];
        /* Both banks are in the sum. */
        if (sum / 2 >= LONG_ENOUGH * loop->lengths.v[i])
            return true;
    }
    return false;
}

static int int_cmp(const void *va, const void *vb)
{
    int32_t a = *(const int32_t *)va, b = *(const int32_t *)vb;
    return (a > b) - (a < b);
}

static size_t sort_zones(struct loop *loop)
{
    size_t n = 0;
    if (loop->zones.n > 0)
        qsort(loop->zones.v, loop->zones.n, sizeof *loop->zones.v, int_cmp);
    for (size_t i = 0; i < loop->zones.n; i++)
        if (n == 0 || loop->zones.v[n - 1] != loop->zones.v[i])
            loop->zones.v[n++] = loop->zones.v[i];
    return n;
}

/* ---- mending a loop that is no bay yet ---- */

static bool held(const struct seams *m, uint32_t piece)
{
    return piece != SEAM_NONE && m->pieces.v[piece].bay != SEAM_NONE;
}

/* Give up one of the two or both: what a lower level has found stays if something else can go. */
static bool give_up_two(struct seams *m, uint32_t i, uint32_t k)
{
    if (i != SEAM_NONE && k != SEAM_NONE && held(m, i) != held(m, k))
        return give_up(m, held(m, i) ? k : i);
    return give_up(m, i) && give_up(m, k);
}

/* Give up what the circle touches, for there the outside is wider than the level: of the pieces
 * that are `held` or those that aren't; if it touches none, the nearest one. `*ret_any` = there was
 * one. */
static bool give_up_touched(struct seams *m, const struct loop *loop,
                            const struct mere_piece *found, bool of_held, bool *ret_any)
{
    double reach = found->width_m / 2 * 1.001 + TOUCH_M, nearest = INFINITY;
    uint32_t best = SEAM_NONE;
    for (size_t i = 0; i < loop->pieces.n; i++) {
        uint32_t k = loop->pieces.v[i];
        const struct seam_segment *seg = &m->segments.v[m->pieces.v[k].segment];
        if (held(m, k) != of_held)
            continue;
        double t, d = seam_distance((struct seam_vec){0, 0},
                                    seam_local(seg, found->centre, end_point(m, k, false)),
                                    seam_local(seg, found->centre, end_point(m, k, true)), &t);
        if (d < nearest) {
            nearest = d;
            best = k;
        }
        if (d <= reach && !give_up(m, k))
            return false;
    }
    *ret_any = best != SEAM_NONE;
    return nearest <= reach || give_up(m, best);
}

static bool give_up_wide(struct seams *m, const struct loop *loop, const struct mere_piece *found)
{
    bool any = false;
    return give_up_touched(m, loop, found, false, &any) &&
           (any || give_up_touched(m, loop, found, true, &any));
}

static bool give_up_fault(struct seams *m, struct seam_fault fault)
{
    /* Cut the water around an island: from one of its pieces to the bank opposite. */
    for (uint32_t i = 0; fault.island != SEAM_NONE && i < m->pieces.n; i++)
        if (m->pieces.v[i].alive && m->segments.v[m->pieces.v[i].segment].ring == fault.island)
            return give_up(m, opposite(m, i)) && give_up(m, i);
    return give_up_two(m, fault.piece, fault.other);
}

/* ---- all loops ---- */

/* Keep the loop, with the circle of `found`, as a bay. */
static bool keep(struct seams *m, const struct loop *loop, size_t n_zones,
                 const struct mere_piece *found, struct seam_bay *ret)
{
    struct mere_arena *scratch = &m->ck->scratch;
    const struct seam_shore *shore = &loop->shore;
    size_t n_cuts = 0;
    for (size_t i = 0; i < shore->edges.n; i++)
        n_cuts += shore->edges.v[i].is_cut;
    struct mere_point *pts = MERE_NEW(scratch, struct mere_point, shore->pts.n);
    uint32_t *pieces = MERE_NEW(scratch, uint32_t, loop->pieces.n);
    struct seam_cut *cuts = MERE_NEW(scratch, struct seam_cut, n_cuts);
    int32_t *zones = MERE_NEW(scratch, int32_t, n_zones);
    if (!pts || !pieces || !cuts || !zones)
        return false;
    memcpy(pts, shore->pts.v, shore->pts.n * sizeof *pts);
    memcpy(pieces, loop->pieces.v, loop->pieces.n * sizeof *pieces);
    memcpy(zones, loop->zones.v, n_zones * sizeof *zones);
    *ret = (struct seam_bay){pts,
                             pieces,
                             cuts,
                             zones,
                             shore->pts.n,
                             loop->pieces.n,
                             0,
                             n_zones,
                             .centre = found->centre,
                             .width_m = found->width_m};
    for (size_t i = 0; i < shore->pts.n; i++) {
        mere_box_add(&ret->box, pts[i]);
        if (shore->edges.v[i].is_cut)
            cuts[ret->n_cuts++] = (struct seam_cut){pts[i], pts[(i + 1) % shore->pts.n]};
    }
    return true;
}

/* Look at the loop's land: a bay (`*ret_bay`), no bay for good, or something given up
 * (`*ret_changed`). */
static enum mere_status judge(struct seams *m, struct loop *loop, struct seam_bay *ret_bay,
                              bool *ret_changed)
{
    struct mere_checker *ck = m->ck;
    const struct seam_shore *shore = &loop->shore;
    size_t n = sort_zones(loop);
    if (n < 2 || shore->pts.n < 3 || !long_enough(loop) ||
        mere_ring_area2(shore->pts.v, shore->pts.n) <= 0)
        return MERE_OK;
    struct seam_fault fault;
    bool ok = false;
    MERE_TRY(seam_check_land(m, shore, &ok, &fault));
    if (!ok) {
        *ret_changed = fault.piece != SEAM_NONE || fault.island != SEAM_NONE;
        return give_up_fault(m, fault) ? MERE_OK : seam_nomem(m);
    }
    struct mere_piece piece = {0};
    MERE_TRY(mere_check_polygon(ck, shore->pts.v, shore->pts.n, &ck->scratch, &piece.polygon));
    MERE_TRY(mere_inscribed_circle(ck->ctx, &piece.polygon, 0, WIDTH_PRECISION_M, &piece.centre,
                                   &piece.width_m));
    if (piece.width_m > m->level) {
        *ret_changed = true;
        return give_up_wide(m, loop, &piece) ? MERE_OK : seam_nomem(m);
    }
    return keep(m, loop, n, &piece, ret_bay) ? MERE_OK : seam_nomem(m);
}

/* Whether a lower level has found this loop already. */
static bool is_known(const struct seams *m, const struct loop *loop)
{
    uint32_t bay = m->pieces.v[loop->pieces.v[0]].bay;
    if (bay == SEAM_NONE || m->bays.v[bay].n_pieces != loop->pieces.n)
        return false;
    for (size_t i = 0; i < loop->pieces.n; i++)
        if (m->pieces.v[loop->pieces.v[i]].bay != bay)
            return false;
    return true;
}

static enum mere_status look_at(struct seams *m, uint32_t start, uint32_t round, bool *ret_changed)
{
    struct loop loop = {0};
    enum mere_status status = trace(m, &loop, start) ? MERE_OK : seam_nomem(m);
    struct seam_result result = {.signature = loop.pieces.n, .round = round};
    for (size_t i = 0; i < loop.pieces.n; i++)
        result.signature = mere_mix64(result.signature ^ loop.pieces.v[i]);
    uint32_t old = m->pieces.v[start].result;
    if (loop.open) {
        *ret_changed = true;
    } else if (status == MERE_OK && old != SEAM_NONE &&
               m->results.v[old].signature == result.signature) {
        m->results.v[old].round = round;
    } else if (status == MERE_OK && !is_known(m, &loop)) {
        bool changed = false;
        status = judge(m, &loop, &result.bay, &changed);
        *ret_changed = *ret_changed || changed;
        if (status == MERE_OK && !changed) {
            m->pieces.v[start].result = (uint32_t)m->results.n;
            status = MERE_PUSH(&m->results, result) ? MERE_OK : seam_nomem(m);
        }
    }
    clear_loop(&loop);
    return status;
}

enum mere_status seam_make_bays(struct seams *m)
{
    uint32_t round = 0;
    m->results.n = m->found.n = 0;
    make_runs(m);
    for (bool changed = true; changed; round++) {
        changed = false;
        if (!join_runs(m))
            return seam_nomem(m);
        for (uint32_t i = 0; i < m->pieces.n; i++) {
            const struct seam_piece *p = &m->pieces.v[i];
            if (!p->alive || p->done || p->before != SEAM_NONE || p->entered == SEAM_NONE)
                continue;
            MERE_TRY(look_at(m, i, round, &changed));
        }
    }
    for (size_t i = 0; i < m->results.n; i++)
        if (m->results.v[i].round + 1 == round && m->results.v[i].bay.pts &&
            !MERE_PUSH(&m->found, m->results.v[i].bay))
            return seam_nomem(m);
    return MERE_OK;
}
