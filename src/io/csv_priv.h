/* csv_priv.h - inside src/io: the parts of a CSV reader. */
#ifndef MERE_IO_CSV_PRIV_H
#define MERE_IO_CSV_PRIV_H
#include "io/csv.h"
#include <iconv.h>
#include <stdio.h>

#define CSV_BUFFER ((size_t)1 << 20)
#define CSV_SLACK 8 /* bytes that may be read past `end`, eight at a time */
#define CSV_RAW ((size_t)1 << 18)

/* Bytes of a file as UTF-8. */
struct csv_bytes {
    const char *path;
    FILE *f;
    uint64_t size, done;
    bool decode; /* through iconv */
    iconv_t iconv;
    char *raw; /* undecoded bytes, CSV_RAW of room */
    size_t raw_len;
    bool eof;
};
/* Read up to `room` (at least 16) bytes of UTF-8 into `to`; `*ret_n` = 0 at the end. */
MERE_MUST_USE enum mere_status csv_bytes_read(struct mere_ctx *ctx, struct csv_bytes *bytes,
                                              char *to, size_t room, size_t *ret_n);

struct mere_csv {
    struct mere_arena arena;
    struct csv_bytes bytes;
    struct mere_encoding encoding;
    bool bom;
    char delimiter, eol_char; /* '\n', or '\r' in files that have no other */
    const char *eol;
    size_t n_columns;
    const char **columns;
    char *header;
    size_t header_len;
    char *buf;
    size_t cap, pos, end;
    bool eof;          /* nothing comes after `end` */
    size_t next_quote; /* the first quote at or after some place before it; `end` when none */
    uint64_t line;
    size_t n_want, max_want;
    int want[MERE_CSV_WANTED];
    uint32_t *cuts; /* max_want + 1 places of delimiters */
};

/* How a record ended. */
enum csv_scan { CSV_SCAN_DONE, CSV_SCAN_MORE, CSV_SCAN_UNCLOSED };
/* Cut the record at csv->pos out of the buffer, and move on. CSV_SCAN_MORE: it isn't whole yet. */
enum csv_scan csv_scan_record(struct mere_csv *csv, struct mere_csv_record *ret);

/* Decide the encoding of the whole file, which is left at its first byte after a BOM. */
MERE_MUST_USE enum mere_status csv_decide(struct mere_ctx *ctx, struct mere_csv *csv,
                                          const char *option);
#endif
