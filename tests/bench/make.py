#!/usr/bin/env python3
"""make.py - coverages that ../shared/bench/gen.c doesn't make, in its layout (see bench.c).

    make.py tile FILE.mcov N OUT.mcov    N copies of a district side by side
    make.py ring N OUT.mcov              an open ring that N small zones touch, inside and outside"""
import array
import math
import struct
import sys


def write(path, faces, xy):
    """faces: bytes of 32 each."""
    with open(path, "wb") as f:
        f.write(b"MCOV0001" + struct.pack("<IIQ", len(faces) // 32, 0, len(xy) // 2) + faces + xy.tobytes())


def tile(source, n, out):
    with open(source, "rb") as f:
        head, n_faces, _, n_vertices = struct.unpack("<8sIIQ", f.read(24))
        faces, base = f.read(32 * n_faces), array.array("d")
        base.fromfile(f, 2 * n_vertices)
    x, y = base[0::2], base[1::2]
    # A hundredth of a degree apart, in a square; shared vertices stay bit-equal.
    step_x, step_y = round(max(x) - min(x) + 0.01, 2), round(max(y) - min(y) + 0.01, 2)
    side = math.ceil(math.sqrt(n))
    all_faces, xy = bytearray(), array.array("d")
    groups = [1 + max(struct.unpack_from("<I", faces, 32 * f + at)[0] for f in range(n_faces)) for at in (12, 16)]
    for k in range(n):
        for first, size, community, street, *rest in struct.iter_unpack("<QIIIIII", faces):
            all_faces += struct.pack("<QIIIIII", first + k * n_vertices, size, community + k * groups[0],
                                     street + k * groups[1], *rest)
        both = array.array("d", bytes(16 * n_vertices))
        both[0::2] = array.array("d", [round(v + k % side * step_x, 7) for v in x])
        both[1::2] = array.array("d", [round(v + k // side * step_y, 7) for v in y])
        xy += both
    write(out, bytes(all_faces), xy)


def ring(n, out):
    half = n // 2

    def at(radius, k):  # the last step is left open
        a = 2 * math.pi * k / (half + 1)
        return round(120 + radius * math.cos(a), 7), round(30 + radius * math.sin(a), 7)

    radii = (0.799, 0.8, 1.0, 1.001)
    lines = [[at(r, k) for k in range(half + 1)] for r in radii]
    shapes = [lines[2] + lines[1][::-1]]
    for inner, outer in ((lines[0], lines[1]), (lines[2], lines[3])):
        shapes += [[outer[k], outer[k + 1], inner[k + 1], inner[k]] for k in range(half)]
    faces, xy = bytearray(), array.array("d")
    for f, shape in enumerate(shapes):
        faces += struct.pack("<QIIIIII", len(xy) // 2, len(shape) + 1, f // 6, f // 120, 0, 0, 0)
        for p in shape + shape[:1]:
            xy.extend(p)
    write(out, bytes(faces), xy)


if sys.argv[1] == "tile":
    tile(sys.argv[2], int(sys.argv[3]), sys.argv[4])
else:
    ring(int(sys.argv[2]), sys.argv[3])
