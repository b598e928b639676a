/* paint_line.c - how much of each pixel a line covers.
 *
 * A segment's line is all that lies within half its width: a capsule, with round ends. A pixel is
 * taken as one pixel wide across the line, whatever the slope: with d the distance of its centre,
 * its cover is what [d - 1/2, d + 1/2] and [-half, half] have in common. So a line of 0.6 px covers
 * at most 0.6 of a pixel, and never vanishes. Where capsules of one rank meet, the larger cover is
 * kept: joins are round, and nothing gets darker where segments or arcs overlap.
 *
 * Strokes as polygons were left: they overlap themselves at bends, and a sum of signed areas cannot
 * count an overlap once.
 *
 * A cover depends on the pixel's place relative to the segment's own upper end alone, so it is the
 * same in every window; and each float operation rounds as IEEE 754 says, four at a time or one. */
#include "tile/paint_priv.h"
#include <math.h>
#include <string.h>
#if defined(__SSE2__) && !defined(MERE_PLAIN)
#include <emmintrin.h>
#endif

/* Longer segments, in units a side, are measured in doubles: at 2^21 a float is within 1/1000 px.
 */
#define LONG ((int64_t)1 << 21)
#define GROUP 8    /* pixels at once */
#define MIDDLE 128 /* units from a pixel's west or north side to its centre */

struct capsule {
    struct mere_tile_point a; /* the upper end, or the western one */
    double ux, uy;            /* direction to the other end, length 1 */
    double length;            /* pixels */
    float half;               /* half the width, pixels */
    bool is_long;
};

static double positive(double v)
{
    return v > 0 ? v : 0;
}

/* The covers of pixels x .. x + 7 of a row, 0..255, one at a time. */
static void covers_long(const struct capsule *c, int32_t x, int32_t row, uint8_t cover[GROUP])
{
    double py = ((double)row * MERE_FINE + MIDDLE - c->a.y) / MERE_FINE;
    for (int i = 0; i < GROUP; i++) {
        double px = ((double)(x + i) * MERE_FINE + MIDDLE - c->a.x) / MERE_FINE;
        double along = px * c->ux + py * c->uy, across = px * c->uy - py * c->ux;
        double beyond = positive(fmax(-along, along - c->length));
        double d = sqrt(across * across + beyond * beyond), half = (double)c->half;
        double both = positive(fmin(d + 0.5, half) - fmax(d - 0.5, -half));
        cover[i] = (uint8_t)(both * 255 + 0.5);
    }
}

#if defined(__SSE2__) && !defined(MERE_PLAIN)
struct quad { /* what is the same for all pixels */
    __m128 ux, uy, length, half, minus_half;
};

static inline __m128i quad_covers(const struct quad *q, __m128i x, __m128 py)
{
    const __m128 zero = _mm_setzero_ps(), middle = _mm_set1_ps(0.5F), all = _mm_set1_ps(255.0F);
    __m128 px = _mm_mul_ps(_mm_cvtepi32_ps(x), _mm_set1_ps(1.0F / MERE_FINE));
    __m128 along = _mm_add_ps(_mm_mul_ps(px, q->ux), _mm_mul_ps(py, q->uy));
    __m128 across = _mm_sub_ps(_mm_mul_ps(px, q->uy), _mm_mul_ps(py, q->ux));
    __m128 beyond =
        _mm_max_ps(_mm_max_ps(_mm_sub_ps(zero, along), _mm_sub_ps(along, q->length)), zero);
    __m128 d = _mm_sqrt_ps(_mm_add_ps(_mm_mul_ps(across, across), _mm_mul_ps(beyond, beyond)));
    __m128 both = _mm_sub_ps(_mm_min_ps(_mm_add_ps(d, middle), q->half),
                             _mm_max_ps(_mm_sub_ps(d, middle), q->minus_half));
    both = _mm_max_ps(both, zero);
    return _mm_cvttps_epi32(_mm_add_ps(_mm_mul_ps(both, all), middle));
}

static inline void covers_short(const struct capsule *c, int32_t x, int32_t row,
                                uint8_t cover[GROUP])
{
    struct quad q = {_mm_set1_ps((float)c->ux), _mm_set1_ps((float)c->uy),
                     _mm_set1_ps((float)c->length), _mm_set1_ps(c->half), _mm_set1_ps(-c->half)};
    int32_t y = row * MERE_FINE + MIDDLE - c->a.y;
    __m128 py = _mm_set1_ps((float)y * (1.0F / MERE_FINE));
    __m128i at = _mm_add_epi32(_mm_set1_epi32(x * MERE_FINE + MIDDLE - c->a.x),
                               _mm_setr_epi32(0, MERE_FINE, 2 * MERE_FINE, 3 * MERE_FINE));
    __m128i low = quad_covers(&q, at, py);
    __m128i high = quad_covers(&q, _mm_add_epi32(at, _mm_set1_epi32(4 * MERE_FINE)), py);
    __m128i words = _mm_packs_epi32(low, high);
    _mm_storel_epi64((__m128i *)(void *)cover, _mm_packus_epi16(words, words));
}

