"""All metrics of one model, from the tallies of the photos it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from components.artifacts.evaluation_summary import (
    ModelSummary,
    ReliabilityBin,
    ReviewPoint,
    SkuRow,
)
from components.artifacts.operating_curve import OperatingCurve
from components.metrics.all_photos import AllPhotos
from components.metrics.all_products import product_metrics
from components.metrics.ambiguity_slices import ambiguity_slices, slice_metrics
from components.metrics.attribute_slices import attribute_slices
from components.metrics.average_precision import average_precisions, rows_by_name
from components.metrics.confusions import confusions
from components.metrics.costs import Costs
from components.metrics.counting import count_metrics, counting
from components.metrics.group_view import at_group
from components.metrics.metric_names import GROUP_RATES
from components.metrics.operating_curve import operating_curve
from components.metrics.photo_record import PhotoRecord
from components.metrics.precision_recall import precision_recall_curves
from components.metrics.review_order import ambiguity_bins, review_curve
from components.metrics.shares import share_of
from components.metrics.tally import PhotoTally, tally

_CALIBRATION_BINS = 15


@dataclass(frozen=True)
class DetectionMetrics:
    """The metrics of one model: tally each photo, join lists of tallies, summarise once.

    Attributes:
        threshold: The model's operating threshold.
        new_skus: SKUs held out of training.
        categories: The catalogue's, by SKU.
        costs: Costs of errors.
        groups: Group by SKU, of those that have one.
    """

    threshold: float
    new_skus: frozenset[str] = frozenset()
    categories: Mapping[str, str] = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    groups: Mapping[str, str] = field(default_factory=dict)

    def tally(self, record: PhotoRecord) -> PhotoTally:
        """Return one photo's share of every metric."""
        told = tally(record, self.threshold, self.new_skus)
        if not self.groups:
            return told
        return replace(
            told, at_group=tally(at_group(record, self.groups), self.threshold, self.new_skus)
        )

    def summarise(self, tallies: Sequence[PhotoTally]) -> ModelSummary:
        """Return all metrics. The order of the tallies does not matter."""
        photos = AllPhotos(sorted(tallies, key=lambda each: each.source_id), self.new_skus)
        skus = _sku_rows(photos)
        slices = ambiguity_slices(photos)
        reliability = _reliability(photos)
        wrong = ~photos.right[photos.judged_shown]
        ambiguity = photos.ambiguity[photos.judged_shown]
        review = review_curve(ambiguity, photos.scores[photos.judged_shown], wrong)
        metrics = {
            **_averages(skus),
            **_rates(photos),
            **count_metrics(photos.tallies),
            **product_metrics([each.products for each in tallies if each.products is not None]),
            **_photo_level(photos),
            **_at_group([each.at_group for each in tallies if each.at_group is not None]),
            "ece": _calibration_error(reliability),
            **_review_metrics(review),
            **slice_metrics(slices),
        }
        return ModelSummary(
            operating_threshold=self.threshold,
            metrics={name: value for name, value in metrics.items() if value is not None},
            slices=slices,
            attribute_slices=attribute_slices(photos.tallies, skus, self.categories),
            skus=skus,
            confusions=confusions(photos.tallies),
            reliability=reliability,
            ambiguity_bins=ambiguity_bins(ambiguity, wrong),
            review=review,
            operating=_operating(photos, self.costs, self.threshold),
            precision_recall=precision_recall_curves(photos, self.threshold),
            counts=photos.counts,
            counting=counting(photos.tallies, photos.new_skus, self.categories),
        )


def _sku_rows(photos: AllPhotos) -> tuple[SkuRow, ...]:
    rows = []
    precisions_of = average_precisions(
        photos.skus, photos.scores, photos.true, photos.ignored, photos.truth_skus
    )
    detections_of = rows_by_name(photos.skus)
    truths_of = rows_by_name(photos.truth_skus)
    nowhere = np.zeros(0, int)
    for sku in sorted({*photos.skus[photos.shown], *truths_of}):
        mine, truths = detections_of.get(sku, nowhere), truths_of.get(sku, nowhere)
        total = len(truths)
        shown = photos.judged_shown[mine]
        precisions = precisions_of.get(sku)
        rows.append(
            SkuRow(
                sku=sku,
                new=sku in photos.new_skus,
                truths=total,
                shown=int(photos.shown[mine].sum()),
                ap50=None if precisions is None else precisions[0],
                ap=None if precisions is None else precisions.mean(),
                recall50=share_of(photos.true[0, mine].sum(), total),
                precision_at_threshold=share_of((photos.right[mine] & shown).sum(), shown.sum()),
                recall_at_threshold=share_of(photos.truth_found[truths].sum(), total),
            )
        )
    return tuple(rows)


