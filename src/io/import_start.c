/* import_start.c - the decisions before anything is done. Whatever refuses, refuses together: a
 * person should not find the second missing option after having given the first. */
#include "io/import_priv.h"
#include <stdio.h>
#include <string.h>

bool mere_scheme_name_ok(const char *name)
{
    static const char *const TAKEN[] = {"mere_", "gpkg_", "rtree_", "sqlite_"};
    size_t n = strlen(name);
    if (n == 0 || n > 31 || !(name[0] >= 'a' && name[0] <= 'z'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
              name[i] == '_'))
            return false;
    for (size_t i = 0; i < MERE_LEN(TAKEN); i++)
        if (strncmp(name, TAKEN[i], strlen(TAKEN[i])) == 0)
            return false;
    return true;
}

static enum mere_status check_options(const struct mere_import_work *w, bool reference)
{
    const struct mere_import_options *options = w->options;
    enum mere_role role;
    if (!mere_scheme_name_ok(options->scheme))
        return mere_fail(
            w->ctx, MERE_E_USAGE,
            "\"%s\" can't be a name here: a small letter, then up to 30 small letters, "
            "digits or _ (and not mere_, gpkg_, rtree_, sqlite_ at its beginning)",
            options->scheme);
    if (options->role && !mere_role_parse(options->role, &role))
        return mere_fail(w->ctx, MERE_E_USAGE,
                         "--role %s: it is outline, street, community, grid, microgrid, beat, "
                         "school, key, hole, block or other",
                         options->role);
    if (!(options->tolerance_m >= 0 && options->tolerance_m <= MERE_TOLERANCE_MAX_M))
        return mere_fail(w->ctx, MERE_E_USAGE, "--tolerance %g: from 0 to %g metres",
                         options->tolerance_m, MERE_TOLERANCE_MAX_M);
    (void)reference;
    return MERE_OK;
}

static const struct mere_layer *scheme_named(const struct mere_import_work *w, const char *name)
{
    for (size_t i = 0; i < w->n_schemes; i++)
        if (strcmp(w->schemes[i].name, name) == 0)
            return &w->schemes[i];
    return NULL;
}

static enum mere_status look_at_store(struct mere_import_work *w, bool reference)
{
    const struct mere_import_options *options = w->options;
    struct mere_ref_layer *refs = NULL;
    size_t n_refs = 0;
    MERE_TRY(mere_db_schemes(w->ctx, w->db, &w->arena, &w->schemes, &w->n_schemes));
    MERE_TRY(mere_db_references(w->ctx, w->db, &w->arena, &refs, &n_refs));
    bool is_ref = false;
    for (size_t i = 0; i < n_refs; i++)
        is_ref = is_ref || strcmp(refs[i].name, options->scheme) == 0;
    w->before = scheme_named(w, options->scheme);
    bool is_scheme = w->before != NULL;
    if (is_ref && !reference)
        return mere_fail(w->ctx, MERE_E_INPUT, "\"%s\" is a reference layer of the store already",
                         options->scheme);
    if (is_scheme && reference)
        return mere_fail(w->ctx, MERE_E_INPUT, "\"%s\" is a scheme of the store already",
                         options->scheme);
    if ((is_ref || is_scheme) && !options->replace)
        return mere_fail(w->ctx, MERE_E_INPUT,
                         "the store holds \"%s\" already; --replace puts the file in its place",
                         options->scheme);
    if (options->parent_scheme && !scheme_named(w, options->parent_scheme))
        return mere_fail(w->ctx, MERE_E_INPUT,
                         "--parent-scheme %s: the store has no such scheme; import it first",
                         options->parent_scheme);
    if (options->parent_scheme && strcmp(options->parent_scheme, options->scheme) == 0)
        return mere_fail(w->ctx, MERE_E_INPUT, "a scheme can't be its own parent");
    return MERE_OK;
}

/* Schemes that the file may be laid against: at most three, the highest first. */
static enum mere_status read_known(struct mere_import_work *w, struct mere_known *ret)
{
    struct mere_layer *layers = MERE_NEW(&w->arena, struct mere_layer, 3);
    size_t n = 0;
    if (!layers)
        return mere_fail_nomem(w->ctx, "reading the store");
    for (size_t i = 0; i < w->n_schemes && n < 3; i++)
        if (w->schemes[i].covering && strcmp(w->schemes[i].name, w->options->scheme) != 0)
            MERE_TRY(
                mere_db_read_layer(w->ctx, w->db, w->schemes[i].name, &w->arena, &layers[n++]));
    *ret = (struct mere_known){layers, n};
    return MERE_OK;
}

