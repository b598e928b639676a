/* prop_edit.c - random operations on random networks, and the whole way back.
 *
 * Districts are soups: zones of wild rings in several schemes, with gaps, overlaps, islands and
 * rings that touch. Every 1,000th state is frozen, proven by the validator, and held against the
 * network that noding makes of its own layers. Operations are judged by a slow oracle, both ways:
 * what was done is planar, what was refused would not have been. In the end all is undone. */
#include "draw.h"
#include "edit_oracle.h"

static struct mere_ctx *ctx;
static uint64_t seed = 4711, rng;
static size_t want_ops = 100000;

enum kind { MOVE, INSERT, REMOVE, TRANSFER, SPLIT, ISLAND, MERGE, UNDO, N_KINDS };
static const char *const NAMES[] = {"move",  "insert", "remove", "transfer",
                                    "split", "island", "merge",  "undo"};
static size_t n_done[N_KINDS], n_refused[N_KINDS], n_judged_done, n_judged_refused, n_states;

struct district {
    int32_t size;
    struct drawn drawn[3];
    struct mere_net *net, *first; /* as built; as frozen before any change */
    struct mere_edit *edit;
    struct oracle before, after;
    struct mere_point path[5]; /* of the last split or island */
    size_t n_path;
    int32_t path_face;
};

static int32_t below(int32_t n)
{
    return drawn_below(&rng, n > 0 ? n : 1);
}

static void stop_unless(bool ok, const char *what)
{
    if (CHECK(ok))
        return;
    printf("  %s: %s (seed %" PRIu64 ")\n", what, mere_ctx_error(ctx), seed);
    exit(1);
}

static struct mere_net *frozen(struct district *d)
{
    struct mere_net *net = NULL;
    stop_unless(mere_edit_freeze(ctx, d->edit, &net) == MERE_OK, "freeze");
    stop_unless(mere_net_validate(ctx, net) == MERE_OK, "validate");
    return net;
}

static void open_district(struct district *d)
{
    static const struct {
        const char *name;
        enum mere_role role;
    } SCHEMES[] = {
        {"community", MERE_ROLE_COMMUNITY}, {"grid", MERE_ROLE_GRID}, {"beat", MERE_ROLE_BEAT}};
    const struct mere_layer *layers[3];
    *d = (struct district){.size = below(4) == 0 ? 40 : 300 << below(6)};
    size_t n = 1 + (size_t)below(3);
    for (size_t i = 0; i < n; i++)
        layers[i] = drawn_soup(&d->drawn[i], SCHEMES[i].name, SCHEMES[i].role,
                               (struct mere_point){-50, 300000000}, d->size, &rng);
    stop_unless(mere_net_build(ctx, layers, n, &(struct mere_build){0}, &d->net) == MERE_OK,
                "build");
    stop_unless(mere_edit_new(ctx, d->net, &d->edit) == MERE_OK, "open");
    d->first = frozen(d);
}

static void close_district(struct district *d)
{
    mere_edit_free(d->edit);
    mere_net_free(d->first);
    mere_net_free(d->net);
    for (int i = 0; i < 3; i++)
        drawn_free(&d->drawn[i]);
    oracle_free(&d->before);
    oracle_free(&d->after);
}

/* ---- what to do it to ---- */

static int32_t any_arc(const struct mere_edit *e)
{
    int32_t n = (int32_t)e->t[MERE_T_ARC].n;
    for (int tries = 0; n > 0 && tries < 200; tries++) {
        int32_t a = below(n);
        if (mere_arc_at(e, a)->n > 0)
            return a;
    }
    for (int32_t a = 0; a < n; a++)
        if (mere_arc_at(e, a)->n > 0)
            return a;
    return -1;
}
static struct mere_point any_vertex(const struct mere_edit *e, int32_t arc)
{
    return mere_pts_of(e, arc)[below((int32_t)mere_arc_at(e, arc)->n)];
}
static struct mere_point near(const struct district *d, struct mere_point p)
{
    int32_t reach = below(4) == 0 ? d->size : below(2) ? 2 + d->size / 30 : 3;
    return (struct mere_point){p.x + below(2 * reach + 1) - reach,
                               p.y + below(2 * reach + 1) - reach};
}
static int32_t any_face(const struct mere_edit *e)
{
    int32_t arc = any_arc(e);
    return arc < 0 ? -1 : mere_face_of(e, 2 * arc + below(2));
}

/* ---- operations, each with what the oracle makes of it ---- */

