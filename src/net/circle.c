/* circle.c - the largest circle that fits in a polygon, by branch and bound.
 *
 * A cell is a rectangle with the signed distance d of its centre to the border (positive inside)
 * and the half of its diagonal, r: no circle centred in it is larger than d + r. The most promising
 * cell is halved across its longer side until none can beat the best centre by more than the
 * precision. (Mapbox polylabel is the same with squares; Garcia-Castellanos and Lombardo 2007 told
 * the problem.)
 *
 * Only segments nearer than d + 2r to a cell's centre can be nearest to a point of the cell, and
 * only those can lie between its centre and a child's. So a cell hands this short list on, and a
 * long thin sliver costs little more than its length over its width. Centres are integers of 1/1024
 * unit: whether one is inside is exact, by counting the segments between it and its parent's
 * centre. Distances are doubles, in metres, in the plane that touches the Earth at the polygon's
 * middle latitude. */
#include "net/circle.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include <stdlib.h>

/* The bound d + r alone is hopeless in a strip of even width, where every point of the middle line
 * is as good as the best: all of it would be searched down to the precision. So a cell that lies
 * beside two segments, s and t, takes a second bound: of two distances the lesser is not above
 * their mean, which is linear, and constant where the two are parallel. */
#define FINE 1024 /* centres: parts of a unit */
#define SHORT_LIST 12
#define HAIR_M 1e-6 /* for what doubles round */

struct piece { /* a segment, in metres from the origin for distances and in fine units for sides */
    double ax, ay, dx, dy, per_len, per_len2;
    struct mere_lattice_point a, b;
};
struct cell {
    struct mere_lattice_point centre;
    int64_t half_x, half_y;
    double inside_m;  /* signed distance of the centre */
    double most_m;    /* no centre in the cell does better */
    uint32_t list, n; /* its segments, in search.lists */
    uint32_t number;  /* order of making: decides ties */
    bool inside;
};
struct search {
    struct mere_point origin;
    double scale_x, scale_y; /* metres a fine unit */
    double precision_m, relative;
    MERE_VEC(struct piece) pieces;
    MERE_VEC(uint32_t) lists;
    MERE_VEC(struct cell) heap;
    uint32_t n_made;
    struct cell best;
};

static double distance2(const struct piece *s, double x, double y)
{
    double px = x - s->ax, py = y - s->ay, t = (px * s->dx + py * s->dy) * s->per_len2;
    t = t > 0 ? t : 0;
    t = t < 1 ? t : 1;
    px -= t * s->dx;
    py -= t * s->dy;
    return px * px + py * py;
}

/* Whether the level line from `from` to `x` (same y) crosses the segment; half-open in y, so that
 * at a vertex exactly one of two segments counts. */
static bool crosses_level(const struct piece *s, struct mere_lattice_point from, int64_t x)
{
    if ((s->a.y <= from.y) == (s->b.y <= from.y))
        return false;
    bool up = s->a.y < s->b.y;
    struct mere_lattice_point lo = up ? s->a : s->b, hi = up ? s->b : s->a;
    struct mere_lattice_point to = {x, from.y};
    /* A point on the segment counts as east of it. */
    return (mere_orient(lo, hi, from) <= 0) != (mere_orient(lo, hi, to) <= 0);
}
/* The same upright. It must agree with the level rule about points on the border: a point there is
 * as one an infinitesimal step east and an infinitely smaller step north of it. */
static bool crosses_upright(const struct piece *s, struct mere_lattice_point from, int64_t y)
{
    if ((s->a.x <= from.x) == (s->b.x <= from.x))
        return false;
    bool right = s->a.x < s->b.x;
    struct mere_lattice_point lo = right ? s->a : s->b, hi = right ? s->b : s->a;
    struct mere_lattice_point to = {from.x, y};
    int o1 = mere_orient(lo, hi, from), o2 = mere_orient(lo, hi, to);
    /* On the segment, a step east leads below a rising one and above a falling one; along a level
     * one the step north decides. */
    int tie = hi.y > lo.y ? -1 : 1;
    return ((o1 ? o1 : tie) > 0) != ((o2 ? o2 : tie) > 0);
}

static double to_x_m(const struct search *s, int64_t x)
{
    return (double)x * s->scale_x;
}
static double to_y_m(const struct search *s, int64_t y)
{
    return (double)y * s->scale_y;
}

static double half_diagonal(const struct search *s, const struct cell *c)
{
    return hypot(to_x_m(s, c->half_x), to_y_m(s, c->half_y));
}

