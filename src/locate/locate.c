/* locate.c - reading the cell table: one point, and many points in two passes.
 *
 * Many points go in blocks: the first pass reads a word for each point and appends those in cells
 * with a border to a list, without a branch; the second settles the list and fetches records ahead.
 * A branch on "is it a border cell" inside the first pass would be mispredicted for one point in
 * ten and cost four times as much (ENGINE B6). */
#include "geo/exact.h"
#include "locate/locate_priv.h"
#include "locate/units.h"
#include <assert.h>
#include <stdlib.h>
#if defined(__SSE2__) && !defined(MERE_PLAIN)
#include <emmintrin.h>
#endif

#define BLOCK 1024
#define AHEAD 12 /* records fetched ahead of the one being settled */

/* A table that stays in the second-level cache, as a district's does, takes up to `WORDS_SMALL`
 * words a vertex: fewer points then lie in a cell with a border. A larger one takes up to
 * `WORDS_LARGE`, for there each word read costs more than the edges that a larger cell adds
 * (docs/BENCHMARKS.md). Where table and records together, with few vertices on long borders, don't
 * fit `BYTES_A_VERTEX`, or `BYTES_CACHED` if that is more, cells are doubled until they do. */
#define WORDS_SMALL 16
#define WORDS_LARGE 4
#define BYTES_A_VERTEX 96
#define BYTES_CACHED ((size_t)2 << 20)
#define CELLS_MIN 4096
#define CELLS_MAX ((uint64_t)1 << 28)

static uint64_t cells_for(const struct mere_net *net, int shift)
{
    uint64_t w = (uint64_t)((int64_t)net->box.max.x - net->box.min.x) >> shift;
    uint64_t h = (uint64_t)((int64_t)net->box.max.y - net->box.min.y) >> shift;
    return (w + 2) * (h + 2);
}

/* How many cells a table over `n` vertices may have. */
static uint64_t cells_allowed(uint64_t n)
{
    uint64_t cached = BYTES_CACHED / sizeof(uint32_t);
    uint64_t small = n * WORDS_SMALL < cached ? n * WORDS_SMALL : cached;
    uint64_t cells = n * WORDS_LARGE > small ? n * WORDS_LARGE : small;
    return cells < CELLS_MIN ? CELLS_MIN : cells > CELLS_MAX ? CELLS_MAX : cells;
}

enum mere_status mere_locator_build(struct mere_ctx *ctx, const struct mere_net *net,
                                    struct mere_locator **ret)
{
    uint64_t budget = cells_allowed(net->n_pts);
    size_t limit = net->n_pts * BYTES_A_VERTEX;
    limit = limit < BYTES_CACHED ? BYTES_CACHED : limit;
    int shift = 4;
    while (net->n_arcs > 0 && cells_for(net, shift) > budget)
        shift++;
    struct mere_locator *loc = NULL;
    for (; !loc; shift++) {
        assert(shift <= MERE_SHIFT_MAX);
        MERE_TRY(
            mere_locator_try(ctx, net, shift, shift == MERE_SHIFT_MAX ? SIZE_MAX : limit, &loc));
    }
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
    return sizeof *loc + mere_cells(loc) * sizeof *loc->cell + loc->n_rec * sizeof *loc->rec;
}

/* A point relative to the south-west corner of the frame: its top bits are column and row. */
struct spot {
    uint32_t x, y;
};
static size_t spot_cell(const struct mere_locator *loc, struct spot s)
{
    return (size_t)(s.y >> loc->shift) * loc->stride + (s.x >> loc->shift);
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
    int64_t size = (int64_t)1 << loc->shift;
    int64_t ox = loc->origin.x - size, oy = loc->origin.y - size;
    const struct mere_point *pts = loc->net->pts;
    const uint32_t *word = record + 1;
    for (bool last = false; !last;) {
        struct mere_chain c = mere_chain_read(word);
        struct mere_lattice_point a = {2 * (pts[c.first].x - ox), 2 * (pts[c.first].y - oy)};
        for (uint32_t i = 1; i <= c.n_segs; i++) {
            struct mere_lattice_point b = {2 * (pts[c.first + i].x - ox),
                                           2 * (pts[c.first + i].y - oy)};
            face += c.delta * (uint32_t)segment_turns(a, b, corner, p);
            a = b;
        }
        last = c.last;
        word = c.points + c.n_points;
    }
    return (int32_t)face;
}

