/* outside.c - edits from outside are taken, or a warning says why they are not. See outside.h.
 *
 * All is read in one transaction, which goes on to write only if nobody wrote meanwhile: what is
 * written is what was judged. A store that can't be written, or is busy, is left for another time.
 */
#include "cli/outside.h"
#include "cli/outside_priv.h"
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum mere_status mere_settling_object(struct mere_settling *s, const char *fmt, ...)
{
    char line[2048];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    /* One line each: names from outside may hold line breaks. */
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    mere_text_addf(&s->objections, "%s\n", line);
    s->n_objections++;
    return s->objections.failed ? mere_fail_nomem(s->cli->ctx, "judging edits from outside")
                                : MERE_OK;
}

/* ---- saying -----------------------------------------------------------------------------------
 */

static void warn(struct mere_cli *cli, const char *fmt, ...) MERE_PRINTF(2, 3);
static void warn(struct mere_cli *cli, const char *fmt, ...)
{
    va_list args;
    mere_cli_bar_clear(cli);
    fputs("merestone: warning: ", cli->err);
    va_start(args, fmt);
    vfprintf(cli->err, fmt, args);
    va_end(args);
    fputc('\n', cli->err);
}

static void describe(struct mere_text *t, const struct mere_settling *s,
                     const struct mere_edited *e)
{
    mere_text_addf(t, "scheme %s", e->name);
    if (e->gone)
        mere_text_add(t, ", which was removed");
    else if (e->unseen)
        mere_text_add(t, ", unseen, for its triggers were removed");
    else if (e->n_changed > 0)
        mere_text_addf(t, ", %zu feature%s (%s)", e->n_changed, e->n_changed == 1 ? "" : "s",
                       mere_text_str(&e->zones));
    else if (s->unusable && e->n_fids > 0) /* not compared: as the triggers noted */
        mere_text_addf(t, ", %zu feature%s", e->n_fids, e->n_fids == 1 ? "" : "s");
    else if (e->whole)
        mere_text_add(t, ", its columns");
    if (e->n_noded > 0)
        mere_text_addf(t, "; %zu more noded with %s", e->n_noded,
                       e->n_changed == 1 ? "it" : "them");
}

static void say_taken(const struct mere_settling *s)
{
    for (size_t i = 0; i < s->n_edited; i++) {
        struct mere_text t = {0};
        describe(&t, s, &s->edited[i]);
        mere_cli_note(s->cli, "took what another program changed: %s; generation %" PRId64,
                      mere_text_str(&t), s->generation);
        mere_text_clear(&t);
    }
}

/* From what the answer is. */
static void say_whence(const struct mere_settling *s)
{
    struct mere_cli *cli = s->cli;
    if (s->unusable) {
        for (size_t i = 0; i < s->n_edited; i++) {
            const struct mere_edited *e = &s->edited[i];
            if (e->bad && e->n_fids > 0 && !e->unseen)
                warn(cli,
                     "the answer has scheme %s as it was last taken, generation %" PRId64
                     "; mend the edit: the next command takes it",
                     e->name, s->was);
            else if (e->bad)
                warn(cli,
                     "there is no answer from scheme %s until it is mended: how it was is not "
                     "known",
                     e->name);
        }
        return;
    }
    warn(cli, "the answer is from the file as it is now%s",
         s->n_objections > 0
             ? "; mend the edit, or accept an error with merestone waive: the next command takes it"
             : "; the next command that can write takes it");
}

static void say_not_taken(const struct mere_settling *s)
{
    struct mere_cli *cli = s->cli;
    bool unseen = false;
    for (size_t i = 0; i < s->n_edited; i++) {
        struct mere_text t = {0};
        describe(&t, s, &s->edited[i]);
        unseen = unseen || s->edited[i].unseen;
        warn(cli, "another program changed %s; that is not taken", mere_text_str(&t));
        mere_text_clear(&t);
    }
    if (s->n_objections > 0 && unseen)
        warn(cli, "how it was before is not known, so the errors that are there now may be new");
    const char *line = mere_text_str(&s->objections);
    while (*line) {
        size_t n = strcspn(line, "\n");
        warn(cli, "  %.*s", (int)n, line);
        line += n + (line[n] == '\n');
    }
    if (s->hindrance)
        warn(cli, "  the store can't be written now: %s", s->hindrance);
    say_whence(s);
}

/* ---- taking -----------------------------------------------------------------------------------
 */

static bool changed(const struct mere_settling *s)
{
    for (size_t i = 0; i < s->n_edited; i++)
        if (s->edited[i].n_changed > 0 || s->edited[i].whole)
            return true;
    return false;
}