/* Keep the text of a refusal and go on; what is no refusal goes up. */
static enum mere_status gather(struct mere_import_work *w, enum mere_status status,
                               struct mere_text *refusals)
{
    if (status != MERE_E_INPUT)
        return status;
    mere_text_addf(refusals, "%s%s", refusals->len ? "\n" : "", mere_ctx_error(w->ctx));
    /* A refusal that could not be kept must not be taken for none. */
    return refusals->failed ? mere_fail_nomem(w->ctx, "telling what is refused") : MERE_OK;
}

/* No option makes zones of it, so nothing else is asked. */
static enum mere_status refuse_no_polygons(struct mere_import_work *w)
{
    const struct mere_source *source = w->source;
    bool others = source->n_shape[MERE_SOURCE_LINES] + source->n_shape[MERE_SOURCE_POINTS] > 0 ||
                  mere_import_is_table(source);
    return mere_fail(w->ctx, MERE_E_INPUT,
                     "%s, layer %s: a layer without polygons (%zu feature%s: %zu lines, %zu "
                     "points, %zu without geometry, %zu unreadable); --layer names another one%s",
                     source->path, source->layer, source->features.n,
                     source->features.n == 1 ? "" : "s", source->n_shape[MERE_SOURCE_LINES],
                     source->n_shape[MERE_SOURCE_POINTS],
                     source->n_shape[MERE_SOURCE_NULL] + source->n_shape[MERE_SOURCE_EMPTY],
                     source->n_shape[MERE_SOURCE_BAD],
                     others ? ", and --reference NAME instead of --scheme keeps points and lines "
                              "as they are"
                            : "");
}

static enum mere_status decide(struct mere_import_work *w, bool reference,
                               struct mere_text *refusals)
{
    const struct mere_import_options *options = w->options;
    if (!reference && w->source->n_shape[MERE_SOURCE_POLYGONS] == 0)
        return refuse_no_polygons(w);
    MERE_TRY(gather(w, mere_source_encoding(w->ctx, w->source, options->encoding, &w->encoding),
                    refusals));
    bool readable = w->encoding.decided;
    if (!readable && refusals->len == 0)
        MERE_TRY(gather(w, mere_encoding_refuse(w->ctx, &w->encoding), refusals));
    if (readable)
        MERE_TRY(mere_source_decode(w->ctx, w->source, &w->encoding));
    w->x = w->y = MERE_UNKNOWN;
    if (readable && reference)
        MERE_TRY(gather(w, mere_import_places(w), refusals));
    struct mere_known known = {0};
    struct mere_place_options place = {options->crs, options->datum};
    if (w->source->in_gcj_area && !options->datum)
        MERE_TRY(read_known(w, &known));
    MERE_TRY(gather(w, mere_place_decide(w->ctx, w->source, &place, &known, &w->place), refusals));
    if (readable && !reference)
        MERE_TRY(
            gather(w, mere_roles_decide(w->ctx, w->source, options->fields, &w->roles), refusals));
    for (int r = 0; reference && r < MERE_FIELD_ROLES; r++)
        w->roles.field[r] = MERE_UNKNOWN;
    if (!reference && w->source->no_dbf && refusals->len > 0)
        mere_text_addf(refusals, "\n%s lies here without its .dbf file: its attributes are missing",
                       w->source->path);
    return MERE_OK;
}

static enum mere_status read_file(struct mere_import_work *w, const char *path, bool reference)
{
    struct mere_dataset *dataset = NULL;
    struct mere_read how = {.keep_wkb = reference, .keep_wkt = w->options->reject_path != NULL};
    size_t layer;
    MERE_TRY(mere_dataset_open(w->ctx, path, &dataset));
    enum mere_status status = mere_dataset_pick(w->ctx, dataset, w->options->layer, &layer);
    if (status == MERE_OK)
        status = mere_dataset_hash(w->ctx, dataset, w->sha256);
    if (status == MERE_OK)
        status = mere_source_read(w->ctx, dataset, layer, &how, &w->source);
    mere_dataset_close(dataset);
    return status;
}

enum mere_status mere_import_start(struct mere_import_work *w, const char *path, bool reference)
{
    MERE_TRY(check_options(w, reference));
    MERE_TRY(look_at_store(w, reference));
    MERE_TRY(read_file(w, path, reference));
    struct mere_text refusals = {0};
    enum mere_status status = decide(w, reference, &refusals);
    if (status == MERE_OK && refusals.len > 0)
        status = mere_fail(w->ctx, MERE_E_INPUT, "%s", mere_text_str(&refusals));
    mere_text_clear(&refusals);
    MERE_TRY(status);
    struct mere_import_finding no_dbf = {
        .rule = "no-dbf", .text = "the .dbf file is missing: no attribute is read", .person = true};
    if (w->source->no_dbf)
        MERE_TRY(mere_import_find(w, no_dbf, SIZE_MAX, NULL));
    return mere_roles_free(w->ctx, w->source, &w->roles, &w->arena, &w->free, &w->n_free);
}
