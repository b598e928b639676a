#!/usr/bin/env python3
"""report.py - the rows of the bench programs as the tables of docs/BENCHMARKS.md.

    report.py ROWS MACHINE_TEXT    writes Markdown on stdout

A row is: work, data, who, median, min, max, unit, note, separated by tabs; lines that begin with # are told
as they are. The ratio says how many times faster merestone is than that peer. A row whose note begins with
"a bound" is no peer: it is the least that the work could cost."""
import collections
import math
import re
import sys

Row = collections.namedtuple("Row", "who median low high unit note")
Goal = collections.namedtuple("Goal", "work data limit stretch times against bounds", defaults=(None,) * 5)

# Recorded on a machine of this kind with programs that no package gives; not repeated in the run.
RECORDED = {
    ("build + check", "S"): Row("GEOS 3.15 coverage °", 19, 19, 19, "ms", "valid or not, no owners"),
    ("build + check", "L"): Row("GEOS 3.15 coverage °", 5800, 5800, 5800, "ms", "valid or not, no owners"),
    ("build + repair", "S"): Row("GEOS 3.14 clean °", 85, 85, 85, "ms", ""),
    ("build + repair", "Sx28"): Row("GEOS 3.14 clean °", 1900, 1900, 1900, "ms", "10,000 zones of another district"),
}
LINE = "one word of the table (a cache line), and in a cell on a border its record (one or two more)"
NETWORK = "passes over all segments: match them, chain them to arcs, trace faces, label, measure"
ONCE = "reading, noding, checking and writing the store, each once over all points"
# limit and stretch in the row's unit; times: how many times faster than `against`, or than the best peer.
GOALS = [
    Goal("locate", "S", 130, 250, 35, bounds=LINE),
    Goal("locate: index size", "S", 2, bounds="cells of the box, and records of those that a border passes"),
    Goal("locate", "L", 20, 60, 20, bounds=LINE + "; the table is larger than the caches"),
    Goal("locate one", "S", 150, 60, bounds="the latency of those reads: no call waits for less than the one before"),
    Goal("locate one", "L", 150, 60, bounds="the latency of those reads, from memory"),
    Goal("build + check", "S", 5, 1.5, bounds=NETWORK),
    Goal("build + check, three schemes", "S", 5, 1.5, bounds=NETWORK),
    Goal("build + check", "L", 2000, 600, bounds=NETWORK),
    Goal("build + check: memory", "L", 2048),
    Goal("check again after one edit", "S", 1, 0.2),
    Goal("build + repair", "S", 12, bounds="building again what changed, until nothing does"),
    Goal("build + repair", "M", 200, bounds="the same"),
    Goal("import GeoPackage", "S", "OGR", bounds=ONCE),
    Goal("import shapefile", "S", "OGR", bounds=ONCE),
    Goal("import GeoPackage", "L", "OGR", bounds=ONCE),
    Goal("import shapefile", "L", "OGR", bounds=ONCE),
    Goal("assign CSV to CSV", "S", 200, 60, 20, "ogr2ogr", "reading and writing the text; the start"),
    Goal("assign CSV to CSV", "L", None, None, None, "ogr2ogr", "no goal is set; the start: store, network and table of the country"),
]
# Goals that may stay open: which designs were tried, with what was measured then, and what is left.
TRIED = {
    ("locate one", "L"):
        "16, 4 and 2 words a vertex: 411, 300 and 339 ns, with 384, 160 and 81 MiB (2026-11-28 and 29); pages of 2 MiB, kept. "
        "What is left are two or three reads from memory, each of which waits for the one before",
    ("locate", "L"):
        "16, 4 and 2 words a vertex: 17, 25 to 32 and 13 M points/s (2026-11-29); one point after the other instead of two "
        "passes: half as many on S (2026-11-23). What is left are the reads from memory",
    ("build + check", "L"):
        "each segment entered into the sweep by itself: 1.94 s, runs of up to eight: 1.86 s (2026-11-24); arcs and faces "
        "with points read when needed: 0.95 s, read ahead and each arc measured once: 0.75 s (2026-11-23). What is left are "
        "a dozen passes over 9.2 million vertices, each through memory that no cache holds",
    ("check again after one edit", "S"):
        "what is near looked for at each sample of the outer border: 1.39 ms, once for a stretch of 16 samples: 0.79 ms (2026-11-29); "
        "what is left is walking the outer border and joining faces to regions, which a check of what changed alone could leave out",
    ("build + repair", "S"):
        "each round on the whole network: 25 ms, later rounds on what touches a changed zone: 21 ms (2026-11-28); circles "
        "only where two segments alone don't tell: 100 instead of 176 million instructions. What is left is building the "
        "network twice: once to see, once to prove",
    ("build + repair", "M"):
        "each round on the whole network: 432 ms, later rounds on what touches a changed zone: 326 ms (2026-11-28, under "
        "load); widths by all pairs of segments: 100 ms of it, by the pieces opposite: 21 ms",
    ("import GeoPackage", "L"):
        "transforming each corner of each polygon, or each distinct point once, on a lattice of the source (2026-11-23, "
        "kept); the R-tree entry by entry: 14.2 to 16.5 s of processor time, packed at once: 12.8 and 12.9 s (2026-11-29, "
        "two runs each in turn, under load). OGR only reads; we node twice, prove that a second time changes nothing, build the network "
        "for the findings, hash the file and write 200 MB through SQLite's log, which is a quarter of the time",
    ("import shapefile", "L"): "as the GeoPackage",
}
UNITS = {"locate": "M points/s", "locate one": "ns a call", "locate: index size": "MiB", "build + check: memory": "MiB"} # others: ms
GROWTH = [("locate", 0), ("locate one", 0), ("locate: index", 1), ("build + check", 1), ("build + repair", 1)] # 1: by n log n
TILES = [("S", 1), ("Sx10", 10), ("Sx28", 28), ("Sx100", 100)]
RINGS = ["R10k", "R20k", "R80k", "R160k"]

