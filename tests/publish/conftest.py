"""A small evaluation of generated photos: everything that a report is made of."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timezone

import numpy as np
import pytest
from publish_run import EDGE_CHECK
from shelf_pictures import HEIGHT, WIDTH, packshot_of, pixels_of

from components.artifacts.balance import Balance
from components.artifacts.data_findings import CheckReport, Counts
from components.artifacts.evaluation_summary import Product, Summary
from components.artifacts.judged_photos import JudgedPhoto
from components.artifacts.model_settings import ModelSettings
from components.artifacts.photo_comparison import Comparison
from components.artifacts.serving_check import ServingVerdict
from components.artifacts.verdict import GateResult, Verdict
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.judge_photo import judge_photo
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.publish.candidate_record import make_record
from components.publish.report.photos.choose_photos import choose, grade
from components.publish.report.photos.confused_pairs import crop, make_pair, most_confused, packshot
from components.publish.report.photos.draw_mistakes import draw
from components.publish.report.photos.mistakes import find_mistakes
from components.publish.report.report_content import ReportContent, ReportPhoto
from components.publish.report.sentences.photo_captions import caption, note
from components.publish.report.tables.split_statistics import SplitStatistics, Spread
from components.releases.compare_releases import compare

THRESHOLD = 0.5
DISTANCES = {
    "drift": Comparison("an earlier release", skipped="nothing is released yet"),
    "skew": Comparison("production photos", skipped="production_photos is not set"),
}
BALANCE = Balance(0, 0.0, (), {})
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
    name, store = f"span-1/shelf {number}.jpg", f"store <i>{number % 2}</i> $x$"
    photo = PhotoTruth(f"photo-{number}", name, WIDTH, HEIGHT, truth, store=store, span=1)
    return PhotoRecord(photo, detections)


@pytest.fixture(scope="session")
def records() -> list[PhotoRecord]:
    rng = np.random.default_rng(1)
    return [_photo(rng, number, skill=0.4 + 0.05 * number) for number in range(12)]


@pytest.fixture(scope="session")
def judged(records) -> list[JudgedPhoto]:
    return [judge_photo(record, THRESHOLD) for record in records]


@pytest.fixture(scope="session")
def make_summary(records) -> Callable[..., Summary]:
    def make(compared: bool) -> Summary:
        categories = {sku: sku.partition("-")[0] for sku in SEEN + NEW}
        metrics = DetectionMetrics(THRESHOLD, frozenset(NEW), categories)
        candidate = metrics.summarise([metrics.tally(record) for record in records])
        before = metrics.summarise([metrics.tally(record) for record in records[:9]])
        return Summary(
            **dict(candidate),
            baseline=before if compared else None,
            products={
                sku: Product(name=f"<script>{sku}</script>", category=categories[sku])
                for sku in SEEN + NEW
            },
        )

    return make


@pytest.fixture(scope="session")
def make_verdict() -> Callable[..., Verdict]:
    def make(status: str = "released", parent: int | None = 3) -> Verdict:
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
            parent=parent,
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


def _pictures(judged: list[JudgedPhoto], summary: Summary) -> dict:
    by_id = {each.source_id: each for each in judged}
    names = {sku: product.name for sku, product in summary.products.items()}

    def pixels(source_id: str) -> np.ndarray:
        return pixels_of(int(source_id.rpartition("-")[2]))

    def photo(graded) -> ReportPhoto:
        mistakes = find_mistakes(by_id[graded.source_id])
        return ReportPhoto(
            jpeg=draw(pixels(graded.source_id), by_id[graded.source_id], mistakes),
            name=graded.photo,
            caption=caption(graded, names),
            notes=tuple(note(mistake, names) for mistake in mistakes),
        )

    def pair(confusions):
        examples = [example for each in confusions for example in each.examples]
        crops = {each: crop(pixels(each.source_id), each.box) for each in examples}
        skus = (confusions[0].true, confusions[0].predicted)
        return make_pair(confusions, {sku: packshot(packshot_of(sku)) for sku in skus}, crops, 4)

    worst, best = choose(map(grade, judged), 4)
    return {
        "worst": tuple(map(photo, worst)),
        "best": tuple(map(photo, best)),
        "pairs": tuple(map(pair, most_confused(summary.confusions, 3))),
    }


@pytest.fixture(scope="session")
def make_content(judged, make_summary, make_verdict) -> Callable[..., ReportContent]:
    def make(status: str = "released", compared: bool = True) -> ReportContent:
        summary = make_summary(compared)
        brightness = Spread("brightness", 0.4, 0.1, 0.9, 0.1)
        content = ReportContent(
            verdict=make_verdict(status, parent=3 if compared else None),
            created=datetime(2024, 5, 1, 9, 30, tzinfo=timezone.utc),
            run_id="20240501-093000",
            summary=summary,
            compared=3 if compared else None,
            model=ModelSettings(
                weights_source="start", operating_threshold=THRESHOLD, model_hash="abc"
            ),
            edge=dataclasses.replace(
                EDGE_CHECK, parity=0.97, size_bytes=8_400_000, latency_ms=84.2
            ),
            serving=ServingVerdict(ok=True, latency_ms=120.0),
            data={
                "catalogue": (SplitStatistics("catalog", 5, 0, None, ()),),
                "shelf photos": (
                    SplitStatistics("train", 40, 300, (1, 3), (brightness,)),
                    SplitStatistics("test", 12, 110, (1, 3), (brightness,)),
                ),
            },
            findings=CheckReport((), Counts(5, 5, 52, 410)),
            distances=DISTANCES,
            balance=BALANCE,
            configuration={"profile": "demo", "trainer": {"steps": 100}},
            inputs_hash="1f" * 32,
            code_revision="abc123",
            schemas={"catalog": "ab" * 32, "shelves": "cd" * 32},
            artifacts={"model": "Model 17: out/Trainer/model/17"},
            **_pictures(judged, summary),
        )
        if not compared:
            return content
        now = make_record(content)
        before = now.model_copy(
            update={
                "version": 3,
                "run_id": "20240401-080000",
                "code_revision": "fff000",
                "configuration": {"profile": "demo", "trainer": {"steps": 80}},
            }
        )
        names = {sku: product.name for sku, product in summary.products.items()}
        earlier = {"tea-<u>green</u>": "Tea"} | {sku: names[sku] for sku in SEEN}
        changes = compare(before, now, earlier, names)
        return dataclasses.replace(content, previous=before, changes=changes)

    return make
