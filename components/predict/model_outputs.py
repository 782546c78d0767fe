"""From the arrays a model answers with to detections."""

from collections.abc import Sequence

import numpy as np

from components.records.prediction import Detection, RunnerUp


class BadAnswer(Exception):
    """The model's answer is not valid: a number is not finite, or a position out of range."""


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
    for name, values in (
        ("boxes", boxes),
        ("scores", scores),
        ("runner-up scores", runner_up_scores),
        ("ambiguity", ambiguity),
    ):
        if not np.all(np.isfinite(values)):
            raise BadAnswer(f"the model answered with {name} that are not finite")
    height, width = photo_size
    clipped = np.clip(boxes, 0, np.array([width, height, width, height], dtype=np.float32))
    order = np.argsort(-np.asarray(scores), kind="stable")
    found = []
    for at in order:
        xmin, ymin, xmax, ymax = (float(side) for side in clipped[at])
        if xmax <= xmin or ymax <= ymin:
            continue
        runner_up = None
        if runner_up_skus[at]:
            runner_up = RunnerUp(runner_up_skus[at], float(runner_up_scores[at]))
        found.append(
            Detection(
                sku=skus[at],
                box=(xmin, ymin, xmax, ymax),
                score=float(scores[at]),
                runner_up=runner_up,
                ambiguity=float(ambiguity[at]) if runner_up else 0.0,
            )
        )
    return tuple(found)
