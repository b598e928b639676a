/* pyramid_priv.h - the vertices of a zoom by place, for pyramid.c. */
#ifndef MERE_NET_PYRAMID_PRIV_H
#define MERE_NET_PYRAMID_PRIV_H
#include "base/vec.h"
#include "net/net.h"

struct pyramid_vertex {
    struct mere_point p;
    uint32_t at; /* of the network's points */
};
/* Cells of a grid over the box, row by row; in each its vertices. Zeroed: empty. */
struct pyramid_near {
    struct mere_box box;
    double per_x, per_y; /* cells a unit */
    int32_t columns, rows;
    MERE_VEC(uint32_t) first; /* columns * rows + 2: where each begins; the last is spare */
    MERE_VEC(struct pyramid_vertex) vertices;
};
struct pyramid_search {
    struct mere_box box;
    int32_t c0, c1, r; /* columns, the row now */
    int32_t r1;
    uint32_t i, end;
};

/* The vertices that no zoom from `z` + 1 on let go. Again and again in the same memory. */
bool mere_near_make(struct pyramid_near *near, const struct mere_net *net, const uint8_t *zoom,
                    int z);
void mere_near_free(struct pyramid_near *near);
void mere_near_begin(const struct pyramid_near *near, struct mere_box box,
                     struct pyramid_search *ret);
/* The next vertex in the box; NULL: no more. */
const struct pyramid_vertex *mere_near_next(const struct pyramid_near *near,
                                            struct pyramid_search *search);
#endif
