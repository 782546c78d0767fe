import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.drawing.detections import draw
from components.drawing.drawings_folder import CannotDraw, Drawings
from components.records.prediction import Detection, PredictionRecord, RunnerUp

NAMES = {"milk": "Milk 3%", "oat": "Oat drink"}
SKY = (0x00, 0x72, 0xB2)
ORANGE = (0xE6, 0x9F, 0x00)


def grey(height=300, width=400):
    return np.full((height, width, 3), 90, np.uint8)


def share_of(drawing, colour):
    return np.mean(np.all(drawing == colour, axis=-1))


def test_frames_stand_at_the_boxes():
    box = (100.0, 50.0, 300.0, 250.0)

    drawing = draw(grey(), [Detection("milk", box, 0.9)], NAMES, 0.5)

    scale = drawing.shape[1] / 400
    for x, y in ((100, 200), (300, 200), (200, 250)):
        around = drawing[round(y * scale) - 2 : round(y * scale) + 3]
        around = around[:, round(x * scale) - 2 : round(x * scale) + 3]
        assert share_of(around, SKY) > 0.3
    inside = drawing[round(200 * scale), round(200 * scale)]
    assert inside.tolist() == [90, 90, 90]


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
    scale = plain.shape[1] / 400
    edge = round(300 * scale)
    line = slice(round(120 * scale), round(240 * scale))
    assert share_of(plain[line, edge - 1 : edge + 2], SKY) == 1
    assert 0.3 < share_of(dashed[line, edge - 1 : edge + 2], SKY) < 0.8


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
    assert max(drawing.shape) >= 1400


def test_a_huge_photo_is_shrunk():
    drawing = draw(grey(1500, 6000), [], {}, 0.5)

    assert drawing.shape[1] == 2200


def test_drawings_of_photos_with_one_name_do_not_meet(tmp_path):
    drawings = Drawings(tmp_path / "out", NAMES, 0.5)

    for folder in ("monday", "tuesday"):
        drawings(grey(40, 60), PredictionRecord(f"{folder}/shelf.jpg", 60, 40))

    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["shelf-2.boxes.jpg", "shelf.boxes.jpg"]
    assert Image.open(tmp_path / "out" / "shelf.boxes.jpg").width == 1400


def test_a_folder_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "out").write_text("")

    with pytest.raises(CannotDraw, match="out: cannot hold drawings"):
        Drawings(tmp_path / "out", NAMES, 0.5)
