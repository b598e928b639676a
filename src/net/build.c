/* build.c - from layers to a network: the steps in order, and what came of the zones. */
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/net_priv.h"
#include "net/node.h"
#include <stdlib.h>
#include <string.h>

struct building {
    const struct mere_build *how;
    size_t n_layers;
    const struct mere_layer **layers; /* by rank, then name: the order of schemes */
    const size_t *given;              /* where each stood in the caller's array */
    struct mere_arena scratch;
    struct mere_members members;
    uint8_t *flaws; /* all zones; what members.flaws points to */
    /* All rings of all layers, in this order: layers, parts, rings. */
    size_t n_rings;
    bool *is_shell;
    uint32_t *ring_part;
    struct mere_noding noding;
    struct mere_noded *noded;
    struct mere_deltas deltas;
    struct mere_claims *claims;
    struct mere_net *net;
};

/* ---- layers in order ---- */

static int cmp_layers(const struct mere_layer *a, const struct mere_layer *b)
{
    if (a->role != b->role)
        return a->role < b->role ? -1 : 1;
    return strcmp(a->name, b->name);
}

static enum mere_status order_layers(struct mere_ctx *ctx, struct building *b,
                                     const struct mere_layer *const *layers, size_t n)
{
    const struct mere_layer **sorted = MERE_NEW(&b->scratch, const struct mere_layer *, n);
    size_t *given = MERE_NEW(&b->scratch, size_t, n);
    if (!sorted || !given)
        return mere_fail_nomem(ctx, "building the network");
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && cmp_layers(sorted[j - 1], layers[i]) > 0; j--) {
            sorted[j] = sorted[j - 1];
            given[j] = given[j - 1];
        }
        sorted[j] = layers[i];
        given[j] = i;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(sorted[i]->name, sorted[j]->name) == 0)
                return mere_fail(ctx, MERE_E_USAGE, "two schemes are named \"%s\"",
                                 sorted[i]->name);
    b->layers = sorted;
    b->given = given;
    b->n_layers = n;
    return MERE_OK;
}

/* Number zones, parts and rings of all layers through. */
static enum mere_status number_members(struct mere_ctx *ctx, struct building *b)
{
    size_t n_zones = 0, n_parts = 0, n_rings = 0;
    uint32_t *zone_base = MERE_NEW(&b->scratch, uint32_t, b->n_layers + 1);
    for (size_t s = 0; s < b->n_layers; s++) {
        n_zones += b->layers[s]->n_zones;
        n_parts += b->layers[s]->n_parts;
        n_rings += b->layers[s]->n_rings;
        if (zone_base && n_zones <= INT32_MAX)
            zone_base[s + 1] = (uint32_t)n_zones;
    }
    if (n_zones > INT32_MAX || n_parts > INT32_MAX || n_rings > INT32_MAX)
        return mere_fail(ctx, MERE_E_LIMIT,
                         "%zu zones with %zu rings are more than a network holds", n_zones,
                         n_rings);
    uint32_t *part_zone = MERE_NEW(&b->scratch, uint32_t, n_parts);
    uint32_t *part_scheme = MERE_NEW(&b->scratch, uint32_t, n_parts);
    b->flaws = MERE_NEW(&b->scratch, uint8_t, n_zones);
    b->is_shell = MERE_NEW(&b->scratch, bool, n_rings);
    b->ring_part = MERE_NEW(&b->scratch, uint32_t, n_rings);
    if (!zone_base || !part_zone || !part_scheme || !b->flaws || !b->is_shell || !b->ring_part)
        return mere_fail_nomem(ctx, "building the network");
    n_parts = n_rings = 0;
    for (size_t s = 0; s < b->n_layers; s++) {
        const struct mere_layer *layer = b->layers[s];
        for (size_t p = 0; p < layer->n_parts; p++, n_parts++) {
            part_zone[n_parts] = zone_base[s] + layer->part_zone[p];
            part_scheme[n_parts] = (uint32_t)s;
            for (uint32_t r = layer->part_ring[p]; r < layer->part_ring[p + 1]; r++, n_rings++) {
                b->is_shell[n_rings] = r == layer->part_ring[p];
                b->ring_part[n_rings] = (uint32_t)n_parts;
            }
        }
    }
    b->n_rings = n_rings;
    b->members = (struct mere_members){.n_schemes = b->n_layers,
                                       .zone_base = zone_base,
                                       .n_parts = n_parts,
                                       .part_zone = part_zone,
                                       .part_scheme = part_scheme,
                                       .n_rings = n_rings,
                                       .ring_part = b->ring_part,
                                       .is_shell = b->is_shell,
                                       .flaws = b->flaws};
    return MERE_OK;
}

