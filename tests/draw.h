/* draw.h - layers for tests, written as text.
 *
 *     struct drawn grid;
 *     drawn_start(&grid, "grid", MERE_ROLE_GRID);
 *     drawn_zone(&grid, "A", "0 0, 9 0, 9 9, 0 9 | 3 3, 3 6, 6 6, 6 3 ; 20 0, 29 0, 29 9, 20 9");
 *
 * A zone's text is its parts separated by ";", rings of a part by "|", points by ",". Coordinates
 * are integers of 1e-7 degree. */
#ifndef MERE_TESTS_DRAW_H
#define MERE_TESTS_DRAW_H
#include "base/hash.h"
#include "base/vec.h"
#include "net/net.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct drawn {
    struct mere_layer layer;
    MERE_VEC(struct mere_zone) zones;
    MERE_VEC(uint32_t) part_zone;
    MERE_VEC(uint32_t) part_ring;
    MERE_VEC(uint32_t) ring_first;
    MERE_VEC(struct mere_point) pts;
    struct mere_arena arena;
};

static inline void drawn_ok(bool ok)
{
    if (!ok) {
        fprintf(stderr, "out of memory in a test\n");
        exit(3);
    }
}

static inline struct mere_layer *drawn_layer(struct drawn *d)
{
    d->layer.zones = d->zones.v;
    d->layer.n_zones = d->zones.n;
    d->layer.part_zone = d->part_zone.v;
    d->layer.n_parts = d->part_zone.n;
    d->layer.part_ring = d->part_ring.v;
    d->layer.ring_first = d->ring_first.v;
    d->layer.n_rings = d->ring_first.n - 1;
    d->layer.pts = d->pts.v;
    return &d->layer;
}

static inline void drawn_start(struct drawn *d, const char *name, enum mere_role role)
{
    *d = (struct drawn){.layer = {.name = name, .role = role, .covering = mere_role_covers(role)}};
    drawn_ok(MERE_PUSH(&d->part_ring, 0) && MERE_PUSH(&d->ring_first, 0));
}

static inline uint32_t drawn_zone_named(struct drawn *d, const char *code)
{
    struct mere_zone zone = {
        .code = code, .name = code, .households = MERE_UNKNOWN, .persons = MERE_UNKNOWN};
    drawn_ok(MERE_PUSH(&d->zones, zone));
    return (uint32_t)d->zones.n - 1;
}
/* Zones that need no name: "Z00000", "Z00001", ... */
static inline uint32_t drawn_zone_numbered(struct drawn *d)
{
    char code[16];
    int n = snprintf(code, sizeof code, "Z%05zu", d->zones.n);
    return drawn_zone_named(d, mere_arena_text(&d->arena, code, (size_t)n));
}
static inline void drawn_point(struct drawn *d, int32_t x, int32_t y)
{
    drawn_ok(MERE_PUSH(&d->pts, (struct mere_point){x, y}));
}
static inline void drawn_ring_end(struct drawn *d)
{
    drawn_ok(MERE_PUSH(&d->ring_first, (uint32_t)d->pts.n));
}
static inline void drawn_part_end(struct drawn *d, uint32_t zone)
{
    drawn_ok(MERE_PUSH(&d->part_zone, zone));
    drawn_ok(MERE_PUSH(&d->part_ring, (uint32_t)d->ring_first.n - 1));
}

/* Take back the end of the last part: what follows are more rings of it. */
static inline void drawn_part_again(struct drawn *d)
{
    d->part_zone.n--;
    d->part_ring.n--;
}

/* Draw a zone; returns the layer as it stands. */
static inline struct mere_layer *drawn_zone(struct drawn *d, const char *code, const char *text)
{
    uint32_t zone = drawn_zone_named(d, code);
    while (*text) {
        char *end;
        long x = strtol(text, &end, 10), y = strtol(end, &end, 10);
        drawn_point(d, (int32_t)x, (int32_t)y);
        end += strspn(end, " ");
        if (*end != ',')
            drawn_ring_end(d);
        if (*end == ';' || *end == 0)
            drawn_part_end(d, zone);
        text = *end ? end + 1 : end;
    }
    return drawn_layer(d);
}

