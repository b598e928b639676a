/* repair_duplicates.c - features that are one zone twice: the same borders, code and attributes.
 * The one that stands first in the layer stays. */
#include "base/hash.h"
#include "net/repair_priv.h"
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_attributes(const struct mere_layer *layer, size_t x, size_t y)
{
    const struct mere_zone *a = &layer->zones[x], *b = &layer->zones[y];
    bool same = same_text(a->code, b->code) && same_text(a->name, b->name) &&
                same_text(a->parent, b->parent) && same_text(a->kind, b->kind) &&
                a->households == b->households && a->persons == b->persons;
    for (size_t c = 0; same && c < layer->n_columns; c++)
        same = same_text(a->attrs ? a->attrs[c] : NULL, b->attrs ? b->attrs[c] : NULL);
    return same;
}

/* Equal for equal land; zones without land are equal to none. */
static uint64_t land_key(const struct mere_parts_by_zone *of, size_t zone)
{
    const struct mere_layer *layer = of->layer;
    uint64_t sum = 0;
    for (uint32_t i = of->first[zone]; i < of->first[zone + 1]; i++) {
        uint32_t p = of->parts[i];
        for (uint32_t k = layer->ring_first[layer->part_ring[p]];
             k < layer->ring_first[layer->part_ring[p + 1]]; k++)
            sum +=
                mere_mix64((uint64_t)(uint32_t)layer->pts[k].x << 32 | (uint32_t)layer->pts[k].y);
    }
    return sum;
}

/* Mark what goes; `keys` are sorted, equal ones in the order of zones. */
static enum mere_status mark_duplicates(struct mere_ctx *ctx, const struct mere_parts_by_zone *of,
                                        const struct mere_key *keys, int32_t *twin)
{
    size_t n = of->layer->n_zones;
    for (size_t i = 0; i < n; i++) {
        uint32_t z = keys[i].value;
        if (of->first[z] == of->first[z + 1] || twin[z] != MERE_UNKNOWN)
            continue;
        for (size_t k = i + 1; k < n && keys[k].key == keys[i].key; k++) {
            uint32_t other = keys[k].value;
            bool same = false;
            if (twin[other] != MERE_UNKNOWN || !same_attributes(of->layer, z, other))
                continue;
            MERE_TRY(mere_repair_same(ctx, of, z, of, other, &same));
            if (same)
                twin[other] = (int32_t)z;
        }
    }
    return MERE_OK;
}

enum mere_status mere_repair_duplicates(struct mere_ctx *ctx, struct mere_arena *arena,
                                        struct mere_layer *layer, int32_t **ret_twin)
{
    struct mere_arena scratch = {0};
    struct mere_parts_by_zone of = {0};
    size_t n = layer->n_zones, n_twins = 0;
    int32_t *twin = MERE_NEW(arena, int32_t, n);
    bool *keep = MERE_NEW(&scratch, bool, n);
    struct mere_key *keys = MERE_NEW(&scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(&scratch, struct mere_key, n);
    bool ok = twin && keep && keys && spare && mere_layer_group_parts(&scratch, layer, &of);
    enum mere_status status = ok ? MERE_OK : mere_fail_nomem(ctx, "looking for duplicates");
    for (size_t z = 0; ok && z < n; z++) {
        twin[z] = MERE_UNKNOWN;
        keys[z] = (struct mere_key){land_key(&of, z), (uint32_t)z};
    }
    if (ok) {
        mere_sort_keys(keys, n, spare);
        status = mark_duplicates(ctx, &of, keys, twin);
    }
    for (size_t z = 0; z < n && status == MERE_OK; z++) {
        keep[z] = twin[z] == MERE_UNKNOWN;
        n_twins += !keep[z];
    }
    if (status == MERE_OK && n_twins > 0 && !mere_repair_keep(arena, layer, keep, layer))
        status = mere_fail_nomem(ctx, "looking for duplicates");
    mere_arena_clear(&scratch);
    if (status == MERE_OK)
        *ret_twin = twin;
    return status;
}
