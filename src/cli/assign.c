#include "cli/assign.h"
#include "base/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FLUSH ((size_t)1 << 20) /* bytes gathered before they are written */

/* What is appended to a row. */
struct stamp {
    const char *csv; /* with a delimiter before each value; NULL: not made yet */
    size_t csv_len;
    const char **values;
};

/* All that one run needs. */
struct run {
    const struct mere_assign *job;
    struct mere_ctx *ctx;
    struct mere_arena arena, row_arena;
    const struct mere_net *net;
    const struct mere_scheme *main; /* NULL in a store without schemes */
    const struct mere_points_info *info;
    struct mere_box box;     /* the district's */
    struct stamp *stamps;    /* n_faces + 1: face f at f + 1, outside at 0 */
    const char **bad_values; /* of a bad row; the last is set for each */
    struct mere_text bad_csv;
    size_t n_values;
    struct mere_points_row *rows;
    double *lon, *lat;
    int32_t *face;
    const char **reason; /* of the rows of the batch; NULL when good */
    struct mere_text text;
    const char **values; /* a row's values for a layer */
    bool write_place;    /* a layer's place must be written too, in CSV */
    struct mere_assign_counts counts;
};

/* ---- names of columns ---------------------------------------------------------------------------
 */

static bool has_column(const struct mere_points_info *info, const char *name)
{
    for (size_t i = 0; i < info->n_columns; i++)
        if (strcasecmp(info->columns[i].name, name) == 0)
            return true;
    return false;
}

static const char *free_name(struct mere_cli *cli, const struct mere_points_info *info,
                             const char *scheme, const char *what)
{
    struct mere_text text = {0};
    mere_text_addf(&text, "%s_%s", scheme, what);
    size_t len = text.len;
    for (int k = 2; !text.failed && has_column(info, mere_text_str(&text)); k++) {
        text.len = len;
        mere_text_addf(&text, "_%d", k);
    }
    const char *name = text.failed ? NULL : mere_arena_text(&cli->arena, text.s, text.len);
    mere_text_clear(&text);
    return name;
}

enum mere_status mere_assign_columns(struct mere_cli *cli, const struct mere_snapshot *snap,
                                     const struct mere_points_info *info, const char ***ret,
                                     size_t *ret_n)
{
    const struct mere_net *net = mere_snap_net(snap);
    static const char *const whats[] = {"code", "name", "state"};
    size_t n = 0, n_schemes = (size_t)net->n_schemes;
    const char **names = MERE_NEW(&cli->arena, const char *, 3 * n_schemes + 2);
    for (size_t s = 0; names && s < n_schemes; s++)
        for (size_t k = 0; k < 3; k++)
            names[n++] = free_name(cli, info, net->schemes[s].name, whats[k]);
    if (names) {
        names[n++] = free_name(cli, info, "mere", "state");
        names[n++] = free_name(cli, info, "mere", "reason");
    }
    for (size_t i = 0; i < n; i++)
        if (!names[i])
            names = NULL, n = 0;
    if (!names)
        return mere_fail_nomem(cli->ctx, "naming columns");
    *ret = names;
    *ret_n = n;
    return MERE_OK;
}

/* ---- stamps -------------------------------------------------------------------------------------
 */

static const struct mere_zone *owner(const struct mere_scheme *scheme, int32_t face)
{
    if (mere_face_state(scheme, face) != MERE_STATE_OWNED)
        return NULL;
    size_t n;
    const int32_t *claims = mere_face_claims(scheme, face, &n);
    return n == 1 ? &scheme->zones[claims[0]] : NULL;
}

