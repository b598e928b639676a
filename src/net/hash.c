/* hash.c - the canonical SHA-256 of a network: what "the same bytes" means (DESIGN section 5).
 *
 * Numbers go in as 64 bits, least byte first; a text as its length and bytes, one that is not there
 * as the length -1. Feature ids, file names and what noding did are not part of it. */
#include "base/hash.h"
#include "net/net_priv.h"
#include <string.h>

#define FORMAT "merestone network 1"

static void add_number(struct mere_sha256 *h, int64_t v)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)v >> (8 * i));
    mere_sha256_add(h, bytes, sizeof bytes);
}
static void add_text(struct mere_sha256 *h, const char *s)
{
    add_number(h, s ? (int64_t)strlen(s) : -1);
    if (s)
        mere_sha256_add(h, s, strlen(s));
}
static void add_point(struct mere_sha256 *h, struct mere_point p)
{
    add_number(h, (int64_t)((uint64_t)(uint32_t)p.x << 32 | (uint32_t)p.y));
}

static void add_geometry(struct mere_sha256 *h, const struct mere_net *net)
{
    add_number(h, net->n_nodes);
    add_number(h, net->n_arcs);
    add_number(h, net->n_faces);
    for (int32_t a = 0; a < net->n_arcs; a++) {
        const struct mere_arc *arc = &net->arcs[a];
        add_number(h, arc->n);
        add_number(h, arc->left);
        add_number(h, arc->right);
        for (uint32_t i = 0; i < arc->n; i++)
            add_point(h, net->pts[arc->first + i]);
    }
}

static void add_scheme(struct mere_sha256 *h, const struct mere_net *net,
                       const struct mere_scheme *s)
{
    add_text(h, s->name);
    add_text(h, mere_role_word(s->role));
    add_number(h, s->covering);
    add_text(h, s->parent >= 0 ? net->schemes[s->parent].name : NULL);
    add_number(h, (int64_t)s->n_columns);
    for (size_t c = 0; c < s->n_columns; c++) {
        add_text(h, s->columns[c].name);
        add_number(h, (int64_t)s->columns[c].type);
    }
    add_number(h, s->n_zones);
    for (int32_t z = 0; z < s->n_zones; z++) {
        const struct mere_zone *zone = &s->zones[z];
        add_text(h, zone->code);
        add_text(h, zone->name);
        add_text(h, zone->parent);
        add_text(h, zone->kind);
        add_number(h, zone->households);
        add_number(h, zone->persons);
        for (size_t c = 0; c < s->n_columns; c++)
            add_text(h, zone->attrs[c]);
    }
    for (int32_t f = 0; f < net->n_faces; f++) {
        size_t n;
        const int32_t *claims = mere_face_claims(s, f, &n);
        add_number(h, s->state[f]);
        add_number(h, (int64_t)n);
        for (size_t i = 0; i < n; i++)
            add_number(h, claims[i]);
    }
}

enum mere_status mere_net_hash(struct mere_ctx *ctx, const struct mere_net *net, char ret_hex[65])
{
    struct mere_sha256 h;
    (void)ctx;
    mere_sha256_init(&h);
    mere_sha256_add(&h, FORMAT, sizeof FORMAT);
    add_geometry(&h, net);
    add_number(&h, net->n_schemes);
    for (int32_t s = 0; s < net->n_schemes; s++)
        add_scheme(&h, net, &net->schemes[s]);
    mere_sha256_hex(&h, ret_hex);
    return MERE_OK;
}
