/* seams_samples.c - how wide the outside is along its border.
 *
 * A sample is a place and a direction: that of the largest circle of the outside that touches the
 * border there. Along a side they stand half a metre apart, in the middle of what they stand for.
 * Around a corner that juts out the circle rolls: there they stand at the corner itself, from the
 * one side's direction to the other's. Into a corner of the outside no circle reaches.
 *
 * Only the samples within the limit are kept; which of them are neighbours on the border is kept
 * with them. */
#include "check/seams_priv.h"

#define STEP_M 0.5
#define STEPS_MAX (1 << 22) /* of one side: 2,000 km */
#define SWITCH_STEPS 16     /* halvings: to less than a hundredth of a millimetre */
#define STEP_ANGLE 0.13     /* around a corner, about 7.5 degrees */
#define BLOCK 16            /* samples for which what is near is looked for at once */
#define NEAR_MOST 12        /* where more is near, each sample looks for itself */
#define SLACK 1e-9          /* of a radius: what doubles round */

struct touch { /* the largest circle so far */
    struct seam_vec normal;
    double radius;
    uint32_t segment; /* where it touches the other bank */
    double t;
};
struct walk { /* along one ring */
    struct seams *m;
    uint32_t first, last; /* samples; SEAM_NONE: the ring's first place, the last one is wide */
    bool begun;
    uint32_t guess; /* where the last circle touched */
    /* The sides that circles of the block, or around the corner, may reach, in the order of the
     * border; without those that they touch themselves. */
    uint32_t near[NEAR_MOST], n_near;
    bool many; /* there are more */
};

/* ---- circles ---- */

/* The circle that touches the border in the origin and passes through q. */
static void meet_point(struct touch *touch, struct seam_vec q, uint32_t segment, double t)
{
    double ahead = seam_dot(touch->normal, q);
    if (!(ahead > 0) || !(seam_dot(q, q) < 2 * ahead * touch->radius))
        return;
    touch->radius = seam_dot(q, q) / (2 * ahead);
    touch->segment = segment;
    touch->t = t;
}

/* Make the circle so small that it doesn't reach over segment c-d, seen from its left hand. */
static void meet_segment(struct touch *touch, struct seam_vec c, struct seam_vec d,
                         uint32_t segment)
{
    struct seam_vec along = {d.x - c.x, d.y - c.y};
    double len = sqrt(seam_dot(along, along));
    if (!(len > 0))
        return;
    along.x /= len;
    along.y /= len;
    struct seam_vec left = {-along.y, along.x}, n = touch->normal;
    double beside = -seam_dot(left, c);
    if (!(beside > 0))
        return;
    meet_point(touch, c, segment, 0);
    meet_point(touch, d, segment, 1);
    double bend = 1 - seam_dot(left, n);
    if (!(bend > 1e-12)) /* it looks the same way: the circle would have no end */
        return;
    double radius = beside / bend;
    struct seam_vec at = {radius * (n.x - left.x) - c.x, radius * (n.y - left.y) - c.y};
    double t = seam_dot(at, along) / len;
    if (t > 0 && t < 1 && radius < touch->radius) {
        touch->radius = radius;
        touch->segment = segment;
        touch->t = t;
    }
}

/* Make the circle that touches `seg` at `t` no larger than segment `far_index` lets it be. */
static void meet(const struct seams *m, const struct seam_segment *seg, double t,
                 uint32_t far_index, struct touch *touch)
{
    const struct seam_segment *far = &m->segments.v[far_index];
    struct seam_vec d = seam_local(seg, seg->a, seg->b);
    struct seam_vec a = seam_local(seg, seg->a, far->a), b = seam_local(seg, seg->a, far->b);
    meet_segment(touch, (struct seam_vec){a.x - t * d.x, a.y - t * d.y},
                 (struct seam_vec){b.x - t * d.x, b.y - t * d.y}, far_index);
}

static struct seam_disc disc_of(const struct seam_segment *seg, double t, const struct touch *touch)
{
    double x = seg->a.x + t * ((double)seg->b.x - seg->a.x);
    double y = seg->a.y + t * ((double)seg->b.y - seg->a.y);
    return (struct seam_disc){x + touch->radius * touch->normal.x / seg->sx,
                              y + touch->radius * touch->normal.y / seg->sy, touch->radius, seg->sx,
                              seg->sy};
}

/* Look for the sides near `disc`, but for `index` and `next`. */
static void look_near(struct walk *w, const struct seam_disc *disc, uint32_t index, uint32_t next)
{
    struct seam_search search = {.disc = *disc};
    w->n_near = 0;
    w->many = false;
    seam_search_begin(w->m, &search);
    for (uint32_t far; !w->many && (far = seam_search_next(w->m, &search)) != SEAM_NONE;)
        if (far != index && far != next) {
            w->many = w->n_near == NEAR_MOST;
            if (!w->many)
                w->near[w->n_near++] = far;
        }
}

