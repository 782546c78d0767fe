"""What is marked on a photo that is compared with one of an earlier visit."""

from __future__ import annotations

from components.drawing.marks import Mark
from components.drawing.palette import GREEN, VERMILION
from components.shelf.facing import Shelf
from components.shelf.visits import VisitComparison


def change_marks(since: VisitComparison, shelf: Shelf) -> list[Mark]:
    """Return the marks on a photo of this visit: by how many facings there are more or fewer."""
    return [
        Mark(
            change.box,
            GREEN if change.after > change.before else VERMILION,
            f"{change.after - change.before:+d}",
            dashed=change.after < change.before,
        )
        for change in since.changes
        if change.photo == shelf.photo
    ]
