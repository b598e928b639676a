/* seams_draw.c - a run of strips as a ring: along one bank, and back along the other.
 *
 * Where the circle's touch jumps from one far bank to another, the strip's side goes across by the
 * circle's centre, for all of a circle is outside. So no strip crosses a border, but for the
 * rounding of its corners. */
#include "check/seams_priv.h"
#include "geo/exact.h"

#define WALK_M 1.0 /* a far bank is followed if it is no longer than twice the way, and this */

/* ---- places ---- */

struct mere_point seam_place(const struct seams *m, uint32_t segment, double t)
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
        seam_local(&m->segments.v[k->far_segment], seam_place(m, k->far_segment, k->far_t),
                   seam_place(m, i->far_segment, i->far_t));
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

static bool add_point(struct seam_ring *ring, struct mere_point p)
{
    return (ring->n > 0 && mere_point_same(ring->v[ring->n - 1], p)) || MERE_PUSH(ring, p);
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
static bool add_vertices(const struct seams *m, struct seam_ring *ring, uint32_t segment,
                         double from, double to)
{
    const struct seam_segment *seg = &m->segments.v[segment];
    for (uint32_t i = 0; i < seg->n_vertices; i++) {
        struct mere_point p = m->vertices.v[seg->vertex + i];
        double t = place_along(seg, p);
        if (t > from && t < to && !add_point(ring, p))
            return false;
    }
    return true;
}

/* The border between two places, which may be on different sides; the second lies further on. */
static bool add_border(const struct seams *m, struct seam_ring *ring, uint32_t segment, double from,
                       uint32_t end, double to)
{
    while (segment != end) {
        if (!add_vertices(m, ring, segment, from, 1) || !add_point(ring, m->segments.v[segment].b))
            return false;
        segment = seam_next_segment(m, segment);
        from = 0;
    }
    return add_vertices(m, ring, segment, from, to);
}

/* The border from the touch of `k` back to that of `i`. */
static bool add_border_back(const struct seams *m, struct seam_ring *ring,
                            const struct seam_sample *k, const struct seam_sample *i)
{
    size_t n = ring->n;
    if (!add_border(m, ring, i->far_segment, i->far_t, k->far_segment, k->far_t))
        return false;
    for (size_t a = n, b = ring->n; a + 1 < b; a++) {
        struct mere_point t = ring->v[a];
        ring->v[a] = ring->v[--b];
        ring->v[b] = t;
    }
    return true;
}

/* The far side of the strip from the touch of `k` to that of `i`, its neighbour before. */
static bool add_far(const struct seams *m, struct seam_ring *ring, const struct seam_sample *i,
                    const struct seam_sample *k)
{
    switch (far_way(m, i, k)) {
    case ALONG:
        return add_border(m, ring, k->far_segment, k->far_t, i->far_segment, i->far_t);
    case BACK:
        return add_border_back(m, ring, k, i);
    case ACROSS:
        break;
    }
    if (!add_point(ring, seam_place(m, k->far_segment, k->far_t)) ||
        !add_point(ring, i->turns ? i->turn : centre_of(m, k)) ||
        !add_point(ring, i->turns ? i->turn : centre_of(m, i)))
        return false;
    return add_point(ring, seam_place(m, i->far_segment, i->far_t));
}

bool seam_draw_run(const struct seams *m, const struct seam_run *run, struct seam_ring *ring)
{
    const struct seam_sample *v = m->samples.v;
    uint32_t end = v[run->last].after;
    ring->n = 0;
    bool ok = add_point(ring, seam_place(m, v[run->first].segment, v[run->first].t));
    for (uint32_t i = run->first; ok; i = v[i].after) {
        const struct seam_sample *k = &v[v[i].after];
        ok = add_border(m, ring, v[i].segment, v[i].t, k->segment, k->t);
        if (i == run->last)
            break;
    }
    ok = ok && add_point(ring, seam_place(m, v[end].segment, v[end].t)) &&
         add_point(ring, seam_place(m, v[end].far_segment, v[end].far_t));
    uint32_t at = end; /* a run may go all around a ring */
    do {
        ok = ok && add_far(m, ring, &v[v[at].before], &v[at]);
        at = v[at].before;
    } while (ok && at != run->first);
    return ok && add_point(ring, seam_place(m, v[run->first].far_segment, v[run->first].far_t));
}
