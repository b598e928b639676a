/* node_sweep.c - one pass from west to east over all segments finds who meets whom.
 *
 *          x ->                   Segments come in the order of their west ends (their own order).
 *   row 3  ---+------- entry      The plane is cut in rows; a row lists the segments that the sweep
 *   row 2  ---+--                 line has reached in it and not left. A new segment is compared
 * with row 1                         the entries of its rows, and left-behind entries go. row 0
 * ---+----+---
 *
 * The lists are short (about the square root of the number of segments, over all rows), so they
 * stay in the cache, which a grid over the whole plane doesn't. Rows are as low as they can be
 * while the segments make at most a few entries each: lengths may be very uneven. A segment of many
 * rows is known in each by the stretch of x that it has there. */
#include "base/hash.h"
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

#define ENTRIES_PER_SEG 3 /* rows are refined up to this mean */
#define LOOKS_PER_SEG 64  /* usual are 2 to 10 */
#define TALL_ROWS 4       /* from here on a segment is clipped to its rows */

struct entry {
    struct mere_lattice_point a, b;
    int64_t x_lo, x_hi; /* the stretch of x in this row */
    uint32_t ia, ib, seg, row0, next;
    bool open, tall;
};

struct rows {
    int64_t y0, pad_y, pad_x; /* the tolerance, rounded up */
    int shift;
    uint32_t n;
    uint32_t *head;
    MERE_VEC(struct entry) pool;
    uint32_t spare; /* list of free entries */
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

static int64_t lowest(const struct entry *e)
{
    return e->a.y < e->b.y ? e->a.y : e->b.y;
}
static int64_t highest(const struct entry *e)
{
    return e->a.y < e->b.y ? e->b.y : e->a.y;
}

/* ---- two segments ---------------------------------------------------------------------------- */

static void add_pair(struct sweep *w, node_pairs *to, uint32_t a, uint32_t b)
{
    if (!MERE_PUSH(to, (struct node_pair){a, b}))
        w->failed = true;
}

static bool may_pass(const struct entry *e, struct mere_lattice_point p)
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
                          const struct entry *e)
{
    if (ip == e->ia || ip == e->ib || !may_pass(e, p) || !mere_in_hot_pixel(e->a, e->b, p))
        return;
    add_pair(w, &w->hits->passes, ip, e->seg);
    if (mere_orient(e->a, e->b, p) == 0)
        add_pair(w, &w->hits->touches, ip, e->seg);
}

/* The four ends take part as hot pixels of the other segment; then a crossing inside both. */
static void look_exactly(struct sweep *w, const struct entry *s, const struct entry *t)
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
                          const struct entry *e)
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

static void look_near(struct sweep *w, const struct entry *s, const struct entry *t)
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

static void look_at_pair(struct sweep *w, const struct entry *s, const struct entry *t)
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

static bool rows_init(struct sweep *w)
{
    const struct node_state *state = w->state;
    struct rows *rows = &w->rows;
    uint64_t by_height[64] = {0};
    int64_t y0 = INT64_MAX, y1 = INT64_MIN;
    for (size_t i = 0; i < w->segs->n; i++) {
        int64_t ya = state->pts[w->segs->seg[i].a].y, yb = state->pts[w->segs->seg[i].b].y;
        int64_t lo = ya < yb ? ya : yb, hi = ya < yb ? yb : ya;
        y0 = lo < y0 ? lo : y0;
        y1 = hi > y1 ? hi : y1;
        uint64_t h = (uint64_t)(hi - lo + rows->pad_y);
        by_height[h == 0 ? 0 : 64 - __builtin_clzll(h)]++;
    }
    int shift = 41;
    double n = (double)w->segs->n;
    while (shift > 0 && count_entries(by_height, shift - 1) <= ENTRIES_PER_SEG * n &&
           (y1 - y0) >> (shift - 1) <= (int64_t)(w->segs->n / 8 + 1024))
        shift--;
    rows->shift = shift;
    rows->y0 = y0;
    rows->n = (uint32_t)((y1 - y0) >> shift) + 1;
    rows->spare = NODE_NONE;
    rows->head = malloc(rows->n * sizeof *rows->head);
    for (uint32_t r = 0; rows->head && r < rows->n; r++)
        rows->head[r] = NODE_NONE;
    return rows->head != NULL;
}

static void rows_clear(struct rows *rows)
{
    free(rows->head);
    MERE_VEC_FREE(&rows->pool);
}

