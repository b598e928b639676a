/* incidents.c - a year of incidents: what was reported in 2019, when, where, and what became of it.
 *
 * Each of the 42 classes has its places, its hours and its season; the names of the classes are
 * ours. Times are local (UTC+8). */
#include "sample/keep.h"
#include "sample/names.h"
#include "sample/wkb.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- patterns ---- */

enum hours { DAY, OFFICE, EVENING, NIGHT, RUSH, N_HOURS };
static const uint16_t HOURS[N_HOURS][24] = {
    [DAY] = {2,  1,  1,  1,  2,  5,  14, 30, 46, 52, 50, 42,
             34, 40, 48, 50, 46, 40, 34, 28, 20, 12, 7,  4},
    [OFFICE] = {0, 0, 0, 0, 0, 1, 4, 16, 60, 80, 78, 50, 20, 56, 76, 74, 60, 30, 10, 5, 3, 1, 0, 0},
    [EVENING] = {8,  4,  2,  1,  1,  2,  6,  10, 14, 16, 16, 20,
                 22, 18, 18, 20, 26, 40, 62, 74, 70, 50, 32, 16},
    [NIGHT] = {50, 38, 26, 18, 12, 8,  8,  8,  10, 10, 10, 10,
               12, 10, 10, 12, 14, 18, 26, 40, 56, 70, 74, 64},
    [RUSH] = {2,  1,  1,  1,  2,  8,  34, 86, 90, 44, 26, 24,
              24, 22, 24, 28, 46, 88, 84, 46, 24, 14, 8,  4},
};
enum season { EVEN, SUMMER, WINTER, RAIN, SPRING, N_SEASONS };
static const uint16_t MONTHS[N_SEASONS][12] = {
    [EVEN] = {80, 62, 96, 100, 102, 98, 100, 98, 100, 96, 102, 100},
    [SUMMER] = {40, 36, 60, 80, 110, 140, 190, 190, 140, 90, 60, 44},
    [WINTER] = {160, 130, 100, 70, 60, 50, 50, 50, 60, 80, 110, 160},
    [RAIN] = {50, 60, 80, 90, 110, 210, 180, 150, 110, 60, 50, 46}, /* plum rains, typhoons */
    [SPRING] = {70, 80, 150, 170, 140, 100, 80, 80, 90, 90, 80, 70},
};
enum where { HOMES, TOWERS, VILLAGES, WORKS, MARKETS, STREETS, GREENS, ANYWHERE, N_WHERE };

