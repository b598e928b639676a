/* check_district.h - districts made by hand for the tests of check: zones as rings of metres around
 * a place in Binjiang, schemes, network, and a report. */
#ifndef MERE_TESTS_CHECK_DISTRICT_H
#define MERE_TESTS_CHECK_DISTRICT_H
#include "base/vec.h"
#include "check.h"
#include "check/check.h"
#include "geo/measure.h"
#include "net/net.h"

/* Profiles as texts: PROFILE(LIMIT("gap", MAX_M("10")) "," LIMIT("hole", "")). */
#define LIMIT(rule, limit) "\"" rule "\":[{" limit "\"severity\":\"error\",\"source\":\"test\"}]"
#define MAX_M(v) "\"max\":" v ",\"unit\":\"m\","
#define PROFILE(rules)                                                                             \
    "{\"name\":\"test\",\"points\":\"addresses\",\"key\":\"key_points\","                          \
    "\"cuts\":[\"buildings\"],\"dedicated\":[\"dedicated\"],\"rules\":{" rules "}}"
/* clang-format off */
#define COVERAGE \
    PROFILE(LIMIT("gap", MAX_M("10")) "," \
            LIMIT("bay", MAX_M("10")) "," \
            LIMIT("sliver", MAX_M("2")) "," \
            LIMIT("unclaimed", "") "," \
            LIMIT("hole", "") "," \
            LIMIT("overlap", "") "," \
            LIMIT("outside-parent", "") "," \
            LIMIT("parent-uncovered", ""))
/* clang-format on */

#define ORIGIN_X 1202000000
#define ORIGIN_Y 302000000

struct maker { /* a scheme in the making */
    struct mere_arena *arena;
    struct mere_layer layer;
    MERE_VEC(struct mere_zone) zones;
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
};

/* Metres east and north of the origin as a point; units of 1e-7 degree. */
static inline struct mere_point at_m(double x, double y)
{
    double sx, sy;
    mere_scale_at(ORIGIN_Y, &sx, &sy);
    return (struct mere_point){(int32_t)(ORIGIN_X + lround(x / sx)),
                               (int32_t)(ORIGIN_Y + lround(y / sy))};
}

static inline void maker_begin(struct maker *m, struct mere_arena *arena, const char *name,
                               enum mere_role role)
{
    *m = (struct maker){.arena = arena};
    m->layer.name = name;
    m->layer.role = role;
    m->layer.covering = mere_role_covers(role);
}

static inline struct mere_zone *maker_zone(struct maker *m, const char *code)
{
    struct mere_zone zone = {.code = code, .name = code, .households = MERE_UNKNOWN};
    zone.persons = MERE_UNKNOWN;
    if (!MERE_PUSH(&m->zones, zone))
        abort();
    return &m->zones.v[m->zones.n - 1];
}

/* A ring of n pairs of metres; a new part of the last zone, or a hole in its last part. */
static inline void maker_ring(struct maker *m, const double *xy, size_t n, bool hole)
{
    if (!hole && (!MERE_PUSH(&m->part_zone, (uint32_t)m->zones.n - 1) ||
                  !MERE_PUSH(&m->part_ring, (uint32_t)m->ring_first.n)))
        abort();
    if (!MERE_PUSH(&m->ring_first, (uint32_t)m->pts.n))
        abort();
    for (size_t i = 0; i < n; i++)
        if (!MERE_PUSH(&m->pts, at_m(xy[2 * i], xy[2 * i + 1])))
            abort();
}

/* A zone that is a rectangle. */
static inline struct mere_zone *maker_box(struct maker *m, const char *code, double x0, double y0,
                                          double x1, double y1)
{
    struct mere_zone *zone = maker_zone(m, code);
    maker_ring(m, (double[]){x0, y0, x1, y0, x1, y1, x0, y1}, 4, false);
    return zone;
}
static inline void maker_hole(struct maker *m, double x0, double y0, double x1, double y1)
{
    maker_ring(m, (double[]){x0, y0, x0, y1, x1, y1, x1, y0}, 4, true);
}

