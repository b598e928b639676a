#include "base/hash.h"
#include "check.h"
#include "io/csv.h"
#include "io/degrees.h"
#include <unistd.h>

static char path[] = "/tmp/mere-test-csv-XXXXXX";

static void write_file(const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    if (CHECK(f != NULL)) {
        CHECK_INT(n, fwrite(bytes, 1, n, f));
        fclose(f);
    }
}

/* Read all rows of `bytes` and write them as "a|b|c;" with texts unquoted, the header included. */
static enum mere_status read_as_text(const char *bytes, size_t n, const char *encoding,
                                     struct mere_text *ret, struct mere_ctx *ctx)
{
    struct mere_csv *csv = NULL;
    struct mere_csv_record records[3];
    struct mere_csv_field fields[8];
    struct mere_text scratch = {0};
    struct mere_csv_options options = {.encoding = encoding};
    size_t n_read = 0, len;
    write_file(bytes, n);
    MERE_TRY(mere_csv_open(ctx, path, &options, &csv));
    for (size_t i = 0; i < mere_csv_n_columns(csv); i++)
        mere_text_addf(ret, "%s%s", i ? "|" : "", mere_csv_column(csv, i));
    mere_text_add(ret, ";");
    enum mere_status status;
    do {
        status = mere_csv_read(ctx, csv, records, 3, &n_read);
        for (size_t r = 0; status == MERE_OK && r < n_read; r++) {
            size_t n_fields = mere_csv_split(csv, &records[r], fields, 8);
            CHECK_INT(records[r].n_fields, n_fields);
            for (size_t i = 0; i < n_fields && i < 8; i++) {
                const char *s = mere_csv_text(fields[i], &scratch, &len);
                mere_text_addf(ret, "%s%.*s", i ? "|" : "", (int)len, s);
            }
            mere_text_add(ret, ";");
        }
    } while (status == MERE_OK && n_read > 0);
    mere_text_clear(&scratch);
    mere_csv_close(csv);
    return status;
}

TEST(rows_and_fields_are_cut_as_rfc_4180_says_and_files_do)
{
    static const struct {
        const char *where, *bytes, *want;
    } rows[] = {
        {"plain", "a,b\n1,2\n3,4\n", "a|b;1|2;3|4;"},
        {"no last line end", "a,b\n1,2", "a|b;1|2;"},
        {"cr lf", "a,b\r\n1,2\r\n", "a|b;1|2;"},
        {"cr alone", "a,b\r1,2\r", "a|b;1|2;"},
        {"semicolon", "a;b\n1,5;2\n", "a|b;1,5|2;"},
        {"tab", "a\tb\n1\t2\n", "a|b;1|2;"},
        {"bar", "a|b\n1|2\n", "a|b;1|2;"},
        {"bom",
         "\xEF\xBB\xBF"
         "a,b\n1,2\n",
         "a|b;1|2;"},
        {"quotes", "a,b\n\"x,y\",\"he said \"\"no\"\"\"\n", "a|b;x,y|he said \"no\";"},
        {"line break inside", "a,b\n\"x\ny\",2\n3,4\n", "a|b;x\ny|2;3|4;"},
        {"quoted header", "\"a,1\",b\r\n1,2\r\n", "a,1|b;1|2;"},
        {"quote inside", "a,b\n5\" pipe,2\n", "a|b;5\" pipe|2;"},
        {"after the quote", "a,b\n\"x\"y,2\n", "a|b;xy|2;"},
        {"empty fields", "a,b,c\n,,\n", "a|b|c;||;"},
        {"empty quoted", "a,b\n\"\",\"\"\"\"\n", "a|b;|\";"},
        {"short and long rows", "a,b\n1\n1,2,3\n", "a|b;1;1|2|3;"},
        {"empty lines", "a,b\n\n1,2\n\n", "a|b;;1|2;;"},
        {"quote at the end", "a,b\n1,\"2\"", "a|b;1|2;"},
        {"delimiter in quotes", "\"a;b;c\",\"d;e\"\n1,2\n", "a;b;c|d;e;1|2;"},
        {"header only", "lon,lat", "lon|lat;"},
        {"spaces", " a , b \n 1 , 2 \n", "a|b; 1 | 2 ;"},
        {"one column", "a\n1\n", "a;1;"},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_ctx *ctx = mere_ctx_new();
        struct mere_text got = {0};
        bool good =
            CHECK_INT(MERE_OK, read_as_text(rows[i].bytes, strlen(rows[i].bytes), NULL, &got, ctx));
        good = CHECK_STR(rows[i].want, mere_text_str(&got)) && good;
        if (!good)
            printf("    in %s: %s\n", rows[i].where, mere_ctx_error(ctx));
        mere_text_clear(&got);
        mere_ctx_free(ctx);
    }
}

