// peer_geos.cpp - GEOS by its C++ classes: an indexed locator a polygon, found by a tree of boxes.
#include "peer.hpp"
#include <geos/algorithm/locate/IndexedPointInAreaLocator.h>
#include <geos/geom/CoordinateArraySequence.h>
#include <geos/geom/GeometryFactory.h>
#include <geos/geom/LinearRing.h>
#include <geos/geom/Location.h>
#include <geos/geom/Polygon.h>
#include <geos/index/strtree/TemplateSTRtree.h>
#include <geos/version.h>
#include <memory>

using geos::algorithm::locate::IndexedPointInAreaLocator;

int main(int argc, char **argv)
{
    peer_data d(argc, argv);
    auto factory = geos::geom::GeometryFactory::create();
    std::vector<std::unique_ptr<geos::geom::Polygon>> polygons;
    for (uint32_t f = 0; f < d.cov.nface; f++) {
        std::vector<geos::geom::Coordinate> ring;
        for (uint32_t i = 0; i < d.cov.face[f].n; i++)
            ring.emplace_back(d.ring(f)[2 * i], d.ring(f)[2 * i + 1]);
        auto seq = std::make_unique<geos::geom::CoordinateArraySequence>(std::move(ring));
        polygons.push_back(factory->createPolygon(factory->createLinearRing(std::move(seq))));
    }
    geos::index::strtree::TemplateSTRtree<uint32_t> tree;
    std::vector<std::unique_ptr<IndexedPointInAreaLocator>> locators;
    auto build = [&] {
        for (uint32_t f = 0; f < d.cov.nface; f++) {
            tree.insert(*polygons[f]->getEnvelopeInternal(), f);
            locators.push_back(std::make_unique<IndexedPointInAreaLocator>(*polygons[f]));
        }
    };
    auto ask = [&](double lon, double lat) {
        geos::geom::Coordinate p(lon, lat);
        int32_t found = -1;
        tree.query(geos::geom::Envelope(p), [&](uint32_t f) {
            if (locators[f]->locate(&p) != geos::geom::Location::EXTERIOR)
                found = (int32_t)f;
            return found < 0;
        });
        return found;
    };
    bench(d, "GEOS C++ locators + STRtree", "C++ " GEOS_VERSION, build, ask);
}
