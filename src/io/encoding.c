#include "io/encoding.h"
#include "base/text.h"
#include "io/words.h"
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UTF8_REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

struct mere_decoder {
    iconv_t cd;
    struct mere_text out;
    bool dropped; /* the last text lost the beginning of a character at its end */
};

size_t mere_utf8_cut(const char *s, size_t len, size_t max)
{
    if (len <= max)
        return len;
    while (max > 0 && ((unsigned char)s[max] & 0xC0) == 0x80)
        max--;
    return max;
}

bool mere_text_is_ascii(struct mere_raw_text text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.s[i] >= 0x80)
            return false;
    return true;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* What .cpg files and people write, squeezed to lower-case letters and digits, against what glibc's
 * iconv calls it. Shift-JIS is read as CP932 and Big5 as CP950 in practice: Windows wrote them. */
static const struct {
    const char *squeezed, *name;
} NAMES[] = {
    {"utf8", "UTF-8"},       {"65001", "UTF-8"},         {"gbk", "GBK"},
    {"936", "GBK"},          {"cp936", "GBK"},           {"ansi936", "GBK"},
    {"windows936", "GBK"},   {"gb2312", "GBK"},          {"gb18030", "GB18030"},
    {"54936", "GB18030"},    {"cp949", "CP949"},         {"949", "CP949"},
    {"uhc", "CP949"},        {"ksc5601", "CP949"},       {"ms949", "CP949"},
    {"euckr", "EUC-KR"},     {"51949", "EUC-KR"},        {"big5", "BIG5"},
    {"950", "BIG5"},         {"cp950", "BIG5"},          {"big5hkscs", "BIG5-HKSCS"},
    {"shiftjis", "CP932"},   {"sjis", "CP932"},          {"932", "CP932"},
    {"cp932", "CP932"},      {"eucjp", "EUC-JP"},        {"latin1", "ISO-8859-1"},
    {"88591", "ISO-8859-1"}, {"iso88591", "ISO-8859-1"}, {"latin2", "ISO-8859-2"},
    {"koi8r", "KOI8-R"},     {"ascii", "US-ASCII"},
};

static bool iconv_knows(const char *name)
{
    iconv_t cd = iconv_open("UTF-8", name);
    /* iconv_open tells failure by (iconv_t)-1 (POSIX). */
    if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */
        return false;
    iconv_close(cd);
    return true;
}

/* The first word of `written` in lower-case letters and digits only; false when empty or too long.
 */
static bool squeeze(const char *written, char ret[32])
{
    size_t n = 0;
    while (*written == ' ' || *written == '\t' || *written == '\n' || *written == '\r')
        written++;
    for (; *written && *written != '\n' && *written != '\r'; written++) {
        char c = *written;
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            continue;
        if (n == 31)
            return false;
        ret[n++] = c;
    }
    ret[n] = 0;
    return n > 0;
}

static bool all_digits(const char *s)
{
    for (; *s; s++)
        if (*s < '0' || *s > '9')
            return false;
    return true;
}

const char *mere_encoding_name(struct mere_arena *arena, const char *written)
{
    char squeezed[32];
    char name[48];
    if (!squeeze(written, squeezed))
        return NULL;
    for (size_t i = 0; i < MERE_LEN(NAMES); i++)
        if (strcmp(NAMES[i].squeezed, squeezed) == 0)
            return NAMES[i].name;
    if (all_digits(squeezed)) { /* a code page, or one of the ISO 8859 family: "885915" */
        snprintf(name, sizeof name, "CP%s", squeezed);
        if (strncmp(squeezed, "8859", 4) == 0 && squeezed[4])
            snprintf(name, sizeof name, "ISO-8859-%s", squeezed + 4);
    } else if (strncmp(squeezed, "iso8859", 7) == 0) {
        snprintf(name, sizeof name, "ISO-8859-%s", squeezed + 7);
    } else if (strncmp(squeezed, "windows", 7) == 0) {
        snprintf(name, sizeof name, "CP%s", squeezed + 7);
    } else {
        snprintf(name, sizeof name, "%s", squeezed);
    }
    if (iconv_knows(name))
        return mere_arena_text(arena, name, strlen(name));
    /* As written: names such as "UTF-16LE" lose their hyphens above. */
    size_t len = strcspn(written, "\r\n\t ");
    char *copy = mere_arena_text(arena, written, len);
    return copy && len > 0 && iconv_knows(copy) ? copy : NULL;
}

