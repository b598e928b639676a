#include "base/text.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and a NUL; else the text has failed. */
static bool text_room(struct mere_text *t, size_t more)
{
    size_t limit = t->limit ? t->limit : MERE_TEXT_LIMIT;
    if (t->failed || more > limit - t->len) {
        t->failed = true;
        return false;
    }
    if (t->cap > t->len + more)
        return true;
    size_t cap = t->cap < 64 ? 64 : t->cap;
    while (cap <= t->len + more)
        cap *=
            2; /* below 2^33 by the limit unless the caller set a larger one: still far from 2^64 */
    char *s = realloc(t->s, cap);
    if (!s) {
        t->failed = true;
        return false;
    }
    t->s = s;
    t->cap = cap;
    return true;
}

void mere_text_add_n(struct mere_text *t, const char *s, size_t n)
{
    if (!text_room(t, n))
        return;
    if (n > 0)
        memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = 0;
}

void mere_text_add(struct mere_text *t, const char *s)
{
    mere_text_add_n(t, s, strlen(s));
}

void mere_text_addf(struct mere_text *t, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        t->failed = true;
    else if (text_room(t, (size_t)len)) {
        vsnprintf(t->s + t->len, (size_t)len + 1, fmt, again);
        t->len += (size_t)len;
    }
    va_end(again);
}

void mere_text_clear(struct mere_text *t)
{
    free(t->s);
    *t = (struct mere_text){.limit = t->limit};
}

const char *mere_text_str(const struct mere_text *t)
{
    return t->s ? t->s : "";
}

/* The length of the well-formed UTF-8 character at `s` (RFC 3629, section 4); 0 when there is none,
 * and then `*ret_bad` is the number of bytes that one U+FFFD stands for (the longest good
 * beginning). */
static size_t utf8_char(const unsigned char *s, size_t n, size_t *ret_bad)
{
    unsigned char lo = 0x80, hi = 0xBF; /* bounds of the second byte */
    size_t len;
    *ret_bad = 1;
    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        len = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF) {
        len = 3;
        lo = s[0] == 0xE0 ? 0xA0 : lo; /* overlong */
        hi = s[0] == 0xED ? 0x9F : hi; /* surrogates */
    } else if (s[0] >= 0xF0 && s[0] <= 0xF4) {
        len = 4;
        lo = s[0] == 0xF0 ? 0x90 : lo; /* overlong */
        hi = s[0] == 0xF4 ? 0x8F : hi; /* above U+10FFFF */
    } else
        return 0;
    for (size_t i = 1; i < len; i++) {
        if (i >= n || s[i] < lo || s[i] > hi)
            return 0;
        *ret_bad = i + 1;
        lo = 0x80;
        hi = 0xBF;
    }
    return len;
}

bool mere_utf8_valid(const char *s, size_t n)
{
    const unsigned char *bytes = (const unsigned char *)s;
    size_t bad;
    for (size_t i = 0; i < n;) {
        uint64_t word;
        for (; n - i >= 8; i += 8) { /* most text is ASCII: eight bytes at a time */
            memcpy(&word, s + i, 8);
            if (word & 0x8080808080808080u)
                break;
        }
        /* then one character after the other, until some of them were ASCII again */
        for (int few = 0; i < n && few < 8; few += bytes[i - 1] < 0x80) {
            size_t len = utf8_char(bytes + i, n - i, &bad);
            if (len == 0)
                return false;
            i += len;
        }
    }
    return true;
}

static void json_char(struct mere_text *t, const unsigned char *s, size_t len)
{
    switch (s[0]) {
    case '"':
        mere_text_add_n(t, "\\\"", 2);
        return;
    case '\\':
        mere_text_add_n(t, "\\\\", 2);
        return;
    case '\n':
        mere_text_add_n(t, "\\n", 2);
        return;
    case '\r':
        mere_text_add_n(t, "\\r", 2);
        return;
    case '\t':
        mere_text_add_n(t, "\\t", 2);
        return;
    default:
        if (s[0] < 0x20)
            mere_text_addf(t, "\\u%04x", s[0]);
        else
            mere_text_add_n(t, (const char *)s, len);
    }
}

void mere_json_string(struct mere_text *t, const char *s)
{
    if (!s) {
        mere_text_add_n(t, "null", 4);
        return;
    }
    const unsigned char *bytes = (const unsigned char *)s;
    size_t n = strlen(s), bad;
    mere_text_add_n(t, "\"", 1);
    for (size_t i = 0; i < n;) {
        size_t len = utf8_char(bytes + i, n - i, &bad);
        if (len > 0)
            json_char(t, bytes + i, len);
        else
            mere_text_add_n(t, "\xEF\xBF\xBD", 3);
        i += len > 0 ? len : bad;
    }
    mere_text_add_n(t, "\"", 1);
}

void mere_json_double(struct mere_text *t, double v)
{
    char buf[32];
    mere_text_add(t, isfinite(v) ? mere_double_text(v, buf) : "null");
}

const char *mere_double_text(double v, char buf[32])
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, 32, "%.*g", digits, v);
        if (isnan(v) || strtod(buf, NULL) == v)
            break;
    }
    /* A program around us may have set a locale with a decimal comma. */
    char *comma = strchr(buf, ',');
    if (comma)
        *comma = '.';
    return buf;
}
