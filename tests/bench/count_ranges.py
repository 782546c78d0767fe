"""How often the truth is in the ranges of counts, on the test photos of the generated data set.

    oneshelf predict TEST-PHOTO… --release DIR --json found.jsonl
    python tests/bench/count_ranges.py found.jsonl

With a second file, of `further_photos.py`, the model of counts is fitted on that, printed, and
judged instead of the one that is committed.

What is counted are facings that can be named: of which the photo shows enough, and which stand
behind no other. A range is wrong, too, of a product that stands there and is not listed at all.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from composed_rows import compose_rows, embedded_products
from further_photos import further_photos
from tables import Figure, show

from components.embedded_data.photo_plan import PlannedPhoto, plan_photos
from components.embedded_data.settings import EmbeddedDataSettings
from components.predict.read_answers import read_answers
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.chances import Chance, chances_of
from components.shelf.count_odds import FITTED, CountModel, odds_of
from components.shelf.counts import counts_of
from components.shelf.facing import Shelf
from components.shelf.facings import shelf_of, stand_behind

_WANTED = 0.9
_START = np.array([0, 0, 0, 1, 1, 1, 0, 0, 0, -0.7, -3, -3], float)
_BOUNDS = [(-5, 5)] * 3 + [(0.1, 3)] * 3 + [(-5, 5)] * 3 + [(-4, 2)] + [(-8, 0)] * 2
_PRIOR = 1e-3
"""Weight of slopes that differ from 1."""

Photo = tuple[Shelf, Counter[str]]
"""What was found, and how many facings of each product there are."""


def main(found: Path, to_fit_on: Path | None) -> None:
    """Measure and print."""
    model = FITTED
    if to_fit_on is not None:
        further = list(_photos(to_fit_on, further_photos()))
        model = _fitted(further)
        leasts = np.arange(0.99, 0.5, -0.01).round(2).tolist()
        held = [np.mean(_judged(further, replace(model, least=each)).inside) for each in leasts]
        model = replace(model, least=leasts[int(np.argmin(np.abs(np.array(held) - _WANTED)))])
        print(model)
    test = [photo for photo in plan_photos(EmbeddedDataSettings()) if photo.split == "test"]
    judged = _judged(list(_photos(found, test)), model)
    share = float(judged.inside.mean())
    figures = [
        Figure("ranges that hold the truth", share, note=_of(judged.inside)),
        Figure("how far that is from 0.9", abs(share - _WANTED), "<= 0.05", "<= 0.02"),
        Figure("width of a range, facings", float(judged.widths.mean()),
               note=f"{(judged.widths == 0).mean():.3f} of them are one number"),
    ]  # fmt: skip
    kinds = {
        "with no facing": judged.true == 0,
        "with one facing": judged.true == 1,
        "with two or more": judged.true > 1,
        "not listed": ~judged.listed,
    }
    for kind, those in kinds.items():
        inside = judged.inside[those]
        figures.append(Figure(f"of products {kind}", float(inside.mean()), note=_of(inside)))
    show("Ranges of counts", figures)


def _of(inside: np.ndarray) -> str:
    return f"{inside.sum()} of {len(inside)}"


class Judged(NamedTuple):
    """Ranges beside the truth; one entry for each product of a photo.

    Attributes:
        true: int `[n]`, facings that there are.
        listed: bool `[n]`, whether it has a range.
        inside: bool `[n]`, whether the range holds the truth.
        widths: int `[m]`, of the ranges.
    """

    true: np.ndarray
    listed: np.ndarray
    inside: np.ndarray
    widths: np.ndarray


def _judged(photos: Sequence[Photo], model: CountModel) -> Judged:
    lines, widths = [], []
    for shelf, truth in photos:
        counts = {each.sku: each for each in counts_of([shelf], model)}
        widths += [each.high - each.low for each in counts.values()]
        for sku in {*counts, *truth}:
            count, true = counts.get(sku), truth[sku]
            inside = count is not None and count.low <= true <= count.high
            lines.append((true, count is not None, inside))
    true, listed, inside = zip(*lines, strict=True)
    return Judged(np.array(true), np.array(listed), np.array(inside), np.array(widths))


def _photos(found: Path, photos: Sequence[PlannedPhoto]) -> Iterator[Photo]:
    settings = EmbeddedDataSettings()
    products, distractors = embedded_products(settings)
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    for photo in photos:
        truth: Counter[str] = Counter()
        if not photo.negative:
            composed = compose_rows(photo.number, settings, products, distractors)
            named = ~composed.difficult & ~stand_behind(composed.boxes)
            truth.update(sku for sku, good in zip(composed.skus, named, strict=True) if good)
            del truth[UNKNOWN_PRODUCT]
        yield shelf_of(answers[photo.file_name]), truth


def _fitted(photos: Sequence[Photo]) -> CountModel:
    """Return the model under which the true counts are likeliest."""
    alike: dict[int, list[tuple[list[Chance], int]]] = {}
    for shelf, truth in photos:
        for sku, chances in chances_of(shelf).items():
            alike.setdefault(len(chances), []).append((chances, truth[sku]))
    batches = [
        (np.array([chances for chances, _ in some], float), np.array([true for _, true in some]))
        for some in alike.values()
    ]
    number = sum(len(true) for _, true in batches)

    def cost(values: np.ndarray) -> float:
        model, unlikely = _model(values), 0.0
        for chances, true in batches:
            odds = odds_of(chances, model)
            there = odds[np.arange(len(true)), np.minimum(true, odds.shape[1] - 1)]
            unlikely -= np.log(there + 1e-12).sum()
        return unlikely / number + _PRIOR * float(((values[3:6] - 1) ** 2).sum())

    return _model(minimize(cost, _START, method="L-BFGS-B", bounds=_BOUNDS).x, digits=3)


def _model(values: np.ndarray, digits: int = 12) -> CountModel:
    offset, slope, cut, (spread, missed, missed_of_each) = (
        np.round([*values[:9], *np.exp(values[9:])], digits).reshape(4, 3).tolist()
    )
    by_kind = tuple(offset), tuple(slope), tuple(cut)
    return CountModel(*by_kind, spread, missed, missed_of_each, FITTED.least)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
