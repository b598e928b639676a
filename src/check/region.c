/* region.c - land: faces of one scheme joined into regions, traced and measured.
 *
 * A region is a largest set of faces that hang together across arcs and are the same to the scheme:
 * one zone's own land, land of the same claimants, unclaimed land, outside. One pass of union-find
 * over the arcs gives all regions of a scheme at once, so cost is linear whatever the number of
 * defects.
 *
 * Tracing walks the half-edges that have the region at their left and something else at their
 * right. At a node the walk turns within the region's own wedge, so an inner ring that touches the
 * shell in a point is walked together with it; it is then cut off where the node comes a second
 * time, for polygons whose rings are simple. As the region hangs together across arcs, exactly one
 * of the loops is a shell. */
#include "base/hash.h"
#include "check/check_priv.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <string.h>

#define WIDTH_PRECISION_M 0.005 /* half of the promised centimetre */

uint32_t mere_check_mark(struct mere_checker *ck)
{
    return ++ck->mark;
}

/* Number the regions and list their faces. */
static enum mere_status list_faces(struct mere_checker *ck, const int32_t *key, const int32_t *root,
                                   struct mere_regions *ret)
{
    const struct mere_net *net = ck->net;
    size_t n = (size_t)net->n_faces + 1;
    int32_t n_regions = 0;
    for (size_t f = 0; f < n; f++)
        if (root[f] == (int32_t)f)
            n_regions++;
    ret->n = n_regions;
    ret->of_face = MERE_NEW(&ck->scratch, int32_t, n);
    ret->face = MERE_NEW(&ck->scratch, int32_t, n);
    ret->region = MERE_NEW(&ck->scratch, struct mere_region, (size_t)n_regions);
    if (!ret->of_face || !ret->face || !ret->region)
        return mere_fail_nomem(ck->ctx, "joining faces into regions");
    int32_t at = 0;
    for (size_t f = 0; f < n; f++) {
        if (key[f] < 0) {
            ret->of_face[f] = MERE_UNKNOWN;
            continue;
        }
        ret->of_face[f] = root[f] == (int32_t)f ? at++ : ret->of_face[root[f]];
        struct mere_region *region = &ret->region[ret->of_face[f]];
        region->label = key[f];
        if (f == n - 1) {
            region->unbounded = true;
        } else {
            region->n++;
            region->area_m2 += net->face_area_m2[f];
        }
    }
    uint32_t sum = 0;
    for (int32_t i = 0; i < n_regions; i++) {
        ret->region[i].first = sum;
        sum += ret->region[i].n;
        ret->region[i].n = 0;
    }
    for (size_t f = 0; f + 1 < n; f++)
        if (ret->of_face[f] >= 0) {
            struct mere_region *region = &ret->region[ret->of_face[f]];
            ret->face[region->first + region->n++] = (int32_t)f;
        }
    return MERE_OK;
}

enum mere_status mere_check_join(struct mere_checker *ck, const int32_t *key,
                                 struct mere_regions *ret)
{
    const struct mere_net *net = ck->net;
    int32_t *root = MERE_NEW(&ck->scratch, int32_t, (size_t)net->n_faces + 1);
    int64_t *wide = MERE_NEW(&ck->scratch, int64_t, (size_t)net->n_faces + 1);
    if (!root || !wide)
        return mere_fail_nomem(ck->ctx, "joining faces into regions");
    for (int32_t f = 0; f <= net->n_faces; f++)
        wide[f] = key[f];
    mere_faces_join(net, wide, root);
    MERE_TRY(list_faces(ck, key, root, ret));
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t l = ret->of_face[mere_face_slot(net, net->arcs[a].left)];
        int32_t r = ret->of_face[mere_face_slot(net, net->arcs[a].right)];
        if (l == r)
            continue;
        if (l >= 0) {
            ret->region[l].perimeter_m += ck->arc_m[a];
            ret->region[l].n_edges++;
        }
        if (r >= 0) {
            ret->region[r].perimeter_m += ck->arc_m[a];
            ret->region[r].n_edges++;
        }
    }
    return MERE_OK;
}

