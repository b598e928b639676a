#include "io/inspect.h"
#include "io/place.h"
#include "io/roles.h"
#include <string.h>

#define SHOWN_VALUES 3 /* of each field */

static const char *const SHAPES[] = {"no geometry", "empty",  "polygons",
                                     "lines",       "points", "unreadable"};

static void tell_shapes(const struct mere_source *source, struct mere_text *text)
{
    const char *comma = "";
    mere_text_addf(text, "  features  %zu", source->features.n);
    for (size_t s = 0; s < MERE_LEN(SHAPES); s++) {
        if (source->n_shape[s] == 0)
            continue;
        mere_text_addf(text, "%s%zu %s", *comma ? comma : ": ", source->n_shape[s], SHAPES[s]);
        comma = ", ";
    }
    mere_text_addf(text, "; %zu parts, %zu rings, %zu vertices of polygons\n", source->n_parts,
                   source->n_rings, source->x.n);
    if (source->min_x <= source->max_x)
        mere_text_addf(text, "  box       %.10g %.10g to %.10g %.10g\n", source->min_x,
                       source->min_y, source->max_x, source->max_y);
    for (size_t i = 0, shown = 0; i < source->features.n && shown < 5; i++) {
        if (!source->features.v[i].error)
            continue;
        mere_text_addf(text, "            feature %zu: %s\n", i + 1, source->features.v[i].error);
        shown++;
    }
    if (source->n_warnings)
        mere_text_addf(text, "            %zu warnings of GDAL, the first: %s\n",
                       source->n_warnings, source->warning ? source->warning : "");
}

static void tell_encoding(const struct mere_encoding *encoding, struct mere_text *text)
{
    if (encoding->decided)
        mere_text_addf(text, "  encoding  %s: %s\n", encoding->name, encoding->why);
    else
        mere_text_add(text, "  encoding  can't be told: several fit, or none; give --encoding\n");
    if (encoding->note)
        mere_text_addf(text, "            %s\n", encoding->note);
    for (size_t i = 0; i < encoding->n_candidates; i++) {
        const struct mere_encoding_candidate *candidate = &encoding->candidates[i];
        if (encoding->decided && strcmp(encoding->name, "UTF-8") == 0)
            break; /* what UTF-8 would look like in other encodings helps nobody */
        mere_text_addf(text, "            --encoding %-9s %s:", candidate->name,
                       candidate->valid ? "valid" : "not valid");
        for (size_t k = 0; k < candidate->n_samples; k++)
            mere_text_addf(text, "%s %s", k ? "," : "", candidate->samples[k]);
        mere_text_add(text, "\n");
    }
}

/* Like the text of a refusal, put in as an indented paragraph. */
static void tell_refusal(struct mere_ctx *ctx, const char *label, struct mere_text *text)
{
    mere_text_addf(text, "  %-9s ", label);
    for (const char *s = mere_ctx_error(ctx); *s; s++) {
        if (*s == '\n')
            mere_text_add(text, "\n          ");
        else
            mere_text_add_n(text, s, 1);
    }
    mere_text_add(text, "\n");
}

static void tell_crs(const struct mere_place *place, struct mere_text *text)
{
    const struct mere_crs_info *info = place->info;
    mere_text_addf(text, "  crs       %s, from %s", info->name ? info->name : "unnamed",
                   place->crs_from);
    if (info->epsg)
        mere_text_addf(text, "; %s, sure by %d %%", info->epsg, info->confidence);
    else
        mere_text_add(text, "; no EPSG code matches by 90 % or more: used as stated");
    if (place->identity)
        mere_text_add(text, "; degrees are taken as they are\n");
    else if (info->accuracy_m >= 0)
        mere_text_addf(text, "\n  operation %s, accuracy %g m\n",
                       info->operation ? info->operation : "unnamed", info->accuracy_m);
    else
        mere_text_addf(text, "\n  operation %s, accuracy not stated\n",
                       info->operation ? info->operation : "unnamed");
    if (info->own_shift)
        mere_text_add(text, "            the way to WGS 84 is the CRS's own (its TOWGS84 "
                            "parameters); nobody vouches for their accuracy\n");
    if (info->own_rule)
        mere_text_add(text, "            CGCS2000 and WGS 84 count as one datum (merestone's own "
                            "rule)\n");
}

/* The first 40 bytes of a value, on one line. */
static void add_sample(struct mere_text *text, const char *value)
{
    size_t n = mere_utf8_cut(value, strlen(value), 40);
    for (size_t i = 0; i < n; i++)
        mere_text_add_n(text, (unsigned char)value[i] < ' ' ? " " : value + i, 1);
}

