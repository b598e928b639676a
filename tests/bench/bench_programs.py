#!/usr/bin/env python3
"""bench_programs.py - peers that are whole programs: file to file, their start included.

    bench_programs.py WORK_FOLDER NAME FILE.mcov grass [runs]
    bench_programs.py WORK_FOLDER NAME FILE.mcov mapshaper [runs]     of slipped polygons (bench_repair)

WORK_FOLDER holds gen and the node_modules. GRASS works in a temporary location, for four minutes at most."""
import os
import re
import sys
import tempfile

from programs import fresh, make_polygons, row, run

work, name, mcov, peer = sys.argv[1:5]
runs = int(sys.argv[5]) if len(sys.argv) > 5 else 5
stem = os.path.splitext(mcov)[0]


def bench_grass():
    times, out = [], os.path.join(work, "grass.txt")
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as home: # where it keeps its settings
            times.append(1000 * run("sh", "-c", "timeout 240 grass --tmp-location EPSG:4490 --exec v.in.ogr "
                                    f"input={stem}.gpkg output=grid 2>&1", ok=(0, 124), out=out,
                                    env={"HOME": home, "TMPDIR": home}))
    with open(out, encoding="utf-8", errors="replace") as f:
        text = f.read()
    zones, areas = re.search(r"(\d+) input polygons", text), re.search(r"\((\d+) areas\)", text)
    if not areas:
        sys.exit("GRASS takes more than four minutes")
    if zones[1] != areas[1]:
        sys.exit(f"GRASS finds {areas[1]} areas of {zones[1]} zones: the answers do not agree")
    version = os.popen("grass --config version").read().strip()
    row("build + check", name, f"GRASS {version} v.in.ogr", times, "ms",
        f"a whole process with its start and a temporary location, from a GeoPackage; {areas[1]} areas")


def bench_mapshaper():
    program, out = os.path.join(work, "node_modules/mapshaper/bin/mapshaper"), stem + ".clean.shp"
    times = []
    for _ in range(runs):
        fresh(out)
        times.append(1000 * run("node", "--max-old-space-size=12000", program, "-i", stem + ".shp", "-clean",
                                "gap-fill-area=2000m2", "-o", out))
    row("build + repair", name, "mapshaper -clean, whole program", times, "ms", "shapefile to shapefile, with its start")


if not os.path.exists(stem + ".gpkg") or os.path.getmtime(stem + ".gpkg") < os.path.getmtime(mcov):
    make_polygons(os.path.join(work, "gen"), mcov, stem, ".gpkg", ".shp")
bench_grass() if peer == "grass" else bench_mapshaper()
