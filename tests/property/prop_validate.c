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

/* NULL when noding gave up because a tiny box made points drift: that is its right. */
static struct mere_net *built(const struct mere_layer *layer)
{
    struct mere_net *net = NULL;
    enum mere_status status = mere_net_build(ctx, &layer, 1, &(struct mere_build){0}, &net);
    if (status != MERE_E_LIMIT)
        CHECK(status == MERE_OK && mere_net_validate(ctx, net) == MERE_OK);
    return net;
}

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
    return built(drawn_layer(d));
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

/* ---- damage ---- */

struct words { /* an array of the network, as words of 32 bits */
    const char *what;
    const void *v;
    size_t n;
};

/* Change one number and give back what it was. */
static uint32_t damage(uint32_t *word, const struct words *array)
{
    uint32_t was = *word;
    switch (drawn_below(&state, 3)) {
    case 0:
        *word += 1;
        break;
    case 1:
        *word -= 1;
        break;
    default: /* what stands elsewhere in the array */
        *word = ((const uint32_t *)array->v)[drawn_below(&state, (int32_t)array->n)];
    }
    return was;
}

/* ENGINE C11: change any number of a network, and the validator says so. But for labels, which mean
 * what they say, and points along an arc, which may stand elsewhere. */
TEST(a_number_changed_anywhere_is_noticed)
{
    int n_tried = 0;
    for (int k = 0; k < 20 * rounds; k++) {
        struct drawn d = {0};
        drawn_soup(&d, "grid", MERE_ROLE_GRID, (struct mere_point){0, 0}, k % 2 ? 30 : 1000,
                   &state);
        struct mere_net *net = built(&d.layer);
        if (!net || net->n_arcs == 0) {
            mere_net_free(net);
            drawn_free(&d);
            continue;
        }
        size_t n_arcs = (size_t)net->n_arcs, n_faces = (size_t)net->n_faces;
        size_t n_rings = (size_t)net->n_rings;
        const struct words arrays[] = {{"nodes", net->nodes, 2 * (size_t)net->n_nodes},
                                       {"arcs", net->arcs, 6 * n_arcs},
                                       {"next", net->next, 2 * n_arcs},
                                       {"ring_edge", net->ring_edge, n_rings},
                                       {"ring_face", net->ring_face, n_rings},
                                       {"face_ring_first", net->face_ring_first, n_faces + 2},
                                       {"face_rings", net->face_rings, n_rings},
                                       {"face_box", net->face_box, 4 * n_faces},
                                       {"face_area2", net->face_area2, 2 * n_faces}};
        for (int i = 0; i < 60; i++) {
            const struct words *array = &arrays[drawn_below(&state, MERE_LEN(arrays))];
            int32_t at = drawn_below(&state, (int32_t)array->n);
            uint32_t *word = (uint32_t *)(uintptr_t)array->v + at;
            uint32_t was = damage(word, array);
            if (*word != was) {
                n_tried++;
                if (!CHECK(mere_net_validate(ctx, net) == MERE_E_INTERNAL))
                    printf("  seed %" PRIu64 ": %s, word %d, %d for %d\n", seed, array->what, at,
                           (int32_t)*word, (int32_t)was);
            }
            *word = was;
        }
        CHECK(mere_net_validate(ctx, net) == MERE_OK);
        mere_net_free(net);
        drawn_free(&d);
    }
    CHECK(n_tried > 400);
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 50 : 1;
    state = seed;
    ctx = mere_ctx_new();
    RUN(an_island_that_hangs_in_another_lake_is_noticed_among_hundreds);
    RUN(a_number_changed_anywhere_is_noticed);
    mere_ctx_free(ctx);
    return done();
}
