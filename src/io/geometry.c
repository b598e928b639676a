/* geometry.c - a geometry of OGR becomes parts and rings of a source, as it stands: no ring is
 * turned, mended or left out but those of fewer than three points. Each oddity leaves a bit in
 * `found`. */
#include "geo/datum.h"
#include "io/source_priv.h"
#include <math.h>
#include <string.h>

#define MAX_DEPTH 32 /* collections in collections */

static void note_place(struct mere_source *source, double x, double y)
{
    if (!source->in_gcj_area)
        source->in_gcj_area = mere_in_gcj_area((struct mere_degrees){x, y});
}

/* Whether the ring of `n` points goes somewhere and straight back. */
static bool turns_back(const double *x, const double *y, size_t n)
{
    for (size_t i = 0, before = n - 1; i < n; before = i++) {
        size_t after = i + 1 < n ? i + 1 : 0;
        if (x[before] == x[after] && y[before] == y[after])
            return true;
    }
    return false;
}

/* Put the `n` points of a ring behind the others. Repeats are dropped, and the closing point. */
static enum mere_status take_ring(struct mere_ctx *ctx, struct mere_source *source,
                                  OGRGeometryH ring, struct mere_source_feature *feature)
{
    int n = OGR_G_GetPointCount(ring);
    if (n <= 0)
        return MERE_OK;
    if (source->x.n + (size_t)n > MERE_SOURCE_MAX_POINTS)
        return mere_fail(ctx, MERE_E_LIMIT, "more than %zu vertices in one layer",
                         MERE_SOURCE_MAX_POINTS);
    if (!MERE_RESERVE(&source->x, n) || !MERE_RESERVE(&source->y, n) ||
        !MERE_RESERVE(&source->ring_first, 1))
        return mere_fail_nomem(ctx, "reading rings");
    double *x = source->x.v + source->x.n;
    double *y = source->y.v + source->y.n;
    OGR_G_GetPoints(ring, x, sizeof *x, y, sizeof *y, NULL, 0);
    size_t k = 0;
    for (int i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) {
            feature->error = "a coordinate is not a number (NaN or infinite)";
            continue;
        }
        note_place(source, x[i], y[i]);
        if (k > 0 && x[i] == x[k - 1] && y[i] == y[k - 1]) {
            feature->found |= MERE_FOUND_REPEATED;
            continue;
        }
        x[k] = x[i];
        y[k++] = y[i];
    }
    if (k > 1 && x[0] == x[k - 1] && y[0] == y[k - 1])
        k--;
    else if (n > 1)
        feature->found |= MERE_FOUND_UNCLOSED;
    if (k < 3) {
        feature->found |= MERE_FOUND_SHORT;
        return MERE_OK;
    }
    if (turns_back(x, y, k))
        feature->found |= MERE_FOUND_SPIKE;
    source->x.n += k;
    source->y.n += k;
    source->ring_first.v[source->ring_first.n++] = (uint32_t)source->x.n;
    source->n_rings++;
    return MERE_OK;
}

static enum mere_status take_polygon(struct mere_ctx *ctx, struct mere_source *source,
                                     OGRGeometryH polygon, struct mere_source_feature *feature)
{
    size_t before = source->n_rings;
    int n = OGR_G_GetGeometryCount(polygon);
    for (int i = 0; i < n; i++)
        MERE_TRY(take_ring(ctx, source, OGR_G_GetGeometryRef(polygon, i), feature));
    if (source->n_rings == before)
        return MERE_OK;
    if (!MERE_PUSH(&source->part_ring, (uint32_t)source->n_rings))
        return mere_fail_nomem(ctx, "reading polygons");
    source->n_parts++;
    feature->n_parts++;
    return MERE_OK;
}

static enum mere_source_shape shape_of(OGRwkbGeometryType type)
{
    switch (type) {
    case wkbPoint:
    case wkbMultiPoint:
        return MERE_SOURCE_POINTS;
    case wkbLineString:
    case wkbMultiLineString:
        return MERE_SOURCE_LINES;
    default:
        return MERE_SOURCE_EMPTY;
    }
}

