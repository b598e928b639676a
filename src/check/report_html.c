/* report_html.c - the report as one page that needs nothing else: for an official to read, to
 * print, and to hand on. Whatever comes from the data is escaped; there is no script. */
#include "check/check_priv.h"
#include "check/svg.h"
#include <inttypes.h>
#include <string.h>

#define WORST 10
#define ROWS_MAX 3000

struct page {
    const struct mere_report *report;
    struct mere_text *out;
    enum mere_lang lang;
    bool zh;
};

static const char STYLE[] =
    ":root{--ink:#1c2733;--soft:#5d6b79;--line:#dde2e8;--error:#b93227;--warning:#c77700;"
    "--info:#2d6ca8;--ok:#2c7a50;--brand:#0d5c63}\n"
    "*{box-sizing:border-box}\n"
    "html{background:#eef1f4}\n"
    "body{margin:0 auto;max-width:1080px;padding:36px 40px 48px;background:#fff;color:var(--ink);"
    "font:14px/1.55 \"Noto Sans CJK SC\",\"Noto Sans SC\",\"PingFang SC\",\"Microsoft "
    "YaHei\",\"Segoe "
    "UI\",Roboto,\"Helvetica Neue\",sans-serif}\n"
    "header{border-bottom:3px solid var(--brand);padding-bottom:14px;margin-bottom:20px}\n"
    "h1{font-size:27px;line-height:1.25;margin:0 0 4px;font-weight:700}\n"
    "h2{font-size:18px;margin:34px 0 10px;color:var(--brand)}\n"
    "h3{font-size:15px;margin:22px 0 6px}\n"
    "p{margin:0 0 8px}\n.soft{color:var(--soft)}\n.lead-text{font-size:16px}\n"
    ".cards{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:18px 0 0}\n"
    ".card{border:1px solid var(--line);border-left:5px solid var(--soft);border-radius:5px;"
    "padding:10px 14px;break-inside:avoid}\n"
    ".card.passed{border-left-color:var(--ok)}.card.findings{border-left-color:var(--error)}\n"
    ".card b{display:block}.card .state{font-size:13px;font-weight:600;color:var(--soft)}\n"
    ".card.passed .state{color:var(--ok)}.card.findings .state{color:var(--error)}\n"
    "figure{margin:0;break-inside:avoid}\n"
    ".map{display:block;width:100%;height:auto;border:1px solid var(--line);border-radius:5px}\n"
    ".sea{fill:#fbfcfd}\n.b{fill:none;stroke-linejoin:round;stroke-linecap:round}\n"
    ".b0{stroke:#9aa7b4;stroke-width:calc(var(--w)*.7px)}.b1{stroke:#647483;stroke-width:"
    "calc(var(--w)*1.4px)}"
    ".b2{stroke:#3c4c5c;stroke-width:calc(var(--w)*2px)}.b3{stroke:#1c2733;stroke-width:"
    "calc(var(--w)*2.6px)}\n"
    ".t0{fill:#e4efe7}.t1{fill:#f6ecd9}.t2{fill:#e3ebf4}.t3{fill:#f3e4e6}.t4{fill:#ece8f3}\n"
    ".names text{text-anchor:middle;fill:#33414f;paint-order:stroke;stroke:#fff;stroke-opacity:.75;"
    "stroke-width:2.5px}.names.up text{font-weight:700;fill:#1c2733;fill-opacity:.8}\n"
    ".d{fill-opacity:.75;stroke-width:.8}\n"
    ".d.error,.dot.error{fill:var(--error);stroke:var(--error)}"
    ".d.warning,.dot.warning{fill:var(--warning);stroke:var(--warning)}"
    ".d.info{fill:var(--info);stroke:var(--info);fill-opacity:.35}.d.waived{fill-opacity:.2}\n"
    ".dot{fill-opacity:.85;stroke:#fff;stroke-width:.8}.dot.error,.dot.warning{stroke:#fff}\n"
    ".lead{stroke:#1c2733;stroke-width:1}\n.mark{stroke:#fff;stroke-width:1.6}"
    ".mark.error{fill:var(--error)}.mark.warning{fill:var(--warning)}.mark.info{fill:var(--info)}\n"
    ".no{fill:#fff;font-size:12px;font-weight:700;text-anchor:middle}\n"
    ".scale path{fill:none;stroke:#1c2733;stroke-width:1.4}.scale text{font-size:12px}\n"
    ".north path{fill:#1c2733}.north text{font-size:12px;text-anchor:middle}\n"
    "figcaption{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:8px;font-size:12.5px;"
    "color:var(--soft)}\nfigcaption "
    "i{display:inline-block;width:12px;height:12px;border-radius:6px;"
    "margin-right:5px;vertical-align:-1px}\n";
