"""What the data are like, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.publish.report.tables.split_statistics import SplitStatistics, Spread

_STANDS_OUT = 0.5
"""Difference of two means, in standard deviations of the training photos, worth a sentence.

Half a deviation is what Cohen calls a medium effect: people see it when they look for it.
"""

_MORE_AND_LESS = {
    "brightness": ("brighter", "darker"),
    "contrast": ("richer in contrast", "flatter"),
    "sharpness": ("sharper", "less sharp"),
    "products per photo": ("fuller", "emptier"),
}


def describe(data_set: str, split: SplitStatistics) -> str:
    """Describe one split in a sentence."""
    things = "packshots" if data_set == "catalogue" else "photos"
    parts = [f"{split.photos:,} {things}"]
    if products := split.boxes + split.counted:
        most = split.spread("products per photo")
        per_photo = f"{products / split.photos:.1f} a photo" if split.photos else ""
        most_on_one = f", {most.most:.0f} at most" if most else ""
        said = f"{split.boxes:,} boxes"
        if split.counted:
            said += f" and {split.counted:,} products counted without boxes"
        parts.append(f"{said} on them ({per_photo}{most_on_one})")
    if split.spans:
        first, last = split.spans
        parts.append(f"from span {first}" if first == last else f"from spans {first} to {last}")
    return ", ".join([*parts, *_size(split)]) + "."


def boxes_that_count(splits: Sequence[SplitStatistics], counted: int) -> list[str]:
    """Say how the boxes of the test photos and the products that a model is to find go together.

    Args:
        splits: Of the shelf photos.
        counted: Products that count, of the evaluation.
    """
    boxes = next((split.boxes for split in splits if split.name == "test"), 0)
    if boxes <= counted:
        return []
    return [
        f"Of the {boxes:,} boxes on test photos {counted:,} are products that count; products "
        "outside the catalogue, crowds and what is marked as difficult do not."
    ]


def unlike_training(splits: Sequence[SplitStatistics]) -> list[str]:
    """Say how the photos that a model is judged on differ from those it was trained on.

    One sentence per difference of at least `_STANDS_OUT`; one that there is none where all is well;
    nothing where there is nothing to compare.
    """
    by_name = {split.name: split for split in splits}
    train, test = by_name.get("train"), by_name.get("test")
    if train is None or test is None or not train.spreads:
        return []
    found = list(_differences(train, test))
    return found or [
        "The test photos are like those trained on in brightness, contrast, sharpness and number "
        "of products."
    ]


def _differences(train: SplitStatistics, test: SplitStatistics) -> Iterator[str]:
    for name, (more, less) in _MORE_AND_LESS.items():
        before, after = train.spread(name), test.spread(name)
        if before is None or after is None or not _stands_out(before, after):
            continue
        word = more if after.mean > before.mean else less
        yield (
            f"The test photos are {word} than those trained on: {name} is {after.mean:.2f} on "
            f"average, against {before.mean:.2f}."
        )


def _stands_out(before: Spread, after: Spread) -> bool:
    return abs(after.mean - before.mean) > _STANDS_OUT * before.deviation > 0


def _size(split: SplitStatistics) -> Iterator[str]:
    width, height = split.spread("width, pixels"), split.spread("height, pixels")
    if width is None or height is None:
        return
    if width.least == width.most and height.least == height.most:
        yield f"all {width.most:.0f} × {height.most:.0f} pixels"
    else:
        sides = f"{width.least:.0f} × {height.least:.0f} to {width.most:.0f} × {height.most:.0f}"
        yield f"{sides} pixels"
