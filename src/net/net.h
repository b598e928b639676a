/* clang-format off */
/* net.h - the boundary network: the one idea of merestone (DESIGN section 1).
 *
 * A division is one planar network: nodes joined by arcs; arcs bound faces; every arc knows the
 * face on its left and on its right. A scheme is a labelling of the faces.
 *
 *                left face            half-edge 2a runs along the arc, the left face at its left
 *        from ●────── arc a ─────▶● to
 *                right face           half-edge 2a + 1 runs back, the right face at its left
 *
 * Everything is numbered canonically: nodes by (x, y), arcs by their first point and the next one,
 * faces by the lowest half-edge of their shell, zones by code. So the same borders give the same
 * bytes, whatever the order of features, ring starts or directions. A network is immutable once
 * built; net/edit.h changes one and makes the next. */
/* clang-format on */
#ifndef MERE_NET_NET_H
#define MERE_NET_NET_H
#include "geo/box.h"
#include "net/layer.h"

#define MERE_FACE_OUTER (-1) /* the unbounded face */
#define MERE_LABEL_NONE (-1) /* no zone */

struct mere_arc {
    uint32_t first, n;   /* its points: pts[first .. first + n), both ends included, n >= 2 */
    int32_t from, to;    /* nodes */
    int32_t left, right; /* faces, MERE_FACE_OUTER for the unbounded one */
};

/* One scheme's labelling. Index arrays by face; a face's label is
 *   >= 0             the zone that owns it,
 *   MERE_LABEL_NONE  no zone (unclaimed or outside: see state),
 *   <= -2            disputed: claim list -2 - label. */
struct mere_scheme {
    const char *name;
    enum mere_role role;
    bool covering;
    int32_t parent;            /* index of the parent scheme in the network, or MERE_UNKNOWN */
    const char *parent_scheme; /* as the layer named it, loaded or not; NULL none */
    size_t n_columns;
    const struct mere_column *columns;
    int32_t n_zones;
    const struct mere_zone *zones; /* sorted by code, then lowest face */
    const int32_t *zone_of_layer;  /* by zone of the input layer, or of the network that was
                                      edited -> zone here */
    int32_t *label;                /* n_faces */
    uint8_t *state;                /* n_faces: enum mere_state */
    int32_t n_claims;              /* claim lists */
    const uint32_t *claim_first;   /* n_claims + 1 */
    const int32_t *claim;          /* zones, ascending */
};

struct mere_net {
    struct mere_arena arena; /* owns everything here */
    struct mere_box box;
    int32_t n_nodes;
    const struct mere_point *nodes;
    int32_t n_arcs;
    const struct mere_arc *arcs;
    const struct mere_point *pts;
    size_t n_pts;
    const int32_t *next; /* 2 * n_arcs: the half-edge that follows on the same face's ring */
    int32_t n_rings;
    const int32_t *ring_edge; /* n_rings: the lowest half-edge of each ring */
    const int32_t *ring_face; /* n_rings */
    int32_t n_faces;
    const uint32_t *face_ring_first; /* n_faces + 2: rings of face f are face_rings[first[f+1] ..
                                        first[f+2]); the outer face is f = -1; a bounded face's
                                        first ring is its shell */
    const int32_t *face_rings;
    const struct mere_box *face_box; /* n_faces */
    const double *face_area_m2;      /* n_faces */
    const int64_t *face_area2;       /* n_faces: twice the area, square 1e-7 degree, exact */
    const double *arc_m; /* n_arcs: mere_chain_plane_m of each, in a network that an edit froze and
                            so knows them; else NULL */
    int32_t n_schemes;
    struct mere_scheme *schemes; /* by rank, then name */
    /* What matching between schemes did. */
    uint64_t n_merged, n_inserted, n_crossings;
    double max_shift; /* 1e-7 degree of latitude, as in mere_noded */
    size_t n_refusals;
    const struct mere_net_refusal *refusals;
};

/* A snap that was not made, told by zone. `scheme` and `zone` are indices of the network. */
struct mere_net_refusal {
    int32_t scheme, zone;
    struct mere_point at;
    int why; /* enum mere_refused */
};

/* Per zone and part of the input: how a polygon was not as it should be. Bits. */
enum mere_flaw {
    MERE_FLAW_CROSSES_ITSELF = 1, /* read by the rule: shell winding not 0 and hole winding 0 */
    MERE_FLAW_RING_ORDER = 2,     /* the shell was not the first ring */
    MERE_FLAW_HOLE_OUTSIDE =
        4, /* a hole, or a piece of it, lies outside its shell: it takes nothing */
    MERE_FLAW_PARTS_OVERLAP = 8, /* two parts of one zone overlap: they count once */
    MERE_FLAW_VANISHED = 16      /* nothing is left of it on the lattice */
};

