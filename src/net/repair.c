/* repair.c - mending in rounds: a network, its pieces, their new owners, polygons; again until a
 * round changes nothing. So a second run has nothing to do. */
#include "net/repair.h"
#include "net/repair_cut.h"
#include "net/zones.h"
#include <stdlib.h>
#include <string.h>

/* 20,000 random divisions needed at most six. */
#define ROUNDS_MAX 100

struct repairing {
    struct mere_ctx *ctx;
    const struct mere_repair_input *in;
    struct mere_repair *ret;
    struct mere_arena scratch;
    const struct mere_layer *input;    /* the scheme */
    const struct mere_layer **context; /* the schemes that bound it, and a place for itself */
    size_t n_context;
    struct mere_layer now; /* as mended so far; fid = place in the input + 1 */
    bool *moved;           /* by zone of the input: the last round changed it; or NULL */
    bool *scope;           /* by zone of the input: the next round needs it; or NULL, all of them */
    bool *whole_around;    /* of these: all that touches it is in scope too */
    struct mere_point *places;
    repair_proposals applied, refused;
    MERE_VEC(struct repair_near) near; /* of each refused one */
};

/* ---- what bounds the scheme ---- */

static bool is_role(const struct mere_layer *layer, enum mere_role role)
{
    return layer->role == role;
}

/* The scheme itself, its ancestors, outlines, and declared holes: all that says what a face is in
 * it. */
static enum mere_status choose_context(struct repairing *w)
{
    size_t n = w->in->n_layers;
    struct mere_layer *heads = MERE_NEW(&w->scratch, struct mere_layer, n);
    bool *wanted = MERE_NEW(&w->scratch, bool, n);
    w->context = MERE_NEW(&w->scratch, const struct mere_layer *, n + 1);
    if (!heads || !wanted || !w->context)
        return mere_fail_nomem(w->ctx, "mending");
    const struct mere_layer *of = NULL;
    for (size_t i = 0; i < n; i++) {
        heads[i] = *w->in->layers[i];
        wanted[i] = is_role(&heads[i], MERE_ROLE_OUTLINE) || is_role(&heads[i], MERE_ROLE_HOLE);
        if (strcmp(heads[i].name, w->in->scheme) == 0)
            of = w->in->layers[i];
    }
    if (!of)
        return mere_fail(w->ctx, MERE_E_NOT_FOUND, "there is no scheme \"%s\"", w->in->scheme);
    w->input = of;
    for (size_t depth = 0; of && depth <= n; depth++) {
        const char *parent = mere_parent_scheme(heads, n, of);
        of = NULL;
        for (size_t i = 0; parent && i < n; i++)
            if (strcmp(heads[i].name, parent) == 0 && !wanted[i]) {
                wanted[i] = true;
                of = w->in->layers[i];
            } else if (strcmp(heads[i].name, parent) == 0 && depth == 0) {
                of = w->in->layers[i];
            }
    }
    for (size_t i = 0; i < n; i++)
        if (wanted[i] && w->in->layers[i] != w->input)
            w->context[++w->n_context] = w->in->layers[i];
    w->n_context++;
    return MERE_OK;
}

/* The scheme with the places of its zones in the input for fids. */
static enum mere_status start_layer(struct repairing *w)
{
    w->now = *w->input;
    w->now.zones = MERE_NEW(&w->scratch, struct mere_zone, w->now.n_zones);
    if (!w->now.zones)
        return mere_fail_nomem(w->ctx, "mending");
    for (size_t z = 0; z < w->now.n_zones; z++) {
        w->now.zones[z] = w->input->zones[z];
        w->now.zones[z].fid = (int64_t)z + 1;
    }
    return MERE_OK;
}

static enum mere_status sort_places(struct repairing *w)
{
    w->places = MERE_NEW(&w->scratch, struct mere_point, w->in->n_places);
    if (!w->places)
        return mere_fail_nomem(w->ctx, "sorting places");
    if (w->in->n_places > 0) {
        memcpy(w->places, w->in->places, w->in->n_places * sizeof *w->places);
        qsort(w->places, w->in->n_places, sizeof *w->places, mere_point_order);
    }
    return MERE_OK;
}