/* ---- shells ---- */

static size_t ring_len(const struct mere_layer *layer, uint32_t r)
{
    return layer->ring_first[r + 1] - layer->ring_first[r];
}
static struct mere_box ring_box(const struct mere_layer *layer, uint32_t r)
{
    return mere_box_of(layer->pts + layer->ring_first[r], ring_len(layer, r));
}
static mere_i128 ring_size(const struct mere_layer *layer, uint32_t r)
{
    if (ring_len(layer, r) == 0)
        return 0; /* a layer of empty rings alone has no points */
    mere_i128 area2 = mere_ring_area2(layer->pts + layer->ring_first[r], ring_len(layer, r));
    return area2 < 0 ? -area2 : area2;
}
static bool box_in_box(struct mere_box in, struct mere_box out)
{
    return out.min.x <= in.min.x && out.min.y <= in.min.y && in.max.x <= out.max.x &&
           in.max.y <= out.max.y;
}

/* The shell of a part: its first ring, unless a larger one lies around that. */
static uint32_t find_shell(const struct mere_layer *layer, size_t p)
{
    uint32_t first = layer->part_ring[p], shell = first;
    mere_i128 best = 0;
    for (uint32_t r = first; r < layer->part_ring[p + 1]; r++) {
        mere_i128 size = ring_size(layer, r);
        if (size > best) {
            best = size;
            shell = r;
        }
    }
    bool around = shell == first || box_in_box(ring_box(layer, first), ring_box(layer, shell));
    return around ? shell : first;
}

static void choose_shells(struct building *b)
{
    size_t part = 0, ring = 0;
    for (size_t s = 0; s < b->n_layers; s++) {
        const struct mere_layer *layer = b->layers[s];
        for (size_t p = 0; p < layer->n_parts; p++, part++) {
            uint32_t first = layer->part_ring[p], n = layer->part_ring[p + 1] - first;
            uint32_t shell = n > 1 ? find_shell(layer, p) : first;
            if (shell != first) {
                b->is_shell[ring] = false;
                b->is_shell[ring + shell - first] = true;
                b->flaws[b->members.part_zone[part]] |= MERE_FLAW_RING_ORDER;
            }
            ring += n;
        }
    }
}

/* ---- noding ---- */

