/* label.c - raw claims become a scheme's labels: zones by code, claim lists in one canonical order.
 *
 * Zones of one code are told apart by the faces that they claim, then by their attributes; two that
 * agree in all of it are the same to any reader, so their order can't be seen. */
#include "net/net_priv.h"
#include <stdlib.h>
#include <string.h>

struct ranked {
    const struct mere_zone *zone;
    const int32_t *faces; /* ascending */
    uint32_t n_faces;
    uint32_t n_columns;
    int32_t index; /* in the layer */
};

struct labelling {
    const struct mere_layer *layer;
    const struct mere_claims *claims;
    struct mere_net *net;
    struct mere_scheme *scheme;
    struct mere_arena scratch;
    struct ranked *ranked;
    int32_t *new_zone; /* by zone of the layer */
};

/* NULL sorts before any text. */
static int cmp_text(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}
static int cmp_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}
/* By the first difference; the longer list first, so that a zone without faces comes last. */
static int cmp_faces(const int32_t *a, size_t n, const int32_t *b, size_t m)
{
    for (size_t i = 0; i < n && i < m; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return (n < m) - (n > m);
}

static int cmp_ranked(const void *va, const void *vb)
{
    const struct ranked *a = va, *b = vb;
    int c = strcmp(a->zone->code, b->zone->code);
    if (c == 0)
        c = cmp_faces(a->faces, a->n_faces, b->faces, b->n_faces);
    if (c == 0)
        c = cmp_text(a->zone->name, b->zone->name);
    if (c == 0)
        c = cmp_text(a->zone->parent, b->zone->parent);
    if (c == 0)
        c = cmp_text(a->zone->kind, b->zone->kind);
    if (c == 0)
        c = cmp_number(a->zone->households, b->zone->households);
    if (c == 0)
        c = cmp_number(a->zone->persons, b->zone->persons);
    for (uint32_t i = 0; c == 0 && i < a->n_columns; i++)
        c = cmp_text(a->zone->attrs[i], b->zone->attrs[i]);
    return c;
}

/* List the faces of every zone of the layer, ascending. */
static enum mere_status list_faces(struct mere_ctx *ctx, struct labelling *l)
{
    size_t n_zones = l->layer->n_zones, n;
    uint32_t *first = MERE_NEW(&l->scratch, uint32_t, n_zones + 2);
    l->ranked = MERE_NEW(&l->scratch, struct ranked, n_zones);
    if (!first || !l->ranked)
        return mere_fail_nomem(ctx, "labelling faces");
    for (int32_t f = 0; f < l->net->n_faces; f++) {
        const int32_t *zone = mere_claims_of(l->claims, f, &n);
        for (size_t i = 0; i < n; i++)
            first[zone[i] + 2]++;
    }
    for (size_t z = 2; z < n_zones + 2; z++)
        first[z] += first[z - 1];
    int32_t *faces = MERE_NEW(&l->scratch, int32_t, first[n_zones + 1]);
    if (!faces)
        return mere_fail_nomem(ctx, "labelling faces");
    for (int32_t f = 0; f < l->net->n_faces; f++) {
        const int32_t *zone = mere_claims_of(l->claims, f, &n);
        for (size_t i = 0; i < n; i++)
            faces[first[zone[i] + 1]++] = f;
    }
    for (size_t z = 0; z < n_zones; z++)
        l->ranked[z] =
            (struct ranked){&l->layer->zones[z], faces + first[z], first[z + 1] - first[z],
                            (uint32_t)l->layer->n_columns, (int32_t)z};
    return MERE_OK;
}

static const char *copy_text(struct mere_arena *arena, const char *s, bool *ok)
{
    if (!s)
        return NULL;
    const char *copy = mere_arena_text(arena, s, strlen(s));
    *ok = *ok && copy;
    return copy;
}

bool mere_zone_copy(struct mere_arena *arena, const struct mere_zone *from, size_t n_columns,
                    struct mere_zone *to)
{
    bool ok = true;
    *to = *from;
    to->code = copy_text(arena, from->code, &ok);
    to->name = copy_text(arena, from->name, &ok);
    to->parent = copy_text(arena, from->parent, &ok);
    to->kind = copy_text(arena, from->kind, &ok);
    to->attrs = MERE_NEW(arena, const char *, n_columns);
    for (size_t i = 0; to->attrs && i < n_columns; i++)
        to->attrs[i] = copy_text(arena, from->attrs[i], &ok);
    return ok && to->attrs;
}

struct mere_column *mere_columns_copy(struct mere_arena *arena, const struct mere_column *from,
                                      size_t n)
{
    bool ok = true;
    struct mere_column *to = MERE_NEW(arena, struct mere_column, n);
    for (size_t i = 0; to && i < n; i++)
        to[i] = (struct mere_column){copy_text(arena, from[i].name, &ok), from[i].type};
    return ok ? to : NULL;
}

/* Put the zones in order and copy them. */
static enum mere_status order_zones(struct mere_ctx *ctx, struct labelling *l)
{
    size_t n = l->layer->n_zones;
    bool sorted = true;
    for (size_t z = 1; z < n && sorted; z++)
        sorted = cmp_ranked(&l->ranked[z - 1], &l->ranked[z]) <= 0;
    if (!sorted)
        qsort(l->ranked, n, sizeof *l->ranked, cmp_ranked);
    struct mere_zone *zones = MERE_NEW(&l->net->arena, struct mere_zone, n);
    l->new_zone = MERE_NEW(&l->net->arena, int32_t, n);
    if (!zones || !l->new_zone)
        return mere_fail_nomem(ctx, "ordering zones");
    for (size_t z = 0; z < n; z++) {
        l->new_zone[l->ranked[z].index] = (int32_t)z;
        if (!mere_zone_copy(&l->net->arena, l->ranked[z].zone, l->layer->n_columns, &zones[z]))
            return mere_fail_nomem(ctx, "copying zones");
    }
    l->scheme->zones = zones;
    l->scheme->n_zones = (int32_t)n;
    l->scheme->zone_of_layer = l->new_zone;
    return MERE_OK;
}

/* ---- claim lists --------------------------------------------------------------------------------
 */

struct dispute {
    const int32_t *zones;
    uint32_t n;
    int32_t face;
};
static int cmp_dispute(const void *va, const void *vb)
{
    const struct dispute *a = va, *b = vb;
    return cmp_faces(a->zones, a->n, b->zones, b->n);
}
static int cmp_int(const void *a, const void *b)
{
    return cmp_number(*(const int32_t *)a, *(const int32_t *)b);
}

/* Write the labels; disputed faces go to `disputes`, with their lists in new numbers, ascending. */
static void relabel(struct labelling *l, struct dispute *disputes, int32_t *lists)
{
    size_t n_disputes = 0, n_lists = 0;
    for (int32_t f = 0; f < l->net->n_faces; f++) {
        size_t n;
        const int32_t *zones = mere_claims_of(l->claims, f, &n);
        l->scheme->label[f] = n == 0 ? MERE_LABEL_NONE : l->new_zone[zones[0]];
        if (n < 2)
            continue;
        int32_t *list = lists + n_lists;
        for (size_t i = 0; i < n; i++)
            list[i] = l->new_zone[zones[i]];
        qsort(list, n, sizeof *list, cmp_int);
        disputes[n_disputes++] = (struct dispute){list, (uint32_t)n, f};
        n_lists += n;
    }
}

/* Number the different lists in their own order. */
static enum mere_status number_claims(struct mere_ctx *ctx, struct labelling *l,
                                      struct dispute *disputes, size_t n)
{
    struct mere_scheme *scheme = l->scheme;
    size_t n_claims = 0, n_zones = 0;
    if (n > 0)
        qsort(disputes, n, sizeof *disputes, cmp_dispute);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || cmp_dispute(&disputes[i - 1], &disputes[i]) != 0) {
            n_claims++;
            n_zones += disputes[i].n;
        }
    uint32_t *first = MERE_NEW(&l->net->arena, uint32_t, n_claims + 1);
    int32_t *claim = MERE_NEW(&l->net->arena, int32_t, n_zones);
    if (!first || !claim)
        return mere_fail_nomem(ctx, "listing overlaps");
    n_claims = n_zones = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || cmp_dispute(&disputes[i - 1], &disputes[i]) != 0) {
            memcpy(claim + n_zones, disputes[i].zones, disputes[i].n * sizeof *claim);
            n_zones += disputes[i].n;
            first[++n_claims] = (uint32_t)n_zones;
        }
        scheme->label[disputes[i].face] = -2 - (int32_t)(n_claims - 1);
    }
    scheme->n_claims = (int32_t)n_claims;
    scheme->claim_first = first;
    scheme->claim = claim;
    return MERE_OK;
}

