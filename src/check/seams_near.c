/* seams_near.c - which sides of the outer border are near a place, or face each other.
 *
 * A tree of boxes over the sides in the order of the border: eight sides to a leaf, eight boxes to
 * the one above. Neighbours on the border are near each other, so no order is better. A box also
 * knows in which eighths of the compass its sides point: of a border that turns little, most of
 * what is near is passed over by that alone. */
#include "check/seams_priv.h"

#define FAN 8
#define HAIR_M 1e-6 /* for what doubles round */

/* ---- the tree ---- */

static struct mere_box box_of(const struct seam_segment *seg)
{
    struct mere_point a = seg->a, b = seg->b;
    return (struct mere_box){{a.x < b.x ? a.x : b.x, a.y < b.y ? a.y : b.y},
                             {(a.x < b.x ? b.x : a.x) + 1, (a.y < b.y ? b.y : a.y) + 1}};
}

/* The eighths with a direction that may be more than 90 degrees from one in `sectors`: all but the
 * same and the neighbouring ones. */
static uint8_t opposites(uint8_t sectors)
{
    unsigned found = 0;
    for (unsigned turn = 0; turn < 8; turn++)
        if (sectors >> turn & 1)
            found |= 0x7Cu << turn;
    return (uint8_t)(found | found >> 8); /* turned around */
}

static struct seam_node leaf_of(const struct seams *m, size_t first)
{
    struct seam_node node = {mere_box_of(NULL, 0), 0, 0};
    for (size_t i = first; i < m->segments.n && i < first + FAN; i++) {
        mere_box_join(&node.box, box_of(&m->segments.v[i]));
        node.sectors |= (uint8_t)(1u << m->segments.v[i].sector);
    }
    node.opposites = opposites(node.sectors);
    return node;
}

static struct seam_node parent_of(const struct seams *m, size_t first, size_t end)
{
    struct seam_node node = {mere_box_of(NULL, 0), 0, 0};
    for (size_t i = first; i < end && i < first + FAN; i++) {
        mere_box_join(&node.box, m->nodes.v[i].box);
        node.sectors |= m->nodes.v[i].sectors;
        node.opposites |= m->nodes.v[i].opposites;
    }
    return node;
}

enum mere_status seam_make_tree(struct seams *m)
{
    if (m->segments.n >= SEAM_NONE / 2)
        return mere_fail(m->ck->ctx, MERE_E_LIMIT, "the outer border has %zu sides, more than %u",
                         m->segments.n, SEAM_NONE / 2);
    if (!MERE_RESERVE(&m->nodes, m->segments.n / (FAN - 1) + SEAM_LEVELS))
        return seam_nomem(m);
    for (size_t i = 0; i < m->segments.n; i += FAN)
        m->nodes.v[m->nodes.n++] = leaf_of(m, i);
    size_t first = 0;
    m->n_levels = 1;
    while (m->nodes.n - first > 1) {
        size_t end = m->nodes.n;
        m->level[m->n_levels++] = (uint32_t)end;
        for (size_t i = first; i < end; i += FAN)
            m->nodes.v[m->nodes.n++] = parent_of(m, i, end);
        first = end;
    }
    return MERE_OK;
}

/* How many nodes a level has. */
static uint32_t n_nodes(const struct seams *m, uint32_t level)
{
    uint32_t end = level + 1 < m->n_levels ? m->level[level + 1] : (uint32_t)m->nodes.n;
    return end - m->level[level];
}

/* ---- sides that face each other ---- */

static double gap(int32_t a_min, int32_t a_max, int32_t b_min, int32_t b_max)
{
    return a_min > b_max ? (double)a_min - b_max : b_min > a_max ? (double)b_min - a_max : 0;
}

/* Whether two boxes are more than the limit apart, as a degree is at least. */
static bool apart(const struct seams *m, const struct mere_box *a, const struct mere_box *b)
{
    double x = gap(a->min.x, a->max.x, b->min.x, b->max.x) * m->sx;
    double y = gap(a->min.y, a->max.y, b->min.y, b->max.y) * m->sy;
    return x * x + y * y > m->w * m->w;
}

/* The distance of p from segment a-b. */
static double distance(struct seam_vec p, struct seam_vec a, struct seam_vec b)
{
    double dx = b.x - a.x, dy = b.y - a.y, len2 = dx * dx + dy * dy;
    double t = len2 > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    double x = p.x - a.x - t * dx, y = p.y - a.y - t * dy;
    return sqrt(x * x + y * y); /* metres of one district: nothing overflows */
}

