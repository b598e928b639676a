"""program.py - what the tests that run the program share: stores, files, and the frame of check.h.

The program is $MERESTONE. Every test works in a folder of its own. Only the standard library is used."""
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import hashlib

LONG = os.environ.get("MERE_LONG") == "1"
SANITIZED = bool(os.environ.get("MERE_SANITIZE"))  # the program is many times as slow
PROGRAM = os.path.abspath(os.environ.get("MERESTONE", "build/release/merestone"))
counts = {"passed": 0, "failed": 0, "skipped": 0}


class Said:
    """What a run of the program said: its exit code, and both streams."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.text = self.out + self.err

    def __str__(self):
        return f"exit {self.code}: {self.text.strip()[-600:]}"


def mere(*words, **options):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, errors="replace",
                          timeout=options.pop("timeout", 300), **options)
    return Said(done)


def check(ok, test, said=""):
    counts["passed" if ok else "failed"] += 1
    print(("ok   " if ok else "FAIL ") + test + ("" if ok else f"\n     {str(said)[:2000]}"), flush=True)
    return ok


def skip(test, why):
    counts["skipped"] += 1
    print(f"skip {test}: {why}", flush=True)


def done():
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    sys.exit(counts["failed"] > 0)


def optimised_build_suffices():
    """End a test that brings the program no bytes but our own, where the program runs under sanitizers: starting it
    costs half a second each time. `tools/test --long` runs it there too."""
    if SANITIZED and not os.environ.get("MERE_SANITIZE_ALL"):
        skip(os.path.basename(sys.argv[0]), "under sanitizers by tools/test --long")
        done()


def dump_hash(store):
    """The hash of every row of every table: what "the store as it was" means. Opened as a reader would."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    h = hashlib.sha256()
    tables = db.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name").fetchall()
    for (table,) in tables:
        if table.startswith("sqlite_"):
            continue
        h.update(table.encode())
        for row in db.execute('SELECT * FROM "%s"' % table.replace('"', '""')):
            h.update(repr(row).encode())
    db.close()
    return h.hexdigest()


def integrity(store):
    db = sqlite3.connect(store)
    answer = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    return answer


def square(x, y, size=0.01):
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def feature(ring, **properties):
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_json(path, features):
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f, ensure_ascii=False)
    return path


def grid(n, x=10.0, y=50.0, size=0.01):
    """n x n squares with codes and names, flush."""
    return [feature(square(round(x + i * size, 9), round(y + j * size, 9), size),
                    code=f"{i:03d}{j:03d}", name=f"Zone {i}.{j}") for i in range(n) for j in range(n)]


def write_shp(folder, name, rings, codes, dbf=True, shx=True):
    """A shapefile of one ring a feature; clockwise is the caller's business. NaN and Inf are written as they are."""
    base = os.path.join(folder, name)
    records, offset, index = b"", 50, b""
    xs = [p[0] for r in rings for p in r]
    ys = [p[1] for r in rings for p in r]
    for i, ring in enumerate(rings):
        body = struct.pack("<i4d2i1i", 5, min(p[0] for p in ring), min(p[1] for p in ring), max(p[0] for p in ring),
                           max(p[1] for p in ring), 1, len(ring), 0)
        body += b"".join(struct.pack("<2d", *p) for p in ring)
        records += struct.pack(">2i", i + 1, len(body) // 2) + body
        index += struct.pack(">2i", offset, len(body) // 2)
        offset += 4 + len(body) // 2

    def head(words):
        return (struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i", 1000, 5) +
                struct.pack("<8d", min(xs), min(ys), max(xs), max(ys), 0, 0, 0, 0))

    with open(base + ".shp", "wb") as f:
        f.write(head(50 + len(records) // 2) + records)
    if shx:
        with open(base + ".shx", "wb") as f:
            f.write(head(50 + len(index) // 2) + index)
    if dbf:
        width = 40
        with open(base + ".dbf", "wb") as f:
            f.write(struct.pack("<4BIHH20x", 3, 126, 1, 1, len(codes), 32 + 32 + 1, width + 1))
            f.write(struct.pack("<11sc4xBB14x", b"code", b"C", width, 0) + b"\r")
            for code in codes:
                f.write(b" " + (code if isinstance(code, bytes) else code.encode()).ljust(width)[:width])
            f.write(b"\x1a")
    with open(base + ".prj", "w", encoding="ascii") as f:
        f.write('GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
                'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]')
    return base + ".shp"


class Folder:
    """A folder that goes away, with `with`."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="mere-test-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)

    def at(self, name):
        return os.path.join(self.path, name)

    def write(self, name, data):
        path = self.at(name)
        with open(path, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        return path

    def store(self, name="store.gpkg", n=4):
        """A store with the scheme grid of n x n squares."""
        path = self.at(name)
        said = mere("init", path, "--code", "x", "--name", "X", "--lang", "en")
        if said.code != 0:
            raise RuntimeError(f"init: {said}")
        if n:
            said = mere("import", path, write_json(self.at("good.geojson"), grid(n)), "--scheme", "grid",
                        "--code", "code", "--name", "name")
            if said.code != 0:
                raise RuntimeError(f"import: {said}")
        return path


def run_all(*tests):
    """Every test in a folder of its own, then the sum. One that can't go on is a failure, not the end of the others."""
    for test in tests:
        with Folder() as own:
            try:
                test(own)
            except Exception as error:
                check(False, test.__name__, repr(error))
    done()
