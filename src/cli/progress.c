#include "base/text.h"
#include "cli/cli.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct mere_bar {
    struct mere_cli *cli;
    double start_s; /* when the present work began */
    double last_s;  /* when the bar was drawn last */
    const char *what;
    bool shown;
};

#define REDRAW_S 0.1 /* seconds between two drawings */
#define QUIET_S 0.4  /* work shorter than this needs no bar */

/* Written by the signal handler: the one global there is, for a handler has no other way to speak.
 */
static volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
    (void)signal_number;
    if (interrupted)
        _exit(
            MERE_EXIT_INTERRUPTED); /* the second one: open transactions roll back by themselves */
    interrupted = 1;
}

bool mere_cli_interrupted(void)
{
    return interrupted != 0;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* "1,234,567" into `buf`. */
static const char *thousands(uint64_t v, char buf[32])
{
    char *at = buf + 31;
    *at = '\0';
    for (int digits = 0; v > 0 || digits == 0; digits++) {
        if (digits > 0 && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + v % 10);
        v /= 10;
    }
    return at;
}

static void draw(struct mere_bar *bar, const char *what, uint64_t done, uint64_t total)
{
    FILE *err = bar->cli->err;
    char a[32], b[32];
    double spent = bar->last_s - bar->start_s;
    double rate = spent > 0 ? (double)done / spent : 0;
    fprintf(err, "\r\033[K%s: %s", what, thousands(done, a));
    if (total > 0)
        fprintf(err, " of %s, %.0f %%", thousands(total, b), 100.0 * (double)done / (double)total);
    fprintf(err, ", %s/s", thousands((uint64_t)rate, a));
    if (total > done && rate > 0)
        fprintf(err, ", %.0f s left", (double)(total - done) / rate);
    fflush(err);
    bar->shown = true;
}

static bool tick(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct mere_bar *bar = user;
    if (interrupted)
        return false;
    if (!bar->cli->tty)
        return true;
    double now = now_s();
    if (!bar->what || strcmp(bar->what, what) != 0) {
        bar->what = what;
        bar->start_s = now;
        bar->last_s = now + QUIET_S - REDRAW_S;
    }
    if (now - bar->last_s >= REDRAW_S) {
        bar->last_s = now;
        draw(bar, what, done, total);
    }
    return true;
}

enum mere_status mere_cli_bar_start(struct mere_cli *cli)
{
    cli->bar = calloc(1, sizeof *cli->bar);
    if (!cli->bar)
        return mere_fail_nomem(cli->ctx, "starting");
    cli->bar->cli = cli;
    cli->ctx->progress.tick = tick;
    cli->ctx->progress.user = cli->bar;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* Without this a reader that goes away, or a full quota, would end us in the middle of work. */
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    return MERE_OK;
}

void mere_cli_bar_clear(struct mere_cli *cli)
{
    if (!cli->bar || !cli->bar->shown)
        return;
    fprintf(cli->err, "\r\033[K");
    fflush(cli->err);
    cli->bar->shown = false;
}

void mere_cli_bar_free(struct mere_cli *cli)
{
    mere_cli_bar_clear(cli);
    free(cli->bar);
    cli->bar = NULL;
    cli->ctx->progress.tick = NULL;
}
