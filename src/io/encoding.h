/* encoding.h - in which encoding are these bytes? Decided from the bytes of the whole file, or
 * refused.
 *
 * Old files of the trade (DBF, CSV) don't say, or say it wrong. The rule, first match wins:
 *   1. what the user says (--encoding), which must be valid for every text;
 *   2. a .cpg, then the LDID of the .dbf, believed only where every text is valid in it; LDID 0x00,
 *      0x57 and unknown values say nothing;
 *   3. pure ASCII needs no encoding;
 *   4. UTF-8 where every text is valid;
 *   5. the one of GBK, CP949, Big5, Shift-JIS in which every text is valid, if it is exactly one;
 *   6. otherwise nobody knows: refused, with five texts as each candidate reads them. */
#ifndef MERE_IO_ENCODING_H
#define MERE_IO_ENCODING_H
#include "base/base.h"

/* Bytes as the file holds them. */
struct mere_raw_text {
    const char *s;
    size_t len;
    bool cut; /* fills its field to the last byte: may end in the middle of a character */
};

/* What stands beside the bytes. All may be unset. */
struct mere_encoding_hints {
    const char *option; /* --encoding */
    const char *cpg;    /* the text of the .cpg file */
    int ldid;           /* byte 29 of the .dbf, -1 when there is none */
};

#define MERE_ENCODING_SAMPLES 5
#define MERE_ENCODING_CANDIDATES 4
struct mere_encoding_candidate {
    const char *name; /* "GBK" */
    bool valid;       /* every text is valid in it */
    size_t n_samples;
    const char *samples[MERE_ENCODING_SAMPLES]; /* UTF-8; U+FFFD where not valid */
};

struct mere_encoding {
    bool decided;
    bool lossy;       /* decode what is not valid as U+FFFD: to show, never to store */
    bool ascii;       /* nothing but ASCII: the name below is of no weight */
    const char *name; /* for iconv: "UTF-8", "GBK"; NULL when not decided */
    const char *why;  /* "the .cpg file says so", ... */
    const char *note; /* a hint that was not believed, and why; NULL when none */
    const char *note_zh;
    struct mere_encoding_candidate candidates[MERE_ENCODING_CANDIDATES]; /* when there is any
                                                                            non-ASCII text */
    size_t n_candidates;
};

/* Decide for `n` texts. Fails with MERE_E_INPUT when hints->option is unknown to iconv or not valid
 * for every text (the text tells the first that isn't); an undecided answer is no failure. Texts in
 * `arena`. */
MERE_MUST_USE enum mere_status mere_encoding_decide(struct mere_ctx *ctx,
                                                    const struct mere_raw_text *texts, size_t n,
                                                    const struct mere_encoding_hints *hints,
                                                    struct mere_arena *arena,
                                                    struct mere_encoding *ret);
/* Append to the context's text why nothing was decided: the candidates with their samples. Returns
 * MERE_E_INPUT. */
enum mere_status mere_encoding_refuse(struct mere_ctx *ctx, const struct mere_encoding *encoding);

/* The name that iconv knows for what people write ("936", "gb2312", "Big-5", "8859_1", "utf8"):
 * NULL when there is none. In `arena`. */
const char *mere_encoding_name(struct mere_arena *arena, const char *written);
/* What an LDID byte says, NULL when nothing. */
const char *mere_encoding_of_ldid(int ldid);

/* A decoder from one encoding to UTF-8. */
struct mere_decoder;
MERE_MUST_USE enum mere_status mere_decoder_open(struct mere_ctx *ctx, const char *encoding,
                                                 struct mere_decoder **ret);
void mere_decoder_close(struct mere_decoder *decoder); /* accepts NULL */
/* Decode strictly: false when the bytes are not valid (a character cut at the end of a `cut` text
 * is dropped and not an error) or memory is out. `*ret` is NUL-terminated UTF-8 that lives until
 * the next call. */
bool mere_decode(struct mere_decoder *decoder, struct mere_raw_text text, const char **ret);
/* Whether the last text of mere_decode lost such a character. */
bool mere_decode_dropped(const struct mere_decoder *decoder);
/* The same, with U+FFFD for what is not valid; NULL only when memory is out. */
const char *mere_decode_lossy(struct mere_decoder *decoder, struct mere_raw_text text);

/* How many of the `len` bytes of UTF-8 text `s` fit `max`, whole characters only. */
size_t mere_utf8_cut(const char *s, size_t len, size_t max);
bool mere_text_is_ascii(struct mere_raw_text text);
#endif
