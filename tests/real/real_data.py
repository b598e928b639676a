#!/usr/bin/env python3
"""Every real division of ../shared/data through the program: import, check, export, import again.

    tests/real/real_data.py [PROGRAM] [--only WORD] [--up-to KB] [--write docs/REAL-DATA.md]

PROGRAM is $MERESTONE unless given. --up-to leaves out larger files, and below 1,000 KB all but the smallest of the
tests that are of one file each (for builds with sanitizers); MERE_LONG=1 takes all.

The way out and back must change nothing: same hash, same areas to 1e-9 relative, same findings. Then the
records that independent people made: the ward, ANC and county that a city or GEOS wrote beside each point.
Uses the Python standard library only. Where the data is absent it says so and skips.
"""
import collections
import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import repairs

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA = os.path.join("..", "shared", "data")  # from ROOT, where main goes: no path of this machine in what is written
passed, failed = [], []


def check(ok, what, detail=""):
    (passed if ok else failed).append(what)
    print(("ok   " if ok else "FAIL ") + what + ((": " + str(detail)[:600]) if not ok and detail else ""), flush=True)
    return ok


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)

    def __call__(self, *args):
        done = subprocess.run([self.path, *args], capture_output=True, text=True, errors="replace")
        done.said = done.stdout + done.stderr
        return done

    def json(self, *args):
        done = self(*args)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {"failed": done.said, "findings": [], "zones": [], "results": []}


class Division:
    """One row of the table: a file, how it is imported, what is known of it."""

    def __init__(self, name, path, *args, scheme="grid", exits=(0, 1), zones=None, none_of=(), some_of=(), note=""):
        self.name, self.path, self.args, self.scheme = name, path, list(args), scheme
        self.exits, self.zones, self.none_of, self.some_of, self.note = exits, zones, none_of, some_of, note


