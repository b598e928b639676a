/* import_net.c - the zones' rings become the polygons that the store holds: noded on the source
 * lattice, transformed, rounded, and noded again as one network of integers, so that importing an
 * export finds nothing to do. */
#include "io/import_priv.h"
#include "net/net.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define METRES_PER_E7 (111320.0 / MERE_E7)

static enum mere_status find_refusal(struct mere_import_work *w, const char *code,
                                     struct mere_degrees at, int why)
{
    static const char *const texts[] = {
        [MERE_REFUSED_VANISH] = "a snap at {0} was not made: zone {1} would vanish",
        [MERE_REFUSED_FLIP] = "a snap at {0} was not made: zone {1} would turn over",
        [MERE_REFUSED_PINCH] = "a snap at {0} was not made: zone {1} would be pinched",
        [MERE_REFUSED_FAR] = "a snap at {0} was not made: zone {1} would move too far",
    };
    char place[64];
    snprintf(place, sizeof place, "%.7f %.7f", at.lon, at.lat);
    struct mere_import_finding finding = {
        .rule = "snap-refused",
        .zone = code,
        .text = texts[why],
        .has_place = true,
        .at = at,
        .person = true,
    };
    return mere_import_find(w, finding, SIZE_MAX, (const char *const[]){place, code, NULL});
}

/* ---- the scheme's own facts ------------------------------------------------------------------ */

static void name_scheme(struct mere_import_work *w, struct mere_layer *layer)
{
    const struct mere_import_options *options = w->options;
    const struct mere_layer *before = w->before;
    enum mere_role role = MERE_ROLE_OTHER;
    if (before && !options->role)
        role = before->role;
    else if (!mere_role_parse(options->role ? options->role : options->scheme, &role))
        role = MERE_ROLE_OTHER;
    layer->name = options->scheme;
    layer->role = role;
    if (options->covering)
        layer->covering = strcmp(options->covering, "yes") == 0;
    else
        layer->covering =
            before && before->role == role ? before->covering : mere_role_covers(role);
    layer->parent_scheme = options->parent_scheme;
    if (before && !options->parent_scheme)
        layer->parent_scheme = before->parent_scheme;
}

/* ---- onto the lattice ------------------------------------------------------------------------ */

static enum mere_status drop_bad(struct mere_import_work *w,
                                 const struct mere_lattice_result *result)
{
    for (size_t k = 0; k < result->n_bad; k++)
        mere_import_reject(w, result->bad[k],
                           "a vertex can't be brought to longitude and latitude");
    return MERE_OK;
}

static enum mere_status place_zones(struct mere_import_work *w, struct mere_lattice_result *ret)
{
    struct mere_lattice_task task = {
        .source = w->source,
        .place = &w->place,
        .zone_of = w->zone_of,
        .n_zones = (uint32_t)w->n_zones,
        .tolerance_m = w->options->tolerance_m,
    };
    struct mere_lattice_result result = {0};
    for (;;) {
        MERE_TRY(mere_lattice_place(w->ctx, &task, &w->arena, &result));
        if (result.n_bad == 0)
            break;
        MERE_TRY(drop_bad(w, &result));
    }
    struct mere_import_report *report = w->report;
    report->n_merged = result.n_merged;
    report->n_inserted = result.n_inserted;
    report->n_crossings = result.n_crossings;
    report->n_densified = result.n_densified;
    report->max_shift_m = result.max_shift_m;
    for (size_t i = 0; i < result.n_refusals; i++)
        MERE_TRY(find_refusal(w, w->zones[result.refusals[i].zone].code, result.refusals[i].at,
                              (int)result.refusals[i].why));
    *ret = result;
    return MERE_OK;
}

/* ---- the network of this scheme ---------------------------------------------------------------
 */

