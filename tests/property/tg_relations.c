/* tg_relations.c - the relations that TG's tests record, derived from our network.
 *
 * Every case of ../shared/data/tests-tg holds two geometries and ten predicates in both directions.
 * Coordinates have at most five decimals, so 1e-7 degree hold them exactly. A predicate follows
 * from which of interior, boundary and exterior of the two meet (the nine cells of DE-9IM):
 *
 *   polygon, polygon   both are zones of one network: faces tell of interiors, arcs and nodes of
 *                      boundaries
 *   point, polygon     on an arc of the border, or where the locator puts it
 *   line, polygon      a network of the polygon and, for each segment, two triangles that have the
 *                      segment in common: its arcs are the pieces of the segment
 *   the others         no land: only whether they meet, by the exact predicates
 *
 * GEOS on the same integers must agree with us always; where the record says otherwise it is
 * named, and GEOS holds. */
#include "geo/exact.h"
#include "locate/locate.h"
#include "property/geos_land.h"

#define TG "../shared/data/tests-tg/tests/relations/"

enum { INTERIOR, BOUNDARY, EXTERIOR };
/* Whether a part of A meets a part of B: m[part of A][part of B]. */
struct matrix {
    bool m[3][3];
};

enum {
    EQUALS,
    INTERSECTS,
    DISJOINT,
    CONTAINS,
    WITHIN,
    COVERS,
    COVEREDBY,
    CROSSES,
    OVERLAPS,
    TOUCHES,
    N_PREDICATES
};
static const char *const names[N_PREDICATES] = {"equals",   "intersects", "disjoint",  "contains",
                                                "within",   "covers",     "coveredby", "crosses",
                                                "overlaps", "touches"};
typedef char (*geos_predicate)(GEOSContextHandle_t, const GEOSGeometry *, const GEOSGeometry *);
static const geos_predicate by_geos[N_PREDICATES] = {
    GEOSEquals_r, GEOSIntersects_r, GEOSDisjoint_r, GEOSContains_r, GEOSWithin_r,
    GEOSCovers_r, GEOSCoveredBy_r,  GEOSCrosses_r,  GEOSOverlaps_r, GEOSTouches_r};

static struct {
    int cases, compared, not_as_recorded;
    int empty, unread; /* cases left out */
    int no_land;       /* predicates left out: of points and lines alone */
} count;

/* ---- simple geometries ---- */

typedef struct mere_lattice_point P;
struct line {
    P pts[64];
    size_t first[16], n; /* its lines: pts[first[i] .. first[i + 1]) */
};

static void add_line(struct line *line, const GEOSGeometry *g)
{
    int type = GEOSGeomTypeId_r(geos, g);
    if (type != GEOS_POINT && type != GEOS_LINESTRING) {
        for (int i = 0; i < GEOSGetNumGeometries_r(geos, g); i++)
            add_line(line, GEOSGetGeometryN_r(geos, g, i));
        return;
    }
    const GEOSCoordSequence *seq = GEOSGeom_getCoordSeq_r(geos, g);
    unsigned n = 0;
    GEOSCoordSeq_getSize_r(geos, seq, &n);
    size_t at = line->first[line->n];
    if (!CHECK(line->n + 1 < MERE_LEN(line->first) && at + n <= MERE_LEN(line->pts)))
        return; /* no room */
    for (unsigned i = 0; i < n; i++) {
        double x = 0, y = 0;
        GEOSCoordSeq_getXY_r(geos, seq, i, &x, &y);
        line->pts[at + i] = (P){(int64_t)x, (int64_t)y};
    }
    line->first[++line->n] = at + n;
}

/* An end of a line belongs to its boundary when an odd number of lines end there. */
static bool is_end(const struct line *line, P p)
{
    int n = 0;
    for (size_t i = 0; i < line->n; i++) {
        n += mere_lattice_cmp(p, line->pts[line->first[i]]) == 0;
        n += mere_lattice_cmp(p, line->pts[line->first[i + 1] - 1]) == 0;
    }
    return n % 2 == 1;
}

