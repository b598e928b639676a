/* bench_edit.c - check again after one edit: an operation, the network frozen, the geometry rules.
 * The findings are held against those of the network built whole.
 *
 *     bench_edit NAME FILE [runs] */
#include "base/hash.h"
#include "bench/bench.h"
#include "check/check.h"
#include "net/edit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bench_unit MS = {false, 1e3, "ms"};

enum kind { MOVE, TRANSFER, INSERT, N_KINDS };
static const char *const NAMES[] = {"move a vertex", "transfer a face", "insert a vertex"};

struct bench {
    struct mere_ctx *ctx;
    const char *data, *schemes;
    struct mere_profile *profile;
    struct mere_net *net;
    struct mere_edit *edit;
    uint64_t rng;
};

static struct mere_report *check(const struct bench *b, const struct mere_net *net)
{
    struct mere_report *report = NULL;
    const struct mere_check_input in = {.net = net,
                                        .profile = b->profile,
                                        .district_code = "",
                                        .district_name = "",
                                        .today = "2026-01-01"};
    bench_ok(b->ctx, mere_check_run(b->ctx, &in, &report));
    return report;
}

static int32_t any(struct bench *b, int32_t n)
{
    return (int32_t)(mere_random(&b->rng) % (uint64_t)n);
}

/* One operation at a random place; false when it is refused there. */
static bool operate(struct bench *b, enum kind kind)
{
    const struct mere_net *net = b->net;
    const struct mere_arc *arc = &net->arcs[any(b, net->n_arcs)];
    const struct mere_point *p = net->pts + arc->first + any(b, (int32_t)arc->n - 1);
    struct mere_point q = {p->x + any(b, 61) - 30, p->y + any(b, 61) - 30};
    int32_t s = net->n_schemes - 1; /* the finest */
    switch (kind) {
    case MOVE:
        return mere_edit_move(b->ctx, b->edit, *p, q) == MERE_OK;
    case INSERT:
        q = (struct mere_point){(int32_t)(((int64_t)p[0].x + p[1].x) / 2),
                                (int32_t)(((int64_t)p[0].y + p[1].y) / 2)};
        return mere_edit_insert(b->ctx, b->edit, p[0], p[1], q) == MERE_OK;
    default: /* the face at the left hand goes to the owner of the right */
        if (arc->left < 0 || arc->right < 0)
            return false;
        return mere_edit_transfer(b->ctx, b->edit, arc->left, s,
                                  net->schemes[s].label[arc->right]) == MERE_OK;
    }
}

/* The same network built from its own layers gives the same findings. */
static void verify(const struct bench *b, const struct mere_net *net,
                   const struct mere_report *report)
{
    struct mere_arena arena = {0};
    struct mere_layer layers[3];
    const struct mere_layer *list[3];
    struct mere_net *whole = NULL;
    const struct mere_build how = {.match_zones = false};
    char want[65], got[65];
    for (int32_t s = 0; s < net->n_schemes; s++) {
        bench_ok(b->ctx, mere_net_layer(b->ctx, net, s, &arena, &layers[s]));
        list[s] = &layers[s];
    }
    bench_ok(b->ctx, mere_net_build(b->ctx, list, (size_t)net->n_schemes, &how, &whole));
    bench_ok(b->ctx, mere_net_hash(b->ctx, whole, want));
    bench_ok(b->ctx, mere_net_hash(b->ctx, net, got));
    bench_need(strcmp(want, got) == 0, "the frozen network is not the one built whole");
    struct mere_report *other = check(b, whole);
    bool same = other->n_findings == report->n_findings;
    for (size_t i = 0; same && i < other->n_findings; i++) {
        const struct mere_finding *f = &other->findings[i], *g = &report->findings[i];
        same = strcmp(f->id, g->id) == 0 && f->rule == g->rule && f->value == g->value &&
               f->area_m2 == g->area_m2 && mere_point_same(f->at, g->at);
    }
    bench_need(same, "the findings are not those of the network built whole");
    mere_report_free(other);
    mere_net_free(whole);
    mere_arena_clear(&arena);
}