/* ---- duplicates ---- */

static enum mere_status remove_duplicates(struct repairing *w)
{
    struct mere_repair *ret = w->ret;
    size_t n = w->input->n_zones;
    int32_t *twin = NULL;
    MERE_TRY(mere_repair_duplicates(w->ctx, &ret->arena, &w->now, &twin));
    ret->removed = MERE_NEW(&ret->arena, uint32_t, n);
    if (!ret->removed)
        return mere_fail_nomem(w->ctx, "listing duplicates");
    for (size_t z = 0; z < n; z++) {
        int32_t *before = twin[z] == MERE_UNKNOWN ? NULL : MERE_NEW(&ret->arena, int32_t, 2);
        if (twin[z] == MERE_UNKNOWN)
            continue;
        if (!before)
            return mere_fail_nomem(w->ctx, "listing duplicates");
        before[0] = twin[z];
        before[1] = (int32_t)z;
        struct mere_proposal p = {.kind = MERE_REPAIR_DUPLICATE, .rule = MERE_CHOSEN_SAME};
        p.before = before;
        p.n_before = 2;
        p.after = twin[z];
        p.alternative = (int32_t)z;
        ret->removed[ret->n_removed++] = (uint32_t)z;
        if (!MERE_PUSH(&w->applied, p))
            return mere_fail_nomem(w->ctx, "listing duplicates");
    }
    return MERE_OK;
}

/* ---- a round ---- */

static enum mere_status number_zones(struct repairing *w, struct repair_round *r)
{
    size_t n = w->input->n_zones;
    r->input_zone = MERE_NEW(&r->scratch, int32_t, (size_t)r->scheme->n_zones);
    r->zone_of_input = MERE_NEW(&r->scratch, int32_t, n);
    r->land = MERE_NEW(&r->scratch, repair_faces, (size_t)r->scheme->n_zones);
    r->n_land = MERE_NEW(&r->scratch, int32_t, (size_t)r->scheme->n_zones);
    r->candidate_of = MERE_NEW(&r->scratch, uint32_t, (size_t)r->scheme->n_zones);
    if (!r->input_zone || !r->zone_of_input || !r->land || !r->n_land || !r->candidate_of)
        return mere_fail_nomem(w->ctx, "mending");
    for (size_t z = 0; z < n; z++)
        r->zone_of_input[z] = MERE_UNKNOWN;
    for (int32_t z = 0; z < r->scheme->n_zones; z++) {
        r->input_zone[z] = (int32_t)r->scheme->zones[z].fid - 1;
        r->zone_of_input[r->input_zone[z]] = z;
    }
    for (int32_t f = 0; f < r->net->n_faces; f++) {
        size_t k;
        const int32_t *claim = repair_claims(r, f, &k);
        for (size_t i = 0; i < k; i++) {
            r->n_land[claim[i]]++;
            if (!MERE_PUSH(&r->land[claim[i]], f))
                return mere_fail_nomem(w->ctx, "mending");
        }
    }
    return MERE_OK;
}

/* The parent that most of the zone's land lies in. */
static int32_t parent_by_land(const struct repair_round *r, int32_t zone, double *share)
{
    int32_t best = MERE_UNKNOWN;
    const repair_faces *land = &r->land[zone];
    for (size_t i = 0; i < land->n; i++) {
        int32_t p = mere_repair_parent_of(r, land->v[i]);
        if (p < 0)
            continue;
        share[p] += r->net->face_area_m2[land->v[i]];
        if (best < 0 || share[p] > share[best] || (!(share[p] < share[best]) && p < best))
            best = p;
    }
    for (size_t i = 0; i < land->n; i++) {
        int32_t p = mere_repair_parent_of(r, land->v[i]);
        if (p >= 0)
            share[p] = 0;
    }
    return best;
}

