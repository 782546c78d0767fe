import pytest

from components.edge_export.parity import compare
from components.records.prediction import Detection, PredictionRecord

MILK = Detection("milk", (0, 0, 100, 100), 0.9)
OAT = Detection("oat", (200, 0, 300, 100), 0.6)
FAINT = Detection("milk", (200, 0, 300, 100), 0.1)


def photo(*detections: Detection, name: str = "a") -> PredictionRecord:
    return PredictionRecord(name, 400, 400, detections)


def test_the_same_answers_agree():
    parity = compare([photo(MILK, OAT, FAINT)], [photo(MILK, OAT, FAINT)], 0.5)

    assert parity.parity == 1
    assert parity.compared == 2
    assert parity.compared_from == 0.5
    assert parity.max_score_difference == 0
    assert parity.count_difference == 0
    assert parity.photos_with_other_counts == 0


def test_another_sku_at_the_place_is_no_agreement():
    other = Detection("oat", MILK.box, 0.9)

    parity = compare([photo(MILK, OAT)], [photo(other, OAT)], 0.5)

    assert parity.parity == 0.5
    assert parity.count_difference == 1.0
    assert parity.photos_with_other_counts == 1


@pytest.mark.parametrize(
    ("right", "found", "overlap"), [(100, 1, 1), (125, 1, 0.8), (200, 1, 0.5), (202, 0, 1)]
)
def test_boxes_agree_from_an_overlap_of_one_half(right, found, overlap):
    moved = Detection("milk", (0, 0, right, 100), 0.9)

    parity = compare([photo(MILK)], [photo(moved)], 0.5)

    assert parity.parity == found
    assert parity.mean_overlap == pytest.approx(overlap)


def test_a_score_that_slips_below_the_threshold_shows_in_the_counts():
    weaker = Detection("milk", MILK.box, 0.45)

    parity = compare([photo(MILK)], [photo(weaker)], 0.5)

    assert parity.parity == 1
    assert parity.max_score_difference == pytest.approx(0.45)
    assert parity.count_difference == 1
    assert parity.photos_with_other_counts == 1


def test_one_detection_cannot_stand_for_two():
    twice = Detection("milk", (1, 0, 100, 100), 0.8)

    assert compare([photo(MILK, twice)], [photo(MILK)], 0.5).parity == 0.5


def test_where_nothing_reaches_the_threshold_everything_is_compared():
    parity = compare([photo(FAINT)], [photo()], 0.5)

    assert parity.compared_from == 0
    assert parity.compared == 1
    assert parity.parity == 0


def test_two_models_that_see_nothing_agree_and_one_that_sees_does_not():
    assert compare([photo()], [photo()], 0.5).parity == 1
    assert compare([photo()], [photo(FAINT)], 0.5).parity == 0


def test_photos_are_compared_each_with_itself():
    server = [photo(MILK), photo(OAT, name="b")]
    phone = [photo(OAT), photo(MILK, name="b")]

    assert compare(server, phone, 0.5).parity == 0


def test_records_of_other_photos_are_refused():
    with pytest.raises(ValueError, match="different photos"):
        compare([photo(MILK)], [photo(MILK, name="b")], 0.5)
