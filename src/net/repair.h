/* repair.h - mending a division: each defect's piece goes whole to one zone, or to a person.
 *
 *   layers ─build─▶ network ─pieces─▶ proposals ─apply, within the limits─▶ labels ─trace─▶ zones
 *              ▲                                                                            │
 *              └──────────────────── again, until nothing changes ◀────────────────────────┘
 *
 * A piece is a largest set of faces that hang together and are the same defect: land of the same
 * claimants (overlap), land of no zone (gap), land of one zone on another parent's side (beside), a
 * splinter of a zone (fragment); each within one zone of the parent. Where the zones that border a
 * gap change, it is cut (repair_cut.c). A proposal is a change of the label of one piece. It is
 * applied only when it is within the limits and harmless; otherwise it says why a person is needed.
 *
 * So land changes hands by whole pieces alone: what else changes of a polygon is a vertex that its
 * neighbour or its parent has on the common border (junction), and that is a proposal too. */
#ifndef MERE_NET_REPAIR_H
#define MERE_NET_REPAIR_H
#include "net/net.h"

/* In the order in which they are mended. */
enum mere_repair_kind {
    MERE_REPAIR_DUPLICATE, /* two features are the same zone: one goes */
    MERE_REPAIR_JUNCTION,  /* vertices of a neighbour or of the parent come into
                              a border */
    MERE_REPAIR_BESIDE,    /* a border runs beside the parent's: it is put on it */
    MERE_REPAIR_OVERLAP,
    MERE_REPAIR_GAP,
    MERE_REPAIR_FRAGMENT /* a splinter of a zone, apart from it */
};
/* "duplicate", "junction", "beside", "overlap", "gap", "fragment". */
const char *mere_repair_kind_word(enum mere_repair_kind kind);

/* By what the new owner was chosen. */
enum mere_repair_rule {
    MERE_CHOSEN_ONLY,   /* there was no other */
    MERE_CHOSEN_PARENT, /* the only one of the parent zone in which the piece lies */
    MERE_CHOSEN_BORDER, /* the longest border with the piece */
    MERE_CHOSEN_CODE,   /* equal borders: the lower code */
    MERE_CHOSEN_SAME,   /* junction, duplicate: the owner stays */
    MERE_CHOSEN_NONE    /* nobody could be */
};
const char *mere_repair_rule_word(enum mere_repair_rule rule);

/* Why a proposal was not applied. */
enum mere_repair_why {
    MERE_REPAIR_APPLIED, /* it was */
    MERE_WHY_WIDE,       /* wider than the limit */
    MERE_WHY_LARGE,      /* larger than the limit */
    MERE_WHY_PLACES,     /* a place inside would change its owner */
    MERE_WHY_DISPUTED,   /* a place lies in disputed land */
    MERE_WHY_PART,       /* a zone would gain or lose a part */
    MERE_WHY_HOLE,       /* a zone would gain or lose a hole */
    MERE_WHY_PARENT,     /* no neighbour is of the parent: the parent's border would have to move */
    MERE_WHY_ABOVE,      /* the parent scheme lacks this land of the district: the zone is right */
    MERE_WHY_CONTACT,    /* the border with the new owner is shorter than the piece is wide */
    MERE_WHY_NOBODY,     /* no zone borders on it */
    MERE_WHY_WAIVED,     /* the office accepts it as it is */
    MERE_WHY_ZONE,       /* it is all the zone: the zone lies in another parent than its own */
    MERE_WHY_CODES       /* duplicates that differ in code or attributes */
};
const char *mere_repair_why_word(enum mere_repair_why why);

/* Zones are named by their place in the input layer of the scheme. */
struct mere_proposal {
    enum mere_repair_kind kind;
    enum mere_repair_why why;
    enum mere_repair_rule rule;
    size_t n_before;
    const int32_t *before; /* who has or claims it, ascending; none for a gap */
    int32_t after;         /* MERE_LABEL_NONE: nobody */
    int32_t alternative;   /* the second choice; MERE_LABEL_NONE: there is none */
    const char *parent;    /* code of the parent zone in which it lies, or NULL */
    int64_t area2;         /* twice the area in square 1e-7 degree; of a junction: what the zone
                              gains, negative when it loses */
    double area_m2, width_m;
    double border_m; /* metres of border that move: the piece's border with its new owner */
    int64_t places;  /* places inside: what changes (from no owner to one, or in dispute) */
    struct mere_point at;
    struct mere_layer polygon; /* one zone without texts; no part for junctions and duplicates */
};

/* Land that is not to be touched, and a place in it. */
struct mere_spared {
    struct mere_layer land;
    struct mere_point at;
};

struct mere_repair_input {                  /* all borrowed */
    const struct mere_layer *const *layers; /* the schemes of the store; more than those that bound
                                               `scheme` are not looked at */
    size_t n_layers;
    const char *scheme;
    double match_units; /* between schemes, 1e-7 degree */
    double max_width_m, max_area_m2;
    double max_fragment_m; /* the width of a splinter; a wider part may be meant */
    const struct mere_point *places;
    size_t n_places;
    const struct mere_spared *spared; /* waived findings: their pieces stay as they are */
    size_t n_spared;
    const char *const *enclaves; /* codes of zones whose parts are accepted */
    size_t n_enclaves;
};

struct mere_repair {
    struct mere_arena arena; /* owns everything here; texts of zones belong to the input */
    size_t n_proposals;
    struct mere_proposal *proposals; /* by kind; applied ones first; then as they were made */
    size_t n_applied;
    struct mere_layer layer; /* the scheme mended: zones as in the input, without those removed */
    size_t n_changed;
    uint32_t *changed; /* zones of `layer` whose polygons are not those of the input */
    size_t n_removed;
    uint32_t *removed; /* zones of the input layer that go, ascending */
    int n_rounds;
};
/* Propose and apply, on copies: the input stays as it is. Gives `*ret`; free with mere_repair_free
 * (accepts NULL). Fails with MERE_E_NOT_FOUND when there is no such scheme, and as
 * mere_net_build. */
MERE_MUST_USE enum mere_status
mere_repair_run(struct mere_ctx *ctx, const struct mere_repair_input *in, struct mere_repair **ret);
void mere_repair_free(struct mere_repair *repair);

struct mere_box mere_polygon_box(const struct mere_layer *layer);
/* Whether `p` lies in the polygons of `layer` by the half-open rule (DESIGN section 1). */
bool mere_polygon_holds(const struct mere_layer *layer, struct mere_point p);
/* Whether two pieces of land, polygons traced from networks, have land in common: both hold the
 * place of one, or they share a segment with the land at the same hand. Places are rounded to the
 * lattice, and that of a hair of land may lie beside it: there the segments tell. */
bool mere_polygons_share(const struct mere_layer *a, struct mere_point in_a,
                         const struct mere_layer *b, struct mere_point in_b);
#endif
