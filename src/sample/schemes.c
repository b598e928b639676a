/* schemes.c - every division as a layer of polygons, traced from one network of the blocks. */
#include "sample/keep.h"
#include "sample/names.h"
#include <stdio.h>
#include <string.h>

struct tracing {
    struct mere_ctx *ctx;
    const struct mere_town *town;
    struct mere_sample_layers *layers;
    struct mere_arena *arena;
    struct mere_net *net; /* of the blocks alone */
    int32_t *block_of_face;
    uint8_t *member; /* by face */
};

static enum mere_status nomem(struct tracing *t)
{
    return mere_fail_nomem(t->ctx, "drawing the sample's zones");
}

static struct mere_zone plain_zone(const char *code, const char *name)
{
    return (struct mere_zone){
        .code = code, .name = name, .households = MERE_UNKNOWN, .persons = MERE_UNKNOWN};
}

/* ---- the blocks themselves ---- */

static enum mere_status block_layer(struct tracing *t, struct mere_layer *layer)
{
    const struct mere_town *town = t->town;
    size_t n = (size_t)town->n_blocks, n_pts = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        n_pts += town->blocks[i].n;
    *layer = (struct mere_layer){.name = "block", .role = MERE_ROLE_BLOCK};
    layer->n_zones = layer->n_parts = layer->n_rings = n;
    layer->zones = MERE_NEW(t->arena, struct mere_zone, n);
    layer->part_zone = MERE_NEW(t->arena, uint32_t, n);
    layer->part_ring = MERE_NEW(t->arena, uint32_t, n + 1);
    layer->ring_first = MERE_NEW(t->arena, uint32_t, n + 1);
    layer->pts = MERE_NEW(t->arena, struct mere_point, n_pts);
    if (!layer->zones || !layer->part_zone || !layer->part_ring || !layer->ring_first ||
        !layer->pts)
        return nomem(t);
    for (size_t i = 0; i < n; i++) {
        const struct mere_block *b = &town->blocks[i];
        layer->zones[i] = plain_zone(mere_name_format(t->arena, "B%04zu", i + 1),
                                     mere_name_format(t->arena, "%zu号街区", i + 1));
        layer->zones[i].kind = mere_use_word(b->use);
        if (!layer->zones[i].code || !layer->zones[i].name)
            return nomem(t);
        layer->part_zone[i] = layer->part_ring[i] = (uint32_t)i;
        layer->ring_first[i] = (uint32_t)at;
        for (size_t k = 0; k < b->n; k++)
            layer->pts[at++] = mere_sample_point(b->ring[k]);
    }
    layer->part_ring[n] = (uint32_t)n;
    layer->ring_first[n] = (uint32_t)at;
    return MERE_OK;
}

static enum mere_status block_network(struct tracing *t)
{
    const struct mere_layer *layer = &t->layers->scheme[MERE_SAMPLE_BLOCK];
    const struct mere_build how = {.tol_x = 0, .tol_y = 0};
    MERE_TRY(mere_net_build(t->ctx, &layer, 1, &how, &t->net));
    t->block_of_face = MERE_NEW(t->arena, int32_t, (size_t)t->net->n_faces);
    t->member = MERE_NEW(t->arena, uint8_t, (size_t)t->net->n_faces);
    int32_t *of_zone = MERE_NEW(t->arena, int32_t, (size_t)t->town->n_blocks);
    if (!t->block_of_face || !t->member || !of_zone)
        return nomem(t);
    const struct mere_scheme *scheme = &t->net->schemes[0];
    for (int32_t i = 0; i < t->town->n_blocks; i++)
        of_zone[scheme->zone_of_layer[i]] = i;
    if (t->net->n_faces != t->town->n_blocks)
        return mere_fail(t->ctx, MERE_E_INTERNAL, "the sample's %d blocks make %d faces",
                         t->town->n_blocks, t->net->n_faces);
    for (int32_t f = 0; f < t->net->n_faces; f++) {
        if (scheme->label[f] < 0)
            return mere_fail(t->ctx, MERE_E_INTERNAL, "two blocks of the sample overlap");
        t->block_of_face[f] = of_zone[scheme->label[f]];
    }
    return MERE_OK;
}

/* ---- zones of blocks ---- */

