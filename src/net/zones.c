/* zones.c - measures of zones, from faces, arcs and traced polygons. */
#include "net/zones.h"
#include "base/hash.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include "net/circle.h"
#include "net/net_priv.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define LABEL_PRECISION 0.01 /* of the radius: what the header promises */

static bool among(const int32_t *zones, size_t n, int32_t zone)
{
    for (size_t i = 0; i < n; i++)
        if (zones[i] == zone)
            return true;
    return false;
}

struct sides { /* the claims on both sides of an arc */
    const int32_t *left, *right;
    size_t n_left, n_right;
};
static struct sides sides_of(const struct mere_net *net, const struct mere_scheme *s, int32_t a)
{
    struct sides sides;
    sides.left = mere_face_claims(s, net->arcs[a].left, &sides.n_left);
    sides.right = mere_face_claims(s, net->arcs[a].right, &sides.n_right);
    return sides;
}
static bool is_border(const struct sides *s)
{
    return s->n_left != s->n_right ||
           (s->n_left > 0 && memcmp(s->left, s->right, s->n_left * sizeof *s->left) != 0);
}
static double arc_length(const struct mere_net *net, int32_t a)
{
    return mere_chain_length_m(net->pts + net->arcs[a].first, net->arcs[a].n);
}

static void measure_faces(const struct mere_net *net, const struct mere_scheme *s,
                          struct mere_zone_measures *m)
{
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *zones = mere_face_claims(s, f, &n);
        for (size_t i = 0; i < n; i++) {
            m->area_m2[zones[i]] += net->face_area_m2[f];
            m->area2[zones[i]] += net->face_area2[f];
            mere_box_join(&m->box[zones[i]], net->face_box[f]);
        }
    }
}

static void measure_borders(const struct mere_net *net, const struct mere_scheme *s,
                            struct mere_zone_measures *m)
{
    for (int32_t a = 0; a < net->n_arcs; a++) {
        struct sides side = sides_of(net, s, a);
        if (!is_border(&side))
            continue;
        double length = arc_length(net, a);
        for (size_t i = 0; i < side.n_left; i++)
            if (!among(side.right, side.n_right, side.left[i]))
                m->perimeter_m[side.left[i]] += length;
        for (size_t i = 0; i < side.n_right; i++)
            if (!among(side.left, side.n_left, side.right[i]))
                m->perimeter_m[side.right[i]] += length;
    }
}

/* ---- convex hull ---- */

/* The area of the convex hull of `pts`, which it sorts; `hull` has room for 2n (Andrew 1979). */
static double hull_area_m2(struct mere_point *pts, size_t n, struct mere_point *hull)
{
    size_t k = 0;
    qsort(pts, n, sizeof *pts, mere_point_order);
    for (size_t i = 0; i < n; i++) {
        while (k >= 2 && mere_orient_points(hull[k - 2], hull[k - 1], pts[i]) <= 0)
            k--;
        hull[k++] = pts[i];
    }
    size_t lower = k + 1;
    for (size_t i = n - 1; i-- > 0;) {
        while (k >= lower && mere_orient_points(hull[k - 2], hull[k - 1], pts[i]) <= 0)
            k--;
        hull[k++] = pts[i];
    }
    return mere_ring_area_m2(hull, k - 1);
}

/* ---- traced parts ---- */

static mere_i128 part_area2(const struct mere_layer *layer, size_t part)
{
    mere_i128 sum = 0;
    for (uint32_t r = layer->part_ring[part]; r < layer->part_ring[part + 1]; r++)
        sum += mere_ring_area2(layer->pts + layer->ring_first[r],
                               layer->ring_first[r + 1] - layer->ring_first[r]);
    return sum;
}

