/* test_check.c - sizes, key areas, tradition and shape: every rule is found once where its defect
 * is, and not on the clean version; profiles and reports. */
#include "check.h"
#include "unit/check_district.h"

/* ---- sizes ---- */

static const char SIZES[] = PROFILE(
    "\"households\":[{\"kind\":\"dedicated\",\"min\":0,\"unit\":\"household\",\"severity\":"
    "\"info\","
    "\"source\":\"t\"},{\"min\":300,\"max\":500,\"unit\":\"household\",\"severity\":\"warning\","
    "\"source\":\"t\"}]," LIMIT("area", "\"min\":50000,\"unit\":\"m2\",") "," LIMIT(
        "points", "\"max\":1,\"unit\":\"point\","));

static const uint8_t *wkb_point(struct mere_arena *arena, struct mere_point p)
{
    double xy[2] = {mere_e7_to_degrees(p.x), mere_e7_to_degrees(p.y)};
    uint8_t *wkb = MERE_NEW(arena, uint8_t, 21);
    wkb[0] = 1;
    wkb[1] = 1;
    memcpy(wkb + 5, xy, 16); /* little-endian machines only, as all we test on */
    return wkb;
}

TEST(sizes_out_of_their_limits_are_found_by_kind_and_spread_is_told)
{
    struct district d = {0};
    struct maker m;
    static const struct {
        const char *code, *kind;
        double x0, x1;
        int64_t households;
    } ROWS[] = {{"1", "basic", 0, 200, 299},
                {"2", "basic", 200, 400, 400},
                {"3", NULL, 400, 600, 501},
                {"4", "dedicated", 600, 700, 0},
                {"5", "basic", 700, 900, MERE_UNKNOWN}};
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct mere_zone *z = maker_box(&m, ROWS[i].code, ROWS[i].x0, 0, ROWS[i].x1, 400);
        z->kind = ROWS[i].kind;
        z->households = ROWS[i].households;
    }
    d.layers[d.n_layers++] = maker_end(&m);
    struct mere_ref_feature at[2] = {{.wkb = wkb_point(&d.arena, at_m(250, 50)), .wkb_len = 21},
                                     {.wkb = wkb_point(&d.arena, at_m(250, 60)), .wkb_len = 21}};
    struct mere_ref_layer addresses = {.name = "addresses", .n_features = 2, .features = at};
    d.in.references = &addresses;
    d.in.n_references = 1;
    if (CHECK(district_check(&d, SIZES))) {
        CHECK_INT(2, n_of(d.report, MERE_RULE_HOUSEHOLDS));
        CHECK_NEAR(299, first_of(d.report, MERE_RULE_HOUSEHOLDS)->value, 0);
        CHECK_NEAR(300, first_of(d.report, MERE_RULE_HOUSEHOLDS)->limit, 0);
        CHECK_STR("household", first_of(d.report, MERE_RULE_HOUSEHOLDS)->unit);
        CHECK_INT(1, n_of(d.report, MERE_RULE_AREA));
        CHECK_STR("4", codes_of(d.report, first_of(d.report, MERE_RULE_AREA)));
        CHECK_INT(1, n_of(d.report, MERE_RULE_POINTS));
        CHECK_STR("2", codes_of(d.report, first_of(d.report, MERE_RULE_POINTS)));
        const struct mere_principle_result *p = &d.report->principles[MERE_PRINCIPLE_SIZE];
        CHECK_INT(1, p->n_missing); /* the households of 5 */
        const struct mere_distribution *spread = &d.report->distributions[0];
        CHECK_INT(4, spread->n);
        CHECK_INT(1, spread->n_unknown);
        CHECK_NEAR(349.5, spread->median, 1e-9);
        /* 0, 299, 400, 501: sum 1200, 2 (0 + 598 + 1200 + 2004) / (4 1200) - 5 / 4. */
        CHECK_NEAR(2.0 * 3802 / 4800 - 1.25, spread->gini, 1e-12);
    }
    district_clear(&d);
}