/* The distance from a segment as a linear function over a cell. */
struct slope {
    double at, x, y; /* at the centre, not negative; a metre east, a metre north */
};
/* Whether every point of the cell has the segment itself, not an end of it, nearest on its line. */
static bool lies_beside(const struct search *s, const struct cell *c, const struct piece *p,
                        struct slope *ret)
{
    double hx = to_x_m(s, c->half_x), hy = to_y_m(s, c->half_y);
    double px = to_x_m(s, c->centre.x) - p->ax, py = to_y_m(s, c->centre.y) - p->ay;
    double t = (px * p->dx + py * p->dy) * p->per_len2;
    double reach = (hx * fabs(p->dx) + hy * fabs(p->dy)) * p->per_len2;
    if (t - reach < 0 || t + reach > 1)
        return false;
    double at = (p->dx * py - p->dy * px) * p->per_len, sign = at < 0 ? -1 : 1;
    *ret = (struct slope){sign * at, -sign * p->dy * p->per_len, sign * p->dx * p->per_len};
    return true;
}

/* The most that a point of the cell has to the nearer of two segments it lies beside. Beyond one of
 * the lines the distance from it grows again: that is the second and third term. */
static double most_between(const struct search *s, const struct cell *c, struct slope a,
                           struct slope b)
{
    double hx = to_x_m(s, c->half_x), hy = to_y_m(s, c->half_y);
    double mean = (a.at + b.at + fabs(a.x + b.x) * hx + fabs(a.y + b.y) * hy) / 2;
    double over_a = fabs(a.x) * hx + fabs(a.y) * hy - a.at;
    double over_b = fabs(b.x) * hx + fabs(b.y) * hy - b.at;
    double most = mean > over_a ? mean : over_a;
    return most > over_b ? most : over_b;
}

/* Whether no segment but `a` and `b` meets the cell. */
static bool is_clear(const struct search *s, const struct cell *c, uint32_t a, uint32_t b)
{
    double hx = to_x_m(s, c->half_x), hy = to_y_m(s, c->half_y);
    double x = to_x_m(s, c->centre.x), y = to_y_m(s, c->centre.y);
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t number = s->lists.v[c->list + i];
        const struct piece *p = &s->pieces.v[number];
        if (number == a || number == b)
            continue;
        double off = fabs(p->dx * (y - p->ay) - p->dy * (x - p->ax)) * p->per_len;
        double reach = (fabs(p->dx) * hy + fabs(p->dy) * hx) * p->per_len;
        if (off <= reach + HAIR_M && distance2(p, x, y) <= hx * hx + hy * hy + HAIR_M)
            return false;
    }
    return true;
}

/* A cell that only two segments meet, and each from side to side: of what lies inside, all is the
 * strip between them when the centre is between, or beyond one of them; the mean of the two is then
 * the bound, whatever the corners of the cell are far from. Where the strip is thin, that tells
 * most of its length at once. */
static double strip_between(const struct search *s, const struct cell *c, struct slope a,
                            struct slope b)
{
    double hx = to_x_m(s, c->half_x), hy = to_y_m(s, c->half_y), sign = c->inside ? 1 : -1;
    bool beyond = a.at < b.at * (a.x * b.x + a.y * b.y); /* b is, seen from the centre */
    if (beyond == c->inside)
        return INFINITY;
    return (sign * a.at + b.at + fabs(sign * a.x + b.x) * hx + fabs(sign * a.y + b.y) * hy) / 2;
}

/* Look at the point of the strip as far from `a` as from `b`, straight across from the centre. */
static void try_between(struct search *s, const struct cell *c, struct slope a, struct slope b)
{
    double along = a.x * b.x + a.y * b.y, least = INFINITY;
    if (c->inside ? along > 0 : along < 0)
        return;
    double off =
        c->inside ? (b.at - a.at) / (1 - along) : -a.at - (b.at - a.at * along) / (1 + along);
    double x = to_x_m(s, c->centre.x) + off * a.x, y = to_y_m(s, c->centre.y) + off * a.y;
    struct mere_lattice_point at = {llround(x / s->scale_x), llround(y / s->scale_y)};
    if (llabs(at.x - c->centre.x) > c->half_x || llabs(at.y - c->centre.y) > c->half_y)
        return;
    for (uint32_t i = 0; i < c->n; i++) {
        double d =
            distance2(&s->pieces.v[s->lists.v[c->list + i]], to_x_m(s, at.x), to_y_m(s, at.y));
        least = d < least ? d : least;
    }
    if (sqrt(least) > s->best.inside_m)
        s->best = (struct cell){.centre = at, .inside_m = sqrt(least)};
}

