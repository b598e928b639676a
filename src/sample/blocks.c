/* blocks.c - the faces between the ways as city blocks: their frames, uses and neighbours. */
#include "sample/town.h"
#include <stdlib.h>
#include <string.h>

/* ---- uses ---- */

/* How often each use occurs in each quarter, in hundredths: slabs, towers, village, office,
 * factory, campus, school, hospital, market, green. Schools, hospitals and markets come with the
 * key areas.
 */
static const uint16_t SHARES[][MERE_USE_GREEN + 1] = {
    [MERE_QUARTER_HOUSING] = {50, 17, 3, 8, 5, 0, 0, 0, 0, 17},
    [MERE_QUARTER_OLD] = {52, 6, 26, 8, 0, 0, 0, 0, 0, 8},
    [MERE_QUARTER_CENTRE] = {14, 30, 0, 44, 0, 0, 0, 0, 0, 12},
    [MERE_QUARTER_INDUSTRY] = {13, 10, 0, 13, 56, 0, 0, 0, 0, 8},
    [MERE_QUARTER_VILLAGE] = {14, 4, 60, 2, 8, 0, 0, 0, 0, 12},
    [MERE_QUARTER_CAMPUS] = {24, 9, 0, 6, 0, 55, 0, 0, 0, 6},
    [MERE_QUARTER_HILL] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 100},
    [MERE_QUARTER_LAKE] = {12, 30, 0, 28, 0, 0, 0, 0, 0, 30},
    [MERE_QUARTER_GREEN] = {20, 20, 0, 15, 0, 0, 0, 0, 0, 45},
};

double mere_block_weight(const struct mere_block *b)
{
    static const double PER_HA[MERE_N_USES] = {
        [MERE_USE_SLABS] = 32, [MERE_USE_TOWERS] = 52, [MERE_USE_VILLAGE] = 21};
    return PER_HA[b->use] * b->area_m2 / 1e4;
}

/* Whether the block lies along the bank. */
static bool on_bank(const struct mere_town *town, int32_t face)
{
    const struct mere_plane *p = &town->plane;
    int32_t start = p->face.v[face], h = start;
    do {
        if (p->piece.v[h >> 1].way == MERE_WAY_BANK)
            return true;
        h = p->half.v[h].next;
    } while (h != start);
    return false;
}

static enum mere_use choose_use(struct mere_town *town, const struct mere_block *b,
                                struct mere_random *r)
{
    /* The hill and the lakes: the blocks that hold their middles. */
    for (size_t i = 0; i < town->shape->n_quarters; i++) {
        const struct mere_quarter *q = &town->shape->quarters[i];
        if ((q->kind == MERE_QUARTER_HILL || q->kind == MERE_QUARTER_LAKE) &&
            mere_xy_inside(q->at, b->ring, b->n))
            return q->kind == MERE_QUARTER_HILL ? MERE_USE_HILL : MERE_USE_LAKE;
    }
    if (on_bank(town, b->face) && mere_random_chance(r, 0.72))
        return MERE_USE_GREEN;
    if (b->area_m2 > 35e4 && b->quarter != MERE_QUARTER_CAMPUS)
        return MERE_USE_GREEN;
    return (enum mere_use)mere_random_pick(r, SHARES[b->quarter], MERE_USE_GREEN + 1);
}

/* ---- blocks ---- */

static struct mere_xy ring_middle(const struct mere_xy *ring, size_t n)
{
    struct mere_xy sum = {0, 0};
    double area = 0;
    for (size_t i = 0, k = n - 1; i < n; k = i++) {
        double c = mere_xy_cross(ring[k], ring[i]);
        sum = mere_xy_add(sum, mere_xy_add(ring[k], ring[i], 1), c);
        area += 3 * c;
    }
    return (struct mere_xy){sum.x / area, sum.y / area};
}

/* The direction of the block's streets that is nearest to the east: the mean of its sides, each as
 * often as it is long. */
static struct mere_xy frame_of(const struct mere_xy *ring, size_t n)
{
    struct mere_xy sum = {0, 0};
    for (size_t i = 0, k = n - 1; i < n; k = i++) {
        struct mere_xy d = mere_xy_sub(ring[i], ring[k]);
        sum = mere_xy_add(sum, mere_fourth_power(d), mere_xy_len(d));
    }
    struct mere_xy e = mere_fourth_root(sum);
    if (e.x * e.x < e.y * e.y)
        e = (struct mere_xy){e.y, -e.x};
    return e.x < 0 ? (struct mere_xy){-e.x, -e.y} : e;
}

