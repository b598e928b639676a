/* cli.h - the frame that every command stands in: options, help, errors, exit codes, progress,
 * files.
 *
 * A command is a `const struct mere_command` with a table of options and a function; it is one
 * file, cmd_<name>.c, named in commands.h and in the table of main.c. The frame parses the words
 * into the command's own struct of values, prints its help, and turns a status into an exit code:
 *
 *     struct hash_values { const char *scheme; };
 *     static const struct mere_option OPTIONS[] = {
 *         {.name = "scheme", .arg = "NAME", .kind = MERE_OPT_TEXT,
 *          .at = offsetof(struct hash_values, scheme), .help = "only this scheme"},
 *     };
 *     static int run(struct mere_cli *cli, const void *values) { ... cli->args[0] ... }
 *
 * Words: `--name value` and `--name=value`; `--` ends the options; a word that begins like a
 * negative number (-77.03) is an argument; `-` alone is an argument. An unknown option is refused,
 * with the nearest name. Only this module prints, reads the clock or chooses an exit code. */
#ifndef MERE_CLI_CLI_H
#define MERE_CLI_CLI_H
#include "base/base.h"
#include <stdio.h>

/* Exit codes (DESIGN section 5, promise 5). */
enum mere_exit {
    MERE_EXIT_DONE = 0,
    MERE_EXIT_PERSON = 1,  /* done, but something needs a person: errors found, rows rejected */
    MERE_EXIT_REFUSED = 2, /* usage or input; nothing changed */
    MERE_EXIT_FAILED = 3,  /* the system failed; nothing changed unless the sentence says so */
    MERE_EXIT_INTERRUPTED = 130
};

struct mere_command;
struct mere_cli {
    struct mere_ctx *ctx;
    struct mere_arena arena; /* lives as long as the command: for what it parses and reads */
    FILE *out;               /* results */
    FILE *err;               /* errors, notes, progress */
    bool tty;                /* `err` is a terminal: a progress bar is drawn */
    const struct mere_command *command;
    size_t n_args; /* what stands on the line beside the options */
    const char *const *args;
    struct mere_bar *bar; /* the progress bar's state */
};

enum mere_option_kind {
    MERE_OPT_FLAG,   /* bool */
    MERE_OPT_TEXT,   /* const char *, NULL when not given */
    MERE_OPT_CHOICE, /* const char *, one of the words of `arg`, as in "text|csv|json" */
    MERE_OPT_NUMBER, /* struct mere_number */
    MERE_OPT_LIST    /* struct mere_words: the option may stand several times */
};
struct mere_number {
    bool given;
    double v; /* finite */
};
struct mere_words {
    size_t n;
    const char **v; /* in the order given */
};

struct mere_option {
    const char *name; /* without dashes */
    char letter;      /* a short form such as 'o', or 0 */
    bool required;
    enum mere_option_kind kind;
    const char *arg; /* what its value is called in the help: "FILE"; the words of a choice */
    size_t at;       /* offsetof the command's struct of values */
    const char *help;
};

struct mere_command {
    const char *name;
    const char *synopsis; /* after the name: "STORE FILE --scheme NAME [option ...]" */
    const char *summary;  /* one line, for the list of commands */
    const char *details;  /* paragraphs for --help, or NULL */
    const char *example;  /* lines for --help, each with its "merestone ..." */
    const char *exits;    /* what exit 1 means here, or NULL when it does not occur */
    size_t min_args, max_args;
    size_t n_options;
    const struct mere_option *options;
    size_t values_size; /* sizeof the struct of values, at most 1 kB; zeroed before parsing */
    /* Returns an exit code; a failure is told with mere_cli_fail. */
    int (*run)(struct mere_cli *cli, const void *values);
};

/* Parse `words` (what follows the command's name) and run `command`. Prints its help for --help. */
int mere_cli_run(struct mere_cli *cli, const struct mere_command *command, size_t n_words,
                 const char *const *words);

