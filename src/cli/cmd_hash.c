#include "cli/commands.h"
#include "snap/snap.h"

struct hash_values {
    const char *scheme;
};
static const struct mere_option OPTIONS[] = {
    {.name = "scheme",
     .arg = "NAME",
     .kind = MERE_OPT_TEXT,
     .at = offsetof(struct hash_values, scheme),
     .help = "only this scheme, as if the store held no other"},
};

static enum mere_status hash_scheme(struct mere_cli *cli, const char *scheme, char ret_hex[65])
{
    struct mere_net *net;
    int64_t generation;
    MERE_TRY(mere_cli_load_scheme(cli, cli->args[0], scheme, &net, &generation));
    enum mere_status status = mere_net_hash(cli->ctx, net, ret_hex);
    mere_net_free(net);
    return status;
}

static enum mere_status hash_store(struct mere_cli *cli, char ret_hex[65])
{
    struct mere_snapshot *snap;
    const struct mere_snap_parts parts = {0};
    MERE_TRY(mere_cli_load_snapshot(cli, cli->args[0], &parts, &snap));
    enum mere_status status = mere_net_hash(cli->ctx, mere_snap_net(snap), ret_hex);
    mere_snap_free(snap);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct hash_values *v = values;
    char hex[65];
    enum mere_status status = v->scheme ? hash_scheme(cli, v->scheme, hex) : hash_store(cli, hex);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fprintf(cli->out, "%s\n", hex);
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_hash = {
    .name = "hash",
    .synopsis = "STORE [--scheme NAME]",
    .summary = "print the SHA-256 of the network, its labels and attributes",
    .details =
        "Prints 64 hex digits alone on a line. Stores with the same borders and attributes have "
        "the\n"
        "same hash, whatever the order of features, where rings begin and which way they run.",
    .example = "  merestone hash binjiang.gpkg --scheme grid",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct hash_values),
    .run = run,
};
