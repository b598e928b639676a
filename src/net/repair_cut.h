/* repair_cut.h - cuts of defects, between the files of repair. */
#ifndef MERE_NET_REPAIR_CUT_H
#define MERE_NET_REPAIR_CUT_H
#include "net/repair_priv.h"

/* ---- land that is cut ---- */

/* A vertex of the land's boundary. The land lies at the left hand of the segment to `next`. */
struct cut_vertex {
    struct mere_point p;
    uint32_t prev, next;
    int32_t bank;  /* who lies beyond that segment, negative: nobody who can get the land */
    uint32_t seen; /* scratch */
};
struct cut_land { /* all rings of one piece of land; grows as MERE_VEC does */
    struct cut_vertex *v;
    size_t n, cap;
};
/* A cut from vertex `from` to vertex `to`; with a foot to a new vertex in the segment that begins
 * at `to`. */
struct cut {
    uint32_t from, to;
    bool has_foot;
    struct mere_point to_point;
    double length;
};

/* A vertex that a cut puts into a segment. */
struct repair_split {
    struct mere_point a, b, x; /* a before b, by x, then y */
};
/* Pieces as polygons, and what is put into borders for them. Zeroed is empty. */
struct repair_cuts {
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(uint32_t) ring_end;   /* of each ring */
    MERE_VEC(uint32_t) ring_piece; /* ascending: the first of a piece's rings is its shell */
    uint32_t n_pieces;
    MERE_VEC(struct repair_split) splits;
    size_t cap;      /* of the table of splits by segment: a power of two, or 0 */
    uint32_t *table; /* number of the split + 1 */
};
void mere_repair_cuts_clear(struct repair_cuts *cuts);

/* repair_cut.c: cut the gaps and strips of the round, by the labels as they are now. */
MERE_MUST_USE enum mere_status mere_repair_cut(struct repair_round *r, struct repair_cuts *ret);

/* repair_faces.c: the pieces between the cuts and the boundary of `land`, into `ret`, with the new
 * vertices of its border. `land` grows by these. Nothing is added where rounding bent the border
 * over a cut: the land stays whole. */
MERE_MUST_USE enum mere_status mere_repair_faces(struct mere_ctx *ctx, struct cut_land *land,
                                                 const struct cut *cuts, size_t n,
                                                 struct repair_cuts *ret);

/* repair_recut.c: note a vertex x in the segment a-b. */
MERE_MUST_USE enum mere_status mere_repair_split(struct mere_ctx *ctx, struct repair_cuts *cuts,
                                                 struct mere_point a, struct mere_point b,
                                                 struct mere_point x);
/* Append the points of the segment from p on, with what was put in, without q, to an array that
 * grows. */
bool mere_repair_add_segment(const struct repair_cuts *cuts, struct mere_point p,
                             struct mere_point q, struct mere_point **v, size_t *n, size_t *cap);
/* Build the round's network again with the cuts in it: `*ret_net`, whose last scheme has the pieces
 * for zones. In the first round it is narrowed, and `before` with it (mere_repair_narrow). */
MERE_MUST_USE enum mere_status mere_repair_recut(struct repair_round *r,
                                                 const struct repair_cuts *cuts,
                                                 struct mere_layer *before,
                                                 struct mere_net **ret_net);
#endif
