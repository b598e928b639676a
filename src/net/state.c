/* state.c - what a face is in a scheme: owned, disputed, unclaimed or outside (DESIGN section 1).
 *
 * A face without a zone of a covering scheme is outside
 *   1. if it lies in a zone of a scheme of role `hole`; or else,
 *   2. where the parent scheme or an outline is loaded, if it lies in neither of them; or,
 *   3. where none is loaded, if its piece of unclaimed land reaches to infinity or has one
 * neighbouring zone only (QGIS#55219: one neighbour is a hole, two or more a gap); and unclaimed
 * otherwise. A piece of land in 3 is what hangs together without crossing a border of the scheme:
 * borders of other schemes do not divide it. */
#include "net/net_priv.h"
#include <string.h>

/* ---- parents ------------------------------------------------------------------------------------
 */

/* The scheme of this role; of several the one that bears the role's name, else the first. */
static int32_t scheme_of_role(const struct mere_net *net, enum mere_role role, int32_t but)
{
    int32_t found = MERE_UNKNOWN;
    for (int32_t s = 0; s < net->n_schemes; s++) {
        if (s == but || net->schemes[s].role != role)
            continue;
        if (strcmp(net->schemes[s].name, mere_role_word(role)) == 0)
            return s;
        found = found == MERE_UNKNOWN ? s : found;
    }
    return found;
}

/* The named parent if it is loaded, else the nearest loaded one above in outline, street,
 * community, grid, microgrid. A scheme that is not in this list has the parent that is named or
 * none. */
static int32_t find_parent(const struct mere_net *net, int32_t s, const char *named)
{
    int32_t parent = named ? mere_net_scheme(net, named) : MERE_UNKNOWN;
    if (parent != MERE_UNKNOWN && parent != s)
        return parent;
    parent = MERE_UNKNOWN;
    if (net->schemes[s].role > MERE_ROLE_MICROGRID)
        return parent;
    for (int role = (int)net->schemes[s].role - 1; role >= 0 && parent == MERE_UNKNOWN; role--)
        parent = scheme_of_role(net, (enum mere_role)role, s);
    return parent;
}

/* ---- pieces of unclaimed land, when nothing above is loaded ---- */

enum { NOBODY = -1, SEVERAL = -2 };

struct land {
    const struct mere_net *net;
    const struct mere_scheme *scheme;
    struct mere_arena scratch;
    int32_t *up;        /* union-find by face + 1; 0 is the outer face */
    int32_t *neighbour; /* by root: the zone around it, NOBODY or SEVERAL */
};

static int32_t root_of(struct land *land, int32_t i)
{
    while (land->up[i] != i) {
        land->up[i] = land->up[land->up[i]];
        i = land->up[i];
    }
    return i;
}
static bool is_bare(const struct land *land, int32_t face)
{
    return face < 0 || land->scheme->label[face] == MERE_LABEL_NONE;
}
/* The claimants of `face` border on the land of `bare`. */
static void add_neighbours(struct land *land, int32_t bare, int32_t face)
{
    size_t n;
    const int32_t *zone = mere_face_claims(land->scheme, face, &n);
    int32_t *around = &land->neighbour[root_of(land, bare + 1)];
    for (size_t i = 0; i < n; i++)
        if (*around != zone[i])
            *around = *around == NOBODY ? zone[i] : SEVERAL;
}

/* Whether rule 3 makes each face outside, into `outside`. */
static enum mere_status find_land(struct mere_ctx *ctx, struct land *land, uint8_t *outside)
{
    const struct mere_net *net = land->net;
    size_t n = (size_t)net->n_faces + 1;
    land->up = MERE_NEW(&land->scratch, int32_t, n);
    land->neighbour = MERE_NEW(&land->scratch, int32_t, n);
    if (!land->up || !land->neighbour)
        return mere_fail_nomem(ctx, "finding unclaimed land");
    for (size_t i = 0; i < n; i++) {
        land->up[i] = (int32_t)i;
        land->neighbour[i] = NOBODY;
    }
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t left = net->arcs[a].left, right = net->arcs[a].right;
        if (!is_bare(land, left) || !is_bare(land, right))
            continue;
        int32_t x = root_of(land, left + 1), y = root_of(land, right + 1);
        /* The lower root stays: the outer face's land has root 0. */
        land->up[x > y ? x : y] = x > y ? y : x;
    }
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t left = net->arcs[a].left, right = net->arcs[a].right;
        if (is_bare(land, left) && !is_bare(land, right))
            add_neighbours(land, left, right);
        if (is_bare(land, right) && !is_bare(land, left))
            add_neighbours(land, right, left);
    }
    for (int32_t f = 0; f < net->n_faces; f++) {
        int32_t root = root_of(land, f + 1);
        outside[f] = root == 0 || land->neighbour[root] != SEVERAL;
    }
    return MERE_OK;
}

