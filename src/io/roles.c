#include "io/roles.h"
#include "base/text.h"
#include "io/place.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const WORDS[] = {"code",       "name",    "parent", "kind",
                                    "households", "persons", "staff",  "-"};

const char *mere_field_role_word(enum mere_field_role role)
{
    return (size_t)role < MERE_LEN(WORDS) ? WORDS[role] : "-";
}

/* DOMAIN section 7, and the store's own column names, so that an export can be read back. */
static const struct {
    const char *name;
    enum mere_field_role role;
} KNOWN[] = {
    {"code", MERE_FIELD_CODE},
    {"grid_code", MERE_FIELD_CODE},
    {"wgbm", MERE_FIELD_CODE},
    {"dywgcode", MERE_FIELD_CODE},
    {"网格编码", MERE_FIELD_CODE},
    {"name", MERE_FIELD_NAME},
    {"grid_name", MERE_FIELD_NAME},
    {"wgmc", MERE_FIELD_NAME},
    {"网格名称", MERE_FIELD_NAME},
    {"parent", MERE_FIELD_PARENT},
    {"community", MERE_FIELD_PARENT},
    {"所属社区", MERE_FIELD_PARENT},
    {"kind", MERE_FIELD_KIND},
    {"gridtype", MERE_FIELD_KIND},
    {"households", MERE_FIELD_HOUSEHOLDS},
    {"hs", MERE_FIELD_HOUSEHOLDS},
    {"户数", MERE_FIELD_HOUSEHOLDS},
    {"persons", MERE_FIELD_PERSONS},
    {"rs", MERE_FIELD_PERSONS},
    {"人口", MERE_FIELD_PERSONS},
    {"wgy", MERE_FIELD_STAFF},
    {"wgz", MERE_FIELD_STAFF},
};

enum mere_field_role mere_field_guess(const char *name, bool cut)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < MERE_LEN(KNOWN); i++) {
        if (strcasecmp(KNOWN[i].name, name) == 0)
            return KNOWN[i].role;
        /* "网格编码" is cut to "网格编" by a shapefile in UTF-8. */
        if (cut && len >= 8 && strncasecmp(KNOWN[i].name, name, len) == 0)
            return KNOWN[i].role;
    }
    return MERE_FIELD_NONE;
}

static void list_fields(const struct mere_source *source, struct mere_text *text)
{
    for (size_t i = 0; i < source->n_fields; i++)
        mere_text_addf(text, "%s%s", i ? ", " : "", source->fields[i].name);
    if (source->n_fields == 0)
        mere_text_add(text, "none");
}

static enum mere_status refuse(struct mere_ctx *ctx, const struct mere_source *source,
                               const char *what)
{
    struct mere_text list = {0};
    list_fields(source, &list);
    mere_fail(ctx, MERE_E_INPUT, "%s; the fields are: %s", what, mere_text_str(&list));
    mere_text_clear(&list);
    return MERE_E_INPUT;
}

static enum mere_status by_option(struct mere_ctx *ctx, const struct mere_source *source,
                                  enum mere_field_role role, const char *option,
                                  struct mere_roles *roles)
{
    if (role == MERE_FIELD_CODE && strcmp(option, "@n") == 0) {
        roles->field[role] = MERE_CODE_NUMBERED;
        return MERE_OK;
    }
    roles->field[role] = mere_source_field(source, option);
    if (roles->field[role] != MERE_UNKNOWN)
        return MERE_OK;
    struct mere_text what = {0};
    mere_text_addf(&what, "there is no field \"%s\" for the %s", option, WORDS[role]);
    enum mere_status status = refuse(ctx, source, mere_text_str(&what));
    mere_text_clear(&what);
    return status;
}

/* The only field recognised for `role` that no option has taken; MERE_UNKNOWN when there is none or
 * several (`*ret_n`). Only `code` and `name` go by all known names: a wrong parent or count would
 * be a silent guess. */
