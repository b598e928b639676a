#!/usr/bin/env python3
"""An output of several files is one thing: written, refused and replaced as one."""
import json
import os
import sqlite3
import subprocess

from program import check, feature, mere, optimised_build_suffices, run_all, square, write_json

optimised_build_suffices()


def district(folder, name="store.gpkg", x=120.2, y=30.2, **columns):
    """A store in CGCS2000, with a grid where map platforms shift."""
    store = folder.at(name)
    mere("init", store, "--code", "x", "--name", "X", "--lang", "en", "--crs", "EPSG:4549")
    zones = [feature(square(x + 0.01 * i, y), code=f"00{i}", **columns) for i in range(2)]
    said = mere("import", store, write_json(folder.at("zones.geojson"), zones), "--scheme", "grid", "--code", "code",
                "--datum", "wgs84")
    if said.code:
        raise RuntimeError(str(said))
    return store


def beside(folder, stem):
    return sorted(name for name in os.listdir(folder.path) if name.startswith(stem + "."))


def test_shifted_over_older(folder):
    """The worst: the shifted file kept the .prj of the older one, and was then taken as CGCS2000."""
    store = district(folder)
    mere("export", store, folder.at("a.shp"), "--scheme", "grid")
    for name in ("a.qix", "a.sbn", "a.sbx", "a.qpj", "a.shp.xml", "a.QIX", "a.code.atx"):
        folder.write(name, "of the older file")
    folder.write("a.qml", "a style")
    folder.write("ab.prj", "of another file")
    said = mere("export", store, folder.at("a.shp"), "--scheme", "grid", "--datum", "gcj02", "--force")
    check(said.code == 0 and beside(folder, "a") == ["a.cpg", "a.dbf", "a.qml", "a.shp", "a.shx"] and
          os.path.exists(folder.at("ab.prj")), "no .prj and no index of an older shapefile stays", beside(folder, "a"))
    said = mere("import", district(folder, "other.gpkg"), folder.at("a.shp"), "--scheme", "beat", "--code", "code")
    check(said.code == 2 and "CRS" in said.err, "and the shifted file is not taken as CGCS2000", said)
    folder.write("c.prj", "GEOGCS")
    said = mere("export", store, folder.at("c.csv"), "--scheme", "grid", "--datum", "gcj02", "--force")
    check(said.code == 2 and "c.prj" in said.err and not os.path.exists(folder.at("c.csv")),
          "a shifted CSV is not put beside a .prj, which is its CRS for other programs", said)


def test_nothing_unasked(folder):
    store = district(folder)
    points = folder.write("points.csv", "lon,lat\n120.201,30.201\n")
    folder.write("a.dbf", "precious")
    folder.write("c.csvt", "precious")
    folder.write("g.gpkg-wal", "precious")
    for words in (("export", store, folder.at("a.shp"), "--scheme", "grid"),
                  ("export", store, folder.at("c.csv"), "--scheme", "grid"),
                  ("export", store, folder.at("g.gpkg"), "--scheme", "grid"),
                  ("assign", store, points, folder.at("a.shp"), "--datum", "wgs84"),
                  ("assign", store, points, folder.at("c.csv"), "--datum", "wgs84"),
                  ("check", store, "-o", folder.at("g.gpkg"))):
        said = mere(*words)
        check(said.code == 2 and "--force" in said.err, f"{words[0]} to {words[2][-5:]} is refused beside a part of it", said)
    check(all(open(folder.at(name), errors="replace").read() == "precious" for name in ("a.dbf", "c.csvt", "g.gpkg-wal")) and
          not any(name.startswith(".merestone") for name in os.listdir(folder.path)), "and they stay as they were")
    for words in (("export", store, folder.at("g.gpkg"), "--scheme", "grid", "--force"),
                  ("assign", store, points, folder.at("c.csv"), "--datum", "wgs84", "--force")):
        said = mere(*words)
        check(said.code == 0 and "precious" not in [open(folder.at(name), errors="replace").read() for name in
              ("g.gpkg-wal" if words[0] == "export" else "c.csvt",) if os.path.exists(folder.at(name))],
              f"with --force {words[0]} takes them away", said)


def test_own_input(folder):
    store = district(folder)
    mere("export", store, folder.at("p.shp"), "--scheme", "grid")
    before = open(folder.at("p.dbf"), "rb").read()
    said = mere("assign", store, folder.at("p.dbf"), folder.at("p.shp"), "--force")
    check(said.code == 2 and open(folder.at("p.dbf"), "rb").read() == before,
          "an output of which the input is a part is refused", said)


