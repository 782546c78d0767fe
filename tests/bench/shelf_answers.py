"""How right answers about shelves are, on the test photos of the generated data set.

    oneshelf predict TEST-PHOTO… --release DIR --json found.jsonl
    python tests/bench/shelf_answers.py found.jsonl

The composer of the photos knows the row and the place of every facing. Planograms are made of
that truth and spoilt: products that are nowhere are added (missing), items ask for one facing more
(low), items change places (misplaced), items are left out. Items with a facing that nobody could
name, being hidden, cut off or tiny, are not judged.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))
sys.path.insert(0, str(Path(__file__).parents[2]))

from composed_rows import NO_ROW, ComposedRows, compose_rows, embedded_products
from tables import Figure, show

from components.embedded_data.photo_plan import plan_photos
from components.embedded_data.settings import EmbeddedDataSettings
from components.planograms.planogram import PlannedItem, Planogram
from components.predict.read_answers import read_answers
from components.records.boxes import iou
from components.records.prediction import Detection, PredictionRecord
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.compare import compare
from components.shelf.facings import shelf_of
from components.shelf.rows import find_rows

_SAME_FACING = 0.5
_SPOILT = 0.08
"""Share of items that ask for more, and of places where a product that is nowhere is added."""
_LEFT_OUT = 0.3
"""Share of rows of which an item is left out."""
_SWAPPED = 20
"""Of so many items two change places."""


def main(found: Path) -> None:
    """Measure and print."""
    settings = EmbeddedDataSettings()
    products, distractors = embedded_products(settings)
    composed = {
        photo.file_name: compose_rows(photo.number, settings, products, distractors)
        for photo in plan_photos(settings)
        if photo.split == "test" and not photo.negative
    }
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    true = {name: _record(name, photo) for name, photo in composed.items()}
    skus = sorted(cutout.sku for cutout in products)
    figures = []
    for label, records, targets in (
        ("true boxes", true, (0.99, 0.999, 0.98, 0.995)),
        ("detections", answers, (0.95, 0.98, 0.88, 0.95)),
    ):
        rows = np.sum([_in_order(composed[name], records[name]) for name in composed], axis=0)
        statuses: Counter[tuple[str, str]] = Counter()
        began = time.perf_counter()
        for number, name in enumerate(composed):
            statuses += _statuses(number, composed[name], records[name], skus)
        spent = (time.perf_counter() - began) / len(composed)
        right = sum(count for (want, got), count in statuses.items() if want == got)
        figures += [
            Figure(f"facings in their row and order, from {label}", rows[0] / rows[1],
                   f">= {targets[0]}", f">= {targets[1]}", note=f"{rows[0]} of {rows[1]}"),
            Figure(f"planogram items with the right status, from {label}",
                   right / statuses.total(), f">= {targets[2]}", f">= {targets[3]}",
                   note=f"{right} of {statuses.total()}"),
            Figure(f"seconds for a photo, from {label}", spent, "<= 0.05", "<= 0.01"),
        ]  # fmt: skip
    show("Shelf answers", figures)


def _record(name: str, photo: ComposedRows) -> PredictionRecord:
    """Return what a recogniser that is always right says of a photo."""
    detections = tuple(
        Detection(sku, tuple(box), 0.9, shown=True)
        for box, sku in zip(photo.boxes.tolist(), photo.skus, strict=True)
    )
    return PredictionRecord(name, *photo.size, detections)


def _in_order(photo: ComposedRows, record: PredictionRecord) -> np.ndarray:
    """Return how many facings are in their row and order, and how many there are."""
    boxes = np.array([each.box for each in record.detections if each.shown]).reshape(-1, 4)
    rows = find_rows(boxes, (record.width, record.height))
    overlaps = iou(boxes, photo.boxes)
    found, truth = linear_sum_assignment(-overlaps)
    good = overlaps[found, truth] >= _SAME_FACING
    good &= (photo.rows[truth] != NO_ROW) & ~photo.behind[truth] & ~photo.difficult[truth]
    found, truth = found[good], truth[good]
    kinds, numbers = np.unique(photo.rows[truth]), np.unique(rows[found])
    both = (photo.rows[truth][:, None] == kinds) [:, :, None] & (
        rows[found][:, None] == numbers
    )[:, None]  # fmt: skip
    right = 0
    for kind, number in zip(*linear_sum_assignment(-both.sum(axis=0)), strict=True):
        members = np.flatnonzero(both[:, kind, number])
        order = members[np.argsort(boxes[found[members]][:, ::2].mean(axis=1))]
        right += _longest_rising(photo.places[truth[order]])
    return np.array([right, len(truth)])


def _longest_rising(places: np.ndarray) -> int:
    ends: list[float] = []
    for place in places.tolist():
        at = int(np.searchsorted(ends, place, side="right"))
        ends[at : at + 1] = [place]
    return len(ends)


def _statuses(
    seed: int, photo: ComposedRows, record: PredictionRecord, skus: list[str]
) -> Counter[tuple[str, str]]:
    """Return how often items of a status got which."""
    planogram, truth = _planogram(np.random.default_rng(seed), photo, skus)
    if not planogram.items:
        return Counter()
    answers = compare(planogram, [shelf_of(record)]).items
    return Counter(
        (truth[each.item], each.status) for each in answers if truth[each.item] != "not judged"
    )


def _planogram(
    rng: np.random.Generator, photo: ComposedRows, skus: list[str]
) -> tuple[Planogram, dict[PlannedItem, str]]:
    """Return a spoilt planogram of a photo, and the true status of its items."""
    known = np.array([sku != UNKNOWN_PRODUCT for sku in photo.skus], bool)
    front = (photo.rows != NO_ROW) & ~photo.behind & known
    rows: list[list[tuple[PlannedItem, str]]] = []
    for row in np.unique(photo.rows[front]):
        items: list[tuple[PlannedItem, str]] = []
        members = np.flatnonzero(front & (photo.rows == row))
        for at in members[np.argsort(photo.places[members])]:
            status = "not judged" if photo.difficult[at] else "ok"
            if items and items[-1][0].sku == photo.skus[at]:
                before, was = items.pop()
                wider = replace(before, facings=before.facings + 1)
                items.append((wider, min(status, was)))
            else:
                items.append((PlannedItem("", 0, 0, photo.skus[at]), status))
        rows.append(items)
    _swap(rng, rows)
    absent = [sku for sku in skus if sku not in photo.skus]
    rng.shuffle(absent)
    truth: dict[PlannedItem, str] = {}
    for number, items in enumerate(rows, start=1):
        spoilt: list[tuple[PlannedItem, str]] = []
        for at, (item, status) in enumerate(items):
            if status == "ok" and rng.random() < _SPOILT:
                item, status = replace(item, facings=item.facings + 1), "low"
            spoilt.append((item, status))
            if at < len(items) - 1 and absent and rng.random() < _SPOILT:
                facings = int(rng.integers(1, 3))
                spoilt.append((PlannedItem("", 0, 0, absent.pop(), facings), "missing"))
        if len(spoilt) > 3 and rng.random() < _LEFT_OUT:
            at = int(rng.integers(1, len(spoilt) - 1))
            if spoilt[at][1] == "ok":
                spoilt.pop(at)
        for position, (item, status) in enumerate(spoilt, start=1):
            truth[replace(item, row=number, position=position)] = status
    return Planogram(tuple(truth)), truth


def _swap(rng: np.random.Generator, rows: list[list[tuple[PlannedItem, str]]]) -> None:
    """Let items change places, each with its facings; of products that stand in one place."""
    often = Counter(item.sku for row in rows for item, _ in row)
    free = [
        (row, at)
        for row, items in enumerate(rows)
        for at, (item, status) in enumerate(items)
        if often[item.sku] == 1 and status == "ok"
    ]
    rng.shuffle(free)
    for _ in range(max(1, len(free) // _SWAPPED) if len(free) > 3 else 0):
        (row, at), (other, there) = free.pop(), free.pop()
        if row == other and abs(at - there) == 1:
            continue
        one, two = rows[row][at][0], rows[other][there][0]
        rows[row][at] = replace(two, facings=one.facings), "misplaced"
        rows[other][there] = replace(one, facings=two.facings), "misplaced"


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]))