/* ---- key areas ---- */

static const char KEYS[] = PROFILE(LIMIT("key-split", "\"max\":1,\"unit\":\"m2\",") "," LIMIT(
    "key-shared", "\"max\":0.2,\"unit\":\"share\",") "," LIMIT("key-without", ""));

static void add_key_grids(struct district *d)
{
    struct maker m;
    maker_begin(&m, &d->arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 200, 400)->kind = "basic";
    maker_box(&m, "2", 200, 0, 400, 400)->kind = "dedicated";
    maker_box(&m, "3", 400, 0, 600, 400)->kind = "dedicated";
    d->layers[d->n_layers++] = maker_end(&m);
}

TEST(a_key_area_that_fills_its_dedicated_grid_is_right)
{
    struct district d = {0};
    struct maker m;
    add_key_grids(&d);
    maker_begin(&m, &d.arena, "key", MERE_ROLE_KEY);
    maker_box(&m, "k", 200, 0, 400, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, KEYS))) {
        CHECK_INT(0, d.report->n_findings);
        CHECK_INT(MERE_CHECKED_PASSED, d.report->principles[MERE_PRINCIPLE_KEY].state);
    }
    district_clear(&d);
}

TEST(key_areas_split_shared_and_without_a_grid_are_found)
{
    struct district d = {0};
    struct maker m;
    add_key_grids(&d);
    maker_begin(&m, &d.arena, "key", MERE_ROLE_KEY);
    maker_box(&m, "a", 150, 300, 400, 400); /* mostly in 2, a bit in 1; a quarter of 2 */
    maker_box(&m, "b", 10, 10, 50, 50);     /* in 1, which is basic */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, KEYS))) {
        CHECK_INT(1, n_of(d.report, MERE_RULE_KEY_SPLIT));
        CHECK_STR("a", codes_of(d.report, first_of(d.report, MERE_RULE_KEY_SPLIT)));
        CHECK_INT(1, n_of(d.report, MERE_RULE_KEY_SHARED));
        CHECK_STR("2", codes_of(d.report, first_of(d.report, MERE_RULE_KEY_SHARED)));
        CHECK_NEAR(0.75, first_of(d.report, MERE_RULE_KEY_SHARED)->value, 1e-3);
        CHECK_INT(1, n_of(d.report, MERE_RULE_KEY_WITHOUT));
        CHECK_STR("b", codes_of(d.report, first_of(d.report, MERE_RULE_KEY_WITHOUT)));
        CHECK_INT(3, d.report->n_findings);
    }
    district_clear(&d);
}

TEST(key_areas_may_be_points)
{
    struct district d = {0};
    add_key_grids(&d);
    struct mere_ref_feature at[] = {{.wkb = wkb_point(&d.arena, at_m(50, 50)), .wkb_len = 21},
                                    {.wkb = wkb_point(&d.arena, at_m(250, 50)), .wkb_len = 21},
                                    {.wkb = wkb_point(&d.arena, at_m(450, 50)), .wkb_len = 21},
                                    {.wkb = wkb_point(&d.arena, at_m(450, 90)), .wkb_len = 21},
                                    {.wkb = wkb_point(&d.arena, at_m(999, 90)), .wkb_len = 21}};
    struct mere_ref_layer keys = {.name = "key_points", .n_features = 5, .features = at};
    d.in.references = &keys;
    d.in.n_references = 1;
    if (CHECK(district_check(&d, KEYS))) {
        CHECK_INT(2, n_of(d.report, MERE_RULE_KEY_WITHOUT)); /* in a basic grid; in none */
        CHECK_INT(1, n_of(d.report, MERE_RULE_KEY_SHARED));  /* two in 3 */
        CHECK_INT(3, d.report->n_findings);
    }
    d.in.n_references = 0;
    if (CHECK(district_check(&d, KEYS))) {
        CHECK_INT(0, d.report->n_findings);
        CHECK_INT(MERE_CHECKED_NOT, d.report->principles[MERE_PRINCIPLE_KEY].state);
        CHECK(d.report->principles[MERE_PRINCIPLE_KEY].n_missing > 0);
    }
    district_clear(&d);
}

