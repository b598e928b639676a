/* prop_check.c - planted defects: recall and precision 100 % (ENGINE C9), larger limits lose
 * nothing (C7), and a town that is ordered, moved, mirrored or turned otherwise has the same
 * findings (C3, C4).
 *
 *     prop_check [SEED] [--long] */
#include "check.h"
#include "property/town.h"

/* ---- comparing ---- */

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

static const char ALL_LAND[] =
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
        town_plant(&t);
        town_build(&t, &d, false);
        town_build(&t, &e, true);
        if (!CHECK(district_check(&d, ALL_LAND) && district_check(&e, ALL_LAND)))
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

/* ---- other ways to lie ---- */

enum way {
    AS_DRAWN,
    MOVED_EAST,
    MIRRORED_IN_X,
    MIRRORED_IN_Y,
    HALF_TURN,
    ON_EQUATOR,
    QUARTER_TURN,
    SWAPPED
};

/* Metres stay the same along a parallel and across the equator. A quarter turn needs a place where
 * a degree is as long both ways, to 1 %: on the equator. */
static struct mere_point laid(struct mere_point p, enum way way)
{
    struct mere_point q = {p.x - ORIGIN_X, p.y - ORIGIN_Y};
    switch (way) {
    case MOVED_EAST:
        return (struct mere_point){p.x + 123456789, p.y};
    case MIRRORED_IN_X:
        return (struct mere_point){-p.x, p.y};
    case MIRRORED_IN_Y:
        return (struct mere_point){p.x, -p.y};
    case HALF_TURN:
        return (struct mere_point){-p.x, -p.y};
    case ON_EQUATOR:
        return q;
    case QUARTER_TURN:
        return (struct mere_point){-q.y, q.x};
    case SWAPPED:
        return (struct mere_point){q.y, q.x};
    default:
        return p;
    }
}

static bool check_laid(const struct town *t, struct district *d, enum way way)
{
    town_build(t, d, way % 2 == 1);
    for (size_t l = 0; l < d->n_layers; l++)
        for (uint32_t i = 0; i < d->layers[l]->ring_first[d->layers[l]->n_rings]; i++)
            d->layers[l]->pts[i] = laid(d->layers[l]->pts[i], way);
    return CHECK(district_check(d, ALL_LAND));
}

/* Whether a finding tells the same: widths to 1 cm or, turned by a quarter, to 1 %. */
static bool tells_the_same(const struct mere_finding *f, const struct mere_finding *g, bool quarter)
{
    double width = quarter ? 0.01 * f->width_m : 0, area = (quarter ? 1e-3 : 1e-6) * f->area_m2;
    return f->rule == g->rule && f->parts == g->parts && f->n_zones == g->n_zones &&
           memcmp(f->zones, g->zones, f->n_zones * sizeof *f->zones) == 0 &&
           fabs(f->width_m - g->width_m) <= 0.01 + width && fabs(f->area_m2 - g->area_m2) <= area;
}

TEST(a_town_has_the_same_findings_whichever_way_it_lies)
{
    for (int k = 0; k < n_towns / 4 + 1; k++) {
        struct town t = {.seed = seed + 4000 + (uint64_t)k};
        struct district base = {0}, other = {0};
        town_plant(&t);
        for (enum way way = AS_DRAWN; way <= SWAPPED; way++) {
            bool is_base = way == AS_DRAWN || way == ON_EQUATOR;
            struct district *d = is_base ? &base : &other;
            district_clear(d);
            if (!check_laid(&t, d, way))
                break;
            if (is_base)
                continue;
            size_t n = base.report->n_findings;
            bool used[MERE_LEN(t.want)] = {false};
            bool all = CHECK(n <= MERE_LEN(used)) && CHECK_INT(n, other.report->n_findings);
            for (size_t i = 0; all && i < n; i++) {
                size_t j = 0;
                while (j < n && (used[j] ||
                                 !tells_the_same(&base.report->findings[i],
                                                 &other.report->findings[j], way >= QUARTER_TURN)))
                    j++;
                if (!CHECK(j < n))
                    printf("  seed %" PRIu64 ", way %d: %s\n", seed + 4000 + (uint64_t)k, way,
                           base.report->findings[i].en);
                else
                    used[j] = true;
            }
        }
        district_clear(&base);
        district_clear(&other);
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
        town_plant(&t);
        town_build(&t, &d, false);
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
    RUN(a_town_has_the_same_findings_whichever_way_it_lies);
    RUN(a_larger_limit_loses_no_gap);
    RUN(a_larger_limit_loses_no_open_gap);
    RUN(widths_are_those_found_by_trying);
    return done();
}
