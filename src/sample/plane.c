#include "sample/plane.h"
#include "net/layer.h"

#define SNAP_M 14.0   /* a way that meets another one nearer to a vertex than this goes to it */
#define GRAZE_M 12.0  /* ways stay this far apart, but where they meet */
#define MOST_COS 0.82 /* cos 35 degrees: they meet at no sharper angle */
#define BOLD_COS 0.93 /* cos 22 degrees: nor do long ways */

struct mere_point mere_sample_point(struct mere_xy p)
{
    return (struct mere_point){(int32_t)(MERE_SAMPLE_LON + llround(p.x / MERE_SAMPLE_SX)),
                               (int32_t)(MERE_SAMPLE_LAT + llround(p.y / MERE_SAMPLE_SY))};
}

struct mere_xy mere_sample_xy(struct mere_point p)
{
    return (struct mere_xy){((double)p.x - MERE_SAMPLE_LON) * MERE_SAMPLE_SX,
                            ((double)p.y - MERE_SAMPLE_LAT) * MERE_SAMPLE_SY};
}

struct mere_xy mere_xy_unit(struct mere_xy a)
{
    double len = mere_xy_len(a);
    return len > 0 ? (struct mere_xy){a.x / len, a.y / len} : (struct mere_xy){1, 0};
}

double mere_xy_to_piece(struct mere_xy p, struct mere_xy a, struct mere_xy b)
{
    struct mere_xy d = mere_xy_sub(b, a);
    double len2 = mere_xy_dot(d, d), t = len2 > 0 ? mere_xy_dot(mere_xy_sub(p, a), d) / len2 : 0;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return mere_xy_gap(p, mere_xy_add(a, d, t));
}

bool mere_xy_meet(struct mere_xy p, struct mere_xy q, struct mere_xy a, struct mere_xy b,
                  double *ret_t)
{
    struct mere_xy d = mere_xy_sub(q, p), e = mere_xy_sub(b, a), w = mere_xy_sub(a, p);
    double det = mere_xy_cross(d, e);
    if (det == 0)
        return false;
    double t = mere_xy_cross(w, e) / det, u = mere_xy_cross(w, d) / det;
    *ret_t = t;
    return t >= 0 && t <= 1 && u >= 0 && u <= 1;
}

bool mere_xy_inside(struct mere_xy p, const struct mere_xy *ring, size_t n)
{
    bool in = false;
    for (size_t i = 0, k = n - 1; i < n; k = i++)
        if ((ring[i].y > p.y) != (ring[k].y > p.y) &&
            p.x < ring[i].x + (p.y - ring[i].y) / (ring[k].y - ring[i].y) * (ring[k].x - ring[i].x))
            in = !in;
    return in;
}

double mere_xy_area(const struct mere_xy *ring, size_t n)
{
    double sum = 0;
    for (size_t i = 0, k = n - 1; i < n; k = i++)
        sum += mere_xy_cross(ring[k], ring[i]);
    return sum / 2;
}

/* ---- making ---- */

static bool add_vertex(struct mere_plane *p, struct mere_point at, int32_t *ret)
{
    *ret = (int32_t)p->pts.n;
    return MERE_PUSH(&p->pts, at) && MERE_PUSH(&p->xy, mere_sample_xy(at)) &&
           MERE_PUSH(&p->leave, MERE_UNKNOWN);
}

static bool add_pair(struct mere_plane *p, int32_t from, int32_t to, struct mere_piece_of_way piece,
                     int32_t *ret)
{
    *ret = (int32_t)p->half.n;
    p->leave.v[from] = p->leave.v[from] == MERE_UNKNOWN ? *ret : p->leave.v[from];
    p->leave.v[to] = p->leave.v[to] == MERE_UNKNOWN ? *ret + 1 : p->leave.v[to];
    return MERE_PUSH(&p->half, (struct mere_half){.origin = from}) &&
           MERE_PUSH(&p->half, (struct mere_half){.origin = to}) && MERE_PUSH(&p->piece, piece);
}

static void join(struct mere_plane *p, int32_t a, int32_t b)
{
    p->half.v[a].next = b;
    p->half.v[b].prev = a;
}

