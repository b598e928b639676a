/* source.h - what a file of any vector format holds, read once into plain arrays.
 *
 *   dataset (a file opened through OGR, read-only) ── layers
 *     source (one layer, read whole)
 *       fields[]     name, type
 *       features[]   values (bytes, decoded by mere_source_decode), parts
 *         parts[]    rings; the first is the shell as the file gives it
 *           pts      doubles in the file's own CRS, not closed in the array
 *
 * GDAL is touched here and in the other files of this folder only; what it says is caught and told
 * in the context, never printed. Formats that reach out to a network or to other files (VRT, WFS,
 * ...) are not opened. DWG is refused by name. */
#ifndef MERE_IO_SOURCE_H
#define MERE_IO_SOURCE_H
#include "base/text.h"
#include "base/vec.h"
#include "io/encoding.h"
#include "net/layer.h"

#define MERE_SOURCE_MAX_POINTS ((size_t)1 << 30)
#define MERE_SOURCE_MAX_FEATURES ((size_t)50 * 1000 * 1000)
#define MERE_SOURCE_MAX_FIELDS 2000

struct mere_dataset;
/* Open `path`. Fails with MERE_E_INPUT when it is missing, empty, of no known format, damaged, a
 * DWG, or a .shp without its .shx; the text says which. */
MERE_MUST_USE enum mere_status mere_dataset_open(struct mere_ctx *ctx, const char *path,
                                                 struct mere_dataset **ret);
void mere_dataset_close(struct mere_dataset *dataset); /* accepts NULL */
size_t mere_dataset_n_layers(const struct mere_dataset *dataset);
/* The name by which layer `i` can be chosen: as in the file; with its number, "a#2", where an
 * earlier layer has that name; and "#2" where the file's is not UTF-8. Borrowed from the dataset.
 */
const char *mere_dataset_layer_name(const struct mere_dataset *dataset, size_t i);
const char *mere_dataset_driver(const struct mere_dataset *dataset); /* "GeoJSON" */
/* The layer to use: `name`, or the only one when NULL. Fails with MERE_E_INPUT and lists the
 * layers. */
MERE_MUST_USE enum mere_status mere_dataset_pick(struct mere_ctx *ctx,
                                                 const struct mere_dataset *dataset,
                                                 const char *name, size_t *ret_i);
/* The SHA-256 of the file, or of all files of the dataset (.shp, .dbf, ...) one after the other, by
 * name. */
MERE_MUST_USE enum mere_status
mere_dataset_hash(struct mere_ctx *ctx, const struct mere_dataset *dataset, char ret_hex[65]);

struct mere_source_field {
    const char *name; /* as the bytes stand until decoded */
    enum mere_attr_type type;
    int width;     /* bytes of a DBF field, 0 when not limited */
    bool name_cut; /* the format cuts names, and this one is as long as it allows */
    bool wide;     /* its numbers are read as they stand in the file: see dbf.h */
    bool rounds;   /* a whole number in it has more digits than a double keeps: kept as text */
};

enum mere_source_shape {                       /* of a feature's geometry */
                         MERE_SOURCE_NULL,     /* none */
                         MERE_SOURCE_EMPTY,    /* one without points */
                         MERE_SOURCE_POLYGONS, /* at least one polygon */
                         MERE_SOURCE_LINES,
                         MERE_SOURCE_POINTS,
                         MERE_SOURCE_BAD /* could not be read: see `error` */
};
enum {                           /* bits of mere_source_feature.found */
       MERE_FOUND_UNCLOSED = 1,  /* a ring whose last point isn't its first; closed */
       MERE_FOUND_CURVE = 2,     /* arcs, drawn as short straight lines */
       MERE_FOUND_DROPPED = 4,   /* points or lines beside the polygons of a collection; left out */
       MERE_FOUND_SHORT = 8,     /* a ring of fewer than three points; left out */
       MERE_FOUND_REPEATED = 16, /* a vertex that follows itself */
       MERE_FOUND_SPIKE = 32,    /* an edge that runs back over itself */
       MERE_FOUND_CUT = 64       /* a text that ends within a character; that one is dropped */
};
struct mere_source_feature {
    enum mere_source_shape shape;
    uint8_t found;
    uint32_t part_first, n_parts;
    struct mere_raw_text
        *values;       /* one per field; s = NULL where null. Numbers are exact decimals. */
    const char *error; /* what was wrong with it, or NULL */
    const char *wkt;   /* when `keep_wkt`: of what has no polygon, cut after some 1000 bytes */
    uint8_t *wkb;      /* ISO WKB when `keep_wkb`, in the arena */
    size_t wkb_len;
};

/* Places spread evenly over the features of a layer of any length: every `stride`-th feature's
 * first vertex; when there is no room, every other one goes and the stride doubles. */
