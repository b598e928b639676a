/* pack.c - a packer for tiles: runs, and repeats of the row above.
 *
 * A tile's bytes are runs of one zone, and rows much like the row above. So a match is tried at two
 * distances only, 1 and the row's length; the longer is taken, and every byte is looked at once. No
 * hash tables, no lazy search: a tenth of the time of libdeflate's fastest, and smaller than it.
 * (Also trying one column to either side, for slanted borders, was slower and no smaller: more
 * distances make all of them dearer.) A match may go on over the end of a row. */
#include "tile/pack.h"
#include "tile/huffman.h"
#include <libdeflate.h>
#include <string.h>

#define END 256       /* symbol: the block is over */
#define N_SYMBOLS 286 /* bytes, END, 29 lengths */
#define MATCH_MAX 258
#define RUN_MIN 3
#define ROW_MIN 4

/* A token is a byte, or TOKEN_RUN or TOKEN_ROW and a length less 3. */
#define TOKEN_RUN 256
#define TOKEN_ROW 512

/* ---- lengths: RFC 1951, 3.2.5 ---- */

struct length_code {
    uint16_t symbol;
    uint8_t extra_bits, extra;
};

/* Lengths 3..10 have a symbol each; from there four symbols to each power of two; 258 its own. */
static inline struct length_code length_code(uint32_t length)
{
    uint32_t v = length - 3;
    if (length == MATCH_MAX)
        return (struct length_code){285, 0, 0};
    if (v < 8)
        return (struct length_code){(uint16_t)(257 + v), 0, 0};
    uint32_t bits = 29u - (uint32_t)__builtin_clz(v); /* v = 1ab followed by `bits` more */
    return (struct length_code){(uint16_t)(257 + 4 * bits + (v >> bits)), (uint8_t)bits,
                                (uint8_t)(v & ((1u << bits) - 1))};
}

/* A distance's symbol: two to each power of two. */
static uint32_t distance_code(size_t distance, uint32_t *extra_bits, uint32_t *extra)
{
    uint32_t v = (uint32_t)distance - 1;
    *extra_bits = *extra = 0;
    if (v < 4)
        return v;
    uint32_t bits = 30u - (uint32_t)__builtin_clz(v);
    *extra_bits = bits;
    *extra = v & ((1u << bits) - 1);
    return 2 * bits + (v >> bits);
}

/* ---- bytes -> tokens ---- */

static inline uint64_t load(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

/* How many bytes at `a` and `b` agree, to `most`; reads up to 7 bytes beyond. */
static inline uint32_t match_length(const uint8_t *a, const uint8_t *b, uint32_t most)
{
    for (uint32_t n = 0; n < most; n += 8) {
        uint64_t differ = load(a + n) ^ load(b + n);
        if (differ) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
            n += (uint32_t)__builtin_clzll(differ) / 8;
#else
            n += (uint32_t)__builtin_ctzll(differ) / 8;
#endif
            return n < most ? n : most;
        }
    }
    return most;
}

/* Cut the bytes into tokens and count their symbols; gives how many there are. */
static size_t cut(const uint8_t *bytes, size_t n, size_t stride, uint16_t *tokens, uint32_t *count)
{
    size_t n_tokens = 0;
    for (size_t i = 0; i < n;) {
        uint32_t most = n - i < MATCH_MAX ? (uint32_t)(n - i) : MATCH_MAX;
        uint32_t run = i >= 1 ? match_length(bytes + i, bytes + i - 1, most) : 0;
        uint32_t row = i >= stride ? match_length(bytes + i, bytes + i - stride, most) : 0;
        if (row >= ROW_MIN && row > run) {
            tokens[n_tokens++] = (uint16_t)(TOKEN_ROW + row - 3);
            count[length_code(row).symbol]++;
            i += row;
        } else if (run >= RUN_MIN) {
            tokens[n_tokens++] = (uint16_t)(TOKEN_RUN + run - 3);
            count[length_code(run).symbol]++;
            i += run;
        } else {
            count[bytes[i]]++;
            tokens[n_tokens++] = bytes[i++];
        }
    }
    count[END]++;
    return n_tokens;
}

/* ---- bits ---- */

struct bits {
    uint64_t held;
    uint32_t n; /* bits held, below 8 after a flush */
    uint8_t *out;
};

/* At most 56 bits between two flushes. */
static inline void bits_put(struct bits *b, uint64_t v, uint32_t n)
{
    b->held |= v << b->n;
    b->n += n;
}
/* Writes 8 bytes, of which the whole ones count. */
static inline void bits_flush(struct bits *b)
{
    uint64_t low_first = b->held;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    low_first = __builtin_bswap64(low_first);
#endif
    memcpy(b->out, &low_first, 8);
    b->out += b->n / 8;
    b->held = b->n < 64 ? b->held >> (b->n & ~7u) : 0;
    b->n &= 7;
}

/* ---- the block's head: RFC 1951, 3.2.7 ---- */

#define N_DISTANCES 30
#define REPEAT 16     /* the length before, 3 to 6 times */
#define ZEROS 17      /* 3 to 10 zeros */
#define MANY_ZEROS 18 /* 11 to 138 zeros */
#define N_LENGTH_CODES 19

