/* test_store.c - the store as a file that others open, edit, break and hold. */
#include "store_fixture.h"

TEST(a_new_store_says_whose_it_is)
{
    struct fixture f = fixture_new("new");
    CHECK_STR("330108", mere_db_district(f.db)->code);
    CHECK_STR("滨江区", mere_db_district(f.db)->name);
    CHECK_STR("EPSG:4549", mere_db_district(f.db)->crs);
    CHECK_STR("grid", mere_db_district(f.db)->main);
    CHECK(mere_db_district(f.db)->cgcs2000);
    CHECK_NEAR(3, mere_db_district(f.db)->match_units, 0);
    int64_t generation = -1;
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(0, generation);
    CHECK_INT(MERE_E_INPUT, mere_db_create(f.ctx, f.path, &fixture_district));
    fixture_free(&f);
}

TEST(a_layer_comes_back_as_it_was_written)
{
    struct fixture f = fixture_new("roundtrip");
    struct mere_layer want = fixture_layer(), got = {0};
    fixture_write(&f, &want, false);
    fixture_reopen(&f, MERE_DB_READ);
    struct mere_layer *schemes = NULL;
    size_t n = 0;
    CHECK_OK(&f, mere_db_schemes(f.ctx, f.db, &f.arena, &schemes, &n));
    CHECK_INT(1, n);
    CHECK_STR("grid", schemes[0].name);
    CHECK_STR("community", schemes[0].parent_scheme);
    CHECK_INT(3, schemes[0].n_columns);
    CHECK_INT(MERE_ATTR_REAL, schemes[0].columns[2].type);
    CHECK_OK(&f, mere_db_read_layer(f.ctx, f.db, "grid", &f.arena, &got));
    check_layers_same(&want, &got);
    CHECK_INT(MERE_E_NOT_FOUND, mere_db_read_layer(f.ctx, f.db, "street", &f.arena, &got));
    int64_t generation = 0;
    CHECK_OK(&f, mere_db_generation(f.ctx, f.db, &generation));
    CHECK_INT(1, generation);
    fixture_free(&f);
}

int main(void)
{
    RUN(a_new_store_says_whose_it_is);
    RUN(a_layer_comes_back_as_it_was_written);
    return done();
}
