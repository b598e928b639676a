/* ids.c - ids of findings, and which finding a waiver's id means.
 *
 * The id is the first 16 hex digits of SHA-256 over rule, scheme, codes of the zones, the rule's
 * own salt, the number of pieces, and for land the power of four square metres that its area
 * reaches and the square of about 10 m in which each piece has its south-west corner (of what lies
 * in zones that share their code, the finding's place). Pieces of less than 0.1 m2 together don't
 * count beside larger ones. Limits, values and rings are not in it. So
 * an id stays while its defect does, and no other defect gets it: what is mended, moved or grown
 * to another size takes its waiver along.
 *
 * A border of another scheme that crosses this one, or is matched with it, moves vertices of the
 * common network by some centimetres, and a corner or an area that lies on the edge of its class
 * would go to the next one. Such a finding answers to the ids of both; a waived one bears the id
 * that it was waived by. Two findings that still have one id are told apart by all their points. */
#include "base/hash.h"
#include "check/check_priv.h"
#include "geo/measure.h"
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#define SIDE 1000      /* of a square: 1e-4 degree */
#define OFFSET 381     /* of the squares, for data often lie on round numbers */
#define NEAR 5         /* units: as near to its edge is on it */
#define NEAR_CLASS 0.1 /* in powers of four: 15 % */
#define UNSURE_MAX 6   /* edges that are tried on both sides */
#define LITTLE_M2 0.1  /* pieces beside larger ones: what rounding may make or take away */
#define NEAR_SHARE 0.15

struct square {
    int32_t x, y;
};
struct number { /* that rounding may make one less or more */
    int32_t *of;
    int32_t other;
};
struct identity {
    int32_t size; /* the power of four; INT32_MIN not land */
    int32_t n;    /* pieces; of land those that count, the largest ones */
    size_t n_counts;
    int32_t counts[9];      /* what `n` may be as well */
    struct square *squares; /* of all pieces */
    size_t n_squares;
    size_t n_unsure;
    struct number unsure[UNSURE_MAX];
};

static void hash_text(struct mere_sha256 *h, const char *s)
{
    mere_sha256_add(h, s, strlen(s) + 1);
}

/* Does a zone of the finding share its code with another? Zones are sorted by code. */
static bool has_twin(const struct mere_scheme *scheme, const struct mere_finding *f)
{
    for (size_t i = 0; i < f->n_zones; i++)
        if (mere_has_twin(scheme, f->zones[i]))
            return true;
    return false;
}

bool mere_has_twin(const struct mere_scheme *scheme, int32_t z)
{
    const struct mere_zone *zone = &scheme->zones[z];
    return (z > 0 && strcmp(zone[-1].code, zone->code) == 0) ||
           (z + 1 < scheme->n_zones && strcmp(zone[1].code, zone->code) == 0);
}

static void add_unsure(struct identity *id, int32_t *of, int32_t other)
{
    if (id->n_unsure < UNSURE_MAX)
        id->unsure[id->n_unsure++] = (struct number){of, other};
}

/* The class of a coordinate; when it is on an edge, the class beyond is not less right. */
static void class_of(struct identity *id, int32_t x, int32_t *ret)
{
    int64_t shifted = (int64_t)x + OFFSET + (int64_t)SIDE * 4000000; /* positive: rounds down */
    int64_t within = shifted % SIDE;
    *ret = (int32_t)(shifted / SIDE);
    if (within < NEAR)
        add_unsure(id, ret, *ret - 1);
    else if (within >= SIDE - NEAR)
        add_unsure(id, ret, *ret + 1);
}

static void size_of(struct identity *id, double area_m2)
{
    double power = log2(fmax(area_m2, DBL_MIN)) / 2, whole = floor(power);
    id->size = (int32_t)whole;
    if (power - whole < NEAR_CLASS)
        add_unsure(id, &id->size, id->size - 1);
    else if (whole + 1 - power < NEAR_CLASS)
        add_unsure(id, &id->size, id->size + 1);
}

static void add_square(struct identity *id, struct mere_point p)
{
    struct square *square = &id->squares[id->n_squares++];
    class_of(id, p.x, &square->x);
    class_of(id, p.y, &square->y);
}