static enum mere_status tell_place(struct mere_ctx *ctx, const struct mere_source *source,
                                   const struct mere_inspect_options *options,
                                   struct mere_text *text, size_t *open)
{
    /* The datum is asked for apart, so that the CRS is told even when the datum is open. */
    enum mere_datum label = MERE_DATUM_NONE;
    bool labelled = mere_datum_label(ctx, source, &label) != MERE_OK || label != MERE_DATUM_NONE;
    struct mere_place_options how = {options->crs,
                                     options->datum || labelled ? options->datum : "wgs84"};
    struct mere_known known = {0};
    struct mere_place place;
    struct mere_evidence evidence[MERE_EVIDENCE_N];
    if (source->min_x > source->max_x) {
        mere_text_add(text, "  crs       no coordinates\n");
        return MERE_OK;
    }
    enum mere_status status = mere_place_decide(ctx, source, &how, &known, &place);
    if (status == MERE_E_INPUT) {
        tell_refusal(ctx, labelled ? "place" : "crs", text);
        ++*open;
        return MERE_OK;
    }
    MERE_TRY(status);
    tell_crs(&place, text);
    if (options->datum || labelled) {
        mere_text_addf(text, "  datum     %s: %s\n", mere_datum_word(place.datum), place.datum_why);
    } else if (!mere_datum_open(source, place.info)) {
        mere_text_addf(text, "  datum     wgs84: %s\n",
                       place.info->cgcs2000      ? "its CRS names CGCS2000"
                       : !place.info->geographic ? "its CRS names the datum"
                                                 : "no vertex lies where map platforms shift");
    } else {
        mere_text_add(text, "  datum     open: degrees in the area where map platforms shift; "
                            "give --datum");
        status = mere_evidence_weigh(ctx, source, &place, &known, evidence);
        if (status == MERE_OK)
            mere_evidence_tell(evidence, text);
        mere_text_add(text, "\n");
        ++*open;
    }
    mere_place_clear(&place);
    return status;
}

static void tell_field(const struct mere_source *source, size_t f, struct mere_text *text)
{
    static const char *const TYPES[] = {"text", "integer", "real"};
    const struct mere_source_field *field = &source->fields[f];
    enum mere_field_role role = mere_field_guess(field->name, field->name_cut);
    mere_text_addf(text, "            %-20s %-8s", field->name, TYPES[field->type]);
    if (role != MERE_FIELD_NONE)
        mere_text_addf(text, "probably the %s ", mere_field_role_word(role));
    const char *last = NULL;
    for (size_t i = 0, shown = 0; i < source->features.n && shown < SHOWN_VALUES; i++) {
        const char *value = source->features.v[i].values[f].s;
        if (!value || !*value || (last && strcmp(last, value) == 0))
            continue;
        mere_text_add(text, shown ? ", " : "e.g. ");
        add_sample(text, value);
        last = value;
        shown++;
    }
    mere_text_add(text, "\n");
}

static enum mere_status tell_fields(struct mere_ctx *ctx, const struct mere_source *source,
                                    struct mere_text *text, size_t *open)
{
    static const char *const NO_OPTIONS[MERE_FIELD_ROLES] = {0};
    struct mere_roles roles;
    mere_text_addf(text, "  fields    %zu\n", source->n_fields);
    for (size_t f = 0; f < source->n_fields; f++)
        tell_field(source, f, text);
    if (source->n_shape[MERE_SOURCE_POLYGONS] == 0)
        return MERE_OK;
    enum mere_status status = mere_roles_decide(ctx, source, NO_OPTIONS, &roles);
    if (status == MERE_E_INPUT) {
        mere_text_add(text,
                      "            no single field is known as the code: import needs --code\n");
        ++*open;
        return MERE_OK;
    }
    return status;
}

static enum mere_status inspect_source(struct mere_ctx *ctx, struct mere_source *source,
                                       const struct mere_inspect_options *options,
                                       struct mere_text *text, size_t *open)
{
    struct mere_encoding encoding;
    mere_text_addf(text, "layer %s\n", source->layer);
    tell_shapes(source, text);
    enum mere_status status = mere_source_encoding(ctx, source, options->encoding, &encoding);
    MERE_TRY(status);
    tell_encoding(&encoding, text);
    MERE_TRY(tell_place(ctx, source, options, text, open));
    if (!encoding.decided) {
        ++*open;
        encoding.decided = true;
        encoding.lossy = true;
        encoding.name = "UTF-8";
    }
    MERE_TRY(mere_source_decode(ctx, source, &encoding));
    return tell_fields(ctx, source, text, open);
}

enum mere_status mere_inspect(struct mere_ctx *ctx, const char *path,
                              const struct mere_inspect_options *options,
                              struct mere_text *ret_text, size_t *ret_open)
{
    struct mere_dataset *dataset = NULL;
    size_t only = 0;
    size_t open = 0;
    MERE_TRY(mere_dataset_open(ctx, path, &dataset));
    size_t n = mere_dataset_n_layers(dataset);
    enum mere_status status = MERE_OK;
    if (options->layer)
        status = mere_dataset_pick(ctx, dataset, options->layer, &only);
    mere_text_addf(ret_text, "%s: %s, %zu layer%s\n", path, mere_dataset_driver(dataset), n,
                   n == 1 ? "" : "s");
    for (size_t i = 0; i < n && status == MERE_OK; i++) {
        struct mere_source *source = NULL;
        struct mere_read how = {0};
        if (options->layer && i != only)
            continue;
        status = mere_source_read(ctx, dataset, i, &how, &source);
        if (status == MERE_OK)
            status = inspect_source(ctx, source, options, ret_text, &open);
        mere_source_free(source);
    }
    mere_dataset_close(dataset);
    if (status == MERE_OK)
        *ret_open = open;
    return status;
}
