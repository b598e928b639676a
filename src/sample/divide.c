/* divide.c - streets, communities, key areas, grids, and the other divisions, all of blocks. */
#include "sample/town.h"
#include <stdlib.h>
#include <string.h>

#define N_PARKS 6
#define LAND_PER_HA 4.0 /* what land without residents counts, in households */

struct dividing {
    struct mere_ctx *ctx;
    struct mere_town *town;
    struct mere_random r;
    int32_t *unit;    /* scratch: units of the region being divided */
    int32_t *region;  /* scratch: by block */
    int32_t *scratch; /* 2 n */
};

static void weigh(struct mere_town *town)
{
    for (int32_t i = 0; i < town->n_blocks; i++) {
        const struct mere_block *b = &town->blocks[i];
        bool bare = b->use == MERE_USE_LAKE || b->use == MERE_USE_HILL;
        town->graph.weight[i] =
            mere_block_weight(b) + (bare ? 0.2 : 1) * LAND_PER_HA * b->area_m2 / 1e4;
    }
}

/* Divide the `n_units` blocks in d->unit; regions come out in d->region. */
static enum mere_status divide(struct dividing *d, size_t n_units, int32_t n, const double *target,
                               const int32_t *start, double balance)
{
    struct mere_regions_wish wish = {
        d->unit, n_units, n, target, start, balance, start ? 1 : n_units > 1000 ? 2 : 12};
    bool ok;
    MERE_TRY(mere_regions_make(d->ctx, &d->town->graph, &wish, &d->r, d->region, &ok));
    return ok ? MERE_OK
              : mere_fail(d->ctx, MERE_E_INTERNAL, "the sample of this seed can't be divided");
}

/* ---- numbering: west to east, then north to south, as in Beijing and Xi'an ---- */

struct place {
    double column, y;
    int32_t i;
};

static int place_cmp(const void *va, const void *vb)
{
    const struct place *a = va, *b = vb;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    if (a->y != b->y)
        return a->y > b->y ? -1 : 1;
    return (a->i > b->i) - (a->i < b->i);
}

/* Number the `n` regions of d->region in this order: gives the new number of each in `ret`. */
static void number(struct dividing *d, size_t n_units, int32_t n, int32_t *ret)
{
    struct place place[MERE_TOWN_GRIDS] = {{0}};
    for (int32_t k = 0; k < n; k++) {
        double x = 0, y = 0, count = 0;
        for (size_t i = 0; i < n_units; i++)
            if (d->region[d->unit[i]] == k) {
                x += d->town->graph.at[d->unit[i]].x;
                y += d->town->graph.at[d->unit[i]].y;
                count += 1;
            }
        double column = (x / count + 20000) / 450;
        place[k] = (struct place){(double)(int)column, y / count, k};
    }
    qsort(place, (size_t)n, sizeof *place, place_cmp);
    for (int32_t k = 0; k < n; k++)
        ret[place[k].i] = k;
}

/* Append `n` as three digits to the `len` characters of `code`. */
static void append_number(char *code, size_t len, int32_t n)
{
    for (size_t i = 3; i-- > 0; n /= 10)
        code[len + i] = (char)('0' + n % 10);
    code[len + 3] = 0;
}

/* ---- streets and communities ---- */

static const int32_t STREET_COMMUNITIES[MERE_TOWN_STREETS] = {17, 23, 22};
static const int32_t STREET_GRIDS[MERE_TOWN_STREETS] = {96, 126, 140};

/* The share along the river at which the block lies: that of the nearest point of a coarse grid. */
static double share_along(const struct mere_shape *shape, struct mere_xy at)
{
    double least = 1e18, best = 0;
    for (int i = 0; i <= 160; i++)
        for (int k = 0; k <= 16; k++) {
            double far = mere_xy_gap(at, mere_shape_at(shape, i / 160.0, k / 16.0));
            if (far < least) {
                least = far;
                best = i / 160.0;
            }
        }
    return best;
}

/* Streets reach from the river to the border inland: at first they are cut along the river, each
 * with its share of the weight, from the east. */
