/* text.h - text that grows, with a limit. A zeroed text is empty. Once an append failed for memory
 * or limit, `failed` stays set and later appends do nothing: check it once, at the end. */
#ifndef MERE_BASE_TEXT_H
#define MERE_BASE_TEXT_H
#include "base/base.h"

struct mere_text {
    char *s; /* NUL-terminated, or NULL while empty */
    size_t len, cap;
    size_t limit; /* bytes; 0 = MERE_TEXT_LIMIT */
    bool failed;
};
#define MERE_TEXT_LIMIT ((size_t)1 << 31)

void mere_text_add(struct mere_text *t, const char *s);
void mere_text_add_n(struct mere_text *t, const char *s, size_t n);
void mere_text_addf(struct mere_text *t, const char *fmt, ...) MERE_PRINTF(2, 3);
void mere_text_clear(struct mere_text *t); /* frees */
/* The text, never NULL. */
const char *mere_text_str(const struct mere_text *t);

/* Whether the `n` bytes at `s` are well-formed UTF-8 (RFC 3629: no surrogates, no overlongs). */
bool mere_utf8_valid(const char *s, size_t n);

/* JSON, streamed: append `s` quoted and escaped; invalid UTF-8 becomes U+FFFD. NULL gives null. */
void mere_json_string(struct mere_text *t, const char *s);
/* Append a double as the shortest JSON number that reads back the same; null if not finite. */
void mere_json_double(struct mere_text *t, double v);

/* The shortest decimal that reads back as `v` ("%.15g", "%.16g" or "%.17g"), into `buf`. */
const char *mere_double_text(double v, char buf[32]);

#endif