/* The zone that block `b` has in a scheme; MERE_UNKNOWN none. */
static int32_t zone_of(const struct mere_town *town, enum mere_sample_scheme scheme,
                       const struct mere_block *b)
{
    switch (scheme) {
    case MERE_SAMPLE_STREET:
        return b->street;
    case MERE_SAMPLE_COMMUNITY:
        return b->community;
    case MERE_SAMPLE_GRID:
        return b->grid;
    case MERE_SAMPLE_KEY:
        return b->key == MERE_UNKNOWN || town->keys[b->key].point ? MERE_UNKNOWN : b->key;
    case MERE_SAMPLE_BEAT:
        return b->beat;
    case MERE_SAMPLE_SCHOOL:
        return b->school;
    case MERE_SAMPLE_FORMER:
        return b->former;
    case MERE_SAMPLE_OUTLINE:
    case MERE_SAMPLE_BLOCK:
        break;
    }
    return 0;
}

/* Join the parts of `from` to `to` as zone `zone`. */
struct growing {
    MERE_VEC(uint32_t) part_zone, part_ring, ring_first;
    MERE_VEC(struct mere_point) pts;
};

static bool append(struct growing *g, const struct mere_layer *from, uint32_t zone)
{
    uint32_t at = (uint32_t)g->pts.n, ring = (uint32_t)g->ring_first.n;
    bool ok = true;
    for (size_t p = 0; p < from->n_parts && ok; p++)
        ok = MERE_PUSH(&g->part_zone, zone) && MERE_PUSH(&g->part_ring, ring + from->part_ring[p]);
    for (size_t r = 0; r < from->n_rings && ok; r++)
        ok = MERE_PUSH(&g->ring_first, at + from->ring_first[r]);
    for (uint32_t i = 0; ok && i < from->ring_first[from->n_rings]; i++)
        ok = MERE_PUSH(&g->pts, from->pts[i]);
    return ok;
}

/* The grown arrays, copied into the arena. */
static bool settle(struct tracing *t, struct growing *g, struct mere_layer *layer)
{
    layer->n_parts = g->part_zone.n;
    layer->n_rings = g->ring_first.n;
    if (!MERE_PUSH(&g->part_ring, (uint32_t)g->ring_first.n) ||
        !MERE_PUSH(&g->ring_first, (uint32_t)g->pts.n))
        return false;
    layer->part_zone = MERE_NEW(t->arena, uint32_t, g->part_zone.n);
    layer->part_ring = MERE_NEW(t->arena, uint32_t, g->part_ring.n);
    layer->ring_first = MERE_NEW(t->arena, uint32_t, g->ring_first.n);
    layer->pts = MERE_NEW(t->arena, struct mere_point, g->pts.n);
    if (!layer->part_zone || !layer->part_ring || !layer->ring_first || !layer->pts)
        return false;
    memcpy(layer->part_zone, g->part_zone.v, g->part_zone.n * sizeof *layer->part_zone);
    memcpy(layer->part_ring, g->part_ring.v, g->part_ring.n * sizeof *layer->part_ring);
    memcpy(layer->ring_first, g->ring_first.v, g->ring_first.n * sizeof *layer->ring_first);
    memcpy(layer->pts, g->pts.v, g->pts.n * sizeof *layer->pts);
    return true;
}

static enum mere_status trace_zones(struct tracing *t, enum mere_sample_scheme scheme,
                                    struct mere_layer *layer)
{
    struct growing grown = {0};
    enum mere_status status = MERE_OK;
    for (size_t z = 0; z < layer->n_zones && status == MERE_OK; z++) {
        struct mere_arena scratch = {0};
        struct mere_layer one;
        for (int32_t f = 0; f < t->net->n_faces; f++)
            t->member[f] =
                zone_of(t->town, scheme, &t->town->blocks[t->block_of_face[f]]) == (int32_t)z;
        status = mere_net_outline(t->ctx, t->net, t->member, &scratch, &one);
        if (status == MERE_OK && !append(&grown, &one, (uint32_t)z))
            status = nomem(t);
        mere_arena_clear(&scratch);
    }
    if (status == MERE_OK && !settle(t, &grown, layer))
        status = nomem(t);
    MERE_VEC_FREE(&grown.part_zone);
    MERE_VEC_FREE(&grown.part_ring);
    MERE_VEC_FREE(&grown.ring_first);
    MERE_VEC_FREE(&grown.pts);
    return status;
}

/* ---- what zones are called and hold ---- */

static const struct mere_column REGISTERED[] = {{"registered", MERE_ATTR_INT}};