/* Language driver bytes as dBASE and ESRI use them. 0x57 "ANSI" is what GDAL and others write by
 * default whatever the bytes are, so it says nothing. */
static const struct {
    int ldid;
    const char *name;
} LDIDS[] = {
    {0x01, "CP437"},  {0x02, "CP850"},  {0x03, "CP1252"}, {0x08, "CP865"},  {0x09, "CP437"},
    {0x0A, "CP850"},  {0x0B, "CP437"},  {0x0D, "CP437"},  {0x0E, "CP850"},  {0x0F, "CP437"},
    {0x10, "CP850"},  {0x11, "CP437"},  {0x12, "CP850"},  {0x13, "CP932"},  {0x14, "CP850"},
    {0x15, "CP437"},  {0x16, "CP850"},  {0x17, "CP865"},  {0x18, "CP437"},  {0x19, "CP437"},
    {0x1A, "CP850"},  {0x1B, "CP437"},  {0x1C, "CP863"},  {0x1D, "CP850"},  {0x1F, "CP852"},
    {0x22, "CP852"},  {0x23, "CP852"},  {0x24, "CP860"},  {0x25, "CP850"},  {0x26, "CP866"},
    {0x37, "CP850"},  {0x40, "CP852"},  {0x4D, "GBK"},    {0x4E, "CP949"},  {0x4F, "BIG5"},
    {0x50, "CP874"},  {0x58, "CP1252"}, {0x59, "CP1252"}, {0x64, "CP852"},  {0x65, "CP866"},
    {0x66, "CP865"},  {0x67, "CP861"},  {0x6A, "CP737"},  {0x6B, "CP857"},  {0x6C, "CP863"},
    {0x78, "BIG5"},   {0x79, "CP949"},  {0x7A, "GBK"},    {0x7B, "CP932"},  {0x7C, "CP874"},
    {0x86, "CP737"},  {0x87, "CP852"},  {0x88, "CP857"},  {0xC8, "CP1250"}, {0xC9, "CP1251"},
    {0xCA, "CP1254"}, {0xCB, "CP1253"}, {0xCC, "CP1257"},
};

const char *mere_encoding_of_ldid(int ldid)
{
    for (size_t i = 0; i < MERE_LEN(LDIDS); i++)
        if (LDIDS[i].ldid == ldid)
            return LDIDS[i].name;
    return NULL;
}

/* ---- decoding ------------------------------------------------------------------------------- */

enum mere_status mere_decoder_open(struct mere_ctx *ctx, const char *encoding,
                                   struct mere_decoder **ret)
{
    struct mere_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) {
        mere_fail_nomem(ctx, "opening a decoder");
        return MERE_E_NOMEM;
    }
    decoder->cd = iconv_open("UTF-8", encoding);
    if (decoder->cd == (iconv_t)-1) { /* NOLINT(performance-no-int-to-ptr) */
        free(decoder);
        mere_fail(ctx, MERE_E_INPUT,
                  "encoding \"%s\" is not known; try GBK, GB18030, UTF-8, Big5, CP949 or Shift-JIS",
                  encoding);
        return MERE_E_INPUT;
    }
    *ret = decoder;
    return MERE_OK;
}

void mere_decoder_close(struct mere_decoder *decoder)
{
    if (!decoder)
        return;
    iconv_close(decoder->cd);
    mere_text_clear(&decoder->out);
    free(decoder);
}

static void start_over(struct mere_decoder *decoder)
{
    iconv(decoder->cd, NULL, NULL, NULL, NULL);
    decoder->out.len = 0;
    decoder->out.failed = false;
    mere_text_add_n(&decoder->out, "", 0);
    if (decoder->out.s)
        decoder->out.s[0] = 0;
}

/* Append what iconv wrote, a character at a time where it isn't UTF-8 throughout: glibc lets bytes
 * beyond U+10FFFF pass from UTF-8 to UTF-8. Such a character becomes U+FFFD and false is returned.
 */
static bool add_decoded(struct mere_text *out, const char *s, size_t n)
{
    if (mere_utf8_valid(s, n)) {
        mere_text_add_n(out, s, n);
        return true;
    }
    for (size_t i = 0; i < n;) {
        size_t len = 1;
        while (i + len < n && ((unsigned char)s[i + len] & 0xC0) == 0x80)
            len++;
        if (mere_utf8_valid(s + i, len))
            mere_text_add_n(out, s + i, len);
        else
            mere_text_add(out, UTF8_REPLACEMENT);
        i += len;
    }
    return false;
}

