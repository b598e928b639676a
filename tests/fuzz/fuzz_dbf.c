/* fuzz_dbf.c - any bytes as the texts of a DBF, with any hints: decided or refused; what is decided
 * decodes to valid UTF-8, and the samples of every candidate are valid UTF-8 too. Input: one byte
 * LDID, one byte choice of .cpg, then texts separated by zero bytes. */
#include "base/text.h"
#include "io/encoding.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_TEXTS 64

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void check_decoded(struct mere_ctx *ctx, const struct mere_encoding *e,
                          const struct mere_raw_text *texts, size_t n)
{
    struct mere_decoder *decoder = NULL;
    must(mere_decoder_open(ctx, e->name, &decoder) == MERE_OK);
    for (size_t i = 0; i < n; i++) {
        const char *s = NULL;
        if (mere_text_is_ascii(texts[i]))
            continue;
        must(mere_decode(decoder, texts[i], &s));
        must(mere_utf8_valid(s, strlen(s)));
    }
    mere_decoder_close(decoder);
}

static void check_samples(const struct mere_encoding *e)
{
    for (size_t i = 0; i < e->n_candidates; i++)
        for (size_t k = 0; k < e->candidates[i].n_samples; k++)
            must(mere_utf8_valid(e->candidates[i].samples[k], strlen(e->candidates[i].samples[k])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const CPGS[] = {NULL,     "UTF-8",    "GBK",   "936",    "Big-5", "shiftjis",
                                       "EUC-KR", "nonsense", "koi8r", "UTF-16", "",      "1252"};
    struct mere_raw_text texts[MAX_TEXTS];
    size_t n = 0;
    if (size < 2 || size > 100000)
        return 0;
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_arena arena = {0};
    struct mere_encoding e = {0};
    char *copy = malloc(size);
    must(ctx && copy);
    memcpy(copy, data, size);
    for (size_t at = 2; at < size && n < MAX_TEXTS; n++) {
        const char *end = memchr(copy + at, 0, size - at);
        size_t len = end ? (size_t)(end - (copy + at)) : size - at;
        texts[n] = (struct mere_raw_text){copy + at, len, len % 2 == 1};
        at += len + 1;
    }
    struct mere_encoding_hints hints = {
        .cpg = CPGS[data[1] % MERE_LEN(CPGS)],
        .ldid = data[0],
        .option = data[1] >= 0xC0 ? CPGS[1 + data[1] % 5] : NULL,
    };
    if (mere_encoding_decide(ctx, texts, n, &hints, &arena, &e) == MERE_OK) {
        check_samples(&e);
        if (e.decided)
            check_decoded(ctx, &e, texts, n);
        else
            must(mere_encoding_refuse(ctx, &e) == MERE_E_INPUT);
    }
    free(copy);
    mere_arena_clear(&arena);
    mere_ctx_free(ctx);
    return 0;
}
