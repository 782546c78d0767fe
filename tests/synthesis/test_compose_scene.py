from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from components.records.splits import DISTRACTOR
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import Cutout, cut_out
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.pose import corners_of
from components.synthesis.scenes.settings import SceneSettings

PLAIN = SceneSettings(
    photo_width=320,
    photo_height=240,
    min_facing=60,
    max_facing=60,
    handheld_share=0,
    empty_share=0,
    distractor_share=0,
    perspective=0,
    tilt=0,
    yaw=0,
    occlusion=0,
    glare=0,
    blur=0,
    noise=0,
    jpeg=0,
    light=0,
    flexible_share=0,
    round_share=0,
    fenced_share=0,
)
HARD = PLAIN.model_copy(
    update={"perspective": 0.3, "tilt": 15.0, "yaw": 0.4, "occlusion": 1.0, "empty_share": 0.2}
)


def _product(colour: tuple[int, int, int], sku: str, size: tuple[int, int] = (150, 70)) -> Cutout:
    image = np.full((size[0] + 20, size[1] + 20, 3), 255, np.uint8)
    image[10:-10, 10:-10] = colour
    return cut_out(image, sku)


RED, BLUE = _product((210, 20, 30), "red"), _product((20, 40, 210), "blue")
SLIVERS = 0.05  # of a photo
GREEN = _product((20, 190, 40), "green", (90, 90))


def _red(image: np.ndarray) -> np.ndarray:
    red, green, blue = (image[..., c].astype(int) for c in range(3))
    return (red > 1.8 * green + 15) & (red > 1.8 * blue + 15)


def test_the_generator_decides_every_byte() -> None:
    settings_ = SceneSettings(photo_width=320, photo_height=240)
    one, two = (
        compose_scene(np.random.default_rng(4), [RED, BLUE], settings_, [GREEN]) for _ in range(2)
    )
    assert np.array_equal(one.image, two.image)
    assert np.array_equal(one.boxes, two.boxes) and one.skus == two.skus
    other = compose_scene(np.random.default_rng(5), [RED, BLUE], settings_, [GREEN])
    assert not np.array_equal(one.image, other.image)


def test_photo_has_the_size_asked_for_and_everything_counts_alike() -> None:
    scene = compose_scene(np.random.default_rng(1), [RED, BLUE], PLAIN)
    count = len(scene.skus)
    assert scene.image.shape == (240, 320, 3) and scene.image.dtype == np.uint8
    assert count > 5
    assert scene.boxes.shape == (count, 4) and scene.boxes.dtype == np.float32
    assert scene.occlusion.shape == scene.difficult.shape == (count,)
    assert set(scene.skus) == {"red", "blue"}


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_boxes_are_where_their_products_are(seed: int) -> None:
    """Repaint one product: what changes lies in its boxes, and its clear boxes are full of it."""
    quiet = HARD.model_copy(update={"occlusion": 0.0})
    scene, repainted = (
        compose_scene(np.random.default_rng(seed), [product, BLUE], quiet)
        for product in (RED, _product((210, 230, 30), "red"))
    )
    assert np.array_equal(scene.boxes, repainted.boxes)
    painted = np.abs(scene.image.astype(int) - repainted.image).max(axis=2) > 8
    assert "red" in scene.skus and painted.any()
    boxed = np.zeros_like(painted)
    for box, sku, hidden, difficult in zip(
        scene.boxes, scene.skus, scene.occlusion, scene.difficult, strict=True
    ):
        x0, y0, x1, y1 = (round(float(v)) for v in box)
        assert 0 <= x0 < x1 <= 320 and 0 <= y0 < y1 <= 240
        if sku == "red":
            boxed[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1] = True
            if hidden < 0.05 and not difficult:
                ys, xs = np.nonzero(painted[y0:y1, x0:x1])
                assert len(ys) > 0.45 * (x1 - x0) * (y1 - y0)
                assert np.ptp(xs) > 0.8 * (x1 - x0) - 3 and np.ptp(ys) > 0.8 * (y1 - y0) - 3
    # Slivers of products that others hide carry no box.
    stray = painted & ~boxed
    assert stray.sum() < SLIVERS * stray.size


def test_occlusion_is_the_hidden_share() -> None:
    crowded = HARD.model_copy(update={"perspective": 0.0, "tilt": 0.0, "yaw": 0.0})
    seen = []
    for seed in range(12):
        scene = compose_scene(np.random.default_rng(seed), [RED], crowded)
        red = _red(scene.image)
        for box, hidden in zip(scene.boxes, scene.occlusion, strict=True):
            x0, y0, x1, y1 = (round(float(v)) for v in box)
            if min(x0, y0) > 0 and x1 < 320 and y1 < 240:
                seen.append((hidden, 1 - red[y0:y1, x0:x1].mean()))
    hidden, missing = np.array(seen).T
    assert (hidden > 0.3).sum() >= 5, "the test needs covered products"
    # Neighbours of the same colour fill in where one stands behind another.
    clear = hidden < 0.02
    assert np.median(missing[clear]) < 0.1
    assert np.corrcoef(hidden, missing)[0, 1] > 0.6


def test_difficult_are_the_hidden_the_tiny_and_the_cut_off() -> None:
    scenes = [compose_scene(np.random.default_rng(s), [RED, BLUE], HARD) for s in range(8)]
    hidden = np.concatenate([s.occlusion for s in scenes])
    difficult = np.concatenate([s.difficult for s in scenes])
    assert difficult[hidden > 0.6].all() and (hidden > 0.6).any()
    tiny = PLAIN.model_copy(update={"min_facing": 16, "max_facing": 16})
    scene = compose_scene(np.random.default_rng(0), [RED], tiny)
    assert len(scene.skus) > 5 and scene.difficult.all()


