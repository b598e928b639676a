/* shapes.c - easy management 便于管理: parts, compactness, extent. */
#include "check/check_priv.h"
#include "geo/measure.h"
#include <string.h>

static bool claims(const int32_t *claim, size_t n, int32_t zone)
{
    for (size_t i = 0; i < n; i++)
        if (claim[i] == zone)
            return true;
    return false;
}

static const int32_t *claims_beside(const struct mere_scheme *scheme, int32_t face, size_t *ret_n)
{
    *ret_n = 0;
    return face < 0 ? NULL : mere_face_claims(scheme, face, ret_n);
}

/* ---- parts: regions of one claimant joined across the land that it shares with others ---- */

static int32_t find(int32_t *up, int32_t i)
{
    while (up[i] != i) {
        up[i] = up[up[i]];
        i = up[i];
    }
    return i;
}

/* Each region has one seat for each claimant; seats of one zone are joined across arcs. */
struct seats {
    const struct mere_scheme *scheme;
    const struct mere_regions *regions;
    int32_t *first; /* by region */
    int32_t *up;
    int32_t n;
};

static const int32_t *region_claims(const struct seats *seats, int32_t region, size_t *ret_n)
{
    const struct mere_region *r = &seats->regions->region[region];
    *ret_n = 0;
    return r->land > MERE_LAND_DISPUTED
               ? NULL
               : mere_face_claims(seats->scheme, seats->regions->face[r->first], ret_n);
}

static void join_seats(struct seats *seats, int32_t a, int32_t b)
{
    size_t n, m;
    const int32_t *ca = region_claims(seats, a, &n), *cb = region_claims(seats, b, &m);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            if (ca[i] == cb[k]) {
                int32_t x = find(seats->up, seats->first[a] + (int32_t)i);
                int32_t y = find(seats->up, seats->first[b] + (int32_t)k);
                seats->up[x < y ? y : x] = x < y ? x : y;
            }
}

static enum mere_status count_parts(struct mere_checker *ck, int32_t s, int32_t *n_parts)
{
    struct seats seats = {.scheme = mere_ck_scheme(ck, s)};
    const struct mere_net *net = ck->net;
    MERE_TRY(mere_check_regions(ck, s, &seats.regions));
    const struct mere_regions *regions = seats.regions;
    seats.first = MERE_NEW(&ck->scratch, int32_t, (size_t)regions->n + 1);
    if (!seats.first)
        return mere_fail_nomem(ck->ctx, "counting parts");
    for (int32_t i = 0; i < regions->n; i++) {
        size_t n;
        region_claims(&seats, i, &n);
        seats.first[i] = seats.n;
        seats.n += (int32_t)n;
    }
    seats.up = MERE_NEW(&ck->scratch, int32_t, (size_t)seats.n);
    if (!seats.up)
        return mere_fail_nomem(ck->ctx, "counting parts");
    for (int32_t i = 0; i < seats.n; i++)
        seats.up[i] = i;
    /* Two owned regions side by side never share a zone: only disputed ones join. */
    if (seats.scheme->n_claims > 0)
        for (int32_t a = 0; a < net->n_arcs; a++) {
            if (net->arcs[a].left < 0 || net->arcs[a].right < 0)
                continue;
            int32_t l = regions->of_face[net->arcs[a].left],
                    r = regions->of_face[net->arcs[a].right];
            if (l != r)
                join_seats(&seats, l, r);
        }
    for (int32_t i = 0; i < regions->n; i++) {
        size_t n;
        const int32_t *claim = region_claims(&seats, i, &n);
        for (size_t k = 0; k < n; k++)
            n_parts[claim[k]] +=
                seats.up[seats.first[i] + (int32_t)k] == seats.first[i] + (int32_t)k;
    }
    return MERE_OK;
}

static enum mere_status add_measure(struct mere_checker *ck, enum mere_rule rule, int32_t s,
                                    int32_t zone, double values[2])
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    struct mere_draft draft = mere_draft_init(
        rule, mere_profile_limit(ck->profile, rule, scheme, scheme->zones[zone].kind), s);
    draft.zones = &zone;
    draft.n_zones = 1;
    draft.place_zone = zone;
    draft.value = values[0];
    draft.limit = values[1];
    return mere_check_add(ck, &draft);
}

