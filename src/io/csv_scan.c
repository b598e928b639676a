/* csv_scan.c - where rows and fields end. A row without a quote is the usual one: its end is found
 * by memchr, its delimiters are counted eight bytes at a time (Mycroft's zero-byte test, in the
 * form that has no false hits: Warren, Hacker's Delight, 6-1). A row with a quote is walked byte by
 * byte. */
#include "io/csv_priv.h"
#include <string.h>

#define ONES 0x0101010101010101u
#define LOWS 0x7f7f7f7f7f7f7f7fu

/* The top bit of every byte of `word` that is zero. */
static inline uint64_t zero_bytes(uint64_t word)
{
    return ~(((word & LOWS) + LOWS) | word | LOWS);
}

static inline uint64_t load(const char *s)
{
    uint64_t word;
    memcpy(&word, s, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Count the delimiters in `s`, and write the places of the first `max` into `cuts`. */
static size_t cut_plain(const char *s, size_t len, char delimiter, uint32_t *cuts, size_t max)
{
    uint64_t pattern = ONES * (unsigned char)delimiter;
    size_t n = 0;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t hits = zero_bytes(load(s + i) ^ pattern);
        if (len - i < 8)
            hits &= ((uint64_t)1 << (8 * (len - i))) - 1;
        if (n < max)
            for (uint64_t left = hits; left && n < max; left &= left - 1, hits &= hits - 1)
                cuts[n++] = (uint32_t)(i + (size_t)__builtin_ctzll(left) / 8);
        n += (size_t)((hits >> 7) * ONES >> 56);
    }
    return n;
}

static void want_plain(const struct mere_csv *csv, struct mere_csv_record *r, size_t n_cuts)
{
    for (size_t k = 0; k < csv->n_want; k++) {
        int column = csv->want[k];
        r->wanted[k] = (struct mere_csv_field){NULL, 0};
        if (column < 0 || (size_t)column > n_cuts)
            continue;
        size_t from = column == 0 ? 0 : csv->cuts[column - 1] + 1;
        size_t to = (size_t)column == n_cuts ? r->len : csv->cuts[column];
        r->wanted[k] = (struct mere_csv_field){r->s + from, to - from};
    }
}

/* Where the field at `i` ends, by the rules for quotes; `*ret_open` when that is not in the buffer.
 */
static size_t field_end(const struct mere_csv *csv, const char *s, size_t i, size_t len,
                        bool *ret_open)
{
    *ret_open = false;
    if (i < len && s[i] == '"') {
        for (i++;; i++) {
            const char *quote = i < len ? memchr(s + i, '"', len - i) : NULL;
            if (!quote) {
                *ret_open = true;
                return len;
            }
            i = (size_t)(quote - s) + 1;
            if (i >= len || s[i] != '"')
                break;
        }
    }
    while (i < len && s[i] != csv->delimiter && s[i] != csv->eol_char)
        i++;
    return i;
}

/* A row that may hold quotes: from `s`, `len` bytes to the end of the buffer. */
static enum csv_scan scan_quoted(struct mere_csv *csv, struct mere_csv_record *r, size_t len)
{
    const char *s = r->s;
    size_t n = 0, at = 0;
    for (size_t k = 0; k < csv->n_want; k++)
        r->wanted[k] = (struct mere_csv_field){NULL, 0};
    for (;;) {
        bool open;
        size_t end = field_end(csv, s, at, len, &open);
        if (open)
            return csv->eof ? CSV_SCAN_UNCLOSED : CSV_SCAN_MORE;
        bool last = end >= len || s[end] == csv->eol_char;
        if (end >= len && !csv->eof)
            return CSV_SCAN_MORE;
        size_t text_end = end;
        if (last && text_end > at && csv->eol_char == '\n' && end < len && s[end - 1] == '\r')
            text_end--;
        for (size_t k = 0; k < csv->n_want; k++)
            if (csv->want[k] >= 0 && (size_t)csv->want[k] == n)
                r->wanted[k] = (struct mere_csv_field){s + at, text_end - at};
        n++;
        if (last) {
            r->len = text_end;
            r->eol_len = end < len ? end + 1 - text_end : 0;
            r->n_fields = n;
            return CSV_SCAN_DONE;
        }
        at = end + 1;
    }
}

enum csv_scan csv_scan_record(struct mere_csv *csv, struct mere_csv_record *ret)
{
    const char *s = csv->buf + csv->pos;
    size_t len = csv->end - csv->pos;
    const char *eol = memchr(s, csv->eol_char, len);
    if (!eol && !csv->eof)
        return CSV_SCAN_MORE;
    size_t row_len = eol ? (size_t)(eol - s) : len;
    *ret = (struct mere_csv_record){.s = s, .line = csv->line + 1};
    if (csv->next_quote < csv->pos || csv->next_quote > csv->end) {
        const char *quote = memchr(s, '"', len);
        csv->next_quote = quote ? (size_t)(quote - csv->buf) : csv->end;
    }
    uint64_t n_lines = eol != NULL;
    if (csv->next_quote >= csv->pos + row_len) {
        ret->len = row_len;
        if (eol && row_len > 0 && eol[-1] == '\r' && csv->eol_char == '\n')
            ret->len--;
        ret->eol_len = row_len - ret->len + (eol != NULL);
        if (ret->len > 0) {
            size_t n_cuts = cut_plain(s, ret->len, csv->delimiter, csv->cuts, csv->max_want + 1);
            ret->n_fields = n_cuts + 1;
            want_plain(csv, ret, n_cuts);
        }
    } else {
        enum csv_scan scan = scan_quoted(csv, ret, len);
        if (scan != CSV_SCAN_DONE)
            return scan;
        n_lines = 0;
        for (size_t i = 0; i < ret->len + ret->eol_len; i++)
            n_lines += s[i] == csv->eol_char;
    }
    csv->pos += ret->len + ret->eol_len;
    csv->line += n_lines;
    return CSV_SCAN_DONE;
}

size_t mere_csv_split(const struct mere_csv *csv, const struct mere_csv_record *record,
                      struct mere_csv_field *fields, size_t max)
{
    size_t n = 0, at = 0;
    if (record->n_fields == 0)
        return 0;
    for (;;) {
        bool open;
        size_t end = field_end(csv, record->s, at, record->len, &open);
        if (n < max)
            fields[n] = (struct mere_csv_field){record->s + at, end - at};
        n++;
        if (end >= record->len)
            return n;
        at = end + 1;
    }
}

const char *mere_csv_text(struct mere_csv_field field, struct mere_text *scratch, size_t *ret_len)
{
    if (field.len == 0 || field.s[0] != '"') {
        *ret_len = field.len;
        return field.s ? field.s : "";
    }
    scratch->len = 0;
    for (size_t i = 1; i < field.len;) {
        const char *quote = memchr(field.s + i, '"', field.len - i);
        size_t to = quote ? (size_t)(quote - field.s) : field.len;
        mere_text_add_n(scratch, field.s + i, to - i);
        if (to + 1 < field.len && field.s[to + 1] == '"') {
            mere_text_add_n(scratch, "\"", 1);
            i = to + 2;
            continue;
        }
        if (to < field.len) /* what follows the closing quote is taken as it stands */
            mere_text_add_n(scratch, field.s + to + 1, field.len - to - 1);
        break;
    }
    *ret_len = scratch->len;
    return mere_text_str(scratch);
}

void mere_csv_quote(struct mere_text *text, const char *s, size_t len, char delimiter)
{
    bool plain = true;
    for (size_t i = 0; i < len && plain; i++)
        plain = s[i] != delimiter && s[i] != '"' && s[i] != '\n' && s[i] != '\r';
    if (plain) {
        mere_text_add_n(text, s, len);
        return;
    }
    mere_text_add_n(text, "\"", 1);
    for (size_t i = 0; i < len;) {
        const char *quote = memchr(s + i, '"', len - i);
        size_t to = quote ? (size_t)(quote - s) + 1 : len;
        mere_text_add_n(text, s + i, to - i);
        if (quote)
            mere_text_add_n(text, "\"", 1);
        i = to;
    }
    mere_text_add_n(text, "\"", 1);
}
