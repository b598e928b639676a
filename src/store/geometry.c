/* geometry.c - reading and writing the geometry blob; see geometry.h.
 * The parser is one cursor that never passes `end`; a failed take leaves `why` and stops
 * everything. */
#include "store/geometry.h"
#include "geo/wkb.h"
#include <string.h>

#define GP_HEADER 8        /* magic, version, flags, srs_id */
#define GP_ENVELOPE_XY 32  /* four doubles */
#define GP_LITTLE 0x01u    /* flag: header numbers are little-endian */
#define GP_EMPTY 0x10u     /* flag: the geometry is empty */
#define GP_EXTENDED 0x20u  /* flag: an extension's own encoding follows, not WKB */
#define WKB_HEADER 5       /* byte order, type */
#define DEPTH_MAX 8        /* of collections in collections */
#define EWKB_Z 0x80000000u /* older writers mark Z, M and a SRID in the high bits (PostGIS) */
#define EWKB_M 0x40000000u
#define EWKB_SRID 0x20000000u

enum {
    WKB_POINT = 1,
    WKB_LINE,
    WKB_POLYGON,
    WKB_MULTIPOINT,
    WKB_MULTILINE,
    WKB_MULTIPOLYGON,
    WKB_COLLECTION
};

struct cursor {
    const uint8_t *p, *end;
    const char *why; /* set once something failed */
    enum mere_status status;
};
struct wkb_head {
    bool little;
    uint32_t type;    /* without Z and M */
    size_t ordinates; /* 2 to 4 */
};

static bool stop(struct cursor *c, enum mere_status status, const char *why)
{
    c->why = why;
    c->status = status;
    return false;
}
static size_t left(const struct cursor *c)
{
    return (size_t)(c->end - c->p);
}
static bool take_u32(struct cursor *c, bool little, uint32_t *ret)
{
    if (left(c) < 4)
        return stop(c, MERE_E_INPUT, "it ends too early");
    *ret = mere_wkb_u32(c->p, little);
    c->p += 4;
    return true;
}
static bool take_head(struct cursor *c, struct wkb_head *ret)
{
    if (left(c) < WKB_HEADER)
        return stop(c, MERE_E_INPUT, "it ends too early");
    if (c->p[0] > 1)
        return stop(c, MERE_E_INPUT, "it is not well-known binary (no byte order)");
    ret->little = c->p[0] == 1;
    uint32_t type = mere_wkb_u32(c->p + 1, ret->little);
    c->p += WKB_HEADER;
    bool z = type & EWKB_Z, m = type & EWKB_M;
    if (type & EWKB_SRID) {
        uint32_t srid;
        if (!take_u32(c, ret->little, &srid))
            return false;
    }
    type &= ~(EWKB_Z | EWKB_M | EWKB_SRID);
    if (type >= 4000)
        return stop(c, MERE_E_INPUT, "its type is unknown");
    /* ISO 13249-3: 1000 for Z, 2000 for M, 3000 for both. */
    z = z || type / 1000 == 1 || type / 1000 == 3;
    m = m || type / 1000 >= 2;
    ret->type = type % 1000;
    ret->ordinates = 2u + z + m;
    return true;
}

/* ---- polygons ---------------------------------------------------------------------------------
 */

static bool take_ring(struct cursor *c, struct wkb_head head, uint32_t n,
                      struct mere_gpkg_polygons *out)
{
    size_t stride = head.ordinates * 8;
    if (n > left(c) / stride)
        return stop(c, MERE_E_INPUT, "a ring has more vertices than bytes");
    if (n >= UINT32_MAX - out->pts.n)
        return stop(c, MERE_E_LIMIT, "the layer has more vertices than 4,294,967,294");
    if (!MERE_RESERVE(&out->pts, n) || !MERE_PUSH(&out->ring_first, (uint32_t)out->pts.n))
        return stop(c, MERE_E_NOMEM, "memory ran out");
    struct mere_point *first = out->pts.v + out->pts.n;
    for (uint32_t i = 0; i < n; i++) {
        double lon = mere_wkb_double(c->p, head.little),
               lat = mere_wkb_double(c->p + 8, head.little);
        if (!mere_point_from_degrees(lon, lat, &first[i]))
            return stop(c, MERE_E_INPUT, "a vertex is not a place on the Earth in degrees");
        c->p += stride;
    }
    if (n > 1 && mere_point_same(first[0], first[n - 1]))
        n--;
    out->pts.n += n;
    return true;
}

