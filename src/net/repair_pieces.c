/* repair_pieces.c - pieces of defects: faces joined, traced and measured, and who borders on them.
 */
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/repair_priv.h"
#include "net/zones.h"
#include <stdlib.h>

int32_t mere_repair_parent_of(const struct repair_round *r, int32_t face)
{
    if (r->bound < 0 || face < 0)
        return PARENT_NONE;
    int32_t label = r->net->schemes[r->bound].label[face];
    return label >= 0 ? label : label == MERE_LABEL_NONE ? PARENT_NONE : PARENT_DISPUTED;
}

bool mere_repair_parent_lacks(const struct repair_round *r, int32_t face)
{
    const struct mere_scheme *schemes = r->net->schemes;
    bool lacks = r->above >= 0 && schemes[r->above].label[face] != MERE_LABEL_NONE &&
                 schemes[r->bound].label[face] == MERE_LABEL_NONE;
    for (int32_t s = 0; lacks && s < r->net->n_schemes; s++)
        lacks = schemes[s].role != MERE_ROLE_HOLE || schemes[s].label[face] == MERE_LABEL_NONE;
    return lacks;
}

/* ---- joining ---- */

enum mere_status mere_repair_join(struct repair_round *r, const int64_t *key,
                                  struct repair_regions *ret)
{
    size_t n = (size_t)r->net->n_faces + 1;
    int32_t *root = MERE_NEW(&r->scratch, int32_t, n);
    int32_t *of_face = MERE_NEW(&r->scratch, int32_t, n);
    int32_t n_regions = 0;
    if (!root || !of_face)
        return mere_fail_nomem(r->ctx, "joining faces");
    mere_faces_join(r->net, key, root);
    for (size_t f = 0; f < n; f++)
        of_face[f] = root[f] < 0             ? MERE_UNKNOWN
                     : root[f] == (int32_t)f ? n_regions++
                                             : of_face[root[f]];
    uint32_t *first = MERE_NEW(&r->scratch, uint32_t, (size_t)n_regions + 2);
    int32_t *faces = MERE_NEW(&r->scratch, int32_t, n);
    if (!first || !faces)
        return mere_fail_nomem(r->ctx, "joining faces");
    /* Counted two places ahead, summed, then used as cursors. The outer face is listed nowhere. */
    for (size_t f = 0; f + 1 < n; f++)
        if (of_face[f] >= 0)
            first[of_face[f] + 2]++;
    for (int32_t i = 2; i < n_regions + 2; i++)
        first[i] += first[i - 1];
    for (size_t f = 0; f + 1 < n; f++)
        if (of_face[f] >= 0)
            faces[first[of_face[f] + 1]++] = (int32_t)f;
    *ret = (struct repair_regions){n_regions, first, faces, of_face};
    return MERE_OK;
}

/* ---- places inside ---- */

/* The ray from a place, shifted by the half-open rule: infinitesimally east, then north. It crosses
 * the segments that lie at its right hand and span its height. */
static bool crosses(struct mere_point a, struct mere_point b, struct mere_point p)
{
    if ((a.y <= p.y) == (b.y <= p.y))
        return false;
    struct mere_point low = a.y < b.y ? a : b, high = a.y < b.y ? b : a;
    return mere_orient_points(low, high, p) > 0;
}

bool mere_polygon_holds(const struct mere_layer *polygon, struct mere_point p)
{
    bool in = false;
    for (size_t ring = 0; ring < polygon->n_rings; ring++) {
        uint32_t first = polygon->ring_first[ring], end = polygon->ring_first[ring + 1];
        for (uint32_t i = first, last = end - 1; i < end; last = i++)
            in ^= crosses(polygon->pts[last], polygon->pts[i], p);
    }
    return in;
}

/* Whether the two have a segment in common, with the land at the same hand. */
static bool share_segment(const struct mere_layer *a, const struct mere_layer *b)
{
    for (size_t ra = 0; ra < a->n_rings; ra++)
        for (uint32_t i = a->ring_first[ra], last = a->ring_first[ra + 1] - 1;
             i < a->ring_first[ra + 1]; last = i++)
            for (size_t rb = 0; rb < b->n_rings; rb++)
                for (uint32_t k = b->ring_first[rb], prev = b->ring_first[rb + 1] - 1;
                     k < b->ring_first[rb + 1]; prev = k++)
                    if (mere_point_same(a->pts[i], b->pts[k]) &&
                        mere_point_same(a->pts[last], b->pts[prev]))
                        return true;
    return false;
}

struct mere_box mere_polygon_box(const struct mere_layer *polygon)
{
    return mere_box_of(polygon->pts,
                       polygon->n_rings > 0 ? polygon->ring_first[polygon->n_rings] : 0);
}

bool mere_polygons_share(const struct mere_layer *a, struct mere_point in_a,
                         const struct mere_layer *b, struct mere_point in_b)
{
    struct mere_box x = mere_polygon_box(a), y = mere_polygon_box(b);
    if (x.max.x <= y.min.x || y.max.x <= x.min.x || x.max.y <= y.min.y || y.max.y <= x.min.y)
        return false;
    return (mere_polygon_holds(a, in_a) && mere_polygon_holds(b, in_a)) ||
           (mere_polygon_holds(b, in_b) && mere_polygon_holds(a, in_b)) || share_segment(a, b);
}