/* ---- tradition, shape, cuts ---- */

TEST(tradition_tells_what_is_kept_and_what_changed)
{
    static const char TRADITION[] =
        PROFILE("\"tradition\":[{\"min\":0.95,\"unit\":\"share\",\"severity\":\"warning\","
                "\"source\":\"t\"},"
                "{\"max\":100,\"unit\":\"m2\",\"severity\":\"info\",\"source\":\"t\"}]");
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 550, 400);
    maker_box(&m, "2", 550, 0, 1000, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "former", MERE_ROLE_OTHER);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_box(&m, "old", 500, 0, 1000, 400); /* matched with 2 by land */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, TRADITION)))
        CHECK_INT(MERE_CHECKED_NOT, d.report->principles[MERE_PRINCIPLE_TRADITION].state);
    d.in.against = "former";
    if (CHECK(district_check(&d, TRADITION))) {
        CHECK_INT(2, n_of(d.report, MERE_RULE_TRADITION));
        const struct mere_finding *whole = &d.report->findings[0], *piece = &d.report->findings[1];
        CHECK_NEAR(0.95, whole->value, 1e-3);
        CHECK_STR("share", whole->unit);
        CHECK_STR("1", codes_of(d.report, piece));
        CHECK_NEAR(20000, piece->area_m2, 30);
        CHECK(strstr(piece->en, "belonged to old (old)") != NULL);
        CHECK_NEAR(0.95, d.report->kept.area_kept_m2 / d.report->kept.area_m2, 1e-3);
    }
    district_clear(&d);
}

TEST(land_that_lost_its_owner_is_not_kept)
{
    static const char TRADITION[] = PROFILE("\"tradition\":[{\"min\":0.95,\"unit\":\"share\","
                                            "\"severity\":\"warning\",\"source\":\"t\"}]");
    struct district d = {.in.against = "former"};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_box(&m, "2", 400, 0, 500, 400); /* claims a tenth of the whole from 1 */
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "former", MERE_ROLE_OTHER);
    maker_box(&m, "1", 0, 0, 500, 400);
    maker_box(&m, "2", 500, 0, 1000, 400); /* nobody's now */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, TRADITION))) {
        CHECK_INT(MERE_CHECKED_FINDINGS, d.report->principles[MERE_PRINCIPLE_TRADITION].state);
        CHECK_NEAR(0.4, d.report->findings[0].value, 1e-3);
    }
    district_clear(&d);
}

TEST(parts_shape_and_extent_are_measured)
{
    static const char SHAPE[] = PROFILE(LIMIT("parts", "") "," LIMIT(
        "compactness", "\"min\":0.2,\"unit\":\"polsby-popper\",") "," LIMIT("extent",
                                                                            MAX_M("1000")));
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 100, 100);
    maker_ring(&m, (double[]){300, 0, 400, 0, 400, 100, 300, 100}, 4, false);
    maker_box(&m, "2", 0, 500, 1200, 550);
    maker_box(&m, "3", 0, 600, 100, 700);
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, SHAPE))) {
        CHECK_INT(1, n_of(d.report, MERE_RULE_PARTS));
        CHECK_STR("1", codes_of(d.report, first_of(d.report, MERE_RULE_PARTS)));
        CHECK_INT(2, first_of(d.report, MERE_RULE_PARTS)->parts);
        CHECK_INT(1, n_of(d.report, MERE_RULE_COMPACTNESS));
        /* 4 pi 60000 / 2500^2 */
        CHECK_NEAR(0.120637, first_of(d.report, MERE_RULE_COMPACTNESS)->value, 1e-4);
        CHECK_INT(1, n_of(d.report, MERE_RULE_EXTENT));
        CHECK_NEAR(1201.04, first_of(d.report, MERE_RULE_EXTENT)->value, 0.2);
        CHECK_INT(3, d.report->n_findings);
    }
    district_clear(&d);
}