static bool take_polygon(struct cursor *c, struct wkb_head head, struct mere_gpkg_polygons *out)
{
    uint32_t n_rings, n;
    bool shell = false;
    if (!take_u32(c, head.little, &n_rings))
        return false;
    for (uint32_t r = 0; r < n_rings; r++) {
        if (!take_u32(c, head.little, &n))
            return false;
        if (n == 0)
            continue;
        if (r > 0 && !shell)
            return stop(c, MERE_E_INPUT, "a polygon has a hole but no outer ring");
        if (r == 0) {
            shell = true;
            if (!MERE_PUSH(&out->part_ring, (uint32_t)out->ring_first.n))
                return stop(c, MERE_E_NOMEM, "memory ran out");
        }
        if (!take_ring(c, head, n, out))
            return false;
    }
    return true;
}

/* Depth is bounded, and each child takes at least its header: the work is bounded by the length. */
/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool take_polygons(struct cursor *c, struct mere_gpkg_polygons *out, int depth)
{
    struct wkb_head head;
    uint32_t n;
    if (!take_head(c, &head))
        return false;
    switch (head.type) {
    case WKB_POLYGON:
        return take_polygon(c, head, out);
    case WKB_MULTIPOLYGON:
    case WKB_COLLECTION:
        if (depth >= DEPTH_MAX)
            return stop(c, MERE_E_INPUT, "collections are nested too deeply");
        if (!take_u32(c, head.little, &n))
            return false;
        for (uint32_t i = 0; i < n; i++) {
            if (!take_polygons(c, out, depth + 1))
                return false;
        }
        return true;
    default:
        return stop(c, MERE_E_INPUT,
                    head.type <= WKB_MULTILINE
                        ? "it holds points or lines where polygons belong"
                        : "it holds curves or surfaces; convert them to straight-sided polygons");
    }
}

size_t mere_gpkg_header_len(const uint8_t *bytes, size_t len)
{
    static const uint8_t envelope[] = {0, 32, 48, 48, 64};
    if (len < GP_HEADER || bytes[0] != 'G' || bytes[1] != 'P' || bytes[2] != 0)
        return 0;
    unsigned kind = bytes[3] >> 1 & 7u;
    if (kind >= MERE_LEN(envelope) || (bytes[3] & GP_EXTENDED))
        return 0;
    size_t header = (size_t)GP_HEADER + envelope[kind];
    return header <= len ? header : 0;
}

enum mere_status mere_gpkg_geometry_parse(const uint8_t *bytes, size_t len,
                                          struct mere_gpkg_polygons *polygons, const char **ret_why)
{
    size_t n_pts = polygons->pts.n, n_rings = polygons->ring_first.n,
           n_parts = polygons->part_ring.n;
    size_t header = mere_gpkg_header_len(bytes, len);
    if (header == 0) {
        *ret_why = "it has no GeoPackage header";
        return MERE_E_INPUT;
    }
    struct cursor c = {bytes + header, bytes + len, NULL, MERE_OK};
    if (take_polygons(&c, polygons, 0) && c.p != c.end)
        (void)stop(&c, MERE_E_INPUT, "bytes follow its end");
    if (c.status != MERE_OK) {
        polygons->pts.n = n_pts;
        polygons->ring_first.n = n_rings;
        polygons->part_ring.n = n_parts;
        *ret_why = c.why;
    }
    return c.status;
}

void mere_gpkg_polygons_clear(struct mere_gpkg_polygons *polygons)
{
    MERE_VEC_FREE(&polygons->pts);
    MERE_VEC_FREE(&polygons->ring_first);
    MERE_VEC_FREE(&polygons->part_ring);
}

