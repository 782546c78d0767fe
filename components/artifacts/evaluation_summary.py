"""summary.json of the Evaluator, beside TFMA's own files: what a model achieved.

Reading it needs neither TFMA nor TensorFlow.
"""

from __future__ import annotations

import posixpath

from pydantic import BaseModel, ConfigDict, Field

from components.artifacts.judged_on import JudgedOn
from components.artifacts.operating_curve import OperatingCurve

SUMMARY_FILE = "summary.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SliceRow(_Frozen):
    """One row of the table of ambiguity slices, or the row of missed products.

    `precision` + `error_rate` is 1. Rates are None where `n` is 0, and for missed products.
    """

    name: str = Field(description="ambiguity.clear, ambiguity.unsure, ambiguity.coin_flip, missed")
    subset: str = Field(description="all, seen or new: the SKUs in question")
    n: int = Field(description="shown detections in the slice; or products missed")
    share: float | None = Field(description="n as a share of all shown detections; or of products")
    precision: float | None = None
    top2: float | None = None
    error_rate: float | None = None


class AttributeSlice(_Frozen):
    """The products that have something in common, whatever the model says of them.

    Names are `sku.seen`, `sku.new`, `category.X`, `size.small|medium|large`,
    `occlusion.none|partial|heavy`, `difficult`, `store.X` and `span.N`. The closed ones are always
    there, with `n` 0 where the data has none; the open ones (X, N) where the data has some.
    Rates are None where `n` is 0. A rate over few products says little: show `n` beside it.
    """

    name: str
    n: int = Field(description="annotated products in the slice")
    skus: int = Field(description="their SKUs, which map50 is the mean over")
    map50: float | None = Field(description="mean over SKUs of average precision at IoU 0.5")
    recall_at_threshold: float | None


class SkuRow(_Frozen):
    """One SKU. Rates are None where they would divide by nothing."""

    sku: str
    new: bool = Field(description="held out of training")
    truths: int = Field(description="annotated products that count")
    shown: int = Field(description="detections at or above the operating threshold, one at a place")
    ap50: float | None
    ap: float | None = Field(description="mean over IoU 0.5 … 0.95")
    recall50: float | None = Field(description="found at any score, IoU 0.5")
    precision_at_threshold: float | None
    recall_at_threshold: float | None


class ConfusionExample(_Frozen):
    """A detection of the wrong SKU: where to look for it."""

    source_id: str = Field(description="of the photo, as in the predictions")
    box: tuple[float, float, float, float] = Field(
        description="of the detection: xmin, ymin, xmax, ymax in pixels of the photo as displayed"
    )
    score: float


class Confusion(_Frozen):
    """How often one SKU was shown where another one stood."""

    true: str
    predicted: str
    n: int
    share: float = Field(description="n as a share of all products of the true SKU")
    runner_up_right: float = Field(description="share of the n whose runner-up is the true SKU")
    examples: tuple[ConfusionExample, ...] = Field(description="3 at most, the surest first")


class ReliabilityBin(_Frozen):
    """Detections whose score lies in one bin, at IoU 0.5."""

    low: float
    high: float
    n: int
    confidence: float | None = Field(description="mean score")
    accuracy: float | None = Field(description="share that is right")


class AmbiguityBin(_Frozen):
    """Shown detections whose ambiguity lies in one of ten bins; the last one holds 1 as well."""

    low: float
    high: float
    n: int
    error_rate: float | None = Field(description="share that is wrong; None where n is 0")


class ReviewPoint(_Frozen):
    """What people find who look through the most doubtful shown detections."""

    reviewed: float = Field(description="share of shown detections looked at, 0 to 1")
    caught: float = Field(
        description="share of the wrong ones among them, most ambiguous first; of equally "
        "ambiguous ones, the lowest score"
    )
    caught_by_score: float = Field(description="the same, lowest score first, for comparison")


class PrecisionRecallCurve(_Frozen):
    """All detections of some SKUs together, from the best score to the worst, at IoU 0.5."""

    subset: str = Field(description="seen or new: the SKUs in question")
    recall: tuple[float, ...] = Field(description="at some hundred of the detections, rising")
    precision: tuple[float, ...] = Field(
        description="at the same detections; the best there or further down, as for ap50"
    )
    at_threshold: tuple[float, float] | None = Field(
        description="recall and precision at the operating threshold; None where nothing is shown"
    )