struct size {
    double m2;
    size_t part;
};

static int larger_first(const void *va, const void *vb)
{
    const struct size *a = va, *b = vb;
    if (a->m2 != b->m2)
        return a->m2 < b->m2 ? 1 : -1;
    return (a->part > b->part) - (a->part < b->part);
}

static double piece_m2(const struct mere_layer *polygon, size_t part)
{
    uint32_t ring = polygon->part_ring[part], first = polygon->ring_first[ring];
    return fabs(mere_ring_area_m2(polygon->pts + first, polygon->ring_first[ring + 1] - first));
}

/* How many of the pieces count: those that are no little ones beside larger; all, where the little
 * ones together are no little. */
static int32_t count_pieces(const struct size *sizes, size_t n, double little, double together)
{
    size_t i = n;
    double sum = 0;
    while (i > 1 && sizes[i - 1].m2 < little)
        sum += sizes[--i].m2;
    return (int32_t)(sum < together ? i : n);
}

/* All the counts that rounding may lead to. */
static void add_counts(struct identity *id, const struct size *sizes, size_t n)
{
    static const double SHARES[] = {1, 1 - NEAR_SHARE, 1 + NEAR_SHARE};
    for (size_t a = 0; a < MERE_LEN(SHARES); a++)
        for (size_t b = 0; b < MERE_LEN(SHARES); b++) {
            int32_t count = count_pieces(sizes, n, SHARES[a] * LITTLE_M2, SHARES[b] * LITTLE_M2);
            size_t k = 0;
            while (k < id->n_counts && id->counts[k] != count)
                k++;
            if (k == id->n_counts)
                id->counts[id->n_counts++] = count;
        }
}

static enum mere_status add_pieces(const struct mere_checker *ck, struct identity *id,
                                   const struct mere_layer *polygon, struct mere_arena *arena)
{
    size_t n = polygon->n_parts;
    struct size *sizes = MERE_NEW(arena, struct size, n);
    if (!sizes)
        return mere_fail_nomem(ck->ctx, "naming findings");
    for (size_t p = 0; p < n; p++)
        sizes[p] = (struct size){piece_m2(polygon, p), p};
    qsort(sizes, n, sizeof *sizes, larger_first);
    id->n_counts = 0;
    add_counts(id, sizes, n);
    id->n = id->counts[0];
    for (size_t i = 0; i < n; i++) {
        uint32_t ring = polygon->part_ring[sizes[i].part], first = polygon->ring_first[ring];
        add_square(id,
                   mere_box_of(polygon->pts + first, polygon->ring_first[ring + 1] - first).min);
    }
    return MERE_OK;
}

static enum mere_status identify(const struct mere_checker *ck, const struct mere_finding *f,
                                 struct mere_arena *arena, struct identity *ret)
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, f->scheme_index);
    bool land = f->shape == MERE_FINDING_LAND;
    *ret = (struct identity){.size = INT32_MIN, .n = (int32_t)f->parts, .n_counts = 1};
    ret->counts[0] = ret->n;
    ret->squares = MERE_NEW(arena, struct square, land ? f->polygon.n_parts : 1);
    if (!ret->squares)
        return mere_fail_nomem(ck->ctx, "naming findings");
    if (land) {
        size_of(ret, f->area_m2);
        return add_pieces(ck, ret, &f->polygon, arena);
    }
    if (f->has_place && f->rule != MERE_RULE_CODE_DUPLICATE && has_twin(scheme, f))
        add_square(ret, f->at);
    return MERE_OK;
}

