#!/usr/bin/env python3
"""What an import tells: in the language of the store, and what a file's damage does to codes and numbers."""
import csv
import gzip
import json
import re
import shutil
import sqlite3
import struct
import subprocess
import zipfile

from program import check, feature, mere, run_all, skip, square, write_json, write_shp

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def odd_features(x=120.2, y=30.2):
    """One feature for each thing that an import tells of."""
    def at(i, ring):
        return [[round(x + i * 0.02 + px, 9), round(y + py, 9)] for px, py in ring]
    whole = [(0, 0), (.01, 0), (.01, .01), (0, .01), (0, 0)]
    shapes = [whole, [(0, 0), (.01, .01), (.01, 0), (0, .01), (0, 0)], whole[:4], [(0, 0)] + whole,
              [(0, 0), (.01, 0), (.01, .01), (.03, .01), (.01, .01), (0, .01), (0, 0)]]
    made = [feature(at(3 * i, ring), code=str(i), households="5", wgmc="a") for i, ring in enumerate(shapes)]
    made[0]["properties"]["households"] = "few"
    made.append(feature(at(0, whole), code="0", households="5", wgmc="a"))
    holed = feature(at(18, whole), code="h", households="5", wgmc="a")
    holed["geometry"]["coordinates"].append(at(19, whole))
    made.append(holed)
    for code, geometry in (("n", None), ("p", {"type": "Point", "coordinates": [x, y]}),
                           ("l", {"type": "LineString", "coordinates": [[x, y], [x, y + 1]]}),
                           ("e", {"type": "Polygon", "coordinates": []}),
                           ("z", {"type": "Polygon", "coordinates": [at(0, [(0, 0), (.1, 0), (.2, 0), (0, 0)])]}),
                           ("o", {"type": "Polygon", "coordinates": [at(0, [(0, 70), (1, 70), (1, 71), (0, 70)])]})):
        made.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    made.append(feature(at(30, whole), code=None))
    made.append(feature(at(33, whole), code="a\nb"))
    made.append(feature(at(36, whole), code="m", wgmc="a\nb"))
    return made


def test_language(folder):
    path = write_json(folder.at("odd.geojson"), odd_features())
    words = ("--scheme", "grid", "--code", "code", "--datum", "gcj02", "--reject")
    said, rejects, kept = {}, {}, {}
    for lang in ("zh", "en"):
        store = folder.at(f"{lang}.gpkg")
        mere("init", store, "--code", "1", "--name", "x", "--lang", lang)
        said[lang] = mere("import", store, path, *words, folder.at(f"{lang}.csv"))
        with open(folder.at(f"{lang}.csv"), encoding="utf-8", newline="") as f:
            rejects[lang] = [row["reason"] for row in csv.DictReader(f)]
        db = sqlite3.connect(store)
        kept[lang] = json.loads(db.execute("SELECT findings FROM mere_import").fetchone()[0])
        db.close()
    check(said["en"].code == said["zh"].code == 1 and not CHINESE.search(said["en"].text + "".join(rejects["en"])),
          "an import into an English store holds no Chinese", said["en"])
    lines = [line for line in said["zh"].out.replace(path, "").splitlines()]
    check(lines and all(CHINESE.search(line) for line in lines), "every line of it in a Chinese store is Chinese",
          "\n".join(line for line in lines if not CHINESE.search(line)))
    ours = "\n".join(line for line in lines if "GDAL" not in line)  # what GDAL says stays as it is
    left = set(re.findall(r"(?<![-\w])[a-z]+ [a-z]+ [a-z]+", ours))
    check(not left, "and no English sentence is left in it", f"{left}\n{said['zh'].out}")
    check(len(lines) == len(said["en"].out.splitlines()), "it has the same lines in both", said["zh"])
    check(len(rejects["zh"]) == 9 and all(CHINESE.search(reason) for reason in rejects["zh"]),
          "so are the reasons in the list of rejects", rejects["zh"])
    check(kept["zh"] == kept["en"] and all(CHINESE.search(f["zh"]) and not CHINESE.search(f["en"]) for f in kept["zh"]),
          "the store's record has both", kept["zh"])