static enum mere_status build(struct mere_ctx *ctx, struct labelling *l)
{
    size_t n, n_disputes = 0, n_lists = 0;
    MERE_TRY(list_faces(ctx, l));
    MERE_TRY(order_zones(ctx, l));
    for (int32_t f = 0; f < l->net->n_faces; f++) {
        mere_claims_of(l->claims, f, &n);
        n_disputes += n > 1;
        n_lists += n > 1 ? n : 0;
    }
    struct dispute *disputes = MERE_NEW(&l->scratch, struct dispute, n_disputes);
    int32_t *lists = MERE_NEW(&l->scratch, int32_t, n_lists);
    l->scheme->label = MERE_NEW(&l->net->arena, int32_t, (size_t)l->net->n_faces);
    l->scheme->state = MERE_NEW(&l->net->arena, uint8_t, (size_t)l->net->n_faces);
    if (!disputes || !lists || !l->scheme->label || !l->scheme->state)
        return mere_fail_nomem(ctx, "labelling faces");
    relabel(l, disputes, lists);
    return number_claims(ctx, l, disputes, n_disputes);
}

enum mere_status mere_labels_build(struct mere_ctx *ctx, struct mere_net *net,
                                   const struct mere_layer *layer, const struct mere_claims *claims,
                                   struct mere_scheme *scheme)
{
    struct labelling l = {.layer = layer, .claims = claims, .net = net, .scheme = scheme};
    enum mere_status status = build(ctx, &l);
    mere_arena_clear(&l.scratch);
    return status;
}

