"""Which metrics a data set cannot have, whatever the model does, and why."""

from __future__ import annotations

from components.artifacts.evaluation_summary import ModelSummary
from components.metrics.metric_names import METRIC_NAMES, UNBOXED

_BY_GROUP = "group_"
_CAUGHT = "errors_caught_at_10"
_PHOTO_LEVEL = frozenset({"top1", "top5", "subject_top1", "subject_top5"})


def impossible_metrics(summary: ModelSummary) -> dict[str, str]:
    """Return the metrics that the test data of `summary` cannot have, with the reason.

    A metric that is missing because the model shows nothing at all is not among them: that is the
    model's doing, and a gate on it refuses. An ambiguity slice into which none of the *shown*
    detections falls has no precision either, and nobody is at fault; nor is anybody where none of
    them is wrong, so that no error can be caught.
    """
    counts = summary.counts
    uncounted = _uncounted(summary)
    truths = {
        "seen": sum(row.truths for row in summary.skus if not row.new),
        "new": sum(row.truths for row in summary.skus if row.new),
    }
    empty = _empty_slices(summary)
    reasons = {}
    for name in METRIC_NAMES:
        subset = _subset(name)
        slice_name = name.rpartition(".")[0]
        if name in _PHOTO_LEVEL:
            if not counts.labelled:
                reasons[name] = "no test photo is labelled as a whole"
        elif name == "false_positives_per_negative":
            if not counts.negatives:
                reasons[name] = "no test photo is known to show no product"
        elif name.endswith(UNBOXED):
            reasons |= {name: uncounted[name]} if name in uncounted else {}
        elif not counts.boxes:
            reasons[name] = "no product is annotated on the test photos"
        elif name.startswith(_BY_GROUP):
            if f"{_BY_GROUP}recall_at_threshold" not in summary.metrics:
                reasons[name] = "no product has a group"
        elif subset and not truths[subset]:
            reasons[name] = f"no {subset} SKU is annotated on the test photos"
        elif name.startswith(_CAUGHT):
            shown = sum(each.n for each in summary.ambiguity_bins)
            if shown and not summary.review:
                reasons[name] = "none of the detections is wrong"
        elif slice_name in empty and not name.endswith(".share"):
            reasons[name] = f"none of the detections is {empty[slice_name]}"
    return reasons


def _uncounted(summary: ModelSummary) -> dict[str, str]:
    """Return the metrics of photos with counts and no boxes that the data cannot have."""
    of_pairs = {f"count_{what}{UNBOXED}" for what in ("mae", "exact")}
    of_products = {f"count_{what}{UNBOXED}" for what in ("error", "total_error")}
    if summary.counting is None:
        return dict.fromkeys(of_pairs | of_products, "no test photo has counts without boxes")
    found: dict[str, str] = {}
    if not summary.counting.whole.products:
        found |= dict.fromkeys(of_products, "no product stands on the test photos with counts")
    if not summary.counting.whole.pairs:
        found |= dict.fromkeys(of_pairs, "no product is counted on the test photos with counts")
    return found


def _subset(name: str) -> str | None:
    """Return `seen` or `new` where a metric is about those SKUs only."""
    for subset in ("seen", "new"):
        if name.endswith(f"_{subset}") or f".{subset}." in name:
            return subset
    return None


def _empty_slices(summary: ModelSummary) -> dict[str, str]:
    """Return prefix of the metrics and name of each empty slice, where others are not empty."""
    shown: dict[str, int] = {}
    slices = [row for row in summary.slices if row.name.startswith("ambiguity.")]
    for row in slices:
        shown[row.subset] = shown.get(row.subset, 0) + row.n
    return {
        row.name if row.subset == "all" else f"{row.name}.{row.subset}": row.name.split(".")[1]
        for row in slices
        if not row.n and shown[row.subset]
    }
