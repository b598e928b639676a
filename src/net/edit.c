/* edit.c - an edit's records, its journal, and undo. */
#include "net/edit_priv.h"
#include <stdlib.h>
#include <string.h>

/* ---- the journal --------------------------------------------------------------------------------
 *
 * An entry is what is needed to go back, and then what kind it is, so that it is read from the end:
 *     put    the bytes of the record, its number, table
 *     grown  number of records before, MERE_N_TABLES + table
 *     segment put in or out: the segment, 0, SEG_ADDED or SEG_TAKEN */
enum { SEG_ADDED = 2 * MERE_N_TABLES, SEG_TAKEN };
struct entry {
    uint32_t index, kind;
};

static void note(struct mere_edit *e, const void *bytes, size_t n, struct entry entry)
{
    if (e->failed || !MERE_RESERVE(&e->journal, n + sizeof entry)) {
        e->failed = true;
        return;
    }
    if (n > 0)
        memcpy(e->journal.v + e->journal.n, bytes, n);
    memcpy(e->journal.v + e->journal.n + n, &entry, sizeof entry);
    e->journal.n += n + sizeof entry;
}

void mere_put(struct mere_edit *e, enum mere_table t, int32_t index, const void *record)
{
    struct mere_rows *rows = &e->t[t];
    uint8_t *at = rows->v + (size_t)index * rows->size;
    note(e, at, rows->size, (struct entry){(uint32_t)index, (uint32_t)t});
    if (!e->failed)
        memcpy(at, record, rows->size);
}

void mere_put_int(struct mere_edit *e, enum mere_table t, int32_t index, int32_t v)
{
    mere_put(e, t, index, &v);
}

int32_t mere_grow(struct mere_edit *e, enum mere_table t, size_t n)
{
    struct mere_rows *rows = &e->t[t];
    size_t before = rows->n;
    if (rows->n + n > INT32_MAX ||
        (rows->cap - rows->n < n &&
         !mere_vec_grow((void **)&rows->v, &rows->cap, rows->n, n, rows->size)))
        e->failed = true;
    note(e, NULL, 0, (struct entry){(uint32_t)before, MERE_N_TABLES + (uint32_t)t});
    if (e->failed)
        return 0;
    memset(rows->v + before * rows->size, 0, n * rows->size);
    rows->n += n;
    return (int32_t)before;
}

/* Room for the measures of `n` arcs. */
static bool grow_measures(struct mere_edit *e, size_t n)
{
    void *v = realloc(e->measures.v, n * sizeof *e->measures.v);
    if (!v)
        return false;
    e->measures.v = v;
    void *known = realloc(e->measures.known, n);
    if (!known)
        return false;
    e->measures.known = known;
    e->n_measures = n;
    return true;
}

int32_t mere_new_arc(struct mere_edit *e)
{
    int32_t arc = mere_grow(e, MERE_T_ARC, 1);
    mere_grow(e, MERE_T_NEXT, 2);
    mere_grow(e, MERE_T_RINGOF, 2);
    if (!e->failed && (size_t)arc >= e->n_measures && !grow_measures(e, 2 * (size_t)arc + 16))
        e->failed = true;
    return e->failed ? 0 : arc;
}

void mere_put_points(struct mere_edit *e, int32_t arc, const struct mere_point *pts, uint32_t n)
{
    struct mere_rows *rows = &e->t[MERE_T_PT];
    size_t first = rows->n, own = 0;
    uintptr_t from = (uintptr_t)pts, pool = (uintptr_t)rows->v;
    bool inside = from >= pool && from < pool + rows->n * rows->size;
    if (inside)
        own = (from - pool) / rows->size;
    mere_grow(e, MERE_T_PT, n);
    if (e->failed)
        return;
    memcpy(rows->v + first * rows->size, inside ? rows->v + own * rows->size : (const void *)pts,
           n * rows->size);
    struct mere_arc a = *mere_arc_at(e, arc);
    a.first = (uint32_t)first;
    a.n = n;
    mere_put(e, MERE_T_ARC, arc, &a);
}

void mere_put_face(struct mere_edit *e, int32_t edge, int32_t face)
{
    struct mere_arc arc = *mere_arc_at(e, edge >> 1);
    int32_t *side = edge & 1 ? &arc.right : &arc.left;
    if (*side == face)
        return;
    *side = face;
    mere_put(e, MERE_T_ARC, edge >> 1, &arc);
}