bool mere_plane_begin(struct mere_plane *p, const struct mere_xy *ring, const uint8_t *ways,
                      size_t n)
{
    int32_t vertex, h;
    for (size_t i = 0; i < n; i++)
        if (!add_vertex(p, mere_sample_point(ring[i]), &vertex))
            return false;
    for (size_t i = 0; i < n; i++) {
        struct mere_piece_of_way piece = {ways[i], ways[i]};
        if (!add_pair(p, (int32_t)i, (int32_t)((i + 1) % n), piece, &h))
            return false;
        p->half.v[h].face = 1;
        p->half.v[h + 1].face = 0;
    }
    for (int32_t i = 0, m = (int32_t)n; i < m; i++) {
        join(p, 2 * i, 2 * ((i + 1) % m));
        join(p, 2 * ((i + 1) % m) + 1, 2 * i + 1);
    }
    p->n_roads = MERE_WAY_LANE + 1;
    return MERE_PUSH(&p->face, 1) && MERE_PUSH(&p->face, 0);
}

void mere_plane_clear(struct mere_plane *p)
{
    MERE_VEC_FREE(&p->pts);
    MERE_VEC_FREE(&p->xy);
    MERE_VEC_FREE(&p->leave);
    MERE_VEC_FREE(&p->half);
    MERE_VEC_FREE(&p->piece);
    MERE_VEC_FREE(&p->face);
    MERE_VEC_FREE(&p->ring);
    MERE_VEC_FREE(&p->ring_half);
}

bool mere_plane_ring(struct mere_plane *p, int32_t face)
{
    p->ring.n = p->ring_half.n = 0;
    int32_t start = p->face.v[face], h = start;
    do {
        if (!MERE_PUSH(&p->ring, p->xy.v[p->half.v[h].origin]) || !MERE_PUSH(&p->ring_half, h))
            return false;
        h = p->half.v[h].next;
    } while (h != start);
    return true;
}

int32_t mere_plane_degree(const struct mere_plane *p, int32_t vertex)
{
    int32_t start = p->leave.v[vertex], h = start, n = 0;
    do {
        n++;
        h = p->half.v[h ^ 1].next;
    } while (h != start);
    return n;
}

bool mere_plane_split(struct mere_plane *p, int32_t h, struct mere_point at, int32_t *ret_vertex)
{
    int32_t t = h ^ 1, w, m;
    if (!add_vertex(p, at, &w))
        return false;
    int32_t to = p->half.v[t].origin;
    if (!add_pair(p, w, to, p->piece.v[h >> 1], &m))
        return false;
    p->half.v[m].face = p->half.v[h].face;
    p->half.v[m + 1].face = p->half.v[t].face;
    join(p, m, p->half.v[h].next);
    join(p, p->half.v[t].prev, m + 1);
    join(p, h, m);
    join(p, m + 1, t);
    p->half.v[t].origin = w;
    p->leave.v[w] = m;
    if (p->leave.v[to] == t)
        p->leave.v[to] = m + 1;
    *ret_vertex = w;
    return true;
}

/* The half-edge of `face` that begins at `vertex`. */
static int32_t leaving(const struct mere_plane *p, int32_t face, int32_t vertex)
{
    int32_t start = p->face.v[face], h = start;
    do {
        if (p->half.v[h].origin == vertex)
            return h;
        h = p->half.v[h].next;
    } while (h != start);
    return MERE_UNKNOWN;
}

/* ---- cutting ---- */

/* Whether the piece q-r of a cut keeps clear of the ring. Its ends may be vertices of the ring:
 * there it may only leave at a good angle. */
static bool clear_of(const struct mere_plane *p, const struct mere_cut *cut, struct mere_xy q,
                     struct mere_xy r)
{
    struct mere_xy a0 = p->xy.v[cut->from], b0 = p->xy.v[cut->to];
    for (size_t i = 0; i < p->ring.n; i++) {
        int32_t h = p->ring_half.v[i];
        int32_t u = p->half.v[h].origin, v = p->half.v[h ^ 1].origin;
        bool at_end = u == cut->from || v == cut->from || u == cut->to || v == cut->to;
        struct mere_xy a = p->xy.v[u], b = p->xy.v[v];
        double t;
        if (!at_end && mere_xy_meet(q, r, a, b, &t))
            return false;
        double da = mere_xy_gap(r, a0), db = mere_xy_gap(r, b0);
        /* An inner point that is near the border must be near an end of the cut. */
        double apart = cut->bold ? 2.6 * GRAZE_M : 2 * GRAZE_M;
        if (mere_xy_to_piece(r, a, b) < GRAZE_M && da > apart && db > apart)
            return false;
    }
    return true;
}

