#include "sample/regions.h"
#include "net/layer.h"
#include <stdlib.h>
#include <string.h>

#define FREE (-2) /* in `mine`: a unit of no region yet; MERE_UNKNOWN: no unit */

struct making {
    const struct mere_graph *g;
    const struct mere_regions_wish *wish;
    struct mere_random *r;
    int32_t *mine, *best; /* by node */
    int32_t *scratch;     /* 2 n */
    struct mere_xy *seed;
    double *held;     /* weight, by region */
    double *target;   /* weight, by region */
    int32_t *size;    /* units, by region */
    uint64_t *beside; /* by node: the regions next to it, a bit each */
};

bool mere_region_whole(const struct mere_graph *g, const int32_t *region, int32_t which,
                       int32_t but, int32_t *scratch)
{
    /* scratch: a stack in the first half, marks in the second. */
    int32_t *mark = scratch + g->n, n_stack = 0, found = 0, wanted = 0, start = MERE_UNKNOWN;
    for (int32_t i = 0; i < g->n; i++) {
        mark[i] = region[i] == which && i != but;
        wanted += mark[i];
        start = mark[i] ? i : start;
    }
    if (start < 0)
        return false;
    scratch[n_stack++] = start;
    mark[start] = 0;
    while (n_stack > 0) {
        int32_t i = scratch[--n_stack];
        found++;
        for (int32_t k = g->first[i]; k < g->first[i + 1]; k++)
            if (mark[g->to[k]]) {
                mark[g->to[k]] = 0;
                scratch[n_stack++] = g->to[k];
            }
    }
    return found == wanted;
}

/* The same near a node only: whether its neighbours of its own region still meet without it. */
static bool may_leave(struct making *m, int32_t node)
{
    return m->size[m->mine[node]] > 1 &&
           mere_region_whole(m->g, m->mine, m->mine[node], node, m->scratch);
}

/* ---- seeds ---- */

static void choose_seeds(struct making *m)
{
    const struct mere_regions_wish *w = m->wish;
    m->seed[0] = m->g->at[w->unit[mere_random_below(m->r, (uint32_t)w->n_units)]];
    for (int32_t k = 1; k < w->n; k++) {
        double best = -1;
        for (size_t i = 0; i < w->n_units; i++) {
            struct mere_xy p = m->g->at[w->unit[i]];
            double far = 1e18;
            for (int32_t j = 0; j < k; j++) {
                double d = mere_xy_gap(p, m->seed[j]);
                far = d < far ? d : far;
            }
            far *= mere_random_between(m->r, 0.6, 1);
            if (far > best) {
                best = far;
                m->seed[k] = p;
            }
        }
    }
}

static void take(struct making *m, int32_t node, int32_t region)
{
    const struct mere_graph *g = m->g;
    m->mine[node] = region;
    m->held[region] += g->weight[node];
    m->size[region]++;
    for (int32_t e = g->first[node]; e < g->first[node + 1]; e++)
        m->beside[g->to[e]] |= UINT64_C(1) << region;
}

/* Each region's first unit: the free one nearest to its seed. */
static void plant(struct making *m)
{
    const struct mere_regions_wish *w = m->wish;
    for (size_t i = 0; i < w->n_units; i++) {
        m->mine[w->unit[i]] = FREE;
        m->beside[w->unit[i]] = 0;
    }
    for (int32_t k = 0; k < w->n; k++) {
        int32_t best = MERE_UNKNOWN;
        double least = 1e18;
        m->held[k] = 0;
        m->size[k] = 0;
        for (size_t i = 0; i < w->n_units; i++) {
            double far = mere_xy_gap(m->g->at[w->unit[i]], m->seed[k]);
            if (m->mine[w->unit[i]] == FREE && far < least) {
                least = far;
                best = w->unit[i];
            }
        }
        take(m, best, k);
    }
}

/* The free unit beside region k that suits it best; MERE_UNKNOWN none. */
static int32_t next_unit(const struct making *m, int32_t k)
{
    const struct mere_graph *g = m->g;
    int32_t best = MERE_UNKNOWN;
    double least = 1e18;
    for (size_t i = 0; i < m->wish->n_units; i++) {
        int32_t u = m->wish->unit[i];
        if (m->mine[u] != FREE || !(m->beside[u] >> k & 1))
            continue;
        double own = 0, all = 1;
        for (int32_t e = g->first[u]; e < g->first[u + 1]; e++) {
            own += m->mine[g->to[e]] == k ? g->border[e] : 0;
            all += g->border[e];
        }
        if (!(own > 0))
            continue;
        double cost = mere_xy_gap(g->at[u], m->seed[k]) * (1.35 - own / all);
        if (cost < least) {
            least = cost;
            best = u;
        }
    }
    return best;
}

