/* svg.c - the map of a report, from arcs.
 *
 * Each arc is simplified once, to the tolerance of the drawing, and both its sides use the same
 * points, so neighbours stay flush. Zones are filled with five soft tints, no two neighbours alike
 * where that is possible (greedy colouring); borders are drawn once each, the coarser the level the
 * stronger. */
#include "check/svg.h"
#include "base/vec.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

#define MAP_WIDTH 1000.0
#define MAP_HEIGHT_MAX 820.0
#define MAP_HEIGHT_MIN 320.0
#define MARGIN 24.0
#define N_TINTS 5 /* classes t0 .. t4 of the page */
#define DOTS_MAX 3000
#define TITLES_MAX 5000
#define SPECKS_MIN 20000
#define LABELS_MAX 3000
#define AREAS_PTS_MAX 60000

struct xy {
    double x, y;
};
struct map {
    const struct mere_report *report;
    const struct mere_net *net;
    enum mere_lang lang;
    struct mere_text *out;
    struct mere_arena arena;
    struct mere_ctx ctx;
    int32_t main;
    double sx, sy, scale, height; /* metres per unit; pixels per metre */
    struct xy shift;
    double tolerance;
    bool specks;     /* zones are too many to be seen one by one */
    uint32_t *first; /* n_arcs + 1: points of the simplified arcs */
    MERE_VEC(struct xy) pts;
};

void mere_html_text(struct mere_text *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '&')
            mere_text_add(out, "&amp;");
        else if (*s == '<')
            mere_text_add(out, "&lt;");
        else if (*s == '>')
            mere_text_add(out, "&gt;");
        else if (*s == '"')
            mere_text_add(out, "&quot;");
        else if (*s == '\'')
            mere_text_add(out, "&#39;");
        else
            mere_text_add_n(out, (unsigned char)*s < ' ' || *s == 0x7F ? " " : s, 1);
    }
}

static struct xy project(const struct map *m, struct mere_point p)
{
    return (struct xy){m->shift.x + p.x * m->sx * m->scale, m->shift.y - p.y * m->sy * m->scale};
}

/* Fit the network's box into the drawing. */
static void fit(struct map *m)
{
    struct mere_box box = m->net->box;
    if (mere_box_empty(box))
        box = (struct mere_box){{0, 0}, {1, 1}};
    mere_scale_at((int32_t)(((int64_t)box.min.y + box.max.y) / 2), &m->sx, &m->sy);
    double w = ((double)box.max.x - box.min.x) * m->sx, h = ((double)box.max.y - box.min.y) * m->sy;
    m->scale = (MAP_WIDTH - 2 * MARGIN) / w;
    if (h * m->scale > MAP_HEIGHT_MAX - 2 * MARGIN)
        m->scale = (MAP_HEIGHT_MAX - 2 * MARGIN) / h;
    m->height = fmax(h * m->scale + 2 * MARGIN, MAP_HEIGHT_MIN);
    double x = (MAP_WIDTH - w * m->scale) / 2, y = (m->height - h * m->scale) / 2;
    m->shift.x = x - box.min.x * m->sx * m->scale;
    m->shift.y = y + box.max.y * m->sy * m->scale;
    int32_t n = m->main >= 0 ? m->net->schemes[m->main].n_zones : 0;
    m->specks = n > SPECKS_MIN;
    m->tolerance = 0.4 * fmax(1, sqrt(n / 10000.0));
}

/* ---- simplified arcs
 * ------------------------------------------------------------------------------ */

struct span {
    uint32_t from, to;
};

static double off_line(struct xy p, struct xy a, struct xy b)
{
    double dx = b.x - a.x, dy = b.y - a.y, len = hypot(dx, dy);
    return len > 0 ? fabs((p.x - a.x) * dy - (p.y - a.y) * dx) / len : hypot(p.x - a.x, p.y - a.y);
}

