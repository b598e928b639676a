/* node_foot.c - T-junctions (ENGINE B1.5): a point within the tolerance of a segment that it has no
 * owner in common with is inserted there. A border bends to a point of its own rank or a better
 * one; to a border of a better rank the point moves. Points are matched first, so that an insertion
 * finds the segments where they are. */
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

/* A point near a segment. */
struct foot {
    uint32_t member, seg;
    int32_t rank; /* of the segment */
    double by;    /* square of the distance, in tolerances */
    double t;     /* where on the segment, 0 .. 1 */
};

struct feet {
    struct node_party party;
    size_t n;
    struct foot *foot; /* by member, then distance, then segment */
    node_necks necks;  /* what was left out */
};

static int compare_feet(const void *l, const void *r)
{
    const struct foot *p = l, *q = r;
    if (p->member != q->member)
        return p->member < q->member ? -1 : 1;
    if (p->by < q->by || p->by > q->by)
        return p->by < q->by ? -1 : 1;
    return (p->seg > q->seg) - (p->seg < q->seg);
}

/* False when the point has a common owner with the segment, its foot isn't inside, or the segment
 * or a narrow ring's point is to stay as it is. */
static bool foot_of(const struct noder *w, const struct node_party *party, struct node_pair pair,
                    struct foot *ret)
{
    const struct mere_lattice_point *pts = w->state.pts;
    struct node_seg s = w->segs.seg[pair.b];
    if (w->still.point && (w->still.point[pair.a] & NODE_NARROW || w->still.seg[pair.b]))
        return false;
    struct foot f = {mere_node_party_find(party, pair.a), pair.b, INT32_MAX, 0, 0};
    for (uint32_t u = w->segs.use_first[pair.b]; u < w->segs.use_first[pair.b + 1]; u++) {
        uint32_t owner = w->in->ring_owner[w->segs.use[u]];
        if (mere_node_party_owns(party, f.member, owner))
            return false;
        f.rank = mere_node_rank(w, owner) < f.rank ? mere_node_rank(w, owner) : f.rank;
    }
    int64_t dx = pts[s.b].x - pts[s.a].x, dy = pts[s.b].y - pts[s.a].y;
    int64_t px = pts[pair.a].x - pts[s.a].x, py = pts[pair.a].y - pts[s.a].y;
    mere_i128 along = (mere_i128)dx * px + (mere_i128)dy * py;
    if (along <= 0 || along >= (mere_i128)dx * dx + (mere_i128)dy * dy)
        return false;
    double fx = 1 / w->in->tol_x, fy = 1 / w->in->tol_y;
    double ux = (double)dx * fx, uy = (double)dy * fy, vx = (double)px * fx, vy = (double)py * fy;
    double len2 = ux * ux + uy * uy, cross = ux * vy - uy * vx;
    f.t = (ux * vx + uy * vy) / len2;
    f.by = cross * cross / len2;
    *ret = f;
    return true;
}

static enum mere_status feet_init(const struct noder *w, struct feet *feet)
{
    const node_pairs *pairs = &w->hits.near_segs;
    node_walk points = {0};
    enum mere_status status = MERE_E_NOMEM;
    if (MERE_RESERVE(&points, pairs->n) && points.v) {
        for (size_t i = 0; i < pairs->n; i++)
            points.v[points.n++] = pairs->v[i].a;
        status = mere_node_party(w, &points, &feet->party);
    } else {
        mere_fail_nomem(w->ctx, "noding");
    }
    MERE_VEC_FREE(&points);
    MERE_TRY(status);
    feet->foot = mere_malloc((pairs->n + 1) * sizeof *feet->foot);
    if (!feet->foot)
        return mere_fail_nomem(w->ctx, "noding");
    for (size_t i = 0; i < pairs->n; i++)
        if (foot_of(w, &feet->party, pairs->v[i], &feet->foot[feet->n]))
            feet->n++;
    if (feet->n > 0)
        qsort(feet->foot, feet->n, sizeof *feet->foot, compare_feet);
    return MERE_OK;
}

static bool is_banned(const struct node_bans *bans, uint32_t point, uint32_t seg)
{
    size_t lo = 0, hi = bans->banned.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        struct node_pair p = bans->banned.v[mid];
        if (p.a < point || (p.a == point && p.b < seg))
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < bans->banned.n && bans->banned.v[lo].a == point && bans->banned.v[lo].b == seg;
}

static struct mere_lattice_point place_on(const struct noder *w, const struct foot *f)
{
    struct node_seg s = w->segs.seg[f->seg];
    struct mere_lattice_point a = w->state.pts[s.a], b = w->state.pts[s.b];
    a.x += (int64_t)floor(f->t * (double)(b.x - a.x) + 0.5);
    a.y += (int64_t)floor(f->t * (double)(b.y - a.y) + 0.5);
    return a;
}

/* What a group of feet, those of one point, is decided with. */
struct group {
    struct noder *w;
    const struct feet *feet;
    const struct node_bans *bans;
    size_t first, end;
};

/* The foot on a segment of a better rank than the point, the best one; NULL when there is none. */
static const struct foot *better_border(const struct group *g)
{
    const struct foot *best = NULL;
    uint32_t member = g->feet->foot[g->first].member, point = g->feet->party.point[member];
    for (size_t i = g->first; i < g->end && !g->bans->frozen[point]; i++) {
        const struct foot *f = &g->feet->foot[i];
        if (f->rank < g->feet->party.rank[member] && (!best || f->rank < best->rank) &&
            !is_banned(g->bans, point, f->seg))
            best = f;
    }
    return best;
}

