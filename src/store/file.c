/* file.c - the store as a file of the system: what is refused before SQLite works on it, and how a
 * new one appears whole or not at all.
 *
 * The file is never opened here by ourselves once SQLite has it open: closing a second descriptor
 * would drop SQLite's POSIX locks ("How To Corrupt An SQLite Database File", 2.2). */
#include "store/store_priv.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum mere_status mere_file_check(struct mere_ctx *ctx, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return mere_fail(ctx, MERE_E_INPUT,
                             "'%s' does not exist: make a store with `merestone init`", path);
        return mere_fail(ctx, MERE_E_IO, "'%s' can't be looked at: %s", path, strerror(errno));
    }
    if (S_ISDIR(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "'%s' is a folder: name the store's .gpkg file", path);
    if (!S_ISREG(st.st_mode))
        return mere_fail(ctx, MERE_E_INPUT, "'%s' is not an ordinary file", path);
    if (st.st_size == 0)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s' is empty (0 bytes): remove it and make a store with `merestone init`", path);
    if (access(path, R_OK) != 0)
        return mere_fail(ctx, MERE_E_IO, "'%s' may not be read: %s", path, strerror(errno));
    return MERE_OK;
}

/* ---- network drives ----------------------------------------------------------------------------
 */

#define FUSE_MAGIC 0x65735546u

bool mere_file_is_network(uint32_t magic, const char *type)
{
    /* statfs(2): NFS, SMB, SMB2, CIFS, NCP, CODA, AFS (two), Ceph, Lustre, GFS2, OCFS2. */
    static const uint32_t magics[] = {0x6969,     0x517b,     0xfe534d42, 0xff534d42,
                                      0x564c,     0x73757245, 0x5346414f, 0x6b414653,
                                      0x00c36400, 0x0bd00bd0, 0x01161970, 0x7461636f};
    static const char *const fuse[] = {"fuse.sshfs",    "fuse.rclone", "fuse.s3fs",
                                       "fuse.gcsfuse",  "fuse.davfs",  "fuse.glusterfs",
                                       "fuse.curlftpfs"};
    for (size_t i = 0; i < MERE_LEN(magics); i++) {
        if (magic == magics[i])
            return true;
    }
    /* FUSE says the same for a USB stick and for another machine: the mount's type decides. */
    for (size_t i = 0; magic == FUSE_MAGIC && type && i < MERE_LEN(fuse); i++) {
        if (strcmp(type, fuse[i]) == 0)
            return true;
    }
    return false;
}

/* The type of the mount that holds device `dev`, from /proc/self/mountinfo (proc(5)): the third
 * field is major:minor, the type follows " - ". */
static const char *mount_type(dev_t dev, char *line, size_t size)
{
    char want[48];
    snprintf(want, sizeof want, " %u:%u ", major(dev), minor(dev));
    FILE *f = fopen("/proc/self/mountinfo", "re");
    const char *type = NULL;
    while (f && !type && fgets(line, (int)size, f)) {
        char *found = strstr(line, want), *dash = found ? strstr(found, " - ") : NULL;
        if (!dash)
            continue;
        dash[3 + strcspn(dash + 3, " \n")] = '\0';
        type = dash + 3;
    }
    if (f)
        (void)fclose(f);
    return type;
}

enum mere_status mere_file_check_drive(struct mere_ctx *ctx, const char *path)
{
    struct statfs fs;
    struct stat st;
    char line[4096];
    if (statfs(path, &fs) != 0 || stat(path, &st) != 0)
        return mere_fail(ctx, MERE_E_IO, "'%s' can't be looked at: %s", path, strerror(errno));
    uint32_t magic = (uint32_t)fs.f_type;
    const char *type = magic == FUSE_MAGIC ? mount_type(st.st_dev, line, sizeof line) : NULL;
    if (mere_file_is_network(magic, type))
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s' is on a network drive, where file locks can't be trusted and a store "
            "could be damaged: copy it to a local disk and work there",
            path);
    return MERE_OK;
}

/* ---- the header of an open file ----------------------------------------------------------------
 */

/* SQLite file format, 1.3: magic, page size at 16, page count at 28 (valid if the counters at 24
 * and 92 agree), application id at 68; numbers big-endian. */
