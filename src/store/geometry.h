/* geometry.h - geometries as GeoPackage stores them (OGC 12-128r17, clause 2.1.3).
 *
 *     'G' 'P' | version 0 | flags | srs_id | envelope: 0, 4, 6 or 8 doubles | ISO well-known binary
 *
 * merestone writes little-endian MULTIPOLYGON with an x, y envelope. It reads what others write:
 * either byte order, POLYGON, collections of polygons, Z and M (dropped), any envelope, empty. The
 * bytes come from outside: every count is held against the bytes that are left before anything is
 * allocated. */
#ifndef MERE_STORE_GEOMETRY_H
#define MERE_STORE_GEOMETRY_H
#include "base/vec.h"
#include "net/layer.h"

/* Polygons that grow, laid out as in a `mere_layer` but without the last, closing entries: ring r
 * ends where ring r + 1 starts or the points end. Zeroed is empty. */
struct mere_gpkg_polygons {
    MERE_VEC(struct mere_point) pts;
    MERE_VEC(uint32_t) ring_first; /* of each ring, its first point */
    MERE_VEC(uint32_t) part_ring;  /* of each part, its first ring */
};
void mere_gpkg_polygons_clear(struct mere_gpkg_polygons *polygons);

/* Append the polygons of the blob `bytes` to `polygons`. Coordinates are rounded to 1e-7 degree,
 * half away from zero. A ring loses the vertex that closes it; an empty polygon or ring adds
 * nothing. On failure `polygons` is as before and `*ret_why` says what is wrong: MERE_E_INPUT (not
 * a geometry, not of polygons, off the Earth), MERE_E_LIMIT (more than 2^32 - 1 points in all),
 * MERE_E_NOMEM. */
MERE_MUST_USE enum mere_status mere_gpkg_geometry_parse(const uint8_t *bytes, size_t len,
                                                        struct mere_gpkg_polygons *polygons,
                                                        const char **ret_why);

struct mere_gpkg_envelope {
    double min_x, max_x, min_y, max_y; /* meaningless when empty */
    bool empty;
};
/* The envelope of a blob of any geometry type but curves: from its header, else from its
 * coordinates. False when it is no such geometry. */
bool mere_gpkg_envelope_of(const uint8_t *bytes, size_t len, struct mere_gpkg_envelope *ret);
/* The same of plain well-known binary; the whole of `wkb` must be one geometry. */
bool mere_wkb_envelope(const uint8_t *wkb, size_t len, struct mere_gpkg_envelope *ret);
/* Where the well-known binary of a blob starts; 0 when the header is not one. */
size_t mere_gpkg_header_len(const uint8_t *bytes, size_t len);

/* A blob that is written again and again. Zeroed is empty; free with MERE_VEC_FREE(&blob.bytes). */
struct mere_gpkg_blob {
    MERE_VEC(uint8_t) bytes;
    struct mere_gpkg_envelope envelope;
};
/* Write the parts `parts[0 .. n_parts)` of `layer` as one MULTIPOLYGON with the header's `srs_id`;
 * the former contents go. False when memory is out. */
bool mere_gpkg_write_polygons(struct mere_gpkg_blob *blob, const struct mere_layer *layer,
                              const uint32_t *parts, size_t n_parts, int32_t srs_id);
/* Put a header before `wkb`. False when it is not well-known binary or memory is out. */
bool mere_gpkg_write_wkb(struct mere_gpkg_blob *blob, const uint8_t *wkb, size_t len,
                         int32_t srs_id);
#endif
