/* drawn.c - what a map shows beside the divisions: roads, water, walls, buildings, key points. */
#include "sample/keep.h"
#include "sample/names.h"
#include "sample/wkb.h"
#include <stdlib.h>
#include <string.h>

#define BODIES_MAX 64 /* of water */

struct drawing {
    struct mere_ctx *ctx;
    struct mere_town *town;
    struct mere_arena *arena;
};

static enum mere_status nomem(struct drawing *d)
{
    return mere_fail_nomem(d->ctx, "drawing the sample's maps");
}

static bool begin(struct drawing *d, struct mere_ref_layer *layer, const char *name,
                  const struct mere_column *columns, size_t n_columns, size_t n)
{
    *layer = (struct mere_ref_layer){.name = name, .columns = columns, .n_columns = n_columns};
    layer->features = MERE_NEW(d->arena, struct mere_ref_feature, n);
    return layer->features != NULL;
}

/* Add a feature with its `n` texts. */
static bool add(struct drawing *d, struct mere_ref_layer *layer, struct mere_wkb wkb,
                const char *const *texts, size_t n)
{
    const char **attrs = MERE_NEW(d->arena, const char *, n);
    if (!attrs || !wkb.bytes)
        return false;
    memcpy(attrs, texts, n * sizeof *attrs);
    layer->features[layer->n_features++] = (struct mere_ref_feature){wkb.bytes, wkb.len, attrs};
    return true;
}

/* ---- roads ---- */

struct road_piece {
    int32_t road, from, to;
    uint8_t way;
    bool used;
};

static int road_piece_cmp(const void *va, const void *vb)
{
    const struct road_piece *a = va, *b = vb;
    if (a->road != b->road)
        return a->road < b->road ? -1 : 1;
    return a->from != b->from ? (a->from < b->from ? -1 : 1) : (a->to > b->to) - (a->to < b->to);
}

struct chains {
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(uint32_t) first;
};

/* The unused piece of the road that ends or begins at `vertex`; NULL none. */
static struct road_piece *piece_at(struct road_piece *v, size_t n, int32_t vertex)
{
    for (size_t i = 0; i < n; i++)
        if (!v[i].used && (v[i].from == vertex || v[i].to == vertex))
            return &v[i];
    return NULL;
}

static size_t pieces_at(const struct road_piece *v, size_t n, int32_t vertex)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += v[i].from == vertex || v[i].to == vertex;
    return count;
}

/* Chain one road's pieces into lines: from loose ends first, then what is left of rings. */
static bool chain_road(const struct mere_plane *p, struct road_piece *v, size_t n, struct chains *c)
{
    c->pts.n = c->first.n = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            if (v[i].used)
                continue;
            int32_t at = pieces_at(v, n, v[i].from) == 1 ? v[i].from
                         : pieces_at(v, n, v[i].to) == 1 ? v[i].to
                         : pass == 1                     ? v[i].from
                                                         : MERE_UNKNOWN;
            if (at < 0)
                continue;
            if (!MERE_PUSH(&c->first, (uint32_t)c->pts.n) || !MERE_PUSH(&c->pts, p->pts.v[at]))
                return false;
            for (struct road_piece *next; (next = piece_at(v, n, at));) {
                next->used = true;
                at = next->from == at ? next->to : next->from;
                if (!MERE_PUSH(&c->pts, p->pts.v[at]))
                    return false;
            }
        }
    return MERE_PUSH(&c->first, (uint32_t)c->pts.n);
}

static enum mere_status draw_roads(struct drawing *d, struct mere_ref_layer *layer, bool canals)
{
    static const struct mere_column COLUMNS[] = {{"name", MERE_ATTR_TEXT},
                                                 {"class", MERE_ATTR_TEXT}};
    static const char *const CLASS[] = {"river bank", "border",    "expressway", "arterial",
                                        "canal",      "secondary", "lane"};
    const struct mere_plane *p = &d->town->plane;
    struct chains chains = {0};
    size_t n = 0;
    struct road_piece *v = MERE_NEW(d->arena, struct road_piece, p->piece.n);
    if (!v ||
        !begin(d, layer, canals ? "water" : "roads", COLUMNS, 2, (size_t)p->n_roads + BODIES_MAX))
        return nomem(d);
    for (size_t i = 0; i < p->piece.n; i++) {
        uint8_t way = p->piece.v[i].way;
        bool water = way == MERE_WAY_CANAL || way == MERE_WAY_BANK;
        if (p->half.v[2 * i].face != MERE_UNKNOWN && way != MERE_WAY_BORDER && water == canals)
            v[n++] = (struct road_piece){p->piece.v[i].road, p->half.v[2 * i].origin,
                                         p->half.v[2 * i + 1].origin, way, false};
    }
    qsort(v, n, sizeof *v, road_piece_cmp);
    bool ok = true;
    for (size_t i = 0, end; i < n && ok; i = end) {
        for (end = i; end < n && v[end].road == v[i].road;)
            end++;
        const char *texts[] = {mere_name_road(d->arena, (enum mere_way_kind)v[i].way, v[i].road),
                               CLASS[v[i].way]};
        ok = texts[0] && chain_road(p, v + i, end - i, &chains) &&
             add(d, layer,
                 mere_sample_wkb_lines(d->arena, chains.pts.v, chains.first.v, chains.first.n - 1),
                 texts, 2);
    }
    MERE_VEC_FREE(&chains.pts);
    MERE_VEC_FREE(&chains.first);
    return ok ? MERE_OK : nomem(d);
}

/* ---- the river and the lakes ---- */

