"""release.json: the record that makes a folder a release."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from components.artifacts.judged_on import JudgedOn
from components.artifacts.verdict import GateResult


class FileEntry(BaseModel):
    """Size and checksum of one file of a release."""

    model_config = ConfigDict(frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0, description="Bytes.")


class Calibration(BaseModel):
    """How the scores of a release were fitted again, on photos, without training.

    The figures by name: `ece`, `precision`, `recall`, `f1`, `count_error`, `cost` (of errors per
    photo) and `recall_at_precision_95`, each left out where the photos cannot tell it. Those of
    `after` are cross-validated: every photo was judged by scores fitted on others.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    release: int = Field(ge=1, description="The release that was calibrated.")
    trained_content: str = Field(
        description="Content hash of the release whose scores training fitted."
    )
    photos: int
    boxes: int = Field(description="Products in them that count.")
    folds: int = Field(description="Parts of the cross-validation.")
    coefficients: tuple[float, ...]
    coefficients_before: tuple[float, ...]
    threshold_before: float
    before: dict[str, float]
    after: dict[str, float]
    carried_over: tuple[str, ...] = Field(
        description="Gates that were not asked anew: the verdict is the calibrated release's."
    )


class ReleaseRecord(BaseModel):
    """Everything release.json says. Unknown fields are ignored, so that old readers read on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal[1] = 1
    version: int = Field(ge=1)
    parent: int | None = Field(description="The version that was current before this one.")
    created: datetime
    run_id: str = ""
    inputs_hash: str = Field(
        default="", description="Hash of data, code and configuration that the run started from."
    )
    training_hash: str = Field(
        default="", description="Hash of the data and settings that decided the training."
    )
    reference_release: int | None = Field(
        default=None,
        validation_alias=AliasChoices("teacher", "reference_release"),
        # The file keeps the name that this had in the first releases.
        serialization_alias="teacher",
        description="Release whose ambiguous photos were trained on harder.",
    )
    content_hash: str = Field(description="Equal for two releases that answer alike.")
    operating_threshold: float = Field(ge=0, le=1, description="Score from which counts count.")
    model: dict[str, Any] = Field(description="The model's settings.json, as trained.")
    metrics: dict[str, float]
    slices: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="Slice such as 'ambiguity.clear' to its metrics."
    )
    baseline_metrics: dict[str, float] | None = Field(
        default=None, description="The parent on the same photos and catalogue; null without one."
    )
    gates: tuple[GateResult, ...]
    calibration: Calibration | None = Field(
        default=None, description="Null where the scores are those that training fitted."
    )
    judged_on: JudgedOn = Field(
        default="photos",
        description="Composed shelves: of packshots, where no photo had boxes or a label.",
    )
    data: dict[str, Any] = Field(
        default_factory=dict, description="Spans, photos, boxes and SKUs per split."
    )
    span_hashes: dict[int, str] = Field(
        default_factory=dict,
        description="Number of each span used to the hash of its content; none in old releases.",
    )
    data_schema: dict[str, str] = Field(
        default_factory=dict,
        validation_alias=AliasChoices("schema", "data_schema"),
        serialization_alias="schema",
        description="Name of a schema to its SHA-256.",
    )
    code_revision: str = ""
    configuration: dict[str, Any] = Field(default_factory=dict)
    files: dict[str, FileEntry] = Field(
        default_factory=dict, description="Every file but release.json; POSIX paths inside."
    )

    @field_validator("files")
    @classmethod
    def _inside_the_release(cls, files: dict[str, FileEntry]) -> dict[str, FileEntry]:
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ValueError(f"{name!r} is not a path inside the release")
        return files

    @property
    def contents(self) -> frozenset[str]:
        """Content hashes that this release stands for: its own, and what it was calibrated from."""
        trained = {self.calibration.trained_content} if self.calibration else set()
        return frozenset({self.content_hash, *trained})

    def to_json(self) -> str:
        """Return the text of release.json."""
        return self.model_dump_json(indent=2, by_alias=True) + "\n"
