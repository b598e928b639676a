/* trace.c - building the cell table: every arc is walked through the cells that it passes.
 *
 * The walk is exact: walls stand at half units, where no vertex is, and which wall a segment meets
 * first is decided on integers. A segment that goes exactly through the corner of four cells is
 * treated as if the walls along the rows stood an infinitesimal higher; the look-up uses the same
 * convention. Two walks: the first counts words for each cell and adds up, for each cell's south
 * wall, what a walk east along it crosses; the second fills the records. Sums along each row from
 * the outer face give the face at every corner, so the whole is linear in cells and crossings. */
#include "geo/exact.h"
#include "locate/locate_priv.h"
#include <stdlib.h>
#include <string.h>

/* Runs are cut at a vertex before a chain would overflow its counters. */
#define RUN_MAX (MERE_CHAIN_MAX - 8)

struct tracer {
    struct mere_locator *loc;
    uint32_t *ref; /* per cell: crossings of its south wall, then the face at its corner */
    bool fill;     /* the second walk */
    size_t n_border, n_words; /* of the first walk */
    uint32_t delta;           /* of the arc */
    int64_t col, row;         /* the cell we are in */
    /* The run through this cell so far. */
    uint32_t first, n_segs, n_points;
    uint32_t points[MERE_CHAIN_MAX];
};

static size_t tracer_cell(const struct tracer *t)
{
    return mere_cell_at(t->loc, t->col, t->row);
}

/* Add a point in fine units to the run; edges without length are left out. */
static void run_point(struct tracer *t, int64_t x, int64_t y)
{
    uint32_t pair = mere_pair_pack((int32_t)x, (int32_t)y);
    if (t->n_points == 0 || t->points[t->n_points - 1] != pair)
        t->points[t->n_points++] = pair;
}

static void run_vertex(struct tracer *t, struct mere_lattice_point p)
{
    const struct mere_locator *loc = t->loc;
    run_point(t, (p.x - (t->col << loc->shift)) >> loc->fine,
              (p.y - (t->row << loc->shift)) >> loc->fine);
}

static void run_begin(struct tracer *t, uint32_t first)
{
    t->first = first;
    t->n_segs = t->n_points = 0;
}

/* The run is over: count its words, or write it in front of those already in the record. */
static void run_end(struct tracer *t)
{
    struct mere_locator *loc = t->loc;
    /* A run that is one point in fine units keeps an edge without length: no point is clear of it.
     */
    if (t->n_points == 1)
        t->points[t->n_points++] = t->points[0];
    size_t at = tracer_cell(t), words = MERE_CHAIN_HEAD + t->n_points;
    if (!t->fill) {
        /* In the counting pass the word of a cell holds its size. 2^29 runs in one cell can't be:
         * each has at least one segment of its own. */
        t->n_border += loc->cell[at] == 0;
        loc->cell[at] += (int32_t)words;
        t->n_words += words;
        return;
    }
    uint32_t *record = loc->rec + ((uint32_t)loc->cell[at] & MERE_RECORD_MASK);
    /* Until the end record[0] says where the free part ends; its top bit that nothing is written.
     */
    uint32_t last = record[0] & MERE_CHAIN_LAST;
    uint32_t start = (record[0] & ~MERE_CHAIN_LAST) - (uint32_t)words;
    uint32_t *chain = record + start;
    record[0] = start;
    chain[0] = t->delta;
    chain[1] = t->first;
    chain[2] = last | t->n_segs << MERE_CHAIN_BITS | t->n_points;
    memcpy(chain + MERE_CHAIN_HEAD, t->points, t->n_points * sizeof *t->points);
}

/* The four walls of a cell. */
enum wall { WALL_WEST, WALL_EAST, WALL_SOUTH, WALL_NORTH };

/* Where the segment a-b meets `wall` of the current cell, rounded; the double is good to 1e-6 unit
 * and decides nothing. */
static void run_wall(struct tracer *t, struct mere_lattice_point a, struct mere_lattice_point b,
                     enum wall wall)
{
    const struct mere_locator *loc = t->loc;
    int64_t size = (int64_t)1 << loc->shift, fine = loc->fine;
    struct mere_lattice_point corner = {t->col << loc->shift, t->row << loc->shift};
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y);
    int64_t far = size >> fine;
    if (wall == WALL_SOUTH || wall == WALL_NORTH) {
        int64_t y = wall == WALL_SOUTH ? 0 : size;
        double x = (double)(a.x - corner.x) + ((double)(y + corner.y - a.y) - 0.5) * dx / dy;
        run_point(t, (int64_t)floor(x + 0.5) >> fine, wall == WALL_SOUTH ? -1 : far);
    } else {
        int64_t x = wall == WALL_WEST ? 0 : size;
        double y = (double)(a.y - corner.y) + ((double)(x + corner.x - a.x) - 0.5) * dy / dx;
        run_point(t, wall == WALL_WEST ? -1 : far, (int64_t)floor(y + 0.5) >> fine);
    }
}

