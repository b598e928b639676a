/* node_priv.h - the parts of noding, known to node*.c only.
 *
 * The state of the work is a table of distinct points, sorted by (x, y), and the rings as walks
 * over it. A round looks at the distinct segments of the walks (node_segs.c), finds in one sweep
 * all that is to be done (node_sweep.c), decides on one kind of change (node_match.c: points,
 * T-junctions; node_snap.c: crossings), and makes it (node_edit.c). Since points are numbered by
 * place, every decision that is made in the order of numbers is free of the order of the input. */
#ifndef MERE_NET_NODE_PRIV_H
#define MERE_NET_NODE_PRIV_H
#include "base/vec.h"
#include "net/node.h"

#define NODE_NONE UINT32_MAX
#define NODE_MANY UINT32_MAX /* as an owner: several */

/* Points sorted by x then y, distinct, each on a walk; walks are free of repeats and spikes. */
struct node_state {
    size_t n_pts;
    struct mere_lattice_point *pts;
    size_t n_rings;
    uint64_t *first; /* n_rings + 1, into walk */
    uint32_t *walk;
};
/* Room for sort keys, kept from one sort to the next: fresh pages cost as much as the sorting. */
struct mere_key;
struct node_keys {
    struct mere_key *v;
    size_t n;
};
/* At least `n`; false when memory is out. */
bool mere_node_keys_reserve(struct node_keys *keys, size_t n);
void mere_node_state_clear(struct node_state *state);
/* Drop repeats and a-b-a spikes of the cyclic walk in place; returns what is left: 0 or 3 and more.
 */
size_t mere_node_reduce(uint32_t *walk, size_t n);
/* The first state of the work. */
MERE_MUST_USE enum mere_status mere_node_start(struct mere_ctx *ctx, const struct mere_noding *in,
                                               struct node_keys *keys, struct node_state *ret);
/* The number of the point at `p`, NODE_NONE when there is none. */
uint32_t mere_node_find_point(const struct node_state *state, struct mere_lattice_point p);

/* A distinct segment; a < b, so it runs east, or north. Sorted by (a, b). */
struct node_seg {
    uint32_t a, b;
};
struct node_segs {
    size_t n;
    struct node_seg *seg;
    uint32_t *use_first; /* n + 1, into use */
    uint32_t *use;       /* rings; one that runs through it twice is here twice */
    /* Only with a tolerance, else NULL: */
    uint32_t *owner;    /* of the segment, NODE_MANY when several */
    uint32_t *pt_owner; /* of each point, the same */
    uint8_t *open; /* 0 when two owners have it, once each: a finished border. Not asked is from
                    which sides, since rings may run either way */
};
MERE_MUST_USE enum mere_status mere_node_segs(struct mere_ctx *ctx, const struct mere_noding *in,
                                              const struct node_state *state,
                                              struct node_keys *keys, struct node_segs *ret);
void mere_node_segs_clear(struct node_segs *segs);
/* The number of the segment between two points of the state (in any order). */
uint32_t mere_node_find_seg(const struct node_segs *segs, uint32_t p, uint32_t q);

struct node_pair {
    uint32_t a, b;
};
typedef MERE_VEC(struct node_pair) node_pairs;
/* Sort by (a, b) and drop what is there twice. */
MERE_MUST_USE enum mere_status mere_node_pairs_sort(struct mere_ctx *ctx, node_pairs *pairs);

/* What a sweep finds. */
struct node_hits {
    node_pairs crossings; /* segments that cross inside both */
    node_pairs touches;   /* (point, segment): the point lies on the segment, not at its ends */
    node_pairs passes;    /* (point, segment): the segment passes the point's hot pixel; all touches
                             are passes */
    node_pairs near_points; /* (point, point) within the tolerance, owners not looked at in full */
    node_pairs near_segs;   /* (point, segment) within the tolerance, its foot inside the segment */
};
void mere_node_hits_clear(struct node_hits *hits);
/* Find all of it; the lists come sorted. The state is not changed. */
MERE_MUST_USE enum mere_status mere_node_sweep(struct mere_ctx *ctx, const struct mere_noding *in,
                                               const struct node_state *state,
                                               const struct node_segs *segs,
                                               struct node_hits *hits);
