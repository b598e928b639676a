/* test_edit.c - operations on a network drawn by hand: what they do, and what they refuse. */
#include "check.h"
#include "draw.h"
#include "net/edit.h"

static struct mere_ctx *ctx;

/* Two zones side by side, an island of a third in the first, and a street over all. */
struct scene {
    struct drawn grid, street;
    struct mere_net *net;
    struct mere_edit *edit;
    char hash[65];
};

static void hash_now(const struct scene *s, char hex[65])
{
    struct mere_net *net = NULL;
    CHECK(mere_edit_freeze(ctx, s->edit, &net) == MERE_OK);
    CHECK(mere_net_validate(ctx, net) == MERE_OK);
    CHECK(mere_net_hash(ctx, net, hex) == MERE_OK);
    mere_net_free(net);
}

static void set(struct scene *s)
{
    drawn_start(&s->grid, "grid", MERE_ROLE_GRID);
    drawn_zone(&s->grid, "A", "0 0, 100 0, 100 50, 100 100, 0 100 | 20 40, 20 60, 40 60, 40 40");
    drawn_zone(&s->grid, "B", "100 0, 200 0, 200 100, 100 100, 100 50");
    drawn_zone(&s->grid, "C", "20 40, 40 40, 40 60, 20 60");
    drawn_start(&s->street, "street", MERE_ROLE_STREET);
    drawn_zone(&s->street, "S", "0 0, 200 0, 200 100, 0 100");
    const struct mere_layer *layers[] = {drawn_layer(&s->grid), drawn_layer(&s->street)};
    CHECK(mere_net_build(ctx, layers, 2, &(struct mere_build){0}, &s->net) == MERE_OK);
    CHECK(mere_edit_new(ctx, s->net, &s->edit) == MERE_OK);
    hash_now(s, s->hash);
}

static void strike(struct scene *s)
{
    char hash[65];
    while (mere_edit_depth(s->edit) > 0)
        CHECK(mere_edit_undo(ctx, s->edit) == MERE_OK);
    hash_now(s, hash);
    CHECK_STR(s->hash, hash);
    mere_edit_free(s->edit);
    mere_net_free(s->net);
    drawn_free(&s->grid);
    drawn_free(&s->street);
}

static struct mere_point at(int32_t x, int32_t y)
{
    return (struct mere_point){x, y};
}
static int32_t face_at(const struct scene *s, int32_t x, int32_t y)
{
    return mere_edit_face_at(s->edit, at(x, y));
}

/* The zone of the grid at a place in the frozen network, by its code; "" none. */
static const char *zone_at(const struct scene *s, int32_t x, int32_t y)
{
    struct mere_net *net = NULL;
    struct mere_edit *fresh = NULL;
    static char code[16];
    code[0] = 0;
    CHECK(mere_edit_freeze(ctx, s->edit, &net) == MERE_OK);
    CHECK(mere_edit_new(ctx, net, &fresh) == MERE_OK);
    int32_t face = mere_edit_face_at(fresh, at(x, y));
    const struct mere_scheme *grid = &net->schemes[mere_net_scheme(net, "grid")];
    if (face >= 0 && grid->label[face] >= 0)
        snprintf(code, sizeof code, "%s", grid->zones[grid->label[face]].code);
    mere_edit_free(fresh);
    mere_net_free(net);
    return code;
}

static void refused(const struct scene *s, enum mere_status want, enum mere_status got,
                    const char *sentence)
{
    char hash[65];
    CHECK_INT(want, got);
    CHECK_STR(sentence, mere_ctx_error(ctx));
    hash_now(s, hash);
    CHECK_STR(s->hash, hash);
    CHECK_INT(0, mere_edit_depth(s->edit));
}

