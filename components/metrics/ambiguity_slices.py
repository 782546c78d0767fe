"""Shown detections by ambiguity, and missed products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.artifacts.evaluation_summary import SliceRow
from components.metrics.all_photos import AllPhotos
from components.metrics.metric_names import AMBIGUITY_SLICES, SUBSETS, slice_metric
from components.metrics.shares import share_of


def ambiguity_slices(photos: AllPhotos) -> tuple[SliceRow, ...]:
    """Return slices of the detections that users see and that are right or wrong; then the missed.

    Precision in a slice of *detections* means something; average precision does not, since a truth
    belongs to no detection until it is matched.
    """
    rows = []
    for subset in SUBSETS:
        shown = photos.judged_shown & _in_subset(photos.new, subset)
        for name, (low, high) in AMBIGUITY_SLICES.items():
            here = shown & (photos.ambiguity >= low) & (photos.ambiguity < high)
            n = int(here.sum())
            precision = share_of((photos.right & here).sum(), n)
            rows.append(
                SliceRow(
                    name=f"ambiguity.{name}",
                    subset=subset,
                    n=n,
                    share=share_of(n, shown.sum()),
                    precision=precision,
                    top2=share_of((photos.top2 & here).sum(), n),
                    error_rate=None if precision is None else 1 - precision,
                )
            )
        truths = _in_subset(photos.truth_new, subset)
        missed = int((truths & ~photos.truth_found).sum())
        rows.append(
            SliceRow(name="missed", subset=subset, n=missed, share=share_of(missed, truths.sum()))
        )
    return tuple(rows)


def slice_metrics(rows: Sequence[SliceRow]) -> dict[str, float | None]:
    """Return the measures of the rows as metrics, by name."""
    return {
        slice_metric(row.name, row.subset, measure): getattr(row, measure)
        for row in rows
        for measure in ("share", "precision", "top2", "error_rate")
    }


def _in_subset(new: np.ndarray, subset: str) -> np.ndarray:
    return {"all": np.ones_like(new), "seen": ~new, "new": new}[subset]
