#include "io/fileset.h"
#include "base/text.h"
#include "base/vec.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* The endings that belong together, after the stem's name. Of a shapefile: Esri's description
 * (1998) and ArcGIS (.sbn .sbx .fbn .fbx .ain .aih .ixs .mxs .atx, metadata in .xml), GDAL and
 * MapServer (.qix, .idm, .ind), QGIS (.qpj, .qmd); a .qml is the drawing style of a person. A
 * GeoPackage's journals would be played into the new file. */
#define MAX_ENDINGS 28
static const struct {
    const char *main;
    const char *endings[MAX_ENDINGS];
} SETS[] = {
    {".shp",
     {".shp", ".shx", ".dbf", ".prj", ".qpj", ".cpg", ".cst", ".qix", ".sbn",     ".sbx", ".fbn",
      ".fbx", ".ain", ".aih", ".ixs", ".mxs", ".atx", ".idm", ".ind", ".shp.xml", ".qmd"}},
    {".csv", {".csv", ".csvt"}},
    {".gpkg", {".gpkg", ".gpkg-wal", ".gpkg-shm", ".gpkg-journal"}},
};

struct mere_fileset {
    struct mere_arena arena;
    const char *path, *folder, *inside;
    bool force;
};

/* A list of names, in an arena. */
struct names {
    MERE_VEC(const char *) list;
};

/* ---- the files that stand there ------------------------------------------------------------- */

static size_t folder_len(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash + 1 - path) : 0;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcasecmp(s + n - m, end) == 0;
}

/* Whether the file `name` belongs to the set whose file to open is called `base`. */
static bool is_member(const char *base, const char *name)
{
    for (size_t s = 0; s < MERE_LEN(SETS); s++) {
        if (!ends_with(base, SETS[s].main))
            continue;
        size_t stem = strlen(base) - strlen(SETS[s].main);
        bool deep = strncmp(name, base, stem) == 0 && name[stem] == '.';
        for (size_t i = 0; deep && i < MAX_ENDINGS && SETS[s].endings[i]; i++) {
            const char *ending = SETS[s].endings[i];
            /* An index of one field stands under its name: roads.code.atx. */
            if (strcasecmp(name + stem, ending) == 0 ||
                (strcmp(ending, ".atx") == 0 && ends_with(name + stem, ending)))
                return true;
        }
    }
    return strcmp(name, base) == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in `folder` of files of the set called `base`; of all files when NULL. Sorted. */
static enum mere_status list_files(struct mere_ctx *ctx, const char *folder, const char *base,
                                   struct mere_arena *arena, struct names *ret)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    bool good = true;
    while (dir && good && (entry = readdir(dir)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (base && !is_member(base, name)))
            continue;
        const char *copy = mere_arena_text(arena, name, strlen(name));
        good = copy && MERE_PUSH(&ret->list, copy);
    }
    int why = errno;
    if (dir)
        closedir(dir);
    if (!good)
        return mere_fail_nomem(ctx, "listing files");
    if (ret->list.n)
        qsort(ret->list.v, ret->list.n, sizeof *ret->list.v, by_text);
    return dir ? MERE_OK
               : mere_fail(ctx, MERE_E_INPUT, "%s can't be read: %s", folder, strerror(why));
}

static const char *join(struct mere_arena *arena, const char *folder, const char *name)
{
    struct mere_text text = {0};
    size_t n = strlen(folder);
    mere_text_addf(&text, "%s%s%s", folder, n == 0 || folder[n - 1] == '/' ? "" : "/", name);
    const char *path = text.failed ? NULL : mere_arena_text(arena, mere_text_str(&text), text.len);
    mere_text_clear(&text);
    return path;
}

static const char *folder_of(struct mere_arena *arena, const char *path)
{
    size_t n = folder_len(path);
    return n ? mere_arena_text(arena, path, n) : mere_arena_text(arena, "./", 2);
}

static enum mere_status list_members(struct mere_ctx *ctx, const char *path,
                                     struct mere_arena *arena, struct names *ret)
{
    const char *folder = folder_of(arena, path);
    if (!folder)
        return mere_fail_nomem(ctx, "listing files");
    return list_files(ctx, folder, path + folder_len(path), arena, ret);
}

/* ---- checks --------------------------------------------------------------------------------- */

