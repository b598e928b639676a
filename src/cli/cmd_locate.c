#include "base/text.h"
#include "cli/commands.h"
#include "geo/datum.h"
#include "snap/snap.h"
#include <inttypes.h>
#include <string.h>

struct locate_values {
    const char *datum, *format;
};
static const struct mere_option OPTIONS[] = {
    {.name = "datum",
     .arg = "wgs84|gcj02|bd09",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct locate_values, datum),
     .help = "what the coordinates are measured against; default wgs84, which CGCS2000 equals"},
    {.name = "format",
     .arg = "text|json",
     .kind = MERE_OPT_CHOICE,
     .at = offsetof(struct locate_values, format),
     .help = "default text"},
};

/* One question. */
struct place {
    const char *lon, *lat; /* as typed */
    struct mere_point p;
    int32_t face;
    struct mere_nearest_border border;
};

/* ---- reading the arguments ------------------------------------------------------------------ */

static enum mere_status read_number(struct mere_cli *cli, const char *word, const char *what,
                                    double max, double *ret)
{
    if (!mere_cli_number(word, ret))
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "\"%s\" is not a %s: write decimal degrees, as in 120.2137", word, what);
    if (*ret < -max || *ret > max)
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "%s %s is off the Earth: it goes from %g to %g; longitude stands before "
                         "latitude",
                         what, word, -max, max);
    return MERE_OK;
}