static int square_cmp(const void *va, const void *vb)
{
    const struct square *a = va, *b = vb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

/* Write the id. With `exact`, of all the points too. */
static enum mere_status write_id(const struct mere_checker *ck, const struct mere_finding *f,
                                 const struct identity *id, bool exact, struct mere_arena *arena,
                                 char ret[17])
{
    const struct mere_scheme *scheme = mere_ck_scheme(ck, f->scheme_index);
    bool land = f->shape == MERE_FINDING_LAND;
    size_t n_squares = land ? (size_t)id->n : id->n_squares;
    struct square *sorted = MERE_NEW(arena, struct square, n_squares);
    struct mere_sha256 h;
    char hex[65], text[64];
    if (!sorted)
        return mere_fail_nomem(ck->ctx, "naming findings");
    mere_sha256_init(&h);
    hash_text(&h, mere_rule_text(f->rule)->id);
    hash_text(&h, f->scheme);
    for (size_t i = 0; i < f->n_zones; i++)
        hash_text(&h, scheme->zones[f->zones[i]].code);
    hash_text(&h, f->salt ? f->salt : "");
    snprintf(text, sizeof text, "%" PRId32 " %" PRId32, id->size, id->n);
    hash_text(&h, text);
    if (n_squares > 0) {
        memcpy(sorted, id->squares, n_squares * sizeof *sorted);
        qsort(sorted, n_squares, sizeof *sorted, square_cmp);
    }
    for (size_t i = 0; i < n_squares; i++) {
        snprintf(text, sizeof text, "%" PRId32 " %" PRId32, sorted[i].x, sorted[i].y);
        hash_text(&h, text);
    }
    for (size_t i = 0; exact && i < f->polygon.ring_first[f->polygon.n_rings]; i++) {
        snprintf(text, sizeof text, "%" PRId32 " %" PRId32, f->polygon.pts[i].x,
                 f->polygon.pts[i].y);
        hash_text(&h, text);
    }
    mere_sha256_hex(&h, hex);
    memcpy(ret, hex, 16);
    ret[16] = 0;
    return MERE_OK;
}

enum mere_status mere_finding_name(struct mere_checker *ck, struct mere_finding *f, bool exact)
{
    struct identity id;
    if (exact && f->shape != MERE_FINDING_LAND)
        return MERE_OK;
    MERE_TRY(identify(ck, f, &ck->scratch, &id));
    return write_id(ck, f, &id, exact, &ck->scratch, f->id);
}

/* Exchange the numbers of the bits of `sides` for what they may be as well; again, and back. */
static void swap_sides(struct identity *id, unsigned sides)
{
    for (size_t i = 0; i < id->n_unsure; i++)
        if (sides >> i & 1) {
            int32_t t = *id->unsure[i].of;
            *id->unsure[i].of = id->unsure[i].other;
            id->unsure[i].other = t;
        }
}

static enum mere_status add_answer(const struct mere_checker *ck, uint32_t finding,
                                   const struct identity *id, bool exact, struct mere_arena *arena,
                                   struct mere_answers *ret)
{
    struct mere_answer answer = {.finding = finding};
    MERE_TRY(write_id(ck, &ck->findings.v[finding], id, exact, arena, answer.id));
    return MERE_PUSH(ret, answer) ? MERE_OK : mere_fail_nomem(ck->ctx, "naming findings");
}

static enum mere_status add_answers(const struct mere_checker *ck, uint32_t finding,
                                    struct mere_arena *arena, struct mere_answers *ret)
{
    const struct mere_finding *f = &ck->findings.v[finding];
    struct identity id;
    MERE_TRY(identify(ck, f, arena, &id));
    for (size_t c = 0; c < id.n_counts; c++) {
        id.n = id.counts[c];
        for (unsigned sides = 0; sides < 1u << id.n_unsure; sides++) {
            swap_sides(&id, sides);
            MERE_TRY(add_answer(ck, finding, &id, false, arena, ret));
            swap_sides(&id, sides);
        }
    }
    id.n = id.counts[0];
    return f->shape == MERE_FINDING_LAND ? add_answer(ck, finding, &id, true, arena, ret) : MERE_OK;
}

enum mere_status mere_finding_answers(const struct mere_checker *ck, size_t finding,
                                      struct mere_answers *ret)
{
    struct mere_arena arena = {0};
    struct mere_answer own = {.finding = (uint32_t)finding};
    memcpy(own.id, ck->findings.v[finding].id, sizeof own.id);
    if (!MERE_PUSH(ret, own))
        return mere_fail_nomem(ck->ctx, "naming findings");
    enum mere_status status = add_answers(ck, own.finding, &arena, ret);
    mere_arena_clear(&arena);
    return status;
}