static enum mere_status make_streets(struct dividing *d)
{
    struct mere_town *town = d->town;
    const double target[] = {96, 126, 140};
    struct place *order = MERE_NEW(&town->arena, struct place, (size_t)town->n_blocks);
    int32_t *start = MERE_NEW(&town->arena, int32_t, (size_t)town->n_blocks);
    double all = 0, sum = 0;
    if (!order || !start)
        return mere_fail_nomem(d->ctx, "dividing the sample");
    for (int32_t i = 0; i < town->n_blocks; i++) {
        d->unit[i] = i;
        order[i] = (struct place){-share_along(town->shape, town->blocks[i].middle),
                                  town->blocks[i].middle.y, i};
        all += town->graph.weight[i];
    }
    qsort(order, (size_t)town->n_blocks, sizeof *order, place_cmp);
    for (int32_t i = 0; i < town->n_blocks; i++) {
        start[order[i].i] = sum < all * 96 / 362 ? 0 : sum < all * (96 + 126) / 362 ? 1 : 2;
        sum += town->graph.weight[order[i].i];
    }
    MERE_TRY(divide(d, (size_t)town->n_blocks, MERE_TOWN_STREETS, target, start, 4e5));
    for (int32_t i = 0; i < town->n_blocks; i++)
        town->blocks[i].street = d->region[i];
    return MERE_OK;
}

/* How many grids each community of a street gets: unequal, with the given sum. */
static bool share_grids(struct dividing *d, int32_t street, int32_t *ret)
{
    double weight[MERE_TOWN_COMMUNITIES];
    int64_t share[MERE_TOWN_COMMUNITIES];
    int32_t n = STREET_COMMUNITIES[street];
    for (int32_t i = 0; i < n; i++)
        weight[i] = mere_random_between(&d->r, 0.6, 1.5);
    if (!mere_apportion(STREET_GRIDS[street] - 3 * n, weight, NULL, (size_t)n, share))
        return false;
    for (int32_t i = 0; i < n; i++)
        ret[i] = 3 + (int32_t)share[i];
    return true;
}

static enum mere_status make_communities(struct dividing *d)
{
    struct mere_town *town = d->town;
    for (int32_t s = 0, first = 0; s < MERE_TOWN_STREETS; first += STREET_COMMUNITIES[s++]) {
        int32_t n = STREET_COMMUNITIES[s], n_grids[MERE_TOWN_COMMUNITIES];
        int32_t order[MERE_TOWN_COMMUNITIES];
        double target[MERE_TOWN_COMMUNITIES];
        size_t n_units = 0;
        if (!share_grids(d, s, n_grids))
            return mere_fail_nomem(d->ctx, "dividing the sample");
        for (int32_t i = 0; i < n; i++)
            target[i] = n_grids[i];
        for (int32_t i = 0; i < town->n_blocks; i++)
            if (town->blocks[i].street == s)
                d->unit[n_units++] = i;
        MERE_TRY(divide(d, n_units, n, target, NULL, 9000));
        number(d, n_units, n, order);
        for (int32_t k = 0; k < n; k++) {
            struct mere_town_community *c = &town->communities[first + order[k]];
            c->street = s;
            c->n_grids = n_grids[k];
            memcpy(c->code, "330108", 6);
            append_number(c->code, 6, s + 1);
            append_number(c->code, 9, order[k] + 1);
        }
        for (size_t i = 0; i < n_units; i++)
            town->blocks[d->unit[i]].community = first + order[d->region[d->unit[i]]];
    }
    return MERE_OK;
}

/* ---- key areas ---- */

struct key_wish {
    double least_ha, most_ha; /* of one block */
    enum mere_use use;
    int32_t n, n_blocks; /* so many of so many blocks at most */
    bool point;
    bool any_use; /* whatever stands there now */
};
/* Larger and rarer ones first. They sum up to MERE_TOWN_KEYS. */
static const struct key_wish KEY_WISHES[] = {
    {3, 40, MERE_USE_CAMPUS, 3, 5, false, false},   {2, 30, MERE_USE_FACTORY, 23, 4, false, false},
    {1.5, 20, MERE_USE_OFFICE, 7, 2, false, false}, {2, 9, MERE_USE_HOSPITAL, 3, 1, false, false},
    {1.5, 8, MERE_USE_MARKET, 4, 1, false, false},  {1.5, 6, MERE_USE_HOSPITAL, 2, 1, true, false},
    {1, 6, MERE_USE_MARKET, 4, 1, true, false},     {1.5, 7, MERE_USE_SCHOOL, 10, 1, true, false},
};