static bool count(struct tracing *t, struct mere_zone *zone, int64_t households, int64_t persons,
                  int64_t registered)
{
    zone->households = households;
    zone->persons = persons;
    zone->attrs = MERE_NEW(t->arena, const char *, 1);
    if (zone->attrs)
        zone->attrs[0] = mere_name_format(t->arena, "%lld", (long long)registered);
    return zone->attrs && zone->attrs[0];
}

/* Sums over the grids of a street or community; `which` -1: all. */
static bool count_grids(struct tracing *t, struct mere_zone *zone, int32_t street,
                        int32_t community)
{
    int64_t households = 0, persons = 0, registered = 0;
    for (int32_t g = 0; g < MERE_TOWN_GRIDS; g++) {
        const struct mere_town_grid *grid = &t->town->grids[g];
        if ((community >= 0 && grid->community != community) ||
            (street >= 0 && t->town->communities[grid->community].street != street))
            continue;
        households += grid->households;
        persons += grid->persons;
        registered += grid->registered;
    }
    return count(t, zone, households, persons, registered);
}

static bool tell_grid(struct tracing *t, struct mere_zone *zone, int32_t i)
{
    const struct mere_town_grid *g = &t->town->grids[i];
    const struct mere_town_community *c = &t->town->communities[g->community];
    const char *of = mere_name_community(t->arena, c, g->community);
    const char *name = NULL;
    if (g->key != MERE_UNKNOWN) {
        name = mere_name_key(t->arena, t->town->keys[g->key].use, g->key);
        name = name ? mere_name_format(t->arena, "%s专属网格", name) : NULL;
    } else if (of) {
        name = mere_name_format(t->arena, "%s第%d网格", of,
                                (int)(g->code[12] - '0') * 100 + (int)(g->code[13] - '0') * 10 +
                                    (int)(g->code[14] - '0'));
    }
    *zone = plain_zone(g->code, name);
    zone->parent = c->code;
    zone->kind = g->key != MERE_UNKNOWN ? "dedicated" : "basic";
    return name && count(t, zone, g->households, g->persons, g->registered);
}

static bool tell_zone(struct tracing *t, enum mere_sample_scheme scheme, struct mere_zone *zone,
                      int32_t i)
{
    struct mere_arena *a = t->arena;
    switch (scheme) {
    case MERE_SAMPLE_OUTLINE:
        *zone = plain_zone("330108", "滨江区（合成示例）");
        return count_grids(t, zone, -1, -1);
    case MERE_SAMPLE_STREET:
        *zone = plain_zone(mere_name_format(a, "330108%03d", i + 1),
                           mere_name_format(a, "%s街道", MERE_STREET_NAMES[i]));
        zone->parent = "330108";
        return count_grids(t, zone, i, -1);
    case MERE_SAMPLE_COMMUNITY:
        *zone = plain_zone(t->town->communities[i].code,
                           mere_name_community(a, &t->town->communities[i], i));
        zone->parent = mere_arena_text(a, zone->code, 9);
        zone->kind = t->town->communities[i].park ? "产业园区" : "社区";
        return count_grids(t, zone, -1, i);
    case MERE_SAMPLE_GRID:
        return tell_grid(t, zone, i);
    case MERE_SAMPLE_KEY:
        *zone = plain_zone(mere_name_format(a, "K%02d", i + 1),
                           mere_name_key(a, t->town->keys[i].use, i));
        zone->kind = mere_use_word(t->town->keys[i].use);
        return true;
    case MERE_SAMPLE_BEAT:
        *zone = plain_zone(mere_name_format(a, "J%02d", i + 1),
                           mere_name_format(a, "第%s警务区", mere_name_number(a, i + 1)));
        return true;
    case MERE_SAMPLE_SCHOOL:
        *zone = plain_zone(mere_name_format(a, "S%02d", i + 1),
                           mere_name_format(a, "第%s小学学区", mere_name_number(a, i + 1)));
        return true;
    case MERE_SAMPLE_FORMER:
        if (!tell_grid(t, zone, i))
            return false;
        zone->name = mere_name_format(a, "原%s", zone->name);
        zone->households = zone->persons = MERE_UNKNOWN;
        zone->attrs = NULL;
        zone->parent = NULL;
        return zone->name != NULL;
    case MERE_SAMPLE_BLOCK:
        break;
    }
    return true;
}

