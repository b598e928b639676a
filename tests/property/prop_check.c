/* prop_check.c - planted defects: recall and precision 100 % (ENGINE C9), larger limits lose
 * nothing (C7), and the order of zones changes nothing.
 *
 * A town of rectangles with random streets' positions gets defects at places that don't touch each
 * other; the rules must find exactly these, with their zones and widths. Arguments: [seed]
 * [--long]. */
#include "base/hash.h"
#include "check.h"
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

static int32_t pick(struct town *t, int32_t low, int32_t high)
{
    return low + (int32_t)(mere_random(&t->seed) % (uint64_t)(high - low + 1));
}

static void want(struct town *t, enum mere_rule rule, const int32_t *zones, size_t n, double width)
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

static void lay_streets(struct town *t)
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
static void splice(struct town *t, int zone, size_t at, size_t take, const struct mere_point *p,
                   size_t n)
{
    struct mere_point *ring = t->ring[zone].p;
    memmove(ring + at + n, ring + at + take, (t->ring[zone].n - at - take) * sizeof *ring);
    memcpy(ring + at, p, n * sizeof *p);
    t->ring[zone].n += n - take;
}

/* A strip along the east side of the zone: `w` units are taken away (a gap) or added (an overlap).
 */
static void plant_strip(struct town *t, int i, int j, bool overlap)
{
    int32_t zones[2] = {j * SIDE + i, j * SIDE + i + 1}, w = pick(t, 2, 700), x = t->x[i + 1];
    int32_t y0 = t->y[j] + pick(t, 1000, 3000), y1 = t->y[j + 1] - pick(t, 1000, 3000);
    int32_t to = overlap ? x + w : x - w;
    struct mere_point p[] = {{x, y0}, {to, y0}, {to, y1}, {x, y1}};
    splice(t, zones[0], 2, 0, p, 4);
    want(t, overlap ? MERE_RULE_OVERLAP : MERE_RULE_GAP, zones, 2, w * t->sx);
}

/* A triangle taken from the east side: its circle has the diameter 4 A / P. */
static void plant_triangle(struct town *t, int i, int j)
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
static void plant_node_gap(struct town *t, int i, int j)
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
static void plant_node_overlap(struct town *t, int i, int j)
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
static void plant_island(struct town *t, int i, int j, bool overlap)
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
static void plant_at_outline(struct town *t, int i)
{
    int32_t w = pick(t, 2, 700), y = t->y[0], x0 = t->x[i] + 2000, x1 = t->x[i + 1] - 2000;
    struct mere_point p[] = {{x0, y}, {x0, y + w}, {x1, y + w}, {x1, y}};
    splice(t, i, 1, 0, p, 4);
    want(t, MERE_RULE_BAY, (int32_t[]){i}, 1, w * t->sy);
}