/* The first place with x not below `x`. */
static size_t first_place(const struct repair_round *r, int32_t x)
{
    size_t low = 0, high = r->n_places;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (r->places[mid].x < x)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static int64_t places_in(const struct repair_round *r, const struct mere_layer *polygon)
{
    struct mere_box box = mere_polygon_box(polygon);
    int64_t n = 0;
    for (size_t i = first_place(r, box.min.x); i < r->n_places && r->places[i].x < box.max.x; i++)
        if (r->places[i].y >= box.min.y && r->places[i].y < box.max.y)
            n += mere_polygon_holds(polygon, r->places[i]);
    return n;
}

/* ---- who borders on it ---- */

static struct repair_candidate *candidate(struct repair_round *r, struct repair_piece *piece,
                                          int32_t zone)
{
    if (r->candidate_of[zone])
        return &piece->candidates.v[r->candidate_of[zone] - 1];
    struct repair_candidate fresh = {.zone = zone};
    fresh.of_parent = piece->parent >= 0 && r->own && r->own[zone] == piece->parent;
    if (!MERE_PUSH(&piece->candidates, fresh))
        return NULL;
    r->candidate_of[zone] = (uint32_t)piece->candidates.n;
    return &piece->candidates.v[piece->candidates.n - 1];
}

/* Whether `zone` may get the piece: a claimant of an overlap, else who has it not yet. */
static bool may_have(const struct repair_piece *piece, int32_t zone)
{
    bool has = false;
    for (size_t i = 0; i < piece->proposal.n_before; i++)
        has = has || piece->proposal.before[i] == zone;
    return piece->kind == MERE_REPAIR_OVERLAP ? has : !has;
}

static double arc_m(const struct mere_net *net, int32_t arc)
{
    return mere_chain_length_m(net->pts + net->arcs[arc].first, net->arcs[arc].n);
}

static bool add_neighbours(struct repair_round *r, struct repair_piece *piece, int32_t face)
{
    const struct mere_net *net = r->net;
    for (uint32_t k = net->face_ring_first[face + 1]; k < net->face_ring_first[face + 2]; k++) {
        int32_t start = net->ring_edge[net->face_rings[k]], e = start;
        do {
            int32_t beyond = mere_edge_face(net, e ^ 1);
            bool border = piece->regions->of_face[mere_face_slot(net, beyond)] != piece->region;
            size_t n = 0;
            const int32_t *claim = border ? repair_claims(r, beyond, &n) : NULL;
            double length = n > 0 ? arc_m(net, e >> 1) : 0;
            for (size_t i = 0; i < n; i++) {
                if (!may_have(piece, claim[i]))
                    continue;
                struct repair_candidate *c = candidate(r, piece, claim[i]);
                if (!c)
                    return false;
                c->border_m += length;
            }
            e = net->next[e];
        } while (e != start);
    }
    return true;
}

/* ---- measuring ---- */

static enum mere_status find_neighbours(struct repair_round *r, struct repair_piece *piece)
{
    struct mere_proposal *p = &piece->proposal;
    p->area2 = 0;
    p->area_m2 = 0;
    for (size_t i = 0; i < piece->n; i++) {
        p->area2 += r->net->face_area2[piece->faces[i]];
        p->area_m2 += r->net->face_area_m2[piece->faces[i]];
        if (!add_neighbours(r, piece, piece->faces[i]))
            return mere_fail_nomem(r->ctx, "measuring a defect");
    }
    /* A claimant without a border of its own is one all the same. */
    for (size_t i = 0; piece->kind == MERE_REPAIR_OVERLAP && i < p->n_before; i++)
        if (!candidate(r, piece, p->before[i]))
            return mere_fail_nomem(r->ctx, "measuring a defect");
    return MERE_OK;
}

enum mere_status mere_repair_measure(struct repair_round *r, struct repair_piece *piece)
{
    struct mere_proposal *p = &piece->proposal;
    enum mere_status status = find_neighbours(r, piece);
    for (size_t i = 0; i < piece->candidates.n; i++) {
        struct repair_candidate *c = &piece->candidates.v[i];
        c->border_cm = llround(100 * c->border_m);
        r->candidate_of[c->zone] = 0;
    }
    MERE_TRY(status);
    MERE_TRY(mere_tracer_layer(r->ctx, r->tracer, piece->faces, piece->n, r->arena, &p->polygon));
    if (p->polygon.n_parts != 1)
        return mere_fail(r->ctx, MERE_E_INTERNAL, "a piece of a defect has %zu parts",
                         p->polygon.n_parts);
    MERE_TRY(mere_inscribed_circle(r->ctx, &p->polygon, 0, WIDTH_PRECISION_M, &p->at, &p->width_m));
    p->places = places_in(r, &p->polygon);
    return MERE_OK;
}
