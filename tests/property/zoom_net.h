/* zoom_net.h - the network that a zoom shows, for the validator: the same nodes, arcs and faces
 * with the vertices that the zoom keeps, numbered as a network is. In place of its schemes it has
 * one in which each face is a zone. */
#ifndef MERE_TESTS_ZOOM_NET_H
#define MERE_TESTS_ZOOM_NET_H
#include "net/net_priv.h"
#include "net/pyramid.h"
#include <stdlib.h>

static inline bool zoom_label(struct mere_net *cut)
{
    size_t n = (size_t)cut->n_faces;
    struct mere_scheme *faces = MERE_NEW(&cut->arena, struct mere_scheme, 1);
    struct mere_zone *zones = MERE_NEW(&cut->arena, struct mere_zone, n);
    int32_t *label = MERE_NEW(&cut->arena, int32_t, n);
    uint8_t *state = MERE_NEW(&cut->arena, uint8_t, n);
    if (!faces || !zones || !label || !state)
        return false;
    for (size_t f = 0; f < n; f++) {
        zones[f] = (struct mere_zone){.code = "", .name = ""};
        label[f] = (int32_t)f;
        state[f] = MERE_STATE_OWNED;
    }
    *faces = (struct mere_scheme){.name = "face",
                                  .covering = true,
                                  .parent = MERE_UNKNOWN,
                                  .n_zones = cut->n_faces,
                                  .zones = zones,
                                  .label = label,
                                  .state = state};
    cut->n_schemes = 1;
    cut->schemes = faces;
    return true;
}

/* Write `cut`; free it by clearing its arena. */
static inline enum mere_status zoom_net(struct mere_ctx *ctx, const struct mere_net *net,
                                        const struct mere_pyramid *pyramid, int zoom,
                                        struct mere_net *cut)
{
    struct mere_net thin = *net;
    struct mere_arena scratch = {0};
    struct mere_arc *arcs = MERE_NEW(&scratch, struct mere_arc, (size_t)net->n_arcs);
    struct mere_point *pts = MERE_NEW(&scratch, struct mere_point, net->n_pts);
    uint8_t *none = MERE_NEW(&scratch, uint8_t, (size_t)net->n_arcs);
    const int32_t *face;
    uint32_t n = 0;
    *cut = (struct mere_net){0};
    for (int32_t a = 0; arcs && pts && a < net->n_arcs; a++) {
        arcs[a] = net->arcs[a];
        arcs[a].first = n;
        for (uint32_t i = net->arcs[a].first; i < net->arcs[a].first + net->arcs[a].n; i++)
            if (pyramid->zoom[i] <= zoom)
                pts[n++] = net->pts[i];
        arcs[a].n = n - arcs[a].first;
    }
    thin.arcs = arcs;
    thin.pts = pts;
    thin.n_pts = n;
    enum mere_status status = MERE_E_NOMEM;
    if (arcs && pts && none)
        status = mere_net_canon(ctx, &thin, &(struct mere_canon){none, NULL}, cut, &scratch, &face);
    mere_arena_clear(&scratch);
    if (status == MERE_OK && !zoom_label(cut))
        status = mere_fail_nomem(ctx, "labelling a zoom");
    return status;
}
#endif