/* Which blocks may become one: parks are where firms are, the rest where people live. */
static bool suits(const struct mere_block *b, const struct key_wish *w)
{
    if (b->area_m2 < w->least_ha * 1e4 || b->area_m2 > w->most_ha * 1e4 ||
        b->use == MERE_USE_LAKE || b->use == MERE_USE_HILL)
        return false;
    if (w->any_use)
        return true;
    if (w->use == MERE_USE_CAMPUS || w->use == MERE_USE_FACTORY || w->use == MERE_USE_OFFICE)
        return b->use == w->use;
    return b->use == MERE_USE_SLABS || b->use == MERE_USE_GREEN || b->use == MERE_USE_OFFICE;
}

/* Whether the community may give up one more grid's worth of land. d->region has the community of
 * each block that is in no key area yet. */
static bool can_spare(struct dividing *d, int32_t community, int32_t n_keys)
{
    int32_t n_free = 0, n_grids = d->town->communities[community].n_grids;
    for (int32_t i = 0; i < d->town->n_blocks; i++)
        n_free += d->region[i] == community;
    return n_keys < (n_grids + 1) / 2 && n_free >= 3 * (n_grids - n_keys);
}

/* Take block `i` out of its community for key area `key`, unless that would tear it apart. */
static bool take_out(struct dividing *d, int32_t i, int32_t key)
{
    int32_t community = d->region[i];
    d->region[i] = -10 - key;
    if (mere_region_whole(&d->town->graph, d->region, community, MERE_UNKNOWN, d->scratch))
        return true;
    d->region[i] = community;
    return false;
}

/* Grow a key area of several blocks of one use in one community. */
static void extend(struct dividing *d, int32_t from, int32_t key, const struct key_wish *w)
{
    const struct mere_graph *g = &d->town->graph;
    int32_t member[8] = {from}, n = 1, community = d->town->blocks[from].community;
    int32_t wanted = 1 + (int32_t)mere_random_below(&d->r, (uint32_t)w->n_blocks);
    for (int32_t k = 0; k < n && n < wanted; k++)
        for (int32_t e = g->first[member[k]]; e < g->first[member[k] + 1] && n < wanted; e++) {
            int32_t to = g->to[e];
            if (d->region[to] == community && g->border[e] > 40 && suits(&d->town->blocks[to], w) &&
                can_spare(d, community, 0) && take_out(d, to, key))
                member[n++] = to;
        }
}

static void place_key(struct dividing *d, int32_t key, const struct key_wish *w, int32_t *n_keys)
{
    struct mere_town *town = d->town;
    for (int attempt = 0; attempt < 6000; attempt++) {
        int32_t i = (int32_t)mere_random_below(&d->r, (uint32_t)town->n_blocks);
        int32_t community = town->blocks[i].community;
        /* After many vain attempts the size is no matter any more, then the use. */
        struct key_wish loose = *w;
        loose.least_ha = attempt < 3000 ? w->least_ha : 0.5;
        loose.any_use = attempt >= 4500;
        if (d->region[i] != community || !suits(&town->blocks[i], &loose) ||
            !can_spare(d, community, n_keys[community]) || !take_out(d, i, key))
            continue;
        n_keys[community]++;
        extend(d, i, key, w);
        town->keys[key] =
            (struct mere_town_key){w->use, w->point, MERE_UNKNOWN, town->blocks[i].middle};
        return;
    }
}

static enum mere_status make_keys(struct dividing *d, int32_t *n_keys)
{
    struct mere_town *town = d->town;
    int32_t key = 0;
    for (int32_t i = 0; i < town->n_blocks; i++)
        d->region[i] = town->blocks[i].community;
    for (int32_t k = 0; k < MERE_TOWN_KEYS; k++)
        town->keys[k].grid = -2;
    for (size_t w = 0; w < MERE_LEN(KEY_WISHES); w++)
        for (int32_t i = 0; i < KEY_WISHES[w].n; i++, key++) {
            place_key(d, key, &KEY_WISHES[w], n_keys);
            if (town->keys[key].grid == -2)
                return mere_fail(d->ctx, MERE_E_INTERNAL,
                                 "the sample of this seed has no room for its key areas");
        }
    for (int32_t i = 0; i < town->n_blocks; i++)
        if (d->region[i] <= -10)
            town->blocks[i].use = town->keys[-10 - d->region[i]].use;
    weigh(town);
    return MERE_OK;
}

