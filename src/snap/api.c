/* api.c - the rest of merestone.h: opening a store and asking whose a point is. */
#include "snap/snap_priv.h"

enum mere_status mere_store_open(struct mere_ctx *ctx, const char *path,
                                 struct mere_store **ret_store)
{
    if (!path || !ret_store)
        return mere_fail(ctx, MERE_E_USAGE,
                         "mere_store_open needs a path and a place for the store");
    const struct mere_snap_parts parts = {.locator = true};
    struct mere_snapshot *snap = NULL;
    MERE_TRY(mere_snap_load_file(ctx, path, &parts, &snap));
    return mere_snap_store_new(ctx, snap, ret_store);
}

enum mere_status mere_locate_one(const struct mere_snapshot *snap, double lon, double lat,
                                 int32_t *ret_face)
{
    struct mere_point p;
    *ret_face = MERE_FACE_OUTER;
    if (!mere_point_from_degrees(lon, lat, &p))
        return MERE_E_RANGE;
    *ret_face = mere_locate_point(snap->locator, p);
    return MERE_OK;
}

enum mere_status mere_locate_many(const struct mere_snapshot *snap, const double *lon,
                                  const double *lat, size_t n, int32_t *face)
{
    mere_locate_degrees(snap->locator, lon, lat, n, face);
    return MERE_OK;
}

enum mere_status mere_face_zone(const struct mere_snapshot *snap, int32_t face, const char *scheme,
                                enum mere_state *ret_state, const char **ret_code,
                                const char **ret_name)
{
    int32_t s = scheme ? mere_net_scheme(snap->net, scheme) : MERE_UNKNOWN;
    if (s < 0)
        return MERE_E_NOT_FOUND;
    if (face < MERE_FACE_OUTER || face >= snap->net->n_faces)
        return MERE_E_RANGE;
    const struct mere_scheme *sch = &snap->net->schemes[s];
    size_t n = 0;
    const int32_t *claims = face < 0 ? NULL : mere_face_claims(sch, face, &n);
    const struct mere_zone *zone = n > 0 ? &sch->zones[claims[0]] : NULL;
    if (ret_state)
        *ret_state = mere_face_state(sch, face);
    if (ret_code)
        *ret_code = zone ? zone->code : NULL;
    if (ret_name)
        *ret_name = zone ? zone->name : NULL;
    return MERE_OK;
}

int64_t mere_snapshot_generation(const struct mere_snapshot *snap)
{
    return snap->generation;
}
