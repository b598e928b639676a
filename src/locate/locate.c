/* locate.c - reading the cell table: one point, and many points in two passes.
 *
 * Many points go in blocks: the first pass reads a word for each point and appends those in cells
 * with a border to a list, without a branch; the second settles the list and fetches records ahead.
 * A branch on "is it a border cell" inside the first pass would be mispredicted for one point in
 * ten and cost four times as much (ENGINE B6). */
#include "geo/exact.h"
#include "locate/locate_priv.h"
#include <stdlib.h>

#define BLOCK 4096
#define AHEAD 12 /* records fetched ahead of the one being settled */

/* Cells are chosen so that the table fits `TABLE_CELLS` words a vertex; then doubled until table
 * and records together fit `BYTES_A_VERTEX`, or 2 MiB if that is more: the whole index of a
 * district stays in the second-level cache of the machines of today. */
#define TABLE_CELLS 16
#define BYTES_A_VERTEX 96
#define BYTES_FREE ((size_t)2 << 20)
#define CELLS_MAX ((uint64_t)1 << 28)

static uint64_t cells_for(const struct mere_net *net, int shift)
{
    uint64_t w = (uint64_t)((int64_t)net->box.max.x - net->box.min.x) >> shift;
    uint64_t h = (uint64_t)((int64_t)net->box.max.y - net->box.min.y) >> shift;
    return (w + 2) * (h + 2);
}

enum mere_status mere_locator_build(struct mere_ctx *ctx, const struct mere_net *net,
                                    struct mere_locator **ret)
{
    uint64_t budget = (uint64_t)net->n_pts * TABLE_CELLS;
    size_t limit = net->n_pts * BYTES_A_VERTEX;
    budget = budget < 1024 ? 1024 : budget > CELLS_MAX ? CELLS_MAX : budget;
    limit = limit < BYTES_FREE ? BYTES_FREE : limit;
    int shift = 4;
    while (net->n_arcs > 0 && cells_for(net, shift) > budget)
        shift++;
    struct mere_locator *loc = NULL;
    for (; !loc; shift++)
        MERE_TRY(mere_locator_try(ctx, net, shift, shift >= 31 ? SIZE_MAX : limit, &loc));
    *ret = loc;
    return MERE_OK;
}

void mere_locator_free(struct mere_locator *loc)
{
    if (!loc)
        return;
    free(loc->cell);
    free(loc->rec);
    free(loc);
}

size_t mere_locator_bytes(const struct mere_locator *loc)
{
    return sizeof *loc + loc->stride * ((size_t)loc->n_rows + 1) * sizeof *loc->cell +
           loc->n_rec * sizeof *loc->rec;
}

/* A point relative to the origin; UINT32_MAX twice when it is nowhere. */
struct spot {
    uint32_t x, y;
};

static size_t spot_cell(const struct mere_locator *loc, struct spot s)
{
    uint32_t col = s.x >> loc->shift, row = s.y >> loc->shift;
    /* West and south of the origin wraps to above 2^32 - 3.6e9 + width, so it is beyond the last
     * cell too: origin + width <= 1.8e9 and the point >= -1.8e9 are less than 2^32 apart. */
    col = col < loc->n_cols ? col : loc->n_cols;
    row = row < loc->n_rows ? row : loc->n_rows;
    return row * loc->stride + col;
}

/* What the segment a-b of an arc adds on the way from the corner of the cell at (wx, wy) north
 * along its west wall and east to p: +1 when the arc's right face is ahead, -1 its left. Exact;
 * coordinates are doubled, so walls are odd and vertices even. p stands for itself moved by an
 * infinitesimal east and an infinitely smaller one north, the corner for itself moved
 * infinitesimally north. */
static int segment_turns(struct mere_lattice_point a, struct mere_lattice_point b,
                         struct mere_lattice_point corner, struct mere_lattice_point p)
{
    struct mere_lattice_point wall = {corner.x, p.y};
    int turns = 0;
    if ((a.x < corner.x) != (b.x < corner.x)) {
        bool east = a.x < b.x;
        struct mere_lattice_point l = east ? a : b, r = east ? b : a;
        if (mere_orient(l, r, wall) >= 0 && mere_orient(l, r, corner) < 0)
            turns += east ? -1 : 1;
    }
    if ((a.y <= p.y) != (b.y <= p.y)) {
        bool up = a.y < b.y;
        struct mere_lattice_point lo = up ? a : b, hi = up ? b : a;
        int at_wall = mere_orient(lo, hi, wall);
        bool inside = at_wall > 0 || (at_wall == 0 && hi.x > lo.x);
        if (inside && mere_orient(lo, hi, p) <= 0)
            turns += up ? 1 : -1;
    }
    return turns;
}

