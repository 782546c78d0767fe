"""How good weights are, while they are being trained: mAP on validation photos."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from components.metrics.mean_average_precision import mean_average_precisions
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.recogniser.embed_catalog import embedding_of
from components.recogniser.embed_packshots import embed_packshots
from components.recogniser.model import Recogniser
from components.records.prediction import Detection
from components.records.splits import UNKNOWN_PRODUCT
from components.training import calibrate, threshold
from components.training.background_set import BackgroundSet
from components.training.matched_photos import MatchedPhoto, PhotoMatcher
from components.training.observer import Observer, ValidatedPhoto


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
        self._recogniser.calibration.assign(calibrate.fit(self.photos))
        records = [
            self._record(str(number), photo, index.labels)
            for number, photo in enumerate(self.photos)
        ]
        self.metrics = mean_average_precisions(records, self._new_skus)
        seen = [_seen(*each) for each in zip(self.photos, records, strict=True)]
        self._observer.on_validation(step, self.metrics, seen)
        return self.metrics.get("map50_new", self.metrics.get("map50", 0.0))

    def _record(self, name: str, photo: MatchedPhoto, labels: Sequence[str]) -> PhotoRecord:
        found = threshold.detections(self._recogniser, photo)
        named = np.array([*labels, UNKNOWN_PRODUCT], object)
        runner_up = np.array([*labels, ""], object)
        truth_skus, truths = named[photo.truth_sku], len(photo.truth_sku)
        truth = Truth(
            boxes=photo.truth.astype(np.float64),
            skus=truth_skus,
            difficult=np.zeros(truths, bool),
            crowd=np.zeros(truths, bool),
            new=np.array([sku in self._new_skus for sku in truth_skus], bool),
        )
        detections = Detections(
            boxes=found.boxes.astype(np.float64),
            skus=named[found.sku],
            scores=found.scores.astype(np.float64),
            runner_up_skus=runner_up[found.runner_up],
            runner_up_scores=found.runner_up_scores.astype(np.float64),
            ambiguity=found.ambiguity.astype(np.float64),
        )
        side = self._recogniser.settings.photo_side
        return PhotoRecord(PhotoTruth(name, name, side, side, truth), detections)


def _seen(photo: MatchedPhoto, record: PhotoRecord) -> ValidatedPhoto:
    """Return a photo with its detections, boxes in pixels of the photo."""
    found = record.detections
    boxes = (found.boxes / photo.scale).tolist()
    return ValidatedPhoto(
        photo.encoded,
        tuple(
            Detection(sku, tuple(box), score)
            for sku, box, score in zip(found.skus, boxes, found.scores, strict=True)
        ),
    )