/* Whether no two segments meet but at common ends: slower as a rule, but never quadratic. */
MERE_MUST_USE enum mere_status mere_node_clean(struct mere_ctx *ctx, const struct node_state *state,
                                               const struct node_segs *segs, bool *ret_clean);
/* Find the segments that pass the hot pixels of `n` further points, sorted by (x, y); pairs
 * (first + index, segment) are appended. */
MERE_MUST_USE enum mere_status mere_node_sweep_pixels(struct mere_ctx *ctx,
                                                      const struct node_state *state,
                                                      const struct node_segs *segs,
                                                      const struct mere_lattice_point *pixels,
                                                      size_t n, node_pairs *passes);

/* A change of the state. Points have extended numbers here: those of the state, then `more`. */
struct node_insert {
    uint32_t seg, point;
};
struct node_edit {
    MERE_VEC(struct mere_lattice_point) more; /* new points: sorted, distinct, none in the state */
    uint32_t *map;                            /* n_pts: where points went; NULL = all stay */
    MERE_VEC(struct node_insert) inserts;     /* by segment, then along it; points before `map` */
    double *drift; /* by extended number, see struct noder; NULL = as before */
    /* Made by `mere_node_edit_ready`: */
    uint8_t *has_insert; /* n_pts: whether a segment whose `a` this is has inserts */
};
void mere_node_edit_clear(struct node_edit *edit);

/* What is not matched in a round, for a narrow ring is near. NULL = nothing of that kind. */
enum { NODE_NARROW = 1, NODE_STAYS = 2 };
struct node_still {
    uint8_t *point; /* NARROW: of such a ring; STAYS: may not move */
    uint8_t *seg;   /* the same; STAYS: nothing may be inserted in it */
};
void mere_node_still_clear(struct node_still *still);

/* All that belongs to one noding. */
struct noder {
    struct mere_ctx *ctx;
    const struct mere_noding *in;
    struct node_state state;
    struct node_segs segs;
    struct node_hits hits;
    struct node_keys keys;
    struct node_still still;
    /* The way of the points of the first state, and of `in->ways`, from the first edit with a map
     * on. */
    size_t n_home;
    struct mere_way *home; /* to = where the point was in the first state */
    uint32_t *now;         /* NODE_NONE: no more */
    double *drift; /* by point: how far rounding may have brought the borders through it from where
                      they were; NULL = nowhere */
    uint64_t n_merged, n_inserted, n_crossings;
    int n_rounds, n_snaps;
    uint64_t n_walk; /* length of the walks at first, or after the first snap rounding */
    bool tangled;
    MERE_VEC(struct mere_refusal) refusals;
};
/* Find what is to stay for the sake of narrow rings, and record these. */
MERE_MUST_USE enum mere_status mere_node_still(struct noder *w);
/* Put the inserts in order along their segments (exact projections). */
MERE_MUST_USE enum mere_status mere_node_edit_ready(struct noder *w, struct node_edit *edit);
/* The walk of `ring` after `edit`, reduced, in extended numbers, into `buf`; `*ret_changed` tells
 * whether it differs. */
typedef MERE_VEC(uint32_t) node_walk;
MERE_MUST_USE enum mere_status mere_node_edit_ring(const struct noder *w,
                                                   const struct node_edit *edit, size_t ring,
                                                   node_walk *buf, bool *ret_changed);
struct mere_lattice_point mere_node_edit_point(const struct noder *w, const struct node_edit *edit,
                                               uint32_t number);
/* The inserts of segment `seg`: the first one and how many. */
const struct node_insert *mere_node_edit_inserts(const struct node_edit *edit, uint32_t seg,
                                                 size_t *ret_n);
/* The state after an edit, and what is to be seen in it. */
struct node_next {
    struct node_state state;
    struct node_segs segs;
    struct node_hits hits;
    uint32_t *number; /* by extended number: the new number, or NODE_NONE */
};
MERE_MUST_USE enum mere_status mere_node_next(struct noder *w, const struct node_edit *edit,
                                              struct node_next *next);
