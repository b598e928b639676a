#!/usr/bin/env python3
"""bench_files.py - what begins and ends in files: import and assign, and SpatiaLite's way to locate.

    bench_files.py WORK_FOLDER MERESTONE READ_OGR NAME FILE.mcov [runs]

WORK_FOLDER holds gen (../shared/bench/gen.c compiled) and takes the files made here; READ_OGR is the
program bench_read. Start-up is in the times on both sides (programs.py)."""
import csv
import os
import sqlite3
import struct
import sys
import time

from programs import WALL, fresh, make_polygons, row, run

work, merestone, read_ogr, name, mcov = sys.argv[1:6]
runs = int(sys.argv[6]) if len(sys.argv) > 6 else 5
N_ASSIGN = 322563


def path(end):
    return os.path.join(work, name + end)


def make_files():
    if not os.path.exists(path(".shp")):
        make_polygons(os.path.join(work, "gen"), mcov, path(""), ".gpkg", ".shp")
    if not os.path.exists(path(".csv")):
        run(os.path.join(work, "gen"), "pts", mcov, str(N_ASSIGN), "uniform", "7", path(".xy"))
        run(os.path.join(work, "gen"), "csv", path(".xy"), out=path(".csv"))


def bench_import():
    for end, kind in ((".gpkg", "GeoPackage"), (".shp", "shapefile")):
        ours, theirs = [], []
        for _ in range(runs):
            fresh(path(".store"))
            run(merestone, "init", path(".store"), "--code", "330108", "--name", name)
            ours.append(1000 * run(merestone, "import", path(".store"), path(end), "--scheme", "grid",
                                   "--code", "@n", "--name", "name", ok=(0, 1)))
            theirs.append(1000 * run(read_ogr, path(end)))
        row(f"import {kind}", name, "merestone", ours, "ms", "noded, checked for flaws, stored; one transaction")
        row(f"import {kind}", name, "OGR reads it", theirs, "ms", "a bound, not a peer: features and geometries read and dropped")


def bench_assign():
    ours, theirs, read = [], [], []
    for _ in range(runs):
        fresh(path(".out.csv"))
        read.append(1000 * run(read_ogr, path(".csv")))
        ours.append(1000 * run(merestone, "assign", path(".store"), path(".csv"), path(".out.csv"),
                               "--x", "lon", "--y", "lat", "--datum", "wgs84", ok=(0, 1)))
    for _ in range(min(runs, 2)):
        fresh(path(".join.gpkg"), path(".join.csv"))
        t = run("ogr2ogr", "-f", "GPKG", path(".join.gpkg"), path(".csv"), "-nln", "pts", "-a_srs",
                "EPSG:4490", "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo",
                "KEEP_GEOM_COLUMNS=YES", "-lco", "SPATIAL_INDEX=NO")
        t += run("ogr2ogr", "-update", path(".join.gpkg"), path(".store"), "grid", "-nln", "grid")
        sql = ("SELECT p.id, p.lon, p.lat, p.kind, g.code, g.name FROM pts p LEFT JOIN "
               "(SELECT q.fid AS pid, g.code AS code, g.name AS name FROM pts q JOIN rtree_grid_geom r "
               "ON r.minx <= ST_MinX(q.geom) AND r.maxx >= ST_MinX(q.geom) AND "
               "r.miny <= ST_MinY(q.geom) AND r.maxy >= ST_MinY(q.geom) JOIN grid g ON g.fid = r.id "
               "WHERE ST_Contains(g.geom, q.geom)) g ON g.pid = p.fid")
        t += run("ogr2ogr", "-f", "CSV", path(".join.csv"), path(".join.gpkg"), "-sql", sql)
        theirs.append(1000 * t)
    same, differ = compare_assigned()
    row("assign CSV to CSV", name, "merestone", ours, "ms", f"{N_ASSIGN} rows, all schemes, with states and names")
    row("assign CSV to CSV", name, "ogr2ogr with spatial join", theirs, "ms",
        f"CSV to GeoPackage, join by its R-tree, to CSV; {same} owners agree, {differ} differ")
    row("assign CSV to CSV", name, "OGR, reading alone", read, "ms", "rows read and dropped: nothing is assigned or written")
    if differ > 20:
        sys.exit("bench: the owners do not agree")


def compare_assigned():
    ours, theirs = {}, {}
    with open(path(".out.csv"), newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            ours[r["id"]] = r["grid_code"]
    with open(path(".join.csv"), newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            theirs[r["id"]] = r["code"]
    same = sum(ours[i] == theirs.get(i, "") for i in ours)
    return same, len(ours) - same


def bench_spatialite():
    try:
        db = sqlite3.connect(":memory:")
        db.enable_load_extension(True)
        db.load_extension("mod_spatialite")
    except (sqlite3.Error, AttributeError) as e:
        print(f"# {name}: SpatiaLite is missing: {e}")
        return
    with open(mcov, "rb") as f:
        data = f.read()
    n_faces, _, n_vertices = struct.unpack_from("<IIQ", data, 8)
    base = 24 + 32 * n_faces
    db.execute("SELECT InitSpatialMetaData(1)")
    db.execute("CREATE TABLE grid (id INTEGER PRIMARY KEY)")
    db.execute("SELECT AddGeometryColumn('grid', 'geom', 4326, 'POLYGON', 'XY')")
    for k in range(n_faces):
        first, n = struct.unpack_from("<QI", data, 24 + 32 * k)
        wkb = struct.pack("<BIII", 1, 3, 1, n) + data[base + 16 * first:base + 16 * (first + n)]
        db.execute("INSERT INTO grid VALUES (?, GeomFromWKB(?, 4326))", (k, wkb))
    db.execute("SELECT CreateSpatialIndex('grid', 'geom')")
    with open(path(".xy"), "rb") as f:
        xy = f.read()
    n = min(100000, len(xy) // 16)
    db.execute("CREATE TABLE pts (id INTEGER PRIMARY KEY, x REAL, y REAL)")
    db.executemany("INSERT INTO pts VALUES (?, ?, ?)",
                   ((i, *struct.unpack_from("<dd", xy, 16 * i)) for i in range(n)))
    times = []
    for _ in range(2):
        start = time.monotonic() if WALL else time.process_time()
        hits = db.execute("SELECT count(*) FROM pts p JOIN idx_grid_geom r ON r.xmin <= p.x AND "
                          "r.xmax >= p.x AND r.ymin <= p.y AND r.ymax >= p.y JOIN grid g ON "
                          "g.id = r.pkid WHERE ST_Contains(g.geom, MakePoint(p.x, p.y, 4326))").fetchone()[0]
        times.append(n / 1e6 / ((time.monotonic() if WALL else time.process_time()) - start))
    version = db.execute("SELECT spatialite_version()").fetchone()[0]
    row("locate", name, f"SpatiaLite {version}", times, "M points/s", f"join by R-tree in memory, {n} points, {hits} inside, one scheme")


make_files()
bench_import()
bench_assign()
if os.path.getsize(mcov) < 100_000_000:
    bench_spatialite()
