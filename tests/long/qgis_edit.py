#!/usr/bin/python3
"""QGIS edits a store through its own provider, and merestone notices.

    qgis_edit.py STORE_TOOL

Runs with the full amounts only ($MERE_LONG = 1) and where PyQGIS is installed (package python3-qgis);
else it is skipped, exit 77. Needs no screen.
"""
import os
import subprocess
import sys
import tempfile

TOOL = sys.argv[1] if len(sys.argv) > 1 else ""
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
app.exitQgis()
home.cleanup()
print(f"{passed} passed, {failed} failed, 0 skipped")
sys.stdout.flush()
os._exit(1 if failed else 0)  # PyQGIS may crash in its own teardown, after all is said
