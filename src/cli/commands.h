/* commands.h - the commands, each defined in its own cmd_<name>.c. main.c holds the table of them.
 */
#ifndef MERE_CLI_COMMANDS_H
#define MERE_CLI_COMMANDS_H
#include "check/check.h"
#include "cli/cli.h"
#include "net/net.h"
#include "snap/snap.h"

extern const struct mere_command mere_cmd_assign;
extern const struct mere_command mere_cmd_check;
extern const struct mere_command mere_cmd_export;
extern const struct mere_command mere_cmd_hash;
extern const struct mere_command mere_cmd_import;
extern const struct mere_command mere_cmd_info;
extern const struct mere_command mere_cmd_init;
extern const struct mere_command mere_cmd_inspect;
extern const struct mere_command mere_cmd_list;
extern const struct mere_command mere_cmd_locate;
extern const struct mere_command mere_cmd_repair;
extern const struct mere_command mere_cmd_sample;
extern const struct mere_command mere_cmd_undo;
extern const struct mere_command mere_cmd_waive;

/* Read one scheme of the store `path` and build the network of it alone: its borders as they are
 * stored, not moved to those of other schemes. Gives `*ret_net`; free it with mere_net_free. Its
 * texts live as long as `cli`. */
MERE_MUST_USE enum mere_status mere_cli_load_scheme(struct mere_cli *cli, const char *path,
                                                    const char *scheme, struct mere_net **ret_net,
                                                    int64_t *ret_generation);
/* Load all schemes of the store `path`, after settling what another program changed in it. Gives
 * `*ret_snap`; free it with mere_snap_free. */
MERE_MUST_USE enum mere_status mere_cli_load_snapshot(struct mere_cli *cli, const char *path,
                                                      const struct mere_snap_parts *parts,
                                                      struct mere_snapshot **ret_snap);
/* The same, to ask whose a place is: with the table of cells, and refused where no scheme is. */
MERE_MUST_USE enum mere_status mere_cli_load_owners(struct mere_cli *cli, const char *path,
                                                    struct mere_snapshot **ret_snap);
/* Open a profile by its shipped name, or by its path: what holds a "/" or ends in ".json". Gives
 * `*ret_profile`; free it with mere_profile_free. */
MERE_MUST_USE enum mere_status mere_cli_open_profile(struct mere_cli *cli, const char *name,
                                                     struct mere_profile **ret_profile);
/* For a new store: look at the profile that district->profile names. Of a file, put its text into
 * `profile_json` (in cli->arena) and its name without folders into `profile`. */
MERE_MUST_USE enum mere_status mere_cli_keep_profile(struct mere_cli *cli,
                                                     struct mere_district *district);
/* The profile that --profile (`option`, or NULL) names, else the one that the store holds; "plain"
 * without a store (`district` NULL). */
MERE_MUST_USE enum mere_status mere_cli_pick_profile(struct mere_cli *cli, const char *option,
                                                     const struct mere_district *district,
                                                     struct mere_profile **ret_profile);
#endif
