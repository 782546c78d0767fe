"""Asks a predictor photo by photo: one record per photo, in their order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from components.imaging.decoding import BadImage
from components.imaging.open_photo import open_photo
from components.predict.model_outputs import BadAnswer, Found
from components.records.groups import count_groups, grouped
from components.records.prediction import (
    Origin,
    PredictionRecord,
    count_shown,
    shown_at,
)

Judge = Callable[[np.ndarray, PredictionRecord], PredictionRecord]
"""Called with the pixels of a photo and its record, and returns the record with what it adds."""

OnPhoto = Callable[[np.ndarray, PredictionRecord], object]
"""Called with a photo's pixels and its record, for example to draw them. The record's boxes are in
pixels of the photo itself, of which a large one's `pixels` are fewer."""


class BadSavedModel(Exception):
    """The SavedModel cannot be loaded or lacks the signature."""


class Predictor(Protocol):
    """What finds products in a photo: a server's model or a phone's."""

    @property
    def operating_threshold(self) -> float:
        """Detections scoring at least this are counted."""

    @property
    def names(self) -> Mapping[str, str]:
        """Product names by SKU, for people."""

    @property
    def groups(self) -> Mapping[str, str]:
        """Group by SKU, of those that have one."""

    @property
    def origin(self) -> Origin:
        """Which release and index answer."""

    def detect(self, photo: np.ndarray) -> Found:
        """Return what is in a photo, uint8 `[H, W, 3]` RGB upright; boxes in its pixels."""


def predict_with(
    predictor: Predictor,
    photos: Sequence[Path],
    on_photo: OnPhoto | None = None,
    threshold: float | None = None,
    judge: Judge | None = None,
) -> Iterator[PredictionRecord]:
    """Yield one record per photo, in their order; a photo that fails fails alone.

    Args:
        predictor: What is asked.
        photos: Their files.
        on_photo: Called with each photo that could be read, once its record has been used.
        threshold: Score from which detections are shown; None for the operating threshold.
        judge: Adds what else is to be said of a photo.
    """
    if threshold is None:
        threshold = predictor.operating_threshold
    for path in photos:
        try:
            photo = open_photo(path)
            found = predictor.detect(photo.pixels)
        except (BadImage, BadAnswer) as error:
            yield PredictionRecord(photo=str(path), error=str(error))
            continue
        height, width = photo.pixels.shape[:2]
        placed = [
            each.scaled(photo.width / width, photo.height / height) for each in found.detections
        ]
        detections = grouped(shown_at(placed, threshold, predictor.names), predictor.groups)
        record = PredictionRecord(
            photo=str(path),
            width=photo.width,
            height=photo.height,
            detections=detections,
            counts=count_shown(detections),
            origin=predictor.origin,
            threshold=threshold,
            group_counts=count_groups(detections, threshold) if predictor.groups else None,
            full=found.full,
        )
        yield record if judge is None else judge(photo.pixels, record)
        # After the record is used: what was found is not lost where no drawing can be made of it.
        if on_photo is not None:
            on_photo(photo.pixels, record)
