/* crs.c - coordinates of any CRS to and from lon/lat, through PROJ.
 *
 * PROJ 9.1 has no way between CGCS2000 and WGS 84 but a "ballpark" null step of unknown accuracy,
 * and so for whatever goes through it. ballpark is also what it calls a guess between datums it
 * knows nothing about, which may be a hundred metres off. So ballpark is refused, and for CGCS2000
 * and WGS 84, whose frames agree to centimetres, the step is left out by our own rule: the source
 * goes to its own base CRS, and these degrees are taken as they are.
 *
 * PROJ picks among several operations by where a point is, so the one in use is known only after a
 * point went through: at first the middle of the CRS's area of use, then the first point given. */
#include "geo/crs.h"
#include "base/text.h"
#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDENTIFY_AT_LEAST 90 /* per cent: below that a match is a guess (DOMAIN section 4) */

struct mere_crs {
    PJ_CONTEXT *proj;
    PJ *to_degrees; /* NULL: the coordinates are the answer already */
    bool asked;     /* the operation is known, or was asked for at a point of the data */
    struct mere_crs_info info;
    char *texts[3]; /* name, EPSG code, operation: what info points to */
};
enum { TEXT_NAME, TEXT_EPSG, TEXT_OPERATION };

enum frame { FRAME_OTHER, FRAME_WGS84, FRAME_CGCS2000, FRAME_XIAN80, FRAME_BEIJING54 };

/* What of PROJ's objects lives only while a CRS is being opened. */
struct opening {
    struct mere_ctx *ctx;
    struct mere_crs *crs;
    const char *definition;
    PJ *stated; /* the CRS in question, horizontal */
    PJ *base;   /* its geographic base, without any transformation bound to it */
    bool bound; /* it states its own way to WGS 84 (TOWGS84) */
    enum frame frame;
    const char *datum; /* the datum's name */
};

static enum mere_status set_text(struct mere_ctx *ctx, struct mere_crs *crs, int which,
                                 const char *s, const char **ret)
{
    char *copy = s ? strdup(s) : NULL;
    if (s && !copy)
        return mere_fail_nomem(ctx, "reading a CRS");
    free(crs->texts[which]);
    crs->texts[which] = copy;
    *ret = copy;
    return MERE_OK;
}

