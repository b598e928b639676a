#include "io/lattice.h"
#include "base/hash.h"
#include "geo/exact.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PER_METRE 1e4  /* source lattice of projected files: 0.1 mm */
#define PER_DEGREE 1e9 /* of files in degrees */
#define METRES_PER_DEGREE 111320.0
#define HALF_UNIT 5e-8     /* degrees: half of what is stored */
#define SHORT_UNITS 200000 /* 20 m: no shorter edge bends by half a unit below 80 degrees */
#define MAX_DEPTH 24
#define BATCH 4096

struct piece {     /* a distinct edge and the points put into it */
    uint32_t a, b; /* numbers of points, a < b */
    uint32_t extra_first, n_extra;
};

struct work {
    struct mere_ctx *ctx;
    const struct mere_lattice_task *task;
    struct mere_arena *arena;
    double scale; /* lattice units per unit of the file */
    /* the rings that are noded, with the feature and part each is of */
    MERE_VEC(uint64_t) ring_first;
    MERE_VEC(struct mere_lattice_point) pts;
    MERE_VEC(uint32_t) ring_owner;
    MERE_VEC(uint32_t) ring_feature;
    struct mere_noded *noded;
    double *lon, *lat; /* of noded->pts */
    /* distinct edges */
    uint32_t *piece_of; /* by place in noded->walk: of the edge that starts there */
    MERE_VEC(struct piece) pieces;
    MERE_VEC(struct mere_degrees) extra;
};

void mere_tolerance_units(double tolerance_m, double lat, double per_degree, double *ret_x,
                          double *ret_y)
{
    double whole = round(fabs(lat) < 89 ? lat : 89);
    *ret_y = tolerance_m / METRES_PER_DEGREE * per_degree;
    *ret_x = *ret_y / cos(whole * (3.14159265358979323846 / 180.0));
}

static double lattice_scale(const struct mere_place *place)
{
    return place->info->geographic ? PER_DEGREE : place->info->unit_m * PER_METRE;
}

/* Whether an edge of the ring goes over more than half of the Earth, as one does that means to
 * cross the antimeridian. Along a pole it may: there it has no length. */
static bool runs_round(const struct mere_source *source, uint32_t ring)
{
    size_t end = source->ring_first.v[ring + 1];
    size_t before = end - 1;
    for (size_t k = source->ring_first.v[ring]; k < end; before = k++) {
        double y = source->y.v[k];
        if (fabs(source->x.v[k] - source->x.v[before]) > 180 &&
            !(fabs(y) == 90 && y == source->y.v[before]))
            return true;
    }
    return false;
}

const char *mere_lattice_unfit(const struct mere_source *source, const struct mere_place *place,
                               size_t i)
{
    const struct mere_source_feature *feature = &source->features.v[i];
    uint32_t first_ring = source->part_ring.v[feature->part_first];
    uint32_t end_ring = source->part_ring.v[feature->part_first + feature->n_parts];
    double limit = (double)(MERE_LATTICE_MAX - 1) / lattice_scale(place);
    double max_x = place->info->geographic ? 180 : limit;
    double max_y = place->info->geographic ? 90 : limit;
    for (size_t k = source->ring_first.v[first_ring]; k < source->ring_first.v[end_ring]; k++) {
        double x = fabs(source->x.v[k]);
        double y = fabs(source->y.v[k]);
        if (x <= max_x && y <= max_y)
            continue;
        if (place->info->geographic && y <= 180 && x <= 90)
            return "a vertex is off the Earth: longitude and latitude look swapped";
        if (place->info->geographic && (x > 360 || y > 360))
            return "a vertex is off the Earth: its numbers look like metres, not degrees (--crs?)";
        return "a vertex is off the Earth";
    }
    for (uint32_t r = first_ring; place->info->geographic && r < end_ring; r++)
        if (runs_round(source, r))
            return "an edge runs over more than 180 degrees of longitude: cut the polygon at the "
                   "antimeridian, into two parts";
    return NULL;
}

/* ---- onto the lattice ------------------------------------------------------------------------ */

