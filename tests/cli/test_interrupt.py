#!/usr/bin/env python3
"""SIGINT in the middle of assign: exit 130, nothing left of the output, and an OUT that was there as it was."""
import glob
import os
import signal
import subprocess
import time

from program import PROGRAM, check, dump_hash, mere, run_all

ROWS = 400_000 if os.environ.get("MERE_LONG") != "1" else 3_000_000


def csv(folder, n):
    block = "".join(f"{i},10.0{i:03d},50.0{i:03d},some more text\n" for i in range(40))
    return folder.write("in.csv", "id,lon,lat,text\n" + block * (n // 40))


def geojson(folder, n):
    one = '{"type":"Feature","properties":{"id":%d},"geometry":{"type":"Point","coordinates":[10.0%03d,50.0%03d]}}'
    block = ",\n".join(one % (i, i, i) for i in range(40))
    return folder.write("in.geojson", '{"type":"FeatureCollection","features":[\n' + ",\n".join([block] * (n // 40)) + "]}\n")


def parts(out):
    """What is written beside OUT before it takes its place: a file, or the folder of a set of files."""
    return glob.glob(glob.escape(out) + ".part-*") + glob.glob(glob.escape(os.path.dirname(out)) + "/.merestone-*")


def holds(path, text):
    with open(path, "rb") as f:
        return f.read(1000) == text.encode()


def begun(out):
    """Whether some of the output is written."""
    for part in parts(out):
        names = [os.path.join(part, name) for name in os.listdir(part)] if os.path.isdir(part) else [part]
        if any(os.path.getsize(name) > 0 for name in names):
            return True
    return False


def interrupt(*words, out):
    """Run until the output has begun, interrupt, and give the exit code and what was said."""
    with subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        until = time.monotonic() + 120
        while run.poll() is None and not begun(out) and time.monotonic() < until:
            time.sleep(0.001)
        running = run.poll() is None
        run.send_signal(signal.SIGINT)
        said = "".join(run.communicate(timeout=60))
        return running, run.returncode, said


def test_assign(folder):
    store = folder.store()
    before = dump_hash(store)
    inputs = {"csv": csv(folder, ROWS), "geojson": geojson(folder, ROWS // 8)}
    for kind, end in (("csv", "csv"), ("csv", "gpkg"), ("geojson", "csv"), ("geojson", "shp"), ("geojson", "geojson")):
        out = folder.at(f"out_{kind}.{end}")
        for old in (None, "what was there before\n"):
            if old:
                folder.write(os.path.basename(out), old)
            running, code, said = interrupt("assign", store, inputs[kind], out, *(["--force"] if old else []), out=out)
            what = f"{kind} to {end}, {'over a file' if old else 'to a new file'}"
            check(running and code == 130 and "interrupted" in said, f"assign is interrupted with exit 130, {what}",
                  f"running {running}, exit {code}: {said}")
            left = [name for name in os.listdir(folder.path) if name.startswith(f"out_{kind}.")]
            check(not parts(out) and left == ([os.path.basename(out)] if old else []) and
                  (not old or holds(out, old)), f"no part stays, and OUT is as it was, {what}", left)
            if old:
                os.unlink(out)
    check(dump_hash(store) == before, "the store is as it was")
    out = folder.at("out.csv")
    small = folder.write("small.csv", "lon,lat\n10.001,50.001\n")
    said = mere("assign", store, small, out)
    check(said.code == 0 and os.path.exists(out), "and the same works afterwards", said)


if __name__ == "__main__":
    run_all(test_assign)
