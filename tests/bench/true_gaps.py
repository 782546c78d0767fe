"""Where gaps are on photos of the generated world, as their composer planned the shelves.

A gap is a stretch of a board, between two products, that is at least as wide as nine tenths of the
narrower one, of which the photo shows at least 60%, no hand or sign hides more than 40%, and
beside which something of both products is in the photo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from unittest import mock

import cv2
import numpy as np

from components.embedded_data.photo_plan import PlannedPhoto
from components.embedded_data.settings import EmbeddedDataSettings
from components.records.prediction import Box
from components.synthesis.distractors import NEGATIVES_WITH_DISTRACTORS
from components.synthesis.scenes import canvas, compose_scene, shelf
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.planogram import Placed, Row
from components.synthesis.scenes.pose import corners_of

_WIDE, _MAYBE_WIDE = 0.9, 0.7
"""Width of a gap, in widths of the narrower product beside it; and of what may be taken for one."""
_SHOWN = 0.6
"""Share of it inside the photo and not hidden."""
_OF_NEIGHBOUR = 0.3
"""Share of the products beside it that is inside the photo."""


@dataclass(frozen=True)
class TrueGap:
    """An empty stretch of a board.

    Attributes:
        box: Pixels of the photo.
        counts: Whether it is a gap.
        may_count: Whether it is right, and nothing won, to take it for one.
    """

    box: Box
    counts: bool
    may_count: bool


class Emptiness(NamedTuple):
    """A photo.

    Attributes:
        image: uint8 `[H, W, 3]` RGB.
        gaps: Its empty stretches.
        empty: bool `[H, W]`: pixels of places where nothing stands and which nothing hides.
    """

    image: np.ndarray
    gaps: list[TrueGap]
    empty: np.ndarray


class _Stretch(NamedTuple):
    left: np.ndarray
    right: np.ndarray
    start: float
    end: float


def compose_gaps(
    photo: PlannedPhoto,
    settings: EmbeddedDataSettings,
    products: Sequence[Cutout],
    distractors: Sequence[Cutout],
) -> Emptiness | None:
    """Compose a photo of the evaluation or the test split; None where its shelf is out of focus."""
    rng = np.random.default_rng([settings.seed, photo.number])
    if photo.negative:
        products = []
        distractors = distractors if rng.random() < NEGATIVES_WITH_DISTRACTORS else []
    with _recording() as (rows, overlays, papers):
        scene = compose_scene.compose_scene(rng, products, settings.scene, distractors)
    [paper] = papers
    if paper.out_of_focus:
        return None
    hidden = np.zeros(paper.shape, np.uint8)
    for _, mask, x, y in overlays:
        hidden[y : y + mask.shape[0], x : x + mask.shape[1]][mask > 0] = 1
    size = scene.image.shape[1::-1]
    taken = np.maximum((paper.owner > 0).astype(np.uint8), hidden)
    free = cv2.warpPerspective(taken, paper._warp, size, flags=cv2.INTER_NEAREST) == 0
    empty = np.zeros(size[::-1], np.uint8)
    gaps = []
    for row, items in rows:
        for stretch in _stretches(items):
            gaps.append(_gap(stretch, row, paper._warp, free))
            tall = (np.ptp(stretch.left[:, 1]) + np.ptp(stretch.right[:, 1])) / 2
            foot = row.board - row.depth / 2 - 0.75 * tall
            part = _quad(stretch.start, foot, stretch.end, row.board)
            cv2.fillConvexPoly(empty, np.round(_on_photo(part, paper._warp)).astype(int), (1,))
    return Emptiness(scene.image, gaps, (empty > 0) & free)


def _stretches(items: Sequence[Placed]) -> Iterator[_Stretch]:
    """Yield where nothing stands between two products of a row, at the front or behind."""
    quads = sorted((corners_of(item) for item in items), key=_foot_start)
    for before, quad in enumerate(quads[1:], start=1):
        last = max(quads[:before], key=_foot_end)
        if _foot_start(quad) - _foot_end(last) > 2:
            yield _Stretch(last, quad, _foot_end(last), _foot_start(quad))


def _foot_start(quad: np.ndarray) -> float:
    return float(quad[2:, 0].min())


def _foot_end(quad: np.ndarray) -> float:
    return float(quad[2:, 0].max())


def _gap(stretch: _Stretch, row: Row, warp: np.ndarray, free: np.ndarray) -> TrueGap:
    tall = (np.ptp(stretch.left[:, 1]) + np.ptp(stretch.right[:, 1])) / 2
    foot = row.board - row.depth / 2
    quad = _on_photo(_quad(stretch.start, foot - tall, stretch.end, foot), warp)
    inside = np.zeros(free.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.round(quad).astype(int), (1,))
    area = max(float(cv2.contourArea(quad.astype(np.float32))), 1.0)
    shown = min(inside.sum() / area, 1.0) if inside.any() else 0.0
    unhidden = float(free[inside > 0].mean()) if inside.any() else 0.0
    ends = [
        _OF_NEIGHBOUR * side + (1 - _OF_NEIGHBOUR) * near
        for side, near in (
            (_foot_start(stretch.left), _foot_end(stretch.left)),
            (_foot_end(stretch.right), _foot_start(stretch.right)),
        )
    ]
    points = _on_photo(np.array([[x, foot - 0.4 * tall] for x in ends]), warp)
    seen = bool(((points > 0) & (points < free.shape[::-1])).all())
    widths = [_foot_end(each) - _foot_start(each) for each in (stretch.left, stretch.right)]
    wide = (stretch.end - stretch.start) / min(widths)
    low, high = np.clip(quad.min(axis=0), 0, None), np.minimum(quad.max(axis=0), free.shape[::-1])
    good = wide >= _WIDE and shown >= _SHOWN and unhidden >= _SHOWN and seen
    return TrueGap((*low.tolist(), *high.tolist()), good, wide >= _MAYBE_WIDE)


def _quad(left: float, top: float, right: float, foot: float) -> np.ndarray:
    return np.array([[left, top], [right, top], [right, foot], [left, foot]], float)


def _on_photo(points: np.ndarray, warp: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float64), warp)[0])


@contextmanager
def _recording() -> Iterator[tuple[list[Any], list[Any], list[canvas.Canvas]]]:
    """Note the rows with their products, what is laid in front, and the canvas."""
    rows: list[Any] = []
    overlays: list[Any] = []
    papers: list[canvas.Canvas] = []
    fill, lay, photograph = shelf.fill_row, canvas.Canvas.lay, canvas.Canvas.photograph

    def noting_rows(rng: Any, row: Row, *others: Any) -> list[Placed]:
        items = fill(rng, row, *others)
        rows.append((row, items))
        return items

    def noting_overlays(paper: canvas.Canvas, overlay: Any) -> None:
        overlays.extend([] if overlay is None else [overlay])
        lay(paper, overlay)

    def noting_papers(paper: canvas.Canvas, rng: Any) -> Any:
        papers.append(paper)
        return photograph(paper, rng)

    with (
        mock.patch.object(shelf, "fill_row", noting_rows),
        mock.patch.object(canvas.Canvas, "lay", noting_overlays),
        mock.patch.object(canvas.Canvas, "photograph", noting_papers),
    ):
        yield rows, overlays, papers