static void refuses(const char *bytes, size_t n, const char *encoding, enum mere_status want,
                    const char *says)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_text got = {0};
    CHECK_INT(want, read_as_text(bytes, n, encoding, &got, ctx));
    if (!CHECK(strstr(mere_ctx_error(ctx), says) != NULL))
        printf("    %s\n", mere_ctx_error(ctx));
    mere_text_clear(&got);
    mere_ctx_free(ctx);
}

TEST(files_that_can_not_be_read_are_refused_with_the_reason)
{
    refuses("", 0, NULL, MERE_E_INPUT, "empty");
    refuses("\n\n\n", 3, NULL, MERE_E_INPUT, "no row");
    refuses("a,b\n1,\"2\n3,4\n", 13, NULL, MERE_E_INPUT, "line 2");
    refuses("a,b\n\xFF\xFF,1\n", 9, "UTF-8", MERE_E_INPUT, "not valid UTF-8");
    refuses("a,b\n1,2\n", 8, "klingon", MERE_E_INPUT, "no such encoding");
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_csv *csv = NULL;
    struct mere_csv_options options = {0};
    CHECK_INT(MERE_E_INPUT, mere_csv_open(ctx, "/nowhere/at/all.csv", &options, &csv));
    CHECK_INT(MERE_E_INPUT, mere_csv_open(ctx, "/tmp", &options, &csv));
    CHECK(csv == NULL);
    mere_ctx_free(ctx);
}

TEST(a_field_of_more_than_a_mebibyte_is_refused)
{
    size_t n = MERE_CSV_MAX_FIELD + 100;
    char *bytes = malloc(n);
    if (!CHECK(bytes != NULL))
        return;
    memset(bytes, 'x', n);
    memcpy(bytes, "a,b\n1,", 6);
    refuses(bytes, n, NULL, MERE_E_LIMIT, "1 MiB");
    memcpy(bytes, "a,b\n1,\"", 7);
    bytes[n - 1] = '"';
    refuses(bytes, n, NULL, MERE_E_LIMIT, "1 MiB");
    free(bytes);
}

TEST(old_encodings_are_decoded_before_fields_are_cut)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_text got = {0};
    /* GBK: the second byte of U+4E28 is 0x7C, a bar. */
    static const char gbk[] = "name|n\n\xB1\xF5\xBD\xAD|1\n\xA8\x7C|2\n";
    CHECK_INT(MERE_OK, read_as_text(gbk, sizeof gbk - 1, "gbk", &got, ctx));
    CHECK(strncmp(mere_text_str(&got), "name|n;滨江|1;", strlen("name|n;滨江|1;")) == 0);
    CHECK(strstr(mere_text_str(&got), "|2;") != NULL);
    got.len = 0;
    static const char utf16[] = "\xFF\xFE"
                                "a\0,\0b\0\n\0"
                                "\xE8\x6E,\0"
                                "2\0\n\0";
    CHECK_INT(MERE_OK, read_as_text(utf16, sizeof utf16 - 1, NULL, &got, ctx));
    CHECK_STR("a|b;滨|2;", mere_text_str(&got));
    mere_text_clear(&got);
    mere_ctx_free(ctx);
}

