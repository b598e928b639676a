#!/usr/bin/env python3
"""An output of several files is one thing: written, refused and replaced as one."""
import os
import sqlite3

from program import check, feature, mere, run_all, square, write_json


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


if __name__ == "__main__":
    run_all(test_shifted_over_older, test_nothing_unasked, test_own_input, test_links, test_one_time)
