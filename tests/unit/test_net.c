/* test_net.c - the network on small divisions drawn by hand. */
#include "check.h"
#include "draw.h"
#include "geo/measure.h"
#include "net/zones.h"

static struct mere_ctx *ctx;

/* Build from up to three drawings; fails the test and exits when it can't be built. */
static struct mere_net *built(struct drawn *a, struct drawn *b, struct drawn *c, uint8_t *flaws)
{
    const struct mere_layer *layers[3];
    struct drawn *drawn[3] = {a, b, c};
    uint8_t spare[2][64];
    uint8_t *ret_flaws[3] = {flaws, spare[0], spare[1]};
    size_t n = 0;
    for (; n < 3 && drawn[n]; n++)
        layers[n] = drawn_layer(drawn[n]);
    struct mere_build how = {.ret_flaws = flaws ? ret_flaws : NULL};
    struct mere_net *net = NULL;
    if (mere_net_build(ctx, layers, n, &how, &net) != MERE_OK) {
        printf("  not built: %s\n", mere_ctx_error(ctx));
        CHECK(false);
        exit(1);
    }
    if (mere_net_validate(ctx, net) != MERE_OK) {
        printf("  %s\n", mere_ctx_error(ctx));
        CHECK(false);
    }
    return net;
}

static int32_t zone_of(const struct mere_net *net, int32_t s, const char *code)
{
    for (int32_t z = 0; z < net->schemes[s].n_zones; z++)
        if (strcmp(net->schemes[s].zones[z].code, code) == 0)
            return z;
    return MERE_UNKNOWN;
}

/* Faces as text, in their order: "A:36 AB:4 -:16 o:5": claimants, "-" unclaimed, "o" outside, and
 * the area in square units. */
static const char *faces_of(const struct mere_net *net, int32_t s)
{
    static char text[4096];
    size_t at = 0;
    const struct mere_scheme *scheme = &net->schemes[s];
    text[0] = 0;
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *zones = mere_face_claims(scheme, f, &n);
        at += (size_t)snprintf(text + at, sizeof text - at, "%s", f ? " " : "");
        if (n == 0)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s",
                                   scheme->state[f] == MERE_STATE_UNCLAIMED ? "-" : "o");
        for (size_t i = 0; i < n; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s", scheme->zones[zones[i]].code);
        at += (size_t)snprintf(text + at, sizeof text - at, ":%g", (double)net->face_area2[f] / 2);
    }
    return text;
}

/* One zone as the network draws it, in the language of draw.h. */
static const char *zone_text(const struct mere_net *net, int32_t s, const char *code)
{
    static char text[4096];
    size_t at = 0;
    struct mere_arena arena = {0};
    struct mere_layer layer;
    int32_t zone = zone_of(net, s, code);
    text[0] = 0;
    if (!CHECK(mere_net_layer(ctx, net, s, &arena, &layer) == MERE_OK))
        return text;
    for (size_t p = 0; p < layer.n_parts; p++) {
        if ((int32_t)layer.part_zone[p] != zone)
            continue;
        for (uint32_t r = layer.part_ring[p]; r < layer.part_ring[p + 1]; r++) {
            const char *mark = r > layer.part_ring[p] ? " | " : at ? " ; " : "";
            for (uint32_t i = layer.ring_first[r]; i < layer.ring_first[r + 1]; i++) {
                at += (size_t)snprintf(text + at, sizeof text - at, "%s%d %d", mark, layer.pts[i].x,
                                       layer.pts[i].y);
                mark = ",";
            }
        }
    }
    mere_arena_clear(&arena);
    return text;
}

static void hash_of(const struct mere_net *net, char hex[65])
{
    hex[0] = 0;
    CHECK(mere_net_hash(ctx, net, hex) == MERE_OK);
}

