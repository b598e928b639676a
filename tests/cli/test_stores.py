#!/usr/bin/env python3
"""init, info, list and hash on small stores."""
import csv
import io
import json
import os
import re
import sqlite3

from program import check, feature, grid, mere, run_all, skip, square, write_json


def make(folder, name, features, *more):
    """A store with one scheme `grid` of `features`."""
    store = folder.at(name + ".gpkg")
    said = mere("init", store, "--code", "x", "--name", "X")
    assert said.code == 0, said
    said = mere("import", store, write_json(folder.at(name + ".geojson"), features), "--scheme", "grid", "--code", "code",
                "--name", "name", *more)
    assert said.code == 0, said
    return store


def srs_of(file):
    db = sqlite3.connect(file)
    rows = db.execute("SELECT table_name, srs_id FROM gpkg_geometry_columns ORDER BY table_name").fetchall()
    db.close()
    return rows


def test_init(folder):
    for crs, srs in (("EPSG:4549", 4490), ("EPSG:4490", 4490), ("EPSG:32651", 4326), (None, 4326)):
        store = folder.at(f"{crs}.gpkg".replace(":", ""))
        said = mere("init", store, "--code", "330108", "--name", "滨江区", *(["--crs", crs] if crs else []))
        write_json(folder.at("a.geojson"), [feature(square(10, 50), code="1")])
        mere("import", store, folder.at("a.geojson"), "--scheme", "grid", "--code", "code")
        mere("import", store, folder.at("a.geojson"), "--reference", "walls")
        mere("check", store, "-o", store + ".findings.gpkg")
        got = srs_of(store) + srs_of(store + ".findings.gpkg")
        check(said.code == 0 and got == [("grid", srs), ("walls", srs), ("findings", srs), ("findings_land", srs)],
              f"layers, references and findings of a store with the plane CRS {crs} are EPSG:{srs}", f"{said} {got}")
    info = mere("info", folder.at("EPSG4549.gpkg"))
    check(info.code == 0 and "330108 滨江区" in info.out and "EPSG:4490" in info.out and "a.geojson" in info.out and
          "1 features = 1 used + 0 rejected" in info.out, "info tells district, CRS and imports", info)


def test_parents(folder):
    """Whatever the order of imports, the parent is the nearest scheme above, and the hash is the same."""
    file = write_json(folder.at("levels.geojson"), grid(2))
    hashes = []
    for i, order in enumerate((("street", "community", "grid"), ("grid", "street", "community"))):
        store = folder.at(f"levels{i}.gpkg")
        mere("init", store, "--code", "x", "--name", "X")
        for scheme in order:
            mere("import", store, file, "--scheme", scheme, "--code", "code", "--name", "name")
        info = mere("info", store)
        check(re.search("grid +role grid, covers the district, inside community", info.out) and
              re.search("community +role community, covers the district, inside street", info.out),
              "levels are found in the order " + ", ".join(order), info)
        hashes.append(mere("hash", store).out)
    check(hashes[0] == hashes[1], "and give the same hash", hashes)


