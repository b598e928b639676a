/* repair_zones.c - from mended labels back to polygons.
 *
 * The network is one of several schemes: their borders cross those of the scheme that is mended,
 * and each crossing is a vertex there. A polygon needs it where its own border ends or turns into
 * the parent's; elsewhere it would only change a feature that has no defect, so it goes again:
 * where all vertices between two that stay were brought from elsewhere, and the two were joined by
 * one segment before, that segment is put back. Both neighbours decide by the same segment, so they
 * stay flush.
 */
#include "base/hash.h"
#include "geo/measure.h"
#include "net/repair_priv.h"
#include <stdlib.h>
#include <string.h>

/* ---- sets of segments ---- */

struct segment {
    struct mere_point a, b; /* a before b, by x, then y */
};
static struct segment segment_of(struct mere_point p, struct mere_point q)
{
    return mere_point_cmp(p, q) <= 0 ? (struct segment){p, q} : (struct segment){q, p};
}
static int segment_cmp(const void *va, const void *vb)
{
    const struct segment *s = va, *t = vb;
    int c = mere_point_cmp(s->a, t->a);
    return c ? c : mere_point_cmp(s->b, t->b);
}

struct segment_set {
    size_t cap; /* a power of two */
    struct segment *slot;
    uint8_t *used;
};
static uint64_t point_bits(struct mere_point p)
{
    return (uint64_t)(uint32_t)p.x << 32 | (uint32_t)p.y;
}
static size_t segment_slot(const struct segment_set *set, struct segment s)
{
    size_t at = mere_mix64(point_bits(s.a) ^ mere_mix64(point_bits(s.b))) & (set->cap - 1);
    while (set->used[at] && segment_cmp(&set->slot[at], &s) != 0)
        at = (at + 1) & (set->cap - 1);
    return at;
}
static bool set_make(struct mere_arena *arena, size_t n, struct segment_set *ret)
{
    ret->cap = 16;
    while (ret->cap < 2 * n)
        ret->cap *= 2;
    ret->slot = MERE_NEW(arena, struct segment, ret->cap);
    ret->used = MERE_NEW(arena, uint8_t, ret->cap);
    return ret->slot && ret->used;
}
static void set_add(struct segment_set *set, struct mere_point p, struct mere_point q)
{
    struct segment s = segment_of(p, q);
    size_t at = segment_slot(set, s);
    set->slot[at] = s;
    set->used[at] = 1;
}
static bool set_has(const struct segment_set *set, struct mere_point p, struct mere_point q)
{
    return set->used[segment_slot(set, segment_of(p, q))];
}

/* ---- comparing zones ---- */

typedef MERE_VEC(struct segment) segment_vec;

static bool segments_of(const struct mere_parts_by_zone *by_zone, size_t z, segment_vec *v)
{
    const struct mere_layer *layer = by_zone->layer;
    for (uint32_t i = by_zone->first[z]; i < by_zone->first[z + 1]; i++) {
        uint32_t p = by_zone->parts[i];
        for (uint32_t r = layer->part_ring[p]; r < layer->part_ring[p + 1]; r++)
            for (uint32_t k = layer->ring_first[r]; k < layer->ring_first[r + 1]; k++) {
                uint32_t next = k + 1 < layer->ring_first[r + 1] ? k + 1 : layer->ring_first[r];
                if (!MERE_PUSH(v, segment_of(layer->pts[k], layer->pts[next])))
                    return false;
            }
    }
    if (v->n > 1)
        qsort(v->v, v->n, sizeof *v->v, segment_cmp);
    return true;
}

/* Whether two zones are drawn alike, point by point: what comes from the store mostly is, for it
 * was traced. */
static bool drawn_alike(const struct mere_parts_by_zone *a, size_t za,
                        const struct mere_parts_by_zone *b, size_t zb)
{
    uint32_t n = a->first[za + 1] - a->first[za];
    const struct mere_layer *la = a->layer, *lb = b->layer;
    if (n != b->first[zb + 1] - b->first[zb])
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t p = a->parts[a->first[za] + i], q = b->parts[b->first[zb] + i];
        uint32_t r = la->part_ring[p], t = lb->part_ring[q], rings = la->part_ring[p + 1] - r;
        if (rings != lb->part_ring[q + 1] - t)
            return false;
        for (uint32_t k = 0; k < rings; k++) {
            uint32_t len = la->ring_first[r + k + 1] - la->ring_first[r + k];
            if (len != lb->ring_first[t + k + 1] - lb->ring_first[t + k] ||
                memcmp(la->pts + la->ring_first[r + k], lb->pts + lb->ring_first[t + k],
                       len * sizeof *la->pts) != 0)
                return false;
        }
    }
    return true;
}

