#!/usr/bin/env python3
"""Edits of a store by another program: taken when they add no error, else told and left alone."""
import json
import sqlite3
import struct

from program import check, feature, grid, mere, run_all, square, write_json


def blob(*rings):
    """A GeoPackage multipolygon of one polygon, as another program writes it: no envelope."""
    body = struct.pack("<BII", 1, 3, len(rings))
    for ring in rings:
        body += struct.pack("<I", len(ring)) + b"".join(struct.pack("<2d", *p) for p in ring)
    return b"GP" + struct.pack("<BBi", 0, 1, 4326) + struct.pack("<BII", 1, 6, 1) + body


def points(geom):
    """All vertices of a multipolygon blob of one polygon of one ring, little-endian."""
    at = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[geom[3] >> 1 & 7]
    at += 9 + 9  # the multipolygon's head, the polygon's
    n = struct.unpack_from("<I", geom, at)[0]
    return [struct.unpack_from("<2d", geom, at + 4 + 16 * i) for i in range(n)]


def outside(store):
    """A connection as QGIS has it: sqlite3 with the functions that the R-tree triggers ask for."""
    db = sqlite3.connect(store, isolation_level=None)
    db.create_function("ST_IsEmpty", 1, lambda g: None if g is None else int(not points(g)))
    for name, axis, pick in (("MinX", 0, min), ("MaxX", 0, max), ("MinY", 1, min), ("MaxY", 1, max)):
        db.create_function("ST_" + name, 1,
                           lambda g, axis=axis, pick=pick: None if g is None else pick(p[axis] for p in points(g)))
    return db


def edit(store, *statements):
    """Each statement is SQL, or SQL and its values."""
    db = outside(store)
    for s in statements:
        db.execute(*((s,) if isinstance(s, str) else s))
    db.close()


def ask(store, sql):
    db = outside(store)
    rows = db.execute(sql).fetchall()
    db.close()
    return rows


def generation(store):
    return int(ask(store, "SELECT value FROM mere_meta WHERE key = 'generation'")[0][0])


def noted(store):
    return ask(store, "SELECT count(*) FROM mere_outside")[0][0]


def net_hash(store):
    return mere("hash", store).out.strip()


