"""Adobe RGB, as cameras say it without a profile: by a mark in the EXIF block (DCF 2.0, R03)."""

from __future__ import annotations

import struct
from functools import cache

import numpy as np
from PIL import ExifTags, Image

_MARK = "R03"
_INDEX = 1  # of the interoperability block
_COLOUR_SPACE, _ADOBE = 0xA001, 2  # some cameras say it so

_PRIMARIES = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
"""x and y of red, green and blue; white is D65. Adobe RGB (1998) Color Image Encoding, 4.3.1.1."""
_GAMMA = 563 / 256
_D65 = np.array([0.95047, 1, 1.08883])
_D50 = np.array([0.96422, 1, 0.82521])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def says_adobe_rgb(exif: bytes) -> bool:
    """Return whether an EXIF block says that the colours are Adobe RGB."""
    block = Image.Exif()
    try:
        block.load(exif)
        named = block.get_ifd(ExifTags.IFD.Exif).get(_COLOUR_SPACE) == _ADOBE
        return named or block.get_ifd(ExifTags.IFD.Interop).get(_INDEX) == _MARK
    except Exception:  # broken EXIF is no reason to refuse good pixels
        return False


@cache
def adobe_rgb_profile() -> bytes:
    """Return the ICC profile of Adobe RGB: its primaries, seen under D50 as profiles have it."""
    matrix = np.array([[x / y, 1, (1 - x - y) / y] for x, y in _PRIMARIES]).T
    matrix = matrix * np.linalg.solve(matrix, _D65)
    scale = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ _D65))
    matrix = np.linalg.inv(_BRADFORD) @ scale @ _BRADFORD @ matrix
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(_GAMMA * 256)) + bytes(2)
    tags = {b"wtpt": _xyz(_D50)}
    for letter, column in zip((b"r", b"g", b"b"), matrix.T, strict=True):
        tags[letter + b"XYZ"], tags[letter + b"TRC"] = _xyz(column), curve
    table, body, begin = b"", b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", begin + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = b"lcms" + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head += bytes(28) + _xyz(_D50)[8:] + bytes(48)
    data = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(data) + 4) + data


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(each * 65536)) for each in values)
