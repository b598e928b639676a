/* fileset.h - an output that is one file, or several that belong together.
 *
 * A shapefile is .shp .shx .dbf .prj .cpg and whatever other programs put beside it; a CSV may have
 * a .csvt, a GeoPackage its -wal. A reader takes all of them for one thing, so they are written and
 * replaced as one thing: what is new is made in a folder beside its place; what an older output of
 * the name has left (its .prj says in which CRS, its .qix where what lies) goes, and then all is
 * moved to its place, the file that readers open last. When that fails, what was there comes back.
 *
 *     struct mere_fileset *set;
 *     MERE_TRY(mere_fileset_open(ctx, path, force, &set));
 *     ... write mere_fileset_inside(set), and what goes beside it ...
 *     status = mere_fileset_commit(ctx, set);
 *     mere_fileset_free(set);                                 also instead of the commit */
#ifndef MERE_IO_FILESET_H
#define MERE_IO_FILESET_H
#include "base/base.h"

/* Whether `path` may be written. Fails with MERE_E_INPUT when it is a link, a folder or anything
 * else than a file, or its folder isn't there; unless `force` also when it exists, or any file that
 * would be taken for a part of it. */
MERE_MUST_USE enum mere_status mere_fileset_check(struct mere_ctx *ctx, const char *path,
                                                  bool force);
/* Refuse a set of which any file is `input`, by whatever name. */
MERE_MUST_USE enum mere_status mere_fileset_apart(struct mere_ctx *ctx, const char *path,
                                                  const char *input);
/* After `path` alone was replaced: remove what else an older set has left beside it. */
MERE_MUST_USE enum mere_status mere_fileset_drop(struct mere_ctx *ctx, const char *path);

struct mere_fileset;
/* Check, and make the folder. Gives `*ret`. */
MERE_MUST_USE enum mere_status mere_fileset_open(struct mere_ctx *ctx, const char *path, bool force,
                                                 struct mere_fileset **ret);
/* Where the file that readers open is to be written; what goes beside it goes beside it there. */
const char *mere_fileset_inside(const struct mere_fileset *set);
/* Put all files in their places, once. Fails with MERE_E_INPUT when something came meanwhile and
 * not `force`, MERE_E_IO when moving fails; what was there is there again then. */
MERE_MUST_USE enum mere_status mere_fileset_commit(struct mere_ctx *ctx, struct mere_fileset *set);
/* Remove the folder with what is left in it. Accepts NULL. */
void mere_fileset_free(struct mere_fileset *set);
#endif
