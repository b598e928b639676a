/* edit.h - a network that is changed by operations, each local and each with its way back.
 *
 *   struct mere_net ──mere_edit_new──▶ edit ──move, insert, remove, transfer, split, merge, undo
 *         ▲                             │
 *         └──────── mere_edit_freeze ◀──┘      canonical again, without noding
 *
 * The edit holds the same arcs as the network, with faces on both sides, so a border moves for both
 * neighbours and for the parents above at once. Vertices are named by their exact coordinates,
 * faces and arcs by numbers that stay while they live: those of the network at first, new ones
 * after. An operation that would make borders meet anywhere but in a common vertex, turn a face
 * over, change the order of arcs around a node, bring land on the other side of a border, or put a
 * vertex on another is refused with MERE_E_INPUT; a vertex or face that is not there with
 * MERE_E_NOT_FOUND; a place off the Earth with MERE_E_RANGE. Then nothing has changed.
 *
 * All that is undone later is kept: memory grows with the history, and goes with mere_edit_free.
 *
 * No command edits in this way yet: what another program moved is polygons in the store, and comes
 * in by cli/outside.h. A frozen network becomes what readers see by mere_snap_of_net and
 * mere_snap_swap (snap/snap.h). */
#ifndef MERE_NET_EDIT_H
#define MERE_NET_EDIT_H
#include "net/net.h"

struct mere_edit;

/* An edit of `net`, which it borrows until it is freed (zones and columns are read from there): a
 * snapshot that it belongs to stays pinned so long.
 * Gives `*ret_edit`; free with `mere_edit_free` (accepts NULL). */
MERE_MUST_USE enum mere_status mere_edit_new(struct mere_ctx *ctx, const struct mere_net *net,
                                             struct mere_edit **ret_edit);
void mere_edit_free(struct mere_edit *edit);

/* Move the vertex at `from` to `to`: one inside an arc, or a node with all its arcs. */
MERE_MUST_USE enum mere_status mere_edit_move(struct mere_ctx *ctx, struct mere_edit *edit,
                                              struct mere_point from, struct mere_point to);
/* Put a vertex at `at` between the neighbouring vertices `a` and `b`; it need not lie on the
 * segment. */
MERE_MUST_USE enum mere_status mere_edit_insert(struct mere_ctx *ctx, struct mere_edit *edit,
                                                struct mere_point a, struct mere_point b,
                                                struct mere_point at);
/* Take the vertex at `at` out; its neighbours are joined by a straight segment. Not where three or
 * more arcs meet. */
MERE_MUST_USE enum mere_status mere_edit_remove(struct mere_ctx *ctx, struct mere_edit *edit,
                                                struct mere_point at);
/* Give `face` to `zone` of scheme `scheme` (indices of the network that the edit was made of), or
 * to none with MERE_LABEL_NONE. Claims of others on it end. */
MERE_MUST_USE enum mere_status mere_edit_transfer(struct mere_ctx *ctx, struct mere_edit *edit,
                                                  int32_t face, int32_t scheme, int32_t zone);
/* Divide `face` (or the outer one) by the path pts[0 .. n). It begins and ends at vertices of one
 * border of the face, and runs inside it; or it is closed (its last point is its first) and free of
 * the border: then it makes an island. The part at the left hand of the path becomes the new face
 * `*ret_face`, with the labels of the old one; where the path goes around land, the land inside. */
MERE_MUST_USE enum mere_status mere_edit_split(struct mere_ctx *ctx, struct mere_edit *edit,
                                               int32_t face, const struct mere_point *pts, size_t n,
                                               int32_t *ret_face);
/* Take away all arcs between the faces `keep` and `gone`; what comes of them is `keep`, with its
 * labels. */
MERE_MUST_USE enum mere_status mere_edit_merge(struct mere_ctx *ctx, struct mere_edit *edit,
                                               int32_t keep, int32_t gone);
/* Take back the last operation (not `merestone undo`, which takes back a repair of the store:
 * store/mend.c). Fails with MERE_E_NOT_FOUND when there is none left. */
MERE_MUST_USE enum mere_status mere_edit_undo(struct mere_ctx *ctx, struct mere_edit *edit);
/* How many operations can be taken back. */
size_t mere_edit_depth(const struct mere_edit *edit);

/* The faces and arcs that the last operation, or the last undo, made, changed or ended: ascending.
 * Lives until the next call with the edit. Without memory for the lists `whole` is set: then all
 * may have changed. */
struct mere_edit_change {
    const int32_t *faces, *arcs;
    size_t n_faces, n_arcs;
    bool whole;
};
struct mere_edit_change mere_edit_changed(const struct mere_edit *edit);
/* The face that holds `p`, by the rule of DESIGN section 1; MERE_FACE_OUTER outside all. */
int32_t mere_edit_face_at(const struct mere_edit *edit, struct mere_point p);

/* The network as it is now: canonical, as mere_net_build would make it of the layers traced from
 * it, with arc_m. Arcs that separate nothing are not in it. It tells of no matching and no
 * refusals: no noding takes place. Only arcs that changed since the last time are measured. Zone z
 * of the edit is schemes[s].zone_of_layer[z] there; faces and arcs are numbered anew, so find them
 * by a place. The edit goes on with its own numbers. */
MERE_MUST_USE enum mere_status mere_edit_freeze(struct mere_ctx *ctx, struct mere_edit *edit,
                                                struct mere_net **ret_net);
#endif
