"""Validation photos as metrics take them."""

from collections.abc import Collection, Sequence

import numpy as np

from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.recogniser.model import Recogniser
from components.records.splits import UNKNOWN_PRODUCT
from components.training.matched_photos import NAMELESS, MatchedPhoto
from components.training.threshold import detections


def record_of(
    recogniser: Recogniser,
    name: str,
    photo: MatchedPhoto,
    labels: Sequence[str],
    new_skus: Collection[str] = (),
) -> PhotoRecord:
    """Return a photo, its truth and what the recogniser says of it, boxes in its own pixels.

    Args:
        recogniser: As it is calibrated at this moment.
        name: What tells the photo from all others.
        photo: As it was matched; what the truth leaves open counts as difficult.
        labels: SKUs by number.
        new_skus: SKUs held out of training.
    """
    found = detections(recogniser, photo)
    named = np.array([*labels, UNKNOWN_PRODUCT], object)
    runner_up = np.array([*labels, ""], object)
    truth_skus = named[np.maximum(photo.truth_sku, NAMELESS)]
    truths = len(truth_skus)
    truth = Truth(
        boxes=photo.truth.astype(np.float64) / photo.scale,
        skus=truth_skus,
        difficult=photo.truth_sku == NAMELESS,
        crowd=np.zeros(truths, bool),
        new=np.array([sku in new_skus for sku in truth_skus], bool),
    )
    answers = Detections(
        boxes=found.boxes.astype(np.float64) / photo.scale,
        skus=named[found.sku],
        scores=found.scores.astype(np.float64),
        runner_up_skus=runner_up[found.runner_up],
        runner_up_scores=found.runner_up_scores.astype(np.float64),
        ambiguity=found.ambiguity.astype(np.float64),
    )
    height, width = photo.size
    return PhotoRecord(PhotoTruth(name, name, width, height, truth), answers)
