/* edit_oracle.h - is a changed network planar, and the same as before? Slow, exact, and by other
 * means than the edit's own: rings are copied out as polygons, the change is made to the polygons,
 * and then every segment is held against every other.
 *
 * The network is sound when segments meet in common ends only, no two vertices coincide, each ring
 * turns the way it did, the order of borders around every vertex is what it was, and every hole
 * lies in the shell of its face and in no other hole of it. */
#ifndef MERE_TESTS_EDIT_ORACLE_H
#define MERE_TESTS_EDIT_ORACLE_H
#include "check.h"
#include "net/edit_priv.h"

struct polygon {
    size_t first, n; /* points, not closed */
    int32_t face;
    bool shell;
};
struct oracle {
    MERE_VEC(struct polygon) rings;
    MERE_VEC(struct mere_point) pts;
};
struct pair { /* a directed segment */
    struct mere_point a, b;
};

static inline void oracle_free(struct oracle *o)
{
    MERE_VEC_FREE(&o->rings);
    MERE_VEC_FREE(&o->pts);
}

static inline mere_i128 oracle_area2(const struct oracle *o, size_t r)
{
    return mere_ring_area2(o->pts.v + o->rings.v[r].first, o->rings.v[r].n);
}

/* Copy the rings of the edit out. */
static inline void oracle_read(const struct mere_edit *e, struct oracle *o)
{
    o->rings.n = o->pts.n = 0;
    for (int32_t r = 0; r < (int32_t)e->t[MERE_T_RING].n; r++) {
        int32_t first = mere_ring_at(e, r)->edge, on = first;
        if (first < 0)
            continue;
        struct polygon ring = {.first = o->pts.n, .face = mere_ring_at(e, r)->face};
        do {
            for (uint32_t i = 0; i + 1 < mere_arc_at(e, on >> 1)->n; i++)
                if (!MERE_PUSH(&o->pts, mere_step_of(e, on, i)))
                    exit(3);
            on = mere_next_of(e, on);
        } while (on != first);
        ring.n = o->pts.n - ring.first;
        ring.shell = mere_ring_area2(o->pts.v + ring.first, ring.n) > 0;
        if (!MERE_PUSH(&o->rings, ring))
            exit(3);
    }
}

/* Make `to` of `from`: `p` goes to `q`; or, with `ends`, `q` comes between the two; or, without
 * `q`, `p` goes. */
static inline void oracle_change(const struct oracle *from, struct oracle *to,
                                 const struct mere_point *p, const struct mere_point *ends,
                                 const struct mere_point *q)
{
    to->rings.n = to->pts.n = 0;
    for (size_t r = 0; r < from->rings.n; r++) {
        struct polygon ring = from->rings.v[r];
        const struct mere_point *v = from->pts.v + ring.first;
        size_t first = to->pts.n;
        for (size_t i = 0; i < ring.n; i++) {
            struct mere_point a = v[i], b = v[i + 1 < ring.n ? i + 1 : 0];
            bool is_p = p && mere_point_same(a, *p);
            if (is_p && !q)
                continue;
            if (!MERE_PUSH(&to->pts, is_p ? *q : a))
                exit(3);
            bool here = ends && ((mere_point_same(a, ends[0]) && mere_point_same(b, ends[1])) ||
                                 (mere_point_same(a, ends[1]) && mere_point_same(b, ends[0])));
            if (here && !MERE_PUSH(&to->pts, *q))
                exit(3);
        }
        ring.first = first;
        ring.n = to->pts.n - first;
        if (!MERE_PUSH(&to->rings, ring))
            exit(3);
    }
}

static inline int oracle_winding(const struct oracle *o, size_t r, struct mere_point p)
{
    int w = 0;
    const struct mere_point *v = o->pts.v + o->rings.v[r].first;
    for (size_t i = 0, n = o->rings.v[r].n; i < n; i++) {
        struct mere_point a = v[i], b = v[i + 1 < n ? i + 1 : 0];
        if (a.y <= p.y && b.y > p.y && mere_orient_points(a, b, p) > 0)
            w++;
        if (b.y <= p.y && a.y > p.y && mere_orient_points(a, b, p) < 0)
            w--;
    }
    return w;
}

