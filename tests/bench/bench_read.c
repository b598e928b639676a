/* bench_read.c - OGR's own reading of a file: every feature and its geometry, nothing else.
 *
 *     bench_read FILE */
#include <gdal.h>
#include <ogr_api.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    GDALAllRegister();
    GDALDatasetH ds = argc == 2 ? GDALOpenEx(argv[1], GDAL_OF_VECTOR, NULL, NULL, NULL) : NULL;
    if (!ds)
        return 2;
    OGRLayerH layer = GDALDatasetGetLayer(ds, 0);
    long long n = 0, points = 0;
    for (OGRFeatureH f; (f = OGR_L_GetNextFeature(layer)) != NULL; OGR_F_Destroy(f)) {
        OGRGeometryH g = OGR_F_GetGeometryRef(f);
        n++;
        points += g ? OGR_G_GetGeometryCount(g) : 0;
    }
    printf("%lld features, %lld rings\n", n, points);
    GDALClose(ds);
    return 0;
}
