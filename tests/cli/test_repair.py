#!/usr/bin/env python3
"""merestone repair and undo: what is mended, what is left to a person, and that it can be taken back."""
import csv
import json
import os
import sqlite3
import struct

from program import check, dump_hash, feature, integrity, mere, run_all, write_json

X, Y = 10.0, 50.0  # where the district lies; a unit below is 1e-5 degree, about a metre


def rect(x0, y0, x1, y1):
    def at(x, y):
        return [round(X + x * 1e-5, 7), round(Y + y * 1e-5, 7)]
    return [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)]


def zone(code, *box, **more):
    return feature(rect(*box), code=code, name="Zone " + code, **more)


# A gap between A and B (2 wide), an overlap of all three with D (1 wide), and E and F without a defect.
DEFECTS = [zone("A", 0, 0, 100, 100), zone("B", 102, 0, 200, 100), zone("C", 200, 0, 300, 100),
           zone("D", 0, 99, 300, 200), zone("E", 0, -100, 300, 0), zone("F", 0, -200, 300, -100)]


def store_of(folder, features, name="store.gpkg", scheme="grid", lang="en", fresh=True, *words):
    store = folder.at(name)
    if fresh:
        said = mere("init", store, "--code", "x", "--name", "X", "--lang", lang)
        check(said.code == 0, "a store is made", said)
    parent = ["--parent", "parent"] if any("parent" in f["properties"] for f in features) else []
    said = mere("import", store, write_json(folder.at(scheme + ".geojson"), features), "--scheme", scheme, "--code",
                "code", "--name", "name", *parent, *words)
    check(said.code in (0, 1), f"the scheme {scheme} is imported", said)
    return store


def rows(store, sql):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    found = db.execute(sql).fetchall()
    db.close()
    return found


def zones(store, scheme="grid"):
    """Every row of the layer, with the blob as it is."""
    return {r[0]: r for r in rows(store, f'SELECT code, * FROM "{scheme}"')}


def rtree(store, scheme="grid"):
    return rows(store, f'SELECT id, minx, maxx, miny, maxy FROM "rtree_{scheme}_geom" ORDER BY id')


def net_hash(store):
    return mere("hash", store).out.strip()


def generation(store):
    return int(rows(store, "SELECT value FROM mere_meta WHERE key = 'generation'")[0][0])


def findings(store, *words):
    said = mere("check", store, "--format", "json", *words)
    return [f for f in json.loads(said.out)["findings"] if f["severity"] != "info" and not f["waived"]]


def report_of(folder, store, *words, scheme="grid", code=0):
    path = folder.at("report.json")
    said = mere("repair", store, "--scheme", scheme, "--report", path, "--force", *words)
    check(said.code == code, f"repair {' '.join(words)} ends with {code}", said)
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def test_mending(folder):
    store = store_of(folder, DEFECTS)
    before, was, index = zones(store), net_hash(store), rtree(store)
    whole = dump_hash(store)
    said = mere("repair", store, "--scheme", "grid", "--dry-run", "--report", folder.at("dry.csv"))
    check(said.code == 0 and "dry run" in said.out and "gap nobody -> A" in said.out, "a dry run tells what it would do", said)
    check(dump_hash(store) == whole, "a dry run writes nothing")
    with open(folder.at("dry.csv"), encoding="utf-8", newline="") as f:
        listed = list(csv.DictReader(f))
    check([r["kind"] for r in listed] == ["overlap"] * 3 + ["gap"] and {r["what"] for r in listed} == {"proposed"},
          "the CSV has a row for each piece", listed)
    check(listed[3]["after"] == "A" and listed[3]["alternative"] == "B" and listed[3]["rule"] == "lower-code" and
          abs(float(listed[3]["width_m"]) - 1.43) < 0.02 and listed[3]["area2"] == "3960000",
          "with the new owner, the second choice, the rule and the measures", listed[3])
    report = report_of(folder, store)
    check(len(findings(store)) == 0 and report["left"] == [], "afterwards check finds nothing", findings(store))
    after = zones(store)
    check(all(before[c] == after[c] for c in "DEF"), "features without a change keep their bytes")
    check(all(before[c] != after[c] for c in "ABC") and report["features"] == {"changed": 3, "removed": 0, "kept": 3},
          "the others are those listed", report["features"])
    check(integrity(store) == "ok", "the file is sound")
    whole, mended = dump_hash(store), net_hash(store)
    again = report_of(folder, store)
    check(again["proposals"] == [] and dump_hash(store) == whole, "a second run changes nothing", again)
    said = mere("undo", store)
    check(said.code == 0 and "undone: repair of scheme grid" in said.out, "undo tells what it took back", said)
    check(zones(store) == before and net_hash(store) == was and rtree(store) == index, "undo restores every byte")
    check(generation(store) == report["generation"] + 1, "undo is a generation of its own")
    said = mere("undo", store)
    check(said.code == 2 and "no operation that can be undone" in said.err, "there is nothing more to undo", said)
    report_of(folder, store)
    check(net_hash(store) == mended, "repaired again, it is the same as at first")
    kinds = [r[0] for r in rows(store, "SELECT kind FROM mere_operations ORDER BY id")]
    check(kinds == ["repair", "undo", "repair"], "every operation is in the log", kinds)