/* One operation at a random place, the network, its findings. */
struct run {
    struct mere_net *net;
    struct mere_report *report;
    double operation_s, freeze_s, all_s;
};
static struct run run_once(struct bench *b, enum kind kind)
{
    struct run run = {0};
    double start;
    do {
        start = bench_clock();
    } while (!operate(b, kind));
    run.operation_s = bench_clock() - start;
    bench_ok(b->ctx, mere_edit_freeze(b->ctx, b->edit, &run.net));
    run.freeze_s = bench_clock() - start - run.operation_s;
    run.report = check(b, run.net);
    run.all_s = bench_clock() - start;
    return run;
}
static void take_back(const struct bench *b, struct run *run)
{
    mere_report_free(run->report);
    mere_net_free(run->net);
    bench_ok(b->ctx, mere_edit_undo(b->ctx, b->edit));
}

/* First with the clock, then the same places again, each compared with the whole. */
static void bench_kind(struct bench *b, enum kind kind, int runs)
{
    struct bench_times all = {0};
    double operation = 0, freeze = 0;
    size_t findings = 0;
    uint64_t rng = b->rng;
    for (int i = 0; i < runs; i++) {
        struct run run = run_once(b, kind);
        bench_time(&all, run.all_s);
        operation += run.operation_s;
        freeze += run.freeze_s;
        take_back(b, &run);
    }
    b->rng = rng;
    for (int i = 0; i < runs; i++) {
        struct run run = run_once(b, kind);
        findings += run.report->n_findings;
        verify(b, run.net, run.report);
        take_back(b, &run);
    }
    char note[160];
    snprintf(note, sizeof note,
             "%s, %s: operation %.3f, freeze %.3f, the rest check (means); %.1f findings each, as "
             "built whole",
             NAMES[kind], b->schemes, operation * 1e3 / runs, freeze * 1e3 / runs,
             (double)findings / runs);
    bench_row("check again after one edit", b->data, "merestone", &all, MS, note);
}

static void bench_schemes(struct bench *b, const struct mere_layer *const *layers, size_t n,
                          int runs)
{
    const struct mere_build how = {.match_zones = false};
    struct mere_net *warm = NULL;
    bench_ok(b->ctx, mere_net_build(b->ctx, layers, n, &how, &b->net));
    bench_ok(b->ctx, mere_edit_new(b->ctx, b->net, &b->edit));
    bench_ok(b->ctx, mere_edit_freeze(b->ctx, b->edit, &warm)); /* measures all arcs */
    mere_net_free(warm);
    for (int k = 0; k < N_KINDS; k++)
        bench_kind(b, (enum kind)k, runs);
    mere_edit_free(b->edit);
    mere_net_free(b->net);
}

int main(int argc, char **argv)
{
    bench_need(argc >= 3, "usage: bench_edit NAME FILE [runs]");
    struct bench_data d = bench_load(argv[1], argv[2]);
    int runs = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 51;
    bench_need(runs > 0 && runs < BENCH_RUNS_MAX, "runs go from 1 to 100");
    struct mere_arena arena = {0};
    const struct mere_layer street = bench_layer(&d, BENCH_STREET, &arena);
    const struct mere_layer community = bench_layer(&d, BENCH_COMMUNITY, &arena);
    const struct mere_layer grid = bench_layer(&d, BENCH_GRID, &arena);
    const struct mere_layer *layers[] = {&street, &community, &grid}, *alone = &grid;
    struct bench b = {.ctx = mere_ctx_new(), .data = d.name, .rng = 42};
    bench_ok(b.ctx, mere_profile_shipped(b.ctx, "plain", &b.profile));
    b.schemes = "grid alone";
    bench_schemes(&b, &alone, 1, runs);
    b.schemes = "grid, community and street";
    bench_schemes(&b, layers, 3, runs);
    mere_profile_free(b.profile);
    mere_arena_clear(&arena);
    mere_ctx_free(b.ctx);
    return 0;
}
