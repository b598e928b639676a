/* addresses.c - a row for each household, lodging and shop, in the shapes that addresses have
 * (DOMAIN section 5): full ones, some with missing or swapped levels, Chinese numerals, full-width
 * digits, other words for the same level, older names, or so many metres from a gate. Its point is
 * the building's door: the staircase's, or for shops a place along the front. */
#include "sample/keep.h"
#include "sample/names.h"
#include "sample/wkb.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ADDRESS,
    ROAD,
    PLATE,
    COMPOUND,
    ALIAS,
    BUILDING,
    UNIT,
    ROOM,
    KIND,
    PERSONS,
    STAIRWELL,
    GRID,
    N
};
static const struct mere_column COLUMNS[N] = {
    [ADDRESS] = {"address", MERE_ATTR_TEXT},   [ROAD] = {"road", MERE_ATTR_TEXT},
    [PLATE] = {"plate", MERE_ATTR_TEXT},       [COMPOUND] = {"compound", MERE_ATTR_TEXT},
    [ALIAS] = {"alias", MERE_ATTR_TEXT}, /* an older name of the compound, of one in eight */
    [BUILDING] = {"building", MERE_ATTR_TEXT}, [UNIT] = {"unit", MERE_ATTR_TEXT},
    [ROOM] = {"room", MERE_ATTR_TEXT},         [KIND] = {"kind", MERE_ATTR_TEXT},
    [PERSONS] = {"persons", MERE_ATTR_INT},    [STAIRWELL] = {"stairwell", MERE_ATTR_TEXT},
    [GRID] = {"grid", MERE_ATTR_TEXT}};

struct listing {
    struct mere_ctx *ctx;
    struct mere_town *town;
    struct mere_arena *arena;
    struct mere_random r;
    struct mere_ref_layer *layer;
    const struct mere_building *b; /* the one being listed */
    size_t index;
    const char *place; /* "浙江省杭州市滨江区西兴街道...社区" */
    const char *road, *plate, *compound, *alias, *building;
    int32_t plate_number;
    struct mere_xy gate;  /* where the plate hangs */
    const char ***stairs; /* by building: the stairwell group of each unit, or NULL */
};

/* ---- the plate: which road, which number ---- */

struct frontage {
    int32_t half;
    double far;
};

/* The border of the block that is nearest to `p` and is a street with a name. */
static struct frontage frontage(const struct mere_plane *plane, int32_t face, struct mere_xy p)
{
    struct frontage best = {MERE_UNKNOWN, 1e18};
    int32_t start = plane->face.v[face], h = start;
    do {
        uint8_t way = plane->piece.v[h >> 1].way;
        double far = mere_xy_to_piece(p, plane->xy.v[plane->half.v[h].origin],
                                      plane->xy.v[plane->half.v[h ^ 1].origin]);
        far +=
            way == MERE_WAY_ARTERIAL || way == MERE_WAY_SECONDARY || way == MERE_WAY_LANE ? 0 : 1e5;
        if (far < best.far)
            best = (struct frontage){h, far};
        h = plane->half.v[h].next;
    } while (h != start);
    return best;
}

static bool find_plate(struct listing *l)
{
    const struct mere_plane *p = &l->town->plane;
    const struct mere_block *block = &l->town->blocks[l->b->block];
    /* A compound has one plate, that of its gate; other buildings have their own. */
    struct mere_xy at =
        block->compound >= 0 ? l->town->compounds.v[block->compound].ring[0] : l->b->corner[0];
    l->gate = at;
    struct frontage f = frontage(p, block->face, at);
    const struct mere_piece_of_way *piece = &p->piece.v[f.half >> 1];
    double from_start = mere_xy_gap(at, (struct mere_xy){-8000, -8000});
    l->plate_number = 1 + (int32_t)(from_start / 9) % 900 * 2 + (f.half & 1);
    l->road = mere_name_road(l->arena, (enum mere_way_kind)piece->way, piece->road);
    l->plate = mere_name_format(l->arena, "%d号", l->plate_number);
    return l->road && l->plate;
}

static struct mere_xy front(const struct mere_building *b, double share)
{
    return mere_xy_add(b->corner[0], mere_xy_sub(b->corner[1], b->corner[0]), share);
}

/* ---- the words ---- */

