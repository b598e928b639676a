/* roads.c - long ways first: lines of equal s or t are the arterials, with unequal distances;
 * canals and an expressway are drawn by hand in (s, t). Then every face is cut in two, again and
 * again, by a street that follows the field, until it has the size that its quarter wants. A street
 * that would end near the end of another one goes on from there, so crossings and T-junctions mix
 * as in a town. Tried and left: streets by agents (Parish and Mueller 2001), whose dead ends bound
 * no block. */
#include "sample/roads.h"
#include "net/layer.h"

#define STEP_M 30.0

/* ---- long ways ---- */

struct st {
    double s, t;
};

static bool draw_st(struct mere_plane *plane, const struct mere_shape *shape, const struct st *v,
                    size_t n, enum mere_way_kind way)
{
    MERE_VEC(struct mere_xy) line = {0};
    bool ok = true;
    struct mere_xy last = {0, 0};
    for (size_t i = 0; i + 1 < n && ok; i++)
        for (int k = 0; k <= 400 && ok; k++) {
            /* Catmull-Rom again, for bends that are smooth in the sheet too. */
            struct st a = v[i > 0 ? i - 1 : i], b = v[i], c = v[i + 1],
                      d = v[i + 2 < n ? i + 2 : i + 1];
            double u = k / 400.0, u2 = u * u, u3 = u2 * u;
            double ka = (-u3 + 2 * u2 - u) / 2, kb = (3 * u3 - 5 * u2 + 2) / 2,
                   kc = (-3 * u3 + 4 * u2 + u) / 2, kd = (u3 - u2) / 2;
            double s = ka * a.s + kb * b.s + kc * c.s + kd * d.s;
            double t = ka * a.t + kb * b.t + kc * c.t + kd * d.t;
            struct mere_xy p = mere_shape_at(shape, s, t);
            if (line.n == 0 || mere_xy_gap(p, last) > STEP_M) {
                ok = MERE_PUSH(&line, p);
                last = p;
            }
        }
    struct mere_piece_of_way piece = {(uint8_t)way, plane->n_roads++};
    ok = ok && mere_plane_draw(plane, line.v, line.n, piece);
    MERE_VEC_FREE(&line);
    return ok;
}

static bool draw_canals(struct mere_plane *plane, const struct mere_shape *shape)
{
    static const struct st EAST[] = {{1.03, 0.40},  {0.95, 0.37},  {0.87, 0.33}, {0.79, 0.375},
                                     {0.72, 0.46},  {0.64, 0.47},  {0.58, 0.53}, {0.52, 0.515},
                                     {0.44, 0.50},  {0.38, 0.545}, {0.30, 0.53}, {0.22, 0.60},
                                     {0.14, 0.585}, {0.06, 0.66},  {-0.04, 0.64}};
    static const struct st NORTH[] = {{0.545, -0.04}, {0.555, 0.07}, {0.535, 0.19},
                                      {0.56, 0.30},   {0.535, 0.43}, {0.56, 0.60},
                                      {0.60, 0.72},   {0.59, 0.84},  {0.625, 1.05}};
    static const struct st WEST[] = {{0.255, -0.04}, {0.265, 0.10}, {0.245, 0.22}, {0.275, 0.36},
                                     {0.265, 0.50},  {0.29, 0.64},  {0.27, 0.80},  {0.30, 1.05}};
    return draw_st(plane, shape, EAST, MERE_LEN(EAST), MERE_WAY_CANAL) &&
           draw_st(plane, shape, NORTH, MERE_LEN(NORTH), MERE_WAY_CANAL) &&
           draw_st(plane, shape, WEST, MERE_LEN(WEST), MERE_WAY_CANAL);
}