static const struct incident_class {
    const char *code, *zh;
    uint16_t share; /* of all, in thousandths or so */
    uint8_t hours, season, where;
} CLASSES[] = {
    {"0101", "占道经营", 74, EVENING, SUMMER, STREETS},
    {"0102", "暴露垃圾", 68, DAY, SUMMER, STREETS},
    {"0103", "非法小广告", 42, DAY, EVEN, STREETS},
    {"0104", "机动车违停", 80, RUSH, EVEN, STREETS},
    {"0105", "非机动车乱停放", 62, RUSH, EVEN, STREETS},
    {"0106", "道路破损", 20, DAY, RAIN, STREETS},
    {"0107", "井盖缺损", 13, DAY, RAIN, STREETS},
    {"0108", "路灯不亮", 15, NIGHT, WINTER, STREETS},
    {"0109", "绿化损坏", 17, DAY, SPRING, GREENS},
    {"0110", "河道漂浮物", 12, DAY, SUMMER, GREENS},
    {"0111", "积水内涝", 11, DAY, RAIN, STREETS},
    {"0112", "工地扬尘噪声", 25, NIGHT, SPRING, WORKS},
    {"0113", "违法建设", 18, OFFICE, EVEN, VILLAGES},
    {"0201", "群租房隐患", 34, EVENING, EVEN, TOWERS},
    {"0202", "出租房登记", 58, EVENING, SPRING, VILLAGES},
    {"0203", "流动人口变动", 52, EVENING, SPRING, VILLAGES},
    {"0204", "邻里纠纷", 30, EVENING, SUMMER, HOMES},
    {"0205", "物业纠纷", 24, OFFICE, EVEN, TOWERS},
    {"0206", "家庭矛盾", 15, NIGHT, WINTER, HOMES},
    {"0207", "劳资纠纷", 12, OFFICE, WINTER, WORKS},
    {"0208", "噪声扰民", 32, NIGHT, SUMMER, TOWERS},
    {"0209", "宠物扰民", 17, EVENING, SPRING, HOMES},
    {"0210", "高空抛物", 8, EVENING, EVEN, TOWERS},
    {"0301", "消防通道堵塞", 34, EVENING, EVEN, HOMES},
    {"0302", "电动车飞线充电", 36, EVENING, SUMMER, HOMES},
    {"0303", "楼道堆物", 44, DAY, EVEN, HOMES},
    {"0304", "用电隐患", 20, OFFICE, SUMMER, WORKS},
    {"0305", "燃气隐患", 14, EVENING, WINTER, HOMES},
    {"0306", "企业安全生产隐患", 24, OFFICE, EVEN, WORKS},
    {"0307", "三合一场所", 11, OFFICE, EVEN, MARKETS},
    {"0308", "电梯故障", 13, RUSH, SUMMER, TOWERS},
    {"0309", "无证经营", 13, OFFICE, EVEN, MARKETS},
    {"0310", "食品安全", 15, DAY, SUMMER, MARKETS},
    {"0401", "诈骗线索", 14, EVENING, EVEN, ANYWHERE},
    {"0402", "盗窃线索", 12, NIGHT, WINTER, ANYWHERE},
    {"0403", "重点人员走访", 26, OFFICE, EVEN, HOMES},
    {"0404", "独居老人关爱", 22, DAY, WINTER, HOMES},
    {"0405", "困难家庭帮扶", 13, OFFICE, WINTER, HOMES},
    {"0406", "政策宣传", 24, OFFICE, SPRING, ANYWHERE},
    {"0407", "垃圾分类劝导", 40, RUSH, SUMMER, HOMES},
    {"0408", "犬只登记", 9, EVENING, SPRING, HOMES},
    {"0409", "其他", 12, DAY, EVEN, ANYWHERE},
};
#define N_CLASSES MERE_LEN(CLASSES)
_Static_assert(N_CLASSES == 42, "the reference district accepts 42 classes");

/* ---- places ---- */

/* Where incidents of a kind may be: buildings, each as often as its weight, summed up. */
struct places {
    double *until; /* by building: the sum up to and with it */
    double sum;
};

static double place_weight(const struct mere_building *b, enum where where)
{
    bool home = mere_use_lives(b->use);
    double people = (double)b->persons;
    switch (where) {
    case HOMES:
        return home ? people : 0;
    case TOWERS:
        return b->use == MERE_USE_TOWERS ? people : b->use == MERE_USE_SLABS ? people / 3 : 0;
    case VILLAGES:
        return b->use == MERE_USE_VILLAGE ? 2 * people : home ? people / 3 : 0;
    case WORKS:
        return b->use == MERE_USE_FACTORY || b->use == MERE_USE_OFFICE ? 12 + (double)b->shops : 0;
    case MARKETS:
        return b->use == MERE_USE_MARKET ? 10 * (double)b->shops : (double)b->shops;
    case GREENS:
        return b->use == MERE_USE_GREEN ? 30 : b->use == MERE_USE_VILLAGE ? 0.3 : 0.2;
    case STREETS:
        return 3 + (double)b->shops * 4 + people / 9;
    case ANYWHERE:
    case N_WHERE:
        break;
    }
    return 4 + people;
}

struct reporting {
    struct mere_ctx *ctx;
    const struct mere_town *town;
    struct mere_arena *arena;
    struct mere_random r;
    struct places places[N_WHERE];
};

static bool weigh_places(struct reporting *p)
{
    const struct mere_town *town = p->town;
    double *luck = MERE_NEW(p->arena, double, (size_t)town->n_blocks);
    for (int32_t i = 0; luck && i < town->n_blocks; i++) { /* some blocks are troubled */
        double v = mere_random_between(&p->r, 0, 1);
        luck[i] = 0.3 + 2.4 * v * v * v;
    }
    for (int w = 0; w < N_WHERE; w++) {
        struct places *places = &p->places[w];
        places->until = MERE_NEW(p->arena, double, town->buildings.n);
        if (!places->until || !luck)
            return false;
        for (size_t i = 0; i < town->buildings.n; i++) {
            const struct mere_building *b = &town->buildings.v[i];
            places->sum += place_weight(b, (enum where)w) * luck[b->block];
            places->until[i] = places->sum;
        }
    }
    return true;
}