TEST(a_border_through_a_building_cuts_it_and_one_along_its_wall_does_not)
{
    static const char CUTS[] = PROFILE(LIMIT("cuts", MAX_M("0.5")));
    struct district d = {0};
    d.layers[d.n_layers++] = two_grids(&d.arena, 0);
    struct mere_ref_feature buildings[] = {
        {.wkb = wkb_box(&d.arena, 490, 20, 510, 60), .wkb_len = 93},    /* cut over 40 m */
        {.wkb = wkb_box(&d.arena, 500, 150, 520, 190), .wkb_len = 93},  /* along the border */
        {.wkb = wkb_box(&d.arena, 100, 150, 120, 190), .wkb_len = 93}}; /* apart */
    struct mere_ref_layer layer = {.name = "buildings", .n_features = 3, .features = buildings};
    if (CHECK(district_check(&d, CUTS)))
        CHECK_INT(MERE_CHECKED_NOT, d.report->principles[MERE_PRINCIPLE_EASY].state);
    d.in.references = &layer;
    d.in.n_references = 1;
    if (CHECK(district_check(&d, CUTS))) {
        const struct mere_finding *f = first_of(d.report, MERE_RULE_CUTS);
        CHECK_INT(1, d.report->n_findings);
        CHECK_NEAR(40, f->value, 0.1);
        CHECK_STR("1 2", codes_of(d.report, f));
    }
    district_clear(&d);
}

/* ---- ids and waivers ---- */

/* ---- profiles
 * ------------------------------------------------------------------------------------------------------
 */

TEST(the_shipped_profiles_are_valid)
{
    struct mere_ctx ctx = {0};
    size_t n = 0;
    for (; mere_profile_name(n); n++) {
        struct mere_profile *p = NULL;
        CHECK_INT(MERE_OK, mere_profile_shipped(&ctx, mere_profile_name(n), &p));
        if (p)
            CHECK_STR(mere_profile_name(n), p->name);
        mere_profile_free(p);
    }
    CHECK_INT(3, n);
    struct mere_profile *none;
    CHECK_INT(MERE_E_NOT_FOUND, mere_profile_shipped(&ctx, "shanghai", &none));
    CHECK(strstr(ctx.error, "plain, hangzhou, us") != NULL);
    mere_ctx_clear(&ctx);
}