static bool draw_arterials(struct mere_plane *plane, const struct mere_shape *shape,
                           struct mere_random *r)
{
    static const double ALONG[] = {0.055, 0.20, 0.335, 0.66, 0.80};
    static const double ACROSS[] = {0.075, 0.155, 0.225, 0.325, 0.415, 0.495,
                                    0.60,  0.68,  0.765, 0.845, 0.92};
    bool ok = true;
    for (size_t i = 0; i < MERE_LEN(ALONG) && ok; i++) {
        double t = ALONG[i] + (i ? mere_random_between(r, -0.012, 0.012) : 0);
        struct st line[] = {{-0.02, t}, {0.25, t}, {0.5, t}, {0.75, t}, {1.02, t}};
        ok = draw_st(plane, shape, line, MERE_LEN(line), MERE_WAY_ARTERIAL);
    }
    for (size_t i = 0; i < MERE_LEN(ACROSS) && ok; i++) {
        double s = ACROSS[i] + mere_random_between(r, -0.008, 0.008);
        double lean = mere_random_between(r, -0.012, 0.012);
        struct st line[] = {{s - lean, -0.02}, {s, 0.3}, {s + lean, 0.65}, {s, 1.02}};
        ok = draw_st(plane, shape, line, MERE_LEN(line), MERE_WAY_ARTERIAL);
    }
    return ok;
}

/* ---- streets within a face ---- */

struct cutter {
    struct mere_plane *plane;
    const struct mere_shape *shape;
    struct mere_random r;
    MERE_VEC(struct mere_xy) half; /* the street from the seed in one direction */
    MERE_VEC(struct mere_xy) line;
    MERE_VEC(int32_t) stack;
};

/* The size at which blocks are left whole, in square metres. */
static double wanted_area(const struct cutter *c, struct mere_xy at)
{
    static const double HA[] = {
        [MERE_QUARTER_HOUSING] = 3.6,  [MERE_QUARTER_OLD] = 1.5,     [MERE_QUARTER_CENTRE] = 2.5,
        [MERE_QUARTER_INDUSTRY] = 6.0, [MERE_QUARTER_VILLAGE] = 3.2, [MERE_QUARTER_CAMPUS] = 11,
        [MERE_QUARTER_HILL] = 60,      [MERE_QUARTER_LAKE] = 22,     [MERE_QUARTER_GREEN] = 8};
    return HA[mere_shape_quarter(c->shape, at)] * 1e4;
}

/* Where a street from `seed` in direction `d` first meets the face's border (plane->ring). */
static bool trace(struct cutter *c, struct mere_xy seed, struct mere_xy d, int32_t *ret_half,
                  struct mere_xy *ret_at)
{
    struct mere_plane *p = c->plane;
    struct mere_xy at = seed;
    c->half.n = 0;
    *ret_half = MERE_UNKNOWN;
    for (int step = 0; step < 400; step++) {
        d = mere_shape_direction(c->shape, at, d);
        struct mere_xy to = mere_xy_add(at, d, STEP_M);
        double best = 2, t;
        for (size_t i = 0; i < p->ring.n; i++)
            if (mere_xy_meet(at, to, p->ring.v[i], p->ring.v[(i + 1) % p->ring.n], &t) &&
                t < best) {
                best = t;
                *ret_half = p->ring_half.v[i];
            }
        if (*ret_half >= 0) {
            *ret_at = mere_xy_add(at, mere_xy_sub(to, at), best);
            return true;
        }
        at = to;
        if (!MERE_PUSH(&c->half, at))
            return false;
    }
    return true;
}

/* How straight the border is at the ring's i-th vertex: the cosine of its bend. */
static double straightness(const struct mere_plane *p, size_t i)
{
    struct mere_xy a = p->ring.v[i > 0 ? i - 1 : p->ring.n - 1], b = p->ring.v[i],
                   d = p->ring.v[(i + 1) % p->ring.n];
    return mere_xy_dot(mere_xy_unit(mere_xy_sub(b, a)), mere_xy_unit(mere_xy_sub(d, b)));
}

/* The vertex where a street that meets half-edge `h` at `at` should end: that of a street from the
 * other side when it is near, else a new one. MERE_UNKNOWN when it is too near to a corner. */
static bool end_vertex(struct cutter *c, int32_t h, struct mere_xy at, double reach,
                       int32_t *ret_vertex)
{
    struct mere_plane *p = c->plane;
    double nearest = reach;
    *ret_vertex = MERE_UNKNOWN;
    bool corner = false;
    for (size_t i = 0; i < p->ring.n; i++) {
        double far = mere_xy_gap(at, p->ring.v[i]);
        int32_t vertex = p->half.v[p->ring_half.v[i]].origin;
        if (straightness(p, i) < 0.85 && far < reach)
            corner = true;
        else if (far < nearest && (far < 12 || mere_plane_degree(p, vertex) > 2)) {
            nearest = far;
            *ret_vertex = vertex;
        }
    }
    if (corner) {
        *ret_vertex = MERE_UNKNOWN;
        return true;
    }
    return *ret_vertex >= 0 || mere_plane_split(p, h, mere_sample_point(at), ret_vertex);
}

