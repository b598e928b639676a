/* town.h - a town with planted defects, for the tests of check.
 *
 * A town of rectangles with random streets' positions gets defects at places that don't touch each
 * other: gaps, overlaps and bays of known widths; at a node, on the outline, in a hole, across four
 * zones. `want` lists them. */
#ifndef MERE_TESTS_TOWN_H
#define MERE_TESTS_TOWN_H
#include "base/hash.h"
#include "unit/check_district.h"

#define SIDE 12 /* zones along each side of the town */
#define STEP 3  /* one defect in each 3 x 3 block, in the middle zone */

struct wanted {
    enum mere_rule rule;
    int32_t zones[4];
    size_t n_zones;
    double width_m; /* negative: not told in advance */
    bool seen;
};
struct town {
    uint64_t seed;
    int32_t x[SIDE + 1], y[SIDE + 1];
    struct {
        struct mere_point p[40];
        size_t n;
    } ring[SIDE * SIDE];
    struct wanted want[200];
    size_t n_want;
    struct mere_point hole[SIDE * SIDE][4], island[SIDE * SIDE][4];
    bool has_island[SIDE * SIDE];
    double sx, sy;
};

static inline int32_t pick(struct town *t, int32_t low, int32_t high)
{
    return low + (int32_t)(mere_random(&t->seed) % (uint64_t)(high - low + 1));
}

static inline void want(struct town *t, enum mere_rule rule, const int32_t *zones, size_t n,
                        double width)
{
    struct wanted *w = &t->want[t->n_want++];
    *w = (struct wanted){.rule = rule, .n_zones = n, .width_m = width};
    memcpy(w->zones, zones, n * sizeof *zones);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (w->zones[k] < w->zones[i]) {
                int32_t z = w->zones[i];
                w->zones[i] = w->zones[k];
                w->zones[k] = z;
            }
}

static inline void lay_streets(struct town *t)
{
    mere_scale_at(ORIGIN_Y, &t->sx, &t->sy);
    t->x[0] = ORIGIN_X;
    t->y[0] = ORIGIN_Y;
    for (int i = 0; i < SIDE; i++) {
        t->x[i + 1] = t->x[i] + pick(t, 15000, 25000);
        t->y[i + 1] = t->y[i] + pick(t, 15000, 25000);
    }
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            struct mere_point p[4] = {{t->x[i], t->y[j]},
                                      {t->x[i + 1], t->y[j]},
                                      {t->x[i + 1], t->y[j + 1]},
                                      {t->x[i], t->y[j + 1]}};
            memcpy(t->ring[j * SIDE + i].p, p, sizeof p);
            t->ring[j * SIDE + i].n = 4;
        }
}

/* Put `n` points into a ring, before its point `at`; `take` points there go. */
static inline void splice(struct town *t, int zone, size_t at, size_t take,
                          const struct mere_point *p, size_t n)
{
    struct mere_point *ring = t->ring[zone].p;
    memmove(ring + at + n, ring + at + take, (t->ring[zone].n - at - take) * sizeof *ring);
    memcpy(ring + at, p, n * sizeof *p);
    t->ring[zone].n += n - take;
}

/* A strip along the east side of the zone: `w` units are taken away (a gap) or added (an overlap).
 */
static inline void plant_strip(struct town *t, int i, int j, bool overlap)
{
    int32_t zones[2] = {j * SIDE + i, j * SIDE + i + 1}, w = pick(t, 2, 700), x = t->x[i + 1];
    int32_t y0 = t->y[j] + pick(t, 1000, 3000), y1 = t->y[j + 1] - pick(t, 1000, 3000);
    int32_t to = overlap ? x + w : x - w;
    struct mere_point p[] = {{x, y0}, {to, y0}, {to, y1}, {x, y1}};
    splice(t, zones[0], 2, 0, p, 4);
    want(t, overlap ? MERE_RULE_OVERLAP : MERE_RULE_GAP, zones, 2, w * t->sx);
}

/* A triangle taken from the east side: its circle has the diameter 4 A / P. */
static inline void plant_triangle(struct town *t, int i, int j)
{
    int32_t zones[2] = {j * SIDE + i, j * SIDE + i + 1}, w = pick(t, 50, 700), x = t->x[i + 1];
    int32_t y0 = t->y[j] + 2000, y1 = t->y[j + 1] - 2000, ym = pick(t, y0, y1);
    struct mere_point p[] = {{x, y0}, {x - w, ym}, {x, y1}};
    double wm = w * t->sx, a = (y1 - y0) * t->sy;
    double around = a + hypot(wm, (ym - y0) * t->sy) + hypot(wm, (y1 - ym) * t->sy);
    splice(t, zones[0], 2, 0, p, 3);
    want(t, MERE_RULE_GAP, zones, 2, 4 * (a * wm / 2) / around);
}

/* The four zones around a node lose their corners: a gap of four neighbours. */
static inline void plant_node_gap(struct town *t, int i, int j)
{
    int32_t x = t->x[i + 1], y = t->y[j + 1], w = pick(t, 2, 400);
    int32_t zones[4] = {j * SIDE + i, j * SIDE + i + 1, (j + 1) * SIDE + i, (j + 1) * SIDE + i + 1};
    struct mere_point e = {x + w, y}, n = {x, y + w}, west = {x - w, y}, s = {x, y - w};
    splice(t, zones[0], 2, 1, (struct mere_point[]){s, west}, 2);
    splice(t, zones[1], 3, 1, (struct mere_point[]){e, s}, 2);
    splice(t, zones[2], 1, 1, (struct mere_point[]){west, n}, 2);
    splice(t, zones[3], 0, 1, (struct mere_point[]){n, e}, 2);
    /* A rhombus with diagonals 2a, 2b: its circle has the diameter 2ab / sqrt(a^2 + b^2). */
    double a = w * t->sx, b = w * t->sy;
    want(t, MERE_RULE_GAP, zones, 4, 2 * a * b / hypot(a, b));
}

