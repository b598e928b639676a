/* mending.h - schemes drawn by hand, mended by the usual limits, and the proposals as a text. */
#ifndef MERE_TESTS_MENDING_H
#define MERE_TESTS_MENDING_H
#include "check.h"
#include "draw.h"
#include "net/repair.h"

/* Drawings are in units of 1e-7 degree from (1202000000, 302000000): about a centimetre. */
static struct drawn schemes[4];
static size_t n_schemes;
static struct mere_ctx ctx;
static struct mere_repair *mended;
static struct mere_repair_input in;
static const struct mere_layer *layers[4];

static void begin(const char *name, enum mere_role role)
{
    drawn_start(&schemes[n_schemes++], name, role);
}
static void add(const char *code, const char *parent, const char *text)
{
    struct drawn *d = &schemes[n_schemes - 1];
    size_t from = d->pts.n;
    drawn_zone(d, code, text);
    d->zones.v[d->zones.n - 1].parent = parent;
    d->zones.v[d->zones.n - 1].fid = (int64_t)d->zones.n;
    for (size_t i = from; i < d->pts.n; i++) {
        d->pts.v[i].x += 1202000000;
        d->pts.v[i].y += 302000000;
    }
}
/* Mend the scheme "grid" by usual limits. */
static bool mend(void)
{
    for (size_t i = 0; i < n_schemes; i++)
        layers[i] = drawn_layer(&schemes[i]);
    in.layers = layers;
    in.n_layers = n_schemes;
    in.scheme = "grid";
    in.match_units = 3;
    in.max_width_m = in.max_width_m > 0 ? in.max_width_m : 10;
    in.max_area_m2 = in.max_area_m2 > 0 ? in.max_area_m2 : 2000;
    in.max_fragment_m = 2;
    bool ok = mere_repair_run(&ctx, &in, &mended) == MERE_OK;
    if (!ok)
        printf("  %s\n", ctx.error ? ctx.error : "failed");
    return ok;
}
static void end(void)
{
    mere_repair_free(mended);
    mended = NULL;
    for (size_t i = 0; i < n_schemes; i++)
        drawn_free(&schemes[i]);
    n_schemes = 0;
    in = (struct mere_repair_input){0};
    mere_ctx_clear(&ctx);
}
static inline const char *code_of(int32_t zone)
{
    return zone >= 0 ? layers[0]->zones[zone].code : "-";
}
/* The proposals as "kind before>after why; ...", without junctions. */
static inline const char *told(void)
{
    static char buf[1000];
    buf[0] = 0;
    for (size_t i = 0; mended && i < mended->n_proposals; i++) {
        const struct mere_proposal *p = &mended->proposals[i];
        if (p->kind == MERE_REPAIR_JUNCTION)
            continue;
        size_t n = strlen(buf);
        snprintf(buf + n, sizeof buf - n, "%s%s ", n ? "; " : "", mere_repair_kind_word(p->kind));
        for (size_t k = 0; k < p->n_before; k++)
            snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s%s", k ? "+" : "",
                     code_of(p->before[k]));
        snprintf(buf + strlen(buf), sizeof buf - strlen(buf), ">%s %s", code_of(p->after),
                 mere_repair_why_word(p->why));
    }
    return buf;
}
#endif
