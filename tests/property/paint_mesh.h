/* paint_mesh.h - divisions of the plane made up for the painter's tests, and slow answers about
 * them: which fill a point has, how much of a rectangle each fill covers. */
#ifndef MERE_TESTS_PAINT_MESH_H
#define MERE_TESTS_PAINT_MESH_H
#include "base/hash.h"
#include "check.h"
#include "tile/paint.h"

struct mesh_arc {
    struct mere_tile_point *pts;
    size_t n;
    uint32_t left, right;
    int rank;
};
struct mesh {
    struct mesh_arc *arcs;
    size_t n_arcs;
};
/* A jittered lattice of quadrilaterals with bent sides; fill 0 is around it. */
struct mesh_kind {
    const char *name;
    int32_t step;  /* units between its lines */
    int cells;     /* quadrilaterals a side */
    int bends;     /* vertices in a side; -1: a side is a staircase of level and upright segments */
    int32_t round; /* all coordinates are multiples of this */
    uint32_t n_fills;
};

static inline int32_t mesh_round(const struct mesh_kind *k, double v)
{
    return (int32_t)lround(v / k->round) * k->round;
}
static inline double mesh_unit(uint64_t *rng) /* -1 to 1 */
{
    return (double)(mere_random(rng) >> 11) / (double)((uint64_t)1 << 52) - 1;
}
static inline struct mere_tile_point mesh_node(const struct mesh_kind *k, uint64_t seed, int i,
                                               int j)
{
    uint64_t rng = mere_mix64(seed + (uint64_t)(i * 4099 + j));
    double x = (i - k->cells / 2.0 + mesh_unit(&rng) / 6) * k->step;
    double y = (j - k->cells / 2.0 + mesh_unit(&rng) / 6) * k->step;
    return (struct mere_tile_point){mesh_round(k, x), mesh_round(k, y)};
}
static inline uint32_t mesh_fill(const struct mesh_kind *k, uint64_t seed, int i, int j)
{
    if (i < 0 || j < 0 || i >= k->cells || j >= k->cells)
        return 0;
    return (uint32_t)(mere_mix64(seed ^ (uint64_t)(i * 8209 + j + 77)) % k->n_fills);
}
/* The side from a to b: bends aside from the straight line, the less the nearer to a node. */
static inline struct mesh_arc mesh_side(const struct mesh_kind *k, uint64_t *rng,
                                        struct mere_tile_point a, struct mere_tile_point b)
{
    size_t n = k->bends < 0 ? 4 : (size_t)k->bends + 2;
    struct mesh_arc arc = {malloc(n * sizeof *arc.pts), n, 0, 0, 0};
    arc.pts[0] = a;
    arc.pts[n - 1] = b;
    if (k->bends < 0) {
        bool wide = abs(b.x - a.x) > abs(b.y - a.y);
        struct mere_tile_point m = {(a.x + b.x) / 2, (a.y + b.y) / 2};
        arc.pts[1] = wide ? (struct mere_tile_point){m.x, a.y} : (struct mere_tile_point){a.x, m.y};
        arc.pts[2] = wide ? (struct mere_tile_point){m.x, b.y} : (struct mere_tile_point){b.x, m.y};
        return arc;
    }
    for (int i = 1; i <= k->bends; i++) {
        double t = (double)i / (k->bends + 1), aside = mesh_unit(rng) * 0.2 * t * (1 - t);
        double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
        arc.pts[i].x = mesh_round(k, a.x + t * dx - aside * dy);
        arc.pts[i].y = mesh_round(k, a.y + t * dy + aside * dx);
    }
    return arc;
}
static inline struct mesh mesh_new(const struct mesh_kind *k, uint64_t seed)
{
    struct mesh m = {malloc((size_t)(2 * (k->cells + 1) * (k->cells + 1)) * sizeof *m.arcs), 0};
    uint64_t rng = seed;
    for (int j = 0; j <= k->cells; j++)
        for (int i = 0; i <= k->cells; i++)
            for (int south = 0; south < 2; south++) {
                if ((south ? j : i) == k->cells)
                    continue;
                struct mesh_arc arc = mesh_side(k, &rng, mesh_node(k, seed, i, j),
                                                mesh_node(k, seed, i + !south, j + south));
                uint32_t here = mesh_fill(k, seed, i, j);
                /* Who walks south has the east on the left; who walks east has the north. */
                arc.left = south ? here : mesh_fill(k, seed, i, j - 1);
                arc.right = south ? mesh_fill(k, seed, i - 1, j) : here;
                arc.rank = (int)(mere_random(&rng) % 5) - 1;
                m.arcs[m.n_arcs++] = arc;
            }
    return m;
}
static inline void mesh_free(struct mesh *m)
{
    for (size_t i = 0; i < m->n_arcs; i++)
        free(m->arcs[i].pts);
    free(m->arcs);
}
/* The same arcs from another origin. */
static inline void mesh_move(struct mesh *m, int32_t dx, int32_t dy)
{
    for (size_t i = 0; i < m->n_arcs; i++)
        for (size_t j = 0; j < m->arcs[i].n; j++) {
            m->arcs[i].pts[j].x += dx;
            m->arcs[i].pts[j].y += dy;
        }
}
/* Every other arc the other way round, and all in reverse order. */
static inline void mesh_turn(struct mesh *m)
{
    for (size_t i = 0; i < m->n_arcs / 2; i++) {
        struct mesh_arc arc = m->arcs[i];
        m->arcs[i] = m->arcs[m->n_arcs - 1 - i];
        m->arcs[m->n_arcs - 1 - i] = arc;
    }
    for (size_t i = 0; i < m->n_arcs; i += 2) {
        struct mesh_arc *arc = &m->arcs[i];
        uint32_t left = arc->left;
        arc->left = arc->right;
        arc->right = left;
        for (size_t j = 0; j < arc->n / 2; j++) {
            struct mere_tile_point p = arc->pts[j];
            arc->pts[j] = arc->pts[arc->n - 1 - j];
            arc->pts[arc->n - 1 - j] = p;
        }
    }
}

