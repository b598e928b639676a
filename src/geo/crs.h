/* crs.h - coordinates of any CRS to and from longitude and latitude, through PROJ.
 *
 * The rules (step 1, section C): a CRS stated in full with a datum that PROJ knows is used as
 * stated; a match with an EPSG code of at least 90 % only names it; what PROJ calls ballpark is
 * refused, but CGCS2000 and WGS 84 (and their realisations) count as one datum by merestone's own
 * rule, printed as such. Xian 80 and Beijing 54 stay refused. */
#ifndef MERE_GEO_CRS_H
#define MERE_GEO_CRS_H
#include "geo/datum.h"

struct mere_crs;

/* What was understood of a CRS definition. Texts live as long as the CRS. */
struct mere_crs_info {
    const char *name;      /* "CGCS2000 / 3-degree Gauss-Kruger CM 120E" */
    const char *epsg;      /* "EPSG:4549" or NULL when none matches at >= 90 % */
    int confidence;        /* of that match, per cent; 100 when stated by authority and code */
    bool geographic;       /* degrees of longitude and latitude */
    bool cgcs2000;         /* its datum is CGCS2000 */
    const char *operation; /* PROJ's name of the transformation to lon/lat, or our own rule's */
    double accuracy_m;     /* as PROJ states it; negative when unknown */
    bool own_rule;         /* CGCS2000 and WGS 84 taken as one datum */
    bool own_shift;        /* it states its own parameters to WGS 84 (TOWGS84), and they are used */
    double unit_m;         /* metres per unit of a projected CRS; 0 when geographic */
};

/* Understand `definition` ("EPSG:4549", urn:ogc:def:crs:..., WKT, PROJJSON, PROJ string; a bare
 * word or number is refused, for PROJ would take the name most like it) and prepare the way to WGS
 * 84 longitude and latitude. Fails with MERE_E_INPUT when PROJ does not know it, when only a
 * ballpark way exists (the text says which datum and why), or when it is vertical or local. `lon`,
 * `lat` order is normalised: x is east, y is north, whatever the axes declare. Free with
 * `mere_crs_free` (accepts NULL). */
MERE_MUST_USE enum mere_status mere_crs_open(struct mere_ctx *ctx, const char *definition,
                                             struct mere_crs **ret_crs);
void mere_crs_free(struct mere_crs *crs);
const struct mere_crs_info *mere_crs_info(const struct mere_crs *crs);
/* Transform `n` points in place; x, y in the CRS's unit <-> degrees. A point that can't be
 * transformed becomes NaN, NaN, and the count of these is returned. */
size_t mere_crs_to_degrees(struct mere_crs *crs, double *x, double *y, size_t n);
size_t mere_crs_from_degrees(struct mere_crs *crs, double *x, double *y, size_t n);
#endif
