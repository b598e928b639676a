/* repair_priv.h - what the files of repair share. */
#ifndef MERE_NET_REPAIR_PRIV_H
#define MERE_NET_REPAIR_PRIV_H
#include "net/net_priv.h"
#include "net/repair.h"

#define PARENT_NONE (-1)        /* the face lies in no zone of the parent */
#define PARENT_DISPUTED (-2)    /* in several: nothing follows from it */
#define WIDTH_PRECISION_M 0.005 /* as `check` measures */

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
typedef MERE_VEC(struct mere_proposal) repair_proposals;

/* Who touches a defect that is left: zones of the input that claim it or border on it. */
struct repair_near {
    size_t n;
    const int32_t *zones;
};
struct repair_left {
    enum mere_repair_kind kind; /* the stage that found it */
    int32_t face;               /* one of the piece */
    struct repair_near near;    /* of all the defect, of which the piece may be cut */
};

/* One round: a network, and the scheme's labels on it, which change. */
struct repair_round {
    struct mere_ctx *ctx;
    const struct mere_repair_input *in;
    size_t n_input; /* zones of the input */
    struct mere_net *net;
    int32_t s;                  /* the scheme */
    int32_t bound;              /* the scheme that bounds it, or MERE_UNKNOWN */
    int32_t above;              /* the scheme that bounds that one, or MERE_UNKNOWN */
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
    struct mere_arena *run;   /* of all rounds */
    const bool *moved;        /* by zone of the input: the round before changed it; or NULL, in the
                                 first round */
    const bool *whole_around; /* by zone of the input: all that touches it is in the network; or
                                 NULL, that of every zone is */
    bool *changed;            /* by zone of the input: this round did */
    bool narrowed;            /* the network is a part of the round's */
    struct mere_layer whole;  /* then: all zones as they were traced before */
    repair_proposals applied, refused;
    MERE_VEC(struct repair_left) left; /* of each refused one */
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
/* Whether the parent scheme itself lacks the face: the scheme above has it, and neither a zone of
 * the parent nor a declared hole. */
bool mere_repair_parent_lacks(const struct repair_round *r, int32_t face);

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
    int32_t parent;    /* zone of the bounding scheme, PARENT_NONE, PARENT_DISPUTED */
    bool beside_large; /* a cut parts it from a piece beyond the limit of area */
    struct mere_proposal proposal;
    repair_candidates candidates;
};
/* Measure the piece: polygon, area, width, place, places inside; and who borders on it. */
MERE_MUST_USE enum mere_status mere_repair_measure(struct repair_round *r,
                                                   struct repair_piece *piece);

/* ---- repair_stages.c ---- */

/* Find the pieces of all defects of one kind, by the labels as they are now: `cut` as the cuts part
 * them, or whole. Of fragments: all parts of all zones. */
MERE_MUST_USE enum mere_status mere_repair_find(struct repair_round *r, enum mere_repair_kind kind,
                                                bool cut, struct repair_regions *ret);
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
/* Which zones of `now` differ from those of `before` that have their fids: `differs`, by zone of
 * `now`; those that don't are not looked at again. `*ret_any`: some do. */
MERE_MUST_USE enum mere_status mere_repair_differ(struct repair_round *r,
                                                  const struct mere_layer *before,
                                                  const struct mere_layer *now, bool *differs,
                                                  bool *ret_any);
/* Whether two zones have the same segments. */
MERE_MUST_USE enum mere_status mere_repair_same(struct mere_ctx *ctx,
                                                const struct mere_parts_by_zone *a, size_t za,
                                                const struct mere_parts_by_zone *b, size_t zb,
                                                bool *ret);
/* A place where they differ: a vertex that the second has and the first hasn't, else the other way
 * round. */
MERE_MUST_USE enum mere_status mere_repair_changed_at(struct mere_ctx *ctx,
                                                      const struct mere_parts_by_zone *a, size_t za,
                                                      const struct mere_parts_by_zone *b, size_t zb,
                                                      struct mere_point *ret);
/* Twice the area of a zone of valid polygons. */
int64_t mere_repair_area2(const struct mere_parts_by_zone *of, size_t zone);

/* ---- repair_local.c ---- */

/* Whether `zone` surely has as many parts and holes with (`gains`) or without the piece as it has
 * now. False: it must be counted. */
bool mere_repair_keeps_shape(const struct repair_round *r, const struct repair_piece *piece,
                             int32_t zone, bool gains);

/* ---- repair_scope.c ---- */

/* Which regions (`*ret`, by number) are judged in this round: those that touch a zone which the
 * round before changed; all of them in the first. */
MERE_MUST_USE enum mere_status mere_repair_judged(struct repair_round *r,
                                                  const struct repair_regions *regions, bool **ret);
/* Find who touches what is left, by the labels at the end of the round. */
MERE_MUST_USE enum mere_status mere_repair_near(struct repair_round *r);
bool mere_repair_is_near(const struct repair_near *near, const bool *moved);
/* Add to `scope` the zones that touch one that moved, in a point at least (by zone of the input).
 */
MERE_MUST_USE enum mere_status mere_repair_around(struct repair_round *r, const bool *moved,
                                                  bool *scope);
/* Go on with the zones alone that touch a defect or that are not drawn as in `before`, and those
 * around them: `traced` (all zones of the first network) is kept in r->whole, and it and `before`
 * are narrowed. Nothing is done where a defect touches no zone. */
MERE_MUST_USE enum mere_status mere_repair_narrow(struct repair_round *r, struct mere_layer *traced,
                                                  struct mere_layer *before);
/* The layer of the zones (of `from`) that are kept, in `arena`, texts borrowed. False when memory
 * is out, as below. */
bool mere_repair_keep(struct mere_arena *arena, const struct mere_layer *from, const bool *keep,
                      struct mere_layer *ret);
/* Leave in `layer` the zones alone that are in scope, by zone of the input. */
bool mere_repair_narrow_layer(struct repair_round *r, const bool *scope, struct mere_layer *layer);
/* Put the zones of the round's network, drawn in `part`, in the place of those in `now`. */
bool mere_repair_splice(struct repair_round *r, const struct mere_layer *part,
                        struct mere_arena *arena, struct mere_layer *now);

/* ---- repair_duplicates.c ---- */

/* Leave out of `layer` the zones that are another one again. `*ret_twin` (by zone of the layer as
 * it was, in `arena`): the zone that it is again, or MERE_UNKNOWN. */
MERE_MUST_USE enum mere_status mere_repair_duplicates(struct mere_ctx *ctx,
                                                      struct mere_arena *arena,
                                                      struct mere_layer *layer, int32_t **ret_twin);

/* ---- repair_tell.c ---- */

/* What the rounds came to: `now` is the scheme `input` as mended, fid = place in the input + 1. */
struct repair_telling {
    struct mere_ctx *ctx;
    struct mere_arena *scratch;
    const struct mere_layer *input, *now;
    repair_proposals *applied;
    const repair_proposals *refused;
    struct mere_repair *ret;
};
/* Fill `ret`: what of the scheme changed, and the proposals in order. What changed by vertices
 * alone is added to `applied`. */
MERE_MUST_USE enum mere_status mere_repair_tell(const struct repair_telling *w);
#endif
