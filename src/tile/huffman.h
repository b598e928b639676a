/* huffman.h - prefix codes for deflate (RFC 1951, 3.2.2). */
#ifndef MERE_TILE_HUFFMAN_H
#define MERE_TILE_HUFFMAN_H
#include "base/base.h"

#define MERE_HUFFMAN_MAX 288 /* symbols */

/* The lengths of a best prefix code for symbols that occur `count` times, none longer than `limit`
 * bits (at most 15, and 2^limit >= n). Symbols that do not occur get 0; a single one gets 1. Best
 * but for the limit, which is kept by lengthening others. */
void mere_huffman_lengths(const uint32_t *count, uint32_t n, uint32_t limit, uint8_t *ret_length);

/* The canonical code of these lengths, each code's first bit lowest, as deflate writes it. */
void mere_huffman_codes(const uint8_t *length, uint32_t n, uint16_t *ret_code);
#endif
