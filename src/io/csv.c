#include "io/csv.h"
#include "io/csv_priv.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define SNIFF_ROWS 20 /* rows by which the delimiter is found */

/* ---- the buffer ---------------------------------------------------------------------------------
 */

/* Bring more bytes: what is read is dropped, the rest moves to the front; the buffer grows when one
 * record fills it. Spans given out before are no longer valid. */
static enum mere_status fill(struct mere_ctx *ctx, struct mere_csv *csv)
{
    size_t left = csv->end - csv->pos;
    memmove(csv->buf, csv->buf + csv->pos, left);
    csv->pos = 0;
    csv->end = left;
    if (csv->cap - left < csv->cap / 4) {
        if (csv->cap >= MERE_CSV_MAX_RECORD)
            return mere_fail(
                ctx, MERE_E_LIMIT,
                "%s: the row that begins in line %llu is longer than 64 MiB; a quote may "
                "be open there",
                csv->bytes.path, (unsigned long long)csv->line + 1);
        char *grown = realloc(csv->buf, csv->cap * 2 + CSV_SLACK);
        if (!grown)
            return mere_fail_nomem(ctx, "reading a CSV file");
        csv->buf = grown;
        csv->cap *= 2;
    }
    size_t n;
    MERE_TRY(csv_bytes_read(ctx, &csv->bytes, csv->buf + left, csv->cap - left, &n));
    csv->end = left + n;
    csv->eof = n == 0;
    memset(csv->buf + csv->end, 0, CSV_SLACK);
    csv->next_quote = SIZE_MAX;
    return MERE_OK;
}

static enum mere_status check_record(struct mere_ctx *ctx, const struct mere_csv *csv,
                                     const struct mere_csv_record *r)
{
    unsigned long long line = r->line;
    if (r->n_fields > MERE_CSV_MAX_COLUMNS)
        return mere_fail(ctx, MERE_E_LIMIT, "%s: line %llu has %zu fields, more than %d",
                         csv->bytes.path, line, r->n_fields, MERE_CSV_MAX_COLUMNS);
    if (r->len <= MERE_CSV_MAX_FIELD)
        return MERE_OK;
    struct mere_csv_field *fields = calloc(MERE_CSV_MAX_COLUMNS, sizeof *fields);
    if (!fields)
        return mere_fail_nomem(ctx, "reading a CSV file");
    size_t n = mere_csv_split(csv, r, fields, MERE_CSV_MAX_COLUMNS);
    bool good = true;
    for (size_t i = 0; i < n && good; i++)
        good = fields[i].len <= MERE_CSV_MAX_FIELD;
    free(fields);
    return good ? MERE_OK
                : mere_fail(
                      ctx, MERE_E_LIMIT,
                      "%s: line %llu has a field of more than 1 MiB; a quote may be open there",
                      csv->bytes.path, line);
}

enum mere_status mere_csv_read(struct mere_ctx *ctx, struct mere_csv *csv,
                               struct mere_csv_record *records, size_t max, size_t *ret_n)
{
    size_t n = 0;
    while (n < max) {
        enum csv_scan scan = CSV_SCAN_MORE;
        if (csv->pos < csv->end)
            scan = csv_scan_record(csv, &records[n]);
        else if (csv->eof)
            break;
        if (scan == CSV_SCAN_UNCLOSED)
            return mere_fail(
                ctx, MERE_E_INPUT,
                "%s: the quote that opens in the row at line %llu is never closed; the "
                "file is damaged or cut",
                csv->bytes.path, (unsigned long long)csv->line + 1);
        if (scan == CSV_SCAN_MORE) {
            if (n > 0)
                break; /* hand out what there is before the buffer moves */
            MERE_TRY(fill(ctx, csv));
            continue;
        }
        if (records[n].len > MERE_CSV_MAX_FIELD || records[n].n_fields > MERE_CSV_MAX_COLUMNS)
            MERE_TRY(check_record(ctx, csv, &records[n]));
        n++;
    }
    *ret_n = n;
    return MERE_OK;
}

/* ---- opening ------------------------------------------------------------------------------------
 */

