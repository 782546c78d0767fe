"""What went wrong at which place of a photo."""

from __future__ import annotations

from typing import Literal, NamedTuple

from components.artifacts.judged_photos import JudgedDetection, JudgedPhoto, JudgedProduct

MistakeKind = Literal["mistaken", "invented", "missed"]


class Mistake(NamedTuple):
    """One thing that a person would mark on the photo.

    Attributes:
        kind: One product taken for another one; a product that is not there (or shown twice, or
            boxed badly); a product not found.
        box: xmin, ymin, xmax, ymax in pixels of the photo.
        said: The SKU shown; "" where a product is missed.
        stands: The SKU that stands there; "" where a product is invented.
        score: Score of what was said.
    """

    kind: MistakeKind
    box: tuple[float, float, float, float]
    said: str
    stands: str
    score: float | None


def find_mistakes(photo: JudgedPhoto) -> list[Mistake]:
    """Return the mistakes on a photo as the evaluation counted them.

    The most confident come first, then what is missed, the largest first.
    """
    missed = [each for each in photo.truth if each.outcome == "missed"]
    stands = {each.mistaken_for: each.sku for each in missed if each.mistaken_for is not None}
    wrong = [
        _wrong(each, stands.get(d, ""))
        for d, each in enumerate(photo.detections)
        if each.outcome == "wrong"
    ]
    rest = [each for each in missed if each.mistaken_for is None]
    return [
        *sorted(wrong, key=lambda mistake: -(mistake.score or 0.0)),
        *(
            Mistake("missed", each.box, "", each.sku, None)
            for each in sorted(rest, key=_area, reverse=True)
        ),
    ]


def _wrong(detection: JudgedDetection, stands: str) -> Mistake:
    kind: MistakeKind = "mistaken" if stands else "invented"
    return Mistake(kind, detection.box, detection.sku, stands, detection.score)


def _area(product: JudgedProduct) -> float:
    left, top, right, bottom = product.box
    return (right - left) * (bottom - top)
