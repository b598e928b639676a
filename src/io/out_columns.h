/* out_columns.h - the columns of an output: the names that its format can take, and what it loses.
 *
 * A shapefile keeps 10 bytes of a column's name without blanks at its ends, 254 of a text (cut
 * between characters), 24 places of a number, and doesn't tell an empty text from none; other
 * formats have names of their own (WKT in a CSV). Every change is told, column by column: export
 * and assign write through this alone. */
#ifndef MERE_IO_OUT_COLUMNS_H
#define MERE_IO_OUT_COLUMNS_H
#include "base/text.h"
#include "net/layer.h"

#define MERE_DBF_NAME 10
#define MERE_DBF_TEXT 254

/* How often a column's values could not be held, and in which row first. */
struct mere_loss {
    uint64_t n, first;
};
struct mere_out_column {
    const char *name; /* as we call it; "" = it has none */
    const char *out;  /* as the file does */
    bool keeps_empty; /* an empty text means something else than none */
    struct mere_loss cut, rounded, emptied;
};
struct mere_out_columns {
    size_t n;
    struct mere_out_column *v;
    bool shape;           /* a shapefile */
    bool one_line;        /* names have no line breaks: GDAL reads one line as a CSV's header */
    size_t label;         /* the column with the datum, which keeps its name; SIZE_MAX = none */
    const char *taken[3]; /* names that the format keeps for itself; NULL ends them */
};
/* Fill in `out` of all columns: valid in the format, and different whatever the case of ASCII
 * letters. In `arena`. Fails when memory is out. */
MERE_MUST_USE enum mere_status mere_out_columns_name(struct mere_ctx *ctx,
                                                     struct mere_out_columns *columns,
                                                     struct mere_arena *arena);
/* `value` of column `c` in row `row`, as the format holds it; `buf` serves one that is cut. */
const char *mere_out_columns_text(struct mere_out_columns *columns, size_t c, const char *value,
                                  uint64_t row, char buf[MERE_DBF_TEXT + 1]);
/* Note whether the format rounds this number. */
void mere_out_columns_real(struct mere_out_columns *columns, size_t c, double value, uint64_t row);

/* What was changed, a line a column and kind. `where` gives the code of the zone that row `row`
 * is; NULL: rows are counted from 1. */
struct mere_out_told {
    bool zh;
    const char *(*where)(const void *arg, uint64_t row);
    const void *arg;
};
void mere_out_columns_tell(const struct mere_out_columns *columns, const struct mere_out_told *how,
                           struct mere_text *text);
#endif
