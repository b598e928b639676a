/* flaws.c - blocks handed over, parents changed, and the list of findings. */
#include "sample/flaws.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

/* The limits of shapes/profiles/hangzhou.json that sizes are held against. */
#define HOUSEHOLDS_MIN 300
#define HOUSEHOLDS_MAX 500
#define PERSONS_MIN 600
#define PERSONS_MAX 2000
#define COMPACTNESS_MIN 0.13 /* the limit is 0.1: moved blocks must not come near it */

#define N_UNDERSIZED 3
#define N_SPLIT 3

void mere_flaws_begin(struct mere_flaws *flaws, struct mere_ctx *ctx, struct mere_town *town)
{
    memset(flaws, 0, sizeof *flaws);
    flaws->ctx = ctx;
    flaws->town = town;
    flaws->r = mere_random_stream(town->seed, "flaws");
}

void mere_flaws_clear(struct mere_flaws *flaws)
{
    MERE_VEC_FREE(&flaws->findings);
}

/* ---- moving blocks ---- */

/* Polsby and Popper's compactness of a grid, by the plane of the drawing. */
static double compactness(const struct mere_town *town, int32_t grid, const int32_t *block_of_face)
{
    const struct mere_plane *p = &town->plane;
    double area = 0, round = 0;
    for (int32_t i = 0; i < town->n_blocks; i++)
        area += town->blocks[i].grid == grid ? town->blocks[i].area_m2 : 0;
    for (size_t h = 0; h < p->half.n; h++) {
        int32_t a = p->half.v[h].face, b = p->half.v[h ^ 1].face;
        if (a > 0 && town->blocks[block_of_face[a]].grid == grid &&
            (b <= 0 || town->blocks[block_of_face[b]].grid != grid))
            round += mere_xy_gap(p->xy.v[p->half.v[h].origin], p->xy.v[p->half.v[h ^ 1].origin]);
    }
    return 4 * 3.14159265358979323846 * area / (round * round);
}

struct moving {
    struct mere_flaws *flaws;
    struct mere_town *town;
    int32_t *region, *scratch, *block_of_face;
};

static void count_block(struct mere_town *town, int32_t block, int32_t grid, int sign)
{
    const struct mere_block *b = &town->blocks[block];
    struct mere_town_grid *g = &town->grids[grid];
    for (int32_t i = 0; i < b->n_buildings; i++) {
        const struct mere_building *one = &town->buildings.v[b->first_building + i];
        g->households += sign * one->households;
        g->persons += sign * one->persons;
    }
}

static void move(struct mere_town *town, int32_t block, int32_t to)
{
    count_block(town, block, town->blocks[block].grid, -1);
    count_block(town, block, to, 1);
    town->blocks[block].grid = to;
}

/* A basic grid beside the block in its community; MERE_UNKNOWN none. */
static int32_t grid_beside(const struct moving *m, int32_t block)
{
    const struct mere_graph *g = &m->town->graph;
    const struct mere_block *b = &m->town->blocks[block];
    for (int32_t e = g->first[block]; e < g->first[block + 1]; e++) {
        const struct mere_block *other = &m->town->blocks[g->to[e]];
        if (other->grid != b->grid && other->community == b->community && g->border[e] > 60 &&
            m->town->grids[other->grid].key == MERE_UNKNOWN)
            return other->grid;
    }
    return MERE_UNKNOWN;
}

static bool hangs_together(struct moving *m, int32_t grid)
{
    for (int32_t i = 0; i < m->town->n_blocks; i++)
        m->region[i] = m->town->blocks[i].grid;
    return mere_region_whole(&m->town->graph, m->region, grid, MERE_UNKNOWN, m->scratch);
}

/* Hand `block` over to the grid beside it if both stay as they should be, but for their sizes. */
static bool try_move(struct moving *m, int32_t block)
{
    struct mere_town *town = m->town;
    int32_t from = town->blocks[block].grid, to = grid_beside(m, block);
    if (to == MERE_UNKNOWN)
        return false;
    move(town, block, to);
    if (hangs_together(m, from) && hangs_together(m, to) &&
        compactness(town, from, m->block_of_face) > COMPACTNESS_MIN &&
        compactness(town, to, m->block_of_face) > COMPACTNESS_MIN)
        return true;
    move(town, block, from);
    return false;
}

