/* zoom_snap.c - lines through the centres of the unit squares around all vertices that they pass.
 *
 * The lines come from a network without crossings, but each edge may run a quarter unit beside its
 * course, so two may cross here after all. Then a vertex of one lies within a unit of the other:
 * there crossings are looked for, and their squares count like those of vertices. With the squares
 * of all vertices and crossings nothing crosses afterwards (Hobby 1999). What is thinner than half
 * a unit may be turned over thereby; it is as good as collapsed. */
#include "geo/exact.h"
#include "net/near.h"
#include "tile/zoom_priv.h"
#include <stdlib.h>

#define NO_VERTEX UINT32_MAX
#define BESIDE ((int64_t)2 * ZOOM_FINE) /* fine units: more than two courses differ from chords */

struct stop { /* a centre on the way along a segment */
    double along;
    struct mere_unit_point at;
};

struct snapping {
    const struct zoom_lines *lines;
    bool *ends;            /* by point: the last one of its line */
    struct mere_near near; /* centres, in units */
    MERE_VEC(struct mere_near_point) centres;
    MERE_VEC(struct stop) stops; /* of one segment */
    MERE_VEC(struct mere_unit_point) pts;
    MERE_VEC(uint32_t) first;
};

/* The unit whose square holds a fine place: half-open, to the south and east the next one begins.
 */
static int32_t unit_of(int64_t fine)
{
    int64_t up = fine + ZOOM_FINE / 2;
    return (int32_t)((up >= 0 ? up : up - (ZOOM_FINE - 1)) / ZOOM_FINE);
}

static struct mere_unit_point centre_of(struct mere_lattice_point p)
{
    return (struct mere_unit_point){unit_of(p.x), unit_of(p.y)};
}

static bool is_same(struct mere_unit_point a, struct mere_unit_point b)
{
    return a.x == b.x && a.y == b.y;
}

/* ---- the centres ---- */

static bool add_centre(struct snapping *s, struct mere_unit_point c, uint32_t at)
{
    return MERE_PUSH(&s->centres, (struct mere_near_point){{c.x, c.y}, at});
}

/* If the segments that begin at `a` and `b` cross, their crossing counts like a vertex. */
static bool add_crossing(struct snapping *s, const struct mere_lattice_point *a,
                         const struct mere_lattice_point *b)
{
    if (mere_segments_meet(a[0], a[1], b[0], b[1]) != MERE_MEET_CROSS)
        return true;
    struct mere_lattice_point c = mere_crossing_square(a[0], a[1], b[0], b[1], ZOOM_FINE / 2);
    return add_centre(s, (struct mere_unit_point){(int32_t)c.x, (int32_t)c.y}, NO_VERTEX);
}

/* Look for crossings of the segment that begins at `a` with those at vertices beside it. */
static bool find_crossings(struct snapping *s, uint32_t a)
{
    const struct mere_lattice_point *pts = s->lines->pts.v;
    struct mere_unit_point from = centre_of(pts[a]), to = centre_of(pts[a + 1]);
    struct mere_point ends[2] = {{from.x, from.y}, {to.x, to.y}};
    struct mere_box box = mere_box_of(ends, 2);
    struct mere_near_search search;
    box = (struct mere_box){{box.min.x - 1, box.min.y - 1}, {box.max.x + 1, box.max.y + 1}};
    mere_near_begin(&s->near, box, &search);
    for (const struct mere_near_point *v; (v = mere_near_next(&s->near, &search));) {
        uint32_t at = v->at;
        if (at == a || at == a + 1 || !mere_in_square(pts[a], pts[a + 1], pts[at], BESIDE))
            continue;
        if ((!s->ends[at] && !add_crossing(s, pts + a, pts + at)) ||
            (at > 0 && !s->ends[at - 1] && !add_crossing(s, pts + a, pts + at - 1)))
            return false;
    }
    return true;
}

static bool find_all_crossings(struct snapping *s)
{
    size_t n = s->centres.n;
    for (size_t i = 0; i + 1 < s->lines->pts.n; i++)
        if (!s->ends[i] && !find_crossings(s, (uint32_t)i))
            return false;
    return s->centres.n == n || mere_near_make(&s->near, s->centres.v, s->centres.n);
}

/* Mark the points that end a line. */
static bool mark_ends(struct snapping *s)
{
    s->ends = calloc(s->lines->pts.n + 1, sizeof *s->ends);
    for (size_t a = 1; s->ends && a < s->lines->first.n; a++)
        s->ends[s->lines->first.v[a] - 1] = true;
    return s->ends != NULL;
}

