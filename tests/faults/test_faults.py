#!/usr/bin/env python3
"""The n-th call to the system fails: the program says so and ends with 3, the store opens, is sound and is as
before, or as after where the program says that; an output is whole or absent, and no part of it stays.
Then the same on a disk that is full and with a limit on the size of files.
test_faults.py LIBFAULTS.SO|none [store|export|assign|CASE ...]; with none only the full disks are tried. See faults.c.

"As before" and "as after" are of every row of every table (dump_hash), which is more than `merestone hash` tells.
Which n: the usual run draws a few of each case and kind, always the same; MERE_SEED=N draws others. With MERE_LONG=1
every call that writes, syncs, links, ... fails once, and of the allocations, which are thousands in a run, 400 that a
seed draws, which is printed; with MERE_FAULTS_ALL=1 every allocation too."""
import hashlib
import os
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from program import (LONG, PROGRAM, Folder, check, done, dump_hash, feature, grid, integrity, mere, skip, square,
                     write_json)

os.environ["SOURCE_DATE_EPOCH"] = "1790000000"  # so that a run done again gives the same rows
LIBRARY = os.path.abspath(sys.argv[1]) if sys.argv[1] != "none" else None
LOG = struct.Struct("<QQQ232s")
ALL = os.environ.get("MERE_FAULTS_ALL") == "1"
TRIES = {"enomem": 0 if ALL else 400 if LONG else 2}  # of a case and kind; 0 are all
OTHER_TRIES = 0 if LONG else 1
SEED = int(os.environ.get("MERE_SEED") or (random.randrange(1 << 32) if LONG else 1))
OPENERS = ("info", "hash") if LONG else ("info",)  # every row is compared as well
REFUSED = 2  # the library's word when the system permits no filter
STANDS = "the store is changed"  # what a failure says that came after the commit
UNSURE = "whether it is as it was or changed shows when it is opened next"  # and one of the commit's own sync
PAGES = (0, 2, 8, 9, 12, 16, 24, 32, 48, 64) if LONG else (0, 12)  # of 4096 bytes: the room of a full disk
if os.access("/dev/shm", os.W_OK):
    tempfile.tempdir = "/dev/shm"  # thousands of synced stores are quicker in memory

# kind of failure, and whether it goes on from the n-th call
KINDS = [(kind, goes_on) for kind in ("eio", "enospc", "short", "enomem") for goes_on in (False, True)]

# Two gaps, an overlap and a bow tie that is rejected.
DEFECTS = [feature(square(10.0, 50.0), code="A", name="Zone A"),
           feature(square(10.01002, 50.0), code="B", name="Zone B"),
           feature(square(10.02001, 50.0), code="C", name="Zone C"),
           feature([[10.0, 50.00999], [10.03001, 50.00999], [10.03001, 50.02], [10.0, 50.02], [10.0, 50.00999]],
                   code="D", name="Zone D")]
BOW = feature([[10.0, 50.02], [10.01, 50.03], [10.01, 50.02], [10.0, 50.03], [10.0, 50.02]], code="E", name="Bow tie")


class Case:
    """A command on a store: how the store is made, what is run, and which files it writes beside it.
    `old`: what stands in the outputs' places before."""

    def __init__(self, name, prepare, words, outs=(), old=None):
        self.name, self.prepare, self.words, self.outs, self.old = name, prepare, words, outs, old
        self.part = name.split()[0] if name.split()[0] in ("export", "assign") else "store"


def need(*words, codes=(0, 1)):
    said = mere(*words)
    if said.code not in codes:
        raise RuntimeError(f"{' '.join(words)}: {said}")


def zones(folder, name, features):
    path = write_json(os.path.join(folder, name), features)
    return path, ["--scheme", "grid", "--code", "code", "--name", "name"]


def empty(folder):
    store = os.path.join(folder, "store.gpkg")
    need("init", store, "--code", "x", "--name", "X", "--lang", "en")
    zones(folder, "defects.geojson", DEFECTS + [BOW])
    return store


