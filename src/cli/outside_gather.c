/* outside_gather.c - what another program changed, noded as an import would be, and compared. */
#include "cli/outside_priv.h"
#include "io/import.h"
#include "io/lattice.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char NODED[] = "noded";
#define SHOWN 8 /* zones named in a warning; the record has all */

/* ---- which schemes ----------------------------------------------------------------------------
 */

static struct mere_edited *edited_scheme(struct mere_settling *s, const char *name)
{
    for (size_t i = 0; i < s->n_edited; i++)
        if (strcmp(s->edited[i].name, name) == 0)
            return &s->edited[i];
    return NULL;
}

static struct mere_edited *find_edited(struct mere_settling *s, const char *name)
{
    struct mere_edited *known = edited_scheme(s, name);
    if (known)
        return known;
    s->edited[s->n_edited] = (struct mere_edited){.name = name, .gone = true};
    return &s->edited[s->n_edited++];
}

/* The changes by scheme; those of one scheme follow each other, by fid. */
static enum mere_status list_edited(struct mere_settling *s)
{
    struct mere_outside_change *changes = NULL;
    size_t n = 0;
    MERE_TRY(mere_db_outside_changes(s->cli->ctx, s->db, &s->arena, &changes, &n));
    int64_t *fids = MERE_NEW(&s->arena, int64_t, n);
    s->edited = MERE_NEW(&s->arena, struct mere_edited, n);
    if (!fids || !s->edited)
        return mere_fail_nomem(s->cli->ctx, "looking at edits from outside");
    for (size_t i = 0; i < n; i++) {
        struct mere_edited *e = find_edited(s, changes[i].scheme);
        if (changes[i].whole) {
            e->whole = true;
            e->unseen = changes[i].unseen;
            continue;
        }
        fids[i] = changes[i].fid;
        e->fids = e->n_fids ? e->fids : &fids[i];
        e->n_fids++;
    }
    return MERE_OK;
}

/* The scheme as it is now and, if it was edited, as it was. A row that can't be used is an
 * objection: the other schemes are still looked at, so that a person sees all there is to mend. */
static enum mere_status read_scheme(struct mere_settling *s, size_t at)
{
    struct mere_ctx *ctx = s->cli->ctx;
    const char *name = s->now[at].name;
    struct mere_edited *e = edited_scheme(s, name);
    enum mere_status status = mere_db_read_present(ctx, s->db, name, &s->arena, &s->now[at]);
    if (e) {
        e->gone = false;
        e->at = at;
        e->bad = status == MERE_E_INPUT;
    }
    if (e && e->bad) {
        s->unusable = true;
        return mere_settling_object(s, "%s", mere_ctx_error(ctx));
    }
    MERE_TRY(status);
    if (!e || e->unseen)
        return MERE_OK;
    return mere_db_read_accepted(ctx, s->db, name, &s->arena, &e->before);
}

static enum mere_status read_schemes(struct mere_settling *s)
{
    MERE_TRY(mere_db_schemes(s->cli->ctx, s->db, &s->arena, &s->now, &s->n_schemes));
    for (size_t i = 0; i < s->n_schemes; i++)
        MERE_TRY(read_scheme(s, i));
    return MERE_OK;
}

static bool was_edited(const struct mere_edited *e, int64_t fid)
{
    size_t low = 0, high = e->n_fids;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (e->fids[mid] < fid)
            low = mid + 1;
        else
            high = mid;
    }
    return e->unseen || (low < e->n_fids && e->fids[low] == fid);
}

/* ---- comparing geometry -----------------------------------------------------------------------
 * Two zones are the same land when they have the same segments, wherever rings start and whichever
 * way they run. */

struct segment {
    struct mere_point a, b; /* a before b */
};
typedef MERE_VEC(struct segment) segment_vec;

static int by_point(struct mere_point p, struct mere_point q)
{
    return p.x != q.x ? (p.x < q.x ? -1 : 1) : (p.y > q.y) - (p.y < q.y);
}

static int by_segment(const void *x, const void *y)
{
    const struct segment *s = x, *t = y;
    int c = by_point(s->a, t->a);
    return c ? c : by_point(s->b, t->b);
}