/* The k-th segment; a point is a segment without length. False when there are no more. */
static bool segment(const struct line *line, size_t k, P ret[2])
{
    for (size_t i = 0; i < line->n; i++) {
        size_t first = line->first[i], n = line->first[i + 1] - first;
        size_t here = n == 1 ? 1 : n - 1;
        if (k < here) {
            ret[0] = line->pts[first + k];
            ret[1] = line->pts[first + (n == 1 ? 0 : k + 1)];
            return true;
        }
        k -= here;
    }
    return false;
}

static bool lines_meet(const struct line *a, const struct line *b)
{
    P s[2], t[2];
    for (size_t i = 0; segment(a, i, s); i++)
        for (size_t k = 0; segment(b, k, t); k++)
            if (mere_segments_meet(s[0], s[1], t[0], t[1]) != MERE_MEET_NONE)
                return true;
    return false;
}

/* ---- matrices ---- */

/* The zones of the drawing, by the order they were drawn in. */
struct world {
    struct mere_ctx *ctx;
    struct drawn drawing;
    struct mere_net *net;
    struct mere_locator *loc;
};

static bool world_start(struct world *w, GEOSGeometry *const *zones, size_t n)
{
    *w = (struct world){.ctx = mere_ctx_new()};
    draw(&w->drawing, zones, n);
    const struct mere_layer *layers[1] = {&w->drawing.layer};
    struct mere_build how = {.match_zones = true};
    return CHECK(mere_net_build(w->ctx, layers, 1, &how, &w->net) == MERE_OK) &&
           CHECK(mere_locator_build(w->ctx, w->net, &w->loc) == MERE_OK);
}

static void world_clear(struct world *w)
{
    mere_locator_free(w->loc);
    mere_net_free(w->net);
    drawn_free(&w->drawing);
    mere_ctx_free(w->ctx);
}

static bool has(const struct world *w, int32_t face, int zone)
{
    const struct mere_scheme *s = &w->net->schemes[0];
    return face >= 0 && mere_face_claimed_by(s, face, s->zone_of_layer[zone]);
}

/* Where a zone has an arc: within, on its border, or outside. */
static int arc_in(const struct world *w, int32_t arc, int zone)
{
    bool left = has(w, w->net->arcs[arc].left, zone), right = has(w, w->net->arcs[arc].right, zone);
    return left != right ? BOUNDARY : left ? INTERIOR : EXTERIOR;
}

static int point_in(const struct world *w, P p, int zone)
{
    const struct mere_net *net = w->net;
    for (int32_t a = 0; a < net->n_arcs; a++)
        for (uint32_t i = net->arcs[a].first; i + 1 < net->arcs[a].first + net->arcs[a].n; i++)
            if (arc_in(w, a, zone) == BOUNDARY &&
                mere_on_segment(mere_lattice(net->pts[i]), mere_lattice(net->pts[i + 1]), p))
                return BOUNDARY;
    int32_t face = mere_locate_point(w->loc, (struct mere_point){(int32_t)p.x, (int32_t)p.y});
    return has(w, face, zone) ? INTERIOR : EXTERIOR;
}

static struct matrix polygons(GEOSGeometry *const g[2])
{
    struct matrix r = {{{false}}};
    struct world w;
    if (world_start(&w, g, 2)) {
        r.m[EXTERIOR][EXTERIOR] = true;
        for (int32_t f = 0; f < w.net->n_faces; f++)
            r.m[has(&w, f, 0) ? INTERIOR : EXTERIOR][has(&w, f, 1) ? INTERIOR : EXTERIOR] = true;
        for (int32_t a = 0; a < w.net->n_arcs; a++)
            r.m[arc_in(&w, a, 0)][arc_in(&w, a, 1)] = true;
        for (int32_t n = 0; n < w.net->n_nodes; n++) {
            P p = mere_lattice(w.net->nodes[n]);
            r.m[point_in(&w, p, 0)][point_in(&w, p, 1)] = true;
        }
    }
    world_clear(&w);
    return r;
}

