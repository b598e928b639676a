/* mended_html.c - what a repair did, as one page that needs nothing else: every proposal with a
 * drawing of its piece. Whatever comes from the data is escaped; there is no script. */
#include "check/check_priv.h"
#include "check/mended.h"
#include "check/svg.h"
#include "geo/measure.h"
#include <inttypes.h>

#define ROWS_MAX 3000
#define DRAWN_W 120.0
#define DRAWN_H 60.0

static const char STYLE[] =
    "html{background:#eef1f4}body{margin:0 auto;max-width:1180px;padding:36px 40px 48px;"
    "background:#fff;color:#1c2733;font:14px/1.5 \"Noto Sans CJK SC\",\"PingFang SC\","
    "\"Microsoft YaHei\",\"Segoe UI\",sans-serif}\n"
    "h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:30px 0 8px;color:#0d5c63}\n"
    "table{border-collapse:collapse;width:100%;font-size:13px}\n"
    "th,td{text-align:left;padding:5px 8px;border-bottom:1px solid #dde2e8;vertical-align:top}\n"
    "td:first-child,th{white-space:nowrap}td.n{text-align:right;white-space:nowrap}svg{display:"
    "block;background:#fbfcfd}\n"
    "path{fill:#b93227;fill-opacity:.7;stroke:#b93227;stroke-width:.6}.ok path{fill:#2c7a50;"
    "stroke:#2c7a50}.soft{color:#5d6b79}\n";

struct page {
    const struct mere_mended *m;
    enum mere_lang lang;
    bool zh;
    struct mere_text *out;
};

static void say(const struct page *p, const char *zh, const char *en)
{
    mere_text_add(p->out, p->zh ? zh : en);
}

static void add_zone(const struct page *p, int32_t zone)
{
    if (zone < 0) {
        say(p, "无归属", "nobody");
        return;
    }
    const struct mere_zone *z = &p->m->scheme->zones[zone];
    mere_text_add(p->out, "<bdi>");
    mere_html_text(p->out, z->code);
    mere_text_add(p->out, "</bdi>");
    if (z->name && *z->name) {
        mere_text_add(p->out, " <bdi class=\"soft\">");
        mere_html_text(p->out, z->name);
        mere_text_add(p->out, "</bdi>");
    }
}

/* The piece, fitted into its cell; north is up. */
static void draw(const struct page *p, const struct mere_layer *polygon)
{
    struct mere_box box = {0};
    double sx, sy;
    uint32_t n = polygon->ring_first[polygon->n_rings];
    for (uint32_t i = 0; i < n; i++)
        mere_box_add(&box, polygon->pts[i]);
    mere_scale_at(box.min.y, &sx, &sy);
    double w = ((double)box.max.x - box.min.x) * sx, h = ((double)box.max.y - box.min.y) * sy;
    double scale = fmin((DRAWN_W - 4) / w, (DRAWN_H - 4) / h);
    mere_text_addf(p->out, "<svg width=\"%.0f\" height=\"%.0f\"><path d=\"", DRAWN_W, DRAWN_H);
    for (size_t r = 0; r < polygon->n_rings; r++) {
        for (uint32_t i = polygon->ring_first[r]; i < polygon->ring_first[r + 1]; i++)
            mere_text_addf(p->out, "%c%.1f %.1f", i == polygon->ring_first[r] ? 'M' : 'L',
                           2 + ((double)polygon->pts[i].x - box.min.x) * sx * scale,
                           2 + ((double)box.max.y - polygon->pts[i].y) * sy * scale);
        mere_text_add(p->out, "Z");
    }
    mere_text_add(p->out, "\"/></svg>");
}

static void add_row(const struct page *p, const struct mere_proposal *q)
{
    struct mere_text *t = p->out;
    bool land = q->polygon.n_parts > 0;
    mere_text_addf(t, "<tr%s><td>%s</td><td>", q->why == MERE_REPAIR_APPLIED ? " class=\"ok\"" : "",
                   mere_repair_kind_text(q->kind, p->lang));
    for (size_t i = 0; i < q->n_before; i++) {
        mere_text_add(t, i ? "<br>" : "");
        add_zone(p, q->before[i]);
    }
    if (q->n_before == 0)
        add_zone(p, MERE_LABEL_NONE);
    mere_text_add(t, "</td><td>");
    add_zone(p, q->after);
    mere_text_add(t, "</td><td>");
    if (q->alternative >= 0)
        add_zone(p, q->alternative);
    mere_text_addf(t, "</td><td>%s</td><td class=\"n\">", mere_repair_rule_text(q->rule, p->lang));
    if (land)
        mere_add_area(t, q->area_m2, p->lang);
    else
        mere_text_addf(t, p->lang == MERE_LANG_ZH ? "%+.4f平方米" : "%+.4f m²", q->area_m2);
    mere_text_add(t, "</td><td class=\"n\">");
    if (land)
        mere_add_measure(t, q->width_m, "m", p->lang);
    mere_text_addf(t, "</td><td class=\"n\">%" PRId64 "</td><td class=\"n\">", q->places);
    if (mere_proposal_has_place(q))
        mere_text_addf(t, "%.7f<br>%.7f", mere_e7_to_degrees(q->at.x), mere_e7_to_degrees(q->at.y));
    mere_text_add(t, "</td><td>");
    if (land)
        draw(p, &q->polygon);
    mere_text_addf(t, "</td><td>%s</td></tr>\n",
                   q->why == MERE_REPAIR_APPLIED ? "" : mere_repair_why_text(q->why, p->lang));
}