/* Decode on from `*in`; 0 = all done, else the errno of iconv (EILSEQ, EINVAL). `*ret_changed`
 * tells of characters that iconv could only approximate, or that are none. */
static int decode_on(struct mere_decoder *decoder, char **in, size_t *left, bool *ret_changed)
{
    while (*left > 0) {
        char buf[512];
        char *out = buf;
        size_t room = sizeof buf;
        size_t r = iconv(decoder->cd, in, left, &out, &room);
        int error = errno;
        if (!add_decoded(&decoder->out, buf, (size_t)(out - buf)))
            *ret_changed = true;
        if (r == (size_t)-1 && error != E2BIG)
            return error;
        if (r != (size_t)-1 && r > 0)
            *ret_changed = true;
    }
    return 0;
}

bool mere_decode(struct mere_decoder *decoder, struct mere_raw_text text, const char **ret)
{
    bool changed = false;
    /* iconv takes char ** for the input and leaves the bytes alone; a copy keeps const honest. */
    char *copy = malloc(text.len + 1);
    if (!copy)
        return false;
    if (text.len > 0)
        memcpy(copy, text.s, text.len);
    char *in = copy;
    size_t left = text.len;
    start_over(decoder);
    int error = decode_on(decoder, &in, &left, &changed);
    free(copy);
    decoder->dropped = error == EINVAL && text.cut && left < 4;
    if (decoder->dropped)
        error = 0;
    if (error != 0 || changed || decoder->out.failed)
        return false;
    *ret = mere_text_str(&decoder->out);
    return true;
}

bool mere_decode_dropped(const struct mere_decoder *decoder)
{
    return decoder->dropped;
}

const char *mere_decode_lossy(struct mere_decoder *decoder, struct mere_raw_text text)
{
    bool changed = false;
    char *copy = malloc(text.len + 1);
    if (!copy)
        return NULL;
    if (text.len > 0)
        memcpy(copy, text.s, text.len);
    char *in = copy;
    size_t left = text.len;
    start_over(decoder);
    while (decode_on(decoder, &in, &left, &changed) != 0 && left > 0) {
        mere_text_add(&decoder->out, UTF8_REPLACEMENT);
        iconv(decoder->cd, NULL, NULL, NULL, NULL);
        in++;
        left--;
    }
    free(copy);
    return decoder->out.failed ? NULL : mere_text_str(&decoder->out);
}

/* ---- deciding ------------------------------------------------------------------------------- */

/* Whether UTF-8 text holds a character of private use (U+E000 to U+F8FF, EE 80 80 to EF A3 BF).
 * Code pages map bytes without a meaning there, so Latin letters would pass for Shift-JIS. */
static bool has_private_use(const char *s)
{
    for (; *s; s++) {
        unsigned char a = (unsigned char)s[0];
        unsigned char b = a ? (unsigned char)s[1] : 0;
        if (a == 0xEE || (a == 0xEF && b <= 0xA3))
            return true;
    }
    return false;
}

/* The number of the first text that is not valid in `encoding`, `n` when all are. `strict`:
 * characters of private use don't count as valid. */
static enum mere_status first_invalid(struct mere_ctx *ctx, const char *encoding, bool strict,
                                      const struct mere_raw_text *texts, size_t n, size_t *ret)
{
    struct mere_decoder *decoder;
    MERE_TRY(mere_decoder_open(ctx, encoding, &decoder));
    size_t i = 0;
    for (; i < n; i++) {
        const char *decoded;
        if (mere_text_is_ascii(texts[i]))
            continue;
        if (!mere_decode(decoder, texts[i], &decoded) || (strict && has_private_use(decoded)))
            break;
    }
    mere_decoder_close(decoder);
    *ret = i;
    return MERE_OK;
}

static bool same_text(struct mere_raw_text a, struct mere_raw_text b)
{
    return a.len == b.len && memcmp(a.s, b.s, a.len) == 0;
}

/* Up to five different texts that are not ASCII. */
static size_t pick_samples(const struct mere_raw_text *texts, size_t n,
                           struct mere_raw_text ret[MERE_ENCODING_SAMPLES])
{
    size_t k = 0;
    for (size_t i = 0; i < n && k < MERE_ENCODING_SAMPLES; i++) {
        bool known = mere_text_is_ascii(texts[i]);
        for (size_t j = 0; j < k && !known; j++)
            known = same_text(ret[j], texts[i]);
        if (!known)
            ret[k++] = texts[i];
    }
    return k;
}