/* Digits as some keyboards write them: ８８. */
static const char *wide_digits(struct mere_arena *arena, const char *s)
{
    static const char *const WIDE[] = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
    char text[400];
    size_t n = 0;
    for (; *s && n + 4 < sizeof text; s++) {
        bool digit = *s >= '0' && *s <= '9';
        if (digit) {
            memcpy(text + n, WIDE[*s - '0'], 3);
            n += 3;
        } else {
            text[n++] = *s;
        }
    }
    return mere_arena_text(arena, text, n);
}

static const char *none_if_null(const char *s)
{
    return s ? s : "";
}

/* The road with another word for what it is: 永里道 for 永里路. No two roads share the name before
 * it. */
static const char *other_road(struct mere_arena *a, const char *road)
{
    static const char *const SWAP[][2] = {{"大道", "路"}, {"路", "道"}, {"街", "路"}};
    size_t len = strlen(road);
    for (size_t i = 0; i < MERE_LEN(SWAP); i++) {
        size_t tail = strlen(SWAP[i][0]);
        if (len > tail && strcmp(road + len - tail, SWAP[i][0]) == 0)
            return mere_name_format(a, "%.*s%s", (int)(len - tail), road, SWAP[i][1]);
    }
    return road;
}

/* 东60米: how far the place lies from the gate whose plate it names, along the longer axis; 0 when
 * that is too near to say. */
static int way_from_gate(const struct listing *l, struct mere_xy at, const char **ret_side)
{
    struct mere_xy d = mere_xy_sub(at, l->gate);
    bool level = fabs(d.x) > fabs(d.y);
    *ret_side = level ? d.x > 0 ? "东" : "西" : d.y > 0 ? "北" : "南";
    return (int)(fabs(level ? d.x : d.y) / 10) * 10;
}

struct row {
    const char *unit, *room, *kind, *stairwell;
    int64_t persons;
    struct mere_xy at;
};

/* The address in full. */
static const char *write_whole(struct listing *l, const struct row *row)
{
    return mere_name_format(l->arena, "%s%s%s%s%s%s%s", l->place, l->road, l->plate,
                            none_if_null(l->compound), none_if_null(l->building),
                            none_if_null(row->unit), row->room);
}

/* One of the rarer ways, where it fits the place; else in full. */
static const char *write_rare(struct listing *l, uint32_t shape, const struct row *row)
{
    struct mere_arena *a = l->arena;
    const char *building = none_if_null(l->building), *unit = none_if_null(row->unit), *side;
    if (shape < 2) {
        const char *road = other_road(a, l->road);
        return road ? mere_name_format(a, "%s%s%s%s%s%s", l->place, road, l->plate, building, unit,
                                       row->room)
                    : NULL;
    }
    if (shape == 2 && l->building) /* a lane with houses: 577弄24号 */
        return mere_name_format(a, "%s%s%d弄%d号%s%s", l->place, l->road, l->plate_number,
                                l->b->number, unit, row->room);
    if (shape == 3)
        return mere_name_format(a, "%s%s%s%s%s%s%s", l->place, l->road,
                                l->plate_number < 900 ? "西段" : "东段", l->plate, building, unit,
                                row->room);
    if (shape < 6 && l->alias)
        return mere_name_format(a, "%s%s%s%s%s", l->place, l->alias, building, unit, row->room);
    int far = way_from_gate(l, row->at, &side);
    if (!l->building && far > 0)
        return mere_name_format(a, "%s%s%s%d米%s", l->road, l->plate, side, far, row->room);
    return write_whole(l, row);
}

/* The address as somebody wrote it. */
static const char *write_out(struct listing *l, const struct row *row)
{
    struct mere_arena *a = l->arena;
    const char *building = none_if_null(l->building), *compound = none_if_null(l->compound);
    const char *unit = none_if_null(row->unit), *room = row->room;
    uint32_t shape = mere_random_below(&l->r, 100);
    if (shape < 62)
        return write_whole(l, row);
    if (shape < 70)
        return write_rare(l, shape - 62, row);
    if (shape < 78) /* no road */
        return mere_name_format(a, "%s%s%s%s%s", l->place, compound, building, unit, room);
    if (shape < 84) /* from the road on */
        return mere_name_format(a, "%s%s%s%s%s", l->road, l->plate, building, unit, room);
    if (shape < 88) /* the compound before the road */
        return mere_name_format(a, "%s%s（%s%s）%s%s%s", l->place, compound, l->road, l->plate,
                                building, unit, room);
    if (shape < 92) {
        const char *number = mere_name_number(a, l->plate_number);
        return number ? mere_name_format(a, "%s%s%s号%s%s%s", l->place, l->road, number, building,
                                         unit, room)
                      : NULL;
    }
    if (shape < 96) {
        const char *text =
            mere_name_format(a, "%s%s%s%s%s", l->road, l->plate, building, unit, room);
        return text ? wide_digits(a, text) : NULL;
    }
    if (l->building) /* 3栋, 3号楼 */
        return mere_name_format(a, "%s%s%s%d%s%s%s", l->place, l->road, l->plate, l->b->number,
                                shape < 98 ? "栋" : "号楼", unit, room);
    return mere_name_format(a, "%s附近%s%s", l->road, l->plate, room);
}

