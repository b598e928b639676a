/* prop_net.c - what must hold of every network, on random divisions (ENGINE C, 1 to 8).
 *
 *     prop_net [SEED] [--long]
 *
 * Two kinds of input: *soups* of wild rings that cross themselves and each other, in boxes so small
 * that everything that can coincide does; and *cells*, a warped mesh whose cells are zones or parts
 * of zones, so nothing has to be rounded. Oracles: windings counted on the input's rings at random
 * points, GEOS for validity and areas. */
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/zones.h"
#include "property/geos_land.h"

static struct mere_ctx *ctx;
static uint64_t seed = 1, state;
static int rounds = 1;

static int32_t below(int32_t n)
{
    return (int32_t)(mere_random(&state) % (uint64_t)n);
}

/* ---- random divisions ---- */

static void draw_soup(struct drawn *d, const char *name, enum mere_role role, int32_t size)
{
    drawn_soup(d, name, role, (struct mere_point){0, 0}, size, &state);
}

enum { SIDE = 7, STEP = 1200 };
struct mesh {
    struct mere_point corner[SIDE + 1][SIDE + 1];
    struct mere_point middle[2][SIDE + 1]
                            [SIDE + 1]; /* a bend in the side east, north of a corner */
    int zone[SIDE][SIDE];               /* -1 none */
};

static void make_mesh(struct mesh *m, int n_zones)
{
    for (int i = 0; i <= SIDE; i++)
        for (int j = 0; j <= SIDE; j++) {
            m->corner[i][j] =
                (struct mere_point){i * STEP + 2 * below(150), j * STEP + 2 * below(150)};
            m->middle[0][i][j] = (struct mere_point){i * STEP + STEP / 2 + 2 * below(50) + 100,
                                                     j * STEP + 100 + 2 * below(60)};
            m->middle[1][i][j] = (struct mere_point){i * STEP + 100 + 2 * below(60),
                                                     j * STEP + STEP / 2 + 2 * below(50) + 100};
        }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            m->zone[i][j] = below(8) == 0 ? -1 : below(n_zones);
}

/* One cell as a ring; with `dense`, every segment has its middle as a vertex too. */
static void draw_cell(struct drawn *d, const struct mesh *m, int i, int j, bool dense)
{
    const struct mere_point p[8] = {m->corner[i][j],         m->middle[0][i][j],
                                    m->corner[i + 1][j],     m->middle[1][i + 1][j],
                                    m->corner[i + 1][j + 1], m->middle[0][i][j + 1],
                                    m->corner[i][j + 1],     m->middle[1][i][j]};
    for (int k = 0; k < 8; k++) {
        struct mere_point q = p[(k + 1) % 8];
        drawn_point(d, p[k].x, p[k].y);
        if (dense) /* coordinates are even, so the middle is a lattice point of the segment */
            drawn_point(d, (p[k].x + q.x) / 2, (p[k].y + q.y) / 2);
    }
    drawn_ring_end(d);
}

/* The mesh as zones: each cell a part of its own. */
static void draw_mesh(struct drawn *d, const struct mesh *m, int n_zones, bool dense)
{
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (int z = 0; z < n_zones; z++) {
        drawn_zone_numbered(d);
    }
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++)
            if (m->zone[i][j] >= 0) {
                draw_cell(d, m, i, j, dense);
                drawn_part_end(d, (uint32_t)m->zone[i][j]);
            }
    drawn_layer(d);
}

/* ---- building ---- */

/* NULL when noding gave up because a tiny box made points drift: that is its right. */
static struct mere_net *built(const struct mere_layer *a, const struct mere_layer *b)
{
    const struct mere_layer *layers[2] = {a, b};
    struct mere_net *net = NULL;
    enum mere_status status = mere_net_build(ctx, layers, b ? 2 : 1, &(struct mere_build){0}, &net);
    if (status == MERE_E_LIMIT)
        return NULL;
    if (!CHECK(status == MERE_OK) || !CHECK(mere_net_validate(ctx, net) == MERE_OK))
        printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
    return net;
}
static void hash_of(const struct mere_net *net, char hex[65])
{
    hex[0] = 0;
    if (net)
        CHECK(mere_net_hash(ctx, net, hex) == MERE_OK);
}

