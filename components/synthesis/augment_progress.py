"""Progress and counters of the stage Augment, wherever its work is done."""

from components.runtime import progress

METRICS = "oneshelf.augment"
"""Namespace of its counters."""

AUGMENT = "Augment"

_EVERY = 10
"""Units from one report to the next."""


def report(before: int, done: int, total: int, what: str, stage: str = AUGMENT) -> None:
    """Report progress; exact where one worker does all, as on one machine in memory.

    Args:
        before: Done when this was last called.
        done: Done now.
        total: In all.
        what: Name of the units, for people.
        stage: The one that works.
    """
    if done // _EVERY > before // _EVERY or done == total:
        progress.report(stage, done, total, what)
