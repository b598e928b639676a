/* prop_repair.c - planted defects are mended by the listed pieces and by nothing else.
 *
 * A district of N x N crooked cells, each grid a cell, each community 2 x 2 of them. Defects are
 * planted by moving vertices of one grid alone (gaps and overlaps, also where four meet), by
 * leaving the land of all streets out, by moving a border of two grids off their communities'
 * border, by leaving a neighbour's vertex out, and by drawing a grid twice. After the repair:
 *
 *   - a check finds no defect of the cover but those that the repair listed as left;
 *   - each zone's area changed by exactly its listed pieces, in integers;
 *   - zones that no defect touches are what they were, and no zone has more parts or holes;
 *   - no place went from one owner to another, and those that got one are those listed;
 *   - a second repair has nothing to do; the order of zones, rings and points is no matter.
 *
 * And towns of blocks whose streets belong to nobody: one gap with a hundred banks.
 *
 *     prop_repair [SEED] [--long] */
#include "check.h"
#include "check/check.h"
#include "check/mended.h"
#include "draw.h"
#include "geo/measure.h"
#include "net/repair.h"

#define SIDE 12000 /* of a cell, about 120 m */
#define X0 1202000000
#define Y0 302000000
#define MAX_N 8
#define MID 3 /* vertices inside an edge of a cell */

static uint64_t rng;

static int32_t below(int32_t n)
{
    return drawn_below(&rng, n);
}
static int32_t jitter(int32_t by)
{
    return below(2 * by + 1) - by;
}

struct cells {
    int n;
    struct mere_point node[MAX_N + 1][MAX_N + 1];
    struct mere_point east[MAX_N + 1][MAX_N + 1][MID];  /* from node i,j to i+1,j */
    struct mere_point north[MAX_N + 1][MAX_N + 1][MID]; /* from node i,j to i,j+1 */
};

#define RING (4 * (MID + 1))
struct plan { /* rings of the grids, each with its own copy of every vertex */
    int n;
    struct mere_point ring[MAX_N * MAX_N][2 * RING];
    int len[MAX_N * MAX_N];
    bool touched[MAX_N * MAX_N];
    int twin; /* drawn twice, or -1 */
};

static void make_cells(struct cells *c, int n)
{
    c->n = n;
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= n; j++)
            c->node[i][j] =
                (struct mere_point){X0 + i * SIDE + jitter(1500), Y0 + j * SIDE + jitter(1500)};
    for (int i = 0; i <= n; i++)
        for (int j = 0; j <= n; j++)
            for (int k = 0; k < MID; k++) {
                struct mere_point a = c->node[i][j];
                struct mere_point e = i < n ? c->node[i + 1][j] : a;
                struct mere_point o = j < n ? c->node[i][j + 1] : a;
                c->east[i][j][k] =
                    (struct mere_point){a.x + (e.x - a.x) / (MID + 1) * (k + 1),
                                        a.y + (e.y - a.y) / (MID + 1) * (k + 1) + jitter(700)};
                c->north[i][j][k] =
                    (struct mere_point){a.x + (o.x - a.x) / (MID + 1) * (k + 1) + jitter(700),
                                        a.y + (o.y - a.y) / (MID + 1) * (k + 1)};
            }
}

/* The ring around cells i0 .. i1, j0 .. j1, counter-clockwise; returns its length. */
static int ring_of(const struct cells *c, int i0, int j0, int i1, int j1, struct mere_point *out)
{
    int n = 0;
    for (int i = i0; i < i1; i++) {
        out[n++] = c->node[i][j0];
        for (int k = 0; k < MID; k++)
            out[n++] = c->east[i][j0][k];
    }
    for (int j = j0; j < j1; j++) {
        out[n++] = c->node[i1][j];
        for (int k = 0; k < MID; k++)
            out[n++] = c->north[i1][j][k];
    }
    for (int i = i1; i > i0; i--) {
        out[n++] = c->node[i][j1];
        for (int k = MID - 1; k >= 0; k--)
            out[n++] = c->east[i - 1][j1][k];
    }
    for (int j = j1; j > j0; j--) {
        out[n++] = c->node[i0][j];
        for (int k = MID - 1; k >= 0; k--)
            out[n++] = c->north[i0][j - 1][k];
    }
    return n;
}

