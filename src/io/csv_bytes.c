/* csv_bytes.c - the bytes of a CSV file as UTF-8, and in which encoding they are. */
#include "io/csv_priv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CSV_DECIDE_MAX                                                                             \
    ((size_t)1 << 30) /* a file of an old encoding that is looked through whole */

enum mere_status csv_bytes_read(struct mere_ctx *ctx, struct csv_bytes *bytes, char *to,
                                size_t room, size_t *ret_n)
{
    *ret_n = 0;
    if (!bytes->decode) {
        size_t n = fread(to, 1, room, bytes->f);
        if (n == 0 && ferror(bytes->f))
            return mere_fail(ctx, MERE_E_IO, "%s can't be read: the system reports an error",
                             bytes->path);
        bytes->done += n;
        *ret_n = n;
        return MERE_OK;
    }
    for (;;) {
        if (!bytes->eof && bytes->raw_len < CSV_RAW / 2) {
            size_t n = fread(bytes->raw + bytes->raw_len, 1, CSV_RAW - bytes->raw_len, bytes->f);
            if (n == 0 && ferror(bytes->f))
                return mere_fail(ctx, MERE_E_IO, "%s can't be read: the system reports an error",
                                 bytes->path);
            bytes->eof = n == 0;
            bytes->raw_len += n;
            bytes->done += n;
        }
        if (bytes->raw_len == 0)
            return MERE_OK;
        char *in = bytes->raw, *out = to;
        size_t in_left = bytes->raw_len, out_left = room;
        size_t converted = iconv(bytes->iconv, &in, &in_left, &out, &out_left);
        int why = converted == (size_t)-1 ? errno : 0;
        memmove(bytes->raw, in, in_left);
        bytes->raw_len = in_left;
        *ret_n = room - out_left;
        if (why == EILSEQ || (why == EINVAL && bytes->eof && *ret_n == 0))
            return mere_fail(
                ctx, MERE_E_INPUT,
                "%s holds bytes that are not valid in its encoding, near byte %llu; give "
                "the right one with --encoding",
                bytes->path, (unsigned long long)(bytes->done - in_left));
        if (*ret_n > 0)
            return MERE_OK;
    }
}

/* ---- deciding -----------------------------------------------------------------------------------
 */

/* How many bytes at the end of `s` may be the beginning of a character that is cut: 0 to 3. */
static size_t cut_tail(const char *s, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char c = (unsigned char)s[n - back];
        if (c >= 0xC0)
            return back < (c >= 0xF0 ? 4u : c >= 0xE0 ? 3u : 2u) ? back : 0;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

/* Look through the file from where it stands. */
static enum mere_status look_through(struct mere_ctx *ctx, struct csv_bytes *bytes, bool *ret_ascii,
                                     bool *ret_utf8)
{
    char *buf = malloc(CSV_BUFFER);
    if (!buf)
        return mere_fail_nomem(ctx, "reading a CSV file");
    bool ascii = true, utf8 = true;
    size_t held = 0, n;
    while (utf8 && (n = fread(buf + held, 1, CSV_BUFFER - held, bytes->f)) > 0) {
        size_t len = held + n;
        ascii = ascii && mere_text_is_ascii((struct mere_raw_text){buf, len, false});
        if (ascii) {
            held = 0;
            continue;
        }
        held = cut_tail(buf, len);
        utf8 = mere_utf8_valid(buf, len - held);
        memmove(buf, buf + len - held, held);
    }
    free(buf);
    *ret_ascii = ascii && utf8;
    *ret_utf8 = utf8 && held == 0;
    if (ferror(bytes->f))
        return mere_fail(ctx, MERE_E_IO, "%s can't be read: the system reports an error",
                         bytes->path);
    return MERE_OK;
}

/* The texts of the file that are not ASCII: pieces between delimiters and line ends. */
static size_t foreign_texts(const char *s, size_t n, struct mere_raw_text *texts, size_t max)
{
    size_t count = 0;
    for (size_t at = 0; at < n;) {
        size_t end = at;
        bool foreign = false;
        for (; end < n && !strchr(",;\t\r\n\"", s[end] ? s[end] : 'x'); end++)
            foreign = foreign || (unsigned char)s[end] >= 0x80;
        if (foreign && count < max)
            texts[count] = (struct mere_raw_text){s + at, end - at, false};
        count += foreign;
        at = end + 1;
    }
    return count;
}

/* The rule for bytes that are not UTF-8, or for what the option says. */
static enum mere_status decide_old(struct mere_ctx *ctx, struct mere_csv *csv)
{
    struct csv_bytes *bytes = &csv->bytes;
    const struct mere_encoding_hints hints = {.ldid = -1};
    if (bytes->size > CSV_DECIDE_MAX)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s is not UTF-8 and larger than 1 GiB; say its encoding with --encoding",
                         bytes->path);
    size_t size = (size_t)bytes->size, n_texts = 0;
    char *all = malloc(size + 1);
    struct mere_raw_text *texts = NULL;
    enum mere_status status = MERE_OK;
    rewind(bytes->f);
    if (!all)
        status = mere_fail_nomem(ctx, "reading a CSV file");
    if (status == MERE_OK) {
        size = fread(all, 1, size, bytes->f);
        if (memchr(all, 0, size))
            status = mere_fail(ctx, MERE_E_INPUT, "%s is no text: it holds zero bytes; is it CSV?",
                               bytes->path);
    }
    if (status == MERE_OK) {
        n_texts = foreign_texts(all, size, NULL, 0);
        texts = calloc(n_texts + 1, sizeof *texts);
        if (!texts)
            status = mere_fail_nomem(ctx, "reading a CSV file");
    }
    if (status == MERE_OK) {
        foreign_texts(all, size, texts, n_texts);
        status = mere_encoding_decide(ctx, texts, n_texts, &hints, &csv->arena, &csv->encoding);
    }
    if (status == MERE_OK && !csv->encoding.decided) {
        mere_encoding_refuse(ctx, &csv->encoding);
        status = mere_fail_at(ctx, "%s", bytes->path);
    }
    free(texts);
    free(all);
    return status;
}