/* Whether two sides are within the limit of each other, and run against each other. */
static bool face(const struct seams *m, const struct seam_segment *p, const struct seam_segment *q)
{
    unsigned turn = (q->sector - p->sector + 1u) & 7u;
    if (turn <= 2) /* the same or neighbouring eighths */
        return false;
    struct mere_box in = box_of(p), on = box_of(q);
    if (seam_dot(seam_local(p, p->a, p->b), seam_local(p, q->a, q->b)) >= 0 || apart(m, &in, &on))
        return false;
    struct seam_vec a = {0, 0}, b = seam_local(p, p->a, p->b);
    struct seam_vec c = seam_local(p, p->a, q->a), d = seam_local(p, p->a, q->b);
    return distance(a, c, d) <= m->w || distance(b, c, d) <= m->w || distance(c, a, b) <= m->w ||
           distance(d, a, b) <= m->w;
}

static void mark_leaves(struct seams *m, uint32_t a, uint32_t b)
{
    uint32_t n = (uint32_t)m->segments.n;
    for (uint32_t i = a * FAN; i < n && i < (a + 1) * FAN; i++)
        for (uint32_t k = a == b ? i + 1 : b * FAN; k < n && k < (b + 1) * FAN; k++) {
            struct seam_segment *p = &m->segments.v[i], *q = &m->segments.v[k];
            if ((!p->faces || !q->faces) && face(m, p, q))
                p->faces = q->faces = true;
        }
}

/* Mark the sides below two nodes of one level that face each other. */
/* NOLINTNEXTLINE(misc-no-recursion): SEAM_LEVELS deep at most */
static void mark_between(struct seams *m, uint32_t level, uint32_t a, uint32_t b)
{
    const struct seam_node *p = &m->nodes.v[m->level[level] + a];
    const struct seam_node *q = &m->nodes.v[m->level[level] + b];
    if ((p->opposites & q->sectors) == 0 || apart(m, &p->box, &q->box))
        return;
    if (level == 0) {
        mark_leaves(m, a, b);
        return;
    }
    uint32_t n = n_nodes(m, level - 1);
    for (uint32_t i = a * FAN; i < n && i < (a + 1) * FAN; i++)
        for (uint32_t k = a == b ? i : b * FAN; k < n && k < (b + 1) * FAN; k++)
            mark_between(m, level - 1, i, k);
}

void seam_mark_facing(struct seams *m)
{
    mark_between(m, m->n_levels - 1, 0, 0);
}

/* ---- sides that a circle may reach ---- */

static bool reaches(const struct seam_disc *d, const struct mere_box *box)
{
    double x = d->x < box->min.x ? box->min.x - d->x : d->x > box->max.x ? d->x - box->max.x : 0;
    double y = d->y < box->min.y ? box->min.y - d->y : d->y > box->max.y ? d->y - box->max.y : 0;
    x *= d->sx;
    y *= d->sy;
    return x * x + y * y <= (d->radius + HAIR_M) * (d->radius + HAIR_M);
}

bool seam_reaches(const struct seam_disc *disc, const struct seam_segment *side)
{
    struct mere_box box = box_of(side);
    return reaches(disc, &box);
}

void seam_search_begin(const struct seams *m, struct seam_search *search)
{
    search->n = 1;
    search->stack[0] = (struct seam_stack){m->n_levels, 0};
}

uint32_t seam_search_next(const struct seams *m, struct seam_search *search)
{
    while (search->n > 0) {
        struct seam_stack top = search->stack[--search->n];
        if (top.height == 0) { /* a side */
            if (seam_reaches(&search->disc, &m->segments.v[top.index]))
                return top.index;
            continue;
        }
        uint32_t level = top.height - 1;
        if (!reaches(&search->disc, &m->nodes.v[m->level[level] + top.index].box))
            continue;
        uint32_t n = level > 0 ? n_nodes(m, level - 1) : (uint32_t)m->segments.n;
        uint32_t first = top.index * FAN, end = first + FAN < n ? first + FAN : n;
        while (end > first) /* so that they come in the order of the border */
            search->stack[search->n++] = (struct seam_stack){level, --end};
    }
    return SEAM_NONE;
}
