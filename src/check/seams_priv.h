/* seams_priv.h - what the files of the open seams share: the outer border, and how wide the outside
 * is at places along it. */
#ifndef MERE_CHECK_SEAMS_PRIV_H
#define MERE_CHECK_SEAMS_PRIV_H
#include "check/check_priv.h"

#define SEAM_NONE UINT32_MAX
#define SEAM_HOLE INT32_MAX /* stands for all declared holes, as the zone on a bank */

struct seam_vec {
    double x, y;
};
struct seam_segment {       /* a straight side of the border */
    struct mere_point a, b; /* the outside lies at the left hand of a -> b */
    double sx, sy;          /* metres per unit where the segment lies */
    double len;             /* metres */
    uint8_t sector;         /* the eighth of the compass in which a -> b points */
    bool faces;             /* another one is opposite, within the limit */
    uint32_t ring;
    uint32_t vertex, n_vertices; /* of the border between a and b, which rounding put there */
    uint32_t sample, n_samples;  /* along it; none where it is wide */
    uint32_t fan, n_fan;         /* around the corner at b */
    size_t n_claims;
    const int32_t *claim; /* the zones at its right hand; SEAM_HOLE a declared hole */
};
struct seam_sample { /* a place on the border where the outside is narrow */
    uint32_t segment;
    double t; /* along it, 0 .. 1; 1 around the corner at its end */
    struct seam_vec normal;
    double width_m;  /* of the largest circle that touches the border there, as `normal` says */
    double length_m; /* of the border that it stands for */
    uint32_t far_segment; /* where that circle touches the other bank */
    double far_t;
    uint32_t before, after; /* neighbours on the border; SEAM_NONE: it is wide there */
    double strip_m;         /* width of the widest circle between here and the one after */
    bool turns;             /* between them a circle touches two far segments; its centre: */
    struct mere_point turn;
};
struct seam_node { /* of the tree of segments (seams_near.c) */
    struct mere_box box;
    uint8_t sectors;   /* eighths of the compass, a bit each, in which its segments point */
    uint8_t opposites; /* eighths that may be more than 90 degrees from one of them */
};
#define SEAM_LEVELS 12
struct seams {
    struct mere_checker *ck;
    int32_t s;
    const struct mere_regions *regions;
    double w;                               /* the limit */
    double sx, sy;                          /* the least metres per unit anywhere in the network */
    MERE_VEC(struct seam_segment) segments; /* ring by ring, in the order of the border */
    MERE_VEC(struct mere_point) vertices;
    MERE_VEC(uint32_t) ring_first; /* of each ring its first segment; its end is the next one's */
    MERE_VEC(struct seam_node) nodes; /* leaves first */
    uint32_t level[SEAM_LEVELS];      /* of each level its first node */
    uint32_t n_levels;
    MERE_VEC(struct seam_sample) samples; /* in the order of the border */
};

/* From `o` to `p` in metres, as long as where `seg` lies. */
static inline struct seam_vec seam_local(const struct seam_segment *seg, struct mere_point o,
                                         struct mere_point p)
{
    return (struct seam_vec){((double)p.x - o.x) * seg->sx, ((double)p.y - o.y) * seg->sy};
}
static inline double seam_dot(struct seam_vec a, struct seam_vec b)
{
    return a.x * b.x + a.y * b.y;
}
/* The segment after `seg` on its ring. */
static inline uint32_t seam_next_segment(const struct seams *m, uint32_t seg)
{
    uint32_t ring = m->segments.v[seg].ring;
    uint32_t end = ring + 1 < m->ring_first.n ? m->ring_first.v[ring + 1] : (uint32_t)m->segments.n;
    return seg + 1 < end ? seg + 1 : m->ring_first.v[ring];
}

