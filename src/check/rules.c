/* rules.c - the table of rules: their words in both languages. All sentences of findings are here
 * and only here. docs/CHECKS.md is made from this table by `merestone check --explain all`. */
#include "check/check.h"
#include <string.h>

static const struct mere_principle_text PRINCIPLES[MERE_N_PRINCIPLES] = {
    [MERE_PRINCIPLE_COVERAGE] = {"full-coverage", "全面覆盖", "Full coverage"},
    [MERE_PRINCIPLE_SIZE] = {"moderate-size", "大小适度（适度性）", "Moderate size"},
    [MERE_PRINCIPLE_KEY] = {"key-areas", "重点区域单独建格", "Key areas apart"},
    [MERE_PRINCIPLE_TRADITION] = {"tradition", "尊重传统", "Respect for tradition"},
    [MERE_PRINCIPLE_EASY] = {"easy-management", "便于管理（整体性）", "Easy management, integrity"},
    [MERE_PRINCIPLE_TERRITORY] = {"territoriality", "属地性", "Territoriality"},
};

#define ZH_WIDTH "宽度是缺陷内最大内切圆的直径，单位米，精确到 1 厘米；位置是这个圆的圆心。"
#define EN_WIDTH                                                                                   \
    "Its width is the diameter of the largest circle inside it, in metres, exact to 1 cm; its "    \
    "place "                                                                                       \
    "is that circle's centre. "
#define ZH_GROUP "同一条公共边界上的多处合为一项，列出处数、总面积和最宽处的宽度。"
#define EN_GROUP                                                                                   \
    "Pieces between the same zones are one finding, with their number, summed area, and the "      \
    "width "                                                                                       \
    "of the widest."