/* A grid that loses so many homes that it is too small. */
static bool undersize(struct moving *m, int32_t block)
{
    struct mere_town *town = m->town;
    int32_t from = town->blocks[block].grid;
    if (town->grids[from].key != MERE_UNKNOWN)
        return false;
    int64_t before = town->grids[from].households;
    if (!try_move(m, block))
        return false;
    int64_t after = town->grids[from].households;
    if (after > 40 && after < HOUSEHOLDS_MIN - 30 && before >= HOUSEHOLDS_MIN)
        return true;
    move(town, block, from);
    return false;
}

/* A key area that loses its smaller part. */
static bool split_key(struct moving *m, int32_t block)
{
    struct mere_town *town = m->town;
    int32_t key = town->blocks[block].key;
    double rest = 0;
    if (key == MERE_UNKNOWN || town->keys[key].point || m->flaws->split[key])
        return false;
    for (int32_t i = 0; i < town->n_blocks; i++)
        rest += town->blocks[i].key == key && i != block ? town->blocks[i].area_m2 : 0;
    if (rest < 1.2 * town->blocks[block].area_m2 || !try_move(m, block))
        return false;
    m->flaws->split[key] = true;
    return true;
}

static enum mere_status move_some(struct moving *m, int n, bool (*try)(struct moving *, int32_t))
{
    struct mere_town *town = m->town;
    uint32_t start = mere_random_below(&m->flaws->r, (uint32_t)town->n_blocks);
    for (int32_t k = 0; k < town->n_blocks && n > 0; k++) {
        /* A step without a common divisor with most counts: all over the district. */
        int32_t block =
            (int32_t)((start + (uint64_t)(uint32_t)k * 7919u) % (uint32_t)town->n_blocks);
        int32_t community = town->blocks[block].community;
        if (!m->flaws->used[community] && try(m, block)) {
            m->flaws->used[community] = true;
            n--;
        }
    }
    return n == 0 ? MERE_OK
                  : mere_fail(m->flaws->ctx, MERE_E_INTERNAL,
                              "the sample of this seed has no room for its defects");
}

enum mere_status mere_flaws_move(struct mere_flaws *flaws)
{
    struct mere_town *town = flaws->town;
    struct moving m = {.flaws = flaws, .town = town};
    m.region = MERE_NEW(&town->arena, int32_t, (size_t)town->n_blocks);
    m.scratch = MERE_NEW(&town->arena, int32_t, 2 * (size_t)town->n_blocks);
    m.block_of_face = MERE_NEW(&town->arena, int32_t, town->plane.face.n);
    if (!m.region || !m.scratch || !m.block_of_face)
        return mere_fail_nomem(flaws->ctx, "planting defects");
    for (int32_t i = 0; i < town->n_blocks; i++)
        m.block_of_face[town->blocks[i].face] = i;
    MERE_TRY(move_some(&m, N_SPLIT, split_key));
    return move_some(&m, N_UNDERSIZED, undersize);
}

/* ---- noting findings ---- */

enum mere_status mere_flaws_note(struct mere_flaws *flaws, const struct mere_flaw_finding *finding)
{
    return MERE_PUSH(&flaws->findings, *finding) ? MERE_OK
                                                 : mere_fail_nomem(flaws->ctx, "noting defects");
}

/* A ring from its lowest point on, without exactly collinear points, as check traces it: circles
 * are found by halving squares, and must come out the same. */
static uint32_t tidy_ring(struct mere_point *to, const struct mere_point *v, uint32_t n)
{
    uint32_t low = 0, m = 0;
    for (uint32_t i = 1; i < n; i++)
        if (v[i].x < v[low].x || (v[i].x == v[low].x && v[i].y < v[low].y))
            low = i;
    for (uint32_t i = 0; i < n; i++) {
        struct mere_point p = v[(low + i) % n], next = v[(low + i + 1) % n];
        struct mere_point last = m > 0 ? to[m - 1] : p;
        int64_t ax = (int64_t)p.x - last.x, ay = (int64_t)p.y - last.y;
        int64_t bx = (int64_t)next.x - p.x, by = (int64_t)next.y - p.y;
        /* The district spans 2e6 units: products fit 64 bits. */
        if (m == 0 || ax * by != ay * bx || ax * bx + ay * by <= 0)
            to[m++] = p;
    }
    return m;
}

