/* check_priv.h - what the rules share inside this module: the checker, regions, pieces. */
#ifndef MERE_CHECK_PRIV_H
#define MERE_CHECK_PRIV_H
#include "base/vec.h"
#include "check/check.h"
#include <stdio.h>
#include <stdlib.h>

/* ---- land: the faces of one scheme, joined into regions ----------------------------------------
 */

/* What a region is in a scheme. */
enum mere_land {
    MERE_LAND_OWNED,    /* of one zone alone */
    MERE_LAND_DISPUTED, /* of the same claimants */
    MERE_LAND_UNCLAIMED,
    MERE_LAND_HOLE, /* outside, because it lies in a zone of role hole */
    MERE_LAND_OUTSIDE
};
struct mere_region {
    enum mere_land land;
    int32_t label;      /* of the scheme: a zone, NONE, or a claim list */
    uint32_t first, n;  /* its faces: regions.face[first .. first + n) */
    bool unbounded;     /* the outer face is in it */
    double area_m2;     /* without the outer face */
    double perimeter_m; /* local plane; good for comparing, not for printing */
    uint32_t n_edges;   /* arcs on its boundary */
};
/* Regions of one scheme: faces joined across every arc that has the same land and label on both
 * sides. */
struct mere_regions {
    int32_t n;
    struct mere_region *region;
    int32_t *of_face; /* n_faces + 1: the last is the outer face's */
    int32_t *face;    /* by region, ascending */
};
/* A piece of land that a finding speaks of. */
struct mere_piece {
    size_t n_zones;
    const int32_t *zones; /* ascending */
    struct mere_layer polygon;
    double area_m2, width_m;
    struct mere_point centre;
    int64_t places;
};

/* ---- the checker ---------------------------------------------------------------------------- */

struct mere_checker {
    struct mere_ctx *ctx;
    const struct mere_check_input *in;
    const struct mere_net *net;
    const struct mere_profile *profile;
    struct mere_report *report;
    struct mere_arena scratch;    /* dropped at the end of the check */
    int32_t main, former;         /* schemes; MERE_UNKNOWN none */
    int32_t outline;              /* first scheme of role outline; MERE_UNKNOWN none */
    const double *arc_m;          /* n_arcs: lengths in the local plane */
    uint32_t *node_mark;          /* n_nodes */
    uint32_t *node_at;            /* n_nodes: place on the walk, valid where marked */
    uint32_t mark;                /* the last mark given */
    uint8_t *arc_done;            /* n_arcs: scratch of tracing, zero between traces */
    int64_t *face_places;         /* n_faces; NULL when no places are loaded */
    struct mere_regions *regions; /* n_schemes; filled on first use */
    int32_t **zone_region;   /* by scheme and zone: its largest region; NULL before first use */
    const int32_t **parents; /* n_schemes: by zone, see mere_check_parents; NULL before first use */
    bool ran[MERE_N_RULES];  /* the rule measured something, whatever it found */
    struct mere_locator *own_locator;
    const struct mere_locator *locator;
    MERE_VEC(struct mere_finding) findings;
    MERE_VEC(struct mere_missing) missing;
    MERE_VEC(struct mere_distribution) distributions;
};

/* Fill what joining and tracing regions of `ck->net` needs. */
MERE_MUST_USE enum mere_status mere_check_begin(struct mere_checker *ck);
/* A fresh mark for node_mark. */
uint32_t mere_check_mark(struct mere_checker *ck);
/* The scheme of index `s`. */
static inline const struct mere_scheme *mere_ck_scheme(const struct mere_checker *ck, int32_t s)
{
    return &ck->net->schemes[s];
}
/* The regions of scheme `s`; made on first use, in scratch. NULL when memory is out. */
MERE_MUST_USE enum mere_status mere_check_regions(struct mere_checker *ck, int32_t s,
                                                  const struct mere_regions **ret);