static void add_table(const struct page *p, size_t from, size_t end)
{
    say(p,
        "<table><tr><th>缺陷<th>原归属<th>新归属<th>另可归<th>依据<th>面积<th>宽度<th>地点<th>位置"
        "<th>图形<th>未修补原因</tr>\n",
        "<table><tr><th>defect<th>before<th>after<th>or else<th>by<th>area<th>width<th>places"
        "<th>place<th>shape<th>why not</tr>\n");
    for (size_t i = from; i < end && i < from + ROWS_MAX; i++)
        add_row(p, &p->m->repair->proposals[i]);
    mere_text_add(p->out, "</table>\n");
    if (end - from > ROWS_MAX)
        mere_text_addf(p->out,
                       p->zh ? "<p>另有 %zu 项见 CSV 或 JSON。</p>\n"
                             : "<p>%zu more are in the CSV and JSON reports.</p>\n",
                       end - from - ROWS_MAX);
}

static void add_left(const struct page *p)
{
    say(p, "<h2>需人工处理</h2>\n<table><tr><th>规则<th>问题<th>原因<th>位置</tr>\n",
        "<h2>Needs a person</h2>\n<table><tr><th>rule<th>finding<th>why<th>place</tr>\n");
    for (size_t i = 0; i < p->m->n_left && i < ROWS_MAX; i++) {
        const struct mere_left *left = &p->m->left[i];
        const struct mere_finding *f = left->finding;
        const struct mere_rule_text *rule = mere_rule_text(f->rule);
        mere_text_addf(p->out, "<tr><td>%s</td><td>", p->zh ? rule->zh_title : rule->en_title);
        mere_html_sentence(p->out, p->zh ? f->zh_marked : f->en_marked);
        mere_text_add(p->out, "</td><td>");
        mere_html_text(p->out, p->zh ? left->zh : left->en);
        mere_text_add(p->out, "</td><td class=\"n\">");
        if (f->has_place)
            mere_text_addf(p->out, "%.7f<br>%.7f", mere_e7_to_degrees(f->at.x),
                           mere_e7_to_degrees(f->at.y));
        mere_text_add(p->out, "</td></tr>\n");
    }
    mere_text_add(p->out, "</table>\n");
}

static void add_totals(const struct page *p)
{
    const struct mere_mended *m = p->m;
    const struct mere_repair *r = m->repair;
    size_t kept = r->layer.n_zones - r->n_changed;
    if (p->zh)
        mere_text_addf(p->out,
                       "%s修补 %zu 处，改动要素 %zu 个，删除 %zu 个，其余 %zu 个逐字节不变；"
                       "需人工处理 %zu 项。</p>\n",
                       m->dry_run ? "将" : "", r->n_applied, r->n_changed, r->n_removed, kept,
                       m->n_left);
    else
        mere_text_addf(p->out,
                       "%s%zu piece%s mended, %zu feature%s changed, %zu removed, %zu kept to the "
                       "byte; %zu finding%s a person.</p>\n",
                       m->dry_run ? "It would be: " : "", r->n_applied,
                       r->n_applied == 1 ? "" : "s", r->n_changed, r->n_changed == 1 ? "" : "s",
                       r->n_removed, kept, m->n_left, m->n_left == 1 ? " needs" : "s need");
}

void mere_mended_html(const struct mere_mended *m, enum mere_lang lang, struct mere_text *out)
{
    const struct page p = {m, lang, lang == MERE_LANG_ZH, out};
    const struct mere_repair *r = m->repair;
    mere_text_addf(out,
                   "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                   "<title>",
                   p.zh ? "zh-CN" : "en");
    mere_html_text(out, m->district_name);
    mere_text_addf(out, "</title><style>\n%s</style></head><body>\n<h1>", STYLE);
    mere_html_text(out, m->district_name);
    say(&p, "：修补报告", ": repair");
    mere_text_add(out, "</h1>\n<p>");
    say(&p, "方案 ", "Scheme ");
    mere_html_text(out, m->scheme->name);
    mere_text_addf(out, p.zh ? "，第 %" PRId64 " 代，" : ", generation %" PRId64 ", ",
                   m->generation);
    mere_add_limits(out, m->max_width_m, m->max_area_m2, p.lang);
    say(&p, "。", ". ");
    if (m->dry_run)
        say(&p, "试运行，未写入。", "Dry run: nothing was written.");
    mere_text_add(out, "</p>\n<p>");
    add_totals(&p);
    if (r->n_applied > 0) {
        if (m->dry_run)
            say(&p, "<h2>将修补</h2>\n", "<h2>Would be mended</h2>\n");
        else
            say(&p, "<h2>已修补</h2>\n", "<h2>Mended</h2>\n");
        add_table(&p, 0, r->n_applied);
    }
    if (m->n_left > 0)
        add_left(&p);
    if (r->n_proposals > r->n_applied) {
        say(&p, "<h2>未修补的部分</h2>\n", "<h2>Pieces left as they are</h2>\n");
        add_table(&p, r->n_applied, r->n_proposals);
    }
    mere_text_add(out, "</body></html>\n");
}