/* "grid is disputed: 001, 002" for each scheme that is; NULL when none. */
static enum mere_status tell_disputes(struct run *run, int32_t face, const char **ret)
{
    struct mere_text text = {0};
    for (int32_t s = 0; s < run->net->n_schemes; s++) {
        const struct mere_scheme *scheme = &run->net->schemes[s];
        if (mere_face_state(scheme, face) != MERE_STATE_DISPUTED)
            continue;
        size_t n;
        const int32_t *claims = mere_face_claims(scheme, face, &n);
        mere_text_addf(&text, "%s%s is disputed: ", text.len ? "; " : "", scheme->name);
        for (size_t i = 0; i < n; i++)
            mere_text_addf(&text, "%s%s", i ? ", " : "", scheme->zones[claims[i]].code);
    }
    *ret = text.len ? mere_arena_text(&run->arena, text.s, text.len) : "";
    bool failed = text.failed;
    mere_text_clear(&text);
    return *ret && !failed ? MERE_OK : mere_fail_nomem(run->ctx, "assigning");
}

static enum mere_status stamp_csv(struct run *run, struct stamp *stamp)
{
    struct mere_text text = {0};
    for (size_t i = 0; i < run->n_values; i++) {
        mere_text_add_n(&text, &run->info->delimiter, 1);
        mere_csv_quote(&text, stamp->values[i], strlen(stamp->values[i]), run->info->delimiter);
    }
    stamp->csv_len = text.len;
    stamp->csv = text.failed ? NULL : mere_arena_text(&run->arena, text.s, text.len);
    mere_text_clear(&text);
    return stamp->csv ? MERE_OK : mere_fail_nomem(run->ctx, "assigning");
}

static enum mere_status make_stamp(struct run *run, int32_t face, struct stamp *stamp)
{
    const char **values = MERE_NEW(&run->arena, const char *, run->n_values);
    size_t n = 0;
    if (!values)
        return mere_fail_nomem(run->ctx, "assigning");
    for (int32_t s = 0; s < run->net->n_schemes; s++) {
        const struct mere_scheme *scheme = &run->net->schemes[s];
        const struct mere_zone *zone = owner(scheme, face);
        values[n++] = zone ? zone->code : "";
        values[n++] = zone && zone->name ? zone->name : "";
        values[n++] = mere_state_word(mere_face_state(scheme, face));
    }
    values[n++] =
        mere_state_word(run->main ? mere_face_state(run->main, face) : MERE_STATE_OUTSIDE);
    MERE_TRY(tell_disputes(run, face, &values[n]));
    stamp->values = values;
    return stamp_csv(run, stamp);
}

/* ---- judging a row ------------------------------------------------------------------------------
 */

static const char *column(const struct run *run, int i, const char *otherwise)
{
    return i >= 0 ? run->info->columns[i].name : otherwise;
}

/* The reason why a row is bad, in words; in the arena of the batch. NULL when memory is out. */
static const char *reason_of(struct run *run, size_t row)
{
    const struct mere_points_info *info = run->info;
    const char *x = column(run, info->x, "longitude"), *y = column(run, info->y, "latitude");
    const char *d = column(run, info->datum_column, "datum");
    struct mere_text text = {0};
    switch (run->rows[row].bad) {
    case MERE_BAD_NOT:
        break;
    case MERE_BAD_FIELDS:
        mere_text_addf(&text, "more fields than the %zu of the header", info->n_columns);
        break;
    case MERE_BAD_X_EMPTY:
    case MERE_BAD_Y_EMPTY:
        mere_text_addf(&text, "%s is empty", run->rows[row].bad == MERE_BAD_X_EMPTY ? x : y);
        break;
    case MERE_BAD_X_NUMBER:
    case MERE_BAD_Y_NUMBER:
        mere_text_addf(&text, "%s is no number", run->rows[row].bad == MERE_BAD_X_NUMBER ? x : y);
        break;
    case MERE_BAD_AXES:
        mere_text_addf(&text, "the letters N S E W don't fit %s and %s", x, y);
        break;
    case MERE_BAD_DATUM_EMPTY:
        mere_text_addf(&text, "%s is empty", d);
        break;
    case MERE_BAD_DATUM:
        mere_text_addf(&text, "%s is not wgs84, gcj02 or bd09", d);
        break;
    case MERE_BAD_NO_GEOMETRY:
        mere_text_add(&text, "no geometry");
        break;
    case MERE_BAD_NO_POINT:
        mere_text_add(&text, "the geometry is not one point");
        break;
    case MERE_BAD_CRS:
        mere_text_add(&text, "the place can't be brought to longitude and latitude");
        break;
    }
    const char *reason =
        text.failed ? NULL : mere_arena_text(&run->row_arena, mere_text_str(&text), text.len);
    mere_text_clear(&text);
    return reason;
}