/* Parse into `values` (zeroed by the caller) and cli->args. Fails with MERE_E_USAGE. `*ret_help` is
 * set when --help or -h stands among the options; then nothing is required. */
MERE_MUST_USE enum mere_status mere_cli_parse(struct mere_cli *cli,
                                              const struct mere_command *command, size_t n_words,
                                              const char *const *words, void *values,
                                              bool *ret_help);
/* The word of `words` (n of them) that is nearest to `word`, NULL when none is near. */
const char *mere_cli_nearest(const char *word, const char *const *words, size_t n);

void mere_cli_help(struct mere_cli *cli, const struct mere_command *command);

/* ---- what commands say -------------------------------------------------------------------- */

/* The exit code of a status. */
int mere_cli_exit(enum mere_status status);
/* Print "merestone: <text of the context>" and give the exit code of `status`; MERE_OK prints
 * nothing. */
int mere_cli_fail(struct mere_cli *cli, enum mere_status status);
/* Print "merestone: ..." and where the help is; gives MERE_EXIT_REFUSED. */
int mere_cli_usage(struct mere_cli *cli, const char *fmt, ...) MERE_PRINTF(2, 3);
/* A line on stderr: "merestone: note: ...". The bar is taken away first. */
void mere_cli_note(struct mere_cli *cli, const char *fmt, ...) MERE_PRINTF(2, 3);

/* Now, as ISO 8601 in UTC: "2026-11-02T08:00:00Z"; SOURCE_DATE_EPOCH stands for the clock when set.
 * In cli->arena. Fails with MERE_E_USAGE when SOURCE_DATE_EPOCH is no number. */
MERE_MUST_USE enum mere_status mere_cli_now(struct mere_cli *cli, const char **ret);
/* Who runs the program: the user's name, or "uid 1000". In cli->arena. */
const char *mere_cli_who(struct mere_cli *cli);
/* Read a whole number or a decimal from `s`, all of it, finite. */
bool mere_cli_number(const char *s, double *ret);

/* ---- progress and interruption ------------------------------------------------------------ */

/* Hang the bar and the signals on cli->ctx: SIGINT and SIGTERM make `tick` return false, a second
 * one ends the program at once. Call once; mere_cli_bar_free accepts NULL. */
MERE_MUST_USE enum mere_status mere_cli_bar_start(struct mere_cli *cli);
void mere_cli_bar_free(struct mere_cli *cli);
/* Take the bar off the terminal, before anything else is printed. */
void mere_cli_bar_clear(struct mere_cli *cli);
bool mere_cli_interrupted(void);

/* ---- output files --------------------------------------------------------------------------
 * A file that is there is whole: it is written beside its place, synced, and renamed at the end. */
struct mere_out {
    FILE *f;
    char *path; /* NULL for standard output */
    char *tmp;
    bool force;
};
/* Begin to write `path`; NULL or "-" is standard output (cli->out). Fails with MERE_E_INPUT when
 * the file exists and not `force`. A zeroed `struct mere_out` may be aborted. */
MERE_MUST_USE enum mere_status mere_out_open(struct mere_cli *cli, const char *path, bool force,
                                             struct mere_out *ret_out);
/* Put it in its place. Fails with MERE_E_IO, and then nothing is there. */
MERE_MUST_USE enum mere_status mere_out_commit(struct mere_cli *cli, struct mere_out *out);
/* Throw it away; harmless after a commit. */
void mere_out_abort(struct mere_out *out);
/* For those who write by themselves (GDAL): refuse what mere_fileset_check does. */
MERE_MUST_USE enum mere_status mere_out_check(struct mere_cli *cli, const char *path, bool force);
/* Refuse an output `path` (NULL and "-" pass) that is the file `input`, by whatever name: no
 * --force means that the store or the data it is made from may go; nor the journal that SQLite
 * keeps beside it, nor a set of files that it is a part of. Fails with MERE_E_INPUT. */
MERE_MUST_USE enum mere_status mere_out_apart(struct mere_cli *cli, const char *path,
                                              const char *input);
#endif