enum mere_status mere_file_check_header(struct mere_ctx *ctx, struct mere_db *db)
{
    sqlite3_file *file = NULL;
    uint8_t h[100];
    sqlite3_int64 size = 0;
    if (sqlite3_file_control(db->sql, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        !file || !file->pMethods || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return mere_fail(ctx, MERE_E_IO, "'%s' can't be read", db->path);
    if (size < (sqlite3_int64)sizeof h ||
        file->pMethods->xRead(file, h, (int)sizeof h, 0) != SQLITE_OK ||
        memcmp(h, "SQLite format 3", 16) != 0)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' is not a GeoPackage (no SQLite file): bring its contents in with "
                         "`merestone import` into a store made by `merestone init`",
                         db->path);
    sqlite3_int64 page = h[16] << 8 | h[17];
    page = page == 1 ? 65536 : page;
    sqlite3_int64 pages = (sqlite3_int64)h[28] << 24 | h[29] << 16 | h[30] << 8 | h[31];
    /* While a log waits to be copied back, the file itself may be shorter than it will be. */
    struct stat st;
    char *name = sqlite3_mprintf("%s-wal", db->path);
    char *journal = sqlite3_mprintf("%s-journal", db->path);
    bool pending = !name || !journal || (stat(name, &st) == 0 && st.st_size > 0) ||
                   (stat(journal, &st) == 0 && st.st_size > 0);
    sqlite3_free(name);
    sqlite3_free(journal);
    if (!pending && memcmp(h + 24, h + 92, 4) == 0 && pages > 0 && size < page * pages)
        return mere_fail(
            ctx, MERE_E_INPUT,
            "'%s' is truncated: it has %lld bytes of %lld; copy it again from where it "
            "came, or put back a copy",
            db->path, (long long)size, (long long)(page * pages));
    return MERE_OK;
}

/* ---- a new file ---- */

static bool write_all(int fd, const uint8_t *bytes, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        n -= (size_t)wrote;
    }
    return true;
}

static enum mere_status sync_folder(struct mere_ctx *ctx, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? sqlite3_mprintf("%.*s", (int)(slash - path + 1), path) : sqlite3_mprintf(".");
    if (!folder)
        return mere_fail_nomem(ctx, "making the store");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    sqlite3_free(folder);
    /* Some file systems can't sync a folder; the file itself is safe by now. */
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
    return MERE_OK;
}

/* Written under a name beside `path`, synced, then linked: link(2) never replaces a file. Where
 * links are unknown (FAT), rename(2) after one more look. */
static bool link_or_rename(const char *temp, const char *path)
{
    if (link(temp, path) == 0) {
        (void)unlink(temp);
        return true;
    }
    struct stat st;
    if (errno == EEXIST)
        return false;
    if (lstat(path, &st) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(temp, path) == 0;
}

enum mere_status mere_file_publish(struct mere_ctx *ctx, const char *path, const void *bytes,
                                   size_t n)
{
    char *temp = sqlite3_mprintf("%s.%ld.new", path, (long)getpid());
    if (!temp)
        return mere_fail_nomem(ctx, "making the store");
    int error = 0;
    int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        error = errno;
    } else {
        if (!write_all(fd, bytes, n) || fsync(fd) != 0)
            error = errno;
        if (close(fd) != 0 && !error)
            error = errno;
        if (!error && !link_or_rename(temp, path))
            error = errno;
        if (error)
            (void)unlink(temp);
    }
    sqlite3_free(temp);
    if (error == EEXIST)
        return mere_fail(ctx, MERE_E_INPUT, "'%s' exists already: choose another name", path);
    if (error == ENOENT || error == ENOTDIR)
        return mere_fail(ctx, MERE_E_INPUT, "the folder of '%s' does not exist: make it first",
                         path);
    if (error == EACCES || error == EPERM || error == EROFS)
        return mere_fail(ctx, MERE_E_INPUT,
                         "'%s' can't be written: %s: choose a folder that you may write to", path,
                         strerror(error));
    if (error)
        return mere_fail(ctx, MERE_E_IO, "'%s' can't be written: %s", path, strerror(error));
    return sync_folder(ctx, path);
}
