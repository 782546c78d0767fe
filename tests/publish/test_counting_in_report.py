"""What report, model card and record say of photos that have counts and no boxes."""

import dataclasses
import re

import numpy as np
import pytest

from components.artifacts.judged_on import caution
from components.artifacts.verdict import GateResult
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.judge_photo import judge_photo
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth
from components.publish.candidate_record import make_record
from components.publish.report.photos.choose_photos import choose, grade
from components.publish.report.photos.mistakes import find_mistakes
from components.publish.report.render_report import render_model_card, render_report
from components.publish.report.sentences.decision import look_at
from components.publish.report.sentences.model_quality import how_it_counts, judged_on
from components.publish.report.sentences.photo_captions import caption
from components.publish.report.tables.count_rows import MOST_ROWS, count_groups

THRESHOLD = 0.5
FULL, LIGHT, JUICE, NEW = "milk-1l-full", "milk-1l-light", "juice-orange", "juice-peach"
COMPOSED = "composed shelves, counting on photos"


def _counted(number, counts, shown, store=""):
    boxes = np.array([[20 * i, 0, 20 * i + 10, 10] for i in range(len(shown))], float)
    none = np.zeros(len(shown))
    skus = np.array(shown, object)
    blank = np.array([""] * len(shown), object)
    detections = Detections(boxes.reshape(-1, 4), skus, none + 0.9, blank, none, none)
    photo = PhotoTruth(f"counted-{number}", f"{number}.jpg", 200, 200, store=store, counts=counts)
    return PhotoRecord(photo, detections)


PHOTOS = [
    _counted(1, {FULL: 3, LIGHT: 1}, [FULL, FULL, LIGHT], "s1"),
    _counted(2, {FULL: 0, NEW: 1}, [NEW, JUICE], "s2"),
]


@pytest.fixture
def content(make_content, records):
    """The report of a candidate that was judged on counts, too."""
    made = make_content("released", False)
    metrics = DetectionMetrics(THRESHOLD, frozenset({NEW}), {FULL: "milk", JUICE: "juice"})
    summary = metrics.summarise([metrics.tally(record) for record in [*records, *PHOTOS]])
    summary = made.summary.model_copy(update=dict(summary))
    return dataclasses.replace(made, summary=summary)


def shown(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_photos_with_counts_have_their_sentence_card_and_section(content):
    (said,) = how_it_counts(content.summary)
    assert said == (
        "On 2 photos with counts and no boxes it counts 5 products where 5 stand; of 5 counts of "
        "one product on one photo 3 are exactly right, and they are off by 0.40 on average."
    )
    page = shown(render_report(content))
    assert page.count(said) == 2
    assert "40 % off when counting, on photos with counts" in page
    assert "2 have counts and no boxes" in page
    assert "Counting, where nobody drew boxes" in page
    card = render_model_card(content)
    assert said in card
    assert "| counting error, without boxes | 0.400 |" in card


def test_without_such_photos_nothing_is_said_of_them(make_content):
    content = make_content("released", False)
    assert how_it_counts(content.summary) == count_groups(content.summary) == []
    assert "no boxes" not in shown(render_report(content))


def test_rows_set_photos_beside_those_with_boxes_and_name_the_worst(content):
    groups = {group.title: group for group in count_groups(content.summary)}
    assert [label for label, _ in groups["All photos"].rows] == [
        "with counts and no boxes",
        "with boxes, for comparison",
    ]
    assert [label for label, _ in groups["Store"].rows] == ["s1", "s2"]
    assert [label for label, _ in groups["Products trained on, and new ones"].rows] == [
        "trained on",
        "new",
    ]
    assert "Category" in groups and "Span of data" not in groups
    worst = [slice.name for _, slice in groups["Products counted worst"].rows]
    assert worst == [JUICE, FULL]


def test_of_many_stores_the_worst_are_shown(content):
    metrics = DetectionMetrics(THRESHOLD)
    photos = [_counted(n, {FULL: n}, [FULL], f"s{n:02d}") for n in range(1, MOST_ROWS + 4)]
    summary = metrics.summarise([metrics.tally(photo) for photo in photos])
    summary = content.summary.model_copy(update=dict(summary))
    stores = next(group for group in count_groups(summary) if group.title == "Store")
    assert stores.more == 3
    assert stores.rows[0][0] == f"s{MOST_ROWS + 3:02d}"


def test_composed_shelves_with_counts_on_photos_are_called_so(content):
    verdict = content.verdict.model_copy(update={"judged_on": COMPOSED})
    summary = content.summary.model_copy(update={"judged_on": COMPOSED})
    assert judged_on(summary) == (
        "12 composed shelves and, for counting, on 2 photos that nothing was trained on"
    )
    composed = dataclasses.replace(content, verdict=verdict, summary=summary)
    page = shown(render_report(composed))
    assert page.count(caution(COMPOSED)) >= 2
    assert "composed shelves, for comparison" in page
    assert make_record(composed).judged_on == COMPOSED


def test_the_record_has_metrics_and_slices(content):
    record = make_record(content)
    assert record.metrics["count_error_unboxed"] == pytest.approx(0.4)
    assert record.slices["counting.store.s1"] == {
        "photos": 1,
        "pairs": 2,
        "products": 4,
        "counted": 3,
        "count_error": 0.25,
        "count_exact": 0.5,
    }


def test_a_counted_photo_is_graded_by_its_counts_and_blamed_for_no_box():
    judged = [judge_photo(photo, THRESHOLD) for photo in PHOTOS]
    first, second = map(grade, judged)
    assert (first.right, first.wrong, first.missed, first.negative) == (3, 0, 1, False)
    assert (second.right, second.wrong, second.missed) == (1, 1, 0)
    assert caption(first, {}) == "3 of 4 counted, 0 too many; nobody drew boxes"
    assert caption(second, {}) == "1 of 1 counted, 1 too many; nobody drew boxes"
    none = grade(judge_photo(_counted(3, {FULL: 0}, [FULL]), THRESHOLD))
    assert caption(none, {}) == "no product is there, 1 counted; nobody drew boxes"
    assert not any(find_mistakes(each) for each in judged)
    worst, _ = choose([first, second], 2)
    assert [each.photo for each in worst] == ["2.jpg"]


def test_the_gate_on_counts_points_to_its_section():
    gate = GateResult(
        name="metric.count_error_unboxed", value=1, threshold="<= 0.5", verdict="refuse", reason=""
    )
    assert look_at(gate) == "counting"
