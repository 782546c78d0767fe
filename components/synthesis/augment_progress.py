"""How Augment says how far it is."""

from components.runtime import progress

METRICS = "oneshelf.augment"
"""Namespace of its counters."""

_EVERY = 10


def report(before: int, done: int, total: int, what: str) -> None:
    """Report progress; exact where one worker does all, as on one machine in memory.

    Args:
        before: Done when this was last called.
        done: Done now.
        total: In all.
        what: Name of the units, for people.
    """
    if done // _EVERY > before // _EVERY or done == total:
        progress.report("Augment", done, total, what)
