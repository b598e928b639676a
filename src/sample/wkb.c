#include "sample/wkb.h"
#include <string.h>

enum { POINT = 1, LINE = 2, POLYGON = 3, LINES = 5 };

static uint8_t *put_u32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(v >> (8 * i));
    return at;
}

static uint8_t *put_point(uint8_t *at, struct mere_point p)
{
    const double v[] = {mere_e7_to_degrees(p.x), mere_e7_to_degrees(p.y)};
    for (int k = 0; k < 2; k++) {
        uint64_t bits;
        memcpy(&bits, &v[k], sizeof bits);
        for (int i = 0; i < 8; i++)
            *at++ = (uint8_t)(bits >> (8 * i));
    }
    return at;
}

static uint8_t *put_head(uint8_t *at, uint32_t type)
{
    *at++ = 1; /* little-endian */
    return put_u32(at, type);
}

struct mere_wkb mere_sample_wkb_point(struct mere_arena *arena, struct mere_point p)
{
    struct mere_wkb wkb = {NULL, 21};
    uint8_t *bytes = MERE_NEW(arena, uint8_t, wkb.len);
    if (bytes)
        put_point(put_head(bytes, POINT), p);
    wkb.bytes = bytes;
    return wkb;
}

struct mere_wkb mere_sample_wkb_ring(struct mere_arena *arena, const struct mere_xy *ring, size_t n)
{
    struct mere_wkb wkb = {NULL, 13 + 16 * (n + 1)};
    uint8_t *bytes = MERE_NEW(arena, uint8_t, wkb.len);
    if (bytes) {
        uint8_t *at = put_u32(put_u32(put_head(bytes, POLYGON), 1), (uint32_t)n + 1);
        for (size_t i = 0; i <= n; i++)
            at = put_point(at, mere_sample_point(ring[i % n]));
    }
    wkb.bytes = bytes;
    return wkb;
}

struct mere_wkb mere_sample_wkb_lines(struct mere_arena *arena, const struct mere_point *pts,
                                      const uint32_t *first, size_t n)
{
    struct mere_wkb wkb = {NULL, 9 + 9 * n + 16 * (size_t)first[n]};
    uint8_t *bytes = MERE_NEW(arena, uint8_t, wkb.len);
    if (bytes) {
        uint8_t *at = put_u32(put_head(bytes, LINES), (uint32_t)n);
        for (size_t i = 0; i < n; i++) {
            at = put_u32(put_head(at, LINE), first[i + 1] - first[i]);
            for (uint32_t k = first[i]; k < first[i + 1]; k++)
                at = put_point(at, pts[k]);
        }
    }
    wkb.bytes = bytes;
    return wkb;
}
