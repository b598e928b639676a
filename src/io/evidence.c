/* evidence.c - what speaks for WGS 84, GCJ-02 or BD-09. Reported, never applied: a district's own
 * borders in the store tell most (its grids run along them, to a few metres, in one datum only);
 * without them there is but the distance that the answer makes. */
#include "base/text.h"
#include "geo/measure.h"
#include "io/place.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FAR_M 1e9 /* when there is no border at all */

struct sample {
    size_t n;
    double x[MERE_SAMPLE_MAX], y[MERE_SAMPLE_MAX]; /* degrees, in the unknown datum */
};

/* Of polygons, vertices evenly over the file; of points and lines, the source's own sample. */
static void take_sample(const struct mere_source *source, const struct mere_place *place,
                        struct sample *ret)
{
    size_t n = source->x.n < MERE_SAMPLE_MAX ? source->x.n : MERE_SAMPLE_MAX;
    ret->n = n;
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)((double)i * (double)source->x.n / (double)n);
        ret->x[i] = source->x.v[at];
        ret->y[i] = source->y.v[at];
    }
    if (n == 0) {
        ret->n = source->sample.n;
        memcpy(ret->x, source->sample.x, ret->n * sizeof *ret->x);
        memcpy(ret->y, source->sample.y, ret->n * sizeof *ret->y);
    }
    if (!place->identity)
        mere_crs_to_degrees(place->crs, ret->x, ret->y, ret->n);
}

/* A sampled point with the scale of its place: metres per 1e-7 degree. */
struct probe {
    double x, y, scale_x, scale_y;
    double nearest2; /* the square of the nearest distance so far, m2 */
};

static void near_segment(struct probe *probe, double ax, double ay, double bx, double by)
{
    double dx = (bx - ax) * probe->scale_x;
    double dy = (by - ay) * probe->scale_y;
    double px = (probe->x - ax) * probe->scale_x;
    double py = (probe->y - ay) * probe->scale_y;
    double len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? (px * dx + py * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double ex = px - t * dx;
    double ey = py - t * dy;
    probe->nearest2 = fmin(probe->nearest2, ex * ex + ey * ey);
}

/* Lay the probe against one ring: flip `*inside` for each segment that a ray east crosses, and keep
 * the nearest distance. */
static void lay_against(const struct mere_point *pts, size_t n, struct probe *probe, bool *inside)
{
    for (size_t i = 0; i < n; i++) {
        struct mere_point a = pts[i];
        struct mere_point b = pts[i + 1 < n ? i + 1 : 0];
        if ((a.y <= probe->y) != (b.y <= probe->y)) {
            double t = (probe->y - a.y) / ((double)b.y - a.y);
            if (a.x + t * ((double)b.x - a.x) > probe->x)
                *inside = !*inside;
        }
        near_segment(probe, a.x, a.y, b.x, b.y);
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void compare(const struct sample *sample, const struct mere_known *known,
                    struct mere_evidence *ret)
{
    double distances[MERE_SAMPLE_MAX];
    size_t n_inside = 0;
    size_t n = 0;
    for (size_t i = 0; i < sample->n; i++) {
        struct mere_degrees at = {sample->x[i], sample->y[i]};
        struct mere_point p;
        at = mere_datum_to_wgs84(at, ret->datum);
        if (!mere_point_from_degrees(at.lon, at.lat, &p))
            continue;
        struct probe probe = {.x = p.x, .y = p.y, .nearest2 = FAR_M * FAR_M};
        mere_scale_at(p.y, &probe.scale_x, &probe.scale_y);
        bool in_any = false;
        for (size_t l = 0; l < known->n; l++) {
            const struct mere_layer *layer = &known->layers[l];
            bool inside = false; /* even-odd over all rings of a scheme: its zones don't overlap */
            for (size_t r = 0; r < layer->n_rings; r++)
                lay_against(layer->pts + layer->ring_first[r],
                            layer->ring_first[r + 1] - layer->ring_first[r], &probe, &inside);
            in_any = in_any || inside;
        }
        n_inside += in_any;
        distances[n++] = sqrt(probe.nearest2);
    }
    if (n == 0)
        return;
    qsort(distances, n, sizeof *distances, by_value);
    ret->compared = distances[0] < FAR_M;
    ret->n_compared = n;
    ret->inside = (double)n_inside / (double)n;
    ret->border_m = distances[n / 2];
}

static double metres_between(struct mere_degrees a, struct mere_degrees b)
{
    struct mere_point p, q;
    if (!mere_point_from_degrees(a.lon, a.lat, &p) || !mere_point_from_degrees(b.lon, b.lat, &q))
        return 0;
    return mere_distance_m(p, q);
}

enum mere_status mere_evidence_weigh(struct mere_ctx *ctx, const struct mere_source *source,
                                     const struct mere_place *place, const struct mere_known *known,
                                     struct mere_evidence ret[MERE_EVIDENCE_N])
{
    static const enum mere_datum DATUMS[MERE_EVIDENCE_N] = {MERE_DATUM_WGS84, MERE_DATUM_GCJ02,
                                                            MERE_DATUM_BD09};
    struct sample *sample = malloc(sizeof *sample);
    if (!sample)
        return mere_fail_nomem(ctx, "weighing the datums");
    take_sample(source, place, sample);
    double x = (source->min_x + source->max_x) / 2;
    double y = (source->min_y + source->max_y) / 2;
    if (!place->identity)
        mere_crs_to_degrees(place->crs, &x, &y, 1);
    struct mere_degrees raw = {x, y};
    for (size_t i = 0; i < MERE_EVIDENCE_N; i++) {
        ret[i] = (struct mere_evidence){.datum = DATUMS[i]};
        ret[i].centre = mere_datum_to_wgs84(raw, DATUMS[i]);
        ret[i].shift_m = metres_between(raw, ret[i].centre);
        compare(sample, known, &ret[i]);
    }
    free(sample);
    return MERE_OK;
}

void mere_evidence_tell(const struct mere_evidence evidence[MERE_EVIDENCE_N],
                        struct mere_text *text)
{
    for (size_t i = 0; i < MERE_EVIDENCE_N; i++) {
        const struct mere_evidence *e = &evidence[i];
        mere_text_addf(text, "\n  --datum %-5s  its centre lies at %.6f %.6f (WGS 84)",
                       mere_datum_word(e->datum), e->centre.lon, e->centre.lat);
        if (e->datum != MERE_DATUM_WGS84)
            mere_text_addf(text, ", %.0f m from where its numbers put it", e->shift_m);
        if (e->compared)
            mere_text_addf(
                text,
                "; %.1f %% of %zu places in it lie inside zones of the store, half of them "
                "within %.1f m of a border there",
                100 * e->inside, e->n_compared, e->border_m);
    }
    if (!evidence[0].compared)
        mere_text_add(text, "\n  (nothing is loaded to compare with: load an outline "
                            "whose datum is known, and the evidence will say more)");
}