static bool add_row(struct listing *l, const struct row *row)
{
    const char **attrs = MERE_NEW(l->arena, const char *, N);
    struct mere_wkb wkb = mere_sample_wkb_point(l->arena, mere_sample_point(row->at));
    if (!attrs || !wkb.bytes)
        return false;
    attrs[ADDRESS] = write_out(l, row);
    attrs[ROAD] = l->road;
    attrs[PLATE] = l->plate;
    attrs[COMPOUND] = l->compound ? l->compound : "无";
    attrs[ALIAS] = l->alias;
    attrs[BUILDING] = l->building ? l->building : "无";
    attrs[UNIT] = row->unit ? row->unit : "无";
    attrs[ROOM] = row->room;
    attrs[KIND] = row->kind;
    attrs[PERSONS] =
        row->persons ? mere_name_format(l->arena, "%lld", (long long)row->persons) : "0";
    attrs[STAIRWELL] = row->stairwell;
    attrs[GRID] = l->town->grids[l->town->blocks[l->b->block].grid].code;
    l->layer->features[l->layer->n_features++] =
        (struct mere_ref_feature){wkb.bytes, wkb.len, attrs};
    return attrs[ADDRESS] && attrs[ROOM] && attrs[PERSONS];
}

/* ---- one building ---- */

/* `total` persons over `n` rooms, at least one each: nearly even, with some luck. */
static int64_t next_share(struct listing *l, int64_t total, int64_t n, int64_t most)
{
    int64_t mean = total / n, spread = mean > 1 ? mean : 1;
    int64_t share = mean + (int64_t)mere_random_below(&l->r, (uint32_t)(2 * spread + 1)) - spread;
    int64_t least = total - most * (n - 1), greatest = total - (n - 1);
    share = share < 1 ? 1 : share;
    share = share > most ? most : share;
    share = share < least ? least : share;
    share = share > greatest ? greatest : share;
    return n == 1 ? total : share;
}

/* Flat `i` of the building: its unit (from 0) and its room. */
static const char *flat(struct listing *l, int64_t i, int32_t *ret_unit)
{
    const struct mere_building *b = l->b;
    if (b->use == MERE_USE_VILLAGE) {
        *ret_unit = 0;
        return mere_name_format(l->arena, "%lld层", (long long)i + 1);
    }
    int64_t all = b->households + b->lodgings, places = (int64_t)b->floors * b->units;
    int64_t a_floor = (all + places - 1) / places;
    a_floor = a_floor < 1 ? 1 : a_floor;
    *ret_unit = (int32_t)(i % b->units);
    int64_t k = i / b->units;
    return mere_name_format(l->arena, "%lld%02lld室", (long long)(k / a_floor) + 1,
                            (long long)(k % a_floor) + 1);
}

static bool list_homes(struct listing *l)
{
    const struct mere_building *b = l->b;
    int64_t family = b->families, lodgers = b->persons - b->families;
    for (int64_t i = 0; i < b->households + b->lodgings; i++) {
        bool home = i < b->households;
        int32_t unit;
        struct row row = {.kind = home ? "household" : "lodging"};
        row.room = flat(l, i, &unit);
        if (home)
            row.persons = next_share(l, family, b->households - i, 6);
        else
            row.persons = next_share(l, lodgers, b->households + b->lodgings - i, 20);
        family -= home ? row.persons : 0;
        lodgers -= home ? 0 : row.persons;
        if (b->use != MERE_USE_VILLAGE)
            row.unit = b->units > 1 ? mere_name_format(l->arena, "%d单元", unit + 1) : NULL;
        row.stairwell = l->stairs[l->index] ? l->stairs[l->index][unit] : NULL;
        row.at = front(b, (unit + 0.5) / b->units);
        if (!row.room || !add_row(l, &row))
            return false;
    }
    return true;
}

