"""What went wrong at which place of a photo."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from components.publish.choice import Line
from components.records.boxes import overlaps

_SAME_PLACE = 0.5
"""IoU from which a wrong detection and a missed product are one mistake."""

Kind = Literal["mistaken", "invented", "missed"]


class Mistake(NamedTuple):
    """One thing that a person would mark on the photo.

    Attributes:
        kind: one product taken for another one; a product that is not there (or shown twice, or
            boxed badly); a product not found.
        box: xmin, ymin, xmax, ymax in pixels of the photo.
        said: the SKU shown; "" where a product is missed.
        stands: the SKU that stands there; "" where a product is invented.
        score: of what was said.
    """

    kind: Kind
    box: tuple[float, float, float, float]
    said: str
    stands: str
    score: float | None


def find_mistakes(line: Line) -> list[Mistake]:
    """The mistakes on a photo, most confident first, then what is missed, largest first."""
    wrong = [each for each in line["detections"] if each["outcome"] == "wrong"]
    missed = [thing for thing in line["truth"] if thing["outcome"] == "missed"]
    shared = overlaps(_boxes(wrong), _boxes(missed), np.zeros(len(missed), bool))
    open_truths = set(range(len(missed)))
    found = []
    for d in sorted(range(len(wrong)), key=lambda d: -wrong[d]["score"]):
        here = max(open_truths, key=lambda t: shared[d, t], default=None)
        if here is not None and shared[d, here] >= _SAME_PLACE:
            open_truths.remove(here)
            found.append(_mistake("mistaken", wrong[d], missed[here]["sku"]))
        else:
            found.append(_mistake("invented", wrong[d], ""))
    rest = sorted((missed[t] for t in open_truths), key=_area, reverse=True)
    return [*found, *(Mistake("missed", tuple(t["box"]), "", t["sku"], None) for t in rest)]


def _mistake(kind: Kind, detection: Line, stands: str) -> Mistake:
    return Mistake(kind, tuple(detection["box"]), detection["sku"], stands, detection["score"])


def _boxes(things: list[Line]) -> np.ndarray:
    return np.array([thing["box"] for thing in things], float).reshape(-1, 4)


def _area(thing: Line) -> float:
    left, top, right, bottom = thing["box"]
    return (right - left) * (bottom - top)
