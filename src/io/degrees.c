#include "io/degrees.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TEXT 64 /* characters of a coordinate; nobody writes more */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Powers of ten that a double holds exactly. */
static const double ten_to[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The usual decimal, exactly: up to 2^53 over a power of ten, both exact, so one division rounds
 * once (Clinger 1990). False when it isn't of this form. */
static bool read_plain(const char *s, size_t len, double *ret)
{
    const char *end = s + len;
    bool negative = len > 0 && *s == '-';
    uint64_t digits = 0;
    size_t n_digits = 0, n_after = 0;
    s += len > 0 && (*s == '-' || *s == '+');
    for (; s < end && is_digit(*s); s++, n_digits++)
        digits = digits * 10 + (uint64_t)(*s - '0');
    if (s < end && *s == '.')
        for (s++; s < end && is_digit(*s); s++, n_after++)
            digits = digits * 10 + (uint64_t)(*s - '0');
    /* 18 digits fit 64 bits without overflow. */
    if (s != end || n_digits + n_after == 0 || n_digits + n_after > 18 ||
        digits > (uint64_t)1 << 53)
        return false;
    double v = (double)digits / ten_to[n_after];
    *ret = negative ? -v : v;
    return true;
}

/* A decimal with more digits or an exponent: strtod, on nothing but what a decimal is made of. */
static bool read_long(const char *s, size_t len, double *ret)
{
    char buf[400], *end;
    if (len == 0 || len >= sizeof buf)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool sign = s[i] == '-' || s[i] == '+';
        bool after_e = i > 0 && (s[i - 1] == 'e' || s[i - 1] == 'E');
        if (!is_digit(s[i]) && s[i] != '.' && s[i] != 'e' && s[i] != 'E' &&
            !(sign && (i == 0 || after_e)))
            return false;
    }
    memcpy(buf, s, len);
    buf[len] = 0;
    double v = strtod(buf, &end);
    if (end != buf + len || end == buf || !isfinite(v))
        return false;
    *ret = v;
    return true;
}

/* ---- degrees, minutes, seconds ------------------------------------------------------------------
 */

/* One character of UTF-8 in the alphabet that we read: digits . + - E W N S, d m s for the marks of
 * degrees, minutes and seconds, a space; 0 for anything else, and 1 for what says nothing (经, 纬).
 */
struct mark {
    const char *utf8;
    char plain;
};
static const struct mark marks[] = {
    {"°", 'd'},  {"º", 'd'},  {"˚", 'd'},  {"度", 'd'},       {"′", 'm'},  {"’", 'm'},  {"‘", 'm'},
    {"＇", 'm'}, {"分", 'm'}, {"″", 's'},  {"”", 's'},        {"“", 's'},  {"＂", 's'}, {"秒", 's'},
    {"东", 'E'}, {"東", 'E'}, {"西", 'W'}, {"北", 'N'},       {"南", 'S'}, {"经", 1},   {"經", 1},
    {"纬", 1},   {"緯", 1},   {"　", ' '}, {"\xC2\xA0", ' '}, {"−", '-'},  {"：", ' '},
};

static char plain_ascii(char c)
{
    switch (c) {
    case 0:
        return 0;
    case '\'':
        return 'm';
    case '"':
        return 's';
    case ':':
        return ' ';
    case 'e':
    case 'w':
    case 'n':
        return (char)(c - 'a' + 'A');
    default:
        break;
    }
    if (is_digit(c) || strchr(".+-EWNSdms", c))
        return c;
    return is_space(c) ? ' ' : '\0';
}