static enum mere_status log_external(struct mere_settling *s, const struct mere_edited *e,
                                     int64_t generation)
{
    struct mere_ctx *ctx = s->cli->ctx;
    struct mere_text json = {0};
    char when[MERE_TIME_LEN];
    MERE_TRY(mere_db_now(ctx, when));
    mere_text_add(&json, "[");
    if (e->whole)
        mere_text_addf(&json, "{\"whole\":true,\"change\":\"%s\"}%s",
                       e->gone     ? "removed"
                       : e->unseen ? "unknown"
                                   : "columns",
                       e->changes.len ? "," : "");
    mere_text_addf(&json, "%s]", mere_text_str(&e->changes));
    struct mere_operation_record record = {
        .kind = "external",
        .scheme = e->name,
        .who = "unknown program",
        .when = when,
        .generation = generation,
        .n_features = (int64_t)(e->unseen && !e->gone ? s->now[e->at].n_zones : e->n_changed),
        .changes = mere_text_str(&json),
    };
    enum mere_status status = json.failed ? mere_fail_nomem(ctx, "noting edits from outside")
                                          : mere_db_log_operation(ctx, s->db, &record);
    mere_text_clear(&json);
    return status;
}

static enum mere_status take(struct mere_settling *s)
{
    struct mere_ctx *ctx = s->cli->ctx;
    bool really = changed(s);
    int64_t generation = 0;
    MERE_TRY(mere_db_go_on_writing(ctx, s->db));
    MERE_TRY(mere_db_generation(ctx, s->db, &generation));
    for (size_t i = 0; i < s->n_edited && really; i++) {
        const struct mere_edited *e = &s->edited[i];
        if (e->n_write > 0)
            MERE_TRY(mere_db_write_geometry(ctx, s->db, &e->after, e->write, e->n_write));
        if (e->n_changed > 0 || e->whole)
            MERE_TRY(log_external(s, e, generation + 1));
    }
    MERE_TRY(mere_db_take_outside(ctx, s->db));
    MERE_TRY(mere_db_commit(ctx, s->db, really));
    s->generation = really ? generation + 1 : generation;
    return MERE_OK;
}

/* ---- the way ----------------------------------------------------------------------------------
 */

/* Keep the context's text: the next call with it overwrites it. */
static enum mere_status hinder(struct mere_settling *s)
{
    const char *text = mere_ctx_error(s->cli->ctx);
    s->hindrance = mere_arena_text(&s->arena, text, strlen(text));
    return s->hindrance ? MERE_OK : mere_fail_nomem(s->cli->ctx, "settling edits from outside");
}

/* Whether a failure ends the command, rather than the taking. */
static bool is_fatal(enum mere_status status)
{
    return status == MERE_E_NOMEM || status == MERE_E_CANCELLED || status == MERE_E_INTERNAL;
}

static enum mere_status open_store(struct mere_settling *s, const char *path)
{
    enum mere_status status = mere_db_open(s->cli->ctx, path, MERE_DB_WRITE, &s->db);
    if (status == MERE_OK || is_fatal(status))
        return status;
    MERE_TRY(hinder(s));
    return mere_db_open(s->cli->ctx, path, MERE_DB_READ, &s->db);
}

static enum mere_status settle(struct mere_settling *s)
{
    MERE_TRY(mere_db_begin_reading(s->cli->ctx, s->db));
    MERE_TRY(mere_db_generation(s->cli->ctx, s->db, &s->was));
    enum mere_status status = mere_settling_gather(s);
    if (status == MERE_OK && !s->unusable)
        status = mere_settling_judge(s);
    if (status != MERE_OK) {
        if (is_fatal(status))
            return status;
        return mere_settling_object(s, "%s", mere_ctx_error(s->cli->ctx));
    }
    if (s->n_objections > 0 || s->hindrance)
        return MERE_OK;
    status = take(s);
    return status == MERE_OK || is_fatal(status) ? status : hinder(s);
}

static enum mere_status any_changes(struct mere_cli *cli, const char *path, bool *ret)
{
    struct mere_db *db = NULL;
    struct mere_outside_change *changes = NULL;
    struct mere_arena arena = {0};
    size_t n = 0;
    MERE_TRY(mere_db_open(cli->ctx, path, MERE_DB_READ, &db));
    enum mere_status status = mere_db_outside_changes(cli->ctx, db, &arena, &changes, &n);
    mere_db_close(db);
    mere_arena_clear(&arena);
    *ret = n > 0;
    return status;
}

enum mere_status mere_cli_settle(struct mere_cli *cli, const char *path)
{
    struct mere_settling s = {.cli = cli};
    bool any = false;
    MERE_TRY(any_changes(cli, path, &any));
    if (!any)
        return MERE_OK;
    enum mere_status status = open_store(&s, path);
    if (status == MERE_OK)
        status = settle(&s);
    mere_db_close(s.db);
    if (status == MERE_OK && s.generation == 0)
        say_not_taken(&s);
    else if (status == MERE_OK && changed(&s))
        say_taken(&s);
    mere_settling_clear(&s);
    return status;
}

enum mere_status mere_cli_open(struct mere_cli *cli, const char *path, enum mere_db_mode mode,
                               struct mere_db **ret_db)
{
    MERE_TRY(mere_cli_settle(cli, path));
    return mere_db_open(cli->ctx, path, mode, ret_db);
}
