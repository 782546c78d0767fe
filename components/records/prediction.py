"""What is said about a photo, as data and as a line of JSON.

Needs nothing but the standard library: the same records come from a server and from a phone.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TextIO

from components.records.splits import UNKNOWN_PRODUCT

SAME_PLACE = 0.5
"""IoU from which on two boxes are around one product."""

UNKNOWN_NAME = "not in the catalogue"
"""What people read for the name of an `unknown_product`."""

_BOX_DIGITS = 1
_SCORE_DIGITS = 4

Box = tuple[float, float, float, float]
"""xmin, ymin, xmax, ymax in pixels of the photo as displayed (EXIF orientation applied)."""


@dataclass(frozen=True)
class RunnerUp:
    """The second-best product at the place of a detection."""

    sku: str
    score: float


@dataclass(frozen=True)
class Detection:
    """One product found.

    Attributes:
        sku: The product; `unknown_product` for one that is none of the catalogue.
        box: Where, in pixels of the photo as displayed.
        score: Calibrated probability that this is that SKU, or is a product of no SKU, 0 to 1.
        runner_up: The best other SKU at the same place, None where there is none.
        ambiguity: 0 when nothing else comes near, 1 when it is a coin flip between two SKUs.
        name: The product's name, for people; empty where nobody looked it up.
        shown: Whether people see it and it is counted; None where nobody decided.
        group: Of products that are hard to tell apart, the one that the SKU is of; empty for none.
        group_score: Probability that this is one of the group; None without one.
    """

    sku: str
    box: Box
    score: float
    runner_up: RunnerUp | None = None
    ambiguity: float = 0.0
    name: str = ""
    shown: bool | None = None
    group: str = ""
    group_score: float | None = None

    def scaled(self, x: float, y: float) -> "Detection":
        """Return the detection on the photo resized: `x` times as wide, `y` times as high."""
        left, top, right, bottom = self.box
        return replace(self, box=(left * x, top * y, right * x, bottom * y))


@dataclass(frozen=True)
class Origin:
    """What answered.

    Attributes:
        release: Version of the release; None where it is not known, as to an edge folder.
        index: First digits of the SHA-256 of the catalogue index; equal for equal indexes.
    """

    release: int | None = None
    index: str = ""


@dataclass(frozen=True)
class PhotoCheck:
    """How good a photo is.

    Attributes:
        score: Share of what would be recognised on a good photo that is likely to be on this, 0 to
            1.
        fault: What is wrong, where it is much less than all: `blurred`, `moved`, `dark`,
            `glare`, `far`, `steep` or `cut_off`; empty for nothing.
        sentence: What is wrong and what to do about it; empty for nothing.
    """

    score: float
    fault: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class PredictionRecord:
    """The answer for one photo: detections with counts, or an error and nothing else.

    Attributes:
        photo: The path as the user gave it.
        width: Width of the photo as displayed, pixels; 0 with an error.
        height: Height of the photo as displayed, pixels; 0 with an error.
        detections: Everything above a low floor, best first.
        counts: The detections that are shown, per SKU; never of `unknown_product`.
        error: One line that says why there is no answer, or None.
        origin: What answered.
        threshold: Score from which detections are shown; None where nobody decided.
        group_counts: Facings of each group, whichever of its members; None where no product has
            a group.
        check: How good the photo is; None where nobody looked.
        full: More may be on the photo than was looked at.
    """

    photo: str
    width: int = 0
    height: int = 0
    detections: tuple[Detection, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    error: str | None = None
    origin: Origin = Origin()
    threshold: float | None = None
    group_counts: dict[str, int] | None = None
    check: PhotoCheck | None = None
    full: bool = False

    def to_json(self) -> str:
        """Return the record as one line of strict JSON (no NaN)."""
        line = json.dumps(self._as_dict(), ensure_ascii=False, allow_nan=False)
        # A file name that is no UTF-8 holds lone surrogates, which JSON can say and UTF-8 cannot.
        return line.encode("utf-8", "backslashreplace").decode("utf-8")

    def _as_dict(self) -> dict[str, Any]:
        if self.error is not None:
            return {"photo": self.photo, "error": self.error}
        return {
            "photo": self.photo,
            **_known(release=self.origin.release, index=self.origin.index or None),
            **_known(threshold=self.threshold),
            **_known(photo_check=self.check and _check_as_dict(self.check)),
            "width": self.width,
            "height": self.height,
            "detections": [
                _detection_as_dict(number, detection)
                for number, detection in enumerate(self.detections, start=1)
            ],
            "counts": self.counts,
            **_known(group_counts=self.group_counts, full=self.full or None),
        }


def shown_at(
    detections: Sequence[Detection], threshold: float, names: Mapping[str, str]
) -> tuple[Detection, ...]:
    """Return detections, best first, with their names, each decided whether it is shown.

    Shown is what scores at least `threshold`, and one product at a place: of two around the same
    thing the better one, whatever an index holds twice.
    """
    sure = [each.score >= threshold for each in detections]
    best = iter(best_at_places([each.box for each in itertools.compress(detections, sure)]))
    return tuple(
        replace(each, name=_name(each.sku, names), shown=reaches and next(best))
        for each, reaches in zip(detections, sure, strict=True)
    )


def _name(sku: str, names: Mapping[str, str]) -> str:
    return UNKNOWN_NAME if sku == UNKNOWN_PRODUCT else names.get(sku, sku)


def best_at_places(boxes: Iterable[Sequence[float]]) -> list[bool]:
    """Say of boxes, the best first, which are the first around what they are around.

    Those that reach a threshold hide each other as if the others were not there, so one answer
    holds for all thresholds.

    Args:
        boxes: xmin, ymin, xmax, ymax, of detections in the order of their scores.
    """
    kept: list[Sequence[float]] = []
    answer = []
    for box in boxes:
        first = not any(same_place(box, other) for other in kept)
        answer.append(first)
        if first:
            kept.append(box)
    return answer


def count_shown(detections: Iterable[Detection]) -> dict[str, int]:
    """Count the products that are shown, per SKU, in the order of the SKUs' names."""
    shown = Counter(each.sku for each in detections if each.shown)
    del shown[UNKNOWN_PRODUCT]
    return dict(sorted(shown.items()))