TEST(a_wrong_profile_is_refused_with_key_and_file)
{
    static const struct {
        const char *json, *told;
    } ROWS[] = {
        {"{", "p.json: line 1"},
        {"[]", "must be a JSON object"},
        {"{\"name\":\"a\",\"name\":\"b\",\"rules\":{}}", "duplicate"},
        {"{\"name\":\"a\"}", "needs \"rules\""},
        {"{\"rules\":{}}", "needs a \"name\""},
        {"{\"name\":\"a\",\"rules\":{},\"limits\":1}", "unknown key \"limits\""},
        {"{\"name\":\"a\",\"rules\":{\"gaps\":[]}}", "unknown rule \"gaps\""},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[]}}", "leave the rule out"},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"maxx\":1}]}}", "unknown key \"maxx\""},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"max\":1,\"unit\":\"km\",\"severity\":\"error\","
         "\"source\":\"s\"}]}}",
         "measured in \"m\""},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"unit\":\"m\",\"severity\":\"error\",\"source\":"
         "\"s\"}]}}",
         "limited by \"max\""},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"max\":1,\"unit\":\"m\",\"severity\":\"bad\","
         "\"source\":\"s\"}]}}",
         "error, warning or info"},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"max\":1,\"unit\":\"m\",\"severity\":\"error\"}]}}",
         "\"source\""},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"max\":-1,\"unit\":\"m\",\"severity\":\"error\","
         "\"source\":\"s\"}]}}",
         "from 0"},
        {"{\"name\":\"a\",\"rules\":{\"code-template\":[{\"template\":\"{x}\",\"severity\":"
         "\"error\","
         "\"source\":\"s\"}]}}",
         "no code template"},
        {"{\"name\":\"a\",\"rules\":{\"gap\":[{\"kind\":\"dedicated\",\"max\":1,\"unit\":\"m\","
         "\"severity\":\"error\",\"source\":\"s\"}]}}",
         "no \"kind\""},
    };
    for (size_t i = 0; i < MERE_LEN(ROWS); i++) {
        struct mere_ctx ctx = {0};
        struct mere_profile *p = NULL;
        CHECK(mere_profile_parse(&ctx, ROWS[i].json, strlen(ROWS[i].json), "p.json", &p) !=
              MERE_OK);
        if (!CHECK(ctx.error && strstr(ctx.error, ROWS[i].told) && strstr(ctx.error, "p.json")))
            printf("  row %zu: %s\n", i, ctx.error ? ctx.error : "");
        mere_profile_free(p);
        mere_ctx_clear(&ctx);
    }
}

TEST(no_english_sentence_holds_chinese)
{
    for (int r = 0; r < MERE_N_RULES; r++) {
        const struct mere_rule_text *t = mere_rule_text((enum mere_rule)r);
        const char *english[] = {t->id, t->en_title, t->en, t->en_do, t->en_explain, t->en_needs};
        for (size_t i = 0; i < MERE_LEN(english); i++)
            for (const char *s = english[i]; *s; s++)
                CHECK((unsigned char)*s < 0x80);
    }
}

TEST(an_unknown_scheme_is_refused_with_those_there_are)
{
    struct district d = {0};
    const char *asked[] = {"gird"};
    d.layers[d.n_layers++] = two_grids(&d.arena, 0);
    CHECK(district_check(&d, COVERAGE));
    d.in.schemes = asked;
    d.in.n_schemes = 1;
    struct mere_report *report = NULL;
    CHECK_INT(MERE_E_NOT_FOUND, mere_check_run(&d.ctx, &d.in, &report));
    CHECK(strstr(d.ctx.error, "grid") != NULL);
    district_clear(&d);
}

/* Every reader of JSON must be able to read the report; the page must hold nothing of the data
 * unescaped. */
TEST(reports_escape_what_the_data_hold)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1\"<b>&", 0, 0, 500, 400)->name = "</title><script>alert('x')</script>";
    maker_box(&m, "1\"<b>&", 600, 0, 900, 400)->name = "a\nb";
    d.layers[d.n_layers++] = maker_end(&m);
    d.in.district_name = "<i>D</i>";
    if (CHECK(district_check(&d, "plain"))) {
        struct mere_text html = {0}, json = {0}, text = {0};
        mere_report_html(d.report, MERE_LANG_ZH, &html);
        mere_report_json(d.report, &json);
        mere_report_text(d.report, MERE_LANG_EN, &text);
        CHECK(!html.failed && !json.failed && !text.failed);
        CHECK(!strstr(html.s, "<script") && !strstr(html.s, "<b>&") && !strstr(html.s, "<i>D"));
        CHECK(strstr(html.s, "&lt;script&gt;") != NULL);
        CHECK(strstr(html.s, "http") == NULL); /* self-contained */
        CHECK(strstr(json.s, "\"zones\":[\"1\\\"<b>&\"]") != NULL);
        mere_text_clear(&html);
        mere_text_clear(&json);
        mere_text_clear(&text);
    }
    district_clear(&d);
}

