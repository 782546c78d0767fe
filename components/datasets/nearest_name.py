"""A hint at the name that the user may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ``"did you mean 'x'? "``, or nothing where no name is near."""
    folded = {known.casefold(): known for known in names}
    found = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"did you mean '{folded[found[0]]}'? " if found else ""