def count_unknown(detections: Iterable[Detection]) -> int:
    """Count the products that are shown and are none of the catalogue."""
    return sum(bool(each.shown) for each in detections if each.sku == UNKNOWN_PRODUCT)


def count_products(detections: Sequence[Detection], threshold: float) -> dict[str, int]:
    """Count what would be shown of detections, best first, at a threshold."""
    return count_shown(shown_at(detections, threshold, {}))


def write_records(records: Iterable[PredictionRecord], out: TextIO) -> int:
    """Write one JSON line per record as it comes, and return how many there were."""
    written = 0
    for record in records:
        out.write(record.to_json() + "\n")
        out.flush()
        written += 1
    return written


def read_record(line: str) -> PredictionRecord:
    """Return the record that `PredictionRecord.to_json` wrote.

    Raises:
        ValueError: The line is no prediction record.
    """
    try:
        entry = json.loads(line)
        if "error" in entry:
            return PredictionRecord(photo=entry["photo"], error=entry["error"])
        return PredictionRecord(
            photo=entry["photo"],
            width=entry["width"],
            height=entry["height"],
            detections=tuple(_detection_from_dict(each) for each in entry["detections"]),
            counts=dict(entry["counts"]),
            origin=Origin(entry.get("release"), entry.get("index", "")),
            threshold=entry.get("threshold"),
            group_counts=entry.get("group_counts"),
            check=_check_from_dict(entry.get("photo_check")),
            full=entry.get("full", False),
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a prediction record: {line[:80]!r}") from error


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def same_place(one: Sequence[float], other: Sequence[float]) -> bool:
    """Return whether two boxes are around one product. Without numpy: they are few."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[2], other[2]), min(one[3], other[3])
    if left >= right or top >= bottom:
        return False
    shared = (right - left) * (bottom - top)
    return shared >= SAME_PLACE * (_area(one) + _area(other) - shared)


def _area(box: Sequence[float]) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _detection_as_dict(number: int, detection: Detection) -> dict[str, Any]:
    runner_up = detection.runner_up
    return {
        "number": number,
        "sku": detection.sku,
        **_known(name=detection.name or None, shown=detection.shown),
        "box": [round(float(side), _BOX_DIGITS) for side in detection.box],
        "score": round(float(detection.score), _SCORE_DIGITS),
        "runner_up": runner_up
        and {"sku": runner_up.sku, "score": round(float(runner_up.score), _SCORE_DIGITS)},
        "ambiguity": round(float(detection.ambiguity), _SCORE_DIGITS),
        **_group(detection),
    }


def _check_as_dict(check: PhotoCheck) -> dict[str, Any]:
    return {
        "score": round(float(check.score), _SCORE_DIGITS),
        **_known(fault=check.fault or None, sentence=check.sentence or None),
    }


def _check_from_dict(entry: dict[str, Any] | None) -> PhotoCheck | None:
    if entry is None:
        return None
    return PhotoCheck(entry["score"], entry.get("fault", ""), entry.get("sentence", ""))


def _group(detection: Detection) -> dict[str, Any]:
    if detection.group_score is None:
        return {}
    score = round(float(detection.group_score), _SCORE_DIGITS)
    return {"group": detection.group, "group_score": score}


def _detection_from_dict(entry: dict[str, Any]) -> Detection:
    box: Sequence[float] = entry["box"]
    runner_up = entry["runner_up"]
    return Detection(
        sku=entry["sku"],
        box=(box[0], box[1], box[2], box[3]),
        score=entry["score"],
        runner_up=runner_up and RunnerUp(runner_up["sku"], runner_up["score"]),
        ambiguity=entry["ambiguity"],
        name=entry.get("name", ""),
        shown=entry.get("shown"),
        group=entry.get("group", ""),
        group_score=entry.get("group_score"),
    )
