"""What a calibration gains: every photo is judged by scores that were fitted on other visits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.artifacts.evaluation_summary import ModelSummary
from components.artifacts.operating_curve import OperatingCurve
from components.metrics.all_photos import AllPhotos
from components.metrics.costs import Costs
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.tally import PhotoTally
from components.recogniser.model import Recogniser
from components.training.calibrate import calibrate
from components.training.matched_photos import MatchedPhoto
from components.training.photo_records import record_of
from components.training.threshold import cheapest_threshold

MOST_FOLDS = 5
PRECISE = 0.95


@dataclass(frozen=True)
class Scoring:
    """How scores are made, and from which on detections are shown.

    Attributes:
        coefficients: See probabilities.py.
        threshold: The operating threshold.
    """

    coefficients: tuple[float, ...]
    threshold: float


@dataclass(frozen=True)
class Judged:
    """What a scoring, or several, each on its own photos, achieves.

    Attributes:
        summary: Every metric of it.
        figures: Those of a calibration by name, see `release_record.Calibration`.
    """

    summary: ModelSummary
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Fit:
    """A scoring fitted on all photos, and what such a scoring achieves on photos it never saw.

    Attributes:
        scoring: What was fitted.
        was: The scoring before.
        folds: Parts of the cross-validation.
        before: What `was` achieves.
        after: What scorings fitted on the other parts achieve.
    """

    scoring: Scoring
    was: Scoring
    folds: int
    before: Judged
    after: Judged


def cross_validated(
    recogniser: Recogniser,
    photos: Sequence[MatchedPhoto],
    homes: Sequence[str],
    labels: Sequence[str],
    before: Scoring,
    costs: Costs,
) -> Fit:
    """Fit a scoring, and judge it and the one before on the same photos.

    Args:
        recogniser: The model; its calibration is left as it is fitted.
        photos: As it matches them.
        homes: Of each photo, what it shares with others of its visit.
        labels: SKUs by number.
        before: The scoring until now.
        costs: Of errors.
    """
    fold_of = folds(homes, [len(photo.truth_sku) for photo in photos])
    names = [f"{number:06}" for number in range(len(photos))]

    def tallied(scoring: Scoring, chosen: Sequence[int]) -> list[PhotoTally]:
        recogniser.calibration.assign(scoring.coefficients)
        metrics = DetectionMetrics(scoring.threshold)
        return [
            metrics.tally(record_of(recogniser, names[at], photos[at], labels)) for at in chosen
        ]

    everything = range(len(photos))
    old = judged(tallied(before, everything), before.threshold, costs)
    tallies = []
    for fold in sorted({*fold_of}):
        others = [photos[at] for at in everything if fold_of[at] != fold]
        scoring = fitted(recogniser, others, before, costs)
        tallies += tallied(scoring, [at for at in everything if fold_of[at] == fold])
    final = fitted(recogniser, photos, before, costs)
    return Fit(final, before, len({*fold_of}), old, judged(tallies, final.threshold, costs))


def fitted(
    recogniser: Recogniser, photos: Sequence[MatchedPhoto], before: Scoring, costs: Costs
) -> Scoring:
    """Fit a scoring on photos, starting from the one before; the recogniser has it from now on."""
    calibrate(recogniser, photos, before.coefficients)
    threshold = cheapest_threshold(recogniser, photos, costs).chosen.threshold
    return Scoring(tuple(float(value) for value in recogniser.calibration.numpy()), threshold)


def folds(homes: Sequence[str], weights: Sequence[int]) -> list[int]:
    """Deal photos out into parts of about equal weight; photos of one home stay together.

    Args:
        homes: Of each photo.
        weights: Of each photo, such as its number of boxes.

    Returns:
        The number of each photo's part, from 0 on, `MOST_FOLDS` at most.
    """
    total: dict[str, int] = {}
    for home, weight in zip(homes, weights, strict=True):
        total[home] = total.get(home, 0) + weight
    held = [0] * min(MOST_FOLDS, len(total))
    # The number of homes breaks ties, or negatives would all go into one part.
    homes_in = [0] * len(held)
    part: dict[str, int] = {}
    for home in sorted(total, key=lambda each: (-total[each], each)):
        lightest = min(range(len(held)), key=lambda number: (held[number], homes_in[number]))
        part[home] = lightest
        held[lightest] += total[home]
        homes_in[lightest] += 1
    return [part[home] for home in homes]


def judged(tallies: Sequence[PhotoTally], threshold: float, costs: Costs) -> Judged:
    """Return what detections achieve, each shown or not as its tally says."""
    summary = DetectionMetrics(threshold, costs=costs).summarise(tallies)
    every = AllPhotos(tallies, frozenset())
    false_alarms = int((~every.right[every.judged_shown]).sum())
    missed = int((~every.truth_found).sum())
    figures = {
        "cost": (costs.false_alarm * false_alarms + costs.miss * missed) / max(len(tallies), 1)
    }
    metrics = summary.metrics
    for name, metric in (
        ("ece", "ece"),
        ("precision", "precision_at_threshold"),
        ("recall", "recall_at_threshold"),
        ("count_error", "count_error"),
    ):
        if metric in metrics:
            figures[name] = metrics[metric]
    if {"precision", "recall"} <= figures.keys():
        both = figures["precision"] + figures["recall"]
        figures["f1"] = 2 * figures["precision"] * figures["recall"] / both if both else 0.0
    if summary.operating is not None:
        figures["recall_at_precision_95"] = recall_at_precision(summary.operating, PRECISE)
    return Judged(summary, figures)


def recall_at_precision(curve: OperatingCurve, precision: float) -> float:
    """Return the most products found at any threshold that keeps a precision; 0 where none does."""
    kept = [
        point.recall or 0.0
        for point in curve.points
        if point.precision is not None and point.precision >= precision
    ]
    return max(kept, default=0.0)


def nothing_matched(photos: Sequence[MatchedPhoto]) -> bool:
    """Return whether no box of the truth is at a proposal that could be named rightly."""
    return all(
        not np.any((photo.answer >= 0) & (photo.answer < photo.candidates.sku.shape[1]))
        for photo in photos
    )