def _averages(skus: Sequence[SkuRow]) -> dict[str, float | None]:
    """Return mean average precisions: over the SKUs that are annotated at all, as COCO has it."""
    result = {}
    for suffix, rows in {
        "": skus,
        "_seen": [row for row in skus if not row.new],
        "_new": [row for row in skus if row.new],
    }.items():
        result[f"map50{suffix}"] = _mean([row.ap50 for row in rows if row.ap50 is not None])
        result[f"map{suffix}"] = _mean([row.ap for row in rows if row.ap is not None])
    return result


def _rates(photos: AllPhotos) -> dict[str, float | None]:
    truths = len(photos.truth_skus)
    shown = photos.judged_shown
    negatives = [each for each in photos.tallies if each.negative]
    return {
        "recall50": share_of(photos.true[0].sum(), truths),
        "precision_at_threshold": share_of((photos.right & shown).sum(), shown.sum()),
        "recall_at_threshold": share_of(photos.truth_found.sum(), truths),
        "false_positives_per_negative": share_of(
            sum(int(each.shown.sum()) for each in negatives), len(negatives)
        ),
    }


def _at_group(tallies: Sequence[PhotoTally]) -> dict[str, float | None]:
    if not tallies:
        return {}
    rates = _rates(AllPhotos(tallies, frozenset()))
    return {f"group_{name}": rates[name] for name in GROUP_RATES}


def _photo_level(photos: AllPhotos) -> dict[str, float | None]:
    ranks = {
        "": [each.label_rank for each in photos.tallies if each.label_rank is not None],
        "subject_": [each.subject_rank for each in photos.tallies if each.subject_rank is not None],
    }
    return {
        f"{kind}top{most}": share_of(sum(0 <= rank < most for rank in found), len(found))
        for kind, found in ranks.items()
        for most in (1, 5)
    }


def _reliability(photos: AllPhotos) -> tuple[ReliabilityBin, ...]:
    judged = ~photos.excused
    scores, right = photos.scores[judged], photos.true[0, judged]
    edges = np.linspace(0, 1, _CALIBRATION_BINS + 1)
    which = np.clip(np.searchsorted(edges, scores, side="right") - 1, 0, _CALIBRATION_BINS - 1)
    return tuple(
        ReliabilityBin(
            low=edges[b],
            high=edges[b + 1],
            n=int((which == b).sum()),
            confidence=_mean(scores[which == b]),
            accuracy=_mean(right[which == b]),
        )
        for b in range(_CALIBRATION_BINS)
    )


def _calibration_error(bins: Sequence[ReliabilityBin]) -> float | None:
    gaps = sum(
        each.n * abs(each.accuracy - each.confidence)
        for each in bins
        if each.accuracy is not None and each.confidence is not None
    )
    return share_of(gaps, sum(each.n for each in bins))


def _review_metrics(curve: Sequence[ReviewPoint]) -> dict[str, float]:
    if not curve:
        return {}
    return {
        "errors_caught_at_10": curve[10].caught,
        "errors_caught_at_10_by_score": curve[10].caught_by_score,
    }


def _operating(photos: AllPhotos, costs: Costs, threshold: float) -> OperatingCurve | None:
    if not photos.counts.boxed:
        return None
    return operating_curve(
        photos.scores[photos.judged],
        photos.right[photos.judged],
        photos.counts.boxes,
        photos.counts.boxed,
        costs,
        threshold,
    )


def _mean(values: Sequence[float] | np.ndarray) -> float | None:
    return float(np.mean(values)) if len(values) else None