static enum mere_status check_kind(struct mere_ctx *ctx, const char *path)
{
    struct stat st;
    char target[4096];
    if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
        return MERE_OK;
    if (S_ISDIR(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "%s is a folder; name a file", path);
    if (!S_ISLNK(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "%s is no ordinary file; name another", path);
    ssize_t n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = 0;
    return mere_fail(ctx, MERE_E_INPUT,
                     "%s is a link to %s, and an output does not replace a link; name the file "
                     "itself",
                     path, target);
}

static enum mere_status check_folder(struct mere_ctx *ctx, const char *folder, const char *path)
{
    struct stat st;
    return stat(folder, &st) == 0 && S_ISDIR(st.st_mode)
               ? MERE_OK
               : mere_fail(ctx, MERE_E_INPUT,
                           "cannot write %s: its folder does not exist; make it first", path);
}

static enum mere_status check_members(struct mere_ctx *ctx, const char *path, bool force,
                                      const struct names *members)
{
    const char *base = path + folder_len(path);
    for (size_t i = 0; i < members->list.n && !force; i++)
        if (strcmp(members->list.v[i], base) == 0)
            return mere_fail(ctx, MERE_E_INPUT, "%s exists; name another file or say --force",
                             path);
    if (members->list.n > 0 && !force)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s stands beside %s and would be taken for a part of it, or replaced; "
                         "name another file or say --force",
                         members->list.v[0], path);
    return MERE_OK;
}

enum mere_status mere_fileset_check(struct mere_ctx *ctx, const char *path, bool force)
{
    struct mere_arena arena = {0};
    struct names members = {0};
    const char *folder = folder_of(&arena, path);
    enum mere_status status =
        folder ? check_folder(ctx, folder, path) : mere_fail_nomem(ctx, "looking for a folder");
    if (status == MERE_OK)
        status = check_kind(ctx, path);
    if (status == MERE_OK)
        status = list_members(ctx, path, &arena, &members);
    if (status == MERE_OK)
        status = check_members(ctx, path, force, &members);
    MERE_VEC_FREE(&members.list);
    mere_arena_clear(&arena);
    return status;
}

enum mere_status mere_fileset_apart(struct mere_ctx *ctx, const char *path, const char *input)
{
    struct mere_arena arena = {0};
    struct names members = {0};
    struct stat in, st;
    if (stat(input, &in) != 0)
        return MERE_OK;
    const char *folder = folder_of(&arena, path);
    enum mere_status status = MERE_OK;
    if (folder && stat(folder, &st) == 0)
        status = list_members(ctx, path, &arena, &members);
    for (size_t i = 0; i < members.list.n && status == MERE_OK; i++) {
        const char *member = join(&arena, folder, members.list.v[i]);
        if (member && stat(member, &st) == 0 && st.st_dev == in.st_dev && st.st_ino == in.st_ino)
            status = mere_fail(ctx, MERE_E_INPUT,
                               "%s is what this command reads (%s) and a part of %s: write to "
                               "another file",
                               members.list.v[i], input, path);
    }
    MERE_VEC_FREE(&members.list);
    mere_arena_clear(&arena);
    return status;
}

enum mere_status mere_fileset_drop(struct mere_ctx *ctx, const char *path)
{
    struct mere_arena arena = {0};
    struct names members = {0};
    enum mere_status status = list_members(ctx, path, &arena, &members);
    const char *folder = folder_of(&arena, path);
    for (size_t i = 0; i < members.list.n && status == MERE_OK; i++) {
        const char *name = members.list.v[i];
        const char *member = folder ? join(&arena, folder, name) : NULL;
        if (strcmp(name, path + folder_len(path)) != 0 && (!member || remove(member) != 0))
            status = mere_fail(ctx, MERE_E_IO, "%s beside %s can't be removed: %s", name, path,
                               strerror(errno));
    }
    MERE_VEC_FREE(&members.list);
    mere_arena_clear(&arena);
    return status;
}

/* ---- making --------------------------------------------------------------------------------- */

enum mere_status mere_fileset_open(struct mere_ctx *ctx, const char *path, bool force,
                                   struct mere_fileset **ret)
{
    MERE_TRY(mere_fileset_check(ctx, path, force));
    struct mere_fileset *set = calloc(1, sizeof *set);
    if (!set)
        return mere_fail_nomem(ctx, "opening the output");
    size_t n = folder_len(path);
    struct mere_text folder = {0};
    mere_text_addf(&folder, "%.*s.merestone-XXXXXX", (int)n, path);
    enum mere_status status = MERE_OK;
    if (folder.failed)
        status = mere_fail_nomem(ctx, "opening the output");
    else if (!mkdtemp(folder.s)) {
        bool theirs = errno == EACCES || errno == EROFS || errno == ENOENT || errno == ENOTDIR;
        status = mere_fail(ctx, theirs ? MERE_E_INPUT : MERE_E_IO,
                           "%s can't be written: its folder: %s", path, strerror(errno));
    } else {
        set->force = force;
        set->path = mere_arena_text(&set->arena, path, strlen(path));
        set->folder = mere_arena_text(&set->arena, folder.s, folder.len);
        set->inside = set->folder ? join(&set->arena, set->folder, path + n) : NULL;
        if (!set->path || !set->inside)
            status = mere_fail_nomem(ctx, "opening the output");
        if (!set->folder)
            rmdir(folder.s);
    }
    mere_text_clear(&folder);
    if (status == MERE_OK)
        *ret = set;
    else
        mere_fileset_free(set);
    return status;
}

const char *mere_fileset_inside(const struct mere_fileset *set)
{
    return set->inside;
}

/* Allocates nothing itself: it also cleans up after memory ran out. */
static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL) /* NOLINT(concurrency-mt-unsafe) */
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(folder);
}