static enum mere_status add_feature(struct work *w, size_t i)
{
    const struct mere_source *source = w->task->source;
    const struct mere_source_feature *feature = &source->features.v[i];
    uint32_t first = source->part_ring.v[feature->part_first];
    uint32_t end = source->part_ring.v[feature->part_first + feature->n_parts];
    for (uint32_t r = first; r < end; r++) {
        size_t n = source->ring_first.v[r + 1] - source->ring_first.v[r];
        if (!MERE_RESERVE(&w->pts, n) ||
            !MERE_PUSH(&w->ring_owner, (uint32_t)w->task->zone_of[i]) ||
            !MERE_PUSH(&w->ring_feature, (uint32_t)i))
            return mere_fail_nomem(w->ctx, "placing rings on the lattice");
        for (size_t k = source->ring_first.v[r]; k < source->ring_first.v[r + 1]; k++)
            w->pts.v[w->pts.n++] = (struct mere_lattice_point){llround(source->x.v[k] * w->scale),
                                                               llround(source->y.v[k] * w->scale)};
        if (!MERE_PUSH(&w->ring_first, w->pts.n))
            return mere_fail_nomem(w->ctx, "placing rings on the lattice");
    }
    return MERE_OK;
}

static void lattice_tolerance(const struct work *w, double *ret_x, double *ret_y)
{
    if (!w->task->place->info->geographic) {
        *ret_x = *ret_y = w->task->tolerance_m * PER_METRE;
        return;
    }
    int64_t min = INT64_MAX;
    int64_t max = INT64_MIN;
    for (size_t i = 0; i < w->pts.n; i++) {
        min = w->pts.v[i].y < min ? w->pts.v[i].y : min;
        max = w->pts.v[i].y > max ? w->pts.v[i].y : max;
    }
    double lat = w->pts.n ? (double)(min + max) / 2 / PER_DEGREE : 0;
    mere_tolerance_units(w->task->tolerance_m, lat, PER_DEGREE, ret_x, ret_y);
}

static enum mere_status node(struct work *w)
{
    const struct mere_source *source = w->task->source;
    if (!MERE_PUSH(&w->ring_first, 0))
        return mere_fail_nomem(w->ctx, "placing rings on the lattice");
    for (size_t i = 0; i < source->features.n; i++)
        if (w->task->zone_of[i] != MERE_UNKNOWN)
            MERE_TRY(add_feature(w, i));
    struct mere_noding noding = {
        .n_rings = w->ring_owner.n,
        .ring_first = w->ring_first.v,
        .pts = w->pts.v,
        .ring_owner = w->ring_owner.v,
        .n_owners = w->task->n_zones,
        .keep_narrow = true,
    };
    lattice_tolerance(w, &noding.tol_x, &noding.tol_y);
    return mere_node_rings(w->ctx, &noding, &w->noded);
}

/* ---- transforming ---------------------------------------------------------------------------- */

static void lattice_to_wgs84(const struct work *w, const struct mere_lattice_point *p, size_t n,
                             double *lon, double *lat)
{
    for (size_t i = 0; i < n; i++) {
        lon[i] = (double)p[i].x / w->scale;
        lat[i] = (double)p[i].y / w->scale;
    }
    mere_place_to_wgs84(w->task->place, lon, lat, n);
}

static enum mere_status transform_points(struct work *w)
{
    size_t n = w->noded->n_pts;
    w->lon = calloc(n + 1, sizeof *w->lon);
    w->lat = calloc(n + 1, sizeof *w->lat);
    if (!w->lon || !w->lat)
        return mere_fail_nomem(w->ctx, "transforming points");
    for (size_t i = 0; i < n; i += BATCH) {
        size_t k = n - i < BATCH ? n - i : BATCH;
        lattice_to_wgs84(w, w->noded->pts + i, k, w->lon + i, w->lat + i);
        MERE_TRY(mere_tick(w->ctx, "transforming", i, n));
    }
    return MERE_OK;
}

static bool on_earth(double lon, double lat)
{
    struct mere_point p;
    return mere_point_from_degrees(lon, lat, &p);
}

/* The features of which some vertex went off the Earth. */
static enum mere_status find_bad(struct work *w, struct mere_lattice_result *ret)
{
    bool any = false;
    for (size_t i = 0; i < w->noded->n_pts && !any; i++)
        any = !on_earth(w->lon[i], w->lat[i]);
    if (!any)
        return MERE_OK;
    ret->bad = MERE_NEW(w->arena, uint32_t, w->noded->n_rings);
    if (!ret->bad)
        return mere_fail_nomem(w->ctx, "transforming points");
    for (size_t r = 0; r < w->noded->n_rings; r++) {
        bool bad = false;
        for (uint64_t k = w->noded->ring_first[r]; k < w->noded->ring_first[r + 1]; k++)
            bad = bad || !on_earth(w->lon[w->noded->walk[k]], w->lat[w->noded->walk[k]]);
        if (bad && (ret->n_bad == 0 || ret->bad[ret->n_bad - 1] != w->ring_feature.v[r]))
            ret->bad[ret->n_bad++] = w->ring_feature.v[r];
    }
    return MERE_OK;
}

