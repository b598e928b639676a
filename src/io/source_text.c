/* source_text.c - in which encoding a layer's texts are, and the decoding of them; for a layer that
 * is held whole, and for one that is read in batches. */
#include "base/text.h"
#include "io/gdal_errors.h"
#include "io/source_priv.h"
#include <string.h>

/* ---- texts ----------------------------------------------------------------------------------- */

/* Whether the values of `field` are texts: numbers are ASCII as we wrote them. */
static bool holds_text(const struct mere_source_field *field)
{
    return field->type == MERE_ATTR_TEXT;
}

static struct mere_encoding_hints hints_of(const struct mere_source *source, const char *option)
{
    struct mere_encoding_hints hints = source->hints;
    hints.option = option;
    if (!source->raw &&
        !option) { /* the format is UTF-8: GDAL gives nothing else, if it is right */
        hints.cpg = NULL;
        hints.ldid = -1;
    }
    return hints;
}

enum mere_status mere_source_encoding(struct mere_ctx *ctx, struct mere_source *source,
                                      const char *option, struct mere_encoding *ret)
{
    MERE_VEC(struct mere_raw_text) texts = {0};
    bool ok = true;
    /* Values first: the five samples should be names, not names of fields. */
    for (size_t i = 0; i < source->features.n && ok; i++)
        for (size_t f = 0; f < source->n_fields && ok; f++)
            if (holds_text(&source->fields[f]) && source->features.v[i].values[f].s)
                ok = MERE_PUSH(&texts, source->features.v[i].values[f]);
    for (size_t f = 0; f < source->n_fields && ok; f++) {
        const struct mere_source_field *field = &source->fields[f];
        ok = MERE_PUSH(&texts,
                       (struct mere_raw_text){field->name, strlen(field->name), field->name_cut});
    }
    struct mere_encoding_hints hints = hints_of(source, option);
    enum mere_status status =
        ok ? mere_encoding_decide(ctx, texts.v, texts.n, &hints, &source->arena, ret)
           : mere_fail_nomem(ctx, "gathering the texts");
    MERE_VEC_FREE(&texts);
    return status;
}

static enum mere_status decode_one(struct mere_ctx *ctx, struct mere_arena *arena,
                                   struct mere_decoder *decoder, bool lossy,
                                   struct mere_raw_text *text)
{
    const char *utf8;
    if (mere_text_is_ascii(*text))
        return MERE_OK;
    if (lossy) {
        utf8 = mere_decode_lossy(decoder, *text);
        if (!utf8)
            return mere_fail_nomem(ctx, "decoding");
    } else if (!mere_decode(decoder, *text, &utf8))
        return mere_fail(ctx, MERE_E_INPUT, "a text can't be decoded");
    text->len = strlen(utf8);
    text->s = mere_arena_text(arena, utf8, text->len);
    return text->s ? MERE_OK : mere_fail_nomem(ctx, "decoding");
}

enum mere_status mere_source_decode_names(struct mere_ctx *ctx, struct mere_source *source,
                                          const struct mere_encoding *encoding)
{
    struct mere_decoder *decoder;
    enum mere_status status = MERE_OK;
    if (encoding->ascii)
        return MERE_OK;
    MERE_TRY(mere_decoder_open(ctx, encoding->name, &decoder));
    for (size_t f = 0; f < source->n_fields && status == MERE_OK; f++) {
        struct mere_source_field *field = &source->fields[f];
        struct mere_raw_text name = {field->name, strlen(field->name), field->name_cut};
        status = decode_one(ctx, &source->arena, decoder, encoding->lossy, &name);
        field->name = name.s;
    }
    mere_decoder_close(decoder);
    return status;
}

static enum mere_status decode_value(struct mere_ctx *ctx, struct mere_source *source,
                                     struct mere_decoder *decoder, bool lossy, size_t i, size_t f)
{
    struct mere_source_feature *feature = &source->features.v[i];
    struct mere_raw_text *value = &feature->values[f];
    if (!value->s || mere_text_is_ascii(*value))
        return MERE_OK;
    MERE_TRY(decode_one(ctx, &source->rows, decoder, lossy, value));
    if (!lossy && mere_decode_dropped(decoder))
        feature->found |= MERE_FOUND_CUT;
    return MERE_OK;
}

enum mere_status mere_source_decode_rows(struct mere_ctx *ctx, struct mere_source *source,
                                         const struct mere_encoding *encoding)
{
    struct mere_decoder *decoder;
    enum mere_status status = MERE_OK;
    if (encoding->ascii)
        return MERE_OK;
    MERE_TRY(mere_decoder_open(ctx, encoding->name, &decoder));
    for (size_t f = 0; f < source->n_fields; f++)
        for (size_t i = 0;
             i < source->features.n && holds_text(&source->fields[f]) && status == MERE_OK; i++)
            status = decode_value(ctx, source, decoder, encoding->lossy, i, f);
    mere_decoder_close(decoder);
    return status;
}