static const char STYLE_LISTS[] =
    "ol.worst{list-style:none;margin:0;padding:0}\n"
    "ol.worst li{display:grid;grid-template-columns:34px 1fr;padding:9px 0;border-bottom:1px solid "
    "var(--line);break-inside:avoid}\n"
    ".num{width:24px;height:24px;border-radius:12px;color:#fff;font-weight:700;font-size:13px;"
    "text-align:center;line-height:24px}\n"
    ".num.error{background:var(--error)}.num.warning{background:var(--warning)}"
    ".num.info{background:var(--info)}\n"
    "table{border-collapse:collapse;width:100%;font-size:13px}\n"
    "th{text-align:left;font-weight:600;color:var(--soft);border-bottom:2px solid var(--line);"
    "padding:5px 8px 5px 0}\n"
    "td{border-bottom:1px solid var(--line);padding:6px 8px 6px 0;vertical-align:top}\n"
    "tr{break-inside:avoid}\n.r{text-align:right;white-space:nowrap;font-variant-numeric:"
    "tabular-nums}\n"
    ".tag{display:inline-block;border-radius:3px;padding:0 6px;font-size:12px;color:#fff;"
    "white-space:nowrap}.tag.error{background:var(--error)}.tag.warning{background:var(--warning)}"
    ".tag.info{background:var(--info)}.tag.waived{background:#8893a0}\n"
    "code{font:12px ui-monospace,\"DejaVu Sans Mono\",monospace;color:var(--soft)}\n"
    "footer{margin-top:36px;padding-top:10px;border-top:1px solid var(--line);font-size:12.5px;"
    "color:var(--soft)}\n"
    "@page{size:A4;margin:14mm}\n"
    "@media print{html{background:#fff}body{padding:0;max-width:none;font-size:11px}"
    "h2{break-after:avoid}h3{break-after:avoid}table{font-size:10px}}\n"
    "@media(max-width:760px){body{padding:18px}.cards{grid-template-columns:1fr}}\n";

static void put(struct page *p, const char *s)
{
    mere_text_add(p->out, s);
}
static void esc(struct page *p, const char *s)
{
    mere_html_text(p->out, s ? s : "");
}
/* A text or format in the page's language; a macro, so that formats stay literals that compilers
 * check. */
#define WORD(zh_, en_) (p->zh ? (zh_) : (en_))
static const char *severity_name(const struct page *p, enum mere_severity severity)
{
    static const char *const ZH[] = {"错误", "警告", "说明"};
    static const char *const EN[] = {"error", "warning", "info"};
    return p->zh ? ZH[severity] : EN[severity];
}

/* ---- head and summary ---- */

static void put_head(struct page *p)
{
    const struct mere_report *r = p->report;
    mere_text_addf(p->out,
                   "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                   "name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>",
                   p->zh ? "zh-CN" : "en");
    esc(p, r->district_name);
    put(p, WORD(" 区划检查报告", ": check of the division"));
    put(p, "</title>\n<style>\n");
    put(p, STYLE);
    put(p, STYLE_LISTS);
    put(p, "</style>\n</head>\n<body>\n<header>\n<h1>");
    esc(p, r->district_name);
    put(p, WORD(" 区划检查报告", ": check of the division"));
    put(p, "</h1>\n<div class=\"soft\">");
    esc(p, r->district_code);
    put(p, " · ");
    esc(p, r->today);
    put(p, WORD(" · 规则配置：", " · profile: "));
    const char *title = p->zh ? r->profile->zh : r->profile->en;
    esc(p, title ? title : r->profile->name);
    mere_text_addf(p->out, WORD(" · 第 %" PRId64 " 代数据", " · generation %" PRId64),
                   r->generation);
    put(p, "</div>\n</header>\n");
}