def test_steps(folder):
    store = store_of(folder, DEFECTS)
    states = [(zones(store), net_hash(store))]
    for words in (("--max-width", "0.8"), ("--max-width", "1.2"), ()):
        report_of(folder, store, *words, code=1 if words else 0)
        states.append((zones(store), net_hash(store)))
    check(states[0] == states[1] and states[2] != states[1] and states[3] != states[2],
          "limits hold back what is wider, and a larger one lets it go")
    for want in (states[2], states[0]):
        said = mere("undo", store)
        check(said.code == 0 and (zones(store), net_hash(store)) == want, "each undo goes back one step", said)
    check(mere("undo", store).code == 2, "and no further")


def test_limits_and_reasons(folder):
    wide = [zone("A", 0, 0, 100, 100), zone("B", 130, 0, 200, 100), zone("D", 0, 100, 200, 200), zone("E", 0, -100, 200, 0)]
    store = store_of(folder, wide)
    report = report_of(folder, store, code=1)
    left = [(f["rule"], f["why"]) for f in report["left"]]
    check(left == [("unclaimed", ["wide"])], "wide land is left to a person", report["left"])
    check([f["finding"] for f in report["left"]] == [f["id"] for f in findings(store)], "as check finds it")
    path = folder.at("left.csv")
    mere("repair", store, "--scheme", "grid", "--report", path)
    with open(path, encoding="utf-8", newline="") as f:
        rows_of = {r["what"]: r["finding"] for r in csv.DictReader(f)}
    check(list(rows_of) == ["left", "person"] and rows_of["left"] == rows_of["person"] == report["left"][0]["finding"] and
          [p["finding"] for p in report["proposals"]] == [rows_of["left"]], "a piece names the finding that is left of it", rows_of)
    report = report_of(folder, store, "--max-width", "40", code=1)
    check(report["left"][0]["why"] == ["large"], "so is large land", report["left"])
    report = report_of(folder, store, "--max-width", "40", "--max-area", "5000")
    check(report["left"] == [] and findings(store) == [], "unless the limits let it be mended")
    said = mere("repair", store, "--scheme", "grid", "--max-width", "-1")
    check(said.code == 2, "a limit below 0 is refused", said)
    said = mere("repair", store, "--scheme", "no")
    check(said.code == 2 and "no scheme 'no'" in said.err, "an unknown scheme is refused", said)
    check(mere("repair", store).code == 2, "the scheme must be told")