/* Keep the larger covers in `plane`; a bit for each pixel covered. */
static inline uint32_t keep_larger(uint8_t *plane, const uint8_t cover[GROUP])
{
    __m128i c = _mm_loadl_epi64((const __m128i *)(const void *)cover);
    __m128i was = _mm_loadl_epi64((const __m128i *)(const void *)plane);
    _mm_storel_epi64((__m128i *)(void *)plane, _mm_max_epu8(c, was));
    return ~(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(c, _mm_setzero_si128())) & 255;
}
#else
static float larger(float a, float b)
{
    return a > b ? a : b;
}

static inline void covers_short(const struct capsule *c, int32_t x, int32_t row,
                                uint8_t cover[GROUP])
{
    float ux = (float)c->ux, uy = (float)c->uy, length = (float)c->length;
    float py = (float)(row * MERE_FINE + MIDDLE - c->a.y) * (1.0F / MERE_FINE);
    for (int i = 0; i < GROUP; i++) {
        float px = (float)((x + i) * MERE_FINE + MIDDLE - c->a.x) * (1.0F / MERE_FINE);
        float along = px * ux + py * uy, across = px * uy - py * ux;
        float beyond = larger(larger(0 - along, along - length), 0);
        float d = sqrtf(across * across + beyond * beyond);
        float inner = d + 0.5F < c->half ? d + 0.5F : c->half;
        float both = larger(inner - larger(d - 0.5F, -c->half), 0);
        cover[i] = (uint8_t)(both * 255.0F + 0.5F);
    }
}

static inline uint32_t keep_larger(uint8_t *plane, const uint8_t cover[GROUP])
{
    uint32_t bits = 0;
    for (int i = 0; i < GROUP; i++) {
        plane[i] = cover[i] > plane[i] ? cover[i] : plane[i];
        bits |= (uint32_t)(cover[i] > 0) << i;
    }
    return bits;
}
#endif

/* Draw the pixels from..to of a row, and what lies in their groups. */
static void draw_span(struct mere_painter *p, const struct capsule *c, int rank, int32_t row,
                      int32_t from, int32_t to)
{
    uint8_t *plane = p->plane[rank] + (size_t)row * p->size;
    uint64_t *bits = p->line_bits + (size_t)row * mere_line_words(p);
    for (int32_t x = from; x <= to; x += GROUP) {
        int32_t at = x + GROUP <= (int32_t)p->size ? x : (int32_t)p->size - GROUP;
        uint8_t cover[GROUP];
        if (c->is_long)
            covers_long(c, at, row, cover);
        else
            covers_short(c, at, row, cover);
        uint64_t got = keep_larger(plane + at, cover);
        bits[at >> 6] |= got << (at & 63);
        bits[(at >> 6) + 1] |= got >> 1 >> (63 - (at & 63));
    }
    p->row_ranks[row] |= (uint8_t)(1 << rank);
}

/* `v` brought into lo..hi, as an integer not above it. */
static int32_t floor_within(double v, int32_t lo, int32_t hi)
{
    return v <= lo ? lo : v >= hi ? hi : (int32_t)floor(v);
}

/* Each row's pixels lie in the capsule's box, and no farther from its line than it reaches; both
 * are widened by a little, since a pixel too many has cover 0. */
static void draw_segment(struct mere_painter *p, struct mere_tile_point a, struct mere_tile_point b,
                         int rank)
{
    const double unit = 1.0 / MERE_FINE;
    const int32_t size = (int32_t)p->size;
    float half = p->style->lines[rank].half_px;
    double reach = (double)half + 0.51; /* of a pixel's centre */
    double west = (a.x < b.x ? a.x : b.x) * unit - reach;
    double east = (a.x < b.x ? b.x : a.x) * unit + reach;
    double north = a.y * unit - reach, south = b.y * unit + reach;
    if (east < 0 || west > size || south < 0 || north > size)
        return;
    int64_t dx = (int64_t)b.x - a.x, dy = (int64_t)b.y - a.y;
    double w = (double)dx * unit, h = (double)dy * unit, length = sqrt(w * w + h * h);
    struct capsule c = {.a = a, .length = length, .half = half};
    c.ux = length > 0 ? w / length : 1;
    c.uy = length > 0 ? h / length : 0;
    c.is_long = dx > LONG || dx < -LONG || dy > LONG;
    /* Where a row meets the strip: its middle moves by `lean` a row, its half-length is `side`. */
    bool level = c.uy < 1e-6;
    double lean = level ? 0 : w / h, side = level ? INFINITY : reach / c.uy;
    int32_t first = floor_within(north - 0.5, 0, size), last = floor_within(south, -1, size - 1);
    for (int32_t row = first; row <= last; row++) {
        double middle = a.x * unit + (row + 0.5 - a.y * unit) * lean;
        int32_t from = floor_within(fmax(west, middle - side) - 0.5, 0, size);
        int32_t to = floor_within(fmin(east, middle + side), -1, size - 1);
        if (from <= to)
            draw_span(p, &c, rank, row, from, to);
    }
}

void mere_paint_line(struct mere_painter *p, const struct mere_tile_point *pts, size_t n, int rank)
{
    for (size_t i = 1; i < n; i++) {
        struct mere_tile_point a = pts[i - 1], b = pts[i];
        bool turn = a.y > b.y || (a.y == b.y && a.x > b.x);
        draw_segment(p, turn ? b : a, turn ? a : b, rank);
    }
}
