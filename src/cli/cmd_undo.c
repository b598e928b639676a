/* cmd_undo.c - take the last repair back. */
#include "check/check.h"
#include "cli/commands.h"
#include "cli/outside.h"
#include <inttypes.h>

struct undo_values {
    const char *lang;
};
static const struct mere_option OPTIONS[] = {
    {.name = "lang",
     .arg = "zh|en",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct undo_values, lang),
     .help = "the language of what is told; default the store's"},
};

static enum mere_status undo(struct mere_cli *cli, struct mere_db *db,
                             struct mere_operation_record *ret, int64_t *ret_generation)
{
    char when[MERE_TIME_LEN], changes[64];
    int64_t generation = 0;
    MERE_TRY(mere_db_now(cli->ctx, when));
    MERE_TRY(mere_db_begin(cli->ctx, db));
    MERE_TRY(mere_db_generation(cli->ctx, db, &generation));
    MERE_TRY(mere_db_undo(cli->ctx, db, &cli->arena, ret));
    snprintf(changes, sizeof changes, "[{\"generation\":%" PRId64 "}]", ret->generation);
    struct mere_operation_record record = {.kind = "undo",
                                           .scheme = ret->scheme,
                                           .who = mere_cli_who(cli),
                                           .when = when,
                                           .generation = generation + 1,
                                           .n_features = ret->n_features,
                                           .changes = changes};
    MERE_TRY(mere_db_log_operation(cli->ctx, db, &record));
    MERE_TRY(mere_db_commit(cli->ctx, db, true));
    *ret_generation = generation + 1;
    return MERE_OK;
}

static void tell(FILE *out, const struct mere_operation_record *undone, int64_t generation,
                 enum mere_lang lang)
{
    const char *who = undone->who ? undone->who : "?", *when = undone->when ? undone->when : "?";
    if (lang == MERE_LANG_ZH)
        fprintf(out,
                "已撤销：方案 %s 的修补（%s，%s，第%" PRId64 "代），还原要素%" PRId64
                "个；现为第%" PRId64 "代\n",
                undone->scheme, who, when, undone->generation, undone->n_features, generation);
    else
        fprintf(out,
                "undone: %s of scheme %s by %s at %s (generation %" PRId64 "), %" PRId64
                " feature%s; now generation %" PRId64 "\n",
                undone->kind, undone->scheme, who, when, undone->generation, undone->n_features,
                undone->n_features == 1 ? "" : "s", generation);
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct undo_values *v = values;
    struct mere_db *db = NULL;
    struct mere_operation_record undone = {0};
    int64_t generation = 0;
    enum mere_lang lang = MERE_LANG_EN;
    enum mere_status status = mere_cli_open(cli, cli->args[0], MERE_DB_WRITE, &db);
    if (status == MERE_OK) {
        lang = mere_lang_pick(v->lang, mere_db_district(db)->lang);
        status = undo(cli, db, &undone, &generation);
    }
    mere_db_close(db);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    tell(cli->out, &undone, generation, lang);
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_undo = {
    .name = "undo",
    .synopsis = "STORE [option ...]",
    .summary = "take the last repair back, to the byte",
    .details =
        "Every feature that the last repair changed or removed gets the bytes that it had, and\n"
        "merestone hash is what it was. Run again, it takes the repair before that back. It\n"
        "refuses when one of the features was changed since, by another program or a later\n"
        "command; nothing is changed then. Importing the scheme again ends what can be undone.\n"
        "What another program edited is not undone.",
    .example = "  merestone undo binjiang.gpkg",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct undo_values),
    .run = run,
};
