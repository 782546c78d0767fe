"""From the arrays a model answers with to detections."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.records.prediction import Box, Detection, RunnerUp
from components.records.splits import UNKNOWN_PRODUCT

PRODUCT_BOXES = "product_boxes"
BOXES = ("boxes", PRODUCT_BOXES)
"""Outputs of models that hold boxes."""

LEAST_UNKNOWN = 0.1
"""Products that are less likely none of the catalogue than this are not told of."""


class BadAnswer(Exception):
    """The model's answer is not valid: a number is not finite, or a position out of range."""


@dataclass(frozen=True)
class Found:
    """What a model found in a photo.

    Attributes:
        detections: Best first, products of no SKU among them.
        full: There may be more: the model looks at no more places of one photo.
    """

    detections: tuple[Detection, ...]
    full: bool = False


def detections_of(
    boxes: np.ndarray,
    skus: Sequence[str],
    scores: np.ndarray,
    runner_up_skus: Sequence[str],
    runner_up_scores: np.ndarray,
    ambiguity: np.ndarray,
    photo_size: tuple[int, int],
) -> tuple[Detection, ...]:
    """Return the detections of one photo, best first, boxes clipped to the photo.

    Args:
        boxes: Boxes, float `[n, 4]`: xmin, ymin, xmax, ymax in pixels of the photo.
        skus: The n SKUs.
        scores: float `[n]`.
        runner_up_skus: The n SKUs, "" where there is no runner-up.
        runner_up_scores: float `[n]`.
        ambiguity: float `[n]`.
        photo_size: Height, width in pixels.

    Raises:
        BadAnswer: A number is not finite.
    """
    numbers = {
        "boxes": boxes,
        "scores": scores,
        "runner-up scores": runner_up_scores,
        "ambiguity": ambiguity,
    }
    _refuse_what_is_not_finite(numbers)
    found = []
    for at, box in _inside(boxes, scores, photo_size):
        runner_up = None
        if runner_up_skus[at]:
            runner_up = RunnerUp(runner_up_skus[at], float(runner_up_scores[at]))
        found.append(
            Detection(
                sku=skus[at],
                box=box,
                score=float(scores[at]),
                runner_up=runner_up,
                ambiguity=float(ambiguity[at]) if runner_up else 0.0,
            )
        )
    return tuple(found)


def found_in(
    row: Mapping[str, np.ndarray],
    named: Sequence[Detection],
    product_boxes: np.ndarray | None,
    photo_size: tuple[int, int],
) -> Found:
    """Return all that a model answers about one photo.

    Args:
        row: Its outputs for the photo, by name.
        named: Its detections.
        product_boxes: Of all products, float `[n, 4]`, pixels of the photo; None of a release of
            before it told of any.
        photo_size: Height, width in pixels.

    Raises:
        BadAnswer: A number is not finite.
    """
    if product_boxes is None:
        return Found(tuple(named))
    scores = row["unknown_scores"]
    _refuse_what_is_not_finite({"boxes": product_boxes, "scores": scores})
    unknown = [
        Detection(UNKNOWN_PRODUCT, box, float(scores[at]))
        for at, box in _inside(product_boxes, scores, photo_size)
        if scores[at] >= LEAST_UNKNOWN
    ]
    best_first = sorted([*named, *unknown], key=lambda each: -each.score)
    return Found(tuple(best_first), bool(np.all(row["full"])))


def _refuse_what_is_not_finite(numbers: dict[str, np.ndarray]) -> None:
    for name, values in numbers.items():
        if not np.all(np.isfinite(values)):
            raise BadAnswer(f"the model answered with {name} that are not finite")


def _inside(
    boxes: np.ndarray, scores: np.ndarray, photo_size: tuple[int, int]
) -> Iterator[tuple[int, Box]]:
    """Yield the rows with anything inside the photo, best first, and their boxes there."""
    height, width = photo_size
    clipped = np.clip(boxes, 0, np.array([width, height, width, height], dtype=np.float32))
    for at in np.argsort(-np.asarray(scores), kind="stable"):
        xmin, ymin, xmax, ymax = (float(side) for side in clipped[at])
        if xmax > xmin and ymax > ymin:
            yield int(at), (xmin, ymin, xmax, ymax)