static bool list_shops(struct listing *l)
{
    for (int64_t i = 0; i < l->b->shops; i++) {
        bool work = l->b->use == MERE_USE_OFFICE || l->b->use == MERE_USE_FACTORY;
        struct row row = {.kind = work ? "office" : "shop"};
        row.room = mere_name_format(l->arena, work ? "%lld室" : "%lld号商铺",
                                    (long long)(work ? 101 + i / 9 * 100 + i % 9 : i + 1));
        row.at = front(l->b, ((double)i + 0.5) / (double)l->b->shops);
        if (!row.room || !add_row(l, &row))
            return false;
    }
    return true;
}

static bool list_building(struct listing *l, size_t i)
{
    const struct mere_town *town = l->town;
    l->b = &town->buildings.v[i];
    l->index = i;
    const struct mere_block *block = &town->blocks[l->b->block];
    const struct mere_town_community *c = &town->communities[block->community];
    const char *community = mere_name_community(l->arena, c, block->community);
    l->place = community ? mere_name_format(l->arena, "浙江省杭州市滨江区%s街道%s",
                                            MERE_STREET_NAMES[block->street], community)
                         : NULL;
    l->compound = block->compound >= 0 || block->use == MERE_USE_VILLAGE
                      ? mere_name_compound(l->arena, block->use, l->b->block)
                      : NULL;
    bool named_anew = l->compound && l->b->block % 8 == 3;
    l->alias = named_anew ? mere_name_former(l->arena, block->use, l->b->block) : NULL;
    l->building = block->use == MERE_USE_VILLAGE || !l->compound
                      ? NULL
                      : mere_name_format(l->arena, "%d幢", l->b->number);
    return l->place && find_plate(l) && list_homes(l) && list_shops(l);
}

/* ---- stairwell groups 楼道 ---- */

/* How many units of the building have a household: the first ones. */
static int32_t used_units(const struct mere_building *b)
{
    return b->households < b->units ? (int32_t)b->households : b->units;
}

/* Share the stairwell groups among the grids by households, and join each grid's staircases, in
 * order, to that many groups. */
static bool group_stairs(struct listing *l)
{
    const struct mere_town *town = l->town;
    double weight[MERE_TOWN_GRIDS] = {0};
    int64_t cap[MERE_TOWN_GRIDS] = {0}, groups[MERE_TOWN_GRIDS], seen[MERE_TOWN_GRIDS] = {0};
    l->stairs = MERE_NEW(l->arena, const char **, town->buildings.n);
    if (!l->stairs)
        return false;
    for (size_t i = 0; i < town->buildings.n; i++) {
        const struct mere_building *b = &town->buildings.v[i];
        weight[town->blocks[b->block].grid] += (double)b->households;
        cap[town->blocks[b->block].grid] += used_units(b);
    }
    if (!mere_apportion(MERE_TOWN_STAIRWELLS, weight, cap, MERE_TOWN_GRIDS, groups))
        return false;
    for (size_t i = 0; i < town->buildings.n; i++) {
        const struct mere_building *b = &town->buildings.v[i];
        int32_t g = town->blocks[b->block].grid, n = used_units(b);
        if (n == 0 || groups[g] == 0)
            continue;
        l->stairs[i] = MERE_NEW(l->arena, const char *, (size_t)b->units);
        for (int32_t u = 0; l->stairs[i] && u < b->units; u++) {
            int64_t group = seen[g] * groups[g] / cap[g];
            seen[g] += u + 1 < n; /* units without a household join the last one */
            l->stairs[i][u] =
                mere_name_format(l->arena, "%s-L%02lld", town->grids[g].code, (long long)group + 1);
        }
        seen[g]++;
        if (!l->stairs[i])
            return false;
    }
    return true;
}

enum mere_status mere_sample_addresses(struct mere_ctx *ctx, struct mere_town *town,
                                       struct mere_arena *arena, struct mere_ref_layer *ret)
{
    struct listing l = {.ctx = ctx, .town = town, .arena = arena, .layer = ret};
    l.r = mere_random_stream(town->seed, "addresses");
    *ret = (struct mere_ref_layer){.name = "addresses", .n_columns = N, .columns = COLUMNS};
    ret->features = MERE_NEW(arena, struct mere_ref_feature, MERE_TOWN_ADDRESSES);
    bool ok = ret->features && group_stairs(&l);
    for (size_t i = 0; i < town->buildings.n && ok; i++)
        ok = list_building(&l, i);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "listing the sample's addresses");
}