/* A triangle over the segment, at its left hand (side 1) or right hand (side -1). */
static GEOSGeometry *triangle(const P s[2], int side)
{
    int64_t dx = (s[1].x - s[0].x) / 4, dy = (s[1].y - s[0].y) / 4;
    P apex = {(s[0].x + s[1].x) / 2 - side * dy, (s[0].y + s[1].y) / 2 + side * dx};
    P ring[4] = {s[0], s[1], apex, s[0]};
    GEOSCoordSequence *seq = GEOSCoordSeq_create_r(geos, 4, 2);
    for (unsigned i = 0; i < 4; i++)
        GEOSCoordSeq_setXY_r(geos, seq, i, (double)ring[i].x, (double)ring[i].y);
    return GEOSGeom_createPolygon_r(geos, GEOSGeom_createLinearRing_r(geos, seq), NULL, 0);
}

/* Add what one segment of the line has in, on and outside the polygon. */
static void add_segment(struct matrix *r, const struct line *line, const P s[2],
                        GEOSGeometry *polygon)
{
    GEOSGeometry *zones[3] = {polygon, triangle(s, 1), triangle(s, -1)};
    struct world w;
    bool ok = world_start(&w, zones, 3);
    int n_arcs = 0;
    for (int32_t a = 0; ok && a < w.net->n_arcs; a++) {
        const struct mere_arc *arc = &w.net->arcs[a];
        bool along = has(&w, arc->left, 1) && has(&w, arc->right, 2);
        bool against = has(&w, arc->left, 2) && has(&w, arc->right, 1);
        if (!along && !against)
            continue;
        n_arcs++;
        r->m[INTERIOR][arc_in(&w, a, 0)] = true;
        int32_t ends[2] = {arc->from, arc->to};
        for (int i = 0; i < 2; i++) {
            P p = mere_lattice(w.net->nodes[ends[i]]);
            r->m[is_end(line, p) ? BOUNDARY : INTERIOR][point_in(&w, p, 0)] = true;
        }
    }
    if (!CHECK(!ok || n_arcs > 0))
        printf("  segment %" PRId64 " %" PRId64 ", %" PRId64 " %" PRId64 " has no arc\n", s[0].x,
               s[0].y, s[1].x, s[1].y);
    world_clear(&w);
    GEOSGeom_destroy_r(geos, zones[1]);
    GEOSGeom_destroy_r(geos, zones[2]);
}

/* Points or lines against a polygon. What of its border they leave is not asked: it has land. */
static struct matrix on_polygon(const struct line *line, bool points, GEOSGeometry *polygon)
{
    struct matrix r = {{{false}}};
    r.m[EXTERIOR][INTERIOR] = r.m[EXTERIOR][EXTERIOR] = true;
    P s[2];
    if (!points) {
        for (size_t k = 0; segment(line, k, s); k++)
            if (mere_lattice_cmp(s[0], s[1]) != 0) /* else its neighbours hold its point */
                add_segment(&r, line, s, polygon);
        return r;
    }
    struct world w;
    if (world_start(&w, &polygon, 1))
        for (size_t k = 0; segment(line, k, s); k++)
            r.m[INTERIOR][point_in(&w, s[0], 0)] = true;
    world_clear(&w);
    return r;
}