enum mere_status mere_repair_same(struct mere_ctx *ctx, const struct mere_parts_by_zone *a,
                                  size_t za, const struct mere_parts_by_zone *b, size_t zb,
                                  bool *ret)
{
    segment_vec s = {0}, t = {0};
    *ret = drawn_alike(a, za, b, zb);
    if (*ret)
        return MERE_OK;
    bool ok = segments_of(a, za, &s) && segments_of(b, zb, &t);
    if (ok)
        *ret = s.n == t.n && (s.n == 0 || memcmp(s.v, t.v, s.n * sizeof *s.v) == 0);
    MERE_VEC_FREE(&s);
    MERE_VEC_FREE(&t);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "comparing zones");
}

int64_t mere_repair_area2(const struct mere_parts_by_zone *of, size_t zone)
{
    const struct mere_layer *layer = of->layer;
    mere_i128 sum = 0;
    for (uint32_t i = of->first[zone]; i < of->first[zone + 1]; i++) {
        uint32_t p = of->parts[i];
        for (uint32_t r = layer->part_ring[p]; r < layer->part_ring[p + 1]; r++) {
            mere_i128 ring = mere_ring_area2(layer->pts + layer->ring_first[r],
                                             layer->ring_first[r + 1] - layer->ring_first[r]);
            ring = ring < 0 ? -ring : ring;
            sum += r == layer->part_ring[p] ? ring : -ring;
        }
    }
    return (int64_t)sum; /* below that of the Earth, 1.3e19 / 2 for half of it */
}

/* ---- which vertices stay ---- */

struct reducing {
    struct repair_round *r;
    struct mere_arena scratch;
    struct segment_set stored;  /* segments as the scheme had them before the round */
    struct segment_set corners; /* its vertices, as segments from a point to itself */
    struct segment_set rim;     /* the parent's border */
    uint8_t *degree;            /* by node: arcs of the mended scheme's border, 3 = 3 or more */
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
};

static bool note_stored(struct reducing *w, const struct mere_layer *before)
{
    size_t n = before->ring_first[before->n_rings];
    if (!set_make(&w->scratch, n, &w->stored) || !set_make(&w->scratch, n, &w->corners))
        return false;
    for (size_t ring = 0; ring < before->n_rings; ring++) {
        uint32_t first = before->ring_first[ring], end = before->ring_first[ring + 1];
        for (uint32_t i = first, last = end - 1; i < end; last = i++) {
            set_add(&w->stored, before->pts[last], before->pts[i]);
            set_add(&w->corners, before->pts[i], before->pts[i]);
        }
    }
    return true;
}

/* What bounds two sides of an arc apart, in the scheme `s`. */
static bool parts_labels(const struct mere_net *net, int32_t s, const struct mere_arc *arc)
{
    const int32_t *label = net->schemes[s].label;
    int32_t left = arc->left < 0 ? MERE_LABEL_NONE : label[arc->left];
    int32_t right = arc->right < 0 ? MERE_LABEL_NONE : label[arc->right];
    return left != right;
}

static bool note_network(struct reducing *w)
{
    const struct mere_net *net = w->r->net;
    size_t n = 0;
    w->degree = MERE_NEW(&w->scratch, uint8_t, (size_t)net->n_nodes);
    if (!w->degree)
        return false;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        n += w->r->bound >= 0 && parts_labels(net, w->r->bound, arc) ? arc->n : 0;
        if (!parts_labels(net, w->r->s, arc))
            continue;
        w->degree[arc->from] = (uint8_t)(w->degree[arc->from] + (w->degree[arc->from] < 3));
        w->degree[arc->to] = (uint8_t)(w->degree[arc->to] + (w->degree[arc->to] < 3));
    }
    if (!set_make(&w->scratch, n, &w->rim))
        return false;
    for (int32_t a = 0; a < net->n_arcs && w->r->bound >= 0; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        for (uint32_t i = 0; parts_labels(net, w->r->bound, arc) && i + 1 < arc->n; i++)
            set_add(&w->rim, net->pts[arc->first + i], net->pts[arc->first + i + 1]);
    }
    return true;
}

