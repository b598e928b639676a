#include "check.h"
#include "geo/crs.h"

/* An invented city-local grid on CGCS2000, as an office may state it: no EPSG code matches. */
#define TM_WKT                                                                                     \
    "PROJCS[\"Binjiang local\",GEOGCS[\"China Geodetic Coordinate System 2000\","                  \
    "DATUM[\"China_2000\",SPHEROID[\"CGCS2000\",6378137,298.257222101]],"                          \
    "PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],"                                \
    "PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",30],"                    \
    "PARAMETER[\"central_meridian\",120.2],PARAMETER[\"scale_factor\",1],"                         \
    "PARAMETER[\"false_easting\",50000],PARAMETER[\"false_northing\",10000],UNIT[\"metre\",1]]"
/* The same projection as ESRI writes it. */
#define ESRI_WKT                                                                                   \
    "PROJCS[\"CGCS2000_3_Degree_GK_CM_120E\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_"       \
    "2000\","                                                                                      \
    "DATUM[\"D_China_2000\",SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],"                      \
    "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],"                              \
    "PROJECTION[\"Gauss_Kruger\"],PARAMETER[\"False_Easting\",500000.0],"                          \
    "PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",120.0],"                     \
    "PARAMETER[\"Scale_Factor\",1.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"

static void open_and_check(const char *definition, double x, double y, double lon, double lat,
                           double eps)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_crs *crs = NULL;
    if (!CHECK_INT(MERE_OK, mere_crs_open(ctx, definition, &crs)))
        printf("    %s\n", mere_ctx_error(ctx));
    else {
        double px = x, py = y;
        CHECK_INT(0, mere_crs_to_degrees(crs, &px, &py, 1));
        CHECK_NEAR(lon, px, eps);
        CHECK_NEAR(lat, py, eps);
        CHECK_INT(0, mere_crs_from_degrees(crs, &px, &py, 1));
        /* PROJ's way back to CH1903+ is a millimetre off. */
        double back = mere_crs_info(crs)->geographic ? 1e-10 : 2e-3;
        CHECK_NEAR(x, px, back);
        CHECK_NEAR(y, py, back);
    }
    mere_crs_free(crs);
    mere_ctx_free(ctx);
}

