/* test_check_levels.c - one level in another, limits by kind, codes, and borders through buildings:
 * the hard cases of each. */
#include "check.h"
#include "unit/check_district.h"

static const struct mere_finding *about(const struct mere_report *report, enum mere_rule rule,
                                        const char *code)
{
    for (size_t i = 0; report && i < report->n_findings; i++)
        if (report->findings[i].rule == rule &&
            strcmp(codes_of(report, &report->findings[i]), code) == 0)
            return &report->findings[i];
    static const struct mere_finding none = {.zh = "", .en = "", .value = NAN, .area_m2 = NAN};
    return &none;
}

/* ---- codes ---- */

TEST(a_template_is_compared_by_characters)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "001", 0, 0, 100, 400);
    maker_box(&m, "网001", 100, 0, 200, 400);
    maker_box(&m, "网组001", 200, 0, 300, 400);
    maker_box(&m, "罔格001", 300, 0, 400, 400); /* 罔 begins with the same byte as 网 */
    /* Of what is too much, 40 bytes end within a character. */
    maker_box(&m, "网格001123456789012345678901234567890123456789组组", 400, 0, 500, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    static const char TEMPLATE[] = PROFILE(LIMIT("code-template", "\"template\":\"网格{seq:3}\","));
    if (CHECK(district_check(&d, TEMPLATE))) {
        CHECK_INT(5, d.report->n_findings);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "001")->en,
                     "character 1 should be \"网\"") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "网组001")->en,
                     "character 2 should be \"格\"") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "网组001")->zh,
                     "第2个字符应为“格”") != NULL);
        CHECK(strstr(about(d.report, MERE_RULE_CODE_TEMPLATE, "罔格001")->en,
                     "character 1 should be \"网\"") != NULL);
        for (size_t i = 0; i < d.report->n_findings; i++) {
            const struct mere_finding *f = &d.report->findings[i];
            CHECK(mere_utf8_valid(f->en, strlen(f->en)) && mere_utf8_valid(f->zh, strlen(f->zh)));
        }
    }
    district_clear(&d);
}

/* ---- key areas ---- */

TEST(a_key_area_that_lies_mostly_in_no_grid_is_split)
{
    static const char SPLIT[] = PROFILE(LIMIT("key-split", "\"max\":1,\"unit\":\"m2\","));
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "A", 300, 0, 500, 500)->kind = "dedicated";
    maker_box(&m, "B", 0, 0, 300, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "key", MERE_ROLE_KEY);
    maker_box(&m, "K", 300, 0, 900, 500);
    d.layers[d.n_layers++] = maker_end(&m);
    const struct mere_finding *f = only_finding(&d, SPLIT, MERE_RULE_KEY_SPLIT);
    CHECK_STR("K", codes_of(d.report, f));
    CHECK_NEAR(200000, f->value, 300);
    CHECK(strstr(f->en, "A (A) has ") != NULL && strstr(f->en, "m² lies in no grid") != NULL);
    district_clear(&d);
}

int main(void)
{
    RUN(a_key_area_that_lies_mostly_in_no_grid_is_split);
    RUN(a_template_is_compared_by_characters);
    return done();
}
