/* points_pair.c - which columns hold the place. Names are compared in lower case; a word must stand
 * by itself: at the beginning or end of the name, or beside something that is no letter. */
#include "base/text.h"
#include "io/points_priv.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAX_PAIRS 8
#define MAX_NAME 128 /* bytes; a longer name is no coordinate's */

static const struct {
    const char *x, *y;
} words[] = {
    {"longitude", "latitude"}, {"lng", "lat"},   {"lon", "lat"}, {"long", "lat"}, {"x", "y"},
    {"经度", "纬度"},          {"經度", "緯度"}, {"jd", "wd"},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

static char lower_char(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool lower(const char *s, char ret[MAX_NAME])
{
    size_t len = strlen(s);
    if (len >= MAX_NAME)
        return false;
    for (size_t i = 0; i <= len; i++)
        ret[i] = lower_char(s[i]);
    return true;
}

/* Put `y` in the place of the word `x` in `name`; false when it doesn't hold the word. */
static bool counterpart(const char *name, const char *x, const char *y, char ret[2 * MAX_NAME])
{
    size_t x_len = strlen(x);
    bool chinese = (unsigned char)*x >= 0x80;
    for (const char *at = strstr(name, x); at; at = strstr(at + 1, x)) {
        const char *after = at + x_len;
        if (!chinese && ((at > name && is_letter(at[-1])) || is_letter(*after)))
            continue;
        size_t before = (size_t)(at - name);
        snprintf(ret, (size_t)2 * MAX_NAME, "%.*s%s%s", (int)before, name, y, after);
        return true;
    }
    return false;
}

struct pairs {
    size_t n;
    int at[MAX_PAIRS][2];
};

/* Add a pair of `x` with every column called `wanted`. */
static void add_pairs(struct pairs *pairs, int x, const char *const *names, size_t n,
                      const char *wanted)
{
    char name[MAX_NAME];
    for (size_t i = 0; i < n && pairs->n < MAX_PAIRS; i++)
        if (lower(names[i], name) && strcmp(name, wanted) == 0) {
            pairs->at[pairs->n][0] = x;
            pairs->at[pairs->n++][1] = (int)i;
        }
}

static void list_names(struct mere_text *text, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        mere_text_addf(text, "%s%s", i ? ", " : "", names[i]);
}

static enum mere_status refuse(struct mere_ctx *ctx, const char *path, const char *const *names,
                               size_t n, const struct pairs *pairs)
{
    struct mere_text text = {.limit = 1 << 16};
    for (size_t i = 0; i < pairs->n; i++)
        mere_text_addf(&text, "%s%s and %s", i ? ", " : "", names[pairs->at[i][0]],
                       names[pairs->at[i][1]]);
    if (pairs->n == 0)
        list_names(&text, names, n);
    enum mere_status status = mere_fail(
        ctx, MERE_E_INPUT, "%s: %s: %s; say which with --x and --y", path,
        pairs->n == 0 ? "no pair of columns is named like longitude and latitude; the columns are"
                      : "several pairs of columns may hold the place",
        mere_text_str(&text));
    mere_text_clear(&text);
    return status;
}

enum mere_status mere_points_pair(struct mere_ctx *ctx, const char *path, const char *const *names,
                                  size_t n, int *ret_x, int *ret_y)
{
    struct pairs pairs = {0};
    char name[MAX_NAME], other[2 * MAX_NAME];
    for (size_t i = 0; i < n; i++) {
        size_t before = pairs.n;
        for (size_t w = 0; lower(names[i], name) && w < MERE_LEN(words) && pairs.n == before; w++)
            if (counterpart(name, words[w].x, words[w].y, other))
                add_pairs(&pairs, (int)i, names, n, other);
    }
    if (pairs.n != 1)
        return refuse(ctx, path, names, n, &pairs);
    *ret_x = pairs.at[0][0];
    *ret_y = pairs.at[0][1];
    return MERE_OK;
}

/* How many columns are called `name`, and the last of them. */
static size_t count_named(const char *const *names, size_t n, const char *name,
                          int (*compare)(const char *, const char *), int *ret)
{
    size_t n_found = 0;
    for (size_t i = 0; i < n; i++)
        if (compare(names[i], name) == 0) {
            *ret = (int)i;
            n_found++;
        }
    return n_found;
}

/* The column `name`: the only one called exactly so, else the only one equal but for case. */
static enum mere_status find_column(struct mere_ctx *ctx, const char *path,
                                    const char *const *names, size_t n, const char *name, int *ret)
{
    int found = -1;
    size_t n_found = count_named(names, n, name, strcmp, &found);
    if (n_found == 0)
        n_found = count_named(names, n, name, strcasecmp, &found);
    if (n_found == 1) {
        *ret = found;
        return MERE_OK;
    }
    struct mere_text text = {.limit = 1 << 16};
    list_names(&text, names, n);
    enum mere_status status =
        n_found == 0
            ? mere_fail(ctx, MERE_E_INPUT, "%s has no column \"%s\"; the columns are: %s", path,
                        name, mere_text_str(&text))
            : mere_fail(ctx, MERE_E_INPUT,
                        "%s has %zu columns \"%s\": give the one that is meant another name; the "
                        "columns are: %s",
                        path, n_found, name, mere_text_str(&text));
    mere_text_clear(&text);
    return status;
}

enum mere_status points_pick(struct mere_ctx *ctx, const char *path,
                             const struct mere_points_options *options,
                             struct mere_points_info *info)
{
    size_t n = info->n_columns;
    const char **names = MERE_NEW(&ctx->arena, const char *, n);
    if (!names)
        return mere_fail_nomem(ctx, "reading columns");
    for (size_t i = 0; i < n; i++)
        names[i] = info->columns[i].name;
    info->x = info->y = info->datum_column = -1;
    if (options->x) {
        MERE_TRY(find_column(ctx, path, names, n, options->x, &info->x));
        MERE_TRY(find_column(ctx, path, names, n, options->y, &info->y));
        if (info->x == info->y)
            return mere_fail(ctx, MERE_E_USAGE, "--x and --y name one column, \"%s\"",
                             names[info->x]);
    } else {
        MERE_TRY(mere_points_pair(ctx, path, names, n, &info->x, &info->y));
        info->recognised = true;
    }
    if (options->datum_column)
        MERE_TRY(find_column(ctx, path, names, n, options->datum_column, &info->datum_column));
    return MERE_OK;
}

enum mere_datum mere_points_datum(const char *s, size_t len)
{
    char plain[16];
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = lower_char(s[i]);
        if (c == ' ' || c == '-' || c == '_' || c == '\t')
            continue;
        if (n + 1 >= sizeof plain)
            return MERE_DATUM_NONE;
        plain[n++] = c;
    }
    plain[n] = 0;
    enum mere_datum datum;
    if (strcmp(plain, "cgcs2000") == 0)
        return MERE_DATUM_WGS84;
    return mere_datum_parse(plain, &datum) ? datum : MERE_DATUM_NONE;
}
