/* locate_oracle.h - the half-open rule, slowly: of all segments that the row of a point meets west
 * of it, the nearest one's east face. Shared by the tests of locating. No code of src/locate is
 * used, but for where its cells lie. */
#ifndef MERE_TESTS_LOCATE_ORACLE_H
#define MERE_TESTS_LOCATE_ORACLE_H
#include "base/hash.h"
#include "locate/locate_priv.h"

/* Where the upward segment lo-hi meets the row p.y + eps^2, as x = num / den (+ eps^2 * slope), den
 * > 0: returns the comparison of that x with the other segment's, exactly. */
static inline int oracle_cmp_at_row(struct mere_point lo, struct mere_point hi,
                                    struct mere_point lo2, struct mere_point hi2, int32_t y)
{
    mere_i128 dy = (int64_t)hi.y - lo.y, dx = (int64_t)hi.x - lo.x;
    mere_i128 dy2 = (int64_t)hi2.y - lo2.y, dx2 = (int64_t)hi2.x - lo2.x;
    mere_i128 num = lo.x * dy + ((int64_t)y - lo.y) * dx;
    mere_i128 num2 = lo2.x * dy2 + ((int64_t)y - lo2.y) * dx2;
    mere_i128 d = num * dy2 - num2 * dy;
    if (d == 0) /* from one point upward: the slopes tell */
        d = dx * dy2 - dx2 * dy;
    return (d > 0) - (d < 0);
}

static inline int32_t oracle_locate(const struct mere_net *net, struct mere_point p)
{
    struct mere_point best_lo = {0, 0}, best_hi = {0, 0};
    int32_t face = MERE_FACE_OUTER;
    bool found = false;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
            bool up = net->pts[i].y <= net->pts[i + 1].y;
            struct mere_point lo = net->pts[up ? i : i + 1], hi = net->pts[up ? i + 1 : i];
            if (!(lo.y <= p.y && p.y < hi.y))
                continue;
            /* West of p + (eps, eps^2)? */
            mere_i128 num =
                lo.x * ((mere_i128)hi.y - lo.y) + ((int64_t)p.y - lo.y) * ((mere_i128)hi.x - lo.x);
            if (num > p.x * ((mere_i128)hi.y - lo.y))
                continue;
            if (found && oracle_cmp_at_row(lo, hi, best_lo, best_hi, p.y) <= 0)
                continue;
            found = true;
            best_lo = lo;
            best_hi = hi;
            face = up ? arc->right : arc->left;
        }
    }
    return face;
}

static inline int32_t oracle_clamp(int64_t v, int64_t max)
{
    return (int32_t)(v > max ? max : v < -max ? -max : v);
}

/* A point where it is hard: a vertex, the middle or another place of a segment, the corner of a
 * cell, where an arc enters a cell, or anywhere, and up to one unit beside it. The network has
 * points. */
static inline struct mere_point oracle_hard_point(const struct mere_locator *loc, uint64_t *rng)
{
    const struct mere_net *net = loc->net;
    uint64_t kind = mere_random(rng) % 6;
    int64_t size = (int64_t)1 << loc->shift, x, y;
    uint32_t i = (uint32_t)(mere_random(rng) % net->n_pts);
    if (kind == 0) {
        x = net->pts[i].x;
        y = net->pts[i].y;
    } else if (kind <= 2) {
        uint32_t j = i + 1 < net->n_pts ? i + 1 : i;
        int64_t t = (int64_t)(mere_random(rng) % 1025);
        x = net->pts[i].x + ((int64_t)net->pts[j].x - net->pts[i].x) * (kind == 1 ? 512 : t) / 1024;
        y = net->pts[i].y + ((int64_t)net->pts[j].y - net->pts[i].y) * (kind == 1 ? 512 : t) / 1024;
    } else if (kind == 3) {
        x = loc->origin.x + (int64_t)(mere_random(rng) % (loc->n_cols + 1)) * size;
        y = loc->origin.y + (int64_t)(mere_random(rng) % (loc->n_rows + 1)) * size;
    } else if (kind == 4) {
        /* On a wall beside a vertex: where arcs enter cells. */
        x = loc->origin.x + (((int64_t)net->pts[i].x - loc->origin.x) & -size);
        y = net->pts[i].y + (int64_t)(mere_random(rng) % 65) - 32;
    } else {
        x = net->box.min.x +
            (int64_t)(mere_random(rng) % (uint64_t)((int64_t)net->box.max.x - net->box.min.x));
        y = net->box.min.y +
            (int64_t)(mere_random(rng) % (uint64_t)((int64_t)net->box.max.y - net->box.min.y));
    }
    x += (int64_t)(mere_random(rng) % 3) - 1;
    y += (int64_t)(mere_random(rng) % 3) - 1;
    return (struct mere_point){oracle_clamp(x, MERE_LON_MAX), oracle_clamp(y, MERE_LAT_MAX)};
}
#endif
