"""Which changes between two visits are told, and how many of them are true.

    python tests/bench/two_visits.py draw FOLDER
    oneshelf predict FOLDER --release DIR --json found.jsonl
    python tests/bench/two_visits.py judge found.jsonl

`fit found.jsonl` fits the weights on the first bays and writes them; the others judge. A change
that is told is true where, of all places that both photos show, more facings of the product went
than came, or the other way round. Of true changes those count whose facings the photo of either
visit shows well enough to be named.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from composed_rows import embedded_products
from logistic_weights import constant_of, fit_weights
from tables import Figure, show
from visited_bays import Visits, visit_twice

from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.predict.read_answers import read_answers
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf import change_weights
from components.shelf.facings import shelf_of
from components.shelf.laid_upon import laid_upon
from components.shelf.places import Visit
from components.shelf.visits import changed_places, compare_visits, place_looks

_TO_FIT, _TO_JUDGE = 140, 100
_SEED = 5000
_SURE = 0.1
_PENALTY = 0.3
"""Inverse strength of what keeps weights small."""


class Pair(NamedTuple):
    """Two visits with what was found, and the true changes."""

    before: Visit
    after: Visit
    net: Counter[str]
    clear: Counter[str]


def draw(folder: Path) -> None:
    """Draw the photos of all bays."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, visits in _bays(range(_TO_FIT + _TO_JUDGE)):
        for when in ("before", "after"):
            jpeg = encode_jpeg(getattr(visits, when))
            (folder / f"bay-{number:03d}-{when}.jpg").write_bytes(jpeg)


def judge(found: Path) -> None:
    """Measure and print."""
    for pixels in (True, False):
        true = told = all_told = all_true = named = there = 0
        for pair in _pairs(found, range(_TO_FIT, _TO_FIT + _TO_JUDGE), pixels):
            comparison = compare_visits([pair.before], [pair.after])
            right = {
                change.sku: change.noise
                for change in comparison.changes
                if pair.net[change.sku] * (change.after - change.before) > 0
            }
            all_told += len(comparison.changes)
            all_true += len(right)
            told += sum(change.noise < _SURE for change in comparison.changes)
            true += sum(noise < _SURE for noise in right.values())
            changed = [sku for sku, net in pair.clear.items() if net]
            there += len(changed)
            named += sum(right.get(sku, 1.0) < _SURE for sku in changed)
        at = f"told with a chance of noise below {_SURE}"
        show(f"Two visits, photos {'at hand' if pixels else 'not at hand'}", [
            Figure(f"of changes {at} are true", true / max(told, 1),
                   note=f"{true} of {told}"),
            Figure(f"of true changes are {at}", named / there, note=f"{named} of {there}"),
            Figure("of all changes told are true", all_true / max(all_told, 1),
                   note=f"{all_true} of {all_told}"),
        ])  # fmt: skip


def fit(found: Path) -> None:
    """Fit the weights and write them."""
    lines = [
        '"""Weights of what tells a change from noise, written by `tests/bench/two_visits.py`."""'
    ]
    for name, pixels in (("KNOWN", False), ("SEEN", True)):
        looks, true = [], []
        for pair in _pairs(found, range(_TO_FIT), pixels):
            laid = laid_upon(pair.before.shelf, pair.after.shelf)
            if laid is None:
                continue
            went, came = changed_places(pair.before, pair.after, laid)
            for place, gone in [
                *((each, True) for each in went),
                *((each, False) for each in came),
            ]:
                looks.append(place_looks(place, gone))
                true.append(pair.net[place.facing.sku] * (-1 if gone else 1) > 0)
        weights = fit_weights(np.array(looks), np.array(true), _PENALTY)
        print(f"{name}: {len(true)} places, {sum(true)} of them changed")
        lines += ["", *constant_of(name, weights)]
    Path(change_weights.__file__).write_text("\n".join(lines) + "\n")


def _bays(numbers: range) -> Iterator[tuple[int, Visits]]:
    settings = EmbeddedDataSettings()
    products, distractors = embedded_products(settings)
    for number in numbers:
        yield number, visit_twice(_SEED + number, settings, products, distractors)


def _pairs(found: Path, numbers: range, pixels: bool) -> Iterator[Pair]:
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    for number, visits in _bays(numbers):
        both = []
        for when in ("before", "after"):
            record = answers[f"bay-{number:03d}-{when}.jpg"]
            image = getattr(visits, when) if pixels else None
            both.append(Visit(record, shelf_of(record), image))
        net: Counter[str] = Counter()
        clear: Counter[str] = Counter()
        for change in visits.changes:
            if change.sku != UNKNOWN_PRODUCT:
                net[change.sku] += change.facings
                clear[change.sku] += change.facings * change.clear
        yield Pair(*both, net, clear)


if __name__ == "__main__":
    cv2.setNumThreads(1)
    {"draw": draw, "judge": judge, "fit": fit}[sys.argv[1]](Path(sys.argv[2]))
