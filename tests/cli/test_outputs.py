#!/usr/bin/env python3
"""What a command writes never falls on what it reads, nor on a file that isn't its own; tables of texts alone."""
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile

from program import Folder, check, done, dump_hash, feature, grid, mere, skip, square, write_json, write_shp


def make(folder):
    store = folder.at("store.gpkg")
    mere("init", store, "--code", "x", "--name", "X")
    mere("import", store, write_json(folder.at("grid.geojson"), grid(2)), "--scheme", "grid", "--code", "code")
    return store


def test_own_files(folder):
    store = make(folder)
    points = folder.write("points.csv", "lon,lat\n10.001,50.001\n")
    bad = write_json(folder.at("bad.geojson"), [feature(square(10, 50), code="1"), {
        "type": "Feature", "properties": {"code": "2"}, "geometry": None}])
    other = folder.at("other.gpkg")
    os.symlink(store, other)
    before, places, source = dump_hash(store), open(points).read(), open(bad).read()
    for name, words in (
            ("assign", ("assign", store, points, store, "--force")),
            ("assign by another name of it", ("assign", store, points, other, "--force")),
            ("export", ("export", store, store, "--scheme", "grid", "--force")),
            ("check", ("check", store, "-o", store, "--force")),
            ("check as text", ("check", store, "-o", store, "--format", "text", "--force")),
            ("the rejects of an import", ("import", store, bad, "--scheme", "beat", "--reject", store))):
        said = mere(*words)
        check(said.code == 2 and "another file" in said.err and dump_hash(store) == before,
              f"{name} can't be written over the store", said)
    said = mere("assign", store, points, points, "--force")
    check(said.code == 2 and open(points).read() == places, "assign can't be written over its input", said)
    said = mere("import", store, bad, "--scheme", "beat", "--reject", bad)
    check(said.code == 2 and open(bad).read() == source and dump_hash(store) == before,
          "the rejects of an import can't be written over its input", said)
    letter = folder.write("letter.csv", "Dear office")
    said = mere("import", store, bad, "--scheme", "beat", "--reject", letter)
    check(said.code == 2 and open(letter).read() == "Dear office" and dump_hash(store) == before,
          "nor over a file that is no list of rejects", said)
    rejects = folder.at("rejects.csv")
    first = mere("import", store, bad, "--scheme", "beat", "--reject", rejects)
    again = mere("import", store, bad, "--scheme", "beat", "--replace", "--reject", rejects)
    check(first.code == again.code == 1 and "no geometry" in open(rejects).read(),
          "an earlier list of rejects is replaced", again)


def test_no_folder(folder):
    store = make(folder)
    points = folder.write("points.csv", "lon,lat\n10.001,50.001\n")
    for words in (("check", store, "-o", folder.at("none/a.html")), ("check", store, "-o", folder.at("none/a.gpkg")),
                  ("export", store, folder.at("none/a.gpkg"), "--scheme", "grid"),
                  ("assign", store, points, folder.at("none/a.csv")), ("assign", store, points, folder.at("none/a.gpkg"))):
        said = mere(*words)
        check(said.code == 2 and "folder" in said.err,
              f"{words[0]} into a folder that isn't there is refused", said)


def test_reference(folder):
    store = make(folder)
    said = mere("import", store, write_json(folder.at("ref.geojson"), [
        {"type": "Feature", "properties": {"name": "a", "Name": "b", "code": "7", "fid": 3},
         "geometry": {"type": "Point", "coordinates": [10.001, 50.001]}}]), "--reference", "addresses")
    row = None
    if said.code == 0:
        db = sqlite3.connect(store)
        row = db.execute("SELECT * FROM addresses").fetchone()
        names = [column[1] for column in db.execute("PRAGMA table_info(addresses)")]
        db.close()
        check(names[2:] == ["name", "src_Name_2", "code", "src_fid"] and row[2:] == ("a", "b", "7", 3) and
              "name, " in said.out and "src_name," not in said.out,
              "a reference layer keeps the names of its fields, and says so", f"{names} {row} {said}")
    else:
        check(False, "a reference layer with names that differ in case is taken", said)


def test_text_tables(folder):
    store = make(folder)
    folder.write("texts.csv", "id,lon,lat\n123456789012345678,10.001,50.001\n0002,10.011,50.001\n")
    book = folder.at("texts.xlsx")
    if not shutil.which("ogr2ogr"):
        return skip("a workbook of texts alone", "no ogr2ogr")
    subprocess.run(["ogr2ogr", "-f", "XLSX", book, folder.at("texts.csv")], check=True)
    said = mere("assign", store, book, folder.at("out.csv"))
    rows = open(folder.at("out.csv")).read().splitlines() if said.code == 0 else [""]
    check(said.code == 0 and rows[0].startswith("id,lon,lat,") and rows[1].startswith("123456789012345678,") and
          rows[2].startswith("0002,"), "a workbook of texts alone has its header, and codes of 18 digits", f"{said} {rows}")
    folder.write("zones.csv", 'code,name,WKT\n123456789012345678,a,"POLYGON((1 1,2 1,2 2,1 1))"\n')
    book = folder.at("zones.xlsx")
    subprocess.run(["ogr2ogr", "-f", "XLSX", book, folder.at("zones.csv")], check=True)
    said = mere("import", store, book, "--scheme", "beat", "--crs", "EPSG:4326")
    zones = json.loads(mere("list", store, "--scheme", "beat", "--format", "json").out) if said.code == 0 else None
    check(zones and zones["zones"][0]["code"] == "123456789012345678" and zones["zones"][0]["name"] == "a",
          "polygons of a workbook of texts alone are imported", said)