/* The predicate, from the nine cells and the dimensions of A and B. One of them has land. */
static bool holds(int predicate, const struct matrix *r, const int dims[2])
{
    const bool(*m)[3] = r->m;
    bool meets = m[INTERIOR][INTERIOR] || m[INTERIOR][BOUNDARY] || m[BOUNDARY][INTERIOR] ||
                 m[BOUNDARY][BOUNDARY];
    bool b_in_a = !m[EXTERIOR][INTERIOR] && !m[EXTERIOR][BOUNDARY];
    bool a_in_b = !m[INTERIOR][EXTERIOR] && !m[BOUNDARY][EXTERIOR];
    bool inner = m[INTERIOR][INTERIOR], both_left = m[INTERIOR][EXTERIOR] && m[EXTERIOR][INTERIOR];
    switch (predicate) {
    case EQUALS:
        return inner && a_in_b && b_in_a;
    case INTERSECTS:
        return meets;
    case DISJOINT:
        return !meets;
    case CONTAINS:
        return inner && b_in_a;
    case WITHIN:
        return inner && a_in_b;
    case COVERS:
        return meets && b_in_a;
    case COVEREDBY:
        return meets && a_in_b;
    case CROSSES:
        return dims[0] != dims[1] && inner &&
               m[dims[0] < dims[1] ? INTERIOR : EXTERIOR][dims[0] < dims[1] ? EXTERIOR : INTERIOR];
    case OVERLAPS:
        return dims[0] == dims[1] && inner && both_left;
    default:
        return meets && !inner;
    }
}

static struct matrix turned(const struct matrix *r)
{
    struct matrix t;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            t.m[i][k] = r->m[k][i];
    return t;
}

static struct matrix relate(GEOSGeometry *const g[2], const int dims[2])
{
    if (dims[0] == 2 && dims[1] == 2)
        return polygons(g);
    int flat = dims[0] == 2;
    struct line line = {.n = 0};
    add_line(&line, g[flat]);
    struct matrix r = on_polygon(&line, dims[flat] == 0, g[1 - flat]);
    return flat ? turned(&r) : r;
}

/* ---- the cases ---- */

/* The two words, each "T" or "F", of predicate `name` in [at, end). */
static bool recorded(const char *at, const char *end, const char *name, bool ret[2])
{
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *row = strstr(at, key), *list = row && row < end ? strchr(row, '[') : NULL;
    char word[2] = {0};
    bool ok = list && sscanf(list, "[ \"%c\" , \"%c\"", &word[0], &word[1]) == 2;
    for (int i = 0; i < 2; i++) {
        ok = ok && (word[i] == 'T' || word[i] == 'F');
        ret[i] = word[i] == 'T';
    }
    return ok;
}

static const char *const sides[2] = {"ab", "ba"};

static void compare(GEOSGeometry *const g[2], const char *at, const char *end, const char *where)
{
    int dims[2] = {GEOSGeom_getDimensions_r(geos, g[0]), GEOSGeom_getDimensions_r(geos, g[1])};
    bool land = dims[0] == 2 || dims[1] == 2;
    struct line lines[2] = {{.n = 0}, {.n = 0}};
    bool meet = !land && (add_line(&lines[0], g[0]), add_line(&lines[1], g[1]), true) &&
                lines_meet(&lines[0], &lines[1]);
    struct matrix r = {{{false}}};
    if (land)
        r = relate(g, dims);
    for (int p = 0; p < N_PREDICATES; p++) {
        bool want[2];
        if (!CHECK(recorded(at, end, names[p], want)))
            printf("  in %s: %s\n", where, names[p]);
        if (!land && p != INTERSECTS && p != DISJOINT) {
            count.no_land += 2;
            continue;
        }
        for (int i = 0; i < 2; i++) {
            struct matrix seen = i ? turned(&r) : r;
            bool ours =
                land ? holds(p, &seen, (int[2]){dims[i], dims[1 - i]}) : meet == (p == INTERSECTS);
            bool theirs = by_geos[p](geos, g[i], g[1 - i]) == 1;
            if (!CHECK(ours == theirs))
                printf("  in %s, %s %s: ours %d, GEOS %d, recorded %d\n", where, sides[i], names[p],
                       ours, theirs, want[i]);
            if (theirs != want[i]) {
                printf("  in %s, %s %s: recorded %d, GEOS and ours %d\n", where, sides[i], names[p],
                       want[i], theirs);
                count.not_as_recorded++;
            }
            count.compared++;
        }
    }
    count.cases++;
}

