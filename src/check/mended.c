/* mended.c - what a repair left: the findings of a check, each with the reasons of its pieces. */
#include "check/mended.h"
#include "check/check_priv.h"
#include <stdlib.h>
#include <string.h>

bool mere_rule_covers(enum mere_rule rule)
{
    switch (rule) {
    case MERE_RULE_GAP:
    case MERE_RULE_BAY:
    case MERE_RULE_UNCLAIMED:
    case MERE_RULE_OVERLAP:
    case MERE_RULE_SLIVER:
    case MERE_RULE_OUTSIDE_PARENT:
    case MERE_RULE_PARENT_UNCOVERED:
    case MERE_RULE_NESTING:
        return true;
    default:
        return false;
    }
}

static bool is_land(const struct mere_finding *f)
{
    return mere_rule_covers(f->rule) && f->shape == MERE_FINDING_LAND;
}

/* Whether the finding is about the cover of scheme `name`. What its zones don't cover of a parent
 * zone is told under the parent's scheme; what is told of its own zones so is of schemes below. */
static bool is_cover(const char *name, const struct mere_finding *f)
{
    bool named = strcmp(f->scheme, name) == 0;
    return mere_rule_covers(f->rule) && named != (f->rule == MERE_RULE_PARENT_UNCOVERED);
}

enum mere_status mere_mended_spared(struct mere_ctx *ctx, struct mere_arena *arena,
                                    const struct mere_report *report, const char *name,
                                    struct mere_repair_input *in)
{
    struct mere_spared *land = MERE_NEW(arena, struct mere_spared, report->n_findings);
    const char **codes = MERE_NEW(arena, const char *, report->n_findings);
    if (!land || !codes)
        return mere_fail_nomem(ctx, "looking at waived findings");
    in->n_spared = in->n_enclaves = 0;
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct mere_finding *f = &report->findings[i];
        bool ours = strcmp(f->scheme, name) == 0;
        if (!f->waived)
            continue;
        if (is_cover(name, f) && is_land(f))
            land[in->n_spared++] = (struct mere_spared){f->polygon, f->at};
        if (ours && f->rule == MERE_RULE_PARTS && f->n_zones == 1)
            codes[in->n_enclaves++] = report->net->schemes[f->scheme_index].zones[f->zones[0]].code;
    }
    in->spared = land;
    in->enclaves = codes;
    return MERE_OK;
}

static enum mere_status add_places(struct mere_ctx *ctx, const struct mere_ref_layer *layer,
                                   struct mere_wkb_rings *all)
{
    struct mere_wkb_rings at = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < layer->n_features; i++) {
        if (!mere_wkb_points(layer->features[i].wkb, layer->features[i].wkb_len, &at))
            continue; /* key areas may be polygons: they have no place */
        for (size_t k = 0; ok && k < at.pts.n; k++)
            ok = MERE_PUSH(&all->pts, at.pts.v[k]);
    }
    mere_wkb_clear(&at);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "reading places");
}

enum mere_status mere_mended_places(struct mere_ctx *ctx, struct mere_arena *arena,
                                    const struct mere_check_input *in, struct mere_point **ret,
                                    size_t *ret_n)
{
    const char *const names[] = {in->profile->points, in->profile->key};
    struct mere_wkb_rings all = {0};
    enum mere_status status = MERE_OK;
    for (size_t i = 0; i < MERE_LEN(names); i++)
        for (size_t k = 0; names[i] && k < in->n_references && status == MERE_OK; k++)
            if (strcmp(in->references[k].name, names[i]) == 0)
                status = add_places(ctx, &in->references[k], &all);
    struct mere_point *pts = MERE_NEW(arena, struct mere_point, all.pts.n);
    if (status == MERE_OK && !pts)
        status = mere_fail_nomem(ctx, "reading places");
    if (status == MERE_OK) {
        if (all.pts.n > 0)
            memcpy(pts, all.pts.v, all.pts.n * sizeof *pts);
        *ret = pts;
        *ret_n = all.pts.n;
    }
    mere_wkb_clear(&all);
    return status;
}

/* ---- reasons ---- */

/* Findings of which repair proposes nothing. */
static void plain_reason(const struct mere_finding *f, struct mere_left *left)
{
    switch (f->rule) {
    case MERE_RULE_BAY:
        left->zh = "向外敞开，方案之外没有上级或辖区边界：请导入辖区轮廓";
        left->en = "it is open to the outside, and nothing bounds the scheme: import the outline";
        break;
    case MERE_RULE_SLIVER:
        left->zh = "区域本身过窄：请并入相邻区域或撤销";
        left->en = "the zone itself is that narrow: merge it with a neighbour or remove it";
        break;
    default:
        left->zh = "没有可以自动修补的办法";
        left->en = "there is no way to mend it without a person";
    }
}

static void count_why(size_t counts[], const struct mere_proposal *p, struct mere_left *left)
{
    counts[p->why]++;
    if (!left->widest || p->area_m2 > left->widest->area_m2)
        left->widest = p;
}

