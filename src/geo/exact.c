#include "geo/exact.h"

bool mere_on_segment(struct mere_lattice_point a, struct mere_lattice_point b,
                     struct mere_lattice_point p)
{
    int64_t x0 = a.x < b.x ? a.x : b.x, x1 = a.x < b.x ? b.x : a.x;
    int64_t y0 = a.y < b.y ? a.y : b.y, y1 = a.y < b.y ? b.y : a.y;
    return p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1 && mere_orient(a, b, p) == 0;
}
