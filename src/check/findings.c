/* findings.c - from a draft to a finding: pieces joined, place, sentences. */
#include "check/check_priv.h"
#include "net/zones.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

int mere_code_cmp(const char *a, const char *b)
{
    return strcmp(a, b);
}

char *mere_check_textf(struct mere_checker *ck, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 doesn't see va_start here */
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *s = n < 0 ? NULL : MERE_NEW(&ck->report->arena, char, (size_t)n + 1);
    if (!s)
        return NULL;
    va_start(args, fmt);
    vsnprintf(s, (size_t)n + 1, fmt, args);
    va_end(args);
    return s;
}

struct mere_draft mere_draft_init(enum mere_rule rule, const struct mere_limit *limit,
                                  int32_t scheme)
{
    return (struct mere_draft){.rule = rule,
                               .limit_row = limit,
                               .scheme = scheme,
                               .value = NAN,
                               .limit = NAN,
                               .place_zone = MERE_UNKNOWN};
}

const struct mere_limit *mere_zone_limit(struct mere_checker *ck, enum mere_rule rule, int32_t s,
                                         int32_t zone)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
    const struct mere_limit *limit =
        mere_profile_limit(ck->profile, rule, scheme, scheme->zones[zone].kind);
    ck->ran[rule] = ck->ran[rule] || limit;
    return limit;
}

/* ---- geometry of several pieces -------------------------------------------------------------- */

int mere_check_piece_cmp(const struct mere_piece *a, const struct mere_piece *b)
{
    struct mere_point p = a->polygon.pts[0], q = b->polygon.pts[0];
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    if (p.y != q.y)
        return p.y < q.y ? -1 : 1;
    /* Two pieces may share their lowest point; their second ones differ. */
    p = a->polygon.pts[1];
    q = b->polygon.pts[1];
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    return (p.y > q.y) - (p.y < q.y);
}
static int piece_ring_cmp(const void *va, const void *vb)
{
    return mere_check_piece_cmp(va, vb);
}

static enum mere_status join_polygons(struct mere_checker *ck, const struct mere_piece *pieces,
                                      size_t n, struct mere_layer *ret)
{
    struct mere_arena *arena = &ck->report->arena;
    size_t n_rings = 0, n_pts = 0;
    for (size_t i = 0; i < n; i++) {
        n_rings += pieces[i].polygon.n_rings;
        n_pts += pieces[i].polygon.ring_first[pieces[i].polygon.n_rings];
    }
    struct mere_point *pts = MERE_NEW(arena, struct mere_point, n_pts);
    uint32_t *ring_first = MERE_NEW(arena, uint32_t, n_rings + 1);
    uint32_t *part_ring = MERE_NEW(arena, uint32_t, n + 1);
    uint32_t *part_zone = MERE_NEW(arena, uint32_t, n);
    if (!pts || !ring_first || !part_ring || !part_zone)
        return mere_fail_nomem(ck->ctx, "joining the pieces of a finding");
    uint32_t ring = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        const struct mere_layer *polygon = &pieces[i].polygon;
        uint32_t len = polygon->ring_first[polygon->n_rings];
        part_ring[i] = ring;
        for (size_t r = 0; r < polygon->n_rings; r++)
            ring_first[ring++] = at + polygon->ring_first[r];
        memcpy(pts + at, polygon->pts, len * sizeof *pts);
        at += len;
    }
    part_ring[n] = ring;
    ring_first[ring] = at;
    *ret = pieces[0].polygon;
    ret->n_parts = n;
    ret->part_zone = part_zone;
    ret->part_ring = part_ring;
    ret->n_rings = n_rings;
    ret->ring_first = ring_first;
    ret->pts = pts;
    return MERE_OK;
}

