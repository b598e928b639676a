#!/usr/bin/env python3
"""assign holds a batch of a layer at a time: ten times the rows take no more memory."""
import os
import sqlite3
import struct
import subprocess

from program import LONG, PROGRAM, check, feature, mere, run_all, square, write_json

SMALL, LARGE = (20_000, 200_000) if not LONG else (20_000, 2_000_000)
MORE = 24  # MiB that ten times the rows may take; held whole they take a hundred and more
WIDTH = 250


def write_points(folder, name, n):
    """A shapefile of n points with a text of WIDTH bytes."""
    base = folder.at(name)
    places = [struct.pack("<i2d", 1, 10 + i % 400 / 1e4, 50 + i % 300 / 1e4) for i in range(1200)]

    def head(words):
        return (struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i", 1000, 1) +
                struct.pack("<8d", 10, 50, 10.04, 50.03, 0, 0, 0, 0))

    with open(base + ".shp", "wb") as f:
        f.write(head(50 + 14 * n))
        f.write(b"".join(struct.pack(">2i", i + 1, 10) + places[i % 1200] for i in range(n)))
    with open(base + ".shx", "wb") as f:
        f.write(head(50 + 4 * n))
        f.write(b"".join(struct.pack(">2i", 50 + 14 * i, 10) for i in range(n)))
    with open(base + ".dbf", "wb") as f:
        f.write(struct.pack("<4BIHH20x", 3, 126, 1, 1, n, 97, 10 + WIDTH))
        f.write(struct.pack("<11sc4xBB14x", b"id", b"N", 9, 0) + struct.pack("<11sc4xBB14x", b"text", b"C", WIDTH, 0) + b"\r")
        f.write(b"".join(b" %9d%s" % (i, (b"row %d " % i * 50)[:WIDTH]) for i in range(n)) + b"\x1a")
    folder.write(name + ".prj", 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
                 'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')
    return base + ".shp"


def write_csv(folder, name, n):
    rows = "".join(f"{i},{10 + i % 400 / 1e4},{50 + i % 300 / 1e4},{'长河街道' * 20}{i}\n" for i in range(n))
    return folder.write(name, "id,lon,lat,text\n" + rows)


def apart(function, *args):
    """Do it in a child: what this process holds would count for its children's peak."""
    child = os.fork()
    if child == 0:
        try:
            function(*args)
        finally:
            os._exit(0)
    os.waitpid(child, 0)


def peak(*words):
    """Exit code and the largest resident set in MiB."""
    env = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1:" + os.environ.get("ASAN_OPTIONS", ""))
    run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    return run.returncode, usage.ru_maxrss / 1024


def test_memory(folder):
    store = folder.store()
    layers = {end: [folder.at(f"in_{end}{n}.{end}") for n in (SMALL, LARGE)] for end in ("shp", "gpkg")}
    for n, package in zip((SMALL, LARGE), layers["gpkg"]):
        apart(write_points, folder, f"in_shp{n}", n)
        apart(write_csv, folder, f"csv{n}.csv", n)
        said = mere("assign", store, folder.at(f"csv{n}.csv"), package)
        check(said.code == 0, f"a GeoPackage of {n} points is written", said)
    for kind, (small, large) in layers.items():
        out = folder.at(f"{kind}.csv")
        before, after = peak("assign", store, small, folder.at(f"{kind}_small.csv")), peak("assign", store, large, out)
        check(before[0] == after[0] == 0 and after[1] < before[1] + MORE,
              f"{LARGE} points of a .{kind} take no more memory than {SMALL}",
              f"{before[1]:.0f} MiB, {after[1]:.0f} MiB, exit {before[0]}, {after[0]}")
        with open(out, encoding="utf-8") as f:
            next(f)
            count = sum(line.startswith(f"{i},") for i, line in enumerate(f))
        check(count == LARGE, f"and all are there in their order, .{kind}", count)