def test_streets(folder):
    """The land of all streets left out, as one gap with holes: every strip goes to a block beside it."""
    blocks = [zone(f"B{i}{j}", i * 50 + 1.5, j * 50 + 1.5, i * 50 + 48.5, j * 50 + 48.5) for i in range(4) for j in range(4)]
    frame = [zone("N", -20, 200, 220, 220), zone("S", -20, -20, 220, 0), zone("W", -20, 0, 0, 200), zone("E", 200, 0, 220, 200)]
    store = store_of(folder, blocks + frame)
    was = net_hash(store)
    check([f["rule"] for f in findings(store)] == ["gap"], "the streets are one gap", findings(store))
    report = report_of(folder, store)
    pieces = [p for p in report["proposals"] if p["kind"] == "gap"]
    strips = [p for p in pieces if p["area_m2"] > 40]
    check(len(strips) == 40 and all(p["applied"] for p in pieces), "it is cut at every crossing", len(strips))
    check(all(p["after"] != p["alternative"] and p["width_m"] < 4 and p["area_m2"] < 130 for p in strips),
          "and each strip goes to one of the two blocks beside it", strips)
    check(findings(store) == [] and report["left"] == [], "nothing is left")
    shapes = [z["parts"] for z in json.loads(mere("list", store, "--scheme", "grid", "--format", "json").out)["zones"]]
    check(shapes == [1] * 20, "every block is one part", shapes)
    said = mere("undo", store)
    check(said.code == 0 and net_hash(store) == was, "and undo gives the streets back", said)


def test_own_profile(folder):
    own = {"name": "own", "repair": [{"scheme": "grid", "max_width_m": 1.2, "max_area_m2": 50000, "max_fragment_m": 0, "source": "t"}],
           "rules": {"gap": [{"max": 10, "unit": "m", "severity": "error", "source": "t"}],
                     "overlap": [{"severity": "error", "source": "t"}]}}
    path = folder.write("own.json", json.dumps(own))
    store = folder.at("store.gpkg")
    said = mere("init", store, "--code", "x", "--name", "X", "--lang", "en", "--profile", path)
    check(said.code == 0, "a store of a profile of its own is made", said)
    store_of(folder, DEFECTS, fresh=False)
    os.remove(path)
    report = report_of(folder, store, code=1)
    check(report["max_width_m"] == 1.2 and report["max_area_m2"] == 50000 and
          [f["rule"] for f in report["left"]] == ["gap"], "the limits are those of the store's own profile", report["left"])
    del own["repair"][0]["source"]
    for wrong in (own, {**own, "repair": [{"max_width_m": -1, "max_area_m2": 1, "max_fragment_m": 0, "source": "t"}]},
                  {**own, "repair": [{"max_width_m": 1, "wide": 1, "source": "t"}]}, {**own, "repair": {}}):
        said = mere("repair", store, "--scheme", "grid", "--profile", folder.write("wrong.json", json.dumps(wrong)))
        check(said.code == 2 and "repair" in said.err or "max_" in said.err, "a wrong section of a profile is refused", said)


def places(folder, store, *points):
    path = folder.at("places.geojson")
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"n": i}, "geometry": {"type": "Point", "coordinates": rect(*p, *p)[0]}}
            for i, p in enumerate(points)]}, f)
    said = mere("import", store, path, "--reference", "addresses")
    check(said.code == 0, "places are imported", said)


def test_places(folder):
    store = store_of(folder, DEFECTS)
    places(folder, store, (101, 40), (50, 99.5), (20, 20))
    report = report_of(folder, store, code=1)
    left = [(f["rule"], f["zones"], f["why"]) for f in report["left"]]
    check(left == [("overlap", ["A", "D"], ["disputed-places"])], "a place in disputed land needs a person", left)
    gap = [p for p in report["proposals"] if p["kind"] == "gap"]
    check(gap[0]["applied"] and gap[0]["places"] == 1, "a place without an owner gets one, and that is listed", gap)