/* Whether the point (px, py) in fine units is clear of all `n` edges of a chain; adds to `*turns`
 * the edges that its row crosses west of it, upward ones as +1, downward as -1. With d the distance
 * from an edge's line, |o| = d * length and near = slack * (|dx| + |dy|) >= slack * length, so |o|
 * > near proves d > slack. Coordinates are below 2^15 in size, so o is below 2^31. */
#if defined(__SSE2__) && !defined(MERE_PLAIN)
/* Four edges at a time, also past the end of the chain, whose lanes are then blanked; the table of
 * records ends with room for that. */
static inline bool chain_is_clear(const uint32_t *points, uint32_t n, int32_t px, int32_t py,
                                  int32_t slack, int32_t *turns)
{
    const __m128i zero = _mm_setzero_si128(), lanes = _mm_setr_epi32(0, 1, 2, 3);
    const __m128i p = _mm_set1_epi32((int32_t)mere_pair_pack(px, py));
    const __m128i y = _mm_set1_epi32(py), minus_y = _mm_set1_epi32((int32_t)0xffff0000u);
    const __m128i slacks = _mm_set1_epi16((int16_t)slack);
    __m128i sum = zero, unclear = zero;
    for (uint32_t i = 0; i < n; i += 4) {
        __m128i a = _mm_loadu_si128((const __m128i *)(const void *)(points + i));
        __m128i b = _mm_loadu_si128((const __m128i *)(const void *)(points + i + 1));
        __m128i used = _mm_cmpgt_epi32(_mm_set1_epi32((int32_t)(n - i)), lanes);
        __m128i d = _mm_sub_epi16(b, a), q = _mm_sub_epi16(p, a);
        /* o = dx * qy + (-dy) * qx */
        __m128i d_turned = _mm_sub_epi16(_mm_xor_si128(d, minus_y), minus_y);
        __m128i q_swapped = _mm_or_si128(_mm_slli_epi32(q, 16), _mm_srli_epi32(q, 16));
        __m128i o = _mm_madd_epi16(d_turned, q_swapped);
        __m128i near = _mm_madd_epi16(_mm_max_epi16(d, _mm_sub_epi16(zero, d)), slacks);
        __m128i clear =
            _mm_or_si128(_mm_cmpgt_epi32(o, near), _mm_cmpgt_epi32(_mm_sub_epi32(zero, near), o));
        unclear = _mm_or_si128(unclear, _mm_andnot_si128(clear, used));
        __m128i a_above = _mm_cmpgt_epi32(_mm_srai_epi32(a, 16), y);
        __m128i b_above = _mm_cmpgt_epi32(_mm_srai_epi32(b, 16), y);
        __m128i up = _mm_andnot_si128(_mm_cmpgt_epi32(o, zero), _mm_andnot_si128(a_above, b_above));
        __m128i down =
            _mm_andnot_si128(_mm_cmpgt_epi32(zero, o), _mm_andnot_si128(b_above, a_above));
        /* A true lane is -1. */
        sum = _mm_add_epi32(sum, _mm_and_si128(_mm_sub_epi32(down, up), used));
    }
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, _MM_SHUFFLE(2, 3, 0, 1)));
    *turns = _mm_cvtsi128_si32(sum);
    return _mm_movemask_epi8(unclear) == 0;
}
#else
static inline bool chain_is_clear(const uint32_t *points, uint32_t n, int32_t px, int32_t py,
                                  int32_t slack, int32_t *turns)
{
    int32_t ax = mere_pair_x(points[0]), ay = mere_pair_y(points[0]), sum = 0;
    int unclear = 0;
    for (uint32_t i = 1; i <= n; i++) {
        int32_t bx = mere_pair_x(points[i]), by = mere_pair_y(points[i]);
        int32_t dx = bx - ax, dy = by - ay;
        int32_t o = dx * (py - ay) - dy * (px - ax);
        int32_t near = slack * ((dx < 0 ? -dx : dx) + (dy < 0 ? -dy : dy));
        unclear |= (o <= near) & (o >= -near);
        sum += (ay <= py) & (py < by) & (o <= 0);
        sum -= (by <= py) & (py < ay) & (o >= 0);
        ax = bx;
        ay = by;
    }
    *turns = sum;
    return !unclear;
}
#endif

