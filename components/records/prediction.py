"""What is said about a photo, as data and as a line of JSON.

Needs nothing but the standard library: the same records come from a server and from a phone.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

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
        sku: The product.
        box: Where, in pixels of the photo as displayed.
        score: Calibrated probability that this is that SKU, 0 to 1.
        runner_up: The best other SKU at the same place, None where there is none.
        ambiguity: 0 when nothing else comes near, 1 when it is a coin flip between two SKUs.
    """

    sku: str
    box: Box
    score: float
    runner_up: RunnerUp | None = None
    ambiguity: float = 0.0


@dataclass(frozen=True)
class PredictionRecord:
    """The answer for one photo: detections with counts, or an error and nothing else.

    Attributes:
        photo: The path as the user gave it.
        width: Width of the photo as displayed, pixels; 0 with an error.
        height: Height of the photo as displayed, pixels; 0 with an error.
        detections: Everything above a low floor, best first.
        counts: Detections at or above the operating threshold, per SKU.
        error: One line that says why there is no answer, or None.
    """

    photo: str
    width: int = 0
    height: int = 0
    detections: tuple[Detection, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    error: str | None = None

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
            "width": self.width,
            "height": self.height,
            "detections": [_detection_as_dict(detection) for detection in self.detections],
            "counts": self.counts,
        }


def count_products(detections: Iterable[Detection], threshold: float) -> dict[str, int]:
    """Count detections scoring at least `threshold`, per SKU, in the order of the SKUs' names."""
    counted = Counter(each.sku for each in detections if each.score >= threshold)
    return dict(sorted(counted.items()))


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
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a prediction record: {line[:80]!r}") from error


def _detection_as_dict(detection: Detection) -> dict[str, Any]:
    runner_up = detection.runner_up
    return {
        "sku": detection.sku,
        "box": [round(float(side), _BOX_DIGITS) for side in detection.box],
        "score": round(float(detection.score), _SCORE_DIGITS),
        "runner_up": runner_up
        and {"sku": runner_up.sku, "score": round(float(runner_up.score), _SCORE_DIGITS)},
        "ambiguity": round(float(detection.ambiguity), _SCORE_DIGITS),
    }


def _detection_from_dict(entry: dict[str, Any]) -> Detection:
    box: Sequence[float] = entry["box"]
    runner_up = entry["runner_up"]
    return Detection(
        sku=entry["sku"],
        box=(box[0], box[1], box[2], box[3]),
        score=entry["score"],
        runner_up=runner_up and RunnerUp(runner_up["sku"], runner_up["score"]),
        ambiguity=entry["ambiguity"],
    )
