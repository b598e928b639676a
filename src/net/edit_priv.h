/* edit_priv.h - how an edit holds its network.
 *
 * Tables of records that refer to each other by number. Records are written through `mere_put`,
 * tables grow by `mere_grow`, the segments in the cells come and go by `mere_seg_add` and
 * `mere_seg_take`; each keeps in the journal what was before, so an operation that fails half-way,
 * and an undo, put all back in reverse order, and need no code of their own. Measures of arcs are
 * in no journal: those of arcs that changed are forgotten. When memory runs out, `failed` is set
 * and nothing is written any more, so that the journal stays true. */
#ifndef MERE_NET_EDIT_PRIV_H
#define MERE_NET_EDIT_PRIV_H
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/edit.h"
#include "net/net_priv.h"

enum mere_table {
    MERE_T_ARC,    /* struct mere_arc; n = 0: it is no more */
    MERE_T_NEXT,   /* int32_t by half-edge */
    MERE_T_RINGOF, /* int32_t by half-edge */
    MERE_T_NODE,   /* struct mere_point */
    MERE_T_SPOKE,  /* int32_t by node: a half-edge that leaves it; -1: it is no more */
    MERE_T_RING,   /* struct mere_edit_ring */
    MERE_T_FACE,   /* int32_t by face + 1 (the outer face is -1): its first ring; -1 none */
    MERE_T_LABEL,  /* int32_t by face * n_schemes + scheme; the outer face has none */
    MERE_T_PT,     /* struct mere_point */
    MERE_N_TABLES
};
struct mere_edit_ring {
    mere_i128 area2;    /* twice its area: positive for a shell */
    int32_t edge;       /* -1: it is no more */
    int32_t face, next; /* the next ring of the same face; -1 none */
};
struct mere_rows {
    uint8_t *v;
    size_t n, cap, size;
};

/* A segment of an arc. */
struct mere_edit_seg {
    struct mere_point a, b;
    int32_t arc;
};
/* Cells over the segments: each stands in all cells that it may touch. */
struct mere_edit_entry {
    struct mere_edit_seg seg;
    int32_t next;
};
struct mere_edit_grid {
    int64_t x, y, size;
    int64_t columns, rows;
    int32_t *heads;
    struct mere_edit_entry *entries;
    size_t n, cap;
    int32_t unused; /* list of entries to be used again */
};

struct mere_edit {
    const struct mere_net *net;
    int32_t n_schemes;
    struct mere_rows t[MERE_N_TABLES];
    struct mere_edit_grid grid;
    struct mere_measures measures; /* by arc */
    size_t n_measures;
    MERE_VEC(uint8_t) journal;
    MERE_VEC(size_t) begins; /* of each operation, in the journal */
    bool failed;             /* memory ran out in this operation */
    struct mere_claims *claims;
    struct mere_layer *headers; /* the schemes' names, zones and columns */
    MERE_VEC(int32_t) faces;    /* changed */
    MERE_VEC(int32_t) arcs;
    bool whole;
};

/* A directed segment that joins half-edge `edge` (sign 1) or leaves it (sign -1). */
struct mere_seg_change {
    int32_t edge;
    struct mere_point s, t;
    int sign;
};

/* ---- records ---- */

static inline struct mere_arc *mere_arc_at(const struct mere_edit *e, int32_t a)
{
    return (struct mere_arc *)(void *)e->t[MERE_T_ARC].v + a;
}
static inline int32_t mere_int_at(const struct mere_edit *e, enum mere_table t, int32_t i)
{
    return ((const int32_t *)(const void *)e->t[t].v)[i];
}
static inline int32_t mere_next_of(const struct mere_edit *e, int32_t edge)
{
    return mere_int_at(e, MERE_T_NEXT, edge);
}
static inline int32_t mere_ring_of(const struct mere_edit *e, int32_t edge)
{
    return mere_int_at(e, MERE_T_RINGOF, edge);
}
static inline struct mere_edit_ring *mere_ring_at(const struct mere_edit *e, int32_t r)
{
    return (struct mere_edit_ring *)(void *)e->t[MERE_T_RING].v + r;
}
static inline struct mere_point *mere_pts_of(const struct mere_edit *e, int32_t arc)
{
    return (struct mere_point *)(void *)e->t[MERE_T_PT].v + mere_arc_at(e, arc)->first;
}
static inline struct mere_point mere_node_at(const struct mere_edit *e, int32_t node)
{
    return ((const struct mere_point *)(const void *)e->t[MERE_T_NODE].v)[node];
}
static inline int32_t mere_face_of(const struct mere_edit *e, int32_t edge)
{
    return edge & 1 ? mere_arc_at(e, edge >> 1)->right : mere_arc_at(e, edge >> 1)->left;
}
static inline int32_t mere_origin_of(const struct mere_edit *e, int32_t edge)
{
    return edge & 1 ? mere_arc_at(e, edge >> 1)->to : mere_arc_at(e, edge >> 1)->from;
}
/* The i-th point of a half-edge in walking order. */
static inline struct mere_point mere_step_of(const struct mere_edit *e, int32_t edge, uint32_t i)
{
    const struct mere_point *p = mere_pts_of(e, edge >> 1);
    return edge & 1 ? p[mere_arc_at(e, edge >> 1)->n - 1 - i] : p[i];
}
/* Write a record; the bytes of before go into the journal. */
void mere_put(struct mere_edit *e, enum mere_table t, int32_t index, const void *record);
void mere_put_int(struct mere_edit *e, enum mere_table t, int32_t index, int32_t v);
/* A new record, zeroed; 0 when memory is out. */
int32_t mere_grow(struct mere_edit *e, enum mere_table t, size_t n);
/* A new arc with its half-edges. */
int32_t mere_new_arc(struct mere_edit *e);
/* Give an arc `n` points, which are copied. */
void mere_put_points(struct mere_edit *e, int32_t arc, const struct mere_point *pts, uint32_t n);
/* Set the face at the left hand of a half-edge. */
void mere_put_face(struct mere_edit *e, int32_t edge, int32_t face);