void mere_seg_add(struct mere_edit *e, struct mere_point a, struct mere_point b, int32_t arc)
{
    struct mere_edit_seg seg = {a, b, arc};
    note(e, &seg, sizeof seg, (struct entry){0, SEG_ADDED});
    if (!e->failed && !mere_grid_add(&e->grid, &seg))
        e->failed = true;
}

void mere_seg_take(struct mere_edit *e, struct mere_point a, struct mere_point b, int32_t arc)
{
    struct mere_edit_seg seg = {a, b, arc};
    note(e, &seg, sizeof seg, (struct entry){0, SEG_TAKEN});
    if (!e->failed)
        mere_grid_take(&e->grid, &seg);
}

/* The last entry that ends at `*at`, which goes back to where it begins; and its bytes. */
static struct entry entry_before(const struct mere_edit *e, size_t *at, const uint8_t **bytes)
{
    struct entry entry;
    size_t size = 0;
    *at -= sizeof entry;
    memcpy(&entry, e->journal.v + *at, sizeof entry);
    if (entry.kind < MERE_N_TABLES)
        size = e->t[entry.kind].size;
    else if (entry.kind >= SEG_ADDED)
        size = sizeof(struct mere_edit_seg);
    *at -= size;
    *bytes = e->journal.v + *at;
    return entry;
}

/* Measures of arcs whose points or ends are not what they were go. */
static void forget_measure(struct mere_edit *e, struct entry entry, const uint8_t *bytes)
{
    if (entry.kind >= SEG_ADDED) {
        struct mere_edit_seg seg;
        memcpy(&seg, bytes, sizeof seg);
        e->measures.known[seg.arc] = 0;
    } else if (entry.kind == MERE_T_ARC) {
        struct mere_arc was;
        memcpy(&was, bytes, sizeof was);
        if (was.first != mere_arc_at(e, (int32_t)entry.index)->first)
            e->measures.known[entry.index] = 0;
    }
}

/* Go back to where the journal was `to` long. */
static void go_back(struct mere_edit *e, size_t to)
{
    size_t at = e->journal.n;
    while (at > to) {
        const uint8_t *bytes;
        struct entry entry = entry_before(e, &at, &bytes);
        forget_measure(e, entry, bytes);
        struct mere_edit_seg seg;
        if (entry.kind >= SEG_ADDED) {
            memcpy(&seg, bytes, sizeof seg);
            if (entry.kind == SEG_ADDED)
                mere_grid_take(&e->grid, &seg);
            else /* there is room: it was put out after */
                (void)mere_grid_add(&e->grid, &seg);
        } else if (entry.kind >= MERE_N_TABLES) {
            e->t[entry.kind - MERE_N_TABLES].n = entry.index;
        } else {
            struct mere_rows *rows = &e->t[entry.kind];
            memcpy(rows->v + (size_t)entry.index * rows->size, bytes, rows->size);
        }
    }
    e->journal.n = to;
}

/* ---- what changed ---- */

static int cmp_int(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}
static size_t sort_unique(int32_t *v, size_t n)
{
    size_t kept = 0;
    if (n > 0)
        qsort(v, n, sizeof *v, cmp_int);
    for (size_t i = 0; i < n; i++)
        if (v[i] >= 0 && (kept == 0 || v[kept - 1] != v[i]))
            v[kept++] = v[i];
    return kept;
}

static bool list_sides(struct mere_edit *e, int32_t a, struct mere_arc was)
{
    const struct mere_arc *is = mere_arc_at(e, a);
    return MERE_PUSH(&e->arcs, a) && MERE_PUSH(&e->faces, was.left) &&
           MERE_PUSH(&e->faces, was.right) && MERE_PUSH(&e->faces, is->left) &&
           MERE_PUSH(&e->faces, is->right);
}