/* The communities with the most land of firms are industrial parks 园区. */
static void name_parks(struct mere_town *town)
{
    double firms[MERE_TOWN_COMMUNITIES] = {0}, all[MERE_TOWN_COMMUNITIES] = {0};
    for (int32_t i = 0; i < town->n_blocks; i++) {
        const struct mere_block *b = &town->blocks[i];
        all[b->community] += b->area_m2;
        firms[b->community] +=
            b->use == MERE_USE_FACTORY || b->use == MERE_USE_OFFICE ? b->area_m2 : 0;
    }
    for (int n = 0; n < N_PARKS; n++) {
        int32_t best = MERE_UNKNOWN;
        for (int32_t c = 0; c < MERE_TOWN_COMMUNITIES; c++)
            if (!town->communities[c].park &&
                (best < 0 || firms[c] * all[best] > firms[best] * all[c]))
                best = c;
        if (best >= 0)
            town->communities[best].park = true;
    }
}

/* ---- grids ---- */

/* Give every basic grid a block to live in. */
static void settle(struct dividing *d, int32_t grid)
{
    struct mere_town *town = d->town;
    double homes = 0;
    for (int32_t i = 0; i < town->n_blocks; i++)
        homes += town->blocks[i].grid == grid ? mere_block_weight(&town->blocks[i]) : 0;
    while (homes < 150) {
        struct mere_block *best = NULL;
        for (int32_t i = 0; i < town->n_blocks; i++) {
            struct mere_block *b = &town->blocks[i];
            if (b->grid == grid && !mere_use_lives(b->use) && b->use != MERE_USE_LAKE &&
                b->use != MERE_USE_HILL && (!best || b->area_m2 > best->area_m2))
                best = b;
        }
        for (int32_t i = 0; i < town->n_blocks && !best; i++) /* nothing but a hill: a village */
            best = town->blocks[i].grid == grid ? &town->blocks[i] : NULL;
        if (!best || mere_use_lives(best->use))
            break;
        bool wild = best->use == MERE_USE_HILL || best->use == MERE_USE_LAKE;
        best->use = wild                  ? MERE_USE_VILLAGE
                    : best->area_m2 < 3e4 ? MERE_USE_TOWERS
                                          : MERE_USE_SLABS;
        homes += mere_block_weight(best);
    }
}

static enum mere_status grids_of(struct dividing *d, int32_t community, int32_t first,
                                 const int32_t *key_of)
{
    struct mere_town *town = d->town;
    struct mere_town_community *c = &town->communities[community];
    double target[MERE_TOWN_GRIDS];
    int32_t order[MERE_TOWN_GRIDS], key[MERE_TOWN_GRIDS], n_keys = 0;
    size_t n_units = 0;
    for (int32_t k = 0; k < MERE_TOWN_KEYS; k++)
        for (int32_t i = 0; i < town->n_blocks; i++)
            if (key_of[i] == k && town->blocks[i].community == community) {
                key[n_keys++] = k;
                break;
            }
    int32_t n_basic = c->n_grids - n_keys;
    for (int32_t k = 0; k < n_basic; k++)
        target[k] = 1;
    for (int32_t i = 0; i < town->n_blocks; i++)
        if (town->blocks[i].community == community && key_of[i] == MERE_UNKNOWN)
            d->unit[n_units++] = i;
    MERE_TRY(divide(d, n_units, n_basic, target, NULL, 2600));
    for (int32_t i = 0; i < town->n_blocks; i++)
        if (town->blocks[i].community == community && key_of[i] != MERE_UNKNOWN) {
            d->unit[n_units++] = i;
            for (int32_t k = 0; k < n_keys; k++)
                d->region[i] = key[k] == key_of[i] ? n_basic + k : d->region[i];
        }
    number(d, n_units, c->n_grids, order);
    for (int32_t k = 0; k < c->n_grids; k++) {
        struct mere_town_grid *g = &town->grids[first + order[k]];
        *g = (struct mere_town_grid){.community = community, .key = MERE_UNKNOWN};
        if (k >= n_basic) {
            g->key = key[k - n_basic];
            town->keys[g->key].grid = first + order[k];
        }
        memcpy(g->code, c->code, 12);
        append_number(g->code, 12, order[k] + 1);
    }
    for (size_t i = 0; i < n_units; i++)
        town->blocks[d->unit[i]].grid = first + order[d->region[d->unit[i]]];
    return MERE_OK;
}

