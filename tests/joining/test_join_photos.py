"""Several photos of one bay are one shelf; what does not fit stays apart and is told."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from walls import cut, wall

from components.imaging.decoding import BadImage
from components.joining.join_photos import join_photos
from components.records.prediction import PredictionRecord

sys.path.insert(0, str(Path(__file__).parents[1] / "shelf"))

from bay_views import compose_bay
from composed_rows import embedded_products

from components.embedded_data.settings import EmbeddedDataSettings

LETTERS = ["ABACADAE", "BBBBBBBB", "CCDDCCDD", "AAAAEEEE"]


@pytest.fixture(scope="module")
def bays():
    products, distractors = embedded_products(
        EmbeddedDataSettings(families=8, distractor_families=3)
    )
    return [compose_bay(seed, products, distractors) for seed in range(2)]


def joined(*photos: tuple[np.ndarray, PredictionRecord]):
    pixels = {record.photo: picture for picture, record in photos}
    return join_photos([record for _, record in photos], pixels.__getitem__)


def views(bay, prefix: str = ""):
    return [
        (view.image, bay.record(view, f"{prefix}{at}.jpg")) for at, view in enumerate(bay.parts)
    ]


def standing(answer) -> Counter:
    """What stands on the one shelf, unknown products among it."""
    return Counter(each.sku for each in answer.records[0].detections if each.shown)


def test_every_facing_of_a_bay_is_counted_once(bays):
    answer = joined(*views(bays[0]))
    assert [record.photo for record in answer.records] == ["bay"]
    assert answer.remarks == ()
    assert standing(answer) == bays[0].shown(bays[0].parts)
    assert [photo.photo for photo in answer.bays["bay"].photos] == ["0.jpg", "1.jpg", "2.jpg"]


def test_in_whatever_order_photos_come(bays):
    first, second, third = views(bays[0])
    answer = joined(third, first, second)
    assert standing(answer) == bays[0].shown(bays[0].parts)
    assert [photo.photo for photo in answer.bays["bay"].photos] == ["0.jpg", "1.jpg", "2.jpg"]


def test_bays_that_do_not_overlap_stay_apart(bays):
    answer = joined(*views(bays[0], "a"), *views(bays[1], "b")[:2])
    assert [record.photo for record in answer.records] == ["bay-1", "bay-2"]
    assert answer.remarks == ()


def test_a_photo_that_fits_nowhere_is_told_and_is_a_shelf_of_its_own(bays):
    answer = joined(*views(bays[0], "a"), views(bays[1], "b")[0])
    assert [record.photo for record in answer.records] == ["bay", "b0.jpg"]
    assert answer.remarks == ("b0.jpg: overlaps with no other photo: it is a shelf of its own",)


def test_where_nothing_overlaps_that_is_one_sentence(bays):
    answer = joined(views(bays[0], "a")[0], views(bays[1], "b")[0])
    assert answer.remarks == ("no photos overlap: each is a shelf of its own",)
    assert not answer.bays


@pytest.mark.parametrize("shift", [2, 3, 5])
def test_a_shift_by_a_facing_is_not_taken_for_the_match(shift):
    drawn = wall(14, tags=True)
    one = cut(*drawn, 80, 80 + 9 * 60, "one.jpg")
    two = cut(*drawn, 80 + shift * 60 + 7, 80 + (shift + 9) * 60 - 10, "two.jpg")
    answer = joined(one, two)
    assert answer.records[0].counts == {"A": 4 * (9 + shift)}
    onto = answer.bays["bay"].photos
    apart = (onto[1].onto_bay - onto[0].onto_bay)[0, 2]
    assert apart == pytest.approx(shift * 60 + 7, abs=3)


def test_products_beside_repeated_ones_say_where_a_photo_lies():
    drawn = wall(0, tags=False, rows=[list(row) for row in LETTERS])
    answer = joined(cut(*drawn, 0, 440, "one.jpg"), cut(*drawn, 180, 640, "two.jpg"))
    assert answer.records[0].counts == dict(Counter("".join(sorted("".join(LETTERS)))))


def test_a_wall_without_a_difference_is_not_joined_and_told():
    drawn = wall(14, tags=False)
    one = cut(*drawn, 80, 80 + 9 * 60, "one.jpg")
    answer = joined(one, cut(*drawn, 80 + 180, 80 + 12 * 60, "two.jpg"))
    assert not answer.bays
    assert answer.remarks == (
        "one.jpg, two.jpg: may lie on each other in several ways, since facings repeat, so they "
        "are not joined and what they show counts twice: take them again so that the end of a row "
        "is on both",
    )


def test_a_photo_twice_counts_once():
    drawn = wall(9, tags=True)
    picture, record = cut(*drawn, 0, 700, "one.jpg")
    answer = joined((picture, record), (picture, record))
    assert answer.records[0].counts == record.counts


def test_a_photo_that_cannot_be_read_again_is_told(bays):
    (_, first), (_, second), *_ = views(bays[0])

    def gone(_: str) -> np.ndarray:
        raise BadImage("no such file")

    answer = join_photos([first, second], gone)
    assert answer.records == (first, second)
    assert answer.remarks == (
        "0.jpg, 1.jpg: not compared with the other photos (no such file), so what they and others "
        "show counts twice",
    )


def test_one_photo_and_photos_with_an_error_are_left_as_they_are(bays):
    _, record = views(bays[0])[0]
    broken = PredictionRecord("bad.jpg", error="is no photo")
    answer = join_photos([record, broken], lambda _: np.zeros((9, 9, 3), np.uint8))
    assert answer.records == (record, broken)
    assert answer.remarks == ()


@pytest.mark.parametrize("shade", [0, 255])
def test_photos_that_show_nothing_overlap_with_none(shade):
    plain = np.full((300, 400, 3), shade, np.uint8)
    records = [PredictionRecord(name, 400, 300) for name in ("one.jpg", "two.jpg")]
    answer = joined(*((plain, record) for record in records))
    assert answer.records == tuple(records)