static enum mere_status take_pieces(struct mere_checker *ck, const struct mere_draft *draft,
                                    struct mere_finding *f)
{
    const struct mere_piece *widest = &draft->pieces[0];
    f->area_m2 = 0;
    f->places = ck->face_places ? 0 : MERE_UNKNOWN;
    for (size_t i = 0; i < draft->n_pieces; i++) {
        const struct mere_piece *piece = &draft->pieces[i];
        f->area_m2 += piece->area_m2;
        if (ck->face_places)
            f->places += piece->places;
        if (piece->width_m > widest->width_m)
            widest = piece;
    }
    f->width_m = widest->width_m;
    f->at = widest->centre;
    f->has_place = true;
    f->parts = (int64_t)draft->n_pieces;
    f->shape = MERE_FINDING_LAND;
    if (draft->n_pieces == 1) {
        f->polygon = draft->pieces[0].polygon;
        return MERE_OK;
    }
    struct mere_piece *sorted = MERE_NEW(&ck->scratch, struct mere_piece, draft->n_pieces);
    if (!sorted)
        return mere_fail_nomem(ck->ctx, "joining the pieces of a finding");
    memcpy(sorted, draft->pieces, draft->n_pieces * sizeof *sorted);
    qsort(sorted, draft->n_pieces, sizeof *sorted, piece_ring_cmp);
    return join_polygons(ck, sorted, draft->n_pieces, &f->polygon);
}

/* ---- place in a zone ---------------------------------------------------------------------------
 */

enum mere_status mere_check_zone_place(struct mere_checker *ck, int32_t s, int32_t zone,
                                       bool *ret_has, struct mere_point *ret)
{
    const struct mere_regions *regions;
    MERE_TRY(mere_check_regions(ck, s, &regions));
    if (!ck->zone_region)
        MERE_TRY(mere_check_largest(ck));
    int32_t best = ck->zone_region[s][zone];
    *ret_has = best >= 0;
    if (best < 0)
        return MERE_OK;
    struct mere_layer polygon;
    double width;
    MERE_TRY(mere_check_trace(ck, regions, best, &ck->scratch, &polygon));
    /* A place to look at, not a measure: 2 % of the size is near enough. */
    double rough = 0.02 * sqrt(regions->region[best].area_m2) + 0.01;
    return mere_inscribed_circle(ck->ctx, &polygon, 0, rough, ret, &width);
}

/* The largest region of own land of every zone of every scheme. A zone that owns nothing alone has
 * the largest one that it disputes. */
enum mere_status mere_check_largest(struct mere_checker *ck)
{
    const struct mere_net *net = ck->net;
    int32_t **all = MERE_NEW(&ck->scratch, int32_t *, (size_t)net->n_schemes);
    if (!all)
        return mere_fail_nomem(ck->ctx, "placing findings");
    for (int32_t s = 0; s < net->n_schemes; s++) {
        const struct mere_scheme *scheme = mere_ck_scheme(ck, s);
        const struct mere_regions *regions;
        MERE_TRY(mere_check_regions(ck, s, &regions));
        all[s] = MERE_NEW(&ck->scratch, int32_t, (size_t)scheme->n_zones);
        if (!all[s])
            return mere_fail_nomem(ck->ctx, "placing findings");
        for (int32_t z = 0; z < scheme->n_zones; z++)
            all[s][z] = MERE_UNKNOWN;
        for (int32_t i = 0; i < regions->n; i++) {
            const struct mere_region *r = &regions->region[i];
            if (r->land > MERE_LAND_DISPUTED)
                continue;
            size_t n;
            const int32_t *claim = mere_face_claims(scheme, regions->face[r->first], &n);
            for (size_t k = 0; k < n; k++) {
                int32_t old = all[s][claim[k]];
                const struct mere_region *o = old >= 0 ? &regions->region[old] : NULL;
                if (!o || r->land < o->land || (r->land == o->land && r->area_m2 > o->area_m2))
                    all[s][claim[k]] = i;
            }
        }
    }
    ck->zone_region = all;
    return MERE_OK;
}

/* ---- adding ---- */

static enum mere_status place_without_pieces(struct mere_checker *ck,
                                             const struct mere_draft *draft, struct mere_finding *f)
{
    f->area_m2 = f->width_m = NAN;
    f->places = MERE_UNKNOWN;
    f->parts = draft->rule == MERE_RULE_PARTS ? (int64_t)draft->value : 1;
    f->has_place = draft->has_at;
    f->at = draft->at;
    if (!f->has_place && draft->place_zone != MERE_UNKNOWN)
        MERE_TRY(
            mere_check_zone_place(ck, draft->scheme, draft->place_zone, &f->has_place, &f->at));
    f->shape = f->has_place ? MERE_FINDING_POINT : MERE_FINDING_NOWHERE;
    return MERE_OK;
}

