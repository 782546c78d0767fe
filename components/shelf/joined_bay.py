"""A bay that several photos show together: one shelf, and where on the photos its things are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.records.moved_boxes import moved_boxes
from components.records.prediction import Box, PredictionRecord


@dataclass(frozen=True, eq=False)
class PhotoOfBay:
    """A photo of a bay.

    Attributes:
        photo: The path as the user gave it.
        width: Pixels.
        height: Pixels.
        onto_bay: float `[3, 3]`: from its pixels to those of the bay.
    """

    photo: str
    width: int
    height: int
    onto_bay: np.ndarray

    @property
    def frame(self) -> Box:
        """All of it, in its pixels."""
        return 0.0, 0.0, float(self.width), float(self.height)


@dataclass(frozen=True, eq=False)
class JoinedBay:
    """Photos brought onto one plane.

    Attributes:
        record: What is found on the bay, as of one photo of it; its name is that of the bay.
        photos: From the left.
        sources: Of each detection: which photo it was found on, and its number there, from 1.
        found: Of each detection: its box there.
    """

    record: PredictionRecord
    photos: tuple[PhotoOfBay, ...]
    sources: tuple[tuple[int, int], ...]
    found: tuple[Box, ...]

    @property
    def photos_wide(self) -> float:
        """How many times wider than a photo the bay is."""
        widths = [
            right - left
            for left, _, right, _ in (
                moved_boxes(each.onto_bay, np.array([each.frame]))[0] for each in self.photos
            )
        ]
        return self.record.width / max(float(np.median(widths)), 1.0)

    def on_photo(self, box: Box, numbers: Sequence[int] = ()) -> tuple[str, Box, tuple[int, ...]]:
        """Return the photo that shows a part of the bay best, where, and its detections there.

        Args:
            box: Of the bay, pixels.
            numbers: Of the detections of the bay in it, from 1; none for an empty place.
        """
        sources = [self.sources[number - 1] for number in numbers]
        if sources and len({photo for photo, _ in sources}) == 1:
            boxes = np.array([self.found[number - 1] for number in numbers])
            hull = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
            own = tuple(number for _, number in sources)
            return self.photos[sources[0][0]].photo, hull, own
        best = max(self.photos, key=lambda each: _shown(each, box))
        there = _on(best, box)
        own = tuple(number for photo, number in sources if self.photos[photo] is best)
        left, top, right, bottom = np.clip(there, 0, np.tile([best.width, best.height], 2)).tolist()
        return best.photo, (left, top, right, bottom), own


def _on(photo: PhotoOfBay, box: Box) -> np.ndarray:
    return np.asarray(moved_boxes(np.linalg.inv(photo.onto_bay), np.array([box]))[0])


def _shown(photo: PhotoOfBay, box: Box) -> tuple[float, float]:
    """Return the share of a box that a photo shows, and how far it is from the photo's edges."""
    there = _on(photo, box)
    inside = np.clip(there, 0, np.tile([photo.width, photo.height], 2))
    area = max(float(np.prod(there[2:] - there[:2])), 1e-9)
    share = float(np.prod(inside[2:] - inside[:2])) / area
    middle = (there[:2] + there[2:]) / 2
    off = np.abs(middle / np.array([photo.width, photo.height]) - 0.5)
    return round(share, 1), -float(off.max())