static enum mere_status try_candidate(struct mere_ctx *ctx, const struct mere_raw_text *texts,
                                      size_t n, struct mere_arena *arena,
                                      struct mere_encoding_candidate *candidate)
{
    const char *iconv_name = mere_encoding_name(arena, candidate->name);
    struct mere_raw_text samples[MERE_ENCODING_SAMPLES];
    size_t k = pick_samples(texts, n, samples);
    size_t bad;
    MERE_TRY(first_invalid(ctx, iconv_name, true, texts, n, &bad));
    candidate->valid = bad == n;
    struct mere_decoder *decoder;
    MERE_TRY(mere_decoder_open(ctx, iconv_name, &decoder));
    enum mere_status status = MERE_OK;
    for (size_t i = 0; i < k && status == MERE_OK; i++) {
        const char *s = mere_decode_lossy(decoder, samples[i]);
        candidate->samples[i] = s ? mere_arena_text(arena, s, strlen(s)) : NULL;
        if (!candidate->samples[i])
            status = mere_fail_nomem(ctx, "decoding samples");
    }
    mere_decoder_close(decoder);
    candidate->n_samples = k;
    return status;
}

struct hint {
    const char *name;     /* of the encoding */
    const char *yes, *no; /* what is told: keys of words.h */
};

/* Believe the hint when every text is valid in it. Otherwise leave a note. */
static enum mere_status try_hint(struct mere_ctx *ctx, const struct mere_raw_text *texts, size_t n,
                                 struct mere_arena *arena, struct hint hint,
                                 struct mere_encoding *enc)
{
    const char *name = hint.name;
    size_t bad;
    MERE_TRY(first_invalid(ctx, name, false, texts, n, &bad));
    if (bad == n) {
        enc->decided = true;
        enc->name = name;
        enc->why = hint.yes;
        return MERE_OK;
    }
    char number[32];
    snprintf(number, sizeof number, "%zu", bad + 1);
    const char **notes[2] = {&enc->note, &enc->note_zh};
    for (int zh = 0; zh < 2; zh++) {
        struct mere_text note = {0};
        MERE_WORDS(&note, zh, hint.no, name, number);
        *notes[zh] = note.failed ? NULL : mere_arena_text(arena, mere_text_str(&note), note.len);
        mere_text_clear(&note);
        if (!*notes[zh])
            return mere_fail_nomem(ctx, "deciding the encoding");
    }
    return MERE_OK;
}

static enum mere_status try_option(struct mere_ctx *ctx, const struct mere_raw_text *texts,
                                   size_t n, struct mere_arena *arena, const char *option,
                                   struct mere_encoding *enc)
{
    const char *name = mere_encoding_name(arena, option);
    if (!name)
        return mere_fail(ctx, MERE_E_INPUT,
                         "--encoding %s is not known; try GBK, GB18030, UTF-8, Big5, CP949 or "
                         "Shift-JIS",
                         option);
    size_t bad;
    MERE_TRY(first_invalid(ctx, name, false, texts, n, &bad));
    if (bad < n) {
        struct mere_decoder *decoder;
        MERE_TRY(mere_decoder_open(ctx, name, &decoder));
        const char *shown = mere_decode_lossy(decoder, texts[bad]);
        mere_fail(ctx, MERE_E_INPUT,
                  "--encoding %s can't be right: \"%s\" is not valid in it; inspect the file to "
                  "see the candidates",
                  option, shown ? shown : "?");
        mere_decoder_close(decoder);
        return MERE_E_INPUT;
    }
    enc->decided = true;
    enc->name = name;
    enc->why = "--encoding says so, and every text is valid in it";
    return MERE_OK;
}

static enum mere_status try_hints(struct mere_ctx *ctx, const struct mere_raw_text *texts, size_t n,
                                  const struct mere_encoding_hints *hints, struct mere_arena *arena,
                                  struct mere_encoding *enc)
{
    if (hints->cpg) {
        const char *name = mere_encoding_name(arena, hints->cpg);
        if (name)
            MERE_TRY(try_hint(
                ctx, texts, n, arena,
                (struct hint){name, "the .cpg file says so, and every text is valid in it",
                              "the .cpg file says {0}, but text {1} is not valid in it; not "
                              "believed"},
                enc));
        else {
            enc->note = "the .cpg file names an encoding that is not known";
            enc->note_zh = mere_words_zh(enc->note);
        }
    }
    const char *ldid = mere_encoding_of_ldid(hints->ldid);
    if (!enc->decided && ldid)
        MERE_TRY(try_hint(
            ctx, texts, n, arena,
            (struct hint){ldid,
                          "the language byte of the .dbf says so, and every text is valid in "
                          "it",
                          "the language byte of the .dbf says {0}, but text {1} is not valid "
                          "in it; not believed"},
            enc));
    return MERE_OK;
}

