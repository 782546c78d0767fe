"""Test photos and models made of numbers: what a model says, from photo to verdict, in moments.

A model is a function of a photo. It goes through the Evaluator's own metrics and the gates' own
evidence, so that what a bad model does to its metrics is measured and not made up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from components.artifacts.evaluation_summary import ModelSummary, Summary
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.release_gate.evidence import EdgeEvidence, Evidence, ServingEvidence, gather

Model = Callable[[PhotoTruth], Detections]

FAMILIES = ("tea", "juice", "soap")
SKUS = tuple(f"{family}-{variant}" for family in FAMILIES for variant in range(4))
NEW = frozenset({"tea-3", "juice-3", "soap-3"})
CATEGORIES = {sku: sku.partition("-")[0] for sku in SKUS}
THRESHOLD = 0.5
WIDTH, HEIGHT = 1000, 800


def photos() -> list[PhotoTruth]:
    """Twenty shelves of two stores, six photos of nothing, eight labelled, and six counted."""
    rng = np.random.default_rng(0)
    shelves = [_shelf(rng, number) for number in range(20)]
    negatives = [
        PhotoTruth(f"negative-{number}", "", WIDTH, HEIGHT, store="north", span=1)
        for number in range(6)
    ]
    labelled = [
        PhotoTruth(f"labelled-{number}", "", WIDTH, HEIGHT, label=SKUS[number], span=1)
        for number in range(8)
    ]
    counted = [
        PhotoTruth(f"counted-{number}", "", WIDTH, HEIGHT, span=1, counts=_counts(number))
        for number in range(6)
    ]
    return [*shelves, *negatives, *labelled, *counted]


def _counts(number: int) -> dict[str, int]:
    return {SKUS[number]: 2, SKUS[number + 1]: 3, SKUS[number + 2]: 0}


def good(photo: PhotoTruth) -> Detections:
    """Finds nine products in ten, and is wrong among near-identical ones as often as it says."""
    rng = np.random.default_rng(sum(map(ord, photo.source_id)))
    if photo.label:
        return _detections([[100, 100, 300, 400]], [photo.label], [0.9])
    if photo.counts is not None:
        skus = [sku for sku, count in photo.counts.items() for _ in range(count)]
        boxes = [[100 * place, 100, 100 * place + 80, 300] for place in range(len(skus))]
        return _detections(boxes, skus, [0.9] * len(skus))
    truth = photo.truth
    seen = np.flatnonzero(rng.random(len(truth.skus)) < 0.92)
    sure = rng.choice([0.97, 0.9, 0.6], len(seen), p=[0.7, 0.2, 0.1])
    right = rng.random(len(seen)) < sure
    skus, rivals = [], []
    for t, is_right in zip(seen, right, strict=True):
        family, variant = truth.skus[t].split("-")
        sibling = f"{family}-{(int(variant) + 1) % 4}"
        skus.append(truth.skus[t] if is_right else sibling)
        rivals.append(sibling if is_right else truth.skus[t])
    return _detections(truth.boxes[seen], skus, sure, rivals)


def evaluate(model: Model, test: Sequence[PhotoTruth] | None = None) -> ModelSummary:
    """What the Evaluator would write about a model."""
    metrics = DetectionMetrics(THRESHOLD, NEW, CATEGORIES)
    records = [PhotoRecord(photo, model(photo)) for photo in test or photos()]
    return metrics.summarise([metrics.tally(record) for record in records])


def evidence(
    model: Model,
    baseline: Model | None = good,
    test: Sequence[PhotoTruth] | None = None,
    **changes: object,
) -> Evidence:
    """What the gates would look at: a model, beside a release, with good checks but `changes`."""
    summary = Summary(
        **dict(evaluate(model, test)),
        baseline=evaluate(baseline, test) if baseline else None,
        products={},
    )
    found = gather(
        summary,
        EdgeEvidence(parity=0.99, size_bytes=8e6, latency_ms=90.0),
        ServingEvidence(ok=True, reason="Loads and answers."),
        weights_source="imagenet",
        incomparable=None if baseline else "there is no current release",
    )
    return replace(found, **changes)


def change(photo: PhotoTruth, where: np.ndarray, to: Detections) -> Detections:
    """What `good` finds on a photo, without the detections at the truths picked, and with `to`."""
    found = good(photo)
    boxes = photo.truth.boxes[where]
    kept = ~(found.boxes[:, None] == boxes[None]).all(axis=2).any(axis=1)
    return joined(found.take(kept), to)


def joined(*parts: Detections) -> Detections:
    """All detections of some parts, best first."""
    fields = ("boxes", "skus", "scores", "runner_up_skus", "runner_up_scores", "ambiguity")
    whole = Detections(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in fields}
    )
    return whole.take(np.argsort(-whole.scores, kind="stable"))


def _shelf(rng: np.random.Generator, number: int) -> PhotoTruth:
    boxes, skus = [], []
    for place in range(24):
        left, top = 120 * (place % 8) + 10, 250 * (place // 8) + 10
        side = rng.choice([30, 100])
        boxes.append([left, top, left + side, top + 2 * side])
        skus.append(SKUS[rng.integers(len(SKUS))])
    names = np.array(skus, object)
    truth = Truth(
        np.array(boxes, float),
        names,
        difficult=rng.random(24) < 0.05,
        crowd=np.zeros(24, bool),
        new=np.array([sku in NEW for sku in skus]),
        occlusion=rng.choice([0.0, 0.3, 0.6], 24, p=[0.7, 0.2, 0.1]),
    )
    store = ("north", "south")[number % 2]
    return PhotoTruth(f"shelf-{number}", "", WIDTH, HEIGHT, truth, store=store, span=1)


def _detections(
    boxes: Sequence[Sequence[float]] | np.ndarray,
    skus: Sequence[str],
    scores: Sequence[float] | np.ndarray,
    rivals: Sequence[str] | None = None,
) -> Detections:
    """Detections whose runner-up gets what the best one leaves."""
    score = np.array(scores, float)
    second = 1 - score if rivals else np.zeros(len(score))
    found = Detections(
        np.array(boxes, float).reshape(-1, 4),
        np.array(skus, object),
        score,
        np.array(rivals or [""] * len(score), object),
        second,
        2 * np.minimum(score, second) / np.maximum(score + second, 1e-9),
    )
    return found.take(np.argsort(-score, kind="stable"))
