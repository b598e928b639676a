/* edit_freeze.c - from an edit back to a network: arcs that separate nothing are marked, canon.c
 * numbers what stays, and label.c writes the labels, as it does for a build from polygons. */
#include "net/edit_priv.h"
#include <stdlib.h>

static const int32_t *labels_of(const struct mere_edit *e, int32_t face)
{
    return (const int32_t *)(const void *)e->t[MERE_T_LABEL].v +
           (size_t)face * (size_t)e->n_schemes;
}

/* Whether two faces have the same labels in all schemes; equal claim lists are one list here. */
static bool same_labels(const struct mere_edit *e, int32_t a, int32_t b)
{
    for (int32_t s = 0; s < e->n_schemes; s++) {
        int32_t x = a < 0 ? MERE_LABEL_NONE : labels_of(e, a)[s];
        int32_t y = b < 0 ? MERE_LABEL_NONE : labels_of(e, b)[s];
        if (x != y)
            return false;
    }
    return true;
}

/* The edit as a network of any numbering, for mere_net_canon. */
static struct mere_net raw_net(const struct mere_edit *e)
{
    return (struct mere_net){.n_nodes = (int32_t)e->t[MERE_T_NODE].n,
                             .nodes = (const struct mere_point *)(void *)e->t[MERE_T_NODE].v,
                             .n_arcs = (int32_t)e->t[MERE_T_ARC].n,
                             .arcs = mere_arc_at(e, 0),
                             .n_pts = e->t[MERE_T_PT].n,
                             .pts = (const struct mere_point *)(void *)e->t[MERE_T_PT].v,
                             .next = (const int32_t *)(void *)e->t[MERE_T_NEXT].v,
                             .n_faces = (int32_t)e->t[MERE_T_FACE].n - 1};
}

/* Label the faces of `net`, each made of face[f] of the edit. */
static enum mere_status label_faces(struct mere_ctx *ctx, struct mere_edit *e, const int32_t *face,
                                    struct mere_arena *scratch, struct mere_net *net)
{
    size_t n = (size_t)e->n_schemes;
    struct mere_claims *claims = MERE_NEW(scratch, struct mere_claims, n);
    const struct mere_layer **layers = MERE_NEW(scratch, const struct mere_layer *, n);
    if (!claims || !layers)
        return mere_fail_nomem(ctx, "labelling faces");
    for (size_t s = 0; s < n; s++) {
        claims[s] = e->claims[s];
        claims[s].label = MERE_NEW(scratch, int32_t, (size_t)net->n_faces);
        layers[s] = &e->headers[s];
        if (!claims[s].label)
            return mere_fail_nomem(ctx, "labelling faces");
        for (int32_t f = 0; f < net->n_faces; f++)
            claims[s].label[f] = labels_of(e, face[f])[s];
    }
    return mere_schemes_build(ctx, net, layers, n, claims);
}

static enum mere_status freeze(struct mere_ctx *ctx, struct mere_edit *e,
                               struct mere_arena *scratch, struct mere_net *net)
{
    const struct mere_net raw = raw_net(e);
    const int32_t *face;
    uint8_t *drop = MERE_NEW(scratch, uint8_t, (size_t)raw.n_arcs);
    if (!drop)
        return mere_fail_nomem(ctx, "making the network");
    for (int32_t a = 0; a < raw.n_arcs; a++)
        drop[a] = raw.arcs[a].n == 0 || same_labels(e, raw.arcs[a].left, raw.arcs[a].right);
    MERE_TRY(
        mere_net_canon(ctx, &raw, &(struct mere_canon){drop, &e->measures}, net, scratch, &face));
    MERE_TRY(label_faces(ctx, e, face, scratch, net));
#ifdef MERE_VALIDATE
    MERE_TRY(mere_net_validate(ctx, net));
#endif
    return MERE_OK;
}

enum mere_status mere_edit_freeze(struct mere_ctx *ctx, struct mere_edit *edit,
                                  struct mere_net **ret_net)
{
    struct mere_arena scratch = {0};
    struct mere_net *net = mere_calloc(1, sizeof *net);
    if (!net)
        return mere_fail_nomem(ctx, "making the network");
    enum mere_status status = freeze(ctx, edit, &scratch, net);
    mere_arena_clear(&scratch);
    if (status != MERE_OK)
        mere_net_free(net);
    else
        *ret_net = net;
    return status;
}