/* ---- envelopes --------------------------------------------------------------------------------
 */

static void envelope_add(struct mere_gpkg_envelope *e, double x, double y)
{
    if (isnan(x) || isnan(y))
        return; /* POINT EMPTY is written as NaN */
    if (e->empty)
        *e = (struct mere_gpkg_envelope){x, x, y, y, false};
    e->min_x = x < e->min_x ? x : e->min_x;
    e->max_x = x > e->max_x ? x : e->max_x;
    e->min_y = y < e->min_y ? y : e->min_y;
    e->max_y = y > e->max_y ? y : e->max_y;
}
static bool walk_points(struct cursor *c, struct wkb_head head, uint32_t n,
                        struct mere_gpkg_envelope *e)
{
    size_t stride = head.ordinates * 8;
    if (n > left(c) / stride)
        return stop(c, MERE_E_INPUT, "it ends too early");
    for (uint32_t i = 0; i < n; i++, c->p += stride)
        envelope_add(e, mere_wkb_double(c->p, head.little), mere_wkb_double(c->p + 8, head.little));
    return true;
}
/* NOLINTNEXTLINE(misc-no-recursion): at most DEPTH_MAX deep */
static bool walk(struct cursor *c, struct mere_gpkg_envelope *e, int depth)
{
    struct wkb_head head;
    uint32_t n, n_pts;
    if (!take_head(c, &head))
        return false;
    if (head.type == WKB_POINT)
        return walk_points(c, head, 1, e);
    if (head.type < WKB_POINT || head.type > WKB_COLLECTION || depth >= DEPTH_MAX)
        return stop(c, MERE_E_INPUT, "its type is unknown");
    if (!take_u32(c, head.little, &n))
        return false;
    if (head.type == WKB_LINE)
        return walk_points(c, head, n, e);
    for (uint32_t i = 0; i < n; i++) {
        if (head.type != WKB_POLYGON) {
            if (!walk(c, e, depth + 1))
                return false;
        } else if (!take_u32(c, head.little, &n_pts) || !walk_points(c, head, n_pts, e)) {
            return false;
        }
    }
    return true;
}

bool mere_wkb_envelope(const uint8_t *wkb, size_t len, struct mere_gpkg_envelope *ret)
{
    struct cursor c = {wkb, wkb + len, NULL, MERE_OK};
    struct mere_gpkg_envelope e = {.empty = true};
    if (!walk(&c, &e, 0) || c.p != c.end)
        return false;
    *ret = e;
    return true;
}

bool mere_gpkg_envelope_of(const uint8_t *bytes, size_t len, struct mere_gpkg_envelope *ret)
{
    size_t header = mere_gpkg_header_len(bytes, len);
    if (header == 0)
        return false;
    if (bytes[3] & GP_EMPTY) {
        *ret = (struct mere_gpkg_envelope){.empty = true};
        return true;
    }
    if (header == GP_HEADER)
        return mere_wkb_envelope(bytes + header, len - header, ret);
    bool little = bytes[3] & GP_LITTLE;
    *ret = (struct mere_gpkg_envelope){
        mere_wkb_double(bytes + 8, little), mere_wkb_double(bytes + 16, little),
        mere_wkb_double(bytes + 24, little), mere_wkb_double(bytes + 32, little), false};
    ret->empty = isnan(ret->min_x);
    return true;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

static uint8_t *put_u32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (8 * i));
    return p + 4;
}
static uint8_t *put_double(uint8_t *p, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return put_u32(put_u32(p, (uint32_t)bits), (uint32_t)(bits >> 32));
}
static uint8_t *put_head(uint8_t *p, uint32_t type, uint32_t n)
{
    *p++ = 1; /* little-endian */
    return put_u32(put_u32(p, type), n);
}
static uint8_t *put_gp(uint8_t *p, unsigned flags, int32_t srs_id)
{
    *p++ = 'G';
    *p++ = 'P';
    *p++ = 0;
    *p++ = (uint8_t)(GP_LITTLE | flags);
    return put_u32(p, (uint32_t)srs_id);
}
static uint8_t *put_envelope(uint8_t *p, struct mere_gpkg_envelope e)
{
    return put_double(put_double(put_double(put_double(p, e.min_x), e.max_x), e.min_y), e.max_y);
}

