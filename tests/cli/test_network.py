#!/usr/bin/env python3
"""The network as the user meets it: a snap that would ruin a zone is refused by name, and the order in which
features, rings and schemes come changes nothing."""
import json
import random
import re

from program import check, mere, run_all, write_json

# Metres around 10 E 50 N, on a grid of whole units of 1e-7 degree.
X_M, Y_M = 140e-7, 90e-7


def place(x, y):
    return [round(10 + x * X_M, 7), round(50 + y * Y_M, 7)]


def zone(code, *polygons):
    """A feature; a polygon is a list of rings, a ring a list of (x, y) in metres."""
    coordinates = [[[place(*p) for p in ring + ring[:1]] for ring in rings] for rings in polygons]
    return {"type": "Feature", "properties": {"code": code, "name": "Zone " + code},
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates}}


def box(x0, y0, x1, y1):
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def store_of(folder, name, *schemes):
    """A store with (scheme, features, options ...) imported in this order; what the last import said."""
    path = folder.at(name + ".gpkg")
    said = mere("init", path, "--code", "x", "--name", "X", "--lang", "en")
    for scheme, features, *more in schemes:
        said = mere("import", path, write_json(folder.at(f"{name}-{scheme}.geojson"), features), "--scheme", scheme,
                    "--code", "code", "--name", "name", *more)
    return path, said


def zones_of(store, scheme="grid"):
    return {z["code"]: z for z in json.loads(mere("list", store, "--scheme", scheme, "--format", "json").out)["zones"]}


# What 5 m would do to a zone: its name, the word of the finding, the features.
RUINS = (
    ("BLADE", "vanish", [zone("BLADE", [[(0, 0), (100, 0), (50, 3)]]),
                         zone("B", [[(0, 0), (50, 0), (100, 0), (100, -50), (0, -50)]])]),
    ("WEDGE", "vanish", [zone("WEDGE", [[(0, 0), (100, 0), (50, 3)]]),
                            zone("B", [[(0, 0), (50, -1.5), (100, 0), (100, -50), (0, -50)]])]),
    ("SMALL", "vanish", [zone("SMALL", [[(100, 1), (102, 0), (102, 2)]]), zone("A", [box(0, -50, 99.5, 50)]),
                         zone("B", [box(102.5, -50, 200, 50)])]),
    ("GLASS", "be pinched", [zone("GLASS", [[(0, 0), (100, 0), (50, 50), (100, 100), (0, 100), (48, 50)]]),
                          zone("B", [[(0, 0), (46, 50), (0, 100), (-50, 50)]])]),
)


def test_refusals(folder):
    for code, word, features in RUINS:
        far = zone("FAR", [box(300, 0, 400, 100)]), zone("NEAR", [box(400.02, 0, 500, 100)])
        store, said = store_of(folder, code, ("grid", [*features, *far], "--tolerance", 5))
        lines = [line for line in said.text.splitlines() if "snap-refused" in line and code in line and word in line]
        check(len(lines) == len(set(lines)), "and once", said)
        check(said.code == 1 and lines, f"a snap by which a zone would {word} is refused by its name", said)
        check("WARNING" in lines[0].upper() and "10.00" in lines[0] and "50.00" in lines[0] if lines else False,
              "and the finding tells the place", said)
        zones = zones_of(store)
        check(sorted(zones) == sorted(f["properties"]["code"] for f in [*features, *far]) and
              all(z["area_m2"] > 0.1 and z["parts"] == 1 for z in zones.values()),
              "the zone is there, in one part, and so are all others", zones)
        found = json.loads(mere("check", store, "--format", "json").out)["findings"]
        check(not any("FAR" in f["zones"] for f in found), "what could be matched elsewhere is", found)
        again, _ = store_of(folder, code + "-exact", ("grid", features))
        kept = zones_of(again)[code]["area_m2"]
        check(abs(zones[code]["area_m2"] - kept) <= 5 * zones[code]["perimeter_m"], "the zone is about as it was drawn",
              (kept, zones[code]))


