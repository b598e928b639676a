/* measure.c - areas and lengths on the ellipsoid.
 *
 * Area. Snyder's q (USGS Professional Paper 1395, equation 3-12) is the area from the equator to a
 * latitude over pi a^2. Under an edge that is straight in lon/lat lies a^2/2 * dlon * the mean of q
 * along it. We take q against the parallel lat0, so that no digits are lost in a small ring, by its
 * Taylor series around lat0: ten multiplications instead of a sine and an atanh, and more exact,
 * for the difference is never formed from two large numbers. The mean is Simpson's for short edges,
 * Gauss's of five points for long ones; beyond the reach of the series q itself is evaluated.
 *
 * Length. Short edges by Gauss's mid-latitude formula with its terms of the third order; long ones
 * by geodesic.h (Karney 2013), which costs some 50 times more. */
#include "geo/measure.h"
#include <geodesic.h>
#include <math.h>
#include <stdlib.h>

#define WGS84_A 6378137.0 /* semi-major axis, metres (EPSG:7030) */
#define WGS84_F (1 / 298.257223563)
#define WGS84_E2 (WGS84_F * (2 - WGS84_F))    /* first eccentricity squared */
#define WGS84_EP2 (WGS84_E2 / (1 - WGS84_E2)) /* second eccentricity squared */
#define WGS84_E 0.081819190842621494          /* sqrt(WGS84_E2) */

/* ---- area ---------------------------------------------------------------------------------------
 */

/* Within this distance of lat0 (radians) the series is good to 1e-16: the term left out is below
 * u^11 / 11!. */
#define SERIES_REACH 0.15
/* Up to this height (radians, 1.2 km) Simpson's error, h^4 / 2880, is below 1e-15 of h. */
#define SIMPSON_REACH 2e-4

static double snyder_q(double lat)
{
    double s = sin(lat), es = WGS84_E * s;
    return (1 - WGS84_E2) * (s / (1 - es * es) + atanh(es) / WGS84_E);
}

void mere_parallel_init(struct mere_parallel *par, int32_t lat)
{
    enum { N = MERE_PARALLEL_TERMS };
    /* q' = 2 (1 - e^2) cos(lat) w^-2 with w = 1 - e^2 sin^2 = 1 - e^2/2 + e^2/2 cos(2 lat):
     * multiply the two series. v = w^-2 follows from w v' = -2 w' v. */
    double phi = mere_e7_to_rad(lat), s = sin(phi), c = cos(phi), s2 = sin(2 * phi),
           c2 = cos(2 * phi);
    double cos_k[N], w[N], v[N];
    double turn1[4] = {c, -s, -c, s}, turn2[4] = {c2, -s2, -c2, s2};
    double over_fact = 1, two_over_fact = 1; /* 1 / k!, 2^k / k! */
    for (int k = 0; k < N; k++) {
        cos_k[k] = turn1[k % 4] * over_fact;
        w[k] = WGS84_E2 / 2 * turn2[k % 4] * two_over_fact;
        over_fact /= k + 1;
        two_over_fact *= 2.0 / (k + 1);
    }
    w[0] += 1 - WGS84_E2 / 2;
    v[0] = 1 / (w[0] * w[0]);
    for (int k = 1; k < N; k++) {
        double sum = 0;
        for (int j = 1; j <= k; j++)
            sum += (2 * j + (k - j)) * w[j] * v[k - j];
        v[k] = -sum / (k * w[0]);
    }
    for (int k = 0; k < N; k++) {
        double sum = 0;
        for (int j = 0; j <= k; j++)
            sum += cos_k[j] * v[k - j];
        par->c[k] = 2 * (1 - WGS84_E2) * sum / (k + 1);
    }
    par->lat = lat;
    par->q = snyder_q(phi);
}

/* q(lat + u) - q(lat) for |u| <= SERIES_REACH. */
static inline double q_near(const struct mere_parallel *par, double u)
{
    double sum = par->c[MERE_PARALLEL_TERMS - 1];
    for (int k = MERE_PARALLEL_TERMS - 2; k >= 0; k--)
        sum = sum * u + par->c[k];
    return sum * u;
}

