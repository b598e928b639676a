/* test_gpkg_geometry.c - the geometry blob: what others write is read, what is no geometry is
 * refused. */
#include "check.h"
#include "store/geometry.h"

/* Bytes from hex; spaces are for the reader. */
static size_t from_hex(const char *hex, uint8_t *bytes)
{
    size_t n = 0;
    for (unsigned v; *hex; hex += 2) {
        while (*hex == ' ')
            hex++;
        if (!*hex || sscanf(hex, "%2x", &v) != 1)
            break;
        bytes[n++] = (uint8_t)v;
    }
    return n;
}

/* Pieces: headers and coordinates in both byte orders. 120 is 405E..., 30 is 403E..., 31 is 403F...
 */
#define GP "47500001 E6100000 "
#define L120 "0000000000005E40 "
#define L121 "0000000000405E40 "
#define L30 "0000000000003E40 "
#define L31 "0000000000003F40 "
#define L_RING "04000000 " L120 L30 L121 L30 L121 L31 L120 L30
#define B_RING                                                                                     \
    "00000004 405E000000000000 403E000000000000 405E400000000000 403E000000000000 "                \
    "405E400000000000 403F000000000000 405E000000000000 403E000000000000 "
#define POLYGON "01 03000000 01000000 " L_RING
#define Z7 "0000000000001C40 "

static const struct {
    const char *where, *hex;
    size_t parts, rings, pts;
} good[] = {
    {"polygon, no envelope", GP POLYGON, 1, 1, 3},
    {"multipolygon of two", GP "01 06000000 02000000 " POLYGON POLYGON, 2, 2, 6},
    {"big-endian", "47500000 000010E6 00 00000006 00000001 00 00000003 00000001 " B_RING, 1, 1, 3},
    {"mixed byte orders", GP "00 00000006 00000001 " POLYGON, 1, 1, 3},
    {"envelope x, y", "47500003 E6100000 " L120 L121 L30 L31 POLYGON, 1, 1, 3},
    {"envelope x, y, z, m", "47500009 E6100000 " L120 L121 L30 L31 Z7 Z7 Z7 Z7 POLYGON, 1, 1, 3},
    {"polygon with Z (ISO)",
     GP "01 EB030000 01000000 04000000 " L120 L30 Z7 L121 L30 Z7 L121 L31 Z7 L120 L30 Z7, 1, 1, 3},
    {"polygon with Z and M (ISO)",
     GP "01 BB0B0000 01000000 03000000 " L120 L30 Z7 Z7 L121 L30 Z7 Z7 L121 L31 Z7 Z7, 1, 1, 3},
    {"polygon with Z (2.5D)",
     GP "01 03000080 01000000 03000000 " L120 L30 Z7 L121 L30 Z7 L121 L31 Z7, 1, 1, 3},
    {"polygon with SRID (EWKB)", GP "01 03000020 E6100000 01000000 " L_RING, 1, 1, 3},
    {"collection with a polygon", GP "01 07000000 01000000 " POLYGON, 1, 1, 3},
    {"a hole", GP "01 03000000 02000000 " L_RING L_RING, 1, 2, 6},
    {"an empty hole", GP "01 03000000 02000000 " L_RING "00000000", 1, 1, 3},
    {"empty multipolygon", "47500011 E6100000 01 06000000 00000000", 0, 0, 0},
    {"empty polygon", GP "01 03000000 00000000", 0, 0, 0},
    {"polygon of an empty ring", GP "01 03000000 01000000 00000000", 0, 0, 0},
    {"one vertex", GP "01 03000000 01000000 01000000 " L120 L30, 1, 1, 1},
};