static int32_t node_at(const struct mere_net *net, struct mere_point p)
{
    int32_t low = 0, high = net->n_nodes;
    while (low < high) {
        int32_t mid = low + (high - low) / 2;
        if (mere_point_cmp(net->nodes[mid], p) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < net->n_nodes && mere_point_same(net->nodes[low], p) ? low : MERE_UNKNOWN;
}

static bool is_cut(const struct repair_round *r, struct mere_point p)
{
    for (size_t low = 0, high = r->n_cut_points; low < high;) {
        size_t mid = low + (high - low) / 2;
        int c = mere_point_cmp(r->cut_points[mid], p);
        if (c == 0)
            return true;
        low = c < 0 ? mid + 1 : low;
        high = c < 0 ? high : mid;
    }
    return false;
}

static bool stays(const struct reducing *w, struct mere_point before, struct mere_point p,
                  struct mere_point after)
{
    if (set_has(&w->corners, p, p))
        return true;
    int32_t node = node_at(w->r->net, p);
    if (node >= 0 && w->degree[node] >= 3)
        return true;
    return !is_cut(w->r, p) && (set_has(&w->rim, before, p) || set_has(&w->rim, p, after));
}

/* Whether `p` is where rounding may have put a vertex of the segment a-b: 0.71 units beside it, and
 * a little more where it was rounded again. */
static bool is_beside(struct mere_point a, struct mere_point b, struct mere_point p)
{
    double dx = (double)b.x - a.x, dy = (double)b.y - a.y;
    double px = (double)p.x - a.x, py = (double)p.y - a.y;
    return fabs(dx * py - dy * px) <= 1.5 * sqrt(dx * dx + dy * dy);
}

/* Copy one ring without the vertices that needn't be. */
static bool reduce_ring(struct reducing *w, const struct mere_point *pts, uint32_t n)
{
    size_t begin = w->pts.n;
    uint32_t start = 0;
    while (start < n &&
           !stays(w, pts[start > 0 ? start - 1 : n - 1], pts[start], pts[(start + 1) % n]))
        start++;
    if (!MERE_RESERVE(&w->pts, n))
        return false;
    start = start < n ? start : 0;
    for (uint32_t i = 0; i < n;) {
        struct mere_point p = pts[(start + i) % n];
        uint32_t next = i + 1;
        w->pts.v[w->pts.n++] = p;
        while (next < n && !stays(w, pts[(start + next - 1) % n], pts[(start + next) % n],
                                  pts[(start + next + 1) % n]))
            next++;
        struct mere_point end = pts[(start + next) % n];
        bool drop = next > i + 1 && set_has(&w->stored, p, end);
        for (uint32_t k = i + 1; drop && k < next; k++)
            drop = is_beside(p, end, pts[(start + k) % n]);
        i = drop ? next : i + 1;
    }
    /* From the lowest point on, as polygons are traced. */
    size_t low = begin;
    for (size_t i = begin; i < w->pts.n; i++)
        low = mere_point_cmp(w->pts.v[i], w->pts.v[low]) < 0 ? i : low;
    size_t len = w->pts.n - begin;
    struct mere_point *turned = malloc((len + 1) * sizeof *turned);
    if (!turned)
        return false;
    for (size_t i = 0; i < len; i++)
        turned[i] = w->pts.v[begin + (low - begin + i) % len];
    memcpy(w->pts.v + begin, turned, len * sizeof *turned);
    free(turned);
    return MERE_PUSH(&w->ring_first, (uint32_t)w->pts.n);
}

static enum mere_status reduce(struct reducing *w, const struct mere_layer *before,
                               struct mere_arena *arena, struct mere_layer *layer)
{
    bool ok = note_stored(w, before) && note_network(w) && MERE_PUSH(&w->ring_first, 0u);
    for (size_t ring = 0; ok && ring < layer->n_rings; ring++)
        ok = reduce_ring(w, layer->pts + layer->ring_first[ring],
                         layer->ring_first[ring + 1] - layer->ring_first[ring]);
    uint32_t *first = ok ? MERE_NEW(arena, uint32_t, w->ring_first.n) : NULL;
    struct mere_point *pts = ok ? MERE_NEW(arena, struct mere_point, w->pts.n) : NULL;
    if (!first || !pts)
        return mere_fail_nomem(w->r->ctx, "drawing the mended zones");
    memcpy(first, w->ring_first.v, w->ring_first.n * sizeof *first);
    if (w->pts.n > 0)
        memcpy(pts, w->pts.v, w->pts.n * sizeof *pts);
    layer->ring_first = first;
    layer->pts = pts;
    return MERE_OK;
}

/* Whether any zone of `now` differs from the one of `before` that has its fid. */
static enum mere_status differ(struct repair_round *r, const struct mere_layer *before,
                               const struct mere_layer *now, bool *ret)
{
    struct mere_parts_by_zone a, b;
    bool same = true;
    if (!mere_layer_group_parts(&r->scratch, before, &a) ||
        !mere_layer_group_parts(&r->scratch, now, &b))
        return mere_fail_nomem(r->ctx, "comparing zones");
    for (size_t z = 0; z < before->n_zones && same; z++)
        MERE_TRY(mere_repair_same(r->ctx, &a, z, &b,
                                  (size_t)r->zone_of_input[before->zones[z].fid - 1], &same));
    *ret = !same;
    return MERE_OK;
}

enum mere_status mere_repair_zones(struct repair_round *r, const struct mere_layer *before,
                                   struct mere_arena *arena, struct mere_layer *ret, bool *ret_any)
{
    struct mere_layer layer;
    bool any = false;
    MERE_TRY(mere_net_layer(r->ctx, r->net, r->s, arena, &layer));
    MERE_TRY(differ(r, before, &layer, &any));
    if (any) {
        struct reducing w = {.r = r};
        enum mere_status status = reduce(&w, before, arena, &layer);
        MERE_VEC_FREE(&w.ring_first);
        MERE_VEC_FREE(&w.pts);
        mere_arena_clear(&w.scratch);
        MERE_TRY(status);
        MERE_TRY(differ(r, before, &layer, &any));
    }
    *ret = layer;
    *ret_any = any;
    return MERE_OK;
}
