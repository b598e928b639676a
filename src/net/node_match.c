/* node_match.c - points and T-junctions within the tolerance (ENGINE B1.4, B1.5).
 *
 * A round either merges points or, when none are to be merged, inserts points in segments: so an
 * insertion sees the segments where they are. Only points and segments without a common owner match
 * (geos#1476 shows what happens otherwise). A point follows one of a better rank, or is followed;
 * it never follows a follower, so nothing moves farther than the tolerance in a round. */
#include "base/hash.h"
#include "geo/exact.h"
#include "net/node_priv.h"
#include <math.h>
#include <stdlib.h>

/* The points that take part, in the order of their numbers, and who owns them. */
struct party {
    size_t n;
    uint32_t *point;
    uint32_t *owner_first; /* n + 1 */
    uint32_t *owner;       /* sorted for each point */
    int32_t *rank;         /* of the best owner */
};

static int32_t rank_of(const struct noder *w, uint32_t owner)
{
    return w->in->owner_rank ? w->in->owner_rank[owner] : 0;
}

static void party_clear(struct party *p)
{
    free(p->point);
    free(p->owner_first);
    free(p->owner);
    free(p->rank);
}

static uint32_t party_find(const struct party *p, uint32_t point)
{
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->point[mid] < point)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

/* (party member, owner), once each. */
static enum mere_status collect_owners(const struct noder *w, const struct party *p,
                                       node_pairs *ret)
{
    uint8_t *takes_part = calloc(w->state.n_pts + 1, 1);
    bool ok = takes_part != NULL;
    for (size_t i = 0; ok && i < p->n; i++)
        takes_part[p->point[i]] = 1;
    for (size_t s = 0; ok && s < w->segs.n; s++) {
        uint32_t ends[2] = {w->segs.seg[s].a, w->segs.seg[s].b};
        for (int e = 0; e < 2; e++) {
            if (!takes_part[ends[e]])
                continue;
            uint32_t member = party_find(p, ends[e]);
            for (uint32_t u = w->segs.use_first[s]; u < w->segs.use_first[s + 1]; u++) {
                uint32_t owner = w->in->ring_owner[w->segs.use[u] >> 1];
                ok = ok && MERE_PUSH(ret, (struct node_pair){member, owner});
            }
        }
    }
    free(takes_part);
    return ok ? mere_node_pairs_sort(w->ctx, ret) : mere_fail_nomem(w->ctx, "noding");
}

/* Make the party of the points in `points` (with repeats; is sorted). */
static enum mere_status party_init(const struct noder *w, node_walk *points, struct party *p)
{
    node_pairs pairs = {0};
    p->point = malloc((points->n + 1) * sizeof *p->point);
    uint8_t *seen = calloc(w->state.n_pts + 1, 1);
    if (!p->point || !seen) {
        free(seen);
        return mere_fail_nomem(w->ctx, "noding");
    }
    for (size_t i = 0; i < points->n; i++)
        seen[points->v[i]] = 1;
    for (size_t i = 0; i < w->state.n_pts; i++)
        if (seen[i])
            p->point[p->n++] = (uint32_t)i;
    free(seen);
    enum mere_status status = collect_owners(w, p, &pairs);
    p->owner_first = malloc((p->n + 1) * sizeof *p->owner_first);
    p->owner = malloc((pairs.n + 1) * sizeof *p->owner);
    p->rank = malloc((p->n + 1) * sizeof *p->rank);
    if (status == MERE_OK && (!p->owner_first || !p->owner || !p->rank))
        status = mere_fail_nomem(w->ctx, "noding");
    size_t k = 0;
    for (size_t i = 0; status == MERE_OK && i < p->n; i++) {
        p->owner_first[i] = (uint32_t)k;
        p->rank[i] = INT32_MAX;
        for (; k < pairs.n && pairs.v[k].a == i; k++) {
            int32_t rank = rank_of(w, pairs.v[k].b);
            p->owner[k] = pairs.v[k].b;
            p->rank[i] = rank < p->rank[i] ? rank : p->rank[i];
        }
        p->owner_first[i + 1] = (uint32_t)k;
    }
    MERE_VEC_FREE(&pairs);
    return status;
}

