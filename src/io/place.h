/* place.h - where on the Earth a source lies: its CRS and its datum, decided by rule or refused.
 *
 * CRS: what the user says (--crs), else what the file says, else the standard of its format
 * (GeoJSON, KML, TopoJSON: WGS 84); else refused. Datum: a file of degrees of which any vertex lies
 * in the area that Chinese map platforms shift, and that does not name CGCS2000 (EPSG:4490), is
 * refused until the user says --datum, unless its own column `mere_datum` states one (which --datum
 * then can't contradict): half of such files are GCJ-02 or BD-09, half a kilometre
 * off, and none says so. The evidence for each candidate is told; none is ever applied by itself.
 */
#ifndef MERE_IO_PLACE_H
#define MERE_IO_PLACE_H
#include "geo/crs.h"
#include "io/source.h"

/* The column in which an export in GCJ-02 or BD-09 says so, in every row. It is no attribute: an
 * import drops it, and takes it for what the file states of its datum. */
#define MERE_DATUM_LABEL "mere_datum"
/* The datum that the label of `source` tells; MERE_DATUM_NONE without one. Fails with MERE_E_INPUT
 * when it holds anything else than one datum. */
MERE_MUST_USE enum mere_status
mere_datum_label(struct mere_ctx *ctx, const struct mere_source *source, enum mere_datum *ret);

struct mere_place_options {
    const char *crs;   /* --crs or NULL */
    const char *datum; /* --datum or NULL */
};

struct mere_place {
    struct mere_crs *crs;
    const struct mere_crs_info *info;
    const char *crs_from; /* "--crs", "the .prj file", ... */
    enum mere_datum datum;
    const char *datum_why;
    bool identity; /* degrees of WGS 84 or CGCS2000: coordinates are taken as they are */
};
/* Decide. Gives `ret->crs`; clear with `mere_place_clear`. Fails with MERE_E_INPUT: no CRS, one
 * that can't be used, or a datum that must be said; the text then holds the evidence. `known` (may
 * be empty) are schemes of the store, against which candidates are laid. */
struct mere_known {
    const struct mere_layer *layers;
    size_t n;
};
MERE_MUST_USE enum mere_status mere_place_decide(struct mere_ctx *ctx,
                                                 const struct mere_source *source,
                                                 const struct mere_place_options *options,
                                                 const struct mere_known *known,
                                                 struct mere_place *ret);
void mere_place_clear(struct mere_place *place);

/* To longitude and latitude of WGS 84, in place; NaN where it can't be. Returns the number of
 * these. */
size_t mere_place_to_wgs84(const struct mere_place *place, double *x, double *y, size_t n);

/* What speaks for each datum. */
struct mere_evidence {
    enum mere_datum datum;
    struct mere_degrees centre; /* where the middle of the layer lies if it is in this datum */
    double shift_m;             /* how far that is from where its numbers would put it as WGS 84 */
    bool compared;              /* the store has zones to compare with */
    size_t n_compared;          /* vertices or places that were laid against them */
    double inside;              /* share of these inside zones of the store, 0..1 */
    double border_m;            /* median distance of these to the borders there, metres */
};
#define MERE_EVIDENCE_N 3
/* Weigh the three candidates for `source`, whose coordinates `place` brings to degrees (its datum
 * is ignored). */
MERE_MUST_USE enum mere_status mere_evidence_weigh(struct mere_ctx *ctx,
                                                   const struct mere_source *source,
                                                   const struct mere_place *place,
                                                   const struct mere_known *known,
                                                   struct mere_evidence ret[MERE_EVIDENCE_N]);
/* One line a candidate, appended to `text`. */
struct mere_text;
void mere_evidence_tell(const struct mere_evidence evidence[MERE_EVIDENCE_N],
                        struct mere_text *text);
/* Whether a datum must be said for this source in this CRS. */
bool mere_datum_open(const struct mere_source *source, const struct mere_crs_info *info);
#endif
