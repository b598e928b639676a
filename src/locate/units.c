/* units.c - degrees to cell units: one at a time, two at a time with SSE2, which every x86-64 has,
 * or four with AVX2 where the machine has it. All three do the same IEEE operations, so they agree.
 */
#include "locate/units.h"
#if defined(__SSE2__) && !defined(MERE_PLAIN)
#include <immintrin.h>
#define WITH_SIMD 1
#else
#define WITH_SIMD 0
#endif

static uint32_t one(const struct mere_axis *a, double deg)
{
    double v = deg >= -a->limit && deg <= a->limit ? deg * MERE_E7 : a->below;
    v = v > a->below ? v : a->below;
    v = v < a->above ? v : a->above;
    int32_t whole = (int32_t)v;
    double rest = v - (double)whole;
    return (uint32_t)whole - a->base + (rest >= 0.5) - (rest <= -0.5);
}

#if WITH_SIMD
/* Two rounded values in the low lanes. */
static inline __m128i two(const struct mere_axis *a, __m128d deg)
{
    __m128d below = _mm_set1_pd(a->below), limit = _mm_set1_pd(a->limit);
    __m128d good = _mm_and_pd(_mm_cmpge_pd(deg, _mm_sub_pd(_mm_setzero_pd(), limit)),
                              _mm_cmple_pd(deg, limit));
    __m128d v = _mm_mul_pd(deg, _mm_set1_pd(MERE_E7));
    v = _mm_or_pd(_mm_and_pd(good, v), _mm_andnot_pd(good, below));
    v = _mm_min_pd(_mm_max_pd(v, below), _mm_set1_pd(a->above));
    __m128i whole = _mm_cvttpd_epi32(v);
    __m128d rest = _mm_sub_pd(v, _mm_cvtepi32_pd(whole));
    __m128i up = _mm_castpd_si128(_mm_cmpge_pd(rest, _mm_set1_pd(0.5)));
    __m128i down = _mm_castpd_si128(_mm_cmple_pd(rest, _mm_set1_pd(-0.5)));
    /* A true lane is -1: take the low halves of both. */
    __m128i step = _mm_sub_epi64(down, up);
    return _mm_add_epi32(whole, _mm_shuffle_epi32(step, _MM_SHUFFLE(3, 3, 2, 0)));
}

static size_t with_sse2(const struct mere_axis *axis, const double *deg, size_t n, uint32_t *units)
{
    struct mere_axis a = *axis;
    __m128i base = _mm_set1_epi32((int32_t)a.base);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m128i lo = two(&a, _mm_loadu_pd(deg + i)), hi = two(&a, _mm_loadu_pd(deg + i + 2));
        __m128i four = _mm_sub_epi32(_mm_unpacklo_epi64(lo, hi), base);
        _mm_storeu_si128((__m128i *)(void *)(units + i), four);
    }
    return i;
}

__attribute__((target("avx2"))) static size_t
with_avx2(const struct mere_axis *axis, const double *deg, size_t n, uint32_t *units)
{
    struct mere_axis a = *axis;
    __m256d below = _mm256_set1_pd(a.below), above = _mm256_set1_pd(a.above);
    __m256d most = _mm256_set1_pd(a.limit), least = _mm256_set1_pd(-a.limit);
    __m256d e7 = _mm256_set1_pd(MERE_E7), half = _mm256_set1_pd(0.5);
    __m256d minus_half = _mm256_set1_pd(-0.5);
    __m256i low = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    __m128i base = _mm_set1_epi32((int32_t)a.base);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256d d = _mm256_loadu_pd(deg + i);
        __m256d good =
            _mm256_and_pd(_mm256_cmp_pd(d, least, _CMP_GE_OQ), _mm256_cmp_pd(d, most, _CMP_LE_OQ));
        __m256d v = _mm256_blendv_pd(below, _mm256_mul_pd(d, e7), good);
        v = _mm256_min_pd(_mm256_max_pd(v, below), above);
        __m128i whole = _mm256_cvttpd_epi32(v);
        __m256d rest = _mm256_sub_pd(v, _mm256_cvtepi32_pd(whole));
        __m256i up = _mm256_castpd_si256(_mm256_cmp_pd(rest, half, _CMP_GE_OQ));
        __m256i down = _mm256_castpd_si256(_mm256_cmp_pd(rest, minus_half, _CMP_LE_OQ));
        __m256i step = _mm256_permutevar8x32_epi32(_mm256_sub_epi64(down, up), low);
        __m128i four = _mm_add_epi32(whole, _mm256_castsi256_si128(step));
        _mm_storeu_si128((__m128i *)(void *)(units + i), _mm_sub_epi32(four, base));
    }
    return i;
}
#endif

void mere_units_from_degrees(const struct mere_axis *axis, const double *deg, size_t n,
                             uint32_t *units)
{
    size_t i = 0;
#if WITH_SIMD
    i = __builtin_cpu_supports("avx2") ? with_avx2(axis, deg, n, units)
                                       : with_sse2(axis, deg, n, units);
#endif
    for (; i < n; i++)
        units[i] = one(axis, deg[i]);
}
