"""Files of our own with one thing a line: written and read here, so that both mean one thing.

`str.splitlines` also splits where Unicode sees a line end, such as at U+2028, which people paste
from chats and which JSON leaves as it is.
"""

from collections.abc import Iterable

_ENDS = ("\n", "\r")  # what reading a file in text mode takes for the end of a line


def as_lines(things: Iterable[str]) -> str:
    """Return the text of a file with one thing a line.

    Raises:
        ValueError: One of them would become several lines.
    """
    lines = list(things)
    for line in lines:
        if any(end in line for end in _ENDS):
            raise ValueError(f"{line[:80]!r} does not fit on one line")
    return "".join(f"{line}\n" for line in lines)


def lines_of(text: str) -> list[str]:
    """Return the things of a file that `as_lines` wrote; line ends of other systems do no harm."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]
