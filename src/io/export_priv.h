/* export_priv.h - inside src/io: a layer ready to be written, and its writers. */
#ifndef MERE_IO_EXPORT_PRIV_H
#define MERE_IO_EXPORT_PRIV_H
#include "geo/crs.h"
#include "io/export.h"
#include "io/out_columns.h"
#include "io/words.h"

#define MERE_EXPORT_OWN                                                                            \
    6 /* code, name, parent, kind, households, persons: before the free columns */

struct mere_export_work {
    struct mere_ctx *ctx;
    struct mere_arena arena;
    const struct mere_export_options *options;
    struct mere_layer layer;
    bool cgcs2000;        /* the store's CRS */
    struct mere_crs *crs; /* of the file; NULL = as the store */
    enum mere_datum datum;
    bool exact;                      /* points are the store's own integers */
    int decimals;                    /* of transformed coordinates */
    double *x, *y;                   /* transformed, one per point of the layer; NULL when exact */
    const char *path;                /* where it goes */
    const char *tmp;                 /* where it is written */
    struct mere_out_columns columns; /* their names in the file, and what is lost */
    struct mere_text *said, *lost;
    bool zh; /* the language of the store: Chinese, else English */
};
/* The columns as we call them: the six of the store, the free ones, and the datum where it is
 * labelled. What the file calls them is in `columns`. */
size_t mere_export_n_columns(const struct mere_export_work *w);
struct mere_column mere_export_column(const struct mere_export_work *w, size_t c);
/* The value as text, NULL where null. `buf` serves numbers. */
const char *mere_export_value(const struct mere_export_work *w, size_t zone, size_t c,
                              char buf[32]);
/* The number of the point as text, "120.2 30.1" with `between` between. */
void mere_export_point(const struct mere_export_work *w, size_t point, const char *between,
                       struct mere_text *text);
/* The parts of each zone: parts of zone z are order[first[z] .. first[z + 1]). In the arena. */
enum mere_status mere_export_parts(struct mere_export_work *w, uint32_t **ret_first,
                                   uint32_t **ret_order);

enum mere_status mere_export_geojson(struct mere_export_work *w);
enum mere_status mere_export_csv(struct mere_export_work *w);
enum mere_status mere_export_ogr(struct mere_export_work *w, const char *driver);
#endif