/* ---- edges that bend ------------------------------------------------------------------------- */

/* How far p lies from the straight line a-b, in degrees. */
static double bend(struct mere_degrees a, struct mere_degrees b, struct mere_degrees p)
{
    double dx = b.lon - a.lon;
    double dy = b.lat - a.lat;
    double len = hypot(dx, dy);
    if (len == 0)
        return hypot(p.lon - a.lon, p.lat - a.lat);
    return fabs(dx * (p.lat - a.lat) - dy * (p.lon - a.lon)) / len;
}

struct end { /* of an edge: on the lattice, and transformed */
    struct mere_lattice_point at;
    struct mere_degrees to;
};

static struct mere_lattice_point between(struct end a, struct end b, int quarter)
{
    /* Of a canonical edge (a before b), so both neighbours get the same point. */
    return (struct mere_lattice_point){a.at.x + (b.at.x - a.at.x) * quarter / 4,
                                       a.at.y + (b.at.y - a.at.y) * quarter / 4};
}

/* NOLINTNEXTLINE(misc-no-recursion): halves the edge; MAX_DEPTH bounds it */
static enum mere_status bend_edge(struct work *w, struct end a, struct end b, int depth)
{
    struct mere_lattice_point at[3];
    double lon[3], lat[3];
    for (int q = 0; q < 3; q++)
        at[q] = between(a, b, q + 1);
    lattice_to_wgs84(w, at, 3, lon, lat);
    double most = 0;
    for (int q = 0; q < 3; q++)
        most = fmax(most, bend(a.to, b.to, (struct mere_degrees){lon[q], lat[q]}));
    if (!(most > HALF_UNIT) || depth == MAX_DEPTH)
        return MERE_OK;
    struct end middle = {at[1], {lon[1], lat[1]}};
    if (mere_lattice_cmp(middle.at, a.at) == 0 || mere_lattice_cmp(middle.at, b.at) == 0)
        return MERE_OK;
    MERE_TRY(bend_edge(w, a, middle, depth + 1));
    if (!MERE_PUSH(&w->extra, middle.to))
        return mere_fail_nomem(w->ctx, "densifying edges");
    return bend_edge(w, middle, b, depth + 1);
}

static bool too_short_to_bend(const struct work *w, const struct piece *piece)
{
    struct mere_lattice_point a = w->noded->pts[piece->a];
    struct mere_lattice_point b = w->noded->pts[piece->b];
    return llabs(a.x - b.x) < SHORT_UNITS && llabs(a.y - b.y) < SHORT_UNITS &&
           fabs(w->lat[piece->a]) < 80;
}

static enum mere_status bend_all(struct work *w)
{
    for (size_t i = 0; i < w->pieces.n; i++) {
        struct piece *piece = &w->pieces.v[i];
        piece->extra_first = (uint32_t)w->extra.n;
        if (too_short_to_bend(w, piece))
            continue;
        struct end a = {w->noded->pts[piece->a], {w->lon[piece->a], w->lat[piece->a]}};
        struct end b = {w->noded->pts[piece->b], {w->lon[piece->b], w->lat[piece->b]}};
        MERE_TRY(bend_edge(w, a, b, 0));
        piece->n_extra = (uint32_t)(w->extra.n - piece->extra_first);
        if (i % BATCH == 0)
            MERE_TRY(mere_tick(w->ctx, "densifying", i, w->pieces.n));
    }
    return MERE_OK;
}

