/* test_encoding.c - which encoding these bytes are in: decided by rule, or refused. The bytes of
 * real names come from the code charts, not from our own encoder. */
#include "check.h"
#include "io/encoding.h"
#include "io/source.h"
#include <string.h>
#include <sys/stat.h>

/* 西兴街道 and 길동 and ひたち, as their makers wrote them */
#define GBK_XIXING "\xCE\xF7\xD0\xCB\xBD\xD6\xB5\xC0"
#define CP949_GILDONG "\xB1\xE6\xB5\xBF"
#define UTF8_XIXING "西兴街道"

static struct mere_ctx *ctx;
static struct mere_arena arena;

static struct mere_raw_text raw(const char *s)
{
    return (struct mere_raw_text){s, strlen(s), false};
}

static struct mere_encoding decide(const char *const *texts, size_t n, const char *option,
                                   const char *cpg, int ldid)
{
    struct mere_raw_text raws[16];
    struct mere_encoding_hints hints = {option, cpg, ldid};
    struct mere_encoding ret = {0};
    for (size_t i = 0; i < n; i++)
        raws[i] = raw(texts[i]);
    if (!CHECK_INT(MERE_OK, mere_encoding_decide(ctx, raws, n, &hints, &arena, &ret)))
        printf("    %s\n", mere_ctx_error(ctx));
    return ret;
}

TEST(ascii_needs_no_encoding)
{
    const char *texts[] = {"SMD 2B07", "330108001001"};
    struct mere_encoding e = decide(texts, 2, NULL, NULL, -1);
    CHECK(e.decided && e.ascii);
}

TEST(a_cpg_is_believed_where_every_text_is_valid_in_it)
{
    const char *texts[] = {GBK_XIXING};
    struct mere_encoding e = decide(texts, 1, NULL, "GBK\r\n", 0);
    CHECK(e.decided);
    CHECK_STR("GBK", e.name);
}

TEST(a_cpg_that_the_bytes_belie_is_not_believed)
{
    const char *texts[] = {GBK_XIXING};
    struct mere_encoding e = decide(texts, 1, NULL, "UTF-8", 0x4D);
    CHECK(e.decided);
    CHECK_STR("GBK", e.name); /* the LDID stands behind it */
    CHECK(e.note && strstr(e.note, "UTF-8"));
}

TEST(an_ldid_of_0x4d_means_gbk)
{
    const char *texts[] = {GBK_XIXING};
    CHECK_STR("GBK", decide(texts, 1, NULL, NULL, 0x4D).name);
    CHECK_STR("GBK", decide(texts, 1, NULL, NULL, 0x7A).name);
}

TEST(an_ldid_of_0x00_or_0x57_or_unknown_says_nothing)
{
    static const int LDIDS[] = {0x00, 0x57, 0xFF, -1};
    const char *texts[] = {GBK_XIXING};
    for (size_t i = 0; i < MERE_LEN(LDIDS); i++) {
        struct mere_encoding e = decide(texts, 1, NULL, NULL, LDIDS[i]);
        CHECK(!e.decided); /* valid in GBK, CP949 and Big5 */
        CHECK_INT(MERE_ENCODING_CANDIDATES, e.n_candidates);
    }
}

TEST(utf8_is_taken_when_every_text_is_valid)
{
    const char *texts[] = {UTF8_XIXING, "Zürich"};
    CHECK_STR("UTF-8", decide(texts, 2, NULL, NULL, 0x57).name);
}

TEST(the_only_valid_candidate_is_taken)
{
    const char *kana[] = {"\xB1"};     /* half-width A: a lead byte alone in the others */
    const char *rare[] = {"\xFD\x9B"}; /* a character of GBK/5 that no other chart has there */
    CHECK_STR("CP932", decide(kana, 1, NULL, NULL, 0).name);
    CHECK_STR("GBK", decide(rare, 1, NULL, NULL, 0).name);
}

TEST(korean_names_are_refused_with_cp949_among_the_candidates)
{
    const char *texts[] = {CP949_GILDONG};
    struct mere_encoding e = decide(texts, 1, NULL, NULL, 0);
    CHECK(!e.decided);
    CHECK_INT(MERE_E_INPUT, mere_encoding_refuse(ctx, &e));
    CHECK(strstr(mere_ctx_error(ctx), "CP949") != NULL);
    CHECK(strstr(mere_ctx_error(ctx), "길동") != NULL);
}

TEST(the_option_wins_but_must_be_valid)
{
    const char *texts[] = {CP949_GILDONG};
    CHECK_STR("CP949", decide(texts, 1, "CP949", "UTF-8", 0x4D).name);
    struct mere_raw_text bad = raw("\xFF\xFE\x81");
    struct mere_encoding_hints hints = {"UTF-8", NULL, -1};
    struct mere_encoding e = {0};
    CHECK_INT(MERE_E_INPUT, mere_encoding_decide(ctx, &bad, 1, &hints, &arena, &e));
    hints.option = "klingon";
    CHECK_INT(MERE_E_INPUT, mere_encoding_decide(ctx, &bad, 1, &hints, &arena, &e));
}

