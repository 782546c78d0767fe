"""What a model said about each photo beside what is true, as JSON Lines.

Each line is what `oneshelf predict` writes about a photo, with the truth added and each box judged
at the operating threshold and IoU 0.5, so that whoever draws the photo need not match again:

    {"photo": …, "width": …, "height": …, "detections": [{…, "outcome": "right"}], "counts": {…},
     "source_id": …, "label": "",
     "truth": [{"sku": …, "box": […], "new": false, "outcome": "missed", "mistaken_for": 0}]}

A detection's outcome is `right`, `wrong`, `ignored` (it takes an ignored truth) or `below` (the
threshold: not shown to users). A truth's is `found`, `missed` or `ignored`. `mistaken_for` is the
number, from 0, of the wrong detection that stands where a truth is missed, or null.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Any

import numpy as np

from components.metrics.outcomes import Outcomes, match_photo
from components.metrics.photo_record import PhotoRecord
from components.records.prediction import Detection, PredictionRecord, RunnerUp, count_products

PREDICTIONS_FILES = "predictions"
"""Name of the files beside the summary, before `-00000-of-00001.jsonl`."""

_BOX_DIGITS = 1


def to_json_line(record: PhotoRecord, threshold: float) -> str:
    """Return one line, without its end, for a photo and what a model said about it.

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
    line: dict[str, Any] = json.loads(prediction.to_json())
    for d, entry in enumerate(line["detections"]):
        entry["outcome"] = _detection_outcome(judged, d)
    line["source_id"] = photo.source_id
    line["label"] = photo.label
    line["truth"] = [
        {
            "sku": truth.skus[t],
            "box": [round(float(side), _BOX_DIGITS) for side in truth.boxes[t]],
            "new": bool(truth.new[t]),
            "outcome": _truth_outcome(judged, t),
            "mistaken_for": int(judged.mistaken_for[t]) if judged.mistaken_for[t] >= 0 else None,
        }
        for t in range(len(truth.skus))
    ]
    return json.dumps(line, ensure_ascii=False, allow_nan=False)


def read_predictions(evaluation_uri: str) -> Iterator[dict[str, Any]]:
    """Yield the candidate's predictions, one photo after the other, in no particular order.

    Args:
        evaluation_uri: folder of a finished evaluation, local or remote.
    """
    # Beam opens whatever file system the artifacts are on; it takes a second to import.
    from apache_beam.io.filesystems import FileSystems

    pattern = posixpath.join(str(evaluation_uri), f"{PREDICTIONS_FILES}-*.jsonl")
    (matched,) = FileSystems.match([pattern])
    for shard in sorted(each.path for each in matched.metadata_list):
        with FileSystems.open(shard) as file:
            for line in file:
                yield json.loads(line)


def _detection_outcome(judged: Outcomes, d: int) -> str:
    if not judged.shown[d]:
        return "below"
    if judged.ignored[d]:
        return "ignored"
    return "right" if judged.right[d] else "wrong"


def _truth_outcome(judged: Outcomes, t: int) -> str:
    if not judged.counts[t]:
        return "ignored"
    return "found" if judged.found[t] else "missed"