static const struct mere_rule_text RULES[MERE_N_RULES] = {
    [MERE_RULE_GAP] =
        {"gap", MERE_PRINCIPLE_COVERAGE, "缝隙", "Gap",
         "{zones}之间有缝隙：{parts}处，面积{area}，最宽{width}，不属于任何{scheme}。",
         "Gap between {zones}: {parts}, {area}, at most {width} wide, in no {scheme}.",
         "请把缝隙划给其中一方。", "Give the land to one of its neighbours.",
         "四面被本方案的区域（或声明的空洞）围住、没有归属、且不宽于限值的土地。" ZH_WIDTH
         "比限值宽的按 unclaimed 报告，所以放大限值不会隐藏缝隙。" ZH_GROUP,
         "Land in no zone, enclosed by zones of the scheme (or declared holes), and not wider than "
         "the "
         "limit. " EN_WIDTH "Wider land is reported as unclaimed, so a larger limit never hides a "
         "gap. " EN_GROUP,
         "载入一个覆盖型方案（merestone import STORE FILE --scheme grid；其他名称加 --covering "
         "yes）",
         "load a covering scheme (merestone import STORE FILE --scheme grid; of any other name, "
         "with "
         "--covering yes)"},
    [MERE_RULE_BAY] =
        {"bay", MERE_PRINCIPLE_COVERAGE, "开口缝", "Open gap",
         "{zones}旁有通向外部的开口缝：{parts}处，面积{area}，最宽{width}，不属于任何{scheme}。",
         "Gap open to the outside at {zones}: {parts}, {area}, at most {width} wide, in no "
         "{scheme}.",
         "请把它划给其中一方，或把上级边界与本级边界对齐。",
         "Give the land to one of its neighbours, or draw the parent's border and this one as one.",
         "与外部相通、没有归属、且不宽于限值的狭长土地。有上级方案或外轮廓时，它是上级范围内、与外"
         "部相接的无主地；没有时，是外边界上相距不超过限值、彼此相对的两岸之间的缝，沿缝至少有两个"
         "区域，且在某个不超过限值的宽度 u 处两岸的相对长度不小于 "
         "4u，两端以直线封口；声明的空洞也算一岸，两个空洞之间的土地不列。两岸属于同一"
         "区域的一段（自己的小河、院落）单独列在该区域名下；整条缝只沿一个区域的，是该区域自身的形"
         "状。与较大的一处相连而不足 0.1 平方米的碎片不列。" ZH_WIDTH ZH_GROUP,
         "Narrow land in no zone that is open to the outside, not wider than the limit. Where a "
         "parent "
         "scheme or an outline is loaded, it is unclaimed land inside these that meets the "
         "outside. "
         "Where none is, it is a seam of the outer border, along at least two zones: banks that "
         "face "
         "each other within the limit and, for some width u up to the limit, run within u of each "
         "other over a length of at least 4 u; both mouths are cut straight. A declared hole is a "
         "bank too; what lies between two of them is not told. A stretch between "
         "banks of one zone (a creek or yard of its own) is told by itself, under that zone alone; "
         "a seam along one zone only is that zone's own shape. Scraps of less than 0.1 m2 beside a "
         "larger piece are left out. " EN_WIDTH EN_GROUP,
         "载入一个覆盖型方案", "load a covering scheme"},
    [MERE_RULE_UNCLAIMED] =
        {"unclaimed", MERE_PRINCIPLE_COVERAGE, "无主地", "Unclaimed land",
         "{zones}旁有一片土地不属于任何{scheme}：面积{area}，最宽处{width}。",
         "Unclaimed land beside {zones}: {area}, {width} at its widest, in no {scheme}.",
         "请划给一个区域，或作为空洞（hole 方案）声明。",
         "Give it to a zone, or declare it in a scheme of role hole.",
         "在上级方案或外轮廓之内（没有它们时：被两个以上区域围住）、没有归属、且比 gap、bay "
         "的限值更宽的土地。"
         "它总被列出，从不自动填补。" ZH_WIDTH,
         "Land inside the parent scheme or the outline (where none is loaded: enclosed by two or "
         "more "
         "zones) that is in no zone and wider than the limit of gap and bay. It is always shown "
         "and "
         "never filled silently. " EN_WIDTH,
         "载入一个覆盖型方案", "load a covering scheme"},
    [MERE_RULE_HOLE] = {"hole", MERE_PRINCIPLE_COVERAGE, "声明的空洞", "Declared hole",
                        "{zones}中有一个声明的空洞，面积{area}，最宽处{width}。",
                        "Declared hole in {zones}: {area}, {width} at its widest.",
                        "若本应属于某个区域，请补划。",
                        "Nothing to do, unless the land should be in a zone.",
                        "有意不覆盖的土地：位于 hole "
                        "方案之内；或者没有载入上级方案和外轮廓时，整个边界都是同一个区域的内环。"
                        "仅作说明，不算缺陷。",
                        "Land that is left out on purpose: it lies in a scheme of role hole, or, "
                        "where neither parent "
                        "scheme nor outline is loaded, its whole border is the inner ring of one "
                        "zone. Information "
                        "only, not a defect.",
                        "载入一个覆盖型方案", "load a covering scheme"},
    [MERE_RULE_OVERLAP] =
        {"overlap", MERE_PRINCIPLE_COVERAGE, "重叠", "Overlap",
         "{zones}相互重叠：{parts}处，面积{area}，最宽{width}。",
         "Overlap of {zones}: {parts}, {area}, at most {width} wide.", "请确定它归哪一方。",
         "Decide which zone it belongs to.",
         "同一方案中被两个以上区域同时占有的土地，无论多窄。" ZH_WIDTH
         "小于存储单位（1e-7 度，约 1 厘米）的重叠在组网时已不存在。" ZH_GROUP,
         "Land claimed by two or more zones of one scheme, however thin. " EN_WIDTH
         "Overlaps below the storage unit (1e-7 degree, about 1 cm) don't exist in the "
         "network. " EN_GROUP,
         "载入一个方案", "load a scheme"},
    [MERE_RULE_SLIVER] =
        {"sliver", MERE_PRINCIPLE_COVERAGE, "碎条", "Sliver",
         "{zones}有一块狭条：面积{area}，最宽处只有{width}（限值{limit}）。",
         "{zones} has a sliver: {area}, only {width} at its widest (limit {limit}).",
         "请并入邻近区域，或确认保留后登记豁免。",
         "Merge it into a neighbour, or waive it with a reason.",
         "一个区域独自拥有的、互相连通的一块土地，其最大内切圆直径小于限值。有争议的土地不计入。",
         "A connected piece of land that a zone alone owns, whose largest inscribed circle is "
         "narrower "
         "than the limit. Disputed land doesn't count as the zone's own.",
         "载入一个方案", "load a scheme"},
    [MERE_RULE_OUTSIDE_PARENT] =
        {"outside-parent", MERE_PRINCIPLE_COVERAGE, "越出上级范围", "Outside the parent",
         "{zones}有土地在{detail}之外：{parts}处，面积{area}，最宽{width}。",
         "{zones} has land outside {detail}: {parts}, {area}, at most {width} wide.",
         "请收回到上级边界，或修正上级边界。",
         "Draw the border back to the parent's, or correct the parent's border.",
         "区域的土地不在上级方案任何区域之内（没有上级方案时：不在外轮廓之内）。落在另一个上级区域"
         "内的土地由 nesting 报告。",
         "Land of a zone that lies in no zone of the parent scheme (without a parent scheme: "
         "outside "
         "the outline). Land in another parent zone is told by nesting.",
         "载入上级方案或外轮廓（--scheme outline），或用 --parent-scheme 指明",
         "load the parent scheme or an outline (--scheme outline), or name it with "
         "--parent-scheme"},
    [MERE_RULE_PARENT_UNCOVERED] =
        {"parent-uncovered", MERE_PRINCIPLE_COVERAGE, "上级未被完全覆盖", "Parent not covered",
         "{zones}没有被{detail}完全覆盖：{parts}处，面积{area}，最宽{width}。",
         "{zones} is not wholly covered by {detail}: {parts}, {area}, at most {width} wide.",
         "请补划缺少的部分，或作为空洞声明。",
         "Draw the missing land, or declare it in a scheme of role hole.",
         "上级区域中不属于任何下级区域、也不在声明空洞内的土地；每个上级区域一项，项中的 scheme 和 "
         "zones 指上级。",
         "Land of a parent zone that is in no zone of the child scheme and in no declared hole; "
         "one "
         "finding for each parent zone, whose scheme and zones are the parent's.",
         "载入覆盖型方案的上级方案（可用 --covering yes 和 --parent-scheme 指明）",
         "load the parent scheme of a covering scheme (--covering yes and --parent-scheme say "
         "which)"},
    [MERE_RULE_HOUSEHOLDS] =
        {"households", MERE_PRINCIPLE_SIZE, "户数", "Households", "{zones}有{value}户，{detail}。",
         "{zones} has {value} households, {detail}.", "请与相邻区域调整或拆并。",
         "Move a border with its neighbours, split it, or merge it.",
         "区域的户数与配置中该类（kind）区域的上下限比较；报告另列每个上级内的四分位数、中位数和基"
         "尼系数。",
         "The zone's households against the profile's limits for its kind; the report also gives "
         "quartiles, median and Gini coefficient for each parent.",
         "导入户数（--attr households=字段）", "import households (--attr households=FIELD)"},
    [MERE_RULE_PERSONS] = {"persons", MERE_PRINCIPLE_SIZE, "人数", "Persons",
                           "{zones}有{value}人，{detail}。",
                           "{zones} has {value} persons, {detail}.", "请与相邻区域调整或拆并。",
                           "Move a border with its neighbours, split it, or merge it.",
                           "区域的人数与配置中该类（kind）区域的上下限比较；另列每个上级内的分布。",
                           "The zone's persons against the profile's limits for its kind, with the "
                           "distribution for each "
                           "parent.",
                           "导入人数（--attr persons=字段）",
                           "import persons (--attr persons=FIELD)"},
    [MERE_RULE_AREA] = {"area", MERE_PRINCIPLE_SIZE, "面积", "Area",
                        "{zones}的面积是{value}，{detail}。", "{zones} covers {value}, {detail}.",
                        "请与相邻区域调整或拆并。",
                        "Move a border with its neighbours, split it, or merge it.",
                        "区域在椭球面上的面积（含有争议的土地）与配置中该类区域的上下限比较；另列每"
                        "个上级内的分布。",
                        "The zone's area on the ellipsoid (disputed land included) against the "
                        "profile's limits for "
                        "its kind, with the distribution for each parent.",
                        "配置中没有面积限值", "the profile has no limits of area"},
    [MERE_RULE_POINTS] =
        {"points", MERE_PRINCIPLE_SIZE, "地点数", "Places", "{zones}内有{value}个地点，{detail}。",
         "The number of places in {zones} is {value}, {detail}.", "请与相邻区域调整或拆并。",
         "Move a border with its neighbours, split it, or merge it.",
         "参考图层（配置中的 points，通常是 "
         "addresses）中落在区域内的点数，与限值比较；线上的点按半开规则只属于一个区域。",
         "Points of the reference layer (the profile's \"points\", usually addresses) inside the "
         "zone, "
         "against the limits. A point on a line has one owner, by the half-open rule.",
         "导入地点参考图层（import --reference addresses）",
         "import a reference layer of places (import --reference addresses)"},
    [MERE_RULE_KEY_SPLIT] =
        {"key-split", MERE_PRINCIPLE_KEY, "重点区域被分割", "Key area split",
         "{zones}没有整个划入一个区域：{detail}。", "{zones} is not whole in one zone: {detail}.",
         "请把整个重点区域划入一个专属网格。", "Put the whole key area into one dedicated grid.",
         "重点区域（key 方案的面）的土地不全在主方案的一个区域内：在占其最多的那个区域之外的面积（"
         "包括不属于任何区域的）超过限值。",
         "Land of a key area (a polygon of a scheme of role key) is not whole in one zone of the "
         "main scheme: more than the limit lies outside the zone that holds most of it, in other "
         "zones or in none.",
         "导入重点区域（--scheme key，或 --reference key_points 的点）和主方案",
         "import key areas (--scheme key, or points with --reference key_points) and the main "
         "scheme"},
    [MERE_RULE_KEY_SHARED] =
        {"key-shared", MERE_PRINCIPLE_KEY, "专属网格不专", "Dedicated grid shared",
         "{zones}不是单独的专属网格：{detail}。", "{zones} is not the key area's alone: {detail}.",
         "请为重点区域单独建格，把其余土地划给相邻网格。",
         "Give the key area a grid of its own and the rest of the land to the neighbours.",
         "容纳重点区域的专属网格里，其他土地的份额超过限值；或重点区域以点给出时，同一专属网格里有"
         "多个重点区域。没有任何"
         "区域标明类别（kind）时，凡容纳重点区域的网格都这样衡量。",
         "In the dedicated grid that holds a key area, more than the limit's share is other land; "
         "or, "
         "for key areas given as points, it holds several of them. Where no zone tells its kind, "
         "every "
         "grid that holds a key area is measured so.",
         "导入重点区域（--scheme key，或 --reference key_points 的点）和主方案",
         "import key areas (--scheme key, or points with --reference key_points) and the main "
         "scheme"},
    [MERE_RULE_KEY_WITHOUT] =
        {"key-without", MERE_PRINCIPLE_KEY, "重点区域没有专属网格", "Key area without a grid",
         "重点区域{detail}。", "Key area {detail}.", "请为它单独建格（kind 为 dedicated）。",
         "Give it a grid of its own (kind \"dedicated\").",
         "容纳重点区域大部分土地（或其点）的区域不是专属网格（kind 不在配置的 dedicated "
         "之列），或者没有区域容纳它。没有任何"
         "区域标明类别时，只在没有区域容纳它时报告。",
         "The zone that holds most of a key area's land (or its point) is no dedicated grid (its "
         "kind "
         "is not among the profile's \"dedicated\"), or no zone holds it. Where no zone tells its "
         "kind, "
         "only the latter is told.",
         "导入重点区域（--scheme key，或 --reference key_points 的点）和主方案",
         "import key areas (--scheme key, or points with --reference key_points) and the main "
         "scheme"},
    [MERE_RULE_TRADITION] =
        {"tradition", MERE_PRINCIPLE_TRADITION, "与原划分相比", "Against the former division",
         "{zones}{detail}。", "{zones}{detail}.", "请确认这些变动是有意的。",
         "Confirm that these changes are meant.",
         "与原方案比较：区域按代码对应，没有同代码的按最大重叠面积对应。统计原来有归属的土地和地点"
         "中"
         "保持原归属的份额，现在无人认领或有争议的算作未保持；每一对“原区域到新区域”"
         "的变动地块一项（说明级或配置所定），面积不超过以 m2 "
         "计的限值的不列。份额（土地与地点中较小者）低于限值时总项按配置的级别报告，否则为说明。",
         "Against the former scheme: zones are matched by code, those without a partner of the "
         "same code by their largest overlap. It gives the share of the land and places that had "
         "an owner and keep it (what is now unclaimed or disputed is not kept), and one finding "
         "for each pair of former and present owner with more changed land than the limit in m2. "
         "The overall finding has the profile's severity when the share (the smaller of land and "
         "places) is below its limit, else info.",
         "指定原方案（--against SCHEME）或在配置中设 former，并载入它",
         "name the former scheme (--against SCHEME, or \"former\" in the profile) and load it"},
    [MERE_RULE_PARTS] =
        {"parts", MERE_PRINCIPLE_EASY, "飞地", "Several parts",
         "{zones}由{value}块分离的土地组成。", "{zones} consists of {value} separate parts.",
         "请合并；确为飞地时登记豁免。", "Join them, or waive it when the enclave is meant.",
         "区域的土地（含有争议的）不能经公共边界连成一块；只在一点相接不算相连。飞地合法，可豁免。",
         "The zone's land (disputed land included) does not hang together across borders; touching "
         "in "
         "a point is not enough. Enclaves are legal: waive those that are meant.",
         "载入一个方案", "load a scheme"},
    [MERE_RULE_COMPACTNESS] = {"compactness", MERE_PRINCIPLE_EASY, "形状不紧凑", "Not compact",
                               "{zones}的紧凑度是{value}，低于限值{limit}。",
                               "{zones} has compactness {value}, below the limit {limit}.",
                               "请与相邻区域换地，使形状更规整。",
                               "Exchange land with the neighbours for a rounder shape.",
                               "Polsby-Popper 紧凑度 4πA/P²，圆为 1；周长包括所有部分和内环。",
                               "Polsby-Popper compactness, 4 pi A / P^2, 1 for a circle; the "
                               "perimeter counts all parts and "
                               "inner rings.",
                               "载入一个方案", "load a scheme"},
    [MERE_RULE_EXTENT] =
        {"extent", MERE_PRINCIPLE_EASY, "跨度过大", "Too far across",
         "{zones}的跨度是{value}，超过限值{limit}。",
         "{zones} is {value} across, over the limit of {limit}.", "请拆分，使巡查距离适度。",
         "Split it, so that its rounds stay short.", "区域内最远两点之间的距离。",
         "The distance between the two points of the zone that are farthest apart.", "载入一个方案",
         "load a scheme"},
    [MERE_RULE_CUTS] =
        {"cuts", MERE_PRINCIPLE_EASY, "边界切割建筑", "Border cuts a building",
         "{zones}的边界切割{detail}，切入长度{value}（限值{limit}）。",
         "The border of {zones} cuts {detail} over {value} (limit {limit}).",
         "请沿墙或道路改划边界。", "Move the border to the wall or the road.",
         "方案的边界穿过参考图层（配置中的 cuts，如 "
         "buildings、compounds）的面内部，穿过长度之和超过限值。",
         "A border of the scheme runs through the inside of a polygon of the reference layers (the "
         "profile's \"cuts\", such as buildings and compounds) over more than the limit, summed.",
         "导入建筑或小区面（import --reference buildings 或 compounds）",
         "import building or compound polygons (import --reference buildings, or compounds)"},
    [MERE_RULE_NESTING] =
        {"nesting", MERE_PRINCIPLE_TERRITORY, "跨上级边界", "Across a parent's border",
         "{zones}跨越上级边界：{detail}。", "{zones} crosses a parent's border: {detail}.",
         "请沿上级边界划分，或更正上级代码。",
         "Divide it along the parent's border, or correct its parent code.",
         "区域的土地落在自己上级以外的其他上级区域内。自己的上级是声明的那个；没有声明时是占面积最"
         "多的那个；上级代码"
         "有多个区域使用时，在其中任何一个之内都可以。面积不超过限值的不报。",
         "Land of a zone lies in other parent zones than its own. Its own parent is the stated "
         "one, or, "
         "where none is stated, the one that holds most of it; where several zones have its code, "
         "the land may lie in any of them. Up to the limit it is not told.",
         "载入上级方案，或用 --parent-scheme 指明",
         "load the parent scheme, or name it with --parent-scheme"},
    [MERE_RULE_NO_PARENT] =
        {"no-parent", MERE_PRINCIPLE_TERRITORY, "没有上级", "No parent", "{zones}{detail}。",
         "{zones} {detail}.", "请填写正确的上级代码。",
         "Set its parent to a code of the parent scheme.",
         "区域没有声明上级代码，或声明的代码在上级方案中不存在。整个方案都没有上级代码时不检查。",
         "The zone states no parent code, or one that is not in the parent scheme. Not checked "
         "where no "
         "zone of the scheme states one.",
         "载入上级方案，并导入上级代码（--parent 字段）",
         "load the parent scheme and import parent codes (--parent FIELD)"},
    [MERE_RULE_CODE_PREFIX] = {"code-prefix", MERE_PRINCIPLE_TERRITORY, "代码与上级不符",
                               "Code without the parent's",
                               "{zones}的代码不以上级代码{detail}开头。",
                               "The code of {zones} does not begin with its parent's, {detail}.",
                               "请更正代码或上级。", "Correct the code or the parent.",
                               "区域代码必须以其上级（声明的，否则占面积最多的）代码开头。",
                               "A zone's code must begin with the code of its parent (the stated "
                               "one, else the one that holds "
                               "most of it).",
                               "载入上级方案，或用 --parent-scheme 指明",
                               "load the parent scheme, or name it with --parent-scheme"},
    [MERE_RULE_CODE_DUPLICATE] =
        {"code-duplicate", MERE_PRINCIPLE_TERRITORY, "代码重复", "Code used twice",
         "{zones}：代码被{value}个区域使用。", "{zones}: the code is used by {value} zones.",
         "请改为不同代码；若为同一区域的多个部分，用 --dissolve 重新导入。",
         "Give each its own code, or import with --dissolve when they are parts of one zone.",
         "同一方案中多个区域使用同一代码。", "Several zones of one scheme have the same code.",
         "载入一个方案", "load a scheme"},
    [MERE_RULE_CODE_TEMPLATE] =
        {"code-template", MERE_PRINCIPLE_TERRITORY, "代码格式不符", "Code not by the template",
         "{zones}的代码不符合格式：{detail}。",
         "The code of {zones} does not fit the template: {detail}.", "请按格式更正代码。",
         "Correct the code.",
         "代码逐段与配置的模板比较，如 "
         "{county:6}{street:3}{community:3}{seq:3}：每段是规定位数的数字；county "
         "段须等于辖区代码的前几位（辖区代码够长时）。",
         "The code is compared with the profile's template, such as "
         "{county:6}{street:3}{community:3}{seq:3}: each field is that many digits, and the county "
         "field equals the beginning of the district's code (where that is long enough).",
         "配置中没有代码模板", "the profile has no code template"},
    [MERE_RULE_NAME] = {"name", MERE_PRINCIPLE_TERRITORY, "名称问题", "Name", "{zones}：{detail}。",
                        "{zones}: {detail}.", "请更正名称。", "Correct the name.",
                        "名称缺失、在同一上级内重复、含控制字符（包括 U+202E "
                        "一类改变文字方向的）或无效文字、或超过限值的字数。",
                        "A name that is missing, used twice within one parent, holds control "
                        "characters (those that turn the direction of text, such as U+202E, "
                        "included) or invalid "
                        "text, or has more characters than the limit.",
                        "导入名称（--name 字段）", "import names (--name FIELD)"},
};