static inline int oracle_cmp_pair(const void *va, const void *vb)
{
    const struct pair *a = va, *b = vb;
    int c = mere_point_cmp(a->a, b->a);
    return c ? c : mere_point_cmp(a->b, b->b);
}

/* Segments are in the list once each way. Whether two meet badly, or one has no length. */
static inline bool oracle_crosses(const struct pair *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (mere_point_same(s[i].a, s[i].b))
            return true;
        if (mere_point_cmp(s[i].a, s[i].b) > 0)
            continue;
        for (size_t j = 0; j < i; j++) {
            if (mere_point_cmp(s[j].a, s[j].b) > 0)
                continue;
            enum mere_meet meet = mere_segments_meet(mere_lattice(s[i].a), mere_lattice(s[i].b),
                                                     mere_lattice(s[j].a), mere_lattice(s[j].b));
            bool common = mere_point_same(s[i].a, s[j].a) || mere_point_same(s[i].a, s[j].b) ||
                          mere_point_same(s[i].b, s[j].a) || mere_point_same(s[i].b, s[j].b);
            if (meet != MERE_MEET_NONE && (meet != MERE_MEET_TOUCH || !common))
                return true;
        }
    }
    return false;
}

/* At each corner a-v-b of a ring, b is the next one clockwise from a among all that leave v: no
 * other segment at v lies in the corner. */
static inline bool oracle_corner_is_free(const struct pair *s, size_t n, struct mere_point a,
                                         struct mere_point v, struct mere_point b)
{
    struct mere_lattice_point hub = mere_lattice(v), la = mere_lattice(a), lb = mere_lattice(b);
    struct pair key = {v, {INT32_MIN, INT32_MIN}};
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (oracle_cmp_pair(&s[mid], &key) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < n && mere_point_same(s[lo].a, v); lo++) {
        struct mere_lattice_point c = mere_lattice(s[lo].b);
        if (mere_point_same(s[lo].b, a) || mere_point_same(s[lo].b, b))
            continue;
        bool past_b = mere_angle_cmp(hub, lb, c) < 0, before_a = mere_angle_cmp(hub, c, la) < 0;
        if (mere_angle_cmp(hub, lb, la) < 0 ? past_b && before_a : past_b || before_a)
            return false;
    }
    return true;
}

static inline bool oracle_corners(const struct oracle *o, const struct pair *s, size_t n)
{
    for (size_t r = 0; r < o->rings.n; r++) {
        const struct mere_point *v = o->pts.v + o->rings.v[r].first;
        size_t m = o->rings.v[r].n;
        for (size_t i = 0; i < m; i++)
            if (!oracle_corner_is_free(s, n, v[i > 0 ? i - 1 : m - 1], v[i],
                                       v[i + 1 < m ? i + 1 : 0]))
                return false;
    }
    return true;
}

static inline bool oracle_holes(const struct oracle *o)
{
    for (size_t h = 0; h < o->rings.n; h++) {
        if (o->rings.v[h].shell)
            continue;
        struct mere_point p = o->pts.v[o->rings.v[h].first];
        bool in_shell = o->rings.v[h].face < 0;
        for (size_t r = 0; r < o->rings.n; r++) {
            if (r == h || o->rings.v[r].face != o->rings.v[h].face)
                continue;
            bool inside = oracle_winding(o, r, p) != 0;
            if (!o->rings.v[r].shell && inside)
                return false;
            in_shell = in_shell || (o->rings.v[r].shell && inside);
        }
        if (!in_shell)
            return false;
    }
    return true;
}

