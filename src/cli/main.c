/* main.c - merestone, the program: finds the command and runs it. */
#include "cli/cli.h"
#include "cli/commands.h"
#include <string.h>
#include <unistd.h>

/* In the order in which they are used; the last is NULL. */
static const struct mere_command *const COMMANDS[] = {
    &mere_cmd_sample, &mere_cmd_init,   &mere_cmd_inspect, &mere_cmd_import, &mere_cmd_export,
    &mere_cmd_info,   &mere_cmd_list,   &mere_cmd_check,   &mere_cmd_waive,  &mere_cmd_repair,
    &mere_cmd_undo,   &mere_cmd_locate, &mere_cmd_assign,  &mere_cmd_hash,   NULL,
};

static void print_commands(FILE *out)
{
    fprintf(out,
            "merestone plans the grid boundaries of a district and answers whose a place is.\n\n"
            "Usage:\n  merestone COMMAND [argument ...] [option ...]\n\nCommands:\n");
    for (size_t i = 0; COMMANDS[i]; i++)
        fprintf(out, "  %-9s %s\n", COMMANDS[i]->name, COMMANDS[i]->summary);
    fprintf(out, "\nmerestone COMMAND --help tells all about a command; merestone --version the "
                 "version.\n");
}

static int unknown_command(struct mere_cli *cli, const char *word)
{
    const char *names[MERE_LEN(COMMANDS)] = {NULL};
    size_t n = 0;
    for (size_t i = 0; COMMANDS[i]; i++)
        names[n++] = COMMANDS[i]->name;
    const char *nearest = mere_cli_nearest(word, names, n);
    fprintf(cli->err, "merestone: unknown %s \"%s\"", *word == '-' ? "option" : "command", word);
    if (nearest)
        fprintf(cli->err, "; did you mean \"%s\"?", nearest);
    fprintf(cli->err, "\nSee: merestone --help\n");
    return MERE_EXIT_REFUSED;
}

static int run(struct mere_cli *cli, size_t n_words, const char *const *words)
{
    if (n_words == 0) {
        fprintf(cli->err, "merestone: which command?\nSee: merestone --help\n");
        return MERE_EXIT_REFUSED;
    }
    const char *word = words[0];
    if (strcmp(word, "--version") == 0) {
        fprintf(cli->out, "merestone %s\n", mere_version());
        return fflush(cli->out) == 0 ? MERE_EXIT_DONE : MERE_EXIT_FAILED;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        print_commands(cli->out);
        return fflush(cli->out) == 0 ? MERE_EXIT_DONE : MERE_EXIT_FAILED;
    }
    for (size_t i = 0; COMMANDS[i]; i++)
        if (strcmp(word, COMMANDS[i]->name) == 0)
            return mere_cli_run(cli, COMMANDS[i], n_words - 1, words + 1);
    return unknown_command(cli, word);
}

int main(int argc, char **argv)
{
    mere_keep_memory();
    struct mere_cli cli = {.ctx = mere_ctx_new(), .out = stdout, .err = stderr};
    if (!cli.ctx) {
        fprintf(stderr, "merestone: memory ran out before anything was done\n");
        return MERE_EXIT_FAILED;
    }
    cli.tty = isatty(STDERR_FILENO) == 1;
    enum mere_status status = mere_cli_bar_start(&cli);
    int code = status != MERE_OK ? mere_cli_fail(&cli, status)
                                 : run(&cli, argc > 0 ? (size_t)argc - 1 : 0,
                                       (const char *const *)argv + (argc > 0));
    mere_cli_bar_free(&cli);
    mere_arena_clear(&cli.arena);
    mere_ctx_free(cli.ctx);
    return code;
}
