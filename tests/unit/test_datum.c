#include "base/hash.h"
#include "check.h"
#include "geo/datum.h"
#include <math.h>

static double metres_apart(struct mere_degrees a, struct mere_degrees b)
{
    double dx = (a.lon - b.lon) * 111320 * cos(a.lat * 3.141592653589793 / 180);
    return hypot(dx, (a.lat - b.lat) * 110574);
}

static bool parse(const char *word, enum mere_datum *ret)
{
    return strcmp(word, "WGS84") == 0 ? mere_datum_parse("wgs84", ret)
           : strcmp(word, "GCJ02") == 0
               ? mere_datum_parse("gcj02", ret)
               : strcmp(word, "BD09") == 0 && mere_datum_parse("bd09", ret);
}

/* From one datum to another, through WGS 84. */
static struct mere_degrees convert(struct mere_degrees p, enum mere_datum from, enum mere_datum to)
{
    return mere_datum_from_wgs84(mere_datum_to_wgs84(p, from), to);
}

TEST(published_vectors_come_out_within_their_tolerance)
{
    FILE *f = fopen("../shared/data/coord-vectors/vectors.csv", "r");
    if (!f)
        SKIP("../shared/data/coord-vectors is not there");
    char row[512], from[16], to[16];
    int n = 0;
    while (fgets(row, sizeof row, f)) {
        struct mere_degrees a, b;
        double tolerance;
        enum mere_datum da, db;
        if (sscanf(row, "%15[^,],%lf,%lf,%15[^,],%lf,%lf,%lf", from, &a.lon, &a.lat, to, &b.lon,
                   &b.lat, &tolerance) != 7 ||
            !parse(from, &da) || !parse(to, &db))
            continue;
        n++;
        if (!CHECK(metres_apart(b, convert(a, da, db)) <= tolerance) ||
            !CHECK(metres_apart(a, convert(b, db, da)) <= tolerance))
            printf("    %s", row);
    }
    fclose(f);
    CHECK(n >= 8);
}

TEST(the_design_vector_of_binjiang_is_met_to_the_last_digits)
{
    struct mere_degrees w = {120.21, 30.21};
    struct mere_degrees g = mere_datum_from_wgs84(w, MERE_DATUM_GCJ02);
    struct mere_degrees b = mere_datum_from_wgs84(w, MERE_DATUM_BD09);
    CHECK_NEAR(120.21453383946505, g.lon, 1e-13);
    CHECK_NEAR(30.207570446544214, g.lat, 1e-13);
    CHECK_NEAR(120.22099328763282, b.lon, 1e-12);
    CHECK_NEAR(30.213650423609643, b.lat, 1e-12);
}

TEST(the_inverses_are_closed_everywhere_in_the_area)
{
    uint64_t seed = 20261103;
    printf("seed %" PRIu64 "\n", seed);
    for (int i = 0; i < 20000; i++) {
        struct mere_degrees w = {72.1 + (double)(mere_random(&seed) % 65000000) / 1e6,
                                 0.9 + (double)(mere_random(&seed) % 54000000) / 1e6};
        for (int datum = MERE_DATUM_WGS84; datum <= MERE_DATUM_BD09; datum++) {
            struct mere_degrees p = mere_datum_from_wgs84(w, (enum mere_datum)datum);
            struct mere_degrees back = mere_datum_to_wgs84(p, (enum mere_datum)datum);
            if (!mere_in_gcj_area(p))
                continue;
            CHECK_NEAR(w.lon, back.lon, 1e-12);
            CHECK_NEAR(w.lat, back.lat, 1e-12);
        }
    }
}

TEST(outside_the_area_gcj02_is_wgs84)
{
    struct mere_degrees london = {-0.1276, 51.5072};
    struct mere_degrees g = mere_datum_from_wgs84(london, MERE_DATUM_GCJ02);
    CHECK(g.lon == london.lon && g.lat == london.lat);
    g = mere_datum_to_wgs84(london, MERE_DATUM_GCJ02);
    CHECK(g.lon == london.lon && g.lat == london.lat);
    CHECK(mere_in_gcj_area((struct mere_degrees){72.004, 0.8293}));
    CHECK(mere_in_gcj_area((struct mere_degrees){137.8347, 55.8271}));
    CHECK(!mere_in_gcj_area((struct mere_degrees){72.0039, 30}));
    CHECK(!mere_in_gcj_area((struct mere_degrees){NAN, 30}));
}

TEST(words_of_datums_are_read_and_written)
{
    enum mere_datum datum;
    CHECK(mere_datum_parse("gcj02", &datum) && datum == MERE_DATUM_GCJ02);
    CHECK(!mere_datum_parse("", &datum) && !mere_datum_parse("gcj", &datum));
    CHECK_STR("bd09", mere_datum_word(MERE_DATUM_BD09));
    CHECK_STR("", mere_datum_word(MERE_DATUM_NONE));
}

int main(void)
{
    RUN(published_vectors_come_out_within_their_tolerance);
    RUN(the_design_vector_of_binjiang_is_met_to_the_last_digits);
    RUN(the_inverses_are_closed_everywhere_in_the_area);
    RUN(outside_the_area_gcj02_is_wgs84);
    RUN(words_of_datums_are_read_and_written);
    return done();
}
