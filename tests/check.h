/* check.h - the smallest frame for tests: a test is a function whose name is a sentence.
 *
 *     TEST(box_keeps_its_west_and_south_sides) { CHECK(mere_box_holds(b, p)); CHECK_INT(3, n); }
 *     int main(int argc, char **argv) { RUN(box_keeps_its_west_and_south_sides); return done(); }
 *
 * A failed check prints file, line and values, and the test goes on. `done` prints "N passed, N
 * failed" and is 1 if any failed. SKIP("why") marks a test skipped, with the reason.
 *
 * A property test begins with check_amount: `prog [SEED] [--long]`. */
#ifndef MERE_TESTS_CHECK_H
#define MERE_TESTS_CHECK_H
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_passed, check_failed, check_skipped;
static bool check_bad;
static const char *check_skip;

#define TEST(name) static void name(void)
#define RUN(name) check_run(#name, name)
#define SKIP(why)                                                                                  \
    do {                                                                                           \
        check_skip = (why);                                                                        \
        return;                                                                                    \
    } while (0)
#define CHECK(cond) check_that((cond), #cond, __FILE__, __LINE__)
#define CHECK_INT(want, got) check_int((int64_t)(want), (int64_t)(got), #got, __FILE__, __LINE__)
#define CHECK_STR(want, got) check_str((want), (got), #got, __FILE__, __LINE__)
#define CHECK_NEAR(want, got, eps) check_near((want), (got), (eps), #got, __FILE__, __LINE__)

static inline bool check_that(bool ok, const char *what, const char *file, int line)
{
    if (!ok) {
        check_bad = true;
        printf("  %s:%d: not so: %s\n", file, line, what);
    }
    return ok;
}
static inline bool check_int(int64_t want, int64_t got, const char *what, const char *file,
                             int line)
{
    if (want != got) {
        check_bad = true;
        printf("  %s:%d: %s is %" PRId64 ", want %" PRId64 "\n", file, line, what, got, want);
    }
    return want == got;
}
static inline bool check_str(const char *want, const char *got, const char *what, const char *file,
                             int line)
{
    bool ok = want == got || (want && got && strcmp(want, got) == 0);
    if (!ok) {
        check_bad = true;
        printf("  %s:%d: %s is \"%s\", want \"%s\"\n", file, line, what, got ? got : "(null)",
               want ? want : "(null)");
    }
    return ok;
}
static inline bool check_near(double want, double got, double eps, const char *what,
                              const char *file, int line)
{
    bool ok = fabs(want - got) <= eps;
    if (!ok) {
        check_bad = true;
        printf("  %s:%d: %s is %.17g, want %.17g +- %g\n", file, line, what, got, want, eps);
    }
    return ok;
}
static inline void check_run(const char *name, void (*test)(void))
{
    check_bad = false;
    check_skip = NULL;
    test();
    if (check_bad)
        check_failed++;
    else if (check_skip)
        check_skipped++;
    else
        check_passed++;
    printf("%s %s%s%s\n",
           check_bad    ? "FAIL"
           : check_skip ? "skip"
                        : "ok  ",
           name, check_skip ? ": " : "", check_skip ? check_skip : "");
    fflush(stdout);
}
/* Whether the full amounts are wanted of this run. */
static inline bool check_long(void)
{
    const char *all = getenv("MERE_LONG");
    return all && strcmp(all, "1") == 0;
}
/* The seed, when an argument tells one, and whether the full amounts are wanted: --long, or
 * MERE_LONG=1. Prints the seed. */
static inline bool check_amount(int argc, char **argv, uint64_t *seed)
{
    bool is_long = check_long();
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--long") == 0)
            is_long = true;
        else
            *seed = strtoull(argv[i], NULL, 10);
    printf("seed %" PRIu64 "%s\n", *seed, is_long ? ", the full amounts" : "");
    return is_long;
}
static inline int done(void)
{
    printf("%d passed, %d failed, %d skipped\n", check_passed, check_failed, check_skipped);
    return check_failed > 0;
}
#endif
