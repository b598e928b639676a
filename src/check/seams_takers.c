/* seams_takers.c - whose a face of the network of strips is.
 *
 *          | B/D |            Where streets cross, the strips of several groups lie over
 *   ───────┌─────┐───────     each other. All of it goes to the group whose own land
 *     A/B  │/////│  A/D       meets it farthest west, here A/B: that hangs on the
 *   ───────└─────┘───────     crossing alone, neither on names nor on where the streets
 *          | A/D |            lead. A group without land of its own beside it comes last.
 *
 * Holes that rounding leaves between strips go to a group beside them by the same rule. */
#include "check/seams_priv.h"
#include "geo/measure.h"
#include "net/zones.h"
#include <stdlib.h>

/* A group at a place where several may take the land: where its own land meets it. */
struct arm {
    int32_t place, group; /* places are regions of faces, named by their lowest */
    int64_t len;          /* of the border between its own land and the place, |dx| + |dy| */
    mere_i128 x, y;       /* twice the sums along it: x / len tells how far west it lies */
    int64_t area2;        /* of what it claims there */
};
struct taking {
    struct seams *m;
    const struct mere_net *net;
    int32_t *place; /* by face; MERE_UNKNOWN: one group claims it, or none */
    int32_t *taker;
    MERE_VEC(struct arm) arms; /* sorted by place and group */
};

static const int32_t *claims(const struct taking *t, int32_t face, size_t *n)
{
    return mere_face_claims(&t->net->schemes[0], face, n);
}

/* ---- arms ---- */

static bool add_arm(struct taking *t, int32_t place, int32_t group, int64_t area2)
{
    return MERE_PUSH(&t->arms, (struct arm){.place = place, .group = group, .area2 = area2});
}

/* An arm with the border along an arc, for itself until they are sorted. */
static bool add_border(struct taking *t, int32_t place, int32_t group, const struct mere_arc *arc)
{
    struct arm arm = {.place = place, .group = group};
    const struct mere_point *p = t->net->pts + arc->first;
    for (uint32_t i = 0; i + 1 < arc->n; i++) {
        int64_t len = llabs((int64_t)p[i + 1].x - p[i].x) + llabs((int64_t)p[i + 1].y - p[i].y);
        arm.len += len;
        arm.x += (mere_i128)len * ((int64_t)p[i].x + p[i + 1].x);
        arm.y += (mere_i128)len * ((int64_t)p[i].y + p[i + 1].y);
    }
    return MERE_PUSH(&t->arms, arm);
}

static int arm_cmp(const void *va, const void *vb)
{
    const struct arm *a = va, *b = vb;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return (a->group > b->group) - (a->group < b->group);
}

static void sort_arms(struct taking *t)
{
    size_t n = 0;
    struct arm *v = t->arms.v;
    if (t->arms.n > 0)
        qsort(v, t->arms.n, sizeof *v, arm_cmp);
    for (size_t i = 0; i < t->arms.n; i++) {
        if (n == 0 || arm_cmp(&v[n - 1], &v[i]) != 0) {
            v[n++] = v[i];
            continue;
        }
        v[n - 1].len += v[i].len;
        v[n - 1].x += v[i].x;
        v[n - 1].y += v[i].y;
        v[n - 1].area2 += v[i].area2;
    }
    t->arms.n = n;
}

static const struct arm *find_arm(const struct taking *t, int32_t place, int32_t group)
{
    const struct arm key = {.place = place, .group = group};
    return t->arms.n > 0 ? bsearch(&key, t->arms.v, t->arms.n, sizeof key, arm_cmp) : NULL;
}

/* The better arm first; one without a border comes last. */
static bool is_better(const struct arm *a, const struct arm *b)
{
    if (a->len == 0 || b->len == 0)
        return a->len == 0 && b->len == 0
                   ? a->area2 != b->area2 ? a->area2 > b->area2 : a->group < b->group
                   : a->len > 0;
    mere_i128 ax = a->x * b->len, bx = b->x * a->len, ay = a->y * b->len, by = b->y * a->len;
    return ax != bx ? ax < bx : ay != by ? ay < by : a->group < b->group;
}

/* ---- crossings ---- */

/* Faces that several groups claim, joined. */
static enum mere_status find_crossings(struct taking *t)
{
    size_t n = (size_t)t->net->n_faces + 1;
    int64_t *key = MERE_NEW(&t->m->ck->scratch, int64_t, n);
    if (!key)
        return seam_nomem(t->m);
    for (int32_t f = 0; f < t->net->n_faces; f++) {
        size_t k;
        claims(t, f, &k);
        key[f] = k > 1 ? 0 : -1;
    }
    key[n - 1] = -1;
    mere_faces_join(t->net, key, t->place);
    return MERE_OK;
}

