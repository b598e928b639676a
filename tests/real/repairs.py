"""Repair on real defects: what is mended, what a person must look at, and where an independent peer did otherwise.

Used by real_data.py. Every store is repaired twice (the second time changes nothing), checked (what is left is what
check finds, and nothing else of the cover), and undone (every row as it was).
"""
import json
import os
import sqlite3

DENVER = "denver-precincts-maup"
CLEAN = "tests-mapshaper/features/clean"
COVER = ("gap", "bay", "unclaimed", "overlap", "sliver", "outside-parent", "parent-uncovered", "nesting")


def features(store, scheme):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    rows = db.execute(f'SELECT * FROM "{scheme}" ORDER BY fid').fetchall()
    db.close()
    return rows


def repair(program, check, store, scheme, name, *words):
    """Repair, hold it to its promises, and give the report; the store stays repaired."""
    path = store + "." + scheme + ".json"
    was, before = program("hash", store).stdout, features(store, scheme)
    done = program("repair", store, "--scheme", scheme, "--report", path, "--force", *words)
    if not check(done.returncode in (0, 1), f"{name}: is repaired", done.said):
        return None
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    after = features(store, scheme)
    kept = len(set(before) & set(after))
    check(kept == report["features"]["kept"] and len(after) == len(before) - report["features"]["removed"],
          f"{name}: all features but those listed keep their bytes", f"{kept} {report['features']}")
    again = program("repair", store, "--scheme", scheme, *words)
    check(features(store, scheme) == after and again.returncode == done.returncode, f"{name}: a second run changes nothing", again.said)
    found = program.json("check", store, "--scheme", scheme, "--format", "json")["findings"]
    found = sorted(f["id"] for f in found if f["rule"] in COVER and f["severity"] != "info")
    check(found == sorted(f["finding"] for f in report["left"]), f"{name}: check finds what is left, and nothing else of the cover",
          f"{found} {report['left']}")
    parts = lambda rows: sum(r["kind"] == "fragment" for r in rows)
    if report["features"]["changed"] + report["features"]["removed"] > 0:
        done = program("undo", store)
        check(done.returncode == 0 and features(store, scheme) == before and program("hash", store).stdout == was,
              f"{name}: undo restores every byte", done.said)
        program("repair", store, "--scheme", scheme, *words)
        check(features(store, scheme) == after, f"{name}: repaired again, it is the same")
    report["n_fragments"] = parts(report["proposals"])
    return report


def tell(report):
    """'gap 3 (1.2 m2), overlap 1 (0.1 m2)' of what was mended; then what is left."""
    kinds = {}
    for p in report["proposals"]:
        if p["applied"]:
            n, m2 = kinds.get(p["kind"], (0, 0.0))
            kinds[p["kind"]] = (n + 1, m2 + (0 if p["kind"] == "junction" else p["area_m2"]))
    left = {}
    for f in report["left"]:
        why = f["rule"] + (" (" + ", ".join(f["why"]) + ")" if f["why"] else "")
        left[why] = left.get(why, 0) + 1
    mended = ", ".join(f"{k} {n}" + (f" ({m2:,.2f} m²)" if k != "junction" else "") for k, (n, m2) in kinds.items())
    return mended or "nothing", ", ".join(f"{why} {n}" for why, n in sorted(left.items())) or "nothing"


def zones(program, store):
    return {z["code"]: z for z in program.json("list", store, "--scheme", "grid", "--format", "json")["zones"]}


def denver(program, check, new_store, folder, data, rows):
    """The defects as delivered, ours beside the peer's result: (year, how many changed, m2 moved, multipart) of each."""
    beside = []
    for year, code in (("2016", "NAMELSAD"), ("2020", "PRECID")):
        name = f"DenverCo_precincts{year}"
        states = {}
        for which in ("orig", "repaired"):
            store = new_store(program, folder, f"{year}{which}")
            path = os.path.join(data, DENVER, f"{name}_{which}", f"{name}_{which}.shp")
            done = program("import", store, path, "--scheme", "grid", "--code", code)
            check(done.returncode in (0, 1), f"denver {year} {which} is imported", done.said)
            states[which] = zones(program, store)
            report = repair(program, check, store, "grid", f"denver {year} {which}")
            rows.append((f"denver precincts {year}, " + ("as delivered" if which == "orig" else "as the peer repaired it"), *tell(report)))
            if which == "orig":
                states["ours"] = zones(program, store)
        many = {k: sum(z["parts"] > 1 for z in v.values()) for k, v in states.items()}
        moved = {k: sum(abs(states[k][c]["area_m2"] - states["orig"][c]["area_m2"]) for c in states["orig"]) / 2 for k in ("ours", "repaired")}
        changed = {k: sum(abs(states[k][c]["area_m2"] - states["orig"][c]["area_m2"]) > 1 for c in states["orig"]) for k in ("ours", "repaired")}
        check(many["ours"] == many["orig"], f"denver {year}: no precinct gains a part", many)
        beside.append((year, changed, moved, many))
    return beside


