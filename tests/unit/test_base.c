#include "base/hash.h"
#include "base/text.h"
#include "base/vec.h"
#include "check.h"

TEST(sha256_gives_the_values_of_nist)
{
    /* FIPS 180-2 appendix B and the NIST example of a million letters. */
    static const struct {
        const char *text;
        int times;
        const char *hex;
    } rows[] = {
        {"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_sha256 h;
        char hex[65];
        mere_sha256_init(&h);
        for (int k = 0; k < rows[i].times; k++)
            mere_sha256_add(&h, rows[i].text, strlen(rows[i].text));
        mere_sha256_hex(&h, hex);
        CHECK_STR(rows[i].hex, hex);
    }
}

TEST(sha256_does_not_depend_on_how_the_data_is_cut)
{
    char data[300], whole[65], cut[65];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)i;
    for (size_t n = 0; n <= sizeof data; n += 7) {
        struct mere_sha256 h;
        mere_sha256_init(&h);
        mere_sha256_add(&h, data, n);
        mere_sha256_hex(&h, whole);
        mere_sha256_init(&h);
        mere_sha256_add(&h, data, n / 3);
        mere_sha256_add(&h, data + n / 3, n - n / 3);
        mere_sha256_hex(&h, cut);
        CHECK_STR(whole, cut);
    }
}

TEST(random_numbers_are_those_of_splitmix64)
{
    /* The first outputs for seed 1234567, of the authors' splitmix64.c. */
    uint64_t state = 1234567;
    CHECK(mere_random(&state) == 6457827717110365317u);
    CHECK(mere_random(&state) == 3203168211198807973u);
}

static void sort_and_check(size_t n, uint64_t mask)
{
    struct mere_key *keys = malloc((n + 1) * sizeof *keys);
    struct mere_key *scratch = malloc((n + 1) * sizeof *keys);
    if (!CHECK(keys && scratch)) {
        free(keys);
        free(scratch);
        return;
    }
    uint64_t seed = n;
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct mere_key){mere_random(&seed) & mask, (uint32_t)i};
    mere_sort_keys(keys, n, scratch);
    bool sorted = true;
    for (size_t i = 1; i < n; i++)
        sorted = sorted && (keys[i - 1].key < keys[i].key ||
                            (keys[i - 1].key == keys[i].key && keys[i - 1].value < keys[i].value));
    CHECK(sorted);
    free(keys);
    free(scratch);
}

TEST(keys_are_sorted_and_equal_keys_keep_their_order)
{
    static const size_t sizes[] = {0, 1, 2, 47, 48, 1000, 20000};
    for (size_t i = 0; i < MERE_LEN(sizes); i++) {
        sort_and_check(sizes[i], UINT64_MAX);
        sort_and_check(sizes[i], 0xFF00);
        sort_and_check(sizes[i], 0xF00000000000000F);
    }
}

TEST(an_arena_hands_out_zeroed_aligned_memory)
{
    struct mere_arena arena = {0};
    for (size_t n = 0; n < 3000; n += 17) {
        char *p = mere_arena_alloc(&arena, n, 3);
        if (!CHECK(p != NULL))
            break;
        bool zero = true;
        for (size_t i = 0; i < 3 * n; i++)
            zero = zero && p[i] == 0;
        CHECK(zero);
        CHECK((uintptr_t)p % _Alignof(max_align_t) == 0);
        memset(p, 0xAA, 3 * n);
    }
    CHECK_STR("abc", mere_arena_text(&arena, "abcdef", 3));
    mere_arena_clear(&arena);
    CHECK_INT(0, arena.used);
}

TEST(an_arena_refuses_what_overflows_or_passes_its_limit)
{
    struct mere_arena arena = {.limit = 1000};
    CHECK(mere_arena_alloc(&arena, SIZE_MAX, 2) == NULL);
    CHECK(mere_arena_alloc(&arena, SIZE_MAX, 1) == NULL);
    CHECK(mere_arena_alloc(&arena, 1001, 1) == NULL);
    CHECK(mere_arena_alloc(&arena, 500, 1) != NULL);
    CHECK(mere_arena_alloc(&arena, 500, 1) == NULL);
    mere_arena_clear(&arena);
}

TEST(a_vector_grows_and_refuses_sizes_that_overflow)
{
    MERE_VEC(int) v = {0};
    for (int i = 0; i < 1000; i++)
        CHECK(MERE_PUSH(&v, i));
    CHECK_INT(1000, v.n);
    CHECK_INT(999, v.v[999]);
    CHECK(!MERE_RESERVE(&v, SIZE_MAX - 5));
    CHECK(!MERE_RESERVE(&v, SIZE_MAX / 4));
    CHECK_INT(1000, v.n);
    MERE_VEC_FREE(&v);
    CHECK(v.v == NULL && v.n == 0 && v.cap == 0);
}

