/* mended_text.c - what a repair did, for a terminal and as rows. */
#include "check/check_priv.h"
#include "check/mended.h"
#include <inttypes.h>
#include <string.h>

static const char *code_of(const struct mere_mended *m, int32_t zone)
{
    return m->scheme->zones[zone].code;
}

/* ---- text ---- */

static void add_who(const struct mere_mended *m, const struct mere_proposal *p, bool zh,
                    struct mere_text *t)
{
    if (p->n_before == 0)
        mere_text_add(t, zh ? "无归属" : "nobody");
    for (size_t i = 0; i < p->n_before; i++) {
        mere_text_add(t, i ? "+" : "");
        mere_add_line(t, code_of(m, p->before[i]));
    }
    if (p->kind == MERE_REPAIR_JUNCTION)
        return;
    mere_text_add(t, " -> ");
    if (p->after >= 0)
        mere_add_line(t, code_of(m, p->after));
    else
        mere_text_add(t, zh ? "无归属" : "nobody");
}

static void add_proposal(const struct mere_mended *m, const struct mere_proposal *p,
                         enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    mere_text_addf(t, "  %s ", mere_repair_kind_text(p->kind, lang));
    add_who(m, p, zh, t);
    if (mere_proposal_has_place(p))
        mere_text_addf(t, zh ? "，%.7f,%.7f，" : ", at %.7f,%.7f, ", mere_e7_to_degrees(p->at.x),
                       mere_e7_to_degrees(p->at.y));
    if (p->kind != MERE_REPAIR_DUPLICATE && p->kind != MERE_REPAIR_JUNCTION) {
        mere_add_area(t, p->area_m2, lang);
        mere_text_add(t, zh ? "，宽" : ", ");
        mere_add_measure(t, p->width_m, "m", lang);
        mere_text_addf(t, zh ? "，%s" : " wide, %s", mere_repair_rule_text(p->rule, lang));
    }
    if (p->alternative >= 0) {
        mere_text_add(t, zh ? "，另可归" : ", else ");
        mere_add_line(t, code_of(m, p->alternative));
    }
    if (p->places > 0)
        mere_text_addf(t, zh ? "，%" PRId64 "个地点" : ", %" PRId64 " place%s", p->places,
                       p->places == 1 ? "" : "s");
    if (p->kind == MERE_REPAIR_JUNCTION)
        mere_text_addf(t,
                       zh ? "取用相邻区域或3厘米以内的上级边界的顶点，%+.4f平方米"
                          : "takes vertices of a neighbour, or of the parent's border within 3 cm, "
                            "%+.4f m²",
                       p->area_m2);
    mere_text_add(t, "\n");
}

static void add_left(const struct mere_left *left, enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    const struct mere_finding *f = left->finding;
    mere_text_addf(t, "  %s %s %s", mere_rule_text(f->rule)->id, f->scheme, f->id);
    if (f->has_place)
        mere_text_addf(t, " %.7f,%.7f", mere_e7_to_degrees(f->at.x), mere_e7_to_degrees(f->at.y));
    mere_text_add(t, "\n    ");
    mere_add_line(t, zh ? f->zh : f->en);
    mere_text_addf(t, zh ? "\n    原因：%s\n" : "\n    why: %s\n", zh ? left->zh : left->en);
}

static void add_summary(const struct mere_mended *m, bool zh, struct mere_text *t)
{
    size_t kinds[MERE_REPAIR_FRAGMENT + 1] = {0};
    const struct mere_repair *r = m->repair;
    size_t kept = r->layer.n_zones - r->n_changed;
    for (size_t i = 0; i < r->n_applied; i++)
        kinds[r->proposals[i].kind]++;
    mere_add_line(t, m->district_name);
    mere_text_addf(t, zh ? "（%s），方案 %s，" : " (%s), scheme %s, ", m->district_code,
                   m->scheme->name);
    mere_add_limits(t, m->max_width_m, m->max_area_m2, zh ? MERE_LANG_ZH : MERE_LANG_EN);
    if (m->dry_run)
        mere_text_add(t, zh ? "；试运行，未写入\n" : "; dry run, nothing is written\n");
    else
        mere_text_addf(t, zh ? "；第%" PRId64 "代\n" : "; generation %" PRId64 "\n", m->generation);
    for (size_t k = 0; k < MERE_LEN(kinds); k++)
        if (kinds[k] > 0)
            mere_text_addf(
                t, "  %s: %zu\n",
                mere_repair_kind_text((enum mere_repair_kind)k, zh ? MERE_LANG_ZH : MERE_LANG_EN),
                kinds[k]);
    if (zh)
        mere_text_addf(t,
                       "改动要素 %zu 个，删除 %zu 个，其余 %zu 个逐字节不变；需人工处理 %zu 项\n",
                       r->n_changed, r->n_removed, kept, m->n_left);
    else
        mere_text_addf(
            t, "%zu feature%s changed, %zu removed, %zu kept to the byte; %zu need%s a person\n",
            r->n_changed, r->n_changed == 1 ? "" : "s", r->n_removed, kept, m->n_left,
            m->n_left == 1 ? "s" : "");
}