def rect(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def draw(code, *rect_or_ring):
    ring = rect(*rect_or_ring) if len(rect_or_ring) == 4 else rect_or_ring[0]
    return "UPDATE grid SET geom = ? WHERE code = ?", (blob(ring), code)


def is_taken(store, was, test, said=None):
    """The last edit is taken, by one command, and the next one is silent."""
    said = said or mere("hash", store)
    check(said.code == 0 and "note: took" in said.err and "warning" not in said.err, f"{test} is taken, and told", said)
    check(generation(store) == was + 1 and noted(store) == 0, f"{test}: one generation more, and no log",
          f"{was} {generation(store)} {noted(store)}")
    check(mere("hash", store).err == "", f"{test}: the second command is silent")
    row = ask(store, "SELECT kind, scheme, who, generation, n_features, changes FROM mere_operations ORDER BY id DESC")[0]
    check(row[:4] == ("external", "grid", "unknown program", was + 1) and isinstance(json.loads(row[5]), list),
          f"{test}: the operation is logged", row)
    return json.loads(row[5])


def is_refused(store, was, test, *words):
    before = noted(store)
    for turn in ("told", "told again"):
        said = mere("hash", store)
        check(said.code == 0 and len(said.out) == 65 and "warning" in said.err and "not taken" in said.err and
              "as it is now" in said.err and all(w in said.err for w in words), f"{test} is {turn}, and answered", said)
    check(generation(store) == was and noted(store) == before, f"{test}: nothing is written")


def test_geometry(folder):
    store = folder.store("geometry.gpkg", 2)
    old, was = net_hash(store), generation(store)
    # The border between (0,0) and (1,0) moves; 3 mm apart and with too many digits, as a mouse draws.
    edit(store, draw("000000", 10, 50, 10.01200000004, 50.01), draw("001000", 10.01200003, 50, 10.02, 50.01))
    changes = is_taken(store, was, "a moved border")
    check([(c["code"], c["change"]) for c in changes if c["change"] != "noded"] ==
          [("000000", "geometry"), ("001000", "geometry")], "both its features are named", changes)
    check(net_hash(store) != old, "its hash is another")
    xs = {x for g, in ask(store, "SELECT geom FROM grid") for x, y in points(g)}
    check(xs == {10.0, 10.01, 10.012, 10.02}, "the file holds the borders rounded and matched", xs)
    said = mere("check", store)
    check(said.code == 0 and said.err == "", "and no gap is found", said)
    check("external on grid by unknown program" in mere("info", store).out, "info lists the operation")
    boxes = ask(store, "SELECT maxx FROM rtree_grid_geom WHERE id = (SELECT fid FROM grid WHERE code = '000000')")
    check(abs(boxes[0][0] - 10.012) < 1e-5, "the R-tree follows", boxes)


def test_overlap(folder):
    store = folder.store("overlap.gpkg", 2)
    old, was = net_hash(store), generation(store)
    edit(store, draw("000000", 10, 50, 10.012, 50.01))
    is_refused(store, was, "an overlap", "scheme grid, 1 feature (000000);", "overlap", "001000")
    said = mere("locate", store, "10.011", "50.005", "--format", "json")
    check(said.code == 0 and '"state":"disputed"' in said.out and "warning" in said.err,
          "locate answers from the file as it is now", said)
    check(mere("check", store).code == 1, "check finds the error")
    check("not taken" in mere("info", store).out, "info lists what is not taken")
    edit(store, draw("000000", 10, 50, 10.01, 50.01))
    said = mere("hash", store)
    check(said.err == "" and generation(store) == was and noted(store) == 0 and said.out.strip() == old,
          "an edit that was undone is none", said)
    edit(store, draw("000000", 10, 50, 10.012, 50.01))
    said = mere("waive", store, "overlap", "grid/000000", "--reason", "agreed")
    check(said.code == 0 and "warning" in said.err, "its error can be waived", said)
    is_taken(store, was, "an overlap that was waived")
    said = mere("import", store, write_json(folder.at("beat.geojson"), [feature(square(10, 50), code="b")]), "--scheme",
                "beat", "--code", "code")
    check(said.err == "" and mere("hash", store).err == "", "merestone's own writing is no edit from outside", said)


def test_attributes(folder):
    store = folder.store("attributes.gpkg", 2)
    old, was = net_hash(store), generation(store)
    edit(store, "UPDATE grid SET name = '新', households = 7 WHERE code = '000000'")
    changes = is_taken(store, was, "an edited attribute", mere("list", store, "--scheme", "grid"))
    check([(c["code"], c["change"]) for c in changes] == [("000000", "attributes")] and net_hash(store) != old,
          "the feature is named", changes)
    edit(store, "UPDATE grid SET code = 'new' WHERE code = '000000'")
    changes = is_taken(store, was + 1, "another code", mere("locate", store, "10.001", "50.001"))
    check(changes[0]["was"] == "000000" and changes[0]["code"] == "new", "both codes are kept", changes)
    edit(store, "UPDATE grid SET parent = 'nobody' WHERE code = 'new'", "UPDATE mere_scheme SET parent_scheme = 'grid'")
    edit(store, "UPDATE mere_scheme SET parent_scheme = NULL", "UPDATE grid SET parent = NULL WHERE code = 'new'")
    edit(store, "UPDATE grid SET code = '000001' WHERE code = 'new'")
    is_refused(store, was + 2, "a code that is there already", "code-duplicate", "000001")


def test_added_and_removed(folder):
    store = folder.store("added.gpkg", 3)
    was = generation(store)
    edit(store, "DELETE FROM grid WHERE code = '000000'")
    changes = is_taken(store, was, "a deleted zone", mere("export", store, folder.at("out.geojson"), "--scheme", "grid"))
    check([(c["code"], c["change"]) for c in changes] == [("000000", "removed")], "it is named", changes)
    edit(store, ("INSERT INTO grid (geom, code, name) VALUES (?, '000000', 'again')", (blob(rect(10, 50, 10.01, 50.01)),)))
    changes = is_taken(store, was + 1, "a new zone")
    check([(c["code"], c["change"]) for c in changes] == [("000000", "added")], "it is named too", changes)
    edit(store, ("INSERT INTO grid (geom, code) VALUES (?, '')", (blob(rect(11, 50, 11.01, 50.01)),)))
    is_refused(store, was + 2, "a zone without a code", "fid ", "no code")
    edit(store, "UPDATE grid SET code = 'x', geom = NULL WHERE code = ''")
    is_refused(store, was + 2, "a zone without geometry", "zone x", "no land")
    edit(store, draw("x", [[11, 50], [11.01, 50.01], [11.01, 50], [11, 50.01], [11, 50]]))
    is_refused(store, was + 2, "a border that crosses itself", "zone x", "crosses itself")
    # Bytes that are no geometry: the R-tree's triggers would refuse them.
    edit(store, "DROP TRIGGER rtree_grid_geom_update1", "DROP TRIGGER rtree_grid_geom_update2",
         "UPDATE grid SET geom = x'00' WHERE code = 'x'")
    said = mere("info", store)
    check(said.code == 0 and "warning" in said.err and "can't be used" in said.err, "damaged bytes are told", said)
    said = mere("hash", store)
    check(said.code == 0 and "last taken" in said.err, "and the answer is from before", said)
    edit(store, "DROP TRIGGER rtree_grid_geom_delete", "DELETE FROM grid WHERE code = 'x'")
    check(mere("hash", store).err == "" and noted(store) == 0 and generation(store) == was + 2,
          "what came and went is no edit")


def test_replaced(folder):
    store = folder.store("replaced.gpkg", 2)
    was = generation(store)
    fid = ask(store, "SELECT fid FROM grid WHERE code = '000000'")[0][0]
    edit(store, ("INSERT OR REPLACE INTO grid (fid, geom, code, name) VALUES (?, ?, '000000', 'Zone 0.0')",
                 (fid, blob(rect(10, 50, 10.01, 50.01)))))
    said = mere("hash", store)
    check(said.err == "" and generation(store) == was, "a row replaced by the same is no edit", said)
    edit(store, ("INSERT OR REPLACE INTO grid (fid, geom, code, name) VALUES (?, ?, '000000', 'Zone 0.0')",
                 (fid, blob(rect(10, 50, 10.008, 50.01)))))
    changes = is_taken(store, was, "a row replaced by another")
    check((changes[0]["code"], changes[0]["change"]) == ("000000", "geometry"), "it is known what was there", changes)
    edit(store, "UPDATE grid SET fid = 500 WHERE code = '000000'")
    changes = is_taken(store, was + 1, "another fid")
    check({(c["fid"], c["change"]) for c in changes} == {(fid, "removed"), (500, "added")}, "both fids are named", changes)


def test_old_errors(folder):
    features = grid(2)
    features[0]["geometry"]["coordinates"][0] = rect(10, 50, 10.012, 50.01)
    store = folder.store("old.gpkg", 0)
    said = mere("import", store, write_json(folder.at("old.geojson"), features), "--scheme", "grid", "--code", "code",
                "--name", "name")
    check(mere("check", store).code == 1, "a store has an overlap", said)
    was = generation(store)
    edit(store, "UPDATE grid SET name = 'other' WHERE code = '001001'")
    is_taken(store, was, "an edit elsewhere")
    edit(store, draw("000000", 10, 50, 10.011, 50.01))
    is_taken(store, was + 1, "an overlap made smaller")
    edit(store, draw("000000", 10, 50, 10.0115, 50.01))
    is_refused(store, was + 2, "an overlap made half as large again, though its id stays", "overlap")
    edit(store, draw("000000", 10, 50, 10.013, 50.01))
    is_refused(store, was + 2, "an overlap made larger", "overlap")
    edit(store, draw("000000", 10, 50, 10.01, 50.01))
    is_taken(store, was + 2, "an overlap mended")
    check(mere("check", store).code == 0, "then no error is left")


def test_two_of_the_same_zones(folder):
    """Two lakes between A and B become narrower, and their ids change with their corners: each is less of one before."""
    def west(deep, heights):
        ring, y = [[10, 50], [10.01, 50]], 50
        for height in heights:
            y = round(y + 0.002, 7)
            top = round(y + height, 7)
            ring += [[10.01, y], [10.01 - deep, y], [10.01 - deep, top], [10.01, top]]
            y = top
        return [[round(c, 7) for c in p] for p in ring + [[10.01, 50.01], [10, 50.01], [10, 50]]]
    for n, heights in enumerate(((0.0012, 0.0003), (0.0003, 0.0012))):
        store = folder.at(f"two{n}.gpkg")
        mere("init", store, "--code", "330108", "--name", "X", "--profile", "hangzhou", "--lang", "en")
        said = mere("import", store, write_json(folder.at("two.geojson"), [
            feature(west(0.0004, heights), code="A", name="A"), feature(rect(10.01, 50, 10.02, 50.01), code="B", name="B")]),
            "--scheme", "grid", "--code", "code", "--name", "name")
        found = [f["severity"] for f in json.loads(mere("check", store, "--format", "json").out)["findings"] if f["rule"] == "unclaimed"]
        check(found == ["error"] * 2, "a store has two lakes", said)
        was = generation(store)
        edit(store, draw("A", west(0.00018, heights)))
        is_taken(store, was, "two lakes made narrower")


def test_counts(folder):
    store = folder.store("counts.gpkg", 0)
    features = grid(2)
    features[0]["properties"]["code"] = features[1]["properties"]["code"]
    mere("import", store, write_json(folder.at("counts.geojson"), features), "--scheme", "grid", "--code", "code", "--name", "name")
    was, code = generation(store), features[1]["properties"]["code"]
    edit(store, "UPDATE grid SET name = 'other' WHERE code <> '%s'" % code)
    is_taken(store, was, "an edit elsewhere, where a code is used twice")
    edit(store, "UPDATE grid SET code = '%s' WHERE fid = 4" % code)
    is_refused(store, was + 1, "a third zone of that code", "used by 3 zones")


def test_unseen(folder):
    store = folder.store("unseen.gpkg", 2)
    was = generation(store)
    edit(store, "DROP TRIGGER mere_outside_grid_update", draw("000000", 10, 50, 10.012, 50.01))
    is_refused(store, was, "an edit without triggers", "triggers were removed", "not known", "may be new", "overlap")
    edit(store, draw("000000", 10, 50, 10.01, 50.01))
    changes = is_taken(store, was, "one that leaves no error")
    check({"whole": True, "change": "unknown"} in changes, "what changed is said to be unknown", changes)
    edit(store, "ALTER TABLE grid ADD COLUMN remark TEXT")
    changes = is_taken(store, was + 1, "a new column")
    check(changes == [{"whole": True, "change": "columns"}], "it is named", changes)
    edit(store, "UPDATE grid SET remark = 'r' WHERE code = '000000'")
    changes = is_taken(store, was + 2, "a value in a free column")
    check([(c["code"], c["change"]) for c in changes] == [("000000", "attributes")], "its feature is named", changes)
    edit(store, "DROP TABLE grid")
    said = mere("info", store)
    check(said.code == 0 and "removed" in said.err and generation(store) == was + 4 and "\n0 schemes" in said.out,
          "a removed layer is taken", said)


def test_busy(folder):
    store = folder.store("busy.gpkg", 2)
    was = generation(store)
    edit(store, "UPDATE grid SET name = 'other' WHERE code = '000000'")
    db = outside(store)
    db.execute("BEGIN IMMEDIATE")
    said = mere("list", store, "--scheme", "grid")
    check(said.code == 0 and "warning" in said.err and "another program holds" in said.err and "other" in said.out,
          "a store that is held is answered from as it is, and told", said)
    db.execute("ROLLBACK")
    db.close()
    is_taken(store, was, "the edit, once the store is free")


def test_bad_cell(folder):
    """One cell that can't be read refuses the edit; the scheme stays as it was last taken."""
    store = folder.store("cell.gpkg", 2)
    edit(store, "ALTER TABLE grid ADD COLUMN remark TEXT")
    mere("hash", store)
    old, was = net_hash(store), generation(store)
    fid = ask(store, "SELECT fid FROM grid WHERE code = '000000'")[0][0]
    cells = (("households", "-4", "-4"), ("persons", "12.5", "12.5"), ("households", "'abc'", "abc"))
    for column, sql, value in cells:
        edit(store, f"UPDATE grid SET {column} = {sql} WHERE fid = {fid}")
        said = mere("hash", store)
        check(said.code == 0 and said.out.strip() == old, f"{column} {value}: hash answers as before", said)
        check(all(w in said.err for w in ("not taken", "scheme grid, 1 feature", f"fid {fid}", f"its {column} is", value,
                                          "whole number", "last taken", f"generation {was}")) and
              "removed" not in said.err and "as it is now" not in said.err, "the cell is told truly", said.err)
        for words in (("list", store, "--scheme", "grid"), ("locate", store, "10.005", "50.005"), ("check", store),
                      ("export", store, folder.at("bad-cell.geojson"), "--scheme", "grid", "--force"), ("info", store)):
            said = mere(*words)
            check(said.code == 0 and "not taken" in said.err, f"{words[0]} answers", said)
        said = mere("repair", store, "--scheme", "grid")
        check(said.code == 2 and f"fid {fid}" in said.err, "repair is refused, with the cell", said)
        check(generation(store) == was and noted(store) == 1, "nothing is written")
        edit(store, f"UPDATE grid SET {column} = NULL WHERE fid = {fid}")
    said = mere("hash", store)  # with a free column, of which the log keeps nothing, it counts as changed
    check(said.out.strip() == old and "note: took" in said.err and noted(store) == 0, "the mended cell is taken", said)
    edit(store, f"UPDATE grid SET households = -1 WHERE fid = {fid}", draw("001000", 10.01, 50, 10.02, 50.011),
         "UPDATE grid SET persons = 'x' WHERE code = '001001'")
    said = mere("hash", store)
    check(said.out.strip() == old and "3 features" in said.err, "other edits of the scheme wait", said)
    edit(store, "DROP TRIGGER mere_outside_grid_update")
    said = mere("hash", store)
    check(said.code == 2 and "not known" in said.err and f"fid {fid}" in said.err and "last taken" not in said.err,
          "without triggers there is no answer, and the cell is named", said)


def test_bad_geometry(folder):
    store = folder.store("damaged.gpkg", 2)
    old = net_hash(store)
    edit(store, *(f"DROP TRIGGER IF EXISTS rtree_grid_geom_update{i}" for i in range(1, 8)),
         "UPDATE grid SET geom = x'47500001e6100000' WHERE fid = 2", "DELETE FROM grid WHERE fid = 3")
    said = mere("hash", store)
    check(said.code == 0 and said.out.strip() == old and "fid 2" in said.err and "geometry" in said.err and
          "last taken" in said.err and "removed" not in said.err, "a damaged geometry refuses the edit", said)


if __name__ == "__main__":
    run_all(test_geometry, test_overlap, test_attributes, test_added_and_removed, test_replaced, test_old_errors,
            test_two_of_the_same_zones, test_counts,
            test_unseen, test_busy, test_bad_cell, test_bad_geometry)
