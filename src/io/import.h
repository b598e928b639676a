/* import.h - a division from a file becomes a scheme of the store, by stated rules.
 *
 *   file ─▶ source ─▶ encoding, CRS, datum, fields: decided or refused, all reasons in one answer
 *                 ─▶ features: used as a zone (or part of one), or rejected with a reason
 *                 ─▶ lattice ─▶ network of this scheme ─▶ valid polygons ─▶ store, one transaction
 *
 * Features = used + rejected, always. Nothing in the store changes unless the whole import is done.
 */
#ifndef MERE_IO_IMPORT_H
#define MERE_IO_IMPORT_H
#include "base/text.h"
#include "geo/datum.h"
#include "io/roles.h"
#include "store/store.h"

#define MERE_TOLERANCE_M 0.01      /* default of --tolerance */
#define MERE_TOLERANCE_MAX_M 100.0 /* more would be repair, not matching */
#define MERE_CODE_MAX 100  /* bytes; the longest code in use has 25 digits (DOMAIN section 3) */
#define MERE_NAME_MAX 1000 /* bytes */

struct mere_import_options {
    const char *scheme;        /* or the name of the reference layer */
    const char *role;          /* NULL: the scheme's name if it is a role, else other */
    const char *covering;      /* "yes", "no", NULL: by role */
    const char *parent_scheme; /* NULL: the nearest loaded one above */
    const char *layer;         /* NULL: the only one */
    const char
        *fields[MERE_FIELD_ROLES]; /* --code, --name, --parent, --attr; NULL where not given */
    const char *crs, *datum, *encoding;
    double tolerance_m;
    bool dissolve, replace;
    const char *reject_path; /* NULL: no file */
    const char *who, *when;
};

/* Something found on the way, in the order found. */
struct mere_import_finding {
    const char *rule; /* "self-crossing", "snap-refused", ... */
    const char *zone; /* code, or NULL */
    uint64_t feature; /* from 1 in file order; 0 when of a whole zone */
    const char *text; /* what, for a person, in English; `zh` is the same in Chinese */
    const char *zh;
    bool has_place;
    struct mere_degrees at;
    bool person; /* needs a person: exit 1 */
};

struct mere_import_report {
    struct mere_arena arena; /* owns all texts */
    size_t n_features, n_used, n_rejected, n_zones;
    uint64_t n_merged, n_inserted, n_crossings, n_densified;
    double max_shift_m;
    size_t n_findings;
    const struct mere_import_finding *findings;
    size_t n_person;       /* findings that need a person, and rejects */
    struct mere_text said; /* the report as lines of text, in the language of the store */
};

/* Import `path` into `db` as a scheme. Fails with MERE_E_INPUT and all reasons when refused; the
 * store is then as it was. Clear `ret` with `mere_import_report_clear`. */
MERE_MUST_USE enum mere_status mere_import(struct mere_ctx *ctx, struct mere_db *db,
                                           const char *path,
                                           const struct mere_import_options *options,
                                           struct mere_import_report *ret);
/* Import it as a reference layer: points, lines or polygons as they are, all fields. */
MERE_MUST_USE enum mere_status mere_import_reference(struct mere_ctx *ctx, struct mere_db *db,
                                                     const char *path,
                                                     const struct mere_import_options *options,
                                                     struct mere_import_report *ret);
void mere_import_report_clear(struct mere_import_report *report);

/* [a-z][a-z0-9_]{0,30}, and no prefix that tables of the store use. */
bool mere_scheme_name_ok(const char *name);
#endif
