/* shape.h - where the sample's land lies and how its streets run.
 *
 * The district is a bent sheet: a point has a place s along the river (0 in the south-west, 1 in
 * the north-east) and t away from it (0 on the bank, 1 on the border inland). Lines of equal s and
 * t, shifted by smooth noise, are the directions that streets follow: along the river near it,
 * along the border inland near that. In old towns the directions are turned. The idea of a field of
 * crossing directions is of Chen, Esch, Wonka, Mueller and Zhang, "Interactive procedural street
 * modeling" (2008). */
#ifndef MERE_SAMPLE_SHAPE_H
#define MERE_SAMPLE_SHAPE_H
#include "sample/plane.h"
#include "sample/random.h"

/* What a part of the town is like. */
enum mere_quarter_kind {
    MERE_QUARTER_HOUSING,
    MERE_QUARTER_OLD,      /* an old town: small blocks, turned streets */
    MERE_QUARTER_CENTRE,   /* towers and offices */
    MERE_QUARTER_INDUSTRY, /* parks of firms: large blocks */
    MERE_QUARTER_VILLAGE,
    MERE_QUARTER_CAMPUS,
    MERE_QUARTER_HILL,
    MERE_QUARTER_LAKE,
    MERE_QUARTER_GREEN /* the park on the bank */
};
struct mere_quarter {
    double s, t, radius; /* metres */
    enum mere_quarter_kind kind;
    struct mere_xy turn; /* direction of its streets; (0, 0): as around it */
    struct mere_xy at;   /* filled by mere_shape_init */
};

#define MERE_NOISE_CELLS 24
#define MERE_FIELD_CELLS 160
struct mere_shape {
    double scale; /* that makes the area what it should be */
    double noise[2][MERE_NOISE_CELLS][MERE_NOISE_CELLS];
    struct mere_xy field[MERE_FIELD_CELLS][MERE_FIELD_CELLS]; /* fourth powers of directions */
    size_t n_quarters;
    struct mere_quarter *quarters;
    MERE_VEC(struct mere_xy) outline; /* counter-clockwise */
    MERE_VEC(uint8_t) ways;           /* of its pieces: bank or border */
};
#define MERE_SAMPLE_AREA_M2 72e6

MERE_MUST_USE bool mere_shape_init(struct mere_shape *shape, uint64_t seed);
void mere_shape_clear(struct mere_shape *shape);
struct mere_xy mere_shape_at(const struct mere_shape *shape, double s, double t);
/* The direction of the streets at p that is nearest to `like`; of length 1. */
struct mere_xy mere_shape_direction(const struct mere_shape *shape, struct mere_xy p,
                                    struct mere_xy like);
/* One of the four directions that a fourth power of a unit vector stands for. */
struct mere_xy mere_fourth_root(struct mere_xy power);
struct mere_xy mere_fourth_power(struct mere_xy direction);
/* What the town is like at p. */
enum mere_quarter_kind mere_shape_quarter(const struct mere_shape *shape, struct mere_xy p);
#endif
