/* svg_marks.c - what stands on the map: names, defects, numbered marks, scale bar and north arrow.
 */
#include "check/svg_priv.h"
#include "net/zones.h"

#define LABELS_MAX 3000
#define DOTS_MAX 3000
#define MARKS_MAX 10
#define AREAS_PTS_MAX 60000

/* ---- names ---- */

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

static bool name_fits(const struct mere_map *m, const struct names *names, int32_t z)
{
    double radius = names->measures.label_radius_m[z] * m->scale;
    return names->measures.area_m2[z] > 0 && names->px < 1.6 * radius &&
           text_ems(name_of(&names->scheme->zones[z])) * names->px < 2 * radius;
}

/* How many names of the scheme fit into their zones. */
static int32_t count_names(struct mere_map *m, int32_t s, double px, struct names *names)
{
    int32_t n = 0;
    *names = (struct names){.scheme = &m->net->schemes[s], .px = px};
    names->known = names->scheme->n_zones <= LABELS_MAX &&
                   mere_zones_measure(&m->ctx, m->net, s, &m->arena, &names->measures) == MERE_OK;
    for (int32_t z = 0; names->known && z < names->scheme->n_zones; z++)
        n += name_fits(m, names, z);
    return n;
}

static void draw_names(struct mere_map *m, const struct names *names, const char *class)
{
    mere_text_addf(m->out, "<g class=\"%s\" font-size=\"%.0f\">\n", class, names->px);
    for (int32_t z = 0; names->known && z < names->scheme->n_zones; z++) {
        if (!name_fits(m, names, z))
            continue;
        struct mere_xy p = mere_map_project(m, names->measures.label_point[z]);
        mere_text_addf(m->out, "<text x=\"%.1f\" y=\"%.1f\">", p.x, p.y + names->px * 0.35);
        mere_html_text(m->out, name_of(&names->scheme->zones[z]));
        mere_text_add(m->out, "</text>\n");
    }
    mere_text_add(m->out, "</g>\n");
}

/* The names of the main scheme's zones, or, where most of them don't fit, those of the level above.
 */
void mere_map_names(struct mere_map *m)
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

/* ---- defects ---- */

static void draw_defect_land(struct mere_map *m, const struct mere_finding *f)
{
    const struct mere_layer *layer = &f->polygon;
    struct mere_pen pen = {.out = m->out};
    mere_text_addf(m->out, "<path class=\"d %s%s\" d=\"", mere_severity_word(f->severity),
                   f->waived ? " waived" : "");
    for (size_t r = 0; r < layer->n_rings; r++) {
        for (uint32_t i = layer->ring_first[r]; i < layer->ring_first[r + 1]; i++) {
            struct mere_xy p = mere_map_project(m, layer->pts[i]);
            if (i == layer->ring_first[r])
                mere_pen_move(&pen, p);
            else
                mere_pen_line(&pen, p);
        }
        mere_text_add(m->out, "z");
    }
    mere_text_add(m->out, "\"/>\n");
}

void mere_map_defects(struct mere_map *m)
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
        struct mere_xy p = mere_map_project(m, f->at);
        mere_text_addf(m->out, "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n",
                       mere_severity_word(f->severity), p.x, p.y);
        n_dots++;
    }
    mere_text_add(m->out, "</g>\n");
}

/* A free place for a mark of radius 11 near `p`: rings of eight tries around it. */
static struct mere_xy free_place(const struct mere_map *m, struct mere_xy p,
                                 const struct mere_xy *taken, size_t n)
{
    static const double WAYS[8][2] = {{0, -1}, {.7, -.7}, {1, 0},  {.7, .7},
                                      {0, 1},  {-.7, .7}, {-1, 0}, {-.7, -.7}};
    for (int ring = 0; ring < 8; ring++)
        for (int way = 0; way < 8; way++) {
            double r = 20 + 14 * ring;
            struct mere_xy q = {p.x + WAYS[way][0] * r, p.y + WAYS[way][1] * r};
            bool ok = q.x > 14 && q.x < MAP_WIDTH - 14 && q.y > 14 && q.y < m->height - 14;
            for (size_t i = 0; ok && i < n; i++)
                ok = hypot(q.x - taken[i].x, q.y - taken[i].y) > 24;
            if (ok)
                return q;
        }
    return p;
}

/* All leading lines first, so that none runs over a mark. */
void mere_map_marks(struct mere_map *m, const struct mere_finding *const *worst, size_t n)
{
    struct mere_xy taken[MARKS_MAX];
    n = n < MARKS_MAX ? n : MARKS_MAX;
    mere_text_add(m->out, "<path class=\"lead\" d=\"");
    for (size_t i = 0; i < n; i++) {
        struct mere_xy p = mere_map_project(m, worst[i]->at);
        taken[i] = worst[i]->has_place ? free_place(m, p, taken, i) : (struct mere_xy){-99, -99};
        if (worst[i]->has_place)
            mere_text_addf(m->out, "M%.1f %.1fL%.1f %.1f", p.x, p.y, taken[i].x, taken[i].y);
    }
    mere_text_add(m->out, "\"/>\n");
    for (size_t i = 0; i < n; i++)
        if (worst[i]->has_place)
            mere_text_addf(m->out,
                           "<a href=\"#w%zu\"><circle class=\"mark %s\" cx=\"%.1f\" cy=\"%.1f\" "
                           "r=\"11\"/><text class=\"no\" x=\"%.1f\" y=\"%.1f\">%zu</text></a>\n",
                           i + 1, mere_severity_word(worst[i]->severity), taken[i].x, taken[i].y,
                           taken[i].x, taken[i].y + 4.2, i + 1);
}

/* ---- scale
 * ---------------------------------------------------------------------------------------------------
 */

void mere_map_scale(struct mere_map *m)
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