struct side { /* the street's half in one direction */
    int32_t half;
    struct mere_xy at;
    size_t n; /* points of it in line */
};

/* Draw the street through `seed` along `d`; `*ret_done` when the face was cut. */
static bool cut_through(struct cutter *c, int32_t face, struct mere_xy seed, struct mere_xy d,
                        enum mere_way_kind way, bool *ret_done)
{
    struct mere_plane *p = c->plane;
    struct side a, b;
    struct mere_xy back = {-d.x, -d.y};
    int32_t from, to;
    *ret_done = false;
    c->line.n = 0;
    if (!trace(c, seed, back, &a.half, &a.at))
        return false;
    for (size_t i = c->half.n; i-- > 0;)
        if (!MERE_PUSH(&c->line, c->half.v[i]))
            return false;
    if (!MERE_PUSH(&c->line, seed) || !trace(c, seed, d, &b.half, &b.at))
        return false;
    for (size_t i = 0; i < c->half.n; i++)
        if (!MERE_PUSH(&c->line, c->half.v[i]))
            return false;
    double reach = way == MERE_WAY_SECONDARY ? 60 : 38;
    if (a.half < 0 || b.half < 0 || a.half == b.half || mere_xy_gap(a.at, b.at) < 70 ||
        !end_vertex(c, a.half, a.at, reach, &from))
        return a.half < 0 || b.half < 0 || a.half == b.half || mere_xy_gap(a.at, b.at) < 70;
    if (from < 0)
        return true;
    /* The split may have moved the border on which b lies: look it up again. */
    if (!mere_plane_ring(p, face) || !trace(c, seed, d, &b.half, &b.at))
        return false;
    if (b.half < 0)
        return true;
    if (!end_vertex(c, b.half, b.at, reach, &to))
        return false;
    if (to < 0 || from == to)
        return true;
    size_t low = 0, high = c->line.n;
    while (low < high && mere_xy_gap(c->line.v[low], p->xy.v[from]) < 34)
        low++;
    while (high > low && mere_xy_gap(c->line.v[high - 1], p->xy.v[to]) < 34)
        high--;
    struct mere_cut cut = {face, from, to, c->line.v + low, high - low, {(uint8_t)way, p->n_roads},
                           false};
    if (!mere_plane_cut(p, &cut, ret_done))
        return false;
    p->n_roads += *ret_done;
    return true;
}

static struct mere_xy middle(const struct mere_plane *p)
{
    struct mere_xy sum = {0, 0};
    double area = 0;
    for (size_t i = 0; i < p->ring.n; i++) {
        struct mere_xy a = p->ring.v[i], b = p->ring.v[(i + 1) % p->ring.n];
        double k = mere_xy_cross(a, b);
        sum = mere_xy_add(sum, mere_xy_add(a, b, 1), k);
        area += 3 * k;
    }
    return (struct mere_xy){sum.x / area, sum.y / area};
}

