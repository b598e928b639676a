/* wkb.h - the numbers of well-known binary, in either byte order, at any address. */
#ifndef MERE_GEO_WKB_H
#define MERE_GEO_WKB_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* `p` has 4 bytes. */
static inline uint32_t mere_wkb_u32(const uint8_t *p, bool little)
{
    return little
               ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24
               : (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}
/* `p` has 8 bytes. */
static inline double mere_wkb_double(const uint8_t *p, bool little)
{
    uint64_t first = mere_wkb_u32(p, little), second = mere_wkb_u32(p + 4, little);
    uint64_t bits = little ? second << 32 | first : first << 32 | second;
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}
#endif
