/* border.c - the nearest border of a scheme: rings of cells outward from the point, until nothing
 * nearer can come. A point outside the table is asked of every arc. */
#include "geo/measure.h"
#include "locate/locate_priv.h"
#include <math.h>
#include <stdlib.h>

/* Beyond this the local plane is given up for the geodesic. */
#define PLANE_MAX_M 10000.0

struct search {
    const struct mere_locator *loc;
    const struct mere_scheme *scheme;
    struct mere_point p;
    int32_t own_face;
    double sx, sy; /* metres per unit at p */
    struct mere_nearest_border best;
    bool best_own; /* one side of the best arc has the label of the point */
};

static int32_t label_of(const struct search *q, int32_t face)
{
    return face < 0 ? MERE_LABEL_NONE : q->scheme->label[face];
}

/* Metres from p to a-b: the foot is found in the plane of p, the distance measured at the latitude
 * midway, where a plane is good to the third order (1 mm at 10 km). */
static double segment_m(const struct search *q, struct mere_point a, struct mere_point b)
{
    double ax = ((double)a.x - q->p.x) * q->sx, ay = ((double)a.y - q->p.y) * q->sy;
    double dx = ((double)b.x - a.x) * q->sx, dy = ((double)b.y - a.y) * q->sy;
    double len2 = dx * dx + dy * dy, t = len2 > 0 ? -(ax * dx + ay * dy) / len2 : 0;
    /* An end is taken as it is, so that all segments of a node are equally far. */
    double fx = t <= 0 ? ax : t < 1 ? ax + t * dx : ((double)b.x - q->p.x) * q->sx;
    double fy = t <= 0 ? ay : t < 1 ? ay + t * dy : ((double)b.y - q->p.y) * q->sy;
    double rough = hypot(fx, fy);
    if (q->best.arc >= 0 && rough > q->best.distance_m * 1.05 + 0.01)
        return rough;
    if (rough > PLANE_MAX_M) {
        struct mere_point foot = {(int32_t)(q->p.x + lround(fx / q->sx)),
                                  (int32_t)(q->p.y + lround(fy / q->sy))};
        return mere_distance_m(q->p, foot);
    }
    double mx, my;
    mere_scale_at((int32_t)(q->p.y + lround(fy / q->sy / 2)), &mx, &my);
    return hypot(fx / q->sx * mx, fy / q->sy * my);
}

static void try_segments(struct search *q, int32_t arc_index, uint32_t first, uint32_t n_segs)
{
    const struct mere_net *net = q->loc->net;
    const struct mere_arc *arc = &net->arcs[arc_index];
    int32_t left = label_of(q, arc->left), right = label_of(q, arc->right);
    if (left == right)
        return;
    int32_t mine = label_of(q, q->own_face);
    bool own = left == mine || right == mine;
    for (uint32_t i = first; i < first + n_segs; i++) {
        double d = segment_m(q, net->pts[i], net->pts[i + 1]);
        /* On a node several arcs are equally near: one that bounds the point's own zone goes first,
         * then the one with the lowest number. */
        bool better = q->best.arc < 0 || d < q->best.distance_m ||
                      (d <= q->best.distance_m &&
                       (own > q->best_own || (own == q->best_own && arc_index < q->best.arc)));
        if (!better)
            continue;
        q->best.distance_m = d;
        q->best.arc = arc_index;
        q->best.other_face = left == mine ? arc->right : arc->left;
        q->best_own = own;
    }
}

/* The arc that vertex `v` belongs to: the arcs' vertices stand one after the other. */
static int32_t arc_of_vertex(const struct mere_net *net, uint32_t v)
{
    int32_t lo = 0, hi = net->n_arcs - 1;
    while (lo < hi) {
        int32_t mid = lo + (hi - lo + 1) / 2;
        if (net->arcs[mid].first <= v)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

static void try_cell(struct search *q, int64_t col, int64_t row)
{
    const struct mere_locator *loc = q->loc;
    if (col < 0 || row < 0 || col >= loc->n_cols || row >= loc->n_rows)
        return;
    int32_t cell = loc->cell[mere_cell_at(loc, col, row)];
    if (cell >= MERE_FACE_OUTER)
        return;
    const uint32_t *word = loc->rec + ((uint32_t)cell & MERE_RECORD_MASK) + 1;
    for (bool last = false; !last;) {
        struct mere_chain c = mere_chain_read(word);
        try_segments(q, arc_of_vertex(loc->net, c.first), c.first, c.n_segs);
        last = c.last;
        word = c.points + c.n_points;
    }
}

/* Metres that every point outside the square of cells within `r` of (col, row) is away at least.
 * The scale along x is taken where it is least on the way: at most `reach` farther from the
 * equator. */
static double ring_bound_m(const struct search *q, int64_t col, int64_t row, int64_t r)
{
    int64_t size = (int64_t)1 << q->loc->shift;
    int64_t x = (int64_t)q->p.x - q->loc->origin.x, y = (int64_t)q->p.y - q->loc->origin.y;
    int64_t west = x - (col - r) * size, east = (col + r + 1) * size - x;
    int64_t south = y - (row - r) * size, north = (row + r + 1) * size - y;
    int64_t gx = west < east ? west : east, gy = south < north ? south : north;
    int64_t lat = llabs((long long)q->p.y) + (r + 1) * size;
    double sx, sy;
    mere_scale_at((int32_t)(lat < MERE_LAT_MAX ? lat : MERE_LAT_MAX), &sx, &sy);
    /* A degree of latitude differs by 1 % between equator and pole. */
    double bx = (double)(gx - 1) * sx, by = (double)(gy - 1) * q->sy * 0.99;
    return bx < by ? bx : by;
}

static void search_rings(struct search *q, int64_t col, int64_t row)
{
    int64_t n_cols = q->loc->n_cols, n_rows = q->loc->n_rows;
    for (int64_t r = 0; r < n_cols || r < n_rows; r++) {
        for (int64_t i = col - r; i <= col + r; i++) {
            try_cell(q, i, row - r);
            if (r > 0)
                try_cell(q, i, row + r);
        }
        for (int64_t j = row - r + 1; j < row + r; j++) {
            try_cell(q, col - r, j);
            try_cell(q, col + r, j);
        }
        if (q->best.arc >= 0 && ring_bound_m(q, col, row, r) > q->best.distance_m)
            return;
    }
}

struct mere_nearest_border mere_locate_border(const struct mere_locator *loc, int32_t scheme,
                                              struct mere_point p)
{
    struct search q = {.loc = loc,
                       .scheme = &loc->net->schemes[scheme],
                       .p = p,
                       .own_face = mere_locate_point(loc, p),
                       .best = {-1, -1, MERE_FACE_OUTER}};
    mere_scale_at(p.y, &q.sx, &q.sy);
    int64_t x = (int64_t)p.x - loc->origin.x, y = (int64_t)p.y - loc->origin.y;
    int64_t col = x >> loc->shift, row = y >> loc->shift;
    if (col >= 0 && row >= 0 && col < loc->n_cols && row < loc->n_rows)
        search_rings(&q, col, row);
    else
        for (int32_t i = 0; i < loc->net->n_arcs; i++)
            try_segments(&q, i, loc->net->arcs[i].first, loc->net->arcs[i].n - 1);
    return q.best;
}