static bool on_earth(struct mere_degrees p)
{
    return p.lon >= -180 && p.lon <= 180 && p.lat >= -90 && p.lat <= 90;
}

static bool in_box(const struct run *run, struct mere_degrees p)
{
    struct mere_point q;
    return mere_point_from_degrees(p.lon, p.lat, &q) && mere_box_holds(run->box, q);
}

/* Bring row `i` to WGS 84, or find why that can't be. `*ret_open`: its datum must be said. */
static enum mere_status judge(struct run *run, size_t i, bool *ret_open)
{
    const struct mere_points_row *row = &run->rows[i];
    const struct mere_points_info *info = run->info;
    struct mere_degrees p = {row->x, row->y}, turned = {row->y, row->x};
    enum mere_datum datum = row->datum != MERE_DATUM_NONE ? row->datum : run->job->datum;
    run->lon[i] = run->lat[i] = NAN;
    run->reason[i] = NULL;
    if (row->blank)
        return MERE_OK;
    bool read = row->bad == MERE_BAD_NOT || row->bad == MERE_BAD_AXES;
    struct mere_degrees w = mere_datum_to_wgs84(p, on_earth(p) ? datum : MERE_DATUM_NONE);
    if (read && !in_box(run, w) && on_earth(turned) &&
        in_box(run, mere_datum_to_wgs84(turned, datum)))
        run->reason[i] = "swapped: longitude and latitude are exchanged";
    else if (row->bad != MERE_BAD_NOT) {
        run->reason[i] = reason_of(run, i);
        if (!run->reason[i])
            return mere_fail_nomem(run->ctx, "assigning");
    } else if (!(p.lon >= -180 && p.lon <= 180) || !(p.lat >= -90 && p.lat <= 90)) {
        bool x_bad = !(p.lon >= -180 && p.lon <= 180);
        run->reason[i] = x_bad ? "out of range: the longitude is not within -180 and 180"
                               : "out of range: the latitude is not within -90 and 90";
    } else {
        run->lon[i] = w.lon;
        run->lat[i] = w.lat;
        *ret_open = *ret_open || (info->degrees_open && mere_in_gcj_area(p));
    }
    return MERE_OK;
}

/* ---- the datum that must be said ----------------------------------------------------------------
 */

/* The evidence for each datum, from the good rows of the batch. */
static enum mere_status refuse_datum(struct run *run, size_t n)
{
    struct mere_source source = {
        .min_x = INFINITY, .min_y = INFINITY, .max_x = -INFINITY, .max_y = -INFINITY};
    const struct mere_place place = {.identity = true};
    struct mere_evidence evidence[MERE_EVIDENCE_N];
    struct mere_text text = {0};
    for (size_t i = 0; i < n; i++)
        if (!run->reason[i] && !run->rows[i].blank)
            mere_source_note(&source, run->rows[i].x, run->rows[i].y);
    enum mere_status status =
        mere_evidence_weigh(run->ctx, &source, &place, &run->job->known, evidence);
    if (status == MERE_OK) {
        mere_text_addf(
            &text,
            "%s holds degrees in the area where map platforms shift coordinates, and "
            "nothing tells their datum; give --datum wgs84, gcj02 (AMap, Tencent) or bd09 "
            "(Baidu), or --datum-column; from its first %zu places:",
            run->job->path, (size_t)source.sample.n_seen);
        mere_evidence_tell(evidence, &text);
        status = mere_fail(run->ctx, MERE_E_INPUT, "%s", mere_text_str(&text));
    }
    mere_text_clear(&text);
    return status;
}

