"""Reads single annotations of one span's COCO document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from components.datasets.box_plausibility import BoxForm
from components.datasets.box_size import size_fault
from components.datasets.coco_attributes import OF_ANNOTATION, attributes_of
from components.datasets.finite_numbers import as_number, box_numbers
from components.datasets.photo_edge import sticks_out
from components.datasets.turned_boxes import XYWH, upright
from components.records.prediction import Box
from components.records.problems import Problem
from components.records.shelf_photo import ShelfObject

_AGAIN = "draw it again or remove it"


class BoxReader:
    """Turns annotations into objects.

    Attributes:
        problems: What is wrong with single annotations.
        form: What is wrong with those of a photo, or with all of them, together.
        turned: Annotations whose box was turned.
    """

    def __init__(self, table: Path) -> None:
        """Start.

        Args:
            table: The document, for problems.
        """
        self.problems: list[Problem] = []
        self.form = BoxForm()
        self.turned: list[str] = []
        self._table = str(table)
        self._of_photo: list[XYWH] = []

    def read(
        self, photo: str, annotations: Sequence[tuple[str, str, Any]], size: tuple[int, int]
    ) -> tuple[ShelfObject, ...]:
        """Return the objects of a photo whose annotations can be used.

        Args:
            photo: Its name.
            annotations: Each with its name for problems, what it shows, and the entry.
            size: Width and height of the photo as displayed, pixels.
        """
        self._of_photo = []
        objects = [self._object(entry, sku, size, where) for where, sku, entry in annotations]
        self.form.see(photo, self._of_photo, *size)
        return tuple(thing for thing in objects if thing is not None)

    def _object(
        self, entry: dict[str, Any], sku: str, size: tuple[int, int], where: str
    ) -> ShelfObject | None:
        """Return the object of an annotation; None where it cannot be used."""

        def report(what: str, remedy: str) -> None:
            self.problems.append(Problem(self._table, where, what, remedy))

        attributes = attributes_of(entry, OF_ANNOTATION)
        faultless = isinstance(attributes, dict)
        if not isinstance(attributes, dict):
            report("its attributes are no object", "write them as name and value")
            attributes = {}
        box = self._box(entry, attributes, size, where, report)
        occlusion = as_number(attributes.get("occlusion", 0))
        if occlusion is None or not 0 <= occlusion <= 1:
            what = f"occlusion {attributes['occlusion']!r} is no fraction"
            report(what, "give a number from 0 to 1")
            faultless = False
        flags = {
            "iscrowd": entry.get("iscrowd", 0),
            "difficult": attributes.get("difficult", 0),
            "hard": attributes.get("hard", 0),
        }
        for name, value in flags.items():
            if value not in (0, 1):
                report(f"{name} is {value!r}", f"write {name} as 0 or 1")
                faultless = False
        if box is None or not faultless:
            return None
        return ShelfObject(
            sku=sku,
            box=box,
            occlusion=occlusion or 0.0,
            difficult=bool(flags["difficult"]),
            crowd=bool(flags["iscrowd"]),
            hard=bool(flags["hard"]),
            row=where,
        )

    def _box(
        self,
        entry: dict[str, Any],
        attributes: dict[str, Any],
        size: tuple[int, int],
        where: str,
        report: Callable[[str, str], None],
    ) -> Box | None:
        """Return the corners of an annotation's box, inside the photo."""
        box = box_numbers(entry.get("bbox"))
        if box is None:
            report("has no box of four numbers", "give bbox as x, y, width, height in pixels")
            return None
        left, top, wide, high = box
        if wide <= 0 or high <= 0:
            report(f"its box has no area ({wide:g} x {high:g})", _AGAIN)
            return None
        turn = as_number(attributes.get("rotation") or 0)
        if turn is None:
            what = f"rotation {attributes['rotation']!r} is no number"
            report(what, "give the angle in degrees, or draw the box upright")
            return None
        if turn % 360:
            self.turned.append(where)
            left, top, wide, high = upright((left, top, wide, high), turn)
        width, height = size
        self._of_photo.append((left, top, wide, high))
        right, bottom = left + wide, top + high
        if sticks_out((left, top, right, bottom), width, height):
            report(
                f"its box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) leaves the photo "
                f"of {width} x {height}",
                "draw it again inside the photo",
            )
            return None
        clipped = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
        inside = (clipped[2] - clipped[0], clipped[3] - clipped[1])
        if fault := size_fault(*inside):
            report(f"its box {fault} inside the photo", _AGAIN)
            return None
        return clipped
