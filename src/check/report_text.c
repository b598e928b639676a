/* report_text.c - the report for a terminal: principles first, then every finding, worst first. */
#include "check/check_priv.h"
#include <inttypes.h>

void mere_add_line(struct mere_text *t, const char *s)
{
    struct mere_text shown = {0};
    mere_add_shown(&shown, s);
    for (s = mere_text_str(&shown); *s; s++)
        mere_text_add_n(t, (unsigned char)*s < ' ' || *s == 0x7F ? " " : s, 1);
    t->failed = t->failed || shown.failed;
    mere_text_clear(&shown);
}

static void add_state(struct mere_text *t, const struct mere_principle_result *r, bool zh)
{
    static const char *const ZH[] = {"通过", "有问题", "未检查"};
    static const char *const EN[] = {"passed", "findings", "not checked"};
    mere_text_add(t, zh ? ZH[r->state] : EN[r->state]);
    if (r->state == MERE_CHECKED_FINDINGS)
        mere_text_addf(t, zh ? "：%zu 项" : ": %zu", r->n);
}

static void add_principles(const struct mere_report *report, bool zh, struct mere_text *t)
{
    for (int p = 0; p < MERE_N_PRINCIPLES; p++) {
        const struct mere_principle_text *text = mere_principle_text((enum mere_principle)p);
        const struct mere_principle_result *r = &report->principles[p];
        mere_text_addf(t, zh ? "  %s：" : "  %-28s ", zh ? text->zh : text->en);
        add_state(t, r, zh);
        mere_text_add(t, "\n");
        for (size_t i = 0; i < r->n_missing; i++) {
            const struct mere_missing *missing = &r->missing[i];
            mere_text_addf(t, zh ? "      未检查 %s" : "      not checked: %s",
                           mere_rule_text(missing->rule)->id);
            if (missing->scheme)
                mere_text_addf(t, " (%s)", missing->scheme);
            mere_text_add(t, zh ? "：" : ": ");
            mere_add_line(t, zh ? missing->zh : missing->en);
            mere_text_add(t, "\n");
        }
    }
}

static void add_finding(const struct mere_finding *f, bool zh, struct mere_text *t)
{
    static const char *const ZH[] = {"错误", "警告", "说明"};
    const struct mere_rule_text *rule = mere_rule_text(f->rule);
    mere_text_addf(t, "%s %s %s %s", zh ? ZH[f->severity] : mere_severity_word(f->severity),
                   rule->id, f->scheme, f->id);
    if (f->has_place)
        mere_text_addf(t, " %.7f,%.7f", mere_e7_to_degrees(f->at.x), mere_e7_to_degrees(f->at.y));
    if (f->waived) {
        mere_text_add(t, zh ? " [已豁免：" : " [waived: ");
        mere_add_line(t, f->waiver ? f->waiver : "");
        mere_text_add(t, "]");
    }
    mere_text_add(t, "\n    ");
    mere_add_line(t, zh ? f->zh : f->en);
    mere_text_add(t, "\n");
}

static void add_distribution(const struct mere_distribution *d, bool zh, struct mere_text *t)
{
    const struct mere_rule_text *rule = mere_rule_text(d->rule);
    mere_text_addf(t, "  %s %s %s n=%zu", d->scheme, zh ? rule->zh_title : rule->en_title,
                   d->parent ? d->parent
                   : zh      ? "全部"
                             : "all",
                   d->n);
    static const char *const EN[] = {"min", "q1", "median", "q3", "max"};
    static const char *const ZH[] = {"最小", "四分位", "中位", "四分位", "最大"};
    const double figures[] = {d->min, d->q1, d->median, d->q3, d->max};
    for (size_t i = 0; i < MERE_LEN(figures); i++) /* no exponents: people read this */
        mere_text_addf(t, figures[i] < 1000 ? " %s %.4g" : " %s %.0f", zh ? ZH[i] : EN[i],
                       figures[i]);
    mere_text_addf(t, " %s %.3f\n", zh ? "基尼" : "gini", d->gini);
}

void mere_report_text(const struct mere_report *report, enum mere_lang lang, struct mere_text *t)
{
    bool zh = lang == MERE_LANG_ZH;
    mere_add_line(t, report->district_name);
    mere_text_addf(t,
                   zh ? "（%s），配置 %s，第 %" PRId64 " 代\n\n"
                      : " (%s), profile %s, generation %" PRId64 "\n\n",
                   report->district_code, report->profile->name, report->generation);
    add_principles(report, zh, t);
    if (report->n_distributions > 0)
        mere_text_add(t, zh ? "\n分布\n" : "\nDistributions\n");
    for (size_t i = 0; i < report->n_distributions; i++)
        add_distribution(&report->distributions[i], zh, t);
    if (report->n_findings > 0)
        mere_text_add(t, "\n");
    for (size_t i = 0; i < report->n_findings; i++)
        add_finding(&report->findings[i], zh, t);
    if (zh)
        mere_text_addf(t, "\n%zu 项错误，%zu 项警告，%zu 项说明，%zu 项已豁免\n", report->n_errors,
                       report->n_warnings, report->n_infos, report->n_waived);
    else
        mere_text_addf(t, "\n%zu error%s, %zu warning%s, %zu info, %zu waived\n", report->n_errors,
                       report->n_errors == 1 ? "" : "s", report->n_warnings,
                       report->n_warnings == 1 ? "" : "s", report->n_infos, report->n_waived);
}