def divisions():
    """The divisions, with what their SOURCE.txt or their makers tell of them."""
    coverage = ("gap", "overlap", "bay")
    d = [
        Division("dc-2013 ward", "dc-2013/ward-2012.geojson", "--code", "WARD_ID", "--name", "LABEL", zones=8),
        Division("dc-2013 ANC", "dc-2013/advisory-neighborhood-commission-2013.geojson", "--code", "ANC_ID", "--name", "NAME", zones=40),
        Division("dc-2013 SMD", "dc-2013/single-member-district-2013.geojson", "--code", "SMD_ID", "--name", "NAME", zones=296),
        Division("dc-2002 SMD", "dc-2013/single-member-district-2002.geojson", "--code", "SMD_ID", "--name", "NAME", zones=286),
        Division("hartlepool OA", "uk-hartlepool/oa_E06000001.json", "--code", "OA11CD", zones=313, none_of=("gap", "overlap"),
                 note="exactly noded: no gap"),
        Division("hartlepool LSOA", "uk-hartlepool/lsoa_E06000001.json", "--code", "LSOA11CD", "--name", "LSOA11NM", zones=58),
        Division("hartlepool MSOA", "uk-hartlepool/msoa_E06000001.json", "--code", "MSOA11CD", "--name", "MSOA11NM", zones=12),
        Division("hartlepool ward", "uk-hartlepool/wards_E06000001.json", "--code", "WD13CD", "--name", "WD13NM", zones=11),
        Division("denver blocks", "denver-blocks/blocks.shp", "--code", "GEOID20", "--attr", "persons=TOTPOP20", zones=10149),
        Division("taipei villages", "tw-villages-taipei/villages.geojson", "--code", "VILLAGEID", "--name", "VILLAGENAM", "--datum", "wgs84", zones=448),
        Division("yuhang streets", "cn-yuhang-streets/yuhang_streets.geojson", "--code", "@n", "--name", "name", "--datum", "wgs84", zones=12),
        Division("hangzhou districts (datav)", "cn-hangzhou-binjiang/datav/330100.json", "--code", "adcode", "--name", "name", "--datum", "gcj02", zones=13),
        Division("binjiang fence", "cn-hangzhou-binjiang/fence-330108.json", "--code", "@n", "--datum", "gcj02", zones=1),
        Division("east China counties", "cn-adcode-east/counties_gcj02.geojson.gz", "--code", "adcode", "--name", "name", "--datum", "gcj02"),
        Division("new york CD", "nyc-uber-pickups/CD.geo.json", "--code", "GEOCODE", "--name", "GEONAME", zones=71),
        Division("new york NTA", "nyc-uber-pickups/NTA.geo.json", "--code", "NTACode", "--name", "NTAName", zones=195),
        Division("new york tracts", "nyc-uber-pickups/nyct2010_20a/nyct2010.shp", "--code", "BoroCT2010", zones=2165),
        Division("seoul dong", "seoul-dong-kostat2013/seoul_submunicipalities.shp", "--code", "code", "--name", "name", "--encoding", "CP949", "--crs", "EPSG:5174", zones=423),
        Division("seoul gu", "seoul-dong-kostat2013/seoul_municipalities.shp", "--code", "code", "--name", "name", "--encoding", "CP949", "--crs", "EPSG:5174", zones=25),
    ]
    for year in ("2016", "2020"):
        for kind in ("orig", "repaired"):
            stem = f"DenverCo_precincts{year}_{kind}"
            d.append(Division(f"denver precincts {year} {kind}", f"denver-precincts-maup/{stem}/{stem}.shp",
                              "--code", "PRECID" if year == "2020" else "@n", zones=356 if year == "2020" else 346,
                              some_of=("overlap",) if (year, kind) == ("2020", "orig") else ()))
    d.append(Division("denver bad_gap_region", "denver-precincts-maup/bad_gap_region/bad_gap_region.shp", "--code", "PRECID", zones=15,
                      some_of=("overlap",)))
    for year in ("2015", "2020", "2021"):
        for kind in ("districts", "municipalities"):
            d.append(Division(f"swiss {year} {kind}", f"swiss-2015-2021/{year}/{kind}.shp", "--code", "id", "--name", "name"))
    clean = os.path.join(ROOT, DATA, "tests-mapshaper/features/clean")
    for name in sorted(os.listdir(clean)) if os.path.isdir(clean) else []:
        lines = "line" in name or "britain" in name  # no polygons; plane coordinates in a GeoJSON
        d.append(Division("mapshaper " + name, "tests-mapshaper/features/clean/" + name, "--code", "@n", "--datum", "wgs84",
                          exits=(2,) if lines else (0, 1), note="no polygon on the Earth: refused" if lines else ""))
    for name in ("two_states", "six_counties", "two_states_mercator"):
        d.append(Division("mapshaper " + name, f"tests-mapshaper/shapefile/{name}.shp", "--code", "@n", "--encoding", "UTF-8"))
    for name in ("data_corruption_error", "max_callstack_error"):
        d.append(Division("mapshaper " + name, f"tests-mapshaper/issues/518_519_shp_reading/{name}.shp", "--code", "@n", "--datum", "wgs84",
                          "--encoding", "GBK", exits=(0, 1, 2), note="issues 518, 519: read or refused, never a crash"))
    d.append(Division("mapshaper shplib polygon", "tests-mapshaper/shapefile/shplib/polygon.shp", "--code", "@n", "--crs", "EPSG:26915", zones=474))
    for name, layer, *more in (("Oregon", "land"), ("mixed_crs", "oregon_2269"), ("mixed_crs", "oregon_4326"), ("missing_crs_mixed_ranges", "OR_land_4326", "--crs", "EPSG:4326"),
                               ("shared_vs_unshared_paths", "counties"), ("shared_vs_unshared_paths", "state")):
        d.append(Division(f"mapshaper {name} {layer}", f"tests-mapshaper/geopackage/{name}.gpkg", "--code", "@n", "--layer", layer, *more))
    return d


def rows_by_rule(report):
    return collections.Counter(f["rule"] for f in report.get("findings", []))


def findings_key(report):
    return sorted((f["rule"], f["scheme"], tuple(f["zones"]), f["id"]) for f in report.get("findings", []))


