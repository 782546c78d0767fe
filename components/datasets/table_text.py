"""Turns the bytes of a table into text, whichever program wrote them."""

from __future__ import annotations

import codecs
import re
import unicodedata

LEGACY = "Windows-1252"
"""The code page that spreadsheets of western languages save CSV in."""

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_FOREIGN = re.compile("[^\x00-\x7f]{4}")
"""So many letters with accents in a row no western language has: another code page wrote them."""


class NoText(Exception):
    """The bytes are no text that can be read with certainty. The message is a clause."""


def decoded(data: bytes, legacy: bool = False) -> tuple[str, str]:
    """Return the text of a file.

    Args:
        data: UTF-8 or UTF-16, both with or without a byte order mark, UTF-16 only with one.
        legacy: Whether to take `LEGACY`, too, where it is no UTF-8 and looks like it.

    Returns:
        The text, and a word with an accent by which a person sees whether `LEGACY` was right; ""
        where it was not needed.

    Raises:
        NoText: It is none of these.
    """
    if data.startswith((_ZIP, _OLD_EXCEL)):
        raise NoText("is a spreadsheet or an archive, not text")
    wide = data.startswith(_WIDE_MARKS)
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
        word = ""
    except UnicodeDecodeError as error:
        said = f"not UTF-{16 if wide else 8} at byte {error.start:,}"
        text = _legacy(data) if legacy and not wide else ""
        if not text:
            raise NoText(said) from error
        word = next(word for word in re.split(r"[\s;,|\"]+", text) if not word.isascii())
    if "\0" in text:
        raise NoText("holds null bytes, which no text does")
    return text, word


def _legacy(data: bytes) -> str:
    """Return the text in `LEGACY`; "" where it is unlikely to be in it."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    others = {letter for letter in text if not letter.isascii()}
    controls = any(unicodedata.category(letter) == "Cc" for letter in others)
    return "" if controls or _FOREIGN.search(text) else text
