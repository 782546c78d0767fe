"""What is wrong with a shelf example that no schema can say."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from components.datasets.nearest_name import nearest
from components.records import feature_keys as keys
from components.records.features import Features
from components.records.problems import Problem
from components.records.shelf_examples import ShelfExample
from components.records.splits import UNKNOWN_PRODUCT

_OBJECT = "image/object/"
_PER_OBJECT = (
    *keys.BOX_EDGES,
    keys.OBJECT_SKU,
    keys.OBJECT_DIFFICULT,
    keys.OBJECT_IS_CROWD,
    keys.OBJECT_OCCLUSION,
)


def broken_contracts(features: Features, skus: Collection[str]) -> list[Problem]:
    """Return what is wrong with a shelf example that no schema can say.

    Args:
        features: Of the example.
        skus: Of the catalogue of the day.
    """
    example = ShelfExample(features)
    name = example.source_id
    lengths = {key.removeprefix(_OBJECT): len(features[key]) for key in _PER_OBJECT}
    if len(set(lengths.values())) > 1:
        counted = ", ".join(f"{count} {name}" for name, count in lengths.items())
        what = f"its objects have unequal numbers of values: {counted}"
        return [Problem(name, None, what, "annotate the photo again")]
    problems = [
        Problem(name, f"object {number}", what, remedy)
        for number, sku in enumerate(example.skus, start=1)
        if sku not in skus and sku != UNKNOWN_PRODUCT
        for what, remedy in [_unknown_sku(sku, skus)]
    ]
    for number, (left, top, right, bottom) in enumerate(example.boxes, start=1):
        if not (left < right and top < bottom):
            what = f"the box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) has no area"
            problems.append(Problem(name, f"object {number}", what, "draw it again or remove it"))
    if example.label and example.label not in skus:
        problems.append(Problem(name, "label", *_unknown_sku(example.label, skus)))
    return [*problems, *_broken_counts(example, skus)]


def _broken_counts(example: ShelfExample, skus: Collection[str]) -> Iterator[Problem]:
    counted, counts = (
        len(example.features[key]) for key in (keys.PHOTO_COUNTS_SKU, keys.PHOTO_COUNTS_COUNT)
    )
    if counted != counts:
        what = f"it counts {counted} SKUs by {counts} numbers"
        yield Problem(example.source_id, "counts", what, "count the products of the photo again")
    elif counted and (example.skus or example.label):
        what = "it is counted, and has boxes or a label, too"
        yield Problem(example.source_id, "counts", what, "list the photo in one table")
    for sku, _ in example.counts:
        if sku not in skus and sku != UNKNOWN_PRODUCT:
            yield Problem(example.source_id, "counts", *_unknown_sku(sku, skus))


def _unknown_sku(sku: str, skus: Collection[str]) -> tuple[str, str]:
    return (
        f"SKU '{sku}' is not in the catalogue",
        f"{nearest(sku, skus)}rename it, add the product to the catalogue, or use "
        f"'{UNKNOWN_PRODUCT}'",
    )