static enum mere_status rule_parts(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    if (!mere_profile_has(ck->profile, MERE_RULE_PARTS, scheme))
        return MERE_OK;
    int32_t *n_parts = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_zones);
    if (!n_parts)
        return mere_fail_nomem(ck->ctx, "counting parts");
    MERE_TRY(count_parts(ck, s, n_parts));
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        if (!mere_profile_limit(ck->profile, MERE_RULE_PARTS, scheme, scheme->zones[z].kind))
            continue;
        ck->ran[MERE_RULE_PARTS] = true;
        if (n_parts[z] > 1)
            MERE_TRY(add_measure(ck, MERE_RULE_PARTS, s, z, (double[2]){n_parts[z], 1}));
    }
    return MERE_OK;
}

/* ---- compactness ---- */

static enum mere_status rule_compactness(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    const struct mere_net *net = ck->net;
    if (!mere_profile_has(ck->profile, MERE_RULE_COMPACTNESS, scheme))
        return MERE_OK;
    double *area = MERE_NEW(&ck->scratch, double, (size_t)scheme->n_zones);
    double *perimeter = MERE_NEW(&ck->scratch, double, (size_t)scheme->n_zones);
    if (!area || !perimeter)
        return mere_fail_nomem(ck->ctx, "measuring shapes");
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = mere_face_claims(scheme, f, &n);
        for (size_t k = 0; k < n; k++)
            area[claim[k]] += net->face_area_m2[f];
    }
    for (int32_t a = 0; a < net->n_arcs; a++) {
        size_t n, m;
        const int32_t *l = claims_beside(scheme, net->arcs[a].left, &n);
        const int32_t *r = claims_beside(scheme, net->arcs[a].right, &m);
        for (size_t k = 0; k < n; k++)
            perimeter[l[k]] += claims(r, m, l[k]) ? 0 : ck->arc_m[a];
        for (size_t k = 0; k < m; k++)
            perimeter[r[k]] += claims(l, n, r[k]) ? 0 : ck->arc_m[a];
    }
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_limit *limit =
            mere_profile_limit(ck->profile, MERE_RULE_COMPACTNESS, scheme, scheme->zones[z].kind);
        ck->ran[MERE_RULE_COMPACTNESS] = ck->ran[MERE_RULE_COMPACTNESS] || limit;
        double compactness = 4 * 3.14159265358979323846 * area[z] / (perimeter[z] * perimeter[z]);
        if (limit && perimeter[z] > 0 && compactness < limit->min)
            MERE_TRY(
                add_measure(ck, MERE_RULE_COMPACTNESS, s, z, (double[2]){compactness, limit->min}));
    }
    return MERE_OK;
}

/* ---- extent ---- */

struct corner {
    int32_t zone;
    struct mere_point p;
};

static int corner_cmp(const void *va, const void *vb)
{
    const struct corner *a = va, *b = vb;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    if (a->p.x != b->p.x)
        return a->p.x < b->p.x ? -1 : 1;
    return (a->p.y > b->p.y) - (a->p.y < b->p.y);
}

static int turn(struct mere_point a, struct mere_point b, struct mere_point c)
{
    mere_i128 d = (mere_i128)((int64_t)b.x - a.x) * ((int64_t)c.y - a.y) -
                  (mere_i128)((int64_t)b.y - a.y) * ((int64_t)c.x - a.x);
    return (d > 0) - (d < 0);
}

/* The convex hull of sorted corners, in place of the first ones; Andrew's monotone chain (1979). */
static size_t hull(const struct corner *c, size_t n, struct mere_point *out)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        while (m >= 2 && turn(out[m - 2], out[m - 1], c[i].p) <= 0)
            m--;
        out[m++] = c[i].p;
    }
    size_t lower = m + 1;
    for (size_t i = n - 1; i-- > 0;) {
        while (m >= lower && turn(out[m - 2], out[m - 1], c[i].p) <= 0)
            m--;
        out[m++] = c[i].p;
    }
    return m > 1 ? m - 1 : m;
}