static void put_summary(struct page *p)
{
    const struct mere_report *r = p->report;
    size_t states[3] = {0, 0, 0};
    for (int i = 0; i < MERE_N_PRINCIPLES; i++)
        states[r->principles[i].state]++;
    int32_t s = mere_net_main_scheme(r->net, r->main_scheme);
    put(p, "<p class=\"lead-text\">");
    if (s >= 0) {
        const struct mere_scheme *scheme = &r->net->schemes[s];
        const char *term = mere_profile_term(r->profile, scheme->name, p->lang);
        bool one = scheme->n_zones == 1;
        mere_text_addf(p->out,
                       p->zh ? "共检查 %d 个"
                       : one ? "%d zone of "
                             : "%d zones of ",
                       scheme->n_zones);
        esc(p, term);
        put(p, p->zh ? "。" : one ? " was checked. " : " were checked. ");
    }
    mere_text_addf(
        p->out,
        WORD("六项原则中 %zu 项通过、%zu 项有问题、%zu 项未检查（所需数据见后）。",
             "Of six principles, %zu passed, %zu with findings, %zu not checked (what they "
             "need stands below). "),
        states[MERE_CHECKED_PASSED], states[MERE_CHECKED_FINDINGS], states[MERE_CHECKED_NOT]);
    if (r->n_errors + r->n_warnings == 0)
        put(p, WORD("没有错误和警告", "There is no error and no warning"));
    else if (p->zh)
        mere_text_addf(p->out, "发现 <b>%zu 项错误</b>、%zu 项警告", r->n_errors, r->n_warnings);
    else
        mere_text_addf(p->out, "Found: <b>%zu error%s</b> and %zu warning%s", r->n_errors,
                       r->n_errors == 1 ? "" : "s", r->n_warnings, r->n_warnings == 1 ? "" : "s");
    if (r->n_waived > 0)
        mere_text_addf(p->out, WORD("，另有 %zu 项已豁免", "; %zu more are waived"), r->n_waived);
    put(p, WORD("。</p>\n", ".</p>\n"));
}

static void put_cards(struct page *p)
{
    static const char *const ZH[] = {"通过", "有问题", "未检查"};
    static const char *const EN[] = {"passed", "findings", "not checked"};
    put(p, "<div class=\"cards\">\n");
    for (int i = 0; i < MERE_N_PRINCIPLES; i++) {
        const struct mere_principle_text *text = mere_principle_text((enum mere_principle)i);
        const struct mere_principle_result *r = &p->report->principles[i];
        mere_text_addf(p->out, "<div class=\"card %s\"><b>%s</b><span class=\"state\">%s",
                       mere_checked_word(r->state), p->zh ? text->zh : text->en,
                       p->zh ? ZH[r->state] : EN[r->state]);
        if (r->n > 0)
            mere_text_addf(p->out, WORD("：%zu 项", ": %zu"), r->n);
        put(p, "</span>");
        if (r->n_missing > 0 && r->state != MERE_CHECKED_NOT)
            mere_text_addf(p->out,
                           WORD("<br><span class=\"soft\">%zu 条规则未检查</span>",
                                "<br><span class=\"soft\">rules not checked: %zu</span>"),
                           r->n_missing);
        put(p, "</div>\n");
    }
    put(p, "</div>\n");
}

/* ---- the ten worst ---- */

static double badness(const struct mere_finding *f)
{
    if (f->area_m2 > 0)
        return f->area_m2;
    if (f->limit > 0 && f->value > 0)
        return f->value > f->limit ? f->value / f->limit : f->limit / f->value;
    return 0;
}

/* Worse by severity, then land before figures by how much. */
static bool is_worse(const struct mere_finding *a, const struct mere_finding *b)
{
    return a->severity != b->severity ? a->severity < b->severity : badness(a) > badness(b);
}

static size_t find_worst(const struct mere_report *report, const struct mere_finding **worst)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct mere_finding *f = &report->findings[i];
        if (f->waived || f->severity == MERE_SEVERITY_INFO)
            continue;
        size_t at = n;
        while (at > 0 && is_worse(f, worst[at - 1]))
            at--;
        if (at >= WORST)
            continue;
        n += n < WORST;
        for (size_t k = n - 1; k > at; k--)
            worst[k] = worst[k - 1];
        worst[at] = f;
    }
    return n;
}

static void put_place(struct page *p, const struct mere_finding *f)
{
    if (f->has_place)
        mere_text_addf(p->out, "%.6f, %.6f", mere_e7_to_degrees(f->at.x),
                       mere_e7_to_degrees(f->at.y));
}

static void put_worst(struct page *p, const struct mere_finding *const *worst, size_t n)
{
    if (n == 0)
        return;
    put(p, n == WORST ? WORD("<h2>最需处理的十项</h2>", "<h2>The ten worst</h2>")
                      : WORD("<h2>最需处理</h2>", "<h2>The worst</h2>"));
    put(p, "\n<ol class=\"worst\">\n");
    for (size_t i = 0; i < n; i++) {
        const struct mere_rule_text *rule = mere_rule_text(worst[i]->rule);
        mere_text_addf(p->out, "<li id=\"w%zu\"><span class=\"num %s\">%zu</span><div><b>%s</b> ",
                       i + 1, mere_severity_word(worst[i]->severity), i + 1,
                       p->zh ? rule->zh_title : rule->en_title);
        mere_html_sentence(p->out, p->zh ? worst[i]->zh_marked : worst[i]->en_marked);
        put(p, "<br><span class=\"soft\">");
        put_place(p, worst[i]);
        mere_text_addf(p->out, "</span> <code>%s</code></div></li>\n", worst[i]->id);
    }
    put(p, "</ol>\n");
}

