"""How good weights are, while they are being trained: mAP on validation photos."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from components.metrics.mean_average_precision import mean_average_precisions
from components.metrics.photo_record import PhotoRecord
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.embed_packshots import embed_packshots
from components.recogniser.model import Recogniser
from components.records.prediction import Detection
from components.training.background_set import BackgroundSet
from components.training.calibrate import calibrate
from components.training.matched_photos import MatchedPhoto, PhotoMatcher
from components.training.observer import Observer, ValidatedPhoto
from components.training.photo_records import record_of


class Validation:
    """Validates a recogniser against an index that holds SKUs it is not trained on.

    Attributes:
        photos: Of the last validation.
        metrics: `map50` of the last validation, and of seen and new SKUs.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        background: BackgroundSet,
        matcher: PhotoMatcher,
        rows: Sequence[tuple[str, bytes]],
        new_skus: frozenset[str],
        observer: Observer,
    ):
        """Prepare.

        Args:
            recogniser: What is being trained.
            background: Of production photos.
            matcher: Of the validation photos.
            rows: (SKU, encoded packshot) of the index.
            new_skus: Those of them that are held out of training.
            observer: Is told of every validation.
        """
        self._recogniser, self._background, self._matcher = recogniser, background, matcher
        self._rows, self._new_skus, self._observer = rows, new_skus, observer
        self._embed = embedding_of(recogniser)
        self.photos: list[MatchedPhoto] = []
        self.metrics: dict[str, float] = {}

    def __call__(self, step: int) -> float:
        """Calibrate; return mAP@0.5 of new SKUs, or of all where the photos show no new one."""
        self._background.take()
        index = embed_packshots(self._embed, self._rows)
        # Generated shelves do not show which packshots are hubs in real ones: their hubness there
        # and here is unrelated, and a calibration with it would only learn to distrust it.
        even = dataclasses.replace(index, hubness=np.full_like(index.hubness, index.hubness.mean()))
        self.photos = list(self._matcher.match(even))
        calibrate(self._recogniser, self.photos)
        records = [
            record_of(self._recogniser, str(number), photo, index.labels, self._new_skus)
            for number, photo in enumerate(self.photos)
        ]
        self.metrics = mean_average_precisions(records, self._new_skus)
        seen = [_seen(*each) for each in zip(self.photos, records, strict=True)]
        self._observer.on_validation(step, self.metrics, seen)
        return self.metrics.get("map50_new", self.metrics.get("map50", 0.0))


def _seen(photo: MatchedPhoto, record: PhotoRecord) -> ValidatedPhoto:
    """Return a photo with its detections."""
    found = record.detections
    boxes = found.boxes.tolist()
    return ValidatedPhoto(
        photo.encoded,
        tuple(
            Detection(sku, tuple(box), score)
            for sku, box, score in zip(found.skus, boxes, found.scores, strict=True)
        ),
    )
