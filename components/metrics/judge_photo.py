"""One photo as the report shows it: the model's detections and the truth, each box judged."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from components.artifacts.judged_photos import JudgedPhoto
from components.metrics.outcomes import Outcomes, match_photo
from components.metrics.photo_record import PhotoRecord
from components.records.prediction import Detection, PredictionRecord, RunnerUp, count_products

_BOX_DIGITS = 1


def judge_photo(record: PhotoRecord, threshold: float) -> JudgedPhoto:
    """Return a photo and what a model said about it.

    Args:
        record: The photo, its truth, and the model's detections.
        threshold: The model's operating threshold.
    """
    photo, truth = record.photo, record.photo.truth
    finite = record.detections.take(np.flatnonzero(record.detections.finite))
    matched = match_photo(truth, finite, threshold)
    found, judged = matched.detections, matched.outcomes
    detections = tuple(
        Detection(sku, tuple(box), score, RunnerUp(second, second_score) if second else None, doubt)
        for sku, box, score, second, second_score, doubt in zip(
            found.skus,
            found.boxes.tolist(),
            found.scores.tolist(),
            found.runner_up_skus,
            found.runner_up_scores.tolist(),
            found.ambiguity.tolist(),
            strict=True,
        )
    )
    counts = count_products(detections, threshold)
    prediction = PredictionRecord(photo.photo, photo.width, photo.height, detections, counts)
    # As `oneshelf predict` writes it, with its rounding.
    content: dict[str, Any] = json.loads(prediction.to_json())
    for d, entry in enumerate(content["detections"]):
        entry["outcome"] = _detection_outcome(judged, d, photo.counts is not None)
    content["source_id"] = photo.source_id
    content["label"] = photo.label
    content["true_counts"] = None if photo.counts is None else dict(photo.counts)
    content["truth"] = [
        {
            "sku": truth.skus[t],
            "box": [round(float(side), _BOX_DIGITS) for side in truth.boxes[t]],
            "new": bool(truth.new[t]),
            "outcome": _truth_outcome(judged, t),
            "mistaken_for": int(judged.mistaken_for[t]) if judged.mistaken_for[t] >= 0 else None,
        }
        for t in range(len(truth.skus))
    ]
    return JudgedPhoto.model_validate(content)


def _detection_outcome(judged: Outcomes, d: int, only_counted: bool) -> str:
    if not judged.shown[d]:
        return "below"
    if only_counted:
        return "counted"
    if judged.ignored[d]:
        return "ignored"
    return "right" if judged.right[d] else "wrong"


def _truth_outcome(judged: Outcomes, t: int) -> str:
    if not judged.counts[t]:
        return "ignored"
    return "found" if judged.found[t] else "missed"
