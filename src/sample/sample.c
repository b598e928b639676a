#include "sample/sample.h"
#include "sample/flaws.h"
#include "sample/keep.h"
#include "store/store.h"
#include <stdlib.h>
#include <string.h>

#define MADE_AT "2020-01-01T00:00:00.000Z" /* the end of the year of its incidents */
#define SAYS "合成示例，非真实数据。Synthetic example, no real data: merestone sample, seed "

/* ---- the store ---- */

static enum mere_status write_layers(struct mere_ctx *ctx, struct mere_db *db,
                                     const struct mere_sample_layers *layers, const char *says)
{
    for (int i = 0; i < MERE_SAMPLE_SCHEMES; i++) {
        MERE_TRY(mere_db_write_layer(ctx, db, &layers->scheme[i], false));
        MERE_TRY(mere_db_describe(ctx, db, layers->scheme[i].name, says));
    }
    for (int i = 0; i < MERE_SAMPLE_REFERENCES; i++) {
        if (!layers->reference[i].name)
            continue;
        MERE_TRY(mere_db_write_reference(ctx, db, &layers->reference[i], false));
        MERE_TRY(mere_db_describe(ctx, db, layers->reference[i].name, says));
    }
    return mere_db_describe(ctx, db, "mere_meta", says);
}

static enum mere_status fill(struct mere_ctx *ctx, struct mere_db *db,
                             const struct mere_sample_layers *layers, const char *says)
{
    MERE_TRY(mere_db_begin(ctx, db));
    MERE_TRY(write_layers(ctx, db, layers, says));
    return mere_db_commit(ctx, db, true);
}

static enum mere_status keep(struct mere_ctx *ctx, const char *path, uint64_t seed,
                             const struct mere_sample_layers *layers)
{
    const struct mere_district district = {.code = "330108",
                                           .name = "滨江区（合成示例）",
                                           .crs = "EPSG:4549",
                                           .cgcs2000 = true,
                                           .main = "grid",
                                           .profile = "hangzhou",
                                           .lang = "zh",
                                           .match_units = 3};
    struct mere_db *db = NULL;
    struct mere_text says = {0};
    mere_text_addf(&says, SAYS "%llu", (unsigned long long)seed);
    enum mere_status status = says.failed ? mere_fail_nomem(ctx, "writing the sample") : MERE_OK;
    if (status == MERE_OK)
        status = mere_db_create_at(ctx, path, &district, MADE_AT);
    if (status == MERE_OK)
        status = mere_db_open(ctx, path, MERE_DB_WRITE, &db);
    if (status == MERE_OK) {
        mere_db_set_time(db, MADE_AT);
        status = fill(ctx, db, layers, mere_text_str(&says));
        if (status != MERE_OK)
            mere_db_rollback(db);
    }
    mere_db_close(db);
    mere_text_clear(&says);
    return status;
}

/* From the town to its layers; with defects, also the list of their findings. */
static enum mere_status make_layers(struct mere_ctx *ctx, struct mere_town *town, bool defects,
                                    struct mere_sample_layers *layers, struct mere_text *ret_csv)
{
    struct mere_flaws flaws;
    mere_flaws_begin(&flaws, ctx, town);
    enum mere_status status = defects ? mere_flaws_move(&flaws) : MERE_OK;
    if (status == MERE_OK)
        status = mere_sample_schemes(ctx, town, layers);
    if (status == MERE_OK && defects)
        status = mere_flaws_plant(&flaws, layers);
    if (status == MERE_OK)
        status = mere_sample_drawn(ctx, town, layers);
    if (status == MERE_OK)
        status = mere_sample_addresses(ctx, town, &layers->arena, &layers->reference[5]);
    if (status == MERE_OK)
        status = mere_sample_incidents(ctx, town, &layers->arena, &layers->reference[6]);
    if (status == MERE_OK && defects)
        mere_flaws_csv(&flaws, ret_csv);
    mere_flaws_clear(&flaws);
    return status;
}

/* One town of a hundred does not come out: no room for a school, a grid without homes, two ways
 * that graze. Then the next variant of the seed is drawn, the same one each time. */
#define VARIANTS 16

static enum mere_status draw(struct mere_ctx *ctx, const struct mere_sample_how *how,
                             struct mere_town *town, struct mere_sample_layers *layers,
                             struct mere_text *ret_csv)
{
    enum mere_status status = MERE_E_INTERNAL;
    for (uint64_t variant = 0; variant < VARIANTS && status == MERE_E_INTERNAL; variant++) {
        mere_town_clear(town);
        mere_arena_clear(&layers->arena);
        mere_text_clear(ret_csv);
        memset(layers, 0, sizeof *layers);
        status = mere_town_make(ctx, town, how->seed + (variant << 58));
        if (status == MERE_OK)
            status = make_layers(ctx, town, how->defects, layers, ret_csv);
    }
    if (status == MERE_OK && ret_csv->failed)
        status = mere_fail_nomem(ctx, "listing the sample's defects");
    return status;
}

enum mere_status mere_sample_make(struct mere_ctx *ctx, const char *path,
                                  const struct mere_sample_how *how, struct mere_text *ret_csv)
{
    struct mere_town *town = calloc(1, sizeof *town);
    struct mere_sample_layers *layers = calloc(1, sizeof *layers);
    enum mere_status status = town && layers ? draw(ctx, how, town, layers, ret_csv)
                                             : mere_fail_nomem(ctx, "making the sample");
    if (status == MERE_OK)
        status = keep(ctx, path, how->seed, layers);
    if (town)
        mere_town_clear(town);
    if (layers)
        mere_arena_clear(&layers->arena);
    free(town);
    free(layers);
    return status;
}
