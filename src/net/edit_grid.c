/* edit_grid.c - which segments are near: cells of about the mean segment.
 *
 * A segment stands in every cell that it may touch, row by row; a few more do no harm. What lies
 * beyond the cells belongs to those at the edge. */
#include "net/edit_priv.h"
#include <stdlib.h>
#include <string.h>

struct span {
    int64_t first, last;
};

static int64_t clamp(int64_t v, int64_t n)
{
    return v < 0 ? 0 : v >= n ? n - 1 : v;
}
static int64_t column_of(const struct mere_edit_grid *g, int64_t x)
{
    return x < g->x ? 0 : clamp((x - g->x) / g->size, g->columns);
}
static int64_t row_of(const struct mere_edit_grid *g, int64_t y)
{
    return y < g->y ? 0 : clamp((y - g->y) / g->size, g->rows);
}
static struct span rows_of(const struct mere_edit_grid *g, struct mere_point a, struct mere_point b)
{
    return a.y < b.y ? (struct span){row_of(g, a.y), row_of(g, b.y)}
                     : (struct span){row_of(g, b.y), row_of(g, a.y)};
}

/* The columns that a-b may touch in a row, one unit wider than computed on each side. */
static struct span columns_of(const struct mere_edit_grid *g, struct mere_point a,
                              struct mere_point b, int64_t row)
{
    if (mere_point_cmp(a, b) > 0) {
        struct mere_point swap = a;
        a = b;
        b = swap;
    }
    double from = a.x, to = b.x;
    if (a.y != b.y) {
        double slope = ((double)b.x - a.x) / ((double)b.y - a.y);
        double lo = a.y < b.y ? a.y : b.y, hi = a.y < b.y ? b.y : a.y;
        double y0 = (double)(g->y + row * g->size), y1 = y0 + (double)g->size;
        y0 = row == 0 || y0 < lo ? lo : y0;
        y1 = row == g->rows - 1 || y1 > hi ? hi : y1;
        from = a.x + (y0 - a.y) * slope;
        to = a.x + (y1 - a.y) * slope;
        if (from > to) {
            double swap = from;
            from = to;
            to = swap;
        }
    }
    return (struct span){column_of(g, (int64_t)from - 1), column_of(g, (int64_t)to + 1)};
}

bool mere_grid_add(struct mere_edit_grid *g, const struct mere_edit_seg *seg)
{
    struct span rows = rows_of(g, seg->a, seg->b);
    for (int64_t r = rows.first; r <= rows.last; r++) {
        struct span columns = columns_of(g, seg->a, seg->b, r);
        for (int64_t c = columns.first; c <= columns.last; c++) {
            int32_t at = g->unused;
            if (at >= 0) {
                g->unused = g->entries[at].next;
            } else {
                if (g->n >= INT32_MAX ||
                    (g->n == g->cap &&
                     !mere_vec_grow((void **)&g->entries, &g->cap, g->n, 1, sizeof *g->entries)))
                    return false;
                at = (int32_t)g->n++;
            }
            int32_t *head = &g->heads[r * g->columns + c];
            g->entries[at] = (struct mere_edit_entry){*seg, *head};
            *head = at;
        }
    }
    return true;
}

static bool same_seg(const struct mere_edit_seg *s, struct mere_point a, struct mere_point b)
{
    return (mere_point_same(s->a, a) && mere_point_same(s->b, b)) ||
           (mere_point_same(s->a, b) && mere_point_same(s->b, a));
}

void mere_grid_take(struct mere_edit_grid *g, const struct mere_edit_seg *seg)
{
    struct span rows = rows_of(g, seg->a, seg->b);
    for (int64_t r = rows.first; r <= rows.last; r++) {
        struct span columns = columns_of(g, seg->a, seg->b, r);
        for (int64_t c = columns.first; c <= columns.last; c++) {
            int32_t *at = &g->heads[r * g->columns + c];
            while (*at >= 0 && !same_seg(&g->entries[*at].seg, seg->a, seg->b))
                at = &g->entries[*at].next;
            int32_t found = *at;
            if (found < 0) /* it was put in only partly, for want of memory */
                continue;
            *at = g->entries[found].next;
            g->entries[found].next = g->unused;
            g->unused = found;
        }
    }
}