def test_parents(folder):
    store = store_of(folder, [zone("P", 0, 0, 100, 100), zone("Q", 100, 0, 200, 100)], scheme="community")
    grids = [zone("a", 0, 0, 101, 50, parent="P"), zone("b", 0, 50, 101, 100, parent="P"),
             zone("c", 101, 0, 200, 30, parent="Q"), zone("d", 101, 30, 200, 100.5, parent="Q")]
    store_of(folder, grids, scheme="grid", fresh=False)
    parents = zones(store, "community")
    report = report_of(folder, store)
    moved = sorted((p["kind"], p["before"], p["after"], p["parent"]) for p in report["proposals"] if p["kind"] != "junction")
    check(moved == [("beside", ["a"], "c", "Q"), ("beside", ["a"], "d", "Q"), ("beside", ["b"], "d", "Q"),
                    ("beside", ["d"], None, None)], "children go onto their parents' borders, piece by piece", moved)
    check(findings(store) == [] and zones(store, "community") == parents, "and no parent's border moves", findings(store))
    store = store_of(folder, [zone("P", 0, 0, 100, 100), zone("Q", 100, 0, 200, 100)], "two.gpkg", "community")
    grids = [zone("a", 0, 0, 101, 100, parent="P"), zone("c", 103, 0, 200, 100, parent="P")]
    store_of(folder, grids, "two.gpkg", fresh=False)
    report = report_of(folder, store, code=1)
    check(all(f["rule"] in ("nesting", "bay", "parent-uncovered") for f in report["left"]) and
          any("parent" in f["why"] for f in report["left"]), "where no neighbour is of the parent, a person must look", report["left"])
    check(sorted(f["finding"] for f in report["left"]) == sorted(f["id"] for f in findings(store)),
          "and what is left is what check finds", report["left"])


def test_schemes_below(folder):
    """P and Q overlap, their grids are right: mending P and Q makes a strip of a grid another parent's."""
    store = store_of(folder, [zone("P", 0, 0, 101, 100), zone("Q", 100, 0, 200, 100)], scheme="community")
    store_of(folder, [zone("a", 0, 0, 100, 100, parent="P"), zone("b", 100, 0, 150, 100, parent="Q"),
                      zone("c", 150, 0, 220, 100, parent="Q")], fresh=False)
    before = {f["id"] for f in findings(store) if f["scheme"] == "grid"}
    path = folder.at("below.csv")
    report = report_of(folder, store, "--dry-run", scheme="community", code=1)
    said = mere("repair", store, "--scheme", "community", "--report", path)
    left = [(f["rule"], f["scheme"], f["zones"]) for f in report["left"]]
    new = {f["id"] for f in findings(store) if f["scheme"] == "grid"} - before
    check(before and left == [("nesting", "grid", ["b"])] and {f["finding"] for f in report["left"]} == new,
          "what mending a scheme brings to the scheme below is listed, and nothing that was there", report["left"])
    check(said.code == 1 and "nesting grid" in said.out and "repair its scheme next" in said.out, "and told with what to do", said)
    with open(path, encoding="utf-8", newline="") as f:
        listed = [(r["what"], r["scheme"], r["kind"]) for r in csv.DictReader(f)]
    check(listed == [("mended", "community", "overlap"), ("person", "grid", "nesting")], "each row names its scheme", listed)
    report = report_of(folder, store, "--max-width", "1", code=1)
    check(("beside", ["b"], "a") in [(p["kind"], p["before"], p["after"]) for p in report["proposals"] if p["applied"]] and
          not new & {f["id"] for f in findings(store)}, "repairing that one mends it", report["proposals"])


def test_what_is_waived_of_the_scheme_below(folder):
    """P and Q overlap where the grids leave a lake on purpose: the waiver is about the grids."""
    store = store_of(folder, [zone("P", 0, 0, 101, 100), zone("Q", 100, 0, 200, 100)], scheme="community")
    store_of(folder, [zone("a", 0, 0, 90, 100, parent="P"), zone("b", 110, 0, 200, 100, parent="Q")], fresh=False)
    for f in findings(store):
        if f["rule"] == "parent-uncovered":
            check(mere("waive", store, f["rule"], f["id"], "--reason", "a lake").code == 0, "the lake is waived")
    report = report_of(folder, store, scheme="community", code=0)
    check([p["kind"] for p in report["proposals"] if p["applied"]] == ["overlap"], "the overlap is mended", report)


