/* mended.h - what a repair did and what it left, for people and programs.
 *
 * What is left is what `check` finds afterwards: each finding about the cover of the scheme with
 * the reasons why its pieces weren't mended. So the two always say the same. Whatever else is new
 * after the mending is left too. */
#ifndef MERE_CHECK_MENDED_H
#define MERE_CHECK_MENDED_H
#include "check/check.h"
#include "net/repair.h"

/* A finding that is left. */
struct mere_left {
    const struct mere_finding *finding;
    size_t n_why;
    enum mere_repair_why why[4]; /* of its pieces, the most frequent first; n_why = 0: no piece was
                                    proposed, `zh` and `en` say why */
    const char *zh, *en;         /* the reasons in words */
    const struct mere_proposal *widest; /* the largest of its pieces, or NULL */
};
struct mere_mended {
    const struct mere_layer *scheme; /* as it was: proposals name its zones */
    const struct mere_repair *repair;
    /* The check of the scheme and of those that are judged by it; `before` may be NULL when nothing
     * changed. */
    const struct mere_report *before, *after;
    const char *district_code, *district_name;
    int64_t generation; /* afterwards */
    bool dry_run;
    double max_width_m, max_area_m2;
    size_t n_left;
    struct mere_left *left;
    const struct mere_finding **finding_of; /* by proposal: the finding that is left of it, or NULL
                                             */
};
/* Whether `rule` is about the cover of a scheme: what repair is about. */
bool mere_rule_covers(enum mere_rule rule);
/* Fill `left` and `finding_of` from the others, in `arena`. Waived findings and those of severity
 * info are not left over. Other rules and the schemes below have a part in it where the mending
 * brought what wasn't there. */
MERE_MUST_USE enum mere_status mere_mended_left(struct mere_ctx *ctx, struct mere_arena *arena,
                                                struct mere_mended *mended);
/* What waived findings of `report` say is not to be touched in scheme `name`, into `in`: land
 * (which belongs to the report), and zones whose parts are accepted. */
MERE_MUST_USE enum mere_status mere_mended_spared(struct mere_ctx *ctx, struct mere_arena *arena,
                                                  const struct mere_report *report,
                                                  const char *name, struct mere_repair_input *in);
/* The places that may not change their owner: points of the profile's reference layers of places
 * and key areas, as an array in `arena`. */
MERE_MUST_USE enum mere_status mere_mended_places(struct mere_ctx *ctx, struct mere_arena *arena,
                                                  const struct mere_check_input *in,
                                                  struct mere_point **ret, size_t *ret_n);

void mere_mended_text(const struct mere_mended *mended, enum mere_lang lang, struct mere_text *out);
/* One row a proposal, and one a finding that is left. */
void mere_mended_csv(const struct mere_mended *mended, enum mere_lang lang, struct mere_text *out);
void mere_mended_json(const struct mere_mended *mended, struct mere_text *out);
void mere_mended_html(const struct mere_mended *mended, enum mere_lang lang, struct mere_text *out);
/* The features that were changed, as JSON: for the log of operations. `layer` is the scheme as it
 * was. */
void mere_mended_log(const struct mere_mended *mended, struct mere_text *out);

/* Words of a proposal, for the files that write them. */
const char *mere_repair_kind_text(enum mere_repair_kind kind, enum mere_lang lang);
const char *mere_repair_rule_text(enum mere_repair_rule rule, enum mere_lang lang);
/* Whether the proposal has a place: land has, and a junction, where a border got or lost a vertex.
 */
bool mere_proposal_has_place(const struct mere_proposal *p);
const char *mere_repair_why_text(enum mere_repair_why why, enum mere_lang lang);
#endif
