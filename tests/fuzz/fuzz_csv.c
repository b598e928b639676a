/* fuzz_csv.c - any bytes as a CSV file and as coordinates: refused, or cut into fields that lie
 * within the file, read the same in one batch as row by row, and read back after quoting. */
#include "io/csv.h"
#include "io/degrees.h"
#include "io/points.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void read_coordinate(const char *s, size_t len)
{
    double v = NAN, again;
    for (int axis = MERE_AXIS_LON; axis <= MERE_AXIS_LAT; axis++) {
        enum mere_degrees_read how = mere_degrees_read(s, len, (enum mere_axis)axis, &v);
        if (how != MERE_DEGREES_OK && how != MERE_DEGREES_OTHER_AXIS)
            continue;
        must(isfinite(v));
        char buf[32];
        mere_double_text(v, buf);
        must(mere_degrees_read(buf, strlen(buf), MERE_AXIS_LON, &again) == MERE_DEGREES_OK);
        must(again == v);
    }
    mere_points_datum(s, len);
}

static void read_row(const struct mere_csv *csv, const struct mere_csv_record *r)
{
    struct mere_csv_field fields[64];
    struct mere_text scratch = {0}, quoted = {0}, back = {0};
    size_t n = mere_csv_split(csv, r, fields, 64), len, back_len;
    must(n == r->n_fields);
    for (size_t i = 0; i < n && i < 64; i++) {
        must(fields[i].s >= r->s && fields[i].s + fields[i].len <= r->s + r->len);
        const char *s = mere_csv_text(fields[i], &scratch, &len);
        read_coordinate(s, len);
        quoted.len = 0;
        mere_csv_quote(&quoted, s, len, mere_csv_delimiter(csv));
        const char *t = mere_csv_text((struct mere_csv_field){mere_text_str(&quoted), quoted.len},
                                      &back, &back_len);
        must(back_len == len && (len == 0 || memcmp(t, s, len) == 0));
        if (i < 3)
            must(r->wanted[i].s == fields[i].s && r->wanted[i].len == fields[i].len);
    }
    mere_text_clear(&scratch);
    mere_text_clear(&quoted);
    mere_text_clear(&back);
}

/* The number of rows and fields, reading `batch` rows at a time. */
static uint64_t read_all(struct mere_ctx *ctx, const char *path, size_t batch)
{
    static const int want[3] = {0, 1, 2};
    struct mere_csv_options options = {0};
    struct mere_csv_record records[16];
    struct mere_csv *csv = NULL;
    uint64_t sum = 0;
    size_t n = 0;
    if (mere_csv_open(ctx, path, &options, &csv) != MERE_OK)
        return 0;
    must(mere_csv_want(ctx, csv, want, 3) == MERE_OK);
    while (mere_csv_read(ctx, csv, records, batch, &n) == MERE_OK && n > 0)
        for (size_t i = 0; i < n; i++) {
            read_row(csv, &records[i]);
            sum = sum * 31 + records[i].n_fields * 1000003 + records[i].len + records[i].line;
        }
    mere_csv_close(csv);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/mere-fuzz-csv-XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    must(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
    struct mere_ctx *ctx = mere_ctx_new();
    must(ctx != NULL);
    uint64_t one = read_all(ctx, path, 1), many = read_all(ctx, path, 16);
    must(one == many);
    if (size > 0)
        read_coordinate((const char *)data, size);
    mere_ctx_free(ctx);
    unlink(path);
    return 0;
}