struct mere_build {
    /* Owners for matching: false = schemes are matched with each other within `tolerance`, zones of
     * one scheme are left as they are (a network from a store); true = zones of one scheme are
     * matched with each other (the second noding of an import). */
    bool match_zones;
    double tol_x, tol_y; /* 1e-7 degree */
    size_t n_ways;       /* see mere_noding: what the points of the layers have gone already */
    const struct mere_way *ways;
    uint8_t **ret_flaws; /* NULL, or n_layers arrays of n_zones bytes (by layer zone), written */
};

/* Build the network of `n_layers` layers. Borrows the layers (texts are copied). Gives `*ret_net`;
 * free with `mere_net_free` (accepts NULL). In builds with MERE_VALIDATE the result is validated.
 * Fails with MERE_E_LIMIT beyond 2^30 arcs, MERE_E_NOMEM, or what `mere_node_rings` says. */
MERE_MUST_USE enum mere_status mere_net_build(struct mere_ctx *ctx,
                                              const struct mere_layer *const *layers,
                                              size_t n_layers, const struct mere_build *how,
                                              struct mere_net **ret_net);
void mere_net_free(struct mere_net *net);

/* ENGINE C11: every class of PostGIS's ValidateTopology, Euler's formula, labels single-valued, no
 * two arcs crossing (independent sweep). Fails with MERE_E_INTERNAL and says which and where. */
MERE_MUST_USE enum mere_status mere_net_validate(struct mere_ctx *ctx, const struct mere_net *net);

/* The canonical SHA-256: geometry, labels, attributes. */
MERE_MUST_USE enum mere_status mere_net_hash(struct mere_ctx *ctx, const struct mere_net *net,
                                             char ret_hex[65]);

/* Scheme by name; MERE_UNKNOWN when there is none. */
int32_t mere_net_scheme(const struct mere_net *net, const char *name);
/* The scheme that top-level answers speak of: `main_name` if loaded, else the finest covering one
 * by rank, else the last; MERE_UNKNOWN without schemes. */
int32_t mere_net_main_scheme(const struct mere_net *net, const char *main_name);

/* Half-edges: face at the left hand, origin node, twin, and points in walking order. */
static inline int32_t mere_edge_face(const struct mere_net *net, int32_t edge)
{
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    return edge & 1 ? arc->right : arc->left;
}
static inline int32_t mere_edge_origin(const struct mere_net *net, int32_t edge)
{
    const struct mere_arc *arc = &net->arcs[edge >> 1];
    return edge & 1 ? arc->to : arc->from;
}
/* State and label of a face that may be MERE_FACE_OUTER. */
static inline enum mere_state mere_face_state(const struct mere_scheme *scheme, int32_t face)
{
    return face < 0 ? MERE_STATE_OUTSIDE : (enum mere_state)scheme->state[face];
}
/* The zones that claim `face`: a pointer to `*ret_n` of them (0, 1 or more), ascending. */
const int32_t *mere_face_claims(const struct mere_scheme *scheme, int32_t face, size_t *ret_n);
/* Whether `zone` claims `face`. */
bool mere_face_claimed_by(const struct mere_scheme *scheme, int32_t face, int32_t zone);

/* The zones of a scheme as valid polygons (OGC: shells counter-clockwise, holes clockwise, rings
 * simple, parts touch in points at most), with disputed faces given to every claimant; in the
 * network's order, canonical starts. In `arena`, texts copied. Zone z of the layer is zone z of the
 * network, also one of which nothing is left: it has no part. This is what is stored and exported.
 */
MERE_MUST_USE enum mere_status mere_net_layer(struct mere_ctx *ctx, const struct mere_net *net,
                                              int32_t scheme, struct mere_arena *arena,
                                              struct mere_layer *ret_layer);
/* The same tracing for any set of faces (member[f] != 0): one zone's worth of parts. The layer has
 * one zone without texts. For drawing defects and findings. */
MERE_MUST_USE enum mere_status mere_net_outline(struct mere_ctx *ctx, const struct mere_net *net,
                                                const uint8_t *member, struct mere_arena *arena,
                                                struct mere_layer *ret_layer);
#endif