/* The river's half this side of its middle: from the bank outwards. */
static enum mere_status draw_river(struct drawing *d, struct mere_ref_layer *layer)
{
    enum { N = 130 };
    struct mere_xy ring[2 * N + 2];
    for (int i = 0; i <= N; i++) {
        double s = (double)i / N;
        ring[i] = mere_shape_at(d->town->shape, 1 - s, -0.14);
        ring[N + 1 + i] = mere_shape_at(d->town->shape, s, 0);
    }
    const char *texts[] = {"钱塘江", "river"};
    return add(d, layer, mere_sample_wkb_ring(d->arena, ring, MERE_LEN(ring)), texts, 2) ? MERE_OK
                                                                                         : nomem(d);
}

static enum mere_status draw_lakes(struct drawing *d, struct mere_ref_layer *layer)
{
    size_t most = layer->n_features + BODIES_MAX - 1;
    for (int32_t i = 0; i < d->town->n_blocks && layer->n_features < most; i++) {
        const struct mere_block *b = &d->town->blocks[i];
        const char *pair = mere_name_pair(d->arena, 2700u + (uint32_t)i);
        const char *texts[] = {pair ? mere_name_format(d->arena, "%s湖", pair) : NULL, "lake"};
        if (b->use == MERE_USE_LAKE &&
            (!texts[0] || !add(d, layer, mere_sample_wkb_ring(d->arena, b->ring, b->n), texts, 2)))
            return nomem(d);
    }
    return MERE_OK;
}

/* ---- walls, buildings, key points ---- */

static enum mere_status draw_compounds(struct drawing *d, struct mere_ref_layer *layer)
{
    static const struct mere_column COLUMNS[] = {{"name", MERE_ATTR_TEXT}, {"use", MERE_ATTR_TEXT}};
    const struct mere_town *town = d->town;
    if (!begin(d, layer, "compounds", COLUMNS, 2, town->compounds.n))
        return nomem(d);
    for (size_t i = 0; i < town->compounds.n; i++) {
        const struct mere_compound *c = &town->compounds.v[i];
        enum mere_use use = town->blocks[c->block].use;
        const char *texts[] = {mere_name_compound(d->arena, use, c->block), mere_use_word(use)};
        if (!texts[0] || !add(d, layer, mere_sample_wkb_ring(d->arena, c->ring, c->n), texts, 2))
            return nomem(d);
    }
    return MERE_OK;
}

static const char *whole(struct drawing *d, int64_t n)
{
    return mere_name_format(d->arena, "%lld", (long long)n);
}

static enum mere_status draw_buildings(struct drawing *d, struct mere_ref_layer *layer)
{
    static const struct mere_column COLUMNS[] = {
        {"name", MERE_ATTR_TEXT}, {"use", MERE_ATTR_TEXT},       {"floors", MERE_ATTR_INT},
        {"units", MERE_ATTR_INT}, {"households", MERE_ATTR_INT}, {"persons", MERE_ATTR_INT}};
    const struct mere_town *town = d->town;
    if (!begin(d, layer, "buildings", COLUMNS, 6, town->buildings.n))
        return nomem(d);
    for (size_t i = 0; i < town->buildings.n; i++) {
        const struct mere_building *b = &town->buildings.v[i];
        const char *of = mere_name_compound(d->arena, town->blocks[b->block].use, b->block);
        const char *texts[] = {of ? mere_name_format(d->arena, "%s%d幢", of, b->number) : NULL,
                               b->dormitory ? "宿舍公寓" : mere_use_word(b->use),
                               whole(d, b->floors),
                               whole(d, b->units),
                               whole(d, b->households),
                               whole(d, b->persons)};
        for (size_t k = 0; k < MERE_LEN(texts); k++)
            if (!texts[k])
                return nomem(d);
        if (!add(d, layer, mere_sample_wkb_ring(d->arena, b->corner, 4), texts, 6))
            return nomem(d);
    }
    return MERE_OK;
}

static enum mere_status draw_key_points(struct drawing *d, struct mere_ref_layer *layer)
{
    static const struct mere_column COLUMNS[] = {
        {"code", MERE_ATTR_TEXT}, {"name", MERE_ATTR_TEXT}, {"use", MERE_ATTR_TEXT}};
    if (!begin(d, layer, "key_points", COLUMNS, 3, MERE_TOWN_KEYS))
        return nomem(d);
    for (int32_t k = 0; k < MERE_TOWN_KEYS; k++) {
        const struct mere_town_key *key = &d->town->keys[k];
        const char *texts[] = {mere_name_format(d->arena, "K%02d", k + 1),
                               mere_name_key(d->arena, key->use, k), mere_use_word(key->use)};
        if (key->point &&
            (!texts[0] || !texts[1] ||
             !add(d, layer, mere_sample_wkb_point(d->arena, mere_sample_point(key->at)), texts, 3)))
            return nomem(d);
    }
    return MERE_OK;
}

enum mere_status mere_sample_drawn(struct mere_ctx *ctx, struct mere_town *town,
                                   struct mere_sample_layers *layers)
{
    struct drawing d = {ctx, town, &layers->arena};
    MERE_TRY(draw_roads(&d, &layers->reference[0], false));
    MERE_TRY(draw_roads(&d, &layers->reference[1], true));
    MERE_TRY(draw_river(&d, &layers->reference[1]));
    MERE_TRY(draw_lakes(&d, &layers->reference[1]));
    MERE_TRY(draw_compounds(&d, &layers->reference[2]));
    MERE_TRY(draw_buildings(&d, &layers->reference[3]));
    return draw_key_points(&d, &layers->reference[4]);
}
