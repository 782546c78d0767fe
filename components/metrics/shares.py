"""Shares of a whole that may be nothing."""


def share_of(part: float, whole: float) -> float | None:
    """Return `part` of `whole`, or None where there is no whole."""
    return float(part / whole) if whole else None