/* The same of any key per face (n_faces + 1 of them, the last the outer face's; negative = in no
 * region). The regions' land is OWNED and label the key. */
MERE_MUST_USE enum mere_status mere_check_join(struct mere_checker *ck, const int32_t *key,
                                               struct mere_regions *ret);
/* Which claim lists of the scheme (n_claims of them) hold the same zones: the first such list for
 * each. Lists are few. */
MERE_MUST_USE enum mere_status
mere_check_same_claims(struct mere_checker *ck, const struct mere_scheme *scheme, int32_t *ret);
/* Whether the region's largest circle is surely wider than `width_m`, by area and perimeter alone.
 */
bool mere_region_surely_wider(const struct mere_region *region, double width_m);
/* Trace one region as a polygon of one part in `arena`. It must not be unbounded. */
MERE_MUST_USE enum mere_status mere_check_trace(struct mere_checker *ck,
                                                const struct mere_regions *regions, int32_t region,
                                                struct mere_arena *arena,
                                                struct mere_layer *ret_polygon);
/* Trace and measure one region: polygon, area, width, centre, places; zones are left empty. */
MERE_MUST_USE enum mere_status mere_check_piece(struct mere_checker *ck,
                                                const struct mere_regions *regions, int32_t region,
                                                struct mere_piece *ret);
/* The zones of scheme `s` on the far side of the region's boundary, ascending, in the report's
 * arena;
 * `*ret_open` = its boundary meets land that is outside (not a declared hole). */
MERE_MUST_USE enum mere_status mere_check_around(struct mere_checker *ck, int32_t s,
                                                 const struct mere_regions *regions, int32_t region,
                                                 struct mere_piece *piece, bool *ret_open);
/* One polygon of `n` points as a layer of one part in `arena`. */
MERE_MUST_USE enum mere_status mere_check_polygon(struct mere_checker *ck,
                                                  const struct mere_point *pts, size_t n,
                                                  struct mere_arena *arena, struct mere_layer *ret);

/* ---- findings ------------------------------------------------------------------------------- */

/* A finding in the making. Zeroed fields are "none" but for what `mere_draft_init` sets. */
struct mere_draft {
    enum mere_rule rule;
    const struct mere_limit *limit_row; /* gives severity, unit */
    int32_t scheme;
    size_t n_zones;
    const int32_t *zones;
    double value, limit;
    const char *unit; /* NULL: the limit's */
    const struct mere_piece *pieces;
    size_t n_pieces;
    int32_t place_zone; /* without pieces: the place is inside this zone; MERE_UNKNOWN none */
    bool has_at;        /* without pieces: the place itself */
    struct mere_point at;
    const char *zh_detail, *en_detail; /* {detail}; borrowed until added */
    const char *salt; /* makes the id differ among findings of one rule and zone; borrowed */
    bool as_info;     /* severity info, whatever the limit says */
};
struct mere_draft mere_draft_init(enum mere_rule rule, const struct mere_limit *limit,
                                  int32_t scheme);
MERE_MUST_USE enum mere_status mere_check_add(struct mere_checker *ck,
                                              const struct mere_draft *draft);
/* Order pieces by their lowest points. */
int mere_check_piece_cmp(const struct mere_piece *a, const struct mere_piece *b);
/* Merge the pieces that have the same zones and add one finding for each such set. Sorts `pieces`.
 */
MERE_MUST_USE enum mere_status mere_check_add_grouped(struct mere_checker *ck,
                                                      const struct mere_draft *draft,
                                                      struct mere_piece *pieces, size_t n);
/* Give the finding its id (ids.c); `exact`: by all its points, where another one has the same. */
MERE_MUST_USE enum mere_status mere_finding_name(struct mere_checker *ck, struct mere_finding *f,
                                                 bool exact);
struct mere_answer { /* an id, and the finding of ck->findings that answers to it */
    char id[17];
    uint32_t finding;
};
struct mere_answers {
    struct mere_answer *v;
    size_t n, cap;
};
/* Add to `ret` all ids that finding number `finding` answers to: its own, and those it may have had
 * before a centimetre moved. */
