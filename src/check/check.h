/* check.h - the principles of a good division as rules: what is wrong, where, and what to do.
 *
 *   network + profile + waivers + references ──mere_check_run──▶ report ──▶ text · JSON · HTML ·
 * layer
 *
 * A check is pure: no files, no clock. Rules belong to principles (全面覆盖 full coverage, 大小适度
 * moderate size, ...). A rule that lacks its data is "not checked", with what to load, and never
 * counts as passed. Widths are diameters of largest inscribed circles in metres (ENGINE B2). */
#ifndef MERE_CHECK_CHECK_H
#define MERE_CHECK_CHECK_H
#include "base/text.h"
#include "locate/locate.h"
#include "net/net.h"
#include "store/store.h" /* waivers and reference layers, as they are kept */

enum mere_severity { MERE_SEVERITY_ERROR, MERE_SEVERITY_WARNING, MERE_SEVERITY_INFO };
const char *mere_severity_word(enum mere_severity severity);

enum mere_lang { MERE_LANG_ZH, MERE_LANG_EN };
/* The language that the option names ("zh" or "en"), without one the store's, else English. */
enum mere_lang mere_lang_pick(const char *option, const char *store);

enum mere_principle {
    MERE_PRINCIPLE_COVERAGE,  /* 全面覆盖 */
    MERE_PRINCIPLE_SIZE,      /* 大小适度, 适度性 */
    MERE_PRINCIPLE_KEY,       /* 重点区域单独建格 */
    MERE_PRINCIPLE_TRADITION, /* 尊重传统 */
    MERE_PRINCIPLE_EASY,      /* 便于管理, 整体性 */
    MERE_PRINCIPLE_TERRITORY, /* 属地性 */
    MERE_N_PRINCIPLES
};

enum mere_rule {
    MERE_RULE_GAP,
    MERE_RULE_BAY,
    MERE_RULE_UNCLAIMED,
    MERE_RULE_HOLE,
    MERE_RULE_OVERLAP,
    MERE_RULE_SLIVER,
    MERE_RULE_OUTSIDE_PARENT,
    MERE_RULE_PARENT_UNCOVERED,
    MERE_RULE_HOUSEHOLDS,
    MERE_RULE_PERSONS,
    MERE_RULE_AREA,
    MERE_RULE_POINTS,
    MERE_RULE_KEY_SPLIT,
    MERE_RULE_KEY_SHARED,
    MERE_RULE_KEY_WITHOUT,
    MERE_RULE_TRADITION,
    MERE_RULE_PARTS,
    MERE_RULE_COMPACTNESS,
    MERE_RULE_EXTENT,
    MERE_RULE_CUTS,
    MERE_RULE_NESTING,
    MERE_RULE_NO_PARENT,
    MERE_RULE_CODE_PREFIX,
    MERE_RULE_CODE_DUPLICATE,
    MERE_RULE_CODE_TEMPLATE,
    MERE_RULE_NAME,
    MERE_N_RULES
};
/* What is told of a rule; one row of the table in texts.c. The templates of a finding's sentence
 * hold {zones} {scheme} {area} {width} {value} {limit} {parts} {detail}. */
struct mere_rule_text {
    const char *id; /* "key-split" */
    enum mere_principle principle;
    const char *zh_title, *en_title;
    const char *zh, *en;                 /* a finding: what and where */
    const char *zh_do, *en_do;           /* what to do */
    const char *zh_explain, *en_explain; /* what the rule means and how it is measured */
    const char *zh_needs, *en_needs;     /* what to load when its data lack */
};
const struct mere_rule_text *mere_rule_text(enum mere_rule rule);
/* False when `word` is no rule's id. */
bool mere_rule_parse(const char *word, enum mere_rule *ret);
struct mere_principle_text {
    const char *id, *zh, *en;
};
const struct mere_principle_text *mere_principle_text(enum mere_principle principle);
/* Append what `rule` means, how it is measured, and its limits in `profile` (NULL: none told). */
struct mere_profile;
void mere_rule_explain(enum mere_rule rule, const struct mere_profile *profile, enum mere_lang lang,
                       struct mere_text *out);

/* ---- profiles ------------------------------------------------------------------------------- */