/* Douglas and Peucker (1973) with a stack of its own; keep[i] says which points stay. */
static bool mark_kept(const struct map *m, const struct xy *p, uint32_t n, uint8_t *keep)
{
    MERE_VEC(struct span) stack = {0};
    bool ok = MERE_PUSH(&stack, (struct span){0, n - 1});
    keep[0] = keep[n - 1] = 1;
    while (ok && stack.n > 0) {
        struct span s = stack.v[--stack.n];
        double far = m->tolerance;
        uint32_t at = 0;
        for (uint32_t i = s.from + 1; i < s.to; i++) {
            double d = off_line(p[i], p[s.from], p[s.to]);
            if (d > far) {
                far = d;
                at = i;
            }
        }
        if (at == 0)
            continue;
        keep[at] = 1;
        ok = MERE_PUSH(&stack, (struct span){s.from, at}) &&
             MERE_PUSH(&stack, (struct span){at, s.to});
    }
    MERE_VEC_FREE(&stack);
    return ok;
}

static bool simplify_arcs(struct map *m)
{
    const struct mere_net *net = m->net;
    MERE_VEC(struct xy) p = {0};
    MERE_VEC(uint8_t) keep = {0};
    m->first = MERE_NEW(&m->arena, uint32_t, (size_t)net->n_arcs + 1);
    bool ok = m->first != NULL;
    for (int32_t a = 0; ok && a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        p.n = keep.n = 0;
        for (uint32_t i = 0; ok && i < arc->n; i++)
            ok = MERE_PUSH(&p, project(m, net->pts[arc->first + i])) && MERE_PUSH(&keep, 0);
        ok = ok && mark_kept(m, p.v, arc->n, keep.v);
        m->first[a] = (uint32_t)m->pts.n;
        for (uint32_t i = 0; ok && i < arc->n; i++)
            ok = !keep.v[i] || MERE_PUSH(&m->pts, p.v[i]);
    }
    if (ok)
        m->first[net->n_arcs] = (uint32_t)m->pts.n;
    MERE_VEC_FREE(&p);
    MERE_VEC_FREE(&keep);
    return ok;
}

/* ---- paths: tenths of a pixel, relative, so that files stay small
 * ----------------------------------- */

struct pen {
    struct mere_text *out;
    int64_t x, y; /* tenths */
    bool down;
};

static void add_tenths(struct mere_text *out, int64_t v, bool space)
{
    int64_t size = v < 0 ? -v : v;
    mere_text_addf(out, "%s%s", v < 0 ? "-" : space ? " " : "", "");
    if (size % 10 == 0)
        mere_text_addf(out, "%lld", (long long)(size / 10));
    else if (size < 10)
        mere_text_addf(out, ".%lld", (long long)size);
    else
        mere_text_addf(out, "%lld.%lld", (long long)(size / 10), (long long)(size % 10));
}

static void pen_move(struct pen *pen, struct xy p)
{
    pen->x = llround(p.x * 10);
    pen->y = llround(p.y * 10);
    mere_text_add(pen->out, "M");
    add_tenths(pen->out, pen->x, false);
    add_tenths(pen->out, pen->y, true);
    pen->down = false;
}

static void pen_line(struct pen *pen, struct xy p)
{
    int64_t x = llround(p.x * 10), y = llround(p.y * 10);
    if (x == pen->x && y == pen->y)
        return;
    mere_text_add(pen->out, pen->down ? "" : "l");
    add_tenths(pen->out, x - pen->x, pen->down);
    add_tenths(pen->out, y - pen->y, true);
    pen->x = x;
    pen->y = y;
    pen->down = true;
}

static void draw_arc(struct map *m, struct pen *pen, int32_t edge, bool move)
{
    uint32_t first = m->first[edge >> 1], n = m->first[(edge >> 1) + 1] - first;
    for (uint32_t i = 0; i < n; i++) {
        struct xy p = m->pts.v[first + (edge & 1 ? n - 1 - i : i)];
        if (i == 0 && move)
            pen_move(pen, p);
        else
            pen_line(pen, p);
    }
}

/* ---- zones
 * --------------------------------------------------------------------------------------- */

