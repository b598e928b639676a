/* points_priv.h - inside src/io: an open file of places. */
#ifndef MERE_IO_POINTS_PRIV_H
#define MERE_IO_POINTS_PRIV_H
#include "io/points.h"

struct mere_points {
    struct mere_arena arena;
    struct mere_points_info info;
    struct mere_text scratch;
    /* CSV */
    struct mere_csv *csv;
    struct mere_csv_record *records; /* of the last batch */
    /* a layer */
    struct mere_dataset *dataset;
    struct mere_source *source;
    struct mere_place place;
    struct mere_encoding *encoding;
    bool by_geometry; /* else two columns are the place */
    double *x, *y;    /* of the batch, in degrees */
    uint64_t next;    /* rows read so far */
};

MERE_MUST_USE enum mere_status points_open_layer(struct mere_ctx *ctx, const char *path,
                                                 const struct mere_points_options *options,
                                                 struct mere_points *points);
MERE_MUST_USE enum mere_status points_read_layer(struct mere_ctx *ctx, struct mere_points *points,
                                                 struct mere_points_row *rows, size_t *ret_n);
/* Decide which columns hold place and datum; `names` as in the file. */
MERE_MUST_USE enum mere_status points_pick(struct mere_ctx *ctx, const char *path,
                                           const struct mere_points_options *options,
                                           struct mere_points_info *info);
/* Read the place and datum of a row from its texts; `s` NULL where there is none. */
void points_parse(struct mere_csv_field x, struct mere_csv_field y, struct mere_text *scratch,
                  struct mere_points_row *row);
void points_parse_datum(struct mere_csv_field datum, struct mere_text *scratch,
                        struct mere_points_row *row);
/* points_shape.c: whether the layer says that it holds single points only. */
bool points_only(const struct mere_source *source);
#endif