/* One limit of a rule. The first limit of the rule that fits scheme and kind holds. */
struct mere_limit {
    enum mere_rule rule;
    const char *scheme;        /* a scheme's name or role; NULL = any */
    const char *kind;          /* a zone's kind; NULL = any */
    double min, max;           /* NaN = none */
    const char *template_text; /* of code-template; else NULL */
    const char *unit;          /* "" when it has none */
    enum mere_severity severity;
    const char *source; /* where the figure comes from */
};
/* How far repair may go in a scheme. The first that fits the scheme holds. */
struct mere_repair_limits {
    const char *scheme; /* a scheme's name or role; NULL = any */
    double max_width_m, max_area_m2;
    double max_fragment_m; /* the width of a splinter; a wider part of a zone may be meant */
    const char *source;
};
struct mere_term { /* what a level is called */
    const char *scheme, *zh, *en;
};
struct mere_profile {
    struct mere_arena arena; /* owns everything here */
    const char *name;
    const char *zh, *en; /* title */
    const char *source;
    size_t n_terms;
    const struct mere_term *terms;
    size_t n_limits;
    const struct mere_limit *limits;
    size_t n_repairs;
    const struct mere_repair_limits *repairs;
    size_t n_dedicated;
    const char *const *dedicated; /* kinds that mean a dedicated grid 专属网格 */
    const char *points;           /* reference layer of places, "addresses" */
    const char *key;              /* reference layer of key areas given as points, "key_points" */
    size_t n_cuts;
    const char *const *cuts; /* reference layers that borders must not cut */
    const char *former;      /* the scheme that `tradition` compares with; NULL none */
};
/* Read a profile from `n` bytes of JSON; `where` (a file name) stands in the error text. Unknown
 * and repeated keys, wrong types and units fail with MERE_E_INPUT, naming key and file. Gives
 * `*ret_profile`; free with `mere_profile_free` (accepts NULL). */
MERE_MUST_USE enum mere_status mere_profile_parse(struct mere_ctx *ctx, const char *bytes, size_t n,
                                                  const char *where,
                                                  struct mere_profile **ret_profile);
/* A shipped profile by name ("plain", "hangzhou", "us"); MERE_E_NOT_FOUND names those there are. */
MERE_MUST_USE enum mere_status mere_profile_shipped(struct mere_ctx *ctx, const char *name,
                                                    struct mere_profile **ret_profile);
/* The name of the i-th shipped profile; NULL after the last. */
const char *mere_profile_name(size_t i);
void mere_profile_free(struct mere_profile *profile);
/* The limit that holds for `rule` in `scheme` and `kind` (NULL: a zone without kind); NULL: none.
 */
const struct mere_limit *mere_profile_limit(const struct mere_profile *profile, enum mere_rule rule,
                                            const struct mere_scheme *scheme, const char *kind);
/* Whether any limit of `rule` may hold in `scheme` (NULL: in any). */
bool mere_profile_has(const struct mere_profile *profile, enum mere_rule rule,
                      const struct mere_scheme *scheme);
/* How far repair may go in `scheme`; where the profile doesn't say: gaps' width, 2,000 m2, slivers'
 * width. */
struct mere_repair_limits mere_profile_repair(const struct mere_profile *profile,
                                              const struct mere_scheme *scheme);
/* What a level is called: the profile's term, else the scheme's name. */
const char *mere_profile_term(const struct mere_profile *profile, const char *scheme,
                              enum mere_lang lang);

/* ---- findings ------------------------------------------------------------------------------- */

enum mere_finding_shape { MERE_FINDING_NOWHERE, MERE_FINDING_POINT, MERE_FINDING_LAND };

struct mere_finding {
    char id[17];      /* stable while the defect is unchanged (ids.c) */
    const char *salt; /* what tells it from others of its rule and zones; "" nothing */
    enum mere_rule rule;
    enum mere_severity severity;
    bool waived;
    const char *waiver; /* its reason, when waived */
    const char *scheme;
    int32_t scheme_index; /* in the network */
    size_t n_zones;
    const int32_t *zones; /* zones of the scheme, sorted by code */
    double value, limit;  /* NaN = none */
    const char *unit;     /* of both; "" none */
    bool has_place;
    struct mere_point at; /* centre of the inscribed circle of the widest piece, or in the zone */
    double area_m2;       /* sum over the pieces; NaN when it has none */
    double width_m;       /* of the widest piece; NaN when it has none */
    int64_t places;       /* points inside; MERE_UNKNOWN when none are loaded */
    int64_t parts;        /* separate pieces, 1 or more */
    const char *zh, *en;  /* what, where, what to do */
    const char *zh_marked, *en_marked; /* the same, each name between U+2068 and U+2069 */
    enum mere_finding_shape shape;
    struct mere_layer polygon; /* MERE_FINDING_LAND: one zone without texts, its parts */
};