TEST(two_neighbours_share_one_arc)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,4 0,4 4,0 4");
    drawn_zone(&d, "B", "4 0,8 0,8 4,4 4");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_INT(2, net->n_nodes);
    CHECK_INT(3, net->n_arcs);
    CHECK_INT(2, net->n_faces);
    CHECK_STR("A:16 B:16", faces_of(net, 0));
    CHECK_STR("0 0,4 0,4 4,0 4", zone_text(net, 0, "A"));
    CHECK_STR("4 0,8 0,8 4,4 4", zone_text(net, 0, "B"));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(enclave_in_a_hole_has_its_own_face)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,9 0,9 9,0 9|3 3,3 6,6 6,6 3");
    drawn_zone(&d, "B", "3 3,6 3,6 6,3 6");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_STR("A:72 B:9", faces_of(net, 0));
    CHECK_STR("0 0,9 0,9 9,0 9 | 3 3,3 6,6 6,6 3", zone_text(net, 0, "A"));
    CHECK_INT(2, net->n_nodes); /* one anchor a loop */
    mere_net_free(net);
    drawn_free(&d);
}

TEST(hole_in_a_hole_hangs_in_the_right_face)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A",
               "0 0,20 0,20 20,0 20|2 2,2 18,18 18,18 2;6 6,14 6,14 14,6 14|8 8,8 12,12 12,12 8");
    drawn_zone(&d, "B", "2 2,18 2,18 18,2 18|6 6,6 14,14 14,14 6");
    drawn_zone(&d, "C", "9 9,11 9,11 11,9 11");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_STR("A:144 B:192 A:48 -:12 C:4", faces_of(net, 0));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(three_zones_dispute_one_face)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,6 0,6 6,0 6");
    drawn_zone(&d, "B", "4 0,10 0,10 6,4 6");
    drawn_zone(&d, "C", "2 4,8 4,8 10,2 10");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    const struct mere_scheme *s = &net->schemes[0];
    int abc = 0;
    for (int32_t f = 0; f < net->n_faces; f++)
        if (mere_face_claimed_by(s, f, 0) && mere_face_claimed_by(s, f, 1) &&
            mere_face_claimed_by(s, f, 2)) {
            abc++;
            CHECK_INT(8, net->face_area2[f]);
            CHECK_INT(MERE_STATE_DISPUTED, s->state[f]);
        }
    CHECK_INT(1, abc);
    CHECK_INT(4, s->n_claims); /* AB AC BC ABC */
    CHECK_STR("0 0,4 0,6 0,6 4,6 6,4 6,2 6,0 6", zone_text(net, 0, "A"));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(zones_that_touch_in_a_point_stay_two_parts)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,4 0,4 4,0 4;4 4,8 4,8 8,4 8");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_INT(1, net->n_nodes);
    CHECK_INT(2, net->n_arcs);
    CHECK_STR("0 0,4 0,4 4,0 4 ; 4 4,8 4,8 8,4 8", zone_text(net, 0, "A"));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(hole_that_touches_its_shell_is_a_ring_of_its_own)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,8 0,8 8,0 8|0 0,2 4,4 2");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_STR("0 0,8 0,8 8,0 8 | 0 0,2 4,4 2", zone_text(net, 0, "A"));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(chain_of_touching_holes_parts_the_inside)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(
        &d, "A",
        "0 0,20 0,20 20,0 20|4 10,10 4,10 10|10 4,16 10,10 2|16 10,10 16,18 10|10 16,4 10,10 18");
    uint8_t flaws[4];
    mere_net_free(built(&d, NULL, NULL, flaws));
    struct mere_net *net = built(&d, NULL, NULL, flaws);
    int owned = 0;
    for (int32_t f = 0; f < net->n_faces; f++)
        owned += net->schemes[0].state[f] == MERE_STATE_OWNED;
    CHECK_INT(2, owned);
    mere_net_free(net);
    drawn_free(&d);
}

TEST(gap_between_two_is_unclaimed_and_hole_in_one_is_outside)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,5 0,5 3,4 4,5 5,5 9,0 9|1 1,1 2,2 2,2 1");
    drawn_zone(&d, "B", "5 0,9 0,9 9,5 9,5 5,6 4,5 3");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK_STR("o:1 A:43 B:35 -:2", faces_of(net, 0));
    mere_net_free(net);
    drawn_free(&d);
}