/* As `check` sees it: the stated parent, else the one with most of the zone's land. */
static enum mere_status find_own(struct repair_round *r)
{
    if (r->bound < 0)
        return MERE_OK;
    const struct mere_scheme *bound = &r->net->schemes[r->bound];
    double *share = MERE_NEW(&r->scratch, double, (size_t)bound->n_zones);
    r->own = MERE_NEW(&r->scratch, int32_t, (size_t)r->scheme->n_zones);
    if (!share || !r->own)
        return mere_fail_nomem(r->ctx, "finding parents");
    for (int32_t z = 0; z < r->scheme->n_zones; z++) {
        const char *code = r->scheme->zones[z].parent;
        r->own[z] = code && r->scheme->parent >= 0 ? mere_zone_by_code(bound, code) : MERE_UNKNOWN;
        if (r->own[z] == MERE_UNKNOWN)
            r->own[z] = parent_by_land(r, z, share);
    }
    return MERE_OK;
}

/* The scheme that bounds the mended one, as `check` has it: its parent, else the first outline. */
static int32_t find_bound(const struct mere_net *net, const struct mere_scheme *scheme)
{
    if (scheme->parent >= 0)
        return scheme->parent;
    if (!scheme->covering || scheme->role == MERE_ROLE_OUTLINE)
        return MERE_UNKNOWN;
    for (int32_t s = 0; s < net->n_schemes; s++)
        if (net->schemes[s].role == MERE_ROLE_OUTLINE)
            return s;
    return MERE_UNKNOWN;
}

static enum mere_status prepare(struct repairing *w, struct repair_round *r)
{
    r->s = mere_net_scheme(r->net, w->in->scheme);
    r->scheme = &r->net->schemes[r->s];
    r->bound = find_bound(r->net, r->scheme);
    r->above = r->bound < 0 ? MERE_UNKNOWN : find_bound(r->net, &r->net->schemes[r->bound]);
    r->own = NULL;
    MERE_TRY(mere_tracer_new(w->ctx, r->net, &r->tracer));
    MERE_TRY(number_zones(w, r));
    return find_own(r);
}

/* What belongs to the network of a round. */
static void unprepare(struct repair_round *r)
{
    for (int32_t z = 0; r->land && r->scheme && z < r->scheme->n_zones; z++)
        MERE_VEC_FREE(&r->land[z]);
    r->land = NULL;
    mere_tracer_free(r->tracer);
    r->tracer = NULL;
    mere_net_free(r->net);
    r->net = NULL;
    r->scheme = NULL;
}

static void clear_round(struct repair_round *r)
{
    unprepare(r);
    mere_arena_clear(&r->scratch);
    MERE_VEC_FREE(&r->applied);
    MERE_VEC_FREE(&r->refused);
    MERE_VEC_FREE(&r->left);
}

/* Take over what was applied, and what is left: of the rounds before, what was not judged again. */
static bool take(struct repairing *w, const struct repair_round *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->applied.n; i++)
        if (!MERE_PUSH(&w->applied, r->applied.v[i]))
            return false;
    for (size_t i = 0; i < w->refused.n; i++) {
        if (mere_repair_is_near(&w->near.v[i], w->moved))
            continue;
        w->refused.v[n] = w->refused.v[i];
        w->near.v[n++] = w->near.v[i];
    }
    w->refused.n = w->near.n = n;
    for (size_t i = 0; i < r->refused.n; i++)
        if (!MERE_PUSH(&w->refused, r->refused.v[i]) || !MERE_PUSH(&w->near, r->left.v[i].near))
            return false;
    return true;
}