static bool has_owner(const struct party *p, uint32_t member, uint32_t owner)
{
    size_t lo = p->owner_first[member], hi = p->owner_first[member + 1];
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (p->owner[mid] == owner)
            return true;
        if (p->owner[mid] < owner)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

static bool share_owner(const struct party *p, uint32_t m, uint32_t k)
{
    uint32_t n_m = p->owner_first[m + 1] - p->owner_first[m];
    uint32_t n_k = p->owner_first[k + 1] - p->owner_first[k];
    uint32_t few = n_m < n_k ? m : k, many = n_m < n_k ? k : m;
    for (uint32_t i = p->owner_first[few]; i < p->owner_first[few + 1]; i++)
        if (has_owner(p, many, p->owner[i]))
            return true;
    return false;
}

/* ---- points to points ------------------------------------------------------------------------ */

/* A cluster is the list of its members, from its leader on. */
struct clusters {
    struct party party;
    uint32_t *leader; /* by member; NODE_NONE = not decided yet */
    uint32_t *next;   /* by member: the next one of the cluster */
    uint32_t *near_first;
    uint32_t *near; /* members within the tolerance of each */
    struct mere_key *order;
};

static void clusters_clear(struct clusters *c)
{
    party_clear(&c->party);
    free(c->leader);
    free(c->next);
    free(c->near_first);
    free(c->near);
    free(c->order);
}

static void list_near(const struct noder *w, struct clusters *c)
{
    const node_pairs *pairs = &w->hits.near_points;
    for (size_t i = 0; i < pairs->n; i++) {
        c->near_first[party_find(&c->party, pairs->v[i].a) + 2]++;
        c->near_first[party_find(&c->party, pairs->v[i].b) + 2]++;
    }
    for (size_t i = 2; i < c->party.n + 2; i++)
        c->near_first[i] += c->near_first[i - 1];
    for (size_t i = 0; i < pairs->n; i++) {
        uint32_t a = party_find(&c->party, pairs->v[i].a), b = party_find(&c->party, pairs->v[i].b);
        c->near[c->near_first[a + 1]++] = b;
        c->near[c->near_first[b + 1]++] = a;
    }
}

static enum mere_status clusters_init(const struct noder *w, struct clusters *c)
{
    const node_pairs *pairs = &w->hits.near_points;
    node_walk points = {0};
    bool ok = MERE_RESERVE(&points, 2 * pairs->n);
    for (size_t i = 0; ok && i < pairs->n; i++) {
        points.v[points.n++] = pairs->v[i].a;
        points.v[points.n++] = pairs->v[i].b;
    }
    enum mere_status status = ok ? party_init(w, &points, &c->party) : MERE_E_NOMEM;
    MERE_VEC_FREE(&points);
    if (status != MERE_OK)
        return ok ? status : mere_fail_nomem(w->ctx, "noding");
    size_t n = c->party.n;
    c->leader = malloc((n + 1) * sizeof *c->leader);
    c->next = malloc((n + 1) * sizeof *c->next);
    c->near_first = calloc(n + 2, sizeof *c->near_first);
    c->near = malloc((2 * pairs->n + 1) * sizeof *c->near);
    c->order = malloc((2 * n + 1) * sizeof *c->order);
    if (!c->leader || !c->next || !c->near_first || !c->near || !c->order)
        return mere_fail_nomem(w->ctx, "noding");
    list_near(w, c);
    for (size_t i = 0; i < n; i++)
        c->order[i] =
            (struct mere_key){(uint64_t)((int64_t)c->party.rank[i] - INT32_MIN), (uint32_t)i};
    mere_sort_keys(c->order, n, c->order + n);
    return MERE_OK;
}

/* The square of the distance of two points, in tolerances. */
static double near_by(const struct noder *w, uint32_t p, uint32_t q)
{
    struct mere_lattice_point a = w->state.pts[p], b = w->state.pts[q];
    double dx = (double)(a.x - b.x) * (1 / w->in->tol_x),
           dy = (double)(a.y - b.y) * (1 / w->in->tol_y);
    return dx * dx + dy * dy;
}

static bool may_follow(const struct clusters *c, uint32_t m, uint32_t leader)
{
    for (uint32_t k = leader; k != NODE_NONE; k = c->next[k])
        if (share_owner(&c->party, m, k))
            return false;
    return true;
}

/* The leader that member `m` follows: the nearest, of equal ones the best rank, then lowest number.
 */
static uint32_t choose_leader(const struct noder *w, const struct clusters *c, uint32_t m)
{
    uint32_t best = m;
    double best_by = HUGE_VAL;
    for (uint32_t i = c->near_first[m]; i < c->near_first[m + 1]; i++) {
        uint32_t k = c->near[i];
        if (c->leader[k] != k)
            continue;
        double by = near_by(w, c->party.point[m], c->party.point[k]);
        bool better = by < best_by ||
                      (by == best_by && (c->party.rank[k] < c->party.rank[best] ||
                                         (c->party.rank[k] == c->party.rank[best] && k < best)));
        if (better && may_follow(c, m, k)) {
            best = k;
            best_by = by;
        }
    }
    return best;
}

/* Decide for all, in the order of rank and place; fills the map of the edit. Returns how many
 * moved. */
static size_t decide_points(const struct noder *w, struct clusters *c, const uint8_t *frozen,
                            uint32_t *map)
{
    size_t n_moved = 0;
    for (size_t i = 0; i < w->state.n_pts; i++)
        map[i] = (uint32_t)i;
    for (size_t i = 0; i < c->party.n; i++)
        c->leader[i] = c->next[i] = NODE_NONE;
    for (size_t i = 0; i < c->party.n; i++) {
        uint32_t m = c->order[i].value, point = c->party.point[m];
        uint32_t leader = frozen[point] ? m : choose_leader(w, c, m);
        c->leader[m] = leader;
        if (leader == m)
            continue;
        c->next[m] = c->next[leader];
        c->next[leader] = m;
        map[point] = c->party.point[leader];
        n_moved++;
    }
    return n_moved;
}

static enum mere_status match_points(struct noder *w, bool *ret_changed)
{
    struct clusters c = {0};
    struct node_edit edit = {0};
    struct node_bans bans = {.frozen = calloc(w->state.n_pts + 1, 1)};
    edit.map = malloc((w->state.n_pts + 1) * sizeof *edit.map);
    enum mere_status status =
        bans.frozen && edit.map ? clusters_init(w, &c) : mere_fail_nomem(w->ctx, "noding");
    if (status == MERE_OK)
        status = mere_node_edit_ready(w, &edit);
    size_t n_moved = 0;
    for (bool ok = false; !ok && status == MERE_OK;) {
        n_moved = decide_points(w, &c, bans.frozen, edit.map);
        status = mere_node_refuse(w, &edit, &bans, &ok);
    }
    if (status == MERE_OK && n_moved > 0) {
        w->n_merged += n_moved;
        *ret_changed = true;
        status = mere_node_edit_apply(w, &edit);
    }
    free(bans.frozen);
    mere_node_edit_clear(&edit);
    clusters_clear(&c);
    return status;
}

/* ---- points to segments ---------------------------------------------------------------------- */

/* A point near a segment. */
struct foot {
    uint32_t member, seg;
    int32_t rank; /* of the segment */
    double by;    /* square of the distance, in tolerances */
    double t;     /* where on the segment, 0 .. 1 */
};

struct feet {
    struct party party;
    size_t n;
    struct foot *foot; /* by member, then distance, then segment */
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

/* False when the point has a common owner with the segment or its foot isn't inside. */
static bool foot_of(const struct noder *w, const struct party *party, struct node_pair pair,
                    struct foot *ret)
{
    const struct mere_lattice_point *pts = w->state.pts;
    struct node_seg s = w->segs.seg[pair.b];
    struct foot f = {party_find(party, pair.a), pair.b, INT32_MAX, 0, 0};
    for (uint32_t u = w->segs.use_first[pair.b]; u < w->segs.use_first[pair.b + 1]; u++) {
        uint32_t owner = w->in->ring_owner[w->segs.use[u] >> 1];
        if (has_owner(party, f.member, owner))
            return false;
        f.rank = rank_of(w, owner) < f.rank ? rank_of(w, owner) : f.rank;
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
    bool ok = MERE_RESERVE(&points, pairs->n);
    for (size_t i = 0; ok && i < pairs->n; i++)
        points.v[points.n++] = pairs->v[i].a;
    enum mere_status status =
        ok ? party_init(w, &points, &feet->party) : mere_fail_nomem(w->ctx, "noding");
    MERE_VEC_FREE(&points);
    MERE_TRY(status);
    feet->foot = malloc((pairs->n + 1) * sizeof *feet->foot);
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

/* The foot on a segment of a better rank than the point, the best one; NULL when there is none. */
static const struct foot *better_border(const struct feet *feet, const struct node_bans *bans,
                                        size_t first, size_t end)
{
    const struct foot *best = NULL;
    uint32_t member = feet->foot[first].member, point = feet->party.point[member];
    for (size_t i = first; i < end && !bans->frozen[point]; i++) {
        const struct foot *f = &feet->foot[i];
        if (f->rank < feet->party.rank[member] && (!best || f->rank < best->rank) &&
            !is_banned(bans, point, f->seg))
            best = f;
    }
    return best;
}

/* Whether segments s and t have a common owner. */
static bool segs_share_owner(const struct noder *w, uint32_t s, uint32_t t)
{
    for (uint32_t u = w->segs.use_first[s]; u < w->segs.use_first[s + 1]; u++)
        for (uint32_t v = w->segs.use_first[t]; v < w->segs.use_first[t + 1]; v++)
            if (w->in->ring_owner[w->segs.use[u] >> 1] == w->in->ring_owner[w->segs.use[v] >> 1])
                return true;
    return false;
}

/* Insert the point in every segment that bends to it, the nearest first; two segments of one owner
 * would pinch that one. */
static bool bend_borders(struct noder *w, const struct feet *feet, const struct node_bans *bans,
                         size_t first, size_t end, struct node_edit *edit)
{
    uint32_t member = feet->foot[first].member, point = feet->party.point[member];
    size_t mine = edit->inserts.n;
    for (size_t i = first; i < end; i++) {
        const struct foot *f = &feet->foot[i];
        bool taken = f->rank < feet->party.rank[member] || is_banned(bans, point, f->seg);
        for (size_t k = mine; k < edit->inserts.n && !taken; k++)
            taken = segs_share_owner(w, f->seg, edit->inserts.v[k].seg);
        if (!taken && !MERE_PUSH(&edit->inserts, (struct node_insert){f->seg, point}))
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

static enum mere_status decide_feet(struct noder *w, const struct feet *feet,
                                    const struct node_bans *bans, struct node_edit *edit)
{
    move_list moves = {0};
    bool ok = true;
    edit->inserts.n = 0;
    for (size_t i = 0, end; ok && i < feet->n; i = end) {
        for (end = i; end < feet->n && feet->foot[end].member == feet->foot[i].member; end++)
            continue;
        const struct foot *f = better_border(feet, bans, i, end);
        uint32_t point = feet->party.point[feet->foot[i].member];
        if (f)
            ok = MERE_PUSH(&moves, (struct move){place_on(w, f), point}) &&
                 MERE_PUSH(&edit->inserts, (struct node_insert){f->seg, point});
        else
            ok = bend_borders(w, feet, bans, i, end, edit);
    }
    ok = ok && number_moves(w, &moves, edit);
    MERE_VEC_FREE(&moves);
    if (!ok)
        return mere_fail_nomem(w->ctx, "noding");
    free(edit->has_insert);
    edit->has_insert = NULL;
    return mere_node_edit_ready(w, edit);
}

static enum mere_status match_feet(struct noder *w, bool *ret_changed)
{
    struct feet feet = {0};
    struct node_edit edit = {0};
    struct node_bans bans = {.frozen = calloc(w->state.n_pts + 1, 1)};
    edit.map = malloc((w->state.n_pts + 1) * sizeof *edit.map);
    enum mere_status status =
        bans.frozen && edit.map ? feet_init(w, &feet) : mere_fail_nomem(w->ctx, "noding");
    for (bool ok = false; !ok && status == MERE_OK;) {
        status = decide_feet(w, &feet, &bans, &edit);
        if (status == MERE_OK)
            status = mere_node_refuse(w, &edit, &bans, &ok);
    }
    if (status == MERE_OK && edit.inserts.n > 0) {
        w->n_inserted += edit.inserts.n;
        *ret_changed = true;
        status = mere_node_edit_apply(w, &edit);
    }
    free(bans.frozen);
    MERE_VEC_FREE(&bans.banned);
    mere_node_edit_clear(&edit);
    party_clear(&feet.party);
    free(feet.foot);
    return status;
}

enum mere_status mere_node_match(struct noder *w, bool *ret_changed)
{
    *ret_changed = false;
    if (w->hits.near_points.n > 0)
        MERE_TRY(match_points(w, ret_changed));
    if (!*ret_changed && w->hits.near_segs.n > 0)
        MERE_TRY(match_feet(w, ret_changed));
    return MERE_OK;
}