TEST(a_border_moves_for_both_neighbours_and_back)
{
    struct scene s;
    set(&s);
    CHECK_STR("A", zone_at(&s, 90, 50));
    CHECK(mere_edit_move(ctx, s.edit, at(100, 50), at(80, 50)) == MERE_OK);
    CHECK_STR("B", zone_at(&s, 90, 50));
    struct mere_edit_change change = mere_edit_changed(s.edit);
    CHECK_INT(2, change.n_faces);
    CHECK_INT(1, change.n_arcs);
    CHECK(!change.whole);
    CHECK(mere_edit_undo(ctx, s.edit) == MERE_OK);
    CHECK_STR("A", zone_at(&s, 90, 50));
    strike(&s);
}

TEST(a_node_moves_with_all_its_arcs_and_the_street_above)
{
    struct scene s;
    struct mere_net *net = NULL;
    set(&s);
    CHECK(mere_edit_move(ctx, s.edit, at(100, 0), at(110, -20)) == MERE_OK);
    CHECK(mere_edit_freeze(ctx, s.edit, &net) == MERE_OK);
    CHECK_INT(-20, net->box.min.y);
    /* The street and the grid have one border there: no face is outside of one of them only. */
    const struct mere_scheme *grid = &net->schemes[mere_net_scheme(net, "grid")];
    const struct mere_scheme *street = &net->schemes[mere_net_scheme(net, "street")];
    CHECK_INT(3, net->n_faces);
    for (int32_t f = 0; f < net->n_faces; f++)
        CHECK(grid->label[f] >= 0 && street->label[f] == 0);
    mere_net_free(net);
    strike(&s);
}

TEST(faces_are_split_given_away_and_merged)
{
    struct scene s;
    int32_t made = -1, grid;
    set(&s);
    grid = mere_net_scheme(s.net, "grid");
    /* Upwards from the south: the left hand is the west of B. */
    CHECK(mere_edit_insert(ctx, s.edit, at(100, 0), at(200, 0), at(150, 0)) == MERE_OK);
    CHECK(mere_edit_insert(ctx, s.edit, at(200, 100), at(100, 100), at(150, 100)) == MERE_OK);
    const struct mere_point path[] = {{150, 0}, {160, 50}, {150, 100}};
    CHECK(mere_edit_split(ctx, s.edit, face_at(&s, 150, 50), path, 3, &made) == MERE_OK);
    CHECK_INT(made, face_at(&s, 120, 50));
    CHECK(made != face_at(&s, 190, 50));
    CHECK_STR("B", zone_at(&s, 120, 50));
    CHECK(mere_edit_transfer(ctx, s.edit, made, grid, 0) == MERE_OK);
    CHECK_STR("A", zone_at(&s, 120, 50));
    CHECK_STR("B", zone_at(&s, 190, 50));
    CHECK(mere_edit_merge(ctx, s.edit, face_at(&s, 190, 50), made) == MERE_OK);
    CHECK_STR("B", zone_at(&s, 120, 50));
    strike(&s);
}

TEST(an_island_is_drawn_around_another_and_taken_away)
{
    struct scene s;
    int32_t made = -1, grid;
    set(&s);
    grid = mere_net_scheme(s.net, "grid");
    const struct mere_point ring[] = {{10, 30}, {60, 30}, {60, 70}, {10, 70}, {10, 30}};
    CHECK(mere_edit_split(ctx, s.edit, face_at(&s, 5, 5), ring, 5, &made) == MERE_OK);
    CHECK(mere_edit_transfer(ctx, s.edit, made, grid, 1) == MERE_OK);
    CHECK_STR("B", zone_at(&s, 50, 50));
    CHECK_STR("C", zone_at(&s, 30, 50)); /* the island inside lies in the new face now */
    CHECK_STR("A", zone_at(&s, 5, 5));
    CHECK(mere_edit_merge(ctx, s.edit, face_at(&s, 5, 5), made) == MERE_OK);
    CHECK_STR("A", zone_at(&s, 50, 50));
    strike(&s);
}