static double part_area_m2(const struct mere_layer *layer, size_t part)
{
    double area = 0;
    for (uint32_t r = layer->part_ring[part]; r < layer->part_ring[part + 1]; r++)
        area += mere_ring_area_m2(layer->pts + layer->ring_first[r],
                                  layer->ring_first[r + 1] - layer->ring_first[r]);
    return area;
}

/* The largest part of a zone as a layer of one part, in the context's arena. */
static enum mere_status largest_part(struct mere_flaws *flaws, const struct mere_layer *layer,
                                     size_t zone, struct mere_layer *ret, double *ret_area)
{
    struct mere_arena *arena = &flaws->ctx->arena;
    size_t best = layer->n_parts;
    *ret_area = 0;
    for (size_t p = 0; p < layer->n_parts; p++) {
        double area = layer->part_zone[p] == zone ? part_area_m2(layer, p) : 0;
        if (area > *ret_area) {
            *ret_area = area;
            best = p;
        }
    }
    if (best == layer->n_parts)
        return mere_fail(flaws->ctx, MERE_E_INTERNAL, "a zone of the sample has no land");
    uint32_t from = layer->part_ring[best], n = layer->part_ring[best + 1] - from;
    *ret = (struct mere_layer){.n_zones = 1, .n_parts = 1, .n_rings = n};
    ret->zones = MERE_NEW(arena, struct mere_zone, 1);
    ret->part_zone = MERE_NEW(arena, uint32_t, 1);
    ret->part_ring = MERE_NEW(arena, uint32_t, 2);
    ret->ring_first = MERE_NEW(arena, uint32_t, n + 1);
    ret->pts =
        MERE_NEW(arena, struct mere_point, layer->ring_first[from + n] - layer->ring_first[from]);
    if (!ret->zones || !ret->part_zone || !ret->part_ring || !ret->ring_first || !ret->pts)
        return mere_fail_nomem(flaws->ctx, "noting defects");
    uint32_t at = 0;
    for (uint32_t r = 0; r < n; r++) {
        uint32_t first = layer->ring_first[from + r];
        ret->ring_first[r] = at;
        at += tidy_ring(ret->pts + at, layer->pts + first, layer->ring_first[from + r + 1] - first);
    }
    ret->ring_first[n] = at;
    ret->part_ring[1] = n;
    return MERE_OK;
}

static enum mere_status note_in_zone(struct mere_flaws *flaws, const char *rule,
                                     const struct mere_layer *layer, size_t zone, bool land)
{
    struct mere_layer part;
    double area, width;
    struct mere_flaw_finding f = {.rule = rule, .scheme = layer->name};
    f.zones[0] = layer->zones[zone].code;
    MERE_TRY(largest_part(flaws, layer, zone, &part, &area));
    double precision = land ? 0.005 : 0.02 * sqrt(area) + 0.01;
    MERE_TRY(mere_inscribed_circle(flaws->ctx, &part, 0, precision, &f.at, &width));
    f.area_m2 = land ? area : NAN;
    f.width_m = land ? width : NAN;
    return mere_flaws_note(flaws, &f);
}

enum mere_status mere_flaws_note_zone(struct mere_flaws *flaws, const char *rule,
                                      const struct mere_layer *layer, size_t zone)
{
    return note_in_zone(flaws, rule, layer, zone, false);
}

enum mere_status mere_flaws_note_land(struct mere_flaws *flaws, const char *rule,
                                      const struct mere_layer *layer, size_t zone)
{
    return note_in_zone(flaws, rule, layer, zone, true);
}

/* ---- sizes, key areas, parents ---- */