static bool good_angle(const struct mere_plane *p, int32_t h, struct mere_xy toward, double most)
{
    int32_t vertex = p->half.v[h].origin;
    struct mere_xy at = p->xy.v[vertex];
    struct mere_xy d = mere_xy_unit(mere_xy_sub(toward, at));
    struct mere_xy out = mere_xy_unit(mere_xy_sub(p->xy.v[p->half.v[h ^ 1].origin], at));
    struct mere_xy back =
        mere_xy_unit(mere_xy_sub(p->xy.v[p->half.v[p->half.v[h].prev].origin], at));
    /* Also: the cut must leave into the face, between the two borders. */
    double turn = mere_xy_cross(out, back), a = mere_xy_cross(out, d), b = mere_xy_cross(d, back);
    bool into =
        turn >= 0 ? a > 0 && b > 0 : !(mere_xy_cross(back, d) > 0 && mere_xy_cross(d, out) > 0);
    return into && mere_xy_dot(d, out) < most && mere_xy_dot(d, back) < most;
}

static bool may_cut(struct mere_plane *p, const struct mere_cut *cut, int32_t ha, int32_t hb)
{
    struct mere_xy a = p->xy.v[cut->from], b = p->xy.v[cut->to];
    if (ha < 0 || hb < 0 || ha == hb || p->half.v[ha].next == hb || p->half.v[hb].next == ha)
        return false;
    double most = cut->bold ? BOLD_COS : MOST_COS;
    if (!good_angle(p, ha, cut->n ? cut->line[0] : b, most) ||
        !good_angle(p, hb, cut->n ? cut->line[cut->n - 1] : a, most))
        return false;
    struct mere_xy q = a;
    for (size_t i = 0; i <= cut->n; i++) {
        struct mere_xy r = i < cut->n ? cut->line[i] : b;
        if (!clear_of(p, cut, q, r))
            return false;
        q = r;
    }
    return true;
}

bool mere_plane_cut(struct mere_plane *p, const struct mere_cut *cut, bool *ret_done)
{
    *ret_done = false;
    if (!mere_plane_ring(p, cut->face))
        return false;
    int32_t ha = leaving(p, cut->face, cut->from), hb = leaving(p, cut->face, cut->to);
    if (!may_cut(p, cut, ha, hb))
        return true;
    int32_t fresh = (int32_t)p->face.n, at = cut->from;
    int32_t before_a = p->half.v[ha].prev, before_b = p->half.v[hb].prev;
    int32_t forth = before_a, back = ha; /* the chain so far: forth runs to b, back runs to a */
    if (!MERE_PUSH(&p->face, ha))
        return false;
    for (size_t i = 0; i <= cut->n; i++) {
        int32_t to = cut->to, h;
        if (i < cut->n && !add_vertex(p, mere_sample_point(cut->line[i]), &to))
            return false;
        if (!add_pair(p, at, to, cut->piece, &h))
            return false;
        join(p, forth, h);
        join(p, h + 1, back);
        p->half.v[h].face = cut->face;
        forth = h;
        back = h + 1;
        at = to;
    }
    join(p, forth, hb);
    join(p, before_b, back);
    p->face.v[cut->face] = forth;
    int32_t h = ha;
    do {
        p->half.v[h].face = fresh;
        h = p->half.v[h].next;
    } while (h != ha);
    *ret_done = true;
    return true;
}

/* ---- drawing a long way ---- */

struct pen {
    struct mere_plane *p;
    struct mere_piece_of_way piece;
    int32_t face, from; /* where it is; from: the vertex where it entered, MERE_UNKNOWN before */
    struct mere_xy at;
    MERE_VEC(struct mere_xy) line; /* since `from` */
};

/* The first meeting of at-q with the face's border, away from where the pen entered. */
static int32_t first_meeting(struct pen *pen, struct mere_xy q, double *ret_t)
{
    struct mere_plane *p = pen->p;
    int32_t best = MERE_UNKNOWN;
    for (size_t i = 0; i < p->ring.n; i++) {
        int32_t h = p->ring_half.v[i];
        double t;
        if (p->half.v[h].origin == pen->from || p->half.v[h ^ 1].origin == pen->from)
            continue;
        if (mere_xy_meet(pen->at, q, p->ring.v[i], p->ring.v[(i + 1) % p->ring.n], &t) &&
            (best < 0 || t < *ret_t)) {
            best = h;
            *ret_t = t;
        }
    }
    return best;
}

/* The face at `vertex` into which `toward` points. */
static int32_t face_toward(const struct mere_plane *p, int32_t vertex, struct mere_xy toward)
{
    int32_t start = p->leave.v[vertex], h = start;
    struct mere_xy at = p->xy.v[vertex], d = mere_xy_sub(toward, at);
    do {
        struct mere_xy out = mere_xy_sub(p->xy.v[p->half.v[h ^ 1].origin], at);
        struct mere_xy back = mere_xy_sub(p->xy.v[p->half.v[p->half.v[h].prev].origin], at);
        double turn = mere_xy_cross(out, back);
        bool left = mere_xy_cross(out, d) > 0, right = mere_xy_cross(d, back) > 0;
        if (turn > 0 ? left && right : left || right)
            return p->half.v[h].face;
        h = p->half.v[h ^ 1].next;
    } while (h != start);
    return 0;
}

