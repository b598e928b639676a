#include "io/place.h"
#include "base/text.h"
#include <math.h>
#include <string.h>

void mere_place_clear(struct mere_place *place)
{
    mere_crs_free(place->crs);
    *place = (struct mere_place){0};
}

bool mere_datum_open(const struct mere_source *source, const struct mere_crs_info *info)
{
    return info->geographic && !info->cgcs2000 && source->in_gcj_area;
}

/* WGS 84 and CGCS2000 in degrees: the numbers are taken as they stand, to the last digit. */
static bool is_identity(const struct mere_crs_info *info)
{
    static const char *const SAME[] = {"EPSG:4326", "EPSG:4490", "OGC:CRS84", "EPSG:4979",
                                       "EPSG:4480"};
    if (!info->geographic || !info->epsg)
        return false;
    for (size_t i = 0; i < MERE_LEN(SAME); i++)
        if (strcmp(info->epsg, SAME[i]) == 0)
            return true;
    return false;
}

size_t mere_place_to_wgs84(const struct mere_place *place, double *x, double *y, size_t n)
{
    size_t n_bad = 0;
    if (!place->identity)
        n_bad = mere_crs_to_degrees(place->crs, x, y, n);
    for (size_t i = 0; place->datum > MERE_DATUM_WGS84 && i < n; i++) {
        struct mere_degrees p =
            mere_datum_to_wgs84((struct mere_degrees){x[i], y[i]}, place->datum);
        x[i] = p.lon;
        y[i] = p.lat;
    }
    return n_bad;
}

static bool looks_like_degrees(const struct mere_source *source)
{
    return source->min_x >= -180 && source->max_x <= 180 && source->min_y >= -90 &&
           source->max_y <= 90 && source->min_x <= source->max_x;
}

static enum mere_status open_crs(struct mere_ctx *ctx, const struct mere_source *source,
                                 const struct mere_place_options *options, struct mere_place *place)
{
    const char *text = options->crs ? options->crs : source->crs_text;
    place->crs_from = options->crs ? "--crs" : source->crs_from;
    if (!text) {
        mere_fail(ctx, MERE_E_INPUT,
                  "%s doesn't say in which CRS its coordinates are (%.7g %.7g to %.7g "
                  "%.7g%s); give --crs, for example --crs EPSG:4549",
                  source->path, source->min_x, source->min_y, source->max_x, source->max_y,
                  looks_like_degrees(source) ? ": these look like degrees, --crs EPSG:4326 "
                                               "or EPSG:4490"
                                             : "");
        return MERE_E_INPUT;
    }
    enum mere_status status = mere_crs_open(ctx, text, &place->crs);
    if (status != MERE_OK) {
        mere_fail_at(ctx, "%s: the CRS of %s", source->path, place->crs_from);
        return status;
    }
    place->info = mere_crs_info(place->crs);
    place->identity = is_identity(place->info);
    return MERE_OK;
}

static enum mere_status refuse_datum(struct mere_ctx *ctx, const struct mere_source *source,
                                     const struct mere_place *place, const struct mere_known *known)
{
    struct mere_evidence evidence[MERE_EVIDENCE_N];
    struct mere_text text = {0};
    MERE_TRY(mere_evidence_weigh(ctx, source, place, known, evidence));
    mere_text_addf(
        &text,
        "%s holds degrees in the area where map platforms shift coordinates, and doesn't "
        "name CGCS2000 (EPSG:4490); give --datum wgs84, gcj02 (AMap, Tencent) or bd09 "
        "(Baidu)",
        source->path);
    mere_evidence_tell(evidence, &text);
    mere_fail(ctx, MERE_E_INPUT, "%s", mere_text_str(&text));
    mere_text_clear(&text);
    return MERE_E_INPUT;
}

