/* seams_priv.h - what the files of the open seams share: the outer border, its narrow pieces. */
#ifndef MERE_CHECK_SEAMS_PRIV_H
#define MERE_CHECK_SEAMS_PRIV_H
#include "check/check_priv.h"

#define SEAM_NONE UINT32_MAX
#define SEAM_PIECE_M 0.5 /* length of a piece of bank */

struct seam_vec {
    double x, y;
};
struct seam_segment {
    struct mere_point a, b; /* the outside lies at the left hand of a -> b */
    struct seam_vec am, bm; /* for cells: metres from the network's corner, at least 2 w, none too
                               long */
    double sx, sy;          /* metres per unit where the segment lies */
    double len;             /* metres */
    uint8_t sector;         /* the eighth of the compass in which a -> b points */
    uint32_t ring;
    uint32_t first_piece, n_pieces; /* 0 pieces: it is narrow nowhere */
    size_t n_claims;
    const int32_t *claim; /* the zones at its right hand */
};
struct seam_touch { /* the largest circle so far that touches the border in one place */
    struct seam_vec normal;
    double radius;
    uint32_t segment; /* where it touches the other bank */
    double t;
};
struct seam_piece { /* a piece of bank where the outside is narrow */
    uint32_t segment;
    double from, to; /* along the segment, 0 .. 1 */
    double width_m;  /* of the largest circle that touches the border in the piece's middle */
    double length_m;
    uint32_t far_segment; /* where that circle touches the other bank */
    double far_t;
    bool alive;
    uint32_t before, after; /* neighbours on the bank; SEAM_NONE: cut off there */
    uint32_t jump, entered; /* of an end, a start: the other end of its straight cut */
    uint32_t result;        /* of the loop that starts here, when it was last looked at */
    uint32_t bay;           /* that a lower level has found */
    uint32_t cut_to;        /* of an end in that bay: the other end of its cut */
    bool done;
};
struct seam_cut {
    struct mere_point a, b;
};
struct seam_bay { /* a loop of banks and cuts that is narrow, unclaimed land; in the scratch arena
                   */
    const struct mere_point *pts;
    const uint32_t *pieces;
    const struct seam_cut *cuts;
    const int32_t *zones; /* sorted */
    size_t n_pts, n_pieces, n_cuts, n_zones;
    struct mere_box box;
    struct mere_point centre;
    double width_m;
};
struct seam_result { /* what was found out about a loop */
    uint64_t signature;
    uint32_t round;
    struct seam_bay bay; /* no points: it is none */
};
struct seams {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_regions *regions;
    double w;      /* the limit */
    double level;  /* the width up to which banks are narrow now */
    double sx, sy; /* the least metres per unit anywhere in the network */
    double cell;   /* size of a cell, metres */
    uint64_t n_cols;
    MERE_VEC(struct seam_segment) segments;
    MERE_VEC(uint32_t) ring_first; /* of each ring its first segment; its end is the next one's */
    MERE_VEC(struct seam_touch) touch;  /* of one segment's pieces */
    MERE_VEC(struct seam_piece) pieces; /* of each segment in a row, along it */
    MERE_VEC(struct mere_key) cells;    /* cell -> segment */
    MERE_VEC(uint64_t) pairs;           /* segment, a segment it may face */
    MERE_VEC(uint32_t) ends;            /* of runs, not yet joined across */
    MERE_VEC(struct seam_result) results;
    MERE_VEC(struct seam_bay) found; /* at this level */
    MERE_VEC(struct seam_bay) bays;  /* of all levels; no points: it is inside a later one */
};

#define SEAM_SECTOR_SHIFT 29 /* a cell's value: the segment's eighth, then its number */
#define SEAM_SEGMENTS_MAX ((size_t)1 << SEAM_SECTOR_SHIFT)

/* A place in metres from the network's corner, for cells. */
static inline struct seam_vec seam_metres(const struct seams *m, struct mere_point p)
{
    struct mere_point corner = m->ck->net->box.min;
    return (struct seam_vec){((double)p.x - corner.x) * m->sx + 2 * m->w,
                             ((double)p.y - corner.y) * m->sy + 2 * m->w};
}
/* From `o` to `p` in metres, as long as where `seg` lies. */
static inline struct seam_vec seam_local(const struct seam_segment *seg, struct mere_point o,
                                         struct mere_point p)
{
    return (struct seam_vec){((double)p.x - o.x) * seg->sx, ((double)p.y - o.y) * seg->sy};
}
/* The segment after `seg` on its ring. */
static inline uint32_t seam_next_segment(const struct seams *m, uint32_t seg)
{
    uint32_t ring = m->segments.v[seg].ring;
    uint32_t end = ring + 1 < m->ring_first.n ? m->ring_first.v[ring + 1] : (uint32_t)m->segments.n;
    return seg + 1 < end ? seg + 1 : m->ring_first.v[ring];
}
/* Where p is nearest to segment a-b: the distance; `*ret_t` along it. */
double seam_distance(struct seam_vec p, struct seam_vec a, struct seam_vec b, double *ret_t);

/* ---- one bay's land (seams_land.c) ---- */

struct seam_edge { /* from the ring's point of the same number to the next one */
    uint32_t piece;
    bool is_cut; /* straight across, not along the bank */
};
struct seam_shore { /* a loop of banks and cuts as a ring */
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(struct seam_edge) edges;
    MERE_VEC(uint32_t) rings; /* of the outer border, that its banks belong to */
};
/* What is wrong with the ring: pieces of bank to give up, SEAM_NONE none. */
struct seam_fault {
    uint32_t piece, other;
    uint32_t island; /* a ring of the border inside */
};
/* Whether the shore is a simple ring with nothing but unclaimed land inside: exact. */
MERE_MUST_USE enum mere_status seam_check_land(struct seams *m, const struct seam_shore *shore,
                                               bool *ret_ok, struct seam_fault *ret_fault);
/* Whether p lies in the ring of n points; `*ret_on` = on it. */
bool seam_ring_holds(const struct mere_point *ring, size_t n, struct mere_point p, bool *ret_on);

/* ---- the bays of one level (seams_bays.c) ---- */

/* Make bays of the pieces that are narrow at `level`, into `found`. */
MERE_MUST_USE enum mere_status seam_make_bays(struct seams *m);
MERE_MUST_USE enum mere_status seam_nomem(struct seams *m);

/* ---- all levels (seams_nest.c) ---- */

/* Find all bays within the limit, into `bays`. */
MERE_MUST_USE enum mere_status seam_nest_bays(struct seams *m);
#endif
