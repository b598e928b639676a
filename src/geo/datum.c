/* datum.c - GCJ-02 and BD-09 by the published formula; see datum.h. */
#include "geo/datum.h"
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846
#define GCJ_A 6378245.0               /* Krasovsky 1940, as the formula has it */
#define GCJ_EE 0.00669342162296594323 /* its first eccentricity squared */
#define BD_TURN (PI * 3000 / 180)
/* The inverses gain some 2.5 digits a step (DOMAIN section 4), so after a step of 1e-11 degree the
 * next would be below 1e-13. The bound on steps only guards against inputs far from the Earth. */
#define INVERSE_DONE 1e-11
#define INVERSE_STEPS 32

static const char *const datum_words[] = {"", "wgs84", "gcj02", "bd09"};

bool mere_datum_parse(const char *word, enum mere_datum *ret)
{
    for (size_t i = 1; i < MERE_LEN(datum_words); i++)
        if (strcmp(word, datum_words[i]) == 0) {
            *ret = (enum mere_datum)i;
            return true;
        }
    return false;
}

const char *mere_datum_word(enum mere_datum datum)
{
    return datum_words[(size_t)datum < MERE_LEN(datum_words) ? (size_t)datum : 0];
}

bool mere_in_gcj_area(struct mere_degrees p)
{
    return p.lon >= 72.004 && p.lon <= 137.8347 && p.lat >= 0.8293 && p.lat <= 55.8271;
}

/* The shift at p, in degrees. The series has sines of pi x times 6, 2, 1, 1/3, 1/12 and 1/30; those
 * of 6, 2 and 1 follow from 1/3 by the formulas of the double and triple angle (to a few units of
 * the last bit of at most 20 metres), which halves the time of an inverse. */
static struct mere_degrees gcj_shift(struct mere_degrees p)
{
    double x = p.lon - 105, y = p.lat - 35, root = 0.1 * sqrt(fabs(x));
    double s3 = sin(x / 3 * PI), c3 = cos(x / 3 * PI), t3 = sin(y / 3 * PI);
    double s1 = s3 * (3 - 4 * s3 * s3), c1 = c3 * (4 * c3 * c3 - 3); /* of pi x */
    double s2 = 2 * s1 * c1;                                         /* of 2 pi x */
    double both = (20 * s2 * (3 - 4 * s2 * s2) + 20 * s2) * 2 / 3;
    double north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root + both +
                   (20 * t3 * (3 - 4 * t3 * t3) + 40 * t3) * 2 / 3 +
                   (160 * sin(y / 12 * PI) + 320 * sin(y * PI / 30)) * 2 / 3;
    double east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root + both +
                  (20 * s1 + 40 * s3) * 2 / 3 +
                  (150 * sin(x / 12 * PI) + 300 * sin(x / 30 * PI)) * 2 / 3;
    double phi = p.lat / 180 * PI, s = sin(phi), w2 = 1 - GCJ_EE * s * s, w = sqrt(w2);
    return (struct mere_degrees){east * 180 / (GCJ_A / w * cos(phi) * PI),
                                 north * 180 / (GCJ_A * (1 - GCJ_EE) / (w2 * w) * PI)};
}

static struct mere_degrees gcj_from_wgs84(struct mere_degrees p)
{
    if (!mere_in_gcj_area(p))
        return p;
    struct mere_degrees d = gcj_shift(p);
    return (struct mere_degrees){p.lon + d.lon, p.lat + d.lat};
}

static struct mere_degrees gcj_to_wgs84(struct mere_degrees p)
{
    struct mere_degrees w = p;
    for (int i = 0; i < INVERSE_STEPS; i++) {
        struct mere_degrees d = gcj_shift(w);
        struct mere_degrees next = {p.lon - d.lon, p.lat - d.lat};
        double moved = fabs(next.lon - w.lon) + fabs(next.lat - w.lat);
        w = next;
        if (!(moved > INVERSE_DONE))
            break;
    }
    /* Beside the area GCJ-02 is WGS 84, so a place found there stands for itself. */
    return mere_in_gcj_area(w) ? w : p;
}

static struct mere_degrees bd_from_gcj(struct mere_degrees p)
{
    double z = hypot(p.lon, p.lat) + 0.00002 * sin(p.lat * BD_TURN);
    double theta = atan2(p.lat, p.lon) + 0.000003 * cos(p.lon * BD_TURN);
    return (struct mere_degrees){z * cos(theta) + 0.0065, z * sin(theta) + 0.006};
}

static struct mere_degrees bd_to_gcj(struct mere_degrees p)
{
    struct mere_degrees g = {p.lon - 0.0065, p.lat - 0.006};
    for (int i = 0; i < INVERSE_STEPS; i++) {
        struct mere_degrees back = bd_from_gcj(g);
        double dx = p.lon - back.lon, dy = p.lat - back.lat;
        g.lon += dx;
        g.lat += dy;
        if (!(fabs(dx) + fabs(dy) > INVERSE_DONE))
            break;
    }
    return g;
}

struct mere_degrees mere_datum_from_wgs84(struct mere_degrees p, enum mere_datum datum)
{
    if (datum == MERE_DATUM_GCJ02)
        return gcj_from_wgs84(p);
    if (datum == MERE_DATUM_BD09)
        return bd_from_gcj(gcj_from_wgs84(p));
    return p;
}

struct mere_degrees mere_datum_to_wgs84(struct mere_degrees p, enum mere_datum datum)
{
    if (datum == MERE_DATUM_GCJ02)
        return gcj_to_wgs84(p);
    if (datum == MERE_DATUM_BD09)
        return gcj_to_wgs84(bd_to_gcj(p));
    return p;
}
