/* coasts.h - borders for the tests of zooms: a mesh whose sides are fractal lines, so that zoom
 * after zoom has something to leave out; coasts may cross, so that there is disputed land and there
 * are gaps. */
#ifndef MERE_TESTS_COASTS_H
#define MERE_TESTS_COASTS_H
#include "check.h"
#include "draw.h"

enum { SIDE = 4, DEPTH = 7, LINE = (1 << DEPTH) + 1 };

/* A line from p to q, each half bent by up to a fifth of its length. */
static inline void draw_coast(struct mere_point *line, size_t from, size_t to, uint64_t *rng)
{
    if (to - from < 2)
        return;
    struct mere_point p = line[from], q = line[to];
    int32_t dx = q.x - p.x, dy = q.y - p.y, bend = drawn_below(rng, 401) - 200;
    size_t middle = (from + to) / 2;
    line[middle] = (struct mere_point){p.x + dx / 2 - (int32_t)((int64_t)dy * bend / 1000),
                                       p.y + dy / 2 + (int32_t)((int64_t)dx * bend / 1000)};
    draw_coast(line, from, middle, rng);
    draw_coast(line, middle, to, rng);
}

struct mesh {
    struct mere_point side[2][SIDE + 1][SIDE + 1][LINE]; /* east and north of a corner */
};

static inline void make_mesh(struct mesh *m, struct mere_point at, int32_t step, uint64_t *rng)
{
    for (int i = 0; i <= SIDE; i++)
        for (int j = 0; j <= SIDE; j++) {
            struct mere_point p = {at.x + i * step, at.y + j * step};
            m->side[0][i][j][0] = m->side[1][i][j][0] = p;
            m->side[0][i][j][LINE - 1] = (struct mere_point){p.x + step, p.y};
            m->side[1][i][j][LINE - 1] = (struct mere_point){p.x, p.y + step};
            draw_coast(m->side[0][i][j], 0, LINE - 1, rng);
            draw_coast(m->side[1][i][j], 0, LINE - 1, rng);
        }
}

static inline void draw_side(struct drawn *d, const struct mere_point *line, bool back)
{
    for (int i = 0; i < LINE - 1; i++) {
        struct mere_point p = line[back ? LINE - 1 - i : i];
        drawn_point(d, p.x, p.y);
    }
}

static inline void draw_mesh(struct drawn *d, const struct mesh *m)
{
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            draw_side(d, m->side[0][i][j], false);
            draw_side(d, m->side[1][i + 1][j], false);
            draw_side(d, m->side[0][i][j + 1], true);
            draw_side(d, m->side[1][i][j], true);
            drawn_ring_end(d);
            drawn_part_end(d, drawn_zone_numbered(d));
        }
}

/* The network of `layer` alone; NULL, and told with the seed, when there is none. */
static inline struct mere_net *drawn_net(struct mere_ctx *ctx, const struct mere_layer *layer,
                                         uint64_t seed)
{
    struct mere_net *net = NULL;
    enum mere_status status =
        mere_net_build(ctx, &layer, 1, &(struct mere_build){.match_zones = false}, &net);
    if (!CHECK(status == MERE_OK))
        printf("  seed %" PRIu64 ": %s\n", seed, mere_ctx_error(ctx));
    return net;
}
#endif