/* Lower-case letters and digits only: "D_China_2000" and "China 2000" differ in the prefix. */
static void plain_name(const char *name, char *buf, size_t size)
{
    size_t n = 0;
    for (; *name && n + 1 < size; name++) {
        if (*name >= 'A' && *name <= 'Z')
            buf[n++] = (char)(*name - 'A' + 'a');
        else if ((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9'))
            buf[n++] = *name;
    }
    buf[n] = 0;
}

/* Which of the frames with a rule of their own a datum is: by EPSG's name and those of GDAL, ESRI
 * and old files. Realisations of WGS 84 are named "World Geodetic System 1984 (G1762)". */
static enum frame frame_of(const char *datum)
{
    static const struct {
        const char *name;
        bool whole;
        enum frame frame;
    } rows[] = {
        {"worldgeodeticsystem1984", false, FRAME_WGS84},
        {"wgs1984", true, FRAME_WGS84},
        {"dwgs1984", true, FRAME_WGS84},
        {"wgs84", true, FRAME_WGS84},
        {"china2000", true, FRAME_CGCS2000},
        {"dchina2000", true, FRAME_CGCS2000},
        {"cgcs2000", true, FRAME_CGCS2000},
        {"dcgcs2000", true, FRAME_CGCS2000},
        {"chinageodeticcoordinatesystem2000", true, FRAME_CGCS2000},
        {"chinesegeodeticcoordinatesystem2000", true, FRAME_CGCS2000},
        {"xian1980", true, FRAME_XIAN80},
        {"dxian1980", true, FRAME_XIAN80},
        {"xian80", true, FRAME_XIAN80},
        {"beijing1954", true, FRAME_BEIJING54},
        {"dbeijing1954", true, FRAME_BEIJING54},
        {"newbeijing", true, FRAME_BEIJING54},
        {"beijing54", true, FRAME_BEIJING54},
    };
    char plain[128] = {0};
    plain_name(datum, plain, sizeof plain);
    for (size_t i = 0; i < MERE_LEN(rows); i++) {
        size_t len = strlen(rows[i].name);
        if (strncmp(plain, rows[i].name, len) == 0 && (!rows[i].whole || plain[len] == 0))
            return rows[i].frame;
    }
    return FRAME_OTHER;
}

static bool is_geographic(PJ_TYPE type)
{
    return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

/* ---- understanding the definition ---------------------------------------------------------------
 */

enum form { FORM_NONE, FORM_CODE, FORM_STRING, FORM_WKT };

/* "EPSG:4549", "OGC:CRS84", "EPSG:4549+5773": an authority, and a code that holds a digit and no
 * blank; EPSG's are digits alone. PROJ would look any other text up as a name. */
static bool is_code(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    if (n == 0 || s[n] != ':')
        return false;
    const char *code = s + n + 1;
    size_t len = strcspn(code, " \t\r\n");
    size_t digits = strspn(code, "0123456789+");
    bool epsg = n == 4 && (*s == 'E' || *s == 'e') && (s[1] == 'P' || s[1] == 'p') &&
                (s[2] == 'S' || s[2] == 's') && (s[3] == 'G' || s[3] == 'g');
    return len > 0 && !code[len + strspn(code + len, " \t\r\n")] &&
           strcspn(code, "0123456789") < len && (!epsg || digits == len);
}

/* In which form a definition stands. A bare word has none: PROJ would take the name that is the
 * most like it. */
static enum form form_of(const char *s)
{
    static const char *const CODED[] = {"urn:ogc:def:", "http://www.opengis.net/def/",
                                        "https://www.opengis.net/def/"};
    for (size_t i = 0; i < MERE_LEN(CODED); i++)
        if (strncmp(s, CODED[i], strlen(CODED[i])) == 0)
            return FORM_CODE;
    if (*s == '{')
        return FORM_CODE;
    if (strncmp(s, "proj=", 5) == 0 || strncmp(s, "init=", 5) == 0 ||
        (*s == '+' && (strstr(s, "proj=") || strstr(s, "init="))))
        return FORM_STRING;
    size_t word = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    const char *next = s + word + strspn(s + word, " \t\r\n");
    if (word > 0 && (*next == '[' || *next == '('))
        return FORM_WKT;
    return is_code(s) ? FORM_CODE : FORM_NONE;
}

/* Past blanks and the mark of UTF-8. */
static const char *begin_of(const char *definition)
{
    if (strncmp(definition, "\xEF\xBB\xBF", 3) == 0)
        definition += 3;
    return definition + strspn(definition, " \t\r\n");
}

/* Read the definition. A PROJ string says what it is only with +type=crs. */
static PJ *read_definition(PJ_CONTEXT *proj, const char *definition)
{
    enum form form = form_of(definition);
    if (form == FORM_WKT)
        return proj_create_from_wkt(proj, definition, NULL, NULL, NULL);
    if (form != FORM_STRING || strstr(definition, "type=crs"))
        return proj_create(proj, definition);
    struct mere_text t = {.limit = 1 << 20};
    mere_text_addf(&t, "%s +type=crs", definition);
    PJ *pj = t.failed ? NULL : proj_create(proj, t.s);
    mere_text_clear(&t);
    return pj;
}

/* A text in none of the forms. */
static enum mere_status refuse_form(const struct opening *o, const char *definition)
{
    size_t digits = strspn(definition, "0123456789");
    bool number = digits > 0 && digits <= 6 && !definition[digits];
    return mere_fail(o->ctx, MERE_E_INPUT,
                     "the CRS \"%.300s\" is not stated in full%s%s%s; state it as EPSG:4549 "
                     "(authority:code), urn:ogc:def:crs:..., WKT, PROJJSON or a PROJ string "
                     "(+proj=...)",
                     definition, number ? " (is EPSG:" : "", number ? definition : "",
                     number ? " meant?)" : "");
}

static enum mere_status refuse_type(struct opening *o, const char *what)
{
    return mere_fail(o->ctx, MERE_E_INPUT,
                     "the CRS \"%s\" %s; state a CRS with a place on the Earth, such as EPSG:4549",
                     o->definition, what);
}

/* Set o->stated to the horizontal CRS. */
static enum mere_status open_stated(struct opening *o)
{
    PJ_CONTEXT *proj = o->crs->proj;
    const char *definition = begin_of(o->definition);
    if (form_of(definition) == FORM_NONE)
        return refuse_form(o, definition);
    o->stated = read_definition(proj, definition);
    if (!o->stated) {
        int err = proj_context_errno(proj);
        return mere_fail(
            o->ctx, MERE_E_INPUT,
            "PROJ does not understand the CRS \"%.300s\"%s%s; state it as EPSG:code, WKT "
            "or a PROJ string",
            o->definition, err ? ": " : "", err ? proj_context_errno_string(proj, err) : "");
    }
    if (proj_get_type(o->stated) == PJ_TYPE_COMPOUND_CRS) {
        PJ *horizontal = proj_crs_get_sub_crs(proj, o->stated, 0);
        proj_destroy(o->stated);
        o->stated = horizontal;
        if (!horizontal)
            return refuse_type(o, "has no horizontal part");
    }
    return MERE_OK;
}

/* Set o->base, and what is known from the type alone. */
static enum mere_status open_base(struct opening *o)
{
    PJ_CONTEXT *proj = o->crs->proj;
    PJ *inner = NULL;
    PJ_TYPE type = proj_get_type(o->stated);
    if (type == PJ_TYPE_BOUND_CRS) {
        o->bound = true;
        inner = proj_get_source_crs(proj, o->stated);
        type = inner ? proj_get_type(inner) : PJ_TYPE_UNKNOWN;
    }
    enum mere_status status = MERE_OK;
    if (type == PJ_TYPE_VERTICAL_CRS)
        status = refuse_type(o, "holds heights only");
    else if (type == PJ_TYPE_ENGINEERING_CRS)
        status = refuse_type(o, "is local and says nothing of where it lies");
    else if (type != PJ_TYPE_PROJECTED_CRS && !is_geographic(type))
        status = refuse_type(o, "is neither geographic nor projected");
    if (status == MERE_OK) {
        o->crs->info.geographic = is_geographic(type);
        o->base = proj_crs_get_geodetic_crs(proj, inner ? inner : o->stated);
        if (o->base && proj_get_type(o->base) == PJ_TYPE_BOUND_CRS) {
            PJ *unbound = proj_get_source_crs(proj, o->base);
            proj_destroy(o->base);
            o->base = unbound;
        }
        if (!o->base)
            status = refuse_type(o, "has no geographic base");
    }
    proj_destroy(inner);
    return status;
}

/* The unit of the first axis: in metres when projected, in radians when geographic; 0 unknown. */
static double axis_unit(PJ_CONTEXT *proj, const PJ *crs)
{
    PJ *source = proj_get_type(crs) == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(proj, crs) : NULL;
    PJ *cs = proj_crs_get_coordinate_system(proj, source ? source : crs);
    double unit = 0;
    if (!cs || !proj_cs_get_axis_info(proj, cs, 0, NULL, NULL, NULL, &unit, NULL, NULL, NULL))
        unit = 0;
    proj_destroy(cs);
    proj_destroy(source);
    return unit;
}

/* Whether the base CRS counts in degrees from Greenwich, as ours does. */
static bool is_plain_base(PJ_CONTEXT *proj, const PJ *base)
{
    PJ *meridian = proj_get_prime_meridian(proj, base);
    double lon = 1;
    bool greenwich = meridian &&
                     proj_prime_meridian_get_parameters(proj, meridian, &lon, NULL, NULL) &&
                     lon == 0;
    proj_destroy(meridian);
    return greenwich && fabs(axis_unit(proj, base) - 0.017453292519943295) < 1e-15;
}

static enum mere_status read_datum(struct opening *o)
{
    PJ_CONTEXT *proj = o->crs->proj;
    PJ *datum = proj_crs_get_datum_forced(proj, o->base);
    const char *name = datum ? proj_get_name(datum) : NULL;
    o->datum =
        mere_arena_text(&o->ctx->arena, name ? name : "unknown", strlen(name ? name : "unknown"));
    proj_destroy(datum);
    if (!o->datum)
        return mere_fail_nomem(o->ctx, "reading a CRS");
    o->frame = frame_of(o->datum);
    o->crs->info.cgcs2000 = o->frame == FRAME_CGCS2000;
    return MERE_OK;
}

/* Name and EPSG code: as stated, or of a match that is sure enough. */
static enum mere_status read_names(struct opening *o)
{
    struct mere_crs *crs = o->crs;
    const char *authority = proj_get_id_auth_name(o->stated, 0);
    const char *code = proj_get_id_code(o->stated, 0);
    const char *name = proj_get_name(o->stated);
    char epsg[64];
    int confidence = 0;
    *epsg = 0;
    if (authority && code && strcmp(authority, "EPSG") == 0) {
        snprintf(epsg, sizeof epsg, "EPSG:%s", code);
        confidence = 100;
    } else {
        int *confidences = NULL;
        PJ_OBJ_LIST *list = proj_identify(crs->proj, o->stated, "EPSG", NULL, &confidences);
        if (list && proj_list_get_count(list) > 0 && confidences[0] >= IDENTIFY_AT_LEAST) {
            PJ *match = proj_list_get(crs->proj, list, 0);
            code = match ? proj_get_id_code(match, 0) : NULL;
            if (code) {
                snprintf(epsg, sizeof epsg, "EPSG:%s", code);
                confidence = confidences[0];
            }
            proj_destroy(match);
        }
        proj_list_destroy(list);
        proj_int_list_destroy(confidences);
    }
    crs->info.confidence = confidence;
    MERE_TRY(set_text(o->ctx, crs, TEXT_NAME, name && *name ? name : "unnamed", &crs->info.name));
    return set_text(o->ctx, crs, TEXT_EPSG, *epsg ? epsg : NULL, &crs->info.epsg);
}

/* ---- the way to lon/lat -------------------------------------------------------------------------
 */

static enum mere_status refuse_way(struct opening *o)
{
    if (o->frame == FRAME_XIAN80 || o->frame == FRAME_BEIJING54)
        return mere_fail(
            o->ctx, MERE_E_INPUT,
            "coordinates in %s (CRS \"%s\") are refused: no published transformation to "
            "CGCS2000 or WGS 84 is good enough, and PROJ's would be a guess that may be a "
            "hundred metres off; ask the surveying office for the file in CGCS2000",
            o->datum, proj_get_name(o->stated));
    return mere_fail(
        o->ctx, MERE_E_INPUT,
        "the datum \"%s\" (CRS \"%s\") has no known transformation to WGS 84; PROJ would "
        "only guess (\"ballpark\"); state a CRS with a datum that PROJ knows",
        o->datum, proj_get_name(o->stated));
}

static enum mere_status normalise(struct opening *o, PJ *way)
{
    if (!way)
        return refuse_way(o);
    o->crs->to_degrees = proj_normalize_for_visualization(o->crs->proj, way);
    proj_destroy(way);
    return o->crs->to_degrees ? MERE_OK : refuse_way(o);
}

/* CGCS2000 and WGS 84: to the base CRS, and no further. */
static enum mere_status open_own_way(struct opening *o)
{
    struct mere_crs *crs = o->crs;
    if (!is_plain_base(crs->proj, o->base))
        return refuse_type(o, "does not count degrees from Greenwich");
    crs->info.own_rule = o->frame == FRAME_CGCS2000;
    crs->info.accuracy_m = 0;
    crs->asked = true;
    if (!crs->info.geographic) {
        PJ *source = o->bound ? proj_get_source_crs(crs->proj, o->stated) : NULL;
        PJ *way = proj_create_crs_to_crs_from_pj(crs->proj, source ? source : o->stated, o->base,
                                                 NULL, NULL);
        proj_destroy(source);
        MERE_TRY(normalise(o, way));
    }
    const char *step = crs->info.geographic ? "none" : "inverse projection";
    struct mere_text t = {0};
    mere_text_addf(&t, "%s%s", step,
                   crs->info.own_rule ? ", CGCS2000 taken as WGS 84 (merestone's own rule)" : "");
    enum mere_status status =
        t.failed ? mere_fail_nomem(o->ctx, "reading a CRS")
                 : set_text(o->ctx, crs, TEXT_OPERATION, t.s, &crs->info.operation);
    mere_text_clear(&t);
    return status;
}

/* Ask which operation the last point went by. False when it was a ballpark one. */
static bool ask_operation(struct mere_crs *crs)
{
    PJ *used = proj_trans_get_last_used_operation(crs->to_degrees);
    if (!used)
        return true; /* no point went through yet */
    bool good = !proj_coordoperation_has_ballpark_transformation(crs->proj, used);
    PJ_PROJ_INFO about = proj_pj_info(used);
    const char *name = proj_get_name(used);
    name = name && *name ? name : about.description;
    char *copy = strdup(name ? name : "unnamed");
    if (copy) {
        free(crs->texts[TEXT_OPERATION]);
        crs->texts[TEXT_OPERATION] = copy;
        crs->info.operation = copy;
    }
    crs->info.accuracy_m = proj_coordoperation_get_accuracy(crs->proj, used);
    proj_destroy(used);
    return good;
}

/* Send the middle of the CRS's area of use there and back, so that PROJ picks its operation. */
static bool probe(struct mere_crs *crs, const PJ *stated)
{
    double west = 0, south = 0, east = 0, north = 0;
    if (!proj_get_area_of_use(crs->proj, stated, &west, &south, &east, &north, NULL) ||
        west < -180 || south < -90) {
        west = east = 0;
        south = north = 0;
    }
    east += east < west ? 360 : 0;
    PJ_COORD c = proj_coord(0, 0, 0, HUGE_VAL);
    c.lp.lam = (west + east) / 2;
    c.lp.phi = (south + north) / 2;
    c = proj_trans(crs->to_degrees, PJ_INV, c);
    proj_errno_reset(crs->to_degrees);
    if (isfinite(c.xy.x) && isfinite(c.xy.y)) {
        (void)proj_trans(crs->to_degrees, PJ_FWD, c);
        proj_errno_reset(crs->to_degrees);
        return ask_operation(crs);
    }
    return true;
}

/* Any other datum: by PROJ's best operation that is no ballpark. */
static enum mere_status open_proj_way(struct opening *o)
{
    static const char *const options[] = {"ALLOW_BALLPARK=NO", NULL};
    struct mere_crs *crs = o->crs;
    if (!o->bound && (o->frame == FRAME_XIAN80 || o->frame == FRAME_BEIJING54))
        return refuse_way(o);
    PJ *wgs84 = proj_create(crs->proj, "EPSG:4326");
    if (!wgs84)
        return mere_fail(
            o->ctx, MERE_E_IO,
            "PROJ can't find its database (proj.db); install proj-data or set PROJ_LIB");
    PJ *way = proj_create_crs_to_crs_from_pj(crs->proj, o->stated, wgs84, NULL, options);
    proj_destroy(wgs84);
    MERE_TRY(normalise(o, way));
    MERE_TRY(set_text(o->ctx, crs, TEXT_OPERATION, "chosen by place", &crs->info.operation));
    crs->info.own_shift = o->bound;
    crs->info.accuracy_m = -1;
    return probe(crs, o->stated) ? MERE_OK : refuse_way(o);
}

static enum mere_status open_all(struct opening *o)
{
    MERE_TRY(open_stated(o));
    MERE_TRY(open_base(o));
    MERE_TRY(read_datum(o));
    MERE_TRY(read_names(o));
    o->crs->info.unit_m = o->crs->info.geographic ? 0 : axis_unit(o->crs->proj, o->stated);
    if (o->frame == FRAME_WGS84 || o->frame == FRAME_CGCS2000)
        return open_own_way(o);
    return open_proj_way(o);
}

enum mere_status mere_crs_open(struct mere_ctx *ctx, const char *definition,
                               struct mere_crs **ret_crs)
{
    struct mere_crs *crs = calloc(1, sizeof *crs);
    if (!crs)
        return mere_fail_nomem(ctx, "reading a CRS");
    crs->proj = proj_context_create();
    if (!crs->proj) {
        mere_crs_free(crs);
        return mere_fail_nomem(ctx, "reading a CRS");
    }
    proj_log_level(crs->proj, PJ_LOG_NONE);
    proj_context_set_enable_network(crs->proj, 0); /* the same answer on every machine */
    struct opening o = {.ctx = ctx, .crs = crs, .definition = definition};
    enum mere_status status = open_all(&o);
    proj_destroy(o.stated);
    proj_destroy(o.base);
    if (status == MERE_OK)
        *ret_crs = crs;
    else
        mere_crs_free(crs);
    return status;
}

void mere_crs_free(struct mere_crs *crs)
{
    if (!crs)
        return;
    proj_destroy(crs->to_degrees);
    for (size_t i = 0; i < MERE_LEN(crs->texts); i++)
        free(crs->texts[i]);
    proj_context_destroy(crs->proj);
    free(crs);
}

const struct mere_crs_info *mere_crs_info(const struct mere_crs *crs)
{
    return &crs->info;
}

static size_t transform(struct mere_crs *crs, PJ_DIRECTION direction, double *x, double *y,
                        size_t n)
{
    size_t n_bad = 0;
    for (size_t i = 0; i < n; i++) {
        PJ_COORD c = proj_coord(x[i], y[i], 0, HUGE_VAL);
        if (crs->to_degrees) {
            c = proj_trans(crs->to_degrees, direction, c);
            if (proj_errno(crs->to_degrees))
                proj_errno_reset(crs->to_degrees);
        }
        bool good = isfinite(c.xy.x) && isfinite(c.xy.y);
        x[i] = good ? c.xy.x : NAN;
        y[i] = good ? c.xy.y : NAN;
        n_bad += !good;
        if (good && !crs->asked && crs->to_degrees) {
            crs->asked = true;
            ask_operation(crs); /* no ballpark: it was not allowed */
        }
    }
    return n_bad;
}

size_t mere_crs_to_degrees(struct mere_crs *crs, double *x, double *y, size_t n)
{
    return transform(crs, PJ_FWD, x, y, n);
}

size_t mere_crs_from_degrees(struct mere_crs *crs, double *x, double *y, size_t n)
{
    return transform(crs, PJ_INV, x, y, n);
}
