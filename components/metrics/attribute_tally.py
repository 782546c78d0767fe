"""One photo's share of the slices that part its products: by size, by occlusion, difficult ones.

Such a slice is judged as COCO judges a range of areas: the truths outside are ignored, and
detections choose anew among those inside. A detection that takes none is false in some slices only,
or else a small slice would be charged with the errors of all others. For sizes its own box decides,
as in COCO. How hidden it is nobody knows, so it is as hidden as the product at its place, whatever
the SKU; where there is no product, it is false in every slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from components.metrics.matching import IOU_THRESHOLDS, match_all
from components.metrics.outcomes import of_taken
from components.metrics.photo_record import Detections, Flags, Names, PhotoTruth
from components.metrics.slice_names import DIFFICULT, OCCLUSIONS, SIZES

_AT_HALF = IOU_THRESHOLDS[:1]
# Occlusions are stored in single precision: 0.4 must stay 0.4.
_OCCLUSION_DIGITS = 6


@dataclass(frozen=True)
class SliceTally:
    """One photo's share of one slice. D detections, T truths of the slice; at IoU 0.5.

    Attributes:
        skus: Objects `[D]`, of the photo's detections, best first.
        scores: float64 `[D]`, of the photo's detections.
        true: bool `[D]`, see `average_precision`.
        ignored: bool `[D]`, see `average_precision`.
        truth_skus: Objects `[T]`.
        truth_found: bool `[T]`, a detection at or above the operating threshold finds it.
    """

    skus: Names
    scores: np.ndarray
    true: Flags
    ignored: Flags
    truth_skus: Names
    truth_found: Flags


def tally_slices(
    photo: PhotoTruth, detections: Detections, overlap: np.ndarray, found: Flags
) -> dict[str, SliceTally]:
    """Return one photo's share of every slice of truths, by name.

    Args:
        photo: With T truths.
        detections: D detections, best first.
        overlap: `[D, T]` from `overlaps`.
        found: bool `[T]`, a shown detection takes the truth, whether it is ignored or not.
    """
    truth = photo.truth
    named = ~truth.crowd & ~truth.unknown
    place = _place(np.where(named, overlap, 0.0))
    result = {}
    for name, (truths, own) in _members(photo, detections).items():
        here = truths & named & (truth.difficult == (name == DIFFICULT))
        taken = match_all(detections, truth, overlap, ~here, _AT_HALF)[0]
        elsewhere = ~own if own is not None else of_taken(~truths, place)
        result[name] = SliceTally(
            skus=detections.skus,
            scores=detections.scores,
            true=of_taken(here, taken),
            ignored=of_taken(~here, taken) | ((taken < 0) & elsewhere),
            truth_skus=truth.skus[here],
            truth_found=found[here],
        )
    return result


def _members(photo: PhotoTruth, detections: Detections) -> dict[str, tuple[Flags, Flags | None]]:
    """Return which truths, bool `[T]`, and which detections, bool `[D]`, look like each slice.

    None where that cannot be said of a detection.
    """
    truth, area = photo.truth, photo.width * photo.height
    sizes, found_sizes = _area(truth.boxes) / area, _area(detections.boxes) / area
    hidden = np.zeros(len(truth.skus)) if truth.occlusion is None else truth.occlusion
    hidden = np.round(hidden, _OCCLUSION_DIGITS)
    members: dict[str, tuple[Flags, Flags | None]] = {
        f"size.{name}": (_within(sizes, bounds), _within(found_sizes, bounds))
        for name, bounds in SIZES.items()
    }
    for name, (above, most) in OCCLUSIONS.items():
        members[f"occlusion.{name}"] = ((hidden > above) & (hidden <= most), None)
    members[DIFFICULT] = (truth.difficult, None)
    return members


def _place(overlap: np.ndarray) -> np.ndarray:
    """Return the truth that each detection overlaps most, by half at least, or -1; int `[D]`."""
    if not overlap.size:
        return np.full(len(overlap), -1)
    return np.where(overlap.max(axis=1) >= _AT_HALF[0], overlap.argmax(axis=1), -1)


def _area(boxes: np.ndarray) -> np.ndarray:
    return np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)


def _within(values: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    return (values >= bounds[0]) & (values < bounds[1])