/* ---- the oracle of windings ---- */

static double distance(struct mere_point p, struct mere_point a, struct mere_point b)
{
    double dx = b.x - a.x, dy = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
    double len2 = dx * dx + dy * dy, t = len2 > 0 ? (px * dx + py * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(px - t * dx, py - t * dy);
}
static int winding(const struct mere_layer *l, uint32_t r, struct mere_point p, double *near)
{
    int w = 0;
    uint32_t first = l->ring_first[r], end = l->ring_first[r + 1];
    for (uint32_t i = first; i < end; i++) {
        struct mere_point a = l->pts[i], b = l->pts[i + 1 < end ? i + 1 : first];
        double d = distance(p, a, b);
        *near = d < *near ? d : *near;
        if (a.y <= p.y && b.y > p.y && mere_orient_points(a, b, p) > 0)
            w++;
        if (b.y <= p.y && a.y > p.y && mere_orient_points(a, b, p) < 0)
            w--;
    }
    return w;
}
static mere_i128 size_of(const struct mere_layer *l, uint32_t r)
{
    mere_i128 a =
        mere_ring_area2(l->pts + l->ring_first[r], l->ring_first[r + 1] - l->ring_first[r]);
    return a < 0 ? -a : a;
}
/* Whether the zone has the point: the rule told in other words. */
static bool has(const struct mere_layer *l, uint32_t zone, struct mere_point p, double *near)
{
    bool yes = false;
    for (size_t part = 0; part < l->n_parts; part++) {
        if (l->part_zone[part] != zone)
            continue;
        uint32_t r0 = l->part_ring[part], shell = r0;
        int holes = 0;
        struct mere_box box[2] = {{{0, 0}, {0, 0}}, {{0, 0}, {0, 0}}};
        for (uint32_t r = r0; r < l->part_ring[part + 1]; r++)
            if (size_of(l, r) > size_of(l, shell))
                shell = r;
        for (uint32_t i = l->ring_first[r0]; i < l->ring_first[r0 + 1]; i++)
            mere_box_add(&box[0], l->pts[i]);
        for (uint32_t i = l->ring_first[shell]; i < l->ring_first[shell + 1]; i++)
            mere_box_add(&box[1], l->pts[i]);
        if (box[0].min.x < box[1].min.x || box[0].min.y < box[1].min.y ||
            box[0].max.x > box[1].max.x || box[0].max.y > box[1].max.y)
            shell = r0;
        for (uint32_t r = r0; r < l->part_ring[part + 1]; r++)
            holes += r != shell && winding(l, r, p, near) != 0;
        yes = yes || (winding(l, shell, p, near) != 0 && holes == 0);
    }
    return yes;
}
/* The face of a point off all borders: the first border west of it, half a unit up, tells. */
static int32_t face_of(const struct mere_net *net, struct mere_point p)
{
    int32_t face = MERE_FACE_OUTER;
    double best = -INFINITY;
    for (int32_t a = 0; a < net->n_arcs; a++)
        for (uint32_t i = 0; i + 1 < net->arcs[a].n; i++) {
            struct mere_point s = net->pts[net->arcs[a].first + i];
            struct mere_point t = net->pts[net->arcs[a].first + i + 1];
            if ((s.y <= p.y) == (t.y <= p.y))
                continue;
            double x = s.x + (double)(t.x - s.x) * (p.y + 0.5 - s.y) / (t.y - s.y);
            if (x < p.x && x > best) {
                best = x;
                face = s.y < t.y ? net->arcs[a].right : net->arcs[a].left;
            }
        }
    return face;
}
static void check_points(const struct mere_net *net, const struct mere_layer *l, int32_t size)
{
    for (int k = 0; k < 40; k++) {
        struct mere_point p = {below(2 * size), below(2 * size)};
        for (uint32_t z = 0; z < l->n_zones; z++) {
            double near = INFINITY;
            bool want = has(l, z, p, &near);
            if (near <= 4)
                continue;
            bool got = mere_face_claimed_by(&net->schemes[0], face_of(net, p),
                                            net->schemes[0].zone_of_layer[z]);
            if (!CHECK(want == got))
                printf("  seed %" PRIu64 ": zone %u at (%d, %d)\n", seed, z, p.x, p.y);
        }
    }
}

/* ---- the oracle GEOS ---- */

/* Every zone is drawn as a valid multipolygon with the area of its faces; building it again is the
 * same. */
static void check_traced(const struct mere_net *net)
{
    struct mere_layer layer;
    struct mere_arena arena = {0};
    struct mere_zone_measures m;
    if (!CHECK(mere_net_layer(ctx, net, 0, &arena, &layer) == MERE_OK) ||
        !CHECK(mere_zones_measure(ctx, net, 0, &arena, &m) == MERE_OK))
        return;
    for (size_t p = 0; p < layer.n_parts;) {
        size_t end = p;
        while (end < layer.n_parts && layer.part_zone[end] == layer.part_zone[p])
            end++;
        GEOSGeometry *g = polygon_of(&layer, p, end);
        if (!CHECK(GEOSisValid_r(geos, g) == 1))
            printf("  seed %" PRIu64 ": %s\n", seed, GEOSGeomToWKT_r(geos, g));
        uint32_t z = layer.part_zone[p];
        CHECK_INT(m.area2[z], (int64_t)(2 * area_of(g)));
        CHECK_INT((int32_t)(end - p), m.n_parts[z]);
        CHECK(m.label_radius_m[z] > 0 && m.convex_hull_ratio[z] <= 1 + 1e-9);
        GEOSGeom_destroy_r(geos, g);
        p = end;
    }
    struct mere_net *again = built(&layer, NULL);
    char hex[2][65];
    hash_of(net, hex[0]);
    hash_of(again, hex[1]);
    CHECK_STR(hex[0], hex[1]);
    mere_net_free(again);
    mere_arena_clear(&arena);
}

/* The faces have the area that the outer rings enclose, exactly. */
static void check_outline(const struct mere_net *net)
{
    mere_i128 around = 0, inside = 0;
    for (int32_t f = 0; net && f < net->n_faces; f++)
        inside += net->face_area2[f];
    for (uint32_t k = 0; net && k < net->face_ring_first[1]; k++) {
        int32_t first = net->ring_edge[net->face_rings[k]], e = first;
        do {
            const struct mere_arc *arc = &net->arcs[e >> 1];
            for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
                struct mere_point p = net->pts[i], q = net->pts[i + 1];
                mere_i128 cross = (mere_i128)p.x * q.y - (mere_i128)q.x * p.y;
                around += e & 1 ? -cross : cross;
            }
            e = net->next[e];
        } while (e != first);
    }
    CHECK(net && -around == inside);
}

