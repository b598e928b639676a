/* merestone.h - the public C interface: who owns a point.
 *
 *     struct mere_ctx *ctx = mere_ctx_new();
 *     struct mere_store *store;
 *     if (mere_store_open(ctx, "district.gpkg", &store) != MERE_OK)
 *         return fprintf(stderr, "%s\n", mere_ctx_error(ctx)), 1;
 *     const struct mere_snapshot *snap = mere_snapshot_pin(store);
 *     int32_t face;
 *     mere_locate_one(snap, 120.21, 30.19, &face);
 *     mere_face_zone(snap, face, "grid", &state, &code, &name);
 *     mere_snapshot_unpin(store, snap);
 *
 * Threads: one `mere_ctx` belongs to one thread at a time. A store may be used by any number of
 * threads: pin, locate and unpin take no lock. Texts that come from a snapshot live while pinned.
 * Coordinates are degrees of longitude and latitude, WGS 84 or CGCS2000 (one datum to merestone).
 * A point on a border or corner belongs to the face reached by an infinitesimal step east and then
 * an infinitely smaller step north, so every point has exactly one face. */
#ifndef MERESTONE_H
#define MERESTONE_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MERE_API __attribute__((visibility("default")))
#else
#define MERE_API
#endif

enum mere_status {
    MERE_OK = 0,
    MERE_E_USAGE,     /* the call or command line is wrong */
    MERE_E_INPUT,     /* outside data can't be used as it is */
    MERE_E_RANGE,     /* a number or coordinate is out of its range */
    MERE_E_LIMIT,     /* a stated bound was reached */
    MERE_E_NOT_FOUND, /* a named thing is not there */
    MERE_E_BUSY,      /* another program holds the file */
    MERE_E_NOMEM,     /* memory ran out */
    MERE_E_IO,        /* the system failed to read or write */
    MERE_E_CANCELLED, /* interrupted by the user */
    MERE_E_INTERNAL   /* a bug of merestone: an invariant does not hold */
};

/* What a face or point is in one scheme (DESIGN section 1). */
enum mere_state {
    MERE_STATE_OUTSIDE = 0,
    MERE_STATE_OWNED,
    MERE_STATE_DISPUTED, /* claimed by several zones */
    MERE_STATE_UNCLAIMED /* inside the district, in no zone */
};

struct mere_ctx;      /* error text and scratch memory of one caller */
struct mere_store;    /* an open district */
struct mere_snapshot; /* one generation of it, immutable */

/* Make a context; NULL when memory is out. Free it with `mere_ctx_free`, which accepts NULL. */
MERE_API struct mere_ctx *mere_ctx_new(void);
MERE_API void mere_ctx_free(struct mere_ctx *ctx);
/* The text of the last failure of this context: what, where, what to do. "" when none. Lives until
 * the next call with `ctx`. */
MERE_API const char *mere_ctx_error(const struct mere_ctx *ctx);

/* The version of the library, such as "0.1.0". */
MERE_API const char *mere_version(void);

/* Open the district in the GeoPackage `path` for reading and load its first snapshot, so that a pin
 * can't fail. Gives `*ret_store`, to be closed with `mere_store_close` (accepts NULL) when no
 * snapshot of it is pinned any more. It stays the snapshot of the opening: what is changed in the
 * file later is seen by opening it again. */
MERE_API enum mere_status mere_store_open(struct mere_ctx *ctx, const char *path,
                                          struct mere_store **ret_store);
MERE_API void mere_store_close(struct mere_store *store);

/* Hold the current snapshot. Wait-free but for a bounded retry while a writer swaps. Never NULL. */
MERE_API const struct mere_snapshot *mere_snapshot_pin(struct mere_store *store);
MERE_API void mere_snapshot_unpin(struct mere_store *store, const struct mere_snapshot *snap);

/* The face that holds (`lon`, `lat`), -1 when outside all faces, off the Earth or not a number.
 * `mere_locate_one` gives MERE_E_RANGE for the latter two and still writes -1. */
MERE_API enum mere_status mere_locate_one(const struct mere_snapshot *snap, double lon, double lat,
                                          int32_t *ret_face);
/* The same for `n` points; `face` holds `n` results, in order. Borrows all arrays. Points that are
 * off the Earth or not numbers get -1. */
MERE_API enum mere_status mere_locate_many(const struct mere_snapshot *snap, const double *lon,
                                           const double *lat, size_t n, int32_t *face);
/* The state of `face` (or -1) in the scheme named `scheme`, and the code and name of its zone: of
 * the owner, of the first claimant when disputed, else NULL. The out pointers may be NULL. Fails
 * with MERE_E_NOT_FOUND when there is no such scheme, MERE_E_RANGE when no such face. */
MERE_API enum mere_status mere_face_zone(const struct mere_snapshot *snap, int32_t face,
                                         const char *scheme, enum mere_state *ret_state,
                                         const char **ret_code, const char **ret_name);
/* The generation of borders, labels and attributes that this snapshot holds. */
MERE_API int64_t mere_snapshot_generation(const struct mere_snapshot *snap);

#ifdef __cplusplus
}
#endif
#endif
