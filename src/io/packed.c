/* packed.c - which file of a .zip is meant.
 * What lies at the top of a .zip GDAL finds by itself. Deeper down there must be exactly one file
 * of a format that we read: which of several is meant, nobody can tell. The list is bounded, and a
 * .zip that would unpack to very much more than it is (a "bomb") is refused before anything in it
 * is read. */
#include "base/text.h"
#include "io/gdal_errors.h"
#include "io/source_priv.h"
#include <cpl_vsi.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ENTRIES 5000               /* GDAL's listing takes the square of it */
#define BOMB_BYTES ((uint64_t)1 << 30) /* below this nothing is a bomb */
#define BOMB_RATIO 200                 /* a .dbf of blanks packs 100 : 1 */
#define LISTED 20

/* The file of a dataset that is named to open it. */
static bool is_candidate(const char *name)
{
    static const char *const ENDS[] = {".shp",      ".gpkg", ".geojson",  ".json", ".geojsonl",
                                       ".geojsons", ".fgb",  ".topojson", ".kml",  ".gml",
                                       ".tab",      ".mif",  ".csv",      ".xlsx", ".ods",
                                       ".dxf",      ".gpx",  ".sqlite"};
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    /* macOS packs a shadow "._name" of every file. */
    if (strncmp(base, "._", 2) == 0 || strncmp(name, "__MACOSX/", 9) == 0)
        return false;
    for (size_t i = 0; i < MERE_LEN(ENDS); i++)
        if (mere_ends_with(base, ENDS[i]))
            return true;
    return false;
}

struct listing {
    size_t n_candidates;
    struct mere_text names; /* of candidates, up to LISTED */
    struct mere_text first;
};

/* ---- how much it holds: PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.3.16 ---------------------
 */

#define END_LEN 22
#define ENTRY_LEN 46
#define COMMENT_MAX 65535

static uint32_t get16(const unsigned char *p)
{
    return (uint32_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const unsigned char *p)
{
    return get16(p) | get16(p + 2) << 16;
}

/* Read the record that ends a .zip; false when there is none. */
static bool read_end(FILE *f, uint64_t size, unsigned char ret[END_LEN])
{
    static const unsigned char SIGN[4] = {'P', 'K', 5, 6};
    size_t n = size < COMMENT_MAX + END_LEN ? (size_t)size : COMMENT_MAX + END_LEN;
    unsigned char *tail = malloc(n + 1);
    bool found = false;
    if (tail && fseek(f, -(long)n, SEEK_END) == 0 && fread(tail, 1, n, f) == n)
        for (size_t i = n < END_LEN ? 0 : n - END_LEN + 1; i-- > 0 && !found;)
            if (memcmp(tail + i, SIGN, sizeof SIGN) == 0) {
                memcpy(ret, tail + i, END_LEN);
                found = true;
            }
    free(tail);
    return found;
}

/* The bytes that `n` entries say they unpack to, from where `f` stands. */
static uint64_t sum_sizes(FILE *f, size_t n)
{
    uint64_t bytes = 0;
    unsigned char entry[ENTRY_LEN];
    for (size_t i = 0; i < n && fread(entry, 1, sizeof entry, f) == sizeof entry; i++) {
        if (memcmp(entry, "PK\1\2", 4) != 0)
            break;
        bytes += get32(entry + 24); /* 4 GiB - 1 where it is more */
        uint32_t behind = get16(entry + 28) + get16(entry + 30) + get16(entry + 32);
        if (fseek(f, (long)behind, SEEK_CUR) != 0)
            break;
    }
    return bytes;
}

static enum mere_status refuse_bomb(struct mere_ctx *ctx, const char *path, FILE *f)
{
    unsigned char end[END_LEN];
    struct stat st;
    if (fstat(fileno(f), &st) != 0 || !read_end(f, (uint64_t)st.st_size, end))
        return MERE_OK; /* no .zip: what opens it says so */
    uint64_t size = (uint64_t)st.st_size;
    uint32_t n = get16(end + 10);
    uint32_t at = get32(end + 16);
    if (n > MAX_ENTRIES)
        return mere_fail(ctx, MERE_E_INPUT, "%s holds more than %d files: unpack what is meant",
                         path, MAX_ENTRIES);
    if (at == UINT32_MAX)
        return mere_fail(ctx, MERE_E_INPUT, "%s is larger than 4 GiB: unpack what is meant", path);
    uint64_t bytes = fseek(f, (long)at, SEEK_SET) == 0 ? sum_sizes(f, n) : 0;
    if (bytes > BOMB_BYTES && bytes / BOMB_RATIO > size)
        return mere_fail(ctx, MERE_E_INPUT,
                         "%s would unpack from %" PRIu64 " to %" PRIu64
                         " bytes or more, which no map does: it is not read",
                         path, size, bytes);
    return MERE_OK;
}

enum mere_status mere_packed_check(struct mere_ctx *ctx, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return mere_fail(ctx, MERE_E_INPUT, "%s can't be read", path);
    enum mere_status status = refuse_bomb(ctx, path, f);
    fclose(f);
    return status;
}

/* ---- which file is meant --------------------------------------------------------------------- */

static void take_entry(struct listing *list, const VSIDIREntry *entry)
{
    if (VSI_ISDIR(entry->nMode) || !is_candidate(entry->pszName))
        return;
    if (list->n_candidates++ == 0)
        mere_text_add(&list->first, entry->pszName);
    if (list->n_candidates <= LISTED)
        mere_text_addf(&list->names, "\n  %s", entry->pszName);
}

/* The names are those of GDAL, which knows in which encoding they stand. */
static enum mere_status list_zip(struct mere_ctx *ctx, const char *path, struct listing *list)
{
    struct mere_text name = {0};
    mere_text_addf(&name, "/vsizip/{%s}", path);
    if (name.failed)
        return mere_fail_nomem(ctx, "looking into a .zip");
    VSIDIR *dir = VSIOpenDir(mere_text_str(&name), -1, NULL);
    const VSIDIREntry *entry;
    while (dir && (entry = VSIGetNextDirEntry(dir)))
        take_entry(list, entry);
    if (dir)
        VSICloseDir(dir);
    mere_text_clear(&name);
    return MERE_OK;
}

enum mere_status mere_packed_look(struct mere_ctx *ctx, const char *path, struct mere_arena *arena,
                                  struct mere_packed *ret)
{
    struct listing list = {0};
    struct mere_gdal_errors errors;
    mere_gdal_catch(&errors);
    enum mere_status status = list_zip(ctx, path, &list);
    mere_gdal_release();
    *ret = (struct mere_packed){.n = list.n_candidates};
    if (status == MERE_OK && list.n_candidates == 1) {
        struct mere_text inner = {0};
        mere_text_addf(&inner, "/vsizip/{%s}/%s", path, mere_text_str(&list.first));
        ret->inner = inner.failed ? NULL : mere_arena_text(arena, inner.s, inner.len);
        mere_text_clear(&inner);
    } else if (status == MERE_OK && list.n_candidates > 1) {
        if (list.n_candidates > LISTED)
            mere_text_addf(&list.names, "\n  and %zu more", list.n_candidates - LISTED);
        ret->names = list.names.failed
                         ? NULL
                         : mere_arena_text(arena, mere_text_str(&list.names), list.names.len);
    }
    if (status == MERE_OK && ((ret->n == 1 && !ret->inner) || (ret->n > 1 && !ret->names)))
        status = mere_fail_nomem(ctx, "looking into a .zip");
    mere_text_clear(&list.names);
    mere_text_clear(&list.first);
    return status;
}