def test_crs_in_full(folder):
    """A CRS is stated in full, or refused: PROJ takes a bare word for the name that is most like it."""
    path = write_json(folder.at("a.geojson"), [feature(square(500000, 3340000, 100), code="a")])
    for word in ("utm50", "foo", "120", "WGS 84"):
        said = mere("init", folder.at("no.gpkg"), "--code", "1", "--name", "x", "--crs", word)
        check(said.code == 2 and word in said.err and "+proj=" in said.err, f"init refuses --crs {word}", said)
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    said = mere("import", store, path, "--scheme", "grid", "--crs", "utm50")
    check(said.code == 2 and "not stated in full" in said.err, "import refuses a bare word", said)
    old = "+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass +towgs84=15.8,-154.4,-82.3 +units=m"
    said = mere("import", store, path, "--scheme", "grid", "--crs", old)
    check(said.code == 0 and "nobody vouches for their accuracy" in said.out,
          "parameters that a CRS brings along are used, and it is told that nobody vouches for them", said)
    said = mere("export", store, folder.at("x.shp"), "--scheme", "grid", "--crs", "utm50")
    check(said.code == 2 and "not stated in full" in said.err, "export refuses a bare word", said)
    said = mere("import", store, path, "--scheme", "beat", "--crs", "4549")
    check(said.code == 2 and "is EPSG:4549 meant?" in said.err, "a bare number is asked back", said)


def test_antimeridian(folder):
    """A ring that means to cross the antimeridian would be taken for one round the Earth."""
    across = [[179.9, -17], [-179.9, -17], [-179.9, -16.9], [179.9, -16.9], [179.9, -17]]
    path = write_json(folder.at("a.geojson"), [feature(across, code="w"), feature(square(10, 50), code="e")])
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    said = mere("import", store, path, "--scheme", "grid", "--reject", folder.at("r.csv"))
    check(said.code == 1 and "cut the polygon at the antimeridian" in said.out, "it is rejected with what to do", said)
    pole = [[-180, -90], [180, -90], [180, -80], [60, -75], [-60, -75], [-180, -80], [-180, -90]]
    said = mere("import", store, write_json(folder.at("p.geojson"), [feature(pole, code="p")]), "--scheme", "beat")
    check(said.code == 0, "an edge along a pole is none of these", said)


def test_replace_keeps(folder):
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    path = write_json(folder.at("a.geojson"), [feature(square(10, 50), code="a")])
    mere("import", store, path, "--scheme", "street")
    mere("import", store, path, "--scheme", "g3", "--role", "grid", "--parent-scheme", "street", "--covering", "no")
    said = mere("import", store, path, "--scheme", "g3", "--replace")
    check("role grid, not covering, parent scheme street" in said.out and "as it was in the scheme" in said.out,
          "--replace keeps role, covering and parent scheme, and says so", said)
    check("role grid, does not cover, inside street" in mere("info", store).out, "so does the store")
    said = mere("import", store, path, "--scheme", "g3", "--replace", "--covering", "yes")
    check("role grid, covering, parent scheme street" in said.out, "what is stated holds", said)


def test_options_that_do_not_fit(folder):
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    path = write_json(folder.at("a.geojson"), [feature(square(10, 50), code="a", hs="3", rs="4")])
    for words in (("--dissolve",), ("--attr", "households=hs"), ("--role", "grid"), ("--code", "code"),
                  ("--tolerance", "0.1")):
        said = mere("import", store, path, "--reference", "r", *words)
        check(said.code == 2 and words[0] in said.err, f"--reference refuses {words[0]}", said)
    said = mere("import", store, path, "--reference", "r")
    check(said.code == 0 and "looks like" not in said.out, "and hints at none of them", said)
    said = mere("import", store, path, "--scheme", "grid", "--attr", "households=hs", "--attr", "households=rs")
    check(said.code == 2 and "stands twice" in said.err, "--attr for one column twice is refused", said)