static bool grow(struct making *m)
{
    const struct mere_regions_wish *w = m->wish;
    plant(m);
    bool *stuck = calloc((size_t)w->n, sizeof *stuck);
    size_t left = w->n_units - (size_t)w->n;
    while (stuck && left > 0) {
        int32_t k = MERE_UNKNOWN;
        for (int32_t i = 0; i < w->n; i++)
            if (!stuck[i] && (k < 0 || m->held[i] * m->target[k] < m->held[k] * m->target[i]))
                k = i;
        if (k < 0)
            break;
        int32_t unit = next_unit(m, k);
        if (unit < 0) {
            stuck[k] = true;
            continue;
        }
        take(m, unit, k);
        left--;
    }
    free(stuck);
    return left == 0;
}

static void move_seeds(struct making *m)
{
    for (int32_t k = 0; k < m->wish->n; k++) {
        struct mere_xy sum = {0, 0};
        double n = 0;
        for (size_t i = 0; i < m->wish->n_units; i++)
            if (m->mine[m->wish->unit[i]] == k) {
                sum = mere_xy_add(sum, m->g->at[m->wish->unit[i]], 1);
                n += 1;
            }
        m->seed[k] = (struct mere_xy){sum.x / n, sum.y / n};
    }
}

/* ---- a division that is given ---- */

/* Keep of region `k` what hangs together with `from`; the rest is free. */
static void keep_piece(struct making *m, int32_t k, int32_t from)
{
    const struct mere_graph *g = m->g;
    int32_t n = 0;
    m->scratch[n++] = from;
    for (size_t i = 0; i < m->wish->n_units; i++)
        if (m->best[m->wish->unit[i]] == k)
            m->mine[m->wish->unit[i]] = FREE;
    take(m, from, k);
    while (n > 0) {
        int32_t i = m->scratch[--n];
        for (int32_t e = g->first[i]; e < g->first[i + 1]; e++)
            if (m->best[g->to[e]] == k && m->mine[g->to[e]] == FREE) {
                take(m, g->to[e], k);
                m->scratch[n++] = g->to[e];
            }
    }
}

/* The region with which a free unit has the longest border; MERE_UNKNOWN none yet. */
static int32_t longest_border(const struct making *m, int32_t u)
{
    const struct mere_graph *g = m->g;
    int32_t best = MERE_UNKNOWN;
    double most = 0;
    for (int32_t e = g->first[u]; e < g->first[u + 1]; e++)
        if (m->mine[g->to[e]] >= 0 && g->border[e] > most) {
            most = g->border[e];
            best = m->mine[g->to[e]];
        }
    return best;
}

/* Give the free units to their neighbours; false when some have none. */
static bool adopt(struct making *m)
{
    for (bool left = true, any = true; left; left = left && any) {
        left = any = false;
        for (size_t i = 0; i < m->wish->n_units; i++) {
            int32_t u = m->wish->unit[i];
            if (m->mine[u] != FREE)
                continue;
            int32_t region = longest_border(m, u);
            left = left || region < 0;
            any = any || region >= 0;
            if (region >= 0)
                take(m, u, region);
        }
        if (left && !any)
            return false;
    }
    return true;
}

/* Begin with the given division: of each region the piece around its middle, and the strays to
 * their neighbours. */
static bool take_start(struct making *m)
{
    const struct mere_regions_wish *w = m->wish;
    for (int32_t i = 0; i < m->g->n; i++)
        m->best[i] = MERE_UNKNOWN;
    for (size_t i = 0; i < w->n_units; i++)
        m->best[w->unit[i]] = m->mine[w->unit[i]] = w->start[i];
    move_seeds(m);
    for (int32_t k = 0; k < w->n; k++) {
        int32_t from = MERE_UNKNOWN;
        for (size_t i = 0; i < w->n_units; i++)
            if (w->start[i] == k && (from < 0 || mere_xy_gap(m->g->at[w->unit[i]], m->seed[k]) <
                                                     mere_xy_gap(m->g->at[from], m->seed[k])))
                from = w->unit[i];
        if (from < 0)
            return false;
        keep_piece(m, k, from);
    }
    return adopt(m);
}

/* ---- making it better ---- */

static double off_balance(const struct making *m, int32_t k, double more)
{
    double d = (m->held[k] + more) / m->target[k] - 1;
    return m->wish->balance * d * d;
}