static void plant(struct town *t)
{
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

/* ---- building and comparing ---- */

static const char *code_of(struct mere_arena *arena, int zone)
{
    char buf[20];
    snprintf(buf, sizeof buf, "%04d", zone);
    return mere_arena_text(arena, buf, strlen(buf));
}

static void add_ring(struct maker *m, const struct mere_point *p, size_t n, bool hole, size_t turn)
{
    if (!hole && (!MERE_PUSH(&m->part_zone, (uint32_t)m->zones.n - 1) ||
                  !MERE_PUSH(&m->part_ring, (uint32_t)m->ring_first.n)))
        abort();
    if (!MERE_PUSH(&m->ring_first, (uint32_t)m->pts.n))
        abort();
    for (size_t i = 0; i < n; i++)
        if (!MERE_PUSH(&m->pts, p[(i + turn) % n]))
            abort();
}

/* `turned`: zones in reverse order, rings from another start. */
static void build(struct town *t, struct district *d, bool turned)
{
    struct maker m;
    maker_begin(&m, &d->arena, "outline", MERE_ROLE_OUTLINE);
    maker_zone(&m, "d");
    add_ring(&m,
             (struct mere_point[]){{t->x[0], t->y[0]},
                                   {t->x[SIDE], t->y[0]},
                                   {t->x[SIDE], t->y[SIDE]},
                                   {t->x[0], t->y[SIDE]}},
             4, false, 0);
    d->layers[d->n_layers++] = maker_end(&m);
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    for (int k = 0; k < SIDE * SIDE; k++) {
        int z = turned ? SIDE * SIDE - 1 - k : k;
        maker_zone(&m, code_of(&d->arena, z));
        add_ring(&m, t->ring[z].p, t->ring[z].n, false, turned ? 2 : 0);
        if (!t->has_island[z])
            continue;
        add_ring(&m, t->hole[z], 4, true, 0);
        maker_zone(&m, code_of(&d->arena, SIDE * SIDE + z));
        add_ring(&m, t->island[z], 4, false, turned ? 1 : 0);
    }
    d->layers[d->n_layers++] = maker_end(&m);
}

static bool same_zones(const struct mere_report *report, const struct mere_finding *f,
                       const struct wanted *w)
{
    if (f->n_zones != w->n_zones)
        return false;
    for (size_t i = 0; i < f->n_zones; i++)
        if (atoi(report->net->schemes[f->scheme_index].zones[f->zones[i]].code) != w->zones[i])
            return false;
    return true;
}

/* Widths are exact to 1 cm, beside what laying a town on the lattice costs. */
static double slack(const struct wanted *w)
{
    return 0.01 + 2e-4 * w->width_m;
}

/* Every finding is wanted and every wanted one found; counts go up. */
static bool compare(struct town *t, const struct mere_report *report)
{
    bool ok = true;
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct mere_finding *f = &report->findings[i];
        struct wanted *w = NULL;
        for (size_t k = 0; k < t->n_want && !w; k++)
            if (!t->want[k].seen && t->want[k].rule == f->rule &&
                same_zones(report, f, &t->want[k]))
                w = &t->want[k];
        if (!w) {
            printf("  not planted: %s\n", f->en);
            ok = false;
            continue;
        }
        w->seen = true;
        if (fabs(w->width_m - f->width_m) > slack(w)) {
            printf("  %s: width %.4f, want %.4f\n", f->en, f->width_m, w->width_m);
            ok = false;
        }
    }
    for (size_t k = 0; k < t->n_want; k++)
        if (!t->want[k].seen) {
            printf("  not found: %s at zone %04d, width %.3f\n",
                   mere_rule_text(t->want[k].rule)->id, t->want[k].zones[0], t->want[k].width_m);
            ok = false;
        }
    return ok;
}

static const char PROFILE[] =
    "{\"name\":\"t\",\"rules\":{"
    "\"gap\":[{\"max\":10,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
    "\"bay\":[{\"max\":10,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
    "\"unclaimed\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"hole\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"sliver\":[{\"max\":1,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
    "\"overlap\":[{\"severity\":\"error\",\"source\":\"t\"}]}}";

static uint64_t seed = 20261123;
static int n_towns = 12;

TEST(planted_defects_are_found_all_of_them_and_nothing_else)
{
    for (int k = 0; k < n_towns; k++) {
        struct town t = {.seed = seed + (uint64_t)k};
        struct district d = {0}, e = {0};
        lay_streets(&t);
        plant(&t);
        build(&t, &d, false);
        build(&t, &e, true);
        if (!CHECK(district_check(&d, PROFILE) && district_check(&e, PROFILE)))
            return;
        if (!CHECK(compare(&t, d.report)))
            printf("  seed %" PRIu64 "\n", seed + (uint64_t)k);
        CHECK_INT(d.report->n_findings, e.report->n_findings);
        for (size_t i = 0; i < d.report->n_findings && i < e.report->n_findings; i++) {
            CHECK_STR(d.report->findings[i].id, e.report->findings[i].id);
            CHECK_STR(d.report->findings[i].zh, e.report->findings[i].zh);
        }
        district_clear(&d);
        district_clear(&e);
    }
}

/* Narrow land at limit `w`, from the profile with its limits replaced. */
static bool check_at(struct district *d, double w)
{
    char json[1000];
    snprintf(json, sizeof json,
             "{\"name\":\"t\",\"rules\":{"
             "\"gap\":[{\"max\":%.17g,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
             "\"bay\":[{\"max\":%.17g,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
             "\"unclaimed\":[{\"severity\":\"error\",\"source\":\"t\"}]}}",
             w, w);
    return district_check(d, json);
}

