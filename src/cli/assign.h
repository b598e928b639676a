/* assign.h - every row of a file of places gets the zones that own it.
 *
 *   points ──batch──▶ judge (range, exchanged, datum) ──▶ locate ──▶ stamp of the face ──▶ output
 *
 * What is appended to a row depends on its face alone (or on why it is bad), so it is written once
 * per face, when first met: a "stamp". */
#ifndef MERE_CLI_ASSIGN_H
#define MERE_CLI_ASSIGN_H
#include "cli/cli.h"
#include "io/points_out.h"
#include "snap/snap.h"

struct mere_assign_counts {
    uint64_t rows;
    uint64_t state[4]; /* by enum mere_state of the main scheme */
    uint64_t bad;
};
struct mere_assign {
    struct mere_cli *cli;
    const struct mere_snapshot *snap;
    struct mere_points *points;
    const char *path;        /* of the input */
    enum mere_datum datum;   /* of all rows; NONE when not said */
    struct mere_known known; /* to weigh datums against */
    struct mere_out *csv;    /* one of the two outputs */
    struct mere_points_out *layer;
};
/* The names of the appended columns, made so that none is in the input already; in cli->arena. */
MERE_MUST_USE enum mere_status mere_assign_columns(struct mere_cli *cli,
                                                   const struct mere_snapshot *snap,
                                                   const struct mere_points_info *info,
                                                   const char ***ret, size_t *ret_n);
/* Assign all rows. Fails with MERE_E_INPUT when a place lies where its datum must be said and
 * isn't: the text holds the evidence. */
MERE_MUST_USE enum mere_status mere_assign_run(const struct mere_assign *job,
                                               struct mere_assign_counts *ret);
#endif