/* How much better all would be if `u` went to region `to`. */
static double gain(const struct making *m, int32_t u, int32_t to)
{
    const struct mere_graph *g = m->g;
    int32_t from = m->mine[u];
    double w = g->weight[u], better = 0;
    for (int32_t e = g->first[u]; e < g->first[u + 1]; e++) {
        better += m->mine[g->to[e]] == to ? g->border[e] : 0;
        better -= m->mine[g->to[e]] == from ? g->border[e] : 0;
    }
    return better + off_balance(m, from, 0) + off_balance(m, to, 0) - off_balance(m, from, -w) -
           off_balance(m, to, w);
}

static bool hand_over(struct making *m, int32_t u)
{
    const struct mere_graph *g = m->g;
    int32_t from = m->mine[u], best = from;
    double most = 1e-6;
    for (int32_t e = g->first[u]; e < g->first[u + 1]; e++) {
        int32_t to = m->mine[g->to[e]];
        if (to < 0 || to == from)
            continue;
        double better = gain(m, u, to);
        if (better > most) {
            most = better;
            best = to;
        }
    }
    if (best == from || !may_leave(m, u))
        return false;
    m->held[from] -= g->weight[u];
    m->size[from]--;
    take(m, u, best);
    return true;
}

static void refine(struct making *m)
{
    for (int pass = 0; pass < 40; pass++) {
        bool any = false;
        for (size_t i = 0; i < m->wish->n_units; i++)
            any = hand_over(m, m->wish->unit[i]) || any;
        if (!any)
            return;
    }
}

static double cost(const struct making *m)
{
    const struct mere_graph *g = m->g;
    double sum = 0;
    for (size_t i = 0; i < m->wish->n_units; i++) {
        int32_t u = m->wish->unit[i];
        for (int32_t e = g->first[u]; e < g->first[u + 1]; e++)
            if (m->mine[g->to[e]] >= 0 && m->mine[g->to[e]] != m->mine[u])
                sum += g->border[e] / 2;
    }
    for (int32_t k = 0; k < m->wish->n; k++)
        sum += off_balance(m, k, 0);
    return sum;
}

static bool run_trials(struct making *m)
{
    double least = 1e300;
    bool found = false;
    for (int trial = 0; trial < m->wish->trials; trial++) {
        bool ok = true;
        if (m->wish->start)
            ok = take_start(m);
        else
            choose_seeds(m);
        for (int i = 0; i < 5 && ok && !m->wish->start; i++) {
            if (i > 0)
                move_seeds(m);
            ok = grow(m);
        }
        if (!ok)
            continue;
        refine(m);
        double now = cost(m);
        if (now < least) {
            least = now;
            found = true;
            memcpy(m->best, m->mine, (size_t)m->g->n * sizeof *m->best);
        }
    }
    return found;
}

enum mere_status mere_regions_make(struct mere_ctx *ctx, const struct mere_graph *graph,
                                   const struct mere_regions_wish *wish, struct mere_random *r,
                                   int32_t *region, bool *ret_ok)
{
    size_t n = (size_t)graph->n, k = (size_t)wish->n;
    struct mere_arena arena = {0};
    struct making m = {.g = graph, .wish = wish, .r = r};
    m.mine = MERE_NEW(&arena, int32_t, n);
    m.best = MERE_NEW(&arena, int32_t, n);
    m.scratch = MERE_NEW(&arena, int32_t, 2 * n);
    m.seed = MERE_NEW(&arena, struct mere_xy, k);
    m.held = MERE_NEW(&arena, double, k);
    m.target = MERE_NEW(&arena, double, k);
    m.size = MERE_NEW(&arena, int32_t, k);
    m.beside = MERE_NEW(&arena, uint64_t, n);
    bool ok = m.mine && m.best && m.scratch && m.seed && m.held && m.target && m.size && m.beside;
    *ret_ok = false;
    if (ok && wish->n_units >= k && k > 0 && k <= MERE_REGIONS_MAX) {
        double all = 0, shares = 0;
        for (size_t i = 0; i < n; i++)
            m.mine[i] = MERE_UNKNOWN;
        for (size_t i = 0; i < wish->n_units; i++)
            all += graph->weight[wish->unit[i]];
        for (size_t i = 0; i < k; i++)
            shares += wish->target[i];
        for (size_t i = 0; i < k; i++)
            m.target[i] = all * wish->target[i] / shares + 1e-9;
        *ret_ok = run_trials(&m);
        for (size_t i = 0; i < wish->n_units && *ret_ok; i++)
            region[wish->unit[i]] = m.best[wish->unit[i]];
    }
    mere_arena_clear(&arena);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "dividing the sample");
}