static enum mere_status tell_flaws(struct mere_import_work *w, const uint8_t *flaws)
{
    static const struct {
        unsigned bit;
        bool person;
        const char *rule, *text;
    } FLAWS[] = {
        {MERE_FLAW_CROSSES_ITSELF, true, "self-crossing",
         "a ring crosses itself: what its shells wind around, less what its holes do, is taken"},
        {MERE_FLAW_RING_ORDER, false, "ring-order", "the shell was not the first ring"},
        {MERE_FLAW_HOLE_OUTSIDE, true, "hole-outside",
         "a hole, or a piece of one, lies outside its shell: it takes nothing away"},
        {MERE_FLAW_PARTS_OVERLAP, true, "parts-overlap",
         "two of its parts overlap: what they share counts once"},
    };
    for (size_t z = 0; z < w->n_zones; z++) {
        for (size_t k = 0; k < MERE_LEN(FLAWS); k++) {
            struct mere_import_finding finding = {
                .rule = FLAWS[k].rule,
                .zone = w->zones[z].code,
                .text = FLAWS[k].text,
                .person = FLAWS[k].person,
            };
            if (flaws[z] & FLAWS[k].bit)
                MERE_TRY(mere_import_find(w, finding, w->zone_feature[z], NULL));
        }
    }
    return MERE_OK;
}

/* Parts and rings of each zone: pairs, in the order of the layer's zones. */
static uint32_t *count_rings(struct mere_arena *arena, const struct mere_layer *layer)
{
    uint32_t *n = MERE_NEW(arena, uint32_t, 2 * layer->n_zones);
    for (size_t p = 0; n && p < layer->n_parts; p++) {
        uint32_t *of_zone = n + 2 * (size_t)layer->part_zone[p];
        of_zone[0]++;
        of_zone[1] += layer->part_ring[p + 1] - layer->part_ring[p];
    }
    return n;
}

/* Rings that touch themselves or each other bound the same land in another number of parts and
 * holes once they are drawn as OGC says. A zone of several features was told of already, and one
 * of which nothing is left is rejected. */
static enum mere_status tell_redrawn(struct mere_import_work *w, const struct mere_layer *given,
                                     const struct mere_net *net, const uint8_t *flaws)
{
    const int32_t *zone_of_layer = net->schemes[0].zone_of_layer;
    uint32_t *before = count_rings(&w->arena, given), *after = count_rings(&w->arena, &w->layer);
    uint32_t *n_features = MERE_NEW(&w->arena, uint32_t, w->n_zones);
    if (!before || !after || !n_features)
        return mere_fail_nomem(w->ctx, "making zones");
    for (size_t i = 0; i < w->source->features.n; i++)
        if (w->zone_of[i] != MERE_UNKNOWN)
            n_features[w->zone_of[i]]++;
    for (size_t z = 0; z < w->n_zones; z++) {
        const uint32_t *was = before + 2 * z, *is = after + 2 * (size_t)zone_of_layer[z];
        if (flaws[z] || n_features[z] != 1 || is[0] == 0 || (was[0] == is[0] && was[1] == is[1]))
            continue;
        struct mere_import_finding finding = {
            .rule = "redrawn",
            .zone = w->zones[z].code,
            .text = "its rings touch themselves or each other: the same land is drawn anew, in "
                    "another number of parts or holes",
        };
        MERE_TRY(mere_import_find(w, finding, w->zone_feature[z], NULL));
    }
    return MERE_OK;
}

static struct mere_point middle_of(const struct mere_layer *shape)
{
    int32_t min = MERE_LAT_MAX;
    int32_t max = -MERE_LAT_MAX;
    for (size_t i = 0; i < shape->ring_first[shape->n_rings]; i++) {
        min = shape->pts[i].y < min ? shape->pts[i].y : min;
        max = shape->pts[i].y > max ? shape->pts[i].y : max;
    }
    return (struct mere_point){0, (int32_t)(((int64_t)min + max) / 2)};
}

/* Reject the features of zones of which nothing is left, and leave these zones out of the layer. */
static enum mere_status drop_vanished(struct mere_import_work *w, const struct mere_net *net)
{
    struct mere_layer *layer = &w->layer;
    const int32_t *zone_of_layer = net->schemes[0].zone_of_layer;
    uint32_t *now = MERE_NEW(&w->arena, uint32_t, layer->n_zones);
    bool *alive = MERE_NEW(&w->arena, bool, layer->n_zones);
    if (!now || !alive)
        return mere_fail_nomem(w->ctx, "making zones");
    for (size_t p = 0; p < layer->n_parts; p++)
        alive[layer->part_zone[p]] = true;
    for (size_t i = 0; i < w->source->features.n; i++)
        if (w->zone_of[i] != MERE_UNKNOWN && !alive[zone_of_layer[w->zone_of[i]]])
            mere_import_reject(w, i, "nothing is left of it at 1e-7 degree");
    size_t n = 0;
    for (size_t z = 0; z < layer->n_zones; z++) {
        now[z] = (uint32_t)n;
        if (alive[z])
            layer->zones[n++] = layer->zones[z];
    }
    layer->n_zones = n;
    for (size_t p = 0; p < layer->n_parts; p++)
        layer->part_zone[p] = now[layer->part_zone[p]];
    return MERE_OK;
}