static bool add_ring(segment_vec *v, const struct mere_layer *layer, size_t ring)
{
    uint32_t first = layer->ring_first[ring], end = layer->ring_first[ring + 1];
    for (uint32_t i = first; i < end; i++) {
        struct mere_point p = layer->pts[i], q = layer->pts[i + 1 < end ? i + 1 : first];
        struct segment s = by_point(p, q) <= 0 ? (struct segment){p, q} : (struct segment){q, p};
        if (!MERE_PUSH(v, s))
            return false;
    }
    return true;
}

static bool segments_of(const struct mere_parts_by_zone *by_zone, size_t z, segment_vec *v)
{
    const struct mere_layer *layer = by_zone->layer;
    v->n = 0;
    for (uint32_t i = by_zone->first[z]; i < by_zone->first[z + 1]; i++) {
        uint32_t p = by_zone->parts[i];
        for (uint32_t r = layer->part_ring[p]; r < layer->part_ring[p + 1]; r++)
            if (!add_ring(v, layer, r))
                return false;
    }
    if (v->n > 1)
        qsort(v->v, v->n, sizeof *v->v, by_segment);
    return true;
}

/* Room for two zones that are being compared. */
struct compare {
    segment_vec a, b;
};

/* One zone of a layer, to be compared. */
struct land {
    const struct mere_parts_by_zone *of;
    size_t zone;
};

static enum mere_status same_land(struct mere_ctx *ctx, struct compare *c, struct land x,
                                  struct land y, bool *ret)
{
    if (!segments_of(x.of, x.zone, &c->a) || !segments_of(y.of, y.zone, &c->b))
        return mere_fail_nomem(ctx, "comparing zones");
    *ret =
        c->a.n == c->b.n && (c->a.n == 0 || memcmp(c->a.v, c->b.v, c->a.n * sizeof *c->a.v) == 0);
    return MERE_OK;
}

/* ---- noding -----------------------------------------------------------------------------------
 */

/* The tolerance with which the scheme was last imported. */
static enum mere_status import_tolerance(struct mere_settling *s, const char *scheme, double *ret)
{
    struct mere_import_record *imports = NULL;
    size_t n = 0;
    *ret = MERE_TOLERANCE_M;
    MERE_TRY(mere_db_imports(s->cli->ctx, s->db, &s->arena, &imports, &n));
    for (size_t i = 0; i < n; i++)
        if (imports[i].scheme && strcmp(imports[i].scheme, scheme) == 0)
            *ret = imports[i].tolerance_m;
    return MERE_OK;
}

static double middle_lat(const struct mere_layer *layer)
{
    int32_t min = INT32_MAX, max = INT32_MIN;
    for (size_t i = 0; i < layer->ring_first[layer->n_rings]; i++) {
        min = layer->pts[i].y < min ? layer->pts[i].y : min;
        max = layer->pts[i].y > max ? layer->pts[i].y : max;
    }
    return min > max ? 0 : mere_e7_to_degrees((int32_t)(((int64_t)min + max) / 2));
}

/* How a warning names a feature. */
static const char *name_of(const struct mere_zone *zone, char buf[48])
{
    snprintf(buf, 48, "fid %" PRId64, zone->fid);
    return *zone->code ? zone->code : buf;
}

static enum mere_status object_to_zone(struct mere_settling *s, const struct mere_edited *e,
                                       const struct mere_zone *zone, unsigned flaws, bool land)
{
    static const struct {
        unsigned bit;
        const char *what;
    } FLAWS[] = {
        {MERE_FLAW_CROSSES_ITSELF, "its border crosses itself; draw it anew there"},
        {MERE_FLAW_HOLE_OUTSIDE, "a hole of it, or a piece of one, lies outside its border"},
        {MERE_FLAW_PARTS_OVERLAP, "two of its parts overlap"},
    };
    char buf[48];
    const char *name = name_of(zone, buf);
    if (!*zone->code)
        MERE_TRY(mere_settling_object(s, "scheme %s, feature %s: it has no code; give it one",
                                      e->name, name));
    if (!land)
        MERE_TRY(mere_settling_object(s,
                                      "scheme %s, zone %s: it has no land; its geometry is null, "
                                      "empty, or nothing at 1e-7 degree",
                                      e->name, name));
    for (size_t i = 0; i < MERE_LEN(FLAWS); i++)
        if (flaws & FLAWS[i].bit)
            MERE_TRY(
                mere_settling_object(s, "scheme %s, zone %s: %s", e->name, name, FLAWS[i].what));
    return MERE_OK;
}