/* ---- properties ---- */

static const int32_t sizes[] = {8, 30, 300, 100000};

TEST(soups_become_valid_networks_with_the_right_owners)
{
    for (int k = 0; k < 60 * rounds; k++) {
        struct drawn d = {0};
        int32_t size = sizes[k % 4];
        draw_soup(&d, "grid", MERE_ROLE_GRID, size);
        struct mere_net *net = built(&d.layer, NULL);
        if (net) {
            check_points(net, &d.layer, size);
            check_outline(net);
            check_traced(net);
        }
        mere_net_free(net);
        drawn_free(&d);
    }
}

TEST(order_changes_nothing)
{
    for (int k = 0; k < 60 * rounds; k++) {
        struct drawn a = {0}, b = {0}, c = {0};
        char hex[2][65];
        draw_soup(&a, "grid", MERE_ROLE_GRID, sizes[k % 4]);
        draw_soup(&b, "beat", MERE_ROLE_BEAT, sizes[k % 4]);
        struct mere_net *net = built(&a.layer, &b.layer);
        hash_of(net, hex[0]);
        mere_net_free(net);
        drawn_shuffled(&a.layer, &c, &state);
        net = built(&b.layer, &c.layer);
        hash_of(net, hex[1]);
        mere_net_free(net);
        if (!CHECK_STR(hex[0], hex[1]))
            printf("  seed %" PRIu64 " size %d round %d\n", seed, sizes[k % 4], k);
        drawn_free(&a);
        drawn_free(&b);
        drawn_free(&c);
    }
}

