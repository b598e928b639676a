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

/* Whether two rings of n points are one, wherever they start and whichever way they run. */
static bool same_ring(const struct mere_point *a, const struct mere_point *b, uint32_t n)
{
    uint32_t at = 0;
    if (memcmp(a, b, n * sizeof *a) == 0)
        return true;
    while (at < n && !mere_point_same(a[0], b[at]))
        at++;
    if (at == n)
        return false;
    bool on = n < 2 || mere_point_same(a[1], b[(at + 1) % n]);
    for (uint32_t i = 1; i < n; i++)
        if (!mere_point_same(a[i], b[on ? (at + i) % n : (at + n - i) % n]))
            return false;
    return true;
}

/* Whether two zones have the same rings in the same order: what comes from the store mostly has,
 * for it was traced. */
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
                !same_ring(la->pts + la->ring_first[r + k], lb->pts + lb->ring_first[t + k], len))
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

typedef MERE_VEC(struct mere_point) point_vec;

/* The vertices of a zone, sorted. */
static bool points_of(const struct mere_parts_by_zone *by_zone, size_t z, point_vec *v)
{
    const struct mere_layer *layer = by_zone->layer;
    for (uint32_t i = by_zone->first[z]; i < by_zone->first[z + 1]; i++) {
        uint32_t p = by_zone->parts[i], end = layer->ring_first[layer->part_ring[p + 1]];
        for (uint32_t k = layer->ring_first[layer->part_ring[p]]; k < end; k++)
            if (!MERE_PUSH(v, layer->pts[k]))
                return false;
    }
    if (v->n > 1)
        qsort(v->v, v->n, sizeof *v->v, mere_point_order);
    return true;
}

/* The first point of `v` that `other` lacks; NULL: none. */
static const struct mere_point *first_lacking(const point_vec *v, const point_vec *other)
{
    for (size_t i = 0, k = 0; i < v->n; i++) {
        while (k < other->n && mere_point_cmp(other->v[k], v->v[i]) < 0)
            k++;
        if (k == other->n || !mere_point_same(other->v[k], v->v[i]))
            return &v->v[i];
    }
    return NULL;
}

