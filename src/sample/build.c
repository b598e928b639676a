/* build.c - walls and buildings within each block: rows along its streets, as its use wants.
 *
 * A block's ring is drawn in by half a road for the wall of its compound, and again for the
 * buildings; what does not fit into that ring whole is not built. So no building crosses a block's
 * border, and no division cuts one. */
#include "sample/town.h"
#include <stdlib.h>
#include <string.h>

#define WALL_M 11.0  /* from the middle of the road to the wall */
#define YARD_M 5.0   /* from the wall to a building */
#define RING_MAX 512 /* corners of a block that is drawn in */

/* How buildings of a use stand: sizes in metres, from-to. */
struct manner {
    double length[2], depth[2], along, across; /* along, across: gaps */
    int32_t floors[2];
    double unit_m; /* front of one staircase */
    double share;  /* of the places that are built on */
    double dormitories;
    bool wall;
};
static const struct manner MANNERS[MERE_N_USES] = {
    [MERE_USE_SLABS] = {{34, 62}, {11, 13}, 9, 19, {5, 7}, 16, 0.93, 0, true},
    [MERE_USE_TOWERS] = {{24, 32}, {17, 20}, 26, 34, {16, 31}, 15, 0.9, 0, true},
    [MERE_USE_VILLAGE] = {{11, 14}, {10, 12}, 4, 5, {3, 4}, 20, 0.86, 0, false},
    [MERE_USE_OFFICE] = {{30, 55}, {24, 36}, 22, 26, {5, 22}, 30, 0.85, 0.12, false},
    [MERE_USE_FACTORY] = {{45, 85}, {28, 44}, 16, 20, {3, 8}, 22, 0.88, 0.3, true},
    [MERE_USE_CAMPUS] = {{48, 80}, {15, 20}, 22, 34, {4, 9}, 24, 0.72, 0.4, true},
    [MERE_USE_SCHOOL] = {{45, 70}, {14, 17}, 18, 26, {4, 5}, 40, 0.7, 0, true},
    [MERE_USE_HOSPITAL] = {{48, 75}, {18, 24}, 16, 24, {6, 16}, 40, 0.85, 0, true},
    [MERE_USE_MARKET] = {{60, 95}, {38, 50}, 14, 18, {2, 4}, 30, 0.95, 0, false},
    [MERE_USE_GREEN] = {{12, 18}, {8, 11}, 150, 160, {1, 2}, 40, 0.4, 0, false},
    [MERE_USE_LAKE] = {{12, 18}, {8, 11}, 400, 400, {1, 1}, 40, 0, 0, false},
    [MERE_USE_HILL] = {{12, 18}, {8, 11}, 300, 300, {1, 2}, 40, 0.3, 0, false},
};

struct building_site {
    struct mere_town *town;
    struct mere_random r;
    struct mere_xy line[RING_MAX], room[RING_MAX]; /* the ring drawn in, for walls and buildings */
    size_t n_line, n_room;
    double margin; /* how far buildings stay away from `room` */
};

/* ---- rings drawn in ---- */

/* The ring without the points at which it hardly bends. */
static size_t corners_of(const struct mere_xy *ring, size_t n, struct mere_xy *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n && m < RING_MAX; i++) {
        struct mere_xy a = m > 0 ? out[m - 1] : ring[n - 1], b = ring[i], c = ring[(i + 1) % n];
        double bend = mere_xy_dot(mere_xy_unit(mere_xy_sub(b, a)), mere_xy_unit(mere_xy_sub(c, b)));
        if (bend < 0.9985)
            out[m++] = b;
    }
    return m;
}

/* Whether no two pieces of the ring cross and it is still counter-clockwise. */
static bool simple_ring(const struct mere_xy *v, size_t n)
{
    double t;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 2; k < n; k++)
            if ((i > 0 || k + 1 < n) && mere_xy_meet(v[i], v[i + 1], v[k], v[(k + 1) % n], &t))
                return false;
    return n >= 3 && mere_xy_area(v, n) > 400;
}

static bool keeps_away(const struct mere_xy *v, size_t n, const struct mere_xy *ring, size_t m,
                       double by)
{
    for (size_t i = 0; i < n; i++) {
        if (!mere_xy_inside(v[i], ring, m))
            return false;
        for (size_t k = 0; k < m; k++)
            if (mere_xy_to_piece(v[i], ring[k], ring[(k + 1) % m]) < by)
                return false;
    }
    return true;
}

