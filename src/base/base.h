/* base.h - what every module stands on: integers, status and error text, memory, progress.
 *
 * A failing function returns an `enum mere_status`, writes its sentence into the caller's context
 * with `mere_fail`, and leaves its `ret_` results untouched. */
#ifndef MERE_BASE_BASE_H
#define MERE_BASE_BASE_H
#include "merestone.h" /* enum mere_status, struct mere_ctx */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MERE_MUST_USE __attribute__((warn_unused_result))
#define MERE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define MERE_LEN(array) (sizeof(array) / sizeof((array)[0]))

__extension__ typedef __int128 mere_i128;
__extension__ typedef unsigned __int128 mere_u128;

/* Return with the status of `call` if it failed. */
#define MERE_TRY(call)                                                                             \
    do {                                                                                           \
        enum mere_status mere_try_status_ = (call);                                                \
        if (mere_try_status_ != MERE_OK)                                                           \
            return mere_try_status_;                                                               \
    } while (0)

/* ---- memory ------------------------------------------------------------------------------- */

/* `a * b` into `*ret`; false when it does not fit. */
static inline bool mere_mul_size(size_t a, size_t b, size_t *ret)
{
    return !__builtin_mul_overflow(a, b, ret);
}
static inline bool mere_add_size(size_t a, size_t b, size_t *ret)
{
    return !__builtin_add_overflow(a, b, ret);
}

/* `malloc`, `calloc` and `realloc`, on large pages where the memory is large; to be freed with
 * `free`.
 */
__attribute__((malloc)) void *mere_malloc(size_t bytes);
__attribute__((malloc)) void *mere_calloc(size_t n, size_t size);
void *mere_realloc(void *memory, size_t bytes);
/* Keep what is freed for what is asked for next, rather than give large arrays back to the system
 * and take new pages, which it must clear first. For a program that builds networks one after the
 * other; to be called at its start. What it had at most stays with it until it ends. */
void mere_keep_memory(void);

/* Memory that is freed all at once. A zeroed arena is empty and ready. */
struct mere_arena_block;
struct mere_arena {
    struct mere_arena_block *head;
    size_t used;  /* bytes handed out */
    size_t limit; /* 0 = no limit */
};
/* `n` objects of `size` bytes, aligned for any type, zeroed; NULL when memory or the limit is out
 * or the product overflows. n = 0 gives a valid pointer. */
void *mere_arena_alloc(struct mere_arena *arena, size_t n, size_t size);
/* A copy of the text `s` of `len` bytes, with a final NUL; NULL as above. */
char *mere_arena_text(struct mere_arena *arena, const char *s, size_t len);
void mere_arena_clear(struct mere_arena *arena);

/* Typed allocation in an arena: MERE_NEW(arena, int32_t, n). */
#define MERE_NEW(arena, type, n) ((type *)mere_arena_alloc((arena), (n), sizeof(type)))

/* ---- context -------------------------------------------------------------------------------- */

/* Progress of long work. The engine has no clock and no terminal: it calls `tick` every few
 * thousand units; the caller may draw a bar. `tick` returns false to interrupt the work, which then
 * fails with MERE_E_CANCELLED and leaves everything as it was. */
struct mere_progress {
    bool (*tick)(void *user, const char *what, uint64_t done, uint64_t total);
    void *user;
};

/* One caller's scratch memory and error text. */
struct mere_ctx {
    struct mere_arena arena; /* scratch: dropped by `mere_ctx_clear` and `mere_ctx_free` */
    char *error;             /* the text of the last failure, or NULL */
    enum mere_status status; /* its status */
    struct mere_progress progress;
};

/* Drop the scratch memory and the error text. */
void mere_ctx_clear(struct mere_ctx *ctx);

/* Record a failure: what, where, what to do. Returns `status`. */
enum mere_status mere_fail(struct mere_ctx *ctx, enum mere_status status, const char *fmt, ...)
    MERE_PRINTF(3, 4);
enum mere_status mere_vfail(struct mere_ctx *ctx, enum mere_status status, const char *fmt,
                            va_list args) MERE_PRINTF(3, 0);
/* Put "prefix: " before the recorded text (a caller's own "where") and return the recorded status.
 */
enum mere_status mere_fail_at(struct mere_ctx *ctx, const char *fmt, ...) MERE_PRINTF(2, 3);
/* Memory ran out while doing `what`. Inline, so that whoever reads the code of a caller, an
 * analyser too, sees that it does not go on. */
void mere_tell_nomem(struct mere_ctx *ctx, const char *what);
static inline enum mere_status mere_fail_nomem(struct mere_ctx *ctx, const char *what)
{
    mere_tell_nomem(ctx, what);
    return MERE_E_NOMEM;
}

/* Report progress; fails with MERE_E_CANCELLED when the caller wants to stop. Cheap when no tick is
 * set. */
MERE_MUST_USE enum mere_status mere_tick(struct mere_ctx *ctx, const char *what, uint64_t done,
                                         uint64_t total);

/* The word of a state: "owned", "disputed", "unclaimed", "outside". */
const char *mere_state_word(enum mere_state state);

#endif