TEST(a_failure_keeps_its_text_and_takes_a_prefix)
{
    struct mere_ctx *ctx = mere_ctx_new();
    CHECK_STR("", mere_ctx_error(ctx));
    CHECK_INT(MERE_E_INPUT, mere_fail(ctx, MERE_E_INPUT, "row %d is bad", 7));
    CHECK_STR("row 7 is bad", mere_ctx_error(ctx));
    CHECK_INT(MERE_E_INPUT, mere_fail_at(ctx, "file %s", "a.csv"));
    CHECK_STR("file a.csv: row 7 is bad", mere_ctx_error(ctx));
    mere_fail(ctx, MERE_E_IO, "again: %s", mere_ctx_error(ctx));
    CHECK_STR("again: file a.csv: row 7 is bad", mere_ctx_error(ctx));
    mere_ctx_clear(ctx);
    CHECK_STR("", mere_ctx_error(ctx));
    mere_ctx_free(ctx);
    mere_ctx_free(NULL);
}

static bool stop_at_two(void *user, const char *what, uint64_t at, uint64_t total)
{
    (void)user, (void)what, (void)total;
    return at < 2;
}

TEST(a_tick_can_interrupt_the_work)
{
    struct mere_ctx *ctx = mere_ctx_new();
    CHECK_INT(MERE_OK, mere_tick(ctx, "counting", 9, 9));
    ctx->progress.tick = stop_at_two;
    CHECK_INT(MERE_OK, mere_tick(ctx, "counting", 1, 3));
    CHECK_INT(MERE_E_CANCELLED, mere_tick(ctx, "counting", 2, 3));
    mere_ctx_free(ctx);
}

TEST(text_grows_up_to_its_limit_and_then_stays_failed)
{
    struct mere_text t = {.limit = 10};
    mere_text_add(&t, "12345");
    mere_text_addf(&t, "%d", 678);
    CHECK_STR("12345678", mere_text_str(&t));
    mere_text_add(&t, "abc");
    CHECK(t.failed);
    mere_text_add(&t, "a");
    CHECK_STR("12345678", mere_text_str(&t));
    mere_text_clear(&t);
    CHECK_STR("", mere_text_str(&t));
    CHECK(!t.failed);
}

TEST(utf8_is_told_from_what_only_looks_like_it)
{
    static const struct {
        const char *where, *s;
        bool valid;
    } rows[] = {
        {"ascii", "abc", true},
        {"chinese", "\xE6\xBB\xA8\xE6\xB1\x9F", true},
        {"largest", "\xF4\x8F\xBF\xBF", true},
        {"above U+10FFFF", "\xF4\x90\x80\x80", false},
        {"overlong 2", "\xC0\xAF", false},
        {"overlong 3", "\xE0\x9F\xBF", false},
        {"overlong 4", "\xF0\x8F\xBF\xBF", false},
        {"surrogate", "\xED\xA0\x80", false},
        {"lone tail", "\x80", false},
        {"cut", "\xE6\xBB", false},
        {"gbk", "\xB1\xF5\xBD\xAD", false},
        {"five bytes", "\xF8\x88\x80\x80\x80", false},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++)
        if (!CHECK_INT(rows[i].valid, mere_utf8_valid(rows[i].s, strlen(rows[i].s))))
            printf("    in %s\n", rows[i].where);
}

TEST(json_texts_are_escaped_and_broken_utf8_is_replaced)
{
    struct mere_text t = {0};
    mere_json_string(&t, "a\"b\\c\n\r\t\x01滨");
    CHECK_STR("\"a\\\"b\\\\c\\n\\r\\t\\u0001滨\"", mere_text_str(&t));
    mere_text_clear(&t);
    mere_json_string(&t, "x\xFFy\xE6\xBBz");
    CHECK_STR("\"x\xEF\xBF\xBDy\xEF\xBF\xBDz\"", mere_text_str(&t));
    mere_text_clear(&t);
    mere_json_string(&t, NULL);
    mere_json_double(&t, 0.1);
    mere_json_double(&t, NAN);
    CHECK_STR("null0.1null", mere_text_str(&t));
    mere_text_clear(&t);
}

TEST(a_double_is_written_as_short_as_it_reads_back)
{
    char buf[32];
    CHECK_STR("120.21", mere_double_text(120.21, buf));
    CHECK_STR("120.21453383946505", mere_double_text(120.21453383946505, buf));
    CHECK_STR("0.30000000000000004", mere_double_text(0.1 + 0.2, buf));
    CHECK_STR("1e+300", mere_double_text(1e300, buf));
}

int main(void)
{
    RUN(sha256_gives_the_values_of_nist);
    RUN(sha256_does_not_depend_on_how_the_data_is_cut);
    RUN(random_numbers_are_those_of_splitmix64);
    RUN(keys_are_sorted_and_equal_keys_keep_their_order);
    RUN(an_arena_hands_out_zeroed_aligned_memory);
    RUN(an_arena_refuses_what_overflows_or_passes_its_limit);
    RUN(a_vector_grows_and_refuses_sizes_that_overflow);
    RUN(a_failure_keeps_its_text_and_takes_a_prefix);
    RUN(a_tick_can_interrupt_the_work);
    RUN(text_grows_up_to_its_limit_and_then_stays_failed);
    RUN(utf8_is_told_from_what_only_looks_like_it);
    RUN(json_texts_are_escaped_and_broken_utf8_is_replaced);
    RUN(a_double_is_written_as_short_as_it_reads_back);
    return done();
}
