/* flood.c - who claims each face: membership by crossing, never by sampling (ENGINE B1.8).
 *
 * Outside everything no ring winds. Crossing an arc changes the windings by the arc's deltas, so
 * one walk over the faces from the outer one, stepping over arcs, knows all windings exactly. The
 * walk goes down and comes back the same way and undoes what it did; so one set of counters serves
 * it, however many zones lie over each other, and only the claims found at each face are kept.
 *
 * A part covers a face when its shell winds there (either way: both lobes of an 8 are land) and
 * none of its holes does (either way, too). A zone claims what any of its parts covers. */
#include "net/net_priv.h"
#include <stdlib.h>

struct stop { /* a face on the way from the outer face to where we are */
    int32_t face;
    int32_t edge;  /* next half-edge to look over, on the ring below */
    uint32_t ring; /* index in face_rings */
    int32_t came;  /* the half-edge crossed to come here */
};

struct flood {
    const struct mere_net *net;
    const struct mere_deltas *deltas;
    const struct mere_members *members;
    struct mere_claims *claims;
    struct mere_arena scratch;
    int32_t *winding;    /* by ring */
    uint8_t *turns;      /* by ring: which ways it was seen to wind, 1 and 2 */
    int32_t *n_holes;    /* by part: how many of its holes wind here */
    bool *in_shell;      /* by part */
    int32_t *n_covering; /* by zone: how many of its parts cover the face */
    uint32_t *place;     /* by zone: where it stands among the active ones */
    uint32_t *active;    /* zones that claim the face: scheme s has active[zone_base[s] ...] */
    uint32_t *n_active;  /* by scheme */
    bool *seen;          /* by zone: whether it claims any face */
    uint8_t *visited;    /* by face + 1 */
    struct stop *stops;
};

static bool covers(const struct flood *f, uint32_t part)
{
    return f->in_shell[part] && f->n_holes[part] == 0;
}

/* The number of parts of `zone` that cover the face changes by `by`. */
static void count_part(struct flood *f, uint32_t scheme, uint32_t zone, int by)
{
    uint32_t *active = f->active + f->members->zone_base[scheme];
    bool was = f->n_covering[zone] > 0;
    f->n_covering[zone] += by;
    bool is = f->n_covering[zone] > 0;
    if (is && !was) {
        f->place[zone] = f->n_active[scheme];
        active[f->n_active[scheme]++] = zone;
    } else if (was && !is) {
        uint32_t last = active[--f->n_active[scheme]];
        active[f->place[zone]] = last;
        f->place[last] = f->place[zone];
    }
}

/* The winding of `ring` changes by `by`. */
static void wind(struct flood *f, uint32_t ring, int32_t by)
{
    const struct mere_members *m = f->members;
    uint32_t part = m->ring_part[ring];
    bool covered = covers(f, part), wound = f->winding[ring] != 0;
    f->winding[ring] += by;
    bool winds = f->winding[ring] != 0;
    if (winds == wound)
        return;
    if (m->is_shell[ring])
        f->in_shell[part] = winds;
    else
        f->n_holes[part] += winds ? 1 : -1;
    if (covers(f, part) != covered)
        count_part(f, m->part_scheme[part], m->part_zone[part], covered ? -1 : 1);
}

/* Step over half-edge `edge` from the face at its left hand to the other. */
static void cross(struct flood *f, int32_t edge)
{
    const struct mere_deltas *d = f->deltas;
    int32_t arc = edge >> 1;
    for (uint32_t i = d->first[arc]; i < d->first[arc + 1]; i++)
        wind(f, d->v[i].ring, edge & 1 ? d->v[i].sign : -d->v[i].sign);
}

/* What the windings changed by crossing `edge` say about their polygons. */
static void note_flaws(struct flood *f, int32_t edge)
{
    const struct mere_deltas *d = f->deltas;
    int32_t arc = edge >> 1;
    for (uint32_t i = d->first[arc]; i < d->first[arc + 1]; i++) {
        uint32_t part = f->members->ring_part[d->v[i].ring], zone = f->members->part_zone[part];
        int32_t winding = f->winding[d->v[i].ring];
        uint8_t *flaws = &f->members->flaws[zone];
        uint8_t *turns = &f->turns[d->v[i].ring];
        *turns |= (uint8_t)((winding > 0) | (winding < 0) << 1);
        if (winding < -1 || winding > 1 || *turns == 3 || f->n_holes[part] > 1)
            *flaws |= MERE_FLAW_CROSSES_ITSELF;
        if (f->n_holes[part] > 0 && !f->in_shell[part])
            *flaws |= MERE_FLAW_HOLE_OUTSIDE;
        if (f->n_covering[zone] > 1)
            *flaws |= MERE_FLAW_PARTS_OVERLAP;
    }
}

static enum mere_status keep_claims(struct mere_ctx *ctx, struct flood *f, int32_t face)
{
    for (size_t s = 0; s < f->members->n_schemes; s++) {
        uint32_t base = f->members->zone_base[s], n = f->n_active[s];
        const uint32_t *active = f->active + base;
        struct mere_claims *claims = &f->claims[s];
        for (uint32_t i = 0; i < n; i++)
            f->seen[active[i]] = true;
        if (n <= 1) {
            claims->label[face] = n ? (int32_t)(active[0] - base) : MERE_LABEL_NONE;
            continue;
        }
        if (claims->list.n + n > UINT32_MAX || claims->first.n >= INT32_MAX)
            return mere_fail(ctx, MERE_E_LIMIT, "more overlaps than a network holds");
        claims->label[face] = -2 - (int32_t)claims->first.n;
        if (!MERE_PUSH(&claims->first, (uint32_t)claims->list.n) || !MERE_RESERVE(&claims->list, n))
            return mere_fail_nomem(ctx, "listing overlaps");
        for (uint32_t i = 0; i < n; i++)
            claims->list.v[claims->list.n++] = (int32_t)(active[i] - base);
    }
    return MERE_OK;
}