MERE_MUST_USE enum mere_status mere_finding_answers(const struct mere_checker *ck, size_t finding,
                                                    struct mere_answers *ret);
/* Mark what the waivers speak of (waivers.c). */
MERE_MUST_USE enum mere_status mere_check_waive(struct mere_checker *ck);
/* Whether another zone of the scheme has the same code. */
bool mere_has_twin(const struct mere_scheme *scheme, int32_t zone);
/* A rule that lacks its data in `scheme` (or NULL): `zh`, `en` say what to load; NULL: the rule's
 * own words. Texts are copied. */
MERE_MUST_USE enum mere_status mere_check_lacks(struct mere_checker *ck, enum mere_rule rule,
                                                const char *scheme, const char *zh, const char *en);
/* Format into the report's arena; NULL when memory is out. */
char *mere_check_textf(struct mere_checker *ck, const char *fmt, ...) MERE_PRINTF(2, 3);
/* The bytes of the control at `s` that turns the direction of text (U+200E, U+202E, U+2066 and the
 * like), 0 when it is none; `*ret_code` = which. */
size_t mere_bidi_control(const char *s, unsigned *ret_code);
/* Append a text of the data with such controls shown: "<U+202E>". */
void mere_add_shown(struct mere_text *t, const char *s);
/* Names stand in sentences between U+2068 and U+2069 until `mere_finding_words`; the data's own are
 * shown as above, so the marks are ours alone. In the report's arena; NULL when memory is out. */
const char *mere_name_shown(struct mere_checker *ck, const char *name);
/* "name (code)" of a zone, or the code alone, each marked as a name; in the report's arena; NULL
 * when memory is out. */
const char *mere_zone_shown(struct mere_checker *ck, const struct mere_zone *zone,
                            enum mere_lang lang);
/* Append a measure with its unit as people write it: 12.4 m, 1.2 km2, 99.2%. */
void mere_add_area(struct mere_text *t, double area_m2, enum mere_lang lang);
void mere_add_measure(struct mere_text *t, double v, const char *unit, enum mere_lang lang);
/* The limit of `rule` that holds for the zone, by its kind; NULL: none. Notes that the rule ran. */
const struct mere_limit *mere_zone_limit(struct mere_checker *ck, enum mere_rule rule, int32_t s,
                                         int32_t zone);
/* Append how far a repair may go, with "limits" before it. */
void mere_add_limits(struct mere_text *t, double width_m, double area_m2, enum mere_lang lang);
/* Fill ck->zone_region. */
MERE_MUST_USE enum mere_status mere_check_largest(struct mere_checker *ck);
/* A point inside the zone's largest region; false when it has no land. */
MERE_MUST_USE enum mere_status mere_check_zone_place(struct mere_checker *ck, int32_t s,
                                                     int32_t zone, bool *ret_has,
                                                     struct mere_point *ret);

/* Fill the sentences of `finding` (texts.c). */
MERE_MUST_USE enum mere_status mere_finding_words(struct mere_checker *ck,
                                                  const struct mere_draft *draft,
                                                  struct mere_finding *finding);
/* The order of zones within a finding and of codes anywhere: by bytes. */
int mere_code_cmp(const char *a, const char *b);

/* ---- reference layers (places.c) ---------------------------------------------------------------
 */

const struct mere_ref_layer *mere_check_reference(const struct mere_checker *ck, const char *name);
/* Count the points of the profile's place layer by face. */
MERE_MUST_USE enum mere_status mere_check_places(struct mere_checker *ck);
/* The locator, built on first use. */
MERE_MUST_USE enum mere_status mere_check_locator(struct mere_checker *ck,
                                                  const struct mere_locator **ret);
/* Geometry out of ISO WKB, bounded by its bytes. Points of (Multi)Point; rings of (Multi)Polygon,
 * each a run of points without the closing one. `*ret_ok` = it is of the wanted kind and whole. */
