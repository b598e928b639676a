/* commands.h - the commands, each defined in its own cmd_<name>.c. main.c holds the table of them.
 */
#ifndef MERE_CLI_COMMANDS_H
#define MERE_CLI_COMMANDS_H
#include "cli/cli.h"

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
extern const struct mere_command mere_cmd_waive;
#endif