def test_links(folder):
    store = district(folder)
    points = folder.write("points.csv", "lon,lat\n120.201,30.201\n")
    target = folder.write("target.csv", "target")
    os.symlink(target, folder.at("link.csv"))
    os.symlink(folder.at("nowhere"), folder.at("hanging.csv"))
    for name in ("link.csv", "hanging.csv"):
        for words in (("export", store, folder.at(name), "--scheme", "grid"), ("check", store, "-o", folder.at(name)),
                      ("assign", store, points, folder.at(name), "--datum", "wgs84")):
            said = mere(*words, "--force")
            check(said.code == 2 and "link" in said.err and os.path.islink(folder.at(name)),
                  f"{words[0]} does not replace the link {name}", said)
    check(open(target).read() == "target", "and the target of a link stays as it was")
    for end in ("-wal", "-shm", "-journal"):
        said = mere("check", store, "-o", store + end, "--force")
        check(said.code == 2 and not os.path.exists(store + end), f"a report does not become the store's {end}", said)


def test_one_time(folder):
    """SOURCE_DATE_EPOCH is the time in every format that holds one."""
    store = district(folder)
    points = folder.write("points.csv", "lon,lat\n120.201,30.201\n")
    env = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    mere("check", store, "-o", folder.at("check.gpkg"), env=env)
    mere("assign", store, points, folder.at("assign.gpkg"), "--datum", "wgs84", env=env)
    for name in ("check.gpkg", "assign.gpkg"):
        db = sqlite3.connect(folder.at(name))
        times = {row[0] for row in db.execute("SELECT last_change FROM gpkg_contents")}
        db.close()
        check(times and all(time.startswith("2023-11-14T22:13:20") for time in times), f"{name} tells that time", times)
    mere("assign", store, points, folder.at("assign.shp"), "--datum", "wgs84", env=env)
    mere("export", store, folder.at("export.shp"), "--scheme", "grid", env=env)
    for name in ("assign.dbf", "export.dbf"):
        day = open(folder.at(name), "rb").read(4)[1:]
        check(day == bytes([123, 11, 14]), f"{name} tells that day", list(day))


def rows_of(path):
    """The properties of every feature, as GDAL reads them."""
    out = subprocess.run(["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", path], capture_output=True, text=True, check=True).stdout
    return [feature["properties"] for feature in json.loads(out)["features"]]


def test_label(folder):
    """A shifted export says so in a column of its own name, and nothing else is taken for it."""
    store = district(folder, datum="phone's")
    write_json(folder.at("zones.geojson"), [feature(square(120.2 + 0.01 * i, 30.2), code=f"00{i}", datum="phone's",
                                                    mere_datum="gcj02") for i in range(2)])
    ends = ("geojson", "gpkg", "fgb", "csv", "shp")
    said = mere("import", store, folder.at("zones.geojson"), "--scheme", "beat", "--code", "code")
    check(said.code == 0 and "datum     gcj02: its column mere_datum says so" in said.out, "the label decides", said)
    mere("init", folder.at("zh.gpkg"), "--code", "x", "--name", "X", "--lang", "zh")
    said = mere("import", folder.at("zh.gpkg"), folder.at("zones.geojson"), "--scheme", "beat", "--code", "code")
    check("gcj02：文件的 mere_datum 列写明" in said.out, "in Chinese too", said)
    said = mere("inspect", folder.at("zones.geojson"))
    check("gcj02: its column mere_datum says so" in said.out, "inspect tells it", said)
    for datum in ("wgs84", "bd09"):
        said = mere("import", store, folder.at("zones.geojson"), "--scheme", "school", "--code", "code", "--datum", datum)
        check(said.code == 2 and "contradicts" in said.err, f"--datum {datum} against it is refused", said)
    mixed = json.load(open(folder.at("zones.geojson")))
    mixed["features"][1]["properties"]["mere_datum"] = "bd09"
    said = mere("import", store, write_json(folder.at("mixed.geojson"), mixed["features"]), "--scheme", "school", "--code",
                "code", "--datum", "gcj02")
    check(said.code == 2 and "feature 2" in said.err, "a label of two datums is refused", said)
    for end in ends:
        shifted, plain = folder.at(f"shifted.{end}"), folder.at(f"plain.{end}")
        said = mere("export", store, shifted, "--scheme", "beat", "--datum", "bd09")
        rows = rows_of(shifted) if said.code == 0 else [{}]
        check(said.code == 0 and rows[0].get("mere_datum") == "bd09" and rows[0].get("datum") == "phone's",
              f"a shifted .{end} has the label beside a column datum", f"{said} {rows[0]}")
        said = mere("export", store, plain, "--scheme", "beat")
        check("mere_datum" not in rows_of(plain)[0], f"a .{end} that is not shifted has none", said)
        crs = [] if end == "geojson" else ["--crs", "EPSG:4326"]
        back = mere("import", store, shifted, "--scheme", "again", "--code", "code", "--replace", *crs)
        again = mere("export", store, plain, "--scheme", "again", "--force")
        check(back.code == 0 and "bd09: its column" in back.out and again.code == 0 and
              "mere_datum" not in rows_of(plain)[0], f"a shifted .{end} comes back, and the label is no attribute", back)