def test_no_products_and_no_distractors_is_an_empty_shelf() -> None:
    scene = compose_scene(np.random.default_rng(2), [], PLAIN)
    assert scene.skus == [] and scene.boxes.shape == (0, 4)
    assert scene.image.std() > 1


def test_distractors_stand_among_products_or_alone() -> None:
    scene = compose_scene(np.random.default_rng(2), [], PLAIN, [GREEN])
    assert set(scene.skus) == {"green"}
    mixed = PLAIN.model_copy(update={"distractor_share": 0.5})
    scene = compose_scene(np.random.default_rng(2), [RED], mixed, [GREEN])
    assert set(scene.skus) == {"red", "green"}


def test_out_of_focus_products_are_difficult_and_distractors_are_not() -> None:
    held = PLAIN.model_copy(update={"handheld_share": 1.0, "distractor_share": 0.5})
    foreign = GREEN.painted(GREEN.rgba, DISTRACTOR)
    vague: dict[str, list[bool]] = {RED.sku: [], DISTRACTOR: []}
    for seed in range(20):
        scene = compose_scene(np.random.default_rng(seed), [RED], held, [foreign])
        for sku, hidden, difficult in zip(
            scene.skus, scene.occlusion, scene.difficult, strict=True
        ):
            if hidden == 0:
                vague[sku].append(difficult)
    # Some of each are difficult because the photo cuts them off.
    assert np.mean(vague[RED.sku]) > 0.75
    assert np.mean(vague[DISTRACTOR]) < 0.5


def test_facings_have_the_height_asked_for() -> None:
    for height in (50, 120):
        plain = PLAIN.model_copy(update={"min_facing": height, "max_facing": height})
        scene = compose_scene(np.random.default_rng(3), [RED], plain)
        tall = np.max(scene.boxes[:, 3] - scene.boxes[:, 1])
        assert 0.8 * height < tall < 1.15 * height


def test_a_held_pack_is_large_and_stands_out() -> None:
    held = PLAIN.model_copy(update={"handheld_share": 1.0})
    for seed in range(6):
        scene = compose_scene(np.random.default_rng(seed), [RED, BLUE], held)
        tallest = np.max(scene.boxes[:, 3] - scene.boxes[:, 1])
        assert tallest > 0.35 * 240


@pytest.mark.parametrize("pitch", [0.3, -0.3])
def test_a_tipped_pack_is_shorter_and_narrower_at_the_end_that_is_further_off(pitch) -> None:
    upright = Placed(RED, 100, 200, 150, 0.0, 0.0, 1.0)
    (left, top), (right, _), (right_foot, foot), (left_foot, _) = corners_of(
        replace(upright, pitch=pitch)
    )
    assert foot == 200 and foot - top == pytest.approx(0.7 * 150)
    assert (right - left < right_foot - left_foot) == (pitch > 0)


def test_empty_shares_leave_places_empty() -> None:
    full = compose_scene(np.random.default_rng(6), [RED, BLUE], PLAIN)
    gaps = PLAIN.model_copy(update={"empty_share": 0.6})
    thin = compose_scene(np.random.default_rng(6), [RED, BLUE], gaps)
    assert len(thin.skus) < 0.7 * len(full.skus)


CHANGES = {
    "photo_width": 400,
    "photo_height": 300,
    "min_facing": 40.0,
    "max_facing": 90.0,
    "handheld_share": 1.0,
    "empty_share": 0.5,
    "distractor_share": 0.5,
    "sibling_share": 0.0,
    "perspective": 0.3,
    "tilt": 15.0,
    "yaw": 0.4,
    "occlusion": 1.0,
    "glare": 1.0,
    "blur": 1.0,
    "noise": 1.0,
    "jpeg": 1.0,
    "light": 1.0,
    "flexible_share": 1.0,
    "round_share": 1.0,
    "fenced_share": 1.0,
}
CHANGES_OF_HELD_PACKS = {"lean": 20.0, "pitch": 0.4, "depth": 1.0}


@pytest.mark.parametrize("setting", [*CHANGES, *CHANGES_OF_HELD_PACKS])
def test_each_setting_decides_what_a_photo_looks_like(setting: str) -> None:
    changes = {**CHANGES, **CHANGES_OF_HELD_PACKS}
    held = {"handheld_share": 1.0, "yaw": 0.4} if setting in CHANGES_OF_HELD_PACKS else {}
    plain = PLAIN.model_copy(update={**held, "sibling_share": 1.0})
    cutouts = [RED, BLUE, _product((200, 30, 40), "another red")]
    before, after = (
        compose_scene(np.random.default_rng(0), cutouts, settings_, [GREEN])
        for settings_ in (plain, plain.model_copy(update={setting: changes[setting]}))
    )
    assert not np.array_equal(before.image, after.image)


def test_no_setting_is_left_out_above() -> None:
    assert CHANGES.keys() | CHANGES_OF_HELD_PACKS.keys() == SceneSettings.model_fields.keys()


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_facing": 300, "max_facing": 100},
        {"flexible_share": 0.7, "round_share": 0.4},
        {"glare": 1.5},
        {"unknown": 1},
    ],
)
def test_impossible_settings_are_refused(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        SceneSettings(**wrong)
