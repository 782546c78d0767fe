import errno
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.drawing import detections as subject
from components.drawing.drawings_folder import CannotDraw, Drawings
from components.records.prediction import Detection, PredictionRecord, RunnerUp, shown_at
from components.runtime.system_errors import naming, system_error_of

NAMES = {"milk": "Milk 3%", "oat": "Oat drink"}
SKY = (0x00, 0x72, 0xB2)
ORANGE = (0xE6, 0x9F, 0x00)


def draw(photo, found, names, threshold):
    return subject.draw(photo, shown_at(found, threshold, names), names, threshold)


def grey(height=300, width=400):
    return np.full((height, width, 3), 90, np.uint8)


def share_of(drawing, colour):
    return np.mean(np.all(drawing == colour, axis=-1))


def test_frames_stand_at_the_boxes():
    box = (100.0, 50.0, 300.0, 250.0)

    drawing = draw(grey(), [Detection("milk", box, 0.9)], NAMES, 0.5)

    for x, y in ((100, 200), (300, 200), (200, 250)):
        around = drawing[y - 1 : y + 2, x - 1 : x + 2]
        assert share_of(around, SKY) > 0.3
    assert drawing[200, 200].tolist() == [90, 90, 90]


@pytest.mark.parametrize("size", [(300, 400), (2400, 3000)])
def test_a_photo_keeps_its_own_pixels_on_a_drawing(size):
    photo = np.random.default_rng(3).integers(0, 255, (*size, 3), np.uint8)
    box = (100.0, 50.0, 300.0, 250.0)

    drawing = draw(photo, [Detection("milk", box, 0.9)], NAMES, 0.5)

    assert np.array_equal(drawing[260 : size[0], : size[1]], photo[260:])
    assert np.array_equal(drawing[: size[0], 310 : size[1]], photo[:, 310:])


def test_products_are_told_apart_by_letters():
    from components.drawing.legend import keys_of

    shown = [Detection(f"{at:03}", (0, 0, 1, 1), 0.9) for at in range(28)]
    letters = [key.letter for key in keys_of(shown, {}).values()]
    assert letters[:2] == ["a", "b"]
    assert letters[25:] == ["z", "aa", "ab"]


def test_products_of_no_sku_come_last_in_the_legend_grey_with_a_question_mark():
    from components.drawing.legend import keys_of

    shown = [Detection("unknown_product", (0, 0, 1, 1), 0.9)] * 3 + [
        Detection("milk", (0, 0, 1, 1), 0.9)
    ]
    keys = keys_of(shown, NAMES)
    assert [(key.letter, key.count) for key in keys.values()] == [("a", 1), ("?", 3)]
    assert keys["unknown_product"].name == "not in the catalogue"


def test_below_the_threshold_nothing_is_drawn():
    drawing = draw(grey(), [Detection("milk", (100, 50, 300, 250), 0.4)], NAMES, 0.5)

    assert share_of(drawing, SKY) == 0
    assert np.array_equal(drawing, draw(grey(), [], NAMES, 0.5))


def test_an_ambiguous_frame_is_dashed_and_its_rival_is_in_the_legend():
    box = (100.0, 50.0, 300.0, 250.0)
    sure = Detection("milk", box, 0.9, RunnerUp("oat", 0.1), 0.2)
    unsure = Detection("milk", box, 0.5, RunnerUp("oat", 0.4), 0.89)

    plain, dashed = (draw(grey(), [each], NAMES, 0.5) for each in (sure, unsure))

    assert share_of(plain, ORANGE) == 0
    assert share_of(dashed, ORANGE) > 0
    assert share_of(plain[120:240, 300:301], SKY) == 1
    assert 0.3 < share_of(dashed[120:240, 300:301], SKY) < 0.8


@settings(max_examples=15)
@given(
    st.integers(16, 90),
    st.integers(16, 90),
    st.lists(st.tuples(*[st.floats(0, 90)] * 4), max_size=6),
)
def test_any_photo_and_any_boxes_can_be_drawn(height, width, corners):
    detections = [
        Detection(
            f"sku-{at}",
            (min(a, c), min(b, d), max(a, c), max(b, d)),
            0.9,
            RunnerUp("oat", 0.8),
            0.9,
        )
        for at, (a, b, c, d) in enumerate(corners)
    ]

    drawing = draw(np.zeros((height, width, 3), np.uint8), detections, {}, 0.5)

    assert drawing.dtype == np.uint8
    assert drawing.shape[0] > height
    assert drawing.shape[1] >= width


def test_drawings_of_photos_with_one_name_do_not_meet(tmp_path):
    drawings = Drawings(tmp_path / "out", NAMES, 0.5)

    for folder in ("monday", "tuesday"):
        drawings(grey(40, 60), PredictionRecord(f"{folder}/shelf.jpg", 60, 40))

    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["shelf-2.boxes.jpg", "shelf.boxes.jpg"]
    assert Image.open(tmp_path / "out" / "shelf.boxes.jpg").width > 60


def test_a_folder_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "out").write_text("")

    with pytest.raises(CannotDraw, match="out: cannot hold drawings"):
        Drawings(tmp_path / "out", NAMES, 0.5)


@pytest.mark.parametrize("letter", ["a", "ä", "\udcff"])
def test_photos_with_the_longest_names_have_drawings_of_their_own(tmp_path, letter):
    name = letter * (251 // len(os.fsencode(letter)))
    drawings = Drawings(tmp_path, NAMES, 0.5)
    for last in "12":
        record = PredictionRecord(f"{name[:-1]}{last}.jpg", 400, 300)
        assert drawings(grey(), record).stat().st_size
    assert len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_names_the_drawing_and_leaves_none(tmp_path, monkeypatch):
    drawings = Drawings(tmp_path, NAMES, 0.5)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("components.drawing.drawings_folder.encode_jpeg", full)
    with pytest.raises(OSError, match="No space left") as caught, naming("found.jsonl"):
        drawings(grey(), PredictionRecord("a.jpg", 400, 300))
    assert system_error_of(caught.value).startswith(f"{tmp_path / 'a.boxes.jpg'}: No space")
    assert list(tmp_path.iterdir()) == []
