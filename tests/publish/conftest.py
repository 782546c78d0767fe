"""A small evaluation of generated photos: everything that a report is made of."""

import json
from collections.abc import Callable
from datetime import datetime, timezone

import numpy as np
import pytest
from shelf_pictures import HEIGHT, WIDTH, pixels_of

from components.evaluator.detection_metrics import DetectionMetrics
from components.evaluator.predictions import to_json_line
from components.evaluator.records import Detections, PhotoRecord, PhotoTruth, Truth
from components.evaluator.summary import Product, Summary
from components.publish.content import Picture, ReportContent
from components.publish.curves import precision_recall
from components.publish.photos import Judged, choose, draw
from components.publish.statistics import SplitStatistics, Spread
from components.release_gate.verdict import GateResult, Verdict

THRESHOLD = 0.5
SEEN = ["milk-1l-full", "milk-1l-light", "juice-orange"]
NEW = ["juice-peach", "yoghurt-<b>berry</b>"]


def _photo(rng: np.random.Generator, number: int, skill: float) -> PhotoRecord:
    """A photo with two rows of products; the better the model, the more it gets right."""
    if number == 0:
        return PhotoRecord(PhotoTruth("negative", "empty shelf.jpg", WIDTH, HEIGHT), Detections())
    boxes, skus = [], []
    for row in range(2):
        for column in range(5):
            left, top = 10 + 60 * column, 12 + 115 * row
            boxes.append([left, top, left + 48, top + 100])
            skus.append((SEEN + NEW)[rng.integers(5)])
    truth = Truth(
        boxes=np.array(boxes, float),
        skus=np.array(skus, object),
        difficult=np.zeros(len(skus), bool),
        crowd=np.zeros(len(skus), bool),
        new=np.array([sku in NEW for sku in skus]),
    )
    known = np.array(SEEN + NEW, object)
    right = rng.random(len(skus)) < skill
    said = np.where(right, truth.skus, known[rng.integers(5, size=len(skus))])
    scores = np.clip(rng.normal(np.where(right, 0.8, 0.55), 0.12), 0.02, 0.99)
    order = np.argsort(-scores)
    detections = Detections(
        boxes=truth.boxes + rng.normal(0, 2, truth.boxes.shape),
        skus=said,
        scores=scores,
        runner_up_skus=known[rng.integers(5, size=len(skus))],
        runner_up_scores=scores / 3,
        ambiguity=np.where(right, rng.random(len(skus)) * 0.6, rng.random(len(skus))),
    ).take(order)
    name = f"span-1/shelf {number}.jpg"
    return PhotoRecord(PhotoTruth(f"photo-{number}", name, WIDTH, HEIGHT, truth), detections)


@pytest.fixture(scope="session")
def records() -> list[PhotoRecord]:
    rng = np.random.default_rng(1)
    return [_photo(rng, number, skill=0.4 + 0.05 * number) for number in range(12)]


@pytest.fixture(scope="session")
def lines(records) -> list[dict]:
    return [json.loads(to_json_line(record, THRESHOLD)) for record in records]


@pytest.fixture(scope="session")
def make_summary(records) -> Callable[..., Summary]:
    def make(compared: bool) -> Summary:
        metrics = DetectionMetrics(THRESHOLD, frozenset(NEW))
        candidate = metrics.summarise([metrics.tally(record) for record in records])
        before = metrics.summarise([metrics.tally(record) for record in records[:9]])
        return Summary(
            **candidate.model_dump(),
            baseline=before if compared else None,
            products={sku: Product(name=sku.title(), category="x") for sku in SEEN + NEW},
        )

    return make


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., Verdict]:
    def make(status: str = "released") -> Verdict:
        def gate(name: str, value: float | None, verdict: str, reason: str) -> GateResult:
            return GateResult(
                name=name, value=value, threshold=">= 0.5", verdict=verdict, reason=reason
            )

        refused = status == "refused"
        return Verdict(
            version=4 if status == "released" else None,
            blessed=not refused,
            same_as_current=status == "unchanged",
            content_hash="c0ffee" * 8,
            parent=3,
            gates=(
                gate("metric.map50_seen", 0.81, "pass", "map50_seen is 0.810."),
                gate(
                    "metric.map50_new",
                    0.31 if refused else 0.61,
                    "refuse" if refused else "pass",
                    "map50_new is 0.310, and >= 0.5 is asked for."
                    if refused
                    else "map50_new is 0.610.",
                ),
                gate("metric.top1", None, "skipped", "top1 does not apply: no photo is labelled."),
            ),
        )

    return make


def picture(judged: Judged) -> Picture:
    number = int(judged.line["source_id"].rpartition("-")[2])
    return Picture(draw(pixels_of(number), judged.line), judged.line["photo"], judged.caption)


@pytest.fixture(scope="session")
def make_content(lines, make_summary, make_verdict) -> Callable[..., ReportContent]:
    def make(status: str = "released", compared: bool = True) -> ReportContent:
        worst, best = choose(lines, 4)
        return ReportContent(
            verdict=make_verdict(status),
            created=datetime(2024, 5, 1, 9, 30, tzinfo=timezone.utc),
            run_id="20240501-093000",
            summary=make_summary(compared),
            model={"weights_source": "start", "operating_threshold": THRESHOLD},
            edge={"parity": 0.97, "size_bytes": 8_400_000, "latency_ms": 84.2},
            serving={"ok": True, "reasons": [], "latency_ms": 120.0},
            data={
                "catalogue": (SplitStatistics("catalog", 5, 0, None, ()),),
                "shelf photos": (
                    SplitStatistics(
                        "test", 12, 110, (1, 3), (Spread("brightness", 0.4, 0.1, 0.9),)
                    ),
                ),
            },
            configuration={"profile": "demo", "trainer": {"steps": 100}},
            lineage={"code revision": "abc123", "model": "Model 17: out/Trainer/model/17"},
            curves=tuple(precision_recall(lines, THRESHOLD)),
            worst=tuple(picture(judged) for judged in worst),
            best=tuple(picture(judged) for judged in best),
        )

    return make
