/* people.c - who lives where, so that every sum is exact.
 *
 * From the whole down: households to grids within the bounds of a basic grid, from grids to
 * buildings by their flats; then lodgings (dormitories and let flats) and shops to buildings; then
 * persons to grids and buildings. Shares are whole numbers by mere_apportion. */
#include "sample/town.h"
#include <stdlib.h>
#include <string.h>

/* What a basic grid may hold, a little inside the bounds of shapes/profiles/hangzhou.json. */
#define HOUSEHOLDS_MIN 325
#define HOUSEHOLDS_MAX 485
#define PERSONS_MAX 1960
/* Our own shares of the published sums. */
#define DEDICATED_HOUSEHOLDS 10160 /* at most, in flats of parks and offices; else basic grids */
#define FAMILY_PERSONS 398000      /* members of family households: 2.75 each */
#define DEDICATED_LODGERS 322000   /* in dormitories */
#define DEDICATED_LODGINGS 46000   /* rooms there */
#define BASIC_LODGINGS 64000       /* rooms let elsewhere */
#define SHOPS (MERE_TOWN_ADDRESSES - MERE_TOWN_HOUSEHOLDS - DEDICATED_LODGINGS - BASIC_LODGINGS)

struct peopling {
    struct mere_ctx *ctx;
    struct mere_town *town;
    struct mere_random r;
    size_t n; /* buildings, or grids: the longer */
    double *weight;
    int64_t *cap, *share;
    int64_t *family, *lodgers; /* persons by building */
    int64_t *grid_flats;       /* by grid */
};

static enum mere_status no_room(struct peopling *p)
{
    return mere_fail(p->ctx, MERE_E_INTERNAL, "the sample of this seed has no room for its people");
}

static int32_t grid_of(const struct mere_town *town, size_t building)
{
    return town->blocks[town->buildings.v[building].block].grid;
}

static bool dedicated(const struct mere_town *town, size_t building)
{
    return town->grids[grid_of(town, building)].key != MERE_UNKNOWN;
}

/* How many flats a building has. */
static int64_t flats(const struct mere_building *b)
{
    switch (b->use) {
    case MERE_USE_SLABS:
        return (int64_t)b->floors * b->units * 2;
    case MERE_USE_TOWERS:
        return (int64_t)b->floors * b->units * 4;
    case MERE_USE_VILLAGE:
        return b->floors;
    default:
        return b->dormitory ? (int64_t)b->floors * b->units * 4 : 0;
    }
}

static void clear(struct peopling *p)
{
    memset(p->weight, 0, p->n * sizeof *p->weight);
    memset(p->cap, 0, p->n * sizeof *p->cap);
}

/* ---- households ---- */

/* Let every grid have flats enough: where they are short, its houses grow. */
static void raise_houses(struct peopling *p, int32_t grid, int64_t wanted)
{
    struct mere_town *town = p->town;
    for (int round = 0; round < 40 && p->grid_flats[grid] < wanted; round++)
        for (size_t i = 0; i < town->buildings.n; i++) {
            struct mere_building *b = &town->buildings.v[i];
            if (grid_of(town, i) != grid || flats(b) == 0)
                continue;
            int64_t before = flats(b);
            b->floors += b->floors < 33 ? 1 : 0;
            p->grid_flats[grid] += flats(b) - before;
        }
}