/* What the journal from `from` on speaks of; read before it is gone back. */
static void list_changes(struct mere_edit *e, size_t from)
{
    e->arcs.n = e->faces.n = 0;
    e->whole = false;
    for (size_t at = e->journal.n; at > from;) {
        const uint8_t *bytes;
        struct entry entry = entry_before(e, &at, &bytes);
        struct mere_edit_seg seg;
        struct mere_arc was;
        bool ok = true;
        if (entry.kind >= SEG_ADDED) {
            memcpy(&seg, bytes, sizeof seg);
            ok = list_sides(e, seg.arc, *mere_arc_at(e, seg.arc));
        } else if (entry.kind == MERE_T_ARC) {
            memcpy(&was, bytes, sizeof was);
            if (was.n == 0) /* it was not there yet */
                was.left = was.right = MERE_FACE_OUTER;
            ok = list_sides(e, (int32_t)entry.index, was);
        } else if (entry.kind == MERE_T_LABEL) {
            ok = MERE_PUSH(&e->faces, (int32_t)entry.index / e->n_schemes);
        }
        e->whole = e->whole || !ok;
    }
    e->arcs.n = sort_unique(e->arcs.v, e->arcs.n);
    e->faces.n = sort_unique(e->faces.v, e->faces.n);
}

struct mere_edit_change mere_edit_changed(const struct mere_edit *edit)
{
    return (struct mere_edit_change){edit->faces.v, edit->arcs.v, edit->faces.n, edit->arcs.n,
                                     edit->whole};
}

/* ---- operations as a whole ---- */

enum mere_status mere_op_begin(struct mere_ctx *ctx, struct mere_edit *e)
{
    e->failed = false;
    if (!MERE_PUSH(&e->begins, e->journal.n))
        return mere_fail_nomem(ctx, "changing the network");
    return MERE_OK;
}

enum mere_status mere_op_end(struct mere_ctx *ctx, struct mere_edit *e, enum mere_status status)
{
    if (status == MERE_OK && e->failed)
        status = mere_fail_nomem(ctx, "changing the network");
    size_t from = e->begins.v[e->begins.n - 1];
    if (status != MERE_OK) {
        go_back(e, from);
        e->begins.n--;
        return status;
    }
    list_changes(e, from);
    for (size_t at = e->journal.n; at > from;) {
        const uint8_t *bytes;
        struct entry entry = entry_before(e, &at, &bytes);
        forget_measure(e, entry, bytes);
    }
    return MERE_OK;
}

enum mere_status mere_edit_undo(struct mere_ctx *ctx, struct mere_edit *edit)
{
    if (edit->begins.n == 0)
        return mere_fail(ctx, MERE_E_NOT_FOUND,
                         "there is nothing to undo: the network is as it was opened");
    size_t from = edit->begins.v[--edit->begins.n];
    list_changes(edit, from);
    go_back(edit, from);
    return MERE_OK;
}

size_t mere_edit_depth(const struct mere_edit *edit)
{
    return edit->begins.n;
}

/* ---- making one ---- */

static bool put_rows(struct mere_edit *e, enum mere_table t, size_t size, const void *rows,
                     size_t n)
{
    e->t[t].size = size;
    if (!mere_vec_grow((void **)&e->t[t].v, &e->t[t].cap, 0, n + 1, size))
        return false;
    if (rows && n > 0)
        memcpy(e->t[t].v, rows, n * size);
    e->t[t].n = n;
    return true;
}

static bool put_rings(struct mere_edit *e)
{
    const struct mere_net *net = e->net;
    size_t n_rings = (size_t)net->n_rings, n_edges = 2 * (size_t)net->n_arcs;
    if (!put_rows(e, MERE_T_RING, sizeof(struct mere_edit_ring), NULL, n_rings) ||
        !put_rows(e, MERE_T_RINGOF, sizeof(int32_t), NULL, n_edges) ||
        !put_rows(e, MERE_T_FACE, sizeof(int32_t), NULL, (size_t)net->n_faces + 1))
        return false;
    int32_t *ring_of = (int32_t *)(void *)e->t[MERE_T_RINGOF].v;
    int32_t *first = (int32_t *)(void *)e->t[MERE_T_FACE].v;
    for (int32_t f = 0; f <= net->n_faces; f++)
        first[f] = -1;
    for (int32_t r = net->n_rings - 1; r >= 0; r--) {
        int32_t edge = net->ring_edge[r], face = net->ring_face[r];
        *mere_ring_at(e, r) =
            (struct mere_edit_ring){mere_ring_size(e, edge), edge, face, first[face + 1]};
        first[face + 1] = r;
        int32_t on = edge;
        do {
            ring_of[on] = r;
            on = net->next[on];
        } while (on != edge);
    }
    return true;
}

