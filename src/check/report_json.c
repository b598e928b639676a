/* report_json.c - the report for programs. Keys are those of step 1, section D; `distributions` and
 * `tradition` stand beside them. */
#include "check/check_priv.h"
#include <inttypes.h>

static void key(struct mere_text *t, const char *name)
{
    mere_text_addf(t, ",\"%s\":", name);
}

static void text_member(struct mere_text *t, const char *name, const char *s)
{
    key(t, name);
    mere_json_string(t, s);
}

static void number_member(struct mere_text *t, const char *name, double v)
{
    key(t, name);
    mere_json_double(t, v);
}

static void count_member(struct mere_text *t, const char *name, int64_t n)
{
    key(t, name);
    if (n == MERE_UNKNOWN)
        mere_text_add(t, "null");
    else
        mere_text_addf(t, "%" PRId64, n);
}

/* 1e-7 degrees as a decimal, exactly. */
void mere_json_e7(struct mere_text *t, int32_t v)
{
    int64_t size = v < 0 ? -(int64_t)v : v;
    mere_text_addf(t, "%s%" PRId64, v < 0 ? "-" : "", size / 10000000);
    if (size % 10000000 != 0) {
        char digits[8];
        int64_t rest = size % 10000000;
        size_t n = 7;
        for (size_t i = 7; i-- > 0; rest /= 10)
            digits[i] = (char)('0' + rest % 10);
        while (digits[n - 1] == '0')
            n--;
        mere_text_add(t, ".");
        mere_text_add_n(t, digits, n);
    }
}

static void add_position(struct mere_text *t, struct mere_point p)
{
    mere_text_add(t, "[");
    mere_json_e7(t, p.x);
    mere_text_add(t, ",");
    mere_json_e7(t, p.y);
    mere_text_add(t, "]");
}

static void add_part(struct mere_text *t, const struct mere_layer *layer, size_t part)
{
    mere_text_add(t, "[");
    for (uint32_t r = layer->part_ring[part]; r < layer->part_ring[part + 1]; r++) {
        mere_text_add(t, r > layer->part_ring[part] ? ",[" : "[");
        for (uint32_t i = layer->ring_first[r]; i < layer->ring_first[r + 1]; i++) {
            add_position(t, layer->pts[i]);
            mere_text_add(t, ",");
        }
        add_position(t, layer->pts[layer->ring_first[r]]);
        mere_text_add(t, "]");
    }
    mere_text_add(t, "]");
}

void mere_json_polygons(struct mere_text *t, const struct mere_layer *polygons)
{
    if (polygons->n_parts == 1) {
        mere_text_add(t, "{\"type\":\"Polygon\",\"coordinates\":");
        add_part(t, polygons, 0);
        mere_text_add(t, "}");
        return;
    }
    mere_text_add(t, "{\"type\":\"MultiPolygon\",\"coordinates\":[");
    for (size_t p = 0; p < polygons->n_parts; p++) {
        mere_text_add(t, p ? "," : "");
        add_part(t, polygons, p);
    }
    mere_text_add(t, "]}");
}

static void add_geometry(struct mere_text *t, const struct mere_finding *f)
{
    if (f->shape == MERE_FINDING_NOWHERE) {
        mere_text_add(t, "null");
    } else if (f->shape == MERE_FINDING_POINT) {
        mere_text_add(t, "{\"type\":\"Point\",\"coordinates\":");
        add_position(t, f->at);
        mere_text_add(t, "}");
    } else {
        mere_json_polygons(t, &f->polygon);
    }
}

