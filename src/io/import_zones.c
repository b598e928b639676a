/* import_zones.c - which feature is which zone, and which can be none.
 * Rejected, each with its reason: no geometry, an empty one, points or lines, what can't be read,
 * NaN and infinite coordinates, vertices off the Earth, rings of no area, no code, codes too long,
 * codes and names with control characters. Taken with a finding: unclosed and short rings, repeated
 * vertices, curves, points and lines beside polygons. */
#include "io/import_priv.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct mere_raw_text NONE = {NULL, 0, false};

static struct mere_raw_text value_of(const struct mere_import_work *w, size_t i,
                                     enum mere_field_role role)
{
    int field = w->roles.field[role];
    return field >= 0 ? w->source->features.v[i].values[field] : NONE;
}

static bool has_control(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7F)
            return true;
    return false;
}

/* Whether every ring of the feature is flat on the file's own numbers. */
static bool has_no_area(const struct mere_source *source, const struct mere_source_feature *feature)
{
    uint32_t first = source->part_ring.v[feature->part_first];
    uint32_t end = source->part_ring.v[feature->part_first + feature->n_parts];
    for (uint32_t r = first; r < end; r++) {
        size_t a = source->ring_first.v[r];
        for (size_t k = a + 2; k < source->ring_first.v[r + 1]; k++) {
            double cross =
                (source->x.v[k - 1] - source->x.v[a]) * (source->y.v[k] - source->y.v[a]) -
                (source->x.v[k] - source->x.v[a]) * (source->y.v[k - 1] - source->y.v[a]);
            if (cross != 0)
                return false;
        }
    }
    return true;
}

static const char *unusable(const struct mere_import_work *w, size_t i)
{
    const struct mere_source *source = w->source;
    const struct mere_source_feature *feature = &source->features.v[i];
    if (feature->error)
        return feature->error;
    switch (feature->shape) {
    case MERE_SOURCE_NULL:
        return "it has no geometry that can be read";
    case MERE_SOURCE_EMPTY:
        return "its geometry is empty";
    case MERE_SOURCE_LINES:
        return "it is a line, not a polygon";
    case MERE_SOURCE_POINTS:
        return "it is a point, not a polygon";
    case MERE_SOURCE_BAD:
        return "its geometry can't be read";
    case MERE_SOURCE_POLYGONS:
        break;
    }
    if (feature->n_parts == 0)
        return "its rings have fewer than three points";
    const char *unfit = mere_lattice_unfit(source, &w->place, i);
    if (unfit)
        return unfit;
    return has_no_area(source, feature) ? "it has no area" : NULL;
}

static const char *bad_code(const struct mere_import_work *w, size_t i)
{
    struct mere_raw_text code = value_of(w, i, MERE_FIELD_CODE);
    struct mere_raw_text name = value_of(w, i, MERE_FIELD_NAME);
    if (w->roles.field[MERE_FIELD_CODE] != MERE_CODE_NUMBERED) {
        if (!code.s || code.len == 0)
            return "its code is empty";
        if (code.len > MERE_CODE_MAX)
            return "its code is longer than 100 bytes";
        if (has_control(code.s))
            return "its code holds a line break or another control character";
    }
    if (name.s && name.len > MERE_NAME_MAX)
        return "its name is longer than 1000 bytes";
    if (name.s && has_control(name.s))
        return "its name holds a line break or another control character";
    return NULL;
}

/* ---- numbers of people ---------------------------------------------------------------------- */

/* Read a count: digits of half or full width, blanks around, ".0" behind. */
static bool read_count(const char *s, int64_t *ret)
{
    int64_t v = 0;
    size_t n_digits = 0;
    while (*s == ' ' || strncmp(s, "\xE3\x80\x80", 3) == 0) /* U+3000, the wide blank */
        s += *s == ' ' ? 1 : 3;
    for (;; n_digits++) {
        int digit;
        if (*s >= '0' && *s <= '9') {
            digit = *s - '0';
            s++;
        } else if (strncmp(s, "\xEF\xBC", 2) == 0 && (unsigned char)s[2] >= 0x90 &&
                   (unsigned char)s[2] <= 0x99) { /* U+FF10 to U+FF19 */
            digit = (unsigned char)s[2] - 0x90;
            s += 3;
        } else {
            break;
        }
        if (v > (INT64_MAX - 9) / 10)
            return false;
        v = v * 10 + digit;
    }
    if (*s == '.' && n_digits > 0)
        for (s++; *s == '0'; s++)
            ;
    while (*s == ' ' || strncmp(s, "\xE3\x80\x80", 3) == 0)
        s += *s == ' ' ? 1 : 3;
    if (n_digits == 0 || *s)
        return false;
    *ret = v;
    return true;
}

