#include "net/near.h"
#include <math.h>
#include <string.h>

#define A_CELL 2
#define CELLS_MOST (1 << 20) /* a way */

static int32_t clamp(double v, int32_t n)
{
    return v < 0 ? 0 : v >= n ? n - 1 : (int32_t)v;
}
static int32_t column(const struct mere_near *near, int32_t x)
{
    return clamp(((double)x - near->box.min.x) * near->per_x, near->columns);
}
static int32_t row(const struct mere_near *near, int32_t y)
{
    return clamp(((double)y - near->box.min.y) * near->per_y, near->rows);
}
static size_t cell(const struct mere_near *near, struct mere_point p)
{
    return (size_t)row(near, p.y) * (size_t)near->columns + (size_t)column(near, p.x);
}

static bool lay_out(struct mere_near *near, struct mere_box box, size_t n)
{
    double w = (double)box.max.x - box.min.x, h = (double)box.max.y - box.min.y;
    double side = sqrt(w * h * A_CELL / (double)n);
    int32_t most = n < CELLS_MOST ? (int32_t)n : CELLS_MOST; /* of a flat box */
    near->box = box;
    near->columns = clamp(w / side, most) + 1;
    near->rows = clamp(h / side, most) + 1;
    near->per_x = near->columns / w;
    near->per_y = near->rows / h;
    size_t n_first = (size_t)near->columns * (size_t)near->rows + 2;
    near->first.n = near->points.n = 0;
    if (!MERE_RESERVE(&near->first, n_first) || !MERE_RESERVE(&near->points, n))
        return false;
    memset(near->first.v, 0, n_first * sizeof *near->first.v);
    near->first.n = n_first;
    near->points.n = n;
    return true;
}

bool mere_near_make(struct mere_near *near, const struct mere_near_point *points, size_t n)
{
    struct mere_box box = mere_box_of(NULL, 0);
    for (size_t i = 0; i < n; i++)
        mere_box_add(&box, points[i].p);
    near->points.n = 0;
    if (n == 0)
        return true;
    if (!lay_out(near, box, n))
        return false;
    /* first[c + 2] counts cell c; summed, first[c + 1] is where c begins, and moves to its end. */
    for (size_t i = 0; i < n; i++)
        near->first.v[cell(near, points[i].p) + 2]++;
    for (size_t c = 2; c < near->first.n; c++)
        near->first.v[c] += near->first.v[c - 1];
    for (size_t i = 0; i < n; i++)
        near->points.v[near->first.v[cell(near, points[i].p) + 1]++] = points[i];
    return true;
}

void mere_near_free(struct mere_near *near)
{
    MERE_VEC_FREE(&near->first);
    MERE_VEC_FREE(&near->points);
}

/* Go to row `r`: the cells of a row lie side by side. */
static void enter_row(const struct mere_near *near, struct mere_near_search *s)
{
    size_t base = (size_t)s->r * (size_t)near->columns;
    s->i = near->first.v[base + (size_t)s->c0];
    s->end = near->first.v[base + (size_t)s->c1 + 1];
}

void mere_near_begin(const struct mere_near *near, struct mere_box box,
                     struct mere_near_search *ret)
{
    *ret = (struct mere_near_search){.box = box,
                                     .c0 = column(near, box.min.x),
                                     .c1 = column(near, box.max.x),
                                     .r = row(near, box.min.y),
                                     .r1 = row(near, box.max.y)};
    if (near->points.n > 0)
        enter_row(near, ret);
}

const struct mere_near_point *mere_near_next(const struct mere_near *near,
                                             struct mere_near_search *s)
{
    if (near->points.n == 0)
        return NULL;
    for (;;) {
        for (; s->i < s->end; s->i++)
            if (mere_box_holds(s->box, near->points.v[s->i].p))
                return &near->points.v[s->i++];
        if (s->r == s->r1)
            return NULL;
        s->r++;
        enter_row(near, s);
    }
}
