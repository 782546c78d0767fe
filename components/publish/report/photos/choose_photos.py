"""Which photos the report shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

Line = Mapping[str, Any]
"""One photo as `components.metrics.predictions_file.read_predictions` yields it."""


class Judged(NamedTuple):
    """A photo, without its boxes, and how much went right and wrong on it.

    Attributes:
        source_id: what tells it from other photos.
        photo: the name to show.
        quality: 0 (all wrong) to 1 (all right).
        right, wrong: shown detections.
        missed: products not found.
        negative: it shows no product of the catalogue.
        label: the one SKU that the whole photo shows; "" where boxes are known.
        said: what the model says the whole photo shows; "" for nothing.
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


def judge(line: Line) -> Judged:
    """What went right and wrong on a photo."""
    source_id, photo, label = line["source_id"], line["photo"], line["label"]
    if label:
        best = line["detections"][:1]
        said = best[0]["sku"] if best else ""
        right = int(said == label)
        # A confident mistake is worse than a hesitant one.
        doubt = 1 - best[0]["score"] if best else 1.0
        quality = 1.0 if right else doubt / 2
        return Judged(source_id, photo, quality, right, 1 - right, 0, label=label, said=said)
    found = [each["outcome"] for each in line["detections"]]
    right, wrong = found.count("right"), found.count("wrong")
    missed = [thing["outcome"] for thing in line["truth"]].count("missed")
    errors = (wrong + missed) / 2
    quality = right / (right + errors) if right or errors else 1.0
    return Judged(source_id, photo, quality, right, wrong, missed, negative=not line["truth"])


def choose(photos: Iterable[Judged], count: int) -> tuple[list[Judged], list[Judged]]:
    """The worst and the best photos, `count` each at most and none in both.

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


def _worst_first(each: Judged) -> tuple[float, int, str]:
    return each.quality, -(each.right + each.wrong + each.missed), each.photo