static enum mere_status open_file(struct mere_ctx *ctx, const char *path, struct mere_csv *csv)
{
    struct stat st;
    csv->bytes.path = mere_arena_text(&csv->arena, path, strlen(path));
    if (!csv->bytes.path)
        return mere_fail_nomem(ctx, "opening a CSV file");
    csv->bytes.f = fopen(path, "rb");
    if (!csv->bytes.f)
        return mere_fail(ctx, MERE_E_INPUT, "%s can't be opened: %s", path,
                         errno == ENOENT   ? "there is no such file"
                         : errno == EACCES ? "access is denied"
                                           : "the system refuses");
    if (fstat(fileno(csv->bytes.f), &st) != 0 || !S_ISREG(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "%s is no regular file; name a file", path);
    if (st.st_size == 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s is empty; it needs a header and rows", path);
    csv->bytes.size = (uint64_t)st.st_size;
    setvbuf(csv->bytes.f, NULL, _IONBF, 0); /* we read in large pieces ourselves */
    return MERE_OK;
}

/* How many fields the first rows have when cut at `delimiter`: how many rows agree with the first.
 */
static size_t sniff_rows(struct mere_csv *csv, char delimiter, size_t *ret_fields)
{
    size_t pos = csv->pos, agree = 0, n_rows = 0;
    uint64_t line = csv->line;
    bool eof = csv->eof;
    struct mere_csv_record r;
    csv->delimiter = delimiter;
    csv->eof = true; /* for these rows the buffer is all there is */
    *ret_fields = 0;
    while (n_rows < SNIFF_ROWS && csv->pos < csv->end &&
           csv_scan_record(csv, &r) == CSV_SCAN_DONE) {
        if (r.n_fields == 0)
            continue;
        if (n_rows == 0)
            *ret_fields = r.n_fields;
        else if (r.eol_len > 0 || eof)
            agree += r.n_fields == *ret_fields;
        n_rows++;
    }
    csv->pos = pos;
    csv->line = line;
    csv->eof = eof;
    csv->next_quote = SIZE_MAX; /* not yet looked for */
    return agree;
}

static void find_delimiter(struct mere_csv *csv, char wanted)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    char best = ',';
    if (wanted)
        best = wanted;
    size_t best_agree = 0, best_fields = 1;
    for (size_t i = 0; i < sizeof candidates && !wanted; i++) {
        size_t fields, agree = sniff_rows(csv, candidates[i], &fields);
        if (fields > 1 && (best_fields == 1 || agree > best_agree ||
                           (agree == best_agree && fields > best_fields))) {
            best = candidates[i];
            best_agree = agree;
            best_fields = fields;
        }
    }
    csv->delimiter = best;
}

static void find_eol(struct mere_csv *csv)
{
    const char *s = csv->buf;
    csv->eol_char = '\n';
    csv->eol = "\n";
    const char *lf = memchr(s, '\n', csv->end), *cr = memchr(s, '\r', csv->end);
    if (!lf && cr) {
        csv->eol_char = '\r';
        csv->eol = "\r";
    } else if (lf && lf > s && lf[-1] == '\r')
        csv->eol = "\r\n";
}

/* Without the spaces around it. */
static const char *trimmed(struct mere_arena *arena, const char *s, size_t len)
{
    while (len > 0 && (*s == ' ' || *s == '\t')) {
        s++;
        len--;
    }
    while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    return mere_arena_text(arena, s, len);
}

static enum mere_status read_columns(struct mere_ctx *ctx, struct mere_csv *csv,
                                     const struct mere_csv_record *r)
{
    size_t n = r->n_fields;
    struct mere_csv_field *fields = MERE_NEW(&csv->arena, struct mere_csv_field, n);
    csv->columns = MERE_NEW(&csv->arena, const char *, n);
    csv->header_len = r->len + (r->eol_len ? r->eol_len : strlen(csv->eol));
    csv->header = mere_arena_alloc(&csv->arena, csv->header_len + 1, 1);
    if (!fields || !csv->columns || !csv->header)
        return mere_fail_nomem(ctx, "reading a CSV file");
    memcpy(csv->header, r->s, r->len);
    memcpy(csv->header + r->len, r->eol_len ? r->s + r->len : csv->eol, csv->header_len - r->len);
    csv->n_columns = mere_csv_split(csv, r, fields, n);
    struct mere_text scratch = {0};
    bool good = true;
    for (size_t i = 0; i < n && good; i++) {
        size_t len;
        const char *s = mere_csv_text(fields[i], &scratch, &len);
        csv->columns[i] = trimmed(&csv->arena, s, len);
        good = csv->columns[i] && !scratch.failed;
    }
    mere_text_clear(&scratch);
    return good ? MERE_OK : mere_fail_nomem(ctx, "reading a CSV file");
}

static enum mere_status open_all(struct mere_ctx *ctx, const char *path,
                                 const struct mere_csv_options *options, struct mere_csv *csv)
{
    MERE_TRY(open_file(ctx, path, csv));
    MERE_TRY(csv_decide(ctx, csv, options->encoding));
    csv->cap = CSV_BUFFER;
    csv->buf = malloc(csv->cap + CSV_SLACK);
    if (!csv->buf)
        return mere_fail_nomem(ctx, "reading a CSV file");
    MERE_TRY(mere_csv_want(ctx, csv, NULL, 0));
    MERE_TRY(fill(ctx, csv));
    find_eol(csv);
    find_delimiter(csv, options->delimiter);
    struct mere_csv_record r = {0};
    size_t n = 0;
    do
        MERE_TRY(mere_csv_read(ctx, csv, &r, 1, &n));
    while (n > 0 && r.n_fields == 0);
    if (n == 0)
        return mere_fail(ctx, MERE_E_INPUT, "%s holds no row; it needs a header and rows", path);
    return read_columns(ctx, csv, &r);
}

enum mere_status mere_csv_open(struct mere_ctx *ctx, const char *path,
                               const struct mere_csv_options *options, struct mere_csv **ret)
{
    struct mere_csv *csv = calloc(1, sizeof *csv);
    if (!csv)
        return mere_fail_nomem(ctx, "opening a CSV file");
    enum mere_status status = open_all(ctx, path, options, csv);
    if (status == MERE_OK)
        *ret = csv;
    else
        mere_csv_close(csv);
    return status;
}

void mere_csv_close(struct mere_csv *csv)
{
    if (!csv)
        return;
    if (csv->bytes.f)
        fclose(csv->bytes.f);
    if (csv->bytes.decode)
        iconv_close(csv->bytes.iconv);
    free(csv->bytes.raw);
    free(csv->buf);
    free(csv->cuts);
    mere_arena_clear(&csv->arena);
    free(csv);
}

enum mere_status mere_csv_want(struct mere_ctx *ctx, struct mere_csv *csv, const int *columns,
                               size_t n)
{
    csv->n_want = n < MERE_CSV_WANTED ? n : MERE_CSV_WANTED;
    csv->max_want = 0;
    for (size_t k = 0; k < csv->n_want; k++) {
        csv->want[k] = columns[k];
        if (columns[k] > 0 && (size_t)columns[k] > csv->max_want)
            csv->max_want = (size_t)columns[k];
    }
    uint32_t *cuts = realloc(csv->cuts, (csv->max_want + 1) * sizeof *cuts);
    if (!cuts)
        return mere_fail_nomem(ctx, "reading a CSV file");
    csv->cuts = cuts;
    return MERE_OK;
}

/* ---- what was found -----------------------------------------------------------------------------
 */

size_t mere_csv_n_columns(const struct mere_csv *csv)
{
    return csv->n_columns;
}

const char *mere_csv_column(const struct mere_csv *csv, size_t i)
{
    return csv->columns[i];
}

int mere_csv_find(const struct mere_csv *csv, const char *name)
{
    int found = -1;
    for (size_t i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->columns[i], name) == 0)
            return (int)i;
    for (size_t i = 0; i < csv->n_columns; i++)
        if (strcasecmp(csv->columns[i], name) == 0) {
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    return found;
}

char mere_csv_delimiter(const struct mere_csv *csv)
{
    return csv->delimiter;
}

bool mere_csv_bom(const struct mere_csv *csv)
{
    return csv->bom;
}

const struct mere_encoding *mere_csv_encoding(const struct mere_csv *csv)
{
    return &csv->encoding;
}

const char *mere_csv_header(const struct mere_csv *csv, size_t *ret_len)
{
    *ret_len = csv->header_len;
    return csv->header;
}

const char *mere_csv_eol(const struct mere_csv *csv)
{
    return csv->eol;
}

void mere_csv_progress(const struct mere_csv *csv, uint64_t *ret_done, uint64_t *ret_total)
{
    *ret_done = csv->bytes.done - (csv->end - csv->pos);
    *ret_total = csv->bytes.size;
    if (csv->bytes.decode)
        *ret_done = csv->bytes.done;
}