/* From `o` to the centre of the circle, in metres of the sample's side. */
static inline struct seam_vec
seam_centre_from(const struct seams *m, const struct seam_sample *sample, struct mere_point o)
{
    const struct seam_segment *seg = &m->segments.v[sample->segment];
    struct seam_vec a = seam_local(seg, o, seg->a), b = seam_local(seg, o, seg->b);
    double t = sample->t, r = sample->width_m / 2;
    return (struct seam_vec){a.x + t * (b.x - a.x) + r * sample->normal.x,
                             a.y + t * (b.y - a.y) + r * sample->normal.y};
}

struct seam_key { /* whose a strip is */
    uint32_t seam;
    int32_t low, high; /* zones; MERE_UNKNOWN not known yet */
};
static inline int seam_key_cmp(const struct seam_key *a, const struct seam_key *b)
{
    if (a->seam != b->seam)
        return a->seam < b->seam ? -1 : 1;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return (a->high > b->high) - (a->high < b->high);
}
struct seam_run { /* strips that follow each other: from sample `first` to the one after `last` */
    struct seam_key key;
    uint32_t first, last;
    bool across; /* one strip whose side goes across: it may fold over the one beside it */
};
struct seam_ring {
    struct mere_point *v;
    size_t n, cap;
};
struct seam_pieces {
    struct mere_piece *v;
    size_t n, cap;
};

#define SEAM_CRUMB_M2 0.1 /* less of a seam that has more is rounding */

MERE_MUST_USE enum mere_status seam_nomem(struct seams *m);
/* Make the tree of segments; mark those that face another one within the limit (seams_near.c). */
MERE_MUST_USE enum mere_status seam_make_tree(struct seams *m);
void seam_mark_facing(struct seams *m);

struct seam_disc { /* centre in units, radius in metres; metres per unit */
    double x, y, radius, sx, sy;
};
struct seam_stack {
    uint32_t height, index; /* 0: a segment */
};
/* The segments whose box the disc reaches, in the order of the border. */
struct seam_search {
    struct seam_disc disc;
    size_t n;
    struct seam_stack stack[8 * SEAM_LEVELS];
};
void seam_search_begin(const struct seams *m, struct seam_search *search);
uint32_t seam_search_next(const struct seams *m,
                          struct seam_search *search); /* SEAM_NONE: no more */
bool seam_reaches(const struct seam_disc *disc, const struct seam_segment *side);

/* Take samples wherever the outside is no wider than the limit (seams_samples.c). */
MERE_MUST_USE enum mere_status seam_take_samples(struct seams *m);
/* Lay the strips between samples together to bays, and tell those that are long enough
 * (seams_strips.c). */
MERE_MUST_USE enum mere_status seam_lay_strips(struct seams *m, const struct mere_limit *limit);
/* The point of the lattice nearest to the place on the side, and not at its right hand. */
struct mere_point seam_place(const struct seams *m, uint32_t segment, double t);
/* Whether the far side of the strip between neighbours `i` and `k` leaves the border
 * (seams_draw.c).
 */
bool seam_is_across(const struct seams *m, const struct seam_sample *i,
                    const struct seam_sample *k);
/* Draw a run into `ring`, which is emptied first; false when memory is out. */
MERE_MUST_USE bool seam_draw_run(const struct seams *m, const struct seam_run *run,
                                 struct seam_ring *ring);
/* By face of the network of strips, the group (zone of its only scheme) whose land it is, or
 * MERE_UNKNOWN (seams_takers.c): in the checker's scratch. */
MERE_MUST_USE enum mere_status seam_choose_takers(struct seams *m, const struct mere_net *net,
                                                  int32_t **ret);
/* Draw the runs, sorted by key, and lay them together (seams_lay.c): the pieces of the bays, with
 * their zones, in the report's arena. The vector is to be freed, also on failure. */
MERE_MUST_USE enum mere_status seam_lay_runs(struct seams *m, const struct seam_run *runs, size_t n,
                                             struct seam_pieces *ret);
#endif
