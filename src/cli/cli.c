#include "cli/cli.h"
#include "base/text.h"
#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int mere_cli_exit(enum mere_status status)
{
    switch (status) {
    case MERE_OK:
        return MERE_EXIT_DONE;
    case MERE_E_USAGE:
    case MERE_E_INPUT:
    case MERE_E_RANGE:
    case MERE_E_LIMIT:
    case MERE_E_NOT_FOUND:
    case MERE_E_BUSY:
        return MERE_EXIT_REFUSED;
    case MERE_E_CANCELLED:
        return MERE_EXIT_INTERRUPTED;
    case MERE_E_NOMEM:
    case MERE_E_IO:
    case MERE_E_INTERNAL:
        return MERE_EXIT_FAILED;
    }
    return MERE_EXIT_FAILED;
}

int mere_cli_fail(struct mere_cli *cli, enum mere_status status)
{
    if (status == MERE_OK)
        return MERE_EXIT_DONE;
    const char *text = mere_ctx_error(cli->ctx);
    mere_cli_bar_clear(cli);
    if (status == MERE_E_CANCELLED)
        text = "interrupted; nothing was changed";
    fprintf(cli->err, "merestone: %s\n", *text ? text : "failed, and the reason was not recorded");
    if (status == MERE_E_USAGE && cli->command)
        fprintf(cli->err, "See: merestone %s --help\n", cli->command->name);
    return mere_cli_exit(status);
}

int mere_cli_usage(struct mere_cli *cli, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    enum mere_status status = mere_vfail(cli->ctx, MERE_E_USAGE, fmt, args);
    va_end(args);
    return mere_cli_fail(cli, status);
}

void mere_cli_note(struct mere_cli *cli, const char *fmt, ...)
{
    mere_cli_bar_clear(cli);
    va_list args;
    va_start(args, fmt);
    fprintf(cli->err, "merestone: note: ");
    vfprintf(cli->err, fmt, args);
    fputc('\n', cli->err);
    va_end(args);
}

enum mere_status mere_cli_now(struct mere_cli *cli, const char **ret)
{
    time_t now = time(NULL);
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    if (epoch) {
        char *end;
        errno = 0;
        long long seconds = strtoll(epoch, &end, 10);
        if (errno || end == epoch || *end || seconds < 0)
            return mere_fail(cli->ctx, MERE_E_USAGE,
                             "SOURCE_DATE_EPOCH is \"%s\"; it must be seconds since 1970", epoch);
        now = (time_t)seconds;
    }
    struct tm utc;
    char text[64];
    if (!gmtime_r(&now, &utc) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc))
        return mere_fail(cli->ctx, MERE_E_USAGE, "the time now is out of range");
    *ret = mere_arena_text(&cli->arena, text, strlen(text));
    return *ret ? MERE_OK : mere_fail_nomem(cli->ctx, "reading the clock");
}

const char *mere_cli_who(struct mere_cli *cli)
{
    struct passwd entry, *found = NULL;
    char buf[4096], number[32];
    const char *who = NULL;
    if (getpwuid_r(geteuid(), &entry, buf, sizeof buf, &found) == 0 && found)
        who = entry.pw_name;
    if (!who || !*who) {
        snprintf(number, sizeof number, "uid %lu", (unsigned long)geteuid());
        who = number;
    }
    const char *copy = mere_arena_text(&cli->arena, who, strlen(who));
    return copy ? copy : "unknown";
}

/* Whether the reader of our pipe has gone away: it had enough (`| head`), which is no failure. */
static bool reader_is_gone(FILE *out)
{
    struct pollfd end = {.fd = fileno(out), .events = POLLOUT};
    return poll(&end, 1, 0) > 0 && (end.revents & POLLERR);
}

/* What went to standard output must have arrived, else the result is not whole. */
static int finish_output(struct mere_cli *cli, int code)
{
    errno = 0;
    if ((fflush(cli->out) == 0 && !ferror(cli->out)) || reader_is_gone(cli->out))
        return code;
    fprintf(cli->err, "merestone: cannot write the output: %s\n",
            errno ? strerror(errno) : "an earlier write failed; is the disk full?");
    return MERE_EXIT_FAILED;
}

int mere_cli_run(struct mere_cli *cli, const struct mere_command *command, size_t n_words,
                 const char *const *words)
{
    enum { VALUES_MAX = 1024 };
    alignas(max_align_t) char values[VALUES_MAX] = {0};
    if (command->values_size > sizeof values)
        return mere_cli_fail(cli, mere_fail(cli->ctx, MERE_E_INTERNAL, "too many option values"));
    cli->command = command;
    bool help;
    enum mere_status status = mere_cli_parse(cli, command, n_words, words, values, &help);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    if (help) {
        mere_cli_help(cli, command);
        return finish_output(cli, MERE_EXIT_DONE);
    }
    int code = command->run(cli, values);
    mere_cli_bar_clear(cli);
    return finish_output(cli, code);
}