def test_less_of_the_same_is_no_news(folder):
    """P and Q leave a narrow gap and a wide one; grid a lies in both. Mending the narrow one leaves the wide one."""
    corners = [(0, 0), (98, 0), (98, 40), (100, 40), (100, 60), (80, 60), (80, 100), (0, 100), (0, 0)]
    p = feature([[round(X + x * 1e-5, 7), round(Y + y * 1e-5, 7)] for x, y in corners], code="P", name="P")
    store = store_of(folder, [p, zone("Q", 100, 0, 200, 100)], scheme="community")
    store_of(folder, [zone("a", 0, 0, 100, 100, parent="P"), zone("b", 100, 0, 200, 100, parent="Q")], fresh=False)
    store_of(folder, [zone("S", 0, 0, 200, 100)], scheme="street", fresh=False)
    report = report_of(folder, store, "--dry-run", scheme="community", code=1)
    told = [(f["rule"], f["scheme"]) for f in report["left"]]
    check(told == [("unclaimed", "community"), ("parent-uncovered", "street")], "land of a grid that is outside its parent as before is not told as new", report["left"])


def test_key_areas(folder):
    """The grid of a key area is put on its parent's border, which the key area crosses: it is split then."""
    store = store_of(folder, [zone("P", 0, 0, 100, 100), zone("Q", 100, 0, 200, 100)], scheme="community")
    store_of(folder, [zone("a", 0, 0, 99, 100, parent="P"), zone("b", 99, 0, 200, 100, parent="Q")], fresh=False)
    store_of(folder, [zone("k", 99, 0, 200, 100), zone("l", 0, 0, 200, 50)], scheme="key", fresh=False)
    had = {f["id"] for f in findings(store, "--profile", "hangzhou")}
    report = report_of(folder, store, "--profile", "hangzhou", code=1)
    new = [f["id"] for f in findings(store, "--profile", "hangzhou") if f["id"] not in had]
    check([(f["rule"], f["scheme"], f["zones"]) for f in report["left"]] == [("key-split", "key", ["k"])] and
          [f["finding"] for f in report["left"]] == new, "a key area that the mending splits is told, and no other", report["left"])


def test_key_areas_are_mended(folder):
    """Two key areas overlap; when one loses the strip, its grid holds more than a fifth of other land."""
    store = folder.at("key.gpkg")
    mere("init", store, "--code", "x", "--name", "X", "--lang", "en", "--profile", "hangzhou")
    words = ("--code", "code", "--name", "name", "--attr", "kind=kind")
    mere("import", store, write_json(folder.at("g.geojson"), [zone("a", 0, 0, 100, 100, kind="dedicated"), zone("b", 100, 0, 400, 100, kind="basic")]),
         "--scheme", "grid", *words)
    mere("import", store, write_json(folder.at("k.geojson"), [zone("K1", 0, 10, 100, 21), zone("K2", 0, 19.2, 100, 100)]),
         "--scheme", "key", *words[:4])
    had = {f["id"] for f in findings(store)}
    report = report_of(folder, store, scheme="key", code=1)
    new = [(f["rule"], f["scheme"]) for f in findings(store) if f["id"] not in had]
    check(new == [("key-shared", "grid")] and [(f["rule"], f["scheme"]) for f in report["left"]] == new,
          "what mending key areas brings to the grids is listed", [new, report["left"]])


def test_wrong_parent(folder):
    store = store_of(folder, [zone("P", 0, 0, 100, 100), zone("Q", 100, 0, 200, 100)], scheme="community")
    store_of(folder, [zone("a", 0, 0, 100, 100, parent="P"), zone("b", 100, 0, 108, 100, parent="P"),
                      zone("c", 108, 0, 200, 100, parent="Q")], fresh=False)
    report = report_of(folder, store, code=1)
    check([(f["rule"], f["why"]) for f in report["left"]] == [("nesting", ["whole-zone"])] and report["features"]["changed"] == 0,
          "a zone in another parent than it states is not given away, however narrow", report["left"])