static bool decide_ascii(const struct mere_raw_text *texts, size_t n, struct mere_encoding *enc)
{
    for (size_t i = 0; i < n; i++)
        if (!mere_text_is_ascii(texts[i]))
            return false;
    enc->decided = enc->ascii = true;
    enc->name = "UTF-8";
    enc->why = "all texts are ASCII: no encoding needed";
    return true;
}

static bool decide_utf8(const struct mere_raw_text *texts, size_t n, struct mere_encoding *enc)
{
    size_t bad = n;
    struct mere_ctx scratch = {0};
    enum mere_status status = first_invalid(&scratch, "UTF-8", false, texts, n, &bad);
    mere_ctx_clear(&scratch);
    if (status != MERE_OK || bad < n)
        return false;
    enc->decided = true;
    enc->name = "UTF-8";
    enc->why = "every text is valid UTF-8";
    return true;
}

enum mere_status mere_encoding_decide(struct mere_ctx *ctx, const struct mere_raw_text *texts,
                                      size_t n, const struct mere_encoding_hints *hints,
                                      struct mere_arena *arena, struct mere_encoding *ret)
{
    static const char *const CANDIDATES[MERE_ENCODING_CANDIDATES] = {"GBK", "CP949", "Big5",
                                                                     "Shift-JIS"};
    struct mere_encoding enc = {0};
    struct mere_encoding ascii = {0};
    bool is_ascii = decide_ascii(texts, n, &ascii);
    if (hints->option)
        MERE_TRY(try_option(ctx, texts, n, arena, hints->option, &enc));
    else
        MERE_TRY(try_hints(ctx, texts, n, hints, arena, &enc));
    enc.ascii = is_ascii;
    if (!enc.decided && is_ascii) {
        ascii.note = enc.note;
        ascii.note_zh = enc.note_zh;
        enc = ascii;
    }
    if (!enc.decided)
        decide_utf8(texts, n, &enc);
    const struct mere_encoding_candidate *only = NULL;
    size_t n_valid = 0;
    for (size_t i = 0; i < MERE_ENCODING_CANDIDATES && !is_ascii; i++) {
        struct mere_encoding_candidate *candidate = &enc.candidates[i];
        candidate->name = CANDIDATES[i];
        MERE_TRY(try_candidate(ctx, texts, n, arena, candidate));
        enc.n_candidates++;
        n_valid += candidate->valid;
        only = candidate->valid ? candidate : only;
    }
    if (!enc.decided && n_valid == 1) {
        enc.decided = true;
        enc.name = mere_encoding_name(arena, only->name);
        enc.why = "the only one of GBK, CP949, Big5 and Shift-JIS in which every text is valid";
    }
    *ret = enc;
    return MERE_OK;
}

enum mere_status mere_encoding_refuse(struct mere_ctx *ctx, const struct mere_encoding *encoding)
{
    struct mere_text text = {0};
    size_t n_valid = 0;
    for (size_t i = 0; i < encoding->n_candidates; i++)
        n_valid += encoding->candidates[i].valid;
    mere_text_addf(&text, "the encoding of the texts can't be told: %s; give --encoding",
                   n_valid > 1 ? "several are valid" : "none is valid for every text");
    if (encoding->note)
        mere_text_addf(&text, "\n  (%s)", encoding->note);
    for (size_t i = 0; i < encoding->n_candidates; i++) {
        const struct mere_encoding_candidate *candidate = &encoding->candidates[i];
        mere_text_addf(&text, "\n  --encoding %-9s %s:", candidate->name,
                       candidate->valid ? "valid" : "not valid");
        for (size_t j = 0; j < candidate->n_samples; j++)
            mere_text_addf(&text, "%s %s", j ? "," : "", candidate->samples[j]);
    }
    mere_fail(ctx, MERE_E_INPUT, "%s", mere_text_str(&text));
    mere_text_clear(&text);
    return MERE_E_INPUT;
}