/* The face of a point in a border cell. The chains of the record lie within 0.71 fine unit of the
 * arcs (2.13 where fine bits were dropped), and one can be drawn over to the other without passing
 * a point that is farther from them. So where the point is clear of every edge, the crossings of
 * its row are those of the arcs. */
static inline int32_t settle(const struct mere_locator *loc, int32_t cell_word, struct spot s)
{
    const uint32_t *record = loc->rec + ((uint32_t)cell_word & MERE_RECORD_MASK);
    uint32_t face = record[0], mask = ((uint32_t)1 << loc->shift) - 1, head;
    int32_t px = (int32_t)((s.x & mask) >> loc->fine), py = (int32_t)((s.y & mask) >> loc->fine);
    const uint32_t *word = record + 1;
    bool clear = true;
    do {
        int32_t turns;
        uint32_t delta = word[0];
        head = word[2];
        uint32_t n = (head & MERE_CHAIN_MAX) - 1;
        clear &= chain_is_clear(word + MERE_CHAIN_HEAD, n, px, py, loc->slack, &turns);
        face += delta * (uint32_t)turns;
        word += MERE_CHAIN_HEAD + n + 1;
    } while (!(head & MERE_CHAIN_LAST));
    return clear ? (int32_t)face : settle_exactly(loc, record, s);
}

int32_t mere_locate_point(const struct mere_locator *loc, struct mere_point p)
{
    int64_t size = (int64_t)1 << loc->shift;
    int64_t x = (int64_t)p.x - loc->origin.x, y = (int64_t)p.y - loc->origin.y;
    if (x < 0 || y < 0 || x >= (int64_t)loc->n_cols << loc->shift ||
        y >= (int64_t)loc->n_rows << loc->shift)
        return MERE_FACE_OUTER;
    struct spot s = {(uint32_t)(x + size), (uint32_t)(y + size)};
    int32_t word = loc->cell[spot_cell(loc, s)];
    return word >= MERE_FACE_OUTER ? word : settle(loc, word, s);
}

/* ---- many points ------------------------------------------------------------------------------
 */

static struct mere_axis make_axis(const struct mere_locator *loc, int32_t origin, uint32_t n,
                                  double limit)
{
    int64_t size = (int64_t)1 << loc->shift;
    return (struct mere_axis){.limit = limit,
                              .below = (double)origin - 1,
                              .above = (double)(origin + n * size),
                              .base = (uint32_t)origin - (uint32_t)size};
}

static void locate_block(const struct mere_locator *loc, const struct mere_axis axes[2],
                         const double *lon, const double *lat, size_t n, int32_t *face)
{
    uint32_t x[BLOCK], y[BLOCK], list[BLOCK];
    size_t n_list = 0;
    mere_units_from_degrees(&axes[0], lon, n, x);
    mere_units_from_degrees(&axes[1], lat, n, y);
    for (size_t i = 0; i < n; i++) {
        int32_t word = loc->cell[spot_cell(loc, (struct spot){x[i], y[i]})];
        face[i] = word;
        list[n_list] = (uint32_t)i;
        n_list += word < MERE_FACE_OUTER;
    }
    for (size_t k = 0; k < n_list; k++) {
        size_t later = list[k + AHEAD < n_list ? k + AHEAD : k], i = list[k];
        __builtin_prefetch(loc->rec + ((uint32_t)face[later] & MERE_RECORD_MASK));
        face[i] = settle(loc, face[i], (struct spot){x[i], y[i]});
    }
}

void mere_locate_degrees(const struct mere_locator *loc, const double *lon, const double *lat,
                         size_t n, int32_t *face)
{
    const struct mere_axis axes[2] = {make_axis(loc, loc->origin.x, loc->n_cols, 180),
                                      make_axis(loc, loc->origin.y, loc->n_rows, 90)};
    for (size_t i = 0; i < n; i += BLOCK)
        locate_block(loc, axes, lon + i, lat + i, n - i < BLOCK ? n - i : BLOCK, face + i);
}
