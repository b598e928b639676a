/* repair_scope.c - what a later round looks at.
 *
 * The first round sees all zones. What it left is judged again only where something changed: a
 * defect is, when a zone changed that claims it or borders on it. So a later round is made of the
 * zones that changed, those around them, and those around the defects that are judged again:
 *
 *     unchanged │ beside a changed one │ changed ▒defect▒ whoever borders on it │ unchanged
 *        left out                 the network of the round                        left out
 *
 * Every face that touches a changed zone is then the same as in the whole network. What other faces
 * seem to be where zones are left out is not looked at. */
#include "net/repair_priv.h"
#include <string.h>

/* ---- who touches a defect ---- */

static bool add_claims(const struct repair_round *r, int32_t face, repair_faces *ret)
{
    size_t n;
    const int32_t *claim = repair_claims(r, face, &n);
    for (size_t i = 0; i < n; i++)
        if ((ret->n == 0 || ret->v[ret->n - 1] != claim[i]) && !MERE_PUSH(ret, claim[i]))
            return false;
    return true;
}

/* The zones that claim the region or border on it along an arc, some more than once. */
static bool list_touching(const struct repair_round *r, const struct repair_regions *regions,
                          int32_t region, repair_faces *ret)
{
    const struct mere_net *net = r->net;
    bool ok = true;
    ret->n = 0;
    for (uint32_t i = regions->first[region]; ok && i < regions->first[region + 1]; i++) {
        int32_t f = regions->faces[i];
        ok = add_claims(r, f, ret);
        for (uint32_t k = net->face_ring_first[f + 1]; k < net->face_ring_first[f + 2]; k++) {
            int32_t start = net->ring_edge[net->face_rings[k]], e = start;
            do {
                int32_t beyond = mere_edge_face(net, e ^ 1);
                if (ok && beyond >= 0 && regions->of_face[beyond] != region)
                    ok = add_claims(r, beyond, ret);
                e = net->next[e];
            } while (e != start);
        }
    }
    return ok;
}

enum mere_status mere_repair_judged(struct repair_round *r, const struct repair_regions *regions,
                                    bool **ret)
{
    repair_faces zones = {0};
    bool ok = true, *judged = MERE_NEW(&r->scratch, bool, (size_t)regions->n);
    if (!judged)
        return mere_fail_nomem(r->ctx, "mending");
    for (int32_t i = 0; ok && i < regions->n; i++) {
        judged[i] = !r->moved;
        ok = judged[i] || list_touching(r, regions, i, &zones);
        for (size_t k = 0; ok && k < zones.n && !judged[i]; k++)
            judged[i] = r->moved[r->input_zone[zones.v[k]]];
    }
    MERE_VEC_FREE(&zones);
    *ret = judged;
    return ok ? MERE_OK : mere_fail_nomem(r->ctx, "mending");
}

/* ---- what was left, and who touches it ---- */

/* As zones of the input, in the arena of the run. */
static bool keep_near(const struct repair_round *r, const repair_faces *zones,
                      struct repair_near *ret)
{
    int32_t *near = MERE_NEW(r->run, int32_t, zones->n);
    for (size_t i = 0; near && i < zones->n; i++)
        near[i] = r->input_zone[zones->v[i]];
    *ret = (struct repair_near){zones->n, near};
    return near != NULL;
}

static enum mere_status find_near(struct repair_round *r, enum mere_repair_kind kind)
{
    struct repair_regions regions;
    repair_faces zones = {0};
    MERE_TRY(mere_repair_find(r, kind, false, &regions));
    struct repair_near *of_region = MERE_NEW(&r->scratch, struct repair_near, (size_t)regions.n);
    bool ok = of_region != NULL;
    for (size_t i = 0; ok && i < r->left.n; i++) {
        struct repair_left *left = &r->left.v[i];
        if (left->kind != kind)
            continue;
        int32_t region = regions.of_face[left->face];
        if (region < 0) { /* it is another's since */
            zones.n = 0;
            ok = add_claims(r, left->face, &zones) && keep_near(r, &zones, &left->near);
            continue;
        }
        if (!of_region[region].zones)
            ok = list_touching(r, &regions, region, &zones) &&
                 keep_near(r, &zones, &of_region[region]);
        left->near = of_region[region];
    }
    MERE_VEC_FREE(&zones);
    return ok ? MERE_OK : mere_fail_nomem(r->ctx, "mending");
}

enum mere_status mere_repair_near(struct repair_round *r)
{
    for (int kind = MERE_REPAIR_BESIDE; kind <= MERE_REPAIR_FRAGMENT; kind++) {
        bool any = false;
        for (size_t i = 0; i < r->left.n; i++)
            any = any || (int)r->left.v[i].kind == kind;
        if (any)
            MERE_TRY(find_near(r, (enum mere_repair_kind)kind));
    }
    return MERE_OK;
}