def others(program, check, new_store, folder, data, rows):
    store = new_store(program, folder, "badgap")
    program("import", store, os.path.join(data, DENVER, "bad_gap_region", "bad_gap_region.shp"), "--scheme", "grid", "--code", "@n")
    rows.append(("bad_gap_region, default limits", *tell(repair(program, check, store, "grid", "bad_gap_region"))))
    rows.append(("bad_gap_region, 50 m and 100,000 m²",
                 *tell(repair(program, check, store, "grid", "bad_gap_region wide", "--max-width", "50", "--max-area", "100000"))))
    store = new_store(program, folder, "hartlepool")
    for scheme, file, code in (("street", "msoa", "MSOA11CD"), ("community", "lsoa", "LSOA11CD"), ("grid", "oa", "OA11CD")):
        program("import", store, os.path.join(data, "uk-hartlepool", f"{file}_E06000001.json"), "--scheme", scheme, "--code", code)
    for scheme, name in (("community", "hartlepool LSOA under MSOA"), ("grid", "hartlepool OA under LSOA")):
        upper = features(store, "street")
        rows.append((name, *tell(repair(program, check, store, scheme, name))))
        check(features(store, "street") == upper, f"{name}: no border of a parent moves")
    for file in sorted(os.listdir(os.path.join(data, CLEAN))):
        store = new_store(program, folder, "clean" + file)
        done = program("import", store, os.path.join(data, CLEAN, file), "--scheme", "grid", "--code", "@n", "--datum", "wgs84")
        if done.returncode in (0, 1):
            told = tell(repair(program, check, store, "grid", "mapshaper " + file))
            if told != ("nothing", "nothing"):
                rows.append(("mapshaper " + file, *told))


def run(program, check, new_store, folder, data):
    rows = []
    beside = denver(program, check, new_store, folder, data, rows)
    others(program, check, new_store, folder, data, rows)
    return rows, beside


def write(f, rows, beside):
    f.write("\n## Repairs\n\nEach under the profile `plain` (10 m, 2,000 m², splinters 0.5 m) unless told. Everywhere a second run changes "
            "nothing, `check` finds what the repair left and nothing else of the cover, features that are not listed keep their bytes, and "
            "`undo` restores every row.\n\n| division | mended | left to a person |\n|---|---|---|\n")
    for name, mended, left in rows:
        f.write(f"| {name} | {mended} | {left} |\n")
    f.write("\n**Beside the peer.** The `*_repaired` files are what maup's `smart_repair` made of the `*_orig` ones.\n\n"
            "| year | precincts changed by > 1 m², peer | ours | area moved, peer | ours | multipart as delivered | peer | ours |\n"
            "|---|---|---|---|---|---|---|---|\n")
    for year, changed, moved, many in beside:
        f.write(f"| {year} | {changed['repaired']} | {changed['ours']} | {moved['repaired']:,.0f} m² | {moved['ours']:,.1f} m² "
                f"| {many['orig']} | {many['repaired']} | {many['ours']} |\n")
    f.write("\nWhere and why we differ: the peer also redraws the outer border and the precincts' contacts (it can fit precincts to county lines, "
            "which are not in these files, and turns short borders into corner contacts), so land moves that is in no gap or overlap; we move only the pieces of defects, and leave "
            "the outline as it is. It shares a gap out by its own geometry, we give each piece whole to one neighbour, so the other neighbours' bytes stay. Neither "
            "fills the three large unclaimed areas (parks and enclaves of another county): we list them for a person. Its 2020 result has precincts in more parts than "
            "its input, among them a splinter of 0.04 m², which our repair of *its* file takes away; ours has none more. Gaps that open to the outside (bay) are left to a person as long as no "
            "outline is loaded, for where they end is not drawn.\n")