TEST(what_other_programs_write_is_read)
{
    uint8_t bytes[1024];
    for (size_t i = 0; i < MERE_LEN(good); i++) {
        struct mere_gpkg_polygons g = {0};
        const char *why = "";
        size_t n = from_hex(good[i].hex, bytes);
        if (!CHECK_INT(MERE_OK, mere_gpkg_geometry_parse(bytes, n, &g, &why)))
            printf("    %s: %s\n", good[i].where, why);
        bool same = CHECK_INT(good[i].parts, g.part_ring.n) &&
                    CHECK_INT(good[i].rings, g.ring_first.n) && CHECK_INT(good[i].pts, g.pts.n);
        if (same && g.pts.n >= 3) {
            CHECK_INT(1200000000, g.pts.v[0].x);
            CHECK_INT(1210000000, g.pts.v[2].x);
            CHECK_INT(310000000, g.pts.v[2].y);
        }
        if (!same)
            printf("    %s\n", good[i].where);
        mere_gpkg_polygons_clear(&g);
    }
}

TEST(every_cut_of_a_geometry_is_refused_and_adds_nothing)
{
    uint8_t bytes[1024];
    for (size_t i = 0; i < MERE_LEN(good); i++) {
        size_t n = from_hex(good[i].hex, bytes);
        for (size_t len = 0; len < n; len++) {
            struct mere_gpkg_polygons g = {0};
            const char *why = NULL;
            uint8_t *exact = malloc(len + 1); /* the sanitizer sees a read past the end */
            CHECK(exact != NULL);
            memcpy(exact, bytes, len);
            CHECK_INT(MERE_E_INPUT, mere_gpkg_geometry_parse(exact, len, &g, &why));
            CHECK(why != NULL && g.pts.n == 0 && g.ring_first.n == 0 && g.part_ring.n == 0);
            free(exact);
            mere_gpkg_polygons_clear(&g);
        }
    }
}

TEST(what_is_no_polygon_is_refused_with_its_reason)
{
    static const struct {
        const char *hex, *say;
    } rows[] = {
        {"47510001 E6100000 " POLYGON, "header"},
        {"47500101 E6100000 " POLYGON, "header"},                   /* version 2 */
        {"4750000B E6100000 " L120 L121 L30 L31 POLYGON, "header"}, /* envelope kind 5 */
        {"47500021 E6100000 " POLYGON, "header"},                   /* an extension's encoding */
        {GP "01 01000000 " L120 L30, "points or lines"},
        {GP "01 02000000 00000000", "points or lines"},
        {GP "01 0A000000 00000000", "curves"},
        {GP "01 A00F0000 00000000", "type is unknown"},
        {GP "02 03000000 00000000", "byte order"},
        {GP POLYGON "00", "bytes follow"},
        {GP "01 03000000 01000000 FFFFFFFF " L120 L30, "more vertices than bytes"},
        {GP "01 03000000 FFFFFFFF ", "too early"},
        {GP "01 06000000 FFFFFFFF ", "too early"},
        {GP "01 03000000 02000000 00000000 " L_RING, "no outer ring"},
        {GP "01 03000000 01000000 01000000 000000000000F87F " L30, "not a place"}, /* NaN */
        {GP "01 03000000 01000000 01000000 000000000000F07F " L30, "not a place"}, /* Inf */
        {GP "01 03000000 01000000 01000000 " L30 L120, "not a place"},             /* lat 120 */
        {GP "01 07000000 01000000 01 07000000 01000000 01 07000000 01000000 01 07000000 01000000 "
            "01 07000000 01000000 01 07000000 01000000 01 07000000 01000000 01 07000000 01000000 "
            "01 07000000 01000000 01 07000000 00000000",
         "nested"},
    };
    uint8_t bytes[1024];
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_gpkg_polygons g = {0};
        const char *why = "";
        size_t n = from_hex(rows[i].hex, bytes);
        CHECK_INT(MERE_E_INPUT, mere_gpkg_geometry_parse(bytes, n, &g, &why));
        if (!CHECK(strstr(why, rows[i].say) != NULL))
            printf("    %zu: want '%s' in '%s'\n", i, rows[i].say, why);
        mere_gpkg_polygons_clear(&g);
    }
}

