/* repair_local.c - whether a change leaves the parts and holes of a zone as they are, seen from the
 * piece's own border.
 *
 * Land that gains a disc along one stretch of its border, and touches it nowhere else, stays what
 * it was, with all its parts and holes. Land that loses one is the same for the rest of the plane:
 * it must be bitten off from the border along one stretch. So it is enough to look around the
 * piece; only what this does not settle is counted in full, at the cost of the whole zone. */
#include "net/repair_priv.h"

struct rim {
    const struct repair_round *r;
    const struct repair_piece *piece;
    int32_t zone;
    bool gains;
};

static bool in_piece(const struct rim *m, int32_t face)
{
    return face >= 0 && m->piece->regions->of_face[face] == m->piece->region;
}

/* Whether the face is of the side that the piece joins: the zone's land when it gains, all other
 * land when it loses. */
static bool is_side(const struct rim *m, int32_t face)
{
    return (face >= 0 && mere_face_claimed_by(m->r->scheme, face, m->zone)) == m->gains;
}

/* How the faces change around a node, outside the piece, from `into` (which ends there) to `on`
 * (which leaves it), both on the piece's border. */
struct turn {
    bool pinched; /* the piece touches itself there */
    bool first, last;
    int changes;
};
static struct turn look_around(const struct rim *m, int32_t into, int32_t on)
{
    const struct mere_net *net = m->r->net;
    int32_t g = net->next[on ^ 1]; /* leaves the node, with the land beyond `on` at its left */
    struct turn t = {.first = is_side(m, mere_edge_face(net, g))};
    bool last = t.first;
    while (g != (into ^ 1)) {
        g = net->next[g ^ 1];
        if (in_piece(m, mere_edge_face(net, g)))
            t.pinched = true;
        bool side = is_side(m, mere_edge_face(net, g));
        t.changes += side != last;
        last = side;
    }
    t.last = last;
    return t;
}

/* The half-edge of the piece's border that comes after `edge`. */
static int32_t border_after(const struct rim *m, int32_t edge)
{
    const struct mere_net *net = m->r->net;
    int32_t on = net->next[edge];
    while (in_piece(m, mere_edge_face(net, on ^ 1)))
        on = net->next[on ^ 1];
    return on;
}

/* A half-edge of the piece's border. */
static int32_t any_border(const struct rim *m)
{
    const struct mere_net *net = m->r->net;
    for (size_t i = 0; i < m->piece->n; i++) {
        int32_t f = m->piece->faces[i];
        int32_t start = net->ring_edge[net->face_rings[net->face_ring_first[f + 1]]], e = start;
        do {
            if (!in_piece(m, mere_edge_face(net, e ^ 1)))
                return e;
            e = net->next[e];
        } while (e != start);
    }
    return MERE_UNKNOWN;
}

bool mere_repair_keeps_shape(const struct repair_round *r, const struct repair_piece *piece,
                             int32_t zone, bool gains)
{
    const struct rim m = {r, piece, zone, gains};
    const struct mere_net *net = r->net;
    if (piece->proposal.polygon.n_rings != 1)
        return false;
    int32_t start = any_border(&m), e = start;
    if (start < 0)
        return false;
    int runs = 0;
    bool all = true, none = true;
    do {
        int32_t on = border_after(&m, e);
        bool side = is_side(&m, mere_edge_face(net, e ^ 1));
        bool next = is_side(&m, mere_edge_face(net, on ^ 1));
        struct turn t = look_around(&m, e, on);
        /* Where both sides of the node are alike nothing else may meet there; where they differ,
         * they part once. */
        if (t.pinched || t.changes != (side != next))
            return false;
        runs += side && !next;
        all = all && side;
        none = none && !side;
        e = on;
    } while (e != start);
    return runs == 1 && !all && !none;
}