/* ---- what differs ------------------------------------------------------------------------------
 */

/* Into the record; what was edited also into the warning, what was noded with it only counted. */
static enum mere_status tell_change(struct mere_settling *s, struct mere_edited *e,
                                    const struct mere_zone *zone, const char *was, const char *what)
{
    struct mere_text *t = &e->changes;
    char buf[48];
    mere_text_addf(t, "%s{\"fid\":%" PRId64 ",\"code\":", t->len ? "," : "", zone->fid);
    mere_json_string(t, zone->code);
    if (was && strcmp(was, zone->code) != 0) {
        mere_text_add(t, ",\"was\":");
        mere_json_string(t, was);
    }
    mere_text_addf(t, ",\"change\":\"%s\"}", what);
    if (what == NODED) {
        e->n_noded++;
    } else {
        if (e->n_changed < SHOWN)
            mere_text_addf(&e->zones, "%s%s", e->n_changed ? ", " : "", name_of(zone, buf));
        e->n_changed++;
    }
    return t->failed || e->zones.failed ? mere_fail_nomem(s->cli->ctx, "noting edits from outside")
                                        : MERE_OK;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_attributes(const struct mere_zone *a, const struct mere_zone *b)
{
    return same_text(a->code, b->code) && same_text(a->name, b->name) &&
           same_text(a->parent, b->parent) && same_text(a->kind, b->kind) &&
           a->households == b->households && a->persons == b->persons;
}

/* The zone with `fid` of a layer that was read by fid; NULL when there is none. */
static const struct mere_zone *zone_by_fid(const struct mere_layer *layer, int64_t fid)
{
    size_t low = 0, high = layer->n_zones;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (layer->zones[mid].fid < fid)
            low = mid + 1;
        else
            high = mid;
    }
    return low < layer->n_zones && layer->zones[low].fid == fid ? &layer->zones[low] : NULL;
}

/* Feature by feature: what the triggers noted, against what is there. */
static enum mere_status compare_features(struct mere_settling *s, struct mere_edited *e,
                                         struct compare *c, const struct mere_parts_by_zone *now)
{
    struct mere_parts_by_zone before;
    if (!mere_layer_group_parts(&s->arena, &e->before, &before))
        return mere_fail_nomem(s->cli->ctx, "comparing zones");
    for (size_t i = 0; i < e->n_fids; i++) {
        const struct mere_zone *old = zone_by_fid(&e->before, e->fids[i]);
        const struct mere_zone *new = zone_by_fid(now->layer, e->fids[i]);
        bool land = true;
        if (!old && !new)
            continue;
        if (!old || !new) {
            MERE_TRY(tell_change(s, e, old ? old : new, NULL, old ? "removed" : "added"));
            continue;
        }
        MERE_TRY(same_land(s->cli->ctx, c, (struct land){&before, (size_t)(old - e->before.zones)},
                           (struct land){now, (size_t)(new - now->layer->zones)}, &land));
        bool same = same_attributes(old, new);
        /* Of the free columns the log keeps nothing: what was touched there counts as changed. */
        if (land && same && now->layer->n_columns == 0)
            continue;
        MERE_TRY(tell_change(s, e, new, old->code,
                             land   ? "attributes"
                             : same ? "geometry"
                                    : "geometry and attributes"));
    }
    return MERE_OK;
}

/* Which zones must be written for the file to hold what was noded: the edited ones; neighbours
 * whose border got a vertex or moved within the tolerance are among them. */
