/* pyramid_near.c - the vertices of a zoom in a grid: about two in a cell. */
#include "net/pyramid_priv.h"
#include <math.h>
#include <string.h>

#define A_CELL 2
#define CELLS_MOST (1 << 20) /* a way */

static int32_t clamp(double v, int32_t n)
{
    return v < 0 ? 0 : v >= n ? n - 1 : (int32_t)v;
}
static int32_t column(const struct pyramid_near *near, int32_t x)
{
    return clamp(((double)x - near->box.min.x) * near->per_x, near->columns);
}
static int32_t row(const struct pyramid_near *near, int32_t y)
{
    return clamp(((double)y - near->box.min.y) * near->per_y, near->rows);
}
static size_t cell(const struct pyramid_near *near, struct mere_point p)
{
    return (size_t)row(near, p.y) * (size_t)near->columns + (size_t)column(near, p.x);
}

static bool lay_out(struct pyramid_near *near, const struct mere_net *net, size_t n)
{
    double w = (double)net->box.max.x - net->box.min.x + 1;
    double h = (double)net->box.max.y - net->box.min.y + 1;
    double side = sqrt(w * h * A_CELL / (double)(n + 1));
    near->box = net->box;
    int32_t most = n < CELLS_MOST ? (int32_t)n + 1 : CELLS_MOST; /* of a flat box */
    near->columns = clamp(w / side, most) + 1;
    near->rows = clamp(h / side, most) + 1;
    near->per_x = near->columns / w;
    near->per_y = near->rows / h;
    size_t cells = (size_t)near->columns * (size_t)near->rows;
    near->first.n = near->vertices.n = 0;
    if (!MERE_RESERVE(&near->first, cells + 2) || !MERE_RESERVE(&near->vertices, n))
        return false;
    near->first.n = cells + 2;
    memset(near->first.v, 0, near->first.n * sizeof *near->first.v);
    near->vertices.n = n;
    return true;
}

bool mere_near_make(struct pyramid_near *near, const struct mere_net *net, const uint8_t *zoom,
                    int z)
{
    size_t n = 0;
    for (size_t i = 0; i < net->n_pts; i++)
        n += zoom[i] <= z;
    if (!lay_out(near, net, n))
        return false;
    /* first[c + 2] counts cell c; summed, first[c + 1] is where c begins, and moves to its end. */
    for (size_t i = 0; i < net->n_pts; i++)
        if (zoom[i] <= z)
            near->first.v[cell(near, net->pts[i]) + 2]++;
    for (size_t c = 2; c < near->first.n; c++)
        near->first.v[c] += near->first.v[c - 1];
    for (size_t i = 0; i < net->n_pts; i++)
        if (zoom[i] <= z)
            near->vertices.v[near->first.v[cell(near, net->pts[i]) + 1]++] =
                (struct pyramid_vertex){net->pts[i], (uint32_t)i};
    return true;
}

void mere_near_free(struct pyramid_near *near)
{
    MERE_VEC_FREE(&near->first);
    MERE_VEC_FREE(&near->vertices);
}

/* Go to row `r`: the cells of a row lie side by side. */
static void enter_row(const struct pyramid_near *near, struct pyramid_search *s)
{
    size_t base = (size_t)s->r * (size_t)near->columns;
    s->i = near->first.v[base + (size_t)s->c0];
    s->end = near->first.v[base + (size_t)s->c1 + 1];
}

void mere_near_begin(const struct pyramid_near *near, struct mere_box box,
                     struct pyramid_search *ret)
{
    *ret = (struct pyramid_search){.box = box,
                                   .c0 = column(near, box.min.x),
                                   .c1 = column(near, box.max.x),
                                   .r = row(near, box.min.y),
                                   .r1 = row(near, box.max.y)};
    enter_row(near, ret);
}

const struct pyramid_vertex *mere_near_next(const struct pyramid_near *near,
                                            struct pyramid_search *s)
{
    for (;;) {
        for (; s->i < s->end; s->i++)
            if (mere_box_holds(s->box, near->vertices.v[s->i].p))
                return &near->vertices.v[s->i++];
        if (s->r == s->r1)
            return NULL;
        s->r++;
        enter_row(near, s);
    }
}
