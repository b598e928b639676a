/* out.c - output files appear whole or not at all: written beside their place, synced, then linked
 * or renamed into it. Without --force the last step is link(2), which refuses to replace a file
 * that came while we were writing; file systems without hard links fall back to a rename after a
 * second look. */
#include "cli/cli.h"
#include "io/fileset.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum mere_status fail_errno(struct mere_cli *cli, const char *what, const char *path)
{
    int why = errno;
    bool theirs = why == ENOENT || why == EACCES || why == ENOTDIR || why == EISDIR || why == EROFS;
    return mere_fail(cli->ctx, theirs ? MERE_E_INPUT : MERE_E_IO, "cannot %s %s: %s", what, path,
                     strerror(why));
}

enum mere_status mere_out_check(struct mere_cli *cli, const char *path, bool force)
{
    return mere_fileset_check(cli->ctx, path, force);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Whether `path` is where SQLite keeps a journal of the database `input`. */
static bool is_journal(struct mere_cli *cli, const char *path, const char *input)
{
    static const char *const ENDS[] = {"-wal", "-shm", "-journal"};
    size_t n = strlen(path);
    for (size_t i = 0; i < MERE_LEN(ENDS); i++) {
        size_t m = strlen(ENDS[i]);
        const char *stem = n > m && strcmp(path + n - m, ENDS[i]) == 0
                               ? mere_arena_text(&cli->arena, path, n - m)
                               : NULL;
        if (stem && same_file(stem, input))
            return true;
    }
    return false;
}

enum mere_status mere_out_apart(struct mere_cli *cli, const char *path, const char *input)
{
    if (!path || strcmp(path, "-") == 0)
        return MERE_OK;
    if (same_file(path, input))
        return mere_fail(cli->ctx, MERE_E_INPUT,
                         "%s is what this command reads (%s): write to another file", path, input);
    if (is_journal(cli, path, input))
        return mere_fail(cli->ctx, MERE_E_INPUT,
                         "%s is where the journal of %s is kept: write to another file", path,
                         input);
    return mere_fileset_apart(cli->ctx, path, input);
}

enum mere_status mere_out_open(struct mere_cli *cli, const char *path, bool force,
                               struct mere_out *ret_out)
{
    struct mere_out out = {.force = force};
    if (!path || strcmp(path, "-") == 0) {
        out.f = cli->out;
        *ret_out = out;
        return MERE_OK;
    }
    MERE_TRY(mere_out_check(cli, path, force));
    size_t len = strlen(path);
    out.path = calloc(1, len + 1);
    out.tmp = calloc(1, len + sizeof ".part-XXXXXX");
    if (!out.path || !out.tmp) {
        mere_out_abort(&out);
        return mere_fail_nomem(cli->ctx, "opening the output");
    }
    memcpy(out.path, path, len);
    memcpy(out.tmp, path, len);
    memcpy(out.tmp + len, ".part-XXXXXX", sizeof ".part-XXXXXX");
    int fd = mkstemp(out.tmp);
    if (fd >= 0) {
        mode_t mask = umask(0);
        umask(mask);
        (void)fchmod(fd,
                     0666 & ~mask); /* mkstemp makes it private; an output is as public as any */
        out.f = fdopen(fd, "w");
        if (!out.f) {
            close(fd);
            unlink(out.tmp);
        }
    }
    if (!out.f) {
        enum mere_status status = fail_errno(cli, "write", path);
        free(out.tmp);
        free(out.path);
        return status;
    }
    *ret_out = out;
    return MERE_OK;
}

static bool put_in_place(const struct mere_out *out)
{
    if (out->force)
        return rename(out->tmp, out->path) == 0;
    if (link(out->tmp, out->path) == 0) {
        (void)unlink(out->tmp); /* it is in place, whatever becomes of the other name */
        return true;
    }
    if (errno == EEXIST)
        return false;
    struct stat st;
    if (stat(out->path, &st) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(out->tmp, out->path) == 0;
}

/* The new name itself must survive a power cut. */
static void sync_folder(const char *path)
{
    char *copy = strdup(path);
    if (!copy)
        return;
    char *slash = strrchr(copy, '/');
    if (slash)
        *(slash == copy ? slash + 1 : slash) = '\0';
    int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(copy);
}

enum mere_status mere_out_commit(struct mere_cli *cli, struct mere_out *out)
{
    if (!out->path) { /* standard output: its owner flushes and checks it */
        *out = (struct mere_out){0};
        return MERE_OK;
    }
    bool ok = fflush(out->f) == 0 && !ferror(out->f) && fsync(fileno(out->f)) == 0;
    int why = errno;
    if (fclose(out->f) != 0 && ok) {
        ok = false;
        why = errno;
    }
    out->f = NULL;
    if (ok && !put_in_place(out)) {
        ok = false;
        why = errno;
    }
    errno = why;
    enum mere_status status = ok ? MERE_OK : fail_errno(cli, "write", out->path);
    if (ok) /* a .csvt of an older output tells other columns */
        status = mere_fileset_drop(cli->ctx, out->path);
    if (ok)
        sync_folder(out->path);
    else
        unlink(out->tmp);
    free(out->tmp);
    free(out->path);
    *out = (struct mere_out){0};
    return status;
}

void mere_out_abort(struct mere_out *out)
{
    if (out->path && out->f)
        fclose(out->f);
    if (out->tmp && out->f)
        unlink(out->tmp);
    free(out->tmp);
    free(out->path);
    *out = (struct mere_out){0};
}
