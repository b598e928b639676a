#!/usr/bin/python3
"""QGIS edits a store through its own provider, and merestone notices, and takes what adds no error.

    qgis_edit.py STORE_TOOL

Runs with the full amounts only ($MERE_LONG = 1) and where PyQGIS is installed (package python3-qgis);
else it is skipped, exit 77. Needs no screen.
"""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

TOOL = sys.argv[1] if len(sys.argv) > 1 else ""
PROGRAM = os.path.abspath(os.environ.get("MERESTONE", "build/release/merestone"))
passed = failed = 0


def check(what, want, got):
    global passed, failed
    if want == got:
        passed += 1
        print("ok   " + what)
    else:
        failed += 1
        print(f"FAIL {what}\n  want {want!r}\n  got  {got!r}")


def tool(*words):
    done = subprocess.run([TOOL, *words], capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else [done.stdout + done.stderr]


def skip(why):
    print(f"skip qgis_edits_are_noticed: {why}\n0 passed, 0 failed, 1 skipped")
    sys.exit(77)


def open_layer(path):
    layer = QgsVectorLayer(f"{path}|layername=grid", "grid", "ogr")
    check("the layer is valid in QGIS", True, layer.isValid())
    check("QGIS knows its CRS", "EPSG:4490", layer.crs().authid())
    return layer


def edit_attribute(path):
    layer = open_layer(path)
    names = [f["name"] for f in layer.getFeatures() if f.id() == 1]
    check("QGIS shows the Chinese name", ["江南大道'一'\n网格"], names)
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().indexOf("name"), "新网格")
    check("the attribute is saved", True, layer.commitChanges())
    del layer
    check("an edited attribute is noticed", ["grid 1"], tool("changes", path))


def edit_geometry(path):
    layer = open_layer(path)
    layer.startEditing()
    square = "MultiPolygon (((120.1 30.1, 120.2 30.1, 120.2 30.2, 120.15 30.25, 120.1 30.2, 120.1 30.1)))"
    layer.changeGeometry(2, QgsGeometry.fromWkt(square))
    check("the geometry is saved", True, layer.commitChanges())
    del layer
    check("an edited geometry is noticed", ["grid 1", "grid 2"], tool("changes", path))
    check("and read", "5", tool("zone", path, "2")[0].split()[-1])


def add_and_delete(path):
    check("the changes are taken", [], tool("take", path) + tool("changes", path))
    layer = open_layer(path)
    layer.startEditing()
    new = QgsFeature(layer.fields())
    new["code"] = "330108001001000099"
    new.setGeometry(QgsGeometry.fromWkt("MultiPolygon (((121 30, 121.1 30, 121.1 30.1, 121 30)))"))
    layer.addFeature(new)
    layer.deleteFeature(3)
    check("the new and the deleted zone are saved", True, layer.commitChanges())
    del layer
    check("both are noticed", ["grid 3", "grid 4"], tool("changes", path))
    check("18 digits are still a text", "330108001001000099", tool("zone", path, "4")[0].split()[0])


def change_fields(path):
    tool("take", path)
    layer = open_layer(path)
    layer.startEditing()
    layer.addAttribute(QgsField("备注", QVariant.String))
    check("the new field is saved", True, layer.commitChanges())
    layer.startEditing()
    layer.renameAttribute(layer.fields().indexOf("count"), "数")
    check("the renamed field is saved", True, layer.commitChanges())
    del layer
    check("changed fields report the layer whole", ["grid whole"], tool("changes", path))
    tool("take", path)
    layer = open_layer(path)
    layer.startEditing()
    layer.changeAttributeValue(1, layer.fields().indexOf("备注"), "看见")
    check("the value is saved", True, layer.commitChanges())
    del layer
    check("the triggers survived", ["grid 1"], tool("changes", path))


# ---- the program takes an edit, or doesn't ---------------------------------------------------------


def mere(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def rect(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def make_district(path):
    """A west and an east grid, side by side."""
    zones = [("W", rect(10, 50, 10.01, 50.01)), ("E", rect(10.01, 50, 10.02, 50.01))]
    file = path + ".geojson"
    with open(file, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"code": code, "name": code},
             "geometry": {"type": "Polygon", "coordinates": [ring]}} for code, ring in zones]}, f)
    check("a district is made", 0, mere("init", path, "--code", "x", "--name", "X")[0])
    check("and has two grids", 0, mere("import", path, file, "--scheme", "grid", "--code", "code", "--name", "name")[0])


def save(path, change, commit=True):
    """Edit the layer grid in QGIS: change(layer, fid by code)."""
    layer = QgsVectorLayer(f"{path}|layername=grid", "grid", "ogr")
    layer.startEditing()
    change(layer, {f["code"]: f.id() for f in layer.getFeatures()})
    check("QGIS saves", commit, layer.commitChanges())
    del layer


