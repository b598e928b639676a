/* flaw_borders.c - gaps, overlaps, bays and slivers: triangles on straight pieces of border. */
#include "geo/measure.h"
#include "sample/flaws.h"
#include <string.h>

enum flaw { GAP, GAP_ACROSS, OVERLAP, OVERLAP_ACROSS, BAY, SLIVER };
/* What is planted, and how far the border is moved, in metres: less than the walls of compounds are
 * away from it, and less than the 10 m to which the profile calls it a gap. */
static const struct {
    enum flaw flaw;
    double by_m;
} PLANTED[] = {
    {GAP, 4.2},     {GAP, 2.4},     {GAP, 0.6},          {GAP_ACROSS, 3.1},     {OVERLAP, 3.6},
    {OVERLAP, 1.2}, {OVERLAP, 0.4}, {OVERLAP_ACROSS, 5}, {OVERLAP_ACROSS, 2.2}, {BAY, 4.8},
    {BAY, 1.7},     {SLIVER, 1.6},  {SLIVER, 0.9},
};

#define SHORTEST_M 48.0 /* piece of border; shorter ones would make steep bends */
#define LONGEST_M 190.0

struct bend { /* in a ring of `zone`, `apex` comes between p and q */
    uint32_t zone;
    struct mere_point p, q, apex;
};
struct bending {
    struct mere_flaws *flaws;
    struct mere_town *town;
    struct mere_layer *grid;
    int32_t *block_of_face;
    MERE_VEC(struct bend) bends;
    MERE_VEC(struct bend) pieces; /* triangles given to `zone` as parts of their own */
};

/* ---- triangles ---- */

/* Area, inscribed circle: its centre and width. */
static void measure(const struct bend *b, struct mere_flaw_finding *f)
{
    struct mere_point ring[] = {b->p, b->q, b->apex};
    double sx, sy, x[3], y[3], side[3], around = 0;
    mere_scale_at(b->p.y, &sx, &sy);
    for (int i = 0; i < 3; i++) {
        x[i] = ((double)ring[i].x - b->p.x) * sx;
        y[i] = ((double)ring[i].y - b->p.y) * sy;
    }
    for (int i = 0; i < 3; i++) { /* side i is opposite to corner i */
        int a = (i + 1) % 3, c = (i + 2) % 3;
        side[i] = sqrt((x[a] - x[c]) * (x[a] - x[c]) + (y[a] - y[c]) * (y[a] - y[c]));
        around += side[i];
    }
    double cx = 0, cy = 0;
    for (int i = 0; i < 3; i++) {
        cx += side[i] / around * x[i];
        cy += side[i] / around * y[i];
    }
    double area = mere_ring_area_m2(ring, 3);
    f->area_m2 = area < 0 ? -area : area;
    f->width_m = 4 * f->area_m2 / around; /* twice the radius, which is 2 area / perimeter */
    f->at =
        (struct mere_point){b->p.x + (int32_t)llround(cx / sx), b->p.y + (int32_t)llround(cy / sy)};
}

/* The middle of half-edge `h`, moved to its left by `by` metres. */
static struct bend bend_at(const struct bending *b, int32_t h, int32_t zone, double by)
{
    const struct mere_plane *plane = &b->town->plane;
    int32_t u = plane->half.v[h].origin, v = plane->half.v[h ^ 1].origin;
    struct mere_xy p = plane->xy.v[u], q = plane->xy.v[v];
    struct mere_xy along = mere_xy_unit(mere_xy_sub(q, p)), left = {-along.y, along.x};
    struct mere_xy apex = mere_xy_add(mere_xy_add(p, mere_xy_sub(q, p), 0.46), left, by);
    return (struct bend){(uint32_t)zone, plane->pts.v[u], plane->pts.v[v], mere_sample_point(apex)};
}

/* ---- where ---- */

static const struct mere_block *block_at(const struct bending *b, int32_t h)
{
    int32_t face = b->town->plane.half.v[h].face;
    return face > 0 ? &b->town->blocks[b->block_of_face[face]] : NULL;
}

/* A third basic grid of the community, to which the triangle goes; MERE_UNKNOWN none. */
static int32_t third_grid(const struct bending *b, const struct mere_block *mine,
                          const struct mere_block *other)
{
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++)
        if (b->town->grids[g].community == mine->community && g != mine->grid && g != other->grid &&
            b->town->grids[g].key == MERE_UNKNOWN)
            return g;
    return MERE_UNKNOWN;
}

/* Whether a flaw of this kind may stand at half-edge `h`, whose left hand is the grid to be
 * changed. */