def test_rejects_are_whole(folder):
    """A reject row holds what was rejected, whatever it is; WKT that can't be read is not "no geometry"."""
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    ring = "POLYGON((10 50,11 50,11 51,10 50))"
    texts = [ring, "POLYGON((0 0,nan 0,1 1,0 0))", "POLYGON((0 0,1 0", "", "POINT (10 50)", "LINESTRING (10 50,11 51)",
             "POLYGON ((10 50,11 50,10 50))"]
    table = folder.write("w.csv", "code,WKT\n" + "".join(f'{i},"{t}"\n' for i, t in enumerate(texts)))
    said = mere("import", store, table, "--scheme", "grid", "--crs", "EPSG:4326", "--reject", folder.at("r.csv"))
    with open(folder.at("r.csv"), encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    check(said.code == 1 and [row["wkt"] for row in rows] == texts[1:], "the list of rejects has their WKT", rows)
    check([row["reason"] for row in rows[:3]] == ["its WKT can't be read"] * 2 + ["it has no geometry that can be read"],
          "a broken WKT is called so", rows)
    check("WKT" not in mere("info", store).out, "the WKT is no column of the scheme")
    base = write_shp(folder.path, "n", [square(10, 50)[::-1]], ["a"], dbf=False)
    for words, code in (((), 2), (("--code", "@n"), 1)):
        said = mere("import", store, base, "--scheme", "beat", "--crs", "EPSG:4326", *words)
        check(said.code == code and ".dbf file" in said.text, f"a missing .dbf is told {' '.join(words)}", said)


def test_lists(folder):
    """Lists come in as JSON, truths as true and false."""
    given = {"code": "a", "i": [1, 2], "r": [1.5, 2], "s": ["x", 'y"z'], "b": True, "bl": [True, False], "big": [2**40]}
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    path = write_json(folder.at("a.geojson"), [feature(square(10, 50), **given), feature(square(20, 50), code="b", b=False)])
    mere("import", store, path, "--scheme", "grid")
    said = mere("list", store, "--scheme", "grid", "--format", "csv")
    rows = list(csv.DictReader(said.out.splitlines()))
    check(all(json.loads(rows[0][key]) == value for key, value in given.items() if key != "code"), "a list is JSON", rows)
    check(rows[0]["b"] == "true" and rows[1]["b"] == "false", "a truth is true or false", rows)


def test_reference_table(folder):
    """A table with one pair of columns named like longitude and latitude is a reference layer of points."""
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    rows = "a,10.5,50.5\nb,none,50\nc,10.6,50.6\n"
    said = mere("import", store, folder.write("a.csv", "t,lon,lat\n" + rows), "--reference", "addresses")
    check(said.code == 1 and "columns lon (longitude) and lat (latitude)" in said.out and "3 = 2 used + 1 rejected" in said.out,
          "a table of places is taken as points, which is told", said)
    said = mere("import", store, folder.write("b.csv", "t,p,q\n" + rows), "--reference", "b")
    check(said.code == 2 and "call the two" in said.err, "without such columns it is refused with what to do", said)
    said = mere("import", store, folder.write("c.csv", "lon,lat,x,y\n1,2,3,4\n"), "--reference", "c")
    check(said.code == 2 and "call the two" in said.err, "so it is with two pairs", said)
    china = folder.write("d.csv", "t,经度,纬度\na,120.2,30.2\n")
    said = mere("import", store, china, "--reference", "d")
    check(said.code == 2 and "--datum" in said.err, "in China the datum must be said", said)
    said = mere("import", store, china, "--reference", "d", "--datum", "gcj02")
    check(said.code == 0 and "1 = 1 used" in said.out, "and then it is taken", said)


def test_reference_language(folder):
    store = folder.at("zh.gpkg")
    mere("init", store, "--code", "330108", "--name", "滨江区")
    path = write_json(folder.at("ref.geojson"), [
        {"type": "Feature", "properties": {"a": "b"}, "geometry": {"type": "Point", "coordinates": [10, 50]}},
        {"type": "Feature", "properties": {"a": "b"}, "geometry": None}])
    said = mere("import", store, path, "--reference", "places")
    lines = said.out.replace(path, "").splitlines()
    check(said.code == 1 and lines and all(CHINESE.search(line) for line in lines),
          "a reference layer is told of in Chinese in a Chinese store", said)


def findings(store, scheme):
    db = sqlite3.connect(store)
    kept = db.execute("SELECT findings FROM mere_import WHERE scheme = ? ORDER BY rowid DESC", (scheme,)).fetchone()[0]
    db.close()
    return json.loads(kept)


def codes(store, scheme):
    said = mere("list", store, "--scheme", scheme, "--format", "json")
    return [zone["code"] for zone in json.loads(said.out)["zones"]] if said.code == 0 else said


def csv_of(folder, name, column, values):
    rows = "".join(f'{v},"POLYGON(({i} 1,{i}.5 1,{i}.5 2,{i} 1))"\n' for i, v in enumerate(values))
    return folder.write(name, f"{column},WKT\n{rows}")


def test_rounded_codes(folder):
    store = folder.store(n=0)
    values = ("1.23E+17", "330108001001234567", "3e+17", '"1,23E+17"', "1E5", "12E3", "E+12", "1.23E-17")
    said = mere("import", store, csv_of(folder, "a.csv", "code", values), "--scheme", "grid", "--crs", "EPSG:4326")
    found = [f for f in findings(store, "grid") if f["rule"] == "code-rounded"] if said.code == 1 else []
    check([f["zone"] for f in found] == ["1.23E+17", "3e+17", "1,23E+17"] and all(f["person"] for f in found),
          "a code in the form of a rounded number is a finding, and one of letters and digits is none", said)
    check(found and "text" in found[0]["en"] and "文本" in found[0]["zh"] and values[1] in codes(store, "grid"),
          "which says what to do; 18 digits beside it stay", f"{found} {codes(store, 'grid')}")
    path = write_json(folder.at("p.geojson"), [feature(square(10, 50), code="1", parent="1.23E+17")])
    said = mere("import", store, path, "--scheme", "microgrid")
    check(said.code == 1 and "code-rounded" in said.out, "so is the code of a parent", said)
    path = write_json(folder.at("z.geojson"), [
        feature(square(10 + i / 50, 50), code=f"33010800100123{i}000") for i in range(2)])
    said = mere("import", store, path, "--scheme", "beat")
    check(said.code == 0 and "code-zeros" in said.out and "code-zeros" not in mere(
        "import", store, csv_of(folder, "b.csv", "code", ("330108001001234567", "330108001001234000")), "--scheme",
        "school", "--crs", "EPSG:4326").out, "codes that all end in zeros from the 16th digit get a note", said)


def test_long_codes(folder):
    if not shutil.which("ogr2ogr"):
        return skip("codes of 18 digits in every format", "no ogr2ogr")
    store = folder.store(n=0)
    want = ["330108001001234567", "330108001001234568"]
    source = write_json(folder.at("a.geojson"), [
        feature(square(10 + i / 50, 50), code=int(code), text=code) for i, code in enumerate(want)])
    csv_of(folder, "b.csv", "code", want)
    for name, origin, field in (("a.gpkg", source, "code"), ("a.gpkg", source, "text"), ("a.fgb", source, "code"),
                                ("a.shp", source, "code"), ("b.xlsx", folder.at("b.csv"), "code"), ("b.csv", None, "code"),
                                ("a.geojson", None, "code"), ("a.geojson", None, "text")):
        if origin:
            subprocess.run(["ogr2ogr", folder.at(name), origin, "-overwrite"], check=True, capture_output=True)
        words = ("--crs", "EPSG:4326") if name[0] == "b" else ()
        said = mere("import", store, folder.at(name), "--scheme", "grid", "--replace", "--code", field, *words)
        check(said.code == 0 and sorted(codes(store, "grid")) == want, f"codes of 18 digits survive {name}, {field}", said)
    path = folder.write("real.geojson", json.dumps({"type": "FeatureCollection", "features": [
        feature(square(10, 50), code=3.30108001001e17)]}).replace("3.30108001001e+17", "3.30108001001E17"))
    said = mere("import", store, path, "--scheme", "grid", "--replace", "--code", "code")
    check(said.code == 2 and "as text" in said.err and sorted(codes(store, "grid")) == want,
          "codes that stand as rounded numbers in the file are refused", said)


def write_dbf(path, fields, rows, ldid=0):
    """A .dbf of fields (name, type, width, decimals); values are texts, or bytes as they stand."""
    def fill(v, width):
        return v.ljust(width) if isinstance(v, bytes) else v.rjust(width).encode()

    with open(path, "wb") as f:
        f.write(struct.pack("<4BIHH17xB2x", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), 1 + sum(x[2] for x in fields), ldid))
        for name, kind, width, decimals in fields:
            f.write(struct.pack("<11sc4xBB14x", name.encode(), kind.encode(), width, decimals))
        f.write(b"\r")
        for row in rows:
            f.write(b" " + b"".join(fill(v, x[2]) for v, x in zip(row, fields)))
        f.write(b"\x1a")


