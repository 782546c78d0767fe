from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from components.imaging.decoding import BadImage, ImageLimits, encode_jpeg
from components.imaging.open_photo import open_photo
from components.predict.model_outputs import BadAnswer, Found
from components.predict.predictor import predict_with
from components.records.prediction import Detection, Origin, PhotoCheck, PredictionRecord


class Milkman:
    """Finds one product in every photo; fails on black ones."""

    operating_threshold = 0.5
    names = {"milk": "Milk"}  # noqa: RUF012
    origin = Origin(3, "c0ffee")
    groups = {}  # noqa: RUF012

    def detect(self, photo):
        if photo.max() < 8:
            raise BadAnswer("the model answered with scores that are not finite")
        return Found(
            (
                Detection("milk", (0, 0, photo.shape[1], photo.shape[0]), 0.9),
                Detection("milk", (0, 0, 4, 4), 0.2),
            )
        )


@pytest.fixture
def photo(tmp_path):
    def write(name: str, height: int = 40, width: int = 60, grey: int = 120) -> Path:
        path = tmp_path / name
        path.write_bytes(encode_jpeg(np.full((height, width, 3), grey, np.uint8)))
        return path

    return write


def test_records_come_in_order_and_one_bad_photo_harms_no_other(photo, tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("no photo at all")
    photos = [photo("a.jpg"), tmp_path / "gone.jpg", text, photo("dark.jpg", grey=0), tmp_path]

    records = list(predict_with(Milkman(), [*photos, photo("z.jpg", 80)]))

    assert [record.photo for record in records] == [*map(str, photos), str(tmp_path / "z.jpg")]
    assert [record.error for record in records] == [
        None,
        "no such file",
        "not a JPEG, PNG, WebP or HEIC image",
        "the model answered with scores that are not finite",
        "a folder, not a photo",
        None,
    ]
    assert (records[0].width, records[0].height) == (60, 40)
    assert records[5].counts == {"milk": 1}
    assert len(records[5].detections) == 2


def test_pixels_and_record_are_handed_on_for_drawing(photo):
    seen = []

    list(predict_with(Milkman(), [photo("a.jpg")], lambda *each: seen.append(each)))

    ((pixels, record),) = seen
    assert pixels.shape == (40, 60, 3)
    assert record.counts == {"milk": 1}


def test_a_file_beyond_the_limit_is_refused_unread(photo):
    path = photo("a.jpg")

    with pytest.raises(BadImage, match="more than the 100 allowed"):
        open_photo(path, ImageLimits(max_bytes=100))


def test_a_record_says_what_answered_and_what_is_shown(photo):
    (record,) = predict_with(Milkman(), [photo("a.jpg")])

    assert (record.origin, record.threshold) == (Origin(3, "c0ffee"), 0.5)
    assert [(each.name, each.shown) for each in record.detections] == [
        ("Milk", True),
        ("Milk", False),
    ]


def test_a_threshold_of_ones_own_decides_what_is_shown(photo):
    (record,) = predict_with(Milkman(), [photo("a.jpg")], threshold=0.1)

    assert record.threshold == 0.1
    assert record.counts == {"milk": 2}


def test_a_record_is_used_before_its_photo_is_drawn(photo):
    def full(*_):
        raise OSError("No space left on device")

    records = predict_with(Milkman(), [photo("a.jpg")], full)
    assert next(records).photo.endswith("a.jpg")
    with pytest.raises(OSError, match="No space"):
        next(records)


def test_what_a_judge_adds_is_in_the_record(photo):
    def judge(pixels: np.ndarray, record: PredictionRecord) -> PredictionRecord:
        return replace(record, check=PhotoCheck(pixels.mean() / 255))

    (record,) = predict_with(Milkman(), [photo("a.jpg", grey=51)], judge=judge)
    assert record.check is not None
    assert record.check.score == pytest.approx(0.2, abs=0.02)