static size_t pick_building(struct reporting *p, enum where where)
{
    const struct places *places = &p->places[where];
    double at = mere_random_between(&p->r, 0, places->sum);
    size_t low = 0, high = p->town->buildings.n - 1;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (places->until[mid] > at)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* In or before the building; for matters of the street between it and the street. Always within the
 * block. */
static struct mere_xy pick_place(struct reporting *p, const struct mere_building *b, bool street)
{
    struct mere_xy u = mere_xy_sub(b->corner[1], b->corner[0]);
    struct mere_xy v = mere_xy_sub(b->corner[3], b->corner[0]);
    struct mere_xy at = mere_xy_add(b->corner[0], u, mere_random_between(&p->r, 0.02, 0.98));
    at = mere_xy_add(at, v, mere_random_between(&p->r, 0.02, 0.98));
    if (!street)
        return at;
    const struct mere_block *block = &p->town->blocks[b->block];
    size_t i = mere_random_below(&p->r, (uint32_t)block->n);
    struct mere_xy side =
        mere_xy_add(block->ring[i], mere_xy_sub(block->ring[(i + 1) % block->n], block->ring[i]),
                    mere_random_between(&p->r, 0, 1));
    struct mere_xy there = mere_xy_add(at, mere_xy_sub(side, at), 0.93);
    return mere_xy_inside(there, block->ring, block->n) ? there : at;
}

/* ---- times ---- */

/* Minutes since the beginning of 2019 in local time, day by day of the month's weight. */
static uint32_t pick_minute(struct reporting *p, const struct incident_class *class)
{
    static const uint16_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t month = mere_random_pick(&p->r, MONTHS[class->season], 12), day = 0;
    for (uint32_t m = 0; m < month; m++)
        day += DAYS[m];
    uint32_t in_month;
    do /* fewer at weekends; 2019 began on a Tuesday; the first week of February was a holiday */
        in_month = mere_random_below(&p->r, DAYS[month]);
    while ((((day + in_month + 1) % 7 >= 5) && mere_random_chance(&p->r, 0.35)) ||
           (month == 1 && in_month >= 3 && in_month < 10 && mere_random_chance(&p->r, 0.7)));
    uint32_t hour = mere_random_pick(&p->r, HOURS[class->hours], 24);
    return ((day + in_month) * 24 + hour) * 60 + mere_random_below(&p->r, 60);
}

static const char *time_text(struct mere_arena *arena, uint32_t minute, uint32_t second)
{
    static const uint16_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t day = minute / 1440, month = 0, year = 2019;
    if (day >= 365) {
        day -= 365;
        year = 2020;
    }
    while (day >= DAYS[month])
        day -= DAYS[month++];
    return mere_name_format(arena, "%u-%02u-%02uT%02u:%02u:%02u+08:00", (unsigned)year,
                            (unsigned)month + 1, (unsigned)day + 1, (unsigned)(minute / 60 % 24),
                            (unsigned)(minute % 60), (unsigned)second);
}

struct incident {
    uint32_t minute, second, order;
    uint8_t class;
    uint32_t building;
    struct mere_point at;
};

static int incident_cmp(const void *va, const void *vb)
{
    const struct incident *a = va, *b = vb;
    if (a->minute != b->minute)
        return a->minute < b->minute ? -1 : 1;
    if (a->second != b->second)
        return a->second < b->second ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* ---- rows ---- */

enum { CODE, CLASS, TITLE, REPORTED, CLOSED, STATE, SOURCE, GRID, N };
static const struct mere_column COLUMNS[N] = {
    [CODE] = {"code", MERE_ATTR_TEXT},        [CLASS] = {"class", MERE_ATTR_TEXT},
    [TITLE] = {"class_name", MERE_ATTR_TEXT}, [REPORTED] = {"reported", MERE_ATTR_TEXT},
    [CLOSED] = {"closed", MERE_ATTR_TEXT},    [STATE] = {"state", MERE_ATTR_TEXT},
    [SOURCE] = {"source", MERE_ATTR_TEXT},    [GRID] = {"grid", MERE_ATTR_TEXT}};

static bool add_row(struct reporting *p, struct mere_ref_layer *layer, const struct incident *one,
                    bool closed)
{
    static const char *const SOURCES[] = {"网格员", "群众", "视频", "12345"};
    static const uint16_t SHARE[] = {78, 11, 6, 5};
    static const char *const OPEN[] = {"in hand", "delayed", "feedback", "dispatched"};
    size_t i = layer->n_features;
    const char **attrs = MERE_NEW(p->arena, const char *, N);
    struct mere_wkb wkb = mere_sample_wkb_point(p->arena, one->at);
    if (!attrs || !wkb.bytes)
        return false;
    /* Most are settled the same day; some take weeks. */
    uint32_t took = 10 + mere_random_below(&p->r, 400);
    if (mere_random_chance(&p->r, 0.3))
        took += mere_random_below(&p->r, mere_random_chance(&p->r, 0.2) ? 30000 : 5000);
    const struct mere_block *block = &p->town->blocks[p->town->buildings.v[one->building].block];
    attrs[CODE] = mere_name_format(p->arena, "2019%07zu", i + 1);
    attrs[CLASS] = CLASSES[one->class].code;
    attrs[TITLE] = CLASSES[one->class].zh;
    attrs[REPORTED] = time_text(p->arena, one->minute, one->second);
    attrs[CLOSED] = closed ? time_text(p->arena, one->minute + took, one->second) : NULL;
    attrs[STATE] = closed ? "closed" : OPEN[i % MERE_LEN(OPEN)];
    attrs[SOURCE] = SOURCES[mere_random_pick(&p->r, SHARE, 4)];
    attrs[GRID] = p->town->grids[block->grid].code;
    layer->features[layer->n_features++] = (struct mere_ref_feature){wkb.bytes, wkb.len, attrs};
    return attrs[CODE] && attrs[REPORTED] && (!closed || attrs[CLOSED]);
}

/* Which are not closed: chosen among all, the later in the year the likelier. */
static void leave_open(struct reporting *p, bool *open)
{
    for (int32_t left = MERE_TOWN_INCIDENTS - MERE_TOWN_CLOSED; left > 0;) {
        uint32_t a = mere_random_below(&p->r, MERE_TOWN_INCIDENTS);
        uint32_t b = mere_random_below(&p->r, MERE_TOWN_INCIDENTS);
        a = a > b ? a : b;
        left -= !open[a];
        open[a] = true;
    }
}

static bool report_all(struct reporting *p, struct incident *v, bool *open,
                       struct mere_ref_layer *layer)
{
    uint16_t share[N_CLASSES];
    for (size_t c = 0; c < N_CLASSES; c++)
        share[c] = CLASSES[c].share;
    for (uint32_t i = 0; i < MERE_TOWN_INCIDENTS; i++) {
        uint32_t class = mere_random_pick(&p->r, share, N_CLASSES);
        enum where where = (enum where)CLASSES[class].where;
        uint32_t building = (uint32_t)pick_building(p, where);
        struct mere_xy at =
            pick_place(p, &p->town->buildings.v[building], where == STREETS || where == GREENS);
        v[i] = (struct incident){pick_minute(p, &CLASSES[class]),
                                 mere_random_below(&p->r, 60),
                                 i,
                                 (uint8_t) class,
                                 building,
                                 mere_sample_point(at)};
    }
    qsort(v, MERE_TOWN_INCIDENTS, sizeof *v, incident_cmp);
    leave_open(p, open);
    for (uint32_t i = 0; i < MERE_TOWN_INCIDENTS; i++)
        if (!add_row(p, layer, &v[i], !open[i]))
            return false;
    return true;
}

enum mere_status mere_sample_incidents(struct mere_ctx *ctx, struct mere_town *town,
                                       struct mere_arena *arena, struct mere_ref_layer *ret)
{
    struct reporting p = {.ctx = ctx, .town = town, .arena = arena};
    p.r = mere_random_stream(town->seed, "incidents");
    *ret = (struct mere_ref_layer){.name = "incidents", .n_columns = N, .columns = COLUMNS};
    ret->features = MERE_NEW(arena, struct mere_ref_feature, MERE_TOWN_INCIDENTS);
    struct incident *v = MERE_NEW(arena, struct incident, MERE_TOWN_INCIDENTS);
    bool *open = MERE_NEW(arena, bool, MERE_TOWN_INCIDENTS);
    bool ok = ret->features && v && open && weigh_places(&p) && report_all(&p, v, open, ret);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "listing the sample's incidents");
}
