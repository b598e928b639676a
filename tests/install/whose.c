/* whose.c - a program of somebody else, against the installed library: whose is this point?
 *
 *     whose STORE SCHEME LON LAT     prints STATE CODE NAME */
#include <merestone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int say(const struct mere_snapshot *snap, char **argv)
{
    static const char *const WORDS[] = {"outside", "owned", "disputed", "unclaimed"};
    double lon = strtod(argv[3], NULL), lat = strtod(argv[4], NULL);
    int32_t one, many[3];
    const double lons[] = {lon, 200, lon}, lats[] = {lat, lat, lat};
    enum mere_state state;
    const char *code, *name;
    if (mere_locate_one(snap, lon, lat, &one) != MERE_OK ||
        mere_locate_many(snap, lons, lats, 3, many) != MERE_OK || many[0] != one || many[1] != -1 ||
        many[2] != one) {
        fprintf(stderr, "one point and many points disagree\n");
        return 1;
    }
    if (mere_face_zone(snap, one, argv[2], &state, &code, &name) != MERE_OK) {
        fprintf(stderr, "no scheme %s\n", argv[2]);
        return 1;
    }
    printf("%s %s %s\n", WORDS[state], code ? code : "-", name ? name : "-");
    return 0;
}

int main(int argc, char **argv)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_store *store;
    if (argc != 5 || !ctx)
        return 2;
    if (mere_store_open(ctx, argv[1], &store) != MERE_OK) {
        fprintf(stderr, "%s\n", mere_ctx_error(ctx));
        mere_ctx_free(ctx);
        return 1;
    }
    const struct mere_snapshot *snap = mere_snapshot_pin(store);
    int code = say(snap, argv);
    mere_snapshot_unpin(store, snap);
    mere_store_close(store);
    mere_ctx_free(ctx);
    return code;
}
