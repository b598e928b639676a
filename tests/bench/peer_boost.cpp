// peer_boost.cpp - Boost.Geometry: a packed R-tree of boxes, then `within`.
#include "peer.hpp"
#include <boost/geometry.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/version.hpp>
#include <memory>

namespace bg = boost::geometry;
using point = bg::model::d2::point_xy<double>;
using box = bg::model::box<point>;
using polygon = bg::model::polygon<point, false>; // counter-clockwise, closed
using entry = std::pair<box, uint32_t>;
using rtree = bg::index::rtree<entry, bg::index::rstar<16>>;

int main(int argc, char **argv)
{
    peer_data d(argc, argv);
    std::vector<polygon> polygons(d.cov.nface);
    for (uint32_t f = 0; f < d.cov.nface; f++)
        for (uint32_t i = 0; i < d.cov.face[f].n; i++)
            polygons[f].outer().emplace_back(d.ring(f)[2 * i], d.ring(f)[2 * i + 1]);
    std::unique_ptr<rtree> tree;
    auto build = [&] {
        std::vector<entry> entries;
        for (uint32_t f = 0; f < d.cov.nface; f++)
            entries.emplace_back(bg::return_envelope<box>(polygons[f]), f);
        tree = std::make_unique<rtree>(entries);
    };
    auto ask = [&](double lon, double lat) {
        point p(lon, lat);
        for (auto it = tree->qbegin(bg::index::intersects(p)); it != tree->qend(); ++it)
            if (bg::within(p, polygons[it->second]))
                return (int32_t)it->second;
        return -1;
    };
    bench(d, "Boost.Geometry R-tree + within", "Boost " BOOST_LIB_VERSION, build, ask);
}