enum mere_status mere_check_same_claims(struct mere_checker *ck, const struct mere_scheme *scheme,
                                        int32_t *ret)
{
    size_t n = (size_t)scheme->n_claims, cap = 16;
    while (cap < 2 * n)
        cap *= 2;
    int32_t *table = MERE_NEW(&ck->scratch, int32_t, cap);
    if (!table)
        return mere_fail_nomem(ck->ctx, "comparing claims");
    for (size_t i = 0; i < n; i++) {
        const int32_t *claim = scheme->claim + scheme->claim_first[i];
        size_t len = scheme->claim_first[i + 1] - scheme->claim_first[i];
        uint64_t h = len;
        for (size_t k = 0; k < len; k++)
            h = mere_mix64(h ^ (uint64_t)claim[k]);
        size_t at = h & (cap - 1);
        for (; table[at]; at = (at + 1) & (cap - 1)) {
            size_t j = (size_t)table[at] - 1;
            if (scheme->claim_first[j + 1] - scheme->claim_first[j] == len &&
                memcmp(scheme->claim + scheme->claim_first[j], claim, len * sizeof *claim) == 0)
                break;
        }
        if (!table[at])
            table[at] = (int32_t)i + 1;
        ret[i] = table[at] - 1;
    }
    return MERE_OK;
}

/* Whether the face lies in a zone of a scheme of role hole: of one that is inside `bound` (the
 * scheme that bounds the checked one, NULL none), for the sea beside a district is no hole in it.
 */
static bool in_hole(const struct mere_net *net, const struct mere_scheme *bound, int32_t face)
{
    if (bound && bound->label[face] == MERE_LABEL_NONE)
        return false;
    for (int32_t s = 0; s < net->n_schemes; s++)
        if (net->schemes[s].role == MERE_ROLE_HOLE &&
            net->schemes[s].label[face] != MERE_LABEL_NONE)
            return true;
    return false;
}

/* Keys: zones, then claim lists, then unclaimed, hole, outside. */
static enum mere_status scheme_keys(struct mere_checker *ck, const struct mere_scheme *scheme,
                                    int32_t *key)
{
    const struct mere_net *net = ck->net;
    int32_t *same = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_claims);
    if (!same)
        return mere_fail_nomem(ck->ctx, "comparing claims");
    if (scheme->n_claims > 0)
        MERE_TRY(mere_check_same_claims(ck, scheme, same));
    int32_t rest = scheme->n_zones + scheme->n_claims;
    int32_t b = mere_check_bound(ck, (int32_t)(scheme - net->schemes));
    const struct mere_scheme *bound = b >= 0 ? mere_ck_scheme(ck, b) : NULL;
    bool holes = false;
    for (int32_t s = 0; s < net->n_schemes; s++)
        holes = holes || net->schemes[s].role == MERE_ROLE_HOLE;
    for (int32_t f = 0; f < net->n_faces; f++) {
        int32_t label = scheme->label[f];
        if (label >= 0)
            key[f] = label;
        else if (label <= -2)
            key[f] = scheme->n_zones + same[-2 - label];
        else if (scheme->state[f] == MERE_STATE_UNCLAIMED)
            key[f] = rest;
        else
            key[f] = holes && in_hole(net, bound, f) ? rest + 1 : rest + 2;
    }
    key[net->n_faces] = rest + 2;
    return MERE_OK;
}

enum mere_status mere_check_regions(struct mere_checker *ck, int32_t s,
                                    const struct mere_regions **ret)
{
    struct mere_regions *regions = &ck->regions[s];
    if (!regions->of_face) {
        const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
        int32_t *key = MERE_NEW(&ck->scratch, int32_t, (size_t)ck->net->n_faces + 1);
        if (!key)
            return mere_fail_nomem(ck->ctx, "joining faces into regions");
        MERE_TRY(scheme_keys(ck, scheme, key));
        MERE_TRY(mere_check_join(ck, key, regions));
        int32_t rest = scheme->n_zones + scheme->n_claims;
        for (int32_t i = 0; i < regions->n; i++) {
            struct mere_region *region = &regions->region[i];
            int32_t k = region->label;
            region->land = k < scheme->n_zones ? MERE_LAND_OWNED
                           : k < rest          ? MERE_LAND_DISPUTED
                           : k == rest         ? MERE_LAND_UNCLAIMED
                           : k == rest + 1     ? MERE_LAND_HOLE
                                               : MERE_LAND_OUTSIDE;
            region->label = k < scheme->n_zones ? k
                            : k < rest          ? -2 - (k - scheme->n_zones)
                                                : MERE_LABEL_NONE;
        }
    }
    *ret = regions;
    return MERE_OK;
}