/* The stretch of x that `e` has in row `r`, with a margin for the rounding of doubles. */
static void clip_to_row(const struct rows *rows, struct entry *e, uint32_t r)
{
    double y_lo = (double)(((int64_t)r << rows->shift) + rows->y0 - rows->pad_y - 1 - e->a.y);
    double y_hi = (double)(((int64_t)(r + 1) << rows->shift) + rows->y0 + rows->pad_y + 1 - e->a.y);
    double slope = (double)(e->b.x - e->a.x) / (double)(e->b.y - e->a.y);
    double x_lo = slope >= 0 ? y_lo * slope : y_hi * slope;
    double x_hi = slope >= 0 ? y_hi * slope : y_lo * slope;
    int64_t lo = e->a.x + (int64_t)floor(x_lo) - 1, hi = e->a.x + (int64_t)ceil(x_hi) + 1;
    e->x_lo = lo > e->a.x ? lo : e->a.x;
    e->x_hi = hi < e->b.x ? hi : e->b.x;
}

static bool rows_push(struct rows *rows, uint32_t r, const struct entry *e)
{
    uint32_t at = rows->spare;
    if (at != NODE_NONE) {
        rows->spare = rows->pool.v[at].next;
    } else {
        if (!MERE_RESERVE(&rows->pool, 1))
            return false;
        at = (uint32_t)rows->pool.n++;
    }
    rows->pool.v[at] = *e;
    rows->pool.v[at].next = rows->head[r];
    rows->head[r] = at;
    return true;
}

/* The entry after `*link` that the line at `x` has not left yet; frees those it has. */
static struct entry *rows_next(struct rows *rows, uint32_t *link, int64_t x)
{
    while (*link != NODE_NONE) {
        struct entry *e = &rows->pool.v[*link];
        if (e->x_hi + rows->pad_x >= x)
            return e;
        uint32_t gone = *link;
        *link = e->next;
        e->next = rows->spare;
        rows->spare = gone;
    }
    return NULL;
}

static struct entry entry_of(const struct sweep *w, size_t i)
{
    struct node_seg s = w->segs->seg[i];
    struct mere_lattice_point a = w->state->pts[s.a], b = w->state->pts[s.b];
    return (struct entry){.a = a,
                          .b = b,
                          .x_lo = a.x,
                          .x_hi = b.x,
                          .ia = s.a,
                          .ib = s.b,
                          .seg = (uint32_t)i,
                          .open = w->segs->open && w->segs->open[i]};
}

/* Compare `e` with the entries of row `r`, and add it. A pair of several common rows is looked at
 * in the first only, unless one is tall: that one's entries in a row tell of that row alone. */
static void enter_row(struct sweep *w, struct entry *e, uint32_t r, bool compare)
{
    struct rows *rows = &w->rows;
    if (e->tall)
        clip_to_row(rows, e, r);
    uint32_t *link = &rows->head[r];
    const struct entry *other;
    while (compare && (other = rows_next(rows, link, e->a.x)) != NULL) {
        uint32_t first = other->row0 > e->row0 ? other->row0 : e->row0;
        bool tall = other->tall || e->tall;
        if ((tall || r == first) && other->x_lo <= e->x_hi + rows->pad_x &&
            e->x_lo <= other->x_hi + rows->pad_x)
            look_at_pair(w, other, e);
        link = &rows->pool.v[*link].next;
    }
    if (!rows_push(rows, r, e))
        w->failed = true;
}

static void enter(struct sweep *w, size_t i, bool compare)
{
    struct entry e = entry_of(w, i);
    int64_t pad = e.open ? w->rows.pad_y : 0;
    e.row0 = row_of(&w->rows, lowest(&e) - pad);
    uint32_t last = row_of(&w->rows, highest(&e) + pad);
    e.tall = last - e.row0 >= TALL_ROWS && e.a.y != e.b.y;
    for (uint32_t r = e.row0; r <= last; r++)
        enter_row(w, &e, r, compare);
}

/* ---- pairs ----------------------------------------------------------------------------------- */

enum mere_status mere_node_pairs_sort(struct mere_ctx *ctx, node_pairs *pairs)
{
    size_t n = pairs->n, m = 0;
    if (n < 2)
        return MERE_OK;
    struct mere_key *keys = malloc(2 * n * sizeof *keys);
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
        if (may_pass(e, p) && mere_in_hot_pixel(e->a, e->b, p))
            add_pair(w, passes, number, e->seg);
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
