/* io_fixture.h - a folder with a store in it and files beside, gone at the end. */
#ifndef MERE_TESTS_IO_FIXTURE_H
#define MERE_TESTS_IO_FIXTURE_H
#include "check.h"
#include "io/export.h"
#include "io/import.h"
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

struct bench {
    struct mere_ctx *ctx;
    struct mere_db *db;
    struct mere_arena arena;
    struct mere_import_report report;
    char dir[64];
    char path[512]; /* the last made by bench_at */
};

#define DATA "../shared/data/"

static inline const char *bench_at(struct bench *b, const char *name)
{
    snprintf(b->path, sizeof b->path, "%s/%s", b->dir, name);
    return b->path;
}

static inline bool file_is_there(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static inline struct bench bench_new(void)
{
    static const struct mere_district DISTRICT = {.code = "1",
                                                  .name = "x",
                                                  .main = "grid",
                                                  .profile = "plain",
                                                  .lang = "en",
                                                  .match_units = 3};
    struct bench b = {.ctx = mere_ctx_new()};
    snprintf(b.dir, sizeof b.dir, "/tmp/mere-io-XXXXXX");
    CHECK(mkdtemp(b.dir) != NULL);
    char store[96];
    snprintf(store, sizeof store, "%s/store.gpkg", b.dir);
    CHECK_INT(MERE_OK, mere_db_create(b.ctx, store, &DISTRICT));
    CHECK_INT(MERE_OK, mere_db_open(b.ctx, store, MERE_DB_WRITE, &b.db));
    return b;
}

static inline void bench_free(struct bench *b)
{
    mere_db_close(b->db);
    mere_import_report_clear(&b->report);
    mere_arena_clear(&b->arena);
    mere_ctx_free(b->ctx);
    DIR *dir = opendir(b->dir);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(b->path, sizeof b->path, "%s/%s", b->dir, e->d_name);
        unlink(b->path);
    }
    if (dir)
        closedir(dir);
    CHECK_INT(0, rmdir(b->dir)); /* no temporary folder may be left */
}

/* Write `text` as a file beside the store. */
static inline const char *bench_write(struct bench *b, const char *name, const char *text)
{
    FILE *f = fopen(bench_at(b, name), "wb");
    if (CHECK(f != NULL)) {
        fputs(text, f);
        fclose(f);
    }
    return b->path;
}

static inline enum mere_status bench_import(struct bench *b, const char *path,
                                            struct mere_import_options options)
{
    mere_import_report_clear(&b->report);
    if (!options.scheme)
        options.scheme = "grid";
    options.who = "test";
    options.when = "2026-11-02T08:00:00Z";
    return mere_import(b->ctx, b->db, path, &options, &b->report);
}

/* Import that must be done; its sentence is printed when it isn't. */
static inline bool bench_take(struct bench *b, const char *path, struct mere_import_options options)
{
    bool ok = CHECK_INT(MERE_OK, bench_import(b, path, options));
    if (!ok)
        printf("    %s\n", mere_ctx_error(b->ctx));
    CHECK_INT(b->report.n_features, b->report.n_used + b->report.n_rejected);
    return ok;
}

static inline struct mere_layer bench_read(struct bench *b, const char *scheme)
{
    struct mere_layer layer = {0};
    if (!CHECK_INT(MERE_OK, mere_db_read_layer(b->ctx, b->db, scheme, &b->arena, &layer)))
        printf("    %s\n", mere_ctx_error(b->ctx));
    return layer;
}

static inline size_t bench_found(const struct bench *b, const char *rule)
{
    size_t n = 0;
    for (size_t i = 0; i < b->report.n_findings; i++)
        n += strcmp(b->report.findings[i].rule, rule) == 0;
    return n;
}

/* A GeoJSON of features given as "properties|coordinates of a polygon" pairs. */
static inline const char *bench_json(struct bench *b, const char *name, const char *const *features,
                                     size_t n)
{
    FILE *f = fopen(bench_at(b, name), "wb");
    if (!CHECK(f != NULL))
        return b->path;
    fputs("{\"type\":\"FeatureCollection\",\"features\":[", f);
    for (size_t i = 0; i < n; i++) {
        const char *bar = strchr(features[i], '|');
        const char *shape = bar + 1;
        bool whole = *shape == '{' || *shape == 'n'; /* a geometry, or null */
        fprintf(f, "%s{\"type\":\"Feature\",\"properties\":{%.*s},\"geometry\":%s%s%s}",
                i ? "," : "", (int)(bar - features[i]), features[i],
                whole ? "" : "{\"type\":\"Polygon\",\"coordinates\":", shape, whole ? "" : "}");
    }
    fputs("]}", f);
    fclose(f);
    return b->path;
}
#endif
