/* pyramid.c - zoom by zoom, each arc by itself. */
#include "net/pyramid.h"
#include "geo/exact.h"
#include "net/near.h"
#include <math.h>
#include <stdlib.h>

#define AREA_PX2 0.25 /* a corner of a smaller triangle goes */
#define FAR_PX 0.75   /* unless a vertex would lie farther than this from the line that stays */
#define PIXELS 256.0  /* a tile */
#define UNITS 3.6e9   /* around the Earth, 1e-7 degree */
#define BAND 10000

struct corner {
    double area; /* square units of longitude */
    uint32_t at;
};

struct thinning {
    const struct mere_net *net;
    uint8_t *zoom;
    uint32_t *before, *after; /* by point: its neighbours on the arc at this zoom */
    const uint32_t *keep;     /* by arc: how many inner points it must keep */
    uint32_t *n_inner;        /* by arc: how many it has at this zoom */
    double *smallest;         /* by arc: no corner is smaller; 0 not known */
    MERE_VEC(struct mere_near_point) live;
    struct mere_near near; /* the vertices of the zoom below */
    MERE_VEC(struct corner) heap;
    int32_t band; /* of latitude: a thousandth of a degree */
    double stretch;
    double area_limit, far_limit2; /* square units of longitude */
    int z;
};

/* ---- one corner ---- */

/* How many units of longitude one of latitude is as long as on the map, near `p`: 1 /
 * cos(latitude), the same in all of its band. */
static double stretch(struct thinning *t, struct mere_point p)
{
    int32_t nth = p.y / BAND, band = nth + (p.y < 0 ? -1 : 1); /* 0: none yet */
    if (band != t->band) {
        t->band = band;
        t->stretch =
            1 / cos(mere_e7_to_rad((int64_t)nth * BAND + (p.y < 0 ? -BAND / 2 : BAND / 2)));
    }
    return t->stretch;
}

static double area(struct thinning *t, uint32_t at)
{
    const struct mere_point *pts = t->net->pts;
    struct mere_point a = pts[t->before[at]], v = pts[at], b = pts[t->after[at]];
    double ax = (double)a.x - v.x, ay = (double)a.y - v.y;
    double bx = (double)b.x - v.x, by = (double)b.y - v.y;
    return fabs(ax * by - ay * bx) / 2 * stretch(t, v);
}

/* Whether without `at` a vertex that went lies too far from the line that stays. */
static bool moves_far(struct thinning *t, uint32_t at)
{
    const struct mere_point *pts = t->net->pts;
    uint32_t first = t->before[at], last = t->after[at];
    double k = stretch(t, pts[at]);
    double dx = (double)pts[last].x - pts[first].x, dy = ((double)pts[last].y - pts[first].y) * k;
    double len2 = dx * dx + dy * dy;
    for (uint32_t i = first + 1; i < last; i++) {
        double px = (double)pts[i].x - pts[first].x, py = ((double)pts[i].y - pts[first].y) * k;
        double s = len2 > 0 ? (px * dx + py * dy) / len2 : 0;
        s = s < 0 ? 0 : s > 1 ? 1 : s;
        double ex = px - s * dx, ey = py - s * dy;
        if (ex * ex + ey * ey > t->far_limit2)
            return true;
    }
    return false;
}

/* Whether a vertex lies in or on the triangle of the corner. */
static bool is_blocked(const struct thinning *t, const struct mere_arc *arc, uint32_t at)
{
    const struct mere_point *pts = t->net->pts;
    struct mere_point corner[3] = {pts[t->before[at]], pts[at], pts[t->after[at]]};
    struct mere_near_search search;
    mere_near_begin(&t->near, mere_box_of(corner, 3), &search);
    for (const struct mere_near_point *v; (v = mere_near_next(&t->near, &search));) {
        bool own = v->at >= arc->first && v->at - arc->first < arc->n;
        if (own && t->zoom[v->at] > t->z) /* went already */
            continue;
        if (mere_point_same(v->p, corner[0]) || mere_point_same(v->p, corner[1]) ||
            mere_point_same(v->p, corner[2]))
            continue;
        int s = mere_orient_points(corner[0], corner[1], v->p);
        int u = mere_orient_points(corner[1], corner[2], v->p);
        int w = mere_orient_points(corner[2], corner[0], v->p);
        if ((s >= 0 && u >= 0 && w >= 0) || (s <= 0 && u <= 0 && w <= 0))
            return true;
    }
    return false;
}

