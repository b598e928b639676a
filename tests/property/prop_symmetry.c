/* prop_symmetry.c - matching borders within a tolerance takes no side (ENGINE C, 2 to 4).
 *
 *     prop_symmetry [SEED] [--long]
 *
 * A mesh of cells of which each draws the corners and the middles of its sides by itself, beside
 * the true place by up to JITTER; some middles are left out, so that a corner of one lies on a side
 * of another. All drawings of one place lie within TOLERANCE of each other, so what must come out
 * is known: the mesh. It must come out whichever way it is turned, mirrored, moved or ordered. What
 * is moved or ordered otherwise gives the same bytes; what is turned may keep another one of the
 * drawings of a corner. */
#include "base/hash.h"
#include "check.h"
#include "draw.h"

enum { SIDE = 6, CELLS = SIDE * SIDE, STEP = 3000, JITTER = 30, TOLERANCE = 100 };

static struct mere_ctx *ctx;
static uint64_t seed = 1, state;
static int rounds = 1;

static void draw_beside(struct drawn *d, int32_t x, int32_t y)
{
    int32_t dx = drawn_below(&state, 2 * JITTER + 1) - JITTER;
    drawn_point(d, x + dx, y + drawn_below(&state, 2 * JITTER + 1) - JITTER);
}

