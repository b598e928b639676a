/* repair_stages.c - the stages of a round: which faces are pieces of which defect. Children are put
 * on their parents' borders first, so that overlaps and gaps that come from there are gone before
 * anybody's claim is weighed; splinters come last, for the other stages may leave some. */
#include "net/repair_priv.h"
#include "net/zones.h"

/* The faces of the region as a piece, before it is measured. */
static struct repair_piece piece_of(const struct repair_round *r, enum mere_repair_kind kind,
                                    const struct repair_regions *regions, int32_t region)
{
    struct repair_piece piece = {.kind = kind, .regions = regions, .region = region};
    piece.faces = regions->faces + regions->first[region];
    piece.n = regions->first[region + 1] - regions->first[region];
    piece.parent = mere_repair_parent_of(r, piece.faces[0]);
    piece.proposal.kind = kind;
    return piece;
}

/* Measure and decide one region. Claims of the first face are those of all. */
static enum mere_status mend_region(struct repair_round *r, enum mere_repair_kind kind,
                                    const struct repair_regions *regions, int32_t region,
                                    bool beside_large)
{
    struct repair_piece piece = piece_of(r, kind, regions, region);
    piece.beside_large = beside_large;
    size_t n;
    const int32_t *claim = repair_claims(r, piece.faces[0], &n);
    int32_t *before = MERE_NEW(&r->scratch, int32_t, n);
    if (!before)
        return mere_fail_nomem(r->ctx, "mending");
    for (size_t k = 0; k < n; k++)
        before[k] = claim[k];
    piece.proposal.before = before;
    piece.proposal.n_before = n;
    enum mere_status status = mere_repair_measure(r, &piece);
    /* A wide part of a zone is none of our business: it may be meant. */
    if (status == MERE_OK &&
        (kind != MERE_REPAIR_FRAGMENT || piece.proposal.width_m <= r->in->max_fragment_m))
        status = mere_repair_decide(r, &piece);
    MERE_VEC_FREE(&piece.candidates);
    return status;
}

/* ---- keys ---- */

/* Keys join: what a face is (negative: no defect of this kind), its parent zone, its piece of a
 * cut, if `cut`. */
static int64_t face_key(const struct repair_round *r, int32_t face, int64_t what, bool cut)
{
    int64_t n_parents = r->bound >= 0 ? r->net->schemes[r->bound].n_zones : 0;
    int64_t n_pieces = r->piece_of ? r->n_pieces : 0;
    int64_t piece = r->piece_of && cut ? r->piece_of[face] : MERE_UNKNOWN;
    int64_t key = what * (n_parents + 2) + mere_repair_parent_of(r, face) + 2;
    return key * (n_pieces + 1) + piece + 1;
}

/* A zone's land on the side of another parent, or outside of all; apart where a parent is missing.
 */
static int64_t beside(const struct repair_round *r, int32_t face)
{
    int32_t zone = r->scheme->label[face], parent = mere_repair_parent_of(r, face);
    if (zone < 0 || r->own[zone] == MERE_UNKNOWN || parent == PARENT_DISPUTED ||
        parent == r->own[zone])
        return -1;
    /* An outline bounds land as a whole: which of its zones is no matter. */
    if (parent >= 0 && r->scheme->parent < 0)
        return -1;
    return 2 * (int64_t)zone + mere_repair_parent_lacks(r, face);
}
static int64_t overlap(const struct repair_round *r, int32_t face)
{
    int32_t label = r->scheme->label[face];
    return label <= -2 ? -2 - (int64_t)label : -1;
}
static int64_t gap(const struct repair_round *r, int32_t face)
{
    return r->scheme->state[face] == MERE_STATE_UNCLAIMED ? 0 : -1;
}
/* A zone's own land, whatever parent it lies in. */
static int64_t own_land(const struct repair_round *r, int32_t face)
{
    int32_t label = r->scheme->label[face];
    return label >= 0 ? label : -1;
}

enum mere_status mere_repair_find(struct repair_round *r, enum mere_repair_kind kind, bool cut,
                                  struct repair_regions *ret)
{
    int64_t *key = MERE_NEW(&r->scratch, int64_t, (size_t)r->net->n_faces + 1);
    if (!key)
        return mere_fail_nomem(r->ctx, "mending");
    for (int32_t f = 0; f < r->net->n_faces; f++) {
        int64_t what = kind == MERE_REPAIR_BESIDE     ? beside(r, f)
                       : kind == MERE_REPAIR_OVERLAP  ? overlap(r, f)
                       : kind == MERE_REPAIR_FRAGMENT ? own_land(r, f)
                                                      : gap(r, f);
        key[f] = what < 0 || kind == MERE_REPAIR_FRAGMENT ? what : face_key(r, f, what, cut);
    }
    key[r->net->n_faces] = -1;
    return mere_repair_join(r, key, ret);
}

/* Which pieces a cut parts from one that is too large (by piece; NULL where nothing is cut). They
 * stay with it: else each slice that is taken from its end would make the corner at which the next
 * begins. */
