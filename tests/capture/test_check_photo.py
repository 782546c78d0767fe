"""Each fault of a photo is said in its sentence; a good photo is not complained about."""

import time

import cv2
import numpy as np
import pytest

from components.capture import measures
from components.capture.check_photo import check_photo, photo_checker
from components.capture.costs import SAID_BELOW, kept
from components.records.prediction import Detection, PhotoCheck, PredictionRecord, read_record

SIZE = (640, 480)


def shelf(seed: int = 0) -> np.ndarray:
    """A shelf with boards, and packs with print on them."""
    rng = np.random.default_rng(seed)
    picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    for board in (150, 300, 450):
        picture[board : board + 12] = 190
        for x in range(10, 620, 62):
            colour = tuple(int(value) for value in rng.integers(20, 230, 3))
            cv2.rectangle(picture, (x, board - 110), (x + 54, board - 1), colour, -1)
            light = tuple(255 - value for value in colour)
            for line in range(4):
                cv2.putText(picture, "Abc", (x + 6, board - 90 + 24 * line), 0, 0.6, light, 2)
    return picture


BOXES = [
    (x, board - 110.0, x + 54.0, board - 1.0)
    for board in (150, 300, 450)
    for x in range(10, 620, 62)
]


def steep(picture: np.ndarray, corner: float) -> np.ndarray:
    """The shelf seen from its end: the right side is `corner` of its height."""
    width, height = SIZE
    off = height * (1 - corner) / 2
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    target = np.array([[0, 0], [width, off], [width, height - off], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(source, target)
    return cv2.warpPerspective(picture, warp, SIZE, borderMode=cv2.BORDER_REPLICATE)


def test_a_good_photo_is_not_complained_about():
    for seed in range(5):
        check = check_photo(shelf(seed), BOXES)
        assert check.sentence == ""
        assert check.score > 0.9


@pytest.mark.parametrize(
    ("spoil", "fault", "begins"),
    [
        (
            lambda photo: cv2.GaussianBlur(photo, (0, 0), 5.0),
            "blurred",
            "blurred: tap on the shelf",
        ),
        (lambda photo: cv2.blur(photo, (31, 1)), "moved", "blurred: hold the phone still until"),
        (lambda photo: cv2.blur(photo, (1, 31)), "moved", "blurred: hold the phone still until"),
        (lambda photo: (photo * 0.08).astype(np.uint8), "dark", "too dark: turn on the flash"),
        (
            lambda photo: cv2.circle(photo, (320, 240), 170, (255, 255, 255), -1),
            "glare",
            "glare: lamps are mirrored",
        ),
        (lambda photo: steep(photo, 0.2), "steep", "too steep: stand in front"),
    ],
)
def test_what_is_wrong_with_a_photo_is_said(spoil, fault, begins):
    check = check_photo(spoil(shelf()))
    assert check.fault == fault
    assert check.sentence.startswith(begins)
    assert check.score < SAID_BELOW


def test_small_products_are_too_far_for_a_model_that_sees_a_small_photo():
    boxes = [(x, 10.0, x + 20.0, 60.0) for x in range(0, 600, 30)]
    check = check_photo(shelf(), boxes, (1280, 960))
    assert (check.fault, check.sentence[:20]) == ("far", "too far: go nearer, ")
    # One that looks at the whole photo sees them twice as large.
    assert check_photo(shelf(), boxes, (1280, 960), side=1280).fault == ""
    assert measures.facing_size(boxes, (1280, 960), 4000) == 50


def test_products_at_the_edge_are_cut_off():
    edges = [(0.0, 0.0, 100.0, 200.0), (540.0, 0.0, 640.0, 200.0), (200.0, 300.0, 400.0, 480.0)]
    assert check_photo(shelf(), edges).sentence == (
        "cut off: step back, so that whole products are on the photo"
    )
    assert check_photo(shelf(), [*edges, (200.0, 100.0, 400.0, 280.0)]).fault == ""


@pytest.mark.parametrize("sigma", [0.8, 2.0, 4.0])
@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_blur_is_measured_in_pixels_through_grain(sigma, noise):
    rng = np.random.default_rng(1)
    grey = cv2.GaussianBlur(measures.small_grey(shelf()), (0, 0), sigma)
    grey = np.clip(grey + rng.normal(0, noise, grey.shape), 0, 255).astype(np.uint8)
    assert measures.blur(grey) == pytest.approx(sigma, abs=0.8)


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (3, 900), (480, 640)])
def test_photos_that_show_nothing_are_measured_too(shade, size):
    check = check_photo(np.full((*size, 3), shade, np.uint8))
    assert 0 <= check.score <= 1
    assert check.fault == {0: "dark", 128: check.fault, 255: check.fault}[shade]


def test_what_is_left_falls_as_a_fault_grows():
    for fault, values in (("blurred", (0, 3, 9)), ("glare", (0, 0.3, 1)), ("steep", (0, 1.0, 2))):
        left = [kept(fault, value) for value in values]
        assert left == sorted(left, reverse=True)
    assert kept("dark", 0.0) < kept("dark", 0.1) < kept("dark", 1.0) == 1


def test_a_record_keeps_what_is_said():
    record = PredictionRecord("p.jpg", 640, 480, (Detection("A", BOXES[0], 0.9, shown=True),))
    dark = photo_checker(640)((shelf() * 0.08).astype(np.uint8), record)
    assert dark.check is not None and dark.check.fault == "dark"
    again = read_record(dark.to_json())
    assert again.check == PhotoCheck(
        round(dark.check.score, 4), dark.check.fault, dark.check.sentence
    )
    assert '"photo_check": {"score": ' in dark.to_json()
    assert "photo_check" not in record.to_json()
    assert read_record(record.to_json()).check is None


def test_a_photo_of_twelve_megapixels_takes_no_time():
    photo = cv2.resize(shelf(), (4000, 3000))
    check_photo(photo)
    spent = []
    for _ in range(5):
        began = time.perf_counter()
        check_photo(photo, BOXES)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.2  # 0.03 where nothing else runs
