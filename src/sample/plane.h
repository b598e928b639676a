/* plane.h - the sample's drawing board: a plane cut into faces by ways (roads, canals, the bank).
 *
 * A doubly connected edge list (Muller and Preparata 1978) of straight pieces between lattice
 * points. It begins as one ring; every later cut goes from border to border of one face, so the
 * plane always hangs together and no face has a hole. Half-edge h and its twin h ^ 1 are one piece;
 * a half-edge has its face at its left hand. Face 0 is what lies outside. */
#ifndef MERE_SAMPLE_PLANE_H
#define MERE_SAMPLE_PLANE_H
#include "base/vec.h"
#include "geo/point.h"

/* Metres east and north of the sample's origin. */
struct mere_xy {
    double x, y;
};
/* The origin, and metres per 1e-7 degree there (Snyder 1987, p. 25). Constants, so that no maths
 * library has a say in the drawing. */
#define MERE_SAMPLE_LON 1202000000
#define MERE_SAMPLE_LAT 301900000
#define MERE_SAMPLE_SX 0.00963019
#define MERE_SAMPLE_SY 0.01108557
struct mere_point mere_sample_point(struct mere_xy p);
struct mere_xy mere_sample_xy(struct mere_point p);

static inline struct mere_xy mere_xy_add(struct mere_xy a, struct mere_xy b, double k)
{
    return (struct mere_xy){a.x + k * b.x, a.y + k * b.y};
}
static inline struct mere_xy mere_xy_sub(struct mere_xy a, struct mere_xy b)
{
    return (struct mere_xy){a.x - b.x, a.y - b.y};
}
static inline double mere_xy_dot(struct mere_xy a, struct mere_xy b)
{
    return a.x * b.x + a.y * b.y;
}
static inline double mere_xy_cross(struct mere_xy a, struct mere_xy b)
{
    return a.x * b.y - a.y * b.x;
}
static inline double mere_xy_len(struct mere_xy a)
{
    return sqrt(a.x * a.x + a.y * a.y);
}
static inline double mere_xy_gap(struct mere_xy a, struct mere_xy b)
{
    return mere_xy_len(mere_xy_sub(a, b));
}
/* Of length 1; (1, 0) for nothing. */
struct mere_xy mere_xy_unit(struct mere_xy a);
/* The distance of p from the piece a-b. */
double mere_xy_to_piece(struct mere_xy p, struct mere_xy a, struct mere_xy b);
/* Whether p-q and a-b cross or touch; where along p-q in `*ret_t`. */
bool mere_xy_meet(struct mere_xy p, struct mere_xy q, struct mere_xy a, struct mere_xy b,
                  double *ret_t);
/* Whether p lies inside the ring (even-odd). */
bool mere_xy_inside(struct mere_xy p, const struct mere_xy *ring, size_t n);
double mere_xy_area(const struct mere_xy *ring, size_t n);

enum mere_way_kind {
    MERE_WAY_BANK,   /* the river's bank */
    MERE_WAY_BORDER, /* the district's border inland */
    MERE_WAY_EXPRESS,
    MERE_WAY_ARTERIAL,
    MERE_WAY_CANAL,
    MERE_WAY_SECONDARY,
    MERE_WAY_LANE
};

struct mere_half {
    int32_t origin, next, prev;
    int32_t face; /* MERE_UNKNOWN: the piece was removed when faces were merged */
};
struct mere_piece_of_way {
    uint8_t way;  /* enum mere_way_kind */
    int32_t road; /* which road it is part of */
};
struct mere_plane {
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(struct mere_xy) xy;
    MERE_VEC(int32_t) leave; /* by vertex: a half-edge that begins there */
    MERE_VEC(struct mere_half) half;
    MERE_VEC(struct mere_piece_of_way) piece; /* by half / 2 */
    MERE_VEC(int32_t) face;                   /* a half-edge of each; MERE_UNKNOWN: merged away */
    MERE_VEC(struct mere_xy) ring;            /* scratch: the ring asked for last */
    MERE_VEC(int32_t) ring_half;              /* scratch: its half-edges */
    int32_t n_roads;
};

/* Begin with one ring, counter-clockwise; `ways` has one for each piece. */
MERE_MUST_USE bool mere_plane_begin(struct mere_plane *p, const struct mere_xy *ring,
                                    const uint8_t *ways, size_t n);
void mere_plane_clear(struct mere_plane *p);
/* Fill `ring` and `ring_half` with a face's border. */
MERE_MUST_USE bool mere_plane_ring(struct mere_plane *p, int32_t face);
/* Put a vertex into half-edge `h`; gives it. The face keeps `h` as the first of the two. */
MERE_MUST_USE bool mere_plane_split(struct mere_plane *p, int32_t h, struct mere_point at,
                                    int32_t *ret_vertex);
/* Cut `face` along the line from vertex `from` through `line[0 .. n)` to vertex `to`, both on its
 * border. The new face is at the line's right hand. `*ret_done` is false, and nothing changed, when
 * the line would cross or graze the border. */
struct mere_cut {
    int32_t face, from, to;
    const struct mere_xy *line;
    size_t n;
    struct mere_piece_of_way piece;
    bool bold; /* a long way: it may meet others at a sharper angle */
};
MERE_MUST_USE bool mere_plane_cut(struct mere_plane *p, const struct mere_cut *cut, bool *ret_done);
/* Draw a way along a line that begins and ends outside the district, through all faces on its
 * course. Where it would graze what is there, it is left out up to the next way. */
MERE_MUST_USE bool mere_plane_draw(struct mere_plane *p, const struct mere_xy *line, size_t n,
                                   struct mere_piece_of_way piece);
/* Remove the border between two faces where it is one run of pieces; `a` takes `b` in. False in
 * `*ret_done` when it is several runs. */
void mere_plane_merge(struct mere_plane *p, int32_t a, int32_t b, bool *ret_done);
/* How many half-edges begin at the vertex. */
int32_t mere_plane_degree(const struct mere_plane *p, int32_t vertex);
#endif
