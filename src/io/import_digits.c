/* import_digits.c - codes and numbers that lost digits before they came here, or would on the way.
 * A spreadsheet keeps 15 digits of a number: a code of 18 becomes 1.23E+17, or ends in zeros. Where
 * the true code can't be known any more, that is told; where a number of the file can't be read
 * whole, a code is refused and another column has a finding. */
#include "io/import_priv.h"
#include <stdlib.h>
#include <string.h>

#define SHEET_DIGITS 15 /* of a number that a spreadsheet keeps (IEEE 754 double) */

/* Whether a number is at the end of what 64 bits hold: the reader clamps larger ones to it. */
static bool is_clamped(struct mere_raw_text text)
{
    return text.s && (strcmp(text.s, "9223372036854775807") == 0 ||
                      strcmp(text.s, "-9223372036854775808") == 0);
}

/* Whether a double has lost digits of a whole number, or may have. */
static bool is_rounded(struct mere_raw_text text)
{
    double v = text.s ? strtod(text.s, NULL) : 0;
    return v >= 9007199254740992.0 || v <= -9007199254740992.0; /* 2^53 */
}

static bool lost_digits(const struct mere_import_work *w, size_t i, int field)
{
    struct mere_raw_text text = w->source->features.v[i].values[field];
    switch (w->source->fields[field].type) {
    case MERE_ATTR_INT:
        return is_clamped(text);
    case MERE_ATTR_REAL:
        return is_rounded(text);
    case MERE_ATTR_TEXT:
        break;
    }
    return false;
}

/* A code written as a number of too many digits comes back changed: then nobody knows the code. */
enum mere_status mere_import_refuse_codes(const struct mere_import_work *w)
{
    int field = w->roles.field[MERE_FIELD_CODE];
    for (size_t i = 0; field >= 0 && i < w->source->features.n; i++)
        if (lost_digits(w, i, field))
            return mere_fail(
                w->ctx, MERE_E_INPUT,
                "field %s holds codes as numbers, and that of feature %zu (read as %s) "
                "has more digits than a number keeps: store the codes as text in the "
                "file",
                w->source->fields[field].name, i + 1, w->source->features.v[i].values[field].s);
    return MERE_OK;
}

/* Formats in which a number is written out: a whole number of many digits was more than a double.
 * In the others the double is what the file holds. */
static bool writes_digits(const char *driver)
{
    static const char *const DRIVERS[] = {"GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON",
                                          "XLSX",    "ODS",        "GML",      "MapInfo File"};
    for (size_t i = 0; i < MERE_LEN(DRIVERS); i++)
        if (strcmp(DRIVERS[i], driver) == 0)
            return true;
    return false;
}

/* The same in a free column is a finding. */
static enum mere_status tell_clamped(struct mere_import_work *w)
{
    for (size_t c = 0; c < w->n_free; c++) {
        int field = w->free[c].field;
        bool digits = writes_digits(w->source->driver);
        for (size_t i = 0; (w->source->fields[field].type == MERE_ATTR_INT || digits) &&
                           i < w->source->features.n;
             i++) {
            if (!lost_digits(w, i, field))
                continue;
            struct mere_import_finding finding = {.rule = "number-too-long",
                                                  .text =
                                                      "the field {0} holds numbers of more digits "
                                                      "than were read: the last may be lost; "
                                                      "store such numbers as text in the file",
                                                  .person = true};
            const char *const name[] = {w->source->fields[field].name, NULL};
            MERE_TRY(mere_import_find(w, finding, i, name));
            break;
        }
    }
    return MERE_OK;
}

/* ---- codes that came damaged ----------------------------------------------------------------- */

/* "1.23E+17", as a spreadsheet shows a long code: one digit, perhaps more behind a point, E+ and
 * two digits or more. Codes such as 1E5 or 12E3 are none. */
static bool is_exponent(const char *s)
{
    if (strspn(s, "0123456789") != 1)
        return false;
    s++;
    if (*s == '.' || *s == ',') {
        size_t n = strspn(s + 1, "0123456789");
        if (n == 0)
            return false;
        s += n + 1;
    }
    if ((*s != 'E' && *s != 'e') || s[1] != '+')
        return false;
    size_t n = strspn(s + 2, "0123456789");
    return n >= 2 && s[n + 2] == '\0';
}

static enum mere_status tell_exponents(struct mere_import_work *w, const struct mere_zone *zone,
                                       size_t feature)
{
    struct mere_import_finding finding = {.rule = "code-rounded", .zone = zone->code};
    finding.person = true;
    finding.text =
        "the code {0} is a rounded number, as spreadsheets write it: its last digits are "
        "lost; take the code from where it came from, in a column of text";
    if (is_exponent(zone->code))
        MERE_TRY(mere_import_find(w, finding, feature, (const char *const[]){zone->code, NULL}));
    finding.text = "the parent's code {0} is a rounded number, as spreadsheets write it: its last "
                   "digits are lost; take the code from where it came from, in a column of text";
    if (zone->parent && is_exponent(zone->parent))
        MERE_TRY(mere_import_find(w, finding, feature, (const char *const[]){zone->parent, NULL}));
    return MERE_OK;
}

/* Whether a code is a number of more than 15 digits; and whether only zeros follow the 15th. */
static bool is_long(const char *code, bool *ret_zeros)
{
    size_t n = strspn(code, "0123456789");
    *ret_zeros = n > SHEET_DIGITS && strspn(code + SHEET_DIGITS, "0") == n - SHEET_DIGITS;
    return n > SHEET_DIGITS && code[n] == '\0';
}

/* Where all long codes end in zeros from the 16th digit, a sheet may have put them there: one note.
 */
static enum mere_status tell_zeros(struct mere_import_work *w)
{
    size_t n_long = 0;
    size_t first = 0;
    for (size_t z = 0; z < w->n_zones; z++) {
        bool zeros;
        if (!is_long(w->zones[z].code, &zeros))
            continue;
        if (!zeros)
            return MERE_OK;
        first = n_long++ == 0 ? z : first;
    }
    struct mere_import_finding finding = {
        .rule = "code-zeros",
        .zone = w->zones[first].code,
        .text = "every code of more than 15 digits has zeros from the 16th on: a spreadsheet puts "
                "them there in the place of lost digits; compare with where the codes came from"};
    return n_long ? mere_import_find(w, finding, w->zone_feature[first], NULL) : MERE_OK;
}

enum mere_status mere_import_tell_digits(struct mere_import_work *w)
{
    MERE_TRY(tell_clamped(w));
    for (size_t z = 0; z < w->n_zones; z++)
        MERE_TRY(tell_exponents(w, &w->zones[z], w->zone_feature[z]));
    return w->n_zones ? tell_zeros(w) : MERE_OK;
}