/* ---- states ---- */

/* For each face: whether a scheme of role `role` has a zone there. False when none is loaded. */
static bool mark_role(const struct mere_net *net, enum mere_role role, uint8_t *mark)
{
    bool loaded = false;
    memset(mark, 0, (size_t)net->n_faces);
    for (int32_t s = 0; s < net->n_schemes; s++) {
        if (net->schemes[s].role != role)
            continue;
        loaded = true;
        for (int32_t f = 0; f < net->n_faces; f++)
            mark[f] |= net->schemes[s].label[f] != MERE_LABEL_NONE;
    }
    return loaded;
}

/* Rules 2 and 3 for one scheme, into `outside`. */
static enum mere_status find_outside(struct mere_ctx *ctx, const struct mere_net *net,
                                     const struct mere_scheme *scheme, uint8_t *outside)
{
    bool outline = mark_role(net, MERE_ROLE_OUTLINE, outside); /* inside it, so far */
    const struct mere_scheme *parent = scheme->parent >= 0 ? &net->schemes[scheme->parent] : NULL;
    if (outline || parent) {
        for (int32_t f = 0; f < net->n_faces; f++)
            outside[f] = !outside[f] && !(parent && parent->label[f] != MERE_LABEL_NONE);
        return MERE_OK;
    }
    struct land land = {.net = net, .scheme = scheme};
    enum mere_status status = find_land(ctx, &land, outside);
    mere_arena_clear(&land.scratch);
    return status;
}

static enum mere_status set_states(struct mere_ctx *ctx, struct mere_net *net,
                                   struct mere_scheme *scheme, const uint8_t *in_hole,
                                   uint8_t *outside)
{
    bool any_bare = false;
    for (int32_t f = 0; f < net->n_faces; f++) {
        int32_t label = scheme->label[f];
        any_bare = any_bare || label == MERE_LABEL_NONE;
        scheme->state[f] = label >= 0                 ? MERE_STATE_OWNED
                           : label == MERE_LABEL_NONE ? MERE_STATE_OUTSIDE
                                                      : MERE_STATE_DISPUTED;
    }
    if (!any_bare || !scheme->covering)
        return MERE_OK;
    MERE_TRY(find_outside(ctx, net, scheme, outside));
    for (int32_t f = 0; f < net->n_faces; f++)
        if (scheme->label[f] == MERE_LABEL_NONE && !in_hole[f] && !outside[f])
            scheme->state[f] = MERE_STATE_UNCLAIMED;
    return MERE_OK;
}

enum mere_status mere_states_build(struct mere_ctx *ctx, struct mere_net *net,
                                   const struct mere_layer *const *layers)
{
    struct mere_arena scratch = {0};
    uint8_t *in_hole = MERE_NEW(&scratch, uint8_t, (size_t)net->n_faces);
    uint8_t *outside = MERE_NEW(&scratch, uint8_t, (size_t)net->n_faces);
    enum mere_status status = MERE_OK;
    if (!in_hole || !outside)
        status = mere_fail_nomem(ctx, "finding states");
    else
        mark_role(net, MERE_ROLE_HOLE, in_hole);
    for (int32_t s = 0; s < net->n_schemes; s++)
        net->schemes[s].parent = find_parent(net, s, layers[s]->parent_scheme);
    for (int32_t s = 0; s < net->n_schemes && status == MERE_OK; s++)
        status = set_states(ctx, net, &net->schemes[s], in_hole, outside);
    mere_arena_clear(&scratch);
    return status;
}

/* ---- schemes by name ---- */

int32_t mere_net_scheme(const struct mere_net *net, const char *name)
{
    for (int32_t s = 0; s < net->n_schemes; s++)
        if (strcmp(net->schemes[s].name, name) == 0)
            return s;
    return MERE_UNKNOWN;
}

int32_t mere_net_main_scheme(const struct mere_net *net, const char *main_name)
{
    int32_t s = main_name ? mere_net_scheme(net, main_name) : MERE_UNKNOWN;
    if (s != MERE_UNKNOWN)
        return s;
    /* Schemes stand by rank, so the last covering one is the finest. */
    for (s = net->n_schemes - 1; s >= 0; s--)
        if (net->schemes[s].covering)
            return s;
    return net->n_schemes > 0 ? net->n_schemes - 1 : MERE_UNKNOWN;
}
