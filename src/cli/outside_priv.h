/* outside_priv.h - what the files that settle edits from outside share. */
#ifndef MERE_CLI_OUTSIDE_PRIV_H
#define MERE_CLI_OUTSIDE_PRIV_H
#include "base/text.h"
#include "base/vec.h"
#include "cli/outside.h"
#include "net/net.h"

/* One scheme that another program changed. */
struct mere_edited {
    const char *name;
    bool whole;  /* its columns changed, or it is unseen */
    bool unseen; /* how it was before is not known */
    bool gone;   /* the layer was removed */
    bool bad;    /* a row of it can't be used: nothing is compared */
    size_t at;   /* its place among the schemes, unless gone */
    size_t n_fids;
    const int64_t *fids;      /* what the triggers noted, ascending */
    struct mere_layer before; /* as accepted; unless unseen */
    struct mere_layer after;  /* as it would be stored; unless gone */
    size_t n_write;
    uint32_t *write;          /* zones of `after` whose geometry is not what the file has */
    size_t n_changed;         /* edited features that really differ */
    size_t n_noded;           /* others whose border follows */
    struct mere_text changes; /* of them: JSON objects, by commas */
    struct mere_text zones;   /* the first of them for a person: "A, B and 3 more" */
};

struct mere_settling {
    struct mere_cli *cli;
    struct mere_db *db;
    struct mere_arena arena;
    size_t n_schemes;
    struct mere_layer *now; /* the schemes as the file has them */
    size_t n_edited;
    struct mere_edited *edited;
    bool unusable;         /* a scheme is `bad`: nothing is judged */
    const char *hindrance; /* why the store can't be written, or NULL */
    size_t n_objections;
    struct mere_text objections; /* lines: why the edits are not taken */
    int64_t was;                 /* the generation before */
    int64_t generation;          /* the one they made; 0 when not taken */
};

/* An objection, a line for a person. Fails with MERE_E_NOMEM. */
MERE_MUST_USE enum mere_status mere_settling_object(struct mere_settling *s, const char *fmt, ...)
    MERE_PRINTF(2, 3);

/* outside_gather.c: read the schemes as they are and as they were, node what was changed, and see
 * what differs. Geometry and codes that no division can have are objections. */
MERE_MUST_USE enum mere_status mere_settling_gather(struct mere_settling *s);
void mere_settling_clear(struct mere_settling *s);
/* outside_judge.c: the errors that a check finds after and not before are objections. */
MERE_MUST_USE enum mere_status mere_settling_judge(struct mere_settling *s);
#endif
