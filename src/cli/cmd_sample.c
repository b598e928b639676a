/* cmd_sample.c - make the example district. */
#include "cli/commands.h"
#include "sample/sample.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SEED_MAX 9007199254740991.0 /* 2^53 - 1: whole numbers that a double tells apart */

struct sample_values {
    struct mere_number seed;
    bool defects;
};
static const struct mere_option OPTIONS[] = {
    {.name = "seed",
     .arg = "N",
     .kind = MERE_OPT_NUMBER,
     .at = offsetof(struct sample_values, seed),
     .help = "another town: a whole number from 0 to 9007199254740991; default 1"},
    {.name = "defects",
     .kind = MERE_OPT_FLAG,
     .at = offsetof(struct sample_values, defects),
     .help = "plant known defects in the grids, and write the findings that check must\n"
             "come to into OUT.defects.csv"},
};

/* ---- a store appears whole or not at all: made beside its place, then linked into it ---- */

static const char *beside(struct mere_cli *cli, const char *path, const char *ending)
{
    struct mere_text t = {0};
    mere_text_addf(&t, "%s%s", path, ending);
    const char *kept = t.failed ? NULL : mere_arena_text(&cli->arena, t.s, t.len);
    mere_text_clear(&t);
    return kept;
}

static void throw_away(struct mere_cli *cli, const char *path)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < MERE_LEN(ENDINGS); i++) {
        const char *file = beside(cli, path, ENDINGS[i]);
        if (file)
            (void)unlink(file);
    }
}

static enum mere_status put_in_place(struct mere_cli *cli, const char *made, const char *path)
{
    if (link(made, path) == 0) {
        (void)unlink(made);
        return MERE_OK;
    }
    /* No hard links here (FAT): nothing stands at `path` unless it came within this second. */
    if (errno != EEXIST && access(path, F_OK) != 0 && rename(made, path) == 0)
        return MERE_OK;
    enum mere_status status =
        mere_fail(cli->ctx, errno == EEXIST ? MERE_E_INPUT : MERE_E_IO,
                  "the sample can't be put in its place, %s: %s", path, strerror(errno));
    throw_away(cli, made);
    return status;
}

/* ---- the command ---- */

static enum mere_status read_seed(struct mere_cli *cli, const struct mere_number *seed,
                                  uint64_t *ret)
{
    *ret = 1;
    if (!seed->given)
        return MERE_OK;
    if (!(seed->v >= 0 && seed->v <= SEED_MAX) || (double)(uint64_t)seed->v != seed->v)
        return mere_fail(cli->ctx, MERE_E_USAGE, "--seed must be a whole number from 0 to %.0f",
                         SEED_MAX);
    *ret = (uint64_t)seed->v;
    return MERE_OK;
}

/* "binjiang.gpkg" has its list of findings in "binjiang.defects.csv". */
static const char *list_name(struct mere_cli *cli, const char *path)
{
    size_t len = strlen(path);
    bool ends = len > 5 && strcmp(path + len - 5, ".gpkg") == 0;
    const char *stem = mere_arena_text(&cli->arena, path, ends ? len - 5 : len);
    return stem ? beside(cli, stem, ".defects.csv") : NULL;
}

/* Make the store and, when `list` is open, its list; then put both in their places. */
static enum mere_status make(struct mere_cli *cli, const struct mere_sample_how *how,
                             struct mere_out *list)
{
    const char *path = cli->args[0];
    char ending[32];
    struct mere_text csv = {0};
    snprintf(ending, sizeof ending, ".part-%ld", (long)getpid());
    const char *made = beside(cli, path, ending);
    if (!made)
        return mere_fail_nomem(cli->ctx, "making the sample");
    enum mere_status status = mere_sample_make(cli->ctx, made, how, &csv);
    if (status == MERE_OK && list->f) {
        fwrite(csv.s, 1, csv.len, list->f);
        status = mere_out_commit(cli, list);
    }
    mere_text_clear(&csv);
    if (status == MERE_OK)
        return put_in_place(cli, made, path);
    throw_away(cli, made);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    const struct sample_values *v = values;
    struct mere_sample_how how = {.defects = v->defects};
    struct mere_out list = {0};
    enum mere_status status = read_seed(cli, &v->seed, &how.seed);
    const char *name = list_name(cli, cli->args[0]);
    if (status == MERE_OK && !name)
        status = mere_fail_nomem(cli->ctx, "making the sample");
    if (status == MERE_OK)
        status = mere_out_check(cli, cli->args[0], false);
    if (status == MERE_OK && v->defects)
        status = mere_out_open(cli, name, false, &list);
    if (status == MERE_OK)
        status = make(cli, &how, &list);
    mere_out_abort(&list);
    if (status != MERE_OK)
        return mere_cli_fail(cli, status);
    fprintf(cli->out, "%s: a synthetic district; nothing in it is real data\n", cli->args[0]);
    if (v->defects)
        fprintf(cli->out, "%s: what check finds in it\n", name);
    return MERE_EXIT_DONE;
}

const struct mere_command mere_cmd_sample = {
    .name = "sample",
    .synopsis = "OUT.gpkg [--seed N] [--defects]",
    .summary = "make an example district to try everything on",
    .details =
        "A district on a river bend with the published figures of a real one (3 streets, 62\n"
        "communities, 362 grids, 144,800 households, 898,000 persons, 322,563 incidents of 2019)\n"
        "and nothing else of it: land, streets, houses, people, addresses and incidents are made\n"
        "up, and the store says so. Its schemes are outline, street, community, grid, key, block,\n"
        "beat, school and former; its reference layers roads, water, compounds, buildings,\n"
        "key_points, addresses and incidents; its profile is hangzhou. The same seed gives the\n"
        "same file, byte for byte. Coordinates are CGCS2000.\n\n"
        "With --defects there are gaps, overlaps, slivers, open gaps, wrong parents, grids too\n"
        "small and too large, and key areas torn apart. OUT.defects.csv has one row for each\n"
        "finding of severity error or warning that follows, also those of other rules:\n"
        "rule, scheme, zones separated by \";\", lon, lat, area_m2, width_m.",
    .example = "  merestone sample binjiang.gpkg\n"
               "  merestone check binjiang.gpkg --format html --out report.html\n"
               "  merestone sample flawed.gpkg --defects",
    .min_args = 1,
    .max_args = 1,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct sample_values),
    .run = run,
};
