/* exact.c - see exact.h. Bounds used throughout: coordinates are at most 2^40 in size, so a
 * difference is at most 2^41, a product of two 2^82, an orientation 2^83. */
#include "geo/exact.h"

bool mere_on_segment(struct mere_lattice_point a, struct mere_lattice_point b,
                     struct mere_lattice_point p)
{
    int64_t x0 = a.x < b.x ? a.x : b.x, x1 = a.x < b.x ? b.x : a.x;
    int64_t y0 = a.y < b.y ? a.y : b.y, y1 = a.y < b.y ? b.y : a.y;
    return p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1 && mere_orient(a, b, p) == 0;
}

/* Whether the intervals a-b and c-d of one axis are apart. */
static bool intervals_apart(int64_t a, int64_t b, int64_t c, int64_t d)
{
    int64_t ab_min = a < b ? a : b, ab_max = a < b ? b : a;
    int64_t cd_min = c < d ? c : d, cd_max = c < d ? d : c;
    return ab_max < cd_min || cd_max < ab_min;
}

/* Segments on one line: compare along it, in the order by x, then y. */
static enum mere_meet collinear_meet(struct mere_lattice_point a, struct mere_lattice_point b,
                                     struct mere_lattice_point c, struct mere_lattice_point d)
{
    bool ab = mere_lattice_cmp(a, b) <= 0, cd = mere_lattice_cmp(c, d) <= 0;
    struct mere_lattice_point ab_min = ab ? a : b, ab_max = ab ? b : a;
    struct mere_lattice_point cd_min = cd ? c : d, cd_max = cd ? d : c;
    struct mere_lattice_point lo = mere_lattice_cmp(ab_min, cd_min) > 0 ? ab_min : cd_min;
    struct mere_lattice_point hi = mere_lattice_cmp(ab_max, cd_max) < 0 ? ab_max : cd_max;
    int cmp = mere_lattice_cmp(lo, hi);
    return cmp > 0 ? MERE_MEET_NONE : cmp == 0 ? MERE_MEET_TOUCH : MERE_MEET_OVERLAP;
}

enum mere_meet mere_segments_meet(struct mere_lattice_point a, struct mere_lattice_point b,
                                  struct mere_lattice_point c, struct mere_lattice_point d)
{
    if (intervals_apart(a.x, b.x, c.x, d.x) || intervals_apart(a.y, b.y, c.y, d.y))
        return MERE_MEET_NONE;
    int abc = mere_orient(a, b, c), abd = mere_orient(a, b, d);
    if (abc * abd > 0)
        return MERE_MEET_NONE;
    int cda = mere_orient(c, d, a), cdb = mere_orient(c, d, b);
    if (cda * cdb > 0)
        return MERE_MEET_NONE;
    if (abc == 0 && abd == 0 && cda == 0 && cdb == 0)
        return collinear_meet(a, b, c, d);
    return abc * abd < 0 && cda * cdb < 0 ? MERE_MEET_CROSS : MERE_MEET_TOUCH;
}

static mere_i128 cross(int64_t ax, int64_t ay, int64_t bx, int64_t by)
{
    return (mere_i128)ax * by - (mere_i128)ay * bx;
}

static mere_i128 floor_div(mere_i128 n, mere_i128 d) /* d > 0 */
{
    mere_i128 q = n / d;
    return q * d > n ? q - 1 : q;
}

/* Two segments cross in a + (b - a) * num / den, 0 < num < den: num, and den in `*ret_den`. */
static mere_i128 crossing_at(struct mere_lattice_point a, struct mere_lattice_point b,
                             struct mere_lattice_point c, struct mere_lattice_point d,
                             mere_i128 *ret_den)
{
    mere_i128 den = cross(b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y);
    mere_i128 num = cross(c.x - a.x, c.y - a.y, d.x - c.x, d.y - c.y);
    *ret_den = den < 0 ? -den : den;
    return den < 0 ? -num : num;
}

struct mere_lattice_point mere_crossing(struct mere_lattice_point a, struct mere_lattice_point b,
                                        struct mere_lattice_point c, struct mere_lattice_point d)
{
    /* a + (b - a) * t, t = num / den, 0 < t < 1. Rounded: a.x + floor((2 dx num + den) / (2 den)).
     * |num| < |den| <= 2^83 and |dx| <= 2^41, so 2 dx num + den stays below 2^126. */
    int64_t dx = b.x - a.x, dy = b.y - a.y;
    mere_i128 den, num = crossing_at(a, b, c, d, &den);
    return (struct mere_lattice_point){
        a.x + (int64_t)floor_div((mere_i128)2 * dx * num + den, 2 * den),
        a.y + (int64_t)floor_div((mere_i128)2 * dy * num + den, 2 * den)};
}

