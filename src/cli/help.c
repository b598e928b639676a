#include "cli/cli.h"
#include <string.h>

static int option_width(const struct mere_option *option)
{
    return (int)(strlen(option->name) + 2 + (option->letter ? 4 : 0) +
                 (option->arg ? strlen(option->arg) + 1 : 0));
}

enum { COLUMN = 26, LINE = 70 };

/* Print `text` beside the column of names, in lines of at most LINE columns, broken between words.
 */
static void print_wrapped(FILE *out, const char *text)
{
    size_t used = 0;
    while (*text) {
        size_t bytes = strcspn(text, " \n"), columns = 0;
        for (size_t i = 0; i < bytes; i++) {
            unsigned char c = (unsigned char)text[i];
            if ((c & 0xC0) != 0x80) /* Chinese, of three bytes, is two columns wide */
                columns += c > 0xE0 ? 2u : 1u;
        }
        if (used > 0 && used + 1 + columns > LINE) {
            fprintf(out, "\n%*s", COLUMN + 4, "");
            used = 0;
        }
        fprintf(out, "%s%.*s", used > 0 ? " " : "", (int)bytes, text);
        used += (used > 0) + columns;
        text += bytes;
        text += *text != '\0';
    }
}

/* One option: its names and value in a column of at most 26, its help beside or below. */
static void print_option(FILE *out, const struct mere_option *option)
{
    int width = option_width(option);
    fprintf(out, "  ");
    if (option->letter)
        fprintf(out, "-%c, ", option->letter);
    fprintf(out, "--%s%s%s", option->name, option->arg ? " " : "", option->arg ? option->arg : "");
    if (width > COLUMN)
        fprintf(out, "\n%*s", COLUMN + 4, "");
    else
        fprintf(out, "%*s", COLUMN + 2 - width, "");
    print_wrapped(out, option->help);
    fprintf(out, "%s%s\n", option->kind == MERE_OPT_LIST ? " (may stand several times)" : "",
            option->required ? " (needed)" : "");
}

/* Print lines with an indent of two, whether or not they have one. */
static void print_indented(FILE *out, const char *lines)
{
    for (bool begins = true; *lines; lines++) {
        if (begins && *lines != '\n')
            fputs(strncmp(lines, "  ", 2) == 0 ? "" : "  ", out);
        fputc(*lines, out);
        begins = *lines == '\n';
    }
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
    fprintf(out, "\nExample:\n");
    print_indented(out, command->example);
    fprintf(out, "\n\nExit codes:\n  0    done\n");
    if (command->exits)
        fprintf(out, "  1    done, but %s\n", command->exits);
    fprintf(out, "  2    refused: usage or input; nothing changed\n"
                 "  3    the system failed; nothing changed unless the sentence says so\n"
                 "  130  interrupted; nothing changed\n");
}
