/* seams_land.c - whether a loop of banks and straight cuts is a simple ring around unclaimed land.
 *
 * One sweep upwards over the ring's edges and the border near them, with exact predicates. The
 * border is in no one's land and crosses itself nowhere, so a ring that it doesn't cross, and
 * that holds no island, holds no claimed land. */
#include "base/hash.h"
#include "check/seams_priv.h"
#include "geo/exact.h"

struct edge {
    struct mere_point a, b;
    uint32_t at;   /* of the ring; SEAM_NONE: border */
    uint32_t ring; /* of border */
};
struct look {
    struct seams *m;
    const struct seam_shore *shore;
    struct mere_box box;
    MERE_VEC(uint32_t) near;
    MERE_VEC(struct edge) edges;
};

static int32_t low(const struct edge *e)
{
    return e->a.y < e->b.y ? e->a.y : e->b.y;
}
static int32_t high(const struct edge *e)
{
    return e->a.y > e->b.y ? e->a.y : e->b.y;
}

static int edge_cmp(const void *va, const void *vb)
{
    const struct edge *a = va, *b = vb;
    if (low(a) != low(b))
        return low(a) < low(b) ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static int u32_cmp(const void *va, const void *vb)
{
    uint32_t a = *(const uint32_t *)va, b = *(const uint32_t *)vb;
    return (a > b) - (a < b);
}

/* The first cell not before `key`. */
static size_t first_cell(const struct seams *m, uint64_t key)
{
    size_t from = 0, end = m->cells.n;
    while (from < end) {
        size_t mid = from + (end - from) / 2;
        if (m->cells.v[mid].key < key)
            from = mid + 1;
        else
            end = mid;
    }
    return from;
}

/* Border segments in the cells that the ring's box meets, each once. */
static bool find_near(struct look *l)
{
    const struct seams *m = l->m;
    struct seam_vec a = seam_metres(m, l->box.min), b = seam_metres(m, l->box.max);
    uint64_t col0 = (uint64_t)(a.x / m->cell), col1 = (uint64_t)(b.x / m->cell);
    for (uint64_t row = (uint64_t)(a.y / m->cell); row <= (uint64_t)(b.y / m->cell); row++) {
        uint64_t last = row * m->n_cols + col1;
        for (size_t i = first_cell(m, row * m->n_cols + col0);
             i < m->cells.n && m->cells.v[i].key <= last; i++)
            if (!MERE_PUSH(&l->near, m->cells.v[i].value & (uint32_t)(SEAM_SEGMENTS_MAX - 1)))
                return false;
    }
    if (l->near.n > 0)
        qsort(l->near.v, l->near.n, sizeof *l->near.v, u32_cmp);
    return true;
}

static bool gather_edges(struct look *l)
{
    const struct seam_shore *shore = l->shore;
    for (size_t i = 0; i < shore->pts.n; i++)
        mere_box_add(&l->box, shore->pts.v[i]);
    for (size_t i = 0; i < shore->pts.n; i++)
        if (!MERE_PUSH(&l->edges,
                       (struct edge){shore->pts.v[i], shore->pts.v[(i + 1) % shore->pts.n],
                                     (uint32_t)i, SEAM_NONE}))
            return false;
    if (!find_near(l))
        return false;
    for (size_t i = 0; i < l->near.n; i++) {
        const struct seam_segment *seg = &l->m->segments.v[l->near.v[i]];
        if (i > 0 && l->near.v[i] == l->near.v[i - 1])
            continue;
        if (!MERE_PUSH(&l->edges, (struct edge){seg->a, seg->b, SEAM_NONE, seg->ring}))
            return false;
    }
    return true;
}

/* Whether the two may not be as they are. */
static bool collide(const struct look *l, const struct edge *e, const struct edge *f)
{
    struct mere_lattice_point a = mere_lattice(e->a), b = mere_lattice(e->b);
    struct mere_lattice_point c = mere_lattice(f->a), d = mere_lattice(f->b);
    enum mere_meet meet = mere_segments_meet(a, b, c, d);
    if (meet == MERE_MEET_NONE)
        return false;
    if (f->at == SEAM_NONE) {
        bool cut = l->shore->edges.v[e->at].is_cut;
        return meet == MERE_MEET_CROSS ||
               (cut && !mere_on_segment(c, d, a) && !mere_on_segment(c, d, b));
    }
    size_t n = l->shore->pts.n;
    bool neighbours = (e->at + 1) % n == f->at || (f->at + 1) % n == e->at;
    return !neighbours || meet != MERE_MEET_TOUCH;
}

static bool apart_in_x(const struct edge *e, const struct edge *f)
{
    int32_t e0 = e->a.x < e->b.x ? e->a.x : e->b.x, e1 = e->a.x < e->b.x ? e->b.x : e->a.x;
    int32_t f0 = f->a.x < f->b.x ? f->a.x : f->b.x, f1 = f->a.x < f->b.x ? f->b.x : f->a.x;
    return e1 < f0 || f1 < e0;
}

static bool sweep(const struct look *l, struct seam_fault *ret)
{
    const struct edge *v = l->edges.v;
    for (size_t i = 0; i < l->edges.n; i++)
        for (size_t k = i + 1; k < l->edges.n && low(&v[k]) <= high(&v[i]); k++) {
            bool i_border = v[i].at == SEAM_NONE, k_border = v[k].at == SEAM_NONE;
            if ((i_border && k_border) || apart_in_x(&v[i], &v[k]))
                continue;
            const struct edge *e = i_border ? &v[k] : &v[i], *f = i_border ? &v[i] : &v[k];
            if (!collide(l, e, f))
                continue;
            ret->piece = l->shore->edges.v[e->at].piece;
            ret->other = f->at == SEAM_NONE ? SEAM_NONE : l->shore->edges.v[f->at].piece;
            return false;
        }
    return true;
}

bool seam_ring_holds(const struct mere_point *ring, size_t n, struct mere_point p, bool *ret_on)
{
    bool in = false;
    *ret_on = false;
    for (size_t i = 0; i < n; i++) {
        struct mere_point a = ring[i], b = ring[i + 1 < n ? i + 1 : 0];
        if (mere_on_segment(mere_lattice(a), mere_lattice(b), mere_lattice(p)))
            *ret_on = true;
        if ((a.y > p.y) != (b.y > p.y))
            in ^= mere_orient_points(a.y < b.y ? a : b, a.y < b.y ? b : a, p) > 0;
    }
    return in && !*ret_on;
}

/* A ring of border inside that is none of the banks: SEAM_NONE none. */
static uint32_t find_island(const struct look *l)
{
    uint32_t last = SEAM_NONE;
    for (size_t i = 0; i < l->near.n; i++) {
        const struct seam_segment *seg = &l->m->segments.v[l->near.v[i]];
        bool known = seg->ring == last, on = false;
        for (size_t k = 0; k < l->shore->rings.n && !known; k++)
            known = l->shore->rings.v[k] == seg->ring;
        if (known)
            continue;
        if (seam_ring_holds(l->shore->pts.v, l->shore->pts.n, seg->a, &on))
            return seg->ring;
        last = on ? last : seg->ring;
    }
    return SEAM_NONE;
}

enum mere_status seam_check_land(struct seams *m, const struct seam_shore *shore, bool *ret_ok,
                                 struct seam_fault *ret_fault)
{
    struct look l = {.m = m, .shore = shore};
    *ret_fault = (struct seam_fault){SEAM_NONE, SEAM_NONE, SEAM_NONE};
    enum mere_status status = gather_edges(&l) ? MERE_OK : seam_nomem(m);
    if (status == MERE_OK) {
        if (l.edges.n > 0)
            qsort(l.edges.v, l.edges.n, sizeof *l.edges.v, edge_cmp);
        *ret_ok = sweep(&l, ret_fault);
        if (*ret_ok) {
            ret_fault->island = find_island(&l);
            *ret_ok = ret_fault->island == SEAM_NONE;
        }
    }
    MERE_VEC_FREE(&l.near);
    MERE_VEC_FREE(&l.edges);
    return status;
}
