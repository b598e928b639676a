/* node_sweep.c - one pass from west to east over all segments finds who meets whom.
 *
 *          x ->                   Segments come in the order of their west ends (their own order),
 *   row 3  ---+------- entry      joined to runs of up to eight that go on from each other east and
 *   row 2  ---+--                 north, or east and south: nothing of a run meets itself. The
 * plane row 1     |                   is cut in rows; a row lists the runs that the sweep line has
 *   row 0  ---+----+---           reached in it and not left. A new run is compared with the
 * entries of its rows, and left-behind entries go.
 *
 * The lists are short (about the square root of the number of segments, over all rows), so they
 * stay in the cache, which a grid over the whole plane doesn't. In a clean set hardly more is found
 * in a row than the neighbours on the same border: runs make these fewer (as GEOS's monotone chains
 * do). Rows are as low as they can be while the segments make at most a few entries each: lengths
 * may be very uneven. A long segment is a run of its own, and one of many rows is known in each by
 * the stretch of x that it has there. */
#include "base/hash.h"
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

#define ENTRIES_PER_SEG 3 /* rows are refined up to this mean */
#define LOOKS_PER_SEG 64  /* usual are 1 to 10 */
#define TALL_ROWS 4       /* from here on a segment is clipped to its rows */
#define RUN 8             /* segments in a run */
#define RUN_SIZES 8       /* its height and width, in those of the usual segment */
#define RUN_SHIFT 2       /* rows are higher for runs by this power of two */

/* A segment that is looked at. */
struct piece {
    struct mere_lattice_point a, b;
    uint32_t ia, ib, seg;
    bool open;
};

/* Segment k goes from p[k] to p[k + 1]. */
struct run {
    int64_t x_lo, x_hi, y_lo, y_hi;
    uint32_t n, row0, row1;
    uint32_t n_entries; /* or, in the list of spare runs, the next one */
    bool open, tall;
    uint32_t seg[RUN], ip[RUN + 1];
    struct mere_lattice_point p[RUN + 1];
};

struct entry {
    int64_t x_lo, x_hi; /* the stretch of x in this row */
    uint32_t run, next;
};

struct rows {
    int64_t y0, pad_y, pad_x; /* the tolerance, rounded up */
    int shift;
    uint32_t n;
    uint32_t *head;
    MERE_VEC(struct entry) pool;
    uint32_t spare; /* list of free entries */
    MERE_VEC(struct run) runs;
    uint32_t spare_run;
    int64_t run_size; /* of more than one segment, at most */
    uint32_t *first;  /* by point: the first segment with this `a` or a later one */
    uint8_t *taken;   /* by segment: in a run */
};

struct sweep {
    const struct mere_noding *in;
    const struct node_state *state;
    const struct node_segs *segs;
    struct node_hits *hits;
    struct rows rows;
    double fx, fy; /* 1 / tolerance */
    uint64_t n_looks;
    bool failed; /* memory */
};

static int64_t lowest(const struct piece *e)
{
    return e->a.y < e->b.y ? e->a.y : e->b.y;
}
static int64_t highest(const struct piece *e)
{
    return e->a.y < e->b.y ? e->b.y : e->a.y;
}

/* ---- two segments ---------------------------------------------------------------------------- */

static void add_pair(struct sweep *w, node_pairs *to, uint32_t a, uint32_t b)
{
    if (!MERE_PUSH(to, (struct node_pair){a, b}))
        w->failed = true;
}

static bool may_pass(const struct piece *e, struct mere_lattice_point p)
{
    if (p.x < e->a.x || p.x > e->b.x || p.y < lowest(e) || p.y > highest(e))
        return false;
    int64_t dx = e->b.x - e->a.x, dy = e->b.y - e->a.y, px = p.x - e->a.x, py = p.y - e->a.y;
    const int64_t small = INT32_MAX / 2;
    if (dx > small || dy > small || dy < -small)
        return true;
    /* All four are below 2^30. The pixel's corners are off the line by the cross product +-
     * (|dx| + |dy|) / 2. */
    int64_t cross = dx * py - dy * px;
    int64_t reach = dx + (dy < 0 ? -dy : dy);
    return 2 * (cross < 0 ? -cross : cross) <= reach;
}

