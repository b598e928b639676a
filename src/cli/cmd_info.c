#include "cli/commands.h"
#include "cli/outside.h"
#include "store/store.h"
#include <inttypes.h>
#include <string.h>

static void print_district(struct mere_cli *cli, const struct mere_district *district,
                           int64_t generation)
{
    FILE *out = cli->out;
    fprintf(out, "district    %s %s\n", district->code, district->name);
    fprintf(out, "layers      EPSG:%d\n", district->cgcs2000 ? 4490 : 4326);
    fprintf(out, "plane CRS   %s\n", district->crs ? district->crs : "none");
    fprintf(out, "main scheme %s\n", district->main);
    fprintf(out, "profile     %s%s\n", district->profile,
            district->profile_json ? " (its text is kept in the store)" : "");
    fprintf(out, "language    %s\n", district->lang);
    fprintf(out, "generation  %" PRId64 "\n", generation);
}

static void print_schemes(FILE *out, const struct mere_layer *schemes, size_t n)
{
    fprintf(out, "\n%zu scheme%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const struct mere_layer *s = &schemes[i];
        const char *parent = mere_parent_scheme(schemes, n, s);
        fprintf(out, "  %-12s role %s, %s%s%s", s->name, mere_role_word(s->role),
                s->covering ? "covers the district" : "does not cover", parent ? ", inside " : "",
                parent ? parent : "");
        for (size_t c = 0; c < s->n_columns; c++)
            fprintf(out, "%s%s", c ? ", " : "; columns ", s->columns[c].name);
        fputc('\n', out);
    }
}

static void print_imports(FILE *out, const struct mere_import_record *imports, size_t n)
{
    fprintf(out, "\n%zu import%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const struct mere_import_record *r = &imports[i];
        fprintf(out, "  %s  %s from %s by %s\n", r->when ? r->when : "?",
                r->scheme ? r->scheme : "?", r->file ? r->file : "?", r->who ? r->who : "?");
        fprintf(out, "      %" PRId64 " features = %" PRId64 " used + %" PRId64 " rejected",
                r->n_features, r->n_used, r->n_rejected);
        if (r->crs)
            fprintf(out, "; CRS %s", r->crs);
        if (r->datum)
            fprintf(out, "; datum %s", r->datum);
        if (r->encoding)
            fprintf(out, "; encoding %s", r->encoding);
        fprintf(out, "; tolerance %g m\n", r->tolerance_m);
        if (r->sha256)
            fprintf(out, "      SHA-256 %s\n", r->sha256);
    }
}

static void print_operations(FILE *out, const struct mere_operation_record *operations, size_t n)
{
    fprintf(out, "\n%zu operation%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const struct mere_operation_record *r = &operations[i];
        fprintf(out, "  %s  %s on %s by %s: %" PRId64 " feature%s, generation %" PRId64 "\n",
                r->when ? r->when : "?", r->kind ? r->kind : "?", r->scheme ? r->scheme : "?",
                r->who ? r->who : "?", r->n_features, r->n_features == 1 ? "" : "s", r->generation);
    }
}

static void print_outside(FILE *out, const struct mere_outside_change *changes, size_t n)
{
    if (n == 0)
        return;
    fprintf(out, "\nchanged by another program, not taken\n");
    for (size_t i = 0; i < n; i++) {
        if (changes[i].whole)
            fprintf(out, "  %s: the whole layer (its %s)\n", changes[i].scheme,
                    changes[i].unseen ? "triggers were gone" : "columns changed");
        else
            fprintf(out, "  %s: feature %" PRId64 "\n", changes[i].scheme, changes[i].fid);
    }
}

/* A waiver holds through its last day; past it, it is kept and shown as expired. */
static void print_waivers(FILE *out, const struct mere_waiver *waivers, size_t n, const char *now)
{
    fprintf(out, "\n%zu waiver%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        const struct mere_waiver *w = &waivers[i];
        fprintf(out, "  %s %s%s%s: %s", w->rule, w->id ? w->id : w->scheme, w->id ? "" : "/",
                w->id ? "" : w->zone, w->reason);
        if (w->until && strncmp(w->until, now, 10) < 0)
            fprintf(out, ", expired: it held until %s", w->until);
        else if (w->until)
            fprintf(out, ", until %s", w->until);
        fputc('\n', out);
    }
}

static enum mere_status info(struct mere_cli *cli, struct mere_db *db)
{
    int64_t generation;
    struct mere_layer *schemes;
    struct mere_ref_layer *references;
    struct mere_import_record *imports;
    struct mere_waiver *waivers;
    struct mere_operation_record *operations;
    struct mere_outside_change *outside;
    size_t n_operations, n_schemes, n_references, n_imports, n_waivers, n_outside;
    struct mere_arena *arena = &cli->arena;
    const char *now = NULL;
    MERE_TRY(mere_cli_now(cli, &now));
    MERE_TRY(mere_db_generation(cli->ctx, db, &generation));
    MERE_TRY(mere_db_schemes(cli->ctx, db, arena, &schemes, &n_schemes));
    MERE_TRY(mere_db_references(cli->ctx, db, arena, &references, &n_references));
    MERE_TRY(mere_db_imports(cli->ctx, db, arena, &imports, &n_imports));
    MERE_TRY(mere_db_waivers(cli->ctx, db, arena, &waivers, &n_waivers));
    MERE_TRY(mere_db_operations(cli->ctx, db, arena, &operations, &n_operations));
    MERE_TRY(mere_db_outside_changes(cli->ctx, db, arena, &outside, &n_outside));
    print_district(cli, mere_db_district(db), generation);
    print_schemes(cli->out, schemes, n_schemes);
    fprintf(cli->out, "\n%zu reference layer%s\n", n_references, n_references == 1 ? "" : "s");
    for (size_t i = 0; i < n_references; i++)
        fprintf(cli->out, "  %s\n", references[i].name);
    print_imports(cli->out, imports, n_imports);
    print_waivers(cli->out, waivers, n_waivers, now);
    print_operations(cli->out, operations, n_operations);
    print_outside(cli->out, outside, n_outside);
    return MERE_OK;
}

static int run(struct mere_cli *cli, const void *values)
{
    (void)values;
    struct mere_db *db;
    enum mere_status status = mere_cli_open(cli, cli->args[0], MERE_DB_READ, &db);
    if (status == MERE_OK) {
        status = info(cli, db);
        mere_db_close(db);
    }
    return mere_cli_fail(cli, status);
}

const struct mere_command mere_cmd_info = {
    .name = "info",
    .synopsis = "STORE",
    .summary = "tell what a store holds: district, schemes, imports, operations",
    .example = "  merestone info binjiang.gpkg",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
