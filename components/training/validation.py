"""How good weights are, while they are being trained: mAP on validation photos, and drawings."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from components.drawing.detections import draw
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.recogniser.index import CatalogIndex
from components.recogniser.model import Recogniser
from components.records.prediction import Detection
from components.records.splits import UNKNOWN_PRODUCT
from components.training import calibrate, threshold
from components.training.cohort import Cohort
from components.training.evidence import Evidence, EvidenceCollector
from components.training.export import Indexer

PHOTOS_DRAWN = 3


class Validation:
    """Validates a recogniser against an index that holds SKUs it is not trained on.

    Attributes:
      index: of the last validation.
      evidence: of the last validation.
      metrics: `map50` of the last validation, and of seen and new SKUs.
    """

    def __init__(
        self,
        recogniser: Recogniser,
        cohort: Cohort,
        collector: EvidenceCollector,
        rows: Sequence[tuple[str, bytes]],
        new_skus: frozenset[str],
        log_dir: Path,
    ):
        """Prepares.

        Args:
          recogniser: what is being trained.
          cohort: of photos in use.
          collector: of the validation photos.
          rows: (SKU, encoded packshot) of the index.
          new_skus: those of them that are held out of training.
          log_dir: TensorBoard's folder.
        """
        self._recogniser, self._collector, self._rows = recogniser, collector, rows
        self._cohort = cohort
        self._new_skus, self._indexer = new_skus, Indexer(recogniser)
        self._writer = tf.summary.create_file_writer(str(log_dir / "validation"))
        self.index: CatalogIndex | None = None
        self.evidence: list[Evidence] = []
        self.metrics: dict[str, float] = {}

    def __call__(self, step: int) -> float:
        """mAP@0.5 of new SKUs, or of all where the photos show no new one. Calibrates."""
        self._cohort.take()
        index = self._indexer.build(self._rows)
        # Generated shelves do not show which packshots are hubs in real ones: their hubness there
        # and here is unrelated, and a calibration with it would only learn to distrust it.
        level = dataclasses.replace(
            index, hubness=np.full_like(index.hubness, index.hubness.mean())
        )
        self.index, self.evidence = index, list(self._collector.collect(level))
        self._recogniser.calibration.assign(calibrate.fit(self.evidence))
        records = [
            self._record(str(number), part, index.labels)
            for number, part in enumerate(self.evidence)
        ]
        judge = DetectionMetrics(threshold.UNKNOWN, self._new_skus)
        measured = judge.summarise([judge.tally(record) for record in records]).metrics
        names = ("map50", "map50_seen", "map50_new")
        self.metrics = {name: measured[name] for name in names if name in measured}
        self._log(step, records)
        return self.metrics.get("map50_new", self.metrics.get("map50", 0.0))

    def _record(self, name: str, part: Evidence, labels: Sequence[str]) -> PhotoRecord:
        found = threshold.detections(self._recogniser, part)
        named = np.array([*labels, UNKNOWN_PRODUCT], object)
        runner_up = np.array([*labels, ""], object)
        truth_skus, truths = named[part.truth_sku], len(part.truth_sku)
        truth = Truth(
            boxes=part.truth.astype(np.float64),
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

    def _log(self, step: int, records: Sequence[PhotoRecord]) -> None:
        with self._writer.as_default(step=step):
            for name, value in self.metrics.items():
                tf.summary.scalar(name, value)
            for part, record in list(zip(self.evidence, records, strict=True))[:PHOTOS_DRAWN]:
                tf.summary.image(f"photo {record.photo.photo}", _drawing(part, record)[np.newaxis])
        self._writer.flush()


def _drawing(part: Evidence, record: PhotoRecord) -> np.ndarray:
    photo = tf.io.decode_image(part.encoded, channels=3, expand_animations=False).numpy()
    found = record.detections
    shown = [
        Detection(sku, tuple(edge / part.scale for edge in box), score)
        for sku, box, score in zip(found.skus, found.boxes.tolist(), found.scores, strict=True)
    ]
    return draw(photo, shown, {}, threshold.UNKNOWN)
