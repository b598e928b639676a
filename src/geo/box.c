#include "geo/box.h"
#include "geo/measure.h"

bool mere_box_holds(struct mere_box box, struct mere_point p)
{
    return box.min.x <= p.x && p.x < box.max.x && box.min.y <= p.y && p.y < box.max.y;
}

bool mere_box_empty(struct mere_box box)
{
    return box.max.x <= box.min.x || box.max.y <= box.min.y;
}

void mere_box_add(struct mere_box *box, struct mere_point p)
{
    /* One past the point, for the max side is not held. 1.8e9 + 1 still fits 32 bits. */
    mere_box_join(box, (struct mere_box){p, {p.x + 1, p.y + 1}});
}

struct mere_box mere_box_of(const struct mere_point *pts, size_t n)
{
    struct mere_box box = {0};
    for (size_t i = 0; i < n; i++)
        mere_box_add(&box, pts[i]);
    return box;
}

void mere_box_join(struct mere_box *box, struct mere_box other)
{
    if (mere_box_empty(other))
        return;
    if (mere_box_empty(*box)) {
        *box = other;
        return;
    }
    box->min.x = other.min.x < box->min.x ? other.min.x : box->min.x;
    box->min.y = other.min.y < box->min.y ? other.min.y : box->min.y;
    box->max.x = other.max.x > box->max.x ? other.max.x : box->max.x;
    box->max.y = other.max.y > box->max.y ? other.max.y : box->max.y;
}

double mere_box_area_m2(struct mere_box box)
{
    if (mere_box_empty(box))
        return 0;
    struct mere_point ring[4] = {box.min, {box.max.x, box.min.y}, box.max, {box.min.x, box.max.y}};
    return mere_ring_area_m2(ring, 4);
}