const struct mere_rule_text *mere_rule_text(enum mere_rule rule)
{
    return &RULES[rule];
}

const struct mere_principle_text *mere_principle_text(enum mere_principle principle)
{
    return &PRINCIPLES[principle];
}

bool mere_rule_parse(const char *word, enum mere_rule *ret)
{
    for (int i = 0; i < MERE_N_RULES; i++)
        if (strcmp(word, RULES[i].id) == 0) {
            *ret = (enum mere_rule)i;
            return true;
        }
    return false;
}

const char *mere_severity_word(enum mere_severity severity)
{
    static const char *const WORDS[] = {"error", "warning", "info"};
    return WORDS[severity];
}

const char *mere_checked_word(enum mere_checked state)
{
    static const char *const WORDS[] = {"passed", "findings", "not-checked"};
    return WORDS[state];
}

enum mere_lang mere_lang_pick(const char *option, const char *store)
{
    const char *word = option ? option : store;
    return word && strcmp(word, "zh") == 0 ? MERE_LANG_ZH : MERE_LANG_EN;
}

static void explain_limit(const struct mere_limit *limit, enum mere_lang lang,
                          struct mere_text *out)
{
    bool zh = lang == MERE_LANG_ZH;
    char number[32];
    mere_text_add(out, "  - ");
    if (limit->scheme)
        mere_text_addf(out, "%s: ", limit->scheme);
    if (limit->kind)
        mere_text_addf(out, zh ? "类别 %s，" : "kind %s, ", limit->kind);
    if (limit->min == limit->min)
        mere_text_addf(out, zh ? "最少 %s %s，" : "at least %s %s, ",
                       mere_double_text(limit->min, number), limit->unit);
    if (limit->max == limit->max)
        mere_text_addf(out, zh ? "最多 %s %s，" : "at most %s %s, ",
                       mere_double_text(limit->max, number), limit->unit);
    if (limit->template_text)
        mere_text_addf(out, "%s, ", limit->template_text);
    mere_text_addf(out, zh ? "级别 %s（%s）\n" : "severity %s (%s)\n",
                   mere_severity_word(limit->severity), limit->source);
}