/* Translate to the alphabet above; false on anything foreign or too long. */
static bool to_plain(const char *s, size_t len, char ret[MAX_TEXT + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < len;) {
        char c = 0;
        size_t used = 1;
        unsigned char u = (unsigned char)s[i];
        if (u < 0x80)
            c = plain_ascii(s[i]);
        else if (len - i >= 3 && u == 0xEF && (unsigned char)s[i + 1] == 0xBC &&
                 (unsigned char)s[i + 2] >= 0x8B && (unsigned char)s[i + 2] < 0xBB &&
                 (unsigned char)s[i + 2] != 0x9A) {
            /* U+FF0B .. U+FF3A: full-width + , - . / 0-9 and letters, 0xFEE0 above ASCII. */
            c = plain_ascii((char)((unsigned char)s[i + 2] - 0x80 + 0x20));
            used = 3;
        }
        for (size_t k = 0; c == 0 && k < MERE_LEN(marks); k++) {
            size_t mark_len = strlen(marks[k].utf8);
            if (mark_len <= len - i && memcmp(s + i, marks[k].utf8, mark_len) == 0) {
                c = marks[k].plain;
                used = mark_len;
            }
        }
        if (c == 0 || n >= MAX_TEXT)
            return false;
        if (c == 'm' && n > 0 && ret[n - 1] == 'm') /* '' stands for " */
            ret[n - 1] = 's';
        else if (c != 1)
            ret[n++] = c;
        i += used;
    }
    ret[n] = 0;
    return true;
}

struct angle {
    double part[3]; /* degrees, minutes, seconds */
    int n;
    bool fraction; /* the last one has a fraction: nothing may follow */
    char hemisphere;
    bool negative, signed_;
};

/* One number and the mark after it, for the part that comes next. */
static const char *read_part(const char *s, struct angle *a)
{
    static const char mark_of[] = {'d', 'm', 's'};
    const char *from = s;
    while (is_digit(*s) || *s == '.')
        s++;
    if (s == from || a->n >= 3 || a->fraction ||
        !read_plain(from, (size_t)(s - from), &a->part[a->n]))
        return NULL;
    a->fraction = memchr(from, '.', (size_t)(s - from)) != NULL;
    while (*s == ' ')
        s++;
    if (*s == 'd' || *s == 'm' || *s == 's') {
        if (*s != mark_of[a->n])
            return NULL;
        s++;
    }
    a->n++;
    return s;
}

static bool read_angle(const char *s, struct angle *a)
{
    while (*s) {
        if (*s == ' ') {
            s++;
        } else if ((*s == '-' || *s == '+') && a->n == 0 && !a->signed_) {
            a->signed_ = true;
            a->negative = *s++ == '-';
        } else if (strchr("EWNS", *s) && a->hemisphere == 0) {
            a->hemisphere = *s++;
        } else {
            s = read_part(s, a);
            if (!s)
                return false;
        }
    }
    return a->n > 0 && !(a->hemisphere && a->signed_) && (a->n < 2 || a->part[1] < 60) &&
           (a->n < 3 || a->part[2] < 60);
}

static enum mere_degrees_read read_marked(const char *s, size_t len, enum mere_axis axis,
                                          double *ret)
{
    char plain[MAX_TEXT + 1];
    struct angle a = {.n = 0};
    if (!to_plain(s, len, plain) || !read_angle(plain, &a))
        return MERE_DEGREES_NOT_NUMBER;
    double v = a.n == 1 ? a.part[0] : a.part[0] + (a.part[1] * 60 + a.part[2]) / 3600;
    *ret = a.negative || a.hemisphere == 'W' || a.hemisphere == 'S' ? -v : v;
    bool of_lon = a.hemisphere == 'E' || a.hemisphere == 'W';
    return a.hemisphere == 0 || of_lon == (axis == MERE_AXIS_LON) ? MERE_DEGREES_OK
                                                                  : MERE_DEGREES_OTHER_AXIS;
}

enum mere_degrees_read mere_degrees_read(const char *s, size_t len, enum mere_axis axis,
                                         double *ret)
{
    while (len > 0 && is_space(*s)) {
        s++;
        len--;
    }
    while (len > 0 && is_space(s[len - 1]))
        len--;
    if (len == 0)
        return MERE_DEGREES_EMPTY;
    if (read_plain(s, len, ret) || read_long(s, len, ret))
        return MERE_DEGREES_OK;
    while (len >= 3 && memcmp(s, "　", 3) == 0) {
        s += 3;
        len -= 3;
    }
    return len == 0 ? MERE_DEGREES_EMPTY : read_marked(s, len, axis, ret);
}
