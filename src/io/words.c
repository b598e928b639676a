#include "io/words.h"
#include <assert.h>
#include <string.h>

static const struct {
    const char *en, *zh;
} TABLE[] = {
    /* why a feature is rejected */
    {"it has no geometry that can be read", "没有可读取的几何图形"},
    {"its geometry is empty", "几何图形为空"},
    {"it is a line, not a polygon", "是线，不是面"},
    {"it is a point, not a polygon", "是点，不是面"},
    {"its geometry can't be read", "几何图形无法读取"},
    {"it can't be read", "无法读取"},
    {"its WKT can't be read", "WKT文本无法读取"},
    {"its longitude or latitude can't be read", "经度或纬度无法读取"},
    {"its rings have fewer than three points", "各环都不足三个点"},
    {"it has no area", "面积为零"},
    {"an edge runs over more than 180 degrees of longitude: cut the polygon at the antimeridian, "
     "into "
     "two parts",
     "有一条边跨经度超过180度：请在180度经线处把面切成两部分"},
    {"its code is empty", "编码为空"},
    {"its code is longer than 100 bytes", "编码超过100字节"},
    {"its code holds a line break or another control character", "编码中有换行或其他控制字符"},
    {"its name is longer than 1000 bytes", "名称超过1000字节"},
    {"its name holds a line break or another control character", "名称中有换行或其他控制字符"},
    {"a coordinate is not a number (NaN or infinite)", "有坐标不是数（NaN或无穷大）"},
    {"collections nested too deep", "几何集合嵌套过深"},
    {"it is a collection inside a collection: give its geometries one by one",
     "是集合中的集合：请把其中的几何图形逐个列出"},
    {"its curves can't be drawn as straight lines", "曲线无法化为直线段"},
    {"a vertex is off the Earth: longitude and latitude look swapped",
     "有顶点不在地球上：经度和纬度像是写反了"},
    {"a vertex is off the Earth: its numbers look like metres, not degrees (--crs?)",
     "有顶点不在地球上：数值像是米，不是度（请查 --crs）"},
    {"a vertex is off the Earth", "有顶点不在地球上"},
    {"a vertex can't be brought to longitude and latitude", "有顶点无法换算为经纬度"},
    {"nothing is left of it at 1e-7 degree", "按1e-7度取整后什么也不剩"},
    {"its geometry can't be kept", "几何图形无法保存"},
    {"the reading says: {0}", "读取时报错：{0}"},
    /* findings */
    {"a ring does not end where it begins: closed", "有环首尾不相接：已闭合"},
    {"curves are drawn as short straight lines", "曲线已化为短直线段"},
    {"points or lines beside its polygons are left out", "与面混在一起的点或线已略去"},
    {"a ring of fewer than three points is left out", "不足三个点的环已略去"},
    {"a vertex repeats the one before: dropped", "有顶点与前一个重复：已去掉"},
    {"a ring runs out and straight back: the spike is cut off", "有环伸出后原路返回：尖刺已切除"},
    {"a text fills its field and ends within a character: what is left of that one is dropped",
     "有文字写满字段、末字被截断：残缺的末字已去掉"},
    {"a ring crosses itself: what its shells wind around, less what its holes do, is taken",
     "有环自相交：取外环所绕的范围，减去内环所绕的范围；请核对图形"},
    {"the shell was not the first ring", "第一个环不是外环"},
    {"its rings touch themselves or each other: the same land is drawn anew, in another number of "
     "parts or holes",
     "环与自身或彼此相接：范围不变，重新划分了部分与内环"},
    {"a hole, or a piece of one, lies outside its shell: it takes nothing away",
     "有内环（或其一部分）在外环之外：不扣除任何范围；请核对图形"},
    {"two of its parts overlap: what they share counts once", "有两个部分重叠：重叠处只计一次"},
    {"a snap at {0} was not made: zone {1} would vanish", "{0} 处未做接边：否则区域 {1} 会消失"},
    {"a snap at {0} was not made: zone {1} would turn over", "{0} 处未做接边：否则区域 {1} 会翻转"},
    {"a snap at {0} was not made: zone {1} would be pinched",
     "{0} 处未做接边：否则区域 {1} 会被夹断"},
    {"a snap at {0} was not made: zone {1} would move too far",
     "{0} 处未做接边：否则区域 {1} 的顶点位移会超过容差"},
    {"the field {0} holds numbers of more digits than were read: the last may be lost; store such "
     "numbers as text in the file",
     "字段 {0} 的数位数过多，末几位可能已丢失；请在源文件中把这类数存为文本"},
    {"{0} \"{1}\" is negative: unknown; the text is kept in src_{0}",
     "{0} 的值“{1}”是负数：按未知处理，原文存入 src_{0}"},
    {"{0} \"{1}\" is no number: unknown; the text is kept in src_{0}",
     "{0} 的值“{1}”不是数：按未知处理，原文存入 src_{0}"},
    {"feature {0} became a part of zone {1}, but other fields of it differ from those of feature "
     "{2}, which stay",
     "第{0}个要素并入区域 {1}，但其他字段与第{2}个要素不同，以后者为准"},
    {"features {0} and {1} have one code, {2}: two zones; --dissolve would make them parts of one",
     "第{0}个和第{1}个要素编码相同，都是 {2}：作为两个区域；--dissolve 可合为一个区域的各部分"},
    {"the code {0} is a rounded number, as spreadsheets write it: its last digits are lost; take "
     "the "
     "code from where it came from, in a column of text",
     "编码 {0} 是电子表格改写过的近似数，末几位已丢失：请从原始来源取编码，该列设为文本"},
    {"the parent's code {0} is a rounded number, as spreadsheets write it: its last digits are "
     "lost; "
     "take the code from where it came from, in a column of text",
     "上级编码 {0} 是电子表格改写过的近似数，末几位已丢失：请从原始来源取编码，该列设为文本"},
    {"every code of more than 15 digits has zeros from the 16th on: a spreadsheet puts them there "
     "in "
     "the place of lost digits; compare with where the codes came from",
     "超过15位的编码从第16位起全是0：电子表格会用0代替丢失的位数，请与原始来源核对"},
    {"the .dbf file is missing: no attribute is read", "缺少 .dbf 文件：没有读到任何属性"},
    /* CRS and datum */
    {"the .prj file", ".prj 文件"},
    {"the file", "文件本身"},
    {"the standard of its format", "文件格式的标准"},
    {"its columns of longitude and latitude", "它的经度列和纬度列"},
    {"its column mere_datum says so", "文件的 mere_datum 列写明"},
    {"--datum says so", "由 --datum 指定"},
    {"its CRS names CGCS2000", "坐标系写明是CGCS2000"},
    {"its CRS names the datum", "坐标系写明了基准"},
    {"no vertex lies where map platforms shift", "没有顶点位于地图平台加偏的范围内"},
    {"unnamed", "未命名"},
    {"not stated", "未说明"},
    {"  crs       {0} ({1}, {2} %), from {3}\n", "  坐标系    {0}（{1}，{2} %），来自{3}\n"},
    {"  crs       {0} (no EPSG code matches; used as stated), from {1}\n",
     "  坐标系    {0}（没有相符的EPSG代码，按原文使用），来自{1}\n"},
    {"  operation none: degrees are taken as they are{0}\n",
     "  换算      无：经纬度按原值取用{0}\n"},
    {"  operation {0}, accuracy {1}{2}\n", "  换算      {0}，精度{1}{2}\n"},
    {"            the way to WGS 84 is the CRS's own (its TOWGS84 parameters); nobody vouches for "
     "their accuracy: compare with a place that you know\n",
     "            换算到WGS "
     "84用的是坐标系自带的参数（TOWGS84），其精度无人担保：请与已知地点核对\n"},
    {"; CGCS2000 and WGS 84 count as one datum (merestone's own rule)",
     "；CGCS2000与WGS 84按同一基准处理（merestone自定的规则）"},
    {"  datum     {0}: {1}{2}\n", "  基准      {0}：{1}{2}\n"},
    {"; brought to WGS 84 by the inverse of the published formula",
     "；已按公开公式的逆运算换算到WGS 84"},
    /* encoding */
    {"all texts are ASCII: no encoding needed", "文本全是ASCII：不涉及编码"},
    {"every text is valid UTF-8", "每段文本都是有效的UTF-8"},
    {"--encoding says so, and every text is valid in it", "由 --encoding 指定，每段文本都有效"},
    {"the only one of GBK, CP949, Big5 and Shift-JIS in which every text is valid",
     "GBK、CP949、Big5、Shift-JIS中，只有它使每段文本都有效"},
    {"the .cpg file says so, and every text is valid in it", ".cpg 文件写明，每段文本都有效"},
    {"the language byte of the .dbf says so, and every text is valid in it",
     ".dbf 的语言字节写明，每段文本都有效"},
    {"the .cpg file says {0}, but text {1} is not valid in it; not believed",
     ".cpg 文件写的是{0}，但第{1}段文本在其中无效，未采信"},
    {"the language byte of the .dbf says {0}, but text {1} is not valid in it; not believed",
     ".dbf 的语言字节写的是{0}，但第{1}段文本在其中无效，未采信"},
    {"the .cpg file names an encoding that is not known", ".cpg 文件写的编码不认识"},
    {"  encoding  {0}: {1}\n", "  编码      {0}：{1}\n"},
    /* fields */
    {"  fields    {0}\n", "  字段      {0}\n"},
    {"{0} = {1} (recognised)", "{0} = {1}（按字段名认出）"},
    {"the feature's number", "要素的序号"},
    {", ", "，"},
    {"; ", "；"},
    {"{0} kept as they are", "另有{0}个原样保留"},
    {": ", "："},
    {"            the place of a row is in the columns {0} (longitude) and {1} (latitude), "
     "recognised "
     "by their names\n",
     "            各行的位置取自 {0} 列（经度）和 {1} 列（纬度），按列名认出\n"},
    {"            field {0} looks like {1}: --{2} takes it\n",
     "            字段 {0} 像是 {1}：用 --{2} 可采用\n"},
    /* the report */
    {"imported {0}, layer {1} ({2}), as reference {3}\n",
     "已导入 {0}，图层 {1}（{2}），作为参考图层 {3}\n"},
    {"imported {0}, layer {1} ({2}), as scheme {3}: role {4}, {5}, parent scheme {6}\n",
     "已导入 {0}，图层 {1}（{2}），作为方案 {3}：类型 {4}，{5}，上级方案 {6}\n"},
    {"            what of these no option states is as it was in the scheme that it replaces\n",
     "            其中未用选项指定的，沿用被替换方案原来的设置\n"},
    {"covering", "应覆盖全区"},
    {"not covering", "不要求覆盖全区"},
    {"none", "无"},
    {"  noding    tolerance {0} m: {1} merged, {2} put into a neighbour's border, {3}; largest "
     "shift {4} m; {5} added where the transformation bends an edge\n",
     "  接边      容差 {0} 米：合并{1}点，{2}点加入邻区边界，交叉{3}处；最大移动 {4} "
     "米；因换算使边弯曲而加密{5}点\n"},
    {"  reading   {0} of GDAL, the first: {1}\n", "  读取      GDAL有{0}条警告，首条：{1}\n"},
    {"  features  {0} = {1} used + {2} rejected; {3}\n",
     "  要素      {0} = 采用{1} + 拒收{2}；{3}个区域\n"},
    {"  features  {0} = {1} used + {2} rejected\n", "  要素      {0} = 采用{1} + 拒收{2}\n"},
    {"  warning   {0}: {1}\n", "  警告      {0}：{1}\n"},
    {"            and {0}; all stand in the store's record\n",
     "            另有{0}条警告，全部记在库中\n"},
    {"  note      {0}: {1}:", "  提示      {0}：{1}："},
    {" and {0} more", " 等，另有{0}个"},
    {"  rejected  feature {0}: {1}\n", "  拒收      第{0}个要素：{1}\n"},
    {"            and {0}\n", "            另有{0}个拒收\n"},
    {"            and {0}; --reject FILE lists them all\n",
     "            另有{0}个拒收；--reject FILE 可全部列出\n"},
    /* an export */
    {"exported scheme {0}, {1}, to {2}: {3}", "已导出方案 {0}，{1}个区域，到 {2}：{3}"},
    {", shifted to {0}: formula-accurate only, labelled in the column mere_datum",
     "，已加偏为{0}：只到公式的精度，在 mere_datum 列中注明"},
    {"; backwards by operation {0}", "；按换算 {0} 逆算"},
    {"field {0} is called {1} in the shapefile\n", "字段 {0} 在shapefile中名为 {1}\n"},
    {"field {0} is called {1} in the file\n", "字段 {0} 在文件中名为 {1}\n"},
    {"field {0}: {1} texts are cut to 254 bytes, the first in row {2}\n",
     "字段 {0}：{1}段文本截到254字节，首见于第{2}行\n"},
    {"field {0}: {1} numbers are rounded to what a shapefile holds, the first in row {2}\n",
     "字段 {0}：{1}个数按shapefile所能容纳的位数舍入，首见于第{2}行\n"},
    {"field {0}: {1} empty texts become null, the first in row {2}\n",
     "字段 {0}：{1}段空文本变为空值，首见于第{2}行\n"},
    {"field {0}: {1} texts are cut to 254 bytes, the first in zone {2}\n",
     "字段 {0}：{1}段文本截到254字节，首见于区域 {2}\n"},
    {"field {0}: {1} numbers are rounded to what a shapefile holds, the first in zone {2}\n",
     "字段 {0}：{1}个数按shapefile所能容纳的位数舍入，首见于区域 {2}\n"},
    {"field {0}: {1} empty texts become null, the first in zone {2}\n",
     "字段 {0}：{1}段空文本变为空值，首见于区域 {2}\n"},
};

const char *mere_words_zh(const char *en)
{
    for (size_t i = 0; i < MERE_LEN(TABLE); i++)
        if (strcmp(TABLE[i].en, en) == 0)
            return TABLE[i].zh;
    return NULL;
}

const char *mere_words(bool zh, const char *en)
{
    const char *found = zh ? mere_words_zh(en) : NULL;
    return found ? found : en;
}

void mere_words_add(struct mere_text *t, bool zh, const char *en, const char *const *args)
{
    size_t n = 0;
    assert(mere_words_zh(en));
    while (args && args[n])
        n++;
    for (const char *s = mere_words(zh, en); *s;) {
        size_t plain = strcspn(s, "{");
        mere_text_add_n(t, s, plain);
        s += plain;
        if (!*s)
            break;
        size_t k = (size_t)(s[1] - '0');
        if (k < n)
            mere_text_add(t, args[k]);
        else
            t->failed = true; /* memory was out when it was made */
        s += 3;
    }
}

bool mere_words_row(size_t i, const char **ret_en, const char **ret_zh)
{
    if (i >= MERE_LEN(TABLE))
        return false;
    *ret_en = TABLE[i].en;
    *ret_zh = TABLE[i].zh;
    return true;
}
