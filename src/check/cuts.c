/* cuts.c - borders that cut buildings or compounds (easy management 便于管理).
 *
 * The scheme's border segments lie in a grid; each reference polygon asks for those near it and
 * adds up how much of them runs inside it. A border is split where it crosses the polygon's rings;
 * each stretch is inside when the land on either side of it is, by exact crossings of its line. A
 * border along a wall is not a cut: a stretch that is nowhere farther than 5 cm from the outline
 * doesn't count. */
#include "base/hash.h"
#include "check/check_priv.h"
#include "geo/exact.h"
#include "geo/measure.h"
#include <string.h>

#define ON_THE_WALL_M 0.05

struct border {
    struct mere_point a, b;
    int32_t arc;
};
struct crossing {
    double t;         /* place along the border: 0 to 1 is on it */
    bool left, right; /* a ring changes sides just left, just right of the line */
};
struct cuts {
    struct mere_checker *ck;
    int32_t s;
    double sx, sy, cell;
    MERE_VEC(struct border) borders;
    MERE_VEC(struct mere_key) cells; /* cell -> border, sorted */
    uint32_t *seen;                  /* by border: the last polygon that asked */
    uint32_t asked;
    MERE_VEC(struct crossing) at; /* of a border's line and the polygon */
};

static enum mere_status nomem(struct cuts *c)
{
    return mere_fail_nomem(c->ck->ctx, "looking for cut buildings");
}

static uint64_t cell_key(int64_t row, int64_t col)
{
    return (uint64_t)(uint32_t)(int32_t)row << 32 | (uint32_t)(int32_t)col;
}

static bool add_cells(struct cuts *c, uint32_t index)
{
    struct mere_point a = c->borders.v[index].a, b = c->borders.v[index].b;
    if (a.y > b.y) {
        struct mere_point t = a;
        a = b;
        b = t;
    }
    int64_t row0 = (int64_t)floor(a.y / c->cell), row1 = (int64_t)floor(b.y / c->cell);
    for (int64_t row = row0; row <= row1; row++) {
        double dy = (double)b.y - a.y, dx = (double)b.x - a.x;
        double t0 = dy > 0 ? fmax(((double)row * c->cell - a.y) / dy, 0) : 0;
        double t1 = dy > 0 ? fmin(((double)(row + 1) * c->cell - a.y) / dy, 1) : 1;
        double x0 = a.x + t0 * dx, x1 = a.x + t1 * dx;
        int64_t col1 = (int64_t)floor((fmax(x0, x1) + 1) / c->cell);
        for (int64_t col = (int64_t)floor((fmin(x0, x1) - 1) / c->cell); col <= col1; col++)
            if (!MERE_PUSH(&c->cells, (struct mere_key){cell_key(row, col), index}))
                return false;
    }
    return true;
}

static enum mere_status take_borders(struct cuts *c)
{
    const struct mere_net *net = c->ck->net;
    const struct mere_regions *regions;
    double total = 0;
    MERE_TRY(mere_check_regions(c->ck, c->s, &regions));
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        int32_t l = regions->of_face[arc->left < 0 ? net->n_faces : arc->left];
        int32_t r = regions->of_face[arc->right < 0 ? net->n_faces : arc->right];
        if (l == r)
            continue;
        for (uint32_t i = arc->first; i + 1 < arc->first + arc->n; i++) {
            struct border border = {net->pts[i], net->pts[i + 1], a};
            total += hypot((double)border.b.x - border.a.x, (double)border.b.y - border.a.y);
            if (!MERE_PUSH(&c->borders, border))
                return nomem(c);
        }
    }
    c->cell = c->borders.n ? fmax(2000, total / (double)c->borders.n) : 2000;
    for (size_t i = 0; i < c->borders.n; i++)
        if (!add_cells(c, (uint32_t)i))
            return nomem(c);
    struct mere_key *scratch = MERE_NEW(&c->ck->scratch, struct mere_key, c->cells.n);
    c->seen = MERE_NEW(&c->ck->scratch, uint32_t, c->borders.n);
    if (!scratch || !c->seen)
        return nomem(c);
    mere_sort_keys(c->cells.v, c->cells.n, scratch);
    return MERE_OK;
}