TEST(rows_longer_than_the_buffer_and_across_its_end_are_whole)
{
    struct mere_text file = {0}, want = {0}, got = {0};
    uint64_t seed = 7;
    mere_text_add(&file, "a,b\n");
    mere_text_add(&want, "a|b;");
    for (int i = 0; i < 3000; i++) {
        size_t len = i % 500 == 0 ? 300000 : (size_t)(mere_random(&seed) % 900);
        mere_text_addf(&file, "%d,\"", i);
        mere_text_addf(&want, "%d|", i);
        for (size_t k = 0; k < len; k++) {
            mere_text_add(&file, k % 97 == 0 ? "\"\"" : k % 31 == 0 ? "\n" : "滨");
            mere_text_add(&want, k % 97 == 0 ? "\"" : k % 31 == 0 ? "\n" : "滨");
        }
        mere_text_add(&file, "\"\r\n");
        mere_text_add(&want, ";");
    }
    struct mere_ctx *ctx = mere_ctx_new();
    CHECK_INT(MERE_OK, read_as_text(file.s, file.len, NULL, &got, ctx));
    CHECK(strcmp(mere_text_str(&want), mere_text_str(&got)) == 0);
    mere_ctx_free(ctx);
    mere_text_clear(&file);
    mere_text_clear(&want);
    mere_text_clear(&got);
}

TEST(wanted_columns_are_those_of_a_whole_cut)
{
    struct mere_text file = {0};
    uint64_t seed = 11;
    mere_text_add(&file, "c0,c1,c2,c3,c4,c5,c6,c7\n");
    for (int i = 0; i < 5000; i++) {
        size_t n = 1 + (size_t)(mere_random(&seed) % 10);
        for (size_t k = 0; k < n; k++) {
            size_t len = (size_t)(mere_random(&seed) % 12);
            bool quoted = mere_random(&seed) % 9 == 0;
            mere_text_addf(&file, "%s%s%.*s%s", k ? "," : "", quoted ? "\"" : "", (int)len,
                           quoted ? "a,b\"\"c\nd,e,f" : "0123456789abc", quoted ? "x\"" : "");
        }
        mere_text_add(&file, i % 2 ? "\n" : "\r\n");
    }
    write_file(file.s, file.len);
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_csv *csv = NULL;
    struct mere_csv_options options = {.delimiter = ','};
    struct mere_csv_record records[64];
    struct mere_csv_field fields[16];
    static const int want[4] = {6, 0, 3, -1};
    size_t n = 0, n_rows = 0;
    if (CHECK_INT(MERE_OK, mere_csv_open(ctx, path, &options, &csv)) &&
        CHECK_INT(MERE_OK, mere_csv_want(ctx, csv, want, 4)))
        while (mere_csv_read(ctx, csv, records, 64, &n) == MERE_OK && n > 0)
            for (size_t r = 0; r < n; r++, n_rows++) {
                size_t n_fields = mere_csv_split(csv, &records[r], fields, 16);
                CHECK_INT(n_fields, records[r].n_fields);
                for (size_t k = 0; k < 3; k++) {
                    size_t c = (size_t)want[k];
                    struct mere_csv_field f =
                        c < n_fields ? fields[c] : (struct mere_csv_field){NULL, 0};
                    CHECK(records[r].wanted[k].s == f.s && records[r].wanted[k].len == f.len);
                }
                CHECK(records[r].wanted[3].s == NULL);
            }
    CHECK(n_rows > 4000);
    mere_csv_close(csv);
    mere_ctx_free(ctx);
    mere_text_clear(&file);
}

TEST(a_field_is_quoted_only_when_it_must_be_and_reads_back)
{
    static const char *const texts[] = {"", "abc", "a,b", "a\"b", "a\nb", "\"", "a;b", "\r"};
    struct mere_text t = {0}, scratch = {0};
    for (size_t i = 0; i < MERE_LEN(texts); i++) {
        size_t len;
        t.len = 0;
        mere_csv_quote(&t, texts[i], strlen(texts[i]), ',');
        const char *back = mere_csv_text((struct mere_csv_field){t.s, t.len}, &scratch, &len);
        CHECK(len == strlen(texts[i]) && (len == 0 || memcmp(back, texts[i], len) == 0));
        CHECK_INT(strpbrk(texts[i], ",\"\n\r") != NULL, t.len > 0 && t.s[0] == '"');
    }
    mere_text_clear(&t);
    mere_text_clear(&scratch);
}