TEST(a_larger_limit_loses_no_gap)
{
    static const double LIMITS[] = {0.1, 0.5, 1, 2, 3.7, 5, 8, 12, 20};
    for (int k = 0; k < n_towns / 3 + 1; k++) {
        struct town t = {.seed = seed + 1000 + (uint64_t)k};
        struct district d = {0};
        lay_streets(&t);
        plant(&t);
        build(&t, &d, false);
        size_t all = 0, before = 0;
        for (size_t i = 0; i < MERE_LEN(LIMITS); i++) {
            if (!CHECK(check_at(&d, LIMITS[i])))
                return;
            size_t narrow = 0, surely = 0, perhaps = 0;
            for (size_t f = 0; f < d.report->n_findings; f++)
                narrow += d.report->findings[f].rule != MERE_RULE_UNCLAIMED;
            for (size_t w = 0; w < t.n_want; w++) {
                bool gap = t.want[w].rule != MERE_RULE_OVERLAP;
                surely += gap && t.want[w].width_m + slack(&t.want[w]) <= LIMITS[i];
                perhaps += gap && t.want[w].width_m - slack(&t.want[w]) <= LIMITS[i];
            }
            /* What is not narrow is told as unclaimed: the sum stays. */
            all = i == 0 ? d.report->n_findings : all;
            CHECK_INT(all, d.report->n_findings);
            if (!CHECK(surely <= narrow && narrow <= perhaps && narrow >= before))
                printf("  seed %" PRIu64 ", limit %g: %zu narrow, want %zu to %zu\n",
                       seed + 1000 + (uint64_t)k, LIMITS[i], narrow, surely, perhaps);
            before = narrow;
        }
        district_clear(&d);
    }
}

/* Rows of zones parted by open wedges and slits of many widths; nothing bounds them. */
static void build_open(struct district *d, uint64_t *state)
{
    struct maker m;
    double x = 0;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    for (int i = 0; i < 12; i++) {
        double low = (double)(mere_random(state) % 900) / 100;
        double high = (double)(mere_random(state) % 900) / 100;
        double depth = 20 + (double)(mere_random(state) % 300);
        maker_zone(&m, code_of(&d->arena, i));
        /* The east side is cut back by `low` metres at the slit's ground and `high` at its mouth.
         */
        maker_ring(&m,
                   (double[]){x, 0, x + 100, 0, x + 100, 400 - depth, x + 100 - low, 400 - depth,
                              x + 100 - high, 400, x, 400},
                   6, false);
        x += 100;
    }
    d->layers[d->n_layers++] = maker_end(&m);
}

TEST(a_larger_limit_loses_no_open_gap)
{
    int n_found = 0;
    for (int k = 0; k < n_towns; k++) {
        uint64_t state = seed + 2000 + (uint64_t)k;
        struct district d = {0};
        bool found[12] = {false};
        build_open(&d, &state);
        for (double w = 0.25; w < 40; w *= 1.37) {
            if (!CHECK(check_at(&d, w)))
                return;
            bool now[12] = {false};
            for (size_t f = 0; f < d.report->n_findings; f++)
                for (size_t z = 0; z + 1 < d.report->findings[f].n_zones; z++)
                    now[d.report->findings[f].zones[z]] = true;
            for (int i = 0; i < 12; i++) {
                if (!CHECK(now[i] || !found[i]))
                    printf("  seed %" PRIu64 ", limit %g, zone %d\n", seed + 2000 + (uint64_t)k, w,
                           i);
                found[i] = now[i];
            }
        }
        for (int i = 0; i < 11; i++)
            n_found += found[i];
        district_clear(&d);
    }
    /* All but those too short for their width. */
    CHECK(n_found > 8 * n_towns);
}

/* ---- widths ---- */

struct spot {
    double x, y;
};

/* Signed distance to the ring, positive inside. */
static double depth(const struct spot *ring, size_t n, struct spot p)
{
    double best = INFINITY;
    bool in = false;
    for (size_t i = 0; i < n; i++) {
        struct spot a = ring[i], b = ring[(i + 1) % n];
        double dx = b.x - a.x, dy = b.y - a.y;
        double t = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy);
        t = fmin(fmax(t, 0), 1);
        best = fmin(best, hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
        if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / dy * dx)
            in = !in;
    }
    return in ? best : -best;
}