static void tighten(struct search *s, struct cell *c, uint32_t nearest)
{
    struct slope a, b;
    if (!lies_beside(s, c, &s->pieces.v[nearest], &a))
        return;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t other = s->lists.v[c->list + i];
        if (!lies_beside(s, c, &s->pieces.v[other], &b))
            continue;
        double most = most_between(s, c, a, b), strip = strip_between(s, c, a, b);
        c->most_m = most < c->most_m ? most : c->most_m;
        if (other != nearest && strip < c->most_m && is_clear(s, c, nearest, other)) {
            c->most_m = strip;
            try_between(s, c, a, b);
        }
    }
}

static bool promising(const struct search *s, const struct cell *c)
{
    double slack = s->relative * s->best.inside_m;
    slack = slack > s->precision_m ? slack : s->precision_m;
    return c->most_m > s->best.inside_m + slack && (c->half_x > 1 || c->half_y > 1);
}

/* Measure the cell by its segments; keep it as the best if it is. */
static void measure_cell(struct search *s, struct cell *c)
{
    double x = to_x_m(s, c->centre.x), y = to_y_m(s, c->centre.y), least = INFINITY;
    uint32_t nearest = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        double d = distance2(&s->pieces.v[s->lists.v[c->list + i]], x, y);
        if (d < least) {
            least = d;
            nearest = s->lists.v[c->list + i];
        }
    }
    c->inside_m = c->inside ? sqrt(least) : -sqrt(least);
    c->most_m = c->inside_m + half_diagonal(s, c);
    c->number = s->n_made++;
    if (c->inside_m > s->best.inside_m)
        s->best = *c;
    if (promising(s, c))
        tighten(s, c, nearest);
}

/* ---- the heap: most promising first ---- */

static bool before(const struct cell *a, const struct cell *b)
{
    return a->most_m != b->most_m ? a->most_m > b->most_m : a->number < b->number;
}
static bool push(struct search *s, struct cell c)
{
    if (!MERE_PUSH(&s->heap, c))
        return false;
    size_t i = s->heap.n - 1;
    for (; i > 0 && before(&c, &s->heap.v[(i - 1) / 2]); i = (i - 1) / 2)
        s->heap.v[i] = s->heap.v[(i - 1) / 2];
    s->heap.v[i] = c;
    return true;
}
static struct cell pop(struct search *s)
{
    struct cell top = s->heap.v[0], last = s->heap.v[--s->heap.n];
    size_t i = 0, n = s->heap.n;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            break;
        child += child + 1 < n && before(&s->heap.v[child + 1], &s->heap.v[child]);
        if (!before(&s->heap.v[child], &last))
            break;
        s->heap.v[i] = s->heap.v[child];
        i = child;
    }
    if (n > 0)
        s->heap.v[i] = last;
    return top;
}

/* ---- the search ---- */

/* Keep for the children of `c` only the segments that can matter to them. */
static bool shorten_list(struct search *s, struct cell *c)
{
    if (c->n <= SHORT_LIST)
        return true;
    /* A hair more, for what doubles round. */
    double reach = (fabs(c->inside_m) + 2 * half_diagonal(s, c)) * (1 + 1e-9) + 1e-6;
    double x = to_x_m(s, c->centre.x), y = to_y_m(s, c->centre.y);
    uint32_t first = (uint32_t)s->lists.n;
    if (s->lists.n + c->n > UINT32_MAX || !MERE_RESERVE(&s->lists, c->n))
        return false;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t piece = s->lists.v[c->list + i];
        if (distance2(&s->pieces.v[piece], x, y) <= reach * reach)
            s->lists.v[s->lists.n++] = piece;
    }
    c->list = first;
    c->n = (uint32_t)s->lists.n - first;
    return true;
}

static struct cell child_of(const struct search *s, const struct cell *c, int way)
{
    struct cell child = *c;
    bool wide = to_x_m(s, c->half_x) > to_y_m(s, c->half_y);
    if (wide) {
        child.centre.x += way * (c->half_x / 2);
        child.half_x -= c->half_x / 2;
    } else {
        child.centre.y += way * (c->half_y / 2);
        child.half_y -= c->half_y / 2;
    }
    for (uint32_t i = 0; i < c->n; i++) {
        const struct piece *p = &s->pieces.v[s->lists.v[c->list + i]];
        child.inside ^= wide ? crosses_level(p, c->centre, child.centre.x)
                             : crosses_upright(p, c->centre, child.centre.y);
    }
    return child;
}