static enum mere_status find_beside_large(struct repair_round *r,
                                          const struct repair_regions *pieces,
                                          const struct repair_regions *whole, bool **ret)
{
    const struct mere_net *net = r->net;
    *ret = NULL;
    if (!r->piece_of)
        return MERE_OK;
    double *area = MERE_NEW(&r->scratch, double, (size_t)pieces->n);
    bool *beside = MERE_NEW(&r->scratch, bool, (size_t)pieces->n);
    if (!area || !beside)
        return mere_fail_nomem(r->ctx, "mending");
    for (int32_t i = 0; i < pieces->n; i++)
        for (uint32_t k = pieces->first[i]; k < pieces->first[i + 1]; k++)
            area[i] += net->face_area_m2[pieces->faces[k]];
    for (int32_t e = 0; e < 2 * net->n_arcs; e++) {
        size_t f = mere_face_slot(net, mere_edge_face(net, e));
        size_t other = mere_face_slot(net, mere_edge_face(net, e ^ 1));
        int32_t piece = pieces->of_face[f], next = pieces->of_face[other];
        if (piece >= 0 && next >= 0 && piece != next && whole->of_face[f] == whole->of_face[other])
            beside[piece] = beside[piece] || area[next] > r->in->max_area_m2;
    }
    *ret = beside;
    return MERE_OK;
}

static enum mere_status mend(struct repair_round *r, enum mere_repair_kind kind)
{
    struct repair_regions regions = {0}, whole;
    bool *judged, *beside_large;
    MERE_TRY(mere_repair_find(r, kind, true, &regions));
    whole = regions;
    if (r->piece_of) /* a cut defect is judged as one */
        MERE_TRY(mere_repair_find(r, kind, false, &whole));
    MERE_TRY(find_beside_large(r, &regions, &whole, &beside_large));
    MERE_TRY(mere_repair_judged(r, &whole, &judged));
    for (int32_t i = 0; i < regions.n; i++) {
        MERE_TRY(mere_tick(r->ctx, "mending", (uint64_t)i, (uint64_t)regions.n));
        if (judged[whole.of_face[regions.faces[regions.first[i]]]])
            MERE_TRY(mend_region(r, kind, &regions, i, beside_large && beside_large[i]));
    }
    return MERE_OK;
}

/* ---- splinters ---- */

/* The regions of each zone's own land; `*ret_largest` by zone. */
static enum mere_status find_parts(struct repair_round *r, struct repair_regions *regions,
                                   int32_t **ret_largest, double **ret_area)
{
    int32_t *largest = MERE_NEW(&r->scratch, int32_t, (size_t)r->scheme->n_zones);
    if (!largest)
        return mere_fail_nomem(r->ctx, "mending");
    MERE_TRY(mere_repair_find(r, MERE_REPAIR_FRAGMENT, false, regions));
    double *area = MERE_NEW(&r->scratch, double, (size_t)regions->n);
    if (!area)
        return mere_fail_nomem(r->ctx, "mending");
    for (int32_t z = 0; z < r->scheme->n_zones; z++)
        largest[z] = MERE_UNKNOWN;
    for (int32_t i = 0; i < regions->n; i++) {
        for (uint32_t k = regions->first[i]; k < regions->first[i + 1]; k++)
            area[i] += r->net->face_area_m2[regions->faces[k]];
        int32_t zone = r->scheme->label[regions->faces[regions->first[i]]];
        if (largest[zone] < 0 || area[i] > area[largest[zone]])
            largest[zone] = i;
    }
    *ret_largest = largest;
    *ret_area = area;
    return MERE_OK;
}

/* Zones in several parts: every part but the largest is looked at. */
static enum mere_status mend_fragments(struct repair_round *r)
{
    struct repair_regions regions = {0};
    int32_t *largest = NULL;
    double *area = NULL;
    bool *judged;
    MERE_TRY(find_parts(r, &regions, &largest, &area));
    MERE_TRY(mere_repair_judged(r, &regions, &judged));
    for (int32_t i = 0; i < regions.n; i++) {
        int32_t zone = r->scheme->label[regions.faces[regions.first[i]]];
        struct mere_ring_count count = {0};
        if (!judged[i] || largest[zone] == i || area[i] > r->in->max_area_m2 ||
            mere_repair_has_enclaves(r, zone))
            continue;
        /* Disputed land may hold the parts together. */
        repair_faces land = {0};
        enum mere_status status = mere_repair_land(r, zone, &land)
                                      ? mere_tracer_count(r->ctx, r->tracer, land.v, land.n, &count)
                                      : mere_fail_nomem(r->ctx, "mending");
        MERE_VEC_FREE(&land);
        MERE_TRY(status);
        if (count.parts > 1)
            MERE_TRY(mend_region(r, MERE_REPAIR_FRAGMENT, &regions, i, false));
    }
    return MERE_OK;
}

enum mere_status mere_repair_stages(struct repair_round *r)
{
    if (r->bound >= 0)
        MERE_TRY(mend(r, MERE_REPAIR_BESIDE));
    MERE_TRY(mend(r, MERE_REPAIR_OVERLAP));
    MERE_TRY(mend(r, MERE_REPAIR_GAP));
    return mend_fragments(r);
}
