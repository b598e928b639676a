#!/usr/bin/env python3
"""report.py - the rows of the bench programs as the tables of docs/BENCHMARKS.md.

    report.py ROWS MACHINE_TEXT    writes Markdown on stdout

A row is: work, data, who, median, min, max, unit, note, separated by tabs; lines that begin with # are told
as they are. The ratio is ours to the best peer's: how many times faster merestone is."""
import collections
import sys

rows, remarks = collections.OrderedDict(), []
for line in open(sys.argv[1], encoding="utf-8"):
    line = line.rstrip("\n")
    if line.startswith("#"):
        remarks.append(line[1:].strip())
        continue
    fields = line.split("\t")
    if len(fields) == 8:
        rows.setdefault((fields[0], fields[1]), []).append(fields[2:])


def faster(ours, theirs, unit):
    return ours / theirs if unit.endswith("/s") else theirs / ours


print("# Benchmarks\n\nThe last output of `tools/bench`. Peer and merestone run on the same data, one after the other, in one\n"
      "run; each bench checks that the answers agree. A figure is the median over the runs, with least and\n"
      "most behind it; CPU time of one thread unless it says wall. The ratio says how many times faster\n"
      "merestone is than that peer.\n")
print(open(sys.argv[2], encoding="utf-8").read())
print("What one look-up touches: one word of the cell table, and for a point in a cell that a border passes (one in\n"
      "ten of S) the cell's record, 33 bytes on average, so three cache lines at most as a rule; the arcs\n"
      "themselves only within a unit (1.1 cm) of an edge. The bare table read beside it shows how far that is\n"
      "from memory: on S most of the time is arithmetic. Assign counts its start: reading the store and\n"
      "building network and table, which is most of it on L. One call reads one point at a time.")
for (work, data), entries in rows.items():
    ours = next((float(e[1]) for e in entries if e[0] == "merestone"), None)
    print(f"\n## {work}, {data}\n\n| who | median | min - max | unit | ratio | |\n|---|---|---|---|---|---|")
    for who, median, low, high, unit, note in entries:
        bound = note.startswith("a bound")
        ratio = "" if who == "merestone" or bound or not ours else f"{faster(ours, float(median), unit):.3g} x"
        print(f"| {who} | {float(median):.4g} | {float(low):.4g} - {float(high):.4g} | {unit} | {ratio} | {note} |")
if remarks:
    print("\n## Left out\n")
    for r in remarks:
        print(f"- {r}")