static void make_plan(const struct cells *c, struct plan *p)
{
    memset(p, 0, sizeof *p);
    p->n = c->n * c->n;
    p->twin = -1;
    for (int i = 0; i < c->n; i++)
        for (int j = 0; j < c->n; j++)
            p->len[i * c->n + j] = ring_of(c, i, j, i + 1, j + 1, p->ring[i * c->n + j]);
}

/* ---- defects ---- */

static void touch(struct plan *p, struct mere_point v)
{
    for (int z = 0; z < p->n; z++)
        for (int k = 0; k < p->len[z]; k++)
            if (mere_point_same(p->ring[z][k], v))
                p->touched[z] = true;
}
static void touch_neighbours(struct plan *p, int zone)
{
    struct mere_point own[2 * RING];
    memcpy(own, p->ring[zone], sizeof own);
    for (int k = 0; k < p->len[zone]; k++)
        touch(p, own[k]);
}

/* Move `count` vertices that follow each other, of one zone alone. */
static void plant_slip(struct plan *p, int count, int32_t by)
{
    int z = below(p->n), from = below(p->len[z]);
    int32_t dx = jitter(by), dy = jitter(by);
    touch_neighbours(p, z);
    for (int k = from; k < from + count; k++) {
        p->ring[z][k % p->len[z]].x += dx;
        p->ring[z][k % p->len[z]].y += dy;
    }
}

/* Move one vertex that zones share in all of them: off the communities' border, where it lies on
 * one. */
static void plant_stray(struct plan *p, int32_t by)
{
    int z = below(p->n);
    struct mere_point v = p->ring[z][below(p->len[z])];
    struct mere_point to = {v.x + jitter(by), v.y + jitter(by)};
    touch_neighbours(p, z);
    for (int i = 0; i < p->n; i++)
        for (int k = 0; k < p->len[i]; k++)
            if (mere_point_same(p->ring[i][k], v)) {
                touch_neighbours(p, i);
                p->ring[i][k] = to;
            }
}

/* Leave a vertex out of one zone, after putting it exactly on the segment in the others. */
static void plant_junction(struct plan *p)
{
    int z = below(p->n), k = (MID + 1) * below(4) + 1; /* after a node */
    struct mere_point a = p->ring[z][k - 1], b = p->ring[z][k + 1], v = p->ring[z][k];
    struct mere_point mid = {(int32_t)(((int64_t)a.x + b.x) / 2),
                             (int32_t)(((int64_t)a.y + b.y) / 2)};
    if ((int64_t)a.x + b.x != 2 * (int64_t)mid.x || (int64_t)a.y + b.y != 2 * (int64_t)mid.y)
        return;
    touch_neighbours(p, z);
    for (int i = 0; i < p->n; i++)
        for (int j = 0; j < p->len[i]; j++)
            if (mere_point_same(p->ring[i][j], v))
                p->ring[i][j] = mid;
    memmove(p->ring[z] + k, p->ring[z] + k + 1,
            (size_t)(p->len[z] - k - 1) * sizeof(struct mere_point));
    p->len[z]--;
}

/* Draw every zone in a little from its borders: the land between them is one gap with holes. */
static void plant_streets(struct plan *p, int32_t by)
{
    for (int z = 0; z < p->n; z++) {
        int64_t x = 0, y = 0;
        for (int k = 0; k < p->len[z]; k++) {
            x += p->ring[z][k].x;
            y += p->ring[z][k].y;
        }
        x /= p->len[z];
        y /= p->len[z];
        for (int k = 0; k < p->len[z]; k++) {
            p->ring[z][k].x += (int32_t)((x - p->ring[z][k].x) * by / SIDE);
            p->ring[z][k].y += (int32_t)((y - p->ring[z][k].y) * by / SIDE);
        }
        p->touched[z] = true;
    }
}