void mere_node_next_clear(struct node_next *next);
/* Begin to follow the ways of points. */
MERE_MUST_USE enum mere_status mere_node_ways_start(struct noder *w);
/* Go on with them: `number` as in `node_next`. */
void mere_node_ways_follow(struct noder *w, const struct node_edit *edit, const uint32_t *number);
/* Go on from there; `next` is emptied. */
MERE_MUST_USE enum mere_status mere_node_accept(struct noder *w, const struct node_edit *edit,
                                                struct node_next *next);

/* What was taken back in a round: points that stay, and (point, segment) that are not to be joined.
 */
struct node_bans {
    uint8_t *frozen; /* n_pts */
    int n_tries;
    node_pairs banned; /* sorted */
};
/* The ways gone, for the result; counts `max_shift`. */
MERE_MUST_USE enum mere_status mere_node_ways(struct noder *w, struct mere_noded *to);
/* Let the points stay that would go too far from where they were at first. */
MERE_MUST_USE enum mere_status mere_node_refuse_far(struct noder *w, const struct node_edit *edit,
                                                    struct node_bans *bans, bool *ret_ok);

/* What a match is chosen with: fills the edit, ready, with what isn't taken back in `bans`, and
 * tells how much of it there is. */
struct node_choice {
    enum mere_status (*choose)(struct noder *w, void *user, const struct node_bans *bans,
                               struct node_edit *edit, size_t *ret_n);
    void *user;
};
/* Choose again and again, until nothing chosen has to be taken back, and make it: `*ret_n` tells of
 * how much, 0 = the state is as it was. What was chosen last stays in `edit`. Each time something
 * new is taken back, so this ends. */
MERE_MUST_USE enum mere_status mere_node_match(struct noder *w, const struct node_choice *choice,
                                               struct node_edit *edit, struct node_next *next,
                                               size_t *ret_n);

/* The points that take part in a match, in the order of their numbers, and who owns them. */
struct node_party {
    size_t n;
    uint32_t *point;
    uint32_t *owner_first; /* n + 1 */
    uint32_t *owner;       /* sorted for each point */
    int32_t *rank;         /* of the best owner */
};
/* Make the party of `points`, in any order, with repeats. */
MERE_MUST_USE enum mere_status mere_node_party(const struct noder *w, const node_walk *points,
                                               struct node_party *ret);
void mere_node_party_clear(struct node_party *party);
/* The member that is `point`. */
uint32_t mere_node_party_find(const struct node_party *party, uint32_t point);
bool mere_node_party_owns(const struct node_party *party, uint32_t member, uint32_t owner);
/* Whether two members have a common owner. */
bool mere_node_party_share(const struct node_party *party, uint32_t m, uint32_t k);
int32_t mere_node_rank(const struct noder *w, uint32_t owner);
/* The square of the distance of two points, in tolerances. */
double mere_node_near_by(const struct noder *w, uint32_t p, uint32_t q);

/* Match points of different owners (ENGINE B1.4). */
MERE_MUST_USE enum mere_status mere_node_match_points(struct noder *w, bool *ret_changed);
/* T-junctions (ENGINE B1.5). */
MERE_MUST_USE enum mere_status mere_node_match_segs(struct noder *w, bool *ret_changed);
/* Record the matches that were left out because they would pinch a ring. `left`: (point that
 * stayed, point that others of its owner followed), sorted. */
MERE_MUST_USE enum mere_status mere_node_note_points(struct noder *w, const uint32_t *map,
                                                     const node_pairs *left);
/* `point` wasn't inserted in `left`, for it was in `taken`, which has an owner in common with it.
 */
struct node_neck {
    uint32_t left, point, taken;
};
typedef MERE_VEC(struct node_neck) node_necks;
MERE_MUST_USE enum mere_status mere_node_note_necks(struct noder *w, node_necks *necks);

/* Snap rounding of the crossings and touches. */
MERE_MUST_USE enum mere_status mere_node_snap(struct noder *w);

#endif
