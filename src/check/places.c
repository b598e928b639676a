/* places.c - reference layers: their geometry out of ISO WKB (OGC 06-103r4, with the Z and M of ISO
 * 13249-3), and how many places each face holds. */
#include "check/check_priv.h"
#include <string.h>

const struct mere_ref_layer *mere_check_reference(const struct mere_checker *ck, const char *name)
{
    for (size_t i = 0; name && i < ck->in->n_references; i++)
        if (strcmp(ck->in->references[i].name, name) == 0)
            return &ck->in->references[i];
    return NULL;
}

/* ---- WKB ---- */

enum { WKB_POINT = 1, WKB_POLYGON = 3, WKB_MULTIPOINT = 4, WKB_MULTIPOLYGON = 6 };

struct wkb {
    const uint8_t *at, *end;
    bool little;
    size_t dims; /* of the geometry being read: 2, 3 or 4 */
};

static bool read_u32(struct wkb *w, uint32_t *ret)
{
    if (w->end - w->at < 4)
        return false;
    const uint8_t *p = w->at;
    *ret = w->little
               ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24
               : (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
    w->at += 4;
    return true;
}

static bool read_double(struct wkb *w, double *ret)
{
    uint64_t bits = 0;
    if (w->end - w->at < 8)
        return false;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | w->at[w->little ? 7 - i : i];
    memcpy(ret, &bits, sizeof bits);
    w->at += 8;
    return true;
}

/* Byte order and type: ISO adds 1000 for Z, 2000 for M, 3000 for both. */
static bool read_head(struct wkb *w, uint32_t *ret_type)
{
    uint32_t type;
    if (w->at >= w->end || *w->at > 1)
        return false;
    w->little = *w->at++ == 1;
    if (!read_u32(w, &type) || type >= 4000)
        return false;
    w->dims = type / 1000 == 0 ? 2 : type / 1000 == 3 ? 4 : 3;
    *ret_type = type % 1000;
    return true;
}

static bool read_point(struct wkb *w, struct mere_point *ret)
{
    double v[4];
    for (size_t i = 0; i < w->dims; i++)
        if (!read_double(w, &v[i]))
            return false;
    return mere_point_from_degrees(v[0], v[1], ret);
}

static bool read_rings(struct wkb *w, struct mere_wkb_rings *out)
{
    uint32_t n_rings, n;
    if (!read_u32(w, &n_rings))
        return false;
    for (uint32_t r = 0; r < n_rings; r++) {
        if (!read_u32(w, &n) || (size_t)(w->end - w->at) / (8 * w->dims) < n)
            return false;
        if (!MERE_PUSH(&out->first, out->pts.n))
            return false;
        for (uint32_t i = 0; i < n; i++) {
            struct mere_point p;
            if (!read_point(w, &p))
                return false;
            if (i + 1 < n && !MERE_PUSH(&out->pts, p))
                return false;
        }
    }
    return true;
}

static bool read_geometry(struct wkb *w, uint32_t single, uint32_t multi,
                          struct mere_wkb_rings *out)
{
    uint32_t type, n = 1;
    if (!read_head(w, &type) || (type != single && type != multi))
        return false;
    if (type == multi && !read_u32(w, &n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t part = single;
        struct mere_point p;
        if (type == multi && (!read_head(w, &part) || part != single))
            return false;
        if (single == WKB_POLYGON ? !read_rings(w, out)
                                  : !read_point(w, &p) || !MERE_PUSH(&out->pts, p))
            return false;
    }
    return true;
}

bool mere_wkb_points(const uint8_t *wkb, size_t len, struct mere_wkb_rings *out)
{
    struct wkb w = {.at = wkb, .end = wkb + len};
    out->pts.n = out->first.n = 0;
    return len > 0 && read_geometry(&w, WKB_POINT, WKB_MULTIPOINT, out);
}

bool mere_wkb_polygons(const uint8_t *wkb, size_t len, struct mere_wkb_rings *out)
{
    struct wkb w = {.at = wkb, .end = wkb + len};
    out->pts.n = out->first.n = 0;
    return len > 0 && read_geometry(&w, WKB_POLYGON, WKB_MULTIPOLYGON, out);
}

void mere_wkb_clear(struct mere_wkb_rings *rings)
{
    MERE_VEC_FREE(&rings->pts);
    MERE_VEC_FREE(&rings->first);
}

/* ---- places by face ---- */

enum mere_status mere_check_locator(struct mere_checker *ck, const struct mere_locator **ret)
{
    if (!ck->locator) {
        MERE_TRY(mere_locator_build(ck->ctx, ck->net, &ck->own_locator));
        ck->locator = ck->own_locator;
    }
    *ret = ck->locator;
    return MERE_OK;
}

enum mere_status mere_check_places(struct mere_checker *ck)
{
    const struct mere_ref_layer *layer = mere_check_reference(ck, ck->profile->points);
    const struct mere_locator *locator;
    struct mere_wkb_rings at = {0};
    if (!layer || layer->n_features == 0)
        return MERE_OK;
    MERE_TRY(mere_check_locator(ck, &locator));
    ck->face_places = MERE_NEW(&ck->scratch, int64_t, (size_t)ck->net->n_faces);
    if (!ck->face_places)
        return mere_fail_nomem(ck->ctx, "counting places");
    size_t n_other = 0;
    for (size_t i = 0; i < layer->n_features; i++) {
        const struct mere_ref_feature *feature = &layer->features[i];
        if (!mere_wkb_points(feature->wkb, feature->wkb_len, &at)) {
            n_other++;
            continue;
        }
        for (size_t k = 0; k < at.pts.n; k++) {
            int32_t face = mere_locate_point(locator, at.pts.v[k]);
            if (face >= 0)
                ck->face_places[face]++;
        }
    }
    mere_wkb_clear(&at);
    if (n_other == 0 || !mere_profile_has(ck->profile, MERE_RULE_POINTS, NULL))
        return MERE_OK;
    return mere_check_lacks(
        ck, MERE_RULE_POINTS, NULL,
        mere_check_textf(ck, "参考图层%s有%zu个要素不是点，未计入", layer->name, n_other),
        mere_check_textf(
            ck, "%zu features of the reference layer %s are no points and were not counted",
            n_other, layer->name));
}