static inline const struct mere_layer *maker_end(struct maker *m)
{
    struct mere_layer *l = &m->layer;
    if (!MERE_PUSH(&m->part_ring, (uint32_t)m->ring_first.n) ||
        !MERE_PUSH(&m->ring_first, (uint32_t)m->pts.n))
        abort();
    l->n_zones = m->zones.n;
    l->n_parts = m->part_zone.n;
    l->n_rings = m->ring_first.n - 1;
    l->zones = MERE_NEW(m->arena, struct mere_zone, m->zones.n);
    l->part_zone = MERE_NEW(m->arena, uint32_t, m->part_zone.n);
    l->part_ring = MERE_NEW(m->arena, uint32_t, m->part_ring.n);
    l->ring_first = MERE_NEW(m->arena, uint32_t, m->ring_first.n);
    l->pts = MERE_NEW(m->arena, struct mere_point, m->pts.n);
    if (m->zones.n > 0)
        memcpy(l->zones, m->zones.v, m->zones.n * sizeof *m->zones.v);
    if (m->part_zone.n > 0)
        memcpy(l->part_zone, m->part_zone.v, m->part_zone.n * sizeof *m->part_zone.v);
    memcpy(l->part_ring, m->part_ring.v, m->part_ring.n * sizeof *m->part_ring.v);
    memcpy(l->ring_first, m->ring_first.v, m->ring_first.n * sizeof *m->ring_first.v);
    if (m->pts.n > 0)
        memcpy(l->pts, m->pts.v, m->pts.n * sizeof *m->pts.v);
    MERE_VEC_FREE(&m->zones);
    MERE_VEC_FREE(&m->part_zone);
    MERE_VEC_FREE(&m->part_ring);
    MERE_VEC_FREE(&m->ring_first);
    MERE_VEC_FREE(&m->pts);
    struct mere_layer *kept = MERE_NEW(m->arena, struct mere_layer, 1);
    *kept = *l;
    return kept;
}

/* Two grids side by side with `space` metres between them (negative: they overlap) over their whole
 * height, and 100 m of common border above it. */
static inline const struct mere_layer *two_grids(struct mere_arena *arena, double space)
{
    struct maker m;
    maker_begin(&m, arena, "grid", MERE_ROLE_GRID);
    maker_zone(&m, "1");
    maker_ring(&m,
               (double[]){0, 0, 500, 0, 500, 100, 500 - space, 100, 500 - space, 300, 500, 300, 500,
                          400, 0, 400},
               8, false);
    maker_zone(&m, "2");
    maker_ring(&m, (double[]){500, 0, 1000, 0, 1000, 400, 500, 400, 500, 300, 500, 100}, 6, false);
    return maker_end(&m);
}

struct district { /* a checked district */
    struct mere_ctx ctx;
    struct mere_arena arena;
    const struct mere_layer *layers[8];
    size_t n_layers;
    struct mere_net *net;
    struct mere_profile *profile;
    struct mere_check_input in;
    struct mere_report *report;
};

static inline void district_clear(struct district *d)
{
    mere_report_free(d->report);
    mere_profile_free(d->profile);
    mere_net_free(d->net);
    mere_arena_clear(&d->arena);
    mere_ctx_clear(&d->ctx);
    *d = (struct district){0};
}

/* Build and check by the profile in `json` (or a shipped one's name). False with the error printed.
 */
static inline bool district_check(struct district *d, const char *profile)
{
    const struct mere_build how = {0};
    mere_report_free(d->report);
    mere_profile_free(d->profile);
    d->report = NULL;
    d->profile = NULL;
    bool ok = d->net || mere_net_build(&d->ctx, d->layers, d->n_layers, &how, &d->net) == MERE_OK;
    ok = ok && (*profile == '{'
                    ? mere_profile_parse(&d->ctx, profile, strlen(profile), "test", &d->profile)
                    : mere_profile_shipped(&d->ctx, profile, &d->profile)) == MERE_OK;
    d->in.net = d->net;
    d->in.profile = d->profile;
    d->in.today = d->in.today ? d->in.today : "2026-11-23";
    ok = ok && mere_check_run(&d->ctx, &d->in, &d->report) == MERE_OK;
    if (!ok)
        printf("  %s\n", d->ctx.error ? d->ctx.error : "failed");
    return ok;
}

static inline size_t n_of(const struct mere_report *report, enum mere_rule rule)
{
    size_t n = 0;
    for (size_t i = 0; report && i < report->n_findings; i++)
        n += report->findings[i].rule == rule;
    return n;
}
static inline const struct mere_finding *first_of(const struct mere_report *report,
                                                  enum mere_rule rule)
{
    static const struct mere_finding none = {.zh = "", .en = "", .scheme = "", .unit = ""};
    for (size_t i = 0; report && i < report->n_findings; i++)
        if (report->findings[i].rule == rule)
            return &report->findings[i];
    return &none;
}
/* Check, and give the finding of `rule` that must be there alone; an empty one when it is not. */
static inline const struct mere_finding *only_finding(struct district *d, const char *profile,
                                                      enum mere_rule rule)
{
    bool alone = CHECK(district_check(d, profile)) && CHECK_INT(1, d->report->n_findings) &&
                 CHECK_INT(1, n_of(d->report, rule));
    return first_of(alone ? d->report : NULL, rule);
}
/* The codes of a finding's zones, joined by spaces; one text at a time. */
static inline const char *codes_of(const struct mere_report *report, const struct mere_finding *f)
{
    static char buf[200];
    buf[0] = 0;
    for (size_t i = 0; i < f->n_zones; i++)
        snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s%s", i ? " " : "",
                 report->net->schemes[f->scheme_index].zones[f->zones[i]].code);
    return buf;
}
#endif