def test_cut_text(folder):
    """A field that is full may end within a character: dropped, and told."""
    store = folder.store(n=0)
    path = write_shp(folder.path, "cut", [square(10, 50)[::-1], square(10.02, 50)[::-1]], ["1", "2"])
    names = ["西兴街道".encode("gbk")[:7], "长河".encode("gbk")]
    write_dbf(folder.at("cut.dbf"), (("code", "C", 1, 0), ("name", "C", 7, 0)), [[b"1", names[0]], [b"2", names[1]]], ldid=0x4D)
    said = mere("import", store, path, "--scheme", "grid", "--code", "code", "--name", "name")
    listed = json.loads(mere("list", store, "--scheme", "grid", "--format", "json").out)["zones"]
    check(said.code == 0 and [z["name"] for z in listed] == ["西兴街", "长河"] and
          re.search(r"note +text-cut: .*: 1\n", said.out), "a text cut within a character is told", said)


def test_wide_numbers(folder):
    """Numbers of a .dbf that a double doesn't keep, as codes and in free columns."""
    store = folder.store(n=0)
    path = write_shp(folder.path, "wide", [square(10, 50)[::-1], square(10.02, 50)[::-1]], ["1", "2"])
    fields = (("n18", "N", 18, 0), ("n19", "N", 19, 0), ("n20", "N", 20, 0), ("n22_3", "N", 22, 3), ("f20", "F", 20, 0),
              ("area", "N", 24, 15), ("big", "N", 20, 0), ("empty", "N", 20, 0))
    rows = [["330108001001234567", "1330108001001234567", "33010800100123456789", "330108001001234567.000",
             "330108001001234567", "120.1234567890123456", "9007199254740993", ""],
            ["999999999999999999", "9223372036854775807", "-12", "12.000", "0", "1.5", "18014398509481984", "7"]]
    write_dbf(folder.at("wide.dbf"), fields, rows)
    want = [[v.replace(".000", "") for v in row] for row in rows]
    said = mere("import", store, path, "--scheme", "grid", "--code", "@n")
    listed = json.loads(mere("list", store, "--scheme", "grid", "--format", "json").out)["zones"] if said.code == 0 else []
    for i, field in enumerate(fields):
        got = [zone["attributes"].get(field[0]) for zone in listed]
        good = [float(r[i]) for r in want] == got if field[0] == "area" else [str(g) for g in got] == [
            r[i] or "None" for r in want]
        check(good, f"the numbers of a field {field[1]}({field[2]},{field[3]}) survive, {field[0]}", f"{got} {said}")
    for i, field in enumerate(fields[:5]):
        said = mere("import", store, path, "--scheme", "grid", "--replace", "--code", field[0])
        check(said.code == 0 and sorted(codes(store, "grid")) == sorted(r[i] for r in want),
              f"and as codes, {field[0]}", f"{codes(store, 'grid')} {said}")
    with zipfile.ZipFile(folder.at("wide.zip"), "w", zipfile.ZIP_DEFLATED) as packed:
        for end in ("shp", "shx", "dbf", "prj"):
            packed.write(folder.at(f"wide.{end}"), f"in/wide.{end}")
    said = mere("import", store, folder.at("wide.zip"), "--scheme", "grid", "--replace", "--code", "n19")
    check(said.code == 0 and sorted(codes(store, "grid")) == sorted(r[1] for r in want), "also out of a .zip", said)
    path = write_json(folder.at("wide.geojson"), [feature(square(10, 50), code="1", n=33010800100123456789)])
    said = mere("import", store, path, "--scheme", "grid", "--replace")
    check(said.code == 1 and "number-too-long" in said.out and "field n " in said.out,
          "a free number of a GeoJSON that can't be read whole is a finding", said)


