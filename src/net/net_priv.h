/* net_priv.h - how a network is made, between the files of this module.
 *
 *   layers ─build.c─▶ rings ─node.c─▶ walks ─arcs.c─▶ arcs ─faces.c─▶ faces ─flood.c─▶ claims
 *                                                        ▲                               │
 *                                                        └─ canon.c: arcs that separate ─┤
 *                                                           nothing go                   ▼
 *                                            state.c ◀── labels, zones by code ◀── label.c
 *
 *   edit ─edit_freeze.c─▶ any numbering ─canon.c─▶ arcs, faces ─label.c─▶ labels ─▶ state.c
 *
 * While it grows, a network's claims are *raw*: zones are numbered as their layers number them, and
 * every disputed face has a list of its own (those of an edit may share them). */
#ifndef MERE_NET_NET_PRIV_H
#define MERE_NET_NET_PRIV_H
#include "base/vec.h"
#include "net/net.h"

#define MERE_ARCS_MAX ((size_t)1 << 30)

/* Closed walks over numbered points: what noding gives. */
struct mere_walks {
    size_t n_pts;
    const struct mere_lattice_point *pts; /* by number: sorted by x, then y */
    size_t n_rings;
    const uint64_t *first; /* n_rings + 1, into walk */
    const uint32_t *walk;
};

/* Crossing an arc from its right to its left adds `sign` to the winding of ring `ring`. */
struct mere_delta {
    uint32_t ring;
    int32_t sign;
};
struct mere_deltas {
    const uint32_t *first; /* n_arcs + 1 */
    const struct mere_delta *v;
    bool spikes; /* a ring turned back on itself: a node may stand where only two arcs meet */
};

/* Where the parts of all layers belong. Zones of all schemes are numbered through: scheme s has
 * zone_base[s] .. zone_base[s + 1). */
struct mere_members {
    size_t n_schemes;
    const uint32_t *zone_base; /* n_schemes + 1 */
    size_t n_parts;
    const uint32_t *part_zone;   /* n_parts: zone, numbered through */
    const uint32_t *part_scheme; /* n_parts */
    size_t n_rings;
    const uint32_t *ring_part; /* n_rings */
    const bool *is_shell;      /* n_rings */
    uint8_t *flaws;            /* all zones: bits of enum mere_flaw, added to */
};

/* Raw claims of one scheme: label >= 0 a zone of the layer, MERE_LABEL_NONE, or list -2 - label. */
struct mere_claims {
    int32_t *label;           /* n_faces */
    MERE_VEC(uint32_t) first; /* of each list, and one more */
    MERE_VEC(int32_t) list;
};

/* What measuring an arc gives, in its own direction. */
struct mere_arc_measure {
    mere_i128 area2; /* twice the area under it, against the origin */
    double m2;       /* area against a parallel */
    double plane_m;  /* length in the local plane; only where it is asked for */
    struct mere_box box;
};
/* Measures of arcs that are kept from one network to the next. Where known[a] is set, v[a] is of
 * arc a in its canonical direction, m2 against the parallel of latitude `lat`. */
struct mere_measures {
    int32_t lat;
    struct mere_arc_measure *v;
    uint8_t *known;
};

/* Write nodes, arcs and points of `net` (in its arena), and what crossing each arc means (in
 * `scratch`). */
MERE_MUST_USE enum mere_status mere_arcs_build(struct mere_ctx *ctx, const struct mere_walks *walks,
                                               struct mere_net *net, struct mere_arena *scratch,
                                               struct mere_deltas *ret);
/* What is known of a network that has arcs, and so is not worked out again. */
struct mere_faces_known {
    int32_t *next;       /* by half-edge, in the network's arena */
    const int32_t *land; /* by half-edge: which face lies at its left hand, as any number below
                            n_lands; 0 is the outer face */
    size_t n_lands;
    struct mere_measures *measures; /* by arc, or NULL; afterwards all of it is known */
};
/* Write box, next, rings and faces of a network that has arcs. Without `known` the half-edges
 * around nodes are sorted, and components hung by a sweep. */
MERE_MUST_USE enum mere_status mere_faces_build(struct mere_ctx *ctx, struct mere_net *net,
                                                const struct mere_faces_known *known);
/* Find the ring's parent of every ring that is no shell: ring_face is written for these.
 * `ring_face` of shells is known; `ring_of` gives each half-edge's ring. */
MERE_MUST_USE enum mere_status mere_faces_hang(struct mere_ctx *ctx, const struct mere_net *net,
                                               const int32_t *ring_of, const bool *is_shell,
                                               int32_t *ring_face);
/* Find who claims each face: raw claims of `members->n_schemes` schemes. */
MERE_MUST_USE enum mere_status mere_claims_flood(struct mere_ctx *ctx, const struct mere_net *net,
                                                 const struct mere_deltas *deltas,
                                                 const struct mere_members *members,
                                                 struct mere_claims *claims);