/* The label as it is drawn: where zones would be specks, the main scheme is drawn as one. */
static int32_t label_at(const struct map *m, const struct mere_scheme *scheme, int32_t face)
{
    int32_t label = face < 0 ? MERE_LABEL_NONE : scheme->label[face];
    return label >= 0 && m->specks && scheme == &m->net->schemes[m->main] ? 0 : label;
}

/* The lowest tint that no neighbour with a lower number has; with five of them some may meet. */
static uint8_t *choose_tints(struct map *m)
{
    const struct mere_scheme *scheme = &m->net->schemes[m->main];
    struct mere_neighbours *pairs;
    size_t n;
    uint8_t *tint = MERE_NEW(&m->arena, uint8_t, (size_t)scheme->n_zones);
    uint8_t *used = MERE_NEW(&m->arena, uint8_t, (size_t)scheme->n_zones);
    if (!tint || !used ||
        mere_zones_adjacency(&m->ctx, m->net, m->main, &m->arena, &pairs, &n) != MERE_OK)
        return NULL;
    /* Pairs are sorted by (a, b), a < b: when zone z is coloured, its lower neighbours have told
     * it. */
    size_t at = 0;
    for (int32_t z = 0; z < scheme->n_zones; z++) {
        uint8_t t = (uint8_t)(z % N_TINTS);
        for (int k = 0; k < N_TINTS && used[z] >> t & 1; k++)
            t = (uint8_t)((t + 1) % N_TINTS);
        tint[z] = t;
        for (; at < n && pairs[at].a == z; at++)
            used[pairs[at].b] = (uint8_t)(used[pairs[at].b] | 1u << t);
    }
    return tint;
}

struct zone_ring {
    int32_t zone, edge;
};

static int zone_ring_cmp(const void *va, const void *vb)
{
    const struct zone_ring *a = va, *b = vb;
    if (a->zone != b->zone)
        return a->zone < b->zone ? -1 : 1;
    return (a->edge > b->edge) - (a->edge < b->edge);
}

static int32_t next_on_zone(const struct map *m, const struct mere_scheme *scheme, int32_t zone,
                            int32_t e)
{
    e = m->net->next[e];
    while (label_at(m, scheme, mere_edge_face(m->net, e ^ 1)) == zone)
        e = m->net->next[e ^ 1];
    return e;
}

static void draw_zone(struct map *m, const struct zone_ring *rings, size_t n, uint8_t tint)
{
    const struct mere_scheme *scheme = &m->net->schemes[m->main];
    const struct mere_zone *zone = &scheme->zones[rings->zone];
    struct pen pen = {.out = m->out};
    mere_text_addf(m->out, "<path class=\"t%u\" d=\"", tint);
    for (size_t i = 0; i < n; i++) {
        int32_t e = rings[i].edge;
        do {
            draw_arc(m, &pen, e, e == rings[i].edge);
            e = next_on_zone(m, scheme, rings->zone, e);
        } while (e != rings[i].edge);
        mere_text_add(m->out, "z");
    }
    if (scheme->n_zones > TITLES_MAX) {
        mere_text_add(m->out, "\"/>\n");
        return;
    }
    mere_text_add(m->out, "\"><title>");
    mere_html_text(m->out, zone->name ? zone->name : "");
    mere_text_add(m->out, zone->name && *zone->name ? " (" : "");
    mere_html_text(m->out, zone->code);
    mere_text_add(m->out, zone->name && *zone->name ? ")</title></path>\n" : "</title></path>\n");
}