static enum mere_status node_layers(struct mere_ctx *ctx, struct building *b)
{
    size_t n_pts = 0, ring = 0;
    uint32_t n_owners =
        b->how->match_zones ? b->members.zone_base[b->n_layers] : (uint32_t)b->n_layers;
    for (size_t s = 0; s < b->n_layers; s++)
        if (b->layers[s]->n_parts > 0)
            n_pts += b->layers[s]->ring_first[b->layers[s]->part_ring[b->layers[s]->n_parts]];
    uint64_t *first = MERE_NEW(&b->scratch, uint64_t, b->n_rings + 1);
    uint32_t *owner = MERE_NEW(&b->scratch, uint32_t, b->n_rings);
    int32_t *rank = MERE_NEW(&b->scratch, int32_t, n_owners);
    struct mere_lattice_point *pts = mere_malloc((n_pts + 1) * sizeof *pts);
    if (!first || !owner || !rank || !pts) {
        free(pts);
        return mere_fail_nomem(ctx, "noding");
    }
    n_pts = 0;
    for (size_t s = 0; s < b->n_layers; s++) {
        const struct mere_layer *layer = b->layers[s];
        size_t end = ring + (layer->n_parts > 0 ? layer->part_ring[layer->n_parts] : 0);
        for (uint32_t r = 0; ring < end; r++, ring++) {
            uint32_t zone = b->members.part_zone[b->ring_part[ring]];
            owner[ring] = b->how->match_zones ? zone : (uint32_t)s;
            rank[owner[ring]] = (int32_t)layer->role;
            for (uint32_t i = layer->ring_first[r]; i < layer->ring_first[r + 1]; i++)
                pts[n_pts++] = mere_lattice(layer->pts[i]);
            first[ring + 1] = n_pts;
        }
    }
    b->noding = (struct mere_noding){.n_rings = b->n_rings,
                                     .ring_first = first,
                                     .pts = pts,
                                     .ring_owner = owner,
                                     .n_owners = n_owners,
                                     .owner_rank = rank,
                                     .keep_narrow = b->how->match_zones,
                                     .n_ways = b->how->n_ways,
                                     .ways = b->how->ways,
                                     .tol_x = b->how->tol_x,
                                     .tol_y = b->how->tol_y};
    enum mere_status status = mere_node_rings(ctx, &b->noding, &b->noded);
    free(pts);
    return status;
}

/* ---- arcs, faces, claims ---- */

static struct mere_net *new_net(struct mere_ctx *ctx)
{
    struct mere_net *net = mere_calloc(1, sizeof *net);
    if (!net)
        (void)mere_fail_nomem(ctx, "building the network");
    return net;
}

/* Build the network again without the arcs that separate nothing, if there are any. */
static enum mere_status drop_idle(struct mere_ctx *ctx, struct building *b)
{
    size_t n_zones = b->members.zone_base[b->n_layers];
    uint8_t *drop = MERE_NEW(&b->scratch, uint8_t, (size_t)b->net->n_arcs);
    int32_t *spare = MERE_NEW(&b->scratch, int32_t, 2 * n_zones);
    if (!drop || !spare)
        return mere_fail_nomem(ctx, "numbering the network");
    if (mere_arcs_idle(b->net, b->claims, b->n_layers, spare, drop) == 0 && !b->deltas.spikes)
        return MERE_OK;
    const int32_t *face;
    struct mere_net *net = new_net(ctx);
    if (!net)
        return MERE_E_NOMEM;
    enum mere_status status =
        mere_net_canon(ctx, b->net, &(struct mere_canon){drop, NULL}, net, &b->scratch, &face);
    for (size_t s = 0; s < b->n_layers && status == MERE_OK; s++) {
        int32_t *label = mere_malloc(((size_t)net->n_faces + 1) * sizeof *label);
        if (!label) {
            status = mere_fail_nomem(ctx, "numbering the network");
            break;
        }
        for (int32_t f = 0; f < net->n_faces; f++)
            label[f] = b->claims[s].label[face[f]];
        free(b->claims[s].label);
        b->claims[s].label = label;
    }
    if (status != MERE_OK) {
        mere_net_free(net);
        return status;
    }
    mere_net_free(b->net);
    b->net = net;
    return MERE_OK;
}

/* ---- what came of it ---- */

static int cmp_refusal(const void *va, const void *vb)
{
    const struct mere_net_refusal *a = va, *b = vb;
    if (a->scheme != b->scheme)
        return a->scheme < b->scheme ? -1 : 1;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    int c = mere_point_cmp(a->at, b->at);
    return c ? c : a->why - b->why;
}