/* Sum of face areas = area of the cells = area of the outline. */
TEST(areas_are_conserved)
{
    for (int k = 0; k < 20 * rounds; k++) {
        struct mesh m;
        struct drawn d = {0};
        make_mesh(&m, 9);
        draw_mesh(&d, &m, 9, false);
        mere_i128 want = 0, got = 0;
        for (uint32_t r = 0; r < d.layer.n_rings; r++)
            want += size_of(&d.layer, r);
        struct mere_net *net = built(&d.layer, NULL);
        for (int32_t f = 0; net && f < net->n_faces; f++)
            got += net->schemes[0].state[f] == MERE_STATE_OWNED ? net->face_area2[f] : 0;
        CHECK(want == got);
        check_outline(net);
        check_traced(net);
        mere_net_free(net);
        drawn_free(&d);
    }
}

static void move(struct mere_layer *l, int how)
{
    for (uint32_t i = 0; i < l->ring_first[l->n_rings]; i++) {
        struct mere_point p = l->pts[i];
        l->pts[i] = how == 0   ? (struct mere_point){p.x + 70001, p.y - 90001}
                    : how == 1 ? (struct mere_point){p.y, p.x}
                               : (struct mere_point){-p.x, -p.y};
    }
}
/* Building what was moved is the same as moving what was built. */
TEST(moving_swapping_and_negating_commute_with_building)
{
    for (int k = 0; k < 20 * rounds; k++) {
        struct drawn d = {0};
        struct mesh m;
        struct mere_arena arena = {0};
        struct mere_layer layer;
        char hex[2][65];
        int how = k % 3;
        make_mesh(&m, 5);
        if (how == 0)
            draw_soup(&d, "grid", MERE_ROLE_GRID, sizes[k % 4]);
        else
            draw_mesh(&d, &m, 5, false);
        struct mere_net *net = built(&d.layer, NULL);
        if (net && CHECK(mere_net_layer(ctx, net, 0, &arena, &layer) == MERE_OK)) {
            move(&layer, how);
            struct mere_net *moved = built(&layer, NULL);
            hash_of(moved, hex[0]);
            mere_net_free(moved);
            move(&d.layer, how);
            moved = built(&d.layer, NULL);
            hash_of(moved, hex[1]);
            mere_net_free(moved);
            if (!CHECK_STR(hex[0], hex[1]))
                printf("  seed %" PRIu64 " way %d\n", seed, how);
        }
        mere_net_free(net);
        mere_arena_clear(&arena);
        drawn_free(&d);
    }
}

TEST(collinear_vertices_change_no_face)
{
    for (int k = 0; k < 20 * rounds; k++) {
        struct mesh m;
        struct drawn d[2];
        make_mesh(&m, 6);
        draw_mesh(&d[0], &m, 6, false);
        draw_mesh(&d[1], &m, 6, true);
        struct mere_net *a = built(&d[0].layer, NULL), *b = built(&d[1].layer, NULL);
        if (CHECK_INT(a->n_faces, b->n_faces) && CHECK_INT(a->n_arcs, b->n_arcs)) {
            mere_i128 sum[2][6] = {{0}};
            for (int32_t f = 0; f < a->n_faces; f++) {
                if (a->schemes[0].label[f] >= 0)
                    sum[0][a->schemes[0].label[f]] += a->face_area2[f];
                if (b->schemes[0].label[f] >= 0)
                    sum[1][b->schemes[0].label[f]] += b->face_area2[f];
            }
            CHECK(memcmp(sum[0], sum[1], sizeof sum[0]) == 0);
        }
        mere_net_free(a);
        mere_net_free(b);
        drawn_free(&d[0]);
        drawn_free(&d[1]);
    }
}

