/* load.c - a snapshot from the store, all of it in one read transaction. */
#include "snap/snap_priv.h"
#include <stdlib.h>
#include <string.h>

static enum mere_status copy_district(struct mere_ctx *ctx, struct mere_snapshot *snap,
                                      const struct mere_district *from)
{
    snap->district = *from;
    const char **texts[] = {&snap->district.code,        &snap->district.name,
                            &snap->district.crs,         &snap->district.main,
                            &snap->district.profile,     &snap->district.lang,
                            &snap->district.profile_json};
    for (size_t i = 0; i < MERE_LEN(texts); i++) {
        if (!*texts[i])
            continue;
        *texts[i] = mere_arena_text(&snap->arena, *texts[i], strlen(*texts[i]));
        if (!*texts[i])
            return mere_fail_nomem(ctx, "loading the district");
    }
    return MERE_OK;
}

/* The network copies what it needs, so the layers go with their own arena. */
static enum mere_status load_net(struct mere_ctx *ctx, struct mere_db *db,
                                 struct mere_snapshot *snap)
{
    struct mere_arena arena = {0};
    struct mere_layer *layers = NULL;
    const struct mere_layer **list = NULL;
    size_t n = 0;
    const struct mere_build how = {.match_zones = false,
                                   .tol_x = snap->district.match_units,
                                   .tol_y = snap->district.match_units};
    enum mere_status status = mere_db_schemes(ctx, db, &arena, &layers, &n);
    if (status == MERE_OK && !(list = MERE_NEW(&arena, const struct mere_layer *, n)))
        status = mere_fail_nomem(ctx, "loading the schemes");
    for (size_t i = 0; status == MERE_OK && i < n; i++) {
        list[i] = &layers[i];
        status = mere_db_read_layer(ctx, db, layers[i].name, &arena, &layers[i]);
    }
    if (status == MERE_OK)
        status = mere_net_build(ctx, list, n, &how, &snap->net);
    mere_arena_clear(&arena);
    return status;
}

static enum mere_status load_references(struct mere_ctx *ctx, struct mere_db *db,
                                        struct mere_snapshot *snap)
{
    struct mere_ref_layer *refs = NULL;
    MERE_TRY(mere_db_references(ctx, db, &snap->arena, &refs, &snap->n_references));
    for (size_t i = 0; i < snap->n_references; i++)
        MERE_TRY(mere_db_read_reference(ctx, db, refs[i].name, &snap->arena, &refs[i]));
    snap->references = refs;
    return MERE_OK;
}

static enum mere_status load_outside(struct mere_ctx *ctx, struct mere_db *db,
                                     struct mere_snapshot *snap)
{
    struct mere_outside_change *changes = NULL;
    MERE_TRY(mere_db_outside_changes(ctx, db, &snap->arena, &changes, &snap->n_outside));
    snap->outside = changes;
    return MERE_OK;
}

/* What follows from the network. */
static enum mere_status finish(struct mere_ctx *ctx, struct mere_snapshot *snap,
                               const struct mere_snap_parts *parts)
{
    snap->main_scheme = mere_net_main_scheme(snap->net, snap->district.main);
    return parts->locator ? mere_locator_build(ctx, snap->net, &snap->locator) : MERE_OK;
}

static enum mere_status load_all(struct mere_ctx *ctx, struct mere_db *db,
                                 const struct mere_snap_parts *parts, struct mere_snapshot *snap)
{
    MERE_TRY(copy_district(ctx, snap, mere_db_district(db)));
    MERE_TRY(mere_db_generation(ctx, db, &snap->generation));
    MERE_TRY(load_net(ctx, db, snap));
    if (parts->references)
        MERE_TRY(load_references(ctx, db, snap));
    MERE_TRY(load_outside(ctx, db, snap));
    return finish(ctx, snap, parts);
}

enum mere_status mere_snap_load(struct mere_ctx *ctx, struct mere_db *db,
                                const struct mere_snap_parts *parts,
                                struct mere_snapshot **ret_snap)
{
    struct mere_snapshot *snap = calloc(1, sizeof *snap);
    if (!snap)
        return mere_fail_nomem(ctx, "loading the district");
    enum mere_status status = mere_db_begin(ctx, db);
    if (status == MERE_OK) {
        status = load_all(ctx, db, parts, snap);
        mere_db_rollback(db);
    }
    if (status != MERE_OK) {
        mere_snap_free(snap);
        return status;
    }
    *ret_snap = snap;
    return MERE_OK;
}

enum mere_status mere_snap_load_file(struct mere_ctx *ctx, const char *path,
                                     const struct mere_snap_parts *parts,
                                     struct mere_snapshot **ret_snap)
{
    struct mere_db *db = NULL;
    MERE_TRY(mere_db_open(ctx, path, MERE_DB_READ, &db));
    enum mere_status status = mere_snap_load(ctx, db, parts, ret_snap);
    mere_db_close(db);
    return status;
}

enum mere_status mere_snap_of_net(struct mere_ctx *ctx, struct mere_net *net, int64_t generation,
                                  const char *main_scheme, const struct mere_snap_parts *parts,
                                  struct mere_snapshot **ret_snap)
{
    struct mere_snapshot *snap = calloc(1, sizeof *snap);
    if (!snap) {
        mere_net_free(net);
        return mere_fail_nomem(ctx, "making a snapshot");
    }
    snap->net = net;
    snap->generation = generation;
    const struct mere_district unnamed = {.code = "", .name = "", .main = main_scheme};
    enum mere_status status = copy_district(ctx, snap, &unnamed);
    if (status == MERE_OK)
        status = finish(ctx, snap, parts);
    if (status != MERE_OK) {
        mere_snap_free(snap);
        return status;
    }
    *ret_snap = snap;
    return MERE_OK;
}

void mere_snap_free(struct mere_snapshot *snap)
{
    if (!snap)
        return;
    mere_locator_free(snap->locator);
    mere_net_free(snap->net);
    mere_arena_clear(&snap->arena);
    free(snap);
}

const struct mere_net *mere_snap_net(const struct mere_snapshot *snap)
{
    return snap->net;
}

const struct mere_district *mere_snap_district(const struct mere_snapshot *snap)
{
    return &snap->district;
}

const struct mere_locator *mere_snap_locator(const struct mere_snapshot *snap)
{
    return snap->locator;
}

int32_t mere_snap_main_scheme(const struct mere_snapshot *snap)
{
    return snap->main_scheme;
}

const struct mere_ref_layer *mere_snap_references(const struct mere_snapshot *snap, size_t *ret_n)
{
    *ret_n = snap->n_references;
    return snap->references;
}

const struct mere_outside_change *mere_snap_outside(const struct mere_snapshot *snap, size_t *ret_n)
{
    *ret_n = snap->n_outside;
    return snap->outside;
}