def test_columns_from_outside(folder):
    """Names that QGIS may have given in the store itself."""
    store = district(folder)
    db = sqlite3.connect(store)
    for name in ("mere_datum", " sp ", "备注 ", "two\nlines", "WKT", "a_very_long_name", "a_very_long_time"):
        db.execute(f'ALTER TABLE grid ADD COLUMN "{name}" TEXT DEFAULT \'v\'')
    db.commit()
    db.close()
    for end in ("geojson", "gpkg", "fgb", "csv", "shp"):
        for more in ([], ["--datum", "gcj02"]):
            said = mere("export", store, folder.at(f"out.{end}"), "--scheme", "grid", "--force", *more)
            rows = rows_of(folder.at(f"out.{end}")) if said.code == 0 else [{}]
            names = list(rows[0])
            check(said.code == 0 and len([v for v in rows[0].values() if v == "v"]) == 7 and
                  rows[0].get("mere_datum") == (more[1] if more else None) and
                  "mere_datum is called src_mere_d" in said.err, f"every column goes into .{end} {more}", f"{said} {names}")
    check(all(words in said.err for words in (" sp  is called sp in", "备注  is called 备注 in", "a_very_long_time is called a_very_l_2")),
          "and what a shapefile calls otherwise is told", said)


def test_narrow_points(folder):
    """assign tells what a shapefile can't hold, as export does."""
    store = district(folder)
    points = folder.write("points.csv", f"lon,lat,a_long_column,b\n120.201,30.201,{'字' * 150},\n120.201,30.201,c,{'x' * 300}\n")
    said = mere("assign", store, points, folder.at("out.shp"), "--datum", "wgs84")
    check(said.code == 0 and "field a_long_column is called a_long_col in the shapefile" in said.err and
          "field grid_state" not in said.err and "mere_reason is called mere_reaso" in said.err and
          "laundered" not in said.err and "empty" not in said.err, "names that are cut are told", said)
    check("field a_long_column: 1 texts are cut to 254 bytes, the first in row 1" in said.err and
          "field b: 1 texts are cut to 254 bytes, the first in row 2" in said.err, "texts that are cut are told", said)
    rows = rows_of(folder.at("out.shp"))
    check(rows[0]["a_long_col"] == "字" * 84 and rows[1]["b"] == "x" * 254, "and cut between characters", rows)


def test_geometry_of_bad_rows(folder):
    """A row without a usable place keeps its geometry, and the CRS of OUT is told."""
    store = district(folder)
    shapes = [{"type": "Point", "coordinates": [120.205, 30.205]}, {"type": "Point", "coordinates": [30.205, 120.205]},
              {"type": "MultiPoint", "coordinates": [[120.205, 30.205], [120.206, 30.206]]},
              {"type": "Polygon", "coordinates": [square(120.2, 30.2)]}, None]
    source = write_json(folder.at("in.geojson"), [{"type": "Feature", "properties": {"n": i}, "geometry": shape}
                                                  for i, shape in enumerate(shapes)])
    for end in ("gpkg", "geojson", "shp"):
        said = mere("assign", store, source, folder.at(f"out.{end}"), "--datum", "gcj02")
        label = "WGS 84 (EPSG:4326)" if end == "geojson" else "CGCS2000 (EPSG:4490)"
        check(said.code == 1 and f"geometries of the output: longitude and latitude, {label}" in said.err,
              f"the CRS of .{end} is told", said)
        out = subprocess.run(["ogr2ogr", "-f", "GeoJSON", "/vsistdout/", folder.at(f"out.{end}")], capture_output=True,
                             text=True, check=True).stdout
        kinds = [f["geometry"] and f["geometry"]["type"] for f in json.loads(out)["features"]]
        want = ["Point", "Point", None, None, None] if end == "shp" else ["Point", "Point", "MultiPoint", "Polygon", None]
        check(kinds == want and ("2 geometries are left out, the first in row 3" in said.err) == (end == "shp"),
              f"bad rows in .{end} keep the geometry that it holds", f"{kinds} {said}")


if __name__ == "__main__":
    run_all(test_shifted_over_older, test_nothing_unasked, test_own_input, test_links, test_one_time,
            test_label, test_columns_from_outside, test_narrow_points,
            test_geometry_of_bad_rows)