static enum mere_status households_of_grids(struct peopling *p)
{
    struct mere_town *town = p->town;
    int64_t basics = 0, flats_there = 0;
    clear(p);
    for (size_t i = 0; i < town->buildings.n; i++)
        p->grid_flats[grid_of(town, i)] += flats(&town->buildings.v[i]);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        bool basic = town->grids[g].key == MERE_UNKNOWN;
        basics += basic;
        flats_there += basic ? 0 : p->grid_flats[g];
        p->weight[g] = basic ? (double)p->grid_flats[g] + 900 : 0;
        p->cap[g] = basic ? HOUSEHOLDS_MAX - HOUSEHOLDS_MIN : 0;
    }
    int64_t there = flats_there / 2 < DEDICATED_HOUSEHOLDS ? flats_there / 2 : DEDICATED_HOUSEHOLDS;
    int64_t rest = MERE_TOWN_HOUSEHOLDS - there - basics * HOUSEHOLDS_MIN;
    if (!mere_apportion(rest, p->weight, p->cap, MERE_TOWN_GRIDS, p->share))
        return no_room(p);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        bool basic = town->grids[g].key == MERE_UNKNOWN;
        town->grids[g].households = basic ? HOUSEHOLDS_MIN + p->share[g] : 0;
        p->weight[g] = basic ? 0 : (double)p->grid_flats[g];
        p->cap[g] = basic ? 0 : p->grid_flats[g];
    }
    if (!mere_apportion(there, p->weight, p->cap, MERE_TOWN_GRIDS, p->share))
        return no_room(p);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        town->grids[g].households += p->share[g];
        raise_houses(p, g, town->grids[g].households * 5 / 4);
        if (p->grid_flats[g] < town->grids[g].households)
            return no_room(p);
    }
    return MERE_OK;
}

/* Share `total` of grid `g` among its buildings; weights and caps are set by building. */
static bool within_grid(struct peopling *p, const int32_t *list, size_t n, int64_t total,
                        int64_t *ret)
{
    double *weight = MERE_NEW(&p->town->arena, double, n);
    int64_t *cap = MERE_NEW(&p->town->arena, int64_t, n);
    if (!weight || !cap)
        return false;
    for (size_t i = 0; i < n; i++) {
        weight[i] = p->weight[list[i]];
        cap[i] = p->cap[list[i]];
    }
    return mere_apportion(total, weight, cap, n, ret);
}

/* The buildings of every grid: those of grid g are list[first[g] .. first[g + 1]). */
struct by_grid {
    int32_t first[MERE_TOWN_GRIDS + 2];
    int32_t *list;
    int64_t *share;
};

static bool group(struct peopling *p, struct by_grid *by)
{
    struct mere_town *town = p->town;
    by->list = MERE_NEW(&town->arena, int32_t, town->buildings.n);
    by->share = MERE_NEW(&town->arena, int64_t, town->buildings.n);
    if (!by->list || !by->share)
        return false;
    for (size_t i = 0; i < town->buildings.n; i++)
        by->first[grid_of(town, i) + 2]++;
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        by->first[g + 2] += by->first[g + 1];
    for (size_t i = 0; i < town->buildings.n; i++)
        by->list[by->first[grid_of(town, i) + 1]++] = (int32_t)i;
    return true;
}

static enum mere_status households_of_buildings(struct peopling *p, const struct by_grid *by)
{
    struct mere_town *town = p->town;
    for (size_t i = 0; i < town->buildings.n; i++) {
        int64_t n = flats(&town->buildings.v[i]);
        p->weight[i] = (double)n * mere_random_between(&p->r, 0.8, 1.2);
        p->cap[i] = n;
    }
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        const int32_t *list = by->list + by->first[g];
        size_t n = (size_t)(by->first[g + 1] - by->first[g]);
        if (!within_grid(p, list, n, town->grids[g].households, by->share))
            return no_room(p);
        for (size_t i = 0; i < n; i++)
            town->buildings.v[list[i]].households = by->share[i];
    }
    return MERE_OK;
}

/* ---- lodgings and shops ---- */

/* How many lodgings each grid gets, so that its persons stay within bounds: into p->share. */
static bool lodgings_of_grids(struct peopling *p, bool in_dedicated, int64_t total)
{
    struct mere_town *town = p->town;
    double weight[MERE_TOWN_GRIDS] = {0};
    int64_t cap[MERE_TOWN_GRIDS] = {0};
    for (size_t i = 0; i < town->buildings.n; i++) {
        weight[grid_of(town, i)] += p->weight[i];
        cap[grid_of(town, i)] += p->cap[i];
    }
    for (int32_t g = 0; g < MERE_TOWN_GRIDS && !in_dedicated; g++) {
        int64_t most = PERSONS_MAX - 3 * town->grids[g].households - 60;
        cap[g] = cap[g] < most ? cap[g] : most;
    }
    return mere_apportion(total, weight, cap, MERE_TOWN_GRIDS, p->share);
}

