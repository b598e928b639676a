#!/usr/bin/env python3
"""What an import tells: in the language of the store, and what a file's damage does to codes and numbers."""
import csv
import json
import re
import sqlite3

from program import Folder, check, dump_hash, feature, grid, mere, run_all, square, write_json, write_shp

CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def odd_features(x=120.2, y=30.2):
    """One feature for each thing that an import tells of."""
    def at(i, ring):
        return [[round(x + i * 0.02 + px, 9), round(y + py, 9)] for px, py in ring]
    whole = [(0, 0), (.01, 0), (.01, .01), (0, .01), (0, 0)]
    shapes = [whole, [(0, 0), (.01, .01), (.01, 0), (0, .01), (0, 0)], whole[:4], [(0, 0)] + whole,
              [(0, 0), (.01, 0), (.01, .01), (.03, .01), (.01, .01), (0, .01), (0, 0)]]
    made = [feature(at(3 * i, ring), code=str(i), households="5", wgmc="a") for i, ring in enumerate(shapes)]
    made[0]["properties"]["households"] = "few"
    made.append(feature(at(0, whole), code="0", households="5", wgmc="a"))
    holed = feature(at(18, whole), code="h", households="5", wgmc="a")
    holed["geometry"]["coordinates"].append(at(19, whole))
    made.append(holed)
    for code, geometry in (("n", None), ("p", {"type": "Point", "coordinates": [x, y]}),
                           ("l", {"type": "LineString", "coordinates": [[x, y], [x, y + 1]]}),
                           ("e", {"type": "Polygon", "coordinates": []}),
                           ("z", {"type": "Polygon", "coordinates": [at(0, [(0, 0), (.1, 0), (.2, 0), (0, 0)])]}),
                           ("o", {"type": "Polygon", "coordinates": [at(0, [(0, 70), (1, 70), (1, 71), (0, 70)])]})):
        made.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    made.append(feature(at(30, whole), code=None))
    made.append(feature(at(33, whole), code="a\nb"))
    made.append(feature(at(36, whole), code="m", wgmc="a\nb"))
    return made


def test_language(folder):
    path = write_json(folder.at("odd.geojson"), odd_features())
    words = ("--scheme", "grid", "--code", "code", "--datum", "gcj02", "--reject")
    said, rejects, kept = {}, {}, {}
    for lang in ("zh", "en"):
        store = folder.at(f"{lang}.gpkg")
        mere("init", store, "--code", "1", "--name", "x", "--lang", lang)
        said[lang] = mere("import", store, path, *words, folder.at(f"{lang}.csv"))
        with open(folder.at(f"{lang}.csv"), encoding="utf-8", newline="") as f:
            rejects[lang] = [row["reason"] for row in csv.DictReader(f)]
        db = sqlite3.connect(store)
        kept[lang] = json.loads(db.execute("SELECT findings FROM mere_import").fetchone()[0])
        db.close()
    check(said["en"].code == said["zh"].code == 1 and not CHINESE.search(said["en"].text + "".join(rejects["en"])),
          "an import into an English store holds no Chinese", said["en"])
    lines = [line for line in said["zh"].out.replace(path, "").splitlines()]
    check(lines and all(CHINESE.search(line) for line in lines), "every line of it in a Chinese store is Chinese",
          "\n".join(line for line in lines if not CHINESE.search(line)))
    ours = "\n".join(line for line in lines if "GDAL" not in line)  # what GDAL says stays as it is
    left = set(re.findall(r"(?<![-\w])[a-z]+ [a-z]+ [a-z]+", ours))
    check(not left, "and no English sentence is left in it", f"{left}\n{said['zh'].out}")
    check(len(lines) == len(said["en"].out.splitlines()), "it has the same lines in both", said["zh"])
    check(len(rejects["zh"]) == 9 and all(CHINESE.search(reason) for reason in rejects["zh"]),
          "so are the reasons in the list of rejects", rejects["zh"])
    check(kept["zh"] == kept["en"] and all(CHINESE.search(f["zh"]) and not CHINESE.search(f["en"]) for f in kept["zh"]),
          "the store's record has both", kept["zh"])


def test_reference_language(folder):
    store = folder.at("zh.gpkg")
    mere("init", store, "--code", "330108", "--name", "滨江区")
    path = write_json(folder.at("ref.geojson"), [
        {"type": "Feature", "properties": {"a": "b"}, "geometry": {"type": "Point", "coordinates": [10, 50]}},
        {"type": "Feature", "properties": {"a": "b"}, "geometry": None}])
    said = mere("import", store, path, "--reference", "places")
    lines = said.out.replace(path, "").splitlines()
    check(said.code == 1 and lines and all(CHINESE.search(line) for line in lines),
          "a reference layer is told of in Chinese in a Chinese store", said)


if __name__ == "__main__":
    run_all(test_language, test_reference_language)