static void draw_zones(struct map *m)
{
    const struct mere_net *net = m->net;
    const struct mere_scheme *scheme = &net->schemes[m->main];
    uint8_t *tint = choose_tints(m);
    uint8_t *done = MERE_NEW(&m->arena, uint8_t, 2 * (size_t)net->n_arcs);
    MERE_VEC(struct zone_ring) rings = {0};
    bool ok = tint && done;
    for (int32_t start = 0; ok && start < 2 * net->n_arcs; start++) {
        int32_t zone = label_at(m, scheme, mere_edge_face(net, start)), e = start;
        if (done[start] || zone < 0 || label_at(m, scheme, mere_edge_face(net, start ^ 1)) == zone)
            continue;
        do {
            done[e] = 1;
            e = next_on_zone(m, scheme, zone, e);
        } while (e != start);
        ok = MERE_PUSH(&rings, (struct zone_ring){zone, start});
    }
    if (!ok)
        m->out->failed = true;
    mere_text_add(m->out, "<g class=\"zones\" fill-rule=\"evenodd\">\n");
    if (ok && rings.n > 0)
        qsort(rings.v, rings.n, sizeof *rings.v, zone_ring_cmp);
    for (size_t i = 0, end; ok && i < rings.n; i = end) {
        for (end = i; end < rings.n && rings.v[end].zone == rings.v[i].zone;)
            end++;
        draw_zone(m, rings.v + i, end - i, tint[rings.v[i].zone]);
    }
    mere_text_add(m->out, "</g>\n");
    MERE_VEC_FREE(&rings);
}

/* ---- borders
 * ---------------------------------------------------------------------------------------- */

/* Which schemes' borders are drawn: the main one and those above it, coarsest last. */
static bool is_drawn(const struct map *m, int32_t s)
{
    for (int32_t up = m->main; up >= 0; up = m->net->schemes[up].parent)
        if (up == s)
            return true;
    return m->net->schemes[s].role == MERE_ROLE_OUTLINE;
}

/* The coarsest drawn scheme that has this arc as a border; MERE_UNKNOWN none. */
static int32_t border_of(const struct map *m, int32_t a)
{
    const struct mere_arc *arc = &m->net->arcs[a];
    for (int32_t s = 0; s < m->net->n_schemes; s++) {
        const struct mere_scheme *scheme = &m->net->schemes[s];
        if (is_drawn(m, s) && label_at(m, scheme, arc->left) != label_at(m, scheme, arc->right))
            return s;
    }
    return MERE_UNKNOWN;
}

static void draw_borders(struct map *m)
{
    const struct mere_net *net = m->net;
    int32_t *of = MERE_NEW(&m->arena, int32_t, (size_t)net->n_arcs);
    int level = 0;
    if (!of) {
        m->out->failed = true;
        return;
    }
    for (int32_t a = 0; a < net->n_arcs; a++)
        of[a] = border_of(m, a);
    for (int32_t s = net->n_schemes - 1; s >= 0; s--) {
        if (!is_drawn(m, s))
            continue;
        struct pen pen = {.out = m->out};
        mere_text_addf(m->out, "<path class=\"b b%d\" d=\"", level < 3 ? level : 3);
        for (int32_t a = 0; a < net->n_arcs; a++)
            if (of[a] == s)
                draw_arc(m, &pen, 2 * a, true);
        mere_text_add(m->out, "\"/>\n");
        level++;
    }
}

/* ---- names
 * --------------------------------------------------------------------------------------------- */

/* Rough width of a text in ems: wide characters take one, others 0.64 (capitals and figures). */
static double text_ems(const char *s)
{
    double ems = 0;
    for (; *s; s++)
        if (((unsigned char)*s & 0xC0) != 0x80)
            ems += (unsigned char)*s >= 0xE0 ? 1 : 0.64;
    return ems;
}

struct names { /* of one scheme, in one size */
    const struct mere_scheme *scheme;
    struct mere_zone_measures measures;
    double px;
    bool known;
};

static const char *name_of(const struct mere_zone *zone)
{
    return zone->name && *zone->name ? zone->name : zone->code;
}

static bool name_fits(const struct map *m, const struct names *names, int32_t z)
{
    double radius = names->measures.label_radius_m[z] * m->scale;
    return names->measures.area_m2[z] > 0 && names->px < 1.6 * radius &&
           text_ems(name_of(&names->scheme->zones[z])) * names->px < 2 * radius;
}