def draw(layer, fid, ring):
    points = ", ".join(f"{x:.12f} {y:.12f}" for x, y in ring)
    layer.changeGeometry(fid, QgsGeometry.fromWkt(f"MultiPolygon ((({points})))"))


def generation(path):
    db = sqlite3.connect(path)
    row = db.execute("SELECT value FROM mere_meta WHERE key = 'generation'").fetchone()
    kinds = [k for k, in db.execute("SELECT kind FROM mere_operations ORDER BY id")]
    db.close()
    return int(row[0]), kinds


def net_hash(path):
    return mere("hash", path)[1]


def take_border(path):
    """A common border, moved in both zones a few millimetres apart, as a person draws without snapping."""
    was = net_hash(path)

    def change(layer, fid):
        draw(layer, fid["W"], rect(10, 50, 10.01200000003, 50.01))
        draw(layer, fid["E"], rect(10.01200000002, 50, 10.02, 50.01))
    save(path, change)
    code, text, said = mere("hash", path)
    check("a moved border is taken", (0, True, False), (code, "took what" in said, "warning" in said))
    check("the generation is raised and the operation logged", (2, ["external"]), generation(path))
    check("the hash changes", False, text == was)
    check("the second command is silent, with the same hash", (0, text, ""), mere("hash", path))
    check("no gap is between them", (0, ""), mere("check", path)[::2])
    check("info lists the operation", True, "external on grid by unknown program: 2 features" in mere("info", path)[1])


def refuse_overlap(path):
    save(path, lambda layer, fid: draw(layer, fid["W"], rect(10, 50, 10.015, 50.01)))
    for turn in ("told", "told again"):
        code, _, said = mere("hash", path)
        check(f"an overlap is {turn}", (0, True, True, True),
              (code, "scheme grid, 1 feature (W)" in said, "error overlap" in said, "as it is now" in said))
    check("nothing is taken", (2, ["external"]), generation(path))
    check("the answer is from the file as it is now", True, "disputed" in mere("locate", path, "10.014", "50.005")[1])
    save(path, lambda layer, fid: draw(layer, fid["W"], rect(10, 50, 10.012, 50.01)))
    check("put back, it is no edit", "", mere("hash", path)[2])
    check("and no generation", (2, ["external"]), generation(path))


def take_attributes(path):
    def rename(layer, fid):
        layer.changeAttributeValue(fid["E"], layer.fields().indexOf("name"), "东网格")
    was = net_hash(path)
    save(path, rename)
    code, text, said = mere("list", path, "--scheme", "grid")
    check("an attribute is taken", (0, True, True), (code, "东网格" in text, "took what" in said))
    check("with another generation and hash", (3, False), (generation(path)[0], net_hash(path) == was))

    def add(layer, fid):
        new = QgsFeature(layer.fields())
        new["code"] = ""
        new.setGeometry(QgsGeometry.fromWkt("MultiPolygon (((11 50, 11.1 50, 11.1 50.1, 11 50)))"))
        layer.addFeature(new)
    save(path, add)
    said = mere("hash", path)[2]
    check("a new zone without a code is told", (True, True), ("warning" in said, "no code" in said))
    save(path, lambda layer, fid: layer.changeAttributeValue(fid[""], layer.fields().indexOf("code"), "N"))
    check("with one it is taken", True, "took what" in mere("hash", path)[2])
    save(path, lambda layer, fid: layer.deleteFeature(fid["N"]))
    check("a deleted zone is taken", True, "took what" in mere("hash", path)[2])
    check("all three as operations", (5, ["external"] * 4), generation(path))


if os.environ.get("MERE_LONG") != "1":
    skip("runs with the full amounts only (tools/test --long)")
home = tempfile.TemporaryDirectory(prefix="mere-qgis-")
os.environ.update(QT_QPA_PLATFORM="offscreen", HOME=home.name, XDG_RUNTIME_DIR=home.name)
try:
    from qgis.core import QgsApplication, QgsFeature, QgsField, QgsGeometry, QgsVectorLayer
    from qgis.PyQt.QtCore import QVariant
except ImportError as error:
    skip(f"PyQGIS is not installed ({error}): package python3-qgis")

app = QgsApplication([], False)
app.initQgis()
store = os.path.join(home.name, "区.gpkg")
check("a store is made", [], tool("make", store))
edit_attribute(store)
edit_geometry(store)
add_and_delete(store)
change_fields(store)
district = os.path.join(home.name, "district.gpkg")
make_district(district)
take_border(district)
refuse_overlap(district)
take_attributes(district)
app.exitQgis()
home.cleanup()
print(f"{passed} passed, {failed} failed, 0 skipped")
sys.stdout.flush()
os._exit(1 if failed else 0)  # PyQGIS may crash in its own teardown, after all is said