static void add_finding(struct mere_text *t, const struct mere_report *report,
                        const struct mere_finding *f)
{
    mere_text_addf(t, "{\"id\":\"%s\"", f->id);
    text_member(t, "rule", mere_rule_text(f->rule)->id);
    text_member(t, "severity", mere_severity_word(f->severity));
    mere_text_add(t, f->waived ? ",\"waived\":true" : ",\"waived\":false");
    if (f->waived)
        text_member(t, "reason", f->waiver);
    text_member(t, "scheme", f->scheme);
    key(t, "zones");
    mere_text_add(t, "[");
    for (size_t i = 0; i < f->n_zones; i++) {
        mere_text_add(t, i ? "," : "");
        mere_json_string(t, report->net->schemes[f->scheme_index].zones[f->zones[i]].code);
    }
    mere_text_add(t, "]");
    number_member(t, "value", f->value);
    number_member(t, "limit", f->limit);
    text_member(t, "unit", f->unit);
    key(t, "lon");
    if (f->has_place)
        mere_json_e7(t, f->at.x);
    else
        mere_text_add(t, "null");
    key(t, "lat");
    if (f->has_place)
        mere_json_e7(t, f->at.y);
    else
        mere_text_add(t, "null");
    number_member(t, "area_m2", f->area_m2);
    number_member(t, "width_m", f->width_m);
    count_member(t, "places", f->places);
    count_member(t, "parts", f->parts);
    text_member(t, "zh", f->zh);
    text_member(t, "en", f->en);
    key(t, "geometry");
    add_geometry(t, f);
    mere_text_add(t, "}");
}

static void add_principle(struct mere_text *t, const struct mere_report *report, int p)
{
    const struct mere_principle_text *text = mere_principle_text((enum mere_principle)p);
    const struct mere_principle_result *result = &report->principles[p];
    mere_text_addf(t, "{\"id\":\"%s\"", text->id);
    text_member(t, "zh", text->zh);
    text_member(t, "en", text->en);
    text_member(t, "state", mere_checked_word(result->state));
    count_member(t, "n", (int64_t)result->n);
    key(t, "missing");
    mere_text_add(t, "[");
    for (size_t i = 0; i < result->n_missing; i++) {
        const struct mere_missing *missing = &result->missing[i];
        mere_text_addf(t, "%s{\"rule\":\"%s\"", i ? "," : "", mere_rule_text(missing->rule)->id);
        text_member(t, "scheme", missing->scheme);
        text_member(t, "zh", missing->zh);
        text_member(t, "en", missing->en);
        mere_text_add(t, "}");
    }
    mere_text_add(t, "]}");
}

static void add_distribution(struct mere_text *t, const struct mere_distribution *d)
{
    mere_text_addf(t, "{\"rule\":\"%s\"", mere_rule_text(d->rule)->id);
    text_member(t, "scheme", d->scheme);
    text_member(t, "parent", d->parent);
    count_member(t, "n", (int64_t)d->n);
    count_member(t, "unknown", (int64_t)d->n_unknown);
    number_member(t, "sum", d->sum);
    number_member(t, "min", d->min);
    number_member(t, "q1", d->q1);
    number_member(t, "median", d->median);
    number_member(t, "q3", d->q3);
    number_member(t, "max", d->max);
    number_member(t, "gini", d->gini);
    mere_text_add(t, "}");
}

static void add_kept(struct mere_text *t, const struct mere_kept *kept)
{
    if (!kept->checked) {
        mere_text_add(t, "null");
        return;
    }
    mere_text_add(t, "{\"scheme\":");
    mere_json_string(t, kept->scheme);
    text_member(t, "former", kept->former);
    number_member(t, "area_m2", kept->area_m2);
    number_member(t, "area_kept_m2", kept->area_kept_m2);
    number_member(t, "area_share", kept->area_m2 > 0 ? kept->area_kept_m2 / kept->area_m2 : 1);
    count_member(t, "places", kept->places);
    count_member(t, "places_kept", kept->places_kept);
    mere_text_add(t, "}");
}

void mere_report_json(const struct mere_report *report, struct mere_text *t)
{
    mere_text_addf(t, "{\"generation\":%" PRId64, report->generation);
    text_member(t, "profile", report->profile->name);
    mere_text_add(t, ",\n\"principles\":[");
    for (int p = 0; p < MERE_N_PRINCIPLES; p++) {
        mere_text_add(t, p ? ",\n" : "\n");
        add_principle(t, report, p);
    }
    mere_text_add(t, "],\n\"findings\":[");
    for (size_t i = 0; i < report->n_findings; i++) {
        mere_text_add(t, i ? ",\n" : "\n");
        add_finding(t, report, &report->findings[i]);
    }
    mere_text_add(t, "],\n\"distributions\":[");
    for (size_t i = 0; i < report->n_distributions; i++) {
        mere_text_add(t, i ? ",\n" : "\n");
        add_distribution(t, &report->distributions[i]);
    }
    mere_text_add(t, "],\n\"tradition\":");
    add_kept(t, &report->kept);
    mere_text_add(t, "}\n");
}