bool mere_grid_init(struct mere_edit *e)
{
    const struct mere_net *net = e->net;
    struct mere_edit_grid *g = &e->grid;
    int64_t width = (int64_t)net->box.max.x - net->box.min.x;
    int64_t height = (int64_t)net->box.max.y - net->box.min.y, total = 0, n = 1;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_point *p = net->pts + net->arcs[a].first;
        for (uint32_t i = 1; i < net->arcs[a].n; i++, n++)
            total += llabs((int64_t)p[i].x - p[i - 1].x) + llabs((int64_t)p[i].y - p[i - 1].y);
    }
    g->x = net->box.min.x;
    g->y = net->box.min.y;
    g->size = total / n + 1;
    while ((width / g->size + 1) * (height / g->size + 1) > 2 * n + 64)
        g->size += g->size / 4 + 1;
    g->columns = width / g->size + 1;
    g->rows = height / g->size + 1;
    size_t n_cells = (size_t)(g->columns * g->rows);
    g->unused = -1;
    g->heads = mere_malloc(n_cells * sizeof *g->heads);
    if (!g->heads)
        return false;
    memset(g->heads, 0xff, n_cells * sizeof *g->heads);
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_point *p = net->pts + net->arcs[a].first;
        for (uint32_t i = 1; i < net->arcs[a].n; i++)
            if (!mere_grid_add(g, &(struct mere_edit_seg){p[i - 1], p[i], a}))
                return false;
    }
    return true;
}

void mere_segs_rename(struct mere_edit *e, int32_t arc, int32_t to)
{
    const struct mere_arc *from = mere_arc_at(e, arc);
    for (uint32_t i = 1; i < from->n && !e->failed; i++) {
        struct mere_point a = mere_pts_of(e, arc)[i - 1], b = mere_pts_of(e, arc)[i];
        mere_seg_take(e, a, b, arc);
        mere_seg_add(e, a, b, to);
    }
}

/* ---- looking ---- */

#define FOR_CELL(g, cell, entry)                                                                   \
    for (int32_t i_ = (g)->heads[cell]; i_ >= 0 && ((entry) = &(g)->entries[i_], true);            \
         i_ = (entry)->next)

int32_t mere_find_vertex(const struct mere_edit *e, struct mere_point p, uint32_t *ret_at)
{
    const struct mere_edit_grid *g = &e->grid;
    const struct mere_edit_entry *entry;
    int32_t arc = -1;
    FOR_CELL(g, row_of(g, p.y) * g->columns + column_of(g, p.x), entry)
    {
        if (mere_point_same(entry->seg.a, p) || mere_point_same(entry->seg.b, p)) {
            arc = entry->seg.arc;
            break;
        }
    }
    if (arc < 0 || !ret_at)
        return arc;
    const struct mere_point *pts = mere_pts_of(e, arc);
    uint32_t at = 0, n = mere_arc_at(e, arc)->n;
    while (at + 1 < n && !mere_point_same(pts[at], p))
        at++;
    *ret_at = at;
    return arc;
}

int32_t mere_find_seg(const struct mere_edit *e, struct mere_point a, struct mere_point b,
                      uint32_t *ret_at)
{
    const struct mere_edit_grid *g = &e->grid;
    const struct mere_edit_entry *entry;
    FOR_CELL(g, row_of(g, a.y) * g->columns + column_of(g, a.x), entry)
    {
        if (!same_seg(&entry->seg, a, b))
            continue;
        int32_t arc = entry->seg.arc;
        const struct mere_point *p = mere_pts_of(e, arc);
        uint32_t at = 0;
        struct mere_edit_seg here = {p[0], p[1], arc};
        while (!same_seg(&here, a, b)) {
            at++;
            here = (struct mere_edit_seg){p[at], p[at + 1], arc};
        }
        *ret_at = at;
        return arc;
    }
    return -1;
}

