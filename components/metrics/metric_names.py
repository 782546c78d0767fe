"""Every metric there is: its name, what it says, and which way is better.

The list is closed, so that a gate on a metric that does not exist is refused before anything runs.
A metric is left out of an evaluation whose data cannot tell it: no negative photos, no labels, no
new SKUs, nothing in a slice.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Better = Literal["higher", "lower"]

AMBIGUITY_SLICES: dict[str, tuple[float, float]] = {
    "clear": (0.0, 0.5),
    "unsure": (0.5, 0.8),
    "coin_flip": (0.8, float("inf")),
}
"""Ambiguity from (inclusive) and to (exclusive), per slice."""

UNBOXED = "_unboxed"
"""Ends the names of metrics of photos with counts and no boxes."""

GROUP_RATES = ("precision_at_threshold", "recall_at_threshold")
"""Metrics that there are by group, too, where products have groups: `group_…`."""

SUBSETS = ("all", "seen", "new")
"""All SKUs; those trained on; those held out of training."""


class Metric(NamedTuple):
    """The title of a metric in texts, what it says, and which way is better."""

    title: str
    meaning: str
    better: Better


def _whole() -> dict[str, Metric]:
    higher: Better = "higher"
    lower: Better = "lower"
    return {
        "map50": Metric("mAP@0.5", "mean over SKUs of average precision at IoU 0.5", higher),
        "map50_seen": Metric(
            "mAP@0.5, products trained on", "the same, over SKUs trained on", higher
        ),
        "map50_new": Metric(
            "mAP@0.5, new products", "the same, over SKUs held out of training", higher
        ),
        "map": Metric(
            "mAP@0.5:0.95",
            "mean over SKUs and IoU 0.5, 0.55 … 0.95 of average precision",
            higher,
        ),
        "map_seen": Metric(
            "mAP@0.5:0.95, products trained on", "the same, over SKUs trained on", higher
        ),
        "map_new": Metric(
            "mAP@0.5:0.95, new products", "the same, over SKUs held out of training", higher
        ),
        "recall50": Metric(
            "recall at any score", "share of products found at any score, IoU 0.5", higher
        ),
        "precision_at_threshold": Metric(
            "precision",
            "share of shown detections that are right, at the operating threshold",
            higher,
        ),
        "recall_at_threshold": Metric(
            "recall", "share of products found, at the operating threshold", higher
        ),
        "group_precision_at_threshold": Metric(
            "precision, by group",
            "share of shown detections whose group is right, where products have groups; members "
            "at one place count once, with their summed score",
            higher,
        ),
        "group_recall_at_threshold": Metric(
            "recall, by group", "share of products whose group is found, likewise", higher
        ),
        **_counting("", "", "boxed photos"),
        **_counting(UNBOXED, ", without boxes", "photos with counts and no boxes"),
        "false_positives_per_negative": Metric(
            "false alarms without products",
            "detections shown on a photo without products, on average",
            lower,
        ),
        "product_ap50": Metric(
            "average precision of all products",
            "average precision at IoU 0.5 of finding products, of the catalogue or not, whatever "
            "they are called",
            higher,
        ),
        "product_recall": Metric(
            "recall of all products",
            "most products found, whatever they are called, where 0.9 of those shown are there",
            higher,
        ),
        "unknown_misnamed": Metric(
            "unknown products named",
            "share of the products of no SKU at whose place a SKU is shown",
            lower,
        ),
        "unknown_found": Metric(
            "unknown products seen",
            "share of the products of no SKU at whose place an unknown product is shown",
            higher,
        ),
        "top1": Metric(
            "photo-level top-1",
            "share of labelled photos whose best-scored SKU is the label",
            higher,
        ),
        "top5": Metric(
            "photo-level top-5",
            "share of labelled photos whose label is among the best five",
            higher,
        ),
        "subject_top1": Metric(
            "photo-level top-1, larger boxes first",
            "share of labelled photos whose label is the SKU with the highest score times the root "
            "of its box's share of the photo",
            higher,
        ),
        "subject_top5": Metric(
            "photo-level top-5, larger boxes first",
            "the same, whose label is among the best five",
            higher,
        ),
        "ece": Metric(
            "calibration error",
            "expected calibration error of all detections' scores, 15 bins, IoU 0.5",
            lower,
        ),
        "errors_caught_at_10": Metric(
            "errors among the most ambiguous 10%",
            "share of the wrong shown detections that lie in the most ambiguous tenth of all shown",
            higher,
        ),
        "errors_caught_at_10_by_score": Metric(
            "errors among the lowest-scored 10%",
            "the same for the tenth with the lowest scores, to compare",
            higher,
        ),
    }


def _counting(suffix: str, of: str, photos: str) -> dict[str, Metric]:
    pairs = f"over {photos} and SKUs that are on them or are shown"
    return {
        f"count_error{suffix}": Metric(
            f"counting error{of}",
            f"sum over {photos} and SKUs of |counted - true|, as a share of all products",
            "lower",
        ),
        f"count_mae{suffix}": Metric(
            f"count off by{of}", f"mean {pairs} of |counted - true|", "lower"
        ),
        f"count_exact{suffix}": Metric(
            f"counts exactly right{of}", f"share {pairs} where counted is true", "higher"
        ),
        f"count_total_error{suffix}": Metric(
            f"error of the total{of}",
            f"|all counted - all true| of {photos}, as a share of all products; counting too many "
            "here and too few there cancels out",
            "lower",
        ),
    }


def slice_name(name: str, subset: str) -> str:
    """Return the name of a slice of one subset, for example `ambiguity.clear.new`."""
    return name if subset == "all" else f"{name}.{subset}"


def slice_metric(name: str, subset: str, measure: str) -> str:
    """Return the name of a measure of one slice, for example `ambiguity.clear.new.precision`."""
    return f"{slice_name(name, subset)}.{measure}"


def _sliced() -> dict[str, Metric]:
    titles = {"precision": "right", "top2": "right or runner-up", "error_rate": "wrong"}
    measures: dict[str, tuple[str, Better]] = {
        "precision": ("share that is right", "higher"),
        "top2": ("share where the SKU or its runner-up is right", "higher"),
        "error_rate": ("share that is wrong", "lower"),
    }
    result = {}
    for subset in SUBSETS:
        of = {"all": "", "seen": " of SKUs trained on", "new": " of SKUs held out of training"}
        what = f"shown detections{of[subset]}"
        suffix = {"all": "", "seen": ", products trained on", "new": ", new products"}[subset]
        for name, (low, high) in AMBIGUITY_SLICES.items():
            title = f"{name.replace('_', ' ')} detections"
            span = f"from {low} to {high}" if high <= 1 else f"from {low}"
            for measure, (meaning, better) in measures.items():
                key = slice_metric(f"ambiguity.{name}", subset, measure)
                result[key] = Metric(
                    f"{title}: {titles[measure]}{suffix}",
                    f"{what}, ambiguity {span}: {meaning}",
                    better,
                )
            result[slice_metric(f"ambiguity.{name}", subset, "share")] = Metric(
                f"{title}: share{suffix}",
                f"{what}: share with ambiguity {span}",
                "higher" if name == "clear" else "lower",
            )
        result[slice_metric("missed", subset, "share")] = Metric(
            f"missed products{suffix}",
            f"products{of[subset]} not found at the operating threshold: share",
            "lower",
        )
    return result


METRIC_NAMES: dict[str, Metric] = {**_whole(), **_sliced()}