/* A soup: zones of wild rings that cross themselves and each other, in a box of `size` units. */
static inline int32_t drawn_below(uint64_t *rng, int32_t n)
{
    return (int32_t)(mere_random(rng) % (uint64_t)n);
}
static inline struct mere_layer *drawn_soup(struct drawn *d, const char *name, enum mere_role role,
                                            struct mere_point corner, int32_t size, uint64_t *rng)
{
    drawn_start(d, name, role);
    int n_zones = 1 + drawn_below(rng, 6);
    for (int z = 0; z < n_zones; z++) {
        uint32_t zone = drawn_zone_numbered(d);
        for (int parts = 1 + drawn_below(rng, 2); parts > 0; parts--) {
            int32_t x = corner.x + drawn_below(rng, size), y = corner.y + drawn_below(rng, size);
            int32_t reach = 1 + drawn_below(rng, size);
            for (int rings = 1 + drawn_below(rng, 3); rings > 0; rings--) {
                for (int n = 3 + drawn_below(rng, 6); n > 0; n--) {
                    int32_t dx = drawn_below(rng, reach);
                    drawn_point(d, x + dx, y + drawn_below(rng, reach));
                }
                drawn_ring_end(d);
                x += drawn_below(rng, reach / 2 + 1);
                y += drawn_below(rng, reach / 2 + 1);
                reach = 1 + reach / 2;
            }
            drawn_part_end(d, zone);
        }
    }
    return drawn_layer(d);
}

/* Put 0 .. n - 1 into any order. */
static inline void drawn_permute(uint32_t *order, size_t n, uint64_t *rng)
{
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    for (size_t i = n; i-- > 1;) {
        size_t j = (size_t)drawn_below(rng, (int32_t)i + 1);
        uint32_t t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
}
/* The layer in another order: zones, parts, ring starts and directions. */
static inline void drawn_shuffled(const struct mere_layer *from, struct drawn *to, uint64_t *rng)
{
    drawn_start(to, from->name, from->role);
    size_t n = from->n_zones, n_parts = from->n_parts;
    uint32_t *order = MERE_NEW(&to->arena, uint32_t, n + n_parts);
    uint32_t *parts = order + n, *new_zone = MERE_NEW(&to->arena, uint32_t, n);
    drawn_permute(order, n, rng);
    drawn_permute(parts, n_parts, rng);
    for (size_t i = 0; i < n; i++)
        new_zone[order[i]] = drawn_zone_named(to, from->zones[order[i]].code);
    for (size_t p = 0; p < n_parts; p++) {
        uint32_t part = parts[p];
        for (uint32_t r = from->part_ring[part]; r < from->part_ring[part + 1]; r++) {
            uint32_t first = from->ring_first[r], len = from->ring_first[r + 1] - first;
            uint32_t start = (uint32_t)drawn_below(rng, (int32_t)len);
            bool back = drawn_below(rng, 2) == 1;
            for (uint32_t i = 0; i < len; i++) {
                struct mere_point q = from->pts[first + (back ? start + len - i : start + i) % len];
                drawn_point(to, q.x, q.y);
            }
            drawn_ring_end(to);
        }
        drawn_part_end(to, new_zone[from->part_zone[part]]);
    }
    drawn_layer(to);
}

static inline void drawn_free(struct drawn *d)
{
    MERE_VEC_FREE(&d->zones);
    MERE_VEC_FREE(&d->part_zone);
    MERE_VEC_FREE(&d->part_ring);
    MERE_VEC_FREE(&d->ring_first);
    MERE_VEC_FREE(&d->pts);
    mere_arena_clear(&d->arena);
}
#endif