static void put_map(struct page *p, const struct mere_finding *const *worst, size_t n)
{
    put(p, WORD("<h2>地图</h2>\n<figure>\n", "<h2>Map</h2>\n<figure>\n"));
    mere_report_map(p->report, p->lang, worst, n, p->out);
    put(p, "<figcaption>");
    static const char *const CLASSES[] = {"error", "warning", "info"};
    for (int i = 0; i < 3; i++)
        mere_text_addf(p->out, "<span><i style=\"background:var(--%s)\"></i>%s</span>", CLASSES[i],
                       severity_name(p, (enum mere_severity)i));
    put(p, WORD("<span>数字：下列各项</span><span>线越粗，层级越高</span>",
                "<span>numbers: the list below</span><span>stronger lines: higher levels</span>"));
    put(p, WORD("<span>坐标：CGCS2000 / WGS 84，经度、纬度</span>",
                "<span>coordinates: CGCS2000 / WGS 84, longitude, latitude</span>"));
    put(p, "</figcaption>\n</figure>\n");
}

/* ---- tables
 * -----------------------------------------------------------------------------------------------
 */

static void put_measure(struct page *p, double v, const char *unit)
{
    put(p, "<td class=\"r\">");
    if (!isnan(v))
        mere_add_measure(p->out, v, unit, p->lang);
    put(p, "</td>");
}

static void put_row(struct page *p, const struct mere_finding *f)
{
    put(p, "<tr><td>");
    if (f->waived)
        mere_text_addf(p->out, "<span class=\"tag waived\">%s</span>", WORD("豁免", "waived"));
    else
        mere_text_addf(p->out, "<span class=\"tag %s\">%s</span>", mere_severity_word(f->severity),
                       severity_name(p, f->severity));
    put(p, "</td><td>");
    mere_html_sentence(p->out, p->zh ? f->zh_marked : f->en_marked);
    if (f->waived && f->waiver) {
        put(p, WORD("<br><span class=\"soft\">豁免理由：", "<br><span class=\"soft\">waived: "));
        esc(p, f->waiver);
        put(p, "</span>");
    }
    put(p, "</td>");
    put_measure(p, f->area_m2, "m2");
    put_measure(p, f->width_m, "m");
    put(p, "<td class=\"r\">");
    put_place(p, f);
    mere_text_addf(p->out, "<br><code>%s</code></td></tr>\n", f->id);
}

static void put_rule(struct page *p, enum mere_rule rule, size_t *rows)
{
    const struct mere_report *r = p->report;
    const struct mere_rule_text *text = mere_rule_text(rule);
    size_t n = 0;
    for (size_t i = 0; i < r->n_findings; i++)
        n += r->findings[i].rule == rule;
    if (n == 0)
        return;
    mere_text_addf(p->out, "<h3>%s <span class=\"soft\">%s · %zu</span></h3>\n",
                   p->zh ? text->zh_title : text->en_title, text->id, n);
    mere_text_addf(p->out,
                   "<table><thead><tr><th>%s</th><th>%s</th><th class=\"r\">%s</th><th "
                   "class=\"r\">%s</th><th class=\"r\">%s</th></tr></thead><tbody>\n",
                   WORD("级别", "Severity"), WORD("内容", "What"), WORD("面积", "Area"),
                   WORD("宽度", "Width"), WORD("位置、编号", "Place, id"));
    size_t left = n;
    for (size_t i = 0; i < r->n_findings && *rows < ROWS_MAX; i++)
        if (r->findings[i].rule == rule) {
            put_row(p, &r->findings[i]);
            ++*rows;
            left--;
        }
    put(p, "</tbody></table>\n");
    if (left > 0)
        mere_text_addf(
            p->out,
            WORD("<p class=\"soft\">另有 %zu 项未列出；--format json 或 gpkg 有全部。</p>\n",
                 "<p class=\"soft\">%zu more are not listed here; --format json or gpkg has "
                 "all.</p>\n"),
            left);
}