static enum mere_status read_place(struct mere_cli *cli, const char *lon, const char *lat,
                                   enum mere_datum datum, struct place *ret)
{
    struct mere_degrees d;
    MERE_TRY(read_number(cli, lon, "longitude", 180, &d.lon));
    MERE_TRY(read_number(cli, lat, "latitude", 90, &d.lat));
    d = mere_datum_to_wgs84(d, datum);
    if (!mere_point_from_degrees(d.lon, d.lat, &ret->p))
        return mere_fail(cli->ctx, MERE_E_USAGE, "%s %s is off the Earth when brought to WGS 84",
                         lon, lat);
    ret->lon = lon;
    ret->lat = lat;
    return MERE_OK;
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

/* A number as typed, digit for digit: only what JSON doesn't know (RFC 8259 section 6) is put
 * right, so that "+38" is 38, ".5" is 0.5, "007" is 7 and "38." is 38. It has passed
 * mere_cli_number. */
static void json_as_typed(struct mere_text *t, const char *s)
{
    if (*s == '-')
        mere_text_add(t, "-");
    s += *s == '-' || *s == '+';
    while (*s == '0' && s[1] >= '0' && s[1] <= '9')
        s++;
    size_t n = strspn(s, "0123456789");
    mere_text_add(t, n ? "" : "0");
    mere_text_add_n(t, s, n);
    s += n;
    if (*s == '.') {
        n = strspn(s + 1, "0123456789");
        mere_text_add_n(t, s, n ? n + 1 : 0);
        s += n + 1;
    }
    mere_text_add(t, s); /* nothing, or the exponent, which is the same in both */
}

static void json_code_name(struct mere_text *t, const struct mere_zone *zone)
{
    mere_text_add(t, "\"code\":");
    mere_json_string(t, zone ? zone->code : NULL);
    mere_text_add(t, ",\"name\":");
    mere_json_string(t, zone ? zone->name : NULL);
}

/* The code and name of the owner, null without one; all claimants when disputed. */
static void json_owner(struct mere_text *t, const struct mere_scheme *scheme, int32_t face)
{
    size_t n = 0;
    const int32_t *claims = face < 0 ? NULL : mere_face_claims(scheme, face, &n);
    json_code_name(t, n == 1 ? &scheme->zones[claims[0]] : NULL);
    if (n < 2)
        return;
    mere_text_add(t, ",\"claimants\":[");
    for (size_t i = 0; i < n; i++) {
        mere_text_add(t, i ? ",{" : "{");
        json_code_name(t, &scheme->zones[claims[i]]);
        mere_text_add(t, "}");
    }
    mere_text_add(t, "]");
}

static void json_border(struct mere_text *t, const struct mere_net *net, int32_t main_scheme,
                        const struct mere_nearest_border *border)
{
    if (main_scheme < 0 || border->arc < 0) {
        mere_text_add(t, ",\"border_m\":null,\"border_zone\":null}");
        return;
    }
    const struct mere_scheme *main = &net->schemes[main_scheme];
    enum mere_state state = mere_face_state(main, border->other_face);
    mere_text_addf(t, ",\"border_m\":%.3f,\"border_zone\":", border->distance_m);
    if (state == MERE_STATE_OWNED || state == MERE_STATE_DISPUTED) {
        mere_text_add(t, "{");
        json_owner(t, main, border->other_face);
        mere_text_add(t, "}}");
    } else {
        mere_text_add(t, "null}");
    }
}

static void json_place(struct mere_text *t, const struct mere_net *net, int32_t main_scheme,
                       const struct place *place)
{
    mere_text_add(t, "{\"lon\":");
    json_as_typed(t, place->lon);
    mere_text_add(t, ",\"lat\":");
    json_as_typed(t, place->lat);
    enum mere_state state = MERE_STATE_OUTSIDE;
    if (main_scheme >= 0)
        state = mere_face_state(&net->schemes[main_scheme], place->face);
    mere_text_addf(t, ",\"state\":\"%s\",\"zones\":{", mere_state_word(state));
    for (int32_t s = 0; s < net->n_schemes; s++) {
        const struct mere_scheme *scheme = &net->schemes[s];
        mere_text_add(t, s ? "," : "");
        mere_json_string(t, scheme->name);
        mere_text_addf(t, ":{\"state\":\"%s\",",
                       mere_state_word(mere_face_state(scheme, place->face)));
        json_owner(t, scheme, place->face);
        mere_text_add(t, "}");
    }
    mere_text_add(t, "}");
    json_border(t, net, main_scheme, &place->border);
}

/* ---- text -------------------------------------------------------------------------------------
 */

static void text_owner(struct mere_text *t, const struct mere_scheme *scheme, int32_t face)
{
    size_t n = 0;
    const int32_t *claims = face < 0 ? NULL : mere_face_claims(scheme, face, &n);
    for (size_t i = 0; i < n; i++)
        mere_text_addf(t, "%s%s%s%s", i ? ", " : "", scheme->zones[claims[i]].code,
                       *scheme->zones[claims[i]].name ? " " : "", scheme->zones[claims[i]].name);
}

static void text_place(struct mere_text *t, const struct mere_net *net, int32_t main_scheme,
                       const struct place *place)
{
    mere_text_addf(t, "%s %s\n", place->lon, place->lat);
    int width = 0;
    for (int32_t s = 0; s < net->n_schemes; s++)
        if ((int)strlen(net->schemes[s].name) > width)
            width = (int)strlen(net->schemes[s].name);
    for (int32_t s = 0; s < net->n_schemes; s++) {
        const struct mere_scheme *scheme = &net->schemes[s];
        enum mere_state state = mere_face_state(scheme, place->face);
        bool owned = state == MERE_STATE_OWNED || state == MERE_STATE_DISPUTED;
        mere_text_addf(t, "  %-*s  %s%s", width, scheme->name, mere_state_word(state),
                       state == MERE_STATE_OWNED      ? " by "
                       : state == MERE_STATE_DISPUTED ? " between "
                                                      : "");
        if (owned)
            text_owner(t, scheme, place->face);
        mere_text_add(t, "\n");
    }
    if (main_scheme < 0 || place->border.arc < 0)
        return;
    const struct mere_scheme *main = &net->schemes[main_scheme];
    enum mere_state beyond = mere_face_state(main, place->border.other_face);
    mere_text_addf(t, "  %.3f m to the nearest border of %s; beyond it: ", place->border.distance_m,
                   main->name);
    if (beyond == MERE_STATE_OWNED || beyond == MERE_STATE_DISPUTED)
        text_owner(t, main, place->border.other_face);
    else
        mere_text_add(t, mere_state_word(beyond));
    mere_text_add(t, "\n");
}

/* ---- the command ------------------------------------------------------------------------------
 */

static enum mere_status answer(struct mere_cli *cli, const struct locate_values *v,
                               const struct mere_snapshot *snap, struct place *places, size_t n)
{
    const struct mere_net *net = mere_snap_net(snap);
    const struct mere_locator *loc = mere_snap_locator(snap);
    int32_t m = mere_snap_main_scheme(snap);
    bool json = v->format && strcmp(v->format, "json") == 0;
    int64_t generation = mere_snapshot_generation(snap);
    const char *datum = v->datum ? v->datum : mere_datum_word(MERE_DATUM_WGS84);
    struct mere_text t = {0};
    if (json)
        mere_text_addf(&t, "{\"generation\":%" PRId64 ",\"datum\":\"%s\",\"results\":[", generation,
                       datum);
    for (size_t i = 0; i < n; i++) {
        places[i].face = mere_locate_point(loc, places[i].p);
        places[i].border.arc = -1;
        if (m >= 0)
            places[i].border = mere_locate_border(loc, m, places[i].p);
        if (json)
            mere_text_add(&t, i ? ",\n" : "\n");
        (json ? json_place : text_place)(&t, net, m, &places[i]);
    }
    if (json)
        mere_text_add(&t, "\n]}\n");
    else
        mere_text_addf(&t, "datum %s, generation %" PRId64 "\n", datum, generation);
    bool failed = t.failed;
    mere_cli_bar_clear(cli);
    if (!failed)
        fwrite(mere_text_str(&t), 1, t.len, cli->out);
    mere_text_clear(&t);
    return failed ? mere_fail_nomem(cli->ctx, "writing the answer") : MERE_OK;
}

static enum mere_status locate(struct mere_cli *cli, const struct locate_values *v)
{
    enum mere_datum datum = MERE_DATUM_WGS84;
    size_t n = (cli->n_args - 1) / 2;
    struct mere_snapshot *snap = NULL;
    struct place *places = MERE_NEW(&cli->arena, struct place, n);
    if (!places)
        return mere_fail_nomem(cli->ctx, "reading the arguments");
    if (cli->n_args % 2 == 0)
        return mere_fail(cli->ctx, MERE_E_USAGE,
                         "%zu coordinates: they come in pairs, LON LAT; the last, %s, is alone",
                         cli->n_args - 1, cli->args[cli->n_args - 1]);
    if (v->datum && !mere_datum_parse(v->datum, &datum))
        return mere_fail(cli->ctx, MERE_E_USAGE, "unknown datum \"%s\"", v->datum);
    for (size_t i = 0; i < n; i++)
        MERE_TRY(read_place(cli, cli->args[1 + 2 * i], cli->args[2 + 2 * i], datum, &places[i]));
    MERE_TRY(mere_cli_load_owners(cli, cli->args[0], &snap));
    enum mere_status status = answer(cli, v, snap, places, n);
    mere_snap_free(snap);
    return status;
}

static int run(struct mere_cli *cli, const void *values)
{
    return mere_cli_fail(cli, locate(cli, values));
}

const struct mere_command mere_cmd_locate = {
    .name = "locate",
    .synopsis = "STORE LON LAT [LON LAT ...] [--datum D] [--format text|json]",
    .summary = "whose is this point, in every scheme, and how near is the next border",
    .details =
        "A point on a border or corner belongs to the zone that is reached by a step to the east\n"
        "and then a smaller one to the north, so every point has exactly one answer. The state,\n"
        "the distance to the nearest border and the zone beyond it are those of the main scheme.\n"
        "States: owned; disputed (claimed by several zones); unclaimed (inside the district, in "
        "no\n"
        "zone); outside.",
    .example = "  merestone locate binjiang.gpkg 120.2137 30.1928\n"
               "  merestone locate dc.gpkg --format json -77.0365 38.8977 -77.0091 38.8899",
    .min_args = 3,
    .max_args = SIZE_MAX,
    .n_options = MERE_LEN(OPTIONS),
    .options = OPTIONS,
    .values_size = sizeof(struct locate_values),
    .run = run,
};
