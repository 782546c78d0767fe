"""Tells a whole photo from one that was cut off or damaged, by the structure of its file.

Decoders differ in what they forgive: what a half-uploaded photo lacks Pillow makes up, grey, and
TensorFlow refuses. A photo that is not whole is refused by all that read it.
"""

from __future__ import annotations

import re
import zlib

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # neither a byte of data nor a restart
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_ALONE = (0x01, 0xD8)  # markers that no segment follows
_PNG_HEAD, _PNG_CHUNK = 8, 12
_WEBP_HEAD, _WEBP_CHUNK = 12, 8
_WEBP_PICTURES = (b"VP8 ", b"VP8L", b"ANMF")
_BLANK = bytes(64)
"""No encoder's arithmetic code ends like this; a file whose upload stopped does."""

CUT_OFF = "truncated {format}: the file ends after {size:,} bytes, inside the picture"
DAMAGED = "corrupt {format}: its {size:,} bytes do not decode"


def fault_of(data: bytes, file_format: str) -> str | None:
    """Return what is wrong with an encoded photo; None where it is whole.

    Bytes after the end are no fault: phones append a second picture or a film.

    Args:
        data: The file.
        file_format: ``"JPEG"``, ``"PNG"`` or ``"WEBP"``; of others nothing is known.
    """
    check = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp}.get(file_format)
    said = check(data) if check is not None else None
    return said and said.format(format=file_format, size=len(data))


def _jpeg(data: bytes) -> str | None:
    at, scanned = 0, False
    while found := _JPEG_MARKER.search(data, at):
        at, marker = found.end(), data[found.end() - 1]
        if marker == _END_OF_IMAGE:
            return None if scanned else DAMAGED
        scanned = scanned or marker == _START_OF_SCAN
        if marker not in _ALONE:
            at += int.from_bytes(data[at : at + 2], "big")
    return CUT_OFF


def _png(data: bytes) -> str | None:
    view, at = memoryview(data), _PNG_HEAD
    while at + _PNG_CHUNK <= len(data):
        end = at + _PNG_CHUNK + int.from_bytes(view[at : at + 4], "big")
        if end > len(data):
            break
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            return DAMAGED
        if view[at + 4 : at + 8] == b"IEND":
            return None
        at = end
    return CUT_OFF


def _webp(data: bytes) -> str | None:
    at = _WEBP_HEAD
    while at + _WEBP_CHUNK <= len(data):
        begin = at + _WEBP_CHUNK
        end = begin + int.from_bytes(data[at + 4 : begin], "little")
        if data[at : at + 4] in _WEBP_PICTURES and data[begin:end].endswith(_BLANK):
            return CUT_OFF
        at = end + end % 2
    return None