static bool find_centres(struct snapping *s)
{
    for (size_t i = 0; i < s->lines->pts.n; i++)
        if (!add_centre(s, centre_of(s->lines->pts.v[i]), (uint32_t)i))
            return false;
    return mere_near_make(&s->near, s->centres.v, s->centres.n) && mark_ends(s) &&
           find_all_crossings(s);
}

/* ---- the chains ---- */

static int stop_cmp(const void *va, const void *vb)
{
    const struct stop *a = va, *b = vb;
    return (a->along > b->along) - (a->along < b->along);
}

static void sort_stops(struct stop *v, size_t n)
{
    if (n > 1)
        qsort(v, n, sizeof *v, stop_cmp);
}

/* The centres that the segment a-b passes between its ends. Squares are passed in the order of
 * their centres along it: it goes on in x and in y, so from one square to the next neither turns
 * back. */
static bool find_stops(struct snapping *s, struct mere_lattice_point a, struct mere_lattice_point b)
{
    struct mere_unit_point from = centre_of(a), to = centre_of(b);
    struct mere_point ends[2] = {{from.x, from.y}, {to.x, to.y}};
    struct mere_near_search search;
    s->stops.n = 0;
    mere_near_begin(&s->near, mere_box_of(ends, 2), &search);
    for (const struct mere_near_point *c; (c = mere_near_next(&s->near, &search));) {
        struct mere_unit_point at = {c->p.x, c->p.y};
        struct mere_lattice_point p = {(int64_t)at.x * ZOOM_FINE, (int64_t)at.y * ZOOM_FINE};
        if (is_same(at, from) || is_same(at, to) || !mere_in_square(a, b, p, ZOOM_FINE / 2))
            continue;
        double along =
            (double)(b.x - a.x) * (double)(p.x - a.x) + (double)(b.y - a.y) * (double)(p.y - a.y);
        if (!MERE_PUSH(&s->stops, (struct stop){along, at}))
            return false;
    }
    sort_stops(s->stops.v, s->stops.n);
    return true;
}

static bool go_to(struct snapping *s, struct mere_unit_point p)
{
    uint32_t begin = s->first.v[s->first.n - 1];
    return (s->pts.n > begin && is_same(s->pts.v[s->pts.n - 1], p)) || MERE_PUSH(&s->pts, p);
}

static bool snap_line(struct snapping *s, uint32_t first, uint32_t end)
{
    const struct mere_lattice_point *pts = s->lines->pts.v;
    if (!MERE_PUSH(&s->first, (uint32_t)s->pts.n) || !go_to(s, centre_of(pts[first])))
        return false;
    for (uint32_t i = first; i + 1 < end; i++) {
        if (!find_stops(s, pts[i], pts[i + 1]))
            return false;
        for (size_t k = 0; k < s->stops.n; k++)
            if (!go_to(s, s->stops.v[k].at))
                return false;
        if (!go_to(s, centre_of(pts[i + 1])))
            return false;
    }
    return true;
}

/* Hand the chains over to the arena of `z`. */
static bool keep(struct snapping *s, struct mere_zoom *z)
{
    uint32_t *first = MERE_NEW(&z->arena, uint32_t, s->first.n);
    struct mere_unit_point *pts = MERE_NEW(&z->arena, struct mere_unit_point, s->pts.n);
    if (!first || (!pts && s->pts.n > 0))
        return false;
    for (size_t i = 0; i < s->first.n; i++)
        first[i] = s->first.v[i];
    for (size_t i = 0; i < s->pts.n; i++)
        pts[i] = s->pts.v[i];
    z->first = first;
    z->pts = pts;
    z->n_pts = (uint32_t)s->pts.n;
    return true;
}

bool mere_zoom_snap(const struct zoom_lines *lines, struct mere_zoom *z)
{
    struct snapping s = {.lines = lines};
    bool ok = find_centres(&s);
    for (size_t a = 0; ok && a + 1 < lines->first.n; a++)
        ok = snap_line(&s, lines->first.v[a], lines->first.v[a + 1]);
    ok = ok && MERE_PUSH(&s.first, (uint32_t)s.pts.n) && keep(&s, z);
    free(s.ends);
    mere_near_free(&s.near);
    MERE_VEC_FREE(&s.centres);
    MERE_VEC_FREE(&s.stops);
    MERE_VEC_FREE(&s.pts);
    MERE_VEC_FREE(&s.first);
    return ok;
}