/* Shrink the ring towards `middle` until it keeps away from itself: for rings with corners so sharp
 * that their sides can't be moved. */
static bool shrink(const struct mere_xy *ring, size_t n, struct mere_xy middle, double by,
                   struct mere_xy *out, size_t *ret_n)
{
    struct mere_xy c[RING_MAX];
    size_t m = corners_of(ring, n, c);
    for (int tenths = 9; tenths > 3; tenths--) {
        double k = tenths / 10.0;
        for (size_t i = 0; i < m; i++)
            out[i] = mere_xy_add(middle, mere_xy_sub(c[i], middle), k);
        *ret_n = m;
        if (m >= 3 && simple_ring(out, m) && keeps_away(out, m, ring, n, by * 0.8))
            return true;
    }
    return false;
}

/* Move every side inwards; false when nothing proper is left. */
static bool draw_in(const struct mere_xy *ring, size_t n, double by, struct mere_xy *out,
                    size_t *ret_n)
{
    struct mere_xy c[RING_MAX];
    size_t m = corners_of(ring, n, c);
    for (size_t i = 0; i < m; i++) {
        struct mere_xy a = mere_xy_unit(mere_xy_sub(c[i], c[i > 0 ? i - 1 : m - 1]));
        struct mere_xy b = mere_xy_unit(mere_xy_sub(c[(i + 1) % m], c[i]));
        struct mere_xy in = {-a.y - b.y, a.x + b.x}; /* left of both sides */
        double k = 1 + mere_xy_dot(a, b);
        if (k < 0.12)
            return false;
        out[i] = mere_xy_add(c[i], in, by / k);
    }
    *ret_n = m;
    return m >= 3 && simple_ring(out, m) && keeps_away(out, m, ring, n, by * 0.8);
}

/* ---- one building ---- */

static bool fits(const struct building_site *site, const struct mere_xy corner[4])
{
    double t;
    for (int i = 0; i < 4; i++) {
        if (!mere_xy_inside(corner[i], site->room, site->n_room))
            return false;
        for (size_t k = 0; k < site->n_room; k++)
            if (mere_xy_meet(corner[i], corner[(i + 1) % 4], site->room[k],
                             site->room[(k + 1) % site->n_room], &t) ||
                mere_xy_to_piece(corner[i], site->room[k], site->room[(k + 1) % site->n_room]) <
                    site->margin)
                return false;
    }
    return true;
}

static int32_t whole_between(struct mere_random *r, const int32_t range[2])
{
    return range[0] + (int32_t)mere_random_below(r, (uint32_t)(range[1] - range[0] + 1));
}

static bool add_building(struct building_site *site, int32_t block, const struct manner *m,
                         const struct mere_xy corner[4], double length)
{
    struct mere_block *b = &site->town->blocks[block];
    struct mere_building one = {.block = block, .use = b->use, .number = ++b->n_buildings};
    memcpy(one.corner, corner, sizeof one.corner);
    one.floors = whole_between(&site->r, m->floors);
    if (b->use == MERE_USE_SLABS && mere_random_chance(&site->r, 0.2))
        one.floors += 5; /* with a lift */
    one.units = (int32_t)(length / m->unit_m);
    one.units = one.units < 1 ? 1 : one.units;
    bool key = site->town->grids[b->grid].key != MERE_UNKNOWN;
    one.dormitory = mere_random_chance(&site->r, m->dormitories * (key ? 1.5 : 0.5));
    if (one.dormitory)
        one.floors = whole_between(&site->r, (const int32_t[2]){9, 18});
    if (one.number == 1)
        b->first_building = (int32_t)site->town->buildings.n;
    return MERE_PUSH(&site->town->buildings, one);
}

/* One row at `v` across the block. The front looks away from the middle of the row's depth, to the
 * south. */
static bool build_row(struct building_site *site, int32_t block, const struct manner *m, double v,
                      double depth)
{
    const struct mere_block *b = &site->town->blocks[block];
    struct mere_xy e1 = b->e1, e2 = {-e1.y, e1.x};
    double low = 1e18, high = -1e18;
    for (size_t i = 0; i < site->n_room; i++) {
        double u = mere_xy_dot(site->room[i], e1);
        low = u < low ? u : low;
        high = u > high ? u : high;
    }
    for (double u = low + mere_random_between(&site->r, 0, 5); u < high;) {
        double length = mere_random_between(&site->r, m->length[0], m->length[1]);
        struct mere_xy at = mere_xy_add(mere_xy_add((struct mere_xy){0, 0}, e1, u), e2, v);
        struct mere_xy east = mere_xy_add(at, e1, length);
        struct mere_xy corner[4] = {at, east, mere_xy_add(east, e2, depth),
                                    mere_xy_add(at, e2, depth)};
        if (!fits(site, corner)) {
            u += 4;
            continue;
        }
        if (mere_random_chance(&site->r, m->share) && !add_building(site, block, m, corner, length))
            return false;
        u += length + m->along * mere_random_between(&site->r, 0.9, 1.2);
    }
    return true;
}