/* How far the face reaches along `d`. */
static double reach_along(const struct mere_plane *p, struct mere_xy d, double *ret_mid)
{
    double low = 1e9, high = -1e9;
    for (size_t i = 0; i < p->ring.n; i++) {
        double v = mere_xy_dot(p->ring.v[i], d);
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    *ret_mid = (low + high) / 2;
    return high - low;
}

static bool try_cuts(struct cutter *c, int32_t face, double area, bool *ret_done)
{
    struct mere_plane *p = c->plane;
    *ret_done = false;
    if (!mere_plane_ring(p, face))
        return false;
    struct mere_xy at = middle(p), e1 = mere_shape_direction(c->shape, at, (struct mere_xy){1, 0});
    struct mere_xy e2 = {-e1.y, e1.x};
    double m1, m2, w1 = reach_along(p, e1, &m1), w2 = reach_along(p, e2, &m2);
    bool across = w1 > w2 * mere_random_between(&c->r, 0.8, 1.15);
    enum mere_way_kind way = area > 30e4 ? MERE_WAY_SECONDARY : MERE_WAY_LANE;
    for (int attempt = 0; attempt < 24 && !*ret_done; attempt++) {
        bool first = attempt % 3 < 2 ? across : !across;
        struct mere_xy along = first ? e1 : e2, d = first ? e2 : e1;
        double width = first ? w1 : w2, mid = first ? m1 : m2;
        if (width < 120)
            continue;
        double spread = attempt < 8 ? 0.15 : 0.33;
        double to = mid + mere_random_between(&c->r, -spread, spread) * width;
        struct mere_xy seed = mere_xy_add(at, along, to - mere_xy_dot(at, along));
        if (!mere_plane_ring(p, face))
            return false;
        if (mere_xy_inside(seed, p->ring.v, p->ring.n) &&
            !cut_through(c, face, seed, d, way, ret_done))
            return false;
    }
    return true;
}

static bool cut_faces(struct cutter *c)
{
    for (int32_t f = 1; f < (int32_t)c->plane->face.n; f++)
        if (c->plane->face.v[f] >= 0 && !MERE_PUSH(&c->stack, f))
            return false;
    while (c->stack.n > 0) {
        int32_t face = c->stack.v[--c->stack.n];
        bool done = false;
        if (!mere_plane_ring(c->plane, face))
            return false;
        double area = mere_xy_area(c->plane->ring.v, c->plane->ring.n);
        double wanted = wanted_area(c, middle(c->plane));
        if (area < wanted * mere_random_between(&c->r, 1.25, 2.3))
            continue;
        int32_t fresh = (int32_t)c->plane->face.n;
        if (!try_cuts(c, face, area, &done))
            return false;
        if (done && (!MERE_PUSH(&c->stack, face) || !MERE_PUSH(&c->stack, fresh)))
            return false;
    }
    return true;
}

/* ---- tidying ---- */

/* Chips between ways, too small or too narrow for a block, go to a neighbour: the one with the
 * longest common border. */
static bool merge_chips(struct mere_plane *p)
{
    for (int32_t f = 1; f < (int32_t)p->face.n; f++) {
        if (p->face.v[f] < 0)
            continue;
        if (!mere_plane_ring(p, f))
            return false;
        double area = mere_xy_area(p->ring.v, p->ring.n), round = 0, best = 0;
        for (size_t i = 0; i < p->ring.n; i++)
            round += mere_xy_gap(p->ring.v[i], p->ring.v[(i + 1) % p->ring.n]);
        if (area > 6500 && area > 0.16 * round * round / 4 * 0.9)
            continue;
        int32_t into = 0;
        for (size_t i = 0; i < p->ring.n; i++) {
            int32_t other = p->half.v[p->ring_half.v[i] ^ 1].face;
            double len = 0;
            for (size_t k = 0; k < p->ring.n && other > 0; k++)
                if (p->half.v[p->ring_half.v[k] ^ 1].face == other &&
                    p->piece.v[p->ring_half.v[k] >> 1].way >= MERE_WAY_CANAL)
                    len += mere_xy_gap(p->ring.v[k], p->ring.v[(k + 1) % p->ring.n]);
            if (len > best) {
                best = len;
                into = other;
            }
        }
        bool done;
        if (into > 0)
            mere_plane_merge(p, into, f, &done);
    }
    return true;
}

bool mere_roads_draw(struct mere_plane *plane, struct mere_shape *shape, uint64_t seed)
{
    static const struct st EXPRESS[] = {{0.665, -0.05}, {0.655, 0.15}, {0.60, 0.36},
                                        {0.515, 0.60},  {0.45, 0.82},  {0.43, 1.05}};
    struct cutter c = {.plane = plane, .shape = shape, .r = mere_random_stream(seed, "roads")};
    bool ok = mere_plane_begin(plane, shape->outline.v, shape->ways.v, shape->outline.n) &&
              draw_arterials(plane, shape, &c.r) &&
              draw_st(plane, shape, EXPRESS, MERE_LEN(EXPRESS), MERE_WAY_EXPRESS) &&
              draw_canals(plane, shape) && merge_chips(plane) && cut_faces(&c) &&
              merge_chips(plane);
    MERE_VEC_FREE(&c.half);
    MERE_VEC_FREE(&c.line);
    MERE_VEC_FREE(&c.stack);
    return ok;
}
