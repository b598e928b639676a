/* pages.c - large pages for large memory.
 *
 * What is walked at random, such as a table over a country, spends most of its time on looking up
 * where each page of 4 KiB lies, and on being given a million of them one by one. Linux gives pages
 * of 2 MiB where it is told that a stretch is worth it. */
#include "base/base.h"
#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_PAGE ((uintptr_t)2 << 20)

/* Ask for large pages: a hint, nothing fails where there are none. */
static void large_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    uintptr_t from = ((uintptr_t)memory + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
    uintptr_t end = ((uintptr_t)memory + bytes) / LARGE_PAGE * LARGE_PAGE;
    if (bytes >= LARGE_PAGE && from < end)
        (void)madvise((char *)memory + (from - (uintptr_t)memory), end - from, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

void *mere_malloc(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory)
        large_pages(memory, bytes);
    return memory;
}

void *mere_calloc(size_t n, size_t size)
{
    void *memory = calloc(n, size); /* fails if the product overflows */
    if (memory)
        large_pages(memory, n * size);
    return memory;
}

void *mere_realloc(void *old, size_t bytes)
{
    void *memory = realloc(old, bytes);
    if (memory)
        large_pages(memory, bytes);
    return memory;
}

void mere_keep_memory(void)
{
#ifdef __GLIBC__ /* mallopt(3) */
    (void)mallopt(M_MMAP_MAX, 0);
    (void)mallopt(M_TRIM_THRESHOLD, -1);
#endif
}
