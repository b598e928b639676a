/* points.h - a file of places, read row by row: CSV, or any layer of points that OGR reads.
 *
 *   CSV    rows stream through the reader of csv.h; the place is in two columns
 *   layer  read twice, batch by batch: first for what is to be known of the whole (encoding, CRS,
 *          datum); its geometry is the place, and where it has none (a sheet) two columns are
 *
 * A row that has no usable place is not left out: it comes with the reason. */
#ifndef MERE_IO_POINTS_H
#define MERE_IO_POINTS_H
#include "io/csv.h"
#include "io/place.h"

#define MERE_POINTS_BATCH 4096

struct mere_points_options {
    const char *x, *y;              /* columns; both or none */
    const char *datum_column;       /* or NULL */
    const char *datum;              /* of all rows; or NULL */
    const char *layer;              /* of a file with several; or NULL */
    const char *encoding;           /* or NULL */
    const char *crs;                /* of a layer's geometry, whatever it says; or NULL */
    const struct mere_known *known; /* schemes to lay a layer of unknown datum against */
};
struct mere_points_column {
    const char *name;
    enum mere_attr_type type;
};
/* What was found. Texts live as long as the input. */
struct mere_points_info {
    bool csv;
    char delimiter; /* of CSV; ',' for a layer */
    const char *eol;
    bool bom; /* an output should begin with one */
    const char *encoding, *encoding_why;
    size_t n_columns;
    const struct mere_points_column *columns;
    int x, y, datum_column; /* columns; -1 when the geometry is the place, or there is none */
    bool recognised;        /* x and y were found by their names */
    bool degrees_open;      /* nothing tells the datum: places in the area of GCJ-02 need one */
    bool only_points;       /* a layer's geometries are single points, as it says */
    const char *place;      /* how a layer's CRS was understood, for a person; NULL for CSV */
    uint64_t n_rows;        /* of a layer; 0 = not known */
};

enum mere_bad { /* why a row has no place */
                MERE_BAD_NOT,
                MERE_BAD_FIELDS, /* more fields than the header */
                MERE_BAD_X_EMPTY,
                MERE_BAD_Y_EMPTY,
                MERE_BAD_X_NUMBER, /* no number */
                MERE_BAD_Y_NUMBER,
                MERE_BAD_AXES, /* the letter of a latitude on a longitude, or the reverse; x, y are
                                  read */
                MERE_BAD_DATUM_EMPTY,
                MERE_BAD_DATUM, /* none that is known */
                MERE_BAD_NO_GEOMETRY,
                MERE_BAD_NO_POINT, /* the geometry is not one point */
                MERE_BAD_CRS       /* can't be brought to degrees */
};
struct mere_points_row {
    double x, y;           /* degrees in `datum`; as read, not yet held against any range */
    enum mere_datum datum; /* NONE: as the command says */
    enum mere_bad bad;
    bool blank; /* an empty line of a CSV file: to be passed on, not counted */
};

struct mere_points;
/* Open `path`. Fails with MERE_E_INPUT when it can't be read, the columns are not there or not told
 * by their names, or the datum of a layer must be said. Gives `*ret`. */
MERE_MUST_USE enum mere_status mere_points_open(struct mere_ctx *ctx, const char *path,
                                                const struct mere_points_options *options,
                                                struct mere_points **ret);
void mere_points_close(struct mere_points *points); /* accepts NULL */
const struct mere_points_info *mere_points_info(const struct mere_points *points);
void mere_points_progress(const struct mere_points *points, uint64_t *ret_done,
                          uint64_t *ret_total);

/* Read up to MERE_POINTS_BATCH rows; `*ret_n` = 0 at the end. */
MERE_MUST_USE enum mere_status mere_points_read(struct mere_ctx *ctx, struct mere_points *points,
                                                struct mere_points_row *rows, size_t *ret_n);
/* Append the header as CSV, without a line end: byte for byte when it came from CSV. */
void mere_points_csv_header(const struct mere_points *points, struct mere_text *text);
/* Append row `i` of the last batch as CSV, without a line end: byte for byte when it came from CSV;
 * a short row is filled up with empty fields, and what a long row has too much stays in its last
 * one. */
void mere_points_csv_row(const struct mere_points *points, size_t i, struct mere_text *text);
/* Its line end as it came; `mere_points_info.eol` where it had none. */
const char *mere_points_csv_eol(const struct mere_points *points, size_t i, size_t *ret_len);
/* Its values, one per column, NULL where there is none; in `arena`. */
MERE_MUST_USE enum mere_status mere_points_values(struct mere_ctx *ctx,
                                                  const struct mere_points *points, size_t i,
                                                  struct mere_arena *arena, const char **values);

/* The geometry of row `i` of a layer, in WGS 84 where it can be brought there, as ISO WKB in
 * `arena`; `len` 0 when there is none. For rows that have no usable place: nothing of the input is
 * lost. */
struct mere_points_shape {
    const uint8_t *wkb;
    size_t len;
};
MERE_MUST_USE enum mere_status mere_points_shape(struct mere_ctx *ctx,
                                                 const struct mere_points *points, size_t i,
                                                 struct mere_arena *arena,
                                                 struct mere_points_shape *ret);

/* The only pair of columns named like longitude and latitude ("lon lat", "gps_lng gps_lat", "x y",
 * "经度 纬度"); fails with MERE_E_INPUT when there is none or more than one, and lists them. */
MERE_MUST_USE enum mere_status mere_points_pair(struct mere_ctx *ctx, const char *path,
                                                const char *const *names, size_t n, int *ret_x,
                                                int *ret_y);
/* A datum as people write it in a column: "WGS-84", "gcj02", "CGCS2000"; NONE when unknown. */
enum mere_datum mere_points_datum(const char *s, size_t len);
#endif
