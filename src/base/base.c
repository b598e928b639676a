#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- arena: a chain of blocks, the newest first. Blocks come zeroed from calloc and no byte is
 * handed out twice, so what is handed out is zeroed too. An object larger than a block gets a block
 * of its own behind the newest, so the room left there isn't lost.
 * -------------------------------------------- */

#define ARENA_FIRST ((size_t)16 << 10)
#define ARENA_LARGEST ((size_t)4 << 20)
#define ARENA_ALIGN _Alignof(max_align_t)

struct mere_arena_block {
    struct mere_arena_block *next;
    size_t size, used; /* bytes of room and of it handed out */
    max_align_t room[];
};

static struct mere_arena_block *arena_block(size_t size)
{
    size_t whole;
    if (!mere_add_size(sizeof(struct mere_arena_block), size, &whole))
        return NULL;
    struct mere_arena_block *block = mere_calloc(1, whole);
    if (block)
        block->size = size;
    return block;
}

void *mere_arena_alloc(struct mere_arena *arena, size_t n, size_t size)
{
    size_t bytes, total;
    if (!mere_mul_size(n, size, &bytes) || !mere_add_size(bytes, ARENA_ALIGN, &total))
        return NULL;
    bytes = bytes == 0 ? ARENA_ALIGN : (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    if (!mere_add_size(arena->used, bytes, &total) || (arena->limit && total > arena->limit))
        return NULL;
    struct mere_arena_block *head = arena->head;
    if (!head || head->size - head->used < bytes) {
        size_t room = head ? head->size * 2 : ARENA_FIRST;
        if (room > ARENA_LARGEST)
            room = ARENA_LARGEST;
        bool alone = bytes > room / 4;
        struct mere_arena_block *block = arena_block(alone ? bytes : room);
        if (!block)
            return NULL;
        if (alone && head) {
            block->next = head->next;
            head->next = block;
        } else {
            block->next = head;
            arena->head = block;
        }
        head = block;
    }
    void *object = (char *)head->room + head->used;
    head->used += bytes;
    arena->used = total;
    return object;
}

char *mere_arena_text(struct mere_arena *arena, const char *s, size_t len)
{
    size_t bytes;
    if (!mere_add_size(len, 1, &bytes))
        return NULL;
    char *copy = mere_arena_alloc(arena, bytes, 1);
    if (copy && len > 0)
        memcpy(copy, s, len);
    return copy;
}

void mere_arena_clear(struct mere_arena *arena)
{
    for (struct mere_arena_block *block = arena->head, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    arena->head = NULL;
    arena->used = 0;
}

/* ---- context ------------------------------------------------------------------------------------
 */

/* Stands in for an error text that could not be allocated; never freed. */
static char no_memory_text[] =
    "memory ran out, and again while saying why: of a store, whether it is as it was or changed "
    "shows when it is opened next (merestone info)";

struct mere_ctx *mere_ctx_new(void)
{
    return calloc(1, sizeof(struct mere_ctx));
}

static void ctx_set_error(struct mere_ctx *ctx, char *text)
{
    if (ctx->error != no_memory_text)
        free(ctx->error);
    ctx->error = text;
}

void mere_ctx_clear(struct mere_ctx *ctx)
{
    mere_arena_clear(&ctx->arena);
    ctx_set_error(ctx, NULL);
    ctx->status = MERE_OK;
}

void mere_ctx_free(struct mere_ctx *ctx)
{
    if (!ctx)
        return;
    mere_ctx_clear(ctx);
    free(ctx);
}

const char *mere_ctx_error(const struct mere_ctx *ctx)
{
    return ctx && ctx->error ? ctx->error : "";
}

const char *mere_version(void)
{
    return MERE_VERSION;
}

/* A malloc'd text; NULL when memory is out. */
static char *format(const char *fmt, va_list args) MERE_PRINTF(1, 0);
static char *format(const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): a parameter is started by the caller */
    int len = vsnprintf(NULL, 0, fmt, args);
    char *text = len >= 0 ? malloc((size_t)len + 1) : NULL;
    if (text)
        vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    return text;
}

enum mere_status mere_vfail(struct mere_ctx *ctx, enum mere_status status, const char *fmt,
                            va_list args)
{
    if (!ctx)
        return status;
    /* Print before the old text is freed: an argument may be the old text. */
    char *text = format(fmt, args);
    ctx_set_error(ctx, text ? text : no_memory_text);
    ctx->status = status;
    return status;
}

enum mere_status mere_fail(struct mere_ctx *ctx, enum mere_status status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    mere_vfail(ctx, status, fmt, args);
    va_end(args);
    return status;
}

enum mere_status mere_fail_at(struct mere_ctx *ctx, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    char *where = format(fmt, args);
    va_end(args);
    enum mere_status status = ctx->status;
    if (where)
        mere_fail(ctx, status, "%s: %s", where, mere_ctx_error(ctx));
    free(where);
    return status;
}

void mere_tell_nomem(struct mere_ctx *ctx, const char *what)
{
    (void)mere_fail(ctx, MERE_E_NOMEM, "memory ran out while %s", what);
}

enum mere_status mere_tick(struct mere_ctx *ctx, const char *what, uint64_t done, uint64_t total)
{
    if (!ctx->progress.tick || ctx->progress.tick(ctx->progress.user, what, done, total))
        return MERE_OK;
    return mere_fail(ctx, MERE_E_CANCELLED, "interrupted while %s; nothing was changed", what);
}

const char *mere_state_word(enum mere_state state)
{
    switch (state) {
    case MERE_STATE_OUTSIDE:
        return "outside";
    case MERE_STATE_OWNED:
        return "owned";
    case MERE_STATE_DISPUTED:
        return "disputed";
    case MERE_STATE_UNCLAIMED:
        return "unclaimed";
    }
    return "unknown";
}