static enum mere_status report_noding(struct mere_ctx *ctx, struct building *b)
{
    struct mere_net *net = b->net;
    const struct mere_noded *noded = b->noded;
    struct mere_net_refusal *refusals =
        MERE_NEW(&net->arena, struct mere_net_refusal, noded->n_refusals);
    if (!refusals)
        return mere_fail_nomem(ctx, "listing refused snaps");
    for (size_t i = 0; i < noded->n_refusals; i++) {
        const struct mere_refusal *r = &noded->refusals[i];
        uint32_t part = b->ring_part[r->ring], s = b->members.part_scheme[part];
        uint32_t zone = b->members.part_zone[part] - b->members.zone_base[s];
        refusals[i] = (struct mere_net_refusal){(int32_t)s,
                                                net->schemes[s].zone_of_layer[zone],
                                                {(int32_t)r->at.x, (int32_t)r->at.y},
                                                (int)r->why};
    }
    if (noded->n_refusals > 0)
        qsort(refusals, noded->n_refusals, sizeof *refusals, cmp_refusal);
    net->refusals = refusals;
    net->n_refusals = noded->n_refusals;
    net->n_merged = noded->n_merged;
    net->n_inserted = noded->n_inserted;
    net->n_crossings = noded->n_crossings;
    net->max_shift = noded->max_shift;
    return MERE_OK;
}

static void report_flaws(const struct building *b)
{
    if (!b->how->ret_flaws)
        return;
    for (size_t s = 0; s < b->n_layers; s++)
        if (b->layers[s]->n_zones > 0)
            memcpy(b->how->ret_flaws[b->given[s]], b->flaws + b->members.zone_base[s],
                   b->layers[s]->n_zones);
}

static enum mere_status build(struct mere_ctx *ctx, struct building *b,
                              const struct mere_layer *const *layers, size_t n_layers)
{
    MERE_TRY(order_layers(ctx, b, layers, n_layers));
    MERE_TRY(number_members(ctx, b));
    choose_shells(b);
    MERE_TRY(node_layers(ctx, b));
    if (!(b->net = new_net(ctx)))
        return MERE_E_NOMEM;
    struct mere_walks walks = {.n_pts = b->noded->n_pts,
                               .pts = b->noded->pts,
                               .n_rings = b->noded->n_rings,
                               .first = b->noded->ring_first,
                               .walk = b->noded->walk};
    MERE_TRY(mere_arcs_build(ctx, &walks, b->net, &b->scratch, &b->deltas));
    MERE_TRY(mere_faces_build(ctx, b->net, NULL));
    b->claims = mere_arena_alloc(&b->scratch, n_layers, sizeof *b->claims);
    if (!b->claims)
        return mere_fail_nomem(ctx, "building the network");
    MERE_TRY(mere_claims_flood(ctx, b->net, &b->deltas, &b->members, b->claims));
    MERE_TRY(drop_idle(ctx, b));
    MERE_TRY(mere_schemes_build(ctx, b->net, b->layers, b->n_layers, b->claims));
    MERE_TRY(report_noding(ctx, b));
#ifdef MERE_VALIDATE
    MERE_TRY(mere_net_validate(ctx, b->net));
#endif
    return MERE_OK;
}

enum mere_status mere_net_build(struct mere_ctx *ctx, const struct mere_layer *const *layers,
                                size_t n_layers, const struct mere_build *how,
                                struct mere_net **ret_net)
{
    struct building b = {.how = how};
    enum mere_status status = build(ctx, &b, layers, n_layers);
    if (status == MERE_OK) {
        report_flaws(&b);
        *ret_net = b.net;
        b.net = NULL;
    }
    mere_net_free(b.net);
    mere_claims_clear(b.claims, b.n_layers);
    mere_noded_free(b.noded);
    mere_arena_clear(&b.scratch);
    return status;
}

void mere_net_free(struct mere_net *net)
{
    if (!net)
        return;
    mere_arena_clear(&net->arena);
    free(net);
}