/* ---- layers ---- */

static void add_ring(struct drawn *d, const char *code, const char *parent,
                     const struct mere_point *ring, int n, bool turn)
{
    uint32_t zone = drawn_zone_named(d, mere_arena_text(&d->arena, code, strlen(code)));
    d->zones.v[zone].name = d->zones.v[zone].code;
    d->zones.v[zone].parent = parent ? mere_arena_text(&d->arena, parent, strlen(parent)) : NULL;
    int start = turn ? below(n) : 0;
    bool back = turn && below(2);
    for (int k = 0; k < n; k++) {
        struct mere_point p = ring[back ? (2 * n + start - k) % n : (start + k) % n];
        drawn_point(d, p.x, p.y);
    }
    drawn_ring_end(d);
    drawn_part_end(d, zone);
}

static struct mere_layer *draw_grids(struct drawn *d, const struct plan *p, int side, bool shuffle)
{
    int order[MAX_N * MAX_N + 1];
    int n = p->n + (p->twin >= 0);
    for (int i = 0; i < n; i++)
        order[i] = i;
    for (int i = p->n - 1; shuffle && i > 0; i--) { /* the twin stays behind its first */
        int k = below(i + 1), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (int i = 0; i < n; i++) {
        int z = order[i] < p->n ? order[i] : p->twin;
        char code[32], parent[32];
        snprintf(code, sizeof code, "G%03d", z);
        snprintf(parent, sizeof parent, "C%d%d", z / side / 2, z % side / 2);
        add_ring(d, code, parent, p->ring[z], p->len[z], shuffle);
    }
    return drawn_layer(d);
}

static struct mere_layer *draw_communities(struct drawn *d, const struct cells *c)
{
    struct mere_point ring[8 * RING];
    drawn_start(d, "community", MERE_ROLE_COMMUNITY);
    for (int i = 0; i < c->n; i += 2)
        for (int j = 0; j < c->n; j += 2) {
            char code[32];
            snprintf(code, sizeof code, "C%d%d", i / 2, j / 2);
            add_ring(d, code, NULL, ring, ring_of(c, i, j, i + 2, j + 2, ring), false);
        }
    return drawn_layer(d);
}

/* ---- what must hold ---- */

static const char PROFILE[] =
    "{\"name\":\"t\",\"rules\":{"
    "\"gap\":[{\"max\":10,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
    "\"bay\":[{\"max\":10,\"unit\":\"m\",\"severity\":\"error\",\"source\":\"t\"}],"
    "\"unclaimed\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"overlap\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"outside-parent\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"parent-uncovered\":[{\"severity\":\"error\",\"source\":\"t\"}],"
    "\"nesting\":[{\"max\":0,\"unit\":\"m2\",\"severity\":\"error\",\"source\":\"t\"}]}}";

struct trial {
    struct mere_ctx ctx;
    struct mere_profile *profile;
    struct cells cells;
    struct plan plan;
    struct drawn communities, grids;
    const struct mere_layer *layers[2];
    size_t n_layers;
    struct mere_point places[200];
    struct mere_repair_input in;
    struct mere_repair *repair;
};

static enum mere_status build(struct trial *t, const struct mere_layer *grids,
                              struct mere_net **ret)
{
    const struct mere_layer *layers[] = {grids, t->layers[1]};
    const struct mere_build how = {.tol_x = 3, .tol_y = 3};
    return mere_net_build(&t->ctx, layers, t->n_layers, &how, ret);
}

static bool cover_is_whole(struct trial *t)
{
    struct mere_net *net = NULL;
    struct mere_report *report = NULL;
    const char *scheme = "grid";
    bool ok = CHECK(build(t, &t->repair->layer, &net) == MERE_OK);
    struct mere_check_input in = {.net = net,
                                  .profile = t->profile,
                                  .schemes = &scheme,
                                  .n_schemes = 1,
                                  .today = "2026-11-23"};
    ok = ok && CHECK(mere_check_run(&t->ctx, &in, &report) == MERE_OK);
    struct mere_arena arena = {0};
    struct mere_mended mended = {.scheme = t->layers[0], .repair = t->repair, .after = report};
    ok = ok && CHECK(mere_mended_left(&t->ctx, &arena, &mended) == MERE_OK);
    for (size_t i = 0; ok && i < mended.n_left; i++)
        /* A gap that opens to the outside has no border there, unless something bounds the scheme.
         */
        if (!mended.left[i].widest &&
            !(t->n_layers == 1 && mended.left[i].finding->rule == MERE_RULE_BAY)) {
            printf("  left without a reason: %s\n", mended.left[i].finding->en);
            ok = CHECK(false);
        }
    mere_arena_clear(&arena);
    mere_report_free(report);
    mere_net_free(net);
    return ok;
}

static int64_t area2(const struct mere_layer *layer, uint32_t zone)
{
    mere_i128 sum = 0;
    for (size_t p = 0; p < layer->n_parts; p++)
        for (uint32_t r = layer->part_ring[p];
             layer->part_zone[p] == zone && r < layer->part_ring[p + 1]; r++) {
            mere_i128 a = mere_ring_area2(layer->pts + layer->ring_first[r],
                                          layer->ring_first[r + 1] - layer->ring_first[r]);
            a = a < 0 ? -a : a;
            sum += r == layer->part_ring[p] ? a : -a;
        }
    return (int64_t)sum;
}

/* The zone of the mended layer that was zone `zone` of the input. */
static uint32_t mended_zone(const struct trial *t, uint32_t zone)
{
    for (size_t z = 0; z < t->repair->layer.n_zones; z++)
        if (t->repair->layer.zones[z].fid == t->layers[0]->zones[zone].fid)
            return (uint32_t)z;
    return UINT32_MAX;
}

static bool areas_change_as_listed(const struct trial *t)
{
    bool ok = true;
    for (uint32_t z = 0; z < t->layers[0]->n_zones; z++) {
        uint32_t now = mended_zone(t, z);
        int64_t listed = 0;
        if (now == UINT32_MAX)
            continue;
        for (size_t i = 0; i < t->repair->n_applied; i++) {
            const struct mere_proposal *p = &t->repair->proposals[i];
            bool had = false;
            for (size_t k = 0; k < p->n_before; k++)
                had = had || p->before[k] == (int32_t)z;
            if (p->kind == MERE_REPAIR_JUNCTION)
                listed += had ? p->area2 : 0;
            else if (p->kind != MERE_REPAIR_DUPLICATE)
                listed += (p->after == (int32_t)z ? p->area2 : 0) - (had ? p->area2 : 0);
        }
        ok = CHECK_INT(listed, area2(&t->repair->layer, now) - area2(t->layers[0], z)) && ok;
    }
    return ok;
}

static bool only_touched_zones_change(const struct trial *t)
{
    bool ok = true;
    for (size_t i = 0; i < t->repair->n_changed; i++) {
        const char *code = t->repair->layer.zones[t->repair->changed[i]].code;
        if (!t->plan.touched[atoi(code + 1)]) {
            printf("  %s has no defect and changed\n", code);
            ok = CHECK(false);
        }
    }
    for (size_t p = 0; p < t->repair->layer.n_parts; p++)
        ok = CHECK_INT(1, t->repair->layer.part_ring[p + 1] - t->repair->layer.part_ring[p]) && ok;
    return CHECK_INT(t->repair->layer.n_zones, t->repair->layer.n_parts) && ok;
}

static int owner_of(const struct mere_net *net, const struct mere_locator *loc, struct mere_point p)
{
    int32_t f = mere_locate_point(loc, p);
    const struct mere_scheme *grid = &net->schemes[mere_net_scheme(net, "grid")];
    return f < 0                               ? -1
           : grid->label[f] >= 0               ? atoi(grid->zones[grid->label[f]].code + 1)
           : grid->label[f] == MERE_LABEL_NONE ? -1
                                               : -2;
}

static bool places_stay(struct trial *t)
{
    struct mere_net *was = NULL, *is = NULL;
    struct mere_locator *a = NULL, *b = NULL;
    int64_t listed = 0, got = 0;
    bool ok = CHECK(build(t, t->layers[0], &was) == MERE_OK) &&
              CHECK(build(t, &t->repair->layer, &is) == MERE_OK) &&
              CHECK(mere_locator_build(&t->ctx, was, &a) == MERE_OK) &&
              CHECK(mere_locator_build(&t->ctx, is, &b) == MERE_OK);
    for (size_t i = 0; ok && i < MERE_LEN(t->places); i++) {
        int before = owner_of(was, a, t->places[i]), after = owner_of(is, b, t->places[i]);
        if (before == after || (before == -2 && t->plan.twin >= 0))
            continue;
        got++;
        if (before != -1)
            printf("  the place %d, %d went from %d to %d\n", t->places[i].x, t->places[i].y,
                   before, after);
        ok = CHECK(before == -1);
    }
    for (size_t i = 0; i < t->repair->n_applied; i++)
        listed += t->repair->proposals[i].places;
    ok = ok && CHECK_INT(listed, got);
    mere_locator_free(a);
    mere_locator_free(b);
    mere_net_free(was);
    mere_net_free(is);
    return ok;
}

static bool again_changes_nothing(struct trial *t)
{
    struct mere_repair *again = NULL;
    const struct mere_layer *layers[] = {&t->repair->layer, t->layers[1]};
    struct mere_repair_input in = t->in;
    in.layers = layers;
    bool ok = CHECK(mere_repair_run(&t->ctx, &in, &again) == MERE_OK) &&
              CHECK_INT(0, again->n_applied) && CHECK_INT(0, again->n_changed) &&
              CHECK_INT(t->repair->n_proposals - t->repair->n_applied, again->n_proposals);
    mere_repair_free(again);
    return ok;
}

static bool hash_of(struct trial *t, const struct mere_layer *layer, char hex[65])
{
    struct mere_net *net = NULL;
    const struct mere_build how = {0};
    bool ok = mere_net_build(&t->ctx, &layer, 1, &how, &net) == MERE_OK &&
              mere_net_hash(&t->ctx, net, hex) == MERE_OK;
    mere_net_free(net);
    return ok;
}

static bool order_is_no_matter(struct trial *t)
{
    struct drawn grids;
    struct mere_repair *other = NULL;
    char want[65] = "", got[65] = "";
    struct mere_layer *layer = draw_grids(&grids, &t->plan, t->cells.n, true);
    const struct mere_layer *layers[] = {layer, t->layers[1]};
    struct mere_repair_input in = t->in;
    in.layers = layers;
    bool ok = CHECK(mere_repair_run(&t->ctx, &in, &other) == MERE_OK) &&
              CHECK_INT(t->repair->n_proposals, other->n_proposals) &&
              CHECK_INT(t->repair->n_applied, other->n_applied) &&
              CHECK(hash_of(t, &t->repair->layer, want)) && CHECK(hash_of(t, &other->layer, got)) &&
              CHECK_STR(want, got);
    mere_repair_free(other);
    drawn_free(&grids);
    return ok;
}

/* ---- trials ---- */

static void start_trial(struct trial *t, bool parents)
{
    make_cells(&t->cells, 2 * (1 + below(3)));
    make_plan(&t->cells, &t->plan);
    for (int k = 1 + below(6); k > 0; k--)
        switch (below(4)) {
        case 0:
            plant_slip(&t->plan, 1 + below(3), 250);
            break;
        case 1:
            plant_slip(&t->plan, 1 + below(2 * MID), 60);
            break;
        case 2:
            plant_stray(&t->plan, 250);
            break;
        default:
            plant_junction(&t->plan);
        }
    if (below(8) == 0)
        plant_streets(&t->plan, 60 + below(300));
    if (below(6) == 0) {
        t->plan.twin = below(t->plan.n);
        touch_neighbours(&t->plan, t->plan.twin);
    }
    t->layers[0] = draw_grids(&t->grids, &t->plan, t->cells.n, false);
    t->layers[1] = parents ? draw_communities(&t->communities, &t->cells) : NULL;
    t->n_layers = parents ? 2 : 1;
    for (size_t z = 0; z < t->layers[0]->n_zones; z++)
        t->grids.zones.v[z].fid = 100 + (int64_t)z;
    for (size_t i = 0; i < MERE_LEN(t->places); i++)
        t->places[i] =
            (struct mere_point){X0 + below(t->cells.n * SIDE), Y0 + below(t->cells.n * SIDE)};
    t->in = (struct mere_repair_input){.layers = t->layers,
                                       .n_layers = t->n_layers,
                                       .scheme = "grid",
                                       .match_units = 3,
                                       .max_width_m = 10,
                                       .max_area_m2 = 2000,
                                       .max_fragment_m = 2,
                                       .places = t->places,
                                       .n_places = MERE_LEN(t->places)};
}

static bool try_one(bool parents)
{
    static struct trial t;
    memset(&t, 0, sizeof t);
    start_trial(&t, parents);
    bool ok =
        CHECK(mere_profile_parse(&t.ctx, PROFILE, strlen(PROFILE), "t", &t.profile) == MERE_OK) &&
        CHECK(mere_repair_run(&t.ctx, &t.in, &t.repair) == MERE_OK);
    ok = ok && cover_is_whole(&t) && areas_change_as_listed(&t) && only_touched_zones_change(&t) &&
         places_stay(&t) && again_changes_nothing(&t) && order_is_no_matter(&t);
    if (!ok && t.ctx.error)
        printf("  %s\n", t.ctx.error);
    mere_repair_free(t.repair);
    mere_profile_free(t.profile);
    drawn_free(&t.grids);
    drawn_free(&t.communities);
    mere_ctx_clear(&t.ctx);
    return ok;
}

static int amount;

static void try_many(bool parents)
{
    uint64_t seed = rng;
    for (int i = 0; i < amount; i++) {
        rng = seed + (uint64_t)i;
        if (!try_one(parents)) {
            printf("  trial %d, of seed %" PRIu64 "\n", i, seed + (uint64_t)i);
            break;
        }
    }
    rng = seed;
}

TEST(planted_defects_of_one_scheme_are_mended_by_the_listed_pieces)
{
    try_many(false);
}
TEST(planted_defects_under_parents_are_mended_by_the_listed_pieces)
{
    try_many(true);
}

/* The trial in which a zone grew, in a round of a part of the network, up to a gap whose other
 * neighbours were left out: it was listed as if it held them. */
TEST(a_gap_is_not_made_of_zones_that_a_round_left_out)
{
    uint64_t seed = rng;
    rng = 20268081;
    CHECK(try_one(true));
    rng = seed;
}

/* ---- towns ---- */

#define TOWN 10
#define TOWN_X 100000000 /* at 50 degrees north a degree of longitude is short: units are no */
#define TOWN_Y 500000000 /* squares, and feet not on the lattice */
#define BLOCK_X 8369     /* from street to street, 60 m */
#define BLOCK_Y 5394
#define HALF_X 279 /* of a street, 2 m */
#define HALF_Y 180

/* Blocks of four corners, `by` from straight along one axis, streets of 4 m between them, and one
 * zone around all. */
static void draw_town(struct drawn *d, int32_t by)
{
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (int i = 0; i < TOWN; i++)
        for (int j = 0; j < TOWN; j++) {
            int32_t x = TOWN_X + i * BLOCK_X, y = TOWN_Y + j * BLOCK_Y;
            int32_t east = x + BLOCK_X - HALF_X, north = y + BLOCK_Y - HALF_Y;
            const struct mere_point ring[] = {{x + HALF_X + jitter(by), y + HALF_Y},
                                              {east, y + HALF_Y + jitter(by)},
                                              {east, north},
                                              {x + HALF_X, north + jitter(by)}};
            char code[32];
            snprintf(code, sizeof code, "Z%02d", i * TOWN + j);
            add_ring(d, code, NULL, ring, 4, false);
        }
    uint32_t zone = drawn_zone_named(d, "RING");
    for (int32_t out = 2000; out >= 0; out -= 2000) {
        int32_t west = TOWN_X - out, south = TOWN_Y - out;
        int32_t east = TOWN_X + TOWN * BLOCK_X + out, north = TOWN_Y + TOWN * BLOCK_Y + out;
        drawn_point(d, west, south);
        drawn_point(d, east, south);
        drawn_point(d, east, north);
        drawn_point(d, west, north);
        drawn_ring_end(d);
    }
    drawn_part_end(d, zone);
}

static bool try_town(double max_area_m2)
{
    static struct trial t;
    memset(&t, 0, sizeof t);
    draw_town(&t.grids, 30);
    t.layers[0] = drawn_layer(&t.grids);
    t.n_layers = 1;
    for (size_t z = 0; z < t.layers[0]->n_zones; z++)
        t.grids.zones.v[z].fid = 100 + (int64_t)z;
    t.in = (struct mere_repair_input){.layers = t.layers,
                                      .n_layers = 1,
                                      .scheme = "grid",
                                      .match_units = 3,
                                      .max_width_m = 10,
                                      .max_area_m2 = max_area_m2,
                                      .max_fragment_m = 2};
    bool ok =
        CHECK(mere_profile_parse(&t.ctx, PROFILE, strlen(PROFILE), "t", &t.profile) == MERE_OK) &&
        CHECK(mere_repair_run(&t.ctx, &t.in, &t.repair) == MERE_OK) &&
        CHECK(max_area_m2 < 2000 || t.repair->n_applied > TOWN * TOWN);
    ok = ok && cover_is_whole(&t) && areas_change_as_listed(&t) && again_changes_nothing(&t);
    if (!ok && t.ctx.error)
        printf("  %s\n", t.ctx.error);
    mere_repair_free(t.repair);
    mere_profile_free(t.profile);
    drawn_free(&t.grids);
    mere_ctx_clear(&t.ctx);
    return ok;
}

TEST(the_streets_of_a_town_are_mended)
{
    uint64_t seed = rng;
    for (int i = 0; i < amount / 5; i++) {
        rng = seed + (uint64_t)i;
        if (!try_town(i % 2 ? 50 + below(400) : 2000)) {
            printf("  town %d, of seed %" PRIu64 "\n", i, rng);
            break;
        }
    }
    rng = seed;
}

/* The town in which the rounded foot of a cut bent its segment onto another cut, which began at the
 * segment's end: no walk around the piece closed. */
TEST(a_foot_does_not_bend_a_border_onto_a_cut)
{
    uint64_t seed = rng;
    rng = 662388058845668702;
    CHECK(try_town(2000));
    rng = seed;
}

int main(int argc, char **argv)
{
    uint64_t seed = 20261123;
    amount = check_amount(argc, argv, &seed) ? 20000 : 60;
    rng = seed;
    RUN(planted_defects_of_one_scheme_are_mended_by_the_listed_pieces);
    RUN(planted_defects_under_parents_are_mended_by_the_listed_pieces);
    RUN(a_gap_is_not_made_of_zones_that_a_round_left_out);
    RUN(the_streets_of_a_town_are_mended);
    RUN(a_foot_does_not_bend_a_border_onto_a_cut);
    return done();
}