/* ---- writing a batch ----------------------------------------------------------------------------
 */

static enum mere_status flush(struct run *run)
{
    struct mere_text *t = &run->text;
    if (t->failed)
        return mere_fail_nomem(run->ctx, "writing the output");
    if (run->job->csv && fwrite(mere_text_str(t), 1, t->len, run->job->csv->f) != t->len)
        return mere_fail(run->ctx, MERE_E_IO, "the output can't be written: the disk may be full");
    t->len = 0;
    return MERE_OK;
}

static enum mere_status stamp_of(struct run *run, size_t i, const struct stamp **ret)
{
    static const struct stamp none = {0};
    *ret = &none;
    if (run->reason[i])
        return MERE_OK;
    struct stamp *stamp = &run->stamps[run->face[i] + 1];
    if (!stamp->csv)
        MERE_TRY(make_stamp(run, run->face[i], stamp));
    *ret = stamp;
    return MERE_OK;
}

static void csv_place(struct run *run, size_t i)
{
    char buf[32];
    bool known = isfinite(run->lon[i]);
    mere_text_add_n(&run->text, &run->info->delimiter, 1);
    mere_text_add(&run->text, known ? mere_double_text(run->lon[i], buf) : "");
    mere_text_add_n(&run->text, &run->info->delimiter, 1);
    mere_text_add(&run->text, known ? mere_double_text(run->lat[i], buf) : "");
}

static enum mere_status write_csv(struct run *run, size_t i)
{
    const struct stamp *stamp;
    size_t eol_len;
    const char *eol = mere_points_csv_eol(run->job->points, i, &eol_len);
    mere_points_csv_row(run->job->points, i, &run->text);
    if (!run->rows[i].blank) {
        MERE_TRY(stamp_of(run, i, &stamp));
        if (run->write_place)
            csv_place(run, i);
        if (run->reason[i]) {
            mere_text_add_n(&run->text, mere_text_str(&run->bad_csv), run->bad_csv.len);
            mere_csv_quote(&run->text, run->reason[i], strlen(run->reason[i]),
                           run->info->delimiter);
        } else
            mere_text_add_n(&run->text, stamp->csv, stamp->csv_len);
    }
    mere_text_add_n(&run->text, eol, eol_len);
    return run->text.len >= FLUSH ? flush(run) : MERE_OK;
}

static enum mere_status write_layer(struct run *run, size_t i)
{
    const struct stamp *stamp = NULL;
    size_t n = run->info->n_columns;
    if (run->rows[i].blank)
        return MERE_OK;
    MERE_TRY(stamp_of(run, i, &stamp));
    MERE_TRY(mere_points_values(run->ctx, run->job->points, i, &run->row_arena, run->values));
    const char **appended = stamp->values ? stamp->values : run->bad_values;
    for (size_t k = 0; k < run->n_values; k++)
        run->values[n + k] = appended[k];
    if (!run->reason[i])
        return mere_points_out_add(run->ctx, run->job->layer, run->values,
                                   (struct mere_degrees){run->lon[i], run->lat[i]}, NULL);
    struct mere_points_shape shape;
    run->values[n + run->n_values - 1] = run->reason[i];
    MERE_TRY(mere_points_shape(run->ctx, run->job->points, i, &run->row_arena, &shape));
    return mere_points_out_add(run->ctx, run->job->layer, run->values,
                               (struct mere_degrees){NAN, NAN}, &shape);
}

