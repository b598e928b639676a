#!/usr/bin/env python3
"""check and waive as the user meets them: exit codes, formats, waivers, profiles, both languages."""
import json
import os
import re
import sqlite3
import subprocess

from program import (PROGRAM, Folder, check, done, dump_hash, feature, grid, mere, optimised_build_suffices, square,
                     write_json)

optimised_build_suffices()

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = ["id", "rule", "severity", "waived", "scheme", "zones", "value", "limit", "unit", "lon", "lat", "area_m2",
        "width_m", "places", "parts", "zh", "en", "geometry"]
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def report(*words, **options):
    said = mere("check", *words, "--format", "json", **options)
    return said, json.loads(said.out) if said.code in (0, 1) else None


def defective(folder):
    """4 x 4 squares of which one has shrunk by a strip (a gap of 7 m) and one grown by one (an overlap)."""
    store = folder.store("bad.gpkg", n=0)
    zones = grid(4)
    zones[5]["geometry"]["coordinates"][0] = [[10.01, 50.01], [10.02, 50.01], [10.02, 50.012], [10.0199, 50.012],
                                              [10.0199, 50.018], [10.02, 50.018], [10.02, 50.02], [10.01, 50.02],
                                              [10.01, 50.01]]
    zones[10]["geometry"]["coordinates"][0] = [[10.02, 50.02], [10.0305, 50.02], [10.0305, 50.03], [10.02, 50.03],
                                               [10.02, 50.02]]
    said = mere("import", store, write_json(folder.at("bad.geojson"), zones), "--scheme", "grid", "--code", "code",
                "--name", "name")
    check(said.code in (0, 1), "the defective division is imported", said)
    return store


def test_clean(folder):
    store = folder.store()
    before = dump_hash(store)
    said, found = report(store)
    check(said.code == 0 and found["findings"] == [], "a clean division has no finding and exit 0", said)
    states = {p["id"]: p["state"] for p in found["principles"]}
    check(states["full-coverage"] != "findings" and states["moderate-size"] == "not-checked" and
          all(p["missing"] for p in found["principles"] if p["state"] == "not-checked"),
          "what lacks data is not checked, with what to load", states)
    check(dump_hash(store) == before, "check leaves the store as it was")


def test_report(store):
    said, found = report(store)
    rules = sorted(f["rule"] for f in found["findings"])
    check(said.code == 1 and rules == ["gap", "overlap"], "a gap and an overlap are found, exit 1", said)
    check(list(found)[:4] == ["generation", "profile", "principles", "findings"] and found["generation"] == 1 and
          found["profile"] == "plain", "the report names generation and profile", found.keys())
    gap, overlap = sorted(found["findings"], key=lambda f: f["rule"])
    check(list(gap) == KEYS, "a finding has the keys of the specification", list(gap))
    check(gap["zones"] == ["001001", "002001"] and overlap["zones"] == ["002002", "003002"],
          "zones are codes as text, sorted", (gap["zones"], overlap["zones"]))
    check(abs(gap["width_m"] - 7.17) < 0.03 and gap["parts"] == 1 and gap["geometry"]["type"] == "Polygon",
          "the gap has its width", gap)
    check(not CHINESE.search(gap["en"] + overlap["en"]) and CHINESE.search(gap["zh"]), "both languages are there",
          gap["en"])
    again = report(store)[1]
    check(again == found, "the same store gives the same report")
    return gap


def test_formats(folder, store):
    for lang in ("en", "zh"):
        said = mere("check", store, "--lang", lang)
        check(said.code == 1 and bool(CHINESE.search(said.out)) == (lang == "zh"),
              f"text in {lang} is in that language alone" if lang == "en" else "text in zh is Chinese", said)
        page = folder.at(f"report-{lang}.html")
        said = mere("check", store, "--lang", lang, "-o", page)
        text = open(page, encoding="utf-8").read()
        check(said.code == 1 and "<svg" in text and "<script" not in text and "http" not in text and
              bool(CHINESE.search(text)) == (lang == "zh"), f"the page in {lang} has a map and needs nothing else", said)
    said = mere("check", store, "-o", folder.at("report-en.html"))
    check(said.code == 2, "a report that is there is not replaced unasked", said)
    said = mere("check", store, "--format", "gpkg")
    check(said.code == 2, "a GeoPackage needs a file", said)
    out = folder.at("findings.gpkg")
    said = mere("check", store, "-o", out)
    db = sqlite3.connect(out)
    rows = db.execute("SELECT rule, zones, geom IS NOT NULL FROM findings ORDER BY rule").fetchall()
    land = db.execute("SELECT count(*) FROM findings_land").fetchone()[0]
    db.close()
    check(said.code == 1 and rows == [("gap", "001001;002001", 1), ("overlap", "002002;003002", 1)] and land == 2,
          "gpkg is a layer of the findings", (said, rows, land))