static bool suits(const struct bending *b, int32_t h, enum flaw flaw)
{
    const struct mere_plane *p = &b->town->plane;
    double len = mere_xy_gap(p->xy.v[p->half.v[h].origin], p->xy.v[p->half.v[h ^ 1].origin]);
    const struct mere_block *mine = block_at(b, h), *other = block_at(b, h ^ 1);
    if (!mine || len < SHORTEST_M || len > LONGEST_M ||
        b->town->grids[mine->grid].key != MERE_UNKNOWN || b->flaws->used[mine->community])
        return false;
    if (flaw == BAY)
        return !other && p->half.v[h ^ 1].face == 0;
    if (!other || other->grid == mine->grid || b->town->grids[other->grid].key != MERE_UNKNOWN)
        return false;
    if (flaw == GAP_ACROSS || flaw == OVERLAP_ACROSS)
        return other->community != mine->community && !b->flaws->used[other->community];
    return other->community == mine->community &&
           (flaw != SLIVER || third_grid(b, mine, other) != MERE_UNKNOWN);
}

static int32_t find_place(struct bending *b, enum flaw flaw)
{
    uint32_t n = (uint32_t)b->town->plane.half.n;
    uint32_t start = mere_random_below(&b->flaws->r, n);
    for (uint32_t k = 0; k < n; k++) {
        int32_t h = (int32_t)((start + (uint64_t)k * 15485863u) % n);
        if (suits(b, h, flaw))
            return h;
    }
    return MERE_UNKNOWN;
}

/* ---- planting one ---- */

static enum mere_status note(struct bending *b, const struct bend *bend, const char *rule,
                             const char *scheme, const char *a, const char *c)
{
    struct mere_flaw_finding f = {.rule = rule, .scheme = scheme};
    f.zones[0] = c && strcmp(c, a) < 0 ? c : a;
    f.zones[1] = c && strcmp(c, a) < 0 ? a : c;
    measure(bend, &f);
    return mere_flaws_note(b->flaws, &f);
}

static enum mere_status nomem(struct bending *b)
{
    return mere_fail_nomem(b->flaws->ctx, "planting defects");
}

/* Land that no grid has: between two grids, or beside the outside. */
static enum mere_status plant_gap(struct bending *b, const struct bend *bend,
                                  const struct mere_block *mine, const struct mere_block *other)
{
    const struct mere_town *town = b->town;
    MERE_TRY(note(b, bend, other ? "gap" : "bay", "grid", town->grids[mine->grid].code,
                  other ? town->grids[other->grid].code : NULL));
    return note(b, bend, "parent-uncovered", "community", town->communities[mine->community].code,
                NULL);
}

static enum mere_status plant_overlap(struct bending *b, const struct bend *bend,
                                      const struct mere_block *mine, const struct mere_block *other)
{
    const struct mere_town *town = b->town;
    MERE_TRY(note(b, bend, "overlap", "grid", town->grids[mine->grid].code,
                  town->grids[other->grid].code));
    if (mine->community == other->community)
        return MERE_OK;
    return note(b, bend, "nesting", "grid", town->grids[mine->grid].code, NULL);
}

static enum mere_status plant_sliver(struct bending *b, const struct bend *bend,
                                     const struct mere_block *mine, const struct mere_block *other)
{
    int32_t third = third_grid(b, mine, other);
    struct bend piece = *bend;
    piece.zone = (uint32_t)third;
    if (!MERE_PUSH(&b->pieces, piece))
        return nomem(b);
    MERE_TRY(note(b, bend, "sliver", "grid", b->town->grids[third].code, NULL));
    return mere_flaws_note_zone(b->flaws, "parts", b->grid, (size_t)third);
}

static enum mere_status plant(struct bending *b, enum flaw flaw, double by)
{
    int32_t h = find_place(b, flaw);
    if (h < 0)
        return mere_fail(b->flaws->ctx, MERE_E_INTERNAL,
                         "the sample of this seed has no room for its defects");
    const struct mere_block *mine = block_at(b, h), *other = block_at(b, h ^ 1);
    bool out = flaw == OVERLAP || flaw == OVERLAP_ACROSS;
    struct bend bend = bend_at(b, h, mine->grid, out ? -by : by);
    if (!MERE_PUSH(&b->bends, bend))
        return nomem(b);
    b->flaws->used[mine->community] = true;
    if (other)
        b->flaws->used[other->community] = true;
    if (flaw == SLIVER && other)
        return plant_sliver(b, &bend, mine, other);
    return out && other ? plant_overlap(b, &bend, mine, other) : plant_gap(b, &bend, mine, other);
}

/* ---- drawing the layer anew ---- */