void mere_rule_explain(enum mere_rule rule, const struct mere_profile *profile, enum mere_lang lang,
                       struct mere_text *out)
{
    const struct mere_rule_text *text = &RULES[rule];
    const struct mere_principle_text *principle = &PRINCIPLES[text->principle];
    bool zh = lang == MERE_LANG_ZH, any = false;
    mere_text_addf(out, "%s: %s\n", text->id, zh ? text->zh_title : text->en_title);
    mere_text_addf(out, zh ? "原则：%s\n\n" : "principle: %s\n\n",
                   zh ? principle->zh : principle->en);
    const char *meaning = zh ? text->zh_explain : text->en_explain;
    size_t len = strlen(meaning);
    len -= len > 0 && meaning[len - 1] == ' '; /* sentences of the table end with a space */
    mere_text_addf(out, "%.*s\n\n", (int)len, meaning);
    mere_text_addf(out, zh ? "处理：%s\n" : "What to do: %s\n", zh ? text->zh_do : text->en_do);
    mere_text_addf(out, zh ? "缺数据时：%s\n" : "When it is not checked: %s\n",
                   zh ? text->zh_needs : text->en_needs);
    if (!profile)
        return;
    mere_text_addf(out, zh ? "配置 %s 中的限值：\n" : "Limits in profile %s:\n", profile->name);
    for (size_t i = 0; i < profile->n_limits; i++)
        if (profile->limits[i].rule == rule) {
            explain_limit(&profile->limits[i], lang, out);
            any = true;
        }
    if (!any)
        mere_text_add(out, zh ? "  - 无：不检查此规则\n" : "  - none: the rule is off\n");
}
