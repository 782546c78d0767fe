"""One photo's share of the slices that part its products: by size, by occlusion, difficult ones.

Such a slice is judged as COCO judges a range of areas: the truths outside are ignored, and
detections choose anew among those inside. A detection that takes none is false in every slice, for
nobody knows how hidden a product would be that is not there; but for sizes: there it is ignored
where its own box lies outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from components.evaluator.matching import IOU_THRESHOLDS, match_all
from components.evaluator.outcomes import of_taken
from components.evaluator.records import Detections, Flags, Names, PhotoTruth
from components.evaluator.slice_names import DIFFICULT, OCCLUSIONS, SIZES

_AT_HALF = IOU_THRESHOLDS[:1]
# Occlusions are stored in single precision: 0.4 must stay 0.4.
_OCCLUSION_DIGITS = 6


@dataclass(frozen=True)
class SliceTally:
    """One photo's share of one slice. D detections, T truths of the slice; at IoU 0.5.

    Attributes:
        skus, scores: [D], the photo's detections, best first.
        true, ignored: bool [D], see `average_precision`.
        truth_skus, truth_found: [T]; found by a detection at or above the operating threshold.
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
        photo: with T truths.
        detections: D detections, best first.
        overlap: [D, T] from `overlaps`.
        found: bool [T], a shown detection takes the truth, whether it is ignored or not.
    """
    truth = photo.truth
    area = photo.width * photo.height
    sizes, found_sizes = _area(truth.boxes) / area, _area(detections.boxes) / area
    inside = {f"size.{name}": _within(sizes, SIZES[name]) & ~truth.ignored for name in SIZES}
    outside = {f"size.{name}": ~_within(found_sizes, SIZES[name]) for name in SIZES}
    nowhere = np.zeros(len(detections), bool)
    hidden = np.zeros(len(truth.skus)) if truth.occlusion is None else truth.occlusion
    hidden = np.round(hidden, _OCCLUSION_DIGITS)
    for name, (above, most) in OCCLUSIONS.items():
        inside[f"occlusion.{name}"] = (hidden > above) & (hidden <= most) & ~truth.ignored
    inside[DIFFICULT] = truth.difficult & ~truth.crowd & ~truth.unknown
    result = {}
    for name, here in inside.items():
        taken = match_all(detections, truth, overlap, ~here, _AT_HALF)[0]
        ignored = of_taken(~here, taken) | ((taken < 0) & outside.get(name, nowhere))
        result[name] = SliceTally(
            skus=detections.skus,
            scores=detections.scores,
            true=of_taken(here, taken),
            ignored=ignored,
            truth_skus=truth.skus[here],
            truth_found=found[here],
        )
    return result


def _area(boxes: np.ndarray) -> np.ndarray:
    return np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)


def _within(values: np.ndarray, bounds: tuple[float, float]) -> np.ndarray:
    return (values >= bounds[0]) & (values < bounds[1])
