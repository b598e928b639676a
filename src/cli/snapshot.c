/* snapshot.c - loading a district for a command that only reads it. */
#include "cli/commands.h"

enum mere_status mere_cli_load_snapshot(struct mere_cli *cli, const char *path,
                                        const struct mere_snap_parts *parts,
                                        struct mere_snapshot **ret_snap)
{
    size_t n;
    MERE_TRY(mere_snap_load_file(cli->ctx, path, parts, ret_snap));
    const struct mere_outside_change *changes = mere_snap_outside(*ret_snap, &n);
    if (n > 0)
        mere_cli_note(cli,
                      "another program changed %zu feature%s, the first in scheme %s, since "
                      "merestone last wrote this store; they are used as they are now. See: "
                      "merestone check %s",
                      n, n == 1 ? "" : "s", changes[0].scheme, path);
    return MERE_OK;
}