static enum mere_status compare_noded(struct mere_settling *s, struct mere_edited *e,
                                      struct compare *c, const struct mere_parts_by_zone *now,
                                      const int32_t *zone_of_layer, const uint8_t *flaws)
{
    struct mere_parts_by_zone after;
    e->write = MERE_NEW(&s->arena, uint32_t, now->layer->n_zones);
    if (!e->write || !mere_layer_group_parts(&s->arena, &e->after, &after))
        return mere_fail_nomem(s->cli->ctx, "comparing zones");
    for (size_t z = 0; z < now->layer->n_zones; z++) {
        const struct mere_zone *zone = &now->layer->zones[z];
        uint32_t to = (uint32_t)zone_of_layer[z];
        bool edited = was_edited(e, zone->fid), same = true;
        bool land = after.first[to] < after.first[to + 1];
        if (edited)
            MERE_TRY(object_to_zone(s, e, zone, flaws[z], land));
        if (!land)
            continue;
        MERE_TRY(
            same_land(s->cli->ctx, c, (struct land){now, z}, (struct land){&after, to}, &same));
        if (same && !edited)
            continue;
        e->write[e->n_write++] = to; /* an edited one also for its digits beyond 1e-7 */
        if (!edited)
            MERE_TRY(tell_change(s, e, zone, NULL, NODED));
    }
    return MERE_OK;
}

static enum mere_status compare(struct mere_settling *s, struct mere_edited *e,
                                const int32_t *zone_of_layer, const uint8_t *flaws)
{
    struct compare c = {0};
    struct mere_parts_by_zone now;
    if (!mere_layer_group_parts(&s->arena, &s->now[e->at], &now))
        return mere_fail_nomem(s->cli->ctx, "comparing zones");
    enum mere_status status = MERE_OK;
    if (!e->unseen)
        status = compare_features(s, e, &c, &now);
    if (status == MERE_OK)
        status = compare_noded(s, e, &c, &now, zone_of_layer, flaws);
    MERE_VEC_FREE(&c.a);
    MERE_VEC_FREE(&c.b);
    return status;
}

/* Node the scheme within itself, as its import was. */
static enum mere_status node_scheme(struct mere_settling *s, struct mere_edited *e)
{
    struct mere_ctx *ctx = s->cli->ctx;
    const struct mere_layer *now = &s->now[e->at];
    uint8_t *flaws = MERE_NEW(&s->arena, uint8_t, now->n_zones);
    struct mere_build how = {.match_zones = true, .ret_flaws = &flaws};
    struct mere_net *net = NULL;
    double tolerance_m = 0;
    if (!flaws)
        return mere_fail_nomem(ctx, "noding edits from outside");
    MERE_TRY(import_tolerance(s, e->name, &tolerance_m));
    mere_tolerance_units(tolerance_m, middle_lat(now), MERE_E7, &how.tol_x, &how.tol_y);
    MERE_TRY(mere_net_build(ctx, &now, 1, &how, &net));
    enum mere_status status = mere_net_layer(ctx, net, 0, &s->arena, &e->after);
    if (status == MERE_OK)
        status = compare(s, e, net->schemes[0].zone_of_layer, flaws);
    mere_net_free(net);
    return status;
}

enum mere_status mere_settling_gather(struct mere_settling *s)
{
    MERE_TRY(list_edited(s));
    MERE_TRY(read_schemes(s));
    if (s->unusable)
        return MERE_OK;
    for (size_t i = 0; i < s->n_edited; i++) {
        struct mere_edited *e = &s->edited[i];
        if (!e->gone)
            MERE_TRY(node_scheme(s, e));
        if (e->n_changed > SHOWN)
            mere_text_addf(&e->zones, " and %zu more", e->n_changed - SHOWN);
    }
    return MERE_OK;
}

void mere_settling_clear(struct mere_settling *s)
{
    for (size_t i = 0; i < s->n_edited; i++) {
        mere_text_clear(&s->edited[i].changes);
        mere_text_clear(&s->edited[i].zones);
    }
    mere_text_clear(&s->objections);
    mere_arena_clear(&s->arena);
}