/* What each group claims of the crossings, and where its own land meets them. */
static enum mere_status find_arms(struct taking *t)
{
    const struct mere_net *net = t->net;
    bool ok = true;
    for (int32_t f = 0; ok && f < net->n_faces; f++) {
        size_t n;
        const int32_t *claim = claims(t, f, &n);
        for (size_t i = 0; ok && i < n && t->place[f] != MERE_UNKNOWN; i++)
            ok = add_arm(t, t->place[f], claim[i], net->face_area2[f]);
    }
    for (int32_t e = 0; ok && e < 2 * net->n_arcs; e++) {
        int32_t f = mere_edge_face(net, e), other = mere_edge_face(net, e ^ 1);
        const struct mere_arc *arc = &net->arcs[e >> 1];
        size_t n = 0;
        const int32_t *claim = other < 0 ? NULL : claims(t, other, &n);
        if (f < 0 || n != 1 || t->place[f] == MERE_UNKNOWN)
            continue;
        ok = add_border(t, t->place[f], claim[0], arc);
    }
    sort_arms(t);
    return ok ? MERE_OK : seam_nomem(t->m);
}

static void take_faces(struct taking *t)
{
    for (int32_t f = 0; f < t->net->n_faces; f++) {
        size_t n;
        const int32_t *claim = claims(t, f, &n);
        const struct arm *best = NULL;
        for (size_t i = 0; i < n && t->place[f] != MERE_UNKNOWN; i++) {
            const struct arm *arm = find_arm(t, t->place[f], claim[i]);
            best = arm && (!best || is_better(arm, best)) ? arm : best;
        }
        t->taker[f] = best ? best->group : n == 1 ? claim[0] : MERE_UNKNOWN;
    }
    t->taker[t->net->n_faces] = MERE_UNKNOWN; /* the outer one */
}

/* ---- pin-holes ---- */

/* Whether a side of the border comes near the box. */
static bool is_border_near(const struct seams *m, struct mere_box box)
{
    double dx = ((double)box.max.x - box.min.x) / 2, dy = ((double)box.max.y - box.min.y) / 2;
    struct seam_search search = {.disc = {box.min.x + dx, box.min.y + dy,
                                          hypot((dx + 1) * m->sx, (dy + 1) * m->sy), m->sx, m->sy}};
    struct mere_point middle = {(int32_t)lround(search.disc.x), (int32_t)lround(search.disc.y)};
    double sx, sy;
    mere_scale_at(middle.y, &sx, &sy);
    double radius = hypot((dx + 1) * sx, (dy + 1) * sy);
    seam_search_begin(m, &search);
    for (uint32_t i = seam_search_next(m, &search); i != SEAM_NONE;
         i = seam_search_next(m, &search))
        if (mere_point_segment_m(middle, m->segments.v[i].a, m->segments.v[i].b) <= radius)
            return true;
    return false;
}

/* Between strips from either bank, rounding leaves holes of some square millimetres. They are land
 * of a group beside them, and no circle should have to keep clear of them. */
static enum mere_status fill_pinholes(struct taking *t)
{
    const struct mere_net *net = t->net;
    size_t n = (size_t)net->n_faces;
    struct mere_box *box = MERE_NEW(&t->m->ck->scratch, struct mere_box, n);
    bool ok = n == 0 || box;
    t->arms.n = 0;
    for (size_t f = 0; ok && f < n; f++)
        box[f] = mere_box_of(NULL, 0);
    for (int32_t e = 0; ok && e < 2 * net->n_arcs; e++) {
        int32_t f = mere_edge_face(net, e), other = mere_edge_face(net, e ^ 1);
        const struct mere_arc *arc = &net->arcs[e >> 1];
        if (f < 0 || t->taker[f] != MERE_UNKNOWN || !(net->face_area_m2[f] < SEAM_CRUMB_M2))
            continue;
        mere_box_join(&box[f], mere_box_of(net->pts + arc->first, arc->n));
        if (other < 0 || t->taker[other] == MERE_UNKNOWN)
            continue;
        ok = add_border(t, f, t->taker[other], arc);
    }
    sort_arms(t);
    for (size_t i = 0, next; ok && i < t->arms.n; i = next) {
        const struct arm *best = &t->arms.v[i];
        for (next = i + 1; next < t->arms.n && t->arms.v[next].place == best->place; next++)
            best = is_better(&t->arms.v[next], best) ? &t->arms.v[next] : best;
        if (!is_border_near(t->m, box[best->place]))
            t->taker[best->place] = best->group;
    }
    return ok ? MERE_OK : seam_nomem(t->m);
}

enum mere_status seam_choose_takers(struct seams *m, const struct mere_net *net, int32_t **ret)
{
    struct taking t = {.m = m, .net = net};
    t.place = MERE_NEW(&m->ck->scratch, int32_t, (size_t)net->n_faces + 1);
    t.taker = MERE_NEW(&m->ck->scratch, int32_t, (size_t)net->n_faces + 1);
    enum mere_status status = t.place && t.taker ? find_crossings(&t) : seam_nomem(m);
    if (status == MERE_OK)
        status = find_arms(&t);
    if (status == MERE_OK) {
        take_faces(&t);
        status = fill_pinholes(&t);
    }
    MERE_VEC_FREE(&t.arms);
    *ret = t.taker;
    return status;
}