def test_waivers(store, gap):
    early = dict(os.environ, SOURCE_DATE_EPOCH="1767225600")  # 2026-01-01
    late = dict(os.environ, SOURCE_DATE_EPOCH="1798761600")   # 2027-01-01
    said = mere("waive", store, "gap", gap["id"], "--reason", "围墙", "--until", "2026-06-30", env=early)
    check(said.code == 0, "a finding is waived by its id", said)
    said, found = report(store, env=early)
    waived = [f for f in found["findings"] if f["waived"]]
    check(said.code == 1 and [f["rule"] for f in waived] == ["gap"] and len(found["findings"]) == 2,
          "a waived finding stays, marked", said)
    said, found = report(store, env=late)
    check(not any(f["waived"] for f in found["findings"]), "a waiver past its day doesn't hold", said)
    for env, word in ((early, ", until 2026-06-30"), (late, ", expired: it held until 2026-06-30")):
        said = mere("info", store, env=env)
        check(f"gap {gap['id']}: 围墙{word}\n" in said.out, "info tells whether a waiver holds", said)
    said = mere("waive", store, "gap", gap["id"], "--reason", "wall", "--until", "2025-12-31", env=early)
    check(said.code == 2 and "is past" in said.err and "2026-01-01" in said.err and
          "gap " + gap["id"] + ": 围墙" in mere("info", store).out, "a waiver that is past already is refused", said)
    said = mere("waive", store, "gap", gap["id"], "--reason", "wall", "--until", "2026-01-01", env=early)
    check(said.code == 0 and any(f["waived"] for f in report(store, env=early)[1]["findings"]) and
          not any(f["waived"] for f in report(store, env=late)[1]["findings"]), "the last word about a finding holds", said)
    said = mere("waive", store, "parts", "grid/003002", "--reason", "r")
    check(said.code == 0 and "no parts about this zone" in said.err, "a zone that has no such finding is noted", said)
    said = mere("waive", store, "overlap", gap["id"], "--reason", "r")
    check(said.code == 2 and "is of the rule gap" in said.err, "the id of a finding of another rule is refused", said)
    said = mere("waive", store, "gap", "0123456789abcdef", "--reason", "r")
    check(said.code == 0 and "no gap with this id" in said.err, "an id that no finding has is noted", said)
    said = mere("waive", store, "gap", gap["id"], "--reason", "wall", "--until", "2026-06-30", env=early)
    check(said.code == 0, "a waiver is renewed", said)
    said = mere("waive", store, "overlap", "grid/003002", "--reason", "agreed")
    check(said.code == 0 and said.err == "", "a rule is waived for a zone", said)
    check(report(store, env=early)[0].code == 0, "waived errors don't count for the exit code")
    check(report(store, env=late)[0].code == 1, "an unwaived one does")
    for words, name in (
            (("gaps", "grid/003002"), "an unknown rule"), (("gap", "grid/nowhere"), "an unknown zone"),
            (("gap", "nowhere/1"), "an unknown scheme"), (("gap", "what"), "neither zone nor id")):
        said = mere("waive", store, *words, "--reason", "r")
        check(said.code == 2 and said.err.startswith("merestone: "), f"{name} is refused", said)
    said = mere("waive", store, "gap", gap["id"], "--reason", "r", "--until", "2026-02-30")
    check(said.code == 2, "a day that there is not is refused", said)


