"""Texts from outside: what can be kept of them."""

import unicodedata

_UNWRITABLE = ("Cc", "Cs")
_MISLEADING = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What some terminals take for the end of a line, or for a change of the direction of writing."""


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
    r"""Return a text on one line that every terminal and file takes, and that steers no terminal.

    Control characters, halves of characters and what misleads the eye are spelt out: ``\x1b[31m``.
    """
    return "".join(
        letter
        if writable(letter) and letter not in _MISLEADING
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def line_fault(text: str, longest: int) -> tuple[str, str] | None:
    """Return why a text is not kept as a line, and the remedy; None where it is.

    Args:
        text: A name or a reason, as somebody gave it.
        longest: Letters that it may have.
    """
    if len(text) > longest:
        return f"has {len(text):,} letters, more than {longest:,}", "shorten it"
    if not writable(text):
        return "contains a control character", "remove the character"
    return None