def areas(program, store, scheme):
    return {(z["code"], i): z["area_m2"] for i, z in enumerate(program.json("list", store, "--scheme", scheme, "--format", "json")["zones"])}


def count_vertices(path):
    n_polygons = n_vertices = 0
    for feature in json.load(open(path, encoding="utf-8"))["features"]:
        g = feature["geometry"]
        for polygon in g["coordinates"] if g["type"] == "MultiPolygon" else [g["coordinates"]]:
            n_polygons += 1
            n_vertices += sum(len(ring) - 1 for ring in polygon)
    return n_polygons, n_vertices


def new_store(program, folder, name, *args):
    path = os.path.join(folder, name)
    done = program("init", path, "--code", "000000", "--name", name, "--lang", "en", *args)
    if done.returncode != 0:
        check(False, f"{name}: init", done.said)
    return path


def round_trip(program, division, folder):
    """Import, check, export, import again. Gives the table's row."""
    source = os.path.join(DATA, division.path)
    if source.endswith(".gz"):
        plain = os.path.join(folder, os.path.basename(source)[:-3])
        with gzip.open(source) as src, open(plain, "wb") as dst:
            shutil.copyfileobj(src, dst)
        source = plain
    first = new_store(program, folder, "first.gpkg")
    begin = time.monotonic()
    done = program("import", first, source, "--scheme", division.scheme, *division.args)
    seconds = time.monotonic() - begin
    if not check(done.returncode in division.exits, f"{division.name}: import exits with one of {division.exits}", f"{done.returncode} {done.said}"):
        return None
    if done.returncode == 2:
        return (division, 0, 0, "refused: " + done.stderr.strip().replace("merestone: ", "").replace(source, "").split("\n")[0].strip(" ,:")[:150], seconds)
    begin = time.monotonic()
    report = program.json("check", first, "--format", "json")
    check_seconds = time.monotonic() - begin
    check("failed" not in report, f"{division.name}: check", report.get("failed"))
    rules = rows_by_rule(report)
    for rule in division.none_of:
        check(rules[rule] == 0, f"{division.name}: has no {rule}", rules)
    for rule in division.some_of:
        check(rules[rule] > 0, f"{division.name}: has {rule}s", rules)
    out = os.path.join(folder, "out.geojson")
    done = program("export", first, out, "--scheme", division.scheme)
    check(done.returncode == 0, f"{division.name}: export", done.said)
    second = new_store(program, folder, "second.gpkg")
    done = program("import", second, out, "--scheme", division.scheme, "--code", "code", "--name", "name", "--datum", "wgs84")
    check(done.returncode in (0, 1), f"{division.name}: import of the export", done.said)
    hashes = [program("hash", store).stdout.strip() for store in (first, second)]
    check(len(hashes[0]) == 64 and hashes[0] == hashes[1], f"{division.name}: same hash", hashes)
    one, two = areas(program, first, division.scheme), areas(program, second, division.scheme)
    if division.zones:
        check(len(one) == division.zones, f"{division.name}: {division.zones} zones", len(one))
    same = one.keys() == two.keys() and all(abs(one[k] - two[k]) <= 1e-9 * max(abs(one[k]), 1e-9) for k in one)
    check(same and one, f"{division.name}: same areas")
    again = program.json("check", second, "--format", "json")
    check(findings_key(report) == findings_key(again), f"{division.name}: same findings", (rows_by_rule(report), rows_by_rule(again)))
    n_polygons, n_vertices = count_vertices(out)
    told = " ".join(f"{rule} {n}" for rule, n in sorted(rules.items())) or "none"
    return (division, n_polygons, n_vertices, told, seconds + check_seconds)