bool mere_region_surely_wider(const struct mere_region *region, double width_m)
{
    /* All land within r of the boundary covers at most r P - pi r^2 + (holes) pi r^2, and there are
     * no more holes than arcs. If the region is larger, some place is farther than r from its
     * boundary. 1 % for lengths of the local plane. */
    const double pi = 3.14159265358979323846;
    double r = width_m / 2 * 1.01;
    return region->area_m2 > r * region->perimeter_m + (double)region->n_edges * pi * r * r;
}

/* ---- tracing ----------------------------------------------------------------------------------
 */

struct tracer {
    struct mere_checker *ck;
    const int32_t *of_face;
    int32_t region;
    uint32_t mark;
    MERE_VEC(int32_t) walk; /* half-edges not yet cut off as a loop */
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(uint32_t) ring_first;
    size_t shell; /* the ring that runs counter-clockwise */
};

static bool inside(const struct tracer *t, int32_t edge)
{
    return t->of_face[mere_face_slot(t->ck->net, mere_edge_face(t->ck->net, edge))] == t->region;
}

/* Close the loop of half-edges walk[from ..): one ring. */
static bool close_loop(struct tracer *t, size_t from)
{
    const struct mere_net *net = t->ck->net;
    size_t begin = t->pts.n;
    if (!MERE_PUSH(&t->ring_first, (uint32_t)begin))
        return false;
    for (size_t i = from; i < t->walk.n; i++) {
        const struct mere_arc *arc = &net->arcs[t->walk.v[i] >> 1];
        bool back = t->walk.v[i] & 1;
        for (uint32_t k = 0; k + 1 < arc->n; k++)
            if (!MERE_PUSH(&t->pts, net->pts[arc->first + (back ? arc->n - 1 - k : k)]))
                return false;
    }
    t->walk.n = from;
    if (mere_ring_area2(t->pts.v + begin, t->pts.n - begin) > 0)
        t->shell = t->ring_first.n - 1;
    return true;
}

/* Walk one boundary from half-edge `start`. Marks of arcs are kept by the sign of `done`. */
static bool walk_boundary(struct tracer *t, int32_t start, uint8_t *done)
{
    struct mere_checker *ck = t->ck;
    const struct mere_net *net = ck->net;
    uint32_t mark = mere_check_mark(ck);
    int32_t e = start;
    do {
        int32_t node = mere_edge_origin(net, e);
        if (ck->node_mark[node] == mark) {
            size_t from = ck->node_at[node];
            for (size_t i = from + 1; i < t->walk.n; i++)
                ck->node_mark[mere_edge_origin(net, t->walk.v[i])] = 0;
            if (!close_loop(t, from))
                return false;
        }
        ck->node_mark[node] = mark;
        ck->node_at[node] = (uint32_t)t->walk.n;
        if (!MERE_PUSH(&t->walk, e))
            return false;
        done[e >> 1] |= (uint8_t)(1 << (e & 1));
        e = net->next[e];
        while (inside(t, e ^ 1))
            e = net->next[e ^ 1];
    } while (e != start);
    return t->walk.n == 0 || close_loop(t, 0);
}

struct loop { /* a ring on its way into the polygon */
    const struct mere_point *pts;
    size_t n;
    bool shell;
};

/* The shell first, then by points. */
static int loop_cmp(const void *va, const void *vb)
{
    const struct loop *a = va, *b = vb;
    if (a->shell != b->shell)
        return a->shell ? -1 : 1;
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (a->pts[i].x != b->pts[i].x)
            return a->pts[i].x < b->pts[i].x ? -1 : 1;
        if (a->pts[i].y != b->pts[i].y)
            return a->pts[i].y < b->pts[i].y ? -1 : 1;
    }
    return (a->n > b->n) - (a->n < b->n);
}

/* Copy a ring without exactly collinear points, from its lowest point on: the same ring whatever
 * other schemes' borders end at it. */
static size_t copy_ring(struct mere_point *to, const struct mere_point *pts, size_t n)
{
    size_t low = 0;
    for (size_t i = 1; i < n; i++)
        if (pts[i].x < pts[low].x || (pts[i].x == pts[low].x && pts[i].y < pts[low].y))
            low = i;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        struct mere_point p = pts[(low + i) % n], next = pts[(low + i + 1) % n];
        if (m > 0) {
            struct mere_point q = to[m - 1];
            int64_t ax = (int64_t)p.x - q.x, ay = (int64_t)p.y - q.y;
            int64_t bx = (int64_t)next.x - p.x, by = (int64_t)next.y - p.y;
            /* Each difference fits 33 bits, a product 66. */
            if ((mere_i128)ax * by == (mere_i128)ay * bx &&
                (mere_i128)ax * bx + (mere_i128)ay * by > 0)
                continue;
        }
        to[m++] = p;
    }
    return m;
}