TEST(what_would_not_be_planar_is_refused_with_a_sentence)
{
    struct scene s;
    set(&s);
    refused(&s, MERE_E_INPUT, mere_edit_move(ctx, s.edit, at(100, 50), at(30, 50)),
            "the border from (0.0000030, 0.0000050) to (0.0000100, 0.0000100) would meet the one "
            "from (0.0000040, 0.0000060) to (0.0000040, 0.0000040): keep clear of it, or move that "
            "first");
    refused(&s, MERE_E_INPUT, mere_edit_move(ctx, s.edit, at(100, 50), at(200, 100)),
            "there is a vertex at (0.0000200, 0.0000100) already: choose another place");
    refused(&s, MERE_E_NOT_FOUND, mere_edit_move(ctx, s.edit, at(99, 50), at(98, 50)),
            "there is no vertex at (0.0000099, 0.0000050): name one by its exact coordinates");
    refused(&s, MERE_E_RANGE, mere_edit_move(ctx, s.edit, at(100, 50), at(0, 900000001)),
            "(0, 900000001) is not on the Earth: give 1e-7 degrees");
    strike(&s);
}

TEST(land_is_not_left_on_the_other_side_of_a_border)
{
    struct scene s;
    set(&s);
    /* The corner goes over the island without touching it: C would lie outside of A. */
    refused(&s, MERE_E_INPUT, mere_edit_move(ctx, s.edit, at(0, 0), at(70, 70)),
            "the land at (0.0000020, 0.0000040) would come to lie on the other side of the border: "
            "go around it, or move it first");
    strike(&s);
}

TEST(a_vertex_is_removed_unless_borders_meet_there_or_nothing_would_be_left)
{
    struct scene s;
    set(&s);
    CHECK(mere_edit_remove(ctx, s.edit, at(100, 50)) == MERE_OK);
    CHECK(mere_edit_remove(ctx, s.edit, at(20, 40)) == MERE_OK); /* the anchor of the island */
    CHECK_INT(MERE_E_INPUT, mere_edit_remove(ctx, s.edit, at(40, 40)));
    CHECK_STR("without the vertex at (0.0000040, 0.0000040) nothing would be left of the ring: "
              "merge its land away",
              mere_ctx_error(ctx));
    CHECK_INT(MERE_E_INPUT, mere_edit_remove(ctx, s.edit, at(100, 0)));
    CHECK_STR("borders meet at (0.0000100, 0.0000000): move that vertex, or merge faces there",
              mere_ctx_error(ctx));
    CHECK_INT(2, mere_edit_depth(s.edit));
    strike(&s);
}

/* QGIS#35079, #58350: where three zones meet, one of them drawn a unit beside the others, two
 * followed the vertex and the third did not. */
TEST(all_zones_that_meet_at_a_vertex_follow_it)
{
    struct drawn grid;
    struct mere_net *net = NULL, *moved = NULL;
    struct mere_edit *edit = NULL;
    drawn_start(&grid, "grid", MERE_ROLE_GRID);
    drawn_zone(&grid, "A", "0 0, 1000 0, 1000 500, 0 500");
    drawn_zone(&grid, "B", "1000 0, 2000 0, 2000 500, 1001 501");
    drawn_zone(&grid, "C", "0 500, 999 500, 2000 500, 2000 1000, 0 1000");
    const struct mere_layer *layers[] = {drawn_layer(&grid)};
    const struct mere_build how = {.match_zones = true, .tol_x = 3, .tol_y = 3};
    if (CHECK_INT(MERE_OK, mere_net_build(ctx, layers, 1, &how, &net)) &&
        CHECK_INT(MERE_OK, mere_edit_new(ctx, net, &edit))) {
        const struct mere_point *v = net->pts;
        struct mere_point shared = {0, 0};
        for (int32_t a = 0; a < net->n_arcs; a++)
            if (v[net->arcs[a].first].x > 900 && v[net->arcs[a].first].x < 1100 &&
                v[net->arcs[a].first].y > 400)
                shared = v[net->arcs[a].first];
        CHECK_INT(MERE_OK, mere_edit_move(ctx, edit, shared, at(1200, 300)));
        CHECK_INT(3, mere_edit_changed(edit).n_faces);
        CHECK_INT(MERE_OK, mere_edit_freeze(ctx, edit, &moved));
    }
    if (CHECK(moved != NULL)) {
        CHECK_INT(MERE_OK, mere_net_validate(ctx, moved));
        CHECK_INT(3, moved->n_faces);
    }
    mere_net_free(moved);
    mere_edit_free(edit);
    mere_net_free(net);
    drawn_free(&grid);
}