/* ---- one arc: a heap of corners, the smallest first, then by place on the arc ---- */

static bool is_smaller(struct corner a, struct corner b)
{
    return a.area != b.area ? a.area < b.area : a.at < b.at;
}

static bool push(struct thinning *t, struct corner c)
{
    if (!MERE_PUSH(&t->heap, c))
        return false;
    size_t i = t->heap.n - 1;
    for (; i > 0 && is_smaller(c, t->heap.v[(i - 1) / 2]); i = (i - 1) / 2)
        t->heap.v[i] = t->heap.v[(i - 1) / 2];
    t->heap.v[i] = c;
    return true;
}

static struct corner pop(struct thinning *t)
{
    struct corner *v = t->heap.v, top = v[0], c = v[--t->heap.n];
    size_t n = t->heap.n, i = 0;
    for (size_t k; (k = 2 * i + 1) < n; i = k) {
        if (k + 1 < n && is_smaller(v[k + 1], v[k]))
            k++;
        if (!is_smaller(v[k], c))
            break;
        v[i] = v[k];
    }
    v[i] = c;
    return top;
}

static bool push_if_small(struct thinning *t, uint32_t at)
{
    struct corner c = {area(t, at), at};
    return !(c.area < t->area_limit) || push(t, c);
}

/* Make the heap of the arc's small corners; where there is none, remember the smallest. */
static bool push_arc(struct thinning *t, int32_t a)
{
    const struct mere_arc *arc = &t->net->arcs[a];
    uint32_t last = arc->first + arc->n - 1;
    double smallest = INFINITY;
    t->heap.n = 0;
    for (uint32_t i = t->after[arc->first]; i != last; i = t->after[i]) {
        struct corner c = {area(t, i), i};
        smallest = c.area < smallest ? c.area : smallest;
        if (c.area < t->area_limit && !push(t, c))
            return false;
    }
    t->smallest[a] = t->heap.n > 0 ? 0 : smallest;
    return true;
}

/* Take corners of the heap off the arc, as far as this zoom may. */
static bool thin(struct thinning *t, int32_t a)
{
    const struct mere_arc *arc = &t->net->arcs[a];
    uint32_t last = arc->first + arc->n - 1;
    while (t->heap.n > 0 && t->n_inner[a] > t->keep[a]) {
        struct corner c = pop(t);
        if (t->zoom[c.at] > t->z || c.area != area(t, c.at)) /* gone, or of former neighbours */
            continue;
        if (moves_far(t, c.at) || is_blocked(t, arc, c.at))
            continue; /* it comes again when a neighbour goes, or at the next zoom */
        uint32_t p = t->before[c.at], q = t->after[c.at];
        t->zoom[c.at] = (uint8_t)(t->z + 1);
        t->after[p] = q;
        t->before[q] = p;
        t->n_inner[a]--;
        if ((p != arc->first && !push_if_small(t, p)) || (q != last && !push_if_small(t, q)))
            return false;
    }
    return true;
}

/* ---- what must stay ---- */

struct between { /* two nodes */
    int32_t low, high;
    bool bent;
    int32_t arc;
};

static int between_cmp(const void *va, const void *vb)
{
    const struct between *a = va, *b = vb;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    if (a->bent != b->bent)
        return a->bent ? 1 : -1;
    return (a->arc > b->arc) - (a->arc < b->arc);
}

/* By arc, how many inner points it keeps: a ring two; of arcs between the same nodes one, but the
 * straight one or else the first none. */