/* Start looking around `face`. */
static struct stop stop_at(const struct mere_net *net, int32_t face, int32_t came)
{
    uint32_t ring = net->face_ring_first[face + 1];
    bool any = ring < net->face_ring_first[face + 2];
    return (struct stop){face, any ? net->ring_edge[net->face_rings[ring]] : -1, ring, came};
}
/* The half-edge after `edge` around the face, or -1 after the last of the last ring. */
static int32_t after(const struct mere_net *net, struct stop *stop, int32_t edge)
{
    int32_t next = net->next[edge];
    if (next != net->ring_edge[net->face_rings[stop->ring]])
        return next;
    stop->ring++;
    return stop->ring < net->face_ring_first[stop->face + 2]
               ? net->ring_edge[net->face_rings[stop->ring]]
               : -1;
}

static enum mere_status walk(struct mere_ctx *ctx, struct flood *f)
{
    const struct mere_net *net = f->net;
    size_t n = 0;
    f->visited[0] = 1;
    f->stops[n++] = stop_at(net, MERE_FACE_OUTER, -1);
    while (n > 0) {
        struct stop *stop = &f->stops[n - 1];
        int32_t edge = stop->edge;
        if (edge < 0) {
            if (stop->came >= 0)
                cross(f, stop->came ^ 1);
            n--;
            continue;
        }
        stop->edge = after(net, stop, edge);
        int32_t face = mere_edge_face(net, edge ^ 1);
        if (f->visited[face + 1])
            continue;
        f->visited[face + 1] = 1;
        cross(f, edge);
        note_flaws(f, edge);
        MERE_TRY(keep_claims(ctx, f, face));
        f->stops[n++] = stop_at(net, face, edge);
    }
    return MERE_OK;
}

static enum mere_status flood(struct mere_ctx *ctx, struct flood *f)
{
    const struct mere_members *m = f->members;
    size_t n_zones = m->zone_base[m->n_schemes], n_faces = (size_t)f->net->n_faces;
    f->winding = MERE_NEW(&f->scratch, int32_t, m->n_rings);
    f->turns = MERE_NEW(&f->scratch, uint8_t, m->n_rings);
    f->n_holes = MERE_NEW(&f->scratch, int32_t, m->n_parts);
    f->in_shell = MERE_NEW(&f->scratch, bool, m->n_parts);
    f->n_covering = MERE_NEW(&f->scratch, int32_t, n_zones);
    f->place = MERE_NEW(&f->scratch, uint32_t, n_zones);
    f->active = MERE_NEW(&f->scratch, uint32_t, n_zones);
    f->n_active = MERE_NEW(&f->scratch, uint32_t, m->n_schemes);
    f->seen = MERE_NEW(&f->scratch, bool, n_zones);
    f->visited = MERE_NEW(&f->scratch, uint8_t, n_faces + 1);
    f->stops = MERE_NEW(&f->scratch, struct stop, n_faces + 1);
    if (!f->winding || !f->turns || !f->n_holes || !f->in_shell || !f->n_covering || !f->place ||
        !f->active || !f->n_active || !f->seen || !f->visited || !f->stops)
        return mere_fail_nomem(ctx, "finding the owners of faces");
    for (size_t s = 0; s < m->n_schemes; s++) {
        f->claims[s].label = mere_malloc((n_faces + 1) * sizeof(int32_t));
        if (!f->claims[s].label)
            return mere_fail_nomem(ctx, "finding the owners of faces");
    }
    MERE_TRY(walk(ctx, f));
    for (size_t s = 0; s < m->n_schemes; s++)
        if (!MERE_PUSH(&f->claims[s].first, (uint32_t)f->claims[s].list.n))
            return mere_fail_nomem(ctx, "listing overlaps");
    for (size_t z = 0; z < n_zones; z++)
        if (!f->seen[z])
            m->flaws[z] |= MERE_FLAW_VANISHED;
    return MERE_OK;
}

enum mere_status mere_claims_flood(struct mere_ctx *ctx, const struct mere_net *net,
                                   const struct mere_deltas *deltas,
                                   const struct mere_members *members, struct mere_claims *claims)
{
    struct flood f = {.net = net, .deltas = deltas, .members = members, .claims = claims};
    enum mere_status status = flood(ctx, &f);
    mere_arena_clear(&f.scratch);
    return status;
}

void mere_claims_clear(struct mere_claims *claims, size_t n)
{
    for (size_t s = 0; claims && s < n; s++) {
        free(claims[s].label);
        MERE_VEC_FREE(&claims[s].first);
        MERE_VEC_FREE(&claims[s].list);
    }
}

const int32_t *mere_claims_of(const struct mere_claims *claims, int32_t face, size_t *ret_n)
{
    if (face < 0 || claims->label[face] == MERE_LABEL_NONE) {
        *ret_n = 0;
        return NULL;
    }
    if (claims->label[face] >= 0) {
        *ret_n = 1;
        return &claims->label[face];
    }
    uint32_t i = (uint32_t)(-2 - claims->label[face]);
    *ret_n = claims->first.v[i + 1] - claims->first.v[i];
    return claims->list.v + claims->first.v[i];
}
