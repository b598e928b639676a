/* svg.c - the map of a report, from arcs.
 *
 * Each arc is simplified once, to the tolerance of the drawing, and both its sides use the same
 * points, so neighbours stay flush. Zones are filled with five soft tints, no two neighbours alike
 * where that is possible (greedy colouring); borders are drawn once each, the coarser the level the
 * stronger. */
#include "check/check_priv.h"
#include "check/svg_priv.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

#define MAP_HEIGHT_MAX 820.0
#define MAP_HEIGHT_MIN 320.0
#define N_TINTS 5 /* classes t0 .. t4 of the page */
#define TITLES_MAX 5000
#define SPECKS_MIN 20000

static size_t html_char(struct mere_text *out, const char *s)
{
    unsigned code;
    size_t n = mere_bidi_control(s, &code);
    if (n > 0) {
        mere_text_addf(out, "&lt;U+%04X&gt;", code);
        return n;
    }
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
    return 1;
}

void mere_html_text(struct mere_text *out, const char *s)
{
    while (*s)
        s += html_char(out, s);
}

void mere_html_sentence(struct mere_text *out, const char *s)
{
    while (*s) {
        unsigned code = 0;
        size_t n = mere_bidi_control(s, &code);
        bool mark = n > 0 && (code == 0x2068 || code == 0x2069);
        if (mark)
            mere_text_add(out, code == 0x2068 ? "<bdi>" : "</bdi>");
        s += mark ? n : html_char(out, s);
    }
}

/* Longitudes west of the cut are drawn a turn further east: a country on both sides of the 180th
 * meridian is drawn as one. */
static int64_t unroll(const struct mere_map *m, int32_t x)
{
    return x < m->cut ? (int64_t)x + 2 * (int64_t)MERE_LON_MAX : x;
}

struct mere_xy mere_map_project(const struct mere_map *m, struct mere_point p)
{
    return (struct mere_xy){m->shift.x + (double)unroll(m, p.x) * m->sx * m->scale,
                            m->shift.y - p.y * m->sy * m->scale};
}

/* Where the drawing begins in the west: after the widest stretch of empty longitudes, in whole
 * degrees, when the network spans more than half the Earth; else nothing is cut. Writes the box as
 * drawn. */
static void choose_cut(struct mere_map *m, struct mere_box box, int64_t *west, int64_t *east)
{
    bool used[361] = {false};
    int best = 0, best_len = 0;
    m->cut = INT32_MIN;
    *west = box.min.x;
    *east = box.max.x;
    if (*east - *west <= MERE_LON_MAX)
        return;
    for (size_t i = 0; i < m->net->n_pts; i++)
        used[((int64_t)m->net->pts[i].x + MERE_LON_MAX) / 10000000] = true;
    for (int d = 0, len = 0; d <= 360; d++) {
        len = used[d] ? 0 : len + 1;
        if (len > best_len) {
            best_len = len;
            best = d + 1;
        }
    }
    /* The stretch at the ends of the map is one; cutting there is what a map does anyway. */
    int64_t outer = *west + 2 * (int64_t)MERE_LON_MAX - *east;
    if ((int64_t)best_len * 10000000 <= outer)
        return;
    m->cut = (int32_t)((int64_t)best * 10000000 - MERE_LON_MAX);
    *west = INT64_MAX;
    *east = INT64_MIN;
    for (size_t i = 0; i < m->net->n_pts; i++) {
        int64_t x = unroll(m, m->net->pts[i].x);
        *west = x < *west ? x : *west;
        *east = x > *east ? x : *east;
    }
}

