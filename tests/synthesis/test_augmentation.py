import hashlib
import subprocess
import sys
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.synthesis.augment_settings import LevelName
from components.synthesis.effects.occluders import KINDS
from components.synthesis.variants.albumentations_import import A
from components.synthesis.variants.augmentation import Augmentation, augmentation
from components.synthesis.variants.distortion import SmoothDistortion
from components.synthesis.variants.levels import LEVELS
from components.synthesis.variants.photo_variant import DROPPED_BELOW

MAGENTA = (255, 0, 255)
AUGMENTATIONS = {level: augmentation(level) for level in LEVELS}


def _marked(box: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    image = np.full((240, 320, 3), 128, np.uint8)
    image[box[1] : box[3], box[0] : box[2]] = MAGENTA
    return image, np.array([box], np.float32)


def _marker(image: np.ndarray) -> np.ndarray:
    red, green, blue = (image[..., c].astype(int) for c in range(3))
    return (red > green + 60) & (blue > green + 60)


def _quiet(level: str, covered: float = 0.0) -> Augmentation:
    """Return a level's geometry and covers, with hardly anything that spoils pixels."""
    strength = LEVELS[level]
    assert strength is not None
    calm = {"glare": 0.0, "shadow": 0.0, "light": 0.0, "colour": 0, "blur": 0.0}
    return Augmentation(replace(strength, covered=covered, noise=0.005, jpeg=94, **calm))


QUIET = {level: _quiet(level) for level in ("light", "medium", "strong")}


@settings(max_examples=60)
@given(
    level=st.sampled_from(["light", "medium", "strong"]),
    seed=st.integers(0, 2**32 - 1),
    x=st.integers(0, 250),
    y=st.integers(0, 150),
    width=st.integers(20, 70),
    height=st.integers(20, 90),
)
def test_boxes_stay_on_their_product(
    level: str, seed: int, x: int, y: int, width: int, height: int
) -> None:
    image, boxes = _marked((x, y, min(x + width, 320), min(y + height, 240)))
    pixels, moved, visibility = QUIET[level].apply(image, boxes, seed)
    ys, xs = np.nonzero(_marker(pixels))
    if len(ys) < 12:
        assert visibility[0] < 0.2
        return
    found = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
    outside = (found - moved[0]) * [-1, -1, 1, 1]
    assert outside.max() <= 2
    # A wedge that the border left may taper to less than a pixel.
    if visibility[0] > 0.1 and (found[2:] - found[:2]).min() >= 8:
        assert outside.min() >= -2.5
    area = (boxes[0, 2] - boxes[0, 0]) * (boxes[0, 3] - boxes[0, 1])
    if found.min() > 0 and found[2] < 320 and found[3] < 240:
        assert visibility[0] == pytest.approx(1.0, abs=0.02)
    else:
        assert visibility[0] <= 1.0
    assert len(ys) > 0.2 * visibility[0] * area


@pytest.mark.parametrize("level", ["light", "medium", "strong", "occluded"])
def test_the_seed_decides_every_byte(level: str) -> None:
    image, boxes = _marked((100, 80, 160, 170))
    augment = AUGMENTATIONS[level]
    first = augment.apply(image, boxes, 11)
    augment.apply(image, boxes, 12)
    again = augment.apply(image, boxes, 11)
    fresh = augmentation(level).apply(image, boxes, 11)
    for other in (again, fresh):
        assert all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))
    assert not np.array_equal(first[0], augment.apply(image, boxes, 13)[0])


def test_another_process_makes_the_same_bytes() -> None:
    image, boxes = _marked((100, 80, 160, 170))
    here = hashlib.sha256(AUGMENTATIONS["strong"].apply(image, boxes, 5)[0].tobytes()).hexdigest()
    program = (
        "import hashlib, numpy as np;"
        "from components.synthesis.variants.augmentation import augmentation;"
        "image = np.full((240, 320, 3), 128, np.uint8); image[80:170, 100:160] = (255, 0, 255);"
        "boxes = np.array([[100, 80, 160, 170]], np.float32);"
        "pixels = augmentation('strong').apply(image, boxes, 5)[0];"
        "print(hashlib.sha256(pixels.tobytes()).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == here


def test_none_changes_nothing() -> None:
    image, boxes = _marked((100, 80, 160, 170))
    pixels, moved, visibility = AUGMENTATIONS["none"].apply(image, boxes, 3)
    assert np.array_equal(pixels, image) and np.array_equal(moved, boxes)
    assert visibility.tolist() == [1.0]


def test_unknown_level_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="none, light, medium, strong, occluded"):
        augmentation("extreme")


