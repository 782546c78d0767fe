"""mAP@0.5 and recall of products that have something in common, such as size or store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from components.artifacts.evaluation_summary import AttributeSlice, SkuRow
from components.metrics.all_photos import join
from components.metrics.attribute_tally import SliceTally
from components.metrics.average_precision import average_precisions
from components.metrics.slice_names import NEW, SEEN, TRUTH_SLICES
from components.metrics.tally import PhotoTally


def attribute_slices(
    tallies: Sequence[PhotoTally], skus: Sequence[SkuRow], categories: Mapping[str, str]
) -> tuple[AttributeSlice, ...]:
    """Return every slice; see `slice_names`.

    Args:
        tallies: Tallies of all photos, in an order that does not depend on the machine.
        skus: All rows of the evaluation.
        categories: The catalogue's, by SKU.
    """
    return (
        *_of_skus(skus, categories),
        *(_row(name, [each.slices[name] for each in tallies]) for name in TRUTH_SLICES),
        *_of_photos(tallies),
    )


def _of_skus(skus: Sequence[SkuRow], categories: Mapping[str, str]) -> list[AttributeSlice]:
    """Return SKUs trained on, SKUs held out of training, and each category."""
    members: dict[str, list[SkuRow]] = {SEEN: [], NEW: []}
    for row in (row for row in skus if row.truths):
        members[NEW if row.new else SEEN].append(row)
        if category := categories.get(row.sku):
            members.setdefault(f"category.{category}", []).append(row)
    # A stable sort: the two that are always there stay ahead.
    named = sorted(members, key=lambda name: name if name.startswith("category.") else "")
    return [_of_rows(name, members[name]) for name in named]


def _of_rows(name: str, rows: Sequence[SkuRow]) -> AttributeSlice:
    n = sum(row.truths for row in rows)
    found = sum(row.truths * (row.recall_at_threshold or 0.0) for row in rows)
    precisions = [row.ap50 for row in rows if row.ap50 is not None]
    return AttributeSlice(
        name=name,
        n=n,
        skus=len(rows),
        map50=float(np.mean(precisions)) if precisions else None,
        recall_at_threshold=found / n if n else None,
    )


def _of_photos(tallies: Sequence[PhotoTally]) -> list[AttributeSlice]:
    """Return each store and each span from which there are products."""
    stores: dict[str, list[SliceTally]] = {}
    spans: dict[int, list[SliceTally]] = {}
    for each in tallies:
        if each.store:
            stores.setdefault(each.store, []).append(each.whole)
        if each.span is not None:
            spans.setdefault(each.span, []).append(each.whole)
    rows = [_row(f"store.{store}", photos) for store, photos in sorted(stores.items())]
    rows += [_row(f"span.{span}", photos) for span, photos in sorted(spans.items())]
    return [row for row in rows if row.n]


def _row(name: str, tallies: Sequence[SliceTally]) -> AttributeSlice:
    truth_skus = join([each.truth_skus for each in tallies], object)
    found = join([each.truth_found for each in tallies], bool)
    precisions = average_precisions(
        join([each.skus for each in tallies], object),
        join([each.scores for each in tallies], float),
        join([each.true for each in tallies], bool)[np.newaxis],
        join([each.ignored for each in tallies], bool)[np.newaxis],
        truth_skus,
    )
    return AttributeSlice(
        name=name,
        n=len(truth_skus),
        skus=len(precisions),
        map50=float(np.mean(list(precisions.values()))) if precisions else None,
        recall_at_threshold=float(found.mean()) if len(found) else None,
    )