def test_parts_and_holes(folder):
    ring = feature(rect(0, 0, 100, 100), code="A", name="A")
    ring["geometry"]["coordinates"].append(rect(40, 40, 60, 60)[::-1])
    store = store_of(folder, [ring, zone("B", 41, 41, 59, 59)])
    report = report_of(folder, store)
    check([(p["kind"], p["after"]) for p in report["proposals"]] == [("gap", "A")], "a gap around an island is filled", report["proposals"])
    check(findings(store) == [], "and nothing is left")
    halves = [feature(rect(0, 0, 100, 50), code="A", name="A"), zone("W", -50, 0, 0, 100), zone("E", 100, 0, 150, 100)]
    halves[0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[rect(0, 0, 100, 50)], [rect(0, 51, 100, 100)]]}
    store = store_of(folder, halves, "two.gpkg")
    report = report_of(folder, store, code=1)
    check(any("part" in f["why"] for f in report["left"]), "a gap that would join two parts of a zone needs a person", report["left"])


def test_duplicates(folder):
    twin = [zone("A", 0, 0, 100, 100, note="x"), zone("B", 100, 0, 200, 100, note="y"), zone("A", 0, 0, 100, 100, note="x")]
    store = store_of(folder, twin)
    was, before = net_hash(store), rows(store, "SELECT * FROM grid ORDER BY fid")
    index = rtree(store)
    report = report_of(folder, store)
    check([(p["kind"], p["before"], p["after"]) for p in report["proposals"]] == [("duplicate", ["A", "A"], "A")] and
          report["features"]["removed"] == 1, "a zone that is there twice goes once", report)
    now = rows(store, "SELECT * FROM grid ORDER BY fid")
    check(len(now) == 2 and all(r in before for r in now) and findings(store) == [], "the other stays as it is", now)
    said = mere("undo", store)
    check(said.code == 0 and rows(store, "SELECT * FROM grid ORDER BY fid") == before and net_hash(store) == was and
          rtree(store) == index, "undo puts the other back, with all it had", said)
    twin[2]["properties"]["code"] = "Z"
    store = store_of(folder, twin, "two.gpkg")
    report = report_of(folder, store, code=1)
    check([f["why"] for f in report["left"]] == [["codes"]] and report["features"]["removed"] == 0,
          "twins of different codes need a person", report["left"])


def test_waivers(folder):
    store = store_of(folder, DEFECTS)
    gap = [f for f in findings(store) if f["rule"] == "gap"][0]
    said = mere("waive", store, "gap", gap["id"], "--reason", "a lane")
    check(said.code == 0, "the gap is waived", said)
    report = report_of(folder, store)
    check([p["kind"] for p in report["proposals"] if p["applied"]] == ["overlap"] * 3, "what is waived stays as it is", report)
    check(report["left"] == [], "and needs no person")
    parts = [feature(rect(0, 0, 100, 100), code="A", name="A"), zone("B", 100, 0, 200, 100)]
    parts[0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[rect(0, 0, 100, 100)], [rect(199, 0, 200, 1)]]}
    parts[1]["geometry"]["coordinates"] = [[p for p in rect(100, 0, 199, 100)[:2]] + rect(199, 1, 200, 100)[:3] +
                                           [rect(100, 0, 199, 100)[3], rect(100, 0, 199, 100)[0]]]
    for waived in (True, False):
        store = store_of(folder, parts, f"parts{waived}.gpkg")
        if waived:
            mere("waive", store, "parts", "grid/A", "--reason", "a kiosk")
        report = report_of(folder, store, "--profile", "hangzhou", code=int(waived))
        check([p["kind"] for p in report["proposals"]] == ([] if waived else ["fragment"]),
              "a splinter goes to its neighbour, unless it is waived", report["proposals"])


def blob(ring):
    body = struct.pack("<BII", 1, 3, 1) + struct.pack("<I", len(ring)) + b"".join(struct.pack("<2d", *p) for p in ring)
    return b"GP" + struct.pack("<BBi", 0, 1, 4326) + struct.pack("<BII", 1, 6, 1) + body