TEST(borders_of_another_scheme_do_not_make_a_gap_of_a_hole)
{
    struct drawn d, k;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,9 0,9 9,0 9|3 3,3 6,6 6,6 3");
    drawn_start(&k, "key", MERE_ROLE_KEY);
    drawn_zone(&k, "K", "4 2,5 2,5 7,4 7");
    struct mere_net *net = built(&d, &k, NULL, NULL);
    for (int32_t f = 0; f < net->n_faces; f++)
        CHECK(net->schemes[0].state[f] != MERE_STATE_UNCLAIMED);
    mere_net_free(net);
    drawn_free(&d);
    drawn_free(&k);
}

TEST(hole_scheme_says_outside_where_two_zones_meet)
{
    struct drawn d, h;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,5 0,5 3,4 4,5 5,5 9,0 9");
    drawn_zone(&d, "B", "5 0,9 0,9 9,5 9,5 5,6 4,5 3");
    drawn_start(&h, "water", MERE_ROLE_HOLE);
    drawn_zone(&h, "W", "5 3,6 4,5 5,4 4");
    struct mere_net *net = built(&d, &h, NULL, NULL);
    CHECK_STR("A:44 B:35 o:2", faces_of(net, 0));
    CHECK_STR("o:44 o:35 W:2", faces_of(net, 1));
    mere_net_free(net);
    drawn_free(&d);
    drawn_free(&h);
}

TEST(outline_makes_bays_unclaimed_and_the_rest_outside)
{
    struct drawn d, o;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,4 0,4 6,0 6");
    drawn_zone(&d, "B", "5 0,12 0,12 6,5 6");
    drawn_start(&o, "outline", MERE_ROLE_OUTLINE);
    drawn_zone(&o, "D", "0 0,10 0,10 6,0 6");
    struct mere_net *net = built(&d, &o, NULL, NULL);
    CHECK_STR("outline", net->schemes[0].name);
    CHECK_INT(0, net->schemes[1].parent);
    CHECK_STR("A:24 -:6 B:30 B:12", faces_of(net, 1));
    mere_net_free(net);
    drawn_free(&d);
    drawn_free(&o);
}

TEST(parent_scheme_is_the_nearest_above_unless_named)
{
    struct drawn g, c, s;
    drawn_start(&g, "grid", MERE_ROLE_GRID);
    drawn_zone(&g, "A", "0 0,4 0,4 4,0 4");
    drawn_start(&c, "community", MERE_ROLE_COMMUNITY);
    drawn_zone(&c, "C", "0 0,6 0,6 4,0 4");
    drawn_start(&s, "street", MERE_ROLE_STREET);
    drawn_zone(&s, "S", "0 0,8 0,8 4,0 4");
    struct mere_net *net = built(&g, &c, &s, NULL);
    CHECK_INT(1, net->schemes[2].parent);
    CHECK_INT(0, net->schemes[1].parent);
    CHECK_STR("A:16 -:8 o:8", faces_of(net, 2));
    mere_net_free(net);
    g.layer.parent_scheme = "street";
    net = built(&g, &c, &s, NULL);
    CHECK_INT(0, net->schemes[2].parent);
    CHECK_STR("A:16 -:8 -:8", faces_of(net, 2));
    mere_net_free(net);
    drawn_free(&g);
    drawn_free(&c);
    drawn_free(&s);
}

/* One zone drawn badly: its flaws and what is left of it. */
static void check_flaw(const char *where, const char *drawing, int flaws, const char *want)
{
    struct drawn d;
    uint8_t got[4] = {0};
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", drawing);
    struct mere_net *net = built(&d, NULL, NULL, got);
    if (!CHECK_INT(flaws, got[0]) | !CHECK_STR(want, zone_text(net, 0, "A")))
        printf("  in: %s\n", where);
    mere_net_free(net);
    drawn_free(&d);
}

