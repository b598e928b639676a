#include "cli/cli.h"
#include <string.h>

static int option_width(const struct mere_option *option)
{
    return (int)(strlen(option->name) + 2 + (option->letter ? 4 : 0) +
                 (option->arg ? strlen(option->arg) + 1 : 0));
}

/* One option: its names and value in a column of at most 26, its help beside or below. */
static void print_option(FILE *out, const struct mere_option *option)
{
    enum { COLUMN = 26 };
    int width = option_width(option);
    fprintf(out, "  ");
    if (option->letter)
        fprintf(out, "-%c, ", option->letter);
    fprintf(out, "--%s%s%s", option->name, option->arg ? " " : "", option->arg ? option->arg : "");
    if (width > COLUMN)
        fprintf(out, "\n%*s", COLUMN + 4, "");
    else
        fprintf(out, "%*s", COLUMN + 2 - width, "");
    for (const char *at = option->help; *at; at++) {
        fputc(*at, out);
        if (*at == '\n')
            fprintf(out, "%*s", COLUMN + 4, "");
    }
    fprintf(out, "%s%s\n", option->kind == MERE_OPT_LIST ? " (may stand several times)" : "",
            option->required ? " (needed)" : "");
}

void mere_cli_help(struct mere_cli *cli, const struct mere_command *command)
{
    FILE *out = cli->out;
    fprintf(out, "merestone %s - %s\n\nUsage:\n  merestone %s %s\n", command->name,
            command->summary, command->name, command->synopsis);
    if (command->details)
        fprintf(out, "\n%s\n", command->details);
    fprintf(out, "\nOptions:\n");
    for (size_t i = 0; i < command->n_options; i++)
        print_option(out, &command->options[i]);
    fprintf(out, "  -h, --help%*sthis text\n", 18, "");
    fprintf(out, "\nExample:\n%s\n", command->example);
    fprintf(out, "\nExit codes:\n  0    done\n");
    if (command->exits)
        fprintf(out, "  1    done, but %s\n", command->exits);
    fprintf(out, "  2    refused: usage or input; nothing changed\n"
                 "  3    the system failed; nothing changed\n"
                 "  130  interrupted; nothing changed\n");
}
