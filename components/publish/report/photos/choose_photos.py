"""Which photos the report shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from components.artifacts.judged_photos import JudgedPhoto
from components.metrics.product_counts import product_counts


class GradedPhoto(NamedTuple):
    """A photo, without its boxes, and how much went right and wrong on it.

    Attributes:
        source_id: What tells it from other photos.
        photo: The name to show.
        quality: 0 (all wrong) to 1 (all right).
        right: Number of shown detections that are right.
        wrong: Number of shown detections that are wrong.
        missed: Number of products not found.
        negative: It shows no product of the catalogue.
        label: The one SKU that the whole photo shows; "" where boxes are known.
        said: What the model says the whole photo shows; "" for nothing.
        counted: Nobody drew boxes: right, wrong and missed are of counts.
    """

    source_id: str
    photo: str
    quality: float
    right: int
    wrong: int
    missed: int
    negative: bool = False
    label: str = ""
    said: str = ""
    counted: bool = False


def grade(judged: JudgedPhoto) -> GradedPhoto:
    """Return how much went right and wrong on a photo."""
    source_id, photo, label = judged.source_id, judged.photo, judged.label
    if label:
        best = judged.detections[:1]
        said = best[0].sku if best else ""
        right = int(said == label)
        # A confident mistake is worse than a hesitant one.
        doubt = 1 - best[0].score if best else 1.0
        quality = 1.0 if right else doubt / 2
        return GradedPhoto(source_id, photo, quality, right, 1 - right, 0, label=label, said=said)
    counted = judged.true_counts is not None
    right, wrong, missed = _of_counts(judged) if counted else _of_boxes(judged)
    errors = (wrong + missed) / 2
    quality = right / (right + errors) if right or errors else 1.0
    negative = not judged.truth and not counted
    return GradedPhoto(
        source_id, photo, quality, right, wrong, missed, negative=negative, counted=counted
    )


def _of_boxes(judged: JudgedPhoto) -> tuple[int, int, int]:
    found = [each.outcome for each in judged.detections]
    missed = [each.outcome for each in judged.truth].count("missed")
    return found.count("right"), found.count("wrong"), missed


def _of_counts(judged: JudgedPhoto) -> tuple[int, int, int]:
    """Return how many are counted right, how many too many, and how many too few."""
    shown = (each.sku for each in judged.detections if each.outcome == "counted")
    counts = product_counts(judged.true_counts or {}, shown)
    return (
        sum(min(each.true, each.counted) for each in counts),
        sum(max(each.counted - each.true, 0) for each in counts),
        sum(max(each.true - each.counted, 0) for each in counts),
    )


def choose(
    photos: Iterable[GradedPhoto], count: int
) -> tuple[list[GradedPhoto], list[GradedPhoto]]:
    """Return the worst and the best photos, `count` each at most and none in both.

    Of the worst, one in four shows no product of the catalogue, where there are others to show.
    Photos are ranked by right / (right + half of wrong and missed); between equals, those with
    more on them come first in either list.
    """
    ranked = sorted(photos, key=_worst_first)
    half = max(min(count, len(ranked) // 2), 1)
    bad = [each for each in ranked if each.quality < 1]
    others = [each for each in bad if not each.negative]
    negatives = [each for each in bad if each.negative][: max(half // 4, half - len(others))]
    worst = sorted([*negatives, *others[: half - len(negatives)]], key=_worst_first)
    shown = {each.source_id for each in worst}
    best = sorted(
        (each for each in ranked if each.right and each.source_id not in shown),
        key=lambda each: (-each.quality, -each.right, each.photo),
    )
    return worst, best[:count]


def _worst_first(each: GradedPhoto) -> tuple[float, int, str]:
    return each.quality, -(each.right + each.wrong + each.missed), each.photo