/* How many names of the scheme fit into their zones. */
static int32_t count_names(struct map *m, int32_t s, double px, struct names *names)
{
    int32_t n = 0;
    *names = (struct names){.scheme = &m->net->schemes[s], .px = px};
    names->known = names->scheme->n_zones <= LABELS_MAX &&
                   mere_zones_measure(&m->ctx, m->net, s, &m->arena, &names->measures) == MERE_OK;
    for (int32_t z = 0; names->known && z < names->scheme->n_zones; z++)
        n += name_fits(m, names, z);
    return n;
}

static void draw_names(struct map *m, const struct names *names, const char *class)
{
    mere_text_addf(m->out, "<g class=\"%s\" font-size=\"%.0f\">\n", class, names->px);
    for (int32_t z = 0; names->known && z < names->scheme->n_zones; z++) {
        if (!name_fits(m, names, z))
            continue;
        struct xy p = project(m, names->measures.label_point[z]);
        mere_text_addf(m->out, "<text x=\"%.1f\" y=\"%.1f\">", p.x, p.y + names->px * 0.35);
        mere_html_text(m->out, name_of(&names->scheme->zones[z]));
        mere_text_add(m->out, "</text>\n");
    }
    mere_text_add(m->out, "</g>\n");
}

/* The names of the main scheme's zones, or, where most of them don't fit, those of the level above.
 */
static void draw_all_names(struct map *m)
{
    struct names fine, coarse;
    int32_t n = count_names(m, m->main, 11, &fine), up = fine.scheme->parent;
    bool small = 3 * n < fine.scheme->n_zones;
    if (small && up >= 0 && m->net->schemes[up].role != MERE_ROLE_OUTLINE &&
        count_names(m, up, 13, &coarse) > 0)
        draw_names(m, &coarse, "names up");
    else
        draw_names(m, &fine, "names");
}

/* ---- defects
 * -------------------------------------------------------------------------------------------- */

static void draw_defect_land(struct map *m, const struct mere_finding *f)
{
    const struct mere_layer *layer = &f->polygon;
    struct pen pen = {.out = m->out};
    mere_text_addf(m->out, "<path class=\"d %s%s\" d=\"", mere_severity_word(f->severity),
                   f->waived ? " waived" : "");
    for (size_t r = 0; r < layer->n_rings; r++) {
        for (uint32_t i = layer->ring_first[r]; i < layer->ring_first[r + 1]; i++) {
            struct xy p = project(m, layer->pts[i]);
            if (i == layer->ring_first[r])
                pen_move(&pen, p);
            else
                pen_line(&pen, p);
        }
        mere_text_add(m->out, "z");
    }
    mere_text_add(m->out, "\"/>\n");
}

static void draw_defects(struct map *m)
{
    const struct mere_report *report = m->report;
    size_t n_pts = 0, n_dots = 0;
    mere_text_add(m->out, "<g fill-rule=\"evenodd\">\n");
    /* Worst first in the list, so drawn last. Large land (nesting, tradition) could be very long.
     */
    for (size_t i = report->n_findings; i-- > 0;) {
        const struct mere_finding *f = &report->findings[i];
        if (f->shape != MERE_FINDING_LAND)
            continue;
        n_pts += f->polygon.ring_first[f->polygon.n_rings];
        if (n_pts < AREAS_PTS_MAX)
            draw_defect_land(m, f);
    }
    mere_text_add(m->out, "</g>\n<g>\n");
    for (size_t i = 0; i < report->n_findings && n_dots < DOTS_MAX; i++) {
        const struct mere_finding *f = &report->findings[i];
        if (!f->has_place || f->severity == MERE_SEVERITY_INFO || f->waived)
            continue;
        struct xy p = project(m, f->at);
        mere_text_addf(m->out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                       mere_severity_word(f->severity), p.x, p.y);
        n_dots++;
    }
    mere_text_add(m->out, "</g>\n");
}