/* QGIS#39835: after a split, the vertex where the new border ends moved for one side only. */
TEST(the_end_of_a_new_border_moves_for_both_sides_and_the_neighbour)
{
    struct scene s;
    int32_t made = -1;
    set(&s);
    const struct mere_point path[] = {{100, 50}, {150, 60}, {200, 100}};
    CHECK(mere_edit_split(ctx, s.edit, face_at(&s, 150, 20), path, 3, &made) == MERE_OK);
    CHECK(mere_edit_move(ctx, s.edit, at(100, 50), at(80, 45)) == MERE_OK);
    CHECK_INT(3, mere_edit_changed(s.edit).n_faces);
    CHECK_INT(made, face_at(&s, 99, 60));
    CHECK_STR("B", zone_at(&s, 99, 45));
    CHECK_STR("A", zone_at(&s, 75, 45));
    strike(&s);
}

TEST(a_path_must_divide_the_face_it_names)
{
    struct scene s;
    int32_t made = -1, a, b;
    set(&s);
    a = face_at(&s, 5, 5);
    b = face_at(&s, 150, 50);
    const struct mere_point to_island[] = {{0, 0}, {20, 40}}, over[] = {{0, 0}, {100, 100}};
    const struct mere_point in_a[] = {{100, 0}, {50, 50}, {100, 100}}, loose[] = {{0, 0}, {50, 50}};
    refused(&s, MERE_E_INPUT, mere_edit_split(ctx, s.edit, a, to_island, 2, &made),
            "a path from (0.0000000, 0.0000000) to (0.0000020, 0.0000040) joins two separate "
            "borders and divides nothing: end it on the border that it begins at");
    refused(&s, MERE_E_INPUT, mere_edit_split(ctx, s.edit, a, over, 2, &made),
            "the path from (0.0000000, 0.0000000) to (0.0000100, 0.0000100) would meet the border "
            "from (0.0000040, 0.0000040) to (0.0000020, 0.0000040): keep clear of it");
    refused(&s, MERE_E_INPUT, mere_edit_split(ctx, s.edit, b, in_a, 3, &made),
            "the path does not run inside the face at (0.0000100, 0.0000000): begin and end it at "
            "the border of that face");
    refused(&s, MERE_E_NOT_FOUND, mere_edit_split(ctx, s.edit, a, loose, 2, &made),
            "the path ends at (0.0000050, 0.0000050), where no vertex is: insert one there first");
    refused(&s, MERE_E_INPUT, mere_edit_merge(ctx, s.edit, b, face_at(&s, 30, 50)),
            "the faces 2 and 0 have no border in common: merge neighbours");
    refused(&s, MERE_E_NOT_FOUND, mere_edit_transfer(ctx, s.edit, 99, 0, 0),
            "there is no face 99: ask for the one at a place");
    refused(&s, MERE_E_NOT_FOUND, mere_edit_undo(ctx, s.edit),
            "there is nothing to undo: the network is as it was opened");
    CHECK_INT(-1, made);
    strike(&s);
}

int main(void)
{
    ctx = mere_ctx_new();
    RUN(a_border_moves_for_both_neighbours_and_back);
    RUN(a_node_moves_with_all_its_arcs_and_the_street_above);
    RUN(faces_are_split_given_away_and_merged);
    RUN(an_island_is_drawn_around_another_and_taken_away);
    RUN(what_would_not_be_planar_is_refused_with_a_sentence);
    RUN(land_is_not_left_on_the_other_side_of_a_border);
    RUN(a_vertex_is_removed_unless_borders_meet_there_or_nothing_would_be_left);
    RUN(all_zones_that_meet_at_a_vertex_follow_it);
    RUN(the_end_of_a_new_border_moves_for_both_sides_and_the_neighbour);
    RUN(a_path_must_divide_the_face_it_names);
    mere_ctx_free(ctx);
    return done();
}
