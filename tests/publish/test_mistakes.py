import numpy as np

from components.metrics.judge_photo import judge_photo
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.metrics.tally import tally
from components.publish.report.photos.mistakes import Mistake, find_mistakes
from components.publish.report.sentences.photo_captions import note

THRESHOLD = 0.5


def _names(skus):
    return np.array([*skus], object)


def _record(found=(), truths=()):
    """Things along a row: (SKU, place, score) each, or (SKU, place, width)."""
    count = len(truths)
    truth = Truth(
        boxes=np.array([_box(place, width) for _, place, width in truths]).reshape(-1, 4),
        skus=_names(sku for sku, _, _ in truths),
        difficult=np.zeros(count, bool),
        crowd=np.zeros(count, bool),
        new=np.zeros(count, bool),
    )
    detections = Detections(
        boxes=np.array([_box(place) for _, place, _ in found]).reshape(-1, 4),
        skus=_names(sku for sku, _, _ in found),
        scores=np.array([score for _, _, score in found]),
        runner_up_skus=_names("" for _ in found),
        runner_up_scores=np.zeros(len(found)),
        ambiguity=np.zeros(len(found)),
    )
    return PhotoRecord(PhotoTruth("photo", "photo.jpg", 100, 20, truth), detections)


def _box(place, width=8.0):
    return [10.0 * place, 0.0, 10.0 * place + width, 20.0]


def _mistakes(record):
    return find_mistakes(judge_photo(record, THRESHOLD))


def _told(record):
    return [(each.kind, each.said, each.stands) for each in _mistakes(record)]


def test_a_wrong_name_at_a_missed_product_is_one_mistake():
    record = _record(found=[("tea", 1, 0.9)], truths=[("milk", 1, 8.0)])
    assert _told(record) == [("mistaken", "tea", "milk")]


def test_what_is_shown_where_nothing_stands_is_invented_and_the_rest_is_missed():
    record = _record(found=[("tea", 1, 0.9)], truths=[("milk", 5, 8.0)])
    assert _told(record) == [("invented", "tea", ""), ("missed", "", "milk")]


def test_a_missed_product_explains_one_detection_only_the_surest():
    record = _record(found=[("soap", 1.8, 0.6), ("tea", 1, 0.9)], truths=[("milk", 1, 16.0)])
    assert _told(record) == [("mistaken", "tea", "milk"), ("invented", "soap", "")]


def test_the_surest_come_first_and_then_the_largest():
    record = _record(
        found=[("a", 1, 0.6), ("b", 2, 0.9)], truths=[("small", 5, 3.0), ("large", 7, 9.0)]
    )
    names = [each.said or each.stands for each in _mistakes(record)]
    assert names == ["b", "a", "large", "small"]


def test_a_perfect_photo_has_none():
    assert _mistakes(_record([("milk", 1, 0.9)], [("milk", 1, 8.0)])) == []


def test_one_product_taken_for_another_is_what_the_evaluation_counts_as_confused():
    """Boxes are written with one decimal, at which an overlap just below a half becomes one."""
    left, right = 0.0, 16.03
    record = _record([("tea", 0, 0.9)], [("milk", 0, right - left)])
    assert tally(record, THRESHOLD, frozenset()).confused == ()
    assert [each.kind for each in _mistakes(record)] == ["invented", "missed"]


def test_notes_use_the_names_of_the_catalogue():
    box = (0.0, 0.0, 9.0, 9.0)
    names = {"a": "Milk, full"}
    assert note(Mistake("mistaken", box, "b", "a", 0.913), names) == (
        "Milk, full, called b (score 0.91)"
    )
    assert note(Mistake("missed", box, "", "a", None), names) == "Milk, full is not found"
    assert note(Mistake("invented", box, "a", "", 0.5), names).startswith("called Milk, full")
