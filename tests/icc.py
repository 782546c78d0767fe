"""ICC profiles as cameras embed them, made from their primaries."""

import struct

import numpy as np

_D50 = np.array([0.96422, 1, 0.82521])
_D65 = np.array([0.95047, 1, 1.08883])
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def profile(primaries, gamma: float) -> bytes:
    """Return a matrix profile of red, green and blue, given as x and y; white is D65."""
    matrix = np.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
    matrix = matrix * np.linalg.solve(matrix, _D65)
    scale = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ _D65))
    matrix = np.linalg.inv(_BRADFORD) @ scale @ _BRADFORD @ matrix
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(matrix[:, 0]),
        b"gXYZ": _xyz(matrix[:, 1]),
        b"bXYZ": _xyz(matrix[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    return _assembled(tags, b"RGB ")


def grey(gamma: float) -> bytes:
    """Return a profile of grey pictures."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    return _assembled({b"wtpt": _xyz(_D50), b"kTRC": curve}, b"GRAY")


def _xyz(values) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(each * 65536)) for each in values)


def _assembled(tags: dict[bytes, bytes], space: bytes) -> bytes:
    table, body, begin = b"", b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", begin + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = b"lcms" + struct.pack(">I", 0x02400000) + b"mntr" + space + b"XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += b"".join(struct.pack(">i", round(each * 65536)) for each in _D50) + bytes(48)
    data = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(data) + 4) + data


DISPLAY_P3 = profile(((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)), 2.2)
ADOBE_RGB = profile(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)), 2.2)
"""As cameras write it."""
NEARLY_SRGB = profile(((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), 2.2)