/* Any control that turns the direction of text; the page's own isolation is <bdi>. */
static bool turns(const char *s)
{
    static const char *const CONTROLS[] = {"\u202E", "\u202A", "\u2066", "\u2068",
                                           "\u2069", "\u200F", "\u200E"};
    for (size_t i = 0; i < MERE_LEN(CONTROLS); i++)
        if (strstr(s, CONTROLS[i]))
            return true;
    return false;
}

TEST(a_name_that_turns_the_direction_of_text_is_told_and_turns_no_sentence)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "1", 0, 0, 500, 400)->name = "a\u202Eb";
    maker_box(&m, "2", 500, 0, 900, 400)->name = "\u2066c\u2069";
    maker_box(&m, "3", 900, 0, 1200, 400)->name = "d\u200F";
    maker_box(&m, "4\u202E", 900, 0, 1200, 400)->name = "\u05D0\u05D1"; /* Hebrew is a name */
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(
            &d, PROFILE(LIMIT("name", "\"max\":30,\"unit\":\"character\",") "," LIMIT("overlap",
                                                                                      ""))))) {
        struct mere_text html = {0}, json = {0}, text = {0};
        mere_report_html(d.report, MERE_LANG_EN, &html);
        mere_report_json(d.report, &json);
        mere_report_text(d.report, MERE_LANG_EN, &text);
        CHECK(!html.failed && !json.failed && !text.failed);
        CHECK_INT(3, n_of(d.report, MERE_RULE_NAME));
        CHECK_INT(1, n_of(d.report, MERE_RULE_OVERLAP));
        CHECK_STR("a<U+202E>b (1): the name holds a control character that turns the direction of "
                  "text. Correct the name.",
                  first_of(d.report, MERE_RULE_NAME)->en);
        CHECK(!turns(html.s) && !turns(text.s));
        CHECK(strstr(text.s, "a<U+202E>b (1): ") != NULL);
        CHECK(strstr(html.s, "<bdi>a&lt;U+202E&gt;b</bdi> (<bdi>1</bdi>): ") != NULL);
        CHECK(strstr(html.s, "<bdi>\u05D0\u05D1</bdi> (<bdi>4&lt;U+202E&gt;</bdi>)") != NULL);
        CHECK(strstr(json.s, "\"zones\":[\"3\",\"4\u202E\"]") != NULL); /* as the data has it */
        mere_text_clear(&html);
        mere_text_clear(&json);
        mere_text_clear(&text);
    }
    district_clear(&d);
}

TEST(an_empty_store_is_not_checked_rather_than_passed)
{
    struct district d = {0};
    if (CHECK(district_check(&d, "hangzhou"))) {
        struct mere_text html = {0};
        for (int p = 0; p < MERE_N_PRINCIPLES; p++) {
            CHECK_INT(MERE_CHECKED_NOT, d.report->principles[p].state);
            CHECK(d.report->principles[p].n_missing > 0);
        }
        mere_report_html(d.report, MERE_LANG_EN, &html);
        CHECK(!html.failed);
        mere_text_clear(&html);
    }
    district_clear(&d);
}

static bool lacks(const struct mere_report *r, enum mere_rule rule)
{
    const struct mere_principle_result *p = &r->principles[mere_rule_text(rule)->principle];
    for (size_t i = 0; i < p->n_missing; i++)
        if (p->missing[i].rule == rule)
            return true;
    return false;
}