/* Each cell a zone, traced, its parts given back to the zones: as if it had never been cut. */
TEST(splitting_and_merging_is_the_identity)
{
    for (int k = 0; k < 20 * rounds; k++) {
        struct mesh m, apart;
        struct drawn d[2];
        struct mere_arena arena = {0};
        struct mere_layer cells;
        char hex[2][65];
        make_mesh(&m, 4);
        apart = m;
        for (int i = 0; i < SIDE * SIDE; i++)
            if (apart.zone[i / SIDE][i % SIDE] >= 0)
                apart.zone[i / SIDE][i % SIDE] = i;
        draw_mesh(&d[0], &m, 4, false);
        draw_mesh(&d[1], &apart, SIDE * SIDE, false);
        struct mere_net *whole = built(&d[0].layer, NULL), *split = built(&d[1].layer, NULL);
        if (CHECK(mere_net_layer(ctx, split, 0, &arena, &cells) == MERE_OK)) {
            for (size_t p = 0; p < cells.n_parts; p++) {
                int cell = atoi(cells.zones[cells.part_zone[p]].code + 1);
                cells.part_zone[p] = (uint32_t)m.zone[cell / SIDE][cell % SIDE];
            }
            cells.zones = d[0].layer.zones;
            cells.n_zones = d[0].layer.n_zones;
            struct mere_net *merged = built(&cells, NULL);
            hash_of(whole, hex[0]);
            hash_of(merged, hex[1]);
            CHECK_STR(hex[0], hex[1]);
            mere_net_free(merged);
        }
        mere_net_free(whole);
        mere_net_free(split);
        mere_arena_clear(&arena);
        drawn_free(&d[0]);
        drawn_free(&d[1]);
    }
}

/* Who overlaps whom by how much, against GEOS, on triangles. */
TEST(overlaps_have_the_areas_that_geos_finds)
{
    for (int k = 0; k < 20 * rounds; k++) {
        struct drawn d = {0};
        int32_t size = 1000000;
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        for (int z = 0; z < 5; z++) {
            uint32_t zone = drawn_zone_numbered(&d);
            for (int i = 0; i < 3; i++)
                drawn_point(&d, below(size), below(size));
            drawn_ring_end(&d);
            drawn_part_end(&d, zone);
        }
        struct mere_net *net = built(drawn_layer(&d), NULL);
        for (uint32_t a = 0; net && a < 5; a++)
            for (uint32_t b = 0; b <= a; b++) {
                GEOSGeometry *p = polygon_of(&d.layer, a, a + 1),
                             *q = polygon_of(&d.layer, b, b + 1);
                GEOSGeometry *both = GEOSIntersection_r(geos, p, q);
                double got = 0;
                for (int32_t f = 0; f < net->n_faces; f++)
                    if (mere_face_claimed_by(&net->schemes[0], f, (int32_t)a) &&
                        mere_face_claimed_by(&net->schemes[0], f, (int32_t)b))
                        got += (double)net->face_area2[f] / 2;
                CHECK_NEAR(area_of(both), got, 6.0 * size); /* 1 unit along the borders */
                GEOSGeom_destroy_r(geos, p);
                GEOSGeom_destroy_r(geos, q);
                GEOSGeom_destroy_r(geos, both);
            }
        mere_net_free(net);
        drawn_free(&d);
    }
}

/* Islands in lakes on islands: every component hangs where the oracle of windings says. */
TEST(archipelagos_hang_in_the_right_faces)
{
    for (int k = 0; k < 10 * rounds; k++) {
        struct drawn d = {0};
        drawn_start(&d, "grid", MERE_ROLE_GRID);
        for (int z = 0; z < 60; z++) {
            uint32_t zone = drawn_zone_numbered(&d);
            int32_t x = (z % 8) * 100, y = z / 8 * 100;
            /* Diamonds within diamonds, each a frame. */
            for (int32_t r = 45; r > 4; r -= 4 + below(12)) {
                drawn_point(&d, x + 50 - r, y + 50 + below(3));
                drawn_point(&d, x + 50 + below(3), y + 50 - r);
                drawn_point(&d, x + 50 + r, y + 50 - below(3));
                drawn_point(&d, x + 50 - below(3), y + 50 + r);
                drawn_ring_end(&d);
                int32_t q = r - 2;
                drawn_point(&d, x + 50 - q, y + 50);
                drawn_point(&d, x + 50, y + 50 + q);
                drawn_point(&d, x + 50 + q, y + 50);
                drawn_point(&d, x + 50, y + 50 - q);
                drawn_ring_end(&d);
                drawn_part_end(&d, zone);
            }
        }
        struct mere_net *net = built(drawn_layer(&d), NULL);
        if (net)
            check_traced(net);
        mere_net_free(net);
        drawn_free(&d);
    }
}

