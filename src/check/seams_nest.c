/* seams_nest.c - the bays of all widths up to the limit, each within those of larger widths.
 *
 * A larger limit must not lose what a smaller one finds. So the bays are made level by level, from
 * narrow to wide, at steps that don't depend on the limit and at last at the limit itself. A loop
 * of a level is taken only if it holds every earlier bay that it meets; it takes their place.
 * Otherwise they stay as they are. So what is found at a step is found at every limit beyond it. */
#include "check/seams_priv.h"
#include "geo/exact.h"

#define FIRST_LEVEL_M 0.25
#define STEPS_AN_OCTAVE 4

enum relation { APART, HOLDS, CLASH };

static bool boxes_meet(struct mere_box a, struct mere_box b)
{
    return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y;
}

static bool cuts_cross(const struct seam_bay *a, const struct seam_bay *b)
{
    for (size_t i = 0; i < a->n_cuts; i++)
        for (size_t k = 0; k < b->n_cuts; k++)
            if (mere_segments_meet(mere_lattice(a->cuts[i].a), mere_lattice(a->cuts[i].b),
                                   mere_lattice(b->cuts[k].a),
                                   mere_lattice(b->cuts[k].b)) == MERE_MEET_CROSS)
                return true;
    return false;
}

static uint32_t count_shared(const struct seams *m, const struct seam_bay *bay, uint32_t old)
{
    uint32_t n = 0;
    for (size_t i = 0; i < bay->n_pieces; i++)
        n += m->pieces.v[bay->pieces[i]].bay == old;
    return n;
}

/* How `bay` lies to an earlier one. Banks cross nothing (seams_land.c), so only cuts may. */
static enum relation relate(const struct seams *m, const struct seam_bay *bay, uint32_t index)
{
    const struct seam_bay *old = &m->bays.v[index];
    if (!old->pts || !boxes_meet(bay->box, old->box))
        return APART;
    if (cuts_cross(bay, old))
        return CLASH;
    uint32_t shared = count_shared(m, bay, index);
    if (shared == old->n_pieces)
        return HOLDS;
    bool in = false, out = false;
    for (size_t i = 0; i < old->n_pts; i++) {
        bool on, within = seam_ring_holds(bay->pts, bay->n_pts, old->pts[i], &on);
        in = in || within;
        out = out || (!within && !on);
    }
    if (!out && (in || shared > 0))
        return HOLDS;
    return in || shared > 0 ? CLASH : APART;
}

static void give_pieces(struct seams *m, const struct seam_bay *bay, uint32_t to)
{
    for (size_t i = 0; i < bay->n_pieces; i++) {
        struct seam_piece *piece = &m->pieces.v[bay->pieces[i]];
        piece->bay = to;
        piece->cut_to = piece->alive && piece->after == SEAM_NONE ? piece->jump : SEAM_NONE;
    }
}

/* Take the bay unless it clashes with an earlier one. */
static bool take(struct seams *m, const struct seam_bay *bay)
{
    uint32_t n = (uint32_t)m->bays.n;
    for (uint32_t i = 0; i < n; i++)
        if (relate(m, bay, i) == CLASH)
            return true;
    for (uint32_t i = 0; i < n; i++)
        if (relate(m, bay, i) == HOLDS) {
            give_pieces(m, &m->bays.v[i], n);
            m->bays.v[i].pts = NULL;
        }
    give_pieces(m, bay, n);
    return MERE_PUSH(&m->bays, *bay);
}

static enum mere_status make_level(struct seams *m, double level)
{
    m->level = level;
    MERE_TRY(seam_make_bays(m));
    for (size_t i = 0; i < m->found.n; i++)
        if (!take(m, &m->found.v[i]))
            return seam_nomem(m);
    return MERE_OK;
}

enum mere_status seam_nest_bays(struct seams *m)
{
    double done = 0;
    for (uint32_t i = 0; i < m->pieces.n; i++)
        m->pieces.v[i].bay = m->pieces.v[i].cut_to = SEAM_NONE;
    for (int step = 0; done < m->w; step++) {
        double level = fmin(FIRST_LEVEL_M * exp2((double)step / STEPS_AN_OCTAVE), m->w);
        bool any = false; /* of the pieces is narrow from this step on */
        for (uint32_t i = 0; i < m->pieces.n && !any; i++)
            any = m->pieces.v[i].width_m > done && m->pieces.v[i].width_m <= level;
        if (any)
            MERE_TRY(make_level(m, level));
        done = level;
    }
    return MERE_OK;
}