static enum mere_status tell_reasons(struct mere_ctx *ctx, struct mere_arena *arena,
                                     size_t counts[], struct mere_left *left)
{
    struct mere_text zh = {0}, en = {0};
    for (; left->n_why < MERE_LEN(left->why); left->n_why++) {
        size_t best = MERE_REPAIR_APPLIED;
        for (size_t w = 1; w <= MERE_WHY_CODES; w++)
            if (counts[w] > counts[best])
                best = w;
        if (best == MERE_REPAIR_APPLIED)
            break;
        counts[best] = 0;
        left->why[left->n_why] = (enum mere_repair_why)best;
        mere_text_addf(&zh, "%s%s", left->n_why ? "；" : "",
                       mere_repair_why_text((enum mere_repair_why)best, MERE_LANG_ZH));
        mere_text_addf(&en, "%s%s", left->n_why ? "; " : "",
                       mere_repair_why_text((enum mere_repair_why)best, MERE_LANG_EN));
    }
    left->zh = mere_arena_text(arena, mere_text_str(&zh), zh.len);
    left->en = mere_arena_text(arena, mere_text_str(&en), en.len);
    bool ok = left->zh && left->en && !zh.failed && !en.failed;
    mere_text_clear(&zh);
    mere_text_clear(&en);
    return ok ? MERE_OK : mere_fail_nomem(ctx, "listing what is left");
}

/* Pieces that were not mended, by the west of their boxes: there are as many as findings. */
struct refused {
    struct mere_box box;
    size_t proposal;
};
struct refusals {
    size_t n;
    struct refused *v;
    int64_t widest; /* box, in units */
};

static int refused_cmp(const void *va, const void *vb)
{
    const struct refused *a = va, *b = vb;
    if (a->box.min.x != b->box.min.x)
        return a->box.min.x < b->box.min.x ? -1 : 1;
    return (a->proposal > b->proposal) - (a->proposal < b->proposal);
}

static enum mere_status sort_refusals(struct mere_ctx *ctx, struct mere_arena *arena,
                                      const struct mere_mended *m, struct refusals *ret)
{
    *ret = (struct refusals){.v = MERE_NEW(arena, struct refused, m->repair->n_proposals)};
    if (!ret->v)
        return mere_fail_nomem(ctx, "listing what is left");
    for (size_t i = 0; i < m->repair->n_proposals; i++) {
        const struct mere_proposal *p = &m->repair->proposals[i];
        if (p->why == MERE_REPAIR_APPLIED || p->polygon.n_parts == 0)
            continue;
        struct mere_box box = mere_polygon_box(&p->polygon);
        int64_t width = (int64_t)box.max.x - box.min.x;
        ret->widest = width > ret->widest ? width : ret->widest;
        ret->v[ret->n++] = (struct refused){box, i};
    }
    if (ret->n > 0)
        qsort(ret->v, ret->n, sizeof *ret->v, refused_cmp);
    return MERE_OK;
}

/* The first that may reach as far east as `x`. */
static size_t first_refusal(const struct refusals *r, int32_t x)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (r->v[mid].box.min.x + r->widest < x)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static enum mere_status find_reasons(struct mere_ctx *ctx, struct mere_arena *arena,
                                     struct mere_mended *m, const struct refusals *refusals,
                                     struct mere_left *left)
{
    size_t counts[MERE_WHY_CODES + 1] = {0};
    const struct mere_finding *f = left->finding;
    struct mere_box box = is_land(f) ? mere_polygon_box(&f->polygon) : mere_box_of(NULL, 0);
    size_t i = is_land(f) ? first_refusal(refusals, box.min.x) : refusals->n;
    for (; i < refusals->n && refusals->v[i].box.min.x < box.max.x; i++) {
        size_t k = refusals->v[i].proposal;
        const struct mere_proposal *p = &m->repair->proposals[k];
        if (refusals->v[i].box.max.x <= box.min.x || refusals->v[i].box.max.y <= box.min.y ||
            refusals->v[i].box.min.y >= box.max.y ||
            !mere_polygons_share(&f->polygon, f->at, &p->polygon, p->at))
            continue;
        count_why(counts, p, left);
        if (!m->finding_of[k])
            m->finding_of[k] = f;
    }
    if (!left->widest) {
        plain_reason(f, left);
        return MERE_OK;
    }
    return tell_reasons(ctx, arena, counts, left);
}

/* ---- what is left ---- */

static bool is_told(const struct mere_finding *f)
{
    return !f->waived && f->severity != MERE_SEVERITY_INFO;
}

/* A finding that came with the mending: a person decides. */
static void tell_brought(struct mere_left *left)
{
    bool below = mere_rule_covers(left->finding->rule);
    left->zh = below ? "本次修补移动了它所依据的边界：请接着修补该方案"
                     : "因本次修补而产生：请核对改动之处";
    left->en = below
                   ? "it came with this mending, by whose borders it is judged: repair its scheme "
                     "next"
                   : "it came with this mending: look at what changed there";
}