/* Begin an operation: an undo goes back to here. End it: what was done stays when `status` is
 * MERE_OK and memory sufficed, else it is put back. Then what changed is listed for
 * mere_edit_changed, and the measures of the arcs among it are forgotten. */
MERE_MUST_USE enum mere_status mere_op_begin(struct mere_ctx *ctx, struct mere_edit *e);
MERE_MUST_USE enum mere_status mere_op_end(struct mere_ctx *ctx, struct mere_edit *e,
                                           enum mere_status status);

/* ---- grid (edit_grid.c) ---- */

MERE_MUST_USE bool mere_grid_init(struct mere_edit *e);
/* Put a segment in or out, noted in the journal (`mere_seg_*`) or not. */
bool mere_grid_add(struct mere_edit_grid *g, const struct mere_edit_seg *seg);
void mere_grid_take(struct mere_edit_grid *g, const struct mere_edit_seg *seg);
void mere_seg_add(struct mere_edit *e, struct mere_point a, struct mere_point b, int32_t arc);
void mere_seg_take(struct mere_edit *e, struct mere_point a, struct mere_point b, int32_t arc);
/* All segments of an arc change to another number. */
void mere_segs_rename(struct mere_edit *e, int32_t arc, int32_t to);
/* The arc with a vertex at `p`, and where; -1 when there is none. */
int32_t mere_find_vertex(const struct mere_edit *e, struct mere_point p, uint32_t *ret_at);
/* The arc with the segment a-b, and where it begins; -1. */
int32_t mere_find_seg(const struct mere_edit *e, struct mere_point a, struct mere_point b,
                      uint32_t *ret_at);
/* Whether the segment a-b meets another in more than a common end. Segments that end in `but` and
 * the one between cut[0] and cut[1] don't count (each may be NULL). */
bool mere_seg_meets(const struct mere_edit *e, struct mere_point a, struct mere_point b,
                    const struct mere_point *but, const struct mere_point *cut,
                    struct mere_edit_seg *ret_with);

/* ---- links and rings (edit_links.c) ---- */

/* The half-edge before `edge` around its face. */
int32_t mere_prev_of(const struct mere_edit *e, int32_t edge);
/* Whether the half-edges at a node stand in order, no two of them in one direction. */
bool mere_node_in_order(const struct mere_edit *e, int32_t node);
/* The half-edge at `node` that has the direction to `to` in the sector at its left. */
int32_t mere_sector_of(const struct mere_edit *e, int32_t node, struct mere_point to);
/* Make the vertex `at` of arc `arc` a node, if it is none. The anchor of a loop moves there, unless
 * it is `but`. */
int32_t mere_make_node(struct mere_edit *e, int32_t arc, uint32_t at, int32_t but);
/* A node where two arcs are left becomes a vertex; one without is no more; the anchor of a loop
 * goes to the loop's lowest point. */
void mere_settle_node(struct mere_edit *e, int32_t node);
/* Whether the arc is a loop that no other arc meets: its node is an anchor only. */
bool mere_is_free_loop(const struct mere_edit *e, int32_t arc);
/* Begin the loop `arc` at its point `at`. */
void mere_rotate_loop(struct mere_edit *e, int32_t arc, uint32_t at);
void mere_unlink_arc(struct mere_edit *e, int32_t arc);
void mere_ring_link(struct mere_edit *e, int32_t ring, int32_t face);
void mere_ring_unlink(struct mere_edit *e, int32_t ring);
/* Walk the ring through `edge`: give its half-edges this ring and face, and its area. */
void mere_ring_trace(struct mere_edit *e, int32_t ring, int32_t edge, int32_t face);
mere_i128 mere_ring_size(const struct mere_edit *e, int32_t edge);
/* What the segment s-t adds to the winding around `p`. */
int mere_winding_by(struct mere_point s, struct mere_point t, struct mere_point p);
/* How often the ring through `edge` goes around `p`. */
int mere_ring_winds(const struct mere_edit *e, int32_t edge, struct mere_point p);

/* Refuse: "... (lon, lat) ...". */
#define MERE_DEG "(%.7f, %.7f)"
#define MERE_AT(p) mere_e7_to_degrees((p).x), mere_e7_to_degrees((p).y)
#endif