struct mere_lattice_point mere_crossing_square(struct mere_lattice_point a,
                                               struct mere_lattice_point b,
                                               struct mere_lattice_point c,
                                               struct mere_lattice_point d, int64_t half)
{
    /* floor((a + (b - a) * num / den + half) / (2 half)); coordinates below 2^36 in size, so the
     * numerator stays below 2^115. */
    int64_t dx = b.x - a.x, dy = b.y - a.y;
    mere_i128 den, num = crossing_at(a, b, c, d, &den);
    mere_i128 side = 2 * (mere_i128)half;
    return (struct mere_lattice_point){
        (int64_t)floor_div((a.x + half) * den + dx * num, side * den),
        (int64_t)floor_div((a.y + half) * den + dy * num, side * den)};
}

/* The part of a segment, as a range of its parameter t = n / d, that is inside all bounds seen so
 * far. */
struct range {
    int64_t min_n, min_d, max_n, max_d; /* both d > 0 */
    bool min_open, max_open;
};

/* Sign of an / ad - bn / bd; ad, bd > 0. The numbers are below 2^44, the products below 2^88. */
static int ratio_cmp(int64_t an, int64_t ad, int64_t bn, int64_t bd)
{
    mere_i128 l = (mere_i128)an * bd, r = (mere_i128)bn * ad;
    return (l > r) - (l < r);
}

/* Keep the t with -1 <= v + t * dv < 1. False when v never is, for dv = 0. */
static bool range_clip(struct range *r, int64_t v, int64_t dv, int64_t half)
{
    if (dv == 0)
        return v >= -half && v < half;
    bool up = dv > 0;
    int64_t d = up ? dv : -dv;
    int64_t in = up ? -half - v : v - half, out = up ? half - v : v + half;
    /* Going up it enters at -half, which is held, and leaves at half, which is not. */
    int cmp = ratio_cmp(in, d, r->min_n, r->min_d);
    if (cmp > 0) {
        r->min_n = in;
        r->min_d = d;
        r->min_open = !up;
    } else if (cmp == 0)
        r->min_open = r->min_open || !up;
    cmp = ratio_cmp(out, d, r->max_n, r->max_d);
    if (cmp < 0) {
        r->max_n = out;
        r->max_d = d;
        r->max_open = up;
    } else if (cmp == 0)
        r->max_open = r->max_open || up;
    return true;
}

bool mere_in_square(struct mere_lattice_point a, struct mere_lattice_point b,
                    struct mere_lattice_point p, int64_t half)
{
    int64_t ax = a.x - p.x, ay = a.y - p.y, bx = b.x - p.x, by = b.y - p.y;
    if ((ax < -half && bx < -half) || (ax >= half && bx >= half) || (ay < -half && by < -half) ||
        (ay >= half && by >= half))
        return false;
    if ((ax == 0 && ay == 0) || (bx == 0 && by == 0))
        return true;
    struct range r = {0, 1, 1, 1, false, false};
    if (!range_clip(&r, ax, bx - ax, half) || !range_clip(&r, ay, by - ay, half))
        return false;
    int cmp = ratio_cmp(r.min_n, r.min_d, r.max_n, r.max_d);
    return cmp < 0 || (cmp == 0 && !r.min_open && !r.max_open);
}

bool mere_in_hot_pixel(struct mere_lattice_point a, struct mere_lattice_point b,
                       struct mere_lattice_point p)
{
    struct mere_lattice_point a2 = {2 * a.x, 2 * a.y}, b2 = {2 * b.x, 2 * b.y};
    return mere_in_square(a2, b2, (struct mere_lattice_point){2 * p.x, 2 * p.y}, 1);
}

int mere_angle_cmp(struct mere_lattice_point a, struct mere_lattice_point b,
                   struct mere_lattice_point c)
{
    bool b_lower = b.y < a.y || (b.y == a.y && b.x < a.x);
    bool c_lower = c.y < a.y || (c.y == a.y && c.x < a.x);
    if (b_lower != c_lower)
        return b_lower ? 1 : -1;
    return -mere_orient(a, b, c);
}
