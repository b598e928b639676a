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