def test_profiles(folder, store):
    for name in ("hangzhou", "plain", "us"):
        said, found = report(store, "--profile", name)
        check(found and found["profile"] == name, f"the profile {name} is found", said)
    own = folder.write("own.json", json.dumps({"name": "own", "rules": {"gap": [
        {"max": 5, "unit": "m", "severity": "warning", "source": "ours"}], "unclaimed": [
            {"severity": "warning", "source": "ours"}]}}))
    said, found = report(store, "--profile", own)
    check(said.code == 0 and [f["rule"] for f in found["findings"]] == ["unclaimed"],
          "a profile by its path holds, and warnings give exit 0", said)
    for text, words in (('{"name":"x","rules":{"gap":[{"maxx":1}]}}', ("maxx", "bad.json")), ("", ("bad.json",)),
                        ('{"name":"x","name":"y","rules":{}}', ("duplicate", "bad.json"))):
        said = mere("check", store, "--profile", folder.write("bad.json", text))
        check(said.code == 2 and all(w in said.err for w in words), f"the profile {text!r} is refused", said)
    for name in ("shanghai", folder.path, folder.at("none.json")):
        check(mere("check", store, "--profile", name).code == 2, "a profile that isn't there is refused")


def test_explain():
    said = mere("check", "--explain", "all", "--lang", "en")
    rules = re.findall(r"^([a-z]+(?:-[a-z]+)*): [A-Z].*\nprinciple: ", said.out, re.M)
    check(said.code == 0 and len(rules) == 26 and "key-split" in rules, "all 26 rules are explained", (rules, said.err))
    for rule in rules:
        said = mere("check", "--explain", rule, "--lang", "zh")
        check(said.code == 0 and CHINESE.search(said.out), f"{rule} is explained in Chinese", said)
    check(mere("check", "--explain", "gapp").code == 2, "an unknown rule is refused")
    said = subprocess.run([os.path.join(ROOT, "tools/write-check-docs"), PROGRAM, "--check"], capture_output=True,
                          text=True, check=False)
    check(said.returncode == 0, "docs/CHECKS.md is what check --explain says", said.stderr)


def test_schemes(folder):
    store = folder.store("levels.gpkg", n=0)
    write_json(folder.at("c.geojson"), [feature(square(10, 50, 0.02), code="c1", name="C1"),
                                        feature(square(10.02, 50, 0.02), code="c2", name="C2")])
    write_json(folder.at("g.geojson"), [
        feature([[10, 50], [10.0215, 50], [10.0215, 50.02], [10, 50.02], [10, 50]], code="g1", name="G1", parent="c1"),
        feature([[10.0215, 50], [10.04, 50], [10.04, 50.02], [10.0215, 50.02], [10.0215, 50]], code="g2", name="G2",
                parent="c2")])
    for scheme, file in (("community", "c"), ("grid", "g")):
        said = mere("import", store, folder.at(file + ".geojson"), "--scheme", scheme, "--code", "code", "--name",
                    "name")
        check(said.code == 0, f"{scheme} is imported", said)
    said, found = report(store)
    check([(f["rule"], f["scheme"], f["zones"]) for f in found["findings"]] == [("nesting", "grid", ["g1"])],
          "a grid across a community's border is found", said)
    said, found = report(store, "--scheme", "community")
    check(said.code == 0 and found["findings"] == [], "only the schemes named are checked", said)
    check(mere("check", store, "--scheme", "gird").code == 2, "an unknown scheme is refused")
    check(mere("check", store, "--against", "gird").code == 2, "an unknown former scheme is refused")
    said = mere("check", store, "--against", "grid")
    check(said.code == 2 and "main scheme itself" in said.err, "the main scheme is no former one", said)
    mere("import", store, folder.at("c.geojson"), "--scheme", "old", "--code", "code", "--name", "name")
    said, found = report(store, "--scheme", "community", "--against", "old")
    tradition = [p for p in found["principles"] if p["id"] == "tradition"][0]
    check(not found["findings"] and tradition["state"] == "not-checked" and "--scheme grid" in str(tradition["missing"]),
          "what is asked of the main scheme is not checked when only another is", said)
    for profile in ("plain", "us"):
        said, found = report(store, "--against", "old", "--profile", profile)
        check(any(f["rule"] == "tradition" and f["severity"] == "info" for f in found["findings"]),
              f"--against is answered by the profile {profile} too", said)
    check(mere("check", folder.at("none.gpkg")).code == 2, "a store that isn't there is refused")


with Folder() as folder:
    test_clean(folder)
    store = defective(folder)
    gap = test_report(store)
    test_formats(folder, store)
    test_waivers(store, gap)
    test_profiles(folder, store)
    test_explain()
    test_schemes(folder)
done()