enum mere_checked { MERE_CHECKED_PASSED, MERE_CHECKED_FINDINGS, MERE_CHECKED_NOT };
const char *mere_checked_word(enum mere_checked state);

struct mere_missing { /* why a rule was not checked */
    enum mere_rule rule;
    const char *scheme; /* or NULL */
    const char *zh, *en;
};
struct mere_principle_result {
    enum mere_checked state;
    size_t n; /* unwaived findings of severity error or warning */
    size_t n_missing;
    const struct mere_missing *missing;
};
/* How a figure is spread over the zones of one parent (parent NULL: over the whole scheme). */
struct mere_distribution {
    enum mere_rule rule;
    const char *scheme, *parent;
    size_t n, n_unknown;
    double sum, min, q1, median, q3, max, gini;
};
struct mere_kept { /* of `tradition`; checked = false when it wasn't */
    bool checked;
    const char *scheme, *former;
    double area_m2, area_kept_m2;
    int64_t places, places_kept; /* MERE_UNKNOWN when none are loaded */
};
struct mere_report {
    struct mere_arena arena; /* owns everything here; texts of zones belong to the network */
    const struct mere_net *net;
    const struct mere_profile *profile;
    int64_t generation;
    const char *district_code, *district_name;
    const char *today;
    const char *main_scheme;
    struct mere_principle_result principles[MERE_N_PRINCIPLES];
    size_t n_findings;
    struct mere_finding *findings; /* worst first: severity, rule, scheme, zones, id */
    size_t n_distributions;
    struct mere_distribution *distributions;
    struct mere_kept kept;
    size_t n_errors, n_warnings, n_infos, n_waived; /* the first three: unwaived */
};

struct mere_check_input { /* all borrowed; network and profile must outlive the report */
    const struct mere_net *net;
    const struct mere_locator *locator; /* NULL: built here when points are to be counted */
    int64_t generation;
    const char *district_code, *district_name;
    const char *main_scheme; /* NULL: as `mere_net_main_scheme` */
    const struct mere_profile *profile;
    const struct mere_waiver *waivers;
    size_t n_waivers;
    const struct mere_ref_layer *references;
    size_t n_references;
    const char *against;        /* former scheme; NULL: the profile's */
    const char *const *schemes; /* to be checked; n_schemes = 0: all but the former one */
    size_t n_schemes;
    const char *today; /* ISO date that waivers are compared with */
};
/* Check. Gives `*ret_report`; free with `mere_report_free` (accepts NULL). Fails with
 * MERE_E_NOT_FOUND when a named scheme is not in the network (the text lists those that are),
 * MERE_E_NOMEM, MERE_E_CANCELLED. Linear in the network but for the circles of the defects
 * themselves. */
MERE_MUST_USE enum mere_status mere_check_run(struct mere_ctx *ctx,
                                              const struct mere_check_input *in,
                                              struct mere_report **ret_report);
void mere_report_free(struct mere_report *report);

/* Which findings of `after` are no news (compare.c), by finding, in `arena`: each stands for one of
 * `before` (NULL: none) that is the same or was more of it. Waived findings and those less severe
 * than `least` are left out, and are false. */
MERE_MUST_USE enum mere_status mere_report_known(struct mere_ctx *ctx, struct mere_arena *arena,
                                                 const struct mere_report *before,
                                                 const struct mere_report *after,
                                                 enum mere_severity least, bool **ret);

/* ---- reports -------------------------------------------------------------------------------- */

void mere_report_text(const struct mere_report *report, enum mere_lang lang, struct mere_text *out);
void mere_report_json(const struct mere_report *report, struct mere_text *out);
/* One self-contained page: map, summary, ten worst, tables. */
void mere_report_html(const struct mere_report *report, enum mere_lang lang, struct mere_text *out);
/* The findings as layers of a new GeoPackage, for QGIS. Fails as mere_features_write does. */
struct mere_features_to;
MERE_MUST_USE enum mere_status mere_report_gpkg(struct mere_ctx *ctx,
                                                const struct mere_report *report,
                                                enum mere_lang lang,
                                                const struct mere_features_to *to);
#endif
