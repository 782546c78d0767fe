"""Texts from outside: what can be kept of them."""

import unicodedata

_UNWRITABLE = ("Cc", "Cs")


def writable(text: str) -> bool:
    """Return whether a text fits on one line of a file in UTF-8.

    Control characters do not, nor halves of characters, which JSON can say and UTF-8 cannot.
    """
    return not any(unicodedata.category(letter) in _UNWRITABLE for letter in text)


def tidy(text: str) -> str:
    """Return a text for people on one line in Unicode's form NFC, without what no file can hold."""
    composed = unicodedata.normalize("NFC", text)
    spaced = (letter if writable(letter) else " " for letter in composed)
    return " ".join("".join(spaced).split())


def printable(text: str) -> str:
    """Return a text that every terminal and file takes: halves of characters are spelt out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