void mere_fileset_free(struct mere_fileset *set)
{
    if (!set)
        return;
    if (set->folder)
        remove_folder(set->folder);
    mere_arena_clear(&set->arena);
    free(set);
}

/* ---- putting in place ----------------------------------------------------------------------- */

/* What a commit moves: the older files out of their places, into a folder in ours, and the new ones
 * in. `n_away` and `n_placed` tell how far it has come. */
struct moves {
    struct mere_arena *arena;
    const char *folder, *place, *away; /* ours, the files' own, that for the older ones */
    struct names made, older;
    size_t n_away, n_placed;
    bool force;
};

static bool sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return good;
}

/* Without `force` a file that came meanwhile is not replaced; file systems without hard links get a
 * rename after a second look. */
static bool place(const char *from, const char *to, bool force)
{
    struct stat st;
    if (force)
        return rename(from, to) == 0;
    if (link(from, to) == 0) {
        (void)unlink(from); /* it is in place; the folder of the other name is removed with it */
        return true;
    }
    if (errno == EEXIST)
        return false;
    if (lstat(to, &st) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, to) == 0;
}

static bool move(const struct moves *m, const char *from, const char *to, const char *name,
                 bool force)
{
    const char *a = join(m->arena, from, name), *b = join(m->arena, to, name);
    return a && b && place(a, b, force);
}

static bool move_all(struct moves *m)
{
    for (size_t i = 0; i < m->made.list.n; i++) {
        const char *path = join(m->arena, m->folder, m->made.list.v[i]);
        if (!path || !sync_file(path))
            return false;
    }
    for (; m->n_away < m->older.list.n; m->n_away++)
        if (!move(m, m->place, m->away, m->older.list.v[m->n_away], true))
            return false;
    for (; m->n_placed < m->made.list.n; m->n_placed++)
        if (!move(m, m->folder, m->place, m->made.list.v[m->n_placed], m->force))
            return false;
    return true;
}

/* False when something older could not be brought back: it must not be thrown away then. */
static bool undo(const struct moves *m)
{
    bool good = true;
    for (size_t i = 0; i < m->n_placed; i++) {
        const char *path = join(m->arena, m->place, m->made.list.v[i]);
        if (path)
            remove(path);
    }
    for (size_t i = 0; i < m->n_away; i++)
        good = move(m, m->away, m->place, m->older.list.v[i], true) && good;
    return good;
}

/* `name` to the end of the list (what readers open comes last), or to its beginning (what they open
 * goes first). */
static void put(struct names *names, const char *name, bool last)
{
    for (size_t i = 0; i < names->list.n; i++) {
        if (strcmp(names->list.v[i], name) != 0)
            continue;
        const char **to = &names->list.v[last ? names->list.n - 1 : 0];
        const char *other = *to;
        *to = names->list.v[i];
        names->list.v[i] = other;
        return;
    }
}

static enum mere_status gather(struct mere_ctx *ctx, struct mere_fileset *set, struct moves *m)
{
    const char *base = set->path + folder_len(set->path);
    m->place = folder_of(&set->arena, set->path);
    m->away = join(&set->arena, set->folder, "older");
    if (!m->place || !m->away)
        return mere_fail_nomem(ctx, "writing the output");
    MERE_TRY(list_files(ctx, set->folder, NULL, &set->arena, &m->made));
    MERE_TRY(mere_fileset_check(ctx, set->path, set->force));
    MERE_TRY(list_members(ctx, set->path, &set->arena, &m->older));
    put(&m->made, base, true);
    put(&m->older, base, false);
    /* One file for one file: a rename does it at once. */
    bool one = m->made.list.n == 1 && m->older.list.n == 1 && strcmp(m->older.list.v[0], base) == 0;
    if (one)
        m->older.list.n = 0;
    return MERE_OK;
}

enum mere_status mere_fileset_commit(struct mere_ctx *ctx, struct mere_fileset *set)
{
    struct moves m = {.arena = &set->arena, .folder = set->folder, .force = set->force};
    enum mere_status status = gather(ctx, set, &m);
    if (status == MERE_OK) {
        bool good = m.older.list.n == 0 || mkdir(m.away, 0700) == 0;
        good = good && move_all(&m);
        int why = errno;
        bool whole = good || undo(&m);
        if (!good)
            status = mere_fail(ctx, why == EEXIST ? MERE_E_INPUT : MERE_E_IO,
                               "%s can't be written: %s%s%s", set->path, strerror(why),
                               whole ? "" : "; what was there lies in ", whole ? "" : m.away);
        if (m.older.list.n > 0 && whole)
            remove_folder(m.away);
        sync_file(m.place); /* the new names must survive a power cut */
    }
    MERE_VEC_FREE(&m.made.list);
    MERE_VEC_FREE(&m.older.list);
    return status;
}