static bool must_keep(const struct mere_net *net, uint32_t *ret)
{
    struct between *v = mere_malloc(((size_t)net->n_arcs + 1) * sizeof *v);
    if (!v)
        return false;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t from = net->arcs[a].from, to = net->arcs[a].to;
        v[a] =
            (struct between){from < to ? from : to, from < to ? to : from, net->arcs[a].n > 2, a};
    }
    qsort(v, (size_t)net->n_arcs, sizeof *v, between_cmp);
    for (int32_t i = 0; i < net->n_arcs; i++) {
        bool again = i > 0 && v[i].low == v[i - 1].low && v[i].high == v[i - 1].high;
        ret[v[i].arc] = v[i].low == v[i].high ? 2 : again ? 1 : 0;
    }
    free(v);
    return true;
}

/* ---- the zooms ---- */

/* The vertices that no zoom so far let go, by place. */
static bool lay_out_live(struct thinning *t)
{
    const struct mere_net *net = t->net;
    t->live.n = 0;
    for (size_t i = 0; i < net->n_pts; i++)
        if (t->zoom[i] <= t->z &&
            !MERE_PUSH(&t->live, (struct mere_near_point){net->pts[i], (uint32_t)i}))
            return false;
    return mere_near_make(&t->near, t->live.v, t->live.n);
}

static bool thin_all(struct thinning *t)
{
    const struct mere_net *net = t->net;
    bool near = false; /* made for this zoom */
    for (int32_t a = 0; a < net->n_arcs; a++) {
        if (t->n_inner[a] <= t->keep[a] || t->smallest[a] >= t->area_limit)
            continue;
        if (!push_arc(t, a))
            return false;
        if (t->heap.n == 0)
            continue;
        if (!near && !lay_out_live(t))
            return false;
        near = true;
        if (!thin(t, a))
            return false;
    }
    return true;
}

static bool thin_zooms(struct thinning *t)
{
    const struct mere_net *net = t->net;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        t->n_inner[a] = arc->n - 2;
        for (uint32_t i = arc->first; i < arc->first + arc->n; i++) {
            t->before[i] = i - 1;
            t->after[i] = i + 1;
        }
    }
    for (t->z = MERE_ZOOM_MAX; t->z >= 0; t->z--) {
        double px = UNITS / PIXELS / (double)(1 << t->z); /* in units of longitude */
        t->area_limit = AREA_PX2 * px * px;
        t->far_limit2 = FAR_PX * FAR_PX * px * px;
        if (!thin_all(t))
            return false;
    }
    return true;
}

enum mere_status mere_pyramid_build(struct mere_ctx *ctx, const struct mere_net *net,
                                    struct mere_pyramid **ret_pyramid)
{
    struct mere_pyramid *p = calloc(1, sizeof *p);
    size_t n_arcs = (size_t)net->n_arcs + 1, n_pts = net->n_pts + 1;
    struct thinning t = {.net = net};
    uint32_t *keep = mere_malloc(n_arcs * sizeof *keep);
    t.n_inner = mere_malloc(n_arcs * sizeof *t.n_inner);
    t.smallest = mere_calloc(n_arcs, sizeof *t.smallest);
    t.before = mere_malloc(n_pts * sizeof *t.before);
    t.after = mere_malloc(n_pts * sizeof *t.after);
    if (p) {
        p->n_pts = net->n_pts;
        t.zoom = p->zoom = mere_calloc(n_pts, 1);
    }
    t.keep = keep;
    bool ok = p && p->zoom && keep && t.n_inner && t.smallest && t.before && t.after &&
              must_keep(net, keep) && thin_zooms(&t);
    mere_near_free(&t.near);
    MERE_VEC_FREE(&t.live);
    MERE_VEC_FREE(&t.heap);
    free(keep);
    free(t.n_inner);
    free(t.smallest);
    free(t.before);
    free(t.after);
    if (!ok) {
        mere_pyramid_free(p);
        return mere_fail_nomem(ctx, "thinning the borders for maps");
    }
    *ret_pyramid = p;
    return MERE_OK;
}

void mere_pyramid_free(struct mere_pyramid *pyramid)
{
    if (!pyramid)
        return;
    free(pyramid->zoom);
    free(pyramid);
}