static int compare_lon(const void *l, const void *r)
{
    const struct mere_lattice_refusal *p = l, *q = r;
    return (p->at.lon > q->at.lon) - (p->at.lon < q->at.lon);
}

/* Whether the first noding told of the same: the place may have been rounded since. `placed` has
 * its refusals by longitude. */
static bool is_told(const struct mere_import_work *w, const struct mere_lattice_result *placed,
                    const char *code, struct mere_degrees at, int why)
{
    const double near = 1.5 / MERE_E7;
    size_t lo = 0, hi = placed->n_refusals;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (placed->refusals[mid].at.lon < at.lon - near)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; lo < placed->n_refusals && placed->refusals[lo].at.lon <= at.lon + near; lo++) {
        const struct mere_lattice_refusal *told = &placed->refusals[lo];
        if ((int)told->why == why && fabs(told->at.lat - at.lat) < near &&
            strcmp(w->zones[told->zone].code, code) == 0)
            return true;
    }
    return false;
}

static enum mere_status take_network(struct mere_import_work *w, const struct mere_net *net,
                                     const struct mere_layer *given,
                                     const struct mere_lattice_result *placed, const uint8_t *flaws)
{
    MERE_TRY(tell_flaws(w, flaws));
    for (size_t i = 0; i < net->n_refusals; i++) {
        const struct mere_net_refusal *refusal = &net->refusals[i];
        struct mere_degrees at = {mere_e7_to_degrees(refusal->at.x),
                                  mere_e7_to_degrees(refusal->at.y)};
        const char *code = net->schemes[0].zones[refusal->zone].code;
        if (!is_told(w, placed, code, at, refusal->why))
            MERE_TRY(find_refusal(w, code, at, refusal->why));
    }
    w->report->n_merged += net->n_merged;
    w->report->n_inserted += net->n_inserted;
    w->report->n_crossings += net->n_crossings;
    w->report->max_shift_m = fmax(w->report->max_shift_m, net->max_shift * METRES_PER_E7);
    MERE_TRY(mere_net_layer(w->ctx, net, 0, &w->arena, &w->layer));
    name_scheme(w, &w->layer);
    MERE_TRY(tell_redrawn(w, given, net, flaws));
    return drop_vanished(w, net);
}

enum mere_status mere_import_net(struct mere_import_work *w)
{
    struct mere_lattice_result placed;
    MERE_TRY(place_zones(w, &placed));
    if (placed.n_refusals > 0)
        qsort(placed.refusals, placed.n_refusals, sizeof *placed.refusals, compare_lon);
    struct mere_layer layer = placed.shape;
    layer.n_columns = w->layer.n_columns;
    layer.columns = w->layer.columns;
    layer.zones = w->zones;
    layer.n_zones = w->n_zones;
    name_scheme(w, &layer);
    uint8_t *flaws = MERE_NEW(&w->arena, uint8_t, w->n_zones);
    if (!flaws)
        return mere_fail_nomem(w->ctx, "building the network");
    const struct mere_layer *layers[1] = {&layer};
    struct mere_build how = {
        .match_zones = true, .n_ways = placed.n_ways, .ways = placed.ways, .ret_flaws = &flaws};
    mere_tolerance_units(w->options->tolerance_m, mere_e7_to_degrees(middle_of(&layer).y), MERE_E7,
                         &how.tol_x, &how.tol_y);
    struct mere_net *net = NULL;
    MERE_TRY(mere_net_build(w->ctx, layers, 1, &how, &net));
    enum mere_status status = take_network(w, net, &layer, &placed, flaws);
    mere_net_free(net);
    return status;
}