static void put_tables(struct page *p)
{
    size_t rows = 0;
    if (p->report->n_findings == 0)
        return;
    put(p, WORD("<h2>全部结果</h2>\n", "<h2>All findings</h2>\n"));
    for (int r = 0; r < MERE_N_RULES; r++)
        put_rule(p, (enum mere_rule)r, &rows);
}

static void put_missing(struct page *p)
{
    const struct mere_report *r = p->report;
    size_t n = 0;
    for (int i = 0; i < MERE_N_PRINCIPLES; i++)
        n += r->principles[i].n_missing;
    if (n == 0)
        return;
    put(p, WORD("<h2>未检查的规则</h2>\n", "<h2>What was not checked</h2>\n"));
    mere_text_addf(p->out,
                   "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>\n",
                   WORD("原则", "Principle"), WORD("规则", "Rule"), WORD("需要", "What to load"));
    for (int i = 0; i < MERE_N_PRINCIPLES; i++)
        for (size_t k = 0; k < r->principles[i].n_missing; k++) {
            const struct mere_missing *missing = &r->principles[i].missing[k];
            const struct mere_principle_text *text = mere_principle_text((enum mere_principle)i);
            const struct mere_rule_text *rule = mere_rule_text(missing->rule);
            mere_text_addf(p->out, "<tr><td>%s</td><td>%s</td><td>", p->zh ? text->zh : text->en,
                           p->zh ? rule->zh_title : rule->en_title);
            if (missing->scheme) {
                esc(p, mere_profile_term(r->profile, missing->scheme, p->lang));
                put(p, WORD("：", ": "));
            }
            esc(p, p->zh ? missing->zh : missing->en);
            put(p, "</td></tr>\n");
        }
    put(p, "</tbody></table>\n");
}

static void put_distributions(struct page *p)
{
    const struct mere_report *r = p->report;
    static const char *const ZH[] = {"上级",   "个数",     "最小", "下四分位",
                                     "中位数", "上四分位", "最大", "基尼"};
    static const char *const EN[] = {"Parent", "Zones",    "Least", "Quartile",
                                     "Median", "Quartile", "Most",  "Gini"};
    const struct mere_distribution *last = NULL;
    if (r->n_distributions == 0)
        return;
    put(p, WORD("<h2>分布</h2>\n", "<h2>How even are they</h2>\n"));
    for (size_t i = 0; i < r->n_distributions; i++) {
        const struct mere_distribution *d = &r->distributions[i];
        const struct mere_rule_text *rule = mere_rule_text(d->rule);
        if (!last || last->rule != d->rule || strcmp(last->scheme, d->scheme) != 0) {
            put(p, last ? "</tbody></table>\n<h3>" : "<h3>");
            esc(p, mere_profile_term(r->profile, d->scheme, p->lang));
            mere_text_addf(p->out, " · %s</h3>\n<table><thead><tr>",
                           p->zh ? rule->zh_title : rule->en_title);
            for (size_t k = 0; k < MERE_LEN(ZH); k++)
                mere_text_addf(p->out, "<th%s>%s</th>", k ? " class=\"r\"" : "",
                               p->zh ? ZH[k] : EN[k]);
            put(p, "</tr></thead><tbody>\n");
        }
        last = d;
        const char *unit = d->rule == MERE_RULE_AREA ? "m2" : "";
        put(p, "<tr><td>");
        esc(p, d->parent ? d->parent : WORD("全部", "all"));
        mere_text_addf(p->out, "</td><td class=\"r\">%zu</td>", d->n);
        put_measure(p, d->min, unit);
        put_measure(p, d->q1, unit);
        put_measure(p, d->median, unit);
        put_measure(p, d->q3, unit);
        put_measure(p, d->max, unit);
        mere_text_addf(p->out, "<td class=\"r\">%.3f</td></tr>\n", d->gini);
    }
    put(p, "</tbody></table>\n");
}

void mere_report_html(const struct mere_report *report, enum mere_lang lang, struct mere_text *out)
{
    struct page p = {.report = report, .out = out, .lang = lang, .zh = lang == MERE_LANG_ZH};
    const struct mere_finding *worst[WORST];
    size_t n = find_worst(report, worst);
    put_head(&p);
    put_summary(&p);
    put_cards(&p);
    put_map(&p, worst, n);
    put_worst(&p, worst, n);
    put_tables(&p);
    put_missing(&p);
    put_distributions(&p);
    put(&p, "<footer>");
    put(&p, p.zh ? "由 merestone 检查。规则的含义：merestone check --explain 规则名。"
                 : "Checked by merestone. What a rule means: merestone check --explain RULE.");
    put(&p, "</footer>\n</body>\n</html>\n");
}
