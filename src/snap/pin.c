/* pin.c - the current snapshot, its readers and its writer.
 *
 *   current ──▶ snapshot 7                 slots, one cache line each, in blocks that are only
 * added retired: snapshot 6, snapshot 5        │ 7 │ - │ 5 │ - │ ... ──▶ next block
 *
 * A reader puts the pointer that it read into a free slot and reads `current` again. If it is still
 * the same, the writer, which swaps first and looks at the slots afterwards, must see the slot.
 * Else the reader takes its slot back and begins again: somebody swapped in between.
 *
 * A pin is a slot's content, not the slot: whoever unpins clears any slot with that pointer, its
 * own first. So a snapshot may be unpinned by another thread than pinned it. This can't free a
 * snapshot under a reader: after a swap the slots that hold the old pointer for good only get
 * fewer, one for each unpin; a reader that was late puts its pointer into a further slot and takes
 * one away again, and takes a slot that counted only if an unpin had taken its own. So while a
 * reader holds the snapshot, at least one slot has held it ever since the swap, and the writer
 * finds that one.
 *
 * All atomics are sequentially consistent: the pair (write slot, read current) here and (write
 * current, read slots) in `mere_snap_swap` needs it, as Dekker's lock does. */
#include "snap/snap_priv.h"
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SLOTS 64 /* in a block */
#define LINE 64  /* bytes of a cache line */

struct slot {
    _Alignas(LINE) _Atomic(const struct mere_snapshot *) held; /* NULL: free */
};
struct slot_block {
    struct slot slots[SLOTS];
    _Atomic(struct slot_block *) next;
};

struct retired {
    struct retired *next;
    struct mere_snapshot *snap;
};

struct mere_store {
    struct slot_block first;
    _Alignas(LINE) _Atomic(struct mere_snapshot *) current;
    _Alignas(LINE) pthread_mutex_t writer; /* guards `retired` and the swap */
    struct retired *retired;
    struct retired *spare; /* so that retiring the current snapshot needs no memory */
};

/* Where this thread begins to look for a slot, so that threads don't meet. */
static _Atomic unsigned n_threads;
static _Thread_local unsigned my_start; /* + 1; 0 = not yet chosen */

static unsigned start_slot(void)
{
    if (my_start == 0)
        my_start = atomic_fetch_add(&n_threads, 1) % SLOTS + 1;
    return my_start - 1;
}

/* The block after `block`, made if need be; NULL when memory is out. */
static struct slot_block *next_block(struct slot_block *block)
{
    struct slot_block *next = atomic_load(&block->next);
    if (next)
        return next;
    next = aligned_alloc(LINE, sizeof *next);
    if (!next)
        return NULL;
    for (int i = 0; i < SLOTS; i++)
        atomic_init(&next->slots[i].held, NULL);
    atomic_init(&next->next, NULL);
    struct slot_block *other = NULL;
    if (atomic_compare_exchange_strong(&block->next, &other, next))
        return next;
    free(next);
    return other;
}

/* Write `snap` into a free slot. */
static struct slot *take_slot(struct mere_store *store, const struct mere_snapshot *snap)
{
    struct slot_block *block = &store->first;
    for (;;) {
        for (unsigned i = 0, s = start_slot(); i < SLOTS; i++, s = (s + 1) % SLOTS) {
            const struct mere_snapshot *empty = NULL;
            if (atomic_load(&block->slots[s].held) == NULL &&
                atomic_compare_exchange_strong(&block->slots[s].held, &empty, snap))
                return &block->slots[s];
        }
        block = next_block(block);
        if (!block) {
            /* Thousands of pins and no memory: wait for somebody to unpin. */
            sched_yield();
            block = &store->first;
        }
    }
}

static bool clear_slot(struct slot *slot, const struct mere_snapshot *snap)
{
    const struct mere_snapshot *want = snap;
    return atomic_load(&slot->held) == snap &&
           atomic_compare_exchange_strong(&slot->held, &want, NULL);
}

