/* test_store_kill.c - a kill, a full disk, no memory: the store is as before or as after. */
#define _DEFAULT_SOURCE 1 /* mount */
#include "base/hash.h"
#include "store_fixture.h"
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

/* `few` in the usual run, `all` when the full amounts are wanted. */
static size_t amount(size_t few, size_t all)
{
    return check_long() ? all : few;
}

#define BIG 1500 /* zones of version A; version B has twice as many */

/* A layer of `n` squares in `arena`. */
static struct mere_layer squares(struct mere_arena *arena, uint32_t n)
{
    struct mere_layer l = {.name = "grid", .role = MERE_ROLE_GRID, .covering = true};
    l.n_zones = l.n_parts = l.n_rings = n;
    l.zones = MERE_NEW(arena, struct mere_zone, n);
    l.part_zone = MERE_NEW(arena, uint32_t, n);
    l.part_ring = MERE_NEW(arena, uint32_t, n + 1);
    l.ring_first = MERE_NEW(arena, uint32_t, n + 1);
    l.pts = MERE_NEW(arena, struct mere_point, (size_t)n * 4);
    for (uint32_t i = 0; i < n; i++) {
        int32_t x = 1200000000 + (int32_t)i * 1000, y = 300000000;
        struct mere_point ring[4] = {{x, y}, {x + 900, y}, {x + 900, y + 900}, {x, y + 900}};
        char code[32];
        int len = snprintf(code, sizeof code, "330108%012u", i);
        l.zones[i] = (struct mere_zone){.code = mere_arena_text(arena, code, (size_t)len),
                                        .name = "江南大道网格",
                                        .households = 300,
                                        .persons = 900};
        l.part_zone[i] = l.part_ring[i] = i;
        l.ring_first[i] = 4 * i;
        memcpy(l.pts + (size_t)i * 4, ring, sizeof ring);
    }
    l.part_ring[n] = n;
    l.ring_first[n] = 4 * n;
    return l;
}

/* Write version A, B, A, B ... until killed or failed; generation 1 is A, 2 is B. */
static enum mere_status write_versions(struct fixture *f, const struct mere_layer *a,
                                       const struct mere_layer *b, int times)
{
    for (int i = 0; i < times; i++) {
        int64_t generation = 0;
        MERE_TRY(mere_db_generation(f->ctx, f->db, &generation));
        MERE_TRY(mere_db_begin(f->ctx, f->db));
        enum mere_status status = mere_db_write_layer(f->ctx, f->db, generation % 2 ? b : a, true);
        if (status == MERE_OK)
            status = mere_db_commit(f->ctx, f->db, true);
        mere_db_rollback(f->db);
        MERE_TRY(status);
    }
    return MERE_OK;
}

