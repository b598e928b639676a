/* test_snap_threads.c - readers locate while a writer swaps snapshots; run under ThreadSanitizer in
 * the preset tsan. The border of generation g stands at x = g, so an answer tells whether it
 * belongs to the snapshot that it was asked of. */
#include "check.h"
#include "snap/snap.h"
#include <pthread.h>
#include <stdatomic.h>

#define READERS 4
#define ROWS 50

static struct mere_point square_points(int32_t west, int32_t east, int i)
{
    const struct mere_point c[] = {{west, 0}, {east, 0}, {east, ROWS}, {west, ROWS}};
    return c[i];
}

/* Two zones, W and E, that meet at x = 100 + generation; in all 0 .. 10000. */
static struct mere_snapshot *make_snapshot(struct mere_ctx *ctx, int64_t generation)
{
    struct mere_zone zones[] = {{.code = "W", .name = "west", .households = -1, .persons = -1},
                                {.code = "E", .name = "east", .households = -1, .persons = -1}};
    struct mere_point pts[8];
    int32_t border = 100 + (int32_t)generation;
    for (int i = 0; i < 4; i++) {
        pts[i] = square_points(0, border, i);
        pts[4 + i] = square_points(border, 10000, i);
    }
    uint32_t part_zone[] = {0, 1}, part_ring[] = {0, 1, 2}, ring_first[] = {0, 4, 8};
    struct mere_layer layer = {.name = "grid",
                               .role = MERE_ROLE_GRID,
                               .covering = true,
                               .n_zones = 2,
                               .zones = zones,
                               .n_parts = 2,
                               .part_zone = part_zone,
                               .part_ring = part_ring,
                               .n_rings = 2,
                               .ring_first = ring_first,
                               .pts = pts};
    const struct mere_layer *layers[] = {&layer};
    const struct mere_build how = {.match_zones = false};
    const struct mere_snap_parts parts = {.locator = true};
    struct mere_net *net = NULL;
    struct mere_snapshot *snap = NULL;
    if (mere_net_build(ctx, layers, 1, &how, &net) != MERE_OK ||
        mere_snap_of_net(ctx, net, generation, "grid", &parts, &snap) != MERE_OK) {
        printf("  %s\n", mere_ctx_error(ctx));
        return NULL;
    }
    return snap;
}

/* 0 when the snapshot answers as its generation must. */
static int wrong_answers(const struct mere_snapshot *snap)
{
    int64_t border = 100 + mere_snapshot_generation(snap);
    int wrong = 0;
    for (int64_t x = border - 2; x <= border + 1; x++) {
        double lon = (double)x / 1e7, lat = 1e-7;
        int32_t face, many;
        const char *code = NULL;
        enum mere_state state;
        wrong += mere_locate_one(snap, lon, lat, &face) != MERE_OK;
        wrong += mere_locate_many(snap, &lon, &lat, 1, &many) != MERE_OK || many != face;
        wrong += mere_face_zone(snap, face, "grid", &state, &code, NULL) != MERE_OK;
        wrong += !code || strcmp(code, x < border ? "W" : "E") != 0 || state != MERE_STATE_OWNED;
    }
    return wrong;
}

struct shared {
    struct mere_store *store;
    atomic_bool stop;
    atomic_int wrong;
    atomic_llong pins;
};

static void *read_all_the_time(void *arg)
{
    struct shared *s = arg;
    int64_t last = 0;
    while (!atomic_load(&s->stop)) {
        const struct mere_snapshot *snap = mere_snapshot_pin(s->store);
        const struct mere_snapshot *again = mere_snapshot_pin(s->store);
        int64_t g = mere_snapshot_generation(snap);
        int wrong = wrong_answers(snap) + (g < last);
        wrong += mere_snapshot_generation(again) < g;
        mere_snapshot_unpin(s->store, snap);
        wrong += wrong_answers(again);
        mere_snapshot_unpin(s->store, again);
        last = g;
        atomic_fetch_add(&s->wrong, wrong);
        atomic_fetch_add(&s->pins, 2);
    }
    return NULL;
}