enum mere_status mere_schemes_build(struct mere_ctx *ctx, struct mere_net *net,
                                    const struct mere_layer *const *layers, size_t n,
                                    const struct mere_claims *claims)
{
    net->schemes = MERE_NEW(&net->arena, struct mere_scheme, n);
    if (!net->schemes)
        return mere_fail_nomem(ctx, "labelling faces");
    net->n_schemes = (int32_t)n;
    for (size_t s = 0; s < n; s++) {
        const struct mere_layer *layer = layers[s];
        struct mere_scheme *scheme = &net->schemes[s];
        scheme->name = mere_arena_text(&net->arena, layer->name, strlen(layer->name));
        scheme->role = layer->role;
        scheme->covering = layer->covering;
        scheme->n_columns = layer->n_columns;
        scheme->columns = mere_columns_copy(&net->arena, layer->columns, layer->n_columns);
        const char *parent = layer->parent_scheme;
        scheme->parent_scheme =
            parent ? mere_arena_text(&net->arena, parent, strlen(parent)) : NULL;
        if (!scheme->name || !scheme->columns || (parent && !scheme->parent_scheme))
            return mere_fail_nomem(ctx, "labelling faces");
        MERE_TRY(mere_labels_build(ctx, net, layer, &claims[s], scheme));
    }
    return mere_states_build(ctx, net, layers);
}

const int32_t *mere_face_claims(const struct mere_scheme *scheme, int32_t face, size_t *ret_n)
{
    if (face < 0 || scheme->label[face] == MERE_LABEL_NONE) {
        *ret_n = 0;
        return NULL;
    }
    if (scheme->label[face] >= 0) {
        *ret_n = 1;
        return &scheme->label[face];
    }
    int32_t list = -2 - scheme->label[face];
    *ret_n = scheme->claim_first[list + 1] - scheme->claim_first[list];
    return scheme->claim + scheme->claim_first[list];
}

bool mere_face_claimed_by(const struct mere_scheme *scheme, int32_t face, int32_t zone)
{
    size_t n;
    const int32_t *claims = mere_face_claims(scheme, face, &n);
    for (size_t i = 0; i < n; i++)
        if (claims[i] == zone)
            return true;
    return false;
}