def test_packed_shapefile(folder):
    """A .prj beside the .zip is not that of the shapefile in it."""
    store = make(folder)
    os.mkdir(folder.at("in"))
    ring = square(120.2, 30.2)[::-1]
    write_shp(folder.at("in"), "zones", [ring], ["1"])
    folder.write("in/zones.prj", 'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID['
                 '"CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')
    with zipfile.ZipFile(folder.at("packed.zip"), "w") as packed:
        for end in ("shp", "shx", "dbf", "prj"):
            packed.write(folder.at(f"in/zones.{end}"), f"zones.{end}")
    folder.write("packed.prj", 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
                 'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')
    said = mere("import", store, folder.at("packed.zip"), "--scheme", "beat", "--code", "code")
    check(said.code == 0 and "EPSG:4490" in said.out, "a packed shapefile has the CRS of its own .prj", said)


def pack(path, folder, *entries, shadow=False):
    """A .zip with zones.* of `folder` under each name of `entries`, and what macOS puts beside."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in entries:
            for end in ("shp", "shx", "dbf", "prj"):
                packed.write(folder.at(f"zones.{end}"), f"{entry}.{end}")
        if shadow:
            packed.writestr("__MACOSX/a/._zones.shp", b"shadow")
        packed.writestr("readme.txt", b"a folder of maps")
    return path


def test_packed_deeper(folder):
    store = make(folder)
    write_shp(folder.path, "zones", [square(10, 50)[::-1]], ["1"])
    folder.write("zones.prj", 'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",'
                 '6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')
    for name, entry in (("one.zip", "a/zones"), ("deep.zip", "a/b/c/区划"), ("upper.zip", "a/ZONES")):
        said = mere("import", store, pack(folder.at(name), folder, entry, shadow=True), "--scheme", "beat", "--replace",
                    "--code", "code")
        check(said.code == 0 and "EPSG:4490" in said.out, f"a shapefile in a folder of a .zip is read, {entry}", said)
    before = dump_hash(store)
    said = mere("import", store, pack(folder.at("two.zip"), folder, "a/zones", "b/zones"), "--scheme", "beat", "--replace",
                "--code", "code")
    check(said.code == 2 and "a/zones.shp" in said.err and "b/zones.shp" in said.err and dump_hash(store) == before,
          "of several, none is taken and all are listed", said)
    with zipfile.ZipFile(folder.at("none.zip"), "w") as packed:
        packed.writestr("a/readme.txt", b"nothing")
    said = mere("import", store, folder.at("none.zip"), "--scheme", "beat", "--replace", "--code", "code")
    check(said.code == 2 and "none.zip" in said.err, "a .zip without any is refused", said)
    with zipfile.ZipFile(folder.at("bomb.zip"), "w", zipfile.ZIP_DEFLATED) as packed:
        with packed.open("a/zones.geojson", "w", force_zip64=True) as f:
            block = b" " * (1 << 20)
            for _ in range(1100):
                f.write(block)
    said = mere("import", store, folder.at("bomb.zip"), "--scheme", "beat", "--replace", "--code", "code", timeout=20)
    check(said.code == 2 and "unpack" in said.err and dump_hash(store) == before, "a .zip that unpacks to far too much is "
          "refused", said)
    with zipfile.ZipFile(folder.at("many.zip"), "w") as packed:
        for i in range(5005):
            packed.writestr(f"a/{i}.txt", b"")
    said = mere("inspect", folder.at("many.zip"), timeout=20)
    check(said.code == 2 and "more than 5000 files" in said.err, "and so is one of too many files", said)


def test_shapefile_losses(folder):
    """What a shapefile can't hold is told, by field and zone, on standard error."""
    long = "长" * 100
    features = [feature(square(10, 50), code="1", much_too_long_a_name="a", text="x", other="", number=0.5),
                feature(square(11, 50), code="2", much_too_long_a_name="a", text=long, other="x", number=1e-20)]
    path = write_json(folder.at("a.geojson"), features)
    for lang, want in (("en", ("much_too_long_a_name is called much_too_l", "text: 1 texts", "number: 1 numbers",
                               "other: 1 empty texts", "in zone 2", "exported scheme")),
                       ("zh", ("much_too_long_a_name 在", "text：1段", "number：1个数", "other：1段空", "区域 2", "已导出方案"))):
        store = folder.at(f"{lang}.gpkg")
        mere("init", store, "--code", "x", "--name", "X", "--lang", lang)
        mere("import", store, path, "--scheme", "grid")
        said = mere("export", store, folder.at(f"{lang}.shp"), "--scheme", "grid")
        check(said.code == 0 and all(w in said.err for w in want[:5]) and len(said.err.splitlines()) == 4 and
              want[5] in said.out and len(said.out.splitlines()) == 1, f"what a shapefile loses is told, {lang}", said)
        other = mere("export", store, folder.at(f"{lang}.fgb"), "--scheme", "grid")
        check(other.code == 0 and not other.err, "a FlatGeobuf loses nothing", other)
        again = mere("import", store, folder.at(f"{lang}.shp"), "--scheme", "beat", "--code", "code")
        rows = [json.loads(mere("list", store, "--scheme", s, "--format", "json").out)["zones"] for s in ("grid", "beat")]
        check([z["area_m2"] for z in rows[0]] == [z["area_m2"] for z in rows[1]] and
              rows[1][1]["attributes"]["text"] == long[:84] and rows[1][0]["attributes"]["number"] == 0.5,
              "the coordinates are the same, and all else that is not told", f"{rows} {again}")


for test in (test_shapefile_losses, test_packed_shapefile, test_packed_deeper, test_own_files, test_no_folder, test_reference, test_text_tables):
    with Folder() as place:
        test(place)
done()