static const struct bend *bend_between(const struct bending *b, uint32_t zone, struct mere_point p,
                                       struct mere_point q)
{
    for (size_t i = 0; i < b->bends.n; i++)
        if (b->bends.v[i].zone == zone && mere_point_same(b->bends.v[i].p, p) &&
            mere_point_same(b->bends.v[i].q, q))
            return &b->bends.v[i];
    return NULL;
}

/* Copy the layer's rings with the bends in them; false when not all were found. */
static bool copy_rings(const struct bending *b, const struct mere_layer *old,
                       struct mere_layer *fresh)
{
    uint32_t at = 0;
    size_t found = 0;
    for (size_t part = 0; part < old->n_parts; part++)
        for (uint32_t r = old->part_ring[part]; r < old->part_ring[part + 1]; r++) {
            uint32_t first = old->ring_first[r], n = old->ring_first[r + 1] - first;
            fresh->ring_first[r] = at;
            for (uint32_t i = 0; i < n; i++) {
                struct mere_point p = old->pts[first + i], q = old->pts[first + (i + 1) % n];
                const struct bend *bend = bend_between(b, old->part_zone[part], p, q);
                fresh->pts[at++] = p;
                if (bend) {
                    fresh->pts[at++] = bend->apex;
                    found++;
                }
            }
        }
    fresh->ring_first[old->n_rings] = at;
    return found == b->bends.n;
}

/* Add the triangles, counter-clockwise. */
static void add_pieces(const struct bending *b, const struct mere_layer *old,
                       struct mere_layer *fresh)
{
    uint32_t at = fresh->ring_first[old->n_rings];
    for (size_t i = 0; i < b->pieces.n; i++) {
        const struct bend *piece = &b->pieces.v[i];
        size_t part = old->n_parts + i, ring = old->n_rings + i;
        fresh->part_zone[part] = piece->zone;
        fresh->part_ring[part] = (uint32_t)ring;
        fresh->ring_first[ring] = at;
        fresh->pts[at++] = piece->p;
        fresh->pts[at++] = piece->q;
        fresh->pts[at++] = piece->apex; /* at the left hand of p-q */
    }
    fresh->part_ring[fresh->n_parts] = (uint32_t)fresh->n_rings;
    fresh->ring_first[fresh->n_rings] = at;
}

static enum mere_status draw_anew(struct bending *b, struct mere_arena *arena)
{
    const struct mere_layer *old = b->grid;
    struct mere_layer fresh = *old;
    fresh.n_parts += b->pieces.n;
    fresh.n_rings += b->pieces.n;
    size_t n_pts = old->ring_first[old->n_rings] + b->bends.n + 3 * b->pieces.n;
    fresh.part_zone = MERE_NEW(arena, uint32_t, fresh.n_parts);
    fresh.part_ring = MERE_NEW(arena, uint32_t, fresh.n_parts + 1);
    fresh.ring_first = MERE_NEW(arena, uint32_t, fresh.n_rings + 1);
    fresh.pts = MERE_NEW(arena, struct mere_point, n_pts);
    if (!fresh.part_zone || !fresh.part_ring || !fresh.ring_first || !fresh.pts)
        return nomem(b);
    memcpy(fresh.part_zone, old->part_zone, old->n_parts * sizeof *fresh.part_zone);
    memcpy(fresh.part_ring, old->part_ring, old->n_parts * sizeof *fresh.part_ring);
    if (!copy_rings(b, old, &fresh))
        return mere_fail(b->flaws->ctx, MERE_E_INTERNAL,
                         "a border of the sample is not where its block's is");
    add_pieces(b, old, &fresh);
    *b->grid = fresh;
    return MERE_OK;
}

enum mere_status mere_flaws_borders(struct mere_flaws *flaws, struct mere_sample_layers *layers)
{
    struct mere_town *town = flaws->town;
    struct bending b = {.flaws = flaws, .town = town, .grid = &layers->scheme[MERE_SAMPLE_GRID]};
    enum mere_status status = MERE_OK;
    b.block_of_face = MERE_NEW(&town->arena, int32_t, town->plane.face.n);
    if (!b.block_of_face)
        return nomem(&b);
    for (int32_t i = 0; i < town->n_blocks; i++)
        b.block_of_face[town->blocks[i].face] = i;
    /* The rarer places first, for every flaw takes its communities away from the others. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < MERE_LEN(PLANTED) && status == MERE_OK; i++) {
            enum flaw flaw = PLANTED[i].flaw;
            bool rare = flaw == BAY || flaw == GAP_ACROSS || flaw == OVERLAP_ACROSS;
            if (rare == (pass == 0))
                status = plant(&b, flaw, PLANTED[i].by_m);
        }
    if (status == MERE_OK)
        status = draw_anew(&b, &layers->arena);
    MERE_VEC_FREE(&b.bends);
    MERE_VEC_FREE(&b.pieces);
    return status;
}
