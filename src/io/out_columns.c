#include "io/out_columns.h"
#include "io/encoding.h"
#include "io/place.h"
#include "io/words.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DBF_REAL 24     /* places of a number, as GDAL writes doubles */
#define DBF_DECIMALS 15 /* of them behind the point */

/* ---- names ---------------------------------------------------------------------------------- */

static bool is_used(const struct mere_out_columns *columns, size_t c, const char *name)
{
    for (size_t i = 0; i < c; i++)
        if (strcasecmp(columns->v[i].out, name) == 0)
            return true;
    return c != columns->label && strcasecmp(name, MERE_DATUM_LABEL) == 0;
}

/* Names that would be taken for something else. */
static bool is_taken(const struct mere_out_columns *columns, size_t c, const char *name)
{
    for (size_t i = 0; i < MERE_LEN(columns->taken) && columns->taken[i]; i++)
        if (strcasecmp(columns->taken[i], name) == 0)
            return true;
    return c != columns->label && strcasecmp(name, MERE_DATUM_LABEL) == 0;
}

static void begin_name(const struct mere_out_columns *columns, size_t c, struct mere_text *text)
{
    const char *name = columns->v[c].name;
    size_t len = strlen(name);
    bool lines = columns->shape || columns->one_line;
    if (is_taken(columns, c, name))
        mere_text_add(text, "src_");
    /* A .dbf fills names up with blanks or zeros: GDAL doesn't find again what it has made. */
    while (columns->shape && len > 0 && (unsigned char)name[len - 1] <= ' ')
        len--;
    for (; columns->shape && len > 0 && (unsigned char)*name <= ' '; len--)
        name++;
    for (size_t i = 0; i < len; i++)
        mere_text_add_n(text, lines && (unsigned char)name[i] < ' ' ? "_" : name + i, 1);
    if (len == 0)
        mere_text_addf(text, "column_%zu", c + 1);
}

/* The name, cut where the format does, with `_<again>` from the second try on. */
static const char *make_name(const struct mere_out_columns *columns, const struct mere_text *whole,
                             size_t again, struct mere_arena *arena)
{
    char suffix[24] = "";
    if (again > 1)
        snprintf(suffix, sizeof suffix, "_%zu", again);
    const char *s = whole->s;
    size_t len = whole->len, n = strlen(suffix);
    if (columns->shape && len + n > MERE_DBF_NAME)
        len = mere_utf8_cut(s, len, MERE_DBF_NAME - n);
    while (columns->shape && len > 0 && s[len - 1] == ' ')
        len--;
    char *name = mere_arena_alloc(arena, len + n + 1, 1);
    if (!name)
        return NULL;
    memcpy(name, s, len);
    memcpy(name + len, suffix, n + 1);
    return name;
}

enum mere_status mere_out_columns_name(struct mere_ctx *ctx, struct mere_out_columns *columns,
                                       struct mere_arena *arena)
{
    struct mere_text text = {0};
    bool good = true;
    for (size_t c = 0; c < columns->n && good; c++) {
        text.len = 0;
        begin_name(columns, c, &text);
        const char *name = text.failed ? NULL : make_name(columns, &text, 1, arena);
        for (size_t again = 2; name && is_used(columns, c, name); again++)
            name = make_name(columns, &text, again, arena);
        columns->v[c].out = name;
        good = name != NULL;
    }
    mere_text_clear(&text);
    return good ? MERE_OK : mere_fail_nomem(ctx, "naming the columns");
}

/* ---- values --------------------------------------------------------------------------------- */

static void count(struct mere_loss *loss, uint64_t row)
{
    if (loss->n++ == 0)
        loss->first = row;
}

const char *mere_out_columns_text(struct mere_out_columns *columns, size_t c, const char *value,
                                  uint64_t row, char buf[MERE_DBF_TEXT + 1])
{
    struct mere_out_column *column = &columns->v[c];
    size_t len = strlen(value);
    if (!columns->shape)
        return value;
    if (len == 0 && column->keeps_empty)
        count(&column->emptied, row);
    if (len <= MERE_DBF_TEXT)
        return value;
    count(&column->cut, row);
    len = mere_utf8_cut(value, len, MERE_DBF_TEXT);
    memcpy(buf, value, len);
    buf[len] = '\0';
    return buf;
}

void mere_out_columns_real(struct mere_out_columns *columns, size_t c, double value, uint64_t row)
{
    char text[400]; /* the largest double has 309 digits before the point */
    if (!columns->shape)
        return;
    snprintf(text, sizeof text, "%.*f", DBF_DECIMALS, value);
    text[DBF_REAL] = '\0';
    if (strtod(text, NULL) != value)
        count(&columns->v[c].rounded, row);
}

/* ---- what is told --------------------------------------------------------------------------- */

static void tell_losses(const struct mere_out_column *column, const struct mere_out_told *how,
                        struct mere_text *text)
{
    static const char *const WORDS[2][3] = {
        {"field {0}: {1} texts are cut to 254 bytes, the first in row {2}\n",
         "field {0}: {1} numbers are rounded to what a shapefile holds, the first in row {2}\n",
         "field {0}: {1} empty texts become null, the first in row {2}\n"},
        {"field {0}: {1} texts are cut to 254 bytes, the first in zone {2}\n",
         "field {0}: {1} numbers are rounded to what a shapefile holds, the first in zone {2}\n",
         "field {0}: {1} empty texts become null, the first in zone {2}\n"}};
    const struct mere_loss losses[] = {column->cut, column->rounded, column->emptied};
    for (size_t k = 0; k < MERE_LEN(losses); k++) {
        char n[32], row[32];
        snprintf(n, sizeof n, "%" PRIu64, losses[k].n);
        snprintf(row, sizeof row, "%" PRIu64, losses[k].first + 1);
        const char *where = how->where ? how->where(how->arg, losses[k].first) : row;
        if (losses[k].n)
            MERE_WORDS(text, how->zh, WORDS[how->where != NULL][k], column->name, n, where);
    }
}

void mere_out_columns_tell(const struct mere_out_columns *columns, const struct mere_out_told *how,
                           struct mere_text *text)
{
    for (size_t c = 0; c < columns->n; c++) {
        const struct mere_out_column *column = &columns->v[c];
        if (strcmp(column->name, column->out) != 0)
            MERE_WORDS(text, how->zh,
                       columns->shape ? "field {0} is called {1} in the shapefile\n"
                                      : "field {0} is called {1} in the file\n",
                       column->name, column->out);
    }
    for (size_t c = 0; c < columns->n; c++)
        tell_losses(&columns->v[c], how, text);
}