def washington(program, folder):
    """2,898 crimes with the ANC and ward that the city wrote beside them; SMD nest in ANC."""
    store = new_store(program, folder, "dc.gpkg", "--main", "grid")
    for scheme, path, args in (("street", "ward-2012", ["--code", "WARD_ID", "--name", "LABEL"]),
                               ("community", "advisory-neighborhood-commission-2013", ["--code", "ANC_ID", "--name", "NAME"]),
                               ("grid", "single-member-district-2013", ["--code", "SMD_ID", "--name", "NAME", "--parent", "ANC_ID"])):
        done = program("import", store, os.path.join(DATA, "dc-2013", path + ".geojson"), "--scheme", scheme, *args)
        check(done.returncode in (0, 1), f"washington: import {scheme}", done.said)
    out = os.path.join(folder, "crimes.csv")
    done = program("assign", store, os.path.join(DATA, "dc-2013/crime-incidents-last-30-days.geojson"), out)
    check(done.returncode in (0, 1), "washington: assign 2,898 crimes", done.said)
    rows = list(csv.DictReader(open(out, encoding="utf-8-sig"))) if os.path.exists(out) else []
    check(len(rows) == 2898, "washington: 2,898 rows", len(rows))
    anc = [r for r in rows if r["community_code"] != r["ANC"]]
    check(rows and not anc, "washington: the recorded ANC agrees for all", [(r["CCN"], r["ANC"], r["community_code"]) for r in anc[:10]])
    ward = [(r["CCN"], r["WARD"], r["street_code"]) for r in rows if r["street_code"] != r["WARD"]]
    check(len(ward) == 6, "washington: the recorded ward agrees for 2,892 of 2,898", ward[:12])
    report = program.json("check", store, "--format", "json")
    nesting = collections.defaultdict(list)
    for f in report["findings"]:
        if f["rule"] == "nesting":
            nesting[f["scheme"]].append(f["zones"])
    check(not nesting["grid"], "washington: every SMD nests in its ANC", nesting["grid"][:5])
    check(nesting["community"], "washington: ANCs that cross wards are nesting findings")
    return ward, sorted(z[0] for z in nesting["community"])


def east_china(program, folder):
    """25,130 points in GCJ-02; the county that holds each was computed by GEOS on the same fences."""
    store = new_store(program, folder, "east.gpkg")
    plain = os.path.join(folder, "counties.geojson")
    points = os.path.join(folder, "points.csv")
    for src, dst in (("counties_gcj02.geojson.gz", plain), ("points_gcj02.csv.gz", points)):
        with gzip.open(os.path.join(DATA, "cn-adcode-east", src)) as f, open(dst, "wb") as g:
            shutil.copyfileobj(f, g)
    done = program("import", store, plain, "--scheme", "grid", "--code", "adcode", "--name", "name")
    check(done.returncode == 2 and "--datum" in done.stderr and "gcj02" in done.stderr, "east china: refused without --datum, with evidence", done.said)
    done = program("import", store, plain, "--scheme", "grid", "--code", "adcode", "--name", "name", "--datum", "gcj02")
    check(done.returncode in (0, 1), "east china: import with --datum gcj02", done.said)
    out = os.path.join(folder, "points_out.csv")
    done = program("assign", store, points, out, "--x", "lon_gcj02", "--y", "lat_gcj02", "--datum", "gcj02")
    check(done.returncode in (0, 1), "east china: assign", done.said)
    rows = list(csv.DictReader(open(out, encoding="utf-8-sig"))) if os.path.exists(out) else []
    differ, n = [], collections.Counter()
    for r in rows:
        want = r["county_adcode"] if r["pip"] == "own" else r["pip"][6:] if r["pip"].startswith("other:") else ""
        n[r["pip"].split(":")[0]] += 1
        if r["pip"] == "nofence":
            continue
        if r["grid_state"] == "disputed" and r["pip"] != "none":
            n["disputed"] += 1
        elif r["grid_code"] != want:
            differ.append((r["code"], r["pip"], r["county_adcode"], r["grid_code"], r["grid_state"]))
    check(len(rows) == 25130, "east china: 25,130 rows", len(rows))
    check(rows and not differ, "east china: the owner agrees with GEOS", (len(differ), differ[:8]))
    return n