TEST(flawed_polygons_are_read_by_rule)
{
    static const struct {
        const char *where, *drawing;
        int flaws;
        const char *want;
    } rows[] = {
        {"sound", "0 0,4 0,4 4,0 4", 0, "0 0,4 0,4 4,0 4"},
        {"clockwise shell", "0 0,0 4,4 4,4 0", 0, "0 0,4 0,4 4,0 4"},
        {"counter-clockwise hole", "0 0,9 0,9 9,0 9|3 3,6 3,6 6,3 6", 0,
         "0 0,9 0,9 9,0 9 | 3 3,3 6,6 6,6 3"},
        {"an 8 keeps both lobes", "0 0,4 4,4 0,0 4", MERE_FLAW_CROSSES_ITSELF,
         "0 0,2 2,0 4 ; 2 2,4 0,4 4"},
        {"wound twice", "0 0,8 0,8 8,0 8,0 0,4 0,4 4,0 4", MERE_FLAW_CROSSES_ITSELF,
         "0 0,4 0,8 0,8 8,0 8,0 4"},
        {"shell not first", "3 3,6 3,6 6,3 6|0 0,9 0,9 9,0 9", MERE_FLAW_RING_ORDER,
         "0 0,9 0,9 9,0 9 | 3 3,3 6,6 6,6 3"},
        {"hole outside", "0 0,4 0,4 4,0 4|6 0,8 0,8 2,6 2", MERE_FLAW_HOLE_OUTSIDE,
         "0 0,4 0,4 4,0 4"},
        {"hole half outside", "0 0,9 0,9 9,0 9|6 3,12 3,12 6,6 6", MERE_FLAW_HOLE_OUTSIDE,
         "0 0,9 0,9 3,6 3,6 6,9 6,9 9,0 9"},
        {"parts overlap", "0 0,4 0,4 4,0 4;2 0,8 0,8 4,2 4", MERE_FLAW_PARTS_OVERLAP,
         "0 0,2 0,4 0,8 0,8 4,4 4,2 4,0 4"},
        {"parts share a side", "0 0,4 0,4 4,0 4;4 0,8 0,8 4,4 4", 0, "0 0,4 0,8 0,8 4,4 4,0 4"},
        {"keyhole", "0 0,9 0,9 9,3 9,3 6,6 6,6 3,3 3,3 6,3 9,0 9", 0,
         "0 0,9 0,9 9,3 9,0 9 | 3 3,3 6,6 6,6 3"},
        {"spike", "0 0,4 0,4 2,7 2,4 2,4 4,0 4", 0, "0 0,4 0,4 2,4 4,0 4"},
        {"no area", "0 0,4 0,8 0", MERE_FLAW_VANISHED, ""},
        {"hole takes all", "0 0,4 0,4 4,0 4|0 0,4 0,4 4,0 4", MERE_FLAW_VANISHED, ""},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++)
        check_flaw(rows[i].where, rows[i].drawing, rows[i].flaws, rows[i].want);
}

TEST(order_of_zones_rings_and_points_changes_nothing)
{
    static const char *const drawings[][3] = {{"0 0,9 0,9 9,0 9|3 3,3 6,6 6,6 3;20 0,25 0,25 5",
                                               "3 3,6 3,6 6,3 6", "8 8,12 8,12 12,8 12"},
                                              {"25 5,20 0,25 0;9 9,9 0,0 0,0 9|6 3,3 3,3 6,6 6",
                                               "6 6,6 3,3 3,3 6", "12 12,12 8,8 8,8 12"}};
    static const char *const codes[] = {"A", "B", "C"};
    char hex[2][65];
    for (int k = 0; k < 2; k++) {
        struct drawn d;
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        for (int i = 0; i < 3; i++) {
            int z = k ? 2 - i : i;
            drawn_zone(&d, codes[z], drawings[k][z]);
        }
        struct mere_net *net = built(&d, NULL, NULL, NULL);
        hash_of(net, hex[k]);
        mere_net_free(net);
        drawn_free(&d);
    }
    CHECK_STR(hex[0], hex[1]);
}

TEST(a_layer_traced_and_built_again_is_the_same)
{
    struct drawn d;
    char hex[2][65];
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,9 0,9 9,3 9,3 6,6 6,6 3,3 3,3 6,3 9,0 9;9 0,14 0,14 9,9 9");
    drawn_zone(&d, "B", "12 2,20 2,20 6,12 6");
    drawn_zone(&d, "B", "3 3,6 6,6 3,3 6");
    struct mere_net *net = built(&d, NULL, NULL, NULL), *again = NULL;
    struct mere_layer layer;
    struct mere_arena arena = {0};
    hash_of(net, hex[0]);
    CHECK(mere_net_layer(ctx, net, 0, &arena, &layer) == MERE_OK);
    const struct mere_layer *layers[] = {&layer};
    if (CHECK(mere_net_build(ctx, layers, 1, &(struct mere_build){0}, &again) == MERE_OK))
        hash_of(again, hex[1]);
    CHECK_STR(hex[0], hex[1]);
    mere_net_free(net);
    mere_net_free(again);
    mere_arena_clear(&arena);
    drawn_free(&d);
}