static bool take_block(struct mere_town *town, int32_t face, int32_t *of_face)
{
    struct mere_plane *p = &town->plane;
    struct mere_block *b = &town->blocks[town->n_blocks];
    if (!mere_plane_ring(p, face))
        return false;
    *b = (struct mere_block){.face = face, .n = p->ring.n, .compound = MERE_UNKNOWN};
    b->street = b->community = b->grid = b->former = b->beat = b->school = MERE_UNKNOWN;
    b->ring = MERE_NEW(&town->arena, struct mere_xy, b->n);
    if (!b->ring)
        return false;
    memcpy(b->ring, p->ring.v, b->n * sizeof *b->ring);
    b->area_m2 = mere_xy_area(b->ring, b->n);
    b->middle = ring_middle(b->ring, b->n);
    b->e1 = frame_of(b->ring, b->n);
    b->quarter = mere_shape_quarter(town->shape, b->middle);
    of_face[face] = town->n_blocks++;
    return true;
}

/* ---- who borders whom ---- */

struct beside {
    int32_t a, b;
    double metres;
};

static int beside_cmp(const void *va, const void *vb)
{
    const struct beside *a = va, *b = vb;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

/* Divisions like to follow big roads and water, and not to run along lanes. */
static double border_cost(uint8_t way)
{
    static const double COST[] = {
        [MERE_WAY_BANK] = 1,        [MERE_WAY_BORDER] = 1,   [MERE_WAY_EXPRESS] = 0.5,
        [MERE_WAY_ARTERIAL] = 0.55, [MERE_WAY_CANAL] = 0.45, [MERE_WAY_SECONDARY] = 0.9,
        [MERE_WAY_LANE] = 1.3};
    return COST[way];
}

static bool link_blocks(struct mere_town *town, const int32_t *of_face)
{
    const struct mere_plane *p = &town->plane;
    struct mere_graph *g = &town->graph;
    size_t n = 0, m = 0;
    struct beside *v = MERE_NEW(&town->arena, struct beside, p->half.n);
    g->n = town->n_blocks;
    g->first = MERE_NEW(&town->arena, int32_t, (size_t)g->n + 1);
    g->to = MERE_NEW(&town->arena, int32_t, p->half.n);
    g->border = MERE_NEW(&town->arena, double, p->half.n);
    g->at = MERE_NEW(&town->arena, struct mere_xy, (size_t)g->n);
    g->weight = MERE_NEW(&town->arena, double, (size_t)g->n);
    if (!v || !g->first || !g->to || !g->border || !g->at || !g->weight)
        return false;
    for (size_t h = 0; h < p->half.n; h++) {
        int32_t a = p->half.v[h].face, b = p->half.v[h ^ 1].face;
        if (a <= 0 || b <= 0 || a == b)
            continue;
        double len = mere_xy_gap(p->xy.v[p->half.v[h].origin], p->xy.v[p->half.v[h ^ 1].origin]);
        v[n++] = (struct beside){of_face[a], of_face[b], len * border_cost(p->piece.v[h >> 1].way)};
    }
    qsort(v, n, sizeof *v, beside_cmp);
    for (size_t i = 0; i < n; i++)
        if (m > 0 && v[m - 1].a == v[i].a && v[m - 1].b == v[i].b)
            v[m - 1].metres += v[i].metres;
        else
            v[m++] = v[i];
    int32_t at = 0;
    for (size_t i = 0, block = 0; block < (size_t)g->n; block++) {
        g->first[block] = at;
        g->at[block] = town->blocks[block].middle;
        for (; i < m && v[i].a == (int32_t)block; i++)
            if (v[i].metres > 8) { /* less is a corner */
                g->to[at] = v[i].b;
                g->border[at++] = v[i].metres;
            }
    }
    g->first[g->n] = at;
    return true;
}

enum mere_status mere_town_blocks(struct mere_ctx *ctx, struct mere_town *town)
{
    struct mere_random r = mere_random_stream(town->seed, "uses");
    size_t n = town->plane.face.n;
    int32_t *of_face = MERE_NEW(&town->arena, int32_t, n);
    town->blocks = MERE_NEW(&town->arena, struct mere_block, n);
    if (!of_face || !town->blocks)
        return mere_fail_nomem(ctx, "laying out the sample");
    for (size_t f = 1; f < n; f++)
        if (town->plane.face.v[f] >= 0 && !take_block(town, (int32_t)f, of_face))
            return mere_fail_nomem(ctx, "laying out the sample");
    if (!link_blocks(town, of_face))
        return mere_fail_nomem(ctx, "laying out the sample");
    for (int32_t i = 0; i < town->n_blocks; i++)
        town->blocks[i].use = choose_use(town, &town->blocks[i], &r);
    return MERE_OK;
}