/* Fit the network's box into the drawing. */
static void fit(struct mere_map *m)
{
    struct mere_box box = m->net->box;
    int64_t west, east;
    if (mere_box_empty(box))
        box = (struct mere_box){{0, 0}, {1, 1}};
    choose_cut(m, box, &west, &east);
    mere_scale_at((int32_t)(((int64_t)box.min.y + box.max.y) / 2), &m->sx, &m->sy);
    double w = (double)(east - west) * m->sx, h = ((double)box.max.y - box.min.y) * m->sy;
    m->scale = (MAP_WIDTH - 2 * MARGIN) / w;
    if (h * m->scale > MAP_HEIGHT_MAX - 2 * MARGIN)
        m->scale = (MAP_HEIGHT_MAX - 2 * MARGIN) / h;
    m->height = fmax(h * m->scale + 2 * MARGIN, MAP_HEIGHT_MIN);
    double x = (MAP_WIDTH - w * m->scale) / 2, y = (m->height - h * m->scale) / 2;
    m->shift.x = x - (double)west * m->sx * m->scale;
    m->shift.y = y + box.max.y * m->sy * m->scale;
    int32_t n = m->main >= 0 ? m->net->schemes[m->main].n_zones : 0;
    m->specks = n > SPECKS_MIN;
    m->tolerance = 0.4 * fmax(1, sqrt(n / 10000.0));
}

/* How strong lines may be: where zones are small, thin ones. */
static double line_weight(const struct mere_map *m)
{
    const struct mere_scheme *scheme = &m->net->schemes[m->main];
    double land_m2 = 0;
    for (int32_t f = 0; f < m->net->n_faces; f++)
        land_m2 += scheme->label[f] >= 0 ? m->net->face_area_m2[f] : 0;
    double side_px = sqrt(land_m2 / fmax(1, scheme->n_zones)) * m->scale;
    return fmin(fmax(side_px / 18, 0.25), 1);
}

/* ---- simplified arcs ---- */

struct span {
    uint32_t from, to;
};

static double off_line(struct mere_xy p, struct mere_xy a, struct mere_xy b)
{
    double dx = b.x - a.x, dy = b.y - a.y, len = hypot(dx, dy);
    return len > 0 ? fabs((p.x - a.x) * dy - (p.y - a.y) * dx) / len : hypot(p.x - a.x, p.y - a.y);
}

/* Douglas and Peucker (1973) with a stack of its own; keep[i] says which points stay. */
static bool mark_kept(const struct mere_map *m, const struct mere_xy *p, uint32_t n, uint8_t *keep)
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