TEST(outline_of_faces_is_one_polygon)
{
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,4 0,4 4,0 4");
    drawn_zone(&d, "B", "4 0,8 0,8 4,4 4");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    struct mere_layer layer;
    struct mere_arena arena = {0};
    uint8_t member[2] = {1, 1};
    CHECK(mere_net_outline(ctx, net, member, &arena, &layer) == MERE_OK);
    CHECK_INT(1, layer.n_parts);
    CHECK_INT(64, mere_ring_area2(layer.pts, layer.ring_first[1]));
    mere_arena_clear(&arena);
    mere_net_free(net);
    drawn_free(&d);
}

/* A copy of the arrays of a network that a test may spoil. */
struct spoiled {
    struct mere_net net;
    struct mere_arc *arcs;
    struct mere_point *nodes, *pts;
    int32_t *next, *ring_face, *face_rings;
    int64_t *area2;
    struct mere_box *box;
    struct mere_arena arena;
};
static void *copy(struct mere_arena *arena, const void *v, size_t n, size_t size)
{
    void *to = mere_arena_alloc(arena, n, size);
    drawn_ok(to != NULL);
    memcpy(to, v, n * size);
    return to;
}
static void spoil_start(struct spoiled *s, const struct mere_net *net)
{
    size_t n_arcs = (size_t)net->n_arcs, n_faces = (size_t)net->n_faces;
    size_t n_rings = (size_t)net->n_rings;
    *s = (struct spoiled){.net = *net};
    s->net.arcs = s->arcs = copy(&s->arena, net->arcs, n_arcs, sizeof *s->arcs);
    s->net.nodes = s->nodes = copy(&s->arena, net->nodes, (size_t)net->n_nodes, sizeof *s->nodes);
    s->net.pts = s->pts = copy(&s->arena, net->pts, net->n_pts, sizeof *s->pts);
    s->net.next = s->next = copy(&s->arena, net->next, 2 * n_arcs, sizeof *s->next);
    s->net.ring_face = s->ring_face = copy(&s->arena, net->ring_face, n_rings, sizeof(int32_t));
    s->net.face_rings = s->face_rings = copy(&s->arena, net->face_rings, n_rings, sizeof(int32_t));
    s->net.face_area2 = s->area2 = copy(&s->arena, net->face_area2, n_faces, sizeof(int64_t));
    s->net.face_box = s->box = copy(&s->arena, net->face_box, n_faces, sizeof *s->box);
}
static void spoil_coincident_nodes(struct spoiled *s)
{
    s->nodes[1] = s->nodes[0];
}
static void spoil_end(struct spoiled *s)
{
    s->pts[s->arcs[0].first].x--;
}
static void spoil_crossing(struct spoiled *s)
{
    s->pts[s->arcs[0].first + 1] = (struct mere_point){17, 17};
}
static void spoil_repeated(struct spoiled *s)
{
    s->pts[s->arcs[0].first + 1] = s->pts[s->arcs[0].first];
}
static void spoil_left(struct spoiled *s)
{
    s->arcs[0].left = s->arcs[0].right;
}
static void spoil_next(struct spoiled *s)
{
    int32_t n = s->next[0];
    s->next[0] = s->next[1];
    s->next[1] = n;
}
static void spoil_hanging(struct spoiled *s)
{
    for (int32_t r = 0; r < s->net.n_rings; r++)
        if (s->ring_face[r] >= 0)
            s->ring_face[r] = (s->ring_face[r] + 1) % s->net.n_faces;
}
static void spoil_shell(struct spoiled *s)
{
    int32_t last = s->net.n_rings - 1, r = s->face_rings[last];
    s->face_rings[last] = s->face_rings[0];
    s->face_rings[0] = r;
}
static void spoil_area(struct spoiled *s)
{
    s->area2[0]++;
}
static void spoil_box(struct spoiled *s)
{
    s->box[0].max.x++;
}
static void spoil_count(struct spoiled *s)
{
    s->net.n_faces--;
}
static void spoil_label(struct spoiled *s)
{
    int32_t *label =
        copy(&s->arena, s->net.schemes[0].label, (size_t)s->net.n_faces, sizeof *label);
    struct mere_scheme *scheme = copy(&s->arena, s->net.schemes, 1, sizeof *scheme);
    label[0] = label[1];
    scheme->label = label;
    s->net.schemes = scheme;
}
static void spoil_state(struct spoiled *s)
{
    uint8_t *state = copy(&s->arena, s->net.schemes[0].state, (size_t)s->net.n_faces, 1);
    struct mere_scheme *scheme = copy(&s->arena, s->net.schemes, 1, sizeof *scheme);
    state[0] = MERE_STATE_UNCLAIMED;
    scheme->state = state;
    s->net.schemes = scheme;
}