/* The face of a point in a border cell, from the arcs themselves. */
static int32_t settle_exactly(const struct mere_locator *loc, const uint32_t *record, struct spot s)
{
    uint32_t face = record[0];
    uint32_t mask = ~(((uint32_t)1 << loc->shift) - 1);
    struct mere_lattice_point corner = {2 * (int64_t)(s.x & mask) - 1,
                                        2 * (int64_t)(s.y & mask) - 1};
    struct mere_lattice_point p = {2 * (int64_t)s.x, 2 * (int64_t)s.y};
    const struct mere_point *pts = loc->net->pts, o = loc->origin;
    const uint32_t *word = record + 1;
    for (bool last = false; !last;) {
        struct mere_chain c = mere_chain_read(word);
        struct mere_lattice_point a = {2 * ((int64_t)pts[c.first].x - o.x),
                                       2 * ((int64_t)pts[c.first].y - o.y)};
        for (uint32_t i = 1; i <= c.n_segs; i++) {
            struct mere_lattice_point b = {2 * ((int64_t)pts[c.first + i].x - o.x),
                                           2 * ((int64_t)pts[c.first + i].y - o.y)};
            face += c.delta * (uint32_t)segment_turns(a, b, corner, p);
            a = b;
        }
        last = c.last;
        word = c.points + c.n_points;
    }
    return (int32_t)face;
}

/* The face of a point in a border cell. The chains of the record lie within 0.71 fine unit of the
 * arcs (2.13 where fine bits were dropped), and one can be drawn over to the other without passing
 * a point that is farther from them. So where the point is clear of every edge, the crossings of
 * its row are those of the arcs. With d the distance from the edge's line, |o| = d * length and
 * slack * (|dx| + |dy|) >= slack * length, so |o| > slack * (|dx| + |dy|) proves d > slack. */
static inline int32_t settle(const struct mere_locator *loc, int32_t cell_word, struct spot s)
{
    const uint32_t *record = loc->rec + ((uint32_t)cell_word & MERE_RECORD_MASK);
    uint32_t face = record[0], mask = ((uint32_t)1 << loc->shift) - 1;
    int32_t px = (int32_t)((s.x & mask) >> loc->fine), py = (int32_t)((s.y & mask) >> loc->fine);
    int32_t slack = loc->slack;
    const uint32_t *word = record + 1;
    uint32_t head;
    int unclear = 0;
    do {
        uint32_t delta = word[0];
        head = word[2];
        word += MERE_CHAIN_HEAD;
        const uint32_t *end = word + (head & MERE_CHAIN_MAX);
        int32_t ax = mere_pair_x(*word), ay = mere_pair_y(*word);
        int turns = 0;
        while (++word < end) {
            int32_t bx = mere_pair_x(*word), by = mere_pair_y(*word);
            /* All below 2^15 + 1, so o is below 2^31. */
            int32_t dx = bx - ax, dy = by - ay;
            int32_t o = dx * (py - ay) - dy * (px - ax);
            int32_t near = slack * ((dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy));
            unclear |= (o <= near) & (o >= -near);
            turns += (ay <= py) & (py < by) & (o <= 0);
            turns -= (by <= py) & (py < ay) & (o >= 0);
            ax = bx;
            ay = by;
        }
        face += delta * (uint32_t)turns;
    } while (!(head & MERE_CHAIN_LAST));
    if (unclear)
        return settle_exactly(loc, record, s);
    return (int32_t)face;
}

int32_t mere_locate_point(const struct mere_locator *loc, struct mere_point p)
{
    if (!mere_point_on_earth(p))
        return MERE_FACE_OUTER;
    struct spot s = {(uint32_t)p.x - (uint32_t)loc->origin.x,
                     (uint32_t)p.y - (uint32_t)loc->origin.y};
    int32_t word = loc->cell[spot_cell(loc, s)];
    return word >= MERE_FACE_OUTER ? word : settle(loc, word, s);
}

/* llround(v * 1e7) without the call: the part behind the point is exact, so adding 1 where it is at
 * least a half is the same rule, half away from zero, and the compiler can do several at once. */
static inline int32_t round_e7(double degrees)
{
    double v = degrees * MERE_E7;
    int32_t whole = (int32_t)v;
    double rest = v - (double)whole;
    return whole + (rest >= 0.5) - (rest <= -0.5);
}

struct pending {
    uint32_t i;
    int32_t word;
    struct spot spot;
};

static void locate_block(const struct mere_locator *loc, const double *lon, const double *lat,
                         size_t n, int32_t *face)
{
    struct pending list[BLOCK];
    size_t n_list = 0;
    uint32_t ox = (uint32_t)loc->origin.x, oy = (uint32_t)loc->origin.y;
    for (size_t i = 0; i < n; i++) {
        double x = lon[i], y = lat[i];
        bool good = (x >= -180) & (x <= 180) & (y >= -90) & (y <= 90);
        struct spot s = {(uint32_t)round_e7(good ? x : 0) - ox,
                         (uint32_t)round_e7(good ? y : 0) - oy};
        s.x = good ? s.x : UINT32_MAX;
        int32_t word = loc->cell[spot_cell(loc, s)];
        face[i] = word;
        list[n_list] = (struct pending){(uint32_t)i, word, s};
        n_list += word < MERE_FACE_OUTER;
    }
    for (size_t k = 0; k < n_list; k++) {
        size_t later = k + AHEAD < n_list ? k + AHEAD : k;
        __builtin_prefetch(loc->rec + ((uint32_t)list[later].word & MERE_RECORD_MASK));
        face[list[k].i] = settle(loc, list[k].word, list[k].spot);
    }
}

void mere_locate_degrees(const struct mere_locator *loc, const double *lon, const double *lat,
                         size_t n, int32_t *face)
{
    for (size_t i = 0; i < n; i += BLOCK)
        locate_block(loc, lon + i, lat + i, n - i < BLOCK ? n - i : BLOCK, face + i);
}