static bool put_labels(struct mere_edit *e)
{
    const struct mere_net *net = e->net;
    size_t n = (size_t)net->n_schemes;
    e->claims = mere_calloc(n + 1, sizeof *e->claims);
    e->headers = mere_calloc(n + 1, sizeof *e->headers);
    if (!e->claims || !e->headers ||
        !put_rows(e, MERE_T_LABEL, sizeof(int32_t), NULL, (size_t)net->n_faces * n))
        return false;
    int32_t *label = (int32_t *)(void *)e->t[MERE_T_LABEL].v;
    for (size_t s = 0; s < n; s++) {
        const struct mere_scheme *scheme = &net->schemes[s];
        struct mere_claims *claims = &e->claims[s];
        for (int32_t f = 0; f < net->n_faces; f++)
            label[(size_t)f * n + s] = scheme->label[f];
        for (int32_t i = 0; i <= scheme->n_claims; i++)
            if (!MERE_PUSH(&claims->first, scheme->claim_first[i]))
                return false;
        for (uint32_t i = 0; i < scheme->claim_first[scheme->n_claims]; i++)
            if (!MERE_PUSH(&claims->list, scheme->claim[i]))
                return false;
        e->headers[s] = (struct mere_layer){.name = scheme->name,
                                            .role = scheme->role,
                                            .covering = scheme->covering,
                                            .parent_scheme = scheme->parent_scheme,
                                            .n_columns = scheme->n_columns,
                                            .columns = scheme->columns,
                                            .n_zones = (size_t)scheme->n_zones,
                                            .zones = (struct mere_zone *)(uintptr_t)scheme->zones};
    }
    return true;
}

static bool fill(struct mere_edit *e)
{
    const struct mere_net *net = e->net;
    size_t n_arcs = (size_t)net->n_arcs, n_nodes = (size_t)net->n_nodes;
    e->n_measures = n_arcs + 1;
    e->measures.v = mere_malloc(e->n_measures * sizeof *e->measures.v);
    e->measures.known = mere_calloc(e->n_measures, 1);
    if (!e->measures.v || !e->measures.known ||
        !put_rows(e, MERE_T_ARC, sizeof(struct mere_arc), net->arcs, n_arcs) ||
        !put_rows(e, MERE_T_NEXT, sizeof(int32_t), net->next, 2 * n_arcs) ||
        !put_rows(e, MERE_T_NODE, sizeof(struct mere_point), net->nodes, n_nodes) ||
        !put_rows(e, MERE_T_SPOKE, sizeof(int32_t), NULL, n_nodes) ||
        !put_rows(e, MERE_T_PT, sizeof(struct mere_point), net->pts, net->n_pts))
        return false;
    int32_t *spoke = (int32_t *)(void *)e->t[MERE_T_SPOKE].v;
    for (int32_t edge = 0; edge < 2 * net->n_arcs; edge++)
        spoke[mere_edge_origin(net, edge)] = edge;
    return put_rings(e) && put_labels(e) && mere_grid_init(e);
}

enum mere_status mere_edit_new(struct mere_ctx *ctx, const struct mere_net *net,
                               struct mere_edit **ret_edit)
{
    struct mere_edit *e = mere_calloc(1, sizeof *e);
    if (!e)
        return mere_fail_nomem(ctx, "opening the network for changes");
    e->net = net;
    e->n_schemes = net->n_schemes;
    if (!fill(e)) {
        mere_edit_free(e);
        return mere_fail_nomem(ctx, "opening the network for changes");
    }
    *ret_edit = e;
    return MERE_OK;
}

void mere_edit_free(struct mere_edit *edit)
{
    if (!edit)
        return;
    for (int t = 0; t < MERE_N_TABLES; t++)
        MERE_VEC_FREE(&edit->t[t]);
    mere_claims_clear(edit->claims, (size_t)edit->n_schemes);
    free(edit->claims);
    free(edit->headers);
    free(edit->grid.heads);
    free(edit->grid.entries);
    free(edit->measures.v);
    free(edit->measures.known);
    MERE_VEC_FREE(&edit->journal);
    MERE_VEC_FREE(&edit->begins);
    MERE_VEC_FREE(&edit->faces);
    MERE_VEC_FREE(&edit->arcs);
    free(edit);
}
