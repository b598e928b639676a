/* The sample town: exact sums, divisions that hang together, houses that stay in their blocks. */
#include "check.h"
#include "sample/keep.h"
#include "sample/random.h"
#include <string.h>

static struct mere_ctx *ctx;

TEST(numbers_are_those_of_the_reference_implementation)
{
    /* xoshiro256** from the state 1, 2, 3, 4, as published with rand_xoshiro 0.6. */
    struct mere_random r = {{1, 2, 3, 4}};
    const uint64_t expected[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    for (size_t i = 0; i < MERE_LEN(expected); i++)
        CHECK(mere_random_next(&r) == expected[i]);
}

TEST(streams_of_other_words_and_seeds_differ)
{
    struct mere_random a = mere_random_stream(1, "roads"), b = mere_random_stream(1, "roads");
    struct mere_random c = mere_random_stream(2, "roads"), d = mere_random_stream(1, "uses");
    uint64_t first = mere_random_next(&a);
    CHECK(first == mere_random_next(&b));
    CHECK(first != mere_random_next(&c));
    CHECK(first != mere_random_next(&d));
}

TEST(shares_sum_up_and_keep_their_caps)
{
    const double weight[] = {5, 1, 0, 3};
    const int64_t cap[] = {4, 100, 100, 100};
    int64_t share[4];
    CHECK(mere_apportion(20, weight, cap, 4, share));
    CHECK_INT(4, share[0]);
    CHECK_INT(0, share[2]);
    CHECK(share[0] + share[1] + share[2] + share[3] == 20);
    CHECK_INT(12, share[3]);
    CHECK_INT(4, share[1]);
    /* 7 to three alike: the first gets the rest. */
    const double same[] = {1, 1, 1};
    CHECK(mere_apportion(7, same, NULL, 3, share));
    CHECK(share[0] == 3 && share[1] == 2 && share[2] == 2);
    const int64_t tight[] = {1, 1, 1};
    CHECK(!mere_apportion(4, same, tight, 3, share));
}

/* ---- the drawing board ---- */

static const struct mere_xy square[] = {{0, 0}, {600, 0}, {600, 600}, {0, 600}};
static const uint8_t square_ways[] = {MERE_WAY_BORDER, MERE_WAY_BORDER, MERE_WAY_BORDER,
                                      MERE_WAY_BORDER};

/* Euler's formula and the links of the edge list: whether the plane is one. */
static void check_plane(const struct mere_plane *p)
{
    int64_t vertices = 0, pieces = 0, faces = 0;
    uint8_t *seen = calloc(p->pts.n + 1, 1);
    CHECK(seen != NULL);
    for (size_t h = 0; h < p->half.n && seen; h++) {
        const struct mere_half *half = &p->half.v[h];
        if (half->face == MERE_UNKNOWN)
            continue;
        pieces += (h & 1) == 0;
        vertices += !seen[half->origin];
        seen[half->origin] = 1;
        CHECK(p->half.v[half->next].prev == (int32_t)h);
        CHECK(p->half.v[half->next].face == half->face);
        CHECK(p->half.v[half->next].origin == p->half.v[h ^ 1].origin);
    }
    for (size_t f = 0; f < p->face.n; f++)
        faces += p->face.v[f] != MERE_UNKNOWN;
    CHECK_INT(2, vertices - pieces + faces);
    free(seen);
}

TEST(ways_cut_a_face_and_merging_joins_it_again)
{
    struct mere_plane p = {0};
    CHECK(mere_plane_begin(&p, square, square_ways, 4));
    const struct mere_xy down[] = {{300, 700}, {310, 300}, {300, -100}};
    const struct mere_xy over[] = {{-100, 200}, {700, 210}};
    CHECK(mere_plane_draw(&p, down, 3, (struct mere_piece_of_way){MERE_WAY_LANE, 9}));
    CHECK_INT(3, p.face.n);
    CHECK(mere_plane_draw(&p, over, 2, (struct mere_piece_of_way){MERE_WAY_LANE, 10}));
    CHECK_INT(5, p.face.n);
    check_plane(&p);
    double area = 0;
    for (int32_t f = 1; f < 5; f++) {
        CHECK(mere_plane_ring(&p, f));
        area += mere_xy_area(p.ring.v, p.ring.n);
    }
    CHECK_NEAR(360000, area, 30); /* on the lattice of about a centimetre */
    bool done;
    mere_plane_merge(&p, 1, 2, &done);
    CHECK(done);
    CHECK_INT(MERE_UNKNOWN, p.face.v[2]);
    check_plane(&p);
    mere_plane_clear(&p);
}

TEST(a_way_that_would_graze_another_is_left_out)
{
    struct mere_plane p = {0};
    CHECK(mere_plane_begin(&p, square, square_ways, 4));
    const struct mere_xy near[] = {{-100, 300}, {100, 5}, {500, 5}, {700, 300}};
    CHECK(mere_plane_draw(&p, near, 4, (struct mere_piece_of_way){MERE_WAY_LANE, 9}));
    check_plane(&p);
    CHECK_INT(2, p.face.n);
    mere_plane_clear(&p);
}

/* ---- the town ---- */

static struct mere_town town;

TEST(the_towns_plane_is_one)
{
    check_plane(&town.plane);
}

TEST(the_town_has_the_published_figures)
{
    int64_t households = 0, persons = 0, registered = 0, of_street[3] = {0}, in_street[3] = {0};
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        households += town.grids[g].households;
        persons += town.grids[g].persons;
        registered += town.grids[g].registered;
        of_street[town.communities[town.grids[g].community].street]++;
    }
    for (int32_t c = 0; c < MERE_TOWN_COMMUNITIES; c++)
        in_street[town.communities[c].street]++;
    CHECK_INT(144800, households);
    CHECK_INT(898000, persons);
    CHECK_INT(278000, registered);
    CHECK(of_street[0] == 96 && of_street[1] == 126 && of_street[2] == 140);
    CHECK(in_street[0] == 17 && in_street[1] == 23 && in_street[2] == 22);
    double area = 0;
    for (int32_t i = 0; i < town.n_blocks; i++)
        area += town.blocks[i].area_m2;
    CHECK(area > 71.9e6 && area < 72.1e6);
}