enum mere_status mere_mended_left(struct mere_ctx *ctx, struct mere_arena *arena,
                                  struct mere_mended *mended)
{
    const struct mere_report *report = mended->after;
    bool *known = NULL;
    struct refusals refusals;
    MERE_TRY(mere_report_known(ctx, arena, mended->before ? mended->before : report, report,
                               MERE_SEVERITY_WARNING, &known));
    mended->left = MERE_NEW(arena, struct mere_left, report->n_findings);
    mended->finding_of = MERE_NEW(arena, const struct mere_finding *, mended->repair->n_proposals);
    if (!mended->left || !mended->finding_of)
        return mere_fail_nomem(ctx, "listing what is left");
    MERE_TRY(sort_refusals(ctx, arena, mended, &refusals));
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct mere_finding *f = &report->findings[i];
        if (!is_told(f) || (known[i] && !is_cover(mended->scheme->name, f)))
            continue;
        struct mere_left *left = &mended->left[mended->n_left++];
        left->finding = f;
        if (is_cover(mended->scheme->name, f))
            MERE_TRY(find_reasons(ctx, arena, mended, &refusals, left));
        else
            tell_brought(left);
    }
    return MERE_OK;
}

/* ---- words ---- */

struct words {
    const char *zh, *en;
};

const char *mere_repair_kind_text(enum mere_repair_kind kind, enum mere_lang lang)
{
    static const struct words WORDS[] = {
        [MERE_REPAIR_DUPLICATE] = {"重复区域", "duplicate"},
        [MERE_REPAIR_JUNCTION] = {"边界节点", "junction"},
        [MERE_REPAIR_BESIDE] = {"偏离上级边界", "beside the parent's border"},
        [MERE_REPAIR_OVERLAP] = {"重叠", "overlap"},
        [MERE_REPAIR_GAP] = {"缝隙", "gap"},
        [MERE_REPAIR_FRAGMENT] = {"碎片", "fragment"},
    };
    return lang == MERE_LANG_ZH ? WORDS[kind].zh : WORDS[kind].en;
}

bool mere_proposal_has_place(const struct mere_proposal *p)
{
    return p->polygon.n_parts > 0 || p->kind == MERE_REPAIR_JUNCTION;
}

const char *mere_repair_rule_text(enum mere_repair_rule rule, enum mere_lang lang)
{
    static const struct words WORDS[] = {
        [MERE_CHOSEN_ONLY] = {"唯一相邻", "the only one there"},
        [MERE_CHOSEN_PARENT] = {"属于同一上级", "of the parent zone there"},
        [MERE_CHOSEN_BORDER] = {"共同边界最长", "longest border"},
        [MERE_CHOSEN_CODE] = {"边界等长，代码较小", "equal borders, lower code"},
        [MERE_CHOSEN_SAME] = {"归属不变", "owner stays"},
        [MERE_CHOSEN_NONE] = {"无", "none"},
    };
    return lang == MERE_LANG_ZH ? WORDS[rule].zh : WORDS[rule].en;
}

const char *mere_repair_why_text(enum mere_repair_why why, enum mere_lang lang)
{
    static const struct words WORDS[] = {
        [MERE_REPAIR_APPLIED] = {"已修补", "mended"},
        [MERE_WHY_WIDE] = {"宽度超过限值", "wider than the limit"},
        [MERE_WHY_LARGE] = {"面积超过限值", "larger than the limit"},
        [MERE_WHY_PLACES] = {"其中的地点会改变归属", "a place inside would change its owner"},
        [MERE_WHY_DISPUTED] = {"重叠处有地点", "a place lies in the disputed land"},
        [MERE_WHY_PART] = {"区域会增加或失去一块飞地", "a zone would gain or lose a part"},
        [MERE_WHY_HOLE] = {"区域会增加或失去一个洞", "a zone would gain or lose a hole"},
        [MERE_WHY_PARENT] = {"相邻区域都不属于所在的上级：须移动上级边界",
                             "no neighbour is of the parent zone there: the parent's border would "
                             "have to move"},
        [MERE_WHY_ABOVE] = {"上级方案缺少这块辖区土地：请先修补上级方案",
                            "the parent scheme lacks this land of the district: mend the parent "
                            "scheme first"},
        [MERE_WHY_CONTACT] = {"与新归属的共同边界短于宽度",
                              "its border with the new owner is shorter than it is wide"},
        [MERE_WHY_NOBODY] = {"没有相邻区域", "no zone borders on it"},
        [MERE_WHY_WAIVED] = {"已豁免", "waived"},
        [MERE_WHY_ZONE] = {"整个区域在另一上级之内：请更正其上级代码",
                           "the whole zone lies in another parent: correct its parent code"},
        [MERE_WHY_CODES] = {"两个区域范围相同而代码或属性不同",
                            "two zones have the same land and differ in code or attributes"},
    };
    return lang == MERE_LANG_ZH ? WORDS[why].zh : WORDS[why].en;
}
