#include "io/gdal_files.h"
#include "base/base.h"
#include "base/text.h"
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "/vsimerestone/"

/* Where the reader or writer is, and how long the file is by its word: also of one that failed, so
 * that the driver finds what it expects until it closes. */
struct file {
    FILE *f; /* NULL once it failed */
    vsi_l_offset at, size;
    bool was_read; /* C wants a seek between reading and writing */
};

/* What opens when there is no memory for another. */
static _Thread_local struct file lost;

static void fail(struct file *file, const char *doing)
{
    CPLError(CE_Failure, CPLE_FileIO, "%s: %s", doing, strerror(errno)); /* NOLINT */
    if (file->f)
        (void)fclose(file->f);
    file->f = NULL;
}

static bool go_to(struct file *file, vsi_l_offset at)
{
    return file->f && fseeko(file->f, (off_t)at, SEEK_SET) == 0;
}

/* ---- the calls of GDAL ---------------------------------------------------------------------- */

static void *on_open(void *arg, const char *path, const char *access)
{
    (void)arg;
    bool writes = access[0] != 'r'; /* one to read, or to write into, may be missing */
    FILE *f = fopen(path, access);
    if (!f && !writes)
        return NULL;
    struct file *file = calloc(1, sizeof *file);
    if (!file) {
        if (f)
            (void)fclose(f);
        f = NULL;
        errno = ENOMEM;
        memset(&lost, 0, sizeof lost);
        file = &lost;
    }
    file->f = f;
    struct stat st;
    if (!f)
        fail(file, "opening");
    else if (fstat(fileno(f), &st) == 0)
        file->size = (vsi_l_offset)st.st_size;
    return file;
}

static vsi_l_offset on_tell(void *arg)
{
    const struct file *file = arg;
    return file->at;
}

static int on_seek(void *arg, vsi_l_offset offset, int whence)
{
    struct file *file = arg;
    vsi_l_offset from = whence == SEEK_CUR ? file->at : whence == SEEK_END ? file->size : 0;
    file->at = from + offset;
    if (file->f && !go_to(file, file->at))
        fail(file, "seeking");
    return 0;
}

static size_t on_read(void *arg, void *to, size_t size, size_t n)
{
    struct file *file = arg;
    if (!file->f || size == 0 || (!file->was_read && !go_to(file, file->at)))
        return 0;
    file->was_read = true;
    size_t got = fread(to, size, n, file->f);
    file->at += (vsi_l_offset)got * size;
    return got;
}

static int on_eof(void *arg)
{
    const struct file *file = arg;
    return file->at >= file->size;
}

static size_t on_write(void *arg, const void *from, size_t size, size_t n)
{
    struct file *file = arg;
    if (file->f && ((file->was_read && !go_to(file, file->at)) ||
                    fwrite(from, 1, size * n, file->f) != size * n))
        fail(file, "writing");
    file->was_read = false;
    file->at += (vsi_l_offset)size * n;
    file->size = file->at > file->size ? file->at : file->size;
    return n;
}

static int on_flush(void *arg)
{
    struct file *file = arg;
    if (file->f && fflush(file->f) != 0)
        fail(file, "writing");
    return 0;
}

static int on_truncate(void *arg, vsi_l_offset size)
{
    struct file *file = arg;
    (void)on_flush(file);
    if (file->f && ftruncate(fileno(file->f), (off_t)size) != 0)
        fail(file, "cutting");
    file->size = size;
    return 0;
}

static int on_close(void *arg)
{
    struct file *file = arg;
    FILE *f = file->f;
    file->f = NULL;
    if (f && fclose(f) != 0)
        fail(file, "writing");
    if (file != &lost)
        free(file);
    return 0;
}

static int on_stat(void *arg, const char *path, VSIStatBufL *ret, int flags)
{
    (void)arg;
    (void)flags;
    return VSIStatL(path, ret);
}

static int on_unlink(void *arg, const char *path)
{
    (void)arg;
    return unlink(path);
}

/* ---- the handler ---------------------------------------------------------------------------- */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void install(void)
{
    VSIFilesystemPluginCallbacksStruct *calls = VSIAllocFilesystemPluginCallbacksStruct();
    calls->open = on_open;
    calls->tell = on_tell;
    calls->seek = on_seek;
    calls->read = on_read;
    calls->eof = on_eof;
    calls->write = on_write;
    calls->flush = on_flush;
    calls->truncate = on_truncate;
    calls->close = on_close;
    calls->stat = on_stat;
    calls->unlink = on_unlink;
    VSIInstallPluginHandler(PREFIX, calls);
    VSIFreeFilesystemPluginCallbacksStruct(calls);
}

GDALDatasetH mere_gdal_create(const char *driver, const char *path)
{
    GDALDriverH h = GDALGetDriverByName(driver);
    struct mere_text name = {0};
    pthread_once(&once, install);
    mere_text_addf(&name, "%s%s", strcmp(driver, "GPKG") == 0 ? "" : PREFIX, path);
    GDALDatasetH dataset = NULL;
    if (name.failed)
        CPLError(CE_Failure, CPLE_OutOfMemory, "no memory for a name");
    else if (h)
        dataset = GDALCreate(h, mere_text_str(&name), 0, 0, 0, GDT_Unknown, NULL);
    mere_text_clear(&name);
    return dataset;
}
