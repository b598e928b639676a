"""programs.py - what the benches in Python share: rows, and programs that are run and timed.

Times are CPU seconds of the children (user + system), with BENCH_WALL=1 wall time; start-up is in them."""
import os
import resource
import statistics
import subprocess
import sys
import time

WALL = bool(os.environ.get("BENCH_WALL"))


def row(work, data, who, values, unit, note):
    values = sorted(values)
    print("\t".join([work, data, who, f"{statistics.median(values):.6g}", f"{values[0]:.6g}",
                     f"{values[-1]:.6g}", unit, note]), flush=True)


def seconds_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() if WALL else used.ru_utime + used.ru_stime


def run(*words, ok=(0,), out=None, env=None):
    """Run a program; its seconds. What it prints goes into the file `out`."""
    start = seconds_of_children()
    with open(out or os.devnull, "wb") as f:
        r = subprocess.run(words, stdout=f, stderr=subprocess.PIPE, check=False,
                           env={**os.environ, **(env or {})})
    if r.returncode not in ok:
        sys.exit(f"bench: {' '.join(words)}: exit {r.returncode}: {r.stderr.decode()[-400:]}")
    return seconds_of_children() - start


def fresh(*paths):
    for p in paths:
        for end in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(p + end):
                os.remove(p + end)


def make_polygons(gen, mcov, stem, *ends):
    """The polygons of a coverage file as .gpkg or .shp, in EPSG:4490 so that no datum is to be asked."""
    drivers = {".gpkg": ("GPKG", "SPATIAL_INDEX=YES"), ".shp": ("ESRI Shapefile", "ENCODING=UTF-8")}
    run(gen, "geojson", mcov, out=stem + ".geojsons")
    for end in ends:
        driver, option = drivers[end]
        fresh(stem + end)
        run("ogr2ogr", "-f", driver, stem + end, stem + ".geojsons", "-a_srs", "EPSG:4490", "-lco", option)
    os.remove(stem + ".geojsons")