static uint8_t *put_ring(uint8_t *p, const struct mere_point *pts, uint32_t n,
                         struct mere_gpkg_envelope *e)
{
    uint32_t written = n == 0 ? 0 : n + 1;
    p = put_u32(p, written);
    for (uint32_t i = 0; i < written; i++) {
        struct mere_point q = pts[i < n ? i : 0];
        double x = mere_e7_to_degrees(q.x), y = mere_e7_to_degrees(q.y);
        envelope_add(e, x, y);
        p = put_double(put_double(p, x), y);
    }
    return p;
}

/* No overflow: rings and points are counted in 32 bits, so this stays below 2^37. */
static size_t blob_size(const struct mere_layer *layer, const uint32_t *parts, size_t n_parts)
{
    size_t size = GP_HEADER + GP_ENVELOPE_XY + WKB_HEADER + 4;
    for (size_t i = 0; i < n_parts; i++) {
        uint32_t first = layer->part_ring[parts[i]], end = layer->part_ring[parts[i] + 1];
        size += WKB_HEADER + 4;
        for (uint32_t r = first; r < end; r++)
            size += 4 + 16 * ((size_t)layer->ring_first[r + 1] - layer->ring_first[r] + 1);
    }
    return size;
}

bool mere_gpkg_write_polygons(struct mere_gpkg_blob *blob, const struct mere_layer *layer,
                              const uint32_t *parts, size_t n_parts, int32_t srs_id)
{
    blob->bytes.n = 0;
    blob->envelope = (struct mere_gpkg_envelope){.empty = true};
    if (!MERE_RESERVE(&blob->bytes, blob_size(layer, parts, n_parts)))
        return false;
    uint8_t *start = blob->bytes.v;
    uint8_t *p = start + GP_HEADER + GP_ENVELOPE_XY;
    p = put_head(p, WKB_MULTIPOLYGON, (uint32_t)n_parts);
    for (size_t i = 0; i < n_parts; i++) {
        uint32_t first = layer->part_ring[parts[i]], end = layer->part_ring[parts[i] + 1];
        p = put_head(p, WKB_POLYGON, end - first);
        for (uint32_t r = first; r < end; r++) {
            uint32_t at = layer->ring_first[r];
            p = put_ring(p, layer->pts + at, layer->ring_first[r + 1] - at, &blob->envelope);
        }
    }
    blob->bytes.n = (size_t)(p - start);
    if (blob->envelope.empty) { /* no vertex at all: an envelope of NaN, as the standard has it */
        double nan = (double)NAN;
        put_envelope(put_gp(start, GP_EMPTY | 1u << 1, srs_id),
                     (struct mere_gpkg_envelope){nan, nan, nan, nan, true});
    } else {
        put_envelope(put_gp(start, 1u << 1, srs_id), blob->envelope);
    }
    return true;
}

bool mere_gpkg_write_wkb(struct mere_gpkg_blob *blob, const uint8_t *wkb, size_t len,
                         int32_t srs_id)
{
    struct mere_gpkg_envelope e;
    size_t size;
    blob->bytes.n = 0;
    if (!mere_wkb_envelope(wkb, len, &e) ||
        !mere_add_size(len, GP_HEADER + GP_ENVELOPE_XY, &size) || !MERE_RESERVE(&blob->bytes, size))
        return false;
    blob->envelope = e;
    /* Points and empty geometries go without an envelope, as the standard advises. */
    bool envelope = !e.empty && (e.min_x != e.max_x || e.min_y != e.max_y);
    uint8_t *p = put_gp(blob->bytes.v, e.empty ? GP_EMPTY : envelope ? 1u << 1 : 0, srs_id);
    if (envelope)
        p = put_envelope(p, e);
    memcpy(p, wkb, len);
    blob->bytes.n = (size_t)(p - blob->bytes.v) + len;
    return true;
}