static enum mere_status make_grids(struct dividing *d, int32_t *key_of)
{
    struct mere_town *town = d->town;
    for (int32_t i = 0; i < town->n_blocks; i++)
        town->blocks[i].key = key_of[i] = d->region[i] <= -10 ? -10 - d->region[i] : MERE_UNKNOWN;
    for (int32_t c = 0, first = 0; c < MERE_TOWN_COMMUNITIES;
         first += town->communities[c++].n_grids)
        MERE_TRY(grids_of(d, c, first, key_of));
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        if (town->grids[g].key == MERE_UNKNOWN)
            settle(d, g);
    return MERE_OK;
}

/* ---- the other divisions ---- */

static enum mere_status make_other(struct dividing *d, int32_t n, size_t at)
{
    struct mere_town *town = d->town;
    double target[MERE_TOWN_COMMUNITIES];
    int32_t order[MERE_TOWN_COMMUNITIES];
    for (int32_t k = 0; k < n; k++)
        target[k] = mere_random_between(&d->r, 0.8, 1.2);
    for (int32_t i = 0; i < town->n_blocks; i++)
        d->unit[i] = i;
    MERE_TRY(divide(d, (size_t)town->n_blocks, n, target, NULL, 9000));
    number(d, (size_t)town->n_blocks, n, order);
    for (int32_t i = 0; i < town->n_blocks; i++)
        memcpy((char *)&town->blocks[i] + at, &order[d->region[i]], sizeof(int32_t));
    return MERE_OK;
}

/* The older division: some blocks belonged to the grid beside theirs, also across communities. */
static void make_former(struct dividing *d)
{
    struct mere_town *town = d->town;
    const struct mere_graph *g = &town->graph;
    for (int32_t i = 0; i < town->n_blocks; i++)
        d->region[i] = town->blocks[i].grid;
    for (int32_t i = 0; i < town->n_blocks; i++) {
        if (!mere_random_chance(&d->r, 0.22) || g->first[i] == g->first[i + 1])
            continue;
        uint32_t n = (uint32_t)(g->first[i + 1] - g->first[i]);
        int32_t to = d->region[g->to[g->first[i] + (int32_t)mere_random_below(&d->r, n)]];
        if (to != d->region[i] && mere_region_whole(g, d->region, d->region[i], i, d->scratch))
            d->region[i] = to;
    }
    for (int32_t i = 0; i < town->n_blocks; i++)
        town->blocks[i].former = d->region[i];
}

enum mere_status mere_town_divide(struct mere_ctx *ctx, struct mere_town *town)
{
    struct dividing d = {.ctx = ctx, .town = town, .r = mere_random_stream(town->seed, "divide")};
    size_t n = (size_t)town->n_blocks;
    int32_t n_keys[MERE_TOWN_COMMUNITIES] = {0};
    d.unit = MERE_NEW(&town->arena, int32_t, n);
    d.region = MERE_NEW(&town->arena, int32_t, n);
    d.scratch = MERE_NEW(&town->arena, int32_t, 2 * n);
    int32_t *key_of = MERE_NEW(&town->arena, int32_t, n);
    if (!d.unit || !d.region || !d.scratch || !key_of)
        return mere_fail_nomem(ctx, "dividing the sample");
    weigh(town);
    MERE_TRY(make_streets(&d));
    MERE_TRY(make_communities(&d));
    MERE_TRY(make_keys(&d, n_keys));
    name_parks(town);
    MERE_TRY(make_grids(&d, key_of));
    town->n_beats = 24;
    town->n_schools = 31;
    MERE_TRY(make_other(&d, town->n_beats, offsetof(struct mere_block, beat)));
    MERE_TRY(make_other(&d, town->n_schools, offsetof(struct mere_block, school)));
    make_former(&d);
    return MERE_OK;
}