enum mere_status mere_datum_label(struct mere_ctx *ctx, const struct mere_source *source,
                                  enum mere_datum *ret)
{
    int field = mere_source_field(source, MERE_DATUM_LABEL);
    enum mere_datum datum = MERE_DATUM_NONE, found;
    for (size_t i = 0; field != MERE_UNKNOWN && i < source->features.n; i++) {
        const char *value = source->features.v[i].values[field].s;
        if (!value || !*value)
            continue;
        if (!mere_datum_parse(value, &found) || (datum != MERE_DATUM_NONE && datum != found))
            return mere_fail(ctx, MERE_E_INPUT,
                             "%s: its column " MERE_DATUM_LABEL " tells the datum of the file, and "
                             "feature %zu has \"%s\" there%s%s; it must be wgs84, gcj02 or bd09, "
                             "the same in all: divide the file, or rename the column",
                             source->path, i + 1, value,
                             datum == MERE_DATUM_NONE ? "" : ", others have ",
                             datum == MERE_DATUM_NONE ? "" : mere_datum_word(datum));
        datum = found;
    }
    *ret = datum;
    return MERE_OK;
}

/* What the file states of itself, held against what the user says. */
static enum mere_status decide_label(struct mere_ctx *ctx, const struct mere_source *source,
                                     const struct mere_place_options *options,
                                     struct mere_place *place)
{
    enum mere_datum label = MERE_DATUM_NONE;
    MERE_TRY(mere_datum_label(ctx, source, &label));
    if (label == MERE_DATUM_NONE)
        return MERE_OK;
    if (options->datum && label != place->datum)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s says in its column " MERE_DATUM_LABEL " that it is %s; --datum %s "
                         "contradicts it: leave --datum out, or take the column out of the file",
                         source->path, mere_datum_word(label), options->datum);
    if (options->datum)
        return MERE_OK;
    if (label != MERE_DATUM_WGS84 && place->info->cgcs2000)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s is in %s, which is CGCS2000, and says in its column " MERE_DATUM_LABEL
                         " that it is %s: it can't be both; give the CRS that is meant with --crs, "
                         "such as --crs EPSG:4326",
                         source->path, place->info->name, mere_datum_word(label));
    place->datum = label;
    place->datum_why = "its column " MERE_DATUM_LABEL " says so";
    return MERE_OK;
}

static enum mere_status decide_datum(struct mere_ctx *ctx, const struct mere_source *source,
                                     const struct mere_place_options *options,
                                     const struct mere_known *known, struct mere_place *place)
{
    if (options->datum) {
        if (!mere_datum_parse(options->datum, &place->datum))
            return mere_fail(ctx, MERE_E_USAGE, "--datum %s: it is wgs84, gcj02 or bd09",
                             options->datum);
        place->datum_why = "--datum says so";
        if (place->datum != MERE_DATUM_WGS84 && place->info->cgcs2000)
            return mere_fail(
                ctx, MERE_E_INPUT,
                "%s is in %s, which is CGCS2000: it can't be %s too; give the CRS that "
                "is meant with --crs, such as --crs EPSG:4326",
                source->path, place->info->name, options->datum);
    }
    MERE_TRY(decide_label(ctx, source, options, place));
    if (place->datum_why)
        return MERE_OK;
    if (mere_datum_open(source, place->info))
        return refuse_datum(ctx, source, place, known);
    place->datum = MERE_DATUM_WGS84;
    place->datum_why = place->info->cgcs2000      ? "its CRS names CGCS2000"
                       : !place->info->geographic ? "its CRS names the datum"
                                                  : "no vertex lies where map platforms shift";
    return MERE_OK;
}

enum mere_status mere_place_decide(struct mere_ctx *ctx, const struct mere_source *source,
                                   const struct mere_place_options *options,
                                   const struct mere_known *known, struct mere_place *ret)
{
    struct mere_place place = {0};
    enum mere_status status = open_crs(ctx, source, options, &place);
    if (status == MERE_OK)
        status = decide_datum(ctx, source, options, known, &place);
    if (status != MERE_OK) {
        mere_place_clear(&place);
        return status;
    }
    *ret = place;
    return MERE_OK;
}
