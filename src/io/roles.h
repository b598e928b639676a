/* roles.h - which field of a source is the code, the name, the parent ...; and what the other
 * fields are called in the store.
 *
 * Field names of the trade (DOMAIN section 7) are recognised. The code is taken from a recognised
 * field only if exactly one is there, and so is the name; `parent kind households persons` only
 * from fields of just these names. Everything else is a free column under its own name; what would
 * clash with the store's own columns is called src_<name>. */
#ifndef MERE_IO_ROLES_H
#define MERE_IO_ROLES_H
#include "io/source.h"

enum mere_field_role {
    MERE_FIELD_CODE,
    MERE_FIELD_NAME,
    MERE_FIELD_PARENT,
    MERE_FIELD_KIND,
    MERE_FIELD_HOUSEHOLDS,
    MERE_FIELD_PERSONS,
    MERE_FIELD_ROLES,                    /* how many */
    MERE_FIELD_STAFF = MERE_FIELD_ROLES, /* recognised in `inspect` only */
    MERE_FIELD_NONE
};
const char *mere_field_role_word(enum mere_field_role role);
/* What a field of this name is probably for; MERE_FIELD_NONE when nothing. `cut`: the format cuts
 * names, so the beginning of a known name counts. */
enum mere_field_role mere_field_guess(const char *name, bool cut);

#define MERE_CODE_NUMBERED (-2) /* --code @n: the features are numbered in file order */
struct mere_roles {
    int field[MERE_FIELD_ROLES];       /* MERE_UNKNOWN when there is none */
    bool recognised[MERE_FIELD_ROLES]; /* taken because of its name; else an option says so */
};
/* Fill from options (field names or NULL; the code may be "@n") and from names. Fails with
 * MERE_E_INPUT when a named field isn't there, or no single field is recognised as the code: the
 * text lists the fields. */
MERE_MUST_USE enum mere_status mere_roles_decide(struct mere_ctx *ctx,
                                                 const struct mere_source *source,
                                                 const char *const options[MERE_FIELD_ROLES],
                                                 struct mere_roles *ret);

/* A free column and the field that fills it. */
struct mere_free_column {
    const char *name;
    int field;
};
/* The free columns, in the order of the fields, without the label of the datum (place.h). In
 * `arena`. */
MERE_MUST_USE enum mere_status mere_roles_free(struct mere_ctx *ctx,
                                               const struct mere_source *source,
                                               const struct mere_roles *roles,
                                               struct mere_arena *arena,
                                               struct mere_free_column **ret, size_t *ret_n);
#endif
