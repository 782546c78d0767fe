"""Boxes held against pixels: a coloured product is augmented, found again and measured."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from components.imaging.decoding import encode_jpeg
from components.records.feature_keys import BOX_EDGES
from components.records.features import image_features, object_features, photo_features
from components.records.shelf_photo import ShelfObject
from components.synthesis.variants.augmentation import Augmentation, augmentation
from components.synthesis.variants.levels import LEVELS, Level
from components.synthesis.variants.photo_variant import (
    DIFFICULT_BELOW,
    DROPPED_BELOW,
    make_variant,
)

WIDTH, HEIGHT = 320, 240
NAMES = [name for name, level in LEVELS.items() if level is not None]
STRONG = LEVELS["strong"]
assert STRONG is not None

STILL = replace(
    STRONG,
    rotation=0,
    scale=(1, 1),
    shift=0,
    perspective=0,
    distortion=0,
    covered=0,
    glare=0,
    shadow=0,
    light=0,
    colour=0,
    blur=0,
    noise=0.005,
    jpeg=95,
)
"""Does next to nothing."""

MOVES = {
    "rotation": {"rotation": 25},
    "scale": {"scale": STRONG.scale},
    "crop": {"scale": (1.3, 2.0)},
    "shift": {"shift": 0.3},
    "perspective": {"perspective": STRONG.perspective},
    "distortion": {"distortion": STRONG.distortion},
    "everything": {
        "rotation": 12, "scale": (0.7, 1.7), "shift": 0.12, "perspective": 0.1, "distortion": 0.03,
    },
}  # fmt: skip
"""Each of the transforms that move pixels by itself, and all of them."""

SPOILS = {
    "glare": {"glare": 1.0},
    "shadow": {"shadow": 1.0},
    "light": {"light": STRONG.light},
    "colour": {"colour": STRONG.colour},
    "blur": {"blur": 0.5, "blur_reach": STRONG.blur_reach},
    "noise": {"noise": STRONG.noise},
    "jpeg": {"jpeg": STRONG.jpeg},
}
"""Each of those that leave pixels where they are."""

MOVED = {name: Augmentation(replace(STILL, **changes)) for name, changes in MOVES.items()}
SPOILT = {name: Augmentation(replace(STILL, **changes)) for name, changes in SPOILS.items()}
FULL = {name: augmentation(name) for name in NAMES}


def _without(level: Level, **changes: float) -> Augmentation:
    calm = {"glare": 0.0, "shadow": 0.0, "light": 0.0, "colour": 0, "blur": 0.0}
    return Augmentation(replace(level, noise=0.005, jpeg=95, **{**calm, **changes}))


QUIET = {name: _without(level) for name, level in LEVELS.items() if level is not None}
BARE = {name: _without(level, covered=0) for name, level in LEVELS.items() if level is not None}

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def boxes_in_the_photo(draw: st.DrawFn) -> tuple[int, int, int, int]:
    x, y = draw(st.integers(0, WIDTH - 40)), draw(st.integers(0, HEIGHT - 40))
    return (
        x,
        y,
        min(x + draw(st.integers(20, 90)), WIDTH),
        min(y + draw(st.integers(20, 90)), HEIGHT),
    )


def _photo(
    box: tuple[int, int, int, int],
    marker: tuple[int, int, int] = (255, 0, 255),
    around: int = 128,
) -> np.ndarray:
    image = np.full((HEIGHT, WIDTH, 3), around, np.uint8)
    image[box[1] : box[3], box[0] : box[2]] = marker
    return image


def _marker(pixels: np.ndarray) -> np.ndarray:
    red, green, blue = (pixels[..., channel].astype(int) for channel in range(3))
    return np.minimum(red, blue) > green + 64


def _hull(marker: np.ndarray) -> np.ndarray:
    ys, xs = np.nonzero(marker)
    return np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])


def _edge_near(pixels: np.ndarray, axis: int, near: int) -> float:
    """Return where along an axis the marker begins or ends: the middle of the change of light.

    Of light, since JPEG smears colour over 16 pixels. It is averaged over the 80 pixels in the
    middle of the other axis, where noise vanishes.
    """
    grey = pixels.mean(axis=2)
    profile = grey[:, 110:190].mean(axis=1) if axis == 0 else grey[80:160].mean(axis=0)
    places = np.arange(near - 14, near + 15)
    steepness = (profile[places] - profile[places - 1]) ** 2
    return float((places * steepness).sum() / steepness.sum())


def _assert_hull(marker: np.ndarray, box: np.ndarray, visibility: float) -> None:
    """Hold a box against the marker's pixels, which nothing covers."""
    if marker.sum() < 12:
        assert visibility < 0.2
        return
    found = _hull(marker)
    apart = np.abs(found - box)
    # What the photo's edge left of a corner may taper to less than a pixel: nobody sees its tip.
    thin = visibility < 0.9 and (visibility < 0.1 or (found[2:] - found[:2]).min() < 8)
    outside = ((found - box) * [-1, -1, 1, 1]).max()
    assert outside <= 2
    assert thin or apart.max() <= 2.5