enum mere_status mere_source_decode(struct mere_ctx *ctx, struct mere_source *source,
                                    const struct mere_encoding *encoding)
{
    MERE_TRY(mere_source_decode_names(ctx, source, encoding));
    return mere_source_decode_rows(ctx, source, encoding);
}

/* ---- a layer in batches -----------------------------------------------------------------------
 */

#define BATCH 4096

/* The texts of a layer on which its encoding depends: those that aren't ASCII. Where the format is
 * UTF-8 and the texts are, a few stand for all. */
struct survey {
    MERE_VEC(struct mere_raw_text) texts;
    bool keep_all, broken;
};

static bool keep_text(struct mere_source *source, struct survey *survey,
                      const struct mere_raw_text *text)
{
    if (!text->s || mere_text_is_ascii(*text))
        return true;
    survey->broken = survey->broken || !mere_utf8_valid(text->s, text->len);
    if (!survey->keep_all && survey->texts.n >= MERE_ENCODING_SAMPLES)
        return true;
    struct mere_raw_text copy = {mere_arena_text(&source->arena, text->s, text->len), text->len,
                                 text->cut};
    return copy.s && MERE_PUSH(&survey->texts, copy);
}

static void drop_batch(struct mere_source *source)
{
    source->features.n = source->n_parts = source->n_rings = 0;
    source->x.n = source->y.n = 0;
    source->part_ring.n = source->ring_first.n = 1;
    mere_arena_clear(&source->rows);
}

static enum mere_status survey_all(struct mere_ctx *ctx, struct mere_source *source,
                                   struct survey *survey)
{
    static const struct mere_read how = {0};
    struct mere_gdal_errors errors;
    enum mere_status status = MERE_OK;
    survey->texts.n = 0;
    memset(source->n_shape, 0, sizeof source->n_shape);
    mere_gdal_catch(&errors);
    mere_source_rewind(source);
    while (status == MERE_OK && !source->at_end) {
        drop_batch(source);
        status = mere_source_read_on(ctx, source, &how, BATCH, &errors);
        for (size_t i = 0; i < source->features.n && status == MERE_OK; i++)
            for (size_t f = 0; f < source->n_fields && status == MERE_OK; f++)
                if (holds_text(&source->fields[f]) &&
                    !keep_text(source, survey, &source->features.v[i].values[f]))
                    status = mere_fail_nomem(ctx, "gathering the texts");
    }
    mere_gdal_release();
    mere_source_warned(source, &errors);
    return status;
}

static enum mere_status survey_texts(struct mere_ctx *ctx, struct mere_source *source,
                                     const char *option, struct survey *survey,
                                     struct mere_encoding *ret)
{
    MERE_TRY(survey_all(ctx, source, survey));
    if (survey->broken && !survey->keep_all) { /* no UTF-8 after all: now every text counts */
        survey->keep_all = true;
        MERE_TRY(survey_all(ctx, source, survey));
    }
    for (size_t f = 0; f < source->n_fields; f++) {
        const struct mere_source_field *field = &source->fields[f];
        struct mere_raw_text name = {field->name, strlen(field->name), field->name_cut};
        if (!MERE_PUSH(&survey->texts, name))
            return mere_fail_nomem(ctx, "gathering the texts");
    }
    struct mere_encoding_hints hints = hints_of(source, option);
    MERE_TRY(
        mere_encoding_decide(ctx, survey->texts.v, survey->texts.n, &hints, &source->arena, ret));
    return ret->decided ? MERE_OK : mere_encoding_refuse(ctx, ret);
}

enum mere_status mere_source_survey(struct mere_ctx *ctx, struct mere_source *source,
                                    const char *encoding_option, struct mere_encoding *ret_encoding)
{
    struct survey survey = {.keep_all = source->raw || encoding_option};
    enum mere_status status = survey_texts(ctx, source, encoding_option, &survey, ret_encoding);
    MERE_VEC_FREE(&survey.texts);
    drop_batch(source);
    MERE_TRY(status);
    MERE_TRY(mere_source_settle(ctx, source)); /* no value is held: only the types of fields */
    source->surveyed = true;
    MERE_TRY(mere_source_decode_names(ctx, source, ret_encoding));
    uint64_t n = source->n_read;
    mere_source_rewind(source);
    source->n_read = n;
    return MERE_OK;
}

enum mere_status mere_source_more(struct mere_ctx *ctx, struct mere_source *source,
                                  const struct mere_read *how, const struct mere_encoding *encoding,
                                  size_t n)
{
    struct mere_gdal_errors errors;
    enum mere_status status = MERE_OK;
    drop_batch(source);
    if (source->at_end)
        return MERE_OK;
    mere_gdal_catch(&errors);
    status = mere_source_read_on(ctx, source, how, n, &errors);
    mere_gdal_release();
    MERE_TRY(status);
    MERE_TRY(mere_source_settle(ctx, source));
    return mere_source_decode_rows(ctx, source, encoding);
}