/* The distinct edges, and for every step of every walk which of them it takes. */
static enum mere_status list_edges(struct work *w)
{
    const struct mere_noded *noded = w->noded;
    size_t n = noded->ring_first[noded->n_rings];
    if (n > UINT32_MAX)
        return mere_fail(w->ctx, MERE_E_LIMIT, "%zu edges are too many for one layer", n);
    struct mere_key *keys = calloc(n + 1, sizeof *keys);
    struct mere_key *scratch = calloc(n + 1, sizeof *scratch);
    w->piece_of = calloc(n + 1, sizeof *w->piece_of);
    bool ok = keys && scratch && w->piece_of;
    for (size_t r = 0; r < noded->n_rings && ok; r++) {
        uint64_t first = noded->ring_first[r];
        uint64_t end = noded->ring_first[r + 1];
        for (uint64_t k = first; k < end; k++) {
            uint32_t a = noded->walk[k];
            uint32_t b = noded->walk[k + 1 < end ? k + 1 : first];
            keys[k].key = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
            keys[k].value = (uint32_t)k;
        }
    }
    if (ok)
        mere_sort_keys(keys, n, scratch);
    for (size_t i = 0; i < n && ok; i++) {
        if (i == 0 || keys[i].key != keys[i - 1].key) {
            struct piece piece = {.a = (uint32_t)(keys[i].key >> 32), .b = (uint32_t)keys[i].key};
            ok = MERE_PUSH(&w->pieces, piece);
        }
        w->piece_of[keys[i].value] = (uint32_t)(w->pieces.n - 1);
    }
    free(keys);
    free(scratch);
    return ok ? MERE_OK : mere_fail_nomem(w->ctx, "listing edges");
}

/* ---- the layer ------------------------------------------------------------------------------- */

static struct mere_point stored_point(const struct work *w, uint32_t number)
{
    struct mere_point p = {0, 0};
    if (w->task->place->identity && w->task->place->datum <= MERE_DATUM_WGS84) {
        /* 1e-9 to 1e-7 degree in integers, half away from zero. */
        struct mere_lattice_point at = w->noded->pts[number];
        p.x = (int32_t)((at.x + (at.x < 0 ? -50 : 50)) / 100);
        p.y = (int32_t)((at.y + (at.y < 0 ? -50 : 50)) / 100);
        return p;
    }
    mere_point_from_degrees(w->lon[number], w->lat[number], &p);
    return p;
}

static void put_extra(const struct work *w, const struct piece *piece, bool forward,
                      struct mere_point *pts, size_t *n)
{
    for (uint32_t k = 0; k < piece->n_extra; k++) {
        uint32_t i = forward ? k : piece->n_extra - 1 - k;
        struct mere_degrees d = w->extra.v[piece->extra_first + i];
        struct mere_point p = {0, 0};
        if (mere_point_from_degrees(d.lon, d.lat, &p))
            pts[(*n)++] = p;
    }
}

static size_t count_points(const struct work *w)
{
    size_t n = w->noded->ring_first[w->noded->n_rings];
    for (size_t k = 0; w->piece_of && k < w->noded->ring_first[w->noded->n_rings]; k++)
        n += w->pieces.v[w->piece_of[k]].n_extra;
    return n;
}

static void put_ring(const struct work *w, size_t r, struct mere_point *pts, size_t *n)
{
    uint64_t first = w->noded->ring_first[r];
    uint64_t end = w->noded->ring_first[r + 1];
    for (uint64_t k = first; k < end; k++) {
        uint32_t a = w->noded->walk[k];
        pts[(*n)++] = stored_point(w, a);
        if (w->piece_of) {
            const struct piece *piece = &w->pieces.v[w->piece_of[k]];
            put_extra(w, piece, piece->a == a, pts, n);
        }
    }
}

static enum mere_status make_layer(struct work *w, struct mere_layer *shape)
{
    const struct mere_source *source = w->task->source;
    size_t n_pts = count_points(w);
    if (n_pts > UINT32_MAX)
        return mere_fail(w->ctx, MERE_E_LIMIT, "%zu vertices are too many for one layer", n_pts);
    *shape = (struct mere_layer){
        .part_zone = MERE_NEW(w->arena, uint32_t, source->n_parts + 1),
        .part_ring = MERE_NEW(w->arena, uint32_t, source->n_parts + 1),
        .ring_first = MERE_NEW(w->arena, uint32_t, w->noded->n_rings + 1),
        .pts = MERE_NEW(w->arena, struct mere_point, n_pts),
    };
    if (!shape->part_zone || !shape->part_ring || !shape->ring_first || !shape->pts)
        return mere_fail_nomem(w->ctx, "making the layer");
    size_t n = 0;
    for (size_t i = 0; i < source->features.n; i++) {
        const struct mere_source_feature *feature = &source->features.v[i];
        for (uint32_t p = 0; p < feature->n_parts && w->task->zone_of[i] != MERE_UNKNOWN; p++) {
            size_t part = feature->part_first + p;
            uint32_t n_rings = source->part_ring.v[part + 1] - source->part_ring.v[part];
            for (uint32_t r = 0; r < n_rings; r++) {
                put_ring(w, shape->n_rings, shape->pts, &n);
                shape->ring_first[++shape->n_rings] = (uint32_t)n;
            }
            shape->part_zone[shape->n_parts++] = (uint32_t)w->task->zone_of[i];
            shape->part_ring[shape->n_parts] = (uint32_t)shape->n_rings;
        }
    }
    return MERE_OK;
}

