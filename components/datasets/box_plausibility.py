"""Tells boxes that are written in another form than the one they are read in."""

from __future__ import annotations

from components.datasets.photo_edge import sticks_out
from components.datasets.turned_boxes import XYWH

SMALLEST = 2.0
"""Pixels; a box with shorter sides shows no product."""

_NEARLY_ALL = 0.9
_FAR = 0.05  # part of the photo's side that a box of corners, read as sides, reaches beyond it
_ENOUGH = 4  # boxes without which only sizes tell anything


class BoxForm:
    """Watches the boxes of one table."""

    def __init__(self) -> None:
        """Start with none."""
        self._seen = self._tiny = self._beyond = self._far = 0
        self._like_corners = True

    def see(self, box: XYWH, width: float, height: float) -> None:
        """Take one box.

        Args:
            box: Left, top, width and height in pixels, as read.
            width: Of its photo.
            height: Of its photo.
        """
        left, top, wide, high = box
        if wide <= 0 or high <= 0:
            return
        right, bottom = left + wide, top + high
        inside_x = max(min(right, width) - max(left, 0), 0)
        inside_y = max(min(bottom, height) - max(top, 0), 0)
        self._seen += 1
        self._tiny += wide < SMALLEST and high < SMALLEST
        self._beyond += inside_x * inside_y < wide * high / 2
        self._far += right > width * (1 + _FAR) or bottom > height * (1 + _FAR)
        corners = (left, top, wide, high)
        self._like_corners &= wide > left and high > top and not sticks_out(corners, width, height)

    @property
    def complaint(self) -> tuple[str, str] | None:
        """What is implausible about them together, and the remedy; None where nothing is."""
        if not self._seen:
            return None
        if self._tiny >= _NEARLY_ALL * self._seen:
            what = f"{self._tiny:,} of {self._seen:,} boxes are smaller than {SMALLEST:g} pixels"
            remedy = "give bbox as x, y, width, height in pixels, not in fractions of the photo"
            return what, remedy
        if self._seen < _ENOUGH:
            return None
        if self._like_corners and 2 * self._far >= self._seen:
            what = f"{self._far:,} of {self._seen:,} boxes reach beyond their photos"
            return what, "give bbox as x, y, width, height, not as the corners x1, y1, x2, y2"
        if self._beyond >= _NEARLY_ALL * self._seen:
            what = f"{self._beyond:,} of {self._seen:,} boxes lie beyond their photos"
            return what, "give the photos at the size that they were annotated at"
        return None
