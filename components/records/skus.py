"""What a SKU is: how a written one is read, and which cannot be kept.

Texts that look the same on a screen are one SKU: tables and annotations come from different
programs, and what a person cannot see must not part a product from its boxes.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from components.records.splits import COMPANION, DISTRACTOR, UNKNOWN_PRODUCT
from components.records.texts import writable

SKU_BYTES = 128
"""Longest SKU in UTF-8: the catalogue index keeps so many bytes of each."""

# Unicode's "default ignorable code points": they show nothing, but for the joiners of emoji and of
# some scripts, see `_joins`.
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
_SPACES = ("Zs", "Zl", "Zp")
# What spreadsheets put around numbers to keep their zeros, and quotes that were meant for a CSV.
_AROUND = tuple(map(re.compile, ('="([^"]*)"', "'([^']+)", '"([^"]+)"', "'([^']+)'")))
_CELL_ERROR = re.compile(
    r"#+|#(N/A|NV|REF!|BEZUG!|VALUE!|WERT!|NAME\?|DIV/0!|NUM!|ZAHL!|NULL!)", re.IGNORECASE
)
# Without decimals or plus, 1E5 may be a SKU; 7 to 13 are the exponents of GTINs.
_ROUNDED = re.compile(r"\d+[.,]\d+[Ee](\+\d+|0?[7-9]|1[0-3])|\d[Ee]\+\d+")


class SkuFault(NamedTuple):
    """Why a catalogue cannot have a SKU: a clause, and the remedy."""

    what: str
    remedy: str


def tidy_sku(text: str) -> str:
    """Return the SKU that a text means.

    Characters that show nothing are left out, other spaces become plain ones, letters take
    Unicode's form NFC, and quotes go, as does what spreadsheets put around numbers to keep their
    zeros (``="0012"``, ``'0012``).
    """
    while True:
        sku = "".join(_visible(text, at) for at in range(len(text)))
        sku = _stripped(unicodedata.normalize("NFC", sku))
        quoted = next(filter(None, (around.fullmatch(sku) for around in _AROUND)), None)
        sku = _stripped(quoted[1]) if quoted else sku
        if sku == text:
            return sku
        text = sku


def oddities(text: str) -> str:
    """Return how a text differs from the SKU that it means, as a clause; "" where nothing is odd.

    Plain spaces around a SKU are not odd.
    """
    text = text.strip(" \t\r\n")
    sku = tidy_sku(text)
    if sku == text:
        return ""
    odd = [letter for at, letter in enumerate(text) if _visible(text, at) != letter]
    odd += [letter for letter in text if unicodedata.category(letter) == "Cc"]
    if odd:
        names = dict.fromkeys(map(_code_point, odd))
        return f"is written with {', '.join(names)}"
    if unicodedata.normalize("NFC", text) != text:
        return "has letters and accents apart (Unicode's form NFD, not the normal NFC)"
    if text[0] == text[-1]:
        return f"is written in quotes, {text}"
    return f"is written as {text} to keep its zeros"


def sku_fault(sku: str) -> SkuFault | None:
    """Return why no catalogue can have this SKU; None where one can.

    Args:
        sku: As `tidy_sku` returns it.
    """
    if not sku:
        return SkuFault("the SKU is empty", "give the product its SKU or remove it")
    if sku == UNKNOWN_PRODUCT:
        what = f"the SKU '{sku}' is reserved for products outside the catalogue"
        return SkuFault(what, "choose another SKU")
    if sku.startswith((COMPANION, DISTRACTOR)):
        what = f"the SKU '{sku}' begins like those of products that OneShelf makes up"
        return SkuFault(what, "choose another SKU")
    if not writable(sku):
        what = f"the SKU {sku!r} contains a control character or is not UTF-8"
        return SkuFault(what, "remove the character")
    if (size := len(sku.encode())) > SKU_BYTES:
        what = f"the SKU '{sku}' has {size:,} bytes in UTF-8, more than the {SKU_BYTES} allowed"
        return SkuFault(what, "use the product's key, not its name")
    if _ROUNDED.fullmatch(sku):
        what = f"the SKU '{sku}' is a number that a spreadsheet has rounded"
        return SkuFault(what, "make the column text in the spreadsheet and export it again")
    if _CELL_ERROR.fullmatch(sku):
        what = f"the SKU '{sku}' is what a spreadsheet shows for a cell that it has no value for"
        return SkuFault(what, "mend the cell and export the table again")
    return None


def look(sku: str) -> str:
    """Return a key that SKUs share which are easily taken for one another."""
    plain = " ".join(unicodedata.normalize("NFKC", sku).casefold().split())
    return plain.lstrip("0") if plain.isdecimal() else plain


def what_differs(sku: str, other: str) -> str:
    """Return in what two SKUs of one `look` differ, as the end of a clause."""
    if sku.lstrip("0") == other.lstrip("0"):
        return "in leading zeros"
    if sku.casefold() == other.casefold():
        return "in capital letters"
    if sku.split() == other.split():
        return "in spaces"
    ours = {_code_point(letter) for letter in set(sku) - set(other)}
    return f"in {', '.join(sorted(ours)) or 'the order of characters'}"


def _visible(text: str, at: int) -> str:
    letter = text[at]
    if _IGNORABLE.match(letter):
        return letter if letter in _JOINERS and _joins(text, at) else ""
    return " " if unicodedata.category(letter) in _SPACES else letter


def _joins(text: str, at: int) -> bool:
    """Return whether a joiner stands between letters that it may join: Persian, Hindi, emoji."""
    return 0 < at < len(text) - 1 and not text[at - 1].isascii() and not text[at + 1].isascii()


def _stripped(text: str) -> str:
    begin, end = 0, len(text)
    while begin < end and _blank(text[begin]):
        begin += 1
    while end > begin and _blank(text[end - 1]):
        end -= 1
    return text[begin:end]


def _blank(letter: str) -> bool:
    return letter == " " or unicodedata.category(letter) == "Cc"


def _code_point(letter: str) -> str:
    number = f"U+{ord(letter):04X}"
    if unicodedata.category(letter) == "Cc":
        return f"the control character {number}"
    return f"{number} {unicodedata.name(letter, '')}".strip()
