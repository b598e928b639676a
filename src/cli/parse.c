#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool mere_cli_number(const char *s, double *ret)
{
    /* strtod also takes hexadecimal, "inf" and leading blanks: none of them is meant here. */
    if (s[strspn(s, "+-.0123456789eE")] != '\0' || *s == '\0')
        return false;
    char *end;
    double v = strtod(s, &end);
    if (*end != '\0' || !isfinite(v))
        return false;
    *ret = v;
    return true;
}

/* How many letters must be changed, added, dropped or swapped with their neighbour to make `b` of
 * `a` (Damerau's distance, restricted); words longer than 63 are far from everything. */
static size_t word_distance(const char *a, const char *b)
{
    enum { MAX = 64 };
    size_t rows[3][MAX];
    size_t n = strlen(a), m = strlen(b);
    if (n >= MAX || m >= MAX)
        return MAX;
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                above2[j - 2] + 1 < best)
                best = above2[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *mere_cli_nearest(const char *word, const char *const *words, size_t n)
{
    const char *nearest = NULL;
    size_t best = strlen(word) <= 3 ? 2 : 3; /* farther than one or two letters is another word */
    for (size_t i = 0; i < n; i++) {
        size_t d = word_distance(word, words[i]);
        /* "tol" for "tolerance" is near as well. */
        if (strlen(word) >= 3 && strncmp(word, words[i], strlen(word)) == 0)
            d = 1;
        if (d < best) {
            best = d;
            nearest = words[i];
        }
    }
    return nearest;
}

static enum mere_status unknown_option(struct mere_cli *cli, const struct mere_command *command,
                                       const char *word, size_t name_len)
{
    const char **names = MERE_NEW(&cli->arena, const char *, command->n_options + 1);
    char *name = mere_arena_text(&cli->arena, word, name_len);
    if (!names || !name)
        return mere_fail_nomem(cli->ctx, "reading the options");
    for (size_t i = 0; i < command->n_options; i++)
        names[i] = command->options[i].name;
    names[command->n_options] = "help";
    const char *nearest = mere_cli_nearest(name, names, command->n_options + 1);
    if (nearest)
        return mere_fail(cli->ctx, MERE_E_USAGE, "unknown option --%s; did you mean --%s?", name,
                         nearest);
    return mere_fail(cli->ctx, MERE_E_USAGE, "unknown option --%s", name);
}

/* Whether `word` is one of the words of `choices`, "text|csv|json". */
static bool is_choice(const char *choices, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = choices; *at;) {
        size_t n = strcspn(at, "|");
        if (n == len && strncmp(at, word, n) == 0)
            return true;
        at += n + (at[n] == '|');
    }
    return false;
}

static enum mere_status add_word(struct mere_cli *cli, struct mere_words *words, const char *value)
{
    const char **v = MERE_NEW(&cli->arena, const char *, words->n + 1);
    if (!v)
        return mere_fail_nomem(cli->ctx, "reading the options");
    for (size_t i = 0; i < words->n; i++)
        v[i] = words->v[i];
    v[words->n] = value;
    words->v = v;
    words->n++;
    return MERE_OK;
}

/* Put `value` (NULL for a flag) into its place among the values. */
static enum mere_status set_option(struct mere_cli *cli, const struct mere_option *option,
                                   const char *value, void *values)
{
    void *at = (char *)values + option->at;
    switch (option->kind) {
    case MERE_OPT_FLAG:
        *(bool *)at = true;
        return MERE_OK;
    case MERE_OPT_CHOICE:
        if (!is_choice(option->arg, value))
            return mere_fail(cli->ctx, MERE_E_USAGE, "--%s is \"%s\"; it must be one of %s",
                             option->name, value, option->arg);
        *(const char **)at = value;
        return MERE_OK;
    case MERE_OPT_TEXT:
        *(const char **)at = value;
        return MERE_OK;
    case MERE_OPT_NUMBER: {
        struct mere_number number = {.given = true};
        if (!mere_cli_number(value, &number.v))
            return mere_fail(cli->ctx, MERE_E_USAGE, "--%s is \"%s\"; it must be a number",
                             option->name, value);
        *(struct mere_number *)at = number;
        return MERE_OK;
    }
    case MERE_OPT_LIST:
        return add_word(cli, at, value);
    }
    return MERE_OK;
}