TEST(readers_always_see_one_whole_generation_while_a_writer_swaps)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct shared s = {0};
    pthread_t threads[READERS];
    int64_t n = check_long() ? 5000 : 400;
    CHECK_INT(MERE_OK, mere_snap_store_new(ctx, make_snapshot(ctx, 1), &s.store));
    for (int i = 0; i < READERS; i++)
        CHECK_INT(0, pthread_create(&threads[i], NULL, read_all_the_time, &s));
    for (int64_t g = 2; g <= n; g++)
        CHECK_INT(MERE_OK, mere_snap_swap(ctx, s.store, make_snapshot(ctx, g)));
    while (atomic_load(&s.pins) < 1000)
        CHECK_INT(MERE_OK, mere_snap_swap(ctx, s.store, make_snapshot(ctx, ++n)));
    atomic_store(&s.stop, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(0, atomic_load(&s.wrong));
    CHECK_INT(1, (int64_t)mere_snap_kept(s.store));
    printf("  %lld pins, %" PRId64 " generations\n", (long long)atomic_load(&s.pins), n);
    mere_store_close(s.store);
    mere_ctx_free(ctx);
}

TEST(a_snapshot_lives_until_its_last_pin_is_gone_in_whatever_thread)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_store *store = NULL;
    CHECK_INT(MERE_OK, mere_snap_store_new(ctx, make_snapshot(ctx, 1), &store));
    const struct mere_snapshot *a = mere_snapshot_pin(store), *b = mere_snapshot_pin(store);
    CHECK(a == b);
    CHECK_INT(MERE_OK, mere_snap_swap(ctx, store, make_snapshot(ctx, 2)));
    CHECK_INT(2, (int64_t)mere_snap_kept(store));
    mere_snapshot_unpin(store, a);
    CHECK_INT(2, (int64_t)mere_snap_kept(store));
    CHECK_INT(0, wrong_answers(b));
    const struct mere_snapshot *c = mere_snapshot_pin(store);
    CHECK_INT(2, mere_snapshot_generation(c));
    mere_snapshot_unpin(store, b);
    CHECK_INT(1, (int64_t)mere_snap_kept(store));
    mere_snapshot_unpin(store, c);
    mere_store_close(store);
    mere_ctx_free(ctx);
}

TEST(more_pins_than_a_block_of_slots_are_held_all_the_same)
{
    enum { N = 1000 };
    const struct mere_snapshot *pins[N];
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_store *store = NULL;
    CHECK_INT(MERE_OK, mere_snap_store_new(ctx, make_snapshot(ctx, 1), &store));
    for (int i = 0; i < N; i++)
        pins[i] = mere_snapshot_pin(store);
    CHECK_INT(MERE_OK, mere_snap_swap(ctx, store, make_snapshot(ctx, 2)));
    for (int i = 0; i < N; i++) {
        CHECK_INT(2, (int64_t)mere_snap_kept(store));
        mere_snapshot_unpin(store, pins[i]);
    }
    CHECK_INT(1, (int64_t)mere_snap_kept(store));
    mere_store_close(store);
    mere_ctx_free(ctx);
}

TEST(what_is_no_place_no_face_and_no_scheme_is_told_by_its_status)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_snapshot *snap = make_snapshot(ctx, 1);
    int32_t face = 7;
    enum mere_state state = MERE_STATE_OWNED;
    const char *code = "x", *name = "x";
    CHECK_INT(MERE_E_RANGE, mere_locate_one(snap, NAN, 0, &face));
    CHECK_INT(-1, face);
    face = 7;
    CHECK_INT(MERE_E_RANGE, mere_locate_one(snap, 0, 90.0000001, &face));
    CHECK_INT(-1, face);
    CHECK_INT(MERE_OK, mere_locate_one(snap, 50, 50, &face));
    CHECK_INT(-1, face);
    CHECK_INT(MERE_OK, mere_face_zone(snap, -1, "grid", &state, &code, &name));
    CHECK_INT(MERE_STATE_OUTSIDE, state);
    CHECK(code == NULL && name == NULL);
    CHECK_INT(MERE_E_NOT_FOUND, mere_face_zone(snap, 0, "beat", &state, NULL, NULL));
    CHECK_INT(MERE_E_NOT_FOUND, mere_face_zone(snap, 0, NULL, &state, NULL, NULL));
    CHECK_INT(MERE_E_RANGE, mere_face_zone(snap, 2, "grid", &state, NULL, NULL));
    CHECK_INT(MERE_E_RANGE, mere_face_zone(snap, -2, "grid", NULL, NULL, NULL));
    mere_snap_free(snap);
    mere_ctx_free(ctx);
}

int main(void)
{
    RUN(what_is_no_place_no_face_and_no_scheme_is_told_by_its_status);
    RUN(a_snapshot_lives_until_its_last_pin_is_gone_in_whatever_thread);
    RUN(more_pins_than_a_block_of_slots_are_held_all_the_same);
    RUN(readers_always_see_one_whole_generation_while_a_writer_swaps);
    return done();
}