/* The next side that the disc of `search` reaches, of those near; `*i` counts them. */
static uint32_t next_near(const struct walk *w, struct seam_search *search, uint32_t *i)
{
    if (w->many)
        return seam_search_next(w->m, search);
    while (*i < w->n_near) {
        uint32_t far = w->near[(*i)++];
        if (seam_reaches(&search->disc, &w->m->segments.v[far]))
            return far;
    }
    return SEAM_NONE;
}

/* The largest circle that touches segment `index` at `t` as `normal` says; not much larger than the
 * limit. `next` is the one after it where that is a corner. What the circle before touched is a
 * good guess: it is no larger than that lets it be. */
static struct touch widest(struct walk *w, uint32_t index, uint32_t next, double t,
                           struct seam_vec normal)
{
    const struct seams *m = w->m;
    const struct seam_segment *seg = &m->segments.v[index];
    struct touch touch = {normal, m->w / 2 * (1 + SLACK), SEAM_NONE, 0};
    if (w->guess != SEAM_NONE && w->guess != index && w->guess != next) {
        struct touch guess = {normal, m->w / 2, SEAM_NONE, 0};
        meet(m, seg, t, w->guess, &guess);
        touch.radius = guess.radius * (1 + SLACK);
    }
    struct seam_search search = {.disc = disc_of(seg, t, &touch)};
    uint32_t i = 0;
    seam_search_begin(m, &search);
    for (uint32_t far; (far = next_near(w, &search, &i)) != SEAM_NONE;) {
        double radius = touch.radius;
        if (far != index && far != next)
            meet(m, seg, t, far, &touch);
        if (touch.radius < radius)
            search.disc = disc_of(seg, t, &touch);
    }
    if (touch.segment != SEAM_NONE)
        w->guess = touch.segment;
    return touch;
}

/* ---- strips ---- */

/* The circle a share of the way from one sample to its neighbour on the same side, or around the
 * same corner, that touches segment `far` too. */
static struct touch touch_between(const struct seams *m, const struct seam_sample *i,
                                  const struct seam_sample *k, double share, uint32_t far)
{
    double t = i->t + share * (k->t - i->t), x = i->normal.x + share * (k->normal.x - i->normal.x),
           y = i->normal.y + share * (k->normal.y - i->normal.y), len = sqrt(x * x + y * y);
    struct touch touch = {{x / len, y / len}, INFINITY, SEAM_NONE, 0};
    meet(m, &m->segments.v[i->segment], t, far, &touch);
    return touch;
}

/* By each far segment alone the width has no peak between two neighbours, so the widest circle is
 * at one of them, or where the touch goes from one far segment to the other. */
static void measure_strip(const struct seams *m, struct seam_sample *i, const struct seam_sample *k)
{
    i->strip_m = fmax(i->width_m, k->width_m);
    if (i->segment != k->segment || (i->t < 1) != (k->t < 1) || i->far_segment == k->far_segment)
        return;
    double from = 0, to = 1;
    struct touch turn = {{0, 0}, INFINITY, SEAM_NONE, 0};
    for (int step = 0; step < SWITCH_STEPS; step++) {
        double at = (from + to) / 2;
        struct touch one = touch_between(m, i, k, at, i->far_segment);
        struct touch other = touch_between(m, i, k, at, k->far_segment);
        turn = one.radius <= other.radius ? one : other;
        i->strip_m = fmax(i->strip_m, 2 * turn.radius);
        *(one.radius <= other.radius ? &from : &to) = at;
    }
    if (!(turn.radius < m->w))
        return;
    const struct seam_segment *seg = &m->segments.v[i->segment];
    double t = i->t + from * (k->t - i->t);
    i->turns = true;
    i->turn.x = seg->a.x + (int32_t)lround(t * ((double)seg->b.x - seg->a.x) +
                                           turn.radius * turn.normal.x / seg->sx);
    i->turn.y = seg->a.y + (int32_t)lround(t * ((double)seg->b.y - seg->a.y) +
                                           turn.radius * turn.normal.y / seg->sy);
}

/* ---- samples ---- */

static void connect(struct seams *m, uint32_t i, uint32_t k)
{
    struct seam_sample *v = m->samples.v;
    v[i].after = k;
    v[k].before = i;
    measure_strip(m, &v[i], &v[k]);
}