def test_packed_topojson(folder):
    """A TopoJSON is read out of a .gz and a .zip as it is by itself, also what GDAL's reader passes over."""
    topology = json.dumps({
        "type": "Topology", "arcs": [square(10, 50)],
        "objects": {"a": {"type": "GeometryCollection", "geometries": [
            {"type": None, "properties": {"code": "1"}},
            {"type": "Polygon", "properties": {"code": "2"}, "arcs": [[0]]}]}}}).encode()
    store = folder.store(n=0)
    with gzip.open(folder.at("a.topojson.gz"), "wb") as f:
        f.write(topology)
    for name, inner in (("top.zip", "a.topojson"), ("deep.zip", "in/a.topojson")):
        with zipfile.ZipFile(folder.at(name), "w") as packed:
            packed.writestr(inner, topology)
    for name in ("a.topojson.gz", "top.zip", "deep.zip"):
        said = mere("import", store, folder.at(name), "--scheme", "grid", "--code", "code", "--replace")
        check(said.code == 1 and "2 = 1 used + 1 rejected" in said.out and codes(store, "grid") == ["2"],
              f"a packed TopoJSON: {name}", said)


def test_one_and_many(folder):
    """Sentences count as people do; a shift is told in metres at its latitude."""
    store = folder.store(n=0)
    path = write_json(folder.at("one.geojson"), [feature(square(10, 50), code="1", persons="-5", households="－7")])
    said = mere("import", store, path, "--scheme", "grid", "--code", "code")
    check("rejected; 1 zone\n" in said.out and "0 points merged" in said.out and " 0 crossings" in said.out and
          "0 vertices added" in said.out, "one zone is one zone", said)
    check('persons "-5" is negative' in said.out and 'households "－7" is negative' in said.out and
          "no number" not in said.out, "a negative count is told as one", said)
    check("\n1 zone, " in mere("list", store, "--scheme", "grid").out, "list counts so too")
    said = mere("export", store, folder.at("out.geojson"), "--scheme", "grid")
    check("exported scheme grid, 1 zone, to " in said.text, "and so does export", said)
    said = mere("repair", store, "--scheme", "grid", "--report", folder.at("repair.html"))
    page = open(folder.at("repair.html"), encoding="utf-8").read()
    check("0 features changed" in said.out and "0 need a person" in said.out and
          "0 pieces mended" in page and "0 findings need a person" in page, "and repair", said)
    path = write_json(folder.at("two.geojson"), [feature([[0, 50], [2, 52], [2, 50], [0, 52], [0, 50]], code="1"),
                                                 feature([[2, 50], [1, 50], [1, 51.3], [2, 50]], code="2")])
    said = mere("import", store, path, "--scheme", "beat", "--code", "code")
    check(not re.search(r"\b1 (points|crossings|vertices|zones|more \w+s)\b", said.out), "nor has one crossing an s", said)
    for lat, metres in ((0, 0.5566), (60, 0.2783), (70, 0.1904)):
        rings = [[[x, lat], [x + .009, lat], [x + .009, lat + .01], [x, lat + .01], [x, lat]] for x in (0, .009005)]
        path = write_json(folder.at("east.geojson"), [feature(r, code=str(i)) for i, r in enumerate(rings)])
        said = mere("import", store, path, "--scheme", "block", "--code", "code", "--tolerance", "0.6", "--replace")
        shift = re.search(r"largest shift ([0-9.]+) m", said.out)
        check(shift and abs(float(shift[1]) - metres) < 0.0002, f"a shift to the east at {lat} degrees is {metres} m", said)


if __name__ == "__main__":
    run_all(test_language, test_crs_in_full, test_antimeridian, test_replace_keeps, test_rejects_are_whole, test_lists, test_reference_table, test_options_that_do_not_fit, test_reference_language, test_rounded_codes, test_long_codes,
            test_cut_text, test_wide_numbers, test_packed_topojson, test_one_and_many)