/* ---- coordinates ---- */

TEST(coordinates_are_read_as_people_write_them)
{
    static const struct {
        const char *s;
        double want;
        enum mere_axis axis;
        enum mere_degrees_read how;
    } rows[] = {
        {"120.21", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {" -77.03 ", -77.03, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"+1.5e1", 15, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"120.21453383946505", 120.21453383946505, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"0.1000000000000000055511151231257827", 0.1, MERE_AXIS_LON, MERE_DEGREES_OK},
        {".5", 0.5, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"5.", 5, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"１２０．２１", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"　－７７．０３　", -77.03, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"120°12'36\"", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"120°12′36.0″E", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"N30°12'36''", 30.21, MERE_AXIS_LAT, MERE_DEGREES_OK},
        {"120度12分36秒", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"东经120°12′36″", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"北纬３０°１２′３６″", 30.21, MERE_AXIS_LAT, MERE_DEGREES_OK},
        {"120 12 36", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"120:12:36", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"120°12.6'", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"-77°1'48\"", -77.03, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"77°1'48\"W", -77.03, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"33.5S", -33.5, MERE_AXIS_LAT, MERE_DEGREES_OK},
        {"120.21°", 120.21, MERE_AXIS_LON, MERE_DEGREES_OK},
        {"30.21N", 30.21, MERE_AXIS_LON, MERE_DEGREES_OTHER_AXIS},
        {"", 0, MERE_AXIS_LON, MERE_DEGREES_EMPTY},
        {"   ", 0, MERE_AXIS_LON, MERE_DEGREES_EMPTY},
        {"　", 0, MERE_AXIS_LON, MERE_DEGREES_EMPTY},
        {"nan", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"inf", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"0x10", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"1e999", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"120,21", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"120°60'", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"120°12'60\"", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"120.5°12'", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"120'12", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"1 2 3 4", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"-77W", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"--5", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"-", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {".", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"1.2.3", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"滨江", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
        {"\xB1\xF5", 0, MERE_AXIS_LON, MERE_DEGREES_NOT_NUMBER},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        double got = 0;
        bool good = CHECK_INT(rows[i].how,
                              mere_degrees_read(rows[i].s, strlen(rows[i].s), rows[i].axis, &got));
        if (!CHECK_NEAR(rows[i].want, got, 1e-13) || !good)
            printf("    in \"%s\"\n", rows[i].s);
    }
}

TEST(decimals_are_read_exactly_as_strtod_reads_them)
{
    uint64_t seed = 20261104;
    char buf[64];
    printf("seed %" PRIu64 "\n", seed);
    for (int i = 0; i < 50000; i++) {
        double v = (double)(int64_t)mere_random(&seed) / 9.3e18 * 180, got = 0;
        int n = snprintf(buf, sizeof buf, "%.*f", i % 19, v);
        CHECK_INT(MERE_DEGREES_OK, mere_degrees_read(buf, (size_t)n, MERE_AXIS_LON, &got));
        CHECK(got == strtod(buf, NULL));
    }
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    RUN(rows_and_fields_are_cut_as_rfc_4180_says_and_files_do);
    RUN(files_that_can_not_be_read_are_refused_with_the_reason);
    RUN(a_field_of_more_than_a_mebibyte_is_refused);
    RUN(old_encodings_are_decoded_before_fields_are_cut);
    RUN(rows_longer_than_the_buffer_and_across_its_end_are_whole);
    RUN(wanted_columns_are_those_of_a_whole_cut);
    RUN(a_field_is_quoted_only_when_it_must_be_and_reads_back);
    RUN(coordinates_are_read_as_people_write_them);
    RUN(decimals_are_read_exactly_as_strtod_reads_them);
    unlink(path);
    return done();
}