def edit(store, code, ring):
    """As QGIS does it; the R-tree's functions say that nothing is there, which is enough here."""
    db = sqlite3.connect(store, isolation_level=None)
    db.create_function("ST_IsEmpty", 1, lambda g: 1)
    for name in ("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        db.create_function(name, 1, lambda g: 0.0)
    db.execute("UPDATE grid SET geom = ? WHERE code = ?", (blob(ring), code))
    db.close()


def test_undo_refuses(folder):
    store = store_of(folder, DEFECTS)
    report_of(folder, store)
    edit(store, "F", rect(0, -200, 300, -101)[:4] + [rect(0, -200, 300, -101)[0]])
    said = mere("hash", store)
    now = zones(store)
    said = mere("undo", store)
    check(said.code == 0 and zones(store)["F"] == now["F"], "an edit of another feature does not hinder undo", said)
    store = store_of(folder, DEFECTS, "two.gpkg")
    report_of(folder, store)
    edit(store, "C", rect(200, 0, 290, 99))
    mere("hash", store)
    now = dump_hash(store)
    said = mere("undo", store)
    check(said.code == 2 and "was changed since" in said.err and dump_hash(store) == now,
          "a feature that another program changed since can't be undone, and nothing is changed", said)
    store = store_of(folder, DEFECTS, "three.gpkg")
    report_of(folder, store)
    store_of(folder, DEFECTS, "three.gpkg", "grid", "en", False, "--replace")
    now = dump_hash(store)
    said = mere("undo", store)
    check(said.code == 2 and "imported again" in said.err and dump_hash(store) == now, "nor after a new import", said)


def test_reports(folder):
    store = store_of(folder, DEFECTS, lang="zh")
    page = folder.at("report.html")
    said = mere("repair", store, "--scheme", "grid", "--dry-run", "--report", page)
    check(said.code == 0 and "试运行" in said.out and "重叠 A+D -> D" in said.out, "a Chinese store is told of in Chinese", said)
    with open(page, encoding="utf-8") as f:
        text = f.read()
    check("共同边界最长" in text and "<svg" in text and "<script" not in text, "the page has the pieces drawn")
    check("<h2>将修补" in text and "已修补" not in text, "and of a dry run it doesn't say that it was done")
    plan = folder.at("plan.json")
    said = mere("repair", store, "--scheme", "grid", "--dry-run", "--report", plan)
    with open(plan, encoding="utf-8") as f:
        words = {(p["zh"], p["en"]) for p in json.load(f)["proposals"] if p["applied"]}
    check(words == {("将修补", "would be mended")}, "nor does the JSON", words)
    said = mere("repair", store, "--scheme", "grid", "--dry-run", "--report", page)
    check(said.code == 2, "a report that is there is not replaced", said)
    said = mere("repair", store, "--scheme", "grid", "--dry-run", "--report", page, "--force", "--lang", "en")
    check(said.code == 0 and "longest border" in said.out, "unless --force says so, and --lang the language", said)
    said = mere("repair", store, "--scheme", "grid", "--report", folder.at("report.txt"))
    check(said.code == 2 and ".csv, .json or .html" in said.err, "another ending is refused", said)
    whole = dump_hash(store)
    said = mere("repair", store, "--scheme", "grid", "--report", os.path.join(folder.path, "no", "x.csv"))
    check(said.code != 0 and dump_hash(store) == whole, "where the report can't be written, nothing is mended", said)
    for words, told in ((), "已撤销：方案 grid 的修补"), (("--lang", "en"), "undone: repair of scheme grid"):
        mere("repair", store, "--scheme", "grid")
        said = mere("undo", store, *words)
        check(said.code == 0 and told in said.out, "undo speaks the store's language or the one asked for", said)


if __name__ == "__main__":
    run_all(test_mending, test_steps, test_limits_and_reasons, test_streets, test_own_profile, test_places, test_parents,
            test_schemes_below, test_what_is_waived_of_the_scheme_below, test_less_of_the_same_is_no_news, test_key_areas, test_key_areas_are_mended, test_wrong_parent,
            test_parts_and_holes,
            test_duplicates, test_waivers, test_undo_refuses, test_reports)