TEST(validator_finds_every_class_of_damage)
{
    static const struct {
        const char *where;
        void (*spoil)(struct spoiled *);
    } rows[] = {{"coincident nodes", spoil_coincident_nodes},
                {"an arc that misses its node", spoil_end},
                {"a crossing", spoil_crossing},
                {"a repeated point", spoil_repeated},
                {"mixed faces on a ring", spoil_left},
                {"a wrong next half-edge", spoil_next},
                {"rings in wrong faces", spoil_hanging},
                {"a shell that is none", spoil_shell},
                {"a wrong area", spoil_area},
                {"a wrong box", spoil_box},
                {"a face too few", spoil_count},
                {"an arc between equal labels", spoil_label},
                {"a state that does not fit", spoil_state}};
    struct drawn d;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,9 0,9 9,0 9|3 3,3 6,6 6,6 3");
    drawn_zone(&d, "B", "3 3,6 3,6 6,3 6");
    drawn_zone(&d, "C", "9 0,20 0,20 20,9 9");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct spoiled s;
        spoil_start(&s, net);
        CHECK(mere_net_validate(ctx, &s.net) == MERE_OK);
        rows[i].spoil(&s);
        if (!CHECK(mere_net_validate(ctx, &s.net) == MERE_E_INTERNAL))
            printf("  not found: %s\n", rows[i].where);
        mere_arena_clear(&s.arena);
    }
    mere_net_free(net);
    drawn_free(&d);
}

/* The label point, neighbours and measures of a frame with an enclave. */
TEST(zones_are_measured)
{
    struct drawn d;
    struct mere_arena arena = {0};
    struct mere_zone_measures m;
    struct mere_neighbours *pairs;
    size_t n;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "0 0,9000 0,9000 9000,0 9000|3000 3000,3000 6000,6000 6000,6000 3000");
    drawn_zone(&d, "B", "3000 3000,6000 3000,6000 6000,3000 6000");
    drawn_zone(&d, "C", "9000 9000,12000 9000,12000 12000,9000 12000");
    drawn_zone(&d, "D", "0 0,1 0,0 0");
    struct mere_net *net = built(&d, NULL, NULL, NULL);
    CHECK(mere_zones_measure(ctx, net, 0, &arena, &m) == MERE_OK);
    CHECK(mere_zones_adjacency(ctx, net, 0, &arena, &pairs, &n) == MERE_OK);
    CHECK_INT(2 * 72000000, m.area2[0]);
    CHECK_INT(1, m.n_holes[0]);
    CHECK_INT(0, m.n_parts[3]);
    /* Equator: 9000 units of 1e-7 degree are 100.19 m east and 99.52 m north (WGS 84). */
    CHECK_NEAR(2 * (100.1875 + 99.5168) * 4 / 3, m.perimeter_m[0], 0.01);
    CHECK_NEAR(100.1875 * 99.5168 / 9, m.area_m2[1], 0.01);
    CHECK_NEAR(33.172 / 2, m.label_radius_m[1], 0.01 * 17);
    CHECK_NEAR(1, m.convex_hull_ratio[1], 1e-6);
    CHECK_NEAR(8.0 / 9, m.convex_hull_ratio[0], 1e-6);
    CHECK_NEAR(0.7854, m.polsby_popper[2], 1e-4); /* a square: pi / 4 */
    CHECK_INT(1, n);                              /* C touches A in a point only */
    CHECK_INT(0, pairs[0].a);
    CHECK_INT(1, pairs[0].b);
    CHECK_NEAR(m.perimeter_m[1], pairs[0].length_m, 1e-9);
    mere_arena_clear(&arena);
    mere_net_free(net);
    drawn_free(&d);
}