TEST(a_rule_that_speaks_of_no_loaded_scheme_is_not_checked_rather_than_passed)
{
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "muni", MERE_ROLE_OTHER);
    m.drawn.layer.covering = true;
    maker_box(&m, "1", 0, 0, 200, 400)->name = "a";
    maker_box(&m, "2", 200, 0, 400, 400)->name = "b";
    d.layers[d.n_layers++] = maker_end(&m);
    if (CHECK(district_check(&d, "hangzhou"))) {
        const struct mere_principle_result *p = d.report->principles;
        static const enum mere_rule IDLE[] = {
            MERE_RULE_PARTS,       MERE_RULE_COMPACTNESS,   MERE_RULE_EXTENT, MERE_RULE_CUTS,
            MERE_RULE_CODE_PREFIX, MERE_RULE_CODE_TEMPLATE, MERE_RULE_AREA};
        for (size_t i = 0; i < MERE_LEN(IDLE); i++)
            CHECK(lacks(d.report, IDLE[i]));
        CHECK_INT(MERE_CHECKED_NOT, p[MERE_PRINCIPLE_EASY].state);
        CHECK_INT(MERE_CHECKED_NOT, p[MERE_PRINCIPLE_TERRITORY].state);
        CHECK(!lacks(d.report, MERE_RULE_CODE_DUPLICATE));
        CHECK(!lacks(d.report, MERE_RULE_GAP));
        CHECK_STR("no scheme that the profile's limits speak of is loaded: import grid, community, "
                  "street",
                  p[MERE_PRINCIPLE_EASY].missing[0].en);
    }
    district_clear(&d);
}

TEST(a_rule_of_a_scheme_that_is_not_asked_for_is_not_checked)
{
    static const char SHAPES[] =
        PROFILE("\"extent\":[{\"scheme\":\"grid\",\"max\":5000,\"unit\":\"m\",\"severity\":"
                "\"error\",\"source\":\"t\"}]");
    struct district d = {0};
    struct maker m;
    maker_begin(&m, &d.arena, "street", MERE_ROLE_STREET);
    maker_box(&m, "1", 0, 0, 400, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    maker_begin(&m, &d.arena, "grid", MERE_ROLE_GRID);
    maker_box(&m, "11", 0, 0, 400, 400);
    d.layers[d.n_layers++] = maker_end(&m);
    const char *street = "street";
    d.in.schemes = &street;
    d.in.n_schemes = 1;
    const struct mere_principle_result *p = NULL;
    if (CHECK(district_check(&d, SHAPES))) {
        p = &d.report->principles[MERE_PRINCIPLE_EASY];
        CHECK_INT(MERE_CHECKED_NOT, p->state);
        CHECK_STR("the profile's limits speak of the scheme grid: add --scheme grid",
                  p->n_missing ? p->missing[0].en : "");
    }
    d.in.n_schemes = 0;
    if (CHECK(district_check(&d, SHAPES))) {
        p = &d.report->principles[MERE_PRINCIPLE_EASY];
        CHECK_INT(MERE_CHECKED_PASSED, p->state);
    }
    district_clear(&d);
}

int main(void)
{
    RUN(sizes_out_of_their_limits_are_found_by_kind_and_spread_is_told);
    RUN(a_key_area_that_fills_its_dedicated_grid_is_right);
    RUN(key_areas_split_shared_and_without_a_grid_are_found);
    RUN(key_areas_may_be_points);
    RUN(tradition_tells_what_is_kept_and_what_changed);
    RUN(land_that_lost_its_owner_is_not_kept);
    RUN(parts_shape_and_extent_are_measured);
    RUN(a_border_through_a_building_cuts_it_and_one_along_its_wall_does_not);
    RUN(the_shipped_profiles_are_valid);
    RUN(a_wrong_profile_is_refused_with_key_and_file);
    RUN(no_english_sentence_holds_chinese);
    RUN(an_unknown_scheme_is_refused_with_those_there_are);
    RUN(reports_escape_what_the_data_hold);
    RUN(a_name_that_turns_the_direction_of_text_is_told_and_turns_no_sentence);
    RUN(an_empty_store_is_not_checked_rather_than_passed);
    RUN(a_rule_that_speaks_of_no_loaded_scheme_is_not_checked_rather_than_passed);
    RUN(a_rule_of_a_scheme_that_is_not_asked_for_is_not_checked);
    return done();
}