def test_shift(folder):
    gap = [zone("A", [box(0, 0, 100, 100)]), zone("B", [box(103, 0, 200, 100)])]
    _, said = store_of(folder, "east", ("grid", gap, "--tolerance", 5))
    shift = re.search(r"largest shift ([0-9.]+) m", said.text)
    check(shift and abs(float(shift[1]) - 3) < 0.05, "a shift to the east is told in metres", said)
    seed, far = 20261123, 0
    print("seed", seed)
    chance = random.Random(seed)
    for k in range(8):
        zones = [zone(f"{i}{j}", [[(x + chance.uniform(-3, 3), y + chance.uniform(-3, 3))
                                   for x, y in box(30 * i, 30 * j, 30 * i + 30, 30 * j + 30)]])
                 for i in range(4) for j in range(4)]
        _, said = store_of(folder, f"cells{k}", ("grid", zones, "--tolerance", 4))
        shift = re.search(r"largest shift ([0-9.]+) m", said.text)
        far = max(far, float(shift[1]) if shift else 99)
    check(0 < far <= 4.03, "where many zones meet no vertex goes farther than the tolerance", f"seed {seed}: {far}")


def district():
    """Three levels: parts, holes, an enclave in a hole, land that two claim, borders 4 mm apart."""
    community = [zone("c1", [box(0, 0, 200, 400)]), zone("c2", [box(200, 0, 400, 400)], [box(500, 0, 600, 100)])]
    grid = [zone("g1", [box(0, 0, 200.004, 200)]), zone("g2", [box(0, 200, 200, 400), box(50, 250, 150, 350)]),
            zone("g3", [box(50, 250, 150, 350), box(80, 280, 120, 320)]), zone("g4", [box(200, 0, 400, 230)]),
            zone("g5", [box(200, 220, 400, 400)], [box(500, 0, 600, 100)])]
    beat = [zone("b1", [[(0, 0), (400, 0), (0, 400)]]), zone("b2", [[(400, 0), (400, 400), (0, 400)]])]
    return {"community": community, "grid": grid, "beat": beat}


def redraw(features, chance):
    """The same zones: features, parts and holes in another order, rings from another vertex the other way round."""
    features = json.loads(json.dumps(features))
    for f in features:
        polygons = f["geometry"]["coordinates"]
        for rings in polygons:
            for i, ring in enumerate(rings):
                turn = chance.randrange(len(ring) - 1)
                ring = ring[turn:-1] + ring[:turn]
                ring = ring[::-1] if chance.random() < 0.5 else ring
                rings[i] = ring + ring[:1]
            rings[1:] = chance.sample(rings[1:], len(rings) - 1)
        chance.shuffle(polygons)
    chance.shuffle(features)
    return features


def test_order(folder):
    seed = 20261123
    print("seed", seed)
    chance = random.Random(seed)
    schemes = list(district().items())
    store, said = store_of(folder, "first", *schemes)
    want = mere("hash", store).out
    check(said.code in (0, 1) and len(want) == 65, "a district of three levels has a hash", said)
    findings = json.loads(mere("check", store, "--format", "json").out)["findings"]
    for k in range(6):
        order = chance.sample(schemes, len(schemes))
        more = [(scheme, redraw(features, chance)) for scheme, features in order]
        store, _ = store_of(folder, f"turned{k}", *more)
        got = mere("hash", store).out
        names = ", ".join(scheme for scheme, _ in order)
        check(got == want, f"drawn otherwise and imported as {names}: the same hash", f"seed {seed}: {got} {want}")
        other = json.loads(mere("check", store, "--format", "json").out)["findings"]
        check(other == findings, "and the same findings", f"seed {seed}")


if __name__ == "__main__":
    run_all(test_refusals, test_shift, test_order)
