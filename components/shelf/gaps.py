"""Gaps: empty width in a row that a facing would fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from components.records.prediction import Box, PredictionRecord
from components.shelf.facing import Facing, Shelf
from components.shelf.gap_weights import RUN, STRIP
from components.shelf.logistic import expanded, probability
from components.shelf.spans import Span, spans_of
from components.shelf.strips import Strip, StripLooks

_EMPTY, _STILL_EMPTY = 0.5, 0.2
"""Probability that a strip is empty at which a gap is seen, and above which its strips are."""
_NARROWEST = 0.6
"""Narrowest gap, in widths of the narrower facing beside it: boxes are wider than products."""
_LEAST = 0.55
"""Probability from which on a gap is told."""
_SMOOTH = (0.25, 0.5, 0.25)
_SAME_ON_BOTH, _SAME_ON_ONE = 0.9, 0.25
"""How likely a product stood in a gap that stands on both sides of it, or on one."""


@dataclass(frozen=True)
class Gap:
    """A gap.

    Attributes:
        photo: The path as the user gave it.
        row: From the top, from 1.
        box: Pixels of the photo, as high as products beside it.
        left: The facing before it; None where that is not found.
        right: The facing after it; None where that is not found.
        chance: Probability that it is one.
        expected: Products that may belong there, the likeliest first, each with its probability.
        planned: Whether the planogram says so.
    """

    photo: str
    row: int
    box: Box
    left: Facing | None
    right: Facing | None
    chance: float
    expected: tuple[tuple[str, float], ...]
    planned: bool = False

    @property
    def facings(self) -> int:
        """How many of the narrower facing beside it would fill it; one at least."""
        narrower = min(each.width for each in (self.left, self.right) if each is not None)
        return max(round((self.box[2] - self.box[0]) / narrower), 1)


@dataclass(frozen=True, eq=False)
class Run:
    """Strips side by side that look empty.

    Attributes:
        span: What they are part of.
        box: Around them, pixels of the photo.
        looks: Numbers that say what they look like together.
    """

    span: Span
    box: Box
    looks: np.ndarray


class Weights(NamedTuple):
    """What tells a gap, see gap_weights.py."""

    strip: tuple[float, ...]
    run: tuple[float, ...]


FITTED = Weights(STRIP, RUN)


def gaps_of(
    record: PredictionRecord, shelf: Shelf, pixels: np.ndarray, weights: Weights = FITTED
) -> tuple[Gap, ...]:
    """Return the gaps of a photo, row by row.

    A gap ends at something on either side: of an empty place at the edge of the photo nobody knows
    where it ends.

    Args:
        record: What was found.
        shelf: The same as rows of facings.
        pixels: uint8 `[H, W, 3]` RGB, of any size of the photo.
        weights: What tells a gap.
    """
    found: list[Gap] = []
    runs = list(empty_runs(record, shelf, pixels, weights.strip))
    chances = [probability(expanded(run.looks), weights.run) for run in runs]
    for at in np.argsort(chances)[::-1]:
        run, chance = runs[at], float(chances[at])
        if chance >= _LEAST and not any(one_place(run.box, other.box) for other in found):
            left, right = run.span.left, run.span.right
            expected = _expected(left, right)
            found.append(Gap(shelf.photo, run.span.row, run.box, left, right, chance, expected))
    return tuple(sorted(found, key=lambda gap: (gap.row, gap.box[0])))


def empty_runs(
    record: PredictionRecord, shelf: Shelf, pixels: np.ndarray, weights: tuple[float, ...]
) -> Iterator[Run]:
    """Yield what may be gaps, by the weights of what tells an empty strip."""
    looks = StripLooks(pixels, shelf, record.detections)
    for span in spans_of(shelf):
        strips = list(looks.strips(span))
        if strips:
            empty = probability(expanded(np.array([strip.looks for strip in strips])), weights)
            smooth = np.convolve(np.pad(empty, 1, mode="edge"), _SMOOTH, "valid")
            yield from runs_of(span, strips, smooth if len(empty) > 2 else empty)


def runs_of(span: Span, strips: Sequence[Strip], empty: np.ndarray) -> Iterator[Run]:
    """Yield strips side by side that look empty, with something on either side of them.

    Args:
        span: What they are part of.
        strips: All of its strips, from the left.
        empty: float `[n]`, the probability that each is empty.
    """
    inside = np.concatenate([[False], empty > _STILL_EMPTY, [False]])
    edges = np.flatnonzero(np.diff(inside))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        here, some = strips[first:after], empty[first:after]
        start, end = here[0].start, here[-1].end
        # At the edge of the photo nobody knows where it ends.
        ended = (span.left is not None or first > 0) and (
            span.right is not None or after < len(strips)
        )
        if ended and some.max() >= _EMPTY and end - start >= _NARROWEST * span.narrower:
            top, foot = min(each.top for each in here), max(each.foot for each in here)
            together = [*_shape(span, strips, here, some), *np.mean([s.looks for s in here], 0)]
            yield Run(span, (start, top, end, foot), np.array(together))


def _shape(
    span: Span, strips: Sequence[Strip], here: Sequence[Strip], empty: np.ndarray
) -> list[float]:
    start, end, narrower = here[0].start, here[-1].end, span.narrower
    mean = float(empty.mean())
    tall = strips[0].foot - strips[0].top
    return [
        float(np.log(mean / (1 - mean + 1e-6))),
        float(empty.max()),
        float(empty.min()),
        float(np.log((end - start) / narrower)),
        (end - start) / (strips[-1].end - strips[0].start),
        1.0 if span.left is None else (start - strips[0].start) / narrower,
        1.0 if span.right is None else (strips[-1].end - end) / narrower,
        float(len(span.beside) == 1),
        float(empty.std()),
        min(narrower / tall, 2.0),
    ]


def _expected(left: Facing | None, right: Facing | None) -> tuple[tuple[str, float], ...]:
    beside = [each.sku for each in (left, right) if each is not None and not each.unknown]
    if len(beside) == 2 and beside[0] == beside[1]:
        return ((beside[0], _SAME_ON_BOTH),)
    return tuple((sku, _SAME_ON_ONE) for sku in beside)


def one_place(one: Box, other: Box) -> bool:
    """Return whether half of one of two boxes is in the other, either way."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return (
        wide > 0.5 * min(one[2] - one[0], other[2] - other[0])
        and high > 0.5 * min(one[3] - one[1], other[3] - other[1])
    )  # fmt: skip
