/* snapshot.c - loading a district for a command that only reads it. */
#include "cli/commands.h"
#include "cli/outside.h"

enum mere_status mere_cli_load_snapshot(struct mere_cli *cli, const char *path,
                                        const struct mere_snap_parts *parts,
                                        struct mere_snapshot **ret_snap)
{
    MERE_TRY(mere_cli_settle(cli, path));
    return mere_snap_load_file(cli->ctx, path, parts, ret_snap);
}

enum mere_status mere_cli_load_owners(struct mere_cli *cli, const char *path,
                                      struct mere_snapshot **ret_snap)
{
    const struct mere_snap_parts parts = {.locator = true};
    struct mere_snapshot *snap = NULL;
    MERE_TRY(mere_cli_load_snapshot(cli, path, &parts, &snap));
    if (mere_snap_net(snap)->n_schemes == 0) {
        mere_snap_free(snap);
        return mere_fail(cli->ctx, MERE_E_INPUT,
                         "%s holds no scheme yet, so nothing has an owner; import one first: "
                         "merestone import %s FILE --scheme grid",
                         path, path);
    }
    *ret_snap = snap;
    return MERE_OK;
}