/* The zone's north-east corner grows over the node into three others: three overlaps. */
static inline void plant_node_overlap(struct town *t, int i, int j)
{
    int32_t x = t->x[i + 1], y = t->y[j + 1], w = pick(t, 2, 400), d = 3000;
    int32_t a = j * SIDE + i;
    struct mere_point p[] = {
        {x, y - d}, {x + w, y - d}, {x + w, y + w}, {x - d, y + w}, {x - d, y}};
    splice(t, a, 2, 1, p, 5);
    want(t, MERE_RULE_OVERLAP, (int32_t[]){a, a + 1}, 2, w * t->sx);
    want(t, MERE_RULE_OVERLAP, (int32_t[]){a, a + SIDE}, 2, w * t->sy);
    want(t, MERE_RULE_OVERLAP, (int32_t[]){a, a + SIDE + 1}, 2, w * fmin(t->sx, t->sy));
}

/* An island in a hole of the zone, narrower than the hole on its west side, or wider. */
static inline void plant_island(struct town *t, int i, int j, bool overlap)
{
    int32_t zone = j * SIDE + i, w = pick(t, 2, 700), island = SIDE * SIDE + zone;
    int32_t x0 = t->x[i] + 4000, x1 = t->x[i] + 9000, y0 = t->y[j] + 4000, y1 = t->y[j] + 9000;
    int32_t west = overlap ? x0 - w : x0 + w;
    struct mere_point hole[4] = {{x0, y0}, {x0, y1}, {x1, y1}, {x1, y0}};
    struct mere_point land[4] = {{west, y0}, {x1, y0}, {x1, y1}, {west, y1}};
    memcpy(t->hole[zone], hole, sizeof hole);
    memcpy(t->island[zone], land, sizeof land);
    t->has_island[zone] = true;
    want(t, overlap ? MERE_RULE_OVERLAP : MERE_RULE_GAP, (int32_t[]){zone, island}, 2, w * t->sx);
}

/* A strip at the town's southern edge that the outline has and the zone has not: a bay. */
static inline void plant_at_outline(struct town *t, int i)
{
    int32_t w = pick(t, 2, 700), y = t->y[0], x0 = t->x[i] + 2000, x1 = t->x[i + 1] - 2000;
    struct mere_point p[] = {{x0, y}, {x0, y + w}, {x1, y + w}, {x1, y}};
    splice(t, i, 1, 0, p, 4);
    want(t, MERE_RULE_BAY, (int32_t[]){i}, 1, w * t->sy);
}

/* Lay out the town by its seed, and plant its defects. */
static inline void town_plant(struct town *t)
{
    lay_streets(t);
    for (int j = 1; j < SIDE; j += STEP)
        for (int i = 1; i < SIDE; i += STEP)
            switch (pick(t, 0, 7)) {
            case 0:
                plant_strip(t, i, j, false);
                break;
            case 1:
                plant_strip(t, i, j, true);
                break;
            case 2:
                plant_triangle(t, i, j);
                break;
            case 3:
                plant_node_gap(t, i, j);
                break;
            case 4:
                plant_node_overlap(t, i, j);
                break;
            case 5:
                plant_island(t, i, j, false);
                break;
            case 6:
                plant_island(t, i, j, true);
                break;
            default:
                break;
            }
    for (int i = 0; i < SIDE; i += STEP)
        plant_at_outline(t, i);
}

static inline const char *code_of(struct mere_arena *arena, int zone)
{
    char buf[20];
    snprintf(buf, sizeof buf, "%04d", zone);
    return mere_arena_text(arena, buf, strlen(buf));
}

/* The town and its outline as layers of `d`. `turned`: zones in reverse order, rings from another
 * start. */
static inline void town_build(const struct town *t, struct district *d, bool turned)
{
    struct maker m;
    maker_begin(&m, &d->arena, "outline", MERE_ROLE_OUTLINE);
    maker_zone(&m, "d");
    maker_points(&m,
                 (struct mere_point[]){{t->x[0], t->y[0]},
                                       {t->x[SIDE], t->y[0]},
                                       {t->x[SIDE], t->y[SIDE]},
                                       {t->x[0], t->y[SIDE]}},
                 4, 0, false);
    d->layers[d->n_layers++] = maker_end(&m);
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    for (int k = 0; k < SIDE * SIDE; k++) {
        int z = turned ? SIDE * SIDE - 1 - k : k;
        maker_zone(&m, code_of(&d->arena, z));
        maker_points(&m, t->ring[z].p, t->ring[z].n, turned ? 2 : 0, false);
        if (!t->has_island[z])
            continue;
        maker_points(&m, t->hole[z], 4, 0, true);
        maker_zone(&m, code_of(&d->arena, SIDE * SIDE + z));
        maker_points(&m, t->island[z], 4, turned ? 1 : 0, false);
    }
    d->layers[d->n_layers++] = maker_end(&m);
}
#endif