@pytest.mark.parametrize("move", MOVES)
@settings(max_examples=15)
@given(box=boxes_in_the_photo(), seed=SEEDS)
def test_box_is_the_hull_of_what_a_transform_moved(
    move: str, box: tuple[int, int, int, int], seed: int
) -> None:
    pixels, boxes, visibility = MOVED[move].apply(_photo(box), np.array([box]), seed)
    _assert_hull(_marker(pixels), boxes[0], float(visibility[0]))


@pytest.mark.parametrize(
    "augment", [*MOVED.values(), *BARE.values()], ids=[*MOVED, *(f"level {name}" for name in BARE)]
)
def test_most_products_in_the_middle_stay_in_the_photo(augment: Augmentation) -> None:
    """So that the tests around this one look at pixels."""
    box = (100, 60, 200, 180)
    photos = [augment.apply(_photo(box), np.array([box]), seed)[0] for seed in range(12)]
    assert np.mean([_marker(pixels).any() for pixels in photos]) > 0.9


@pytest.mark.parametrize("spoil", SPOILS)
def test_what_spoils_pixels_leaves_them_where_they_are(spoil: str) -> None:
    box = (100, 60, 200, 180)
    photo = _photo(box, marker=(40, 40, 40), around=200)
    changed = []
    for seed in range(12):
        pixels, boxes, visibility = SPOILT[spoil].apply(photo, np.array([box]), seed)
        assert boxes[0] == pytest.approx(box, abs=1e-3)
        assert visibility[0] == pytest.approx(1)
        changed.append(np.abs(pixels.astype(int) - photo).mean())
        for axis in (0, 1):
            for edge in (box[1 - axis], box[3 - axis]):
                assert _edge_near(pixels, axis, edge) == pytest.approx(edge, abs=2)
    assert max(changed) > 0.7


@pytest.mark.parametrize("level", NAMES)
@settings(max_examples=15)
@given(box=boxes_in_the_photo(), seed=SEEDS)
def test_box_is_the_hull_at_every_level(
    level: str, box: tuple[int, int, int, int], seed: int
) -> None:
    photo = _photo(box)
    bare, boxes, visibility = BARE[level].apply(photo, np.array([box]), seed)
    _assert_hull(_marker(bare), boxes[0], float(visibility[0]))
    # All of the level on top moves no box: what covers and spoils comes after what moves.
    _, full, seen = FULL[level].apply(photo, np.array([box]), seed)
    np.testing.assert_array_equal(full, boxes)
    assert seen[0] <= visibility[0] + 1e-6


@pytest.mark.parametrize("level", NAMES)
@settings(max_examples=15)
@given(box=boxes_in_the_photo(), seed=SEEDS)
def test_pixels_that_are_left_decide_kept_difficult_or_dropped(
    level: str, box: tuple[int, int, int, int], seed: int
) -> None:
    photo = _photo(box)
    features = {
        **image_features(encode_jpeg(photo, 95), "jpeg", photo, "a.jpg", "a.jpg"),
        **object_features([ShelfObject("a", box)], [False], WIDTH, HEIGHT),
        **photo_features(),
    }
    pictures = {}

    def both(image: np.ndarray, boxes: np.ndarray, own: int) -> tuple:
        pictures["bare"] = BARE[level].apply(image, boxes, own)
        pictures["covered"] = QUIET[level].apply(image, boxes, own)
        return pictures["covered"]

    variant = make_variant(features, 0, both, seed, 1000)
    marker = _marker(pictures["bare"][0])
    assume(marker.sum() >= 100)
    # A cover may be of the marker's colour: what it changed is covered all the same.
    same = np.abs(pictures["covered"][0].astype(int) - pictures["bare"][0]).max(axis=2) < 60
    share = float(pictures["bare"][2][0]) * (same & marker).sum() / marker.sum()
    fates = [
        "dropped" if seen < DROPPED_BELOW else "difficult" if seen < DIFFICULT_BELOW else "kept"
        for seen in (share - 0.08, share + 0.08)
    ]
    (fate,) = [name for name, count in variant.objects.items() if count]
    assert fate in fates
    assert len(variant.features[BOX_EDGES[0]]) == (fate != "dropped")
    assert variant.features["image/object/difficult"].tolist() == [
        *([] if fate == "dropped" else [int(fate == "difficult")])
    ]