/* 2 A / P <= the widest circle's diameter <= 2 sqrt(A / pi), with one hole at most (ENGINE C8). */
static void check_bounds(const struct mere_layer *l, size_t part, double diameter)
{
    double area = 0, around = 0;
    for (uint32_t r = l->part_ring[part]; r < l->part_ring[part + 1]; r++) {
        const struct mere_point *p = l->pts + l->ring_first[r];
        uint32_t n = l->ring_first[r + 1] - l->ring_first[r];
        area += mere_ring_area_m2(p, n);
        around += mere_chain_length_m(p, n) + mere_distance_m(p[n - 1], p[0]);
    }
    bool one_hole = l->part_ring[part + 1] - l->part_ring[part] <= 2;
    if (!CHECK(!one_hole || 2 * area / around <= diameter + 2e-3) ||
        !CHECK(diameter <= 2 * sqrt(area / 3.14159265358979) + 2e-3))
        printf("  seed %" PRIu64 ": %g m2, %g m, %g m wide\n", seed, area, around, diameter);
}

/* The widest circle against a fine raster of centres. */
TEST(circles_are_as_wide_as_a_raster_finds)
{
    for (int k = 0; k < 30 * rounds; k++) {
        struct drawn d = {0};
        struct mere_arena arena = {0};
        struct mere_layer layer;
        draw_soup(&d, "grid", MERE_ROLE_GRID, 300);
        struct mere_net *net = built(&d.layer, NULL);
        if (net && CHECK(mere_net_layer(ctx, net, 0, &arena, &layer) == MERE_OK)) {
            for (size_t p = 0; p < layer.n_parts && p < 3; p++) {
                struct mere_point centre;
                double diameter, sx, sy, best = 0;
                struct mere_box box = {{0, 0}, {0, 0}};
                CHECK(mere_inscribed_circle(ctx, &layer, p, 1e-3, &centre, &diameter) == MERE_OK);
                check_bounds(&layer, p, diameter);
                uint32_t i0 = layer.ring_first[layer.part_ring[p]];
                uint32_t i1 = layer.ring_first[layer.part_ring[p + 1]];
                for (uint32_t i = i0; i < i1; i++)
                    mere_box_add(&box, layer.pts[i]);
                mere_scale_at((box.min.y + box.max.y) / 2, &sx, &sy);
                double metre = sx > sy ? sx : sy;
                for (int32_t x = box.min.x; x < box.max.x; x += 2)
                    for (int32_t y = box.min.y; y < box.max.y; y += 2) {
                        double near = INFINITY;
                        int w = 0;
                        for (uint32_t r = layer.part_ring[p]; r < layer.part_ring[p + 1]; r++)
                            w += winding(&layer, r, (struct mere_point){x, y}, &near);
                        best = w != 0 && near > best ? near : best;
                    }
                /* The raster misses the best centre by up to sqrt(2) units. */
                if (!CHECK(diameter / 2 >= best * (sx < sy ? sx : sy) - 1e-3) ||
                    !CHECK(diameter / 2 <= (best + 1.5) * metre + 1e-3))
                    printf("  seed %" PRIu64 ": %g for %g\n", seed, diameter / 2, best * metre);
            }
        }
        mere_net_free(net);
        mere_arena_clear(&arena);
        drawn_free(&d);
    }
}

/* ---- tolerance ---- */