/* How the schemes are kept. */
static const struct {
    const char *name;
    enum mere_role role;
    bool covering, counted;
} SCHEMES[MERE_SAMPLE_SCHEMES] = {
    [MERE_SAMPLE_OUTLINE] = {"outline", MERE_ROLE_OUTLINE, true, true},
    [MERE_SAMPLE_STREET] = {"street", MERE_ROLE_STREET, true, true},
    [MERE_SAMPLE_COMMUNITY] = {"community", MERE_ROLE_COMMUNITY, true, true},
    [MERE_SAMPLE_GRID] = {"grid", MERE_ROLE_GRID, true, true},
    [MERE_SAMPLE_KEY] = {"key", MERE_ROLE_KEY, false, false},
    [MERE_SAMPLE_BLOCK] = {"block", MERE_ROLE_BLOCK, false, false},
    [MERE_SAMPLE_BEAT] = {"beat", MERE_ROLE_BEAT, true, false},
    [MERE_SAMPLE_SCHOOL] = {"school", MERE_ROLE_SCHOOL, true, false},
    [MERE_SAMPLE_FORMER] = {"former", MERE_ROLE_OTHER, false, false},
};

static size_t zones_in(const struct mere_town *town, enum mere_sample_scheme scheme)
{
    const size_t n[MERE_SAMPLE_SCHEMES] = {
        [MERE_SAMPLE_OUTLINE] = 1,
        [MERE_SAMPLE_STREET] = MERE_TOWN_STREETS,
        [MERE_SAMPLE_COMMUNITY] = MERE_TOWN_COMMUNITIES,
        [MERE_SAMPLE_GRID] = MERE_TOWN_GRIDS,
        [MERE_SAMPLE_KEY] = MERE_TOWN_KEYS,
        [MERE_SAMPLE_BEAT] = (size_t)town->n_beats,
        [MERE_SAMPLE_SCHOOL] = (size_t)town->n_schools,
        [MERE_SAMPLE_FORMER] = MERE_TOWN_GRIDS,
    };
    return n[scheme];
}

/* Key areas told by points have no land: drop their zones. */
static void drop_points(const struct mere_town *town, struct mere_layer *layer)
{
    size_t n = 0;
    uint32_t now[MERE_TOWN_KEYS] = {0};
    for (size_t z = 0; z < layer->n_zones; z++)
        if (!town->keys[z].point) {
            now[z] = (uint32_t)n;
            layer->zones[n++] = layer->zones[z];
        }
    for (size_t p = 0; p < layer->n_parts; p++)
        layer->part_zone[p] = now[layer->part_zone[p]];
    layer->n_zones = n;
}

static enum mere_status make_scheme(struct tracing *t, enum mere_sample_scheme scheme)
{
    struct mere_layer *layer = &t->layers->scheme[scheme];
    *layer = (struct mere_layer){.name = SCHEMES[scheme].name,
                                 .role = SCHEMES[scheme].role,
                                 .covering = SCHEMES[scheme].covering,
                                 .n_columns = SCHEMES[scheme].counted ? 1 : 0,
                                 .columns = REGISTERED};
    layer->n_zones = zones_in(t->town, scheme);
    layer->zones = MERE_NEW(t->arena, struct mere_zone, layer->n_zones);
    if (!layer->zones)
        return nomem(t);
    for (size_t z = 0; z < layer->n_zones; z++)
        if (!tell_zone(t, scheme, &layer->zones[z], (int32_t)z) || !layer->zones[z].code ||
            !layer->zones[z].name)
            return nomem(t);
    MERE_TRY(trace_zones(t, scheme, layer));
    if (scheme == MERE_SAMPLE_KEY)
        drop_points(t->town, layer);
    return MERE_OK;
}

enum mere_status mere_sample_schemes(struct mere_ctx *ctx, const struct mere_town *town,
                                     struct mere_sample_layers *layers)
{
    struct tracing t = {.ctx = ctx, .town = town, .layers = layers, .arena = &layers->arena};
    enum mere_status status = block_layer(&t, &layers->scheme[MERE_SAMPLE_BLOCK]);
    if (status == MERE_OK)
        status = block_network(&t);
    for (int s = 0; s < MERE_SAMPLE_SCHEMES && status == MERE_OK; s++)
        if (s != MERE_SAMPLE_BLOCK)
            status = make_scheme(&t, (enum mere_sample_scheme)s);
    mere_net_free(t.net);
    return status;
}