bool mere_repair_is_near(const struct repair_near *near, const bool *moved)
{
    for (size_t i = 0; i < near->n; i++)
        if (moved[near->zones[i]])
            return true;
    return false;
}

/* ---- who is around a zone ---- */

static void mark_nodes(const struct repair_round *r, int32_t zone, uint8_t *marked)
{
    const struct mere_net *net = r->net;
    for (size_t i = 0; i < r->land[zone].n; i++) {
        int32_t f = r->land[zone].v[i];
        for (uint32_t k = net->face_ring_first[f + 1]; k < net->face_ring_first[f + 2]; k++) {
            int32_t start = net->ring_edge[net->face_rings[k]], e = start;
            do {
                marked[mere_edge_origin(net, e)] = 1;
                e = net->next[e];
            } while (e != start);
        }
    }
}

enum mere_status mere_repair_around(struct repair_round *r, const bool *moved, bool *scope)
{
    const struct mere_net *net = r->net;
    uint8_t *marked = MERE_NEW(&r->scratch, uint8_t, (size_t)net->n_nodes);
    if (!marked)
        return mere_fail_nomem(r->ctx, "mending");
    for (int32_t z = 0; z < r->scheme->n_zones; z++)
        if (moved[r->input_zone[z]])
            mark_nodes(r, z, marked);
    for (int32_t e = 0; e < 2 * net->n_arcs; e++) {
        const struct mere_arc *arc = &net->arcs[e >> 1];
        size_t n = 0;
        const int32_t *claim = marked[arc->from] || marked[arc->to]
                                   ? repair_claims(r, mere_edge_face(net, e), &n)
                                   : NULL;
        for (size_t i = 0; i < n; i++)
            scope[r->input_zone[claim[i]]] = true;
    }
    return MERE_OK;
}

/* ---- layers of some zones ---- */

/* Room for the zones, parts, rings and points of two layers; false when memory is out. */
static bool make_room(struct mere_arena *arena, const struct mere_layer *a,
                      const struct mere_layer *b, struct mere_layer *ret)
{
    size_t n_parts = a->n_parts + b->n_parts, n_rings = a->n_rings + b->n_rings;
    size_t n_pts = (size_t)a->ring_first[a->n_rings] + b->ring_first[b->n_rings];
    ret->part_zone = MERE_NEW(arena, uint32_t, n_parts);
    ret->part_ring = MERE_NEW(arena, uint32_t, n_parts + 1);
    ret->ring_first = MERE_NEW(arena, uint32_t, n_rings + 1);
    ret->pts = MERE_NEW(arena, struct mere_point, n_pts);
    ret->n_parts = ret->n_rings = 0;
    return ret->part_zone && ret->part_ring && ret->ring_first && ret->pts;
}

/* Append part `p` of `from` for zone `zone`. */
static void copy_part(const struct mere_layer *from, size_t p, uint32_t zone, struct mere_layer *to)
{
    to->part_zone[to->n_parts] = zone;
    for (uint32_t ring = from->part_ring[p]; ring < from->part_ring[p + 1]; ring++) {
        uint32_t n = from->ring_first[ring + 1] - from->ring_first[ring];
        uint32_t at = to->ring_first[to->n_rings];
        if (n > 0)
            memcpy(to->pts + at, from->pts + from->ring_first[ring], n * sizeof *to->pts);
        to->ring_first[++to->n_rings] = at + n;
    }
    to->part_ring[++to->n_parts] = (uint32_t)to->n_rings;
}

bool mere_repair_keep(struct mere_arena *arena, const struct mere_layer *from, const bool *keep,
                      struct mere_layer *ret)
{
    static uint32_t zero;
    const struct mere_layer none = {.ring_first = &zero};
    struct mere_layer layer = *from;
    uint32_t *now = MERE_NEW(arena, uint32_t, from->n_zones);
    layer.zones = MERE_NEW(arena, struct mere_zone, from->n_zones);
    if (!now || !layer.zones || !make_room(arena, from, &none, &layer))
        return false;
    layer.n_zones = 0;
    for (size_t z = 0; z < from->n_zones; z++) {
        now[z] = (uint32_t)layer.n_zones;
        if (keep[z])
            layer.zones[layer.n_zones++] = from->zones[z];
    }
    for (size_t p = 0; p < from->n_parts; p++)
        if (keep[from->part_zone[p]])
            copy_part(from, p, now[from->part_zone[p]], &layer);
    *ret = layer;
    return true;
}

/* Whether the region is of one of the kinds that are mended; parts of a zone are when there are
 * several: `n_parts`, by zone. */