/* The next place on the ring. */
static bool add(struct walk *w, uint32_t segment, double t, double length,
                const struct touch *touch)
{
    struct seams *m = w->m;
    uint32_t here = SEAM_NONE;
    if (2 * touch->radius <= m->w) {
        struct seam_sample sample = {
            segment,        t,        touch->normal, 2 * touch->radius, length,
            touch->segment, touch->t, SEAM_NONE,     SEAM_NONE,         .strip_m = INFINITY};
        here = (uint32_t)m->samples.n;
        if (!MERE_PUSH(&m->samples, sample))
            return false;
        if (w->last != SEAM_NONE)
            connect(m, w->last, here);
    }
    if (!w->begun)
        w->first = here;
    w->begun = true;
    w->last = here;
    return true;
}

/* Places that are wide follow. */
static void skip(struct walk *w)
{
    w->begun = true;
    w->last = SEAM_NONE;
}

/* Look for what circles of up to the limit meet at samples `from` to `end` of `n`. */
static void look_near_block(struct walk *w, uint32_t index, uint32_t from, uint32_t end, uint32_t n,
                            struct seam_vec normal)
{
    const struct seam_segment *seg = &w->m->segments.v[index];
    struct touch middle = {normal, w->m->w / 2, SEAM_NONE, 0};
    struct seam_disc disc = disc_of(seg, (from + end) / (2.0 * n), &middle);
    disc.radius = disc.radius * (1 + SLACK) + seg->len * (end - from) / (2.0 * n);
    look_near(w, &disc, index, index);
}

static bool sample_side(struct walk *w, uint32_t index)
{
    struct seams *m = w->m;
    struct seam_segment *seg = &m->segments.v[index];
    uint32_t n = (uint32_t)fmin(ceil(seg->len / STEP_M), STEPS_MAX);
    struct seam_vec d = seam_local(seg, seg->a, seg->b);
    struct seam_vec normal = {-d.y / seg->len, d.x / seg->len};
    w->n_near = 0;
    w->many = false;
    seg->sample = (uint32_t)m->samples.n;
    for (uint32_t i = 0; i < n; i++) {
        if (seg->faces && i % BLOCK == 0)
            look_near_block(w, index, i, i + BLOCK < n ? i + BLOCK : n, n, normal);
        if (w->n_near == 0) {
            skip(w);
            continue;
        }
        struct touch touch = widest(w, index, index, (i + 0.5) / n, normal);
        if (!add(w, index, (i + 0.5) / n, seg->len / n, &touch))
            return false;
    }
    seg->n_samples = (uint32_t)m->samples.n - seg->sample;
    return true;
}

/* The corner between segment `index` and `next`, if it juts out. */
static bool sample_corner(struct walk *w, uint32_t index, uint32_t next)
{
    struct seams *m = w->m;
    struct seam_segment *seg = &m->segments.v[index];
    const struct seam_segment *on = &m->segments.v[next];
    seg->fan = (uint32_t)m->samples.n;
    if (!seg->faces && !on->faces)
        return true;
    struct seam_vec d = seam_local(seg, seg->a, seg->b), e = seam_local(seg, on->a, on->b);
    double turn = atan2(d.y * e.x - d.x * e.y, seam_dot(d, e)); /* to the right */
    if (!(turn > 0))
        return true;
    uint32_t n = (uint32_t)ceil(turn / STEP_ANGLE);
    struct seam_vec normal = {-d.y / seg->len, d.x / seg->len};
    struct seam_disc disc = {seg->b.x, seg->b.y, m->w * (1 + SLACK), seg->sx, seg->sy};
    look_near(w, &disc, index, next);
    if (w->n_near == 0) {
        skip(w);
        return true;
    }
    for (uint32_t i = 0; i <= n; i++) {
        double angle = turn * i / n, c = cos(angle), s = sin(angle);
        struct touch touch =
            widest(w, index, next, 1,
                   (struct seam_vec){c * normal.x + s * normal.y, c * normal.y - s * normal.x});
        if (!add(w, index, 1, 0, &touch))
            return false;
    }
    seg->n_fan = (uint32_t)m->samples.n - seg->fan;
    return true;
}

static bool sample_ring(struct walk *w, uint32_t first, uint32_t end)
{
    w->first = w->last = w->guess = SEAM_NONE;
    w->begun = false;
    for (uint32_t i = first; i < end; i++)
        if (!sample_side(w, i) || !sample_corner(w, i, i + 1 < end ? i + 1 : first))
            return false;
    if (w->first != SEAM_NONE && w->last != SEAM_NONE && w->first != w->last)
        connect(w->m, w->last, w->first);
    return true;
}

enum mere_status seam_take_samples(struct seams *m)
{
    struct walk w = {.m = m};
    bool ok = true;
    for (uint32_t r = 0; ok && r < m->ring_first.n; r++)
        ok =
            sample_ring(&w, m->ring_first.v[r],
                        r + 1 < m->ring_first.n ? m->ring_first.v[r + 1] : (uint32_t)m->segments.n);
    return ok ? MERE_OK : seam_nomem(m);
}
