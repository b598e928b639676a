/* import_priv.h - what the steps of an import hand on. Inside src/io. */
#ifndef MERE_IO_IMPORT_PRIV_H
#define MERE_IO_IMPORT_PRIV_H
#include "io/import.h"
#include "io/lattice.h"
#include "io/words.h"

struct mere_import_work {
    struct mere_ctx *ctx;
    struct mere_db *db;
    bool zh; /* the language of the store: Chinese, else English */
    const struct mere_import_options *options;
    struct mere_arena arena; /* for the time of the import */
    char sha256[65];
    struct mere_source *source;
    struct mere_encoding encoding;
    struct mere_place place;
    struct mere_roles roles;
    int x, y; /* of a table taken as places: its columns, else MERE_UNKNOWN */
    struct mere_free_column *free;
    size_t n_free;
    /* the store beside which it goes */
    struct mere_layer *schemes;
    size_t n_schemes;
    const struct mere_layer *before; /* the scheme that is replaced, NULL for none */
    /* features */
    const char **reject; /* by feature; NULL = used */
    int32_t *zone_of;    /* by feature; MERE_UNKNOWN = rejected */
    size_t n_zones;
    struct mere_zone *zones;
    uint32_t *zone_feature;  /* the first feature of a zone */
    struct mere_layer layer; /* what is written */
    MERE_VEC(struct mere_import_finding) findings;
    struct mere_import_report *report;
};

/* import_start.c: open, read, decide; all refusals in one text. */
enum mere_status mere_import_start(struct mere_import_work *w, const char *path, bool reference);
/* import_zones.c: features to zones and rejects. */
enum mere_status mere_import_zones(struct mere_import_work *w);
/* import_digits.c: refuse codes that can't be read whole, before there are zones; and tell which
 * codes and numbers lost digits, before zones of one code are joined. */
enum mere_status mere_import_refuse_codes(const struct mere_import_work *w);
enum mere_status mere_import_tell_digits(struct mere_import_work *w);
/* import_net.c: the polygons as the store will hold them, into w->layer. */
enum mere_status mere_import_net(struct mere_import_work *w);
/* import_reference.c: whether the layer is of a format of tables and has no geometry. */
bool mere_import_is_table(const struct mere_source *source);
/* import_reference.c: a table without geometries, with one pair of columns named like longitude and
 * latitude, becomes points; fails with MERE_E_INPUT when there is no such pair. */
enum mere_status mere_import_places(struct mere_import_work *w);
/* Every feature with a usable geometry, in WGS 84; the others rejected. */
enum mere_status mere_import_make_reference(struct mere_import_work *w, struct mere_ref_layer *ret);
/* import_tell.c */
void mere_import_tell(struct mere_import_work *w, bool reference);
void mere_import_findings_json(struct mere_import_work *w, struct mere_text *json);

/* Note a finding. Its text is a key of words.h, filled with `args` (NULL for none) in both
 * languages, in the report's arena. `feature` counts from 0; SIZE_MAX for none. */
enum mere_status mere_import_find(struct mere_import_work *w, struct mere_import_finding finding,
                                  size_t feature, const char *const *args);
/* Why feature `i` was rejected, in the language; in the arena or the table, NULL without memory. */
const char *mere_import_reason(struct mere_import_work *w, size_t i, bool zh);
/* A count as decimal text, in the arena of `w`; NULL without memory. */
const char *mere_import_number(struct mere_import_work *w, uint64_t v);
void mere_import_reject(struct mere_import_work *w, size_t feature, const char *reason);

/* reject.c: write all rejects as CSV. */
enum mere_status mere_import_write_rejects(struct mere_import_work *w, const char *path);
#endif