static enum mere_status do_batch(struct run *run, size_t n)
{
    bool open = false;
    for (size_t i = 0; i < n; i++)
        MERE_TRY(judge(run, i, &open));
    if (open)
        return refuse_datum(run, n);
    MERE_TRY(mere_locate_many(run->job->snap, run->lon, run->lat, n, run->face));
    for (size_t i = 0; i < n; i++) {
        MERE_TRY(run->job->layer ? write_layer(run, i) : write_csv(run, i));
        if (run->rows[i].blank)
            continue;
        run->counts.rows++;
        if (run->reason[i])
            run->counts.bad++;
        else
            run->counts
                .state[run->main ? mere_face_state(run->main, run->face[i]) : MERE_STATE_OUTSIDE]++;
    }
    mere_arena_clear(&run->row_arena);
    uint64_t done, total;
    mere_points_progress(run->job->points, &done, &total);
    uint64_t rows =
        done > 0 ? (uint64_t)((double)run->counts.rows * (double)total / (double)done) : 0;
    return mere_tick(run->ctx, "assigning rows", run->counts.rows,
                     rows > run->counts.rows ? rows : run->counts.rows);
}

/* ---- the run ------------------------------------------------------------------------------------
 */

/* The district's box: the outline's, else that of all zones. */
static struct mere_box district_box(const struct mere_net *net)
{
    struct mere_box box = {0};
    for (int32_t s = 0; s < net->n_schemes; s++) {
        if (net->schemes[s].role != MERE_ROLE_OUTLINE)
            continue;
        for (int32_t f = 0; f < net->n_faces; f++)
            if (net->schemes[s].label[f] != MERE_LABEL_NONE)
                mere_box_join(&box, net->face_box[f]);
    }
    return mere_box_empty(box) ? net->box : box;
}

static enum mere_status prepare(struct run *run)
{
    size_t n = MERE_POINTS_BATCH, n_schemes = (size_t)run->net->n_schemes;
    run->n_values = 3 * n_schemes + 2;
    run->box = district_box(run->net);
    run->stamps = MERE_NEW(&run->arena, struct stamp, (size_t)run->net->n_faces + 1);
    run->rows = MERE_NEW(&run->arena, struct mere_points_row, n);
    run->lon = MERE_NEW(&run->arena, double, n);
    run->lat = MERE_NEW(&run->arena, double, n);
    run->face = MERE_NEW(&run->arena, int32_t, n);
    run->reason = MERE_NEW(&run->arena, const char *, n);
    run->bad_values = MERE_NEW(&run->arena, const char *, run->n_values);
    run->values = MERE_NEW(&run->arena, const char *, run->info->n_columns + run->n_values);
    if (!run->stamps || !run->rows || !run->lon || !run->lat || !run->face || !run->reason ||
        !run->bad_values || !run->values)
        return mere_fail_nomem(run->ctx, "assigning");
    for (size_t i = 0; i < run->n_values; i++)
        run->bad_values[i] = i + 2 == run->n_values ? "bad" : "";
    for (size_t i = 0; i + 1 < run->n_values; i++)
        mere_text_addf(&run->bad_csv, "%c%s", run->info->delimiter, run->bad_values[i]);
    mere_text_add_n(&run->bad_csv, &run->info->delimiter, 1);
    return run->bad_csv.failed ? mere_fail_nomem(run->ctx, "assigning") : MERE_OK;
}

static enum mere_status run_all(struct run *run)
{
    size_t n;
    MERE_TRY(prepare(run));
    for (;;) {
        MERE_TRY(mere_points_read(run->ctx, run->job->points, run->rows, &n));
        if (n == 0)
            return flush(run);
        MERE_TRY(do_batch(run, n));
    }
}

enum mere_status mere_assign_run(const struct mere_assign *job, struct mere_assign_counts *ret)
{
    int32_t main_scheme = mere_snap_main_scheme(job->snap);
    struct run run = {.job = job, .ctx = job->cli->ctx, .net = mere_snap_net(job->snap)};
    run.main = main_scheme >= 0 ? &run.net->schemes[main_scheme] : NULL;
    run.info = mere_points_info(job->points);
    run.write_place = !run.info->csv && run.info->x < 0 && job->csv;
    enum mere_status status = run_all(&run);
    mere_text_clear(&run.text);
    mere_text_clear(&run.bad_csv);
    mere_arena_clear(&run.arena);
    mere_arena_clear(&run.row_arena);
    if (status == MERE_OK)
        *ret = run.counts;
    return status;
}
