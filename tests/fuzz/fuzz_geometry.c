/* fuzz_geometry.c - any bytes as a geometry of a GeoPackage: refused, or read into sound arrays
 * that are the same after they were written and read again. */
#include "store/geometry.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* Close the offset arrays, so that the polygons are a layer of one zone. */
static struct mere_layer as_layer(struct mere_gpkg_polygons *g)
{
    size_t n_parts = g->part_ring.n, n_rings = g->ring_first.n;
    must(MERE_PUSH(&g->part_ring, (uint32_t)n_rings));
    must(MERE_PUSH(&g->ring_first, (uint32_t)g->pts.n));
    return (struct mere_layer){.n_parts = n_parts,
                               .part_ring = g->part_ring.v,
                               .n_rings = n_rings,
                               .ring_first = g->ring_first.v,
                               .pts = g->pts.v};
}

static void write_and_read(struct mere_gpkg_polygons *g)
{
    struct mere_gpkg_polygons again = {0};
    struct mere_gpkg_blob blob = {0};
    const char *why = NULL;
    struct mere_layer layer = as_layer(g);
    uint32_t *parts = malloc((layer.n_parts + 1) * sizeof *parts);
    must(parts != NULL);
    for (size_t p = 0; p < layer.n_parts; p++)
        parts[p] = (uint32_t)p;
    must(mere_gpkg_write_polygons(&blob, &layer, parts, layer.n_parts, 4326));
    must(mere_gpkg_geometry_parse(blob.bytes.v, blob.bytes.n, &again, &why) == MERE_OK);
    must(again.pts.n == g->pts.n && again.part_ring.n == layer.n_parts &&
         again.ring_first.n == layer.n_rings);
    must(again.pts.n == 0 || memcmp(again.pts.v, g->pts.v, again.pts.n * sizeof *again.pts.v) == 0);
    free(parts);
    MERE_VEC_FREE(&blob.bytes);
    mere_gpkg_polygons_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mere_gpkg_polygons g = {0};
    struct mere_gpkg_envelope e;
    const char *why = NULL;
    if (mere_gpkg_geometry_parse(data, size, &g, &why) == MERE_OK)
        write_and_read(&g);
    else
        must(why != NULL && g.pts.n == 0 && g.part_ring.n == 0);
    mere_gpkg_polygons_clear(&g);
    if (mere_gpkg_envelope_of(data, size, &e))
        must(mere_gpkg_header_len(data, size) >= 8);
    (void)mere_wkb_envelope(data, size, &e);
    return 0;
}
