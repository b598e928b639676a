/* prop_validate.c - the validator notices what is wrong with a network (ENGINE C11).
 *
 *     prop_validate [SEED] [--long] */
#include "base/hash.h"
#include "check.h"
#include "draw.h"
#include "geo/measure.h"

static struct mere_ctx *ctx;
static uint64_t seed = 1, state;
static int rounds = 1;

/* ---- islands ---- */

enum { LAKES = 12, LAKE = 100 }; /* LAKES x LAKES lakes, each with an island */

static void draw_frame(struct drawn *d, uint32_t zone, int32_t x, int32_t y, int32_t size,
                       int32_t inner)
{
    const int32_t half[2] = {size, inner};
    for (int r = 0; r < (inner > 0 ? 2 : 1); r++) {
        drawn_point(d, x - half[r], y - half[r]);
        drawn_point(d, x + half[r], y - half[r]);
        drawn_point(d, x + half[r], y + half[r]);
        drawn_point(d, x - half[r], y + half[r]);
        drawn_ring_end(d);
    }
    drawn_part_end(d, zone);
}

static struct mere_net *lakes(struct drawn *d)
{
    drawn_start(d, "grid", MERE_ROLE_GRID);
    uint32_t shore = drawn_zone_named(d, "shore"), island = drawn_zone_named(d, "island");
    for (int i = 0; i < LAKES * LAKES; i++) {
        int32_t x = i % LAKES * LAKE + drawn_below(&state, 9);
        int32_t y = i / LAKES * LAKE + drawn_below(&state, 9);
        draw_frame(d, shore, x, y, 40, 30);
        draw_frame(d, island, x + drawn_below(&state, 9), y + drawn_below(&state, 9), 10, 0);
    }
    const struct mere_layer *layers[1] = {drawn_layer(d)};
    struct mere_net *net = NULL;
    CHECK(mere_net_build(ctx, layers, 1, &(struct mere_build){0}, &net) == MERE_OK);
    CHECK(net && mere_net_validate(ctx, net) == MERE_OK);
    return net;
}

/* Arrays of a network are not written by others: here they are damaged on purpose. */
#define DAMAGED(array) ((void *)(uintptr_t)(array))

/* Twice the area of a ring that runs around its face; negative for a hole. */
static int64_t ring_area2(const struct mere_net *net, int32_t ring)
{
    mere_i128 sum = 0;
    int32_t e = net->ring_edge[ring];
    do {
        const struct mere_arc *arc = &net->arcs[e >> 1];
        mere_i128 area2 = mere_chain_area2(net->pts + arc->first, arc->n);
        sum += e & 1 ? -area2 : area2;
        e = net->next[e];
    } while (e != net->ring_edge[ring]);
    return (int64_t)sum;
}

static void list_rings(struct mere_net *net)
{
    uint32_t *first = DAMAGED(net->face_ring_first), n = 0;
    int32_t *rings = DAMAGED(net->face_rings);
    int32_t *shell = calloc((size_t)net->n_faces + 1, sizeof *shell);
    for (int32_t f = 0; f < net->n_faces; f++)
        shell[f] = rings[first[f + 1]];
    for (int32_t f = -1; f < net->n_faces; f++) {
        first[f + 1] = n;
        if (f >= 0)
            rings[n++] = shell[f];
        for (int32_t r = 0; r < net->n_rings; r++)
            if (net->ring_face[r] == f && (f < 0 || r != shell[f]))
                rings[n++] = r;
    }
    first[net->n_faces + 1] = n;
    free(shell);
}

/* Hang the ring of an island, with all that follows from it, in the face `to`. */
static void hang(struct mere_net *net, int32_t ring, int32_t to)
{
    int64_t *area2 = DAMAGED(net->face_area2), hole = ring_area2(net, ring);
    int32_t *ring_face = DAMAGED(net->ring_face), e = net->ring_edge[ring];
    struct mere_arc *arcs = DAMAGED(net->arcs);
    struct mere_box *box = DAMAGED(net->face_box);
    area2[ring_face[ring]] -= hole;
    area2[to] += hole;
    ring_face[ring] = to;
    do {
        *(e & 1 ? &arcs[e >> 1].right : &arcs[e >> 1].left) = to;
        e = net->next[e];
    } while (e != net->ring_edge[ring]);
    list_rings(net);
    memset(box, 0, (size_t)net->n_faces * sizeof *box);
    for (e = 0; e < 2 * net->n_arcs; e++)
        for (uint32_t i = 0; mere_edge_face(net, e) >= 0 && i < arcs[e >> 1].n; i++)
            mere_box_add(&box[mere_edge_face(net, e)], net->pts[arcs[e >> 1].first + i]);
}

static bool is_lake(const struct mere_net *net, int32_t face)
{
    return face >= 0 && net->schemes[0].label[face] == MERE_LABEL_NONE;
}

static void hang_islands_elsewhere(void)
{
    struct drawn d = {0};
    struct mere_net *net = lakes(&d);
    int n_tried = 0;
    for (int32_t r = 0; net && r < net->n_rings; r++) {
        int32_t from = net->ring_face[r], to = from;
        if (!is_lake(net, from) || ring_area2(net, r) > 0)
            continue;
        while (to == from || !is_lake(net, to))
            to = drawn_below(&state, net->n_faces);
        hang(net, r, to);
        if (!CHECK(mere_net_validate(ctx, net) == MERE_E_INTERNAL) ||
            !CHECK(strstr(mere_ctx_error(ctx), "hangs in face") != NULL))
            printf("  seed %" PRIu64 ": ring %d in face %d for %d\n", seed, r, to, from);
        hang(net, r, from);
        n_tried++;
    }
    CHECK_INT(LAKES * LAKES, n_tried);
    CHECK(net && mere_net_validate(ctx, net) == MERE_OK);
    mere_net_free(net);
    drawn_free(&d);
}

TEST(an_island_that_hangs_in_another_lake_is_noticed_among_hundreds)
{
    for (int k = 0; k < rounds; k++)
        hang_islands_elsewhere();
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 50 : 1;
    state = seed;
    ctx = mere_ctx_new();
    RUN(an_island_that_hangs_in_another_lake_is_noticed_among_hundreds);
    mere_ctx_free(ctx);
    return done();
}