enum mere_status mere_repair_changed_at(struct mere_ctx *ctx, const struct mere_parts_by_zone *a,
                                        size_t za, const struct mere_parts_by_zone *b, size_t zb,
                                        struct mere_point *ret)
{
    point_vec was = {0}, is = {0};
    bool ok = points_of(a, za, &was) && points_of(b, zb, &is);
    const struct mere_point *at = ok ? first_lacking(&is, &was) : NULL;
    at = ok && !at ? first_lacking(&was, &is) : at;
    at = ok && !at && is.n > 0 ? &is.v[0] : at;
    *ret = at ? *at : (struct mere_point){0};
    MERE_VEC_FREE(&was);
    MERE_VEC_FREE(&is);
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

/* Of the vertices of zones that differ, what is known of them elsewhere. The tables hold nothing
 * else, so they stay small, and looking through all the land is cheap. */
struct reducing {
    struct repair_round *r;
    struct mere_arena scratch;
    size_t cap; /* of the table of points: a power of two */
    uint64_t *point;
    uint8_t *known;         /* 1: a vertex of a zone that differs; 2: and stored before the round */
    struct segment_set own; /* segments between such vertices, as they were stored */
    struct segment_set rim; /* the parent's border between such vertices */
    uint8_t *degree;        /* by node: arcs of the mended scheme's border, 3 = 3 or more */
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
};

static size_t point_slot(const struct reducing *w, struct mere_point p)
{
    uint64_t bits = point_bits(p);
    size_t at = mere_mix64(bits) & (w->cap - 1);
    while (w->known[at] && w->point[at] != bits)
        at = (at + 1) & (w->cap - 1);
    return at;
}
static bool is_known(const struct reducing *w, struct mere_point p)
{
    return w->known[point_slot(w, p)] != 0;
}

/* Enter the vertices of the zones that differ. */
static bool note_vertices(struct reducing *w, const struct mere_layer *now, const bool *differs)
{
    size_t n = 0;
    for (size_t p = 0; p < now->n_parts; p++)
        if (differs[now->part_zone[p]])
            n += now->ring_first[now->part_ring[p + 1]] - now->ring_first[now->part_ring[p]];
    for (w->cap = 64; w->cap < 2 * n;)
        w->cap *= 2;
    w->point = MERE_NEW(&w->scratch, uint64_t, w->cap);
    w->known = MERE_NEW(&w->scratch, uint8_t, w->cap);
    if (!w->point || !w->known)
        return false;
    for (size_t p = 0; p < now->n_parts; p++) {
        if (!differs[now->part_zone[p]])
            continue;
        uint32_t end = now->ring_first[now->part_ring[p + 1]];
        for (uint32_t i = now->ring_first[now->part_ring[p]]; i < end; i++) {
            size_t at = point_slot(w, now->pts[i]);
            w->point[at] = point_bits(now->pts[i]);
            w->known[at] = 1;
        }
    }
    return true;
}

/* Which of them were stored, and how they were joined. */
static bool note_stored(struct reducing *w, const struct mere_layer *before)
{
    size_t n = 0;
    for (size_t i = 0; i < before->ring_first[before->n_rings]; i++) {
        size_t at = point_slot(w, before->pts[i]);
        n += w->known[at] != 0;
        w->known[at] = w->known[at] ? 2 : 0;
    }
    if (!set_make(&w->scratch, n, &w->own))
        return false;
    for (size_t ring = 0; ring < before->n_rings; ring++) {
        uint32_t first = before->ring_first[ring], end = before->ring_first[ring + 1];
        bool last_known = end > first && is_known(w, before->pts[end - 1]);
        for (uint32_t i = first, last = end - 1; i < end; last = i++) {
            bool known = is_known(w, before->pts[i]);
            if (known && last_known)
                set_add(&w->own, before->pts[last], before->pts[i]);
            last_known = known;
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
    w->degree = MERE_NEW(&w->scratch, uint8_t, (size_t)net->n_nodes);
    if (!w->degree)
        return false;
    size_t n = 0;
    for (int32_t a = 0; a < net->n_arcs && w->r->bound >= 0; a++)
        n += parts_labels(net, w->r->bound, &net->arcs[a]) ? net->arcs[a].n : 0;
    if (!set_make(&w->scratch, n, &w->rim))
        return false;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        if (parts_labels(net, w->r->s, arc)) {
            w->degree[arc->from] = (uint8_t)(w->degree[arc->from] + (w->degree[arc->from] < 3));
            w->degree[arc->to] = (uint8_t)(w->degree[arc->to] + (w->degree[arc->to] < 3));
        }
        if (w->r->bound < 0 || !parts_labels(net, w->r->bound, arc))
            continue;
        bool last_known = is_known(w, net->pts[arc->first]);
        for (uint32_t i = arc->first + 1; i < arc->first + arc->n; i++) {
            bool known = is_known(w, net->pts[i]);
            if (known && last_known)
                set_add(&w->rim, net->pts[i - 1], net->pts[i]);
            last_known = known;
        }
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
    if (w->known[point_slot(w, p)] == 2)
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
        bool drop = next > i + 1 && set_has(&w->own, p, end);
        for (uint32_t k = i + 1; drop && k < next; k++)
            drop = is_beside(p, end, pts[(start + k) % n]);
        i = drop ? next : i + 1;
    }
    /* From the lowest point on, as polygons are traced. */
    size_t low = begin;
    for (size_t i = begin; i < w->pts.n; i++)
        low = mere_point_cmp(w->pts.v[i], w->pts.v[low]) < 0 ? i : low;
    size_t len = w->pts.n - begin;
    struct mere_point *turned = mere_malloc((len + 1) * sizeof *turned);
    if (!turned)
        return false;
    for (size_t i = 0; i < len; i++)
        turned[i] = w->pts.v[begin + (low - begin + i) % len];
    memcpy(w->pts.v + begin, turned, len * sizeof *turned);
    free(turned);
    return MERE_PUSH(&w->ring_first, (uint32_t)w->pts.n);
}

static bool copy_ring(struct reducing *w, const struct mere_point *pts, uint32_t n)
{
    if (!MERE_RESERVE(&w->pts, n))
        return false;
    memcpy(w->pts.v + w->pts.n, pts, n * sizeof *pts);
    w->pts.n += n;
    return MERE_PUSH(&w->ring_first, (uint32_t)w->pts.n);
}

static enum mere_status reduce(struct reducing *w, const struct mere_layer *before,
                               const bool *differs, struct mere_arena *arena,
                               struct mere_layer *layer)
{
    bool ok = note_vertices(w, layer, differs) && note_stored(w, before);
    ok = ok && note_network(w) && MERE_PUSH(&w->ring_first, 0u);
    for (size_t p = 0; ok && p < layer->n_parts; p++)
        for (uint32_t r = layer->part_ring[p]; ok && r < layer->part_ring[p + 1]; r++) {
            const struct mere_point *pts = layer->pts + layer->ring_first[r];
            uint32_t n = layer->ring_first[r + 1] - layer->ring_first[r];
            ok = differs[layer->part_zone[p]] ? reduce_ring(w, pts, n) : copy_ring(w, pts, n);
        }
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

enum mere_status mere_repair_differ(struct repair_round *r, const struct mere_layer *before,
                                    const struct mere_layer *now, bool *differs, bool *ret_any)
{
    struct mere_parts_by_zone a, b;
    *ret_any = false;
    if (!mere_layer_group_parts(&r->scratch, before, &a) ||
        !mere_layer_group_parts(&r->scratch, now, &b))
        return mere_fail_nomem(r->ctx, "comparing zones");
    for (size_t z = 0; z < before->n_zones; z++) {
        size_t other = (size_t)r->zone_of_input[before->zones[z].fid - 1];
        bool same = true;
        if (differs[other])
            MERE_TRY(mere_repair_same(r->ctx, &a, z, &b, other, &same));
        differs[other] = !same;
        r->changed[before->zones[z].fid - 1] = !same;
        *ret_any = *ret_any || !same;
    }
    return MERE_OK;
}

enum mere_status mere_repair_zones(struct repair_round *r, const struct mere_layer *before,
                                   struct mere_arena *arena, struct mere_layer *ret, bool *ret_any)
{
    struct mere_layer layer;
    bool any = false;
    MERE_TRY(mere_net_layer(r->ctx, r->net, r->s, arena, &layer));
    bool *differs = MERE_NEW(&r->scratch, bool, layer.n_zones);
    if (!differs)
        return mere_fail_nomem(r->ctx, "comparing zones");
    for (size_t z = 0; z < layer.n_zones; z++)
        differs[z] = true;
    MERE_TRY(mere_repair_differ(r, before, &layer, differs, &any));
    if (any) {
        struct reducing w = {.r = r};
        enum mere_status status = reduce(&w, before, differs, arena, &layer);
        MERE_VEC_FREE(&w.ring_first);
        MERE_VEC_FREE(&w.pts);
        mere_arena_clear(&w.scratch);
        MERE_TRY(status);
        MERE_TRY(mere_repair_differ(r, before, &layer, differs, &any));
    }
    *ret = layer;
    *ret_any = any;
    return MERE_OK;
}