/* A free place for a mark of radius 11 near `p`: rings of eight tries around it. */
static struct xy free_place(const struct map *m, struct xy p, const struct xy *taken, size_t n)
{
    static const double WAYS[8][2] = {{0, -1}, {.7, -.7}, {1, 0},  {.7, .7},
                                      {0, 1},  {-.7, .7}, {-1, 0}, {-.7, -.7}};
    for (int ring = 0; ring < 8; ring++)
        for (int way = 0; way < 8; way++) {
            double r = 20 + 14 * ring;
            struct xy q = {p.x + WAYS[way][0] * r, p.y + WAYS[way][1] * r};
            bool ok = q.x > 14 && q.x < MAP_WIDTH - 14 && q.y > 14 && q.y < m->height - 14;
            for (size_t i = 0; ok && i < n; i++)
                ok = hypot(q.x - taken[i].x, q.y - taken[i].y) > 24;
            if (ok)
                return q;
        }
    return p;
}

static void draw_marks(struct map *m, const struct mere_finding *const *worst, size_t n)
{
    struct xy taken[20];
    size_t n_taken = 0;
    for (size_t i = 0; i < n && n_taken + 2 <= MERE_LEN(taken); i++) {
        if (!worst[i]->has_place)
            continue;
        struct xy p = project(m, worst[i]->at), q = free_place(m, p, taken, n_taken);
        taken[n_taken++] = q;
        mere_text_addf(m->out,
                       "<a href=\"#w%zu\"><path class=\"lead\" d=\"M%.1f %.1fL%.1f %.1f\"/>"
                       "<circle class=\"mark %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"11\"/>"
                       "<text class=\"no\" x=\"%.1f\" y=\"%.1f\">%zu</text></a>\n",
                       i + 1, p.x, p.y, q.x, q.y, mere_severity_word(worst[i]->severity), q.x, q.y,
                       q.x, q.y + 4.2, i + 1);
    }
}

/* ---- scale
 * ---------------------------------------------------------------------------------------------------
 */

static void draw_scale(struct map *m)
{
    double want = 160 / m->scale, step = pow(10, floor(log10(want)));
    step *= want / step >= 5 ? 5 : want / step >= 2 ? 2 : 1;
    double len = step * m->scale, x = MARGIN, y = m->height - 14;
    char number[32];
    bool km = step >= 1000;
    mere_text_addf(m->out,
                   "<g class=\"scale\"><path d=\"M%.1f %.1fv6h%.1fv-6\"/><text x=\"%.1f\" "
                   "y=\"%.1f\">%s %s</text></g>\n",
                   x, y - 6, len, x + len + 6, y, mere_double_text(km ? step / 1000 : step, number),
                   m->lang == MERE_LANG_ZH ? (km ? "公里" : "米")
                   : km                    ? "km"
                                           : "m");
    mere_text_addf(m->out,
                   "<g class=\"north\"><path d=\"M%.0f 40l6 -20l6 20l-6 -5z\"/><text x=\"%.0f\" "
                   "y=\"54\">%s</text></g>\n",
                   MAP_WIDTH - 34, MAP_WIDTH - 28, m->lang == MERE_LANG_ZH ? "北" : "N");
}

void mere_report_map(const struct mere_report *report, enum mere_lang lang,
                     const struct mere_finding *const *worst, size_t n_worst, struct mere_text *out)
{
    struct map m = {.report = report, .net = report->net, .lang = lang, .out = out};
    m.main = mere_net_main_scheme(report->net, report->main_scheme);
    fit(&m);
    if (!simplify_arcs(&m))
        out->failed = true;
    else {
        mere_text_addf(
            out,
            "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n"
            "<rect class=\"sea\" width=\"%.0f\" height=\"%.0f\"/>\n",
            MAP_WIDTH, m.height, lang == MERE_LANG_ZH ? "地图" : "map", MAP_WIDTH, m.height);
        if (m.main >= 0) {
            draw_zones(&m);
            draw_borders(&m);
            draw_all_names(&m);
        }
        draw_defects(&m);
        draw_marks(&m, worst, n_worst);
        draw_scale(&m);
        mere_text_add(out, "</svg>\n");
    }
    MERE_VEC_FREE(&m.pts);
    mere_arena_clear(&m.arena);
    mere_ctx_clear(&m.ctx);
}