def clean(folder):
    store = empty(folder)
    need("import", store, *flat(zones(folder, "clean.geojson", grid(4))))
    return store


def defective(folder):
    store = empty(folder)
    need("import", store, *flat(zones(folder, "defects.geojson", DEFECTS)))
    return store


def repaired(folder):
    store = defective(folder)
    need("repair", store, "--scheme", "grid")
    return store


def located(folder):
    store = clean(folder)
    with open(os.path.join(folder, "points.csv"), "w", encoding="utf-8") as f:
        f.write("id,lon,lat\n" + "".join(f"{i},10.0{i % 40:02d}5,50.0155\n" for i in range(2000)))
    return store


def flat(path_and_words):
    return [path_and_words[0], *path_and_words[1]]


IMPORT = ["import", "store.gpkg", "defects.geojson", "--scheme", "grid", "--code", "code", "--name", "name"]
REPAIR = ["repair", "store.gpkg", "--scheme", "grid"]
ASSIGN = ["assign", "store.gpkg", "points.csv"]
EXPORT = ["export", "store.gpkg"]
CASES = (
    Case("import", empty, IMPORT + ["--reject", "rejects.csv"], ["rejects.csv"]),
    Case("import --replace", clean, IMPORT + ["--replace"]),
    Case("repair", defective, REPAIR),
    Case("repair --report", defective, REPAIR + ["--report", "mended.csv"], ["mended.csv"]),
    Case("undo", repaired, ["undo", "store.gpkg"]),
    Case("init", lambda folder: None, ["init", "store.gpkg", "--code", "x", "--name", "X"], ["store.gpkg"]),
    Case("export csv", clean, EXPORT + ["out.csv", "--scheme", "grid", "--force"], ["out.csv"], b"older\n"),
    Case("export shp", clean, EXPORT + ["out.shp", "--scheme", "grid"],
         ["out.shp", "out.shx", "out.dbf", "out.prj", "out.cpg"]),
    Case("export gpkg", clean, EXPORT + ["out.gpkg", "--scheme", "grid"], ["out.gpkg"]),
    Case("export geojson", clean, EXPORT + ["out.geojson", "--scheme", "grid"], ["out.geojson"]),
    Case("assign csv", located, ASSIGN + ["out.csv", "--datum", "wgs84"], ["out.csv"]),
    Case("assign gpkg", located, ASSIGN + ["out.gpkg", "--datum", "wgs84"], ["out.gpkg"]),
    Case("assign --force", located, ASSIGN + ["out.csv", "--datum", "wgs84", "--force"], ["out.csv"], b"older\n"),
)