static void look_at_pixel(struct sweep *w, uint32_t ip, struct mere_lattice_point p,
                          const struct piece *e)
{
    if (ip == e->ia || ip == e->ib || !may_pass(e, p) || !mere_in_hot_pixel(e->a, e->b, p))
        return;
    add_pair(w, &w->hits->passes, ip, e->seg);
    if (mere_orient(e->a, e->b, p) == 0)
        add_pair(w, &w->hits->touches, ip, e->seg);
}

/* The four ends take part as hot pixels of the other segment; then a crossing inside both. */
static void look_exactly(struct sweep *w, const struct piece *s, const struct piece *t)
{
    look_at_pixel(w, t->ia, t->a, s);
    look_at_pixel(w, t->ib, t->b, s);
    look_at_pixel(w, s->ia, s->a, t);
    look_at_pixel(w, s->ib, s->b, t);
    if (s->ia == t->ia || s->ia == t->ib || s->ib == t->ia || s->ib == t->ib)
        return;
    if (mere_orient(s->a, s->b, t->a) * mere_orient(s->a, s->b, t->b) < 0 &&
        mere_orient(t->a, t->b, s->a) * mere_orient(t->a, t->b, s->b) < 0)
        add_pair(w, &w->hits->crossings, s->seg < t->seg ? s->seg : t->seg,
                 s->seg < t->seg ? t->seg : s->seg);
}

static void look_near_point(struct sweep *w, uint32_t ip, struct mere_lattice_point p, uint32_t iq,
                            struct mere_lattice_point q)
{
    const uint32_t *owner = w->segs->pt_owner;
    if (ip == iq || (owner[ip] == owner[iq] && owner[ip] != NODE_MANY))
        return;
    double dx = (double)(p.x - q.x) * w->fx, dy = (double)(p.y - q.y) * w->fy;
    if (dx * dx + dy * dy <= 1)
        add_pair(w, &w->hits->near_points, ip < iq ? ip : iq, ip < iq ? iq : ip);
}

static void look_near_seg(struct sweep *w, uint32_t ip, struct mere_lattice_point p,
                          const struct piece *e)
{
    uint32_t owner = w->segs->pt_owner[ip];
    if (ip == e->ia || ip == e->ib || (owner == w->segs->owner[e->seg] && owner != NODE_MANY))
        return;
    double ux = (double)(e->b.x - e->a.x) * w->fx, uy = (double)(e->b.y - e->a.y) * w->fy;
    double px = (double)(p.x - e->a.x) * w->fx, py = (double)(p.y - e->a.y) * w->fy;
    double dot = ux * px + uy * py, len2 = ux * ux + uy * uy, cross = ux * py - uy * px;
    if (dot > 0 && dot < len2 && cross * cross <= len2)
        add_pair(w, &w->hits->near_segs, ip, e->seg);
}

static void look_near(struct sweep *w, const struct piece *s, const struct piece *t)
{
    look_near_point(w, s->ia, s->a, t->ia, t->a);
    look_near_point(w, s->ia, s->a, t->ib, t->b);
    look_near_point(w, s->ib, s->b, t->ia, t->a);
    look_near_point(w, s->ib, s->b, t->ib, t->b);
    look_near_seg(w, t->ia, t->a, s);
    look_near_seg(w, t->ib, t->b, s);
    look_near_seg(w, s->ia, s->a, t);
    look_near_seg(w, s->ib, s->b, t);
}

static void look_at_pair(struct sweep *w, const struct piece *s, const struct piece *t)
{
    w->n_looks++;
    int64_t apart_x = (s->a.x > t->a.x ? s->a.x : t->a.x) - (s->b.x < t->b.x ? s->b.x : t->b.x);
    int64_t s_lo = lowest(s), t_lo = lowest(t), s_hi = highest(s), t_hi = highest(t);
    int64_t apart_y = (s_lo > t_lo ? s_lo : t_lo) - (s_hi < t_hi ? s_hi : t_hi);
    if (apart_x <= 0 && apart_y <= 0)
        look_exactly(w, s, t);
    if ((s->open || t->open) && apart_x <= w->rows.pad_x && apart_y <= w->rows.pad_y)
        look_near(w, s, t);
}