TEST(widths_of_slivers_are_exact)
{
    struct drawn d;
    struct mere_point centre;
    double width;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    /* 1.1 km long and 11 cm wide, lying askew; and a level one. */
    drawn_zone(&d, "A", "0 0,70000 70000,69993 70007,-7 7");
    drawn_zone(&d, "B", "0 0,100000 0,100000 10,0 10");
    struct mere_layer *layer = drawn_layer(&d);
    CHECK(mere_inscribed_circle(ctx, layer, 0, 0.001, &centre, &width) == MERE_OK);
    CHECK_NEAR(7 * 1.414214 * 0.011094, width, 0.0015);
    CHECK(mere_inscribed_circle(ctx, layer, 1, 0.001, &centre, &width) == MERE_OK);
    CHECK_NEAR(10 * 0.01105743, width, 0.0011);
    drawn_free(&d);
}

/* A cell beside one segment alone has no strip between two: it was pruned, and the circle with it.
 */
TEST(the_widest_circle_lies_in_a_sharp_corner_too)
{
    struct drawn d;
    struct mere_point centre;
    double width;
    drawn_start(&d, "grid", MERE_ROLE_GRID);
    drawn_zone(&d, "A", "313 243, 361 190, 367 210, 373 208, 430 188");
    CHECK(mere_inscribed_circle(ctx, drawn_layer(&d), 0, 0.001, &centre, &width) == MERE_OK);
    CHECK_NEAR(2 * 0.117262, width, 0.001); /* by a search of its own, point by point */
    drawn_free(&d);
}

TEST(no_layers_make_an_empty_network)
{
    struct mere_net *net = NULL;
    char hex[65];
    CHECK(mere_net_build(ctx, NULL, 0, &(struct mere_build){0}, &net) == MERE_OK);
    CHECK_INT(0, net->n_faces);
    hash_of(net, hex);
    CHECK_INT(MERE_UNKNOWN, mere_net_main_scheme(net, "grid"));
    mere_net_free(net);
}

int main(void)
{
    ctx = mere_ctx_new();
    RUN(two_neighbours_share_one_arc);
    RUN(enclave_in_a_hole_has_its_own_face);
    RUN(hole_in_a_hole_hangs_in_the_right_face);
    RUN(three_zones_dispute_one_face);
    RUN(zones_that_touch_in_a_point_stay_two_parts);
    RUN(hole_that_touches_its_shell_is_a_ring_of_its_own);
    RUN(chain_of_touching_holes_parts_the_inside);
    RUN(gap_between_two_is_unclaimed_and_hole_in_one_is_outside);
    RUN(borders_of_another_scheme_do_not_make_a_gap_of_a_hole);
    RUN(hole_scheme_says_outside_where_two_zones_meet);
    RUN(outline_makes_bays_unclaimed_and_the_rest_outside);
    RUN(parent_scheme_is_the_nearest_above_unless_named);
    RUN(flawed_polygons_are_read_by_rule);
    RUN(order_of_zones_rings_and_points_changes_nothing);
    RUN(a_layer_traced_and_built_again_is_the_same);
    RUN(outline_of_faces_is_one_polygon);
    RUN(validator_finds_every_class_of_damage);
    RUN(zones_are_measured);
    RUN(widths_of_slivers_are_exact);
    RUN(the_widest_circle_lies_in_a_sharp_corner_too);
    RUN(no_layers_make_an_empty_network);
    mere_ctx_free(ctx);
    return done();
}
