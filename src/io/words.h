/* words.h - what an import and an export say, in English and Chinese.
 *
 * The English sentence stands where it is said and is the key; words.c holds one table with the
 * Chinese beside it. {0} to {9} are filled with what belongs there: data, and words such as --crs,
 * stay as they are in both. */
#ifndef MERE_IO_WORDS_H
#define MERE_IO_WORDS_H
#include "base/text.h"

/* The Chinese for `en`; NULL when the table has none, as for what GDAL says. */
const char *mere_words_zh(const char *en);
/* `en` in the language; what the table doesn't know stays as it is. */
const char *mere_words(bool zh, const char *en);
/* Append the sentence with its places filled; `args` ends with NULL, or is NULL. A key that the
 * table doesn't know is a bug. */
void mere_words_add(struct mere_text *t, bool zh, const char *en, const char *const *args);
#define MERE_WORDS(t, zh, en, ...)                                                                 \
    mere_words_add(t, zh, en, (const char *const[]){__VA_ARGS__, NULL})

/* The table, for its test: false behind its end. */
bool mere_words_row(size_t i, const char **ret_en, const char **ret_zh);
#endif