static struct piece piece_of(const struct sweep *w, const struct run *run, uint32_t k)
{
    uint32_t seg = run->seg[k];
    return (struct piece){.a = run->p[k],
                          .b = run->p[k + 1],
                          .ia = run->ip[k],
                          .ib = run->ip[k + 1],
                          .seg = seg,
                          .open = w->segs->open && w->segs->open[seg]};
}

/* Whether segment k is in reach of the box of `other`. */
static bool may_reach(const struct rows *rows, const struct run *run, uint32_t k,
                      const struct run *other)
{
    struct mere_lattice_point a = run->p[k], b = run->p[k + 1];
    return a.x <= other->x_hi + rows->pad_x && other->x_lo <= b.x + rows->pad_x &&
           (a.y < b.y ? a.y : b.y) <= other->y_hi + rows->pad_y &&
           other->y_lo <= (a.y < b.y ? b.y : a.y) + rows->pad_y;
}

static void look_at_runs(struct sweep *w, const struct run *s, const struct run *t)
{
    struct piece of_t[RUN];
    uint32_t n = 0;
    w->n_looks++;
    for (uint32_t k = 0; k < t->n; k++)
        if (may_reach(&w->rows, t, k, s))
            of_t[n++] = piece_of(w, t, k);
    for (uint32_t k = 0; n > 0 && k < s->n; k++) {
        if (!may_reach(&w->rows, s, k, t))
            continue;
        struct piece of_s = piece_of(w, s, k);
        for (uint32_t m = 0; m < n; m++)
            look_at_pair(w, &of_s, &of_t[m]);
    }
}

