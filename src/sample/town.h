/* town.h - the sample's town: city blocks, what stands on them, who lives there, and the divisions.
 *
 * Made in steps, each of which fills more of the same tables:
 *
 *     shape ─ roads ─▶ blocks ─ uses ─▶ streets, communities, key areas, grids ─▶ buildings ─▶
 *     households, persons ─▶ addresses, incidents ─▶ schemes and reference layers
 *
 * A division is a number per block, so all divisions share their borders. Everything lives in the
 * arena of the town. */
#ifndef MERE_SAMPLE_TOWN_H
#define MERE_SAMPLE_TOWN_H
#include "net/layer.h"
#include "sample/regions.h"
#include "sample/shape.h"

/* The figures that the real district published (DOMAIN section 1). */
#define MERE_TOWN_STREETS 3
#define MERE_TOWN_COMMUNITIES 62
#define MERE_TOWN_GRIDS 362
#define MERE_TOWN_STAIRWELLS 1894
#define MERE_TOWN_HOUSEHOLDS 144800
#define MERE_TOWN_REGISTERED 278000
#define MERE_TOWN_PERSONS 898000
#define MERE_TOWN_ADDRESSES 300000
#define MERE_TOWN_INCIDENTS 322563
#define MERE_TOWN_CLOSED 322476
#define MERE_TOWN_KEYS 56 /* ours: so many dedicated grids */

enum mere_use {
    MERE_USE_SLABS,   /* rows of flats behind a wall */
    MERE_USE_TOWERS,  /* towers of flats */
    MERE_USE_VILLAGE, /* houses of a former village */
    MERE_USE_OFFICE,
    MERE_USE_FACTORY, /* halls, offices and dormitories of a park of firms */
    MERE_USE_CAMPUS,
    MERE_USE_SCHOOL,
    MERE_USE_HOSPITAL,
    MERE_USE_MARKET,
    MERE_USE_GREEN,
    MERE_USE_LAKE,
    MERE_USE_HILL,
    MERE_N_USES
};
static inline bool mere_use_lives(enum mere_use use)
{
    return use <= MERE_USE_VILLAGE;
}

struct mere_block {
    int32_t face;
    size_t n;
    struct mere_xy *ring; /* counter-clockwise */
    double area_m2;
    struct mere_xy middle, e1; /* e1: along its streets, towards the east */
    enum mere_quarter_kind quarter;
    enum mere_use use;
    int32_t street, community, grid, former; /* of the town's tables */
    int32_t beat, school;
    int32_t key; /* the key area that it is part of, whatever its grid; MERE_UNKNOWN none */
    int32_t first_building, n_buildings;
    int32_t compound; /* MERE_UNKNOWN none */
};
struct mere_building {
    int32_t block;
    struct mere_xy corner[4]; /* counter-clockwise; the first side is the front, with the doors */
    enum mere_use use;
    bool dormitory;
    int32_t floors, units, number;       /* number: within its block */
    int64_t households, lodgings, shops; /* addresses of each sort */
    int64_t families, persons;           /* members of its households; everybody */
};
struct mere_compound {
    int32_t block;
    size_t n;
    struct mere_xy *ring;
};
struct mere_town_grid {
    int32_t community;
    int32_t key; /* MERE_UNKNOWN: a basic grid */
    int64_t households, registered, persons;
    char code[16];
};
struct mere_town_community {
    int32_t street;
    int32_t n_grids;
    bool park; /* an industrial park's, not a community of residents */
    char code[13];
};
struct mere_town_key {
    enum mere_use use;
    bool point; /* told by a point, not by its land */
    int32_t grid;
    struct mere_xy at; /* of a point */
};
struct mere_town {
    struct mere_arena arena;
    uint64_t seed;
    struct mere_shape *shape;
    struct mere_plane plane;
    struct mere_graph graph; /* of blocks */
    int32_t n_blocks;
    struct mere_block *blocks;
    struct mere_town_community communities[MERE_TOWN_COMMUNITIES]; /* by street */
    struct mere_town_grid grids[MERE_TOWN_GRIDS];                  /* by community */
    struct mere_town_key keys[MERE_TOWN_KEYS];
    int32_t n_beats, n_schools;
    MERE_VEC(struct mere_building) buildings; /* by block */
    MERE_VEC(struct mere_compound) compounds;
};

/* Make the whole town but for its places. Clear it with mere_town_clear in any case. */
MERE_MUST_USE enum mere_status mere_town_make(struct mere_ctx *ctx, struct mere_town *town,
                                              uint64_t seed);
void mere_town_clear(struct mere_town *town);

/* The steps. */
MERE_MUST_USE enum mere_status mere_town_blocks(struct mere_ctx *ctx, struct mere_town *town);
MERE_MUST_USE enum mere_status mere_town_divide(struct mere_ctx *ctx, struct mere_town *town);
MERE_MUST_USE enum mere_status mere_town_build(struct mere_ctx *ctx, struct mere_town *town);
MERE_MUST_USE enum mere_status mere_town_people(struct mere_ctx *ctx, struct mere_town *town);
/* Households that a block of its use may be expected to hold; what divisions are balanced by. */
double mere_block_weight(const struct mere_block *block);
#endif
