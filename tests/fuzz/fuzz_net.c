/* fuzz_net.c - any bytes as a few small rings in one to three layers and a tolerance: what is built
 * is a valid network, its polygons build it again, and a layer in reverse order too.
 *
 *     byte 0      bits 0-1 layers - 1;  bit 2 coordinates over the whole Earth;  bits 3-5 tolerance
 *                 in units;  bit 6 zones of one layer are matched with each other
 *     byte 1, 2   roles of the layers, four bits each
 *     then        a ring: byte layer | zone << 2 | same part << 4 | (n - 3) << 5, then n pairs of
 *                 bytes x, y */
#include "draw.h"
#include "net/net.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_LAYERS 3
#define MAX_RINGS 24

static void must(bool ok, struct mere_ctx *ctx)
{
    if (ok)
        return;
    fprintf(stderr, "%s\n", mere_ctx_error(ctx));
    abort();
}

struct drawing {
    struct drawn layer[MAX_LAYERS];
    bool open[MAX_LAYERS]; /* a part is begun, of this zone */
    uint32_t zone[MAX_LAYERS];
    int n_layers;
    bool wide;
};

static void begin(struct drawing *d, const uint8_t *data)
{
    static const char *const names[MAX_LAYERS] = {"a", "b", "c"};
    static const char *const codes[] = {"0", "1", "2", "3"};
    d->n_layers = 1 + data[0] % MAX_LAYERS;
    d->wide = data[0] & 4;
    for (int i = 0; i < d->n_layers; i++) {
        int role = data[1 + i / 2] >> (i % 2 * 4) & 15;
        drawn_start(&d->layer[i], names[i], (enum mere_role)(role % (MERE_ROLE_OTHER + 1)));
        for (size_t z = 0; z < MERE_LEN(codes); z++)
            drawn_zone_named(&d->layer[i], codes[z]);
    }
}

static void end_part(struct drawing *d, int i)
{
    if (d->open[i])
        drawn_part_end(&d->layer[i], d->zone[i]);
    d->open[i] = false;
}

static void draw(struct drawing *d, const uint8_t *data, size_t size)
{
    begin(d, data);
    size_t at = 3;
    for (int k = 0; k < MAX_RINGS && at < size; k++) {
        int head = data[at++], i = head % 4 % d->n_layers, n = 3 + (head >> 5);
        if (!(head & 16))
            end_part(d, i);
        if (!d->open[i])
            d->zone[i] = head >> 2 & 3;
        d->open[i] = true;
        for (; n > 0 && at + 1 < size; n--, at += 2) {
            int32_t x = data[at], y = data[at + 1];
            if (d->wide)
                drawn_point(&d->layer[i], (x - 128) * (MERE_LON_MAX / 128),
                            (y - 128) * (MERE_LAT_MAX / 128));
            else
                drawn_point(&d->layer[i], x, y);
        }
        drawn_ring_end(&d->layer[i]);
    }
    for (int i = 0; i < d->n_layers; i++) {
        end_part(d, i);
        drawn_layer(&d->layer[i]);
    }
}

/* The network of `layers`; NULL at its limits: when rounding would move points too far, or a face
 * be larger than half the Earth. */
static struct mere_net *built(struct mere_ctx *ctx, const struct mere_layer *const layers[],
                              int n_layers, const struct mere_build *how, char hex[65])
{
    struct mere_net *net = NULL;
    enum mere_status status = mere_net_build(ctx, layers, (size_t)n_layers, how, &net);
    hex[0] = 0;
    if (status == MERE_E_LIMIT || status == MERE_E_RANGE)
        return NULL;
    must(status == MERE_OK, ctx);
    must(mere_net_validate(ctx, net) == MERE_OK, ctx);
    must(mere_net_hash(ctx, net, hex) == MERE_OK, ctx);
    return net;
}

/* The polygons of every scheme make the same network, from the last scheme to the first. They are
 * on its lattice and cross nothing, so no tolerance is needed. */
static void build_again(struct mere_ctx *ctx, const struct mere_net *net, const char *want)
{
    struct mere_arena arena = {0};
    struct mere_layer layer[MAX_LAYERS];
    const struct mere_layer *turned[MAX_LAYERS];
    char hex[65];
    for (int32_t i = 0; i < net->n_schemes; i++) {
        must(mere_net_layer(ctx, net, i, &arena, &layer[i]) == MERE_OK, ctx);
        turned[net->n_schemes - 1 - i] = &layer[i];
    }
    struct mere_net *again = built(ctx, turned, net->n_schemes, &(struct mere_build){0}, hex);
    must(again && strcmp(want, hex) == 0, ctx);
    mere_net_free(again);
    mere_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct drawing d = {0};
    const struct mere_layer *layers[MAX_LAYERS];
    char hex[65];
    if (size < 3)
        return 0;
    draw(&d, data, size);
    for (int i = 0; i < d.n_layers; i++)
        layers[i] = &d.layer[i].layer;
    double tol = data[0] >> 3 & 7;
    struct mere_build how = {
        .match_zones = d.n_layers == 1 && data[0] & 64, .tol_x = tol, .tol_y = tol};
    struct mere_ctx *ctx = mere_ctx_new();
    struct mere_net *net = built(ctx, layers, d.n_layers, &how, hex);
    if (net)
        build_again(ctx, net, hex);
    mere_net_free(net);
    mere_ctx_free(ctx);
    for (int i = 0; i < d.n_layers; i++)
        drawn_free(&d.layer[i]);
    return 0;
}
