#include "check.h"
#include "cli/cli.h"
#include <sys/stat.h>
#include <unistd.h>

struct values {
    bool force;
    const char *scheme;
    const char *format;
    struct mere_number tolerance;
    struct mere_words attrs;
};
static const struct mere_option OPTIONS[] = {
    {.name = "force", .kind = MERE_OPT_FLAG, .at = offsetof(struct values, force), .help = "h"},
    {.name = "scheme",
     .letter = 's',
     .arg = "NAME",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct values, scheme),
     .help = "h"},
    {.name = "format",
     .arg = "text|csv|json",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct values, format),
     .help = "h"},
    {.name = "tolerance",
     .arg = "M",
     .kind = MERE_OPT_NUMBER,
     .at = offsetof(struct values, tolerance),
     .help = "h"},
    {.name = "attr",
     .arg = "A=B",
     .kind = MERE_OPT_LIST,
     .at = offsetof(struct values, attrs),
     .help = "h"},
};
static const struct mere_command COMMAND = {
    .name = "try",
    .synopsis = "STORE [WORD ...]",
    .summary = "s",
    .example = "  e",
    .min_args = 1,
    .max_args = 3,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct values),
};

static struct mere_cli cli;
static struct values got;
static bool help;

static enum mere_status parse(const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    got = (struct values){0};
    help = false;
    return mere_cli_parse(&cli, &COMMAND, n, words, &got, &help);
}
#define PARSE(...) parse((const char *const[]){__VA_ARGS__, NULL})
#define CHECK_ERROR(part) CHECK(strstr(mere_ctx_error(cli.ctx), part) != NULL)

TEST(values_come_after_a_space_or_an_equals_sign)
{
    CHECK_INT(MERE_OK, PARSE("a.gpkg", "--scheme", "grid", "--tolerance=0.5"));
    CHECK_STR("grid", got.scheme);
    CHECK(got.tolerance.given);
    CHECK_NEAR(0.5, got.tolerance.v, 0);
    CHECK_INT(MERE_OK, PARSE("--scheme=", "a.gpkg"));
    CHECK_STR("", got.scheme);
    CHECK_INT(MERE_OK, PARSE("a.gpkg", "-s", "grid"));
    CHECK_STR("grid", got.scheme);
}

TEST(negative_numbers_are_arguments)
{
    CHECK_INT(MERE_OK, PARSE("s.gpkg", "-77.03", "-.5"));
    CHECK_INT(3, cli.n_args);
    CHECK_STR("-77.03", cli.args[1]);
    CHECK_STR("-.5", cli.args[2]);
    CHECK_INT(MERE_OK, PARSE("s.gpkg", "--tolerance", "-1e-3"));
    CHECK_NEAR(-1e-3, got.tolerance.v, 0);
}

TEST(two_dashes_end_the_options)
{
    CHECK_INT(MERE_OK, PARSE("--", "--scheme", "-x", "-"));
    CHECK_INT(3, cli.n_args);
    CHECK_STR("--scheme", cli.args[0]);
    CHECK(got.scheme == NULL);
}

TEST(a_repeated_option_keeps_its_order)
{
    CHECK_INT(MERE_OK, PARSE("a", "--attr", "x=1", "--attr=y=2"));
    CHECK_INT(2, got.attrs.n);
    CHECK_STR("x=1", got.attrs.v[0]);
    CHECK_STR("y=2", got.attrs.v[1]);
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--scheme", "b", "--scheme", "c"));
    CHECK_ERROR("twice");
}

TEST(an_unknown_option_is_refused_with_the_nearest_name)
{
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--shceme", "grid"));
    CHECK_ERROR("unknown option --shceme; did you mean --scheme?");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--tol=1"));
    CHECK_ERROR("did you mean --tolerance?");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--zzzzzzzz"));
    CHECK_STR("unknown option --zzzzzzzz", mere_ctx_error(cli.ctx));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "-q"));
}

TEST(what_is_missing_or_wrong_is_named)
{
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--scheme"));
    CHECK_ERROR("--scheme needs a value");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--scheme", "--force"));
    CHECK_ERROR("--scheme needs a value");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--format", "xml"));
    CHECK_ERROR("one of text|csv|json");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--format", "text|csv"));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--tolerance", "1cm"));
    CHECK_ERROR("must be a number");
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--tolerance", "nan"));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--tolerance", "0x10"));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--tolerance", "1e999"));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "--force=yes"));
    CHECK_INT(MERE_E_USAGE, PARSE("a", "b", "c", "d"));
    CHECK_ERROR("one word too many: \"d\"");
    CHECK_INT(MERE_E_USAGE, PARSE("--force"));
    CHECK_ERROR("merestone try STORE");
}

TEST(help_needs_nothing_else)
{
    CHECK_INT(MERE_OK, PARSE("--help"));
    CHECK(help);
}

TEST(a_file_appears_whole_or_not_at_all)
{
    char folder[] = "/tmp/mere-test-cli-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    char path[128];
    snprintf(path, sizeof path, "%s/out.txt", folder);
    struct mere_out out = {0};
    struct stat st;

    CHECK_INT(MERE_OK, mere_out_open(&cli, path, false, &out));
    CHECK(stat(path, &st) != 0);
    fputs("first", out.f);
    mere_out_abort(&out);
    CHECK(stat(path, &st) != 0);

    CHECK_INT(MERE_OK, mere_out_open(&cli, path, false, &out));
    fputs("second", out.f);
    CHECK_INT(MERE_OK, mere_out_commit(&cli, &out));
    CHECK(stat(path, &st) == 0 && st.st_size == 6);

    CHECK_INT(MERE_E_INPUT, mere_out_open(&cli, path, false, &out));
    CHECK_ERROR("--force");
    CHECK_INT(MERE_OK, mere_out_open(&cli, path, true, &out));
    fputs("3", out.f);
    CHECK_INT(MERE_OK, mere_out_commit(&cli, &out));
    CHECK(stat(path, &st) == 0 && st.st_size == 1);

    unlink(path);
    CHECK(rmdir(folder) == 0); /* nothing else was left */
    CHECK_INT(MERE_E_INPUT, mere_out_open(&cli, path, false, &out));
}

TEST(source_date_epoch_stands_for_the_clock)
{
    const char *now;
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    CHECK_INT(MERE_OK, mere_cli_now(&cli, &now));
    CHECK_STR("2023-11-14T22:13:20Z", now);
    setenv("SOURCE_DATE_EPOCH", "yesterday", 1);
    CHECK_INT(MERE_E_USAGE, mere_cli_now(&cli, &now));
    unsetenv("SOURCE_DATE_EPOCH");
}

int main(void)
{
    cli = (struct mere_cli){.ctx = mere_ctx_new(), .out = stdout, .err = stderr};
    RUN(values_come_after_a_space_or_an_equals_sign);
    RUN(negative_numbers_are_arguments);
    RUN(two_dashes_end_the_options);
    RUN(a_repeated_option_keeps_its_order);
    RUN(an_unknown_option_is_refused_with_the_nearest_name);
    RUN(what_is_missing_or_wrong_is_named);
    RUN(help_needs_nothing_else);
    RUN(a_file_appears_whole_or_not_at_all);
    RUN(source_date_epoch_stands_for_the_clock);
    mere_arena_clear(&cli.arena);
    mere_ctx_free(cli.ctx);
    return done();
}
