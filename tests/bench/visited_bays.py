"""Bays of the generated world that are photographed twice, with something changed in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple
from unittest import mock

import cv2
import numpy as np

from components.embedded_data.settings import EmbeddedDataSettings
from components.synthesis.scenes import canvas, compose_scene, shelf
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.pose import corners_of

_GONE, _PRODUCT_GONE, _REPLACED = 0.04, 0.05, 0.02
"""Share of facings that one visit lacks, of products of which one lacks all that stand side by
side, and of facings where another product stands at the second visit."""
_AS_WIDE = 0.15
"""How much wider or narrower that product may be."""
_SHOWN = 0.5
"""Share of a place inside a photo from which on the photo shows it."""
_SEEN = 0.4
"""Share of a facing that is seen, from which on it can be named."""


class Change(NamedTuple):
    """A facing that stands at its place at one visit only.

    Attributes:
        sku: The product.
        facings: 1 where the second visit has it, -1 where the first has.
        clear: Whether the photo of that visit shows enough of it to be named.
    """

    sku: str
    facings: int
    clear: bool


class Visits(NamedTuple):
    """Two photos of a bay.

    Attributes:
        before: uint8 `[H, W, 3]` RGB.
        after: The same.
        changes: In places that both photos show.
    """

    before: np.ndarray
    after: np.ndarray
    changes: list[Change]


class _Visit(NamedTuple):
    """What stands at one visit; a place is the number of a facing of the bay.

    Attributes:
        image: uint8 `[H, W, 3]` RGB.
        places: By place, corners on the canvas, float `[4, 2]`.
        there: By place, the SKU that stands there.
        seen: By place, the share of what stands there that the photo shows.
        warp: From the canvas to the photo, `[3, 3]`.
    """

    image: np.ndarray
    places: dict[int, np.ndarray]
    there: dict[int, str]
    seen: dict[int, float]
    warp: np.ndarray


def visit_twice(
    seed: int,
    settings: EmbeddedDataSettings,
    products: Sequence[Cutout],
    distractors: Sequence[Cutout],
) -> Visits:
    """Photograph a bay at two visits: other light, another view, other things in front."""
    scene = settings.scene.model_copy(update={"handheld_share": 0.0})
    visits = [_Bay(seed, products, visit).photograph(scene, distractors) for visit in (0, 1)]
    changes = []
    for here, other, facings in ((*visits, -1), (*visits[::-1], 1)):
        for place, sku in here.there.items():
            quad = here.places[place]
            shown = min(_inside(quad, visit) for visit in visits)
            if other.there.get(place) != sku and shown >= _SHOWN:
                clear = here.seen.get(place, 0.0) >= _SEEN
                changes.append(Change(sku, facings, clear))
    return Visits(visits[0].image, visits[1].image, changes)


class _Bay:
    """A bay as it is at one of its visits."""

    def __init__(self, seed: int, products: Sequence[Cutout], visit: int):
        self._seed, self._products, self._visit = seed, products, visit
        self._changes = np.random.default_rng([seed, 1])  # the same for both visits
        self._places: dict[int, np.ndarray] = {}
        self._placed: dict[int, Placed] = {}

    def photograph(self, scene: Any, distractors: Sequence[Cutout]) -> _Visit:
        """Compose the bay as it always is, change it as this visit has it, and take the photo."""
        with self._as_visited() as canvases:
            rng = np.random.default_rng([self._seed, 0])
            photo = compose_scene.compose_scene(rng, self._products, scene, distractors)
        [paper] = canvases
        shown = {id(each.item): (at, each) for at, each in enumerate(paper._shown, start=1)}
        pixels = np.bincount((paper.owner * paper._in_photo).ravel())
        seen = {}
        for place, item in self._placed.items():
            if id(item) in shown:
                number, each = shown[id(item)]
                visible = pixels[number] if number < len(pixels) else 0
                seen[place] = float(visible / max(each.whole, 1))
        there = {place: item.cutout.sku for place, item in self._placed.items()}
        return _Visit(photo.image, self._places, there, seen, paper._warp)

    @contextmanager
    def _as_visited(self) -> Iterator[list[canvas.Canvas]]:
        """Change rows, and draw light, view and what is in front for this visit alone."""
        own = np.random.default_rng([self._seed, 2 + self._visit])
        fill, photograph, canvases = shelf.fill_row, canvas.Canvas.photograph, []

        def row(*given: Any) -> list[Placed]:
            return self._changed(fill(*given))

        def photo(paper: canvas.Canvas, _: np.random.Generator) -> Any:
            canvases.append(paper)
            return photograph(paper, own)

        def drawn_for_itself(draw: Any) -> Any:
            return lambda rng, *given: draw(own, *given)

        def in_front(paper: canvas.Canvas, _: np.random.Generator, facing: float) -> None:
            occlude(paper, own, facing)

        occlude = compose_scene._occlude
        with (
            mock.patch.object(shelf, "fill_row", row),
            mock.patch.object(shelf, "_light", drawn_for_itself(shelf._light)),
            mock.patch.object(canvas, "random_view", drawn_for_itself(canvas.random_view)),
            mock.patch.object(canvas.Canvas, "photograph", photo),
            mock.patch.object(compose_scene, "_occlude", in_front),
        ):
            yield canvases

    def _changed(self, items: list[Placed]) -> list[Placed]:
        """Return what of a row stands there at this visit."""
        fronts = sorted((item for item in items if not item.behind), key=lambda item: item.x)
        kept: list[Placed] = []
        away: list[Placed] = []
        lacking = -1
        for at, item in enumerate(fronts):
            if at == 0 or fronts[at - 1].cutout is not item.cutout:
                lacking = self._lacks(_PRODUCT_GONE)
            alone, replaced = self._lacks(_GONE), self._changes.random() < _REPLACED
            other = self._products[int(self._changes.integers(len(self._products)))]
            place = len(self._places)
            self._places[place] = corners_of(item)
            if self._visit in (lacking, alone):
                away.append(item)
                continue
            wider = item.cutout.aspect / other.aspect - 1
            if replaced and self._visit == 1 and abs(wider) < _AS_WIDE:
                away.append(item)
                item = replace(item, cutout=other)
            kept.append(item)
            self._placed[place] = item
        behind = [
            item for item in items
            if item.behind and not any(_is_behind(item, front) for front in away)
        ]  # fmt: skip
        return [*behind, *kept]

    def _lacks(self, share: float) -> int:
        """Return which visit lacks something; -1 for neither."""
        return int(self._changes.integers(2)) if self._changes.random() < share else -1


def _is_behind(item: Placed, front: Placed) -> bool:
    return item.cutout is front.cutout and abs(item.x - front.x) < 0.3 * front.height


def _inside(quad: np.ndarray, visit: _Visit) -> float:
    """Return which share of a place, corners on the canvas, lies inside a photo."""
    points = cv2.perspectiveTransform(quad[None].astype(np.float64), visit.warp)[0]
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.array(visit.image.shape[1::-1], float)
    inside = np.clip(np.minimum(high, size) - np.maximum(low, 0), 0, None)
    return float(inside.prod() / max((high - low).prod(), 1e-9))