/* Whether segments s and t have a common owner. */
static bool segs_share_owner(const struct noder *w, uint32_t s, uint32_t t)
{
    for (uint32_t u = w->segs.use_first[s]; u < w->segs.use_first[s + 1]; u++)
        for (uint32_t v = w->segs.use_first[t]; v < w->segs.use_first[t + 1]; v++)
            if (w->in->ring_owner[w->segs.use[u]] == w->in->ring_owner[w->segs.use[v]])
                return true;
    return false;
}

/* Insert the point in every segment that bends to it, the nearest first; two segments of one owner
 * would pinch that one. */
static bool bend_borders(const struct group *g, struct node_edit *edit, node_necks *necks)
{
    uint32_t member = g->feet->foot[g->first].member, point = g->feet->party.point[member];
    size_t mine = edit->inserts.n;
    for (size_t i = g->first; i < g->end; i++) {
        const struct foot *f = &g->feet->foot[i];
        if (f->rank < g->feet->party.rank[member] || is_banned(g->bans, point, f->seg))
            continue;
        size_t k = mine;
        while (k < edit->inserts.n && !segs_share_owner(g->w, f->seg, edit->inserts.v[k].seg))
            k++;
        bool ok = k < edit->inserts.n
                      ? MERE_PUSH(necks, (struct node_neck){f->seg, point, edit->inserts.v[k].seg})
                      : MERE_PUSH(&edit->inserts, (struct node_insert){f->seg, point});
        if (!ok)
            return false;
    }
    return true;
}

/* A point that moves, and where to. */
struct move {
    struct mere_lattice_point to;
    uint32_t point;
};
typedef MERE_VEC(struct move) move_list;

static int compare_moves(const void *l, const void *r)
{
    const struct move *p = l, *q = r;
    int cmp = mere_lattice_cmp(p->to, q->to);
    return cmp != 0 ? cmp : (p->point > q->point) - (p->point < q->point);
}

/* Number the places that points move to. */
static bool number_moves(struct noder *w, move_list *moves, struct node_edit *edit)
{
    for (size_t i = 0; i < w->state.n_pts; i++)
        edit->map[i] = (uint32_t)i;
    edit->more.n = 0;
    if (moves->n > 0)
        qsort(moves->v, moves->n, sizeof *moves->v, compare_moves);
    for (size_t i = 0; i < moves->n; i++) {
        struct mere_lattice_point to = moves->v[i].to;
        uint32_t number = mere_node_find_point(&w->state, to);
        if (number == NODE_NONE) {
            size_t n = edit->more.n;
            if ((n == 0 || mere_lattice_cmp(edit->more.v[n - 1], to) != 0) &&
                !MERE_PUSH(&edit->more, to))
                return false;
            number = (uint32_t)(w->state.n_pts + edit->more.n - 1);
        }
        edit->map[moves->v[i].point] = number;
    }
    return true;
}

static enum mere_status choose(struct noder *w, void *user, const struct node_bans *bans,
                               struct node_edit *edit, size_t *ret_n)
{
    struct feet *feet = user;
    move_list moves = {0};
    bool ok = true;
    edit->inserts.n = 0;
    feet->necks.n = 0;
    struct group g = {w, feet, bans, 0, 0};
    for (; ok && g.first < feet->n; g.first = g.end) {
        uint32_t member = feet->foot[g.first].member;
        for (g.end = g.first; g.end < feet->n && feet->foot[g.end].member == member; g.end++)
            continue;
        const struct foot *f = better_border(&g);
        uint32_t point = feet->party.point[member];
        if (f)
            ok = MERE_PUSH(&moves, (struct move){place_on(w, f), point}) &&
                 MERE_PUSH(&edit->inserts, (struct node_insert){f->seg, point});
        else
            ok = bend_borders(&g, edit, &feet->necks);
    }
    ok = ok && number_moves(w, &moves, edit);
    MERE_VEC_FREE(&moves);
    if (!ok)
        return mere_fail_nomem(w->ctx, "noding");
    *ret_n = edit->inserts.n;
    free(edit->has_insert);
    edit->has_insert = NULL;
    return mere_node_edit_ready(w, edit);
}

enum mere_status mere_node_match_segs(struct noder *w, bool *ret_changed)
{
    struct feet feet = {0};
    struct node_edit edit = {0};
    struct node_next next = {0};
    size_t n_inserted = 0;
    edit.map = mere_malloc((w->state.n_pts + 1) * sizeof *edit.map);
    enum mere_status status = edit.map ? feet_init(w, &feet) : mere_fail_nomem(w->ctx, "noding");
    if (status == MERE_OK && feet.n > 0)
        status =
            mere_node_match(w, &(struct node_choice){choose, &feet}, &edit, &next, &n_inserted);
    if (status == MERE_OK)
        status = mere_node_note_necks(w, &feet.necks);
    if (status == MERE_OK && n_inserted > 0) {
        w->n_inserted += n_inserted;
        *ret_changed = true;
        status = mere_node_accept(w, &edit, &next);
    }
    MERE_VEC_FREE(&feet.necks);
    mere_node_next_clear(&next);
    mere_node_edit_clear(&edit);
    mere_node_party_clear(&feet.party);
    free(feet.foot);
    return status;
}