/* ---- slow answers ---- */

/* floor(a / b) for b > 0. */
static inline int64_t mesh_floor(mere_i128 a, mere_i128 b)
{
    return (int64_t)(a / b - (a % b < 0));
}
/* The fill just north-west of (x, y), by the arcs west of it: the seed of a picture there. */
static inline uint32_t mesh_fill_at(const struct mesh *m, int64_t x, int64_t y)
{
    int64_t fill = 0;
    for (size_t i = 0; i < m->n_arcs; i++) {
        const struct mesh_arc *arc = &m->arcs[i];
        int64_t turn = (int64_t)arc->left - arc->right;
        for (size_t j = 1; j < arc->n; j++) {
            struct mere_tile_point a = arc->pts[j - 1], b = arc->pts[j];
            bool down = a.y < b.y;
            struct mere_tile_point hi = down ? a : b, lo = down ? b : a;
            if (!(hi.y < y && y <= lo.y))
                continue;
            mere_i128 run = (mere_i128)(y - hi.y) * ((int64_t)lo.x - hi.x);
            if (hi.x + mesh_floor(run, (int64_t)lo.y - hi.y) < x)
                fill += down ? turn : -turn;
        }
    }
    return (uint32_t)fill;
}
/* The integral over t in 0..1 of max(0, a + t (b - a)). */
static inline double mesh_ramp(double a, double b)
{
    if (a >= 0 && b >= 0)
        return (a + b) / 2;
    if (a <= 0 && b <= 0)
        return 0;
    return a > 0 ? a * a / (a - b) / 2 : b * b / (b - a) / 2;
}
struct mesh_rect {
    double x0, y0, x1, y1; /* pixels */
};
/* The area, in square pixels, of the rectangle's part that is east of the segment. */
static inline double mesh_area_east(struct mere_tile_point a, struct mere_tile_point b,
                                    struct mesh_rect r)
{
    double ax = a.x / 256.0, ay = a.y / 256.0, bx = b.x / 256.0, by = b.y / 256.0;
    double y0 = fmax(fmin(ay, by), r.y0), y1 = fmin(fmax(ay, by), r.y1);
    if (y0 >= y1)
        return 0;
    double xa = ax + (y0 - ay) * (bx - ax) / (by - ay), xb = ax + (y1 - ay) * (bx - ax) / (by - ay);
    return (y1 - y0) * (mesh_ramp(r.x1 - xa, r.x1 - xb) - mesh_ramp(r.x0 - xa, r.x0 - xb));
}
/* The areas of the rectangle that fills 0..n_fills-1 cover. */
static inline void mesh_areas(const struct mesh *m, struct mesh_rect r, double *area,
                              size_t n_fills)
{
    for (size_t i = 0; i < n_fills; i++)
        area[i] = 0;
    area[0] = (r.x1 - r.x0) * (r.y1 - r.y0);
    for (size_t i = 0; i < m->n_arcs; i++) {
        const struct mesh_arc *arc = &m->arcs[i];
        for (size_t j = 1; j < arc->n && arc->left != arc->right; j++) {
            double east = mesh_area_east(arc->pts[j - 1], arc->pts[j], r);
            east = arc->pts[j - 1].y < arc->pts[j].y ? east : -east;
            area[arc->left] += east;
            area[arc->right] -= east;
        }
    }
}
/* The distance in pixels from a point, in pixels, to the nearest segment. */
static inline double mesh_distance(struct mere_tile_point a, struct mere_tile_point b, double x,
                                   double y)
{
    double ax = a.x / 256.0, ay = a.y / 256.0, dx = b.x / 256.0 - ax, dy = b.y / 256.0 - ay;
    double l2 = dx * dx + dy * dy, t = l2 > 0 ? ((x - ax) * dx + (y - ay) * dy) / l2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(x - ax - t * dx, y - ay - t * dy);
}
static inline double mesh_border(const struct mesh *m, double x, double y, int rank)
{
    double best = INFINITY;
    for (size_t i = 0; i < m->n_arcs; i++)
        for (size_t j = 1; j < m->arcs[i].n && (rank < 0 || m->arcs[i].rank == rank); j++)
            best = fmin(best, mesh_distance(m->arcs[i].pts[j - 1], m->arcs[i].pts[j], x, y));
    return best;
}
#endif
