#include "sample/town.h"
#include "sample/roads.h"
#include <string.h>

enum mere_status mere_town_make(struct mere_ctx *ctx, struct mere_town *town, uint64_t seed)
{
    memset(town, 0, sizeof *town);
    town->seed = seed;
    town->shape = MERE_NEW(&town->arena, struct mere_shape, 1);
    if (!town->shape || !mere_shape_init(town->shape, seed) ||
        !mere_roads_draw(&town->plane, town->shape, seed))
        return mere_fail_nomem(ctx, "drawing the sample");
    MERE_TRY(mere_tick(ctx, "drawing", 1, 4));
    MERE_TRY(mere_town_blocks(ctx, town));
    MERE_TRY(mere_town_divide(ctx, town));
    MERE_TRY(mere_tick(ctx, "drawing", 2, 4));
    MERE_TRY(mere_town_build(ctx, town));
    MERE_TRY(mere_town_people(ctx, town));
    MERE_TRY(mere_tick(ctx, "drawing", 3, 4));
    return MERE_OK;
}

void mere_town_clear(struct mere_town *town)
{
    if (town->shape)
        mere_shape_clear(town->shape);
    mere_plane_clear(&town->plane);
    MERE_VEC_FREE(&town->buildings);
    MERE_VEC_FREE(&town->compounds);
    mere_arena_clear(&town->arena);
}