/* The longest distance between corners of the hull. Hulls are small, so all pairs are tried. */
static double diameter_m(const struct mere_point *h, size_t n)
{
    double sx, sy, best = -1;
    size_t a = 0, b = 0;
    mere_scale_at(h[0].y, &sx, &sy);
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            double dx = ((double)h[i].x - h[k].x) * sx, dy = ((double)h[i].y - h[k].y) * sy;
            if (dx * dx + dy * dy > best) {
                best = dx * dx + dy * dy;
                a = i;
                b = k;
            }
        }
    return mere_distance_m(h[a], h[b]);
}

struct wide_zones {
    struct corner *v;
    size_t n, cap;
};

static bool add_corners(struct mere_checker *ck, const struct mere_scheme *scheme,
                        const uint8_t *maybe, struct wide_zones *out)
{
    const struct mere_net *net = ck->net;
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        for (int side = 0; side < 2; side++) {
            size_t n;
            const int32_t *claim = claims_beside(scheme, side ? arc->right : arc->left, &n);
            for (size_t k = 0; k < n; k++)
                for (uint32_t i = 0; maybe[claim[k]] && i < arc->n; i++)
                    if (!MERE_PUSH(out, (struct corner){claim[k], net->pts[arc->first + i]}))
                        return false;
        }
    }
    return true;
}

static enum mere_status tell_extents(struct mere_checker *ck, int32_t s, struct wide_zones *wide)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    struct mere_point *h = MERE_NEW(&ck->scratch, struct mere_point, 2 * wide->n + 2);
    if (!h)
        return mere_fail_nomem(ck->ctx, "measuring extents");
    if (wide->n > 0)
        qsort(wide->v, wide->n, sizeof *wide->v, corner_cmp);
    for (size_t i = 0, end; i < wide->n; i = end) {
        int32_t zone = wide->v[i].zone;
        for (end = i; end < wide->n && wide->v[end].zone == zone;)
            end++;
        double limit =
            mere_profile_limit(ck->profile, MERE_RULE_EXTENT, scheme, scheme->zones[zone].kind)
                ->max;
        double extent = diameter_m(h, hull(wide->v + i, end - i, h));
        if (extent > limit)
            MERE_TRY(add_measure(ck, MERE_RULE_EXTENT, s, zone, (double[2]){extent, limit}));
    }
    return MERE_OK;
}

static enum mere_status rule_extent(struct mere_checker *ck, int32_t s)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    const struct mere_net *net = ck->net;
    struct wide_zones wide = {0};
    if (!mere_profile_has(ck->profile, MERE_RULE_EXTENT, scheme))
        return MERE_OK;
    struct mere_box *box = MERE_NEW(&ck->scratch, struct mere_box, (size_t)scheme->n_zones);
    uint8_t *maybe = MERE_NEW(&ck->scratch, uint8_t, (size_t)scheme->n_zones);
    if (!box || !maybe)
        return mere_fail_nomem(ck->ctx, "measuring extents");
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = mere_face_claims(scheme, f, &n);
        for (size_t k = 0; k < n; k++)
            mere_box_join(&box[claim[k]], net->face_box[f]);
    }
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        const struct mere_limit *limit =
            mere_profile_limit(ck->profile, MERE_RULE_EXTENT, scheme, scheme->zones[z].kind);
        ck->ran[MERE_RULE_EXTENT] = ck->ran[MERE_RULE_EXTENT] || limit;
        maybe[z] = limit && !mere_box_empty(box[z]) &&
                   mere_distance_m(box[z].min, box[z].max) > limit->max;
    }
    enum mere_status status = add_corners(ck, scheme, maybe, &wide)
                                  ? tell_extents(ck, s, &wide)
                                  : mere_fail_nomem(ck->ctx, "measuring extents");
    MERE_VEC_FREE(&wide);
    return status;
}

enum mere_status mere_rules_shape(struct mere_checker *ck, int32_t s)
{
    MERE_TRY(rule_parts(ck, s));
    MERE_TRY(rule_compactness(ck, s));
    return rule_extent(ck, s);
}