static enum mere_status search_best(struct mere_ctx *ctx, struct search *s, struct cell root)
{
    measure_cell(s, &root);
    if (!push(s, root))
        return mere_fail_nomem(ctx, "finding a circle");
    while (s->heap.n > 0) {
        struct cell c = pop(s);
        if (!promising(s, &c))
            break;
        if (!shorten_list(s, &c))
            return mere_fail_nomem(ctx, "finding a circle");
        for (int way = -1; way <= 1; way += 2) {
            struct cell child = child_of(s, &c, way);
            measure_cell(s, &child);
            if (promising(s, &child) && !push(s, child))
                return mere_fail_nomem(ctx, "finding a circle");
        }
    }
    return MERE_OK;
}

static struct mere_lattice_point fine(const struct search *s, struct mere_point p)
{
    return (struct mere_lattice_point){((int64_t)p.x - s->origin.x) * FINE,
                                       ((int64_t)p.y - s->origin.y) * FINE};
}

/* Take the part's segments; the cell around all of them. */
static bool take_part(struct search *s, const struct mere_layer *layer, size_t part,
                      struct cell *root)
{
    uint32_t r0 = layer->part_ring[part], r1 = layer->part_ring[part + 1];
    uint32_t p0 = layer->ring_first[r0], p1 = layer->ring_first[r1];
    struct mere_box box = mere_box_of(layer->pts + p0, p1 - p0);
    int32_t lat = (int32_t)(((int64_t)box.min.y + box.max.y) / 2);
    s->origin = box.min;
    mere_scale_at(lat, &s->scale_x, &s->scale_y);
    s->scale_x /= FINE;
    s->scale_y /= FINE;
    /* Half of a box of whole units is whole in fine ones; box.max is one past the last point. */
    root->half_x = ((int64_t)box.max.x - 1 - box.min.x) * FINE / 2;
    root->half_y = ((int64_t)box.max.y - 1 - box.min.y) * FINE / 2;
    root->centre = (struct mere_lattice_point){root->half_x, root->half_y};
    for (uint32_t r = r0; r < r1; r++) {
        uint32_t first = layer->ring_first[r], end = layer->ring_first[r + 1];
        for (uint32_t i = first; i < end; i++) {
            struct mere_lattice_point a = fine(s, layer->pts[i]);
            struct mere_lattice_point b = fine(s, layer->pts[i + 1 < end ? i + 1 : first]);
            struct piece p = {.ax = to_x_m(s, a.x), .ay = to_y_m(s, a.y), .a = a, .b = b};
            p.dx = to_x_m(s, b.x) - p.ax;
            p.dy = to_y_m(s, b.y) - p.ay;
            p.per_len2 = 1 / (p.dx * p.dx + p.dy * p.dy); /* traced rings repeat no point */
            p.per_len = sqrt(p.per_len2);
            if (!MERE_PUSH(&s->lists, (uint32_t)s->pieces.n) || !MERE_PUSH(&s->pieces, p))
                return false;
            root->inside ^= crosses_level(&p, root->centre, -(INT64_C(1) << 43));
        }
    }
    root->n = (uint32_t)s->pieces.n;
    return true;
}

enum mere_status mere_pole(struct mere_ctx *ctx, const struct mere_layer *layer, size_t part,
                           struct mere_precision precision, struct mere_point *ret_centre,
                           double *ret_radius_m)
{
    struct search s = {.precision_m = precision.metres > 1e-4 ? precision.metres : 1e-4,
                       .relative = precision.share,
                       .best = {.inside_m = -INFINITY}};
    struct cell root = {0};
    enum mere_status status = take_part(&s, layer, part, &root)
                                  ? search_best(ctx, &s, root)
                                  : mere_fail_nomem(ctx, "finding a circle");
    if (status == MERE_OK) {
        /* Centres lie right and above the origin, so this rounds half up. */
        ret_centre->x = (int32_t)(s.origin.x + (s.best.centre.x + FINE / 2) / FINE);
        ret_centre->y = (int32_t)(s.origin.y + (s.best.centre.y + FINE / 2) / FINE);
        *ret_radius_m = s.best.inside_m > 0 ? s.best.inside_m : 0;
    }
    MERE_VEC_FREE(&s.pieces);
    MERE_VEC_FREE(&s.lists);
    MERE_VEC_FREE(&s.heap);
    return status;
}

enum mere_status mere_inscribed_circle(struct mere_ctx *ctx, const struct mere_layer *layer,
                                       size_t part, double precision_m,
                                       struct mere_point *ret_centre, double *ret_diameter_m)
{
    double radius;
    MERE_TRY(mere_pole(ctx, layer, part, (struct mere_precision){precision_m / 2, 0}, ret_centre,
                       &radius));
    *ret_diameter_m = 2 * radius;
    return MERE_OK;
}
