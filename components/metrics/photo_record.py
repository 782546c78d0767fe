"""What is known about one photo: the truth, and what a model said.

Boxes are float64 `[n, 4]`, xmin, ymin, xmax, ymax, in pixels of the photo as displayed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from components.records.splits import UNKNOWN_PRODUCT

Floats = np.ndarray
Flags = np.ndarray
Names = np.ndarray
"""str objects, `[n]`."""


def _no_boxes() -> np.ndarray:
    return np.zeros((0, 4))


def _nothing(dtype: type) -> np.ndarray:
    return np.zeros(0, dtype)


@dataclass(frozen=True)
class Truth:
    """The annotated products of a photo.

    Attributes:
        boxes: `[T, 4]`.
        skus: `[T]`; `unknown_product` for a product outside the catalogue.
        difficult: bool `[T]`; too small or too hidden for anyone to be blamed for.
        crowd: bool `[T]`; the box is a region that holds any number of that SKU.
        new: bool `[T]`; the SKU was held out of training.
        occlusion: float64 `[T]`, the share hidden, 0 to 1; None where nothing is.
    """

    boxes: Floats = field(default_factory=_no_boxes)
    skus: Names = field(default_factory=lambda: _nothing(object))
    difficult: Flags = field(default_factory=lambda: _nothing(bool))
    crowd: Flags = field(default_factory=lambda: _nothing(bool))
    new: Flags = field(default_factory=lambda: _nothing(bool))
    occlusion: Floats | None = None

    @property
    def unknown(self) -> Flags:
        """Bool `[T]`: products outside the catalogue."""
        return self.skus == UNKNOWN_PRODUCT

    @property
    def excused(self) -> Flags:
        """Bool `[T]`: truths whose detection is neither right nor wrong, nor their absence."""
        return self.difficult | self.crowd

    @property
    def ignored(self) -> Flags:
        """Bool `[T]`: truths that average precision, as COCO has it, leaves out."""
        return self.excused | self.unknown


@dataclass(frozen=True)
class Detections:
    """What a model found in a photo, best first.

    Attributes:
        boxes: `[D, 4]`.
        skus: `[D]`.
        scores: float64 `[D]`, probabilities.
        runner_up_skus: `[D]`; "" where no other SKU came near.
        runner_up_scores: float64 `[D]`.
        ambiguity: float64 `[D]`, 0 (clear) to 1 (a coin flip between two SKUs).
    """

    boxes: Floats = field(default_factory=_no_boxes)
    skus: Names = field(default_factory=lambda: _nothing(object))
    scores: Floats = field(default_factory=lambda: _nothing(float))
    runner_up_skus: Names = field(default_factory=lambda: _nothing(object))
    runner_up_scores: Floats = field(default_factory=lambda: _nothing(float))
    ambiguity: Floats = field(default_factory=lambda: _nothing(float))

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, where: np.ndarray) -> Detections:
        """Return the detections that an array of rows or a mask picks, in its order."""
        return Detections(
            self.boxes[where],
            self.skus[where],
            self.scores[where],
            self.runner_up_skus[where],
            self.runner_up_scores[where],
            self.ambiguity[where],
        )

    @property
    def finite(self) -> Flags:
        """Bool `[D]`: detections whose every number is one."""
        return (
            np.isfinite(self.boxes).all(axis=1)
            & np.isfinite(self.scores)
            & np.isfinite(self.runner_up_scores)
            & np.isfinite(self.ambiguity)
        )


@dataclass(frozen=True)
class Products:
    """All products that a model saw in a photo, named or not.

    Attributes:
        boxes: `[D, 4]`.
        scores: float64 `[D]`, probability that a product is there.
        unknown_scores: float64 `[D]`, that it is one of no SKU.
    """

    boxes: Floats = field(default_factory=_no_boxes)
    scores: Floats = field(default_factory=lambda: _nothing(float))
    unknown_scores: Floats = field(default_factory=lambda: _nothing(float))

    def take(self, where: np.ndarray) -> Products:
        """Return the products that an array of rows or a mask picks, in its order."""
        return Products(self.boxes[where], self.scores[where], self.unknown_scores[where])

    @property
    def finite(self) -> Flags:
        """Bool `[D]`: products whose every number is one."""
        return (
            np.isfinite(self.boxes).all(axis=1)
            & np.isfinite(self.scores)
            & np.isfinite(self.unknown_scores)
        )


@dataclass(frozen=True)
class PhotoTruth:
    """A photo and what is really on it.

    Attributes:
        source_id: What tells this photo from all others.
        photo: The name to show, normally the path inside the data folder.
        width: Pixels.
        height: Pixels.
        truth: The annotated products.
        label: The one SKU the photo shows, for photos labelled as a whole; "" otherwise.
        store: Where it was taken; "" where nobody said.
        span: Number of the span it came with; None where it came with none.
        counts: How many of each SKU stand on it, where that is all that is known; None otherwise.
    """

    source_id: str
    photo: str
    width: int
    height: int
    truth: Truth = field(default_factory=Truth)
    label: str = ""
    store: str = ""
    span: int | None = None
    counts: Mapping[str, int] | None = None

    @property
    def boxed(self) -> bool:
        """Whether the truth says where every product is.

        A labelled photo and a counted one do not. A photo with neither boxes nor label nor counts
        is a negative: it says that there is nothing.
        """
        return len(self.truth.skus) > 0 or self.negative

    @property
    def negative(self) -> bool:
        """Whether the photo is known to show no product at all."""
        return len(self.truth.skus) == 0 and not self.label and self.counts is None


@dataclass(frozen=True)
class PhotoRecord:
    """A photo with its truth and what one model found.

    Attributes:
        photo: With its truth.
        detections: Of SKUs.
        products: All products; None of a model that does not tell.
    """

    photo: PhotoTruth
    detections: Detections = field(default_factory=Detections)
    products: Products | None = None