/* NULL when the network is sound, else what is not. */
static inline const char *oracle_says(const struct oracle *o)
{
    MERE_VEC(struct pair) s = {0};
    const char *wrong = NULL;
    for (size_t r = 0; r < o->rings.n; r++) {
        const struct mere_point *v = o->pts.v + o->rings.v[r].first;
        size_t m = o->rings.v[r].n;
        mere_i128 area2 = m < 3 ? 0 : oracle_area2(o, r);
        if (o->rings.v[r].shell ? area2 <= 0 : area2 >= 0)
            wrong = "a ring turned over";
        for (size_t i = 0; i < m; i++)
            if (!MERE_PUSH(&s, (struct pair){v[i], v[i + 1 < m ? i + 1 : 0]}))
                exit(3);
    }
    if (s.n > 0)
        qsort(s.v, s.n, sizeof *s.v, oracle_cmp_pair);
    for (size_t i = 1; i < s.n && !wrong; i++)
        if (oracle_cmp_pair(&s.v[i - 1], &s.v[i]) == 0)
            wrong = "a segment is there twice";
    if (!wrong && oracle_crosses(s.v, s.n))
        wrong = "segments meet";
    if (!wrong && !oracle_corners(o, s.v, s.n))
        wrong = "the order around a vertex changed";
    if (!wrong && !oracle_holes(o))
        wrong = "a hole left its face";
    MERE_VEC_FREE(&s);
    return wrong;
}

/* Whether `p` is a vertex. */
static inline bool oracle_has(const struct oracle *o, struct mere_point p)
{
    for (size_t i = 0; i < o->pts.n; i++)
        if (mere_point_same(o->pts.v[i], p))
            return true;
    return false;
}

/* Whether ring `r` has a corner at `v` that the way from there to `c` leads into. */
static inline bool oracle_opens(const struct oracle *o, size_t r, struct mere_point v,
                                struct mere_point c)
{
    const struct mere_point *p = o->pts.v + o->rings.v[r].first;
    struct mere_lattice_point hub = mere_lattice(v), to = mere_lattice(c);
    for (size_t i = 0, n = o->rings.v[r].n; i < n; i++) {
        struct mere_lattice_point a = mere_lattice(p[i > 0 ? i - 1 : n - 1]);
        struct mere_lattice_point b = mere_lattice(p[i + 1 < n ? i + 1 : 0]);
        bool past_b = mere_angle_cmp(hub, b, to) < 0, before_a = mere_angle_cmp(hub, to, a) < 0;
        bool inside = mere_angle_cmp(hub, b, a) < 0 ? past_b && before_a : past_b || before_a;
        if (mere_point_same(p[i], v) && inside)
            return true;
    }
    return false;
}

/* Whether the path is clear of all borders and of itself. */
static inline bool oracle_path_is_clear(const struct oracle *o, const struct mere_point *path,
                                        size_t n)
{
    MERE_VEC(struct pair) s = {0};
    bool ok = true;
    for (size_t i = 1; i + 1 < n; i++) {
        ok = ok && !oracle_has(o, path[i]);
        for (size_t k = 0; k < i; k++)
            ok = ok && !mere_point_same(path[i], path[k]);
    }
    for (size_t r = 0; r < o->rings.n; r++)
        for (size_t i = 0, m = o->rings.v[r].n; i < m; i++) {
            const struct mere_point *v = o->pts.v + o->rings.v[r].first;
            struct pair side = {v[i], v[i + 1 < m ? i + 1 : 0]};
            if (mere_point_cmp(side.a, side.b) < 0 && !MERE_PUSH(&s, side))
                exit(3);
        }
    for (size_t i = 1; i < n; i++) {
        bool up = mere_point_cmp(path[i - 1], path[i]) < 0;
        if (!MERE_PUSH(&s, (struct pair){path[up ? i - 1 : i], path[up ? i : i - 1]}))
            exit(3);
    }
    ok = ok && !oracle_crosses(s.v, s.n);
    MERE_VEC_FREE(&s);
    return ok;
}

/* Whether the path divides `face`: it is clear, and begins and ends in corners of one ring; or it
 * is closed and stands free. */
static inline bool oracle_divides(const struct oracle *o, int32_t face,
                                  const struct mere_point *path, size_t n)
{
    bool closed = mere_point_same(path[0], path[n - 1]);
    if ((closed && n < 4) || !oracle_path_is_clear(o, path, n))
        return false;
    if (closed && !oracle_has(o, path[0]))
        return true;
    for (size_t r = 0; r < o->rings.n; r++)
        if (o->rings.v[r].face == face && oracle_opens(o, r, path[0], path[1]) &&
            oracle_opens(o, r, path[n - 1], path[n - 2]))
            return true;
    return false;
}
#endif