enum { STRIPS = 12, BENDS = 9, HEIGHT = 4000 };
struct strips {
    int32_t side[STRIPS + 1][BENDS]; /* x of the borders at heights from 0 to HEIGHT */
    int32_t gap[STRIPS + 1];         /* between strip i - 1 and strip i; an overlap when negative */
};
static int32_t bend_y(int k)
{
    return k * (HEIGHT / (BENDS - 1));
}
static void draw_strips(struct drawn *d, struct strips *s)
{
    drawn_start(d, "grid", MERE_ROLE_GRID);
    for (int i = 0; i <= STRIPS; i++) {
        s->gap[i] = below(121) - 60;
        for (int k = 0; k < BENDS; k++)
            s->side[i][k] = i * 1000 + below(40);
    }
    for (int i = 0; i < STRIPS; i++) {
        uint32_t zone = drawn_zone_numbered(d);
        for (int k = 0; k < BENDS; k++) /* the east side, less the gap */
            drawn_point(d, s->side[i + 1][k] - s->gap[i + 1], bend_y(k));
        for (int k = BENDS; k-- > 0;)
            drawn_point(d, s->side[i][k], bend_y(k));
        drawn_ring_end(d);
        drawn_part_end(d, zone);
    }
    drawn_layer(d);
}
/* Borders lean by less than 0.08, so a gap is narrower than it is along x by less than 0.4 %. */
static bool wider(int32_t gap, double tolerance)
{
    return abs(gap) * 0.996 > tolerance + 1;
}

/* Gaps and overlaps of known widths: whatever the tolerance, a wider one is still there. */
TEST(a_tolerance_hides_no_defect_that_is_wider)
{
    static const double tolerances[] = {0, 1, 2, 5, 9.5, 14, 22, 35, 50, 58};
    for (int k = 0; k < 3 * rounds; k++) {
        struct drawn d = {0};
        struct strips s;
        draw_strips(&d, &s);
        for (size_t t = 0; t < MERE_LEN(tolerances); t++) {
            const struct mere_layer *layers[1] = {&d.layer};
            struct mere_build how = {
                .match_zones = true, .tol_x = tolerances[t], .tol_y = tolerances[t]};
            struct mere_net *net = NULL;
            if (!CHECK(mere_net_build(ctx, layers, 1, &how, &net) == MERE_OK) ||
                !CHECK(mere_net_validate(ctx, net) == MERE_OK))
                printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
            for (int i = 1; net && i < STRIPS; i++)
                for (int b = 0; b < BENDS && wider(s.gap[i], tolerances[t]); b++) {
                    struct mere_point middle = {s.side[i][b] - s.gap[i] / 2, bend_y(b)};
                    middle.y += b == 0 ? 1 : b == BENDS - 1 ? -1 : 0;
                    size_t n = 0;
                    int32_t face = face_of(net, middle);
                    if (face >= 0)
                        mere_face_claims(&net->schemes[0], face, &n);
                    if (!CHECK_INT(s.gap[i] > 0 ? 0 : 2, n))
                        printf("  seed %" PRIu64 ": width %d, tolerance %g\n", seed, s.gap[i],
                               tolerances[t]);
                }
            mere_net_free(net);
        }
        drawn_free(&d);
    }
}

int main(int argc, char **argv)
{
    rounds = check_amount(argc, argv, &seed) ? 50 : 1;
    state = seed;
    ctx = mere_ctx_new();
    geos_start();
    RUN(soups_become_valid_networks_with_the_right_owners);
    RUN(order_changes_nothing);
    RUN(areas_are_conserved);
    RUN(moving_swapping_and_negating_commute_with_building);
    RUN(collinear_vertices_change_no_face);
    RUN(splitting_and_merging_is_the_identity);
    RUN(overlaps_have_the_areas_that_geos_finds);
    RUN(archipelagos_hang_in_the_right_faces);
    RUN(circles_are_as_wide_as_a_raster_finds);
    RUN(a_tolerance_hides_no_defect_that_is_wider);
    GEOS_finish_r(geos);
    mere_ctx_free(ctx);
    return done();
}