def hartlepool(program, folder):
    """OA < LSOA < MSOA in one store: the upper two were generalised apart and share no exact edge with the OA."""
    store = new_store(program, folder, "hartlepool.gpkg", "--main", "grid")
    for scheme, path, code in (("street", "msoa", "MSOA11CD"), ("community", "lsoa", "LSOA11CD"), ("grid", "oa", "OA11CD")):
        done = program("import", store, os.path.join(DATA, f"uk-hartlepool/{path}_E06000001.json"), "--scheme", scheme, "--code", code)
        check(done.returncode in (0, 1), f"hartlepool: import {path}", done.said)
    report = program.json("check", store, "--format", "json")
    rules = rows_by_rule(report)
    inside = [f for f in report["findings"] if f["scheme"] == "grid" and f["rule"] in ("gap", "overlap")]
    check(not inside, "hartlepool: the OA have no gap and no overlap, whatever lies above them", inside[:2])
    apart = {rule: rules[rule] for rule in ("parent-uncovered", "outside-parent", "nesting") if rules[rule]}
    check(not apart, "hartlepool: borders a centimetre apart are one border in the network, so the levels nest", apart)
    return rules


def seoul(program, folder):
    store = new_store(program, folder, "seoul.gpkg")
    source = os.path.join(DATA, "seoul-dong-kostat2013/seoul_submunicipalities.shp")
    done = program("import", store, source, "--scheme", "grid", "--code", "code", "--name", "name")
    check(done.returncode == 2 and "CP949" in done.said, "seoul: refused without --encoding, CP949 among the candidates", done.said)
    args = ["--scheme", "grid", "--code", "code", "--name", "name", "--encoding", "CP949"]
    done = program("import", store, source, *args)
    check(done.returncode == 2 and "ballpark" in done.said, "seoul: its .prj has no known datum, so it is refused", done.said)
    done = program("import", store, source, *args, "--crs", "EPSG:5174")
    names = {z["name"] for z in program.json("list", store, "--scheme", "grid", "--format", "json")["zones"]}
    check({"사직동", "삼청동", "청운효자동"} <= names, "seoul: names are right with --encoding CP949", sorted(names)[:5])


ODD = "tests-mapshaper"


def odd_files(program, folder):
    """Every other file that mapshaper keeps as a trap: taken whole, all features used or rejected, and the same
    hash after its export; or refused in words, and the store as it was. Never anything else."""
    done_already = {d.path for d in divisions()}
    n = collections.Counter()
    for top, _, names in sorted(os.walk(os.path.join(DATA, ODD))):
        for name in sorted(names):
            path = os.path.join(top, name)
            if name.endswith((".shp", ".json", ".geojson", ".gpkg", ".csv")) and os.path.relpath(path, DATA) not in done_already:
                with tempfile.TemporaryDirectory() as own:
                    n[odd_file(program, own, path, os.path.relpath(path, os.path.join(DATA, ODD)))] += 1
    check(n["taken"] > 15 and n["refused"] > 40, "odd files: some are taken, most are refused", n)
    return n


def odd_file(program, folder, path, name):
    store = new_store(program, folder, "odd.gpkg")
    before = program("hash", store).stdout
    words = ["import", store, path, "--scheme", "grid", "--code", "@n", "--datum", "wgs84"]
    done = program(*words)
    for option, value in (("--encoding", "ISO-8859-1"), ("--crs", "EPSG:4326")):
        if done.returncode == 2 and option in done.stderr:
            words += [option, value]
            done = program(*words)
    if done.returncode == 2:
        check(done.stderr.startswith("merestone: ") and len(done.stderr) > 40 and program("hash", store).stdout == before,
              f"odd file {name}: refused in words, the store as it was", done.said)
        return "refused"
    counts = re.search(r"features +([\d,]+) = ([\d,]+) used \+ ([\d,]+) rejected", done.stdout)
    out, second = os.path.join(folder, "out.geojson"), new_store(program, folder, "again.gpkg")
    program("export", store, out, "--scheme", "grid")
    program("import", second, out, "--scheme", "grid", "--code", "code", "--name", "name", "--datum", "wgs84")
    numbers = [int(g.replace(",", "")) for g in counts.groups()] if counts else [0, 0, 0]
    check(done.returncode in (0, 1) and numbers[0] == numbers[1] + numbers[2] and numbers[1] > 0 and
          program("hash", store).stdout == program("hash", second).stdout, f"odd file {name}: taken, and the same hash after its export", done.said)
    return "taken"