/* The same for LANES at once, which the compiler makes vectors of. */
#define LANES 4
static inline void q_near_lanes(const struct mere_parallel *par, const double *u, double *ret)
{
    double sum[LANES];
    for (int i = 0; i < LANES; i++)
        sum[i] = par->c[MERE_PARALLEL_TERMS - 1];
    for (int k = MERE_PARALLEL_TERMS - 2; k >= 0; k--)
        for (int i = 0; i < LANES; i++)
            sum[i] = sum[i] * u[i] + par->c[k];
    for (int i = 0; i < LANES; i++)
        ret[i] = sum[i] * u[i];
}

static double q_from(const struct mere_parallel *par, double u)
{
    if (fabs(u) <= SERIES_REACH)
        return q_near(par, u);
    return snyder_q(mere_e7_to_rad(par->lat) + u) - par->q;
}

/* The mean of q along u0 .. u1 by Gauss and Legendre's five points, on pieces of at most 0.3
 * radian: there the error, h^10 * 4e-13, is below 1e-17. */
static double q_mean_long(const struct mere_parallel *par, double u0, double u1)
{
    static const double at[5] = {-0.90617984593866399, -0.53846931010568309, 0, 0.53846931010568309,
                                 0.90617984593866399};
    static const double weight[5] = {0.23692688505618909, 0.47862867049936647, 0.56888888888888889,
                                     0.47862867049936647, 0.23692688505618909};
    int n = (int)ceil(fabs(u1 - u0) / 0.3);
    n = n < 1 ? 1 : n;
    double sum = 0, half = (u1 - u0) / (2 * n);
    for (int i = 0; i < n; i++) {
        double mid = u0 + (2 * i + 1) * half;
        for (int k = 0; k < 5; k++)
            sum += weight[k] * q_from(par, mid + at[k] * half);
    }
    return sum / (2 * n);
}

/* The mean of q along one edge. */
static double q_mean(const struct mere_parallel *par, double u0, double u1)
{
    if (fabs(u0) <= SERIES_REACH && fabs(u1) <= SERIES_REACH && fabs(u1 - u0) <= SIMPSON_REACH)
        return (q_near(par, u0) + 4 * q_near(par, (u0 + u1) / 2) + q_near(par, u1)) / 6;
    return u0 == u1 ? q_from(par, u1) : q_mean_long(par, u0, u1);
}

/* The means of q along `n` edges between the latitudes `u`, n + 1 of them, from lat0. */
#define BLOCK 32
static void q_means(const struct mere_parallel *par, const double *u, size_t n, double *mean)
{
    double q[BLOCK + LANES], middle[BLOCK] = {0}, q_middle[BLOCK];
    bool near = fabs(u[0]) <= SERIES_REACH;
    for (size_t k = 0; k < n; k++)
        near = near && fabs(u[k + 1]) <= SERIES_REACH && fabs(u[k + 1] - u[k]) <= SIMPSON_REACH;
    if (!near) {
        for (size_t k = 0; k < n; k++)
            mean[k] = q_mean(par, u[k], u[k + 1]);
        return;
    }
    for (size_t k = 0; k < n; k++)
        middle[k] = (u[k] + u[k + 1]) / 2;
    for (size_t k = 0; k <= n; k += LANES)
        q_near_lanes(par, u + k, q + k);
    for (size_t k = 0; k < n; k += LANES)
        q_near_lanes(par, middle + k, q_middle + k);
    for (size_t k = 0; k < n; k++)
        mean[k] = (q[k] + 4 * q_middle[k] + q[k + 1]) / 6;
}

