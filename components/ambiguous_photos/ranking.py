"""How ambiguous a photo is, and which photos are the most ambiguous."""

from __future__ import annotations

from collections.abc import Iterable

import apache_beam as beam
import numpy as np


def photo_ambiguity(scores: np.ndarray, ambiguity: np.ndarray, floor: float) -> float:
    """Return the mean ambiguity of what is found in a photo, from 0 to 1; 0 where nothing is.

    Args:
        scores: float `[n]`.
        ambiguity: float `[n]`, of the same detections.
        floor: Detections that score less say nothing: the tail is full of rivals.
    """
    found = scores >= floor
    return float(ambiguity[found].mean()) if found.any() else 0.0


class MostAmbiguous(beam.PTransform):
    """Takes (photo, ambiguity) pairs and gives one list: the names of the most ambiguous photos.

    Photos without any ambiguity are never among them. Ties go to the name, so that the same photos
    come out on any number of workers.
    """

    def __init__(self, most: int) -> None:
        """Prepare; `most` is the largest number of photos."""
        super().__init__()
        self._most = most

    def expand(self, photos: beam.PCollection) -> beam.PCollection:
        """Return the list, ascending."""
        return (
            photos
            | beam.Filter(_is_ambiguous)
            | beam.combiners.Top.Of(self._most, key=_rank)
            | beam.Map(_names)
        )


def _is_ambiguous(photo: tuple[str, float]) -> bool:
    return photo[1] > 0


def _rank(photo: tuple[str, float]) -> tuple[float, str]:
    return photo[1], photo[0]


def _names(photos: Iterable[tuple[str, float]]) -> list[str]:
    return sorted(name for name, _ in photos)
