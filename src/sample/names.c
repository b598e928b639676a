#include "sample/names.h"
#include "base/text.h"
#include <stdio.h>
#include <string.h>

const char *const MERE_STREET_NAMES[MERE_TOWN_STREETS] = {"西兴", "长河", "浦沿"};

/* Characters that often stand in names of places around the river. */
static const char *const FIRST[] = {
    "云", "江", "春", "秋", "晓", "映", "聆", "望", "滨", "锦", "碧", "月", "星", "闻", "明",
    "海", "丹", "信", "伟", "共", "浦", "白", "立", "建", "滨", "南", "东", "新", "启", "永",
    "和", "乐", "安", "康", "泰", "顺", "奥", "汉", "火", "诚", "风", "时", "水", "平", "青",
    "文", "松", "竹", "梅", "荷", "桂", "枫", "柳", "鹭", "鹤", "燕", "帆", "潮", "虹", "晴"};
static const char *const SECOND[] = {
    "帆", "澜", "晖", "滩", "岸", "涛", "湾", "汀", "渚", "堤", "桥", "埠", "塘", "浜", "泾",
    "园", "林", "苑", "亭", "台", "山", "岭", "坞", "丘", "溪", "泉", "源", "波", "渔", "歌",
    "晓", "悦", "宁", "盛", "达", "兴", "业", "创", "智", "联", "联", "庄", "里", "坊", "圩",
    "沙", "洲", "潮", "星", "月", "露", "霞", "岚", "雨", "雪", "芳", "兰", "菊", "蒲", "芦"};

static uint32_t spread(uint32_t n)
{
    return n * 1787u % 3600u; /* a step without a common divisor: every pair once */
}

const char *mere_name_format(struct mere_arena *arena, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): clang 14 doesn't see va_start here */
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return n < 0 || (size_t)n >= sizeof text ? NULL : mere_arena_text(arena, text, (size_t)n);
}

const char *mere_name_pair(struct mere_arena *arena, uint32_t n)
{
    uint32_t k = spread(n);
    return mere_name_format(arena, "%s%s", FIRST[k % 60], SECOND[k / 60]);
}

const char *mere_name_road(struct mere_arena *arena, enum mere_way_kind way, int32_t road)
{
    static const char *const LAST[] = {
        [MERE_WAY_BANK] = "江堤",     [MERE_WAY_BORDER] = "界路", [MERE_WAY_EXPRESS] = "高架路",
        [MERE_WAY_ARTERIAL] = "大道", [MERE_WAY_CANAL] = "河",    [MERE_WAY_SECONDARY] = "路",
        [MERE_WAY_LANE] = "街"};
    if (way == MERE_WAY_BANK || way == MERE_WAY_BORDER)
        return way == MERE_WAY_BANK ? "钱塘江堤" : "区界";
    const char *pair = mere_name_pair(arena, (uint32_t)road);
    return pair ? mere_name_format(arena, "%s%s", pair, LAST[way]) : NULL;
}

const char *mere_name_community(struct mere_arena *arena, const struct mere_town_community *c,
                                int32_t i)
{
    const char *pair = mere_name_pair(arena, 2500u + (uint32_t)i);
    return pair ? mere_name_format(arena, "%s%s", pair, c->park ? "产业园区" : "社区") : NULL;
}

const char *mere_name_compound(struct mere_arena *arena, enum mere_use use, int32_t i)
{
    static const char *const HOMES[] = {"苑", "花园", "小区", "家园", "公寓", "府", "名邸", "新村"};
    static const char *const WORKS[] = {"科技园", "工业园", "创新园", "软件园"};
    const char *pair = mere_name_pair(arena, 700u + (uint32_t)i);
    const char *last = mere_use_lives(use)                                 ? HOMES[i % 8]
                       : use == MERE_USE_FACTORY || use == MERE_USE_OFFICE ? WORKS[i % 4]
                       : use == MERE_USE_CAMPUS                            ? "学院"
                       : use == MERE_USE_SCHOOL                            ? "学校"
                       : use == MERE_USE_HOSPITAL                          ? "医院"
                       : use == MERE_USE_MARKET                            ? "市场"
                                                                           : "公园";
    if (use == MERE_USE_VILLAGE)
        last = "村";
    return pair ? mere_name_format(arena, "%s%s", pair, last) : NULL;
}

const char *mere_name_former(struct mere_arena *arena, enum mere_use use, int32_t i)
{
    const char *pair = mere_name_pair(arena, 3599u - (uint32_t)i);
    return pair ? mere_name_format(arena, "%s%s", pair, mere_use_lives(use) ? "里" : "厂") : NULL;
}

const char *mere_name_key(struct mere_arena *arena, enum mere_use use, int32_t i)
{
    static const char *const LAST[MERE_N_USES] = {
        [MERE_USE_OFFICE] = "商务楼宇", [MERE_USE_FACTORY] = "产业园",
        [MERE_USE_CAMPUS] = "大学",     [MERE_USE_SCHOOL] = "小学",
        [MERE_USE_HOSPITAL] = "医院",   [MERE_USE_MARKET] = "农贸市场"};
    const char *pair = mere_name_pair(arena, 2600u + (uint32_t)i);
    return pair ? mere_name_format(arena, "%s%s", pair, LAST[use] ? LAST[use] : "") : NULL;
}

const char *mere_use_word(enum mere_use use)
{
    static const char *const WORDS[MERE_N_USES] = {"住宅小区", "高层住宅", "城中村", "商务办公",
                                                   "工业",     "高校",     "学校",   "医院",
                                                   "市场",     "绿地",     "湖",     "山"};
    return WORDS[use];
}

const char *mere_name_number(struct mere_arena *arena, int32_t n)
{
    static const char *const DIGITS[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const char *const UNITS[] = {"", "十", "百", "千"};
    char text[64] = "";
    size_t len = 0;
    bool zero = false;
    for (int32_t place = 3, power = 1000; place >= 0; place--, power /= 10) {
        int32_t digit = n / power % 10;
        if (digit == 0) {
            zero = len > 0;
            continue;
        }
        bool bare = digit == 1 && place == 1 && len == 0; /* 十二, not 一十二 */
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s", zero ? "零" : "",
                                bare ? "" : DIGITS[digit], UNITS[place]);
        zero = false;
    }
    return mere_arena_text(arena, text, len);
}
