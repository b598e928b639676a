/* csv.h - comma-separated text, read in a stream and without copies.
 *
 * RFC 4180 with what real files do: , ; tab or | between fields, LF, CR LF or CR between rows, line
 * breaks inside quotes, a BOM, rows of other lengths than the header's, other encodings than UTF-8.
 * A quote counts only at the beginning of a field; what follows a closing quote is taken as it
 * stands. An empty line is no row.
 *
 *   file ──bytes──▶ decoder (only if not UTF-8) ──▶ buffer ──▶ records: spans of the buffer
 *                                                    │pos ........ end│
 *
 * Records point into the buffer until the next call, so a reader can pass rows on without unpacking
 * them. Only the columns that are wanted are cut out; in a row without quotes the others are merely
 * counted, eight bytes at a time. */
#ifndef MERE_IO_CSV_H
#define MERE_IO_CSV_H
#include "base/text.h"
#include "io/encoding.h"

#define MERE_CSV_MAX_FIELD ((size_t)1 << 20)   /* bytes */
#define MERE_CSV_MAX_RECORD ((size_t)64 << 20) /* bytes */
#define MERE_CSV_MAX_COLUMNS 4096
#define MERE_CSV_WANTED 4

struct mere_csv_options {
    const char *encoding; /* --encoding, or NULL: decided from the bytes, or refused */
    char delimiter;       /* 0: found from the first rows */
};

/* One field as it stands in the file, quotes included; `s` is NULL when the row ends before it. */
struct mere_csv_field {
    const char *s;
    size_t len;
};
struct mere_csv_record {
    const char *s; /* the row without its line end */
    size_t len;
    size_t eol_len;  /* 0 at the end of the file */
    size_t n_fields; /* 0: an empty line */
    uint64_t line;   /* where it begins, from 1 */
    struct mere_csv_field wanted[MERE_CSV_WANTED];
};

struct mere_csv;
/* Open `path` and read its header. Fails with MERE_E_INPUT when it is missing, a folder, empty, of
 * an unknown encoding (the text shows samples) or has a header that can't be used. Gives `*ret`. */
MERE_MUST_USE enum mere_status mere_csv_open(struct mere_ctx *ctx, const char *path,
                                             const struct mere_csv_options *options,
                                             struct mere_csv **ret);
void mere_csv_close(struct mere_csv *csv); /* accepts NULL */

/* What was found. Texts live as long as `csv`. */
size_t mere_csv_n_columns(const struct mere_csv *csv);
const char *mere_csv_column(const struct mere_csv *csv, size_t i); /* unquoted, UTF-8 */
/* The number of the column `name`: exactly, else the only one equal but for case; -1 none. */
int mere_csv_find(const struct mere_csv *csv, const char *name);
char mere_csv_delimiter(const struct mere_csv *csv);
bool mere_csv_bom(const struct mere_csv *csv); /* it had one */
const struct mere_encoding *mere_csv_encoding(const struct mere_csv *csv);
/* The header as it stands, its line end included (a line feed when the file ends there). */
const char *mere_csv_header(const struct mere_csv *csv, size_t *ret_len);
const char *mere_csv_eol(const struct mere_csv *csv); /* "\n", "\r\n" or "\r" */
/* Bytes of the file read so far, and its size. */
void mere_csv_progress(const struct mere_csv *csv, uint64_t *ret_done, uint64_t *ret_total);

/* Cut out these columns from now on (at most MERE_CSV_WANTED; -1 = none at this place). Fails with
 * MERE_E_NOMEM. */
MERE_MUST_USE enum mere_status mere_csv_want(struct mere_ctx *ctx, struct mere_csv *csv,
                                             const int *columns, size_t n);
/* Read up to `max` records; `*ret_n` = 0 at the end. They are valid until the next call. Fails with
 * MERE_E_INPUT on bytes that are not of the encoding and on a quote that never ends, MERE_E_LIMIT.
 */
MERE_MUST_USE enum mere_status mere_csv_read(struct mere_ctx *ctx, struct mere_csv *csv,
                                             struct mere_csv_record *records, size_t max,
                                             size_t *ret_n);

/* Cut a row into at most `max` fields; the number of fields of the row. */
size_t mere_csv_split(const struct mere_csv *csv, const struct mere_csv_record *record,
                      struct mere_csv_field *fields, size_t max);
/* The text of a field: itself, or without its quotes in `scratch`, which is emptied first.
 * `*ret_len` bytes, not terminated unless in `scratch`. */
const char *mere_csv_text(struct mere_csv_field field, struct mere_text *scratch, size_t *ret_len);
/* Append `s` as a field, quoted if it must be. */
void mere_csv_quote(struct mere_text *text, const char *s, size_t len, char delimiter);
#endif