static enum mere_status lodgings(struct peopling *p, const struct by_grid *by, bool in_dedicated,
                                 int64_t total)
{
    struct mere_town *town = p->town;
    clear(p);
    for (size_t i = 0; i < town->buildings.n; i++) {
        const struct mere_building *b = &town->buildings.v[i];
        if (dedicated(town, i) != in_dedicated)
            continue;
        int64_t left = flats(b) - b->households;
        /* A let flat may be two rooms; a dormitory has a dozen rooms where flats would be three. */
        int64_t rooms = b->dormitory ? 5 * left : 2 * left;
        p->weight[i] = (double)rooms * mere_random_between(&p->r, 0.6, 1.4);
        p->cap[i] = b->dormitory ? 3 * rooms : rooms;
    }
    if (!lodgings_of_grids(p, in_dedicated, total))
        return no_room(p);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        const int32_t *list = by->list + by->first[g];
        size_t n = (size_t)(by->first[g + 1] - by->first[g]);
        if (!within_grid(p, list, n, p->share[g], by->share))
            return no_room(p);
        for (size_t i = 0; i < n; i++)
            town->buildings.v[list[i]].lodgings += by->share[i];
    }
    return MERE_OK;
}

static enum mere_status shops(struct peopling *p)
{
    static const double WEIGHT[MERE_N_USES] = {
        [MERE_USE_SLABS] = 1.2,  [MERE_USE_TOWERS] = 2,   [MERE_USE_VILLAGE] = 0.25,
        [MERE_USE_OFFICE] = 9,   [MERE_USE_FACTORY] = 3,  [MERE_USE_CAMPUS] = 1,
        [MERE_USE_SCHOOL] = 0.6, [MERE_USE_HOSPITAL] = 2, [MERE_USE_MARKET] = 40,
        [MERE_USE_GREEN] = 0.6,  [MERE_USE_HILL] = 0.5};
    struct mere_town *town = p->town;
    for (size_t i = 0; i < town->buildings.n; i++) {
        const struct mere_building *b = &town->buildings.v[i];
        p->weight[i] = WEIGHT[b->use] * mere_random_between(&p->r, 0.2, 1.8);
    }
    if (!mere_apportion(SHOPS, p->weight, NULL, town->buildings.n, p->share))
        return no_room(p);
    for (size_t i = 0; i < town->buildings.n; i++)
        town->buildings.v[i].shops = p->share[i];
    return MERE_OK;
}

/* ---- persons ---- */

static enum mere_status families(struct peopling *p)
{
    struct mere_town *town = p->town;
    for (size_t i = 0; i < town->buildings.n; i++) {
        int64_t n = town->buildings.v[i].households;
        p->weight[i] = (double)n * mere_random_between(&p->r, 0.85, 1.15);
        p->cap[i] = 5 * n; /* one each, and up to five more */
    }
    if (!mere_apportion(FAMILY_PERSONS - MERE_TOWN_HOUSEHOLDS, p->weight, p->cap, town->buildings.n,
                        p->share))
        return no_room(p);
    for (size_t i = 0; i < town->buildings.n; i++) {
        p->family[i] = town->buildings.v[i].households + p->share[i];
        town->grids[grid_of(town, i)].persons += p->family[i];
    }
    return MERE_OK;
}

/* Lodgers of every grid, into p->share; `rooms` has its lodgings. */
static bool lodgers_of_grids(struct peopling *p, bool in_dedicated, const int64_t *rooms)
{
    struct mere_town *town = p->town;
    int64_t total =
        in_dedicated ? DEDICATED_LODGERS : MERE_TOWN_PERSONS - FAMILY_PERSONS - DEDICATED_LODGERS;
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        const struct mere_town_grid *grid = &town->grids[g];
        bool mine = (grid->key != MERE_UNKNOWN) == in_dedicated;
        int64_t most = in_dedicated ? 20 * rooms[g] : PERSONS_MAX - grid->persons;
        most = most > 20 * rooms[g] ? 20 * rooms[g] : most;
        p->weight[g] = mine ? (double)rooms[g] : 0;
        p->cap[g] = mine && most > rooms[g] ? most - rooms[g] : 0;
        total -= mine ? rooms[g] : 0;
    }
    if (total < 0 || !mere_apportion(total, p->weight, p->cap, MERE_TOWN_GRIDS, p->share))
        return false;
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        p->share[g] += (town->grids[g].key != MERE_UNKNOWN) == in_dedicated ? rooms[g] : 0;
    return true;
}