static bool meet_border(struct pen *pen, int32_t h, struct mere_xy where, int32_t *ret_vertex)
{
    struct mere_plane *p = pen->p;
    int32_t u = p->half.v[h].origin, v = p->half.v[h ^ 1].origin;
    double du = mere_xy_gap(where, p->xy.v[u]), dv = mere_xy_gap(where, p->xy.v[v]);
    if (du < SNAP_M || dv < SNAP_M) {
        *ret_vertex = du < dv ? u : v;
        return true;
    }
    return mere_plane_split(p, h, mere_sample_point(where), ret_vertex);
}

/* Go on to `q`; false in `*ret_on` when the way has left the district. */
static bool pen_to(struct pen *pen, struct mere_xy q, bool *ret_on)
{
    struct mere_plane *p = pen->p;
    for (;;) {
        double t = 2;
        int32_t vertex;
        if (!mere_plane_ring(p, pen->face))
            return false;
        int32_t h = first_meeting(pen, q, &t);
        if (h < 0)
            break;
        if (!meet_border(pen, h, mere_xy_add(pen->at, mere_xy_sub(q, pen->at), t), &vertex))
            return false;
        while (pen->line.n > 0 &&
               mere_xy_gap(pen->line.v[pen->line.n - 1], p->xy.v[vertex]) < 2 * SNAP_M)
            pen->line.n--;
        if (pen->face != 0) {
            struct mere_cut cut = {pen->face,   pen->from,  vertex, pen->line.v,
                                   pen->line.n, pen->piece, true};
            bool done; /* else it would graze another way: it goes on from there */
            if (!mere_plane_cut(p, &cut, &done))
                return false;
        }
        pen->from = vertex;
        pen->at = p->xy.v[vertex];
        pen->line.n = 0;
        bool was_inside = pen->face != 0;
        pen->face = face_toward(p, vertex, q);
        if (was_inside && pen->face == 0) {
            *ret_on = false;
            return true;
        }
    }
    pen->at = q;
    bool near = pen->from >= 0 && mere_xy_gap(q, p->xy.v[pen->from]) < 2 * SNAP_M;
    return pen->face == 0 || near || MERE_PUSH(&pen->line, q);
}

bool mere_plane_draw(struct mere_plane *p, const struct mere_xy *line, size_t n,
                     struct mere_piece_of_way piece)
{
    struct pen pen = {.p = p, .piece = piece, .from = MERE_UNKNOWN, .at = line[0]};
    bool ok = true, on = true;
    for (size_t i = 1; i < n && ok && on; i++)
        ok = pen_to(&pen, line[i], &on);
    MERE_VEC_FREE(&pen.line);
    return ok;
}

/* ---- merging ---- */

void mere_plane_merge(struct mere_plane *p, int32_t a, int32_t b, bool *ret_done)
{
    int32_t start = p->face.v[b], h = start, runs = 0, first = MERE_UNKNOWN;
    do {
        int32_t prev = p->half.v[h].prev;
        bool mine = p->half.v[h ^ 1].face == a, before = p->half.v[prev ^ 1].face == a;
        if (mine && !before) {
            runs++;
            first = h;
        }
        h = p->half.v[h].next;
    } while (h != start);
    *ret_done = runs == 1;
    if (runs != 1)
        return;
    int32_t last = first;
    while (p->half.v[p->half.v[last].next ^ 1].face == a)
        last = p->half.v[last].next;
    int32_t after = p->half.v[last].next, into = p->half.v[first].prev;
    /* a's side of the run goes from twin(last) to twin(first). */
    int32_t a_before = p->half.v[last ^ 1].prev, a_after = p->half.v[first ^ 1].next;
    int32_t from = p->half.v[first].origin, to = p->half.v[last ^ 1].origin;
    for (h = first;; h = p->half.v[h].next) {
        p->half.v[h].face = p->half.v[h ^ 1].face = MERE_UNKNOWN;
        if (h == last)
            break;
    }
    join(p, into, a_after);
    join(p, a_before, after);
    p->leave.v[from] = a_after;
    p->leave.v[to] = after;
    for (h = after;; h = p->half.v[h].next) {
        p->half.v[h].face = a;
        if (h == into)
            break;
    }
    p->face.v[a] = after;
    p->face.v[b] = MERE_UNKNOWN;
}
