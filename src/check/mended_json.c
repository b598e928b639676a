/* mended_json.c - what a repair did, for programs; and for the log of operations. */
#include "check/check_priv.h"
#include "check/mended.h"
#include <inttypes.h>
#include <string.h>

static void add_zone(struct mere_text *t, const struct mere_mended *m, int32_t zone)
{
    mere_json_string(t, zone >= 0 ? m->scheme->zones[zone].code : NULL);
}

static void add_place(struct mere_text *t, bool has, struct mere_point at)
{
    mere_text_add(t, ",\"lon\":");
    if (has)
        mere_json_e7(t, at.x);
    mere_text_add(t, has ? ",\"lat\":" : "null,\"lat\":null");
    if (has)
        mere_json_e7(t, at.y);
}

static void add_number(struct mere_text *t, const char *key, double v)
{
    mere_text_addf(t, ",\"%s\":", key);
    mere_json_double(t, v);
}

static void add_proposal(struct mere_text *t, const struct mere_mended *m, size_t i)
{
    const struct mere_proposal *p = &m->repair->proposals[i];
    bool land = p->polygon.n_parts > 0;
    mere_text_addf(t, "{\"kind\":\"%s\",\"applied\":%s,\"before\":[",
                   mere_repair_kind_word(p->kind),
                   p->why == MERE_REPAIR_APPLIED ? "true" : "false");
    for (size_t k = 0; k < p->n_before; k++) {
        mere_text_add(t, k ? "," : "");
        add_zone(t, m, p->before[k]);
    }
    mere_text_add(t, "],\"after\":");
    add_zone(t, m, p->after);
    mere_text_add(t, ",\"alternative\":");
    add_zone(t, m, p->alternative);
    mere_text_add(t, ",\"parent\":");
    mere_json_string(t, p->parent);
    mere_text_addf(t, ",\"rule\":\"%s\"", mere_repair_rule_word(p->rule));
    add_number(t, "area_m2", p->area_m2);
    mere_text_addf(t, ",\"area2\":%" PRId64, p->area2);
    add_number(t, "width_m", land ? p->width_m : NAN);
    add_number(t, "border_m", land ? p->border_m : NAN);
    mere_text_addf(t, ",\"places\":%" PRId64, p->places);
    add_place(t, mere_proposal_has_place(p), p->at);
    mere_text_add(t, ",\"why\":");
    mere_json_string(t, p->why == MERE_REPAIR_APPLIED ? NULL : mere_repair_why_word(p->why));
    bool planned = m->dry_run && p->why == MERE_REPAIR_APPLIED;
    mere_text_add(t, ",\"zh\":");
    mere_json_string(t, planned ? "将修补" : mere_repair_why_text(p->why, MERE_LANG_ZH));
    mere_text_add(t, ",\"en\":");
    mere_json_string(t, planned ? "would be mended" : mere_repair_why_text(p->why, MERE_LANG_EN));
    mere_text_add(t, ",\"finding\":");
    mere_json_string(t, m->finding_of[i] ? m->finding_of[i]->id : NULL);
    mere_text_add(t, ",\"geometry\":");
    if (land)
        mere_json_polygons(t, &p->polygon);
    else
        mere_text_add(t, "null");
    mere_text_add(t, "}");
}

static void add_left(struct mere_text *t, const struct mere_mended *m, const struct mere_left *left)
{
    const struct mere_finding *f = left->finding;
    const struct mere_scheme *scheme = &m->after->net->schemes[f->scheme_index];
    mere_text_addf(t, "{\"finding\":\"%s\",\"rule\":\"%s\",\"severity\":\"%s\",\"scheme\":", f->id,
                   mere_rule_text(f->rule)->id, mere_severity_word(f->severity));
    mere_json_string(t, f->scheme);
    mere_text_add(t, ",\"zones\":[");
    for (size_t i = 0; i < f->n_zones; i++) {
        mere_text_add(t, i ? "," : "");
        mere_json_string(t, scheme->zones[f->zones[i]].code);
    }
    mere_text_add(t, "]");
    add_number(t, "area_m2", f->area_m2);
    add_number(t, "width_m", f->width_m);
    add_place(t, f->has_place, f->at);
    mere_text_add(t, ",\"why\":[");
    for (size_t i = 0; i < left->n_why; i++)
        mere_text_addf(t, "%s\"%s\"", i ? "," : "", mere_repair_why_word(left->why[i]));
    mere_text_add(t, "],\"zh\":");
    mere_json_string(t, left->zh);
    mere_text_add(t, ",\"en\":");
    mere_json_string(t, left->en);
    mere_text_add(t, "}");
}

void mere_mended_json(const struct mere_mended *m, struct mere_text *t)
{
    const struct mere_repair *r = m->repair;
    mere_text_add(t, "{\"district\":{\"code\":");
    mere_json_string(t, m->district_code);
    mere_text_add(t, ",\"name\":");
    mere_json_string(t, m->district_name);
    mere_text_add(t, "},\"scheme\":");
    mere_json_string(t, m->scheme->name);
    mere_text_addf(t, ",\"generation\":%" PRId64 ",\"dry_run\":%s", m->generation,
                   m->dry_run ? "true" : "false");
    add_number(t, "max_width_m", m->max_width_m);
    add_number(t, "max_area_m2", m->max_area_m2);
    mere_text_addf(t,
                   ",\"features\":{\"changed\":%zu,\"removed\":%zu,\"kept\":%zu},\"proposals\":[",
                   r->n_changed, r->n_removed, r->layer.n_zones - r->n_changed);
    for (size_t i = 0; i < r->n_proposals; i++) {
        mere_text_add(t, i ? ",\n" : "\n");
        add_proposal(t, m, i);
    }
    mere_text_add(t, "],\n\"left\":[");
    for (size_t i = 0; i < m->n_left; i++) {
        mere_text_add(t, i ? ",\n" : "\n");
        add_left(t, m, &m->left[i]);
    }
    mere_text_add(t, "]}\n");
}

void mere_mended_log(const struct mere_mended *m, struct mere_text *t)
{
    const struct mere_repair *r = m->repair;
    mere_text_add(t, "[");
    for (size_t i = 0; i < r->n_removed + r->n_changed; i++) {
        const struct mere_zone *zone = i < r->n_removed
                                           ? &m->scheme->zones[r->removed[i]]
                                           : &r->layer.zones[r->changed[i - r->n_removed]];
        mere_text_addf(t, "%s{\"fid\":%" PRId64 ",\"code\":", i ? "," : "", zone->fid);
        mere_json_string(t, zone->code);
        mere_text_addf(t, ",\"change\":\"%s\"}", i < r->n_removed ? "removed" : "geometry");
    }
    mere_text_add(t, "]");
}
