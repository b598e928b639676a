#!/usr/bin/env python3
"""bench_postgis.py - PostGIS: a table of points joined with a table of polygons, by one process.

    bench_postgis.py WORK_FOLDER NAME FILE.mcov FILE.owners

A cluster of its own in a temporary folder, spoken to by a socket in there, stopped and removed at the end;
as root it runs as the user `postgres`. Times are CPU seconds of the backend, with BENCH_WALL=1 wall time.
The owners of the points are compared with ours; WORK_FOLDER/NAME.xy are the points of `assign`."""
import glob
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

from programs import WALL, row

work, name, mcov, owners = sys.argv[1:5]
found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
if not found:
    sys.exit("PostgreSQL is not here")
BIN = found[-1]
SETTINGS = ("listen_addresses=", "shared_buffers=1GB", "work_mem=256MB", "maintenance_work_mem=512MB", "jit=off",
            "fsync=off", "max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0", "autovacuum=off")


class Server:
    """The cluster, and one session of psql in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="bench-postgis-")
        self.postgres = self.psql = None

    def start(self):
        who = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if who:
            shutil.chown(self.folder, "postgres", "postgres")
        data = os.path.join(self.folder, "data")
        subprocess.run([BIN + "/initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync"], check=True,
                       stdout=subprocess.DEVNULL, cwd=self.folder, **who)
        options = [word for s in SETTINGS for word in ("-c", s)]
        self.postgres = subprocess.Popen([BIN + "/postgres", "-D", data, "-k", self.folder, *options],
                                         stderr=subprocess.DEVNULL, cwd=self.folder, **who)
        for _ in range(100):
            if subprocess.run([BIN + "/pg_isready", "-q", "-h", self.folder], check=False).returncode == 0:
                break
            time.sleep(0.1)
        self.psql = subprocess.Popen([BIN + "/psql", "-h", self.folder, "-U", "bench", "-qAtX", "-v", "ON_ERROR_STOP=1",
                                      "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = int(self.ask("SELECT pg_backend_pid();")[0])

    def say(self, data):
        self.psql.stdin.write(data)

    def ask(self, sql):
        """The lines that a statement gives."""
        self.say(sql.encode() + b"\n\\echo end\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == b"end\n":
                return lines
            lines.append(line.decode().rstrip("\n"))
        sys.exit("psql ended: " + sql[:60])

    def clock(self):
        if WALL:
            return time.monotonic()
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def timed(self, sql):
        start = self.clock()
        lines = self.ask(sql)
        return self.clock() - start, lines

    def stop(self):
        if self.psql:
            self.psql.stdin.close()
            self.psql.wait()
        if self.postgres:
            self.postgres.send_signal(signal.SIGINT) # disconnect everybody and end
            self.postgres.wait()
        shutil.rmtree(self.folder)


def load(server):
    with open(mcov, "rb") as f:
        _, n_faces, _, n_vertices = struct.unpack("<8sIIQ", f.read(24))
        faces, xy = f.read(32 * n_faces), f.read(16 * n_vertices)
    server.ask("SET client_min_messages = warning; CREATE EXTENSION postgis; CREATE TABLE grid (id int, code text, name text, geom geometry); "
               "CREATE TABLE pts (id int, x float8, y float8, geom geometry); "
               "CREATE TABLE rows (id int, x float8, y float8, geom geometry);")
    server.say(b"COPY grid FROM STDIN;\n")
    for k in range(n_faces):
        first, n = struct.unpack_from("<QI", faces, 32 * k)
        wkb = struct.pack("<BIII", 1, 3, 1, n) + xy[16 * first:16 * (first + n)]
        server.say(f"{k}\t{k + 1:06}\tname {k + 1}\t{wkb.hex()}\n".encode())
    server.say(b"\\.\n")
    owner = []
    with open(owners, "rb") as f:
        server.say(b"COPY pts (id, x, y) FROM STDIN;\n")
        for i, (x, y, face, _) in enumerate(struct.iter_unpack("<ddii", f.read())):
            owner.append(face)
            server.say(f"{i}\t{x!r}\t{y!r}\n".encode())
    server.say(b"\\.\nCOPY rows (id, x, y) FROM STDIN;\n")
    with open(os.path.join(work, name + ".xy"), "rb") as f:
        for i, (x, y) in enumerate(struct.iter_unpack("<dd", f.read())):
            server.say(f"{i}\t{x!r}\t{y!r}\n".encode())
    server.say(b"\\.\n")
    server.ask("UPDATE pts SET geom = ST_MakePoint(x, y); UPDATE rows SET geom = ST_MakePoint(x, y);")
    seconds, _ = server.timed("CREATE INDEX ON pts USING gist (geom); CREATE INDEX ON grid USING gist (geom);")
    server.ask("CREATE INDEX ON rows USING gist (geom); VACUUM ANALYZE pts; VACUUM ANALYZE rows; VACUUM ANALYZE grid;")
    return seconds, owner


def main(server):
    seconds, owner = load(server)
    version = server.ask("SELECT postgis_lib_version();")[0]
    row("locate: index", name, f"PostGIS {version}", [1000 * seconds], "ms", "GiST of the points and of the polygons")
    join = "FROM pts p JOIN grid g ON ST_Contains(g.geom, p.geom)"
    rates = []
    for _ in range(3):
        seconds, _ = server.timed(f"SELECT count(*) {join};")
        rates.append(len(owner) / 1e6 / seconds)
    theirs = [-1] * len(owner)
    for line in server.ask(f"SELECT p.id, g.id {join};"):
        i, face = line.split("|")
        theirs[int(i)] = int(face)
    differ = sum(a != b for a, b in zip(owner, theirs))
    row("locate", name, f"PostGIS {version} join", rates, "M points/s",
        f"GiST, one process, one scheme; of {len(owner)} points {differ} differ")
    if differ > 20:
        sys.exit("the owners do not agree")
    times = []
    for _ in range(3):
        server.ask("DROP TABLE IF EXISTS assigned;")
        seconds, _ = server.timed("CREATE TABLE assigned AS SELECT r.*, a.code, a.name FROM rows r LEFT JOIN (SELECT "
                                  "p.id, g.code, g.name FROM rows p JOIN grid g ON ST_Contains(g.geom, p.geom)) a "
                                  "USING (id);")
        times.append(1000 * seconds)
    n, inside = server.ask("SELECT count(*), count(code) FROM assigned;")[0].split("|")
    row("assign CSV to CSV", name, f"PostGIS {version} join, without files", times, "ms",
        f"table to table, one scheme; {n} rows, {inside} inside")


server = Server()
try:
    server.start()
    main(server)
finally:
    server.stop()