/* Leave the cell through `wall` at the segment a-b, whose first vertex is `first`, and go on
 * behind. */
static void cross_wall(struct tracer *t, struct mere_lattice_point a, struct mere_lattice_point b,
                       uint32_t first, enum wall wall)
{
    static const enum wall behind[] = {WALL_EAST, WALL_WEST, WALL_NORTH, WALL_SOUTH};
    int64_t top = ((int64_t)1 << t->loc->shift) >> t->loc->fine;
    t->n_segs++;
    run_wall(t, a, b, wall);
    if (wall == WALL_WEST)
        run_point(t, -1, top);
    run_end(t);
    if (wall == WALL_SOUTH && !t->fill)
        t->ref[tracer_cell(t)] -= t->delta;
    t->col += wall == WALL_EAST ? 1 : wall == WALL_WEST ? -1 : 0;
    t->row += wall == WALL_NORTH ? 1 : wall == WALL_SOUTH ? -1 : 0;
    if (wall == WALL_NORTH && !t->fill)
        t->ref[tracer_cell(t)] += t->delta;
    run_begin(t, first);
    if (wall == WALL_EAST)
        run_point(t, -1, top);
    run_wall(t, a, b, behind[wall]);
}

/* Which wall of the current cell the segment from a (before or in the cell) to b meets next.
 * `to_col`, `to_row`: the cell of b, which is not the current one. */
static enum wall next_wall(const struct tracer *t, struct mere_lattice_point a,
                           struct mere_lattice_point b, int64_t to_col, int64_t to_row)
{
    int shift = t->loc->shift;
    enum wall across = to_col > t->col ? WALL_EAST : WALL_WEST;
    enum wall along = to_row > t->row ? WALL_NORTH : WALL_SOUTH;
    if (to_row == t->row)
        return across;
    if (to_col == t->col)
        return along;
    /* Twice the distances from a to the walls, both positive; the walls stand half a unit below the
     * first points of the cells. */
    int64_t vx = across == WALL_EAST ? 2 * ((t->col + 1) << shift) - 1 - 2 * a.x
                                     : 2 * a.x - 2 * (t->col << shift) + 1;
    int64_t hy = along == WALL_NORTH ? 2 * ((t->row + 1) << shift) - 1 - 2 * a.y
                                     : 2 * a.y - 2 * (t->row << shift) + 1;
    int64_t dx = b.x > a.x ? b.x - a.x : a.x - b.x, dy = b.y > a.y ? b.y - a.y : a.y - b.y;
    mere_i128 d = (mere_i128)vx * dy - (mere_i128)hy * dx;
    /* Through the corner: the row's wall stands an infinitesimal higher, so going north it comes
     * later. */
    if (d == 0)
        return along == WALL_NORTH ? across : along;
    return d < 0 ? across : along;
}

static struct mere_lattice_point tracer_point(const struct tracer *t, uint32_t i)
{
    struct mere_point p = t->loc->net->pts[i], o = t->loc->origin;
    return (struct mere_lattice_point){(int64_t)p.x - o.x, (int64_t)p.y - o.y};
}

static void trace_arc(struct tracer *t, const struct mere_arc *arc)
{
    int shift = t->loc->shift;
    struct mere_lattice_point a = tracer_point(t, arc->first);
    t->delta = (uint32_t)arc->right - (uint32_t)arc->left;
    t->col = a.x >> shift;
    t->row = a.y >> shift;
    run_begin(t, arc->first);
    run_vertex(t, a);
    for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
        struct mere_lattice_point b = tracer_point(t, i + 1);
        int64_t to_col = b.x >> shift, to_row = b.y >> shift;
        while (t->col != to_col || t->row != to_row)
            cross_wall(t, a, b, i, next_wall(t, a, b, to_col, to_row));
        run_vertex(t, b);
        t->n_segs++;
        if ((t->n_segs > RUN_MAX || t->n_points > RUN_MAX) && i + 2 < arc->first + arc->n) {
            run_end(t);
            run_begin(t, i + 1);
            run_vertex(t, b);
        }
        a = b;
    }
    run_end(t);
}

static enum mere_status trace_all(struct mere_ctx *ctx, struct tracer *t)
{
    const struct mere_net *net = t->loc->net;
    for (int32_t i = 0; i < net->n_arcs; i++) {
        if ((i & 4095) == 0)
            MERE_TRY(mere_tick(ctx, "making the point index", (uint64_t)i, (uint64_t)net->n_arcs));
        /* An arc with the same face on both sides changes nothing. */
        if (net->arcs[i].left != net->arcs[i].right)
            trace_arc(t, &net->arcs[i]);
    }
    return MERE_OK;
}