/* The deepest place by trying: a grid of 100 x 100, then hill climbing from its 40 best places. */
static double widest(const struct spot *ring, size_t n, double half)
{
    struct spot best[40];
    double deep[40];
    size_t n_best = 0;
    for (int j = 0; j < 100; j++)
        for (int i = 0; i < 100; i++) {
            struct spot p = {-half + 2 * half * (i + 0.5) / 100,
                             -half + 2 * half * (j + 0.5) / 100};
            double d = depth(ring, n, p);
            if (n_best == 40 && d <= deep[39])
                continue;
            size_t at = n_best < 40 ? n_best++ : 39;
            for (; at > 0 && deep[at - 1] < d; at--) {
                deep[at] = deep[at - 1];
                best[at] = best[at - 1];
            }
            deep[at] = d;
            best[at] = p;
        }
    double most = 0;
    for (size_t k = 0; k < n_best; k++)
        for (double step = half / 75; step > 1e-4;) {
            bool better = false;
            for (int way = 0; way < 16; way++) {
                double turn = way * 3.14159265358979 / 8;
                struct spot q = {best[k].x + step * cos(turn), best[k].y + step * sin(turn)};
                double d = depth(ring, n, q);
                if (d > deep[k]) {
                    deep[k] = d;
                    best[k] = q;
                    better = true;
                }
            }
            most = fmax(most, deep[k]);
            if (!better)
                step /= 2;
        }
    return 2 * most;
}

TEST(widths_are_those_found_by_trying)
{
    for (int k = 0; k < 2 * n_towns; k++) {
        uint64_t state = seed + 3000 + (uint64_t)k;
        struct district d = {0};
        struct maker m;
        struct spot ring[12];
        double xy[24], sx, sy;
        mere_scale_at(ORIGIN_Y, &sx, &sy);
        size_t n = 3 + mere_random(&state) % 10;
        for (size_t i = 0; i < n; i++) {
            double r = 3 + (double)(mere_random(&state) % 4700) / 100;
            double turn = 2 * 3.14159265358979 * ((double)i + 0.3) / (double)n;
            struct mere_point p = at_m(200 + r * cos(turn), 200 + r * sin(turn)),
                              o = at_m(200, 200);
            ring[i] = (struct spot){(p.x - o.x) * sx, (p.y - o.y) * sy};
            xy[2 * (n - 1 - i)] = 200 + r * cos(turn);
            xy[2 * (n - 1 - i) + 1] = 200 + r * sin(turn);
        }
        maker_begin(&m, &d.arena, "outline", MERE_ROLE_OUTLINE);
        maker_box(&m, "d", 0, 0, 400, 400);
        d.layers[d.n_layers++] = maker_end(&m);
        maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
        maker_box(&m, "1", 0, 0, 400, 400);
        maker_ring(&m, xy, n, true);
        d.layers[d.n_layers++] = maker_end(&m);
        if (CHECK(check_at(&d, 1000)) && CHECK_INT(1, d.report->n_findings)) {
            const struct mere_finding *f = &d.report->findings[0];
            double around = 0;
            for (size_t i = 0; i < n; i++)
                around += hypot(ring[(i + 1) % n].x - ring[i].x, ring[(i + 1) % n].y - ring[i].y);
            /* No place tried is deeper, and the circle told does fit (its centre is rounded by 1
             * cm). */
            struct mere_point o = at_m(200, 200);
            struct spot centre = {(f->at.x - o.x) * sx, (f->at.y - o.y) * sy};
            bool ok = CHECK(f->width_m >= widest(ring, n, 51) - 0.01);
            ok = CHECK_NEAR(2 * depth(ring, n, centre), f->width_m, 0.03) && ok;
            ok = CHECK(2 * f->area_m2 / around <= f->width_m + 0.01) && ok;
            ok = CHECK(f->width_m <= 2 * sqrt(f->area_m2 / 3.14159265358979) + 0.01) && ok;
            if (!ok)
                printf("  seed %" PRIu64 "\n", seed + 3000 + (uint64_t)k);
        }
        district_clear(&d);
    }
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        n_towns = 400;
    RUN(planted_defects_are_found_all_of_them_and_nothing_else);
    RUN(a_larger_limit_loses_no_gap);
    RUN(a_larger_limit_loses_no_open_gap);
    RUN(widths_are_those_found_by_trying);
    return done();
}