/* Whether the text is a count below 0: a minus of half or full width (U+FF0D), or U+2212. */
static bool is_negative(const char *s)
{
    static const char *const MINUS[] = {"-", "\xEF\xBC\x8D", "\xE2\x88\x92"};
    int64_t v;
    while (*s == ' ' || strncmp(s, "\xE3\x80\x80", 3) == 0)
        s += *s == ' ' ? 1 : 3;
    for (size_t i = 0; i < MERE_LEN(MINUS); i++)
        if (strncmp(s, MINUS[i], strlen(MINUS[i])) == 0)
            return read_count(s + strlen(MINUS[i]), &v);
    return false;
}

static enum mere_status take_count(struct mere_import_work *w, size_t i, enum mere_field_role role,
                                   const char *code, int64_t *ret)
{
    struct mere_raw_text text = value_of(w, i, role);
    *ret = MERE_UNKNOWN;
    if (!text.s || text.len == 0 || read_count(text.s, ret))
        return MERE_OK;
    *ret = MERE_UNKNOWN;
    struct mere_import_finding finding = {
        .rule = "not-a-number",
        .zone = code,
        .text = is_negative(text.s)
                    ? "{0} \"{1}\" is negative: unknown; the text is kept in src_{0}"
                    : "{0} \"{1}\" is no number: unknown; the text is kept in src_{0}",
        .person = true};
    return mere_import_find(w, finding, i,
                            (const char *const[]){mere_field_role_word(role), text.s, NULL});
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* The raw texts of counts that are no numbers get columns of their own, behind the free ones. */
static bool needs_raw(const struct mere_import_work *w, enum mere_field_role role)
{
    int64_t v;
    for (size_t i = 0; i < w->source->features.n; i++) {
        struct mere_raw_text text = value_of(w, i, role);
        if (text.s && text.len > 0 && !read_count(text.s, &v))
            return true;
    }
    return false;
}

static enum mere_status make_columns(struct mere_import_work *w, bool raw[2])
{
    size_t n = w->n_free + 2;
    struct mere_column *columns = MERE_NEW(&w->arena, struct mere_column, n);
    if (!columns)
        return mere_fail_nomem(w->ctx, "naming the columns");
    for (size_t i = 0; i < w->n_free; i++)
        columns[i] =
            (struct mere_column){w->free[i].name, w->source->fields[w->free[i].field].type};
    size_t k = w->n_free;
    raw[0] = needs_raw(w, MERE_FIELD_HOUSEHOLDS);
    raw[1] = needs_raw(w, MERE_FIELD_PERSONS);
    for (int r = 0; r < 2; r++) {
        const char *name = r ? "src_persons" : "src_households";
        for (size_t i = 0; i < w->n_free; i++)
            if (raw[r] && strcmp(columns[i].name, name) == 0)
                name = r ? "src_persons_text" : "src_households_text";
        if (raw[r])
            columns[k++] = (struct mere_column){name, MERE_ATTR_TEXT};
    }
    w->layer.columns = columns;
    w->layer.n_columns = k;
    return MERE_OK;
}

static const char *text_or_null(struct mere_raw_text text)
{
    return text.s && text.len > 0 ? text.s : NULL;
}

/* The code as text: a number in file order, or what the field holds; a whole double without
 * exponent. */
static enum mere_status make_code(struct mere_import_work *w, size_t i, const char **ret)
{
    int field = w->roles.field[MERE_FIELD_CODE];
    char number[32];
    int len = 0;
    *ret = value_of(w, i, MERE_FIELD_CODE).s;
    if (field == MERE_CODE_NUMBERED) {
        len = snprintf(number, sizeof number, "%zu", i + 1);
    } else if (*ret && w->source->fields[field].type == MERE_ATTR_REAL) {
        double v = strtod(*ret, NULL);
        if (v == floor(v))
            len = snprintf(number, sizeof number, "%.0f", v);
    }
    if (len > 0)
        *ret = mere_arena_text(&w->arena, number, (size_t)len);
    return *ret ? MERE_OK : mere_fail_nomem(w->ctx, "making codes");
}

static enum mere_status make_zone(struct mere_import_work *w, size_t i, const bool raw[2],
                                  struct mere_zone *zone)
{
    *zone = (struct mere_zone){
        .code = value_of(w, i, MERE_FIELD_CODE).s,
        .name = value_of(w, i, MERE_FIELD_NAME).s,
        .parent = text_or_null(value_of(w, i, MERE_FIELD_PARENT)),
        .kind = text_or_null(value_of(w, i, MERE_FIELD_KIND)),
        .attrs = MERE_NEW(&w->arena, const char *, w->layer.n_columns),
    };
    MERE_TRY(make_code(w, i, &zone->code));
    if (!zone->name)
        zone->name = "";
    if (!zone->code || !zone->attrs)
        return mere_fail_nomem(w->ctx, "making zones");
    MERE_TRY(take_count(w, i, MERE_FIELD_HOUSEHOLDS, zone->code, &zone->households));
    MERE_TRY(take_count(w, i, MERE_FIELD_PERSONS, zone->code, &zone->persons));
    for (size_t c = 0; c < w->n_free; c++)
        zone->attrs[c] = w->source->features.v[i].values[w->free[c].field].s;
    size_t k = w->n_free;
    if (raw[0] && zone->households == MERE_UNKNOWN)
        zone->attrs[k] = text_or_null(value_of(w, i, MERE_FIELD_HOUSEHOLDS));
    k += raw[0];
    if (raw[1] && zone->persons == MERE_UNKNOWN)
        zone->attrs[k] = text_or_null(value_of(w, i, MERE_FIELD_PERSONS));
    return MERE_OK;
}

/* ---- zones of equal code --------------------------------------------------------------------- */

struct coded {
    const char *code;
    uint32_t zone;
};

static int by_code(const void *a, const void *b)
{
    const struct coded *x = a;
    const struct coded *y = b;
    int c = strcmp(x->code, y->code);
    return c ? c : (x->zone > y->zone) - (x->zone < y->zone);
}

static bool same_attr(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_attributes(const struct mere_import_work *w, const struct mere_zone *a,
                            const struct mere_zone *b)
{
    if (!same_attr(a->name, b->name) || !same_attr(a->parent, b->parent) ||
        !same_attr(a->kind, b->kind) || a->households != b->households || a->persons != b->persons)
        return false;
    for (size_t c = 0; c < w->layer.n_columns; c++)
        if (!same_attr(a->attrs[c], b->attrs[c]))
            return false;
    return true;
}

/* The zones sorted by code go to `ret_into`: by zone, the first zone of its code. */
static enum mere_status first_of_code(struct mere_import_work *w, uint32_t *into)
{
    struct coded *coded = MERE_NEW(&w->arena, struct coded, w->n_zones);
    if (!coded)
        return mere_fail_nomem(w->ctx, "comparing codes");
    for (size_t z = 0; z < w->n_zones; z++)
        coded[z] = (struct coded){w->zones[z].code, (uint32_t)z};
    qsort(coded, w->n_zones, sizeof *coded, by_code);
    for (size_t k = 0; k < w->n_zones; k++) {
        bool same = k > 0 && strcmp(coded[k].code, coded[k - 1].code) == 0;
        into[coded[k].zone] = same ? into[coded[k - 1].zone] : coded[k].zone;
    }
    return MERE_OK;
}

static enum mere_status tell_duplicate(struct mere_import_work *w, size_t zone, uint32_t first)
{
    const struct mere_zone *a = &w->zones[first];
    const struct mere_zone *b = &w->zones[zone];
    bool differs = !same_attributes(w, a, b);
    bool dissolve = w->options->dissolve;
    if (dissolve && !differs)
        return MERE_OK;
    const char *i = mere_import_number(w, (uint64_t)w->zone_feature[first] + 1);
    const char *k = mere_import_number(w, (uint64_t)w->zone_feature[zone] + 1);
    if (!i || !k)
        return mere_fail_nomem(w->ctx, "noting findings");
    struct mere_import_finding finding = {
        .rule = dissolve ? "dissolve-differs" : "code-duplicate",
        .zone = b->code,
        .text = dissolve ? "feature {0} became a part of zone {1}, but other fields of it differ "
                           "from those of feature {2}, which stay"
                         : "features {0} and {1} have one code, {2}: two zones; --dissolve would "
                           "make them parts of one",
        .person = true};
    const char *const joined[] = {k, b->code, i, NULL};
    const char *const twice[] = {i, k, b->code, NULL};
    return mere_import_find(w, finding, w->zone_feature[zone], dissolve ? joined : twice);
}

static enum mere_status join_codes(struct mere_import_work *w)
{
    uint32_t *into = MERE_NEW(&w->arena, uint32_t, w->n_zones);
    int32_t *now = MERE_NEW(&w->arena, int32_t, w->n_zones);
    if (!into || !now)
        return mere_fail_nomem(w->ctx, "comparing codes");
    MERE_TRY(first_of_code(w, into));
    for (size_t z = 0; z < w->n_zones; z++)
        if (into[z] != z)
            MERE_TRY(tell_duplicate(w, z, into[z]));
    if (!w->options->dissolve)
        return MERE_OK;
    size_t n = 0;
    for (size_t z = 0; z < w->n_zones; z++) {
        if (into[z] == z) {
            w->zones[n] = w->zones[z];
            w->zone_feature[n] = w->zone_feature[z];
            now[z] = (int32_t)n++;
        } else {
            now[z] = now[into[z]]; /* the first of a code stands before its others */
        }
    }
    for (size_t i = 0; i < w->source->features.n; i++)
        if (w->zone_of[i] != MERE_UNKNOWN)
            w->zone_of[i] = now[w->zone_of[i]];
    w->n_zones = n;
    return MERE_OK;
}

/* ---- all ------------------------------------------------------------------------------------- */

static enum mere_status tell_found(struct mere_import_work *w, size_t i, const char *code)
{
    static const struct {
        unsigned bit;
        const char *rule, *text;
    } FOUND[] = {
        {MERE_FOUND_UNCLOSED, "unclosed", "a ring does not end where it begins: closed"},
        {MERE_FOUND_CURVE, "curve", "curves are drawn as short straight lines"},
        {MERE_FOUND_DROPPED, "collection", "points or lines beside its polygons are left out"},
        {MERE_FOUND_SHORT, "short-ring", "a ring of fewer than three points is left out"},
        {MERE_FOUND_REPEATED, "repeated-vertex", "a vertex repeats the one before: dropped"},
        {MERE_FOUND_SPIKE, "spike", "a ring runs out and straight back: the spike is cut off"},
        {MERE_FOUND_CUT, "text-cut",
         "a text fills its field and ends within a character: what is left of that one is dropped"},
    };
    for (size_t k = 0; k < MERE_LEN(FOUND); k++)
        if (w->source->features.v[i].found & FOUND[k].bit)
            MERE_TRY(mere_import_find(w,
                                      (struct mere_import_finding){.rule = FOUND[k].rule,
                                                                   .zone = code,
                                                                   .text = FOUND[k].text},
                                      i, NULL));
    return MERE_OK;
}

enum mere_status mere_import_zones(struct mere_import_work *w)
{
    size_t n = w->source->features.n;
    bool raw[2] = {false, false};
    MERE_TRY(mere_import_refuse_codes(w));
    w->reject = MERE_NEW(&w->arena, const char *, n);
    w->zone_of = MERE_NEW(&w->arena, int32_t, n);
    w->zones = MERE_NEW(&w->arena, struct mere_zone, n);
    w->zone_feature = MERE_NEW(&w->arena, uint32_t, n);
    if (!w->reject || !w->zone_of || !w->zones || !w->zone_feature)
        return mere_fail_nomem(w->ctx, "making zones");
    MERE_TRY(make_columns(w, raw));
    for (size_t i = 0; i < n; i++) {
        w->zone_of[i] = MERE_UNKNOWN;
        w->reject[i] = unusable(w, i);
        if (!w->reject[i])
            w->reject[i] = bad_code(w, i);
        if (w->reject[i])
            continue;
        MERE_TRY(make_zone(w, i, raw, &w->zones[w->n_zones]));
        MERE_TRY(tell_found(w, i, w->zones[w->n_zones].code));
        w->zone_feature[w->n_zones] = (uint32_t)i;
        w->zone_of[i] = (int32_t)w->n_zones++;
    }
    MERE_TRY(mere_import_tell_digits(w));
    return join_codes(w);
}