static enum mere_status lodgers(struct peopling *p, const struct by_grid *by)
{
    struct mere_town *town = p->town;
    int64_t rooms[MERE_TOWN_GRIDS] = {0}, of_grid[MERE_TOWN_GRIDS];
    for (size_t i = 0; i < town->buildings.n; i++)
        rooms[grid_of(town, i)] += town->buildings.v[i].lodgings;
    if (!lodgers_of_grids(p, false, rooms))
        return no_room(p);
    memcpy(of_grid, p->share, sizeof of_grid);
    if (!lodgers_of_grids(p, true, rooms))
        return no_room(p);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        of_grid[g] += p->share[g];
    for (size_t i = 0; i < town->buildings.n; i++) {
        p->weight[i] = (double)town->buildings.v[i].lodgings;
        p->cap[i] = 19 * town->buildings.v[i].lodgings;
    }
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        const int32_t *list = by->list + by->first[g];
        size_t n = (size_t)(by->first[g + 1] - by->first[g]);
        if (!within_grid(p, list, n, of_grid[g] - rooms[g], by->share))
            return no_room(p);
        for (size_t i = 0; i < n; i++) {
            struct mere_building *b = &town->buildings.v[list[i]];
            p->lodgers[list[i]] = b->lodgings + by->share[i];
            b->families = p->family[list[i]];
            b->persons = b->families + p->lodgers[list[i]];
        }
        town->grids[g].persons += of_grid[g];
    }
    return MERE_OK;
}

static enum mere_status registered(struct peopling *p)
{
    struct mere_town *town = p->town;
    clear(p);
    for (size_t i = 0; i < town->buildings.n; i++)
        p->cap[grid_of(town, i)] += p->family[i];
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        p->weight[g] = (double)p->cap[g] * mere_random_between(&p->r, 0.8, 1.2);
    if (!mere_apportion(MERE_TOWN_REGISTERED, p->weight, p->cap, MERE_TOWN_GRIDS, p->share))
        return no_room(p);
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        town->grids[g].registered = p->share[g];
    return MERE_OK;
}

enum mere_status mere_town_people(struct mere_ctx *ctx, struct mere_town *town)
{
    struct peopling p = {.ctx = ctx, .town = town, .r = mere_random_stream(town->seed, "people")};
    struct by_grid by = {0};
    p.n = town->buildings.n > MERE_TOWN_GRIDS ? town->buildings.n : MERE_TOWN_GRIDS;
    p.weight = MERE_NEW(&town->arena, double, p.n);
    p.cap = MERE_NEW(&town->arena, int64_t, p.n);
    p.share = MERE_NEW(&town->arena, int64_t, p.n);
    p.family = MERE_NEW(&town->arena, int64_t, p.n);
    p.lodgers = MERE_NEW(&town->arena, int64_t, p.n);
    p.grid_flats = MERE_NEW(&town->arena, int64_t, MERE_TOWN_GRIDS);
    if (!p.weight || !p.cap || !p.share || !p.family || !p.lodgers || !p.grid_flats ||
        !group(&p, &by))
        return mere_fail_nomem(ctx, "peopling the sample");
    MERE_TRY(households_of_grids(&p));
    MERE_TRY(households_of_buildings(&p, &by));
    MERE_TRY(lodgings(&p, &by, true, DEDICATED_LODGINGS));
    MERE_TRY(lodgings(&p, &by, false, BASIC_LODGINGS));
    MERE_TRY(shops(&p));
    MERE_TRY(families(&p));
    MERE_TRY(lodgers(&p, &by));
    return registered(&p);
}
