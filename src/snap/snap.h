/* snap.h - the snapshot: everything a reader needs of one generation, immutable.
 *
 *     store file ──load──▶ snapshot ──┬── network     (all schemes over one set of faces)
 *                                     ├── locator     (point -> face)
 *                                     ├── district    (code, name, main scheme, profile, language)
 *                                     └── references  (roads, buildings ... as they were imported)
 *     edit ──freeze──▶ network ──mere_snap_of_net──▶ snapshot without references
 *
 * A `struct mere_store` (merestone.h) holds the current snapshot. Readers pin it without a lock:
 * they write the pointer into a slot of their own and read the current pointer again. The writer
 * swaps the pointer and frees what no slot holds (Michael, "Hazard pointers", 2004).
 *
 * Edits from outside: the snapshot is always made of the polygons as they are in the file now, and
 * lists the features that another program changed since merestone last wrote. Whether these edits
 * are taken is a question of findings, which `check` answers on a higher floor: a command settles
 * them before it loads (cli/outside.h, DESIGN 2). */
#ifndef MERE_SNAP_SNAP_H
#define MERE_SNAP_SNAP_H
#include "locate/locate.h"
#include "net/net.h"
#include "store/store.h"

/* What to load. Zeroed: network, district and outside changes only. */
struct mere_snap_parts {
    bool locator;    /* for the functions that ask for points */
    bool references; /* roads, buildings, addresses, key points */
};

/* Load the district in `db`, which may be closed afterwards. Gives `*ret_snap`; free it with
 * `mere_snap_free` (accepts NULL) or hand it to a store. */
MERE_MUST_USE enum mere_status mere_snap_load(struct mere_ctx *ctx, struct mere_db *db,
                                              const struct mere_snap_parts *parts,
                                              struct mere_snapshot **ret_snap);
/* Open `path` for reading, load, close. */
MERE_MUST_USE enum mere_status mere_snap_load_file(struct mere_ctx *ctx, const char *path,
                                                   const struct mere_snap_parts *parts,
                                                   struct mere_snapshot **ret_snap);
/* A snapshot of a network made elsewhere: for tests and for plans that are not stored. Takes `net`,
 * also on failure. `main_scheme` may be NULL. */
MERE_MUST_USE enum mere_status mere_snap_of_net(struct mere_ctx *ctx, struct mere_net *net,
                                                int64_t generation, const char *main_scheme,
                                                const struct mere_snap_parts *parts,
                                                struct mere_snapshot **ret_snap);
void mere_snap_free(struct mere_snapshot *snap);

/* The parts; all live as long as the snapshot (or while it is pinned). */
const struct mere_net *mere_snap_net(const struct mere_snapshot *snap);
const struct mere_district *mere_snap_district(const struct mere_snapshot *snap);
const struct mere_locator *
mere_snap_locator(const struct mere_snapshot *snap);             /* NULL: not asked */
int32_t mere_snap_main_scheme(const struct mere_snapshot *snap); /* MERE_UNKNOWN without schemes */
/* The reference layers: a pointer to `*ret_n` of them. */
const struct mere_ref_layer *mere_snap_references(const struct mere_snapshot *snap, size_t *ret_n);
/* What other programs changed in the file and nobody has taken yet: a pointer to `*ret_n` changes.
 */
const struct mere_outside_change *mere_snap_outside(const struct mere_snapshot *snap,
                                                    size_t *ret_n);

/* ---- the current snapshot of a store
 * ------------------------------------------------------------- `mere_store_open`,
 * `mere_store_close`, `mere_snapshot_pin` and `_unpin` stand in merestone.h. */

/* A store that begins with `first`, which it takes (also on failure). Snapshots of a store have a
 * locator. */
MERE_MUST_USE enum mere_status mere_snap_store_new(struct mere_ctx *ctx,
                                                   struct mere_snapshot *first,
                                                   struct mere_store **ret_store);
/* Make `fresh` the current snapshot and free the older ones that nobody holds. Takes `fresh`, also
 * on failure (memory is out; then the old one stays). Writers exclude each other with a lock;
 * readers never wait for it. */
MERE_MUST_USE enum mere_status mere_snap_swap(struct mere_ctx *ctx, struct mere_store *store,
                                              struct mere_snapshot *fresh);
/* How many snapshots the store keeps: the current one and those still pinned. For tests. */
size_t mere_snap_kept(struct mere_store *store);
#endif