static enum mere_status start_decoder(struct mere_ctx *ctx, struct mere_csv *csv)
{
    struct csv_bytes *bytes = &csv->bytes;
    bytes->iconv = iconv_open("UTF-8", csv->encoding.name);
    bytes->decode = bytes->iconv != (iconv_t)-1;
    if (!bytes->decode)
        return mere_fail(ctx, MERE_E_INPUT, "the encoding %s is unknown here", csv->encoding.name);
    bytes->raw = malloc(CSV_RAW);
    return bytes->raw ? MERE_OK : mere_fail_nomem(ctx, "reading a CSV file");
}

static void say(struct mere_csv *csv, const char *name, const char *why)
{
    csv->encoding = (struct mere_encoding){.decided = true, .name = name, .why = why};
}

/* A BOM at the beginning: its length, and the encoding it tells. */
static size_t read_bom(struct csv_bytes *bytes, const char **ret_name)
{
    unsigned char b[3] = {0};
    size_t n = fread(b, 1, 3, bytes->f);
    rewind(bytes->f);
    *ret_name = NULL;
    if (n == 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF)
        *ret_name = "UTF-8";
    else if (n >= 2 && b[0] == 0xFF && b[1] == 0xFE)
        *ret_name = "UTF-16LE";
    else if (n >= 2 && b[0] == 0xFE && b[1] == 0xFF)
        *ret_name = "UTF-16BE";
    return !*ret_name ? 0 : n == 3 && b[0] == 0xEF ? 3 : 2;
}

enum mere_status csv_decide(struct mere_ctx *ctx, struct mere_csv *csv, const char *option)
{
    struct csv_bytes *bytes = &csv->bytes;
    const char *told;
    size_t bom_len = read_bom(bytes, &told);
    csv->bom = bom_len > 0;
    if (option) {
        const char *name = mere_encoding_name(&csv->arena, option);
        if (!name)
            return mere_fail(ctx, MERE_E_INPUT, "--encoding %s: no such encoding is known here",
                             option);
        say(csv, name, "--encoding says so");
    } else if (told)
        say(csv, told, "the byte order mark says so");
    bool utf8_said = csv->encoding.name && strcmp(csv->encoding.name, "UTF-8") == 0;
    if (!csv->encoding.name || utf8_said) {
        bool ascii = false, utf8 = false;
        if (fseek(bytes->f, (long)bom_len, SEEK_SET) != 0)
            return mere_fail(ctx, MERE_E_INPUT, "%s is no regular file", bytes->path);
        MERE_TRY(look_through(ctx, bytes, &ascii, &utf8));
        if (utf8 && !utf8_said)
            say(csv, "UTF-8", ascii ? "all of it is ASCII" : "all of it is valid UTF-8");
        csv->encoding.ascii = ascii;
        if (!utf8 && utf8_said)
            return mere_fail(ctx, MERE_E_INPUT,
                             "%s is not valid UTF-8, though %s; give the right one with --encoding",
                             bytes->path, csv->encoding.why);
        if (!utf8)
            MERE_TRY(decide_old(ctx, csv));
    }
    if (!csv->encoding.name)
        return mere_fail(ctx, MERE_E_INTERNAL, "%s: an encoding without a name", bytes->path);
    if (strcmp(csv->encoding.name, "UTF-8") != 0)
        MERE_TRY(start_decoder(ctx, csv));
    bool skip = told && (strcmp(told, csv->encoding.name) == 0 || strcmp(told, "UTF-8") == 0);
    clearerr(bytes->f);
    if (fseek(bytes->f, skip ? (long)bom_len : 0, SEEK_SET) != 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s is no regular file", bytes->path);
    bytes->done = skip ? bom_len : 0;
    return MERE_OK;
}
