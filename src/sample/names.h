/* names.h - made-up names. They are ours; a likeness to a place is chance, but for the three
 * streets.
 */
#ifndef MERE_SAMPLE_NAMES_H
#define MERE_SAMPLE_NAMES_H
#include "sample/town.h"

extern const char *const MERE_STREET_NAMES[MERE_TOWN_STREETS];
/* All in `arena`; NULL when memory is out. The n-th name of a kind is always the same, and no two
 * are alike. */
const char *mere_name_format(struct mere_arena *arena, const char *format, ...) MERE_PRINTF(2, 3);
/* Two characters; n < 3600. */
const char *mere_name_pair(struct mere_arena *arena, uint32_t n);
/* Of a road of the plane, by its kind of way: ...大道, ...路, ...街, ...巷, ...河. */
const char *mere_name_road(struct mere_arena *arena, enum mere_way_kind way, int32_t road);
const char *mere_name_community(struct mere_arena *arena, const struct mere_town_community *c,
                                int32_t i);
const char *mere_name_compound(struct mere_arena *arena, enum mere_use use, int32_t i);
/* What that compound was called before: ...里 of homes, ...厂 of works. */
const char *mere_name_former(struct mere_arena *arena, enum mere_use use, int32_t i);
const char *mere_name_key(struct mere_arena *arena, enum mere_use use, int32_t i);
const char *mere_use_word(enum mere_use use);
/* "八十八": Chinese numerals of 1 to 9999. */
const char *mere_name_number(struct mere_arena *arena, int32_t n);
#endif