/* Which zones moved, and which of them and around them the next round is made of. */
static enum mere_status choose_scope(struct repairing *w, struct repair_round *r)
{
    size_t n = w->input->n_zones;
    for (size_t i = 0; i < r->applied.n; i++) {
        const struct mere_proposal *p = &r->applied.v[i];
        for (size_t k = 0; k < p->n_before; k++)
            r->changed[p->before[k]] = true;
        if (p->after >= 0)
            r->changed[p->after] = true;
    }
    w->moved = r->changed;
    w->whole_around = MERE_NEW(&w->scratch, bool, n);
    w->scope = MERE_NEW(&w->scratch, bool, n);
    if (!w->whole_around || !w->scope)
        return mere_fail_nomem(w->ctx, "mending");
    memcpy(w->scope, w->moved, n * sizeof *w->scope);
    for (size_t i = 0; i < w->near.n; i++)
        for (size_t k = 0; mere_repair_is_near(&w->near.v[i], w->moved) && k < w->near.v[i].n; k++)
            w->scope[w->near.v[i].zones[k]] = true;
    /* A zone that grew in a later round may have come to border on a gap whose other neighbours
     * were left out. The first round has all that border on any gap, also when it is narrowed. */
    bool known = !r->moved || r->narrowed || r->applied.n == 0;
    for (size_t z = 0; z < n; z++) {
        w->whole_around[z] = w->scope[z] && (!r->whole_around || r->whole_around[z]);
        known = known && (!w->moved[z] || w->whole_around[z]);
    }
    if (known)
        return mere_repair_around(r, w->whole_around, w->scope);
    /* What is around a zone that changed was not all there: look at everything again. */
    w->moved = w->scope = w->whole_around = NULL;
    w->refused.n = w->near.n = 0;
    return MERE_OK;
}

/* The zones that the round is made of. */
static enum mere_status take_part(struct repairing *w, struct repair_round *r,
                                  struct mere_layer *ret)
{
    *ret = w->now;
    if (!w->scope)
        return MERE_OK;
    return mere_repair_narrow_layer(r, w->scope, ret) ? MERE_OK
                                                      : mere_fail_nomem(w->ctx, "mending");
}

/* Which piece each face of the network with cuts lies in, and the vertices that cuts brought. */
static enum mere_status number_pieces(struct repair_round *r, const struct repair_cuts *cuts)
{
    const struct mere_scheme *pieces = &r->net->schemes[r->net->n_schemes - 1];
    struct mere_point *points = MERE_NEW(&r->scratch, struct mere_point, cuts->splits.n);
    if (!points)
        return mere_fail_nomem(r->ctx, "cutting a gap");
    for (size_t i = 0; i < cuts->splits.n; i++)
        points[i] = cuts->splits.v[i].x;
    if (cuts->splits.n > 0)
        qsort(points, cuts->splits.n, sizeof *points, mere_point_order);
    r->cut_points = points;
    r->n_cut_points = cuts->splits.n;
    r->n_pieces = pieces->n_zones;
    r->piece_of = pieces->label; /* MERE_LABEL_NONE where there is none */
    return MERE_OK;
}

/* Cut what is to be cut, and go on with the network that has the cuts. */
static enum mere_status cut(struct repairing *w, struct repair_round *r, struct mere_layer *part)
{
    struct repair_cuts cuts = {0};
    struct mere_net *net = NULL;
    enum mere_status status = mere_repair_cut(r, &cuts);
    if (status == MERE_OK && cuts.n_pieces > 0)
        status = mere_repair_recut(r, &cuts, part, &net);
    if (status == MERE_OK && net) {
        unprepare(r);
        r->net = net;
        status = prepare(w, r);
        if (status == MERE_OK)
            status = number_pieces(r, &cuts);
    }
    mere_repair_cuts_clear(&cuts);
    return status;
}

