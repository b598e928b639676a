/* svg_priv.h - what the files of the map share: the projection, the pen, the simplified arcs. */
#ifndef MERE_CHECK_SVG_PRIV_H
#define MERE_CHECK_SVG_PRIV_H
#include "base/vec.h"
#include "check/svg.h"

#define MAP_WIDTH 1000.0
#define MARGIN 24.0

struct mere_xy { /* pixels */
    double x, y;
};
struct mere_map { /* being drawn */
    const struct mere_report *report;
    const struct mere_net *net;
    enum mere_lang lang;
    struct mere_text *out;
    struct mere_arena arena;
    struct mere_ctx ctx;
    int32_t main;
    double sx, sy, scale, height; /* metres per unit; pixels per metre */
    struct mere_xy shift;
    int32_t cut; /* longitudes west of it are drawn a turn further east */
    double tolerance;
    bool specks;     /* zones are too many to be seen one by one */
    uint32_t *first; /* n_arcs + 1: points of the simplified arcs */
    MERE_VEC(struct mere_xy) pts;
};

/* Writes paths in tenths of a pixel, relative, so that files stay small. */
struct mere_pen {
    struct mere_text *out;
    int64_t x, y; /* tenths */
    bool down;
};

struct mere_xy mere_map_project(const struct mere_map *m, struct mere_point p);
void mere_pen_move(struct mere_pen *pen, struct mere_xy p);
void mere_pen_line(struct mere_pen *pen, struct mere_xy p);
/* Names, defects, numbered marks, scale bar and north arrow (svg_marks.c). */
void mere_map_names(struct mere_map *m);
void mere_map_defects(struct mere_map *m);
void mere_map_marks(struct mere_map *m, const struct mere_finding *const *worst, size_t n);
void mere_map_scale(struct mere_map *m);
#endif
