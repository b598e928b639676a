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
 * between parts of one zone only is that zone's own shape, as a hole with one neighbour is. A
 * declared hole is a bank like a zone's; land between two of them is nobody's to claim.
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
    static const int32_t HOLE = SEAM_HOLE; /* what is neither a zone's nor the outside */
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    int32_t far = mere_edge_face(net, edge ^ 1);
    struct seam_segment seg = {.ring = ring};
    seg.claim = mere_face_claims(mere_ck_scheme(m->ck, m->s), far, &seg.n_claims);
    if (seg.n_claims == 0) {
        seg.claim = &HOLE;
        seg.n_claims = 1;
    }
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
    if (!done || !MERE_RESERVE(&m->segments, n_segments))
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

static enum mere_status find_seams(struct seams *m, const struct mere_limit *limit)
{
    MERE_TRY(walk_border(m));
    if (m->segments.n == 0)
        return MERE_OK;
    MERE_TRY(seam_make_tree(m));
    seam_mark_facing(m);
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
    MERE_VEC_FREE(&m.nodes);
    MERE_VEC_FREE(&m.samples);
    return status;
}
