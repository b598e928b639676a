#!/usr/bin/env python3
"""Whose is this point: the command locate, in text and JSON, as the user meets it."""
import json
import math

from program import Folder, check, done, dump_hash, feature, mere, write_json


def rect(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def make_store(folder):
    """An outline 10 .. 10.04; a street of two communities; grids A, B that overlap between 10.018 and 10.02; a
    gap east of 10.03."""
    store = folder.at("d.gpkg")
    mere("init", store, "--code", "x", "--name", "X", "--lang", "en")
    layers = {
        "outline": [feature(rect(10, 50, 10.04, 50.01), code="O", name="all")],
        "community": [feature(rect(10, 50, 10.02, 50.01), code="C1", name="西"),
                      feature(rect(10.02, 50, 10.04, 50.01), code="C2", name="东")],
        "grid": [feature(rect(10, 50, 10.02, 50.01), code="A", name="江南"),
                 feature(rect(10.018, 50, 10.03, 50.01), code="B", name="江北")],
    }
    for scheme, features in layers.items():
        said = mere("import", store, write_json(folder.at(scheme + ".geojson"), features), "--scheme", scheme,
                    "--code", "code", "--name", "name")
        if said.code not in (0, 1):
            raise RuntimeError(str(said))
    return store


def ask(store, *words):
    said = mere("locate", store, "--format", "json", *words)
    return json.loads(said.out) if said.code == 0 else {"failed": str(said)}


def test_states(store):
    answer = ask(store, "10.001", "50.005", "10.019", "50.005", "10.035", "50.005", "9", "50")
    r = answer["results"]
    check(answer["datum"] == "wgs84" and isinstance(answer["generation"], int), "datum and generation are told", answer)
    check([x["state"] for x in r] == ["owned", "disputed", "unclaimed", "outside"],
          "the state is that of the main scheme", r)
    check(r[0]["zones"]["grid"] == {"state": "owned", "code": "A", "name": "江南"} and
          r[0]["zones"]["community"] == {"state": "owned", "code": "C1", "name": "西"},
          "all schemes answer at once", r[0])
    check(r[1]["zones"]["grid"]["claimants"] == [{"code": "A", "name": "江南"}, {"code": "B", "name": "江北"}] and
          r[1]["zones"]["grid"]["code"] is None and r[1]["zones"]["community"]["code"] == "C1",
          "a disputed place has all its claimants and no owner", r[1])
    check(r[2]["zones"]["grid"] == {"state": "unclaimed", "code": None, "name": None} and
          r[2]["zones"]["community"]["code"] == "C2", "a gap is unclaimed in one scheme only", r[2])
    check(all(z["state"] == "outside" for z in r[3]["zones"].values()), "outside is outside in every scheme", r[3])


def test_borders(store):
    r = ask(store, "10.0179", "50.005", "10.0001", "50.005", "10.0299", "50.005", "10", "50.005")["results"]
    metre = math.cos(math.radians(50.005)) * 6388000 * math.pi / 180 # of a degree of longitude, to 1 in 1000
    check(abs(r[0]["border_m"] - 0.0001 * metre) < 0.02, "the border is in metres", r[0])
    check(r[0]["border_zone"]["claimants"][1]["code"] == "B", "disputed land beyond has its claimants", r[0])
    check(r[1]["border_zone"] is None and abs(r[1]["border_m"] - 0.0001 * metre) < 0.02,
          "beyond the outer border is nobody", r[1])
    check(r[2]["border_zone"] is None, "beyond the border to unclaimed land is nobody", r[2])
    check(r[3]["border_m"] == 0 and r[3]["state"] == "owned", "a point on the border is 0 m from it", r[3])


def test_half_open(store):
    rows = (("10", "50.005", "A"), ("10", "50", "A"), ("10.005", "50", "A"), ("10.005", "50.01", None),
            ("10.03", "50.005", None), ("10", "50.01", None), ("10.02", "50", "B"))
    for lon, lat, owner in rows:
        got = ask(store, lon, lat)["results"][0]["zones"]["grid"]["code"]
        check(got == owner, f"{lon} {lat} on a line is {owner or 'not owned'}: east, then north", got)


def test_as_received(store):
    for lon, lat in (("10.00100", "50.0050000"), ("1.0001e1", "50.005"), ("10.0010000000000000001", "50.005")):
        said = mere("locate", store, lon, lat, "--format", "json")
        check(f'"lon":{lon},"lat":{lat},' in said.out, f"{lon} {lat} comes back as received", said)
    for lon, lat, want in (("+10.001", "050.005", '"lon":10.001,"lat":50.005,'), (".5", "-.5", '"lon":0.5,"lat":-0.5,'),
                           ("10.", "+.50", '"lon":10,"lat":0.50,'), ("1.e1", "+0050", '"lon":1e1,"lat":50,'),
                           ("-007", "000", '"lon":-7,"lat":0,'), ("-00.50e+1", ".5E1", '"lon":-0.50e+1,"lat":0.5E1,')):
        said = mere("locate", store, lon, lat, "--format", "json")
        check(want in said.out and float(lon) == json.loads(said.out)["results"][0]["lon"],
              f"{lon} {lat} comes back as the same numbers of JSON", said)
    said = mere("locate", store, "+10.001", ".5")
    check(said.out.startswith("+10.001 .5\n"), "text shows them as typed", said)
    said = mere("locate", store, "-10.5", "-50")
    check(said.code == 0 and said.out.startswith("-10.5 -50\n"), "negative numbers are arguments", said)


def test_text(store):
    said = mere("locate", store, "10.001", "50.005", "10.019", "50.005")
    check(said.code == 0 and "grid       owned by A 江南\n" in said.out and
          "disputed between A 江南, B 江北" in said.out and "datum wgs84, generation " in said.out and
          " m to the nearest border of grid; beyond it: " in said.out, "text says the same for people", said)


def test_datum(folder):
    store = folder.at("cn.gpkg")
    mere("init", store, "--code", "330108", "--name", "滨江区")
    ring = rect(120.20, 30.18, 120.22, 30.20)
    said = mere("import", store, write_json(folder.at("cn.geojson"), [feature(ring, code="G", name="网格")]),
                "--scheme", "grid", "--code", "code", "--name", "name", "--datum", "wgs84")
    check(said.code == 0, "a store in the area of GCJ-02", said)
    # The platforms shift some 450 m to the east here, so a point east of the border comes in.
    plain = ask(store, "120.2215", "30.19")["results"][0]["state"]
    shifted = ask(store, "120.2215", "30.19", "--datum", "gcj02")
    check(plain == "outside" and shifted["results"][0]["state"] == "owned" and shifted["datum"] == "gcj02" and
          shifted["results"][0]["lon"] == 120.2215, "the datum given is used and told, the place is as typed", shifted)
    bd = ask(store, "120.2280", "30.195", "--datum", "bd09")
    check(bd["results"][0]["state"] == "owned" and bd["datum"] == "bd09", "BD-09 too", bd)


def test_refused(folder, store):
    was = dump_hash(store)
    rows = (((), "needs more"), (("10",), "needs more"), (("10", "50", "11"), "pairs"), (("a", "50"), '"a"'), (("10", "91"), "off the Earth"),
            (("181", "50"), "off the Earth"), (("nan", "50"), "nan"), (("10", "inf"), "inf"), (("10", ""), '""'),
            (("10,001", "50"), "10,001"), (("10", "50", "--datum", "nad27"), "wgs84|gcj02|bd09"))
    for words, text in rows:
        said = mere("locate", store, *words)
        check(said.code == 2 and text in said.err and said.out == "", f"{' '.join(words) or 'nothing'} is refused", said)
    said = mere("locate", folder.at("none.gpkg"), "10", "50")
    check(said.code == 2 and "none.gpkg" in said.err, "a missing store is named", said)
    check(dump_hash(store) == was, "asking changes nothing in the store")
    said = mere("locate", "--help")
    check(said.code == 0 and "merestone locate " in said.out, "--help has an example", said)


with Folder() as f:
    s = make_store(f)
    test_states(s)
    test_borders(s)
    test_half_open(s)
    test_as_received(s)
    test_text(s)
    test_datum(f)
    test_refused(f, s)
done()
