"""predictions-*.jsonl of the Evaluator: what a model said about each photo beside what is true.

Each line is what `oneshelf predict` writes about a photo, with the truth added and each box judged
at the operating threshold and IoU 0.5, so that whoever draws the photo need not match again:

    {"photo": …, "width": …, "height": …, "detections": [{…, "outcome": "right"}], "counts": {…},
     "source_id": …, "label": "", "true_counts": null,
     "truth": [{"sku": …, "box": […], "new": false, "outcome": "missed", "mistaken_for": 0}]}
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.records.prediction import Box

PREDICTIONS_FILES = "predictions"
"""Name of the files beside the summary, before `-00000-of-00001.jsonl`."""

_FROZEN = ConfigDict(frozen=True)


class JudgedRunnerUp(BaseModel):
    """The second-best product at the place of a detection."""

    model_config = _FROZEN

    sku: str
    score: float


class JudgedDetection(BaseModel):
    """One product that a model found."""

    model_config = _FROZEN

    sku: str
    box: Box
    score: float
    runner_up: JudgedRunnerUp | None
    ambiguity: float
    outcome: Literal["right", "wrong", "ignored", "counted", "below"] = Field(
        description="ignored: it takes an ignored product; counted: shown on a photo without "
        "boxes, so nobody can say whether it is right; below the threshold: not shown to users"
    )


class JudgedProduct(BaseModel):
    """One annotated product."""

    model_config = _FROZEN

    sku: str
    box: Box
    new: bool = Field(description="held out of training")
    outcome: Literal["found", "missed", "ignored"]
    mistaken_for: int | None = Field(
        default=None,
        description="number, from 0, of the wrong detection that stands where it is missed",
    )


class JudgedPhoto(BaseModel):
    """A photo with what a model said and what is true."""

    model_config = _FROZEN

    photo: str = Field(description="the name to show")
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")
    detections: tuple[JudgedDetection, ...] = Field(description="best first")
    counts: dict[str, int] = Field(description="shown detections, per SKU")
    source_id: str = Field(description="what tells this photo from all others")
    label: str = Field(description="the one SKU that the whole photo shows; empty otherwise")
    truth: tuple[JudgedProduct, ...]
    true_counts: dict[str, int] | None = Field(
        default=None, description="how many of each SKU stand there, where nobody drew boxes"
    )

    def to_json_line(self) -> str:
        """Return the line of the file, without its end."""
        return json.dumps(self.model_dump(), ensure_ascii=False, allow_nan=False)


def read_judged_photos(evaluation_uri: str) -> Iterator[JudgedPhoto]:
    """Yield the candidate's photos, one after the other, in no particular order.

    Args:
        evaluation_uri: Folder of a finished evaluation, local or remote.
    """
    # Beam opens whatever file system the artifacts are on; it takes a second to import.
    from apache_beam.io.filesystems import FileSystems

    pattern = posixpath.join(str(evaluation_uri), f"{PREDICTIONS_FILES}-*.jsonl")
    (matched,) = FileSystems.match([pattern])
    for shard in sorted(each.path for each in matched.metadata_list):
        with FileSystems.open(shard) as file:
            for line in file:
                yield JudgedPhoto.model_validate_json(line)
