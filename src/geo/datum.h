/* datum.h - the shifted coordinates of Chinese map platforms, GCJ-02 and BD-09, and back.
 * The formula is the published one (DOMAIN section 4): a sine series about (105E, 35N) on the
 * Krasovsky ellipsoid. It is formula-accurate: users report 10-15 m against reality elsewhere. */
#ifndef MERE_GEO_DATUM_H
#define MERE_GEO_DATUM_H
#include "geo/point.h"

enum mere_datum { MERE_DATUM_NONE = 0, MERE_DATUM_WGS84, MERE_DATUM_GCJ02, MERE_DATUM_BD09 };

/* "wgs84", "gcj02", "bd09"; false when `word` is none of these. */
bool mere_datum_parse(const char *word, enum mere_datum *ret);
const char *mere_datum_word(enum mere_datum datum);

struct mere_degrees {
    double lon, lat;
};
/* From WGS 84 to `datum`, and back. The inverse is iterated to < 1e-12 degree. Outside the area of
 * GCJ-02 (`mere_in_gcj_area`) GCJ-02 is WGS 84. */
struct mere_degrees mere_datum_from_wgs84(struct mere_degrees p, enum mere_datum datum);
struct mere_degrees mere_datum_to_wgs84(struct mere_degrees p, enum mere_datum datum);
/* The box in which the platforms shift: 72.004-137.8347 E, 0.8293-55.8271 N. */
bool mere_in_gcj_area(struct mere_degrees p);
#endif
