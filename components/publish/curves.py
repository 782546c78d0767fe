"""Precision over recall, from the predictions of an evaluation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.metrics.tally import tally


@dataclass(frozen=True)
class Curve:
    """All detections together, from the best score to the worst.

    Attributes:
        name: `seen` or `new`.
        recall: float [n], rising.
        precision: float [n], made monotonic as for average precision.
        at_threshold: recall and precision at the operating threshold; None where nothing is shown.
    """

    name: str
    recall: np.ndarray
    precision: np.ndarray
    at_threshold: tuple[float, float] | None


def precision_recall(
    lines: Iterable[Mapping[str, Any]], threshold: float, new_skus: Collection[str]
) -> list[Curve]:
    """The curves over seen and over new SKUs, at IoU 0.5.

    Of each detection three numbers are kept, so that the photos need not fit into memory.

    Args:
        lines: photos as `components.metrics.predictions_file.read_predictions` yields them.
        threshold: the operating threshold.
        new_skus: those held out of training.
    """
    parts = [(np.zeros(0), np.zeros(0, bool), np.zeros(0, bool))]
    totals = {False: 0, True: 0}
    for line in lines:
        each = tally(_record(line), threshold, frozenset(new_skus))
        judged = ~each.ignored[0]
        parts.append((each.scores[judged], each.true[0][judged], each.new[judged]))
        for is_new in totals:
            totals[is_new] += int((each.truth_new == is_new).sum())
    scores, hits, new = (np.concatenate(column) for column in zip(*parts, strict=True))
    curves = []
    for name, is_new in (("seen", False), ("new", True)):
        if totals[is_new]:
            mine = new == is_new
            curves.append(_curve(name, scores[mine], hits[mine], totals[is_new], threshold))
    return curves


def _curve(name: str, scores: np.ndarray, hits: np.ndarray, total: int, threshold: float) -> Curve:
    found = np.cumsum(hits[np.argsort(-scores, kind="stable")])
    recall = found / total
    precision = found / np.arange(1, len(found) + 1)
    shown = int((scores >= threshold).sum())
    return Curve(
        name=name,
        recall=recall,
        precision=np.maximum.accumulate(precision[::-1])[::-1],
        at_threshold=(float(recall[shown - 1]), float(precision[shown - 1])) if shown else None,
    )


def _record(line: Mapping[str, Any]) -> PhotoRecord:
    truth, found = line["truth"], line["detections"]
    return PhotoRecord(
        PhotoTruth(
            source_id=line["source_id"],
            photo=line["photo"],
            width=line["width"],
            height=line["height"],
            label=line["label"],
            truth=Truth(
                boxes=_boxes(truth),
                skus=_names(thing["sku"] for thing in truth),
                # The lines say which truths are ignored, not why; the effect is the same.
                difficult=np.array([thing["outcome"] == "ignored" for thing in truth], bool),
                crowd=np.zeros(len(truth), bool),
                new=np.array([thing["new"] for thing in truth], bool),
            ),
        ),
        Detections(
            boxes=_boxes(found),
            skus=_names(each["sku"] for each in found),
            scores=np.array([each["score"] for each in found], float),
            runner_up_skus=_names((each["runner_up"] or {"sku": ""})["sku"] for each in found),
            runner_up_scores=np.array(
                [(each["runner_up"] or {"score": 0.0})["score"] for each in found], float
            ),
            ambiguity=np.array([each["ambiguity"] for each in found], float),
        ),
    )


def _boxes(things: list[Mapping[str, Any]]) -> np.ndarray:
    return np.array([thing["box"] for thing in things], float).reshape(-1, 4)


def _names(names: Iterable[str]) -> np.ndarray:
    return np.array(list(names), dtype=object)