/* Turn sizes into faces and places of records; returns false if a row does not end in the outer
 * face, which means that the faces of the arcs contradict each other. */
static bool place_records(struct tracer *t)
{
    struct mere_locator *loc = t->loc;
    uint32_t at = 0;
    for (uint32_t row = 0; row < loc->n_rows; row++) {
        int32_t *cell = loc->cell + mere_cell_at(loc, 0, row);
        uint32_t *ref = t->ref + mere_cell_at(loc, 0, row), face = (uint32_t)MERE_FACE_OUTER;
        for (uint32_t col = 0; col < loc->n_cols; col++) {
            uint32_t south = ref[col], size = (uint32_t)cell[col] + 1;
            ref[col] = face;
            if (cell[col] == 0) {
                cell[col] = (int32_t)face;
            } else {
                loc->rec[at] = size | MERE_CHAIN_LAST;
                cell[col] = (int32_t)(at | ~MERE_RECORD_MASK);
                at += size;
            }
            face += south;
        }
        if ((int32_t)face != MERE_FACE_OUTER)
            return false;
        cell[-1] = cell[loc->n_cols] = MERE_FACE_OUTER;
    }
    for (int64_t col = -1; col <= loc->n_cols; col++)
        loc->cell[mere_cell_at(loc, col, -1)] = loc->cell[mere_cell_at(loc, col, loc->n_rows)] =
            MERE_FACE_OUTER;
    return true;
}

static void write_refs(struct tracer *t)
{
    struct mere_locator *loc = t->loc;
    for (size_t i = 0; i < mere_cells(loc); i++)
        if (loc->cell[i] < MERE_FACE_OUTER)
            loc->rec[(uint32_t)loc->cell[i] & MERE_RECORD_MASK] = t->ref[i];
}

/* The empty table for `shift`; false when memory is out. */
static bool lay_out(struct mere_locator *loc, const struct mere_net *net, int shift)
{
    loc->net = net;
    loc->shift = shift;
    loc->fine = shift > MERE_FINE_BITS ? shift - MERE_FINE_BITS : 0;
    /* A point where an arc crosses a wall is at most 0.71 unit from the arc; dropping fine bits
     * moves points and vertices by less than one unit on each axis. See settle in locate.c. */
    loc->slack = loc->fine > 0 ? 3 : 1;
    loc->origin = net->box.min;
    if (net->n_arcs > 0) {
        loc->n_cols = (uint32_t)((((int64_t)net->box.max.x - 1 - net->box.min.x) >> shift) + 1);
        loc->n_rows = (uint32_t)((((int64_t)net->box.max.y - 1 - net->box.min.y) >> shift) + 1);
    }
    loc->stride = loc->n_cols + 2;
    loc->cell = mere_calloc(mere_cells(loc), sizeof *loc->cell);
    return loc->cell != NULL;
}

static enum mere_status trace_table(struct mere_ctx *ctx, struct tracer *t, size_t limit,
                                    bool *ret_fits)
{
    struct mere_locator *loc = t->loc;
    MERE_TRY(trace_all(ctx, t));
    loc->n_rec = t->n_words + t->n_border;
    *ret_fits = mere_locator_bytes(loc) <= limit && loc->n_rec < MERE_RECORD_MASK;
    if (!*ret_fits)
        return MERE_OK;
    loc->rec = mere_calloc(loc->n_rec + MERE_RECORD_ROOM, sizeof *loc->rec);
    if (!loc->rec)
        return mere_fail_nomem(ctx, "making the point index");
    if (!place_records(t))
        return mere_fail(ctx, MERE_E_INTERNAL, "the faces beside the arcs contradict each other");
    t->fill = true;
    MERE_TRY(trace_all(ctx, t));
    write_refs(t);
    return MERE_OK;
}

enum mere_status mere_locator_try(struct mere_ctx *ctx, const struct mere_net *net, int shift,
                                  size_t limit, struct mere_locator **ret)
{
    enum mere_status status = MERE_OK;
    bool fits = false;
    struct tracer *t = mere_calloc(1, sizeof *t);
    struct mere_locator *loc = mere_calloc(1, sizeof *loc);
    if (!t || !loc || !lay_out(loc, net, shift) ||
        !(t->ref = mere_calloc(mere_cells(loc), sizeof *t->ref))) {
        status = mere_fail_nomem(ctx, "making the point index");
        goto done;
    }
    t->loc = loc;
    status = trace_table(ctx, t, limit, &fits);
    if (status != MERE_OK)
        goto done;
    *ret = fits ? loc : NULL;
    if (fits)
        loc = NULL;
done:
    mere_locator_free(loc);
    if (t)
        free(t->ref);
    free(t);
    return status;
}
