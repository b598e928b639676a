/* flaws.h - known defects, planted, and the findings that they must lead to.
 *
 * A defect is planted where nothing else is near: each in communities of its own, on a straight
 * piece of border between two crossings. What check will find follows from what was done, and is
 * written down here without asking check:
 *
 *     gap       A's border is drawn back to a point m:      p ───── q   B keeps p-q; the triangle
 *               gap, parent-uncovered (of the community)      ╲ m ╱     p q m has no owner
 *     overlap   A's border is pushed out instead; across a community's border A is also nesting
 *     bay       as gap, on the district's own border: bay, parent-uncovered
 *     sliver    as gap, but a third grid gets the triangle: sliver, parts
 *     parents   another community's code (nesting, code-prefix); nobody's (no-parent)
 *     sizes     a block with its homes goes to the grid beside: households, persons of both
 *     keys      a block of a key area goes to the grid beside: key-split */
#ifndef MERE_SAMPLE_FLAWS_H
#define MERE_SAMPLE_FLAWS_H
#include "base/text.h"
#include "sample/keep.h"

struct mere_flaw_finding {
    const char *rule, *scheme;
    const char *zones[2]; /* by code; the second may be NULL */
    struct mere_point at;
    double area_m2, width_m; /* NaN none */
};
struct mere_flaws {
    struct mere_ctx *ctx;
    struct mere_town *town;
    struct mere_random r;
    bool used[MERE_TOWN_COMMUNITIES]; /* has a defect already */
    bool split[MERE_TOWN_KEYS];       /* key areas torn apart */
    MERE_VEC(struct mere_flaw_finding) findings;
};
void mere_flaws_begin(struct mere_flaws *flaws, struct mere_ctx *ctx, struct mere_town *town);
void mere_flaws_clear(struct mere_flaws *flaws);
/* Hand blocks over, before anything is drawn. */
MERE_MUST_USE enum mere_status mere_flaws_move(struct mere_flaws *flaws);
/* Change borders and parents of the grids, and note all findings. */
MERE_MUST_USE enum mere_status mere_flaws_plant(struct mere_flaws *flaws,
                                                struct mere_sample_layers *layers);
/* Append them as CSV: rule,scheme,zones,lon,lat,area_m2,width_m. */
void mere_flaws_csv(const struct mere_flaws *flaws, struct mere_text *out);

/* ---- shared by the two files ---- */

MERE_MUST_USE enum mere_status mere_flaws_note(struct mere_flaws *flaws,
                                               const struct mere_flaw_finding *finding);
/* Note a finding whose place is in a zone of `layer`: the centre of the largest circle in its
 * largest part, as exact as such a finding's is (2 % of the zone's size). */
MERE_MUST_USE enum mere_status mere_flaws_note_zone(struct mere_flaws *flaws, const char *rule,
                                                    const struct mere_layer *layer, size_t zone);
/* The same with the zone's area and width, to 5 mm. */
MERE_MUST_USE enum mere_status mere_flaws_note_land(struct mere_flaws *flaws, const char *rule,
                                                    const struct mere_layer *layer, size_t zone);
/* Draw borders anew. */
MERE_MUST_USE enum mere_status mere_flaws_borders(struct mere_flaws *flaws,
                                                  struct mere_sample_layers *layers);
#endif