class PhotoCounts(_Frozen):
    """What the evaluation rests on."""

    photos: int
    boxed: int = Field(description="photos whose every product is annotated, negatives included")
    negatives: int = Field(description="photos known to show no product")
    labelled: int = Field(description="photos with one label for the whole")
    boxes: int = Field(description="annotated products that count")
    detections: int = Field(description="detections at any score")
    invalid: int = Field(description="detections left out: a number in them is not finite")


class CountSlice(_Frozen):
    """How well products are counted on some photos; a pair is a photo and a SKU.

    Pairs are those whose SKU is listed for the photo, or shown on it. Rates are None where they
    would divide by nothing.
    """

    name: str = Field(description="all, sku.seen, sku.new, category.X, store.X, span.N; or a SKU")
    photos: int
    pairs: int
    products: int = Field(description="products that stand there, all pairs together")
    counted: int = Field(description="products that the model counts, likewise")
    error: int = Field(description="sum over pairs of |counted - true|")
    exact: int = Field(description="pairs whose count is right")

    @property
    def count_error(self) -> float | None:
        """The error as a share of all products."""
        return self.error / self.products if self.products else None

    @property
    def count_mae(self) -> float | None:
        """The error of a pair, on average."""
        return self.error / self.pairs if self.pairs else None

    @property
    def count_exact(self) -> float | None:
        """Share of pairs whose count is right."""
        return self.exact / self.pairs if self.pairs else None

    @property
    def count_total_error(self) -> float | None:
        """How far the sum of all counts is off, as a share of all products."""
        return abs(self.counted - self.products) / self.products if self.products else None


class Counting(_Frozen):
    """Counting on photos with counts and no boxes."""

    whole: CountSlice
    boxed: CountSlice | None = Field(description="boxed photos, for comparison; None without any")
    slices: tuple[CountSlice, ...] = Field(description="those that hold pairs, by kind and name")
    skus: tuple[CountSlice, ...] = Field(description="of each SKU listed or shown, by name")


class Product(_Frozen):
    """What the catalogue says about a SKU."""

    name: str
    category: str


class ModelSummary(_Frozen):
    """What one model achieved."""

    operating_threshold: float
    metrics: dict[str, float] = Field(description="by name; those the data can tell")
    slices: tuple[SliceRow, ...]
    attribute_slices: tuple[AttributeSlice, ...]
    skus: tuple[SkuRow, ...] = Field(description="every SKU annotated or shown, by name")
    confusions: tuple[Confusion, ...] = Field(description="most frequent first")
    reliability: tuple[ReliabilityBin, ...]
    ambiguity_bins: tuple[AmbiguityBin, ...] = Field(description="ten, ascending")
    review: tuple[ReviewPoint, ...] = Field(
        description="at every whole percent from 0 to 1; empty where no shown detection is wrong"
    )
    operating: OperatingCurve | None = Field(description="None where no photo has known boxes")
    precision_recall: tuple[PrecisionRecallCurve, ...] = Field(
        default=(),
        description="over seen and over new SKUs, where products of them are annotated; "
        "empty in summaries of older runs, too",
    )
    counts: PhotoCounts
    counting: Counting | None = Field(
        default=None, description="None where no photo has counts without boxes"
    )


class Summary(ModelSummary):
    """What the candidate achieved, and the current release on the same photos and catalogue."""

    baseline: ModelSummary | None = Field(description="None where nothing is released yet")
    products: dict[str, Product] = Field(description="the catalogue, by SKU")
    judged_on: JudgedOn = Field(default="photos", description="composed shelves: of packshots")


def load_summary(evaluation_uri: str) -> Summary:
    """Return the outcome of the evaluation at `evaluation_uri`, a folder, local or remote.

    Raises:
        FileNotFoundError: There is no finished evaluation.
        pydantic.ValidationError: The summary is not one.
    """
    # Beam opens whatever file system the artifacts are on; it takes a second to import.
    from apache_beam.io.filesystems import FileSystems

    path = posixpath.join(str(evaluation_uri), SUMMARY_FILE)
    if not FileSystems.exists(path):
        raise FileNotFoundError(f"{path}: no such file; the evaluation did not finish")
    with FileSystems.open(path) as file:
        return Summary.model_validate_json(file.read())