def test_list(folder):
    features = grid(2)
    features[0]["properties"].update(name='say "so", twice', households=7, height=1.5, note="012", floors=3)
    store = make(folder, "list", features)
    said = mere("list", store, "--scheme", "grid", "--format", "json")
    answer = json.loads(said.out)
    zones = answer["zones"]
    check(answer["generation"] == 1 and [z["code"] for z in zones] == ["000000", "000001", "001000", "001001"],
          "the JSON list names the generation and has the zones by code", said)
    first = zones[0]
    check(first["name"] == 'say "so", twice' and first["households"] == 7 and first["persons"] is None and
          first["attributes"] == {"height": 1.5, "note": "012", "floors": 3}, "attributes keep their types", first)
    # A square of 0.01 degree at 50 N: 1112.6 m by 717.0 m.
    check(abs(first["area_m2"] - 797_500) < 800 and abs(first["perimeter_m"] - 3658) < 3 and first["parts"] == 1 and
          abs(first["compactness"] - 0.749) < 0.002, "area, perimeter and compactness are those of the square", first)
    said = mere("list", store, "--scheme", "grid", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    check([r["code"] for r in rows] == [z["code"] for z in zones] and
          [float(r["area_m2"]) for r in rows] == [z["area_m2"] for z in zones] and
          rows[0]["name"] == 'say "so", twice' and rows[0]["note"] == "012" and rows[1]["households"] == "",
          "the CSV list says the same, with all digits", said)
    said = mere("list", store, "--scheme", "grid")
    check(said.code == 0 and said.out.splitlines()[1].startswith("000000  ") and "4 zones" in said.out.splitlines()[-1],
          "the text list has a line for each zone and their number", said)


def net_hash(store, *more):
    said = mere("hash", store, *more)
    check(said.code == 0 and re.fullmatch(r"[0-9a-f]{64}\n", said.out) is not None, "hash prints 64 hex digits alone",
          said) if said.code else None
    return said.out.strip()


def turned(features, shift, backwards):
    """The same polygons, drawn otherwise: another order, other first vertices, the other way round."""
    copy = json.loads(json.dumps(features))
    for f in copy:
        ring = f["geometry"]["coordinates"][0][:-1]
        ring = ring[shift:] + ring[:shift]
        ring = ring[::-1] if backwards else ring
        f["geometry"]["coordinates"][0] = ring + ring[:1]
    return copy[::-1]


def test_hash(folder):
    features = grid(3)
    del features[4]  # leaves a hole
    first = make(folder, "first", features)
    want = net_hash(first)
    check(re.fullmatch("[0-9a-f]{64}", want) is not None, "hash prints 64 hex digits alone on a line", want)
    for i, (shift, backwards) in enumerate(((1, False), (2, True), (3, True))):
        check(net_hash(make(folder, f"turned{i}", turned(features, shift, backwards))) == want,
              f"order, start {shift} and direction {'back' if backwards else 'on'} of rings change nothing")
    other = json.loads(json.dumps(features))
    other[0]["properties"]["name"] = "Another"
    check(net_hash(make(folder, "renamed", other)) != want, "another name is another hash")
    other = json.loads(json.dumps(features))
    other[0]["geometry"]["coordinates"][0][0][0] -= 1e-7
    other[0]["geometry"]["coordinates"][0][-1][0] -= 1e-7
    check(net_hash(make(folder, "moved", other)) != want, "a vertex moved by one unit is another hash")
    said = mere("import", first, write_json(folder.at("beat.geojson"), [feature(square(10.005, 50.005, 0.02), code="b")]),
                "--scheme", "beat", "--code", "code")
    check(said.code == 0 and net_hash(first) != want, "another scheme changes the hash of the store", said)
    check(net_hash(first, "--scheme", "grid") == want, "but not that of the first scheme alone")


def test_clock(folder):
    store = folder.at("clock.gpkg")
    env = dict(os.environ, SOURCE_DATE_EPOCH="1700000000")
    mere("init", store, "--code", "x", "--name", "X", env=env)
    mere("import", store, write_json(folder.at("c.geojson"), grid(1)), "--scheme", "grid", "--code", "code", env=env)
    info = mere("info", store)
    check("2023-11-14T22:13:20" in info.out, "SOURCE_DATE_EPOCH stands for the time of an import", info)


def test_profile(folder):
    """A store holds the profile it was made with: it does not matter where it is asked, or what lies there."""
    def write(path, limit):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        limits = [{"scheme": "grid", "max": limit, "unit": "household", "severity": "error", "source": "s"}]
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"name": "k", "title": {"zh": "甲", "en": "k"}, "source": "s", "rules": {"households": limits}}, f)

    first, other = folder.at("first"), folder.at("other")
    write(os.path.join(first, "k.json"), 5)
    write(os.path.join(other, "k.json"), 500)
    store = folder.at("s.gpkg")
    said = mere("init", store, "--code", "1", "--name", "x", "--profile", "k.json", "--lang", "en", cwd=first)
    check(said.code == 0, "init takes a profile by its path", said)
    path = write_json(folder.at("s.geojson"), [feature(square(10, 50), code="a", households=50)])
    mere("import", store, path, "--scheme", "grid")
    for cwd in (first, other, "/"):
        said = mere("check", store, "--format", "json", cwd=cwd)
        rules = [f["rule"] for f in json.loads(said.out)["findings"]] if said.out else None
        check(said.code == 1 and rules == ["households"], f"check from {os.path.basename(cwd) or '/'} uses that profile",
              said)
    said = mere("check", store, "--profile", "k.json", "--format", "json", cwd=other)
    check(said.code == 0, "--profile takes the file that is named", said)
    said = mere("info", store)
    check("k.json (its text is kept in the store)" in said.out, "info tells that the store holds it", said)
    db = sqlite3.connect(store)
    db.execute("UPDATE mere_meta SET value = NULL WHERE key = 'profile_json'")
    db.commit()
    db.close()
    said = mere("check", store, cwd=first)
    check(said.code == 2 and "doesn't hold it" in said.err, "a store that only names a file does not take any", said)


def test_folder_not_writable(folder):
    """One cause has one exit code, whoever meets it; root may write anywhere, so another user tries."""
    store, locked = folder.store(n=1), folder.at("locked")
    os.mkdir(locked)
    os.chmod(locked, 0o555)
    os.chmod(folder.path, 0o755)
    os.chmod(store, 0o644)
    other = {"user": 65534} if os.geteuid() == 0 else {}
    try:
        mere("--version", **other)
    except PermissionError:
        return skip("a folder that may not be written", "another user can't run the program here")
    for words in (("init", os.path.join(locked, "a.gpkg"), "--code", "x", "--name", "X"),
                  ("check", store, "-o", os.path.join(locked, "a.html"))):
        said = mere(*words, **other)
        check(said.code == 2 and "a." in said.err and "ermission denied" in said.err,
              f"{words[0]} into a folder that may not be written is refused", said)
    os.chmod(locked, 0o755)


if __name__ == "__main__":
    run_all(test_init, test_parents, test_list, test_hash, test_clock, test_profile, test_folder_not_writable)