double mere_chain_area_from(const struct mere_parallel *par, const struct mere_point *pts, size_t n)
{
    /* Sum in runs of 256, then the runs: rounding grows with the run, not with the chain. */
    double total = 0, run = 0, u[BLOCK + LANES] = {0}, mean[BLOCK];
    for (size_t i = 1; i < n; i += BLOCK) {
        size_t m = n - i < BLOCK ? n - i : BLOCK;
        for (size_t k = 0; k <= m; k++)
            u[k] = mere_e7_to_rad((int64_t)pts[i + k - 1].y - par->lat);
        q_means(par, u, m, mean);
        for (size_t k = 0; k < m; k++)
            run += (double)((int64_t)pts[i + k - 1].x - pts[i + k].x) * mean[k];
        if ((i + m - 1) % 256 == 0) {
            total += run;
            run = 0;
        }
    }
    return (total + run) * mere_e7_to_rad(1) * (WGS84_A * WGS84_A / 2);
}

double mere_chain_area_m2(const struct mere_point *pts, size_t n, int32_t lat0)
{
    struct mere_parallel par;
    mere_parallel_init(&par, lat0);
    return mere_chain_area_from(&par, pts, n);
}

double mere_ring_area_m2(const struct mere_point *pts, size_t n)
{
    if (n < 3)
        return 0;
    int32_t lo = pts[0].y, hi = pts[0].y;
    for (size_t i = 1; i < n; i++) {
        lo = pts[i].y < lo ? pts[i].y : lo;
        hi = pts[i].y > hi ? pts[i].y : hi;
    }
    struct mere_parallel par;
    mere_parallel_init(&par, (int32_t)(((int64_t)lo + hi) / 2));
    struct mere_point closing[2] = {pts[n - 1], pts[0]};
    return mere_chain_area_from(&par, pts, n) + mere_chain_area_from(&par, closing, 2);
}

mere_i128 mere_chain_area2(const struct mere_point *pts, size_t n)
{
    mere_i128 sum = 0;
    for (size_t i = 1; i < n; i++) /* each product is below 1.7e18, their difference fits 63 bits */
        sum += (int64_t)pts[i - 1].x * pts[i].y - (int64_t)pts[i].x * pts[i - 1].y;
    return sum;
}

mere_i128 mere_ring_area2(const struct mere_point *pts, size_t n)
{
    if (n < 3)
        return 0;
    struct mere_point closing[2] = {pts[n - 1], pts[0]};
    return mere_chain_area2(pts, n) + mere_chain_area2(closing, 2);
}

/* ---- length -------------------------------------------------------------------------------------
 */

/* An edge is short when both differences are below this (radians, about 19 km), below
 * LENGTH_LAT_MAX: there the formula is within 1e-10 of the geodesic (measured, test_measure). */
#define LENGTH_REACH 3e-3
#define LENGTH_LAT_MAX 800000000 /* 80 degrees: nearer to a pole tan^2 spoils the series */

static double geodesic_m(struct mere_point a, struct mere_point b)
{
    struct geod_geodesic g;
    double s = 0;
    geod_init(&g, WGS84_A, WGS84_F);
    geod_inverse(&g, mere_e7_to_degrees(a.y), mere_e7_to_degrees(a.x), mere_e7_to_degrees(b.y),
                 mere_e7_to_degrees(b.x), &s, NULL, NULL);
    return s;
}

/* Gauss's mid-latitude formula, inverse, to the third order: l = dlon, b = dlat, at the latitude
 * whose sine is s (Torge and Mueller, Geodesy, 6.3.3; terms regrouped without tan). */
static double mid_latitude_m(double s, double b, double l)
{
    double c2 = 1 - s * s, eta2 = WGS84_EP2 * c2, v2 = 1 + eta2, t2eta2 = WGS84_EP2 * s * s;
    double n = WGS84_A / sqrt(1 - WGS84_E2 * s * s), c = sqrt(c2);
    double b2 = b * b, l2 = l * l;
    double east = n * c * l *
                  (1 + ((1 + eta2 - 9 * t2eta2 + eta2 * eta2) / (v2 * v2) * b2 - s * s * l2) / 24);
    double north = n / v2 * b *
                   (1 - (2 * c2 + 3 * s * s + 2 * eta2 * c2) * l2 / 24 +
                    (eta2 - t2eta2 + eta2 * eta2 - t2eta2 * eta2 * 5) / (v2 * v2) * b2 / 8);
    return sqrt(east * east + north * north);
}