/* The words of the line, being read. */
struct reader {
    size_t n, next;
    const char *const *words;
    bool *given; /* by option */
};

static const struct mere_option *find_option(const struct mere_command *command, const char *name,
                                             size_t len, char letter)
{
    for (size_t i = 0; i < command->n_options; i++) {
        const struct mere_option *option = &command->options[i];
        if (letter ? option->letter == letter
                   : strlen(option->name) == len && strncmp(option->name, name, len) == 0)
            return option;
    }
    return NULL;
}

static enum mere_status read_option(struct mere_cli *cli, const struct mere_command *command,
                                    struct reader *in, void *values)
{
    const char *word = in->words[in->next++];
    bool is_long = word[1] == '-';
    const char *name = word + (is_long ? 2 : 1);
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    if (!is_long && len > 1 && !value)
        return mere_fail(cli->ctx, MERE_E_USAGE, "unknown option %s; long options begin with --",
                         word);
    char letter = '\0';
    if (!is_long)
        letter = *name;
    const struct mere_option *option = find_option(command, name, len, letter);
    if (!option && !is_long)
        return mere_fail(cli->ctx, MERE_E_USAGE, "unknown option %s", word);
    if (!option)
        return unknown_option(cli, command, name, len);
    bool *given = &in->given[option - command->options];
    if (*given && option->kind != MERE_OPT_LIST)
        return mere_fail(cli->ctx, MERE_E_USAGE, "--%s stands twice", option->name);
    *given = true;
    if (option->kind == MERE_OPT_FLAG && value)
        return mere_fail(cli->ctx, MERE_E_USAGE, "--%s takes no value", option->name);
    if (option->kind != MERE_OPT_FLAG && !value) {
        /* A value that begins with two dashes is more likely a forgotten one. */
        if (in->next == in->n || strncmp(in->words[in->next], "--", 2) == 0)
            return mere_fail(cli->ctx, MERE_E_USAGE, "--%s needs a value: --%s %s", option->name,
                             option->name, option->arg);
        value = in->words[in->next++];
    }
    return set_option(cli, option, value, values);
}

/* "-77.03" and "-.5" are arguments, "-" too. */
static bool is_option(const char *word)
{
    if (word[0] != '-' || word[1] == '\0')
        return false;
    const char *digit = word[1] == '.' ? word + 2 : word + 1;
    return !(*digit >= '0' && *digit <= '9');
}

static enum mere_status check_complete(struct mere_cli *cli, const struct mere_command *command,
                                       const bool *given)
{
    if (cli->n_args < command->min_args)
        return mere_fail(cli->ctx, MERE_E_USAGE, "%s needs more: merestone %s %s",
                         command->min_args == 1 ? "the command" : "the line", command->name,
                         command->synopsis);
    if (cli->n_args > command->max_args)
        return mere_fail(cli->ctx, MERE_E_USAGE, "one word too many: \"%s\"",
                         cli->args[command->max_args]);
    for (size_t i = 0; i < command->n_options; i++) {
        const struct mere_option *option = &command->options[i];
        if (option->required && !given[i])
            return mere_fail(cli->ctx, MERE_E_USAGE, "--%s %s is needed: %s", option->name,
                             option->arg, option->help);
    }
    return MERE_OK;
}

enum mere_status mere_cli_parse(struct mere_cli *cli, const struct mere_command *command,
                                size_t n_words, const char *const *words, void *values,
                                bool *ret_help)
{
    const char **args = MERE_NEW(&cli->arena, const char *, n_words);
    struct reader in = {.n = n_words, .words = words};
    in.given = MERE_NEW(&cli->arena, bool, command->n_options);
    if (!args || !in.given)
        return mere_fail_nomem(cli->ctx, "reading the command line");
    cli->args = args;
    cli->n_args = 0;
    *ret_help = false;
    bool ended = false;
    while (in.next < in.n) {
        const char *word = words[in.next];
        if (!ended && strcmp(word, "--") == 0) {
            ended = true;
            in.next++;
        } else if (ended || !is_option(word)) {
            args[cli->n_args++] = word;
            in.next++;
        } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
            *ret_help = true;
            return MERE_OK;
        } else {
            MERE_TRY(read_option(cli, command, &in, values));
        }
    }
    return check_complete(cli, command, in.given);
}
