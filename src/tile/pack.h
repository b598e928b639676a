/* pack.h - deflate (RFC 1951, 1950) for palette pictures. */
#ifndef MERE_TILE_PACK_H
#define MERE_TILE_PACK_H
#include "base/base.h"

/* Bytes that a stream of `n` bytes may take, and that may be written to: a Huffman code of bytes
 * never beats 8 bits by being longer than 9 on average, and matches only shorten it. */
static inline size_t mere_pack_bound(size_t n)
{
    return 2 * n + 1024;
}

/* Pack `n` bytes, rows of `stride` bytes (9 to 4096), as one zlib stream of one block; gives its
 * length. At least 64 bytes may be read after `bytes`. `tokens` is scratch for n entries. */
size_t mere_pack(const uint8_t *bytes, size_t n, size_t stride, uint16_t *tokens, uint8_t *ret);
#endif
