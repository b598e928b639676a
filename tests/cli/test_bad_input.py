#!/usr/bin/env python3
"""Bad input (step 1, section F): each is refused with a clear sentence and exit 2, or comes back as a reject
row, and the store is as it was."""
import csv
import json
import os
import sqlite3

from program import LONG, check, dump_hash, feature, integrity, mere, run_all, square, write_json, write_shp


def clear(said):
    """A sentence for people: it begins with our name, is no dump, and no sanitizer or library spoke instead."""
    lines = [line for line in said.err.splitlines() if line.startswith("merestone: ")]
    return (lines and all(20 <= len(line) for line in lines[-1:]) and "runtime error" not in said.err and
            "Sanitizer" not in said.err and "ERROR 1:" not in said.text and " inf " not in said.err)


def refused(test, said, *words):
    """Exit 2, a clear sentence, and one of `words` in it."""
    ok = said.code == 2 and clear(said) and (not words or any(w.lower() in said.err.lower() for w in words))
    return check(ok, test, said)


def bad_files(folder):
    """Files that can't be imported at all: name, path, words that the sentence may use."""
    good = open(folder.at("good.geojson"), "rb").read()
    gpkg = open(folder.at("store.gpkg"), "rb").read()
    ring = square(10, 50)[::-1]
    yield "a missing file", folder.at("nowhere.geojson"), ("nowhere.geojson",)
    yield "an empty file", folder.write("empty.geojson", b""), ("empty",)
    yield "an empty GeoPackage", folder.write("empty.gpkg", b""), ("empty",)
    yield "a truncated GeoJSON", folder.write("cut.geojson", good[:len(good) // 2]), ()
    yield "a truncated GeoPackage", folder.write("cut.gpkg", gpkg[:len(gpkg) // 3]), ()
    yield "a picture", folder.write("picture.geojson", b"\x89PNG\r\n\x1a\n" + os.urandom(500)), ()
    yield "a text", folder.write("letter.gpkg", "Dear office, here are the grids.\n" * 40), ()
    yield "a drawing of AutoCAD", folder.write("plan.dwg", b"AC1032" + bytes(400)), ("dwg",)
    yield "a folder", folder.path, ()
    yield "a .shp without .shx", write_shp(folder.path, "alone", [ring], ["1"], shx=False), (".shx",)
    yield "a layer of points", write_json(folder.at("points.geojson"), [
        {"type": "Feature", "properties": {"code": "1"}, "geometry": {"type": "Point", "coordinates": [10, 50]}}
    ]), ("polygon", "area")
    yield "a table of points", folder.write("points.csv", "code,lon,lat\n1,10,50\n"), ("--reference",)
    yield "a layer without features", write_json(folder.at("none.geojson"), []), ()
    yield "brackets 100,000 deep", folder.write(
        "deep.geojson", '{"type":"Polygon","coordinates":' + "[" * 100000), ()
    yield "no code field", write_json(folder.at("nocode.geojson"), [feature(square(10, 50), colour="red")]), (
        "--code",)
    yield "names in no encoding", folder.write("noenc.geojson", json.dumps({"type": "FeatureCollection", "features": [
        feature(square(10, 50), code="1", name="@@")]}).encode().replace(b"@@", b"\xff\xfe\x80\xff")), ()


def test_files(folder):
    store = folder.store()
    before = dump_hash(store)
    for name, path, words in bad_files(folder):
        refused(f"{name} is refused", mere("import", store, path, "--scheme", "beat", "--replace"), *words)
        if dump_hash(store) != before:
            check(False, f"{name} leaves the store as it was", "a table changed")
            before = dump_hash(store)
    refused("a scheme that exists is not replaced unasked",
            mere("import", store, folder.at("good.geojson"), "--scheme", "grid", "--code", "code"), "--replace")
    for scheme in ("Grid", "1grid", "grid-1", "a" * 32, "", "格", "x;drop table grid", "mere_meta", "gpkg_contents",
                   "rtree_grid_geom", "sqlite_master"):
        refused(f"\"{scheme}\" is no name of a scheme",
                mere("import", store, folder.at("good.geojson"), f"--scheme={scheme}", "--code", "code"), "scheme",
                "name")
    refused("a file of China without --datum is refused", mere(
        "import", store, write_json(folder.at("cn.geojson"), [feature(square(120.2, 30.2), code="1")]),
        "--scheme", "beat", "--code", "code"), "--datum")
    check(dump_hash(store) == before, "after all this every table of the store is as it was")
    check(integrity(store) == "ok", "and its integrity is ok")


def test_truncated(folder):
    """A shapefile that ends early: refused, or every feature that is not there is a reject."""
    store = folder.store(n=0)
    before = dump_hash(store)
    shp = write_shp(folder.path, "cut", [square(10 + i / 10, 50)[::-1] for i in range(50)], [str(i) for i in range(50)])
    data = open(shp, "rb").read()
    folder.write("cut.shp", data[:len(data) // 2])
    said = mere("import", store, shp, "--scheme", "beat", "--code", "code", "--reject", folder.at("cut.csv"))
    if said.code == 1:
        zones = json.loads(mere("list", store, "--scheme", "beat", "--format", "json").out)["zones"]
        check(len(zones) < 30 and len(zones) + len(reject_rows(folder.at("cut.csv"))) == 50,
              "what a truncated shapefile lacks are rejects", said)
    else:
        check(said.code == 2 and clear(said) and dump_hash(store) == before, "a truncated shapefile is refused", said)


def reject_rows(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def one_bad(folder, test, bad, name):
    """Of two features one is bad: exit 1 with a reject row, or exit 2 with the store as it was."""
    store = folder.at("one.gpkg")
    if not os.path.exists(store):
        folder.store("one.gpkg", 0)
    before = dump_hash(store)
    reject = folder.at("reject.csv")
    if os.path.exists(reject):
        os.remove(reject)
    path = bad if isinstance(bad, str) else write_json(
        folder.at(name + ".geojson"), [feature(square(10, 50), code="good", name="good"), bad])
    said = mere("import", store, path, "--scheme", "beat", "--code", "code", "--replace", "--reject", reject)
    rows = reject_rows(reject)
    if said.code == 1:
        ok = len(rows) == 1 and any("reason" in key.lower() and row[key] for row in rows for key in row)
        check(ok, f"{test} comes back as a reject row", f"{said}\n     {rows}")
    else:
        check(said.code == 2 and clear(said) and dump_hash(store) == before, f"{test} is refused", said)


def test_features(folder):
    def poly(*points, **properties):
        return feature([*points, points[0]], **properties)

    inf, nan = float("inf"), float("nan")
    good = square(10, 50)[::-1]
    for word, value in (("not a number", nan), ("infinite", inf), ("minus infinite", -inf)):
        bad = [[10.1, 50], [10.1, 50.01], [value, 50.01], [10.1, 50]]
        one_bad(folder, f"a vertex that is {word} in a shapefile",
                write_shp(folder.path, "odd", [good, bad], ["good", "bad"]), "odd")
    one_bad(folder, "a longitude of 200", poly([200, 50], [201, 50], [201, 51], code="bad"), "lon")
    one_bad(folder, "a latitude of 91", poly([10, 90.5], [11, 90.5], [11, 91], code="bad"), "lat")
    one_bad(folder, "metres in a file that says degrees",
            poly([500000, 3340000], [500100, 3340000], [500100, 3340100], code="bad"), "metres")
    one_bad(folder, "a code of 300 characters", feature(square(10.1, 50), code="7" * 300), "longcode")
    one_bad(folder, "a code with a line break", feature(square(10.1, 50), code="7\n8"), "linecode")
    one_bad(folder, "a feature without a code", feature(square(10.1, 50), code=None), "nocode")
    one_bad(folder, "a feature without geometry",
            {"type": "Feature", "properties": {"code": "bad"}, "geometry": None}, "nogeom")
    one_bad(folder, "an empty polygon",
            {"type": "Feature", "properties": {"code": "bad"}, "geometry": {"type": "Polygon", "coordinates": []}},
            "emptygeom")
    one_bad(folder, "a polygon without area", poly([10.1, 50], [10.2, 50], [10.3, 50], code="bad"), "flat")


def test_names(folder):
    """A name may hold anything a text may; control characters and bytes that are no text never reach the store."""
    store = folder.store("names.gpkg", 0)
    said = mere("import", store, write_json(folder.at("break.geojson"), [
        feature(square(10, 50), code="1", name="one\nline"), feature(square(10.01, 50), code="2", name="two")]),
        "--scheme", "beat", "--code", "code", "--name", "name", "--reject", folder.at("names.csv"))
    check(said.code in (0, 1, 2) and "Sanitizer" not in said.err, "a name with a line break is taken by a rule", said)
    if said.code != 2:
        zones = json.loads(mere("list", store, "--scheme", "beat", "--format", "json").out)["zones"]
        check(len(zones) + len(reject_rows(folder.at("names.csv"))) == 2, "and no feature is lost by it", zones)
        text = mere("list", store, "--scheme", "beat")
        check(len(text.out.splitlines()) == len(zones) + 2, "and the list has one line a zone", text)
    shp = write_shp(folder.path, "bytes", [square(10, 50)[::-1], square(10.1, 50)[::-1]], [b"\xff\xfe\x81", b"2"])
    before = dump_hash(store)
    said = mere("import", store, shp, "--scheme", "grid", "--code", "code", "--reject", folder.at("bytes.csv"))
    check(said.code == 1 or (said.code == 2 and clear(said) and dump_hash(store) == before),
          "bytes in no encoding are refused", said)
    said = mere("import", store, shp, "--scheme", "grid", "--code", "code", "--encoding", "UTF-8", "--reject",
                folder.at("bytes.csv"))
    check(said.code in (1, 2) and clear(said), "also when they are said to be UTF-8", said)


def test_stores(folder):
    good = folder.store("right.gpkg")
    data = open(good, "rb").read()
    foreign = sqlite3.connect(folder.at("foreign.gpkg"))
    foreign.execute("PRAGMA application_id = 1196444487")
    foreign.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
    foreign.commit()
    foreign.close()
    newer = folder.write("newer.gpkg", data)
    db = sqlite3.connect(newer)
    db.execute("UPDATE mere_meta SET value = '999' WHERE key = 'schema_version'")
    db.commit()
    db.close()
    stores = [
        ("a store that isn't there", folder.at("absent.gpkg"), ()),
        ("a folder as a store", folder.path, ()),
        ("an empty file as a store", folder.write("zero.gpkg", b""), ()),
        ("a text as a store", folder.write("text.gpkg", "not a database " * 100), ()),
        ("a truncated store", folder.write("half.gpkg", data[:5000]), ()),
        ("a GeoPackage that isn't ours", folder.at("foreign.gpkg"), ("merestone",)),
        ("a store of a newer schema", newer, ("newer", "schema")),
    ]
    source = folder.at("good.geojson")
    for name, path, words in stores:
        bytes_before = open(path, "rb").read() if os.path.isfile(path) else None
        for command in (["info", path], ["hash", path], ["list", path, "--scheme", "grid"],
                        ["check", path], ["locate", path, "10.005", "50.005"],
                        ["import", path, source, "--scheme", "beat", "--code", "code"],
                        ["export", path, folder.at("out.geojson"), "--scheme", "grid"],
                        ["waive", path, "gap", "grid/000000", "--reason", "x"]):
            refused(f"{name} is refused by {command[0]}", mere(*command), *words)
        same = (open(path, "rb").read() if os.path.isfile(path) else None) == bytes_before
        check(same, f"{name} keeps its bytes")
    refused("init does not touch a file that is there", mere("init", good, "--code", "x", "--name", "X"), "exist")
    holder = sqlite3.connect(good, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE mere_meta SET value = value || '0' WHERE key = 'generation'")
    said = mere("import", good, source, "--scheme", "beat", "--code", "code")
    refused("a store that another program writes is refused for writing", said, "another program", "lock", "busy")
    holder.execute("ROLLBACK")
    holder.close()
    said = mere("import", good, source, "--scheme", "beat", "--code", "code")
    check(said.code in (0, 1), "and taken once it is free", said)


def test_no_scheme(folder):
    """A new store: nobody owns anything yet, which is no answer to whose a place is."""
    store, out = folder.at("new.gpkg"), folder.at("new.csv")
    mere("init", store, "--code", "x", "--name", "X", "--lang", "en")
    points = folder.write("new_points.csv", "id,lon,lat\n1,10.005,50.005\n")
    refused("locate in a store without a scheme is refused", mere("locate", store, "10", "50"), "no scheme", "import")
    refused("so is assign", mere("assign", store, points, out, "--datum", "wgs84"), "no scheme", "import")
    check(not os.path.exists(out), "and leaves no file")
    said = mere("check", store)
    lines = [line for line in said.out.splitlines() if "not checked: " in line]
    check(said.code == 0 and len(lines) == 6 == len(set(lines)), "check says once for each principle what to load", said)


def test_words(folder):
    store = folder.store("words.gpkg")
    before = dump_hash(store)
    out = folder.at("out.csv")
    points = folder.write("points.csv", "id,lon,lat\n1,10.005,50.005\n")
    for test, words, said in (
            ("an unknown command", ["chekc", store], "did you mean \"check\""),
            ("an unknown option", ["list", store, "--shceme", "grid"], "did you mean --scheme"),
            ("a scheme that isn't there", ["list", store, "--scheme", "beat"], "beat"),
            ("a hash of a scheme that isn't there", ["hash", store, "--scheme", "beat"], "beat"),
            ("a coordinate that is no number", ["locate", store, "ten", "50"], "ten"),
            ("a longitude without latitude", ["locate", store, "10.005"], ""),
            ("a place off the Earth", ["locate", store, "200", "50"], "200"),
            ("a missing file of points", ["assign", store, folder.at("absent.csv"), out, "--datum", "wgs84"], "absent"),
            ("a column that isn't there",
             ["assign", store, points, out, "--x", "east", "--y", "north", "--datum", "wgs84"], "east"),
            ("an output that is there", ["assign", store, points, points, "--datum", "wgs84"], ""),
            ("an output of no known format", ["export", store, folder.at("out.xyz"), "--scheme", "grid"], ""),
            ("an output in no folder", ["export", store, folder.at("no/out.geojson"), "--scheme", "grid"], ""),
            ("a profile that isn't there", ["check", store, "--profile", "nowhere"], "nowhere"),
            ("a profile with an unknown key",
             ["check", store, "--profile", folder.write("p.json", '{"nonsense": 1}')], ""),
            ("a profile that is no JSON", ["check", store, "--profile", folder.write("q.json", "{")], ""),
            ("an unknown rule", ["waive", store, "nonsense", "grid/000000", "--reason", "x"], "nonsense"),
            ("an unknown CRS", ["init", folder.at("n.gpkg"), "--code", "1", "--name", "n", "--crs", "EPSG:1"], "EPSG:1"),
            ("an unknown profile", ["init", folder.at("n.gpkg"), "--code", "1", "--name", "n", "--profile", "nowhere"],
             "nowhere"),
            ("an empty code", ["init", folder.at("n.gpkg"), "--code", "", "--name", "n"], "code"),
    ):
        refused(f"{test} is refused", mere(*words), said)
    check(not os.path.exists(folder.at("n.gpkg")), "a refused init leaves no file")
    check(not os.path.exists(out), "a refused assign leaves no file")
    check(dump_hash(store) == before, "and the store is as it was")


def test_large(folder):
    """One polygon of very many vertices: a circle that trembles."""
    import math
    n = 4_000_000 if LONG else 100_000
    test = f"a polygon of {n:,} vertices is taken or refused in words"
    path = folder.at("large.geojson")
    with open(path, "w", encoding="ascii") as f:
        f.write('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1"},'
                '"geometry":{"type":"Polygon","coordinates":[[')
        for i in range(n):
            a, r = 2 * math.pi * i / n, 1 + 1e-5 * (i % 2)
            f.write("[%.7f,%.7f]," % (10 + r * math.cos(a), 50 + r * math.sin(a)))
        f.write('[11,50]]]}}]}')
    store = folder.store("large.gpkg", 0)
    before = dump_hash(store)
    said = mere("import", store, path, "--scheme", "beat", "--code", "code", timeout=3000)
    check(said.code in (0, 1) or (said.code == 2 and clear(said) and dump_hash(store) == before), test, said)


if __name__ == "__main__":
    run_all(test_files, test_truncated, test_features, test_names, test_stores, test_no_scheme, test_words, test_large)
