/* repair_priv.h - what the files of repair share. */
#ifndef MERE_NET_REPAIR_PRIV_H
#define MERE_NET_REPAIR_PRIV_H
#include "net/net_priv.h"
#include "net/repair.h"

#define PARENT_NONE (-1)     /* the face lies in no zone of the parent */
#define PARENT_DISPUTED (-2) /* in several: nothing follows from it */

/* Faces that hang together and have the same key. */
struct repair_regions {
    int32_t n;
    uint32_t *first; /* n + 1, into faces */
    int32_t *faces;
    int32_t *of_face; /* n_faces + 1, the last is the outer face's; MERE_UNKNOWN: in none */
};

/* A zone that may get a piece. */
struct repair_candidate {
    int32_t zone;
    double border_m;
    int64_t border_cm; /* lengths are compared by whole centimetres, or ties would not be */
    bool of_parent;
};
typedef MERE_VEC(struct repair_candidate) repair_candidates;
typedef MERE_VEC(int32_t) repair_faces;

/* One round: a network, and the scheme's labels on it, which change. */
struct repair_round {
    struct mere_ctx *ctx;
    const struct mere_repair_input *in;
    struct mere_net *net;
    int32_t s;                  /* the scheme */
    int32_t bound;              /* the scheme that bounds it, or MERE_UNKNOWN */
    struct mere_scheme *scheme; /* net->schemes[s]; its labels are changed */
    int32_t *input_zone;        /* by zone of the network: the zone of the input layer */
    int32_t *zone_of_input;     /* and back; MERE_UNKNOWN: it was removed */
    int32_t *own;               /* by zone: its parent zone, or MERE_UNKNOWN */
    const int32_t *piece_of;    /* n_faces: the piece of a cut gap, negative in none; or NULL */
    int32_t n_pieces;           /* of cut gaps */
    size_t n_cut_points;
    const struct mere_point *cut_points; /* vertices that cuts brought; sorted */
    repair_faces *land;     /* by zone: the faces that it claims, and some that it lost */
    int32_t *n_land;        /* by zone: how many it claims */
    uint32_t *candidate_of; /* by zone: its place among a piece's candidates, + 1 */
    struct mere_tracer *tracer;
    struct mere_arena scratch;
    const struct mere_point *places; /* sorted by x, then y */
    size_t n_places;
    struct mere_arena *arena; /* of the result */
    MERE_VEC(struct mere_proposal) applied, refused;
};

/* Who claims `face` in the scheme now. */
static inline const int32_t *repair_claims(const struct repair_round *r, int32_t face, size_t *n)
{
    return mere_face_claims(r->scheme, face, n);
}
/* The faces that `zone` claims now, into `ret`. False when memory is out. */
bool mere_repair_land(const struct repair_round *r, int32_t zone, repair_faces *ret);
/* The parent zone of a face, PARENT_NONE or PARENT_DISPUTED. */
int32_t mere_repair_parent_of(const struct repair_round *r, int32_t face);

/* ---- repair_pieces.c ---- */

/* Join faces by `key` (n_faces + 1 of them; negative = in no region), into r->scratch. */
MERE_MUST_USE enum mere_status mere_repair_join(struct repair_round *r, const int64_t *key,
                                                struct repair_regions *ret);
/* A piece in the making. */
struct repair_piece {
    enum mere_repair_kind kind;
    const struct repair_regions *regions;
    int32_t region;
    const int32_t *faces;
    size_t n;
    int32_t parent; /* zone of the bounding scheme, PARENT_NONE, PARENT_DISPUTED */
    struct mere_proposal proposal;
    repair_candidates candidates;
};
/* Measure the piece: polygon, area, width, place, places inside; and who borders on it. */
MERE_MUST_USE enum mere_status mere_repair_measure(struct repair_round *r,
                                                   struct repair_piece *piece);

/* ---- repair_stages.c ---- */

/* Find the pieces of all defects of one kind (beside, overlap, gap), by the labels as they are now.
 */
MERE_MUST_USE enum mere_status mere_repair_find(struct repair_round *r, enum mere_repair_kind kind,
                                                struct repair_regions *ret);
/* Propose and apply, kind by kind. */
MERE_MUST_USE enum mere_status mere_repair_stages(struct repair_round *r);

/* ---- repair_choose.c ---- */

/* Choose the new owner of a measured piece, apply the change or say why not, and list it. */
MERE_MUST_USE enum mere_status mere_repair_decide(struct repair_round *r,
                                                  struct repair_piece *piece);
/* Whether the office accepts that the zone has parts. */
bool mere_repair_has_enclaves(const struct repair_round *r, int32_t zone);

/* ---- repair_zones.c ---- */

/* The scheme as polygons after the round; of the vertices that other schemes brought only those
 * that a border needs. `*ret_any`: some zone is not as in `before`. */
MERE_MUST_USE enum mere_status mere_repair_zones(struct repair_round *r,
                                                 const struct mere_layer *before,
                                                 struct mere_arena *arena, struct mere_layer *ret,
                                                 bool *ret_any);
/* Whether two zones have the same segments. */
MERE_MUST_USE enum mere_status mere_repair_same(struct mere_ctx *ctx,
                                                const struct mere_parts_by_zone *a, size_t za,
                                                const struct mere_parts_by_zone *b, size_t zb,
                                                bool *ret);
/* Twice the area of a zone of valid polygons. */
int64_t mere_repair_area2(const struct mere_parts_by_zone *of, size_t zone);

/* ---- repair_local.c ---- */

/* Whether `zone` surely has as many parts and holes with (`gains`) or without the piece as it has
 * now. False: it must be counted. */
bool mere_repair_keeps_shape(const struct repair_round *r, const struct repair_piece *piece,
                             int32_t zone, bool gains);

/* ---- repair_duplicates.c ---- */

/* Leave out of `layer` the zones that are another one again. `*ret_twin` (by zone of the layer as
 * it was, in `arena`): the zone that it is again, or MERE_UNKNOWN. */
MERE_MUST_USE enum mere_status mere_repair_duplicates(struct mere_ctx *ctx,
                                                      struct mere_arena *arena,
                                                      struct mere_layer *layer, int32_t **ret_twin);
#endif