struct mere_wkb_rings {
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(size_t) first; /* of each ring; its end is the next one's first or pts.n */
};
bool mere_wkb_points(const uint8_t *wkb, size_t len, struct mere_wkb_rings *out);
bool mere_wkb_polygons(const uint8_t *wkb, size_t len, struct mere_wkb_rings *out);
void mere_wkb_clear(struct mere_wkb_rings *rings);

/* Append `s` on one line, and with what would turn its direction shown (report_text.c). */
void mere_add_line(struct mere_text *t, const char *s);

/* ---- JSON (report_json.c) ---------------------------------------------------------------------
 */

/* 1e-7 degrees as a decimal, exactly. */
void mere_json_e7(struct mere_text *t, int32_t v);
/* The parts of a layer as a GeoJSON geometry. */
void mere_json_polygons(struct mere_text *t, const struct mere_layer *polygons);

/* ---- the rules, by file ---------------------------------------------------------------------- */

MERE_MUST_USE enum mere_status mere_rules_coverage(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rule_seams(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rules_parents(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rules_codes(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rule_names(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rules_size(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rules_shape(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rule_cuts(struct mere_checker *ck, int32_t s);
MERE_MUST_USE enum mere_status mere_rules_key(struct mere_checker *ck);
MERE_MUST_USE enum mere_status mere_rule_tradition(struct mere_checker *ck);

/* ---- land counted for each of its claimants (stretches.c) ------------------------------------
 */

/* That a face counts for `zone`, as land in `other`. */
struct mere_stretch {
    int32_t zone, other, face;
};
struct mere_stretches {
    struct mere_stretch *v;
    size_t n, cap;
};
/* Land of one zone in one other, connected; piece.zones is the zone, in scratch. */
struct mere_stretch_piece {
    int32_t zone, other;
    struct mere_piece piece;
};
struct mere_stretch_pieces {
    struct mere_stretch_piece *v;
    size_t n, cap;
};
/* Join the faces of each zone and other into pieces, by zone, other and place. A face may count for
 * several zones and lies in a piece of each. Sorts the stretches. Free both with MERE_VEC_FREE. */
MERE_MUST_USE enum mere_status mere_check_stretches(struct mere_checker *ck,
                                                    struct mere_stretches *stretches,
                                                    struct mere_stretch_pieces *ret);

/* The scheme that bounds `s`: its parent, else the outline, else MERE_UNKNOWN. */
int32_t mere_check_bound(const struct mere_checker *ck, int32_t s);
/* Whether something must bound scheme `s`: it covers, and is not the topmost of several levels,
 * which has no parent because it is topmost. */
bool mere_check_needs_bound(const struct mere_checker *ck, int32_t s);
/* Whether nesting and parents' codes are asked of `s`: it has a parent scheme, names one, or is a
 * level that should have one. Beats and school areas beside the levels lie across them. */
bool mere_check_needs_parent(const struct mere_checker *ck, int32_t s);
/* The parent zone that each zone of `s` has: as stated, else by most land, else MERE_UNKNOWN. Where
 * several have its code, the first of them stands for all. In scratch. `s` must have a parent
 * scheme. */
MERE_MUST_USE enum mere_status mere_check_parents(struct mere_checker *ck, int32_t s,
                                                  const int32_t **ret);
/* How much land a zone of one scheme has in a zone of another (MERE_UNKNOWN: in none). */
struct mere_share {
    int32_t zone, other;
    double area_m2;
};
struct mere_shares {
    struct mere_share *v;
    size_t n, cap;
};
/* All shares of scheme `s` in scheme `t`, by zone, then other. Free with MERE_VEC_FREE. */
MERE_MUST_USE enum mere_status mere_check_shares(struct mere_checker *ck, int32_t s, int32_t t,
                                                 struct mere_shares *ret);
#endif