static bool simplify_arcs(struct mere_map *m)
{
    const struct mere_net *net = m->net;
    MERE_VEC(struct mere_xy) p = {0};
    MERE_VEC(uint8_t) keep = {0};
    m->first = MERE_NEW(&m->arena, uint32_t, (size_t)net->n_arcs + 1);
    bool ok = m->first != NULL;
    for (int32_t a = 0; ok && a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        p.n = keep.n = 0;
        for (uint32_t i = 0; ok && i < arc->n; i++)
            ok =
                MERE_PUSH(&p, mere_map_project(m, net->pts[arc->first + i])) && MERE_PUSH(&keep, 0);
        ok = ok && keep.v && mark_kept(m, p.v, arc->n, keep.v);
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

/* ---- paths: tenths of a pixel, relative, so that files stay small ---- */

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

void mere_pen_move(struct mere_pen *pen, struct mere_xy p)
{
    pen->x = llround(p.x * 10);
    pen->y = llround(p.y * 10);
    mere_text_add(pen->out, "M");
    add_tenths(pen->out, pen->x, false);
    add_tenths(pen->out, pen->y, true);
    pen->down = false;
}

void mere_pen_line(struct mere_pen *pen, struct mere_xy p)
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

static void draw_arc(struct mere_map *m, struct mere_pen *pen, int32_t edge, bool move)
{
    uint32_t first = m->first[edge >> 1], n = m->first[(edge >> 1) + 1] - first;
    for (uint32_t i = 0; i < n; i++) {
        struct mere_xy p = m->pts.v[first + (edge & 1 ? n - 1 - i : i)];
        if (i == 0 && move)
            mere_pen_move(pen, p);
        else
            mere_pen_line(pen, p);
    }
}

/* ---- zones ---- */

/* The label as it is drawn: where zones would be specks, the main scheme is drawn as one. */
static int32_t label_at(const struct mere_map *m, const struct mere_scheme *scheme, int32_t face)
{
    int32_t label = face < 0 ? MERE_LABEL_NONE : scheme->label[face];
    return label >= 0 && m->specks && scheme == &m->net->schemes[m->main] ? 0 : label;
}

/* The lowest tint that no neighbour with a lower number has; with five of them some may meet. */
static uint8_t *choose_tints(struct mere_map *m)
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

static int32_t next_on_zone(const struct mere_map *m, const struct mere_scheme *scheme,
                            int32_t zone, int32_t e)
{
    e = m->net->next[e];
    while (label_at(m, scheme, mere_edge_face(m->net, e ^ 1)) == zone)
        e = m->net->next[e ^ 1];
    return e;
}

static void draw_zone(struct mere_map *m, const struct zone_ring *rings, size_t n, uint8_t tint)
{
    const struct mere_scheme *scheme = &m->net->schemes[m->main];
    const struct mere_zone *zone = &scheme->zones[rings->zone];
    struct mere_pen pen = {.out = m->out};
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

static void draw_zones(struct mere_map *m)
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

/* ---- borders ---- */

/* Which schemes' borders are drawn: the main one and those above it, coarsest last. */
static bool is_drawn(const struct mere_map *m, int32_t s)
{
    for (int32_t up = m->main; up >= 0; up = m->net->schemes[up].parent)
        if (up == s)
            return true;
    return m->net->schemes[s].role == MERE_ROLE_OUTLINE;
}

/* The coarsest drawn scheme that has this arc as a border; MERE_UNKNOWN none. */
static int32_t border_of(const struct mere_map *m, int32_t a)
{
    const struct mere_arc *arc = &m->net->arcs[a];
    for (int32_t s = 0; s < m->net->n_schemes; s++) {
        const struct mere_scheme *scheme = &m->net->schemes[s];
        if (is_drawn(m, s) && label_at(m, scheme, arc->left) != label_at(m, scheme, arc->right))
            return s;
    }
    return MERE_UNKNOWN;
}

static void draw_borders(struct mere_map *m)
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
        struct mere_pen pen = {.out = m->out};
        mere_text_addf(m->out, "<path class=\"b b%d\" d=\"", level < 3 ? level : 3);
        for (int32_t a = 0; a < net->n_arcs; a++)
            if (of[a] == s)
                draw_arc(m, &pen, 2 * a, true);
        mere_text_add(m->out, "\"/>\n");
        level++;
    }
}

void mere_report_map(const struct mere_report *report, enum mere_lang lang,
                     const struct mere_finding *const *worst, size_t n_worst, struct mere_text *out)
{
    struct mere_map m = {.report = report, .net = report->net, .lang = lang, .out = out};
    m.main = mere_net_main_scheme(report->net, report->main_scheme);
    fit(&m);
    if (!simplify_arcs(&m))
        out->failed = true;
    else {
        mere_text_addf(
            out,
            "<svg class=\"map\" viewBox=\"0 0 %.0f %.0f\" style=\"--w:%.2f\" role=\"img\" "
            "aria-label=\"%s\">\n"
            "<rect class=\"sea\" width=\"%.0f\" height=\"%.0f\"/>\n",
            MAP_WIDTH, m.height, m.main >= 0 ? line_weight(&m) : 1,
            lang == MERE_LANG_ZH ? "地图" : "map", MAP_WIDTH, m.height);
        if (m.main >= 0) {
            draw_zones(&m);
            draw_borders(&m);
            mere_map_names(&m);
        }
        mere_map_defects(&m);
        mere_map_marks(&m, worst, n_worst);
        mere_map_scale(&m);
        mere_text_add(out, "</svg>\n");
    }
    MERE_VEC_FREE(&m.pts);
    mere_arena_clear(&m.arena);
    mere_ctx_clear(&m.ctx);
}