static int compare_places(const void *l, const void *r)
{
    const struct mere_lattice_point *p = l, *q = r;
    return mere_lattice_cmp(*p, *q);
}

/* The ways that points went on the source lattice, as those of the points that are stored. */
static enum mere_status tell_ways(struct work *w, struct mere_lattice_result *ret)
{
    const struct mere_noded *noded = w->noded;
    ret->ways = MERE_NEW(w->arena, struct mere_way, noded->n_ways);
    if (!ret->ways)
        return mere_fail_nomem(w->ctx, "listing the ways of points");
    for (size_t i = 0; i < noded->n_ways; i++) {
        const struct mere_way *way = &noded->ways[i];
        struct mere_lattice_point from = {(int64_t)way->from_x, (int64_t)way->from_y};
        const struct mere_lattice_point *to =
            bsearch(&way->to, noded->pts, noded->n_pts, sizeof *noded->pts, compare_places);
        double lon, lat;
        lattice_to_wgs84(w, &from, 1, &lon, &lat);
        if (!to || !on_earth(lon, lat))
            continue;
        ret->ways[ret->n_ways++] =
            (struct mere_way){lon * MERE_E7, lat * MERE_E7,
                              mere_lattice(stored_point(w, (uint32_t)(to - noded->pts)))};
    }
    return MERE_OK;
}

static enum mere_status tell_refusals(struct work *w, struct mere_lattice_result *ret)
{
    size_t n = w->noded->n_refusals;
    ret->refusals = MERE_NEW(w->arena, struct mere_lattice_refusal, n);
    if (!ret->refusals)
        return mere_fail_nomem(w->ctx, "listing refused snaps");
    for (size_t i = 0; i < n; i++) {
        const struct mere_refusal *refusal = &w->noded->refusals[i];
        struct mere_lattice_refusal *to = &ret->refusals[ret->n_refusals++];
        to->zone = w->ring_owner.v[refusal->ring];
        to->why = refusal->why;
        lattice_to_wgs84(w, &refusal->at, 1, &to->at.lon, &to->at.lat);
    }
    return MERE_OK;
}

static enum mere_status place_all(struct work *w, struct mere_lattice_result *ret)
{
    const struct mere_place *place = w->task->place;
    MERE_TRY(node(w));
    MERE_TRY(transform_points(w));
    MERE_TRY(find_bad(w, ret));
    if (ret->n_bad)
        return MERE_OK;
    if (!place->identity || place->datum > MERE_DATUM_WGS84) {
        MERE_TRY(list_edges(w));
        MERE_TRY(bend_all(w));
    }
    MERE_TRY(make_layer(w, &ret->shape));
    MERE_TRY(tell_ways(w, ret));
    ret->n_merged = w->noded->n_merged;
    ret->n_inserted = w->noded->n_inserted;
    ret->n_crossings = w->noded->n_crossings;
    ret->n_densified = w->extra.n;
    ret->max_shift_m = w->noded->max_shift *
                       (place->info->geographic ? METRES_PER_DEGREE / PER_DEGREE : 1 / PER_METRE);
    return tell_refusals(w, ret);
}

enum mere_status mere_lattice_place(struct mere_ctx *ctx, const struct mere_lattice_task *task,
                                    struct mere_arena *arena, struct mere_lattice_result *ret)
{
    struct work w = {.ctx = ctx, .task = task, .arena = arena, .scale = lattice_scale(task->place)};
    struct mere_lattice_result result = {0};
    enum mere_status status = place_all(&w, &result);
    if (status == MERE_OK)
        *ret = result;
    mere_noded_free(w.noded);
    free(w.lon);
    free(w.lat);
    free(w.piece_of);
    MERE_VEC_FREE(&w.ring_first);
    MERE_VEC_FREE(&w.pts);
    MERE_VEC_FREE(&w.ring_owner);
    MERE_VEC_FREE(&w.ring_feature);
    MERE_VEC_FREE(&w.pieces);
    MERE_VEC_FREE(&w.extra);
    return status;
}