/* The store opens, is sound, and holds exactly what its generation says. */
static int64_t check_sound(struct fixture *f)
{
    struct mere_layer got;
    int64_t generation = -1;
    struct mere_outside_change *changes = NULL;
    size_t n = 1;
    fixture_reopen(f, MERE_DB_WRITE);
    sqlite3 *sql = fixture_outside(f);
    CHECK_INT(1, outside_int(sql, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"));
    CHECK_INT(0, outside_int(sql, "SELECT busy FROM mere_session"));
    CHECK_OK(f, mere_db_generation(f->ctx, f->db, &generation));
    if (generation > 0) {
        CHECK_OK(f, mere_db_read_layer(f->ctx, f->db, "grid", &f->arena, &got));
        CHECK_INT(generation % 2 ? BIG : 2 * BIG, got.n_zones);
        CHECK_INT(got.n_zones, outside_int(sql, "SELECT count(*) FROM rtree_grid_geom"));
        CHECK_INT(10,
                  outside_int(sql, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"));
    }
    CHECK_OK(f, mere_db_outside_changes(f->ctx, f->db, &f->arena, &changes, &n));
    CHECK_INT(0, n);
    sqlite3_close(sql);
    return generation;
}

TEST(a_kill_at_any_moment_leaves_the_store_before_or_after)
{
    struct fixture f = fixture_new("kill");
    struct mere_arena arena = {0};
    struct mere_layer a = squares(&arena, BIG), b = squares(&arena, 2 * BIG);
    uint64_t seed = (uint64_t)time(NULL);
    printf("  seed %" PRIu64 "\n", seed);
    for (size_t moment = 0; moment < amount(20, 200); moment++) {
        mere_db_close(f.db);
        f.db = NULL;
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            fixture_reopen(&f, MERE_DB_WRITE);
            (void)write_versions(&f, &a, &b, 1000);
            _exit(1);
        }
        uint64_t us = mere_random(&seed) % 150000;
        struct timespec wait = {0, (long)us * 1000};
        (void)nanosleep(&wait, NULL);
        CHECK_INT(0, kill(child, SIGKILL));
        int how = 0;
        CHECK(waitpid(child, &how, 0) == child && WIFSIGNALED(how));
        (void)check_sound(&f);
    }
    mere_arena_clear(&arena);
    fixture_free(&f);
}

TEST(a_file_size_limit_fails_the_write_and_leaves_the_store_as_it_was)
{
    struct fixture f = fixture_new("limit");
    struct mere_arena arena = {0};
    struct mere_layer a = squares(&arena, BIG), b = squares(&arena, 2 * BIG);
    CHECK_INT(MERE_OK, write_versions(&f, &a, &b, 1));
    mere_db_close(f.db);
    f.db = NULL;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {300000, 300000};
        (void)signal(SIGXFSZ, SIG_IGN);
        fixture_reopen(&f, MERE_DB_WRITE);
        (void)setrlimit(RLIMIT_FSIZE, &limit);
        enum mere_status status = write_versions(&f, &a, &b, 1);
        _exit(status == MERE_E_IO && strstr(mere_ctx_error(f.ctx), "as it was") ? 0 : 1);
    }
    int how = 0;
    CHECK(waitpid(child, &how, 0) == child && WIFEXITED(how) && WEXITSTATUS(how) == 0);
    CHECK_INT(1, check_sound(&f));
    mere_arena_clear(&arena);
    fixture_free(&f);
}

/* Mount a disk of 1 MB over the folder of the store, which goes. False, and the test is skipped,
 * where that is not allowed. */
static bool onto_small_disk(struct fixture *f)
{
    mere_db_close(f->db);
    f->db = NULL;
    CHECK_INT(0, unlink(f->path));
    if (mount("mere", f->dir, "tmpfs", 0, "size=1m") == 0)
        return true;
    fixture_free(f);
    check_skip = "a small disk can't be mounted here (root can)";
    return false;
}

TEST(a_full_disk_fails_the_write_and_leaves_the_store_as_it_was)
{
    struct fixture f = fixture_new("full");
    if (!onto_small_disk(&f))
        return;
    struct mere_arena arena = {0};
    struct mere_layer a = squares(&arena, BIG), b = squares(&arena, 2 * BIG),
                      c = squares(&arena, 6 * BIG);
    CHECK_OK(&f, mere_db_create(f.ctx, f.path, &fixture_district));
    fixture_reopen(&f, MERE_DB_WRITE);
    CHECK_INT(MERE_E_IO, write_versions(&f, &c, &b, 1));
    CHECK(strstr(mere_ctx_error(f.ctx), "full") != NULL);
    CHECK_INT(0, check_sound(&f));
    CHECK_INT(MERE_OK, write_versions(&f, &a, &b, 1)); /* what fits still goes in */
    CHECK_INT(1, check_sound(&f));
    mere_db_close(f.db);
    f.db = NULL;
    CHECK_INT(0, umount(f.dir));
    mere_arena_clear(&arena);
    fixture_free(&f);
}

TEST(a_store_on_a_read_only_drive_is_read_but_not_written)
{
    struct fixture f = fixture_new("readonly");
    struct mere_layer layer = fixture_layer(), got = {0};
    if (!onto_small_disk(&f))
        return;
    CHECK_OK(&f, mere_db_create(f.ctx, f.path, &fixture_district));
    fixture_reopen(&f, MERE_DB_WRITE);
    fixture_write(&f, &layer, false);
    mere_db_close(f.db);
    f.db = NULL;
    CHECK_INT(0, mount("mere", f.dir, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m"));
    fixture_reopen(&f, MERE_DB_READ);
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&layer, &got);
    mere_db_close(f.db);
    f.db = NULL;
    CHECK_INT(MERE_E_IO, mere_db_open(f.ctx, f.path, MERE_DB_WRITE, &f.db));
    CHECK_INT(0, umount(f.dir));
    fixture_free(&f);
}

TEST(memory_that_runs_out_fails_cleanly_anywhere)
{
    struct fixture f = fixture_new("memory");
    struct mere_layer layer = fixture_layer(), got;
    fixture_write(&f, &layer, false);
    int failed = 0;
    for (size_t limit = 64; limit < 40000; limit += amount(512, 16)) { /* the arena's memory */
        struct mere_arena arena = {.limit = limit};
        enum mere_status status = mere_db_read_layer(f.ctx, f.db, "grid", &arena, &got);
        CHECK(status == MERE_OK || status == MERE_E_NOMEM);
        failed += status != MERE_OK;
        mere_arena_clear(&arena);
    }
    CHECK(failed > 3);
    sqlite3_int64 used = sqlite3_memory_used();
    for (sqlite3_int64 more = 0; more < 400000;
         more += (sqlite3_int64)amount(16000, 500)) { /* sqlite3's */
        (void)sqlite3_hard_heap_limit64(used + more);
        enum mere_status status = mere_db_begin(f.ctx, f.db);
        if (status == MERE_OK)
            status = mere_db_write_layer(f.ctx, f.db, &layer, true);
        if (status == MERE_OK)
            status = mere_db_commit(f.ctx, f.db, false);
        if (!CHECK(status == MERE_OK || status == MERE_E_NOMEM))
            printf("    %s\n", mere_ctx_error(f.ctx));
        mere_db_rollback(f.db);
    }
    (void)sqlite3_hard_heap_limit64(0);
    fixture_reopen(&f, MERE_DB_READ);
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&layer, &got);
    fixture_free(&f);
}

int main(void)
{
    RUN(a_kill_at_any_moment_leaves_the_store_before_or_after);
    RUN(a_file_size_limit_fails_the_write_and_leaves_the_store_as_it_was);
    RUN(a_full_disk_fails_the_write_and_leaves_the_store_as_it_was);
    RUN(a_store_on_a_read_only_drive_is_read_but_not_written);
    RUN(memory_that_runs_out_fails_cleanly_anywhere);
    return done();
}
