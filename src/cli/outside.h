/* outside.h - what another program changed in the store (QGIS on the same file), settled before a
 * command answers (DESIGN section 2).
 *
 *   file as it is now ──round, node within the scheme──▶ as it would be stored ──check──▶ errors
 *   file as accepted (the log of the triggers) ─────────────────────────────────check──▶ errors
 *
 * When the first adds no error to the second, the edits are taken: the noded polygons are written
 * back, the log is cleared, the operation `external` is recorded and the generation raised, in one
 * transaction. Else nothing is written, a warning says why, and the command answers from the file
 * as it is now. Where a row can't be used at all (a cell that is no number, a damaged geometry),
 * the warning names it, and the command answers with that scheme as it was accepted. */
#ifndef MERE_CLI_OUTSIDE_H
#define MERE_CLI_OUTSIDE_H
#include "cli/cli.h"
#include "store/store.h"

/* Settle what other programs changed in the store `path`; costs one small query when nothing did.
 * Fails when the store can't be opened for reading, or is damaged, memory is out or the user
 * interrupts: not when the edits can't be taken. */
MERE_MUST_USE enum mere_status mere_cli_settle(struct mere_cli *cli, const char *path);
/* The same, then open the store. */
MERE_MUST_USE enum mere_status mere_cli_open(struct mere_cli *cli, const char *path,
                                             enum mere_db_mode mode, struct mere_db **ret_db);
#endif
