/* check_district.h - districts made by hand for the tests of check: zones as rings of metres around
 * a place in Binjiang, schemes, network, and a report. */
#ifndef MERE_TESTS_CHECK_DISTRICT_H
#define MERE_TESTS_CHECK_DISTRICT_H
#include "check.h"
#include "check/check.h"
#include "draw.h"
#include "geo/measure.h"

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
    struct drawn drawn;
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
    m->arena = arena;
    drawn_start(&m->drawn, name, role);
}

/* `code` is borrowed for as long as the scheme. */
static inline struct mere_zone *maker_zone(struct maker *m, const char *code)
{
    uint32_t zone = drawn_zone_named(&m->drawn, code); /* may move the others */
    return &m->drawn.zones.v[zone];
}

/* A ring of n points, from number `start` on; a new part of the last zone, or a hole in its last
 * part. */
static inline void maker_points(struct maker *m, const struct mere_point *p, size_t n, size_t start,
                                bool hole)
{
    if (hole)
        drawn_part_again(&m->drawn);
    for (size_t i = 0; i < n; i++)
        drawn_point(&m->drawn, p[(start + i) % n].x, p[(start + i) % n].y);
    drawn_ring_end(&m->drawn);
    drawn_part_end(&m->drawn, (uint32_t)m->drawn.zones.n - 1);
}

/* The same of n pairs of metres. */
static inline void maker_ring(struct maker *m, const double *xy, size_t n, bool hole)
{
    struct mere_point *p = MERE_NEW(m->arena, struct mere_point, n);
    for (size_t i = 0; i < n; i++)
        p[i] = at_m(xy[2 * i], xy[2 * i + 1]);
    maker_points(m, p, n, 0, hole);
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

static inline void *maker_kept(struct maker *m, const void *v, size_t n, size_t size)
{
    void *kept = mere_arena_alloc(m->arena, n, size);
    drawn_ok(kept != NULL);
    if (n > 0)
        memcpy(kept, v, n * size);
    return kept;
}
#define MAKER_KEPT(m, vec) maker_kept((m), (vec).v, (vec).n, sizeof *(vec).v)

/* The scheme, in the arena. */
static inline struct mere_layer *maker_end(struct maker *m)
{
    struct drawn *d = &m->drawn;
    struct mere_layer *kept = maker_kept(m, drawn_layer(d), 1, sizeof *kept);
    kept->zones = MAKER_KEPT(m, d->zones);
    kept->part_zone = MAKER_KEPT(m, d->part_zone);
    kept->part_ring = MAKER_KEPT(m, d->part_ring);
    kept->ring_first = MAKER_KEPT(m, d->ring_first);
    kept->pts = MAKER_KEPT(m, d->pts);
    drawn_free(d);
    return kept;
}

/* Two grids side by side with `space` metres between them (negative: they overlap) over their whole
 * height, and 100 m of common border above it. */
static inline struct mere_layer *two_grids(struct mere_arena *arena, double space)
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

/* A polygon of one ring of n pairs of metres, as ISO WKB of *ret_len bytes. */
static inline const uint8_t *wkb_ring(struct mere_arena *arena, const double *xy, size_t n,
                                      size_t *ret_len)
{
    *ret_len = 13 + 16 * (n + 1);
    uint8_t *wkb = MERE_NEW(arena, uint8_t, *ret_len);
    wkb[0] = 1;
    wkb[1] = 3;
    wkb[5] = 1;
    wkb[9] = (uint8_t)(n + 1);
    for (size_t i = 0; i <= n; i++) {
        struct mere_point p = at_m(xy[2 * (i % n)], xy[2 * (i % n) + 1]);
        double degrees[2] = {mere_e7_to_degrees(p.x), mere_e7_to_degrees(p.y)};
        memcpy(wkb + 13 + 16 * i, degrees, 16);
    }
    return wkb;
}
static inline const uint8_t *wkb_box(struct mere_arena *arena, double x0, double y0, double x1,
                                     double y1)
{
    size_t len;
    return wkb_ring(arena, (double[]){x0, y0, x1, y0, x1, y1, x0, y1}, 4, &len);
}

struct district { /* a checked district */
    struct mere_ctx ctx;
    struct mere_arena arena;
    struct mere_layer *layers[8];
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
    bool ok = d->net || mere_net_build(&d->ctx, (const struct mere_layer *const *)d->layers,
                                       d->n_layers, &how, &d->net) == MERE_OK;
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
