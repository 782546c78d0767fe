"""Tells boxes that are written in another form than the one they are read in.

One export may be right and another wrong in one table, so photos are looked at one by one, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from components.datasets.photo_edge import sticks_out
from components.datasets.turned_boxes import XYWH

_NEARLY_ALL = 0.9
_FAR = 0.05  # part of the photo's side that a box of corners, read as sides, reaches beyond it
_FEW = 4  # fewer boxes tell fractions only
_ROUNDING = 0.01
_WIDE = 4  # photos at least so many times the hundred pixels that percent look like

_BOX, _FRACTION, _PERCENT, _CORNERS, _REACHES, _BEYOND = range(6)
_Looks = Counter[int]


class Complaint(NamedTuple):
    """What is implausible about boxes: how many of them, a clause, and the remedy."""

    boxes: int
    what: str
    remedy: str


class BoxForm:
    """Watches the photos of one table."""

    def __init__(self) -> None:
        """Start with none."""
        self._all: _Looks = Counter()
        self._first = ""
        self._found: list[tuple[str, Complaint]] = []

    def see(
        self, photo: str, boxes: Iterable[XYWH], width: float, height: float
    ) -> Complaint | None:
        """Take the boxes of one photo; return what is implausible about them by themselves.

        Args:
            photo: Its name.
            boxes: Left, top, width and height in pixels, as read.
            width: Of the photo.
            height: Of the photo.
        """
        looks: _Looks = Counter()
        for box in boxes:
            looks.update(_looks(box, width, height))
        self._all += looks
        self._first = self._first or photo
        if complaint := _judged(looks):
            self._found.append((photo, complaint))
        return complaint

    def complaint(self, least: float = 0.0) -> tuple[str, str] | None:
        """Return what is implausible about the table, and the remedy; None where nothing is.

        Args:
            least: Part of all boxes that must be implausible.
        """
        together, seen = _judged(self._all), self._all[_BOX]
        found = [(self._first, together)] if together else self._found
        if not found:
            return None
        photo, (_, what, remedy) = found[0]
        boxes = sum(each.boxes for _, each in found if each.what == what)
        if boxes < least * seen:
            return None
        return f"{boxes:,} of {seen:,} boxes {what} (first on photo '{photo}')", remedy


def _looks(box: XYWH, width: float, height: float) -> Iterator[int]:
    """Yield what a box looks like."""
    left, top, wide, high = box
    if wide <= 0 or high <= 0:
        return
    right, bottom = left + wide, top + high
    largest = max(map(abs, box))
    yield _BOX
    if largest <= 1 + _ROUNDING:
        yield _FRACTION
    if largest <= 100 + _ROUNDING and min(width, height) >= 100 * _WIDE:
        yield _PERCENT
    if wide > left and high > top and not sticks_out(box, width, height):
        yield _CORNERS
    if right > width * (1 + _FAR) or bottom > height * (1 + _FAR):
        yield _REACHES
    inside_x = max(min(right, width) - max(left, 0), 0)
    inside_y = max(min(bottom, height) - max(top, 0), 0)
    if inside_x * inside_y < wide * high / 2:
        yield _BEYOND


def _judged(looks: _Looks) -> Complaint | None:
    """Return what is implausible about boxes together."""
    boxes = looks[_BOX]
    form = "give bbox as x, y, width, height"
    if boxes and looks[_FRACTION] >= _NEARLY_ALL * boxes:
        remedy = f"{form} in pixels, not in fractions of the photo"
        return Complaint(looks[_FRACTION], "have only numbers from 0 to 1", remedy)
    if boxes < _FEW:
        return None
    if looks[_PERCENT] == boxes:
        remedy = f"{form} in pixels, not in percent of the photo"
        return Complaint(boxes, "have only numbers from 0 to 100", remedy)
    if looks[_CORNERS] == boxes and 2 * looks[_REACHES] >= boxes:
        remedy = f"{form}, not as the corners x1, y1, x2, y2"
        return Complaint(looks[_REACHES], "reach beyond their photos", remedy)
    if looks[_BEYOND] >= _NEARLY_ALL * boxes:
        remedy = "give the photos at the size that they were annotated at"
        return Complaint(looks[_BEYOND], "lie beyond their photos", remedy)
    return None