const struct mere_snapshot *mere_snapshot_pin(struct mere_store *store)
{
    for (;;) {
        const struct mere_snapshot *snap = atomic_load(&store->current);
        struct slot *slot = take_slot(store, snap);
        if (atomic_load(&store->current) == snap)
            return snap;
        if (!clear_slot(slot, snap))
            mere_snapshot_unpin(store, snap);
    }
}

void mere_snapshot_unpin(struct mere_store *store, const struct mere_snapshot *snap)
{
    if (!snap)
        return;
    for (;;) /* a slot may move behind our back while we look; there is one */
        for (struct slot_block *b = &store->first; b; b = atomic_load(&b->next))
            for (unsigned i = 0, s = start_slot(); i < SLOTS; i++, s = (s + 1) % SLOTS)
                if (clear_slot(&b->slots[s], snap))
                    return;
}

static bool is_held(struct mere_store *store, const struct mere_snapshot *snap)
{
    for (struct slot_block *b = &store->first; b; b = atomic_load(&b->next))
        for (int i = 0; i < SLOTS; i++)
            if (atomic_load(&b->slots[i].held) == snap)
                return true;
    return false;
}

/* Free the retired snapshots that nobody holds; the writer's lock is held. */
static void sweep(struct mere_store *store)
{
    struct retired **link = &store->retired;
    while (*link) {
        struct retired *r = *link;
        if (is_held(store, r->snap)) {
            link = &r->next;
            continue;
        }
        *link = r->next;
        mere_snap_free(r->snap);
        r->snap = NULL;
        r->next = store->spare;
        store->spare = r;
    }
}

enum mere_status mere_snap_store_new(struct mere_ctx *ctx, struct mere_snapshot *first,
                                     struct mere_store **ret_store)
{
    assert(first->locator); /* readers of a store ask for points */
    struct mere_store *store = aligned_alloc(LINE, sizeof *store);
    if (!store || pthread_mutex_init(&store->writer, NULL) != 0) {
        free(store);
        mere_snap_free(first);
        return mere_fail_nomem(ctx, "opening a store");
    }
    for (int i = 0; i < SLOTS; i++)
        atomic_init(&store->first.slots[i].held, NULL);
    atomic_init(&store->first.next, NULL);
    atomic_init(&store->current, first);
    store->retired = store->spare = NULL;
    *ret_store = store;
    return MERE_OK;
}

enum mere_status mere_snap_swap(struct mere_ctx *ctx, struct mere_store *store,
                                struct mere_snapshot *fresh)
{
    assert(fresh->locator);
    pthread_mutex_lock(&store->writer);
    struct retired *r = store->spare;
    if (r)
        store->spare = r->next;
    else
        r = malloc(sizeof *r);
    if (r) {
        r->snap = atomic_exchange(&store->current, fresh);
        r->next = store->retired;
        store->retired = r;
        sweep(store);
    }
    pthread_mutex_unlock(&store->writer);
    if (r)
        return MERE_OK;
    mere_snap_free(fresh);
    return mere_fail_nomem(ctx, "taking a new generation");
}

size_t mere_snap_kept(struct mere_store *store)
{
    size_t n = 1;
    pthread_mutex_lock(&store->writer);
    sweep(store);
    for (const struct retired *r = store->retired; r; r = r->next)
        n++;
    pthread_mutex_unlock(&store->writer);
    return n;
}

void mere_store_close(struct mere_store *store)
{
    if (!store)
        return;
    mere_snap_free(atomic_load(&store->current));
    for (struct retired *r = store->retired, *next; r; r = next) {
        next = r->next;
        mere_snap_free(r->snap);
        free(r);
    }
    for (struct retired *r = store->spare, *next; r; r = next) {
        next = r->next;
        free(r);
    }
    for (struct slot_block *b = atomic_load(&store->first.next), *next; b; b = next) {
        next = atomic_load(&b->next);
        free(b);
    }
    pthread_mutex_destroy(&store->writer);
    free(store);
}
