"""A photo as those see it who are content with the group of a product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from components.metrics.photo_record import Detections, PhotoRecord
from components.records.groups import grouped
from components.records.prediction import Detection, RunnerUp, same_place

_GROUP = "group:"
"""What keeps the name of a group from being taken for that of a SKU."""


def at_group(record: PhotoRecord, groups: Mapping[str, str]) -> PhotoRecord:
    """Return a photo whose products, true and found, go by their group where they have one.

    Of the members of a group at one place the surest stands for all, with their summed score.

    Args:
        record: The photo.
        groups: Group by SKU.
    """
    found = record.detections.take(np.flatnonzero(record.detections.finite))
    answers = grouped(_answers(found), groups)
    scores = np.array([_score(each) for each in answers], float)
    kept: list[int] = []
    for row in np.argsort(-scores, kind="stable").tolist():
        one = answers[row]
        twin = one.group and any(
            answers[other].group == one.group
            and answers[other].sku != one.sku
            and same_place(one.box, answers[other].box)
            for other in kept
        )
        if not twin:
            kept.append(row)
    shown = found.take(np.array(kept, int))
    detections = replace(
        shown,
        skus=_called(shown.skus, groups),
        scores=scores[kept],
        runner_up_skus=_called(shown.runner_up_skus, groups),
    )
    truth = replace(record.photo.truth, skus=_called(record.photo.truth.skus, groups))
    return PhotoRecord(replace(record.photo, truth=truth), detections)


def _answers(found: Detections) -> list[Detection]:
    rows = zip(
        found.skus,
        found.boxes.tolist(),
        found.scores.tolist(),
        found.runner_up_skus,
        found.runner_up_scores.tolist(),
        strict=True,
    )
    return [
        Detection(sku, tuple(box), score, RunnerUp(other, next_best) if other else None)
        for sku, box, score, other, next_best in rows
    ]


def _score(answer: Detection) -> float:
    return answer.score if answer.group_score is None else answer.group_score


def _called(skus: np.ndarray, groups: Mapping[str, str]) -> np.ndarray:
    called = [f"{_GROUP}{groups[sku]}" if sku in groups else sku for sku in skus]
    return np.array(called, object)