@pytest.mark.parametrize("level", LEVELS)
def test_photo_without_boxes(level: str) -> None:
    image = np.full((90, 120, 3), 90, np.uint8)
    pixels, boxes, visibility = AUGMENTATIONS[level].apply(image, np.zeros((0, 4)), 1)
    assert pixels.shape == image.shape and pixels.dtype == np.uint8
    assert boxes.shape == (0, 4) and visibility.shape == (0,)


def test_levels_stray_further_one_after_the_other() -> None:
    image = np.random.default_rng(0).integers(0, 255, (30, 40, 3)).astype(np.uint8)
    image = image.repeat(8, axis=0).repeat(8, axis=1)
    boxes = np.array([[100, 80, 160, 170]], np.float32)

    def change(level: str) -> float:
        moved = [AUGMENTATIONS[level].apply(image, boxes, s)[1] for s in range(25)]
        return float(np.mean([np.abs(m - boxes).mean() for m in moved]))

    assert change("light") < change("medium") < change("strong")


def test_covered_products_become_less_visible() -> None:
    image, boxes = _marked((100, 60, 200, 200))
    covering, lower = _quiet("strong", covered=1.0), 0
    for seed in range(40):
        pixels, moved, visibility = covering.apply(image, boxes, seed)
        x0, y0, x1, y1 = (round(float(v)) for v in moved[0])
        inside_photo = min(x0, y0) > 0 and x1 < 320 and y1 < 240
        if visibility[0] < 0.9 and inside_photo:
            lower += 1
            free = QUIET["strong"].apply(image, boxes, seed)[0]
            same = np.abs(pixels.astype(int) - free).max(axis=2) < 40
            left = same[_marker(free)].mean()
            assert left == pytest.approx(visibility[0], abs=0.08)
    assert lower >= 5


def test_occluded_covers_most_products_and_leaves_most_to_be_told() -> None:
    image = np.full((240, 320, 3), 128, np.uint8)
    places = [(x, y, x + 26, y + 40) for y in (30, 100, 170) for x in range(40, 270, 30)]

    def seen(level: str) -> np.ndarray:
        still = replace(LEVELS[level], rotation=0, scale=(1, 1), shift=0, perspective=0)  # type: ignore[type-var]
        augment = Augmentation(replace(still, distortion=0))
        return np.concatenate(
            [augment.apply(image, np.array(places), seed)[2] for seed in range(20)]
        )

    occluded, strong = seen("occluded"), seen("strong")
    assert np.mean(occluded < 0.9) > 0.35 > 2 * np.mean(strong < 0.9)
    assert np.mean(occluded >= DROPPED_BELOW) > 0.75
    assert np.mean(occluded[occluded < 0.9] >= DROPPED_BELOW) > 0.6


def test_settings_name_the_levels_there_are() -> None:
    assert list(get_args(LevelName)) == list(LEVELS)


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "none"])
def test_every_level_says_how_likely_what_is_in_front(level: str) -> None:
    strength = LEVELS[level]
    assert strength is not None
    assert set(strength.cover_kinds) <= set(KINDS)
    assert sum(strength.cover_kinds.values()) == pytest.approx(1)


def test_product_that_left_the_photo_is_invisible() -> None:
    image, _ = _marked((0, 0, 10, 10))
    outside = np.array([[-80, -80, -60, -60]], np.float32)
    _, boxes, visibility = AUGMENTATIONS["light"].apply(image, outside, 1)
    assert visibility[0] == 0
    assert (boxes[0, 2:] - boxes[0, :2]).prod() == 0


def test_distortion_carries_points_with_pixels() -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    points = np.array([[60, 60], [160, 120], [260, 180], [80, 200]], np.float32)
    for x, y in points.astype(int):
        image[y - 2 : y + 3, x - 2 : x + 3] = 255
    bend = A.Compose(
        [SmoothDistortion(0.05, p=1.0)],
        keypoint_params=A.KeypointParams(format="xy", remove_invisible=False),
    )
    for seed in range(10):
        bend.set_random_seed(seed)
        moved = bend(image=image, keypoints=points)
        assert len(moved["keypoints"]) == len(points)
        for x, y in moved["keypoints"]:
            spot = moved["image"][round(y) - 6 : round(y) + 7, round(x) - 6 : round(x) + 7, 0]
            ys, xs = np.nonzero(spot > 127)
            assert abs(ys.mean() - 6) < 1.2 and abs(xs.mean() - 6) < 1.2
        assert np.abs(np.asarray(moved["keypoints"]) - points).max() > 0.5