def test_texts(folder):
    """What is known of the whole layer comes from all of its rows, also the last."""
    store = folder.store()
    n = 9000
    path = write_points(folder, "late", n)
    with open(folder.at("late.dbf"), "r+b") as f:  # Chinese in GBK in the last row only
        f.seek(97 + (n - 1) * (10 + WIDTH) + 10)
        f.write("滨江区长河街道网格".encode("gbk").ljust(WIDTH))
    said = mere("assign", store, path, folder.at("late.csv"))
    check(said.code == 2 and "--encoding" in said.err and not os.path.exists(folder.at("late.csv")),
          "an encoding that only the last row leaves open is asked for before anything is written", said)
    said = mere("assign", store, path, folder.at("late.csv"), "--encoding", "GBK")
    with open(folder.at("late.csv"), encoding="utf-8-sig") as f:
        rows = f.read().splitlines()
    check(said.code == 0 and len(rows) == n + 1 and "滨江区长河街道网格" in rows[-1], "and decodes all batches", said)
    with open(folder.at("late.shp"), "r+b") as f:  # the last point in China
        f.seek(100 + 28 * (n - 1) + 12)
        f.write(struct.pack("<2d", 120.2, 30.2))
    said = mere("assign", store, path, folder.at("late2.csv"), "--encoding", "GBK")
    check(said.code == 2 and "--datum" in said.err and not os.path.exists(folder.at("late2.csv")),
          "so is a datum", said)


def test_crs_and_key(folder):
    """A layer's CRS can be stated, and its key is a column like the others."""
    store = folder.at("s.gpkg")
    mere("init", store, "--code", "1", "--name", "x", "--lang", "en")
    mere("import", store, write_json(folder.at("s.geojson"), [feature(square(10, 50), code="a")]), "--scheme", "grid")
    table = folder.write("p.csv", "t,lon,lat\nx,10.005,50.005\ny,10.006,50.006\n")
    mere("assign", store, table, folder.at("p.shp"))
    os.remove(folder.at("p.prj"))
    said = mere("assign", store, folder.at("p.shp"), folder.at("1.csv"))
    check(said.code == 2 and "--crs" in said.err, "places of an unknown CRS are refused", said)
    for words in (("--crs", "EPSG:4326"), ("--datum", "wgs84")):
        said = mere("assign", store, folder.at("p.shp"), folder.at(words[0] + ".csv"), *words)
        check(said.code == 0 and "owned      2" in said.out, f"until {words[0]} states it", said)
    said = mere("assign", store, table, folder.at("2.csv"), "--crs", "EPSG:4326")
    check(said.code == 2 and "--crs is for" in said.err, "columns have no CRS to be stated", said)
    mere("assign", store, table, folder.at("k.gpkg"))
    db = sqlite3.connect(folder.at("k.gpkg"))
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
    db.execute("DELETE FROM gpkg_extensions")
    db.execute("DROP TABLE rtree_k_geom")
    db.execute("ALTER TABLE k RENAME COLUMN fid TO id")
    db.execute("UPDATE k SET id = id + 40")
    db.commit()
    db.close()
    said = mere("assign", store, folder.at("k.gpkg"), folder.at("k.csv"))
    with open(folder.at("k.csv"), encoding="utf-8-sig") as f:
        lines = f.read().splitlines()
    check(said.code == 0 and lines[0].startswith("id,t,lon,lat,") and lines[1].startswith("41,x,"),
          "a key that is not called fid is kept in its place", f"{said} {lines}")
    mere("export", store, folder.at("z.gpkg"), "--scheme", "grid")
    db = sqlite3.connect(folder.at("z.gpkg"))
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
    db.execute("DELETE FROM gpkg_extensions")
    db.execute("DROP TABLE rtree_grid_geom")
    db.execute("ALTER TABLE grid RENAME COLUMN fid TO id")
    db.commit()
    db.close()
    said = mere("import", store, folder.at("z.gpkg"), "--scheme", "beat", "--code", "id")
    check(said.code == 0 and "code = id" in said.out, "it can be the code of an import", said)


if __name__ == "__main__":
    run_all(test_memory, test_texts, test_crs_and_key)