/* Parts [from, to) of the layer are those of `zone`. */
static enum mere_status measure_parts(struct mere_ctx *ctx, const struct mere_layer *layer,
                                      size_t from, size_t to, struct mere_zone_measures *m)
{
    uint32_t zone = layer->part_zone[from];
    size_t largest = from;
    mere_i128 most = 0;
    m->n_parts[zone] = (int32_t)(to - from);
    for (size_t p = from; p < to; p++) {
        mere_i128 area2 = part_area2(layer, p);
        m->n_holes[zone] += (int32_t)(layer->part_ring[p + 1] - layer->part_ring[p]) - 1;
        if (area2 > most) {
            most = area2;
            largest = p;
        }
    }
    MERE_TRY(mere_pole(ctx, layer, largest, (struct mere_precision){0, LABEL_PRECISION},
                       &m->label_point[zone], &m->label_radius_m[zone]));
    uint32_t first = layer->ring_first[layer->part_ring[from]];
    uint32_t end = layer->ring_first[layer->part_ring[to]];
    size_t n = end - first;
    struct mere_point *pts = mere_malloc(3 * n * sizeof *pts);
    if (!pts)
        return mere_fail_nomem(ctx, "measuring zones");
    memcpy(pts, layer->pts + first, n * sizeof *pts);
    m->convex_hull_ratio[zone] = m->area_m2[zone] / hull_area_m2(pts, n, pts + n);
    free(pts);
    return MERE_OK;
}

static enum mere_status measure_layer(struct mere_ctx *ctx, const struct mere_layer *layer,
                                      struct mere_zone_measures *m)
{
    for (size_t p = 0; p < layer->n_parts;) {
        size_t end = p;
        while (end < layer->n_parts && layer->part_zone[end] == layer->part_zone[p])
            end++;
        MERE_TRY(measure_parts(ctx, layer, p, end, m));
        p = end;
    }
    return MERE_OK;
}

static bool make_room(struct mere_arena *arena, size_t n, struct mere_zone_measures *m)
{
    m->n_zones = (int32_t)n;
    m->area_m2 = MERE_NEW(arena, double, n);
    m->area2 = MERE_NEW(arena, int64_t, n);
    m->perimeter_m = MERE_NEW(arena, double, n);
    m->box = MERE_NEW(arena, struct mere_box, n);
    m->label_point = MERE_NEW(arena, struct mere_point, n);
    m->label_radius_m = MERE_NEW(arena, double, n);
    m->polsby_popper = MERE_NEW(arena, double, n);
    m->convex_hull_ratio = MERE_NEW(arena, double, n);
    m->n_parts = MERE_NEW(arena, int32_t, n);
    m->n_holes = MERE_NEW(arena, int32_t, n);
    return m->area_m2 && m->area2 && m->perimeter_m && m->box && m->label_point &&
           m->label_radius_m && m->polsby_popper && m->convex_hull_ratio && m->n_parts &&
           m->n_holes;
}

enum mere_status mere_zones_measure(struct mere_ctx *ctx, const struct mere_net *net,
                                    int32_t scheme, struct mere_arena *arena,
                                    struct mere_zone_measures *ret)
{
    const struct mere_scheme *s = &net->schemes[scheme];
    struct mere_zone_measures m = {0};
    struct mere_layer layer;
    struct mere_arena scratch = {0};
    if (!make_room(arena, (size_t)s->n_zones, &m))
        return mere_fail_nomem(ctx, "measuring zones");
    measure_faces(net, s, &m);
    measure_borders(net, s, &m);
    enum mere_status status = mere_net_layer(ctx, net, scheme, &scratch, &layer);
    if (status == MERE_OK)
        status = measure_layer(ctx, &layer, &m);
    mere_arena_clear(&scratch);
    MERE_TRY(status);
    for (int32_t z = 0; z < s->n_zones; z++)
        if (m.perimeter_m[z] > 0)
            m.polsby_popper[z] = 4 * PI * m.area_m2[z] / (m.perimeter_m[z] * m.perimeter_m[z]);
    *ret = m;
    return MERE_OK;
}

/* ---- adjacency ---- */