/* With a tolerance the segments of a run may be near each other. */
static void look_in_run(struct sweep *w, const struct run *run)
{
    for (uint32_t m = 1; m < run->n; m++) {
        struct piece of_m = piece_of(w, run, m);
        for (uint32_t k = 0; k < m; k++) {
            struct piece of_k = piece_of(w, run, k);
            look_at_pair(w, &of_k, &of_m);
        }
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

static uint32_t row_of(const struct rows *rows, int64_t y)
{
    if (y <= rows->y0)
        return 0;
    int64_t row = (y - rows->y0) >> rows->shift;
    return row >= rows->n ? rows->n - 1 : (uint32_t)row;
}

/* How many entries rows of 2^shift make, about. */
static double count_entries(const uint64_t *by_height, int shift)
{
    double sum = 0;
    for (int k = 0; k < 64; k++)
        sum += (double)by_height[k] * (2 + ldexp(0.75, k - shift));
    return sum;
}

/* The middle one of the sizes of segments, about. */
static int64_t usual_size(const uint64_t *by_size, size_t n)
{
    int bits = 0;
    for (uint64_t sum = by_size[0]; sum <= n / 2 && bits < 41; sum += by_size[bits])
        bits++;
    return (int64_t)1 << bits;
}

static bool rows_alloc(struct sweep *w)
{
    struct rows *rows = &w->rows;
    const struct node_segs *segs = w->segs;
    rows->spare = rows->spare_run = NODE_NONE;
    rows->head = mere_malloc(rows->n * sizeof *rows->head);
    rows->first = mere_malloc((w->state->n_pts + 1) * sizeof *rows->first);
    rows->taken = mere_calloc(segs->n + 1, 1);
    if (!rows->head || !rows->first || !rows->taken)
        return false;
    for (uint32_t r = 0; r < rows->n; r++)
        rows->head[r] = NODE_NONE;
    uint32_t i = 0;
    for (size_t p = 0; p <= w->state->n_pts; p++) {
        while (i < segs->n && segs->seg[i].a < p)
            i++;
        rows->first[p] = i;
    }
    return true;
}

static bool rows_init(struct sweep *w)
{
    const struct node_state *state = w->state;
    struct rows *rows = &w->rows;
    uint64_t by_height[64] = {0}, by_size[64] = {0};
    int64_t y0 = INT64_MAX, y1 = INT64_MIN;
    for (size_t i = 0; i < w->segs->n; i++) {
        struct mere_lattice_point a = state->pts[w->segs->seg[i].a];
        struct mere_lattice_point b = state->pts[w->segs->seg[i].b];
        int64_t lo = a.y < b.y ? a.y : b.y, hi = a.y < b.y ? b.y : a.y;
        y0 = lo < y0 ? lo : y0;
        y1 = hi > y1 ? hi : y1;
        uint64_t h = (uint64_t)(hi - lo + rows->pad_y);
        uint64_t size = hi - lo > b.x - a.x ? (uint64_t)(hi - lo) : (uint64_t)(b.x - a.x);
        by_height[h == 0 ? 0 : 64 - __builtin_clzll(h)]++;
        by_size[size == 0 ? 0 : 64 - __builtin_clzll(size)]++;
    }
    int shift = 41;
    double n = (double)w->segs->n;
    while (shift > 0 && count_entries(by_height, shift - 1) <= ENTRIES_PER_SEG * n &&
           (y1 - y0) >> (shift - 1) <= (int64_t)(w->segs->n / 8 + 1024))
        shift--;
    rows->shift = shift += RUN_SHIFT;
    rows->y0 = y0;
    rows->n = (uint32_t)((y1 - y0) >> shift) + 1;
    rows->run_size = RUN_SIZES * usual_size(by_size, w->segs->n);
    return rows_alloc(w);
}

static void rows_clear(struct rows *rows)
{
    free(rows->head);
    free(rows->first);
    free(rows->taken);
    MERE_VEC_FREE(&rows->pool);
    MERE_VEC_FREE(&rows->runs);
}

/* The stretch of x that the segment a-b has in row `r`, with a margin for the rounding of doubles.
 */
static void clip_to_row(const struct rows *rows, const struct run *run, uint32_t r, struct entry *e)
{
    struct mere_lattice_point a = run->p[0], b = run->p[1];
    double y_lo = (double)(((int64_t)r << rows->shift) + rows->y0 - rows->pad_y - 1 - a.y);
    double y_hi = (double)(((int64_t)(r + 1) << rows->shift) + rows->y0 + rows->pad_y + 1 - a.y);
    double slope = (double)(b.x - a.x) / (double)(b.y - a.y);
    double x_lo = slope >= 0 ? y_lo * slope : y_hi * slope;
    double x_hi = slope >= 0 ? y_hi * slope : y_lo * slope;
    int64_t lo = a.x + (int64_t)floor(x_lo) - 1, hi = a.x + (int64_t)ceil(x_hi) + 1;
    e->x_lo = lo > a.x ? lo : a.x;
    e->x_hi = hi < b.x ? hi : b.x;
}

static bool rows_push(struct rows *rows, uint32_t r, struct entry e)
{
    uint32_t at = rows->spare;
    if (at != NODE_NONE) {
        rows->spare = rows->pool.v[at].next;
    } else {
        if (!MERE_RESERVE(&rows->pool, 1))
            return false;
        at = (uint32_t)rows->pool.n++;
    }
    e.next = rows->head[r];
    rows->pool.v[at] = e;
    rows->head[r] = at;
    return true;
}

/* The entry after `*link` that the line at `x` has not left yet; frees those it has, and runs that
 * have no more. */
static const struct entry *rows_next(struct rows *rows, uint32_t *link, int64_t x)
{
    while (*link != NODE_NONE) {
        struct entry *e = &rows->pool.v[*link];
        if (e->x_hi + rows->pad_x >= x)
            return e;
        uint32_t gone = *link;
        *link = e->next;
        e->next = rows->spare;
        rows->spare = gone;
        struct run *run = &rows->runs.v[e->run];
        if (--run->n_entries == 0) {
            run->n_entries = rows->spare_run;
            rows->spare_run = e->run;
        }
    }
    return NULL;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static uint32_t new_run(struct rows *rows)
{
    uint32_t at = rows->spare_run;
    if (at != NODE_NONE) {
        rows->spare_run = rows->runs.v[at].n_entries;
        return at;
    }
    return MERE_RESERVE(&rows->runs, 1) ? (uint32_t)rows->runs.n++ : NODE_NONE;
}

/* Whether the run stays small, and of one direction, with a segment from its end to `b`. */
static bool may_go_on(const struct run *run, struct mere_lattice_point b, int64_t size)
{
    struct mere_lattice_point first = run->p[0], a = run->p[run->n];
    int64_t rise = b.y - first.y;
    bool south = a.y < first.y || (a.y == first.y && b.y < a.y);
    return (south ? b.y <= a.y : b.y >= a.y) && b.x - first.x <= size && rise <= size &&
           rise >= -size;
}

/* Join segment `i`, and what goes on from it. */
static void gather(struct sweep *w, struct run *run, size_t i)
{
    struct rows *rows = &w->rows;
    const struct node_seg *seg = w->segs->seg;
    const struct mere_lattice_point *pts = w->state->pts;
    run->n = 0;
    run->open = false;
    run->ip[0] = seg[i].a;
    run->p[0] = pts[seg[i].a];
    do {
        uint32_t b = seg[i].b;
        rows->taken[i] = 1;
        run->seg[run->n++] = (uint32_t)i;
        run->ip[run->n] = b;
        run->p[run->n] = pts[b];
        run->open = run->open || (w->segs->open && w->segs->open[i]);
        i = rows->first[b];
    } while (run->n < RUN && i < rows->first[run->ip[run->n] + 1] && !rows->taken[i] &&
             may_go_on(run, pts[seg[i].b], rows->run_size));
    int64_t y0 = run->p[0].y, y1 = run->p[run->n].y, pad = run->open ? rows->pad_y : 0;
    run->x_lo = run->p[0].x;
    run->x_hi = run->p[run->n].x;
    run->y_lo = y0 < y1 ? y0 : y1;
    run->y_hi = y0 < y1 ? y1 : y0;
    run->row0 = row_of(rows, run->y_lo - pad);
    run->row1 = row_of(rows, run->y_hi + pad);
    run->tall = run->n == 1 && run->row1 - run->row0 >= TALL_ROWS && y0 != y1;
    run->n_entries = run->row1 - run->row0 + 1;
}

/* Compare the run with the entries of row `r`, and add it. A pair of several common rows is looked
 * at in the first only, unless one is tall: that one's entries in a row tell of that row alone. */
static void enter_row(struct sweep *w, uint32_t number, uint32_t r, bool compare)
{
    struct rows *rows = &w->rows;
    const struct run *run = &rows->runs.v[number];
    struct entry e = {.x_lo = run->x_lo, .x_hi = run->x_hi, .run = number};
    if (run->tall)
        clip_to_row(rows, run, r, &e);
    uint32_t *link = &rows->head[r];
    const struct entry *at;
    while (compare && (at = rows_next(rows, link, run->x_lo)) != NULL) {
        const struct run *other = &rows->runs.v[at->run];
        uint32_t first = other->row0 > run->row0 ? other->row0 : run->row0;
        if ((other->tall || run->tall || r == first) && at->x_lo <= e.x_hi + rows->pad_x &&
            e.x_lo <= at->x_hi + rows->pad_x)
            look_at_runs(w, other, run);
        link = &rows->pool.v[*link].next;
    }
    if (!rows_push(rows, r, e))
        w->failed = true;
}

/* Enter the run that begins with segment `i`, if that is in none yet. */
static void enter(struct sweep *w, size_t i, bool compare)
{
    if (w->rows.taken[i])
        return;
    uint32_t number = new_run(&w->rows);
    if (number == NODE_NONE) {
        w->failed = true;
        return;
    }
    struct run *run = &w->rows.runs.v[number];
    gather(w, run, i);
    if (compare && run->open)
        look_in_run(w, run);
    for (uint32_t r = run->row0, last = run->row1; r <= last; r++)
        enter_row(w, number, r, compare);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

enum mere_status mere_node_pairs_sort(struct mere_ctx *ctx, node_pairs *pairs)
{
    size_t n = pairs->n, m = 0;
    if (n < 2)
        return MERE_OK;
    struct mere_key *keys = mere_malloc(2 * n * sizeof *keys);
    if (!keys)
        return mere_fail_nomem(ctx, "noding");
    for (size_t i = 0; i < n; i++)
        keys[i] = (struct mere_key){(uint64_t)pairs->v[i].a << 32 | pairs->v[i].b, 0};
    mere_sort_keys(keys, n, keys + n);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || keys[i].key != keys[i - 1].key)
            pairs->v[m++] =
                (struct node_pair){(uint32_t)(keys[i].key >> 32), (uint32_t)keys[i].key};
    pairs->n = m;
    free(keys);
    return MERE_OK;
}

void mere_node_hits_clear(struct node_hits *hits)
{
    MERE_VEC_FREE(&hits->crossings);
    MERE_VEC_FREE(&hits->touches);
    MERE_VEC_FREE(&hits->passes);
    MERE_VEC_FREE(&hits->near_points);
    MERE_VEC_FREE(&hits->near_segs);
}

/* ---- the two sweeps -------------------------------------------------------------------------- */

/* Whether all is of one owner, or exact: then nothing is near, and clean is clean. */
static bool only_exact(const struct sweep *w)
{
    if (!w->segs->open)
        return true;
    for (size_t r = 1; r < w->in->n_rings; r++)
        if (w->in->ring_owner[r] != w->in->ring_owner[0])
            return false;
    return true;
}

/* Enter all segments. Where far more pairs than usual are looked at, it may be that none of them
 * meet: find out, once, in another way. */
static enum mere_status sweep_all(struct mere_ctx *ctx, struct sweep *w, bool *ret_clean)
{
    uint64_t many = LOOKS_PER_SEG * (uint64_t)w->segs->n + 100000;
    for (size_t i = 0; i < w->segs->n && !w->failed; i++) {
        enter(w, i, true);
        if (i % 4096 == 0)
            MERE_TRY(mere_tick(ctx, "noding", i, w->segs->n));
        if (w->n_looks < many)
            continue;
        many = UINT64_MAX;
        if (only_exact(w))
            MERE_TRY(mere_node_clean(ctx, w->state, w->segs, ret_clean));
        if (*ret_clean)
            return MERE_OK;
    }
    return MERE_OK;
}

enum mere_status mere_node_sweep(struct mere_ctx *ctx, const struct mere_noding *in,
                                 const struct node_state *state, const struct node_segs *segs,
                                 struct node_hits *hits)
{
    if (segs->n == 0)
        return MERE_OK;
    struct sweep w = {.in = in, .state = state, .segs = segs, .hits = hits};
    if (segs->open) {
        w.fx = 1 / in->tol_x;
        w.fy = 1 / in->tol_y;
        w.rows.pad_x = (int64_t)ceil(in->tol_x);
        w.rows.pad_y = (int64_t)ceil(in->tol_y);
    }
    w.failed = !rows_init(&w);
    bool clean = false;
    enum mere_status status = sweep_all(ctx, &w, &clean);
    rows_clear(&w.rows);
    if (status != MERE_OK)
        return status;
    if (w.failed)
        return mere_fail_nomem(ctx, "noding");
    if (clean)
        mere_node_hits_clear(hits);
    MERE_TRY(mere_node_pairs_sort(ctx, &hits->crossings));
    MERE_TRY(mere_node_pairs_sort(ctx, &hits->touches));
    MERE_TRY(mere_node_pairs_sort(ctx, &hits->passes));
    MERE_TRY(mere_node_pairs_sort(ctx, &hits->near_points));
    return mere_node_pairs_sort(ctx, &hits->near_segs);
}

/* The segments that the line has reached at p.x are in their rows. */
static void find_passes(struct sweep *w, struct mere_lattice_point p, uint32_t number,
                        node_pairs *passes)
{
    uint32_t *link = &w->rows.head[row_of(&w->rows, p.y)];
    const struct entry *e;
    while ((e = rows_next(&w->rows, link, p.x)) != NULL) {
        const struct run *run = &w->rows.runs.v[e->run];
        for (uint32_t k = 0; k < run->n; k++) {
            struct piece piece = piece_of(w, run, k);
            if (may_pass(&piece, p) && mere_in_hot_pixel(piece.a, piece.b, p))
                add_pair(w, passes, number, piece.seg);
        }
        link = &w->rows.pool.v[*link].next;
    }
}

enum mere_status mere_node_sweep_pixels(struct mere_ctx *ctx, const struct node_state *state,
                                        const struct node_segs *segs,
                                        const struct mere_lattice_point *pixels, size_t n,
                                        node_pairs *passes)
{
    if (segs->n == 0 || n == 0)
        return MERE_OK;
    struct sweep w = {.state = state, .segs = segs};
    w.failed = !rows_init(&w);
    size_t next = 0;
    for (size_t k = 0; k < n && !w.failed; k++) {
        while (next < segs->n && state->pts[segs->seg[next].a].x <= pixels[k].x)
            enter(&w, next++, false);
        find_passes(&w, pixels[k], (uint32_t)(state->n_pts + k), passes);
    }
    rows_clear(&w.rows);
    return w.failed ? mere_fail_nomem(ctx, "noding") : MERE_OK;
}
