#include "base/vec.h"
#include <stdlib.h>

bool mere_vec_grow(void **v, size_t *cap, size_t n, size_t more, size_t size)
{
    size_t need, bytes;
    if (!mere_add_size(n, more, &need))
        return false;
    size_t want = *cap < 8 ? 8 : *cap;
    while (want < need)
        if (!mere_add_size(want, want / 2 + 1, &want))
            want = need;
    if (!mere_mul_size(want, size, &bytes))
        return false;
    void *grown = mere_realloc(*v, bytes);
    if (!grown)
        return false;
    *v = grown;
    *cap = want;
    return true;
}

void mere_vec_free(void **v, size_t *n, size_t *cap)
{
    free(*v);
    *v = NULL;
    *n = *cap = 0;
}