TEST(sums_over_buildings_are_those_of_their_grids)
{
    int64_t households[MERE_TOWN_GRIDS] = {0}, persons[MERE_TOWN_GRIDS] = {0}, rooms = 0;
    for (size_t i = 0; i < town.buildings.n; i++) {
        const struct mere_building *b = &town.buildings.v[i];
        households[town.blocks[b->block].grid] += b->households;
        persons[town.blocks[b->block].grid] += b->persons;
        rooms += b->households + b->lodgings + b->shops;
    }
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        CHECK(households[g] == town.grids[g].households && persons[g] == town.grids[g].persons);
    CHECK_INT(300000, rooms);
}

TEST(every_division_hangs_together)
{
    int32_t *scratch = MERE_NEW(&town.arena, int32_t, 2 * (size_t)town.n_blocks);
    int32_t *region = MERE_NEW(&town.arena, int32_t, (size_t)town.n_blocks);
    CHECK(scratch && region);
    const size_t at[] = {
        offsetof(struct mere_block, street), offsetof(struct mere_block, community),
        offsetof(struct mere_block, grid),   offsetof(struct mere_block, former),
        offsetof(struct mere_block, beat),   offsetof(struct mere_block, school)};
    const int32_t n[] = {3, 62, 362, 362, town.n_beats, town.n_schools};
    for (size_t k = 0; k < MERE_LEN(at); k++) {
        for (int32_t i = 0; i < town.n_blocks; i++)
            memcpy(&region[i], (const char *)&town.blocks[i] + at[k], sizeof *region);
        for (int32_t z = 0; z < n[k]; z++)
            CHECK(mere_region_whole(&town.graph, region, z, MERE_UNKNOWN, scratch));
    }
}

TEST(houses_and_walls_stay_in_their_blocks)
{
    for (size_t i = 0; i < town.buildings.n; i++) {
        const struct mere_building *b = &town.buildings.v[i];
        const struct mere_block *block = &town.blocks[b->block];
        for (int k = 0; k < 4; k++)
            CHECK(mere_xy_inside(b->corner[k], block->ring, block->n));
    }
    for (size_t i = 0; i < town.compounds.n; i++) {
        const struct mere_compound *c = &town.compounds.v[i];
        for (size_t k = 0; k < c->n; k++)
            CHECK(mere_xy_inside(c->ring[k], town.blocks[c->block].ring, town.blocks[c->block].n));
    }
}

TEST(schemes_cover_the_same_land)
{
    struct mere_sample_layers layers = {0};
    CHECK(mere_sample_schemes(ctx, &town, &layers) == MERE_OK);
    const size_t n[] = {1, 3, 62, 362};
    for (int s = MERE_SAMPLE_OUTLINE; s <= MERE_SAMPLE_GRID; s++) {
        CHECK(layers.scheme[s].n_zones == n[s]);
        CHECK(layers.scheme[s].n_parts == n[s]);
    }
    CHECK(layers.scheme[MERE_SAMPLE_BLOCK].n_zones == (size_t)town.n_blocks);
    mere_arena_clear(&layers.arena);
}

TEST(other_seeds_make_other_towns)
{
    static struct mere_town other;
    CHECK(mere_town_make(ctx, &other, 20190101) == MERE_OK);
    CHECK(other.n_blocks != town.n_blocks || other.buildings.n != town.buildings.n);
    mere_town_clear(&other);
}

int main(void)
{
    ctx = mere_ctx_new();
    RUN(numbers_are_those_of_the_reference_implementation);
    RUN(streams_of_other_words_and_seeds_differ);
    RUN(shares_sum_up_and_keep_their_caps);
    RUN(ways_cut_a_face_and_merging_joins_it_again);
    RUN(a_way_that_would_graze_another_is_left_out);
    if (mere_town_make(ctx, &town, 1) != MERE_OK) {
        printf("the town can't be made: %s\n", ctx->error);
        return 1;
    }
    RUN(the_towns_plane_is_one);
    RUN(the_town_has_the_published_figures);
    RUN(sums_over_buildings_are_those_of_their_grids);
    RUN(every_division_hangs_together);
    RUN(houses_and_walls_stay_in_their_blocks);
    RUN(schemes_cover_the_same_land);
    RUN(other_seeds_make_other_towns);
    mere_town_clear(&town);
    mere_ctx_free(ctx);
    return done();
}
