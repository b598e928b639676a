// peer_s2.cpp - S2: one index of all polygons, asked which of them hold a point.
#include "peer.hpp"
#include <memory>
#include <s2/mutable_s2shape_index.h>
#include <s2/s2contains_point_query.h>
#include <s2/s2latlng.h>
#include <s2/s2lax_polygon_shape.h>

int main(int argc, char **argv)
{
    peer_data d(argc, argv);
    std::vector<std::vector<S2Point>> rings(d.cov.nface);
    for (uint32_t f = 0; f < d.cov.nface; f++)
        for (uint32_t i = 0; i + 1 < d.cov.face[f].n; i++)
            rings[f].push_back(
                S2LatLng::FromDegrees(d.ring(f)[2 * i + 1], d.ring(f)[2 * i]).ToPoint());
    MutableS2ShapeIndex index;
    auto build = [&] {
        for (auto &ring : rings)
            index.Add(std::make_unique<S2LaxPolygonShape>(std::vector<std::vector<S2Point>>{ring}));
        index.ForceBuild();
    };
    std::unique_ptr<S2ContainsPointQuery<MutableS2ShapeIndex>> query;
    auto ask = [&](double lon, double lat) {
        int32_t found = -1;
        if (!query)
            query = std::make_unique<S2ContainsPointQuery<MutableS2ShapeIndex>>(&index);
        query->VisitContainingShapes(S2LatLng::FromDegrees(lat, lon).ToPoint(),
                                     [&](S2Shape *shape) {
                                         found = shape->id();
                                         return false;
                                     });
        return found;
    };
    bench(d, "S2 shape index", "MutableS2ShapeIndex, S2ContainsPointQuery", build, ask);
}