#define MERE_SAMPLE_MAX 400
struct mere_source_sample {
    uint64_t n_seen, stride; /* 0 before the first */
    size_t n;                /* kept */
    double x[MERE_SAMPLE_MAX], y[MERE_SAMPLE_MAX];
};
struct mere_source {
    struct mere_arena arena;
    struct mere_arena rows; /* what belongs to features */
    const char *path, *driver, *layer;
    const char *inner;    /* the file in a .zip that it was read from, as GDAL names it, or NULL */
    const char *crs_text; /* the CRS as the file tells it (WKT), NULL when it doesn't */
    const char *crs_from; /* "the .prj file", "the file", "the standard of its format" */
    bool standard_wgs84;  /* a format that is WGS 84 by its standard, and the file says nothing else
                           */
    bool raw;             /* texts are bytes of an unknown encoding */
    struct mere_encoding_hints hints; /* of .cpg and LDID */
    struct mere_dbf *dbf;             /* while it is read: numbers as they stand in the file */
    void *handle;                     /* OGR's layer, while it is read */
    struct mere_left_out *left_out;   /* of a TopoJSON: what GDAL leaves out */
    bool at_end, surveyed;            /* when read in batches */
    uint64_t n_read;                  /* features since the beginning, all batches */
    size_t n_fields;
    struct mere_source_field *fields;
    size_t n_keys; /* 1 when the first field is the table's own key, which OGR counts as no field */
    struct mere_text scratch;
    bool no_dbf;    /* a shapefile without its attributes */
    int wkt_field;  /* of a table (CSV, XLSX): the field with WKT, or MERE_UNKNOWN
                     */
    bool wkt_to_do; /* OGR doesn't read that field as geometry: we do. One that it reads has no
                       values */
    MERE_VEC(struct mere_source_feature) features;
    MERE_VEC(uint32_t) part_ring;  /* n_parts + 1 */
    MERE_VEC(uint32_t) ring_first; /* n_rings + 1 */
    MERE_VEC(double) x;
    MERE_VEC(double) y;
    size_t n_parts, n_rings;
    size_t n_shape[6]; /* features by shape */
    size_t n_warnings;
    const char *warning; /* the first thing that GDAL warned of, or NULL */
    bool in_gcj_area; /* read as degrees, some vertex lies in the area that map platforms shift */
    double min_x, min_y, max_x, max_y; /* of finite vertices of all shapes; min > max when none */
    struct mere_source_sample sample;
};
struct mere_read {
    bool keep_wkb;       /* keep every geometry as ISO WKB (reference layers) */
    bool keep_wkt;       /* keep the WKT of features without polygons (lists of rejects) */
    size_t max_features; /* 0 = all */
};
/* One more place of the layer: widen its box, and take it into the sample. */
void mere_source_note(struct mere_source *source, double x, double y);
/* Read layer `i` whole. Gives `*ret`; free with `mere_source_free` (accepts NULL). Fails with
 * MERE_E_INPUT when the file is damaged so that no more can be read, MERE_E_LIMIT beyond the
 * limits. */
MERE_MUST_USE enum mere_status mere_source_read(struct mere_ctx *ctx, struct mere_dataset *dataset,
                                                size_t i, const struct mere_read *how,
                                                struct mere_source **ret);
void mere_source_free(struct mere_source *source);

/* The same in batches, for layers of any length: only one batch is held at a time. `open` reads no
 * feature. `survey` reads all once, and leaves what is known of the whole layer: its box, shapes,
 * `in_gcj_area`, types of fields and the encoding (refused as `mere_encoding_refuse` does when it
 * can't be told; `n_read` is then the number of features). `more` puts the next batch into
 * `features`, decoded; none at the end. The dataset must stay open. */
MERE_MUST_USE enum mere_status mere_source_open(struct mere_ctx *ctx, struct mere_dataset *dataset,
                                                size_t i, struct mere_source **ret);
MERE_MUST_USE enum mere_status mere_source_survey(struct mere_ctx *ctx, struct mere_source *source,
                                                  const char *encoding_option,
                                                  struct mere_encoding *ret_encoding);
MERE_MUST_USE enum mere_status mere_source_more(struct mere_ctx *ctx, struct mere_source *source,
                                                const struct mere_read *how,
                                                const struct mere_encoding *encoding, size_t n);

/* Decide the encoding of all names and texts (`option` = --encoding or NULL). Texts in the arena of
 * the source. An undecided answer is no failure. */
MERE_MUST_USE enum mere_status mere_source_encoding(struct mere_ctx *ctx,
                                                    struct mere_source *source, const char *option,
                                                    struct mere_encoding *ret);
/* Decode all names and texts in place, so that they are valid UTF-8. */
MERE_MUST_USE enum mere_status mere_source_decode(struct mere_ctx *ctx, struct mere_source *source,
                                                  const struct mere_encoding *encoding);

/* The number of the field named `name`: exactly, else the only one that is so but for case;
 * MERE_UNKNOWN when there is none. */
int mere_source_field(const struct mere_source *source, const char *name);
#endif