/* The loops found, tidied and in a fixed order, as a polygon. */
static enum mere_status gather(struct tracer *t, struct mere_arena *arena, struct mere_layer *ret)
{
    size_t n_rings = t->ring_first.n;
    struct mere_point *pts = MERE_NEW(arena, struct mere_point, t->pts.n);
    uint32_t *first = MERE_NEW(arena, uint32_t, n_rings + 1);
    struct loop *loops = MERE_NEW(&t->ck->scratch, struct loop, n_rings);
    struct mere_point *tidy = MERE_NEW(&t->ck->scratch, struct mere_point, t->pts.n);
    uint32_t *part_ring = MERE_NEW(arena, uint32_t, 2);
    uint32_t *part_zone = MERE_NEW(arena, uint32_t, 1);
    struct mere_zone *zone = MERE_NEW(arena, struct mere_zone, 1);
    if (!pts || !first || !loops || !tidy || !part_ring || !part_zone || !zone)
        return mere_fail_nomem(t->ck->ctx, "tracing a defect");
    for (size_t r = 0; r < n_rings; r++) {
        size_t from = t->ring_first.v[r];
        size_t end = r + 1 < n_rings ? t->ring_first.v[r + 1] : t->pts.n;
        size_t n = copy_ring(tidy + from, t->pts.v + from, end - from);
        loops[r] = (struct loop){tidy + from, n, r == t->shell};
    }
    qsort(loops, n_rings, sizeof *loops, loop_cmp);
    uint32_t n = 0;
    for (size_t r = 0; r < n_rings; r++) {
        first[r] = n;
        memcpy(pts + n, loops[r].pts, loops[r].n * sizeof *pts);
        n += (uint32_t)loops[r].n;
    }
    first[n_rings] = n;
    part_ring[1] = (uint32_t)n_rings;
    *zone = (struct mere_zone){.code = "", .name = "", .households = MERE_UNKNOWN};
    zone->persons = MERE_UNKNOWN;
    *ret = (struct mere_layer){.name = "", .role = MERE_ROLE_OTHER, .n_zones = 1, .zones = zone};
    ret->n_parts = 1;
    ret->part_zone = part_zone;
    ret->part_ring = part_ring;
    ret->n_rings = n_rings;
    ret->ring_first = first;
    ret->pts = pts;
    return MERE_OK;
}

/* Walk all boundaries of the faces of the region. `done` has a bit for each half-edge. */
static bool walk_all(struct tracer *t, const struct mere_regions *regions, uint8_t *done)
{
    const struct mere_net *net = t->ck->net;
    const struct mere_region *region = &regions->region[t->region];
    for (uint32_t i = 0; i < region->n; i++) {
        int32_t f = regions->face[region->first + i];
        for (uint32_t k = net->face_ring_first[f + 1]; k < net->face_ring_first[f + 2]; k++) {
            int32_t start = net->ring_edge[net->face_rings[k]], e = start;
            do {
                if (!inside(t, e ^ 1) && !(done[e >> 1] & (1 << (e & 1))) &&
                    !walk_boundary(t, e, done))
                    return false;
                e = net->next[e];
            } while (e != start);
        }
    }
    return true;
}

enum mere_status mere_check_trace(struct mere_checker *ck, const struct mere_regions *regions,
                                  int32_t region, struct mere_arena *arena,
                                  struct mere_layer *ret_polygon)
{
    struct tracer t = {.ck = ck, .of_face = regions->of_face, .region = region};
    enum mere_status status = MERE_OK;
    /* Bits of half-edges already walked; they are wiped again below, so one array serves all
     * traces. */
    if (!ck->arc_done) {
        ck->arc_done = MERE_NEW(&ck->scratch, uint8_t, (size_t)ck->net->n_arcs);
        if (!ck->arc_done)
            return mere_fail_nomem(ck->ctx, "tracing a defect");
    }
    if (!walk_all(&t, regions, ck->arc_done))
        status = mere_fail_nomem(ck->ctx, "tracing a defect");
    else
        status = gather(&t, arena, ret_polygon);
    const struct mere_region *r = &regions->region[region];
    for (uint32_t i = 0; i < r->n; i++) {
        int32_t f = regions->face[r->first + i];
        for (uint32_t k = ck->net->face_ring_first[f + 1]; k < ck->net->face_ring_first[f + 2];
             k++) {
            int32_t start = ck->net->ring_edge[ck->net->face_rings[k]], e = start;
            do {
                ck->arc_done[e >> 1] = 0;
                e = ck->net->next[e];
            } while (e != start);
        }
    }
    MERE_VEC_FREE(&t.walk);
    MERE_VEC_FREE(&t.pts);
    MERE_VEC_FREE(&t.ring_first);
    return status;
}

