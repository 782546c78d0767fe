"""Precision over recall, from the predictions of an evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.evaluator.records import Detections, PhotoRecord, PhotoTruth, Truth
from components.evaluator.tally import PhotoTally, tally


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


def precision_recall(lines: Iterable[Mapping[str, Any]], threshold: float) -> list[Curve]:
    """The curves over seen and over new SKUs, at IoU 0.5.

    Args:
        lines: photos as `components.evaluator.predictions.read_predictions` yields them.
        threshold: the operating threshold.
    """
    lines = list(lines)
    new_skus = frozenset(thing["sku"] for line in lines for thing in line["truth"] if thing["new"])
    tallies = [tally(_record(line), threshold, new_skus) for line in lines]
    curves = [_curve("seen", tallies, False, threshold), _curve("new", tallies, True, threshold)]
    return [curve for curve in curves if curve is not None]


def _curve(name: str, tallies: list[PhotoTally], new: bool, threshold: float) -> Curve | None:
    total = sum(int((each.truth_new == new).sum()) for each in tallies)
    if not total:
        return None
    picked = [(each.new == new) & ~each.ignored[0] for each in tallies]
    scores = np.concatenate([each.scores[p] for each, p in zip(tallies, picked, strict=True)])
    true = np.concatenate([each.true[0][p] for each, p in zip(tallies, picked, strict=True)])
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(true[order])
    recall = hits / total
    precision = hits / np.arange(1, len(hits) + 1)
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