struct squeezed { /* code lengths, repeats folded */
    uint8_t symbol[N_SYMBOLS + N_DISTANCES], extra[N_SYMBOLS + N_DISTANCES];
    uint32_t n;
};

static void squeeze_put(struct squeezed *s, uint32_t symbol, uint32_t extra)
{
    s->symbol[s->n] = (uint8_t)symbol;
    s->extra[s->n++] = (uint8_t)extra;
}

static void squeeze(const uint8_t *length, uint32_t n, struct squeezed *s)
{
    s->n = 0;
    for (uint32_t i = 0, same; i < n; i += same) {
        uint32_t v = length[i], least = v ? 4 : 3, most = v ? 7 : 138;
        for (same = 1; i + same < n && length[i + same] == v && same < most;)
            same++;
        if (same < least) {
            same = 1;
            squeeze_put(s, v, 0);
        } else if (v) {
            squeeze_put(s, v, 0);
            squeeze_put(s, REPEAT, same - 4);
        } else
            squeeze_put(s, same < 11 ? ZEROS : MANY_ZEROS, same < 11 ? same - 3 : same - 11);
    }
}

static void put_head(struct bits *b, const uint8_t *length, uint32_t n_symbols,
                     uint32_t n_distances)
{
    static const uint8_t order[N_LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                  11, 4,  12, 3, 13, 2, 14, 1, 15};
    struct squeezed s;
    uint32_t count[N_LENGTH_CODES] = {0}, n_codes = N_LENGTH_CODES;
    uint8_t code_length[N_LENGTH_CODES];
    uint16_t code[N_LENGTH_CODES];
    squeeze(length, n_symbols + n_distances, &s);
    for (uint32_t i = 0; i < s.n; i++)
        count[s.symbol[i]]++;
    mere_huffman_lengths(count, N_LENGTH_CODES, 7, code_length);
    mere_huffman_codes(code_length, N_LENGTH_CODES, code);
    while (n_codes > 4 && code_length[order[n_codes - 1]] == 0)
        n_codes--;
    bits_put(b, 1 | 2 << 1, 3); /* the last block; codes of its own */
    bits_put(b, n_symbols - 257, 5);
    bits_put(b, n_distances - 1, 5);
    bits_put(b, n_codes - 4, 4);
    for (uint32_t i = 0; i < n_codes; i++) {
        bits_put(b, code_length[order[i]], 3);
        bits_flush(b);
    }
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t v = s.symbol[i];
        bits_put(b, code[v], code_length[v]);
        bits_put(b, s.extra[i], v == REPEAT ? 2 : v == ZEROS ? 3 : v == MANY_ZEROS ? 7 : 0);
        bits_flush(b);
    }
}

/* ---- the stream ---- */

/* A distance as it stands after a length: its one-bit code, then its extra bits. */
struct distance {
    uint32_t bits, n;
};

static void put_tokens(struct bits *b, const uint16_t *tokens, size_t n, const uint16_t *code,
                       const uint8_t *length, const struct distance *distances)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t token = tokens[i];
        if (token < TOKEN_RUN)
            bits_put(b, code[token], length[token]);
        else {
            struct length_code l = length_code((token & 255) + 3);
            struct distance d = distances[token >= TOKEN_ROW];
            bits_put(b, code[l.symbol], length[l.symbol]);
            bits_put(b, l.extra, l.extra_bits);
            bits_put(b, d.bits, d.n);
        }
        bits_flush(b);
    }
}

size_t mere_pack(const uint8_t *bytes, size_t n, size_t stride, uint16_t *tokens, uint8_t *ret)
{
    uint32_t count[N_SYMBOLS] = {0};
    uint8_t length[N_SYMBOLS + N_DISTANCES] = {0};
    uint16_t code[N_SYMBOLS];
    size_t n_tokens = cut(bytes, n, stride, tokens, count);
    mere_huffman_lengths(count, N_SYMBOLS, 15, length);
    mere_huffman_codes(length, N_SYMBOLS, code);
    uint32_t n_symbols = N_SYMBOLS, extra_bits, extra;
    while (n_symbols > 257 && length[n_symbols - 1] == 0)
        n_symbols--;
    /* Both distances are given, each with a code of one bit, used or not: a whole code. */
    uint32_t far = distance_code(stride, &extra_bits, &extra);
    length[n_symbols] = length[n_symbols + far] = 1;
    const struct distance distances[] = {{0, 1}, {1 | extra << 1, 1 + extra_bits}};

    struct bits b = {.out = ret};
    bits_put(&b, 0x0178, 16); /* zlib: deflate, window of 32 KiB, packed fast (RFC 1950) */
    put_head(&b, length, n_symbols, far + 1);
    put_tokens(&b, tokens, n_tokens, code, length, distances);
    bits_put(&b, code[END], length[END]);
    bits_flush(&b);
    if (b.n)
        b.out++; /* the last byte begun */
    uint32_t sum = libdeflate_adler32(1, bytes, n);
    for (int shift = 24; shift >= 0; shift -= 8)
        *b.out++ = (uint8_t)(sum >> shift);
    return (size_t)(b.out - ret);
}