def repaired(program, folder):
    return repairs.run(program, check, new_store, folder, DATA)


def write_table(path, rows, special):
    ward, crossing, counts, levels, odd, mended = special
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Real divisions, measured\n\nWritten by `tests/real/real_data.py build/release/merestone --write docs/REAL-DATA.md`. "
                "Each division is imported with the default tolerance of 1 cm, checked under the profile `plain`, exported as GeoJSON and imported "
                "again: same hash, same areas (1e-9), same findings. Time is import and check together, as whole processes.\n\n"
                "| division | polygons | vertices | findings by rule | seconds |\n|---|---|---|---|---|\n")
        for division, n_polygons, n_vertices, told, seconds in rows:
            f.write(f"| {division.name} | {n_polygons:,} | {n_vertices:,} | {told} | {seconds:.2f} |\n")
        f.write("\n## Recorded labels\n\n**Washington 2013.** Of 2,898 crimes the recorded ANC agrees for all; the recorded ward differs for "
                f"{len(ward)}:\n\n| crime | recorded ward | ward that holds the point |\n|---|---|---|\n")
        for ccn, want, got in ward:
            f.write(f"| {ccn} | {want} | {got} |\n")
        f.write(f"\nEvery SMD nests in its ANC. ANCs that cross wards (nesting findings): {', '.join(crossing)}.\n\n"
                f"**East China.** Owner of {sum(counts[k] for k in ('own', 'other', 'none')):,} points against GEOS 3.11: all agree "
                f"({counts['own']:,} in their own county, {counts['other']:,} in another, {counts['none']:,} in none; "
                f"{counts['disputed']:,} of them lie on land that two fences claim, where GEOS tells one and we tell both; "
                f"{counts['nofence']:,} more have no fence to compare with).\n\n"
                "**Hartlepool, three levels in one store** (MSOA as street, LSOA as community, OA as grid). The files share no exact edge between levels; matched within 3 units (3 cm) the levels nest. Findings: "
                + ", ".join(f"{rule} {n}" for rule, n in sorted(levels.items())) +
                f".\n\n**The other files of mapshaper's tests.** {odd['taken']} are taken, and give the same hash after their export; {odd['refused']} are refused in "
                "words, and leave the store as it was: points and lines, missing .shx, plane coordinates in a GeoJSON, CRS of unknown datum.\n")
        repairs.write(f, *mended)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("--") else os.environ.get("MERESTONE")
    if not path:
        print(__doc__)
        return 2
    path = os.path.abspath(path)
    table = os.path.abspath(sys.argv[sys.argv.index("--write") + 1]) if "--write" in sys.argv else None
    os.chdir(ROOT)
    if not os.path.isdir(DATA):
        print("skip: ../shared/data is not here\n0 passed, 0 failed, 1 skipped")
        return 77
    program = Program(path)
    limit = 1000 * int(sys.argv[sys.argv.index("--up-to") + 1]) if "--up-to" in sys.argv else sys.maxsize
    if os.environ.get("MERE_LONG") == "1":
        limit = sys.maxsize
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    rows = []
    for division in divisions():
        size = os.path.getsize(os.path.join(DATA, division.path))
        if only in division.name and size <= limit:
            with tempfile.TemporaryDirectory() as folder:
                row = round_trip(program, division, folder)
                rows += [row] if row else []
    special = []
    for name, size, test in (("washington", 4e6, washington), ("east_china", 10e6, east_china), ("hartlepool", 1e6, hartlepool),
                             ("seoul", 0, seoul), ("odd", 1e6, odd_files), ("repaired", 1e6, repaired)):
        if only in name and size <= limit:
            with tempfile.TemporaryDirectory() as folder:
                special.append(test(program, folder))
    if table and not only and limit == sys.maxsize:
        write_table(table, rows, (special[0][0], special[0][1], special[1], special[2], special[4], special[5]))
    print(f"{len(passed)} passed, {len(failed)} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main())