def file_hash(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Run:
    """A case in folders of its own: `first` is as prepared, `now` is where it runs."""

    def __init__(self, case, folder):
        self.case, self.first, self.now = case, os.path.join(folder, "first"), os.path.join(folder, "now")
        self.log = os.path.join(folder, "log")
        os.mkdir(self.first)
        store = case.prepare(self.first)
        self.store = os.path.join(self.now, "store.gpkg") if store else None
        for out in case.outs if case.old else ():
            with open(os.path.join(self.first, out), "wb") as f:
                f.write(case.old)
        self.fresh()
        self.before = self.state()
        done = self.go()
        self.code = done.returncode
        self.after = self.state()
        self.files = set(os.listdir(self.now)) - {"store.gpkg-wal", "store.gpkg-shm"}
        if self.code not in (0, 1):
            raise RuntimeError(f"{case.name}: {done.stderr}")

    def fresh(self):
        """The folder as prepared; what is in it may be a mount, so it stays."""
        os.makedirs(self.now, exist_ok=True)
        for name in os.listdir(self.now):
            path = os.path.join(self.now, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        for name in os.listdir(self.first):
            shutil.copy(os.path.join(self.first, name), self.now)

    def go(self, **options):
        return subprocess.run([PROGRAM, *self.case.words], cwd=self.now, capture_output=True, text=True,
                              errors="replace", timeout=300, check=False, **options)

    def fault(self, kind, goes_on, n=None):
        """Run with the n-th call failing; what the program said, and how many calls, how many failed and which."""
        with open(self.log, "wb") as f:
            f.write(bytes(LOG.size))
        env = dict(os.environ, LD_PRELOAD=LIBRARY, MERE_FAULT_LOG=self.log, MERE_FAULT_KIND=kind)
        if n:
            env.update(MERE_FAULT_N=str(n), MERE_FAULT_ON="1" if goes_on else "0")
        said = self.go(env=env)
        with open(self.log, "rb") as f:
            ready, n_calls, n_failed, what = LOG.unpack(f.read(LOG.size))
        return said, n_calls, n_failed, what.rstrip(b"\0").decode(errors="replace").replace(self.now, ""), ready

    def rows(self):
        return dump_hash(self.store) if self.store else None

    def state(self):
        return self.rows(), [file_hash(os.path.join(self.now, out)) for out in self.case.outs]

    def judge(self, said, unlink_failed=False):
        """What is wrong after a run, or None."""
        code, err = said.returncode, said.stderr.strip()
        if code not in (3, self.code):
            return f"exit {code} (of a run without a fault {self.code}): {err}"
        if code == 3 and not (err.splitlines() or [""])[-1].startswith("merestone: ") or len(err) > 0 and len(err) < 30:
            return f"exit {code}, and this is no sentence: {err!r}"
        if self.store and not self.untouched():
            opened = [mere(word, self.store) for word in OPENERS]
            if any(one.code != 0 for one in opened) or integrity(self.store) != "ok":
                return f"the store is not sound: {[*map(str, opened)]}, {integrity(self.store)}; {err}"
        rows, outs = self.state()
        due = {self.after[0]} if code == self.code or STANDS in err else {self.before[0]}
        if UNSURE in err:
            due = {self.before[0], self.after[0]}
        if rows not in due:
            which = "after" if rows == self.after[0] else "before" if rows == self.before[0] else "neither"
            return f"exit {code}, but the store is as {which}: {err}"
        for i, out in enumerate(outs):
            whole = (self.after[1][i],) if code == self.code else (self.before[1][i], self.after[1][i])
            if out not in whole and not self.changing(i) and not self.kept_aside(i, err):
                return f"exit {code}, and {self.case.outs[i]} is not whole: {err}"
        left = set(os.listdir(self.now)) - self.files - {"store.gpkg-wal", "store.gpkg-shm"}
        if "what was there lies in " in err:
            left -= {self.aside(err)[0]}
        if left and not unlink_failed:
            return f"exit {code}, and there stays {sorted(left)}: {err}"
        return None

    def untouched(self):
        """Whether the store's file is, byte for byte, the one that was prepared, with no log beside it. A journal that
        could not be rolled back on a disk that stays bad is, when the store is opened next."""
        return not os.path.exists(self.store + "-wal") and not os.path.exists(self.store + "-journal") and \
            file_hash(self.store) == file_hash(os.path.join(self.first, "store.gpkg"))

    @staticmethod
    def aside(err):
        """Where the older output lies when the disk didn't let it come back: the path's parts."""
        return err.splitlines()[-1].split("what was there lies in ")[1].split("/")

    def kept_aside(self, i, err):
        """Whether an output that isn't in its place lies, whole, where the program says."""
        if "what was there lies in " not in err or os.path.exists(os.path.join(self.now, self.case.outs[i])):
            return False
        return file_hash(os.path.join(self.now, *self.aside(err), self.case.outs[i])) == self.before[1][i]

    def changing(self, i):
        """A GeoPackage or new store is not the same bytes twice."""
        path = os.path.join(self.now, self.case.outs[i])
        return path.endswith(".gpkg") and os.path.exists(path) and integrity(path) == "ok"


def draw(kind, n_calls, rand):
    """Which calls fail: one of each of so many equal parts, or all."""
    tries = TRIES.get(kind, OTHER_TRIES)
    if tries == 0 or tries >= n_calls:
        return range(1, n_calls + 1)
    ends = [n_calls * i // tries for i in range(tries + 1)]
    return [rand.randint(ends[i] + 1, ends[i + 1]) for i in range(tries)]


def try_kind(run, kind, goes_on, n_calls):
    name = f"{run.case.name}: {kind}{' from then on' if goes_on else ''}"
    bad, codes, n_tried = [], {}, 0
    for n in draw(kind, n_calls, random.Random(f"{SEED} {name}")):
        said, _, n_failed, what, _ = run_fresh(run, kind, goes_on, n)
        n_tried += n_failed > 0
        codes[said.returncode] = codes.get(said.returncode, 0) + 1
        wrong = run.judge(said, "unlink" in what or (goes_on and kind == "eio"))
        if wrong:
            bad.append(f"call {n}, {what}: {wrong}")
    told = ", ".join(f"exit {code}: {codes[code]}" for code in sorted(codes))
    check(n_tried > 0 and not bad, f"{name}: {n_tried} of {n_calls} calls failed ({told})",
          f"{len(bad)} bad\n     " + "\n     ".join(bad[:8]))


def try_calls(run):
    n_calls = {}
    for kind, goes_on in KINDS:
        if kind not in n_calls:
            said, n_calls[kind], _, _, ready = run_fresh(run, kind, goes_on)
            if ready == REFUSED:
                skip(f"{run.case.name}: {kind}", "the system permits no seccomp filter here")
                n_calls[kind] = 0
            else:
                check(ready == 1 and n_calls[kind] > 0 and said.returncode == run.code,
                      f"{run.case.name}: {kind}: {n_calls[kind]} calls are counted", said.stderr)
        if n_calls[kind]:
            try_kind(run, kind, goes_on, n_calls[kind])


def run_fresh(run, *how):
    run.fresh()
    return run.fault(*how)


def can_mount(path):
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "mere", path], capture_output=True, check=False)
    return done.returncode == 0


def resize(path, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", path], capture_output=True, check=True)


def try_full_disk(run):
    """A disk that has room for so many pages more than what is on it; then it gets more room, and is looked at."""
    name = f"{run.case.name}: a full disk"
    if not can_mount(run.now):
        skip(name, "a small disk can't be mounted here (root can)")
        return
    bad, codes = [], []
    try:
        for pages in PAGES:
            run.fresh()
            room = os.statvfs(run.now)
            resize(run.now, max(1, room.f_blocks - room.f_bfree + pages) * room.f_frsize)  # 0 is without end
            said = run.go()
            resize(run.now, 64 << 20)
            codes.append(said.returncode)
            wrong = run.judge(said)
            if wrong:
                bad.append(f"{pages} pages: {wrong}")
        check(3 in codes and not bad, f"{name} of {len(PAGES)} sizes ({codes.count(3)} end with 3)", "\n     ".join(bad))
    finally:
        subprocess.run(["umount", run.now], check=True)


def try_size_limit(run):
    bad, codes = [], []
    for pages in PAGES:
        run.fresh()
        limit = 4096 * (pages + 1)

        def set_limit(limit=limit):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        said = run.go(preexec_fn=set_limit)
        codes.append(said.returncode)
        wrong = run.judge(said)
        if wrong:
            bad.append(f"{limit} bytes: {wrong}")
    check(3 in codes and not bad, f"{run.case.name}: {len(PAGES)} limits of a file's size ({codes.count(3)} end with 3)",
          "\n     ".join(bad))


def try_case(case, folder):
    run = Run(case, folder)
    if LIBRARY:
        try_calls(run)
    else:
        skip(f"{case.name}: failing calls", "faults.c is for x86-64 and a build without sanitizers")
    try_size_limit(run)
    try_full_disk(run)
    run.fresh()
    check(run.go().returncode == run.code and run.rows() == run.after[0], f"{case.name}: and it works afterwards")


if __name__ == "__main__":
    print(f"seed {SEED}", flush=True)
    wanted = sys.argv[2:]
    for case in CASES:
        if wanted and case.name not in wanted and case.part not in wanted:
            continue
        with Folder() as own:
            try:
                try_case(case, own.path)
            except Exception as error:
                check(False, case.name, repr(error))
    done()
