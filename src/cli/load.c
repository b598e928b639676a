/* load.c - loading one scheme for a command that only reads it. */
#include "cli/commands.h"
#include "cli/outside.h"

enum mere_status mere_cli_load_scheme(struct mere_cli *cli, const char *path, const char *scheme,
                                      struct mere_net **ret_net, int64_t *ret_generation)
{
    struct mere_db *db = NULL;
    struct mere_net *net = NULL;
    struct mere_layer layer;
    const struct mere_layer *layers = &layer;
    const struct mere_build alone = {.match_zones = false};
    int64_t generation = 0;
    MERE_TRY(mere_cli_open(cli, path, MERE_DB_READ, &db));
    enum mere_status status = mere_db_generation(cli->ctx, db, &generation);
    if (status == MERE_OK)
        status = mere_db_read_layer(cli->ctx, db, scheme, &cli->arena, &layer);
    if (status == MERE_OK)
        status = mere_net_build(cli->ctx, &layers, 1, &alone, &net);
    mere_db_close(db);
    if (status != MERE_OK)
        return status;
    *ret_net = net;
    *ret_generation = generation;
    return MERE_OK;
}