TEST(plane_coordinates_become_degrees_with_x_east_whatever_the_axes)
{
    /* Expected: cs2cs of PROJ 9.1.1 to the geographic base, or geodetic literature. */
    open_and_check("EPSG:4549", 500000, 3320113.397845, 120, 30, 1e-9);
    open_and_check("EPSG:4528", 40500000, 3320113.397845, 120, 30, 1e-9);
    open_and_check(ESRI_WKT, 500000, 3320113.397845, 120, 30, 1e-9);
    open_and_check(TM_WKT, 50000, 10000, 120.2, 30, 1e-12);
    open_and_check("EPSG:32650", 500000, 0, 117, 0, 1e-12);
    open_and_check("EPSG:3857", 20037508.342789244, 0, 180, 0, 1e-9);
    open_and_check("EPSG:4326", 120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("EPSG:4490", 120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("epsg:4490", 120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("urn:ogc:def:crs:EPSG::4549", 500000, 3320113.397845, 120, 30, 1e-9);
    open_and_check(" EPSG:4490\n", 120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("\xEF\xBB\xBF" ESRI_WKT, 500000, 3320113.397845, 120, 30, 1e-9);
    open_and_check("{\"type\":\"GeographicCRS\",\"name\":\"WGS 84\",\"datum\":{\"type\":"
                   "\"GeodeticReferenceFrame\",\"name\":\"World Geodetic System 1984\","
                   "\"ellipsoid\":{\"name\":\"WGS 84\",\"semi_major_axis\":6378137,"
                   "\"inverse_flattening\":298.257223563}},\"coordinate_system\":{\"subtype\":"
                   "\"ellipsoidal\",\"axis\":[{\"name\":\"Lat\",\"abbreviation\":\"lat\","
                   "\"direction\":\"north\",\"unit\":\"degree\"},{\"name\":\"Lon\","
                   "\"abbreviation\":\"lon\",\"direction\":\"east\",\"unit\":\"degree\"}]}}",
                   120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("OGC:CRS84", 120.21, 30.21, 120.21, 30.21, 0);
    open_and_check("+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=WGS84 "
                   "+datum=WGS84 +units=m",
                   500000, 3320113.397942, 120, 30, 1e-8);
}

TEST(other_datums_go_by_projs_operation_which_is_told)
{
    /* Swiss: the fundamental point of Bern, LV95 2600000/1200000 = 7.438632 E, 46.951083 N
     * (swisstopo). British: OS's worked example is on OSGB36; Helmert is good to some metres. */
    static const char *const definitions[] = {"EPSG:2056", "EPSG:27700", "EPSG:5186", "EPSG:26954",
                                              "EPSG:3826"};
    open_and_check("EPSG:2056", 2600000, 1200000, 7.438632, 46.951083, 2e-6);
    for (size_t i = 0; i < MERE_LEN(definitions); i++) {
        struct mere_ctx *ctx = mere_ctx_new();
        struct mere_crs *crs = NULL;
        if (CHECK_INT(MERE_OK, mere_crs_open(ctx, definitions[i], &crs))) {
            const struct mere_crs_info *info = mere_crs_info(crs);
            CHECK(info->operation && strstr(info->operation, "allpark") == NULL);
            CHECK(info->accuracy_m >= 0 && info->accuracy_m < 30);
            CHECK(!info->own_rule && !info->geographic && info->confidence == 100);
            CHECK_STR(definitions[i], info->epsg);
        } else
            printf("    %s: %s\n", definitions[i], mere_ctx_error(ctx));
        mere_crs_free(crs);
        mere_ctx_free(ctx);
    }
}

TEST(cgcs2000_and_wgs84_are_one_datum_by_our_own_rule)
{
    static const struct {
        const char *definition, *epsg;
        bool own, geographic;
    } rows[] = {
        {"EPSG:4549", "EPSG:4549", true, false},
        {ESRI_WKT, "EPSG:4549", true, false},
        {TM_WKT, NULL, true, false},
        {"EPSG:4490", "EPSG:4490", true, true},
        {"EPSG:4326", "EPSG:4326", false, true},
        {"EPSG:9057", "EPSG:9057", false, true}, /* WGS 84 (G1762), a realisation */
        {"EPSG:32651", "EPSG:32651", false, false},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_ctx *ctx = mere_ctx_new();
        struct mere_crs *crs = NULL;
        if (CHECK_INT(MERE_OK, mere_crs_open(ctx, rows[i].definition, &crs))) {
            const struct mere_crs_info *info = mere_crs_info(crs);
            CHECK_STR(rows[i].epsg, info->epsg);
            CHECK_INT(rows[i].own, info->own_rule);
            CHECK_INT(rows[i].own, info->cgcs2000);
            CHECK_INT(rows[i].geographic, info->geographic);
            CHECK_NEAR(rows[i].geographic ? 0 : 1, info->unit_m, 0);
            CHECK_INT(rows[i].own, strstr(info->operation, "own rule") != NULL);
        } else
            printf("    %s: %s\n", rows[i].definition, mere_ctx_error(ctx));
        mere_crs_free(crs);
        mere_ctx_free(ctx);
    }
}

TEST(what_has_no_sure_way_is_refused_with_its_reason)
{
    static const struct {
        const char *definition, *says;
    } rows[] = {
        {"EPSG:4610", "Xian 1980"},
        {"EPSG:2384", "Xian 1980"},
        {"EPSG:4214", "Beijing 1954"},
        {"EPSG:2436", "Beijing 1954"},
        {"+proj=tmerc +lon_0=120 +ellps=krass", "no known transformation"},
        {"EPSG:5773", "heights"},
        {"EPSG:999999", "does not understand"},
        {"", "not stated in full"},
        {"utm50", "not stated in full"},
        {"foo", "+proj="},
        {"4549", "is EPSG:4549 meant?"},
        {"120", "not stated in full"},
        {"WGS 84", "not stated in full"},
        {"EPSG:utm50", "not stated in full"},
        {"foo[1]", "does not understand"},
        {"EPSG:4326 WGS", "not stated in full"},
        {"LOCAL_CS[\"Ground\",UNIT[\"metre\",1]]", "local"},
        {"EPSG:4978", "neither"},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_ctx *ctx = mere_ctx_new();
        struct mere_crs *crs = NULL;
        CHECK_INT(MERE_E_INPUT, mere_crs_open(ctx, rows[i].definition, &crs));
        CHECK(crs == NULL);
        if (!CHECK(strstr(mere_ctx_error(ctx), rows[i].says) != NULL))
            printf("    %s: %s\n", rows[i].definition, mere_ctx_error(ctx));
        mere_crs_free(crs);
        mere_ctx_free(ctx);
    }
}

TEST(old_datums_with_their_own_parameters_are_used_as_stated)
{
    open_and_check("+proj=longlat +ellps=krass +towgs84=0,0,0 +no_defs", 120, 0, 120, 0, 1e-9);
    static const struct {
        const char *definition;
        bool own;
    } rows[] = {
        {"+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3 +no_defs", true},
        {"EPSG:27700", false},
        {"EPSG:4549", false},
    };
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_ctx *ctx = mere_ctx_new();
        struct mere_crs *crs = NULL;
        if (CHECK_INT(MERE_OK, mere_crs_open(ctx, rows[i].definition, &crs)))
            CHECK_INT(rows[i].own, mere_crs_info(crs)->own_shift);
        mere_crs_free(crs);
        mere_ctx_free(ctx);
    }
}

TEST(points_that_can_not_be_transformed_become_nan_and_are_counted)
{
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_crs *crs = NULL;
    if (CHECK_INT(MERE_OK, mere_crs_open(ctx, "EPSG:4549", &crs))) {
        double x[3] = {500000, NAN, 510000}, y[3] = {3300000, 3300000, INFINITY};
        CHECK_INT(2, mere_crs_to_degrees(crs, x, y, 3));
        CHECK(isfinite(x[0]) && isnan(x[1]) && isnan(y[1]) && isnan(x[2]));
    }
    mere_crs_free(crs);
    mere_ctx_free(ctx);
}

int main(void)
{
    RUN(plane_coordinates_become_degrees_with_x_east_whatever_the_axes);
    RUN(other_datums_go_by_projs_operation_which_is_told);
    RUN(cgcs2000_and_wgs84_are_one_datum_by_our_own_rule);
    RUN(what_has_no_sure_way_is_refused_with_its_reason);
    RUN(old_datums_with_their_own_parameters_are_used_as_stated);
    RUN(points_that_can_not_be_transformed_become_nan_and_are_counted);
    return done();
}