void mere_claims_clear(struct mere_claims *claims, size_t n);
/* The claims of face `face` in one scheme; `*ret_n` of them. */
const int32_t *mere_claims_of(const struct mere_claims *claims, int32_t face, size_t *ret_n);

/* Mark the arcs with the same claims on both sides in all schemes; returns how many. `spare` has
 * room for the zones of two faces. */
size_t mere_arcs_idle(const struct mere_net *net, const struct mere_claims *claims,
                      size_t n_schemes, int32_t *spare, uint8_t *drop);
struct mere_canon {
    const uint8_t *arcs;            /* which go, by arc */
    struct mere_measures *measures; /* of the arcs of before, or NULL */
};
/* Make `to` of `from` without the arcs marked in `drop`: nodes where two arcs remain go, faces
 * join. Of `from` only nodes, arcs with their faces, points and `next` are read, and it may be
 * numbered in any way: what comes out is canonical. `measures` (or NULL) are those of its arcs;
 * what was not known and is still an arc afterwards becomes so.
 * `*ret_face` (in `scratch`) gives for every face of `to` one of the faces of `from` it is made of.
 */
MERE_MUST_USE enum mere_status mere_net_canon(struct mere_ctx *ctx, const struct mere_net *from,
                                              const struct mere_canon *drop, struct mere_net *to,
                                              struct mere_arena *scratch, const int32_t **ret_face);
/* Write the schemes of a network that has faces: `layers` in the order of schemes, and the raw
 * claims of each. Of a layer, its zones and columns are read, not its polygons. */
MERE_MUST_USE enum mere_status mere_schemes_build(struct mere_ctx *ctx, struct mere_net *net,
                                                  const struct mere_layer *const *layers, size_t n,
                                                  const struct mere_claims *claims);
/* Give the scheme its zones by code, labels and claim lists, from raw claims and the layer. */
MERE_MUST_USE enum mere_status mere_labels_build(struct mere_ctx *ctx, struct mere_net *net,
                                                 const struct mere_layer *layer,
                                                 const struct mere_claims *claims,
                                                 struct mere_scheme *scheme);
/* Copy a zone or columns with their texts; false or NULL when memory is out. */
bool mere_zone_copy(struct mere_arena *arena, const struct mere_zone *from, size_t n_columns,
                    struct mere_zone *to);
struct mere_column *mere_columns_copy(struct mere_arena *arena, const struct mere_column *from,
                                      size_t n);
/* Set parents and states of all schemes. */
MERE_MUST_USE enum mere_status mere_states_build(struct mere_ctx *ctx, struct mere_net *net,
                                                 const struct mere_layer *const *layers);

/* Tracing of many sets of faces of one network, each at the cost of its own border. `faces` are
 * distinct. Free with mere_tracer_free (accepts NULL). */
struct mere_tracer;
struct mere_ring_count {
    size_t parts, holes;
};
MERE_MUST_USE enum mere_status mere_tracer_new(struct mere_ctx *ctx, const struct mere_net *net,
                                               struct mere_tracer **ret_tracer);
void mere_tracer_free(struct mere_tracer *tracer);
/* How many parts and holes the set has as valid polygons. */
MERE_MUST_USE enum mere_status mere_tracer_count(struct mere_ctx *ctx, struct mere_tracer *tracer,
                                                 const int32_t *faces, size_t n,
                                                 struct mere_ring_count *ret);
/* The set as polygons in `arena`: a layer of one zone without texts. */
MERE_MUST_USE enum mere_status mere_tracer_layer(struct mere_ctx *ctx, struct mere_tracer *tracer,
                                                 const int32_t *faces, size_t n,
                                                 struct mere_arena *arena,
                                                 struct mere_layer *ret_layer);

/* The second point of a half-edge: where it leaves its origin to. */
static inline struct mere_point mere_edge_second(const struct mere_net *net, int32_t edge)
{
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    return net->pts[edge & 1 ? arc->first + arc->n - 2 : arc->first + 1];
}
/* The i-th point of a half-edge in walking order. */
static inline struct mere_point mere_edge_point(const struct mere_net *net, int32_t edge,
                                                uint32_t i)
{
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    return net->pts[edge & 1 ? arc->first + arc->n - 1 - i : arc->first + i];
}
/* The lowest point (x, then y) of the ring that `edge` lies on. */
static inline struct mere_point mere_ring_lowest(const struct mere_net *net, int32_t edge)
{
    struct mere_point low = mere_edge_point(net, edge, 0);
    int32_t e = edge;
    do {
        const struct mere_arc *arc = &net->arcs[e >> 1];
        for (uint32_t i = 0; i < arc->n; i++)
            if (mere_point_cmp(net->pts[arc->first + i], low) < 0)
                low = net->pts[arc->first + i];
        e = net->next[e];
    } while (e != edge);
    return low;
}

#endif