/* The vertices of points and lines, alone or in a Multi. */
static void note_places(struct mere_source *source, OGRGeometryH geometry)
{
    int n_parts = OGR_G_GetGeometryCount(geometry);
    for (int p = 0; p < (n_parts ? n_parts : 1); p++) {
        OGRGeometryH part = n_parts ? OGR_G_GetGeometryRef(geometry, p) : geometry;
        int n = OGR_G_GetPointCount(part);
        for (int i = 0; i < n && !source->in_gcj_area; i++)
            note_place(source, OGR_G_GetX(part, i), OGR_G_GetY(part, i));
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): collections in collections; MAX_DEPTH bounds it */
static enum mere_status take(struct mere_ctx *ctx, struct mere_source *source,
                             OGRGeometryH geometry, struct mere_source_feature *feature, int depth)
{
    OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
    if (type == wkbPolygon || type == wkbTriangle) {
        if (!OGR_G_IsEmpty(geometry))
            feature->shape = MERE_SOURCE_POLYGONS;
        return take_polygon(ctx, source, geometry, feature);
    }
    enum mere_source_shape shape = shape_of(type);
    if (shape != MERE_SOURCE_EMPTY) {
        if (OGR_G_IsEmpty(geometry))
            return MERE_OK;
        note_places(source, geometry);
        feature->found |= MERE_FOUND_DROPPED;
        if (feature->shape == MERE_SOURCE_EMPTY)
            feature->shape = shape;
        return MERE_OK;
    }
    if (depth == MAX_DEPTH) {
        feature->error = "collections nested too deep";
        return MERE_OK;
    }
    int n = OGR_G_GetGeometryCount(geometry);
    for (int i = 0; i < n; i++)
        MERE_TRY(take(ctx, source, OGR_G_GetGeometryRef(geometry, i), feature, depth + 1));
    return MERE_OK;
}

static void take_into_sample(struct mere_source_sample *sample, double x, double y)
{
    if (sample->stride == 0)
        sample->stride = 1;
    if (sample->n_seen++ % sample->stride != 0)
        return;
    if (sample->n == MERE_SAMPLE_MAX) {
        for (size_t i = 0; i < MERE_SAMPLE_MAX / 2; i++) {
            sample->x[i] = sample->x[2 * i];
            sample->y[i] = sample->y[2 * i];
        }
        sample->n = MERE_SAMPLE_MAX / 2;
        sample->stride *= 2;
    }
    sample->x[sample->n] = x;
    sample->y[sample->n++] = y;
}

void mere_source_note(struct mere_source *source, double x, double y)
{
    source->min_x = fmin(source->min_x, x);
    source->min_y = fmin(source->min_y, y);
    source->max_x = fmax(source->max_x, x);
    source->max_y = fmax(source->max_y, y);
    take_into_sample(&source->sample, x, y);
}

/* The first vertex of a geometry that isn't empty, however deep; MAX_DEPTH bounds the way. */
static void sample_first(struct mere_source *source, OGRGeometryH geometry)
{
    for (int depth = 0; depth <= MAX_DEPTH && geometry; depth++) {
        if (OGR_G_GetGeometryCount(geometry) == 0) {
            if (OGR_G_GetPointCount(geometry) > 0)
                take_into_sample(&source->sample, OGR_G_GetX(geometry, 0), OGR_G_GetY(geometry, 0));
            return;
        }
        geometry = OGR_G_GetGeometryRef(geometry, 0);
    }
}

static void widen(struct mere_source *source, OGRGeometryH geometry)
{
    OGREnvelope box;
    if (OGR_G_IsEmpty(geometry))
        return;
    OGR_G_GetEnvelope(geometry, &box);
    if (!isfinite(box.MinX) || !isfinite(box.MaxX) || !isfinite(box.MinY) || !isfinite(box.MaxY))
        return;
    source->min_x = fmin(source->min_x, box.MinX);
    source->min_y = fmin(source->min_y, box.MinY);
    source->max_x = fmax(source->max_x, box.MaxX);
    source->max_y = fmax(source->max_y, box.MaxY);
    sample_first(source, geometry);
}

enum mere_status mere_source_take(struct mere_ctx *ctx, struct mere_source *source,
                                  OGRGeometryH geometry, struct mere_source_feature *feature)
{
    OGRGeometryH straight = NULL;
    feature->shape = MERE_SOURCE_EMPTY;
    if (OGR_G_HasCurveGeometry(geometry, TRUE)) {
        straight = OGR_G_GetLinearGeometry(geometry, 0, NULL);
        feature->found |= MERE_FOUND_CURVE;
        geometry = straight;
    }
    if (!geometry) {
        feature->shape = MERE_SOURCE_BAD;
        feature->error = "its curves can't be drawn as straight lines";
        return MERE_OK;
    }
    widen(source, geometry);
    enum mere_status status = take(ctx, source, geometry, feature, 0);
    if (feature->shape != MERE_SOURCE_POLYGONS)
        feature->found &= (uint8_t)~MERE_FOUND_DROPPED;
    OGR_G_DestroyGeometry(straight);
    return status;
}