enum mere_status mere_check_add(struct mere_checker *ck, const struct mere_draft *draft)
{
    struct mere_finding f = {.rule = draft->rule,
                             .severity = draft->as_info     ? MERE_SEVERITY_INFO
                                         : draft->limit_row ? draft->limit_row->severity
                                                            : MERE_SEVERITY_WARNING,
                             .scheme = mere_ck_scheme(ck, draft->scheme)->name,
                             .scheme_index = draft->scheme,
                             .n_zones = draft->n_zones,
                             .value = draft->value,
                             .limit = draft->limit};
    f.unit = draft->unit ? draft->unit : draft->limit_row ? draft->limit_row->unit : "";
    /* Zones of a network are sorted by code, so ascending indices are sorted codes. */
    int32_t *zones = MERE_NEW(&ck->report->arena, int32_t, draft->n_zones);
    if (!zones)
        return mere_fail_nomem(ck->ctx, "listing findings");
    if (draft->n_zones > 0)
        memcpy(zones, draft->zones, draft->n_zones * sizeof *zones);
    f.zones = zones;
    if (draft->n_pieces > 0)
        MERE_TRY(take_pieces(ck, draft, &f));
    else
        MERE_TRY(place_without_pieces(ck, draft, &f));
    f.salt = draft->salt ? mere_check_textf(ck, "%s", draft->salt) : "";
    if (!f.salt)
        return mere_fail_nomem(ck->ctx, "listing findings");
    MERE_TRY(mere_finding_name(ck, &f, false));
    MERE_TRY(mere_finding_words(ck, draft, &f));
    return MERE_PUSH(&ck->findings, f) ? MERE_OK : mere_fail_nomem(ck->ctx, "listing findings");
}

static int zone_set_cmp(const struct mere_piece *a, const struct mere_piece *b)
{
    for (size_t i = 0; i < a->n_zones && i < b->n_zones; i++)
        if (a->zones[i] != b->zones[i])
            return a->zones[i] < b->zones[i] ? -1 : 1;
    return (a->n_zones > b->n_zones) - (a->n_zones < b->n_zones);
}

static int piece_cmp(const void *va, const void *vb)
{
    int by_zones = zone_set_cmp(va, vb);
    return by_zones ? by_zones : piece_ring_cmp(va, vb);
}

enum mere_status mere_check_add_grouped(struct mere_checker *ck, const struct mere_draft *draft,
                                        struct mere_piece *pieces, size_t n)
{
    qsort(pieces, n, sizeof *pieces, piece_cmp);
    for (size_t i = 0, end; i < n; i = end) {
        struct mere_draft one = *draft;
        double widest = 0;
        for (end = i; end < n && zone_set_cmp(&pieces[i], &pieces[end]) == 0; end++)
            widest = pieces[end].width_m > widest ? pieces[end].width_m : widest;
        one.zones = pieces[i].zones;
        one.n_zones = pieces[i].n_zones;
        one.pieces = pieces + i;
        one.n_pieces = end - i;
        one.value = widest;
        MERE_TRY(mere_check_add(ck, &one));
    }
    return MERE_OK;
}

enum mere_status mere_check_lacks(struct mere_checker *ck, enum mere_rule rule, const char *scheme,
                                  const char *zh, const char *en)
{
    const struct mere_rule_text *text = mere_rule_text(rule);
    struct mere_arena *arena = &ck->report->arena;
    zh = zh ? zh : text->zh_needs;
    en = en ? en : text->en_needs;
    struct mere_missing missing = {.rule = rule, .scheme = scheme};
    missing.zh = mere_arena_text(arena, zh, strlen(zh));
    missing.en = mere_arena_text(arena, en, strlen(en));
    if (!missing.zh || !missing.en || !MERE_PUSH(&ck->missing, missing))
        return mere_fail_nomem(ck->ctx, "listing what was not checked");
    return MERE_OK;
}