TEST(coordinates_are_rounded_half_away_from_zero)
{
    struct mere_gpkg_polygons g = {0};
    const char *why = "";
    uint8_t bytes[64];
    /* 0.5e-7 and -0.5e-7 as doubles: 0x3E6AD7F29ABCAF48 and its negative. */
    size_t n =
        from_hex(GP "01 03000000 01000000 01000000 48AFBC9AF2D76A3E 48AFBC9AF2D76ABE", bytes);
    CHECK_INT(MERE_OK, mere_gpkg_geometry_parse(bytes, n, &g, &why));
    CHECK_INT(1, g.pts.v[0].x);
    CHECK_INT(-1, g.pts.v[0].y);
    mere_gpkg_polygons_clear(&g);
}

TEST(what_is_written_has_a_little_endian_header_with_its_envelope)
{
    struct mere_point pts[] = {
        {1200000000, 300000000}, {1210000000, 300000000}, {1210000000, 310000000}};
    uint32_t part_zone[] = {0}, part_ring[] = {0, 1}, ring_first[] = {0, 3}, parts[] = {0};
    struct mere_layer layer = {.n_parts = 1,
                               .part_zone = part_zone,
                               .part_ring = part_ring,
                               .n_rings = 1,
                               .ring_first = ring_first,
                               .pts = pts};
    struct mere_gpkg_blob blob = {0};
    uint8_t want[1024];
    size_t n =
        from_hex("47500003 E6100000 " L120 L121 L30 L31 "01 06000000 01000000 " POLYGON, want);
    CHECK(mere_gpkg_write_polygons(&blob, &layer, parts, 1, 4326));
    CHECK(blob.bytes.n == n && memcmp(blob.bytes.v, want, n) == 0);
    CHECK_NEAR(121, blob.envelope.max_x, 0);
    struct mere_gpkg_envelope e;
    CHECK(mere_gpkg_envelope_of(blob.bytes.v, blob.bytes.n, &e) && !e.empty);
    CHECK_NEAR(31, e.max_y, 0);
    CHECK(mere_gpkg_write_polygons(&blob, &layer, parts, 0, 4326)); /* no part: empty */
    CHECK(mere_gpkg_envelope_of(blob.bytes.v, blob.bytes.n, &e) && e.empty);
    MERE_VEC_FREE(&blob.bytes);
}

TEST(envelopes_without_a_header_are_computed_for_every_simple_type)
{
    static const struct {
        const char *hex;
        bool good, empty;
    } rows[] = {
        {GP "01 01000000 " L121 L31, true, false},
        {GP "01 01000000 000000000000F87F 000000000000F87F", true, true},
        {GP "01 02000000 02000000 " L120 L30 L121 L31, true, false},
        {GP POLYGON, true, false},
        {GP "01 04000000 01000000 01 01000000 " L121 L31, true, false},
        {GP "01 05000000 01000000 01 02000000 01000000 " L121 L31, true, false},
        {GP "01 07000000 02000000 01 01000000 " L121 L31 POLYGON, true, false},
        {GP "01 07000000 00000000", true, true},
        {"47500011 E6100000 01 03000000 00000000", true, true},
        {GP "01 08000000 00000000", false, false},
        {GP "01 01000000 " L121, false, false},
        {GP "01 02000000 FFFFFFFF " L120 L30, false, false},
    };
    uint8_t bytes[1024];
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        struct mere_gpkg_envelope e = {0};
        size_t n = from_hex(rows[i].hex, bytes);
        if (!CHECK(mere_gpkg_envelope_of(bytes, n, &e) == rows[i].good))
            printf("    row %zu\n", i);
        if (!rows[i].good)
            continue;
        CHECK(e.empty == rows[i].empty);
        if (!e.empty)
            CHECK_NEAR(121, e.max_x, 0);
    }
}

int main(void)
{
    RUN(what_other_programs_write_is_read);
    RUN(every_cut_of_a_geometry_is_refused_and_adds_nothing);
    RUN(what_is_no_polygon_is_refused_with_its_reason);
    RUN(coordinates_are_rounded_half_away_from_zero);
    RUN(what_is_written_has_a_little_endian_header_with_its_envelope);
    RUN(envelopes_without_a_header_are_computed_for_every_simple_type);
    return done();
}
