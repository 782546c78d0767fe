"""A hint at the name that the user may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from components.records.skus import look, what_differs


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ``"did you mean 'x'? "``, or nothing where no name is near."""
    folded = {known.casefold(): known for known in names}
    found = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"did you mean '{folded[found[0]]}'? " if found else ""


def nearest_sku(sku: str, skus: Iterable[str]) -> str:
    """Return the same for a SKU, and of one that is easily taken for it what differs."""
    skus = sorted(skus)
    alike = next((known for known in skus if look(known) == look(sku)), None)
    if alike is None:
        return nearest(sku, skus)
    return f"did you mean '{alike}', which differs only {what_differs(sku, alike)}? "