/* The geometry of the line at `*at`, which moves behind it: WKT in a string, or a GeoJSON feature;
 * NULL when GEOS can't read it. */
static GEOSGeometry *read_member(const char **at)
{
    *at += strspn(*at, " \t\r\n[:,");
    bool wkt = **at == '"';
    size_t n = wkt ? strcspn(++*at, "\"") : strcspn(*at, "\n");
    while (!wkt && n > 0 && (*at)[n - 1] != '}')
        n--;
    char *text = calloc(n + 1, 1);
    if (!text)
        return NULL;
    memcpy(text, *at, n);
    *at += n + wkt;
    GEOSGeometry *read = wkt ? geos_read(text) : NULL, *g = NULL;
    if (!wkt) {
        GEOSGeoJSONReader *r = GEOSGeoJSONReader_create_r(geos);
        read = GEOSGeoJSONReader_readGeometry_r(geos, r, text);
        GEOSGeoJSONReader_destroy_r(geos, r);
    }
    free(text);
    /* GEOS relates no collections: one of a single member is its member. */
    bool wrapped = read && GEOSGeomTypeId_r(geos, read) == GEOS_GEOMETRYCOLLECTION &&
                   GEOSGetNumGeometries_r(geos, read) == 1;
    if (read)
        g = rounded(wrapped ? GEOSGetGeometryN_r(geos, read, 0) : read, (struct scale){0, 0, 1e7});
    GEOSGeom_destroy_r(geos, read);
    return g;
}

/* Compare all cases of a file. False when it is not there. */
static bool run_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, TG "%s.jsonc", name);
    char *text = read_whole(path);
    if (!text)
        return false;
    int number = 0;
    for (char *at = strstr(text, "\"geoms\""); at; number++) {
        char *next = strstr(at + 1, "\"geoms\"");
        char where[64];
        snprintf(where, sizeof where, "%s.jsonc, case %d", name, number + 1);
        const char *member = at + strlen("\"geoms\"");
        GEOSGeometry *g[2];
        g[0] = read_member(&member);
        g[1] = g[0] ? read_member(&member) : NULL;
        if (!g[0] || !g[1])
            count.unread++;
        else if (GEOSisEmpty_r(geos, g[0]) || GEOSisEmpty_r(geos, g[1]))
            count.empty++;
        else
            compare(g, at, next ? next : text + strlen(text), where);
        GEOSGeom_destroy_r(geos, g[0]);
        GEOSGeom_destroy_r(geos, g[1]);
        at = next;
    }
    CHECK(number > 0);
    free(text);
    return true;
}

TEST(the_relations_of_tgs_tests_follow_from_the_network)
{
    static const char *const files[] = {"point", "line",  "poly", "mpoint",
                                        "mline", "mpoly", "gcol"};
    for (size_t i = 0; i < MERE_LEN(files); i++)
        if (!run_file(files[i]))
            SKIP("../shared/data/tests-tg is not here");
    printf(
        "  %d cases, %d predicates compared, %d of them recorded otherwise\n"
        "  left out: %d cases with an empty geometry, %d unreadable; %d predicates of points and "
        "lines alone\n",
        count.cases, count.compared, count.not_as_recorded, count.empty, count.unread,
        count.no_land);
    CHECK_INT(100, count.cases);
    CHECK_INT(5, count.empty);
    CHECK_INT(0, count.unread);
    CHECK_INT(1312, count.compared);
    CHECK_INT(688, count.no_land);
    CHECK_INT(0, count.not_as_recorded);
}

int main(void)
{
    geos_start();
    RUN(the_relations_of_tgs_tests_follow_from_the_network);
    GEOS_finish_r(geos);
    return done();
}