static enum mere_status note_sizes(struct mere_flaws *flaws, const struct mere_layer *grid)
{
    for (size_t z = 0; z < grid->n_zones; z++) {
        const struct mere_zone *zone = &grid->zones[z];
        if (strcmp(zone->kind, "dedicated") == 0)
            continue; /* without limits */
        if (zone->households < HOUSEHOLDS_MIN || zone->households > HOUSEHOLDS_MAX)
            MERE_TRY(mere_flaws_note_zone(flaws, "households", grid, z));
        if (zone->persons < PERSONS_MIN || zone->persons > PERSONS_MAX)
            MERE_TRY(mere_flaws_note_zone(flaws, "persons", grid, z));
    }
    return MERE_OK;
}

static enum mere_status note_split_keys(struct mere_flaws *flaws, const struct mere_layer *key)
{
    for (size_t z = 0; z < key->n_zones; z++) {
        /* "K07": the codes count from 1 over all key areas. */
        int32_t i = (key->zones[z].code[1] - '0') * 10 + (key->zones[z].code[2] - '0') - 1;
        if (flaws->split[i])
            MERE_TRY(mere_flaws_note_zone(flaws, "key-split", key, z));
    }
    return MERE_OK;
}

/* A basic grid in a community without a defect so far, which is then used. */
static int32_t fresh_grid(struct mere_flaws *flaws)
{
    uint32_t start = mere_random_below(&flaws->r, MERE_TOWN_GRIDS);
    for (uint32_t k = 0; k < MERE_TOWN_GRIDS; k++) {
        int32_t g = (int32_t)((start + k * 101u) % MERE_TOWN_GRIDS);
        const struct mere_town_grid *grid = &flaws->town->grids[g];
        if (grid->key == MERE_UNKNOWN && !flaws->used[grid->community]) {
            flaws->used[grid->community] = true;
            return g;
        }
    }
    return MERE_UNKNOWN;
}

static enum mere_status wrong_parents(struct mere_flaws *flaws, struct mere_layer *grid)
{
    for (int i = 0; i < 4; i++) {
        int32_t g = fresh_grid(flaws);
        if (g < 0)
            return mere_fail(flaws->ctx, MERE_E_INTERNAL,
                             "the sample has no community left for its defects");
        struct mere_zone *zone = &grid->zones[g];
        if (i == 3) {
            zone->parent = "330108999999"; /* nobody's */
            MERE_TRY(mere_flaws_note_zone(flaws, "no-parent", grid, (size_t)g));
            continue;
        }
        int32_t other = (flaws->town->grids[g].community + 20) % MERE_TOWN_COMMUNITIES;
        zone->parent = flaws->town->communities[other].code;
        MERE_TRY(mere_flaws_note_land(flaws, "nesting", grid, (size_t)g));
        MERE_TRY(mere_flaws_note_zone(flaws, "code-prefix", grid, (size_t)g));
    }
    return MERE_OK;
}

enum mere_status mere_flaws_plant(struct mere_flaws *flaws, struct mere_sample_layers *layers)
{
    struct mere_layer *grid = &layers->scheme[MERE_SAMPLE_GRID];
    MERE_TRY(note_sizes(flaws, grid));
    MERE_TRY(note_split_keys(flaws, &layers->scheme[MERE_SAMPLE_KEY]));
    MERE_TRY(wrong_parents(flaws, grid));
    return mere_flaws_borders(flaws, layers);
}

/* ---- the list ---- */

void mere_flaws_csv(const struct mere_flaws *flaws, struct mere_text *out)
{
    mere_text_add(out, "rule,scheme,zones,lon,lat,area_m2,width_m\n");
    for (size_t i = 0; i < flaws->findings.n; i++) {
        const struct mere_flaw_finding *f = &flaws->findings.v[i];
        mere_text_addf(out, "%s,%s,%s%s%s,%.7f,%.7f,", f->rule, f->scheme, f->zones[0],
                       f->zones[1] ? ";" : "", f->zones[1] ? f->zones[1] : "",
                       mere_e7_to_degrees(f->at.x), mere_e7_to_degrees(f->at.y));
        if (!isnan(f->area_m2))
            mere_text_addf(out, "%.2f", f->area_m2);
        mere_text_add(out, ",");
        if (!isnan(f->width_m))
            mere_text_addf(out, "%.2f", f->width_m);
        mere_text_add(out, "\n");
    }
}