/* The pairs that have arc `a` between them: each zone only here with each zone only there. */
static void add_contacts(const struct sides *side, int32_t a, struct mere_key *keys, size_t *n)
{
    size_t at = *n;
    for (size_t i = 0; i < side->n_left; i++) {
        if (among(side->right, side->n_right, side->left[i]))
            continue;
        for (size_t j = 0; j < side->n_right; j++) {
            if (among(side->left, side->n_left, side->right[j]))
                continue;
            int32_t lo = side->left[i], hi = side->right[j];
            if (lo > hi) {
                lo = side->right[j];
                hi = side->left[i];
            }
            if (keys)
                keys[at] = (struct mere_key){(uint64_t)lo << 32 | (uint32_t)hi, (uint32_t)a};
            at++;
        }
    }
    *n = at;
}

static size_t list_contacts(const struct mere_net *net, const struct mere_scheme *s,
                            struct mere_key *keys)
{
    size_t n = 0;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        struct sides side = sides_of(net, s, a);
        add_contacts(&side, a, keys, &n);
    }
    return n;
}

enum mere_status mere_zones_adjacency(struct mere_ctx *ctx, const struct mere_net *net,
                                      int32_t scheme, struct mere_arena *arena,
                                      struct mere_neighbours **ret, size_t *ret_n)
{
    const struct mere_scheme *s = &net->schemes[scheme];
    struct mere_arena scratch = {0};
    size_t n = list_contacts(net, s, NULL), n_pairs = 0;
    struct mere_key *keys = MERE_NEW(&scratch, struct mere_key, n);
    struct mere_key *spare = MERE_NEW(&scratch, struct mere_key, n);
    struct mere_neighbours *pairs = NULL;
    if (keys && spare) {
        list_contacts(net, s, keys);
        mere_sort_keys(keys, n, spare);
        for (size_t i = 0; i < n; i++)
            n_pairs += i == 0 || keys[i].key != keys[i - 1].key;
        pairs = MERE_NEW(arena, struct mere_neighbours, n_pairs);
    }
    n_pairs = 0;
    for (size_t i = 0; pairs && i < n; i++) {
        if (i == 0 || keys[i].key != keys[i - 1].key)
            pairs[n_pairs++] = (struct mere_neighbours){(int32_t)(keys[i].key >> 32),
                                                        (int32_t)(keys[i].key & UINT32_MAX), 0};
        pairs[n_pairs - 1].length_m += arc_length(net, (int32_t)keys[i].value);
    }
    mere_arena_clear(&scratch);
    if (!pairs)
        return mere_fail_nomem(ctx, "finding neighbours");
    *ret = pairs;
    *ret_n = n_pairs;
    return MERE_OK;
}

/* ---- looking up and joining ---- */

int32_t mere_zone_by_code(const struct mere_scheme *scheme, const char *code)
{
    int32_t low = 0, high = scheme->n_zones;
    while (low < high) {
        int32_t mid = low + (high - low) / 2;
        if (strcmp(scheme->zones[mid].code, code) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < scheme->n_zones && strcmp(scheme->zones[low].code, code) == 0 ? low : MERE_UNKNOWN;
}

static int32_t find_root(int32_t *up, int32_t f)
{
    while (up[f] != f) {
        up[f] = up[up[f]];
        f = up[f];
    }
    return f;
}

void mere_faces_join(const struct mere_net *net, const int64_t *key, int32_t *ret_root)
{
    for (int32_t f = 0; f <= net->n_faces; f++)
        ret_root[f] = f;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        size_t left = mere_face_slot(net, net->arcs[a].left),
               right = mere_face_slot(net, net->arcs[a].right);
        if (key[left] < 0 || key[left] != key[right])
            continue;
        int32_t x = find_root(ret_root, (int32_t)left), y = find_root(ret_root, (int32_t)right);
        ret_root[x > y ? x : y] = x > y ? y : x;
    }
    for (int32_t f = 0; f <= net->n_faces; f++)
        ret_root[f] = key[f] < 0 ? MERE_UNKNOWN : find_root(ret_root, f);
}
