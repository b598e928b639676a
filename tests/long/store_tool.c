/* store_tool.c - what a test in another language asks of the store.
 *
 *     store_tool make PATH      a new store with the layer "grid" of store_fixture.h
 *     store_tool changes PATH   one line for each change from outside: SCHEME FID, or SCHEME whole
 *     store_tool zone PATH FID  code, name and number of vertices of one zone
 *     store_tool take PATH      take the changes */
#include "../unit/store_fixture.h"

static int make(struct fixture *f)
{
    struct mere_layer layer = fixture_layer();
    CHECK_OK(f, mere_db_create(f->ctx, f->path, &fixture_district));
    fixture_reopen(f, MERE_DB_WRITE);
    fixture_write(f, &layer, false);
    return check_bad;
}

static int list_changes(struct fixture *f)
{
    struct mere_outside_change *list = NULL;
    size_t n = 0;
    fixture_reopen(f, MERE_DB_READ);
    CHECK_OK(f, mere_db_outside_changes(f->ctx, f->db, &f->arena, &list, &n));
    for (size_t i = 0; i < n; i++) {
        if (list[i].whole)
            printf("%s whole\n", list[i].scheme);
        else
            printf("%s %" PRId64 "\n", list[i].scheme, list[i].fid);
    }
    return check_bad;
}

static int show_zone(struct fixture *f, const char *fid)
{
    struct mere_layer layer = {0};
    fixture_reopen(f, MERE_DB_READ);
    CHECK_OK(f, mere_db_read_layer(f->ctx, f->db, "grid", &f->arena, &layer));
    for (size_t z = 0; z < layer.n_zones; z++) {
        uint32_t n = 0;
        for (size_t p = 0; p < layer.n_parts; p++) {
            if (layer.part_zone[p] == z)
                n +=
                    layer.ring_first[layer.part_ring[p + 1]] - layer.ring_first[layer.part_ring[p]];
        }
        if (layer.zones[z].fid == strtoll(fid, NULL, 10))
            printf("%s %s %u\n", layer.zones[z].code, layer.zones[z].name, n);
    }
    return check_bad;
}

static int take(struct fixture *f)
{
    fixture_reopen(f, MERE_DB_WRITE);
    CHECK_OK(f, mere_db_begin(f->ctx, f->db));
    CHECK_OK(f, mere_db_take_outside(f->ctx, f->db));
    CHECK_OK(f, mere_db_commit(f->ctx, f->db, true));
    return check_bad;
}

int main(int argc, char **argv)
{
    struct fixture f = {.ctx = mere_ctx_new()};
    int bad = 2;
    if (argc < 3 || snprintf(f.path, sizeof f.path, "%s", argv[2]) >= (int)sizeof f.path)
        fprintf(stderr, "usage: store_tool make|changes|take PATH, or zone PATH FID\n");
    else if (strcmp(argv[1], "make") == 0)
        bad = make(&f);
    else if (strcmp(argv[1], "changes") == 0)
        bad = list_changes(&f);
    else if (strcmp(argv[1], "take") == 0)
        bad = take(&f);
    else if (strcmp(argv[1], "zone") == 0 && argc > 3)
        bad = show_zone(&f, argv[3]);
    mere_db_close(f.db);
    mere_arena_clear(&f.arena);
    mere_ctx_free(f.ctx);
    return bad;
}