static enum mere_status do_move(struct district *d, int32_t arc)
{
    struct mere_point p = any_vertex(d->edit, arc), q = near(d, p);
    q.x += mere_point_same(p, q);
    oracle_change(&d->before, &d->after, &p, NULL, &q);
    return mere_edit_move(ctx, d->edit, p, q);
}
static enum mere_status do_insert(struct district *d, int32_t arc)
{
    const struct mere_point *p = mere_pts_of(d->edit, arc);
    int32_t i = below((int32_t)mere_arc_at(d->edit, arc)->n - 1);
    struct mere_point ends[2] = {p[i], p[i + 1]};
    struct mere_point middle = {(ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2};
    struct mere_point q = below(3) == 0 ? near(d, middle) : middle;
    oracle_change(&d->before, &d->after, NULL, ends, &q);
    return mere_edit_insert(ctx, d->edit, ends[0], ends[1], q);
}
/* A vertex where borders meet can't be taken out: the oracle sees a ring that lost a corner or
 * segments that meet, but for a node where two rings only touch. */
static enum mere_status do_remove(struct district *d, int32_t arc)
{
    struct mere_point p = any_vertex(d->edit, arc);
    oracle_change(&d->before, &d->after, &p, NULL, NULL);
    return mere_edit_remove(ctx, d->edit, p);
}
static enum mere_status do_transfer(struct district *d)
{
    int32_t face = any_face(d->edit), scheme = below(d->net->n_schemes);
    int32_t zone = below(d->net->schemes[scheme].n_zones + 1) - 1;
    if (face < 0)
        return MERE_E_NOT_FOUND;
    return mere_edit_transfer(ctx, d->edit, face, scheme, zone);
}
static enum mere_status split(struct district *d, int32_t face, const struct mere_point *path,
                              size_t n)
{
    int32_t made;
    d->path_face = face;
    d->n_path = n;
    memcpy(d->path, path, n * sizeof *path);
    return mere_edit_split(ctx, d->edit, face, path, n, &made);
}
static enum mere_status do_split(struct district *d, int32_t arc)
{
    struct mere_edit *e = d->edit;
    int32_t edge = 2 * arc + below(2), on = edge, hops = below(4);
    struct mere_point path[5];
    size_t n = 0, inner = (size_t)below(4);
    path[n++] = any_vertex(e, edge >> 1);
    while (hops-- > 0)
        on = mere_next_of(e, on);
    struct mere_point end = below(12) ? any_vertex(e, on >> 1) : path[0];
    for (size_t i = 1; i <= inner; i++) {
        struct mere_point on_line = {
            (int32_t)(path[0].x + ((int64_t)end.x - path[0].x) * (int64_t)i / (int64_t)(inner + 1)),
            (int32_t)(path[0].y +
                      ((int64_t)end.y - path[0].y) * (int64_t)i / (int64_t)(inner + 1))};
        path[n++] = near(d, on_line);
    }
    path[n++] = end;
    return split(d, mere_face_of(e, edge), path, n);
}
static enum mere_status do_island(struct district *d)
{
    struct mere_point p = {-50 + below(2 * d->size), 300000000 + below(2 * d->size)};
    struct mere_point path[4] = {p, near(d, p), near(d, p), p};
    return split(d, mere_edit_face_at(d->edit, p), path, 4);
}
static enum mere_status do_merge(struct district *d, int32_t arc)
{
    const struct mere_arc *a = mere_arc_at(d->edit, arc);
    if (a->left < 0 || a->right < 0)
        return MERE_E_NOT_FOUND;
    return mere_edit_merge(ctx, d->edit, a->left, a->right);
}

static enum kind choose(const struct mere_edit *e)
{
    size_t faces = 0, pts = 0;
    for (int32_t f = 1; f < (int32_t)e->t[MERE_T_FACE].n; f++)
        faces += mere_int_at(e, MERE_T_FACE, f) >= 0;
    for (int32_t a = 0; a < (int32_t)e->t[MERE_T_ARC].n; a++)
        pts += mere_arc_at(e, a)->n;
    int32_t k = below(100);
    if (k < 30)
        return MOVE;
    if (k < 50)
        return pts > 350 ? REMOVE : pts < 60 || below(2) ? INSERT : REMOVE;
    if (k < 60)
        return TRANSFER;
    if (k < 95 && faces > 45) /* islands in the outer face can't be merged away, but undone */
        return below(2) ? MERGE : UNDO;
    if (k < 95)
        return faces > 8 && below(9) == 0 ? MERGE : faces > 25 || below(3) ? SPLIT : ISLAND;
    return UNDO;
}

static enum mere_status run(struct district *d, enum kind kind)
{
    int32_t arc = any_arc(d->edit);
    if (arc < 0 && kind != ISLAND && kind != UNDO)
        return MERE_E_NOT_FOUND;
    switch (kind) {
    case MOVE:
        return do_move(d, arc);
    case INSERT:
        return do_insert(d, arc);
    case REMOVE:
        return do_remove(d, arc);
    case TRANSFER:
        return do_transfer(d);
    case SPLIT:
        return do_split(d, arc);
    case ISLAND:
        return do_island(d);
    case MERGE:
        return do_merge(d, arc);
    default:
        return mere_edit_undo(ctx, d->edit);
    }
}

/* ---- judging ---- */

/* All rings of the edit are what the oracle reads, and their areas what the points say. */
static void judge_state(struct district *d)
{
    const char *wrong;
    mere_i128 sum = 0;
    oracle_read(d->edit, &d->before);
    wrong = oracle_says(&d->before);
    if (wrong)
        printf("  the state is not sound: %s\n", wrong);
    stop_unless(!wrong, "judged");
    for (int32_t r = 0; r < (int32_t)d->edit->t[MERE_T_RING].n; r++) {
        const struct mere_edit_ring *ring = mere_ring_at(d->edit, r);
        if (ring->edge < 0)
            continue;
        stop_unless(ring->area2 == mere_ring_size(d->edit, ring->edge), "area of a ring");
        sum += ring->area2;
    }
    stop_unless(sum == 0, "areas add up");
    for (int32_t edge = 0; edge < 2 * (int32_t)d->edit->t[MERE_T_ARC].n; edge++)
        stop_unless(mere_arc_at(d->edit, edge >> 1)->n == 0 ||
                        mere_point_same(mere_step_of(d->edit, edge, 0),
                                        mere_node_at(d->edit, mere_origin_of(d->edit, edge))),
                    "arcs begin and end at their nodes");
}

static void do_one(struct district *d, bool judged)
{
    enum kind kind = choose(d->edit);
    bool shape = kind == MOVE || kind == INSERT || kind == REMOVE;
    bool path = kind == SPLIT || kind == ISLAND;
    char hash[2][65];
    struct mere_net *net;
    if (judged) {
        oracle_read(d->edit, &d->before);
        net = frozen(d);
        stop_unless(mere_net_hash(ctx, net, hash[0]) == MERE_OK, "hash");
        mere_net_free(net);
    }
    enum mere_status status = run(d, kind);
    stop_unless(status == MERE_OK || status == MERE_E_INPUT || status == MERE_E_NOT_FOUND,
                NAMES[kind]);
    *(status == MERE_OK ? &n_done[kind] : &n_refused[kind]) += 1;
    if (!judged)
        return;
    if (status == MERE_OK) {
        n_judged_done++;
        const char *wrong = shape ? oracle_says(&d->after) : NULL;
        if (wrong)
            printf("  %s was done, but %s\n", NAMES[kind], wrong);
        stop_unless(!wrong, NAMES[kind]);
        stop_unless(!path || oracle_divides(&d->before, d->path_face, d->path, d->n_path),
                    NAMES[kind]);
        judge_state(d);
        return;
    }
    net = frozen(d);
    stop_unless(mere_net_hash(ctx, net, hash[1]) == MERE_OK, "hash");
    stop_unless(strcmp(hash[0], hash[1]) == 0, "a refused operation changed something");
    mere_net_free(net);
    if ((!shape && !path) || (shape && strstr(mere_ctx_error(ctx), "borders meet at")))
        return;
    n_judged_refused++;
    bool sound = shape ? !oracle_says(&d->after)
                       : oracle_divides(&d->before, d->path_face, d->path, d->n_path);
    if (sound)
        printf("  %s was refused, but is sound: %s\n", NAMES[kind], mere_ctx_error(ctx));
    stop_unless(!sound, NAMES[kind]);
}

/* The network of the layers traced from `net`: noded, flooded, all by the other way. */
static void compare_with_built(const struct mere_net *net)
{
    struct mere_arena arena = {0};
    struct mere_layer layers[3];
    const struct mere_layer *list[3];
    struct mere_net *built = NULL;
    char want[65], got[65];
    for (int32_t s = 0; s < net->n_schemes; s++) {
        stop_unless(mere_net_layer(ctx, net, s, &arena, &layers[s]) == MERE_OK, "trace");
        list[s] = &layers[s];
    }
    stop_unless(mere_net_build(ctx, list, (size_t)net->n_schemes, &(struct mere_build){0},
                               &built) == MERE_OK,
                "build");
    stop_unless(mere_net_hash(ctx, built, want) == MERE_OK &&
                    mere_net_hash(ctx, net, got) == MERE_OK,
                "hash");
    stop_unless(strcmp(want, got) == 0, "frozen and built are not the same");
    size_t n = (size_t)net->n_faces;
    stop_unless(n == 0 ||
                    (memcmp(net->face_area_m2, built->face_area_m2, n * sizeof(double)) == 0 &&
                     memcmp(net->face_box, built->face_box, n * sizeof *net->face_box) == 0),
                "areas and boxes");
    mere_net_free(built);
    mere_arena_clear(&arena);
}

static bool same_bytes(const void *a, const void *b, size_t n)
{
    return n == 0 || memcmp(a, b, n) == 0;
}
/* The canonical arrays of two networks, byte by byte. */
static void compare_bytes(const struct mere_net *a, const struct mere_net *b)
{
    size_t arcs = (size_t)a->n_arcs, faces = (size_t)a->n_faces, rings = (size_t)a->n_rings;
    stop_unless(a->n_nodes == b->n_nodes && a->n_arcs == b->n_arcs && a->n_pts == b->n_pts &&
                    a->n_faces == b->n_faces && a->n_rings == b->n_rings,
                "counts");
    stop_unless(same_bytes(a->nodes, b->nodes, (size_t)a->n_nodes * sizeof *a->nodes) &&
                    same_bytes(a->arcs, b->arcs, arcs * sizeof *a->arcs) &&
                    same_bytes(a->pts, b->pts, a->n_pts * sizeof *a->pts) &&
                    same_bytes(a->next, b->next, 2 * arcs * sizeof *a->next) &&
                    same_bytes(a->ring_edge, b->ring_edge, rings * sizeof *a->ring_edge) &&
                    same_bytes(a->ring_face, b->ring_face, rings * sizeof *a->ring_face) &&
                    same_bytes(a->face_rings, b->face_rings, rings * sizeof *a->face_rings) &&
                    same_bytes(a->face_ring_first, b->face_ring_first, (faces + 2) * 4) &&
                    same_bytes(a->face_box, b->face_box, faces * sizeof *a->face_box) &&
                    same_bytes(a->face_area2, b->face_area2, faces * 8) &&
                    same_bytes(a->face_area_m2, b->face_area_m2, faces * 8),
                "geometry");
    for (int32_t s = 0; s < a->n_schemes; s++)
        stop_unless(same_bytes(a->schemes[s].label, b->schemes[s].label, faces * 4) &&
                        same_bytes(a->schemes[s].state, b->schemes[s].state, faces) &&
                        a->schemes[s].n_claims == b->schemes[s].n_claims,
                    "labels");
}

static void run_district(size_t n_ops)
{
    struct district d;
    open_district(&d);
    compare_bytes(d.net, d.first);
    for (size_t i = 1; i <= n_ops; i++) {
        do_one(&d, i % 31 == 0);
        if (i % 1000 != 0)
            continue;
        struct mere_net *net = frozen(&d);
        compare_with_built(net);
        mere_net_free(net);
        judge_state(&d);
        n_states++;
    }
    while (mere_edit_depth(d.edit) > 0)
        stop_unless(mere_edit_undo(ctx, d.edit) == MERE_OK, "undo");
    struct mere_net *last = frozen(&d);
    char want[65], got[65];
    compare_bytes(d.first, last);
    stop_unless(mere_net_hash(ctx, d.net, want) == MERE_OK &&
                    mere_net_hash(ctx, last, got) == MERE_OK && strcmp(want, got) == 0,
                "undone to the first byte");
    mere_net_free(last);
    close_district(&d);
}

TEST(random_operations_keep_the_network_whole_and_go_back_to_the_first_byte)
{
    size_t round = want_ops > 1000000 ? 10000 : 2000;
    for (size_t done = 0; done < want_ops; done += round)
        run_district(round);
    for (int k = 0; k < N_KINDS; k++) {
        printf("  %-9s %9zu done %9zu refused\n", NAMES[k], n_done[k], n_refused[k]);
        CHECK(n_done[k] > 0);
    }
    printf("  judged: %zu done, %zu refused; %zu states compared with a network built anew\n",
           n_judged_done, n_judged_refused, n_states);
}

int main(int argc, char **argv)
{
    if (check_amount(argc, argv, &seed))
        want_ops = 10000000;
    rng = seed;
    ctx = mere_ctx_new();
    RUN(random_operations_keep_the_network_whole_and_go_back_to_the_first_byte);
    mere_ctx_free(ctx);
    return done();
}
