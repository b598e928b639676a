/* cmd_undo.c - take the last repair back. */
#include "cli/commands.h"
#include "cli/outside.h"
#include <inttypes.h>

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

static int run(struct mere_cli *cli, const void *values)
{
    struct mere_db *db = NULL;
    struct mere_operation_record undone = {0};
    int64_t generation = 0;
    (void)values;
    enum mere_status status = mere_cli_open(cli, cli->args[0], MERE_DB_WRITE, &db);
    if (status == MERE_OK)
        status = undo(cli, db, &undone, &generation);
    mere_db_close(db);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fprintf(cli->out,
            "undone: %s of scheme %s by %s at %s (generation %" PRId64 "), %" PRId64
            " feature%s; now generation %" PRId64 "\n",
            undone.kind, undone.scheme, undone.who ? undone.who : "?",
            undone.when ? undone.when : "?", undone.generation, undone.n_features,
            undone.n_features == 1 ? "" : "s", generation);
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_undo = {
    .name = "undo",
    .synopsis = "STORE",
    .summary = "take the last repair back, to the byte",
    .details =
        "Every feature that the last repair changed or removed gets the bytes that it had, and\n"
        "merestone hash is what it was. Run again, it takes the repair before that back. It\n"
        "refuses when one of the features was changed since, by another program or a later\n"
        "command; nothing is changed then. Importing the scheme again ends what can be undone.",
    .example = "  merestone undo binjiang.gpkg",
    .min_args = 1,
    .max_args = 1,
    .values_size = sizeof(char), /* it has no options */
    .run = run,
};