enum mere_status mere_check_polygon(struct mere_checker *ck, const struct mere_point *pts, size_t n,
                                    struct mere_arena *arena, struct mere_layer *ret)
{
    struct tracer t = {.ck = ck};
    enum mere_status status;
    bool ok = MERE_PUSH(&t.ring_first, 0u);
    for (size_t i = 0; ok && i < n; i++)
        ok = MERE_PUSH(&t.pts, pts[i]);
    status = ok ? gather(&t, arena, ret) : mere_fail_nomem(ck->ctx, "drawing a defect");
    MERE_VEC_FREE(&t.pts);
    MERE_VEC_FREE(&t.ring_first);
    return status;
}

enum mere_status mere_check_piece(struct mere_checker *ck, const struct mere_regions *regions,
                                  int32_t region, struct mere_piece *ret)
{
    struct mere_piece piece = {.area_m2 = regions->region[region].area_m2, .places = MERE_UNKNOWN};
    MERE_TRY(mere_check_trace(ck, regions, region, &ck->report->arena, &piece.polygon));
    MERE_TRY(mere_inscribed_circle(ck->ctx, &piece.polygon, 0, WIDTH_PRECISION_M, &piece.centre,
                                   &piece.width_m));
    if (ck->face_places) {
        const struct mere_region *r = &regions->region[region];
        piece.places = 0;
        for (uint32_t i = 0; i < r->n; i++)
            piece.places += ck->face_places[regions->face[r->first + i]];
    }
    *ret = piece;
    return MERE_OK;
}

/* ---- what lies around ---------------------------------------------------------------------------
 */

static int int_cmp(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static bool add_claims(const struct mere_scheme *scheme, int32_t face, int32_t **v, size_t *n,
                       size_t *cap)
{
    size_t n_claims;
    const int32_t *claim = mere_face_claims(scheme, face, &n_claims);
    for (size_t i = 0; i < n_claims; i++) {
        if (*n > 0 && (*v)[*n - 1] == claim[i])
            continue;
        if (*n == *cap && !mere_vec_grow((void **)v, cap, *n, 1, sizeof **v))
            return false;
        (*v)[(*n)++] = claim[i];
    }
    return true;
}

enum mere_status mere_check_around(struct mere_checker *ck, int32_t s,
                                   const struct mere_regions *regions, int32_t region,
                                   struct mere_piece *piece, bool *ret_open)
{
    const struct mere_net *net = ck->net;
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    const struct mere_region *r = &regions->region[region];
    int32_t *v = NULL;
    size_t n = 0, cap = 0;
    bool open = false, ok = true;
    for (uint32_t i = 0; i < r->n && ok; i++) {
        int32_t f = regions->face[r->first + i];
        for (uint32_t k = net->face_ring_first[f + 1]; k < net->face_ring_first[f + 2] && ok; k++) {
            int32_t start = net->ring_edge[net->face_rings[k]], e = start;
            do {
                int32_t far = mere_edge_face(net, e ^ 1);
                int32_t there = regions->of_face[mere_face_slot(net, far)];
                if (there != region && there >= 0 &&
                    regions->region[there].land == MERE_LAND_OUTSIDE)
                    open = true;
                else if (there != region && far >= 0)
                    ok = add_claims(scheme, far, &v, &n, &cap);
                e = net->next[e];
            } while (e != start && ok);
        }
    }
    int32_t *zones = ok ? MERE_NEW(&ck->report->arena, int32_t, n) : NULL;
    if (zones) {
        if (n > 0)
            qsort(v, n, sizeof *v, int_cmp);
        size_t m = 0;
        for (size_t i = 0; i < n; i++)
            if (m == 0 || zones[m - 1] != v[i])
                zones[m++] = v[i];
        piece->zones = zones;
        piece->n_zones = m;
        *ret_open = open;
    }
    mere_vec_free((void **)&v, &n, &cap);
    return zones ? MERE_OK : mere_fail_nomem(ck->ctx, "looking around a defect");
}
