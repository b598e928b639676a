/* vec.h - arrays that grow, with a limit.
 *
 *     MERE_VEC(struct mere_point) pts = {0};
 *     if (!MERE_PUSH(&pts, p)) return mere_fail_nomem(ctx, "reading points");
 *     ... pts.v[i], pts.n ...
 *     MERE_VEC_FREE(&pts);
 *
 * A zeroed vector is empty. Memory is malloc'd; the elements move when it grows. */
#ifndef MERE_BASE_VEC_H
#define MERE_BASE_VEC_H
#include "base/base.h"

#define MERE_VEC(type)                                                                             \
    struct {                                                                                       \
        type *v;                                                                                   \
        size_t n, cap;                                                                             \
    }

/* Make room for `more` elements; false when memory is out or the size overflows. */
#define MERE_RESERVE(vec, more)                                                                    \
    ((vec)->cap - (vec)->n >= (size_t)(more) ||                                                    \
     mere_vec_grow((void **)&(vec)->v, &(vec)->cap, (vec)->n, (size_t)(more), sizeof *(vec)->v))
/* Append one value; false when memory is out. */
#define MERE_PUSH(vec, ...)                                                                        \
    (MERE_RESERVE(vec, 1) ? ((vec)->v[(vec)->n++] = (__VA_ARGS__), true) : false)
#define MERE_VEC_FREE(vec) mere_vec_free((void **)&(vec)->v, &(vec)->n, &(vec)->cap)

bool mere_vec_grow(void **v, size_t *cap, size_t n, size_t more, size_t size);
void mere_vec_free(void **v, size_t *n, size_t *cap);

#endif