/* Found by fuzz_dbf: glibc's iconv takes F5 9B 9C BE, a character beyond U+10FFFF, for UTF-8. */
TEST(bytes_beyond_unicode_are_not_utf8)
{
    const char *texts[] = {"\xF5\x9B\x9C\xBE"};
    struct mere_encoding e = decide(texts, 1, NULL, "UTF-8", 0);
    CHECK(!e.decided || strcmp(e.name, "UTF-8") != 0);
    for (size_t i = 0; i < e.n_candidates; i++)
        for (size_t k = 0; k < e.candidates[i].n_samples; k++)
            CHECK(strstr(e.candidates[i].samples[k], texts[0]) == NULL);
}
TEST(latin_letters_do_not_pass_for_shift_jis)
{
    /* "Côte d'Ivoire", "San Martín" in Latin-1: ô and t are a private-use pair of CP932. */
    const char *texts[] = {"C\xF4te d'Ivoire", "San Mart\xEDn",
                           "UTC\xB1"
                           "00:00"};
    CHECK(!decide(texts, 3, NULL, NULL, 0x57).decided);
}

TEST(a_character_cut_by_its_field_is_dropped)
{
    struct mere_decoder *decoder = NULL;
    const char *s = NULL;
    CHECK_INT(MERE_OK, mere_decoder_open(ctx, "GBK", &decoder));
    struct mere_raw_text cut = {GBK_XIXING, 7, true};
    CHECK(mere_decode(decoder, cut, &s));
    CHECK_STR("西兴街", s);
    cut.cut = false;
    CHECK(!mere_decode(decoder, cut, &s));
    mere_decoder_close(decoder);
}

TEST(names_of_encodings_are_understood_as_people_write_them)
{
    static const struct {
        const char *written, *want;
    } ROWS[] = {
        {"936", "GBK"},
        {"ANSI 936", "GBK"},
        {"gb2312", "GBK"},
        {"Big-5", "BIG5"},
        {"utf8", "UTF-8"},
        {"UTF-8\n", "UTF-8"},
        {"1251", "CP1251"},
        {"koi8r", "KOI8-R"},
        {"8859_1", "ISO-8859-1"},
        {"shiftjis", "CP932"},
        {"EUC-KR", "EUC-KR"},
        {"nonsense", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < MERE_LEN(ROWS); i++)
        CHECK_STR(ROWS[i].want, mere_encoding_name(&arena, ROWS[i].written));
}

TEST(text_is_cut_between_characters)
{
    CHECK_INT(9, mere_utf8_cut("网格编码", 12, 10));
    CHECK_INT(12, mere_utf8_cut("网格编码", 12, 12));
    CHECK_INT(0, mere_utf8_cut("网", 3, 2));
}

TEST(real_dbf_files_are_read_as_their_makers_wrote_them)
{
    static const struct {
        const char *path, *option, *want_encoding, *want_text; /* NULL encoding: refused */
    } ROWS[] = {
        {"dbf/gbk.dbf", NULL, NULL, NULL},
        {"dbf/gbk.dbf", "GBK", "GBK", "简体国语"},
        {"dbf/gb2312.dbf", "gb2312", "GBK", "简体国语"},
        {"dbf/big5.dbf", NULL, NULL, NULL},
        {"dbf/big5.dbf", "Big5", "BIG5", "繁體國語"},
        {"dbf/shiftjis.dbf", "Shift-JIS", "CP932", "ひたちなか市"},
        {"dbf/utf8.dbf", NULL, "UTF-8", "国语國語"},
        {"dbf/ldid/chinese.shp", NULL, "GBK", NULL},
        {"dbf/cpg/big5.shp", NULL, "BIG5", NULL},
        {"dbf/ne_10m_time_zones.dbf", NULL, NULL, NULL}, /* Latin-1 with LDID 0x57 */
        {"dbf/POLYGON.dbf", NULL, "UTF-8", NULL},        /* ASCII */
    };
    struct stat st;
    if (stat("../shared/data/tests-mapshaper", &st) != 0)
        SKIP("../shared/data is not here");
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct mere_dataset *dataset = NULL;
        struct mere_source *source = NULL;
        struct mere_read how = {0};
        struct mere_encoding e = {0};
        char path[200];
        snprintf(path, sizeof path, "../shared/data/tests-mapshaper/%s", ROWS[i].path);
        CHECK_INT(MERE_OK, mere_dataset_open(ctx, path, &dataset));
        CHECK_INT(MERE_OK, mere_source_read(ctx, dataset, 0, &how, &source));
        CHECK_INT(MERE_OK, mere_source_encoding(ctx, source, ROWS[i].option, &e));
        if (!CHECK_STR(ROWS[i].want_encoding, e.name))
            printf("    %s\n", path);
        if (e.decided)
            CHECK_INT(MERE_OK, mere_source_decode(ctx, source, &e));
        if (ROWS[i].want_text)
            CHECK_STR(ROWS[i].want_text, source->features.v[0].values[0].s);
        mere_source_free(source);
        mere_dataset_close(dataset);
    }
}

int main(void)
{
    ctx = mere_ctx_new();
    RUN(ascii_needs_no_encoding);
    RUN(a_cpg_is_believed_where_every_text_is_valid_in_it);
    RUN(a_cpg_that_the_bytes_belie_is_not_believed);
    RUN(an_ldid_of_0x4d_means_gbk);
    RUN(an_ldid_of_0x00_or_0x57_or_unknown_says_nothing);
    RUN(utf8_is_taken_when_every_text_is_valid);
    RUN(the_only_valid_candidate_is_taken);
    RUN(korean_names_are_refused_with_cp949_among_the_candidates);
    RUN(the_option_wins_but_must_be_valid);
    RUN(bytes_beyond_unicode_are_not_utf8);
    RUN(latin_letters_do_not_pass_for_shift_jis);
    RUN(a_character_cut_by_its_field_is_dropped);
    RUN(names_of_encodings_are_understood_as_people_write_them);
    RUN(text_is_cut_between_characters);
    RUN(real_dbf_files_are_read_as_their_makers_wrote_them);
    mere_arena_clear(&arena);
    mere_ctx_free(ctx);
    return done();
}
