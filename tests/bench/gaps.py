"""Which gaps are found, on the test photos of the generated data set.

    oneshelf predict TEST-PHOTO… --release DIR --json found.jsonl
    python tests/bench/gaps.py found.jsonl

With a second file, of `further_photos.py`, the weights are fitted on that and written. What a gap
is stands in `true_gaps.py`. One is found where something that is told covers half of it: half of
the width that either covers, in its row.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from composed_rows import embedded_products
from further_photos import further_photos
from logistic_weights import constant_of, fit_weights
from tables import Figure, show
from true_gaps import Emptiness, TrueGap, compose_gaps

from components.embedded_data.photo_plan import PlannedPhoto, plan_photos
from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.predict.read_answers import read_answers
from components.records.prediction import Box, PredictionRecord
from components.shelf import gap_weights
from components.shelf.facings import shelf_of
from components.shelf.gaps import FITTED, Weights, empty_runs, gaps_of
from components.shelf.logistic import expanded
from components.shelf.spans import spans_of
from components.shelf.strips import Strip, StripLooks

_SAME = 0.5
_SAME_ROW = 0.4
"""Share of the height that a gap and what is told of it have in common at least."""
_EMPTY = 0.6
"""Share of a strip that is empty, from which on it is to be told from others."""
_FOLDS = 5
_STRIP_PENALTY, _RUN_PENALTY = 0.1, 0.03
"""Inverse strength of what keeps weights small."""
_JPEG = 92

Photo = tuple[PredictionRecord, Emptiness]


def main(found: Path, to_fit_on: Path | None) -> None:
    """Measure and print."""
    weights = FITTED
    if to_fit_on is not None:
        weights = _fitted(list(_photos(to_fit_on, further_photos())))
        _write(weights)
    test = [photo for photo in plan_photos(EmbeddedDataSettings()) if photo.split == "test"]
    good = told = there = 0
    for record, photo in _photos(found, test):
        gaps = gaps_of(record, shelf_of(record), photo.image, weights)
        right, wrong, missed = _judged([gap.box for gap in gaps], photo.gaps)
        good, told, there = good + right, told + right + wrong, there + right + missed
    show("Gaps, from detections", [
        Figure("of gaps told there are", good / told, ">= 0.85", ">= 0.95",
               note=f"{good} of {told}"),
        Figure("of gaps there are told", good / there, ">= 0.80", ">= 0.95",
               note=f"{good} of {there}"),
    ])  # fmt: skip


def _photos(found: Path, photos: Sequence[PlannedPhoto]) -> Iterator[Photo]:
    settings = EmbeddedDataSettings()
    products, distractors = embedded_products(settings)
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    for photo in photos:
        composed = compose_gaps(photo, settings, products, distractors)
        if composed is not None:
            jpeg = np.frombuffer(encode_jpeg(composed.image, _JPEG), np.uint8)
            as_taken = cv2.cvtColor(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
            yield answers[photo.file_name], composed._replace(image=as_taken)


def _judged(told: Sequence[Box], true: Sequence[TrueGap]) -> tuple[int, int, int]:
    """Return how many are right, wrong and missed."""
    used: set[int] = set()
    right = wrong = 0
    for box in told:
        shares = {at: _in_common(box, gap.box) for at, gap in enumerate(true) if at not in used}
        best = max(shares, key=lambda at: shares[at], default=None)
        if best is None or shares[best] < _SAME or not true[best].may_count:
            wrong += 1
            continue
        used.add(best)
        right += true[best].counts
    missed = sum(gap.counts for at, gap in enumerate(true) if at not in used)
    return right, wrong, missed


def _in_common(one: Box, other: Box) -> float:
    high = min(one[3], other[3]) - max(one[1], other[1])
    if high < _SAME_ROW * min(one[3] - one[1], other[3] - other[1]):
        return 0.0
    both = min(one[2], other[2]) - max(one[0], other[0])
    return both / (max(one[2], other[2]) - min(one[0], other[0]))


def _fitted(photos: Sequence[Photo]) -> Weights:
    """Fit the weights, those of runs on strips that the weights of strips never saw."""
    looks, empty, of = [], [], []
    for number, (record, photo) in enumerate(photos):
        for strip in _strips(record, photo):
            looks.append(strip.looks)
            empty.append(_empty_share(strip, photo) > _EMPTY)
            of.append(number)
    strips = expanded(np.array(looks))
    numbers, folds = np.array(of) % _FOLDS, range(_FOLDS)
    runs, are = [], []
    for fold in folds:
        others = numbers != fold
        weights = fit_weights(strips[others], np.array(empty)[others], _STRIP_PENALTY)
        for number, (record, photo) in enumerate(photos):
            if number % _FOLDS != fold:
                continue
            for run in empty_runs(record, shelf_of(record), photo.image, weights):
                runs.append(run.looks)
                are.append(_judged([run.box], photo.gaps)[1] == 0)
    strip = fit_weights(strips, np.array(empty), _STRIP_PENALTY)
    run = fit_weights(expanded(np.array(runs)), np.array(are), _RUN_PENALTY)
    print(f"{len(strips)} strips, {len(runs)} runs, {sum(are)} of them gaps")
    return Weights(strip, run)


def _strips(record: PredictionRecord, photo: Emptiness) -> Iterator[Strip]:
    shelf = shelf_of(record)
    looks = StripLooks(photo.image, shelf, record.detections)
    for span in spans_of(shelf):
        yield from looks.strips(span)


def _empty_share(strip: Strip, photo: Emptiness) -> float:
    """Return the share of the lower part of a strip that is empty."""
    tall = strip.foot - strip.top
    left, right = max(int(strip.start), 0), max(int(np.ceil(strip.end)), int(strip.start) + 1)
    part = photo.empty[
        max(int(strip.foot - 0.65 * tall), 0) : max(int(strip.foot - 0.1 * tall), 0), left:right
    ]
    return float(part.mean()) if part.size else 0.0


def _write(weights: Weights) -> None:
    lines = ['"""Weights of what tells a gap, written by `tests/bench/gaps.py`."""', ""]
    for name, numbers, what in (
        ("STRIP", weights.strip, "Of what a strip looks like and the logarithms of that."),
        ("RUN", weights.run, "Of what strips side by side look like and the logarithms of that."),
    ):
        lines += [*constant_of(name, numbers), f'"""{what}"""']
    Path(gap_weights.__file__).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
