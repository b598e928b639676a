/* svg.h - the map of a report, drawn as SVG. Inside src/check only. */
#ifndef MERE_CHECK_SVG_H
#define MERE_CHECK_SVG_H
#include "check/check.h"

/* Append the map: zones of the main scheme, coarser borders, defects, numbered marks for `worst`.
 */
void mere_report_map(const struct mere_report *report, enum mere_lang lang,
                     const struct mere_finding *const *worst, size_t n_worst,
                     struct mere_text *out);
/* Append `s` with & < > " ' escaped; control characters become spaces, those that turn the
 * direction of text are shown. */
void mere_html_text(struct mere_text *out, const char *s);
/* The same of a finding's marked sentence: names in <bdi>, so that none turns the sentence. */
void mere_html_sentence(struct mere_text *out, const char *s);
#endif