void mere_mended_text(const struct mere_mended *m, enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    add_summary(m, zh, t);
    if (m->repair->n_applied > 0)
        mere_text_add(t, m->dry_run ? (zh ? "\n建议修补\n" : "\nWould be mended\n")
                         : zh       ? "\n已修补\n"
                                    : "\nMended\n");
    for (size_t i = 0; i < m->repair->n_applied; i++)
        add_proposal(m, &m->repair->proposals[i], lang, t);
    if (m->n_left > 0)
        mere_text_add(t, zh ? "\n需人工处理\n" : "\nNeeds a person\n");
    for (size_t i = 0; i < m->n_left; i++)
        add_left(&m->left[i], lang, t);
}

/* ---- CSV (RFC 4180) ---- */

static void add_field(struct mere_text *t, const char *s)
{
    bool quote = strpbrk(s, ",\"\r\n") != NULL;
    mere_text_add(t, quote ? "\"" : "");
    for (; *s; s++)
        mere_text_add_n(t, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    mere_text_add(t, quote ? "\"" : "");
}

static void add_zone_fields(const struct mere_mended *m, const struct mere_proposal *p,
                            struct mere_text *t)
{
    struct mere_text codes = {0};
    for (size_t i = 0; i < p->n_before; i++)
        mere_text_addf(&codes, "%s%s", i ? ";" : "", code_of(m, p->before[i]));
    add_field(t, mere_text_str(&codes));
    t->failed = t->failed || codes.failed;
    mere_text_clear(&codes);
    mere_text_add(t, ",");
    add_field(t, p->after >= 0 ? code_of(m, p->after) : "");
    mere_text_add(t, ",");
    add_field(t, p->alternative >= 0 ? code_of(m, p->alternative) : "");
    mere_text_add(t, ",");
    add_field(t, p->parent ? p->parent : "");
    mere_text_add(t, ",");
}

static void add_number(struct mere_text *t, double v, int digits)
{
    if (!isnan(v))
        mere_text_addf(t, "%.*f", digits, v);
}

static void add_proposal_row(const struct mere_mended *m, size_t i, enum mere_lang lang,
                             struct mere_text *t)
{
    const struct mere_proposal *p = &m->repair->proposals[i];
    bool land = p->polygon.n_parts > 0;
    mere_text_add(t, p->why != MERE_REPAIR_APPLIED ? "left,"
                     : m->dry_run                  ? "proposed,"
                                                   : "mended,");
    add_field(t, m->scheme->name);
    mere_text_addf(t, ",%s,", mere_repair_kind_word(p->kind));
    add_zone_fields(m, p, t);
    mere_text_addf(t, "%s,", mere_repair_rule_word(p->rule));
    add_number(t, p->area_m2, 4);
    mere_text_addf(t, ",%" PRId64 ",", p->area2);
    add_number(t, land ? p->width_m : NAN, 3);
    mere_text_add(t, ",");
    add_number(t, land ? p->border_m : NAN, 2);
    mere_text_addf(t, ",%" PRId64 ",", p->places);
    if (mere_proposal_has_place(p))
        mere_json_e7(t, p->at.x);
    mere_text_add(t, ",");
    if (mere_proposal_has_place(p))
        mere_json_e7(t, p->at.y);
    mere_text_addf(t, ",%s,", p->why == MERE_REPAIR_APPLIED ? "" : mere_repair_why_word(p->why));
    add_field(t, p->why == MERE_REPAIR_APPLIED ? "" : mere_repair_why_text(p->why, lang));
    mere_text_addf(t, ",%s\r\n", m->finding_of[i] ? m->finding_of[i]->id : "");
}

static void add_left_row(const struct mere_mended *m, const struct mere_left *left,
                         enum mere_lang lang, struct mere_text *t)
{
    const struct mere_finding *f = left->finding;
    const struct mere_scheme *scheme = &m->after->net->schemes[f->scheme_index];
    struct mere_text codes = {0};
    for (size_t i = 0; i < f->n_zones; i++)
        mere_text_addf(&codes, "%s%s", i ? ";" : "", scheme->zones[f->zones[i]].code);
    mere_text_add(t, "person,");
    add_field(t, f->scheme);
    mere_text_addf(t, ",%s,", mere_rule_text(f->rule)->id);
    add_field(t, mere_text_str(&codes));
    t->failed = t->failed || codes.failed;
    mere_text_clear(&codes);
    mere_text_add(t, ",,,,,");
    add_number(t, f->area_m2, 4);
    mere_text_add(t, ",,");
    add_number(t, f->width_m, 3);
    mere_text_add(t, ",,");
    if (f->places >= 0)
        mere_text_addf(t, "%" PRId64, f->places);
    mere_text_add(t, ",");
    if (f->has_place)
        mere_json_e7(t, f->at.x);
    mere_text_add(t, ",");
    if (f->has_place)
        mere_json_e7(t, f->at.y);
    mere_text_add(t, ",");
    for (size_t i = 0; i < left->n_why; i++)
        mere_text_addf(t, "%s%s", i ? ";" : "", mere_repair_why_word(left->why[i]));
    mere_text_add(t, ",");
    add_field(t, lang == MERE_LANG_ZH ? left->zh : left->en);
    mere_text_addf(t, ",%s\r\n", f->id);
}

void mere_mended_csv(const struct mere_mended *m, enum mere_lang lang, struct mere_text *t)
{
    mere_text_add(t, "what,scheme,kind,before,after,alternative,parent,rule,area_m2,area2,width_m,"
                     "border_m,places,lon,lat,why,reason,finding\r\n");
    for (size_t i = 0; i < m->repair->n_proposals; i++)
        add_proposal_row(m, i, lang, t);
    for (size_t i = 0; i < m->n_left; i++)
        add_left_row(m, &m->left[i], lang, t);
}