static bool is_mended(const struct repair_round *r, enum mere_repair_kind kind,
                      const struct repair_regions *regions, int32_t region, const int32_t *n_parts)
{
    return kind != MERE_REPAIR_FRAGMENT ||
           n_parts[r->scheme->label[regions->faces[regions->first[region]]]] > 1;
}

/* Mark the zones that touch a defect of the kind; `*ret_free`: some defect touches none. */
static enum mere_status mark_touching(struct repair_round *r, enum mere_repair_kind kind,
                                      bool *touched, bool *ret_free)
{
    struct repair_regions regions;
    repair_faces zones = {0};
    bool ok = true;
    int32_t *n_parts = MERE_NEW(&r->scratch, int32_t, (size_t)r->scheme->n_zones);
    if (!n_parts)
        return mere_fail_nomem(r->ctx, "mending");
    MERE_TRY(mere_repair_find(r, kind, false, &regions));
    for (int32_t i = 0; kind == MERE_REPAIR_FRAGMENT && i < regions.n; i++)
        n_parts[r->scheme->label[regions.faces[regions.first[i]]]]++;
    for (int32_t i = 0; ok && i < regions.n; i++) {
        if (!is_mended(r, kind, &regions, i, n_parts))
            continue;
        ok = list_touching(r, &regions, i, &zones);
        *ret_free = *ret_free || zones.n == 0;
        for (size_t k = 0; ok && k < zones.n; k++)
            touched[r->input_zone[zones.v[k]]] = true;
    }
    MERE_VEC_FREE(&zones);
    return ok ? MERE_OK : mere_fail_nomem(r->ctx, "mending");
}

/* Mark the zones that the stages of the round need to see whole. */
static enum mere_status mark_work(struct repair_round *r, const struct mere_layer *traced,
                                  const struct mere_layer *before, bool *touched, bool *ret_free)
{
    bool any = false, *differs = MERE_NEW(&r->scratch, bool, traced->n_zones);
    if (!differs)
        return mere_fail_nomem(r->ctx, "mending");
    memset(differs, true, traced->n_zones * sizeof *differs);
    MERE_TRY(mere_repair_differ(r, before, traced, differs, &any));
    for (size_t z = 0; z < traced->n_zones; z++)
        touched[r->input_zone[z]] = differs[z];
    for (int k = r->bound >= 0 ? MERE_REPAIR_BESIDE : MERE_REPAIR_OVERLAP;
         k <= MERE_REPAIR_FRAGMENT; k++)
        MERE_TRY(mark_touching(r, (enum mere_repair_kind)k, touched, ret_free));
    return MERE_OK;
}

bool mere_repair_narrow_layer(struct repair_round *r, const bool *scope, struct mere_layer *layer)
{
    bool *keep = MERE_NEW(&r->scratch, bool, layer->n_zones);
    for (size_t z = 0; keep && z < layer->n_zones; z++)
        keep[z] = scope[layer->zones[z].fid - 1];
    return keep && mere_repair_keep(&r->scratch, layer, keep, layer);
}

enum mere_status mere_repair_narrow(struct repair_round *r, struct mere_layer *traced,
                                    struct mere_layer *before)
{
    size_t n = r->n_input;
    bool *touched = MERE_NEW(&r->scratch, bool, n), *scope = MERE_NEW(&r->scratch, bool, n);
    bool is_free = false;
    if (!touched || !scope)
        return mere_fail_nomem(r->ctx, "mending");
    MERE_TRY(mark_work(r, traced, before, touched, &is_free));
    if (is_free)
        return MERE_OK;
    memcpy(scope, touched, n * sizeof *scope);
    MERE_TRY(mere_repair_around(r, touched, scope));
    r->whole = *traced;
    if (!mere_repair_narrow_layer(r, scope, traced) || !mere_repair_narrow_layer(r, scope, before))
        return mere_fail_nomem(r->ctx, "mending");
    r->moved = r->whole_around = touched;
    r->narrowed = true;
    return MERE_OK;
}

bool mere_repair_splice(struct repair_round *r, const struct mere_layer *part,
                        struct mere_arena *arena, struct mere_layer *now)
{
    struct mere_layer layer = *now;
    struct mere_parts_by_zone a, b;
    if (!mere_layer_group_parts(&r->scratch, now, &a) ||
        !mere_layer_group_parts(&r->scratch, part, &b) || !make_room(arena, now, part, &layer))
        return false;
    for (size_t z = 0; z < now->n_zones; z++) {
        int32_t drawn = r->zone_of_input[now->zones[z].fid - 1];
        const struct mere_parts_by_zone *of = drawn < 0 ? &a : &b;
        size_t zone = drawn < 0 ? z : (size_t)drawn;
        for (uint32_t i = of->first[zone]; i < of->first[zone + 1]; i++)
            copy_part(of->layer, of->parts[i], (uint32_t)z, &layer);
    }
    *now = layer;
    return true;
}