static enum mere_status run_round(struct repairing *w, struct repair_round *r, bool *ret_done)
{
    struct mere_layer part, next;
    bool any = false;
    const struct mere_build how = {.tol_x = w->in->match_units, .tol_y = w->in->match_units};
    r->changed = MERE_NEW(&w->scratch, bool, w->input->n_zones);
    if (!r->changed)
        return mere_fail_nomem(w->ctx, "mending");
    MERE_TRY(take_part(w, r, &part));
    w->context[0] = &part;
    MERE_TRY(mere_net_build(w->ctx, w->context, w->n_context, &how, &r->net));
    MERE_TRY(prepare(w, r));
    MERE_TRY(cut(w, r, &part));
    MERE_TRY(mere_repair_stages(r));
    MERE_TRY(mere_repair_near(r));
    MERE_TRY(mere_repair_zones(r, &part, &w->ret->arena, &next, &any));
    if (!take(w, r))
        return mere_fail_nomem(w->ctx, "listing proposals");
    *ret_done = !any && r->applied.n == 0;
    if (*ret_done)
        return MERE_OK;
    if (r->narrowed)
        w->now = r->whole;
    if (!w->scope && !r->narrowed)
        w->now = next;
    else if (!mere_repair_splice(r, &next, &w->ret->arena, &w->now))
        return mere_fail_nomem(w->ctx, "drawing the mended zones");
    return choose_scope(w, r);
}

static enum mere_status start_round(struct repairing *w, bool *ret_done)
{
    struct repair_round r = {.ctx = w->ctx,
                             .in = w->in,
                             .n_input = w->input->n_zones,
                             .places = w->places,
                             .n_places = w->in->n_places,
                             .arena = &w->ret->arena,
                             .run = &w->scratch,
                             .moved = w->moved,
                             .whole_around = w->whole_around};
    enum mere_status status = mere_tick(w->ctx, "mending", (uint64_t)w->ret->n_rounds, ROUNDS_MAX);
    if (status == MERE_OK)
        status = run_round(w, &r, ret_done);
    clear_round(&r);
    return status;
}

#ifdef MERE_VALIDATE
/* One more round, on the whole network: it changes nothing and leaves the same. */
static enum mere_status prove_rest(struct repairing *w)
{
    size_t n_refused = w->refused.n, n_applied = w->applied.n;
    bool done = false;
    w->moved = w->scope = w->whole_around = NULL;
    w->refused.n = w->near.n = 0;
    MERE_TRY(start_round(w, &done));
    if (!done || w->refused.n != n_refused || w->applied.n != n_applied)
        return mere_fail(w->ctx, MERE_E_INTERNAL,
                         "a look at the whole after the last round leaves %zu pieces, not %zu",
                         w->refused.n, n_refused);
    return MERE_OK;
}
#endif

static enum mere_status run_rounds(struct repairing *w)
{
    bool done = false;
    for (; !done && w->ret->n_rounds < ROUNDS_MAX; w->ret->n_rounds++)
        MERE_TRY(start_round(w, &done));
    if (!done)
        return mere_fail(w->ctx, MERE_E_INTERNAL, "mending does not come to rest in %d rounds",
                         ROUNDS_MAX);
#ifdef MERE_VALIDATE
    MERE_TRY(prove_rest(w));
#endif
    return MERE_OK;
}

static enum mere_status run(struct repairing *w)
{
    MERE_TRY(choose_context(w));
    MERE_TRY(start_layer(w));
    MERE_TRY(sort_places(w));
    MERE_TRY(remove_duplicates(w));
    MERE_TRY(run_rounds(w));
    const struct repair_telling telling = {w->ctx,      &w->scratch, w->input, &w->now,
                                           &w->applied, &w->refused, w->ret};
    return mere_repair_tell(&telling);
}

enum mere_status mere_repair_run(struct mere_ctx *ctx, const struct mere_repair_input *in,
                                 struct mere_repair **ret)
{
    struct repairing w = {.ctx = ctx, .in = in, .ret = mere_calloc(1, sizeof *w.ret)};
    if (!w.ret)
        return mere_fail_nomem(ctx, "mending");
    enum mere_status status = run(&w);
    MERE_VEC_FREE(&w.applied);
    MERE_VEC_FREE(&w.refused);
    MERE_VEC_FREE(&w.near);
    mere_arena_clear(&w.scratch);
    if (status != MERE_OK)
        mere_repair_free(w.ret);
    else
        *ret = w.ret;
    return status;
}

void mere_repair_free(struct mere_repair *repair)
{
    if (!repair)
        return;
    mere_arena_clear(&repair->arena);
    free(repair);
}