static bool build_wall(struct building_site *site, int32_t block)
{
    struct mere_town *town = site->town;
    struct mere_compound wall = {block, site->n_line,
                                 MERE_NEW(&town->arena, struct mere_xy, site->n_line)};
    if (!wall.ring)
        return false;
    memcpy(wall.ring, site->line, site->n_line * sizeof *wall.ring);
    town->blocks[block].compound = (int32_t)town->compounds.n;
    return MERE_PUSH(&town->compounds, wall);
}

/* Where buildings may stand in the block, and whether there is a wall around. */
static void find_room(struct building_site *site, const struct mere_block *b,
                      const struct manner *m, bool *ret_walled)
{
    double yard = m->wall ? YARD_M : 1;
    site->margin = 0;
    *ret_walled = false;
    if ((draw_in(b->ring, b->n, WALL_M, site->line, &site->n_line) ||
         shrink(b->ring, b->n, b->middle, WALL_M, site->line, &site->n_line)) &&
        (draw_in(site->line, site->n_line, yard, site->room, &site->n_room) ||
         shrink(site->line, site->n_line, b->middle, yard, site->room, &site->n_room))) {
        *ret_walled = m->wall;
        return;
    }
    /* A shape that can't be drawn in: each building keeps away from the roads by itself. */
    site->n_room = corners_of(b->ring, b->n, site->room);
    site->margin = WALL_M + YARD_M;
}

static bool build_block(struct building_site *site, int32_t block)
{
    struct mere_block *b = &site->town->blocks[block];
    const struct manner *m = &MANNERS[b->use];
    bool walled;
    find_room(site, b, m, &walled);
    if (walled && !build_wall(site, block))
        return false;
    struct mere_xy e2 = {-b->e1.y, b->e1.x};
    double low = 1e18, high = -1e18;
    for (size_t i = 0; i < site->n_room; i++) {
        double v = mere_xy_dot(site->room[i], e2);
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    for (double v = low + 1; v < high;) {
        double depth = mere_random_between(&site->r, m->depth[0], m->depth[1]);
        if (!build_row(site, block, m, v, depth))
            return false;
        v += depth + m->across * mere_random_between(&site->r, 0.92, 1.15);
    }
    return true;
}

/* A basic grid whose houses all found no place gets flats in what else was built. */
static enum mere_status find_homes(struct mere_ctx *ctx, struct mere_town *town)
{
    bool lives[MERE_TOWN_GRIDS] = {false};
    for (size_t i = 0; i < town->buildings.n; i++)
        if (mere_use_lives(town->buildings.v[i].use))
            lives[town->blocks[town->buildings.v[i].block].grid] = true;
    for (size_t i = 0; i < town->buildings.n; i++) {
        struct mere_building *b = &town->buildings.v[i];
        int32_t grid = town->blocks[b->block].grid;
        if (!lives[grid] && town->grids[grid].key == MERE_UNKNOWN) {
            b->use = town->blocks[b->block].use = MERE_USE_TOWERS;
            b->floors = 18;
            b->dormitory = false;
            /* The rest of this block too. */
            lives[grid] = i + 1 == town->buildings.n || town->buildings.v[i + 1].block != b->block;
        }
    }
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        if (!lives[g] && town->grids[g].key == MERE_UNKNOWN)
            return mere_fail(ctx, MERE_E_INTERNAL,
                             "the sample of this seed has a grid without homes");
    return MERE_OK;
}

enum mere_status mere_town_build(struct mere_ctx *ctx, struct mere_town *town)
{
    struct building_site site = {.town = town, .r = mere_random_stream(town->seed, "build")};
    for (int32_t i = 0; i < town->n_blocks; i++) {
        town->blocks[i].first_building = (int32_t)town->buildings.n;
        if (!build_block(&site, i))
            return mere_fail_nomem(ctx, "building the sample");
    }
    return find_homes(ctx, town);
}
