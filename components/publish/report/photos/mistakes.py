"""What went wrong at which place of a photo."""

from __future__ import annotations

from typing import Literal, NamedTuple

from components.publish.report.photos.choose_photos import Line

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
    """Return the mistakes on a photo as the evaluation counted them.

    The most confident come first, then what is missed, the largest first.
    """
    missed = [thing for thing in line["truth"] if thing["outcome"] == "missed"]
    mistaken = {
        thing["mistaken_for"]: thing for thing in missed if thing["mistaken_for"] is not None
    }
    wrong = [
        (each, mistaken[d]["sku"] if d in mistaken else "")
        for d, each in enumerate(line["detections"])
        if each["outcome"] == "wrong"
    ]
    wrong.sort(key=lambda each: -each[0]["score"])
    rest = [thing for thing in missed if thing["mistaken_for"] is None]
    return [
        *(_wrong(detection, stands) for detection, stands in wrong),
        *(
            Mistake("missed", tuple(thing["box"]), "", thing["sku"], None)
            for thing in sorted(rest, key=_area, reverse=True)
        ),
    ]


def _wrong(detection: Line, stands: str) -> Mistake:
    kind: Kind = "mistaken" if stands else "invented"
    return Mistake(kind, tuple(detection["box"]), detection["sku"], stands, detection["score"])


def _area(thing: Line) -> float:
    left, top, right, bottom = thing["box"]
    return (right - left) * (bottom - top)