static bool meets_badly(const struct mere_edit_seg *s, struct mere_point a, struct mere_point b)
{
    enum mere_meet meet = mere_segments_meet(mere_lattice(s->a), mere_lattice(s->b),
                                             mere_lattice(a), mere_lattice(b));
    if (meet != MERE_MEET_TOUCH)
        return meet != MERE_MEET_NONE;
    return !mere_point_same(s->a, a) && !mere_point_same(s->a, b) && !mere_point_same(s->b, a) &&
           !mere_point_same(s->b, b);
}

bool mere_seg_meets(const struct mere_edit *e, struct mere_point a, struct mere_point b,
                    const struct mere_point *but, const struct mere_point *cut,
                    struct mere_edit_seg *ret_with)
{
    const struct mere_edit_grid *g = &e->grid;
    struct span rows = rows_of(g, a, b);
    for (int64_t r = rows.first; r <= rows.last; r++) {
        struct span columns = columns_of(g, a, b, r);
        for (int64_t c = columns.first; c <= columns.last; c++) {
            const struct mere_edit_entry *entry;
            FOR_CELL(g, r * g->columns + c, entry)
            {
                const struct mere_edit_seg *s = &entry->seg;
                if ((but && (mere_point_same(s->a, *but) || mere_point_same(s->b, *but))) ||
                    (cut && same_seg(s, cut[0], cut[1])) || !meets_badly(s, a, b))
                    continue;
                *ret_with = *s;
                return true;
            }
        }
    }
    return false;
}

/* Whether b runs east of a, compared at a height where both are; each from its lower end. */
static bool is_east_of(const struct mere_edit_seg *b, const struct mere_edit_seg *a)
{
    if (a->a.y <= b->a.y) {
        int o = mere_orient_points(a->a, a->b, b->a);
        return (o ? o : mere_orient_points(a->a, a->b, b->b)) < 0;
    }
    int o = mere_orient_points(b->a, b->b, a->a);
    return (o ? o : mere_orient_points(b->a, b->b, a->b)) > 0;
}

/* The nearest segment west of `p`, lifted by less than any step, or on it: upwards in `*ret`. */
static bool nearest_west(const struct mere_edit *e, struct mere_point p, struct mere_edit_seg *ret)
{
    const struct mere_edit_grid *g = &e->grid;
    int64_t row = row_of(g, p.y);
    bool any = false;
    for (int64_t c = column_of(g, p.x); c >= 0; c--) {
        const struct mere_edit_entry *entry;
        FOR_CELL(g, row * g->columns + c, entry)
        {
            struct mere_edit_seg s = entry->seg;
            if (s.a.y > s.b.y)
                s = (struct mere_edit_seg){s.b, s.a, s.arc};
            if (p.y < s.a.y || p.y >= s.b.y || mere_orient_points(s.a, s.b, p) > 0)
                continue;
            if (!any || is_east_of(&s, ret))
                *ret = s;
            any = true;
        }
        struct mere_lattice_point west = {g->x + c * g->size, p.y};
        if (any && mere_orient(mere_lattice(ret->a), mere_lattice(ret->b), west) >= 0)
            return true; /* it crosses in this cell or east of it: none further west is nearer */
    }
    return any;
}

int32_t mere_edit_face_at(const struct mere_edit *edit, struct mere_point p)
{
    struct mere_edit_seg west;
    if (!nearest_west(edit, p, &west))
        return MERE_FACE_OUTER;
    uint32_t at = 0;
    int32_t arc = mere_find_seg(edit, west.a, west.b, &at);
    /* `west` runs upwards: what lies east of it is at its right hand. */
    bool along = mere_point_same(mere_pts_of(edit, arc)[at], west.a);
    return mere_face_of(edit, along ? 2 * arc + 1 : 2 * arc);
}