static int by_name(const struct mere_source *source, enum mere_field_role role,
                   const struct mere_roles *roles, size_t *ret_n)
{
    int found = MERE_UNKNOWN;
    size_t n = 0;
    for (size_t i = 0; i < source->n_fields; i++) {
        const struct mere_source_field *field = &source->fields[i];
        bool taken = false;
        for (int r = 0; r < MERE_FIELD_ROLES; r++)
            taken = taken || roles->field[r] == (int)i;
        bool fits = role <= MERE_FIELD_NAME
                        ? mere_field_guess(field->name, field->name_cut) == role
                        : strcasecmp(field->name, mere_field_role_word(role)) == 0;
        /* A field called just "name" is the name, whatever else might be. */
        if (fits && !taken && role == MERE_FIELD_NAME && strcasecmp(field->name, "name") == 0) {
            *ret_n = 1;
            return (int)i;
        }
        if (fits && !taken) {
            found = (int)i;
            n++;
        }
    }
    *ret_n = n;
    return n == 1 ? found : MERE_UNKNOWN;
}

enum mere_status mere_roles_decide(struct mere_ctx *ctx, const struct mere_source *source,
                                   const char *const options[MERE_FIELD_ROLES],
                                   struct mere_roles *ret)
{
    struct mere_roles roles = {0};
    size_t n = 0;
    for (int r = 0; r < MERE_FIELD_ROLES; r++)
        roles.field[r] = MERE_UNKNOWN;
    for (int r = 0; r < MERE_FIELD_ROLES; r++)
        if (options[r])
            MERE_TRY(by_option(ctx, source, (enum mere_field_role)r, options[r], &roles));
    for (int r = 0; r < MERE_FIELD_ROLES; r++) {
        if (options[r])
            continue;
        roles.field[r] = by_name(source, (enum mere_field_role)r, &roles, &n);
        roles.recognised[r] = roles.field[r] != MERE_UNKNOWN;
        if (r == MERE_FIELD_CODE && n != 1)
            return refuse(ctx, source,
                          n == 0 ? "no field is known as the code: give --code FIELD, or --code @n "
                                   "to number the features"
                                 : "several fields may be the code: give --code FIELD");
    }
    *ret = roles;
    return MERE_OK;
}

/* ---- free columns ---------------------------------------------------------------------------- */

static bool is_own_column(const char *name)
{
    static const char *const OWN[] = {"fid",    "geom", "code",       "name",
                                      "parent", "kind", "households", "persons"};
    for (size_t i = 0; i < MERE_LEN(OWN); i++)
        if (strcasecmp(OWN[i], name) == 0)
            return true;
    return false;
}

static bool is_used(const struct mere_free_column *columns, size_t n, const char *name)
{
    /* SQLite's column names are the same whatever the case of ASCII letters. */
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(columns[i].name, name) == 0)
            return true;
    return false;
}

static char *free_name(struct mere_arena *arena, const char *name, size_t number,
                       const struct mere_free_column *columns, size_t n)
{
    struct mere_text text = {0};
    for (int again = 1; again < 10000; again++) {
        text.len = 0;
        if (!*name)
            mere_text_addf(&text, "field_%zu", number + 1);
        else
            mere_text_addf(&text, "%s%s", is_own_column(name) ? "src_" : "", name);
        if (again > 1)
            mere_text_addf(&text, "_%d", again);
        if (!is_used(columns, n, mere_text_str(&text)))
            break;
    }
    char *copy = text.failed ? NULL : mere_arena_text(arena, mere_text_str(&text), text.len);
    mere_text_clear(&text);
    return copy;
}

enum mere_status mere_roles_free(struct mere_ctx *ctx, const struct mere_source *source,
                                 const struct mere_roles *roles, struct mere_arena *arena,
                                 struct mere_free_column **ret, size_t *ret_n)
{
    struct mere_free_column *columns = MERE_NEW(arena, struct mere_free_column, source->n_fields);
    size_t n = 0;
    if (!columns)
        return mere_fail_nomem(ctx, "naming the columns");
    for (size_t i = 0; i < source->n_fields; i++) {
        bool taken = source->wkt_field == (int)i ||
                     strcasecmp(source->fields[i].name, MERE_DATUM_LABEL) == 0;
        for (int r = 0; r < MERE_FIELD_ROLES; r++)
            taken = taken || roles->field[r] == (int)i;
        if (taken)
            continue;
        const char *name = free_name(arena, source->fields[i].name, i, columns, n);
        if (!name)
            return mere_fail_nomem(ctx, "naming the columns");
        columns[n++] = (struct mere_free_column){name, (int)i};
    }
    *ret = columns;
    *ret_n = n;
    return MERE_OK;
}