rows, remarks, verdicts = collections.OrderedDict(), [], collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    line = line.rstrip("\n")
    fields = line.split("\t")
    if line.startswith("#"):
        remarks.append(line[1:].strip())
    elif len(fields) == 8:
        row = Row(fields[2], *map(float, fields[3:6]), *fields[6:])
        rows.setdefault((fields[0], fields[1]), []).append(row)
for key, row in RECORDED.items():
    if key in rows:
        rows[key].append(row._replace(note="recorded, not repeated" + (row.note and ": " + row.note)))


def ours(work, data):
    return next((r for r in rows.get((work, data), []) if r.who == "merestone"), None)


def is_bound(row):
    return row.note.startswith("a bound")


def faster(mine, row):
    return mine.median / row.median if row.unit.endswith("/s") else row.median / mine.median


def figure(value, unit=""):
    digits = max(0, 3 - math.floor(math.log10(value)) - 1) if value else 0
    return f"{value:,.{digits}f} {unit}".strip()


def table(*heads):
    print("\n| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))


def line(*cells):
    print("| " + " | ".join(cells) + " |")


def judge(goal):
    """A line of the summary: goal, reached, peer, ratio, verdict, bounds."""
    mine, all_rows = ours(goal.work, goal.data), rows.get((goal.work, goal.data), [])
    bounds = [r for r in all_rows if is_bound(r)]
    peers = [r for r in all_rows if r.who != "merestone" and not is_bound(r)]
    unit = UNITS.get(goal.work, "ms")
    limit, sign = goal.limit, "≥" if unit.endswith("/s") else "≤"
    if limit == "OGR":
        limit = 2 * bounds[0].median + 50 if bounds else None
    words = [f"{sign} {limit:,.4g} {unit}" + (" (2 x OGR + 50)" if goal.limit == "OGR" else "")] if limit else []
    words += [f"≥ {goal.times} x {goal.against or 'the best peer'}"] if goal.times else []
    if not mine:
        verdicts["not measured"].append(f"{goal.work} of {goal.data}")
        line(f"{goal.work}, {goal.data}", "; ".join(words), "not measured in this run", "", "", "", "")
        return
    best = min(peers or bounds, key=lambda r: faster(mine, r), default=None)
    rival = next((r for r in peers if r.who.startswith(goal.against)), None) if goal.against else best

    def within(bound):
        return mine.median >= bound if sign == "≥" else mine.median <= bound
    verdict = [] if limit is None else [within(limit)]
    verdict += [faster(mine, rival) >= goal.times] if goal.times and rival else []
    said = "**reached**" if verdict and all(verdict) else "**not reached**" if verdict else ""
    if said == "**reached**" and goal.stretch and within(goal.stretch):
        said += ", the stretch too"
    why = [goal.bounds] if goal.bounds else []
    why += [f"{r.who} takes {100 * faster(mine, r):.2g} % of our time" for r in bounds]
    build = ours(goal.work.replace(" + check", "").replace(": memory", ""), goal.data)
    vertices = re.search(r"(\d+) vertices", build.note) if build else None
    if vertices and unit == "MiB":
        why.append(f"{mine.median * 2**20 / int(vertices[1]):.3g} bytes a vertex")
    elif vertices:
        why.append(f"{mine.median * 1e6 / int(vertices[1]):.3g} ns a vertex; the build takes "
                   f"{100 * build.median / mine.median:.2g} %")
    shown = [best, rival] if rival is not best else [best]
    verdicts[said[2:said.index("**", 2)] if said else ""].append(f"{goal.work} of {goal.data}")
    line(f"{goal.work}, {goal.data}", "; ".join(words), figure(mine.median, unit),
         "; ".join(r.who for r in shown if r) or "none", "; ".join(f"{figure(faster(mine, r))} x" for r in shown if r),
         said, "; ".join(why))


def summary():
    print("## Goals")
    table("work", "goal", "ours", "best peer", "ratio", "", "what bounds us")
    for goal in GOALS:
        judge(goal)
    small, large = ours("build + check", "R80k"), ours("build + check", "R160k")
    if small and large:
        times = large.median / small.median
        line("build + check, one zone touches 160,000 others", "linear", figure(large.median, "ms"), "see below", "",
             "**reached**" if times <= 2.5 else "**not reached**",
             f"{times:.3g} x the time of 80,000; up to 2.5 counts as linear")
        verdicts["reached" if times <= 2.5 else "not reached"].append("linear where one zone touches many")
    print()
    for word in ("reached", "not reached", "not measured"):
        if verdicts[word]:
            print(f"- {len(verdicts[word])} {word}: {', '.join(verdicts[word])}")


def tried():
    """Of each goal that was not reached what was tried."""
    rows_open = [(g.work, g.data) for g in GOALS if f"{g.work} of {g.data}" in verdicts["not reached"]]
    if rows_open:
        print("\n## Goals not reached: what was tried\n")
    for key in rows_open:
        print(f"- **{key[0]}, {key[1]}**: {TRIED[key]}.")


def growth():
    print("\n## Growth\n\nCopies of S side by side, ours; in brackets the factor to S, beside it what n log n would give.")
    small = ours("build + check", "S")
    if small:
        print(f"The median of S is of runs in memory that the runs before have warmed; its first one took up to\n"
              f"{figure(small.high)} ms. What is larger than the caches pays that each time.")
    table("work", *(f"{data} ({362 * k:,} zones)" for data, k in TILES))
    for work, by_n in GROWTH:
        first, cells = ours(work, "S"), []
        for data, k in TILES:
            mine = ours(work, data)
            ideal = f", n log n {k * math.log(362 * k) / math.log(362):.3g}" if by_n else ""
            cells.append("" if not mine or not first else figure(mine.median, mine.unit) if k == 1 else
                         f"{figure(mine.median, mine.unit)} ({faster(first, mine):.3g}{ideal})")
        line(work, *cells)
    print("\nOne zone that N small ones touch, build + check, one run in a new process each:")
    whos = list(dict.fromkeys(r.who for d in RINGS for r in rows.get(("build + check", d), []) if not is_bound(r)))
    table("who", *(d[1:-1] + ",000" for d in RINGS))
    for who in whos:
        found = [next((r for r in rows.get(("build + check", d), []) if r.who == who), None) for d in RINGS]
        line(who, *(figure(r.median, r.unit) if r else "" for r in found))


def details():
    for (work, data), entries in rows.items():
        mine = ours(work, data)
        print(f"\n## {work}, {data}")
        table("who", "median", "min - max", "unit", "ratio", "")
        for r in entries:
            ratio = "" if r is mine or is_bound(r) or not mine else f"{figure(faster(mine, r))} x"
            line(r.who, figure(r.median), f"{figure(r.low)} - {figure(r.high)}", r.unit, ratio, r.note)


print("# Benchmarks\n\nThe last output of `tools/bench`. Peer and merestone run on the same data, one after the other, in one\n"
      "run; each bench checks that the answers agree. A figure is the median over the runs, with least and\n"
      "most behind it (most is as a rule the first run, whose memory is new); CPU time of one thread unless it says wall. The ratio says how many times faster\n"
      "merestone is than that peer. ° recorded on a machine of this kind, not repeated: no package gives the program.\n")
print(open(sys.argv[2], encoding="utf-8").read())
summary()
print("\nWhat one look-up touches: one word of the cell table, and for a point in a cell that a border passes (one in\n"
      "ten of S) the cell's record, 33 bytes on average, so three cache lines at most as a rule; the arcs\n"
      "themselves only within a unit (1.1 cm) of an edge. The bare table read beside it shows how far that is\n"
      "from memory: on S most of the time is arithmetic. Assign counts its start: reading the store and\n"
      "building network and table, which is most of it on L. One call reads one point at a time.")
if remarks:
    print("\n## Left out\n")
    for r in remarks:
        print(f"- {r}")
tried()
growth()
details()
