from components.publish.captions import note
from components.publish.mistakes import Mistake, find_mistakes


def _line(wrong=(), missed=()):
    """Things along a row: (sku, place, score) each, or (sku, place, width)."""
    return {
        "detections": [
            {"sku": sku, "box": _box(place), "score": score, "outcome": "wrong"}
            for sku, place, score in wrong
        ]
        + [{"sku": "right", "box": _box(0), "score": 1.0, "outcome": "right"}],
        "truth": [
            {"sku": sku, "box": _box(place, width), "outcome": "missed"}
            for sku, place, width in missed
        ]
        + [{"sku": "found", "box": _box(0), "outcome": "found"}],
    }


def _box(place, width=8.0):
    return [10.0 * place, 0.0, 10.0 * place + width, 20.0]


def _told(line):
    return [(each.kind, each.said, each.stands) for each in find_mistakes(line)]


def test_a_wrong_name_at_a_missed_product_is_one_mistake():
    line = _line(wrong=[("tea", 1, 0.9)], missed=[("milk", 1, 8.0)])
    assert _told(line) == [("mistaken", "tea", "milk")]


def test_what_is_shown_where_nothing_stands_is_invented_and_the_rest_is_missed():
    line = _line(wrong=[("tea", 1, 0.9)], missed=[("milk", 5, 8.0)])
    assert _told(line) == [("invented", "tea", ""), ("missed", "", "milk")]


def test_a_missed_product_explains_one_detection_only_the_surest():
    line = _line(wrong=[("soap", 1, 0.6), ("tea", 1, 0.9)], missed=[("milk", 1, 8.0)])
    assert _told(line) == [("mistaken", "tea", "milk"), ("invented", "soap", "")]


def test_the_surest_come_first_and_then_the_largest():
    line = _line(
        wrong=[("a", 1, 0.5), ("b", 2, 0.9)], missed=[("small", 5, 3.0), ("large", 7, 9.0)]
    )
    names = [each.said or each.stands for each in find_mistakes(line)]
    assert names == ["b", "a", "large", "small"]


def test_a_perfect_photo_has_none():
    assert find_mistakes(_line()) == []


def test_notes_use_the_names_of_the_catalogue():
    box = (0.0, 0.0, 9.0, 9.0)
    names = {"a": "Milk, full"}
    assert note(Mistake("mistaken", box, "b", "a", 0.913), names) == (
        "Milk, full, called b (score 0.91)"
    )
    assert note(Mistake("missed", box, "", "a", None), names) == "Milk, full is not found"
    assert note(Mistake("invented", box, "a", "", 0.5), names).startswith("called Milk, full")