static size_t first_in_cell(const struct cuts *c, uint64_t key)
{
    size_t low = 0, high = c->cells.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->cells.v[mid].key < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* ---- one border against one polygon ---- */

static size_t ring_end(const struct mere_wkb_rings *rings, size_t r)
{
    return r + 1 < rings->first.n ? rings->first.v[r + 1] : rings->pts.n;
}

/* Metres from a place to the polygon's outline. */
static double from_outline(const struct cuts *c, const struct mere_wkb_rings *rings, double x,
                           double y)
{
    double least = INFINITY;
    for (size_t r = 0; r < rings->first.n; r++) {
        size_t from = rings->first.v[r], end = ring_end(rings, r);
        for (size_t i = from; i < end; i++) {
            struct mere_point p = rings->pts.v[i], q = rings->pts.v[i + 1 < end ? i + 1 : from];
            double ex = ((double)q.x - p.x) * c->sx, ey = ((double)q.y - p.y) * c->sy;
            double px = (x - p.x) * c->sx, py = (y - p.y) * c->sy, len2 = ex * ex + ey * ey;
            double t = len2 > 0 ? fmin(fmax((px * ex + py * ey) / len2, 0), 1) : 0;
            least = fmin(least, hypot(px - t * ex, py - t * ey));
        }
    }
    return least;
}

static int crossing_cmp(const void *va, const void *vb)
{
    const struct crossing *a = va, *b = vb;
    return (a->t > b->t) - (a->t < b->t);
}

/* Where the rings change sides of the border's line. Whether they do is exact. */
static bool take_crossings(struct cuts *c, const struct border *border,
                           const struct mere_wkb_rings *rings)
{
    double dx = (double)border->b.x - border->a.x, dy = (double)border->b.y - border->a.y;
    c->at.n = 0;
    bool ok = MERE_PUSH(&c->at, (struct crossing){.t = 0}) &&
              MERE_PUSH(&c->at, (struct crossing){.t = 1});
    for (size_t r = 0; ok && r < rings->first.n; r++) {
        size_t from = rings->first.v[r], end = ring_end(rings, r);
        for (size_t i = from; ok && i < end; i++) {
            struct mere_point p = rings->pts.v[i], q = rings->pts.v[i + 1 < end ? i + 1 : from];
            int sp = mere_orient_points(border->a, border->b, p);
            int sq = mere_orient_points(border->a, border->b, q);
            struct crossing at = {.left = (sp > 0) != (sq > 0), .right = (sp < 0) != (sq < 0)};
            if (!at.left && !at.right)
                continue;
            double ex = (double)q.x - p.x, ey = (double)q.y - p.y;
            double px = (double)p.x - border->a.x, py = (double)p.y - border->a.y;
            at.t = (px * ey - py * ex) / (dx * ey - dy * ex);
            ok = MERE_PUSH(&c->at, at);
        }
    }
    if (ok)
        qsort(c->at.v, c->at.n, sizeof *c->at.v, crossing_cmp);
    return ok;
}

/* Whether the stretch from t0 to t1 lies on a wall: nowhere farther from the outline than 5 cm,
 * looked at every 5 cm up to 1,000 times. */
static bool on_the_wall(const struct cuts *c, const struct border *border,
                        const struct mere_wkb_rings *rings, const double t[2])
{
    double dx = (double)border->b.x - border->a.x, dy = (double)border->b.y - border->a.y;
    double len = (t[1] - t[0]) * hypot(dx * c->sx, dy * c->sy);
    int n = (int)fmin(1000, ceil(len / ON_THE_WALL_M) + 1);
    for (int i = 0; i < n; i++) {
        double at = t[0] + (t[1] - t[0]) * (i + 0.5) / n;
        if (from_outline(c, rings, border->a.x + at * dx, border->a.y + at * dy) >= ON_THE_WALL_M)
            return false;
    }
    return true;
}

/* Metres of the border that run inside; -1 when memory is out. */
static double length_inside(struct cuts *c, const struct border *border,
                            const struct mere_wkb_rings *rings)
{
    double dx = (double)border->b.x - border->a.x, dy = (double)border->b.y - border->a.y;
    double sum = 0;
    bool left = false, right = false;
    if (!take_crossings(c, border, rings))
        return -1;
    for (size_t i = 0; i + 1 < c->at.n; i++) {
        left ^= c->at.v[i].left;
        right ^= c->at.v[i].right;
        const double t[2] = {fmax(c->at.v[i].t, 0), fmin(c->at.v[i + 1].t, 1)};
        if (left && right && t[1] > t[0] && !on_the_wall(c, border, rings, t))
            sum += (t[1] - t[0]) * hypot(dx * c->sx, dy * c->sy);
    }
    return sum;
}

/* ---- one polygon ---- */

struct cut { /* of one polygon */
    double length_m, longest_m;
    int32_t arc; /* the one that cuts it most */
    struct mere_point at;
};

static enum mere_status measure_cut(struct cuts *c, const struct mere_wkb_rings *rings,
                                    struct cut *ret)
{
    struct mere_box box = {{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
    for (size_t i = 0; i < rings->pts.n; i++) {
        struct mere_point p = rings->pts.v[i];
        box.min.x = p.x < box.min.x ? p.x : box.min.x;
        box.min.y = p.y < box.min.y ? p.y : box.min.y;
        box.max.x = p.x > box.max.x ? p.x : box.max.x;
        box.max.y = p.y > box.max.y ? p.y : box.max.y;
    }
    c->asked++;
    int64_t col1 = (int64_t)floor(box.max.x / c->cell), row1 = (int64_t)floor(box.max.y / c->cell);
    for (int64_t row = (int64_t)floor(box.min.y / c->cell); row <= row1; row++)
        for (int64_t col = (int64_t)floor(box.min.x / c->cell); col <= col1; col++)
            for (size_t i = first_in_cell(c, cell_key(row, col));
                 i < c->cells.n && c->cells.v[i].key == cell_key(row, col); i++) {
                uint32_t b = c->cells.v[i].value;
                const struct border *border = &c->borders.v[b];
                if (c->seen[b] == c->asked)
                    continue;
                c->seen[b] = c->asked;
                double len = length_inside(c, border, rings);
                if (len < 0)
                    return nomem(c);
                ret->length_m += len;
                if (len > ret->longest_m) {
                    ret->longest_m = len;
                    ret->arc = border->arc;
                    ret->at.x = (int32_t)(((int64_t)border->a.x + border->b.x) / 2);
                    ret->at.y = (int32_t)(((int64_t)border->a.y + border->b.y) / 2);
                }
            }
    return MERE_OK;
}

/* What a reference polygon is called: its column "name" or "code", else its number. */
static const char *feature_name(struct cuts *c, const struct mere_ref_layer *layer, size_t i)
{
    for (size_t k = 0; k < layer->n_columns; k++)
        if ((strcmp(layer->columns[k].name, "name") == 0 ||
             strcmp(layer->columns[k].name, "code") == 0) &&
            layer->features[i].attrs[k])
            return layer->features[i].attrs[k];
    return mere_check_textf(c->ck, "%zu", i + 1);
}

/* What tells a polygon from the others of the layer, wherever it stands in it: its bytes. */
static const char *land_hash(struct mere_checker *ck, const struct mere_ref_layer *layer, size_t i)
{
    struct mere_sha256 h;
    char hex[65];
    mere_sha256_init(&h);
    mere_sha256_add(&h, layer->features[i].wkb, layer->features[i].wkb_len);
    mere_sha256_hex(&h, hex);
    return mere_check_textf(ck, "%s %s", layer->name, hex);
}

static int int_cmp(const void *va, const void *vb)
{
    int32_t a = *(const int32_t *)va, b = *(const int32_t *)vb;
    return (a > b) - (a < b);
}

static enum mere_status add_cut(struct cuts *c, const struct mere_limit *limit,
                                const struct mere_ref_layer *layer, size_t i, const struct cut *cut)
{
    const struct mere_scheme *scheme = mere_ck_scheme(c->ck, c->s);
    const struct mere_arc *arc = &c->ck->net->arcs[cut->arc];
    int32_t zones[2] = {0};
    size_t n_zones = 0;
    int32_t sides[2] = {arc->left, arc->right};
    for (int k = 0; k < 2; k++) {
        size_t n = 0;
        const int32_t *claim = sides[k] < 0 ? NULL : mere_face_claims(scheme, sides[k], &n);
        if (n > 0 && (n_zones == 0 || zones[0] != claim[0]))
            zones[n_zones++] = claim[0];
    }
    qsort(zones, n_zones, sizeof *zones, int_cmp);
    const char *name = mere_name_shown(c->ck, feature_name(c, layer, i));
    struct mere_draft draft = mere_draft_init(MERE_RULE_CUTS, limit, c->s);
    draft.zones = zones;
    draft.n_zones = n_zones;
    draft.has_at = true;
    draft.at = cut->at;
    draft.value = cut->length_m;
    draft.limit = limit->max;
    draft.zh_detail = mere_check_textf(c->ck, "%s“%s”", layer->name, name);
    draft.en_detail = mere_check_textf(c->ck, "\"%s\" of %s", name, layer->name);
    draft.salt = land_hash(c->ck, layer, i);
    return mere_check_add(c->ck, &draft);
}

static enum mere_status check_layer(struct cuts *c, const struct mere_limit *limit,
                                    const struct mere_ref_layer *layer)
{
    struct mere_wkb_rings rings = {0};
    enum mere_status status = MERE_OK;
    size_t n_other = 0;
    for (size_t i = 0; i < layer->n_features && status == MERE_OK; i++) {
        const struct mere_ref_feature *feature = &layer->features[i];
        struct cut cut = {0};
        if (!mere_wkb_polygons(feature->wkb, feature->wkb_len, &rings) || rings.pts.n == 0) {
            n_other++;
            continue;
        }
        mere_scale_at(rings.pts.v[0].y, &c->sx, &c->sy);
        status = measure_cut(c, &rings, &cut);
        if (status == MERE_OK && cut.length_m > limit->max)
            status = add_cut(c, limit, layer, i, &cut);
    }
    mere_wkb_clear(&rings);
    if (status != MERE_OK || n_other == 0)
        return status;
    return mere_check_lacks(
        c->ck, MERE_RULE_CUTS, NULL,
        mere_check_textf(c->ck, "参考图层%s有%zu个要素不是面，未检查", layer->name, n_other),
        mere_check_textf(
            c->ck, "%zu features of the reference layer %s are no polygons and were not checked",
            n_other, layer->name));
}

enum mere_status mere_rule_cuts(struct mere_checker *ck, int32_t s)
{
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, MERE_RULE_CUTS, mere_ck_scheme(ck, s), NULL);
    struct cuts c = {.ck = ck, .s = s};
    size_t n_layers = 0;
    if (!limit)
        return MERE_OK;
    for (size_t i = 0; i < ck->profile->n_cuts; i++)
        n_layers += mere_check_reference(ck, ck->profile->cuts[i]) != NULL;
    if (n_layers == 0)
        return mere_check_lacks(ck, MERE_RULE_CUTS, NULL, NULL, NULL);
    ck->ran[MERE_RULE_CUTS] = true;
    enum mere_status status = take_borders(&c);
    for (size_t i = 0; i < ck->profile->n_cuts && status == MERE_OK; i++) {
        const struct mere_ref_layer *layer = mere_check_reference(ck, ck->profile->cuts[i]);
        if (layer)
            status = check_layer(&c, limit, layer);
    }
    MERE_VEC_FREE(&c.borders);
    MERE_VEC_FREE(&c.cells);
    MERE_VEC_FREE(&c.at);
    return status;
}