static void draw_mesh(struct drawn *d)
{
    static const int32_t corner[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (int cell = 0; cell < CELLS; cell++) {
        uint32_t zone = drawn_zone_numbered(d);
        if (cell % 7 == 3) /* no part: its land is unclaimed, or outside */
            continue;
        int32_t x = cell % SIDE * STEP, y = cell / SIDE * STEP;
        for (int k = 0; k < 4; k++) {
            const int32_t *p = corner[k], *q = corner[(k + 1) % 4];
            draw_beside(d, x + p[0] * STEP, y + p[1] * STEP);
            if (drawn_below(&state, 3) > 0)
                draw_beside(d, x + (p[0] + q[0]) * STEP / 2, y + (p[1] + q[1]) * STEP / 2);
        }
        drawn_ring_end(d);
        drawn_part_end(d, zone);
    }
    drawn_layer(d);
}

static enum mere_status match(const struct mere_layer *layer, double tolerance,
                              struct mere_net **ret_net)
{
    struct mere_build how = {.match_zones = true, .tol_x = tolerance, .tol_y = tolerance};
    enum mere_status status = mere_net_build(ctx, &layer, 1, &how, ret_net);
    if (status == MERE_OK && !CHECK(mere_net_validate(ctx, *ret_net) == MERE_OK))
        printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
    return status;
}

/* What must not be refused; NULL when it is, which is told. */
static struct mere_net *matched(const struct mere_layer *layer, double tolerance)
{
    struct mere_net *net = NULL;
    if (!CHECK(match(layer, tolerance, &net) == MERE_OK))
        printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
    return net;
}

/* Which zones are neighbours, how many faces of which state, and the land of each zone. */
struct shape {
    bool neighbours[CELLS][CELLS];
    int n_faces[4];
    int64_t area2[CELLS];
};

static struct shape shape_of(const struct mere_net *net)
{
    static struct shape s;
    memset(&s, 0, sizeof s);
    const struct mere_scheme *scheme = &net->schemes[0];
    for (int32_t f = 0; f < net->n_faces; f++) {
        s.n_faces[scheme->state[f]]++;
        if (scheme->label[f] >= 0)
            s.area2[scheme->label[f]] += net->face_area2[f];
    }
    for (int32_t a = 0; a < net->n_arcs; a++) {
        int32_t left = net->arcs[a].left, right = net->arcs[a].right;
        int32_t x = left >= 0 ? scheme->label[left] : MERE_LABEL_NONE;
        int32_t y = right >= 0 ? scheme->label[right] : MERE_LABEL_NONE;
        if (x >= 0 && y >= 0)
            s.neighbours[x][y] = s.neighbours[y][x] = true;
    }
    return s;
}

/* The mesh as it is meant. */
static void check_mesh(const struct mere_net *net, int way)
{
    struct shape s = shape_of(net);
    bool ok = CHECK_INT(0, s.n_faces[MERE_STATE_DISPUTED]);
    for (int c = 0; c < CELLS; c++) {
        /* Each side may lie beside its true place by the jitter. */
        double land = c % 7 == 3 ? 0 : 2.0 * STEP * STEP, slack = 2.0 * 4 * STEP * 2 * JITTER;
        ok = CHECK_NEAR(land, (double)s.area2[c], land > 0 ? slack : 0) && ok;
        for (int e = 0; e < CELLS; e++) {
            bool beside =
                (e == c + 1 && e % SIDE > 0) || (c == e + 1 && c % SIDE > 0) || abs(e - c) == SIDE;
            ok = CHECK_INT(beside && c % 7 != 3 && e % 7 != 3, s.neighbours[c][e]) && ok;
        }
    }
    if (!ok)
        printf("  seed %" PRIu64 ", way %d\n", seed, way);
}

/* The eight ways to lay a square on itself. */
static struct mere_point turned(struct mere_point p, int way)
{
    if (way & 1)
        p = (struct mere_point){p.y, p.x};
    return (struct mere_point){way & 2 ? -p.x : p.x, way & 4 ? -p.y : p.y};
}

TEST(a_jittered_mesh_is_mended_whichever_way_it_lies)
{
    for (int k = 0; k < 4 * rounds; k++)
        for (int way = 0; way < 8; way++) {
            struct drawn d;
            draw_mesh(&d);
            for (size_t i = 0; i < d.pts.n; i++)
                d.pts.v[i] = turned(d.pts.v[i], way);
            struct mere_net *net = matched(&d.layer, TOLERANCE);
            if (net)
                check_mesh(net, way);
            mere_net_free(net);
            drawn_free(&d);
        }
}

/* The bytes of the network of a layer, moved: to be compared, not read. */
static void hash_at(const struct mere_net *net, struct mere_point by, char hex[65])
{
    struct mere_arena arena = {0};
    struct mere_layer layer;
    hex[0] = 0;
    if (CHECK(net && mere_net_layer(ctx, net, 0, &arena, &layer) == MERE_OK)) {
        for (uint32_t i = 0; i < layer.ring_first[layer.n_rings]; i++) {
            layer.pts[i].x += by.x;
            layer.pts[i].y += by.y;
        }
        struct mere_net *moved = matched(&layer, 0);
        CHECK(moved && mere_net_hash(ctx, moved, hex) == MERE_OK);
        mere_net_free(moved);
    }
    mere_arena_clear(&arena);
}

/* Whether it was matched: a soup may be refused when its points drift, then it is so always. */
static bool check_moved_and_ordered(const struct drawn *d, double tolerance)
{
    static const struct mere_point by = {70001, -90001}, back = {-70001, 90001}, none = {0, 0};
    char hex[3][65];
    struct drawn other;
    struct mere_net *net[3] = {NULL, NULL, NULL};
    enum mere_status status = match(&d->layer, tolerance, &net[0]);
    drawn_shuffled(&d->layer, &other, &state);
    bool same = CHECK_INT(status, match(&other.layer, tolerance, &net[1]));
    for (size_t i = 0; i < other.pts.n; i++) {
        other.pts.v[i].x += by.x;
        other.pts.v[i].y += by.y;
    }
    same = CHECK_INT(status, match(&other.layer, tolerance, &net[2])) && same;
    if (same && status == MERE_OK) {
        hash_at(net[0], none, hex[0]);
        hash_at(net[1], none, hex[1]);
        hash_at(net[2], back, hex[2]);
        same = CHECK_STR(hex[0], hex[1]);
        same = CHECK_STR(hex[0], hex[2]) && same;
    } else
        CHECK_INT(MERE_E_LIMIT, status);
    if (!same)
        printf("  seed %" PRIu64 ", tolerance %g\n", seed, tolerance);
    for (int i = 0; i < 3; i++)
        mere_net_free(net[i]);
    drawn_free(&other);
    return status == MERE_OK;
}

TEST(a_mesh_mended_elsewhere_or_in_another_order_has_the_same_bytes)
{
    for (int k = 0; k < 8 * rounds; k++) {
        struct drawn d;
        draw_mesh(&d);
        /* Also where only some of the drawings of a place are near enough. */
        CHECK(check_moved_and_ordered(&d, k % 2 ? TOLERANCE : JITTER));
        drawn_free(&d);
    }
}

TEST(a_soup_matched_elsewhere_or_in_another_order_has_the_same_bytes)
{
    int n_matched = 0;
    for (int k = 0; k < 30 * rounds; k++) {
        struct drawn d;
        int32_t size = k % 2 ? 300 : 100000;
        drawn_soup(&d, "grid", MERE_ROLE_GRID, (struct mere_point){0, 0}, size, &state);
        n_matched += check_moved_and_ordered(&d, size / 40.0);
        drawn_free(&d);
    }
    CHECK(n_matched > 20 * rounds);
}

TEST(mending_a_mended_mesh_changes_nothing)
{
    for (int k = 0; k < 8 * rounds; k++) {
        struct drawn d;
        struct mere_arena arena = {0};
        struct mere_layer layer;
        char hex[2][65] = {{0}};
        draw_mesh(&d);
        struct mere_net *once = matched(&d.layer, TOLERANCE), *twice = NULL;
        if (once && CHECK(mere_net_layer(ctx, once, 0, &arena, &layer) == MERE_OK))
            twice = matched(&layer, TOLERANCE);
        CHECK(once && mere_net_hash(ctx, once, hex[0]) == MERE_OK);
        CHECK(twice && mere_net_hash(ctx, twice, hex[1]) == MERE_OK);
        if (!CHECK_STR(hex[0], hex[1]))
            printf("  seed %" PRIu64 "\n", seed);
        mere_net_free(once);
        mere_net_free(twice);
        mere_arena_clear(&arena);
        drawn_free(&d);
    }
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 30 : 1;
    state = seed;
    ctx = mere_ctx_new();
    RUN(a_jittered_mesh_is_mended_whichever_way_it_lies);
    RUN(a_mesh_mended_elsewhere_or_in_another_order_has_the_same_bytes);
    RUN(a_soup_matched_elsewhere_or_in_another_order_has_the_same_bytes);
    RUN(mending_a_mended_mesh_changes_nothing);
    mere_ctx_free(ctx);
    return done();
}