static bool is_short(struct mere_point a, struct mere_point b)
{
    double dlon = fabs(mere_e7_to_rad((int64_t)b.x - a.x));
    double dlat = fabs(mere_e7_to_rad((int64_t)b.y - a.y));
    return dlon < LENGTH_REACH && dlat < LENGTH_REACH && abs(a.y) < LENGTH_LAT_MAX;
}

double mere_distance_m(struct mere_point a, struct mere_point b)
{
    if (!is_short(a, b))
        return geodesic_m(a, b);
    double mid = mere_e7_to_rad((int64_t)a.y + b.y) / 2;
    return mid_latitude_m(sin(mid), mere_e7_to_rad((int64_t)b.y - a.y),
                          mere_e7_to_rad((int64_t)b.x - a.x));
}

double mere_chain_length_m(const struct mere_point *pts, size_t n)
{
    double total = 0, run = 0;
    /* sin(mid) by turning from a latitude whose sine is known, which moves along with the chain. */
    double at = 10, s_at = 0, c_at = 0;
    for (size_t i = 1; i < n; i++) {
        struct mere_point a = pts[i - 1], b = pts[i];
        if (is_short(a, b)) {
            double mid = mere_e7_to_rad((int64_t)a.y + b.y) / 2, d = mid - at;
            if (fabs(d) > 0.01) {
                at = mid;
                s_at = sin(mid);
                c_at = cos(mid);
                d = 0;
            }
            double d2 = d * d; /* terms left out: d^7 / 5040 < 2e-18 */
            double sin_d = d * (1 - d2 / 6 * (1 - d2 / 20)), cos_d = 1 - d2 / 2 * (1 - d2 / 12);
            run += mid_latitude_m(s_at * cos_d + c_at * sin_d, mere_e7_to_rad((int64_t)b.y - a.y),
                                  mere_e7_to_rad((int64_t)b.x - a.x));
        } else
            run += geodesic_m(a, b);
        if (i % 256 == 0) {
            total += run;
            run = 0;
        }
    }
    return total + run;
}

void mere_scale_at(int32_t lat_e7, double *ret_x_m, double *ret_y_m)
{
    double phi = mere_e7_to_rad(lat_e7), s = sin(phi), w2 = 1 - WGS84_E2 * s * s;
    double n = WGS84_A / sqrt(w2), m = n * (1 - WGS84_E2) / w2;
    *ret_x_m = n * cos(phi) * mere_e7_to_rad(1);
    *ret_y_m = m * mere_e7_to_rad(1);
}

#define BAND 10000 /* 0.001 degree of latitude: within it the scale changes by 2e-5 */

void mere_band_scale_at(struct mere_band_scale *scale, int32_t lat_e7)
{
    int32_t band = (lat_e7 + MERE_LAT_MAX) / BAND;
    if (scale->known && band == scale->band)
        return;
    scale->known = true;
    scale->band = band;
    mere_scale_at(band * BAND + BAND / 2 - MERE_LAT_MAX, &scale->x_m, &scale->y_m);
}

double mere_chain_plane_m(struct mere_band_scale *plane, const struct mere_point *pts, size_t n)
{
    double sum = 0;
    for (size_t i = 1; i < n; i++) {
        struct mere_point p = pts[i - 1], q = pts[i];
        mere_band_scale_at(plane, p.y);
        double dx = ((double)q.x - p.x) * plane->x_m, dy = ((double)q.y - p.y) * plane->y_m;
        sum += sqrt(dx * dx + dy * dy);
    }
    return sum;
}

double mere_point_segment_m(struct mere_point p, struct mere_point a, struct mere_point b)
{
    double sx, sy;
    mere_scale_at(p.y, &sx, &sy);
    double ax = (double)((int64_t)a.x - p.x) * sx, ay = (double)((int64_t)a.y - p.y) * sy;
    double bx = (double)((int64_t)b.x - p.x) * sx, by = (double)((int64_t)b.y - p.y) * sy;
    double dx = bx - ax, dy = by - ay, d2 = dx * dx + dy * dy;
    double t = d2 > 0 ? -(ax * dx + ay * dy) / d2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(ax + t * dx, ay + t * dy);
}
